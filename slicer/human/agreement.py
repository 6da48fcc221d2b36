"""Agreement of people: pairwise, Fleiss, Krippendorff, and of each label. Consistency, not human level."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from slicer.human.items import item_rate, resample, unanimous
from slicer.human.patterns import ItemPatterns
from slicer.human.undefined import Answer, Undefined
from slicer.metrics.estimate import estimate

Array = np.ndarray


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelAgreement:
    """Agreement on one label."""

    answers: int
    """Answers with this label, on items of two answers or more."""
    share: float
    """Of all those answers: the marginal that chance agreement is made of."""
    agreement: Answer
    """Where one person says the label, the chance that another says it too."""
    alpha: Answer
    """Krippendorff's alpha of this label against all others."""

    def to_dict(self) -> dict[str, Any]:
        return {
            "answers": self.answers,
            "share": self.share,
            "agreement": self.agreement.to_dict(),
            "alpha": self.alpha.to_dict(),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How far people agree. Read kappa and alpha beside the agreement and the shares of the labels: where
    one label is nearly all there is, people who agree on 94 % can have a kappa below 0."""

    items: int
    """Items with two answers or more."""
    pairwise: Answer
    """The chance that two people on an item say the same, averaged over items."""
    fleiss_kappa: Answer
    krippendorff_alpha: Answer
    labels: Mapping[str, LabelAgreement]


def agreement(patterns: ItemPatterns, level: float = 0.95, seed: int = 0) -> Agreement:
    """Every figure of nominal agreement. Missing answers are allowed, except by Fleiss' kappa.

    Source:
        J. L. Fleiss (1971); K. Krippendorff (2004), Content Analysis. statsmodels and the krippendorff package are
        the oracles. Intervals draw items: see `items.resample`; pairwise agreement: see `items.item_rate`.

    >>> found = agreement(ItemPatterns.of([["a", "a"], ["a", "b"], ["b", "b"], ["b", "b"]]))
    >>> found.pairwise.value, found.krippendorff_alpha.value, round(found.fleiss_kappa.value, 4)
    (0.75, 0.5333333333333333, 0.4667)
    """
    used = patterns.with_answers(2)
    if not used.n:
        none = Undefined(reason=_too_few(patterns))
        return Agreement(items=0, pairwise=none, fleiss_kappa=none, krippendorff_alpha=none, labels={})
    present = np.flatnonzero(used.said)
    counts, said, m = used.counts[:, present].astype(float), used.said[present].astype(float), used.answers
    apart = counts * (m[:, None] - counts) / (m[:, None] - 1)
    found = resample(np.concatenate([apart, counts], axis=1), used.items, _statistics, level, seed, used.clusters)
    pairwise = item_rate(used.agreement, used.items, float(said.sum()), level, used.clusters)
    labels, total = tuple(used.labels[index] for index in present), said.sum()
    share, own, with_label = said / total, 1 - (used.items @ apart) / said, used.items @ (counts > 0)

    def answer(index: int, n: int, denominator: float, chance: float, agreed: float) -> Answer:
        """The statistic; where people always agree on these n items, at worst what Wilson leaves of it."""
        value, ci, method = float(found.values[index]), found.intervals[index], found.method
        if np.isnan(value):
            return Undefined(reason=_no_variety(labels))
        always = agreed > 1 - 1e-12
        if always:
            ci, method = unanimous(n * used.independent / used.n, chance, level), "wilson"
        flags = (("boundary",) if always else ()) + used.few_clusters
        return estimate(value, ci, n=n, denominator=denominator, method=method, level=level, flags=flags)

    def overall(index: int, chance: float) -> Answer:
        return answer(index, used.n, used.n, chance, pairwise.value or 0.0)

    def of_label(index: int, place: int, chance: float) -> Answer:
        return answer(index, int(with_label[place]), said[place], chance, float(own[place]))

    return Agreement(
        items=used.n,
        pairwise=pairwise,
        fleiss_kappa=overall(1, float(share @ share)) if _equal(patterns) else _unequal(patterns),
        krippendorff_alpha=overall(0, float(said @ (said - 1)) / (total * (total - 1))),
        labels={
            label: LabelAgreement(
                answers=int(said[place]),
                share=float(share[place]),
                agreement=of_label(2 + place, place, 0.0),
                alpha=of_label(2 + len(labels) + place, place, float(share[place])),
            )
            for place, label in enumerate(labels)
        },
    )


def _statistics(sums: Array) -> Array:
    """Alpha, Fleiss' kappa, and of each label its agreement and its alpha; nan where undefined.

    Args:
        sums: Σn(m - n) / (m - 1) of each label, then Σn of each label, shape (..., 2 x labels).
    """
    apart, said = np.split(sums, 2, axis=-1)
    total = said.sum(axis=-1, keepdims=True)
    share = said / total
    with np.errstate(divide="ignore", invalid="ignore"):
        alpha = 1 - (total - 1) * apart.sum(axis=-1, keepdims=True) / (said * (total - said)).sum(
            axis=-1, keepdims=True
        )
        chance = (share**2).sum(axis=-1, keepdims=True)
        fleiss = (1 - apart.sum(axis=-1, keepdims=True) / total - chance) / (1 - chance)
        own = 1 - apart / said
        own_alpha = 1 - (total - 1) * apart / (said * (total - said))
    values = np.concatenate([alpha, fleiss, own, own_alpha], axis=-1)
    return np.where(np.isfinite(values), values, np.nan)


def _equal(patterns: ItemPatterns) -> bool:
    """Whether every item that was answered has as many answers."""
    answers = patterns.answers
    return len(np.unique(answers[answers > 0])) == 1


def _unequal(patterns: ItemPatterns) -> Undefined:
    answers = patterns.answers
    return Undefined(
        reason="Fleiss' kappa needs the same number of answers on every item; here it is "
        f"{answers[answers > 0].min()} to {answers.max()}. Krippendorff's alpha takes any number."
    )


def _no_variety(labels: tuple[str, ...]) -> str:
    return (
        f"Everybody said {labels[0]!r} every time: chance alone would agree as well, so kappa and alpha have no value."
        if len(labels) == 1
        else "Chance alone would agree as well, so kappa and alpha have no value."
    )


def _too_few(patterns: ItemPatterns) -> str:
    if not patterns.answers.any():
        return "No item here has an answer of a person."
    return "Every item here has one answer: agreement needs two people on the same item."
