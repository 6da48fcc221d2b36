"""The levels a search combines, and how their combinations are counted and scored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from slicer.discovery.counting import Counter, ErrorCounter, LossCounter
from slicer.discovery.objectives import Divergence, MeanLoss, Objective, Potential, SliceLine
from slicer.discovery.split import second_half
from slicer.discovery.tallies import Whole
from slicer.engine.codes import Coded
from slicer.engine.levels import Levels
from slicer.slices import Slice, all_of
from slicer.workbench.counting import Counting
from slicer.workbench.wanted import Wanted


def part_of(coded: Coded, rows: np.ndarray) -> Coded:
    """Some of the rows."""
    keys = None if coded.keys is None else [key for key, taken in zip(coded.keys, rows, strict=True) if taken]
    return Coded(codes=coded.codes[:, rows], losses=coded.losses[rows], keys=keys)


def measured_half(coded: Coded, seed: int) -> np.ndarray:
    """Which rows are kept for measuring what the others found, by the hash of their key; see `second_half`.

    Rows without one go by their place in the data.
    """
    keys = coded.keys if coded.keys is not None else [str(place) for place in range(len(coded.losses))]
    bad = coded.losses > (coded.losses.mean() if len(coded.losses) else 0.0)
    return second_half(keys, bad, seed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Space:
    """The levels that are combined, and how their combinations are counted, scored and said."""

    bench: Counting
    wanted: Wanted
    levels: Sequence[Levels]
    least: int

    @property
    def judged(self) -> bool:
        """Whether a loss is an error or none."""
        return self.bench.task == "classification"

    @property
    def items(self) -> list[tuple[int, int]]:
        """The column and level of each item."""
        return [(at, level) for at, one in enumerate(self.levels) for level in range(len(one.levels))]

    def counter(self, coded: Coded) -> Counter:
        sizes = [len(one.levels) for one in self.levels]
        if self.judged:
            return ErrorCounter(coded.codes, sizes, coded.losses > 0)
        return LossCounter(coded.codes, sizes, coded.losses)

    def objective(self, whole: Whole) -> Objective:
        match self.wanted.objective:
            case "sliceline":
                return SliceLine(whole, self.least, self.wanted.alpha)
            case "divergence":
                return Divergence(whole, self.least) if self.judged else MeanLoss(whole, self.least)
        return Potential(whole, self.least) if self.judged else MeanLoss(whole, self.least)

    def rows(self, coded: Coded, items: Sequence[int]) -> np.ndarray:
        """Which rows a slice holds."""
        places = self.items
        return np.asarray(np.all([coded.codes[places[one][0]] == places[one][1] for one in items], axis=0))

    def slice_of(self, items: Sequence[int]) -> Slice:
        places = self.items
        return all_of(*(self.levels[places[one][0]].levels[places[one][1]].slice_ for one in items))
