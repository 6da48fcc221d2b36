"""Reading a file: what it is, how it is written, what stands in its columns. DuckDB's own readers do the work."""

from __future__ import annotations

import csv
import gzip
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, BinaryIO, Literal

import duckdb

from slicer.errors import EmptyDataError, MissingFileError, UnreadableFileError, UsageError
from slicer.quoting import quote_identifier, quote_text
from slicer.schema import MAX_CLASSES, Column, Kind

Format = Literal["csv", "parquet", "json"]

ENDINGS: dict[str, Format] = {
    ".csv": "csv", ".tsv": "csv", ".txt": "csv", ".tab": "csv", ".parquet": "parquet", ".pq": "parquet",
    ".jsonl": "json", ".ndjson": "json", ".json": "json",
}  # fmt: skip

PREVIEW_ROWS = 10_000
"""Rows looked at before a file is imported."""

MAX_LINE = 64 << 20
"""Bytes of the longest line that is read."""

HEAD = 1 << 20
"""Bytes looked at to tell what a file is."""

RESERVED_NAME = "tag"
"""A column of this name is renamed: `tag = 'x'` in a slice means a tag people gave."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """How a file is written. None is found out; what a person sets stands."""

    format: Format = "csv"
    delimiter: str | None = None
    quote: str | None = None
    header: bool | None = None
    encoding: str | None = None
    packed: bool = False
    """Whether the file is gzipped, whatever its name says."""
    names: tuple[str, ...] = ()
    """Column names where the file's own would not do: repeated, blank, or none."""
    as_text: tuple[str, ...] = ()
    """Columns read as text although they look like something else."""

    def to_dict(self) -> dict[str, Any]:
        """What differs from the reader's own findings, for the provenance."""
        return {name: value for name, value in asdict(self).items() if value not in (None, ())}


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
    rows: tuple[tuple[Any, ...], ...]
    """The first rows, for the eye."""
    notes: tuple[str, ...] = field(default=())
    """What was decided about the file, in words."""


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
    packed, head = _head(path, name)
    chosen = replace(reader or Reader(), format=_format(path, head, name), packed=packed)
    notes: list[str] = []
    if chosen.format == "csv":
        chosen = _csv_reader(cursor, path, name, head, chosen, notes)
    sources = describe(cursor, path, name, chosen)
    if chosen.format != "csv":
        renamed = _own_names([source.name for source in sources], notes)
        sources = tuple(replace(source, name=new) for source, new in zip(sources, renamed, strict=True))
    columns, rows = _profile(cursor, path, name, chosen, sources)
    if not columns or columns[0].rows == 0:
        raise EmptyDataError(name, [source.name for source in sources])
    return Preview(path=path, name=name, reader=chosen, sources=sources, columns=columns, rows=rows, notes=tuple(notes))


def scan(path: Path, reader: Reader, *, rejects: bool = False) -> str:
    """The table function that reads the file."""
    where = quote_text(_literal_path(path))
    if reader.format == "parquet":
        return f"read_parquet({where})"
    if reader.format == "json":
        return f"read_json({where}, sample_size={PREVIEW_ROWS}, maximum_object_size={MAX_LINE}, {_compression(reader)})"
    options = [f"max_line_size={MAX_LINE}", _compression(reader)]
    if reader.delimiter is not None:
        options.append(f"delim={quote_text(reader.delimiter)}")
    if reader.quote is not None:
        options.append(f"quote={quote_text(reader.quote)}")
        options += [] if reader.quote else ["escape=''"]
    if reader.header is not None:
        options.append(f"header={str(reader.header).lower()}")
    if reader.encoding is not None:
        options.append(f"encoding={quote_text(reader.encoding)}")
    if reader.names:
        options.append(f"names=[{', '.join(quote_text(name) for name in reader.names)}]")
    if reader.as_text:
        options.append("types={" + ", ".join(f"{quote_text(name)}: 'VARCHAR'" for name in reader.as_text) + "}")
    if rejects:
        options.append("store_rejects=true, rejects_table='slicer_rejects', rejects_scan='slicer_reject_scans'")
        options.append("rejects_limit=0")
    else:
        options.append("ignore_errors=true")
    return f"read_csv({where}, {', '.join(options)})"


def _compression(reader: Reader) -> str:
    return "compression='gzip'" if reader.packed else "compression='none'"


def describe(cursor: duckdb.DuckDBPyConnection, path: Path, name: str, reader: Reader) -> tuple[SourceColumn, ...]:
    """The columns, their kinds, and how each is cleaned: what is not there is null, never '' or NaN."""
    rows = _run(cursor, f"describe select * from {scan(path, reader)}", name)
    return tuple(_source_column(column, kind) for column, kind, *_ in rows)


def _source_column(name: str, sql_type: str) -> SourceColumn:
    this, base = quote_identifier(name), sql_type.split("(")[0]
    match base:
        case "BOOLEAN":
            kind, sql = "boolean", this
        case "TINYINT" | "SMALLINT" | "INTEGER" | "BIGINT" | "UTINYINT" | "USMALLINT" | "UINTEGER":
            kind, sql = "integer", f"{this}::bigint"
        case "FLOAT" | "DOUBLE":
            kind, sql = "real", f"case when isnan({this}) then null else {this}::double end"
        case "DECIMAL" | "HUGEINT" | "UHUGEINT" | "UBIGINT":
            kind, sql = "real", f"{this}::double"
        case "DATE" | "TIMESTAMP" | "TIMESTAMP_S" | "TIMESTAMP_MS" | "TIMESTAMP_NS" | "TIMESTAMP WITH TIME ZONE":
            kind, sql = "time", f"{this}::timestamp"
        case "VARCHAR" | "ENUM" | "UUID":
            kind, sql = "text", f"nullif({this}::varchar, '')"
        case _ if sql_type.endswith("[]") or base in ("STRUCT", "MAP", "UNION", "JSON", "BLOB"):
            kind, sql = "other", f"{this}::varchar" if base in ("JSON", "BLOB") else f"to_json({this})::varchar"
        case _:
            kind, sql = "other", f"{this}::varchar"
    return SourceColumn(name=name, kind=kind, sql=sql)  # type: ignore[arg-type]


def fingerprint(path: Path, tick: Callable[[int], None] | None = None) -> tuple[str, int, int]:
    """sha256, size in bytes and line ends of a file, read once in pieces."""
    digest, size, lines, last = hashlib.sha256(), 0, 0, b"\n"
    with path.open("rb") as file:
        while piece := file.read(HEAD):
            digest.update(piece)
            size, lines, last = size + len(piece), lines + piece.count(b"\n"), piece[-1:]
            if tick:
                tick(size)
    return digest.hexdigest(), size, lines + (last != b"\n")


# --- what kind of file -----------------------------------------------------------------------------


def _head(path: Path, name: str) -> tuple[bool, bytes]:
    """Whether the file is gzipped, and its first megabyte, unpacked."""
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    try:
        opened: BinaryIO = gzip.open(path, "rb") if packed else path.open("rb")  # type: ignore[assignment]  # noqa: SIM115
        with opened as file:
            head = file.read(HEAD)
    except (OSError, EOFError) as error:
        raise UnreadableFileError(name, f"it cannot be unpacked ({error}).") from None
    if not head.strip():
        raise EmptyDataError(name)
    return packed, head


def _format(path: Path, head: bytes, name: str) -> Format:
    if head[:4] == b"PAR1":
        return "parquet"
    endings = [ending.lower() for ending in path.suffixes if ending.lower() != ".gz"]
    found = ENDINGS.get(endings[-1] if endings else "")
    if found == "parquet":
        raise UnreadableFileError(name, "it is named Parquet but is not.")
    utf16 = head[:2] in (b"\xff\xfe", b"\xfe\xff")
    if b"\0" in head[:8192] and not utf16:
        raise UnreadableFileError(name, "it is a binary file.")
    if found is None:
        return "json" if head.lstrip()[:1] == b"{" else "csv"
    return found


def _literal_path(path: Path) -> str:
    """The path with the characters escaped that DuckDB would read as a pattern."""
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in str(path))


# --- CSV -------------------------------------------------------------------------------------------


def _csv_reader(
    cursor: duckdb.DuckDBPyConnection, path: Path, name: str, head: bytes, reader: Reader, notes: list[str]
) -> Reader:
    """Find out what the person left open."""
    reader = replace(reader, encoding=reader.encoding or _encoding(head, notes))
    found = _sniff(cursor, path, name, reader)
    delimiter = reader.delimiter or found["Delimiter"]
    quoting = reader.quote if reader.quote is not None else _character(found["Quote"], found["Columns"], head)
    reader = replace(reader, delimiter=delimiter, quote=quoting)
    header = bool(found["HasHeader"]) if reader.header is None else reader.header
    own = _header_line(head, reader)
    names = [column["name"] for column in found["Columns"]]
    if reader.header is None and header and _is_data(own, head, reader):
        header = False
        notes.append("The first line is a row, not a header: its values occur again below. The columns were numbered.")
    if not header:
        return replace(reader, header=False, names=tuple(f"column{index + 1}" for index in range(len(names))))
    if len(own) == len(names):
        names = own
    return replace(reader, header=True, names=tuple(_own_names(names, notes)))


def _encoding(head: bytes, notes: list[str]) -> str:
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.end < len(head) - 4:
            notes.append("The file is not UTF-8; it was read as Latin-1. Check the accents.")
            return "latin-1"
    return "utf-8"


def _sniff(cursor: duckdb.DuckDBPyConnection, path: Path, name: str, reader: Reader) -> dict[str, Any]:
    """DuckDB's findings; strictly first, then past lines that do not fit, then as commas and double quotes."""
    options = [f"encoding={quote_text(str(reader.encoding))}", f"max_line_size={MAX_LINE}", _compression(reader)]
    if reader.delimiter is not None:
        options.append(f"delim={quote_text(reader.delimiter)}")
    elif path.name.lower().removesuffix(".gz").endswith((".tsv", ".tab")):
        options.append(r"delim='\t'")
    if reader.quote is not None:
        options.append(f"quote={quote_text(reader.quote)}")
    if reader.header is not None:
        options.append(f"header={str(reader.header).lower()}")
    attempts: list[list[str]] = [[], ["ignore_errors=true"], ["ignore_errors=true", "quote='\"'", "strict_mode=false"]]
    found: list[dict[str, Any]] = []
    reason = ""
    for more in attempts:
        try:
            answer = cursor.execute(
                f"from sniff_csv({quote_text(_literal_path(path))}, {', '.join([*options, *more])})"
            )
        except duckdb.Error as error:
            reason = _reason(error)
            continue
        names = [column[0] for column in answer.description or []]
        found.append(dict(zip(names, answer.fetchall()[0], strict=True)))
        if len(found[-1]["Columns"]) > 1:
            return found[-1]
    if not found:
        raise UnreadableFileError(name, reason)
    return found[0]


def _character(found: str, columns: Sequence[object], head: bytes) -> str:
    """The quote the sniffer found. In its sample it may have met none: then a quote later in the file still counts."""
    if found != "(empty)":
        return found
    return "" if b'"' in head and len(columns) > 1 else '"'


def _header_line(head: bytes, reader: Reader) -> list[str]:
    lines = head.decode(str(reader.encoding), errors="replace").lstrip("\ufeff").splitlines(keepends=True)
    options: dict[str, Any] = {"delimiter": reader.delimiter or ",", "quoting": csv.QUOTE_MINIMAL}
    if reader.quote:
        options["quotechar"] = reader.quote
    else:
        options["quoting"] = csv.QUOTE_NONE
    try:
        return next(csv.reader(lines, **options), [])
    except csv.Error:
        return []


def _is_data(header: Sequence[str], head: bytes, reader: Reader) -> bool:
    """Whether the first line is a row like the others: a name of it stands again as a value of its column."""
    lines = head.decode(str(reader.encoding), errors="replace").splitlines()[1:2001]
    quoting = csv.QUOTE_MINIMAL if reader.quote else csv.QUOTE_NONE
    try:
        rows = list(csv.reader(lines, delimiter=reader.delimiter or ",", quoting=quoting))
    except csv.Error:
        return False
    return any(
        name and sum(len(row) > place and row[place] == name for row in rows) > 1 for place, name in enumerate(header)
    )


def _own_names(names: Sequence[str], notes: list[str]) -> list[str]:
    """Every name once and none blank: `name`, `name_2`; columns cannot differ in case alone."""
    found: list[str] = []
    for place, name in enumerate(names):
        wanted = name.strip() or f"column{place + 1}"
        if wanted.lower() == RESERVED_NAME:
            wanted = f"{wanted}_column"
            notes.append(f"Column {name!r} was named {wanted!r}: in a slice, tag means the tags you give.")
        unique, count = wanted, 1
        taken = {one.lower() for one in found}
        while unique.lower() in taken:
            count += 1
            unique = f"{wanted}_{count}"
        if unique != wanted:
            notes.append(f"The header holds {name!r} more than once; one of them was named {unique!r}.")
        found.append(unique)
    return found


# --- a look inside ---------------------------------------------------------------------------------


def _profile(
    cursor: duckdb.DuckDBPyConnection, path: Path, name: str, reader: Reader, sources: Sequence[SourceColumn]
) -> tuple[tuple[Column, ...], tuple[tuple[Any, ...], ...]]:
    """Columns as the first rows show them, and some of these rows."""
    clean = ", ".join(f"{source.sql} as {quote_identifier(source.name)}" for source in sources)
    own = ", ".join(f"{quote_identifier(source.name)}" for source in sources)
    rows_sql = f"select {clean} from {_named(path, reader, own)} limit {PREVIEW_ROWS}"
    _execute(cursor, f"create or replace temp table slicer_preview as {rows_sql}", name)
    columns = []
    for source in sources:
        this = quote_identifier(source.name)
        row = cursor.execute(
            f"""
            select count(*), count({this}), count(distinct {this}), coalesce(avg(length({this}::varchar)), 0)
            from slicer_preview
            """
        ).fetchone() or (0, 0, 0, 0.0)
        values = cursor.execute(
            f"""
            select distinct {this}::varchar
            from slicer_preview
            where {this} is not null
            order by 1
            limit {MAX_CLASSES + 1}
            """
        ).fetchall()
        columns.append(
            Column(
                name=source.name,
                kind=source.kind,
                rows=row[0],
                missing=row[0] - row[1],
                distinct=row[2],
                values=tuple(_key(value) for (value,) in values),
                mean_length=row[3],
            )
        )
    rows = cursor.execute("from slicer_preview limit 20").fetchall()
    cursor.execute("drop table slicer_preview")
    return tuple(columns), tuple(rows)


def _named(path: Path, reader: Reader, names: str) -> str:
    """The file's rows under the names of the sources."""
    return f"{scan(path, reader)} as file({names})"


def _key(value: str) -> str:
    """A value as a class key: 1.0 is 1."""
    return value[:-2] if value.endswith(".0") else value


def _execute(cursor: duckdb.DuckDBPyConnection, sql: str, name: str) -> duckdb.DuckDBPyConnection:
    try:
        return cursor.execute(sql)
    except (duckdb.InvalidInputException, duckdb.IOException, duckdb.ConversionException) as error:
        raise UnreadableFileError(name, _reason(error)) from None
    except duckdb.BinderException as error:
        raise UsageError(f"{name} cannot be read with these options: {str(error).splitlines()[0]}") from None


def _run(cursor: duckdb.DuckDBPyConnection, sql: str, name: str) -> list[tuple[Any, ...]]:
    return _execute(cursor, sql, name).fetchall()


def _reason(error: duckdb.Error) -> str:
    """DuckDB's first line in our words."""
    first = str(error).splitlines()[0]
    for start in ("Invalid Input Error: ", "IO Error: ", "Conversion Error: "):
        first = first.removeprefix(start)
    if first.startswith("Error when sniffing file"):
        return "no delimiter gives the lines the same number of columns."
    return first
