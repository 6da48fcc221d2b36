"""How a slice differs from the rest of the rows: the difference, its interval and a test."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import special, stats

from slicer.metrics.estimate import RANKED_FROM, Estimate
from slicer.metrics.intervals import Interval, mover_difference, z_value
from slicer.metrics.registry import Metric

Array = np.ndarray

FEWEST_EXPECTED = 5
"""Where a cell expects fewer rows than this, the exact test takes the place of the normal one."""

BEYOND_DOUBT, LEAST_DIFFERENCE, LEAST_EXCESS = 0.05, 0.02, 5
"""A slice is called worse or better from this q-value down, this difference and this many rows of excess up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A slice's metric minus that of the rest."""

    value: float
    ci: Interval | None
    method: str | None
    """newcombe for proportions, else mover."""
    p_value: float | None
    """Two-sided; None where either side has fewer than 30 rows behind it."""


def difference(mine: Estimate, rest: Estimate) -> Difference | None:
    """The difference of two independent estimates; None where either is undefined.

    Newcombe's hybrid score interval is MOVER on two Wilson intervals; other metrics take their own intervals.
    Where clusters have rows on both sides the two are taken as independent all the same: too wide, never too short.

    Source:
        R. G. Newcombe (1998), method 10.

    >>> from slicer.metrics.estimate import estimate
    >>> from slicer.metrics.intervals import wilson
    >>> mine, rest = (
    ...     estimate(k / n, wilson(k, n), n=n, denominator=n, method="wilson", level=0.95)
    ...     for k, n in ((24, 40), (870, 960))
    ... )
    >>> found = difference(mine, rest)
    >>> [round(end, 3) for end in found.ci], round(found.value, 3), found.method
    ([-0.461, -0.168], -0.306, 'newcombe')
    """
    if mine.value is None or rest.value is None:
        return None
    proportions = mine.method == rest.method == "wilson"
    ci = None if mine.ci is None or rest.ci is None else mover_difference(mine.value, mine.ci, rest.value, rest.ci)
    counted = proportions and "weighted" not in mine.flags
    tested = min(mine.denominator, rest.denominator) >= RANKED_FROM
    return Difference(
        value=mine.value - rest.value,
        ci=ci,
        method=None if ci is None else "newcombe" if proportions else "mover",
        p_value=(_proportions_p(mine, rest) if counted else _interval_p(mine, rest, ci)) if tested else None,
    )


def _proportions_p(mine: Estimate, rest: Estimate) -> float:
    """The permutation test of two proportions: normal, or exact where a cell expects fewer than 5 rows."""
    k, s = round(mine.numerator or 0), round(mine.denominator)
    others, m = round(rest.numerator or 0), round(rest.denominator)
    share = (k + others) / (s + m)
    if min(s, m) * min(share, 1 - share) < FEWEST_EXPECTED:
        return float(stats.fisher_exact([[k, s - k], [others, m - others]]).pvalue)
    spread = math.sqrt(s * share * (1 - share) * m / (s + m - 1))
    return float(2 * special.ndtr(-abs(k - s * share) / spread))


def _interval_p(mine: Estimate, rest: Estimate, ci: Interval | None) -> float | None:
    """The level at which the interval would just reach 0, its half on that side taken as normal."""
    if ci is None or mine.value is None or rest.value is None:
        return None
    value = mine.value - rest.value
    half = abs(value - (ci[0] if value > 0 else ci[1]))
    return None if half == 0 else float(2 * special.ndtr(-abs(value) / half * z_value(mine.level)))


def q_values(p_values: Sequence[float | None], method: Literal["bh", "by"] = "bh") -> list[float | None]:
    """p-values adjusted for the share of false discoveries; what was not tested stays None and does not count.

    Args:
        method: Benjamini and Hochberg's, for tests that are independent or depend positively, as those of nested
            slices roughly do; or Benjamini and Yekutieli's, whatever the dependence.

    >>> q_values([0.01, None, 0.04, 0.02])
    [0.03, None, 0.04, 0.03]
    """

    def adjusted(tested: Array) -> Array:
        return np.asarray(stats.false_discovery_control(tested, method=method))

    return _adjusted(p_values, adjusted)


def holm(p_values: Sequence[float | None]) -> list[float | None]:
    """p-values adjusted so that a single false discovery among all is as rare as they say, whatever the dependence.

    Source:
        S. Holm (1979), the step-down form of Bonferroni's.

    >>> holm([0.01, None, 0.04, 0.02])
    [0.03, None, 0.04, 0.04]
    """

    def adjusted(tested: Array) -> Array:
        order = np.argsort(tested)
        left = len(tested) - np.arange(len(tested))
        found = np.empty_like(tested)
        found[order] = np.minimum(1.0, np.maximum.accumulate(left * tested[order]))
        return found

    return _adjusted(p_values, adjusted)


def _adjusted(p_values: Sequence[float | None], adjusted: Callable[[Array], Array]) -> list[float | None]:
    tested = np.array([p for p in p_values if p is not None])
    found = iter(np.round(adjusted(tested), 15).tolist() if len(tested) else ())
    return [None if p is None else next(found) for p in p_values]


def verdict(found: Difference | None, q_value: float | None, denominator: float, metric: Metric, up: bool) -> str:
    """worse, better, or no evidence: clear beyond doubt, large enough to matter, and not a handful of rows.

    Args:
        found: The difference to the rest.
        q_value: Of the difference, adjusted for the other slices.
        denominator: What the slice's metric was divided by.
        metric: The metric; how large is large enough is known where its span is.
        up: Whether higher is better.
    """
    if found is None or q_value is None or q_value > BEYOND_DOUBT or not found.value:
        return "no evidence"
    small = abs(found.value) < LEAST_DIFFERENCE or abs(found.value) * denominator < LEAST_EXCESS
    if small and all(map(math.isfinite, metric.span)):
        return "no evidence"
    return "better" if (found.value > 0) is up else "worse"
