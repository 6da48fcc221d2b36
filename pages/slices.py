"""Every slice against the rest of the rows: which is worse, by how much, and how sure that is."""

from typing import Any

import streamlit as st

from slicer.cells import metric_header, metric_words
from slicer.charts.slices import forest, heat_map, in_the_forest
from slicer.errors import SlicerError
from slicer.findings.data import no_rows_finding
from slicer.findings.names import names_of_slices
from slicer.findings.slices import cross_finding, crossing, forest_finding, slices_finding, slices_method
from slicer.metrics.registry import METRICS
from slicer.results import SliceTable
from slicer.slices import parse
from slicer.ui import link
from slicer.ui.context import context
from slicer.ui.frame import STACKED, chart_title, finding, footnote, plain, refuse
from slicer.ui.pictures import picture
from slicer.ui.saved_slices import saved_slices
from slicer.ui.side_by_side import side_by_side
from slicer.ui.slice_editor import select, selected, slice_editor
from slicer.ui.slices_table import MOST_ROWS, slices_table
from slicer.ui.state import View
from slicer.ui.theme import palette

FIRST_COLUMNS = 12
"""Columns sliced by at first."""


def choose(view: View) -> list[str]:
    """The columns to slice by."""
    usual = view.dataset.roles.features[:FIRST_COLUMNS]
    return st.multiselect(
        "Columns",
        view.sliceable,
        select_all=False,
        placeholder="Choose columns to slice by",
        wrap=True,
        **link.some_of("columns", view.sliceable, usual, of=view.dataset.id),
    )


def take(mark: dict[str, Any] | None) -> None:
    """Take the slice that was just clicked in a picture in hand."""
    if mark is not None:
        select(str(mark["slice"]))


def against_the_rest(view: View, result: SliceTable) -> None:
    """The forest plot."""
    rows = in_the_forest(result.table)
    part = "" if len(rows) == len(result.table) else f" The {len(rows)} surest of {len(result.table)} slices."
    metric = METRICS[result.metric]
    points = " in points," if metric.unit == "rate" else ""
    how = f"{metric_words(result.metric)} minus that of the rest,{points} 95 % interval. Hollow: few rows.{part}"
    chart_title(plain(forest_finding(result)), plain(how))
    if rows:
        chart = forest(rows, names_of_slices(rows), palette(), METRICS[result.metric].unit)
        take(picture(chart, f"forest-{view.dataset.id}", "slices", selects="slice"))


def crossed(view: View, result: SliceTable) -> None:
    """Two features crossed; at first, one of them is what the headline is about."""
    features, metric = view.dataset.roles.features, result.metric
    title = st.container()
    left, right = st.columns(2, gap="xsmall")
    linked = link.one_of("down", features, crossing(result, features), of=view.dataset.id)
    down = left.selectbox("Down", features, label_visibility="collapsed", **linked)
    others = [name for name in features if name != down]
    linked = link.one_of("across", others, of=view.dataset.id)
    across = right.selectbox("Across", others, label_visibility="collapsed", **linked)
    cross = view.cross(str(down), str(across), metric)
    shown = (len(cross.levels_down), len(cross.levels_across))
    cut = f" The {shown[0]} × {shown[1]} most frequent values." if shown != cross.levels else ""
    with title:
        chart_title(
            plain(cross_finding(cross)),
            f"{metric_header(metric)} and rows, {down} × {across}. Deeper: further behind the rest.{cut}",
        )
    if cross.cells:
        take(picture(heat_map(cross, palette()), f"cross-{view.dataset.id}", f"{down}-{across}", selects="slice"))


head = st.container()
view = context(head, metric=lambda bench: bench.compared)
columns = choose(view)
try:
    result = view.slice_table(columns, list(view.bench.saved()), view.metric)
except SlicerError as error:
    with head:
        refuse(error)
    st.stop()
with head:
    sentence, aside = slices_finding(result) if result.head.rows else no_rows_finding(str(view.where))
    finding(plain(sentence), plain(aside))
if result.table:
    cut = f" The {MOST_ROWS} worst of {len(result.table):,}." if len(result.table) > MOST_ROWS else ""
    chart_title(
        "Every slice in numbers", f"A header sorts; a row takes its slice in hand, at the foot of the page.{cut}"
    )
    opened = slices_table(result, selected())
    if opened and opened != selected():
        select(str(parse(opened)))
if result.head.rows:
    st.space("small")
    with st.container(key=f"{STACKED}-pictures"):
        left, right = st.columns([11, 10], gap="large")
    with left:
        against_the_rest(view, result)
    with right:
        if len(view.dataset.roles.features) > 1:
            crossed(view, result)
opened = side_by_side(view, result, selected()) or saved_slices(view)
if opened:
    select(opened)
slice_editor(view, view.metric)
footnote(plain(slices_method(METRICS[result.metric], view.dataset.roles.cluster)))
