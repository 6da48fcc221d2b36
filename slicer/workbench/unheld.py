"""A value that no row has, and the one that was probably meant."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from slicer.errors import SlicerError, meant
from slicer.slices import Slice

Texts = Callable[[str], Sequence[str]]
"""The texts of a column, the most frequent first."""

EXACT = ("=", "in")
"""Operators that ask for a value as it is written."""


def unheld(slice_: Slice, texts: Texts) -> tuple[str, ...]:
    """A sentence for each text a slice asks for that none of its column's values is.

    It costs a look at the column: for slices that hold no row.

    >>> from slicer.slices import parse
    >>> unheld(parse("domain = 'twets'"), lambda column: ["tweets", "films"])
    ("No row has domain = 'twets'; did you mean 'tweets'?",)
    """
    return tuple(dict.fromkeys(_sentences(slice_, texts)))


def _sentences(slice_: Slice, texts: Texts) -> Iterator[str]:
    for one in slice_.conditions:
        if one.operator not in EXACT:
            continue
        asked = one.value if isinstance(one.value, tuple) else (one.value,)
        try:
            known = texts(one.column)
        except SlicerError:
            continue  # a column that is not there has been told of already
        for value in asked:
            if isinstance(value, str) and known and value not in known:
                yield f"No row has {one.column} = {value!r}{meant(value, known)}"
