"""The rubber sheet: two versions of a model and people over the slices, and what lifting one part did to the others."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetSlice:
    """A slice that overlaps with no other of the sheet."""

    slice: str
    weight: float
    """Its part of the overall metric's denominator; for accuracy its share of the data."""
    model: float
    people: float
    before: float | None = None
    """The earlier version of the model; None without one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RubberSheet:
    """What the sheet says in numbers, in the unit of the metric."""

    slices: tuple[SheetSlice, ...]
    left: tuple[float, ...]
    """What is left to gain, by slice: its area between model and people; 0 where the model is better."""
    area: float
    """All of it: the sum of the potentials."""
    area_before: float | None
    """The same of the earlier version."""
    spill_over: float | None
    """Change of the metric over all slices that nobody worked on; None without an earlier version, or none of them."""
    closed: tuple[float | None, ...]
    """How much of the earlier gap is closed, by slice; negative where it widened, None where there was none."""
    fallen: tuple[str, ...]
    """Slices where the model is worse than before, by the numbers alone: no test."""
    ranks: tuple[int, ...]
    """Place by what is left to gain, the most first, from 1."""


SAME = 9
"""Decimals that count: below lies floating point noise."""


def rubber_sheet(slices: Sequence[SheetSlice], treated: Collection[str] = (), *, up: bool = True) -> RubberSheet:
    """Areas, spill-over and closed gaps of slices that do not overlap.

    Args:
        slices: In any order, which is kept.
        treated: Texts of the slices that were worked on between the two versions.
        up: Whether more is better.

    Source:
        A. Ng, "Adding data", Introduction to Machine Learning in Production: pulling one point of a rubber sheet
        upwards lifts the points around it.

    >>> sheet = [
    ...     SheetSlice(slice="cafe", weight=0.5, before=0.70, model=0.85, people=0.94),
    ...     SheetSlice(slice="library", weight=0.5, before=0.75, model=0.85, people=0.95),
    ... ]
    >>> found = rubber_sheet(sheet, treated=["cafe"])
    >>> round(found.area_before, 3), round(found.area, 3), round(found.spill_over, 3), round(found.closed[1], 3)
    (0.22, 0.095, 0.1, 0.5)
    """
    sign = 1.0 if up else -1.0
    left = [_area(one, one.model, sign) for one in slices]
    before = [(one, one.before) for one in slices if one.before is not None]
    lifted = [(one.weight, sign * (one.model - was)) for one, was in before if one.slice not in treated]
    others = sum(weight for weight, _ in lifted)
    order = sorted(range(len(slices)), key=lambda at: (-round(left[at], SAME), at))
    return RubberSheet(
        slices=tuple(slices),
        left=tuple(left),
        area=sum(left),
        area_before=sum(_area(one, was, sign) for one, was in before) if len(before) == len(slices) else None,
        spill_over=sum(weight * change for weight, change in lifted) / others if others else None,
        closed=tuple(_closed(one, sign) for one in slices),
        fallen=tuple(one.slice for one, was in before if round(sign * (one.model - was), SAME) < 0),
        ranks=tuple(order.index(at) + 1 for at in range(len(slices))),
    )


def _area(one: SheetSlice, value: float, sign: float) -> float:
    return one.weight * max(0.0, sign * (one.people - value))


def _closed(one: SheetSlice, sign: float) -> float | None:
    if one.before is None or sign * (one.people - one.before) <= 0:
        return None
    return (one.model - one.before) / (one.people - one.before)
