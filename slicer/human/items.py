"""Intervals between items: answers on one item depend on each other, items do not, unless they come in clusters."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from slicer.human.between import few_clusters, item_sums, totals
from slicer.metrics.delta import GRADIENT_STEP
from slicer.metrics.estimate import RANKED_FROM, Estimate, estimate
from slicer.metrics.intervals import NO_SPREAD, Interval, t_value, wilson, z_value
from slicer.metrics.means import effective_rows, linearised, ratio_error
from slicer.metrics.moments import RatioSums
from slicer.metrics.score_intervals import tango

Array = np.ndarray

DELTA_FROM = 50_000
"""Items from which the delta method stands in for the bootstrap, and equals it."""

REPLICATES = 2_000
BLOCK, TOGETHER = 4_000_000, 32
"""Numbers held at once while items are drawn, and draws made at once."""

COUNTS_ONLY = 10
"""Below so many items counts are shown, not rates."""


def item_rate(
    values: Array, items: Array, answers: float, level: float = 0.95, clusters: Array | None = None
) -> Estimate:
    """The mean over items of a share in [0, 1], with Wilson's interval for the effective number of items.

    That number is p(1 - p) / Var(p): the items themselves where each is right or wrong, more where an item's
    share is a mean of several people, fewer where items of a cluster are alike. At 0 and 1 it is the items, or the
    clusters as if of equal size, and never more than the answers.

    Args:
        values: The share on an item, shape (patterns,).
        items: Items of each pattern.
        answers: All answers behind them.
        clusters: The cluster of each pattern's items, whose variance then is between clusters; None where every
            item is alone.

    >>> course = item_rate(np.array([1.0, 0.0]), np.array([4, 2]), answers=12)
    >>> round(course.value, 3), [round(end, 2) for end in course.ci]
    (0.667, [0.3, 0.9])
    """
    n = int(items.sum())
    if not n:
        return estimate(None, None, n=0, denominator=0, method="wilson", level=level)
    mean = float(items @ values) / n
    value = min(max(mean, 0.0), 1.0)
    most = max(float(answers), n)
    if clusters is not None:
        return clustered_rate(value, item_sums(values, items, clusters), n, most, level)
    variance = float(items @ (values - mean) ** 2) / n
    known = value * (1 - value)
    effective = float(n) if known < NO_SPREAD else min(n * known / variance if variance > 0 else math.inf, most)
    ci = wilson(value * effective, effective, level)
    return estimate(value, ci, n=n, denominator=n, method="wilson", level=level)


def clustered_rate(value: float, sums: RatioSums, n: int, most: float, level: float = 0.95) -> Estimate:
    """A share of n items that come in clusters, with Wilson's interval on the effective ones.

    Args:
        sums, most: As in `effective_items`.
    """
    effective = effective_items(value, sums, most)
    ci = None if effective is None else wilson(value * effective, effective, level)
    return estimate(value, ci, n=n, denominator=n, method="cluster", level=level, flags=few_clusters(sums))


def effective_items(value: float, sums: RatioSums, most: float) -> float | None:
    """Items that would say as much of a share if they were independent; None of a single cluster.

    Args:
        sums: The share over its items, by cluster.
        most: As many at most.
    """
    error, known = ratio_error(sums), value * (1 - value)
    if error is None:
        return None
    if known < NO_SPREAD:
        return min(most, effective_rows(sums))
    return min(most, known / error**2) if error > 0 else most


def item_difference(values: Array, items: Array, level: float = 0.95, clusters: Array | None = None) -> Estimate:
    """The mean over items of a paired difference in [-1, 1], with Tango's interval or Student's t.

    Tango's where each item's difference is -1, 0 or 1, else Student's t. Where with t fewer than two items lie
    on one side of 0, the spread that was seen is too small: half an item at each end of the scale is added for
    the interval only, and the flag `boundary` says so (with t alone 20 items cover 77 % at worst). Below 10
    items, which are shown as counts, that is done only if fewer than half of them differ or all differ alike.
    Where items come in clusters it is the ratio of the clusters' totals, and half a cluster at each end.

    Args:
        values: The difference on an item, shape (patterns,).
        items: Items of each pattern.
        clusters: As in `item_rate`.
    """
    n = int(items.sum())
    if not n:
        return estimate(None, None, n=0, denominator=0, method="t", level=level)
    values = np.round(values, 12)  # 1/3 less 1/3 is 0, however either was added up
    if clusters is not None:
        return _clustered_difference(item_sums(values, items, clusters), values, items, clusters, level)
    total, squares = float(items @ values), float(items @ values**2)
    if np.isin(values, (-1.0, 0.0, 1.0)).all():
        up, down = float(items[values > 0].sum()), float(items[values < 0].sum())
        return estimate(total / n, tango(up, down, n, level), n=n, denominator=n, method="tango", level=level)
    up, down = int(items[values > 0].sum()), int(items[values < 0].sum())
    plain = t_interval(n, total, squares, n - 1, level)
    seen = plain is not None and (min(up, down) > 1 or (n < COUNTS_ONLY and 2 * (up + down) >= n))
    ci = plain if seen else t_interval(n + 1, total, squares + 1, max(n - 1, 1), level)
    flags: tuple[str, ...] = () if seen else ("boundary",)
    flags += ("small_n",) if n < RANKED_FROM else ()
    if ci is not None:
        ci = max(-1.0, min(ci[0], total / n)), min(1.0, max(ci[1], total / n))
    return estimate(total / n, ci, n=n, denominator=n, method="t", level=level, flags=flags)


def _clustered_difference(sums: RatioSums, values: Array, items: Array, clusters: Array, level: float) -> Estimate:
    n, value = int(sums.d), sums.e / sums.d
    ahead = totals((items * values)[:, None], clusters)[:, 0]
    seen = min(int((ahead > NO_SPREAD).sum()), int((ahead < -NO_SPREAD).sum())) > 1
    flags = few_clusters(sums) + (() if seen else ("boundary",)) + (("small_n",) if n < RANKED_FROM else ())
    size = sums.d / sums.n
    used = sums if seen else RatioSums(
        n=sums.n + 1, e=sums.e, d=sums.d + size, ee=sums.ee + size**2, ed=sums.ed, dd=sums.dd + size**2
    )  # fmt: skip
    ci = linearised(used, (-1.0, 1.0), level, degrees=max(sums.n - 1, 1))[0] if sums.n > 1 else None
    if ci is not None:
        ci = min(ci[0], value), max(ci[1], value)
    return estimate(value, ci, n=n, denominator=n, method="cluster", level=level, flags=flags)


def t_interval(n: float, total: float, squares: float, freedom: float, level: float = 0.95) -> Interval | None:
    """Student's t interval of a mean, from Σx and Σx²; None without spread or below two items.

    >>> [round(end, 3) for end in t_interval(4, 10, 30, 3)]
    [0.446, 4.554]
    """
    if n < 2 or freedom < 1:
        return None
    mean = total / n
    variance = max(squares - n * mean * mean, 0.0) / (n - 1) / n
    half = t_value(level, freedom) * math.sqrt(variance)
    return (mean - half, mean + half) if half > NO_SPREAD else None


def unanimous(items: float, chance: float, level: float = 0.95) -> Interval:
    """The interval of a kappa or an alpha of 1: agreement at worst as low as Wilson's end, chance as it is.

    >>> [round(end, 3) for end in unanimous(100, 0.5)]
    [0.926, 1.0]
    """
    low, _ = wilson(items, items, level) or (0.0, 1.0)
    return 1 - (1 - low) / (1 - chance), 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Resampled:
    """Several statistics of the same items, each with its interval or None."""

    values: Array
    """Shape (statistics,); nan where undefined."""
    intervals: tuple[Interval | None, ...]
    method: str


def resample(
    parts: Array,
    items: Array,
    value_of: Callable[[Array], Array],
    level: float = 0.95,
    seed: int = 0,
    clusters: Array | None = None,
) -> Resampled:
    """Statistics that are functions of sums over items, with intervals from drawing items, not answers; whole clusters
    where items come in them.

    Below 50,000 items the percentiles of 2,000 bootstrap draws; from there the delta method, Var = g' Cov g,
    with g the gradient of the statistic and Cov the covariance of the parts between items. An interval
    without a width is None: what never varied in the sample is not certain.

    Args:
        parts: What an item adds to each sum, shape (patterns, sums).
        items: Items of each pattern.
        value_of: Maps sums, shape (..., sums), to statistics, shape (..., statistics).
        clusters: As in `item_rate`.
    """
    if clusters is not None:
        parts, items = np.unique(totals(items[:, None] * parts, clusters), axis=0, return_counts=True)
    n, sums = int(items.sum()), items @ parts
    values = value_of(sums)
    if n < DELTA_FROM:
        drawn = np.concatenate([value_of(weights @ parts) for weights in _drawn(items, seed)])
        intervals = [_percentiles(drawn[:, index], level) for index in range(len(values))]
        return Resampled(values, tuple(intervals), "bootstrap")
    gradient = _gradient(value_of, sums)
    centred = parts - sums / n
    covariance = (centred * items[:, None]).T @ centred * (n / (n - 1))
    spreads = np.sqrt(np.maximum(np.einsum("ds,de,es->s", gradient, covariance, gradient), 0.0))
    half = z_value(level) * spreads
    ends = zip(values - half, values + half, strict=True)
    return Resampled(values, tuple(_wide(float(low), float(high)) for low, high in ends), "delta")


def _drawn(items: Array, seed: int) -> Iterator[Array]:
    """Numbers of items of each pattern in as many draws as there are replicates, some at a time, in the same place."""
    random, n, patterns = np.random.default_rng(seed), int(items.sum()), len(items)
    member = np.repeat(np.arange(patterns), items)
    size = min(REPLICATES, max(1, BLOCK // max(patterns, 1)))
    drawn = np.empty((size, patterns))  # floats, and once: products of whole numbers and new memory cost the most
    for start in range(0, REPLICATES, size):
        draws = min(size, REPLICATES - start)
        if n > 10 * patterns:
            drawn[:draws] = random.multinomial(n, items / n, size=draws)
        else:  # a draw of each item is quicker than a binomial for each pattern
            for first in range(0, draws, TOGETHER):
                lines = drawn[first : min(first + TOGETHER, draws)]
                chosen = member[random.integers(0, n, (len(lines), n), dtype=np.int32)]
                for line, one in zip(lines, chosen, strict=True):
                    line[:] = np.bincount(one, minlength=patterns)
        yield drawn[:draws]


def _percentiles(drawn: Array, level: float) -> Interval | None:
    known = drawn[np.isfinite(drawn)]
    if len(known) < REPLICATES / 2:
        return None
    low, high = np.quantile(known, [0.5 - level / 2, 0.5 + level / 2])
    return _wide(float(low), float(high))


def _wide(low: float, high: float) -> Interval | None:
    return (low, high) if high - low > NO_SPREAD else None


def _gradient(value_of: Callable[[Array], Array], sums: Array) -> Array:
    """Central differences of the statistics by each sum, shape (sums, statistics); 0 for a sum of 0."""
    step = np.diag(GRADIENT_STEP * np.abs(sums))
    change = value_of(sums + step) - value_of(sums - step)
    width = 2 * GRADIENT_STEP * np.abs(sums)[:, None]
    return np.asarray(np.nan_to_num(np.divide(change, width, out=np.zeros_like(change), where=width > 0)))
