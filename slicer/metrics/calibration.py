"""Calibration: how far probabilities are from the rates they claim, and how far they would be by chance."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from slicer.metrics.clusters import FEWEST_CLUSTERS
from slicer.metrics.estimate import Estimate, estimate
from slicer.metrics.histograms import GapsBetween, Histogram
from slicer.metrics.intervals import Interval, wilson, z_value

Array = np.ndarray

FEWEST = 100
"""Rows below which a calibration error is not reported: it would be noise."""

WITHIN_NOISE = 1.5
"""A calibration error up to this many times its noise floor says nothing."""

DRAWS, HALVINGS = 2000, 14


def bin_gaps(bins: Histogram) -> Array:
    """Observed rate minus mean probability of each bin; nan where it is empty."""
    return np.asarray(np.divide(bins.y - bins.p, bins.n, out=np.full_like(bins.n, np.nan), where=bins.n > 0))


@dataclass(frozen=True, slots=True, kw_only=True)
class BinRate:
    """One bin of probabilities: what they claim and what came true."""

    low: float
    high: float
    """Where the bin begins and ends."""
    p: float
    """Mean probability."""
    rate: float
    """The share of rows that came true."""
    ci: Interval | None
    rows: float
    """With weights their sum."""
    by_chance: float
    """How far from `p` the rate of a calibrated model falls by chance: half of the central interval."""


def bin_rates(bins: Histogram, level: float = 0.95, *, weighted: bool = False) -> tuple[BinRate, ...]:
    """The bins that hold rows, each with its rate: Wilson's interval, or with weights that of the rows' spread.

    >>> [(one.low, round(one.p, 1), one.rate) for one in bin_rates(Histogram.of([0, 1, 1], [0.2, 0.5, 0.9], [0.5]))]
    [(0.0, 0.2, 0.0), (0.5, 0.7, 1.0)]
    """
    many, errors = len(bins.n), np.sqrt(np.maximum(_gap_variance(bins), 0.0))
    chance = z_value(level) * np.sqrt(np.maximum(bins.spread, 0.0))

    def interval(place: int) -> Interval | None:
        rows, y = float(bins.n[place]), float(bins.y[place])
        if not weighted:
            return wilson(y, rows, level)
        half = z_value(level) * float(errors[place]) / rows
        return max(0.0, y / rows - half), min(1.0, y / rows + half)

    return tuple(
        BinRate(
            low=place / many,
            high=(place + 1) / many,
            p=float(bins.p[place] / bins.n[place]),
            rate=float(bins.y[place] / bins.n[place]),
            ci=interval(place),
            rows=float(bins.n[place]),
            by_chance=float(chance[place] / bins.n[place]),
        )
        for place in range(many)
        if bins.n[place] > 0
    )


def ece(bins: Histogram) -> float | None:
    """Expected calibration error: the mean over rows of |observed rate − mean probability| of their bin.

    >>> round(ece(Histogram.of([0, 1, 1], [0.2, 0.5, 0.9], edges=[0.5])), 4)
    0.2667
    """
    total = bins.n.sum()
    return float(np.abs(bins.y - bins.p).sum() / total) if total > 0 else None


def mce(bins: Histogram) -> float | None:
    """The largest |observed rate − mean probability| of a bin."""
    gaps = np.abs(bin_gaps(bins))
    return float(np.nanmax(gaps)) if bins.n.sum() > 0 else None


def noise_floor(bins: Histogram) -> float | None:
    """The calibration error that a perfectly calibrated model of this size has on average.

    Source:
        √(2/π) Σ √(Σ p(1−p)) / n: the mean of a folded normal in each bin, method.md section 1.
    """
    total = bins.n.sum()
    return float(math.sqrt(2 / math.pi) * np.sqrt(np.maximum(bins.spread, 0.0)).sum() / total) if total > 0 else None


def within_noise(bins: Histogram) -> bool:
    """Whether the calibration error is no more than chance makes of a calibrated model."""
    value, floor = ece(bins), noise_floor(bins)
    return value is not None and floor is not None and value <= WITHIN_NOISE * floor


def gaps_between(bins: Histogram, cluster: Array, place: Array, gap: Array, rows: Array) -> GapsBetween:
    """How the bins' gaps spread between clusters: the clusters' totals, each about the mean of its bin.

    Args:
        bins: Of the same rows.
        cluster, place: Of each line, its cluster, numbered from 0, and its bin.
        gap, rows: Σ(y − p) of the line and its rows (with weights: Σw).
    """
    mean = np.nan_to_num(bin_gaps(bins))
    totals = sparse.csr_array(
        sparse.coo_array((gap - mean[place] * rows, (cluster, place)), shape=(cluster.max(initial=-1) + 1, len(bins.n)))
    )
    clusters = len(np.unique(cluster))
    scale = clusters / (clusters - 1) if clusters > 1 else math.nan
    return GapsBetween(covariance=scale * (totals.T @ totals).toarray(), clusters=clusters)


def ece_interval(bins: Histogram, level: float, between: GapsBetween | None = None, seed: int = 0) -> Interval | None:
    """The interval of the calibration error, from draws of the bins' gaps: normal ones, each bin for itself, or, where
    rows come in clusters, with the covariance between clusters and Student's t.

    A calibration error is biased upwards, the more the smaller it is. So the lower end is that of the gaps seen,
    shrunk together as far as their draws still exceed the error seen often enough: 0 for most samples of a
    calibrated model. The upper end is the percentile of draws around the gaps seen, never too short.
    """
    total, value = bins.n.sum(), ece(bins)
    if value is None or total <= 0:
        return None
    held, tail = bins.n > 0, (1 - level) / 2
    gaps, noise = (bins.y - bins.p)[held], _noise(bins, held, between, np.random.default_rng(seed))
    if not noise.any() or np.isnan(noise).any():
        return None

    def drawn(shrunk: float) -> Array:
        return np.asarray(np.abs(shrunk * gaps + noise).sum(axis=1) / total)

    low, high = 0.0, 1.0
    for _ in range(HALVINGS if (drawn(0.0) >= value).mean() < tail else 0):
        middle = (low + high) / 2
        low, high = (low, middle) if (drawn(middle) >= value).mean() >= tail else (middle, high)
    return low * value, min(1.0, max(value, float(np.quantile(drawn(1.0), 1 - tail))))


def _noise(bins: Histogram, held: Array, between: GapsBetween | None, random: np.random.Generator) -> Array:
    """Draws of how far the gaps of the bins that hold rows may be off, shape (draws, those bins)."""
    draws = random.standard_normal((DRAWS, np.count_nonzero(held)))
    if between is None:
        return np.asarray(np.sqrt(np.maximum(_gap_variance(bins)[held], 0.0)) * draws)
    if between.clusters < 2:
        return np.full_like(draws, np.nan)
    covariance = between.covariance[np.ix_(held, held)]
    least = np.maximum(bins.spread[held] - np.diagonal(covariance), 0.0)
    values, vectors = np.linalg.eigh(covariance + np.diag(least))
    degrees = between.clusters - 1
    wider = np.sqrt(degrees / random.chisquare(degrees, (DRAWS, 1)))
    return np.asarray((wider * draws * np.sqrt(np.maximum(values, 0.0))) @ vectors.T)


def _gap_variance(bins: Histogram) -> Array:
    """The variance of Σ(y − p) in each bin: of the rows seen, at least that of the probabilities."""
    mean = np.divide(bins.y - bins.p, bins.n, out=np.zeros_like(bins.n), where=bins.n > 0)
    return np.asarray(np.maximum(bins.gaps - mean**2 * bins.ww, bins.spread))


def ece_estimate(
    bins: Histogram, n: int, level: float, *, between: GapsBetween | None = None, flags: tuple[str, ...] = ()
) -> Estimate:
    """The calibration error from 100 rows on; below it would be noise.

    Args:
        n: Rows, whatever they weigh.
        between: Where rows come in clusters.
    """
    value = ece(bins) if n >= FEWEST else None
    ci = ece_interval(bins, level, between) if value is not None else None
    flags += ("few_clusters",) if between is not None and between.clusters < FEWEST_CLUSTERS else ()
    method = "bootstrap" if between is None else "cluster"
    return estimate(value, ci, n=n, denominator=n, method=method, level=level, flags=flags)
