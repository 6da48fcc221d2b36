"""The human level of a score or a ratio: a column of human scores, on the same rows or on others."""

from __future__ import annotations

from slicer.human.undefined import Answer, Undefined
from slicer.metrics.estimate import RANKED_FROM, estimate
from slicer.metrics.intervals import t_value
from slicer.metrics.means import ratio_error
from slicer.metrics.moments import RatioSums


def human_score(sums: RatioSums, level: float = 0.95) -> Answer:
    """The mean of a human score, or people's errors over units, as the model's own is measured.

    Args:
        sums: Σe, Σd of the human column; a mean has d = 1 on every row (`Moments.ratio`).

    >>> found = human_score(RatioSums(n=4, e=10.0, d=4.0, ee=30.0, ed=10.0, dd=4.0))
    >>> found.value, [round(end, 3) for end in found.ci], found.method
    (2.5, [0.446, 4.554], 't')
    """
    return _ratio(sums, 1, "No row here has a human score.", level)


def paired_score_gap(difference: RatioSums, higher_is_better: bool = True, level: float = 0.95) -> Answer:
    """The gap where people and model are scored on the same rows; positive where people are better.

    On the same rows and units the difference of two ratios is the ratio of the differences, so its interval is
    that of one ratio, and no narrower or wider for what both have in common.

    Args:
        difference: e is the human number minus the model's on a row, d its units (1 for a mean).

    >>> paired_score_gap(RatioSums(n=3, e=-3.0, d=30.0, ee=5.0, ed=-31.0, dd=302.0), higher_is_better=False).value
    0.1
    """
    sign = 1 if higher_is_better else -1
    return _ratio(difference, sign, "No row here has both a human score and the model's.", level)


def _ratio(sums: RatioSums, sign: int, nothing: str, level: float) -> Answer:
    if not sums.n or sums.d <= 0:
        return Undefined(reason=nothing)
    value = sums.e / sums.d
    method = "t" if sums.ed == sums.e and sums.dd == sums.d else "ratio"
    ci, error = None, ratio_error(sums)
    if error:
        half = t_value(level, sums.n - 1) * error
        ci = sign * value - half, sign * value + half
    flags = ("small_n",) if sums.n < RANKED_FROM else ()
    return estimate(sign * value, ci, n=sums.n, denominator=sums.d, method=method, level=level, flags=flags)
