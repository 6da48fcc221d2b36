"""The interval of a ratio of two independent proportions, and the error rate that follows from it."""

from __future__ import annotations

import math
from collections.abc import Callable

from scipy import optimize

from slicer.metrics.intervals import Interval, z_value

LARGEST = 1e12
"""A ratio beyond this is endless."""


def risk_ratio_score(tagged: float, read: float, other: float, of: float, level: float = 0.95) -> Interval | None:
    """The score interval of p1 / p0, or None where neither sample has a row with the tag.

    Args:
        tagged, read: Rows with the tag and rows of the first sample.
        other, of: The same of the second.

    Source:
        O. Miettinen and M. Nurminen (1985); statsmodels `confint_proportions_2indep(compare="ratio", method="score")`
        is the oracle.

    >>> [round(end, 4) for end in risk_ratio_score(12, 100, 6, 150)]
    [1.2026, 7.5161]
    """
    if read <= 0 or of <= 0 or tagged + other <= 0:
        return None
    z = z_value(level)

    def score(log_ratio: float) -> float:
        ratio = math.exp(log_ratio)
        linear = read * ratio + tagged + of + other * ratio
        root = math.sqrt(max(0.0, linear**2 - 4 * (read + of) * ratio * (tagged + other)))
        second = 2 * (tagged + other) / (linear + root)
        first = min(1.0, ratio * second)
        spread = first * (1 - first) / read + ratio**2 * second * (1 - second) / of
        variance = spread * (read + of) / (read + of - 1)
        off = tagged / read - ratio * other / of
        return off / math.sqrt(variance) if variance > 0 else math.copysign(math.inf, off) if off else 0.0

    edge = math.log(LARGEST)
    low = 0.0 if tagged <= 0 else math.exp(_root(lambda at: score(at) - z, -edge, edge))
    high = math.inf if other <= 0 else math.exp(_root(lambda at: score(at) + z, -edge, edge))
    return low, high


def _root(score: Callable[[float], float], low: float, high: float) -> float:
    return float(optimize.brentq(score, low, high, xtol=1e-13, rtol=1e-14))


def risk_ratio_log(tagged: float, read: float, other: float, of: float, level: float = 0.95) -> Interval | None:
    """The interval of p1 / p0 that is symmetric on the log scale (Katz); None where a count is 0.

    Beside the score interval, for comparison.

    >>> [round(end, 4) for end in risk_ratio_log(12, 100, 6, 150)]
    [1.164, 7.732]
    """
    if min(tagged, other) <= 0:
        return None
    ratio = tagged / read / (other / of)
    factor = math.exp(z_value(level) * math.sqrt(1 / tagged - 1 / read + 1 / other - 1 / of))
    return ratio / factor, ratio * factor


def error_rate_of(ratio: float, errors: int, correct: int) -> float:
    """The error rate of the rows with a tag, from how much more frequent it is among errors: odds E / (N - E) · ratio.

    >>> round(error_rate_of(3.0, 240, 2760), 4)
    0.2069
    """
    if math.isinf(ratio):
        return 1.0
    return errors * ratio / (errors * ratio + correct) if errors or correct else 0.0
