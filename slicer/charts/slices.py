"""Slices against the rest: one by one as a forest plot, two columns crossed as a heat map."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from slicer.charts.labels import cut_labels
from slicer.display import DASH, about, alike, change_of, interval, value_of
from slicer.findings.names import level_name, told_apart
from slicer.metrics.registry import METRICS, Unit
from slicer.palette import Palette
from slicer.results import CrossTable, SliceRow

ROW_OF_HEAT, HEADER, SLANTED_HEADER = 32, 24, 70
"""Pixels of a row of the heat map, of its column names, and of these if they lean."""

MOST_IN_A_FOREST = 14
"""Slices a forest plot holds and can still be read."""


def in_the_forest(rows: Sequence[SliceRow]) -> list[SliceRow]:
    """The rows a forest plot shows, in their order: all, or those that are most surely worse, and the best at its foot.

    The first that is worse is among them, since the headline is about it; what is not sure fills the room that is left.
    """
    known = [row for row in rows if row.difference is not None]
    if len(known) <= MOST_IN_A_FOREST:
        return known
    surest = sorted((row for row in known if not row.low_support), key=_surely, reverse=True)
    worse, better, rest = ([row for row in surest if row.verdict == one] for one in ("worse", "better", "no evidence"))
    headline = [row for row in known if row.verdict == "worse"][:1]
    worse = [*headline, *(row for row in worse if row not in headline)]
    shown = [*worse[: MOST_IN_A_FOREST - len(better[:4])], *better, *rest][:MOST_IN_A_FOREST]
    return [row for row in known if row in shown]


def _surely(row: SliceRow) -> float:
    """How far from the rest a slice is at least: the near end of its interval; below 0 if that reaches over 0."""
    low, high = row.difference.ci if row.difference and row.difference.ci else (-1.0, 1.0)
    return max(low, -high)


def forest(rows: Sequence[SliceRow], names: Sequence[str], p: Palette, unit: Unit = "rate") -> alt.TopLevelMixin:
    """Each slice's difference to the rest with its interval, of rates in points. Click selects a slice."""
    scale = 100 if unit == "rate" else 1
    frame = pd.DataFrame(
        [
            {
                "slice": str(row.slice),
                "name": name,
                "difference": scale * row.difference.value,
                "low": scale * row.difference.ci[0] if row.difference.ci else None,
                "high": scale * row.difference.ci[1] if row.difference.ci else None,
                "verdict": row.verdict,
                "few": row.low_support,
                "rows": row.support,
                "apart": f"{change_of(row.difference.value, unit)}, {interval(row.difference.ci, unit=unit)}",
                "mine": value_of(row.estimate.value, unit),
                "rest": value_of(row.rest.value, unit),
            }
            for row, name in zip(rows, names, strict=True)
            if row.difference is not None
        ]
    )
    order = list(frame["name"]) if len(frame) else []
    colors = alt.Scale(domain=["worse", "no evidence", "better"], range=[p.error, p.rest, p.model])
    color = alt.Color("verdict:N", scale=colors, legend=None)
    sign = "datum.value > 0 ? '+' + datum.value : replace(toString(datum.value), '-', '−')"
    axis = alt.Axis(
        title=None, grid=True, orient="top", tickCount=6, labelExpr=f"datum.value == 0 ? 'the rest' : {sign}"
    )
    x = alt.X("difference:Q", axis=axis, scale=alt.Scale(zero=True, nice=True))
    base: Any = alt.Chart(frame).encode(
        y=alt.Y("name:N", sort=order, title=None, axis=alt.Axis(labelColor=p.ink, **cut_labels(190), labelPadding=10))
    )
    pick = alt.selection_point(name="slice", fields=["slice"], on="click", clear=False)
    zero = alt.Chart(pd.DataFrame([{"zero": 0}])).mark_rule(color=p.ink, strokeWidth=1.2).encode(x="zero:Q")
    dashes = alt.condition("datum.few", alt.value([2, 3]), alt.value([1, 0]))
    whiskers = base.mark_rule(strokeWidth=2).encode(x="low:Q", x2="high:Q", color=color, strokeDash=dashes)
    fill = alt.condition("datum.few", alt.value(p.page), alt.Fill("verdict:N", scale=colors, legend=None))
    dots = base.mark_point(size=70, cursor="pointer").encode(
        x=x,
        color=color,
        fill=fill,
        tooltip=[
            alt.Tooltip("name:N", title="slice"),
            alt.Tooltip("apart:N", title="difference"),
            alt.Tooltip("mine:N", title="the slice"),
            alt.Tooltip("rest:N", title="the rest"),
            alt.Tooltip("rows:Q", format=","),
        ],
    )
    return alt.layer(zero, whiskers, dots.add_params(pick)).properties(height=max(90, 21 * len(frame) + 34))


def heat_map(cross: CrossTable, p: Palette) -> alt.TopLevelMixin:
    """Two columns crossed: the metric and its rows in each cell; deeper is further behind the rest. Click selects."""
    unit, behind = METRICS[cross.metric].unit, -1.0 if cross.higher_is_better else 1.0
    values = [row.estimate.value for row in cross.cells.values()]
    texts = dict(zip(values, alike(values, unit), strict=True))
    down, across = (
        told_apart([level_name(one) for one in levels], [one.words for one in levels])
        for levels in (cross.levels_down, cross.levels_across)
    )
    frame = pd.DataFrame(
        [
            {
                "slice": str(row.slice),
                "down": down[i],
                "across": across[j],
                "value": value_of(row.estimate.value, unit),
                "text": DASH if row.low_support else texts[row.estimate.value],
                "rows": row.support,
                "about": about(row.support),
                "below": 0.0 if row.low_support or row.difference is None else max(0.0, behind * row.difference.value),
            }
            for (i, j), row in cross.cells.items()
        ]
    )
    slanted = max((len(name) for name in across), default=0) * len(across) > 56
    base: Any = alt.Chart(frame).encode(
        x=alt.X(
            "across:N",
            sort=across,
            axis=alt.Axis(
                orient="top",
                title=None,
                labelAngle=-28 if slanted else 0,
                labelAlign="left" if slanted else "center",
                **cut_labels(110),
                labelOverlap=False,
            ),
        ),
        y=alt.Y("down:N", sort=down, title=None, axis=alt.Axis(**cut_labels(150))),
        tooltip=[
            alt.Tooltip("down:N", title=cross.down),
            alt.Tooltip("across:N", title=cross.across),
            alt.Tooltip("value:N", title=METRICS[cross.metric].words),
            alt.Tooltip("rows:Q", format=","),
        ],
    )
    deepest = max(float(frame["below"].max()) if len(frame) else 0.0, 0.02 if unit == "rate" else 1e-9)
    scale = alt.Scale(domain=[0, deepest], range=[p.page, p.heat], clamp=True, interpolate="lab")
    pick = alt.selection_point(name="slice", fields=["slice"], on="click", clear=False)
    cells = base.mark_rect(stroke=p.page, strokeWidth=2, cursor="pointer").encode(
        color=alt.Color("below:Q", scale=scale, legend=None)
    )
    values = base.mark_text(fontSize=12, dy=-7, cursor="pointer", color=p.ink).encode(text="text:N")
    rows = base.mark_text(fontSize=10, dy=8, cursor="pointer", color=p.quiet).encode(text="about:N")
    room = {"left": 0, "top": 0, "right": 14 if slanted else 0, "bottom": 0}
    height = ROW_OF_HEAT * len(down) + (SLANTED_HEADER if slanted else HEADER)
    return alt.layer(cells.add_params(pick), values, rows).properties(height=height, padding=room)
