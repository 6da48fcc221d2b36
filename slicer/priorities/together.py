"""What slices are worth together where worth is no sum over rows: taken anew for every set of them that matters."""

from __future__ import annotations

from collections.abc import Callable
from math import factorial

import numpy as np

from slicer.priorities.overlap import Overlap

Array = np.ndarray

FEW = 8
"""Slices up to which every set of them is taken; above, so many orders are drawn."""

ORDERS = 500
"""Orders that are drawn."""

AT_ONCE = 4096
"""Sets that are taken at once."""


def together(worth: Callable[[Array], Array], slices: int, seed: int = 0) -> Overlap:
    """The worth of slices alone, shared out, and one after the other.

    Args:
        worth: From sets of slices, shape (sets, slices), to what each is worth, shape (sets,); nothing is worth 0.
        slices: How many there are.
        seed: Of the orders.

    Returns:
        Shared out by Shapley's value: exact up to `FEW` slices, else the mean over `ORDERS` orders and their reverse.
        Either adds up to what all are worth together.

    Source:
        L. S. Shapley (1953), "A value for n-person games"; R. Mitchell and others (2022), "Sampling permutations for
        Shapley value estimation": an order and its reverse.

    >>> found = together(lambda sets: np.sqrt(sets @ np.array([9.0, 16.0])), 2)
    >>> found.alone.tolist(), found.shared.tolist(), found.next_best.tolist(), found.joint
    ([3.0, 4.0], [2.0, 3.0], [1.0, 4.0], 5.0)
    """
    if not slices:
        nothing = np.zeros(0)
        return Overlap(alone=nothing, shared=nothing, next_best=nothing, cumulative=nothing, order=(), joint=0.0)
    alone = _taken(worth, np.eye(slices, dtype=bool))
    order, cumulative_by_step = _one_after_the_other(worth, slices)
    next_best, cumulative = np.zeros(slices), np.zeros(slices)
    cumulative[order], next_best[order] = cumulative_by_step, np.diff(cumulative_by_step, prepend=0.0)
    return Overlap(
        alone=alone,
        shared=_exact(worth, slices) if slices <= FEW else _sampled(worth, slices, seed),
        next_best=next_best,
        cumulative=cumulative,
        order=tuple(order),
        joint=float(cumulative_by_step[-1]),
    )


def _taken(worth: Callable[[Array], Array], sets: Array) -> Array:
    """The worth of many sets, some at a time."""
    return np.concatenate([worth(sets[start : start + AT_ONCE]) for start in range(0, len(sets), AT_ONCE)])


def _one_after_the_other(worth: Callable[[Array], Array], slices: int) -> tuple[list[int], Array]:
    """The slices in the order in which each adds most, and what they are worth so far."""
    done, order, found = np.zeros(slices, dtype=bool), [], []
    for _ in range(slices):
        left = np.flatnonzero(~done)
        values = _taken(worth, done | np.eye(slices, dtype=bool)[left])
        best = int(np.argmax(values >= values.max() - 1e-12))
        order.append(int(left[best]))
        found.append(float(values[best]))
        done[left[best]] = True
    return order, np.array(found)


def _exact(worth: Callable[[Array], Array], slices: int) -> Array:
    sets = (np.arange(2**slices)[:, None] >> np.arange(slices)) & 1 == 1
    values, sizes = _taken(worth, sets), sets.sum(axis=1)
    found = np.zeros(slices)
    for one in range(slices):
        without = np.flatnonzero(~sets[:, one])
        weights = np.array([factorial(int(k)) * factorial(slices - int(k) - 1) for k in sizes[without]])
        found[one] = weights @ (values[without + 2**one] - values[without]) / factorial(slices)
    return found


def _sampled(worth: Callable[[Array], Array], slices: int, seed: int) -> Array:
    random, found = np.random.default_rng(seed), np.zeros(slices)
    for _ in range(ORDERS // 2):
        forth = random.permutation(slices)
        for order in (forth, forth[::-1]):
            place = np.empty(slices, dtype=int)
            place[order] = np.arange(slices)
            values = _taken(worth, place[None, :] <= np.arange(slices)[:, None])
            found[order] += np.diff(values, prepend=0.0)
    return found / (2 * (ORDERS // 2))
