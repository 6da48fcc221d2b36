"""Pairs of labels that people confuse on the same item."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from slicer.human.patterns import ItemPatterns


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfusedLabels:
    """Two labels given to the same items."""

    first: str
    second: str
    pairs: int
    """Pairs of people on an item of whom one says the first and one the second."""
    share: float
    """Of all pairs that disagree."""
    items: int
    """Items on which both were said."""

    def to_dict(self) -> dict[str, Any]:
        return {
            "labels": [self.first, self.second],
            "pairs": self.pairs,
            "share": self.share,
            "items": self.items,
        }


def confused_labels(patterns: ItemPatterns, most: int = 10) -> tuple[ConfusedLabels, ...]:
    """The pairs of labels that most pairs of people disagree by, most first.

    >>> found = confused_labels(ItemPatterns.of([["1", "I"], ["1", "I", "I"], ["1", "7"], ["7", "7"]]))
    >>> [(one.first, one.second, one.pairs, one.items) for one in found]
    [('1', 'I', 3, 2), ('1', '7', 1, 1)]
    """
    counts = patterns.counts.astype(float)
    said = (patterns.counts > 0).astype(float)
    pairs = (counts * patterns.items[:, None]).T @ counts
    items = (said * patterns.items[:, None]).T @ said
    first, second = np.triu_indices(len(patterns.labels), 1)
    total = pairs[first, second].sum()
    found = [
        ConfusedLabels(
            first=patterns.labels[i],
            second=patterns.labels[j],
            pairs=round(pairs[i, j]),
            share=float(pairs[i, j] / total),
            items=round(items[i, j]),
        )
        for i, j in zip(first, second, strict=True)
        if pairs[i, j]
    ]
    return tuple(sorted(found, key=lambda one: (-one.pairs, one.first, one.second))[:most])
