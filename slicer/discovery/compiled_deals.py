"""What is done once for every permutation, compiled with numba: losses dealt to clusters, and added up in slices.

The same answers as plain numpy gives; all loops run without Python's lock.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from slicer.discovery.compiled import compiled, equal_bits, ones

Array = np.ndarray

WORDS = 512
"""Words of a mask that are looked at before the next slice, so that they stay near the processor."""

ROWS = 512
"""Rows whose losses are added up before the next combination of features, for the same reason."""

LANES = 8
"""Permutations whose losses are added up at once: what one row holds of them is a line of memory."""

NO_LEVEL = 255


@compiled
def deal(losses: Array, order: Array, starts: Array, sizes: Array, donors: Array, first: Array, dealt: Array) -> None:
    """Give each cluster the losses of its donor, going round from `first`; losses lie in order of clusters."""
    for mine in range(len(sizes)):
        start, size, place = starts[donors[mine]], sizes[donors[mine]], first[mine]
        for row in range(starts[mine], starts[mine] + sizes[mine]):
            dealt[order[row]] = losses[start + place]
            place += 1
            if place == size:
                place = 0


@compiled
def pack_at(codes: Array, places: Array, levels: Array, room: Array, masks: Array) -> None:
    """A bit for each of these rows and each item; the room has a byte for every bit of a mask."""
    room[len(places) :] = NO_LEVEL
    item = 0
    for feature in range(len(codes)):
        mine = codes[feature]
        for place in range(len(places)):
            room[place] = mine[places[place]]
        for level in range(levels[feature]):
            for word in range(masks.shape[1]):
                masks[item, word] = equal_bits(room, word * 64, np.uint8(level))
            item += 1


@compiled
def count_in(masks: Array, slices: Array, found: Array, room: Array) -> None:
    """Add how many bits the items of each slice have in common."""
    width = slices.shape[1]
    for start in range(0, masks.shape[1], WORDS):
        end = min(start + WORDS, masks.shape[1])
        for place in range(len(slices)):
            here = 0
            a = masks[slices[place, 0], start:end]
            if width == 1:
                for word in range(len(a)):
                    here += ones(a[word])
            else:
                b = masks[slices[place, 1], start:end]
                for other in range(2, width):
                    _both(b, masks[slices[place, other], start:end], room)
                    b = room[: end - start]
                for word in range(len(a)):
                    here += ones(a[word] & b[word])
            found[place] += here


@compiled
def _both(a: Array, b: Array, found: Array) -> None:
    for word in range(len(a)):
        found[word] = a[word] & b[word]


@intrinsic
def add_line(context: Any, cells: Any, cell: Any, dealt: Any, row: Any) -> Any:
    """Add a line of `dealt` to one of `cells`, both of LANES numbers that lie side by side."""

    def generate(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        line, byte = ir.VectorType(ir.DoubleType(), LANES), ir.IntType(8)

        def place(array: Any, number: Any, kind: Any) -> Any:
            start = builder.bitcast(context.make_array(kind)(context, builder, array).data, byte.as_pointer())
            offset = builder.mul(number, ir.Constant(ir.IntType(64), 8 * LANES))
            return builder.bitcast(builder.gep(start, [offset], source_etype=byte), line.as_pointer())

        there = place(given[0], given[1], signature.args[0])
        new = builder.load(place(given[2], given[3], signature.args[2]), typ=line, align=8)
        builder.store(builder.fadd(builder.load(there, typ=line, align=8), new), there, align=8)
        return context.get_dummy_value()

    return types.void(cells, types.intp, dealt, types.intp), generate


@compiled
def add_up(codes: Array, dealt: Array, features: Array, strides: Array, bases: Array, cells: Array) -> None:
    """Add losses, shape (rows, LANES), to the cells of combinations of features, shape (cells, LANES)."""
    room = np.empty(ROWS, dtype=np.int64)
    for start in range(0, len(dealt), ROWS):
        rows = min(ROWS, len(dealt) - start)
        for one in range(len(features)):
            for row in range(rows):
                room[row] = bases[one]
            for place in range(features.shape[1]):
                mine, stride = codes[features[one, place], start : start + rows], strides[one, place]
                for row in range(rows):
                    room[row] += np.int64(mine[row]) * stride
            for row in range(rows):
                add_line(cells, room[row], dealt, start + row)


def warm() -> None:
    """Compile what is not compiled yet."""
    some, one, codes = np.zeros(1, dtype=np.int64), np.ones(1, dtype=np.int64), np.zeros((1, 1), dtype=np.uint8)
    for kind in (np.float64, np.bool_):
        deal(np.zeros(1, dtype=kind), some, some, one, some, some, np.zeros(1, dtype=kind))
    masks = np.zeros((1, 1), dtype=np.uint64)
    pack_at(codes, some, one, np.zeros(64, dtype=np.uint8), masks)
    count_in(masks, np.zeros((1, 3), dtype=np.int64), some.copy(), np.zeros(WORDS, dtype=np.uint64))
    add_up(codes, np.zeros((1, LANES)), some[None], one[None], some, np.zeros((1, LANES)))
