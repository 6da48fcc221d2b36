"""What is searched for."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from slicer.discovery.significance import PERMUTATIONS
from slicer.errors import UsageError
from slicer.found import Objectives, Outcome

LEAST_ROWS = 30
"""Rows a slice has at least, however small a share is asked for."""

LEAST_PERMUTATIONS = 19
"""Searches through noise from which a chance can be as small as one in twenty."""

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

    def __post_init__(self) -> None:
        """
        Raises:
            UsageError: a number is outside of what it can be.

        >>> Wanted(min_support=math.nan)
        Traceback (most recent call last):
        slicer.errors.UsageError: A slice cannot have at least nan rows.
        """
        if not 0 < self.min_support < math.inf:
            raise UsageError(
                f"A slice cannot have at least {self.min_support:g} rows.",
                hint="--min-support is a number of rows, or a share of them such as 0.01.",
            )
        if not 0 < self.alpha <= 1:
            raise UsageError(f"SliceLine's α cannot be {self.alpha:g}.", hint="It lies above 0, and is 1 at most.")
        if 0 < self.permutations < LEAST_PERMUTATIONS:
            raise UsageError(
                f"{self.permutations} searches through noise cannot tell what happens once in twenty.",
                hint=f"--permutations is {LEAST_PERMUTATIONS} or more, or 0 for exact chances.",
            )

    def least(self, rows: int) -> int:
        """Rows a slice must have, of so many that are searched.

        >>> Wanted().least(10_000), Wanted().least(500), Wanted(min_support=12).least(500)
        (100, 30, 12)
        """
        if self.min_support >= 1:
            return int(self.min_support)
        return max(LEAST_ROWS, math.ceil(self.min_support * rows))
