"""What a search knows of each slice: its rows, and the sum, squares and largest of their losses."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Tallies:
    """Sums over many slices, each array of shape (slices,)."""

    rows: Counts
    losses: Floats
    squares: Floats
    largest: Floats

    def __getitem__(self, places: NDArray[np.intp] | NDArray[np.bool_] | slice) -> Tallies:
        return Tallies(self.rows[places], self.losses[places], self.squares[places], self.largest[places])

    def __len__(self) -> int:
        return len(self.rows)

    @staticmethod
    def least(parents: list[Tallies]) -> Tallies:
        """The most that slices can hold which lie in all of these.

        >>> one = Tallies(np.array([9]), np.array([3.0]), np.array([3.0]), np.array([1.0]))
        >>> other = Tallies(np.array([5]), np.array([4.0]), np.array([4.0]), np.array([1.0]))
        >>> found = Tallies.least([one, other])
        >>> int(found.rows[0]), float(found.losses[0])
        (5, 3.0)
        """
        return Tallies(
            *(
                np.minimum.reduce([getattr(one, name) for one in parents])
                for name in ("rows", "losses", "squares", "largest")
            )
        )

    @staticmethod
    def joined(parts: list[Tallies]) -> Tallies:
        """The tallies of several lists of slices as one list."""
        return Tallies(
            np.concatenate([np.zeros(0, np.int64), *(one.rows for one in parts)]),
            *(
                np.concatenate([np.zeros(0), *(getattr(one, name) for one in parts)])
                for name in ("losses", "squares", "largest")
            ),
        )


@dataclass(frozen=True, slots=True)
class Whole:
    """The same over all rows that are searched."""

    rows: int
    losses: float
    squares: float
    largest: float

    @property
    def mean(self) -> float:
        return self.losses / self.rows if self.rows else 0.0

    @property
    def variance(self) -> float:
        """Of the population."""
        return max(0.0, self.squares / self.rows - self.mean**2) if self.rows else 0.0


def whole_of(losses: Floats) -> Whole:
    """All rows.

    >>> whole_of(np.array([1.0, 0.0, 0.0, 1.0])).mean
    0.5
    """
    return Whole(
        len(losses), float(losses.sum()), float((losses * losses).sum()), float(losses.max()) if len(losses) else 0.0
    )
