"""Searching through noise finds anything once in twenty, however losses are spread and however few are dealt."""

from __future__ import annotations

import os

import numpy as np
import pytest
from noise_kit import clusters_of, features, held, once_in_twenty, searched, z_of
from scipy import special

from slicer.discovery import permuting
from slicer.discovery.permuting import search_noise

SOAK = bool(os.environ.get("SLICER_SOAK"))
RUNS, ROWS, PERMUTATIONS = (4000, 4000, 199) if SOAK else (50, 800, 99)

LOSSES = {
    "errors": lambda random, rows: (random.random(rows) < 0.1).astype(float),
    "mostly errors": lambda random, rows: (random.random(rows) < 0.9).astype(float),
    "skewed": lambda random, rows: random.exponential(size=rows) ** 1.5,
    "skewed to the left": lambda random, rows: -random.exponential(size=rows),
    "difference of two runs": lambda random, rows: random.choice([-1.0, 0.0, 1.0], rows, p=[0.05, 0.9, 0.05]),
}


def found_in_noise(kind: str, share: float, clusters: str | None, seed: int) -> bool:
    random = np.random.default_rng((seed, len(kind)))
    codes, of = features(random, ROWS), None
    losses = LOSSES[kind](random, ROWS)
    if clusters is not None:
        of = np.unique(clusters_of(random, ROWS, equal=clusters == "equal"), return_inverse=True)[1]
        effects = random.normal(size=of.max() + 1)
        codes[:4] = features(random, of.max() + 1)[:4, of]  # what all rows of a cluster have in common
        losses = np.exp(effects[of]) * losses
        if kind == "errors":
            losses = (random.random(ROWS) < special.expit(1.2 * effects[of] - 2.2)).astype(float)
    one = searched(codes, losses, max(30, ROWS // 100) if share == 1 else ROWS // 8, of)
    effort = share * permuting.PERMUTATIONS * permuting._seconds(one)
    noise = search_noise(one, permutations=PERMUTATIONS, seed=seed, effort=effort)
    spreads = [noise.spread(tuple(items)) for some in one.slices for items in some.tolist()]
    return bool(noise.p_adjusted(np.array([(z_of(one, held(one)) / spreads).max()]))[0] <= 0.05)


@pytest.mark.slow
@pytest.mark.soak
@pytest.mark.parametrize(
    ("kind", "share", "clusters"),
    [
        ("errors", 1.0, None),
        ("errors", 0.25, None),
        ("skewed", 0.25, None),
        ("errors", 1.0, "uneven"),
        *(
            [
                ("mostly errors", 0.25, None),
                ("skewed", 1.0, None),
                ("skewed to the left", 0.25, None),
                ("difference of two runs", 0.25, None),
                ("errors", 1.0, "equal"),
                ("errors", 0.25, "uneven"),
                ("skewed", 1.0, "uneven"),
            ]
            if SOAK
            else ()
        ),
    ],
)
def test_once_in_twenty(kind: str, share: float, clusters: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(permuting, "FEWEST_ERRORS", 1)
    monkeypatch.setattr(permuting, "FEWEST_ROWS", 1)
    found = sum(found_in_noise(kind, share, clusters, seed) for seed in range(RUNS))
    assert once_in_twenty(found, RUNS)
