"""What a file is and how it is written: format, characters, delimiter, quotes, header."""

from __future__ import annotations

import csv
import gzip
import io
import re
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO, Literal

import duckdb

from slicer.errors import EmptyDataError, UnreadableFileError, listed
from slicer.guessing import names_a_role
from slicer.project.decoding import MIXED, UTF_8, UTF_16_MARKS, decoder, readable
from slicer.quoting import quote_text

Format = Literal["csv", "parquet", "json"]

ENDINGS: dict[str, Format] = {
    ".csv": "csv", ".tsv": "csv", ".txt": "csv", ".tab": "csv", ".parquet": "parquet", ".pq": "parquet",
    ".jsonl": "json", ".ndjson": "json", ".json": "json",
}  # fmt: skip

LINE, MAX_LINE = 2 << 20, 64 << 20
"""Bytes of the longest line that is read: at first, since it costs memory, and where a file has longer ones."""

BUFFER_LINES = 4
"""The buffer holds this many of the longest lines. DuckDB's own 16 take 300 MB more for 10 million rows, no faster."""

HEAD = 1 << 20
"""Bytes looked at to tell what a file is."""

FIRST_LINES = 16 << 20
"""Bytes in which the longest line is looked for."""

SAMPLE = 20_000
"""Lines DuckDB's sniffer looks at, or nearly so."""

HEADER_ROWS = 2_000
"""Rows looked at to tell whether the first line is a header."""

MISSING = ("", "NaN", "nan")
"""Texts of a CSV file that mean: no value."""

LONGEST_NAME = 200
"""Characters of a column's name that are kept."""

RESERVED = {"tag": "in a slice, tag means the tags you give", "rowid": "rowid means the place of a row"}
"""Columns of these names are renamed, and why."""


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
    strict: bool = True
    """Whether the lines follow the rules; not where line ends of two kinds are mixed."""
    trim: bool = False
    """Whether a space follows each delimiter that belongs to no value."""
    skip: int = 0
    """Lines above the table."""
    longest: int = LINE
    """Bytes of the longest line that is read."""
    buffer: int = 0
    """Bytes read at a time; 0 for a few of the longest lines."""
    names: tuple[str, ...] = ()
    """Column names where the file's own would not do: repeated, blank, or none."""
    as_text: tuple[str, ...] = ()
    """Columns read as text although they look like something else."""
    types: tuple[tuple[str, str], ...] = ()
    """Of Parquet and JSON: every field and its type."""

    def to_dict(self) -> dict[str, Any]:
        """What is not as usual, for the provenance."""
        usual = Reader()
        return {
            name: value for name, value in asdict(self).items() if name != "types" and value != getattr(usual, name)
        }


# --- what kind of file -----------------------------------------------------------------------------


def read_head(path: Path, name: str) -> tuple[bool, bytes]:
    """Whether the file is gzipped, and its first megabyte, unpacked.

    Raises:
        EmptyDataError, UnreadableFileError: nothing in it, or it cannot be unpacked.
    """
    try:
        with path.open("rb") as file:
            packed = file.read(2) == b"\x1f\x8b"
        opened: BinaryIO = gzip.open(path, "rb") if packed else path.open("rb")  # type: ignore[assignment]  # noqa: SIM115
        with opened as file:
            head = file.read(HEAD)
    except (OSError, EOFError, zlib.error) as error:
        what = "unpacked" if packed else "opened"
        raise UnreadableFileError(name, f"it cannot be {what} ({error}).") from None
    if not head.strip():
        raise EmptyDataError(name)
    return packed, head


def longest_line(path: Path, name: str, *, packed: bool) -> int:
    """How long a line the reader must bear, by the first lines: the sniffer takes minutes to find out.

    Raises:
        UnreadableFileError: a line is too long to be one.
    """
    seen, run, longest = 0, 0, 0
    with gzip.open(path) if packed else path.open("rb") as file:
        while (seen < FIRST_LINES or run > LINE) and (piece := file.read(HEAD)):
            lines = re.split(rb"[\r\n]", piece)
            run += len(lines[0])
            longest = max(longest, run, *map(len, lines[1:]))
            run = run if len(lines) == 1 else len(lines[-1])
            seen += len(piece)
            if longest > MAX_LINE:
                raise UnreadableFileError(name, f"a line of it is longer than {MAX_LINE >> 20} MB.")
    return LINE if longest < LINE else MAX_LINE


def format_of(path: Path, head: bytes, name: str) -> Format:
    """The format by what is inside, then by the ending.

    Raises:
        UnreadableFileError: it is no table.
    """
    if head[:4] == b"PAR1":
        return "parquet"
    endings = [ending.lower() for ending in path.suffixes if ending.lower() != ".gz"]
    found = ENDINGS.get(endings[-1] if endings else "")
    if found == "parquet":
        raise UnreadableFileError(name, "it is named Parquet but is not.")
    if head[:4] == b"PK\x03\x04":
        raise UnreadableFileError(name, "it is a workbook or a zip archive.")
    if b"\0" in head[:8192] and head[:2] not in UTF_16_MARKS:
        raise UnreadableFileError(name, "it is a binary file.")
    if found is None:
        return "json" if head.lstrip()[:1] == b"{" else "csv"
    return found


def encoding_of(head: bytes, notes: list[str]) -> str:
    """The encoding of a file's text."""
    if head[:2] in UTF_16_MARKS:
        return "utf-16"
    try:
        head.decode(UTF_8)
    except UnicodeDecodeError as error:
        if error.start < len(head) - 4:
            notes.append(NOT_UTF_8)
            return MIXED
    return UTF_8


NOT_UTF_8 = "The file is not UTF-8 throughout; what is not was read as Windows-1252 (Latin-1). Check the accents."


def literal_path(path: Path) -> str:
    """The path with the characters escaped that DuckDB would read as a pattern."""
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in str(path))


# --- CSV -------------------------------------------------------------------------------------------


def sniff_csv(
    cursor: duckdb.DuckDBPyConnection, path: Path, name: str, head: bytes, reader: Reader, notes: list[str]
) -> Reader:
    """Find out what the person left open: delimiter, quotes, header and the names of the columns."""
    mark = re.match(rb"(?:\xef\xbb\xbf)?sep=(.)\r?\n", head, re.IGNORECASE)
    if mark is not None:
        reader = replace(reader, skip=1, delimiter=reader.delimiter or mark[1].decode("latin-1"))
    found, reader = _sniff(cursor, path, name, reader)
    if len(found["Columns"]) == 1 and (likely := _by_counting(head, reader)) is not None:
        found, reader = _sniff(cursor, path, name, likely)
    columns = [(column["name"], column["type"]) for column in found["Columns"]]
    quote = reader.quote if reader.quote is not None else _quote(found["Quote"], len(columns), head)
    skip = max(reader.skip, found["SkipRows"] or 0)
    reader = replace(reader, delimiter=reader.delimiter or found["Delimiter"], quote=quote, skip=skip)
    first, *others = _first_rows(head, reader) or [[]]
    header = reader.header
    if header is None:
        below, _ = _sniff(cursor, path, name, replace(reader, header=True))
        types = [column["type"] for column in below["Columns"]]
        header = _is_header(first, others, types, bool(found["HasHeader"]))
        if not header:
            notes.append("The file has no header: its first line is a row like the others. The columns were numbered.")
    if not header:
        return replace(reader, header=False, names=tuple(f"column{place + 1}" for place in range(len(columns))))
    spaced = len(first) > 1 and all(one.startswith(" ") for one in first[1:])
    if spaced:
        notes.append("A space follows each delimiter, in the header too: spaces around values were left out.")
    names = first if len(first) == len(columns) else [column for column, _ in columns]
    return replace(reader, header=True, trim=spaced, names=tuple(own_names(names, notes)))


def _sniff(cursor: duckdb.DuckDBPyConnection, path: Path, name: str, reader: Reader) -> tuple[dict[str, Any], Reader]:
    """DuckDB's findings: strictly, then with mixed line ends, past lines that do not fit, and as double quotes."""
    options = [*plain_options(reader)]
    if reader.delimiter is not None:
        options.append(f"delim={quote_text(reader.delimiter)}")
    elif path.name.lower().removesuffix(".gz").endswith((".tsv", ".tab")):
        options.append(r"delim='\t'")
    if reader.quote is not None:
        options.append(f"quote={quote_text(reader.quote)}")
        options += [] if reader.quote else ["escape=''"]
    if reader.header is not None:
        options.append(f"header={str(reader.header).lower()}")
    if reader.skip:
        options.append(f"skip={reader.skip}")
    loose, skipping = "strict_mode=false", "ignore_errors=true"
    attempts: list[list[str]] = [[], [loose], [skipping], [skipping, loose, "quote='\"'"]]
    found: list[tuple[dict[str, Any], Reader]] = []
    problem = ""
    file = quote_text(literal_path(readable(path, reader.encoding, packed=reader.packed)))
    for more in attempts if reader.strict else attempts[1:]:
        if reader.quote is not None:
            more = [option for option in more if not option.startswith("quote")]
        try:
            answer = cursor.execute(f"from sniff_csv({file}, {', '.join([*options, *more])})")
        except duckdb.Error as error:
            if "max_line_size" in str(error) and reader.longest < MAX_LINE:
                return _sniff(cursor, path, name, replace(reader, longest=MAX_LINE))
            problem = reason(error, path, name)
            continue
        titles = [column[0] for column in answer.description or []]
        found.append((dict(zip(titles, answer.fetchall()[0], strict=True)), replace(reader, strict=loose not in more)))
        if len(found[-1][0]["Columns"]) > 1:
            return found[-1]
    if not found:
        raise UnreadableFileError(name, problem)
    return found[0]


def _by_counting(head: bytes, reader: Reader) -> Reader | None:
    """The delimiter that gives most lines the same number of values, and the lines above the first of them:
    the sniffer gives up where words stand above and below a table."""
    lines = _first_lines(head, reader)[:SAMPLE]
    best: tuple[int, Reader] | None = None
    for delimiter in (reader.delimiter,) if reader.delimiter else (",", "\t", ";", "|"):
        counts = [line.count(delimiter) for line in lines]
        values, fitting = Counter(count for count in counts if count).most_common(1)[0] if any(counts) else (0, 0)
        if 2 * fitting > len(lines) and (best is None or fitting > best[0]):
            best = fitting, replace(reader, delimiter=delimiter, skip=counts.index(values))
    return best[1] if best else None


def plain_options(reader: Reader) -> list[str]:
    """What the CSV reader is always told. A line that begins with # is a row: it may be somebody's message."""
    return [
        f"max_line_size={reader.longest}",
        f"buffer_size={reader.buffer or BUFFER_LINES * reader.longest}",
        compression(reader),
        f"nullstr={list(MISSING)}",
        "comment=''",
    ]


def compression(reader: Reader) -> str:
    """The reader's option for packed files; a UTF-8 copy is not packed."""
    packed = reader.packed and reader.encoding in (None, UTF_8)
    return f"compression='{'gzip' if packed else 'none'}'"


def _quote(found: str, columns: int, head: bytes) -> str:
    """The quote the sniffer found. In its sample it may have met none: then a quote later in the file still counts."""
    if found != "(empty)":
        return found
    sample = head.split(b"\n", SAMPLE)[:SAMPLE]
    return "" if columns > 1 and any(b'"' in line for line in sample) else '"'


# --- the header ------------------------------------------------------------------------------------


def _first_rows(head: bytes, reader: Reader) -> list[list[str]]:
    """The first rows as text, without the lines that stand above the table."""
    lines = [line for line in _first_lines(head, reader)[reader.skip :] if line.strip()]
    options: dict[str, Any] = {"quotechar": reader.quote} if reader.quote else {"quoting": csv.QUOTE_NONE}
    rows: list[list[str]] = []
    try:
        for row in csv.reader(lines, delimiter=reader.delimiter or ",", **options):
            rows.append(row)
            if len(rows) > HEADER_ROWS:
                break
    except csv.Error:
        pass
    return rows


def _first_lines(head: bytes, reader: Reader) -> list[str]:
    encoding = MIXED if reader.encoding in (None, UTF_8) else str(reader.encoding)
    return io.StringIO(decoder(encoding).decode(head).lstrip("\ufeff"), newline="").readlines()


def _is_header(first: Sequence[str], others: Sequence[Sequence[str]], types: Sequence[str], guess: bool) -> bool:
    """Whether the first line names the columns.

    It does if a name is that of a role, or if none fits the type of the values below it. It does not if a
    name stands again as a value of its own column. Else the sniffer's guess holds, except that a blank
    name, such as that of a data frame's index, makes no row of a header.
    """
    if len(first) != len(types):
        return guess
    names = [name.strip() for name in first]
    again = [sum(len(row) > place and row[place] == name for row in others) for place, name in enumerate(first)]
    if any(names_a_role(name) and not times for name, times in zip(names, again, strict=True)):
        return True
    fits = [_fits(name, kind) for name, kind in zip(names, types, strict=True) if name and kind != "VARCHAR"]
    if fits and not any(fits):
        return True
    if any(name and times > 1 for name, times in zip(names, again, strict=True)):
        return False
    return guess or (not fits and "" in names and any(names))


def _fits(name: str, sql_type: str) -> bool:
    """Whether a name could be a value of its column."""
    if sql_type in ("BIGINT", "DOUBLE"):
        return re.fullmatch(r"[+-]?[\d.]+(e[+-]?\d+)?", name, re.IGNORECASE) is not None
    if sql_type == "BOOLEAN":
        return name.lower() in ("true", "false", "t", "f", "yes", "no", "y", "n")
    return name[:1].isdigit()


def own_names(names: Sequence[str], notes: list[str]) -> list[str]:
    """Every name once, none blank or endless: `name`, `name_2`; columns cannot differ in case alone."""
    found: list[str] = []
    taken: set[str] = set()
    blank, repeated = [], []
    for place, name in enumerate(names):
        wanted = name.strip()[:LONGEST_NAME]
        if not wanted:
            wanted = f"column{place + 1}"
            blank.append(wanted)
        if wanted.lower() in RESERVED:
            notes.append(f"Column {wanted!r} was named '{wanted}_column': {RESERVED[wanted.lower()]}.")
            wanted = f"{wanted}_column"
        unique, count = wanted, 1
        while unique.lower() in taken:
            count += 1
            unique = f"{wanted}_{count}"
        if unique != wanted:
            repeated.append(unique)
        taken.add(unique.lower())
        found.append(unique)
    if blank:
        notes.append(f"Without a name in the header, and numbered: {listed(blank, 5)}.")
    if repeated:
        notes.append(f"Names that stood in the header already got a number: {listed(repeated, 5)}.")
    return found


def reason(error: duckdb.Error, path: Path, name: str) -> str:
    """DuckDB's first line in our words, the file called as the person calls it."""
    first = str(error).splitlines()[0]
    for start in ("Invalid Input Error: ", "IO Error: ", "Conversion Error: "):
        first = first.removeprefix(start)
    if first.startswith("Error when sniffing file"):
        return "no delimiter gives the lines the same number of columns."
    return re.sub(r'in file "[^"]*"', f"in {name}", first).replace(str(path), name)
