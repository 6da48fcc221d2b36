"""How far a slice is from the rest, and how far the best of many looks where nothing is there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats

Array = NDArray[np.float64]
Counts = NDArray[np.int64]
Losses = NDArray[np.float64]

PERMUTATIONS = 999

FEWEST_PERMUTATIONS = 19
"""With fewer no slice can be beyond chance once in twenty."""

FEW_EXPECTED = 5
"""Errors, or rows that are right, below which z says too much of a slice and its exact chance is taken."""

ROUNDING = 1e-14
"""A variance that is this part of the squared mean is what rounding leaves of losses that are all the same."""

TABLE = 40
"""Counts of a small slice whose exact chances are kept at hand: more do not occur by chance."""


def permutation_z(sums: Array | Counts, sizes: Counts, losses: Losses) -> Array:
    """How far the loss of each slice is from what it would be if losses had nothing to do with rows.

    z = (k − s K/n) / √(s σ² (n − s)/(n − 1)), with σ² the population variance of the losses: for losses of 0 and 1
    that is p(1 − p), and z that of the hypergeometric distribution.

    Args:
        sums: Of the losses in each slice.
        sizes: Rows of each slice.
        losses: Of every row, 1 for an error and 0 for none, or any number.

    Returns:
        A z for each slice, 0 where it cannot differ: all rows or none, or losses that are all the same.

    >>> losses = np.repeat([1.0, 0.0], [28, 56])
    >>> permutation_z(np.array([18]), np.array([24]), losses).round(4).tolist()
    [5.0929]
    """
    return moments_z(sums, sizes, len(losses), float(losses.sum()), float(losses.var()))


def moments_z(sums: Array | Counts, sizes: Counts, rows: int, total: float, variance: float) -> Array:
    """`permutation_z` from the number, sum and population variance of the losses."""
    if rows < 2 or variance <= ROUNDING * (total / rows) ** 2:
        return np.zeros(len(sizes))
    spread = np.sqrt(np.maximum(sizes * variance * (rows - sizes) / (rows - 1), 0.0))
    away = sums - sizes * (total / rows)
    return np.divide(away, spread, out=np.zeros(len(sizes)), where=spread > 0)


def hypergeometric_p(errors: Counts, sizes: Counts, all_errors: int, rows: int) -> Array:
    """The chance that rows drawn at random hold as many errors or more, exactly.

    >>> hypergeometric_p(np.array([2]), np.array([2]), 2, 4).round(4).tolist()
    [0.1667]
    """
    return np.asarray(stats.hypergeom.sf(errors - 1, rows, all_errors, sizes), dtype=np.float64)


def exact_z(errors: Counts, sizes: Counts, all_errors: int, rows: int) -> Array:
    """The normal quantile of `hypergeometric_p`, at most 37.5: what z would be if errors were normal.

    >>> exact_z(np.array([18]), np.array([24]), 71, 400).round(4).tolist()
    [6.222]
    """
    p = np.maximum(hypergeometric_p(errors, sizes, all_errors, rows), np.finfo(np.float64).tiny)
    return np.asarray(-special.ndtri(p), dtype=np.float64)


def _hypergeometric(found: Counts, sizes: Counts, few: int, rows: int) -> Array:
    """The chance that so many rows at random hold exactly so many of a few."""

    def ways(of: Array | Counts, taken: Array | Counts) -> Array:
        there = (taken >= 0) & (taken <= of)
        taken = np.where(there, taken, 0)
        logs = special.gammaln(of + 1) - special.gammaln(taken + 1) - special.gammaln(of - taken + 1)
        return np.where(there, logs, -np.inf)

    return np.asarray(
        np.exp(ways(np.array(few), found) + ways(np.array(rows - few), sizes - found) - ways(np.array(rows), sizes))
    )


class ErrorZ:
    """z of the errors in slices; of those in which few errors, or few right rows, are expected, the exact chance.

    A slice of 30 rows with two errors expected has six by chance far more often than its z of 2.9 says. Left so, slices
    like it would be the largest z of most searches through noise, and hide those that are large.

    Args:
        sizes: Rows of each slice.
        all_errors: In all rows.
        rows: All of them.

    >>> z = ErrorZ(np.array([24, 84]), 71, 400)
    >>> z(np.array([18, 28])).round(4).tolist()  # 4.3 are expected of the first, 14.9 of the second
    [6.222, 4.2003]
    """

    def __init__(self, sizes: Counts, all_errors: int, rows: int) -> None:
        self._sizes, self._errors, self._rows = sizes, all_errors, rows
        rate = all_errors / rows if rows else 0.0
        self._variance = rate * (1 - rate)
        fewer = np.minimum(rate, 1 - rate) * sizes
        self._small = np.flatnonzero((fewer < FEW_EXPECTED) & (sizes < rows) & (self._variance > 0))
        self._rare = rate <= 0.5
        kinds, self._kind = np.unique(sizes[self._small], return_inverse=True)
        few = all_errors if self._rare else rows - all_errors
        chances = _hypergeometric(np.arange(2 * TABLE), kinds[:, None], few, rows)
        summed = np.cumsum(chances[:, ::-1], axis=1)[:, ::-1] if self._rare else np.cumsum(chances, axis=1)
        self._table = -special.ndtri(np.clip(summed[:, :TABLE], np.finfo(np.float64).tiny, 1.0))

    def __call__(self, errors: Array | Counts) -> Array:
        """Of each slice, in their order; at most 0 where there are no more errors than expected."""
        z = moments_z(errors, self._sizes, self._rows, float(self._errors), self._variance)
        if not len(self._small):
            return z
        mine, sizes = np.asarray(errors)[self._small].astype(np.int64), self._sizes[self._small]
        few = mine if self._rare else sizes - mine
        exact = self._table[self._kind, np.minimum(few, TABLE - 1)]
        if (beyond := few >= TABLE).any():
            exact[beyond] = exact_z(mine[beyond], sizes[beyond], self._errors, self._rows)
        more = z[self._small] > 0
        z[self._small[more]] = np.maximum(exact[more], 0.0)
        return z


def mean_p(sums: Array, sizes: Counts, rows: int, total: float, variance: float, largest: float) -> Array:
    """The most that the chance can be that as many rows drawn at random have such a sum of losses or a larger one.

    Args:
        sums: Of the losses in each slice.
        sizes: Rows of each slice.
        rows, total, variance: Of all losses, the variance that of the population.
        largest: No loss is larger.

    Source:
        Bernstein's inequality, which holds for draws without replacement too (Hoeffding 1963, theorem 4):
        P(mean here − mean ≥ e) ≤ exp(−s e² / (2 (σ² + b e / 3))), b the largest loss − the mean.

    >>> mean_p(np.array([30.0, 10.0]), np.array([100, 100]), 1000, 100.0, 0.09, 1.0).round(6).tolist()
    [2e-06, 1.0]
    """
    mean = total / rows if rows else 0.0
    over = np.maximum(np.divide(sums, sizes, out=np.zeros(len(sizes)), where=sizes > 0) - mean, 0.0)
    below = 2 * (variance + (largest - mean) * over / 3)
    return np.asarray(np.exp(-np.divide(sizes * over**2, below, out=np.zeros(len(sizes)), where=below > 0)))


def mean_threshold(
    sizes: Counts, rows: int, mean: float, variance: float, largest: float, examined: int, level: float = 0.95
) -> Array:
    """The z of slices at which `mean_p`, times the slices examined, is what is left of the level.

    >>> z = mean_threshold(np.array([100]), 1000, 0.1, 0.09, 1.0, 480)
    >>> sums = 100 * 0.1 + z * np.sqrt(100 * 0.09 * 900 / 999)
    >>> (480 * mean_p(sums, np.array([100]), 1000, 100.0, 0.09, 1.0)).round(9).tolist()
    [0.05]
    """
    logs = np.log(max(1, examined) / (1 - level))
    third = (largest - mean) * logs / 3
    over = (third + np.sqrt(third**2 + 2 * sizes * variance * logs)) / np.maximum(sizes, 1)
    spread = np.sqrt(np.maximum(sizes * variance * (rows - sizes) / max(1, rows - 1), 0.0))
    return np.asarray(np.divide(sizes * over, spread, out=np.zeros(len(sizes)), where=spread > 0))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SearchNoise:
    """How far from the rest the best slice of a search looks in data in which nothing is there.

    By permutations, from the largest z of each search through losses that were dealt anew (Westfall and Young's max z);
    without enough of them by Bonferroni's inequality, from the slices that were examined.

    >>> SearchNoise(maxima=np.arange(1.0, 1000.0), examined=480).threshold()
    950.0
    >>> alone = SearchNoise(maxima=np.zeros(0), examined=480)
    >>> round(alone.threshold(), 4), alone.p_adjusted(np.array([3.7087])).round(3).tolist()
    (3.7087, [0.05])
    """

    maxima: Array
    """One for each permutation."""
    examined: int
    """Slices."""
    together: int = 1
    """Rows of the largest cluster. All of their losses may be one loss, so that z is up to √ of it too large; what was
    dealt to clusters takes care of it by itself."""
    spreads: Mapping[tuple[int, ...], float] = field(default_factory=dict)
    """By the items of a slice, what its z is divided by before it is compared with others, where rows come in clusters:
    the standard deviation of z when losses are dealt to clusters, at least 1."""

    def spread(self, items: tuple[int, ...]) -> float:
        """What z of a slice is divided by; 1 where rows stand alone."""
        return self.spreads.get(items, 1.0) if self.permuted else 1.0

    @property
    def permuted(self) -> bool:
        """Whether there are permutations enough to tell once in twenty."""
        return len(self.maxima) >= FEWEST_PERMUTATIONS

    def p_adjusted(self, z: Array) -> Array:
        """The chance that a search through noise finds a slice as far from the rest.

        (1 + #{max z ≥ z}) / (1 + B), at least 1/(1 + B); by Bonferroni min(1, M p), p the normal chance of z.
        """
        if not self.permuted:
            return np.asarray(np.minimum(1.0, self.examined * special.ndtr(-np.asarray(z) / np.sqrt(self.together))))
        beyond = len(self.maxima) - np.searchsorted(np.sort(self.maxima), np.asarray(z) - 1e-9, side="left")
        return np.asarray((1 + beyond) / (1 + len(self.maxima)))

    def threshold(self, level: float = 0.95) -> float:
        """z*: what the best slice of a search through noise stays below with this chance.

        In place of the usual quantile it makes an interval hold for all slices of the search at once.
        """
        if not self.permuted:
            return float(-special.ndtri((1 - level) / max(1, self.examined)) * np.sqrt(self.together))
        return float(np.quantile(self.maxima, level, method="higher"))
