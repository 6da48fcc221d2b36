"""A file's rows on their way in: read in full, cleaned, each row with an id; what is no row is listed."""

from __future__ import annotations

import contextlib
import gzip
from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import duckdb

from slicer.errors import EmptyDataError, UnreadableFileError, listed
from slicer.project.decoding import MIXED, UTF_8, forget, readable
from slicer.project.ids import MadeId, made_id, number_repeats, repeats
from slicer.project.reading import Preview, SourceColumn, describe, fingerprint, measure_text, scan
from slicer.project.sniffing import BUFFER_LINES, MAX_LINE, NOT_UTF_8, Reader, reason
from slicer.quoting import quote_identifier
from slicer.schema import Assignment

STAGED = "slicer_landing"
"""The temporary table of a file that is joined to another."""

MOST_BUFFER = 1 << 30
"""The largest buffer that is asked for, in bytes."""

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
    """A file's rows in a table of a transaction that is still open."""

    table: str
    rows: int
    reader: Reader
    sources: tuple[SourceColumn, ...]
    rejects: tuple[tuple[int, str, str], ...]
    """(line, reason, content)."""
    sha256: str
    size: int
    notes: tuple[str, ...]
    made: str | None
    """The column of ids that were made."""
    repeated: int
    """Rows that repeat an id of the file's own id column, or have none."""


def land(
    cursor: duckdb.DuckDBPyConnection,
    preview: Preview,
    as_text: Collection[str] = (),
    *,
    table: str = STAGED,
    roles: Sequence[Assignment] | None = None,
) -> Landed:
    """The file's rows in a table. A value that does not fit its column's type makes the column text;
    only a line that is no row at all is rejected, and listed.

    Args:
        cursor: In no transaction. One is begun, and left to the caller: to commit, or to close the cursor.
        as_text: Columns, by their name in the preview, that are to be text whatever they hold.
        table: The table to make.
        roles: With them, each row gets an id of its own where the id column, if there is one, gives it none.

    Raises:
        EmptyDataError, UnreadableFileError: in words.
    """
    reader, notes, repeated = _with_text(preview, preview.reader, as_text), list[str](), 0
    wanted = next((one.column for one in roles or () if one.role == "id"), None)
    made = made_id(preview.sources, roles or ())
    landing = _Landing(cursor, preview, table, notes, made if roles is not None and wanted is None else None)
    with ThreadPoolExecutor(1) as beside:
        printed = beside.submit(fingerprint, preview.path)
        got = landing.settled(landing.read(reader))
        sha256, size, lines = printed.result()
    if got.reader.format == "csv":
        plain = not got.reader.packed and got.reader.encoding == UTF_8
        text_size, lines = (size, lines) if plain else measure_text(preview.path, got.reader)
        got = landing.settled(landing.read_on(got, text_size, lines))
        got = landing.settled(landing.mind_quotes(got, lines))
    surprises = sorted({*got.reader.as_text} - {*reader.as_text})
    if surprises:
        said = listed(f"{name}{landing.first_of.get(name, '')}" for name in surprises)
        notes.append(f"Read as text, since some values are of another type: {said}.")
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
    if wanted is not None and (repeated := repeats(cursor, table, wanted)):
        landing = replace(landing, made=made)
        got = landing.read(got.reader)
    if landing.made is not None:
        number_repeats(cursor, table, made.name)
    forget(preview.path)
    return Landed(
        table=table,
        rows=got.rows,
        reader=got.reader,
        sources=got.sources,
        rejects=tuple((one.line, one.why, one.content) for one in got.rejects),
        sha256=sha256,
        size=size,
        notes=tuple(notes),
        made=landing.made.name if landing.made is not None else None,
        repeated=repeated,
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
    surprises: dict[str, str]
    """Columns with values of another type, and the first such value in words."""
    """Columns of which some values do not fit their type."""

    def left(self, lines: int) -> int:
        """Lines of the file that are neither header nor row nor reject: empty, inside a quoted value, or unread."""
        return lines - bool(self.reader.header) - len(self.rejects) - self.rows


@dataclass(frozen=True, slots=True)
class _Landing:
    """One file on its way into one table."""

    cursor: duckdb.DuckDBPyConnection
    preview: Preview
    table: str
    notes: list[str]
    made: MadeId | None
    first_of: dict[str, str] = field(default_factory=dict)
    """The first surprising value of each column that became text, in words."""

    def read(self, reader: Reader) -> _Read:
        """Read the file into the table; an earlier reading is undone."""
        cursor, preview = self.cursor, self.preview
        with contextlib.suppress(duckdb.TransactionException):
            cursor.execute("rollback")
        own = describe(cursor, preview.path, preview.name, reader)
        if len(own) != len(preview.sources):
            raise UnreadableFileError(preview.name, "its columns are not those of a moment ago.")
        sources = tuple(replace(new, name=old.name) for new, old in zip(own, preview.sources, strict=True))
        clean = ", ".join(f"{new.sql} as {quote_identifier(old.name)}" for new, old in zip(own, sources, strict=True))
        rows = f"select {clean} from {scan(preview.path, reader, errors='list')}"
        if self.made is not None:
            rows = f"select *, {self.made.sql(sources)} as {quote_identifier(self.made.name)} from ({rows})"
        csv = reader.format == "csv"
        kind = "temp table" if self.table == STAGED else "table"
        cursor.execute("begin transaction")
        try:
            counted = cursor.execute(f"create {kind} {self.table} as {rows}").fetchall()[0][0]
        except duckdb.Error as error:
            if csv and reader.strict and "strict_mode" in str(error):
                return self.read(replace(reader, strict=False))
            raise UnreadableFileError(preview.name, reason(error, preview.path, preview.name)) from None
        rejects, surprises = _rejects(cursor) if csv else ((), {})
        return _Read(reader, sources, counted, (*_above(preview, reader), *rejects), surprises)

    def settled(self, got: _Read) -> _Read:
        """Read again until nothing is left that a better reader would get."""
        while (better := _better(got)) is not None:
            self.first_of.update(got.surprises)
            if better.encoding != got.reader.encoding:
                self.notes.append(NOT_UTF_8)
            got = self.read(better)
        return got

    def read_on(self, got: _Read, size: int, lines: int) -> _Read:
        """The file to its end: where a line that is no row lies across two buffers, DuckDB 2.0 ends there in silence.

        So a file of several buffers whose lines do not add up is read again in one, or in few.
        """
        left = got.left(lines)
        if left <= 0 or size <= BUFFER_LINES * got.reader.longest or left <= self._breaks(got):
            return got
        whole = self.read(replace(got.reader, buffer=max(min(size, MOST_BUFFER), got.reader.longest)))
        return whole if whole.left(lines) <= left else self.read(got.reader)

    def _breaks(self, got: _Read) -> int:
        """Line breaks inside the values that were read."""
        texts = [quote_identifier(one.name) for one in got.sources if one.kind == "text"]
        counts = [f"coalesce(sum(length({this}) - length(replace({this}, chr(10), ''))), 0)" for this in texts]
        return int(self.cursor.execute(f"select {' + '.join(counts) or 0} from {self.table}").fetchall()[0][0])

    def mind_quotes(self, got: _Read, lines: int) -> _Read:
        """Whether quotes in the file mean anything: the reading that keeps more of its lines is right."""
        open_ended = self.preview.given.quote is None
        if not got.reader.quote and got.rejects and open_ended:
            with contextlib.suppress(UnreadableFileError):
                quoted = self.read(replace(got.reader, quote='"'))
                if len(quoted.rejects) < len(got.rejects):
                    return quoted
            return self.read(got.reader)
        if not got.reader.quote or got.left(lines) <= 0:
            return got
        plain = replace(got.reader, quote="")
        if len(got.sources) > 1 and open_ended and self._rows_of(plain) > got.rows:
            self.notes.append(
                "Quotes in this file are plain characters: read with them, they would have swallowed lines."
            )
            return self.read(plain)
        self.notes.append(f"{lines:,} lines became {got.rows:,} rows: the others are empty or continue a quoted value.")
        return got

    def _rows_of(self, reader: Reader) -> int:
        """Rows if every line is one, else 0, told by the first line that is none."""
        rows = f"select count(*) from {scan(self.preview.path, reader, errors='stop', types=False)}"
        try:
            return int(self.cursor.cursor().execute(rows).fetchall()[0][0])
        except duckdb.Error:
            return 0


def _with_text(preview: Preview, reader: Reader, names: Collection[str]) -> Reader:
    """The reader that takes these columns as text; it knows them by their name in the file."""
    own = [column for column, _ in reader.types] or list(reader.names)
    places = [place for place, source in enumerate(preview.sources) if source.name in names]
    wanted = [own[place] for place in places] if own else [preview.sources[place].name for place in places]
    return replace(reader, as_text=tuple(dict.fromkeys((*reader.as_text, *wanted))))


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


def _rejects(cursor: duckdb.DuckDBPyConnection) -> tuple[tuple[_Reject, ...], dict[str, str]]:
    """The lines that are no rows, in the order of the file, and the columns with values of another type: the first."""
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
        select distinct on (column_name)
            column_name, line, left(regexp_extract(error_message, 'Could not convert string "(.*)" to ', 1, 's'), 40)
        from slicer_rejects
        where error_type::varchar = 'CAST'
            and line not in (select line from slicer_rejects where error_type::varchar != 'CAST')
        order by column_name, line
        """
    ).fetchall()
    surprises = {name: f" ({value!r} in line {line:,})" if value else "" for name, line, value in columns}
    return tuple(_Reject(*line) for line in lines), surprises
