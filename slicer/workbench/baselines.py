"""What no model would reach too: always the same class, the class shares as probabilities, always the mean.

Naive tables are measured by the metrics' own entries, so that a baseline and the model are the same number.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from slicer.findings.wording import plain_quote
from slicer.metrics.counts import ConfusionCounts, SliceCounts
from slicer.metrics.moments import ResidualSums
from slicer.metrics.registry import METRICS, Setting, measured

SHARES, MEAN = "the class shares", "always the mean"


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """A metric of something that looks at no example."""

    name: str
    """What it says of every row."""
    value: float | None
    """None where it has no value: always ham predicts no spam, so it has no precision."""


def baseline(name: str, counts: SliceCounts, setting: Setting, deviation: float | None = None) -> Baseline | None:
    """What a metric of these rows would be without a model; None where nothing naive has it.

    Args:
        name: The metric.
        counts: The rows.
        setting: As in `measured`.
        deviation: The mean distance of the labels from their mean, which sums alone do not tell.

    >>> counts = SliceCounts(
    ...     support=4, unlabelled=0, unpredicted=0, right=3, paired=None,
    ...     confusion=ConfusionCounts(("ham", "spam"), np.array([[3.0, 0.0, 0.0], [1.0, 0.0, 0.0]])),
    ... )
    >>> baseline("accuracy", counts, Setting(positive=1))
    Baseline(name='always ham', value=0.75)
    >>> baseline("precision", counts, Setting(positive=1)).value is None
    True
    """
    match METRICS[name].needs:
        case "outcomes" | "classes" | "positive" if counts.confusion is not None and counts.n:
            return _majority(name, counts, counts.confusion, setting)
        case "probabilities":
            shares = class_shares(counts)
            value = _of_shares(name, shares, binary=setting.positive is not None) if shares else None
            return None if value is None else Baseline(name=SHARES, value=value)
        case "residuals" if counts.residuals is not None and counts.residuals.y.w > 0:
            known = _of_mean(name, counts.residuals, deviation)
            return None if known is None else Baseline(name=MEAN, value=known)
    return None


def always(table: ConfusionCounts, place: int) -> ConfusionCounts:
    """The same rows, all predicted as one class."""

    def moved(cells: np.ndarray | None) -> np.ndarray | None:
        if cells is None:
            return None
        one = np.zeros_like(cells)
        one[:, place] = cells.sum(axis=1)
        return one

    whole = moved(table.table)
    assert whole is not None
    return ConfusionCounts(table.labels, whole, moved(table.squares), moved(table.rows))


def _majority(name: str, counts: SliceCounts, table: ConfusionCounts, setting: Setting) -> Baseline | None:
    place = int(table.support.argmax())
    naive = always(table, place)
    found = measured(name, replace(counts, confusion=naive, right=naive.right, unpredicted=0), setting)
    said = f"always {plain_quote(table.labels[place])}"
    return None if found is None else Baseline(name=said, value=found.value)


def class_shares(counts: SliceCounts) -> tuple[float, ...]:
    """The share of each class among the rows that have probabilities; of two classes the positive one comes last."""
    curves = counts.probabilities.curves if counts.probabilities is not None else ()
    sums = [(float(one.positives.sum()), float(one.negatives.sum())) for one in curves]
    if len(sums) == 1:
        positive, negative = sums[0]
        total = positive + negative
        return (negative / total, positive / total) if total else ()
    if sums:
        return tuple(positive / (positive + negative) for positive, negative in sums if positive + negative)
    if counts.probabilities is None or counts.confusion is None or not counts.n:
        return ()
    return tuple(float(one) for one in counts.confusion.support / counts.confusion.support.sum())


def _of_shares(name: str, shares: Sequence[float], *, binary: bool) -> float | None:
    """A metric of the class shares as everybody's probabilities."""
    held = [share for share in shares if share > 0]
    squares = math.fsum(share * (1 - share) for share in shares)
    match name:
        case "log_loss":
            return -math.fsum(share * math.log(share) for share in held)
        case "brier":
            return squares / 2 if binary else squares
        case "roc_auc":
            return 0.5 if len(held) > 1 else None
        case "average_precision":
            return shares[-1] if binary else math.fsum(held) / len(held)
    return None


def _of_mean(name: str, sums: ResidualSums, deviation: float | None) -> float | None:
    """A metric of the mean label as everybody's prediction."""
    y = sums.y
    variance = max(0.0, y.wxx / y.w - (y.wx / y.w) ** 2)
    known = {"rmse": math.sqrt(variance), "bias": 0.0, "mae": deviation, "r2": 0.0 if variance > 0 else None}
    return known.get(name)


def skewed(counts: SliceCounts, setting: Setting) -> str | None:
    """The negative class of a binary task, where it is the more frequent: always saying it only looks accurate."""
    table = counts.confusion
    if table is None or setting.positive is None or len(table.labels) != 2 or not counts.n:
        return None
    place = int(table.support.argmax())
    return None if place == setting.positive else table.labels[place]
