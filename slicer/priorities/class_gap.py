"""The gap of one class in its own metric, people and model on the same rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from slicer.metrics.cells import Cell
from slicer.metrics.delta import gradient
from slicer.metrics.intervals import NO_SPREAD, Interval, z_value

Array = np.ndarray


def _rate(name: str, truth: Array, said: Array, joint: Array) -> Array:
    """A class's metric from true rows, predicted rows and rows that are both."""
    below = {"f1": (truth + said) / 2, "recall": truth, "precision": said}[name]
    return np.asarray(np.divide(joint, below, out=np.full(np.shape(joint), np.nan), where=below != 0))


def gap_formula(name: str) -> Callable[[Array], Array]:
    """Human minus model, from stacks of joint counts."""

    def gap(joint: Array) -> Array:
        truth = joint[..., 1, :].sum(axis=-1)
        columns = joint.sum(axis=-2)
        model = _rate(name, truth, columns[..., 2] + columns[..., 3], joint[..., 1, 2] + joint[..., 1, 3])
        human = _rate(name, truth, columns[..., 1] + columns[..., 3], joint[..., 1, 1] + joint[..., 1, 3])
        return np.asarray(human - model)

    return gap


def joint_counts(cells: Sequence[Cell], label: str, of: Callable[[Cell], float] = lambda cell: cell.rows) -> Array:
    """Rows with a human label by (truth, model, human) of one class, shape (2, 4).

    The row is 1 where the class is true; the column is 2 x (model says it) + (human says it).

    Args:
        of: What is added up of a cell: its rows, its weight, or the squares of its weights.
    """
    table = np.zeros((2, 4))
    for cell in cells:
        if cell.right is not None and cell.human is not None:
            column = 2 * (cell.prediction == label) + (cell.human == label)
            table[int(cell.label == label), column] += of(cell)
    return table


def paired_interval(
    formula: Callable[[Array], Array], joint: Array, value: float, level: float, squares: Array | None = None
) -> Interval | None:
    """Delta on the joint cells; without spread, half a row is added to each cell, for the interval only.

    Args:
        squares: Where rows carry weights, Σw² of each cell, and `joint` holds Σw.
    """
    variance = joint if squares is None else squares
    se = _joint_error(formula, joint, variance)
    if se <= NO_SPREAD:
        se = _joint_error(formula, joint + 0.5, variance + 0.5)
    return _around(value, se, level)


def _joint_error(formula: Callable[[Array], Array], joint: Array, variance: Array) -> float:
    return float(np.sqrt((variance * gradient(formula, joint) ** 2).sum()))


def _around(value: float, se: float, level: float) -> Interval | None:
    half = z_value(level) * se
    return (max(-1.0, value - half), min(1.0, value + half)) if se > NO_SPREAD else None
