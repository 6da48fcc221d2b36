"""Tables as CSV and Markdown. No cell can run as a formula when a spreadsheet opens the file."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from slicer.display import DASH
from slicer.quoting import guard_cell

Row = Mapping[str, Any]

NUMBERS = re.compile(r"[-−\d.,\s\[\]to%eE]*")
"""Text that is numbers alone, such as the ends of an interval: a minus in front of them begins no formula."""


def safe(value: Any) -> Any:
    """A cell that a spreadsheet shows and never runs.

    >>> safe("=1+1"), safe(-0.5), safe("cat")
    ("'=1+1", -0.5, 'cat')
    """
    return guard_cell(value) if isinstance(value, str) else value


def to_csv(rows: Sequence[Row], columns: Sequence[str] = ()) -> str:
    """Comma-separated, one line for each row, numbers as they are, nothing where there is no answer.

    Args:
        columns: The header; that of the rows if empty.

    >>> to_csv([{"a": "x, y", "b": None}, {"a": 0.5}])
    'a,b\\n"x, y",\\n0.5,\\n'
    """
    columns = columns or columns_of(rows)
    lines = [columns, *([row.get(name) for name in columns] for row in rows)]
    return "".join(f"{','.join(map(_csv_cell, line))}\n" for line in lines)


def _csv_cell(value: Any) -> str:
    """A safe cell, quoted where it must be. Python's writer leaves a carriage return bare: a line end for others."""
    text = "" if value is None else str(safe(value))
    return '"' + text.replace('"', '""') + '"' if any(letter in text for letter in ',"\r\n') else text


def to_markdown(rows: Sequence[Row]) -> str:
    """A Markdown table.

    >>> print(to_markdown([{"a": "x|y", "b": None}]))
    | a | b |
    | --- | --- |
    | x\\|y | – |
    <BLANKLINE>
    """
    columns = columns_of(rows)
    lines = [
        [_cell(name) for name in columns],
        ["---"] * len(columns),
        *([_cell(row.get(name)) for name in columns] for row in rows),
    ]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _cell(value: Any) -> str:
    if value is None:
        return DASH
    text = f"{value:.4f}" if isinstance(value, float) else str(value)
    if isinstance(value, str) and not NUMBERS.fullmatch(text):
        text = guard_cell(text)
    for mark, safely in (("\\", "\\\\"), ("|", "\\|"), ("`", "\\`"), ("<", "&lt;")):
        text = text.replace(mark, safely)
    return " ".join(text.splitlines())


def columns_of(rows: Sequence[Row]) -> list[str]:
    return list(dict.fromkeys(name for row in rows for name in row))


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a result's frame, None where there is no answer."""
    return [
        {name: None if pd.isna(value) else value for name, value in row.items()} for row in frame.to_dict("records")
    ]
