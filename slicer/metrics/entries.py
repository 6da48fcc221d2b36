"""The metrics that come with Slicer: one entry each."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from slicer.metrics import classification, curves, regression
from slicer.metrics.calibration import ece_estimate, mce
from slicer.metrics.clusters import ClusterProducts
from slicer.metrics.counts import OUTCOME, ConfusionCounts, PairedCounts, SliceCounts
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

NO_ROW, NO_PROBABILITY, ONE_CLASS = "no row to measure", "no row with a probability", "only one class on these rows"
NOTHING_PREDICTED, NO_POSITIVE, NO_NEGATIVE = (
    "no row is predicted as the class",
    "no row is of the class",
    "every row is of the class",
)
"""Why a metric may have no value."""

OfResiduals = Callable[[ResidualSums, ClusterProducts | None, float], Estimate]


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


def _rate(
    name: str, words: str, means: str, undefined: str, *, higher_is_better: bool = True, on_request: bool = False
) -> Metric:
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
        means=means,
        undefined=undefined,
    )


def _average(name: str, words: str, of: str, means: str) -> Metric:
    def measure(counts: SliceCounts, setting: Setting) -> Estimate:
        table = counts.confusion
        assert table is not None
        found = class_average(table, of, setting.level)
        differs = setting.occurring is not None and tuple(table.defined) != setting.occurring
        return found.flagged("class_set_differs") if differs else found

    return Metric(name=name, words=words, needs="classes", measure=measure, means=means)


def _loss(name: str, words: str, means: str) -> Metric:
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
        means=means,
        undefined=NO_PROBABILITY,
    )


def _probabilities(counts: SliceCounts) -> ProbabilitySums:
    assert counts.probabilities is not None
    return counts.probabilities


def _roc_auc(counts: SliceCounts, setting: Setting) -> Estimate:
    sums = _probabilities(counts)
    return curves.auc_estimate(sums.curves, n=sums.n, binned=sums.binned, level=setting.level, between=sums.between)


def _average_precision(counts: SliceCounts, setting: Setting) -> Estimate:
    sums = _probabilities(counts)
    return curves.average_precision_estimate(
        sums.curves, n=sums.n, binned=sums.binned, level=setting.level, between=sums.between
    )


def _calibration(counts: SliceCounts, setting: Setting) -> Estimate:
    sums = _probabilities(counts)
    if sums.calibration is None:
        return estimate(None, None, n=sums.n, denominator=0, method="bootstrap", level=setting.level)
    flags = ("weighted",) if sums.log_loss is not None and sums.log_loss.weighted else ()
    independent = counts.number_clusters is None
    return ece_estimate(sums.calibration, sums.n, setting.level, intervals=independent, flags=flags)


def _largest_gap(counts: SliceCounts, setting: Setting) -> Estimate:
    sums = _probabilities(counts)
    value = None if sums.calibration is None else mce(sums.calibration)
    return estimate(value, None, n=sums.n, denominator=sums.n, method="bootstrap", level=setting.level)


def _top_two(counts: SliceCounts, setting: Setting) -> Estimate:
    x = _probabilities(counts).top_two
    if x is None:
        return estimate(None, None, n=0, denominator=0, method="t", level=setting.level)
    between = between_clusters(counts.number_clusters, "top_two", x)
    return mean_estimate(x, setting.level, clusters=between, span=FRACTION, rate=True)


def _residual(
    name: str, words: str, of: OfResiduals, means: str, higher_is_better: bool | None = False, undefined: str = NO_ROW
) -> Metric:
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
        means=means,
        undefined=undefined,
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
    Metric(
        name="accuracy",
        words="accuracy",
        needs="outcomes",
        measure=lambda counts, at: accuracy(counts, at.level),
        means="of all rows, how many are right",
        undefined="no row has a label",
    ),
    _rate("precision", "precision", "of the rows predicted as the class, how many are of it", NOTHING_PREDICTED),
    _rate("recall", "recall", "of the rows of the class, how many are found", NO_POSITIVE),
    _rate("f1", "F1", "precision and recall in one: low where either is low", NO_POSITIVE),
    _rate("specificity", "specificity", "of the rows of the other class, how many are left alone", NO_NEGATIVE),
    _rate(
        "fpr",
        "false positive rate",
        "of the rows of the other class, how many are taken for the class; lower is better",
        NO_NEGATIVE,
        higher_is_better=False,
    ),
    _rate(
        "fnr",
        "false negative rate",
        "of the rows of the class, how many are missed; lower is better",
        NO_POSITIVE,
        higher_is_better=False,
    ),
    _average("balanced_accuracy", "balanced accuracy", "recall", "the mean recall of the classes, each counting alike"),
    table_metric(
        "mcc",
        "Matthews correlation",
        classification.mcc,
        span=COEFFICIENT,
        unit="number",
        means="how far predictions follow the truth: 1 always, 0 no more than by chance",
        undefined=ONE_CLASS,
    ),
    table_metric(
        "kappa",
        "Cohen's kappa",
        classification.kappa,
        span=COEFFICIENT,
        unit="number",
        means="agreement beyond what chance alone would give: 1 full, 0 none",
        undefined=ONE_CLASS,
    ),
    _average("macro_precision", "macro precision", "precision", "the mean precision of the classes, each alike"),
    _average("macro_recall", "macro recall", "recall", "the mean recall of the classes, each counting alike"),
    _average("macro_f1", "macro F1", "f1", "the mean F1 of the classes, each counting alike"),
    table_metric(
        "weighted_f1",
        "weighted F1",
        classification.weighted_f1,
        means="the mean F1 of the classes, each counting by its rows",
    ),
    _loss("log_loss", "log loss", "how surprised the probabilities are by the truth; lower is better"),
    _loss("brier", "Brier score", "squared distance of the probabilities from the truth; lower is better"),
    Metric(
        name="roc_auc",
        words="ROC-AUC",
        needs="probabilities",
        measure=_roc_auc,
        means="how often a row of the class is ranked above one of another; 50 % is chance",
        undefined=ONE_CLASS,
    ),
    Metric(
        name="average_precision",
        words="average precision",
        needs="probabilities",
        measure=_average_precision,
        means="precision over all thresholds; chance is the share of the class",
        undefined=NO_POSITIVE,
    ),
    Metric(
        name="ece",
        words="calibration error",
        needs="probabilities",
        measure=_calibration,
        higher_is_better=False,
        means="how far probabilities are from the rates that come true; lower is better",
        undefined="fewer than 100 rows would only show noise",
    ),
    _residual("mae", "mean absolute error", regression.mean_absolute_error, "the mean distance from the label"),
    _residual(
        "rmse",
        "root mean squared error",
        regression.root_mean_squared_error,
        "like the mean distance, but large misses count for more",
    ),
    _residual("bias", "bias", regression.bias, "the mean of prediction minus label: above 0 is too high", None),
    _residual(
        "r2",
        "R²",
        regression.r_squared,
        "the part of the label's spread that is explained: 1 all of it, 0 no more than the mean",
        True,
        undefined="the label does not vary on these rows",
    ),
    Metric(
        name="mean",
        words="mean score",
        needs="score",
        measure=_mean,
        unit="number",
        higher_is_better=None,
        span=ANY,
        means="the mean of the rows' scores",
        undefined=NO_ROW,
    ),
    Metric(
        name="ratio",
        words="error rate",
        needs="ratio",
        measure=_ratio,
        higher_is_better=False,
        span=POSITIVE,
        means="all errors over all there is to get right; lower is better",
        undefined="the total is 0",
    ),
    Metric(
        name="micro_f1",
        words="micro F1",
        needs="classes",
        measure=lambda counts, at: accuracy(counts, at.level),
        on_request=True,
        means="F1 of all classes' rows together: the accuracy",
        undefined="no row has a label",
    ),
    _rate(
        "npv",
        "negative predictive value",
        "of the rows not predicted as the class, how many are not of it",
        "every row is predicted as the class",
        on_request=True,
    ),
    _rate(
        "jaccard",
        "Jaccard index",
        "of the rows of the class or predicted as it, how many are both",
        NO_POSITIVE,
        on_request=True,
    ),
    class_metric(
        "f2",
        "F2",
        lambda tp, fp, fn, tn: classification.f_beta(tp, fp, fn, 2.0),
        on_request=True,
        means="F1, but recall counts for more than precision",
        undefined=NO_POSITIVE,
    ),
    class_metric(
        "lift",
        "lift",
        classification.lift,
        span=POSITIVE,
        unit="number",
        on_request=True,
        means="how many times more often a row is of the class where it is predicted",
        undefined=NOTHING_PREDICTED,
    ),
    table_metric(
        "skill",
        "skill over the majority class",
        classification.skill,
        span=UP_TO_ONE,
        unit="number",
        on_request=True,
        means="the part of the majority class's errors that is avoided",
        undefined=ONE_CLASS,
    ),
    table_metric(
        "quadratic_kappa",
        "quadratic kappa",
        classification.quadratic_kappa,
        span=COEFFICIENT,
        unit="number",
        on_request=True,
        means="kappa of ordered classes: a miss by two costs four times a miss by one",
        undefined=ONE_CLASS,
    ),
    Metric(
        name="mce",
        words="largest calibration gap",
        needs="probabilities",
        measure=_largest_gap,
        higher_is_better=False,
        on_request=True,
        means="the worst bin's distance between probability and rate; lower is better",
        undefined=NO_PROBABILITY,
    ),
    Metric(
        name="top_2",
        words="top-2 accuracy",
        needs="probabilities",
        measure=_top_two,
        on_request=True,
        means="how often the truth is among the two most probable classes",
        undefined=NO_PROBABILITY,
    ),
    Metric(
        name="pinball_90",
        words="quantile loss at 90 %",
        needs="residuals",
        measure=_pinball,
        unit="number",
        higher_is_better=False,
        span=POSITIVE,
        on_request=True,
        means="the loss of a prediction meant to lie above nine labels in ten; lower is better",
        undefined=NO_ROW,
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
