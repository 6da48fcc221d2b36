"""One slice after the other: what each still adds, and what they are worth together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from slicer.charts.labels import cut_labels
from slicer.charts.potential import LONGEST_LABEL, MOST_BARS
from slicer.display import gain
from slicer.metrics.registry import Unit
from slicer.palette import Palette
from slicer.priorities.ranking import RankedRow


def in_turn(rows: Sequence[RankedRow], names: Sequence[str]) -> list[tuple[RankedRow, str]]:
    """The rows that add something, each with its name, the one that adds most first."""
    adding = [(row, name) for row, name in zip(rows, names, strict=True) if row.worth and row.worth.next_best > 0]
    return sorted(adding, key=lambda pair: pair[0].worth.cumulative if pair[0].worth else 0.0)


def next_best(
    rows: Sequence[RankedRow], names: Sequence[str], joint: float, p: Palette, unit: Unit = "rate"
) -> alt.TopLevelMixin:
    """A step for each slice, from what those above it are worth to what it brings them to; the line is all of them.

    Args:
        joint: What all slices are worth together.
    """
    scale, title = (100, "points of the overall metric") if unit == "rate" else (1, "change of the overall metric")
    frame = pd.DataFrame(
        [
            {
                "slice": row.candidate.slice,
                "name": name,
                "start": scale * (row.worth.cumulative - row.worth.next_best),
                "end": scale * row.worth.cumulative,
                "before": row.worth.cumulative > 0.8 * joint and row.worth.next_best < 0.6 * joint,
                "adds": gain(row.worth.next_best, unit),
                "together": gain(row.worth.cumulative, unit),
                "alone": gain(row.candidate.potential, unit),
            }
            for row, name in in_turn(rows, names)[:MOST_BARS]
            if row.worth is not None
        ]
    )
    order = list(frame["name"]) if len(frame) else []
    pick = alt.selection_point(name="slice", fields=["slice"], on="click", clear=False)
    base: Any = alt.Chart(frame).encode(
        y=alt.Y("name:N", sort=order, title=None, axis=alt.Axis(labelColor=p.ink, **cut_labels(LONGEST_LABEL)))
    )
    x = alt.Scale(domain=[0, 1.12 * scale * joint or 1.0], nice=False)
    steps = base.mark_bar(color=p.gap_fill, height=12, cursor="pointer").encode(
        x=alt.X("start:Q", scale=x, axis=alt.Axis(title=title, grid=True, tickCount=5)),
        x2="end:Q",
        tooltip=[
            alt.Tooltip("name:N", title="slice"),
            alt.Tooltip("adds:N", title="adds"),
            alt.Tooltip("together:N", title="with those above"),
            alt.Tooltip("alone:N", title="alone"),
        ],
    )
    after = base.transform_filter("!datum.before").mark_text(align="left", dx=5, color=p.quiet)
    before = base.transform_filter("datum.before").mark_text(align="right", dx=-5, color=p.quiet)
    said = [
        one.encode(x=alt.X(f"{end}:Q", scale=x), text="together:N") for one, end in ((after, "end"), (before, "start"))
    ]
    whole = alt.Chart(pd.DataFrame([{"joint": scale * joint}]))
    rule = whole.mark_rule(color=p.ink, strokeWidth=1.2, strokeDash=[4, 3]).encode(x=alt.X("joint:Q", scale=x))
    return alt.layer(rule, steps.add_params(pick), *said).properties(height=max(90, 24 * len(frame) + 40))
