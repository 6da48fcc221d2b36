"""Scores, errors over a total and residuals, as the engine sums them: pandas and numpy do it by row."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import slicer
from slicer.errors import UsageError
from slicer.metrics.moments import RatioSums
from slicer.slices import Slice, parse
from slicer.workbench import ALL, Workbench

ROWS = 400
Open = Callable[..., Workbench]


@pytest.fixture
def data() -> pd.DataFrame:
    random = np.random.default_rng(5)
    frame = pd.DataFrame(
        {
            "id": [f"r{place}" for place in range(ROWS)],
            "noise": random.choice(["quiet", "loud", None], ROWS),
            "size": random.normal(size=ROWS),
            "wer": random.gamma(1, 0.2, ROWS),
            "errors": random.poisson(2, ROWS),
            "words": random.integers(1, 20, ROWS),
            "w": random.gamma(2, 1, ROWS),
            "y": random.normal(50, 10, ROWS).round(3),
        }
    )
    frame["pred"] = frame["y"] + random.normal(0, 3, ROWS).round(3)
    frame.loc[:9, "wer"] = None
    frame.loc[5:12, "words"] = None
    frame.loc[3:8, "pred"] = None
    return frame


@pytest.fixture
def opened(data: pd.DataFrame, tmp_path: Path) -> Open:
    def opened(*columns: str, **roles: object) -> Workbench:
        path = tmp_path / "data.parquet"
        data[["id", "noise", "size", *columns]].to_parquet(path)
        return slicer.open(path, **roles)

    return opened


def parts(bench: Workbench, data: pd.DataFrame) -> list[tuple[Slice, pd.DataFrame, object]]:
    """Every slice with its rows and what was summed: all rows, the values of a text, the bins of a number."""
    found = [(ALL, bench.count(ALL)), *bench.count_by(["noise", "size"], ALL)]
    rows = [
        (slice_, data[data["id"].isin([one.values["id"] for one in bench.examples(slice_, limit=ROWS)])], counts)
        for slice_, counts in found
    ]
    assert len(rows) == 1 + 3 + 5
    return rows


def close(found: object, **gold: float) -> None:
    assert {name: getattr(found, name) for name in gold} == pytest.approx(gold, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("weighted", [False, True])
def test_the_sums_of_a_score(opened: Open, data: pd.DataFrame, weighted: bool) -> None:
    bench = opened("wer", "w", **({"weight": "w"} if weighted else {"ignore": "w"}))
    assert (bench.task, bench.higher_is_better("mean")) == ("score", False)
    for _, rows, counts in parts(bench, data):
        there = rows[rows["wer"].notna()]
        x, w = there["wer"] - data["wer"].mean(), there["w"] if weighted else pd.Series(1.0, there.index)
        assert counts.score.origin == pytest.approx(data["wer"].mean(), abs=1e-12)
        assert counts.score.mean == pytest.approx(np.average(there["wer"], weights=w), abs=1e-12)
        assert (counts.support, counts.n, counts.unlabelled) == (len(rows), len(there), len(rows) - len(there))
        close(
            counts.score,
            **{
                "n": len(there), "w": w.sum(), "ww": (w * w).sum(), "wx": (w * x).sum(), "wxx": (w * x * x).sum(),
                "wwx": (w * w * x).sum(), "wwxx": (w * w * x * x).sum(),
            },
        )  # fmt: skip


@pytest.mark.parametrize("weighted", [False, True])
def test_the_sums_of_errors_over_words(opened: Open, data: pd.DataFrame, weighted: bool) -> None:
    bench = opened("errors", "words", "w", **({"weight": "w"} if weighted else {"ignore": "w"}))
    assert bench.task == "ratio"
    for _, rows, counts in parts(bench, data):
        there = rows[rows["words"].notna()]
        w = there["w"] if weighted else 1.0
        e, d = w * there["errors"], w * there["words"]
        gold = {"n": len(there), "e": e.sum(), "d": d.sum(), "ee": (e * e).sum(), "ed": (e * d).sum()}
        close(counts.ratio, **gold, dd=(d * d).sum())
    assert isinstance(bench.count(ALL).ratio, RatioSums)


def test_the_sums_of_a_regression(opened: Open, data: pd.DataFrame) -> None:
    bench = opened("y", "pred")
    assert bench.task == "regression"
    origin = data["y"].mean()
    for _, rows, counts in parts(bench, data):
        there = rows[rows["pred"].notna()]
        r, y = there["pred"] - there["y"], there["y"] - origin
        found = counts.residuals
        for part, x in ((found.r, r), (found.absolute, r.abs()), (found.squared, r * r), (found.y, y)):
            close(part, n=len(there), wx=x.sum(), wxx=(x * x).sum())
        close(found, rry=(r * r * y).sum(), rryy=(r * r * y * y).sum(), yyy=(y**3).sum(), yyyy=(y**4).sum())


def test_a_number_that_is_none_is_outside(tmp_path: Path) -> None:
    """One NaN or infinity would poison every sum."""
    path = tmp_path / "odd.parquet"
    pd.DataFrame({"id": [1, 2, 3, 4], "score": [1.0, np.inf, np.nan, 3.0]}).to_parquet(path)
    counts = slicer.open(path).count(ALL)
    assert (counts.support, counts.unlabelled, counts.score.n) == (4, 2, 2)
    assert (counts.score.mean, counts.score.wxx - counts.score.wx**2 / 2) == (2.0, 2.0)


def test_a_slice_and_its_complement_add_up(opened: Open) -> None:
    bench = opened("wer")
    slice_ = parse("noise = 'loud' and size < 0")
    whole, part, rest = (bench.count(one).score for one in (ALL, slice_, slice_.complement))
    close(part + rest, n=whole.n, wx=whole.wx, wxx=whole.wxx)
    close(whole - part, n=rest.n, wx=rest.wx, wxx=rest.wxx)


@pytest.mark.parametrize(
    ("columns", "roles", "task"),
    [
        (["wer"], {}, "score"),
        (["errors", "words"], {}, "ratio"),
        (["y", "pred"], {}, "regression"),
        (["y", "pred"], {"task": "classification"}, "classification"),
        (["errors", "words"], {"score": "errors", "ignore": "words"}, "score"),
        (["y", "pred", "wer"], {"score": "wer", "task": "score"}, "score"),
    ],
)
def test_the_task_is_guessed_and_can_be_set(opened: Open, columns: list[str], roles: dict[str, str], task: str) -> None:
    assert opened(*columns, **roles).task == task


def test_a_task_without_its_columns_is_refused(opened: Open) -> None:
    with pytest.raises(UsageError, match="no regression task: it lacks a label and a prediction that are numbers"):
        opened("wer", task="regression")
    with pytest.raises(UsageError, match="none that says out of how many"):
        opened("wer", errors="wer")


@pytest.mark.parametrize(
    ("lower", "columns", "expected"), [(None, ["wer"], True), (False, ["wer"], False), (None, ["errors"], True)]
)
def test_the_direction_of_a_score_is_guessed_by_its_name(
    opened: Open, lower: bool | None, columns: list[str], expected: bool
) -> None:
    bench = opened(*columns, score=columns[0], lower_is_better=lower)
    assert bench.higher_is_better("mean") is not expected


def test_numbers_are_not_called_right_or_wrong(opened: Open) -> None:
    for columns in (["wer"], ["errors", "words"], ["y", "pred"]):
        bench = opened(*columns)
        assert all(row.candidate.errors is None for row in bench.rank(by=["noise"]).table)
        table = bench.slice_table(by=["noise"]).table
        assert len(table) == 3
        assert all(row.errors is None and row.error_share is None for row in table)


def test_numbers_far_from_0_lose_no_digits(tmp_path: Path) -> None:
    """A million and a little: sums of squares of the numbers themselves would leave nothing of the little."""
    random = np.random.default_rng(1)
    x = 1e9 + random.normal(0, 1e-3, 200)
    path = tmp_path / "far.parquet"
    pd.DataFrame({"id": range(200), "score": x}).to_parquet(path)
    found = slicer.open(path).metrics().overall.metrics["mean"]
    half = (found.ci[1] - found.ci[0]) / 2
    assert half == pytest.approx(stats.t.ppf(0.975, 199) * x.std(ddof=1) / np.sqrt(200), rel=1e-3)
    assert found.value == pytest.approx(x.mean(), abs=1e-6)
