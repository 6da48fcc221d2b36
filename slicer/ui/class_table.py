"""Classes with their precision, recall and F1, and people beside them where they labelled the same rows."""

from __future__ import annotations

from collections.abc import Mapping

from slicer.display import count, number, percent
from slicer.metrics.entries import ClassMetrics
from slicer.ui.cells import domain_of, estimate_cell, ticks_of
from slicer.ui.table import Column, table


def class_table(classes: Mapping[str, ClassMetrics], people: Mapping[str, ClassMetrics]) -> str | None:
    """The table, worst F1 first; gives the class that was opened."""
    ends = [end for one in classes.values() for end in (one.recall.ci or ())]
    ends += [one.recall.value for one in people.values() if one.recall.value is not None]
    domain = domain_of(ends)
    what = "Recall ● to people ◆" if people else "Recall ● with its interval"
    largest = max((one.support for one in classes.values()), default=0) or 1
    columns = [
        Column("name", "Class", "name", width="170px"),
        Column("rows", "Rows", "bar", num=True, width="120px", max=largest),
        Column("recall", "Recall %", "est", num=True, width="104px", help="of what is there, how much was found"),
        *([Column("people", "People %", "num", num=True, width="80px", priority=2)] if people else []),
        Column("picture", what, "dumbbell", domain=domain, ticks=ticks_of(domain)),
        Column(
            "precision", "Precision %", "est", num=True, width="112px", help="of what was predicted, how much is right"
        ),
        Column("f1", "F1 %", "est", num=True, width="104px", priority=2),
        Column("predicted", "Predicted", "num", num=True, width="90px", priority=3),
    ]
    rows = [_row(label, one, people.get(label)) for label, one in classes.items()]
    return table("classes", columns, rows, label="Classes", sort=("f1", 1))


def _row(label: str, one: ClassMetrics, people: ClassMetrics | None) -> dict[str, object]:
    human = people.recall if people is not None else None
    return {
        "id": label,
        "low": one.recall.low_support and one.f1.low_support,
        "name": {"text": label},
        "rows": {"v": one.support, "text": count(one.support)},
        "recall": estimate_cell(one.recall, "model"),
        "people": number(human.value) if human is not None else None,
        "picture": {
            "m": one.recall.value,
            "ci": one.recall.ci,
            "h": human.value if human is not None else None,
            "hci": human.ci if human is not None else None,
            "low": one.recall.low_support,
            "title": f"recall {percent(one.recall.value)}",
        }
        if one.recall.value is not None
        else None,
        "precision": estimate_cell(one.precision),
        "f1": estimate_cell(one.f1),
        "predicted": count(one.predicted),
        "sort": {
            "recall": one.recall.value,
            "people": human.value if human is not None else None,
            "precision": one.precision.value,
            "f1": one.f1.value,
            "predicted": one.predicted,
        },
    }
