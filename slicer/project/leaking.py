"""What a data set's columns give away, by the first of its rows."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from slicer.leaks import find_leaks
from slicer.project.reading import PREVIEW_ROWS
from slicer.quoting import quote_identifier
from slicer.schema import Assignment


def sample_rows(cursor: duckdb.DuckDBPyConnection, table: str, columns: Sequence[str]) -> pa.Table:
    """The first rows of a table, every value as text."""
    texts = ", ".join(f"{quote_identifier(name)}::varchar as {quote_identifier(name)}" for name in columns)
    return cursor.sql(f"select {texts} from {table} limit {PREVIEW_ROWS}").to_arrow_table()


def first_values(sample: pa.Table, name: str, kind: str) -> list[str]:
    """Distinct values of a column, in order; numbers by value."""
    values = pc.unique(sample.column(name).drop_null()).to_pylist()
    return sorted(values, key=float) if kind in ("integer", "real") else sorted(values)


def leak_warnings(cursor: duckdb.DuckDBPyConnection, table: str, assignments: Sequence[Assignment]) -> list[str]:
    """Each leaking column in a sentence."""
    asked = ("label", "prediction", "correct", "score", "errors", "feature")
    columns = [one.column for one in assignments if one.role in asked]
    if not columns:
        return []
    return [leak.sentence for leak in find_leaks(sample_rows(cursor, table, columns), assignments)]
