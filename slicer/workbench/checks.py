"""Whether numbers are what their role says, asked once of each run: weights, probabilities, errors and totals."""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from slicer.display import rows_have
from slicer.engine.duckdb import DuckDBEngine
from slicer.engine.sql import Relation, column
from slicer.engine.sums import number
from slicer.errors import UsageError, listed

LARGEST = 1e150
"""A score whose square is still a number, and many of them together."""
ROUNDED = 0.01
"""Probabilities of a row may miss 1 by this much: they were rounded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What was found."""

    warnings: tuple[str, ...] = ()
    probabilities: bool = True
    """Whether the run's probabilities are probabilities."""


def check_numbers(engine: DuckDBEngine) -> Checked:
    """Look through the numbers of a run.

    Raises:
        UsageError: weights, errors or totals that cannot be.
    """
    relation = engine.relation
    _sizes(engine, relation)
    warnings = [*_weights(engine, relation), *_ratio(engine, relation)]
    odd = _probabilities(engine, relation)
    return Checked(warnings=(*warnings, *odd), probabilities=not odd)


def _sizes(engine: DuckDBEngine, relation: Relation) -> None:
    """Refuse scores, the model's and people's, that are too large to be averaged."""
    run = relation.run
    if run.score is None and run.errors is None:
        return
    names = [name for name in (run.score, run.errors, relation.roles.total, *relation.roles.humans) if name]
    names = [name for name in names if relation.kind(name) in ("integer", "real")]
    if not names:
        return
    for name, largest in zip(names, engine.totals([_largest(name) for name in names]), strict=True):
        if largest is not None and largest > LARGEST:
            raise UsageError(
                f"{name!r} holds the number {largest:g}: so large a number is a slip, and no mean can be taken of it.",
                hint="Correct it, or leave it empty where nothing was measured.",
            )


def _largest(name: str) -> exp.Expression:
    return exp.Max(this=exp.Abs(this=number(column(name))))


def _weights(engine: DuckDBEngine, relation: Relation) -> list[str]:
    name = relation.roles.weight
    if name is None:
        return []
    w = number(column(name))
    rows, there, negative, least, total = engine.totals(
        [exp.Count(this=exp.Star()), exp.Count(this=w), _count_if(_below(w, 0)), exp.Min(this=w), exp.Sum(this=w)]
    )
    if negative:
        raise UsageError(
            f"{rows_have(negative)} a negative weight in {name!r} (the smallest is {least:g}).",
            hint="A weight says how many rows a row stands for. Correct them, or give the column another role.",
        )
    if not total:
        raise UsageError(f"The weights in {name!r} add up to nothing.", hint="Give the column another role.")
    return [f"{rows_have(rows - there)} no weight: they count for nothing."] if there < rows else []


def _ratio(engine: DuckDBEngine, relation: Relation) -> list[str]:
    errors, total = relation.run.errors, relation.roles.total
    if errors is None or total is None:
        return []
    e, d = number(column(errors)), number(column(total))
    nothing = exp.and_(exp.EQ(this=d.copy(), expression=exp.Literal.number(0)), _above(e, 0))
    below_e, below_d, zero, lost = engine.totals(
        [
            _count_if(_below(e, 0)),
            _count_if(_below(d, 0)),
            _count_if(nothing),
            exp.Sum(this=exp.case().when(nothing.copy(), e.copy())),
        ]
    )
    for name, rows in ((errors, below_e), (total, below_d)):
        if rows:
            raise UsageError(
                f"{rows_have(rows)} a negative number in {name!r}.",
                hint="Errors and their total are counts. Correct them, or give the column another role.",
            )
    if not zero:
        return []
    return [
        f"{rows_have(zero)} errors in {errors!r} and a total of 0 in {total!r}: "
        f"their {lost:g} errors count in the ratio of sums, and their own ratio is undefined."
    ]


def _probabilities(engine: DuckDBEngine, relation: Relation) -> list[str]:
    """What is wrong with the probabilities; nothing if they are."""
    pairs = relation.run.probabilities
    if not pairs:
        return []
    values = [number(column(name)) for _, name in pairs]
    outside = [_count_if(exp.or_(_below(one, 0), _above(one, 1))) for one in values]
    whole = values[0].copy()
    for one in values[1:]:
        whole = exp.Add(this=whole, expression=one.copy())
    off = exp.Abs(this=exp.paren(exp.Sub(this=exp.paren(whole), expression=exp.Literal.number(1))))
    *counts, not_one = engine.totals([*outside, _count_if(_above(off, ROUNDED))])
    wrong = [name for (_, name), rows in zip(pairs, counts, strict=True) if rows]
    without = "log loss, Brier score and calibration are left out."
    if wrong:
        return [f"{listed(wrong, 3)} holds numbers outside 0 to 1: these are scores, no probabilities; {without}"]
    if len(pairs) > 1 and not_one:
        names = listed([name for _, name in pairs], 3)
        return [f"The probabilities {names} of {not_one:,} rows do not add up to 1: {without}"]
    return []


def _count_if(test: exp.Condition) -> exp.Expression:
    return exp.Count(this=exp.case().when(test, exp.Literal.number(1)))


def _below(this: exp.Expression, limit: float) -> exp.Condition:
    return exp.LT(this=this.copy(), expression=exp.Literal.number(limit))


def _above(this: exp.Expression, limit: float) -> exp.Condition:
    return exp.GT(this=this.copy(), expression=exp.Literal.number(limit))
