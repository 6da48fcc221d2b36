"""The search again, many times, through the same rows with losses that have nothing to do with them."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import chain
from math import comb
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from slicer.discovery.dealing import Dealer, Places, rows_at_random
from slicer.discovery.dealt_sums import AT_ONCE, ErrorSums, LossSums
from slicer.discovery.masks import Codes, Items
from slicer.discovery.significance import (
    FEW_EXPECTED,
    PERMUTATIONS,
    Array,
    Counts,
    ErrorZ,
    Losses,
    SearchNoise,
    moments_z,
)

EFFORT = 12.0
"""Seconds of one processor, about, that 999 permutations may take before less is dealt."""

FEWEST_ERRORS, FEWEST_ROWS, FEWEST_OF_CLUSTERS = 2_000, 10_000, 99
"""Errors that are dealt at least, rows that are drawn, and permutations of clusters, however many slices there are."""

PILOT = 99
"""Searches through noise by which the spread of z is told of slices whose rows come in clusters."""

THREADS = os.cpu_count() or 1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Searched:
    """What was searched: rows as codes, the slices that were examined, and the losses of rows."""

    codes: Codes
    levels: Sequence[int]
    slices: Sequence[Items]
    """By number of items."""
    sizes: Counts
    """Rows of each slice, in the same order."""
    losses: Losses
    clusters: Places | None = None
    """A number from 0 for each row."""

    @property
    def rows(self) -> int:
        return len(self.losses)

    @property
    def judged(self) -> bool:
        """Whether a loss is an error or none."""
        return bool(((self.losses == 0) | (self.losses == 1)).all())

    def part(self, rows: Places) -> Searched:
        """The same slices among some of the rows, which stand alone."""
        some = replace(self, codes=self.codes[:, rows], losses=self.losses[rows])
        sizes = LossSums(some.codes, self.levels, self.slices)(np.ones((some.rows, 1)))[:, 0]
        return replace(some, sizes=sizes.astype(np.int64))


def search_noise(
    searched: Searched,
    *,
    permutations: int = PERMUTATIONS,
    seed: int = 0,
    effort: float | None = EFFORT,
    told: Callable[[float], bool] = lambda done: True,
) -> SearchNoise:
    """The largest z of each search through the rows with losses dealt anew (Westfall and Young's max z).

    Where that takes too long, less is dealt: of errors that stand alone some, to all rows, so that the slices and how
    they overlap stay what they are, and enough for a few to be expected in every slice; of other losses those of a
    random part of the rows. The fewer are dealt the farther their largest z is from normal, so z* is a little larger,
    never smaller: where losses have their tail below, they are turned over first. Of clusters all are dealt, fewer
    times: the largest ones decide, and a part may miss them. A slice of whole clusters is far from the rest by chance
    more often than one whose rows lie in many, so z of each is divided by its own spread, told by searches before.

    Args:
        permutations: How many times losses are dealt; 0 for what can be said without.
        effort: Seconds of one processor, about, from which less is dealt; None to deal everything.
        told: Called with the part of them that is done, a few at a time; False stops.

    Returns:
        The largest z of each; of those done where it was stopped.
    """
    share = 1.0 if effort is None else min(1.0, effort / max(1e-9, PERMUTATIONS * _seconds(searched)))
    if searched.clusters is not None:
        permutations = min(permutations, max(FEWEST_OF_CLUSTERS, round(share * PERMUTATIONS)))
    z_of: _SearchesOfNoise
    if searched.judged and searched.clusters is None:
        z_of = _ErrorsAlone(searched, share, permutations)
    elif searched.judged:
        z_of = _ErrorsInClusters(searched, permutations)
    else:
        z_of = _Numbers(_drawn(searched, share, seed), permutations)
    spread = np.ones(len(searched.sizes))
    if searched.clusters is not None and permutations:
        pilot = [np.random.default_rng((seed, 1, one)) for one in range(PILOT)]
        spread = _spread(chain.from_iterable(z_of(pilot[at : at + AT_ONCE]) for at in range(0, PILOT, AT_ONCE)))
    starts = range(0, permutations, AT_ONCE)
    batches = [range(start, min(start + AT_ONCE, permutations)) for start in starts]

    def work(batch: range) -> Array:
        searches = z_of([np.random.default_rng((seed, one)) for one in batch])
        return np.array([float((z / spread).max(initial=0.0)) for z in searches])

    maxima: list[Array] = []
    done = 0
    for found in _in_order(work, batches):
        maxima.append(found)
        done += len(found)
        if not told(done / permutations):
            break
    return SearchNoise(
        maxima=np.concatenate([np.zeros(0), *maxima]),
        examined=len(searched.sizes),
        together=1 if searched.clusters is None else int(np.bincount(searched.clusters).max(initial=1)),
        spreads={} if searched.clusters is None else _by_items(searched.slices, spread),
    )


def _spread(searches: Iterator[Array]) -> Array:
    """The standard deviation of z of each slice over searches through noise; at least 1, what it is of rows alone."""
    count, total, squares = 0, np.zeros(1), np.zeros(1)
    for z in searches:
        count, total, squares = count + 1, total + z, squares + z * z
    return np.sqrt(np.maximum(1.0, (squares - total * total / count) / (count - 1)))


def _by_items(slices: Sequence[Items], values: Array) -> dict[tuple[int, ...], float]:
    """A value for each slice, by its items."""
    items = (tuple(one) for some in slices for one in some.tolist())
    return dict(zip(items, values.tolist(), strict=True))


def _in_order(work: Callable[[range], Array], batches: Sequence[range]) -> Iterator[Array]:
    """The work on each batch, in order, on all processors; nothing new is begun once nobody asks for more."""
    waiting = deque(batches)
    running: deque[Future[Array]] = deque()
    with ThreadPoolExecutor(THREADS) as pool:
        while waiting or running:
            while waiting and len(running) <= THREADS:
                running.append(pool.submit(work, waiting.popleft()))
            yield running.popleft().result()


def _seconds(searched: Searched) -> float:
    """Of one processor, that one permutation takes, about: measured where it is compiled."""
    rows, features = searched.rows, len(searched.levels)
    pairs = sum(comb(features, one.shape[1]) for one in searched.slices if len(one))
    dealt = rows * 30e-9
    if not searched.judged:
        return dealt + rows * pairs * 0.3e-9
    errors = float(np.count_nonzero(searched.losses))
    errors = min(errors, rows - errors)
    words = sum(one.size for one in searched.slices) / 64
    return errors * (40e-9 + 2e-9 * features + 0.2e-9 * words) + (0.0 if searched.clusters is None else dealt)


def _drawn(searched: Searched, share: float, seed: int) -> Searched:
    """A random part of rows that stand alone, all with the same chance."""
    some = max(FEWEST_ROWS, round(share * searched.rows))
    if searched.clusters is not None or some >= searched.rows:
        return searched
    part = searched.part(np.sort(rows_at_random(searched.rows, some, np.random.default_rng(seed))))
    losses = part.losses
    if ((losses - losses.mean()) ** 3).sum() >= 0:
        return part
    return replace(part, losses=losses.max() - losses)


class _SearchesOfNoise(Protocol):
    """z of every slice in each of a few searches through noise."""

    def __call__(self, randoms: Sequence[np.random.Generator]) -> Iterator[Array]: ...


class _ErrorsAlone:
    """Errors dealt to rows, each row as likely as any other; or right rows, where they are fewer and all are dealt."""

    def __init__(self, searched: Searched, share: float, permutations: int) -> None:
        self._rows, self._sizes = searched.rows, searched.sizes
        errors = int(np.count_nonzero(searched.losses))
        each = FEW_EXPECTED * self._rows / max(1, int(self._sizes.min(initial=self._rows)))
        most = max(FEWEST_ERRORS, int(np.ceil(each)), round(share * min(errors, self._rows - errors)))
        self._rights = errors > self._rows // 2 and self._rows - errors <= most
        errors = errors if self._rights else min(errors, most)
        self._dealt = self._rows - errors if self._rights else errors
        self._z = ErrorZ(self._sizes, errors, self._rows)
        self._sums = ErrorSums(searched.codes, searched.levels, searched.slices, permutations)

    def __call__(self, randoms: Sequence[np.random.Generator]) -> Iterator[Array]:
        for random in randoms:
            found = self._sums(rows_at_random(self._rows, self._dealt, random))
            yield self._z(self._sizes - found if self._rights else found)


class _ErrorsInClusters:
    """Errors dealt to clusters."""

    def __init__(self, searched: Searched, permutations: int) -> None:
        self._sizes = searched.sizes
        self._deal = Dealer(searched.losses > 0, searched.clusters)
        self._sums = ErrorSums(searched.codes, searched.levels, searched.slices, permutations)

    def __call__(self, randoms: Sequence[np.random.Generator]) -> Iterator[Array]:
        return (self._one(self._deal(random)) for random in randoms)

    def _one(self, dealt: NDArray[np.bool_]) -> Array:
        rows, errors = len(dealt), int(np.count_nonzero(dealt))
        if 2 * errors <= rows:
            found = self._sums(np.flatnonzero(dealt))
        else:
            found = self._sizes - self._sums(np.flatnonzero(~dealt))
        rate = errors / max(1, rows)
        return moments_z(found, self._sizes, rows, errors, rate * (1 - rate))


class _Numbers:
    """Losses of any size."""

    def __init__(self, searched: Searched, permutations: int) -> None:
        self._sizes = searched.sizes
        self._deal = Dealer(searched.losses, searched.clusters)
        self._sums = LossSums(searched.codes, searched.levels, searched.slices, permutations)
        self._known = (searched.losses.sum(), searched.losses.var()) if searched.clusters is None else None

    def __call__(self, randoms: Sequence[np.random.Generator]) -> Iterator[Array]:
        dealt = np.empty((len(self._deal), len(randoms)))
        for lane, random in enumerate(randoms):
            dealt[:, lane] = self._deal(random)
        totals, variances = self._moments(dealt)
        for sums, total, variance in zip(self._sums(dealt).T, totals, variances, strict=True):
            yield moments_z(sums, self._sizes, len(dealt), float(total), float(variance))

    def _moments(self, dealt: Array) -> tuple[Array, Array]:
        """Totals and variances: always the same where every loss is dealt once."""
        if self._known is None:
            return dealt.sum(axis=0), dealt.var(axis=0)
        return np.full(dealt.shape[1], self._known[0]), np.full(dealt.shape[1], self._known[1])
