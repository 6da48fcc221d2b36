"""Sums of a probability: by bin, which merge at a fixed size, and by distinct score, which are exact."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from slicer.metrics.additive import Additive, no_negatives
from slicer.metrics.moments import Moments

Array = np.ndarray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ScoreGroups:
    """Positives and negatives at each distinct score: exact ROC-AUC, average precision and DeLong."""

    scores: Array = field(repr=False)
    """Distinct, ascending, shape (groups,)."""
    positives: Array = field(repr=False)
    """Rows of the positive class at each score (with weights: Σw), shape (groups,)."""
    negatives: Array = field(repr=False)
    """Rows of the other classes at each score (with weights: Σw), shape (groups,)."""
    weighted: bool = False
    """Whether rows carry weights: the metrics then have a value and no interval."""

    def __add__(self, other: ScoreGroups) -> ScoreGroups:
        return self._combined(other, 1.0)

    def __sub__(self, other: ScoreGroups) -> ScoreGroups:
        """The rest; scores that nobody has any more fall away."""
        return self._combined(other, -1.0)

    def _combined(self, other: ScoreGroups, sign: float) -> ScoreGroups:
        scores, place = np.unique(np.concatenate([self.scores, other.scores]), return_inverse=True)

        def total(mine: Array, others: Array) -> Array:
            added = np.bincount(place, np.concatenate([mine, sign * others]), minlength=len(scores))
            return no_negatives(np.where(added > 1e-9 * added.max(initial=0.0), added, 0.0))

        positives, negatives = total(self.positives, other.positives), total(self.negatives, other.negatives)
        kept = positives + negatives > 0
        return ScoreGroups(
            scores=scores[kept],
            positives=positives[kept],
            negatives=negatives[kept],
            weighted=self.weighted or other.weighted,
        )

    @classmethod
    def of(cls, labels: Sequence[int] | Array, scores: Sequence[float] | Array) -> ScoreGroups:
        """From rows: a label of 1 is positive, 0 is not.

        >>> ScoreGroups.of([0, 1, 1], [0.2, 0.2, 0.9]).positives.tolist()
        [1.0, 1.0]
        """
        distinct, place = np.unique(np.asarray(scores, dtype=float), return_inverse=True)
        y = np.asarray(labels, dtype=float)
        return cls(
            scores=distinct,
            positives=np.bincount(place, y, minlength=len(distinct)),
            negatives=np.bincount(place, 1 - y, minlength=len(distinct)),
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Histogram(Additive):
    """A probability in bins that all slices of a data set share.

    y is 1 for a row of the positive class, or, with several classes, for a row whose most probable
    class is right; p is the probability of that class. With weights every sum carries w.
    """

    n: Array = field(repr=False)
    """Rows in each bin, in ascending order of p (with weights: Σw), shape (bins,)."""
    p: Array = field(repr=False)
    """Σp in each bin."""
    pp: Array = field(repr=False)
    """Σp² in each bin."""
    y: Array = field(repr=False)
    """Σy in each bin."""
    weighted: bool = False
    """Whether rows carry weights."""

    @property
    def groups(self) -> ScoreGroups:
        """The bins as if each were one score."""
        kept = self.n > 0
        return ScoreGroups(
            scores=np.flatnonzero(kept).astype(float),
            positives=self.y[kept],
            negatives=no_negatives(self.n - self.y)[kept],
            weighted=self.weighted,
        )

    @classmethod
    def of(cls, labels: Sequence[int] | Array, p: Sequence[float] | Array, edges: Sequence[float] | Array) -> Histogram:
        """From rows and the inner edges of the bins; a bin holds its left edge.

        >>> Histogram.of([0, 1, 1], [0.2, 0.5, 0.9], edges=[0.5]).n.tolist()
        [1.0, 2.0]
        """
        inner, values = np.asarray(edges, dtype=float), np.asarray(p, dtype=float)
        place = np.searchsorted(inner, values, side="right")

        def total(of: Array) -> Array:
            return np.bincount(place, of, minlength=len(inner) + 1)

        return cls(
            n=total(np.ones_like(values)),
            p=total(values),
            pp=total(values**2),
            y=total(np.asarray(labels, dtype=float)),
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ProbabilitySums(Additive):
    """The probabilities of one slice, on the rows that have a label and all probabilities."""

    log_loss: Moments
    """Of −ln clip(p, 1e-15, 1) of the true class."""
    clipped: int
    """Rows whose true class has a probability below 1e-15."""
    brier: Moments
    """Of (p − y)² of the positive class (0 to 1); with several classes, of Σ(p − y)² over them (0 to 2)."""
    calibration: Histogram | None
    """Ten bins of equal width, [0, .1) to [.9, 1]."""
    groups: ScoreGroups | None
    """By distinct score of the positive class; None without one, or where scores are too many to hold."""
    bins: Histogram | None = None
    """Many bins of the positive class's probability, where `groups` are too many to hold."""
