"""What Tags says: the headline, what is not known yet, and what each part of the page shows."""

from __future__ import annotations

from collections.abc import Sequence

from slicer.display import COUNTED_BELOW, count, interval, percent, points
from slicer.findings.wording import capital, many, plain_quote
from slicer.human.undefined import Undefined
from slicer.metrics.estimate import Estimate
from slicer.tagged import RuleRow, TagRow, TagsResult
from slicer.tagging.together import LATELY, Saturation, Together

READ_CORRECT = 150
"""Correct rows to read, to begin with: a tag on 4 % of them is then known to within 3 points."""


def tags_finding(result: TagsResult) -> tuple[str, str]:
    """The headline of Tags: the tag whose gap is worth the most; until that is known, the most frequent one."""
    things, of = _things(result), result.errors
    read = f"{count(of.read)} of {count(of.size)} {things} read"
    gaining = [row for row in result.tags if isinstance(row.numbers.room, Estimate)]
    if gaining:
        return _worth(max(gaining, key=lambda row: row.numbers.room.value or 0.0), read)
    known = [row for row in result.tags if isinstance(row.numbers.error_share, Estimate)]
    if known:
        top = max(known, key=lambda row: row.numbers.error_share.value or 0.0)
        return _frequent(top, things, f"{read}, drawn at random" if of.design == "random" else read)
    if not of.read:
        return f"No {things[:-1]} here was read", "Tags say something once rows are read: on Failures, Enter says so."
    top = result.tags[0]
    if not top.read:
        return f"{capital(_name(top))} is on no {things[:-1]} that was read for it", f"{read}."
    chosen = f"They were not drawn at random, so this says nothing about the other {things}."
    return f"{capital(_name(top))} is on {count(top.tagged)} of {count(top.read)} {things} read", chosen


def _worth(best: TagRow, read: str) -> tuple[str, str]:
    found = best.numbers
    room, rate, share = found.room, found.error_rate, found.data_share
    assert isinstance(room, Estimate)
    if (room.value or 0.0) <= 0:
        return (
            "The model is at human level or above on every tag",
            f"{read}; nothing to gain where people do no better.",
        )
    people = "" if found.hlp is None else f", people {percent(found.hlp.value)}"
    right = None if rate.value is None else 1 - rate.value
    aside = f"It is on {percent(share.value)} of all rows; the model has {percent(right)} of them right{people}."
    unsure = room.ci is not None and room.ci[0] <= 0
    sure = (
        f" {_sentence(interval(room.ci, room.level))} points{': it may be nothing' if unsure else ''}."
        if room.ci
        else ""
    )
    gap = f"Closing the gap of {_name(best)} is worth the most: {points(room.value, 2).replace(' pp', '')}"
    return f"{gap.removesuffix('pp').rstrip()} points of accuracy", f"{aside}{sure}"


def _frequent(top: TagRow, things: str, read: str) -> tuple[str, str]:
    share, ceiling = top.numbers.error_share, top.numbers.ceiling
    most = f"; fixing all of it would bring at most {points(ceiling.value, 2)}" if isinstance(ceiling, Estimate) else ""
    ends = interval(share.ci, share.level, digits=0) if isinstance(share, Estimate) else ""
    verb = "explains" if isinstance(ceiling, Estimate) else "is on"
    return (
        f"{capital(_name(top))} {verb} {percent(share.value, 0)} of the {things}",
        f"{_sentence(ends)}{most}. {read}.",
    )


def _things(result: TagsResult) -> str:
    return "failures" if result.judged else "rows"


def _name(row: TagRow) -> str:
    return plain_quote(row.name)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def failures_finding(result: TagsResult | None, read: int, size: int) -> tuple[str, str]:
    """What the tags say so far, over all failures read in this data set; and what they do not say of the others."""
    rows = result.tags if result is not None else ()
    seen = [row for row in rows if row.tagged and row.read >= COUNTED_BELOW]
    top = max(seen, key=lambda row: (row.numbers.error_share.value or row.tagged / row.read, row.name), default=None)
    if top is None:
        few = "Say what you see: a tag for each cause. A handful of causes usually explains most failures."
        return f"{count(size)} to read, {count(read)} read so far", few
    share, ceiling = top.numbers.error_share, top.numbers.ceiling
    if isinstance(share, Undefined) and top.sides.errors.design == "stratified":
        of = f"{capital(_name(top))} is on {count(top.tagged)} of the {count(top.read)} failures read for it so far"
        return of, share.reason
    part = top.tagged / top.read if share.value is None else share.value
    said = f"{capital(_name(top))} explains {percent(part, 0)} of the failures read so far"
    if isinstance(share, Undefined):
        return said, "The failures read were not drawn at random, so this says nothing about the others."
    most = f"; fixing all of it would bring at most {points(ceiling.value, 2)}" if isinstance(ceiling, Estimate) else ""
    return said, f"{_sentence(interval(share.ci, share.level, digits=0))}{most}."


def table_finding(result: TagsResult) -> str:
    """What the table of tags shows."""
    together, things = result.counted.together, _things(result)
    if not together.read:
        return f"{many(len(result.tags), 'tag')}"
    covered = together.read - together.untagged
    return f"{many(len(result.tags), 'tag')} cover {count(covered)} of the {count(together.read)} {things} read"


def unknown_words(result: TagsResult) -> str:
    """What cannot be known from failures alone, and what would tell."""
    top = next((row for row in result.tags if row.tagged), result.tags[0])
    chosen = result.correct.design == "convenience"
    begun = f"{many(result.correct.read, 'correct row').lower()} read, but not drawn at random. " if chosen else ""
    return (
        f"{begun}Failures alone tell the first of the four numbers. How many rows carry {_name(top)}, how often the "
        "model is wrong there and what closing that gap is worth depend on how often it stands on rows the model got "
        "right, where it may do no harm. A random sample of those tells."
    )


def more_words(row: TagRow, things: str = "failures") -> str:
    """What reading on would bring for a tag."""
    ci = row.numbers.error_share.ci if isinstance(row.numbers.error_share, Estimate) else None
    half = f"{100 * (ci[1] - ci[0]) / 2:.0f} points" if ci else ""
    return (
        f"The share of {_name(row)} is known to within {half} on either side. Reading {count(row.more)} more {things}, "
        "drawn at random, halves that."
    )


def saturation_finding(found: Saturation, things: str = "failures") -> str:
    """Whether reading on still brings new tags."""
    new = found.new_in_last()
    if found.read < 2 * LATELY:
        return f"{many(len(found.first), 'tag')} after {count(found.read)} {things}: more may well come"
    if new:
        return f"The last {LATELY} {things} still brought {many(new, 'new tag').lower()}"
    return f"The last {count(found.since_new)} {things} brought no new tag"


def together_finding(found: Together, things: str = "failures") -> str:
    """Which tags go together."""
    pairs = found.pairs
    if not pairs:
        return f"No two tags stand on the same {things[:-1]}"
    (one, other), rows = next(iter(pairs.items()))
    names = f"{capital(plain_quote(one))} and {plain_quote(other)}"
    return f"{names} stand together most: on {count(rows)} of {count(found.read)} {things}"


def list_finding(size: int, read: int) -> tuple[str, str]:
    """What a queue shown as a list says."""
    rows = f"{many(size, 'row')} in this queue, {count(read)} of them read"
    return rows, "The box in front of a row selects it, Shift a stretch of them. A click opens one to read."


def several_words(found: Together, things: str = "failures") -> str:
    """Why shares add up to more than the whole."""
    if not found.several:
        return ""
    return f" {count(found.several)} {things} carry several tags, so shares add up to more than 100 %."


def rules_finding(rules: Sequence[RuleRow], tags: int) -> str:
    """How many tags the columns tell."""
    if not rules:
        return "No column tells any of the tags"
    if len(rules) == tags:
        return f"{'Each tag' if tags > 1 else 'The tag'} can be told from the columns"
    return f"{count(len(rules))} of {many(tags, 'tag')} can be told from the columns"
