"""Where the human level of a ranking comes from, as the person chooses it."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from slicer.human.hlp import GivenHlp
from slicer.metrics.registry import METRICS
from slicer.project.hlp_entries import HlpEntry, given_levels, levels_by_metric, list_levels, read_levels, unused_of
from slicer.slices import Slice, parse
from slicer.ui import link
from slicer.ui.entered_levels import table_text
from slicer.ui.frame import warnings
from slicer.ui.slice_input import slice_input
from slicer.ui.state import View

FAR = 1e15
"""How far from 0 a level that is no rate may be."""

HUMANS, ENTERED, NUMBER, TABLE = "human labels in the data", "levels entered", "one number", "a table"
ROWS = "rows that are people's"


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What the person gives: levels by slice, or the rows that are people's own; neither where the data says it."""

    levels: dict[Slice, GivenHlp] | None = None
    people: Slice | None = None
    others: dict[str, dict[Slice, GivenHlp]] | None = None
    """Levels in other metrics, where these tell how people err."""


def human_level(view: View, metric: str, *, classes: bool = False) -> Given:
    """The human level as the person gives it; nothing to measure it on the data's own human labels.

    Args:
        metric: What the levels are of.
        classes: Whether those of classes are meant, not of slices.

    Raises:
        DataError: the table cannot be read.
        SliceError: the rows cannot be asked of this data.
    """
    rows, mine, of = [] if classes else [ROWS], view.dataset.id, METRICS[metric]
    rate, exact = of.is_rate, not classes and of.formula is not None
    entries = list_levels(view.bench.project, mine)

    def levels(found: list[HlpEntry]) -> Given:
        if not exact:
            return Given(levels=given_levels(found, metric))
        known = levels_by_metric(found)
        return Given(levels=known.pop(metric, {}), others=known)

    entered = entries if exact else given_levels(entries, metric)
    measured = [HUMANS] if view.bench.has_people else []
    kinds = [*measured, *([ENTERED] if entered else []), NUMBER, TABLE, *rows]
    source = st.selectbox("Human level from", kinds, width=230, **link.one_of("hlp", kinds, of=mine))
    if source == ENTERED:
        return levels(entries)
    if source == ROWS:
        return _rows(view)
    if source == NUMBER:
        low, high = (0.0, 100.0) if rate else (-FAR, FAR)
        value = st.number_input(
            f"{'Human level' if metric == view.bench.headline else f'Human {of.words}'}{' %' if rate else ''}",
            low,
            high,
            None,
            0.5,
            width=130,
            placeholder="e.g. 95" if rate else "a number",
            **link.number_in("hlp-value", low, high, None, of=mine, read=float),
        )
        level = None if value is None else GivenHlp(value=value / 100 if rate else value)
        return Given(levels={} if level is None else {Slice(): level})
    if source == TABLE:
        file = st.file_uploader("CSV: slice, value (n, lo, hi)", type="csv", key=f"hlp-table-{mine}")
        if file is None:
            return levels([])
        content = table_text(file.getvalue())
        warnings(unused_of(content, metric))
        return levels(read_levels(content, metric))
    return Given()


def _rows(view: View) -> Given:
    """The rows that are people's own, such as the translations of people among those of systems."""
    text = st.query_params.get(link.PEOPLE, "")
    entered = slice_input(
        "people", view.bench, label="Rows that are people's", text=text, placeholder="Which rows? is_human = true"
    )
    if entered is not None and entered != text:
        link.put(link.PEOPLE, entered)
        text = entered
    rows = parse(text)
    view.bench.engine.check(rows)
    return Given(people=rows) if text else Given(levels={})


def levels_source(view: View) -> tuple[Given, dict[Slice, GivenHlp] | None]:
    """The human level on Human level: measured, entered, or the rows that are people's; and the levels of classes, by
    recall, where levels were entered.

    Where there are several, the person chooses.
    """
    entries = list_levels(view.bench.project, view.dataset.id)
    kinds = [*([HUMANS] if view.bench.has_people else []), *([ENTERED] if entries else []), ROWS]
    linked = link.one_of("level", kinds, of=view.dataset.id)
    source = st.selectbox("Human level from", kinds, width=230, **linked)
    if source == ROWS:
        return _rows(view), None
    if source != ENTERED:
        return Given(), None
    return Given(levels=given_levels(entries, view.bench.headline)), given_levels(entries, "recall")
