"""Rows as codes: for each column the place of the level a row is in, beside what is measured of the row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlglot import exp

from slicer.engine.code_files import CodeFolder
from slicer.engine.duckdb import ALL, DuckDBEngine
from slicer.engine.levels import Levels
from slicer.engine.sql import Parameters, column, predicate
from slicer.slices import Slice


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Coded:
    """Rows that have a loss, in the data set's own order."""

    codes: NDArray[np.uint8]
    """Shape (columns, rows): the place of the level, one past the last where a row is in none."""
    losses: NDArray[np.float64]
    keys: list[str] | None
    """What says which rows belong together; None where nothing was asked for."""


def coded_rows(
    engine: DuckDBEngine,
    levels: Sequence[Levels],
    where: Slice,
    loss: exp.Expression,
    folder: CodeFolder,
    key: str | None = None,
    told: Callable[[float], object] = lambda done: None,
) -> Coded:
    """The rows of a slice that have a loss.

    Args:
        levels: Of each column, fewer than 255.
        loss: A number of each row; rows where it is null are left out.
        folder: Where the codes of all rows are kept, or made.
        key: A column to give beside, as text.
        told: As of `CodeFolder.codes`.
    """
    parameters = Parameters()
    test = predicate(where, engine.relation, parameters)
    number = exp.cast(loss, "DOUBLE") if test is None else exp.case().when(test, exp.cast(loss, "DOUBLE"))
    query = (
        engine.rows(ALL, parameters)
        .select(exp.alias_(number, "loss"))
        .select(*([] if key is None else [exp.alias_(exp.cast(column(key), "VARCHAR"), "row_key")]))
        .order_by("rowid")
    )
    table = engine.table(query, parameters)
    losses = np.asarray(table.column("loss").to_numpy(), dtype=np.float64)
    there = np.isfinite(losses)
    codes = np.empty((len(levels), int(there.sum())), dtype=np.uint8)
    for mine, kept in zip(codes, folder.codes(engine, levels, told), strict=True):
        np.compress(there, kept, out=mine)
    keys = None
    if key is not None:
        keys = [str(one) for one, kept in zip(table.column("row_key").to_pylist(), there, strict=True) if kept]
    return Coded(codes=codes, losses=losses[there], keys=keys)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RowNumbers:
    """Rows that have a loss, in the data set's own order, with the numbers of some columns."""

    losses: NDArray[np.float64]
    keys: list[str]
    columns: dict[str, NDArray[np.float64]]
    """By name; NaN where one is missing."""


def numbers_of_rows(
    engine: DuckDBEngine, names: Sequence[str], where: Slice, loss: exp.Expression, key: str
) -> RowNumbers:
    """The numbers of the same rows as `coded_rows` gives.

    Args:
        names: Columns of numbers.
        loss, key: As of `coded_rows`.
    """
    parameters = Parameters()
    query = (
        engine.rows(where, parameters)
        .select(exp.cast(loss, "DOUBLE"), exp.cast(column(key), "VARCHAR"))
        .select(*(exp.cast(column(name), "DOUBLE") for name in names))
        .order_by("rowid")
    )
    losses, keys, *columns = engine.table(query, parameters).columns
    found = np.asarray(losses.to_numpy(), dtype=np.float64)
    there = np.isfinite(found)
    return RowNumbers(
        losses=found[there],
        keys=[str(one) for one, kept in zip(keys.to_pylist(), there, strict=True) if kept],
        columns={
            name: np.asarray(one.to_numpy(), dtype=np.float64)[there] for name, one in zip(names, columns, strict=True)
        },
    )
