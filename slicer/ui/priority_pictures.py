"""The pictures of Priorities: what closing each gap is worth, as the reader chooses to see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from slicer.charts.next_best import in_turn, next_best
from slicer.charts.potential import MOST_BARS, marimekko, potential_bars
from slicer.charts.rubber_sheet import rubber_sheet_chart
from slicer.charts.trade_off import trade_off
from slicer.findings.names import names_of
from slicer.findings.pictures import next_best_finding, sheet_finding, trade_off_finding
from slicer.findings.ranking import area_finding, overlap_finding
from slicer.metrics.registry import METRICS
from slicer.priorities.ranking import Candidate, RankedRow
from slicer.priorities.rubber_sheet import SheetSlice, rubber_sheet
from slicer.results import RankResult
from slicer.slices import parse
from slicer.ui import link
from slicer.ui.frame import chart_title, plain
from slicer.ui.pictures import picture
from slicer.ui.state import View, bench_of
from slicer.ui.theme import palette

SAME = 1e-9
"""Apart by less than this, two values are one."""

AREAS, BARS, TURN, TRADE, SHEET = "Areas", "Bars", "Next best", "Gap and share", "Rubber sheet"


def priority_pictures(view: View, result: RankResult) -> str | None:
    """The picture chosen: at first areas where slices do not overlap, bars where they do; gives the slice clicked."""
    drawn = result.with_gap
    if not any(row.candidate.ranked and row.candidate.potential for row in drawn):
        return None
    names = names_of([row.candidate for row in drawn])
    if result.exclusive:
        column = next(iter(parse(drawn[0].candidate.slice).columns), "")
        names = [name.removeprefix(f"{column} ") for name in names]
    offered = [AREAS] if result.adds_up else [BARS]
    offered += [TRADE] * result.additive
    offered += [SHEET] * result.adds_up
    offered += [TURN] * (result.joint is not None and not result.adds_up)
    title = st.container()
    linked = link.one_of("picture", offered, of=view.dataset.id)
    chosen = st.segmented_control("Picture", offered, required=True, label_visibility="collapsed", **linked)
    unit, key = METRICS[result.metric].unit, f"picture-{str(chosen).lower().replace(' ', '-')}-{view.dataset.id}"
    match chosen:
        case "Areas":
            said = plain(area_finding(result)), f"Width: share of data. Height: {_height(drawn)}. Area: points to gain."
            chart = marimekko(drawn, names, palette(), unit)
        case "Gap and share":
            how = "Along a dashed curve gap × share, and so the potential, is the same. Hollow: fewer than 30 rows."
            said = plain(trade_off_finding(drawn, names)), how
            chart = trade_off(drawn, names, palette(), unit)
        case "Next best":
            turn = in_turn(drawn, names)
            joint = result.joint or 0.0
            how = "Each slice adds to those above it what they leave. Dashed: all of them." + _cut(len(turn))
            said = plain(next_best_finding(turn, joint, unit)), how
            chart = next_best(drawn, names, joint, palette(), unit)
        case "Rubber sheet":
            return _sheet(view, result, drawn, names, title)
        case _:
            shared = "Filled: its part of what all bring together. Outline: alone, with its 95 % interval."
            how = "Alone, with 95 % intervals." if result.joint is None else shared
            said = overlap_finding(result), how + _cut(sum(row.candidate.ranked for row in drawn))
            chart = potential_bars(drawn, names, palette(), unit)
    with title:
        chart_title(*said)
    picked = picture(chart, key, f"priorities-{str(chosen).lower().replace(' ', '-')}", selects="slice")
    return None if picked is None else str(picked["slice"])


def _height(drawn: Sequence[RankedRow]) -> str:
    known = any(row.candidate.hlp is not None and row.candidate.hlp.source != "ceiling" for row in drawn)
    return "gap to people" if known else "share of errors"


def _cut(many: int) -> str:
    return f" The first {MOST_BARS} of {many:,}." if many > MOST_BARS else ""


def _sheet(
    view: View,
    result: RankResult,
    drawn: Sequence[RankedRow],
    names: Sequence[str],
    title: st.delta_generator.DeltaGenerator,
) -> str | None:
    """The model and people over the slices, worst first, with the run before where there is one."""
    entry, up = METRICS[result.metric], result.higher_is_better
    earlier = _earlier(view, result, drawn)
    slices, shown = [], []
    for row, name in zip(drawn, names, strict=True):
        one = row.candidate
        if one.gap is None or not one.weight:
            continue
        model = one.gap.model_value
        people = model + (one.gap.value if up else -one.gap.value)
        slices.append(SheetSlice(slice=one.slice, weight=one.weight, model=model, people=people))
        shown.append(name)
    if earlier is not None:
        slices = [replace(one, before=earlier[1].get(one.slice)) for one in slices]
    order = sorted(range(len(slices)), key=lambda at: (1 if up else -1) * (_before(slices[at])))
    slices, shown = [slices[at] for at in order], [shown[at] for at in order]
    treated: list[str] = []
    if earlier is not None:
        worked = st.multiselect(
            "Worked on", shown, placeholder="Which slices did the new version work on?", select_all=False,
            label_visibility="collapsed", key=f"worked-{view.dataset.id}",
        )  # fmt: skip
        treated = [one.slice for one, name in zip(slices, shown, strict=True) if name in worked]
    sheet = rubber_sheet(slices, treated, up=up)
    before = "" if earlier is None else f" Dotted: {earlier[0]}."
    with title:
        chart_title(
            plain(sheet_finding(sheet, shown, treated, entry.unit)),
            plain(
                f"Solid: the model. Dashed: people.{before} Width: share of data; shade: potential. Worst first: an "
                "order, no distance. The axis is cut."
            ),
        )
    chart = rubber_sheet_chart(sheet, shown, palette(), entry.unit)
    picked = picture(chart, f"picture-sheet-{view.dataset.id}", "rubber-sheet", selects="slice")
    return None if picked is None else str(picked["slice"])


def _on_other_rows(one: Candidate) -> bool:
    """Whether the gap was measured on other rows or answers than the metric."""
    return one.gap is not None and abs(one.gap.model_value - (one.estimate.value or 0.0)) > SAME


def _before(one: SheetSlice) -> float:
    return one.model if one.before is None else one.before


def _earlier(view: View, result: RankResult, drawn: Sequence[RankedRow]) -> tuple[str, dict[str, float]] | None:
    """The run before the one at hand, and its metric on each slice; None where they are not on the same rows."""
    runs = [run.name for run in view.dataset.roles.runs]
    at = runs.index(view.bench.run.name)
    slices = [row.candidate for row in drawn]
    if at == 0 or any(one.kind == "class" or _on_other_rows(one) for one in slices):
        return None
    other = View(bench_of(view.dataset, runs[at - 1]), view.where, view.metric)
    if result.metric not in other.bench.measurable:
        return None
    found = other.metrics(slices=[parse(one.slice) for one in slices], metrics=(result.metric,))
    values = {str(one.slice): one.metrics[result.metric] for one in found.slices}
    return runs[at - 1], {name: one.value for name, one in values.items() if one is not None and one.value is not None}
