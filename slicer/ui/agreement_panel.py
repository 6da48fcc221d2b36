"""How far people agree: every figure, the labels, the pairs mixed up, the annotators, the disputed rows."""

from __future__ import annotations

from collections.abc import Collection

import streamlit as st

from slicer.agreed import AgreeResult
from slicer.findings.agreement import (
    agreement_finding,
    annotators_finding,
    confused_finding,
    disputed_finding,
    labels_finding,
    level_words,
    paradox_of,
    range_words,
)
from slicer.human.undefined import Undefined
from slicer.slices import all_of, condition
from slicer.ui.agreement_tables import (
    MOST_ANNOTATORS,
    MOST_ROWS,
    annotators_table,
    confused_table,
    disputed_table,
    figures_table,
    labels_table,
)
from slicer.ui.clicks import in_the_browser
from slicer.ui.frame import chart_title, plain, warnings
from slicer.ui.menu import go
from slicer.ui.queue_choice import DISPUTED, ROWS
from slicer.ui.state import View
from slicer.workbench.agreeing import MOST_DISPUTED


def agreement_panel(view: View, agreed: AgreeResult | Undefined, told: Collection[str] = ()) -> None:
    """The whole panel; one sentence where nobody can say how far people agree.

    Args:
        told: What the page said already.
    """
    st.space("small")
    if isinstance(agreed, Undefined):
        chart_title("How far people agree cannot be said here", plain(in_the_browser(agreed.reason)))
        return
    chart_title(plain(agreement_finding(agreed)), plain(agreed.meaning))
    figures_table(agreed)
    warnings([f"◆ {said}"] if (said := level_words(agreed)) else [])
    paradox = paradox_of(agreed)
    warnings([note for note in agreed.notes if note not in (paradox, *told)])
    if agreed.overall.agreement.pairwise.value is not None:
        _labels(agreed, paradox)
        _annotators(agreed)
        _disputed(view, agreed)


def _labels(agreed: AgreeResult, paradox: str) -> None:
    """The labels, and which of them are mixed up."""
    st.space("small")
    left, right = st.columns(2, gap="medium")
    with left:
        chart_title(plain(labels_finding(agreed)), "Where one person says a label, how often another says it too.")
        labels_table(agreed)
        warnings([paradox] if paradox else [])
    with right:
        chart_title(plain(confused_finding(agreed.confused)), "Which labels people mix up on the same row.")
        if agreed.confused:
            confused_table(agreed)


def _annotators(agreed: AgreeResult) -> None:
    """Who agrees with the others, and who is right."""
    if not agreed.annotators:
        return
    st.space("small")
    many = len(agreed.annotators)
    cut = f" The first {MOST_ANNOTATORS} of {many}." if many > MOST_ANNOTATORS else ""
    how = f"Least agreement first; fewer than 30 rows in common, last.{cut}{range_words(agreed)}"
    chart_title(plain(annotators_finding(agreed)), how)
    annotators_table(agreed.annotators)


def _disputed(view: View, agreed: AgreeResult) -> None:
    """The rows people disagree on most, and the way to read them."""
    st.space("small")
    cut = f" The first {MOST_ROWS} are listed." if len(agreed.disputed) > MOST_ROWS else ""
    chart_title(
        plain(disputed_finding(agreed, MOST_DISPUTED)),
        f"Read them and tag what divides people: a convention that settles it raises the human level.{cut}",
    )
    if not agreed.disputed:
        return
    opened = disputed_table(view.bench, agreed.disputed)
    if not view.bench.run.name:  # rows are read beside what a model says of them
        return
    if st.button("Read the rows people disagree on", key="read-disputed", icon=":material/label:"):
        go("failures", where=str(view.where), queue=DISPUTED)
    if opened is not None:
        go("failures", where=str(all_of(view.where, condition(str(view.dataset.roles.id), "=", opened))), queue=ROWS)
