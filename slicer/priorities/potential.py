"""The gap to human level and what closing it is worth, each with its interval and its draws."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np

from slicer.human.between import few_clusters
from slicer.human.hlp import Hlp
from slicer.human.undefined import Answer
from slicer.metrics.counts import SliceCounts
from slicer.metrics.estimate import Estimate
from slicer.metrics.intervals import Interval, mover_difference, z_value
from slicer.metrics.means import linearised
from slicer.metrics.proportions import effective_rows, right_cells
from slicer.metrics.rates import accuracy
from slicer.metrics.score_intervals import tango

GAP_FLAGS = ("boundary", "small_n", "hlp_no_uncertainty", "truth_is_human", "few_clusters")
"""Flags of an estimate that say something of a gap."""

DRAWS = 2000
"""Joint draws behind ties and chances to be on top."""


def improvement_potential(accuracy: float, hlp: float, support: int, total: int) -> float:
    """How much overall accuracy would rise if this slice reached HLP.

    The gap to human-level performance, weighted by the share of the data the
    slice covers. At or above HLP nothing is left to gain: 0, never negative.

    Args:
        accuracy: Accuracy on the slice, in [0, 1].
        hlp: Human-level performance on the slice, in [0, 1].
        support: Rows in the slice.
        total: Rows in the data set, at least 1.

    Returns:
        A fraction of overall accuracy: 0.006 is 0.6 points.

    Source:
        A. Ng, "Prioritizing what to work on", Introduction to Machine
        Learning in Production; the example is his.

    >>> round(improvement_potential(accuracy=0.94, hlp=0.95, support=60, total=100), 4)
    0.006
    """
    return max(hlp - accuracy, 0.0) * support / total


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """HLP minus the model's metric; negative where the model is better."""

    value: float
    ci: Interval | None
    method: str
    model_value: float
    """The model's value the gap was taken from: on the rows people labelled, where it is paired."""
    n: int
    """Rows behind `model_value`."""
    flags: tuple[str, ...] = ()
    """Words of `vocabulary.FLAGS`."""

    @classmethod
    def of(cls, found: Answer, model: Answer) -> Gap | None:
        """The gap that was measured; None where it has no value.

        Args:
            found: HLP minus the model, positive where people are better.
            model: The model's value on the rows behind it.
        """
        if not isinstance(found, Estimate) or found.value is None or model.value is None:
            return None
        return cls(value=found.value, ci=found.ci, method=found.method or "", model_value=model.value, n=found.n,
                   flags=tuple(flag for flag in found.flags if flag in GAP_FLAGS))  # fmt: skip

    def draws(self, key: str, seed: int, level: float = 0.95) -> np.ndarray:
        """Draws that are normal around the gap, as wide as its interval, shape (DRAWS,); constant without one.

        Args:
            key: The slice's text: its draws do not depend on which other slices are ranked.
        """
        spread = 0.0 if self.ci is None else (self.ci[1] - self.ci[0]) / (2 * z_value(level))
        return generator(key, seed).normal(self.value, spread, DRAWS)

    def to_dict(self) -> dict[str, Any]:
        return {"value": self.value, "ci": None if self.ci is None else list(self.ci)}


def accuracy_gap(counts: SliceCounts, hlp: Hlp, level: float = 0.95) -> Gap | None:
    """The gap in accuracy; None where no row has a truth.

    Paired (human labels on these rows): (b - c) / n on those rows, Tango's interval, or where rows come in
    clusters that of the differences between them. Else the difference from the slice's accuracy, MOVER's
    interval; a bare number has no spread of its own.
    """
    if hlp.source == "paired" and counts.paired is not None and counts.paired.n:
        paired = counts.paired
        if paired.between is not None:
            return Gap(
                value=paired.gap,
                ci=linearised(paired.between.gap, (-1.0, 1.0), level)[0],
                method="cluster",
                model_value=paired.model_right / paired.size,
                n=paired.n,
                flags=few_clusters(paired.between.gap),
            )
        return Gap(
            value=paired.gap,
            ci=tango(float(paired.cells[1]), float(paired.cells[2]), paired.size, level),
            method="tango",
            model_value=paired.model_right / paired.size,
            n=paired.n,
        )
    own = accuracy(counts, level)
    if own.value is None:
        return None
    ci = None if own.ci is None else mover_difference(hlp.value, hlp.ci or (hlp.value, hlp.value), own.value, own.ci)
    return Gap(value=hlp.value - own.value, ci=ci, method="mover", model_value=own.value, n=counts.n)


def accuracy_gap_draws(counts: SliceCounts, gap: Gap, hlp: Hlp, key: str, seed: int) -> np.ndarray:
    """Draws of the gap, shape (DRAWS,): cell counts multinomial with ½ added, HLP likewise or constant; between
    clusters normal around the gap.

    Args:
        key: The slice's text: its draws do not depend on which other slices are ranked.
    """
    random = generator(key, seed)
    if gap.method == "cluster":
        return gap.draws(key, seed)
    if hlp.source == "paired" and counts.paired is not None and counts.paired.n:
        both, human_only, model_only, neither = counts.paired.cells + 0.5
        smoothed = np.array([human_only, model_only, both + neither])
        size = max(1, round(counts.paired.size))
        drawn = random.multinomial(size, smoothed / smoothed.sum(), size=DRAWS)
        return np.asarray((drawn[:, 0] - drawn[:, 1]) / size)
    table = counts.tabled
    right, rows = right_cells(table), effective_rows(table, right_cells(table)) or float(counts.n)
    share = float(table.table[right[0]].sum() / table.table.sum())
    model = multinomial_draws(random, rows * np.array([share, 1 - share]))
    return np.asarray(hlp_draws(hlp, random) - model[:, 0] / model.sum(axis=1))


def hlp_draws(hlp: Hlp, random: np.random.Generator) -> np.ndarray:
    """Draws of a human level, shape (DRAWS,)."""
    if hlp.shrunk_counts is not None:
        return random.beta(*hlp.shrunk_counts, size=DRAWS)
    if hlp.ci is None:
        return np.full(DRAWS, hlp.value)
    if hlp.n:
        right = hlp.value * hlp.n
        return multinomial_draws(random, np.array([right, hlp.n - right]))[:, 0] / hlp.n
    spread = (hlp.ci[1] - hlp.ci[0]) / (2 * z_value(0.95))
    return np.clip(random.normal(hlp.value, spread, DRAWS), 0.0, 1.0)


def multinomial_draws(random: np.random.Generator, cells: np.ndarray) -> np.ndarray:
    """Tables of as many rows, drawn with ½ added to each cell, shape (DRAWS, cells)."""
    smoothed = cells + 0.5
    return random.multinomial(max(1, round(float(cells.sum()))), smoothed / smoothed.sum(), size=DRAWS)


def generator(key: str, seed: int) -> np.random.Generator:
    """A random generator of a slice's own."""
    return np.random.default_rng([seed, zlib.crc32(key.encode())])
