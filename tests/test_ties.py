"""Which rows tie, and who is on top: many rows at once give what every pair of them gives."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from slicer.priorities.ties import FEW, TIED, chance_among, ties_of

WORTH = arrays(np.float64, st.tuples(st.integers(1, 8), st.integers(1, 12)), elements=st.integers(0, 4).map(float))


@given(WORTH, st.integers(1, 4))
def test_rows_that_are_equal_share_their_places(worth: np.ndarray, places: int) -> None:
    first, last = (stats.rankdata(-worth, method=end, axis=0) for end in ("min", "max"))
    expected = np.clip((places - first + 1) / (last - first + 1), 0, 1).mean(axis=1)
    assert chance_among(worth, places) == pytest.approx(expected)
    assert sum(chance_among(worth, places)) == pytest.approx(min(places, len(worth)))


@given(WORTH)
def test_a_pair_ties_where_its_order_is_reversed_often(worth: np.ndarray) -> None:
    found = ties_of(worth)
    for above in range(len(worth)):
        for below in range(above + 1, len(worth)):
            share = np.mean(worth[below] > worth[above]) + 0.5 * np.mean(worth[below] == worth[above])
            assert (below in found[above]) == (above in found[below]) == (share >= TIED)


def test_many_rows_tie_as_their_pairs_do() -> None:
    """Spread out, close together, far away, and some that do not vary at all."""
    random = np.random.default_rng(2)
    centres = np.sort(np.concatenate([random.normal(0, 1, FEW - 50), [9.0, 9.0, 8.9, -40.0], np.repeat(0.5, 60)]))[::-1]
    worth = random.normal(centres[:, None], 0.2, (len(centres), 500))
    worth[centres == 0.5] = 0.5
    worth[:4] = centres[:4, None]
    assert len(worth) > FEW
    found = ties_of(worth)
    for above in range(0, len(worth), 7):
        share = np.mean(worth > worth[above], axis=1) + 0.5 * np.mean(worth == worth[above], axis=1)
        below = np.flatnonzero(share[above + 1 :] >= TIED) + above + 1
        mine = found[above]
        assert np.array_equal(mine[mine > above], below)
