"""What is summed over rows that carry probabilities: losses, calibration bins, and positives by score."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from sqlglot import exp

from slicer.engine.arrays import sums_by_value
from slicer.engine.duckdb import ALL, DuckDBEngine
from slicer.engine.levels import Levels
from slicer.engine.sql import Parameters, Relation, column
from slicer.engine.sums import Row, moments, number, present, read_moments, times, weighed, where_all
from slicer.metrics.histograms import Histogram, ProbabilitySums, ScoreGroups
from slicer.metrics.moments import Moments
from slicer.quoting import quote_identifier
from slicer.slices import Slice

CLIP = 1e-15
"""Probabilities of the true class below this count as this, so that one row cannot cost infinity."""

BINS = 10
"""Calibration bins of equal width."""

HELD, MOST_ROWS = 200_000, 5_000_000
"""Distinct scores, and rows, up to which curves are exact; beyond, fine bins of equal log odds stand in."""

FINE, WIDEST = 4096, 16
"""How many, and the log odds where the outermost begin."""

MOST_CURVES = 20
"""Of more classes than this there are no curves."""

P, HIT, LOSS, LOW, BIN, PLACE, WEIGHT = (column(name) for name in ("p", "hit", "log_loss", "low", "bin", "place", "w"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbabilityTerms:
    """What a row with probabilities holds, by name, each null where the row does not count.

    p is the probability of the positive class or of the most probable one, bin the calibration bin it falls into,
    hit is 1 where that class is the true one; log_loss, low (1 where the true class has a probability below
    `CLIP`), brier, top_two; and w, its weight.
    """

    row: Row
    curves: tuple[Row, ...]
    """For each class with a curve: its score p, hit (1 where a row is of the class), and place, by which rows count."""
    losses: tuple[str, ...]
    weighted: bool
    binned: bool = False
    """Whether places are fine bins; else they are the scores themselves."""

    @property
    def sides(self) -> list[exp.Sum]:
        """The sums of positives and of negatives of a curve."""
        other = exp.paren(exp.Sub(this=exp.Literal.number(1), expression=HIT.copy()))
        return [exp.Sum(this=weighed(one, self.weight).copy()) for one in (HIT, other)]

    def placed(self, binned: bool) -> ProbabilityTerms:
        """The terms with the places of their curves."""
        curves = ({**one, "place": _fine_place(one["p"]) if binned else one["p"]} for one in self.curves)
        return replace(self, curves=tuple(curves), binned=binned)

    @property
    def weight(self) -> exp.Expression | None:
        return WEIGHT if self.weighted else None

    @property
    def by_cluster(self) -> Row:
        """What a row adds to the totals of its cluster."""
        named = {**{name: column(name) for name in self.losses}, "weight": present(LOSS)}
        return {name: weighed(one, self.weight) for name, one in named.items()}


def probability_terms(relation: Relation) -> ProbabilityTerms | None:
    """The terms of a run; None where it has no probability for each of its classes."""
    pairs, label = relation.run.probabilities, relation.label
    if not pairs or label is None:
        return None
    if relation.positive is not None and relation.negative is not None:
        return _binary(relation, pairs, label)
    return _several(relation, pairs, label) if len(pairs) > 1 else None


@contextmanager
def prepared(engine: DuckDBEngine, terms: ProbabilityTerms) -> Iterator[tuple[DuckDBEngine, ProbabilityTerms]]:
    """An engine and terms for which the numbers of every row are computed once: for the slices of many columns.

    They stand in a temporary table beside the data, row by row, for as long as the context is open.
    """
    numbers = {f"row {name}": one for name, one in terms.row.items()}
    for at, curve in enumerate(terms.curves):
        numbers |= {f"curve {at} {name}": one for name, one in curve.items() if name != "p"}
    cursor = engine.cursor()
    try:
        select = engine.rows(ALL, Parameters()).select(*(exp.alias_(one.copy(), name) for name, one in numbers.items()))
        cursor.execute(f"create temp table slicer_numbers as {select.sql(dialect='duckdb')}")
        table = quote_identifier(engine.relation.table)
        cursor.execute(f"create temp view slicer_rows as from {table} positional join slicer_numbers")
        yield (
            DuckDBEngine(lambda: cursor, replace(engine.relation, table="slicer_rows")),
            replace(
                terms,
                row={name: column(f"row {name}") for name in terms.row},
                curves=tuple(
                    {name: column(f"curve {at} {name}") for name in curve if name != "p"}
                    for at, curve in enumerate(terms.curves)
                ),
            ),
        )
    finally:
        cursor.close()


def too_many(engine: DuckDBEngine, terms: ProbabilityTerms) -> bool:
    """Whether the data set has more distinct scores than are held; of very many rows, more than there are fine bins."""
    if not terms.curves:
        return False
    rows, *distinct = engine.totals(
        [exp.Count(this=exp.Star()), *(exp.ApproxDistinct(this=one["p"].copy()) for one in terms.curves)]
    )
    return bool(max(distinct) > (HELD if rows <= MOST_ROWS else FINE))


def probability_sums(
    engine: DuckDBEngine,
    levels: Sequence[Levels],
    where: Slice,
    terms: ProbabilityTerms,
    *,
    sound: bool = True,
) -> dict[Slice, ProbabilitySums]:
    """The sums of every slice of a column, or of several crossed; of all rows without a column.

    Args:
        terms: With the places of their curves.
        sound: Whether they are probabilities; numbers that are not have curves alone.
    """
    scored = _curves(engine, levels, where, terms) if sound or not terms.binned else {}
    if not sound:
        counted = engine.grouped_sums(levels, where, terms.row, [], [exp.Count(this=P.copy())])
        return {
            slice_: ProbabilitySums(
                n=int(rows), log_loss=None, clipped=0, brier=None, calibration=None, curves=scored.get(slice_, ())
            )
            for slice_, _, _, (rows,) in counted
        }
    parts = {name: moments(column(name), terms.weight) for name in terms.losses}
    sums = [one for part in parts.values() for one in part] + [exp.Sum(this=LOW), *_bin_sums(terms.weight)]
    by_bin: dict[Slice, list[tuple[Any, ...]]] = defaultdict(list)
    for slice_, (at,), _, values in engine.grouped_sums(levels, where, terms.row, [BIN], sums):
        by_bin[slice_].append((at, values))
    found = {slice_: _read(rows, parts, terms.weighted) for slice_, rows in by_bin.items()}
    return {
        slice_: ProbabilitySums(
            n=losses["log_loss"].n,
            log_loss=losses["log_loss"],
            clipped=clipped,
            brier=losses["brier"],
            calibration=histogram,
            curves=scored.get(slice_, ()),
            binned=terms.binned,
            top_two=losses.get("top_two"),
        )
        for slice_, (losses, clipped, histogram) in found.items()
    }


def _read(
    rows: Sequence[tuple[Any, ...]], parts: Mapping[str, Sequence[exp.Expression]], weighted: bool
) -> tuple[dict[str, Moments], int, Histogram]:
    """The losses and the histogram of one slice, from its lines by bin."""
    losses: dict[str, Moments] = {}
    clipped, table = 0, np.zeros((6, BINS))
    for at, values in rows:
        start = 0
        for name, part in parts.items():
            mine = read_moments(values[start : start + len(part)], weighted)
            losses[name] = losses[name] + mine if name in losses else mine
            start += len(part)
        clipped += int(values[start] or 0)
        if at is not None:
            table[:, int(at)] = [value or 0.0 for value in values[start + 1 :]]
    n, ww, p, y, spread, gaps = table
    return losses, clipped, Histogram(n=n, ww=ww, p=p, y=y, spread=spread, gaps=gaps)


def _several(relation: Relation, pairs: tuple[tuple[str, str], ...], label: exp.Expression) -> ProbabilityTerms:
    columns = [number(column(name)) for _, name in pairs]
    truths = [exp.paren(exp.EQ(this=label.copy(), expression=exp.Literal.string(key))) for key, _ in pairs]
    case = exp.case()
    for truth, value in zip(truths, columns, strict=True):
        case = case.when(truth.copy(), value.copy())
    p_true = exp.paren(case)
    squares: exp.Expression = exp.Literal.number(1)
    ahead: exp.Expression = exp.Literal.number(0)
    for value in columns:
        squares = exp.Add(this=squares, expression=times(value, value))
        above = exp.paren(exp.GT(this=value.copy(), expression=p_true.copy()))
        ahead = exp.Add(this=ahead, expression=exp.cast(above, "INT"))
    twice = times(exp.Literal.number(2), p_true)
    there = [label, p_true, *columns]
    row = _losses(there, p_true, exp.Sub(this=exp.paren(squares), expression=twice))
    row["p"] = where_all(there, exp.Greatest(this=columns[0].copy(), expressions=columns[1:]))
    right = exp.paren(exp.EQ(this=exp.paren(relation.by_largest(pairs)), expression=label.copy()))
    row["hit"] = where_all(there, exp.cast(right, "DOUBLE"))
    if len(pairs) > 2:
        among = exp.paren(exp.LT(this=exp.paren(ahead), expression=exp.Literal.number(2)))
        row["top_two"] = where_all(there, exp.cast(among, "DOUBLE"))
    shown = zip(columns, truths, strict=True) if len(pairs) <= MOST_CURVES else ()
    return _terms(relation, row, [_curve(there, score, truth) for score, truth in shown])


def _binary(relation: Relation, pairs: tuple[tuple[str, str], ...], label: exp.Expression) -> ProbabilityTerms | None:
    named = {key or relation.positive: number(column(name)) for key, name in pairs}
    p = named.get(relation.positive)
    if p is None:
        other = named.get(relation.negative)
        if other is None:
            return None
        p = exp.paren(exp.Sub(this=exp.Literal.number(1), expression=other))
    truth = exp.paren(exp.EQ(this=label.copy(), expression=exp.Literal.string(str(relation.positive))))
    rest = exp.paren(exp.Sub(this=exp.Literal.number(1), expression=p.copy()))
    p_true = exp.paren(exp.case().when(truth.copy(), p.copy()).else_(rest))
    gap = exp.paren(exp.Sub(this=exp.Literal.number(1), expression=p_true.copy()))
    there = [label, p]
    curve = _curve(there, p, truth)
    return _terms(relation, {**_losses(there, p_true, times(gap, gap)), **curve}, [curve])


def _losses(there: Sequence[exp.Expression], p_true: exp.Expression, brier: exp.Expression) -> dict[str, Any]:
    low = exp.Greatest(this=p_true.copy(), expressions=[exp.Literal.number(CLIP)])
    clipped = exp.Least(this=low, expressions=[exp.Literal.number(1)])
    below = exp.paren(exp.LT(this=p_true.copy(), expression=exp.Literal.number(CLIP)))
    return {
        "log_loss": where_all(there, exp.Neg(this=exp.Ln(this=clipped))),
        "low": where_all(there, exp.cast(below, "INT")),
        "brier": where_all(there, brier),
    }


def _curve(there: Sequence[exp.Expression], score: exp.Expression, truth: exp.Expression) -> dict[str, Any]:
    return {"p": where_all(there, score), "hit": where_all(there, exp.cast(truth.copy(), "DOUBLE"))}


def _terms(relation: Relation, row: dict[str, Any], curves: Sequence[dict[str, Any]]) -> ProbabilityTerms:
    name = relation.roles.weight
    weight = {} if name is None else {"w": number(column(name))}
    place = exp.Least(
        this=exp.cast(exp.Floor(this=times(row["p"], exp.Literal.number(BINS))), "INT"),
        expressions=[exp.Literal.number(BINS - 1)],
    )
    return ProbabilityTerms(
        row={**row, "bin": where_all([row["p"]], place), **weight},
        curves=tuple({**one, **weight} for one in curves),
        losses=tuple(name for name in ("log_loss", "brier", "top_two") if name in row),
        weighted=name is not None,
    )


def _bin_sums(weight: exp.Expression | None) -> list[exp.Expression]:
    """Σ1, Σw², Σp, Σy, Σp(1 − p) and Σ(y − p)², the last two with w² where rows carry weights."""
    gap = exp.paren(exp.Sub(this=HIT.copy(), expression=P.copy()))
    rest = exp.paren(exp.Sub(this=exp.Literal.number(1), expression=P.copy()))
    squared = (weighed(weighed(one, weight), weight) for one in (times(P, rest), times(gap, gap)))
    rows, *once = (weighed(one, weight) for one in (present(P), P, HIT))
    return [exp.Sum(this=one.copy()) for one in (rows, weighed(rows, weight), *once, *squared)]


def _curves(
    engine: DuckDBEngine, levels: Sequence[Levels], where: Slice, terms: ProbabilityTerms
) -> dict[Slice, tuple[ScoreGroups, ...]]:
    """Positives and negatives by distinct score, or by fine bins where probabilities are too many to hold."""
    sums = terms.sides
    if terms.weight is not None:
        sums = [*sums, *(exp.Sum(this=weighed(one.this, terms.weight)) for one in sums)]
    found: dict[Slice, list[ScoreGroups]] = defaultdict(list)
    for row in terms.curves:
        lines = sums_by_value(engine, levels, where, row, PLACE, sums)
        for slice_, (scores, _, positives, negatives, *squares) in lines.items():
            found[slice_].append(
                ScoreGroups(
                    scores=scores,
                    positives=positives,
                    negatives=negatives,
                    positive_squares=squares[0] if squares else None,
                    negative_squares=squares[1] if squares else None,
                )
            )
    return {slice_: tuple(groups) for slice_, groups in found.items()}


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


def lowest_of_bin(place: np.ndarray) -> np.ndarray:
    """The smallest probability of each fine bin.

    >>> lowest_of_bin(np.array([FINE // 2])).tolist()
    [0.5]
    """
    return np.asarray(1 / (1 + np.exp(WIDEST - place / (FINE / (2 * WIDEST)))))
