"""What people said, grouped: patterns of items, sums of each annotator, and the items people disagree on most."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from sqlglot import exp

from slicer.engine.answers import ITEM, MODEL, OWN, SAID, TRUTH, WHO, Answered
from slicer.engine.arrays import codes, numbers, places
from slicer.engine.clusters import CLUSTER, cluster_key
from slicer.engine.levels import Levels, crossed
from slicer.engine.sql import Parameters, column
from slicer.engine.sums import times, where_all
from slicer.human.annotators import AnnotatorSums, JudgedItems
from slicer.human.between import between
from slicer.human.patterns import NOTHING, ItemPatterns
from slicer.metrics.clusters import ClusterProducts, cluster_products
from slicer.slices import Slice


def item_patterns(answered: Answered, levels: Sequence[Levels], where: Slice) -> dict[Slice, ItemPatterns]:
    """The patterns of every slice of a column, or of several crossed; of all rows without a column."""
    named = {f"n_{place}": column(name) for place, name in enumerate(answered.said)}
    row = {**named, "truth": column(TRUTH), "model": column(MODEL), **_cluster(answered)}
    query, parameters = answered.engine.summing(levels, where, row, [column(name) for name in row], [])
    table = answered.engine.table(query, parameters)
    width, slices = len(levels), crossed(levels)
    part = places([table.column(place) for place in range(width)], list(slices), table.num_rows)
    cluster = codes(table.column(width + len(row) - 1))[0].astype(np.int64) if answered.clustered else None
    last = table.num_columns - 1
    places_of = [*range(width, width + len(named) + 2), last]
    found = [numbers(table.column(place)).astype(np.int64) for place in places_of]
    truth, model = (
        np.where(table.column(width + len(named) + at).is_valid().to_numpy(), found[len(named) + at], NOTHING)
        for at in (0, 1)
    )
    also = () if cluster is None else (cluster,)
    order = np.lexsort((*also, model, truth, *found[: len(named)], part))  # draws of items depend on it
    ends = np.searchsorted(part[order], np.arange(len(slices) + 1))
    counts = np.stack(found[: len(named)], axis=1) if named else np.zeros((table.num_rows, 0), dtype=np.int64)

    def patterns(mine: np.ndarray) -> ItemPatterns:
        return ItemPatterns(
            labels=answered.labels,
            counts=counts[mine],
            items=found[-1][mine],
            model=model[mine] if answered.model else None,
            truth=truth[mine] if answered.truth else None,
            clusters=None if cluster is None else cluster[mine],
        )

    lines = {slice_: order[ends[at] : ends[at + 1]] for at, slice_ in enumerate(slices.values())}
    return {slice_: patterns(mine) for slice_, mine in lines.items() if len(mine)}


def annotator_sums(
    answered: Answered, levels: Sequence[Levels], where: Slice
) -> dict[Slice, tuple[AnnotatorSums, ...]]:
    """The sums of each annotator, by name, in every slice; nothing where nobody knows who said what."""
    if answered.spoken is None:
        return {}
    share = column("share")
    sums: list[exp.Expression] = [
        exp.Count(this=share),
        *(exp.Sum(this=one) for one in (share, times(share, share))),
        exp.Count(this=column("right")),
        *(exp.Sum(this=column(name)) for name in ("right", "model_right")),
    ]
    row = {"who": column(WHO), "share": _share(answered), **_judged(answered), **_cluster(answered)}
    also = [column(name) for name in ("who", *_cluster(answered))]
    lines: defaultdict[tuple[Slice, int], list[tuple[float, ...]]] = defaultdict(list)
    for slice_, (who, *_), answers, values in answered.spoken.grouped_sums(levels, where, row, also, sums):
        if who is not None:
            lines[slice_, who].append((answers, *(value or 0 for value in values)))
    found: defaultdict[Slice, list[AnnotatorSums]] = defaultdict(list)
    for (slice_, who), mine in lines.items():
        found[slice_].append(_summed(answered.annotators[who], np.array(mine, dtype=float), answered.clustered))
    return {slice_: tuple(sorted(sums, key=lambda one: one.annotator)) for slice_, sums in found.items()}


def _summed(annotator: str, lines: np.ndarray, clustered: bool) -> AnnotatorSums:
    """The sums of an annotator from their lines, one for each cluster, or one alone."""
    answers, compared, agreed, squares, judged, right, model_right = lines.sum(axis=0)
    each = np.arange(len(lines))
    return AnnotatorSums(
        annotator=annotator,
        answers=int(answers),
        compared=int(compared),
        agreed=float(agreed),
        agreed_squares=float(squares),
        judged=int(judged),
        right=int(right),
        model_right=int(model_right),
        agreed_between=between(lines[:, 2], lines[:, 1], each) if clustered else None,
        right_between=between(lines[:, 5], lines[:, 4], each) if clustered else None,
    )


def _cluster(answered: Answered) -> dict[str, exp.Expression]:
    """The cluster of a row by name, where rows come in clusters."""
    return {CLUSTER: cluster_key(answered.engine.relation.roles)} if answered.clustered else {}


def _share(answered: Answered) -> exp.Expression:
    """The share of the others who say the same; null where nobody else answered."""
    counts = [column(name) for name in answered.said]
    own = exp.case(column(OWN))
    for place, one in enumerate(counts):
        own = own.when(exp.Literal.number(place), one.copy())
    people: exp.Expression = exp.paren(counts[0].copy())
    for one in counts[1:]:
        people = exp.Add(this=people, expression=one.copy())
    less = [exp.paren(exp.Sub(this=exp.paren(one), expression=exp.Literal.number(1))) for one in (own, people)]
    several = exp.GT(this=exp.paren(people.copy()), expression=exp.Literal.number(1))
    return exp.case().when(several, exp.Div(this=exp.cast(less[0], "DOUBLE"), expression=less[1]))


def _judged(answered: Answered) -> dict[str, exp.Expression]:
    """Whether the annotator and the model say the truth, 1 or 0; null where there is none."""

    def says(name: str) -> exp.Expression:
        same = exp.EQ(this=column(name), expression=column(TRUTH))
        return where_all([column(TRUTH)], exp.cast(exp.Coalesce(this=same, expressions=[exp.false()]), "INT"))

    return {"right": says(OWN), "model_right": says(MODEL)}


def judged_items(answered: Answered, levels: Sequence[Levels], where: Slice) -> dict[Slice, JudgedItems]:
    """The spread between items of the mean over annotators, in every slice that has a truth and answers."""
    if answered.spoken is None or not answered.truth:
        return {}
    engine, parameters = answered.spoken, Parameters()
    keys = [one.key(*engine.relation.subject(one.column)) for one in levels]
    stored = [f"key_{place}" for place in range(len(keys))]
    judged = _judged(answered)
    named = engine.rows(where, parameters).select(
        *(exp.alias_(key.raw.copy(), name) for key, name in zip(keys, stored, strict=True)),
        exp.alias_(column(ITEM), "item"),
        exp.alias_(_cluster(answered).get(CLUSTER, column(ITEM)), "unit"),
        exp.alias_(column(WHO), "who"),
        exp.alias_(judged["right"], "own"),
        exp.alias_(judged["model_right"], "model"),
    )
    both = " and ".join(f"spoken.{name} is not distinct from person.{name}" for name in stored)
    listed = "".join(f"{name}, " for name in stored)
    spoken = "".join(f"spoken.{name}, " for name in stored)
    texts = "".join(f"{key.said(column(name)).sql(dialect='duckdb')}, " for key, name in zip(keys, stored, strict=True))
    query = f"""
        with spoken as (select * from ({named.sql(dialect="duckdb")}) where own is not null),
        person as (
            select {listed}who, avg(own) as own, avg(model) as model, count(*) as n
            from spoken
            group by all
        ),
        unit as (
            select
                {spoken}spoken.unit,
                {"count(distinct spoken.item)" if answered.clustered else "1"} as items,
                sum((spoken.own - person.own) / person.n) as own,
                sum((spoken.model - person.model) / person.n) as model
            from spoken
            join person on spoken.who = person.who{" and " + both if both else ""}
            group by all
        )
        select {texts}sum(items), sum(own * own), sum(model * model), sum((own - model) * (own - model)), count(*)
        from unit
        group by all
    """
    slices, width = crossed(levels), len(levels)
    rows = engine.cursor().execute(query, parameters.values).fetchall()
    return {
        slices[tuple(row[:width])]: JudgedItems(
            items=int(row[width]),
            spread=row[width + 1],
            model_spread=row[width + 2] if answered.model else None,
            gap_spread=row[width + 3] if answered.model else None,
            clusters=row[width + 4] if answered.clustered else None,
        )
        for row in rows
        if row[width]
    }


def pair_table(
    answered: Answered, pair: tuple[str, str], where: Slice
) -> tuple[np.ndarray, ClusterProducts | None] | None:
    """Items by what the first and what the second of two people said, shape (labels, labels), and the products of their
    clusters' totals where items come in clusters; None without any."""
    parameters = Parameters()
    unit = _cluster(answered).get(CLUSTER, exp.Literal.number(0))
    items = answered.engine.rows(where, parameters).select(
        exp.alias_(column(ITEM), "item"), exp.alias_(unit, "unit")
    )  # fmt: skip
    first, second = (answered.annotators.index(who) for who in pair)
    rows = answered.engine.cursor().execute(
        f"""
        select one.label as one, other.label as other, dense_rank() over (order by items.unit) - 1 as unit, count(*)
        from {SAID} as one
        join {SAID} as other on one.item = other.item
        join ({items.sql(dialect="duckdb")}) as items on items.item = one.item
        where one.who = {first:d} and other.who = {second:d}
        group by one.label, other.label, items.unit
        """,
        parameters.values,
    )
    lines, size = rows.fetchall(), len(answered.labels)
    if not lines:
        return None
    one, other, units, count = np.array(lines, dtype=np.int64).T
    table = np.zeros((size, size))
    np.add.at(table, (one, other), count)
    if not answered.clustered:
        return table, None
    cell, none = one * (size + 1) + other, np.zeros(len(units), dtype=np.int64)
    ((products, _),) = cluster_products(none, units, [(cell, count.astype(float))], parts=1, cells=size * (size + 1))
    return table, products


def disputed_items(answered: Answered, where: Slice, most: int) -> list[tuple[str, dict[str, int]]]:
    """The ids people disagree on most and how many said each label; more answers first where they disagree alike."""
    engine, parameters = answered.engine, Parameters()
    own = exp.cast(column(str(engine.relation.roles.id)), "VARCHAR")
    rows = engine.rows(where, parameters).select(
        exp.alias_(own, "id"), *(exp.alias_(column(name), f"n_{at}") for at, name in enumerate(answered.said))
    )
    many = [f"n_{place}::double" for place in range(len(answered.labels))]  # of many people the square is no bigint
    found = engine.cursor().execute(
        f"""
        select *
        from (
            select *, {" + ".join(many)} as people, {" + ".join(f"{one} * ({one} - 1)" for one in many)} as same
            from ({rows.sql(dialect="duckdb")})
        )
        where people > 1 and same < people * (people - 1)
        order by same / (people * (people - 1)), people desc, id
        limit {most:d}
        """,
        parameters.values,
    )
    return [
        (row[0], {label: n for label, n in zip(answered.labels, row[1:-2], strict=True) if n})
        for row in found.fetchall()
    ]
