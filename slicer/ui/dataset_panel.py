"""A data set with its provenance, and what can be done with it."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from slicer.display import count
from slicer.errors import SlicerError, listed
from slicer.project.annotations import count_annotations
from slicer.project.datasets import Dataset, delete_dataset, list_rejects, restore_dataset, set_folder, set_note
from slicer.ui import roles_editor, state
from slicer.ui.frame import plain, refusal
from slicer.ui.menu import go


def dataset_panel(dataset: Dataset) -> None:
    """One data set: open it, correct its roles, note something down, delete it."""
    runs = ", ".join(plain(run.name) for run in dataset.roles.runs) or "no predictions"
    key = str(dataset.id)
    with st.expander(f"**{plain(dataset.name)}** · {count(dataset.rows)} rows · {runs}", key=f"set-{key}"):
        with st.container(horizontal=True):
            if st.button("Open", key=f"open-{key}", type="primary"):
                state.use_dataset(dataset.name)
                go("overview" if dataset.roles.runs else "human_level", dataset=dataset.name)
            if st.button("Change roles", key=f"roles-{key}"):
                roles_editor.open_roles(dataset)
            if st.button("Delete", key=f"delete-{key}"):
                delete_dataset(state.current_project(), dataset)
                st.rerun()
        for warning in dataset.warnings:
            st.markdown(f":small[:gray[{plain(warning)}]]")
        _people(dataset)
        _provenance(dataset)
        _rejects(dataset)
        _facts(dataset)


def deleted_panel(dataset: Dataset) -> None:
    """A data set that was deleted, and the way back."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f":gray[{plain(dataset.name)} was deleted; its rows and tags are kept.]", width="content")
        if st.button("Undo", key=f"restore-{dataset.id}"):
            restore_dataset(state.current_project(), dataset)
            st.rerun()


def _people(dataset: Dataset) -> None:
    """What people said of the examples, and where it stands."""
    roles, said = dataset.roles, count_annotations(state.current_project(), dataset)
    parts = [f"labels in {listed(roles.humans)}"] if roles.humans else []
    parts += [f"right or wrong in {roles.human_correct}"] if roles.human_correct else []
    if roles.human_counts:
        parts.append(f"how many said each class in {listed(column for _, column in roles.human_counts)}")
    parts += [str(said)] if said is not None else []
    if parts:
        st.markdown(f":small[People: {plain('; '.join(parts))}]")


def _provenance(dataset: Dataset) -> None:
    lines = [
        {
            "file": source.path,
            "rows": source.rows,
            "left out": source.rejected,
            "matched": source.matched,
            "not matched": source.unmatched,
            "bytes": source.size,
            "sha256": source.sha256,
            "read at (UTC)": source.read_at,
            "version": source.tool_version,
        }
        for source in dataset.sources
    ]
    st.dataframe(pd.DataFrame(lines), hide_index=True, placeholder="–")


def _rejects(dataset: Dataset) -> None:
    rejects = list_rejects(state.current_project(), dataset)
    if rejects:
        st.markdown(f"{count(len(rejects))} lines were left out")
        lines = [{"line": one.line, "reason": one.reason, "content": one.content} for one in rejects]
        st.dataframe(pd.DataFrame(lines), hide_index=True)


def _facts(dataset: Dataset) -> None:
    """What only a person knows."""
    project = state.current_project()
    asked = "What should a colleague know about this data?"
    note = st.text_input("Note", dataset.note, key=f"note-{dataset.id}", placeholder=asked)
    if note != dataset.note:
        set_note(project, dataset, note)
    if dataset.roles.image or dataset.roles.audio:
        known = dataset.folder or ""
        folder = st.text_input("Folder of the images or sounds", known, key=f"folder-{dataset.id}")
        if folder and folder != known:
            try:
                set_folder(project, dataset, folder)
            except SlicerError as error:
                refusal(error)
            else:
                st.rerun()
