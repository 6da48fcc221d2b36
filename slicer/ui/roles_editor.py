"""Files on their way in and the roles of a data set: what each column is, with the reasons, corrected in place."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from slicer.display import count
from slicer.errors import SlicerError
from slicer.leaks import find_leaks
from slicer.project.annotations import count_annotations, holds_answers
from slicer.project.datasets import Dataset, list_datasets, set_roles
from slicer.project.leaking import first_values, sample_rows
from slicer.project.reading import Preview, Reader, look
from slicer.schema import Assignment, Choices
from slicer.sources import import_previews, join
from slicer.ui import roles_list, state
from slicer.ui.frame import plain, refusal, say
from slicer.vocabulary import Task, TruthSource

TASKS: dict[str, Task | None] = {"guessed": None, **{task: task for task in get_args(Task)}}
DIRECTIONS = {"guessed by its name": None, "higher is better": False, "lower is better": True}
"""Of a score."""
TRUTHS: dict[str, TruthSource | None] = {
    "guessed": None,
    "a measurement without people": "external",
    "people’s own answers": "human",
    "experts who settled it": "adjudicated",
}
"""Where a label comes from."""
NEW = "a new data set"
LOOKS = "looks"  # in the session: files as they were looked at
SHOWN = 4
"""Values shown of a column."""

DELIMITERS = {"detected": None, "comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|"}
QUOTES = {"detected": None, "double quotes": '"', "single quotes": "'", "none": ""}
HEADERS = {"detected": None, "first line": True, "no header": False}
ENCODINGS = {"detected": None, "UTF-8": "utf-8", "Latin-1": "latin-1", "UTF-16": "utf-16"}


Looked = tuple[Preview, tuple[Assignment, ...]]


def edit(files: Sequence[tuple[str, str]]) -> str | None:
    """Show the files on their way in; gives the name of the data set once imported, "" if left out, else None.

    Raises:
        SlicerError: a file cannot be read.
    """
    names = [name or path for path, name in files]
    bar = st.container(horizontal=True, vertical_alignment="bottom")
    told = st.container()
    tabs = st.tabs([plain(name) for name in names]) if len(files) > 1 else [st.container()]
    looked = []
    for place, (tab, (path, name)) in enumerate(zip(tabs, files, strict=True)):
        with tab:
            looked.append(_file(path, name, f"{path}-{place}"))
    with bar:
        return _decide(looked, told)


def _decide(looked: Sequence[Looked], told: DeltaGenerator) -> str | None:
    """Where the files go, and the buttons; what goes wrong is said in `told`."""
    known = list_datasets(state.current_project())
    fits = [*map(_more_of, known)] if all(holds_answers(roles) for _, roles in looked) and known else None
    target, wanted, run, choices = NEW, "", "", Choices()
    if known:
        target = st.selectbox("Import as", fits or [NEW, *map(_more_of, known)], key="target", width=320)
    if target == NEW and len(looked) == 1:
        wanted = st.text_input("Name", key="set-name", placeholder="the file's name", width=220)
    if target == NEW:
        choices = _measured(choices, [one for _, roles in looked for one in roles], "new")
    elif not fits:
        run = st.text_input("Name of the run", key="run-name", placeholder="the file's name", width=220)
    press = st.button("Import", type="primary", key="import")
    if st.button("Leave out", key="leave-out"):
        return ""
    if not press:
        return None
    try:
        return _import(looked, target, choices, name=wanted.strip(), run=run.strip())
    except SlicerError as error:
        with told:
            refusal(error)
        return None


def forget_files(files: Sequence[tuple[str, str]]) -> None:
    """Drop what was chosen for these files and what was seen of them."""
    for place, (path, _) in enumerate(files):
        roles_list.forget(f"roles-{path}-{place}")
    st.session_state.pop(LOOKS, None)


def _import(looked: Sequence[Looked], target: str, choices: Choices, *, name: str = "", run: str = "") -> str:
    """Write the files into the project, as a data set of their own or joined to one; gives its name."""
    project = state.current_project()
    with st.spinner("Importing"):
        if target == NEW:
            dataset, joins = import_previews(project, looked, name=name or None, choices=choices, answers_alone=True)
        else:
            dataset = next(one for one in list_datasets(project) if target == _more_of(one))
            joins = ()
            for preview, assignments in looked:
                joined = join(project, dataset, preview, assignments, run=run or None)
                dataset, joins = joined.dataset, (*joins, joined)
    for joined in joins:
        known_rows = f"{count(joined.matched)} rows matched by id, {count(joined.missing)} without a match"
        say(f"{known_rows}; {count(joined.unmatched)} ids of the file are not in the data set")
    return dataset.name


def _measured(choices: Choices, assignments: Sequence[Assignment], key: str, *, people: bool = False) -> Choices:
    """What is measured, which way a score is better, where the truth beside people comes from; at first as before.

    Args:
        people: Whether people answered in a file of their own.
    """
    task = st.selectbox("Task", TASKS, list(TASKS.values()).index(choices.task), key=f"{key}-task", width=160)
    lower = choices.lower_is_better
    if any(one.role == "score" for one in assignments):
        known = list(DIRECTIONS.values()).index(lower)
        lower = DIRECTIONS[st.selectbox("Score", DIRECTIONS, known, key=f"{key}-score", width=190)]
    source = choices.truth_source
    if people or any(one.role in ("human", "human_count", "human_correct") for one in assignments):
        known = list(TRUTHS.values()).index(source)
        source = TRUTHS[st.selectbox("The truth comes from", TRUTHS, known, key=f"{key}-truth", width=240)]
    return replace(choices, task=TASKS[task], lower_is_better=lower, truth_source=source)


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


def _file(path: str, name: str, key: str) -> Looked:
    """One file: what each of its columns is, its first rows, and how it is written."""
    place = st.container()
    reader = _reader(key)
    preview = _look(path, name, reader)
    key = f"roles-{key}"
    assignments = roles_list.guessed_again(preview.columns, roles_list.choices(key))
    with place:
        for note in preview.notes:
            st.markdown(f":small[:gray[{plain(note)}]]")
        roles_list.roles_list(
            key,
            assignments,
            examples={column.name: _some(column.values) for column in preview.columns},
            warnings={leak.column: leak.warning for leak in find_leaks(preview.sample, assignments)},
        )
    with st.expander("First rows", key=f"rows-{key}"):
        st.dataframe(
            pd.DataFrame(list(preview.rows), columns=[source.name for source in preview.sources]).astype(str),
            hide_index=True,
        )
    return preview, assignments


def _look(path: str, name: str, reader: Reader) -> Preview:
    """A look at a file, once: a corrected role is no reason to read it again."""
    looks: dict[object, Preview] = st.session_state.setdefault(LOOKS, {})
    with contextlib.suppress(OSError):
        written = Path(path).expanduser().stat()
        key = (path, name, reader, written.st_mtime_ns, written.st_size)
        if key not in looks:
            looks[key] = look(state.current_project().cursor(), path, name=name, reader=reader)
        return looks[key]
    return look(state.current_project().cursor(), path, name=name, reader=reader)


def _some(values: Sequence[str]) -> str:
    """A few values to know a column by.

    >>> _some(["17", "18"]), _some(list("abcdef"))
    ('17, 18', 'a, b, c, d, …')
    """
    return ", ".join((*values[:SHOWN], "…")) if len(values) > SHOWN else ", ".join(values)


def open_roles(dataset: Dataset) -> None:
    """Open the roles of a data set that is in the project, as they are kept."""
    key = f"set-roles-{dataset.id}-{dataset.version}"
    roles_list.forget(key)
    _change(dataset, key)


@st.dialog("What the columns are", width="large")
def _change(dataset: Dataset, key: str) -> None:
    project = state.current_project()
    sample = sample_rows(project.cursor(), dataset.table, list(dataset.kinds))
    label = dataset.roles.label
    classes = [] if label is None else sample.column(label).unique().to_pylist()
    chosen = roles_list.choices(key)
    assignments = roles_list.corrected(dataset.assignments, chosen, [one for one in classes if one])
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        known, people = dataset.roles.choices, count_annotations(project, dataset) is not None
        named = st.text_input("Positive class", known.positive or "", placeholder="detected", width=220)
        choices = replace(_measured(known, assignments, "set", people=people), positive=named.strip() or None)
        st.space("stretch")
        save = st.button("Save", type="primary", key="save-roles")
    told = st.container()
    if save:
        try:
            set_roles(project, dataset, assignments, choices)
        except SlicerError as error:
            with told:
                refusal(error)
        else:
            roles_list.forget(key)
            st.rerun()
    roles_list.roles_list(
        key,
        assignments,
        examples={name: _some(first_values(sample, name, dataset.kinds[name])) for name in dataset.kinds},
        warnings={leak.column: leak.warning for leak in find_leaks(sample, assignments)},
    )
