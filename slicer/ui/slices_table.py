"""Every slice in numbers: the metric, the rest beside it, the difference and how sure it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slicer.cells import Cell, axis_of, estimate_cell, metric_header
from slicer.display import NARROW, change_of, count, interval, number, percent, value_of
from slicer.findings.names import short_name
from slicer.metrics.registry import METRICS, Metric, Unit
from slicer.results import SliceRow, SliceTable
from slicer.ui.table import Column, table

MOST_ROWS = 200
"""Rows the table holds; the worst, the saved and the selected come first."""


AT_FIRST = 10
"""Rows seen at first; a click shows the others."""


def shown_rows(result: SliceTable, selected: str) -> list[SliceRow]:
    """The rows of the table: all, or the first of them with those that must not be missing."""
    if len(result.table) <= MOST_ROWS:
        return list(result.table)
    kept = [row for row in result.table if row.saved or str(row.slice) == selected]
    others = [row for row in result.table if row not in kept]
    return [*kept, *others[: MOST_ROWS - len(kept)]]


def slices_table(result: SliceTable, selected: str) -> str | None:
    """The table; gives the slice that was opened."""
    rows = shown_rows(result, selected)
    ends = [end for row in rows if not row.low_support for end in (row.estimate.ci or ())]
    ends += [row.rest.value for row in rows if row.rest.value is not None]
    unit = METRICS[result.metric].unit
    apart = "Difference pp" if unit == "rate" else "Difference"
    columns = [
        Column("name", "Slice", "name", width="230px"),
        Column("share", "Rows", "bar", num=True, width="120px", max=max([row.share for row in rows] + [0.01])),
        Column("metric", metric_header(result.metric), "est", num=True, width="124px"),
        Column("picture", "The slice ● and the rest |", "dumbbell", **axis_of(ends, unit)),
        Column("rest", "The rest", "est", num=True, width="68px", priority=3, help="the rows outside the slice"),
        Column("difference", apart, "est", num=True, width="112px", help="the slice minus the rest"),
        Column("q", "q", "est", num=True, width="70px", priority=2, help="chance of being wrong, for all slices here"),
    ]  # fmt: skip
    shares = [row.error_share for row in rows if row.error_share is not None]
    if shares:
        most = max([*shares, 0.01])
        columns.append(
            Column("errors", "Of all errors %", "bar", num=True, width="124px", priority=3, color="red", max=most)
        )
    cells = [_row(row, METRICS[result.metric]) for row in rows]
    worst_first = 1 if result.higher_is_better else -1
    return table(
        "slices", columns, cells, label="Slices", sort=("difference", worst_first), selected=selected, most=AT_FIRST
    )


def _row(row: SliceRow, metric: Metric) -> Mapping[str, Any]:
    name, sub = short_name(row.slice, row.name)
    change, unit = row.difference, metric.unit
    return {
        "id": str(row.slice),
        "low": row.low_support,
        "keep": row.saved,
        "name": {"text": name, "sub": sub, "title": str(row.slice)},
        "share": {"v": row.share, "text": count(row.support), "title": f"{percent(row.share)} of all rows"},
        "metric": estimate_cell(row.estimate, "model", unit, metric.undefined),
        "picture": _picture(row, unit),
        "rest": estimate_cell(row.rest, "muted", unit, metric.undefined, margin=False),
        "difference": _difference(row, unit),
        "q": _q(row),
        "errors": None
        if row.error_share is None
        else {"v": row.error_share, "text": number(row.error_share), "title": f"{count(row.errors)} errors"},
        "sort": {
            "name": name,
            "share": row.support,
            "metric": row.estimate.value,
            "picture": row.estimate.value,
            "rest": row.rest.value,
            "difference": change.value if change else None,
            "q": row.q_value,
            "errors": row.error_share,
        },
    }


def _picture(row: SliceRow, unit: Unit) -> Cell:
    if row.estimate.value is None:
        return None
    said = f"the slice {value_of(row.estimate.value, unit)}, the rest {value_of(row.rest.value, unit)}"
    return {"m": row.estimate.value, "ci": row.estimate.ci, "rest": row.rest.value, "title": said}


def _difference(row: SliceRow, unit: Unit) -> Cell:
    change = row.difference
    if change is None:
        return {"title": "the slice or the rest has no value"}
    style = {"worse": "error strong", "better": "ink"}.get(row.verdict, "muted")
    text = change_of(change.value, unit).split(NARROW)[0]
    return {"text": text, "class": style, "title": interval(change.ci, unit=unit)}


def _q(row: SliceRow) -> Cell:
    if row.q_value is None:
        return {"title": "not tested: fewer than 30 rows on one side"}
    text = "< 0.001" if row.q_value < 0.001 else f"{row.q_value:.3f}"
    return {"text": text, "class": "ink" if row.q_value <= 0.05 else "muted"}
