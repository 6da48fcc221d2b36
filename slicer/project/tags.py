"""The tags of a data set: their names, colours and descriptions, and how they came to be what they are."""

from __future__ import annotations

import uuid
from typing import Final

import duckdb

from slicer.errors import UsageError, listed, meant
from slicer.project.changes import Change, TagChange, holder_of, list_changes
from slicer.project.events import KEYS
from slicer.project.journal import record, replay
from slicer.project.store import Project

COLOURS: Final = ("", "blue", "orange", "green", "red", "violet", "yellow", "gray")
"""What a tag may be painted in; every one has a light and a dark shade on screen."""


def create_tag(project: Project, dataset: int, name: str, *, author: str) -> str:
    """A tag before any example carries it; gives its name, without spaces that mean nothing.

    Raises:
        UsageError: no name, or one that means a tag already.
    """
    name = _named(name)
    with project.transaction() as cursor:
        _refuse_taken(cursor, dataset, name, None)
        _change(project, cursor, TagChange(dataset=dataset, tag=name, change="created", author=author))
    return name


def rename_tag(project: Project, dataset: int, old: str, new: str, *, author: str) -> None:
    """Call a tag something else, wherever it stands. The old name goes on meaning it: a tab may still say it.

    Raises:
        UsageError: no such tag, no name, or one that another tag has.
    """
    new = _named(new)
    with project.transaction() as cursor:
        number = _id(cursor, dataset, old)
        _refuse_taken(cursor, dataset, new, number)
        if new != old:
            _change(project, cursor, TagChange(dataset=dataset, tag=old, change="renamed", value=new, author=author))


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
        change = TagChange(dataset=dataset, tag=old, change="merged", value=into, author=author)
        record(cursor, project.journal, replay(cursor, [change, *rows]))
    return sum(not carried for _, carried in found)


def retire_tag(project: Project, dataset: int, name: str, *, author: str, retired: bool = True) -> None:
    """Offer a tag no more; what it says of examples is kept. It comes back when it is put on again, or restored.

    Raises:
        UsageError: no such tag.
    """
    with project.transaction() as cursor:
        _id(cursor, dataset, name)
        change: Change = "retired" if retired else "restored"
        _change(project, cursor, TagChange(dataset=dataset, tag=name, change=change, author=author))


def describe_tag(
    project: Project,
    dataset: int,
    name: str,
    *,
    author: str,
    description: str | None = None,
    colour: str | None = None,
    key: str | None = None,
) -> None:
    """Say what a tag means, so that two people mean the same by it, paint it, and give it a key.

    Args:
        key: One of `KEYS`, taken from the tag that has it; empty for the next one that is free.

    Raises:
        UsageError: no such tag, colour or key.
    """
    if colour is not None and colour not in COLOURS:
        raise UsageError(f"No colour {colour!r}{meant(colour, COLOURS)}", hint=f"Colours: {listed(COLOURS[1:])}.")
    key = None if key is None else key.strip().lower()
    if key and (len(key) > 1 or key not in KEYS):
        raise UsageError(f"{key!r} is no key for a tag.", hint=f"Keys: {' '.join(KEYS)}. The others are taken.")
    wanted: tuple[tuple[Change, str | None], ...] = (
        ("described", None if description is None else " ".join(description.split())),
        ("coloured", colour),
        ("keyed", key),
    )
    with project.transaction() as cursor:
        _id(cursor, dataset, name)
        for change, value in wanted:
            if value is not None:
                said = TagChange(dataset=dataset, tag=name, change=change, value=value, author=author)
                _change(project, cursor, said)


def tag_history(project: Project, dataset: int) -> list[TagChange]:
    """Everything that was done to the tags, oldest first."""
    return [change for _, change in list_changes(project.cursor(), dataset)]


def history_of_tag(project: Project, dataset: int, name: str) -> list[TagChange]:
    """What was done to one tag, oldest first, by whatever name it had then; of a tag that became one with it too."""
    names, found = {name}, []
    for one in reversed(tag_history(project, dataset)):
        if one.change in ("renamed", "merged") and one.value in names:
            names.add(one.tag)
        if one.tag in names:
            found.append(one)
    return found[::-1]


def _id(cursor: duckdb.DuckDBPyConnection, dataset: int, name: str) -> int:
    row = cursor.execute("select id from tags where dataset = ? and name = ?", [dataset, name]).fetchone()
    if row is None:
        known = [one[0] for one in cursor.execute("select name from tags where dataset = ?", [dataset]).fetchall()]
        raise UsageError(f"No tag named {name!r}{meant(name, known)}", hint=f"Tags: {listed(known)}.")
    return int(row[0])


def _named(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise UsageError("A tag needs a name.")
    return name


def _refuse_taken(cursor: duckdb.DuckDBPyConnection, dataset: int, name: str, number: int | None) -> None:
    """A name means one tag: `number`, or none yet."""
    holder = holder_of(cursor, dataset, name)
    if holder in (None, number):
        return
    (current,) = cursor.execute("select name from tags where id = ?", [holder]).fetchone() or (name,)
    before = "" if current == name else f": {current!r} was called that before"
    raise UsageError(f"There is a tag {name!r} already{before}.", hint="To make one of two tags, merge them.")


def _change(project: Project, cursor: duckdb.DuckDBPyConnection, change: TagChange) -> None:
    """Carry a change out, in the project and in its journal."""
    record(cursor, project.journal, replay(cursor, [change]))
