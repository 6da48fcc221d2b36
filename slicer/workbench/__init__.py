"""What a person does with a data set: measure, slice, rank. Dashboard, command line and notebook call this."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from slicer.agreed import AgreeResult
from slicer.errors import UsageError
from slicer.human.hlp import GivenHlp
from slicer.metrics.counts import SliceCounts
from slicer.metrics.entries import accuracy, class_metrics
from slicer.metrics.estimate import Estimate
from slicer.metrics.registry import METRICS, NEEDED, Setting, measured
from slicer.results import CrossTable, MetricsResult, RankResult, SliceMetrics, SliceTable
from slicer.slices import Slice, all_of
from slicer.workbench import agreeing, baselines, comparing, ranking
from slicer.workbench.counting import ALL, ERRORS, By, Counting, Options

__all__ = ["ALL", "ERRORS", "By", "Options", "Reference", "Workbench"]


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
        curves = any(METRICS[name].needs == "probabilities" for name in names)
        overall, saved = self.count(where, probabilities=curves), self.saved()
        counted = self.count_by(by, where, probabilities=curves)
        counted += [(one, self.count(all_of(where, one), probabilities=curves)) for one in slices]
        setting = self.setting(overall)
        return MetricsResult(
            head=self.head(overall, where),
            overall=self._measured(ALL, overall, overall, names, {}, setting),
            slices=tuple(self._measured(slice_, counts, overall, names, saved, setting) for slice_, counts in counted),
        )

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

    def rank(
        self,
        *,
        by: Sequence[By] = (),
        slices: Sequence[Slice] = (),
        tags: bool = False,
        classes: bool = False,
        metric: str | None = None,
        hlp: Mapping[Slice, GivenHlp] | None = None,
        people: Slice | None = None,
        baselines: Mapping[str, baselines.Reference] | None = None,
        where: Slice = ALL,
    ) -> RankResult:
        """The prioritization table; see `ranking.rank`."""
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
        )

    def agree(self, *, by: Sequence[By] = (), slices: Sequence[Slice] = (), where: Slice = ALL) -> AgreeResult:
        """How far people agree, and the human level behind it; see `agreeing.agree`."""
        return agreeing.agree(self, by=by, slices=slices, where=where)

    def reference(self, counts: SliceCounts) -> Reference:
        """What a headline accuracy is held against: people on the same rows, and always saying the largest class."""
        paired = counts.paired
        majority: tuple[tuple[str, float], ...] = ()
        if counts.confusion is not None and counts.n:
            place = int(counts.confusion.support.argmax())
            majority = (
                (f"always {counts.confusion.labels[place]}", float(counts.confusion.support[place]) / counts.n),
            )
        return Reference(hlp=paired.human_right / paired.size if paired is not None else None, baselines=majority)

    def overall(self, where: Slice = ALL) -> Estimate:
        """Accuracy on a slice."""
        counts = self.count(where)
        return accuracy(counts, self.options.level)
