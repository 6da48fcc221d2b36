"""Classification metrics of a confusion table.

Each function maps stacks of count tables, shape (..., classes, classes + 1), to values of shape
(...); the last column counts rows without a prediction. Where there is nothing to divide by, the
value is nan here and None in an `Estimate`. scikit-learn with `zero_division=nan` is the oracle.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

Array = np.ndarray


def _divide(numerator: Array, denominator: Array) -> Array:
    """The ratio, nan where the denominator is 0."""
    numerator, denominator = np.broadcast_arrays(
        np.asarray(numerator, dtype=float), np.asarray(denominator, dtype=float)
    )
    return np.asarray(np.divide(numerator, denominator, out=np.full(denominator.shape, np.nan), where=denominator != 0))


def _mean(values: Array) -> Array:
    """The mean over the last axis of what is defined; nan where nothing is."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return np.asarray(np.nanmean(values, axis=-1))


def margins(table: Array) -> tuple[Array, Array, Array]:
    """Right, true and predicted rows by class, shape (..., classes)."""
    right = np.diagonal(table, axis1=-2, axis2=-1)
    return right, table.sum(axis=-1), table[..., :-1].sum(axis=-2)


@dataclass(frozen=True, slots=True)
class OfMargins:
    """A metric of the whole table that depends on right, true and predicted rows of the classes alone.

    Its slope in any cell is then the sum of the slopes in the cell's row, its column and, on the diagonal,
    its right rows: three for each class instead of one for each cell.
    """

    of: Callable[[Array, Array, Array], Array]
    """From right, true and predicted rows, each of shape (..., classes), to values of shape (...)."""

    def __call__(self, table: Array) -> Array:
        return self.of(*margins(table))


def accuracy(table: Array) -> Array:
    """Right rows over all rows."""
    right, support, _ = margins(table)
    return _divide(right.sum(axis=-1), support.sum(axis=-1))


def class_precision(table: Array) -> Array:
    """Right rows over predicted rows, by class, shape (..., classes)."""
    right, _, predicted = margins(table)
    return _divide(right, predicted)


def class_recall(table: Array) -> Array:
    """Right rows over true rows, by class, shape (..., classes)."""
    right, support, _ = margins(table)
    return _divide(right, support)


def class_f1(table: Array) -> Array:
    """2 TP / (2 TP + FP + FN) by class; 0 where the class is missed or only invented."""
    right, support, predicted = margins(table)
    return _divide(2 * right, support + predicted)


def macro_precision(table: Array) -> Array:
    return _mean(class_precision(table))


def macro_recall(table: Array) -> Array:
    return _mean(class_recall(table))


def macro_f1(table: Array) -> Array:
    """The mean F1 of the classes that occur in the truth or among the predictions."""
    return _mean(class_f1(table))


def weighted_precision(table: Array) -> Array:
    """Precision of each class weighted by its true rows; a class never predicted is left out."""
    return _weighted(class_precision(table), table.sum(axis=-1))


def _weighted(values: Array, support: Array) -> Array:
    weight = np.where(np.isnan(values), 0.0, support)
    return _divide((np.nan_to_num(values) * weight).sum(axis=-1), weight.sum(axis=-1))


def _weighted_f1(right: Array, support: Array, predicted: Array) -> Array:
    return _weighted(_divide(2 * right, support + predicted), support)


def _mcc(right: Array, support: Array, predicted: Array) -> Array:
    n = support.sum(axis=-1)
    said = np.concatenate([predicted, (n - predicted.sum(axis=-1))[..., None]], axis=-1)
    covariance = n * right.sum(axis=-1) - (support * predicted).sum(axis=-1)
    spread = (n**2 - (support**2).sum(axis=-1)) * (n**2 - (said**2).sum(axis=-1))
    return _divide(covariance, np.sqrt(np.maximum(spread, 0.0)))


def _kappa(right: Array, support: Array, predicted: Array) -> Array:
    n = support.sum(axis=-1)
    chance = _divide((support * predicted).sum(axis=-1), n**2)
    return _divide(_divide(right.sum(axis=-1), n) - chance, 1 - chance)


def _skill(right: Array, support: Array, predicted: Array) -> Array:
    n, most = support.sum(axis=-1), support.max(axis=-1)
    return _divide(right.sum(axis=-1) - most, n - most)


weighted_f1 = OfMargins(_weighted_f1)
"""F1 of each class weighted by its true rows."""

mcc = OfMargins(_mcc)
"""Matthews correlation, the R_K of several classes; undefined where all rows are of one true or one predicted
class. Rows without a prediction count as one more predicted class.

Source:
    J. Gorodkin (2004), "Comparing two K-category assignments by a K-category correlation coefficient".
"""

kappa = OfMargins(_kappa)
"""Cohen's kappa of truth and prediction."""

skill = OfMargins(_skill)
"""(accuracy − a₀) / (1 − a₀), with a₀ the accuracy of always saying the most frequent class."""


def quadratic_kappa(table: Array) -> Array:
    """Cohen's kappa with weights that grow with the square of the distance between classes, in their order.

    Rows without a prediction are left out: they stand at no distance.

    Source:
        J. Cohen (1968), weighted kappa.
    """
    cells = table[..., :-1]
    place = np.arange(cells.shape[-1])
    distance = (place[:, None] - place[None, :]) ** 2
    total, rows, columns = cells.sum(axis=(-1, -2)), cells.sum(axis=-1), cells.sum(axis=-2)
    chance = _divide((rows[..., :, None] * columns[..., None, :] * distance).sum(axis=(-1, -2)), total)
    return 1 - _divide((cells * distance).sum(axis=(-1, -2)), chance)


def f_beta(tp: Array, fp: Array, fn: Array, beta: float) -> Array:
    """(1 + β²) TP / ((1 + β²) TP + β² FN + FP): recall counts β times as much as precision."""
    hits = (1 + beta**2) * tp
    return _divide(hits, hits + beta**2 * fn + fp)


def lift(tp: Array, fp: Array, fn: Array, tn: Array) -> Array:
    """Precision over prevalence: how many times more positives among the predicted than among all."""
    return _divide(tp * (tp + fp + fn + tn), (tp + fp) * (tp + fn))
