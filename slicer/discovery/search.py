"""The search: every conjunction of levels with enough rows, the best of them by an objective, exactly.

Level by level, as in Apriori: a slice has no more rows, loss or errors than any slice it lies in, so what cannot reach
the best found so far is never counted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from slicer.discovery.counting import Counter, Items
from slicer.discovery.objectives import Objective
from slicer.discovery.tallies import Tallies

AT_ONCE = 512
"""Slices counted before it is asked again which of the others can still be among the best."""

DECIMALS = 12
"""Of scores that count when slices are put in order."""


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
        return self.found[-1].score if len(self.found) >= self.most else self.above

    def reached_by(self, bounds: NDArray[np.float64]) -> NDArray[np.bool_]:
        return bounds >= self.threshold - 10.0**-DECIMALS

    def take(self, slices: Items, tallies: Tallies, scores: NDArray[np.float64]) -> None:
        """Keep those that are better than the last."""
        good = np.flatnonzero((scores > self.above) & self.reached_by(scores))
        if len(good) > 2 * self.most:
            last = np.partition(scores[good], -self.most)[-self.most]
            good = good[scores[good] >= last - 10.0**-DECIMALS]
        new = [
            Found(tuple(int(item) for item in slices[place]), float(scores[place]), tallies[place : place + 1])
            for place in good
        ]
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
    best.take(*_enough(slices, tallies, objective, least))
    kept = tallies.rows >= least
    slices, tallies = slices[kept], tallies[kept]
    for level in range(2, depth + 1):
        kept = best.reached_by(objective.bound(tallies))
        slices, tallies = _level(counter, objective, best, slices[kept], tallies[kept], least)
        if not len(slices) or not told(level / depth):
            break
    return tuple(best.found)


def _level(
    counter: Counter, objective: Objective, best: _Best, slices: Items, tallies: Tallies, least: int
) -> tuple[Items, Tallies]:
    """Count the slices with one condition more, those that may score highest first; give those with rows enough."""
    children, parents = joined(slices, counter.feature, counter.items)
    if not len(children):
        return children, tallies[:0]
    wider = Tallies.least([tallies[parents[:, place]] for place in range(parents.shape[1])])
    bounds = objective.bound(wider)
    order = np.argsort(-bounds, kind="stable")
    children, bounds, wider = children[order], bounds[order], wider[order]
    found: list[tuple[Items, Tallies]] = []
    for start in range(0, len(children), AT_ONCE):
        possible = best.reached_by(bounds[start : start + AT_ONCE])
        some = children[start : start + AT_ONCE][possible]
        if not len(some):
            break  # bounds fall: nothing that follows can reach it
        closer = objective.bound(counter.at_most(some, wider[start : start + AT_ONCE][possible]))
        some = some[best.reached_by(closer)]
        mine = counter.tally(some)
        best.take(*_enough(some, mine, objective, least))
        enough = mine.rows >= least
        found.append((some[enough], mine[enough]))
    return np.concatenate([some for some, _ in found] or [children[:0]]), Tallies.joined([mine for _, mine in found])


def _enough(
    slices: Items, tallies: Tallies, objective: Objective, least: int
) -> tuple[Items, Tallies, NDArray[np.float64]]:
    """Those with rows enough, and their scores."""
    kept = tallies.rows >= least
    return slices[kept], tallies[kept], objective.score(tallies[kept])


def every_slice(counter: Counter, *, least: int, depth: int = 2) -> tuple[Items, ...]:
    """All slices with enough rows, by number of conditions: what a search without an objective examines."""
    slices = np.arange(counter.items)[:, None]
    slices = slices[counter.tally(slices).rows >= least]
    found = [slices]
    for _ in range(2, depth + 1):
        slices, _ = joined(slices, counter.feature, counter.items)
        slices = slices[counter.tally(slices).rows >= least] if len(slices) else slices
        found.append(slices)
    return tuple(found)


def joined(slices: Items, feature: NDArray[np.int64], items: int) -> tuple[Items, Items]:
    """Slices with one condition more, of those whose every part is there, and the places of these parts.

    >>> pairs = np.array([[0, 2], [0, 4], [2, 4], [2, 5]])
    >>> children, parents = joined(pairs, np.array([0, 0, 1, 1, 2, 2]), 6)
    >>> children.tolist(), parents.tolist()
    ([[0, 2, 4]], [[2, 1, 0]])
    """
    width = slices.shape[1]
    order = np.lexsort(slices.T[::-1])
    slices = slices[order]
    groups = np.flatnonzero(np.any(slices[1:, :-1] != slices[:-1, :-1], axis=1)) + 1
    first, second = [], []
    for start, end in pairwise([0, *groups.tolist(), len(slices)]):
        one, other = np.triu_indices(end - start, 1)
        first.append(one + start)
        second.append(other + start)
    empty = np.zeros(0, dtype=np.int64)
    one, other = np.concatenate([empty, *first]), np.concatenate([empty, *second])
    apart = feature[slices[one, -1]] != feature[slices[other, -1]]
    one, other = one[apart], other[apart]
    children = np.column_stack([slices[one], slices[other, -1]])
    keys = _keys(slices, items)
    parents = np.empty((len(children), width + 1), dtype=np.int64)
    whole = np.ones(len(children), dtype=bool)
    for left_out in range(width + 1):
        wanted = _keys(np.delete(children, left_out, axis=1), items)
        place = np.minimum(np.searchsorted(keys, wanted), max(0, len(keys) - 1))
        whole &= keys[place] == wanted if len(keys) else False
        parents[:, left_out] = order[place] if len(keys) else 0
    return children[whole], parents[whole]


def _keys(slices: Items, items: int) -> Items:
    """A number for each slice, in the order of its items."""
    found = np.zeros(len(slices), dtype=np.int64)
    for place in range(slices.shape[1]):
        found = found * items + slices[:, place]
    return found
