"""What a search through the same rows would find if nothing were there."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from slicer.discovery.search import every_slice
from slicer.discovery.significance import SearchNoise, search_noise
from slicer.engine.codes import Coded
from slicer.workbench.search_space import Space, part_of

NOISE_ROWS = 100_000
"""Rows in which noise is searched; of more a random part is taken, in which the best slice looks as far away or a
little farther: its counts are coarser."""


def noise_of(space: Space, coded: Coded, told: Callable[[float], bool]) -> SearchNoise | None:
    """What the best slice of a search through noise looks like; on part of the rows where there are many."""
    seed = space.bench.options.seed
    clustered = space.bench.dataset.roles.cluster is not None and coded.keys is not None
    clusters = np.unique(coded.keys or [], return_inverse=True)[1] if clustered else None
    share = min(1.0, NOISE_ROWS / max(1, len(coded.losses)))
    if share < 1:
        some = _drawn(len(coded.losses), share, clusters, seed)
        coded, clusters = part_of(coded, some), None if clusters is None else clusters[some]
    counter = space.counter(coded)
    slices = every_slice(counter, least=max(1, round(share * space.least)), depth=space.wanted.depth)
    if not sum(map(len, slices)):
        return None
    return search_noise(
        lambda dealt: counter.dealt(slices, dealt),
        np.concatenate([counter.rows(one) for one in slices]),
        coded.losses,
        permutations=space.wanted.permutations,
        seed=seed,
        clusters=clusters,
        told=lambda done: told(done / space.wanted.permutations),
    )


def _drawn(rows: int, share: float, clusters: np.ndarray | None, seed: int) -> np.ndarray:
    """Which rows are drawn: each with the same chance, clusters as a whole."""
    random = np.random.default_rng(seed)
    if clusters is None:
        return random.random(rows) < share
    return np.asarray((random.random(int(clusters.max(initial=0)) + 1) < share)[clusters])
