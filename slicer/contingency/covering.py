"""Which columns are counted together: a joint table of four columns holds the tables of all six pairs of them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

Columns = tuple[int, ...]
"""Places of columns, each once."""


def covering(wanted: Sequence[Columns], levels: Sequence[int], most: int) -> list[Columns]:
    """Sets of columns such that each wanted one lies in one of them; few sets, found greedily.

    Args:
        wanted: The columns of each table. Those of three columns and more are sets of their own.
        levels: How many levels each column has.
        most: Combinations of levels a set has at most, unless a wanted table has more by itself.

    >>> covering([(0, 1), (0, 2), (1, 2), (3,)], [5, 5, 5, 40], 1000)
    [(0, 1, 2), (3,)]
    """
    sets = list(dict.fromkeys(one for one in wanted if len(one) > 2))
    open_ = np.zeros((len(levels), len(levels)), dtype=bool)
    for pair in (one for one in wanted if len(one) == 2):
        open_[pair[0], pair[1]] = open_[pair[1], pair[0]] = True
    for one in sets:
        _close(open_, one)
    while open_.any():
        sets.append(_grown(open_, levels, most))
        _close(open_, sets[-1])
    held = {column for one in sets for column in one}
    alone = sorted({one[0] for one in wanted if len(one) == 1} - held)
    return sets + _packed(alone, levels, most) + [one for one in wanted if not one][:1]


def _close(open_: NDArray[np.bool_], columns: Columns) -> None:
    for one, other in combinations(columns, 2):
        open_[one, other] = open_[other, one] = False


def _grown(open_: NDArray[np.bool_], levels: Sequence[int], most: int) -> Columns:
    """A set that holds a pair that is still open, and as many more as fit: those first that bring most for their
    levels."""
    worth = 1 / np.log2(np.asarray(levels) + 1.0)
    first = int(np.argmax(open_.sum(axis=1)))
    chosen, cells = [first], levels[first]
    while True:
        gain = open_[:, chosen].sum(axis=1) * worth
        fits = np.asarray(levels) * cells <= most
        if len(chosen) > 1:
            gain = np.where(fits, gain, 0.0)
        gain[chosen] = 0.0
        best = int(np.argmax(gain + 1e-6 * (gain > 0) * open_.sum(axis=1)))
        if gain[best] <= 0:
            return tuple(sorted(chosen))
        chosen.append(best)
        cells *= levels[best]


def _packed(columns: Sequence[int], levels: Sequence[int], most: int) -> list[Columns]:
    """Single columns, together as far as they fit."""
    sets: list[Columns] = []
    cells = 0
    for one in sorted(columns, key=lambda column: levels[column]):
        if sets and cells * levels[one] <= most:
            sets[-1], cells = (*sets[-1], one), cells * levels[one]
        else:
            sets.append((one,))
            cells = levels[one]
    return sets
