"""Answers of many rows, as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np
import pyarrow as pa
from sqlglot import exp

from slicer.engine.duckdb import DuckDBEngine
from slicer.engine.levels import Levels
from slicer.engine.sql import Parameters
from slicer.slices import Slice, all_of


def sums_by_value(
    engine: DuckDBEngine,
    levels: Sequence[Levels],
    where: Slice,
    by: exp.Expression,
    aggregates: Sequence[exp.Expression],
) -> dict[Slice, tuple[np.ndarray, ...]]:
    """Sums by slice and by the value of a number, where that is there: its values in order, then the sums."""
    parameters = Parameters()
    keys = [one.key(*engine.relation.subject(one.column)) for one in levels]
    grouped = [*(key.said(key.raw) for key in keys), by.copy()]
    names = [f"by_{place}" for place in range(len(grouped))]
    sums = [f"sum_{place}" for place in range(len(aggregates))]
    query = (
        engine.rows(where, parameters)
        .select(*(exp.alias_(one, name) for one, name in zip(grouped, names, strict=True)))
        .select(*(exp.alias_(exp.cast(one.copy(), "DOUBLE"), name) for one, name in zip(aggregates, sums, strict=True)))
        .where(exp.Not(this=exp.Is(this=exp.paren(by.copy()), expression=exp.null())))
        .group_by(*(exp.Literal.number(place + 1) for place in range(len(grouped))))
    )
    table = engine.table(query, parameters)
    slices = [one.slices for one in levels]
    order_of = list(product(*slices))
    part = places([table.column(name) for name in names[:-1]], order_of, table.num_rows)
    found = [table.column(name).to_numpy(zero_copy_only=False) for name in (names[-1], *sums)]
    order = np.lexsort((found[0], part))
    ends = np.searchsorted(part[order], np.arange(len(order_of) + 1))
    return {
        all_of(*(mine[key] for mine, key in zip(slices, place, strict=True))): tuple(
            one[order[ends[at] : ends[at + 1]]] for one in found
        )
        for at, place in enumerate(order_of)
        if ends[at] < ends[at + 1]
    }


def places(columns: Sequence[pa.ChunkedArray], order_of: Sequence[tuple[str, ...]], lines: int) -> np.ndarray:
    """The place among the slices of each line, from the keys of its levels."""
    if not columns or not lines:
        return np.zeros(lines, dtype=np.int64)
    encoded = [one.combine_chunks().dictionary_encode() for one in columns]
    names = [one.dictionary.to_pylist() for one in encoded]
    order = {place: at for at, place in enumerate(order_of)}
    known = np.array([order.get(place, -1) for place in product(*names)], dtype=np.int64)
    codes = tuple(one.indices.to_numpy(zero_copy_only=False) for one in encoded)
    return np.asarray(known[np.ravel_multi_index(codes, tuple(len(one) for one in names))])
