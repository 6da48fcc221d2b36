"""What a person does with a data set: measure, slice, rank. Dashboard, command line and notebook call this."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from slicer.agreed import AgreeResult
from slicer.errors import UsageError
from slicer.found import FindResult
from slicer.human.asked import AskedLevels
from slicer.human.hlp import GivenHlp
from slicer.metrics.counts import SliceCounts
from slicer.metrics.estimate import Estimate
from slicer.metrics.rates import accuracy, class_metrics
from slicer.metrics.registry import METRICS, NEEDED, Setting, measured
from slicer.planned import Collected, PlanResult
from slicer.priorities.prediction import Prediction
from slicer.priorities.ranking import Order
from slicer.project.hlp_entries import given_levels, list_levels
from slicer.results import CrossTable, Head, MetricsResult, RankResult, SliceMetrics, SliceTable
from slicer.side_by_side import SideBySide
from slicer.slices import Slice, all_of
from slicer.tagged import RuleRow, TagsResult
from slicer.workbench import (
    agreeing,
    collecting,
    comparing,
    finding,
    planning,
    ranking,
    side_by_side,
    tag_sheet,
    tagging,
)  # fmt: skip
from slicer.workbench.agreeing import with_circularity
from slicer.workbench.baselines import Baseline, baseline
from slicer.workbench.counting import ALL, ERRORS, By, Counting, Options
from slicer.workbench.exact import LevelsByMetric
from slicer.workbench.human_levels import humans_of, level_of_all
from slicer.workbench.numbers import Numbers, mean_deviation, numbers, worst_rows
from slicer.workbench.unheld import unheld
from slicer.workbench.wanted import Wanted

__all__ = ["ALL", "ERRORS", "Baseline", "By", "Numbers", "Options", "Reference", "Wanted", "Workbench"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """Levels beside a headline metric."""

    hlp: float | None
    baselines: tuple[tuple[str, float], ...]
    """(name, value), of what is not people."""


class Workbench(Counting):
    """One run of one data set, ready to be asked.

    Args:
        project: The open project.
        dataset: The data set.
        run: A run's name; the newest if None.

    >>> import slicer
    >>> bench = slicer.sample("speech")
    >>> result = bench.rank(by=["noise"])
    >>> [(row.candidate.name, round(row.candidate.potential, 4)) for row in result.table][:2]
    [('noise people noise', 0.006), ('noise clean speech', 0.006)]
    """

    # --- measuring ---------------------------------------------------------------------------------

    def metrics(
        self,
        *,
        by: Sequence[By] = (),
        slices: Sequence[Slice] = (),
        where: Slice = ALL,
        metrics: Sequence[str] | None = None,
    ) -> MetricsResult:
        """Metrics overall, by column and per slice.

        Args:
            by: Columns, each alone; `a*b` crosses two.
            slices: Predicates of their own.
            where: Only these rows.
            metrics: Names of the contract; all of them if None.

        Raises:
            UsageError, SliceError, UnknownColumnError: in words.
        """
        names = self._metric_names(metrics)
        needs = {METRICS[name].needs for name in names}
        overall, saved = self.count(where, needs=needs), self.saved()
        counted = self.count_by(by, where, needs=needs)
        counted += [(one, self.count(all_of(where, one), needs=needs)) for one in slices]
        setting, head = self.setting(overall), self.head(overall, where)
        empty = [said for one, counts in counted if not counts.support for said in unheld(one, self.texts)]
        head = replace(head, warnings=tuple(dict.fromkeys((*head.warnings, *empty))))
        if self.by_people:
            return self._by_people(by, slices, where, head, overall, counted)
        return MetricsResult(
            head=head,
            overall=self._measured(ALL, overall, overall, names, {}, setting),
            slices=tuple(self._measured(slice_, counts, overall, names, saved, setting) for slice_, counts in counted),
        )

    def _by_people(
        self,
        by: Sequence[By],
        slices: Sequence[Slice],
        where: Slice,
        head: Head,
        overall: SliceCounts,
        counted: Sequence[tuple[Slice, SliceCounts]],
    ) -> MetricsResult:
        """Accuracy against what people say, where no column is the label."""
        asked = {one: all_of(where, one) for one in slices}
        humans, saved = humans_of(self, "accuracy", asked, self.levels_of(by, where), where), self.saved()

        def one(slice_: Slice, counts: SliceCounts) -> SliceMetrics:
            return SliceMetrics(
                slice=slice_,
                name=saved.get(slice_, slice_.words),
                counts=counts,
                share=counts.support / overall.support if overall.support else None,
                metrics={"accuracy": humans.model(slice_, self.options.level)},
                classes={},
                people={},
            )

        head = with_circularity(head, humans.truth_source)
        return MetricsResult(head=head, overall=one(ALL, overall), slices=tuple(one(*each) for each in counted))

    def _metric_names(self, metrics: Sequence[str] | None) -> tuple[str, ...]:
        for name in metrics or ():
            if name not in METRICS:
                raise UsageError(f"No metric named {name!r}.", hint=f"Metrics: {', '.join(METRICS)}.")
            if name not in self.measurable:
                raise UsageError(
                    f"{name} needs {NEEDED[METRICS[name].needs]}, which this run does not have.",
                    hint=f"Metrics here: {', '.join(self.measurable)}.",
                )
        return tuple(metrics) if metrics else tuple(name for name, one in METRICS.items() if not one.on_request)

    def _measured(
        self,
        slice_: Slice,
        counts: SliceCounts,
        overall: SliceCounts,
        names: tuple[str, ...],
        saved: Mapping[Slice, str],
        setting: Setting,
    ) -> SliceMetrics:
        level = self.options.level
        return SliceMetrics(
            slice=slice_,
            name=saved.get(slice_, slice_.words),
            counts=counts,
            share=counts.support / overall.support if overall.support else None,
            metrics={name: measured(name, counts, setting) for name in names},
            classes=class_metrics(counts.confusion, level) if counts.confusion is not None else {},
            people=class_metrics(counts.human_confusion, level) if counts.human_confusion is not None else {},
        )

    # --- comparing and ranking ---------------------------------------------------------------------

    @property
    def compared(self) -> tuple[str, ...]:
        """The metrics slices can be held against the rest by, on this data."""
        return comparing.compared(self)

    def slice_table(
        self,
        *,
        by: Sequence[By] = (),
        slices: Sequence[Slice] = (),
        where: Slice = ALL,
        metric: str | None = None,
    ) -> SliceTable:
        """Every slice against the rest of the rows; see `comparing.slice_table`."""
        return comparing.slice_table(self, by=by, slices=slices, where=where, metric=metric)

    def cross(self, down: str, across: str, *, where: Slice = ALL, metric: str | None = None) -> CrossTable:
        """Two columns crossed; see `comparing.cross`."""
        return comparing.cross(self, down, across, where=where, metric=metric)

    def side_by_side(self, one: Slice, other: Slice, *, where: Slice = ALL) -> SideBySide:
        """Two slices, their metrics and what they differ in; see `side_by_side.side_by_side`."""
        return side_by_side.side_by_side(self, one, other, where=where)

    def rank(
        self,
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
        """The prioritization table; see `ranking.rank`.

        >>> import slicer
        >>> found = slicer.sample("speech").rank(by=["noise"], hlp={"noise = 'car noise'": 0.93, "": 0.95})
        >>> [(row.candidate.hlp.value, row.candidate.hlp.source) for row in found.table][-1]
        (0.93, 'given')
        """
        return ranking.rank(
            self,
            by=by,
            slices=slices,
            tags=tags,
            classes=classes,
            metric=metric,
            hlp=hlp,
            people=people,
            baselines=baselines,
            where=where,
            other_levels=other_levels,
            order=order,
            population=population,
            rows_in_all=rows_in_all,
        )

    def find(
        self, wanted: Wanted | None = None, *, where: Slice = ALL, told: Callable[[float], bool] = lambda done: True
    ) -> FindResult:
        """The worst slices of all combinations of levels; see `finding.find`."""
        return finding.find(self, wanted or Wanted(), where=where, told=told)

    @property
    def ranked_by(self) -> tuple[str, ...]:
        """The metrics slices can be ranked by, the run's own first one first."""
        return ranking.ranked_by(self)

    def plan(self) -> PlanResult:
        """The plan of the data set, and what came of it on later runs; see `planning.plan`."""
        return planning.plan(self)

    def predictions(self, result: RankResult, where: Slice, slices: Sequence[str]) -> list[Prediction]:
        """What rows of a ranking predict, to be put into the plan; see `planning.predictions`."""
        return planning.predictions(self, result, str(where), slices)

    def collect(self, slice_: Slice, *, where: Slice = ALL, name: str = "", rows: bool = True) -> Collected:
        """The rows of a slice that the model fails and people get right; see `collecting.collect`."""
        return collecting.collect(self, slice_, where=where, name=name, rows=rows)

    def tags(self, *, where: Slice = ALL, hlp: Mapping[Slice, GivenHlp] | None = None) -> TagsResult:
        """The numbers of every tag, as far as what was read can tell; see `tagging.tags`."""
        return tagging.tags(self, where=where, hlp=hlp)

    def tag_rules(self, *, where: Slice = ALL) -> tuple[RuleRow, ...]:
        """A slice proposed for each tag that the columns can tell; see `tagging.tag_rules`."""
        return tagging.tag_rules(self, where=where)

    def tag_sheet(self, ids: Sequence[str]) -> list[dict[str, Any]]:
        """These rows with everything people said of them, a line for each; see `workbench.tag_sheet`."""
        return tag_sheet.tag_sheet(self, ids)

    def agree(self, *, by: Sequence[By] = (), slices: Sequence[Slice] = (), where: Slice = ALL) -> AgreeResult:
        """How far people agree, and the human level behind it; see `agreeing.agree`."""
        return agreeing.agree(self, by=by, slices=slices, where=where)

    @property
    def several_people(self) -> bool:
        """Whether a row can hold answers of several people, who may disagree."""
        return agreeing.several_people(self)

    @property
    def has_people(self) -> bool:
        """Whether people answered at all."""
        return bool(agreeing.kinds_of(self)) or self.dataset.roles.human_correct is not None

    def disputed_rows(self, where: Slice = ALL, *, limit: int) -> list[str]:
        """The ids of the rows people disagree on, most first; see `agreeing.disputed_rows`."""
        return agreeing.disputed_rows(self, where, limit=limit)

    def reference(self, counts: SliceCounts, metric: str = "accuracy", where: Slice = ALL) -> Reference:
        """What a headline metric is held against: people, where their level of it is known, and what is naive.

        Args:
            counts: All rows of `where`, with the sums of their probabilities if the metric needs them.
            metric: The metric.
            where: The rows.
        """
        given = given_levels(list_levels(self.project, self.dataset.id), metric)
        people = level_of_all(self, metric, counts, where, given) if given or metric == self.headline else None
        naive = self.baselines(counts, [metric], where).get(metric)
        known = () if naive is None or naive.value is None else ((naive.name, naive.value),)
        return Reference(hlp=None if people is None else people.value, baselines=known)

    def baselines(self, counts: SliceCounts, metrics: Sequence[str], where: Slice = ALL) -> dict[str, Baseline]:
        """What each metric would be without a model, where something naive has it; see `baselines.baseline`."""
        setting = self.setting(counts)
        deviation = mean_deviation(self, where) if "mae" in metrics and self.task == "regression" else None
        found = {name: baseline(name, counts, setting, deviation) for name in metrics}
        return {name: one for name, one in found.items() if one is not None}

    def numbers(self, where: Slice = ALL, *, worst: int = 20) -> Numbers:
        """How the numbers of the rows are spread, and the worst rows; of runs that are not right or wrong."""
        return numbers(self, where, worst)

    def worst_rows(self, where: Slice = ALL, *, limit: int) -> list[str]:
        """The ids of the worst rows; see `numbers.worst_rows`."""
        return worst_rows(self, where, limit)

    def overall(self, where: Slice = ALL) -> Estimate:
        """Accuracy on a slice."""
        counts = self.count(where)
        return accuracy(counts, self.options.level)
