"""`packed` and `in_common` of `slicer.discovery.counting`, compiled with numba and on all cores: the same answers.

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

ALONE = 1 << 20
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
def _three(a: Array, b: Array, c: Array) -> int:
    found = 0
    for word in range(len(a)):
        found += ones(a[word] & b[word] & c[word])
    return found


@compiled
def _both(a: Array, b: Array) -> None:
    for word in range(len(a)):
        a[word] &= b[word]


@compiled
def _together(masks: Array, items: Array, found: Array, first: int, last: int, block: int) -> None:
    """Add up the rows of item sets in the words from `first` to `last`."""
    length = items.shape[1]
    room = np.empty(block, dtype=np.uint64)
    for start in range(first, last, block):
        end = min(start + block, last)
        for place in range(len(items)):
            a = masks[items[place, 0], start:end]
            if length == 1:
                found[place] += _one(a)
            elif length == 2:
                found[place] += _two(a, masks[items[place, 1], start:end])
            else:
                b, c = masks[items[place, 1], start:end], masks[items[place, 2], start:end]
                if length == 3:
                    found[place] += _three(a, b, c)
                else:
                    both = room[: end - start]
                    both[:] = a
                    for other in range(1, length):
                        _both(both, masks[items[place, other], start:end])
                    found[place] += _one(both)


def packed(codes: Codes, levels: Sequence[int]) -> Masks:
    """A bit for every row and item, shape (items, words of 64 rows); codes of one byte."""
    rows = codes.shape[1]
    masks = np.zeros((sum(levels), -(-rows // 64)), dtype=np.uint64)
    items = [(feature, level) for feature, count in enumerate(levels) for level in range(count)]
    lines = [np.ascontiguousarray(one) for one in codes]  # vectors are loaded as they lie
    whole = rows // 64

    def pack(item: int) -> None:
        mine, level = lines[items[item][0]], items[item][1]
        _pack_words(mine[: whole * 64], np.uint8(level), masks[item, :whole])
        if whole < masks.shape[1]:
            bits = np.packbits(mine[whole * 64 :] == level, bitorder="little")
            masks[item, whole:].view(np.uint8)[: len(bits)] = bits

    _in_threads(pack, len(items), THREADS if masks.size > ALONE else 1)
    return masks


def in_common(masks: Masks, slices: Items) -> Counts:
    """How many rows the items of each slice have in common."""
    words = masks.shape[1]
    parts = THREADS if words * len(slices) > ALONE else 1
    edges = np.linspace(0, words, parts + 1).astype(int)
    found = np.zeros((parts, len(slices)), dtype=np.int64)

    def part(place: int) -> None:
        _together(masks, slices, found[place], edges[place], edges[place + 1], BLOCK)

    _in_threads(part, parts, parts)
    return np.asarray(found.sum(axis=0))


def _in_threads(work: Callable[[int], None], parts: int, threads: int) -> None:
    if threads == 1:
        for part in range(parts):
            work(part)
        return
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, range(parts)))


def warm() -> None:
    """Compile what is not compiled yet: some seconds the first time, nothing after."""
    for writeable in (True, False):  # codes in memory, and as they lie on disk
        codes = np.zeros((1, 130), dtype=np.uint8)
        codes.setflags(write=writeable)
        masks = packed(codes, [1])
    for length in range(1, 5):
        in_common(masks, np.zeros((1, length), dtype=np.int64))
