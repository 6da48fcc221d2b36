"""Metrics of numbers per row: residuals of a regression, a score, errors over a total; one entry each."""

from __future__ import annotations

import math
from collections.abc import Callable

from slicer.metrics import regression
from slicer.metrics.clusters import ClusterProducts
from slicer.metrics.counts import SliceCounts
from slicer.metrics.estimate import Estimate
from slicer.metrics.means import ANY, POSITIVE, mean_estimate, ratio_estimate
from slicer.metrics.moments import ResidualSums
from slicer.metrics.registry import Metric, Setting
from slicer.metrics.regression import between_clusters

NO_ROW = "no row to measure"
"""Why a metric may have no value."""

OfResiduals = Callable[[ResidualSums, ClusterProducts | None, float], Estimate]


def _residual(
    name: str, words: str, of: OfResiduals, means: str, higher_is_better: bool | None = False, undefined: str = NO_ROW
) -> Metric:
    def measure(counts: SliceCounts, setting: Setting) -> Estimate:
        assert counts.residuals is not None
        return of(counts.residuals, counts.number_clusters, setting.level)

    span = {"bias": ANY, "r2": (-math.inf, 1.0)}.get(name, POSITIVE)
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


def _median_error(counts: SliceCounts, setting: Setting) -> Estimate:
    assert counts.distances is not None
    independent = counts.number_clusters is None
    return regression.median_absolute_error(counts.distances, setting.level, independent=independent)


def _largest_error(counts: SliceCounts, setting: Setting) -> Estimate:
    assert counts.distances is not None
    return regression.largest_error(counts.distances, setting.level)


def _mean(counts: SliceCounts, setting: Setting) -> Estimate:
    assert counts.score is not None
    between = between_clusters(counts.number_clusters, "x", counts.score)
    return mean_estimate(counts.score, setting.level, clusters=between, span=setting.score_span or ANY)


def _ratio(counts: SliceCounts, setting: Setting) -> Estimate:
    sums, clusters = counts.ratio, counts.number_clusters
    assert sums is not None
    between = None if clusters is None else clusters.ratio({"errors": 1.0}, "total", (sums.e, sums.d))
    return ratio_estimate(sums, setting.level, clusters=between)


OF_NUMBERS = (
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
    Metric(
        name="median_error",
        words="median absolute error",
        needs="distances",
        measure=_median_error,
        unit="number",
        higher_is_better=False,
        span=POSITIVE,
        on_request=True,
        means="half of the predictions are off by less; a few large misses do not move it",
        undefined=NO_ROW,
    ),
    Metric(
        name="max_error",
        words="largest error",
        needs="distances",
        measure=_largest_error,
        unit="number",
        higher_is_better=False,
        span=POSITIVE,
        on_request=True,
        means="how far off the worst prediction is; the more rows, the larger",
        undefined=NO_ROW,
    ),
)
"""In the order they are shown."""
