"""How good is the model, against people and against doing nothing; and where it goes wrong."""

import streamlit as st

from slicer.charts import confusion_matrix, ruler, shown_classes
from slicer.display import count, explain, percent, plus_minus
from slicer.findings import classes_finding, concentration_finding, overview_finding
from slicer.results import MetricsResult
from slicer.slices import Slice, all_of, condition, parse
from slicer.ui.class_table import class_table
from slicer.ui.context import context
from slicer.ui.crowd_table import crowd_table
from slicer.ui.frame import chart_title, finding, footnote, plain, show
from slicer.ui.menu import go
from slicer.ui.state import View
from slicer.ui.theme import palette

LOOKED_AT = 6
"""Columns looked through for slices where errors crowd."""


def headline(view: View, result: MetricsResult) -> None:
    """The overall metric beside people and baselines."""
    counts, accuracy = result.overall.counts, result.overall.metrics["accuracy"]
    left, right = st.columns([3, 9], gap="medium", vertical_alignment="center")
    left.metric(
        "Accuracy",
        percent(accuracy.value),
        f"{plus_minus(accuracy.ci)}, {count(counts.right)} of {count(counts.n)}",
        delta_color="off",
        delta_arrow="off",
        help=explain(accuracy),
    )
    with right:
        reference = view.bench.reference(counts)
        show(ruler(accuracy, reference.hlp, reference.baselines, palette()))


def matrix(view: View, result: MetricsResult) -> None:
    """Which class is taken for which; a click opens the rows."""
    confusion = result.overall.counts.confusion
    shown = shown_classes(confusion)
    cut = "" if len(shown) == len(confusion.labels) else f" The {len(shown)} classes with the most errors."
    chart_title(
        "Which class is taken for which",
        f"Truth in rows, prediction in columns. Deeper: larger share of its row.{cut} A click opens the rows.",
    )
    event = show(confusion_matrix(confusion, palette()), key="matrix", on_select="rerun", selection_mode="cell")
    cells = event.selection.get("cell") if event else None
    if cells:
        truth, prediction = (
            condition(name, "=", cells[0][key]) for name, key in (("label", "truth"), ("prediction",) * 2)
        )
        open_rows(view, truth, prediction, queue="all rows")


def crowd(view: View, overall: MetricsResult) -> None:
    """Slices that hold more of the errors than of the rows."""
    found = view.metrics(by=view.dataset.roles.features[:LOOKED_AT]).crowded(8)
    how = "Slices that hold more of the errors than of the rows. A click opens their errors."
    chart_title(
        plain(concentration_finding(found, overall.overall)), how if found else "Looked at: slices of at least 30 rows."
    )
    opened = crowd_table(found, overall.overall.counts.errors) if found else None
    if opened:
        open_rows(view, parse(opened), queue="all errors")


def open_rows(view: View, *parts: Slice, queue: str) -> None:
    """The rows of a part of what is shown, to read."""
    go("failures", where=str(all_of(view.where, *parts)), queue=queue)


head = st.container()
view = context(head)
result = view.metrics()
with head:
    sentence, aside = overview_finding(result)
    finding(plain(sentence), plain(aside))
counts = result.overall.counts
if counts.n:
    headline(view, result)
if result.head.warnings:
    st.markdown("  \n".join(f":small[:gray[{plain(warning)}]]" for warning in result.head.warnings))
if counts.errors:
    st.space("small")
    if counts.confusion is None:
        with st.columns([3, 2])[0]:
            crowd(view, result)
    else:
        left, right = st.columns([11, 12], gap="medium")
        with left:
            matrix(view, result)
        with right:
            crowd(view, result)
if counts.confusion is not None and counts.n:
    st.space("small")
    chart_title(
        plain(classes_finding(result.overall.classes)), "Each class against all others. A click opens its misses."
    )
    opened = class_table(result.overall.classes, result.overall.people)
    if opened:
        open_rows(view, condition("label", "=", opened), queue="all errors")
footnote(
    "Accuracy, precision and recall: Wilson intervals, 95 %. F1: Wilson on TP / (TP + FP + FN), mapped. "
    "Assumes independent rows."
)
