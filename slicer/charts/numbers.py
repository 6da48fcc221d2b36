"""Numbers by row as charts: how they are spread, and predictions against labels."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import altair as alt
import pandas as pd

from slicer.display import amount, count, figure, value_of
from slicer.metrics.distribution import Distribution, Joint
from slicer.metrics.registry import Unit
from slicer.palette import Palette
from slicer.slices import all_of, within

HEIGHT = 260


def distribution_chart(
    found: Distribution, p: Palette, of: str, *, marks: tuple[tuple[str, float | None], ...] = (), unit: Unit = "number"
) -> alt.TopLevelMixin:
    """Rows by bin of a number, with named lines such as its mean. Click selects a bin's rows.

    Args:
        of: The number, as the slice language calls it.
        marks: Names and places of the lines; one beyond the bins is left out.
        unit: Of the number.
    """
    low, high = found.edges[0], found.edges[-1]
    before, after = found.beyond
    last = len(found.rows) - 1
    rows = []
    for at, ((left, right), many) in enumerate(zip(pairwise(found.edges), found.rows, strict=True)):
        said = f"{figure(left, unit)} to {figure(right, unit)}"
        if (at == 0 and before) or (at == last and after):
            said = f"below {figure(right, unit)}" if at == 0 and before else f"{figure(left, unit)} and above"
        here = str(within(of, found.begins(at), found.begins(at + 1)))
        bar = {"left": left, "right": right, "zero": 0, "rows": many, "said": f"{count(many)} rows", "bin": said}
        rows.append({"slice": here, **bar})
    known = [(name, value) for name, value in marks if value is not None and low <= value <= high]
    top = max(found.rows) * (1.16 if known else 1.02)  # room for the names of the lines
    axis: dict[str, Any] = {"format": ".0%"} if unit == "rate" else {}
    x = alt.X(
        "left:Q",
        scale=alt.Scale(domain=[low, high], nice=False),
        axis=alt.Axis(title=None, grid=False, tickCount=7, **axis),
    )
    bars = (
        alt.Chart(pd.DataFrame(rows))
        .mark_bar(color=p.model, stroke=p.page, strokeWidth=1, cursor="pointer")
        .encode(
            x=x,
            x2="right:Q",
            y=alt.Y(
                "rows:Q",
                scale=alt.Scale(domain=[0, top], nice=False),
                axis=alt.Axis(title="rows", grid=True, tickCount=4, tickMinStep=1, format=",d"),
            ),
            y2="zero:Q",
            tooltip=[alt.Tooltip("bin:N", title="between"), alt.Tooltip("said:N", title="in")],
        )
    )
    pick = alt.selection_point(name="slice", fields=["slice"], on="click", clear=False)
    layers: list[Any] = [bars.add_params(pick)]
    places = [value for _, value in known]
    right = bool(places) and sum(places) / len(places) > (low + high) / 2
    side: dict[str, Any] = {"align": "right", "dx": -6} if right else {"align": "left", "dx": 6}
    for at, (name, value) in enumerate(known):
        words = {
            "at": value,
            "beside": min(places) if right else max(places),
            "text": f"{name} {value_of(value, unit)}",
        }
        line = alt.Chart(pd.DataFrame([words]))
        layers.append(
            line.mark_rule(color=p.ink, strokeWidth=1.4, strokeDash=[3, 3] if at else [1, 0]).encode(x="at:Q")
        )
        text = line.mark_text(color=p.ink, fontWeight=400 if at else 600, **side)
        layers.append(text.encode(x="beside:Q", y=alt.value(8 + 16 * at), text="text:N"))
    return alt.layer(*layers).properties(height=HEIGHT)


def agreement_chart(found: Joint, p: Palette) -> alt.TopLevelMixin:
    """Rows by label and prediction; on the line they are the same. Deeper: more rows. Click selects a cell's rows."""
    edges = found.edges
    frame = pd.DataFrame(
        [
            {
                "slice": str(
                    all_of(
                        within("label", found.begins(i), found.begins(i + 1)),
                        within("prediction", found.begins(j), found.begins(j + 1)),
                    )
                ),
                "left": edges[i],
                "right": edges[i + 1],
                "low": edges[j],
                "high": edges[j + 1],
                "rows": many,
                "label": f"{amount(edges[i])} to {amount(edges[i + 1])}",
                "prediction": f"{amount(edges[j])} to {amount(edges[j + 1])}",
            }
            for (i, j), many in sorted(found.rows.items())
        ]
    )
    whole: dict[str, Any] = {"scale": alt.Scale(domain=[edges[0], edges[-1]], nice=False)}
    colors = alt.Scale(type="sqrt", range=[p.model_soft, p.model], interpolate="lab")
    cells = (
        alt.Chart(frame)
        .mark_rect(cursor="pointer")
        .encode(
            x=alt.X("left:Q", axis=alt.Axis(title="label", grid=False, tickCount=5), **whole),
            x2="right:Q",
            y=alt.Y("low:Q", axis=alt.Axis(title="prediction", tickCount=5), **whole),
            y2="high:Q",
            color=alt.Color("rows:Q", scale=colors, legend=None),
            tooltip=["label:N", "prediction:N", alt.Tooltip("rows:Q", format=",")],
        )
    )
    ends = pd.DataFrame([{"at": edges[0]}, {"at": edges[-1]}])
    line = alt.Chart(ends).mark_line(color=p.ink, strokeWidth=1.2, strokeDash=[4, 3])
    pick = alt.selection_point(name="slice", fields=["slice"], on="click", clear=False)
    return alt.layer(
        cells.add_params(pick), line.encode(x=alt.X("at:Q", **whole), y=alt.Y("at:Q", **whole))
    ).properties(height=HEIGHT)
