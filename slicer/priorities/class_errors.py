"""What each kind of error of a class costs: rows missed, false alarms, and what fixing either would bring."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from slicer.metrics import classification
from slicer.metrics.counts import ConfusionCounts
from slicer.metrics.estimate import Estimate
from slicer.metrics.proportions import class_estimate

Array = np.ndarray


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixed:
    """What fixing some errors would add to two metrics of all rows."""

    rows: float
    """Errors of this kind (with weights: Σw)."""
    accuracy: float
    """In [0, 1]."""
    macro_f1: float
    """In [-1, 1]; the classes are those of the data set that have a value before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassErrors:
    """A class, its metrics, and its two kinds of error apart."""

    label: str
    support: float
    share: float
    """Of all rows."""
    recall: Estimate
    precision: Estimate
    f1: Estimate
    missed: Fixed
    """Rows of the class that the model did not find: false negatives."""
    alarms: Fixed
    """Rows of other classes that it was said of: false positives."""

    @property
    def worth(self) -> float:
        """The larger of what fixing either kind adds to macro F1."""
        return max(self.missed.macro_f1, self.alarms.macro_f1)


def class_errors(counts: ConfusionCounts, level: float = 0.95) -> tuple[ClassErrors, ...]:
    """Every class that is a label or a prediction, by what fixing one kind of its errors adds to macro F1.

    A fixed row moves to the diagonal of its true class, and everything else stays: both metrics are computed anew
    from the table. Macro F1 counts every class alike, so that errors of a rare class weigh more in it than in accuracy.

    >>> table = ConfusionCounts(("no", "yes"), np.array([[905.0, 9.0, 0.0], [18.0, 68.0, 0.0]]))
    >>> worst = class_errors(table)[0]
    >>> worst.label, worst.missed.rows, round(worst.missed.accuracy, 3), round(worst.missed.macro_f1, 3)
    ('yes', 18.0, 0.018, 0.063)
    """
    table = counts.table
    total = float(table.sum())
    if not total:
        return ()

    def fixed(mask: Array) -> Fixed:
        after = _without(table, mask)
        return Fixed(
            rows=float(table[mask].sum()),
            accuracy=_gain(classification.accuracy, table, after),
            macro_f1=_gain(classification.macro_f1, table, after),
        )

    found = []
    for index, label in enumerate(counts.labels):
        missed, alarms = np.zeros(table.shape, bool), np.zeros(table.shape, bool)
        missed[index, :] = alarms[:, index] = True
        missed[index, index] = alarms[index, index] = False
        support = float(table[index].sum())
        if not support and not table[:, index].sum():
            continue
        recall, precision, f1 = (class_estimate(counts, name, index, level) for name in ("recall", "precision", "f1"))
        found.append(
            ClassErrors(
                label=label,
                support=support,
                share=support / total,
                recall=recall,
                precision=precision,
                f1=f1,
                missed=fixed(missed),
                alarms=fixed(alarms),
            )
        )
    return tuple(sorted(found, key=lambda one: (-one.worth, one.support, one.label)))


def _without(table: Array, mask: Array) -> Array:
    """The table after the errors of a mask are right."""
    after = np.where(mask, 0.0, table)
    index = np.arange(len(table))
    after[index, index] += np.where(mask, table, 0.0).sum(axis=1)
    return after


def _gain(metric: Callable[[Array], Array], before: Array, after: Array) -> float:
    return float(metric(after)) - float(metric(before))
