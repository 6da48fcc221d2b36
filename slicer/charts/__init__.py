"""Results as charts: pure functions to `alt.Chart`; colours come in as a palette, pages draw."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import Any

import altair as alt
import pandas as pd

from slicer.charts.headline import ruler as ruler
from slicer.display import DASH, about, alike, figure, gain, points, value_of
from slicer.findings import level_name
from slicer.metrics.counts import ConfusionCounts
from slicer.metrics.registry import METRICS, Unit
from slicer.palette import Palette
from slicer.priorities.ranking import RankedRow
from slicer.results import CrossTable, SliceRow

MAX_MATRIX = 12
"""Classes a confusion matrix can hold and still be read."""


def confusion_matrix(confusion: ConfusionCounts, p: Palette) -> alt.TopLevelMixin:
    """Counts by truth (rows) and prediction (columns); deeper means a larger share of its row. Click selects a cell."""
    labels = shown_classes(confusion)
    places = [confusion.labels.index(label) for label in labels]
    rows = []
    for i in places:
        total = confusion.counted[i].sum()
        for j in places:
            rows_here = int(confusion.counted[i, j])
            rows.append(
                {
                    "truth": confusion.labels[i],
                    "prediction": confusion.labels[j],
                    "rows": rows_here,
                    "share": rows_here / total if total else 0.0,
                    "text": f"{rows_here:,}" if rows_here else "",
                    "right": i == j,
                }
            )
    frame = pd.DataFrame(rows)
    wide = max((len(label) for label in labels), default=0) > 6 and len(labels) > 4
    base: Any = alt.Chart(frame).encode(
        x=alt.X(
            "prediction:N",
            sort=labels,
            title=None,
            axis=alt.Axis(
                orient="top",
                labelAngle=-28 if wide else 0,
                labelAlign="left" if wide else "center",
                labelLimit=110,
                labelOverlap=False,
            ),
        ),
        y=alt.Y("truth:N", sort=labels, title=None, axis=alt.Axis(labelColor=p.ink, labelLimit=150)),
        tooltip=[
            alt.Tooltip("truth:N"),
            alt.Tooltip("prediction:N", title="predicted"),
            alt.Tooltip("rows:Q", format=","),
            alt.Tooltip("share:Q", format=".1%", title="of the true class"),
        ],
    )
    scale = alt.Scale(domain=[0, _deepest(frame)], range=[p.page, p.heat], clamp=True, interpolate="lab")
    cell = alt.selection_point(name="cell", fields=["truth", "prediction"], on="click", clear=False)
    held = base.transform_filter("datum.rows > 0")
    wrong = held.transform_filter("!datum.right").mark_rect(stroke=p.page, strokeWidth=2, cursor="pointer")
    right = held.transform_filter("datum.right").mark_rect(
        stroke=p.page, strokeWidth=2, color=p.model_soft, cursor="pointer"
    )
    text = base.mark_text(fontSize=12, cursor="pointer").encode(
        text="text:N",
        color=alt.condition("datum.right", alt.value(p.model), alt.value(p.ink)),
    )
    tinted = wrong.encode(color=alt.Color("share:Q", scale=scale, legend=None)).add_params(cell)
    height = max(120, 38 * len(labels) + 30)
    chart: alt.LayerChart = alt.layer(tinted, right, text).resolve_scale(color="independent")
    room = {"left": 0, "top": 0, "right": 14 if wide else 0, "bottom": 0}  # the last slanted label leans out
    return chart.properties(height=height, padding=room)


def shown_classes(confusion: ConfusionCounts) -> list[str]:
    """The classes of the matrix: all, or those with the most errors, in the order of the labels."""
    errors = confusion.support + confusion.predicted - 2 * confusion.table.diagonal()
    order = sorted(range(len(confusion.labels)), key=lambda place: (-errors[place], -confusion.support[place]))
    kept = sorted(place for place in order[:MAX_MATRIX] if confusion.defined[place])
    return [confusion.labels[place] for place in kept]


def _deepest(frame: pd.DataFrame) -> float:
    wrong = frame.loc[~frame["right"], "share"]
    return max(float(wrong.max()) if len(wrong) else 0.0, 1e-9)


def marimekko(rows: Sequence[RankedRow], names: Sequence[str], p: Palette, unit: Unit = "rate") -> alt.TopLevelMixin:
    """Width is the share of the data, height the gap, so area is the potential. For slices that do not overlap."""
    drawn = [(row.candidate, name) for row, name in zip(rows, names, strict=True) if row.candidate.gap is not None]
    ends = list(accumulate((one.weight or 0.0 for one, _ in drawn), initial=0.0))
    frame = pd.DataFrame(
        [
            {
                "slice": one.slice,
                "name": name,
                "left": left,
                "right": right,
                "middle": (left + right) / 2,
                "zero": 0.0,
                "gap": max(0.0, one.gap.value if one.gap else 0.0),
                "share": one.weight,
                "potential": one.potential,
                "worth": points(one.potential, 2) if unit == "rate" else gain(one.potential, unit),
                "apart": figure(one.gap.value if one.gap else None, unit),
            }
            for (one, name), (left, right) in zip(drawn, pairwise(ends), strict=True)
        ]
    )
    top = max(float(frame["gap"].max()) * 1.3, 0.01 if unit == "rate" else 1e-9) if len(frame) else 0.01
    x = alt.Scale(domain=[0, 1], nice=False)
    base: Any = alt.Chart(frame)
    pick = alt.selection_point(name="slice", fields=["slice"], on="click", clear=False)
    rect = base.mark_rect(stroke=p.page, strokeWidth=2, color=p.gap_fill, cursor="pointer").encode(
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
    roomy = base.transform_filter("datum.right - datum.left > 0.14 && datum.gap > 0")
    inside = alt.expr("scale('x', datum.right) - scale('x', datum.left) - 8")
    labels = roomy.mark_text(dy=-22, fontWeight=600, fontSize=13, limit=inside).encode(
        x=alt.X("middle:Q", scale=x), y="gap:Q", text="name:N"
    )
    worth = roomy.mark_text(dy=-8, color=p.quiet).encode(x=alt.X("middle:Q", scale=x), y="gap:Q", text="worth:N")
    return alt.layer(rect.add_params(pick), labels, worth).properties(height=230)


def potential_bars(
    rows: Sequence[RankedRow], names: Sequence[str], p: Palette, unit: Unit = "rate"
) -> alt.TopLevelMixin:
    """Potential with its interval, one bar each: for slices that overlap."""
    scale, title = (100, "points of the overall metric") if unit == "rate" else (1, "change of the overall metric")
    frame = pd.DataFrame(
        [
            {
                "slice": row.candidate.slice,
                "name": name,
                "potential": scale * (row.candidate.potential or 0.0),
                "low": scale * row.candidate.potential_ci[0] if row.candidate.potential_ci else None,
                "high": scale * row.candidate.potential_ci[1] if row.candidate.potential_ci else None,
            }
            for row, name in zip(rows, names, strict=True)
            if row.candidate.ranked
        ][:15]
    )
    order = list(frame["name"]) if len(frame) else []
    pick = alt.selection_point(name="slice", fields=["slice"], on="click", clear=False)
    base: Any = alt.Chart(frame).encode(
        y=alt.Y("name:N", sort=order, title=None, axis=alt.Axis(labelColor=p.ink, labelLimit=220))
    )
    bars = base.mark_bar(color=p.gap_fill, height=10, cursor="pointer").encode(
        x=alt.X(
            "potential:Q",
            axis=alt.Axis(
                title=title,
                grid=True,
                tickCount=5,
            ),
        ),
        tooltip=[alt.Tooltip("name:N", title="slice"), alt.Tooltip("potential:Q", format=".2f")],
    )
    whiskers = base.mark_rule(color=p.ink, strokeWidth=1.2).encode(x="low:Q", x2="high:Q")
    return alt.layer(bars.add_params(pick), whiskers).properties(height=max(90, 24 * len(frame) + 40))


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
        y=alt.Y("name:N", sort=order, title=None, axis=alt.Axis(labelColor=p.ink, labelLimit=190, labelPadding=10))
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
    down, across = ([level_name(one) for one in levels] for levels in (cross.levels_down, cross.levels_across))
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
                labelLimit=110,
                labelOverlap=False,
            ),
        ),
        y=alt.Y("down:N", sort=down, title=None, axis=alt.Axis(labelLimit=110)),
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
    roomy = len(across) <= 7
    values = base.mark_text(fontSize=13 if roomy else 11, dy=-7, cursor="pointer", color=p.ink).encode(text="text:N")
    rows = base.mark_text(fontSize=11 if roomy else 10, dy=8, cursor="pointer", color=p.quiet).encode(text="about:N")
    room = {"left": 0, "top": 0, "right": 14 if slanted else 0, "bottom": 0}
    height = max(110, 34 * len(down) + 30)
    return alt.layer(cells.add_params(pick), values, rows).properties(height=height, padding=room)
