"""What search alone would find: how far from the rest the best of many slices looks where nothing is there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Array = NDArray[np.float64]
Counts = NDArray[np.int64]
Losses = NDArray[np.float64]

PERMUTATIONS = 999


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
    if rows < 2:
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


@dataclass(frozen=True, slots=True, eq=False)
class SearchNoise:
    """The largest z of each search through data in which nothing is there."""

    maxima: Array
    """One for each permutation."""

    def p_adjusted(self, z: Array) -> Array:
        """(1 + #{max z ≥ z}) / (1 + B): the chance that a search through noise finds as much, at least 1/(1 + B).

        >>> SearchNoise(np.array([1.0, 2.0, 3.0])).p_adjusted(np.array([2.5, 9.0])).tolist()
        [0.5, 0.25]
        """
        beyond = len(self.maxima) - np.searchsorted(np.sort(self.maxima), np.asarray(z) - 1e-9, side="left")
        return np.asarray((1 + beyond) / (1 + len(self.maxima)))

    def threshold(self, level: float = 0.95) -> float:
        """z*: what the best slice of a search through noise stays below with this chance.

        In place of the usual quantile it makes an interval hold for all slices of the search at once.

        >>> SearchNoise(np.arange(1.0, 1000.0)).threshold()
        950.0
        """
        return float(np.quantile(self.maxima, level, method="higher"))


def search_noise(
    sums_of: Callable[[Losses], Array],
    sizes: Counts,
    losses: Losses,
    *,
    permutations: int = PERMUTATIONS,
    seed: int = 0,
    clusters: Counts | None = None,
    told: Callable[[int], bool] = lambda done: True,
) -> SearchNoise:
    """Search again in data whose losses are dealt anew to the rows (Westfall and Young's max z).

    Args:
        sums_of: The sum of losses in each slice, of a loss for every row: the whole search, as far as it counts.
        sizes: Rows of each slice; those of no row, or of all, take no part.
        losses: Of every row.
        permutations: How many times losses are dealt.
        clusters: A number per row; the losses of a cluster stay together when they are dealt. Where clusters are not
            of one size they are laid end to end in a new order, so that one may end up across two.
        told: Called after every permutation with how many are done; False stops the search.

    Returns:
        The largest z of each; of those done where the search was stopped.

    Raises:
        ValueError: permutations below 1.
    """
    if permutations < 1:
        raise ValueError("At least one permutation.")
    random = np.random.default_rng(seed)
    deal = _dealer(losses, clusters)
    rows, total, variance = len(losses), float(losses.sum()), float(losses.var())
    maxima = []
    for done in range(1, permutations + 1):
        z = moments_z(sums_of(deal(random)), sizes, rows, total, variance)
        maxima.append(float(z.max(initial=0.0)))
        if not told(done):
            break
    return SearchNoise(np.array(maxima))


def _dealer(losses: Losses, clusters: Counts | None) -> Callable[[np.random.Generator], Losses]:
    if clusters is None:
        return lambda random: random.permutation(losses)
    order = np.argsort(clusters, kind="stable")
    blocks = np.split(losses[order], np.flatnonzero(np.diff(clusters[order])) + 1)

    def deal(random: np.random.Generator) -> Losses:
        dealt = np.empty_like(losses)
        dealt[order] = np.concatenate([blocks[place] for place in random.permutation(len(blocks))])
        return dealt

    return deal
