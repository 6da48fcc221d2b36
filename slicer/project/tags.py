"""The tags of a data set: their names, colours and descriptions, and how they came to be what they are."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

import duckdb

from slicer.errors import UsageError, listed, meant
from slicer.project.journal import insert_events, record
from slicer.project.store import Project

COLOURS: Final = ("", "blue", "orange", "green", "red", "violet", "yellow", "gray")
"""What a tag may be painted in; every one has a light and a dark shade on screen."""

Change = Literal["renamed", "merged", "retired", "restored", "described", "coloured"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TagChange:
    """One thing somebody did to a tag."""

    tag: str
    """What it was called then."""
    change: Change
    value: str
    """The new name, the tag it went into, the description or the colour."""
    author: str
    made_at: datetime


def rename_tag(project: Project, dataset: int, old: str, new: str, *, author: str) -> None:
    """Call a tag something else, wherever it stands. The old name goes on meaning it: a tab may still say it.

    Raises:
        UsageError: no such tag, no name, or one that another tag has.
    """
    new = " ".join(new.split())
    if not new:
        raise UsageError("A tag needs a name.")
    with project.transaction() as cursor:
        number = _id(cursor, dataset, old)
        holder = _holder(cursor, dataset, new)
        if holder not in (None, number):
            raise UsageError(
                f"There is a tag {new!r} already.",
                hint=f"To make one of the two, merge: slicer tags merge {old!r} {new!r}",
            )
        cursor.execute("delete from tag_names where dataset = ? and name = ?", [dataset, new])
        cursor.execute("insert or ignore into tag_names values (?, ?, ?)", [dataset, old, number])
        cursor.execute("update tags set name = ? where id = ?", [new, number])
        _note(cursor, dataset, old, "renamed", new, author)


def merge_tags(project: Project, dataset: int, old: str, into: str, *, author: str) -> int:
    """Make one tag of two: what carried either carries `into`, by events of its own; `old` goes on meaning it.

    Returns:
        Examples that carry it by the other tag alone.

    Raises:
        UsageError: no such tag, or twice the same.
    """
    with project.transaction() as cursor:
        gone, stays = _id(cursor, dataset, old), _id(cursor, dataset, into)
        if gone == stays:
            raise UsageError(f"{old!r} and {into!r} are one tag already.")
        found = cursor.execute(
            """
            select example, bool_or(tag = ? and state = 'yes')
            from tag_states
            where dataset = ? and tag in (?, ?)
            group by example
            having bool_or(tag = ?) and bool_or(state = 'yes')
            order by example
            """,
            [into, dataset, old, into, old],
        ).fetchall()
        session = f"merge-{uuid.uuid4()}"
        rows = [
            (dataset, example, "tag", into, "yes", None, author, None, session, place, None)
            for place, (example, _) in enumerate(found, start=1)
        ]
        cursor.execute("update tag_names set tag = ? where tag = ?", [stays, gone])
        cursor.execute("insert into tag_names values (?, ?, ?)", [dataset, old, stays])
        cursor.execute("delete from tags where id = ?", [gone])
        record(cursor, project.journal, insert_events(cursor, rows))
        _note(cursor, dataset, old, "merged", into, author)
    return sum(not carried for _, carried in found)


def retire_tag(project: Project, dataset: int, name: str, *, author: str, retired: bool = True) -> None:
    """Offer a tag no more; what it says of examples is kept. It comes back when it is put on again, or restored.

    Raises:
        UsageError: no such tag.
    """
    with project.transaction() as cursor:
        number = _id(cursor, dataset, name)
        cursor.execute("update tags set retired = ? where id = ?", [retired, number])
        _note(cursor, dataset, name, "retired" if retired else "restored", "", author)


def describe_tag(
    project: Project, dataset: int, name: str, *, author: str, description: str | None = None, colour: str | None = None
) -> None:
    """Say what a tag means, so that two people mean the same by it, and paint it.

    Raises:
        UsageError: no such tag or colour.
    """
    if colour is not None and colour not in COLOURS:
        raise UsageError(f"No colour {colour!r}{meant(colour, COLOURS)}", hint=f"Colours: {listed(COLOURS[1:])}.")
    with project.transaction() as cursor:
        number = _id(cursor, dataset, name)
        if description is not None:
            cursor.execute("update tags set description = ? where id = ?", [description.strip(), number])
            _note(cursor, dataset, name, "described", description.strip(), author)
        if colour is not None:
            cursor.execute("update tags set colour = ? where id = ?", [colour, number])
            _note(cursor, dataset, name, "coloured", colour, author)


def tag_history(project: Project, dataset: int) -> list[TagChange]:
    """Everything that was done to the tags, oldest first."""
    rows = project.cursor().execute(
        "select tag, change, value, author, made_at from tag_changes where dataset = ? order by number", [dataset]
    )
    return [
        TagChange(tag=tag, change=change, value=value, author=author, made_at=made_at)
        for tag, change, value, author, made_at in rows.fetchall()
    ]


def retired_tags(project: Project, dataset: int) -> list[str]:
    """The tags that are offered no more."""
    rows = project.cursor().execute("select name from tags where dataset = ? and retired order by name", [dataset])
    return [row[0] for row in rows.fetchall()]


def _id(cursor: duckdb.DuckDBPyConnection, dataset: int, name: str) -> int:
    row = cursor.execute("select id from tags where dataset = ? and name = ?", [dataset, name]).fetchone()
    if row is None:
        known = [one[0] for one in cursor.execute("select name from tags where dataset = ?", [dataset]).fetchall()]
        raise UsageError(f"No tag named {name!r}{meant(name, known)}", hint=f"Tags: {listed(known)}.")
    return int(row[0])


def _holder(cursor: duckdb.DuckDBPyConnection, dataset: int, name: str) -> int | None:
    """The tag that a name means now, or meant before."""
    row = cursor.execute(
        """
        select id from tags where dataset = $dataset and name = $name
        union all select tag from tag_names where dataset = $dataset and name = $name
        """,
        {"dataset": dataset, "name": name},
    ).fetchone()
    return None if row is None else int(row[0])


def _note(cursor: duckdb.DuckDBPyConnection, dataset: int, tag: str, change: Change, value: str, author: str) -> None:
    cursor.execute(
        "insert into tag_changes (dataset, tag, change, value, author) values (?, ?, ?, ?, ?)",
        [dataset, tag, change, value, author],
    )
