"""Each annotator: how often the others say the same, how often the truth does, and the range between them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from slicer.human.undefined import Answer, Undefined
from slicer.metrics.additive import Additive
from slicer.metrics.estimate import RANKED_FROM, Estimate, estimate
from slicer.metrics.intervals import NO_SPREAD, t_value, wilson


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnotatorSums(Additive):
    """What one annotator said, summed over items; of an item with m answers, n of them the annotator's own label.

    Sums of one annotator add up over slices without a common item.
    """

    annotator: str
    answers: int
    """Items the annotator answered."""
    compared: int
    """Those of them that somebody else answered too, m >= 2."""
    agreed: float
    """Σ(n - 1) / (m - 1) over the compared items: the share of the others who say the same."""
    agreed_squares: float
    """Σ((n - 1) / (m - 1))² over the compared items."""
    judged: int = 0
    """Answered items that have a truth."""
    right: int = 0
    """Those on which the annotator says it."""
    model_right: int = 0
    """Those on which the model says it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotator:
    """One annotator's figures."""

    annotator: str
    n: int
    """Items answered."""
    agreement: Answer
    """The chance that another person says the same on an item."""
    accuracy: Answer
    """The share of answers that are the truth."""

    def to_dict(self) -> dict[str, Any]:
        return {
            "annotator": self.annotator,
            "n": self.n,
            "agreement": self.agreement.to_dict(),
            "accuracy": self.accuracy.to_dict(),
        }


def annotators(sums: Sequence[AnnotatorSums], level: float = 0.95) -> tuple[Annotator, ...]:
    """Every annotator, the one the others agree with least first; under 30 compared items after all others.

    >>> ann = AnnotatorSums(annotator="ann", answers=50, compared=40, agreed=30, agreed_squares=30)
    >>> bob = AnnotatorSums(annotator="bob", answers=50, compared=40, agreed=20, agreed_squares=20)
    >>> [(one.annotator, one.agreement.value) for one in annotators([ann, bob])]
    [('bob', 0.5), ('ann', 0.75)]
    """
    found = [
        Annotator(
            annotator=one.annotator, n=one.answers, agreement=_agreement(one, level), accuracy=_accuracy(one, level)
        )
        for one in sums
    ]

    def order(one: Annotator) -> tuple[bool, float, str]:
        agreement = one.agreement
        few = not isinstance(agreement, Estimate) or agreement.low_support
        return few, 1.0 if agreement.value is None else agreement.value, one.annotator

    return tuple(sorted(found, key=order))


def _agreement(one: AnnotatorSums, level: float) -> Answer:
    if not one.compared:
        return Undefined(reason=f"Nobody else answered the items of {one.annotator}.")
    value = min(max(one.agreed / one.compared, 0.0), 1.0)
    variance = max(one.agreed_squares / one.compared - value * value, 0.0)
    known = value * (1 - value)
    effective = one.compared * known / variance if variance > NO_SPREAD < known else float(one.compared)
    ci = wilson(value * effective, effective, level)
    return estimate(value, ci, n=one.compared, denominator=one.compared, method="wilson", level=level)


def _accuracy(one: AnnotatorSums, level: float) -> Answer:
    if not one.judged:
        return Undefined(reason=f"No item that {one.annotator} answered has a truth.")
    ci = wilson(one.right, one.judged, level)
    return estimate(one.right / one.judged, ci, n=one.judged, denominator=one.judged, method="wilson", level=level)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceLevel:
    """Each annotator against the truth, averaged over annotators: what a person drawn at random reaches."""

    hlp: Answer
    gap: Answer
    """The same average of annotator minus model, on the annotators' own items."""
    lowest: Annotator | None
    highest: Annotator | None
    """The best annotator with 30 judged items, its accuracy flagged `exploratory`: picked as the best, it looks better
    than it is."""


def reference_level(
    sums: Sequence[AnnotatorSums], items: int, spread: float, gap_spread: float | None = None, level: float = 0.95
) -> ReferenceLevel:
    """The mean, the lowest and the highest accuracy of the annotators, by clusters of items.

    Args:
        sums: One for each annotator.
        items: Items with a truth and an answer.
        spread: Σ over these items of (Σ over their annotators j of (x - p_j) / n_j)², where x is 1 if the
            annotator is right and p_j = right / judged, n_j = judged of that annotator.
        gap_spread: The same of x minus 1 if the model is right; None where there is no run.

    Returns:
        The mean over annotators with Var = spread / annotators² x items / (items - 1), and t.
    """
    judged = [one for one in sums if one.judged]
    if not judged:
        none = Undefined(reason="No annotator answered an item that has a truth.")
        return ReferenceLevel(hlp=none, gap=none, lowest=None, highest=None)
    ranked = sorted(
        (
            one
            for one in annotators(judged, level)
            if isinstance(one.accuracy, Estimate) and not one.accuracy.low_support
        ),
        key=lambda one: (one.accuracy.value or 0.0, one.annotator),
    )
    hlp = _mean([one.right / one.judged for one in judged], items, spread, (0.0, 1.0), level)
    gap: Answer = Undefined(reason="There is no prediction beside these answers: choose a run to see the gap.")
    if gap_spread is not None:
        means = [(one.right - one.model_right) / one.judged for one in judged]
        gap = _mean(means, items, gap_spread, (-1.0, 1.0), level)
    return ReferenceLevel(
        hlp=hlp,
        gap=gap,
        lowest=_picked(ranked[0]) if ranked else None,
        highest=_picked(ranked[-1]) if ranked else None,
    )


def _mean(means: list[float], items: int, spread: float, bounds: tuple[float, float], level: float) -> Estimate:
    people = len(means)
    value = sum(means) / people
    half = t_value(level, items - 1) * math.sqrt(spread * items / (items - 1)) / people if items > 1 else 0.0
    ci = (max(bounds[0], value - half), min(bounds[1], value + half)) if half > NO_SPREAD else None
    flags = ("small_n",) if items < RANKED_FROM else ()
    return estimate(value, ci, n=items, denominator=items, method="cluster", level=level, flags=flags)


def _picked(one: Annotator) -> Annotator:
    assert isinstance(one.accuracy, Estimate)
    return Annotator(
        annotator=one.annotator, n=one.n, agreement=one.agreement, accuracy=one.accuracy.flagged("exploratory")
    )
