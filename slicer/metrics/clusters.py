"""Rows that come in clusters (a speaker, a patient, a document): what their totals say about the spread of a sum."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy import sparse

from slicer.metrics.moments import RatioSums

Array = np.ndarray

FEWEST_CLUSTERS = 10
"""Fewer clusters than this, counted as if of equal size, are flagged."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ClusterProducts:
    """Σ over clusters of v vᵀ, where v holds the totals of a cluster: what the variance of any sum of them needs.

    The totals are rows by cell of a confusion table, or sums of numbers by name.
    """

    clusters: int
    """Clusters with at least one row."""
    products: sparse.csr_array = field(repr=False)
    """Shape (totals, totals)."""
    names: tuple[str, ...] = ()
    """What the totals are, where they are sums of numbers; empty for the cells of a table."""

    def covariance(self, gradients: Array) -> Array:
        """Covariances of metrics with these gradients over the totals, shape (metrics, totals), between clusters.

        Source:
            Taylor linearisation, as statsmodels' cluster-robust covariance without its small-sample
            correction, times K / (K − 1).
        """
        if self.clusters < 2:
            return np.full((len(gradients), len(gradients)), np.nan)
        spread = np.asarray(gradients @ (self.products @ gradients.T))
        return self.clusters / (self.clusters - 1) * spread

    def squares(self, whole: Array) -> float:
        """Σ m² over clusters, where m is a cluster's sum of the totals named True in `whole`."""
        chosen = whole.ravel().astype(float)
        return float(chosen @ (self.products @ chosen))

    def ratio(self, above: Mapping[str, float], below: str, totals: tuple[float, float]) -> RatioSums:
        """A weighted sum of named totals over another as a ratio whose rows are clusters.

        Args:
            above: Names and their weights.
            below: A name.
            totals: Both sums over all clusters.
        """
        parts = np.array([[above.get(name, 0.0) for name in self.names], [float(name == below) for name in self.names]])
        products = parts @ (self.products @ parts.T)
        return RatioSums(
            n=self.clusters,
            e=totals[0],
            d=totals[1],
            ee=float(products[0, 0]),
            ed=float(products[0, 1]),
            dd=float(products[1, 1]),
        )


def cluster_products(
    part: Array,
    cluster: Array,
    totals: Sequence[tuple[Array, Array]],
    *,
    parts: int,
    names: Sequence[str] = (),
    cells: int,
) -> Iterator[tuple[ClusterProducts, ClusterProducts]]:
    """The products inside each part of the data and outside it, part by part.

    Args:
        part: The part each line belongs to, 0 to `parts` - 1, shape (lines,); together the parts hold every row.
        cluster: The cluster of each line, numbered from 0.
        totals: (cell, value) of each line; several where a line carries several sums.
        parts: How many there are.
        names: Of the cells, where they are sums of numbers.
        cells: How many there are.
    """
    size = (int(cluster.max(initial=-1)) + 1, cells)

    def matrix(chosen: Array | slice) -> sparse.csr_array:
        at = np.concatenate([cluster[chosen] for _ in totals])
        cell = np.concatenate([cell[chosen] for cell, _ in totals])
        value = np.concatenate([value[chosen] for _, value in totals])
        return sparse.csr_array(sparse.coo_array((value, (at, cell)), shape=size))

    whole = matrix(slice(None))
    everything = sparse.csr_array(whole.T @ whole)
    lines_in = np.bincount(cluster, minlength=size[0])
    order = np.argsort(part, kind="stable")
    ends = np.searchsorted(part[order], np.arange(parts + 1))
    for place in range(parts):
        chosen = order[ends[place] : ends[place + 1]]
        mine = matrix(chosen)
        inside, across = sparse.csr_array(mine.T @ mine), sparse.csr_array(whole.T @ mine)
        lines_here = np.bincount(cluster[chosen], minlength=size[0])
        wholly = int(np.count_nonzero((lines_here > 0) & (lines_here == lines_in)))
        yield (
            ClusterProducts(clusters=int(np.count_nonzero(lines_here)), products=inside, names=tuple(names)),
            ClusterProducts(
                clusters=size[0] - wholly,
                products=sparse.csr_array(everything - across - across.T + inside),
                names=tuple(names),
            ),
        )
