"""Joint tables that are filled block by block."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from slicer.contingency.covering import Columns

Codes = NDArray[np.uint8]
Outcomes = NDArray[np.uint8] | NDArray[np.uint16]
Floats = NDArray[np.float64]
Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Rows by the levels of some columns and by outcome."""

    rows: Counts
    """Shape (levels of each column, outcomes)."""
    sums: Floats
    """Shape (numbers, 2, levels of each column, outcomes): the sum of each number and the sum of its squares."""

    def margin(self, columns: Columns, wanted: Columns) -> Table:
        """The table of some of its columns, in the order asked for."""
        gone = tuple(at for at, one in enumerate(columns) if one not in wanted)
        kept = [one for one in columns if one in wanted]
        order = [kept.index(one) for one in wanted]
        rows = self.rows.sum(axis=gone).transpose(*order, len(order))
        sums = self.sums.sum(axis=tuple(at + 2 for at in gone))
        return Table(rows, sums.transpose(0, 1, *(at + 2 for at in order), len(order) + 2))


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Joint tables, one after the other in a long line of cells."""

    sets: tuple[Columns, ...]
    """The columns of each table."""
    levels: tuple[int, ...]
    """Of each column."""
    outcomes: int
    numbers: int
    """Numbers that are summed beside the counts."""

    @property
    def first(self) -> Counts:
        """The first cell of each table, and the end of the last."""
        sizes = [cells(one, self.levels) * self.outcomes for one in self.sets]
        return np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)]).astype(np.int64)

    def tables(self, rows: Counts, sums: Floats) -> list[Table]:
        """Each table, from the whole line: counts, and sums of shape (numbers, 2, cells)."""
        first, found = self.first, []
        for at, columns in enumerate(self.sets):
            shape = (*(self.levels[one] for one in columns), self.outcomes)
            here = slice(int(first[at]), int(first[at + 1]))
            found.append(Table(rows[here].reshape(shape), sums[:, :, here].reshape(self.numbers, 2, *shape)))
        return found


def cells(columns: Columns, levels: Sequence[int]) -> int:
    """Combinations of levels."""
    return int(np.prod([levels[one] for one in columns], dtype=np.int64))
