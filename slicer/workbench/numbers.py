"""Runs measured by numbers: what a row is measured by, how that is spread, and the rows where it is worst."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlglot import exp

from slicer.engine.distribution import distribution, joint, worst_ids
from slicer.engine.duckdb import Example
from slicer.engine.sql import OFF_BY, OWN_RATE, column
from slicer.engine.sums import number, score_sums, where_all
from slicer.metrics.distribution import Distribution, Joint
from slicer.metrics.moments import Moments
from slicer.slices import Slice
from slicer.workbench.counting import Counting
from slicer.workbench.derived import as_number, off_by, own_rate


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """The rows of a run measured by numbers, beside their metrics."""

    name: str
    """What is spread: the score, the rows' own error rates, or how far predictions are off."""
    distribution: Distribution | None
    """None where no row has it."""
    joint: Joint | None
    """Label (across) and prediction (down) of a regression."""
    mean_of_ratios: float | None
    """The mean of the rows' own error rates: what the error rate is not."""
    worst: tuple[Example, ...]
    """The worst rows, worst first."""


def numbers(bench: Counting, where: Slice, worst: int) -> Numbers:
    """How the numbers of a slice's rows are spread, and its worst rows."""
    name, this = _spread(bench)
    ids = worst_rows(bench, where, worst)
    found = bench.examples_by_id(ids)
    pair = None
    if bench.task == "regression":
        label, prediction = _columns(bench)
        pair = joint(bench.engine, where_all([prediction], label), where_all([label], prediction), where)
    return Numbers(
        name=name,
        distribution=distribution(bench.engine, this, where, difference=bench.task == "regression"),
        joint=pair,
        mean_of_ratios=_mean_of_ratios(bench, where) if bench.task == "ratio" else None,
        worst=tuple(found[one] for one in ids),
    )


def worst_rows(bench: Counting, where: Slice, limit: int) -> list[str]:
    """The ids of the worst rows: the lowest scores (or highest, where lower is better), the most errors, or the
    predictions furthest off."""
    match bench.task:
        case "score":
            (score,) = _columns(bench)
            order = [exp.Ordered(this=score, desc=not bench.higher_is_better("mean"))]
        case "ratio":
            errors, total = _columns(bench)
            order = [exp.Ordered(this=where_all([total], errors), desc=True), exp.Ordered(this=total, desc=False)]
        case _:
            order = [exp.Ordered(this=exp.Abs(this=off_by(bench.relation)), desc=True)]
    return worst_ids(bench.engine, order, where, limit)


def measures(bench: Counting, values: Mapping[str, Any]) -> tuple[tuple[str, float | None], ...]:
    """What one row is measured by: names and numbers, the one that orders the rows last; empty where rows are
    right or wrong.

    Args:
        values: The row's columns.
    """
    roles, run = bench.dataset.roles, bench.run
    match bench.task:
        case "score":
            return ((str(run.score), _finite(values[str(run.score)])),)
        case "ratio":
            e, d = _finite(values[str(run.errors)]), _finite(values[str(roles.total)])
            own = None if e is None or not d else e / d
            return (str(run.errors), e), (str(roles.total), d), (OWN_RATE, own)
        case "regression":
            y, said = _finite(values[str(roles.label)]), _finite(values[str(run.prediction)])
            off = None if y is None or said is None else said - y
            return ("label", y), ("prediction", said), (OFF_BY, off)
    return ()


def mean_deviation(bench: Counting, where: Slice) -> float | None:
    """The mean distance of a regression's labels from their mean: what always saying the mean is off by."""
    label, prediction = _columns(bench)
    y = where_all([prediction], label)
    middle = _mean(bench, where, y)
    if middle is None:
        return None
    apart = exp.Sub(this=y.copy(), expression=exp.Literal.number(repr(middle)))
    return _mean(bench, where, exp.Abs(this=exp.paren(apart)))


def _mean_of_ratios(bench: Counting, where: Slice) -> float | None:
    return _mean(bench, where, own_rate(bench.relation))


def _mean(bench: Counting, where: Slice, this: exp.Expression) -> float | None:
    """The mean of a number over the rows that have it; None without any."""
    weight = bench.dataset.roles.weight
    summed = score_sums(this, None if weight is None else number(column(weight)), 0.0)
    found = bench.engine.sums_by([], where, summed)[0][2]
    assert isinstance(found, Moments)
    return found.mean


def _spread(bench: Counting) -> tuple[str, exp.Expression]:
    """What is spread, and its name."""
    match bench.task:
        case "score":
            return str(bench.run.score), _columns(bench)[0]
        case "ratio":
            return OWN_RATE, own_rate(bench.relation)
    return OFF_BY, off_by(bench.relation)


def _columns(bench: Counting) -> list[exp.Expression]:
    """The numbers of a row, by task: the score; errors and total; label and prediction."""
    roles, run = bench.dataset.roles, bench.run
    names = {
        "score": [run.score],
        "ratio": [run.errors, roles.total],
        "regression": [roles.label, run.prediction],
    }[bench.task]
    return [as_number(name) for name in names]


def _finite(value: Any) -> float | None:
    """A value as a finite number, else None."""
    if value is None:
        return None
    as_number = float(value)
    return as_number if abs(as_number) < float("inf") else None
