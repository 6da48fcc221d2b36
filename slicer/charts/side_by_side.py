"""What two slices are made of, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from slicer.charts.labels import cut_labels
from slicer.charts.potential import LONGEST_LABEL
from slicer.display import count, percent
from slicer.palette import Palette
from slicer.side_by_side import ColumnPair
from slicer.slices import Slice

MOST_LEVELS = 12
"""Values a picture holds and can still be read."""


def composition(columns: Sequence[ColumnPair], names: tuple[str, str], p: Palette) -> alt.TopLevelMixin:
    """The values whose shares differ most, a dot for each slice, and how far these are apart. Click selects a value."""
    levels = [
        (level, mine, theirs, share, other)
        for column in columns
        for level, mine, theirs, share, other in zip(
            column.levels, column.one, column.other, *column.shares, strict=True
        )
    ]
    levels.sort(key=lambda one: -abs(one[3] - one[4]))
    frame = pd.DataFrame([_row(*one) for one in levels[:MOST_LEVELS] if one[1] or one[2]])
    order = list(frame["name"]) if len(frame) else []
    pick = alt.selection_point(name="slice", fields=["slice"], on="click", clear=False)
    base: Any = alt.Chart(frame).encode(
        y=alt.Y(
            "name:N",
            sort=order,
            title=None,
            axis=alt.Axis(labelColor=p.ink, labelPadding=12, **cut_labels(LONGEST_LABEL)),
        )
    )
    x = alt.Scale(domain=[0, 1.04 * max([*(max(one[3], one[4]) for one in levels), 0.01])], nice=False)
    axis = alt.Axis(format=".0~%", title="of the slice’s rows", grid=True, tickCount=5)
    tooltip = [
        alt.Tooltip("name:N", title="value"),
        alt.Tooltip("mine:N", title=names[0]),
        alt.Tooltip("theirs:N", title=names[1]),
    ]
    between = base.mark_rule(color=p.faint, strokeWidth=2).encode(x=alt.X("one:Q", scale=x, axis=axis), x2="other:Q")
    other = base.mark_point(size=80, color=p.rest, fill=p.page, shape="diamond", cursor="pointer").encode(
        x=alt.X("other:Q", scale=x), tooltip=tooltip
    )
    one = base.mark_point(size=80, color=p.model, fill=p.model, cursor="pointer").encode(
        x=alt.X("one:Q", scale=x), tooltip=tooltip
    )
    return alt.layer(between, other, one.add_params(pick)).properties(height=max(90, 24 * len(frame) + 40))


def _row(level: Slice, mine: int, theirs: int, share: float, other: float) -> dict[str, Any]:
    return {
        "slice": str(level),
        "name": level.words,
        "one": share,
        "other": other,
        "mine": f"{percent(share)}, {count(mine)} rows",
        "theirs": f"{percent(other)}, {count(theirs)} rows",
    }
