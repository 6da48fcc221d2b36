"""Cohen's kappa of two people, from the table of what the one and the other said."""

from __future__ import annotations

import numpy as np

from slicer.human.items import unanimous
from slicer.human.undefined import Answer, Undefined
from slicer.metrics.classification import kappa
from slicer.metrics.clusters import ClusterProducts
from slicer.metrics.counts import ConfusionCounts
from slicer.metrics.delta import degrees, delta_error
from slicer.metrics.estimate import estimate
from slicer.metrics.intervals import NO_SPREAD, bounded, t_value
from slicer.metrics.proportions import effective_rows, flags_of, right_cells

Array = np.ndarray


def cohen_kappa(
    table: Array | None, annotators: int = 2, level: float = 0.95, clusters: ClusterProducts | None = None
) -> Answer:
    """Cohen's kappa of two people, delta method on their table.

    Args:
        table: Items by what the first and what the second said, shape (labels, labels), on the items both
            answered; None where there is no such pair.
        annotators: How many people there are; kappa is of two.
        clusters: Where items come in clusters, the products of their totals by cell, shape (labels, labels + 1).

    Source:
        J. Cohen (1960). statsmodels' `cohens_kappa` is the oracle of value and standard error.

    >>> found = cohen_kappa(np.array([[20, 5], [10, 15]]))
    >>> round(found.value, 3), [round(end, 4) for end in found.ci]
    (0.4, [0.1511, 0.6489])
    """
    if annotators != 2:
        return Undefined(
            reason=f"Cohen's kappa is of two people; here {'is one' if annotators == 1 else f'are {annotators:,}'}. "
            + ("Agreement needs a second." if annotators < 2 else "Krippendorff's alpha takes any number.")
        )
    if table is None or not table.sum():
        return Undefined(reason="The two people answered no item in common.")
    labels = tuple(map(str, range(len(table))))
    cells = np.column_stack([table, np.zeros(len(table))]).astype(float)
    counts = ConfusionCounts(labels, cells, clusters=clusters)
    flags = flags_of(counts)
    value, n = float(kappa(counts.table)), counts.n
    if np.isnan(value):
        return Undefined(reason="Both people said the same single label every time: kappa has no value.")
    if counts.right == n:
        share = counts.support / n
        rows = effective_rows(counts, right_cells(counts))
        ci = None if rows is None else unanimous(rows, float(share @ share), level)
        flags = ("boundary", *flags)
        return estimate(value, ci, n=n, denominator=n, method="wilson", level=level, flags=flags)
    error = delta_error(kappa, counts)
    ci = bounded(value, error, (-1.0, 1.0), t_value(level, degrees(counts))) if error > NO_SPREAD else None
    flags = flags if ci else ("boundary", *flags)
    method = "delta" if clusters is None else "cluster"
    return estimate(value, ci, n=n, denominator=n, method=method, level=level, flags=flags)
