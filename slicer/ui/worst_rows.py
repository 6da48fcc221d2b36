"""The worst rows of a run measured by numbers, to read or to open."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from slicer.display import amount, as_it_is, percent
from slicer.engine.duckdb import Example
from slicer.engine.sql import OWN_RATE
from slicer.ui.table import Column, table
from slicer.workbench import Workbench
from slicer.workbench.numbers import measures

COLUMNS = 3
"""Features shown beside the numbers."""


def worst_rows(bench: Workbench, rows: Sequence[Example]) -> str | None:
    """The table, worst first; gives the id of the row that was opened."""
    roles = bench.dataset.roles
    names = [name for name, _ in measures(bench, rows[0].values)]
    text = roles.text
    features = [name for name in roles.features if name != text][:COLUMNS]
    width = None if text is None else "130px"
    first: Literal[1, 2] = 1 if text is None else 2
    beside = [Column(f"feature-{name}", name, "muted", width=width, priority=first) for name in features[:1]]
    beside += [Column(f"feature-{name}", name, "muted", width=width, priority=3) for name in features[1:]]
    whole = [all(_is_whole(measures(bench, row.values)[at][1]) for row in rows) for at in range(len(names))]
    columns = [
        Column("name", "Row", "name", width="200px"),
        *(Column(f"number-{at}", name, "est", num=True, width="92px") for at, name in enumerate(names)),
        *([Column("text", text, "muted")] if text is not None else []),
        *beside,
    ]
    return table("worst-rows", columns, [_row(bench, one, features, whole) for one in rows], label="Worst rows")


def _is_whole(value: float | None) -> bool:
    return value is None or value.is_integer()


def _row(bench: Workbench, example: Example, features: Sequence[str], whole: Sequence[bool]) -> dict[str, Any]:
    roles, numbers = bench.dataset.roles, measures(bench, example.values)
    last = len(numbers) - 1
    example_id = str(example.values[str(roles.id)])
    row: dict[str, Any] = {"id": example_id, "name": {"text": example_id}}
    sort: dict[str, Any] = {"name": example_id}
    for at, (name, value) in enumerate(numbers):
        shown = percent(value) if name == OWN_RATE else as_it_is(value) if whole[at] else amount(value)
        row[f"number-{at}"] = {"text": shown, "class": "strong" if at == last else "ink"}
        sort[f"number-{at}"] = value
    for name in features:
        row[f"feature-{name}"] = _said(example.values.get(name))
    if roles.text is not None:
        row["text"] = _said(example.values.get(roles.text))
    row["sort"] = sort
    return row


def _said(value: Any) -> dict[str, str] | None:
    if value is None:
        return None
    text = as_it_is(value) if isinstance(value, float) else str(value)
    return {"text": text, "title": text}
