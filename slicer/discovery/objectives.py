"""What makes a slice worth finding: one scoring function each, and the most that any part of a slice can score."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from slicer.discovery.tallies import Floats, Tallies, Whole
from slicer.metrics.intervals import z_value

NEVER = -np.inf


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

    >>> one = Tallies(np.array([24]), np.array([18.0]), np.array([18.0]), np.array([1.0]))
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
        """The highest score among parts of σ rows, of as many rows as the largest loss would need for the sum, and of
        all rows; the score is monotone between."""
        rows, largest = mine.rows.astype(np.float64), mine.largest
        full = np.divide(mine.losses, largest, out=np.zeros_like(mine.losses), where=largest > 0)
        sizes = [np.full_like(rows, float(self.least)), np.clip(full, self.least, np.maximum(rows, self.least)), rows]
        scores = [self._of(size, np.minimum(size * largest, mine.losses)) for size in sizes]
        return np.where(rows >= self.least, np.maximum.reduce(scores), NEVER)

    def _of(self, rows: Floats, losses: Floats) -> Floats:
        if self.whole.mean <= 0:
            return np.full(len(rows), NEVER)
        with np.errstate(divide="ignore", invalid="ignore"):
            found = self.alpha * (losses / rows / self.whole.mean - 1) - (1 - self.alpha) * (self.whole.rows / rows - 1)
        return np.where(rows > 0, found, NEVER)


@dataclass(frozen=True, slots=True)
class Potential:
    """The lower end of what the overall rate would gain if a slice were as good as the rest: share × (error rate here -
    error rate of the rest), by Newcombe's interval at the given level on the gap.

    A slice of more than half of the rows is not scored: it is what most rows are, and says what its opposite says.
    """

    whole: Whole
    least: int
    level: float = 0.8
    above: float = 0.0

    def score(self, mine: Tallies) -> Floats:
        return np.where(2 * mine.rows <= self.whole.rows, self.lower(mine, z_value(self.level)), NEVER)

    def lower(self, mine: Tallies, quantile: float) -> Floats:
        """The lower end at this normal quantile."""
        rows, outside = mine.rows.astype(np.float64), self.whole.rows - mine.rows.astype(np.float64)
        here, _ = _wilson(mine.losses, rows, quantile)
        _, rest = _wilson(self.whole.losses - mine.losses, outside, quantile)
        rate, other = _over(mine.losses, rows), _over(self.whole.losses - mine.losses, outside)
        gap = (rate - other) - np.sqrt((rate - here) ** 2 + (rest - other) ** 2)
        return np.where((rows > 0) & (outside > 0), rows / max(1, self.whole.rows) * gap, NEVER)

    def value(self, mine: Tallies) -> Floats:
        """Share × gap, which those chosen because it is large are too optimistic of."""
        rows = mine.rows.astype(np.float64)
        rest = _over(self.whole.losses - mine.losses, self.whole.rows - rows)
        return rows / max(1, self.whole.rows) * (_over(mine.losses, rows) - rest)

    def bound(self, mine: Tallies) -> Floats:
        """All errors mended: a part has no more of them."""
        return mine.losses / max(1, self.whole.rows)


@dataclass(frozen=True, slots=True)
class Divergence:
    """The rate of an outcome here minus that of all rows (Pastor, de Alfaro and Baralis 2021).

    >>> one = Tallies(np.array([24]), np.array([18.0]), np.array([18.0]), np.array([1.0]))
    >>> by = Divergence(Whole(400, 71.0, 71.0, 1.0), least=20)
    >>> by.score(one).tolist(), by.t(one).round(6).tolist()
    ([0.5725], [6.306614])
    """

    whole: Whole
    least: int
    above: float = NEVER

    def score(self, mine: Tallies) -> Floats:
        return np.where(mine.rows > 0, _over(mine.losses, mine.rows.astype(np.float64)) - self.whole.mean, NEVER)

    def t(self, mine: Tallies) -> Floats:
        """|μ here - μ of all| / √(v here + v of all), with the mean and variance of Beta(1 + yes, 1 + no)."""
        mean, variance = _beta(mine.losses, mine.rows - mine.losses)
        all_, spread = _beta(np.array([self.whole.losses]), np.array([self.whole.rows - self.whole.losses]))
        return np.asarray(np.abs(mean - all_) / np.sqrt(variance + spread))

    def bound(self, mine: Tallies) -> Floats:
        """The outcomes of a slice, packed into the fewest rows a slice may have."""
        return np.minimum(1.0, mine.losses / self.least) - self.whole.mean


@dataclass(frozen=True, slots=True)
class MeanLoss:
    """The mean of a loss here minus that of the rest over its standard error (Welch's t): of a score per row, or of
    the errors of one run minus those of another."""

    whole: Whole
    least: int
    above: float = 0.0

    def score(self, mine: Tallies) -> Floats:
        rows = mine.rows.astype(np.float64)
        outside = self.whole.rows - rows
        mean, rest = _over(mine.losses, rows), _over(self.whole.losses - mine.losses, outside)
        spread = _over(_variance(mine.squares, rows, mean), rows)
        spread += _over(_variance(self.whole.squares - mine.squares, outside, rest), outside)
        t = np.divide(mean - rest, np.sqrt(spread), out=np.full_like(rows, NEVER), where=spread > 0)
        return np.where((rows > 1) & (outside > 1), t, NEVER)

    def bound(self, mine: Tallies) -> Floats:
        """None is known: losses of both signs can hide any part."""
        return np.where(mine.rows >= self.least, np.inf, NEVER)


def _over(sums: Floats, rows: Floats) -> Floats:
    return np.divide(sums, rows, out=np.zeros_like(sums), where=rows > 0)


def _variance(squares: Floats, rows: Floats, mean: Floats) -> Floats:
    """Of a sample, with rows - 1."""
    return np.maximum(0.0, np.divide(squares - rows * mean**2, rows - 1, out=np.zeros_like(squares), where=rows > 1))


def _wilson(errors: Floats, rows: Floats, quantile: float) -> tuple[Floats, Floats]:
    """The ends of Wilson's interval of many rates."""
    with np.errstate(divide="ignore", invalid="ignore"):
        square = quantile**2 / rows
        rate = errors / rows
        middle = rate + square / 2
        half = quantile * np.sqrt((rate * (1 - rate) + square / 4) / rows)
        return (middle - half) / (1 + square), (middle + half) / (1 + square)


def _beta(yes: Floats, no: Floats) -> tuple[Floats, Floats]:
    a, b = yes + 1.0, no + 1.0
    return a / (a + b), a * b / ((a + b) ** 2 * (a + b + 1))
