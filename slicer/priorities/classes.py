"""Classes as candidates: ranked by their own precision, recall or F1.

Each class counts by its true rows: the overall metric is the mean over classes weighted by support,
so weight x gap is exactly what closing a class's gap adds to it. For recall that mean is accuracy; a
class that is never predicted has no precision and no part in the mean of precision.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from slicer.human.hlp import CEILING, GivenHlp, Hlp
from slicer.metrics import classification
from slicer.metrics.counts import Cell, ConfusionCounts, SliceCounts
from slicer.metrics.delta import Formula, gradient
from slicer.metrics.estimate import Estimate
from slicer.metrics.intervals import NO_SPREAD, Interval, mover_difference, z_value
from slicer.metrics.proportions import class_estimate
from slicer.metrics.registry import formula_estimate
from slicer.priorities.potential import Gap, generator, hlp_draws, multinomial_draws
from slicer.priorities.ranking import Candidate
from slicer.slices import Slice, condition

Array = np.ndarray

CLASS_METRICS = ("f1", "recall", "precision")


def _rate(name: str, truth: Array, said: Array, joint: Array) -> Array:
    """A class's metric from true rows, predicted rows and rows that are both."""
    below = {"f1": (truth + said) / 2, "recall": truth, "precision": said}[name]
    return np.asarray(np.divide(joint, below, out=np.full(np.shape(joint), np.nan), where=below != 0))


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


def _gap_formula(name: str) -> Callable[[Array], Array]:
    """Human minus model, from stacks of joint counts."""

    def gap(joint: Array) -> Array:
        truth = joint[..., 1, :].sum(axis=-1)
        columns = joint.sum(axis=-2)
        model = _rate(name, truth, columns[..., 2] + columns[..., 3], joint[..., 1, 2] + joint[..., 1, 3])
        human = _rate(name, truth, columns[..., 1] + columns[..., 3], joint[..., 1, 1] + joint[..., 1, 3])
        return np.asarray(human - model)

    return gap


def class_candidates(
    cells: Sequence[Cell],
    counts: SliceCounts,
    *,
    metric: str,
    given: Mapping[Slice, GivenHlp],
    level: float,
    seed: int,
) -> list[Candidate]:
    """One candidate for each class that occurs in the truth.

    Args:
        cells: All rows, by class.
        counts: The same rows, added up.
        metric: f1, recall or precision.
        given: Human levels of this metric by slice (`label = 'x'`).
    """
    table = counts.confusion
    assert table is not None
    found = []
    estimates = [class_estimate(table, metric, index, level) for index in range(len(table.labels))]
    averaged = sum(int(rows) for rows, own in zip(table.support, estimates, strict=True) if own.value is not None)
    for index, (label, own) in enumerate(zip(table.labels, estimates, strict=True)):
        support = int(table.support[index])
        if not support:
            continue
        slice_ = condition("label", "=", label)
        weight = None if own.value is None else support / averaged
        joint = joint_counts(cells, label)
        hlp = _class_hlp(counts.human_confusion, index, metric, given.get(slice_), level)
        gap, draws = _class_gap(own, joint, hlp, metric, level, str(slice_), seed)
        missed = support - int(table.table[index, index])
        found.append(
            Candidate(
                slice=str(slice_),
                name=label,
                kind="class",
                support=support,
                share=support / counts.support,
                weight=weight,
                errors=missed,
                error_share=missed / counts.errors if counts.errors else None,
                estimate=own,
                estimate_paired=_on_paired_rows(counts, index, metric, level) if hlp.source == "paired" else None,
                hlp=hlp,
                gap=gap,
                ceiling=None if own.value is None or weight is None else (1 - own.value) * weight,
                draws=draws,
            )
        )
    return found


def overall_class_metric(counts: SliceCounts, metric: str, level: float) -> Estimate:
    """The mean of the classes' metric weighted by support: what the potentials of classes are points of."""
    table = counts.confusion
    assert table is not None
    formulas: dict[str, Formula] = {
        "f1": classification.weighted_f1,
        "recall": classification.accuracy,
        "precision": classification.weighted_precision,
    }
    return formula_estimate(formulas[metric], table, (0.0, 1.0), level)


def _class_hlp(human: ConfusionCounts | None, index: int, metric: str, given: GivenHlp | None, level: float) -> Hlp:
    if given is not None:
        return Hlp(value=given.value, source="given", n=given.n, ci=given.interval(level))
    if human is not None and human.support[index]:
        measured = class_estimate(human, metric, index, level)
        if measured.value is not None:
            return Hlp(value=measured.value, source="paired", n=int(human.support[index]), ci=measured.ci)
    return CEILING


def _class_gap(
    own: Estimate, joint: Array, hlp: Hlp, metric: str, level: float, key: str, seed: int
) -> tuple[Gap | None, Array | None]:
    random = generator(key, seed)
    if hlp.source == "paired":
        formula = _gap_formula(metric)
        value = float(formula(joint))
        if np.isnan(value):
            return None, None
        drawn = multinomial_draws(random, joint.ravel()).reshape(-1, 2, 4)
        draws = np.nan_to_num(formula(drawn.astype(float)), nan=value)
        gap = Gap(
            value=value,
            ci=_paired_interval(formula, joint, value, level),
            method="delta",
            model_value=hlp.value - value,
            n=int(joint.sum()),
        )
        return gap, draws
    if own.value is None or own.ci is None:
        return None, None
    ci = mover_difference(hlp.value, hlp.ci or (hlp.value, hlp.value), own.value, own.ci)
    share = own.value / (2 - own.value) if metric == "f1" else own.value
    cells = np.array([share, 1 - share]) * own.denominator
    model = multinomial_draws(random, cells)[:, 0] / max(round(own.denominator), 1)
    model = 2 * model / (1 + model) if metric == "f1" else model
    gap = Gap(value=hlp.value - own.value, ci=ci, method="mover", model_value=own.value, n=own.n)
    return gap, hlp_draws(hlp, random) - model


def _paired_interval(formula: Callable[[Array], Array], joint: Array, value: float, level: float) -> Interval | None:
    """Delta on the joint cells; without spread, half a row is added to each cell, for the interval only."""
    se = _joint_error(formula, joint)
    if se <= NO_SPREAD:
        se = _joint_error(formula, joint + 0.5)
    half = z_value(level) * se
    return (max(-1.0, value - half), min(1.0, value + half)) if se > NO_SPREAD else None


def _joint_error(formula: Callable[[Array], Array], joint: Array) -> float:
    return float(np.sqrt((joint * gradient(formula, joint) ** 2).sum()))


def _on_paired_rows(counts: SliceCounts, index: int, metric: str, level: float) -> Estimate | None:
    paired = counts.paired_confusion
    return None if paired is None else class_estimate(paired, metric, index, level)
