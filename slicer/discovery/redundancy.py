"""Slices that say the same: a part that explains the whole, the same rows twice, the same errors twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from slicer.discovery.significance import moments_z

WORSE_INSIDE = 1.96
"""z of a part inside the slice it is a part of, from which it says more than that slice."""

STILL_WORSE = 1.645
"""z of what remains of a slice without a part, below which the part alone makes it worse than the rest."""

SAME_ROWS = 0.95
SAME_ERRORS = 0.5
"""Jaccard indices from which two slices are the same rows, or about the same errors."""

Verdict = Literal["both", "part", "whole"]


@dataclass(frozen=True, slots=True)
class Tally:
    """Rows and errors of a slice; against another run, those newly wrong and those newly right."""

    rows: int
    errors: int
    fixed: int = 0

    def without(self, part: Tally) -> Tally:
        """What remains when the rows of a part are left out."""
        return Tally(self.rows - part.rows, self.errors - part.errors, self.fixed - part.fixed)

    @property
    def net(self) -> int:
        return self.errors - self.fixed

    @property
    def variance(self) -> float:
        """Of a row's 1, -1 or 0."""
        return (self.errors + self.fixed) / self.rows - (self.net / self.rows) ** 2 if self.rows else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Nested:
    """A slice with one condition more beside the slice without it."""

    z_inside: float
    """Of the part among the rows of the whole."""
    z_remaining: float
    """Of what remains of the whole against the rows outside of it."""

    @property
    def verdict(self) -> Verdict:
        """Which of the two says something: the part only where it is worse than the whole it lies in, and then the
        whole only where it is worse than the rest without the part."""
        if self.z_inside < WORSE_INSIDE:
            return "whole"
        return "part" if self.z_remaining < STILL_WORSE else "both"


def nested(part: Tally, whole: Tally, everything: Tally) -> Nested:
    """What a part says beside the slice it lies in, by the permutation z of errors.

    >>> found = nested(Tally(24, 18), Tally(84, 28), Tally(400, 71))
    >>> round(found.z_inside, 3), round(found.z_remaining, 3), found.verdict
    (5.093, 0.623, 'part')
    """
    return Nested(z_inside=_z(part, whole), z_remaining=_z(whole.without(part), everything.without(part)))


def echoes(mine: Tally, both: Tally, better: Tally, everything: Tally) -> bool:
    """Whether a slice is worse than the rest only for the rows it has in common with a better one: outside of that one
    it is no worse than all other rows there.

    Args:
        mine, better: The two slices.
        both: What they have in common.

    >>> better, everything = Tally(24, 18), Tally(400, 71)
    >>> echoes(Tally(84, 28), Tally(24, 18), better, everything), echoes(Tally(84, 28), Tally(6, 4), better, everything)
    (True, False)
    """
    return 0 < both.rows < mine.rows and _z(mine.without(both), everything.without(better)) < STILL_WORSE


def _z(part: Tally, whole: Tally) -> float:
    z = moments_z(np.array([part.net]), np.array([part.rows]), whole.rows, float(whole.net), whole.variance)
    return float(z[0])


def jaccard(one: NDArray[np.bool_], other: NDArray[np.bool_]) -> float:
    """Rows in both over rows in either; 0 where there are none.

    >>> jaccard(np.array([True, True, False]), np.array([False, True, True]))
    0.3333333333333333
    """
    either = np.count_nonzero(one | other)
    return float(np.count_nonzero(one & other) / either) if either else 0.0


def diverse(errors: Sequence[NDArray[np.bool_]], worth: Sequence[float], *, most: int = 10) -> list[int]:
    """Which slices to show together: what adds most first, none that shares its errors with one chosen before.

    Each slice is worth its own number, spread over its errors; an error that lies in several is worth most of what
    they say of it, and counts once (the max rule of overlapping slices).

    Args:
        errors: The errors in each slice, over the same rows.
        worth: Of each slice alone, in any unit.
        most: How many to choose.

    Returns:
        Places in the order chosen; slices that add nothing are left out.

    >>> rows = np.array([[1, 1, 1, 0, 0], [1, 1, 0, 0, 0], [0, 0, 0, 1, 1]], dtype=bool)
    >>> diverse(list(rows), [3.0, 1.9, 1.0])
    [0, 2]
    """
    each = [value / max(1, int(np.count_nonzero(mask))) for value, mask in zip(worth, errors, strict=True)]
    covered = np.zeros(len(errors[0]) if errors else 0)
    chosen: list[int] = []
    left = list(range(len(errors)))
    while left and len(chosen) < most:
        gains = [float(np.maximum(each[one] - covered[errors[one]], 0).sum()) for one in left]
        best = int(np.argmax(gains))
        if gains[best] <= 0:
            break
        taken = left.pop(best)
        chosen.append(taken)
        covered[errors[taken]] = np.maximum(covered[errors[taken]], each[taken])
        left = [one for one in left if jaccard(errors[one], errors[taken]) <= SAME_ERRORS]
    return chosen
