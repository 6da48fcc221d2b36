"""The spreadsheet people keep tags in: a row for each example, a column for each tag."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from slicer.project.verdicts import VERDICTS

YES: Final = frozenset(("yes", "y", "x", "1", "1.0", "true", "t", "✓", "✔"))
NO: Final = frozenset(("no", "n", "0", "0.0", "false", "f", "-"))

SHEET_COLUMNS: Final = ("id", "label", "prediction", "correct", "note", "verdict", "reviewed")
"""Headers that mean something else than a tag."""

TAG_PREFIX, FEATURE = "tag: ", "(column)"
"""Before the header of a tag, behind that of a column of the data, where it would mean something else without."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What the columns of a spreadsheet are."""

    tags: Mapping[str, str]
    """Tag by header."""
    verdicts: bool
    """Whether its verdicts can be read."""
    whole: bool
    """Whether every row was read, so that an empty cell is a no: nothing says which were."""
    left_out: tuple[str, ...]
    """Columns that are none of it, and why."""


def sheet_of(header: Sequence[str], rows: Sequence[Mapping[str, str]], columns: Collection[str]) -> Sheet:
    """Tell the tags from what else stands in a spreadsheet.

    Args:
        columns: Those of the data set: a spreadsheet often begins with a copy of them.

    >>> sheet = sheet_of(["id", "age", "dark", "why"], [{"id": "a", "age": "1", "dark": "x", "why": "hm"}], ["age"])
    >>> sheet.tags, sheet.left_out
    ({'dark': 'dark'}, ("'age' is a column of the data", "'why' says 'hm' of 'a', neither yes nor no"))
    """
    tags, left_out, verdicts = {}, [], "verdict" in header
    for name in dict.fromkeys(header):
        odd = next((row for row in rows if _word(row, name) not in YES | NO | {""}), None)
        if name == "verdict" and any(verdict_in(row) is None for row in rows):
            verdicts = False
            left_out.append("'verdict' says something else than a verdict")
        elif name in SHEET_COLUMNS or name.endswith(FEATURE) or not name.strip():
            continue
        elif name in columns:
            left_out.append(f"{name!r} is a column of the data")
        elif odd is not None:
            left_out.append(f"{name!r} says {odd[name].strip()[:40]!r} of {odd['id']!r}, neither yes nor no")
        else:
            tags[name] = " ".join(name.removeprefix(TAG_PREFIX).split())
    return Sheet(tags=tags, verdicts=verdicts, whole="reviewed" not in header, left_out=tuple(left_out))


def marked(row: Mapping[str, str], name: str) -> bool | None:
    """What a cell says; None where it is empty, or says something else."""
    word = _word(row, name)
    return True if word in YES else False if word in NO else None


def verdict_in(row: Mapping[str, str]) -> tuple[str, str] | None:
    """The verdict of a row and its right label, both empty without one; None where it is none.

    >>> verdict_in({"verdict": "label wrong: cat"}), verdict_in({"verdict": "hm"})
    (('label wrong', 'cat'), None)
    """
    verdict, _, label = (row.get("verdict") or "").strip().partition(": ")
    return (verdict, label) if verdict in (*VERDICTS, "") else None


def _word(row: Mapping[str, str], name: str) -> str:
    return (row.get(name) or "").strip().lower()
