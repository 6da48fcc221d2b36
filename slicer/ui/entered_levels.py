"""Human levels a person knows: entered for all rows or for a slice, or dropped as a table; kept in the project."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from slicer.display import count, interval, value_of
from slicer.errors import DataError, SlicerError
from slicer.findings.human_level import entered_finding
from slicer.human.hlp import GivenHlp
from slicer.metrics.registry import METRICS, Unit
from slicer.project.hlp_entries import HlpEntry, drop_level, keep_levels, list_levels, read_levels, unused_of
from slicer.slices import parse
from slicer.sources import author
from slicer.ui.frame import chart_title, plain, refusal, say
from slicer.ui.slice_input import slice_input
from slicer.ui.state import View

_SLICE, _DROPPED, _ROUND = "level slice", "dropped level", "level round"
"""In the session: the slice a level is entered for, the level forgotten last, and how often the fields were emptied."""

FIELDS = ("level-value", "level-n", "level-low", "level-high", "level-note")


def entered_levels(view: View) -> None:
    """The levels entered so far, and the fields to enter one."""
    entries = list_levels(view.bench.project, view.dataset.id)
    chart_title(
        entered_finding(len(entries)),
        "From an earlier study, the literature or a contract. This page and Priorities can hold the model against it.",
    )
    for entry in entries:
        _line(view, entry)
    _put_back(view)
    _enter(view)
    _table(view)


def _line(view: View, entry: HlpEntry) -> None:
    given = entry.given
    behind = f", {count(given.n)} rows" if given.n else ""
    unit: Unit = "rate" if METRICS[entry.metric].is_rate else "number"
    ends = given.interval(0.95, rate=unit == "rate")
    sure = "a bare number, no interval" if ends is None else interval(ends, unit=unit)
    name = plain(str(entry.slice) or "all rows")
    metric = "" if entry.metric == view.bench.headline else f" {entry.metric}"
    note = f" · {plain(entry.note)}" if entry.note else ""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        beside = f"{sure}{behind}{note} · {plain(entry.author)}"
        st.markdown(f"{name}{metric} **{value_of(given.value, unit)}** :small[:gray[{beside}]]", width="content")
        key = f"forget-level-{entry.metric}-{entry.slice}"
        if st.button("", icon=":material/delete:", key=key, type="tertiary", help="Forget this level"):
            project = view.bench.project
            st.session_state[_DROPPED] = drop_level(project, view.dataset.id, entry.slice, entry.metric)
            st.rerun()


def _put_back(view: View) -> None:
    """What was forgotten last can come back."""
    dropped: HlpEntry | None = st.session_state.get(_DROPPED)
    if dropped is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        of = plain(str(dropped.slice) or "all rows")
        st.markdown(f":gray[The level of {of} is forgotten.]", width="content")
        if st.button("Undo", key="restore-level"):
            keep_levels(view.bench.project, view.dataset.id, [dropped])
            st.session_state.pop(_DROPPED)
            st.rerun()


def _enter(view: View) -> None:
    """The fields; they are empty again once a level is kept."""
    again = st.session_state.setdefault(_ROUND, 0)
    text = st.session_state.get(_SLICE, "")
    entered = slice_input(
        "level-slice",
        view.bench,
        label="Rows the level is of",
        text=text,
        placeholder="All rows, or write a slice such as age >= 65",
        saved=[(name, str(slice_)) for slice_, name in view.bench.saved().items()],
    )
    if entered is not None:
        text = st.session_state[_SLICE] = entered
    metric = view.bench.headline
    rate = METRICS[metric].is_rate
    least, most, percents = (0.0, 100.0, " %") if rate else (None, None, "")
    value_key, n_key, low_key, high_key, note_key = (f"{name}-{again}" for name in FIELDS)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        value = st.number_input(
            f"Level{percents}", least, most, None, 0.5, key=value_key, width=118, placeholder="e.g. 95" if rate else ""
        )
        n = st.number_input("Rows behind it", 1, None, None, 1, key=n_key, width=134, placeholder="optional")
        low = st.number_input(f"From{percents}", least, most, None, 0.5, key=low_key, width=134, placeholder="optional")
        high = st.number_input(f"To{percents}", least, most, None, 0.5, key=high_key, width=134, placeholder="optional")
        note = st.text_input("Note", key=note_key, placeholder="where it comes from")
        pressed = st.button("Keep this level", key="keep-level", disabled=value is None)
    if rate and value is not None and 0 < value <= 1:
        st.markdown(f":orange[{value:g} is read as {value:g} %. If you mean a share of 1, write {100 * value:g}.]")
    if not pressed or value is None:
        return
    part = 100 if rate else 1
    ci = (low / part, high / part) if low is not None and high is not None else None
    try:
        slice_ = parse(text)
        view.bench.engine.check(slice_)
        given = GivenHlp(value=value / part, n=n, ci=ci)
        _keep(view, [HlpEntry(slice=slice_, given=given, metric=metric, note=note, author=author())])
    except SlicerError as error:
        refusal(error)


def _table(view: View) -> None:
    """A table of levels as a file."""
    with st.expander("A table of levels as a file"):
        file = st.file_uploader(
            "CSV: slice, value (n, lo, hi, metric), or a confusion matrix of people: label, human, rows",
            type="csv",
            key=f"levels-{st.session_state[_ROUND]}",
        )
        if file is None or not st.button("Keep these levels", key="keep-levels", type="primary"):
            return
        try:
            content = table_text(file.getvalue())
            found = read_levels(content, view.bench.headline, author=author())
            for one in found:
                view.bench.engine.check(one.slice)
            _keep(view, found, unused_of(content, view.bench.headline))
        except SlicerError as error:
            refusal(error)


def _keep(view: View, entries: list[HlpEntry], unused: Sequence[str] = ()) -> None:
    keep_levels(view.bench.project, view.dataset.id, entries)
    st.session_state[_ROUND] += 1
    st.session_state.pop(_SLICE, None)
    for sentence in unused:
        say(sentence)
    kept = f"{len(entries)} human level{'s' if len(entries) != 1 else ''} kept"
    say(
        f"{kept}. What people said in the data comes first; the choice on top changes that."
        if view.bench.has_people
        else kept
    )
    st.rerun()


def table_text(content: bytes) -> str:
    """The text of a table of human levels.

    Raises:
        DataError: it is not UTF-8.
    """
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise DataError("The table of human levels is not UTF-8 text.", hint="Save it as CSV UTF-8.") from None
