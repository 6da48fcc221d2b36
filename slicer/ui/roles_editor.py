"""What each column of a file is: the guesses with their reasons, corrected in place."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from slicer.display import count
from slicer.errors import SlicerError
from slicer.guessing import guess_roles
from slicer.project.datasets import Dataset, list_datasets, set_roles
from slicer.project.importer import join_file
from slicer.project.reading import Preview, Reader, look
from slicer.schema import PER_RUN, ROLES, Assignment
from slicer.sources import import_previews
from slicer.ui import state
from slicer.ui.frame import plain, refusal, say

NEW = "a new data set"
DELIMITERS = {"detected": None, "comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|"}
QUOTES = {"detected": None, "double quotes": '"', "single quotes": "'", "none": ""}
HEADERS = {"detected": None, "first line": True, "no header": False}
ENCODINGS = {"detected": None, "UTF-8": "utf-8", "Latin-1": "latin-1", "UTF-16": "utf-16"}


def edit(files: Sequence[tuple[str, str]]) -> str | None:
    """Show the files on their way in; gives the name of the data set once imported, "" if left out, else None.

    Raises:
        SlicerError: a file cannot be read.
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
            target = st.selectbox("Import as", [NEW, *map(_more_of, known)], key="target", width=320)
        wanted, run = "", ""
        if target != NEW:
            run = st.text_input("Name of the run", key="run-name", placeholder="the file's name", width=220)
        elif len(files) == 1:
            wanted = st.text_input("Name", key="set-name", placeholder="the file's name", width=220)
        press = st.button("Import", type="primary", key="import")
        if st.button("Leave out", key="leave-out"):
            return ""
    if not press:
        return None
    try:
        return _import(looked, target, name=wanted.strip(), run=run.strip())
    except SlicerError as error:
        refusal(error)
        return None


def _import(
    looked: Sequence[tuple[Preview, tuple[Assignment, ...]]], target: str, *, name: str = "", run: str = ""
) -> str:
    """Write the files into the project, as a data set of their own or joined to one; gives its name."""
    project = state.current_project()
    with st.spinner("Importing"):
        if target == NEW:
            dataset, joins = import_previews(project, looked, name=name or None)
        else:
            dataset = next(one for one in list_datasets(project) if target == _more_of(one))
            joins = ()
            for preview, assignments in looked:
                joined = join_file(project, dataset, preview, assignments, run=run or None)
                dataset, joins = joined.dataset, (*joins, joined)
    for joined in joins:
        known_rows = f"{count(joined.matched)} rows matched by id, {count(joined.missing)} without a match"
        say(f"{known_rows}; {count(joined.unmatched)} ids of the file are not in the data set")
    return dataset.name


def _more_of(dataset: Dataset) -> str:
    return f"more columns of {dataset.name}, by id"


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
    frame = pd.DataFrame(lines)
    if examples:
        frame = frame.assign(values=[examples.get(one.column, "") for one in guessed])
    config = st.column_config
    edited = st.data_editor(
        frame,
        key=f"roles-{key}",
        hide_index=True,
        height=min(36 * len(frame) + 40, 620),
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
    positive = st.text_input("Positive class", dataset.roles.positive or "", placeholder="detected")
    if st.button("Save", type="primary", key="save-roles"):
        try:
            set_roles(state.current_project(), dataset, assignments, positive=positive.strip() or None)
        except SlicerError as error:
            refusal(error)
        else:
            st.rerun()
