"""Slices that people named: kept with the data set, and in a file under version control."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import yaml

from slicer.errors import DataError, SlicerError, UsageError
from slicer.project.store import Project
from slicer.slices import Slice, parse

MOST_SAVED = 500
"""Saved slices a data set keeps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedSlice:
    """A slice with the name a person gave it."""

    slice: Slice
    name: str
    """With its folder in front, if it is in one: `audio/noisy`."""
    note: str = ""

    @property
    def folder(self) -> str:
        """The part of the name before its last slash; empty without one.

        >>> SavedSlice(slice=parse("age >= 65"), name="people/age/seniors").folder
        'people/age'
        """
        return self.name.rpartition("/")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class SliceVersion:
    """What was once saved under a name."""

    saved: SavedSlice
    author: str
    made_at: datetime
    """In UTC."""
    forgotten: bool
    """Whether this is where it was forgotten, or another slice took its name."""


def list_saved(project: Project, dataset: int) -> list[SavedSlice]:
    """The saved slices of a data set, by name."""
    rows = project.cursor().execute("select slice, name, note from slices where dataset = ? order by name", [dataset])
    return [SavedSlice(slice=parse(text), name=name, note=note) for text, name, note in rows.fetchall()]


def save_slice(project: Project, dataset: int, saved: SavedSlice, *, author: str, replace: bool = False) -> SavedSlice:
    """Keep a slice under its name; the same slice saved again is renamed.

    Args:
        replace: Take the name from another slice that has it; see `versions_of`.

    Raises:
        UsageError: it has no name or is all rows, or another slice has that name.
    """
    return save_slices(project, dataset, [saved], author=author, replace=replace)[0]


def save_slices(
    project: Project, dataset: int, saved: Iterable[SavedSlice], *, author: str, replace: bool = False
) -> list[SavedSlice]:
    """Keep several slices, all or none; see `save_slice`. Names may change hands among them.

    Raises:
        UsageError: as there; or they would be more than `MOST_SAVED`.
    """
    wanted = [SavedSlice(slice=one.slice, name=_tidy(one.name), note=one.note.strip()) for one in saved]
    for one in wanted:
        if not one.name:
            raise UsageError(f"The slice {one.slice} has no name.", hint="Give it one of a few words.")
        if one.slice == Slice():
            raise UsageError("All rows need no name.", hint="Write a condition first, such as age >= 65.")
    last = {one.slice: one for one in wanted}
    known = {one.slice: one for one in list_saved(project, dataset)}
    taken = {one.name.casefold() for one in last.values()} if replace else set()
    gone = [one for one in known.values() if one.slice not in last and one.name.casefold() in taken]
    others = {one.slice: one for one in known.values() if one.slice not in last and one not in gone}
    refuse_many(len(others) + len(last))
    names = {one.name.casefold(): one.slice for one in others.values()}
    for one in last.values():
        other = names.setdefault(one.name.casefold(), one.slice)
        if other != one.slice:
            raise UsageError(f"Another slice is already called {one.name!r}: {other}", hint="Choose another name.")
    changed = [one for one in last.values() if known.get(one.slice) != one]
    with project.transaction() as cursor:
        for one in gone:
            cursor.execute("delete from slices where dataset = ? and slice = ?", [dataset, str(one.slice)])
        cursor.execute(
            """
            insert or replace into slices (dataset, slice, name, note, author)
            select ?, unnest(?::varchar[]), unnest(?::varchar[]), unnest(?::varchar[]), ?
            """,
            [dataset, *_columns(changed), author],
        )
        _note(cursor, dataset, gone, author, forgotten=True)
        _note(cursor, dataset, changed, author)
    return wanted


def _tidy(name: str) -> str:
    """A name with single spaces, and single slashes between its folders.

    >>> _tidy("  audio / very   noisy/")
    'audio/very noisy'
    """
    return "/".join(part for one in name.split("/") if (part := " ".join(one.split())))


def _columns(saved: Sequence[SavedSlice]) -> tuple[list[str], list[str], list[str]]:
    return [str(one.slice) for one in saved], [one.name for one in saved], [one.note for one in saved]


def _note(cursor: Any, dataset: int, saved: Sequence[SavedSlice], author: str, *, forgotten: bool = False) -> None:
    """Write into the history of slices."""
    cursor.execute(
        """
        insert into slice_versions (dataset, slice, name, note, author, forgotten)
        select ?, unnest(?::varchar[]), unnest(?::varchar[]), unnest(?::varchar[]), ?, ?
        """,
        [dataset, *_columns(saved), author, forgotten],
    )


def versions_of(project: Project, dataset: int, saved: SavedSlice) -> list[SliceVersion]:
    """The history of a saved slice, newest first: what was saved under its name, and its own other names."""
    rows = project.cursor().execute(
        """
        select slice, name, note, author, made_at, forgotten
        from slice_versions
        where dataset = ? and (slice = ? or lower(name) = lower(?))
        order by number desc
        """,
        [dataset, str(saved.slice), saved.name],
    )
    return [
        SliceVersion(
            saved=SavedSlice(slice=parse(text), name=name, note=note),
            author=author,
            made_at=made_at,
            forgotten=forgotten,
        )
        for text, name, note, author, made_at, forgotten in rows.fetchall()
    ]


def refuse_many(slices: int) -> None:
    """Every saved slice is counted on every page that shows them.

    Raises:
        UsageError: they are more than `MOST_SAVED`.
    """
    if slices > MOST_SAVED:
        raise UsageError(
            f"{slices:,} saved slices are too many: a data set keeps {MOST_SAVED:,}.",
            hint="Keep those somebody looks at; the slices of a column need not be saved.",
        )


def drop_slice(project: Project, dataset: int, slice_: Slice, *, author: str) -> None:
    """Forget a saved slice; the rows stay, and its history."""
    gone = [one for one in list_saved(project, dataset) if one.slice == slice_]
    with project.transaction() as cursor:
        cursor.execute("delete from slices where dataset = ? and slice = ?", [dataset, str(slice_)])
        _note(cursor, dataset, gone, author, forgotten=True)


# --- the slice file --------------------------------------------------------------------------------


def to_yaml(saved: Sequence[SavedSlice]) -> str:
    """Saved slices as a file: a list of name (with its folder), slice and note.

    >>> print(to_yaml([SavedSlice(slice=parse("age >= 65"), name="seniors")]), end="")
    - name: seniors
      slice: age >= 65
    """
    lines = [{"name": one.name, "slice": str(one.slice), **({"note": one.note} if one.note else {})} for one in saved]
    if not lines:
        return "[]\n"
    plain = not any(separator in text for line in lines for text in line.values() for separator in _LINE_ENDS)
    return yaml.safe_dump(lines, allow_unicode=plain, sort_keys=False, width=1_000)


def from_yaml(text: str) -> list[SavedSlice]:
    """The slices of a file.

    Raises:
        DataError: it is no such file; it says which entry and why.
        UsageError: it holds more slices than a data set keeps.
    """
    try:
        entries = yaml.load(text, Loader=_TEXT_ALONE)  # every value is text: a slice may be called "no"
    except yaml.YAMLError as error:
        raise DataError(f"The slice file is not YAML: {str(error).splitlines()[0]}.", hint=_SHAPE) from None
    if not isinstance(entries or [], list):
        raise DataError("The slice file holds no list.", hint=_SHAPE)
    refuse_many(len(entries or ()))
    return [_entry(place, entry) for place, entry in enumerate(entries or (), start=1)]


_TEXT_ALONE = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # the quick one is not built everywhere
_LINE_ENDS = "\x85\u2028\u2029"
"""YAML ends a line there, so that only escaped they come back."""
_SHAPE = "A list of entries such as\n- name: seniors\n  slice: age >= 65\n  note: asked for by the audit"


def _entry(place: int, entry: Any) -> SavedSlice:
    known = isinstance(entry, dict) and all(isinstance(value, str) for value in entry.values())
    if not known or not entry.get("slice") or not entry.get("name"):
        raise DataError(f"Entry {place} of the slice file lacks a name or a slice.", hint=_SHAPE)
    unknown = sorted(str(key) for key in entry.keys() - {"name", "slice", "note"})
    if unknown:
        raise DataError(f"Entry {place} of the slice file has an unknown field {unknown[0]!r}.", hint=_SHAPE)
    try:
        slice_ = parse(entry["slice"])
    except SlicerError as error:
        raise DataError(f"Entry {place} of the slice file, {entry['name']}: {error}", hint=error.hint) from None
    return SavedSlice(slice=slice_, name=entry["name"], note=entry.get("note", ""))
