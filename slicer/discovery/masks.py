"""Rows as bits: a mask for each level of each feature, and how many rows masks have in common."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from slicer.discovery.fast import LOADER
from slicer.discovery.tallies import Counts

Codes = NDArray[np.uint8] | NDArray[np.uint16]
Masks = NDArray[np.uint64]
Items = NDArray[np.int64]

PACKED = 8
"""Times the work of counting a word that making one is to numpy."""

AT_ONCE = 1 << 19
"""Words of masks that numpy intersects at once: they stay in the processor's cache."""


def packed(codes: Sequence[Codes] | Codes, levels: Sequence[int]) -> Masks:
    """A bit for every row and item, shape (items, words of 64 rows).

    >>> [int(word) for word in packed(np.array([[0, 1, 1, 0]], dtype=np.uint8), [2])[:, 0]]
    [9, 6]
    """
    rows = len(codes[0]) if len(levels) else 0
    fast = LOADER.ready(PACKED * rows * sum(levels) // 64)
    if fast is not None and all(one.dtype == np.uint8 for one in codes):
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
