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

HEIGHT = 260


def reliability(bins: Sequence[BinRate], p: Palette, *, came: str = "observed rate") -> alt.TopLevelMixin:
    """The rate that came true against the mean probability of each bin, with intervals; the line is what was claimed.

    The bars behind are the noise floor: where a calibrated model of as many rows would fall.

    Args:
        came: What the rate is of, for the axis.
    """
    frame = pd.DataFrame(
        [
            {
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
    dots = base.mark_point(size=70, color=p.page, fill=p.model).encode(x=x, y=y, tooltip=tooltip)
    return alt.layer(floor, diagonal, whiskers, dots).properties(height=HEIGHT)


def score_histogram(bins: Histogram, names: tuple[str, str], p: Palette) -> alt.TopLevelMixin:
    """Rows by probability, in two panels over one axis: those of the class and those of the other, or right and wrong.

    Args:
        names: Of the rows that came true, and of the others.
    """
    many = len(bins.n)
    sides = ((names[0], bins.y, p.model), (names[1], bins.n - bins.y, p.rest))
    panels = []
    for place, (name, rows, color) in enumerate(sides):
        frame = pd.DataFrame(
            [
                {
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
            alt.Chart(frame, title=title)
            .mark_bar(color=color, stroke=p.page, strokeWidth=1)
            .encode(
                x=alt.X("left:Q", scale=alt.Scale(domain=[0, 1], nice=False), axis=axis),
                x2="right:Q",
                y=alt.Y("rows:Q", axis=alt.Axis(title=None, grid=True, tickCount=3, tickMinStep=1, format=",d")),
                y2="zero:Q",
                tooltip=[alt.Tooltip("bin:N", title="probability"), alt.Tooltip("said:N", title=name)],
            )
            .properties(height=(HEIGHT - 62) // 2, width="container")
        )
    return alt.vconcat(*panels, spacing=10)
