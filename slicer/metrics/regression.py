"""Regression metrics from the sums of residuals, with their intervals."""

from __future__ import annotations

import math

from slicer.metrics.clusters import ClusterProducts
from slicer.metrics.estimate import Estimate, estimate
from slicer.metrics.intervals import NO_SPREAD, z_value
from slicer.metrics.means import POSITIVE, ROUNDING, mean_estimate
from slicer.metrics.moments import Moments, RatioSums, ResidualSums


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


def r_squared(sums: ResidualSums, clusters: ClusterProducts | None, level: float) -> Estimate:
    """1 − Σr² / Σ(y − ȳ)², with ȳ the slice's own; undefined below two rows and for a constant label.

    The interval is the delta method's on the two sums. scikit-learn returns 0 or 1 for a constant label:
    a policy, not a value.
    """
    y, rr = sums.y, sums.squared
    spread = y.wxx - y.wx**2 / y.w if y.n and y.w > 0 else 0.0
    defined = y.n >= 2 and spread > ROUNDING**2 * y.wxx
    value = 1 - rr.wx / spread if defined else None
    flags: tuple[str, ...] = ("weighted",) if y.weighted else ()
    ci = None
    if value is not None and clusters is None:
        error = math.sqrt(max(0.0, _r_squared_variance(sums, spread)) * y.n / (y.n - 1))
        if error > NO_SPREAD:
            half = z_value(level) * error
            ci = value - half, min(1.0, value + half)
        else:
            flags += ("boundary",)
    return estimate(value, ci, n=y.n, denominator=y.n, method="delta", level=level, flags=flags, rate=False)


def _r_squared_variance(sums: ResidualSums, spread: float) -> float:
    """Σ (r² − e (y − ȳ)²)² / spread², with e = Σr² / spread: the slope of each row squared."""
    y, rr = sums.y, sums.squared
    mean, left = y.wx / y.w, rr.wx / spread
    moment = [y.ww, y.wwx, y.wwxx, sums.yyy, sums.yyyy]
    fourth = sum(math.comb(4, k) * (-mean) ** (4 - k) * moment[k] for k in range(5))
    crossed = sums.rryy - 2 * mean * sums.rry + mean**2 * rr.wwx
    return (rr.wwxx - 2 * left * crossed + left**2 * fourth) / spread**2
