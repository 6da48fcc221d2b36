"""Where a number is best cut to tell rows with high losses from others: a shallow tree, learned from the losses."""

from __future__ import annotations

import numpy as np

from slicer.discovery.tallies import Floats

MOST_CUTS = 4
"""Cuts of a column."""


def tree_cuts(values: Floats, losses: Floats, least: int) -> list[float]:
    """The values from which on a new bin begins, in order; none where no cut tells the losses apart.

    They are learned from the losses, so the same rows must not judge the bins: see `split.second_half`.

    Args:
        values: Of each row; NaN where it is missing.
        losses: Of each row.
        least: Rows a bin has at least.

    >>> values = np.arange(100.0)
    >>> tree_cuts(values, (values >= 70).astype(float), 5)
    [70.0]
    """
    from sklearn.tree import DecisionTreeRegressor  # takes a second to load, and is needed here alone

    there = np.isfinite(values)
    known, places = np.unique(values[there], return_inverse=True)
    if len(known) < 2 or len(places) < 2 * least:
        return []
    # the tree reads numbers as 32-bit floats, which hold places exactly and values not
    tree = DecisionTreeRegressor(max_leaf_nodes=MOST_CUTS + 1, min_samples_leaf=least, random_state=0)
    tree.fit(places[:, None].astype(np.float32), losses[there])
    cuts = tree.tree_.threshold[tree.tree_.feature >= 0]
    return [float(known[int(np.ceil(cut))]) for cut in sorted(cuts)]
