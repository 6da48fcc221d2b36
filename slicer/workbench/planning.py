"""The plan beside the data: what a row predicts when it is put in, what came of it, what all of it is worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from slicer.errors import SlicerError
from slicer.human.hlp import GivenHlp
from slicer.metrics.estimate import Estimate
from slicer.planned import PlanResult
from slicer.priorities.plan import Plan, PlanItem
from slicer.priorities.prediction import Prediction, Realised, realised
from slicer.project.datasets import list_datasets
from slicer.project.plans import list_plan
from slicer.results import RankResult
from slicer.slices import all_of, parse
from slicer.version import __version__
from slicer.workbench.counting import Counting
from slicer.workbench.ranking import rank

OF_TAGS = "a tag is put on the errors of one run: tag those of this run too"


def predictions(bench: Counting, result: RankResult, where: str, slices: Sequence[str]) -> list[Prediction]:
    """What rows of a ranking say now, to be kept with the plan.

    Args:
        where: The filter of the ranking, as text.
        slices: Those rows, by their slice's text.
    """
    wanted = {*slices}
    return [
        Prediction.of(
            row.candidate,
            metric=result.metric,
            higher_is_better=result.higher_is_better,
            run=bench.run.name,
            where=where,
            overall=result.overall.value,
            action=row.action,
            sha256=result.head.source["sha256"],
            version=__version__,
        )
        for row in result.table
        if row.candidate.slice in wanted
    ]


def plan(bench: Counting) -> PlanResult:
    """The plan of a data set in its order, with what came of each row.

    A row is measured again on the run at hand if that is later than its own, else on the newest run, else on the newest
    later data set whose columns its slice fits.
    """
    found = Plan(items=list_plan(bench.project, bench.dataset.id))
    if not found.items:
        return PlanResult(dataset=bench.dataset.name, plan=found)
    benches = _Benches(bench)
    came = {}
    for one in found.items:
        later = benches.later_than(one.prediction)
        if later is not None:
            came[one.id] = _came(later, one.prediction)
    return PlanResult(
        dataset=bench.dataset.name, plan=replace(found, realised=came, together=_together(benches, found.active))
    )


class _Benches:
    """The runs and data sets a plan can be measured on, each opened once."""

    def __init__(self, bench: Counting) -> None:
        self.bench = bench
        self.runs = [one.name for one in bench.dataset.roles.runs]
        self.others = [one for one in list_datasets(bench.project) if one.id > bench.dataset.id]
        self._run = lru_cache(maxsize=None)(self._open_run)
        self._other = lru_cache(maxsize=None)(self._open_other)

    def _open_run(self, name: str) -> Counting:
        bench = self.bench
        return bench if name == bench.run.name else Counting(bench.project, bench.dataset, name, bench.options)

    def _open_other(self, place: int) -> Counting | None:
        try:
            return Counting(self.bench.project, self.others[place], None, self.bench.options)
        except SlicerError:
            return None

    def of_run(self, name: str) -> Counting | None:
        """The run of this data set; None where it is gone."""
        return self._run(name) if name in self.runs else None

    def later_than(self, prediction: Prediction) -> Counting | None:
        """Where a prediction can be held against what came; None where nothing later fits it."""
        at = self.runs.index(prediction.run) if prediction.run in self.runs else -1
        if self.bench.run.name in self.runs[at + 1 :]:
            return self.bench
        if at + 1 < len(self.runs):
            return self._run(self.runs[-1])
        rows = all_of(parse(prediction.where), parse(prediction.slice))
        for place in range(len(self.others)):
            other = self._other(place)
            if other is not None and prediction.kind != "tag" and other.fits(rows):
                return other
        return None


def _came(bench: Counting, prediction: Prediction) -> Realised:
    """What a run or data set says of a prediction."""
    now: Estimate | None = None
    reason = OF_TAGS if prediction.kind == "tag" else ""
    if not reason:
        try:
            now = _measured(bench, prediction)
            reason = "" if now is not None else "no such rows there"
        except SlicerError as error:
            reason = str(error)
    return realised(prediction, now, run=bench.run.name, dataset=bench.dataset.name, reason=reason)


def _measured(bench: Counting, prediction: Prediction) -> Estimate | None:
    """The same metric on the same slice, as the ranking measures it."""
    slice_, where = parse(prediction.slice), parse(prediction.where)
    of_class = prediction.kind == "class"
    slices = [] if of_class else [slice_]
    result = rank(bench, slices=slices, classes=of_class, metric=prediction.metric, where=where)
    found = {row.candidate.slice: row.candidate.estimate for row in result.table}
    return found.get(prediction.slice)


def _together(benches: _Benches, items: Sequence[PlanItem]) -> float | None:
    """What closing the gaps of these rows is worth, errors in several slices counted once; see `priorities.overlap`.

    The levels are those that were frozen. None where the rows are not slices of one ranking.
    """
    said = [one.prediction for one in items if one.prediction.potential is not None]
    if len({(one.metric, one.run, one.where) for one in said}) != 1 or any(one.kind != "slice" for one in said):
        return None
    first, alone = said[0], [one.potential or 0.0 for one in said]
    if len(said) == 1:
        return alone[0]
    bench = benches.of_run(first.run)
    levels = {parse(one.slice): GivenHlp(value=one.hlp) for one in said if one.hlp is not None}
    if bench is None:
        return None
    try:
        result = rank(bench, slices=list(levels), metric=first.metric, hlp=levels, where=parse(first.where))
    except SlicerError:
        return None
    return None if result.joint is None else min(max(result.joint, *alone), sum(alone))
