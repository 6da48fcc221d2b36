"""How far people get, in sentences: the level of each slice, where it is from, and what follows."""

from __future__ import annotations

from collections.abc import Sequence

from slicer.display import DASH, amount, count, listing, number, percent, value_of
from slicer.findings.names import title_of, told_apart
from slicer.findings.ranking import action_words
from slicer.findings.wording import capital, many, plain_quote
from slicer.levelled import Levelled
from slicer.metrics.registry import Unit
from slicer.vocabulary import ACTIONS, HLP_SOURCES

MOST_NAMED = 3
"""Slices a sentence names."""


def level_finding(all_rows: Levelled | None, run: str) -> str:
    """The sentence on top: people beside the model.

    Args:
        all_rows: The row of all rows.
        run: The model's name.
    """
    mine = None if all_rows is None else all_rows.candidate
    if all_rows is None or mine is None or mine.hlp is None or not all_rows.known:
        return "Nobody knows yet how well people do here"
    gap, unit, name = mine.gap, all_rows.unit, plain_quote(run)
    model, people = value_of(all_rows.model.value, unit), value_of(mine.hlp.value, unit)
    if gap is None or gap.ci is None:
        return f"People reach {people}, {name} {model}"
    if gap.ci[0] > 0:
        return f"People are {_apart(gap.value, unit)} ahead of {name}: {people} against {model}"
    if gap.ci[1] < 0:
        check = "check the label conventions" if all_rows.truth == "human" else f"{model} against {people}"
        return f"The model is {_apart(-gap.value, unit)} ahead of people: {check}"
    return f"People and {name} cannot be told apart: {people} against {model}"


def above_finding(rows: Sequence[Levelled]) -> str:
    """Where the model is above people, and where nobody knows."""
    slices = [one for one in rows if one.candidate.slice]
    ahead = sorted((one for one in slices if one.ahead), key=lambda one: one.gap or 0.0)
    known = [one for one in slices if one.known]
    if not slices:
        return "Choose columns to see where people are ahead."
    if not known:
        return f"No human level is known for any of {many(len(slices), 'slice')}."
    if ahead:
        check = " The truth is itself human: check the label conventions there." if ahead[0].truth == "human" else ""
        return f"The model is ahead of people in {_named(ahead)}.{check}"
    inherited = sum(not one.measured for one in known)
    also = f" {inherited} of {many(len(slices), 'slice')} take the level of a larger group." if inherited else ""
    maybe = sorted((one for one in known if (one.gap or 0.0) < 0), key=lambda one: one.gap or 0.0)
    if maybe:
        return f"The model looks ahead of people in {_named(maybe)}, which may be chance.{also}"
    return f"In no slice is the model ahead of people.{also}"


def levels_finding(rows: Sequence[Levelled], what: str = "slice") -> str:
    """The row with the widest gap."""
    gaps = [one for one in rows if one.candidate.slice and one.gap is not None and not one.model.low_support]
    top = gaps[0] if gaps else None
    if top is None or top.gap is None:
        return f"No {what} has a gap that can be measured"
    if top.gap <= 0:
        return f"People are ahead in no {what}"
    ci = top.candidate.gap.ci if top.candidate.gap is not None else None
    unsure = "" if ci is not None and ci[0] > 0 else ", which may be chance"
    name = capital(plain_quote(title_of(top.candidate)[0]))
    return f"{name} has the widest gap to people: {_apart(top.gap, top.unit)}{unsure}"


def step_words(one: Levelled) -> str:
    """What to do about a row, in a few words."""
    if one.action == "measure-hlp":
        return f"ask people about {many(one.rows_wanted, 'row')}" if one.rows_wanted else ACTIONS[one.action]
    if one.ahead:
        return "check label conventions" if one.truth == "human" else ACTIONS["none"]
    if one.gap is None:
        return DASH
    return action_words(one.action, one.candidate)


def step_reason(one: Levelled) -> str:
    """Why, in a sentence."""
    if one.action == "measure-hlp":
        return _measure(one)
    if one.gap is None:
        return "There is no gap: nobody knows how well people do here."
    said = one.candidate.gap_words
    if one.action == "labels" and not one.ahead:
        return f"{said} People agree on {percent(one.candidate.agreement, 0)} only: settle what the labels mean first."
    return said


def _measure(one: Levelled) -> str:
    """How many rows to ask people about, and what that gives."""
    rows, hlp = one.rows_wanted, one.candidate.hlp
    if not rows:
        return "Measure people here: the level is not theirs on these rows."
    if rows >= one.candidate.support:
        return f"Measure people here: it has {many(rows, 'row')} only, so ask about all of them."
    more = "more " if one.measured and hlp is not None and hlp.n else ""
    expected = f" if they reach {percent(hlp.value)}" if hlp is not None and one.known else ", whatever they reach"
    return f"Measure people here: about {count(rows)} {more}rows give ±10 points{expected}."


def _apart(value: float, unit: Unit) -> str:
    return f"{number(value)} points" if unit == "rate" else amount(value)


def source_words(one: Levelled) -> str:
    """Where the human level comes from, short enough for a column."""
    hlp = one.candidate.hlp
    return SHORT_SOURCES["ceiling" if hlp is None else hlp.source]


SHORT_SOURCES = {
    "given": "given",
    "paired": "same rows",
    "leave_one_out": "the others’ answers",
    "other_sample": "another sample",
    "shrunk": "few labels, mixed",
    "parent": "larger slice",
    "overall": "all rows",
    "ceiling": "unknown",
}
"""`vocabulary.HLP_SOURCES` in two or three words."""


def source_title(one: Levelled) -> str:
    """The same in full, with the human labels behind it."""
    hlp = one.candidate.hlp
    if hlp is None or hlp.source == "ceiling":
        return "no human level known"
    behind = f", {many(hlp.n, 'row')} with human labels" if hlp.n else ""
    return f"{HLP_SOURCES[hlp.source]}{behind}"


# --- agreement -------------------------------------------------------------------------------------


def _named(rows: Sequence[Levelled]) -> str:
    """The rows by name, the first of them if there are many."""
    short, full = [title_of(one.candidate)[0] for one in rows], [one.candidate.name for one in rows]
    names = [plain_quote(name) for name in told_apart(short, full)]
    rest = len(names) - MOST_NAMED
    return listing([*names[:MOST_NAMED], *([f"{rest} more"] if rest > 0 else [])])


# --- levels a person entered -----------------------------------------------------------------------


def entered_finding(entered: int) -> str:
    """How many levels were entered."""
    return f"{many(entered, 'level')} entered" if entered else "Enter a level you know"
