"""The search finds exactly the best slices: against SliceLine's tests, DivExplorer and exhaustive counting."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from itertools import combinations, product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from slicer.discovery.counting import Counter, ErrorCounter, LossCounter
from slicer.discovery.objectives import Divergence, MeanLoss, Objective, Potential, SliceLine
from slicer.discovery.permuting import Searched, search_noise
from slicer.discovery.search import Found, every_slice, search
from slicer.discovery.significance import ErrorZ, permutation_z
from slicer.discovery.tallies import Tallies, Whole, whole_of
from slicer.metrics.intervals import newcombe

KNOWN = json.loads((Path(__file__).parent / "oracle_sliceline.json").read_text())
EXAMPLES = 1000 if os.environ.get("SLICER_SOAK") else 80
OBJECTIVES = {"sliceline": SliceLine, "potential": Potential, "divergence": Divergence, "mean": MeanLoss}


def read(case: dict) -> tuple[np.ndarray, list[int], np.ndarray]:
    codes = np.array([[ord(letter) - 48 for letter in row] for row in case["X"]], dtype=np.uint8).T
    return np.ascontiguousarray(codes), [int(row.max()) + 1 for row in codes], np.array(case["e"], dtype=float)


def counter_of(codes: np.ndarray, levels: Sequence[int], losses: np.ndarray) -> Counter:
    if set(losses.tolist()) <= {0.0, 1.0}:
        return ErrorCounter(codes, levels, losses == 1)
    return LossCounter(codes, levels, losses)


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


def test_divergence_and_its_t_are_divexplorers() -> None:
    codes, levels, losses = read(KNOWN["cases"][-1])
    counter, whole = ErrorCounter(codes, levels, losses == 1), whole_of(losses)
    objective = Divergence(whole, 20)
    found = search(counter, objective, least=20, depth=3, most=5)
    known = KNOWN["divexplorer"]
    assert sorted(one.score for one in found) == pytest.approx(sorted(one["div"] for one in known), abs=1e-9)
    by_rows = {int(one.tally.rows[0]): objective.t(one.tally)[0] for one in found}
    for one in known:
        assert by_rows[one["support_count"]] == pytest.approx(one["t"], abs=1e-9)


def test_max_z_of_the_worked_example() -> None:
    codes, levels, losses = read(KNOWN["cases"][-1])
    counter, known = ErrorCounter(codes, levels, losses == 1), KNOWN["maxstat"]
    slices = every_slice(counter, least=20, depth=3)
    assert sum(map(len, slices)) == known["n_slices"]
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


def test_the_lower_end_of_a_potential_is_newcombes() -> None:
    whole = Whole(500, 80.0, 80.0, 1.0)
    mine = Tallies(np.array([120]), np.array([40.0]), np.array([40.0]), np.array([1.0]))
    ends = newcombe(40, 120, 40, 380, 0.8)
    assert ends is not None
    assert Potential(whole, 30).score(mine)[0] == pytest.approx(120 / 500 * ends[0], abs=1e-12)
    assert Potential(whole, 30).value(mine)[0] == pytest.approx(120 / 500 * (40 / 120 - 40 / 380), abs=1e-12)


def test_a_mean_loss_is_welchs_t() -> None:
    random = np.random.default_rng(1)
    codes = random.integers(0, 3, (2, 200)).astype(np.uint8)
    losses = random.normal(size=200) + (codes[0] == 1)
    found = search(LossCounter(codes, [3, 3], losses), MeanLoss(whole_of(losses), 20), least=20, depth=1, most=1)[0]
    inside = codes[0] == found.items[0]
    known = stats.ttest_ind(losses[inside], losses[~inside], equal_var=False)
    assert found.score == pytest.approx(known.statistic, abs=1e-9)


@st.composite
def inputs(draw: st.DrawFn) -> tuple[np.ndarray, list[int], np.ndarray, int, int]:
    features, rows = draw(st.integers(1, 4)), draw(st.integers(4, 40))
    levels = draw(st.lists(st.integers(1, 3), min_size=features, max_size=features))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    codes = np.stack([random.integers(0, count + 1, rows) for count in levels]).astype(np.uint8)
    losses = (random.random(rows) < 0.3).astype(float) if draw(st.booleans()) else random.random(rows).round(1)
    return codes, levels, losses, draw(st.integers(1, 4)), draw(st.integers(1, 8))


@pytest.mark.parametrize("name", OBJECTIVES)
@given(given_=inputs())
@settings(max_examples=EXAMPLES, deadline=None)
def test_nothing_better_is_left_out(name: str, given_: tuple[np.ndarray, list[int], np.ndarray, int, int]) -> None:
    codes, levels, losses, least, most = given_
    counter, whole = counter_of(codes, levels, losses), whole_of(losses)
    if name == "divergence" and whole.largest > 1:
        return
    objective: Objective = OBJECTIVES[name](whole, least)
    found = search(counter, objective, least=least, depth=3, most=most)
    known = exhaustive(codes, levels, losses, objective, least)
    assert [one.score for one in found] == pytest.approx([score for score, *_ in known[:most]], abs=1e-9)
    assert [one.items for one in found] == [items for _, _, items in known[:most]]


def exhaustive(
    codes: np.ndarray, levels: Sequence[int], losses: np.ndarray, objective: Objective, least: int
) -> list[tuple[float, int, tuple[int, ...]]]:
    """Every slice of one to three levels in order, counted row by row."""
    first = np.cumsum(levels) - levels
    found = []
    for width in (1, 2, 3):
        for features in combinations(range(len(levels)), width):
            for chosen in product(*(range(levels[feature]) for feature in features)):
                inside = np.all([codes[one] == level for one, level in zip(features, chosen, strict=True)], axis=0)
                mine = losses[inside]
                if len(mine) < least or not len(mine):
                    continue
                tally = Tallies(
                    np.array([len(mine)]), np.array([mine.sum()]), np.array([(mine**2).sum()]), np.array([mine.max()])
                )
                score = float(objective.score(tally)[0])
                if score > objective.above:
                    items = tuple(int(first[one]) + level for one, level in zip(features, chosen, strict=True))
                    found.append((-round(score, 12), width, items, score))
    return [(score, width, items) for _, width, items, score in sorted(found)]
