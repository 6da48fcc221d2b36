"""What closing a slice's gap adds to a metric that is no mean over rows, and what that assumes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from slicer.metrics.delta import Formula
from slicer.metrics.intervals import Interval
from slicer.priorities.counterfactual import change_of, with_errors_scaled
from slicer.priorities.joint_cells import JointCells
from slicer.priorities.people_known import People, SameRows
from slicer.priorities.potential import generator

Array = np.ndarray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Gain:
    """A slice at human level, and what the metric of all rows becomes."""

    value: float
    """What the metric of all rows gains, signed so that above 0 is better, in its unit."""
    ci: Interval | None
    draws: Array = field(repr=False)
    """Draws of the value, shape (DRAWS,)."""
    accuracy: float | None
    """What accuracy gains by the same change; None where rows carry numbers."""
    accuracy_ci: Interval | None
    ceiling: float
    """What the metric gains if every error of the slice were fixed."""
    human: float | None
    """People's metric on the slice, on the rows they answered where they answered some."""
    human_ci: Interval | None
    model: float | None
    """The model's on the same rows."""
    ahead: float | None
    """How much better people are on the slice, in the unit of the metric."""
    ahead_ci: Interval | None
    assumption: str
    """What was assumed of people's errors, a sentence."""
    change: Array = field(repr=False)
    """What is added to the counts of all rows, so that gains of slices that exclude each other go together."""
    whole: Total = field(repr=False)
    """All rows."""

    def part(self, part: float) -> float:
        """What closing this part of the gap gains, in [0, 1]."""
        return float(self.whole.together(np.array([[part]]), self.change[None])[0])


class Total(Protocol):
    """The counts of all rows, and the metric that is asked of them."""

    def together(self, sets: Array, changes: Array) -> Array:
        """What sets of slices that exclude each other gain, above 0 where it is better, shape (sets,).

        Args:
            sets: Which slices are in each, or what part of each, shape (sets, slices).
            changes: Of the counts by each slice, shape (slices, ...).
        """


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Whole:
    """All rows, and the metric that is asked of them."""

    formula: Formula
    overall: Array
    """Shape (classes, classes + 1)."""
    squared: Array
    """Σw² of its cells; the same where rows carry no weights."""
    higher_is_better: bool = True
    level: float = 0.95

    @property
    def sign(self) -> int:
        return 1 if self.higher_is_better else -1

    def together(self, sets: Array, changes: Array) -> Array:
        """As in `Total`; changes have the shape (slices, classes, classes + 1)."""
        tables = self.overall + np.tensordot(sets.astype(float), changes, 1)
        return np.asarray(np.nan_to_num(self.sign * (self.formula(tables) - self.formula(self.overall))))


def gain(whole: Whole, cells: JointCells, people: People, key: str, seed: int, worth: float = 1.0) -> Gain | None:
    """What the metric of all rows gains if a slice reached human level; None where it is undefined.

    The interval is that of the draws: every cell of the slice and of the rest is drawn anew, and people's level with
    them; how many rows the slice has stays what it is.

    Args:
        key: The slice's text: its draws do not depend on which other slices are ranked.
        worth: Independent rows that one row is worth: less than 1 where rows come in clusters.

    >>> from slicer.human.hlp import Hlp
    >>> from slicer.metrics import classification
    >>> from slicer.metrics.cells import Cell
    >>> from slicer.priorities.people_known import OneLevel
    >>> cells = [
    ...     Cell(label=true, prediction=said, human=None, right=true == said, human_right=None, rows=many)
    ...     for true, said, many in (("0", "0", 180), ("0", "1", 6), ("1", "0", 12), ("1", "1", 22))
    ... ]
    >>> people = OneLevel(hlp=Hlp(value=0.96, source="given", n=None, ci=None), words="accuracy")
    >>> overall = np.array([[905.0, 9.0, 0.0], [18.0, 68.0, 0.0]])
    >>> f1 = lambda tables: classification.class_f1(tables)[..., 1]
    >>> whole = Whole(formula=f1, overall=overall, squared=overall)
    >>> found = gain(whole, JointCells.of(cells, ["0", "1"]), people, "s", 0)
    >>> round(found.value, 4), round(found.accuracy, 4)
    (0.0585, 0.0092)
    """
    table, replaced = cells.tables(), people.replaced(cells)
    value = whole.sign * float(change_of(whole.formula, whole.overall, table, replaced))
    if np.isnan(value):
        return None
    random = generator(key, seed)
    filled, totals = cells.drawn(random, worth)
    others = _rest(whole, cells, random, worth, len(totals))
    tables, stars = filled.tables(totals), people.replaced(filled, totals, random)
    draws = whole.sign * (whole.formula(others + stars) - whole.formula(others + tables))
    of_accuracy = (_right(stars) - _right(tables)) / whole.overall.sum()
    human, model, drawn_human, drawn_model = (
        (cells.people(), cells.beside(), filled.people(totals), filled.beside(totals))
        if isinstance(people, SameRows)
        else (replaced, table, stars, tables)
    )
    level, own = (_value(whole.formula, one) for one in (human, model))
    levels, owns = whole.formula(drawn_human), whole.formula(drawn_model)
    ahead = None if level is None or own is None else whole.sign * (level - own)
    perfect = with_errors_scaled(table, np.array(0.0))
    accuracy = float(_right(replaced) - _right(table)) / float(whole.overall.sum())
    return Gain(
        value=value,
        ci=ends_of(draws, value, whole.level),
        draws=np.nan_to_num(draws, nan=value),
        accuracy=accuracy,
        accuracy_ci=ends_of(of_accuracy, accuracy, whole.level),
        ceiling=whole.sign * float(change_of(whole.formula, whole.overall, table, perfect)),
        human=level,
        human_ci=ends_of(levels, level, whole.level),
        model=own,
        ahead=ahead,
        ahead_ci=ends_of(whole.sign * (levels - owns), ahead, whole.level),
        assumption=people.assumption(cells),
        change=replaced - table,
        whole=whole,
    )


def _rest(whole: Whole, cells: JointCells, random: np.random.Generator, worth: float, draws: int) -> Array:
    """Draws of the rows outside the slice, shape (draws, classes, classes + 1)."""
    rest, squared = whole.overall - cells.tables(), whole.squared - cells.tables(cells.squared)
    there = rest > 1e-9 * whole.overall  # what is left of none is rounding
    unit = np.divide(squared, rest, out=np.ones_like(rest), where=there) / worth
    found = random.poisson(np.where(there, rest, 0.0) / unit, size=(draws, *rest.shape)) * unit
    counted = found.sum(axis=(-1, -2), keepdims=True)
    return np.asarray(found * np.divide(rest.sum(), counted, out=np.zeros_like(counted), where=counted > 0))


def _right(tables: Array) -> Array:
    return np.asarray(np.diagonal(tables, axis1=-2, axis2=-1).sum(axis=-1))


def _value(formula: Formula, table: Array) -> float | None:
    found = float(formula(table))
    return None if np.isnan(found) else found


def ends_of(draws: Array, value: float | None, level: float) -> Interval | None:
    """The middle of the draws, widened to hold the value; None where they do not differ."""
    known = draws[~np.isnan(draws)]
    if value is None or not len(known) or float(np.ptp(known)) <= 1e-12:
        return None
    low, high = (float(end) for end in np.quantile(known, ((1 - level) / 2, (1 + level) / 2)))
    return min(low, value), max(high, value)
