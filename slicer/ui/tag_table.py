"""Tags so far: how much of the errors each explains."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from slicer.cells import ticks_of
from slicer.display import count, number, percent, points, spread
from slicer.human.undefined import Undefined
from slicer.tagged import TagRow
from slicer.ui.table import Column, table


def tag_table(rows: Sequence[TagRow]) -> None:
    """The tags with their share of the errors; of errors somebody chose, their share of those that were read."""
    shown = [_row(row) for row in rows]
    ends = [value for row in shown for value in (row["picture"]["m"], *(row["picture"]["ci"] or ())) if value]
    domain = (0.0, min(1.0, max([*ends, 0.1]) * 1.05))
    columns = [
        Column("name", "Tag", "name", width="220px"),
        Column("read", "With it", "num", num=True, width="90px", help="errors with the tag, of those read for it"),
        Column("share", "Of errors %", "est", num=True, width="130px"),
        Column("picture", "Share with its 95 % interval", "dumbbell", domain=domain, ticks=ticks_of(domain)),
        Column("worth", "Worth at most pp", "num", num=True, width="130px", priority=2),
    ]
    table("tags", columns, shown, label="Tags so far", sort=("share", -1), row_height=24, opens=False)


def _row(row: TagRow) -> Mapping[str, Any]:
    share, ceiling = row.numbers.error_share, row.numbers.ceiling
    chosen = row.sides.errors.design == "convenience"
    value = row.tagged / row.read if chosen and row.read else share.value
    ci = None if isinstance(share, Undefined) else share.ci
    return {
        "id": str(row.slice),
        "name": {"text": row.name},
        "read": f"{count(row.tagged)}/{count(row.read)}" if row.read else "\N{EN DASH}",
        "share": {
            "text": number(value, 0),
            "pm": spread(value, ci, 0),
            "title": share.reason if isinstance(share, Undefined) else "",
        },
        "picture": {
            "m": value,
            "ci": ci,
            "title": f"{percent(value)} of the errors{' read' if chosen else ''}",
        },
        "worth": points(ceiling.value, 2).split("\u202f")[0],
        "sort": {"read": row.tagged, "share": value, "worth": ceiling.value},
    }
