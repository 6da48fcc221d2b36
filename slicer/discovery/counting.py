"""Losses summed over the rows of many slices: by bit masks where a row is right or wrong, else by adding up."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from slicer.discovery.masks import Codes, Items, Masks, added_up, in_common, packed
from slicer.discovery.tallies import Counts, Floats, Tallies

COMBINATIONS = 4096
"""Combinations of features whose sums of losses are kept."""

ALONE = 1 << 20
"""Losses up to which one core has added them up before another has begun."""


class Counter(Protocol):
    """Counts slices that are conjunctions of items, an item being one level of one feature."""

    items: int
    feature: NDArray[np.int64]
    """The feature of each item, ascending."""

    def rows(self, slices: Items) -> Counts:
        """How many rows slices hold, shape (slices, items in each)."""
        ...

    def at_most(self, slices: Items, wider: Tallies) -> Tallies:
        """What slices hold at most, told with less work than their sums.

        Args:
            wider: The most that the slices can hold which these lie in.
        """
        ...

    def tally(self, slices: Items, known: Tallies | None = None) -> Tallies:
        """The sums over slices.

        Args:
            known: What `at_most` said of them: that work is not done again.
        """
        ...


class _Items:
    """The rows of items as masks."""

    def __init__(self, codes: Sequence[Codes] | Codes, levels: Sequence[int]) -> None:
        self._codes, self._levels = codes, levels
        self.items, self.feature = sum(levels), np.repeat(np.arange(len(levels)), levels)
        self._rows = packed(codes, levels)

    def rows(self, slices: Items) -> Counts:
        return in_common(self._rows, slices)

    def _masks_of(self, rows: NDArray[np.bool_]) -> Masks:
        """The masks of some rows alone, closed up."""
        return packed(self._codes, self._levels, np.flatnonzero(rows))


class ErrorCounter(_Items):
    """Counts rows and errors by the bits that masks have in common.

    Args:
        codes: Of each feature the level of every row, below the number of levels of the feature. Rows of a higher code
            lie in no item of the feature. They may be mapped from a file: they are read once, feature by feature.
        levels: How many levels each feature has.
        errors: Which rows are wrong.
    """

    def __init__(self, codes: Sequence[Codes] | Codes, levels: Sequence[int], errors: NDArray[np.bool_]) -> None:
        super().__init__(codes, levels)
        self._wrong = self._masks_of(errors)

    def at_most(self, slices: Items, wider: Tallies) -> Tallies:
        """Their errors, which are few, in no more rows than those of the slices they lie in."""
        losses = in_common(self._wrong, slices).astype(np.float64)
        return Tallies(wider.rows, losses, losses)

    def tally(self, slices: Items, known: Tallies | None = None) -> Tallies:
        losses = in_common(self._wrong, slices).astype(np.float64) if known is None else known.losses
        return Tallies(self.rows(slices), losses, losses)


class ChangeCounter(_Items):
    """Counts what one run got wrong that another had right, less what it got right that the other had wrong.

    Args:
        codes, levels: As of `ErrorCounter`.
        changes: Of every row 1 where it is newly wrong, -1 where it is newly right, 0 where both say the same of it.
    """

    def __init__(self, codes: Sequence[Codes] | Codes, levels: Sequence[int], changes: NDArray[np.int8]) -> None:
        super().__init__(codes, levels)
        self._broken, self._fixed = self._masks_of(changes > 0), self._masks_of(changes < 0)

    def at_most(self, slices: Items, wider: Tallies) -> Tallies:
        """What is newly wrong in them, with nothing newly right."""
        broken = in_common(self._broken, slices).astype(np.float64)
        return Tallies(wider.rows, broken, broken)

    def tally(self, slices: Items, known: Tallies | None = None) -> Tallies:
        broken = in_common(self._broken, slices).astype(np.float64) if known is None else known.positive
        return Tallies(self.rows(slices), broken - in_common(self._fixed, slices), broken)


class LossCounter(_Items):
    """Adds up losses that are any numbers, over one combination of features at a time.

    Args:
        codes, levels: As of `ErrorCounter`.
        losses: Of every row.
    """

    def __init__(self, codes: Sequence[Codes] | Codes, levels: Sequence[int], losses: Floats) -> None:
        super().__init__(codes, levels)
        self._losses = losses
        self._positive = None if (losses >= 0).all() else np.maximum(losses, 0.0)
        self._wide = np.asarray(levels, dtype=np.int64) + 1
        self._first = np.cumsum(self._wide - 1) - (self._wide - 1)
        self._sums = lru_cache(COMBINATIONS)(self._sums_of)

    def at_most(self, slices: Items, wider: Tallies) -> Tallies:
        """The losses of the slices they lie in, on the rows they have."""
        return Tallies(self.rows(slices), wider.positive, wider.positive)

    def tally(self, slices: Items, known: Tallies | None = None) -> Tallies:
        losses, positive = np.zeros((2, len(slices)))
        combinations = self._combinations(slices)
        for (combination, mine), cells in zip(combinations, self._sums_of_all(combinations), strict=True):
            places = self._places(combination, slices[mine])
            losses[mine], positive[mine] = cells[0][places], cells[1][places]
        rows = self.rows(slices) if known is None else known.rows
        return Tallies(rows, losses, losses if self._positive is None else positive)

    def _summed(self, slices: Items, losses: Floats) -> Floats:
        found = np.zeros(len(slices))
        for combination, mine in self._combinations(slices):
            cell, cells = self._cells(combination)
            found[mine] = added_up(cell, losses, cells)[self._places(combination, slices[mine])]
        return found

    def _combinations(self, slices: Items) -> list[tuple[tuple[int, ...], NDArray[np.intp]]]:
        """The combinations of features of slices, each with the places of its slices."""
        if not len(slices):
            return []
        features = self.feature[slices]
        combinations, which = np.unique(features, axis=0, return_inverse=True)
        order = np.argsort(which.ravel(), kind="stable")
        edges = np.searchsorted(which.ravel()[order], np.arange(1, len(combinations)))
        return [
            (tuple(one.tolist()), mine) for one, mine in zip(combinations, np.split(order, edges), strict=True)
        ]  # fmt: skip

    def _places(self, combination: tuple[int, ...], slices: Items) -> NDArray[np.int64]:
        """Of slices of a combination among its cells."""
        levels = slices - self._first[list(combination)]
        return np.asarray(np.ravel_multi_index(tuple(levels.T), tuple(self._wide[list(combination)])))

    def _sums_of_all(self, combinations: list[tuple[tuple[int, ...], NDArray[np.intp]]]) -> list[tuple[Floats, Floats]]:
        """The sums of each combination; of many rows on all cores."""
        wanted = [one for one, _ in combinations]
        if len(self._losses) * len(wanted) <= ALONE:
            return [self._sums(one) for one in wanted]
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            return list(pool.map(self._sums, wanted))

    def _sums_of(self, combination: tuple[int, ...]) -> tuple[Floats, Floats]:
        """The losses in every cell of a combination of features, and those above 0."""
        cell, cells = self._cells(combination)
        losses = added_up(cell, self._losses, cells)
        return losses, losses if self._positive is None else added_up(cell, self._positive, cells)

    def _cells(self, combination: tuple[int, ...]) -> tuple[NDArray[np.uint32], int]:
        """The cell of every row, and how many there are."""
        cell = np.zeros(len(self._losses), dtype=np.uint32)
        for one in combination:
            cell *= np.uint32(self._wide[one])
            codes = self._codes[one]
            cell += np.minimum(codes, codes.dtype.type(self._wide[one] - 1))
        return cell, int(np.prod(self._wide[list(combination)]))
