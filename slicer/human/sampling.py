"""How many rows people must be asked about for the human level to be known well enough."""

from __future__ import annotations

import math

from slicer.metrics.estimate import RANKED_FROM, WIDE
from slicer.metrics.intervals import z_value


def rows_to_measure(expected: float | None, half_width: float = WIDE, level: float = 0.95) -> int:
    """Rows on which a human level is known to within a half width, at least the 30 from which it is ranked.

    Wilson's interval of n rows of which the share p is right has the half width z √(np(1 - p) + z²/4) / (n + z²);
    the smallest n whose half width is no more than the one asked for.

    Args:
        expected: The level that is expected, in [0, 1]; None takes 0.5, where the most rows are needed.
        half_width: What is allowed on either side, above 0: 0.1 is 10 points.
        level: Two-sided coverage, in (0, 1).

    Source:
        E. B. Wilson (1927), solved for n: with N = n + z² it is a quadratic equation. The usual formula,
        z² p(1 - p) / h², gives up to z² rows more or less and too few near 0 and 1.

    >>> rows_to_measure(0.9), rows_to_measure(None), rows_to_measure(0.9, half_width=0.05)
    (37, 93, 141)
    """
    z, p = z_value(level), 0.5 if expected is None else expected
    spread, square = p * (1 - p), half_width * half_width
    wanted = z * z * (spread + math.sqrt(spread * spread + square * (1 - 4 * spread))) / (2 * square)
    return max(RANKED_FROM, math.ceil(wanted - z * z - 1e-9))
