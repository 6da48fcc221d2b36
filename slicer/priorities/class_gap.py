"""The gap of one class in its own metric, people and model on the same rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from slicer.human.patterns import ItemPatterns
from slicer.metrics.cells import Cell
from slicer.metrics.counts import ConfusionCounts
from slicer.metrics.delta import gradient
from slicer.metrics.intervals import NO_SPREAD, Interval, z_value
from slicer.priorities.potential import Gap

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


def joint_counts(cells: Sequence[Cell], label: str) -> Array:
    """Rows with a human label by (truth, model, human) of one class, shape (2, 4).

    The row is 1 where the class is true; the column is 2 x (model says it) + (human says it).
    """
    table = np.zeros((2, 4))
    for cell in cells:
        if cell.right is not None and cell.human is not None:
            column = 2 * (cell.prediction == label) + (cell.human == label)
            table[int(cell.label == label), column] += cell.rows
    return table


def paired_interval(formula: Callable[[Array], Array], joint: Array, value: float, level: float) -> Interval | None:
    """Delta on the joint cells; without spread, half a row is added to each cell, for the interval only."""
    se = _joint_error(formula, joint)
    if se <= NO_SPREAD:
        se = _joint_error(formula, joint + 0.5)
    return _around(value, se, level)


def _joint_error(formula: Callable[[Array], Array], joint: Array) -> float:
    return float(np.sqrt((joint * gradient(formula, joint) ** 2).sum()))


def _around(value: float, se: float, level: float) -> Interval | None:
    half = z_value(level) * se
    return (max(-1.0, value - half), min(1.0, value + half)) if se > NO_SPREAD else None


# --- several people --------------------------------------------------------------------------------


def people_tables(patterns: ItemPatterns, labels: Sequence[str]) -> tuple[ConfusionCounts, ConfusionCounts]:
    """People against the truth and the model against it, on the rows with an answer and a truth.

    Each row counts once: a person of several is a part of it. Labels that neither truth nor model uses are misses.

    >>> people, model = people_tables(ItemPatterns.of([["a", "b"]], model=["b"], truth=["a"]), ["a", "b"])
    >>> people.table.tolist(), model.table.tolist()
    ([[0.5, 0.5, 0.0], [0.0, 0.0, 0.0]], [[0.0, 1.0, 0.0], [0.0, 0.0, 0.0]])
    """
    used = _judged(patterns)
    place = {label: index for index, label in enumerate(labels)}
    to = np.array([place.get(label, len(labels)) for label in used.labels] + [len(labels)])
    people, model = np.zeros((len(labels), len(labels) + 1)), np.zeros((len(labels), len(labels) + 1))
    truth = to[_codes(used.truth, used)]
    for said in range(len(used.labels)):
        np.add.at(people, (truth, to[said]), used.items * used.counts[:, said] / used.answers)
    np.add.at(model, (truth, to[_codes(used.model, used)]), used.items)
    return ConfusionCounts(tuple(labels), people), ConfusionCounts(tuple(labels), model)


def people_gap(patterns: ItemPatterns, label: str, metric: str, level: float) -> Gap | None:
    """The gap of a class where several people answered: the delta method between items, never between answers."""
    used = _judged(patterns)
    place = used.labels.index(label)
    true, model = (np.asarray(_codes(one, used) == place, dtype=int) for one in (used.truth, used.model))
    share = used.counts[:, place] / used.answers
    cells = np.zeros((len(used.items), 2, 4))
    lines = np.arange(len(used.items))
    cells[lines, true, 2 * model + 1], cells[lines, true, 2 * model] = share, 1 - share
    formula, joint = gap_formula(metric), np.tensordot(used.items.astype(float), cells, 1)
    value = float(formula(joint))
    if np.isnan(value):
        return None
    slope = gradient(formula, joint)
    spread = float(np.sqrt(used.items @ (cells * slope).sum(axis=(1, 2)) ** 2))
    return Gap(
        value=value,
        ci=_around(value, spread, level),
        method="delta",
        model_value=float("nan"),
        n=used.n,
    )


def _judged(patterns: ItemPatterns) -> ItemPatterns:
    truth = patterns.truth
    return patterns.where((patterns.answers > 0) & (truth >= 0 if truth is not None else False))


def _codes(codes: Array | None, patterns: ItemPatterns) -> Array:
    """Places among the labels, one beyond the last where there is none."""
    if codes is None:
        return np.full(len(patterns.items), len(patterns.labels))
    return np.where(codes < 0, len(patterns.labels), codes)
