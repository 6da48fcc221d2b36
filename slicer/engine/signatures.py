"""Which slices the rows with something to lose are in, and how many rows two slices have in common."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sqlglot import exp

from slicer.engine.arrays import numbers
from slicer.engine.duckdb import DuckDBEngine
from slicer.engine.levels import Levels
from slicer.engine.sql import Parameters, column, predicate
from slicer.engine.sums import Row
from slicer.slices import Slice

PAIRS_AT_ONCE = 100
"""Pairs of slices that are counted in one scan."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Places:
    """Rows grouped by where they are."""

    levels: np.ndarray
    """Shape (groups, columns): the place of the level of each column."""
    inside: np.ndarray
    """Shape (groups, slices): whether they are in each slice by itself."""
    sums: np.ndarray
    """Shape (groups, numbers): what was summed."""


def row_places(
    engine: DuckDBEngine, levels: Sequence[Levels], slices: Sequence[Slice], where: Slice, row: Row, sums: Row
) -> Places:
    """Rows grouped by the levels of columns and by slices, in one scan.

    Args:
        row: Numbers of a row by name, from its columns.
        sums: What is summed over them, by name. Groups in which the first of them is 0 are left out.
    """
    parameters = Parameters()
    places = [place_in(engine, [level.slice_ for level in one.levels], parameters) for one in levels]
    places += [place_in(engine, [one], parameters) for one in slices]
    names = [f"place_{at}" for at in range(len(places))]
    named = engine.rows(where, parameters).select(
        *(exp.alias_(one, name) for one, name in zip(places, names, strict=True)),
        *(exp.alias_(one.copy(), name) for name, one in row.items()),
    )
    totals = [exp.Sum(this=one.copy()) for one in sums.values()]
    query = (
        exp.select(*(column(name) for name in names))
        .select(*(exp.alias_(one, name) for name, one in zip(sums, totals, strict=True)))
        .from_(named.subquery("named"))
        .group_by(*(exp.Literal.number(at + 1) for at in range(len(places))))
        .having(exp.GT(this=totals[0].copy(), expression=exp.Literal.number(0)))
    )
    found = engine.table(query, parameters)

    def stacked(first: int, last: int) -> np.ndarray:
        lines = [found.column(at).to_numpy() for at in range(first, last)]
        return np.stack(lines, axis=1) if lines else np.zeros((found.num_rows, 0), dtype=np.int16)

    of_numbers = [numbers(found.column(at)) for at in range(len(places), found.num_columns)]
    return Places(
        levels=stacked(0, len(levels)),
        inside=stacked(len(levels), len(places)) == 0,
        sums=np.stack(of_numbers, axis=1),
    )


def place_in(
    engine: DuckDBEngine,
    parts: Sequence[Slice],
    parameters: Parameters,
    kind: exp.DType = exp.DType.SMALLINT,
) -> exp.Expression:
    """Which of these slices a row is in, by its place; one past the last where it is in none."""
    tests = [predicate(one, engine.relation, parameters) for one in parts]
    ifs = [exp.If(this=exp.true() if one is None else one, true=exp.Literal.number(at)) for at, one in enumerate(tests)]
    return exp.Cast(this=exp.Case(ifs=ifs, default=exp.Literal.number(len(parts))), to=exp.DataType.build(kind))


def rows_in_both(engine: DuckDBEngine, pairs: Sequence[tuple[Slice, Slice]], where: Slice) -> list[int]:
    """How many rows are in both slices of each pair."""
    found: list[int] = []
    for start in range(0, len(pairs), PAIRS_AT_ONCE):
        parameters = Parameters()
        tests = [
            predicate(one & other, engine.relation, parameters) for one, other in pairs[start : start + PAIRS_AT_ONCE]
        ]
        counts = [exp.Filter(this=exp.Count(this=exp.Star()), expression=exp.Where(this=test)) for test in tests]
        query = engine.rows(where, parameters).select(*counts)
        found += [int(rows) for rows in engine.fetch(query, parameters)[0]]
    return found
