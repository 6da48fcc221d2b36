"""Drawings of the HTML report as places in percent: they follow the width of the page, its colours, and paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any

from slicer.cells import steps_to
from slicer.display import change_of, gain, percent, points
from slicer.findings.names import names_of
from slicer.findings.ranking import rank_labels
from slicer.metrics.intervals import Interval
from slicer.metrics.registry import METRICS
from slicer.results import RankResult
from slicer.slices import parse

HEIGHT = 230
"""Pixels of the areas, with the room for the words above them."""

WIDTHS = (280, 400, 520, 700, 900)
"""Widths of the page, in pixels, from which words are shown that have no room below; the template knows the same."""

LETTER = 7.3
"""Pixels of a letter in bold, on average."""

MOST_BARS = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """A scale from left to right."""

    domain: Interval
    ticks: tuple[tuple[float, str], ...]
    """Place in percent, and what stands there."""

    @classmethod
    def of(cls, parts: Mapping[str, Any]) -> Axis:
        """The axis of a column; see `cells.axis_of` and `cells.potential_axis`.

        >>> Axis.of({"domain": (0.5, 1.0), "ticks": [0.5, 1.0]}).ticks
        ((0.0, '50'), (100.0, '100'))
        """
        low, high = parts["domain"]
        text = parts.get("tick_text") or [f"{100 * tick:.0f}" for tick in parts["ticks"]]
        places = [100 * (tick - low) / (high - low) for tick in parts["ticks"]]
        return cls(domain=(low, high), ticks=tuple(zip(map(_round, places), text, strict=True)))

    def place(self, value: float) -> float:
        """Where a value stands, in percent of the width; at the nearer end if it is outside."""
        low, high = self.domain
        return _round(100 * min(1.0, max(0.0, (value - low) / (high - low))))


def _round(place: float) -> float:
    return round(place, 3) + 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """A slice as an area: as wide as its share, as high as its gap."""

    name: str
    rank: str
    worth: str
    said: str
    """All of it, for those who point at it or cannot see it."""
    row: int
    """Its place in the ranking, from 1."""
    clear: bool
    """Whether its gap is more than chance; else it is grey."""
    left: float
    width: float
    """In percent of the picture."""
    top: float
    height: float
    """In pixels."""
    name_from: int | None
    """The width of the picture, one of `WIDTHS`, from which its name has room; None if it never has."""
    rank_from: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Areas:
    """Area is potential, where slices do not overlap."""

    areas: tuple[Area, ...]
    ticks: tuple[tuple[float, str], ...]
    """Pixels from the top, and the gap that stands there."""


def room_for(letters: int, width: float) -> int | None:
    """The width of a picture from which so many letters fit into a part of it, in percent.

    >>> room_for(9, 30.0), room_for(9, 4.0)
    (280, None)
    """
    needed = 100 * (LETTER * letters + 10) / width if width else float("inf")
    return next((one for one in WIDTHS if needed <= one), None)


def areas_of(result: RankResult) -> Areas:
    """The ranking as areas; bars stand in its order, those without a gap are empty."""
    unit = METRICS[result.metric].unit
    rows = [
        (place, row.candidate, rank)
        for place, (row, (rank, _)) in enumerate(zip(result.table, rank_labels(result.table), strict=True), start=1)
        if row.candidate.gap is not None
    ]
    column = next(iter(parse(rows[0][1].slice).columns), "") if rows else ""
    names = [name.removeprefix(f"{column} ") for name in names_of([one for _, one, _ in rows])]
    ends = list(accumulate((one.weight or 0.0 for _, one, _ in rows), initial=0.0))
    gaps = [max(0.0, one.gap.value) if one.gap else 0.0 for _, one, _ in rows]
    highest = max([*gaps, 0.01 if unit == "rate" else 1e-9]) * 1.22
    drawn = []
    for (place, one, rank), name, (left, right), gap in zip(rows, names, pairwise(ends), gaps, strict=True):
        width, height = 100 * (right - left), HEIGHT * gap / highest
        worth = points(one.potential, 2) if unit == "rate" else gain(one.potential, unit)
        apart = change_of(one.gap.value if one.gap else None, unit)
        drawn.append(
            Area(
                name=name,
                rank=rank,
                worth=worth if gap else "no gap",
                said=f"{name}: {percent(one.share)} of the data, gap {apart}, worth {worth}",
                row=place,
                clear=one.clear,
                left=_round(100 * left),
                width=_round(width),
                top=_round(HEIGHT - height),
                height=_round(height),
                name_from=room_for(max(len(name), len(worth)), width),
                rank_from=room_for(len(rank), width) if gap else None,
            )
        )
    scale = 100 if unit == "rate" else 1
    steps = [(tick, f"{round(scale * tick, 12):g}") for tick in steps_to(highest, most=4)]
    ticks = [(_round(HEIGHT - HEIGHT * tick / highest), text) for tick, text in steps]
    return Areas(areas=tuple(drawn), ticks=tuple(ticks))


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """What a slice is worth alone, with its interval, and its part of what all are worth together."""

    name: str
    worth: str
    said: str
    row: int
    clear: bool
    alone: float
    shared: float
    ci: Interval | None
    """Places in percent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """Potentials of slices that overlap."""

    bars: tuple[Bar, ...]
    axis: Axis
    zero: float
    """Where 0 stands, in percent."""


def bars_of(result: RankResult, axis: Axis) -> Bars:
    """The first rows of the ranking as bars on an axis of the potential."""
    unit, ranked = METRICS[result.metric].unit, [row for row in result.table if row.candidate.ranked][:MOST_BARS]
    names = names_of([row.candidate for row in ranked])
    bars = []
    for place, (row, name) in enumerate(zip(ranked, names, strict=True), start=1):
        mine = row.candidate
        alone = mine.potential or 0.0
        shared = row.worth.shared if row.worth else alone
        beside = f", {gain(shared, unit)} of it as its part of the whole" if row.worth else ""
        bars.append(
            Bar(
                name=name,
                worth=gain(alone, unit),
                said=f"{name}: worth {gain(alone, unit)} alone{beside}",
                row=place,
                clear=mine.clear,
                alone=axis.place(alone),
                shared=axis.place(shared),
                ci=places(axis, mine.potential_ci),
            )
        )
    return Bars(bars=tuple(bars), axis=axis, zero=axis.place(0.0))


def places(axis: Axis, ci: Sequence[float] | None) -> Interval | None:
    """The ends of an interval on an axis, in percent."""
    return None if ci is None else (axis.place(ci[0]), axis.place(ci[1]))
