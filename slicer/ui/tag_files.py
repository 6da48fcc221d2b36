"""Tags as a file on the page: everything people said out, a spreadsheet of tags in."""

from __future__ import annotations

import streamlit as st

from slicer.display import count
from slicer.errors import SlicerError
from slicer.findings.retagging import import_words
from slicer.project.decoding import said_by
from slicer.project.tag_files import COLUMNS, export_tags
from slicer.report.tables import to_csv
from slicer.sources import take_tags
from slicer.ui.frame import plain, refusal, say
from slicer.ui.state import View

_ASKED, _TOLD = "tag file asked for", "tag file told"  # in the session


def tag_files(view: View) -> None:
    """The buttons: tags as a file, and a tag file to load."""
    asked = st.session_state.get(_ASKED, False)

    def ask() -> None:
        st.session_state[_ASKED] = not asked

    st.download_button(
        "tags.csv",
        data=lambda: to_csv(export_tags(view.bench.project, view.dataset.id), COLUMNS),
        file_name=f"{view.dataset.name}-tags.csv",
        mime="text/csv",
        on_click="ignore",
        icon=":material/download:",
        help="A line for each example and tag. The list on Failures gives a row for each example.",
        key="tags-out",
    )
    st.button("Cancel" if asked else "Load a tag file", key="tags-ask", on_click=ask)


def tag_file_drop(view: View) -> None:
    """The place to drop a tag file, once it was asked for, and what the last one brought."""
    if st.session_state.get(_ASKED):
        file = st.file_uploader(
            "CSV with the ids of the rows in a column id and a column for each tag (yes, x, 1, no, 0 or empty); or "
            "id, tag, state",
            type=["csv", "tsv", "txt", "jsonl", "json"],
            key="tags-in",
        )
        if file is not None and st.button("Read these tags", key="tags-load", type="primary"):
            _load(view, file.name, file.getvalue())
    for sentence in st.session_state.pop(_TOLD, []):
        st.markdown(f":small[:gray[{plain(sentence)}]]")


def _load(view: View, name: str, content: bytes) -> None:
    try:
        found = take_tags(view.bench.project, view.dataset, said_by(content, name))
    except SlicerError as error:
        refusal(error)
        return
    say(f"{count(found.tags)} tags on {count(found.examples)} examples read")
    st.session_state[_TOLD] = import_words(found.unknown, found.left_out)
    st.session_state[_ASKED] = False
    st.rerun()
