"""Losses dealt anew to the rows, as if they had nothing to do with them; those of a cluster stay together."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from slicer.discovery.dealt_sums import compiled_deals

Losses = NDArray[Any]
Places = NDArray[np.int64]

ALIKE = 10
"""Clusters of about one size there are at least, to deal losses among."""


def rows_at_random(rows: int, some: int, random: np.random.Generator) -> Places:
    """As many different rows, each set of them with the same chance; the first ones in order.

    Takes rows as a coin would, by the gaps between them, then takes back or adds until there are as many: work for the
    rows taken, not for all.

    >>> len(np.unique(rows_at_random(100, 40, np.random.default_rng(1))))
    40
    """
    if not 0 < some < rows:
        return np.arange(rows if some else 0)
    chance = some / rows
    gaps = random.geometric(chance, size=int(some + 6 * np.sqrt(some * (1 - chance)) + 6))
    taken = np.cumsum(gaps) - 1
    while taken[-1] < rows:
        taken = np.concatenate([taken, taken[-1] + np.cumsum(random.geometric(chance, size=64))])
    taken = taken[: np.searchsorted(taken, rows)]
    if len(taken) > some:
        return np.delete(taken, random.choice(len(taken), len(taken) - some, replace=False))
    more = taken[:0]
    while len(taken) + len(more) < some:
        new = np.unique(np.concatenate([more, random.integers(0, rows, some - len(taken) - len(more))]))
        place = np.minimum(np.searchsorted(taken, new), max(0, len(taken) - 1))
        more = new[taken[place] != new] if len(taken) else new
    return np.concatenate([taken, more])


class Dealer:
    """Deals the losses of rows anew.

    Alone, every row may get the loss of every other. In clusters, a cluster gets the losses of another one of about
    its size (between powers of two; neighbouring sizes together where there are few), beginning anywhere in it and
    going round: so what rows of a cluster have in common stays, and so does what neighbours in it have, but not at
    which place. Where the other cluster is smaller some of its losses are dealt twice, where it is larger some not at
    all.

    Args:
        losses: Of every row.
        clusters: A number from 0 for each row; None where rows stand alone.
    """

    def __init__(self, losses: Losses, clusters: Places | None = None) -> None:
        self._losses, self._clustered = losses, clusters is not None
        if clusters is None:
            return
        self._order = np.argsort(clusters, kind="stable")
        self._in_order = losses[self._order]
        self._sizes = np.unique(clusters, return_counts=True)[1]
        self._starts = np.cumsum(self._sizes) - self._sizes
        self._alike = of_about_one_size(self._sizes)

    def __len__(self) -> int:
        return len(self._losses)

    def __call__(self, random: np.random.Generator) -> Losses:
        """A loss for every row, of the kind they were."""
        if not self._clustered:
            return random.permutation(self._losses)
        donors = np.arange(len(self._sizes))
        for some in self._alike:
            donors[some] = random.permutation(some)
        first = random.integers(0, self._sizes[donors])
        dealt = np.empty_like(self._losses)
        fast = compiled_deals(64 * len(dealt))
        if fast is not None:
            fast.deal(self._in_order, self._order, self._starts, self._sizes, donors, first, dealt)
            return dealt
        mine = np.repeat(np.arange(len(self._sizes)), self._sizes)
        place = np.arange(len(dealt)) - self._starts[mine]
        given = donors[mine]
        dealt[self._order] = self._in_order[self._starts[given] + (first[mine] + place) % self._sizes[given]]
        return dealt


def of_about_one_size(sizes: Places) -> list[Places]:
    """Clusters in groups: those between two powers of two, with their neighbours until there are `ALIKE`.

    >>> [group.tolist() for group in of_about_one_size(np.array([1, 3, 2, 1, 3] * 5))][0]
    [0, 3, 5, 8, 10, 13, 15, 18, 20, 23]
    """
    power = np.floor(np.log2(np.maximum(sizes, 1))).astype(int)
    groups: list[Places] = []
    waiting = np.zeros(0, dtype=np.int64)
    for one in np.unique(power):
        waiting = np.concatenate([waiting, np.flatnonzero(power == one)])
        if len(waiting) >= ALIKE:
            groups.append(waiting)
            waiting = waiting[:0]
    if len(waiting):
        groups.append(np.concatenate([groups.pop() if groups else waiting[:0], waiting]))
    return groups
