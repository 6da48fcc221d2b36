"""Where one run is worse than another: counts by pandas, on made data and on the samples."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

import slicer
from slicer.cli import main
from slicer.errors import UsageError
from slicer.findings.found import found_finding
from slicer.metrics.intervals import z_value
from slicer.slices import parse
from slicer.workbench import Wanted

FEW = 99


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    """The second run is better everywhere but for phones in the south; each left some rows out."""
    random = np.random.default_rng(7)
    rows = 4000
    made = pd.DataFrame(
        {
            "id": [f"r{place}" for place in range(rows)],
            "label": random.choice(["no", "yes"], rows),
            "place": random.choice(["north", "south", "east"], rows),
            "device": random.choice(["phone", "desk"], rows),
            "noise": random.choice(list("abcd"), rows),
        }
    )
    flipped = made["label"].map({"no": "yes", "yes": "no"})
    bad = (made["place"] == "south") & (made["device"] == "phone")
    made["pred_one"] = np.where(random.random(rows) < 0.20, flipped, made["label"])
    made["pred_two"] = np.where(random.random(rows) < np.where(bad, 0.40, 0.10), flipped, made["label"])
    made.loc[:20, "pred_one"] = None
    made.loc[3900:, "pred_two"] = None
    return made


@pytest.fixture(scope="module")
def path(table: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("runs") / "runs.csv"
    table.to_csv(place, index=False)
    return place


def changes(table: pd.DataFrame) -> pd.DataFrame:
    """The rows both predict, with whether they are newly wrong or newly right."""
    both = table[table["pred_one"].notna() & table["pred_two"].notna()].copy()
    one, two = both["pred_one"] == both["label"], both["pred_two"] == both["label"]
    both["broken"], both["fixed"] = one & ~two, ~one & two
    return both


def test_where_a_run_got_worse_is_found_and_counted(path: Path, table: pd.DataFrame) -> None:
    result = slicer.open(path).find(Wanted(against="one", permutations=FEW))
    both = changes(table)
    inside = both[(both["place"] == "south") & (both["device"] == "phone")]
    best = result.slices[0]
    assert best.slice == parse("place = 'south' and device = 'phone'")
    broken, fixed = int(inside["broken"].sum()), int(inside["fixed"].sum())
    assert (best.support, best.broken, best.fixed, best.errors) == (len(inside), broken, fixed, None)
    assert result.rows_searched == len(both)
    assert result.error_rate == pytest.approx((both["broken"].sum() - both["fixed"].sum()) / len(both))
    assert best.error_rate == pytest.approx((broken - fixed) / len(inside))
    assert best.potential == pytest.approx((broken - fixed) / len(both))
    error = math.sqrt(broken + fixed)
    assert best.score == pytest.approx((broken - fixed - z_value(0.8) * error) / len(both))
    assert result.threshold is not None
    assert best.potential_lower == pytest.approx((broken - fixed - result.threshold * error) / len(both))
    assert best.beyond_noise
    title, more = found_finding(result)
    assert title.endswith(f"{broken} newly wrong and {fixed} newly right of {len(inside)} rows")
    assert "against one" in more


def test_some_rows_and_the_other_half(path: Path, table: pd.DataFrame) -> None:
    bench = slicer.open(path)
    result = bench.find(Wanted(against="one", permutations=FEW), where=parse("device = 'desk'"))
    assert result.rows_searched == int((changes(table)["device"] == "desk").sum())
    assert not any(one.beyond_noise for one in result.slices)
    assert found_finding(result)[0].startswith("Nowhere worse than one")
    half = bench.find(Wanted(against="one", permutations=FEW, split_half=True)).slices[0]
    assert half.slice == parse("place = 'south' and device = 'phone'")
    assert half.confirmation is not None
    assert half.confirmation.confirmed


def test_rows_of_one_class_alone(path: Path, table: pd.DataFrame) -> None:
    result = slicer.open(path, positive="yes").find(
        Wanted(against="one", outcome="fnr", objective="divergence", permutations=FEW, top=1)
    )
    both = changes(table)
    both = both[both["label"] == "yes"]
    net = both["broken"].astype(int) - both["fixed"].astype(int)
    inside = (both["place"] == "south") & (both["device"] == "phone")
    assert result.rows_searched == len(both)
    assert result.slices[0].score == pytest.approx(net[inside].mean() - net.mean())


def test_the_document_and_the_table(path: Path) -> None:
    command = ["find", str(path), "--against", "one", "--permutations", str(FEW), "--top", "2"]
    said = CliRunner().invoke(main, [*command, "--format", "json"], catch_exceptions=False)
    document = json.loads(said.stdout)
    assert document["against"] == "one"
    assert {"broken", "fixed"} <= {*document["slices"][0]}
    shown = CliRunner().invoke(main, command, catch_exceptions=False).stdout
    assert "newly wrong" in shown
    assert "newly right" in shown
    alone = CliRunner().invoke(main, [*command[:2], "--permutations", str(FEW), "--format", "json"])
    assert json.loads(alone.stdout)["against"] is None
    assert json.loads(alone.stdout)["slices"][0]["broken"] is None


def test_numbers_of_two_runs(tmp_path: Path) -> None:
    random = np.random.default_rng(2)
    made = pd.DataFrame({"id": range(900), "kind": random.choice(list("abc"), 900)})
    made["label"] = random.normal(50, 9, 900).round(3)
    made["old"] = made["label"] + random.normal(0, 2, 900).round(3)
    made["new"] = made["label"] + random.normal(0, np.where(made["kind"] == "b", 4, 1)).round(3)
    made.to_csv(tmp_path / "numbers.csv", index=False)
    bench = slicer.open(
        tmp_path / "numbers.csv", label="label", prediction={"old": "old", "new": "new"}, features=["kind"]
    )
    result = bench.find(Wanted(against="old", permutations=FEW))
    best = result.slices[0]
    assert best.slice == parse("kind = 'b'")
    inside = made["kind"] == "b"
    lost = (made["new"] - made["label"]).abs() - (made["old"] - made["label"]).abs()
    assert best.error_rate == pytest.approx(lost[inside].mean())
    assert best.potential == pytest.approx(inside.mean() * (lost[inside].mean() - lost[~inside].mean()))
    assert (best.broken, best.fixed) == (None, None)
    assert found_finding(result)[0] == "Kind b: worse against old than elsewhere"


def test_what_cannot_be_compared_is_said(path: Path) -> None:
    bench = slicer.open(path)
    with pytest.raises(UsageError, match="No run named 'three'"):
        bench.find(Wanted(against="three"))
    with pytest.raises(UsageError, match="is the run that is searched"):
        bench.find(Wanted(against="two"))
    with pytest.raises(UsageError, match="one run may be better"):
        bench.find(Wanted(against="one", objective="sliceline"))
