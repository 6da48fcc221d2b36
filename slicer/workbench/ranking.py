"""The prioritization table: slices, tags and classes as candidates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from slicer.errors import UsageError, listed
from slicer.human.asked import AskedLevels, levels_asked
from slicer.human.hlp import Hlp, HlpBook
from slicer.human.leave_one_out import HumanLevel
from slicer.human.paired import paired_model
from slicer.metrics.counts import SliceCounts
from slicer.metrics.estimate import Estimate
from slicer.metrics.registry import METRICS
from slicer.priorities import ranking
from slicer.priorities.ranking import Candidate
from slicer.project import events
from slicer.project.hlp_entries import RATES
from slicer.results import RankResult
from slicer.slices import Slice, all_of, condition, parse
from slicer.tagging.numbers import room_at
from slicer.workbench.agreeing import with_circularity
from slicer.workbench.class_ranking import rank_classes
from slicer.workbench.counting import ALL, By, Counting
from slicer.workbench.human_levels import Humans, humans_of, other_rows, unused
from slicer.workbench.overlapping import beside_each_other
from slicer.workbench.rank_task import RankTask
from slicer.workbench.references import BaselineBook, GivenBaseline, baseline_books
from slicer.workbench.tag_ranking import read_of_all, tag_candidate
from slicer.workbench.tagging import tags as tags_of

BY_PROBABILITY = ("log_loss", "brier")
"""Means of a number per row that a classification can be ranked by beside accuracy."""


def rank(
    bench: Counting,
    *,
    by: Sequence[By] = (),
    slices: Sequence[Slice] = (),
    tags: bool = False,
    classes: bool = False,
    metric: str | None = None,
    hlp: AskedLevels | None = None,
    people: Slice | str | None = None,
    baselines: Mapping[str, AskedLevels | str] | None = None,
    where: Slice = ALL,
) -> RankResult:
    """The prioritization table.

    Args:
        by, slices, where: As in `metrics`.
        tags: Rank the tags people gave as well.
        classes: Rank the classes, by their own precision, recall or F1.
        metric: accuracy, log_loss or brier; the mean of a score, the ratio, the mae of a regression; the first that
            the run has if None. With `classes` f1 (the default), recall or precision.
        hlp: The human level of all rows as a number, or levels by slice (`{"age >= 65": 0.93}`), instead of what the
            data says of people.
        people: Rows that are people's own (`is_human = true`): their metric inside a slice is its human level, and
            they are left out of the ranking.
        baselines: Other references by name, levels as of people or a column: shown beside people, never ranked with
            them.

    Raises:
        UsageError, SliceError, UnknownColumnError: in words.
    """
    rate = (metric or (bench.headline if not classes else "f1")) in RATES
    given = levels_asked(hlp, rate=rate)
    people = parse(people) if isinstance(people, str) else people
    if classes:
        if by or slices or tags:
            raise UsageError(
                "Classes are ranked by a metric of their own, apart from slices and tags.", hint="Run it twice."
            )
        if baselines or people is not None:
            raise UsageError("Classes are held against people alone.", hint="Leave out --baseline and rows:.")
        return rank_classes(bench, metric or "f1", given, where)
    if given is not None and people is not None:
        raise UsageError("The human level is given twice.", hint="Give the levels, or the rows of people.")
    for slice_ in given or ():
        bench.engine.check(slice_)
    name = _metric(bench, metric)
    rows = where if people is None else all_of(where, people.complement)
    asked = {one: all_of(rows, one) for one in slices}
    known_tags = [condition("tag", "=", tag.name) for tag in events.known_tags(bench.project, bench.dataset.id)]
    asked_tags = {one: all_of(rows, one) for one in known_tags if tags}
    task = RankTask(bench, name, rows, bench.levels_of(by, where))
    counted = task.counted(asked)
    if people is not None and not task.overall.support:
        raise UsageError(f"Every row is one of people: {people}.", hint="Rows of the model must remain.")
    humans = _humans(task, {**asked, **asked_tags}, counted, where, people)
    alone = given is not None or people is not None
    book = HlpBook(
        given or {},
        {
            one: replace(counts, paired=None) if alone else counts
            for one, counts in {ALL: task.overall, **counted}.items()
        },
        bench.options.level,
        measured={} if given is not None else _known_levels(humans.levels),
        rate=task.rate,
    )
    references = {one: _reference(one, what, rate) for one, what in (baselines or {}).items()}
    beside = _Beside(task, book, humans, baseline_books(task, references, {**asked, **asked_tags}))
    saved = {str(slice_): one for slice_, one in bench.saved().items()}
    candidates = [beside.candidate(slice_, counts) for slice_, counts in counted.items()]
    candidates = [replace(one, name=saved.get(one.slice, one.name)) for one in candidates]
    if tags:
        candidates += _tag_candidates(beside, asked_tags, alone=alone)
    head = with_circularity(bench.head(task.overall, rows), humans.truth_source)
    table, joint = beside_each_other(task, ranking.rank(candidates))
    notes = (*humans.notes, *unused(given or {}, counted), *_left_out(asked_tags, task.overall))
    return RankResult(
        head=replace(head, warnings=(*head.warnings, *notes)),
        metric=name,
        higher_is_better=bool(bench.higher_is_better(name)),
        overall=beside.own(ALL, task.overall)[0],
        table=table,
        joint=joint,
        truth_source=humans.truth_source,
    )


def _metric(bench: Counting, wanted: str | None) -> str:
    """The metric of the ranking.

    Raises:
        UsageError: slices are not ranked by it, or the run does not have it.
    """
    possible = (bench.headline, *(BY_PROBABILITY if bench.task == "classification" else ()))
    there = [name for name in possible if name in bench.measurable]
    if wanted is None:
        return bench.headline
    if wanted not in there:
        raise UsageError(
            f"Slices are ranked by {listed(there)}; {wanted!r} cannot be.",
            hint="For precision, recall or F1 rank the classes." if bench.task == "classification" else "",
        )
    return wanted


def _reference(name: str, what: AskedLevels | str, rate: bool) -> GivenBaseline:
    """A baseline as a person gives it: a column, or levels."""
    return what if isinstance(what, str) else levels_asked(what, rate=rate, what=f"The baseline {name!r}") or {}


def _known_levels(levels: Mapping[Slice, HumanLevel]) -> dict[Slice, Hlp]:
    found = {slice_: one.as_hlp() for slice_, one in levels.items()}
    return {slice_: one for slice_, one in found.items() if one is not None}


def _left_out(tags: Mapping[Slice, Slice], overall: SliceCounts) -> tuple[str, ...]:
    """A sentence where tags cannot be ranked."""
    return (
        ()
        if overall.judged or not tags
        else ("Tags are ranked where rows are right or wrong; here they carry numbers.",)
    )


def _humans(
    task: RankTask,
    asked: Mapping[Slice, Slice],
    counted: Mapping[Slice, SliceCounts],
    where: Slice,
    people: Slice | None,
) -> Humans:
    """People beside the run: in the data, or on the rows that are theirs."""
    found = humans_of(task.bench, task.metric, asked, task.levels, task.where)
    if people is None:
        return found
    estimates = {slice_: task.estimate(counts) for slice_, counts in {ALL: task.overall, **counted}.items()}
    own = {slice_: all_of(where, slice_) for slice_ in asked}
    levels = other_rows(task.bench, task.metric, task.setting, estimates, own, task.levels, all_of(where, people))
    if not levels:
        raise UsageError(f"No row of people has a {METRICS[task.metric].words}: {people}.",
                         hint="Name rows that carry the metric too.")  # fmt: skip
    return replace(found, levels=levels)


@dataclass(frozen=True, slots=True)
class _Beside:
    """What stands beside the counts of every slice."""

    task: RankTask
    book: HlpBook
    humans: Humans
    baselines: tuple[BaselineBook, ...]

    def own(self, slice_: Slice, counts: SliceCounts) -> tuple[Estimate, float | None]:
        """The model on a slice, and the slice's part of the overall metric."""
        if self.task.bench.by_people:
            return self.humans.model(slice_, self.task.bench.options.level), self.humans.share(slice_)
        return self.task.estimate(counts), self.task.share(counts)

    def candidate(self, slice_: Slice, counts: SliceCounts) -> Candidate:
        task, level = self.task, self.task.bench.options.level
        hlp, (own, weight) = self.book.resolve(slice_), self.own(slice_, counts)
        judged = counts.judged and not task.bench.by_people
        measured_here = self.humans.levels.get(slice_)
        if hlp is None or measured_here is None or hlp != measured_here.as_hlp():
            measured_here = None
        paired = counts.paired if hlp is not None and measured_here is None and hlp.source == "paired" else None
        gap = task.gap(counts, own, hlp, measured_here)
        beside = None if paired is None else paired_model(paired, level)
        if measured_here is not None and measured_here.beside:
            beside = measured_here.model if isinstance(measured_here.model, Estimate) else None
        found = Candidate(
            slice=str(slice_),
            name=slice_.words,
            kind="tag" if slice_.columns == ("tag",) else "slice",
            support=counts.support,
            share=counts.support / task.overall.support,
            weight=weight,
            errors=counts.errors if judged else None,
            error_share=counts.errors / task.overall.errors if judged and task.overall.errors else None,
            estimate=own,
            estimate_paired=beside,
            hlp=hlp,
            gap=gap,
            ceiling=task.ceiling(own, weight),
            draws=None if gap is None or hlp is None else task.draws(counts, gap, hlp, measured_here, str(slice_)),
            agreement=self.humans.agreement.get(slice_),
            baselines=tuple(one.beside(slice_, counts, own) for one in self.baselines),
        )
        return self.with_truth(found)

    def with_truth(self, one: Candidate) -> Candidate:
        """A candidate that says where what people are held against is people's word, too."""
        hlp, gap, source = one.hlp, one.gap, self.humans.truth_source
        if source == "human" and hlp is not None and hlp.source != "ceiling" and gap is not None:
            hlp = replace(hlp, truth_is_human=True)
            gap = replace(gap, flags=tuple(dict.fromkeys((*gap.flags, "truth_is_human"))))
        return replace(one, hlp=hlp, gap=gap, truth_source=source)


def _tag_candidates(beside: _Beside, asked: Mapping[Slice, Slice], *, alone: bool) -> list[Candidate]:
    """Tags as candidates; those that every row was read for are slices like any other.

    Args:
        alone: Whether the human levels of the ranking replace what the data says of people.
    """
    task, level = beside.task, beside.task.bench.options.level
    if not task.overall.judged or task.bench.by_people:
        return []
    rows = {row.slice: row for row in tags_of(task.bench, where=task.where).tags}
    found = []
    for slice_, counts in task.counted_alone(asked).items():
        row = rows[slice_]
        book = replace(beside.book, counts={**beside.book.counts, slice_: counts})
        if read_of_all(row):
            found.append(replace(replace(beside, book=book).candidate(slice_, counts), name=row.name))
            continue
        hlp, room = row.numbers.hlp, row.numbers.room
        if alone or hlp is None:
            hlp = beside.book.resolve(slice_)
            room = room_at(row.sides, hlp, level)
        one = tag_candidate(task.bench, row, counts, hlp, room, accuracy=task.rate)
        found.append(beside.with_truth(one))
    return found
