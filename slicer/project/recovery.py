"""Opening a project that was not closed well: DuckDB's log beside it, and what the journal has beyond both."""

from __future__ import annotations

import contextlib
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from slicer.project.journal import Journal, new_owner, replay, rewrite


class Log:
    """DuckDB's write-ahead log as it was before the project was opened: opening empties it, or refuses it.

    Args:
        path: The project file. After a clean end it has no log.
    """

    def __init__(self, path: str) -> None:
        self.path = Path(f"{path}.wal")
        self.copy = Path(f"{path}.wal.kept-{datetime.now(UTC):%Y%m%d-%H%M%S-%f}")
        self.damaged = False
        """Whether DuckDB refused it."""
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            shutil.copyfile(self.path, self.copy)

    def connect(self, path: str) -> duckdb.DuckDBPyConnection:
        """Open the project: with the whole log, else with what stands before the damage, else without it.

        Raises:
            duckdb.Error: it cannot be opened in any of these ways; the log is then as it was.
        """
        try:
            return duckdb.connect(path)
        except duckdb.Error as error:
            if "replaying WAL" not in str(error) or not self.copy.exists():
                raise
            refusal = error
        self.damaged = True
        sound = re.search(r"byte position (\d+)", str(refusal))
        for length in (int(sound[1]) if sound else 0, 0):
            with self.path.open("r+b") as file:
                file.truncate(length)
            with contextlib.suppress(duckdb.Error):
                return duckdb.connect(path)
        shutil.copyfile(self.copy, self.path)
        raise refusal

    def discard(self) -> None:
        """Remove the copy."""
        self.copy.unlink(missing_ok=True)


def catch_up(connection: duckdb.DuckDBPyConnection, journal: Journal, log: Log) -> tuple[str, ...]:
    """Put back what the journal has and the project lost, and see that each has what the other has.

    Returns:
        What was put right, in sentences.
    """
    notes = [f"The log {log.path.name} was damaged; what stood before the damage was read."] if log.damaged else []
    owner, size = _known(connection)
    if journal.owner not in (None, owner):
        kept = journal.set_aside()
        notes.append(f"A journal of another project was in the way; it is kept as {kept.name}.")
    cursor = connection.cursor()
    cursor.execute("begin transaction")
    restored, unreadable = _put_back(cursor, journal, size)
    if restored:
        what = "1 event" if restored == 1 else f"{restored:,} events"
        were = "was" if restored == 1 else "were"
        notes.append(f"{what} that the project had not kept {were} put back from the journal {journal.path.name}.")
    if unreadable or (journal.size and journal.owner is None):
        kept = journal.set_aside()
        notes.append(f"The journal was damaged; it was written anew, and the damaged one is kept as {kept.name}.")
    tables = ("events", "tag_changes", "plan_changes")
    said = cursor.execute("select " + " + ".join(f"(select count(*) from {one})" for one in tables)).fetchall()[0][0]
    stands = journal.size if journal.size >= size and journal.whole else 0
    if said and not stands:
        stands = rewrite(cursor, journal)
    cursor.execute("update meta set value = ? where key = 'journal_size'", [str(stands)])
    cursor.execute("commit")
    if restored or log.damaged:
        connection.execute("checkpoint").fetchall()
        if log.copy.exists():
            notes.append(f"The log as it was is kept as {log.copy.name}.")
    else:
        log.discard()
    return tuple(notes)


def _known(connection: duckdb.DuckDBPyConnection) -> tuple[str, int]:
    """The name of the project in its journal, and how far it had come; given when it is first opened."""
    found = dict(connection.execute("select key, value from meta where key in ('journal', 'journal_size')").fetchall())
    if "journal" not in found:
        found = {"journal": new_owner(), "journal_size": "0"}
        connection.executemany("insert into meta values (?, ?)", [list(pair) for pair in found.items()])
        connection.execute("checkpoint").fetchall()  # a log that is lost later must not take the name along
    return found["journal"], int(found["journal_size"])


def _put_back(cursor: duckdb.DuckDBPyConnection, journal: Journal, size: int) -> tuple[int, int]:
    """How much was put back, and damaged lines. A queue that is lost itself says no more how they were drawn."""
    tail = journal.tail(size)
    queues = {row[0] for row in cursor.execute("select id from queues").fetchall()}
    rows = [
        (*one[:5], one[5] if one[5] in queues else None, *one[6:]) if isinstance(one, tuple) else one
        for one in tail.rows
    ]
    return len(replay(cursor, rows)), tail.unreadable
