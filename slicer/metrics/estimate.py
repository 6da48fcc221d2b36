"""An estimate: a value that carries what it was divided by and how sure it is."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

from slicer.metrics.intervals import Interval

RANKED_FROM = 30
"""The denominator from which a number is ranked; below it the screen shows counts."""

WIDE = 0.10
"""Half-width of an interval from which it is flagged, in units of a rate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A number on a slice. `value` is None where there is no answer, never 0."""

    value: float | None
    n: int
    """Rows of the slice that count."""
    denominator: float
    """What was divided by: true rows for a recall, predicted rows for a precision."""
    ci: Interval | None
    method: str | None
    """How the interval was made, a word of `vocabulary.METHODS`."""
    level: float = 0.95
    flags: tuple[str, ...] = ()
    """Words of `vocabulary.FLAGS`."""

    @property
    def numerator(self) -> float | None:
        """value x denominator: the counts to show instead of a rate on few rows."""
        return None if self.value is None else self.value * self.denominator

    @property
    def low_support(self) -> bool:
        return "low_support" in self.flags

    def flagged(self, *flags: str) -> Estimate:
        """The same estimate with more flags."""
        return replace(self, flags=(*self.flags, *(flag for flag in flags if flag not in self.flags)))

    def to_dict(self) -> dict[str, Any]:
        """The estimate of the JSON contract."""
        return {**asdict(self), "ci": None if self.ci is None else list(self.ci), "flags": list(self.flags)}


def estimate(
    value: float | None,
    ci: Interval | None,
    *,
    n: int,
    denominator: float,
    method: str,
    level: float,
    flags: tuple[str, ...] = (),
    rate: bool = True,
) -> Estimate:
    """An estimate with the flags that follow from its own numbers.

    Args:
        rate: Whether the value is a fraction, whose interval can be called wide.

    >>> estimate(0.5, (0.09, 0.91), n=4, denominator=4, method="wilson", level=0.95).flags
    ('low_support', 'wide_ci')
    """
    if value is None:
        own: tuple[str, ...] = ("undefined",)
        return Estimate(value=None, n=n, denominator=denominator, ci=None, method=None, level=level, flags=own + flags)
    own = ("low_support",) if denominator < RANKED_FROM else ()
    own += ("wide_ci",) if rate and ci is not None and ci[1] - ci[0] > 2 * WIDE else ()
    return Estimate(
        value=value,
        n=n,
        denominator=denominator,
        ci=ci,
        method=method if ci else None,
        level=level,
        flags=own + flags,
    )
