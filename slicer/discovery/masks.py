"""What searching does most: rows as bits, how many of them masks have in common, and losses added up by cell."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from slicer.discovery.fast import LOADER
from slicer.discovery.tallies import Counts, Floats

Codes = NDArray[np.uint8] | NDArray[np.uint16]
Masks = NDArray[np.uint64]
Items = NDArray[np.int64]

PACKED = 8
"""Times the work of counting a word that making one is to numpy."""

ADDED = 3
"""Times that work that adding a number to its cell is."""

AT_ONCE = 1 << 19
"""Words of masks that numpy intersects at once: they stay in the processor's cache."""


def packed(codes: Sequence[Codes] | Codes, levels: Sequence[int], places: NDArray[np.intp] | None = None) -> Masks:
    """A bit for every row and item, shape (items, words of 64 rows).

    Args:
        codes: Of each feature the level of every row.
        levels: How many levels each feature has.
        places: Only these rows, closed up; taken of one feature after the other.

    >>> [int(word) for word in packed(np.array([[0, 1, 1, 0]], dtype=np.uint8), [2])[:, 0]]
    [9, 6]
    """
    rows = (len(codes[0]) if places is None else len(places)) if len(levels) else 0
    fast = LOADER.ready(PACKED * rows * sum(levels) // 64)
    if fast is not None and all(one.dtype == np.uint8 for one in codes):
        return np.asarray(fast.packed(codes, levels, places))
    masks = np.zeros((sum(levels), -(-rows // 64) * 8), dtype=np.uint8)
    item = 0
    for one, count in zip(codes, levels, strict=True):
        mine = one if places is None else np.take(one, places)
        for level in range(count):
            bits = np.packbits(mine == level, bitorder="little")
            masks[item, : len(bits)] = bits
            item += 1
    return masks.view(np.uint64)


def in_common(masks: Masks, slices: Items) -> Counts:
    """How many rows the items of each slice have in common."""
    found = np.zeros(len(slices), dtype=np.int64)
    words = masks.shape[1]
    fast = LOADER.ready(words * slices.size)
    if fast is not None:
        return np.asarray(fast.in_common(masks, slices))
    step = max(1, AT_ONCE // max(1, words))
    for start in range(0, len(slices), step):
        some = slices[start : start + step]
        both = masks[some[:, 0]]
        for place in range(1, slices.shape[1]):
            both &= masks[some[:, place]]
        found[start : start + step] = np.bitwise_count(both).sum(axis=1, dtype=np.int64)
    return found


def added_up(cells: NDArray[np.uint32], losses: Floats, count: int) -> Floats:
    """The sum of the losses in each cell, the rows in their order.

    >>> added_up(np.array([0, 2, 0], dtype=np.uint32), np.array([1.0, 2.0, 3.0]), 3).tolist()
    [4.0, 0.0, 2.0]
    """
    fast = LOADER.ready(ADDED * len(cells))
    if fast is not None:
        return np.asarray(fast.added_up(cells, losses, count))
    return np.asarray(np.bincount(cells, losses, count), dtype=np.float64)
