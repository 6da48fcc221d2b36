"""Tables as XLSX: text is written as text, so that nothing in it runs."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

import xlsxwriter

from slicer.display import DASH, amount
from slicer.findings import next_step
from slicer.metrics.registry import METRICS, Unit
from slicer.report.tables import Row, columns_of, records
from slicer.results import Head, RankResult
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


def ranking_workbook(result: RankResult, finding: str) -> bytes:
    """The prioritization table as a workbook: the table, then how to read it and where it comes from."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        styles = {
            "finding": book.add_format({"bold": True, "font_size": 14}),
            "quiet": book.add_format({"font_color": "#5C6168"}),
            "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "bottom"}),
            "percent": book.add_format({"num_format": "0.0%"}),
            "points": book.add_format({"num_format": "0.00"}),
            "number": book.add_format({"num_format": "0.000"}),
            "count": book.add_format({"num_format": "#,##0"}),
            "text": book.add_format({}),
            "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
        }
        _write_ranking(book.add_worksheet("Priorities"), result, finding, styles)
        _write_notes(book.add_worksheet("How to read it"), result.head, styles)
    return out.getvalue()


def _write_ranking(sheet: Any, result: RankResult, finding: str, styles: Mapping[str, Any]) -> None:
    steps = [next_step(row) for row in result.table]
    rows = [{**row, "action": step} for row, step in zip(records(result.to_frame()), steps, strict=True)]
    sheet.write_string(0, 0, finding, styles["finding"])
    unit = METRICS[result.metric].unit
    overall, told = result.overall.value, "in points of it" if unit == "rate" else "what it would change by"
    level = DASH if overall is None else f"{overall:.2%}" if unit == "rate" else amount(overall)
    sheet.write_string(
        1, 0,
        f"{result.head.source['dataset']}, run {result.head.source['run']}: {result.head.rows:,} rows, "
        f"{result.metric} {level}. Potential is {told}.",
        styles["quiet"],
    )  # fmt: skip
    for column, name in enumerate(ORDER):
        heading = HEADINGS[name] if unit == "rate" else HEADINGS[name].removesuffix(", points")
        sheet.write_string(3, column, heading, styles["head"])
        style = _style(name, unit)
        sheet.set_column(
            column,
            column,
            {"name": 32, "slice": 40, "tied_with": 30, "flags": 30, "action": 22, "grouped_with": 30}.get(name, 11),
        )
        for place, row in enumerate(rows):
            _write(sheet, 4 + place, column, _spoken(name, row.get(name), unit), styles[style])
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


def _write(sheet: Any, row: int, column: int, value: Any, style: Any) -> None:
    if value is None:
        sheet.write_string(row, column, DASH, style)
    elif isinstance(value, str):
        sheet.write_string(row, column, value, style)
    else:
        sheet.write_number(row, column, value, style)


NOTES = (
    ("Potential", "share of the data x gap: how much the overall metric would rise if this slice reached human level."),
    ("Gap", "human level minus the model; below zero the model is better and there is nothing to gain."),
    ("Low and high", "the ends of the {level:g} % interval. Where low is below 0, the gap may be chance."),
    ("Ties with", "slices whose order would be reversed in at least 16 % of repetitions: no reason to prefer one."),
    (
        "Shared out",
        "where slices have errors in common, its fair part of what all of them are worth together. This "
        "column adds up; potentials do not.",
    ),
    (
        "Adds next",
        "what a slice still adds once those that add more are done; together so far: what they and it bring.",
    ),
    ("Same rows", "a slice further up that is about the same rows, so that work on one is work on the other."),
    ("If all errors were fixed", "the most that work here could ever bring."),
    ("Human level from", "'inherited' values were measured on other rows: measure here before you decide."),
)


def _write_notes(sheet: Any, head: Head, styles: Mapping[str, Any]) -> None:
    facts = [
        ("Data set", head.source["dataset"]),
        ("Run", head.source["run"]),
        ("File", head.source["path"]),
        ("sha256", head.source["sha256"]),
        ("Rows", f"{head.rows:,} of {head.rows_total:,}"),
        ("Slicer", __version__),
    ]
    notes = [(name, text.format(level=100 * head.level)) for name, text in NOTES]
    lines = [*notes, ("", ""), *facts, *(("Note", warning) for warning in head.warnings)]
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 90)
    for row, (name, text) in enumerate(lines):
        sheet.write_string(row, 0, name, styles["wrap"])
        sheet.write_string(row, 1, str(text or ""), styles["wrap"])


def plain_workbook(rows: Sequence[Row]) -> bytes:
    """Any table as a workbook of one sheet."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet, bold = book.add_worksheet(), book.add_format({"bold": True, "bottom": 1})
        for column, name in enumerate(columns_of(rows)):
            sheet.write_string(0, column, name, bold)
            for place, row in enumerate(rows):
                _write(sheet, 1 + place, column, row.get(name), None)
    return out.getvalue()
