"""Where errors crowd: slices that hold more of the errors than of the rows."""

from __future__ import annotations

from collections.abc import Sequence

from slicer.cells import estimate_cell
from slicer.display import count, number
from slicer.results import SliceMetrics
from slicer.ui.table import Column, table


def crowd_table(slices: Sequence[SliceMetrics], errors: int) -> str | None:
    """The table; gives the slice that was opened."""
    largest = max([one.counts.errors / errors for one in slices] + [0.01])
    columns = [
        Column("name", "Slice", "name"),
        Column("errors", "Errors %", "bar", num=True, width="92px", max=largest, color="red", help="of all errors"),
        Column("share", "Rows %", "num", num=True, width="68px", help="of all rows"),
        Column("accuracy", "Accuracy %", "est", num=True, width="90px"),
    ]
    rows = [
        {
            "id": str(one.slice),
            "name": {"text": one.name, "title": str(one.slice)},
            "errors": {
                "v": one.counts.errors / errors,
                "text": number(one.counts.errors / errors),
                "title": f"{count(one.counts.errors)} errors",
            },
            "share": {"v": one.share, "text": number(one.share), "title": f"{count(one.counts.support)} rows"},
            "accuracy": estimate_cell(accuracy, "model") if (accuracy := one.metrics["accuracy"]) else None,
        }
        for one in slices
    ]
    return table("crowd", columns, rows, label="Where errors crowd", sort=None, row_height=30)
