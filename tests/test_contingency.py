"""Contingency tables hold what counting row by row gives, whichever way they are filled."""

from __future__ import annotations

import sys
from itertools import combinations
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slicer.contingency import plain, tables
from slicer.contingency.covering import covering
from slicer.contingency.tables import COMPILED, contingency_tables
from slicer.discovery.fast import Loader

compiled = pytest.importorskip(COMPILED, exc_type=ImportError)
BOTH = pytest.mark.parametrize("how", [plain, compiled], ids=["numpy", "compiled"])


def made(rows: int, levels: list[int], outcomes: int, seed: int = 0) -> tuple[list[np.ndarray], np.ndarray]:
    random = np.random.default_rng(seed)
    codes = [random.integers(0, count, rows).astype(np.uint8) for count in levels]
    return codes, random.integers(0, outcomes, rows).astype(np.uint8 if outcomes < 256 else np.uint16)


def by_hand(codes: list[np.ndarray], wanted: tuple[int, ...], outcome: np.ndarray, shape: tuple[int, ...]) -> list:
    """Rows by cell, by pandas."""
    frame = pd.DataFrame({str(place): codes[place] for place in wanted} | {"outcome": outcome})
    counts = np.zeros(shape, dtype=np.int64)
    for place, count in frame.value_counts().items():
        counts[place] = count
    return counts.tolist()


@BOTH
@settings(max_examples=25, deadline=None)
@given(
    levels=st.lists(st.sampled_from([1, 2, 3, 5, 9, 40]), min_size=1, max_size=6),
    rows=st.sampled_from([0, 1, 2, 3, 500]),
    outcomes=st.sampled_from([1, 4, 9, 300]),
    part=st.booleans(),
    seed=st.integers(0, 9),
)
def test_every_table_holds_what_pandas_counts(
    how: ModuleType, levels: list[int], rows: int, outcomes: int, part: bool, seed: int
) -> None:
    codes, outcome = made(rows, levels, outcomes, seed)
    places = range(len(levels))
    wanted = [(), *((one,) for one in places), *combinations(places, 2), *combinations(places[:3], 3)]
    wanted += [(1, 0)] if len(levels) > 1 else []
    among = np.random.default_rng(seed).random(rows) < 0.4 if part else None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tables, "_how", lambda work: how)
        found = contingency_tables(codes, levels, outcome, outcomes, wanted, among=among)
    kept = np.ones(rows, dtype=bool) if among is None else among
    for columns, table in zip(wanted, found, strict=True):
        shape = (*(levels[one] for one in columns), outcomes)
        assert table.rows.tolist() == by_hand([one[kept] for one in codes], columns, outcome[kept], shape)


@BOTH
def test_numbers_are_summed_with_their_squares(how: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "_how", lambda work: how)
    codes, outcome = made(5001, [3, 4, 70], 2)
    numbers = [np.random.default_rng(1).normal(size=5001), np.random.default_rng(2).integers(0, 9, 5001) / 4]
    wanted = [(0,), (2, 1)]
    for columns, table in zip(wanted, contingency_tables(codes, [3, 4, 70], outcome, 2, wanted, numbers=numbers),
                              strict=True):  # fmt: skip
        for number, (total, squares) in zip(numbers, table.sums, strict=True):
            of = pd.DataFrame({str(one): codes[one] for one in columns} | {"outcome": outcome, "x": number})
            grouped = of.assign(xx=number**2).groupby([*map(str, columns), "outcome"]).sum()
            for place, line in grouped.iterrows():
                assert total[place] == pytest.approx(line["x"], abs=1e-9)
                assert squares[place] == pytest.approx(line["xx"], abs=1e-9)


def test_cores_count_together_what_one_counts_and_codes_may_lie_on_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    levels = [2, 3, 251, 4]
    codes, outcome = made(300_003, levels, 6)
    for place, one in enumerate(codes):
        np.save(tmp_path / f"{place}.npy", one)
    kept = [np.load(tmp_path / f"{place}.npy", mmap_mode="r") for place in range(4)]
    wanted = [(0,), *combinations(range(4), 2)]
    expected = [
        np.bincount(np.ravel_multi_index((*(codes[one] for one in columns), outcome), shape), minlength=np.prod(shape))
        for columns in wanted
        for shape in [(*(levels[one] for one in columns), 6)]
    ]
    for how in (plain, compiled):
        monkeypatch.setattr(tables, "_how", lambda work, how=how: how)
        found = contingency_tables(kept, levels, outcome, 6, wanted)
        for one, table in zip(expected, found, strict=True):
            assert np.array_equal(table.rows.ravel(), one)
    monkeypatch.setattr(tables, "MOST_CELLS", 4000)
    again = contingency_tables(kept, levels, outcome, 6, wanted)
    for one, table in zip(expected, again, strict=True):
        assert np.array_equal(table.rows.ravel(), one)


def test_more_rows_than_32_bits_hold_are_gathered_in_between(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "_how", lambda work: compiled)
    monkeypatch.setattr(compiled, "MOST_ROWS", 10)
    codes, outcome = made(200_000, [3], 2)
    assert contingency_tables(codes, [3], outcome, 2, [()])[0].rows.tolist() == np.bincount(outcome).tolist()


@given(
    levels=st.lists(st.integers(1, 60), min_size=1, max_size=14),
    most=st.sampled_from([0, 10, 1000, 4096]),
    data=st.data(),
)
def test_every_wanted_table_lies_in_a_set_and_no_set_is_larger_than_it_must(
    levels: list[int], most: int, data: st.DataObject
) -> None:
    places = range(len(levels))
    possible = [(one,) for one in places] + list(combinations(places, 2))
    wanted = data.draw(st.lists(st.sampled_from(possible), unique=True))
    sets = covering(wanted, levels, most)
    largest = max((np.prod([levels[place] for place in one]) for one in wanted), default=0)
    for one in wanted:
        assert any(set(one) <= set(columns) for columns in sets)
    for columns in sets:
        assert len(set(columns)) == len(columns)
        assert len(columns) <= 2 or np.prod([levels[place] for place in columns]) <= max(most, largest)


def test_all_pairs_of_twenty_columns_are_counted_in_few_tables() -> None:
    assert len(covering(list(combinations(range(20), 2)), [5] * 20, 1024)) <= 40


def test_without_numba_numpy_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, COMPILED, None)  # what importing finds where it is missing
    monkeypatch.setattr(tables, "LOADER", Loader(COMPILED, worth=1))
    assert tables._how(2) is plain
