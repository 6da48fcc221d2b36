"""A queue as a list: many rows at a glance, from which one opens an example or tags several at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from slicer.display import amount, as_it_is, count, percent
from slicer.engine.duckdb import Example
from slicer.engine.sql import OWN_RATE
from slicer.errors import SlicerError
from slicer.findings.retagging import bulk_words, quoted
from slicer.findings.tags import list_finding
from slicer.project.bulk import Bulk, tag_rows, take_back
from slicer.project.events import known_tags
from slicer.project.history import history_of
from slicer.project.marks import Known, known_of
from slicer.project.queues import Queue, get_queue, queue_examples
from slicer.report.sheets import plain_workbook
from slicer.report.tables import to_csv
from slicer.sources import author
from slicer.ui.downloads import downloads
from slicer.ui.frame import finding, plain, refusal
from slicer.ui.reading import open_example
from slicer.ui.state import View
from slicer.ui.table import Column, chosen_rows, table
from slicer.workbench import Workbench
from slicer.workbench.numbers import measures

PAGE = 200
"""Rows shown at a time."""

LONGEST = 300
"""Characters of a text that the list holds; a row shows fewer."""

FEATURES = 3
"""Columns shown where rows have neither text nor media."""

_ROUND, _DONE, _ASKED = "round of rows", "tagged at once", "asked to tag all"  # in the session
KEY = "rows"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    """What the list shows in this run."""

    view: View
    queue: Queue
    ids: list[str]
    chosen: list[str]

    @property
    def names(self) -> list[str]:
        return [one.name for one in known_tags(self.view.bench.project, self.view.dataset.id)]


@st.fragment
def list_rows(view: View, number: int, head: DeltaGenerator) -> None:
    """The rows of a queue in its order, what was said of each, and what can be done with several."""
    project = view.bench.project
    queue = get_queue(project, number)
    bar = st.container()
    place = st.container()
    pages = -(-queue.size // PAGE)
    page = st.pagination(pages, key=f"page-{number}") if pages > 1 else 1
    ids = queue_examples(project, queue, start=(page - 1) * PAGE, count=PAGE)
    round_ = st.session_state.setdefault(_ROUND, 0)
    shown = _Shown(view=view, queue=queue, ids=ids, chosen=[one for one in chosen_rows(KEY, round_) if one in ids])
    with bar:
        _tag_bar(shown)
    with place:
        opened = _rows(shown, round_)
    with head.container():
        finding(*map(plain, list_finding(queue.size, queue.reviewed)))
    if opened is not None:
        open_example(opened)


# --- tagging several -------------------------------------------------------------------------------


def _tag_bar(shown: _Shown) -> None:
    """One tag for the rows that are chosen, or for all of the queue; and the rows as a file."""
    queue, many = shown.queue, len(shown.chosen)
    asked = st.session_state.get(_ASKED) == queue.id and not many
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        tag = st.selectbox(
            "Tag",
            shown.names,
            index=None,
            accept_new_options=True,
            placeholder="Choose a tag, or write a new one",
            label_visibility="collapsed",
            width=260,
            key=f"bulk-tag-{shown.view.dataset.id}",
        )
        if many:
            st.button(
                f"Tag {count(many)} selected", key="bulk", type="primary", disabled=not tag,
                on_click=_tag, args=(shown, tag, shown.chosen),
            )  # fmt: skip
        else:
            st.button(f"Tag all {count(queue.size)} rows", key="bulk", disabled=not tag or asked, on_click=_ask,
                args=(queue,))  # fmt: skip
        if many == 1:
            with st.popover("History"):
                _history(shown.view, shown.chosen[0])
        if not many:
            _last(shown)
        st.space("stretch")
        _files(shown)
    if asked and tag:
        _confirm(shown, str(tag))


def _confirm(shown: _Shown, tag: str) -> None:
    """All rows of a queue are tagged only when it was said twice."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(plain(bulk_words(tag, shown.queue.size)), width="content")
        st.button(
            f"Tag {count(shown.queue.size)} rows",
            key="bulk-all",
            type="primary",
            on_click=_tag,
            args=(shown, tag, None),
        )
        st.button("Cancel", key="bulk-cancel", type="tertiary", on_click=_ask, args=(None,))


def _ask(queue: Queue | None) -> None:
    """Ask about all rows of a queue; of none, drop the question."""
    st.session_state[_ASKED] = None if queue is None else queue.id


def _tag(shown: _Shown, tag: str, ids: Sequence[str] | None) -> None:
    """Tag these rows; all of the queue if None. Before the list is drawn again."""
    view, queue = shown.view, shown.queue
    project = view.bench.project
    rows = queue_examples(project, queue, start=0, count=queue.size) if ids is None else ids
    done: Bulk | SlicerError
    try:
        done = tag_rows(project, view.dataset.id, rows, tag, author=author())
    except SlicerError as error:
        done = error
    st.session_state[_ASKED], st.session_state[_DONE] = None, (view.dataset.id, done)
    st.session_state[_ROUND] += 1


def _last(shown: _Shown) -> None:
    """What was done last, and the way back."""
    of, done = st.session_state.get(_DONE, (None, None))
    if of != shown.view.dataset.id:
        return
    if isinstance(done, SlicerError):
        refusal(done)
        return
    already = f", {count(done.already)} had it" if done.already else ""
    rows = f"{count(done.rows)} row{'s' if done.rows != 1 else ''}"
    st.markdown(f":gray[{plain(f'{quoted(done.tag)} on {rows}{already}')}]", width="content")
    if done.rows:
        st.button("Undo", key="bulk-undo", type="tertiary", on_click=_take_back, args=(shown, done))


def _take_back(shown: _Shown, done: Bulk) -> None:
    take_back(shown.view.bench.project, shown.view.dataset.id, done, author=author())
    st.session_state.pop(_DONE)


def _files(shown: _Shown) -> None:
    """The rows of the queue with everything that was said of them."""
    bench, queue = shown.view.bench, shown.queue

    def sheet() -> list[dict[str, Any]]:
        return bench.tag_sheet(queue_examples(bench.project, queue, start=0, count=queue.size))

    downloads(
        f"{shown.view.dataset.name}-rows",
        [("csv", lambda: to_csv(sheet())), ("xlsx", lambda: plain_workbook(sheet()))],
        key="rows",
        help="All rows of this queue: truth, prediction, features, a column for each tag, note, verdict",
    )


# --- the rows --------------------------------------------------------------------------------------


def _rows(shown: _Shown, round_: int) -> str | None:
    """The table; gives the id of the row that was opened."""
    bench = shown.view.bench
    found = bench.examples_by_id(shown.ids)
    known = known_of(bench.project, bench.dataset.id, shown.ids)
    tags = known_tags(bench.project, bench.dataset.id)
    order = {tag.name: place for place, tag in enumerate(tags)}
    examples = [found[one] for one in shown.ids if one in found]
    if not examples:
        return None
    rows = [_row(bench, one, known, order) for one in examples]
    return table(KEY, _columns(bench, examples[0]), rows, label="Rows", round=round_)


def _columns(bench: Workbench, first: Example) -> list[Column]:
    roles = bench.dataset.roles
    shown = [name for name in (roles.text, roles.image, roles.audio) if name is not None][:1]
    features = [] if shown else list(roles.features[:FEATURES])
    answer = "112px" if bench.by_class else None
    columns = [Column("name", "Row", "name", width="128px")]
    columns += [Column("shown", shown[0], "muted")] if shown else []
    columns += [Column(f"feature-{name}", name, "muted", width="110px", priority=3) for name in features]
    if bench.task == "classification":
        columns += [
            Column("truth", "Truth", "est", width=answer),
            Column("predicted", "Prediction", "est", width=answer),
        ]
    else:
        names = [name for name, _ in measures(bench, first.values)]
        columns += [Column(f"number-{at}", name, "est", num=True, width="92px") for at, name in enumerate(names)]
    return [
        *columns,
        Column("tags", "Tags", "text", width=None if answer and not shown else "190px"),
        Column("said", "Read", "muted", width="104px", priority=2),
    ]


def _row(bench: Workbench, example: Example, known: dict[str, Known], order: dict[str, int]) -> dict[str, Any]:
    roles, values = bench.dataset.roles, example.values
    example_id = str(values[str(roles.id)])
    mine = known.get(example_id, Known())
    tags = sorted((tag for tag, yes in mine.tags.items() if yes), key=lambda tag: order.get(tag, len(order)))
    shown = next((values[name] for name in (roles.text, roles.image, roles.audio) if name is not None), None)
    read = mine.verdict or ("read" if mine.reviewed else "")
    row: dict[str, Any] = {
        "id": example_id,
        "name": {"text": example_id},
        "shown": _said(shown),
        "tags": {"text": ", ".join(tags), "title": mine.note} if tags or mine.note else {"text": ""},
        "said": {"text": read, "title": f"{mine.note}"},
        "sort": {"tags": len(tags) or None, "said": read or None},
    }
    if bench.task == "classification":
        wrong = "error" if example.right is False else "ink"
        row["truth"] = _outcome(example.truth, "ink")
        row["predicted"] = _outcome(example.predicted, wrong)
        row["sort"] |= {"truth": example.truth, "predicted": example.predicted}
    else:
        for at, (name, value) in enumerate(measures(bench, values)):
            whole = value is None or value.is_integer()
            shown_number = percent(value) if name == OWN_RATE else as_it_is(value) if whole else amount(value)
            row[f"number-{at}"] = {"text": shown_number, "class": "ink"}
            row["sort"][f"number-{at}"] = value
    for name in roles.features[:FEATURES]:
        row[f"feature-{name}"] = _said(values.get(name))
    return row


def _outcome(value: str | None, style: str) -> dict[str, str] | None:
    said = _said(value)
    return None if said is None else {**said, "class": style}


def _said(value: Any) -> dict[str, str] | None:
    if value is None:
        return None
    text = as_it_is(value) if isinstance(value, float) else str(value)
    return {"text": text[:LONGEST], "title": text[:LONGEST]}


def _history(view: View, example: str) -> None:
    """Who said what of the row that is chosen, and when."""
    said = history_of(view.bench.project, view.dataset.id, example)
    if not said:
        st.markdown(f":small[:gray[Nothing was said of {plain(example)} so far.]]")
        return
    lines = [
        f":small[:gray[{one.made_at:%d %b %Y %H:%M} · {plain(one.author)}]] "
        + (f":small[{plain(one.words)}]" if one.live else f":small[:gray[~~{plain(one.words)}~~ taken back]]")
        for one in said
    ]
    st.markdown(f":small[**{plain(example)}**]  \n" + "  \n".join(lines))
