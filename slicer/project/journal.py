"""The journal: an append-only copy of all events, of all changes of tags and of plans in a file beside the project, a
line of JSON for each.

An event is on disk here before it is acknowledged. How far the project has come is kept in the project itself, in the
same transaction as the events: what stands behind that place is what a damaged project lost.
"""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any, BinaryIO

import duckdb

from slicer.errors import ProjectError
from slicer.project.changes import TagChange, list_changes, make_change
from slicer.project.plan_changes import PlanChange, list_plan_changes, make_plan_change

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
_FORMAT = "slicer.journal/3"
"""The first one had no changes of tags, the second no plans."""

Entry = tuple[Any, ...] | TagChange | PlanChange
"""What a line says: an event, by its `COLUMNS`, a change of a tag, or of the plan."""


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


def replay(cursor: duckdb.DuckDBPyConnection, entries: Iterable[Entry]) -> list[Entry]:
    """Write what a journal says, in its order; what is there already is left out.

    Returns:
        What was written.
    """
    written: list[Entry] = []
    for kind, some in groupby(entries, key=type):
        if kind is TagChange:
            written += [one for one in some if isinstance(one, TagChange) and make_change(cursor, one)]
        elif kind is PlanChange:
            written += [one for one in some if isinstance(one, PlanChange) and make_plan_change(cursor, one)]
        else:
            written += insert_events(cursor, [one for one in some if isinstance(one, tuple)])
    return written


@dataclass(frozen=True, slots=True, kw_only=True)
class Tail:
    """What a journal says behind a place."""

    rows: list[Entry]
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
        return self._first().get("project")

    @property
    def whole(self) -> bool:
        """Whether it says everything: those of the first format said nothing of changes."""
        return self._first().get("journal") == _FORMAT

    def _first(self) -> dict[str, str]:
        try:
            with self.path.open("rb") as file:
                said = json.loads(file.readline())
        except (OSError, ValueError):
            return {}
        return said if isinstance(said, dict) else {}

    @property
    def size(self) -> int:
        """Bytes; 0 without a file."""
        return self.path.stat().st_size if self.path.exists() else 0

    def begin(self, owner: str, rows: Iterable[Entry]) -> int:
        """Write it anew with these entries; gives its size.

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

    def append(self, rows: Sequence[Entry]) -> int:
        """Add entries; they are on disk when this returns. Gives the size.

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
        """What stands behind a place. A line that was broken off is ended, so that the next one can be read."""
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


def read_journal(content: str) -> Iterator[Entry]:
    """What a journal's text says, oldest first; lines that are damaged are left out."""
    for line in content.split("\n"):
        entry = _read(line.encode())
        if entry:
            yield entry


def journal_events(content: str) -> Iterator[dict[str, Any]]:
    """The events among it, each by the names of its columns."""
    for entry in read_journal(content):
        if isinstance(entry, tuple):
            yield dict(zip(COLUMNS, entry, strict=True))


def is_journal(content: str) -> bool:
    """Whether a text is a journal.

    >>> is_journal('{"journal": "slicer.journal/3", "project": "4f0a"}')
    True
    """
    return content.startswith('{"journal"')


def record(cursor: duckdb.DuckDBPyConnection, journal: Journal | None, rows: Sequence[Entry]) -> None:
    """Put what was just written into the journal, and how far it goes into the project; in one transaction.

    Raises:
        ProjectError: the disk does not take it.
    """
    if journal is None or not rows:
        return
    size = journal.append(rows) if journal.size else rewrite(cursor, journal)
    cursor.execute("update meta set value = ? where key = 'journal_size'", [str(size)])


def rewrite(cursor: duckdb.DuckDBPyConnection, journal: Journal) -> int:
    """Write the journal anew from the project, everything in the order it was said; gives its size."""
    owner = cursor.execute("select value from meta where key = 'journal'").fetchall()[0][0]
    events = cursor.execute(f"select number, {', '.join(COLUMNS)} from events order by number").fetchall()
    said: list[tuple[int, Entry]] = [(number, tuple(row)) for number, *row in events]
    entries = sorted([*said, *list_changes(cursor)], key=lambda pair: pair[0])  # stable: an event before its changes
    return journal.begin(owner, [*(entry for _, entry in entries), *list_plan_changes(cursor)])


def new_owner() -> str:
    """A name for a project that no other has."""
    return str(uuid.uuid4())


def _write_all(file: BinaryIO, content: bytes) -> None:
    written = 0
    while written < len(content):
        written += file.write(content[written:])


def _written(row: Entry) -> bytes:
    said = dict(zip(COLUMNS, row, strict=True)) if isinstance(row, tuple) else asdict(row)
    return _line({**said, "made_at": said["made_at"].isoformat()})


def _line(said: dict[str, Any]) -> bytes:
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _read(line: bytes) -> Entry | None:
    """What a line says; nothing of the first one, None of one that is damaged."""
    try:
        said = json.loads(line)
        if "journal" in said:
            return ()
        if "change" in said:
            return TagChange(**{**said, "made_at": datetime.fromisoformat(said["made_at"])})
        if "item" in said:
            return PlanChange(**{**said, "made_at": datetime.fromisoformat(said["made_at"])})
        return tuple(said[name] for name in COLUMNS)
    except (ValueError, KeyError, TypeError):
        return None
