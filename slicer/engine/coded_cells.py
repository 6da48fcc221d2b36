"""The cells of the slices of many columns: every row is coded once, then whole numbers are grouped instead of texts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby

from sqlglot import exp

from slicer.engine.duckdb import DuckDBEngine
from slicer.engine.levels import Levels, crossed
from slicer.engine.signatures import place_in
from slicer.engine.sql import Parameters, column
from slicer.engine.sums import number, times
from slicer.metrics.cells import Cell
from slicer.slices import Slice

CellsBy = Callable[[Sequence[Levels]], list[tuple[Slice, list[Cell]]]]
"""As `DuckDBEngine.cells_by`, of these rows."""


@contextmanager
def coded_cells(engine: DuckDBEngine, columns: Sequence[Levels], where: Slice, *, classes: bool) -> Iterator[CellsBy]:
    """What gives the cells of the slices of any of these columns, for as long as the context is open.

    The codes stand in a temporary table beside the data: for each column the place of the level, and a number for each
    combination of truth, prediction and human label.

    Args:
        columns: The levels of each column, each column once.
        where: The rows.
        classes: As in `DuckDBEngine.cells_by`.
    """
    at = {one.column: f"place_{place}" for place, one in enumerate(columns)}
    facts, make = engine.cell_facts(classes=classes)
    named = [f"fact_{place}" for place in range(len(facts))]
    weight = engine.relation.roles.weight
    parameters = Parameters()
    places = [place_in(engine, [level.slice_ for level in one.levels], parameters) for one in columns]
    rows = engine.rows(where, parameters).select(
        *(exp.alias_(one, at[levels.column]) for one, levels in zip(places, columns, strict=True)),
        *(exp.alias_(fact.raw.copy(), name) for fact, name in zip(facts, named, strict=True)),
        *(() if weight is None else (exp.alias_(number(column(weight)), "w"),)),
    )
    same = " and ".join(f"rows.{name} is not distinct from facts.{name}" for name in named)
    kept = ", ".join([*(f"rows.{name}" for name in at.values()), *(() if weight is None else ("rows.w",))])
    cursor = engine.cursor()
    try:
        cursor.execute(f"create temp table slicer_rows as {rows.sql(dialect='duckdb')}", parameters.values)
        cursor.execute(
            "create temp table slicer_facts as select (row_number() over ())::integer as fact, * "
            f"from (select distinct {', '.join(named)} from slicer_rows)"
        )
        cursor.execute(
            f"create temp table slicer_codes as select {kept}, facts.fact "
            f"from slicer_rows as rows join slicer_facts as facts on {same}"
        )
        said = exp.select("fact", *(fact.said(column(name)) for fact, name in zip(facts, named, strict=True)))
        words = {
            fact: tuple(values) for fact, *values in cursor.execute(said.from_("slicer_facts").sql("duckdb")).fetchall()
        }
        sums = [] if weight is None else [exp.Sum(this=column("w")), exp.Sum(this=times(column("w"), column("w")))]

        def cells_by(levels: Sequence[Levels]) -> list[tuple[Slice, list[Cell]]]:
            keys = [*(at[one.column] for one in levels), "fact"]
            query = exp.select(*keys, exp.Count(this=exp.Star()), *(one.copy() for one in sums))
            query = query.from_("slicer_codes").group_by(*keys).order_by(*keys)
            found = cursor.execute(query.sql("duckdb")).fetchall()
            width = len(levels)
            cells = {
                tuple(one.levels[place].key for one, place in zip(levels, group, strict=True)): [
                    make(*words[line[width]], *line[width + 1 :]) for line in lines
                ]
                for group, lines in groupby(found, key=lambda line: line[:width])
            }
            return [(slice_, cells[place]) for place, slice_ in crossed(levels).items() if place in cells]

        yield cells_by
    finally:
        cursor.close()
