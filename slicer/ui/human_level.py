"""Where the human level of a ranking comes from, as the person chooses it."""

from __future__ import annotations

import streamlit as st

from slicer.errors import DataError
from slicer.human.hlp import GivenHlp, read_hlp_table
from slicer.slices import Slice
from slicer.ui import link
from slicer.ui.state import View

HUMANS, NUMBER, TABLE = "human labels in the data", "one number", "a table"
METRICS = ("accuracy", "f1", "recall", "precision")


def human_level(view: View) -> dict[Slice, GivenHlp] | None:
    """The levels the person gives, by slice; None to measure them on the data's own human labels.

    Raises:
        DataError: the table cannot be read.
    """
    roles = view.dataset.roles
    measured = [HUMANS] if roles.humans or roles.human_correct else []
    sources, mine = [*measured, NUMBER, TABLE], view.dataset.id
    source = st.selectbox("Human level from", sources, width=230, **link.one_of("hlp", sources, of=mine))
    if source == NUMBER:
        linked = link.number_in("hlp-value", 0, 100, None, of=mine, read=float)
        value = st.number_input("Human level %", 0.0, 100.0, None, 0.5, width=130, placeholder="e.g. 95", **linked)
        return {} if value is None else {Slice(): GivenHlp(value=value / 100)}
    if source == TABLE:
        file = st.file_uploader("CSV: slice, value (n, lo, hi)", type="csv", key=f"hlp-table-{mine}")
        return {} if file is None else read_hlp_table(_text(file.getvalue()), METRICS)
    return None


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise DataError("The table of human levels is not UTF-8 text.", hint="Save it as CSV UTF-8.") from None
