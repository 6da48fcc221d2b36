"""Sums of a probability: by bin, which merge at a fixed size, and by distinct score, which are exact."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from slicer.metrics.additive import Additive, no_negatives, rest
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
    positive_squares: Array | None = field(default=None, repr=False)
    """Σw² of the positives; None without weights."""
    negative_squares: Array | None = field(default=None, repr=False)
    """Σw² of the negatives; None without weights."""

    @property
    def weighted(self) -> bool:
        return self.positive_squares is not None

    @property
    def squares(self) -> tuple[Array, Array]:
        """Σw² of positives and negatives; the rows themselves without weights."""
        if self.positive_squares is None or self.negative_squares is None:
            return self.positives, self.negatives
        return self.positive_squares, self.negative_squares

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
        squares = [total(mine, others) for mine, others in zip(self.squares, other.squares, strict=True)]
        kept = positives + negatives > 0
        return ScoreGroups(
            scores=scores[kept],
            positives=positives[kept],
            negatives=negatives[kept],
            positive_squares=squares[0][kept] if self.weighted else None,
            negative_squares=squares[1][kept] if self.weighted else None,
        )

    @classmethod
    def of(
        cls,
        labels: Sequence[int] | Array,
        scores: Sequence[float] | Array,
        weights: Sequence[float] | Array | None = None,
    ) -> ScoreGroups:
        """From rows: a label of 1 is positive, 0 is not.

        >>> ScoreGroups.of([0, 1, 1], [0.2, 0.2, 0.9]).positives.tolist()
        [1.0, 1.0]
        """
        distinct, place = np.unique(np.asarray(scores, dtype=float), return_inverse=True)
        y = np.asarray(labels, dtype=float)
        w = np.ones_like(y) if weights is None else np.asarray(weights, dtype=float)

        def total(of: Array) -> Array:
            return np.bincount(place, of, minlength=len(distinct))

        return cls(
            scores=distinct,
            positives=total(w * y),
            negatives=total(w * (1 - y)),
            positive_squares=None if weights is None else total(w * w * y),
            negative_squares=None if weights is None else total(w * w * (1 - y)),
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Histogram(Additive):
    """A probability in bins that all slices of a data set share.

    y is 1 for a row of the positive class, or, with several classes, for a row whose most probable
    class is right; p is the probability of that class. With weights every sum carries w.
    """

    n: Array = field(repr=False)
    """Rows in each bin, in ascending order of p (with weights: Σw), shape (bins,)."""
    ww: Array = field(repr=False)
    """Σw² in each bin; the rows without weights."""
    p: Array = field(repr=False)
    """Σp in each bin."""
    y: Array = field(repr=False)
    """Σy in each bin."""
    spread: Array = field(repr=False)
    """Σp (1 − p) in each bin: the variance of Σy where p is right (with weights: w²)."""
    gaps: Array = field(repr=False)
    """Σ(y − p)² in each bin (with weights: w²)."""

    @classmethod
    def of(cls, labels: Sequence[int] | Array, p: Sequence[float] | Array, edges: Sequence[float] | Array) -> Histogram:
        """From rows and the inner edges of the bins; a bin holds its left edge.

        >>> Histogram.of([0, 1, 1], [0.2, 0.5, 0.9], edges=[0.5]).n.tolist()
        [1.0, 2.0]
        """
        inner, values = np.asarray(edges, dtype=float), np.asarray(p, dtype=float)
        place, y = np.searchsorted(inner, values, side="right"), np.asarray(labels, dtype=float)

        def total(of: Array) -> Array:
            return np.bincount(place, of, minlength=len(inner) + 1)

        return cls(
            n=total(np.ones_like(values)),
            ww=total(np.ones_like(values)),
            p=total(values),
            y=total(y),
            spread=total(values * (1 - values)),
            gaps=total((y - values) ** 2),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Between:
    """The standard errors of a curve's metrics between clusters; None where they cannot be told."""

    roc_auc: float | None
    average_precision: float | None
    clusters: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GapsBetween:
    """How the gaps Σ(y − p) of calibration bins spread between clusters."""

    covariance: Array = field(repr=False)
    """Shape (bins, bins)."""
    clusters: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ProbabilitySums:
    """The probabilities of one slice, on the rows that have a label and all probabilities.

    What is no probability (outside [0, 1], or not adding up to 1) has an order all the same: then curves stand alone.
    """

    n: int
    """Those rows, whatever they weigh."""
    log_loss: Moments | None
    """Of −ln clip(p, 1e-15, 1) of the true class."""
    clipped: int
    """Rows whose true class has a probability below 1e-15."""
    brier: Moments | None
    """Of (p − y)² of the positive class (0 to 1); with several classes, of Σ(p − y)² over them (0 to 2)."""
    calibration: Histogram | None
    """Ten bins of equal width, [0, .1) to [.9, 1]."""
    curves: tuple[ScoreGroups, ...] = ()
    """By score of the positive class; with several classes one for each, against all others."""
    binned: bool = False
    """Whether scores were too many to hold and stand in bins: curves are then known up to a bound."""
    between: tuple[Between, ...] | None = None
    """Of each curve, where rows come in clusters; a part taken away leaves none."""
    calibration_between: GapsBetween | None = None
    """Where rows come in clusters; a part taken away leaves none."""
    top_two: Moments | None = None
    """Of 1 where the true class is among the two most probable; None where there are only two classes."""

    def __sub__(self, other: ProbabilitySums) -> ProbabilitySums:
        """The rest."""
        return ProbabilitySums(
            n=self.n - other.n,
            log_loss=rest(self.log_loss, other.log_loss),
            clipped=self.clipped - other.clipped,
            brier=rest(self.brier, other.brier),
            calibration=rest(self.calibration, other.calibration),
            curves=tuple(mine - others for mine, others in zip(self.curves, other.curves, strict=False)),
            binned=self.binned,
            top_two=rest(self.top_two, other.top_two),
        )
