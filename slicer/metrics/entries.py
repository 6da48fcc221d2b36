"""The metrics that come with Slicer: one entry each."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from slicer.metrics import classification, curves, regression
from slicer.metrics.calibration import ece_estimate, mce
from slicer.metrics.clusters import ClusterProducts
from slicer.metrics.counts import OUTCOME, ConfusionCounts, SliceCounts
from slicer.metrics.estimate import Estimate, estimate
from slicer.metrics.histograms import ProbabilitySums
from slicer.metrics.means import ANY, FRACTION, POSITIVE, mean_estimate, ratio_estimate
from slicer.metrics.moments import Moments, ResidualSums
from slicer.metrics.proportions import class_average, class_estimate, proportion, right_cells
from slicer.metrics.registry import (
    Metric,
    Setting,
    class_metric,
    register,
    table_metric,
)
from slicer.metrics.regression import between_clusters

COEFFICIENT, UP_TO_ONE = (-1.0, 1.0), (-math.inf, 1.0)

OfResiduals = Callable[[ResidualSums, ClusterProducts | None, float], Estimate]


def accuracy(counts: SliceCounts, level: float = 0.95) -> Estimate:
    """Right rows over labelled rows.

    >>> counts = SliceCounts(support=90, unlabelled=4, unpredicted=0, right=68, confusion=None, paired=None)
    >>> round(accuracy(counts).value, 4)
    0.7907
    """
    table = counts.tabled
    return proportion(table, right_cells(table), level)


def fraction(right: float, n: int, level: float = 0.95) -> Estimate:
    """Some of n rows, each counting once.

    >>> [round(end, 4) for end in fraction(68, 86).ci]
    [0.6932, 0.8633]
    """
    table = ConfusionCounts(OUTCOME, np.array([[right, n - right]], dtype=float))
    return proportion(table, right_cells(table), level)


def _rate(name: str, words: str, *, higher_is_better: bool = True, on_request: bool = False) -> Metric:
    def measure(counts: SliceCounts, setting: Setting) -> Estimate:
        assert counts.confusion is not None
        assert setting.positive is not None
        return class_estimate(counts.confusion, name, setting.positive, setting.level)

    return Metric(
        name=name,
        words=words,
        needs="positive",
        measure=measure,
        higher_is_better=higher_is_better,
        on_request=on_request,
    )


def _average(name: str, words: str, of: str) -> Metric:
    def measure(counts: SliceCounts, setting: Setting) -> Estimate:
        table = counts.confusion
        assert table is not None
        found = class_average(table, of, setting.level)
        differs = setting.occurring is not None and tuple(table.defined) != setting.occurring
        return found.flagged("class_set_differs") if differs else found

    return Metric(name=name, words=words, needs="classes", measure=measure)


def _loss(name: str, words: str) -> Metric:
    def measure(counts: SliceCounts, setting: Setting) -> Estimate:
        x: Moments | None = getattr(_probabilities(counts), name)
        if x is None:
            return estimate(None, None, n=0, denominator=0, method="t", level=setting.level, rate=False)
        between = between_clusters(counts.number_clusters, name, x)
        return mean_estimate(x, setting.level, clusters=between, span=POSITIVE)

    return Metric(
        name=name,
        words=words,
        needs="probabilities",
        measure=measure,
        unit="number",
        higher_is_better=False,
        span=POSITIVE,
    )


def _probabilities(counts: SliceCounts) -> ProbabilitySums:
    assert counts.probabilities is not None
    return counts.probabilities


def _roc_auc(counts: SliceCounts, setting: Setting) -> Estimate:
    sums = _probabilities(counts)
    independent = counts.number_clusters is None
    return curves.auc_estimate(sums.curves, binned=sums.binned, level=setting.level, intervals=independent)


def _average_precision(counts: SliceCounts, setting: Setting) -> Estimate:
    sums = _probabilities(counts)
    return curves.average_precision_estimate(
        sums.curves, binned=sums.binned, level=setting.level, intervals=counts.number_clusters is None
    )


def _calibration(counts: SliceCounts, setting: Setting) -> Estimate:
    bins = _probabilities(counts).calibration
    if bins is None:
        return estimate(None, None, n=0, denominator=0, method="bootstrap", level=setting.level)
    return ece_estimate(bins, setting.level, intervals=counts.number_clusters is None)


def _largest_gap(counts: SliceCounts, setting: Setting) -> Estimate:
    bins = _probabilities(counts).calibration
    rows = float(bins.n.sum()) if bins is not None else 0.0
    value = None if bins is None else mce(bins)
    return estimate(value, None, n=round(rows), denominator=rows, method="bootstrap", level=setting.level)


def _top_two(counts: SliceCounts, setting: Setting) -> Estimate:
    x = _probabilities(counts).top_two
    if x is None:
        return estimate(None, None, n=0, denominator=0, method="t", level=setting.level)
    between = between_clusters(counts.number_clusters, "top_two", x)
    return mean_estimate(x, setting.level, clusters=between, span=FRACTION, rate=True)


def _residual(name: str, words: str, of: OfResiduals, higher_is_better: bool | None = False) -> Metric:
    def measure(counts: SliceCounts, setting: Setting) -> Estimate:
        assert counts.residuals is not None
        return of(counts.residuals, counts.number_clusters, setting.level)

    span = {"bias": ANY, "r2": UP_TO_ONE}.get(name, POSITIVE)
    return Metric(
        name=name,
        words=words,
        needs="residuals",
        measure=measure,
        unit="number",
        higher_is_better=higher_is_better,
        span=span,
    )


def _pinball(counts: SliceCounts, setting: Setting) -> Estimate:
    assert counts.residuals is not None
    return regression.pinball(counts.residuals, 0.9, counts.number_clusters, setting.level)


def _mean(counts: SliceCounts, setting: Setting) -> Estimate:
    assert counts.score is not None
    between = between_clusters(counts.number_clusters, "x", counts.score)
    return mean_estimate(counts.score, setting.level, clusters=between, span=setting.score_span or ANY)


def _ratio(counts: SliceCounts, setting: Setting) -> Estimate:
    sums, clusters = counts.ratio, counts.number_clusters
    assert sums is not None
    between = None if clusters is None else clusters.ratio({"errors": 1.0}, "total", (sums.e, sums.d))
    return ratio_estimate(sums, setting.level, clusters=between)


for _metric in (
    Metric(name="accuracy", words="accuracy", needs="outcomes", measure=lambda counts, at: accuracy(counts, at.level)),
    _rate("precision", "precision"),
    _rate("recall", "recall"),
    _rate("f1", "F1"),
    _rate("specificity", "specificity"),
    _rate("fpr", "false positive rate", higher_is_better=False),
    _rate("fnr", "false negative rate", higher_is_better=False),
    _average("balanced_accuracy", "balanced accuracy", "recall"),
    table_metric("mcc", "Matthews correlation", classification.mcc, span=COEFFICIENT, unit="number"),
    table_metric("kappa", "Cohen's kappa", classification.kappa, span=COEFFICIENT, unit="number"),
    _average("macro_precision", "macro precision", "precision"),
    _average("macro_recall", "macro recall", "recall"),
    _average("macro_f1", "macro F1", "f1"),
    table_metric("weighted_f1", "weighted F1", classification.weighted_f1),
    _loss("log_loss", "log loss"),
    _loss("brier", "Brier score"),
    Metric(name="roc_auc", words="ROC-AUC", needs="probabilities", measure=_roc_auc),
    Metric(name="average_precision", words="average precision", needs="probabilities", measure=_average_precision),
    Metric(name="ece", words="calibration error", needs="probabilities", measure=_calibration, higher_is_better=False),
    _residual("mae", "mean absolute error", regression.mean_absolute_error),
    _residual("rmse", "root mean squared error", regression.root_mean_squared_error),
    _residual("bias", "bias", regression.bias, None),
    _residual("r2", "R²", regression.r_squared, True),
    Metric(
        name="mean", words="mean score", needs="score", measure=_mean, unit="number", higher_is_better=None, span=ANY
    ),
    Metric(name="ratio", words="error rate", needs="ratio", measure=_ratio, higher_is_better=False, span=POSITIVE),
    Metric(
        name="micro_f1",
        words="micro F1",
        needs="classes",
        measure=lambda counts, at: accuracy(counts, at.level),
        on_request=True,
    ),
    _rate("npv", "negative predictive value", on_request=True),
    _rate("jaccard", "Jaccard index", on_request=True),
    class_metric(
        "f2",
        "F2",
        lambda tp, fp, fn, tn: classification.f_beta(tp, fp, fn, 2.0),
        on_request=True,
    ),
    class_metric("lift", "lift", classification.lift, span=POSITIVE, unit="number", on_request=True),
    table_metric(
        "skill",
        "skill over the majority class",
        classification.skill,
        span=UP_TO_ONE,
        unit="number",
        on_request=True,
    ),
    table_metric(
        "quadratic_kappa",
        "quadratic kappa",
        classification.quadratic_kappa,
        span=COEFFICIENT,
        unit="number",
        on_request=True,
    ),
    Metric(
        name="mce",
        words="largest calibration gap",
        needs="probabilities",
        measure=_largest_gap,
        higher_is_better=False,
        on_request=True,
    ),
    Metric(name="top_2", words="top-2 accuracy", needs="probabilities", measure=_top_two, on_request=True),
    Metric(
        name="pinball_90",
        words="quantile loss at 90 %",
        needs="residuals",
        measure=_pinball,
        unit="number",
        higher_is_better=False,
        span=POSITIVE,
        on_request=True,
    ),
):
    register(_metric)


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
