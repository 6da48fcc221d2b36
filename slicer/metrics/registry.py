"""Every metric is one entry here: its name, what it needs, its formula and its interval.

>>> from slicer.metrics.counts import ConfusionCounts
>>> import numpy as np
>>> course = ConfusionCounts(("0", "1"), np.array([[905.0, 9.0, 0.0], [18.0, 68.0, 0.0]]))
>>> round(METRICS["f1"].estimate(course, 1, 0.95).value, 3)
0.834
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from slicer.metrics import classification
from slicer.metrics.counts import ConfusionCounts, SliceCounts
from slicer.metrics.estimate import Estimate, estimate
from slicer.metrics.intervals import Interval, delta_interval, mover_sum, wilson, wilson_jaccard

Parts = Callable[[float, float, float, float], tuple[float, float]]

PENDING = (
    "log_loss", "brier", "roc_auc", "average_precision", "ece", "mae", "rmse", "bias", "r2", "mean", "ratio",
)  # fmt: skip
"""Names of the contract that need probabilities or scores: present and null."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One metric of a confusion table. `estimate(counts, positive, level)` reads the class index
    `positive` where the metric is about one class, and ignores it elsewhere."""

    name: str
    words: str
    """What it is called on screen."""
    per_class: bool
    """About one class (precision) or about the whole table (macro F1)."""
    bounds: Interval
    estimate: Callable[[ConfusionCounts, int, float], Estimate]


def _ratio(name: str, words: str, parts: Parts) -> Metric:
    """A proportion of one class's tp, fp, fn, tn, with Wilson's interval."""

    def compute(counts: ConfusionCounts, positive: int, level: float) -> Estimate:
        successes, trials = parts(*counts.one_against_rest(positive))
        value = successes / trials if trials else None
        return estimate(
            value, wilson(successes, trials, level), n=counts.n, denominator=trials, method="wilson", level=level
        )

    return Metric(name=name, words=words, per_class=True, bounds=(0.0, 1.0), estimate=compute)


def _f1(counts: ConfusionCounts, positive: int, level: float) -> Estimate:
    tp, fp, fn, _ = counts.one_against_rest(positive)
    value = 2 * tp / (2 * tp + fp + fn) if tp + fp + fn else None
    return estimate(
        value,
        wilson_jaccard(tp, fp, fn, level),
        n=counts.n,
        denominator=tp + fp + fn,
        method="wilson-jaccard",
        level=level,
    )


def _delta(name: str, words: str, bounds: Interval = (0.0, 1.0)) -> Metric:
    """A metric of the whole table, with the delta method."""
    formula = classification.METRICS[name]

    def compute(counts: ConfusionCounts, positive: int, level: float) -> Estimate:
        value = _defined(formula(counts.table)) if counts.n else None
        ci, at_edge = (None, False) if value is None else delta_interval(formula, counts.table, bounds, level)
        return estimate(
            value,
            ci,
            n=counts.n,
            denominator=counts.n,
            method="delta",
            level=level,
            flags=("boundary",) if at_edge else (),
        )

    return Metric(name=name, words=words, per_class=False, bounds=bounds, estimate=compute)


def _balanced_accuracy(counts: ConfusionCounts, positive: int, level: float) -> Estimate:
    classes = [(counts.table[i, i], support) for i, support in enumerate(counts.support) if support]
    if not classes:
        return estimate(None, None, n=0, denominator=0, method="mover", level=level)
    parts = [
        (1 / len(classes), right / support, wilson(right, support, level) or (0.0, 1.0)) for right, support in classes
    ]
    value = sum(weight * recall for weight, recall, _ in parts)
    return estimate(
        float(value), mover_sum(parts), n=counts.n, denominator=counts.n, method="mover", level=level
    )  # fmt: skip


def _defined(value: np.ndarray) -> float | None:
    return None if np.isnan(value) else float(value)


METRICS: dict[str, Metric] = {
    metric.name: metric
    for metric in (
        _ratio("precision", "precision", lambda tp, fp, fn, tn: (tp, tp + fp)),
        _ratio("recall", "recall", lambda tp, fp, fn, tn: (tp, tp + fn)),
        Metric(name="f1", words="F1", per_class=True, bounds=(0.0, 1.0), estimate=_f1),
        _ratio("specificity", "specificity", lambda tp, fp, fn, tn: (tn, tn + fp)),
        _ratio("fpr", "false positive rate", lambda tp, fp, fn, tn: (fp, fp + tn)),
        _ratio("fnr", "false negative rate", lambda tp, fp, fn, tn: (fn, fn + tp)),
        Metric(
            name="balanced_accuracy",
            words="balanced accuracy",
            per_class=False,
            bounds=(0.0, 1.0),
            estimate=_balanced_accuracy,
        ),
        _delta("mcc", "Matthews correlation", (-1.0, 1.0)),
        _delta("kappa", "Cohen's kappa", (-1.0, 1.0)),
        _delta("macro_precision", "macro precision"),
        _delta("macro_recall", "macro recall"),
        _delta("macro_f1", "macro F1"),
        _delta("weighted_f1", "weighted F1"),
    )
}
"""Metrics of a confusion table by name. Accuracy needs no table and stands beside them."""

ALL_METRICS = ("accuracy", *METRICS, *PENDING)
"""Every name of the contract, in the order they are shown."""

WORDS = {"accuracy": "accuracy", **{metric.name: metric.words for metric in METRICS.values()}}


def accuracy(right: int, n: int, level: float = 0.95) -> Estimate:
    """Right rows over labelled rows, with Wilson's interval.

    >>> accuracy(68, 86).ci[0] > 0.69
    True
    """
    return estimate(right / n if n else None, wilson(right, n, level), n=n, denominator=n, method="wilson", level=level)


def slice_metrics(
    counts: SliceCounts,
    *,
    positive: str | None,
    level: float = 0.95,
    names: tuple[str, ...] | None = None,
    all_defined: np.ndarray | None = None,
) -> dict[str, Estimate | None]:
    """Every metric of the contract on one slice; None where the data cannot hold it.

    Args:
        counts: The slice.
        positive: The positive class of a binary task; None where there is none.
        level: Two-sided coverage of the intervals.
        names: The metrics wanted; all of them if None.
        all_defined: Which classes occur in the whole data set: averages over fewer are flagged.
    """
    table = counts.confusion
    result: dict[str, Estimate | None] = dict.fromkeys(names or ALL_METRICS)
    for name in result:
        if name == "accuracy":
            result[name] = accuracy(counts.right, counts.n, level)
        elif table is not None and name in METRICS:
            metric = METRICS[name]
            if metric.per_class and positive is None:
                continue
            index = table.labels.index(positive) if positive is not None and metric.per_class else 0
            found = metric.estimate(table, index, level)
            averaged = name.startswith(("macro_", "balanced"))
            if averaged and all_defined is not None and not np.array_equal(table.defined, all_defined):
                found = found.flagged("class_set_differs")
            result[name] = found
    return result


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
    return {
        label: ClassMetrics(
            support=int(counts.support[index]),
            predicted=int(counts.predicted[index]),
            precision=METRICS["precision"].estimate(counts, index, level),
            recall=METRICS["recall"].estimate(counts, index, level),
            f1=METRICS["f1"].estimate(counts, index, level),
        )
        for index, label in enumerate(counts.labels)
    }
