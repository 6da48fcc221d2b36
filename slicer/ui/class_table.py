"""Classes with their precision, recall and F1, and people beside them where they labelled the same rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from slicer.cells import Cell, domain_of, estimate_cell, ticks_of
from slicer.display import count, percent
from slicer.findings.overview import OfClass
from slicer.metrics.estimate import Estimate
from slicer.metrics.rates import ClassMetrics
from slicer.metrics.registry import METRICS
from slicer.ui.table import Column, room_for, table

CLASS_METRICS: dict[str, OfClass] = {
    "precision": "precision",
    "macro_precision": "precision",
    "recall": "recall",
    "macro_recall": "recall",
    "balanced_accuracy": "recall",
    "f1": "f1",
    "macro_f1": "f1",
    "weighted_f1": "f1",
}
"""The metric of a class that a metric of the page is, or is made of."""

HELP = {
    "recall": "of what is there, how much was found",
    "precision": "of what was predicted, how much is right",
    "f1": METRICS["f1"].means,
}


def class_table(
    classes: Mapping[str, ClassMetrics], people: Mapping[str, ClassMetrics], metric: str = "accuracy"
) -> str | None:
    """The table, worst first by the page's metric, or by F1; gives the class that was opened."""
    of = CLASS_METRICS.get(metric)
    drawn: OfClass = of or "recall"
    ends = [end for one in classes.values() for end in (_of(one, drawn).ci or ())]
    ends += [value for one in people.values() if (value := _of(one, drawn).value) is not None]
    domain = domain_of(ends)
    words = _words(drawn)
    what = f"{words} ● to people ◆" if people else f"{words} ● with its interval"
    largest = max((one.support for one in classes.values()), default=0) or 1
    sorted_by = of or "f1"
    rows = [_row(label, one, people.get(label), drawn) for label, one in classes.items()]
    widths = {name: room_for(rows, name, 112) for name in ("recall", "precision", "f1")}
    columns = [
        Column("name", "Class", "name", width="170px"),
        Column("rows", "Rows", "bar", num=True, width="120px", max=largest),
        Column(drawn, f"{words} %", "est", num=True, width=widths[drawn], help=HELP[drawn]),
        *([Column("people", "People %", "est", num=True, width="80px", priority=2)] if people else []),
        Column("picture", what, "dumbbell", domain=domain, ticks=ticks_of(domain)),
        *(_beside(name, widths[name], sorted_by) for name in ("recall", "precision", "f1") if name != drawn),
        Column("predicted", "Predicted", "num", num=True, width="90px", priority=3),
    ]
    return table("classes", columns, rows, label="Classes", sort=(sorted_by, 1))


def _beside(name: str, width: str, sorted_by: str) -> Column:
    """A column that goes where there is no room, unless the table is sorted by it."""
    priority: Literal[1, 2] = 1 if name == sorted_by else 2
    return Column(name, f"{_words(name)} %", "est", num=True, width=width, priority=priority, help=HELP[name])


def _words(name: str) -> str:
    words = METRICS[name].words
    return words[:1].upper() + words[1:]


def _of(one: ClassMetrics, name: OfClass) -> Estimate:
    found: Estimate = getattr(one, name)
    return found


def _row(label: str, one: ClassMetrics, people: ClassMetrics | None, drawn: OfClass) -> dict[str, object]:
    mine, human = _of(one, drawn), None if people is None else _of(people, drawn)
    estimates: dict[str, Estimate] = {"recall": one.recall, "precision": one.precision, "f1": one.f1}
    return {
        "id": label,
        "low": mine.low_support and one.f1.low_support,
        "name": {"text": label},
        "rows": {"v": one.support, "text": count(one.support)},
        **{name: _cell(name, found, drawn) for name, found in estimates.items()},
        "people": estimate_cell(human, "ink", undefined=METRICS[drawn].undefined, margin=False)
        if human is not None
        else {"title": "no human label here"},
        "picture": {
            "m": mine.value,
            "ci": mine.ci,
            "h": human.value if human is not None else None,
            "hci": human.ci if human is not None else None,
            "title": f"{METRICS[drawn].words} {percent(mine.value)}",
        }
        if mine.value is not None
        else None,
        "predicted": count(one.predicted),
        "sort": {
            **{name: found.value for name, found in estimates.items()},
            "people": human.value if human is not None else None,
            "predicted": one.predicted,
        },
    }


def _cell(name: str, found: Estimate, drawn: OfClass) -> Cell:
    return estimate_cell(found, "model" if name == drawn else "", undefined=METRICS[name].undefined)
