"""The pages and how to get to them."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

import streamlit as st

from slicer.ui import link

_INSIDE = Path(__file__).parent.parent / "pages"
PAGES = _INSIDE if _INSIDE.is_dir() else _INSIDE.parent.parent / "pages"
"""Where the pages lie: inside the installed package, beside it in a checkout."""


def menu() -> dict[str, list[st.Page]]:
    """The pages by group, as they stand in the sidebar."""
    return {
        "Data": [st.Page(PAGES / "data.py", title="Data", icon=":material/database:")],
        "Look": [
            st.Page(PAGES / "overview.py", title="Overview", icon=":material/monitoring:", default=True),
            st.Page(PAGES / "failures.py", title="Failures", icon=":material/label:"),
            st.Page(PAGES / "tags.py", title="Tags", icon=":material/sell:"),
        ],
        "Measure": [
            st.Page(PAGES / "slices.py", title="Slices", icon=":material/segment:"),
            st.Page(PAGES / "discover.py", title="Discover", icon=":material/travel_explore:"),
            st.Page(PAGES / "human_level.py", title="Human level", icon=":material/groups:"),
        ],
        "Decide": [st.Page(PAGES / "priorities.py", title="Priorities", icon=":material/format_list_numbered:")],
    }


def go(page: str, **changes: str) -> NoReturn:
    """Open a page (`data`, `failures`, ..) on what this one shows, changed as said."""
    st.switch_page(PAGES / f"{page}.py", query_params=link.leave(page, changes))
