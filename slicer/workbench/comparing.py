"""Slices against the rest of the rows, and two columns crossed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product

from slicer.errors import UsageError
from slicer.metrics.counts import SliceCounts, count_slice
from slicer.metrics.difference import difference, q_values, rest_of, verdict
from slicer.metrics.estimate import Estimate
from slicer.metrics.registry import METRICS, slice_metrics
from slicer.results import SHOWN_LEVELS, CrossTable, SliceRow, SliceTable
from slicer.slices import Slice, all_of
from slicer.workbench.counting import ALL, By, Counting

COMPARED = ("accuracy", "balanced_accuracy", "macro_f1", "mcc", "kappa", "precision", "recall", "f1", "specificity")
"""Metrics by which slices are held against the rest; higher is better for each."""


def compared(bench: Counting) -> tuple[str, ...]:
    """The metrics slices can be held against the rest by, on this data."""
    if bench.labels is None:
        return COMPARED[:1]
    binary = bench.positive is not None
    return tuple(name for name in COMPARED if name == "accuracy" or binary or not METRICS[name].per_class)


def slice_table(
    bench: Counting,
    *,
    by: Sequence[By] = (),
    slices: Sequence[Slice] = (),
    where: Slice = ALL,
    metric: str = "accuracy",
) -> SliceTable:
    """Every slice of the columns against the rest of the rows, worst first.

    Args:
        by, slices, where: As in `metrics`.
        metric: One of `COMPARED`; those of one class need a positive class.

    Raises:
        UsageError, SliceError, UnknownColumnError: in words.
    """
    if metric not in COMPARED:
        raise UsageError(f"Slices are not compared by {metric!r}.", hint=f"Metrics: {', '.join(COMPARED)}.")
    bench.refuse_numbers()
    overall = bench.count(where)
    counted = {one: bench.count(all_of(where, one)) for one in slices}
    counted |= {slice_: counts for slice_, counts in bench.count_by(by, where) if slice_ not in counted}
    rows = _against_rest(bench, counted, overall, metric)
    return SliceTable(
        head=bench.head(overall, where),
        metric=metric,
        overall=_one(bench, overall, metric),
        table=tuple(sorted(rows, key=_worst_first)),
    )


def cross(bench: Counting, down: str, across: str, *, where: Slice = ALL, metric: str = "accuracy") -> CrossTable:
    """Two columns crossed: every pair of their values against the rest of the rows."""
    names = [bench.column(down), bench.column(across)]
    found = bench.engine.levels(names, where)
    levels = [found[name] for name in names]
    cells = bench.engine.cells_by(levels, where, classes=bench.by_class)
    counted = {slice_: count_slice(found, bench.labels) for slice_, found in cells}
    rows = {row.slice: row for row in _against_rest(bench, counted, bench.count(where), metric)}
    present = [
        [one for one in each.slices.values() if any(one.contains(slice_) for slice_ in counted)] for each in levels
    ]
    shown = [tuple(one[:SHOWN_LEVELS]) for one in present]
    places = product(enumerate(shown[0]), enumerate(shown[1]))
    return CrossTable(
        down=down,
        across=across,
        levels_down=shown[0],
        levels_across=shown[1],
        levels=(len(present[0]), len(present[1])),
        cells={(i, j): rows[both] for (i, one), (j, other) in places if (both := all_of(one, other)) in rows},
    )


def _against_rest(
    bench: Counting, counted: Mapping[Slice, SliceCounts], overall: SliceCounts, metric: str
) -> list[SliceRow]:
    """Slices beside the rest; one that is empty, or all rows, has nothing to be held against."""
    if metric not in COMPARED:
        raise UsageError(f"Slices are not compared by {metric!r}.", hint=f"Metrics: {', '.join(COMPARED)}.")
    saved, found = bench.saved(), []
    for slice_, counts in counted.items():
        if 0 < counts.support < overall.support:
            mine, rest = _one(bench, counts, metric), _one(bench, rest_of(overall, counts), metric)
            found.append((slice_, counts, mine, rest, difference(mine, rest)))
    q = q_values([one.p_value if one is not None else None for *_, one in found])
    return [
        SliceRow(
            slice=slice_,
            name=saved.get(slice_, slice_.words),
            saved=slice_ in saved,
            support=counts.support,
            share=counts.support / overall.support,
            errors=counts.errors,
            error_share=counts.errors / overall.errors if overall.errors else None,
            estimate=mine,
            rest=rest,
            difference=change,
            q_value=q_value,
            verdict=verdict(change, q_value, mine.denominator),
        )
        for (slice_, counts, mine, rest, change), q_value in zip(found, q, strict=True)
    ]


def _one(bench: Counting, counts: SliceCounts, metric: str) -> Estimate:
    found = slice_metrics(counts, positive=bench.positive, level=bench.options.level, names=(metric,))[metric]
    if found is None:
        raise UsageError(f"{metric} cannot be computed here.", hint="It needs classes, and one of them positive.")
    return found


def _worst_first(row: SliceRow) -> tuple[bool, bool, float, str]:
    change = row.difference
    return change is None, row.low_support, change.value if change else 0.0, str(row.slice)
