"""Numbers as words on screen. Rates are fractions everywhere else; percent exists only here."""

from __future__ import annotations

from collections.abc import Sequence

from slicer.metrics.estimate import Estimate
from slicer.metrics.intervals import Interval
from slicer.vocabulary import METHODS

DASH, MINUS, NARROW = "–", "−", "\u202f"
"""No answer; a real minus; the narrow space before a unit."""


def percent(value: float | None, digits: int = 1) -> str:
    """A rate with its unit.

    >>> percent(0.87).replace(NARROW, " "), percent(None)
    ('87.0 %', '–')
    """
    return DASH if value is None else f"{number(value, digits)}{NARROW}%"


def number(value: float | None, digits: int = 1) -> str:
    """A rate in percent or a difference in points without its unit, for a column whose header says it.

    >>> number(-0.014), number(-0.00001)
    ('−1.4', '0.0')
    """
    if value is None:
        return DASH
    text = f"{abs(100 * value):.{digits}f}"
    return MINUS + text if value < 0 and float(text) else text


def points(value: float | None, digits: int = 1) -> str:
    """A difference in percentage points.

    >>> points(0.006, 2).replace(NARROW, " ")
    '0.60 pp'
    """
    return DASH if value is None else f"{number(value, digits)}{NARROW}pp"


def plus_minus(ci: Interval | None, digits: int = 1) -> str:
    """Half the width of an interval.

    >>> plus_minus((0.858, 0.882)).replace(NARROW, " ")
    '± 1.2'
    """
    return "" if ci is None else f"±{NARROW}{100 * (ci[1] - ci[0]) / 2:.{digits}f}"


def count(value: float | None) -> str:
    """A count with its thousands.

    >>> count(2610)
    '2,610'
    """
    return DASH if value is None else f"{value:,.0f}"


def counts(estimate: Estimate) -> str:
    """A rate on few rows, as counts.

    >>> counts(Estimate(value=19 / 27, n=27, denominator=27, ci=None, method=None))
    '19/27'
    """
    return DASH if estimate.numerator is None else f"{estimate.numerator:.0f}/{estimate.denominator:.0f}"


def explain(estimate: Estimate) -> str:
    """The tooltip of an estimate: interval, method, denominator; or why there is no value.

    >>> explain(Estimate(value=None, n=3, denominator=0, ci=None, method=None))
    'nothing to divide by: 0 rows'
    """
    if estimate.value is None:
        return f"nothing to divide by: {count(estimate.denominator)} rows"
    behind = f"{count(estimate.denominator)} rows"
    if estimate.method == "wilson":
        behind = f"{count(estimate.numerator)} of {count(estimate.denominator)}"
    if estimate.ci is None or estimate.method is None:
        return behind
    low, high = (number(end) for end in estimate.ci)
    return f"{100 * estimate.level:.0f}{NARROW}% interval {low} to {high}, {behind}; {METHODS[estimate.method]}"


def rows_have(number_of_rows: int) -> str:
    """A count of rows with its verb.

    >>> rows_have(1), rows_have(4)
    ('1 row has', '4 rows have')
    """
    return "1 row has" if number_of_rows == 1 else f"{number_of_rows:,} rows have"


def listing(names: Sequence[str]) -> str:
    """Names as a sentence lists them.

    >>> listing(["a", "b", "c"])
    'a, b and c'
    """
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""
