"""What is known of people on a slice, and how they would leave its rows: four ways, each with what it assumes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from slicer.human.hlp import Hlp
from slicer.metrics import classification
from slicer.metrics.delta import Formula
from slicer.metrics.intervals import z_value
from slicer.priorities.counterfactual import (
    as_people_answered,
    by_recall_and_precision,
    error_factor,
    with_errors_scaled,
)
from slicer.priorities.joint_cells import JointCells
from slicer.priorities.potential import DRAWS, Gap, hlp_draws

Array = np.ndarray


class People(Protocol):
    """What is known of people on a slice."""

    def replaced(
        self, cells: JointCells, totals: Array | None = None, random: np.random.Generator | None = None
    ) -> Array:
        """The slice as people leave it, shape (..., classes, classes + 1).

        Args:
            cells: The slice.
            totals: Of its cells, shape (..., cells); their own if None.
            random: For draws of people's level; None takes it as it is.
        """

    def assumption(self, cells: JointCells) -> str:
        """What was assumed, a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SameRows:
    """A person answered rows of the slice."""

    def replaced(
        self, cells: JointCells, totals: Array | None = None, random: np.random.Generator | None = None
    ) -> Array:
        return as_people_answered(cells.tables(totals), cells.people(totals), cells.beside(totals))

    def assumption(self, cells: JointCells) -> str:
        known = "People's own answers take the place of the model's on the same rows"
        if float(cells.beside().sum()) >= float(cells.total.sum()) - 1e-9:
            return f"{known}; nothing is assumed."
        return f"{known}; rows nobody answered are taken to change as those of the same true class."


@dataclass(frozen=True, slots=True, kw_only=True)
class RecallAndPrecision:
    """People's recall and precision of the positive of two classes."""

    recall: Hlp
    precision: Hlp
    positive: int

    def replaced(
        self, cells: JointCells, totals: Array | None = None, random: np.random.Generator | None = None
    ) -> Array:
        table = cells.tables(totals)
        recall, precision = (
            np.full(table.shape[:-2], one.value) if random is None else hlp_draws(one, random)
            for one in (self.recall, self.precision)
        )
        return by_recall_and_precision(table, self.positive, recall, precision)

    def assumption(self, cells: JointCells) -> str:
        return "Only people's recall and precision are known here; they give people's misses and false alarms."


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OneLevel:
    """People's level in one metric."""

    hlp: Hlp
    words: str
    """What the metric is called."""
    formula: Formula = field(default=classification.accuracy)
    """Of the metric."""
    beside: Gap | None = None
    """Where the level was measured with the model beside it, by other answers than the label: how far ahead people are.
    Then the level is the slice's own plus that."""
    seed: tuple[str, int] = ("", 0)
    """The key and the seed of the gap's draws."""
    confidence: float = 0.95
    """The level of its intervals."""

    def replaced(
        self, cells: JointCells, totals: Array | None = None, random: np.random.Generator | None = None
    ) -> Array:
        table = cells.tables(totals)
        level = self._level(table, random)
        factor = error_factor(self.formula, table, level)
        return with_errors_scaled(table, factor)

    def _level(self, table: Array, random: np.random.Generator | None) -> Array:
        if self.beside is None:
            return np.full(table.shape[:-2], self.hlp.value) if random is None else self._drawn(random)
        ahead = self.beside.value if random is None else self.beside.draws(*self.seed, self.confidence)
        return np.minimum(self.formula(table) + ahead, 1.0)

    def _drawn(self, random: np.random.Generator) -> Array:
        """Draws of the level; normal around it where it is no share of rows."""
        if self.formula is classification.accuracy or self.hlp.ci is None:
            return hlp_draws(self.hlp, random)
        spread = (self.hlp.ci[1] - self.hlp.ci[0]) / (2 * z_value(self.confidence))
        return np.minimum(random.normal(self.hlp.value, spread, DRAWS), 1.0)

    def assumption(self, cells: JointCells) -> str:
        if self.hlp.source == "ceiling":
            return "No human level is known: every error here counts as one that could be fixed."
        factor = float(error_factor(self.formula, cells.tables(), self._level(cells.tables(), None)))
        known = f"Only people's {self.words} is known here"
        if np.isnan(factor):
            return f"{known}."
        if factor >= 1:
            return f"{known}, and it is not above the model's."
        return f"{known}: every kind of error is taken to shrink alike, to {100 * factor:.0f} % of what it is."
