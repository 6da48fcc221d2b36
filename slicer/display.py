"""Numbers as words on screen. Rates are fractions everywhere else; percent exists only here.

Where a metric may be a rate or a number, its unit is given and decides: `figure`, `value_of`, `change_of`,
`plus_minus`, `interval` and `explain` take one. `percent`, `number` and `points` are for what is always a rate.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from slicer.metrics.estimate import Estimate
from slicer.metrics.intervals import Interval
from slicer.metrics.registry import Unit
from slicer.vocabulary import FLAGS, METHODS

DASH, MINUS, NARROW = "–", "−", "\u202f"
"""No answer; a real minus; the narrow space before a unit."""

COUNTED_BELOW = 10
"""The denominator below which a proportion is shown as counts alone."""

LOPSIDED = 0.3
"""How far from its value the middle of an interval may lie, in half widths, for one number to stand for both sides."""

UNDEFINED = "nothing to divide by"
"""Why a number has no value, where its metric does not say."""


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


def amount(value: float | None, significant: int = 3) -> str:
    """A number that is no rate, with about three significant digits.

    >>> [amount(one) for one in (0.8212, -2.5, 0.0123, 12345.6, 0.0, 1.2e-7)]
    ['0.821', '−2.50', '0.0123', '12,346', '0', '1.20e−7']
    """
    if value is None or math.isnan(value):
        return DASH
    size = float(f"{abs(value):.{significant - 1}e}")
    sign = MINUS if value < 0 else ""
    if not size or not math.isfinite(size):
        return "0" if not size else f"{sign}∞"
    exponent = math.floor(math.log10(size))
    if exponent < -4 or exponent > 8:
        digits, power = f"{size:.{significant - 1}e}".split("e")
        return f"{sign}{digits}e{MINUS if int(power) < 0 else ''}{abs(int(power))}"
    decimals = max(0, significant - 1 - exponent)
    return f"{sign}{abs(value):,.{decimals}f}"


def as_it_is(value: float | None) -> str:
    """One row's number: a whole one in full, else about three significant digits.

    >>> as_it_is(13.0), as_it_is(-22.333)
    ('13', '−22.3')
    """
    if value is None or not float(value).is_integer():
        return amount(value)
    return f"{MINUS if value < 0 else ''}{abs(value):,.0f}"


def figure(value: float | None, unit: Unit = "rate") -> str:
    """A metric's value without its unit, for a column whose header says it.

    >>> figure(0.87), figure(0.87, "number")
    ('87.0', '0.870')
    """
    return number(value) if unit == "rate" else amount(value)


def gain(value: float | None, unit: Unit = "rate") -> str:
    """What is to be gained, of rates in points with two digits, without its unit.

    >>> gain(0.006), gain(0.281, "number")
    ('0.60', '0.281')
    """
    return number(value, 2) if unit == "rate" else amount(value)


def alike(values: Sequence[float | None], unit: Unit = "rate") -> list[str]:
    """Values side by side, without their unit: numbers with as many decimals as give the largest two digits.

    >>> alike([-6.12, -0.0076, None], "number")
    ['−6.1', '0.0', '–']
    """
    most = max((abs(value) for value in values if value), default=1.0)
    decimals = max(0, 1 - math.floor(math.log10(most)))

    def text(value: float | None) -> str:
        if value is None or unit == "rate":
            return figure(value, unit)
        size = f"{abs(value):.{decimals}f}"
        return MINUS + size if value < 0 and float(size) else size

    return [text(value) for value in values]


def value_of(value: float | None, unit: Unit = "rate") -> str:
    """A metric's value with its unit.

    >>> value_of(0.87).replace(NARROW, " "), value_of(-1.5, "number")
    ('87.0 %', '−1.50')
    """
    return percent(value) if unit == "rate" else amount(value)


def change_of(value: float | None, unit: Unit = "rate") -> str:
    """A difference of two values, with its sign.

    >>> change_of(0.014).replace(NARROW, " "), change_of(-0.25, "number")
    ('+1.4 pp', '−0.250')
    """
    text = points(value) if unit == "rate" else amount(value)
    return f"+{text}" if value is not None and value > 0 and figure(value, unit).strip("0.,") else text


def plus_minus(ci: Interval | None, digits: int = 1, unit: Unit = "rate") -> str:
    """Half the width of an interval.

    >>> plus_minus((0.858, 0.882)).replace(NARROW, " "), plus_minus((2.1, 2.5), unit="number").replace(NARROW, " ")
    ('± 1.2', '± 0.20')
    """
    if ci is None:
        return ""
    half = (ci[1] - ci[0]) / 2
    return f"±{NARROW}{100 * half:.{digits}f}" if unit == "rate" else f"±{NARROW}{amount(half, 2)}"


def spread(value: float | None, ci: Interval | None, digits: int = 1, unit: Unit = "rate") -> str:
    """What stands beside a value: half the width of its interval, or both ends where it lies to one side.

    >>> spread(0.87, (0.858, 0.882)).replace(NARROW, " "), spread(1.0, (0.722, 1.0))
    ('± 1.2', '72.2–100.0')
    >>> spread(0.0, (-0.5, 8.2), unit="number")
    '−0.50 to 8.2'
    """
    if ci is None or value is None:
        return ""
    half = (ci[1] - ci[0]) / 2
    if abs(ci[0] + half - value) <= LOPSIDED * half:
        return plus_minus(ci, digits, unit)
    low, high = (number(end, digits) if unit == "rate" else amount(end, 2) for end in ci)
    return f"{low} to {high}" if MINUS in low + high else f"{low}–{high}"


def interval(ci: Interval | None, level: float = 0.95, unit: Unit = "rate", digits: int = 1) -> str:
    """An interval from end to end, without the unit; `digits` of rates after the point.

    >>> interval((0.858, 0.882)).replace(NARROW, " "), interval(None)
    ('95 % interval 85.8 to 88.2', 'no interval')
    """
    if ci is None:
        return "no interval"
    low, high = (number(end, digits) if unit == "rate" else amount(end) for end in ci)
    return f"{100 * level:.0f}{NARROW}% interval {low} to {high}"


def count(value: float | None) -> str:
    """A count with its thousands.

    >>> count(2610)
    '2,610'
    """
    return DASH if value is None else f"{value:,.0f}"


def about(rows: int) -> str:
    """A number of rows in at most five characters, where there is no room for all digits.

    >>> [about(rows) for rows in (999, 1_086, 12_345, 999_500, 2_040_000)]
    ['999', '1.1k', '12k', '1.0M', '2.0M']
    """
    if rows < 1_000:
        return str(rows)
    size, letter = (1_000, "k") if rows < 999_500 else (1_000_000, "M")
    return f"{rows / size:.{1 if rows < 9.95 * size else 0}f}{letter}"


def counts(estimate: Estimate) -> str:
    """A rate on few rows, as counts.

    >>> counts(Estimate(value=7 / 9, n=9, denominator=9, ci=None, method=None))
    '7/9'
    """
    return DASH if estimate.numerator is None else f"{estimate.numerator:.0f}/{estimate.denominator:.0f}"


def counted(estimate: Estimate) -> bool:
    """Whether a value is a count of rows over rows, which can be said as counts.

    >>> counted(Estimate(value=0.5, n=8, denominator=8, ci=(0.2, 0.8), method="wilson"))
    True
    """
    return estimate.method == "wilson" and "weighted" not in estimate.flags


def counts_alone(estimate: Estimate) -> bool:
    """Whether an estimate rests on so few rows that only its counts are shown."""
    return counted(estimate) and estimate.denominator < COUNTED_BELOW


def explain(estimate: Estimate, unit: Unit = "rate", undefined: str = UNDEFINED) -> str:
    """The tooltip of an estimate: interval, denominator, method and flags; or why there is no value.

    Args:
        undefined: Why there is no value, if there is none.

    >>> explain(Estimate(value=None, n=3, denominator=0, ci=None, method=None))
    'nothing to divide by: 0 rows'
    """
    if estimate.value is None:
        return f"{undefined}: {_behind(estimate)}"
    behind = _behind(estimate)
    if counted(estimate):
        behind = f"{count(estimate.numerator)} of {count(estimate.denominator)}"
    if estimate.ci is not None and estimate.method is not None:
        behind = f"{interval(estimate.ci, estimate.level, unit)}, {behind}; {METHODS[estimate.method]}"
    return "; ".join([behind, *(FLAGS[flag] for flag in estimate.flags)])


def _behind(estimate: Estimate) -> str:
    """What was divided by: rows, or the total of errors over a total."""
    if estimate.denominator != estimate.n and estimate.method == "ratio":
        return f"{count(estimate.denominator)} in {count(estimate.n)} rows"
    return "1 row" if estimate.denominator == 1 else f"{count(estimate.denominator)} rows"


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
