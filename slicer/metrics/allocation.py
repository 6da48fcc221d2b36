"""How many rows to read of each stratum."""

from __future__ import annotations

import math
from collections.abc import Sequence

LEAST = 2
"""Rows of a stratum below which nothing is known of how it varies."""


def neyman_shares(sizes: Sequence[int], deviations: Sequence[float], total: float) -> list[float]:
    """How a total is spread over strata by size times standard deviation, in fractions of rows; by size where none
    varies.

    Source:
        J. Neyman, On the Two Different Aspects of the Representative Method, 1934.

    >>> [round(one, 1) for one in neyman_shares([180, 60], [0.06**0.5 * 0.94**0.5, 0.3**0.5 * 0.7**0.5], 100)]
    [60.9, 39.1]
    """
    weights = [size * deviation for size, deviation in zip(sizes, deviations, strict=True)]
    if not any(weights):
        weights = [float(size) for size in sizes]
    return [total * weight / sum(weights) for weight in weights]


def neyman(sizes: Sequence[int], deviations: Sequence[float], total: int, *, least: int = LEAST) -> list[int]:
    """Rows to draw from each stratum so that a share over all of them is known best.

    `neyman_shares` in whole rows, no fewer than `least` and no more than the stratum has.

    Args:
        sizes: Rows of each stratum.
        deviations: The standard deviation within each: √(p(1−p)) of a share p, 0.5 where nothing is known.
        total: Rows to draw; all of them if there are no more.

    Raises:
        ValueError: `total` is too small for `least` rows of each.

    Source:
        J. Neyman, On the Two Different Aspects of the Representative Method, 1934.

    >>> neyman([100, 100, 800], [0.5, 0.5, 0.5], 100)
    [10, 10, 80]
    >>> neyman([100, 100, 800], [0.5, 0.1, 0.1], 100)
    [36, 7, 57]
    """
    floors = [min(least, size) for size in sizes]
    total = min(total, sum(sizes))
    if total < sum(floors):
        raise ValueError(f"{len(sizes)} strata need {sum(floors)} rows")
    weights = [size * deviation for size, deviation in zip(sizes, deviations, strict=True)]
    if not all(weight > 0 for weight in weights):
        weights = [float(size) for size in sizes]

    def shares(scale: float) -> list[float]:
        bounds = zip(weights, floors, sizes, strict=True)
        return [min(float(size), max(float(floor), scale * weight)) for weight, floor, size in bounds]

    low, high = 0.0, total / min(weights, default=1.0) + 1
    for _ in range(200):  # the sum grows with the scale
        middle = (low + high) / 2
        low, high = (middle, high) if sum(shares(middle)) < total else (low, middle)
    exact = shares(high)
    drawn = [math.floor(share + 1e-9) for share in exact]
    by_remainder = sorted(range(len(sizes)), key=lambda place: (drawn[place] - exact[place], -sizes[place], place))
    for place in by_remainder[: total - sum(drawn)]:
        drawn[place] += 1
    return drawn


def deviation_of_shares(counts: Sequence[int], read: int) -> float:
    """The standard deviation of several shares of the rows read, taken together; 0.5 where nothing is known.

    Half a row is added on each side: few rows do not show that a stratum does not vary.

    Args:
        counts: Of the rows read, those with each tag.
        read: Rows read.

    >>> deviation_of_shares([], 0), round(deviation_of_shares([0, 10], 20), 3)
    (0.5, 0.37)
    """
    if not counts or not read:
        return 0.5
    shares = [(one + 0.5) / (read + 1) for one in counts]
    return math.sqrt(sum(p * (1 - p) for p in shares) / len(shares))
