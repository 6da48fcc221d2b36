"""Rows coded once give the cells that counting column by column gives."""

from collections import Counter
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import slicer
from slicer.engine.coded_cells import coded_cells
from slicer.metrics.cells import Cell
from slicer.slices import Slice, parse
from slicer.workbench import Workbench


def opened(place: Path, *, weight: bool) -> Workbench:
    """Texts, numbers that are binned, missing values, labels that are missing, predictions that are."""
    random = np.random.default_rng(3)
    rows = 2000
    frame = pd.DataFrame({
        "id": [f"r{at}" for at in range(rows)],
        "color": random.choice(["red", "blue", None, "it's"], rows), "age": random.normal(40, 9, rows).round(1),
        "old": random.choice([True, False], rows), "code": [f"c{at}" for at in random.integers(0, 80, rows)],
        "label": random.choice(["a", "b", None], rows, p=[0.6, 0.3, 0.1]),
        "prediction": random.choice(["a", "b", "z", None], rows), "human": random.choice(["a", "b", None], rows),
    })  # fmt: skip
    frame.loc[:50, "age"] = None
    if weight:
        frame["w"] = random.choice([0.5, 1.0, 4.0], rows)
    frame.to_csv(place / "rows.csv", index=False)
    roles = {"weight": "w"} if weight else {}
    return slicer.open(place / "rows.csv", id="id", label="label", prediction="prediction", human="human", **roles)


def told(cells: list[tuple[Slice, list[Cell]]]) -> dict[str, Counter[tuple[object, ...]]]:
    """The cells of every slice, by what they are; floats to ten digits."""
    return {
        str(slice_): Counter(
            (one.label, one.prediction, one.human, one.right, one.human_right, one.rows,
             one.weight and round(one.weight, 9), one.squared_weight and round(one.squared_weight, 9))
            for one in mine
        )
        for slice_, mine in cells
    }  # fmt: skip


@pytest.mark.parametrize("weight", [False, True])
@pytest.mark.parametrize("classes", [False, True])
def test_coded_rows_give_the_same_cells(tmp_path: Path, weight: bool, classes: bool) -> None:
    bench = opened(tmp_path, weight=weight)
    names = ["color", "age", "old", "code"]
    for where in (Slice(), parse("age >= 35 or color = 'it''s'")):
        columns = [one for (one,) in bench.levels_of(names, where)]
        with coded_cells(bench.engine, columns, where, classes=classes) as cells_by:
            for levels in [[one] for one in columns] + [list(pair) for pair in combinations(columns, 2)]:
                assert told(cells_by(levels)) == told(bench.engine.cells_by(levels, where, classes=classes))
