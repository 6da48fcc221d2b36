"""Importing a CSV file, beside bare readers of it. As a program: one import, and the memory it took.

Each imports what it needs by itself, so that a peer's process holds nothing of ours.
"""

import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from benchmarks.made import FEATURES
from benchmarks.timing import own_peak

OF_OVERVIEW = FEATURES[:6]
"""The columns in which Overview looks for crowded errors."""


@contextmanager
def fresh(path: Path) -> Iterator[Path]:
    """A place for a database beside the file."""
    with tempfile.TemporaryDirectory(dir=path.parent) as place:
        yield Path(place) / "fresh.duckdb"


def slicer_import(path: Path) -> None:
    """The file in a project, with everything Slicer does on the way."""
    from slicer.project.store import Project
    from slicer.sources import load_files

    with fresh(path) as place, Project(place) as project:
        load_files(project, [path])


def slicer_overview(path: Path) -> None:
    """From the file to what Overview shows."""
    from slicer.project.store import Project
    from slicer.sources import load_files
    from slicer.workbench import Workbench

    with fresh(path) as place, Project(place) as project:
        dataset, _ = load_files(project, [path])
        bench = Workbench(project, dataset)
        bench.metrics()
        bench.metrics(by=OF_OVERVIEW, metrics=["accuracy"])


def duckdb_import(path: Path) -> None:
    """The file in a database file, as DuckDB reads it."""
    import duckdb

    with fresh(path) as place, duckdb.connect(str(place)) as connection:
        connection.execute(f"create table rows as from read_csv('{path}')").fetchall()


def pandas_import(path: Path) -> None:
    """The file in memory."""
    import pandas as pd

    pd.read_csv(path)


def polars_import(path: Path) -> None:
    """The file in memory."""
    import polars as pl

    pl.read_csv(path)


IMPORTS: dict[str, Callable[[Path], None]] = {
    "slicer": slicer_import,
    "duckdb": duckdb_import,
    "pandas": pandas_import,
    "polars": polars_import,
}


def importers() -> dict[str, Callable[[Path], None]]:
    """Those that are installed."""
    return {name: work for name, work in IMPORTS.items() if find_spec(name)}


if __name__ == "__main__":
    IMPORTS[sys.argv[1]](Path(sys.argv[2]))
    print(own_peak())
