"""Slices nobody asked for, on the samples and on made data: counts by pandas, and sentences that suggest what to do."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner, Result
from scipy import stats

import slicer
from slicer.cli import main
from slicer.errors import UsageError
from slicer.findings.found import found_finding
from slicer.found import FindResult
from slicer.slices import parse
from slicer.workbench import Wanted, Workbench
from slicer.workbench.finding import searched_for

FEW = 199
"""Permutations that tell once in twenty as well as 999 do."""


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(one) for one in arguments], catch_exceptions=False)


def found_in(bench: Workbench, result: FindResult, place: int) -> set[str]:
    """The errors in a slice."""
    return set(bench.ids(result.slices[place].slice & parse("correct = false")))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file in which one slice of two columns is bad, one column is constant and one tells the label."""
    random = np.random.default_rng(1)
    rows = 4000
    table = pd.DataFrame(
        {
            "id": [f"r{place}" for place in range(rows)],
            "label": random.choice(["no", "yes"], rows, p=[0.7, 0.3]),
            "place": random.choice(["north", "south", "east"], rows),
            "device": random.choice(["phone", "desk", None], rows, p=[0.5, 0.4, 0.1]),
            "age": random.integers(18, 90, rows),
            "version": "7",
        }
    )
    table["copy"] = table["label"].map({"no": "n", "yes": "y"})
    bad = (table["place"] == "south") & (table["device"] == "phone")
    wrong = random.random(rows) < np.where(bad, 0.35, 0.08)
    table["prediction"] = np.where(wrong, table["label"].map({"no": "yes", "yes": "no"}), table["label"])
    path = tmp_path_factory.mktemp("made") / "made.csv"
    table.to_csv(path, index=False)
    return path


def test_the_planted_slice_is_found_and_measured(made: Path) -> None:
    table = pd.read_csv(made)
    result = slicer.open(made).find(Wanted(permutations=FEW))
    best = result.slices[0]
    assert best.slice == parse("place = 'south' and device = 'phone'")
    inside = (table["place"] == "south") & (table["device"] == "phone")
    wrong = table["label"] != table["prediction"]
    assert (best.support, best.errors) == (int(inside.sum()), int((inside & wrong).sum()))
    gap = wrong[inside].mean() - wrong[~inside].mean()
    assert best.potential == pytest.approx(inside.mean() * gap, abs=1e-12)
    known = stats.hypergeom(len(table), int(wrong.sum()), int(inside.sum()))
    assert best.z == pytest.approx((best.errors - known.mean()) / known.std(), abs=1e-9)
    assert best.p_adjusted == pytest.approx(1 / (FEW + 1))
    assert best.potential_lower < best.potential
    assert best.ci is not None
    assert best.ci[0] < best.error_rate < best.ci[1]
    assert "in the rest of" in best.why
    assert not any(one.beyond_noise for one in result.slices[1:])


def test_columns_that_say_nothing_are_left_out_and_named(made: Path) -> None:
    result = slicer.open(made).find(Wanted(permutations=FEW, depth=1))
    assert set(result.left_out) == {("copy", "tells the answer"), ("version", "the same on every row")}
    levels = sum((3, 2, 5)) + 1  # places, devices and where it is missing, bins of the age
    assert result.examined == levels


def test_the_other_half_confirms(made: Path) -> None:
    result = slicer.open(made).find(Wanted(permutations=FEW, split_half=True))
    best = result.slices[0]
    assert result.rows_searched == pytest.approx(2000, abs=2)
    assert best.confirmation is not None
    assert best.confirmation.confirmed
    assert best.confirmation.rate == pytest.approx(0.35, abs=0.08)


def test_false_positives_and_false_negatives_are_searched_apart(made: Path) -> None:
    table = pd.read_csv(made)
    for outcome, label in (("fpr", "no"), ("fnr", "yes")):
        result = slicer.open(made).find(Wanted(permutations=FEW, outcome=outcome, objective="divergence", top=3))
        mine = table[table["label"] == label]
        wrong = mine["prediction"] != label
        assert result.rows_searched == len(mine)
        assert result.error_rate == pytest.approx(wrong.mean(), abs=1e-12)
        inside = (mine["place"] == "south") & (mine["device"] == "phone")
        assert result.slices[0].score == pytest.approx(wrong[inside].mean() - wrong.mean(), abs=1e-12)


def test_rows_with_numbers_are_searched_by_their_mean(tmp_path: Path) -> None:
    random = np.random.default_rng(2)
    table = pd.DataFrame(
        {"id": range(900), "kind": random.choice(list("abc"), 900), "size": random.choice(list("xy"), 900)}
    )
    table["quality_score"] = random.normal(0.8, 0.05, 900) - 0.1 * (table["kind"] == "b")
    table.to_csv(tmp_path / "scores.csv", index=False)
    bench = slicer.open(tmp_path / "scores.csv", score="quality_score", features=["kind", "size"])
    result = bench.find(Wanted(permutations=FEW))
    best = result.slices[0]
    assert best.slice == parse("kind = 'b'")
    assert best.beyond_noise
    inside = table["kind"] == "b"
    gap = table["quality_score"][~inside].mean() - table["quality_score"][inside].mean()
    assert best.potential == pytest.approx(inside.mean() * gap, abs=1e-9)
    assert best.errors is None
    assert "worse than the rest" in found_finding(result)[0]


def test_noise_is_called_noise(tmp_path: Path) -> None:
    random = np.random.default_rng(5)
    table = pd.DataFrame({name: random.choice(list("abcd"), 1000) for name in ("p", "q", "r")})
    table["label"], table["prediction"] = "x", np.where(random.random(1000) < 0.1, "y", "x")
    table.to_csv(tmp_path / "noise.csv", index=False)
    result = slicer.open(tmp_path / "noise.csv").find(Wanted(permutations=FEW))
    assert not any(one.beyond_noise for one in result.slices)
    title, more = found_finding(result)
    assert title == "Nothing is worse than searching through chance would find"
    assert f"{result.examined} slices" in more


@pytest.mark.parametrize(
    ("sample", "expected"),
    [("digits", {"altered = 'noised'", "altered = 'rotated'"}), ("speech", {"noise = 'people noise'"})],
)
def test_what_is_wrong_with_a_sample_is_among_the_first_three(sample: str, expected: set[str]) -> None:
    result = slicer.sample(sample).find(Wanted(permutations=FEW))
    assert expected & {str(one.slice) for one in result.slices[:3]}


@pytest.mark.slow
@pytest.mark.parametrize("sample", ["adult", "sentiment"])
def test_the_first_three_are_different_and_no_chance(sample: str) -> None:
    bench = slicer.sample(sample)
    result = bench.find(Wanted())
    assert len(result.slices) >= 3
    assert all(one.beyond_noise for one in result.slices[:3])
    errors = [found_in(bench, result, place) for place in range(3)]
    assert all(len(one & other) < len(one | other) / 2 for one, other in combinations(errors, 2))


def test_what_says_the_same_is_folded_under_what_is_shown(made: Path) -> None:
    """Held against the rows themselves: pandas says what each folded slice holds, and why it adds nothing."""
    table = pd.read_csv(made)
    table["wrong"] = table["label"] != table["prediction"]
    bench = slicer.open(made)
    best = bench.find(Wanted(permutations=FEW)).slices[0]
    assert best.folded
    shown = set(bench.ids(best.slice))
    for one in best.folded:
        rows = table[table["id"].isin(bench.ids(one.slice))]
        assert (one.support, one.errors) == (len(rows), int(rows["wrong"].sum()))
        assert set(rows["id"]) & shown, "it has rows in common with the slice it stands under"
        if one.reason.startswith("its part"):
            left = rows[~rows["id"].isin(shown)]
            others = table[~table["id"].isin(rows["id"])]
            chance = stats.hypergeom(
                len(left) + len(others), int(left["wrong"].sum() + others["wrong"].sum()), len(left)
            )
            assert (left["wrong"].sum() - chance.mean()) / chance.std() < 1.645
    assert {"slice", "name", "support", "errors", "reason"} == {*best.folded[0].to_dict()}
    assert {str(one.slice) for one in best.folded} >= {"place = 'south'", "device = 'phone'"}


def test_slices_are_said_before_they_are_held_against_chance(made: Path) -> None:
    searched = searched_for(slicer.open(made), Wanted(permutations=FEW))
    first = searched.result(None)
    assert first.permutations == 0
    assert found_finding(first)[0].startswith("First found: ")
    assert all((one.p_adjusted, one.ci, one.potential_lower) == (None, None, None) for one in first.slices)
    some, all_ = searched.noise(19), searched.noise()
    assert some is not None
    assert all_ is not None
    np.testing.assert_array_equal(some.maxima, all_.maxima[:19])
    known = searched.result(all_)
    assert known.to_dict() == slicer.open(made).find(Wanted(permutations=FEW)).to_dict()
    assert {str(one.slice) for one in known.slices} == {str(one.slice) for one in first.slices}


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (lambda place: False, "100 rows searched, and no error among them"),
        (lambda place: True, "Every row here is an error"),
    ],
)
def test_rows_that_are_all_right_or_all_wrong_are_no_search(tmp_path: Path, wrong: Any, sentence: str) -> None:
    table = pd.DataFrame({"kind": ["a", "b"] * 50, "label": "x"})
    table["prediction"] = ["y" if wrong(place) else "x" for place in range(100)]
    table.to_csv(tmp_path / "rows.csv", index=False)
    assert found_finding(slicer.open(tmp_path / "rows.csv").find(Wanted(permutations=FEW)))[0] == sentence


def test_the_document_of_the_contract(made: Path) -> None:
    said = run("find", made, "--format", "json", "--permutations", FEW, "--top", 2)
    document = json.loads(said.stdout)
    assert document["schema"] == "slicer.find/1"
    assert document["examined"] >= 50
    table = pd.read_csv(made)
    assert document["error_rate"] == pytest.approx((table["label"] != table["prediction"]).mean())
    first = document["slices"][0]
    assert first["conditions"] == [
        {"column": "device", "op": "=", "value": "phone"},
        {"column": "place", "op": "=", "value": "south"},
    ] or first["conditions"] == [
        {"column": "place", "op": "=", "value": "south"},
        {"column": "device", "op": "=", "value": "phone"},
    ]
    assert {"slice", "support", "errors", "error_rate", "z", "p_adjusted", "confirmed", "potential", "score"} <= {
        *first
    }
    assert first["confirmed"] is None
    assert set(first["potential"]) == {"value", "lower"}
    assert all({*folded} == {"slice", "name", "support", "errors", "reason"} for folded in first["folded"])
    assert document["permutations"] == FEW


def test_the_table_and_its_sentence(made: Path) -> None:
    said = run("find", made, "--permutations", FEW, "--objective", "sliceline", "--quiet")
    assert "% wrong" in said.stdout
    assert "slices of up to 2 conditions" in said.stdout.replace("\n", " ")
    assert "place = 'south'" in said.stdout


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("--min-support", "nan"), "A slice cannot have at least nan rows."),
        (("--min-support", "inf"), "A slice cannot have at least inf rows."),
        (("--alpha", "nan"), "α cannot be nan."),
        (("--permutations", "5"), "5 searches through noise cannot tell what happens once in twenty."),
    ],
)
def test_a_number_that_cannot_be_is_refused(made: Path, asked: tuple[str, ...], said: str) -> None:
    answer = run("find", made, *asked)
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert said in answer.stderr


def test_what_cannot_be_searched_is_said(made: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="two classes"):
        slicer.sample("digits").find(Wanted(outcome="fpr"))
    nothing = slicer.open(made, features=["version"]).find(Wanted(permutations=FEW))
    assert nothing.examined == 0
    assert found_finding(nothing)[0] == "Nothing to search"
    none = run("find", made, "--where", "age > 200", "--permutations", FEW)
    assert none.exit_code == 0
    assert none.stdout.startswith("No row fits this filter. age > 200:")
