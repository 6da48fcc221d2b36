"""Score intervals of differences: each end is the difference that the rows would just reject."""

from __future__ import annotations

import math
from collections.abc import Callable

from scipy import optimize

from slicer.metrics.intervals import Interval, z_value

EDGE = 1 - 1e-12
"""As near to a difference of 1 as is asked."""


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

    def score(delta: float) -> float:
        linear = -b - c + (2 * n - b + c) * delta
        root = math.sqrt(max(0.0, linear * linear + 8 * n * c * delta * (1 - delta)))
        q = (root - linear) / (4 * n)
        return _standardised(b - c - n * delta, n * (2 * q + delta * (1 - delta)))

    return _ends(score, (b - c) / n, level)


def miettinen_nurminen(k1: float, n1: float, k2: float, n2: float, level: float = 0.95) -> Interval | None:
    """The score interval of p1 - p2 of two independent proportions; None where either has no trials.

    Slices are shown with Newcombe's, which needs no search; the two differ by little.

    Source:
        O. Miettinen and M. Nurminen (1985), with both proportions at their restricted maximum likelihood, the
        root of a cubic. statsmodels up to 0.15 has a count where the cubic's linear term needs the rows (its
        issue 10269): its ends differ in the third digit.

    >>> [round(end, 4) for end in miettinen_nurminen(24, 40, 870, 960)]
    [-0.4615, -0.1682]
    """
    if min(n1, n2) <= 0:
        return None
    n, k, value = n1 + n2, k1 + k2, k1 / n1 - k2 / n2

    def score(delta: float) -> float:
        square, linear = (n1 + 2 * n2) * delta - n - k, (n2 * delta - n - 2 * k2) * delta + k
        shift = square / (3 * n)
        q = shift**3 - square * linear / (6 * n * n) + k2 * delta * (1 - delta) / (2 * n)
        p = math.copysign(math.sqrt(max(0.0, shift**2 - linear / (3 * n))), q)
        turn = math.acos(min(1.0, max(-1.0, q / p**3))) if p else 0.0
        second = min(1.0, max(0.0, 2 * p * math.cos((math.pi + turn) / 3) - shift))
        first = min(1.0, max(0.0, second + delta))
        variance = first * (1 - first) / n1 + second * (1 - second) / n2
        return _standardised(value - delta, variance * n / (n - 1))

    return _ends(score, value, level)


def _standardised(distance: float, variance: float) -> float:
    return distance / math.sqrt(variance) if variance > 0 else math.copysign(math.inf, distance)


def _ends(score: Callable[[float], float], value: float, level: float) -> Interval:
    """The two differences whose score, which falls as they rise, is the normal quantile on either side of a value."""
    z = z_value(level)

    def end(target: float, low: float, high: float) -> float:
        if math.isclose(low, high):
            return low
        return float(optimize.brentq(lambda delta: score(delta) - target, low, high, xtol=1e-12))

    low = -1.0 if score(-EDGE) < z else end(z, -EDGE, max(-EDGE, value - 1e-12))
    high = 1.0 if score(EDGE) > -z else end(-z, min(EDGE, value + 1e-12), EDGE)
    return low, high
