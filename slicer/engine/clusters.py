"""Totals by cluster, for intervals that know that rows of one speaker or document belong together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import product

import numpy as np
import pyarrow as pa
from sqlglot import exp

from slicer.engine.arrays import places
from slicer.engine.duckdb import DuckDBEngine
from slicer.engine.levels import Levels
from slicer.engine.sql import Parameters, column
from slicer.slices import Slice, all_of


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ClusterLines:
    """One line for each slice, cluster and fact that has rows, with its totals."""

    slices: tuple[Slice, ...]
    part: np.ndarray = field(repr=False)
    """Place of the line's slice, shape (lines,)."""
    cluster: np.ndarray = field(repr=False)
    """The line's cluster, numbered from 0."""
    facts: tuple[tuple[np.ndarray, list[str]], ...] = field(repr=False)
    """What else rows were grouped by, as text: a code for each line, -1 where missing, and what the codes mean."""
    values: tuple[np.ndarray, ...] = field(repr=False)
    """The totals."""


def cluster_lines(
    engine: DuckDBEngine,
    levels: Sequence[Levels],
    where: Slice,
    facts: Sequence[exp.Expression],
    values: Sequence[exp.Expression],
) -> ClusterLines:
    """The totals of each cluster in every slice of a column, or of several crossed; of all rows without a column.

    A row that names no cluster is one of its own.
    """
    roles, relation, parameters = engine.relation.roles, engine.relation, Parameters()
    keys = [one.key(*relation.subject(one.column)) for one in levels]
    named = exp.DPipe(this=exp.Literal.string("c"), expression=exp.cast(column(str(roles.cluster)), "VARCHAR"))
    alone = exp.DPipe(this=exp.Literal.string("r"), expression=exp.cast(column(str(roles.id)), "VARCHAR"))
    grouped = [
        *(key.said(key.raw) for key in keys),
        exp.Coalesce(this=named, expressions=[alone]),
        *(exp.cast(one.copy(), "VARCHAR") for one in facts),
    ]
    names = [f"by_{place}" for place in range(len(grouped))]
    query = (
        engine.rows(where, parameters)
        .select(*(exp.alias_(one.copy(), name) for one, name in zip(grouped, names, strict=True)))
        .select(*(exp.alias_(exp.cast(one.copy(), "DOUBLE"), f"total_{at}") for at, one in enumerate(values)))
        .group_by(*(exp.Literal.number(place + 1) for place in range(len(grouped))))
    )
    table = engine.table(query, parameters)
    width = len(levels)
    slices = [one.slices for one in levels]
    order = list(product(*slices))
    return ClusterLines(
        slices=tuple(all_of(*(mine[key] for mine, key in zip(slices, place, strict=True))) for place in order),
        part=places([table.column(name) for name in names[:width]], order, table.num_rows),
        cluster=_coded(table.column(names[width]))[0],
        facts=tuple(_coded(table.column(name)) for name in names[width + 1 :]),
        values=tuple(
            np.nan_to_num(table.column(f"total_{at}").to_numpy(zero_copy_only=False)) for at in range(len(values))
        ),
    )


def _coded(values: pa.ChunkedArray) -> tuple[np.ndarray, list[str]]:
    found = values.combine_chunks().dictionary_encode()
    return found.indices.fill_null(-1).to_numpy(zero_copy_only=False), found.dictionary.to_pylist()
