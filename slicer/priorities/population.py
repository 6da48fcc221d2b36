"""Shares of slices in a population the rows were not drawn evenly from."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import replace

from slicer.errors import DataError
from slicer.priorities.ranking import RankedRow, Worth
from slicer.slices import Slice, parse

OVERLAP = (
    "These slices share rows, and how many of these the population has is not known: with given shares what slices are "
    "worth together is known of the slices of one column only."
)


def read_population(content: str) -> dict[Slice, float]:
    """A table `slice,share`: how large a part of the population each slice is.

    Args:
        content: CSV text.

    Raises:
        DataError: a column is missing, or a share is none from 0 to 1.
        SliceError: a slice cannot be read.

    >>> {str(slice_): share for slice_, share in read_population("slice,share\\nnoise = 'car',0.04").items()}
    {"noise = 'car'": 0.04}
    """
    rows = csv.DictReader(io.StringIO(content.lstrip("\ufeff")))
    if not {"slice", "share"} <= set(rows.fieldnames or ()):
        raise DataError(
            "A table of shares has the columns slice and share.",
            hint=f"Columns found: {', '.join(rows.fieldnames or ())}.",
        )
    return {parse((row["slice"] or "").strip()): _share(row["share"], line) for line, row in enumerate(rows, start=2)}


def _share(text: str | None, line: int) -> float:
    try:
        value = float(text or "")
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise DataError(
            f"Line {line} of the table of shares: {text!r} is no share from 0 to 1.", hint="Write 4 % as 0.04."
        )
    return value


def exclusive_worth(rows: Sequence[RankedRow]) -> tuple[tuple[RankedRow, ...], float]:
    """The rows with their worth where none shares an example with another: each brings what it is worth alone."""
    found, together = [], 0.0
    for row in sorted(rows, key=lambda row: -(row.candidate.potential or 0.0)):
        if row.candidate.ranked:
            together += row.candidate.potential or 0.0
            alone = row.candidate.potential or 0.0
            found.append((row, Worth(shared=alone, next_best=alone, cumulative=together)))
    worth = {id(row): one for row, one in found}
    return tuple(replace(row, worth=worth.get(id(row))) for row in rows), together
