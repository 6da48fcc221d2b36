"""What can be done with slices that were found: keep them, read and tag their rows, rank them; and the way back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from slicer.display import count
from slicer.errors import SlicerError
from slicer.findings.found import searched_words, verdict_words
from slicer.found import FindResult, FoundSlice
from slicer.project.saved import SavedSlice, drop_slice, list_saved, save_slices
from slicer.slices import Slice, all_of, any_of, condition, parse
from slicer.sources import author
from slicer.ui.discover_table import KEY, RANK, READ, SAVE, TAG
from slicer.ui.frame import plain, refusal
from slicer.ui.menu import go
from slicer.ui.state import View
from slicer.ui.table import chosen_rows

_ROUND, _DONE = "round of found slices", "found slices saved"  # in the session


@dataclass(frozen=True, slots=True, kw_only=True)
class _Done:
    """What was saved last."""

    dataset: int
    saved: tuple[SavedSlice, ...]
    error: SlicerError | None = None


def round_of_found() -> int:
    """The round the rows are chosen in."""
    return int(st.session_state.setdefault(_ROUND, 0))


def within(view: View, slice_: Slice) -> Slice:
    """A slice as it was searched: among the rows of the filter."""
    return all_of(view.where, slice_)


def act(view: View, result: FindResult, action: str, slices: Sequence[str]) -> None:
    """Do something with slices, one or several."""
    found = [one for one in result.slices if str(one.slice) in slices]
    if not found:
        return
    match action:
        case "save":
            _save(view, result, found)
            st.rerun()
        case "rank":
            if _save(view, result, found):
                go("priorities", slice=str(within(view, found[0].slice)))
            st.rerun()
        case "tag":
            _open(view, result, found, "list")
        case _:
            _open(view, result, found, "")


def actions_bar(view: View, result: FindResult) -> None:
    """What can be done with the rows that are chosen; what was done last, and the way back."""
    there = {str(one.slice) for one in result.slices}
    chosen = [one for one in chosen_rows(KEY, round_of_found()) if one in there]
    numbers = view.bench.task != "classification"
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="found-bar"):
        if chosen:
            many = "1 slice" if len(chosen) == 1 else f"{count(len(chosen))} slices"
            labels = {
                READ: f"Read the {'worst rows' if numbers else 'errors'} of {many}",
                TAG: "Tag them",
                SAVE: f"Save {many}",
                RANK: "Rank on Priorities",
            }
            for key, label in labels.items():
                if st.button(label, key=f"found-{key}", type="primary" if key == SAVE else "secondary"):
                    act(view, result, key, chosen)
        else:
            st.markdown(
                ":small[:gray[A row opens its errors. Choose several, by their boxes or with Space, to do one thing "
                "with all of them.]]",
                width="content",
            )
        _last(view)


def _save(view: View, result: FindResult, found: Sequence[FoundSlice]) -> bool:
    """Keep slices that are not kept yet; says whether all are kept now."""
    project, dataset = view.bench.project, view.dataset.id
    known = {one.slice for one in list_saved(project, dataset)}
    wanted = [_saved(view, result, one) for one in found if within(view, one.slice) not in known]
    try:
        kept = save_slices(project, dataset, wanted, author=author()) if wanted else []
    except SlicerError as error:
        st.session_state[_DONE] = _Done(dataset=dataset, saved=(), error=error)
        return False
    if kept:
        st.session_state[_DONE] = _Done(dataset=dataset, saved=tuple(kept))
    st.session_state[_ROUND] = round_of_found() + 1
    return True


def _saved(view: View, result: FindResult, one: FoundSlice) -> SavedSlice:
    slice_ = within(view, one.slice)
    note = f"Found by searching {searched_words(result).rstrip('.')}; {verdict_words(one)}."
    return SavedSlice(slice=slice_, name=slice_.words.replace("/", " "), note=note)


def _last(view: View) -> None:
    """What was saved last, with Undo."""
    done: _Done | None = st.session_state.get(_DONE)
    if done is None or done.dataset != view.dataset.id:
        return
    if done.error is not None:
        refusal(done.error)
        return
    st.space("stretch")
    what = done.saved[0].name if len(done.saved) == 1 else f"{count(len(done.saved))} slices"
    st.markdown(f":gray[Saved: {plain(what)}]", width="content")
    st.button("Undo", key="found-undo", type="tertiary", on_click=_take_back, args=(view, done))


def _take_back(view: View, done: _Done) -> None:
    for one in done.saved:
        drop_slice(view.bench.project, view.dataset.id, one.slice, author=author())
    st.session_state.pop(_DONE)


def _open(view: View, result: FindResult, found: Sequence[FoundSlice], shown: str) -> None:
    """The rows of slices on Failures: those that count here."""
    slice_ = any_of(*(one.slice for one in found))
    side = {"fpr": "!=", "fnr": "="}.get(result.outcome)
    if side is not None:
        slice_ = all_of(slice_, condition("label", "=" if side == "=" else "!=", view.bench.positive))
    queue = "all errors" if view.bench.task == "classification" else "worst rows"
    go("failures", where=str(within(view, slice_)), queue=queue, view=shown)


def open_slice(view: View, result: FindResult, slice_: str) -> None:
    """Read the rows of a slice that was clicked in a picture."""
    act(view, result, READ, [str(parse(slice_))])
