"""What makes a slice worth finding: one scoring function each, and the most that any part of a slice can score.

Every bound is told from the most rows s and the largest sum of losses k that a part can have, and from the largest
loss L of a row. A part of t rows then holds losses of at most min(k, t L), and each score rises with the losses when
the rows stay; so the bound is the highest score over t from the fewest rows a slice may have to s, which lies at one
of the ends or where t L = k. The docstrings say why.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from slicer.discovery.tallies import Floats, Tallies, Whole
from slicer.metrics.intervals import wilson_ends, z_value

NEVER = -np.inf

QUANTILE = z_value(0.8)
"""Of the lower end that slices are put in order by."""


class Objective(Protocol):
    """A score by which slices are found, the highest first."""

    @property
    def above(self) -> float:
        """Only slices that score more are found."""
        ...

    def score(self, mine: Tallies) -> Floats:
        """Of slices."""
        ...

    def bound(self, mine: Tallies) -> Floats:
        """The most that a part of each slice, or the slice itself, can score."""
        ...


@dataclass(frozen=True, slots=True)
class SliceLine:
    """α((mean loss here / mean loss of all) - 1) - (1 - α)(rows of all / rows here - 1) (Sagadeeva and Boehm 2021).

    >>> one = Tallies(np.array([24]), np.array([18.0]), np.array([18.0]))
    >>> SliceLine(Whole(400, 71.0, 71.0, 1.0), least=20).score(one).round(6).tolist()
    [2.280751]
    """

    whole: Whole
    least: int
    """Rows a slice must have."""
    alpha: float = 0.95
    above: float = 0.0

    def score(self, mine: Tallies) -> Floats:
        return self._of(mine.rows.astype(np.float64), mine.losses)

    def bound(self, mine: Tallies) -> Floats:
        """With losses of t L the score is a constant less something over t; with losses of k it is a constant plus
        something over t: either way it only rises or only falls."""
        rows, full = _sizes(mine, self.least, self.whole.largest, mine.rows)
        some = np.minimum(full * self.whole.largest, mine.positive)
        best = np.maximum(self._of(full, some), self._of(rows, np.minimum(rows * self.whole.largest, mine.positive)))
        return np.where(rows >= self.least, best, NEVER)

    def _of(self, rows: Floats, losses: Floats) -> Floats:
        if self.whole.mean <= 0:
            return np.full(len(rows), NEVER)
        there = np.maximum(rows, 1.0)
        found = (self.alpha / self.whole.mean * losses - (1 - self.alpha) * self.whole.rows) / there + (
            1 - 2 * self.alpha
        )
        return np.where(rows > 0, found, NEVER)


@dataclass(frozen=True, slots=True)
class Potential:
    """The lower end of what the overall rate would gain if a slice were as good as the rest: share × (error rate here -
    error rate of the rest), by Newcombe's interval at the given quantile on the gap.

    A slice of more than half of the rows is not scored: it is what most rows are, and says what its opposite says.
    """

    whole: Whole
    least: int
    quantile: float = QUANTILE
    above: float = 0.0

    def score(self, mine: Tallies) -> Floats:
        return np.where(2 * mine.rows <= self.whole.rows, self.lower(mine, self.quantile), NEVER)

    def lower(self, mine: Tallies, quantile: float) -> Floats:
        """The lower end at this normal quantile."""
        rows, outside = mine.rows.astype(np.float64), self.whole.rows - mine.rows.astype(np.float64)
        here, _ = wilson_ends(mine.losses, rows, quantile)
        _, rest = wilson_ends(self.whole.losses - mine.losses, outside, quantile)
        rate, other = _over(mine.losses, rows), _over(self.whole.losses - mine.losses, outside)
        gap = (rate - other) - np.sqrt((rate - here) ** 2 + (rest - other) ** 2)
        return np.where((rows > 0) & (outside > 0), rows / max(1, self.whole.rows) * gap, NEVER)

    def value(self, mine: Tallies) -> Floats:
        """Share × gap, which those chosen because it is large are too optimistic of."""
        return _value(self.whole, mine)

    def bound(self, mine: Tallies) -> Floats:
        """What Newcombe's lower end is at most: Wilson's lower end for the slice less the plain rate of the rest.

        Of t rows with k errors, of N with K, that is h = λ - t (K - k)/(N - t) in rows, with λ = t × Wilson's lower
        end, the smaller root of (k - λ)² = z² λ (1 - λ/t). More errors raise Newcombe's lower end. With k given, more
        rows lower λ (the right side rises, and the left falls up to λ = k) and raise t (K - k)/(N - t): h falls. With
        k = t, all rows wrong, h = t²/(t + z²) - t (K - t)/(N - t) has the slope N (N - K)/(N - t)² - z⁴/(t + z²)²,
        which rises: h is highest at one of the ends.
        """
        half = np.minimum(mine.rows, self.whole.rows // 2)
        rows, full = _sizes(mine, self.least, 1.0, half)
        found = np.maximum(self._most(full, mine.positive), self._most(np.full_like(full, self.least), mine.positive))
        return np.where(rows >= self.least, found / max(1, self.whole.rows), NEVER)

    def _most(self, rows: Floats, positive: Floats) -> Floats:
        errors = np.minimum(rows, positive)
        low, _ = wilson_ends(errors, rows, self.quantile)
        outside = np.maximum(self.whole.rows - rows, 1.0)
        return rows * (low - (self.whole.losses - errors) / outside)


@dataclass(frozen=True, slots=True)
class MeanPotential:
    """The lower end of what the overall mean would gain if the mean loss of a slice were that of the rest, where losses
    are any numbers: share × (mean here - mean of the rest), less the quantile times its standard error if the losses
    had been dealt to the rows at random.

    As with `Potential`, a slice of more than half of the rows is not scored.
    """

    whole: Whole
    least: int
    quantile: float = QUANTILE
    above: float = 0.0

    def score(self, mine: Tallies) -> Floats:
        return np.where(2 * mine.rows <= self.whole.rows, self.lower(mine, self.quantile), NEVER)

    def lower(self, mine: Tallies, quantile: float) -> Floats:
        """The lower end at this normal quantile."""
        return self._of(mine.rows.astype(np.float64), mine.losses, quantile)

    def value(self, mine: Tallies) -> Floats:
        """Share × gap."""
        return _value(self.whole, mine)

    def bound(self, mine: Tallies) -> Floats:
        """Over r = t/(N - t), which rises with t, the score is k/N + r (k - K)/N - c √r, with c = z √(v/(N - 1)).

        With losses of k that falls in r, or k > K and it is convex in √r; with losses of t L it is r (L - μ) - c √r,
        convex in √r where L ≥ μ and falling where not. So it is highest at one of the ends.
        """
        half = np.minimum(mine.rows, self.whole.rows // 2)
        rows, full = _sizes(mine, self.least, self.whole.largest, half)
        scores = [
            self._of(size, np.minimum(size * self.whole.largest, mine.positive), self.quantile)
            for size in (np.full_like(rows, float(self.least)), full, rows)
        ]
        return np.where(rows >= self.least, np.maximum.reduce(scores), NEVER)

    def _of(self, rows: Floats, losses: Floats, quantile: float) -> Floats:
        outside = self.whole.rows - rows
        within = (rows > 0) & (outside > 0)
        there = np.where(within, outside, 1.0)
        error = np.sqrt(np.maximum(rows, 0.0) * self.whole.variance / (max(1, self.whole.rows - 1) * there))
        return np.where(within, (losses - rows * self.whole.mean) / there - quantile * error, NEVER)


@dataclass(frozen=True, slots=True)
class Worsening:
    """The lower end of what the overall rate loses in a slice against another run: (newly wrong - newly right) over all
    rows, less the quantile times its standard error if each change had been as likely the other way round (McNemar).

    As with `Potential`, a slice of more than half of the rows is not scored.

    >>> one = Tallies(np.array([90]), np.array([15.0]), np.array([20.0]))
    >>> by = Worsening(Whole(200, 10.0, 60.0, 1.0), least=20)
    >>> by.value(one).tolist(), by.lower(one, 2.0).tolist()
    ([0.075], [0.025])
    """

    whole: Whole
    least: int
    quantile: float = QUANTILE
    above: float = 0.0

    def score(self, mine: Tallies) -> Floats:
        return np.where(2 * mine.rows <= self.whole.rows, self.lower(mine, self.quantile), NEVER)

    def lower(self, mine: Tallies, quantile: float) -> Floats:
        """The lower end at this normal quantile."""
        changed = 2 * mine.positive - mine.losses
        return (mine.losses - quantile * np.sqrt(changed)) / max(1, self.whole.rows)

    def value(self, mine: Tallies) -> Floats:
        """Newly wrong less newly right, of all rows."""
        return mine.losses / max(1, self.whole.rows)

    def bound(self, mine: Tallies) -> Floats:
        """Everything newly wrong and nothing newly right: k - z √k, which where it is above 0 rises with k."""
        broken = mine.positive
        return np.maximum(broken - self.quantile * np.sqrt(broken), 0.0) / max(1, self.whole.rows)


@dataclass(frozen=True, slots=True)
class Divergence:
    """The rate of an outcome here, or the mean loss, minus that of all rows (Pastor, de Alfaro and Baralis 2021).

    >>> one = Tallies(np.array([24]), np.array([18.0]), np.array([18.0]))
    >>> Divergence(Whole(400, 71.0, 71.0, 1.0), least=20).score(one).tolist()
    [0.5725]
    """

    whole: Whole
    least: int
    above: float = NEVER

    def score(self, mine: Tallies) -> Floats:
        return np.where(mine.rows > 0, _over(mine.losses, mine.rows.astype(np.float64)) - self.whole.mean, NEVER)

    def bound(self, mine: Tallies) -> Floats:
        """The losses of a slice on the fewest rows it may have, none larger than the largest."""
        return np.minimum(self.whole.largest, mine.positive / self.least) - self.whole.mean


def _sizes(mine: Tallies, least: int, largest: float, most: np.ndarray) -> tuple[Floats, Floats]:
    """The most rows of a part, and as many as the largest loss would need for the sum."""
    rows = most.astype(np.float64)
    full = mine.positive / largest if largest > 0 else np.zeros(len(rows))
    return rows, np.minimum(np.maximum(full, least), np.maximum(rows, least))


def _value(whole: Whole, mine: Tallies) -> Floats:
    rows = mine.rows.astype(np.float64)
    rest = _over(whole.losses - mine.losses, whole.rows - rows)
    return rows / max(1, whole.rows) * (_over(mine.losses, rows) - rest)


def _over(sums: Floats, rows: Floats) -> Floats:
    return np.divide(sums, rows, out=np.zeros_like(sums), where=rows > 0)
