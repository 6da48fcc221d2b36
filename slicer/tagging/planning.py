"""How many rows to read: for an interval of a given width, and to halve one."""

from __future__ import annotations

import math

from slicer.metrics.intervals import z_value
from slicer.tagging.review import Review, share_interval


def rows_to_read(half_width: float, share: float = 0.5, size: int | None = None, level: float = 0.95) -> int:
    """Rows of a random sample that give a share to within a half width, by the usual formula z² p (1 - p) / h².

    Args:
        half_width: What is allowed on either side: 0.1 is 10 points.
        share: The share that is expected; at one half the most rows are needed.
        size: Rows of the population; endless if None.

    >>> rows_to_read(0.1), rows_to_read(0.05), rows_to_read(0.1, size=240)
    (97, 385, 69)
    """
    rows = z_value(level) ** 2 * share * (1 - share) / half_width**2
    if size is not None:
        rows = rows * size / (rows + size - 1)
    return math.ceil(rows - 1e-9)


def more_to_halve(review: Review, level: float = 0.95) -> int | None:
    """How many more rows of a random sample make the interval half as wide, if the share stays the same; None where
    the rows were not drawn at random, or all are read.

    >>> more_to_halve(Review.simple(12, 100, 974)), more_to_halve(Review.simple(12, 100, 240))
    (205, 78)
    """
    if review.design != "random" or not review.known:
        return None
    size, read, share = review.size, review.read, review.share or 0.0
    wanted = _width(share, read, size, level) / 2
    low, high = read, size  # at size nothing is left to chance
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _width(share, middle, size, level) <= wanted else (middle, high)
    return high - read


def _width(share: float, read: int, size: int, level: float) -> float:
    ends = share_interval(share * read, read, size, level)
    return 0.0 if ends is None else ends[1] - ends[0]
