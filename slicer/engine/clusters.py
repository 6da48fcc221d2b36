"""Totals by cluster, for intervals that know that rows of one speaker or document belong together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product

from sqlglot import exp

from slicer.engine.duckdb import DuckDBEngine
from slicer.engine.levels import Levels
from slicer.engine.sql import Parameters, column
from slicer.engine.sums import times
from slicer.metrics.moments import ClusterSums
from slicer.slices import Slice, all_of

Terms = Mapping[str, tuple[exp.Expression, exp.Expression]]
"""By metric, the numerator and the denominator of one row."""


def cluster_sums(
    engine: DuckDBEngine, levels: Sequence[Levels], where: Slice, terms: Terms
) -> dict[Slice, dict[str, ClusterSums]]:
    """The cluster totals of every slice of a column, or of several crossed; of all rows without a column.

    A row that names no cluster is one of its own.
    """
    roles, relation = engine.relation.roles, engine.relation
    if roles.cluster is None or not terms:
        return {}
    parameters = Parameters()
    keys = [one.key(*relation.subject(one.column)) for one in levels]
    said = [exp.alias_(key.said(key.raw), f"level_{place}") for place, key in enumerate(keys)]
    named = exp.DPipe(this=exp.Literal.string("c"), expression=exp.cast(column(roles.cluster), "VARCHAR"))
    alone = exp.DPipe(this=exp.Literal.string("r"), expression=exp.cast(column(str(roles.id)), "VARCHAR"))
    cluster = exp.Coalesce(this=named, expressions=[alone])
    totals = []
    for place, (k, m) in enumerate(terms.values()):
        totals += [exp.alias_(exp.Sum(this=k), f"k_{place}"), exp.alias_(exp.Sum(this=m), f"m_{place}")]
        totals.append(exp.alias_(exp.Count(this=m.copy()), f"n_{place}"))
    inner = (
        engine.rows(where, parameters)
        .select(*said, exp.alias_(cluster, "cluster"), *totals)
        .group_by(*(exp.Literal.number(place + 1) for place in range(len(said) + 1)))
    )
    sums: list[exp.Expression] = []
    for place in range(len(terms)):
        k, m, n = (column(f"{name}_{place}") for name in "kmn")
        counts = exp.Filter(
            this=exp.Count(this=exp.Star()),
            expression=exp.Where(this=exp.GT(this=m.copy(), expression=exp.Literal.number(0))),
        )
        sums += [counts, *(exp.Sum(this=one) for one in (n, m, k, times(m, m), times(m, k), times(k, k)))]
    levels_of = [column(f"level_{place}") for place in range(len(said))]
    outer = exp.select(*levels_of, *sums).from_(inner.subquery("totals"))
    if levels_of:
        outer = outer.group_by(*(exp.Literal.number(place + 1) for place in range(len(levels_of))))
    slices = [one.slices for one in levels]
    rows = {tuple(row[: len(levels)]): row[len(levels) :] for row in engine.fetch(outer, parameters)}
    return {
        all_of(*(mine[key] for mine, key in zip(slices, place, strict=True))): _read(rows[place], terms)
        for place in product(*slices)
        if place in rows
    }


def _read(values: Sequence[float | None], terms: Terms) -> dict[str, ClusterSums]:
    found = {}
    for place, name in enumerate(terms):
        clusters, n, m, k, mm, mk, kk = (value or 0 for value in values[7 * place : 7 * place + 7])
        found[name] = ClusterSums(
            clusters=int(clusters), rows=int(n), m=float(m), k=float(k), mm=float(mm), mk=float(mk), kk=float(kk)
        )
    return found
