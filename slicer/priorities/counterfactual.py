"""A slice's confusion table as people would have left it, and what the metric of all rows would then be.

A metric that is no mean over rows, such as F1, does not gain share × gap where one slice gets better: its potential is
m(all - slice + slice as people leave it) - m(all), taken exactly. How people leave the slice is told from what is known
of them, in four ways; each keeps the true rows of every class.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from slicer.metrics.delta import Formula

Array = np.ndarray

STEPS = 60
"""Most steps of the search for the part of the errors that is left."""

CLOSE = 1e-12
"""How close it comes."""


def change_of(formula: Formula, overall: Array, table: Array, replaced: Array) -> Array:
    """The metric of all rows with one slice replaced, minus the metric of all rows as they are.

    Args:
        formula: From stacks of tables, shape (..., classes, classes + 1), to values of shape (...).
        overall: All rows.
        table: The slice, some of those rows.
        replaced: The slice as people would leave it.

    Returns:
        Shape (...), in the unit of the metric; nan where it is undefined before or after.

    >>> accuracy = lambda t: (t[..., 0, 0] + t[..., 1, 1]) / t.sum(axis=(-1, -2))
    >>> overall = np.array([[905.0, 9.0, 0.0], [18.0, 68.0, 0.0]])
    >>> table = np.array([[180.0, 6.0, 0.0], [12.0, 22.0, 0.0]])
    >>> replaced = with_errors_scaled(table, np.array(0.5))
    >>> round(float(change_of(accuracy, overall, table, replaced)), 6)
    0.009
    """
    return np.asarray(formula(overall - table + replaced) - formula(overall))


def as_people_answered(table: Array, human: Array, beside: Array) -> Array:
    """The slice with people's own answers. Where they answered some rows only, what they change there is carried over
    to the other rows of the same true class; a class they answered no row of stays as it is.

    Args:
        table: The model on the slice.
        human: People on the rows they answered.
        beside: The model on those same rows.

    >>> table = np.array([[8.0, 2.0, 0.0], [0.0, 10.0, 0.0]])
    >>> human, beside = np.array([[5.0, 0.0, 0.0], [0.0, 0.0, 0.0]]), np.array([[4.0, 1.0, 0.0], [0.0, 0.0, 0.0]])
    >>> as_people_answered(table, human, beside).tolist()
    [[10.0, 0.0, 0.0], [0.0, 10.0, 0.0]]
    """
    support, answered = table.sum(axis=-1, keepdims=True), beside.sum(axis=-1, keepdims=True)
    carried = np.divide(support, answered, out=np.zeros_like(support), where=answered > 0)
    found = np.maximum(table + carried * (human - beside), 0.0)
    total = found.sum(axis=-1, keepdims=True)
    return np.asarray(found * np.divide(support, total, out=np.zeros_like(support), where=total > 0))


def by_recall_and_precision(table: Array, positive: int, recall: Array, precision: Array) -> Array:
    """The slice where only people's recall and precision of the positive of two classes are known.

    TP* = recall × P, FN* = P - TP*, FP* = min(rows of the other class, TP* (1 - precision) / precision).

    Args:
        table: Shape (..., 2, 3).
        positive: Place of the positive class.
        recall, precision: In [0, 1], shape (...).

    >>> table = np.array([[180.0, 6.0, 0.0], [12.0, 22.0, 0.0]])
    >>> by_recall_and_precision(table, 1, np.array(0.85), np.array(0.9)).round(4).tolist()
    [[182.7889, 3.2111, 0.0], [5.1, 28.9, 0.0]]
    """
    other = 1 - positive
    support = table.sum(axis=-1)
    hits = recall * support[..., positive]
    wanted = np.divide(hits * (1 - precision), precision, out=np.full_like(hits, np.inf), where=precision > 0)
    alarms = np.minimum(support[..., other], wanted)
    found = np.zeros_like(table)
    found[..., positive, positive], found[..., positive, other] = hits, support[..., positive] - hits
    found[..., other, positive], found[..., other, other] = alarms, support[..., other] - alarms
    return found


def with_errors_scaled(table: Array, factor: Array) -> Array:
    """The slice with every kind of error scaled by one factor; what is freed goes to the right rows of its true class.

    Above 1 errors grow, in a class at most to all of its rows.

    Args:
        factor: Shape (...), at least 0.
    """
    support, right = table.sum(axis=-1), np.diagonal(table, axis1=-2, axis2=-1)
    wrong = support - right
    most = np.divide(support, wrong, out=np.ones_like(support), where=wrong > 0)
    scale = np.minimum(np.asarray(factor)[..., None], most)
    found = np.asarray(table * scale[..., None])
    place = np.arange(table.shape[-2])
    found[..., place, place] = support - scale * wrong
    return found


def error_factor(formula: Formula, table: Array, level: Array) -> Array:
    """What the errors of a slice are scaled by where only one metric of people is known: F1, accuracy, or any other
    that gets better as errors shrink.

    Of accuracy it is (1 - h) / (1 - a); of F1 2P(1 - F) / (F(FP + FN) + 2FN(1 - F)).

    Args:
        table: Shape (..., classes, classes + 1).
        level: People's metric on the slice, shape (...).

    Returns:
        Shape (...): 0 where people leave no error, 1 where they leave as many as the model, above 1 where they leave
        more; nan where the slice has no such metric.

    >>> accuracy = lambda t: (t[..., 0, 0] + t[..., 1, 1]) / t.sum(axis=(-1, -2))
    >>> table = np.array([[180.0, 6.0, 0.0], [12.0, 22.0, 0.0]])
    >>> round(float(error_factor(accuracy, table, np.array(0.96))), 6)
    0.488889
    """
    support = table.sum(axis=-1)
    wrong = support - np.diagonal(table, axis1=-2, axis2=-1)
    most = np.divide(support, wrong, out=np.ones_like(support), where=wrong > 0).max(axis=-1)

    def beyond(factor: Array) -> Array:
        """How far the slice is from people's level."""
        return np.asarray(formula(with_errors_scaled(table, factor)) - level)

    found = _root(beyond, np.zeros_like(most), np.ones_like(most), np.maximum(most, 1.0))
    return np.where(wrong.sum(axis=-1) > 0, found, 1.0)


def _root(of: Callable[[Array], Array], least: Array, start: Array, most: Array) -> Array:
    """Where a monotone function is 0 between two ends, by the Illinois rule; the nearer end where it is nowhere."""
    low, high = least.copy(), most.copy()
    at_low, at_start, at_high = of(low), of(start), of(high)
    below = at_low * at_start <= 0
    high, at_high = np.where(below, start, high), np.where(below, at_start, at_high)
    low, at_low = np.where(below, low, start), np.where(below, at_low, at_start)
    nowhere = at_low * at_high > 0
    lost = np.isnan(at_low) | np.isnan(at_high)
    nearest = np.where(np.abs(at_low) <= np.abs(at_high), low, high)
    ends = np.where(at_low == 0, low, np.where(at_high == 0, high, np.nan))
    settled = nowhere | lost | ~np.isnan(ends)
    found = np.where(np.isnan(ends), nearest, ends)
    for _ in range(STEPS):
        if settled.all():
            break
        with np.errstate(divide="ignore", invalid="ignore"):
            guess = np.where(settled, found, (low * at_high - high * at_low) / (at_high - at_low))
        value = of(guess)
        same = value * at_high > 0
        low, at_low = np.where(same, low, high), np.where(same, at_low / 2, at_high)
        high, at_high = guess, value
        done = (np.abs(value) <= CLOSE) | (np.abs(high - low) <= CLOSE) | np.isnan(value)
        found, settled = np.where(settled, found, guess), settled | done
    return np.where(lost, np.nan, found)
