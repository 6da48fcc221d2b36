"""Two slices side by side: metrics, what they are made of, and examples."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from slicer.cells import estimate_cell
from slicer.charts.side_by_side import composition
from slicer.display import change_of, count, interval
from slicer.errors import SlicerError
from slicer.findings.names import names_of_slices
from slicer.findings.side_by_side import columns_beyond, columns_finding, pair_finding
from slicer.metrics.registry import METRICS
from slicer.results import SliceTable
from slicer.side_by_side import MetricPair, SideBySide
from slicer.slices import Slice, all_of, condition, parse
from slicer.ui import link
from slicer.ui.frame import STACKED, chart_title, plain
from slicer.ui.menu import go
from slicer.ui.pictures import picture
from slicer.ui.queue_choice import ROWS
from slicer.ui.state import View
from slicer.ui.table import Column, room_for, table
from slicer.ui.theme import palette

REST, EXAMPLES, MOST_SLICES = "all other rows", 5, 200
"""The other side at first; rows shown of each slice; slices to choose from."""


def side_by_side(view: View, result: SliceTable, in_hand: str) -> str | None:
    """The two chosen: at first the slice in hand, else the worst, against all other rows; gives the value clicked."""
    rows = list(result.table[:MOST_SLICES]) + [row for row in result.table[MOST_SLICES:] if row.saved]
    if not rows or view.bench.by_people:
        return None
    known = dict(zip((str(row.slice) for row in rows), names_of_slices(rows), strict=True))
    held = _readable(in_hand)
    if held != Slice() and view.bench.fits(held):
        known.setdefault(str(held), held.words)
    st.space("small")
    title = st.container()
    left, right = st.columns(2, gap="small")
    first = str(held) if str(held) in known else next(iter(known))
    one = str(
        left.selectbox(
            "One slice", list(known), format_func=lambda slice_: known[slice_],
            **link.one_of("one", list(known), first, of=view.dataset.id),
        )
    )  # fmt: skip
    others = [REST, *(name for name in known if name != one)]
    other = str(
        right.selectbox(
            "The other", others, format_func=lambda slice_: known.get(slice_, slice_),
            **link.one_of("other-slice", others, of=view.dataset.id),
        )
    )  # fmt: skip
    slices = parse(one), parse(one).complement if other == REST else parse(other)
    names = known[one], known.get(other, other)
    found = view.side_by_side(*slices)
    with title:
        how = f"{count(found.one.counts.support)} and {count(found.other.counts.support)} rows. "
        in_both = f"{count(found.in_both)} rows are in both, so no difference has an interval."
        how += in_both if found.in_both else "One minus other, with its 95 % interval."
        chart_title(plain(pair_finding(found, view.metric, names)), plain(how))
    with st.container(key=f"{STACKED}-pair"):
        left, right = st.columns([6, 5], gap="medium")
    with left:
        _metrics(found, names)
    with right:
        clicked = _columns(found, slices, names)
    _examples(view, slices, names)
    return clicked


def _readable(text: str) -> Slice:
    """A slice in hand that can be read; all rows else."""
    try:
        return parse(text)
    except SlicerError:
        return Slice()


def _metrics(found: SideBySide, names: tuple[str, str]) -> None:
    rows = [_metric(pair) for pair in found.metrics]
    one, other = (room_for(rows, key, 84) for key in ("one", "other"))
    columns = [
        Column("name", "Metric", "name", width="140px"),
        Column("one", names[0], "est", num=True, width=one, help=names[0]),
        Column("other", names[1], "est", num=True, width=other, help=names[1]),
        Column("difference", "Difference", "est", num=True, width="84px", help="one minus the other"),
    ]
    table("side-by-side", columns, rows, label="Metrics of both slices", opens=False)


def _metric(pair: MetricPair) -> dict[str, Any]:
    unit, change = METRICS[pair.metric].unit, pair.difference
    said: Mapping[str, str] | None = None
    if change is not None:
        sure = change.ci is not None and (change.ci[0] > 0 or change.ci[1] < 0)
        title = interval(change.ci, unit=unit)
        said = {"text": change_of(change.value, unit), "class": "ink strong" if sure else "muted", "title": title}
    return {
        "id": pair.metric,
        "name": {"text": METRICS[pair.metric].words},
        "one": estimate_cell(pair.one, "model", unit=unit),
        "other": estimate_cell(pair.other, "ink", unit=unit),
        "difference": said,
    }


def _columns(found: SideBySide, slices: tuple[Slice, Slice], names: tuple[str, str]) -> str | None:
    columns = columns_beyond(found, {name for one in slices for name in one.columns})
    chart_title(
        plain(columns_finding(columns)),
        plain(f"● {names[0]}, ◇ {names[1]}: how much of each has the value. A click takes the value in hand."),
    )
    if not columns:
        return None
    chart = composition(columns, names, palette())
    mark = picture(chart, "composition", "two-slices", selects="slice")
    return None if mark is None else str(mark["slice"])


def _examples(view: View, slices: tuple[Slice, Slice], names: tuple[str, str]) -> None:
    """The first rows of each; errors, where rows can be wrong."""
    roles, wrong = view.dataset.roles, view.bench.task == "classification"
    shown = [name for name in (roles.text, *roles.features) if name is not None][:2]
    for place, (column, slice_, name) in enumerate(zip(st.columns(2, gap="large"), slices, names, strict=True)):
        where = all_of(view.where, slice_, *([condition("correct", "=", False)] if wrong else []))
        rows = view.bench.examples(where, limit=EXAMPLES)
        with column:
            what = "Errors of" if wrong else "Rows of"
            chart_title(plain(f"{what} {name}"), "A click opens the row." if rows else "None.")
            if not rows:
                continue
            columns = [
                Column("name", "Row", "name", width="110px"),
                Column("truth", "Label", "text"),
                Column("said", "Prediction", "text"),
                *(Column(f"field-{one}", one, "muted", priority=2) for one in shown),
            ]
            lines = [
                {
                    "id": str(row.values[str(roles.id)]),
                    "name": {"text": str(row.values[str(roles.id)])},
                    "truth": _said(row.truth),
                    "said": _said(row.predicted),
                    **{f"field-{one}": _said(row.values.get(one)) for one in shown},
                }
                for row in rows
            ]
            opened = table(f"examples-{place}", columns, lines, label=f"{what} {name}")
            if opened:
                go("failures", where=str(condition(str(roles.id), "=", opened)), queue=ROWS)


def _said(value: object) -> dict[str, str] | None:
    return None if value is None else {"text": str(value), "title": str(value)}
