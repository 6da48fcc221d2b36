"""The human level where there is a truth: an expert's reference, and people beside it."""

from __future__ import annotations

import numpy as np

from slicer.human.hlp import Hlp
from slicer.human.items import item_difference, item_rate
from slicer.human.leave_one_out import HumanLevel
from slicer.human.patterns import ItemPatterns
from slicer.human.undefined import Undefined
from slicer.metrics.estimate import RANKED_FROM, Estimate, estimate
from slicer.metrics.intervals import mover_difference, wilson
from slicer.vocabulary import TruthSource

Array = np.ndarray


def against_truth(patterns: ItemPatterns, truth_source: TruthSource = "external", level: float = 0.95) -> HumanLevel:
    """How often people say the truth, and the gap of the model on the very same items.

    The share of an item's people who are right is averaged over items. Where everybody answered every item
    this is the mean of the people's accuracies; `annotators.reference_level` averages over people where not.
    All three figures are flagged `truth_is_human` where the truth is one person's label.

    >>> patterns = ItemPatterns.of([["a", "b"], ["b", "b"]], model=["a", "a"], truth=["a", "b"])
    >>> found = against_truth(patterns)
    >>> found.hlp.value, found.model.value, found.gap.value
    (0.75, 0.5, 0.25)
    """
    if patterns.truth is None:
        return _nothing(
            "There is no truth beside these answers: leave-one-out holds people against each other instead."
        )
    used = patterns.where((patterns.truth >= 0) & (patterns.answers > 0))
    truth, model = used.truth, used.model
    if truth is None or not used.n:
        return _nothing("No item here has both a truth and an answer of a person.")
    human = used.counts[np.arange(len(truth)), truth] / used.answers
    answers = float(used.items @ used.answers)
    flags = ("truth_is_human",) if truth_source == "human" else ()
    hlp = item_rate(human, used.items, answers, level, used.clusters).flagged(*flags)
    if model is None:
        no_run = Undefined(reason="There is no prediction beside these answers: choose a run to see the gap.")
        return HumanLevel(hlp=hlp, model=no_run, gap=no_run, items=used.n, source="paired")
    right = (model == truth).astype(float)
    return HumanLevel(
        hlp=hlp,
        model=item_rate(right, used.items, used.n, level, used.clusters).flagged(*flags),
        gap=item_difference(human - right, used.items, level, used.clusters).flagged(*flags),
        items=used.n,
        source="paired",
    )


def _nothing(reason: str) -> HumanLevel:
    none = Undefined(reason=reason)
    return HumanLevel(hlp=none, model=none, gap=none, items=0, source="paired")


def never_true(patterns: ItemPatterns) -> dict[str, int]:
    """Answers by label, for the labels that no truth has: each counts as wrong, or the truth lacks a class.

    >>> never_true(ItemPatterns.of([["a", "?"], ["b", "b"]], truth=["a", "b"]))
    {'?': 1}
    """
    if patterns.truth is None or not (patterns.truth >= 0).any():
        return {}
    said = patterns.where(patterns.truth >= 0).said
    true = {int(index) for index in np.unique(patterns.truth)}
    return {key: int(said[index]) for index, key in enumerate(patterns.labels) if said[index] and index not in true}


BY_CHANCE = 0.01
"""A truth that people would meet so by themselves with at least this chance is not taken for theirs."""


def is_majority(patterns: ItemPatterns) -> bool | None:
    """Whether the truth is made of the answers: of 30 items or more that three people dispute, it is always among the
    most frequent labels, and that says something. None where it is so and says nothing.

    Where people are nearly always right, a truth that was measured without them is nearly always what most of them
    say, too. So its chance is computed: with people as often right as they are here, independent of each other, and
    every wrong label alike, the truth of an item is a label with the odds r ** votes, r = p (K - 1) / (1 - p). Only
    where all disputed items would go with the majority in less than 1 of 100 samples is the truth taken for it.

    >>> is_majority(ItemPatterns.of([["a", "a", "b"]] * 30, truth=["a"] * 30))
    True
    >>> excellent = [["a", "a", "a"]] * 1000 + [["a", "a", "b"]] * 30
    >>> is_majority(ItemPatterns.of(excellent, truth=["a"] * 1030)) is None
    True
    """
    if patterns.truth is None:
        return False
    known = patterns.where((patterns.truth >= 0) & (patterns.answers > 2))
    disputed = known.where(known.disagreement > 0)
    everywhere, truth = _votes_of_truth(known), _votes_of_truth(disputed)
    if disputed.n < RANKED_FROM or (truth != disputed.counts.max(axis=1)).any():
        return False
    if (everywhere != known.counts.max(axis=1)).any():  # people say one thing together, the truth another
        return False
    right = float(known.items @ everywhere) / float(known.items @ known.answers)
    odds = np.log(right * (len(patterns.labels) - 1) / (1 - right))
    chances = np.exp(odds * (disputed.counts - disputed.counts.max(axis=1)[:, None]))
    first = np.where(disputed.counts == disputed.counts.max(axis=1)[:, None], chances, 0.0).sum(axis=1)
    chance = float(disputed.items @ np.log(first / chances.sum(axis=1)))
    return True if chance <= np.log(BY_CHANCE) else None


def _votes_of_truth(patterns: ItemPatterns) -> Array:
    """How many people of an item say its truth, shape (patterns,)."""
    truth = patterns.truth
    return np.zeros(0) if truth is None else patterns.counts[np.arange(len(truth)), truth]


def other_sample(right: int, n: int, level: float = 0.95) -> Hlp | None:
    """The human level from people's labels on other rows than the model's; None without any.

    >>> found = other_sample(93, 100)
    >>> found.value, found.source, [round(end, 3) for end in found.ci]
    (0.93, 'other_sample', [0.863, 0.966])
    """
    return Hlp(value=right / n, source="other_sample", n=n, ci=wilson(right, n, level)) if n else None


def independent_gap(human: Estimate | Hlp, model: Estimate, higher_is_better: bool = True) -> Estimate:
    """The gap of a human level and a model that were measured on different rows, or of a bare human number.

    MOVER from the intervals of both: Newcombe's interval where both are rates. A bare number has no spread
    of its own. Positive where people are better.

    >>> model = estimate(0.89, wilson(178, 200), n=200, denominator=200, method="wilson", level=0.95)
    >>> gap = independent_gap(other_sample(93, 100), model)
    >>> round(gap.value, 2), [round(end, 4) for end in gap.ci], gap.method
    (0.04, [-0.0366, 0.1022], 'newcombe')
    """
    bare = isinstance(human, Hlp) and human.ci is None
    flags = ("hlp_no_uncertainty",) if bare else ()
    if human.value is None or model.value is None:
        return estimate(None, None, n=model.n, denominator=model.denominator, method="mover", level=model.level)
    rates = model.method == "wilson" and not bare and getattr(human, "method", "wilson") == "wilson"
    people = (human.value, human.value) if bare else human.ci
    ci = None if people is None or model.ci is None else mover_difference(human.value, people, model.value, model.ci)
    sign = 1 if higher_is_better else -1
    if ci is not None and sign < 0:
        ci = -ci[1], -ci[0]
    return estimate(
        sign * (human.value - model.value),
        ci,
        n=model.n,
        denominator=model.denominator,
        method="newcombe" if rates else "mover",
        level=model.level,
        flags=flags,
    )
