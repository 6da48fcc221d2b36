"""The slices where a metric is furthest on the wrong side of the rest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slicer.cells import estimate_cell, metric_header
from slicer.display import change_of, count, figure, interval
from slicer.findings.names import short_name
from slicer.metrics.registry import METRICS, Unit
from slicer.results import SliceRow, SliceTable
from slicer.ui.table import Column, table

MOST = 8
"""Slices shown."""


def worst_slices(result: SliceTable) -> str | None:
    """The table, worst first; gives the slice that was opened."""
    unit = METRICS[result.metric].unit
    rows = [row for row in result.table if _behind(row, result.higher_is_better, unit)][:MOST]
    if not rows:
        return None
    difference = "Difference pp" if unit == "rate" else "Difference"
    columns = [
        Column("name", "Slice", "name"),
        Column("metric", metric_header(result.metric), "est", num=True, width="124px"),
        Column("rest", "The rest", "est", num=True, width="68px", help="the rows outside the slice", priority=2),
        Column("difference", difference, "est", num=True, width="92px", help="the slice minus the rest"),
        Column("rows", "Rows", "num", num=True, width="62px", priority=2),
    ]
    return table("worst", columns, [_row(row, result.metric) for row in rows], label="Worst slices")


def _behind(row: SliceRow, up: bool, unit: Unit) -> bool:
    """Whether a slice is on the wrong side of the rest, by what can be seen, on rows enough to say so."""
    change = row.difference.value if row.difference is not None else 0.0
    seen = bool(figure(abs(change), unit).strip("0."))
    return seen and not row.low_support and (change < 0) is up


def _row(row: SliceRow, metric: str) -> Mapping[str, Any]:
    name, sub = short_name(row.slice, row.name)
    entry, change = METRICS[metric], row.difference
    clear = row.verdict == "worse"
    return {
        "id": str(row.slice),
        "name": {"text": name, "sub": sub, "title": str(row.slice)},
        "metric": estimate_cell(row.estimate, "model", entry.unit, entry.undefined),
        "rest": estimate_cell(row.rest, "ink", entry.unit, entry.undefined, margin=False),
        "difference": None
        if change is None
        else {
            "text": change_of(change.value, entry.unit).split("\u202f")[0],
            "class": "error strong" if clear else "muted",
            "title": f"{interval(change.ci, unit=entry.unit)}; {row.verdict}",
        },
        "rows": count(row.support),
        "sort": {
            "metric": row.estimate.value,
            "rest": row.rest.value,
            "difference": change.value if change is not None else None,
            "rows": row.support,
        },
    }
