"""What is summed over rows that carry probabilities: losses, calibration bins, and positives by score."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from sqlglot import exp

from slicer.engine.arrays import sums_by_value
from slicer.engine.duckdb import DuckDBEngine
from slicer.engine.levels import Levels
from slicer.engine.sql import Relation, column
from slicer.engine.sums import moments, number, present, read_moments, times, weighed, where_all
from slicer.metrics.histograms import Histogram, ProbabilitySums, ScoreGroups
from slicer.metrics.moments import Moments
from slicer.slices import Slice

CLIP = 1e-15
"""Probabilities of the true class below this count as this, so that one row cannot cost infinity."""

BINS = 10
"""Calibration bins of equal width."""

HELD = 200_000
"""Distinct scores that are held for exact curves; beyond, fine bins of equal log odds stand in."""

FINE, WIDEST = 4096, 16
"""How many, and the log odds where the outermost begin."""

MOST_CURVES = 20
"""Of more classes than this there are no curves."""

Curve = tuple[exp.Expression, exp.Expression]
"""The score of a class, and whether a row is of that class; both null where the row does not count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a row with probabilities holds; each null where the row does not count."""

    log_loss: exp.Expression
    low: exp.Expression
    """1 where the true class has a probability below `CLIP`."""
    brier: exp.Expression
    p: exp.Expression
    """Of the positive class, or of the most probable one."""
    y: exp.Expression
    """1 where that class is the true one."""
    curves: tuple[Curve, ...] = field(repr=False)
    top_two: exp.Expression | None = None

    @property
    def losses(self) -> dict[str, exp.Expression]:
        named = {"log_loss": self.log_loss, "brier": self.brier, "top_two": self.top_two}
        return {name: one for name, one in named.items() if one is not None}


def probability_sums(
    engine: DuckDBEngine, levels: Sequence[Levels], where: Slice, *, sound: bool = True
) -> dict[Slice, ProbabilitySums]:
    """The sums of every slice of a column, or of several crossed; of all rows without a column.

    Empty where the run has no probability for each of its classes.

    Args:
        sound: Whether they are probabilities; numbers that are not have curves alone.
    """
    terms = _terms(engine.relation)
    if terms is None:
        return {}
    weight = _weight(engine.relation)
    scored, binned = _curves(engine, levels, where, terms.curves, weight, sound)
    if not sound:
        return {
            slice_: ProbabilitySums(log_loss=None, clipped=0, brier=None, calibration=None, curves=mine)
            for slice_, mine in scored.items()
        }
    parts = {name: moments(one, weight) for name, one in terms.losses.items()}
    place = exp.Least(
        this=exp.cast(exp.Floor(this=times(terms.p, exp.Literal.number(BINS))), "INT"),
        expressions=[exp.Literal.number(BINS - 1)],
    )
    bins = _bin_sums(terms.p, terms.y, weight)
    aggregates = [one for part in parts.values() for one in part] + [exp.Sum(this=terms.low), *bins]
    by_bin: dict[Slice, list[tuple[Any, ...]]] = defaultdict(list)
    for slice_, (at,), _, values in engine.grouped_sums(levels, where, [place], aggregates):
        by_bin[slice_].append((at, values))
    found = {slice_: _read(rows, parts, weight is not None) for slice_, rows in by_bin.items()}
    return {
        slice_: ProbabilitySums(
            log_loss=losses["log_loss"],
            clipped=clipped,
            brier=losses["brier"],
            calibration=histogram,
            curves=scored.get(slice_, ()),
            binned=binned,
            top_two=losses.get("top_two"),
        )
        for slice_, (losses, clipped, histogram) in found.items()
    }


def cluster_terms(relation: Relation) -> Mapping[str, exp.Expression]:
    """What a row adds to the totals of its cluster, by name; empty without probabilities."""
    terms = _terms(relation)
    if terms is None:
        return {}
    weight = _weight(relation)
    named = {**terms.losses, "weight": present(terms.log_loss)}
    return {name: weighed(one, weight) for name, one in named.items()}


def _weight(relation: Relation) -> exp.Expression | None:
    return None if relation.roles.weight is None else number(column(relation.roles.weight))


def _read(
    rows: Sequence[tuple[Any, ...]], parts: Mapping[str, Sequence[exp.Expression]], weighted: bool
) -> tuple[dict[str, Moments], int, Histogram]:
    """The losses and the histogram of one slice, from its lines by bin."""
    losses: dict[str, Moments] = {}
    clipped, table = 0, np.zeros((5, BINS))
    for at, values in rows:
        start = 0
        for name, part in parts.items():
            mine = read_moments(values[start : start + len(part)], weighted)
            losses[name] = losses[name] + mine if name in losses else mine
            start += len(part)
        clipped += int(values[start] or 0)
        if at is not None:
            table[:, int(at)] = [value or 0.0 for value in values[start + 1 :]]
    n, p, y, spread, gaps = table
    return losses, clipped, Histogram(n=n, p=p, y=y, spread=spread, gaps=gaps)


def _terms(relation: Relation) -> Terms | None:
    pairs, label = relation.run.probabilities, relation.label
    if not pairs or label is None:
        return None
    if relation.positive is not None and relation.negative is not None:
        return _binary(relation, pairs, label)
    return _several(relation, pairs, label) if len(pairs) > 1 else None


def _several(relation: Relation, pairs: tuple[tuple[str, str], ...], label: exp.Expression) -> Terms:
    columns = [number(column(name)) for _, name in pairs]
    truths = [exp.paren(exp.EQ(this=label.copy(), expression=exp.Literal.string(key))) for key, _ in pairs]
    p_true: exp.Expression = exp.case()
    for truth, value in zip(truths, columns, strict=True):
        p_true = p_true.when(truth.copy(), value.copy())  # type: ignore[attr-defined]
    p_true = exp.paren(p_true)
    squares: exp.Expression = exp.Literal.number(1)
    for value in columns:
        squares = exp.Add(this=squares, expression=times(value, value))
    brier = exp.paren(exp.Sub(this=squares, expression=times(exp.Literal.number(2), p_true)))
    ahead: exp.Expression = exp.Literal.number(0)
    for value in columns:
        above = exp.paren(exp.GT(this=value.copy(), expression=p_true.copy()))
        ahead = exp.Add(this=ahead, expression=exp.cast(above, "INT"))
    most = exp.Greatest(this=columns[0].copy(), expressions=[one.copy() for one in columns[1:]])
    right = exp.EQ(this=relation.by_largest(pairs), expression=label.copy())
    there = [label, p_true, *columns]
    shown = zip(columns, truths, strict=True) if len(pairs) <= MOST_CURVES else ()
    return _where_there(
        there,
        p_true,
        brier,
        (most, right),
        list(shown),
        exp.LT(this=exp.paren(ahead), expression=exp.Literal.number(2)) if len(pairs) > 2 else None,
    )


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
    return _where_there([label, p], p_true, times(gap, gap), (p, y), [(p, y)], None)


def _where_there(
    there: Sequence[exp.Expression],
    p_true: exp.Expression,
    brier: exp.Expression,
    calibrated: Curve,
    curves: Sequence[Curve],
    top_two: exp.Expression | None,
) -> Terms:
    """The terms, each null where the row lacks its label or a probability."""

    def where(this: exp.Expression, kind: str = "DOUBLE") -> exp.Expression:
        return where_all(there, exp.cast(exp.paren(this.copy()), kind))

    low = exp.Greatest(this=p_true.copy(), expressions=[exp.Literal.number(CLIP)])
    clipped = exp.Least(this=low, expressions=[exp.Literal.number(1)])
    return Terms(
        log_loss=where(exp.Neg(this=exp.Ln(this=clipped))),
        low=where(exp.LT(this=p_true.copy(), expression=exp.Literal.number(CLIP)), "INT"),
        brier=where(brier),
        p=where(calibrated[0]),
        y=where(calibrated[1]),
        curves=tuple((where(score), where(truth)) for score, truth in curves),
        top_two=None if top_two is None else where(top_two),
    )


def _bin_sums(p: exp.Expression, y: exp.Expression, weight: exp.Expression | None) -> list[exp.Expression]:
    """Σ1, Σp, Σy, Σp(1 − p) and Σ(y − p)², the last two with w² where rows carry weights."""
    gap = exp.paren(exp.Sub(this=y.copy(), expression=p.copy()))
    rest = exp.paren(exp.Sub(this=exp.Literal.number(1), expression=p.copy()))
    squared = weighed(weighed(times(p, rest), weight), weight), weighed(weighed(times(gap, gap), weight), weight)
    once = (weighed(one, weight) for one in (present(p), p, y))
    return [exp.Sum(this=one) for one in (*once, *squared)]


def _curves(
    engine: DuckDBEngine,
    levels: Sequence[Levels],
    where: Slice,
    curves: Sequence[Curve],
    weight: exp.Expression | None,
    sound: bool,
) -> tuple[dict[Slice, tuple[ScoreGroups, ...]], bool]:
    """Positives and negatives by distinct score, or by fine bins where probabilities are too many to hold."""
    if not curves:
        return {}, False
    binned = max(engine.about([score for score, _ in curves], where)) > HELD
    if binned and not sound:
        return {}, False
    found: dict[Slice, list[ScoreGroups]] = defaultdict(list)
    for score, truth in curves:
        other = exp.paren(exp.Sub(this=exp.Literal.number(1), expression=truth.copy()))
        sums = [exp.Sum(this=weighed(one, weight)) for one in (truth, other)]
        if weight is not None:
            sums += [exp.Sum(this=weighed(weighed(one, weight), weight)) for one in (truth, other)]
        lines = sums_by_value(engine, levels, where, _fine_place(score) if binned else score, sums)
        for slice_, (scores, positives, negatives, *squares) in lines.items():
            found[slice_].append(
                ScoreGroups(
                    scores=scores.astype(float),
                    positives=positives,
                    negatives=negatives,
                    positive_squares=squares[0] if squares else None,
                    negative_squares=squares[1] if squares else None,
                )
            )
    return {slice_: tuple(groups) for slice_, groups in found.items()}, binned


def _fine_place(p: exp.Expression) -> exp.Expression:
    """The fine bin of a probability: equal steps of its log odds, which keep the order of scores."""
    inside = exp.Least(
        this=exp.Greatest(this=p.copy(), expressions=[exp.Literal.number("1.2e-7")]),
        expressions=[exp.Literal.number("0.99999988")],
    )
    rest = exp.paren(exp.Sub(this=exp.Literal.number(1), expression=inside.copy()))
    odds = exp.paren(
        exp.Add(this=exp.Ln(this=exp.Div(this=inside, expression=rest)), expression=exp.Literal.number(WIDEST))
    )
    return exp.cast(exp.Floor(this=times(odds, exp.Literal.number(FINE // (2 * WIDEST)))), "INT")
