"""Items that come in clusters: of one document, one speaker, one patient. Their totals, and how few there are."""

from __future__ import annotations

import numpy as np

from slicer.metrics.clusters import FEWEST_CLUSTERS
from slicer.metrics.means import effective_rows
from slicer.metrics.moments import RatioSums

Array = np.ndarray


def totals(parts: Array, clusters: Array) -> Array:
    """The sums of every cluster that has a line, shape (clusters, sums).

    >>> totals(np.array([[1.0], [2.0], [4.0]]), np.array([7, 3, 7])).tolist()
    [[2.0], [5.0]]
    """
    order = np.argsort(clusters, kind="stable")
    starts = np.flatnonzero(np.diff(clusters[order], prepend=-2))
    return np.asarray(np.add.reduceat(parts[order], starts, axis=0)) if len(order) else parts


def between(above: Array, below: Array, clusters: Array) -> RatioSums:
    """A ratio of sums whose lines are clusters; those with nothing below are outside.

    >>> sums = between(np.array([1.0, 0.0, 3.0]), np.array([1.0, 0.0, 5.0]), np.array([0, 1, 2]))
    >>> sums.n, sums.e, sums.d
    (2, 4.0, 6.0)
    """
    e, d = totals(np.stack([above, below], axis=1).astype(float), clusters).T
    e, d = e[d > 0], d[d > 0]
    return RatioSums(n=len(d), e=float(e.sum()), d=float(d.sum()), ee=float(e @ e), ed=float(e @ d), dd=float(d @ d))


def item_sums(values: Array, items: Array, clusters: Array) -> RatioSums:
    """The mean of a number over items, as a ratio of the clusters' totals."""
    return between(items * values, items, clusters)


def few_clusters(sums: RatioSums) -> tuple[str, ...]:
    """The flag of fewer than ten clusters, counted as if of equal size."""
    return ("few_clusters",) if effective_rows(sums) < FEWEST_CLUSTERS else ()
