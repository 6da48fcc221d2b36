"""The tags themselves: making one, its name, meaning, colour and key, two made one, retired ones, and who did what."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from slicer.display import count
from slicer.errors import SlicerError
from slicer.findings.retagging import change_words, merge_words, rename_words, retire_words
from slicer.project import tags
from slicer.project.bulk import rows_with
from slicer.project.events import KEYS, TagCount, known_tags
from slicer.sources import author
from slicer.ui.frame import chart_title, plain, refusal, say
from slicer.ui.state import View
from slicer.ui.table import Column, table
from slicer.ui.tag_files import tag_file_drop, tag_files

_NEW, _REFUSED = "new tag", "new tag refused"  # in the session


def tags_editor(view: View) -> None:
    """All tags with what they mean, those that are retired last; a click changes one."""
    project, dataset = view.bench.project, view.dataset.id
    used, retired = known_tags(project, dataset), known_tags(project, dataset, retired=True)
    st.space("small")
    how = "A click changes a tag: its name, what it means, its colour and key; or makes it one with another."
    chart_title(
        "The tags and what they mean", how if used or retired else "A tag can be made before any row carries it."
    )
    _make(view)
    if not (used or retired):
        return
    columns = [
        Column("key", "Key", "pick", width="52px"),
        Column("name", "Tag", "name", width="230px"),
        Column("meaning", "What it means", "muted"),
        Column("rows", "Examples", "num", num=True, width="96px"),
    ]
    rows = [*(_row(one, False) for one in used), *(_row(one, True) for one in retired)]
    opened = table("tags-kept", columns, rows, label="The tags and what they mean")
    if opened is not None:
        _change_dialog(view, opened)


def _row(tag: TagCount, retired: bool) -> dict[str, object]:
    return {
        "id": tag.name,
        "low": retired,
        "key": tag.key.upper() or {"title": "retired" if retired else "the keys are used up: a click puts it on"},
        "name": {"text": tag.name, "colour": tag.colour, "flag": "retired" if retired else "", "title": "Change it"},
        "meaning": {"text": tag.description, "title": tag.description},
        "rows": count(tag.yes),
        "sort": {"key": KEYS.find(tag.key) if tag.key else None, "meaning": tag.description or None, "rows": tag.yes},
    }


# --- making one ------------------------------------------------------------------------------------


def _make(view: View) -> None:
    key = f"{_NEW}-{view.dataset.id}"

    def make() -> None:
        name = st.session_state[key]
        st.session_state[_REFUSED] = None
        if not name.strip():
            return
        try:
            made = tags.create_tag(view.bench.project, view.dataset.id, name, author=author())
        except SlicerError as error:
            st.session_state[_REFUSED] = error
        else:
            st.session_state[key] = ""
            say(f"{made}: ready to be put on")

    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.text_input(
            "New tag", key=key, placeholder="Name of a new tag", label_visibility="collapsed", width=260, on_change=make
        )
        st.button("Make it", key="make-tag", on_click=make)
        st.space("stretch")
        tag_files(view)
    tag_file_drop(view)
    if st.session_state.get(_REFUSED) is not None:
        refusal(st.session_state[_REFUSED])


# --- changing one ----------------------------------------------------------------------------------


@st.dialog("Change a tag", width="medium")
def _change_dialog(view: View, name: str) -> None:
    project, dataset = view.bench.project, view.dataset.id
    used, retired = known_tags(project, dataset), known_tags(project, dataset, retired=True)
    tag = next((one for one in (*used, *retired) if one.name == name), None)
    if tag is None:
        st.rerun()
        return
    _describe(view, tag)
    st.divider()
    _merge(view, tag, [one.name for one in used if one.name != name])
    _retire(view, tag, tag in retired)
    _history(view, name)


def _describe(view: View, tag: TagCount) -> None:
    """Name, meaning, colour and key."""
    name = st.text_input("Name", tag.name, key="tag-name")
    meaning = st.text_input(
        "What it means", tag.description, key="tag-meaning", placeholder="So that two people mean the same by it"
    )
    left, right = st.columns(2)
    colours = list(tags.COLOURS)
    colour = left.selectbox(
        "Colour", colours, colours.index(tag.colour), format_func=lambda one: one or "none", key="tag-colour"
    )
    keys = ["", *KEYS]
    key = right.selectbox(
        "Key", keys, keys.index(tag.key), format_func=lambda one: one.upper() or "the next free one", key="tag-key"
    )
    renamed = " ".join(name.split()) != tag.name
    if renamed:
        st.markdown(f":small[:gray[{plain(rename_words(tag.name, tag.yes))}]]")
    changed = renamed or (meaning, colour, key) != (tag.description, tag.colour, tag.key)
    if st.button("Save", key="tag-save", type="primary", disabled=not changed):
        project, dataset = view.bench.project, view.dataset.id

        def save() -> str:
            if renamed:
                tags.rename_tag(project, dataset, tag.name, name, author=author())
            now = " ".join(name.split())
            tags.describe_tag(
                project,
                dataset,
                now,
                author=author(),
                description=meaning if meaning != tag.description else None,
                colour=colour if colour != tag.colour else None,
                key=key if key != tag.key else None,
            )
            return f"{tag.name} is called {now} now" if renamed else f"{now} is saved"

        _do(save)


def _merge(view: View, tag: TagCount, others: list[str]) -> None:
    """Make one of two, after saying how many examples it is about."""
    project, dataset = view.bench.project, view.dataset.id
    into = st.selectbox(
        "Make it one with", others, index=None, placeholder="Another tag", key="tag-into", disabled=not others
    )
    if into is None:
        return
    mine, theirs = rows_with(project, dataset, tag.name), rows_with(project, dataset, into)
    st.markdown(f":small[{plain(merge_words(tag.name, mine, into, theirs))}]")
    if st.button(f"Merge into {plain(into)}", key="tag-merge", type="primary"):

        def merge() -> str:
            more = tags.merge_tags(project, dataset, tag.name, into, author=author())
            return f"{tag.name} and {into} are one: {count(more)} more examples carry {into}"

        _do(merge)


def _retire(view: View, tag: TagCount, retired: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if st.button("Bring back" if retired else "Retire", key="tag-retire"):

            def retire() -> str:
                tags.retire_tag(view.bench.project, view.dataset.id, tag.name, author=author(), retired=not retired)
                return f"{tag.name} is {'back' if retired else 'retired'}"

            _do(retire)
        st.markdown(f":small[:gray[{plain(retire_words(retired))}]]", width="stretch")


def _history(view: View, name: str) -> None:
    """Who did what to it."""
    lines = []
    for one in reversed(tags.history_of_tag(view.bench.project, view.dataset.id, name)):
        said = plain(change_words(one.change, one.tag, one.value))
        lines.append(f":small[:gray[{one.made_at:%d %b %Y %H:%M} · {plain(one.author)}]] :small[{said}]")
    if lines:
        st.markdown("  \n".join(lines))


def _do(change: Callable[[], str]) -> None:
    """Carry a change out and close the dialog; what does not fit is said in it."""
    try:
        said = change()
    except SlicerError as error:
        refusal(error)
        return
    say(said)
    st.rerun()
