"""The headline metric on a line: the model beside people and baselines."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from slicer.display import amount, figure
from slicer.metrics.estimate import Estimate
from slicer.metrics.intervals import Interval
from slicer.metrics.registry import Unit
from slicer.palette import Palette


def ruler(
    estimate: Estimate,
    hlp: float | None,
    baselines: Sequence[tuple[str, float]],
    p: Palette,
    unit: Unit = "rate",
    span: Interval = (0.0, 1.0),
) -> alt.TopLevelMixin:
    """The headline metric on a line: model with its interval, people, the gap, baselines as ticks.

    Args:
        unit: Of the metric.
        span: What the metric can be.
    """
    value = estimate.value or 0.0
    known = [value, *(estimate.ci or ()), *([hlp] if hlp is not None else []), *(one for _, one in baselines)]
    low, high = _ends(known, unit, span)
    said: dict[str, Any] = {"format": ".0%"} if unit == "rate" else {"labelExpr": _labels(low, high)}
    x = alt.X(
        "v:Q",
        scale=alt.Scale(domain=[low, high + 0.06 * (high - low)], nice=False),
        axis=alt.Axis(title=None, values=[low, (low + high) / 2, high], grid=False, labelFlush=False, **said),
    )
    y = alt.YDatum(0.5, scale=alt.Scale(domain=[0, 1], nice=False), axis=None)

    def mark(**row: object) -> Any:
        return alt.Chart(pd.DataFrame([row])).encode(x=x, y=y)

    layers: list[Any] = [mark(v=low, w=high).mark_rule(color=p.line, strokeWidth=2).encode(x2="w:Q")]
    if hlp is not None and hlp > value:
        layers.append(mark(v=value, w=hlp).mark_rule(color=p.gap_fill, strokeWidth=9).encode(x2="w:Q"))
    if estimate.ci is not None:
        ends = {"v": max(low, estimate.ci[0]), "w": estimate.ci[1]}
        layers.append(mark(**ends).mark_rule(color=p.model, strokeWidth=2.5).encode(x2="w:Q"))
    for name, baseline in baselines:
        tick = mark(v=baseline, text=f"{name} {figure(baseline, unit)}")
        roomy = baseline > low + 0.2 * (high - low)
        side: dict[str, Any] = {"align": "right", "dx": 4} if roomy else {"align": "left", "dx": -4}
        layers.append(tick.mark_tick(color=p.rest, thickness=2, size=16))
        layers.append(tick.mark_text(color=p.quiet, dy=19, **side).encode(text="text:N"))
    ahead = hlp is not None and hlp < value
    before: dict[str, Any] = {"align": "right", "dx": 6}
    after: dict[str, Any] = {"align": "left", "dx": -6}
    cramped = value < low + 0.2 * (high - low)
    model = mark(v=value, text=f"model {figure(value, unit)}")
    layers.append(model.mark_point(size=110, color=p.page, fill=p.model))
    words = model.mark_text(color=p.model, dy=-19, fontWeight=600, **(after if ahead or cramped else before))
    layers.append(words.encode(text="text:N"))
    if hlp is not None:
        people = mark(v=hlp, text=f"people {figure(hlp, unit)}")
        layers.append(people.mark_point(size=120, shape="diamond", color=p.ink, fill=p.ink))
        layers.append(people.mark_text(fontWeight=600, dy=-19, **(before if ahead else after)).encode(text="text:N"))
    return alt.layer(*layers).properties(height=92)


def _ends(known: Sequence[float], unit: Unit, span: Interval) -> Interval:
    """Where the line begins and ends: a rate up to 1, from 0 or from the tenth below; a number with 0 and what it
    can be, where that has an end.

    >>> _ends([0.87, 0.9], "rate", (0.0, 1.0)), _ends([0.3, 0.4], "number", (0.0, math.inf))
    ((0.8, 1.0), (0.0, 0.5))
    """
    if unit == "rate" and max(known) <= 1:
        return (0.0 if min(known) < 0.5 else 10 * int(10 * min(known) - 1e-9) / 100), 1.0
    low, high = min(0.0, *known), max(0.0, *known)
    low = low if low == 0 else max(span[0], _beyond(low))
    high = span[1] if span[1] < math.inf and high > 0 else _beyond(high) if high > 0 else 0.0
    return (low, high) if low < high else (low - 1, high + 1)


def _beyond(end: float) -> float:
    """The next round number away from 0.

    >>> _beyond(0.42), _beyond(-2.61), _beyond(1001.0)
    (0.5, -3.0, 2000.0)
    """
    size = abs(end) * 1.001
    step = 10.0 ** math.floor(math.log10(size))
    steps = math.ceil(size / step)
    return math.copysign(float(f"{steps * step:.6g}"), end)


def _labels(low: float, high: float) -> str:
    """What stands at the three ticks of a number, as Vega says it."""
    middle = (low + high) / 2
    near = f"abs(datum.value - {middle}) < {abs(high - low) / 8}"
    return f"{near} ? '{_tick(middle)}' : datum.value < {middle} ? '{_tick(low)}' : '{_tick(high)}'"


def _tick(value: float) -> str:
    text = amount(value)
    return text.rstrip("0").rstrip(".") if "." in text and "e" not in text else text
