"""The slices people saved: as a file to keep under version control, and back."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from slicer.display import DASH
from slicer.errors import DataError, SlicerError
from slicer.project.saved import SavedSlice, from_yaml, list_saved, save_slices, to_yaml
from slicer.sources import author
from slicer.ui.frame import chart_title, refusal, say
from slicer.ui.state import View
from slicer.ui.table import Column, table

_ASKED = "slice file asked for"  # in the session: the place to drop a file is drawn only then


def saved_slices(view: View) -> str | None:
    """What is saved, folder by folder, and the slice file out and in; gives the slice that was opened."""
    saved = list_saved(view.bench.project, view.dataset.id)
    opened = _folders(view, saved) if saved else None
    how_many = f"{len(saved)} saved slice{'s' if len(saved) != 1 else ''}: in every table, and in every export."
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f":small[:gray[{how_many if saved else 'No slice is saved yet.'}]]")
        st.download_button(
            "slices.yaml",
            data=to_yaml(saved),
            file_name="slices.yaml",
            mime="application/yaml",
            on_click="ignore",
            icon=":material/download:",
            disabled=not saved,
            key="slices-out",
        )
        asked = st.session_state.get(_ASKED, False)
        if st.button("Cancel" if asked else "Load a slice file", key="slices-ask"):
            st.session_state[_ASKED] = not asked
            st.rerun()
    if asked:
        _ask(view)
    return opened


def _folders(view: View, saved: Sequence[SavedSlice]) -> str | None:
    """The saved slices as a list; of one folder, where there are folders and one is chosen."""
    folders = sorted({one.folder for one in saved if one.folder})
    inside = f" in {len(folders)} folder{'s' if len(folders) != 1 else ''}" if folders else ""
    st.space("small")
    chart_title(
        f"{len(saved)} saved slice{'s' if len(saved) != 1 else ''}{inside}",
        "A row takes its slice in hand. A name such as audio/noisy puts a slice into the folder audio.",
    )
    chosen = None
    if folders:
        chosen = st.pills("Folder", folders, label_visibility="collapsed", key=f"folder-{view.dataset.id}")
    columns = [
        Column("name", "Name", "name", width="220px"),
        *([Column("folder", "Folder", "muted", width="130px")] if folders else []),
        Column("slice", "Slice", "text"),
        Column("note", "Note", "muted", priority=2),
    ]
    rows = [
        {
            "id": str(one.slice),
            "name": {"text": one.name.removeprefix(f"{one.folder}/"), "title": one.name},
            "folder": {"text": one.folder or DASH},
            "slice": {"text": str(one.slice), "title": str(one.slice)},
            "note": {"text": one.note, "title": one.note} if one.note else None,
        }
        for one in saved
        if chosen is None or one.folder == chosen or one.folder.startswith(f"{chosen}/")
    ]
    return table("saved", columns, rows, label="Saved slices")


def _ask(view: View) -> None:
    """Take a file."""
    file = st.file_uploader("slices.yaml", type=["yaml", "yml"], key="slices-in")
    if file is not None and st.button("Save these slices", key="slices-load", type="primary"):
        _load(view, file.getvalue())


def _load(view: View, content: bytes) -> None:
    try:
        found = from_yaml(_text(content))
        for one in found:
            view.bench.engine.check(one.slice)
        save_slices(view.bench.project, view.dataset.id, found, author=author())
    except SlicerError as error:
        refusal(error)
    else:
        say("1 slice saved" if len(found) == 1 else f"{len(found)} slices saved")
        st.session_state[_ASKED] = False
        st.rerun()


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise DataError("The slice file is not UTF-8 text.", hint="Save it as UTF-8.") from None
