"""What each column is, as a list that is corrected with two clicks: the role, and another one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypedDict

import streamlit as st

from slicer.guessing import REST, guess_roles, run_of
from slicer.people import class_counted
from slicer.schema import DEFAULT_RUN, PER_CLASS, PER_RUN, ROLES, SINGLE, Assignment, Column
from slicer.ui import assets

CHOSEN = "chosen by you"
"""The reason of a role that was corrected."""

_list = st.components.v2.component(
    "slicer.roles",
    html='<div id="roles"></div>',
    css=assets("roles.css"),
    js=assets("dom.js", "roles.js"),
)

Choice = TypedDict("Choice", {"role": str, "run": str, "class": str})
"""What a person chose for a column; run and class are empty where she left them open."""


def choices(key: str) -> dict[str, Choice]:
    """What was chosen so far in the list of this key, by column; it outlives a visit to another page."""
    state: Mapping[str, Any] = st.session_state.get(key) or {}
    if state.get("choices") is not None:
        st.session_state[_kept(key)] = dict(state["choices"])
    kept: dict[str, Choice] = st.session_state.get(_kept(key), {})
    return kept


def forget(key: str) -> None:
    """Drop what was chosen."""
    for one in (key, _kept(key)):
        st.session_state.pop(one, None)


def _kept(key: str) -> str:
    return f"{key}-kept"


def roles_list(
    key: str, assignments: Sequence[Assignment], *, examples: Mapping[str, str], warnings: Mapping[str, str]
) -> None:
    """Draw the list.

    Args:
        key: Tells this list from others; `choices(key)` has what is chosen in it.
        assignments: What each column is by now, choices included.
        examples: Some values of each column, as text.
        warnings: A sentence for columns that had better be left out.
    """
    lines = [
        {
            "column": one.column,
            "role": one.role,
            "run": one.run,
            "class": one.class_key,
            "why": "" if one.reason == REST else one.reason,
            "values": examples.get(one.column, ""),
            "warning": warnings.get(one.column, ""),
        }
        for one in assignments
    ]
    roles = [
        {
            "name": name,
            "words": name.replace("_", " "),
            "help": meaning,
            "run": name in PER_RUN,
            "of_class": name in PER_CLASS,
        }
        for name, meaning in ROLES.items()
    ]
    data = {"lines": lines, "roles": roles, "choices": choices(key)}
    _list(key=key, data=data, on_choices_change=lambda: None)


def guessed_again(columns: Sequence[Column], chosen: Mapping[str, Choice]) -> tuple[Assignment, ...]:
    """The roles of a file's columns: those chosen, and guesses for the rest that take the choices into account.

    One human label more is no reason to drop the others.

    >>> columns = [Column(name="label", kind="text"), Column(name="truth", kind="text")]
    >>> chosen = {"truth": Choice({"role": "label", "run": "", "class": ""})}
    >>> [one.role for one in guessed_again(columns, chosen)]
    ['feature', 'label']
    """
    first = guess_roles(columns)
    given = [_assignment(name, choice, first) for name, choice in chosen.items() if _differs(name, choice, first)]
    if not given:
        return first
    again = guess_roles(columns, given)
    several = ("human", "human_count")
    return tuple(old if old.role in several and new.guessed else new for old, new in zip(first, again, strict=True))


def corrected(
    assignments: Sequence[Assignment], chosen: Mapping[str, Choice], classes: Collection[str] = ()
) -> tuple[Assignment, ...]:
    """The roles of an imported data set with what was chosen; who had a role that only one has, leaves it.

    Args:
        classes: The label's, to tell whom a column of counts counts.
    """
    given = {
        name: _assignment(name, choice, assignments)
        for name, choice in chosen.items()
        if _differs(name, choice, assignments)
    }
    for name, one in given.items():
        if one.role == "human_count" and not one.class_key:
            given[name] = replace(one, class_key=class_counted(name, classes))
    taken = {one.role: one.column for one in given.values() if one.role in SINGLE}
    return tuple(
        given.get(one.column)
        or (
            Assignment(column=one.column, role="ignore", reason=f"{taken[one.role]!r} took its place")
            if one.role in taken
            else one
        )
        for one in assignments
    )


def _differs(name: str, choice: Choice, known: Sequence[Assignment]) -> bool:
    """Whether something else was chosen than what stood there."""
    one = next((one for one in known if one.column == name), None)
    if one is None:
        return False
    same_run, same_class = choice["run"] in ("", one.run), choice["class"] in ("", one.class_key)
    return not (choice["role"] == one.role and same_run and same_class)


def _assignment(name: str, choice: Choice, known: Sequence[Assignment]) -> Assignment:
    """What was chosen, with a run where none was said: the one in its name, or the only one there is."""
    role, run = choice["role"], choice["run"]
    if role not in PER_RUN:
        run = ""
    elif not run and role == "probability":
        runs = {one.run or DEFAULT_RUN for one in known if one.role in PER_RUN and one.column != name}
        run = runs.pop() if len(runs) == 1 else DEFAULT_RUN
    elif not run:
        run = run_of(name) or name
    class_key = choice["class"] if role in PER_CLASS else ""
    return Assignment(column=name, role=role, run=run, class_key=class_key, reason=CHOSEN, guessed=False)
