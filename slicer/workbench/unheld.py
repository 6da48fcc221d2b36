"""A value that no row has, and the one that was probably meant."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from slicer.errors import SlicerError, meant
from slicer.slices import Slice

if TYPE_CHECKING:
    from slicer.workbench.counting import Counting

EXACT = ("=", "in")
"""Operators that ask for a value as it is written."""


def unheld(bench: Counting, slice_: Slice) -> tuple[str, ...]:
    """A sentence for each text a slice asks for that none of its column's values is.

    It costs a look at the column: for slices that hold no row.
    """
    return tuple(dict.fromkeys(_sentences(bench, slice_)))


def _sentences(bench: Counting, slice_: Slice) -> Iterator[str]:
    for one in slice_.conditions:
        if one.operator not in EXACT:
            continue
        asked = one.value if isinstance(one.value, tuple) else (one.value,)
        try:
            known = bench.texts(one.column)
        except SlicerError:
            continue  # a column that is not there has been told of already
        for value in asked:
            if isinstance(value, str) and known and value not in known:
                yield f"No row has {one.column} = {value!r}{meant(value, known)}"
