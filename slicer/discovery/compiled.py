"""The functions of `slicer.discovery.masks`, compiled with numba and on all cores: the same answers.

Compiled once, when Slicer is set up or at the first use, and kept on disk. All loops run without Python's lock.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic
from numpy.typing import NDArray

Array = np.ndarray
Codes = NDArray[np.uint8]
Masks = NDArray[np.uint64]
Items = NDArray[np.int64]
Counts = NDArray[np.int64]

THREADS = os.cpu_count() or 1

BLOCK = 512
"""Words of a mask that are looked at before the next candidate, so that they stay near the processor."""

CODES = 128
"""Words that are made of a column at once for all its levels, for the same reason."""

ALONE = 1 << 22
"""Words up to which one core is done before another has begun."""

compiled = njit(cache=True, nogil=True, boundscheck=False)


@intrinsic
def ones(context: Any, word: Any) -> Any:
    """How many bits of a word are set."""

    def generate(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        return builder.ctpop(given[0])

    return types.int64(types.uint64), generate


@intrinsic
def equal_bits(context: Any, codes: Any, start: Any, level: Any) -> Any:
    """Bit i is whether codes[start + i] is the level, for 64 codes in a row."""

    def generate(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        array = context.make_array(signature.args[0])(context, builder, given[0])
        byte, vector = ir.IntType(8), ir.VectorType(ir.IntType(8), 64)
        place = builder.gep(array.data, [given[1]], source_etype=byte)
        loaded = builder.load(builder.bitcast(place, vector.as_pointer()), typ=vector, align=1)
        one = builder.insert_element(ir.Constant(vector, ir.Undefined), given[2], ir.Constant(ir.IntType(32), 0))
        zeros = ir.Constant(ir.VectorType(ir.IntType(32), 64), [0] * 64)
        all_ = builder.shuffle_vector(one, ir.Constant(vector, ir.Undefined), zeros)
        return builder.bitcast(builder.icmp_unsigned("==", loaded, all_), ir.IntType(64))

    return types.uint64(codes, types.intp, types.uint8), generate


@compiled
def _pack_words(codes: Array, level: int, words: Array) -> None:
    for word in range(len(words)):
        words[word] = equal_bits(codes, word * 64, level)


@compiled
def _pack(codes: Array, masks: Array, first: int, last: int, block: int) -> None:
    """The bits of a column's levels, one line of masks each, in the words from `first` to `last`."""
    whole = len(codes) // 64
    for start in range(first, min(last, whole), block):
        end = min(start + block, last, whole)
        for level in range(len(masks)):
            _pack_words(codes[start * 64 : end * 64], np.uint8(level), masks[level, start:end])
    if last > whole:
        for row in range(whole * 64, len(codes)):
            if codes[row] < len(masks):
                masks[codes[row], whole] |= np.uint64(1) << np.uint64(row - whole * 64)


@compiled
def _one(a: Array) -> int:
    found = 0
    for word in range(len(a)):
        found += ones(a[word])
    return found


@compiled
def _two(a: Array, b: Array) -> int:
    found = 0
    for word in range(len(a)):
        found += ones(a[word] & b[word])
    return found


@compiled
def _both(a: Array, b: Array, into: Array) -> None:
    for word in range(len(a)):
        into[word] = a[word] & b[word]


@compiled
def _together(masks: Array, items: Array, found: Array, first: int, last: int, block: int) -> None:
    """Add up the rows of item sets in the words from `first` to `last`; what all but the last item of a slice have in
    common is kept for the next slice."""
    slices, length = items.shape
    room = np.empty(block, dtype=np.uint64)
    for start in range(first, last, block):
        end = min(start + block, last)
        both = room[: end - start]
        for place in range(slices):
            mine = masks[items[place, length - 1], start:end]
            if length == 1:
                found[place] += _one(mine)
            elif length == 2:
                found[place] += _two(masks[items[place, 0], start:end], mine)
            else:
                same = place > 0
                for at in range(length - 1):
                    same = same and items[place, at] == items[place - 1, at]
                if not same:
                    _both(masks[items[place, 0], start:end], masks[items[place, 1], start:end], both)
                    for at in range(2, length - 1):
                        _both(both, masks[items[place, at], start:end], both)
                found[place] += _two(both, mine)


def packed(codes: Sequence[Codes] | Codes, levels: Sequence[int], places: Array | None = None) -> Masks:
    """A bit for every row and item, shape (items, words of 64 rows); codes of one byte."""
    rows = (len(codes[0]) if places is None else len(places)) if len(levels) else 0
    words = -(-rows // 64)
    masks = np.zeros((sum(levels), words), dtype=np.uint64)
    first = 0
    for one, count in zip(codes, levels, strict=True):
        mine = masks[first : first + count]
        line = np.ascontiguousarray(one if places is None else np.take(one, places))  # vectors are loaded as they lie
        first += count

        def pack(start: int, end: int, line: Codes = line, mine: Masks = mine) -> None:
            _pack(line, mine, start, end, CODES)

        _in_parts(pack, words, mine.size)
    return masks


def in_common(masks: Masks, slices: Items) -> Counts:
    """How many rows the items of each slice have in common."""
    items, words = np.ascontiguousarray(slices), masks.shape[1]
    parts: list[Counts] = []

    def part(start: int, end: int) -> None:
        found = np.zeros(len(items), dtype=np.int64)
        _together(masks, items, found, start, end, BLOCK)
        parts.append(found)

    _in_parts(part, words, words * items.size)
    return np.asarray(np.sum(parts, axis=0)) if len(parts) > 1 else parts[0]


@compiled
def _add_up(cells: Array, losses: Array, found: Array) -> None:
    for row in range(len(cells)):
        found[cells[row]] += losses[row]


def added_up(cells: Array, losses: Array, count: int) -> Array:
    """The sum of the losses in each cell, rows in their order."""
    found = np.zeros(count)
    _add_up(cells, losses, found)
    return found


def _in_parts(work: Callable[[int, int], None], words: int, cost: int) -> None:
    """Do the work for all words; where it costs more than one core does at once, a part of them on each core."""
    if cost <= ALONE or THREADS == 1:
        work(0, words)
        return
    edges = np.linspace(0, words, THREADS + 1).astype(int).tolist()
    list(_pool.map(work, edges[:-1], edges[1:]))


_pool = ThreadPoolExecutor(THREADS)


def warm() -> None:
    """Compile what is not compiled yet: some seconds the first time, nothing after."""
    for writeable in (True, False):  # codes in memory, and as they lie on disk
        codes = np.zeros((1, 130), dtype=np.uint8)
        codes.setflags(write=writeable)
        masks = packed(codes, [1])
    for length in range(1, 5):
        in_common(masks, np.zeros((1, length), dtype=np.int64))
    added_up(np.zeros(1, dtype=np.uint32), np.zeros(1), 1)
