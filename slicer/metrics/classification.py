"""Classification metrics of a confusion table.

Each function maps stacks of count tables, shape (..., classes, classes + 1), to values of shape
(...); the last column counts rows without a prediction. Where there is nothing to divide by, the
value is nan here and None in an `Estimate`. scikit-learn with `zero_division=nan` is the oracle.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable

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


def _margins(table: Array) -> tuple[Array, Array, Array]:
    """Right, true and predicted rows by class."""
    right = np.diagonal(table, axis1=-2, axis2=-1)
    return right, table.sum(axis=-1), table[..., :-1].sum(axis=-2)


def accuracy(table: Array) -> Array:
    """Right rows over all rows."""
    right, support, _ = _margins(table)
    return _divide(right.sum(axis=-1), support.sum(axis=-1))


def class_precision(table: Array) -> Array:
    """Right rows over predicted rows, by class, shape (..., classes)."""
    right, _, predicted = _margins(table)
    return _divide(right, predicted)


def class_recall(table: Array) -> Array:
    """Right rows over true rows, by class, shape (..., classes)."""
    right, support, _ = _margins(table)
    return _divide(right, support)


def class_f1(table: Array) -> Array:
    """2 TP / (2 TP + FP + FN) by class; 0 where the class is missed or only invented."""
    right, support, predicted = _margins(table)
    return _divide(2 * right, support + predicted)


def macro_precision(table: Array) -> Array:
    return _mean(class_precision(table))


def macro_recall(table: Array) -> Array:
    return _mean(class_recall(table))


def macro_f1(table: Array) -> Array:
    """The mean F1 of the classes that occur in the truth or among the predictions."""
    return _mean(class_f1(table))


def balanced_accuracy(table: Array) -> Array:
    """The mean recall of the classes that occur in the truth."""
    return macro_recall(table)


def weighted_precision(table: Array) -> Array:
    """Precision of each class weighted by its true rows; a class never predicted is left out."""
    return _weighted(class_precision(table), table)


def weighted_f1(table: Array) -> Array:
    """F1 of each class weighted by its true rows."""
    return _weighted(class_f1(table), table)


def _weighted(values: Array, table: Array) -> Array:
    weight = np.where(np.isnan(values), 0.0, table.sum(axis=-1))
    return _divide((np.nan_to_num(values) * weight).sum(axis=-1), weight.sum(axis=-1))


def mcc(table: Array) -> Array:
    """Matthews correlation, the R_K of several classes; undefined where all rows are of one true or one predicted
    class. Rows without a prediction count as one more predicted class.

    Source:
        J. Gorodkin (2004), "Comparing two K-category assignments by a K-category correlation coefficient".
    """
    right, support, predicted = _margins(table)
    predicted = np.concatenate([predicted, table[..., -1].sum(axis=-1, keepdims=True)], axis=-1)
    n = support.sum(axis=-1)
    covariance = n * right.sum(axis=-1) - (support * predicted[..., :-1]).sum(axis=-1)
    spread = (n**2 - (support**2).sum(axis=-1)) * (n**2 - (predicted**2).sum(axis=-1))
    return _divide(covariance, np.sqrt(np.maximum(spread, 0.0)))


def kappa(table: Array) -> Array:
    """Cohen's kappa of truth and prediction."""
    right, support, predicted = _margins(table)
    n = support.sum(axis=-1)
    chance = _divide((support * predicted).sum(axis=-1), n**2)
    return _divide(_divide(right.sum(axis=-1), n) - chance, 1 - chance)


METRICS: dict[str, Callable[[Array], Array]] = {
    "macro_precision": macro_precision,
    "macro_recall": macro_recall,
    "macro_f1": macro_f1,
    "weighted_f1": weighted_f1,
    "mcc": mcc,
    "kappa": kappa,
}
"""The metrics whose interval comes from the delta method."""
