"""Answers of many lines, as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np
import pyarrow as pa
from sqlglot import exp

from slicer.engine.duckdb import DuckDBEngine
from slicer.engine.levels import Levels, crossed
from slicer.engine.sums import Row
from slicer.slices import Slice


def sums_by_value(
    engine: DuckDBEngine,
    levels: Sequence[Levels],
    where: Slice,
    row: Row,
    by: exp.Expression,
    aggregates: Sequence[exp.Expression],
) -> dict[Slice, tuple[np.ndarray, ...]]:
    """Sums by slice and by the value of a number, where that is there: its values in order, rows, then the sums.

    Args:
        row, by, aggregates: As in `DuckDBEngine.summing`.
    """
    query, parameters = engine.summing(levels, where, row, [by], aggregates)
    table = engine.table(query, parameters)
    width, slices = len(levels), crossed(levels)
    there = np.asarray(table.column(width).is_valid())
    part = places([table.column(place) for place in range(width)], list(slices), table.num_rows)[there]
    found = [numbers(table.column(place))[there] for place in range(width, table.num_columns)]
    order = np.lexsort((found[0], part))
    ends = np.searchsorted(part[order], np.arange(len(slices) + 1))
    return {
        slice_: tuple(one[order[ends[at] : ends[at + 1]]] for one in found)
        for at, slice_ in enumerate(slices.values())
        if ends[at] < ends[at + 1]
    }


def numbers(values: pa.ChunkedArray) -> np.ndarray:
    """A column as floats, 0 where nothing was summed."""
    return np.asarray(np.nan_to_num(values.cast(pa.float64()).to_numpy()))


def codes(values: pa.ChunkedArray) -> tuple[np.ndarray, list[str]]:
    """A column of text as numbers from 0, -1 where missing, and what they stand for."""
    found = values.combine_chunks().dictionary_encode()
    return found.indices.fill_null(-1).to_numpy(zero_copy_only=False), found.dictionary.to_pylist()


def places(columns: Sequence[pa.ChunkedArray], order: Sequence[tuple[str, ...]], lines: int) -> np.ndarray:
    """The place among the slices of each line, from the keys of its levels."""
    if not columns or not lines:
        return np.zeros(lines, dtype=np.int64)
    found, names = zip(*(codes(one) for one in columns), strict=True)
    place = {keys: at for at, keys in enumerate(order)}
    known = np.array([place.get(keys, -1) for keys in product(*names)], dtype=np.int64)
    return np.asarray(known[np.ravel_multi_index(found, tuple(len(one) for one in names))])
