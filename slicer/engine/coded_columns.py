"""The columns of a data set as codes, and the levels of any of its rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from sqlglot import exp

from slicer.contingency.tables import contingency_tables
from slicer.engine.code_files import CodeFolder, Codes
from slicer.engine.duckdb import ALL, DuckDBEngine
from slicer.engine.levels import OTHER, Levels
from slicer.engine.parameters import Parameters
from slicer.engine.sql import predicate
from slicer.slices import Slice


@dataclass(frozen=True, slots=True, eq=False)
class CodedColumn:
    """A column as codes."""

    codes: Codes
    """Of every row."""
    places: tuple[int, ...]
    """The code of each level that was asked for."""

    @property
    def size(self) -> int:
        """How many codes there are."""
        return int(self.codes.max(initial=0)) + 1


@dataclass(frozen=True, slots=True)
class CodedColumns:
    """The columns of a data set, each coded by its levels over all rows and kept, whichever rows are looked at."""

    engine: DuckDBEngine
    folder: CodeFolder

    def levels(self, names: Sequence[str], where: Slice = ALL) -> dict[str, Levels]:
        """As `DuckDBEngine.levels`; of some rows from codes, where those are kept and tell it."""
        whole = self.folder.levels(self.engine, names)
        if where == ALL:
            return whole
        plain = [one for one in whole.values() if one.edges is None and not _has_rest(one)]
        if not plain or not self.folder.has(plain):
            return self.engine.levels(names, where)
        found = {one.column: one for one in self._among(plain, where)}
        found |= self.engine.levels([name for name in names if name not in found], where)
        return {name: found[name] for name in names}

    def has(self, levels: Sequence[Levels]) -> bool:
        """Whether the codes of all of these need not be made."""
        return self.folder.has(self._kept(levels))

    def columns(self, levels: Sequence[Levels]) -> list[CodedColumn]:
        """Columns as codes, each once.

        A bin or a rest that only some rows have is coded in memory: it would not be asked for again.
        """
        kept = self._kept(levels)
        whole = self.folder.levels(self.engine, [one.column for one in levels])
        passing = [one for one in kept if one != whole[one.column]]
        lasting = [one for one in kept if one == whole[one.column]]
        codes = dict(zip((one.column for one in lasting), self.folder.codes(self.engine, lasting), strict=True))
        in_memory = replace(self.folder, root=None)
        codes |= dict(zip((one.column for one in passing), in_memory.codes(self.engine, passing), strict=True))
        found = []
        for asked, one in zip(levels, kept, strict=True):
            at = {level.key: place for place, level in enumerate(one.levels)}
            found.append(CodedColumn(codes[one.column], tuple(at[level.key] for level in asked.levels)))
        return found

    def inside(self, where: Slice) -> NDArray[np.bool_] | None:
        """Which rows are in a slice; None where all are."""
        parameters = Parameters()
        test = predicate(where, self.engine.relation, parameters)
        if test is None:
            return None
        query = self.engine.rows(ALL, parameters).select(exp.alias_(test, "inside"))
        return np.asarray(self.engine.table(query, parameters).column(0).to_numpy(), dtype=np.bool_)

    def numbers(self, this: exp.Expression) -> NDArray[np.float64]:
        """A number of every row, 0 where there is none."""
        parameters = Parameters()
        query = self.engine.rows(ALL, parameters).select(exp.alias_(this, "this"))
        return np.asarray(self.engine.table(query, parameters).column(0).fill_null(0.0).to_numpy(), dtype=np.float64)

    def _kept(self, levels: Sequence[Levels]) -> list[Levels]:
        """The levels of all rows, where these are among them; else these."""
        whole = self.folder.levels(self.engine, [one.column for one in levels])
        return [whole[one.column] if one.slices.items() <= whole[one.column].slices.items() else one for one in levels]

    def _among(self, levels: Sequence[Levels], where: Slice) -> list[Levels]:
        """The levels of columns on some rows: values that are there, the most frequent first."""
        columns = self.columns(levels)
        tables = contingency_tables(
            [one.codes for one in columns],
            [one.size for one in columns],
            np.zeros(self.folder.rows, dtype=np.uint8),
            1,
            [(at,) for at in range(len(columns))],
            among=self.inside(where),
        )
        return [one.among(table.rows[:, 0].tolist()) for one, table in zip(levels, tables, strict=True)]


def _has_rest(levels: Levels) -> bool:
    return any(level.key == OTHER for level in levels.levels)
