"""Projects as commands open them: there already, or made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from slicer import sources
from slicer.cli.options import given_of
from slicer.cli.output import say, say_roles
from slicer.errors import MissingFileError, UsageError
from slicer.project.journal import Journal
from slicer.project.store import Project
from slicer.workbench import Options, Workbench


def opened(source: str, options: Mapping[str, Any]) -> Workbench:
    """The rows of a source, ready to be asked; what was guessed of a file is said."""
    bench = sources.open_source(
        source,
        given_of(options),
        dataset=options["dataset"],
        run=options["run"],
        options=Options(level=options["level"], seed=options["seed"]),
    )
    tell(bench.project)
    if not options["quiet"] and not source.endswith(".duckdb"):
        say_roles(bench.dataset)
    return bench


@contextmanager
def made(path: str) -> Iterator[Project]:
    """A project, made if it is not there; if what follows fails, a new one is not left behind."""
    if not path.endswith(".duckdb"):
        raise UsageError(f"{path} is no name for a project.", hint="Projects end in .duckdb, such as work.duckdb.")
    new = not Path(path).exists()
    try:
        with Project(path) as project:
            tell(project)
            yield project
    except BaseException:
        for left in (path, f"{path}.wal", Journal(path).path) if new else ():
            Path(left).unlink(missing_ok=True)
        raise


def existing(path: str) -> Project:
    """A project that is there.

    Raises:
        MissingFileError: it is not.
    """
    if not Path(path).is_file():
        raise MissingFileError(path)
    project = Project(path)
    tell(project)
    return project


def tell(project: Project) -> None:
    """Say what was put right when a project was opened."""
    for note in project.notes:
        say(note)
