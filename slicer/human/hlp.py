"""Human-level performance (HLP) of a slice: given, measured, or inherited, in a fixed order.

given          a number for this very slice
paired         human labels on at least 30 of its rows,
leave_one_out  or several people on at least 30 items, each held against the others,
other_sample   or human labels on at least 30 other rows of its kind
shrunk         1 to 29 of them: pulled towards the larger group
parent         the nearest larger slice that has one
overall        all rows
ceiling        nobody knows: as if every error could be fixed
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from slicer.human.paired import paired_people
from slicer.metrics.counts import SliceCounts
from slicer.metrics.estimate import RANKED_FROM
from slicer.metrics.intervals import Interval, beta_interval, wilson
from slicer.slices import Slice

SHRINK = 20.0
"""How many rows of the larger group a small sample is mixed with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenHlp:
    """A human level as a person gave it."""

    value: float
    n: int | None = None
    """Human labels behind it."""
    ci: Interval | None = None

    def interval(self, level: float, *, rate: bool = True) -> Interval | None:
        """The interval given, else Wilson's from n where it is a rate, else None: a bare number."""
        if self.ci is not None:
            return self.ci
        return wilson(self.value * self.n, self.n, level) if self.n and rate else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hlp:
    """The human level of one slice, on the metric of the table."""

    value: float
    source: str
    """A word of `vocabulary.HLP_SOURCES`."""
    n: int | None
    """Human labels behind it; None where nobody said."""
    ci: Interval | None
    shrunk_counts: tuple[float, float] | None = None
    """The pseudo counts (right, wrong) of a shrunk level."""
    truth_is_human: bool = False
    """Whether what it is held against is itself a person's label."""

    @property
    def inherited(self) -> bool:
        return self.source in ("parent", "overall", "ceiling")

    @property
    def flags(self) -> tuple[str, ...]:
        """What a reader should know about it, words of `vocabulary.FLAGS`."""
        found: tuple[str, ...] = ("hlp_inherited",) if self.inherited else ()
        found += ("hlp_shrunk",) if self.source == "shrunk" else ()
        found += ("hlp_no_uncertainty",) if self.ci is None and self.source not in ("ceiling", "paired") else ()
        return found + (("truth_is_human",) if self.truth_is_human else ())

    def to_dict(self) -> dict[str, Any]:
        return {
            "value": self.value,
            "source": self.source,
            "n": self.n,
            "ci": None if self.ci is None else list(self.ci),
            "inherited": self.inherited,
        }


CEILING = Hlp(value=1.0, source="ceiling", n=None, ci=None)


def shrink(right: float, n: int, parent: float, level: float = 0.95) -> Hlp:
    """The level of a few human labels, mixed with the larger group's.

    Where all of both are right, or none is, half a row is added to either side for interval and draws: what never
    failed in the sample is not certain.

    >>> round(shrink(7, 8, 0.93).value, 4)
    0.9143
    """
    counts = right + SHRINK * parent, n - right + SHRINK * (1 - parent)
    value = counts[0] / (n + SHRINK)
    if min(counts) <= 0:
        counts = counts[0] + 0.5, counts[1] + 0.5
    low, high = beta_interval(*counts, level)
    ci = min(low, value), max(high, value)
    return Hlp(value=value, source="shrunk", n=n, ci=ci, shrunk_counts=counts)


def shrink_number(own: Hlp, parent: float) -> Hlp:
    """The level of a few human scores, mixed with the larger group's; its interval is its own part's.

    >>> few = Hlp(value=2.0, source="paired", n=20, ci=(1.0, 3.0))
    >>> shrink_number(few, 3.0).value, shrink_number(few, 3.0).ci
    (2.5, (2.0, 3.0))
    """
    part = (own.n or 0) / ((own.n or 0) + SHRINK)
    ends = None if own.ci is None else tuple(part * end + (1 - part) * parent for end in own.ci)
    return Hlp(value=part * own.value + (1 - part) * parent, source="shrunk", n=own.n,
               ci=None if ends is None else (ends[0], ends[1]))  # fmt: skip


@dataclass(frozen=True, slots=True)
class HlpBook:
    """Everything known about human level in one ranking.

    Args:
        given: By slice; `Slice()` is all rows.
        counts: The counted slices, all rows among them under `Slice()`.
        measured: By slice, a level measured without a human label beside the truth: leave-one-out, or another
            sample. It steps in where its slice has fewer than 30 paired labels and it has more.
        rate: Whether the metric is a rate that could reach 1; else no ceiling is known.
    """

    given: Mapping[Slice, GivenHlp]
    counts: Mapping[Slice, SliceCounts]
    level: float = 0.95
    measured: Mapping[Slice, Hlp] = field(default_factory=dict)
    rate: bool = True

    def resolve(self, slice_: Slice) -> Hlp | None:
        """The human level of a slice by the fixed order; None where none is known and there is no ceiling."""
        if slice_ in self.given:
            return self._given(slice_, "given")
        own = self._measured(slice_)
        if own is not None and own.n is not None and own.n >= RANKED_FROM:
            return own
        larger = self._larger(slice_)
        if own is None or not own.n:
            return larger or (CEILING if self.rate else None)
        if larger is None:
            return own
        if not self.rate:
            return shrink_number(own, larger.value)
        return shrink(own.value * own.n, own.n, larger.value, self.level)

    def _larger(self, slice_: Slice) -> Hlp | None:
        """The level of the nearest larger group that has one."""
        if slice_ == Slice():
            return None
        parents = [
            other
            for other in {*self.given, *self.counts, *self.measured}
            if other not in (slice_, Slice()) and other.contains(slice_) and self._rows(other) >= RANKED_FROM
        ]
        if parents:
            nearest = max(parents, key=lambda other: (len(other.terms), self._rows(other), str(other)))
            return self._known(nearest, "parent")
        return self._known(Slice(), "overall")

    def _known(self, slice_: Slice, source: str) -> Hlp | None:
        if slice_ in self.given:
            return self._given(slice_, source)
        own = self._measured(slice_)
        return None if own is None else replace(own, source=source)

    def _rows(self, slice_: Slice) -> float:
        """Human labels behind a slice; a given number outranks any sample."""
        if slice_ in self.given:
            return float("inf")
        own = self._measured(slice_)
        return 0 if own is None else own.n or 0

    def _given(self, slice_: Slice, source: str) -> Hlp:
        given = self.given[slice_]
        return Hlp(value=given.value, source=source, n=given.n, ci=given.interval(self.level, rate=self.rate))

    def _measured(self, slice_: Slice) -> Hlp | None:
        """The level of the slice's own human labels; paired ones first, unless they are few and others are more."""
        counts, other = self.counts.get(slice_), self.measured.get(slice_)
        paired = None if counts is None else counts.paired
        mine = 0 if paired is None else paired.n
        if other is not None and mine < RANKED_FROM and mine < (other.n or 0):
            return other
        if paired is None or not paired.n:
            return None
        ci = paired_people(paired, self.level).ci
        return Hlp(value=paired.human_right / paired.size, source="paired", n=paired.n, ci=ci)
