"""Sums in all slices of a search, of losses that were dealt anew: the same slices many times over."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from slicer.discovery.fast import DEALS, LOADER
from slicer.discovery.masks import Codes, Items, in_common, packed
from slicer.discovery.tallies import Counts, Floats

AT_ONCE = 8
"""Permutations that are added up together."""


def compiled_deals(words: int) -> ModuleType | None:
    """What is compiled, where there is so much to do that loading it is worth it; None where numpy does it."""
    return None if LOADER.ready(words) is None else import_module(DEALS)


class ErrorSums:
    """Counts dealt errors in slices.

    Args:
        codes, levels: As of a counter.
        slices: By number of items.
        times: How often they will be counted.
    """

    def __init__(self, codes: Codes, levels: Sequence[int], slices: Sequence[Items], times: int = 1) -> None:
        self._codes, self._levels, self._slices = codes, levels, slices
        words = codes.shape[1] // 64 * sum(one.size for one in slices) * times
        self._fast = compiled_deals(words) if codes.dtype == np.uint8 else None
        if self._fast is not None:
            self._codes = np.require(codes, requirements=["C", "W"])

    def __call__(self, errors: NDArray[np.int64]) -> Counts:
        """In each slice, if these rows were the wrong ones."""
        if self._fast is None:
            masks = packed(self._codes[:, errors], self._levels)
            return np.concatenate([in_common(masks, some) for some in self._slices])
        words = -(-len(errors) // 64)
        masks = np.empty((sum(self._levels), words), dtype=np.uint64)
        self._fast.pack_at(
            self._codes, errors, np.asarray(self._levels, dtype=np.int64), np.empty(64 * words, dtype=np.uint8), masks
        )
        room = np.empty(self._fast.WORDS, dtype=np.uint64)
        found = [np.zeros(len(some), dtype=np.int64) for some in self._slices]
        for mine, some in zip(found, self._slices, strict=True):
            self._fast.count_in(masks, some, mine, room)
        return np.concatenate(found)


class LossSums:
    """Adds up dealt losses in slices, over one combination of features at a time.

    Args:
        codes, levels, slices, times: As of `ErrorSums`.
    """

    def __init__(self, codes: Codes, levels: Sequence[int], slices: Sequence[Items], times: int = 1) -> None:
        wide = np.asarray(levels, dtype=np.int64)
        self._fast = compiled_deals(codes.shape[1] * len(levels) ** 2 // 2 * times // AT_ONCE)
        self._codes = np.minimum(codes, wide[:, None].astype(codes.dtype))  # in one cell whatever is in no level
        feature, first = np.repeat(np.arange(len(levels)), levels), np.cumsum(wide) - wide
        self._parts = [_Combinations(some, feature, first, wide + 1) for some in slices if len(some)]

    def __call__(self, dealt: Floats) -> Floats:
        """Shape (slices, permutations), of losses of shape (rows, permutations), at most `AT_ONCE` of them."""
        found = []
        for part in self._parts:
            if self._fast is None:
                found.append(part.added(self._codes, dealt))
                continue
            lanes = np.ascontiguousarray(dealt, dtype=np.float64)
            if dealt.shape[1] < self._fast.LANES:
                lanes = np.zeros((len(dealt), self._fast.LANES))
                lanes[:, : dealt.shape[1]] = dealt
            cells = np.zeros((part.cells, self._fast.LANES))
            self._fast.add_up(self._codes, lanes, part.features, part.strides, part.bases, cells)
            found.append(cells[part.places, : dealt.shape[1]])
        return np.concatenate([np.zeros((0, dealt.shape[1])), *found])


class _Combinations:
    """The combinations of features that slices of one number of items lie in, and the cells of each."""

    def __init__(self, slices: Items, feature: Counts, first: Counts, wide: Counts) -> None:
        self.features, which = np.unique(feature[slices], axis=0, return_inverse=True)
        sizes = wide[self.features]
        after = np.cumprod(sizes[:, ::-1], axis=1)[:, ::-1]
        self.strides = np.column_stack([after[:, 1:], np.ones(len(after), dtype=np.int64)])
        self.bases = np.cumsum(after[:, 0]) - after[:, 0]
        self.cells = int(after[:, 0].sum())
        levels = slices - first[feature[slices]]
        self.places = self.bases[which.ravel()] + (levels * self.strides[which.ravel()]).sum(axis=1)

    def added(self, codes: Codes, dealt: Floats) -> Floats:
        cells = np.zeros((self.cells, dealt.shape[1]))
        for mine, strides, base in zip(self.features, self.strides, self.bases, strict=True):
            cell = (codes[mine].astype(np.int64) * strides[:, None]).sum(axis=0)
            size = int(strides[0] * (codes[mine[0]].max(initial=0) + 1))
            for lane in range(dealt.shape[1]):
                cells[base : base + size, lane] += np.bincount(cell, dealt[:, lane], size)
        return np.asarray(cells[self.places])
