"""The human level without a truth: each person against the others, and the model against the same others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from slicer.human.hlp import Hlp
from slicer.human.items import item_difference, item_rate
from slicer.human.patterns import ItemPatterns
from slicer.human.undefined import Answer, Undefined
from slicer.metrics.estimate import Estimate

Array = np.ndarray


@dataclass(frozen=True, slots=True, kw_only=True)
class HumanLevel:
    """People and model held against the same reference on the same items."""

    hlp: Answer
    model: Answer
    gap: Answer
    """HLP minus the model, item by item; negative where the model is better."""
    items: int
    """Items behind all three."""
    source: str
    """A word of `vocabulary.HLP_SOURCES`."""

    @property
    def beside(self) -> bool:
        """Whether people and model were held against the same items; else the gap is that of two numbers."""
        return self.source != "other_sample" and self.model.value is not None

    def as_hlp(self) -> Hlp | None:
        """The level as the fallback order takes it."""
        if not isinstance(self.hlp, Estimate) or self.hlp.value is None:
            return None
        return Hlp(value=self.hlp.value, source=self.source, n=self.items, ci=self.hlp.ci)

    def to_dict(self) -> dict[str, Any]:
        return {
            "hlp": self.hlp.to_dict(),
            "model": self.model.to_dict(),
            "gap": self.gap.to_dict(),
            "items": self.items,
            "source": self.source,
        }


def leave_one_out(patterns: ItemPatterns, min_others: int = 1, level: float = 0.95) -> HumanLevel:
    """The leave-one-out human level, and the gap of the model to it.

    Each person's label is held against the most frequent labels of the others on the item; where several
    are as frequent, it scores its chance to be the one drawn. The prediction is held against the very same
    references. Scores are averaged over the people of an item, then over items. A person against a majority
    that holds their own vote would score too well, a model against the full majority better than any person can.

    Args:
        patterns: Items with what people and the model said.
        min_others: Answers beside the person's own that an item must have, at least 1.
        level: Two-sided coverage of the intervals, in (0, 1).

    >>> ratings = [["a", "a", "a"], ["a", "a", "b"], ["b", "b", "b"]]
    >>> found = leave_one_out(ItemPatterns.of(ratings, model=["a", "b", "b"]))
    >>> round(found.hlp.value, 4), round(found.model.value, 4), round(found.gap.value, 4)
    (0.7778, 0.7778, 0.0)
    """
    used = patterns.with_answers(min_others + 1)
    if not used.n:
        no_answer = Undefined(reason=_too_few(patterns, min_others))
        return HumanLevel(hlp=no_answer, model=no_answer, gap=no_answer, items=0, source="leave_one_out")
    human, model = human_credit(used), model_credit(used)
    answers = float(used.items @ used.answers)
    no_run = Undefined(reason="There is no prediction beside these answers: choose a run to see the gap.")
    return HumanLevel(
        hlp=item_rate(human, used.items, answers, level, used.clusters),
        model=no_run if model is None else item_rate(model, used.items, answers, level, used.clusters),
        gap=no_run if model is None else item_difference(human - model, used.items, level, used.clusters),
        items=used.n,
        source="leave_one_out",
    )


def human_credit(patterns: ItemPatterns) -> Array:
    """The mean score of an item's people against the others, shape (patterns,); two answers at least.

    Only a person of the single most frequent label can score: without their vote it is still the first, or
    shares the first place with the labels that had one vote less.
    """
    top, tied, next_best = _modes(patterns.counts)
    return np.where(tied == 1, top / patterns.answers / (1 + next_best), 0.0)


def model_credit(patterns: ItemPatterns) -> Array | None:
    """The mean score of the prediction against those same references; None without a run."""
    if patterns.model is None:
        return None
    drawn = references(patterns)[np.arange(len(patterns.items)), np.maximum(patterns.model, 0)]
    return np.where(patterns.model >= 0, drawn, 0.0)


def references(patterns: ItemPatterns) -> Array:
    """How often each label is what a person of the item is held against, shape (patterns, labels); each line adds up
    to 1. Two answers at least.

    With several most frequent labels each is a reference as often as any other. With one, its own people see
    it share the first place with the labels that had one vote less, everybody else sees it alone.
    """
    counts = patterns.counts
    top, tied, next_best = (one[:, None] for one in _modes(counts))
    own = top / patterns.answers[:, None]
    among_own = own / (1 + next_best)
    single = np.where(counts == top, among_own + 1 - own, np.where(counts == top - 1, among_own, 0.0))
    return np.where(tied == 1, single, np.where(counts == top, 1 / tied, 0.0))


def met(patterns: ItemPatterns) -> Array:
    """How often each label is what a person says and is held against, shape (patterns, labels): `human_credit` by
    label."""
    top, _, _ = _modes(patterns.counts)
    return np.where(patterns.counts == top[:, None], human_credit(patterns)[:, None], 0.0)


def _modes(counts: Array) -> tuple[Array, Array, Array]:
    """The highest count of an item, how many labels have it, and how many have one less."""
    top = counts.max(axis=1)
    return top, (counts == top[:, None]).sum(axis=1), (counts == top[:, None] - 1).sum(axis=1)


def _too_few(patterns: ItemPatterns, min_others: int) -> str:
    most = int(patterns.answers.max()) if patterns.n else 0
    return (
        f"Leaving one person out needs {min_others + 1} answers on an item; no item here has more than {most}."
        if most
        else "No item here has an answer of a person."
    )
