"""Whether a metric holds a threshold: pass, fail, or not enough rows to say."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from slicer.metrics.estimate import Estimate
from slicer.metrics.intervals import z_value

State = Literal["pass", "fail", "inconclusive"]

LEVEL = 0.90
"""Two-sided, so that a pass and a fail each err in at most 5 % of samples."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """A metric against its threshold."""

    state: State
    """pass where the whole interval is good enough, fail where none of it is, else inconclusive."""
    rows_needed: int | None
    """About how many more rows like these would settle it: 0 where it is settled, None where that cannot be told,
    as where the value is the threshold itself."""


def audit(found: Estimate, threshold: float, *, higher_is_better: bool = True) -> Audit:
    """A metric against its threshold, from its interval: measure it at `LEVEL`.

    Args:
        threshold: The worst value that is good enough.

    Source:
        method.md section 2.7. Wilson's interval leaves out t just where (p - t)² exceeds z² t (1 - t) / n, which is
        solved for n; other intervals are taken to shrink with √n.

    >>> from slicer.metrics.rates import fraction
    >>> audit(fraction(28, 30, LEVEL), 0.9)
    Audit(state='inconclusive', rows_needed=190)
    >>> audit(fraction(95, 100, LEVEL), 0.9).state, audit(fraction(75, 100, LEVEL), 0.9).state
    ('pass', 'fail')
    """
    if found.value is None or found.ci is None:
        return Audit(state="inconclusive", rows_needed=None)
    low, high = found.ci
    if low >= threshold if higher_is_better else high <= threshold:
        return Audit(state="pass", rows_needed=0)
    if high < threshold if higher_is_better else low > threshold:
        return Audit(state="fail", rows_needed=0)
    return Audit(state="inconclusive", rows_needed=_rows_needed(found, threshold))


def _rows_needed(found: Estimate, threshold: float) -> int | None:
    assert found.value is not None
    assert found.ci is not None
    apart = found.value - threshold
    if apart == 0:
        return None
    if found.method == "wilson":
        wanted = z_value(found.level) ** 2 * threshold * (1 - threshold) / apart**2
    else:
        half = found.value - found.ci[0] if apart > 0 else found.ci[1] - found.value
        wanted = found.denominator * (half / apart) ** 2
    return max(1, math.ceil(wanted - found.denominator))
