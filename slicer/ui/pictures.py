"""Charts to look at, to read as a table and to take along."""

from __future__ import annotations

import re
from typing import Any

import altair as alt
import streamlit as st

from slicer.charts.tables import table_of
from slicer.ui import assets
from slicer.ui.frame import show
from slicer.ui.theme import palette

_STYLE = """
button { font: 400 13px var(--st-font); color: var(--st-gray-text-color); background: none; border: 0; padding: 4px 0;
  cursor: pointer }
button:hover { color: var(--st-primary-color) }
button:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 2px }
"""

_save_svg = st.components.v2.component(
    "slicer.save_svg",
    html='<button type="button" title="Save the picture as an SVG file">Save as SVG</button>',
    css=_STYLE,
    js=assets("save_svg.js"),
)


def picture(chart: alt.TopLevelMixin, key: str, name: str, *, selects: str | None = None) -> dict[str, Any] | None:
    """A chart with its table and its file under it. Streamlit's own buttons over it save a PNG and fill the screen.

    Args:
        key: Of the chart, its own on the page.
        name: Of the file, without an ending.
        selects: The selection whose marks can be clicked; without it none can.

    Returns:
        What the mark holds that was just clicked, in the one run after the click; else None.
    """
    as_table = st.session_state.get(f"table-{key}", False)
    event = None
    if as_table:
        st.dataframe(table_of(chart), hide_index=True, width="stretch", key=f"rows-{key}")
    else:
        with st.container(key=f"chart-{key}"):  # by which the browser finds it
            chosen = {} if selects is None else {"on_select": "rerun", "selection_mode": selects}
            event = show(chart, key=key, **chosen)
    with st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center", gap="small"):
        st.toggle("As a table", key=f"table-{key}")
        if not as_table:
            drawn = {"chart": _css_class(f"chart-{key}"), "name": name, "page": palette().page}
            _save_svg(key=f"svg-{key}", data=drawn, width="content")
    marks = event.selection.get(selects) if event is not None and selects else None
    mark = dict(marks[0]) if marks else None
    if mark is not None and any(value is None for value in mark.values()):  # a line, which stands for no rows
        mark = None
    if mark == st.session_state.get(f"picked-{key}"):  # a chart holds on to its last click
        return None
    st.session_state[f"picked-{key}"] = mark
    return mark


def _css_class(key: str) -> str:
    """What Streamlit makes of a key in a class name."""
    return re.sub(r"[^a-zA-Z0-9_-]", "-", key.strip())
