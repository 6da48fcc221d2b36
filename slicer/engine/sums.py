"""What is summed over rows that carry numbers: a score, errors over a total, the residuals of a regression."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from sqlglot import exp

from slicer.metrics.moments import Moments, RatioSums, ResidualSums

Statistic = Moments | RatioSums | ResidualSums


@dataclass(frozen=True, slots=True)
class Summed:
    """Aggregates of one statistic, and how it is read from their values."""

    aggregates: tuple[exp.Expression, ...]
    read: Callable[[Sequence[Any]], Statistic]
    by_row: Mapping[str, exp.Expression]
    """What a row adds to the totals of its cluster, by name."""


def number(this: exp.Expression) -> exp.Expression:
    """A column as a finite number, else null: one NaN would poison every sum."""
    value = exp.cast(this, "DOUBLE")
    return exp.case().when(exp.Anonymous(this="isfinite", expressions=[value]), value.copy())


def score_sums(x: exp.Expression, weight: exp.Expression | None, origin: float) -> Summed:
    """Sums of a score per row, as its distance from the origin."""
    x = exp.paren(exp.Sub(this=x, expression=exp.Literal.number(repr(origin)))) if origin else x
    return Summed(
        tuple(moments(x, weight)),
        lambda values: read_moments(values, weight is not None, origin),
        {"x": weighed(x, weight), "weight": weighed(present(x), weight)},
    )


def ratio_sums(errors: exp.Expression, total: exp.Expression, weight: exp.Expression | None) -> Summed:
    """Sums of errors and of what they are out of, on rows that have both."""
    both = all_there(errors, total, *([weight] if weight is not None else []))
    e, d = (
        _where(both, side if weight is None else exp.Mul(this=weight.copy(), expression=side))
        for side in (errors, total)
    )
    sums = [_count(e), _sum(e), _sum(d), _sum(times(e, e)), _sum(times(e, d)), _sum(times(d, d))]

    def read(values: Sequence[Any]) -> RatioSums:
        n, *rest = values
        e, d, ee, ed, dd = (value or 0.0 for value in rest)
        return RatioSums(n=n, e=e, d=d, ee=ee, ed=ed, dd=dd, weighted=weight is not None)

    return Summed(tuple(sums), read, {"errors": e, "total": d})


def residual_sums(
    label: exp.Expression, prediction: exp.Expression, weight: exp.Expression | None, origin: float
) -> Summed:
    """Sums of r = prediction − label and of y = label − origin, on rows that have both."""
    r = exp.paren(exp.Sub(this=prediction, expression=label))
    there = all_there(label, prediction)
    y = _where(there, exp.paren(exp.Sub(this=label, expression=exp.Literal.number(repr(origin)))))
    square = times(r, r)
    w = [] if weight is None else [_where(there, weight)]
    products = [
        times(r, exp.Abs(this=r.copy())),
        times(square, y),
        times(square, y, y),
        times(y, y, y),
        times(y, y, y, y),
    ]
    parts = [moments(one, weight) for one in (r, exp.Abs(this=r.copy()), square, y)]
    last = [_sum(times(*w, *w, one)) for one in products]
    named = {"r": r, "absolute": exp.Abs(this=r.copy()), "squared": square, "weight": present(r)}
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
    return Summed(sums, read, {name: weighed(one, weight) for name, one in named.items()})


def moments(x: exp.Expression, weight: exp.Expression | None) -> list[exp.Expression]:
    """The sums of a number per row, as `read_moments` reads them."""
    if weight is None:
        return [_count(x), _sum(x), _sum(times(x, x))]
    w = _where(all_there(x), weight)
    return [
        _count(times(w, x)),
        _sum(w),
        _sum(times(w, w)),
        _sum(times(w, x)),
        _sum(times(w, x, x)),
        _sum(times(w, w, x)),
        _sum(times(w, w, x, x)),
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
    return _where(all_there(this), exp.Literal.number(1))


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


def all_there(*columns: exp.Expression) -> exp.Expression:
    tests = [exp.Not(this=exp.Is(this=exp.paren(one.copy()), expression=exp.null())) for one in columns]
    return exp.paren(exp.and_(*tests))


def _where(test: exp.Expression, this: exp.Expression) -> exp.Expression:
    return exp.paren(exp.case().when(test.copy(), this.copy()))


def where_all(there: Sequence[exp.Expression], this: exp.Expression) -> exp.Expression:
    """A value on the rows that have all of these, else null."""
    return _where(all_there(*there), this)
