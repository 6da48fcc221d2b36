"""Choosing what to read, in words, and what was drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from slicer.display import count
from slicer.errors import UsageError
from slicer.project.queues import CONFIDENCE, Parts, Queue, QueueDesign, open_queue
from slicer.slices import Slice, all_of, condition
from slicer.sources import author
from slicer.ui import link
from slicer.ui.state import View
from slicer.workbench import ERRORS
from slicer.workbench.drawing import confident_rows, confusion, confusions, has_confidence, parted_rows, strata

RANDOM, ALL, ROWS, WORST, ANY = "random errors", "all errors", "all rows", "worst rows", "random rows"
STRATIFIED, CONFIDENT, RUNS = "some errors of each kind", "most confident errors", "runs disagree"
CONFUSION, SLICE, CORRECT = "one confusion", "errors of one slice", "correct rows"

DISPUTED = "people disagree"
"""The queue of rows that several people answered differently."""

SAMPLED = (RANDOM, ANY, STRATIFIED, RUNS, CORRECT)
"""Queues that are drawn with a seed."""

CUT = (*SAMPLED, WORST, CONFIDENT, DISPUTED)
"""Queues of so many rows."""


def kinds(view: View) -> list[str]:
    """The queues there are for this data, the usual one first."""
    bench = view.bench
    people = [DISPUTED] if bench.several_people else []
    if bench.task != "classification":
        return [WORST, ANY, ROWS, *people]
    found = [RANDOM, ALL, STRATIFIED]
    found += [CONFIDENT] if has_confidence(bench) else []
    found += [RUNS] if len(bench.dataset.roles.runs) > 1 else []
    found += [CONFUSION] if bench.by_class else []
    found += [SLICE] if bench.saved() else []
    return [*found, CORRECT, *people, ROWS]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What a person wants to read."""

    kind: str
    size: int
    seed: int
    by: str | None = None
    """The column of strata."""
    other: str | None = None
    """The other run."""
    of: Slice | None = None
    """The confusion or the slice."""


def choose_queue(view: View) -> Queue:
    """The queue the person wants to read, written down when it is first chosen.

    Raises:
        UsageError: nothing to read.
    """
    choice = _choose(view)
    bench, design = view.bench, _design(view, choice)
    where = all_of(view.where, *_narrowed(choice))

    def rows() -> Sequence[str] | Parts:
        match choice.kind:
            case "people disagree":
                return bench.disputed_rows(where, limit=choice.size)
            case "worst rows":
                return bench.worst_rows(where, limit=choice.size)
            case "most confident errors":
                return confident_rows(bench, where, limit=choice.size)
            case "runs disagree":
                return parted_rows(bench, str(choice.other), where)
            case "some errors of each kind":
                return strata(bench, str(choice.by), where)
        return bench.ids(where)

    return open_queue(bench.project, view.dataset.id, bench.run.name, design, rows, author=author())


def _choose(view: View) -> Choice:
    mine, offered = view.dataset.id, kinds(view)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        kind = st.selectbox("Read", offered, width=210, **link.one_of("queue", offered, of=mine))
        by = other = of = None
        if kind == STRATIFIED:
            by = _stratified_by(view)
        if kind == RUNS:
            others = [run.name for run in view.dataset.roles.runs if run.name != view.bench.run.name]
            other = st.selectbox("Other run", others, width=190, **link.one_of("other", others, of=mine))
        if kind == CONFUSION:
            of = _confusion(view)
        if kind == SLICE:
            saved = {name: slice_ for slice_, name in view.bench.saved().items()}
            of = saved[st.selectbox("Slice", list(saved), width=260, **link.one_of("of", saved, of=mine))]
        size, seed = 100, 1
        if kind in CUT:
            linked = link.number_in("size", 10, 10_000, size, of=mine, read=int)
            told = "100 give shares to within 10 points"
            size = st.number_input("How many", 10, 10_000, step=10, width=130, help=told, **linked)
        if kind in SAMPLED:
            linked = link.number_in("draw", 0, 10**9, seed, of=mine, read=int)
            told = "the seed: the same number draws the same rows"
            seed = st.number_input("Draw", 0, 10**9, step=1, width=120, help=told, **linked)
    return Choice(kind=kind, size=int(size), seed=int(seed), by=by, other=other, of=of)


def _stratified_by(view: View) -> str:
    words = {
        "class": "label" if view.bench.by_class else None,
        CONFIDENCE: CONFIDENCE if has_confidence(view.bench) else None,
        **{name: name for name in view.dataset.roles.features},
    }
    by = {name: column for name, column in words.items() if column is not None}
    if not by:
        raise UsageError(
            "Nothing here tells one kind of error from another.",
            hint="It takes classes, probabilities or a feature of the data.",
        )
    return str(by[st.selectbox("Some of each", list(by), width=190, **link.one_of("strata", by, of=view.dataset.id))])


def _confusion(view: View) -> Slice:
    """The confusion to read.

    Raises:
        UsageError: there is none among these rows.
    """
    pairs = {
        f"{truth} taken for {said}": (truth, said, rows) for truth, said, rows in confusions(view.bench, view.where)
    }
    if not pairs:
        raise UsageError("No class is taken for another here.", hint="Widen the filter, or choose another queue.")
    chosen = st.selectbox(
        "Which",
        list(pairs),
        width=280,
        format_func=lambda name: f"{name}: {count(pairs[name][2])}",
        **link.one_of("of", pairs, of=view.dataset.id),
    )
    return confusion(*pairs[chosen][:2])


def _narrowed(choice: Choice) -> list[Slice]:
    """What narrows the rows of the page to those of a choice."""
    narrowed = [choice.of] if choice.of is not None else []
    if choice.kind in (RANDOM, ALL, STRATIFIED, CONFIDENT, SLICE):
        narrowed.append(ERRORS)
    if choice.kind == CORRECT:
        narrowed.append(condition("correct", "=", True))
    return narrowed


def _design(view: View, choice: Choice) -> QueueDesign:
    where = str(all_of(view.where, *_narrowed(choice)))
    match choice.kind:
        case "random errors" | "random rows" | "correct rows":
            return QueueDesign(kind="random", where=where, wanted=choice.size, seed=choice.seed)
        case "some errors of each kind":
            return QueueDesign(kind="stratified", where=where, wanted=choice.size, seed=choice.seed, by=choice.by)
        case "runs disagree":
            return QueueDesign(kind="runs", where=where, wanted=choice.size, seed=choice.seed, other=choice.other)
        case "most confident errors":
            return QueueDesign(kind="confident", where=where, wanted=choice.size)
        case "worst rows":
            return QueueDesign(kind="worst", where=where, wanted=choice.size)
        case "people disagree":
            return QueueDesign(kind="disputed", where=where, wanted=choice.size)
    return QueueDesign(kind="all", where=where)


ABOUT = {
    "random": "What is true of a random sample carries over to the rest, within its interval.",
    "stratified": "Rare kinds of errors are read too; each counts by how many there are of it.",
    "confident": "Where the model was surest and wrong: often the label is. It says nothing of the other errors.",
    "runs": "Rows that this run has right and the other wrong, or the other way round, in random order.",
}
CHOSEN = "What is true of the interesting ones does not carry over to the rest."


def about(queue: Queue) -> str:
    """What a queue can tell, and how its strata were drawn."""
    told = ABOUT.get(queue.design.kind, CHOSEN)
    if str(condition("correct", "=", True)) in queue.design.where:
        told = "How often a tag stands on rows the model has right tells how much of its rows go wrong."
    if not queue.strata:
        return told
    parts = ", ".join(f"{one.name} {count(one.drawn)} of {count(one.population)}" for one in queue.strata)
    return f"{told} Drawn: {parts}."
