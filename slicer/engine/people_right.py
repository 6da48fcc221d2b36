"""Rows that people get right, as far as columns tell."""

from __future__ import annotations

from functools import reduce

from sqlglot import exp

from slicer.engine.duckdb import DuckDBEngine
from slicer.engine.sql import Parameters, Relation, class_key, column
from slicer.slices import Slice


def people_right(relation: Relation) -> exp.Expression | None:
    """Whether people get a row right: more than half of those who answered it. Null where nobody did; None where no
    column says it."""
    roles = relation.roles
    if roles.human_correct is not None or (len(roles.humans) == 1 and relation.label is not None):
        return relation.human_right
    if not roles.humans or relation.label is None:
        return None
    one, none = exp.Literal.number(1), exp.Literal.number(0)

    def summed(of: list[exp.Expression]) -> exp.Expression:
        cases: list[exp.Expression] = [exp.case().when(one_of, one.copy()).else_(none.copy()) for one_of in of]
        return exp.paren(reduce(_plus, cases))

    said = [class_key(column(name), relation.kind(name)) for name in roles.humans]
    right = summed([exp.EQ(this=one_of.copy(), expression=relation.label.copy()) for one_of in said])
    answered = summed([exp.Not(this=exp.Is(this=exp.paren(one_of.copy()), expression=exp.null())) for one_of in said])
    return exp.GT(this=exp.Mul(this=exp.Literal.number(2), expression=right), expression=answered)


def _plus(left: exp.Expression, right: exp.Expression) -> exp.Expression:
    return exp.Add(this=left, expression=right)


def ids_people_get_right(engine: DuckDBEngine, where: Slice) -> list[str] | None:
    """The ids of a slice's rows that people get right, in the data set's own order; None where no column says it."""
    right = people_right(engine.relation)
    if right is None:
        return None
    parameters = Parameters()
    rows = engine.rows(where, parameters).where(right)
    query = rows.select(exp.cast(column(str(engine.relation.roles.id)), "VARCHAR")).order_by("rowid")
    return [row[0] for row in engine.fetch(query, parameters)]
