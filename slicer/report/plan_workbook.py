"""The plan as a sheet of a workbook, and as a workbook of its own."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from slicer.findings.plan import name_of, plan_finding, predicted_words, realised_words, unit_of
from slicer.metrics.registry import METRICS
from slicer.planned import PlanResult
from slicer.priorities.plan import PlanItem
from slicer.priorities.prediction import Realised
from slicer.report.sheets import Styles, styles_of, workbook, write_cell, write_pairs
from slicer.version import __version__
from slicer.vocabulary import ACTIONS

PLAN_MEANINGS: tuple[tuple[str, str], ...] = (
    ("Slice", "the rows to work on, in short; the last column says them exactly."),
    ("Status", "open, doing, done or dropped."),
    ("Owner", "who does it."),
    ("Due", "until when."),
    ("What to do", "the next step, as it was when it was planned."),
    ("Potential", "what closing the whole gap adds to the overall metric: points of it for rates, else its own unit."),
    ("Potential, low", "the lower end of its interval; below 0, the gap may be chance."),
    ("Potential, high", "the upper end."),
    ("Half of it", "what closing half of the gap adds: closing all of it is rare."),
    ("Importance", "how much it matters beside the others; 1 is as much as any."),
    ("Ease", "the part of the gap that is believed to be closable, 0 to 1."),
    ("Cost", "what it takes, in a unit of your own that is the same for all rows, such as days."),
    ("Return", "potential x importance x ease / cost: the plan is in this order."),
    ("Realised", "what came of it on a later run or data set, in the unit of the potential."),
    ("Realised, low", "the lower end of its interval; below 0, it may be chance."),
    ("Realised, high", "the upper end."),
    ("Realised on", "the run or data set it was measured on."),
    ("Model then", "the model's metric on the slice when it was planned."),
    ("Human level then", "what people reached."),
    ("Metric", "what is measured."),
    ("Note", "what somebody wrote."),
    ("Planned", "when, in UTC."),
    ("Planned by", "by whom."),
    ("Run", "the run it was planned on."),
    ("Filter", "the rows the table was of."),
    ("Slice (predicate)", "the rows, exactly."),
)
"""The columns of the sheet and what each means."""

_WIDTHS = {"Slice": 30, "What to do": 20, "Note": 36, "Realised on": 26, "Slice (predicate)": 40, "Filter": 24,
           "Metric": 16, "Planned by": 14, "Owner": 14, "Planned": 17, "Due": 12}  # fmt: skip


def write_plan(sheet: Any, result: PlanResult, styles: Styles) -> None:
    """The plan in its order: what it brings, then a line for each row."""
    sentence, aside = plan_finding(result.plan)
    sheet.write_string(0, 0, sentence, styles["finding"])
    sheet.write_string(1, 0, aside, styles["quiet"])
    names = [name for name, _ in PLAN_MEANINGS]
    for column, name in enumerate(names):
        sheet.write_string(3, column, name, styles["head"])
        sheet.set_column(column, column, _WIDTHS.get(name, 11))
    for place, item in enumerate(result.plan.items):
        for column, (value, style) in enumerate(_cells(item, result.plan.realised.get(item.id))):
            write_cell(sheet, 4 + place, column, value, styles[style])
    sheet.freeze_panes(4, 1)
    sheet.autofilter(3, 0, 3 + len(result.plan.items), len(names) - 1)


def _cells(item: PlanItem, came: Realised | None) -> list[tuple[Any, str]]:
    """A line: values and their formats, in the order of `PLAN_MEANINGS`."""
    said = item.prediction
    rate = unit_of(said.metric) == "rate"
    points, level = ("points", "percent") if rate else ("number", "number")

    def scaled(values: Sequence[float | None] | None, count: int = 1) -> list[tuple[Any, str]]:
        found = values or [None] * count
        return [(None if one is None else one * (100 if rate else 1), points) for one in found]

    return [
        (name_of(said), "text"),
        (item.status, "text"),
        (item.owner or None, "text"),
        (item.due.isoformat() if item.due else None, "text"),
        (ACTIONS.get(said.action, said.action), "text"),
        *scaled([said.potential]),
        *scaled(said.potential_ci, 2),
        *scaled([item.gain(0.5)]),
        (item.importance, "factor"),
        (item.ease, "factor"),
        (item.cost, "factor"),
        (None if item.roi is None else item.roi * (100 if rate else 1), "return"),
        *scaled([None if came is None else came.gain]),
        *scaled(None if came is None else came.gain_ci, 2),
        (None if came is None else f"{came.dataset}, run {came.run}", "text"),
        (said.value, level),
        (said.hlp, level),
        (METRICS[said.metric].words if said.metric in METRICS else said.metric, "text"),
        (item.note or None, "text"),
        (f"{item.added_at:%Y-%m-%d %H:%M}", "text"),
        (item.added_by, "text"),
        (said.run, "text"),
        (said.where or None, "text"),
        (said.slice, "text"),
    ]


def plan_workbook(result: PlanResult) -> bytes:
    """The plan as a workbook: the plan, then what was predicted, what came of it and what the columns mean."""
    out = io.BytesIO()
    with workbook(out) as book:
        styles = styles_of(book)
        write_plan(book.add_worksheet("Plan"), result, styles)
        predicted = [
            (name_of(one.prediction), predicted_words(one.prediction, f"{one.added_at:%d %b %Y}", one.added_by))
            for one in result.plan.items
        ]
        came = [
            (name_of(one.prediction), realised_words(found, one.prediction))
            for one in result.plan.items
            if (found := result.plan.realised.get(one.id))
        ]
        files = dict.fromkeys(one.prediction.sha256 for one in result.plan.items if one.prediction.sha256)
        notes = [
            ("What was predicted", ""),
            *predicted,
            *([("", ""), ("What came of it", ""), *came] if came else []),
            ("", ""),
            ("Columns", ""),
            *PLAN_MEANINGS,
            ("", ""),
            ("Where it comes from", ""),
            ("Data set", result.dataset),
            *(("sha256 of the file", one) for one in files),
            ("Written", f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"),
            ("Slicer", __version__),
        ]
        write_pairs(book.add_worksheet("How to read it"), notes, styles)
    return out.getvalue()
