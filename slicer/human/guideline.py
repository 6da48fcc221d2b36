"""Before and after a change of the guideline: the same items, labelled again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from slicer.human.items import item_difference, item_rate
from slicer.human.patterns import ItemPatterns
from slicer.human.undefined import Answer, Undefined

Array = np.ndarray


@dataclass(frozen=True, slots=True, kw_only=True)
class GuidelineChange:
    """A figure before and after, and its paired change; positive where people agree more."""

    items: int
    before: Answer
    after: Answer
    change: Answer

    def to_dict(self) -> dict[str, Any]:
        return {
            "items": self.items,
            "before": self.before.to_dict(),
            "after": self.after.to_dict(),
            "change": self.change.to_dict(),
        }


def agreement_change(before: ItemPatterns, after: ItemPatterns, level: float = 0.95) -> GuidelineChange:
    """Pairwise agreement before and after on the items that have two answers both times.

    Args:
        before: Patterns of the items labelled again.
        after: Line by line the same items: both are grouped by both countings.

    The course's six scratches, once with two inspectors' own ideas and once with a rule of 0.3 mm:

    >>> old = ItemPatterns(labels=("0", "1"), counts=np.array([[0, 2], [1, 1]]), items=np.array([4, 2]))
    >>> new = ItemPatterns(labels=("0", "1"), counts=np.array([[0, 2], [2, 0]]), items=np.array([4, 2]))
    >>> found = agreement_change(old, new)
    >>> round(found.before.value, 3), found.after.value, [round(end, 2) for end in found.change.ci]
    (0.667, 1.0, [-0.19, 0.7])
    """
    usable = (before.answers > 1) & (after.answers > 1)
    reason = "No item was labelled by two people both before and after."
    return _change(before, after, before.agreement, after.agreement, usable, reason, level)


def level_change(before: ItemPatterns, after: ItemPatterns, level: float = 0.95) -> GuidelineChange:
    """The share of people who say the truth before and after, on the items with a truth and answers both times.

    Args:
        before: Patterns of the items labelled again; the truth of either time is its own.
        after: Line by line the same items.
    """
    none = np.zeros(len(before.items), dtype=bool)
    usable = none if before.truth is None or after.truth is None else (before.truth >= 0) & (after.truth >= 0)
    usable = usable & (before.answers > 0) & (after.answers > 0)
    reason = "No item has a truth and an answer both before and after."
    return _change(before, after, _credit(before), _credit(after), usable, reason, level)


def _credit(patterns: ItemPatterns) -> Array:
    truth = np.zeros(len(patterns.items), dtype=int) if patterns.truth is None else np.maximum(patterns.truth, 0)
    return np.asarray(patterns.counts[np.arange(len(truth)), truth] / np.maximum(patterns.answers, 1))


def _change(
    before: ItemPatterns, after: ItemPatterns, old: Array, new: Array, usable: Array, reason: str, level: float
) -> GuidelineChange:
    items = before.items[usable]
    clusters = None if before.clusters is None else before.clusters[usable]
    if not items.sum():
        none = Undefined(reason=reason)
        return GuidelineChange(items=0, before=none, after=none, change=none)
    answers = [float(items @ patterns.answers[usable]) for patterns in (before, after)]
    return GuidelineChange(
        items=int(items.sum()),
        before=item_rate(old[usable], items, answers[0], level, clusters),
        after=item_rate(new[usable], items, answers[1], level, clusters),
        change=item_difference(new[usable] - old[usable], items, level, clusters),
    )
