"""What people said, grouped: patterns of items, sums of each annotator, and the items people disagree on most."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sqlglot import exp

from slicer.engine.answers import ITEM, MODEL, OWN, SAID, TRUTH, WHO, Answered
from slicer.engine.arrays import numbers, places
from slicer.engine.levels import Levels, crossed
from slicer.engine.sql import Parameters, column
from slicer.engine.sums import times, where_all
from slicer.human.annotators import AnnotatorSums
from slicer.human.patterns import NOTHING, ItemPatterns
from slicer.slices import Slice


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedItems:
    """What the mean over annotators needs between items, as `annotators.reference_level` takes it."""

    items: int
    spread: float
    gap_spread: float


def item_patterns(answered: Answered, levels: Sequence[Levels], where: Slice) -> dict[Slice, ItemPatterns]:
    """The patterns of every slice of a column, or of several crossed; of all rows without a column."""
    named = {f"n_{place}": column(name) for place, name in enumerate(answered.said)}
    row = {**named, "truth": column(TRUTH), "model": column(MODEL)}
    query, parameters = answered.engine.summing(levels, where, row, [column(name) for name in row], [])
    table = answered.engine.table(query, parameters)
    width, slices = len(levels), crossed(levels)
    part = places([table.column(place) for place in range(width)], list(slices), table.num_rows)
    found = [numbers(table.column(place)).astype(np.int64) for place in range(width, table.num_columns)]
    truth, model = (
        np.where(table.column(width + len(named) + at).is_valid().to_numpy(), found[len(named) + at], NOTHING)
        for at in (0, 1)
    )
    order = np.lexsort((model, truth, *found[: len(named)], part))  # draws of items depend on it
    ends = np.searchsorted(part[order], np.arange(len(slices) + 1))
    counts = np.stack(found[: len(named)], axis=1) if named else np.zeros((table.num_rows, 0), dtype=np.int64)

    def patterns(mine: np.ndarray) -> ItemPatterns:
        return ItemPatterns(
            labels=answered.labels,
            counts=counts[mine],
            items=found[-1][mine],
            model=model[mine] if answered.model else None,
            truth=truth[mine] if answered.truth else None,
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
    row = {"who": column(WHO), "share": _share(answered), **_judged(answered)}
    found: defaultdict[Slice, list[AnnotatorSums]] = defaultdict(list)
    for slice_, (who,), answers, values in answered.spoken.grouped_sums(levels, where, row, [column("who")], sums):
        compared, agreed, squares, judged, right, model_right = (value or 0 for value in values)
        if who is not None:
            found[slice_].append(
                AnnotatorSums(
                    annotator=answered.annotators[who],
                    answers=answers,
                    compared=compared,
                    agreed=float(agreed),
                    agreed_squares=float(squares),
                    judged=judged,
                    right=int(right),
                    model_right=int(model_right),
                )
            )
    return {slice_: tuple(sorted(sums, key=lambda one: one.annotator)) for slice_, sums in found.items()}


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
        exp.alias_(column(WHO), "who"),
        exp.alias_(judged["right"], "own"),
        exp.alias_(exp.Sub(this=judged["right"].copy(), expression=judged["model_right"]), "ahead"),
    )
    both = " and ".join(f"spoken.{name} is not distinct from person.{name}" for name in stored)
    listed = "".join(f"{name}, " for name in stored)
    spoken = "".join(f"spoken.{name}, " for name in stored)
    texts = "".join(f"{key.said(column(name)).sql(dialect='duckdb')}, " for key, name in zip(keys, stored, strict=True))
    query = f"""
        with spoken as (select * from ({named.sql(dialect="duckdb")}) where own is not null),
        person as (
            select {listed}who, avg(own) as own, avg(ahead) as ahead, count(*) as n
            from spoken
            group by all
        ),
        item as (
            select
                {spoken}spoken.item,
                sum((spoken.own - person.own) / person.n) as own,
                sum((spoken.ahead - person.ahead) / person.n) as ahead
            from spoken
            join person on spoken.who = person.who{" and " + both if both else ""}
            group by all
        )
        select {texts}count(*), sum(own * own), sum(ahead * ahead)
        from item
        group by all
    """
    slices, width = crossed(levels), len(levels)
    rows = engine.cursor().execute(query, parameters.values).fetchall()
    return {
        slices[tuple(row[:width])]: JudgedItems(items=row[width], spread=row[width + 1], gap_spread=row[width + 2])
        for row in rows
        if row[width]
    }


def pair_table(answered: Answered, pair: tuple[str, str], where: Slice) -> np.ndarray | None:
    """Items by what the first and what the second of two people said, shape (labels, labels); None without any."""
    parameters = Parameters()
    items = answered.engine.rows(where, parameters).select(column(ITEM)).sql(dialect="duckdb")
    first, second = (answered.annotators.index(who) for who in pair)
    rows = answered.engine.cursor().execute(
        f"""
        select one.label, other.label, count(*)
        from {SAID} as one
        join {SAID} as other on one.item = other.item
        where one.who = {first:d} and other.who = {second:d} and one.item in ({items})
        group by all
        """,
        parameters.values,
    )
    table = np.zeros((len(answered.labels), len(answered.labels)))
    for one, other, count in rows.fetchall():
        table[one, other] = count
    return table if table.any() else None


def disputed_items(answered: Answered, where: Slice, most: int) -> list[tuple[str, dict[str, int]]]:
    """The ids people disagree on most and how many said each label; more answers first where they disagree alike."""
    engine, parameters = answered.engine, Parameters()
    own = exp.cast(column(str(engine.relation.roles.id)), "VARCHAR")
    rows = engine.rows(where, parameters).select(
        exp.alias_(own, "id"), *(exp.alias_(column(name), f"n_{at}") for at, name in enumerate(answered.said))
    )
    counts = [f"n_{place}" for place in range(len(answered.labels))]
    found = engine.cursor().execute(
        f"""
        select *
        from (
            select *, {" + ".join(counts)} as people, {" + ".join(f"{one} * ({one} - 1)" for one in counts)} as same
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
