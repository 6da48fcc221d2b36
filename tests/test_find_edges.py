"""A search where there is hardly anything to search: sentences and finite numbers, whatever the data hold."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import slicer
from slicer.findings.found import chance_words, found_finding
from slicer.workbench import Wanted


@pytest.mark.parametrize("wrong", ["none", "one", "a slice", "all"])
@pytest.mark.parametrize("speakers", [None, 7, 1])
def test_whatever_is_wrong_numbers_are_finite(tmp_path: Path, wrong: str, speakers: int | None) -> None:
    rows = 120
    table = pd.DataFrame({"kind": ["a", "b", "c"] * 40, "size": ["x", "y"] * 60, "label": "yes"})
    errors = {"none": [], "one": [7], "a slice": [*range(0, rows, 3)], "all": [*range(rows)]}[wrong]
    table["prediction"] = np.where(np.isin(np.arange(rows), errors), "no", "yes")
    if speakers is not None:
        table["speaker"] = [f"s{place % speakers}" for place in range(rows)]
    table.to_csv(tmp_path / "rows.csv", index=False)
    cluster = {} if speakers is None else {"cluster": "speaker"}
    bench = slicer.open(tmp_path / "rows.csv", label="label", features=["kind", "size"], **cluster)
    for permutations, split_half in ((0, False), (19, False), (19, True)):
        wanted = Wanted(features=["kind", "size"], permutations=permutations, split_half=split_half, min_support=15)
        result = bench.find(wanted)
        json.loads(result.to_json())  # refuses what is not finite
        assert all(found_finding(result))
        for one in result.slices:
            assert one.p_adjusted is not None
            assert 0 < one.p_adjusted <= 1
            assert one.potential_lower is not None
            assert one.potential_lower <= one.potential
            assert chance_words(one, result)
        if wrong != "a slice":
            assert not any(one.beyond_noise for one in result.slices)
        elif speakers is None:
            assert str(result.slices[0].slice) == "kind = 'a'"
            assert result.slices[0].beyond_noise
