"""The delta method on confusion tables: gradients, and the interval of any confusion ratio."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from slicer.metrics.classification import OfMargins, margins
from slicer.metrics.counts import ConfusionCounts
from slicer.metrics.intervals import NO_SPREAD, Interval, bounded, t_value

Array = np.ndarray

Formula = Callable[[Array], Array]
"""From stacks of tables, shape (..., classes, classes + 1), to values of shape (...)."""

GRADIENT_STEP = 1e-5
"""Step of the central difference, relative to the cell: a step of whole rows would jump over a rare class."""

PSEUDO_ROWS = 2.0
"""Rows spread over the admissible cells for the interval only; half a row each where there are two classes.

Source:
    A. Agresti and B. A. Coull (1998), who add as many to a proportion; `benchmarks/coverage.py` measures what it
    does for the metrics here.
"""


def gradient(formula: Formula, table: Array) -> Array:
    """∂m/∂N of each cell that has rows, by central differences; 0 elsewhere. Shape of the table.

    >>> accuracy = lambda t: (t[..., 0, 0] + t[..., 1, 1]) / t.sum(axis=(-1, -2))
    >>> gradient(accuracy, np.array([[40.0, 10.0, 0.0], [5.0, 45.0, 0.0]])).round(4).tolist()
    [[0.0015, -0.0085, 0.0], [-0.0085, 0.0015, 0.0]]
    """
    if isinstance(formula, OfMargins):
        return _gradient_of_margins(formula, table)
    found = np.zeros_like(table)
    rows, columns = np.nonzero(table)
    for start in range(0, len(rows), 200):
        i, j = rows[start : start + 200], columns[start : start + 200]
        step = GRADIENT_STEP * table[i, j]
        shift = np.zeros((len(i), *table.shape))
        shift[np.arange(len(i)), i, j] = step
        found[i, j] = np.nan_to_num((formula(table + shift) - formula(table - shift)) / (2 * step))
    return found


def _gradient_of_margins(formula: OfMargins, table: Array) -> Array:
    slopes = []
    known = margins(table)
    for place, margin in enumerate(known):
        step = GRADIENT_STEP * margin
        shifts = [np.zeros((len(margin), len(margin)))] * 3
        shifts[place] = np.diag(step)
        ends = [formula.of(*(one + sign * shift for one, shift in zip(known, shifts, strict=True))) for sign in (1, -1)]
        change = np.asarray(ends[0] - ends[1])
        slopes.append(np.nan_to_num(np.divide(change, 2 * step, out=np.zeros_like(margin), where=step > 0)))
    right, support, predicted = slopes
    found = np.repeat(support[:, None], table.shape[1], axis=1)
    found[:, :-1] += predicted[None, :] + np.diag(right)
    return np.where(table > 0, found, 0.0)


def smoothed(counts: ConfusionCounts) -> ConfusionCounts:
    """The table with `PSEUDO_ROWS` spread evenly over the cells of classes that occur; of the whole list where only one
    does. A row counts as much as an effective row of the table, whatever the unit of the weights."""
    table = counts.table
    present = counts.defined if np.count_nonzero(counts.defined) > 1 else np.ones(len(counts.labels), dtype=bool)
    admissible = np.zeros_like(table, dtype=bool)
    admissible[:, :-1] = present[:, None] & present[None, :]
    if len(counts.labels) == 1:
        admissible[:] = True
    unit = counts.squared.sum() / table.sum() if table.sum() else 1.0
    share = PSEUDO_ROWS / np.count_nonzero(admissible) * admissible
    return replace(
        counts,
        table=table + share * unit,
        squares=None if counts.squares is None else counts.squares + share * unit**2,
    )


def delta_interval(
    formula: Formula, counts: ConfusionCounts, bounds: Interval, level: float = 0.95
) -> tuple[Interval | None, bool]:
    """The delta-method interval of any confusion ratio, and whether the metric stands at the edge of its scale.

    For a metric that does not change when all counts are scaled, the multinomial delta variance is
    Var = Σ N (∂m/∂N)². It is taken at the table with `PSEUDO_ROWS` more, and within two standard errors
    of a bound the interval is built on the logit scale: at n = 20, and at the edge, where the plain one
    vanishes, it keeps its coverage.

    Args:
        formula: Maps stacks of tables to values.
        counts: One table.
        bounds: Range of the metric.
        level: Two-sided coverage, in (0, 1).

    Returns:
        The interval, or None where no spread can be told; and whether the plain variance vanishes.
    """
    value, plain = float(formula(counts.table)), delta_error(formula, counts)
    filled = smoothed(counts)
    centre, error = float(formula(filled.table)), delta_error(formula, filled)
    at_edge = plain <= NO_SPREAD
    if not error > NO_SPREAD or math.isnan(plain):
        return None, at_edge
    low, high = bounded(centre, error, bounds, t_value(level, degrees(counts)))
    return (min(low, value), max(high, value)), at_edge


def delta_error(formula: Formula, counts: ConfusionCounts) -> float:
    """The standard error of a confusion ratio by the delta method; nan where rows come in a single cluster.

    >>> accuracy = lambda t: (t[..., 0, 0] + t[..., 1, 1]) / t.sum(axis=(-1, -2))
    >>> table = np.array([[40.0, 10.0, 0.0], [5.0, 45.0, 0.0]])
    >>> round(delta_error(accuracy, ConfusionCounts(("a", "b"), table)) ** 2, 8)
    0.001275
    """
    variance = float(counts.covariance(gradient(formula, counts.table)[None])[0, 0])
    return math.sqrt(max(variance, 0.0))  # in this order nan stays nan


def degrees(counts: ConfusionCounts) -> float:
    """Degrees of freedom of a standard error: clusters less one; without clusters, as many as one likes."""
    return math.inf if counts.clusters is None else counts.clusters.clusters - 1
