"""Reading a file: a look at what stands in its columns, and the SQL that reads it. DuckDB's readers do the work."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from slicer.errors import EmptyDataError, MissingFileError, UnreadableFileError
from slicer.project.decoding import readable
from slicer.project.sniffing import (
    HEAD,
    MAX_LINE,
    Reader,
    compression,
    encoding_of,
    format_of,
    literal_path,
    longest_line,
    own_names,
    plain_options,
    read_head,
    reason,
    sniff_csv,
)
from slicer.quoting import quote_identifier, quote_text
from slicer.schema import MAX_CLASSES, Column, Kind

__all__ = ["Preview", "Reader", "SourceColumn", "describe", "fingerprint", "look", "scan"]

PREVIEW_ROWS = 10_000
"""Rows looked at before a file is imported."""

SHOWN_ROWS = 20
"""Rows of a look that are shown."""

SHOWN_VALUE = 200
"""Characters of a value that a look keeps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceColumn:
    """A column as the reader gives it, and the expression that cleans it."""

    name: str
    kind: Kind
    sql: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A look at the first rows of a file."""

    path: Path
    name: str
    """The file's name as the person knows it."""
    reader: Reader
    sources: tuple[SourceColumn, ...]
    columns: tuple[Column, ...]
    rows: tuple[tuple[str | None, ...], ...]
    """The first rows as text, for the eye."""
    notes: tuple[str, ...] = field(default=())
    """What was decided about the file, in words."""
    given: Reader = field(default=Reader())
    """What a person set."""
    sample: pa.Table = field(repr=False, compare=False)
    """The rows that were looked at, as text."""


def look(
    cursor: duckdb.DuckDBPyConnection, path: str | Path, *, name: str = "", reader: Reader | None = None
) -> Preview:
    """Look at a file without importing it.

    Args:
        cursor: Any cursor; nothing is written.
        path: The file.
        name: What the person calls it, if not by its path.
        reader: What the person set.

    Raises:
        MissingFileError, EmptyDataError, UnreadableFileError: in words.
    """
    path = Path(path).expanduser()
    name = name or path.name
    if not path.is_file():
        raise MissingFileError(path)
    packed, head = read_head(path, name)
    chosen = replace(reader or Reader(), format=format_of(path, head, name), packed=packed)
    notes: list[str] = []
    if chosen.format != "parquet":
        chosen = replace(chosen, encoding=chosen.encoding or encoding_of(head, notes))
        _decode(path, name, chosen)
    if chosen.format == "csv":
        chosen = replace(chosen, longest=longest_line(path, name, packed=packed))
        chosen = sniff_csv(cursor, path, name, head, chosen, notes)
        chosen = replace(chosen, as_text=(*chosen.as_text, *_lossy(cursor, path, name, chosen)))
    else:
        chosen = replace(chosen, types=_field_types(cursor, path, name, chosen))
    sources = describe(cursor, path, name, chosen)
    if chosen.format != "csv":
        renamed = own_names([source.name for source in sources], notes)
        sources = tuple(replace(source, name=new) for source, new in zip(sources, renamed, strict=True))
    columns, rows, sample = _profile(cursor, path, name, chosen, sources)
    if not columns or columns[0].rows == 0:
        raise EmptyDataError(name, [source.name for source in sources])
    return Preview(
        path=path,
        name=name,
        reader=chosen,
        sources=sources,
        columns=columns,
        rows=rows,
        notes=tuple(notes),
        given=reader or Reader(),
        sample=sample,
    )


def _decode(path: Path, name: str, reader: Reader) -> None:
    try:
        readable(path, reader.encoding, packed=reader.packed)
    except (UnicodeError, LookupError):
        raise UnreadableFileError(name, f"its text is not {str(reader.encoding).upper()}.") from None
    except (OSError, EOFError) as error:
        raise UnreadableFileError(name, f"it cannot be read to its end ({error}).") from None


def scan(path: Path, reader: Reader, *, errors: Literal["skip", "list", "stop"] = "skip", types: bool = True) -> str:
    """The table function that reads the file.

    Args:
        errors: What happens to a line that is no row; a list of them is made as the table `slicer_rejects`.
        types: Whether values have types; else all are text, as they are written.
    """
    where = quote_text(literal_path(readable(path, reader.encoding, packed=reader.packed)))
    if reader.format == "parquet":
        return f"read_parquet({where})"
    if reader.format == "json":
        options = [f"maximum_object_size={MAX_LINE}", compression(reader)]
        if reader.types:
            fields = {name: "VARCHAR" if name in reader.as_text else kind for name, kind in reader.types}
            options.append(f"columns={{{', '.join(f'{quote_text(n)}: {quote_text(k)}' for n, k in fields.items())}}}")
        else:
            options.append("sample_size=-1")
        return f"read_json({where}, {', '.join(options)})"
    options = [*plain_options(reader), f"skip={reader.skip}"]
    if reader.delimiter is not None:
        options.append(f"delim={quote_text(reader.delimiter)}")
    if reader.quote is not None:
        options.append(f"quote={quote_text(reader.quote)}")
        options += [] if reader.quote else ["escape=''"]
    if reader.header is not None:
        options.append(f"header={str(reader.header).lower()}")
    if not reader.strict:
        options.append("strict_mode=false")
    if reader.names:
        options.append(f"names=[{', '.join(quote_text(name) for name in reader.names)}]")
    if not types:
        options.append("all_varchar=true")
    elif reader.as_text:
        options.append("types={" + ", ".join(f"{quote_text(name)}: 'VARCHAR'" for name in reader.as_text) + "}")
    if errors == "list":
        options.append("store_rejects=true, rejects_table='slicer_rejects', rejects_scan='slicer_reject_scans'")
        options.append("rejects_limit=0")
    elif errors == "skip":
        options.append("ignore_errors=true")
    return f"read_csv({where}, {', '.join(options)})"


def describe(cursor: duckdb.DuckDBPyConnection, path: Path, name: str, reader: Reader) -> tuple[SourceColumn, ...]:
    """The columns, their kinds, and how each is cleaned: what is not there is null, never '' or NaN."""
    rows = _types(cursor, path, name, reader)
    return tuple(
        _source_column(column, "VARCHAR" if column in reader.as_text else kind, trim=reader.trim)
        for column, kind in rows
    )


def _types(cursor: duckdb.DuckDBPyConnection, path: Path, name: str, reader: Reader) -> list[tuple[str, str]]:
    rows = _execute(cursor, f"describe select * from {scan(path, reader)}", path, name).fetchall()
    return [(column, kind) for column, kind, *_ in rows]


def _field_types(
    cursor: duckdb.DuckDBPyConnection, path: Path, name: str, reader: Reader
) -> tuple[tuple[str, str], ...]:
    """Every field of the whole file and its type, so that nothing late is lost; values of several types are text."""
    return tuple((field, "VARCHAR" if kind == "JSON" else kind) for field, kind in _types(cursor, path, name, reader))


WRITTEN = {
    "BOOLEAN": "(?i)true|false",
    "BIGINT": "[+-]?(0|[1-9][0-9]*)",
    "DOUBLE": "[+-]?[0-9]{0,15}([.][0-9]*)?([eE][+-]?[0-9]+)?",
    "DATE": "[0-9]{4}-[0-9]{2}-[0-9]{2}",
    "TIMESTAMP": "[0-9]{4}-[0-9]{2}-[0-9]{2}[T ].*",
}
"""How values of a type are written where reading them as that type loses nothing: `yes` is no `true`, 20 digits
are no DOUBLE, 03/04/2021 may be of March or of April."""


def _lossy(cursor: duckdb.DuckDBPyConnection, path: Path, name: str, reader: Reader) -> tuple[str, ...]:
    """The columns that have a type but would lose something by it: they stay text."""
    types = _types(cursor, path, name, reader)
    typed = {place: kind.split(" ")[0] for place, (_, kind) in enumerate(types) if kind != "VARCHAR"}
    if not typed:
        return ()
    written = _texts(cursor, f"select * from {scan(path, reader, types=False)}", path, name)
    return tuple(
        types[place][0]
        for place, kind in typed.items()
        if kind == "TIME" or (kind in WRITTEN and not _all_match(written.column(place), WRITTEN[kind]))
    )


def _texts(cursor: duckdb.DuckDBPyConnection, sql: str, path: Path, name: str) -> pa.Table:
    """The first rows of a query whose columns are all text."""
    try:
        return cursor.sql(f"{sql} limit {PREVIEW_ROWS}").to_arrow_table()
    except duckdb.Error as error:
        raise UnreadableFileError(name, reason(error, path, name)) from None


def _all_match(texts: pa.ChunkedArray, pattern: str) -> bool:
    trimmed = pc.utf8_trim_whitespace(texts.drop_null())
    return bool(pc.all(pc.match_substring_regex(trimmed, f"^({pattern})$"), min_count=0).as_py())


def _source_column(name: str, sql_type: str, *, trim: bool = False) -> SourceColumn:
    this, base = quote_identifier(name), sql_type.split("(")[0]
    kind: Kind
    match base:
        case "BOOLEAN":
            kind, sql = "boolean", this
        case "TINYINT" | "SMALLINT" | "INTEGER" | "BIGINT" | "UTINYINT" | "USMALLINT" | "UINTEGER":
            kind, sql = "integer", f"{this}::bigint"
        case "UBIGINT" | "HUGEINT" | "UHUGEINT":
            kind, sql = "integer", this
        case "DECIMAL" if sql_type.endswith(",0)"):
            kind, sql = "integer", f"{this}::hugeint"
        case "FLOAT" | "DOUBLE":
            kind, sql = "real", f"case when isfinite({this}) then {this}::double end"
        case "DECIMAL":
            kind, sql = "real", f"{this}::double"
        case _ if sql_type.endswith("]") or base in ("STRUCT", "MAP", "UNION"):
            kind, sql = "other", f"to_json({this})::varchar"
        case _ if base in ("TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ", "TIMESTAMPTZ_NS"):
            kind, sql = "time", f"timezone('UTC', {this}::timestamptz)"
        case _ if base == "DATE" or base.startswith("TIMESTAMP"):
            kind, sql = "time", f"{this}::timestamp"
        case "VARCHAR" | "ENUM" | "UUID":
            text = f"{this}::varchar"
            kind, sql = "text", f"nullif({f'trim({text})' if trim else text}, '')"
        case _:
            kind, sql = "other", f"{this}::varchar"
    return SourceColumn(name=name, kind=kind, sql=sql)


def fingerprint(path: Path) -> tuple[str, int, int]:
    """sha256, size in bytes and line ends of a file, read once in pieces."""
    digest, size, feeds, returns, last = hashlib.sha256(), 0, 0, 0, b"\n"
    for piece in _pieces(path, packed=False):
        digest.update(piece)
        size, feeds, last = size + len(piece), feeds + _count(piece, b"\n"), piece[-1:]
        returns += 0 if feeds else _count(piece, b"\r")
    return digest.hexdigest(), size, (feeds or returns) + (last not in b"\r\n")


def measure_text(path: Path, reader: Reader) -> tuple[int, int]:
    """Size and line ends of a file that is packed or not UTF-8, once it is unpacked and decoded."""
    plain = readable(path, reader.encoding, packed=reader.packed)
    size, feeds, returns, last = 0, 0, 0, b"\n"
    for piece in _pieces(plain, packed=reader.packed and plain == path):
        size, feeds, last = size + len(piece), feeds + _count(piece, b"\n"), piece[-1:]
        returns += 0 if feeds else _count(piece, b"\r")
    return size, (feeds or returns) + (last not in b"\r\n")


def _count(piece: bytes, byte: bytes) -> int:
    """How often a byte stands there; `bytes.count` takes three times as long, and holds up the other threads."""
    return int(np.count_nonzero(np.frombuffer(piece, np.uint8) == byte[0]))


def _pieces(path: Path, *, packed: bool) -> Iterator[bytes]:
    with gzip.open(path) if packed else path.open("rb") as file:
        while piece := file.read(HEAD):
            yield piece


# --- a look inside ---------------------------------------------------------------------------------


def _profile(
    cursor: duckdb.DuckDBPyConnection, path: Path, name: str, reader: Reader, sources: Sequence[SourceColumn]
) -> tuple[tuple[Column, ...], tuple[tuple[str | None, ...], ...], pa.Table]:
    """Columns as the first rows show them, some of these rows, and all of them."""
    clean = ", ".join(f"({source.sql})::varchar as {quote_identifier(source.name)}" for source in sources)
    table = _texts(cursor, f"select {clean} from {scan(path, reader)}", path, name)
    columns = []
    for source, text in zip(sources, table.columns, strict=True):
        distinct = pc.unique(text.drop_null())
        texts = pc.utf8_slice_codeunits(distinct, 0, SHOWN_VALUE).to_pylist()
        values = sorted(texts, key=float) if source.kind in ("integer", "real") else sorted(texts)
        columns.append(
            Column(
                name=source.name,
                kind=source.kind,
                rows=table.num_rows,
                missing=text.null_count,
                distinct=len(distinct),
                values=tuple(_key(value) for value in values[: MAX_CLASSES + 1]),
                mean_length=pc.mean(pc.utf8_length(text)).as_py() or 0.0,
            )
        )
    shown = table.slice(0, SHOWN_ROWS)
    return tuple(columns), tuple(zip(*(column.to_pylist() for column in shown.columns), strict=True)), table


def _key(value: str) -> str:
    """A value as a class key: 1.0 is 1."""
    return value[:-2] if value.endswith(".0") else value


def _execute(cursor: duckdb.DuckDBPyConnection, sql: str, path: Path, name: str) -> duckdb.DuckDBPyConnection:
    try:
        return cursor.execute(sql)
    except duckdb.Error as error:
        raise UnreadableFileError(name, reason(error, path, name)) from None
