"""The projects this process has open, and the files on their way in. One connection each, shared by all sessions."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path

from slicer.errors import UsageError
from slicer.project.store import Project

PROJECT_VARIABLE = "SLICER_PROJECT"
"""The environment variable that names the project to start with."""

DEFAULT_PROJECT = "slicer.duckdb"


class Projects:
    """Open projects by a short name that may stand in a link; a link never names a path."""

    def __init__(self) -> None:
        self._open: dict[str, Project] = {}
        self._lock = threading.Lock()
        self.token = secrets.token_urlsafe(24)
        """What a page of ours knows and a foreign page does not; new at every start."""

    @property
    def names(self) -> tuple[str, ...]:
        """The open projects, the first one first."""
        return tuple(self._open)

    def first(self) -> Project:
        """The project the process was started on, opened when it is first needed.

        Raises:
            ProjectError: it cannot be opened, in words.
        """
        return self.open(os.environ.get(PROJECT_VARIABLE, DEFAULT_PROJECT))

    def open(self, path: str | Path) -> Project:
        """The project at a path, made if it is not there.

        Raises:
            ProjectError, UsageError: in words.
        """
        place = Path(path).expanduser().resolve()
        if not place.parent.is_dir():
            raise UsageError(f"There is no folder {place.parent}.", hint="Choose a folder that exists.")
        with self._lock:
            for project in self._open.values():
                if Path(project.path) == place:
                    return project
            project = Project(place)
            name, count = place.stem, 1
            while name in self._open:
                count += 1
                name = f"{place.stem}-{count}"
            self._open[name] = project
            return project

    def get(self, name: str | None) -> Project:
        """An open project by its name, else the first."""
        return self._open[name] if name in self._open else self.first()

    def named(self, name: str) -> Project:
        """The open project of this name; never another one: what is sent to it must not land elsewhere.

        Raises:
            UsageError: it is not open.
        """
        if name not in self._open:
            self.first()
        if name not in self._open:
            raise UsageError(f"The project {name} is not open here.", hint="Open it again on the Data page.")
        return self._open[name]

    def name_of(self, project: Project) -> str:
        """The name of an open project."""
        return next(name for name, one in self._open.items() if one is project)

    def close(self) -> None:
        """Write everything down and let go of the files."""
        with self._lock:
            for project in self._open.values():
                project.close()
            self._open.clear()


Waiting = tuple[str, str]
"""A file's path, and its name where that is another."""


class Uploads:
    """Files that came through the browser, on disk until the process ends."""

    def __init__(self) -> None:
        self._folder: Path | None = None
        self._names: dict[str, str] = {}
        self._waiting: dict[str, list[Waiting]] = {}

    def start(self, name: str) -> tuple[str, Path]:
        """A ticket and a path to write to."""
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="slicer-uploads-"))
        ticket = secrets.token_urlsafe(12)
        self._names[ticket] = Path(name).name
        return ticket, self._folder / ticket

    def find(self, ticket: str) -> tuple[Path, str]:
        """Path and the person's name of an upload.

        Raises:
            UsageError: no such upload, or it was of an earlier start.
        """
        if ticket not in self._names or self._folder is None:
            raise UsageError("This upload is gone: the dashboard was restarted.", hint="Drop the file again.")
        return self._folder / ticket, self._names[ticket]

    def wait(self, files: Sequence[Waiting]) -> str:
        """A word for files that wait to be imported, to be put into a link: it finds them after the page is loaded
        anew. The same files have the same word."""
        known = next((word for word, others in self._waiting.items() if others == list(files)), None)
        word = known or secrets.token_urlsafe(12)
        self._waiting[word] = list(files)
        return word

    def waiting(self, word: str) -> list[Waiting]:
        """The files of a word; none of one that is not known, or done."""
        return list(self._waiting.get(word, ()))

    def done(self, files: Sequence[Waiting]) -> None:
        """Forget that these files wait."""
        self._waiting = {word: others for word, others in self._waiting.items() if others != list(files)}

    def close(self) -> None:
        """Remove the files."""
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)


projects = Projects()
uploads = Uploads()
