"""How far people agree, in tables: every figure, the labels, the pairs mixed up, the annotators, the disputed rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from slicer.agreed import AgreeResult, DisputedItem
from slicer.cells import domain_of, ticks_of
from slicer.display import DASH, count, number, percent
from slicer.engine.duckdb import Example
from slicer.findings.agreement import figures_of, said_words
from slicer.human.annotators import Annotator
from slicer.metrics.estimate import Estimate
from slicer.ui.levels_table import alpha_cell, answer_cell
from slicer.ui.table import Column, room_for, table
from slicer.workbench import Workbench

MOST_ANNOTATORS, MOST_ROWS = 15, 12
"""Annotators and disputed rows that are listed; the queue holds more."""


def figures_table(result: AgreeResult) -> None:
    """Every figure with its interval, or why there is none."""
    rows = []
    for one in figures_of(result):
        value, beside = one.words
        rows.append(
            {
                "id": one.name,
                "name": {"text": f"◆ {one.name}" if one.level else one.name, "title": one.says},
                "value": {"text": value, "class": "muted" if value == DASH else "strong"},
                "beside": {"text": beside, "title": beside},
                "says": {"text": one.says, "title": one.says},
            }
        )
    columns = [
        Column("name", "Figure", "name", width="250px"),
        Column("value", "Value", "est", num=True, width="76px"),
        Column("beside", "95 % interval, or why there is no number", "muted"),
        Column("says", "What it says", "muted", width="330px", priority=3),
    ]
    table("figures", columns, rows, label="Agreement", row_height=26, opens=False)


def labels_table(result: AgreeResult) -> None:
    """The labels with their share of the answers: what agreement by chance is made of."""
    largest = max((one.agreement.share for one in result.classes), default=0.0) or 1.0
    columns = [
        Column("name", "Label", "name"),
        Column(
            "share", "Of answers %", "bar", num=True, width="84px", max=largest,
            help="how often people say it: the more one label is, the more agreement is chance",
        ),
        Column(
            "agreement", "Agreement %", "est", num=True, width="92px",
            help="where one person says it, how often another does",
        ),
        Column("alpha", "Alpha", "est", num=True, width="50px", help="Krippendorff’s, against all other labels"),
    ]  # fmt: skip
    rows = [
        {
            "id": one.label,
            "name": {"text": one.label},
            "share": {
                "v": one.agreement.share,
                "text": number(one.agreement.share),
                "title": f"{count(one.agreement.answers)} answers",
            },
            "agreement": answer_cell(one.agreement.agreement),
            "alpha": alpha_cell(one.agreement.alpha),
            "sort": {
                "agreement": one.agreement.agreement.value,
                "alpha": one.agreement.alpha.value,
            },
        }
        for one in result.classes
    ]
    table("labels", columns, rows, label="Labels", sort=("agreement", 1), row_height=26, opens=False)


def confused_table(result: AgreeResult) -> None:
    """The labels people mix up, most first."""
    columns = [
        Column("name", "One says, another says", "name"),
        Column(
            "share", "Disagreement %", "bar", num=True, width="100px", color="red",
            max=max((one.share for one in result.confused), default=0.0) or 1.0,
        ),
        Column("pairs", "Pairs", "num", num=True, width="70px", help="pairs of people on a row who say this"),
        Column("items", "Rows", "num", num=True, width="52px", help="rows on which both were said"),
    ]  # fmt: skip
    rows = [
        {
            "id": f"{one.first}/{one.second}",
            "name": {"text": f"{one.first} or {one.second}"},
            "share": {"v": one.share, "text": number(one.share)},
            "pairs": count(one.pairs),
            "items": count(one.items),
            "sort": {"pairs": one.pairs, "items": one.items},
        }
        for one in result.confused
    ]
    table("confused", columns, rows, label="Labels mixed up", sort=("share", -1), row_height=26, opens=False)


def annotators_table(people: Sequence[Annotator]) -> None:
    """Each annotator against the others and against the truth, worst first."""
    shown = people[:MOST_ANNOTATORS]
    known = [one.agreement for one in shown if isinstance(one.agreement, Estimate) and not one.agreement.low_support]
    domain = domain_of([end for one in known for end in (one.ci or ())])
    rows = [_annotator(one) for one in shown]
    columns = [
        Column("name", "Annotator", "name", width="200px"),
        Column("n", "Answers", "num", num=True, width="76px"),
        Column(
            "agreement",
            "Agreement %",
            "est",
            num=True,
            width=room_for(rows, "agreement", 112),
            help="another on the row says it too",
        ),
        Column("picture", "Agreement ◆ with its interval", "dumbbell", domain=domain, ticks=ticks_of(domain)),
        Column(
            "accuracy",
            "Right %",
            "est",
            num=True,
            width=room_for(rows, "accuracy", 112),
            help="answers that are the truth",
            priority=2,
        ),
    ]
    table("annotators", columns, rows, label="Annotators", row_height=26, opens=False)


def _annotator(one: Annotator) -> Mapping[str, Any]:
    agreement, accuracy = one.agreement, one.accuracy
    known = isinstance(agreement, Estimate)
    return {
        "id": one.annotator,
        "low": not isinstance(agreement, Estimate) or agreement.low_support,
        "name": {"text": one.annotator},
        "n": count(one.n),
        "agreement": answer_cell(agreement),
        "picture": {
            "h": agreement.value,
            "hci": agreement.ci if isinstance(agreement, Estimate) else None,
            "title": f"agrees on {percent(agreement.value)}",
        }
        if known
        else None,
        "accuracy": answer_cell(accuracy),
        "sort": {
            "n": one.n,
            "agreement": agreement.value,
            "picture": agreement.value,
            "accuracy": accuracy.value,
        },
    }


def disputed_table(bench: Workbench, rows: Sequence[DisputedItem]) -> str | None:
    """The rows people disagree on most, with what they said; gives the id of the row that was opened."""
    shown = rows[:MOST_ROWS]
    examples = bench.examples_by_id([one.id for one in shown])
    text = bench.dataset.roles.text
    columns = [
        Column("name", "Row", "name", width="150px"),
        Column("said", "People say", "text", width=None if text is None else "236px"),
        Column(
            "disagreement", "Disagreement %", "bar", num=True, width="120px", max=1.0, color="red",
            help="the share of the pairs of people who say different things",
        ),
        Column("truth", "Truth", "muted", width="92px", priority=3),
        Column("predicted", "Model", "muted", width="92px", priority=3),
        *([Column("text", text, "muted")] if text is not None else []),
    ]  # fmt: skip
    found = [_disputed(one, examples.get(one.id), text) for one in shown]
    return table("disputed", columns, found, label="Rows people disagree on", row_height=26)


def _disputed(one: DisputedItem, example: Example | None, text: str | None) -> Mapping[str, Any]:
    said = said_words(one.said)
    own = None if example is None or text is None else example.values.get(text)
    return {
        "id": one.id,
        "name": {"text": one.id},
        "said": {"text": said, "title": said},
        "disagreement": {"v": one.disagreement, "text": number(one.disagreement, 0)},
        "truth": None if example is None or example.truth is None else {"text": example.truth, "title": example.truth},
        "predicted": None
        if example is None or example.predicted is None
        else {"text": example.predicted, "title": example.predicted},
        "text": None if own is None else {"text": str(own), "title": str(own)},
    }
