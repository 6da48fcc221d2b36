"""What people said of examples: append-only events, and the state that follows from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from slicer.project.journal import insert_events, record
from slicer.project.store import Project

EventKind = Literal["tag", "reviewed", "note", "verdict", "undo", "redo"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing a person said. (`session`, `seq`) names it: sent twice, it is written once."""

    example: str
    kind: EventKind
    name: str = ""
    """The tag; the right label of a verdict."""
    value: str = ""
    """yes or no for a tag; the note; the verdict."""
    seq: int
    undoes: int | None = None
    """For undo and redo: the `seq` of the event, in the same session."""
    made_at: datetime | None = None
    """Now, if None."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleState:
    """What is in force for one example."""

    tags: tuple[str, ...] = ()
    reviewed: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TagCount:
    """A tag and how many examples carry it."""

    name: str
    key: str
    """The key that toggles it; empty where the keys are used up."""
    yes: int
    colour: str = ""
    description: str = ""


ALL_ERRORS = "correct = false"
"""The filter of a queue over all errors."""

KEYS = "123456789bdefgijklmopqswx"
"""Keys for tags in the order they are made. The other letters mean something to the card or to Streamlit."""


def append(
    project: Project, dataset: int, events: Sequence[Event], *, author: str, session: str, queue: int | None = None
) -> int:
    """Write events, all or none; when this returns they are on disk twice, in the project and in its journal.

    A `reviewed` event says "no" to every tag in use that the example does not carry.

    Returns:
        The highest `seq` written or known.
    """
    rows = [
        (dataset, one.example, one.kind, one.name, one.value, queue, author, one.made_at, session, one.seq, one.undoes)
        for one in events
    ]
    with project.transaction(logged=True) as cursor:
        record(cursor, project.journal, insert_events(cursor, rows))
    return max((event.seq for event in events), default=0)


def known_tags(project: Project, dataset: int, *, retired: bool = False) -> list[TagCount]:
    """The tags in use, in the order they came; or those that are offered no more, which have no key."""
    rows = (
        project.cursor()
        .execute(
            """
            select tags.name, count(*) filter (where state = 'yes'), any_value(tags.colour),
                any_value(tags.description), coalesce(any_value(tags.key), '')
            from tags
            left join tag_states on tag_states.dataset = tags.dataset and tag_states.tag = tags.name
            where tags.dataset = ? and coalesce(tags.retired, false) = ?
            group by tags.id, tags.name
            order by tags.id
            """,
            [dataset, retired],
        )
        .fetchall()
    )
    keys = [""] * len(rows) if retired else deal_keys([row[4] for row in rows])
    return [
        TagCount(name=name, key=key, yes=yes, colour=colour or "", description=description or "")
        for (name, yes, colour, description, _), key in zip(rows, keys, strict=True)
    ]


def deal_keys(chosen: Sequence[str]) -> list[str]:
    """A key for each tag: the one that was chosen for it, else the next that is free; empty where they are used up.

    >>> deal_keys(["", "2", "", "2"])
    ['1', '2', '3', '4']
    """
    taken = dict.fromkeys(key for key in chosen if key)
    free = iter([key for key in KEYS if key not in taken])
    dealt = []
    for key in chosen:
        dealt.append(key if key in taken else next(free, ""))
        taken.pop(key, None)
    return dealt


def states(project: Project, dataset: int, examples: Sequence[str]) -> dict[str, ExampleState]:
    """What is in force for these examples; an example nobody touched is not in the answer."""
    cursor = project.cursor()
    wanted = [dataset, list(examples)]
    tags: dict[str, list[str]] = {}
    for example, tag in cursor.execute(
        """
        select example, tag
        from tag_states
        join tags on tags.dataset = tag_states.dataset and tags.name = tag_states.tag
        where tag_states.dataset = ? and example in ? and state = 'yes'
        order by tags.id
        """,
        wanted,
    ).fetchall():
        tags.setdefault(example, []).append(tag)
    reviewed = {
        row[0]
        for row in cursor.execute("select example from reviews where dataset = ? and example in ?", wanted).fetchall()
    }
    notes = dict(
        cursor.execute("select example, note from notes where dataset = ? and example in ?", wanted).fetchall()
    )
    return {
        example: ExampleState(
            tags=tuple(tags.get(example, ())), reviewed=example in reviewed, note=notes.get(example, "")
        )
        for example in {*tags, *reviewed, *notes}
    }


def create_tag_view(project: Project, dataset: int) -> str:
    """A view for slices that ask for tags: (example, tag) of the tags in force.

    Returns:
        Its name.
    """
    name = f"tags_of_{dataset:d}"
    with project.transaction(logged=True) as cursor:
        cursor.execute(
            f"""
            create or replace view {name} as
            select example, tag from tag_states where dataset = {dataset:d} and state = 'yes'
            """
        )
    return name


def event_count(project: Project, dataset: int) -> int:
    """How many events there are: with the data version, the key of every cache that knows tags."""
    row = project.cursor().execute("select count(*) from events where dataset = ?", [dataset]).fetchone()
    return int(row[0]) if row else 0
