"""People's confusion matrix as a file: the human level of accuracy, and of each class by its own metric."""

from __future__ import annotations

import csv
import io
from collections import defaultdict

from slicer.errors import DataError
from slicer.human.hlp import GivenHlp
from slicer.metrics.counts import ConfusionCounts
from slicer.metrics.intervals import wilson
from slicer.metrics.proportions import class_estimate
from slicer.schema import class_order
from slicer.slices import Slice, condition, parse

CLASS_METRICS = ("f1", "recall", "precision")

COLUMNS = ("label", "human", "rows")
"""The truth, what people said, and how many rows are so; `slice` may stand beside them."""


def is_human_table(content: str) -> bool:
    """Whether a file is a confusion matrix of people, by its first line.

    >>> is_human_table("label,human,rows\\ncat,cat,40"), is_human_table("slice,value\\n,0.9")
    (True, False)
    """
    return set(COLUMNS) <= set(csv.DictReader(io.StringIO(content.lstrip("\ufeff"))).fieldnames or ())


def read_human_table(content: str, metric: str, level: float = 0.95) -> dict[Slice, GivenHlp]:
    """The human levels that follow from a confusion matrix `label,human,rows[,slice]`, a line for each cell.

    Args:
        content: CSV text. A line without a slice is of all rows.
        metric: accuracy, by slice; or f1, recall or precision, of each class over all rows.

    Raises:
        DataError: a number of rows is none, or a label is missing.

    >>> table = "label,human,rows\\ncat,cat,40\\ncat,dog,10\\ndog,dog,50"
    >>> read_human_table(table, "accuracy")[Slice()].value
    0.9
    >>> {str(slice_): round(one.value, 4) for slice_, one in read_human_table(table, "precision").items()}
    {"label = 'cat'": 1.0, "label = 'dog'": 0.8333}
    """
    cells: defaultdict[Slice, list[tuple[str, str, int]]] = defaultdict(list)
    for line, row in enumerate(csv.DictReader(io.StringIO(content.lstrip("\ufeff"))), start=2):
        label, human = ((row[name] or "").strip() for name in COLUMNS[:2])
        cells[parse((row.get("slice") or "").strip())].append((label, human, _rows(row["rows"], line)))
        if not (label and human):
            raise DataError(
                f"Line {line} of the human confusion matrix has no {'answer' if label else 'label'}.",
                hint="Each line: the truth, what people said, and how many rows are so.",
            )
    if metric in CLASS_METRICS:
        return _of_classes(cells[Slice()], metric, level)
    found = {}
    for slice_, mine in cells.items():
        n, right = sum(rows for *_, rows in mine), sum(rows for label, human, rows in mine if label == human)
        if n:
            found[slice_] = GivenHlp(value=right / n, n=n, ci=wilson(right, n, level))
    return found


def _of_classes(cells: list[tuple[str, str, int]], metric: str, level: float) -> dict[Slice, GivenHlp]:
    labels = class_order({key for label, human, _ in cells for key in (label, human)})
    table = ConfusionCounts.from_pairs(cells, labels)
    found = {}
    for place, label in enumerate(labels):
        own = class_estimate(table, metric, place, level)
        if own.value is not None and table.support[place]:
            found[condition("label", "=", label)] = GivenHlp(value=own.value, n=int(table.support[place]), ci=own.ci)
    return found


def _rows(text: str | None, line: int) -> int:
    if not (text or "").strip().isdecimal():
        raise DataError(
            f"Line {line} of the human confusion matrix: {text!r} is no number of rows.", hint="Whole numbers from 0."
        )
    return int(text or 0)
