"""ROC-AUC and average precision of the scores of one class, exact or from bins, with their intervals."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from scipy import optimize

from slicer.metrics.clusters import FEWEST_CLUSTERS
from slicer.metrics.estimate import RANKED_FROM, Estimate, estimate
from slicer.metrics.histograms import Between, ScoreGroups
from slicer.metrics.intervals import NO_SPREAD, Interval, on_logit, t_value, z_value

Array = np.ndarray

Found = tuple[Interval | None, str, bool]
"""An interval, its method, and whether the value stands at the edge of the scale."""

Slopes = tuple[Array, Array]
"""Of positives and of negatives, each of shape (groups,)."""


def _exclusive(values: Array) -> Array:
    """Sums of what stands before each place."""
    return np.asarray(np.cumsum(values) - values)


def roc_auc(groups: ScoreGroups) -> float | None:
    """The chance that a positive row scores above a negative one, ties counting half; None where one side is empty.

    >>> round(roc_auc(ScoreGroups.of([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])), 4)
    0.75
    """
    p, n = groups.positives, groups.negatives
    pairs = p.sum() * n.sum()
    return float((p * (_exclusive(n) + n / 2)).sum() / pairs) if pairs > 0 else None


def auc_bound(groups: ScoreGroups) -> float:
    """How far the AUC of bins can be from that of the scores in them: only pairs inside a bin are uncertain.

    Source:
        |AUC of bins − AUC| ≤ Σ P_b N_b / (2PN), method.md section 1.
    """
    pairs = groups.positives.sum() * groups.negatives.sum()
    return float((groups.positives * groups.negatives).sum() / (2 * pairs)) if pairs > 0 else 0.0


def delong_error(groups: ScoreGroups) -> float | None:
    """The standard error of the AUC; None below two positives or two negatives.

    Source:
        E. R. DeLong, D. M. DeLong and D. L. Clarke-Pearson (1988), from the groups of equal scores; with
        weights each row's part of the AUC counts by its square, and Kish's effective rows take the place of n.
    """
    slopes = auc_slopes(groups)
    if slopes is None:
        return None
    variance = 0.0
    for squares, slope, side in zip(groups.squares, slopes, (groups.positives, groups.negatives), strict=True):
        rows = side.sum() ** 2 / squares.sum()
        if rows < 2:
            return None
        variance += float((squares * slope**2).sum()) * rows / (rows - 1)
    return math.sqrt(variance)


def auc_slopes(groups: ScoreGroups) -> Slopes | None:
    """∂AUC/∂rows of positives and of negatives at each score; None where one side is empty."""
    value = roc_auc(groups)
    if value is None:
        return None
    p, n = groups.positives, groups.negatives
    above = (_exclusive(n) + n / 2) / n.sum()
    below = (p.sum() - np.cumsum(p) + p / 2) / p.sum()
    return (above - value) / p.sum(), (below - value) / n.sum()


def score_interval_of_auc(value: float, positives: float, negatives: float, level: float = 0.95) -> Interval:
    """The interval of an AUC from its own size, for few rows and for the edge of the scale.

    Each end is the AUC whose distance from the value is the normal quantile of its own standard error
    (Hanley and McNeil's), so that it is never of zero width and stays in [0, 1].

    Source:
        R. G. Newcombe (2006), method 5 of part 2 on the Mann-Whitney statistic.

    >>> [round(end, 3) for end in score_interval_of_auc(1.0, 10, 10)]
    [0.8, 1.0]
    """
    z, middle = z_value(level), (positives + negatives) / 2

    def error(theta: float) -> float:
        more = (middle - 1) * ((1 - theta) / (2 - theta) + theta / (1 + theta))
        return math.sqrt(max(0.0, theta * (1 - theta) * (1 + more) / (positives * negatives)))

    def end(side: int) -> float:
        def excess(theta: float) -> float:
            return theta - side * z * error(theta) - value

        edge = 1.0 if side > 0 else 0.0
        if (side > 0 and value >= 1) or (side < 0 and value <= 0):
            return edge
        start = value + side * 1e-12
        return float(optimize.brentq(excess, start, edge, xtol=1e-12)) if excess(start) * excess(edge) < 0 else edge

    return end(-1), end(1)


def average_precision(groups: ScoreGroups) -> float | None:
    """Σ ΔTP/P · TP/(TP + FP) over distinct scores, from the highest, as in scikit-learn; None without positives.

    >>> round(average_precision(ScoreGroups.of([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])), 4)
    0.8333
    """
    p, n = groups.positives[::-1], groups.negatives[::-1]
    hits, alarms = np.cumsum(p), np.cumsum(n)
    total = p.sum()
    if not total > 0:
        return None
    return float((p * np.divide(hits, hits + alarms, out=np.zeros_like(hits), where=hits + alarms > 0)).sum() / total)


def average_precision_error(groups: ScoreGroups) -> float | None:
    """The standard error of average precision by the delta method: its slope in the rows at each score.

    The bootstrap of rows has the same limit and no seed to choose.
    """
    slopes = average_precision_slopes(groups)
    if slopes is None:
        return None
    return math.sqrt(sum(float((one * slope**2).sum()) for one, slope in zip(groups.squares, slopes, strict=True)))


def average_precision_slopes(groups: ScoreGroups) -> Slopes | None:
    """∂AP/∂rows of positives and of negatives at each score; None without positives."""
    value = average_precision(groups)
    if value is None:
        return None
    p, n = groups.positives[::-1], groups.negatives[::-1]
    hits, alarms = np.cumsum(p), np.cumsum(n)
    said, total = np.maximum(hits + alarms, np.finfo(float).tiny), p.sum()

    def later(values: Array) -> Array:
        """Sums from each place to the end: all scores that a row comes before."""
        return np.cumsum(values[::-1])[::-1]

    of_positive = (hits / said - value + later(p * alarms / said**2)) / total
    of_negative = -later(p * hits / said**2) / total
    return of_positive[::-1], of_negative[::-1]


def clustered_error(
    groups: ScoreGroups, slopes: Slopes | None, cluster: Array, score: Array, positives: Array, negatives: Array
) -> float | None:
    """The standard error of a curve's metric where rows come in clusters; None below two clusters.

    Args:
        groups: Of the same rows.
        slopes: Of the metric at each score of the groups.
        cluster: The cluster of each line, numbered from 0.
        score, positives, negatives: Its score, and what it holds of either side.

    Source:
        N. A. Obuchowski (1997), ROC curves of clustered data: each cluster's part of the metric, squared.
    """
    if slopes is None or not len(cluster):
        return None
    at = np.searchsorted(groups.scores, score)
    parts = np.bincount(cluster, positives * slopes[0][at] + negatives * slopes[1][at])
    clusters = len(np.unique(cluster))
    return math.sqrt(float((parts**2).sum()) * clusters / (clusters - 1)) if clusters > 1 else None


def auc_estimate(
    curves: Sequence[ScoreGroups], *, n: int, binned: bool, level: float, between: Sequence[Between] | None = None
) -> Estimate:
    """ROC-AUC; of several classes the mean of each against all others.

    DeLong's error on the logit scale from 30 rows of either class; below, and at the edge, Newcombe's. Where
    scores stand in bins the interval is wider by the bound. Of several classes it goes from the mean of the
    lower ends to that of the upper ones, as if the classes erred together: never too short.

    Args:
        n: Rows behind the curves.
        between: The error of each curve between clusters, where rows come in clusters.
    """

    def interval(groups: ScoreGroups, value: float, between: Between | None) -> Found:
        bound = auc_bound(groups) if binned else 0.0
        if between is not None:
            ends, method, at_edge = _between(value, between.roc_auc, between.clusters, level)
        else:
            ends, method, at_edge = _independent(groups, value, level)
        return (None if ends is None else (max(0.0, ends[0] - bound), min(1.0, ends[1] + bound))), method, at_edge

    return _averaged(curves, roc_auc, interval, between, n, level, "delong")


def _independent(groups: ScoreGroups, value: float, level: float) -> Found:
    error = delong_error(groups)
    if error is None:
        return None, "delong", False
    sizes = _effective(groups)
    if min(sizes) < RANKED_FROM or error <= NO_SPREAD:
        return score_interval_of_auc(value, sizes[0], sizes[1], level), "newcombe", error <= NO_SPREAD
    return on_logit(value, error, z_value(level)), "delong", False


def _effective(groups: ScoreGroups) -> list[float]:
    """The effective rows (Kish's) of positives and of negatives."""
    sides = zip((groups.positives, groups.negatives), groups.squares, strict=True)
    return [float(side.sum() ** 2 / squares.sum()) for side, squares in sides]


def _between(value: float, error: float | None, clusters: int, level: float) -> Found:
    if error is None or error <= NO_SPREAD:
        return None, "cluster", error is not None
    return on_logit(value, error, t_value(level, clusters - 1)), "cluster", False


def average_precision_bounds(groups: ScoreGroups) -> Interval:
    """Between which values the average precision of the scores inside bins lies.

    A positive stands at worst behind every negative of its bin and before its positives, at best the other way.
    """
    p, n = groups.positives[::-1], groups.negatives[::-1]
    before, alarms = _exclusive(p), _exclusive(n)
    worst = np.divide(before, before + alarms + n, out=np.zeros_like(p), where=before > 0)
    best = np.divide(before + p, before + p + alarms, out=np.zeros_like(p), where=p > 0)
    total = max(float(p.sum()), np.finfo(float).tiny)
    return float((p * worst).sum()) / total, float((p * best).sum()) / total


def average_precision_estimate(
    curves: Sequence[ScoreGroups], *, n: int, binned: bool, level: float, between: Sequence[Between] | None = None
) -> Estimate:
    """Average precision; of several classes the mean of each against all others. See `auc_estimate`."""

    def interval(groups: ScoreGroups, value: float, between: Between | None) -> Found:
        if between is not None:
            ends, method, at_edge = _between(value, between.average_precision, between.clusters, level)
        else:
            error = average_precision_error(groups)
            at_edge, method = error is not None and error <= NO_SPREAD, "delta"
            ends = None if error is None or at_edge else on_logit(value, error, z_value(level))
        if ends is None:
            return None, method, at_edge
        worst, best = average_precision_bounds(groups) if binned else (value, value)
        return (max(0.0, ends[0] - (value - worst)), min(1.0, ends[1] + (best - value))), method, at_edge

    return _averaged(curves, average_precision, interval, between, n, level, "delta")


def _averaged(
    curves: Sequence[ScoreGroups],
    value_of: Callable[[ScoreGroups], float | None],
    interval_of: Callable[[ScoreGroups, float, Between | None], Found],
    between: Sequence[Between] | None,
    n: int,
    level: float,
    method: str,
) -> Estimate:
    errors = between if between is not None else [None] * len(curves)
    known = [
        (groups, value, one)
        for groups, one in zip(curves, errors, strict=True)
        if (value := value_of(groups)) is not None
    ]
    if not known:
        return estimate(None, None, n=n, denominator=0, method=method, level=level)
    found = [interval_of(*one) for one in known]
    ends = [ci for ci, _, _ in found if ci is not None]
    ci = None
    if len(ends) == len(known):
        low, high = np.mean(ends, axis=0)
        ci = float(low), float(high)
    flags: tuple[str, ...] = ("weighted",) if curves[0].weighted else ()
    flags += ("few_clusters",) if between is not None and between[0].clusters < FEWEST_CLUSTERS else ()
    return estimate(
        math.fsum(value for _, value, _ in known) / len(known),
        ci,
        n=n,
        denominator=min(min(_effective(groups)) for groups, _, _ in known),
        method=found[0][1],
        level=level,
        flags=(*flags, "boundary") if any(at_edge for *_, at_edge in found) else flags,
    )
