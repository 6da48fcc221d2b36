"""The cells of the slices of columns, counted from codes instead of grouping texts."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, product
from math import prod

import numpy as np

from slicer.contingency.joint import Table
from slicer.contingency.tables import contingency_tables
from slicer.engine.coded_columns import CodedColumns
from slicer.engine.levels import Levels
from slicer.engine.outcomes import Outcomes
from slicer.engine.sql import column
from slicer.engine.sums import number
from slicer.metrics.cells import Cell
from slicer.slices import Slice, all_of

Cells = list[tuple[Slice, list[Cell]]]
"""Slices in order, each with its cells."""

CODED_FROM = 3
"""Columns from which it pays to make codes that are not there yet."""

MOST_CELLS = 1 << 22
"""Cells of a table, beyond which the engine groups rows instead."""


def cells_by(coded: CodedColumns, by: Sequence[Sequence[Levels]], where: Slice, *, classes: bool) -> list[Cells]:
    """As `DuckDBEngine.cells_by`, of each column, or of each of several crossed.

    The engine groups rows itself where that is less work, as of one column whose codes are not there, and where codes
    cannot tell: more than 254 values were predicted, or a column is crossed with itself.
    """
    outcomes = None
    if len(by) >= CODED_FROM or coded.has([one for levels in by for one in levels]):
        outcomes = coded.folder.outcomes(coded.engine, classes=classes)
    served = [] if outcomes is None else [levels for levels in by if _is_countable(levels, len(outcomes.said))]
    if outcomes is None or not served:
        return [coded.engine.cells_by(levels, where, classes=classes) for levels in by]
    counted = iter(_counted(coded, served, outcomes, where, classes=classes))
    return [
        next(counted)
        if _is_countable(levels, len(outcomes.said))
        else coded.engine.cells_by(levels, where, classes=classes)
        for levels in by
    ]


def _counted(
    coded: CodedColumns, by: Sequence[Sequence[Levels]], outcomes: Outcomes, where: Slice, *, classes: bool
) -> list[Cells]:
    asked = list({one.column: one for one in chain.from_iterable(by)}.values())
    at = {one.column: place for place, one in enumerate(asked)}
    columns = coded.columns(asked)
    weight = coded.engine.relation.roles.weight
    tables = contingency_tables(
        [one.codes for one in columns],
        [one.size for one in columns],
        outcomes.codes,
        len(outcomes.said),
        [tuple(at[one.column] for one in levels) for levels in by],
        among=coded.inside(where),
        numbers=() if weight is None else [coded.numbers(number(column(weight)))],
    )
    make = coded.engine.cell_facts(classes=classes)[1]

    def cells(of: Table, place: tuple[int, ...]) -> list[Cell]:
        rows = of.rows[place]
        there = np.flatnonzero(rows)
        weights = [()] * len(there) if weight is None else np.moveaxis(of.sums[0], 0, -1)[place][there].tolist()
        return [
            make(*outcomes.said[one], count, *more)
            for one, count, more in zip(there.tolist(), rows[there].tolist(), weights, strict=True)
        ]

    found = []
    for levels, table in zip(by, tables, strict=True):
        sizes = table.rows.sum(axis=-1)
        codes = [columns[at[one.column]].places for one in levels]  # beyond the table there are no rows
        known = [
            [(level.slice_, code) for level, code in zip(one.levels, mine, strict=True) if code < size]
            for one, mine, size in zip(levels, codes, sizes.shape, strict=True)
        ]
        lines = [tuple(zip(*line, strict=True)) for line in product(*known)]
        found.append([(all_of(*slices), cells(table, place)) for slices, place in lines if sizes[place]])
    return found


def _is_countable(levels: Sequence[Levels], outcomes: int) -> bool:
    """Whether a table of these columns can be held, each of them once."""
    apart = len({one.column for one in levels}) == len(levels) > 0
    return apart and prod(len(one.levels) + 1 for one in levels) * outcomes <= MOST_CELLS
