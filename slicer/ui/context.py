"""The bar under the finding of every page: data set, run, metric and filter. Its state lives in the link."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from slicer.display import count
from slicer.errors import SlicerError
from slicer.metrics.registry import METRICS
from slicer.project.datasets import Dataset
from slicer.project.saved import SavedSlice, save_slice
from slicer.samples import get_sample
from slicer.sources import author, load_sample
from slicer.ui import link, state
from slicer.ui.frame import empty, finding, plain, refuse, say
from slicer.ui.menu import go
from slicer.ui.slice_input import slice_input
from slicer.workbench import ALL, Workbench

Offered = Callable[[Workbench], Sequence[str]]
"""The metrics a page can use of a run."""


def context(head: DeltaGenerator, metric: Offered | None = None, *, people: bool = False) -> state.View:
    """The bar, and the view it describes. Where there is nothing to show, `head` says why and the page stops.

    Args:
        head: The place of the finding.
        metric: The metrics the page can use, such as `lambda bench: bench.compared`; without it there is none to choose
            and the view has the run's own first one.
        people: Whether the page has something to say of people alone, where no model was run.
    """
    known = state.datasets()
    if not known:
        nothing_yet()
        st.stop()
    top = st.container(horizontal=True, vertical_alignment="center", gap="xsmall")
    by_name = {dataset.name: dataset for dataset in known}
    asked = st.query_params.get(link.DATASET, "")
    if asked and asked not in by_name:
        head.warning(f"No data set {plain(asked)} in this project. This is {plain(known[0].name)}.")
    dataset = by_name[_choice(top, "Data set", by_name, link.one_of(link.DATASET, by_name, forgets=True))]
    runs = [run.name for run in reversed(dataset.roles.runs)]
    run = _choice(top, "Run", runs, link.one_of(link.RUN, runs, of=dataset.id)) if runs else ""
    if not (runs or people):
        _no_run(head, dataset)
        st.stop()
    bench = state.bench_of(dataset, run)
    chosen_metric = None if metric is None else _metric(top, bench, metric(bench))
    where = st.query_params.get(link.WHERE, "")
    with top:
        entered = slice_input(
            "filter",
            bench,
            label="Filter",
            text=where,
            placeholder="Filter rows: click to choose, or write",
            empty=f"{count(dataset.rows)} rows",
            saved=[(name, str(slice_)) for slice_, name in bench.saved().items()],
        )
    if entered is not None and entered != where:
        link.put(link.WHERE, entered)
        where = entered
    try:
        view = state.view_of(bench, where, chosen_metric)
        with top:
            _bookmark(view)
        st.space("xxsmall")
        return view
    except SlicerError as error:
        with head:
            refuse(error)
        st.stop()


def _bookmark(view: state.View) -> None:
    """Keep the filter as a slice, in one click."""
    if view.where == ALL:
        return
    name = view.bench.saved().get(view.where)
    said = "Save this filter as a slice" if name is None else f"Saved as {plain(name)}"
    icon = ":material/bookmark_add:" if name is None else ":material/bookmark:"
    if st.button("", icon=icon, help=said, key="bookmark", disabled=name is not None):
        kept = SavedSlice(slice=view.where, name=view.where.words)
        save_slice(view.bench.project, view.dataset.id, kept, author=author())
        say(f"Saved as a slice: {kept.name}. On Slices it can be renamed.")
        st.rerun()


def _metric(place: DeltaGenerator, bench: Workbench, offered: Sequence[str]) -> str | None:
    """The metric to look by, the run's own first one at first; in the link by what it is called."""
    names = sorted(offered, key=lambda name: name != bench.headline)
    by_words = {METRICS[name].words: name for name in names}
    if not by_words:
        return None
    return by_words[_choice(place, "Metric", by_words, link.one_of(link.METRIC, by_words, of=bench.dataset.id))]


def _choice(place: DeltaGenerator, label: str, options: Collection[str], linked: Mapping[str, Any]) -> str:
    return str(place.selectbox(label, options, label_visibility="collapsed", width=190, **linked))


def _no_run(head: DeltaGenerator, dataset: Dataset) -> None:
    """What a data set says that holds answers of people and no predictions."""
    with head:
        finding(f"No predictions in {plain(dataset.name)} yet", "It holds what people answered, and no run of a model.")
    pressed = empty(
        f"Drop a file with an id and a prediction on Data, and import it as more columns of {plain(dataset.name)}. "
        "How far people agree shows on Human level meanwhile.",
        key="no-run",
        action="See how far people agree",
        sample="Add predictions on Data",
    )
    if pressed is not None:
        go("human_level" if pressed == "action" else "data")


def nothing_yet() -> None:
    """What an empty project says on every page."""
    finding("Nothing loaded yet", "Slicer reads the predictions of any model from a file: one row for each example.")
    pressed = empty(
        "A row needs what is right and what the model said. Everything else in it becomes a way to slice.",
        key="nothing",
        action="Open a predictions file",
        sample="Try the speech sample",
    )
    if pressed == "action":
        go("data")
    if pressed == "sample":
        use_sample("speech")


def use_sample(name: str) -> None:
    """Load a sample into the project and go on with it."""
    with st.spinner(f"Loading the sample {name}"):
        dataset = load_sample(state.current_project(), get_sample(name))
    state.use_dataset(dataset.name)
    go("overview", dataset=dataset.name)
