"""The levels of columns and the cells of their slices, read from codes instead of grouping texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain, product
from math import prod

import numpy as np
from numpy.typing import NDArray
from sqlglot import exp

from slicer.contingency.joint import Table
from slicer.contingency.tables import contingency_tables
from slicer.engine.code_files import CodeFolder
from slicer.engine.duckdb import ALL, DuckDBEngine
from slicer.engine.levels import OTHER, Levels
from slicer.engine.outcomes import Outcomes
from slicer.engine.sql import Parameters, column, predicate
from slicer.engine.sums import number
from slicer.metrics.cells import Cell
from slicer.slices import Slice, all_of

CellsOf = list[tuple[Slice, list[Cell]]]
"""Slices in order, each with its cells."""

CODED_FROM = 3
"""Columns from which it pays to make codes that are not there yet."""

MOST_CELLS = 1 << 22
"""Cells of a table, beyond which the engine groups rows instead."""


@dataclass(frozen=True, slots=True)
class CodedCells:
    """The levels of columns and the cells of their slices, as `DuckDBEngine` answers them."""

    engine: DuckDBEngine
    folder: CodeFolder

    def levels(self, names: Sequence[str], where: Slice = ALL) -> dict[str, Levels]:
        """As `DuckDBEngine.levels`: of some rows from the codes of all rows, where those are kept and tell it."""
        whole = self.folder.levels(self.engine, names)
        if where == ALL:
            return whole
        plain = [one for one in whole.values() if one.edges is None and not _has_rest(one)]
        if not plain or not self.folder.has(plain):
            return self.engine.levels(names, where)
        found = {one.column: one for one in self._present(plain, where)}
        found |= self.engine.levels([name for name in names if name not in found], where)
        return {name: found[name] for name in names}

    def cells_by(self, by: Sequence[Sequence[Levels]], where: Slice, *, classes: bool) -> list[CellsOf]:
        """As `DuckDBEngine.cells_by`, of each column, or of each of several crossed.

        The engine groups rows itself where that is less work, as of one column whose codes are not there, and where
        codes cannot tell: more than 254 values are predicted, a column is crossed with itself.
        """
        kept = self._kept([one for levels in by for one in levels])
        outcomes = None
        if len(by) >= CODED_FROM or self.folder.has(list(kept.values())):
            outcomes = self.folder.outcomes(self.engine, classes=classes)
        if outcomes is None:
            return [self.engine.cells_by(levels, where, classes=classes) for levels in by]
        served = [levels for levels in by if _is_countable(levels, len(outcomes.said))]
        counted = iter(self._counted(served, kept, outcomes, where))
        make = self.engine.cell_facts(classes=classes)[1]
        weighted = self.engine.relation.roles.weight is not None

        def cells(of: Table, place: tuple[int, ...]) -> list[Cell]:
            rows = of.rows[place]
            there = np.flatnonzero(rows)
            weights = np.moveaxis(of.sums[0], 0, -1)[place][there].tolist() if weighted else [()] * len(there)
            return [
                make(*outcomes.said[at], count, *more)
                for at, count, more in zip(there.tolist(), rows[there].tolist(), weights, strict=True)
            ]

        def answer(levels: Sequence[Levels]) -> CellsOf:
            if not _is_countable(levels, len(outcomes.said)):
                return self.engine.cells_by(levels, where, classes=classes)
            table, places = next(counted)
            sizes = table.rows.sum(axis=-1)
            there = [[at for at in mine if at[1] < most] for mine, most in zip(places, sizes.shape, strict=True)]
            found = []
            for place in product(*there):
                inside = tuple(at for _, at in place)
                if sizes[inside]:
                    slices = (one.levels[at].slice_ for one, (at, _) in zip(levels, place, strict=True))
                    found.append((all_of(*slices), cells(table, inside)))
            return found

        return [answer(levels) for levels in by]

    def _kept(self, levels: Sequence[Levels]) -> dict[str, Levels]:
        """For each column the levels of all rows, if these are among them; else these."""
        whole = self.folder.levels(self.engine, list(dict.fromkeys(one.column for one in levels)))
        return {
            one.column: whole[one.column] if one.slices.items() <= whole[one.column].slices.items() else one
            for one in levels
        }

    def _counted(
        self, by: Sequence[Sequence[Levels]], kept: dict[str, Levels], outcomes: Outcomes, where: Slice
    ) -> list[tuple[Table, list[list[tuple[int, int]]]]]:
        """A table for each entry, and the place of each level that is asked for among its own and in the table, which
        ends where no more rows are."""
        names = list(dict.fromkeys(one.column for one in chain.from_iterable(by)))
        place = {name: at for at, name in enumerate(names)}
        whole = self.folder.levels(self.engine, names)
        lasting = [kept[name] for name in names if kept[name] == whole[name]]
        passing = [kept[name] for name in names if kept[name] != whole[name]]
        codes = dict(zip((one.column for one in lasting), self.folder.codes(self.engine, lasting), strict=True))
        in_memory = replace(self.folder, root=None)
        codes |= dict(zip((one.column for one in passing), in_memory.codes(self.engine, passing), strict=True))
        weight = self.engine.relation.roles.weight
        tables = contingency_tables(
            [codes[name] for name in names],
            [int(codes[name].max(initial=0)) + 1 for name in names],
            outcomes.codes,
            len(outcomes.said),
            [tuple(place[one.column] for one in levels) for levels in by],
            among=self._inside(where),
            numbers=() if weight is None else [self._weights(weight)],
        )
        keys = {name: {level.key: at for at, level in enumerate(kept[name].levels)} for name in names}
        return [
            (table, [[(at, keys[one.column][level.key]) for at, level in enumerate(one.levels)] for one in levels])
            for table, levels in zip(tables, by, strict=True)
        ]

    def _present(self, levels: Sequence[Levels], where: Slice) -> list[Levels]:
        """The levels of columns on some rows: values that are there, the most frequent first."""
        codes = self.folder.codes(self.engine, levels)
        inside = self._inside(where)
        tables = contingency_tables(
            codes,
            [int(one.max(initial=0)) + 1 for one in codes],
            np.zeros(self.folder.rows, dtype=np.uint8),
            1,
            [(at,) for at in range(len(levels))],
            among=inside,
        )
        return [one.among(table.rows[:, 0].tolist()) for one, table in zip(levels, tables, strict=True)]

    def _inside(self, where: Slice) -> NDArray[np.bool_] | None:
        """Which rows are in a slice; None where all are."""
        parameters = Parameters()
        test = predicate(where, self.engine.relation, parameters)
        if test is None:
            return None
        query = self.engine.rows(ALL, parameters).select(exp.alias_(test, "inside"))
        return np.asarray(self.engine.table(query, parameters).column(0).to_numpy(), dtype=np.bool_)

    def _weights(self, weight: str) -> NDArray[np.float64]:
        """The weight of every row, 0 where it has none."""
        parameters = Parameters()
        query = self.engine.rows(ALL, parameters).select(exp.alias_(number(column(weight)), "weight"))
        return np.asarray(self.engine.table(query, parameters).column(0).fill_null(0.0).to_numpy(), dtype=np.float64)


def _has_rest(levels: Levels) -> bool:
    return any(level.key == OTHER for level in levels.levels)


def _is_countable(levels: Sequence[Levels], outcomes: int) -> bool:
    """Whether a table of these columns can be held, each of them once."""
    apart = len({one.column for one in levels}) == len(levels)
    return apart and prod(len(one.levels) + 1 for one in levels) * outcomes <= MOST_CELLS
