"""Human levels as a table: `slice,value[,n][,lo,hi][,metric]`, a line for each, and what of it is of no use."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Iterator, Sequence

from slicer.errors import DataError, listed
from slicer.human.hlp import GivenHlp
from slicer.metrics.intervals import Interval
from slicer.slices import Slice, condition, parse

MOST_ROWS = 10**12
"""Rows behind a level are fewer than this, or the number is a slip."""

Row = dict[str, str | None]


def read_hlp_table(content: str, metrics: Iterable[str], *, rate: bool = True) -> dict[Slice, GivenHlp]:
    """A table `slice,value[,n][,lo,hi][,metric]`: an empty slice is all rows, `tag:NAME` is a tag.

    Args:
        content: CSV text.
        metrics: Lines of other metrics are left out; a line without one always counts.
        rate: Whether values are rates; else any number.

    Raises:
        DataError: a column is missing, a value is no rate or no number, or n no count.

    >>> table = read_hlp_table("slice,value\\n,0.9\\nnoise = 'car',0.93", ["accuracy"])
    >>> {str(slice_): given.value for slice_, given in table.items()}
    {'': 0.9, "noise = 'car'": 0.93}
    """
    read = _rate if rate else _number
    found: dict[Slice, GivenHlp] = {}
    for line, row in _lines(content):
        if (metric := _metric(row)) and metric not in metrics:
            continue
        slice_ = _slice(row)
        value = read(row["value"], line)
        ends = [read(row[name], line) for name in ("lo", "hi") if row.get(name)]
        found[slice_] = GivenHlp(
            value=value,
            n=_rows(n, line) if (n := row.get("n")) else None,
            ci=_interval(value, ends, line),
        )
    return found


def unused_lines(content: str, metrics: Sequence[str]) -> tuple[str, ...]:
    """What of a table of human levels changes no number, a sentence each.

    Args:
        content: CSV text that `read_hlp_table` can read.
        metrics: As there; a line without one is of the first.

    >>> for said in unused_lines("slice,value,metric\\n,0.9,f1\\n,0.8,\\n,0.7,Accuracy", ["accuracy"]):
    ...     print(said)
    Line 2 of the table of human levels is of another metric: f1.
    Line 4 gives all rows again: the last level counts.
    """
    others: dict[int, str] = {}
    again: list[str] = []
    seen: set[tuple[Slice, str]] = set()
    for line, row in _lines(content):
        if (metric := _metric(row)) and metric not in metrics:
            others[line] = (row["metric"] or "").strip()
            continue
        of = _slice(row), metric or metrics[0]
        if of in seen:
            again.append(f"Line {line} gives {str(of[0]) or 'all rows'} again: the last level counts.")
        seen.add(of)
    said = []
    if others:
        lines, many = listed([*map(str, others)], 5), len(others) > 1
        told = f"{'s' if many else ''} {lines} of the table of human levels {'are' if many else 'is'} of "
        named = f"{'other metrics' if many else 'another metric'}: {listed(sorted(set(others.values())), 5)}."
        said.append(f"Line{told}{named}")
    if not seen and not others:
        said.append("The table of human levels holds no level: below its header there is no line.")
    return (*said, *again)


def _lines(content: str) -> Iterator[tuple[int, Row]]:
    """The lines of a table with their numbers.

    Raises:
        DataError: a column is missing.
    """
    rows = csv.DictReader(io.StringIO(content.lstrip("\ufeff")))
    if not {"slice", "value"} <= set(rows.fieldnames or ()):
        raise DataError(
            "A table of human levels has the columns slice and value (and may have n, lo, hi, metric).",
            hint=f"Columns found: {', '.join(rows.fieldnames or ())}.",
        )
    yield from enumerate(rows, start=2)


def _metric(row: Row) -> str:
    """The metric a line is of, however it is written; empty where it says none."""
    return (row.get("metric") or "").strip().lower()


def _slice(row: Row) -> Slice:
    text = (row["slice"] or "").strip()
    return condition("tag", "=", text.removeprefix("tag:").strip()) if text.startswith("tag:") else parse(text)


def _interval(value: float, ends: list[float], line: int) -> Interval | None:
    if not ends:
        return None
    if len(ends) == 1 or not ends[0] <= value <= ends[1]:
        told = "only one end" if len(ends) == 1 else f"{ends[0]:g} to {ends[1]:g}, which does not hold {value:g}"
        raise DataError(
            f"Line {line} of the table of human levels: its interval has {told}.",
            hint="lo is the lower end and hi the upper one; leave both empty where there is none.",
        )
    return ends[0], ends[1]


def _rows(text: str, line: int) -> int:
    if not (text.strip().isdecimal() and 0 < int(text) < MOST_ROWS):
        raise DataError(
            f"Line {line} of the table of human levels: n is {text!r}, no number of rows.",
            hint="Write a whole number above 0, or leave it empty.",
        )
    return int(text)


def _rate(text: str | None, line: int) -> float:
    try:
        value = float(text or "")
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise DataError(
            f"Line {line} of the table of human levels: {text!r} is no rate from 0 to 1.", hint="Write 95 % as 0.95."
        )
    return value


def _number(text: str | None, line: int) -> float:
    try:
        value = float(text or "")
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise DataError(
            f"Line {line} of the table of human levels: {text!r} is no number.", hint="Write it with a point: 0.95."
        )
    return value
