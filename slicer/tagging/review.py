"""A review: how many rows of a population were read, how they were chosen, and how many carry a tag."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import stats

from slicer.metrics.estimate import Estimate, estimate
from slicer.metrics.intervals import Interval, wilson

Design = Literal["all", "random", "stratified", "convenience", "none"]
"""Every row was read; a simple random sample of them; one of each stratum; rows somebody chose; no row at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stratum:
    """A part of the population, and a simple random sample of it that was read."""

    size: int
    """Rows of the population in it."""
    read: int
    """Rows read for the tag: they say yes or no."""
    tagged: int
    """Rows read that carry it."""
    name: str = ""
    """What it is called, where there are several."""

    @property
    def share(self) -> float:
        return self.tagged / self.read

    def interval(self, level: float) -> Interval | None:
        """The interval of the share in this stratum."""
        return share_interval(self.tagged, self.read, self.size, level)


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What was read of a population for one tag. One stratum, unless the design is stratified."""

    design: Design
    strata: tuple[Stratum, ...]

    @classmethod
    def simple(cls, tagged: int, read: int, size: int) -> Review:
        """A simple random sample, or all rows.

        >>> Review.simple(12, 240, 240).design
        'all'
        """
        design: Design = "none" if not read else "all" if read >= size else "random"
        return cls(design=design, strata=(Stratum(size=size, read=read, tagged=tagged),))

    @property
    def size(self) -> int:
        """Rows of the population."""
        return sum(one.size for one in self.strata)

    @property
    def read(self) -> int:
        return sum(one.read for one in self.strata)

    @property
    def tagged(self) -> int:
        return sum(one.tagged for one in self.strata)

    @property
    def unread(self) -> tuple[str, ...]:
        """The names of strata of which no row was read: while there are any, nothing is known of the whole."""
        return tuple(one.name for one in self.strata if not one.read)

    @property
    def known(self) -> bool:
        """Whether it says something of rows that nobody read: every stratum has some that were drawn."""
        return self.design in ("all", "random", "stratified") and all(one.read for one in self.strata)

    @property
    def share(self) -> float | None:
        """The share of the population with the tag, each stratum by its size; None where nobody knows."""
        if not self.known:
            return None
        return sum(one.size * one.share for one in self.strata) / self.size

    def interval(self, level: float = 0.95) -> Interval | None:
        """Wilson's interval for a finite population; of several strata on the rows of a simple sample that would know
        the share as well."""
        if self.share is None:
            return None
        if len(self.strata) == 1:
            return self.strata[0].interval(level)
        rows = stratified_rows(self.strata)
        return wilson(self.share * rows, rows, level)

    def estimate(self, level: float = 0.95) -> Estimate:
        """The share with its interval and what to mind."""
        return estimate(
            self.share,
            self.interval(level),
            n=self.size,
            denominator=self.read,
            method="wilson",
            level=level,
            flags=design_flags(self.design),
        )


def design_flags(design: Design) -> tuple[str, ...]:
    """What a reader should know of how rows were chosen, words of `vocabulary.FLAGS`."""
    found = {"all": ("all_read",), "convenience": ("convenience_sample",)}
    return found.get(design, ())


def share_interval(tagged: float, read: float, size: float | None = None, level: float = 0.95) -> Interval | None:
    """The interval of the share of a population with a tag, from a simple random sample of it.

    A sample of a finite population is worth m (E - 1) / (E - m) rows of an endless one, and Wilson's interval takes
    those. Where no row read carries the tag, or all do, the open end is exact instead. Where all rows were read,
    nothing is left to chance in them: then it is the interval of rows like these, that are yet to come.

    Args:
        tagged: Rows read that carry the tag.
        read: Rows read.
        size: Rows of the population; endless if None.

    >>> [round(end, 4) for end in share_interval(12, 100)]
    [0.07, 0.1981]
    >>> [round(end, 4) for end in share_interval(12, 100, 240)]
    [0.0794, 0.1773]
    >>> [round(end, 4) for end in share_interval(0, 100)]
    [0.0, 0.0362]
    """
    if read <= 0:
        return None
    if 0 < tagged < read:
        rows = effective_rows(read, size)
        return wilson(tagged / read * rows, rows, level)
    end = most_unseen(read, size if size is not None and read < size else None, (1 - level) / 2)
    return (0.0, end) if tagged <= 0 else (1 - end, 1.0)


def effective_rows(read: float, size: float | None) -> float:
    """The rows of an endless population that say as much as these of a finite one; all of them where all were read.

    >>> round(effective_rows(100, 240), 2), effective_rows(240, 240)
    (170.71, 240)
    """
    if size is None:
        return read
    return size if read >= size else read * (size - 1) / (size - read)


def most_unseen(read: float, size: float | None = None, chance: float = 0.05) -> float:
    """The largest share of a population that could stay unseen in a sample of it with at least this chance.

    Args:
        chance: 0.05 where a sentence says "at most"; 0.025 for the end of a two-sided interval of 95 %.

    Source:
        J. A. Hanley and A. Lippman-Hand (1983), "If nothing goes wrong, is everything all right?": about 3 / read.

    >>> round(most_unseen(100), 4), round(most_unseen(100, 240), 4)
    (0.0295, 0.0208)
    """
    if size is None:
        return float(-math.expm1(math.log(chance) / read))
    total, drawn = int(size), int(read)
    low, high = 0, total - drawn + 1  # the chance falls with the count: still enough at low, too small at high
    while high - low > 1:
        middle = (low + high) // 2
        unseen = float(stats.hypergeom.pmf(0, total, middle, drawn))
        low, high = (middle, high) if unseen >= chance else (low, middle)
    return low / total


def hypergeometric_counts(tagged: int, read: int, size: int, level: float = 0.95) -> tuple[int, int]:
    """The exact interval of how many rows of the population carry the tag: those counts under which a sample at least
    as far off on either side has more than half of what is left of the level. What Wilson's interval comes close to.

    >>> hypergeometric_counts(12, 100, 240)
    (19, 43)
    """
    counts = np.arange(tagged, size - (read - tagged) + 1)
    as_many = stats.hypergeom.sf(tagged - 1, size, counts, read)
    as_few = stats.hypergeom.cdf(tagged, size, counts, read)
    inside = counts[(as_many > (1 - level) / 2) & (as_few > (1 - level) / 2)]
    return int(inside.min()), int(inside.max())


def standard_error(strata: tuple[Stratum, ...]) -> float:
    """The error of a share over strata: √ Σ W² (1 - f) p (1 - p) / (m - 1).

    A stratum in which no row read carries the tag, or each does, would seem to have no spread: half a row is added on
    either side.

    Source:
        W. G. Cochran (1977), Sampling Techniques, 5.9.
    """
    total = sum(one.size for one in strata)
    variance = 0.0
    for one in strata:
        edge = one.tagged in (0, one.read)
        share = (one.tagged + 0.5) / (one.read + 1) if edge else one.share
        left = (one.size / total) ** 2 * (1 - one.read / one.size) if one.size else 0.0
        variance += left * share * (1 - share) / max(one.read - 1, 1)
    return math.sqrt(variance)


def stratified_rows(strata: tuple[Stratum, ...]) -> float:
    """Rows of a simple random sample that would know the share as well: p (1 - p) over its variance."""
    total = sum(one.size for one in strata)
    share = sum(one.size / total * one.share for one in strata)
    if not 0 < share < 1:
        share = sum(one.size / total * (one.tagged + 0.5) / (one.read + 1) for one in strata)
    error = standard_error(strata)
    return share * (1 - share) / error**2 if error > 0 else float(total)
