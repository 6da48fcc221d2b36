"""What is summed over rows that carry probabilities: losses, calibration bins, and positives by score."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np
from sqlglot import exp

from slicer.engine.duckdb import DuckDBEngine
from slicer.engine.levels import Levels
from slicer.engine.sql import Relation, column
from slicer.engine.sums import moments, number, read_moments, times, where_all
from slicer.metrics.histograms import Histogram, ProbabilitySums, ScoreGroups
from slicer.slices import Slice

CLIP = 1e-15
"""Probabilities of the true class below this count as this, so that one row cannot cost infinity."""

BINS = 10
"""Calibration bins of equal width."""

HELD = 50_000
"""Distinct scores that are held for exact curves; beyond, `FINE` bins of equal log odds stand in."""

FINE = 4096


def probability_sums(engine: DuckDBEngine, levels: Sequence[Levels], where: Slice) -> dict[Slice, ProbabilitySums]:
    """The sums of every slice of a column, or of several crossed; of all rows without a column.

    Empty where the run has no probability for each of its classes.
    """
    terms = _terms(engine.relation)
    if terms is None:
        return {}
    p, y, p_true, brier, there = terms
    loss = where_all(there, exp.Neg(this=exp.Ln(this=_clipped(p_true))))
    low = where_all(there, exp.cast(exp.LT(this=p_true.copy(), expression=exp.Literal.number(CLIP)), "INT"))
    parts = [moments(loss, None), moments(where_all(there, brier), None)]
    sums = engine.grouped_sums(levels, where, [], [*parts[0], *parts[1], exp.Sum(this=low)])
    p, y = where_all(there, p), where_all(there, exp.cast(y, "DOUBLE"))
    place = exp.Least(
        this=exp.cast(exp.Floor(this=times(p, exp.Literal.number(BINS))), "INT"),
        expressions=[exp.Literal.number(BINS - 1)],
    )
    binned = _by_slice(engine.grouped_sums(levels, where, [place], _bin_sums(p, y)))
    groups, bins = _scores(engine, levels, where, p, y) if engine.relation.positive is not None else ({}, {})
    return {
        slice_: ProbabilitySums(
            log_loss=read_moments(values[: len(parts[0])], weighted=False),
            clipped=int(values[-1] or 0),
            brier=read_moments(values[len(parts[0]) : -1], weighted=False),
            calibration=_histogram(binned[slice_], BINS),
            groups=groups.get(slice_),
            bins=bins.get(slice_),
        )
        for slice_, _, _, values in sums
    }


Terms = tuple[exp.Expression, exp.Expression, exp.Expression, exp.Expression, list[exp.Expression]]


def _terms(relation: Relation) -> Terms | None:
    """p and y of the calibration, the true class's probability, the Brier loss, and what must be there."""
    pairs, label = relation.run.probabilities, relation.label
    if not pairs or label is None:
        return None
    if relation.positive is not None and relation.negative is not None:
        return _binary(relation, pairs, label)
    if len(pairs) < 2:
        return None
    columns = [number(column(name)) for _, name in pairs]
    p_true = exp.case()
    for (key, _), value in zip(pairs, columns, strict=True):
        p_true = p_true.when(exp.EQ(this=label.copy(), expression=exp.Literal.string(key)), value.copy())
    truth = exp.paren(p_true)
    squares: exp.Expression = exp.Literal.number(1)
    for value in columns:
        squares = exp.Add(this=squares, expression=times(value, value))
    brier = exp.paren(exp.Sub(this=squares, expression=times(exp.Literal.number(2), truth)))
    most = exp.Greatest(this=columns[0].copy(), expressions=[one.copy() for one in columns[1:]])
    right = exp.EQ(this=relation.by_largest(pairs), expression=label.copy())
    return most, right, truth, brier, [label, truth, *columns]


def _binary(relation: Relation, pairs: tuple[tuple[str, str], ...], label: exp.Expression) -> Terms | None:
    named = {key or relation.positive: number(column(name)) for key, name in pairs}
    p = named.get(relation.positive)
    if p is None:
        other = named.get(relation.negative)
        if other is None:
            return None
        p = exp.paren(exp.Sub(this=exp.Literal.number(1), expression=other))
    y = exp.paren(exp.EQ(this=label.copy(), expression=exp.Literal.string(str(relation.positive))))
    rest = exp.paren(exp.Sub(this=exp.Literal.number(1), expression=p.copy()))
    p_true = exp.paren(exp.case().when(y.copy(), p.copy()).else_(rest))
    gap = exp.paren(exp.Sub(this=p.copy(), expression=exp.cast(y.copy(), "DOUBLE")))
    return p, y, p_true, times(gap, gap), [label, p]


def _clipped(p: exp.Expression) -> exp.Expression:
    low = exp.Greatest(this=p.copy(), expressions=[exp.Literal.number(CLIP)])
    return exp.Least(this=low, expressions=[exp.Literal.number(1)])


def _bin_sums(p: exp.Expression, y: exp.Expression) -> list[exp.Expression]:
    return [exp.Count(this=p.copy()), exp.Sum(this=p.copy()), exp.Sum(this=times(p, p)), exp.Sum(this=y.copy())]


def _scores(
    engine: DuckDBEngine, levels: Sequence[Levels], where: Slice, p: exp.Expression, y: exp.Expression
) -> tuple[dict[Slice, ScoreGroups], dict[Slice, Histogram]]:
    """Positives and negatives by distinct score, or by fine bins where scores are too many to hold."""
    if engine.about(p, where) <= HELD:
        found = _by_slice(engine.grouped_sums(levels, where, [p], _bin_sums(p, y)))
        return {slice_: _groups(rows) for slice_, rows in found.items()}, {}
    found = _by_slice(engine.grouped_sums(levels, where, [_fine_place(p)], _bin_sums(p, y)))
    return {}, {slice_: _histogram(rows, FINE) for slice_, rows in found.items()}


def _fine_place(p: exp.Expression) -> exp.Expression:
    """The fine bin of a probability: equal steps of its log odds from -16 to 16, which keep the order of scores."""
    inside = exp.Least(
        this=exp.Greatest(this=p.copy(), expressions=[exp.Literal.number("2e-7")]),
        expressions=[exp.Literal.number("0.9999998")],
    )
    rest = exp.paren(exp.Sub(this=exp.Literal.number(1), expression=inside.copy()))
    odds = exp.paren(
        exp.Add(this=exp.Ln(this=exp.Div(this=inside, expression=rest)), expression=exp.Literal.number(16))
    )
    return exp.cast(exp.Floor(this=times(odds, exp.Literal.number(FINE // 32))), "INT")


def _by_slice(
    rows: Sequence[tuple[Slice, tuple[Any, ...], int, tuple[Any, ...]]],
) -> dict[Slice, list[tuple[Any, ...]]]:
    found: dict[Slice, list[tuple[Any, ...]]] = defaultdict(list)
    for slice_, extra, _, values in rows:
        mine = found[slice_]
        if extra[0] is not None:
            mine.append((extra[0], *values))
    return found


def _groups(rows: Sequence[tuple[Any, ...]]) -> ScoreGroups:
    ordered = sorted(rows)
    positives = np.array([y for *_, y in ordered], dtype=float)
    return ScoreGroups(
        scores=np.array([score for score, *_ in ordered], dtype=float),
        positives=positives,
        negatives=np.array([n for _, n, *_ in ordered], dtype=float) - positives,
    )


def _histogram(rows: Sequence[tuple[Any, ...]], bins: int) -> Histogram:
    table = np.zeros((4, bins))
    for place, *values in rows:
        table[:, int(place)] = values
    n, p, pp, y = table
    return Histogram(n=n, p=p, pp=pp, y=y)
