"""Probabilities as charts: whether they come true, and how they are spread."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from slicer.display import count, interval, percent
from slicer.metrics.calibration import BinRate
from slicer.metrics.histograms import Histogram
from slicer.palette import Palette
from slicer.slices import Slice, all_of, within

HEIGHT = 260

PROBABILITY, WHOLE = "probability", (Slice(), Slice())


def reliability(
    bins: Sequence[BinRate], p: Palette, *, came: str = "observed rate", of: str = PROBABILITY
) -> alt.TopLevelMixin:
    """The rate that came true against the mean probability of each bin, with intervals; the line is what was claimed.

    The bars behind are the noise floor: where a calibrated model of as many rows would fall. Click selects a bin.

    Args:
        came: What the rate is of, for the axis.
        of: The probability, as the slice language calls it.
    """
    frame = pd.DataFrame(
        [
            {
                "slice": str(_bin(of, one.low, one.high)),
                "p": one.p,
                "rate": one.rate,
                "low": one.ci[0] if one.ci else one.rate,
                "high": one.ci[1] if one.ci else one.rate,
                "least": max(0.0, one.p - one.by_chance),
                "most": min(1.0, one.p + one.by_chance),
                "chance": interval((max(0.0, one.p - one.by_chance), min(1.0, one.p + one.by_chance))),
                "rows": f"{count(one.rows)} rows",
                "claimed": percent(one.p),
                "true": f"{percent(one.rate)}, {interval(one.ci)}",
            }
            for one in bins
        ]
    )
    whole: dict[str, Any] = {"scale": alt.Scale(domain=[0, 1], nice=False)}
    ticks = [0, 0.25, 0.5, 0.75, 1]
    x = alt.X("p:Q", axis=alt.Axis(format=".0%", title="mean probability", values=ticks, grid=False), **whole)
    y = alt.Y("rate:Q", axis=alt.Axis(format=".0%", title=came, values=ticks, grid=True), **whole)
    line = alt.Chart(pd.DataFrame([{"p": 0.0, "rate": 0.0}, {"p": 1.0, "rate": 1.0}]))
    diagonal = line.mark_line(color=p.rest, strokeWidth=1.2, strokeDash=[4, 3]).encode(x=x, y=y)
    base: Any = alt.Chart(frame)
    whiskers = base.mark_rule(color=p.model, strokeWidth=2).encode(x=x, y=alt.Y("low:Q", **whole), y2="high:Q")
    floor = base.mark_rule(color=p.line, strokeWidth=12).encode(x=x, y=alt.Y("least:Q", **whole), y2="most:Q")
    tooltip = [
        alt.Tooltip("claimed:N", title="mean probability"),
        alt.Tooltip("true:N", title="came true"),
        alt.Tooltip("chance:N", title="by chance alone"),
        alt.Tooltip("rows:N", title="in"),
    ]
    dots = base.mark_point(size=70, color=p.page, fill=p.model, cursor="pointer").encode(x=x, y=y, tooltip=tooltip)
    pick = alt.selection_point(name="slice", fields=["slice"], on="click", clear=False)
    return alt.layer(floor, diagonal, whiskers, dots.add_params(pick)).properties(height=HEIGHT)


def score_histogram(
    bins: Histogram, names: tuple[str, str], p: Palette, *, of: str = PROBABILITY, parts: tuple[Slice, Slice] = WHOLE
) -> alt.TopLevelMixin:
    """Rows by probability, in two panels over one axis: those of the class and those of the other, or right and wrong.
    Click selects a bar's rows.

    Args:
        names: Of the rows that came true, and of the others.
        of: The probability, as the slice language calls it.
        parts: The rows that came true, and the others.
    """
    many = len(bins.n)
    sides = ((names[0], bins.y, p.model, parts[0]), (names[1], bins.n - bins.y, p.rest, parts[1]))
    panels = []
    for place, (name, rows, color, part) in enumerate(sides):
        frame = pd.DataFrame(
            [
                {
                    "slice": str(all_of(part, _bin(of, at / many, (at + 1) / many))),
                    "left": at / many,
                    "right": (at + 1) / many,
                    "zero": 0,
                    "rows": max(0.0, float(rows[at])),
                    "said": f"{count(float(rows[at]))} rows",
                    "bin": f"{100 * at // many} to {100 * (at + 1) // many} %",
                }
                for at in range(many)
            ]
        )
        last = place == len(sides) - 1
        axis = alt.Axis(format=".0%", values=[0, 0.25, 0.5, 0.75, 1], grid=False, title=None, labels=last)
        title = alt.Title(f"{name}: {count(float(rows.sum()))} rows", fontSize=12, color=color, offset=4)
        panels.append(
            alt.Chart(frame, title=title, name=f"panel_{place}")
            .mark_bar(color=color, stroke=p.page, strokeWidth=1, cursor="pointer")
            .encode(
                x=alt.X("left:Q", scale=alt.Scale(domain=[0, 1], nice=False), axis=axis),
                x2="right:Q",
                y=alt.Y("rows:Q", axis=alt.Axis(title=None, grid=True, tickCount=3, tickMinStep=1, format=",d")),
                y2="zero:Q",
                tooltip=[alt.Tooltip("bin:N", title="probability"), alt.Tooltip("said:N", title=name)],
            )
            .properties(height=(HEIGHT - 62) // 2, width="container")
        )
    pick = alt.TopLevelSelectionParameter(
        name="slice",
        select=alt.PointSelectionConfig(type="point", fields=["slice"], on="click", clear=False),
        views=[panel.name for panel in panels],
    )
    return alt.vconcat(*panels, spacing=10, params=[pick])


def _bin(of: str, low: float, high: float) -> Slice:
    """The rows of a bin: with its left edge, the last with both."""
    return within(of, low, high if high < 1 else None)
