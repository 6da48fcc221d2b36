"""Joint tables filled with numpy alone."""

from __future__ import annotations

import numpy as np

from slicer.contingency.joint import Codes, Counts, Floats, Layout, Outcomes

AT_ONCE = 1 << 18
"""Rows of a block."""

THREADS = 1
"""numpy counts with Python's lock in its hand."""


class Filler:
    """Joint tables that blocks of rows are added to."""

    def __init__(self, layout: Layout) -> None:
        self._layout, self._first = layout, layout.first
        self._rows = np.zeros(self._first[-1], dtype=np.int64)
        self._sums = np.zeros((layout.numbers, 2, self._first[-1]))

    def add(self, block: Codes, outcome: Outcomes, numbers: Floats) -> None:
        """Add rows.

        Args:
            block: Shape (columns, rows).
            numbers: Shape (numbers, rows).
        """
        for at, columns in enumerate(self._layout.sets):
            cell = np.zeros(len(outcome), dtype=np.intp)
            for column in columns:
                cell *= self._layout.levels[column]
                cell += block[column]
            cell *= self._layout.outcomes
            cell += outcome
            here = slice(self._first[at], self._first[at + 1])
            size = int(here.stop - here.start)
            self._rows[here] += np.bincount(cell, minlength=size)
            for sums, number in zip(self._sums, numbers, strict=True):
                sums[0, here] += np.bincount(cell, number, size)
                sums[1, here] += np.bincount(cell, number * number, size)

    def filled(self) -> tuple[Counts, Floats]:
        """All tables in one line: counts, and sums of shape (numbers, 2, cells)."""
        return self._rows, self._sums
