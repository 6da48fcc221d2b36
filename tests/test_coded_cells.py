"""Cells and levels read from codes are those that DuckDB finds by grouping."""

from __future__ import annotations

import math
import tempfile
from collections import Counter
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import slicer
from slicer.engine.coded_cells import cells_by
from slicer.engine.coded_columns import CodedColumns
from slicer.engine.levels import crossed
from slicer.engine.rows_in_common import rows_in_common
from slicer.engine.signatures import rows_in_both
from slicer.metrics.cells import Cell
from slicer.slices import Slice, parse
from slicer.workbench import Workbench

WHERE = [
    "", "age >= 35 or color = 'it''s'", "color is missing", "color = 'red'", "label = 'a' and age < 20", "age > 1000",
    "old = true and code != 'c3'", "correct = false", "wide = 'w7'",
]  # fmt: skip
NAMES = ("color", "age", "old", "code", "few", "wide", "empty", "label", "prediction", "correct")
PAIRED = ("color", "age", "code", "prediction")


def made(rows: int, seed: int, *, classes: int, weight: bool, human: str) -> Workbench:
    """Texts, numbers that are binned and that are not, missing values, missing labels and predictions."""
    random = np.random.default_rng(seed)
    keys = [*"abcdefghij"[:classes]]
    frame = pd.DataFrame({
        "id": [f"r{at}" for at in range(rows)],
        "color": pd.Series(random.choice(["red", "blue", None, "it's", "", "Red "], rows), dtype="str"),
        "age": random.normal(40, 9, rows).round(1), "old": random.choice([True, False], rows),
        "code": [f"c{at}" for at in random.integers(0, 80, rows)],
        "few": random.choice([0.0, -0.0, 2.5, math.nan, 1e20], rows),
        "wide": [f"w{at}" for at in random.integers(0, 40, rows)], "empty": pd.Series([None] * rows, dtype="str"),
        "label": pd.Series(random.choice([*keys, None], rows), dtype="str"),
        "prediction": pd.Series(random.choice([*keys, "z", "1.0", "1", "True", None], rows), dtype="str"),
    })  # fmt: skip
    frame.loc[: rows // 9, "age"] = math.nan
    roles = {}
    if human == "human":
        frame["said"] = pd.Series(random.choice([*keys, None], rows), dtype="str")
        roles["human"] = "said"
    if human == "human_correct":
        frame["said"] = random.choice([True, False], rows)
        roles["human_correct"] = "said"
    if weight:
        frame["w"] = random.choice([0.5, 1.0, 4.0, math.nan], rows)
        roles["weight"] = "w"
    return opened(frame, **roles)


def opened(frame: pd.DataFrame, **roles: str) -> Workbench:
    with tempfile.TemporaryDirectory() as place:
        frame.to_csv(Path(place) / "rows.csv", index=False)
        return slicer.open(Path(place) / "rows.csv", id="id", label="label", prediction="prediction", **roles)


def told(cells: list[tuple[Slice, list[Cell]]]) -> list[tuple[str, Counter[tuple[object, ...]]]]:
    """The cells of every slice, in order, by what they are; floats to ten digits."""
    return [
        (str(slice_), Counter(
            (one.label, one.prediction, one.human, one.right, one.human_right, one.rows,
             one.weight and round(one.weight, 9), one.squared_weight and round(one.squared_weight, 9))
            for one in mine
        ))
        for slice_, mine in cells
    ]  # fmt: skip


def agree(bench: Workbench, where: Slice, *, classes: bool) -> None:
    """Levels and cells, of single columns and of pairs."""
    expected = bench.engine.levels(NAMES, where)
    coded = CodedColumns(bench.engine, bench.folder)
    cells_by(coded, [[one] for one in coded.levels(NAMES).values()], Slice(), classes=classes)  # codes are there
    assert coded.levels(NAMES, where) == expected
    by = [[one] for one in expected.values()] + [
        [expected[one], expected[other]] for one, other in combinations(PAIRED, 2)
    ]
    by += [[expected["color"], expected["old"], expected["few"]], [expected["color"], expected["color"]]]
    for levels, cells in zip(by, cells_by(coded, by, where, classes=classes), strict=True):
        assert told(cells) == told(bench.engine.cells_by(levels, where, classes=classes))


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    rows=st.sampled_from([40, 700]),
    seed=st.integers(0, 99),
    classes=st.sampled_from([1, 2, 6]),
    weight=st.booleans(),
    human=st.sampled_from(["", "human", "human_correct"]),
    where=st.sampled_from(WHERE),
    by_class=st.booleans(),
)
def test_codes_give_the_cells_and_levels_of_duckdb(
    rows: int, seed: int, classes: int, weight: bool, human: str, where: str, by_class: bool
) -> None:
    bench = made(rows, seed, classes=classes, weight=weight, human=human)
    agree(bench, parse(where) if where else Slice(), classes=by_class)


def test_what_is_kept_on_disk_gives_the_same_again(tmp_path: Path) -> None:
    bench = made(700, 1, classes=3, weight=True, human="human")
    for _ in range(2):
        bench.folder = replace(bench.folder, root=tmp_path / "work.cache")  # forgets what it holds in memory
        agree(bench, parse("color = 'red'"), classes=True)
    assert list((tmp_path / "work.cache").rglob("*.json"))


def test_more_values_than_a_byte_holds_are_grouped_by_the_engine() -> None:
    rows = 900
    frame = pd.DataFrame({
        "id": [f"r{at}" for at in range(rows)], "color": ["red", "blue", "green"] * 300,
        "size": ["s", "l"] * 450, "old": [True, False, False] * 300,
        "label": [f"l{at % 300}" for at in range(rows)], "prediction": [f"l{at % 299}" for at in range(rows)],
    })  # fmt: skip
    bench = opened(frame)
    by = [[one] for one in bench.coded.levels(["color", "size", "old"]).values()]
    assert bench.folder.outcomes(bench.engine, classes=True) is None
    for levels, cells in zip(by, cells_by(bench.coded, by, Slice(), classes=True), strict=True):
        assert told(cells) == told(bench.engine.cells_by(levels, Slice(), classes=True))


@pytest.mark.parametrize("asked", [1, 3])
def test_of_few_columns_no_codes_are_made(asked: int) -> None:
    bench = made(30, 1, classes=2, weight=False, human="")
    names = ["color", "old", "wide"][:asked]
    bench.count_by(names, Slice())
    assert bench.folder.has([one for [one] in bench.levels_of(names, Slice())]) == (asked > 1)


@pytest.mark.parametrize("where", ["", "age >= 35 or color = 'it''s'"])
def test_rows_in_common_are_those_the_engine_finds(where: str) -> None:
    bench = made(700, 5, classes=2, weight=False, human="")
    rows = parse(where) if where else Slice()
    levels = list(bench.coded.levels(PAIRED, rows).values())
    one, other, code, _ = levels
    made_of = {
        slice_: tuple((mine.column, key) for mine, key in zip(several, keys, strict=True))
        for several in ([one], [other], [one, other], [one, code])
        for keys, slice_ in crossed(several).items()
    }
    slices = [*made_of, parse("wide = 'w1'")]
    places = [*np.random.default_rng(1).integers(0, len(slices), (150, 2)).tolist(), [0, len(slices) - 1]]
    pairs = [(slices[first], slices[second]) for first, second in places]
    found = rows_in_common(bench.coded, levels, made_of, pairs, rows)
    assert found == rows_in_both(bench.engine, pairs, rows)
    assert sum(found) > 0
