"""Slices against the rest of the rows, and two columns crossed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product

from slicer.errors import UsageError
from slicer.metrics.counts import SliceCounts
from slicer.metrics.difference import difference, q_values, verdict
from slicer.metrics.estimate import Estimate, estimate
from slicer.metrics.registry import METRICS, Setting, measured
from slicer.results import SHOWN_ACROSS, SHOWN_DOWN, CrossTable, SliceRow, SliceTable
from slicer.slices import Slice, all_of
from slicer.workbench.counting import ALL, By, Counting


def compared(bench: Counting) -> tuple[str, ...]:
    """The metrics slices can be held against the rest by, on this data: those of which one end is better."""
    return tuple(
        name for name in bench.measurable if bench.higher_is_better(name) is not None and not METRICS[name].on_request
    )


def slice_table(
    bench: Counting,
    *,
    by: Sequence[By] = (),
    slices: Sequence[Slice] = (),
    where: Slice = ALL,
    metric: str | None = None,
) -> SliceTable:
    """Every slice of the columns against the rest of the rows, worst first.

    Args:
        by, slices, where: As in `metrics`.
        metric: One that this data can hold and of which one end is better; the headline metric if None.

    Raises:
        UsageError, SliceError, UnknownColumnError: in words.
    """
    metric = _chosen(bench, metric)
    needs = {METRICS[metric].needs}
    overall = bench.count(where, needs=needs)
    counted = {one: bench.count(all_of(where, one), needs=needs) for one in slices}
    by_column = bench.count_by(by, where, needs=needs)
    counted |= {slice_: counts for slice_, counts in by_column if slice_ not in counted}
    rows = _against_rest(bench, where, counted, overall, metric)
    up = bool(bench.higher_is_better(metric))
    return SliceTable(
        head=bench.head(overall, where),
        metric=metric,
        higher_is_better=up,
        overall=_measured(metric, overall, bench.setting(overall)),
        table=tuple(sorted(rows, key=lambda row: _worst_first(row, up))),
    )


def cross(bench: Counting, down: str, across: str, *, where: Slice = ALL, metric: str | None = None) -> CrossTable:
    """Two columns crossed: every pair of their values against the rest of the rows."""
    metric = _chosen(bench, metric)
    needs = {METRICS[metric].needs}
    names = [bench.column(down), bench.column(across)]
    found = bench.coded.levels(names, where)
    levels = [found[name] for name in names]
    counted = dict(bench.count_by([tuple(names)], where, needs=needs))
    overall = bench.count(where, needs=needs)
    rows = {row.slice: row for row in _against_rest(bench, where, counted, overall, metric)}
    present = [
        [one for one in each.slices.values() if any(one.contains(slice_) for slice_ in counted)] for each in levels
    ]
    shown = [tuple(one[:most]) for one, most in zip(present, (SHOWN_DOWN, SHOWN_ACROSS), strict=True)]
    places = product(enumerate(shown[0]), enumerate(shown[1]))
    return CrossTable(
        down=down,
        across=across,
        metric=metric,
        higher_is_better=bool(bench.higher_is_better(metric)),
        levels_down=shown[0],
        levels_across=shown[1],
        levels=(len(present[0]), len(present[1])),
        cells={(i, j): rows[both] for (i, one), (j, other) in places if (both := all_of(one, other)) in rows},
    )


def _chosen(bench: Counting, metric: str | None) -> str:
    """The metric asked for.

    Raises:
        UsageError: slices cannot be compared by it.
    """
    if bench.by_people:
        raise UsageError(
            "Slices are held against the rest by a label; here what is right is what people answered.",
            hint="Human level and Priorities hold every slice against people.",
        )
    known = compared(bench)
    chosen = metric or bench.headline
    if chosen in known or (chosen in bench.measurable and bench.higher_is_better(chosen) is not None):
        return chosen
    raise UsageError(f"Slices are not compared by {chosen!r} here.", hint=f"Metrics: {', '.join(known)}.")


def _against_rest(
    bench: Counting, where: Slice, counted: Mapping[Slice, SliceCounts], overall: SliceCounts, metric: str
) -> list[SliceRow]:
    """Slices beside the rest; one that is empty, or all rows, has nothing to be held against."""
    saved, found, setting = bench.saved(), [], bench.setting(overall)
    for slice_, counts in counted.items():
        if 0 < counts.support < overall.support:
            mine = _measured(metric, counts, setting)
            rest = _measured(metric, bench.rest(where, slice_, overall, counts), setting)
            found.append((slice_, counts, mine, rest, difference(mine, rest)))
    q = q_values([one.p_value if one is not None else None for *_, one in found])
    up = bool(bench.higher_is_better(metric))
    return [
        SliceRow(
            slice=slice_,
            name=saved.get(slice_, slice_.words),
            saved=slice_ in saved,
            support=counts.support,
            share=counts.support / overall.support,
            errors=counts.errors if counts.judged else None,
            error_share=counts.errors / overall.errors if counts.judged and overall.errors else None,
            estimate=mine,
            rest=rest,
            difference=change,
            q_value=q_value,
            verdict=verdict(change, q_value, mine.denominator, METRICS[metric], up),
        )
        for (slice_, counts, mine, rest, change), q_value in zip(found, q, strict=True)
    ]


def _measured(metric: str, counts: SliceCounts, setting: Setting) -> Estimate:
    found = measured(metric, counts, setting)
    if found is None:  # no row of the slice has what the metric needs
        return estimate(None, None, n=counts.n, denominator=0, method="", level=setting.level)
    return found


def _worst_first(row: SliceRow, up: bool) -> tuple[bool, bool, float, str]:
    change = row.difference
    value = 0.0 if change is None else change.value if up else -change.value
    return change is None, row.low_support, value, str(row.slice)
