"""Slices that people named: kept with the data set, and in a file under version control."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
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
    note: str = ""


def list_saved(project: Project, dataset: int) -> list[SavedSlice]:
    """The saved slices of a data set, by name."""
    rows = project.cursor().execute("select slice, name, note from slices where dataset = ? order by name", [dataset])
    return [SavedSlice(slice=parse(text), name=name, note=note) for text, name, note in rows.fetchall()]


def save_slice(project: Project, dataset: int, saved: SavedSlice, *, author: str) -> SavedSlice:
    """Keep a slice under its name; the same slice saved again is renamed.

    Raises:
        UsageError: it has no name or is all rows, or another slice has that name.
    """
    return save_slices(project, dataset, [saved], author=author)[0]


def save_slices(project: Project, dataset: int, saved: Iterable[SavedSlice], *, author: str) -> list[SavedSlice]:
    """Keep several slices, all or none; see `save_slice`. Names may change hands among them.

    Raises:
        UsageError: as there; or they would be more than `MOST_SAVED`.
    """
    wanted = [SavedSlice(slice=one.slice, name=" ".join(one.name.split()), note=one.note.strip()) for one in saved]
    for one in wanted:
        if not one.name:
            raise UsageError(f"The slice {one.slice} has no name.", hint="Give it one of a few words.")
        if one.slice == Slice():
            raise UsageError("All rows need no name.", hint="Write a condition first, such as age >= 65.")
    last = {one.slice: one for one in wanted}
    others = {one.slice: one for one in list_saved(project, dataset) if one.slice not in last}
    refuse_many(len(others) + len(last))
    names = {one.name.casefold(): one.slice for one in others.values()}
    for one in last.values():
        other = names.setdefault(one.name.casefold(), one.slice)
        if other != one.slice:
            raise UsageError(f"Another slice is already called {one.name!r}: {other}", hint="Choose another name.")
    columns = [(str(one.slice), one.name, one.note) for one in last.values()]
    with project.transaction() as cursor:
        cursor.execute(
            """
            insert or replace into slices (dataset, slice, name, note, author)
            select ?, unnest(?::varchar[]), unnest(?::varchar[]), unnest(?::varchar[]), ?
            """,
            [dataset, *map(list, zip(*columns, strict=True)), author] if columns else [dataset, [], [], [], author],
        )
    return wanted


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


def drop_slice(project: Project, dataset: int, slice_: Slice) -> None:
    """Forget a saved slice; the rows stay."""
    project.cursor().execute("delete from slices where dataset = ? and slice = ?", [dataset, str(slice_)])


# --- the slice file --------------------------------------------------------------------------------


def to_yaml(saved: Sequence[SavedSlice]) -> str:
    """Saved slices as a file: a list of name, slice and note.

    >>> print(to_yaml([SavedSlice(slice=parse("age >= 65"), name="seniors")]), end="")
    - name: seniors
      slice: age >= 65
    """
    lines = [{"name": one.name, "slice": str(one.slice), **({"note": one.note} if one.note else {})} for one in saved]
    return yaml.safe_dump(lines, allow_unicode=True, sort_keys=False, width=1_000) if lines else "[]\n"


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
