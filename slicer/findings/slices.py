"""What Slices shows, in sentences computed from its numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence

from slicer.display import amount, counts, counts_alone, number, percent, value_of
from slicer.findings.names import names_of_slices, telling
from slicer.findings.wording import capital, cut, many
from slicer.metrics.registry import METRICS, Metric
from slicer.results import CrossTable, SliceRow, SliceTable


def slices_finding(result: SliceTable) -> tuple[str, str]:
    """The headline of Slices: the slice furthest below the rest, and how many more are clearly worse."""
    shown = [row for row in result.table if row.difference is not None]
    if not shown:
        return "No slice to hold against the rest", "Choose columns that have more than one value here."
    aside = f"{many(len(shown), 'slice')} measured against the rows outside, not against an overall that contains them."
    worse = result.with_verdict("worse")
    if not worse:
        return "No slice is clearly worse than the rest", aside
    more = len(worse) - 1
    also = f", and {many(more, 'more slice').lower()} {'is' if more == 1 else 'are'} clearly worse" if more else ""
    name = telling(names_of_slices(worse)[0], worse[0].name)
    return f"{capital(name)} is {_apart(worse[0], result.metric)} the rest{also}", aside


def crossing(result: SliceTable, features: Sequence[str]) -> str | None:
    """The feature that the headline is about, to cross with others; None if it is about none."""
    about = [name for row in result.with_verdict("worse")[:1] for name in row.slice.columns]
    return next((name for name in about if name in features), None)


def forest_finding(result: SliceTable) -> str:
    """What the forest plot shows."""
    worse, better = (len(result.with_verdict(one)) for one in ("worse", "better"))
    if not worse:
        return "No slice is worse than the rest beyond doubt"
    ahead = f"; {many(better, 'slice').lower()} {'is' if better == 1 else 'are'} better" if better else ""
    return f"{many(worse, 'slice')} {'is' if worse == 1 else 'are'} worse than the rest beyond doubt{ahead}"


def cross_finding(cross: CrossTable) -> str:
    """What two features crossed show: the cell furthest below the rest, if any clearly is."""
    worse = [row for row in cross.cells.values() if row.verdict == "worse" and row.difference]
    if not worse:
        return f"{capital(cross.down)} and {cross.across}: no cell is clearly worse than the rest"
    worst = max(worse, key=lambda row: abs(row.difference.value) if row.difference else 0.0)
    place = next(place for place, row in cross.cells.items() if row is worst)
    levels = zip((cross.levels_down, cross.levels_across), place, strict=True)
    names = [cut(each[at].words) for each, at in levels]
    return f"{capital(names[0])} with {names[1]} is {_apart(worst, cross.metric)} the rest"


def one_slice_finding(row: SliceRow, metric: str) -> str:
    """One slice in a line: rows, the metric, and how it stands to the rest."""
    rows, entry = f"{many(row.support, 'row')}, {percent(row.share)} of all", METRICS[metric]
    if row.estimate.value is None or row.difference is None:
        return rows
    value = counts(row.estimate) if counts_alone(row.estimate) else value_of(row.estimate.value, entry.unit)
    stands = f"{_apart(row, metric)} the rest"
    if row.verdict == "no evidence":
        stands = "too few rows to tell" if row.low_support else "not clearly different from the rest"
    return f"{rows} · {entry.words} {value}, {stands}"


def slices_method(metric: Metric, cluster: str | None) -> str:
    """How slices are measured and called worse or better, for the foot of the page."""
    large, rows = "", "Independent rows." if cluster is None else f"Intervals are between clusters of {cluster}."
    if all(map(math.isfinite, metric.span)):
        least = "2 points" if metric.unit == "rate" else "0.02"
        large = f", {least} or more, at least 5 rows more or fewer than at the rest's rate"
    return (
        "Each interval by its metric's own method, which its tooltip names; the difference by Newcombe's, or MOVER. "
        "q: Benjamini and Hochberg over the slices shown. "
        f"Called worse or better: q at most 0.05{large}, and 30 rows behind each side. {rows}"
    )


def _apart(row: SliceRow, metric: str) -> str:
    """How far a slice is from the rest, and on which side."""
    change = row.difference.value if row.difference else 0.0
    size = f"{number(abs(change))} points" if METRICS[metric].unit == "rate" else amount(abs(change))
    return f"{size} {'below' if change < 0 else 'above'}"
