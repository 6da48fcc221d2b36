"""Rows of the prioritization table beside each other: the errors they share, and which are about the same rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from sqlglot import exp

from slicer.engine.levels import Levels, crossed
from slicer.engine.rows_in_common import Items, rows_in_common
from slicer.engine.signatures import Places, row_places
from slicer.engine.sql import column
from slicer.engine.sums import Row, number, weighed
from slicer.metrics.means import FRACTION
from slicer.priorities.near import Near, nearest, relation, suspects
from slicer.priorities.overlap import NOWHERE, Overlap, Signatures, overlap
from slicer.priorities.ranking import RankedRow, Worth
from slicer.slices import Node, Slice, all_of, parse
from slicer.workbench.counting import ERRORS
from slicer.workbench.rank_task import RankTask
from slicer.workbench.tag_ranking import read_of_all
from slicer.workbench.tagging import tags as tags_of

MOST_PAIRS = 200
"""Pairs of slices whose rows are counted to tell whether they are the same."""


def beside_each_other(task: RankTask, rows: Sequence[RankedRow]) -> tuple[tuple[RankedRow, ...], float | None]:
    """The rows with their worth beside the others, and what all are worth together.

    Rows without a rank take no part; tags do where every row was read. None where errors cannot be told apart row by
    row, or what could be lost is not known.
    """
    loss = _loss(task)
    total = task.divided_by(task.overall)
    if loss is None or not total:
        return tuple(rows), None
    tags = any(row.candidate.kind == "tag" for row in rows)
    whole = _read_of_all(task) if tags else frozenset()
    taking_part = [
        row for row in rows if row.candidate.ranked and (row.candidate.kind != "tag" or row.candidate.slice in whole)
    ]
    gaining = [row for row in taking_part if row.candidate.potential]
    if not gaining:
        idle_ones = {row.candidate.slice for row in taking_part}
        none = Worth(shared=0.0, next_best=0.0, cumulative=0.0)
        return tuple(replace(row, worth=none) if row.candidate.slice in idle_ones else row for row in rows), 0.0
    places, alone = _places(task, gaining, *loss)
    members = _members(task, places, alone, gaining)
    signatures = Signatures(members=members, loss=places.sums[:, 0])
    found = overlap(signatures, np.array([total * (row.candidate.potential or 0.0) for row in gaining]), total)
    near = _near(task, signatures, gaining)
    people = None
    if places.sums.shape[1] > 1:
        right = Signatures(members=members, loss=places.sums[:, 1])
        people = overlap(right, None, total, len(gaining))
    worth = {
        row.candidate.slice: replace(
            row, worth=_worth(found, at), worth_where_people_are_right=_worth(people, at), near=near.get(at)
        )
        for at, row in enumerate(gaining)
    }
    nothing = Worth(shared=0.0, next_best=0.0, cumulative=found.joint)
    idle = {row.candidate.slice: replace(row, worth=nothing) for row in taking_part}
    known = idle | worth
    return tuple(known.get(row.candidate.slice, row) for row in rows), found.joint


def _worth(found: Overlap | None, at: int) -> Worth | None:
    if found is None:
        return None
    return Worth(
        shared=float(found.shared[at]), next_best=float(found.next_best[at]), cumulative=float(found.cumulative[at])
    )


def _read_of_all(task: RankTask) -> frozenset[str]:
    """The tags that every row was read for, so that a row without one has it not."""
    return frozenset(str(row.slice) for row in tags_of(task.bench, where=task.where).tags if read_of_all(row))


def _loss(task: RankTask) -> tuple[Slice, Row, Row] | None:
    """The rows that lose something, their numbers, and the loss; None where it cannot be told row by row."""
    bench, metric = task.bench, task.metric
    if bench.by_people:
        return None
    roles, summed, terms = bench.dataset.roles, bench.summed, bench.terms
    weight: Row = {} if roles.weight is None else {"w": number(column(roles.weight))}
    w = column("w") if weight else None
    if metric == "accuracy":
        one = exp.Literal.number(1)
        sums = {"loss": weighed(one, w)}
        if task.overall.paired is not None:
            weight = {**weight, "people": bench.relation.human_right}
            sums["people"] = exp.case().when(column("people"), weighed(one, w))
        return all_of(task.where, ERRORS), weight, sums
    if metric in ("log_loss", "brier"):
        return None if terms is None else (task.where, terms.row, {"loss": weighed(column(metric), terms.weight)})
    if summed is None:
        return None
    if metric == "ratio":
        return task.where, summed.row, {"loss": column("e")}
    if metric == "mae":
        return task.where, summed.row, {"loss": weighed(exp.Abs(this=column("r")), w)}
    score, lower = column("score"), not bench.higher_is_better(metric)
    span = bench.score_span or (-1.0, 1.0)
    if span[0] < 0 or not (lower or span == FRACTION):
        return None
    lost = score if lower else exp.paren(exp.Sub(this=exp.Literal.number(1), expression=score))
    return task.where, {"score": number(column(str(bench.run.score))), **weight}, {"loss": weighed(lost, w)}


def _places(task: RankTask, rows: Sequence[RankedRow], where: Slice, row: Row, sums: Row) -> tuple[Places, list[str]]:
    """Where the losing rows are: by the levels of the columns, and by the slices that are none of those."""
    of_levels = {str(slice_) for levels in task.levels for slice_ in crossed(levels).values()}
    alone = [one.candidate.slice for one in rows if one.candidate.slice not in of_levels]
    slices = [parse(one) for one in alone]
    return row_places(task.bench.engine, list(_columns(task).values()), slices, where, row, sums), alone


def _columns(task: RankTask) -> dict[str, Levels]:
    """The columns that are sliced by, each once."""
    return {one.column: one for levels in task.levels for one in levels}


def _made_of(task: RankTask) -> dict[Slice, Items]:
    """The levels that each slice of the columns is made of."""
    return {
        slice_: tuple((one.column, key) for one, key in zip(levels, keys, strict=True))
        for levels in task.levels
        for keys, slice_ in crossed(levels).items()
    }


def _members(task: RankTask, places: Places, alone: Sequence[str], rows: Sequence[RankedRow]) -> np.ndarray:
    """The place among the rows of each family's slice: a column, columns crossed, a slice by itself."""
    kind = np.int16 if len(rows) < 2**15 else np.int32
    at = {row.candidate.slice: place for place, row in enumerate(rows)}
    columns = {name: place for place, name in enumerate(_columns(task))}
    found = []
    for levels in task.levels:
        known = np.array([at.get(str(one), NOWHERE) for one in crossed(levels).values()], dtype=kind)
        if known.max(initial=NOWHERE) >= 0:
            where = [places.levels[:, columns[one.column]] for one in levels]
            found.append(known[np.ravel_multi_index(where, tuple(len(one.levels) for one in levels))])
    for place, slice_ in enumerate(alone):
        found.append(np.where(places.inside[:, place], at[slice_], NOWHERE).astype(kind))
    return np.stack(found, axis=1) if found else np.zeros((len(places.sums), 0), dtype=kind)


def _terms(slices: Sequence[Slice]) -> list[frozenset[int]]:
    """What is and-ed in each slice, as numbers: the same number where it is the same."""
    known: dict[Node, int] = {}
    return [frozenset(known.setdefault(term, len(known)) for term in one.terms) for one in slices]


def _near(task: RankTask, signatures: Signatures, rows: Sequence[RankedRow]) -> dict[int, Near]:
    """For each row that has one, the row further up that is about the same rows."""
    slices = [parse(row.candidate.slice) for row in rows]
    support = [row.candidate.support for row in rows]
    pairs = suspects(signatures, len(rows))
    both, terms = {}, _terms(slices)
    for one, other in pairs:
        if terms[one] <= terms[other] or terms[other] <= terms[one]:
            both[one, other] = min(support[one], support[other])
    asked = [pair for pair in pairs if pair not in both][:MOST_PAIRS]
    counted = rows_in_common(
        task.bench.coded, list(_columns(task).values()), _made_of(task),
        [(slices[one], slices[other]) for one, other in asked], task.where,
    )  # fmt: skip
    both |= dict(zip(asked, counted, strict=True))
    found = []
    for (one, other), rows_in_both in both.items():
        stands = relation(support[other], support[one], rows_in_both)
        if stands is not None:
            mine = rows[one].candidate
            near = Near(slice=mine.slice, name=mine.name, relation=stands[0], in_common=stands[1])
            found.append((one, other, near))
    return nearest(found)
