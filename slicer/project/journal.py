"""The journal: an append-only copy of all events in a file beside the project, a line of JSON for each.

An event is on disk here before it is acknowledged. How far the project has come is kept in the project itself, in the
same transaction as the events: what stands behind that place is what a damaged project lost.
"""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import duckdb

from slicer.errors import ProjectError

_TYPES = {
    "dataset": "integer",
    "example": "varchar",
    "kind": "varchar",
    "name": "varchar",
    "value": "varchar",
    "queue": "integer",
    "author": "varchar",
    "made_at": "timestamp",
    "session": "varchar",
    "seq": "bigint",
    "undoes": "bigint",
}
COLUMNS = tuple(_TYPES)
"""What a line says of an event: the columns of its table, but for the number it got there."""

AT_ONCE = 50_000
"""Events written by one statement; a second one in the same transaction is many times slower."""

_UNNESTED = ", ".join(f"unnest(?::{kind}[]) as {name}" for name, kind in _TYPES.items())
_INSERT = f"""
    insert or ignore into events ({", ".join(COLUMNS)})
    select * replace (coalesce(made_at, now()::timestamp) as made_at) from (select {_UNNESTED})
    returning number, {", ".join(COLUMNS)}
"""
_FORMAT = "slicer.journal/1"


def insert_events(cursor: duckdb.DuckDBPyConnection, rows: Sequence[Sequence[Any]]) -> list[tuple[Any, ...]]:
    """Write events, each with the `COLUMNS` of its table; one that is there already is left out.

    A tag that is said for the first time is there from then on; one that was retired comes back when it is put on.

    Returns:
        Those that were written, as they stand in the table now.
    """
    written: list[tuple[Any, ...]] = []
    for start in range(0, len(rows), AT_ONCE):
        columns = [list(column) for column in zip(*rows[start : start + AT_ONCE], strict=True)]
        written += cursor.execute(_INSERT, columns).fetchall()
    kept = [row[1:] for row in sorted(written)]
    _use_tags(cursor, [(row[0], row[3], row[4]) for row in kept if row[2] == "tag"])
    return kept


def _use_tags(cursor: duckdb.DuckDBPyConnection, said: Sequence[tuple[int, str, str]]) -> None:
    """Make the tags of events: (dataset, name, yes or no)."""
    for dataset, name in dict.fromkeys((dataset, name) for dataset, name, _ in said):
        cursor.execute(
            """
            insert or ignore into tags (dataset, name)
            select $dataset, $name
            where not exists (select 1 from tag_names where dataset = $dataset and name = $name)
            """,
            {"dataset": dataset, "name": name},
        )
    if not said or not cursor.execute("select 1 from tags where retired limit 1").fetchone():
        return
    for dataset, name in dict.fromkeys((dataset, name) for dataset, name, value in said if value == "yes"):
        cursor.execute("update tags set retired = false where retired and dataset = ? and name = ?", [dataset, name])


@dataclass(frozen=True, slots=True, kw_only=True)
class Tail:
    """What a journal says behind a place."""

    rows: list[tuple[Any, ...]]
    unreadable: int
    """Lines that are damaged."""


class Journal:
    """The file of events beside a project file.

    Args:
        project: The path of the project file.

    >>> Journal("work.duckdb").path.name
    'work.events.jsonl'
    """

    def __init__(self, project: str | Path) -> None:
        self.path = Path(project).with_suffix(".events.jsonl")
        self._file: BinaryIO | None = None

    @property
    def owner(self) -> str | None:
        """The project it belongs to, by its own name; None without a file or a first line that says it."""
        try:
            with self.path.open("rb") as file:
                return str(json.loads(file.readline())["project"])
        except (OSError, ValueError, KeyError, TypeError):
            return None

    @property
    def size(self) -> int:
        """Bytes; 0 without a file."""
        return self.path.stat().st_size if self.path.exists() else 0

    def begin(self, owner: str, rows: Iterable[Sequence[Any]]) -> int:
        """Write it anew with these events; gives its size.

        Raises:
            ProjectError: the disk does not take it.
        """
        self.close()
        draft = self.path.with_suffix(".jsonl.new")
        with self._in_words(), draft.open("wb") as file:
            file.write(_line({"journal": _FORMAT, "project": owner}))
            file.writelines(map(_written, rows))
            file.flush()
            os.fsync(file.fileno())
        with self._in_words():
            draft.replace(self.path)
        return self.size

    def append(self, rows: Sequence[Sequence[Any]]) -> int:
        """Add events; they are on disk when this returns. Gives the size.

        Raises:
            ProjectError: the disk does not take them; the file is as it was.
        """
        with self._in_words():
            file = self._file = self._file or self.path.open("ab", buffering=0)
            before = file.seek(0, os.SEEK_END)
            try:
                _write_all(file, b"".join(map(_written, rows)))
                os.fsync(file.fileno())
            except OSError:
                file.truncate(before)
                raise
            return file.tell()

    def tail(self, start: int) -> Tail:
        """The events behind a place. A line that was broken off is ended, so that the next one can be read."""
        if not self.path.exists():
            return Tail(rows=[], unreadable=0)
        with self._in_words(), self.path.open("r+b") as file:
            file.seek(start)
            content = file.read()
            if content and not content.endswith(b"\n"):
                content = content[: content.rfind(b"\n") + 1]
                file.truncate(start + len(content))
        rows = list(map(_read, content.splitlines()))
        return Tail(rows=[row for row in rows if row], unreadable=rows.count(None))

    def set_aside(self) -> Path:
        """Give the file another name, so that it is kept."""
        self.close()
        number, place = 1, self.path
        while place.exists():
            number += 1
            place = self.path.with_name(f"{self.path.stem}-{number}.jsonl")
        with self._in_words():
            self.path.rename(place)
        return place

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            self._file.close()
            self._file = None

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        """Says what the disk refuses."""
        try:
            yield
        except OSError as error:
            raise ProjectError(
                f"The journal {self.path.name} cannot be written: {error.strerror or error}.",
                hint="Nothing was saved of this step. Free some space beside the project, then try again.",
            ) from None


def read_journal(content: str) -> Iterator[dict[str, Any]]:
    """The events of a journal's text, oldest first; lines that are damaged are left out."""
    for line in content.split("\n"):
        row = _read(line.encode())
        if row:
            yield dict(zip(COLUMNS, row, strict=True))


def is_journal(content: str) -> bool:
    """Whether a text is a journal.

    >>> is_journal('{"journal": "slicer.journal/1", "project": "4f0a"}')
    True
    """
    return content.startswith('{"journal"')


def record(cursor: duckdb.DuckDBPyConnection, journal: Journal | None, rows: Sequence[Sequence[Any]]) -> None:
    """Put events that were just written into the journal, and how far it goes into the project; in one transaction.

    Raises:
        ProjectError: the disk does not take them.
    """
    if journal is None or not rows:
        return
    size = journal.append(rows) if journal.size else rewrite(cursor, journal)
    cursor.execute("update meta set value = ? where key = 'journal_size'", [str(size)])


def rewrite(cursor: duckdb.DuckDBPyConnection, journal: Journal) -> int:
    """Write the journal anew from the events of the project; gives its size."""
    owner = cursor.execute("select value from meta where key = 'journal'").fetchall()[0][0]
    return journal.begin(owner, cursor.execute(f"select {', '.join(COLUMNS)} from events order by number").fetchall())


def new_owner() -> str:
    """A name for a project that no other has."""
    return str(uuid.uuid4())


def _write_all(file: BinaryIO, content: bytes) -> None:
    written = 0
    while written < len(content):
        written += file.write(content[written:])


def _written(row: Sequence[Any]) -> bytes:
    said = dict(zip(COLUMNS, row, strict=True))
    return _line({**said, "made_at": said["made_at"].isoformat()})


def _line(said: dict[str, Any]) -> bytes:
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _read(line: bytes) -> tuple[Any, ...] | None:
    """The columns of a line; nothing of the first one, None of one that is damaged."""
    try:
        said = json.loads(line)
        return () if "journal" in said else tuple(said[name] for name in COLUMNS)
    except (ValueError, KeyError, TypeError):
        return None
