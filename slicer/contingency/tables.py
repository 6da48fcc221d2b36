"""Rows counted by the levels of one column or of several and by outcome, many such tables in one pass over the rows.

Codes of one byte are read in blocks that stay near the processor. A block is added to a few joint tables of as many
columns as fit there, and the tables asked for are their margins: whichever way whole numbers are added up, their sum
is the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from slicer.contingency import plain
from slicer.contingency.covering import Columns, covering
from slicer.contingency.joint import Codes, Counts, Floats, Layout, Outcomes, Table, cells
from slicer.discovery.fast import Loader

COMPILED = "slicer.contingency.compiled"
LOADER = Loader(COMPILED, worth=50_000_000)
"""Rows times joint tables are the work: so many take numpy half a second."""

NEAR = 4096
"""Cells of a joint table, if the tables asked for have no more: they stay in the processor's first cache."""

ALONE = 1 << 18
"""Rows up to which one core is done before another has begun."""

MOST_CELLS = 1 << 24
"""Cells of the joint tables that are filled in one pass over the rows."""


def contingency_tables(
    codes: Sequence[Codes],
    levels: Sequence[int],
    outcome: Outcomes,
    outcomes: int,
    wanted: Sequence[Columns],
    *,
    among: NDArray[np.bool_] | None = None,
    numbers: Sequence[Floats] = (),
) -> list[Table]:
    """A table for each set of columns.

    Args:
        codes: Of each column the level of every row, below its number of levels; in memory or as it lies on disk.
        levels: How many levels each column has.
        outcome: What came of every row, below `outcomes`: the place of its truth and prediction among all pairs, say.
        outcomes: How many outcomes there are.
        wanted: The columns of each table, by their place, each once; none for a table of all rows.
        among: Which rows are counted; all if None.
        numbers: Numbers of every row, finite: their sums and those of their squares stand beside the counts.

    >>> codes = [np.array([0, 0, 1, 1], dtype=np.uint8), np.array([0, 1, 0, 1], dtype=np.uint8)]
    >>> right = np.array([1, 0, 1, 1], dtype=np.uint8)
    >>> single, pair = contingency_tables(codes, [2, 2], right, 2, [(0,), (0, 1)])
    >>> single.rows.tolist(), pair.rows[:, :, 1].tolist()
    ([[1, 1], [0, 2]], [[1, 0], [1, 1]])
    """
    open_ = dict.fromkeys(wanted)
    sets = covering(list(open_), levels, NEAR // max(1, outcomes))
    how = _how(len(outcome) * len(sets))
    found: dict[Columns, Table] = {}
    for some in _passes(sets, levels, outcomes):
        layout = Layout(sets=tuple(some), levels=tuple(levels), outcomes=outcomes, numbers=len(numbers))
        joint = layout.tables(*_filled(how, layout, codes, outcome, among, numbers))
        for columns, table in zip(some, joint, strict=True):
            held = [one for one in open_ if set(one) <= set(columns)]
            found |= {one: table.margin(columns, one) for one in held}
            for one in held:
                del open_[one]
    return [found[columns] for columns in wanted]


def _passes(sets: Sequence[Columns], levels: Sequence[int], outcomes: int) -> list[list[Columns]]:
    """Joint tables that are filled together."""
    passes: list[list[Columns]] = []
    room = 0
    for one in sets:
        size = cells(one, levels) * outcomes
        if not passes or size > room:
            passes.append([])
            room = MOST_CELLS
        passes[-1].append(one)
        room -= size
    return passes


def _filled(
    how: ModuleType,
    layout: Layout,
    codes: Sequence[Codes],
    outcome: Outcomes,
    among: NDArray[np.bool_] | None,
    numbers: Sequence[Floats],
) -> tuple[Counts, Floats]:
    """All cells of joint tables."""
    used = sorted({column for one in layout.sets for column in one})
    lines = {column: np.asarray(codes[column]) for column in used}
    rows = len(outcome)
    threads = how.THREADS if rows > ALONE else 1
    edges = np.linspace(0, rows, threads + 1).astype(int)

    def part(place: int) -> tuple[Counts, Floats]:
        filler = how.Filler(layout)
        block = np.zeros((len(codes), how.AT_ONCE), dtype=np.uint8)
        values = np.zeros((len(numbers), how.AT_ONCE))
        for start in range(edges[place], edges[place + 1], how.AT_ONCE):
            here = slice(start, min(start + how.AT_ONCE, edges[place + 1]))
            taken = slice(None) if among is None else among[here]
            said = outcome[here][taken]
            for column, line in lines.items():
                block[column, : len(said)] = line[here][taken]
            for value, number in zip(values, numbers, strict=True):
                value[: len(said)] = number[here][taken]
            filler.add(block[:, : len(said)], said, values[:, : len(said)])
        filled: tuple[Counts, Floats] = filler.filled()
        return filled

    if threads == 1:
        return part(0)
    with ThreadPoolExecutor(threads) as pool:
        parts = list(pool.map(part, range(threads)))
    return sum((one for one, _ in parts[1:]), parts[0][0]), sum((one for _, one in parts[1:]), parts[0][1])


def _how(work: int) -> ModuleType:
    """What fills the tables: compiled where it is there or worth loading, else numpy."""
    return LOADER.ready(work) or plain
