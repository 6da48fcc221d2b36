"""Krippendorff's alpha of numbers: how far apart people are, not whether they say the same."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from slicer.human.between import between, few_clusters
from slicer.human.items import resample
from slicer.human.patterns import ItemPatterns
from slicer.human.undefined import Answer, Undefined
from slicer.metrics.estimate import estimate

Array = np.ndarray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NumberPatterns:
    """Items by the sums of the numbers people gave them; each line is a pattern, shape (patterns,).

    Numbers enter as x - `origin`, any constant that is the same for all items; near their mean no digits are
    lost, and alpha does not depend on it.
    """

    items: Array = field(repr=False)
    """Items of each pattern, whole numbers."""
    answers: Array = field(repr=False)
    """Numbers given to an item, m."""
    total: Array = field(repr=False)
    """Σx of an item."""
    squares: Array = field(repr=False)
    """Σx² of an item."""
    clusters: Array | None = field(default=None, repr=False)
    """As in `ItemPatterns`."""

    def __add__(self, other: NumberPatterns) -> NumberPatterns:
        """The items of both, which share the origin."""
        return NumberPatterns(
            items=np.concatenate([self.items, other.items]),
            answers=np.concatenate([self.answers, other.answers]),
            total=np.concatenate([self.total, other.total]),
            squares=np.concatenate([self.squares, other.squares]),
            clusters=None
            if self.clusters is None or other.clusters is None
            else np.concatenate([self.clusters, other.clusters]),
        )


def number_patterns(patterns: ItemPatterns) -> NumberPatterns | None:
    """The same items where every label is a number (stars, a scale); None where one is not.

    >>> number_patterns(ItemPatterns.of([["1", "3"]])).total.tolist()
    [0.0]
    """
    try:
        numbers = np.array([float(label) for label in patterns.labels])
    except ValueError:
        return None
    if not np.isfinite(numbers).all():
        return None
    numbers -= numbers.mean()  # the same origin in every slice, since the labels are the data set's
    return NumberPatterns(
        items=patterns.items,
        answers=patterns.answers,
        total=patterns.counts @ numbers,
        squares=patterns.counts @ numbers**2,
        clusters=patterns.clusters,
    )


def interval_alpha(patterns: NumberPatterns, level: float = 0.95, seed: int = 0) -> Answer:
    """Krippendorff's alpha with squared differences; missing answers are allowed.

    Source:
        K. Krippendorff (2004); the krippendorff package is the oracle.

    >>> found = interval_alpha(number_patterns(ItemPatterns.of([["1", "2"], ["4", "4"], ["2", "2"]])))
    >>> round(found.value, 4)
    0.8889
    """
    used = patterns.answers >= 2
    items, m = patterns.items[used], patterns.answers[used].astype(float)
    if not items.sum():
        return Undefined(reason="No item here has two numbers: agreement needs two people on the same item.")
    total, squares = patterns.total[used], patterns.squares[used]
    apart = np.maximum(m * squares - total**2, 0.0) / (m - 1)
    clusters = None if patterns.clusters is None else patterns.clusters[used]
    found = resample(np.stack([apart, m, total, squares], axis=1), items, _alpha, level, seed, clusters)
    value, n = float(found.values[0]), int(items.sum())
    if np.isnan(value):
        return Undefined(reason="Everybody gave the same number every time: alpha has no value.")
    flags = () if clusters is None else few_clusters(between(items, items, clusters))
    return estimate(value, found.intervals[0], n=n, denominator=n, method=found.method, level=level, flags=flags)


def _alpha(sums: Array) -> Array:
    """From Σ(mΣx² - (Σx)²) / (m - 1), Σm, Σx and Σx² over items, shape (..., 4)."""
    apart, n, total, squares = np.moveaxis(sums, -1, 0)
    spread = n * squares - total**2
    with np.errstate(divide="ignore", invalid="ignore"):
        value = 1 - (n - 1) * apart / spread
    return np.where(spread > 1e-12 * n * squares, value, np.nan)[..., None]
