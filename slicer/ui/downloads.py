"""A row of download buttons, one for each format."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

MIME = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "md": "text/markdown",
    "json": "application/json",
    "html": "text/html",
}
"""By the ending of the file."""

WORDS = {"csv": "CSV", "xlsx": "XLSX", "md": "Markdown", "json": "JSON", "html": "HTML report"}

Made = Callable[[], str | bytes]


def downloads(name: str, files: Sequence[tuple[str, Made]], *, key: str, help: str | None = None) -> None:
    """Buttons in the container at hand.

    Args:
        name: Of the files, without an ending.
        files: Endings, and what makes each when it is asked for.
        key: Tells these buttons from others on the page.
        help: Their tooltip.
    """
    for ending, made in files:
        st.download_button(
            WORDS[ending],
            data=made,
            file_name=f"{name}.{ending}",
            mime=MIME[ending],
            on_click="ignore",
            key=f"{key}-{ending}",
            help=help,
            icon=":material/download:",
        )
