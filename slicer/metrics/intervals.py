"""Intervals of proportions, differences and confusion ratios, each a pure function of counts."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from scipy import optimize, special, stats

Interval = tuple[float, float]
Array = np.ndarray

GRADIENT_STEP = 1e-5
"""Step of the central difference, relative to the cell: a step of whole rows would jump over a rare class."""

NO_SPREAD = 1e-9
"""A standard error below this is the edge of the scale, not certainty."""


def z_value(level: float) -> float:
    """The two-sided standard normal quantile.

    >>> round(z_value(0.95), 6)
    1.959964
    """
    return float(special.ndtri(0.5 + level / 2))


def wilson(successes: float, n: float, level: float = 0.95) -> Interval | None:
    """The Wilson score interval of a proportion, or None without trials.

    Args:
        successes: Trials that succeeded, 0 to `n`; a real number where rows carry weights.
        n: Trials, or their effective number.
        level: Two-sided coverage, in (0, 1).

    Source:
        E. B. Wilson (1927); statsmodels `proportion_confint(method="wilson")` is the oracle.

    >>> [round(end, 4) for end in wilson(68, 86)]
    [0.6932, 0.8633]
    """
    if n <= 0:
        return None
    z = z_value(level)
    centre = (successes + z * z / 2) / (n + z * z)
    half = z / (n + z * z) * math.sqrt(max(0.0, successes * (n - successes) / n) + z * z / 4)
    return 0.0 if successes <= 0 else max(0.0, centre - half), 1.0 if successes >= n else min(1.0, centre + half)


def wilson_jaccard(tp: float, fp: float, fn: float, level: float = 0.95) -> Interval | None:
    """The interval of F1, from Wilson on q = TP / (TP + FP + FN) mapped by F1 = 2q / (1 + q).

    Given TP + FP + FN, TP is binomial with probability q, and F1 is monotone in q: the ends map
    one to one, stay in [0, 1] and keep their coverage where the delta method leaves the scale.

    >>> [round(end, 4) for end in wilson_jaccard(68, 9, 18)]
    [0.764, 0.8869]
    """
    inside = wilson(tp, tp + fp + fn, level)
    return None if inside is None else (2 * inside[0] / (1 + inside[0]), 2 * inside[1] / (1 + inside[1]))


def mover_sum(parts: list[tuple[float, float, Interval]]) -> Interval:
    """The interval of a weighted sum of independent estimates, from their own intervals (MOVER).

    Args:
        parts: (weight, estimate, interval) of each; weights may be negative.

    Source:
        A. Donner and G. Y. Zou (2012), the method of variance estimates recovery.

    >>> sens, spec = wilson(68, 86), wilson(905, 914)
    >>> [round(end, 4) for end in mover_sum([(0.5, 68 / 86, sens), (0.5, 905 / 914, spec)])]
    [0.8415, 0.9268]
    """
    centre = sum(weight * value for weight, value, _ in parts)
    down = sum((weight * (value - (low if weight > 0 else high))) ** 2 for weight, value, (low, high) in parts)
    up = sum((weight * (value - (high if weight > 0 else low))) ** 2 for weight, value, (low, high) in parts)
    return centre - math.sqrt(down), centre + math.sqrt(up)


def mover_difference(first: float, first_ci: Interval, second: float, second_ci: Interval) -> Interval:
    """The interval of `first - second`, independent of each other; a constant has a degenerate interval.

    >>> [round(end, 4) for end in mover_difference(0.89, (0.89, 0.89), 0.87, wilson(348, 400))]
    [-0.0095, 0.0565]
    """
    return mover_sum([(1.0, first, first_ci), (-1.0, second, second_ci)])


def newcombe(k1: int, n1: int, k2: int, n2: int, level: float = 0.95) -> Interval | None:
    """The interval of p1 - p2 of two independent proportions (Newcombe 1998, hybrid score).

    >>> [round(end, 3) for end in newcombe(24, 40, 870, 960)]
    [-0.461, -0.168]
    """
    first, second = wilson(k1, n1, level), wilson(k2, n2, level)
    return None if first is None or second is None else mover_difference(k1 / n1, first, k2 / n2, second)


def tango(b: float, c: float, n: float, level: float = 0.95) -> Interval | None:
    """The score interval of (b - c) / n, the difference of two proportions on the same rows.

    Args:
        b: Rows where only the first is right.
        c: Rows where only the second is right.
        n: All rows, at least b + c.

    Source:
        T. Tango (1998). Each end is the difference whose score statistic equals the normal quantile,
        with the nuisance probability at its restricted maximum likelihood.

    >>> [round(end, 4) for end in tango(14, 6, 100)]
    [-0.0083, 0.1727]
    """
    if n <= 0:
        return None
    z = z_value(level)

    def score(delta: float) -> float:
        linear = -b - c + (2 * n - b + c) * delta
        root = math.sqrt(max(0.0, linear * linear + 8 * n * c * delta * (1 - delta)))
        q = (root - linear) / (4 * n)
        variance = n * (2 * q + delta * (1 - delta))
        return (b - c - n * delta) / math.sqrt(variance) if variance > 0 else math.copysign(math.inf, b - c - n * delta)

    def end(target: float, low: float, high: float) -> float:
        if math.isclose(low, high):
            return low
        return float(optimize.brentq(lambda delta: score(delta) - target, low, high, xtol=1e-12))

    value, edge = (b - c) / n, 1 - 1e-12
    low = -1.0 if score(-edge) < z else end(z, -edge, max(-edge, value - 1e-12))
    high = 1.0 if score(edge) > -z else end(-z, min(edge, value + 1e-12), edge)
    return low, high


def beta_interval(successes: float, failures: float, level: float = 0.95) -> Interval:
    """The central interval of a beta distribution with these (pseudo) counts, both above 0.

    >>> [round(end, 4) for end in beta_interval(7 + 20 * 0.93, 1 + 20 * 0.07)]
    [0.7883, 0.9857]
    """
    tail = (1 - level) / 2
    low, high = stats.beta.ppf([tail, 1 - tail], successes, failures)
    return float(low), float(high)


def delta_interval(
    metric: Callable[[Array], Array], counts: Array, bounds: Interval, level: float = 0.95
) -> tuple[Interval | None, bool]:
    """The delta-method interval of any confusion ratio, and whether it needed the edge rule.

    For a metric that does not change when all counts are scaled, the multinomial delta variance is
    Var = sum over cells of N_c (dm/dN_c)^2. Within two standard errors of a bound the interval is
    built on the logit scale (bounds 0 and 1) or Fisher's z (bounds -1 and 1). Where the variance
    vanishes (all right, one class) half a row is added to each admissible cell, for the interval only.

    Args:
        metric: Maps stacks of count matrices, shape (..., rows, columns), to values of shape (...).
        counts: One count matrix.
        bounds: Range of the metric.
        level: Two-sided coverage, in (0, 1).

    Returns:
        The interval, or None where even the edge rule leaves no spread; and whether the edge rule was used.
    """
    value, se = float(metric(counts)), math.sqrt(delta_variance(metric, counts))
    if se > NO_SPREAD:
        return _bounded(value, se, bounds, level), False
    present = (counts.sum(axis=1) > 0) | (counts[:, : len(counts)].sum(axis=0) > 0)
    admissible = np.zeros_like(counts, dtype=bool)
    admissible[:, : len(counts)] = present[:, None] & present[None, :]
    smoothed = counts + 0.5 * admissible
    centre, se = float(metric(smoothed)), math.sqrt(delta_variance(metric, smoothed))
    if not se > NO_SPREAD:
        return None, True
    low, high = _bounded(centre, se, bounds, level)
    return (min(low, value), max(high, value)), True


def delta_variance(metric: Callable[[Array], Array], counts: Array) -> float:
    """Var(metric) by the delta method, the gradient by central differences over the cells with rows.

    >>> accuracy = lambda c: (c[..., 0, 0] + c[..., 1, 1]) / c.sum(axis=(-1, -2))
    >>> round(delta_variance(accuracy, np.array([[40.0, 10.0], [5.0, 45.0]])), 8)
    0.001275
    """
    rows, columns = np.nonzero(counts)
    variance = 0.0
    for start in range(0, len(rows), 200):
        i, j = rows[start : start + 200], columns[start : start + 200]
        cells = counts[i, j]
        step = GRADIENT_STEP * cells
        shift = np.zeros((len(i), *counts.shape))
        shift[np.arange(len(i)), i, j] = step
        change = metric(counts + shift) - metric(counts - shift)
        variance += float(np.nansum(cells * (change / (2 * step)) ** 2))
    return variance


def _bounded(value: float, se: float, bounds: Interval, level: float) -> Interval:
    """value ± z se, on a scale that keeps the bounds when they are near."""
    low, high = bounds
    z = z_value(level)
    if min(value - low, high - value) > 2 * se:
        return value - z * se, value + z * se
    width = high - low
    share = min(max((value - low) / width, 1e-12), 1 - 1e-12)
    logit, spread = math.log(share / (1 - share)), se / width / (share * (1 - share))
    ends = [1 / (1 + math.exp(-min(max(logit + sign * z * spread, -700), 700))) for sign in (-1, 1)]
    return low + width * ends[0], low + width * ends[1]
