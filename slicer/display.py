"""Numbers and findings as words on screen. Rates are fractions everywhere else; percent exists only here."""

from __future__ import annotations

from collections.abc import Sequence

from slicer.metrics.estimate import Estimate
from slicer.metrics.intervals import Interval
from slicer.priorities.ranking import RankedRow
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


def priorities_finding(rows: Sequence[RankedRow], metric: str) -> tuple[str, str]:
    """The sentence on top of Priorities, and the one that qualifies it."""
    ranked = [row for row in rows if row.candidate.ranked]
    gaining = [row for row in ranked if (row.candidate.potential or 0.0) > 0]
    if not ranked:
        return "Nothing can be ranked yet", _unranked(rows)
    if not gaining:
        return "The model is at human level or above in every slice that can be ranked", _unranked(rows)
    best = gaining[0]
    tied = [row for row in gaining[1:] if row.candidate.slice in best.tied_with]
    worth = points(best.candidate.potential, 2).replace(f"{NARROW}pp", " points")
    source = best.candidate.hlp.source if best.candidate.hlp else ""
    if source == "ceiling":
        sentence = (
            f"{_capital(best.candidate.name)} holds the most errors: fixing all of them is worth {worth} of {metric}"
        )
        return sentence, "No human level is known, so every error counts as one that could be fixed."
    if not tied:
        return f"Closing the gap of {best.candidate.name} is worth the most: {worth} of {metric}", _hardest(ranked)
    names = [best.candidate.name, *(row.candidate.name for row in tied)]
    if len(names) <= 3:
        return f"{_capital(listing(names))} tie: closing either gap is worth about {worth}", _hardest(ranked)
    return f"{len(names)} slices tie at the top, {best.candidate.name} among them: {worth} of {metric}", _hardest(
        ranked
    )


def _hardest(ranked: Sequence[RankedRow]) -> str:
    """A slice that looks bad but where people do no better."""
    known = [row for row in ranked if row.candidate.estimate.value is not None]
    worst = min(known, key=lambda row: row.candidate.estimate.value or 0.0)
    gap = worst.candidate.gap
    looks = f"{_capital(worst.candidate.name)} looks worst ({percent(worst.candidate.estimate.value)})"
    if gap is not None and gap.value <= 0 and worst.candidate.hlp is not None and not worst.candidate.hlp.inherited:
        return f"{looks}, but people do no better there: nothing to gain."
    return f"{looks}; closing its gap is worth {points(worst.candidate.potential, 2)}."


def _unranked(rows: Sequence[RankedRow]) -> str:
    few = sum(row.candidate.low_support for row in rows)
    return f"{count(few)} of {count(len(rows))} rows of the table rest on fewer than 30 examples." if rows else ""


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
