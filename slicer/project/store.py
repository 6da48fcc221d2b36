"""Opening a project file: one connection for the whole process, a cursor for each use."""

from __future__ import annotations

import contextlib
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

import duckdb

from slicer.errors import LockedProjectError, NewerProjectError, NotAProjectError, ProjectError
from slicer.project.journal import Journal
from slicer.project.migrations import VERSION, migrate
from slicer.project.recovery import Log, catch_up

MEMORY = ":memory:"
"""A project that is never written to disk."""

EVENTS_IN_LOG = 500
"""Steps of tagging after which the log is moved into the file; it takes some milliseconds."""


class Project:
    """An open project file.

    Args:
        path: A `*.duckdb` file, made if it is not there; `MEMORY` for none.

    Raises:
        LockedProjectError: another process has it; the message names it.
        NewerProjectError: a later version wrote it; it is left untouched.
        NotAProjectError: the file is something else; it is left untouched.

    >>> with Project(MEMORY) as project:
    ...     project.cursor().execute("select count(*) from datasets").fetchone()
    (0,)
    """

    def __init__(self, path: str | Path) -> None:
        self.path = str(path)
        self._writing = threading.RLock()
        self._logged = 0
        log = Log(self.path)
        made = self.path == MEMORY or not Path(self.path).exists()
        try:
            self._connection = _connect(self.path, log)
        except BaseException:
            log.discard()
            raise
        self.journal = None if self.path == MEMORY else Journal(self.path)
        """The copy of all events beside the file; None in memory."""
        self.notes: tuple[str, ...] = ()
        """What was put right when it was opened, in sentences."""
        try:
            found = 0 if made else _schema_version(self._connection, self.path)
            if found > VERSION:
                raise NewerProjectError(self.name, found, VERSION)
            migrate(self._connection, found)
            if self.journal is not None:
                self.notes = catch_up(self._connection, self.journal, log)
        except BaseException:
            self._connection.close()
            if not log.damaged:
                log.discard()
            raise

    @property
    def name(self) -> str:
        """The file's name, without its folder."""
        return Path(self.path).name if self.path != MEMORY else "memory"

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A cursor of its own for each use; connections are not shared between threads."""
        return self._connection.cursor()

    @contextmanager
    def transaction(
        self, cursor: duckdb.DuckDBPyConnection | None = None, *, begun: bool = False, logged: bool = False
    ) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor inside a transaction: all of it is written, or nothing. One writer at a time.

        Args:
            cursor: One that holds tables for it; closed at the end.
            begun: Whether the cursor is in its transaction already: nobody waits while a long one is prepared.
            logged: Whether it may stay in the log for a while, because losing it loses nothing: events have their
                journal, views are made again. Everything else goes into the file at once.
        """
        with self._writing:
            cursor = cursor or self.cursor()
            if not begun:
                cursor.execute("begin transaction")
            try:
                yield cursor
            except BaseException:
                cursor.execute("rollback")
                raise
            else:
                cursor.execute("commit")
            finally:
                cursor.close()
            self._logged = self._logged + 1 if logged else 0
            if self._logged % EVENTS_IN_LOG == 0:
                self.checkpoint()

    def checkpoint(self) -> None:
        """Move what was written from the log into the file, so that a damaged log loses nothing."""
        with self._writing, contextlib.suppress(duckdb.TransactionException):  # someone is reading: the log keeps it
            self.cursor().execute("checkpoint").fetchall()

    def close(self) -> None:
        """Write everything into the file and let go of it."""
        self._connection.close()
        if self.journal is not None:
            self.journal.close()

    def __enter__(self) -> Project:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _connect(path: str, log: Log) -> duckdb.DuckDBPyConnection:
    if path != MEMORY and not Path(path).parent.is_dir():
        raise ProjectError(
            f"There is no folder {Path(path).parent} to keep the project in.", hint="Make it first, or choose another."
        )
    try:
        connection = log.connect(path)
    except duckdb.IOException as error:
        text = str(error)
        if "lock" in text.lower():
            raise LockedProjectError(path, _holder(text)) from None
        if not Path(path).exists():
            raise ProjectError(
                f"The project {path} cannot be made: {text.splitlines()[0].removeprefix('IO Error: ')}."
            ) from None
        raise NotAProjectError(path, "it is no DuckDB file, or of a newer DuckDB") from None
    except duckdb.Error as error:
        raise NotAProjectError(path, str(error).splitlines()[0]) from None
    connection.execute("set global TimeZone = 'UTC'")
    return connection


def _holder(text: str) -> str:
    """Who holds the lock, from DuckDB's message.

    >>> _holder("Conflicting lock is held in /usr/bin/python3.11 (PID 4711).")
    'another process (python3.11, PID 4711)'
    """
    found = re.search(r"held in (?P<program>\S*).*?\(PID (?P<pid>\d+)\)", text)
    if found is None:
        return "another process"
    return f"another process ({Path(found['program']).name}, PID {found['pid']})"


def _schema_version(connection: duckdb.DuckDBPyConnection, path: str) -> int:
    """0 for an empty file.

    Raises:
        NotAProjectError: tables of somebody else.
    """
    if not connection.execute("select 1 from duckdb_tables() where table_name = 'meta'").fetchall():
        others = connection.execute(
            """
            select table_name from duckdb_tables()
            union all select view_name from duckdb_views() where not internal
            union all select sequence_name from duckdb_sequences()
            union all select function_name from duckdb_functions() where not internal
            union all select type_name from duckdb_types() where not internal
            """
        ).fetchall()
        if others:
            raise NotAProjectError(path, "it holds other tables")
        return 0
    try:
        row = connection.execute("select value from meta where key = 'schema'").fetchone() or ("",)
    except duckdb.Error:
        row = ("",)
    if not re.fullmatch("[1-9][0-9]*", str(row[0])):
        raise NotAProjectError(path, "its meta table names no schema")
    return int(row[0])
