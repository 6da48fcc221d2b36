"""How a slice differs from the rest of the rows: the difference, its interval and a test."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from scipy import special, stats

from slicer.metrics.additive import Additive
from slicer.metrics.counts import SliceCounts
from slicer.metrics.estimate import RANKED_FROM, Estimate
from slicer.metrics.intervals import Interval, mover_difference, z_value
from slicer.metrics.moments import ClusterSums

Sums = TypeVar("Sums", bound=Additive)

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


def rest_of(whole: SliceCounts, part: SliceCounts, clusters: Mapping[str, ClusterSums] | None = None) -> SliceCounts:
    """The counts of the rows outside a slice; human labels are left out.

    Args:
        whole: All rows.
        part: The slice, some of those rows.
        clusters: Cluster totals of the rest, where rows come in clusters: a cluster may have rows on
            both sides, so they are counted, not subtracted.
    """
    unclustered: dict[str, ClusterSums] | None = None if whole.clusters is None else {}
    return SliceCounts(
        support=whole.support - part.support,
        unlabelled=whole.unlabelled - part.unlabelled,
        unpredicted=whole.unpredicted - part.unpredicted,
        right=whole.right - part.right,
        confusion=_minus(whole.confusion, part.confusion),
        paired=None,
        outcome=_minus(whole.outcome, part.outcome),
        probabilities=_minus(whole.probabilities, part.probabilities),
        residuals=_minus(whole.residuals, part.residuals),
        score=_minus(whole.score, part.score),
        ratio=_minus(whole.ratio, part.ratio),
        clusters=unclustered if clusters is None else clusters,
    )


def _minus(whole: Sums | None, part: Sums | None) -> Sums | None:
    return None if whole is None or part is None else whole - part


def difference(mine: Estimate, rest: Estimate) -> Difference | None:
    """The difference of two independent estimates; None where either is undefined.

    Newcombe's hybrid score interval is MOVER on two Wilson intervals; other metrics take their own intervals.

    Source:
        R. G. Newcombe (1998), method 10.

    >>> from slicer.metrics.registry import accuracy
    >>> found = difference(accuracy(24, 40), accuracy(870, 960))
    >>> [round(end, 3) for end in found.ci], round(found.value, 3), found.method
    ([-0.461, -0.168], -0.306, 'newcombe')
    """
    if mine.value is None or rest.value is None:
        return None
    proportions = mine.method == rest.method == "wilson"
    ci = None if mine.ci is None or rest.ci is None else mover_difference(mine.value, mine.ci, rest.value, rest.ci)
    tested = min(mine.denominator, rest.denominator) >= RANKED_FROM
    return Difference(
        value=mine.value - rest.value,
        ci=ci,
        method=None if ci is None else "newcombe" if proportions else "mover",
        p_value=(_proportions_p(mine, rest) if proportions else _interval_p(mine, rest, ci)) if tested else None,
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


def q_values(p_values: Sequence[float | None]) -> list[float | None]:
    """Benjamini and Hochberg's adjusted p-values; what was not tested stays None and does not count.

    >>> q_values([0.01, None, 0.04, 0.02])
    [0.03, None, 0.04, 0.03]
    """
    tested = [p for p in p_values if p is not None]
    adjusted = iter(np.round(stats.false_discovery_control(tested), 15).tolist() if tested else ())
    return [None if p is None else next(adjusted) for p in p_values]


def verdict(found: Difference | None, q_value: float | None, denominator: float) -> str:
    """worse, better, or no evidence: clear beyond doubt, large enough to matter, and not a handful of rows."""
    if found is None or q_value is None or q_value > BEYOND_DOUBT:
        return "no evidence"
    if abs(found.value) < LEAST_DIFFERENCE or abs(found.value) * denominator < LEAST_EXCESS:
        return "no evidence"
    return "worse" if found.value < 0 else "better"
