"""What a ranking measures: its metric on every slice, the gap to a level, and what closing it is worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np

from slicer.engine.levels import Levels
from slicer.human.hlp import Hlp
from slicer.human.leave_one_out import HumanLevel
from slicer.human.reference import independent_gap
from slicer.metrics.counts import SliceCounts
from slicer.metrics.estimate import RANKED_FROM, Estimate, estimate
from slicer.metrics.registry import METRICS, Setting, measured
from slicer.priorities.potential import Gap, accuracy_gap, accuracy_gap_draws
from slicer.priorities.ranking import ShareSource
from slicer.slices import Slice
from slicer.workbench.counting import Counting


class RankTask:
    """One metric on the rows of one ranking.

    Args:
        bench: The run.
        metric: accuracy, log_loss, brier, mean, ratio or mae.
        where: The rows that are ranked.
        levels: The levels of the columns to slice by.
    """

    def __init__(self, bench: Counting, metric: str, where: Slice, levels: Sequence[Sequence[Levels]]) -> None:
        self.bench, self.metric, self.where, self.levels = bench, metric, where, levels
        self.rate = metric == "accuracy"
        self.from_counts = self.rate and not bench.by_people
        self.needs = {METRICS[metric].needs}
        self.overall = bench.count(where, needs=self.needs)

    @cached_property
    def setting(self) -> Setting:
        return self.bench.setting(self.overall)

    def counted(self, asked: Mapping[Slice, Slice]) -> dict[Slice, SliceCounts]:
        """Every slice that has rows, in order: those of the columns, then those by themselves.

        Args:
            asked: Slices by themselves, and the rows of each.
        """
        counted = self.bench.counted_each(self.levels, self.where, self.needs)
        found = {slice_: counts for slice_, counts in counted.items() if counts.support}
        return found | self.counted_alone(asked)

    def counted_alone(self, asked: Mapping[Slice, Slice]) -> dict[Slice, SliceCounts]:
        """Slices by themselves that have rows."""
        counted = {one: self.bench.count(rows, needs=self.needs) for one, rows in asked.items()}
        return {slice_: counts for slice_, counts in counted.items() if counts.support}

    def estimate(self, counts: SliceCounts) -> Estimate:
        """The metric on a slice."""
        found = measured(self.metric, counts, self.setting)
        level = self.bench.options.level
        return found or estimate(None, None, n=0, denominator=0, method="t", level=level)

    @property
    def share_source(self) -> ShareSource:
        """What shares are of."""
        if self.overall.ratio is not None:
            return "units"
        return "rows" if self.bench.dataset.roles.weight is None else "weights"

    @property
    def failures_only(self) -> bool:
        """Whether no row is right: such rows were chosen because they are wrong, and say nothing of all others."""
        judged = self.overall.judged and not self.bench.by_people
        return judged and self.overall.n >= RANKED_FROM and self.overall.right == 0

    def share(self, counts: SliceCounts) -> float | None:
        """The slice's part of what the overall metric is divided by."""
        whole = self.divided_by(self.overall)
        return self.divided_by(counts) / whole if whole else None

    def divided_by(self, counts: SliceCounts) -> float:
        """What the metric is divided by on a slice: rows, their weights, or the total of a ratio."""
        if counts.score is not None:
            return counts.score.w
        if counts.ratio is not None:
            return counts.ratio.d
        if counts.residuals is not None:
            return counts.residuals.absolute.w
        if "probabilities" in self.needs:
            sums = None if counts.probabilities is None else getattr(counts.probabilities, self.metric)
            return 0.0 if sums is None else float(sums.w)
        return counts.weight

    def ceiling(self, own: Estimate, weight: float | None) -> float | None:
        """What fixing every error would bring; None where the best score there can be is unknown."""
        if own.value is None or weight is None:
            return None
        if self.rate:
            return (1 - own.value) * weight
        metric = METRICS[self.metric]
        return own.value * weight if metric.span[0] == 0 and metric.higher_is_better is False else None

    def gap(self, counts: SliceCounts, own: Estimate, hlp: Hlp | None, level: HumanLevel | None) -> Gap | None:
        """The gap to a level, positive where people are better.

        Args:
            level: Where the level was measured beside the model, both and their gap.
        """
        if hlp is None:
            return None
        if level is not None and level.beside:
            return Gap.of(level.gap, level.model)
        if self.from_counts:
            return accuracy_gap(counts, hlp, self.bench.options.level)
        better = bool(self.bench.higher_is_better(self.metric))
        return Gap.of(independent_gap(hlp, own, better), own)

    def draws(self, counts: SliceCounts, gap: Gap, hlp: Hlp, level: HumanLevel | None, key: str) -> np.ndarray:
        """Draws of the gap."""
        beside = level is not None and level.beside
        seed = self.bench.options.seed
        if self.from_counts and not beside:
            return accuracy_gap_draws(counts, gap, hlp, key, seed)
        return gap.draws(key, seed, self.bench.options.level)
