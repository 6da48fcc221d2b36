"""Tags so far: how much of the errors each explains."""

from __future__ import annotations

from collections.abc import Sequence

from slicer.display import count, number, points, spread
from slicer.priorities.ranking import RankedRow
from slicer.ui.cells import ticks_of
from slicer.ui.table import Column, table


def tag_table(rows: Sequence[RankedRow]) -> str | None:
    """The tags with their share of the errors read; gives the tag that was opened."""
    shares = [row.candidate.error_share or 0.0 for row in rows]
    highs = [row.candidate.error_share_ci[1] for row in rows if row.candidate.error_share_ci]
    domain = (0.0, min(1.0, max([*shares, *highs, 0.1]) * 1.05))
    columns = [
        Column("name", "Tag", "name", width="220px"),
        Column("errors", "Errors", "num", num=True, width="80px"),
        Column("share", "Of errors read %", "est", num=True, width="130px"),
        Column("picture", "Share with its 95 % interval", "dumbbell", domain=domain, ticks=ticks_of(domain)),
        Column("worth", "Worth at most pp", "num", num=True, width="130px", priority=2),
    ]
    return table(
        "tags",
        columns,
        [
            {
                "id": row.candidate.slice,
                "name": {"text": row.candidate.name},
                "errors": count(row.candidate.errors),
                "share": {
                    "text": number(row.candidate.error_share, 0),
                    "pm": spread(row.candidate.error_share, row.candidate.error_share_ci, 0),
                    "title": "not drawn at random: no interval" if row.candidate.error_share_ci is None else "",
                },
                "picture": {
                    "m": row.candidate.error_share,
                    "ci": row.candidate.error_share_ci,
                    "title": f"{number(row.candidate.error_share)} % of the errors read",
                },
                "worth": points(row.candidate.ceiling, 2).split("\u202f")[0],
                "sort": {
                    "errors": row.candidate.errors,
                    "share": row.candidate.error_share,
                    "worth": row.candidate.ceiling,
                },
            }
            for row in rows
            if row.candidate.error_share is not None
        ],
        label="Tags so far",
        sort=("share", -1),
        row_height=24,
        opens=False,
    )
