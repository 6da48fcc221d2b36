"""The four numbers of a tag: its share of the errors, its share of the data, the error rate within, and the room for
improvement. The first is known from failures alone; the others need rows the model got right."""

from __future__ import annotations

from dataclasses import dataclass

from slicer.errors import listed
from slicer.human.hlp import Hlp
from slicer.human.undefined import Answer, Undefined
from slicer.metrics.estimate import Estimate, estimate
from slicer.metrics.intervals import Interval, mover_sum, wilson
from slicer.tagging.review import Review, design_flags, stratified_rows
from slicer.tagging.risk_ratio import error_rate_of, risk_ratio_score

MOST_NAMED = 3
"""Parts named in a sentence."""

CHOSEN = "The {rows} read were not drawn at random: counts are all they give."
PARTS = "Of some parts no row was read for this tag yet ({parts}), so the {rows} read do not stand for all."
UNREAD = {
    "errors": "No failure was read for this tag.",
    "correct rows": "Nobody read rows the model got right, so how often they carry the tag is not known.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """What was read for one tag: of the rows the model got wrong, and of those it got right."""

    errors: Review
    correct: Review

    @property
    def rows(self) -> int:
        """Rows of the data, wrong or right."""
        return self.errors.size + self.correct.size

    @property
    def weights(self) -> tuple[float, float]:
        """The share of the data that is wrong, and that is right."""
        return self.errors.size / self.rows, self.correct.size / self.rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Paired:
    """What people did on the same rows: reviews that count other rows than those with the tag."""

    gained: Review
    """Of the errors: rows with the tag that people had right."""
    lost: Review
    """Of the correct rows: rows with the tag that people had wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TagNumbers:
    """What is known of a tag. Each number is an estimate, or the reason why there is none."""

    error_share: Answer
    """Of the errors, the share with the tag."""
    ceiling: Answer
    """What accuracy would gain if all of them were fixed."""
    data_share: Answer
    """Of all rows, the share with the tag."""
    error_rate: Answer
    """Of the rows with the tag, the share the model gets wrong."""
    lift: Answer
    """How many times the error rate of all rows that is."""
    room: Answer
    """What accuracy would gain at human level, below 0 where the model is better."""
    hlp: Hlp | None = None
    """The human level behind the room."""


def tag_numbers(sides: Sides, hlp: Hlp | None = None, paired: Paired | None = None, level: float = 0.95) -> TagNumbers:
    """The numbers of a tag.

    Args:
        hlp: The human level on rows with the tag, where it is given or taken from a larger group.
        paired: What people did on the rows that were read; then the room is that of the same rows.
    """
    return TagNumbers(
        error_share=_answer(sides.errors, "errors", level),
        ceiling=ceiling(sides, level),
        data_share=data_share(sides, level),
        error_rate=error_rate(sides, level),
        lift=lift(sides, level),
        room=room_at(sides, hlp, level) if paired is None else room_paired(sides, paired, level),
        hlp=hlp,
    )


def _answer(review: Review, what: str, level: float) -> Answer:
    if review.known:
        return review.estimate(level)
    return Undefined(reason=_why_not(review, what))


def _why_not(review: Review, what: str) -> str:
    """Why a review says nothing of rows that nobody read."""
    if not review.read:
        return UNREAD[what]
    if review.design == "stratified":
        return PARTS.format(parts=listed(review.unread, MOST_NAMED), rows=what)
    return CHOSEN.format(rows=what)


def _unknown(sides: Sides) -> Undefined | None:
    """Why nothing is known that needs both sides; None where it is."""
    if not sides.correct.size and sides.errors.known:
        return None
    for review, what in ((sides.errors, "errors"), (sides.correct, "correct rows")):
        if not review.known and (review.size or review.read):
            return Undefined(reason=_why_not(review, what))
    return None if sides.rows else Undefined(reason="There are no rows.")


def ceiling(sides: Sides, level: float = 0.95) -> Answer:
    """(E / N) (t / m): known from failures alone, since fixing them all needs to know nothing of other rows."""
    found = _answer(sides.errors, "errors", level)
    if isinstance(found, Undefined) or found.value is None:
        return found
    return _scaled(found, sides.weights[0])


def data_share(sides: Sides, level: float = 0.95) -> Answer:
    """(E / N) p1 + (1 - E / N) p0, its interval by MOVER on those of the two sides."""
    unknown = _unknown(sides)
    if unknown is not None:
        return unknown
    parts = _parts(sides, (1.0, 1.0), level)
    return _of_both(sides, parts, level, bounds=(0.0, 1.0))


def error_rate(sides: Sides, level: float = 0.95) -> Answer:
    """Of the rows with the tag, the share that is wrong: its odds are E / (N - E) times p1 / p0.

    The interval is that of the risk ratio p1 / p0, carried over. Where every row was read it is a plain proportion.
    """
    unknown = _unknown(sides)
    if unknown is not None:
        return unknown
    shares = tuple(one.share or 0.0 for one in (sides.errors, sides.correct))
    tagged = [weight * share for weight, share in zip(sides.weights, shares, strict=True)]
    seen = sides.errors.tagged + sides.correct.tagged
    if not sum(tagged):
        return Undefined(reason="No row that was read carries the tag.")
    value = tagged[0] / sum(tagged)
    if sides.errors.design == "all" and sides.correct.design in ("all", "none"):
        ci, method = wilson(sides.errors.tagged, seen, level), "wilson"
    else:
        ends = risk_ratio_score(*_counts(sides.errors), *_counts(sides.correct), level)
        errors, correct = sides.errors.size, sides.correct.size
        ci = (
            None if ends is None else (error_rate_of(ends[0], errors, correct), error_rate_of(ends[1], errors, correct))
        )
        method = "risk-ratio"
    return estimate(value, ci, n=sides.rows, denominator=seen, method=method, level=level, flags=_flags(sides))


def lift(sides: Sides, level: float = 0.95) -> Answer:
    """The error rate within the tag over that of all rows."""
    found = error_rate(sides, level)
    if isinstance(found, Undefined) or not sides.errors.size:
        return found
    return _scaled(found, 1 / sides.weights[0], rate=False)


def room_at(sides: Sides, hlp: Hlp | None, level: float = 0.95) -> Answer:
    """share × (h - accuracy within the tag) = h (E / N) p1 - (1 - h) (1 - E / N) p0: a sum, so MOVER has its interval;
    that of the human level adds share × its own.
    """
    unknown = _unknown(sides)
    if unknown is not None:
        return unknown
    if hlp is None:
        return Undefined(reason="No human level is known to hold it against.")
    parts = _parts(sides, (hlp.value, hlp.value - 1), level)
    if hlp.ci is not None:
        share = sum(weight * (one.share or 0.0) for weight, one in zip(sides.weights, _both(sides), strict=True))
        parts.append((share, 0.0, (hlp.ci[0] - hlp.value, hlp.ci[1] - hlp.value)))
    return _of_both(sides, parts, level, bounds=(-1.0, 1.0))


def room_paired(sides: Sides, paired: Paired, level: float = 0.95) -> Answer:
    """The same on the very rows people answered: errors they had right, minus correct rows they had wrong."""
    unknown = _unknown(sides)
    if unknown is not None:
        return unknown
    parts = _parts(Sides(errors=paired.gained, correct=paired.lost), (1.0, -1.0), level)
    return _of_both(sides, parts, level, bounds=(-1.0, 1.0))


def paired_level(sides: Sides, paired: Paired) -> Hlp | None:
    """How often people are right on rows with the tag, from the rows that were read; None where none carries it."""
    both = zip(sides.weights, _both(sides), strict=True)
    share = sum(weight * (one.share or 0.0) for weight, one in both)
    if not share or _unknown(sides) is not None:
        return None
    wrong, right = sides.weights
    human = wrong * (paired.gained.share or 0.0) + right * ((sides.correct.share or 0.0) - (paired.lost.share or 0.0))
    seen = sides.errors.tagged + sides.correct.tagged
    return Hlp(value=human / share, source="paired", n=seen, ci=None)


def _both(sides: Sides) -> tuple[Review, Review]:
    return sides.errors, sides.correct


def _parts(sides: Sides, signs: tuple[float, float], level: float) -> list[tuple[float, float, Interval]]:
    """Weights, shares and intervals of the two sides; a side without rows has no part."""
    return [
        (sign * weight, one.share or 0.0, one.interval(level) or (0.0, 1.0))
        for sign, weight, one in zip(signs, sides.weights, _both(sides), strict=True)
        if one.size
    ]


def _of_both(sides: Sides, parts: list[tuple[float, float, Interval]], level: float, bounds: Interval) -> Estimate:
    low, high = mover_sum(parts)
    return estimate(
        sum(weight * value for weight, value, _ in parts),
        (max(bounds[0], low), min(bounds[1], high)),
        n=sides.rows,
        denominator=sides.errors.read + sides.correct.read,
        method="mover",
        level=level,
        flags=_flags(sides),
    )


def _counts(review: Review) -> tuple[float, float]:
    """Rows with the tag and rows read; of strata those of a simple sample that says as much."""
    if len(review.strata) == 1:
        return review.tagged, review.read
    rows = stratified_rows(review.strata)
    return (review.share or 0.0) * rows, rows


def _flags(sides: Sides) -> tuple[str, ...]:
    """All read only where both sides are."""
    both = sides.errors.design == "all" and sides.correct.design in ("all", "none")
    return design_flags("all") if both else ()


def _scaled(found: Estimate, factor: float, *, rate: bool = True) -> Estimate:
    """An estimate times a known factor."""
    ci = None if found.ci is None else (found.ci[0] * factor, found.ci[1] * factor)
    return estimate(
        None if found.value is None else found.value * factor,
        ci,
        n=found.n,
        denominator=found.denominator,
        method=found.method or "",
        level=found.level,
        flags=tuple(flag for flag in found.flags if flag == "all_read"),
        rate=rate,
    )
