"""Human scores beside a run's own: the human level of a mean, a ratio or an error, and the gap on the same rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlglot import exp

from slicer.engine.levels import Levels
from slicer.engine.sql import column
from slicer.engine.sums import number, present, ratio_sums, times, where_all
from slicer.errors import UsageError
from slicer.human.leave_one_out import HumanLevel
from slicer.human.scores import human_score, paired_score_gap
from slicer.human.undefined import Answer
from slicer.metrics.counts import SliceCounts
from slicer.metrics.estimate import Estimate
from slicer.metrics.moments import RatioSums
from slicer.slices import Slice, all_of, condition
from slicer.workbench.attaching import with_number_clusters
from slicer.workbench.counting import Counting

Sides = tuple[exp.Expression, exp.Expression, exp.Expression]
"""What people make of a row, what the model does, and the units both are out of."""


def score_levels(
    bench: Counting, columns: Sequence[str], levels: Sequence[Levels], where: Slice, *, squared: bool = False
) -> dict[Slice, HumanLevel]:
    """People and model on the rows that both have a number of, in every slice; several people are averaged by row.

    Args:
        squared: Of a regression: whether mean squared errors are meant, not mean absolute ones.

    Raises:
        UsageError: a column holds no numbers.
    """
    origin = (bench.engine.span(str(bench.run.score)) or (0.0,))[0] if bench.task == "score" else 0.0
    human, model, units = _sides(bench, columns, origin, squared=squared)
    answered = all_of(*(condition(name, "is missing") for name in columns)).complement
    where = all_of(where, answered)  # a cluster without any human number is none
    both = where_all([human, model], exp.Literal.number(1))
    there = times(units, both)
    people = _sums(bench, times(human, both), there, levels, where)
    own = _sums(bench, times(model, both), there, levels, where)
    ahead = _sums(bench, exp.paren(exp.Sub(this=human.copy(), expression=model.copy())), there, levels, where)
    better, level = bool(bench.higher_is_better(bench.headline)), bench.options.level
    return {
        slice_: HumanLevel(
            hlp=_measured(human_score(people[slice_][1], level), people[slice_][0], origin),
            model=_measured(human_score(own[slice_][1], level), own[slice_][0], origin),
            gap=_measured(paired_score_gap(used, better, level), rows),
            items=rows,
            source="paired",
        )
        for slice_, (rows, used) in ahead.items()
        if rows
    }


def _sides(bench: Counting, columns: Sequence[str], origin: float, *, squared: bool) -> Sides:
    """The sides; scores as their distance from the origin, so that large numbers lose no digits."""
    for name in columns:
        if bench.dataset.kinds[name] not in ("integer", "real"):
            raise UsageError(
                f"Run {bench.run.name!r} is measured by numbers; the human column {name!r} holds none.",
                hint="Give a column with the human's own score of each row.",
            )
    roles, run = bench.dataset.roles, bench.run
    one: exp.Expression = exp.Literal.number(1)
    match bench.task:
        case "ratio":
            return _mean([_of(name) for name in columns]), _of(str(run.errors)), _of(str(roles.total))
        case "regression":
            label = _of(str(roles.label))
            off = _off_squared if squared else _off
            return _mean([off(_of(name), label) for name in columns]), off(_of(str(run.prediction)), label), one
    return _mean([_from(origin, name) for name in columns]), _from(origin, str(run.score)), one


def _of(name: str) -> exp.Expression:
    return exp.paren(number(column(name)))


def _from(origin: float, name: str) -> exp.Expression:
    return exp.paren(exp.Sub(this=_of(name), expression=exp.Literal.number(repr(origin))))


def _off(said: exp.Expression, label: exp.Expression) -> exp.Expression:
    return exp.Abs(this=exp.Sub(this=said.copy(), expression=label.copy()))


def _off_squared(said: exp.Expression, label: exp.Expression) -> exp.Expression:
    off = exp.paren(exp.Sub(this=said.copy(), expression=label.copy()))
    return times(off, off)


def _mean(values: Sequence[exp.Expression]) -> exp.Expression:
    """The mean of the numbers a row has; null without any."""
    if len(values) == 1:
        return values[0]
    zero = exp.Literal.number(0)

    def added(parts: Sequence[exp.Expression]) -> exp.Expression:
        total: exp.Expression = zero.copy()
        for one in parts:
            total = exp.Add(this=total, expression=exp.Coalesce(this=one.copy(), expressions=[zero.copy()]))
        return exp.paren(total)

    people = exp.Nullif(this=added([present(one) for one in values]), expression=zero)
    return exp.paren(exp.Div(this=exp.cast(added(values), "DOUBLE"), expression=people))


def _sums(
    bench: Counting, above: exp.Expression, below: exp.Expression, levels: Sequence[Levels], where: Slice
) -> dict[Slice, tuple[int, RatioSums]]:
    """Rows that have both, and the sums; those between clusters where rows come in clusters."""
    weight = bench.dataset.roles.weight
    summed = ratio_sums(above, below, None if weight is None else number(column(weight)))
    rows = {slice_: sums for slice_, _, sums in bench.engine.sums_by(levels, where, summed)}
    found = {slice_: sums for slice_, sums in rows.items() if isinstance(sums, RatioSums)}
    if not bench.clustered:
        return {slice_: (sums.n, sums) for slice_, sums in found.items()}
    bare = {slice_: _counts_of(sums) for slice_, sums in found.items()}
    counted = with_number_clusters(bench.engine, levels, where, bare, summed.row, summed.by_cluster)
    clusters = {slice_: one.number_clusters for slice_, one in counted.items()}
    return {
        slice_: (
            sums.n,
            sums if (mine := clusters[slice_]) is None else mine.ratio({"errors": 1.0}, "total", (sums.e, sums.d)),
        )
        for slice_, sums in found.items()
    }


def _counts_of(sums: RatioSums) -> SliceCounts:
    return SliceCounts(support=sums.n, unlabelled=0, unpredicted=0, right=0, confusion=None, paired=None, ratio=sums)


def _measured(found: Answer, rows: int, origin: float = 0.0) -> Answer:
    """The estimate, from its distance to the origin; on its rows where it was made between clusters."""
    if not isinstance(found, Estimate) or found.value is None:
        return found
    ci = None if found.ci is None else (found.ci[0] + origin, found.ci[1] + origin)
    moved = replace(found, value=found.value + origin, ci=ci)
    return moved if found.n == rows else replace(moved, n=rows, method="cluster" if ci else None)
