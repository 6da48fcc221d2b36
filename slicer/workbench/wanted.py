"""What is searched for."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from slicer.discovery.significance import PERMUTATIONS
from slicer.found import Objectives, Outcome

LEAST_ROWS = 30
"""Rows a slice has at least, however small a share is asked for."""

Classes = Literal["none", "true", "predicted"]
Cuts = Literal["quantiles", "tree"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is searched for."""

    features: Sequence[str] = ()
    """The data set's features if empty."""
    depth: int = 2
    top: int = 10
    min_support: float = 0.01
    """Below 1 a share of the rows, at least 30 of them; else rows."""
    objective: Objectives = "potential"
    outcome: Outcome = "error"
    against: str | None = None
    """Another run: searched is where this one is worse than that."""
    alpha: float = 0.95
    """Of SliceLine's score: the weight of the errors against the size."""
    permutations: int = PERMUTATIONS
    """0 for Bonferroni's inequality in their place."""
    all_rows: bool = False
    """Whether the losses of all rows are dealt in each, however long that takes."""
    split_half: bool = False
    words: bool = False
    """Whether the words and the lengths of texts are searched too."""
    tags: bool = False
    """Whether tags are, those for which nearly all rows were read."""
    classes: Classes = "none"
    """Whether the true class is a column to search, or the predicted one."""
    bins: Mapping[str, Sequence[float]] = field(default_factory=dict, hash=False)
    """Edges of the bins of numbers, from the first to the last; see `workbench.intervals.bins_of_edges`."""
    cuts: Cuts = "quantiles"
    """Where other numbers are cut; by a tree only with `split_half`."""

    def least(self, rows: int) -> int:
        """Rows a slice must have, of so many that are searched.

        >>> Wanted().least(10_000), Wanted().least(500), Wanted(min_support=12).least(500)
        (100, 30, 12)
        """
        if self.min_support >= 1:
            return int(self.min_support)
        return max(LEAST_ROWS, math.ceil(self.min_support * rows))
