"""Codes of columns are made once for each state of the data, and again when they are gone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from slicer.engine import code_files
from slicer.engine.code_files import CodeFolder
from slicer.project.store import Project
from slicer.sources import load_files
from slicer.workbench import Workbench

ROWS = 300


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    lines = [f"{row},{'abc'[row % 3]},{row % 97},{'yn'[row % 2]},{'yn'[row % 5 == 0]}" for row in range(ROWS)]
    (tmp_path / "rows.csv").write_text("\n".join(["id,group,size,label,prediction", *lines]))
    project = Project(tmp_path / "work.duckdb")
    return Workbench(project, load_files(project, [tmp_path / "rows.csv"])[0])


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The columns that were encoded."""
    names: list[str] = []
    write = code_files._write

    def noted(engine, levels: Sequence, into) -> None:
        names.extend(one.column for one in levels)
        write(engine, levels, into)

    monkeypatch.setattr(code_files, "_write", noted)
    return names


def test_codes_are_the_places_of_levels_and_are_kept(bench: Workbench, made: list[str], tmp_path: Path) -> None:
    folder = CodeFolder(root=tmp_path / "work.cache", dataset="1", state="a", answers="", rows=ROWS)
    levels = [one for [one] in bench.levels_of(["group", "size", "label"], code_files.ALL)]
    found = folder.codes(bench.engine, levels)
    for one, codes in zip(levels, found, strict=True):
        for place, level in enumerate(one.levels):
            inside = {int(row) for row in bench.ids(level.slice_)}
            assert set(np.flatnonzero(codes == place).tolist()) == inside
    assert [one.tolist() for one in folder.codes(bench.engine, levels)] == [one.tolist() for one in found]
    assert made == ["group", "size", "label"]


def test_what_is_damaged_or_of_another_state_is_made_again(bench: Workbench, made: list[str], tmp_path: Path) -> None:
    folder = CodeFolder(root=tmp_path / "work.cache", dataset="1", state="a", answers="", rows=ROWS)
    levels = [one for [one] in bench.levels_of(["group", "label"], code_files.ALL)]
    folder.codes(bench.engine, levels)
    next((tmp_path / "work.cache").rglob("*.npy")).write_bytes(b"damaged")
    replace(folder).codes(bench.engine, levels)
    assert len(made) == 3
    replace(folder, answers="another run").codes(bench.engine, levels)
    assert made[3:] == ["label"]
    replace(folder, state="b").codes(bench.engine, levels)
    assert len(made) == 6
    assert len(list((tmp_path / "work.cache").iterdir())) == 1
    assert not list((tmp_path / "work.cache").rglob("*.part"))


def test_levels_are_found_once_and_again_when_they_are_damaged(
    bench: Workbench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = CodeFolder(root=tmp_path / "work.cache", dataset="1", state="a", answers="", rows=ROWS)
    names = ["group", "size", "label"]
    expected = bench.engine.levels(names)
    assert folder.levels(bench.engine, names) == expected
    asked: list[str] = []
    engine = bench.engine
    found = engine.levels
    monkeypatch.setattr(engine, "levels", lambda names, *rest: asked.extend(names) or found(names, *rest))
    assert replace(folder).levels(engine, names) == expected
    assert asked == []
    next((tmp_path / "work.cache").rglob("*.json")).write_text("[")
    assert replace(folder).levels(engine, names) == expected
    assert len(asked) == 1
    assert replace(folder, answers="another run").levels(engine, names) == expected
    assert asked[1:] == ["label"]


def test_where_nothing_can_be_kept_codes_are_made_in_memory(bench: Workbench, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    levels = [one for [one] in bench.levels_of(["group"], code_files.ALL)]
    nowhere = CodeFolder(root=None, dataset="1", state="a", answers="", rows=ROWS)
    blocked = replace(nowhere, root=tmp_path / "file")
    assert nowhere.codes(bench.engine, levels)[0].tolist() == blocked.codes(bench.engine, levels)[0].tolist()


def test_a_second_search_makes_no_codes_and_finds_the_same(bench: Workbench, made: list[str], tmp_path: Path) -> None:
    from slicer.workbench.wanted import Wanted

    first = bench.find(Wanted(permutations=19))
    count = len(made)
    again = bench.find(Wanted(permutations=19))
    assert count == 2
    assert len(made) == count
    assert again.to_dict() == first.to_dict()
    assert list((tmp_path / "work.cache").rglob("*.npy"))
