"""What slices that share errors are worth together: alone, shared among them, and one after the other.

Work on a slice wins back a part of each of its errors, rho. An error in several of the slices worked on is won back to
the largest of their parts, never twice: V(T) = 1/N x the sum over errors of the largest rho among the slices of T they
are in. V of one slice is its potential; one more slice never lowers V, and adds less the more are there already.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

Array = np.ndarray

NOWHERE = -1
"""In no slice of a family."""

AT_ONCE = 100_000
"""Signatures that are sorted at once."""

SETTLED = 1e-10
"""Gains below this part of all there is to lose are rounding."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Signatures:
    """Errors, grouped by the slices they are in."""

    members: Array
    """Shape (signatures, families): the place of the slice of each family they are in, or `NOWHERE`. A family holds
    slices that exclude each other, and a slice is in one family."""
    loss: Array
    """What the errors of each signature count: how many they are, or their weights."""

    def lost(self, slices: int) -> Array:
        """The loss inside each slice."""
        total = np.zeros(slices)
        for family in self.members.T:
            there = family >= 0
            total += np.bincount(family[there], weights=self.loss[there], minlength=slices)
        return total


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Overlap:
    """What each slice is worth beside the others, in the unit of the overall metric."""

    alone: Array
    """If nothing else is done."""
    shared: Array
    """Its fair part of what all are worth together: the Shapley value of V. They add up to `joint`."""
    next_best: Array
    """What it adds if those before it in `order` are done."""
    cumulative: Array
    """What it and those before it are worth together."""
    order: tuple[int, ...]
    """Which to take first, second and so on, each the one that adds most."""
    joint: float
    """What all of them are worth together."""


def overlap(signatures: Signatures, recoverable: Array | None, total: float, slices: int = 0) -> Overlap:
    """The worth of slices that may share errors.

    Args:
        signatures: Where the errors are.
        recoverable: How much of each slice's loss can be won back, better slices first: among equal gains the first is
            taken. With None all of it can: then it is a question of which errors a slice holds.
        total: What the overall metric is divided by.
        slices: How many there are, where all of their loss can be won back.

    Source:
        S. C. Littlechild and G. Owen (1973), "A simple expression for the Shapley value in a special case": an error
        is their airport, the parts won back its landing strips.

    >>> errors = Signatures(members=np.array([[0, 1], [0, -1], [-1, 1]]), loss=np.array([10.0, 30.0, 20.0]))
    >>> found = overlap(errors, np.array([30.0, 15.0]), 1000)
    >>> found.alone.round(4).tolist(), found.shared.round(4).tolist(), round(found.joint, 4)
    ([0.03, 0.015], [0.0275, 0.0125], 0.04)
    """
    slices = slices if recoverable is None else len(recoverable)
    lost = signatures.lost(slices)
    part = np.divide(lost if recoverable is None else recoverable, lost, out=np.zeros(slices), where=lost > 0)
    part = np.clip(part, 0.0, 1.0)
    order, gains = _one_after_the_other(signatures, part)
    next_best, cumulative = np.zeros(slices), np.zeros(slices)
    next_best[order], cumulative[order] = gains, np.cumsum(gains)
    shared = _shapley(signatures, part)
    return Overlap(
        alone=part * lost / total,
        shared=shared / total,
        next_best=next_best / total,
        cumulative=cumulative / total,
        order=tuple(order),
        joint=float(shared.sum()) / total,
    )


def _shapley(signatures: Signatures, part: Array) -> Array:
    """The Shapley value, signature by signature.

    With its slices sorted by part, the k-th receives the sum over j <= k of (part_j - part_{j-1}) / (slices from j on).
    """
    order = np.argsort(part, kind="stable")
    place = np.zeros(len(part) + 1, dtype=signatures.members.dtype)  # 0, the last, is that of `NOWHERE`
    place[order] = np.arange(1, len(part) + 1)
    parts, found = np.append(0.0, part[order]), np.zeros(len(part) + 1)
    players = np.arange(signatures.members.shape[1], 0, -1)
    for start in range(0, len(signatures.loss), AT_ONCE):
        members, loss = signatures.members[start : start + AT_ONCE], signatures.loss[start : start + AT_ONCE]
        receiver = np.sort(place[members], axis=1)
        steps = np.diff(parts[receiver], axis=1, prepend=0.0)
        owed = np.cumsum(steps / players, axis=1) * loss[:, None]
        found += np.bincount(receiver.ravel(), weights=owed.ravel(), minlength=len(found))
    return found[place[:-1]]


def _one_after_the_other(signatures: Signatures, part: Array) -> tuple[list[int], list[float]]:
    """The slices in the order in which each adds most, and what it adds.

    What the others would add is kept up to date: only the errors that are won back further change it.
    """
    members, loss, slices = np.asfortranarray(signatures.members), signatures.loss, len(part)
    parts, won = np.append(part, 0.0), np.zeros(len(loss))
    family = np.zeros(slices, dtype=np.intp)
    for place, column in enumerate(members.T):
        family[np.unique(column[column >= 0])] = place
    adds, floor = signatures.lost(slices) * part, SETTLED * float(loss.sum())
    order: list[int] = []
    gains: list[float] = []
    while adds.max(initial=0.0) > floor:
        one = int(np.argmax(adds > adds.max() - floor))
        lines = np.flatnonzero((members[:, family[one]] == one) & (won < part[one]))
        before = won[lines, None]
        order.append(one)
        gains.append(float(loss[lines] @ (part[one] - before[:, 0])))
        others = signatures.members[lines]
        could = parts[others]
        lower = np.maximum(could - before, 0.0) - np.maximum(could - part[one], 0.0)
        there = others >= 0
        adds -= np.bincount(others[there], weights=(lower * loss[lines, None])[there], minlength=slices)
        won[lines], adds[one] = part[one], 0.0
    last = [one for one in range(slices) if one not in {*order}]
    return order + last, gains + [0.0] * len(last)
