"""How other tools say how far a slice is from the rest: to be held against them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from slicer.discovery.tallies import Tallies, Whole

Array = NDArray[np.float64]


def divergence_t(mine: Tallies, whole: Whole) -> Array:
    """DivExplorer's t: |μ here - μ of all| / √(v here + v of all), with the mean and variance of Beta(1 + yes, 1 + no).

    It takes the slice and all rows, which hold the slice, for independent.

    >>> divergence_t(Tallies(np.array([24]), np.array([18.0]), np.array([18.0])), Whole(400, 71.0, 71.0, 1.0)).round(6)
    array([6.306614])
    """
    here, spread = _beta(mine.losses, mine.rows - mine.losses)
    all_, wide = _beta(np.array([whole.losses]), np.array([whole.rows - whole.losses]))
    return np.asarray(np.abs(here - all_) / np.sqrt(spread + wide))


def _beta(yes: Array, no: Array) -> tuple[Array, Array]:
    a, b = yes + 1.0, no + 1.0
    return a / (a + b), a * b / ((a + b) ** 2 * (a + b + 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """A slice against the rest, as SliceFinder tells it."""

    size: float
    """φ = √2 (mean here - mean of the rest) / √(σ² here + σ² of the rest), σ² of the population."""
    welch_t: float
    welch_p: float
    """One-sided."""
    cohens_h: float
    """2 asin √(rate here) - 2 asin √(rate of the rest)."""


def effect(inside: NDArray[np.bool_], losses: Array) -> Effect:
    """How much larger losses are in a slice (Chung et al. 2019); there are rows on both sides.

    >>> found = effect(np.repeat([True, False], [24, 376]), np.repeat([1.0, 0.0, 1.0, 0.0], [18, 6, 53, 323]))
    >>> round(found.size, 4), round(found.welch_t, 4), round(found.cohens_h, 4)
    (1.5505, 6.6157, 1.3246)
    """
    here, rest = losses[inside], losses[~inside]
    spread = here.var() + rest.var()
    welch = stats.ttest_ind(here, rest, equal_var=False, alternative="greater")
    one, other = (2 * np.arcsin(np.sqrt(np.clip(some.mean(), 0, 1))) for some in (here, rest))
    return Effect(
        size=float(np.sqrt(2) * (here.mean() - rest.mean()) / np.sqrt(spread)) if spread > 0 else 0.0,
        welch_t=float(welch.statistic),
        welch_p=float(welch.pvalue),
        cohens_h=float(one - other),
    )
