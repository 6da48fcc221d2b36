"""The search: every conjunction of levels with enough rows, the best of them by an objective, exactly.

Level by level, as in Apriori: a slice has no more rows or losses than any slice it lies in, so what cannot reach the
best found so far is never counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from slicer.discovery.counting import Counter
from slicer.discovery.masks import Items
from slicer.discovery.objectives import Objective
from slicer.discovery.tallies import Counts, Floats, Tallies

AT_ONCE, MOST_AT_ONCE = 512, 4096
"""Slices counted before it is asked again which of the others can still be among the best: more each time."""

PORTION = 1 << 19
"""Slices that are thought of at once; those that may score high enough are kept until there are so many."""

DECIMALS = 12
"""Of scores that count when slices are put in order."""

SLACK = 1e-9
"""Part of a score by which a bound may fall short of it through rounding."""


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """A slice that was found."""

    items: tuple[int, ...]
    score: float
    tally: Tallies
    """Of this slice alone."""

    @property
    def order(self) -> tuple[float, int, tuple[int, ...]]:
        """Highest score first, then fewest conditions, then the features as they come."""
        return -round(self.score, DECIMALS), len(self.items), self.items


@dataclass(slots=True)
class _Best:
    """The best so far, as many as are wanted."""

    most: int
    above: float
    found: list[Found] = field(default_factory=list)

    @property
    def threshold(self) -> float:
        """What a slice must reach to be among them; at least as much where it ties with the last."""
        reached = self.found[-1].score if len(self.found) >= self.most else self.above
        return reached - SLACK * max(1.0, abs(reached))

    def reached_by(self, bounds: Floats) -> NDArray[np.bool_]:
        return bounds >= self.threshold

    def take(self, slices: Items, tallies: Tallies, scores: Floats) -> None:
        """Keep those that are better than the last."""
        good = np.flatnonzero((scores > self.above) & self.reached_by(scores))
        if len(good) > 2 * self.most:
            last = np.partition(scores[good], -self.most)[-self.most]
            good = good[scores[good] >= last - SLACK * max(1.0, abs(last))]
        if not len(good):
            return
        new = [
            Found(tuple(slices[place].tolist()), float(scores[place]), tallies[place : place + 1]) for place in good
        ]  # fmt: skip
        self.found = sorted([*self.found, *new], key=lambda one: one.order)[: self.most]


def search(
    counter: Counter,
    objective: Objective,
    *,
    least: int,
    depth: int = 2,
    most: int = 10,
    told: Callable[[float], bool] = lambda done: True,
) -> tuple[Found, ...]:
    """The slices with the highest score, best first.

    Args:
        counter: What is searched.
        objective: Scores slices, and bounds the scores of their parts.
        least: Rows a slice must have.
        depth: Most conditions of a slice.
        most: Slices wanted; of those that tie with the last, the ones with fewer conditions, then the first features.
        told: Called with the part of the work that is done, in [0, 1]; False stops the search with what it has.

    Raises:
        ValueError: least, depth or most is below 1.
    """
    if min(least, depth, most) < 1:
        raise ValueError("At least one row, one condition and one slice.")
    best = _Best(most, objective.above)
    slices = np.arange(counter.items)[:, None]
    tallies = counter.tally(slices)
    kept = tallies.rows >= least
    slices, tallies = slices[kept], tallies[kept]
    best.take(slices, tallies, objective.score(tallies))
    for length in range(2, depth + 1):
        level = _Level(counter, objective, best, least, length, depth, told)
        slices, tallies = level.counted(slices, tallies)
        if level.given_up or not told(length / depth) or not len(slices):
            break
    return tuple(best.found)


@dataclass(slots=True)
class _Level:
    """Slices with one condition more than those that are known."""

    counter: Counter
    objective: Objective
    best: _Best
    least: int
    length: int
    depth: int
    told: Callable[[float], bool]
    done: float = 0.0
    """The part of all work, as it was last told."""
    given_up: bool = False
    found: list[tuple[Items, Tallies]] = field(default_factory=list)

    def counted(self, slices: Items, tallies: Tallies) -> tuple[Items, Tallies]:
        """Count those that may be among the best; give those that parts of may be as well."""
        kept = self.best.reached_by(self.objective.bound(tallies))
        slices, tallies = slices[kept], tallies[kept]
        order = in_order(slices)
        slices, tallies = slices[order], tallies[order]
        waiting: list[tuple[Items, Tallies, Floats]] = []
        for children, parents in extended(slices, self.counter.feature, self.counter.items):
            wider = Tallies.least([tallies[parents[:, place]] for place in range(parents.shape[1])])
            bounds = self.objective.bound(wider)
            possible = self.best.reached_by(bounds)
            waiting.append((children[possible], wider[possible], bounds[possible]))
            if sum(len(some) for some, _, _ in waiting) > PORTION:
                self._count(waiting)
                waiting = []
            if self.given_up:
                break
        self._count(waiting)
        longest = np.zeros((0, slices.shape[1] + 1), dtype=np.int64)
        return np.concatenate([longest, *(some for some, _ in self.found)]), Tallies.joined(
            [mine for _, mine in self.found]
        )

    def _count(self, waiting: list[tuple[Items, Tallies, Floats]]) -> None:
        """Count those that may score highest first, until no other can be among the best."""
        if not waiting:
            return
        bounds = np.concatenate([one for _, _, one in waiting])
        order = np.argsort(-bounds, kind="stable")
        bounds = bounds[order]
        slices = np.concatenate([some for some, _, _ in waiting])[order]
        wider = Tallies.joined([most for _, most, _ in waiting])[order]
        start, size = 0, AT_ONCE
        while start < len(slices):
            end = start + int(np.count_nonzero(self.best.reached_by(bounds[start : start + size])))
            if end == start:
                break  # bounds fall: nothing that follows can reach it
            self._try(slices[start:end], wider[start:end])
            start, size = end, min(2 * size, MOST_AT_ONCE)
            self.done = max(self.done, (self.length - 1 + start / len(slices)) / self.depth)
            if not self.told(self.done):
                self.given_up = True
                return

    def _try(self, slices: Items, wider: Tallies) -> None:
        order = in_order(slices)  # those that begin alike are counted together
        slices, wider = slices[order], wider[order]
        most = self.counter.at_most(slices, wider)
        kept = (most.rows >= self.least) & self.best.reached_by(self.objective.bound(most))
        if not kept.any():
            return
        slices = slices[kept]
        mine = self.counter.tally(slices, most[kept])
        enough = mine.rows >= self.least
        slices, mine = slices[enough], mine[enough]
        self.best.take(slices, mine, self.objective.score(mine))
        if self.length < self.depth:
            self.found.append((slices, mine))


def every_slice(counter: Counter, *, least: int, depth: int = 2) -> tuple[Items, ...]:
    """All slices with enough rows, by number of conditions: what a search without an objective examines."""
    return tuple(np.concatenate(list(some)) for some in _frequent(counter, least, depth))


def count_slices(counter: Counter, *, least: int, depth: int = 2) -> int:
    """How many slices have enough rows: all that a search chooses from, of which it counts those it must.

    No errors are counted, and the longest slices are not kept.
    """
    return sum(len(part) for some in _frequent(counter, least, depth) for part in some)


def _frequent(counter: Counter, least: int, depth: int) -> Iterator[Iterator[Items]]:
    """Of each number of conditions the slices with enough rows, in portions."""
    slices = np.arange(counter.items)[:, None]
    slices = slices[counter.rows(slices) >= least]
    yield iter([slices])
    for length in range(2, depth + 1):
        empty = np.zeros((0, length), dtype=np.int64)
        parts = (some[counter.rows(some) >= least] for some, _ in extended(slices, counter.feature, counter.items))
        if length == depth:
            yield _and(empty, parts)
            return
        slices = np.concatenate([empty, *parts])
        yield iter([slices])


def _and(first: Items, others: Iterator[Items]) -> Iterator[Items]:
    yield first
    yield from others


def in_order(slices: Items) -> NDArray[np.intp]:
    """The places of slices in the order of their items."""
    return np.lexsort(slices.T[::-1])


def extended(slices: Items, feature: NDArray[np.int64], items: int) -> Iterator[tuple[Items, Items]]:
    """Slices with one condition more, of those whose every part is there, and the places of these parts; in portions.

    Args:
        slices: In order.
        feature: Of each item, ascending.
        items: How many there are.

    >>> pairs = np.array([[0, 2], [0, 4], [2, 4], [2, 5]])
    >>> [(children, parents)] = extended(pairs, np.array([0, 0, 1, 1, 2, 2]), 6)
    >>> children.tolist(), parents.tolist()
    ([[0, 2, 4]], [[0, 1, 2]])
    """
    count = len(slices)
    if not count:
        return
    new = np.any(slices[1:, :-1] != slices[:-1, :-1], axis=1)
    ends = _ends(new, count)
    firsts = _ends(new | (feature[slices[1:, -1]] != feature[slices[:-1, -1]]), count)
    partners = ends - firsts
    before = np.concatenate([[0], np.cumsum(partners)])
    keys = _keys(slices, items)
    start = 0
    while start < count:
        end = max(start + 1, int(np.searchsorted(before, before[start] + PORTION, side="right")) - 1)
        one = np.repeat(np.arange(start, end), partners[start:end])
        other = np.arange(len(one)) + np.repeat(
            firsts[start:end] - before[start:end] + before[start], partners[start:end]
        )
        start = end
        if len(one):
            yield _whole(slices, keys, items, one, other)


def _ends(new: NDArray[np.bool_], count: int) -> Counts:
    """For each place the end of its run, given where the next is the first of another."""
    edges = np.concatenate([np.flatnonzero(new) + 1, [count]])
    return np.repeat(edges, np.diff(edges, prepend=0))


def _whole(slices: Items, keys: Items, items: int, one: Counts, other: Counts) -> tuple[Items, Items]:
    """Two slices that differ in their last item as one, where all other parts are there too."""
    children = np.column_stack([slices[one], slices[other, -1]])
    places = [one, other]
    for left_out in range(children.shape[1] - 2):
        wanted = _keys(np.delete(children, left_out, axis=1), items)
        place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        there = keys[place] == wanted
        children, places = children[there], [*(mine[there] for mine in places), place[there]]
    return children, np.column_stack(places)


def _keys(slices: Items, items: int) -> Items:
    """A number for each slice, in the order of its items."""
    found = np.zeros(len(slices), dtype=np.int64)
    for place in range(slices.shape[1]):
        found = found * items + slices[:, place]
    return found
