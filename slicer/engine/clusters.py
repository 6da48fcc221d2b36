"""Totals by cluster, for intervals that know that rows of one speaker or document belong together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from sqlglot import exp

from slicer.engine.arrays import codes, numbers, places
from slicer.engine.duckdb import DuckDBEngine
from slicer.engine.levels import Levels, crossed
from slicer.engine.sql import column
from slicer.engine.sums import Row
from slicer.schema import Roles
from slicer.slices import Slice

CLUSTER = "cluster"
"""The name of a row's cluster among its numbers."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ClusterLines:
    """One line for each slice, cluster and fact that has rows, with its totals."""

    slices: tuple[Slice, ...]
    part: np.ndarray = field(repr=False)
    """Place of the line's slice, shape (lines,)."""
    cluster: np.ndarray = field(repr=False)
    """The line's cluster, numbered from 0."""
    by: np.ndarray | None = field(repr=False)
    """The number rows were grouped by as well."""
    facts: tuple[tuple[np.ndarray, list[str]], ...] = field(repr=False)
    """What else rows were grouped by, as text: a code for each line, -1 where missing, and what the codes mean."""
    totals: tuple[np.ndarray, ...] = field(repr=False)


def cluster_key(roles: Roles) -> exp.Expression:
    """The cluster of a row, as text; a row that names none is one of its own."""
    named = exp.DPipe(this=exp.Literal.string("c"), expression=exp.cast(column(str(roles.cluster)), "VARCHAR"))
    alone = exp.DPipe(this=exp.Literal.string("r"), expression=exp.cast(column(str(roles.id)), "VARCHAR"))
    return exp.Coalesce(this=named, expressions=[alone])


def cluster_lines(
    engine: DuckDBEngine,
    levels: Sequence[Levels],
    where: Slice,
    row: Row,
    facts: Row,
    totals: Sequence[exp.Expression],
    *,
    by: exp.Expression | None = None,
) -> ClusterLines:
    """The totals of each cluster in every slice of a column, or of several crossed; of all rows without a column.

    Args:
        row, totals: Numbers of a row by name, and sums over the names.
        facts: What else to group by, as text.
        by: A number to group by, over the names; rows without it are left out.
    """
    texts = {name: exp.cast(one.copy(), "VARCHAR") for name, one in facts.items()}
    known = {**row, CLUSTER: cluster_key(engine.relation.roles), **texts}
    numeric = [] if by is None else [by]
    also = [column(CLUSTER), *(column(name) for name in facts), *numeric]
    query, parameters = engine.summing(levels, where, known, also, totals)
    table = engine.table(query, parameters)
    width, slices = len(levels), crossed(levels)
    first = width + 1 + len(facts)
    if by is not None:
        table = table.filter(table.column(first).is_valid())
    return ClusterLines(
        slices=tuple(slices.values()),
        part=places([table.column(place) for place in range(width)], list(slices), table.num_rows),
        cluster=codes(table.column(width))[0],
        by=None if by is None else numbers(table.column(first)),
        facts=tuple(codes(table.column(place)) for place in range(width + 1, first)),
        totals=tuple(numbers(table.column(place)) for place in range(first + len(numeric) + 1, table.num_columns)),
    )
