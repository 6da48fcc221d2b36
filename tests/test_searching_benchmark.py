"""What is measured of searching finds what it says, and is said with all its numbers."""

import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks import searching, tables
from benchmarks.searching import exhaustive_part, grown_part, make_part, slicer_part


def test_the_ten_that_are_measured_are_those_of_an_exhaustive_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    random = np.random.default_rng(3)
    levels = [3, 5, 2, 4]
    codes = np.stack([random.integers(0, count, 3000) for count in levels]).astype(np.uint8)
    wrong = random.random(3000) < 0.1 + 0.2 * ((codes[0] == 1) & (codes[3] == 2))
    np.savez(tmp_path / "codes.npz", codes=codes, levels=levels, wrong=wrong)
    monkeypatch.setattr(searching, "encoder", lambda folder: lambda: None)
    assert slicer_part(tmp_path)["top"] == exhaustive_part(tmp_path)["top"]
    np.savez(tmp_path / "codes.npz", codes=codes, levels=[2, 5, 2, 4], wrong=wrong)
    with pytest.raises(ValueError, match="outside all levels"):
        slicer_part(tmp_path)


def test_codes_on_disk_are_searched(tmp_path: Path) -> None:
    make_part(tmp_path, 20_000, 6)
    found = grown_part(tmp_path)
    assert {"pack", "sliceline", "potential", "peak"} == {*found}


def test_the_tables_say_what_was_measured() -> None:
    times = {"wall": 0.5, "cpu": 0.25}
    tools = {
        "slicer": {"load": times, "encode": times, "search": {"wall": 0.002, "cpu": 0.0025}, "peak": 2**28},
        "sliceline": {"load": times, "search": {"wall": 20.0, "cpu": 25.0}, "peak": 2**32},
        "divexplorer": {"search": times, "peak": 2**28, "slices": 9},
    }
    compared = {"rows": 48842, "columns": 14, "load": 0.1, "same_as_exhaustive": True, "tools": tools}
    size = {"rows": 10**8, "columns": 20, "pack": times, "sliceline": times, "potential": times, "peak": 2**31}
    results = json.loads((Path(searching.ROOT) / "benchmarks" / "results" / "results.json").read_text())
    results["search"] = {"compared": compared, "grown": [{**size, "load": 0.2}]}
    full, brief = tables.in_full(results), tables.in_brief(results)
    assert "| sliceline | 0.25 |  | 25.0000 | 4,096 | 10,000 | 99 |" in full
    assert "ten equal an exhaustive count" in full
    assert "| 100,000,000 x 20 | 0.50 | 0.50 | 0.50 | 0.50 | 2,048 | 0.2 |" in full
    assert "| Ten worst slices of Adult, 3 conditions, CPU | 2.5 ms | sliceline 25.0 s |" in brief
    compared["same_as_exhaustive"] = False
    assert "ten do NOT equal" in tables.in_full(results)
