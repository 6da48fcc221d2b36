"""How numbers are spread: rows by bin of one number, and by bins of two."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

BINS = 30
"""About how many bins a distribution has."""

HAIR = 1e-9
"""Of a bin's width: so far below its edge a number still counts as on it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """What is asked of a number before it is put into bins."""

    rows: int
    """Rows that have it."""
    least: float
    low: float
    """One row in 200 lies below."""
    median: float
    high: float
    """One row in 200 lies above."""
    largest: float
    whole: bool
    """Whether every one is a whole number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """Rows by bin of a number."""

    spread: Spread
    edges: tuple[float, ...]
    """Where the bins begin, and where the last one ends. The outer bins hold what lies beyond them too."""
    rows: tuple[int, ...]
    """In each bin."""
    sharp: bool = True
    """Whether a number is on an edge or not; else it counts as on it a hair below: 2.3 − 2.0 is less than 0.3."""

    @property
    def beyond(self) -> tuple[bool, bool]:
        """Whether the first and the last bin hold rows that lie outside them."""
        return self.spread.least < self.edges[0], self.spread.largest > self.edges[-1]

    def begins(self, place: int) -> float | None:
        """From which number on rows are in a bin, not in the one before; None at both ends, which are open."""
        edge = _inner(self.edges, place)
        return edge if edge is None or self.sharp else edge - HAIR * (self.edges[1] - self.edges[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Joint:
    """Rows by bins of two numbers on one scale."""

    edges: tuple[float, ...]
    rows: Mapping[tuple[int, int], int]
    """By the places of both bins; empty ones are left out."""

    def begins(self, place: int) -> float | None:
        """From which number on rows are in a bin, not in the one before; None at both ends, which are open."""
        return _inner(self.edges, place)


def _inner(edges: Sequence[float], place: int) -> float | None:
    return edges[place] if 0 < place < len(edges) - 1 else None


def edges_for(spread: Spread, bins: int = BINS) -> tuple[float, ...]:
    """Round edges of bins that hold nearly all rows; a long tail is left to the outer bins.

    >>> spread = Spread(rows=9, least=0, low=0, median=2, high=5, largest=5, whole=True)
    >>> edges_for(spread)
    (-0.5, 0.5, 1.5, 2.5, 3.5, 4.5, 5.5)
    """
    low, high = spread.low, spread.high
    if spread.largest - spread.least <= 1.25 * (high - low):
        low, high = spread.least, spread.largest
    if spread.whole and high - low <= 2 * bins:
        first = math.floor(low)
        return tuple(first - 0.5 + place for place in range(math.ceil(high) - first + 2))
    step = round_step((high - low) / bins) if high > low else round_step(abs(high) / 10 or 1.0)
    first = math.floor(low / step + 1e-9)
    last = max(math.ceil(high / step - 1e-9), first + 1)
    return tuple(float(f"{place * step:.12g}") for place in range(first, last + 1))


def round_step(least: float) -> float:
    """The next of 1, 2, 5 times a power of ten.

    >>> round_step(0.3), round_step(7.0)
    (0.5, 10.0)
    """
    power = 10.0 ** math.floor(math.log10(least))
    factor = next(one for one in (1, 2, 5, 10) if one * power >= least * (1 - 1e-9))
    return float(f"{factor * power:.12g}")


def filled(counted: Sequence[tuple[int, int]], bins: int) -> tuple[int, ...]:
    """Rows of every bin, from (place, rows) of those that hold any.

    >>> filled([(2, 5)], 3)
    (0, 0, 5)
    """
    rows = [0] * bins
    for place, many in counted:
        rows[place] += many
    return tuple(rows)
