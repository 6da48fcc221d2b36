"""What closing each gap is worth: as areas where slices do not overlap, as bars where they do."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import Any

import altair as alt
import pandas as pd

from slicer.charts.labels import cut_labels
from slicer.display import figure, gain, points
from slicer.findings.ranking import rank_labels
from slicer.metrics.registry import Unit
from slicer.palette import Palette
from slicer.priorities.ranking import RankedRow


def marimekko(rows: Sequence[RankedRow], names: Sequence[str], p: Palette, unit: Unit = "rate") -> alt.TopLevelMixin:
    """Width is the share of the data, height the gap, so area is the potential. For slices that do not overlap. A gap
    that may be chance is grey.

    A block without room for a name says its rank in the table, one without room for that nothing; slices of fewer than
    30 rows are paler.
    """
    named = zip(rows, names, rank_labels(rows), strict=True)
    drawn = [(row.candidate, name, rank) for row, name, (rank, _) in named if row.candidate.gap is not None]
    ends = list(accumulate((one.weight or 0.0 for one, *_ in drawn), initial=0.0))
    frame = pd.DataFrame(
        [
            {
                "slice": one.slice,
                "name": name,
                "rank": rank,
                "left": left,
                "right": right,
                "middle": (left + right) / 2,
                "zero": 0.0,
                "clear": one.clear,
                "gap": max(0.0, one.gap.value if one.gap else 0.0),
                "share": one.weight,
                "potential": one.potential,
                "worth": points(one.potential, 2) if unit == "rate" else gain(one.potential, unit),
                "apart": figure(one.gap.value if one.gap else None, unit),
                "few": one.low_support,
            }
            for (one, name, rank), (left, right) in zip(drawn, pairwise(ends), strict=True)
        ]
    )
    top = max(float(frame["gap"].max()) * 1.3, 0.01 if unit == "rate" else 1e-9) if len(frame) else 0.01
    x = alt.Scale(domain=[0, 1], nice=False)
    base: Any = alt.Chart(frame)
    pick = alt.selection_point(name="slice", fields=["slice"], on="click", clear=False)
    wide = "scale('x', datum.right) - scale('x', datum.left)"  # in pixels
    line = alt.expr(f"{wide} > 12 ? 2 : {wide} > 3 ? 0.6 : 0")
    pale = alt.expr("datum.few ? 0.45 : 1")
    rect = base.mark_rect(stroke=p.page, strokeWidth=line, fillOpacity=pale, cursor="pointer").encode(
        color=alt.condition("datum.clear", alt.value(p.gap_fill), alt.value(p.faint)),
        x=alt.X("left:Q", scale=x, axis=alt.Axis(format="%", title=None, grid=False, values=[0, 0.25, 0.5, 0.75, 1])),
        x2="right:Q",
        y=alt.Y(
            "gap:Q",
            scale=alt.Scale(domain=[0, top], nice=False),
            axis=alt.Axis(format=".1~%" if unit == "rate" else "~g", title=None, grid=True, tickCount=4),
        ),
        y2="zero:Q",
        tooltip=[
            alt.Tooltip("name:N", title="slice"),
            alt.Tooltip("share:Q", format=".1%"),
            alt.Tooltip("apart:N", title="gap"),
            alt.Tooltip("worth:N", title="potential"),
        ],
    )
    gaining = base.transform_filter("datum.gap > 0")
    roomy, narrow = f"{wide} > 78", f"{wide} <= 78 && {wide} > 12 + 7 * length(datum.rank)"
    over: dict[str, Any] = {"x": alt.X("middle:Q", scale=x), "y": "gap:Q"}
    labels = gaining.mark_text(dy=-22, fontWeight=600, fontSize=13, limit=alt.expr(f"max(1, {wide} - 8)"))
    worth = gaining.mark_text(dy=-8, color=p.quiet)
    ranks = gaining.mark_text(dy=-8, fontWeight=600, cursor="pointer")
    return alt.layer(
        rect.add_params(pick),
        labels.encode(text=alt.condition(roomy, "name:N", alt.value("")), **over),
        worth.encode(text=alt.condition(roomy, "worth:N", alt.value("")), **over),
        ranks.encode(text=alt.condition(narrow, "rank:N", alt.value("")), **over),
    ).properties(height=230)


LONGEST_LABEL = 190
"""Pixels of a name beside a bar; a longer one is cut, and whole in its tooltip."""

MOST_BARS = 15
"""Bars a picture holds and can still be read."""


def potential_bars(
    rows: Sequence[RankedRow], names: Sequence[str], p: Palette, unit: Unit = "rate"
) -> alt.TopLevelMixin:
    """For slices that overlap: what each is worth alone, as an outline with its interval, and filled its part of what
    all are worth together; filled to the end where that is not known."""
    scale, title = (100, "points of the overall metric") if unit == "rate" else (1, "change of the overall metric")
    frame = pd.DataFrame(
        [
            {
                "slice": row.candidate.slice,
                "name": name,
                "clear": row.candidate.clear,
                "potential": scale * (row.candidate.potential or 0.0),
                "shared": scale * (row.worth.shared if row.worth else row.candidate.potential or 0.0),
                "ceiling": None if row.candidate.ceiling is None else scale * row.candidate.ceiling,
                "low": scale * row.candidate.potential_ci[0] if row.candidate.potential_ci else None,
                "high": scale * row.candidate.potential_ci[1] if row.candidate.potential_ci else None,
            }
            for row, name in zip(rows, names, strict=True)
            if row.candidate.ranked
        ][:MOST_BARS]
    )
    order = list(frame["name"]) if len(frame) else []
    pick = alt.selection_point(name="slice", fields=["slice"], on="click", clear=False)
    base: Any = alt.Chart(frame).encode(
        y=alt.Y("name:N", sort=order, title=None, axis=alt.Axis(labelColor=p.ink, **cut_labels(LONGEST_LABEL)))
    )
    tooltip = [
        alt.Tooltip("name:N", title="slice"),
        alt.Tooltip("potential:Q", title="alone", format=".2f"),
        alt.Tooltip("shared:Q", title="shared out", format=".2f"),
        alt.Tooltip("ceiling:Q", title="if all its errors were fixed", format=".2f"),
    ]
    axis = alt.Axis(title=title, grid=True, tickCount=5)
    colour = alt.condition("datum.clear", alt.value(p.gap_fill), alt.value(p.faint))
    filled = base.mark_bar(height=10, cursor="pointer").encode(x=alt.X("shared:Q", axis=axis), color=colour)
    bars = base.mark_bar(fillOpacity=0, strokeWidth=1.2, height=10, cursor="pointer").encode(
        x=alt.X("potential:Q", axis=axis), stroke=colour, tooltip=tooltip
    )
    whiskers = base.mark_rule(color=p.ink, strokeWidth=1.2).encode(x="low:Q", x2="high:Q")
    return alt.layer(filled, bars.add_params(pick), whiskers).properties(height=max(90, 24 * len(frame) + 40))
