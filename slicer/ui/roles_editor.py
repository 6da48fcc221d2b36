"""What each column of a file is: the guesses with their reasons, corrected in place."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from slicer.display import count
from slicer.guessing import guess_roles
from slicer.project.datasets import Dataset, list_datasets, set_roles
from slicer.project.importer import join_file
from slicer.project.reading import Preview, Reader, look
from slicer.schema import PER_RUN, ROLES, Assignment
from slicer.sources import import_previews
from slicer.ui import state
from slicer.ui.frame import plain

NEW = "a new data set"
DELIMITERS = {"found out": None, "comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|"}
QUOTES = {"found out": None, "double quotes": '"', "single quotes": "'", "none": ""}
HEADERS = {"found out": None, "first line": True, "no header": False}
ENCODINGS = {"found out": None, "UTF-8": "utf-8", "Latin-1": "latin-1", "UTF-16": "utf-16"}


def edit(files: Sequence[tuple[str, str]]) -> str | None:
    """Show the files on their way in; gives the name of the data set once imported, "" if left out, else None.

    Raises:
        SlicerError: a file cannot be read, or the roles do not fit together.
    """
    names = [name or path for path, name in files]
    tabs = st.tabs([plain(name) for name in names]) if len(files) > 1 else [st.container()]
    looked = []
    for place, (tab, (path, name)) in enumerate(zip(tabs, files, strict=True)):
        with tab:
            preview = look(state.current_project().cursor(), path, name=name, reader=_reader(f"{path}-{place}"))
            looked.append((preview, assign(preview, f"{path}-{place}")))
    known = list_datasets(state.current_project())
    with st.container(horizontal=True, vertical_alignment="bottom"):
        target = NEW
        if known:
            target = st.selectbox(
                "Import as", [NEW, *(f"more columns of {one.name}, by id" for one in known)], key="target", width=320
            )
        run = ""
        if target != NEW:
            run = st.text_input("Name of the run", key="run-name", placeholder="the file's name", width=220)
        elif len(files) == 1:
            wanted = st.text_input("Name", key="set-name", placeholder="the file's name", width=220)
        press = st.button("Import", type="primary", key="import")
        if st.button("Leave out", key="leave-out"):
            return ""
    if not press:
        return None
    project = state.current_project()
    with st.spinner("Importing"):
        if target == NEW:
            own_name = wanted.strip() or None if len(files) == 1 else None
            dataset, joins = import_previews(project, looked, name=own_name)
        else:
            dataset = next(one for one in known if target == f"more columns of {one.name}, by id")
            joins = ()
            for preview, assignments in looked:
                joined = join_file(project, dataset, preview, assignments, run=run.strip() or None)
                dataset, joins = joined.dataset, (*joins, joined)
    for joined in joins:
        known_rows = f"{count(joined.matched)} rows matched by id, {count(joined.missing)} without a match"
        st.toast(f"{known_rows}; {count(joined.unmatched)} ids of the file are not in the data set")
    return dataset.name


def _reader(key: str) -> Reader:
    """How the file is written, where the person knows better."""
    with st.expander("How the file is written", key=f"reader-{key}"), st.container(horizontal=True):
        delimiter = st.selectbox("Delimiter", DELIMITERS, key=f"delimiter-{key}")
        quote = st.selectbox("Quotes", QUOTES, key=f"quote-{key}")
        header = st.selectbox("Header", HEADERS, key=f"header-{key}")
        encoding = st.selectbox("Encoding", ENCODINGS, key=f"encoding-{key}")
    return Reader(
        delimiter=DELIMITERS[delimiter], quote=QUOTES[quote], header=HEADERS[header], encoding=ENCODINGS[encoding]
    )


def assign(preview: Preview, key: str) -> tuple[Assignment, ...]:
    """The guesses of a file as a table that can be corrected, and its first rows."""
    for note in preview.notes:
        st.markdown(f":small[:gray[{plain(note)}]]")
    examples = {column.name: ", ".join(column.values[:4]) for column in preview.columns}
    assignments = _table(guess_roles(preview.columns), examples, key)
    with st.expander("First rows", key=f"rows-{key}"):
        st.dataframe(
            pd.DataFrame(list(preview.rows), columns=[source.name for source in preview.sources]).astype(str),
            hide_index=True,
        )
    return assignments


def _table(guessed: Sequence[Assignment], examples: dict[str, str], key: str) -> tuple[Assignment, ...]:
    """Roles in an editable table; a changed line counts as given."""
    lines = [
        {"column": one.column, "role": one.role, "run": one.run, "class": one.class_key, "why": one.reason}
        for one in guessed
    ]
    frame = pd.DataFrame(lines).assign(values=[examples.get(one.column, "") for one in guessed])
    config = st.column_config
    edited = st.data_editor(
        frame,
        key=f"roles-{key}",
        hide_index=True,
        height=min(36 * len(frame) + 40, 420),
        disabled=["column", "why", "values"],
        column_config={
            "column": config.TextColumn("Column", width="medium"),
            "role": config.SelectboxColumn(
                "Role", options=list(ROLES), required=True, width="small", help="What the column is; change it here"
            ),
            "run": config.TextColumn(
                "Run", width="small", help="For predictions, probabilities and correct flags: the model version"
            ),
            "class": config.TextColumn("Class", width="small", help="For a probability: of which class"),
            "why": config.TextColumn("Why", width="medium"),
            "values": config.TextColumn("Values", width="medium"),
        },
    )
    result = []
    for one, row in zip(guessed, edited.to_dict("records"), strict=True):
        run = (row["run"] or "") if row["role"] in PER_RUN else ""
        same = (row["role"], run, row["class"] or "") == (one.role, one.run, one.class_key)
        result.append(
            one
            if same
            else Assignment(
                column=one.column,
                role=row["role"],
                run=run,
                class_key=row["class"] or "",
                reason="given",
                guessed=False,
            )
        )
    return tuple(result)


@st.dialog("What the columns are", width="large")
def change(dataset: Dataset) -> None:
    """Correct the roles of a data set that is in the project."""
    assignments = _table(dataset.assignments, {}, f"set-{dataset.id}-{dataset.version}")
    positive = st.text_input("Positive class", dataset.roles.positive or "", placeholder="found out")
    if st.button("Save", type="primary", key="save-roles"):
        set_roles(state.current_project(), dataset, assignments, positive=positive.strip() or None)
        st.rerun()
