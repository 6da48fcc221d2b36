"""Metrics of probabilities: one entry each."""

from __future__ import annotations

from slicer.metrics import curves
from slicer.metrics.calibration import ece_estimate, mce
from slicer.metrics.counts import SliceCounts
from slicer.metrics.estimate import Estimate, estimate
from slicer.metrics.histograms import ProbabilitySums
from slicer.metrics.means import FRACTION, POSITIVE, mean_estimate
from slicer.metrics.moments import Moments
from slicer.metrics.registry import Metric, Setting
from slicer.metrics.regression import between_clusters

NO_PROBABILITY = "no row with a probability"
"""Why a metric may have no value."""


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
    between = sums.calibration_between
    return ece_estimate(sums.calibration, sums.n, setting.level, between=between, flags=flags)


def _largest_gap(counts: SliceCounts, setting: Setting) -> Estimate:
    sums = _probabilities(counts)
    value = None if sums.calibration is None else mce(sums.calibration)
    return estimate(value, None, n=sums.n, denominator=sums.n, method="bootstrap", level=setting.level)


def _top_two(counts: SliceCounts, setting: Setting) -> Estimate:
    x = _probabilities(counts).top_two
    assert x is not None
    between = between_clusters(counts.number_clusters, "top_two", x)
    return mean_estimate(x, setting.level, clusters=between, span=FRACTION, rate=True)


OF_PROBABILITIES = (
    _loss("log_loss", "log loss", "how surprised the probabilities are by the truth; lower is better"),
    _loss("brier", "Brier score", "squared distance of the probabilities from the truth; lower is better"),
    Metric(
        name="roc_auc",
        words="ROC-AUC",
        needs="probabilities",
        measure=_roc_auc,
        means="how often a row of the class is ranked above one of another; 50 % is chance",
        undefined="only one class on these rows",
    ),
    Metric(
        name="average_precision",
        words="average precision",
        needs="probabilities",
        measure=_average_precision,
        means="precision over all thresholds; chance is the share of the class",
        undefined="no row is of the class",
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
        needs="several",
        measure=_top_two,
        on_request=True,
        means="how often the truth is among the two most probable classes",
        undefined=NO_PROBABILITY,
    ),
)
"""In the order they are shown."""
