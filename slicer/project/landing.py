"""A file's rows on their way in: read in full, cleaned, each row with an id; what is no row is listed."""

from __future__ import annotations

from dataclasses import dataclass, replace

import duckdb

from slicer.errors import EmptyDataError, UnreadableFileError
from slicer.project.reading import Preview, Reader, SourceColumn, describe, fingerprint, scan
from slicer.quoting import quote_identifier
from slicer.schema import Assignment

ROW_ID = "row_id"
"""The column made where no id column names each row once."""

WHY = {
    "MISSING COLUMNS": "too few values",
    "TOO MANY COLUMNS": "too many values",
    "UNQUOTED VALUE": "a quote that does not close",
    "LINE SIZE OVER MAXIMUM": "the line is too long",
    "INVALID STATE": "a quote inside a value",
}
"""DuckDB's reasons for rejecting a line, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Landed:
    """A file's rows in a staging table."""

    table: str
    rows: int
    reader: Reader
    sources: tuple[SourceColumn, ...]
    rejects: tuple[tuple[int, str, str], ...]
    """(line, reason, content)."""
    sha256: str
    size: int
    notes: tuple[str, ...]


def land(cursor: duckdb.DuckDBPyConnection, preview: Preview) -> Landed:
    """The file's rows in a staging table. A value that does not fit its column's type makes the column text;
    only a line that is no row at all is rejected, and listed."""
    sha256, size, lines = fingerprint(preview.path)
    reader, notes = preview.reader, []
    landed = _try(cursor, preview, reader)
    as_text = sorted({column for _, kind, column, _, _ in landed if kind == "CAST" and column})
    if as_text:
        reader = replace(reader, as_text=tuple(as_text))
        notes.append(f"Read as text, since some values are of another type: {', '.join(as_text)}.")
        landed = _try(cursor, preview, reader)
    if any("UNICODE" in kind or "ENCODING" in kind for _, kind, *_ in landed):
        reader = replace(reader, encoding="latin-1")
        notes.append("The file is not UTF-8 throughout; it was read as Latin-1. Check the accents.")
        landed = _try(cursor, preview, reader)
    rows = _count(cursor)
    swallowed = lines - bool(reader.header) - len({line for line, *_ in landed}) - rows
    plain = reader.format == "csv" and not reader.packed
    if plain and reader.quote and reader.delimiter == "\t" and swallowed > 0:
        unquoted = replace(reader, quote="")
        if not _try(cursor, preview, unquoted) and _count(cursor) > rows:
            reader, landed, rows, swallowed = unquoted, [], _count(cursor), 0
            notes.append("Quotes in this file are plain characters: read with them, they would have swallowed lines.")
        else:
            landed = _try(cursor, preview, reader)
    if plain and swallowed > 0:
        notes.append(f"{lines:,} lines became {rows:,} rows: {swallowed:,} line breaks stand inside quoted values.")
    by_line = {line: (line, _why(kind, message), content or "") for line, kind, _, message, content in landed}
    rejects = tuple(by_line.values())
    if rejects:
        notes.append(f"{len(rejects):,} lines are no rows and were left out; they are listed with their reason.")
    if rows == 0:
        raise EmptyDataError(preview.name, [source.name for source in preview.sources])
    sources = describe(cursor, preview.path, preview.name, reader)
    named = tuple(replace(new, name=old.name) for new, old in zip(sources, preview.sources, strict=True))
    return Landed(
        table="slicer_landing",
        rows=rows,
        reader=reader,
        sources=named,
        rejects=rejects,
        sha256=sha256,
        size=size,
        notes=tuple(notes),
    )


def _try(cursor: duckdb.DuckDBPyConnection, preview: Preview, reader: Reader) -> list[tuple[int, str, str, str, str]]:
    """Read the file into the staging table; returns what was rejected."""
    sources = describe(cursor, preview.path, preview.name, reader)
    names = [source.name for source in preview.sources]
    clean = ", ".join(
        f"{new.sql} as {quote_identifier(name)}" for new, name in zip(sources, names, strict=True)
    )  # fmt: skip
    own = ", ".join(quote_identifier(source.name) for source in sources)
    csv = reader.format == "csv"
    for table in ("slicer_rejects", "slicer_reject_scans"):
        cursor.execute(f"drop table if exists {table}")
    try:
        rows = f"select {clean} from {scan(preview.path, reader, rejects=csv)} file({own})"
        cursor.execute(f"create or replace temp table slicer_landing as {rows}")
    except duckdb.Error as error:
        raise UnreadableFileError(preview.name, str(error).splitlines()[0]) from None
    if not csv:
        return []
    return cursor.execute(
        "select line, error_type, column_name, error_message, csv_line from slicer_rejects order by line"
    ).fetchall()


def _count(cursor: duckdb.DuckDBPyConnection) -> int:
    return int((cursor.execute("select count(*) from slicer_landing").fetchone() or (0,))[0])


def _why(kind: str, message: str) -> str:
    words = WHY.get(kind, kind.lower())
    return f"{words}: {message.splitlines()[0]}" if message else words


def identify(
    cursor: duckdb.DuckDBPyConnection, landed: Landed, assignments: tuple[Assignment, ...], table: str
) -> tuple[tuple[Assignment, ...], list[str]]:
    """Write the rows into their table, each with an id of its own: the id column's, or one that is made."""
    wanted = next((one.column for one in assignments if one.role == "id"), None)
    if wanted is not None:
        this = quote_identifier(wanted)
        rows, present, distinct = cursor.execute(
            f"select count(*), count({this}), count(distinct {this}) from {landed.table}"
        ).fetchone() or (0, 0, 0)
        if rows == present == distinct:
            cursor.execute(f"create table {table} as from {landed.table}")
            cursor.execute(f"drop table {landed.table}")
            return assignments, []
    key = [one.column for one in assignments if one.role in ("label", "feature", "text", "image", "audio", "id")]
    parts = ", ".join(f"coalesce({quote_identifier(name)}::varchar, '')" for name in key)
    digest = f"md5(concat_ws(chr(31), {parts}))" if key else "md5('')"
    name = ROW_ID
    while name in {source.name for source in landed.sources}:
        name += "_"
    made = quote_identifier(name)
    cursor.execute(
        f"""
        create table {table} as
        select
            *,
            left(digest, 16) || '-' || row_number() over (partition by digest order by place) as {made}
        from (select *, {digest} as digest, row_number() over () as place from {landed.table})
        order by place
        """
    )
    cursor.execute(f"alter table {table} drop column digest")
    cursor.execute(f"alter table {table} drop column place")
    cursor.execute(f"drop table {landed.table}")
    own = Assignment(column=name, role="id", reason="made from the label and the features", guessed=True)
    if wanted is None:
        return (*assignments, own), ["No id column: ids were made from the label and the features of each row."]
    demoted = tuple(
        replace(one, role="ignore", reason="an id that repeats") if one.role == "id" else one for one in assignments
    )
    repeated = rows - distinct
    return (*demoted, own), [
        f"Id column {wanted!r} does not name each row once ({repeated:,} rows repeat an id or have none): "
        f"row ids were made. Files cannot be joined by {wanted!r}."
    ]
