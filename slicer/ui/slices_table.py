"""Every slice in numbers: the metric, the rest beside it, the difference and how sure it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slicer.display import MINUS, count, number, percent
from slicer.findings import short_name
from slicer.metrics.registry import METRICS
from slicer.results import SliceRow, SliceTable
from slicer.ui.cells import Cell, domain_of, estimate_cell, ticks_of
from slicer.ui.table import Column, table

MOST_ROWS = 200
"""Rows the table holds; the worst, the saved and the selected come first."""


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
    domain = (0.0, 1.0) if result.metric in ("mcc", "kappa") else domain_of(ends)
    words = METRICS[result.metric].words
    columns = [
        Column("name", "Slice", "name", width="230px"),
        Column("share", "Rows", "bar", num=True, width="120px", max=max([row.share for row in rows] + [0.01])),
        Column("metric", f"{words[0].upper()}{words[1:]} %", "est", num=True, width="112px"),
        Column("picture", "The slice ● and the rest |", "dumbbell", domain=domain, ticks=ticks_of(domain)),
        Column("rest", "Rest %", "est", num=True, width="64px", priority=3, help="the rows outside the slice"),
        Column("difference", "Difference pp", "est", num=True, width="112px", help="the slice minus the rest"),
        Column("q", "q", "est", num=True, width="70px", priority=2, help="chance of being wrong, for all slices here"),
        Column(
            "errors", "Of all errors %", "bar", num=True, width="124px", priority=3, color="red",
            max=max([row.error_share or 0.0 for row in rows] + [0.01]),
        ),
    ]  # fmt: skip
    return table(
        "slices", columns, [_row(row) for row in rows], label="Slices", sort=("difference", 1), selected=selected
    )


def _row(row: SliceRow) -> Mapping[str, Any]:
    name, sub = short_name(row.slice, row.name)
    change = row.difference
    return {
        "id": str(row.slice),
        "low": row.low_support,
        "name": {"text": name, "sub": sub, "title": str(row.slice)},
        "share": {"v": row.share, "text": count(row.support), "title": f"{percent(row.share)} of all rows"},
        "metric": estimate_cell(row.estimate, "model"),
        "picture": _picture(row),
        "rest": {"text": number(row.rest.value), "class": "muted"} if row.rest.value is not None else None,
        "difference": _difference(row),
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


def _picture(row: SliceRow) -> Cell:
    if row.estimate.value is None:
        return None
    said = f"the slice {percent(row.estimate.value)}, the rest {percent(row.rest.value)}"
    return {"m": row.estimate.value, "ci": row.estimate.ci, "rest": row.rest.value, "title": said}


def _difference(row: SliceRow) -> Cell:
    change = row.difference
    if change is None:
        return {"title": "the slice or the rest has no value"}
    style = {"worse": "error strong", "better": "ink"}.get(row.verdict, "muted")
    ci = change.ci
    said = "no interval" if ci is None else f"95 % interval {number(ci[0])} to {number(ci[1])}"
    sign = "" if number(change.value).startswith(MINUS) or number(change.value) == "0.0" else "+"
    return {"text": f"{sign}{number(change.value)}", "class": style, "title": said}


def _q(row: SliceRow) -> Cell:
    if row.q_value is None:
        return {"title": "not tested: fewer than 30 rows on one side"}
    text = "< 0.001" if row.q_value < 0.001 else f"{row.q_value:.3f}"
    return {"text": text, "class": "ink" if row.q_value <= 0.05 else "muted"}
