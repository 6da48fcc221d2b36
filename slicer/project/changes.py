"""What was done to the tags themselves, and what follows from it: append-only, like what was said of examples."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

import duckdb

Change = Literal["created", "renamed", "merged", "retired", "restored", "described", "coloured", "keyed"]

_SET = {
    "retired": ("retired", True),
    "restored": ("retired", False),
    "described": ("description", None),
    "coloured": ("colour", None),
    "keyed": ("key", None),
}
"""The column a change sets, and to what: None for its own value."""


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


def _ident() -> str:
    return str(uuid.uuid4())


@dataclass(frozen=True, slots=True, kw_only=True)
class TagChange:
    """One thing somebody did to a tag. `ident` names it: done twice, it is done once."""

    dataset: int
    tag: str
    """What it was called then."""
    change: Change
    value: str = ""
    """The new name, the tag it went into, the description, the colour or the key."""
    author: str
    made_at: datetime = field(default_factory=_now)
    ident: str = field(default_factory=_ident)


def make_change(cursor: duckdb.DuckDBPyConnection, change: TagChange) -> bool:
    """Carry a change out and write it down. It is taken as it comes, also where a damaged project lacks the tag or has
    the new name already: then two tags become one.

    Returns:
        Whether it is new here.
    """
    if cursor.execute("select 1 from tag_changes where ident = ?", [change.ident]).fetchone():
        return False
    cursor.execute(
        """
        insert into tag_changes (dataset, tag, change, value, author, made_at, ident, after)
        select ?, ?, ?, ?, ?, ?, ?, coalesce(max(number), 0)
        from events
        """,
        [change.dataset, change.tag, change.change, change.value, change.author, change.made_at, change.ident],
    )
    tag = _meant(cursor, change.dataset, change.tag)
    if change.change == "renamed":
        _rename(cursor, change, tag)
    elif change.change == "merged":
        _merge(cursor, change, tag, _meant(cursor, change.dataset, change.value))
    elif change.change in _SET:
        column, value = _SET[change.change]
        if column == "key":
            cursor.execute("update tags set key = '' where dataset = ? and key = ?", [change.dataset, change.value])
        cursor.execute(f"update tags set {column} = ? where id = ?", [change.value if value is None else value, tag])
    return True


def list_changes(cursor: duckdb.DuckDBPyConnection, dataset: int | None = None) -> list[tuple[int, TagChange]]:
    """The changes, oldest first, each with the number of the last event before it; of all data sets if None."""
    rows = cursor.execute(
        """
        select after, dataset, tag, change, value, author, made_at, ident
        from tag_changes
        where dataset = ? or ?
        order by number
        """,
        [dataset or 0, dataset is None],
    ).fetchall()
    return [
        (
            after,
            TagChange(
                dataset=of, tag=tag, change=change, value=value, author=author, made_at=made_at, ident=ident
            ),
        )
        for after, of, tag, change, value, author, made_at, ident in rows
    ]  # fmt: skip


def holder_of(cursor: duckdb.DuckDBPyConnection, dataset: int, name: str) -> int | None:
    """The tag that a name means now, or meant before."""
    row = cursor.execute(
        """
        select id, 1 as place from tags where dataset = $dataset and name = $name
        union all select tag, 2 from tag_names where dataset = $dataset and name = $name
        order by place
        """,
        {"dataset": dataset, "name": name},
    ).fetchone()
    return None if row is None else int(row[0])


def _meant(cursor: duckdb.DuckDBPyConnection, dataset: int, name: str) -> int:
    """The tag that a name means, made if there is none."""
    found = holder_of(cursor, dataset, name)
    if found is not None:
        return found
    row = cursor.execute("insert into tags (dataset, name) values (?, ?) returning id", [dataset, name]).fetchone()
    return int(row[0]) if row else 0


def _rename(cursor: duckdb.DuckDBPyConnection, change: TagChange, tag: int) -> None:
    holder = holder_of(cursor, change.dataset, change.value)
    if holder not in (None, tag):
        _merge(cursor, change, tag, int(holder or 0))
        return
    cursor.execute("delete from tag_names where dataset = ? and name = ?", [change.dataset, change.value])
    cursor.execute("insert or ignore into tag_names values (?, ?, ?)", [change.dataset, change.tag, tag])
    cursor.execute("update tags set name = ? where id = ?", [change.value, tag])


def _merge(cursor: duckdb.DuckDBPyConnection, change: TagChange, gone: int, stays: int) -> None:
    if gone == stays:
        return
    cursor.execute("update tag_names set tag = ? where tag = ?", [stays, gone])
    cursor.execute("insert or replace into tag_names values (?, ?, ?)", [change.dataset, change.tag, stays])
    cursor.execute("delete from tags where id = ?", [gone])
