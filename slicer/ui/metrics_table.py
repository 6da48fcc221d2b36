"""Every metric of a run with what it means, beside what needs no model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from slicer.cells import Cell, estimate_cell
from slicer.display import DASH, count, value_of
from slicer.metrics.estimate import Estimate
from slicer.metrics.registry import METRICS
from slicer.ui.table import Column, table
from slicer.workbench import Baseline


def metrics_table(
    metrics: Mapping[str, Estimate], baselines: Mapping[str, Baseline], chosen: str, choosable: Sequence[str]
) -> str | None:
    """The table; gives the metric that was opened, if the page can go on with it.

    Args:
        metrics: By name, in order.
        baselines: By metric.
        chosen: The metric of the page.
        choosable: Those it can have.
    """
    beside = [
        Column("baseline", "No model", "est", num=True, width="90px", help="what looks at no example would reach")
    ]
    columns = [
        Column("name", "Metric", "name", width="190px"),
        Column("value", "Value", "est", num=True, width="142px"),
        *(beside if baselines else []),
        Column("rows", "Out of", "num", num=True, width="84px", priority=2, help="what was divided by"),
        Column("means", "What it says", "muted"),
    ]
    rows = [
        {
            "id": name,
            "name": {"text": METRICS[name].words},
            "value": _value(name, found),
            "baseline": _baseline(name, baselines.get(name)),
            "rows": count(found.denominator),
            "means": {"text": METRICS[name].means, "title": METRICS[name].means},
            "sort": {"value": None, "baseline": None, "rows": found.denominator},
        }
        for name, found in metrics.items()
    ]
    opened = table("metrics", columns, rows, label="Metrics", selected=chosen, row_height=26)
    return opened if opened in choosable else None


def _value(name: str, found: Estimate) -> Cell:
    """As in other tables, with the sign of a rate: the column holds both."""
    entry = METRICS[name]
    cell = estimate_cell(found, "strong", entry.unit, entry.undefined)
    if cell is None or "text" not in cell or entry.unit != "rate" or "/" in cell["text"]:
        return cell
    return {**cell, "text": value_of(found.value)}


def _baseline(name: str, found: Baseline | None) -> Cell:
    if found is None:
        return {"text": "", "title": "nothing naive to hold it against"}
    if found.value is None:
        return {"text": DASH, "class": "muted", "title": f"{found.name}: {METRICS[name].undefined}"}
    return {"text": value_of(found.value, METRICS[name].unit), "class": "muted", "title": found.name}
