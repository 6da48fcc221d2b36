"""Proportions of a confusion table, alone and averaged over classes, with their intervals.

A proportion is some cells over some more: right rows over all rows, a class's hits over its true rows. One
function serves independent, weighted and clustered rows, through the effective number of rows behind it.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from slicer.metrics.clusters import FEWEST_CLUSTERS
from slicer.metrics.counts import ConfusionCounts
from slicer.metrics.delta import Formula, smoothed
from slicer.metrics.estimate import Estimate, estimate
from slicer.metrics.intervals import Interval, clopper_pearson, f1_of_jaccard, mover_sum, wilson

Array = np.ndarray

Cells = tuple[Array, Array]
"""The cells of the numerator and those of the denominator, True where they count, shape of the table."""

OfProportion = Callable[[float, float, float], Interval | None]
"""From successes, trials and level to an interval."""

FEW = 10
"""Rows below which a class enters an average with its exact interval."""

ONE_CLUSTER = 1 + 1e-9
"""Below this many clusters of equal size a single one holds all rows."""


def right_cells(counts: ConfusionCounts) -> Cells:
    """Right rows over all rows."""
    diagonal = np.zeros(counts.table.shape, dtype=bool)
    np.fill_diagonal(diagonal, True)
    return diagonal, np.ones_like(diagonal)


def class_cells(name: str, index: int, shape: tuple[int, ...]) -> Cells:
    """The cells of a proportion about one class: precision, recall, jaccard, specificity, fpr, fnr or npv."""
    true, said = np.zeros(shape, dtype=bool), np.zeros(shape, dtype=bool)
    true[index, :], said[:, index] = True, True
    return {
        "precision": (true & said, said),
        "recall": (true & said, true),
        "jaccard": (true & said, true | said),
        "specificity": (~true & ~said, ~true),
        "fpr": (~true & said, ~true),
        "fnr": (true & ~said, true),
        "npv": (~true & ~said, ~said),
    }[name]


def class_formula(name: str, index: int) -> Formula:
    """A proportion about one class, or its F1, of stacks of tables; nan where there is nothing to divide by.

    >>> tables = np.array([[[905.0, 9.0, 0.0], [18.0, 68.0, 0.0]]])
    >>> class_formula("f1", 1)(tables).round(4).tolist()
    [0.8344]
    """

    def of(tables: Array) -> Array:
        part, whole = class_cells("jaccard" if name == "f1" else name, index, tables.shape[-2:])
        above, below = (tables[..., cells].sum(axis=-1) for cells in (part, whole))
        value = np.divide(above, below, out=np.full_like(above, np.nan), where=below > 0)
        return np.asarray(2 * value / (1 + value) if name == "f1" else value)

    return of


def effective_rows(counts: ConfusionCounts, cells: Cells) -> float | None:
    """The number of independent rows of weight 1 that would be as informative about a proportion; None if unknown.

    With weights Kish's, (Σw)² / Σw² of the denominator. With clusters p (1 − p) over the variance between
    clusters, at most the rows; where all or none succeed, the clusters as if of equal size. A single cluster says
    nothing of the spread between them.

    Source:
        L. Kish (1965), Survey Sampling: design effects.
    """
    part, whole = cells
    total = float(counts.table[whole].sum())
    if total <= 0:
        return None
    rows = total**2 / float(counts.squared[whole].sum())
    if counts.clusters is None:
        return rows
    clusters = _clusters(counts, whole)
    if clusters < ONE_CLUSTER:
        return None
    value = float(counts.table[part].sum()) / total
    if not 0 < value < 1:
        return min(rows, clusters)
    spread = float(counts.covariance(_slope(counts, cells)[None])[0, 0])
    return min(rows, value * (1 - value) / spread) if spread > 0 else rows


def _clusters(counts: ConfusionCounts, whole: Array) -> float:
    """Clusters of equal size among which these cells' rows would be as evenly spread: Kish's number of their totals."""
    assert counts.clusters is not None
    squares = counts.clusters.squares(whole)
    return float((counts.table * whole).sum()) ** 2 / squares if squares > 0 else 0.0


def _slope(counts: ConfusionCounts, cells: Cells) -> Array:
    """∂p/∂N of each cell."""
    part, whole = cells
    total = counts.table[whole].sum()
    if not total:
        return np.zeros_like(counts.table)
    return np.asarray((part - counts.table[part].sum() / total * whole) / total)


def proportion(counts: ConfusionCounts, cells: Cells, level: float) -> Estimate:
    """A proportion with Wilson's interval on its effective rows.

    >>> table = ConfusionCounts(("0", "1"), np.array([[905.0, 9.0, 0.0], [18.0, 68.0, 0.0]]))
    >>> round(proportion(table, class_cells("recall", 1, table.table.shape), 0.95).value, 4)
    0.7907
    """
    return _scaled(counts, cells, level, wilson, "wilson")


def class_estimate(
    counts: ConfusionCounts, name: str, index: int, level: float, interval: OfProportion = wilson
) -> Estimate:
    """A proportion about one class, or its F1 through q = TP / (TP + FP + FN): F1 = 2q / (1 + q).

    Args:
        name: As in `class_cells`, or f1.
        index: Place of the class among the labels.
        interval: Of the proportion.
    """
    if name != "f1":
        return _scaled(counts, class_cells(name, index, counts.table.shape), level, interval, "wilson")
    cells = class_cells("jaccard", index, counts.table.shape)
    return _scaled(counts, cells, level, interval, "wilson-jaccard", lambda q: 2 * q / (1 + q), f1_of_jaccard)


def exact_if_few(successes: float, n: float, level: float) -> Interval | None:
    """The exact interval of a proportion on fewer than 10 rows, from there Wilson's."""
    return clopper_pearson(successes, n, level) if n < FEW else wilson(successes, n, level)


def _scaled(
    counts: ConfusionCounts,
    cells: Cells,
    level: float,
    interval: OfProportion,
    method: str,
    value_of: Callable[[float], float] = lambda value: value,
    ends_of: Callable[[Interval | None], Interval | None] = lambda ends: ends,
) -> Estimate:
    """A proportion, its value and interval carried to another scale."""
    part, whole = cells
    total, rows = float(counts.table[whole].sum()), effective_rows(counts, cells)
    value = float(counts.table[part].sum()) / total if total > 0 else None
    ci = None if value is None or rows is None else ends_of(interval(value * rows, rows, level))
    return estimate(
        None if value is None else value_of(value),
        ci,
        n=counts.n,
        denominator=float(counts.counted[whole].sum()),
        method="cluster" if counts.clusters is not None else method,
        level=level,
        flags=flags_of(counts, lone=value is not None and rows is None),
    )


def flags_of(counts: ConfusionCounts, *, lone: bool = False) -> tuple[str, ...]:
    """What a reader should know of the rows behind a number; `lone` if those of a single cluster."""
    few = counts.clusters is not None and (lone or _clusters(counts, np.ones_like(counts.table)) < FEWEST_CLUSTERS)
    return (("weighted",) if counts.weighted else ()) + (("few_clusters",) if few else ())


def class_average(counts: ConfusionCounts, name: str, level: float) -> Estimate:
    """The mean of precision, recall or F1 over the classes that have one, by MOVER on the classes' own intervals.

    Classes share their errors (a miss of one is often a false alarm of another), so MOVER takes the correlations
    of the delta method. Where a class's own variance vanishes they are those of the table with a few rows more.
    A class of few rows has its exact interval: where Wilson's covers less than it says, it does so on the side of the
    rare class, and a sum does not even that out.

    Args:
        name: precision, recall or f1.

    Source:
        G. Y. Zou (2008), MOVER with correlations; `benchmarks/coverage.py` compares it with the plain delta
        method, whose interval misses the value of a rare class in up to 4 of 10 samples of 20 rows.
    """
    shape, kind = counts.table.shape, "jaccard" if name == "f1" else name
    cells = [class_cells(kind, index, shape) for index in range(len(counts.labels))]
    there = [index for index, (_, whole) in enumerate(cells) if counts.table[whole].sum() > 0]
    parts = [class_estimate(counts, name, index, level, exact_if_few) for index in there]
    values = [one.value for one in parts if one.value is not None]
    known = [(1 / len(parts), one.value, one.ci) for one in parts if one.value is not None and one.ci is not None]
    ci = None
    if known and len(known) == len(parts):
        low, high = mover_sum(known, _correlations(counts, [cells[index] for index in there]))
        ci = max(0.0, low), min(1.0, high)
    return estimate(
        math.fsum(values) / len(values) if values else None,
        ci,
        n=counts.n,
        denominator=counts.n,
        method="mover",
        level=level,
        flags=flags_of(counts),
    )


def _correlations(counts: ConfusionCounts, cells: list[Cells]) -> Array:
    """Correlations of proportions by the delta method."""

    def related(table: ConfusionCounts) -> Array:
        spread = table.covariance(np.array([_slope(table, one) for one in cells]))
        errors = np.sqrt(np.maximum(np.diagonal(spread), 0.0))
        scale = np.outer(errors, errors)
        return np.asarray(np.divide(spread, scale, out=np.full_like(spread, np.nan), where=scale > 0))

    found = related(counts)
    if np.isnan(found).any():
        found = np.where(np.isnan(found), related(smoothed(counts)), found)
    found = np.clip(np.nan_to_num(found), -1.0, 1.0)
    np.fill_diagonal(found, 1.0)
    return np.asarray(found)
