"""What is searched for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from slicer.discovery.significance import PERMUTATIONS
from slicer.found import Objectives, Outcome


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
