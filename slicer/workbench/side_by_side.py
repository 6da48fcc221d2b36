"""Two slices side by side: their metrics, and the columns in which they differ most."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

from slicer.engine.levels import Levels
from slicer.metrics.difference import difference
from slicer.side_by_side import ColumnPair, MetricPair, SideBySide
from slicer.slices import Slice, all_of

if TYPE_CHECKING:
    from slicer.workbench import Workbench

FEWEST_EXPECTED = 5
"""Rows a cell has to expect for the chi-squared test to hold."""


def side_by_side(bench: Workbench, one: Slice, other: Slice, *, where: Slice) -> SideBySide:
    """Two slices of the same rows.

    Args:
        where: The rows both are taken from.

    Raises:
        SliceError, UnknownColumnError: in words.
    """
    mine, theirs = bench.metrics(slices=[one, other], where=where, metrics=bench.compared).slices
    in_both = bench.engine.count(all_of(where, one, other))
    metrics = [
        MetricPair(
            metric=name,
            one=found,
            other=also,
            difference=None if in_both else difference(found, also),
        )
        for name, found in mine.metrics.items()
        if found is not None and (also := theirs.metrics.get(name)) is not None
    ]
    names = bench.dataset.roles.features
    levels = bench.engine.levels(names, where)
    columns = []
    for name in names:
        known = tuple(levels[name].slices.values())
        if known:
            counted = [_rows(bench, levels[name], all_of(where, slice_)) for slice_ in (one, other)]
            p_value = None if in_both else _same(counted[0], counted[1])
            columns.append(ColumnPair(column=name, levels=known, one=counted[0], other=counted[1], p_value=p_value))
    return SideBySide(
        one=mine,
        other=theirs,
        in_both=in_both,
        metrics=tuple(metrics),
        columns=tuple(sorted(columns, key=lambda column: -column.distance)),
    )


def _rows(bench: Workbench, levels: Levels, where: Slice) -> tuple[int, ...]:
    """Rows by level of a column, in the order of the levels."""
    found = {level: rows for level, _, rows, _ in bench.engine.grouped_sums([levels], where, {}, [], [])}
    return tuple(found.get(level, 0) for level in levels.slices.values())


def _same(one: tuple[int, ...], other: tuple[int, ...]) -> float | None:
    """The p-value of Pearson's test that both have one distribution; None where a level either has expects too few."""
    table = np.array([pair for pair in zip(one, other, strict=True) if sum(pair)])
    if len(table) < 2 or not table.sum(axis=0).all():
        return None
    found = stats.chi2_contingency(table, correction=False)
    return float(found.pvalue) if found.expected_freq.min() >= FEWEST_EXPECTED else None
