"""Joint tables filled by what numba compiled, on all cores: the counts of `slicer.contingency.plain`.

Compiled once, when Slicer is set up or at the first use, and kept on disk. All loops run without Python's lock.
"""

from __future__ import annotations

import os

import numpy as np
from numba import njit

from slicer.contingency.joint import Codes, Counts, Floats, Layout, Outcomes

Array = np.ndarray

AT_ONCE = 1 << 15
"""Rows of a block."""

NEAR = 4096
"""Rows whose cells are found before they are counted: they stay in the processor's first cache beside the tables."""

THREADS = os.cpu_count() or 1

MOST_ROWS = 1 << 30
"""Rows that are counted in 32 bits."""

compiled = njit(cache=True, nogil=True, boundscheck=False)


@compiled
def _place(codes: Array, levels: int, cell: Array) -> None:
    for row in range(len(cell)):
        cell[row] = cell[row] * levels + codes[row]


@compiled
def _count(cell: Array, one: Array, other: Array) -> None:
    """Rows that follow each other go to two tables: one need not wait until the other has been written."""
    half = len(cell) // 2
    first, second = cell[:half], cell[half : 2 * half]
    for row in range(half):
        one[first[row]] += np.int32(1)
        other[second[row]] += np.int32(1)
    if len(cell) % 2:
        one[cell[len(cell) - 1]] += np.int32(1)


@compiled
def _sum(cell: Array, number: Array, sums: Array, squares: Array) -> None:
    for row in range(len(cell)):
        sums[cell[row]] += number[row]
        squares[cell[row]] += number[row] * number[row]


@compiled
def _add(
    block: Array, outcome: Array, numbers: Array, sets: Array, sizes: Array, levels: Array, outcomes: Array,
    first: Array, rows: Array, sums: Array, room: Array,
) -> None:  # fmt: skip
    for low in range(0, len(outcome), len(room)):
        high = min(low + len(room), len(outcome))
        cell = room[: high - low]
        for place in range(len(sets)):
            cell[:] = 0
            for at in range(sizes[place]):
                column = sets[place, at]
                _place(block[column, low:high], levels[column], cell)
            _place(outcome[low:high], outcomes[0], cell)
            start, end = first[place], first[place + 1]
            _count(cell, rows[0, start:end], rows[1, start:end])
            for number in range(len(numbers)):
                _sum(cell, numbers[number, low:high], sums[number, 0, start:end], sums[number, 1, start:end])


class Filler:
    """As `plain.Filler`."""

    def __init__(self, layout: Layout) -> None:
        self._first = layout.first
        size = int(self._first[-1])
        # cells are numbered in as few bits as hold them: more of them fit into a register
        self._bits = np.uint16 if int(np.diff(self._first).max(initial=0)) <= 1 << 16 else np.uint32
        self._room = np.zeros(NEAR, dtype=self._bits)
        self._levels = np.array(layout.levels, dtype=self._bits)
        self._outcomes = np.array([layout.outcomes], dtype=self._bits)
        self._sizes = np.array([len(one) for one in layout.sets], dtype=np.int64)
        self._sets = np.zeros((len(layout.sets), max(1, *self._sizes, 1)), dtype=np.int64)
        for at, columns in enumerate(layout.sets):
            self._sets[at, : len(columns)] = columns
        self._rows = np.zeros((2, size), dtype=np.int32)
        self._sums = np.zeros((layout.numbers, 2, size))
        self._total, self._since = np.zeros(size, dtype=np.int64), 0

    def add(self, block: Codes, outcome: Outcomes, numbers: Floats) -> None:
        if self._since > MOST_ROWS:
            self._gather()
        self._since += len(outcome)
        _add(
            block, outcome.astype(self._bits), numbers, self._sets, self._sizes, self._levels, self._outcomes,
            self._first, self._rows, self._sums, self._room,
        )  # fmt: skip

    def filled(self) -> tuple[Counts, Floats]:
        self._gather()
        return self._total, self._sums

    def _gather(self) -> None:
        self._total += self._rows[0]
        self._total += self._rows[1]
        self._rows[:], self._since = 0, 0


def warm() -> None:
    """Compile what is not compiled yet: some seconds the first time, nothing after."""
    block, outcome = np.zeros((2, 2), dtype=np.uint8), np.zeros(2, dtype=np.uint8)
    for levels in ((1, 1), (300, 300)):
        filler = Filler(Layout(sets=((0, 1),), levels=levels, outcomes=1, numbers=1))
        filler.add(block, outcome, np.zeros((1, 2)))
