"""A file's rows on their way in: read in full, cleaned, each row with an id; what is no row is listed."""

from __future__ import annotations

import contextlib
import gzip
from collections.abc import Collection
from dataclasses import dataclass, replace

import duckdb

from slicer.errors import EmptyDataError, UnreadableFileError, listed
from slicer.project.decoding import MIXED, UTF_8, forget, readable
from slicer.project.reading import Preview, SourceColumn, describe, fingerprint, measure_text, scan
from slicer.project.sniffing import MAX_LINE, NOT_UTF_8, Reader, reason
from slicer.quoting import quote_identifier
from slicer.schema import Assignment

ROW_ID = "row_id"
"""The column made where no id column names each row once."""

MADE = "made from the label and the features"
"""The reason such a column has."""

TABLE = "slicer_landing"
"""The staging table, temporary."""

BUFFER_LINES, MOST_BUFFER = 16, 1 << 30
"""DuckDB's buffer holds this many of the longest lines; the largest buffer that is asked for, in bytes."""

SHOWN_LINE = 1_000
"""Characters of a rejected line that are kept."""

ABOVE = "ABOVE"
"""The kind of a line above the table."""

WHY = {
    ABOVE: "it stands above the table",
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


def land(cursor: duckdb.DuckDBPyConnection, preview: Preview, as_text: Collection[str] = ()) -> Landed:
    """The file's rows in a staging table. A value that does not fit its column's type makes the column text;
    only a line that is no row at all is rejected, and listed.

    Args:
        cursor: In no transaction: a reading that fails would end it.
        as_text: Columns, by their name in the preview, that are to be text whatever they hold.

    Raises:
        EmptyDataError, UnreadableFileError: in words.
    """
    sha256, size, lines = fingerprint(preview.path)
    reader, notes = _with_text(preview, preview.reader, as_text), list[str]()
    got = _settled(cursor, preview, _read(cursor, preview, reader), notes)
    if got.reader.format == "csv":
        plain = not got.reader.packed and got.reader.encoding == UTF_8
        text_size, lines = (size, lines) if plain else measure_text(preview.path, got.reader)
        got = _settled(cursor, preview, _read_on(cursor, preview, got, text_size, lines), notes)
        got = _settled(cursor, preview, _mind_quotes(cursor, preview, got, lines, notes), notes)
    surprises = sorted({*got.reader.as_text} - {*reader.as_text})
    if surprises:
        notes.append(f"Read as text, since some values are of another type: {listed(surprises)}.")
    misfits = [one for one in got.rejects if one.kind != ABOVE]
    if len(misfits) > got.rows:
        raise UnreadableFileError(
            preview.name,
            f"most of its lines do not fit its {len(got.sources)} columns; "
            f"line {misfits[0].line:,} has {misfits[0].why}.",
        )
    if got.rejects:
        lines_out = listed((f"line {one.line:,}" for one in got.rejects), 5)
        notes.append(f"Left out, since they are no rows: {lines_out}.")
    if got.rows == 0:
        raise EmptyDataError(preview.name, [source.name for source in preview.sources])
    forget(preview.path)
    return Landed(
        table=TABLE,
        rows=got.rows,
        reader=got.reader,
        sources=got.sources,
        rejects=tuple((one.line, one.why, one.content) for one in got.rejects),
        sha256=sha256,
        size=size,
        notes=tuple(notes),
    )


@dataclass(frozen=True, slots=True)
class _Reject:
    """A line that is no row."""

    line: int
    kind: str
    message: str
    content: str

    @property
    def why(self) -> str:
        words = WHY.get(self.kind, self.kind.lower())
        return f"{words}: {self.message.splitlines()[0]}" if self.message else words


@dataclass(frozen=True, slots=True)
class _Read:
    """What one way of reading a file gave."""

    reader: Reader
    sources: tuple[SourceColumn, ...]
    rows: int
    rejects: tuple[_Reject, ...]
    surprises: tuple[str, ...]
    """Columns of which some values do not fit their type."""

    def left(self, lines: int) -> int:
        """Lines of the file that are neither header nor row nor reject: empty, inside a quoted value, or unread."""
        return lines - bool(self.reader.header) - len(self.rejects) - self.rows


def _with_text(preview: Preview, reader: Reader, names: Collection[str]) -> Reader:
    """The reader that takes these columns as text; it knows them by their name in the file."""
    own = [column for column, _ in reader.types] or list(reader.names)
    places = [place for place, source in enumerate(preview.sources) if source.name in names]
    wanted = [own[place] for place in places] if own else [preview.sources[place].name for place in places]
    return replace(reader, as_text=tuple(dict.fromkeys((*reader.as_text, *wanted))))


def _read(cursor: duckdb.DuckDBPyConnection, preview: Preview, reader: Reader) -> _Read:
    """Read the file into the staging table."""
    own = describe(cursor, preview.path, preview.name, reader)
    if len(own) != len(preview.sources):
        raise UnreadableFileError(preview.name, "its columns are not those of a moment ago.")
    sources = tuple(replace(new, name=old.name) for new, old in zip(own, preview.sources, strict=True))
    clean = ", ".join(f"{new.sql} as {quote_identifier(old.name)}" for new, old in zip(own, sources, strict=True))
    csv = reader.format == "csv"
    for table in ("slicer_rejects", "slicer_reject_scans"):
        cursor.execute(f"drop table if exists {table}")
    try:
        rows = f"select {clean} from {scan(preview.path, reader, errors='list')}"
        cursor.execute(f"create or replace temp table {TABLE} as {rows}")
    except duckdb.Error as error:
        if csv and reader.strict and "strict_mode" in str(error):
            return _read(cursor, preview, replace(reader, strict=False))
        raise UnreadableFileError(preview.name, reason(error, preview.path, preview.name)) from None
    counted = cursor.execute(f"select count(*) from {TABLE}").fetchall()[0][0]
    rejects, surprises = _rejects(cursor) if csv else ((), ())
    rejects = (*_above(preview, reader), *rejects)
    return _Read(reader, sources, counted, rejects, surprises)


def _above(preview: Preview, reader: Reader) -> tuple[_Reject, ...]:
    """The lines above the table, but for empty ones and the one that names the delimiter."""
    if not reader.skip:
        return ()
    plain = readable(preview.path, reader.encoding, packed=reader.packed)
    with gzip.open(plain) if plain == preview.path and reader.packed else plain.open("rb") as file:
        lines = [file.readline().decode(errors="replace").strip("\ufeff\r\n") for _ in range(reader.skip)]
    return tuple(
        _Reject(place, ABOVE, "", line[:SHOWN_LINE])
        for place, line in enumerate(lines, start=1)
        if line.strip() and not line.lower().startswith("sep=")
    )


def _settled(cursor: duckdb.DuckDBPyConnection, preview: Preview, got: _Read, notes: list[str]) -> _Read:
    """Read again until nothing is left that a better reader would get."""
    while (better := _better(got)) is not None:
        notes += [NOT_UTF_8] if better.encoding != got.reader.encoding else []
        got = _read(cursor, preview, better)
    return got


def _better(got: _Read) -> Reader | None:
    """The reader that gets what this one did not, where it is known."""
    reader = got.reader
    if got.surprises:
        return replace(reader, as_text=(*reader.as_text, *got.surprises))
    if reader.longest < MAX_LINE and any("LINE SIZE" in one.kind for one in got.rejects):
        return replace(reader, longest=MAX_LINE)
    if reader.encoding != MIXED and any("UNICODE" in one.kind or "ENCODING" in one.kind for one in got.rejects):
        return replace(reader, encoding=MIXED)
    return None


def _rejects(cursor: duckdb.DuckDBPyConnection) -> tuple[tuple[_Reject, ...], tuple[str, ...]]:
    """The lines that are no rows, in the order of the file, and the columns with values of another type."""
    lines = cursor.execute(
        f"""
        select distinct on (line) line, error_type::varchar, error_message, left(coalesce(csv_line, ''), {SHOWN_LINE})
        from slicer_rejects
        where error_type::varchar != 'CAST'
        order by line
        """
    ).fetchall()
    columns = cursor.execute(
        """
        select distinct column_name
        from slicer_rejects
        where error_type::varchar = 'CAST'
            and line not in (select line from slicer_rejects where error_type::varchar != 'CAST')
        order by 1
        """
    ).fetchall()
    return tuple(_Reject(*line) for line in lines), tuple(name for (name,) in columns)


def _read_on(cursor: duckdb.DuckDBPyConnection, preview: Preview, got: _Read, size: int, lines: int) -> _Read:
    """The file to its end: where a line that is no row lies across two buffers, DuckDB 2.0 ends there in silence.

    So a file of several buffers whose lines do not add up is read again in one, or in few.
    """
    if got.left(lines) <= 0 or size <= BUFFER_LINES * got.reader.longest:
        return got
    whole = _read(cursor, preview, replace(got.reader, buffer=max(min(size, MOST_BUFFER), got.reader.longest)))
    return whole if whole.left(lines) <= got.left(lines) else _read(cursor, preview, got.reader)


def _mind_quotes(
    cursor: duckdb.DuckDBPyConnection, preview: Preview, got: _Read, lines: int, notes: list[str]
) -> _Read:
    """Whether quotes in the file mean anything: the reading that keeps more of its lines is right."""
    if not got.reader.quote and got.rejects and preview.given.quote is None:
        with contextlib.suppress(UnreadableFileError):
            quoted = _read(cursor, preview, replace(got.reader, quote='"'))
            if len(quoted.rejects) < len(got.rejects):
                return quoted
        return _read(cursor, preview, got.reader)
    if not got.reader.quote or got.left(lines) <= 0:
        return got
    plain = replace(got.reader, quote="")
    if len(got.sources) > 1 and preview.given.quote is None and _rows_of(cursor, preview, plain) > got.rows:
        notes.append("Quotes in this file are plain characters: read with them, they would have swallowed lines.")
        return _read(cursor, preview, plain)
    notes.append(f"{lines:,} lines became {got.rows:,} rows: the others are empty or continue a quoted value.")
    return got


def _rows_of(cursor: duckdb.DuckDBPyConnection, preview: Preview, reader: Reader) -> int:
    """Rows if every line is one, else 0, told by the first line that is none."""
    try:
        rows = cursor.execute(f"select count(*) from {scan(preview.path, reader, errors='stop', types=False)}")
        return int(rows.fetchall()[0][0])
    except duckdb.Error:
        return 0


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
            return assignments, []
    name = ROW_ID
    while name in {source.name.lower() for source in landed.sources}:
        name += "_"
    key = {one.column for one in assignments if one.role in ("label", "feature", "text", "image", "audio", "id")}
    parts = [f"coalesce({key_text(source.name, source.kind)}, '')" for source in landed.sources if source.name in key]
    digest = f"md5(concat_ws(chr(31), {', '.join(parts)}))" if parts else "md5('')"
    cursor.execute(
        f"""
        create table {table} as
        select rows.*, ids.id as {quote_identifier(name)}
        from {landed.table} as rows
        positional join (
            select left(digest, 16) || '-' || row_number() over (partition by digest order by place) as id
            from (select {digest} as digest, rowid as place from {landed.table})
            order by place
        ) as ids
        """
    )
    own = Assignment(column=name, role="id", reason=MADE, guessed=True)
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


def key_text(name: str, kind: str, table: str = "") -> str:
    """A value as text that stays the same when a missing value elsewhere turns a whole column from 1 to 1.0."""
    this = f"{table}.{quote_identifier(name)}" if table else quote_identifier(name)
    if kind != "real":
        return f"{this}::varchar"
    whole = f"{this} = floor({this}) and abs({this}) < 1e15"
    return f"case when {whole} then {this}::bigint::varchar else {this}::varchar end"
