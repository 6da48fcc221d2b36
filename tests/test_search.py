"""The search finds exactly the best slices: against SliceLine's tests, DivExplorer and exhaustive counting."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import combinations, product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import slicer.discovery.search as search_module
from slicer.discovery import masks
from slicer.discovery.counting import ChangeCounter, Counter, ErrorCounter, LossCounter
from slicer.discovery.fast import WORTH, Loader
from slicer.discovery.objectives import Divergence, MeanPotential, Objective, Potential, SliceLine, Worsening
from slicer.discovery.permuting import Searched, search_noise
from slicer.discovery.search import Found, count_slices, every_slice, search
from slicer.discovery.significance import ErrorZ, permutation_z
from slicer.discovery.tallies import Tallies, Whole, whole_of
from slicer.metrics.intervals import newcombe

KNOWN = json.loads((Path(__file__).parent / "oracle_sliceline.json").read_text())
EXAMPLES = 1000 if os.environ.get("SLICER_SOAK") else 50
OBJECTIVES = {
    "sliceline": SliceLine,
    "potential": Potential,
    "divergence": Divergence,
    "mean": MeanPotential,
    "worsening": Worsening,
}


def read(case: dict) -> tuple[np.ndarray, list[int], np.ndarray]:
    codes = np.array([[ord(letter) - 48 for letter in row] for row in case["X"]], dtype=np.uint8).T
    return np.ascontiguousarray(codes), [int(row.max()) + 1 for row in codes], np.array(case["e"], dtype=float)


def counter_of(codes: np.ndarray, levels: Sequence[int], losses: np.ndarray) -> Counter:
    """As a search would choose it: errors, changes or numbers."""
    held = set(losses.tolist())
    if held <= {0.0, 1.0}:
        return ErrorCounter(codes, levels, losses == 1)
    if held <= {-1.0, 0.0, 1.0}:
        return ChangeCounter(codes, levels, losses.astype(np.int8))
    return LossCounter(codes, levels, losses)


@contextmanager
def counted_by(path: str) -> Iterator[None]:
    """All counting by plain numpy, or by what is compiled."""
    if path == "compiled" and not COMPILED.is_there:
        pytest.skip("numba is not installed")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(masks, "LOADER", COMPILED if path == "compiled" else Never())
        yield


class Never(Loader):
    """Nothing is compiled."""

    def ready(self, words: int) -> None:
        return None


class Compiled(Loader):
    """What is compiled, from the first word."""

    @property
    def is_there(self) -> bool:
        return self.ready(WORTH) is not None


COMPILED = Compiled()


def named(found: Found, counter: Counter, levels: Sequence[int]) -> dict[str, int]:
    first = np.cumsum(levels) - levels
    return {str(counter.feature[item]): int(item - first[counter.feature[item]]) for item in found.items}


@pytest.mark.parametrize("place", range(len(KNOWN["cases"])))
def test_the_published_slices_of_sliceline_are_found(place: int) -> None:
    case = KNOWN["cases"][place]
    codes, levels, losses = read(case)
    counter = counter_of(codes, levels, losses)
    objective = SliceLine(whole_of(losses), case["least"], case["alpha"])
    found = search(counter, objective, least=case["least"], depth=case["depth"], most=len(case["top"]))
    assert [one.score for one in found] == pytest.approx([one["score"] for one in case["top"]], abs=1e-9)
    assert [int(one.tally.rows[0]) for one in found] == [one["size"] for one in case["top"]]
    assert [float(one.tally.losses[0]) for one in found] == pytest.approx([one["sum_error"] for one in case["top"]])
    scores = [round(one["score"], 9) for one in case["top"]]
    for mine, theirs in zip(found, case["top"], strict=True):
        if scores.count(round(theirs["score"], 9)) == 1:  # of slices that tie, either may come first
            assert named(mine, counter, levels) == theirs["slice"]


def test_divergence_is_divexplorers() -> None:
    codes, levels, losses = read(KNOWN["cases"][-1])
    counter, whole = ErrorCounter(codes, levels, losses == 1), whole_of(losses)
    found = search(counter, Divergence(whole, 20), least=20, depth=3, most=5)
    known = KNOWN["divexplorer"]
    assert sorted(one.score for one in found) == pytest.approx(sorted(one["div"] for one in known), abs=1e-9)
    assert {int(one.tally.rows[0]) for one in found} == {one["support_count"] for one in known}


def test_max_z_of_the_worked_example() -> None:
    codes, levels, losses = read(KNOWN["cases"][-1])
    counter, known = ErrorCounter(codes, levels, losses == 1), KNOWN["maxstat"]
    slices = every_slice(counter, least=20, depth=3)
    assert count_slices(counter, least=20, depth=3) == sum(map(len, slices)) == known["n_slices"]
    tallies = [counter.tally(some) for some in slices]
    sizes, sums = np.concatenate([one.rows for one in tallies]), np.concatenate([one.losses for one in tallies])
    z = permutation_z(sums, sizes, losses)
    top = np.argsort(-z)[: len(known["top"])]
    assert z[top] == pytest.approx([one["z"] for one in known["top"]], abs=1e-9)
    noise = search_noise(Searched(codes=codes, levels=levels, slices=slices, sizes=sizes, losses=losses))
    assert noise.threshold() == pytest.approx(known["threshold95"], abs=0.25)
    compared = ErrorZ(sizes, int(losses.sum()), len(losses))(sums)
    for mine, theirs in zip(noise.p_adjusted(compared[top]), known["top"], strict=True):
        chance = theirs["p_adj"]
        error = np.sqrt(chance * (1 - chance) * (1 / known["B"] + 1 / len(noise.maxima)))
        assert abs(mine - chance) <= 3 * error + 1 / len(noise.maxima)


def one(rows: float, losses: float, positive: float | None = None) -> Tallies:
    more = losses if positive is None else positive
    return Tallies(np.array([rows]), np.array([float(losses)]), np.array([float(more)]))


def test_the_lower_end_of_a_potential_is_newcombes() -> None:
    whole = Whole(500, 80.0, 80.0, 1.0)
    ends = newcombe(40, 120, 40, 380, 0.8)
    assert ends is not None
    assert Potential(whole, 30).score(one(120, 40))[0] == pytest.approx(120 / 500 * ends[0], abs=1e-12)
    assert Potential(whole, 30).value(one(120, 40))[0] == pytest.approx(120 / 500 * (40 / 120 - 40 / 380), abs=1e-12)


def test_the_lower_end_of_a_mean_has_the_spread_of_losses_dealt_at_random() -> None:
    random = np.random.default_rng(1)
    losses = random.gamma(2.0, size=60)
    whole, rows = whole_of(losses), 12
    mine = one(rows, losses[:rows].sum())
    dealt = [random.permutation(losses) for _ in range(20_000)]
    gains = [rows / 60 * (each[:rows].mean() - each[rows:].mean()) for each in dealt]
    objective = MeanPotential(whole, 5)
    assert objective.value(mine)[0] == pytest.approx(rows / 60 * (losses[:rows].mean() - losses[rows:].mean()))
    below = objective.value(mine)[0] - objective.lower(mine, 2.0)[0]
    assert below == pytest.approx(2 * np.std(gains), rel=0.03)
    z = permutation_z(mine.losses, mine.rows, losses)[0]
    assert objective.lower(mine, z)[0] == pytest.approx(0, abs=1e-12)


@pytest.mark.soak
@given(
    rows=st.integers(2, 40), errors=st.integers(0, 40), least=st.integers(1, 8), most=st.integers(1, 40),
    positive=st.integers(0, 40),
)  # fmt: skip
@settings(max_examples=4 * EXAMPLES, deadline=None)
def test_no_part_of_a_slice_scores_more_than_its_bound(
    rows: int, errors: int, least: int, most: int, positive: int
) -> None:
    """Every part that rows and errors allow, errors being 0 or 1."""
    errors, most = min(errors, rows), min(most, rows)
    positive = min(positive, errors, most)
    whole = Whole(rows, errors, errors, float(errors > 0))
    parts = [
        (size, wrong)
        for size in range(least, most + 1)
        for wrong in range(min(size, positive) + 1)
        if errors - wrong <= rows - size
    ]
    if not parts:
        return
    size, wrong = np.array(parts).T
    mine = Tallies(size, wrong.astype(float), wrong.astype(float))
    for make in OBJECTIVES.values():
        objective: Objective = make(whole, least)
        assert (objective.score(mine) <= objective.bound(one(most, positive))[0] + 1e-9).all(), make


@pytest.mark.soak
@given(seed=st.integers(0, 2**32 - 1), least=st.integers(1, 5), changes=st.booleans())
@settings(max_examples=4 * EXAMPLES, deadline=None)
def test_no_part_scores_more_than_its_bound_whatever_the_losses(seed: int, least: int, changes: bool) -> None:
    """Every part of a few rows whose losses are any numbers, of one sign or both."""
    random = np.random.default_rng(seed)
    rows, most = int(random.integers(6, 16)), int(random.integers(least, 9))
    losses = random.normal(random.normal(), 1, rows).round(int(random.integers(0, 3)))
    losses = losses if random.random() < 0.5 else np.abs(losses)
    losses = np.sign(losses.round()) if changes else losses
    inside = losses[: min(most, rows)]
    chosen = np.array(list(product([False, True], repeat=len(inside))))
    chosen = chosen[chosen.sum(axis=1) >= least]
    if not len(chosen):
        return
    mine = Tallies(chosen.sum(axis=1), chosen @ inside, chosen @ np.maximum(inside, 0))
    for name in ("sliceline", "divergence", "mean", *(("worsening",) if changes else ())):
        objective: Objective = OBJECTIVES[name](whole_of(losses), least)
        bound = objective.bound(one(len(inside), inside.sum(), np.maximum(inside, 0).sum()))[0]
        assert (objective.score(mine) <= bound + 1e-9).all(), name


KINDS = {
    "errors": lambda random, rows: (random.random(rows) < 0.3).astype(float),
    "numbers": lambda random, rows: random.random(rows).round(1),
    "both signs": lambda random, rows: random.normal(0.1, 1, rows).round(1),
    "changes": lambda random, rows: random.choice([-1.0, 0.0, 1.0], rows, p=[0.2, 0.5, 0.3]),
}
BY_KIND = {
    "errors": ("sliceline", "potential", "divergence"),
    "numbers": ("sliceline", "mean", "divergence"),
    "both signs": ("sliceline", "mean", "divergence"),
    "changes": ("worsening", "mean", "divergence"),
}


@st.composite
def inputs(draw: st.DrawFn) -> tuple[np.ndarray, list[int], np.random.Generator, int, int]:
    features, rows = draw(st.integers(1, 4)), draw(st.integers(4, 40))
    levels = draw(st.lists(st.integers(1, 3), min_size=features, max_size=features))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    codes = np.stack([random.integers(0, count + 1, rows) for count in levels]).astype(np.uint8)
    return codes, levels, random, draw(st.integers(1, 4)), draw(st.integers(1, 8))


@pytest.mark.soak
@pytest.mark.parametrize("path", ["numpy", "compiled"])
@pytest.mark.parametrize("kind", KINDS)
@given(given_=inputs())
@settings(max_examples=EXAMPLES, deadline=None)
def test_nothing_better_is_left_out(
    kind: str, path: str, given_: tuple[np.ndarray, list[int], np.random.Generator, int, int]
) -> None:
    codes, levels, random, least, most = given_
    losses = KINDS[kind](random, codes.shape[1])
    whole = whole_of(losses)
    every = counted_one_by_one(codes, levels, losses, least)
    for name in BY_KIND[kind]:
        objective: Objective = OBJECTIVES[name](whole, least)
        with counted_by(path):
            counter = counter_of(codes, levels, losses)
            found = search(counter, objective, least=least, depth=3, most=most)
            assert count_slices(counter, least=least, depth=3) == len(every)
            slices = every_slice(counter, least=least, depth=3)
        assert [tuple(items) for some in slices for items in some.tolist()] == sorted(
            every, key=lambda items: (len(items), items)
        )
        known = best_of(every, objective)
        assert [one.items for one in found] == [items for *_, items in known[:most]]
        assert [one.score for one in found] == pytest.approx([-score for score, *_ in known[:most]], abs=1e-9)


def test_portions_and_many_levels_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Thought of a few at a time, and with more slices waiting than are kept: the same answer."""
    random = np.random.default_rng(4)
    levels = [12] * 5
    codes = np.stack([random.integers(0, 12, 4000) for _ in levels]).astype(np.uint8)
    errors = random.random(4000) < 0.1 + 0.2 * (codes[0] == 3) * (codes[1] < 4)
    counter, objective = ErrorCounter(codes, levels, errors), Potential(whole_of(errors), 5)
    once = search(counter, objective, least=5, depth=3, most=50)
    every = every_slice(counter, least=5, depth=3)
    monkeypatch.setattr(search_module, "PORTION", 500)
    again = search(counter, objective, least=5, depth=3, most=50)
    assert [(one.items, one.score) for one in again] == [(one.items, one.score) for one in once]
    assert all(np.array_equal(a, b) for a, b in zip(every, every_slice(counter, least=5, depth=3), strict=True))
    everything = Tallies.joined([counter.tally(some) for some in every])
    assert objective.score(everything).max() == once[0].score


@pytest.mark.parametrize("stop", [1 / 3, 2 / 3, 0.7, 1.0])
def test_a_search_that_is_given_up_says_what_it_has(stop: float) -> None:
    codes, levels, losses = read(KNOWN["cases"][-1])
    counter = ErrorCounter(codes, levels, losses == 1)
    seen: list[float] = []

    def told(done: float) -> bool:
        seen.append(done)
        return done < stop

    objective = Divergence(whole_of(losses), 5)
    found = search(counter, objective, least=5, depth=3, told=told)
    assert seen == sorted(seen)
    assert seen[-1] >= stop > max([0.0, *seen[:-1]])
    assert found
    assert all(len(one.items) <= (2 if stop <= 2 / 3 else 3) for one in found)


Counted = dict[tuple[int, ...], Tallies]


def counted_one_by_one(codes: np.ndarray, levels: Sequence[int], losses: np.ndarray, least: int) -> Counted:
    """Every slice of one to three levels with rows enough, counted row by row."""
    first = np.cumsum(levels) - levels
    found: Counted = {}
    for width in (1, 2, 3):
        for features in combinations(range(len(levels)), width):
            for chosen in product(*(range(levels[feature]) for feature in features)):
                inside = np.all([codes[one] == level for one, level in zip(features, chosen, strict=True)], axis=0)
                mine = losses[inside]
                if len(mine) >= least:
                    items = tuple(int(first[one]) + level for one, level in zip(features, chosen, strict=True))
                    found[items] = one(len(mine), sum(mine.tolist()), mine[mine > 0].sum())
    return found


def best_of(every: Counted, objective: Objective) -> list[tuple[float, int, tuple[int, ...]]]:
    """(-score, length, items) of every slice that scores enough, in order."""
    found = []
    for items, mine in every.items():
        score = float(objective.score(mine)[0])
        if score > objective.above:
            found.append((-round(score, 12), len(items), items))
    return sorted(found)
