"""Gap against share: where the same potential comes from, a wide gap of few rows or a narrow gap of many."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from slicer.display import figure, gain, percent
from slicer.metrics.registry import Unit
from slicer.palette import Palette
from slicer.priorities.ranking import RankedRow

HEIGHT = 300

CURVES, STEPS = (1.0, 0.4), 60
"""Potentials that curves join, as parts of the largest; and points of a curve."""

APART = 0.07
"""Least height between two words, as a part of the picture's."""

MOST_NAMES = 8
"""Points with a name; fewer where names would cover each other."""


def trade_off(rows: Sequence[RankedRow], names: Sequence[str], p: Palette, unit: Unit = "rate") -> alt.TopLevelMixin:
    """A point for each slice, and curves of equal potential: gap × share is the same all along one. Click selects.

    Slices of fewer than 30 rows are hollow; a model above people stands below the line.
    """
    shown = [(row.candidate, name) for row, name in zip(rows, names, strict=True) if row.candidate.gap is not None]
    frame = pd.DataFrame(
        [
            {
                "slice": one.slice,
                "name": name,
                "share": one.weight or 0.0,
                "gap": one.gap.value if one.gap else 0.0,
                "part": percent(one.weight),
                "apart": figure(one.gap.value if one.gap else None, unit),
                "worth": gain(one.potential, unit),
                "few": one.low_support,
            }
            for one, name in shown
        ]
    )
    right = min(1.0, 1.12 * max((one.weight or 0.0 for one, _ in shown), default=1.0)) or 1.0
    gaps = [one.gap.value for one, _ in shown if one.gap]
    top = 1.18 * max([*gaps, 0.0]) or 0.01
    low = 1.1 * min([*gaps, 0.0]) or -0.04 * top
    best = max((one.potential or 0.0 for one, _ in shown), default=0.0)
    x = alt.X(
        "share:Q",
        scale=alt.Scale(domain=[0, right], nice=False),
        axis=alt.Axis(format=".1~%", title="share of the data", grid=False, tickCount=5),
    )
    y = alt.Y(
        "gap:Q",
        scale=alt.Scale(domain=[low, top], nice=False),
        axis=alt.Axis(format=".1~%" if unit == "rate" else "~g", title="gap to people", grid=True, tickCount=5),
    )
    curves, ends = _curves(best, right, top, unit)
    frame["label"] = _labels(frame, ends, (right, top, low)) if len(frame) else []
    frame["after"] = frame["share"] > 0.6 * right if len(frame) else []
    line = alt.Chart(curves).mark_line(color=p.gap_fill, strokeWidth=1, strokeDash=[4, 3], clip=True)
    said = alt.Chart(ends).mark_text(color=p.gap, align="right", baseline="top", dx=-2, dy=4, fontSize=11)
    base: Any = alt.Chart(frame)
    pick = alt.selection_point(name="slice", fields=["slice"], on="click", clear=False)
    dots = base.mark_point(size=80, color=p.model, cursor="pointer").encode(
        x=x,
        y=y,
        fill=alt.condition("datum.few", alt.value(p.page), alt.value(p.model)),
        tooltip=[
            alt.Tooltip("name:N", title="slice"),
            alt.Tooltip("part:N", title="share"),
            alt.Tooltip("apart:N", title="gap"),
            alt.Tooltip("worth:N", title="potential"),
        ],
    )
    words: dict[str, Any] = {"baseline": "middle", "limit": 130}
    halo: dict[str, Any] = {"stroke": p.page, "strokeWidth": 4, "aria": False}
    texts = [
        base.transform_filter(side).mark_text(align=align, dx=dx, **words, **behind)
        for side, align, dx in (("!datum.after", "left", 9), ("datum.after", "right", -9))
        for behind in (halo, {})
    ]
    zero = alt.Chart(pd.DataFrame([{"gap": 0.0}])).mark_rule(color=p.rest, strokeWidth=1.2).encode(y=y)
    layers: list[Any] = [zero]
    if len(curves):
        layers += [line.encode(x=x, y=y, detail="curve:N"), said.encode(x=x, y=y, text="text:N")]
    layers += [dots.add_params(pick), *(one.encode(x=x, y=y, text="label:N") for one in texts)]
    return alt.layer(*layers).properties(height=HEIGHT)


def _curves(best: float, right: float, top: float, unit: Unit) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Points of the curves within the picture, and what each is worth, at its end."""
    points: list[dict[str, float]] = []
    ends: list[dict[str, Any]] = []
    for part in CURVES if best > 0 else ():
        worth = part * best
        start = worth / top
        if start >= right:
            continue
        for step in range(STEPS + 1):
            share = start * math.pow(right / start, step / STEPS)
            points.append({"curve": part, "share": share, "gap": worth / share})
        if worth / right < APART * top or (ends and ends[-1]["gap"] - worth / right < APART * top):
            continue  # no room for what it is worth: the axis or the curve above is too near
        text = gain(worth, unit) + (" points" if unit == "rate" else "")
        ends.append({"share": right, "gap": worth / right, "text": text})
    return pd.DataFrame(points), pd.DataFrame(ends)


def _labels(frame: pd.DataFrame, ends: pd.DataFrame, corner: tuple[float, float, float]) -> list[str]:
    """The names that are written: those of the first rows, where no other name, point or curve's end is in the way."""
    right, top, low = corner
    wide, high = 0.42, 0.065  # of a name, in parts of the narrowest picture
    at = [(share / right, (gap - low) / (top - low)) for share, gap in zip(frame["share"], frame["gap"], strict=True)]
    taken = [(0.72, 1.0, (gap - low) / (top - low) - high / 2) for gap in (ends["gap"] if len(ends) else ())]
    many, labels = len(taken) + MOST_NAMES, []
    for place, (name, (x, y)) in enumerate(zip(frame["name"], at, strict=True)):
        left = x - wide if x > 0.6 else x
        free = all(abs(y - other) > high or left > end or left + wide < start for start, end, other in taken)
        clear = not any(
            abs(y - dot_y) < 0.8 * high and left < dot_x < left + wide
            for other, (dot_x, dot_y) in enumerate(at)
            if other != place
        )
        shown = free and clear and len(taken) < many
        labels.append(name if shown else "")
        if shown:
            taken.append((left, left + wide, y))
    return labels
