"""Slices that share errors: what they are worth alone, together and one after the other, and which are the same."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path
from typing import Any

import numpy as np
import oracles
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import slicer
from slicer.human.hlp import GivenHlp
from slicer.priorities.near import nearest, relation
from slicer.priorities.overlap import NOWHERE, Overlap, Signatures, overlap
from slicer.results import RankResult
from slicer.slices import Slice, condition, parse
from slicer.workbench import Workbench


def signatures(found: dict[tuple[int, ...], float], slices: int) -> Signatures:
    """From the errors in each set of slices; each slice is a family of its own."""
    members = np.full((len(found), slices), NOWHERE, dtype=np.int16)
    for line, mine in enumerate(found):
        members[line, list(mine)] = mine
    return Signatures(members=members, loss=np.array(list(found.values()), dtype=float))


def value(found: dict[tuple[int, ...], float], part: np.ndarray, chosen: tuple[int, ...]) -> float:
    """V by its definition."""
    return sum(loss * max((part[one] for one in mine if one in chosen), default=0.0) for mine, loss in found.items())


def by_brute_force(found: dict[tuple[int, ...], float], part: np.ndarray) -> np.ndarray:
    """The mean of what each slice adds over all orders."""
    total, orders = np.zeros(len(part)), list(permutations(range(len(part))))
    for order in orders:
        for place, one in enumerate(order):
            total[one] += value(found, part, order[: place + 1]) - value(found, part, order[:place])
    return total / len(orders)


def of_the_oracle() -> Overlap:
    known = oracles.OVERLAP
    named = {name: "ABC".index(name) for name in "ABC"}
    sets = {
        tuple(named[one] for one in key.split("+") if one in named): rows
        for key, rows in known["error_signatures"].items()
    }
    won = np.array([one["n"] * one["h"] - one["c"] for one in known["slices"].values()])
    return overlap(signatures(sets, 3), won, known["N"])


def test_three_slices_that_share_errors() -> None:
    found, known = of_the_oracle(), oracles.OVERLAP
    assert found.alone == pytest.approx([*known["alone"].values()], abs=1e-12)
    assert found.shared == pytest.approx([*known["shapley"].values()], abs=1e-12)
    assert found.joint == pytest.approx(known["joint_all"], abs=1e-12)
    for place, (name, adds, together) in enumerate(known["greedy"]):
        one = "ABC".index(name)
        assert found.order[place] == one
        assert (found.next_best[one], found.cumulative[one]) == pytest.approx((adds, together), abs=1e-12)


SETS = st.dictionaries(
    st.sets(st.integers(0, 4), max_size=5).map(lambda one: tuple(sorted(one))),
    st.integers(1, 50),
    min_size=1,
    max_size=12,
)
PARTS = st.lists(st.sampled_from([0.0, 0.2, 0.25, 0.5, 0.7, 1.0]), min_size=5, max_size=5)


@given(SETS, PARTS)
def test_the_closed_form_is_the_shapley_value_over_all_orders(
    found: dict[tuple[int, ...], float], parts: list[float]
) -> None:
    part = np.array(parts)
    mine = signatures(found, 5)
    result = overlap(mine, part * mine.lost(5), 100)
    own = np.where(mine.lost(5) > 0, part, 0.0)
    assert result.shared == pytest.approx(by_brute_force(found, own) / 100, abs=1e-12)
    assert result.shared.sum() == pytest.approx(value(found, own, tuple(range(5))) / 100, abs=1e-12)
    assert result.alone == pytest.approx([value(found, own, (one,)) / 100 for one in range(5)], abs=1e-12)


@given(SETS, PARTS)
def test_each_step_takes_the_slice_that_adds_most(found: dict[tuple[int, ...], float], parts: list[float]) -> None:
    part = np.array(parts)
    mine = signatures(found, 5)
    result = overlap(mine, part * mine.lost(5), 1)
    own = np.where(mine.lost(5) > 0, part, 0.0)
    assert sorted(result.order) == [0, 1, 2, 3, 4]
    for place, one in enumerate(result.order):
        taken = result.order[:place]
        adds = {other: value(found, own, (*taken, other)) - value(found, own, taken) for other in result.order[place:]}
        assert result.next_best[one] == pytest.approx(max(adds.values()), abs=1e-7)
        assert result.cumulative[one] == pytest.approx(value(found, own, (*taken, one)), abs=1e-7)
        best = [other for other, gain in adds.items() if gain > max(adds.values()) - 1e-9]
        assert one == min(best) or max(adds.values()) < 1e-7


@given(SETS)
def test_where_all_can_be_won_back_it_is_a_question_of_which_errors_are_covered(
    found: dict[tuple[int, ...], float],
) -> None:
    result = overlap(signatures(found, 5), None, 1, 5)
    assert result.joint == pytest.approx(sum(loss for mine, loss in found.items() if mine))
    assert result.shared == pytest.approx(
        [sum(loss / len(mine) for mine, loss in found.items() if one in mine) for one in range(5)]
    )


def test_no_errors_and_no_slices_are_worth_nothing() -> None:
    empty = Signatures(members=np.zeros((0, 2), dtype=np.int16), loss=np.zeros(0))
    assert overlap(empty, np.array([1.0, 2.0]), 10).joint == 0
    assert overlap(Signatures(members=np.zeros((3, 0), dtype=np.int16), loss=np.ones(3)), np.zeros(0), 10).joint == 0


# --- the same rows ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "other", "both", "expected"),
    [(100, 100, 100, "same rows"), (100, 95, 95, "same rows"), (100, 94, 94, "holds"), (50, 90, 50, "part of"),
     (50, 90, 49, None), (50, 50, 0, None), (0, 50, 0, None)],
)  # fmt: skip
def test_slices_are_the_same_from_95_in_100_rows_in_common(rows: int, other: int, both: int, expected: str) -> None:
    found = relation(rows, other, both)
    assert (None if found is None else found[0]) == expected


def test_nearest_of_nothing_is_nothing() -> None:
    assert nearest([]) == {}


# --- in the table ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def speech() -> Workbench:
    return slicer.sample("speech")


def worth(result: RankResult) -> dict[str, tuple[float, float, float, float]]:
    """(alone, shared, next best, cumulative) by slice."""
    return {
        row.candidate.slice: (
            row.candidate.potential or 0.0,
            row.worth.shared,
            row.worth.next_best,
            row.worth.cumulative,
        )
        for row in result.table
        if row.worth is not None
    }


def test_slices_that_exclude_each_other_share_nothing(speech: Workbench) -> None:
    """By noise: the course's numbers alone, and nothing else."""
    result = speech.rank(by=["noise"])
    found = worth(result)
    assert [100 * one[0] for one in found.values()] == pytest.approx([0.6, 0.6, 0.16, 0.0])
    for alone, shared, adds, _ in found.values():
        assert (shared, adds) == pytest.approx((alone, alone))
    assert [100 * one[3] for one in found.values()] == pytest.approx([0.6, 1.2, 1.36, 1.36])
    assert 100 * result.joint == pytest.approx(oracles.SPEECH_OVERALL["total_potential_pp"])


def frame_of(bench: Workbench) -> pd.DataFrame:
    frame = pd.DataFrame([example.values for example in bench.examples(Slice(), limit=20_000)])
    frame["wrong"], frame["human_right"] = frame["label"] != frame["prediction"], frame["label"] == frame["human"]
    return frame


def recomputed(frame: pd.DataFrame, masks: dict[str, pd.Series]) -> tuple[dict[str, float], float]:
    """Shared and joint from the rows themselves."""
    part = {}
    for name, mask in masks.items():
        right, wrong = (~frame.wrong[mask]).sum(), frame.wrong[mask].sum()
        part[name] = min(1.0, max(0.0, frame.human_right[mask].sum() - right) / wrong) if wrong else 0.0
    shared, joint = dict.fromkeys(masks, 0.0), 0.0
    inside = pd.DataFrame(masks)[frame.wrong]
    for line, rows in inside.value_counts().items():
        mine = sorted(
            (part[name], name) for name, there in zip(inside.columns, line, strict=True) if there and part[name]
        )
        joint += rows * max((one for one, _ in mine), default=0.0)
        before, owed = 0.0, 0.0
        for place, (one, name) in enumerate(mine):
            owed, before = owed + (one - before) / (len(mine) - place), one
            shared[name] += rows * owed
    return {name: one / len(frame) for name, one in shared.items()}, joint / len(frame)


def test_columns_crossings_and_slices_that_overlap_are_as_the_rows_say(speech: Workbench) -> None:
    frame = frame_of(speech)
    long = parse("words >= 8")
    result = speech.rank(by=["noise", "device", "noise*accent"], slices=[long])
    masks = {}
    for row in result.table:
        if row.worth is None:
            continue
        mask = pd.Series(True, index=frame.index)
        for one in parse(row.candidate.slice).conditions:
            mask &= frame[one.column] >= 8 if one.column == "words" else frame[one.column] == one.value
        masks[row.candidate.slice] = mask
    shared, joint = recomputed(frame, masks)
    found = worth(result)
    assert len(found) > 20
    assert {name: one[1] for name, one in found.items()} == pytest.approx(shared, abs=1e-12)
    assert result.joint == pytest.approx(joint, abs=1e-12)
    assert sum(one[1] for one in found.values()) == pytest.approx(result.joint)
    assert sum(one[2] for one in found.values()) == pytest.approx(result.joint)
    assert max(one[3] for one in found.values()) == pytest.approx(result.joint)
    assert sum(one[0] for one in found.values()) > result.joint


def test_tags_that_overlap_keep_their_numbers_alone_and_share_what_they_hold_together(tmp_path: Path) -> None:
    """The course's four kinds of noise as tags on every row, and two more that lie across them."""
    sample = slicer.sample("speech")
    frame = frame_of(sample)
    path = tmp_path / "speech.csv"
    frame[["id", "label", "prediction", "human"]].to_csv(path, index=False)
    tags = {name: frame.noise == name for name in frame.noise.unique()}
    tags |= {"far away": frame.device == "far-field mic", "senior": frame.age_group == "senior"}
    bench = tagged(path, frame["id"], tags)
    result = bench.rank(tags=True)
    shared, joint = recomputed(frame, {str(condition("tag", "=", name)): mask for name, mask in tags.items()})
    found = worth(result)
    alone = {parse(name).conditions[0].value: 100 * one[0] for name, one in found.items()}
    expected = {"people noise": 0.6, "clean speech": 0.6, "car noise": 0.16, "low bandwidth": 0.0}
    assert {name: alone[name] for name in expected} == pytest.approx(expected, abs=1e-9)
    assert {name: one[1] for name, one in found.items()} == pytest.approx(shared, abs=1e-12)
    assert sum(one[1] for one in found.values()) == pytest.approx(result.joint) == pytest.approx(joint)
    assert sum(alone.values()) / 100 > result.joint


def tagged(path: Path, ids: pd.Series, tags: dict[str, pd.Series]) -> Workbench:
    """A file with every row read, and tags on some."""
    from slicer.project.events import Event, append

    bench = slicer.open(path)
    events = [
        Event(example=str(one), kind="tag", name=name, value="yes", seq=seq)
        for seq, (name, one) in enumerate(((name, one) for name, mask in tags.items() for one in ids[mask]), start=1)
    ]
    events += [Event(example=str(one), kind="reviewed", seq=seq) for seq, one in enumerate(ids, start=len(events) + 1)]
    append(bench.project, bench.dataset.id, events, author="ana", session="s")
    return Workbench(bench.project, bench.dataset)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    rng = np.random.default_rng(5)
    rows = 3000
    school = rng.choice(["none", "some", "much"], rows, p=[0.2, 0.5, 0.3])
    years = np.where(school == "none", 8, np.where(school == "some", 12, 16))
    years[:20] = 12
    wrong = rng.random(rows) < np.where(school == "none", 0.4, 0.1)
    human = rng.random(rows) < 0.95
    label = rng.choice(["a", "b"], rows)
    other = np.where(label == "a", "b", "a")
    return pd.DataFrame({
        "id": [f"r{i}" for i in range(rows)],
        "label": label, "prediction": np.where(wrong, other, label), "human": np.where(human, label, other),
        "school": school, "years": years, "home": rng.choice(["city", "land"], rows),
        "weight": rng.choice([0.5, 1.0, 3.0], rows), "errors": rng.poisson(np.where(school == "none", 3, 1)),
        "total": 10,
    })  # fmt: skip


def opened(frame: pd.DataFrame, tmp_path: Path, **roles: Any) -> Workbench:
    path = tmp_path / "data.csv"
    frame.to_csv(path, index=False)
    return slicer.open(path, **roles)


def test_slices_of_the_same_rows_are_grouped_and_add_nothing(made: pd.DataFrame, tmp_path: Path) -> None:
    result = opened(made.drop(columns=["weight", "errors", "total"]), tmp_path).rank(by=["school", "years"])
    near = {row.candidate.slice: row.near for row in result.table}
    first, second = (row for row in result.table if row.candidate.slice in ("school = 'none'", "years = 8"))
    assert near[first.candidate.slice] is None
    told = near[second.candidate.slice]
    assert told is not None
    assert (told.slice, told.relation) == (first.candidate.slice, "same rows")
    rows = [(made.school == "none"), (made.years == 8)]
    assert told.in_common == pytest.approx((rows[0] & rows[1]).sum() / (rows[0] | rows[1]).sum())
    assert told.words == f"same rows as {first.candidate.name} ({100 * told.in_common:.0f} % in common)"
    assert second.worth.next_best < 0.05 * second.candidate.potential
    assert second.worth.shared < 0.6 * second.candidate.potential
    assert result.to_dict()["table"][1]["grouped_with"]["slice"] == first.candidate.slice


def test_a_slice_inside_another_says_so(made: pd.DataFrame, tmp_path: Path) -> None:
    bench = opened(made.drop(columns=["weight", "errors", "total"]), tmp_path)
    result = bench.rank(by=["school", "school*home"], slices=[parse("school != 'much' and home = 'city'")])
    near = {row.candidate.slice: row.near and row.near.words for row in result.table}
    assert near["school = 'none'"] is None
    assert near["home = 'city' and school = 'none'"] == "part of school none"
    assert near["home = 'city' and school = 'some'"] == "part of home city and school not much"
    assert near["school = 'some'"] is None


def test_weights_weigh_the_errors(made: pd.DataFrame, tmp_path: Path) -> None:
    frame = made.drop(columns=["errors", "total", "human"])
    levels = {parse("school = 'none'"): GivenHlp(value=0.9), parse("home = 'city'"): GivenHlp(value=0.95)}
    bench = opened(frame, tmp_path, weight="weight")
    result = bench.rank(slices=[*levels], hlp=levels)
    wrong, w = made.label != made.prediction, made.weight
    masks = [made.school == "none", made.home == "city"]
    part = [
        min(1.0, max(0.0, level.value * w[mask].sum() - w[mask & ~wrong].sum()) / w[mask & wrong].sum())
        for mask, level in zip(masks, levels.values(), strict=True)
    ]
    largest = np.maximum(masks[0] * part[0], masks[1] * part[1])
    assert result.joint == pytest.approx(float((largest * wrong * w).sum() / w.sum()), abs=1e-12)


def test_a_ratio_shares_its_units_and_a_score_what_it_lacks_to_the_best(made: pd.DataFrame, tmp_path: Path) -> None:
    frame = made[["id", "school", "home", "errors", "total"]]
    levels = {parse("school = 'none'"): GivenHlp(value=0.1), parse("home = 'city'"): GivenHlp(value=0.12)}
    masks = [made.school == "none", made.home == "city"]
    part = [
        min(1.0, max(0.0, made.errors[mask].sum() - level.value * made.total[mask].sum()) / made.errors[mask].sum())
        for mask, level in zip(masks, levels.values(), strict=True)
    ]
    largest = np.maximum(masks[0] * part[0], masks[1] * part[1])
    expected = float((largest * made.errors).sum() / made.total.sum())
    result = opened(frame, tmp_path, errors="errors", total="total").rank(slices=[*levels], hlp=levels)
    assert result.joint == pytest.approx(expected, abs=1e-12)
    scored = frame.assign(quality=1 - frame.errors / frame.total).drop(columns=["errors", "total"])
    flipped = {one: GivenHlp(value=1 - level.value) for one, level in levels.items()}
    bench = opened(scored[scored.quality >= 0], tmp_path, score="quality")
    assert bench.rank(slices=[*levels], hlp=flipped).joint == pytest.approx(expected, rel=0.01)


def test_errors_people_get_right_are_told_apart(made: pd.DataFrame, tmp_path: Path) -> None:
    result = opened(made.drop(columns=["weight", "errors", "total"]), tmp_path).rank(by=["school"])
    better = (made.label != made.prediction) & (made.label == made.human)
    for row in result.table:
        if row.candidate.potential:
            name = parse(row.candidate.slice).conditions[0].value
            found = row.worth_where_people_are_right
            assert found is not None
            assert found.shared == pytest.approx((better & (made.school == name)).sum() / len(made))
            assert found.shared >= row.candidate.potential


def test_rows_on_few_examples_take_no_part(speech: Workbench) -> None:
    result = speech.rank(by=["noise*device"])
    few = [row for row in result.table if row.candidate.low_support]
    assert few
    assert all(row.worth is None for row in few)
    assert all(row["shared"] is None for row in result.to_dict()["table"] if "low_support" in row["flags"])


def test_where_nothing_is_ranked_nothing_is_shared() -> None:
    """No column, no tag, no people: there is nothing to group rows by."""
    bench = slicer.sample("adult")
    result = bench.rank(tags=True)
    assert (result.table, result.joint) == ((), 0.0)
    assert bench.rank(slices=[parse("sex = 'nobody'")]).joint == 0.0
