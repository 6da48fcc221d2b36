"""People beside a run, slice by slice: what a ranking holds the model against."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from slicer.engine.agreement import annotator_sums, item_patterns, judged_items
from slicer.engine.answers import Answered, People, answered
from slicer.engine.levels import Levels, crossed
from slicer.engine.sql import LABEL
from slicer.errors import listed
from slicer.human.annotators import ReferenceLevel, reference_level
from slicer.human.hlp import GivenHlp, Hlp, HlpBook
from slicer.human.leave_one_out import HumanLevel, leave_one_out
from slicer.human.notes import NO_TRUTH_NOTE, WEIGHTS_NOTE, never_true_notes, same_as_truth_note
from slicer.human.patterns import ItemPatterns, agreement_on
from slicer.human.reference import against_truth, independent_gap
from slicer.human.undefined import Answer
from slicer.metrics.counts import SliceCounts
from slicer.metrics.estimate import RANKED_FROM, Estimate, estimate
from slicer.metrics.registry import METRICS, Setting, measured
from slicer.slices import Slice, all_of, condition
from slicer.vocabulary import TruthSource
from slicer.workbench.agreeing import Truth, flagged, nothing_said, people_of
from slicer.workbench.counting import ALL, Counting, over_slices
from slicer.workbench.human_scores import score_levels

TRUE = condition(LABEL, "is missing").complement
"""Rows that have a truth."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Humans:
    """People beside the run."""

    levels: Mapping[Slice, HumanLevel] = field(default_factory=dict)
    """By slice, all rows under `Slice()`."""
    agreement: Mapping[Slice, float | None] = field(default_factory=dict)
    """How often two people say the same; None below 30 rows that two answered."""
    patterns: ItemPatterns | None = None
    """Of all rows, where several people answered."""
    truth_source: TruthSource = "external"
    notes: tuple[str, ...] = ()
    """What a reader should know, a sentence each."""

    def model(self, slice_: Slice, level: float) -> Estimate:
        """The model held against what people say, where nothing else tells what is right."""
        known = self.levels.get(slice_)
        if known is not None and isinstance(known.model, Estimate):
            return known.model
        return estimate(None, None, n=0, denominator=0, method="wilson", level=level)

    def share(self, slice_: Slice) -> float | None:
        """A slice's part of the rows that people could be held against each other on."""
        known, whole = self.levels.get(slice_), self.levels.get(ALL)
        return known.items / whole.items if known is not None and whole is not None and whole.items else None


def humans_of(
    bench: Counting, metric: str, asked: Mapping[Slice, Slice], by: Sequence[Sequence[Levels]], where: Slice
) -> Humans:
    """What the data says of people: their scores, or their answers where they are more than one column.

    Args:
        metric: The ranking's; by rmse levels are mean squared errors.
        asked: Slices by themselves, and the rows of each.
        by: The levels of columns.
        where: The rows of the ranking.
    """
    chosen = bench.dataset.roles.choices.truth_source
    source: TruthSource = chosen or ("human" if bench.dataset.truth_is_human else "external")
    roles = bench.dataset.roles
    if bench.task != "classification":
        if not roles.humans or metric not in (bench.headline, "rmse"):
            return Humans(truth_source=source)
        found = over_slices(partial(score_levels, bench, roles.humans, squared=metric == "rmse"), by, asked, where)
        return Humans(levels=found, truth_source=source)
    people = people_of(bench)
    if people is None or len(people[1].columns) == 1 or (roles.human_correct is not None and not bench.by_people):
        return Humans(truth_source=source, notes=_of_one_person(bench))  # who is counted with the rows themselves
    if bench.run.correct is not None and roles.label is None:
        return Humans(truth_source=source, notes=(NO_TRUTH_NOTE.format(correct=bench.run.correct),))
    with answered(bench.engine, people[1]) as said:
        whole = item_patterns(said, [], where).get(ALL) or nothing_said(said)
        truth = Truth.of(bench, said)
        source = truth.source
        patterns = over_slices(partial(item_patterns, said), by, asked, where)
        named = said.spoken is not None and source != "human"
        means = over_slices(partial(_means, bench, said), by, asked, where) if named else {}
    return Humans(
        levels={
            slice_: _level(mine, source, means.get(slice_), bench.options.level) for slice_, mine in patterns.items()
        },
        agreement={slice_: agreement_on(mine) for slice_, mine in patterns.items()},
        patterns=whole,
        truth_source=source,
        notes=(*truth.notes, *((WEIGHTS_NOTE,) if roles.weight is not None else ())),
    )


def _of_one_person(bench: Counting) -> tuple[str, ...]:
    """What a reader should know of one person's labels and the truth, a sentence each."""
    if bench.run.correct is not None and bench.dataset.roles.label is None:
        return (NO_TRUTH_NOTE.format(correct=bench.run.correct),) if bench.dataset.roles.humans else ()
    truths = bench.engine.label_support()
    said = bench.engine.human_support(TRUE) if truths is not None else None
    if said is None or truths is None:
        return ()
    notes = never_true_notes({label: rows for label, rows in sorted(said.items()) if label not in truths}, truths)
    paired, (who,) = bench.count(ALL).paired, bench.dataset.roles.humans
    rows = sum(truths.values())
    external = bench.dataset.roles.choices.truth_source != "human" and not bench.dataset.truth_is_human
    if external and paired is not None and paired.n == paired.both + paired.human_only == rows >= RANKED_FROM:
        notes += (same_as_truth_note([who], rows),)
    return notes


def level_of_all(
    bench: Counting, metric: str, counts: SliceCounts, where: Slice, given: Mapping[Slice, GivenHlp]
) -> Hlp | None:
    """The human level of all rows: given, else what the data says; None where nobody knows.

    Args:
        counts: Of those rows.
        given: Levels of the metric by slice; what is given of all rows of the data is of these too.
    """
    humans = humans_of(bench, metric, {}, [], where)
    known = {slice_: one for slice_, found in humans.levels.items() if (one := found.as_hlp()) is not None}
    own = {ALL: given[where]} if where in given else dict(given)
    paired = counts if metric == "accuracy" else replace(counts, paired=None)
    book = HlpBook(own, {ALL: paired}, bench.options.level, measured=known, rate=METRICS[metric].unit == "rate")
    found = book.resolve(ALL)
    return None if found is None or found.source == "ceiling" else found


def unused(
    given: Mapping[Slice, object], ranked: Collection[Slice], what: str = "slices", said: str = "Human levels"
) -> tuple[str, ...]:
    """A sentence on given slices that nothing ranked is, or lies in: they change no number.

    Args:
        what: What is ranked, slices or classes.
        said: What is given of the slices.
    """
    idle = [one for one in given if one != ALL and not any(one == other or one.contains(other) for other in ranked)]
    if not idle:
        return ()
    told = "of slices that are not ranked here" if what == "slices" else "that are of no class here"
    return (f"{said} {told} change no number: {listed(map(str, idle), 5)}.",)


def one_person(bench: Counting, where: Slice) -> ItemPatterns | None:
    """What one person said, by item and cluster; None where there is no such column."""
    humans = bench.dataset.roles.humans
    if len(humans) != 1:
        return None
    with answered(bench.engine, People(columns=humans)) as said:
        return item_patterns(said, [], where).get(ALL)


def _means(bench: Counting, said: Answered, levels: Sequence[Levels], where: Slice) -> dict[Slice, ReferenceLevel]:
    """Each annotator against the truth, averaged over annotators, in every slice that has both."""
    sums = annotator_sums(said, levels, where)
    judged = judged_items(said, levels, where)
    return {slice_: reference_level(sums[slice_], mine, bench.options.level) for slice_, mine in judged.items()}


def _level(patterns: ItemPatterns, source: TruthSource, mean: ReferenceLevel | None, level: float) -> HumanLevel:
    """People and model: against each other's answers where the truth is theirs, else against the truth."""
    if patterns.truth is None or (source == "human" and patterns.with_answers(2).n):
        return flagged(leave_one_out(patterns, level=level), source)
    found = against_truth(patterns, source, level)
    if mean is None:
        return found
    return HumanLevel(
        hlp=_surer(mean.hlp, found.hlp),
        model=_surer(mean.model, found.model, always=True),
        gap=_surer(mean.gap, found.gap),
        items=found.items,
        source="paired",
    )


def _surer(mean: Answer, item: Answer, *, always: bool = False) -> Answer:
    """The mean over annotators; the mean over items where both are the same, and the first knows no spread.

    Args:
        always: Whether it is enough that both are the same.
    """
    if not isinstance(mean, Estimate) or not isinstance(item, Estimate) or mean.value is None or item.value is None:
        return mean
    same = abs(mean.value - item.value) < 1e-9
    return item if same and (always or mean.ci is None) else mean


def other_rows(
    bench: Counting,
    metric: str,
    setting: Setting,
    counted: Mapping[Slice, Estimate],
    asked: Mapping[Slice, Slice],
    by: Sequence[Sequence[Levels]],
    people: Slice,
) -> dict[Slice, HumanLevel]:
    """The human level where some rows are people's own: the metric of those rows inside each slice.

    Args:
        counted: The model's estimates by slice.
        asked: Slices by themselves, and the rows of each.
        people: The rows of people, after the filter.
    """

    def there(levels: Sequence[Levels], rows: Slice) -> dict[Slice, SliceCounts]:
        return bench.counted(levels, all_of(rows, people), {METRICS[metric].needs})

    people_there = over_slices(there, by, asked, people)
    whole = people_there.get(ALL)
    if whole is not None:
        people_there |= {slice_: whole for levels in by for slice_ in _theirs_alone(levels, people_there, counted)}
    found = {}
    for slice_, model in counted.items():
        human = measured(metric, people_there[slice_], setting) if slice_ in people_there else None
        if human is not None and human.value is not None:
            better = bool(bench.higher_is_better(metric))
            found[slice_] = HumanLevel(
                hlp=human,
                model=model,
                gap=independent_gap(human, model, better),
                items=human.n,
                source="other_sample",
            )
    return found


def _theirs_alone(levels: Sequence[Levels], people: Collection[Slice], model: Collection[Slice]) -> list[Slice]:
    """The slices of a column that says who made a row, so that people's rows have values of their own there.

    All rows of people are what such a slice is held against: it could never hold any.
    """
    slices = list(crossed(levels).values())
    theirs, own = ([one for one in slices if one in there] for there in (people, model))
    unsaid = any(one.operator == "is missing" for slice_ in theirs for one in slice_.conditions)
    return [] if not theirs or unsaid or set(theirs) & set(own) else own
