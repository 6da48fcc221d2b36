"""Bring predictions in: drop or open files, check what each column is, see where every data set comes from."""

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from slicer.errors import SlicerError
from slicer.findings.data import data_finding
from slicer.project.datasets import list_datasets
from slicer.samples import list_samples
from slicer.ui import link, roles_editor, state
from slicer.ui.context import use_sample
from slicer.ui.dataset_panel import dataset_panel, deleted_panel
from slicer.ui.frame import finding, footnote, plain, refusal
from slicer.ui.menu import go
from slicer.ui.projects import projects, uploads
from slicer.ui.upload import upload

FILES = "files"  # in the session: files looked at and not imported yet, (path, name) each
WAITING = "waiting"  # in the link: the word by which they are found after the page is loaded anew


def ways_in() -> None:
    """Drop, open by path, or take a sample."""
    left, right = st.columns([2, 3], gap="large")
    with left:
        st.markdown("**Drop files**")
        drop()
        st.markdown("**Open a path on this machine**")
        open_path()
    with right:
        st.markdown("**Try a sample**")
        for sample in list_samples():
            name, title = st.columns([2, 6], vertical_alignment="center", gap="small")
            if name.button(sample.name, key=f"sample-{sample.name}", width="stretch"):
                use_sample(sample.name)
            title.markdown(f":small[:gray[{plain(sample.title)}]]")


def drop() -> None:
    """Take files that are dropped; the page then turns to them."""
    formats = "CSV, TSV, Parquet, JSON lines; plain or gzip"
    files = upload("drop", endpoint="/api/uploads", token=projects.token, label="Choose files", help=formats)
    if files:
        found = [uploads.find(file.upload) for file in files]
        st.session_state[FILES] += [(str(path), name) for path, name in found]
        st.rerun()


def open_path() -> None:
    """Take a file by its path."""
    with st.form("path", border=False), st.container(horizontal=True, vertical_alignment="center"):
        path = st.text_input("Path", placeholder="~/runs/predictions.csv", label_visibility="collapsed")
        if st.form_submit_button("Open") and path.strip():
            st.session_state[FILES].append((path.strip(), ""))
            st.rerun()


def question(files: Sequence[tuple[str, str]]) -> str:
    """What is asked of the files that wait."""
    names = [name or Path(path).name for path, name in files]
    return f"{names[0] if len(names) == 1 else f'{len(names)} files'}: is each column what it should be?"


def files_on_their_way() -> None:
    """The files that were looked at, and what each of their columns is."""
    files = st.session_state[FILES]
    try:
        imported = roles_editor.edit(files)
    except SlicerError as error:
        refusal(error)
        imported = "" if st.button("Leave these files out", key="leave") else None
    if imported is not None:
        roles_editor.forget_files(files)
        uploads.done(files)
        del st.session_state[FILES]
        link.put(WAITING, "")
        if imported:
            state.use_dataset(imported)
            runs = any(one.roles.runs for one in state.datasets() if one.name == imported)
            go("overview" if runs else "human_level", dataset=imported)
        st.rerun()
    with st.expander("Add another file", key="another"):
        left, right = st.columns(2, gap="large")
        with left:
            drop()
        with right:
            open_path()


def another_project() -> None:
    """Open another project file, or make one."""
    with st.expander("Project file", key="project-file"), st.form("project-path", border=False):
        st.markdown(f":small[:gray[{plain(state.current_project().path)}]]")
        path = st.text_input("Open or create", placeholder="~/analysis/speech.duckdb")
        if st.form_submit_button("Open") and path.strip():
            state.use_project(projects.open(path.strip()))
            st.rerun()


head = st.container()
known = state.datasets()
waiting = st.session_state.setdefault(FILES, uploads.waiting(st.query_params.get(WAITING, "")))
link.put(WAITING, uploads.wait(waiting) if waiting else "")
if waiting:
    with head:
        aside = "Click a role to change it. A column without a reason becomes a way to slice."
        finding(plain(question(waiting)), aside)
    files_on_their_way()
else:
    ways_in()
    st.space("small")
    for dataset in known:
        dataset_panel(dataset)
    for dataset in list_datasets(state.current_project(), deleted=True):
        deleted_panel(dataset)
    another_project()
    with head:
        rows, runs = sum(one.rows for one in known), sum(len(one.roles.runs) for one in known)
        sentence, aside = data_finding(len(known), rows, runs)
        finding(plain(sentence), plain(aside))
footnote("Everything stays on this machine, in the project file. Your files are read, never changed.")
