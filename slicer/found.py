"""Slices a search found, with what searching alone would find."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from slicer.discovery.significance import SearchNoise
from slicer.discovery.split import Confirmation
from slicer.metrics.intervals import Interval
from slicer.results import Head
from slicer.slices import Slice

Objectives = Literal["potential", "sliceline", "divergence"]
Outcome = Literal["error", "fpr", "fnr"]


BEYOND = 0.05
"""Chance below which a slice is called worse than searching through chance would find."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoldedSlice:
    """A slice that says the same as one that is shown."""

    slice: Slice
    name: str
    support: int
    errors: int
    reason: str

    def to_dict(self) -> dict[str, Any]:
        return {
            "slice": str(self.slice),
            "name": self.name,
            "support": self.support,
            "errors": self.errors,
            "reason": self.reason,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundSlice:
    """A slice that nobody asked for."""

    slice: Slice
    name: str
    support: int
    share: float
    errors: int | None
    """Rows with the outcome; None where rows carry numbers."""
    broken: int | None
    fixed: int | None
    """Rows newly wrong and newly right, where two runs are compared that are right or wrong."""
    error_rate: float
    """Or the mean loss, of rows that carry numbers; against another run, what it has grown by. Chosen because it is
    high, so it is too high."""
    ci: Interval | None
    """Of the rate; it holds for all slices examined at once. None where rows carry numbers, or nothing was held
    against chance yet."""
    z: float
    p_adjusted: float | None
    """The chance that a search through noise finds a slice as far from the rest; None where that was not tried yet."""
    potential: float
    """Share × (rate here - rate of the rest)."""
    potential_lower: float | None
    """Its lower end, which holds for all slices examined at once; None like `p_adjusted`."""
    score: float
    """Of the objective."""
    why: str
    """Why this slice and not the one it lies in; empty where it lies in none."""
    confirmation: Confirmation | None
    folded: tuple[FoldedSlice, ...]
    """Slices that say the same; the best first."""

    @property
    def beyond_noise(self) -> bool:
        return self.p_adjusted is not None and self.p_adjusted <= BEYOND

    def to_dict(self) -> dict[str, Any]:
        found = self.confirmation
        return {
            "slice": str(self.slice),
            "name": self.name,
            "conditions": [
                {"column": one.tested, "op": one.operator, "value": one.value} for one in self.slice.conditions
            ],
            "support": self.support,
            "share": self.share,
            "errors": self.errors,
            "broken": self.broken,
            "fixed": self.fixed,
            "error_rate": self.error_rate,
            "ci": None if self.ci is None else list(self.ci),
            "z": self.z,
            "p_adjusted": self.p_adjusted,
            "beyond_noise": self.beyond_noise,
            "confirmed": None if found is None else found.confirmed,
            "confirmation": None
            if found is None
            else {
                "support": found.rows,
                "errors": found.errors,
                "error_rate": found.rate,
                "ci": None if found.ci is None else list(found.ci),
                "p_value": found.p_value,
                "q_value": found.q_value,
            },
            "potential": {"value": self.potential, "lower": self.potential_lower},
            "score": self.score,
            "why": self.why,
            "folded": [one.to_dict() for one in self.folded],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class FindResult:
    """What a search found."""

    head: Head
    objective: Objectives
    outcome: Outcome
    against: str | None
    """The run this one is held against; None where errors were searched for."""
    error_rate: float | None
    """Of all rows that were searched; against another run, what that rate has grown by."""
    rows_searched: int
    examined: int
    """Slices with rows enough: the more, the further the best one looks from the rest by chance."""
    depth: int
    min_support: int
    seed: int
    noise: SearchNoise | None
    """What searches through noise found; None where nothing was searched, or they were not tried yet."""
    split_recommended: bool
    """Whether there are errors enough to find slices on half of the rows and measure them on the other."""
    left_out: tuple[tuple[str, str], ...]
    """Columns that were not searched, each with the reason."""
    slices: tuple[FoundSlice, ...]

    @property
    def threshold(self) -> float | None:
        """z*, which the best slice of a search through noise exceeds once in twenty."""
        return None if self.noise is None else self.noise.threshold()

    @property
    def permutations(self) -> int:
        """Searches through noise that were tried."""
        return 0 if self.noise is None else len(self.noise.maxima)

    def rest_of(self, one: FoundSlice) -> float | None:
        """The rate, or the mean loss, of the rows outside a slice; None where there are none."""
        rows = self.rows_searched - one.support
        if self.error_rate is None or not rows:
            return None
        return (self.error_rate * self.rows_searched - one.error_rate * one.support) / rows

    def to_dict(self) -> dict[str, Any]:
        """The document of the contract."""
        return {
            **self.head.document("find"),
            "objective": self.objective,
            "outcome": self.outcome,
            "against": self.against,
            "error_rate": self.error_rate,
            "rows_searched": self.rows_searched,
            "examined": self.examined,
            "depth": self.depth,
            "min_support": self.min_support,
            "seed": self.seed,
            "permutations": self.permutations,
            "z_threshold": self.threshold,
            "split_recommended": self.split_recommended,
            "left_out": [{"column": name, "reason": why} for name, why in self.left_out],
            "slices": [one.to_dict() for one in self.slices],
        }

    def to_json(self) -> str:
        return json.dumps(self.to_dict(), ensure_ascii=False, allow_nan=False)

    def to_frame(self) -> pd.DataFrame:
        """A line for each slice."""
        return pd.DataFrame([_line(one) for one in self.slices])


def _line(one: FoundSlice) -> dict[str, Any]:
    """A slice without lists and nested values."""
    low, high = one.ci or (None, None)
    line: dict[str, Any] = {
        "slice": str(one.slice),
        "name": one.name,
        "support": one.support,
        "share": one.share,
        "errors": one.errors,
        **({} if one.broken is None else {"broken": one.broken, "fixed": one.fixed}),
        "error_rate": one.error_rate,
        "ci_low": low,
        "ci_high": high,
        "z": one.z,
        "p_adjusted": one.p_adjusted,
        "beyond_noise": one.beyond_noise,
        "potential": one.potential,
        "potential_lower": one.potential_lower,
        "score": one.score,
        "why": one.why,
        "folded": len(one.folded),
    }
    if one.confirmation is not None:
        line |= {"confirmed_rate": one.confirmation.rate, "confirmed": one.confirmation.confirmed}
    return line
