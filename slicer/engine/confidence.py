"""How sure a run was of what it said, and where it and another run part."""

from __future__ import annotations

from dataclasses import replace

from sqlglot import exp

from slicer.engine.duckdb import DuckDBEngine
from slicer.engine.sql import Parameters, Relation, column
from slicer.engine.sums import number
from slicer.schema import RunColumns
from slicer.slices import Slice


def confidence(relation: Relation) -> exp.Expression | None:
    """The probability of the predicted class; None where the run has none, null in a row that lacks it."""
    pairs, said = relation.run.probabilities, relation.prediction
    if not pairs or said is None:
        return None
    chances = [(key or relation.positive, exp.paren(number(column(name)))) for key, name in pairs]
    case = exp.case()
    for key, chance in chances:
        case = case.when(exp.EQ(this=said.copy(), expression=exp.Literal.string(str(key))), chance.copy())
    if len(chances) == 1:
        case = case.else_(exp.paren(exp.Sub(this=exp.Literal.number(1), expression=chances[0][1].copy())))
    return case


def confidences(engine: DuckDBEngine, where: Slice) -> list[tuple[str, float | None]]:
    """The id of each row of a slice and how sure the run was of it, in the data set's own order."""
    parameters, sure = Parameters(), confidence(engine.relation)
    query = engine.rows(where, parameters).select(_id(engine), sure if sure is not None else exp.null())
    return [(row[0], row[1]) for row in engine.fetch(query.order_by("rowid"), parameters)]


def parted_ids(engine: DuckDBEngine, other: RunColumns, where: Slice) -> list[str]:
    """The ids of the rows that one run has right and the other wrong, in the data set's own order."""
    parameters = Parameters()
    mine, theirs = (exp.paren(one.right.copy()) for one in (engine.relation, replace(engine.relation, run=other)))
    query = engine.rows(where, parameters).where(exp.NEQ(this=mine, expression=theirs)).select(_id(engine))
    return [row[0] for row in engine.fetch(query.order_by("rowid"), parameters)]


def _id(engine: DuckDBEngine) -> exp.Expression:
    return exp.cast(column(str(engine.relation.roles.id)), "VARCHAR")
