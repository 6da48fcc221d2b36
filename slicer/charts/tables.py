"""A chart as a table: what its tooltips say, a row for each mark."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import altair as alt
import pandas as pd


def table_of(chart: alt.TopLevelMixin) -> pd.DataFrame:
    """The marks of a chart that have a tooltip, in its words and order; empty where none has one.

    Of charts side by side each has its rows, one after the other, under the words of all.
    """
    spec = chart.to_dict(validate=False)
    tables = [
        _rows(spec["datasets"][data["name"]], tips)
        for data, tips in _tips(spec, spec.get("data"), ())
        if data and data.get("name") in spec.get("datasets", {})
    ]
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()


def _rows(rows: list[dict[str, Any]], tips: tuple[dict[str, Any], ...]) -> pd.DataFrame:
    names = {tip["field"]: tip.get("title") or tip["field"] for tip in tips}
    return pd.DataFrame([{name: row.get(field) for field, name in names.items()} for row in rows])


def _tips(node: dict[str, Any], data: Any, above: Any) -> Iterator[tuple[Any, tuple[dict[str, Any], ...]]]:
    """The data of every mark with its tooltips, the first of each data only: layers say the same of it."""
    data = node.get("data", data)
    tips = (node.get("encoding") or {}).get("tooltip") or above
    children = [child for kind in ("layer", "vconcat", "hconcat") for child in node.get(kind, ())]
    if not children and tips:
        yield data, tuple(tips)
    seen = []
    for child in children:
        for found in _tips(child, data, tips):
            if found[0] not in seen:
                seen.append(found[0])
                yield found
