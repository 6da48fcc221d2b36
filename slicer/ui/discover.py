"""The Discover page: a search that begins by itself, its slices as they come, and what chance would find."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.scriptrunner import get_script_run_ctx

from slicer.charts.discover import found_and_noise
from slicer.display import count
from slicer.errors import SlicerError
from slicer.findings.data import no_rows_finding
from slicer.findings.found import found_finding, how_noise, noise_finding, nothing_to_search
from slicer.findings.names import short_name, told_apart
from slicer.found import FindResult
from slicer.priorities.ranking import Candidate
from slicer.slices import Slice, parse
from slicer.ui.discover_actions import act, actions_bar, open_slice, round_of_found, within
from slicer.ui.discover_choices import choose_wanted, texts_of
from slicer.ui.discover_search import GOING_ON, Search, Stage, searches
from slicer.ui.discover_table import found_table
from slicer.ui.frame import chart_title, empty, finding, footnote, plain, refuse, warnings
from slicer.ui.menu import go
from slicer.ui.pictures import picture
from slicer.ui.state import View
from slicer.ui.theme import palette
from slicer.workbench import Wanted

AT_ONCE = 0.8
"""Seconds the page waits for slices before it shows that it is looking for them."""

POLLED = 0.5
"""Seconds between looks at a search on its way."""

_LOOKED_AT = "search looked at"  # in the session

Key = tuple[Any, ...]


def discover(view: View, head: DeltaGenerator) -> None:
    """The page under its bar."""
    if _nothing_here(view, head):
        return
    wanted = choose_wanted(view)
    key = (*(view.key if wanted.tags else view.result_key), wanted)
    search = _begin(view, wanted, key)
    search.wait(AT_ONCE)
    shown = search.state  # before anything of it is drawn: what comes later is then seen to be new
    if search.error is not None:
        searches.forget(key)
        if not isinstance(search.error, SlicerError):
            raise search.error
        with head:
            refuse(search.error)
        return
    result = search.result
    with head:
        _finding(view, search, result)
    _progress(search, shown, key)
    if result is None or nothing_to_search(result) is not None:
        if result is not None:
            _what_then(view, result)
        return
    _slices(view, result)
    _footnote(result)


# --- the search ------------------------------------------------------------------------------------


def _begin(view: View, wanted: Wanted, key: Key) -> Search:
    """The search under a key, begun if there is none; the one looked at before goes."""
    before = st.session_state.get(_LOOKED_AT)
    st.session_state[_LOOKED_AT] = key
    return searches.get(key, _session(), lambda: Search(view.bench, wanted, view.where), instead_of=before)


def _session() -> str:
    context = get_script_run_ctx()
    return "" if context is None else context.session_id


def _progress(search: Search, shown: tuple[Stage, int], key: Key) -> None:
    """How far the search is, with a way to stop it; once it was stopped, the way to go on.

    Args:
        shown: The state of the search that the page shows.
    """
    if shown[0] in GOING_ON:
        _watch(search, shown)
    elif shown[0] == "stopped":
        tried = 0 if search.result is None else search.result.permutations
        how_far = f"Stopped after {count(tried)} searches through chance." if tried else "The search was stopped."
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f":gray[{how_far}]", width="content")
            st.button("Go on", key="search-again", on_click=searches.forget, args=(key,))


@st.fragment(run_every=POLLED)
def _watch(search: Search, shown: tuple[Stage, int]) -> None:
    """The progress of a search; what is new is shown by running the page again."""
    search.look(_session())
    if search.state != shown:
        st.rerun()
    what = "Looking for the worst slices" if shown[0] == "looking" else "Checking against chance"
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.progress(min(1.0, search.done), f":small[{what}…]", width=420)
        st.button("Stop", key="search-stop", icon=":material/stop_circle:", on_click=search.stop)


# --- what it found ---------------------------------------------------------------------------------


def _finding(view: View, search: Search, result: FindResult | None) -> None:
    if result is None:
        title = "Looking for the worst slices" if search.going_on else "The search was stopped"
        finding(title, "Every combination of values with rows enough is counted.")
        return
    sentence, aside = found_finding(result)
    if not result.head.rows:
        sentence, aside = no_rows_finding(str(view.where))
    finding(plain(sentence), plain(aside))
    warnings(result.head.warnings)


def _slices(view: View, result: FindResult) -> None:
    """The table and the picture."""
    if not result.slices:
        st.markdown(":gray[No slice is worse than the rest.]")
        return
    known = {*view.bench.saved()}
    saved = {one.slice for one in result.slices if within(view, one.slice) in known}
    bar = st.container()
    pressed = found_table(result, _people(view, result), saved, round_of_found())
    with bar:
        actions_bar(view, result)
    if pressed is not None:
        act(view, result, pressed.action, [pressed.id])
    if result.noise is not None:
        st.space("small")
        chart_title(plain(noise_finding(result)), plain(how_noise(result)))
        short = [short_name(one.slice, one.name)[0] for one in result.slices]
        names = told_apart(short, [one.name for one in result.slices])
        chart = found_and_noise(result, names, palette())
        mark = picture(chart, f"found-{view.dataset.id}", "found-slices", selects="slice")
        if mark is not None:
            open_slice(view, result, str(mark["slice"]))


def _people(view: View, result: FindResult) -> Mapping[Slice, Candidate]:
    """The slices in a ranking against people; none where nothing is known of people."""
    of_errors = result.outcome == "error" and result.against is None
    if result.noise is None or not of_errors or view.bench.task != "classification":
        return {}
    try:
        ranked = view.rank(slices=[one.slice for one in result.slices])
    except SlicerError:
        return {}
    return {parse(row.candidate.slice): row.candidate for row in ranked.table if row.candidate.hlp is not None}


def _footnote(result: FindResult) -> None:
    left = "; ".join(f"{name} ({why})" for name, why in result.left_out)
    footnote(
        plain(
            "Rates are those of slices chosen because they are high: too high. Intervals and gains hold for all slices "
            f"examined at once.{f' Not searched: {left}.' if left else ''}"
        ),
        "Slices are compared by the permutation z of their errors; intervals use the 95 % quantile of the largest z of "
        "searches through dealt errors (Westfall and Young) in place of the normal one.",
    )


# --- where there is nothing to search ---------------------------------------------------------------


def _nothing_here(view: View, head: DeltaGenerator) -> bool:
    """What the page says where a search cannot begin."""
    if view.bench.by_people:
        said = "What is right here is what people say: a search needs a column that says it", ""
        then, page, action = "Give a column the role label on Data.", "data", "Choose the label on Data"
    elif not view.dataset.roles.features and not texts_of(view):
        said = "No column is a feature to slice by", ""
        then, page, action = "Give columns the role feature on Data: each becomes a way to slice.", "data", "Go to Data"
    else:
        return False
    with head:
        finding(plain(said[0]), plain(said[1]))
    if empty(then, key="discover-nothing", action=action) is not None:
        go(page)
    return True


def _what_then(view: View, result: FindResult) -> None:
    """The next step where a search had nothing to find."""
    if not result.head.rows:
        return
    judged = result.head.task == "classification" and result.against is None
    if judged and result.error_rate == 1:
        if empty("Every error can be read and tagged.", key="discover-all-wrong", action="Read the errors") is not None:
            go("failures", queue="all errors")
    elif judged and result.rows_searched and not result.error_rate:
        if empty("See how sure that is, and where it could still be weak.", key="discover-none-wrong",
                 action="See the numbers") is not None:  # fmt: skip
            go("overview")
    elif empty(
        "Load more rows, or more columns to slice by; the columns and the smallest slice can be changed above.",
        key="discover-idle",
        action="Go to Data",
    ):  # fmt: skip
        go("data")
