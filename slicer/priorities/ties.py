"""From draws of what rows are worth: the chance of each to be on top, and which rows tie."""

from __future__ import annotations

import numpy as np

Array = np.ndarray

TIED = 0.16
"""Two rows tie when their order is reversed in at least this share of the draws: the chance that the
lower of two values that differ by one standard error of the difference is really the higher."""

FEW = 300
"""Rows up to which every pair is compared draw by draw."""

BINS = 128
"""Bins of the draws by which pairs of more rows are told apart first."""

MARGIN = 0.03
"""How near `TIED` the bins must put a pair for its draws to be compared one by one: some four standard errors of a
share of 2,000 draws."""

BLOCK = 256
"""Rows that are compared with all below them at once."""

AT_ONCE = 1_000
"""Pairs compared at once."""


def chance_among(worth: Array, places: int) -> list[float]:
    """The chance of each row to be among the first; rows that are equal in a draw share its places.

    Args:
        worth: Shape (rows, draws).

    >>> chance_among(np.array([[3.0, 1.0], [2.0, 2.0], [1.0, 2.0]]), 1)
    [0.5, 0.25, 0.25]
    """
    if places >= len(worth):
        return [1.0] * len(worth)
    last = np.partition(worth, len(worth) - places, axis=0)[len(worth) - places]
    above, at = worth > last, worth == last
    left = (places - above.sum(axis=0)) / at.sum(axis=0)
    return [float(share) for share in (above + at * left).mean(axis=1)]


def ties_of(worth: Array) -> list[Array]:
    """The places of the rows that each row ties with, in order.

    Args:
        worth: Shape (rows, draws), in the order of the table; draws of one row are independent of those of another.

    >>> [places.tolist() for places in ties_of(np.array([[3.0, 1.0], [2.0, 2.0], [0.0, 0.0]]))]
    [[1], [0], []]
    """
    rows = len(worth)
    tied = np.zeros((rows, rows), dtype=bool)
    shares = _binned(worth) if rows > FEW else None
    for start in range(0, rows, BLOCK):
        stop = min(start + BLOCK, rows)
        later = np.arange(start, rows) > np.arange(start, stop)[:, None]
        if shares is None:
            open_ = later
        else:
            block = tied[start:stop, start:]
            reversed_share, doubt = _by_bins(shares[start:stop], shares[start:])
            block |= later & (reversed_share >= TIED + MARGIN + doubt)
            open_ = later & (np.abs(reversed_share - TIED) < MARGIN + doubt)
        above, below = np.nonzero(open_)
        for first in range(0, len(above), AT_ONCE):
            one, other = above[first : first + AT_ONCE] + start, below[first : first + AT_ONCE] + start
            tied[one, other] = _reversed(worth[one], worth[other]) >= TIED
    tied |= tied.T
    return [np.flatnonzero(line) for line in tied]


def _reversed(above: Array, below: Array) -> Array:
    """The share of the draws in which the order of pairs is reversed; where both are equal, half of it is."""
    higher, equal = np.count_nonzero(below > above, axis=1), np.count_nonzero(below == above, axis=1)
    return np.asarray((higher + 0.5 * equal) / above.shape[1])


def _binned(worth: Array) -> Array:
    """The share of each row's draws in bins that all rows have in common, shape (rows, bins)."""
    parts = np.linspace(0, 1, BINS + 1)
    some = worth[:, ::10]
    edges = np.unique([*np.quantile(some, parts), *np.quantile(some, (0, 1)) @ np.stack([1 - parts, parts])])
    width = len(edges) + 1
    place = np.searchsorted(edges, worth, side="right") + np.arange(len(worth))[:, None] * width
    shares = np.bincount(place.ravel(), minlength=len(worth) * width).reshape(len(worth), width) / worth.shape[1]
    return np.asarray(shares, dtype=np.float32)


def _by_bins(above: Array, below: Array) -> tuple[Array, Array]:
    """The chance that a draw of a row (across) is above a draw of another (down), shape (above, below), and how far off
    it may be, since draws in the same bin are not told apart."""
    lower = np.cumsum(above, axis=1) - above / 2
    return np.asarray(lower @ below.T), np.asarray(above @ below.T) / 2
