"""Rows by bins of numbers, and the rows where a number is worst: grouped and ordered by the engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlglot import exp

from slicer.engine.duckdb import DuckDBEngine
from slicer.engine.sql import Parameters, column
from slicer.engine.sums import X, Y
from slicer.metrics.distribution import HAIR, Distribution, Joint, Spread, edges_for, filled
from slicer.metrics.moments import Distances
from slicer.metrics.regression import median_ranks
from slicer.slices import Slice

TAIL = 0.005
"""The share of rows on each side that may lie beyond the bins."""

JOINT_BINS = 24
"""About how many bins two numbers have, each way."""


def spread_of(engine: DuckDBEngine, this: exp.Expression, where: Slice) -> Spread | None:
    """Ends and middle of a number; None where no row has it."""
    part = exp.Sub(this=X.copy(), expression=exp.Floor(this=X.copy()))
    broken = exp.case().when(exp.NEQ(this=exp.paren(part), expression=exp.Literal.number(0)), exp.Literal.number(1))
    quantiles = [_quantile(X, share) for share in (TAIL, 0.5, 1 - TAIL)]
    sums: list[exp.Expression] = [
        exp.Count(this=X.copy()),
        exp.Min(this=X.copy()),
        *quantiles,
        exp.Max(this=X.copy()),
        exp.Count(this=broken),
    ]
    found = engine.grouped_sums([], where, {"x": this}, [], sums)
    rows, least, low, median, high, largest, fractions = found[0][3]
    if not rows:
        return None
    return Spread(
        rows=int(rows),
        least=float(least),
        low=float(low),
        median=float(median),
        high=float(high),
        largest=float(largest),
        whole=not fractions,
    )


def distribution(
    engine: DuckDBEngine, this: exp.Expression, where: Slice, *, difference: bool = False
) -> Distribution | None:
    """Rows by bin of a number; None where no row has it.

    Args:
        difference: Whether it is one of two numbers, and so may miss an edge by a hair.
    """
    spread = spread_of(engine, this, where)
    if spread is None:
        return None
    edges = edges_for(spread)
    found = engine.grouped_sums([], where, {"x": this}, [_place(X, edges)], [])
    counted = [(int(place), rows) for _, (place,), rows, _ in found if place is not None]
    sharp = spread.whole or not difference
    return Distribution(spread=spread, edges=edges, rows=filled(counted, len(edges) - 1), sharp=sharp)


def distances(engine: DuckDBEngine, residual: exp.Expression, where: Slice, level: float) -> Distances | None:
    """How far predictions are off, in order; None where no row has both numbers."""
    row = {"x": exp.Abs(this=residual.copy())}

    def asked(aggregates: Sequence[exp.Expression]) -> tuple[Any, ...]:
        return engine.grouped_sums([], where, row, [], aggregates)[0][3]

    n, median, largest = asked([exp.Count(this=X.copy()), _quantile(X, 0.5), exp.Max(this=X.copy())])
    if not n:
        return None
    low, high = asked([_quantile(X, share, "quantile_disc") for share in median_ranks(int(n), level)])
    return Distances(n=int(n), median=float(median), largest=float(largest), around=(float(low), float(high)))


def joint(engine: DuckDBEngine, across: exp.Expression, down: exp.Expression, where: Slice) -> Joint | None:
    """Rows by bins of two numbers on one scale; None where no row has them."""
    spreads = [one for one in (spread_of(engine, this, where) for this in (across, down)) if one is not None]
    if len(spreads) < 2:
        return None
    both = replace(
        spreads[0],
        least=min(one.least for one in spreads),
        low=min(one.low for one in spreads),
        high=max(one.high for one in spreads),
        largest=max(one.largest for one in spreads),
        whole=all(one.whole for one in spreads),
    )
    edges = edges_for(both, JOINT_BINS)
    row = {"x": across, "y": down}
    found = engine.grouped_sums([], where, row, [_place(X, edges), _place(Y, edges)], [])
    rows = {(int(i), int(j)): rows for _, (i, j), rows, _ in found if i is not None and j is not None}
    return Joint(edges=edges, rows=rows)


def worst_ids(engine: DuckDBEngine, order: Sequence[exp.Expression], where: Slice, limit: int) -> list[str]:
    """The ids of the rows that come first; a row without the number is none of them."""
    parameters = Parameters()
    there = exp.Not(this=exp.Is(this=exp.paren(order[0].this.copy()), expression=exp.null()))
    query = (
        engine.rows(where, parameters)
        .where(there)
        .select(exp.cast(column(str(engine.relation.roles.id)), "VARCHAR"))
        .order_by(*(one.copy() for one in order), "rowid")
        .limit(limit)
    )
    return [row[0] for row in engine.fetch(query, parameters)]


def _quantile(this: exp.Expression, share: float, function: str = "quantile_cont") -> exp.Expression:
    return exp.Anonymous(this=function, expressions=[this.copy(), exp.Literal.number(repr(share))])


def _place(this: exp.Expression, edges: Sequence[float]) -> exp.Expression:
    """The bin of a number; what lies beyond the outer bins counts in them. Null where it is."""
    first, step = edges[0], edges[1] - edges[0]
    shifted = exp.paren(exp.Sub(this=exp.paren(this.copy()), expression=exp.Literal.number(repr(first))))
    steps = exp.Div(this=shifted, expression=exp.Literal.number(repr(step)))
    at = exp.Floor(this=exp.Add(this=steps, expression=exp.Literal.number(repr(HAIR))))  # 0.3 / 0.1 is in the third bin
    low = exp.Greatest(this=at, expressions=[exp.Literal.number(0)])
    inside = exp.cast(exp.Least(this=low, expressions=[exp.Literal.number(len(edges) - 2)]), "BIGINT")
    missing = exp.Is(this=exp.paren(this.copy()), expression=exp.null())  # greatest and least pass over a null
    return exp.case().when(missing, exp.null()).else_(inside)
