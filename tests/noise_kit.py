"""Made data in which nothing is there, or a slice of one level and one of two are worse; searched by every slice."""

from __future__ import annotations

import numpy as np

from slicer.discovery.counting import ErrorCounter
from slicer.discovery.permuting import Searched
from slicer.discovery.search import every_slice
from slicer.discovery.significance import ErrorZ, permutation_z
from slicer.metrics.intervals import wilson

LEVELS = (0.4, 0.25, 0.2, 0.15)
FEATURES = 7


def features(random: np.random.Generator, rows: int) -> np.ndarray:
    return random.choice(4, size=(FEATURES, rows), p=LEVELS).astype(np.uint8)


def planted(codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The rows of a slice of one level, a quarter of all, and of one of two, three in a hundred."""
    return codes[0] == 1, (codes[1] == 2) & (codes[2] == 3)


def with_errors(random: np.random.Generator, codes: np.ndarray, *, bad: bool = True) -> np.ndarray:
    """One row in ten is wrong; 8 and 18 points more in what is planted."""
    one, two = planted(codes)
    return (random.random(codes.shape[1]) < 0.1 + bad * (0.08 * one + 0.18 * two)).astype(float)


def searched(codes: np.ndarray, losses: np.ndarray, least: int, clusters: np.ndarray | None = None) -> Searched:
    levels = [int(one.max(initial=0)) + 1 for one in codes]
    counter = ErrorCounter(codes, levels, losses > 0)
    slices = every_slice(counter, least=least, depth=2)
    sizes = np.concatenate([counter.tally(some).rows for some in slices])
    return Searched(codes=codes, levels=levels, slices=slices, sizes=sizes, losses=losses, clusters=clusters)


def held(one: Searched) -> np.ndarray:
    """Which rows each slice holds, looked at row by row."""
    place = [(feature, level) for feature, count in enumerate(one.levels) for level in range(count)]
    rows = [
        np.all([one.codes[place[item][0]] == place[item][1] for item in items], axis=0)
        for some in one.slices
        for items in some
    ]
    return np.array(rows, dtype=float).reshape(-1, one.rows)


def z_of(one: Searched, inside: np.ndarray | None = None) -> np.ndarray:
    """Of every slice, as a search compares them with noise."""
    sums = (held(one) if inside is None else inside) @ one.losses
    if one.judged and one.clusters is None:
        return ErrorZ(one.sizes, int(one.losses.sum()), one.rows)(sums)
    return permutation_z(sums, one.sizes, one.losses)


def clusters_of(random: np.random.Generator, rows: int, *, equal: bool = False) -> np.ndarray:
    """Of 8 rows each, or of very different sizes: of some one row, of some a hundred."""
    if equal:
        return np.repeat(np.arange(rows // 8), 8)
    sizes = np.maximum(1, np.exp(random.normal(1.5, 0.9, rows)).round()).astype(int)
    return np.repeat(np.arange(rows), sizes)[:rows]


def at_most(found: int, runs: int, chance: float) -> bool:
    """Whether the upper end of Wilson's interval of how often is no more than this."""
    ends = wilson(found, runs)
    return ends is not None and ends[1] <= chance
