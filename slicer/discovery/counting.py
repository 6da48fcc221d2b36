"""Losses summed over the rows of many slices: by bit masks where a row is right or wrong, else by adding up."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from types import ModuleType
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from slicer.discovery.tallies import Counts, Floats, Tallies

Codes = NDArray[np.uint8] | NDArray[np.uint16]
Masks = NDArray[np.uint64]
Items = NDArray[np.int64]

COMPILED, COMPILE_FROM = "slicer.discovery.compiled", 10_000_000
"""Words from which it takes less time to load what is compiled than to count without."""

WORDS_AT_ONCE = 1 << 19
"""Words of masks that are intersected at once: they stay in the processor's cache."""


class Counter(Protocol):
    """Counts slices that are conjunctions of items, an item being one level of one feature."""

    items: int
    feature: NDArray[np.int64]
    """The feature of each item."""

    def tally(self, slices: Items) -> Tallies:
        """The sums over slices, shape (slices, items in each)."""
        ...

    def at_most(self, slices: Items, wider: Tallies) -> Tallies:
        """What slices hold at most, told with less work than their sums; at worst what slices they lie in hold."""
        ...


class ErrorCounter:
    """Counts rows and errors by the bits that two masks have in common.

    Args:
        codes: Shape (features, rows): the level of every row, below the number of levels of the feature. Rows of a
            higher code lie in no item of the feature.
        levels: How many levels each feature has.
        errors: Which rows are wrong.
    """

    def __init__(self, codes: Codes, levels: Sequence[int], errors: NDArray[np.bool_]) -> None:
        self._codes, self._levels = codes, levels
        self.items, self.feature = sum(levels), np.repeat(np.arange(len(levels)), levels)
        self._rows = packed(codes, levels)
        wrong = np.flatnonzero(errors)
        self._wrong = packed(np.stack([np.take(one, wrong) for one in codes]) if len(codes) else codes, levels)

    def tally(self, slices: Items) -> Tallies:
        rows, wrong = in_common(self._rows, slices), in_common(self._wrong, slices)
        losses = wrong.astype(np.float64)
        return Tallies(rows, losses, losses, (wrong > 0).astype(np.float64))

    def at_most(self, slices: Items, wider: Tallies) -> Tallies:
        """Their errors, which are few, in no more rows than those of the slices they lie in."""
        wrong = in_common(self._wrong, slices)
        losses = wrong.astype(np.float64)
        return Tallies(wider.rows, losses, losses, (wrong > 0).astype(np.float64))

    def dealt(self, slices: Sequence[Items], errors: NDArray[np.intp]) -> Counts:
        """Errors in slices, given by number of items, if these rows were the wrong ones."""
        masks = packed(self._codes[:, errors], self._levels)
        return np.concatenate([in_common(masks, some) for some in slices])


class LossCounter:
    """Adds up losses that are any numbers, over one combination of features at a time.

    Args:
        codes, levels: As of `ErrorCounter`.
        losses: Of every row.
    """

    def __init__(self, codes: Codes, levels: Sequence[int], losses: Floats) -> None:
        order = np.argsort(losses, kind="stable")
        self._codes, self._losses = codes[:, order], losses[order]
        self._levels = np.asarray(levels, dtype=np.int64)
        self.items, self.feature = int(self._levels.sum()), np.repeat(np.arange(len(levels)), levels)
        self._first = np.cumsum(self._levels) - self._levels

    def tally(self, slices: Items) -> Tallies:
        rows = np.zeros(len(slices), dtype=np.int64)
        losses, squares, largest = np.zeros((3, len(slices)))
        features = self.feature[slices]
        combinations, which = np.unique(features, axis=0, return_inverse=True)
        for place, combination in enumerate(combinations):
            mine = np.flatnonzero(which.ravel() == place)
            cells = self._cells(combination)[self._places(combination, slices[mine] - self._first[combination])]
            rows[mine], losses[mine], squares[mine], largest[mine] = (
                cells.rows, cells.losses, cells.squares, cells.largest,
            )  # fmt: skip
        return Tallies(rows, losses, squares, largest)

    def at_most(self, slices: Items, wider: Tallies) -> Tallies:
        """Nothing is cheaper than the sums."""
        return wider

    def _places(self, combination: NDArray[np.int64], levels: Items) -> NDArray[np.int64]:
        wide = self._levels[combination] + 1
        return np.asarray(np.ravel_multi_index(tuple(levels.T), tuple(wide)))

    def _cells(self, combination: NDArray[np.int64]) -> Tallies:
        """Every cell of a combination of features."""
        wide = self._levels[combination] + 1
        held = [np.minimum(self._codes[one], self._levels[one]).astype(np.int64) for one in combination]
        cell, cells = np.ravel_multi_index(tuple(held), tuple(wide)), int(wide.prod())
        largest = np.full(cells, -np.inf)
        largest[cell] = self._losses  # losses are in order: the last one of a cell stays
        return Tallies(
            np.bincount(cell, minlength=cells).astype(np.int64),
            np.bincount(cell, self._losses, cells).astype(np.float64),
            np.bincount(cell, self._losses * self._losses, cells).astype(np.float64),
            np.where(np.isfinite(largest), largest, 0.0),
        )


def packed(codes: Codes, levels: Sequence[int]) -> Masks:
    """A bit for every row and item, shape (items, words of 64 rows).

    >>> [int(word) for word in packed(np.array([[0, 1, 1, 0]], dtype=np.uint8), [2])[:, 0]]
    [9, 6]
    """
    rows = codes.shape[1]
    fast = compiled_for(rows * sum(levels) // 64)
    if fast is not None and codes.dtype == np.uint8:
        return np.asarray(fast.packed(codes, levels))
    masks = np.zeros((sum(levels), -(-rows // 64) * 8), dtype=np.uint8)
    item = 0
    for mine, count in zip(codes, levels, strict=True):
        for level in range(count):
            bits = np.packbits(mine == level, bitorder="little")
            masks[item, : len(bits)] = bits
            item += 1
    return masks.view(np.uint64)


def in_common(masks: Masks, slices: Items) -> Counts:
    """How many rows the items of each slice have in common."""
    found = np.zeros(len(slices), dtype=np.int64)
    words = masks.shape[1]
    fast = compiled_for(words * slices.size)
    if fast is not None:
        return np.asarray(fast.in_common(masks, slices))
    step = max(1, WORDS_AT_ONCE // max(1, words))
    for start in range(0, len(slices), step):
        some = slices[start : start + step]
        both = masks[some[:, 0]]
        for place in range(1, slices.shape[1]):
            both &= masks[some[:, place]]
        found[start : start + step] = np.bitwise_count(both).sum(axis=1, dtype=np.int64)
    return found


def compiled_for(words: int) -> ModuleType | None:
    """The same two functions compiled, where so many words are worth loading them or they are loaded already.

    None where plain numpy is to do it, as where numba is missing or has no folder to keep what it compiles.
    """
    if words < COMPILE_FROM and COMPILED not in sys.modules:
        return None
    try:
        return import_module(COMPILED)
    except (ImportError, RuntimeError):
        return None
