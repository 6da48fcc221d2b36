"""Krippendorff's alpha of ranks: labels in an order whose steps need not be equally wide."""

from __future__ import annotations

import numpy as np

from slicer.human.items import resample
from slicer.human.patterns import ItemPatterns
from slicer.human.undefined import Answer, Undefined
from slicer.metrics.estimate import estimate

Array = np.ndarray

MOST_STEPS = 20
"""Labels of a scale; a finer one is a measure, and interval alpha is of it."""


def ordinal_alpha(patterns: ItemPatterns, level: float = 0.95, seed: int = 0) -> Answer:
    """Alpha of labels that are numbers, where only their order counts; missing answers are allowed.

    Two labels are as far apart as their mean ranks among all answers, so it is interval alpha of the ranks, which are
    found anew in every draw of items.

    Source:
        K. Krippendorff (2004); the krippendorff package is the oracle.

    >>> round(ordinal_alpha(ItemPatterns.of([["1", "2"], ["4", "4"], ["2", "2"]])).value, 4)
    0.7778
    """
    used = patterns.with_answers(2)
    present = np.flatnonzero(used.said)
    try:
        numbers = np.array([float(used.labels[index]) for index in present])
    except ValueError:
        return Undefined(reason="Not every label is a number: the labels have no order.")
    if not used.n:
        return Undefined(reason="No item here has two answers: agreement needs two people on the same item.")
    if len(present) > MOST_STEPS:
        return Undefined(reason=f"A scale of {len(present)} steps is a measure: interval alpha is of it.")
    counts, m = used.counts[:, present[np.argsort(numbers)]].astype(float), used.answers
    low, high = np.triu_indices(len(present), 1)
    apart = counts[:, low] * counts[:, high] / (m[:, None] - 1)

    def alpha(sums: Array) -> Array:
        """From Σn of each label, then Σn_c n_k / (m - 1) of each two, shape (..., labels + pairs)."""
        said, pairs = sums[..., : len(present)], sums[..., len(present) :]
        rank = said.cumsum(axis=-1) - said / 2
        total = said.sum(axis=-1)
        squares = (rank[..., high] - rank[..., low]) ** 2
        expected = (said[..., low] * said[..., high] * squares).sum(axis=-1)
        with np.errstate(divide="ignore", invalid="ignore"):
            value = 1 - (total - 1) * (pairs * squares).sum(axis=-1) / expected
        return np.where(expected > 0, value, np.nan)[..., None]

    found = resample(np.concatenate([counts, apart], axis=1), used.items, alpha, level, seed, used.clusters)
    value = float(found.values[0])
    if np.isnan(value):
        return Undefined(reason="Everybody gave the same number every time: alpha has no value.")
    n, flags = used.n, used.few_clusters
    return estimate(value, found.intervals[0], n=n, denominator=n, method=found.method, level=level, flags=flags)
