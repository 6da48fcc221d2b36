"""The prioritization table: slices, tags and classes as candidates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from slicer.errors import UsageError, listed
from slicer.human.asked import AskedLevels, levels_asked
from slicer.human.hlp import Hlp, HlpBook
from slicer.human.leave_one_out import HumanLevel
from slicer.metrics.counts import SliceCounts
from slicer.metrics.registry import METRICS
from slicer.priorities import ranking
from slicer.priorities.ranking import Candidate, Order
from slicer.project import events
from slicer.results import FAILURES_ONLY, RankResult
from slicer.slices import Slice, all_of, condition, parse
from slicer.tagging.numbers import room_at
from slicer.workbench.agreeing import with_circularity
from slicer.workbench.beside import Beside
from slicer.workbench.class_ranking import rank_classes
from slicer.workbench.counting import ALL, By, Counting
from slicer.workbench.exact import ExactBeside, LevelsByMetric, exact_together
from slicer.workbench.exact_errors import RMSE, ErrorsBeside
from slicer.workbench.human_levels import Humans, humans_of, other_rows, unused
from slicer.workbench.overlapping import beside_each_other
from slicer.workbench.rank_task import RankTask
from slicer.workbench.references import GivenBaseline, baseline_books
from slicer.workbench.tag_ranking import read_of_all, tag_candidate
from slicer.workbench.tagging import tags as tags_of
from slicer.workbench.uneven import of_failures, of_population, unknown

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
    other_levels: LevelsByMetric | None = None,
    order: Order = "potential",
    population: Mapping[Slice, float] | None = None,
    rows_in_all: int | None = None,
) -> RankResult:
    """The prioritization table.

    Args:
        by, slices, where: As in `metrics`.
        tags: Rank the tags people gave as well.
        classes: Rank the classes, by their own precision, recall or F1.
        metric: accuracy, log_loss or brier; the mean of a score, the ratio, the mae of a regression: potential is
            share x gap. Or a metric of the confusion table such as f1, macro_f1 or mcc, or the rmse: potential is
            taken anew from the counts. The first that the run has if None. With `classes` f1 (the default), recall or
            precision.
        hlp: The human level of all rows as a number, or levels by slice (`{"age >= 65": 0.93}`), instead of what the
            data says of people.
        people: Rows that are people's own (`is_human = true`): their metric inside a slice is its human level, and
            they are left out of the ranking.
        baselines: Other references by name, levels as of people or a column: shown beside people, never ranked with
            them.
        other_levels: Human levels in other metrics, by metric: with recall and precision, F1 or accuracy a metric of
            the confusion table is ranked where people's own level in it is not known.
        order: Best first by the potential, or by the lower end of its 80 % interval.
        population: Shares of slices in a population the rows were not drawn evenly from: they take the place of the
            shares counted.
        rows_in_all: How many rows there are, where only those the model gets wrong are in the data.

    Raises:
        UsageError, SliceError, UnknownColumnError: in words.
    """
    measured = metric or ("f1" if classes else bench.headline)
    rate = measured not in METRICS or METRICS[measured].is_rate
    given = levels_asked(hlp, rate=rate)
    people = parse(people) if isinstance(people, str) else people
    if classes:
        if by or slices or tags:
            raise UsageError(
                "Classes are ranked by a metric of their own, apart from slices and tags.", hint="Run it twice."
            )
        if baselines or people is not None:
            raise UsageError("Classes are held against people alone.", hint="Leave out --baseline and rows:.")
        return rank_classes(bench, metric or "f1", given, where, order)
    if given is not None and people is not None:
        raise UsageError("The human level is given twice.", hint="Give the levels, or the rows of people.")
    for slice_ in given or ():
        bench.engine.check(slice_)
    name = _metric(bench, metric)
    rows = where if people is None else all_of(where, people.complement)
    asked = {one: all_of(rows, one) for one in slices}
    known_tags = [condition("tag", "=", tag.name) for tag in events.known_tags(bench.project, bench.dataset.id)]
    asked_tags = {one: all_of(rows, one) for one in known_tags if tags}
    if population and (METRICS[name].formula is not None or name == RMSE):
        raise UsageError(
            f"Shares of a population weigh means over rows; {METRICS[name].words} is none.",
            hint="Rank by accuracy, or give each row its weight (--weight).",
        )
    for slice_ in population or ():
        bench.engine.check(slice_)
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
    books = baseline_books(task, references, {**asked, **asked_tags})
    beside: Beside | ExactBeside | ErrorsBeside = Beside(task, book, humans, books, population or {})
    if name == RMSE:
        beside = ErrorsBeside(task, humans, given, books, people is not None)
    elif METRICS[name].formula is not None:
        whole_tags = _tags_read_of_all(task, asked_tags)
        counted |= task.counted_alone(whole_tags)
        beside = ExactBeside(
            task=task, humans=humans, given=given, others=other_levels or {}, baselines=books,
            asked={**asked, **whole_tags}, counted={ALL: task.overall, **counted}, people_rows=people is not None,
        )  # fmt: skip
    saved = {str(slice_): one for slice_, one in bench.saved().items()}
    candidates = [beside.candidate(slice_, counts) for slice_, counts in counted.items()]
    candidates = [replace(one, name=saved.get(one.slice, one.name)) for one in candidates]
    if tags and isinstance(beside, Beside):
        candidates += _tag_candidates(beside, asked_tags, alone=alone)
    head = with_circularity(bench.head(task.overall, rows), humans.truth_source)
    if task.failures_only:
        candidates = [of_failures(one, rows_in_all) for one in candidates]
    ranked, reason = ranking.rank(candidates, order), None
    if population:
        table, joint, reason = of_population(task, ranked)
    elif isinstance(beside, Beside):
        table, joint = beside_each_other(task, ranked)
    else:
        table, joint, reason = exact_together(task, ranked)
    notes = (
        *humans.notes,
        *unused(given or {}, counted),
        *unused(population or {}, counted, said="Shares"),
        *_left_out(asked_tags, task.overall),
        *((FAILURES_ONLY,) if task.failures_only else ()),
    )
    return RankResult(
        head=replace(head, warnings=(*head.warnings, *notes)),
        metric=name,
        higher_is_better=bool(bench.higher_is_better(name)),
        overall=unknown(beside.own(ALL, task.overall)[0]) if task.failures_only else beside.own(ALL, task.overall)[0],
        table=table,
        joint=joint,
        joint_reason=reason,
        failures_only=task.failures_only,
        order=order,
        truth_source=humans.truth_source,
    )


def ranked_by(bench: Counting) -> tuple[str, ...]:
    """The metrics slices can be ranked by, the run's own first one first."""
    if bench.by_people:
        return (bench.headline,)
    possible = (bench.headline, *(BY_PROBABILITY if bench.task == "classification" else ()))
    exact = [name for name, one in METRICS.items() if name == RMSE or one.formula is not None]
    return tuple(name for name in (*possible, *exact) if name in bench.measurable)


def _tags_read_of_all(task: RankTask, tags: Mapping[Slice, Slice]) -> dict[Slice, Slice]:
    """The tags that every row was read for: they are slices like any other."""
    read = {row.slice for row in tags_of(task.bench, where=task.where).tags if read_of_all(row)} if tags else set()
    return {slice_: rows for slice_, rows in tags.items() if slice_ in read}


def _metric(bench: Counting, wanted: str | None) -> str:
    """The metric of the ranking.

    Raises:
        UsageError: slices are not ranked by it, or the run does not have it.
    """
    if wanted is None:
        return bench.headline
    if wanted not in (there := ranked_by(bench)):
        raise UsageError(f"Slices are ranked by {listed(there, len(there))}; {wanted!r} cannot be.")
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


def _tag_candidates(beside: Beside, asked: Mapping[Slice, Slice], *, alone: bool) -> list[Candidate]:
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
