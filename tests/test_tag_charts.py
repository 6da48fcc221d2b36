"""Charts of tags hold the numbers they are made from, and are valid Vega-Lite in both themes."""

from __future__ import annotations

import pytest

import slicer
from slicer.charts.tags import saturation_chart, together_chart
from slicer.palette import DARK, LIGHT, Palette
from slicer.tagging.together import Saturation, Together


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_charts_of_the_sample_are_valid(palette: Palette) -> None:
    counted = slicer.sample("speech").tags().counted
    spec = saturation_chart(counted.saturation, palette).to_dict()
    steps = next(iter(spec["datasets"].values()))
    assert (steps[0], steps[-1]) == ({"read": 0, "tags": 0}, {"read": 100, "tags": 6})
    cells = next(iter(together_chart(counted.together, palette).to_dict()["datasets"].values()))
    assert len(cells) == 36
    (both,) = [one for one in cells if (one["one"], one["other"]) == ("homophone", "people noise")]
    assert (both["rows"], both["said"]) == (23, "23 of 52 with homophone (44\u202f%)")


def test_charts_of_nothing_are_valid() -> None:
    saturation_chart(Saturation(read=0, first=()), LIGHT).to_dict()
    together_chart(Together(rows={frozenset("a"): 1}), LIGHT).to_dict()
