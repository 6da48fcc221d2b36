"""What every threshold on a probability would make of the rows: precision, recall and F1 without predicting anew."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from slicer.metrics.counts import ConfusionCounts
from slicer.metrics.estimate import Estimate
from slicer.metrics.histograms import ScoreGroups
from slicer.metrics.proportions import class_estimate

Array = np.ndarray

SIDES = ("negative", "positive")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ThresholdCounts:
    """Rows that would be predicted positive at each threshold: those whose score is at least it."""

    thresholds: Array = field(repr=False)
    """The distinct scores, descending, shape (thresholds,)."""
    found: Array = field(repr=False)
    """Positives predicted positive at each (with weights: Σw), shape (thresholds,)."""
    alarms: Array = field(repr=False)
    """Negatives predicted positive at each."""
    squares: tuple[Array, Array] | None = field(default=None, repr=False)
    """Σw² of both, where rows carry weights."""

    @property
    def positives(self) -> float:
        return float(self.found[-1]) if len(self.found) else 0.0

    @property
    def negatives(self) -> float:
        return float(self.alarms[-1]) if len(self.alarms) else 0.0

    @property
    def prevalence(self) -> float | None:
        """The share of the positive class: the precision of saying positive always."""
        rows = self.positives + self.negatives
        return self.positives / rows if rows > 0 else None

    @property
    def precision(self) -> Array:
        """Of what would be predicted positive, the share that is, shape (thresholds,)."""
        return np.asarray(self.found / (self.found + self.alarms))

    @property
    def recall(self) -> Array:
        """Of the positives, the share that would be found; nan without one, shape (thresholds,)."""
        return np.asarray(self.found / self.positives) if self.positives else np.full(len(self.found), np.nan)

    @property
    def f1(self) -> Array:
        """Shape (thresholds,)."""
        return np.asarray(2 * self.found / (self.found + self.alarms + self.positives))

    @property
    def best_f1(self) -> float | None:
        """The threshold with the largest F1, the highest of several; None without positives."""
        return float(self.thresholds[int(np.argmax(self.f1))]) if self.positives else None


@dataclass(frozen=True, slots=True, kw_only=True)
class AtThreshold:
    """What one threshold would make of the rows."""

    threshold: float
    found: float
    """Positives predicted positive."""
    missed: float
    """Positives predicted negative."""
    alarms: float
    """Negatives predicted positive."""
    precision: Estimate
    recall: Estimate
    f1: Estimate


def threshold_counts(groups: ScoreGroups) -> ThresholdCounts:
    """The counts of every threshold.

    Source:
        Running sums over the scores, from the highest, as scikit-learn's `precision_recall_curve`.

    >>> counts = threshold_counts(ScoreGroups.of([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]))
    >>> counts.thresholds.tolist(), counts.found.tolist(), counts.alarms.tolist()
    ([0.8, 0.4, 0.35, 0.1], [1.0, 1.0, 2.0, 2.0], [0.0, 1.0, 1.0, 2.0])
    """
    squares = tuple(np.cumsum(one[::-1]) for one in groups.squares) if groups.weighted else None
    return ThresholdCounts(
        thresholds=groups.scores[::-1],
        found=np.cumsum(groups.positives[::-1]),
        alarms=np.cumsum(groups.negatives[::-1]),
        squares=None if squares is None else (squares[0], squares[1]),
    )


def at_threshold(counts: ThresholdCounts, threshold: float, level: float = 0.95) -> AtThreshold:
    """Rows and rates at one threshold, with the intervals of a confusion table: Wilson's, and his mapped for F1.

    >>> here = at_threshold(threshold_counts(ScoreGroups.of([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])), 0.5)
    >>> here.found, here.missed, here.alarms, here.precision.value, here.recall.value
    (1.0, 1.0, 0.0, 1.0, 0.5)
    """
    table = _table(counts, threshold)
    precision, recall, f1 = (class_estimate(table, name, 1, level) for name in ("precision", "recall", "f1"))
    return AtThreshold(
        threshold=threshold,
        found=float(table.table[1, 1]),
        missed=float(table.table[1, 0]),
        alarms=float(table.table[0, 1]),
        precision=precision,
        recall=recall,
        f1=f1,
    )


def _table(counts: ThresholdCounts, threshold: float) -> ConfusionCounts:
    """The confusion table at a threshold; with weights its rows are effective ones (Kish's)."""
    place = int(np.searchsorted(-counts.thresholds, -threshold, side="right")) - 1

    def cells(found: Array, alarms: Array) -> Array:
        said = (float(alarms[place]), float(found[place])) if place >= 0 else (0.0, 0.0)
        whole = (float(alarms[-1]), float(found[-1])) if len(found) else (0.0, 0.0)
        return np.array([[whole[0] - said[0], said[0], 0.0], [whole[1] - said[1], said[1], 0.0]])

    table = cells(counts.found, counts.alarms)
    if counts.squares is None:
        return ConfusionCounts(SIDES, table)
    squares = cells(*counts.squares)
    effective = np.divide(table**2, squares, out=np.zeros_like(table), where=squares > 0)
    return ConfusionCounts(SIDES, table, squares, effective)
