"""A slice's rows by truth, model and person, and the tables that samples like it would give."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from slicer.metrics.cells import Cell
from slicer.metrics.delta import PSEUDO_ROWS
from slicer.priorities.potential import DRAWS

Array = np.ndarray

UNANSWERED = -1
"""No person answered these rows."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class JointCells:
    """Rows that share a truth, a prediction and a person's answer, one entry each."""

    classes: int
    truth: Array
    """Place of the true class."""
    model: Array
    """Place of the predicted class; `classes` where there is none."""
    human: Array
    """Place of what the person said; `classes` where it is no class, `UNANSWERED` where nobody said anything."""
    total: Array
    """Σw, or rows."""
    squared: Array
    """Σw², or rows."""

    @classmethod
    def of(cls, cells: Sequence[Cell], labels: Sequence[str], *, people: bool = True) -> JointCells:
        """The rows that have a truth.

        Args:
            people: Whether a person's answers are told apart.

        >>> cell = Cell(label="a", prediction="b", human="a", right=False, human_right=True, rows=2)
        >>> JointCells.of([cell], ["a", "b"]).tables().tolist()
        [[0.0, 2.0, 0.0], [0.0, 0.0, 0.0]]
        """
        place, nothing = {label: index for index, label in enumerate(labels)}, len(labels)
        known = sorted(
            (cell for cell in cells if cell.right is not None),
            key=lambda cell: (str(cell.label), str(cell.prediction), str(cell.human)),
        )  # an engine answers in any order, and draws go by it
        said = [
            place.get(str(cell.human), nothing) if people and cell.human is not None else UNANSWERED for cell in known
        ]
        return cls(
            classes=len(labels),
            truth=np.array([place[str(cell.label)] for cell in known], dtype=int),
            model=np.array([place.get(str(cell.prediction), nothing) for cell in known], dtype=int),
            human=np.array(said, dtype=int),
            total=np.array([cell.rows if cell.weight is None else cell.weight for cell in known], dtype=float),
            squared=np.array(
                [cell.rows if cell.squared_weight is None else cell.squared_weight for cell in known], dtype=float
            ),
        )

    def tables(self, totals: Array | None = None) -> Array:
        """The model's confusion tables, shape (..., classes, classes + 1).

        Args:
            totals: Of the cells, shape (..., cells); their own if None.
        """
        return self._tables(self.model, np.ones(len(self.truth), dtype=bool), totals)

    def beside(self, totals: Array | None = None) -> Array:
        """The model's on the rows that a person answered."""
        return self._tables(self.model, self.human != UNANSWERED, totals)

    def people(self, totals: Array | None = None) -> Array:
        """People's on the rows that a person answered."""
        return self._tables(self.human, self.human != UNANSWERED, totals)

    def _tables(self, said: Array, there: Array, totals: Array | None) -> Array:
        totals = self.total if totals is None else totals
        width = self.classes + 1
        place = np.zeros((len(self.truth), self.classes * width))
        place[np.flatnonzero(there), self.truth[there] * width + said[there]] = 1.0
        return np.asarray((totals @ place).reshape(*totals.shape[:-1], self.classes, width))

    def drawn(self, random: np.random.Generator, worth: float = 1.0, draws: int = DRAWS) -> tuple[JointCells, Array]:
        """Samples of as many rows as these: each cell is Poisson around its rows, and the total stays what it is.

        `PSEUDO_ROWS` are spread over the ways in which one side alone errs, so that what never happened may.

        Args:
            worth: Independent rows that one row is worth, above 0: less than 1 where rows come in clusters.

        Returns:
            The cells, some more than these, and their totals, shape (draws, cells).
        """
        filled = self._filled()
        unit = np.divide(filled.squared, filled.total, out=np.ones_like(filled.total), where=filled.total > 0) / worth
        found = random.poisson(filled.total / unit, size=(draws, len(filled.total))) * unit
        whole = found.sum(axis=-1, keepdims=True)
        return filled, found * np.divide(self.total.sum(), whole, out=np.zeros_like(whole), where=whole > 0)

    def _filled(self) -> JointCells:
        there = np.union1d(self.truth, self.model[self.model < self.classes])
        if len(there) < 2:
            there = np.arange(self.classes)
        i, j = (one.ravel() for one in np.meshgrid(there, there, indexing="ij"))
        paired = bool((self.human != UNANSWERED).any())
        wrong = i != j
        truth = np.concatenate([i, i[wrong]]) if paired else i
        model = np.concatenate([j, i[wrong]]) if paired else j
        human = np.concatenate([i, j[wrong]]) if paired else np.full(len(i), UNANSWERED)
        unit = float(self.squared.sum() / self.total.sum()) if self.total.sum() else 1.0
        share = np.full(len(truth), PSEUDO_ROWS / len(truth))
        return JointCells(
            classes=self.classes,
            truth=np.concatenate([self.truth, truth]),
            model=np.concatenate([self.model, model]),
            human=np.concatenate([self.human, human]),
            total=np.concatenate([self.total, share * unit]),
            squared=np.concatenate([self.squared, share * unit**2]),
        )
