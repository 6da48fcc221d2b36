"""Tag files: everything people said of examples, out and in, keyed by example id."""

from __future__ import annotations

import csv
import io
import json
import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from slicer.errors import DataError, UsageError
from slicer.project.changes import TagChange
from slicer.project.events import Event, EventKind, append
from slicer.project.journal import COLUMNS as JOURNAL_COLUMNS
from slicer.project.journal import Entry, is_journal, journal_events, read_journal, record, replay
from slicer.project.store import Project
from slicer.project.verdicts import VERDICTS
from slicer.quoting import bare_cell

COLUMNS = ("id", "tag", "state", "author", "at", "note")


def export_tags(project: Project, dataset: int) -> list[dict[str, Any]]:
    """Every state in force, one line each: tags yes or no, reviewed examples, notes, verdicts; keyed by example id.

    A verdict stands as the state of a line without a tag, the right label as its note.
    """
    rows = project.cursor().execute(
        """
        select example, name, value, author, made_at, kind
        from live_events
        where dataset = ? and kind in ('tag', 'note', 'reviewed', 'verdict')
        qualify number = max(number) over (partition by example, kind, case when kind = 'tag' then name end)
        order by number
        """,
        [dataset],
    )
    return [
        {
            "id": example,
            "tag": name if kind == "tag" else "",
            "state": value if kind in ("tag", "verdict") else "reviewed" if kind == "reviewed" else "",
            "author": author,
            "at": made_at.replace(tzinfo=UTC).isoformat(timespec="seconds"),
            "note": value if kind == "note" else name if kind == "verdict" else "",
        }
        for example, name, value, author, made_at, kind in rows.fetchall()
        if kind != "verdict" or value
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
            tag, `note`; or the journal of a project, whose events are put back as they were said.
        author: Who, where the file does not say.
        queue: The queue the examples were drawn in, where that is known.

    Raises:
        DataError: no id column, or nothing that could be a tag.
    """
    known = set(ids)
    if is_journal(content):
        return _put_back(project, dataset, known, content, queue)
    header, rows = _rows(content)
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
        if kind not in ("note", "verdict") and example not in reviewed:
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


def _put_back(project: Project, dataset: int, known: set[str], content: str, queue: int | None) -> ImportedTags:
    """Write what a journal says that is not there yet. Of several data sets in it, the one these ids fit best."""
    said = list(journal_events(content))
    fitting = Counter(one["dataset"] for one in said if one["example"] in known)
    fits = dict(fitting.most_common(1))
    unknown = tuple(
        dict.fromkeys(one["example"] for one in said if one["dataset"] in fits and one["example"] not in known)
    )
    kept: list[Entry] = []
    for entry in read_journal(content):
        if isinstance(entry, TagChange):
            kept += [replace(entry, dataset=dataset)] if entry.dataset in fits else []
            continue
        one = dict(zip(JOURNAL_COLUMNS, entry, strict=True))
        if one["dataset"] in fits and one["example"] in known:
            kept.append(tuple({**one, "dataset": dataset, "queue": queue}.values()))
    with project.transaction() as cursor:
        written = replay(cursor, kept)
        record(cursor, project.journal, written)
    events = [dict(zip(JOURNAL_COLUMNS, one, strict=True)) for one in written if not isinstance(one, TagChange)]
    kinds = [one["kind"] for one in events]
    return ImportedTags(
        examples=len({one["example"] for one in events}),
        tags=kinds.count("tag"),
        notes=kinds.count("note"),
        unknown=unknown,
    )


def ids_in(content: str) -> list[str]:
    """The ids of a tag file, each once, in its order."""
    if is_journal(content):
        return list(dict.fromkeys(one["example"] for one in journal_events(content)))
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
    if state in VERDICTS and not row.get("tag"):
        return [(row["id"], "verdict", row.get("note") or "", state, who, moment)]
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
