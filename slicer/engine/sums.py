"""What is summed over rows that carry numbers: a score, errors over a total, the residuals of a regression."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from sqlglot import exp

from slicer.engine.sql import column
from slicer.metrics.moments import Moments, RatioSums, ResidualSums

Statistic = Moments | RatioSums | ResidualSums

Row = Mapping[str, exp.Expression]
"""Numbers of a row by name, from its columns; sums are written over the names."""

X, E, D, R, Y, W = (column(name) for name in ("x", "e", "d", "r", "y", "w"))


@dataclass(frozen=True, slots=True)
class Summed:
    """Aggregates of one statistic over the numbers of a row, and how it is read from their values."""

    row: Row
    aggregates: tuple[exp.Expression, ...]
    read: Callable[[Sequence[Any]], Statistic]
    by_cluster: Row
    """What a row adds to the totals of its cluster, by name, over the same numbers."""


def number(this: exp.Expression) -> exp.Expression:
    """A column as a finite number, else null: one NaN would poison every sum."""
    value = exp.cast(this, "DOUBLE")
    return exp.case().when(exp.Anonymous(this="isfinite", expressions=[value]), value.copy())


def score_sums(x: exp.Expression, weight: exp.Expression | None, origin: float) -> Summed:
    """Sums of a score per row, as its distance from the origin."""
    w = None if weight is None else W
    return Summed(
        _row(weight, x=exp.Sub(this=x, expression=exp.Literal.number(repr(origin)))),
        tuple(moments(X, w)),
        lambda values: read_moments(values, weight is not None, origin),
        {"x": weighed(X, w), "weight": weighed(present(X), w)},
    )


def ratio_sums(errors: exp.Expression, total: exp.Expression, weight: exp.Expression | None) -> Summed:
    """Sums of errors and of what they are out of, on rows that have both."""
    there = [errors, total, *([weight] if weight is not None else [])]
    e, d = (where_all(there, weighed(side, weight)) for side in (errors, total))
    sums = [_count(E), _sum(E), _sum(D), _sum(times(E, E)), _sum(times(E, D)), _sum(times(D, D))]

    def read(values: Sequence[Any]) -> RatioSums:
        n, *rest = values
        e, d, ee, ed, dd = (value or 0.0 for value in rest)
        return RatioSums(n=n, e=e, d=d, ee=ee, ed=ed, dd=dd, weighted=weight is not None)

    return Summed({"e": e, "d": d}, tuple(sums), read, {"errors": E, "total": D})


def residual_sums(
    label: exp.Expression, prediction: exp.Expression, weight: exp.Expression | None, origin: float
) -> Summed:
    """Sums of r = prediction − label and of y = label − origin, on rows that have both."""
    there = [label, prediction]
    row = _row(
        weight,
        r=where_all(there, exp.Sub(this=prediction, expression=label)),
        y=where_all(there, exp.Sub(this=label, expression=exp.Literal.number(repr(origin)))),
    )
    w = None if weight is None else W
    absolute, square = exp.Abs(this=R.copy()), times(R, R)
    products = [times(R, absolute), times(square, Y), times(square, Y, Y), times(Y, Y, Y), times(Y, Y, Y, Y)]
    parts = [moments(one, w) for one in (R, absolute, square, Y)]
    last = [_sum(weighed(weighed(one, w), w)) for one in products]
    named = {"r": R, "absolute": absolute, "squared": square, "y": Y, "yy": times(Y, Y), "weight": present(R)}
    ends = [0]
    for part in parts:
        ends.append(ends[-1] + len(part))

    def read(values: Sequence[Any]) -> ResidualSums:
        found = [read_moments(values[start:end], weight is not None) for start, end in pairwise(ends)]
        signed, rry, rryy, yyy, yyyy = (value or 0.0 for value in values[ends[-1] :])
        return ResidualSums(
            r=found[0],
            absolute=found[1],
            squared=found[2],
            y=found[3],
            signed=signed,
            rry=rry,
            rryy=rryy,
            yyy=yyy,
            yyyy=yyyy,
        )

    sums = (*(one for part in parts for one in part), *last)
    return Summed(row, sums, read, {name: weighed(one, w) for name, one in named.items()})


def _row(weight: exp.Expression | None, **numbers: exp.Expression) -> Row:
    return numbers if weight is None else {**numbers, "w": weight}


def moments(x: exp.Expression, weight: exp.Expression | None) -> list[exp.Expression]:
    """The sums of a number per row, as `read_moments` reads them."""
    if weight is None:
        return [_count(x), _sum(x), _sum(times(x, x))]
    w = where_all([x], weight)
    return [
        _count(times(weight, x)),
        _sum(w),
        _sum(times(w, w)),
        _sum(times(weight, x)),
        _sum(times(weight, x, x)),
        _sum(times(weight, weight, x)),
        _sum(times(weight, weight, x, x)),
    ]


def read_moments(values: Sequence[Any], weighted: bool, origin: float = 0.0) -> Moments:
    """The moments, from the values of `moments`."""
    n, *rest = values
    sums = [value or 0.0 for value in rest]
    if weighted:
        w, ww, wx, wxx, wwx, wwxx = sums
        return Moments(n=n, w=w, ww=ww, wx=wx, wxx=wxx, wwx=wwx, wwxx=wwxx, weighted=True, origin=origin)
    x, xx = sums
    return Moments(n=n, w=float(n), ww=float(n), wx=x, wxx=xx, wwx=x, wwxx=xx, origin=origin)


def present(this: exp.Expression) -> exp.Expression:
    """1 where a value is there, else null."""
    return where_all([this], exp.Literal.number(1))


def weighed(this: exp.Expression, weight: exp.Expression | None) -> exp.Expression:
    """A value times the row's weight."""
    return this if weight is None else times(weight, this)


def times(*factors: exp.Expression) -> exp.Expression:
    """A product."""
    first, *others = factors
    product: exp.Expression = exp.paren(first.copy())
    for one in others:
        product = exp.Mul(this=product, expression=exp.paren(one.copy()))
    return product


def _sum(this: exp.Expression) -> exp.Expression:
    return exp.Sum(this=this.copy())


def _count(this: exp.Expression) -> exp.Expression:
    return exp.Count(this=this.copy())


def where_all(there: Sequence[exp.Expression], this: exp.Expression) -> exp.Expression:
    """A value on the rows that have all of these, else null."""
    tests = [exp.Not(this=exp.Is(this=exp.paren(one.copy()), expression=exp.null())) for one in there]
    return exp.paren(exp.case().when(exp.paren(exp.and_(*tests)), this.copy()))
