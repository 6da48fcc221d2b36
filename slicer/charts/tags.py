"""Tags as charts: how many are known after how many rows read, and which stand together."""

from __future__ import annotations

from itertools import zip_longest
from typing import Any

import altair as alt
import pandas as pd

from slicer.charts.labels import cut_labels
from slicer.display import percent
from slicer.palette import Palette
from slicer.tagging.together import Saturation, Together

MOST_TOGETHER = 10
"""Tags a table of pairs can hold and still be read."""


def saturation_chart(found: Saturation, p: Palette, things: str = "failures") -> alt.TopLevelMixin:
    """Tags known by rows read: a curve that no longer rises has found what there is. Click selects the row that brought
    a tag."""
    steps = pd.DataFrame([{"read": read, "tags": tags} for read, tags in found.steps])
    brought = dict(zip_longest(found.first, found.rows[: len(found.first)]))
    news = pd.DataFrame(
        [{"row": row, "read": place, "tags": found.known_after(place)} for place, row in brought.items()]
    )
    top = max(len(found.first) + 1, 3)
    x = alt.X(
        "read:Q",
        scale=alt.Scale(domain=[0, max(found.read, 1)], nice=False),
        axis=alt.Axis(title=f"{things} read", grid=False, tickCount=6, tickMinStep=1, format=",d"),
    )
    y = alt.Y(
        "tags:Q",
        scale=alt.Scale(domain=[0, top], nice=False),
        axis=alt.Axis(title="tags known", grid=True, tickCount=min(top, 5), tickMinStep=1, format=",d"),
    )
    tooltip = [alt.Tooltip("read:Q", title=f"{things} read", format=","), alt.Tooltip("tags:Q", title="tags known")]
    line = alt.Chart(steps).mark_line(color=p.model, strokeWidth=2, interpolate="step-after").encode(x=x, y=y)
    dots = alt.Chart(news).mark_point(color=p.model, fill=p.page, size=46, cursor="pointer")
    pick = alt.selection_point(name="row", fields=["row"], on="click", clear=False)
    return alt.layer(line, dots.encode(x=x, y=y, tooltip=tooltip).add_params(pick)).properties(height=230)


def together_chart(found: Together, p: Palette, things: str = "failures") -> alt.TopLevelMixin:
    """Rows read with both tags; deeper is a larger part of the row's tag. On the diagonal all of it. Click selects."""
    names = list(found.tagged)[:MOST_TOGETHER]
    frame = pd.DataFrame(
        [
            {
                "one": one,
                "other": other,
                "rows": found.together(one, other),
                "part": 0.0 if one == other else found.together(one, other) / found.tagged[one],
                "same": one == other,
                "said": f"{found.together(one, other)} of {found.tagged[one]} with {one}"
                f" ({percent(found.together(one, other) / found.tagged[one], 0)})",
            }
            for one in names
            for other in names
        ]
    )
    slanted = max((len(name) for name in names), default=0) * len(names) > 56
    axis = alt.Axis(
        orient="top",
        title=None,
        labelAngle=-28 if slanted else 0,
        labelAlign="left" if slanted else "center",
        **cut_labels(120),
        labelOverlap=False,
    )
    base: Any = alt.Chart(frame).encode(
        x=alt.X("other:N", sort=names, axis=axis),
        y=alt.Y("one:N", sort=names, title=None, axis=alt.Axis(labelColor=p.ink, **cut_labels(150))),
        tooltip=[
            alt.Tooltip("one:N", title="tag"),
            alt.Tooltip("other:N", title="together with"),
            alt.Tooltip("said:N", title=f"{things} read"),
        ],
    )
    deepest = max(float(frame["part"].max()) if len(frame) else 0.0, 0.1)
    pick = alt.selection_point(name="pair", fields=["one", "other"], on="click", clear=False)
    colors = alt.Scale(domain=[0, deepest], range=[p.page, p.heat], clamp=True, interpolate="lab")
    cells = base.mark_rect(stroke=p.page, strokeWidth=2, cursor="pointer").encode(
        color=alt.condition("datum.same", alt.value(p.panel), alt.Color("part:Q", scale=colors, legend=None))
    )
    text = base.mark_text(fontSize=13 if len(names) <= 7 else 11, cursor="pointer").encode(
        text=alt.Text("rows:Q", format=",d"),
        color=alt.condition("datum.same || datum.rows == 0", alt.value(p.quiet), alt.value(p.ink)),
    )
    room = {"left": 0, "top": 0, "right": 14 if slanted else 0, "bottom": 0}
    return alt.layer(cells.add_params(pick), text).properties(height=max(110, 30 * len(names) + 30), padding=room)
