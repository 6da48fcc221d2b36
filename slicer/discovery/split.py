"""The honest split: slices are found on one half of the rows and measured on the other, where nobody looked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from slicer.discovery.significance import hypergeometric_p
from slicer.metrics.difference import q_values
from slicer.metrics.intervals import Interval, wilson
from slicer.metrics.means import ANY, effective_rows, linearised, ratio_error
from slicer.metrics.moments import RatioSums

SPLIT_FROM = 500
"""Errors from which half of them find nearly as much as all, so that the other half can measure it."""


def second_half(keys: list[str], errors: NDArray[np.bool_], seed: int = 0) -> NDArray[np.bool_]:
    """Which rows are kept for measuring: half of the errors and half of the others, by the hash of a key.

    Rows of one key stay on one side; the same keys and seed give the same halves whatever the order of the rows.

    Args:
        keys: The cluster of each row, or its id.
        errors: Which rows are wrong. A key counts as wrong if one of its rows is.
        seed: Another number splits otherwise.

    >>> kept = second_half(["a", "b", "c", "d"], np.array([True, False, False, True]))
    >>> int(kept.sum()), bool(kept[0]) != bool(kept[3])
    (2, True)
    """
    wrong = {key for key, error in zip(keys, errors, strict=True) if error}
    ordered = sorted(dict.fromkeys(keys), key=lambda key: (key in wrong, _hash(key, seed)))
    of_right = len(ordered) - len(wrong)
    kept = {*ordered[: of_right // 2], *ordered[of_right : of_right + len(wrong) // 2]}
    return np.array([key in kept for key in keys])


def _hash(key: str, seed: int) -> bytes:
    return blake2b(key.encode(), digest_size=8, salt=seed.to_bytes(8, "little")).digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """A slice found on one half as the other half measures it."""

    rows: int
    errors: int | None
    """None where rows carry numbers."""
    rate: float | None
    """Of errors, or the mean loss; None without rows."""
    ci: Interval | None
    """Of the rate: Wilson's, on the effective rows where rows come in clusters; of a mean loss Student's."""
    p_value: float
    """The chance of as many errors if the slice were rows drawn at random, exactly; by Student's t of the loss of the
    slice in every cluster, or row, where rows come in clusters or carry numbers."""
    q_value: float
    """Benjamini and Hochberg's, over the slices that were found."""

    @property
    def confirmed(self) -> bool:
        return self.q_value <= 0.05


def confirm(
    slices: Sequence[NDArray[np.bool_]],
    losses: NDArray[np.float64] | NDArray[np.bool_],
    level: float = 0.95,
    *,
    clusters: NDArray[np.int64] | None = None,
) -> tuple[Confirmation, ...]:
    """Measure slices on rows that had no part in finding them.

    Args:
        slices: Which of these rows each slice holds.
        losses: Of these rows: 1 for an error and 0 for none, or any number.
        clusters: A number from 0 for each row, where they come in clusters.

    >>> rows = np.arange(40) < 10
    >>> [one.confirmed for one in confirm([rows, ~rows], rows)]
    [True, False]
    """
    losses = np.asarray(losses, dtype=np.float64)
    judged = bool(((losses == 0) | (losses == 1)).all())
    of = np.arange(len(losses)) if clusters is None else clusters
    if judged and clusters is None:
        sizes = np.array([np.count_nonzero(one) for one in slices], dtype=np.int64)
        wrong = np.array([losses[one].sum() for one in slices], dtype=np.int64)
        p = hypergeometric_p(wrong, sizes, int(losses.sum()), len(losses)) if len(slices) else np.zeros(0)
    else:
        p = np.array([clustered_p(one, losses, of) for one in slices])
    q = q_values([float(one) for one in p])
    return tuple(
        Confirmation(
            rows=(rows := int(np.count_nonzero(one))),
            errors=round(float(losses[one].sum())) if judged else None,
            rate=float(losses[one].mean()) if rows else None,
            ci=_interval(losses[one], None if clusters is None else of[one], judged, level),
            p_value=float(chance),
            q_value=float(adjusted if adjusted is not None else 1.0),
        )
        for one, chance, adjusted in zip(slices, p, q, strict=True)
    )


def clustered_p(inside: NDArray[np.bool_], losses: NDArray[np.float64], clusters: NDArray[np.int64]) -> float:
    """The chance of as large a loss in a slice if losses, all that one cluster has of them, had nothing to do with it.

    Of t = Σ u / √(Σ u² K / (K − 1)) with K − 1 degrees of freedom, where u is a cluster's sum of (in the slice − share
    of the slice)(loss − mean loss), over K clusters: the score test of a difference, its variance between clusters.
    """
    if not inside.any() or inside.all():
        return 1.0
    u = np.bincount(clusters, (inside - inside.mean()) * (losses - losses.mean()))[np.unique(clusters)]
    if len(u) < 2 or not (u != 0).any():
        return 1.0
    t = u.sum() / np.sqrt((u**2).sum() * len(u) / (len(u) - 1))
    return float(stats.t.sf(t, len(u) - 1))


def _interval(
    losses: NDArray[np.float64], clusters: NDArray[np.int64] | None, judged: bool, level: float
) -> Interval | None:
    rows, total = len(losses), float(losses.sum())
    if judged and clusters is None:
        return wilson(total, rows, level)
    if not rows:
        return None
    which = np.arange(rows) if clusters is None else np.unique(clusters, return_inverse=True)[1]
    e, d = np.bincount(which, losses), np.bincount(which).astype(np.float64)
    sums = RatioSums(n=len(e), e=total, d=float(rows), ee=float(e @ e), ed=float(e @ d), dd=float(d @ d))
    if not judged:
        return linearised(sums, ANY, level)[0]
    rate, error = total / rows, ratio_error(sums)
    effective = rate * (1 - rate) / error**2 if error else effective_rows(sums)
    return wilson(rate * min(effective, rows), min(effective, rows), level)
