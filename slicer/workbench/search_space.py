"""The levels a search combines, and how their combinations are counted and scored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from slicer.discovery.counting import ChangeCounter, Counter, ErrorCounter, LossCounter
from slicer.discovery.objectives import Divergence, MeanPotential, Objective, Potential, SliceLine, Worsening
from slicer.discovery.search import count_slices
from slicer.discovery.split import second_half
from slicer.discovery.tallies import Whole
from slicer.engine.codes import Coded
from slicer.engine.levels import Levels
from slicer.errors import UsageError
from slicer.slices import Slice, all_of
from slicer.workbench.counting import Counting
from slicer.workbench.wanted import Wanted

COUNTED = 1_000_000
"""Rows up to which all slices with rows enough are counted on all rows, whatever their length."""


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
        return self.bench.task == "classification" and self.wanted.against is None

    @property
    def changed(self) -> bool:
        """Whether a loss is a row newly wrong against another run, or newly right."""
        return self.bench.task == "classification" and self.wanted.against is not None

    @property
    def items(self) -> list[tuple[int, int]]:
        """The column and level of each item."""
        return [(at, level) for at, one in enumerate(self.levels) for level in range(len(one.levels))]

    def counter(self, coded: Coded) -> Counter:
        sizes = [len(one.levels) for one in self.levels]
        if self.judged:
            return ErrorCounter(coded.codes, sizes, coded.losses > 0)
        if self.changed:
            return ChangeCounter(coded.codes, sizes, coded.losses.astype(np.int8))
        return LossCounter(coded.codes, sizes, coded.losses)

    def examined(self, coded: Coded, counter: Counter) -> int:
        """How many slices have rows enough: those that the best are chosen from, though most need not be counted.

        Of more than `COUNTED` rows those of three conditions and more are counted on a random part of as many rows.
        """
        rows = len(coded.losses)
        if self.wanted.depth <= 2 or rows <= COUNTED:
            return count_slices(counter, least=self.least, depth=self.wanted.depth)
        some = part_of(coded, np.random.default_rng(self.bench.options.seed).random(rows) < COUNTED / rows)
        least = max(1, round(self.least * len(some.losses) / rows))
        return count_slices(self.counter(some), least=least, depth=self.wanted.depth)

    def objective(self, whole: Whole) -> Objective:
        match self.wanted.objective:
            case "sliceline":
                if self.wanted.against is not None:
                    raise UsageError(
                        "SliceLine's score needs losses of 0 or more, and one run may be better than the other.",
                        hint="Take --objective potential or divergence.",
                    )
                return SliceLine(whole, self.least, self.wanted.alpha)
            case "divergence":
                return Divergence(whole, self.least)
        return self.potential(whole)

    def potential(self, whole: Whole) -> Potential | Worsening | MeanPotential:
        """What slices are worth, with its lower end."""
        if self.changed:
            return Worsening(whole, self.least)
        return Potential(whole, self.least) if self.judged else MeanPotential(whole, self.least)

    def rows(self, coded: Coded, items: Sequence[int]) -> np.ndarray:
        """Which rows a slice holds."""
        places = self.items
        return np.asarray(np.all([coded.codes[places[one][0]] == places[one][1] for one in items], axis=0))

    def slice_of(self, items: Sequence[int]) -> Slice:
        places = self.items
        return all_of(*(self.levels[places[one][0]].levels[places[one][1]].slice_ for one in items))
