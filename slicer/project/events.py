"""What people said of examples: append-only events, the state that follows from them, and tag files."""

from __future__ import annotations

import csv
import io
import json
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any, Literal

from slicer.errors import DataError, UsageError
from slicer.project.store import Project
from slicer.quoting import bare_cell

EventKind = Literal["tag", "reviewed", "note", "verdict", "undo", "redo"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing a person said. (`session`, `seq`) names it: sent twice, it is written once."""

    example: str
    kind: EventKind
    name: str = ""
    """The tag."""
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


AT_ONCE = 50_000
"""Events written by one statement; a second one in the same transaction is many times slower."""

ALL_ERRORS = "correct = false"
"""The filter of a queue over all errors."""

KEYS = "123456789bdefgijklmopqswxz"
"""Keys for tags in the order they are made. The other letters mean something to the card or to Streamlit."""


def append(
    project: Project, dataset: int, events: Sequence[Event], *, author: str, session: str, queue: int | None = None
) -> int:
    """Write events, all or none.

    A `reviewed` event says "no" to every tag in use that the example does not carry.

    Returns:
        The highest `seq` written or known.
    """
    rows = [
        (event.example, event.kind, event.name, event.value, event.seq, event.undoes, event.made_at) for event in events
    ]
    with project.transaction() as cursor:
        for tag in dict.fromkeys(event.name for event in events if event.kind == "tag"):
            cursor.execute("insert or ignore into tags (dataset, name) values (?, ?)", [dataset, tag])
        for start in range(0, len(rows), AT_ONCE):
            columns = [list(column) for column in zip(*rows[start : start + AT_ONCE], strict=True)]
            cursor.execute(
                """
                insert or ignore into events
                    (dataset, queue, author, session, example, kind, name, value, seq, undoes, made_at)
                select
                    ?, ?, ?, ?, unnest(?::varchar[]), unnest(?::varchar[]), unnest(?::varchar[]), unnest(?::varchar[]),
                    unnest(?::bigint[]), unnest(?::bigint[]), coalesce(unnest(?::timestamp[]), now()::timestamp)
                """,
                [dataset, queue, author, session, *columns],
            )
    return max((event.seq for event in events), default=0)


def known_tags(project: Project, dataset: int) -> list[TagCount]:
    """The tags in use, in the order of their keys."""
    rows = project.cursor().execute(
        """
        select tags.name, count(*) filter (where state = 'yes')
        from tags
        left join tag_states on tag_states.dataset = tags.dataset and tag_states.tag = tags.name
        where tags.dataset = ?
        group by tags.id, tags.name
        order by tags.id
        """,
        [dataset],
    )
    return [
        TagCount(name=name, key=KEYS[place] if place < len(KEYS) else "", yes=yes)
        for place, (name, yes) in enumerate(rows.fetchall())
    ]


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


def create_views(project: Project, dataset: int) -> tuple[str, str]:
    """Views for slices and estimates that ask for tags: (example, tag) of the tags in force, and
    (example, drawn) of the reviewed examples, `drawn` where it came out of a random sample of all errors.

    Returns:
        Their names.
    """
    tags, reviews = f"tags_of_{dataset:d}", f"reviews_of_{dataset:d}"
    with project.transaction() as cursor:
        cursor.execute(
            f"""
            create or replace view {tags} as
            select example, tag from tag_states where dataset = {dataset:d} and state = 'yes'
            """
        )
        cursor.execute(
            f"""
            create or replace view {reviews} as
            select
                example,
                coalesce(design->>'kind' = 'random' and design->>'where' = '{ALL_ERRORS}', false) as drawn
            from reviews
            left join queues on queues.id = reviews.queue
            where reviews.dataset = {dataset:d}
            """
        )
    return tags, reviews


def event_count(project: Project, dataset: int) -> int:
    """How many events there are: with the data version, the key of every cache that knows tags."""
    row = project.cursor().execute("select count(*) from events where dataset = ?", [dataset]).fetchone()
    return int(row[0]) if row else 0


# --- files -----------------------------------------------------------------------------------------

COLUMNS = ("id", "tag", "state", "author", "at", "note")


def export_tags(project: Project, dataset: int) -> list[dict[str, Any]]:
    """Every state in force, one line each: tags yes or no, reviewed examples, notes; keyed by example id."""
    rows = project.cursor().execute(
        """
        select example, name, value, author, made_at, kind
        from live_events
        where dataset = ? and kind in ('tag', 'note', 'reviewed')
        qualify number = max(number) over (partition by example, kind, name)
        order by number
        """,
        [dataset],
    )
    return [
        {
            "id": example,
            "tag": name,
            "state": value if kind == "tag" else "reviewed" if kind == "reviewed" else "",
            "author": author,
            "at": made_at.replace(tzinfo=UTC).isoformat(timespec="seconds"),
            "note": value if kind == "note" else "",
        }
        for example, name, value, author, made_at, kind in rows.fetchall()
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedTags:
    """What a tag file brought."""

    examples: int
    tags: int
    """Tags said yes or no."""
    notes: int
    unknown: tuple[str, ...]
    """Ids the data set does not have; their lines were left out."""


def import_tags(
    project: Project, dataset: int, ids: Iterable[str], content: str, *, author: str, queue: int | None = None
) -> ImportedTags:
    """Read a tag file: a line for each example and tag, or wide as people keep it in a spreadsheet.

    Args:
        ids: The ids of the data set.
        content: CSV or JSON lines with `id,tag,state[,author,at,note]`; or `id`, one 0/1 or x column for each
            tag, `note`.
        author: Who, where the file does not say.
        queue: The queue the examples were drawn in, where that is known.

    Raises:
        DataError: no id column, or nothing that could be a tag.
    """
    header, rows = _rows(content)
    known = set(ids)
    unknown = tuple(dict.fromkeys(row["id"] for row in rows if row["id"] not in known))
    lines = [
        line for row in rows if row["id"] in known for line in (_long(row) if "tag" in header else _wide(row, header))
    ]
    session = f"import-{uuid.uuid4()}"
    said: list[tuple[str, Event]] = []
    reviewed: set[str] = set()
    for example, kind, name, value, who, moment in lines:
        if kind != "reviewed":
            event = Event(example=example, kind=kind, name=name, value=value, seq=len(said) + 1, made_at=moment)
            said.append((who or author, event))
        if kind != "note" and example not in reviewed:
            reviewed.add(example)
            event = Event(example=example, kind="reviewed", seq=len(said) + 1, made_at=moment)
            said.append((who or author, event))
    for who, group in groupby(said, key=lambda pair: pair[0]):
        append(project, dataset, [event for _, event in group], author=who, session=session, queue=queue)
    project.checkpoint()
    return ImportedTags(
        examples=len({line[0] for line in lines}),
        tags=sum(line[1] == "tag" for line in lines),
        notes=sum(line[1] == "note" for line in lines),
        unknown=unknown,
    )


def ids_in(content: str) -> list[str]:
    """The ids of a tag file, each once, in its order."""
    return list(dict.fromkeys(row["id"] for row in _rows(content)[1]))


def _rows(content: str) -> tuple[list[str], list[dict[str, str]]]:
    """The header of a tag file and its rows, short ones filled up.

    Raises:
        DataError: no id column, or nothing that could be a tag.
    """
    content = content.lstrip("\ufeff")
    try:
        if content.lstrip().startswith("{"):
            said = _json_lines(content)
            header = list(dict.fromkeys(name for row in said for name in row))
            rows = [{name: str(row[name]) if row.get(name) is not None else "" for name in header} for row in said]
        else:
            reader = csv.DictReader(io.StringIO(content, newline=""), restval="")
            names = reader.fieldnames or []
            header = [bare_cell(name) for name in names]
            rows = [{bare_cell(name): bare_cell(row[name]) for name in names} for row in reader]
    except (csv.Error, ValueError) as error:
        raise DataError(f"The tag file cannot be read: {error}.") from None
    if "id" not in header or len(header) < 2:
        raise DataError("A tag file has a column 'id' and tags beside it.", hint=f"Columns found: {', '.join(header)}.")
    return header, rows


def _json_lines(content: str) -> list[dict[str, Any]]:
    """An object for each line, or the document an export writes."""
    try:
        document = json.loads(content)
    except ValueError:
        lines = [json.loads(line) for line in content.splitlines() if line.strip()]
    else:
        lines = document.get("tags", [document])
    if not all(isinstance(line, dict) for line in lines):
        raise ValueError("a line is no object")
    return lines


_Line = tuple[str, EventKind, str, str, str, datetime | None]


def _long(row: dict[str, str]) -> list[_Line]:
    """A line of `id,tag,state,author,at,note`."""
    who, moment = row.get("author") or "", _moment(row.get("at"))
    found: list[_Line] = []
    state = (row.get("state") or "yes").strip().lower()
    if row.get("tag"):
        if state not in ("yes", "no"):
            raise UsageError(f"State {state!r} of tag {row['tag']!r} on {row['id']!r} is neither yes nor no.")
        found.append((row["id"], "tag", row["tag"].strip(), state, who, moment))
    elif state == "reviewed":
        found.append((row["id"], "reviewed", "", "", who, moment))
    if row.get("note"):
        found.append((row["id"], "note", "", row["note"], who, moment))
    return found


def _wide(row: dict[str, str], header: Sequence[str]) -> list[_Line]:
    """A spreadsheet row: one column for each tag; an empty cell is a no, since the row was read."""
    found: list[_Line] = []
    for name in header:
        cell = (row.get(name) or "").strip()
        if name == "note" and cell:
            found.append((row["id"], "note", "", cell, "", None))
        elif name not in ("id", "note"):
            value = "no" if cell.lower() in ("", "0", "no", "false", "n") else "yes"
            found.append((row["id"], "tag", name.strip(), value, "", None))
    return found


def _moment(text: str | None) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise DataError(f"{text!r} is no time; expected something like 2026-03-03T09:02:11+00:00.") from None
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
