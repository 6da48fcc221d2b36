"""Each annotator: how often the others say the same, how often the truth does, and the range between them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from slicer.human.between import few_clusters
from slicer.human.items import effective_items
from slicer.human.undefined import Answer, Undefined
from slicer.metrics.additive import Additive
from slicer.metrics.clusters import FEWEST_CLUSTERS
from slicer.metrics.estimate import RANKED_FROM, Estimate, estimate
from slicer.metrics.intervals import NO_SPREAD, Interval, t_value, wilson
from slicer.metrics.moments import RatioSums


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
    agreed_between: RatioSums | None = None
    """Where items come in clusters, `agreed` over `compared` by cluster. It does not add up: a sum has none."""
    right_between: RatioSums | None = None
    """`right` over `judged` by cluster."""

    def _combined(self, other: AnnotatorSums, sign: int) -> AnnotatorSums:
        mine, theirs = (replace(one, agreed_between=None, right_between=None) for one in (self, other))
        return Additive._combined(mine, theirs, sign)


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
    return _share(value, one.compared, effective, one.agreed_between, level)


def _accuracy(one: AnnotatorSums, level: float) -> Answer:
    if not one.judged:
        return Undefined(reason=f"No item that {one.annotator} answered has a truth.")
    return _share(one.right / one.judged, one.judged, float(one.judged), one.right_between, level)


def _share(value: float, n: int, effective: float | None, clusters: RatioSums | None, level: float) -> Estimate:
    """A share of an annotator's items with Wilson's interval on the effective ones."""
    if clusters is not None:
        effective = effective_items(value, clusters, n)
    ci = None if effective is None else wilson(value * effective, effective, level)
    method, flags = ("wilson", ()) if clusters is None else ("cluster", few_clusters(clusters))
    return estimate(value, ci, n=n, denominator=n, method=method, level=level, flags=flags)


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedItems:
    """What the mean over annotators needs between items: Σ over items of (Σ over their annotators j of
    (x - p_j) / n_j)², where p_j is the mean of x over the n_j items of an annotator that have a truth."""

    items: int
    """Items with a truth and an answer."""
    spread: float
    """Of x = 1 if the annotator is right."""
    model_spread: float | None = None
    """Of x = 1 if the model is; None where there is no run."""
    gap_spread: float | None = None
    """Of the first x less the second."""
    clusters: int | None = None
    """Where items come in clusters, how many; then the sums are over clusters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceLevel:
    """Each annotator against the truth, averaged over annotators: what a person drawn at random reaches."""

    hlp: Answer
    model: Answer
    """The same average of the model, on the annotators' own items."""
    gap: Answer
    """The same average of annotator minus model."""
    lowest: Annotator | None
    highest: Annotator | None
    """The best annotator with 30 judged items, its accuracy flagged `exploratory`: picked as the best, it looks better
    than it is."""

    @classmethod
    def without(cls, reason: str) -> ReferenceLevel:
        """No level, and why."""
        none = Undefined(reason=reason)
        return cls(hlp=none, model=none, gap=none, lowest=None, highest=None)


def reference_level(sums: Sequence[AnnotatorSums], items: JudgedItems | None, level: float = 0.95) -> ReferenceLevel:
    """The mean, the lowest and the highest accuracy of the annotators, each item with all its answers as one, or each
    cluster of items.

    Args:
        sums: One for each annotator.
        items: The spread between the items; None where none has a truth and an answer.

    Returns:
        The mean over annotators with Var = spread / annotators² x items / (items - 1), and t.
    """
    judged = [one for one in sums if one.judged]
    if not judged or items is None:
        return ReferenceLevel.without("No annotator answered an item that has a truth.")
    ranked = sorted(
        (
            one
            for one in annotators(judged, level)
            if isinstance(one.accuracy, Estimate) and not one.accuracy.low_support
        ),
        key=lambda one: (one.accuracy.value or 0.0, one.annotator),
    )
    model: Answer = Undefined(reason="There is no prediction beside these answers: choose a run to see the gap.")
    gap = model
    if items.model_spread is not None and items.gap_spread is not None:
        shares = [one.model_right / one.judged for one in judged]
        ahead = [(one.right - one.model_right) / one.judged for one in judged]
        model = _mean(shares, items, items.model_spread, (0.0, 1.0), level)
        gap = _mean(ahead, items, items.gap_spread, (-1.0, 1.0), level)
    return ReferenceLevel(
        hlp=_mean([one.right / one.judged for one in judged], items, items.spread, (0.0, 1.0), level),
        model=model,
        gap=gap,
        lowest=_picked(ranked[0]) if ranked else None,
        highest=_picked(ranked[-1]) if ranked else None,
    )


def _mean(means: list[float], items: JudgedItems, spread: float, bounds: Interval, level: float) -> Estimate:
    people, n = len(means), items.items
    units = n if items.clusters is None else items.clusters
    value = sum(means) / people
    half = t_value(level, units - 1) * math.sqrt(spread * units / (units - 1)) / people if units > 1 else 0.0
    ci = (max(bounds[0], value - half), min(bounds[1], value + half)) if half > NO_SPREAD else None
    flags: tuple[str, ...] = ("small_n",) if n < RANKED_FROM else ()
    flags += ("few_clusters",) if items.clusters is not None and units < FEWEST_CLUSTERS else ()
    return estimate(value, ci, n=n, denominator=n, method="cluster", level=level, flags=flags)


def _picked(one: Annotator) -> Annotator:
    assert isinstance(one.accuracy, Estimate)
    return Annotator(
        annotator=one.annotator, n=one.n, agreement=one.agreement, accuracy=one.accuracy.flagged("exploratory")
    )
