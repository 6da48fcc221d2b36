"""What slices, tags and classes are called in a sentence, a table or a picture."""

from __future__ import annotations

from collections.abc import Sequence

from slicer.findings.wording import cut, plain_quote
from slicer.priorities.ranking import Candidate
from slicer.results import SliceRow
from slicer.slices import Condition, Slice, parse


def short_name(slice_: Slice, name: str) -> tuple[str, str]:
    """A slice's short name and what it is a value of: `noise = 'car noise'` is "car noise", of noise."""
    where = slice_.where
    if name != slice_.words:
        return cut(name), "saved"
    if isinstance(where, Condition) and where.operator == "=" and isinstance(where.value, str):
        return where.value or "empty text", where.column
    return cut(name), ""  # long where it is the rest beyond the values shown


def level_name(slice_: Slice) -> str:
    """A slice of one column without the column's name, for an axis that has it.

    >>> level_name(parse("age >= 28 and age < 37"))
    '28 to below 37'
    """
    column = slice_.columns[0] if slice_.columns else ""
    return short_name(slice_, slice_.words)[0].removeprefix(f"{column} ")


def title_of(candidate: Candidate) -> tuple[str, str]:
    """The short name of a row of the ranking, and what it is a value of."""
    if candidate.kind == "slice":
        return short_name(parse(candidate.slice), candidate.name)
    return candidate.name, {"tag": "tag", "class": "class"}.get(candidate.kind, "")


def told_apart(short: Sequence[str], full: Sequence[str]) -> list[str]:
    """Short names; the full one where two would be the same, such as "yes" of two columns."""
    return [long if short.count(name) > 1 else name for name, long in zip(short, full, strict=True)]


def names_of(candidates: Sequence[Candidate]) -> list[str]:
    """Short names of the ranking, each its own."""
    return told_apart([title_of(one)[0] for one in candidates], [one.name for one in candidates])


def names_of_slices(rows: Sequence[SliceRow]) -> list[str]:
    """Short names of slices, each its own."""
    return told_apart([short_name(row.slice, row.name)[0] for row in rows], [row.name for row in rows])


def telling_names(candidates: Sequence[Candidate]) -> list[str]:
    """Names for a sentence."""
    pairs = zip(names_of(candidates), candidates, strict=True)
    return [plain_quote(name) if one.kind == "class" else telling(name, one.name) for name, one in pairs]


def telling(short: str, full: str) -> str:
    """The short name where it is a word that speaks for itself; else the one that names its column.

    >>> telling("car noise", "noise car noise"), telling("7", "hour 7"), telling("yes", "urgent yes")
    ('car noise', 'hour 7', 'urgent yes')
    """
    speaks = plain_quote(short) == short and short.lower() not in ("yes", "no", "true", "false")
    return short if speaks else plain_quote(cut(full))
