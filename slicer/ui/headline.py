"""The headline metric, large, and on a line beside people and what needs no model."""

from __future__ import annotations

import streamlit as st

from slicer.charts.headline import ruler
from slicer.display import COUNTED_BELOW, count, counted, counts, counts_alone, explain, plus_minus, value_of
from slicer.metrics.estimate import Estimate
from slicer.metrics.registry import METRICS
from slicer.ui.frame import show
from slicer.ui.theme import palette
from slicer.workbench import Reference


def headline(metric: str, estimate: Estimate, reference: Reference) -> None:
    """The metric with its interval and denominator; counts alone where it rests on few rows."""
    entry = METRICS[metric]
    left, right = st.columns([3, 9], gap="medium", vertical_alignment="center")
    few = counts_alone(estimate)
    left.metric(
        f"{entry.words[:1].upper()}{entry.words[1:]}",
        counts(estimate) if few else value_of(estimate.value, entry.unit),
        _beside(estimate, metric),
        delta_color="off",
        delta_arrow="off",
        help=f"{entry.means[:1].upper()}{entry.means[1:]}. {explain(estimate, entry.unit, entry.undefined)}",
    )
    if estimate.value is not None and not few:
        with right:
            show(ruler(estimate, reference.hlp, reference.baselines, palette(), entry.unit, entry.span))


def _beside(estimate: Estimate, metric: str) -> str:
    """The half interval and what was divided by."""
    if estimate.value is None:
        return METRICS[metric].undefined
    behind = f"{count(estimate.denominator)} rows"
    if counted(estimate):
        behind = f"{count(estimate.numerator)} of {count(estimate.denominator)}"
    if METRICS[metric].needs == "ratio":
        behind = f"{count(estimate.n)} rows"
    if estimate.denominator < COUNTED_BELOW:
        return behind
    return ", ".join(part for part in (plus_minus(estimate.ci, unit=METRICS[metric].unit), behind) if part)
