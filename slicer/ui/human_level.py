"""Where the human level of a ranking comes from, as the person chooses it."""

from __future__ import annotations

import streamlit as st

from slicer.errors import DataError
from slicer.human.hlp import GivenHlp, read_hlp_table
from slicer.slices import Slice
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
    source = st.selectbox("Human level from", [*measured, NUMBER, TABLE], key="hlp", bind="query-params", width=230)
    if source == NUMBER:
        value = st.number_input(
            "Human level %",
            0.0,
            100.0,
            None,
            0.5,
            key="hlp-value",
            bind="query-params",
            width=130,
            placeholder="e.g. 95",
        )
        return {} if value is None else {Slice(): GivenHlp(value=value / 100)}
    if source == TABLE:
        file = st.file_uploader("CSV: slice, value (n, lo, hi)", type="csv", key="hlp-table")
        return {} if file is None else read_hlp_table(_text(file.getvalue()), METRICS)
    return None


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise DataError("The table of human levels is not UTF-8 text.", hint="Save it as CSV UTF-8.") from None
