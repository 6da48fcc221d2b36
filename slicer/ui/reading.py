"""A queue of examples on the card: sending it in batches, counting what was said."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from slicer.findings.relabelled import relabelled_finding
from slicer.findings.tags import failures_finding
from slicer.project.events import known_tags
from slicer.project.queues import Queue, first_unread, get_queue, position_of, queue_examples
from slicer.slices import parse
from slicer.sources import author
from slicer.tagged import TagsResult
from slicer.ui import link
from slicer.ui.card import CardData, card, card_events
from slicer.ui.examples import card_items
from slicer.ui.frame import chart_title, finding, plain
from slicer.ui.projects import projects
from slicer.ui.state import View
from slicer.ui.tag_table import tag_table
from slicer.workbench import Workbench
from slicer.workbench.relabelling import relabelled

BATCH = 100
"""Examples sent to the card at a time."""

_OPENED, _TIMES = "opened example", "examples opened"  # in the session


def open_example(example: str) -> None:
    """Go on with this one on the card."""
    link.put("example", example)
    link.put("view", "")
    st.session_state[_TIMES] = st.session_state.get(_TIMES, 0) + 1
    st.rerun()


def worst_first(bench: Workbench) -> str:
    """What the worst rows are ordered by."""
    if bench.task == "score":
        return f"the {'lowest' if bench.higher_is_better('mean') else 'highest'} {bench.run.score}"
    return f"the most {bench.run.errors}" if bench.task == "ratio" else "the predictions that are furthest off"


def tags_so_far(view: View) -> TagsResult | None:
    """The numbers of the tags; None where rows are not right or wrong."""
    return view.tags() if view.bench.task == "classification" else None


@st.fragment
def read(view: View, number: int, head: DeltaGenerator) -> None:
    """The card, the tags so far below it and the finding in `head`, an empty place above.

    Runs by itself when the card asks for more, or has saved.
    """
    project, tags = view.bench.project, tags_so_far(view)
    queue = get_queue(project, number)
    asked, batch = card_events("card").more, f"batch-{number}"
    if asked is not None:
        st.session_state[batch] = asked // BATCH * BATCH
    opened = position_of(project, queue, st.query_params.get("example", ""))
    this = (number, opened, st.session_state.get(_TIMES, 0))
    if opened is not None and st.session_state.get(_OPENED) != this:
        st.session_state[_OPENED], st.session_state[batch] = this, opened // BATCH * BATCH
    start = st.session_state.setdefault(batch, first_unread(project, queue) // BATCH * BATCH)
    card("card", _data(view, queue, start, opened))
    with head.container():
        sentence, aside = failures_finding(tags, queue.reviewed, queue.size)
        if queue.design.kind == "worst":
            aside = f"Worst first: {worst_first(view.bench)}. Say what you see: a tag for each cause."
        if queue.design.kind == "confident":
            aside = "Surest first. Look at the label too: where it is wrong, V says so."
        if queue.design.kind == "disputed":
            aside = "The rows people disagree on most, first. Which convention would settle them? A tag for each cause."
        finding(plain(sentence), plain(aside))
    seen = [row for row in tags.tags if row.carried] if tags is not None else []
    if seen:
        st.space("small")
        tag_table(seen)
    found = relabelled(view.bench)
    if found is not None:
        st.space("small")
        chart_title(*map(plain, relabelled_finding(found)))


def _data(view: View, queue: Queue, start: int, opened: int | None) -> CardData:
    """Everything the card shows, read at one moment; it begins at the example that was opened, if one was."""
    project, dataset = view.bench.project, view.dataset
    name = projects.name_of(project)
    begun = "" if opened is None else f"-{opened}-{st.session_state.get(_TIMES, 0)}"
    return CardData(
        items=card_items(view.bench, queue_examples(project, queue, start=start, count=BATCH), _defining(view, queue)),
        offset=start,
        total=queue.size,
        reviewed=queue.reviewed,
        start=max(start, first_unread(project, queue)) if opened is None else opened,
        tags=[
            {"name": tag.name, "key": tag.key, "count": tag.yes, "colour": tag.colour, "about": tag.description}
            for tag in known_tags(project, dataset.id)
        ],
        classes=list(view.bench.labels or ()),
        endpoint=f"/api/events/{name}",
        hits=f"/api/hits/{name}/{queue.id}",
        places=f"/api/places/{name}",
        token=projects.token,
        dataset=dataset.id,
        queue=queue.id,
        author=author(),
        place_key=f"{name}-{dataset.id}-{queue.id}{begun}",
    )


def _defining(view: View, queue: Queue) -> list[str]:
    """The columns that say which rows are read: of the queue's own slice, its strata, and the filter."""
    by = [] if queue.design.by is None else [queue.design.by]
    return list(dict.fromkeys([*parse(queue.design.where).columns, *by, *view.where.columns]))
