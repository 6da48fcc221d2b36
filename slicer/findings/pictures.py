"""What the pictures of Priorities show, as their titles."""

from __future__ import annotations

from collections.abc import Sequence

from slicer.display import gain, listing, percent
from slicer.findings.wording import capital, cut, plain_quote
from slicer.metrics.registry import Unit
from slicer.priorities.ranking import RankedRow
from slicer.priorities.rubber_sheet import RubberSheet

ENOUGH = 0.8
"""The part of what all slices are worth together that a few of them are said to bring."""

SHORT = 40
"""Characters of a name in a title."""

WIDE = 2.0
"""A gap this many times that of the slice with most to gain is spoken of."""


def trade_off_finding(rows: Sequence[RankedRow], names: Sequence[str]) -> str:
    """Where the two largest potentials come from: many rows, or a wide gap."""
    top = [(row.candidate, name) for row, name in zip(rows, names, strict=True) if row.candidate.potential]
    if not top:
        return "No slice has a gap to close"
    (best, name), *others = top
    others = [pair for pair in others if pair[0].ranked]
    if not others or best.gap is None or best.weight is None:
        return f"{_named(name)} has a gap on {percent(best.weight, 0)} of the data"
    widest, wide_name = max(top, key=lambda pair: pair[0].gap.value if pair[0].gap else 0.0)
    if widest is best:
        return f"{_named(name)} has the widest gap and the most to gain"
    if widest.gap is not None and widest.gap.value >= WIDE * best.gap.value:
        return f"{_named(wide_name)} has the widest gap, but {cut(name, SHORT)} holds more of the data and more to gain"
    return f"{_named(name)} has the most to gain: {percent(best.weight, 0)} of the data"


def next_best_finding(turn: Sequence[tuple[RankedRow, str]], joint: float, unit: Unit) -> str:
    """How few slices bring most of what all are worth together."""
    worth = f"{gain(joint, unit)}{' points' if unit == 'rate' else ''}"
    few = next(
        (at for at, (row, _) in enumerate(turn, start=1) if row.worth and row.worth.cumulative >= ENOUGH * joint),
        len(turn),
    )
    last = turn[few - 1][0].worth if turn else None
    if last is None or joint <= 0:
        return "No slice adds anything"
    part = percent(last.cumulative / joint, 0)
    if few <= 2:
        brings = "brings" if few == 1 else "together bring"
        first = capital(listing([cut(name, SHORT) for _, name in turn[:few]]))
        return f"{first} {brings} {part} of what all are worth: {worth}"
    return f"{few} of {len(turn)} slices bring {part} of what all are worth together: {worth}"


def sheet_finding(sheet: RubberSheet, names: Sequence[str], treated: Sequence[str], unit: Unit) -> str:
    """What changed between two versions, or where people are ahead of one."""
    pp = " points" if unit == "rate" else ""
    if sheet.area_before is not None and treated and sheet.spill_over is not None:
        moved = sheet.spill_over
        went = "rose" if moved >= 0 else "fell"
        others = "What nobody worked on"
        return f"{others} {went} by {gain(abs(moved), unit)}{pp}; {_areas(sheet, unit)}"
    if sheet.area_before is not None:
        return _areas(sheet, unit, begins=True)
    best = names[sheet.ranks.index(1)] if sheet.ranks and sheet.area > 0 else None
    if best is None:
        return "The model is at human level or above everywhere"
    return f"People are ahead by {gain(sheet.area, unit)}{pp} in all, most of it in {cut(best, SHORT)}"


def _areas(sheet: RubberSheet, unit: Unit, *, begins: bool = False) -> str:
    """From what was to gain to what is left of it."""
    before, now = gain(sheet.area_before, unit), gain(sheet.area, unit)
    start = "What there is to gain" if begins else "what there is to gain"
    if before == now:
        return f"{start} stayed at {now}{' points' if unit == 'rate' else ''}"
    went = "fell" if sheet.area < (sheet.area_before or 0.0) else "grew"
    return f"{start} {went} from {before} to {now}{' points' if unit == 'rate' else ''}"


def _named(name: str) -> str:
    return capital(plain_quote(cut(name, SHORT)))
