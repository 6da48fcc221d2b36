"""What two libraries compute where they are wrong, by their own formulas: so that a test can say what differs and why.

Nothing of it is used by Slicer. The formulas are written anew from what the libraries do.
"""

from __future__ import annotations

import math

import numpy as np
from scipy import optimize, stats

Array = np.ndarray

Found = tuple[float, tuple[float, float]]
"""A value and its interval."""

Z = float(stats.norm.ppf(0.975))
TINY = 1e-7
"""What confidenceinterval adds to the denominators of the macro F1."""


def _around(value: float, variance: float) -> Found:
    half = Z * math.sqrt(variance)
    return value, (value - half, value + half)


def _elementwise(slopes: Array, p: Array, rows: float) -> float:
    """The delta method with diag(p) − p·p, the product taken cell by cell, where the outer product belongs."""
    flat, slope = p.ravel(), slopes.ravel()
    return float(slope @ (np.diag(flat) - flat * flat) @ slope) / rows


def binary_f1(table: Array) -> Found:
    """confidenceinterval 1.0.5: F1 of the second of two classes; slopes in single precision."""
    rows = table.sum()
    p = table / rows
    below = p[0, 1] + p[1, 0] + 2 * p[1, 1]
    f1 = 2 * p[1, 1] / below
    slopes = np.float32([[0, -f1 / below], [-f1 / below, 2 * (1 - f1) / below]])
    return _around(f1, _elementwise(slopes, p, rows))


def micro_f1(table: Array) -> Found:
    """confidenceinterval 1.0.5: the accuracy with Wald's interval."""
    rows = table.sum()
    right = np.trace(table) / rows
    return _around(right, right * (1 - right) / rows)


def macro_recall(table: Array) -> Found:
    """confidenceinterval 1.0.5; of the transposed table it is the macro precision."""
    rows, classes = table.sum(), len(table)
    p = table / rows
    recall = np.diag(p) / p.sum(axis=1)
    slopes = np.repeat((-recall / (classes * p.sum(axis=1)))[:, None], classes, axis=1)
    np.fill_diagonal(slopes, (1 - recall) / classes)
    return _around(recall.mean(), _elementwise(slopes, p, rows))


def macro_f1(table: Array) -> Found:
    """confidenceinterval 1.0.5: sums stand where Takahashi's formula has products, and counts where it has shares."""
    right = np.diag(table)
    below = table.sum(axis=0) + table.sum(axis=1) + TINY
    errors = below - TINY - 2 * right
    f1 = 2 * right / below
    own = f1 * errors / below**2 + f1 / 2 + errors / below
    shared = table.T * np.outer(f1, f1) / (below[:, None] + below[None, :])
    variance = 2 * (own.sum() + shared.sum() - np.trace(shared)) / len(table) ** 2 / table.sum()
    return _around(f1.mean(), variance)


def auc_in_single_precision(y: Array, s: Array) -> Found:
    """confidenceinterval 1.0.5: DeLong by midranks, all in single precision."""
    positive, negative = s[y == 1], s[y == 0]
    m, n = len(positive), len(negative)
    both = np.float32(stats.rankdata(np.r_[positive, negative]))
    auc = both[:m].sum() / m / n - (m + 1) / 2 / n
    above = (both[:m] - np.float32(stats.rankdata(positive))) / n
    below = 1 - (both[m:] - np.float32(stats.rankdata(negative))) / m
    return _around(float(auc), float(np.cov(above) / m + np.cov(below) / n))


def miettinen_nurminen(k1: int, n1: int, k2: int, n2: int) -> tuple[float, float]:
    """statsmodels 0.15 (its issue 10269): in the cubic's linear term k2 stands where n2 belongs."""
    n, k = n1 + n2, k1 + k2

    def excess(delta: float, sign: int) -> float:
        cubic = [n, (n1 + 2 * n2) * delta - n - k, (k2 * delta - n - 2 * k2) * delta + k, k2 * delta * (1 - delta)]
        second = np.sort(np.roots(cubic).real)[1]
        variance = (second + delta) * (1 - second - delta) / n1 + second * (1 - second) / n2
        return k1 / n1 - k2 / n2 - delta - sign * Z * math.sqrt(variance * n / (n - 1))

    value = k1 / n1 - k2 / n2
    low = optimize.brentq(excess, value - 0.3, value - 1e-9, args=(1,), xtol=1e-14)
    high = optimize.brentq(excess, value + 1e-9, value + 0.3, args=(-1,), xtol=1e-14)
    return float(low), float(high)
