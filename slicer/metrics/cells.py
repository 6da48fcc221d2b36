"""What an engine counts, line by line, and how the lines of a slice add up to its sufficient statistics."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from slicer.metrics.counts import OUTCOME, ConfusionCounts, PairedCounts, SliceCounts

NO_CLASS = "\0"
"""A class key that no row can have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """Rows that share a truth, a prediction and a human label: one line of the engine's answer."""

    label: str | None
    """Class key of the truth; None where the label is missing."""
    prediction: str | None
    human: str | None
    """What a person said; None where nobody did, or where only whether they were right is known."""
    right: bool | None
    """Whether the prediction is the truth; None without a label. A missing prediction is wrong."""
    human_right: bool | None
    rows: int
    weight: float | None = None
    """Σw of those rows; None where rows carry no weights."""
    squared_weight: float | None = None
    """Σw² of those rows."""


def as_recalled(cells: Sequence[Cell]) -> list[Cell]:
    """Cells of people of whom only right or wrong is known, as if they had said the truth or no class at all.

    Recall of a class follows from these, and nothing else: what they said where they were wrong is not known.

    >>> cell = Cell(label="a", prediction="b", human=None, right=False, human_right=True, rows=2)
    >>> as_recalled([cell])[0].human
    'a'
    """
    return [
        cell
        if cell.human is not None or cell.human_right is None
        else replace(cell, human=cell.label if cell.human_right else NO_CLASS)
        for cell in cells
    ]


def count_slice(cells: Sequence[Cell], labels: Sequence[str] | None) -> SliceCounts:
    """Add up the cells of one slice.

    Args:
        cells: The engine's lines of this slice.
        labels: The data set's class keys in order, or None where classes are not counted.

    >>> cell = Cell(label="a", prediction="b", human="a", right=False, human_right=True, rows=2)
    >>> counts = count_slice([cell], ["a", "b"])
    >>> counts.support, counts.errors, counts.paired.human_only
    (2, 2, 2)
    """
    known = frozenset(labels or ())  # a person may say what neither truth nor model ever says: a miss, no class
    truth = [cell for cell in cells if cell.right is not None]
    seen = [cell for cell in truth if cell.human_right is not None]
    told = [cell for cell in seen if cell.human is not None]

    def rows(chosen: Iterable[Cell]) -> int:
        return sum(cell.rows for cell in chosen)

    def paired() -> PairedCounts:
        sides = [
            [cell for cell in seen if (cell.right, cell.human_right) == side]
            for side in ((True, True), (False, True), (True, False), (False, False))
        ]
        both, human_only, model_only, neither = (rows(side) for side in sides)
        return PairedCounts(
            both=both,
            human_only=human_only,
            model_only=model_only,
            neither=neither,
            weights=tuple(sum(cell.weight or 0.0 for cell in side) for side in sides) if weighted else None,
            squares=sum(cell.squared_weight or 0.0 for cell in seen) if weighted else None,
        )

    def confusion(chosen: Sequence[Cell], by: str) -> ConfusionCounts | None:
        if labels is None:
            return None

        def table(of: Callable[[Cell], float]) -> np.ndarray:
            said = ((cell, getattr(cell, by)) for cell in chosen)
            pairs = ((str(cell.label), key if key in known else None, of(cell)) for cell, key in said)
            return ConfusionCounts.from_pairs(pairs, labels).table

        rows = table(lambda cell: cell.rows)
        if not weighted:
            return ConfusionCounts(tuple(labels), rows)
        squares = table(lambda cell: cell.squared_weight or 0.0)
        return ConfusionCounts(tuple(labels), table(lambda cell: cell.weight or 0.0), squares, rows)

    def outcomes() -> ConfusionCounts:
        def table(of: Callable[[Cell], float]) -> np.ndarray:
            right, wrong = (sum(of(cell) for cell in truth if bool(cell.right) is side) for side in (True, False))
            return np.array([[right, wrong]], dtype=float)

        if not weighted:
            return ConfusionCounts(OUTCOME, table(lambda cell: cell.rows))
        return ConfusionCounts(
            OUTCOME,
            table(lambda cell: cell.weight or 0.0),
            table(lambda cell: cell.squared_weight or 0.0),
            table(lambda cell: cell.rows),
        )

    support, labelled = rows(cells), rows(truth)
    weighted = any(cell.weight is not None for cell in cells)
    return SliceCounts(
        support=support,
        unlabelled=support - labelled,
        unpredicted=rows(cell for cell in truth if cell.prediction is None),
        right=rows(cell for cell in truth if cell.right),
        confusion=confusion(truth, "prediction"),
        paired=paired() if seen else None,
        human_confusion=confusion(told, "human") if told else None,
        paired_confusion=confusion(told, "prediction") if told else None,
        outcomes=outcomes() if labels is None else None,
    )
