"""A queue of examples on the card: choosing it, sending it in batches, counting what was said."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from slicer.findings import failures_finding
from slicer.priorities.ranking import RankedRow
from slicer.project.events import known_tags
from slicer.project.queues import Queue, QueueDesign, first_unread, get_queue, open_queue, queue_examples
from slicer.slices import all_of
from slicer.sources import author
from slicer.ui import link
from slicer.ui.card import CardData, card, card_events
from slicer.ui.examples import card_items
from slicer.ui.frame import finding, plain
from slicer.ui.projects import projects
from slicer.ui.state import View
from slicer.ui.tag_table import tag_table
from slicer.workbench import ERRORS, Workbench
from slicer.workbench.tagging import CORRECT as RIGHT

BATCH = 100
"""Examples sent to the card at a time."""

RANDOM, ALL, ROWS, WORST, ANY = "random errors", "all errors", "all rows", "worst rows", "random rows"
CORRECT = "correct rows"
"""A random sample of the rows the model got right: how often they carry a tag is what failures alone cannot tell."""

KINDS = {True: (RANDOM, ALL, CORRECT, ROWS), False: (WORST, ANY, ROWS)}
"""Queues where rows are right or wrong, and where they are measured by numbers; the first is read at first."""

DISPUTED = "people disagree"
"""The queue of rows that several people answered differently."""


def choose_queue(view: View) -> Queue:
    """The queue the person wants to read, written down when it is first chosen.

    Raises:
        UsageError: nothing to read.
    """
    kinds = [*KINDS[view.bench.task == "classification"], *([DISPUTED] if view.bench.several_people else [])]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        mine = view.dataset.id
        kind = st.segmented_control("Read", kinds, required=True, **link.one_of("queue", kinds, of=mine))
        size, seed = 100, 1
        if kind in (RANDOM, CORRECT, ANY, WORST, DISPUTED):
            linked = link.number_in("size", 10, 10_000, size, of=mine, read=int)
            size = st.number_input(
                "How many", 10, 10_000, step=10, width=130, help="100 give shares to within 10 points", **linked
            )
        if kind in (RANDOM, CORRECT, ANY):
            linked = link.number_in("draw", 0, 10**9, seed, of=mine, read=int)
            told = "the seed: the same number draws the same rows"
            seed = st.number_input("Draw", 0, 10**9, step=1, width=120, help=told, **linked)
    bench, where = view.bench, view.where
    if kind in (RANDOM, ALL, CORRECT):
        where = all_of(where, RIGHT if kind == CORRECT else ERRORS)
    design = QueueDesign(kind="all", where=str(where))
    if kind in (RANDOM, CORRECT, ANY):
        design = QueueDesign(kind="random", where=str(where), wanted=int(size), seed=int(seed))
    if kind == WORST:
        design = QueueDesign(kind="worst", where=str(where), wanted=int(size))
    if kind == DISPUTED:
        design = QueueDesign(kind="disputed", where=str(where), wanted=int(size))

    def ids() -> list[str]:
        if kind == DISPUTED:
            return bench.disputed_rows(where, limit=int(size))
        return bench.worst_rows(where, limit=int(size)) if kind == WORST else bench.ids(where)

    return open_queue(bench.project, view.dataset.id, bench.run.name, design, ids, author=author())


def worst_first(bench: Workbench) -> str:
    """What the worst rows are ordered by."""
    if bench.task == "score":
        return f"the {'lowest' if bench.higher_is_better('mean') else 'highest'} {bench.run.score}"
    return f"the most {bench.run.errors}" if bench.task == "ratio" else "the predictions that are furthest off"


def tags_so_far(view: View) -> list[RankedRow]:
    """The tags with their share of the errors read; none where rows are not right or wrong."""
    if view.bench.task != "classification":
        return []
    rows = [row for row in view.rank(tags=True).table if row.candidate.kind == "tag"]
    return [row for row in rows if row.candidate.error_share is not None]


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
    start = st.session_state.setdefault(batch, first_unread(project, queue) // BATCH * BATCH)
    card("card", _data(view, queue, start))
    with head.container():
        sentence, aside = failures_finding(tags, queue.reviewed, queue.size)
        if queue.design.kind == "worst":
            aside = f"Worst first: {worst_first(view.bench)}. Say what you see: a tag for each cause."
        if queue.design.kind == "disputed":
            aside = "The rows people disagree on most, first. Which convention would settle them? A tag for each cause."
        finding(plain(sentence), plain(aside))
    if tags:
        st.space("small")
        tag_table(tags)


def _data(view: View, queue: Queue, start: int) -> CardData:
    """Everything the card shows, read at one moment."""
    project, dataset = view.bench.project, view.dataset
    name = projects.name_of(project)
    return CardData(
        items=card_items(view.bench, queue_examples(project, queue, start=start, count=BATCH)),
        offset=start,
        total=queue.size,
        reviewed=queue.reviewed,
        start=max(start, first_unread(project, queue)),
        tags=[{"name": tag.name, "key": tag.key, "count": tag.yes} for tag in known_tags(project, dataset.id)],
        endpoint=f"/api/events/{name}",
        token=projects.token,
        dataset=dataset.id,
        queue=queue.id,
        author=author(),
        place_key=f"{name}-{dataset.id}-{queue.id}",
    )
