"""The picture of slices beside chance: what is drawn, held against the search it is drawn from."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import slicer
from slicer.charts.discover import found_and_noise
from slicer.charts.tables import table_of
from slicer.found import FindResult
from slicer.palette import LIGHT
from slicer.workbench import Wanted


@pytest.fixture(scope="module")
def result() -> FindResult:
    return slicer.sample("sentiment").find(Wanted(permutations=99, depth=1))


def layers(result: FindResult) -> tuple[dict[str, Any], dict[str, Any]]:
    """The chart as Vega-Lite, and its data by name."""
    spec = found_and_noise(result, [one.name for one in result.slices], LIGHT).to_dict()
    return spec, spec["datasets"]


def test_every_slice_stands_at_its_z_in_its_order(result: FindResult) -> None:
    shown = table_of(found_and_noise(result, [one.name for one in result.slices], LIGHT))
    mine = shown.dropna(subset=["slice"]) if "slice" in shown else shown
    assert list(mine["slice"]) == [one.name for one in result.slices]
    assert list(mine["z"]) == [one.z for one in result.slices]
    assert list(mine["chance finds as much"]) == [one.p_adjusted for one in result.slices]


def test_the_hill_holds_every_search_through_noise_and_the_line_is_what_one_in_twenty_exceeds(
    result: FindResult,
) -> None:
    _, data = layers(result)
    (hill,) = [rows for rows in data.values() if "searches" in rows[0]]
    assert sum(row["searches"] for row in hill) == result.permutations == 99
    assert result.noise is not None
    for row in hill[:-1]:
        inside = (result.noise.maxima >= row["low"]) & (result.noise.maxima < row["high"])
        assert row["searches"] == int(inside.sum())
    (line,) = [rows for rows in data.values() if set(rows[0]) == {"z"}]
    assert np.mean(result.noise.maxima > line[0]["z"]) <= 0.05


def test_a_click_selects_a_slice_of_the_search(result: FindResult) -> None:
    spec, data = layers(result)
    (pick,) = spec["params"]
    assert (pick["name"], pick["select"]["fields"]) == ("slice", ["slice"])
    (drawn,) = [rows for rows in data.values() if "beyond" in rows[0]]
    assert [row["slice"] for row in drawn] == [str(one.slice) for one in result.slices]


def test_without_chance_there_is_no_picture(result: FindResult) -> None:
    with pytest.raises(ValueError, match="chance"):
        found_and_noise(replace(result, noise=None), [one.name for one in result.slices], LIGHT)
