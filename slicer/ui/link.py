"""The link: what a page is set to. It alone says so; widgets show what it says and write what is chosen into it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

PROJECT, DATASET, RUN, METRIC, WHERE = "project", "dataset", "run", "metric", "where"
"""Names in the link that every page shares."""

SLICE, PEOPLE = "slice", "people"
"""Names in the link of one page: the slice in hand, and the rows that are people's own."""

OF_A_PAGE = {
    "slices": (SLICE, "columns", "down", "across", "one", "other-slice"),
    "discover": (
        "look-for",
        "outcome",
        "conditions",
        "smallest",
        "half",
        "features",
        "shown",
        "alpha",
        "against",
        "words",
        "tags",
        "classes",
        "cuts",
    ),
    "human_level": ("by", "level"),
    "priorities": ("by", "kind", "by-metric", "order", "hlp", "hlp-value", PEOPLE, "rows", "threshold", "picture"),
    "failures": ("queue", "size", "draw", "of", "other", "strata"),
}
"""Names of one page alone."""

OF_A_DATASET = (RUN, METRIC, WHERE, *(name for names in OF_A_PAGE.values() for name in names))
"""Names that mean something for one data set only."""

_KEPT, _PAGE, _LEFT, _OF = "kept.", "kept page", "kept as it was left", "data set of the widgets"


# --- one page after another ------------------------------------------------------------------------


def recall(page: st.Page) -> None:
    """Bring back what was set before: going to another page empties the link. What the new link says stands."""
    before = st.session_state.get(_PAGE)
    st.session_state[_PAGE] = page.url_path
    if before in (None, page.url_path) or _by_history():
        return
    kept = {name: st.session_state.get(_KEPT + name) for name in _names(page.url_path)}
    missing = {name: values for name, values in kept.items() if values and name not in st.query_params}
    if missing:
        st.switch_page(page, query_params={**_all_of_it(), **missing})


def keep() -> None:
    """Note what this page is set to, for the next page."""
    if st.session_state.pop(_LEFT, False):
        return
    for name in _names(st.session_state.get(_PAGE, "")):
        st.session_state[_KEPT + name] = st.query_params.get_all(name)


def leave(page: str, changes: Mapping[str, str]) -> dict[str, list[str]]:
    """Note what this page is set to, and what is set instead on the next one.

    Returns:
        The link of the next page, whole: so that one click is one step back.
    """
    keep()
    for name, value in changes.items():
        st.session_state[_KEPT + name] = [value] if value else []
    st.session_state[_LEFT] = True
    names = dict.fromkeys((*_names(page), *changes))
    return {name: values for name in names if (values := st.session_state.get(_KEPT + name))}


def kept(name: str) -> str | None:
    """What was set before under this name."""
    return next(iter(st.session_state.get(_KEPT + name) or ()), None)


def _names(page: str) -> tuple[str, ...]:
    return (PROJECT, DATASET, RUN, METRIC, WHERE, *OF_A_PAGE.get(page, ()))


def _all_of_it() -> dict[str, list[str]]:
    return {name: st.query_params.get_all(name) for name in st.query_params}


def _by_history() -> bool:
    """Whether Back or Forward led here: then the link stands as it was."""
    context = get_script_run_ctx()
    return context is not None and context.is_history_navigation


# --- reading and writing it ------------------------------------------------------------------------


def put(name: str, value: str | list[str]) -> None:
    """Write a part of the link; what is empty is left out."""
    if value:
        st.query_params[name] = value
    elif name in st.query_params:
        del st.query_params[name]


def forget(**instead: str | list[str]) -> None:
    """Drop what belonged to another data set, and write this instead: in one step, so that Back undoes it in one."""
    for name in OF_A_DATASET:
        st.session_state.pop(_KEPT + name, None)
    left = {name: values for name, values in _all_of_it().items() if name not in (*OF_A_DATASET, *instead)}
    st.query_params.from_dict({**left, **{name: value for name, value in instead.items() if value}})


# --- widgets that show it --------------------------------------------------------------------------


def one_of(
    name: str, options: Collection[str], usual: str | None = None, *, of: int | None = None, forgets: bool = False
) -> dict[str, Any]:
    """What a widget that takes one choice is made with: `st.selectbox("Run", runs, **one_of("run", runs, of=4))`.

    Args:
        name: Of the choice, in the link.
        options: What there is to choose from.
        usual: Stands where the link names none of them, and is left out of it; the first option if None.
        of: The id of the data set it is a choice of. The widget of another is another widget: what the browser still
            holds of that one cannot come back here.
        forgets: Whether all that belongs to a data set goes with another choice.

    Returns:
        The widget's key and what is called when it changes.
    """
    usual = usual or next(iter(options), None)
    asked = next((one for one in st.query_params.get_all(name) if one in options), usual)
    return _linked(name, of, asked, lambda value: "" if value in (None, usual) else str(value), forgets)


def some_of(name: str, options: Collection[str], usual: Sequence[str], *, of: int | None) -> dict[str, Any]:
    """The same for a widget that takes several, `usual` where the link names none; none at all is said by `name=`."""
    given = st.query_params.get_all(name)
    asked = [one for one in given if one in options]
    chosen = asked if asked or given == [""] else list(usual)
    return _linked(name, of, chosen, lambda value: "" if value == list(usual) else list(value) or [""])


def yes_or_no(name: str, *, of: int | None) -> dict[str, Any]:
    """The same for a switch, off where the link does not turn it on."""
    return _linked(name, of, st.query_params.get(name) == "yes", lambda value: "yes" if value else "")


def number_in(
    name: str, low: float, high: float, usual: float | None, *, of: int | None, read: Callable[[str], float]
) -> dict[str, Any]:
    """The same for a number from `low` to `high`, read by `int` or `float`."""
    try:
        asked = read(st.query_params.get(name, ""))
    except ValueError:
        value = usual
    else:
        value = asked if low <= asked <= high else usual
    return _linked(name, of, value, lambda value: "" if value in (None, usual) else str(value))


def _linked(
    name: str, of: int | None, value: object, written: Callable[[Any], str | list[str]], forgets: bool = False
) -> dict[str, Any]:
    key = f"{st.session_state.get(_PAGE, '')}/{name}" + ("" if of is None else f"-{of}")
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value
    if of is not None:
        st.session_state[_OF] = of

    def write() -> None:
        if of is not None and st.session_state.get(_OF) != of:
            return  # a widget of the data set before, which the browser had not put away yet
        chosen = written(st.session_state[key])
        if forgets:
            forget(**{name: chosen})
        else:
            put(name, chosen)

    return {"key": key, "on_change": write}
