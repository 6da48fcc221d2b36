"""Precision against recall over all thresholds, with where the model stands and where it could."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from slicer.display import figure, percent
from slicer.metrics.thresholds import ThresholdCounts
from slicer.palette import Palette
from slicer.slices import Slice

HEIGHT = 280

MOST = 400
"""Points of the line; what lies between two of them is narrower than it is drawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A place on the plane, with a name."""

    name: str
    threshold: float
    recall: float
    precision: float
    """Both in [0, 1]."""
    chosen: bool = False
    """Whether it is the one that is tried, not the one that is."""


def precision_recall(
    counts: ThresholdCounts, points: Sequence[Point], p: Palette, rows_of: Callable[[float], Slice]
) -> alt.TopLevelMixin:
    """The curve, a dashed line at what saying positive always would have, and named points on it. Click selects the
    rows of a threshold.

    Args:
        rows_of: The rows a threshold is about.
    """
    frame = _thinned(counts, rows_of)
    whole: dict[str, Any] = {"scale": alt.Scale(domain=[0, 1], nice=False)}
    ticks = [0, 0.25, 0.5, 0.75, 1]
    x = alt.X("recall:Q", axis=alt.Axis(format=".0%", title="recall", values=ticks, grid=False), **whole)
    y = alt.Y("precision:Q", axis=alt.Axis(format=".0%", title="precision", values=ticks, grid=True), **whole)
    chance = counts.prevalence or 0.0
    naive = pd.DataFrame([{"precision": chance, "recall": 0.01, "said": f"always saying it: {percent(chance)}"}])
    rule = alt.Chart(naive).mark_rule(color=p.rest, strokeWidth=1.2, strokeDash=[4, 3]).encode(y=y)
    named = alt.Chart(naive).mark_text(align="left", dy=-7, color=p.quiet).encode(x=x, y=y, text="said:N")
    line = alt.Chart(frame).mark_line(color=p.model, strokeWidth=2).encode(x=x, y=y, order="place:Q")
    near = (
        alt.Chart(frame)
        .mark_point(size=120, opacity=0, cursor="pointer")
        .encode(
            x=x,
            y=y,
            tooltip=[
                alt.Tooltip("threshold:N"),
                alt.Tooltip("said_precision:N", title="precision"),
                alt.Tooltip("said_recall:N", title="recall"),
                alt.Tooltip("said_f1:N", title="F1"),
            ],
        )
    )
    marks: Any = alt.Chart(
        pd.DataFrame(
            [
                {
                    "slice": str(rows_of(one.threshold)),
                    "name": one.name,
                    "recall": one.recall,
                    "precision": one.precision,
                    "is": one.chosen,
                }
                for one in points
            ],
            columns=["slice", "name", "recall", "precision", "is"],
        )
    )
    fill = alt.condition("datum.is", alt.value(p.gap_fill), alt.value(p.model))
    shape = alt.condition("datum.is", alt.value("diamond"), alt.value("circle"))
    dots = marks.mark_point(size=130, filled=True, opacity=1, stroke=p.page, strokeWidth=1.5, cursor="pointer").encode(
        x=x, y=y, color=fill, shape=shape, tooltip=[alt.Tooltip("name:N", title="here")]
    )
    words = marks.mark_text(align="right", dx=-9, dy=11, fontWeight=600).encode(x=x, y=y, text="name:N", color=fill)
    pick = alt.selection_point(name="slice", fields=["slice"], on="click", clear=False)
    return alt.layer(rule, named, line, near.add_params(pick), dots, words).properties(height=HEIGHT)


def _thinned(counts: ThresholdCounts, rows_of: Callable[[float], Slice]) -> pd.DataFrame:
    """The points of the line: all, or as many as can be seen, as far from each other along the line."""
    recall, precision = counts.recall, counts.precision
    places = np.arange(len(recall))
    if len(places) > MOST:
        walked = np.cumsum(np.hypot(np.diff(recall, prepend=recall[:1]), np.diff(precision, prepend=precision[:1])))
        places = np.unique(np.searchsorted(walked, np.linspace(0, walked[-1], MOST)).clip(max=len(recall) - 1))
    return pd.DataFrame(
        {
            "slice": [str(rows_of(float(one))) for one in counts.thresholds[places]],
            "place": places,
            "recall": recall[places],
            "precision": precision[places],
            "threshold": [figure(float(one), "number") for one in counts.thresholds[places]],
            "said_precision": [percent(float(one)) for one in precision[places]],
            "said_recall": [percent(float(one)) for one in recall[places]],
            "said_f1": [percent(float(one)) for one in counts.f1[places]],
        }
    )
