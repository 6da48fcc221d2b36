"""Where words occur in a queue."""

from __future__ import annotations

from sqlglot import exp

from slicer.engine.duckdb import DuckDBEngine
from slicer.engine.sql import Parameters, column
from slicer.slices import Slice


def places_in_queue(engine: DuckDBEngine, queue: int, where: Slice, *, most: int) -> tuple[int, list[int]]:
    """How many examples of a queue are in a slice, and the positions of the first of them, in order."""
    parameters = Parameters()
    held = engine.rows(where, parameters).select(exp.cast(column(str(engine.relation.roles.id)), "VARCHAR"))
    found = (
        exp.select(column("position"), exp.Window(this=exp.Count(this=exp.Star())))
        .from_("queue_items")
        .where(exp.EQ(this=column("queue"), expression=parameters.bind(queue)))
        .where(exp.In(this=column("example"), query=exp.Subquery(this=held)))
        .order_by("position")
        .limit(most)
    )
    rows = engine.fetch(found, parameters)
    return (int(rows[0][1]) if rows else 0), [int(row[0]) for row in rows]
