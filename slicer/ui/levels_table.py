"""People beside the model, slice by slice or class by class: both with their intervals in one picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from slicer.cells import Cell, domain_of, estimate_cell, share_cell, ticks_of
from slicer.display import UNDEFINED, amount, figure, interval, spread, value_of
from slicer.findings.agreement import alpha_words
from slicer.findings.human_level import source_title, source_words, step_reason, step_words
from slicer.findings.names import title_of
from slicer.human.undefined import Answer
from slicer.levelled import Levelled
from slicer.metrics.estimate import Estimate
from slicer.metrics.registry import Unit
from slicer.ui.table import Column, room_for, table

MOST_ROWS = 200
"""Rows the table holds, those with the widest gap."""


def levels_table(
    key: str, rows: Sequence[Levelled], *, label: str, first: str, metric: str, agreement: bool
) -> str | None:
    """The table, the widest gap first; gives the slice that was opened.

    Args:
        key: Tells this table from others.
        label: What the table holds, for those who cannot see it.
        first: The header of the names.
        metric: What the model's column holds, in a word.
        agreement: Whether people can agree here: several answered the same row.
    """
    shown = rows[:MOST_ROWS]
    unit = shown[0].unit if shown else "rate"
    percents, gaps = (" %", " pp") if unit == "rate" else ("", "")
    axis = _axis([end for one in shown if not one.model.low_support for end in _ends(one)], unit)
    largest = max([one.candidate.share or 0.0 for one in shown if one.candidate.slice] + [0.01])
    drawn = [_row(one) for one in shown]
    agreed = [
        Column(
            "agreement", "Agreement %", "est", num=True, width=room_for(drawn, "agreement", 96), priority=2,
            help="how often two people on a row say the same",
        ),
        Column("alpha", "Alpha", "est", num=True, width="52px", priority=3, help="Krippendorff’s: beyond chance"),
    ]  # fmt: skip
    columns = [
        Column("name", first, "name", width="190px"),
        Column("share", "Share %", "bar", num=True, width="84px", max=largest, priority=2),
        Column(
            "model",
            f"{metric}{percents}",
            "est",
            num=True,
            width=room_for(drawn, "model", 92),
            help="on the rows people labelled",
        ),
        Column("people", f"People{percents}", "est", num=True, width=room_for(drawn, "people", 92)),
        Column("picture", "Model ● to people ◆", "dumbbell", **axis),
        Column("gap", f"Gap{gaps}", "est", num=True, width=room_for(drawn, "gap", 92), help="people minus model"),
        *(agreed if agreement else []),
        Column(
            "source", "◆ from", "muted", width=room_for(drawn, "source", 100, 172), priority=3,
            help="where the human level comes from",
        ),
        Column("next", "Next step", "text", width=room_for(drawn, "next", 110, 164)),
    ]  # fmt: skip
    return table(key, columns, drawn, label=label, sort=("gap", -1))


def _ends(one: Levelled) -> list[float]:
    """What the picture must hold."""
    hlp = one.candidate.hlp
    people = [] if hlp is None or not one.known else [hlp.value, *(hlp.ci or ())]
    return [*(one.model.ci or ()), *people]


def _axis(values: Sequence[float], unit: Unit) -> dict[str, Any]:
    """Domain and ticks of the picture: percent, or three numbers between its ends."""
    if unit == "rate":
        domain = domain_of(values)
        return {"domain": domain, "ticks": ticks_of(domain)}
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    room = 0.06 * (high - low) or 1.0
    low, high = low - room, high + room
    ticks = [low + part * (high - low) for part in (0.1, 0.5, 0.9)]
    return {"domain": (low, high), "ticks": ticks, "tick_text": [amount(tick, 2) for tick in ticks]}


def _row(one: Levelled) -> Mapping[str, Any]:
    mine, hlp = one.candidate, one.candidate.hlp
    name, sub = title_of(mine) if mine.slice else ("all rows", "")
    return {
        "id": mine.slice,
        "low": one.model.low_support,
        "name": {"text": name, "sub": "" if mine.kind == "class" else sub, "title": mine.slice or "all rows"},
        "share": share_cell(mine.share, mine.support),
        "model": estimate_cell(one.model, "model", one.unit),
        "people": _people(one),
        "picture": _picture(one),
        "gap": _gap(one),
        "agreement": answer_cell(one.agreement),
        "alpha": alpha_cell(one.alpha),
        "source": {"text": f"{'◇' if not one.measured else '◆'} {source_words(one)}", "title": source_title(one)}
        if one.known
        else {"title": source_title(one)},
        "next": {"text": step_words(one), "title": step_reason(one)},
        "sort": {
            "name": name,
            "share": mine.share,
            "model": one.model.value,
            "people": hlp.value if hlp is not None and one.known else None,
            "picture": one.model.value,
            "gap": one.gap,
            "agreement": None if one.agreement is None else one.agreement.value,
            "alpha": None if one.alpha is None else one.alpha.value,
            "source": source_words(one),
            "next": step_words(one),
        },
    }


def _people(one: Levelled) -> Cell:
    hlp = one.candidate.hlp
    if hlp is None or not one.known:
        return {"title": "no human level known"}
    sure = interval(hlp.ci, unit=one.unit) if hlp.ci else "a bare number"
    return {
        "text": figure(hlp.value, one.unit),
        "pm": spread(hlp.value, hlp.ci, unit=one.unit),
        "class": "ink" if one.measured else "muted",
        "title": f"{sure}; {source_title(one)}",
    }


def _picture(one: Levelled) -> Cell:
    hlp = one.candidate.hlp if one.known else None
    if one.model.value is None and hlp is None:
        return None
    people = "" if hlp is None else f", people {value_of(hlp.value, one.unit)}{'' if one.measured else ' (inherited)'}"
    return {
        "m": one.model.value,
        "ci": one.model.ci,
        "h": None if hlp is None else hlp.value,
        "hci": None if hlp is None else hlp.ci,
        "inherited": not one.measured,
        "clear": one.candidate.clear,
        "title": f"model {value_of(one.model.value, one.unit)}{people}",
    }


def _gap(one: Levelled) -> Cell:
    gap = one.candidate.gap
    if gap is None:
        return {"title": "no human level to hold it against"}
    style = "gap" if one.candidate.clear and not one.model.low_support else "muted"
    return {
        "text": figure(gap.value, one.unit),
        "pm": spread(gap.value, gap.ci, unit=one.unit),
        "class": style,
        "title": f"{interval(gap.ci, unit=one.unit)}. {one.candidate.gap_words}",
    }


def answer_cell(found: Answer | None) -> Cell:
    """A rate of people's answers, or a dash with the reason."""
    if found is None:
        return {"title": UNDEFINED}
    return estimate_cell(found, "ink") if isinstance(found, Estimate) else {"title": found.reason}


def alpha_cell(found: Answer | None) -> Cell:
    """A kappa or an alpha, or a dash with the reason."""
    if found is None or not isinstance(found, Estimate):
        return {"title": UNDEFINED if found is None else found.reason}
    text, beside = alpha_words(found)
    return {"text": text, "class": "muted" if found.low_support else "ink", "title": beside}
