"""The prioritization table as a workbook: what to do first and why, the table, the plan, how to read them."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from slicer.display import DASH, amount
from slicer.findings.plan import monday, why
from slicer.findings.ranking import next_step, overall_name
from slicer.metrics.registry import METRICS, Unit
from slicer.planned import PlanResult
from slicer.report.plan_workbook import PLAN_MEANINGS, write_plan
from slicer.report.sheets import Styles, styles_of, workbook, write_cell, write_pairs
from slicer.report.tables import records
from slicer.results import RankResult
from slicer.version import __version__
from slicer.vocabulary import FLAGS, HLP_SOURCES

PERCENT = (
    "share", "error_share", "metric", "metric_lo", "metric_hi", "hlp", "gap", "gap_lo", "gap_hi", "p_top1", "p_top3",
    "ceiling", "potential", "potential_lo", "potential_hi", "shared", "next_best", "cumulative",
)  # fmt: skip
"""Columns of the ranking that hold fractions."""

POINTS = ("potential", "potential_lo", "potential_hi", "shared", "next_best", "cumulative", "ceiling")
"""Those of them that are said in points of the overall metric."""

MEASURED = {*PERCENT} - {"share", "error_share", "p_top1", "p_top3"}
"""Those of them that have the metric's unit."""

HEADINGS = {
    "slice": "Slice (predicate)",
    "name": "Slice",
    "kind": "Kind",
    "support": "Rows",
    "share": "Share of data",
    "errors": "Errors",
    "error_share": "Share of errors",
    "metric": "Model",
    "metric_lo": "Model, low",
    "metric_hi": "Model, high",
    "hlp": "Human level",
    "hlp_source": "Human level from",
    "gap": "Gap",
    "gap_lo": "Gap, low",
    "gap_hi": "Gap, high",
    "potential": "Potential, points",
    "potential_lo": "Potential, low",
    "potential_hi": "Potential, high",
    "shared": "Shared out, points",
    "next_best": "Adds next, points",
    "cumulative": "Together so far, points",
    "grouped_with": "Same rows",
    "p_top1": "Chance to be first",
    "p_top3": "Chance of first three",
    "tied_with": "Ties with",
    "ceiling": "If all errors were fixed, points",
    "action": "Next step",
    "flags": "Notes",
}
ORDER = (
    "name", "potential", "potential_lo", "potential_hi", "share", "metric", "metric_lo", "metric_hi", "hlp", "gap",
    "action", "tied_with", "shared", "next_best", "cumulative", "grouped_with", "errors", "error_share", "ceiling",
    "support", "p_top1", "p_top3", "gap_lo", "gap_hi", "hlp_source", "kind", "flags", "slice",
)  # fmt: skip
"""Columns of the workbook: what to decide by first."""


START, TABLE, PLAN, NOTES_SHEET = "Start here", "Priorities", "Plan", "How to read it"
"""The sheets, in their order; that of the plan only where there is one."""


def ranking_workbook(result: RankResult, finding: str, plan: PlanResult | None = None, where: str = "") -> bytes:
    """The prioritization table as a workbook.

    Args:
        result: The table.
        finding: The sentence on top.
        plan: The plan of the data set, if it has one.
        where: The filter of the table, as text.
    """
    planned = plan if plan is not None and plan.plan.items else None
    out = io.BytesIO()
    with workbook(out) as book:
        styles = styles_of(book)
        _write_start(book.add_worksheet(START), result, finding, planned, styles)
        _write_ranking(book.add_worksheet(TABLE), result, finding, styles)
        if planned is not None:
            write_plan(book.add_worksheet(PLAN), planned, styles)
        write_pairs(book.add_worksheet(NOTES_SHEET), _notes(result, planned, where), styles)
    return out.getvalue()


def _write_start(sheet: Any, result: RankResult, finding: str, plan: PlanResult | None, styles: Styles) -> None:
    """What to do on Monday, and why, in sentences."""
    kept = None if plan is None else plan.plan
    steps, reasons = monday(result, kept), why(result, kept)
    first = "The first rows of the plan." if kept is not None and kept.active else "The first rows of the table."
    lines = [
        (finding, "title"),
        (_about(result), "aside"),
        ("What to do on Monday", "part"),
        (first if steps else "Nothing: see the next sheet for what is missing.", "aside"),
        *((f"{place}. {step}", "wrap") for place, step in enumerate(steps, start=1)),
        *([("Why, and what else to know", "part")] if reasons else []),
        *((f"• {one}", "wrap") for one in reasons),
        ("In this file", "part"),
        (f"{TABLE}: every slice, best first, with units and intervals.", "wrap"),
        *([(f"{PLAN}: what is planned, by whom and until when, and what came of it.", "wrap")] if plan else []),
        (f"{NOTES_SHEET}: what each column means, and where the numbers come from.", "wrap"),
    ]
    sheet.set_column(0, 0, 110)
    sheet.hide_gridlines(2)
    for row, (text, style) in enumerate(lines):
        sheet.write_string(row, 0, text, styles[style])
        lines_needed = sum(-(-max(1, len(part)) // (75 if style == "title" else 108)) for part in text.split("\n"))
        sheet.set_row(row, (20 if style == "title" else 16) * lines_needed)


def _about(result: RankResult) -> str:
    """Which rows and which metric."""
    unit = METRICS[result.metric].unit
    overall, told = result.overall.value, "in points of it" if unit == "rate" else "what it would change by"
    level = DASH if overall is None else f"{overall:.2%}" if unit == "rate" else amount(overall)
    return (
        f"{result.head.source['dataset']}, run {result.head.source['run']}: {result.head.rows:,} rows, "
        f"{result.metric} {level}. Potential is {told}."
    )


def _write_ranking(sheet: Any, result: RankResult, finding: str, styles: Mapping[str, Any]) -> None:
    steps = [next_step(row) for row in result.table]
    rows = [{**row, "action": step} for row, step in zip(records(result.to_frame()), steps, strict=True)]
    sheet.write_string(0, 0, finding, styles["finding"])
    unit = METRICS[result.metric].unit
    sheet.write_string(1, 0, _about(result), styles["quiet"])
    for column, name in enumerate(ORDER):
        sheet.write_string(3, column, _heading(name, unit), styles["head"])
        style = _style(name, unit)
        sheet.set_column(
            column,
            column,
            {"name": 32, "slice": 40, "tied_with": 30, "flags": 30, "action": 22, "grouped_with": 30}.get(name, 11),
        )
        for place, row in enumerate(rows):
            write_cell(sheet, 4 + place, column, _spoken(name, row.get(name), unit), styles[style])
    sheet.freeze_panes(4, 1)
    sheet.autofilter(3, 0, 3 + len(rows), len(ORDER) - 1)


def _style(name: str, unit: Unit) -> str:
    if unit == "number" and name in MEASURED:
        return "number"
    if name in POINTS:
        return "points"
    return "percent" if name in PERCENT else "count" if name in ("support", "errors") else "text"


def _spoken(name: str, value: Any, unit: Unit) -> Any:
    """A cell's words instead of its key, points instead of a fraction."""
    if value is None:
        return None
    if _style(name, unit) == "points":
        return 100 * value
    if name == "hlp_source":
        return HLP_SOURCES[str(value)]
    if name == "flags":
        return "; ".join(FLAGS[flag] for flag in str(value).split(", ") if flag)
    return value


MEANINGS = {
    "name": "the rows in question, in short; the last column says them exactly.",
    "potential": "share of the data x gap: how much the overall metric would gain if this slice reached human level.",
    "potential_lo": "the lower end of its {level:g} % interval; below 0, the gap may be chance.",
    "potential_hi": "the upper end.",
    "share": "the part of all rows that lie in the slice.",
    "metric": "the model's {metric} on the slice.",
    "metric_lo": "the lower end of its {level:g} % interval.",
    "metric_hi": "the upper end.",
    "hlp": "what people reach on the same kind of rows, by the same metric.",
    "gap": "human level minus the model, turned so that below 0 the model is better and there is nothing to gain.",
    "action": "what to do about the slice.",
    "tied_with": "slices whose order would be reversed in at least 16 % of repetitions: no reason to prefer one.",
    "shared": "where slices have errors in common, its fair part of what all are worth together; potentials do not "
    "add up, these do.",
    "next_best": "what it still adds once the slices that add more are done.",
    "cumulative": "what it and those bring together.",
    "grouped_with": "a slice further up that is about the same rows: work on one is work on the other.",
    "errors": "rows of the slice the model gets wrong.",
    "error_share": "the part of all errors that lie in the slice.",
    "ceiling": "what fixing every error of the slice would add: more than that work here cannot bring.",
    "support": "rows of the slice.",
    "p_top1": "how often it comes first when the rows are drawn again, 2,000 times.",
    "p_top3": "how often it is among the first three.",
    "gap_lo": "the lower end of the gap's {level:g} % interval.",
    "gap_hi": "the upper end.",
    "hlp_source": "where the human level comes from; 'inherited' was measured on other rows: measure here before you "
    "decide.",
    "kind": "a slice of the data, a tag somebody put on rows, or a class.",
    "flags": "what to be careful about.",
    "slice": "the rows, exactly, as the command line and the dashboard read them.",
}
"""What each column of the table means."""


def _notes(result: RankResult, plan: PlanResult | None, where: str) -> list[tuple[str, Any]]:
    """How to read the sheets and where they come from: name and text; a part begins with a name alone."""
    head, sources = result.head, {row.candidate.hlp.source for row in result.table if row.candidate.hlp}
    facts = [
        ("Data set", head.source["dataset"]),
        ("Run", head.source["run"]),
        ("Metric", f"{METRICS[result.metric].words}; potentials are of overall {overall_name(result.metric)}"),
        ("Filter", where or "none: all rows"),
        ("Human level", "; ".join(HLP_SOURCES[one] for one in sorted(sources)) or "not known"),
        ("File", head.source["path"]),
        ("sha256", head.source["sha256"]),
        ("Rows used", f"{head.rows:,} of {head.rows_total:,}"),
        ("Written", f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"),
        ("Slicer", __version__),
        *(("Note", warning) for warning in head.warnings),
    ]
    return [
        (f"Columns of {TABLE}", ""),
        *meanings(result, ORDER),
        *([("", ""), (f"Columns of {PLAN}", ""), *PLAN_MEANINGS] if plan is not None else []),
        ("", ""),
        ("Where it comes from", ""),
        *facts,
    ]


def meanings(result: RankResult, names: Sequence[str]) -> list[tuple[str, str]]:
    """Headings of columns, and what each means in this ranking."""
    metric = METRICS[result.metric]
    said = {"level": 100 * result.head.level, "metric": metric.words}
    return [(_heading(name, metric.unit), MEANINGS[name].format(**said)) for name in names]


def _heading(name: str, unit: Unit) -> str:
    return HEADINGS[name] if unit == "rate" else HEADINGS[name].removesuffix(", points")
