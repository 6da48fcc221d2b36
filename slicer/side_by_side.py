"""Two slices side by side: their metrics, and how their rows spread over the values of each column."""

from __future__ import annotations

from dataclasses import dataclass

from slicer.metrics.difference import Difference
from slicer.metrics.estimate import Estimate
from slicer.results import SliceMetrics
from slicer.slices import Slice


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricPair:
    """One metric of both slices."""

    metric: str
    one: Estimate
    other: Estimate
    difference: Difference | None
    """One minus other; None where a value is missing, or rows are in both slices."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnPair:
    """How the rows of both slices spread over the values of a column."""

    column: str
    levels: tuple[Slice, ...]
    one: tuple[int, ...]
    other: tuple[int, ...]
    """Rows by level."""
    p_value: float | None
    """Of the chi-squared test of one distribution for both; None where rows are in both slices, or levels hold few."""

    @property
    def shares(self) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """Of the rows of one and the other, by level."""
        return _shares(self.one), _shares(self.other)

    @property
    def distance(self) -> float:
        """The part of the rows that would have to move from value to value for the two to be alike, from 0 to 1: the
        total variation distance.

        >>> ColumnPair(column="c", levels=(), one=(6, 4), other=(1, 9), p_value=None).distance
        0.5
        """
        one, other = self.shares
        return 0.5 * sum(abs(mine - theirs) for mine, theirs in zip(one, other, strict=True))

    @property
    def apart(self) -> int:
        """The place of the level whose shares differ most."""
        one, other = self.shares
        return max(range(len(one)), key=lambda at: abs(one[at] - other[at]))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SideBySide:
    """Two slices, compared."""

    one: SliceMetrics
    other: SliceMetrics
    in_both: int
    """Rows that are in both: then nothing is tested, since the two are not independent."""
    metrics: tuple[MetricPair, ...]
    columns: tuple[ColumnPair, ...]
    """The columns that have values here, the one they differ most in first."""


def _shares(rows: tuple[int, ...]) -> tuple[float, ...]:
    total = sum(rows)
    return tuple(many / total if total else 0.0 for many in rows)
