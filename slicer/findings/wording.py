"""Words and numbers as they stand in a sentence."""

from __future__ import annotations

import re

from slicer.display import count

LONGEST_NAME = 60
"""Characters of a slice's name in a sentence or a table; the slice that holds the rest of a column lists all others."""


def plain_quote(name: str) -> str:
    """A class name inside a sentence; short keys in quotes, so that they read as names.

    >>> plain_quote("7"), plain_quote("pit mark")
    ('“7”', 'pit mark')
    """
    return f"“{name}”" if len(name) <= 2 or not name[0].isalpha() else name


def cut(name: str, longest: int = LONGEST_NAME) -> str:
    """A name of at most so many characters, with an ellipsis where it was longer."""
    return name if len(name) <= longest else f"{name[: longest - 1].rstrip()}…"


def many(number: int, thing: str) -> str:
    """A count of things.

    >>> many(1, "row"), many(2610, "row")
    ('1 row', '2,610 rows')
    """
    return f"{count(number)} {thing}{'' if number == 1 else 's'}"


def capital(text: str) -> str:
    """A sentence begins large, unless with the name of a column that is no word.

    >>> capital("far-field mic"), capital("n_chars below 32")
    ('Far-field mic', 'n_chars below 32')
    """
    word = text.split(" ", 1)[0]
    return text[:1].upper() + text[1:] if re.fullmatch(r"[^\W\d_]+(['’-][^\W\d_]+)*:?", word) else text
