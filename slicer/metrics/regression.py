"""Regression metrics from the sums of residuals, with their intervals."""

from __future__ import annotations

import math

import numpy as np

from slicer.metrics.clusters import FEWEST_CLUSTERS, ClusterProducts
from slicer.metrics.estimate import RANKED_FROM, Estimate, estimate
from slicer.metrics.intervals import NO_SPREAD, Interval, beta_interval, t_value
from slicer.metrics.means import POSITIVE, ROUNDING, effective_rows, mean_estimate
from slicer.metrics.moments import Distances, Moments, RatioSums, ResidualSums


def between_clusters(clusters: ClusterProducts | None, name: str, x: Moments) -> RatioSums | None:
    """A mean as a ratio of cluster totals; None where rows are independent."""
    return None if clusters is None else clusters.ratio({name: 1.0}, "weight", (x.wx, x.w))


def mean_absolute_error(sums: ResidualSums, clusters: ClusterProducts | None, level: float) -> Estimate:
    """The mean of |r|."""
    between = between_clusters(clusters, "absolute", sums.absolute)
    return mean_estimate(sums.absolute, level, clusters=between, span=POSITIVE)


def bias(sums: ResidualSums, clusters: ClusterProducts | None, level: float) -> Estimate:
    """The mean of r = prediction − label."""
    return mean_estimate(sums.r, level, clusters=between_clusters(clusters, "r", sums.r))


def root_mean_squared_error(sums: ResidualSums, clusters: ClusterProducts | None, level: float) -> Estimate:
    """√(Σr² / n); its interval is that of the mean of r², brought back by the root."""
    between = between_clusters(clusters, "squared", sums.squared)
    found = mean_estimate(sums.squared, level, clusters=between, span=POSITIVE)
    value = None if found.value is None else math.sqrt(max(0.0, found.value))
    ci = None if found.ci is None else (math.sqrt(found.ci[0]), math.sqrt(found.ci[1]))
    flags = tuple(flag for flag in found.flags if flag in ("small_n", "weighted", "few_clusters", "boundary"))
    method = "delta" if clusters is None else "cluster"
    return estimate(
        value, ci, n=found.n, denominator=found.denominator, method=method, level=level, flags=flags, rate=False
    )


def pinball(sums: ResidualSums, quantile: float, clusters: ClusterProducts | None, level: float) -> Estimate:
    """The mean quantile loss, max(τ(y − ŷ), (τ − 1)(y − ŷ)) = |r| / 2 − (τ − ½) r.

    Args:
        quantile: τ, in (0, 1).
    """
    tilt = quantile - 0.5
    absolute, r = sums.absolute, sums.r

    def mixed(of_absolute: float, of_r: float) -> float:
        return of_absolute / 2 - tilt * of_r

    def mixed_squares(squares: float, products: float) -> float:
        return squares / 4 - tilt * products + tilt**2 * squares

    loss = Moments(
        n=r.n,
        w=r.w,
        ww=r.ww,
        wx=mixed(absolute.wx, r.wx),
        wxx=mixed_squares(r.wxx, sums.signed),
        wwx=mixed(absolute.wwx, r.wwx),
        wwxx=mixed_squares(r.wwxx, sums.signed),
        weighted=r.weighted,
    )
    between = None
    if clusters is not None:
        between = clusters.ratio({"absolute": 0.5, "r": -tilt}, "weight", (loss.wx, loss.w))
    return mean_estimate(loss, level, clusters=between, span=POSITIVE)


def median_ranks(n: int, level: float = 0.95) -> Interval:
    """At which shares of n numbers in order the ends of the interval of their median stand.

    Where rows are drawn with replacement without end, the median falls below the number of rank k as often as a
    beta distribution with (n + 1) / 2 on both sides says of k / n: the percentile bootstrap without its draws.

    Source:
        B. Efron (1979), "Bootstrap methods: another look at the jackknife", section 3.

    >>> [round(share, 3) for share in median_ranks(101)]
    [0.404, 0.596]
    """
    return beta_interval((n + 1) / 2, (n + 1) / 2, level)


def median_absolute_error(distances: Distances, level: float, *, independent: bool) -> Estimate:
    """The median of |r|, which a few large misses do not move.

    Args:
        independent: Whether rows are; else there is no interval.
    """
    low, high = distances.around
    ci = distances.around if independent and low < high else None
    flags: tuple[str, ...] = ("small_n",) if distances.n < RANKED_FROM else ()
    flags += ("boundary",) if low == high else ()
    n = distances.n
    return estimate(distances.median, ci, n=n, denominator=n, method="bootstrap", level=level, flags=flags, rate=False)


def largest_error(distances: Distances, level: float) -> Estimate:
    """The largest |r|; of how much larger it could be these rows say nothing, so it has no interval."""
    n = distances.n
    return estimate(distances.largest, None, n=n, denominator=n, method="bootstrap", level=level, rate=False)


def r_squared(sums: ResidualSums, clusters: ClusterProducts | None, level: float) -> Estimate:
    """1 − Σr² / Σ(y − ȳ)², with ȳ the slice's own; undefined below two rows and for a constant label.

    The interval is the delta method's on the sums; where rows come in clusters, on the clusters' totals of them, with
    Student's t. scikit-learn returns 0 or 1 for a constant label:
    a policy, not a value.
    """
    y, rr = sums.y, sums.squared
    spread = y.wxx - y.wx**2 / y.w if y.n and y.w > 0 else 0.0
    defined = y.n >= 2 and spread > ROUNDING**2 * y.wxx
    value = 1 - rr.wx / spread if defined else None
    flags: tuple[str, ...] = ("weighted",) if y.weighted else ()
    method, ci = "delta", None
    if clusters is not None:
        method = "cluster"
        few = effective_rows(clusters.ratio({}, "weight", (0.0, y.w))) < FEWEST_CLUSTERS
        flags += ("few_clusters",) if few else ()
    if value is not None:
        error, degrees = _r_squared_error(sums, spread, clusters)
        if error > NO_SPREAD:
            half = t_value(level, degrees) * error
            ci = value - half, min(1.0, value + half)
        elif error <= NO_SPREAD:
            flags += ("boundary",)
    return estimate(value, ci, n=y.n, denominator=y.n, method=method, level=level, flags=flags, rate=False)


def _r_squared_error(sums: ResidualSums, spread: float, clusters: ClusterProducts | None) -> tuple[float, float]:
    """The standard error of R² and its degrees of freedom; nan where rows come in a single cluster."""
    y = sums.y
    if clusters is None:
        return math.sqrt(max(0.0, _r_squared_variance(sums, spread)) * y.n / (y.n - 1)), math.inf
    mean, left = y.wx / y.w, sums.squared.wx / spread
    slopes = {"squared": -1.0, "yy": left, "y": -2 * mean * left, "weight": mean**2 * left}
    gradient = np.array([[slopes.get(name, 0.0) / spread for name in clusters.names]])
    variance = float(clusters.covariance(gradient)[0, 0])
    return math.sqrt(max(variance, 0.0)), clusters.clusters - 1  # in this order nan stays nan


def _r_squared_variance(sums: ResidualSums, spread: float) -> float:
    """Σ (r² − e (y − ȳ)²)² / spread², with e = Σr² / spread: the slope of each row squared."""
    y, rr = sums.y, sums.squared
    mean, left = y.wx / y.w, rr.wx / spread
    moment = [y.ww, y.wwx, y.wwxx, sums.yyy, sums.yyyy]
    fourth = sum(math.comb(4, k) * (-mean) ** (4 - k) * moment[k] for k in range(5))
    crossed = sums.rryy - 2 * mean * sums.rry + mean**2 * rr.wwx
    return (rr.wwxx - 2 * left * crossed + left**2 * fourth) / spread**2
