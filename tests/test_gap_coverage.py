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
LEAST = 0.90
"""No cell of the grid may fall below; a cell of few runs may by chance, so only long runs are held to it."""


def test_coverage_was_measured_and_kept() -> None:
    kept = json.loads((RESULTS / "coverage_gap.json").read_text(encoding="utf-8"))
    assert kept["runs"] == RUNS
    for method in METHODS:
        for rows in ROWS:
            cell = kept["coverage"][method][str(rows)]
            assert 0.93 <= cell["mean"] <= 0.97, (method, rows)
            assert cell["least"] >= LEAST, (method, rows, cell["where"])
    assert "leave-one-out: item differences | 20" in (RESULTS / "coverage_gap.md").read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.soak
def test_the_interval_of_a_gap_covers_95_percent() -> None:
    runs = RUNS if os.environ.get("SLICER_SOAK") else 100
    for method, by_rows in simulate(runs).items():
        for rows, cell in by_rows.items():
            low, high = (0.93, 0.97) if method in METHODS else (0.92, 0.99)
            assert low <= float(cell["mean"]) <= high, (method, rows)
            if runs == RUNS and method in METHODS:
                assert float(cell["least"]) >= LEAST, (method, rows, cell["where"])
