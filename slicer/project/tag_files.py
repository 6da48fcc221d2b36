"""Tag files: everything people said of examples, out and in, keyed by example id."""

from __future__ import annotations

import csv
import io
import json
import uuid
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from slicer.errors import DataError, UsageError
from slicer.project.events import Event, EventKind, append
from slicer.project.journal import COLUMNS as JOURNAL_COLUMNS
from slicer.project.journal import Entry, is_journal, journal_events, read_journal, record, replay
from slicer.project.store import Project
from slicer.project.tag_sheets import Sheet, marked, sheet_of, verdict_in
from slicer.project.verdicts import VERDICTS
from slicer.quoting import bare_cell

COLUMNS = ("id", "tag", "state", "author", "at", "note")
UNREAD = "unread"


def export_tags(project: Project, dataset: int) -> list[dict[str, Any]]:
    """Every state in force, one line each: tags yes or no, reviewed examples, notes, verdicts; keyed by example id.

    A verdict stands as the state of a line without a tag, the right label as its note. An example that was tagged and
    not read has a line without a tag that says `unread`: else a tag file holds examples that were.
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
    lines, read, tagged = [], set(), {}
    for example, name, value, author, made_at, kind in rows.fetchall():
        at = made_at.replace(tzinfo=UTC).isoformat(timespec="seconds")
        line = {"id": example, "tag": "", "state": "", "author": author, "at": at, "note": ""}
        match kind:
            case "tag":
                line |= {"tag": name, "state": value}
                tagged[example] = {**line, "tag": "", "state": UNREAD}
            case "reviewed":
                line["state"] = "reviewed"
                read.add(example)
            case "note":
                line["note"] = value
            case "verdict":
                line |= {"state": value, "note": name}
        if kind != "verdict" or value:
            lines.append(line)
    return [*lines, *(line for example, line in tagged.items() if example not in read)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedTags:
    """What a tag file brought."""

    examples: int
    tags: int
    """Tags said yes or no."""
    notes: int
    unknown: tuple[str, ...]
    """Ids the data set does not have; their lines were left out."""
    left_out: tuple[str, ...] = ()
    """Columns that are no tags, and why."""


def import_tags(
    project: Project,
    dataset: int,
    ids: Iterable[str],
    content: str,
    *,
    author: str,
    queue: int | None = None,
    columns: Collection[str] = (),
) -> ImportedTags:
    """Read a tag file: a line for each example and tag, or wide as people keep it in a spreadsheet.

    Args:
        ids: The ids of the data set.
        content: CSV or JSON lines with `id,tag,state[,author,at,note]`; or `id`, a column for each tag that says yes,
            x, 1, no, 0 or nothing, `note`, `verdict`, `reviewed`; or the journal of a project, whose events are put
            back as they were said.
        author: Who, where the file does not say.
        queue: The queue the examples were drawn in, where that is known.
        columns: Those of the data set, which are no tags.

    An example of a tag file was read: no other tag of the file fits it, and an empty cell is a no. But for those the
    file calls unread, and where it has a column `reviewed`: there an empty cell says nothing.

    Raises:
        DataError: no id column, or nothing that could be a tag.
    """
    known = set(ids)
    if is_journal(content):
        return _put_back(project, dataset, known, content, queue)
    header, rows = _rows(content)
    unknown = tuple(dict.fromkeys(row["id"] for row in rows if row["id"] not in known))
    sheet = None if "tag" in header else sheet_of(header, rows, columns)
    if sheet is not None and not (sheet.tags or sheet.verdicts or {"note", "reviewed"} & {*header}):
        told = "; ".join(sheet.left_out)
        raise DataError("No column of this file holds a tag.", hint=f"{told}. A tag says yes, x, 1, no, 0 or nothing.")
    lines = [
        line for row in rows if row["id"] in known for line in (_long(row) if sheet is None else _wide(row, sheet))
    ]
    unread = {row["id"] for row in rows if sheet is None and row.get("state") == UNREAD}
    whole = sheet is None or sheet.whole
    session = f"import-{uuid.uuid4()}"
    said: list[tuple[str, Event]] = []
    reviewed: set[str] = set()
    known_reads = _reads(project, dataset)
    for example, kind, name, value, who, moment in lines:
        if kind != "reviewed":
            event = Event(example=example, kind=kind, name=name, value=value, seq=len(said) + 1, made_at=moment)
            said.append((who or author, event))
        implied = kind == "reviewed" or (kind == "tag" and whole and example not in unread)
        if implied and example not in reviewed and (example, moment) not in known_reads:
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
        left_out=() if sheet is None else sheet.left_out,
    )


def _reads(project: Project, dataset: int) -> set[tuple[str, datetime]]:
    """The readings that are known: read in again, they would count for tags that came at the same moment."""
    rows = project.cursor().execute(
        "select example, made_at from events where dataset = ? and kind = 'reviewed'", [dataset]
    )
    return {*rows.fetchall()}


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
        if not isinstance(entry, tuple):
            kept += [replace(entry, dataset=dataset)] if entry.dataset in fits else []
            continue
        one = dict(zip(JOURNAL_COLUMNS, entry, strict=True))
        if one["dataset"] in fits and one["example"] in known:
            kept.append(tuple({**one, "dataset": dataset, "queue": queue}.values()))
    with project.transaction() as cursor:
        written = replay(cursor, kept)
        record(cursor, project.journal, written)
    events = [dict(zip(JOURNAL_COLUMNS, one, strict=True)) for one in written if isinstance(one, tuple)]
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
            first = content.partition("\n")[0]
            delimiter = max(",;\t", key=first.count)
            reader = csv.DictReader(io.StringIO(content, newline=""), restval="", delimiter=delimiter)
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


def _wide(row: dict[str, str], sheet: Sheet) -> list[_Line]:
    """A spreadsheet row: one column for each tag."""
    example = row["id"]
    found: list[_Line] = []
    for header, tag in sheet.tags.items():
        yes = marked(row, header)
        if yes is not None or sheet.whole:
            found.append((example, "tag", tag, "yes" if yes else "no", "", None))
    read = (row.get("reviewed") or "").strip()
    if read and marked(row, "reviewed") is not False:
        found.append((example, "reviewed", "", "", "", None if marked(row, "reviewed") else _moment(read)))
    note, said = (row.get("note") or "").strip(), verdict_in(row) if sheet.verdicts else None
    if note:
        found.append((example, "note", "", note, "", None))
    if said is not None and said[0]:
        found.append((example, "verdict", said[1], said[0], "", None))
    return found


def _moment(text: str | None) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise DataError(f"{text!r} is no time; expected something like 2026-03-03T09:02:11+00:00.") from None
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
