"""Sheets of a workbook: text is written as text, so that nothing in it runs."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import xlsxwriter

from slicer.display import DASH
from slicer.report.tables import Row, columns_of

OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}

NARROWEST, WIDEST = 9, 60
"""Characters a column of any table is wide."""

Styles = Mapping[str, Any]


@contextmanager
def workbook(out: io.BytesIO) -> Any:
    """A workbook that is written when the block ends, dated now."""
    with xlsxwriter.Workbook(out, OPTIONS) as book:
        book.set_properties({"created": datetime.now(UTC).replace(tzinfo=None)})
        yield book


def styles_of(book: Any) -> dict[str, Any]:
    """The formats all sheets share."""
    return {
        "finding": book.add_format({"bold": True, "font_size": 14}),
        "title": book.add_format({"bold": True, "font_size": 14, "text_wrap": True, "valign": "top"}),
        "part": book.add_format({"bold": True, "font_size": 11, "top": 1}),
        "quiet": book.add_format({"font_color": "#5C6168"}),
        "aside": book.add_format({"font_color": "#5C6168", "text_wrap": True, "valign": "top"}),
        "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "bottom"}),
        "percent": book.add_format({"num_format": "0.0%"}),
        "points": book.add_format({"num_format": "0.00"}),
        "number": book.add_format({"num_format": "0.000"}),
        "factor": book.add_format({"num_format": "0.##"}),
        "return": book.add_format({"num_format": "0.0000"}),
        "count": book.add_format({"num_format": "#,##0"}),
        "text": book.add_format({}),
        "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
    }


def write_cell(sheet: Any, row: int, column: int, value: Any, style: Any) -> None:
    """A cell: a dash where there is no answer, text as text, a number as a number."""
    if value is None:
        sheet.write_string(row, column, DASH, style)
    elif isinstance(value, str):
        sheet.write_string(row, column, value, style)
    else:
        sheet.write_number(row, column, value, style)


def write_pairs(sheet: Any, pairs: Sequence[tuple[str, Any]], styles: Styles) -> None:
    """Two columns: what it is, and what is said of it."""
    sheet.set_column(0, 0, 32)
    sheet.set_column(1, 1, 100)
    for row, (name, text) in enumerate(pairs):
        sheet.write_string(row, 0, name, styles["wrap"] if text or not name else styles["part"])
        sheet.write_string(row, 1, str(text or ""), styles["wrap"])


def plain_workbook(rows: Sequence[Row], notes: Sequence[tuple[str, Any]] = ()) -> bytes:
    """Any table as a workbook: the rows, with a header that stays in sight; and notes on a sheet of their own."""
    out = io.BytesIO()
    with workbook(out) as book:
        styles = styles_of(book)
        sheet = book.add_worksheet("Rows")
        names = columns_of(rows)
        for column, name in enumerate(names):
            sheet.write_string(0, column, name, styles["head"])
            width = max([len(name), *(_width(row.get(name)) for row in rows)])
            sheet.set_column(column, column, min(WIDEST, max(NARROWEST, width + 2)))
            for place, row in enumerate(rows):
                write_cell(sheet, 1 + place, column, row.get(name), None)
        if names:
            sheet.freeze_panes(1, 0)
            sheet.autofilter(0, 0, len(rows), len(names) - 1)
        if notes:
            write_pairs(book.add_worksheet("Notes"), notes, styles)
    return out.getvalue()


def _width(value: Any) -> int:
    return min(WIDEST, max(map(len, str(value).splitlines()), default=0)) if value is not None else 1
