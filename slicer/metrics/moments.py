"""Sums of numbers by row: what means, ratios, regression and clustered rows are measured from.

Each is what an engine sums in one GROUP BY; they add over slices that share no row, and a whole
minus a part is the rest.
"""

from __future__ import annotations

from dataclasses import dataclass

from slicer.metrics.additive import Additive


@dataclass(frozen=True, slots=True, kw_only=True)
class RatioSums(Additive):
    """Errors e over units d, row by row: wrong words over words, failures over requests.

    With row weights the engine sums w e and w d in place of e and d, their squares and product likewise.
    """

    n: int
    """Rows that have both numbers."""
    e: float
    """Σe, the numerator."""
    d: float
    """Σd, the denominator; each row's d is at least 0."""
    ee: float
    """Σe²."""
    ed: float
    """Σed."""
    dd: float
    """Σd²."""
    weighted: bool = False
    """Whether rows carry weights."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moments(Additive):
    """Sums of one number x per row and of its weight w; without weights w is 1.

    x enters as its distance from `origin`, any constant that all slices of a data set share: near the mean no
    digits are lost where numbers are large and differ little.

    >>> Moments.of([1.0, 2.0, 6.0]).mean
    3.0
    """

    shared = ("origin",)

    n: int
    """Rows that have the number."""
    w: float
    """Σw."""
    ww: float
    """Σw²."""
    wx: float
    """Σwx."""
    wxx: float
    """Σwx²."""
    wwx: float
    """Σw²x."""
    wwxx: float
    """Σw²x²."""
    weighted: bool = False
    """Whether rows carry weights."""
    origin: float = 0.0

    @property
    def mean(self) -> float | None:
        """The mean, Σwx / Σw; None without rows or without weight."""
        return self.origin + self.wx / self.w if self.n and self.w > 0 else None

    @property
    def effective(self) -> float:
        """Kish's effective number of rows, (Σw)² / Σw²: the rows themselves where weights are equal.

        Source:
            L. Kish (1965), Survey Sampling.
        """
        if not self.weighted:
            return float(self.n)
        return self.w**2 / self.ww if self.n and self.ww > 0 else 0.0

    @property
    def ratio(self) -> RatioSums:
        """The mean (less the origin) as a ratio of sums, Σwx / Σw: its variance is that of the ratio."""
        return RatioSums(n=self.n, e=self.wx, d=self.w, ee=self.wwxx, ed=self.wwx, dd=self.ww, weighted=self.weighted)

    @classmethod
    def of(cls, values: list[float], weights: list[float] | None = None) -> Moments:
        """The sums of a short list: for a notebook or a test; an engine sums in its own place."""
        w = [1.0] * len(values) if weights is None else weights
        pairs = list(zip(w, values, strict=True))
        return cls(
            n=len(values),
            w=sum(w),
            ww=sum(a * a for a in w),
            wx=sum(a * x for a, x in pairs),
            wxx=sum(a * x * x for a, x in pairs),
            wwx=sum(a * a * x for a, x in pairs),
            wwxx=sum(a * a * x * x for a, x in pairs),
            weighted=weights is not None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Distances:
    """How far predictions are off, |prediction − label|, in order: what no sum tells."""

    n: int
    median: float
    largest: float
    around: tuple[float, float]
    """Those at the ranks that `regression.median_ranks` names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResidualSums(Additive):
    """A regression on one slice: residuals r = prediction − label, and labels y.

    The labels enter as y − `origin`, any constant that all slices of a data set share; near their
    mean no digits are lost. R² does not depend on it. With weights w, every sum over rows named
    below carries w, and those of the last five carry w².
    """

    r: Moments
    """Of r: the bias."""
    absolute: Moments
    """Of |r|: the mean absolute error."""
    squared: Moments
    """Of r²: the mean squared error; its Σx² is Σr⁴."""
    y: Moments
    """Of y − origin."""
    signed: float
    """Σr|r|."""
    rry: float
    """Σr²y."""
    rryy: float
    """Σr²y²."""
    yyy: float
    """Σy³."""
    yyyy: float
    """Σy⁴."""
