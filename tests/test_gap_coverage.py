"""The interval of a gap holds the true gap as often as it says: on average over the grid, nearly so in every cell."""

import json
import os

import pytest

from benchmarks.coverage_gap import RESULTS, ROWS, RUNS, simulate

METHODS = (
    "paired: Tango",
    "paired, hard rows in common: Tango",
    "other sample: MOVER",
    "leave-one-out: item differences",
)
ROUGH = {
    ("paired F1: delta", "20"),
    ("leave-one-out recall: delta by items", "20"),
    ("leave-one-out in clusters", "20"),
}
"""Wider than they need be: six rows of the class, four clusters. Never too short."""

LEAST = 0.90
"""No cell of the grid may fall below; a cell of few runs may by chance, so only long runs are held to it."""


def bounds(method: str, rows: str) -> tuple[float, float]:
    """What the mean over the grid must lie between."""
    return 0.93, 1.0 if (method, rows) in ROUGH else 0.97


def test_coverage_was_measured_and_kept() -> None:
    kept = json.loads((RESULTS / "coverage_gap.json").read_text(encoding="utf-8"))
    assert kept["runs"] == RUNS
    assert set(METHODS) | {method for method, _ in ROUGH} <= set(kept["coverage"])
    for method, by_rows in kept["coverage"].items():
        assert set(by_rows) == set(map(str, ROWS))
        for rows, cell in by_rows.items():
            low, high = bounds(method, rows)
            assert low <= cell["mean"] <= high, (method, rows)
            assert cell["least"] >= LEAST, (method, rows, cell["where"])
    assert "leave-one-out: item differences | 20" in (RESULTS / "coverage_gap.md").read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.soak
def test_the_interval_of_a_gap_covers_95_percent() -> None:
    runs = RUNS if os.environ.get("SLICER_SOAK") else 100
    for method, by_rows in simulate(runs).items():
        for rows, cell in by_rows.items():
            low, high = bounds(method, rows)
            chance = 0.0 if method in METHODS else 0.01  # few runs a cell
            assert low - chance <= float(cell["mean"]) <= high + chance, (method, rows)
            if runs == RUNS and method in METHODS:
                assert float(cell["least"]) >= LEAST, (method, rows, cell["where"])
