"""What stands beside the counts of slices where a run has it: sums of probabilities, and totals by cluster."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from sqlglot import exp

from slicer.engine.clusters import ClusterLines, cluster_lines
from slicer.engine.duckdb import DuckDBEngine
from slicer.engine.levels import Levels
from slicer.engine.probabilities import BIN, HIT, PLACE, P, ProbabilityTerms
from slicer.engine.sql import column
from slicer.engine.sums import Row, number, present, weighed, where_all
from slicer.human.between import between
from slicer.metrics.calibration import gaps_between
from slicer.metrics.clusters import ClusterProducts, cluster_products
from slicer.metrics.counts import OutsideClusters, PairedClusters, SliceCounts
from slicer.metrics.curves import auc_slopes, average_precision_slopes, clustered_error
from slicer.metrics.histograms import Between
from slicer.slices import Slice

Counted = Mapping[Slice, SliceCounts]

Both = tuple[ClusterProducts, ClusterProducts]
"""Of the rows inside a slice, and of those outside."""


def with_table_clusters(
    engine: DuckDBEngine, levels: Sequence[Levels], where: Slice, counted: Counted, labels: Sequence[str] | None
) -> dict[Slice, SliceCounts]:
    """The counts with the products of their clusters' totals by cell of the table."""
    relation = engine.relation
    weight = relation.roles.weight
    row = {"w": exp.Literal.number(1) if weight is None else number(column(weight))}
    facts = {"right": relation.right} if labels is None else {"truth": relation.label, "said": relation.prediction}
    there = {name: one if one is not None else exp.null() for name, one in facts.items()}
    lines = cluster_lines(engine, levels, where, row, there, [exp.Sum(this=column("w"))])
    found = _products(lines, *_cells(lines, labels))
    known = bool(levels)  # of all rows there is no outside
    return {slice_: _with_table(counts, found.get(slice_), known) for slice_, counts in counted.items()}


def _cells(lines: ClusterLines, labels: Sequence[str] | None) -> tuple[np.ndarray, int]:
    """The cell of each line in its table, -1 without a truth; and how many cells there are."""
    if labels is None:
        codes, names = lines.facts[0]
        place = np.array([{"true": 0, "false": 1}[name] for name in names] + [-1])
        return place[codes], 2
    size = len(labels)
    at = {label: index for index, label in enumerate(labels)}
    (truth, truths), (said, predictions) = lines.facts
    row = np.array([at[name] for name in truths] + [-1])[truth]
    across = np.array([at[name] for name in predictions] + [size])[said]
    return np.where(row < 0, -1, row * (size + 1) + across), size * (size + 1)


def _products(lines: ClusterLines, cell: np.ndarray, cells: int) -> dict[Slice, Both]:
    kept = cell >= 0
    both = cluster_products(
        lines.part[kept],
        lines.cluster[kept],
        [(cell[kept], lines.totals[0][kept])],
        parts=len(lines.slices),
        cells=cells,
    )
    return dict(zip(lines.slices, both, strict=True))


def _with_table(counts: SliceCounts, both: Both | None, outside: bool) -> SliceCounts:
    if both is None:
        return counts
    table = replace(counts.tabled, clusters=both[0])
    found = replace(counts, outside=OutsideClusters(table=both[1]) if outside else None)
    if counts.confusion is not None:
        return replace(found, confusion=table)
    return replace(found, outcomes=table)


def with_paired_clusters(
    engine: DuckDBEngine, levels: Sequence[Levels], where: Slice, counted: Counted
) -> dict[Slice, SliceCounts]:
    """The counts with how often people and the model are right on the rows of people, by cluster."""
    relation = engine.relation
    human = relation.human_right
    if isinstance(human, exp.Null):
        return dict(counted)
    row: dict[str, exp.Expression] = {
        name: exp.cast(exp.paren(one), "INT") for name, one in (("human", human), ("model", relation.right))
    }
    there, weight, w = column("human"), relation.roles.weight, None
    if weight is not None:
        row["w"], w = number(column(weight)), column("w")
    seen = where_all([there], column("model"))
    sums = [exp.Sum(this=weighed(one, w)) for one in (there, seen, present(there))]
    lines = cluster_lines(engine, levels, where, row, {}, sums)
    found = {}
    for part, slice_ in enumerate(lines.slices):
        mine = lines.part == part
        people, model, rows = (one[mine] for one in lines.totals)
        each = np.arange(len(rows))
        found[slice_] = PairedClusters(
            human=between(people, rows, each),
            model=between(model, rows, each),
            gap=between(people - model, rows, each),
        )
    return {
        slice_: counts
        if counts.paired is None
        else replace(counts, paired=replace(counts.paired, between=found.get(slice_)))
        for slice_, counts in counted.items()
    }


def with_number_clusters(
    engine: DuckDBEngine,
    levels: Sequence[Levels],
    where: Slice,
    counted: Counted,
    row: Row,
    by_cluster: Row,
) -> dict[Slice, SliceCounts]:
    """The counts with the products of their clusters' totals of numbers, by name.

    Args:
        row: Numbers of a row by name.
        by_cluster: What a row adds to the totals of its cluster, over those names.
    """
    if not by_cluster:
        return dict(counted)
    sums = [exp.Sum(this=one) for one in by_cluster.values()]
    lines = cluster_lines(engine, levels, where, row, {}, sums)
    places = [np.full(len(lines.part), at) for at in range(len(by_cluster))]
    both = cluster_products(
        lines.part,
        lines.cluster,
        list(zip(places, lines.totals, strict=True)),
        parts=len(lines.slices),
        names=tuple(by_cluster),
        cells=len(by_cluster),
    )
    found = dict(zip(lines.slices, both, strict=True))
    known = bool(levels)  # of all rows there is no outside
    return {
        slice_: _with_numbers(counts, found[slice_], known) if slice_ in found else counts
        for slice_, counts in counted.items()
    }


def with_curve_clusters(
    engine: DuckDBEngine, levels: Sequence[Levels], where: Slice, counted: Counted, terms: ProbabilityTerms
) -> dict[Slice, SliceCounts]:
    """The counts with the errors of their curves between clusters."""
    found: dict[Slice, list[Between]] = {slice_: [] for slice_ in counted}
    for at, curve in enumerate(terms.curves):
        lines = cluster_lines(engine, levels, where, curve, {}, terms.sides, by=PLACE)
        for part, slice_ in enumerate(lines.slices):
            sums = counted[slice_].probabilities if slice_ in counted else None
            if sums is None or at >= len(sums.curves) or lines.by is None:
                continue
            mine, groups = lines.part == part, sums.curves[at]
            rows = lines.cluster[mine], lines.by[mine], lines.totals[0][mine], lines.totals[1][mine]
            found[slice_].append(
                Between(
                    roc_auc=clustered_error(groups, auc_slopes(groups), *rows),
                    average_precision=clustered_error(groups, average_precision_slopes(groups), *rows),
                    clusters=len(np.unique(rows[0])),
                )
            )
    return {
        slice_: counts
        if counts.probabilities is None
        else replace(counts, probabilities=replace(counts.probabilities, between=tuple(found[slice_])))
        for slice_, counts in counted.items()
    }


def with_calibration_clusters(
    engine: DuckDBEngine, levels: Sequence[Levels], where: Slice, counted: Counted, terms: ProbabilityTerms
) -> dict[Slice, SliceCounts]:
    """The counts with the spread of their calibration gaps between clusters."""
    gap = exp.paren(exp.Sub(this=HIT.copy(), expression=P.copy()))
    totals = [exp.Sum(this=weighed(one, terms.weight)) for one in (gap, present(P))]
    lines = cluster_lines(engine, levels, where, terms.row, {}, totals, by=BIN)
    found = dict(counted)
    for part, slice_ in enumerate(lines.slices):
        counts = counted.get(slice_)
        if counts is None or counts.probabilities is None or counts.probabilities.calibration is None:
            continue
        assert lines.by is not None
        mine = lines.part == part
        place = lines.by[mine].astype(int)
        between = gaps_between(
            counts.probabilities.calibration, lines.cluster[mine], place, lines.totals[0][mine], lines.totals[1][mine]
        )
        found[slice_] = replace(counts, probabilities=replace(counts.probabilities, calibration_between=between))
    return found


def _with_numbers(counts: SliceCounts, both: Both, outside: bool) -> SliceCounts:
    outer = replace(counts.outside or OutsideClusters(), numbers=both[1]) if outside else None
    return replace(counts, number_clusters=both[0], outside=outer)
