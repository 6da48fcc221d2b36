"""The prioritization table of classes, by their own precision, recall or F1."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from slicer.engine.sql import LABEL
from slicer.errors import UsageError
from slicer.human.hlp import GivenHlp
from slicer.metrics.cells import Cell, as_recalled, count_slice
from slicer.priorities import ranking
from slicer.priorities.classes import CLASS_METRICS, class_candidates, overall_class_metric
from slicer.priorities.ranking import Candidate, Order
from slicer.priorities.said_classes import overall_said_metric, said_candidates
from slicer.results import RankResult
from slicer.slices import Slice, condition
from slicer.workbench.agreeing import with_circularity
from slicer.workbench.counting import Counting
from slicer.workbench.human_levels import Humans, humans_of, one_person, unused


def rank_classes(
    bench: Counting, metric: str, hlp: Mapping[Slice, GivenHlp] | None, where: Slice, order: Order = "potential"
) -> RankResult:
    """Classes as candidates, of the label or, without one, of what people say.

    Args:
        metric: f1, recall or precision.
        hlp, order: As in `ranking.rank`.

    Raises:
        UsageError: there are no classes, or no such metric of them.
    """
    if not bench.ranks_classes:
        raise UsageError("There are no classes to rank: rows are only known to be right or wrong.")
    if metric not in CLASS_METRICS:
        raise UsageError(f"Classes are ranked by {', '.join(CLASS_METRICS)}, not by {metric!r}.")
    humans = humans_of(bench, metric, {}, [], where)
    for slice_ in hlp or ():
        if slice_.columns != (LABEL,):  # a class of people's own words is one all the same
            bench.engine.check(slice_)
    if bench.labels is None:
        return _said(bench, metric, hlp, where, humans, order)
    cells, told = _cells(bench, metric, where)
    counts = bench.count(where) if bench.clustered else count_slice(cells, bench.labels)
    patterns = humans.patterns or (one_person(bench, where) if bench.clustered else None)
    level = bench.options.level
    candidates = class_candidates(
        cells,
        counts if hlp is None else replace(counts, human_confusion=None),
        metric=metric,
        given=hlp,
        level=level,
        seed=bench.options.seed,
        patterns=patterns if hlp is None else None,
        truth_source=humans.truth_source,
    )
    head = with_circularity(bench.head(counts, where), humans.truth_source)
    notes = (*humans.notes, *(told if hlp is None else unused(hlp, _slices(candidates), "classes")))
    return RankResult(
        head=replace(head, warnings=(*head.warnings, *notes)),
        metric=metric,
        overall=overall_class_metric(counts, metric, level),
        table=ranking.rank(candidates, order),
        order=order,
        truth_source=humans.truth_source,
    )


def _cells(bench: Counting, metric: str, where: Slice) -> tuple[list[Cell], tuple[str, ...]]:
    """What is counted of the classes, and a sentence where a column that says whether people were right is of no use.

    Recall asks only whether people were right on the rows of a class; precision and F1 ask what they said.
    """
    cells, roles = bench.cells(where), bench.dataset.roles
    if roles.human_correct is None or roles.humans:
        return cells, ()
    if metric == "recall" and not bench.clustered:
        return as_recalled(cells), ()
    why = f"{metric} needs what they said" if metric != "recall" else "rows come in clusters here"
    hint = "" if metric == "recall" else ", so rank by recall to see people"
    return cells, (f"{roles.human_correct} says whether people were right and {why}{hint}.",)


def _slices(candidates: Sequence[Candidate]) -> list[Slice]:
    return [condition(LABEL, "=", one.name) for one in candidates]


def _said(
    bench: Counting, metric: str, hlp: Mapping[Slice, GivenHlp] | None, where: Slice, humans: Humans, order: Order
) -> RankResult:
    """The ranking where no column is the label."""
    if humans.patterns is None:
        raise UsageError(
            "There are no classes to rank: no column is the label, and fewer than two people answered.",
            hint="Give the label, or the answers of two people or more.",
        )
    level, seed = bench.options.level, bench.options.seed
    candidates, without = said_candidates(humans.patterns, metric=metric, given=hlp, level=level, seed=seed)
    head = with_circularity(bench.head(bench.count(where), where), humans.truth_source)
    notes = (*humans.notes, *without, *unused(hlp or {}, _slices(candidates), "classes"))
    return RankResult(
        head=replace(head, warnings=(*head.warnings, *notes)),
        metric=metric,
        overall=overall_said_metric(humans.patterns, metric, level, seed),
        table=ranking.rank(candidates, order),
        order=order,
        truth_source=humans.truth_source,
    )
