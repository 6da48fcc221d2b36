"""Rows that were not drawn evenly: more failures than there are, failures alone, shares of a population given."""

from pathlib import Path

import oracles
import pandas as pd
import pytest
from people_kit import answer, by_slice, refusal

import slicer
from slicer.errors import DataError, UsageError
from slicer.human.hlp import GivenHlp, Hlp
from slicer.priorities.population import read_population
from slicer.slices import Slice, parse
from slicer.tagging.numbers import Sides, data_share, error_rate, room_at
from slicer.tagging.review import Review, Stratum, standard_error
from slicer.workbench import Workbench

KNOWN = oracles.ENRICHED
MINE = parse("kind = 'mine'")


def enriched() -> pd.DataFrame:
    """All 60 failures, 94 of 940 successes; a row stands for one failure, or for ten successes."""
    rows = [(True, place < KNOWN["slice_fail"], 1.0) for place in range(KNOWN["failures"])]
    successes = KNOWN["N"] - KNOWN["failures"]
    rows += [
        (False, place < KNOWN["slice_succ_sampled"], successes / KNOWN["succ_sampled"])
        for place in range(KNOWN["succ_sampled"])
    ]
    frame = pd.DataFrame(rows, columns=["wrong", "mine", "weight"])
    frame["id"] = [f"r{place}" for place in range(len(frame))]
    frame["kind"] = frame.mine.map({True: "mine", False: "other"})
    frame["label"], frame["prediction"] = "a", frame.wrong.map({True: "b", False: "a"})
    return frame.drop(columns=["wrong", "mine"])


def opened(place: Path, frame: pd.DataFrame, **roles: str) -> Workbench:
    path = place / "rows.csv"
    frame.to_csv(path, index=False)
    return slicer.open(path, id="id", label="label", prediction="prediction", features="kind", **roles)


def test_weights_undo_that_failures_were_taken_more_often(tmp_path: Path) -> None:
    level = {MINE: GivenHlp(value=KNOWN["hlp"])}
    mine = by_slice(opened(tmp_path, enriched(), weight="weight").rank(by=["kind"], hlp=level))[str(MINE)]
    assert mine.estimate.value == pytest.approx(KNOWN["ht_slice_acc"], abs=1e-12)
    assert (mine.weight, mine.share_source) == (pytest.approx(KNOWN["ht_share"], abs=1e-12), "weights")
    assert mine.potential == pytest.approx(KNOWN["potential"], abs=1e-12)
    low, high = mine.potential_ci
    assert low < KNOWN["potential"] - KNOWN["se_potential"]
    assert high > KNOWN["potential"] + KNOWN["se_potential"]
    naive = by_slice(opened(tmp_path, enriched().drop(columns="weight")).rank(by=["kind"], hlp=level))[str(MINE)]
    assert naive.estimate.value == pytest.approx(KNOWN["naive_acc"], abs=1e-12)
    assert naive.potential == pytest.approx(KNOWN["potential_naive_wrong"], abs=1e-12)


def test_two_strata_say_the_same_with_their_standard_error() -> None:
    """Tags on all failures and on a random sample of the successes."""
    successes = KNOWN["N"] - KNOWN["failures"]
    sides = Sides(
        errors=Review.simple(KNOWN["slice_fail"], KNOWN["failures"], KNOWN["failures"]),
        correct=Review.simple(KNOWN["slice_succ_sampled"], KNOWN["succ_sampled"], successes),
    )
    hlp = Hlp(value=KNOWN["hlp"], source="given", n=None, ci=None)
    assert room_at(sides, hlp).value == pytest.approx(KNOWN["potential"], abs=1e-12)
    assert data_share(sides).value == pytest.approx(KNOWN["ht_share"], abs=1e-12)
    assert 1 - error_rate(sides).value == pytest.approx(KNOWN["ht_slice_acc"], abs=1e-12)
    stratum = Stratum(size=successes, read=KNOWN["succ_sampled"], tagged=KNOWN["slice_succ_sampled"])
    error = successes * standard_error((stratum,))
    assert error == pytest.approx(KNOWN["se_slice_success_total"], abs=1e-9)
    assert (1 - hlp.value) * error / KNOWN["N"] == pytest.approx(KNOWN["se_potential"], abs=1e-12)


def test_failures_alone_have_no_accuracy_no_gap_and_no_potential(tmp_path: Path) -> None:
    frame = enriched().query("prediction != label").drop(columns="weight")
    bench = opened(tmp_path, frame)
    result = bench.rank(by=["kind"], hlp={Slice(): GivenHlp(value=0.95)})
    for row in result.to_dict()["table"]:
        assert row["estimate"]["value"] is row["estimate"]["ci"] is row["gap"] is row["potential"]["value"] is None
        assert row["ceiling"] is None
    mine = by_slice(result)[str(MINE)]
    assert mine.error_share == pytest.approx(KNOWN["slice_fail"] / KNOWN["failures"])
    assert result.overall.value is None
    assert "No row here is right" in result.no_people
    assert result.no_people in result.head.warnings
    known = by_slice(bench.rank(by=["kind"], rows_in_all=KNOWN["N"]))[str(MINE)]
    assert known.ceiling == pytest.approx(KNOWN["slice_fail"] / KNOWN["N"])
    document, _ = answer("rank", tmp_path / "rows.csv", "--by", "kind", "--rows-in-all", KNOWN["N"],
                         "--label", "label", "--prediction", "prediction", "--features", "kind")  # fmt: skip
    assert {row["slice"]: row["ceiling"] for row in document["table"]}[str(MINE)] == pytest.approx(0.024)


def test_shares_of_a_population_take_the_place_of_those_counted(tmp_path: Path) -> None:
    bench = opened(tmp_path, enriched().drop(columns="weight"))
    levels = {Slice(): GivenHlp(value=0.95)}
    result = bench.rank(by=["kind"], hlp=levels, population={MINE: 0.25})
    counted = by_slice(bench.rank(by=["kind"], hlp=levels))
    mine, other = (by_slice(result)[f"kind = '{name}'"] for name in ("mine", "other"))
    assert mine.potential == pytest.approx(0.25 * (0.95 - counted[str(MINE)].estimate.value), abs=1e-12)
    assert (mine.share_source, other.share_source) == ("population", "rows")
    assert other.potential == counted[other.slice].potential
    assert result.joint == pytest.approx(mine.potential + other.potential)
    assert result.to_dict()["table"][0]["share_source"] in ("population", "rows")
    overlapping = bench.rank(by=["kind"], slices=[parse("kind != 'x'")], hlp=levels, population={MINE: 0.25})
    assert overlapping.joint is None
    assert "share rows" in overlapping.joint_reason
    with pytest.raises(UsageError, match="macro F1 is none"):
        bench.rank(by=["kind"], metric="macro_f1", population={MINE: 0.25})


def test_a_table_of_shares_is_read_and_what_is_wrong_with_it_is_said(tmp_path: Path) -> None:
    path = tmp_path / "shares.csv"
    path.write_text("slice,share\nkind = 'mine',0.25\nkind = 'nowhere',0.1\n")
    enriched().drop(columns="weight").to_csv(tmp_path / "rows.csv", index=False)
    roles = ("--label", "label", "--prediction", "prediction", "--features", "kind")
    document, _ = answer("rank", tmp_path / "rows.csv", "--by", "kind", "--population", path, *roles)
    assert {row["slice"]: row["weight"] for row in document["table"]}[str(MINE)] == 0.25
    assert any("Shares of slices that are not ranked" in one for one in document["warnings"])
    with pytest.raises(DataError, match="columns slice and share"):
        read_population("slice,value\n,1")
    with pytest.raises(DataError, match="Line 2 of the table of shares: '25 %'"):
        read_population("slice,share\nkind = 'mine',25 %")
    path.write_text("slice,share\nkind = 'mine',1.5\n")
    assert "no share from 0 to 1" in refusal(
        "rank", tmp_path / "rows.csv", "--by", "kind", "--population", path, *roles
    )
