"""What a search through the same rows would find if nothing were there, and how far a slice is beyond it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from slicer.discovery.permuting import EFFORT, Searched, search_noise
from slicer.discovery.search import every_slice
from slicer.discovery.significance import (
    ErrorZ,
    SearchNoise,
    exact_z,
    mean_p,
    mean_threshold,
    moments_z,
)
from slicer.discovery.tallies import Tallies, Whole
from slicer.engine.codes import Coded
from slicer.workbench.search_space import Space


def noise_of(space: Space, coded: Coded, told: Callable[[float], bool]) -> SearchNoise | None:
    """What the best slice of a search through noise looks like; None where there is no slice to search."""
    wanted = space.wanted
    counter = space.counter(coded)
    slices = every_slice(counter, least=space.least, depth=wanted.depth)
    if not sum(map(len, slices)):
        return None
    searched = Searched(
        codes=coded.codes,
        levels=[len(one.levels) for one in space.levels],
        slices=slices,
        sizes=np.concatenate([counter.rows(one) for one in slices]),
        losses=coded.losses,
        clusters=clusters_of(space, coded),
    )
    return search_noise(
        searched,
        permutations=wanted.permutations,
        seed=space.bench.options.seed,
        effort=None if wanted.all_rows else EFFORT,
        told=told,
    )


def clusters_of(space: Space, coded: Coded) -> np.ndarray | None:
    """A number from 0 for each row, the same for rows of one cluster; None where rows stand alone."""
    if space.bench.dataset.roles.cluster is None or coded.keys is None:
        return None
    return np.unique(coded.keys, return_inverse=True)[1]


def z_of(space: Space, mine: Tallies, whole: Whole) -> float:
    """How far a slice is from chance, as it was compared with searches through noise."""
    if _alone(space):
        return float(ErrorZ(mine.rows, round(whole.losses), whole.rows)(mine.losses)[0])
    return float(moments_z(mine.losses, mine.rows, whole.rows, whole.losses, whole.variance)[0])


def chance_of(space: Space, noise: SearchNoise, z: float, mine: Tallies, whole: Whole) -> float:
    """The chance that a search through noise finds a slice as far from the rest.

    Args:
        z: Of the slice, divided by its spread.
    """
    if noise.permuted or noise.together > 1:
        return float(noise.p_adjusted(np.array([z]))[0])
    if _alone(space):
        exact = exact_z(mine.losses.round().astype(np.int64), mine.rows, round(whole.losses), whole.rows)
        return float(noise.p_adjusted(exact)[0])
    p = mean_p(mine.losses, mine.rows, whole.rows, whole.losses, whole.variance, whole.largest)
    return float(min(1.0, noise.examined * p[0]))


def quantile_of(space: Space, noise: SearchNoise, mine: Tallies, whole: Whole) -> float:
    """What takes the place of 1.96 in the interval of a slice, for it to hold for all slices at once."""
    if noise.permuted or noise.together > 1 or space.judged:
        return noise.threshold()
    return float(mean_threshold(mine.rows, whole.rows, whole.mean, whole.variance, whole.largest, noise.examined)[0])


def _alone(space: Space) -> bool:
    """Whether rows are right or wrong, each by itself."""
    return space.judged and space.bench.dataset.roles.cluster is None
