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


def change_tags(connection: duckdb.DuckDBPyConnection) -> None:
    """Tags can be renamed, merged, retired, described and painted, and all of it is kept.

    Events stay as they were said: a name that a tag had before means that tag.
    """
    connection.execute(
        """
        alter table tags add column description varchar default '';
        alter table tags add column colour varchar default '';
        alter table tags add column retired boolean default false;
        create table tag_names (                      -- names tags had before
            dataset integer not null,
            name varchar not null,
            tag integer not null,
            primary key (dataset, name)
        );
        create sequence tag_change_numbers;
        create table tag_changes (                    -- append only
            number bigint primary key default nextval('tag_change_numbers'),
            dataset integer not null,
            tag varchar not null,
            change varchar not null,
            value varchar not null default '',
            author varchar not null,
            made_at timestamp not null default (now()::timestamp)
        );
        create or replace view live_events as
        with reversals as (
            select session, undoes, arg_max(kind, number) as last_kind
            from events
            where undoes is not null
            group by session, undoes
        )
        select events.* replace (coalesce(tags.name, events.name) as name)
        from events
        left join reversals on reversals.session = events.session and reversals.undoes = events.seq
        left join tag_names
            on events.kind = 'tag' and tag_names.dataset = events.dataset and tag_names.name = events.name
        left join tags on tags.id = tag_names.tag
        where events.kind not in ('undo', 'redo') and coalesce(reversals.last_kind, 'redo') = 'redo';
        """
    )


def keep_changes_apart(connection: duckdb.DuckDBPyConnection) -> None:
    """Changes of tags have a name of their own and their place among the events, so that a journal can hold them; and
    people choose keys."""
    connection.execute(
        """
        alter table tags add column key varchar default '';
        alter table tag_changes add column ident varchar;
        alter table tag_changes add column after bigint;
        update tag_changes
        set
            ident = uuid()::varchar,
            after = coalesce((select max(number) from events where events.made_at <= tag_changes.made_at), 0);
        """
    )


def keep_plans(connection: duckdb.DuckDBPyConnection) -> None:
    """What was put into the plan of a data set and what was decided of it: a line for each, append only."""
    connection.execute(
        """
        create sequence plan_change_numbers;
        create table plan_changes (
            number bigint primary key default nextval('plan_change_numbers'),
            dataset integer not null,
            item varchar not null,                    -- the row of the plan
            field varchar not null,                   -- added: the prediction it rests on; else what was set
            value varchar not null,
            author varchar not null,
            made_at timestamp not null,
            ident varchar not null unique             -- said twice, it is written once
        );
        """
    )


def keep_versions(connection: duckdb.DuckDBPyConnection) -> None:
    """Saved slices have a history: what was saved under which name, and when it was forgotten."""
    connection.execute(
        """
        create sequence slice_version_numbers;
        create table slice_versions (
            number bigint primary key default nextval('slice_version_numbers'),
            dataset integer not null,
            name varchar not null,
            slice varchar not null,
            note varchar not null default '',
            author varchar not null,
            made_at timestamp not null default (now()::timestamp),
            forgotten boolean not null default false
        );
        insert into slice_versions (dataset, name, slice, note, author, made_at)
        select dataset, name, slice, note, author, made_at from slices order by made_at, name;
        """
    )


STEPS: tuple[tuple[str, Step], ...] = (
    ("create the tables", create_tables),
    ("keep annotations", keep_annotations),
    ("keep strata", keep_strata),
    ("show verdicts", show_verdicts),
    ("change tags", change_tags),
    ("keep changes apart", keep_changes_apart),
    ("keep plans", keep_plans),
    ("keep versions", keep_versions),
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
