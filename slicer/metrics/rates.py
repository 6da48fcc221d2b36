"""Rates of counts: accuracy, some of n rows, and each class against the rest."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from slicer.metrics.counts import OUTCOME, ConfusionCounts, PairedCounts, SliceCounts
from slicer.metrics.estimate import Estimate
from slicer.metrics.proportions import class_estimate, proportion, right_cells


def accuracy(counts: SliceCounts, level: float = 0.95) -> Estimate:
    """Right rows over labelled rows.

    >>> counts = SliceCounts(support=90, unlabelled=4, unpredicted=0, right=68, confusion=None, paired=None)
    >>> round(accuracy(counts).value, 4)
    0.7907
    """
    table = counts.tabled
    return proportion(table, right_cells(table), level)


def fraction(right: float, n: float, level: float = 0.95) -> Estimate:
    """Some of n rows, each counting once.

    >>> [round(end, 4) for end in fraction(68, 86).ci]
    [0.6932, 0.8633]
    """
    table = ConfusionCounts(OUTCOME, np.array([[right, n - right]], dtype=float))
    return proportion(table, right_cells(table), level)


def paired_accuracy(paired: PairedCounts, level: float = 0.95) -> Estimate:
    """The model's accuracy on the rows that have a human label."""
    return replace(fraction(paired.model_right, paired.size, level), n=paired.n)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassMetrics:
    """One class against the rest."""

    support: int
    predicted: int
    precision: Estimate
    recall: Estimate
    f1: Estimate


def class_metrics(counts: ConfusionCounts, level: float = 0.95) -> dict[str, ClassMetrics]:
    """Precision, recall and F1 of each class, in the order of the labels."""
    rows = counts.counted
    return {
        label: ClassMetrics(
            support=int(rows[index].sum()),
            predicted=int(rows[:, index].sum()),
            precision=class_estimate(counts, "precision", index, level),
            recall=class_estimate(counts, "recall", index, level),
            f1=class_estimate(counts, "f1", index, level),
        )
        for index, label in enumerate(counts.labels)
    }
