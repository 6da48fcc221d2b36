"""Which class is taken for which."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from slicer.charts.labels import cut_labels
from slicer.display import number
from slicer.metrics.counts import ConfusionCounts
from slicer.palette import Palette

MAX_MATRIX = 12
"""Classes a confusion matrix can hold and still be read."""


def confusion_matrix(confusion: ConfusionCounts, p: Palette, *, shares: bool = False) -> alt.TopLevelMixin:
    """Counts by truth (rows) and prediction (columns); deeper means a larger share of its row. Click selects a cell.

    Args:
        shares: Write the share of the true class in percent, not the count.
    """
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
                    "text": _text(rows_here, total, shares),
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
                **cut_labels(110),
                labelOverlap=False,
            ),
        ),
        y=alt.Y("truth:N", sort=labels, title=None, axis=alt.Axis(labelColor=p.ink, **cut_labels(150))),
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


def _text(rows: int, total: float, shares: bool) -> str:
    """What stands in a cell; nothing where no row is.

    >>> _text(74, 11_207, True), _text(1, 11_207, True), _text(74, 11_207, False), _text(0, 5, True)
    ('0.7', '< 0.1', '74', '')
    """
    if not rows:
        return ""
    if not shares:
        return f"{rows:,}"
    return "< 0.1" if rows < 0.0005 * total else number(rows / total)


def shown_classes(confusion: ConfusionCounts) -> list[str]:
    """The classes of the matrix: all, or those with the most errors, in the order of the labels."""
    errors = confusion.support + confusion.predicted - 2 * confusion.table.diagonal()
    order = sorted(range(len(confusion.labels)), key=lambda place: (-errors[place], -confusion.support[place]))
    kept = sorted(place for place in order[:MAX_MATRIX] if confusion.defined[place])
    return [confusion.labels[place] for place in kept]


def _deepest(frame: pd.DataFrame) -> float:
    wrong = frame.loc[~frame["right"], "share"]
    return max(float(wrong.max()) if len(wrong) else 0.0, 1e-9)
