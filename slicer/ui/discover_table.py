"""The slices a search found: each in numbers, why it and not the slice it lies in, and what to do next."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from slicer.cells import Cell, axis_of
from slicer.display import amount, count, gain, interval, number, percent, value_of
from slicer.findings.found import (
    chance_words,
    folded_reason,
    folded_words,
    next_step_of,
    verdict_words,
)
from slicer.findings.names import short_name
from slicer.found import FindResult, FoundSlice, Objectives
from slicer.metrics.registry import Unit
from slicer.priorities.ranking import Candidate
from slicer.slices import Slice
from slicer.ui.table import Action, Column, Pressed, Under, table_with_actions

KEY = "discover"

SAVE, READ, TAG, RANK = "save", "read", "tag", "rank"

RATES = {"error": "Wrong %", "fpr": "False positives %", "fnr": "False negatives %"}

ORDERED: dict[Objectives, str] = {
    "potential": "by what each would gain beside those above it: an error in both counts once",
    "divergence": "by how far the rate is above that of all rows",
    "sliceline": "by SliceLine’s score",
}
"""What puts one slice before another."""

MOST_FOLDED = 20
"""Slices listed under another one."""


def found_table(
    result: FindResult,
    people: Mapping[Slice, Candidate],
    saved: Collection[Slice],
    round_: int,
) -> Pressed | None:
    """The table, best first; gives what was just done with a row.

    Args:
        people: Slices in a ranking against people, where there are any.
        saved: Slices that are kept already.
        round_: The round the rows are chosen in.
    """
    judged = result.head.task == "classification"
    unit: Unit = "rate" if judged else "number"
    ends = [end for one in result.slices for end in (one.ci or (one.error_rate,))]
    ends += [rest for one in result.slices if (rest := result.rest_of(one)) is not None]
    halves = any(one.confirmation is not None for one in result.slices)
    most = max([one.share for one in result.slices] + [0.01])
    columns = [
        Column("rank", "#", "num", width="38px", help=ORDERED[result.objective]),
        Column("name", "Slice", "name", width="340px"),
        Column("share", "Rows", "bar", num=True, width="112px", max=most),
        *_counted(result),
        Column(
            "rate", _rate(result), "est", num=True, width="82px", priority=2,
            help="selected because it is high: too high",
        ),
        Column("picture", "The slice ● and the rest |", "dumbbell", **_axis(result, ends, unit)),
        *([Column("other", "Other half %", "est", num=True, width="118px")] if halves else []),
        Column(
            "gain", "Gain at least" + (" pp" if judged else ""), "est", num=True, width="94px",
            help="what the overall rate gains at least if the slice becomes as good as the rest: holds for all slices "
            "examined at once",
        ),
        Column("verdict", "Chance", "est", width="112px", help="whether a search through chance finds as much"),
    ]  # fmt: skip
    rows = [_row(one, place, result, people.get(one.slice), one.slice in saved, unit) for place, one in
            enumerate(result.slices, start=1)]  # fmt: skip
    return table_with_actions(KEY, columns, rows, label="Slices found", round=round_)


def _axis(result: FindResult, ends: Sequence[float], unit: Unit) -> dict[str, Any]:
    """The axis of the drawing; of changes, which go either way, with a line at none."""
    if result.against is None or not ends:
        return axis_of(ends, unit)
    low, high = min(0.0, *ends), max(0.0, *ends)
    room = 0.1 * (high - low) or 0.01
    return {"domain": (low - room, high + room), "ticks": (0.0,), "tick_text": ("no change",)}


def _counted(result: FindResult) -> list[Column]:
    """The rows that count, where a row is right or wrong."""
    if result.head.task != "classification":
        return []
    if result.against is not None:
        return [
            Column("errors", "Newly wrong", "num", num=True, width="72px", priority=2),
            Column("fixed", "Newly right", "num", num=True, width="72px", priority=2),
        ]
    named = {"error": "Errors", "fpr": "False positives", "fnr": "Misses"}[result.outcome]
    return [Column("errors", named, "num", num=True, width="78px", priority=2)]


def _rate(result: FindResult) -> str:
    """What the rate of a slice is called."""
    judged = result.head.task == "classification"
    if result.against is not None:
        return "More wrong pp" if judged else "Mean off more"
    return RATES[result.outcome] if judged else "Mean off"


def _row(
    one: FoundSlice, place: int, result: FindResult, people: Candidate | None, saved: bool, unit: Unit
) -> dict[str, Any]:
    name, sub = short_name(one.slice, one.name)
    return {
        "id": str(one.slice),
        "rank": str(place),
        "name": {"text": name, "sub": sub, "title": str(one.slice), **({"flag": "saved"} if saved else {})},
        "share": {"v": one.share, "text": count(one.support), "title": f"{percent(one.share)} of the rows searched"},
        "errors": count(one.errors if one.broken is None else one.broken),
        "fixed": count(one.fixed),
        "rate": {
            "text": number(one.error_rate) if unit == "rate" else amount(one.error_rate),
            "class": "muted",
            "title": "selected because it is high: too high",
        },
        "picture": _picture(one, result, unit),
        "other": _other(one),
        "gain": _gain(one, unit),
        "verdict": {
            "text": verdict_words(one),
            "class": "ink strong" if one.beyond_noise else "muted",
            "title": chance_words(one, result),
        },
        "under": Under(
            note=" ".join(filter(None, (_sentence(one.why), next_step_of(one, people)))),
            actions=_actions(one, saved, unit),
            more_label=folded_words(one) if one.folded else "",
            more=_more(one),
        ),
        "sort": {
            "rank": place,
            "name": name,
            "rate": one.error_rate,
            "picture": one.error_rate,
            "errors": one.errors if one.broken is None else one.broken,
            "fixed": one.fixed,
            "other": one.confirmation.rate if one.confirmation else None,
            "gain": one.potential_lower,
            "verdict": one.p_adjusted,
        },
    }


def _sentence(words: str) -> str:
    return f"{words}." if words else ""


def _picture(one: FoundSlice, result: FindResult, unit: Unit) -> Cell:
    rest = result.rest_of(one)
    said = f"the slice {value_of(one.error_rate, unit)}, the rest {value_of(rest, unit)}"
    if one.ci is not None:
        said += f"; {interval(one.ci)}, for all slices examined at once"
    return {"m": one.error_rate, "ci": one.ci, "rest": rest, "title": said}


def _other(one: FoundSlice) -> Cell:
    found = one.confirmation
    if found is None or found.rate is None:
        return {"title": "no row of it in the other half"}
    said = f"{count(found.errors)} of {count(found.rows)} rows; {interval(found.ci)}; q {found.q_value:.3f}"
    mark = "confirmed" if found.confirmed else "not confirmed"
    return {
        "text": number(found.rate),
        "pm": "✓" if found.confirmed else "–",
        "class": "ink strong" if found.confirmed else "muted",
        "title": f"{mark}: {said}",
    }


def _gain(one: FoundSlice, unit: Unit) -> Cell:
    if one.potential_lower is None:
        return {"title": "not held against chance yet"}
    title = f"seen: {gain(one.potential, unit)}{' points' if unit == 'rate' else ''}, too high like the rate"
    if one.potential_lower <= 0 or math.isnan(one.potential_lower):
        return {"text": "0", "class": "muted", "title": f"may be nothing; {title}"}
    return {"text": gain(one.potential_lower, unit), "class": "gap", "title": title}


def _actions(one: FoundSlice, saved: bool, unit: Unit) -> list[Action]:
    read = "Read its errors" if unit == "rate" else "Read its worst rows"
    return [
        Action(READ, read, "Opens them on Failures, one at a time"),
        Action(TAG, "Tag them", "Opens them on Failures as a list, to tag many at once"),
        Action(SAVE, "Saved" if saved else "Save as slice", "Keeps it: in every table and every export", done=saved),
        Action(RANK, "Rank on Priorities", "Saves it, and shows it beside what else there is to work on"),
    ]


def _more(one: FoundSlice) -> list[tuple[str, str]]:
    lines = [
        (folded.name, f"{count(folded.errors)} of {count(folded.support)}: {folded_reason(folded, one)}")
        for folded in one.folded[:MOST_FOLDED]
    ]
    left = len(one.folded) - len(lines)
    return [*lines, ("", f"and {count(left)} more")] if left else lines
