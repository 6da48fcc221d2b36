"""What a search knows of each slice: its rows and the sum of their losses."""

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
    positive: Floats
    """Of the losses above 0 alone: no part of a slice loses more. The same array where no loss is below 0."""

    def __getitem__(self, places: NDArray[np.intp] | NDArray[np.bool_] | slice) -> Tallies:
        losses = self.losses[places]
        return Tallies(self.rows[places], losses, losses if self.positive is self.losses else self.positive[places])

    def __len__(self) -> int:
        return len(self.rows)

    @staticmethod
    def least(parents: list[Tallies]) -> Tallies:
        """The most that slices can hold which lie in all of these.

        >>> one = Tallies(np.array([9]), np.array([3.0]), np.array([3.0]))
        >>> other = Tallies(np.array([5]), np.array([4.0]), np.array([4.0]))
        >>> found = Tallies.least([one, other])
        >>> int(found.rows[0]), float(found.losses[0])
        (5, 3.0)
        """
        positive = np.minimum.reduce([one.positive for one in parents])
        return Tallies(np.minimum.reduce([one.rows for one in parents]), positive, positive)

    @staticmethod
    def joined(parts: list[Tallies]) -> Tallies:
        """The tallies of several lists of slices as one list."""
        losses = np.concatenate([np.zeros(0), *(one.losses for one in parts)])
        alike = all(one.positive is one.losses for one in parts)
        return Tallies(
            np.concatenate([np.zeros(0, np.int64), *(one.rows for one in parts)]),
            losses,
            losses if alike else np.concatenate([np.zeros(0), *(one.positive for one in parts)]),
        )


@dataclass(frozen=True, slots=True)
class Whole:
    """All rows that are searched."""

    rows: int
    losses: float
    squares: float
    largest: float
    """Loss of a row."""

    @property
    def mean(self) -> float:
        return self.losses / self.rows if self.rows else 0.0

    @property
    def variance(self) -> float:
        """Of the population."""
        return max(0.0, self.squares / self.rows - self.mean**2) if self.rows else 0.0


def whole_of(losses: Floats | NDArray[np.int8] | NDArray[np.bool_]) -> Whole:
    """All rows, from the loss of each.

    >>> whole_of(np.array([1.0, 0.0, 0.0, 1.0])).mean, whole_of(np.array([True, False])).mean
    (0.5, 0.5)
    """
    if losses.dtype == np.bool_:
        errors = float(np.count_nonzero(losses))
        return Whole(len(losses), errors, errors, float(errors > 0))
    if losses.dtype == np.int8:
        worse, better = float(np.count_nonzero(losses > 0)), float(np.count_nonzero(losses < 0))
        return Whole(len(losses), worse - better, worse + better, float(losses.max(initial=-1)))
    return Whole(
        len(losses), float(losses.sum()), float((losses * losses).sum()), float(losses.max()) if len(losses) else 0.0
    )
