"""The rubber sheet: the model, its earlier version and people over slices that do not overlap."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import Any

import altair as alt
import pandas as pd

from slicer.display import DASH, gain, percent, value_of
from slicer.metrics.registry import Unit
from slicer.palette import Palette
from slicer.priorities.rubber_sheet import RubberSheet

HEIGHT = 260


def rubber_sheet_chart(sheet: RubberSheet, names: Sequence[str], p: Palette, unit: Unit = "rate") -> alt.TopLevelMixin:
    """Each slice as wide as its share; the shade between model and people is its potential. Click selects a slice.

    Nothing is smoothed: slices are kinds, and their order is no distance. The axis of values is cut.
    """
    shares = list(accumulate((one.weight for one in sheet.slices), initial=0.0))
    frame = pd.DataFrame(
        [
            {
                "slice": one.slice,
                "name": name,
                "left": start,
                "right": end,
                "middle": (start + end) / 2,
                "model": one.model,
                "people": one.people,
                "before": one.before,
                "ahead": max(one.model, one.people),
                "behind": left > 0,
                "of": percent(one.weight),
                "of_model": value_of(one.model, unit),
                "of_people": value_of(one.people, unit),
                "of_before": DASH if one.before is None else value_of(one.before, unit),
                "closed": DASH if part is None else percent(part, 0),
                "worth": gain(left, unit),
            }
            for one, name, left, part, (start, end) in zip(
                sheet.slices, names, sheet.left, sheet.closed, pairwise(shares), strict=True
            )
        ]
    )
    known = [value for one in sheet.slices for value in (one.model, one.people, one.before) if value is not None]
    low, high = (min(known), max(known)) if known else (0.0, 1.0)
    room = (high - low) or 0.1
    x = alt.Scale(domain=[0, shares[-1] or 1.0], nice=False)
    y = alt.Scale(domain=[low - 0.15 * room, high + 0.2 * room], nice=False, zero=False)
    axis = alt.Axis(format=".0~%" if unit == "rate" else "~g", title=None, grid=True, tickCount=5)
    base: Any = alt.Chart(frame)
    pick = alt.selection_point(name="slice", fields=["slice"], on="click", clear=False)
    wide = "scale('x', datum.right) - scale('x', datum.left)"
    earlier = sheet.area_before is not None
    shade = base.mark_rect(stroke=p.page, strokeWidth=alt.expr(f"{wide} > 8 ? 2 : 0"), cursor="pointer").encode(
        x=alt.X("left:Q", scale=x, axis=alt.Axis(format=".0~%", title=None, grid=False, tickCount=5)),
        x2="right:Q",
        y=alt.Y("model:Q", scale=y, axis=axis),
        y2="people:Q",
        color=alt.condition("datum.behind", alt.value(p.gap_soft), alt.value(p.model_soft)),
        tooltip=[
            alt.Tooltip("name:N", title="slice"),
            alt.Tooltip("of:N", title="share"),
            alt.Tooltip("of_model:N", title="model"),
            alt.Tooltip("of_people:N", title="people"),
            *([alt.Tooltip("of_before:N", title="before")] if earlier else []),
            *([alt.Tooltip("closed:N", title="gap closed")] if earlier else []),
            alt.Tooltip("worth:N", title="potential"),
        ],
    )
    lines = [("people", p.ink, 2.0, [5, 3]), ("model", p.model, 3.0, [1, 0])]
    if earlier:
        lines.insert(0, ("before", p.faint, 2.0, [2, 2]))
    rules = [
        base.mark_rule(color=color, strokeWidth=width, strokeDash=dash).encode(
            x=alt.X("left:Q", scale=x), x2="right:Q", y=alt.Y(f"{name}:Q", scale=y)
        )
        for name, color, width, dash in lines
    ]
    words = base.mark_text(dy=-9, baseline="bottom", limit=alt.expr(f"max(1, {wide} - 6)"), cursor="pointer").encode(
        x=alt.X("middle:Q", scale=x),
        y=alt.Y("ahead:Q", scale=y),
        text=alt.condition(f"{wide} > 46", "name:N", alt.value("")),
    )
    return alt.layer(shade.add_params(pick), *rules, words).properties(height=HEIGHT)
