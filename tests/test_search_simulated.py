"""What the whole search finds in made data: nothing in noise, what was planted, and no more than is true of it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from noise_kit import FEATURES, features, once_in_twenty, planted
from oracles_of_search_noise import BENCHMARK, PLANTED

import slicer
from slicer.discovery.counting import ErrorCounter
from slicer.discovery.effects import divergence_t
from slicer.discovery.objectives import Divergence, SliceLine
from slicer.discovery.search import every_slice, search
from slicer.discovery.tallies import Tallies, whole_of
from slicer.found import FoundSlice
from slicer.slices import Slice, parse
from slicer.workbench import Wanted, Workbench

SOAK = bool(os.environ.get("SLICER_SOAK"))
NAMES = [f"f{place}" for place in range(FEATURES)]
PLANTED_SLICES = (parse("f0 = 'l1'"), parse("f1 = 'l2' and f2 = 'l3'"))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Made:
    """Rows with errors drawn from known chances, and a workbench on them."""

    codes: np.ndarray
    chances: np.ndarray
    errors: np.ndarray
    bench: Workbench

    def gap(self, slice_: Slice) -> float:
        """How much worse a slice truly is than the rest."""
        inside = np.all(
            [self.codes[int(one.column[1:])] == int(str(one.value)[1:]) for one in slice_.conditions], axis=0
        )
        return float(self.chances[inside].mean() - self.chances[~inside].mean())


def made(folder: Path, seed: int, rows: int, runs: int, *, bad: bool, base: float = 0.1) -> Iterator[Made]:
    """Several runs on the same rows."""
    random = np.random.default_rng(seed)
    codes = features(random, rows)
    one, two = planted(codes)
    chances = base + bad * (0.08 * one + 0.18 * two)
    wrong = random.random((runs, rows)) < chances
    table = {name: [f"l{level}" for level in codes[place]] for place, name in enumerate(NAMES)}
    table |= {"id": range(rows), "label": ["x"] * rows}
    table |= {f"run{run}": np.where(wrong[run], "y", "x") for run in range(runs)}
    path = folder / f"made{seed}.parquet"
    pd.DataFrame(table).to_parquet(path)
    predictions = {f"r{run}": f"run{run}" for run in range(runs)}
    bench = slicer.open(path, label="label", prediction=predictions, features=NAMES, id="id")
    for run in range(runs):
        mine = Workbench(bench.project, bench.dataset, f"r{run}", bench.options)
        yield Made(codes=codes, chances=chances, errors=wrong[run], bench=mine)


@pytest.mark.slow
@pytest.mark.soak
def test_in_noise_one_search_in_twenty_finds_anything(tmp_path: Path) -> None:
    runs, each = (2000, 40) if SOAK else (40, 40)
    found = confirmed = 0
    for seed in range(runs // each):
        for one in made(tmp_path, seed, 800, each, bad=False):
            result = one.bench.find(Wanted(permutations=199 if SOAK else 99, top=5))
            found += any(slice_.beyond_noise for slice_ in result.slices)
            half = one.bench.find(Wanted(permutations=0, top=5, split_half=True)) if SOAK or not seed else None
            confirmed += half is not None and any(
                slice_.confirmation is not None and slice_.confirmation.confirmed for slice_ in half.slices
            )
    assert once_in_twenty(found, runs)
    assert once_in_twenty(confirmed, runs if SOAK else each)


@pytest.mark.slow
@pytest.mark.soak
@pytest.mark.parametrize("bad", [True, False])
def test_the_lower_end_is_wrong_once_in_twenty(tmp_path: Path, bad: bool) -> None:
    runs, each = (4000, 40) if SOAK else (40, 20)
    wrong = 0
    for seed in range(runs // each):
        for one in made(tmp_path, 100 + seed, 800, each, bad=bad):
            result = one.bench.find(Wanted(permutations=199 if SOAK else 99, top=5))
            wrong += any(too_high(one, slice_) for slice_ in result.slices)
    assert once_in_twenty(wrong, runs)


def too_high(one: Made, slice_: FoundSlice) -> bool:
    """Whether a slice is said to be worth more than it truly is."""
    assert slice_.potential_lower is not None
    return slice_.potential_lower > max(0.0, slice_.share * one.gap(slice_.slice))


@dataclass(slots=True)
class Reports:
    """What a method reported over many repetitions."""

    found: list[tuple[bool, bool]] = field(default_factory=list)
    right: list[int] = field(default_factory=list)
    many: list[int] = field(default_factory=list)
    bias: list[float] = field(default_factory=list)

    def add(self, one: Made, slices: list[tuple[Slice, float]]) -> None:
        """Slices, each with the gap that is reported of it."""
        named = [{str(part) for part in slice_.conditions} for slice_, _ in slices]
        hits = [{str(part) for part in known.conditions} in named for known in PLANTED_SLICES]
        self.found.append((hits[0], hits[1]))
        self.right.append(sum(hits))
        self.many.append(len(slices))
        self.bias.extend(100 * (gap - one.gap(slice_)) for slice_, gap in slices)


def ranked(one: Made) -> dict[str, list[tuple[Slice, float]]]:
    """The first five by the scores of SliceLine and DivExplorer."""
    counter = ErrorCounter(one.codes, [4] * FEATURES, one.errors)
    whole = whole_of(one.errors.astype(float))

    def reported(items: tuple[int, ...], mine: Tallies) -> tuple[Slice, float]:
        rate = mine.losses[0] / mine.rows[0]
        words = " and ".join(f"f{item // 4} = 'l{item % 4}'" for item in items)
        return parse(words), float(rate - (whole.losses - mine.losses[0]) / (whole.rows - mine.rows[0]))

    objectives = {
        "sliceline_a0.6": SliceLine(whole, 60, 0.6),
        "sliceline_a0.95": SliceLine(whole, 60, 0.95),
        "divexplorer_div": Divergence(whole, 60),
    }
    found = {
        name: [reported(best.items, best.tally) for best in search(counter, objective, least=60, depth=2, most=5)]
        for name, objective in objectives.items()
    }
    slices = every_slice(counter, least=60, depth=2)
    items = [tuple(int(item) for item in one) for some in slices for one in some]
    tallies = Tallies.joined([counter.tally(some) for some in slices])
    t = np.where(tallies.losses / tallies.rows > whole.mean, divergence_t(tallies, whole), 0)
    found["divexplorer_t"] = [reported(items[place], tallies[place : place + 1]) for place in np.argsort(-t)[:5]]
    return found


def halves(one: Made) -> dict[str, list[tuple[Slice, float]]]:
    """What is found on one half, and of it what the other half confirms."""
    result = one.bench.find(Wanted(permutations=0, top=5, split_half=True, min_support=30))
    kept = [found for found in result.slices if found.confirmation is not None and found.confirmation.confirmed]
    return {
        "project_discover_only": [
            (found.slice, found.error_rate - (result.rest_of(found) or 0)) for found in result.slices
        ],
        "project_confirmed": [(found.slice, measured_gap(one, found, result.rows_searched)) for found in kept],
    }


def measured_gap(one: Made, slice_: FoundSlice, searched: int) -> float:
    """On the other half: its errors are all errors without those of the half that was searched."""
    said = slice_.confirmation
    assert said is not None
    assert said.errors is not None
    rows = len(one.errors) - searched
    others = int(one.errors.sum()) - int(one.errors.sum() + 1) // 2
    return said.errors / said.rows - (others - said.errors) / (rows - said.rows)


@pytest.mark.slow
@pytest.mark.soak
@pytest.mark.parametrize("design", ["planted", "null_no_effect"])
def test_the_benchmark_beside_sliceline_and_divexplorer(tmp_path: Path, design: str) -> None:
    runs, each, known = (60, 10, BENCHMARK[design]) if SOAK else (6, 6, BENCHMARK[design])
    reports = {name: Reports() for name in known}
    for seed in range(runs // each):
        for one in made(tmp_path, 200 + seed, 6000, each, bad=design == "planted"):
            for name, slices in (ranked(one) | halves(one)).items():
                reports[name].add(one, slices)
    for name, theirs in known.items():
        mine = reports[name]
        for place, rate in enumerate(theirs["found"]):
            assert np.mean([hits[place] for hits in mine.found]) == within(rate, runs), name
        folded = name.startswith("project")  # what says the same is folded more strictly than in the worked example
        assert sum(mine.many) / runs <= theirs["many"] + (0.5 if folded else 1), name
        if theirs["right"] and mine.many:
            right = sum(mine.right) / sum(mine.many)
            assert right == within(theirs["right"], sum(mine.many)) or (folded and right > theirs["right"]), name
        if mine.bias and theirs["bias"] is not None:
            error = np.std(mine.bias) * np.sqrt(1 / 60 + 1 / runs)
            assert abs(np.mean(mine.bias) - theirs["bias"]) <= 3 * error + 0.3, name


def within(rate: float, runs: int) -> object:
    """Three standard errors of simulation around a rate that was itself simulated 60 times."""
    return pytest.approx(rate, abs=3 * np.sqrt(max(rate * (1 - rate), 0.02) * (1 / 60 + 1 / runs)))


@pytest.mark.slow
@pytest.mark.soak
@pytest.mark.parametrize("rows", [1500, 3000] if SOAK else [1500])
def test_planted_slices_are_found_as_often_as_in_the_worked_simulation(tmp_path: Path, rows: int) -> None:
    known, (runs, each) = PLANTED[rows], (100, 25) if SOAK else (20, 20)
    hits: list[tuple[bool, ...]] = []
    for seed in range(runs // each):
        for one in made(tmp_path, 300 + seed, rows, each, bad=True):
            result = one.bench.find(
                Wanted(permutations=199 if SOAK else 99, top=200, objective="divergence", min_support=30)
            )
            beyond = [
                {str(part) for part in slice_.slice.conditions} for slice_ in result.slices if slice_.beyond_noise
            ]
            hits.append(tuple({str(part) for part in slice_.conditions} in beyond for slice_ in PLANTED_SLICES))
    for mine, theirs in zip(np.mean(hits, axis=0), known["found"], strict=True):
        assert mine == within(theirs, runs)
