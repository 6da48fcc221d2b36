"""Skewed classes: what each kind of error costs, and what another threshold would change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import streamlit as st

from slicer.cells import Cell, estimate_cell
from slicer.charts.thresholds import Point, precision_recall
from slicer.display import count, number, value_of
from slicer.findings.skew import errors_finding, rare_finding, threshold_finding
from slicer.metrics.estimate import Estimate
from slicer.metrics.thresholds import AtThreshold, at_threshold
from slicer.priorities.class_errors import ClassErrors, Fixed, class_errors
from slicer.slices import Slice, all_of, parse, within
from slicer.ui import link
from slicer.ui.frame import chart_title, plain
from slicer.ui.pictures import picture
from slicer.ui.state import View
from slicer.ui.table import Column, table
from slicer.ui.theme import palette

EVERYTHING = "all rows"


def kinds_of_error(view: View) -> str | None:
    """Every class with its two kinds of error apart; gives the class that was opened, as a row of the table."""
    counts = view.metrics(metrics=("accuracy",)).overall.counts
    if counts.confusion is None or not counts.n:
        return None
    classes = class_errors(counts.confusion, view.bench.options.level)
    sentence, how = errors_finding(classes)
    naive = view.baselines(counts, ("accuracy",)).get("accuracy")
    rare = rare_finding(classes, None if naive is None else naive.value)
    chart_title(plain(sentence), plain(f"{how} {rare}".strip()))
    largest = max((one.share for one in classes), default=0.0) or 1.0
    pp = "what macro F1 would gain, in points"
    columns = [
        Column("name", "Class", "name", width="128px"),
        Column("share", "Share %", "bar", num=True, width="84px", max=largest),
        Column("f1", "F1 %", "est", num=True, width="126px"),
        Column(
            "recall",
            "Recall %",
            "est",
            num=True,
            width="126px",
            priority=3,
            help="of what is there, how much was found",
        ),
        Column("missed", "Missed", "est", num=True, width="66px", help="rows of the class taken for another"),
        Column("missed_f1", "→ macro F1", "est", num=True, width="90px", help=f"if they were right: {pp}"),
        Column("missed_acc", "→ accuracy", "est", num=True, width="86px", priority=2, help="and accuracy"),
        Column(
            "precision",
            "Precision %",
            "est",
            num=True,
            width="126px",
            priority=3,
            help="of what was said, how much is right",
        ),
        Column("alarms", "False alarms", "est", num=True, width="96px", help="rows of other classes it was said of"),
        Column("alarms_f1", "→ macro F1", "est", num=True, width="90px", help=f"if they were right: {pp}"),
        Column("alarms_acc", "→ accuracy", "est", num=True, width="86px", priority=2, help="and accuracy"),
    ]
    return table("kinds", columns, [_row(one) for one in classes], label="Kinds of error", sort=("worth", -1))


def _row(one: ClassErrors) -> Mapping[str, Any]:
    rates: dict[str, Estimate] = {"f1": one.f1, "recall": one.recall, "precision": one.precision}
    return {
        "id": one.label,
        "low": one.recall.low_support,
        "name": {"text": one.label},
        "share": {"v": one.share, "text": number(one.share), "title": f"{count(one.support)} rows"},
        **{name: estimate_cell(found, "model" if name == "f1" else "") for name, found in rates.items()},
        **_cells("missed", one.missed),
        **_cells("alarms", one.alarms),
        "sort": {
            "worth": one.worth,
            "share": one.share,
            **{name: found.value for name, found in rates.items()},
            **{
                f"{name}{metric}": value
                for name, part in (("missed", one.missed), ("alarms", one.alarms))
                for metric, value in (("", part.rows), ("_f1", part.macro_f1), ("_acc", part.accuracy))
            },
        },
    }


def _cells(name: str, part: Fixed) -> dict[str, Cell]:
    style = "error" if part.rows else "muted"
    return {
        name: {"text": count(part.rows), "class": style},
        f"{name}_f1": {"text": f"+{number(part.macro_f1, 2)}" if part.rows else "0", "class": "gap"},
        f"{name}_acc": {"text": f"+{number(part.accuracy, 2)}" if part.rows else "0", "class": "muted"},
    }


def thresholds(view: View) -> Slice | None:
    """Precision and recall over all thresholds, now and at one that is tried, of all rows or of a saved slice; gives
    the rows of the mark that was just clicked."""
    counts = view.thresholds(Slice())
    if counts is None:
        return None
    positive, of, rows = str(view.bench.positive), view.bench.probability_name, Slice()
    click = "" if of is None else " A click opens the rows between it and now."
    st.space("small")
    title = st.container()
    left, right = st.columns([3, 2], gap="large")
    with right:
        saved = {name: slice_ for slice_, name in view.bench.saved().items()}
        options = [EVERYTHING, *saved]
        chosen = st.selectbox("Rows", options, **link.one_of("rows", options, of=view.dataset.id))
        if chosen in saved:
            rows = saved[str(chosen)]
            counts = view.thresholds(rows)
        if counts is None or counts.prevalence is None or not counts.positives:
            st.markdown(f":gray[{plain(f'No row here is {positive} and has a probability.')}]")
            return None
        usual = view.bench.run.threshold
        tried = st.slider(
            f"Call it {plain(positive)} from a probability of",
            0.0,
            1.0,
            step=0.01,
            **link.number_in("threshold", 0.0, 1.0, usual, of=view.dataset.id, read=float),
        )
        level = view.bench.options.level
        now, then = at_threshold(counts, usual, level), at_threshold(counts, tried, level)
        _compared(now, then)
        best = counts.best_f1
        if best is not None:
            there = at_threshold(counts, best, level)
            st.markdown(
                f":small[:gray[The largest F1, {value_of(there.f1.value)}, is at {best:.2f}: chosen on the same rows, "
                "so a little better than it will be on new ones.]]"
            )
    with title:
        chart_title(
            plain(threshold_finding(now, then, positive)),
            f"Every point of the line is a threshold. Dashed: what saying it of every row would be.{click}",
        )
    with left:
        chart = precision_recall(counts, _points(now, then), palette(), partial(_between, of=str(of), usual=usual))
        key, opens = f"precision-recall-{view.dataset.id}", None if of is None else "slice"
        mark = picture(chart, key, "precision-and-recall", selects=opens)
    return None if mark is None else all_of(rows, parse(str(mark["slice"])))


def _between(threshold: float, of: str, usual: float) -> Slice:
    """The rows that another threshold would call otherwise; of the usual one, those it calls positive."""
    low, high = sorted((threshold, usual))
    return within(of, low, high if low < high else None)


def _points(now: AtThreshold, then: AtThreshold) -> list[Point]:
    named = [(now, f"now, {now.threshold:.2f}", False)]
    named += [(then, f"{then.threshold:.2f}", True)] if then.threshold != now.threshold else []
    return [
        Point(name=name, threshold=one.threshold, recall=one.recall.value, precision=one.precision.value, chosen=chosen)
        for one, name, chosen in named
        if one.recall.value is not None and one.precision.value is not None
    ]


def _compared(now: AtThreshold, then: AtThreshold) -> None:
    """The three rates and the rows behind them, beside what they are now."""
    columns = [
        Column("name", "", "text", width="84px"),
        Column("now", f"At {now.threshold:.2f}", "est", num=True, width="92px"),
    ]
    if then.threshold != now.threshold:
        columns.append(Column("then", f"At {then.threshold:.2f}", "est", num=True, width="92px"))
    rates: Sequence[tuple[str, Estimate, Estimate]] = (
        ("Precision %", now.precision, then.precision),
        ("Recall %", now.recall, then.recall),
        ("F1 %", now.f1, then.f1),
    )
    rows: list[Mapping[str, Any]] = [
        {"id": name, "name": name, "now": estimate_cell(before), "then": estimate_cell(after, "gap")}
        for name, before, after in rates
    ]
    numbers = (("Found", now.found, then.found), ("Missed", now.missed, then.missed))
    for name, before, after in (*numbers, ("False alarms", now.alarms, then.alarms)):
        rows.append({"id": name, "name": name, "now": {"text": count(before)}, "then": {"text": count(after)}})
    table("threshold", columns, rows, label="What the threshold changes")
