"""What two slices side by side show."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from slicer.display import percent, value_of
from slicer.findings.wording import capital, cut
from slicer.metrics.registry import METRICS
from slicer.side_by_side import ColumnPair, SideBySide

SHORT = 40
"""Characters of a name in a title."""

SURE = 0.05
"""A p-value up to this is spoken of as a difference."""


def pair_finding(found: SideBySide, metric: str, names: tuple[str, str]) -> str:
    """Which of the two does better, and whether that is beyond doubt."""
    one, other = (cut(name, SHORT) for name in names)
    pair = next((pair for pair in found.metrics if pair.metric == metric), None)
    if pair is None or pair.one.value is None or pair.other.value is None:
        return f"{capital(one)} and {other}: no {METRICS[metric].words} on both"
    values = f"{value_of(pair.one.value, METRICS[metric].unit)} and {value_of(pair.other.value, METRICS[metric].unit)}"
    sides = f"{capital(one)} and {other}: {METRICS[metric].words} {values}"
    if found.in_both:
        return f"{sides}; {percent(_common(found))} of the smaller is in both"
    change = pair.difference
    if change is None or change.ci is None:
        return sides
    return f"{sides}, {'apart beyond doubt' if change.ci[0] > 0 or change.ci[1] < 0 else 'not clearly apart'}"


def columns_beyond(found: SideBySide, defining: Collection[str]) -> list[ColumnPair]:
    """The columns that do not define the slices."""
    return [column for column in found.columns if column.column not in defining]


def columns_finding(columns: Sequence[ColumnPair]) -> str:
    """The column in which they differ most, beyond those that define them."""
    if not columns:
        return "No other column to compare"
    most = columns[0]
    if most.p_value is not None and most.p_value > SURE:
        return "Beyond what defines them, no column sets them clearly apart"
    one, other = (shares[most.apart] for shares in most.shares)
    value = most.levels[most.apart].words
    return f"They differ most in {value}: {percent(one, 0)} against {percent(other, 0)}"


def _common(found: SideBySide) -> float:
    return found.in_both / max(1, min(found.one.counts.support, found.other.counts.support))
