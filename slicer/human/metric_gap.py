"""The gap on any metric of a confusion matrix, paired: people and model on the same rows."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from slicer.human.undefined import Answer, Undefined
from slicer.metrics.delta import gradient
from slicer.metrics.estimate import estimate
from slicer.metrics.intervals import NO_SPREAD, z_value

Array = np.ndarray


def human_table(joint: Array) -> Array:
    """The human confusion table, shape (classes, classes + 1), from [truth, model, human]: F1 of people and so on."""
    return np.asarray(joint.sum(axis=-2))


def model_table(joint: Array) -> Array:
    """The model's confusion table on the rows with a human label, shape (classes, classes + 1)."""
    return np.asarray(joint.sum(axis=-1))


def paired_metric_gap(
    metric: Callable[[Array], Array], joint: Array, level: float = 0.95, widest: float = 1.0
) -> Answer:
    """A metric of people minus the same of the model, on the same rows, with the delta method on the joint cells.

    Var = Σ N_c (∂gap / ∂N_c)²: two separate intervals would not know that both fail on the same hard rows. Where
    fewer than two rows are only people's or only the model's, one row of each true class is spread over the
    cells of either for the interval only, and the flag `boundary` says so.

    Args:
        metric: Maps tables, shape (..., classes, classes + 1), to values: `metrics.classification`.
        joint: Rows by truth, model and human label, shape (classes, classes + 1, classes + 1); last: none of them.
        widest: The largest gap there can be: 2 for MCC and kappa.

    >>> from slicer.metrics.classification import accuracy
    >>> joint = np.zeros((2, 3, 3))
    >>> joint[0, 0, 0], joint[0, 1, 0], joint[0, 0, 1], joint[1, 1, 1] = 40, 14, 6, 40
    >>> gap = paired_metric_gap(accuracy, joint)
    >>> round(gap.value, 2), [round(end, 3) for end in gap.ci]
    (0.08, [-0.006, 0.166])
    """
    n = int(joint.sum())
    if not n:
        return Undefined(reason="No row here has a truth and a human label.")
    human, model = float(metric(human_table(joint))), float(metric(model_table(joint)))
    if math.isnan(human) or math.isnan(model):
        who = "people" if math.isnan(human) else "the model"
        return Undefined(reason=f"There is nothing to divide by for {who} here.")
    classes = len(joint)

    def gap(flat: Array) -> Array:
        cells = flat.reshape(*flat.shape[:-1], classes + 1, classes + 1)
        return np.asarray(metric(human_table(cells)) - metric(model_table(cells)))

    boundary = min(_discordant(joint)) < 2
    smoothed = joint + _spread(joint) if boundary else joint.astype(float)
    flat = smoothed.reshape(classes, -1)
    centre, half = float(gap(flat)), z_value(level) * math.sqrt(float((flat * gradient(gap, flat) ** 2).sum()))
    value = human - model
    ci = (max(-widest, min(centre - half, value)), min(widest, max(centre + half, value)))
    return estimate(
        value,
        ci if half > NO_SPREAD else None,
        n=n,
        denominator=n,
        method="delta",
        level=level,
        flags=("boundary",) if boundary else (),
    )


def _discordant(joint: Array) -> tuple[float, float]:
    """Rows that only people, and that only the model get right."""
    index = np.arange(len(joint))
    both = joint[index, index, index].sum()
    return (
        float(human_table(joint)[index, index].sum() - both),
        float(model_table(joint)[index, index].sum() - both),
    )


def _spread(joint: Array) -> Array:
    """Half a row of each true class where only people are right, half where only the model is."""
    seen = (joint.sum(axis=(1, 2)) > 0) | (human_table(joint)[:, :-1].sum(axis=0) > 0)
    seen |= model_table(joint)[:, :-1].sum(axis=0) > 0
    added = np.zeros(joint.shape)
    for truth in np.flatnonzero(joint.sum(axis=(1, 2)) > 0):
        others = [int(index) for index in np.flatnonzero(seen) if index != truth] or [len(joint)]
        added[truth, others, truth] += 0.5 / len(others)
        added[truth, truth, others] += 0.5 / len(others)
    return added
