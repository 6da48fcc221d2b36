"""What Overview shows under its headline: of classes, of numbers, and every metric."""

from __future__ import annotations

from typing import Any

import streamlit as st

from slicer.charts.confusion import confusion_matrix, shown_classes
from slicer.charts.numbers import agreement_chart, distribution_chart
from slicer.display import count
from slicer.findings.numbers import agreement_finding, distribution_finding, worst_rows_finding
from slicer.findings.overview import (
    classes_finding,
    concentration_finding,
    matrix_finding,
    metrics_finding,
    worst_slices_finding,
)
from slicer.metrics.counts import ConfusionCounts
from slicer.metrics.registry import METRICS
from slicer.results import MetricsResult
from slicer.slices import Slice, all_of, condition, parse
from slicer.ui.class_table import CLASS_METRICS, class_table
from slicer.ui.crowd_table import crowd_table
from slicer.ui.frame import STACKED, chart_title, plain
from slicer.ui.menu import go
from slicer.ui.metrics_table import metrics_table
from slicer.ui.pictures import picture
from slicer.ui.probabilities import probabilities
from slicer.ui.state import View, use_metric
from slicer.ui.theme import palette
from slicer.ui.worst_rows import worst_rows
from slicer.ui.worst_slices import worst_slices
from slicer.vocabulary import Task
from slicer.workbench import Numbers
from slicer.workbench.baselines import skewed
from slicer.workbench.numbers import measures

COUNTS, SHARES = "Rows", "Share of the true class, %"
"""What the cells of the confusion matrix say."""

ERRORS, WORST, ROWS = "all errors", "worst rows", "all rows"
"""Queues of Failures."""

SPREAD: dict[Task, str] = {
    "score": "Rows by their score; the outer bars hold what lies beyond them too.",
    "ratio": "Rows by their own error rate, errors over total of one row.",
    "regression": "Rows by prediction minus label: right of 0 is too high.",
}
"""How to read the distribution."""

LOOKED_AT = 6
"""Columns looked through for slices where errors crowd."""


def matrix(view: View, confusion: ConfusionCounts, unpredicted: int) -> None:
    """Which class is taken for which; a click opens the rows."""
    shown = shown_classes(confusion)
    cut = "" if len(shown) == len(confusion.labels) else f" The {len(shown)} classes with the most errors."
    if unpredicted:
        cut += f" Not in it: {count(unpredicted)} errors without a prediction."
    title = st.container()
    how = st.segmented_control(
        "Cells", (COUNTS, SHARES), required=True, label_visibility="collapsed", default=COUNTS, key="cells"
    )
    with title:
        chart_title(
            plain(matrix_finding(confusion)),
            f"Truth in rows, prediction in columns. Deeper: larger share of its row.{cut} A click opens the rows.",
        )
    chart = confusion_matrix(confusion, palette(), shares=how == SHARES)
    cell = picture(chart, f"matrix-{view.dataset.id}", "confusion", selects="cell")
    if cell is not None:
        truth, prediction = (condition(name, "=", cell[key]) for name, key in (("label", "truth"), ("prediction",) * 2))
        open_rows(view, truth, prediction, queue=ROWS)


def crowd(view: View, overall: MetricsResult) -> None:
    """Slices that hold more of the errors than of the rows."""
    by = view.dataset.roles.features[:LOOKED_AT]
    found = view.metrics(by=by, metrics=("accuracy",)).crowded(8)
    how = "Slices that hold more of the errors than of the rows. A click opens their errors."
    chart_title(
        plain(concentration_finding(found, overall.overall)), how if found else "Looked at: slices of at least 30 rows."
    )
    opened = crowd_table(found, overall.overall.counts.errors) if found else None
    if opened:
        open_rows(view, parse(opened), queue=ERRORS)


def where_worst(view: View, queue: str) -> None:
    """Slices where the metric is worst."""
    result = view.slice_table(view.dataset.roles.features[:LOOKED_AT], [], view.metric)
    how = "Slices on the wrong side of the rest, 30 rows or more. A click opens their rows."
    chart_title(plain(worst_slices_finding(result)), how)
    opened = worst_slices(result)
    if opened:
        open_rows(view, parse(opened), queue=queue)


def every_metric(view: View, result: MetricsResult) -> None:
    """All metrics that can be measured, beside what needs no model; a click makes one the page's."""
    counts = result.overall.counts
    metrics = {name: one for name, one in result.overall.metrics.items() if one is not None}
    beside = view.baselines(counts, list(metrics))
    printed = skewed(counts, view.bench.setting(counts))
    accuracy = beside["accuracy"].value if "accuracy" in beside else None
    naive = "No model: always the largest class, the class shares, or the mean label. " if beside else ""
    st.space("small")
    chart_title(
        plain(metrics_finding(printed, accuracy, view.bench.positive, many=len(metrics), beside=bool(beside))),
        f"{naive}A click makes a metric the page's.",
    )
    opened = metrics_table(metrics, beside, view.metric, view.bench.compared)
    if opened and opened != view.metric:
        use_metric(opened)


def open_rows(view: View, *parts: Slice, queue: str) -> None:
    """The rows of a part of what is shown, to read."""
    go("failures", where=str(all_of(view.where, *parts)), queue=queue)


def of_classes(view: View, result: MetricsResult) -> None:
    """Where a classifier goes wrong: by class, by slice, by probability."""
    counts, confusion = result.overall.counts, result.overall.counts.confusion
    if counts.errors:
        st.space("small")
        if confusion is None:
            right = st.columns([3, 2])[0]
        else:
            with st.container(key=f"{STACKED}-matrix"):
                left, right = st.columns([11, 12], gap="medium")
            with left:
                matrix(view, confusion, counts.unpredicted)
        with right:
            if view.metric == "accuracy":
                crowd(view, result)
            else:
                where_worst(view, ERRORS)
    if confusion is None or not counts.n:
        return
    st.space("small")
    of = CLASS_METRICS.get(view.metric, "f1")
    chart_title(
        plain(classes_finding(result.overall.classes, of)), "Each class against all others. A click opens its misses."
    )
    opened = class_table(result.overall.classes, result.overall.people, view.metric)
    if opened:
        open_rows(view, condition("label", "=", opened), queue=ERRORS)
    full = view.metrics()
    of_a_mark = probabilities(view, full.overall.counts)
    if of_a_mark is not None:
        open_rows(view, of_a_mark, queue=ROWS)
    every_metric(view, full)


def of_numbers(view: View, result: MetricsResult, found: Numbers) -> None:
    """How the numbers of a run are spread, where it is worst, and every metric."""
    st.space("small")
    left, right = st.columns([11, 12], gap="large")
    with left:
        spread(view, result, found)
    with right:
        if found.joint is None:
            where_worst(view, WORST)
        else:
            chart_title(
                plain(agreement_finding(result)),
                "Rows by label and prediction, deeper where there are more. On the line they are the same. "
                "A click opens the rows.",
            )
            chart, key = agreement_chart(found.joint, palette()), f"agreement-{view.dataset.id}"
            _open_mark(view, picture(chart, key, "predictions-and-labels", selects="slice"))
    if found.joint is not None:
        st.space("small")
        where_worst(view, WORST)
    if found.worst:
        st.space("small")
        measured = [measures(view.bench, one.values) for one in found.worst]
        chart_title(
            plain(worst_rows_finding(measured, view.bench.task)), "Worst first. A click opens the row, to read and tag."
        )
        opened = worst_rows(view.bench, found.worst)
        if opened:
            open_rows(view, condition(str(view.dataset.roles.id), "=", opened), queue=WORST)
    full = view.metrics()
    if sum(one is not None for one in full.overall.metrics.values()) > 1:
        every_metric(view, full)


def spread(view: View, result: MetricsResult, found: Numbers) -> None:
    """The distribution of what rows are measured by."""
    task, estimate = view.bench.task, result.overall.metrics[view.bench.headline]
    if found.distribution is None:
        return
    value = None if estimate is None else estimate.value
    marks: dict[Task, tuple[tuple[str, float | None], ...]] = {
        "score": (("mean", value), ("median", found.distribution.spread.median)),
        "ratio": (("error rate", value), ("mean of the rows' own", found.mean_of_ratios)),
        "regression": (("no miss", 0.0),),
    }
    unit, key = METRICS[view.bench.headline].unit, f"distribution-{view.dataset.id}"
    chart = distribution_chart(found.distribution, palette(), found.name, marks=marks[task], unit=unit)
    opens = found.name in (view.bench.run.score, *view.bench.relation.derived)
    click = " A click opens the rows." if opens else ""
    chart_title(plain(distribution_finding(found.distribution, task, found.name)), f"{SPREAD[task]}{click}")
    _open_mark(view, picture(chart, key, "distribution", selects="slice" if opens else None))


def _open_mark(view: View, mark: dict[str, Any] | None) -> None:
    """The rows of the mark that was just clicked."""
    if mark is not None:
        open_rows(view, parse(str(mark["slice"])), queue=ROWS)
