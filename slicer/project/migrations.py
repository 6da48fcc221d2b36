"""Changes of the project file's shape, each named and applied once, in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files

import duckdb

Step = Callable[[duckdb.DuckDBPyConnection], None]


def create_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """The first shape, as `tables.sql` says."""
    connection.execute(files("slicer.project").joinpath("tables.sql").read_text(encoding="utf-8"))


def keep_annotations(connection: duckdb.DuckDBPyConnection) -> None:
    """Who said what of an example: a row for each answer, as often as it was given."""
    connection.execute(
        """
        create table annotations (
            dataset integer not null,
            source integer not null,                  -- the file it came in
            example varchar not null,
            annotator varchar not null,
            label varchar not null
        )
        """
    )


def keep_strata(connection: duckdb.DuckDBPyConnection) -> None:
    """How a stratified queue was drawn: its strata with their sizes, and the stratum of each example."""
    connection.execute("alter table queues add column strata json")
    connection.execute("alter table queue_items add column stratum varchar")


def show_verdicts(connection: duckdb.DuckDBPyConnection) -> None:
    """The last verdict on each example, with the right label where the label is wrong."""
    connection.execute(
        """
        create view verdicts as
        select dataset, example, arg_max(value, number) as verdict, arg_max(name, number) as label
        from live_events
        where kind = 'verdict'
        group by dataset, example
        """
    )


STEPS: tuple[tuple[str, Step], ...] = (
    ("create the tables", create_tables),
    ("keep annotations", keep_annotations),
    ("keep strata", keep_strata),
    ("show verdicts", show_verdicts),
)
"""In order; the schema version of a file is the number of steps it has behind it. Never reorder or change one."""

VERSION = len(STEPS)


def migrate(connection: duckdb.DuckDBPyConnection, found: int) -> None:
    """Bring a file from schema version `found` to `VERSION`; all steps or none."""
    if found == VERSION:
        return
    connection.execute("begin transaction")
    try:
        for _, step in STEPS[found:]:
            step(connection)
        connection.execute("insert or replace into meta values ('schema', ?)", [str(VERSION)])
        connection.execute("commit")
    except BaseException:
        connection.execute("rollback")
        raise
