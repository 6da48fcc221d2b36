"""Slices that were found beside what a search through chance finds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from slicer.display import percent
from slicer.found import FindResult
from slicer.palette import Palette

BINS = 24
"""Bars of the hill of chance."""

ROW = 24
"""Pixels of a slice."""


def found_and_noise(result: FindResult, names: Sequence[str], p: Palette) -> alt.TopLevelMixin:
    """Each slice by its z; behind them, as a hill, the best slice of each search through noise, and the z that one in
    twenty of those exceeds. Click selects a slice.

    Args:
        result: Held against chance.
        names: Of its slices.

    Raises:
        ValueError: it was not held against chance.
    """
    if result.noise is None or result.threshold is None:
        raise ValueError("Nothing is known of chance yet.")
    judged = result.head.task == "classification"
    frame = pd.DataFrame(
        [
            {
                "slice": str(one.slice),
                "name": name,
                "z": one.z,
                "zero": 0.0,
                "beyond": one.beyond_noise,
                "rate": percent(one.error_rate) if judged else f"{one.error_rate:.3g}",
                "rows": one.support,
                "p": one.p_adjusted,
            }
            for one, name in zip(result.slices, names, strict=True)
        ]
    )
    heights, edges = np.histogram(result.noise.maxima, bins=BINS)
    hill = pd.DataFrame({"low": edges[:-1], "high": edges[1:], "searches": heights, "none": 0})
    named = (
        "more wrong"
        if result.against is not None
        else {"error": "wrong", "fpr": "false positives", "fnr": "false negatives"}[result.outcome]
    )
    rate = named if judged else "mean off"
    x = alt.X(
        "z:Q",
        title="z: standard errors from the rest",
        scale=alt.Scale(zero=True, nice=True),
        axis=alt.Axis(orient="top", grid=True, tickCount=6),
    )
    said = alt.Axis(
        orient="bottom",
        values=[result.threshold],
        labelExpr="'95 % of searches through chance end here'",
        labelColor=p.quiet,
        labelLimit=0,
        grid=False,
        title=None,
    )
    top = alt.Scale(domain=[0, 1.15 * max(1, int(heights.max()))])
    noise: Any = alt.Chart(hill).mark_rect(color=p.line).encode(
        x=alt.X("low:Q", axis=said), x2="high:Q", y=alt.Y("searches:Q", axis=None, scale=top), y2="none:Q"
    )  # fmt: skip
    line: Any = alt.Chart(pd.DataFrame([{"z": result.threshold}])).mark_rule(color=p.ink, strokeWidth=1.2)
    chance = alt.layer(noise, line.encode(x=alt.X("z:Q", axis=said)))
    base: Any = alt.Chart(frame).encode(
        y=alt.Y(
            "name:N",
            sort=list(frame["name"]),
            title=None,
            axis=alt.Axis(labelColor=p.ink, labelLimit=260, labelPadding=10),
        )
    )
    pick = alt.selection_point(name="slice", fields=["slice"], on="click", clear=False)
    stems = base.mark_rule(color=p.line, strokeWidth=1).encode(x="zero:Q", x2="z:Q")
    colors = alt.Scale(domain=[True, False], range=[p.error, p.rest])
    dots = base.mark_point(size=80, cursor="pointer").encode(
        x=x,
        color=alt.Color("beyond:N", scale=colors, legend=None),
        fill=alt.condition("datum.beyond", alt.value(p.error), alt.value(p.page)),
        tooltip=[
            alt.Tooltip("name:N", title="slice"),
            alt.Tooltip("z:Q", format=".2f"),
            alt.Tooltip("p:Q", title="chance finds as much", format=".3f"),
            alt.Tooltip("rate:N", title=rate),
            alt.Tooltip("rows:Q", format=","),
        ],
    )
    slices = alt.layer(stems, dots.add_params(pick))
    drawn: alt.LayerChart = alt.layer(chance, slices).resolve_scale(y="independent").resolve_axis(x="independent")
    return drawn.properties(height=max(110, ROW * len(frame) + 40))
