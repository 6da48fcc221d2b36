"""Intervals of proportions and of sums of them, each a pure function of counts, and the scales they are built on."""

from __future__ import annotations

import math

import numpy as np
from scipy import special, stats

Interval = tuple[float, float]
Array = np.ndarray

NO_SPREAD = 1e-9
"""A standard error below this is the edge of the scale, not certainty."""


def z_value(level: float) -> float:
    """The two-sided standard normal quantile.

    >>> round(z_value(0.95), 6)
    1.959964
    """
    return float(special.ndtri(0.5 + level / 2))


def t_value(level: float, degrees: float) -> float:
    """The two-sided quantile of Student's t; with infinite degrees of freedom the normal one.

    >>> round(t_value(0.95, 7), 4), round(t_value(0.95, math.inf), 4)
    (2.3646, 1.96)
    """
    return z_value(level) if math.isinf(degrees) else float(special.stdtrit(degrees, 0.5 + level / 2))


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


def wilson_ends(successes: Array, n: Array, quantile: float) -> tuple[Array, Array]:
    """Wilson's intervals of many proportions, at a quantile of the normal distribution.

    Args:
        successes, n: As in `wilson`, of the same shape.
        quantile: Two-sided; `z_value(0.95)` is that of `wilson`.

    Returns:
        The lower and the upper ends; 0 and 1 without trials.

    >>> low, high = wilson_ends(np.array([68.0, 0.0]), np.array([86.0, 0.0]), z_value(0.95))
    >>> low.round(4).tolist(), high.round(4).tolist()
    ([0.6932, 0.0], [0.8633, 1.0])
    """
    square = quantile * quantile
    whole = n + square
    centre = successes + square / 2
    wrong = np.maximum(successes * (1 - successes / np.maximum(n, 1.0)), 0.0)
    half = quantile * np.sqrt(wrong + square / 4)
    return np.maximum((centre - half) / whole, 0.0), np.minimum((centre + half) / whole, 1.0)


def clopper_pearson(successes: float, n: float, level: float = 0.95) -> Interval | None:
    """The exact interval of a proportion, which never covers less than it says, and so is wide; None without trials.

    Args:
        successes, n, level: As in `wilson`.

    Source:
        C. J. Clopper and E. S. Pearson (1934), by the quantiles of two beta distributions.

    >>> [round(end, 4) for end in clopper_pearson(68, 86)]
    [0.6895, 0.871]
    """
    if n <= 0:
        return None
    tail, failures = (1 - level) / 2, n - successes
    low = 0.0 if successes <= 0 else float(stats.beta.ppf(tail, successes, failures + 1))
    return low, 1.0 if failures <= 0 else float(stats.beta.ppf(1 - tail, successes + 1, failures))


def wilson_jaccard(tp: float, fp: float, fn: float, level: float = 0.95) -> Interval | None:
    """The interval of F1, from Wilson on q = TP / (TP + FP + FN) mapped by F1 = 2q / (1 + q).

    Given TP + FP + FN, TP is binomial with probability q, and F1 is monotone in q: the ends map
    one to one, stay in [0, 1] and keep their coverage where the delta method leaves the scale.

    >>> [round(end, 4) for end in wilson_jaccard(68, 9, 18)]
    [0.764, 0.8869]
    """
    return f1_of_jaccard(wilson(tp, tp + fp + fn, level))


def f1_of_jaccard(ends: Interval | None) -> Interval | None:
    """An interval of q = TP / (TP + FP + FN) as one of F1 = 2q / (1 + q)."""
    return None if ends is None else (2 * ends[0] / (1 + ends[0]), 2 * ends[1] / (1 + ends[1]))


def mover_sum(parts: list[tuple[float, float, Interval]], correlations: Array | None = None) -> Interval:
    """The interval of a weighted sum of estimates, from their own intervals (MOVER).

    Args:
        parts: (weight, estimate, interval) of each; weights may be negative.
        correlations: Between the estimates, shape (parts, parts); independent if None.

    Source:
        A. Donner and G. Y. Zou (2012), the method of variance estimates recovery; with correlations
        G. Y. Zou (2008).

    >>> sens, spec = wilson(68, 86), wilson(905, 914)
    >>> [round(end, 4) for end in mover_sum([(0.5, 68 / 86, sens), (0.5, 905 / 914, spec)])]
    [0.8415, 0.9268]
    """
    weights, values, low, high = (np.array(one) for one in zip(*((w, v, *ci) for w, v, ci in parts), strict=True))
    related = np.eye(len(parts)) if correlations is None else correlations
    positive, centre = weights > 0, float(weights @ values)
    down = weights * (values - np.where(positive, low, high))
    up = weights * (np.where(positive, high, low) - values)
    below, above = (math.sqrt(max(0.0, float(side @ related @ side))) for side in (down, up))
    return centre - below, centre + above


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


def beta_interval(successes: float, failures: float, level: float = 0.95) -> Interval:
    """The central interval of a beta distribution with these (pseudo) counts, both above 0.

    With half a count more on either side it is Jeffreys's interval of a proportion.

    >>> [round(end, 4) for end in beta_interval(7 + 20 * 0.93, 1 + 20 * 0.07)]
    [0.7883, 0.9857]
    """
    tail = (1 - level) / 2
    low, high = stats.beta.ppf([tail, 1 - tail], successes, failures)
    return float(low), float(high)


def bounded(value: float, error: float, bounds: Interval, quantile: float) -> Interval:
    """value ± quantile · error; within two errors of a bound on the logit scale, which stays inside, or on the log
    scale where there is one bound alone.

    >>> [round(end, 3) for end in bounded(0.97, 0.02, (0.0, 1.0), 1.96)]
    [0.894, 0.992]
    """
    low, high = bounds
    if min(value - low, high - value) > 2 * error:
        return value - quantile * error, value + quantile * error
    if math.isinf(high):
        below, above = above_zero(value - low, error, quantile)
        return low + below, low + above
    if math.isinf(low):
        below, above = above_zero(high - value, error, quantile)
        return high - above, high - below
    width = high - low
    ends = on_logit((value - low) / width, error / width, quantile)
    return low + width * ends[0], low + width * ends[1]


def on_logit(value: float, error: float, quantile: float) -> Interval:
    """value ± quantile · error on the logit scale of [0, 1].

    >>> [round(end, 4) for end in on_logit(0.758454, 0.03021, z_value(0.95))]
    [0.6945, 0.8127]
    """
    share = min(max(value, 1e-12), 1 - 1e-12)
    spread = quantile * error / (share * (1 - share))
    low, high = special.expit(special.logit(share) + spread * np.array([-1.0, 1.0]))
    return float(low), float(high)


def above_zero(value: float, error: float, quantile: float) -> Interval:
    """value ± quantile · error of something that cannot be negative; within two errors of 0 on the log scale.

    >>> [round(end, 3) for end in above_zero(0.05, 0.03, 1.96)]
    [0.015, 0.162]
    """
    if value > 2 * error or value <= 0:
        return max(0.0, value - quantile * error), value + quantile * error
    factor = math.exp(min(quantile * error / value, 700.0))
    return value / factor, value * factor
