"""What changing a tag does, said before it is done."""

from __future__ import annotations

from collections.abc import Sequence, Set

from slicer.display import count
from slicer.errors import listed
from slicer.findings.wording import many


def quoted(tag: str) -> str:
    """A tag in a sentence about its name."""
    return f"“{tag}”"


def bulk_words(tag: str, rows: int) -> str:
    """What tagging all rows does.

    >>> print(bulk_words("dark", 133))
    “dark” goes on 133 rows. They are tagged, not read: no share counts them, and nothing is said of their other tags.
    """
    return (
        f"{quoted(tag)} goes on {many(rows, 'row')}. They are tagged, not read: no share counts them, and nothing is "
        "said of their other tags."
    )


def rename_words(tag: str, rows: int) -> str:
    """What another name does.

    >>> rename_words("dark", 2)
    'The 2 examples with it carry the new name, in every run and every export. Who still says “dark” means this tag.'
    """
    carried = f"The {many(rows, 'example')} with it carry" if rows != 1 else "The example with it carries"
    if not rows:
        carried = "It carries"
    return f"{carried} the new name, in every run and every export. Who still says {quoted(tag)} means this tag."


def merge_words(tag: str, rows: Set[str], into: str, others: Set[str]) -> str:
    """What making one tag of two does.

    >>> print(merge_words("dark", {"a", "b"}, "night", {"b"}))
    “dark” is on 2 examples, “night” on 1, both on 1: 2 will carry “night”, and the name “dark” goes on meaning it. \
Merging cannot be taken back.
    """
    both = f", both on {count(len(rows & others))}" if rows & others else ""
    return (
        f"{quoted(tag)} is on {many(len(rows), 'example')}, {quoted(into)} on {count(len(others))}{both}: "
        f"{count(len(rows | others))} will carry {quoted(into)}, and the name {quoted(tag)} goes on "
        "meaning it. "
        "Merging cannot be taken back."
    )


def retire_words(retired: bool) -> str:
    """What taking a tag out of use does, or bringing it back."""
    if retired:
        return "Not offered while reading, and not in the table above. What it says of examples is kept."
    return "Offered no more while reading; what it says of examples is kept, and it can be brought back."


def change_words(change: str, tag: str, value: str) -> str:
    """One change of a tag, in words.

    >>> change_words("renamed", "dark", "night")
    '“dark” is called “night”'
    """
    tag, other = quoted(tag), quoted(value)
    return {
        "created": f"{tag} made",
        "renamed": f"{tag} is called {other}",
        "merged": f"{tag} became one with {other}",
        "retired": f"{tag} retired",
        "restored": f"{tag} brought back",
        "described": f"{tag} means: {value}" if value else f"{tag} has no meaning written down",
        "coloured": f"{tag} is {value}" if value else f"{tag} has no colour",
        "keyed": f"{tag} has the key {value.upper()}" if value else f"{tag} has the next free key",
    }[change]


def import_words(unknown: Sequence[str], left_out: Sequence[str]) -> list[str]:
    """What of a tag file was not used, and why.

    >>> import_words(["x9"], [])
    ['1 id is not in the data: x9.']
    """
    said = []
    if unknown:
        ids = f"{count(len(unknown))} {'id is' if len(unknown) == 1 else 'ids are'} not in the data"
        said.append(f"{ids}: {listed(unknown, 10)}.")
    if left_out:
        said.append(f"Left out: {'; '.join(left_out)}. A tag says yes, x, 1, no, 0 or nothing.")
    return said
