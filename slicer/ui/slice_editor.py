"""The slice at hand, at the foot of the page: write it, see what it holds, name it, go to its rows."""

from __future__ import annotations

import streamlit as st

from slicer.errors import SlicerError
from slicer.findings.names import short_name
from slicer.project.saved import SavedSlice, drop_slice, list_saved, save_slice, versions_of
from slicer.slices import Slice, all_of, parse
from slicer.sources import author
from slicer.ui import link
from slicer.ui.frame import plain, refusal, say
from slicer.ui.menu import go
from slicer.ui.slice_input import slice_input
from slicer.ui.state import View

_DROPPED = "dropped slice"  # in the session: the saved slice that was forgotten last


def selected() -> str:
    """The slice at hand, as text; empty if there is none."""
    return st.query_params.get(link.SLICE, "")


def select(slice_: str) -> None:
    """Take another slice in hand."""
    link.put(link.SLICE, slice_)
    st.rerun()


def slice_editor(view: View, metric: str) -> None:
    """The field and what can be done with the slice in it."""
    text = selected()
    saved = list_saved(view.bench.project, view.dataset.id)
    with st.bottom:
        entered = slice_input(
            "slice",
            view.bench,
            label="Slice",
            text=text,
            placeholder="Write a slice, or choose one above",
            where=str(view.where),
            metric=metric,
            detail="sentence",
            saved=[(one.name, str(one.slice)) for one in saved],
        )
        if entered is not None and entered != text:
            select(entered)
        if text:
            _keep(view, _read(view, text), saved)


def _read(view: View, text: str) -> Slice:
    """The slice; all rows where it cannot be read: the field says why."""
    try:
        slice_ = parse(text)
        view.bench.engine.check(slice_)
    except SlicerError:
        return Slice()
    return slice_


def _keep(view: View, slice_: Slice, saved: list[SavedSlice]) -> None:
    """Name the slice, or go on with it."""
    known = next((one for one in saved if one.slice == slice_), None)
    nothing = slice_ == Slice()
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        name = st.text_input(
            "Name",
            known.name if known else "" if nothing else short_name(slice_, slice_.words)[0],
            key=f"name-{slice_}",
            placeholder="Name, or folder/name",
            label_visibility="collapsed",
            width=140,
            disabled=nothing,
        )
        note = st.text_input(
            "Note",
            known.note if known else "",
            key=f"note-{slice_}",
            placeholder="Note: why it matters",
            label_visibility="collapsed",
            disabled=nothing,
        )
        changed = known is None or (known.name, known.note) != (name, note)
        if st.button("Save", disabled=nothing or not changed, key="save-slice"):
            _save(view, SavedSlice(slice=slice_, name=name, note=note))
        other = next((one for one in saved if one.name.casefold() == name.casefold() and one.slice != slice_), None)
        if other is not None and not nothing:
            said = f"{plain(name)} is {plain(str(other.slice))} now; that stays in its history."
            if st.button("Replace", key="replace-slice", help=said):
                _save(view, SavedSlice(slice=slice_, name=name, note=note), replace=True)
        if known is not None:
            _history(view, known)
        if known is not None and st.button("Forget", key="forget-slice"):
            drop_slice(view.bench.project, view.dataset.id, slice_, author=author())
            st.session_state[_DROPPED] = known
            st.rerun()
        dropped: SavedSlice | None = st.session_state.get(_DROPPED)
        if (
            known is None
            and dropped is not None
            and dropped.slice == slice_
            and st.button("Put it back", key="restore")
        ):
            save_slice(view.bench.project, view.dataset.id, dropped, author=author())
            st.rerun()
        if st.button("Filter by it", disabled=nothing, key="filter-slice"):
            link.put(link.WHERE, str(all_of(view.where, slice_)))
            select("")
        if st.button("Read its errors", type="primary", disabled=nothing, key="open-slice"):
            go("failures", where=str(all_of(view.where, slice_)), queue="all errors")


def _history(view: View, known: SavedSlice) -> None:
    """What was saved under this name before, each to take in hand again."""
    versions = versions_of(view.bench.project, view.dataset.id, known)
    if len(versions) < 2:
        return
    with st.popover(str(len(versions)), icon=":material/history:", help="What was saved under this name"):
        for place, one in enumerate(versions):
            what = "forgotten" if one.forgotten else plain(one.saved.note) if one.saved.note else ""
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.markdown(
                    f"{plain(one.saved.name)}: {plain(str(one.saved.slice))}  \n"
                    f":small[:gray[{one.made_at:%d %b %Y %H:%M} UTC, {plain(one.author)}{', ' if what else ''}{what}]]"
                )
                if one.saved.slice != known.slice and st.button("Take in hand", key=f"version-{place}"):
                    select(str(one.saved.slice))


def _save(view: View, wanted: SavedSlice, *, replace: bool = False) -> None:
    try:
        kept = save_slice(view.bench.project, view.dataset.id, wanted, author=author(), replace=replace)
    except SlicerError as error:
        refusal(error)
    else:
        say(f"Saved: {kept.name}")
        st.rerun()
