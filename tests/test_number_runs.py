"""How numbers are spread and which rows are worst, held against numpy and pandas on the rows themselves."""

from __future__ import annotations

import math
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import slicer
from slicer.metrics.distribution import Distribution, Spread, edges_for
from slicer.slices import parse
from slicer.workbench import Workbench
from slicer.workbench.numbers import measures


def opened(folder: Path, frame: pd.DataFrame, **roles: str) -> Workbench:
    frame.to_csv(folder / "data.csv", index=False)
    return slicer.open(folder / "data.csv", **roles)


@pytest.fixture
def scores(tmp_path: Path) -> tuple[Workbench, pd.DataFrame]:
    random = np.random.default_rng(1)
    frame = pd.DataFrame({"id": [f"r{i}" for i in range(900)], "bleu": -random.exponential(3.0, 900).round(4)})
    frame["half"] = ["a", "b", "b"] * 300
    frame.loc[5:8, "bleu"] = np.nan
    return opened(tmp_path, frame, score="bleu"), frame


@pytest.fixture
def ratios(tmp_path: Path) -> tuple[Workbench, pd.DataFrame]:
    random = np.random.default_rng(2)
    words = random.integers(0, 15, 800)
    frame = pd.DataFrame({"id": range(800), "errors": random.binomial(words, 0.2), "words": words})
    return opened(tmp_path, frame), frame


@pytest.fixture
def regression(tmp_path: Path) -> tuple[Workbench, pd.DataFrame]:
    random = np.random.default_rng(4)
    y = random.uniform(30, 400, 700).round(2)
    frame = pd.DataFrame({"id": range(700), "label": y, "prediction": (y + random.normal(3, 20, 700)).round(2)})
    frame.loc[3, "prediction"] = np.nan
    return opened(tmp_path, frame), frame


def by_numpy(found: Distribution, values: pd.Series) -> list[int]:
    """The same rows in the same bins, those beyond them in the outer ones."""
    edges = np.array(found.edges)
    inside = np.clip(values.dropna(), edges[0], np.nextafter(edges[-1], -math.inf))
    return np.histogram(inside, edges)[0].tolist()


def test_a_score_is_spread_as_numpy_has_it(scores: tuple[Workbench, pd.DataFrame]) -> None:
    bench, frame = scores
    found = bench.numbers().distribution
    assert found is not None
    assert list(found.rows) == by_numpy(found, frame["bleu"])
    assert found.spread.rows == 896
    assert found.spread.median == pytest.approx(frame["bleu"].median())
    assert (found.spread.least, found.spread.largest) == (frame["bleu"].min(), frame["bleu"].max())
    assert found.beyond == (True, False), "one row in 200 lies below the first bin"


def test_a_filter_is_heard(scores: tuple[Workbench, pd.DataFrame]) -> None:
    bench, frame = scores
    found = bench.numbers(parse("half = 'a'")).distribution
    assert found is not None
    assert sum(found.rows) == frame.loc[frame["half"] == "a", "bleu"].count()
    assert bench.numbers(parse("half = 'c'")).distribution is None


def test_the_worst_scores_are_the_lowest_or_the_highest_as_chosen(
    scores: tuple[Workbench, pd.DataFrame], tmp_path: Path
) -> None:
    bench, frame = scores
    assert bench.worst_rows(limit=7) == frame.nsmallest(7, "bleu")["id"].tolist()
    lower = slicer.open(tmp_path / "data.csv", score="bleu", lower_is_better=True)
    assert lower.worst_rows(limit=7) == frame.nlargest(7, "bleu")["id"].tolist()


def test_the_worst_rows_of_a_ratio_hold_the_most_errors(ratios: tuple[Workbench, pd.DataFrame]) -> None:
    """By their own rate the worst would all be rows of one word."""
    bench, frame = ratios
    worst = frame.sort_values(["errors", "words", "id"], ascending=[False, True, True])[:9]
    assert bench.worst_rows(limit=9) == worst["id"].astype(str).tolist()


def test_the_mean_of_the_rows_own_rates_is_not_the_ratio(ratios: tuple[Workbench, pd.DataFrame]) -> None:
    bench, frame = ratios
    held = frame[frame["words"] > 0]
    found = bench.numbers()
    assert found.mean_of_ratios == pytest.approx((held["errors"] / held["words"]).mean())
    assert found.distribution is not None
    assert list(found.distribution.rows) == by_numpy(found.distribution, held["errors"] / held["words"])
    ratio = bench.metrics().overall.metrics["ratio"]
    assert ratio is not None
    assert ratio.value == pytest.approx(frame["errors"].sum() / frame["words"].sum())


def test_the_trap_of_the_word_error_rate(tmp_path: Path) -> None:
    """Four utterances, as jiwer 4.0 counts them: 7 wrong of 17 words, which is not the mean of the four rates."""
    bench = opened(tmp_path, pd.DataFrame({"id": list("abcd"), "errors": [1, 2, 2, 2], "words": [2, 3, 4, 8]}))
    assert round(bench.numbers().mean_of_ratios, 4) == 0.4792
    assert round(bench.metrics().overall.metrics["ratio"].value, 4) == 0.4118


def test_residuals_and_both_numbers_of_a_regression(regression: tuple[Workbench, pd.DataFrame]) -> None:
    bench, frame = regression
    found, off = bench.numbers(), frame["prediction"] - frame["label"]
    assert found.distribution is not None
    assert found.joint is not None
    assert list(found.distribution.rows) == by_numpy(found.distribution, off)
    assert bench.worst_rows(limit=5) == off.abs().nlargest(5).index.astype(str).tolist()
    edges = np.array(found.joint.edges)
    held = frame.dropna().clip(edges[0], np.nextafter(edges[-1], -math.inf))
    counted = np.histogram2d(held["label"], held["prediction"], [edges, edges])[0]
    assert found.joint.rows == {(i, j): n for (i, j), n in np.ndenumerate(counted.astype(int)) if n}


def test_a_row_says_what_it_is_measured_by(
    ratios: tuple[Workbench, pd.DataFrame], regression: tuple[Workbench, pd.DataFrame]
) -> None:
    of_ratio, of_regression = ratios[0], regression[0]
    assert measures(of_ratio, {"errors": 3, "words": 5}) == (("errors", 3.0), ("words", 5.0), ("error rate", 0.6))
    assert measures(of_ratio, {"errors": 3, "words": 0})[-1] == ("error rate", None)
    assert measures(of_regression, {"label": 2.0, "prediction": 1.5})[-1] == ("off by", -0.5)
    assert measures(of_regression, {"label": None, "prediction": 1.5})[-1] == ("off by", None)
    assert measures(slicer.sample("speech"), {}) == ()


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=50), st.booleans())
def test_bins_hold_what_is_between_the_tails(values: list[float], whole: bool) -> None:
    numbers = sorted(float(round(value)) if whole else value for value in values)
    middle = numbers[len(numbers) // 2]
    spread = Spread(
        rows=len(numbers),
        least=numbers[0],
        low=numbers[0],
        median=middle,
        high=numbers[-1],
        largest=numbers[-1],
        whole=whole,
    )
    edges = edges_for(spread)
    assert 2 <= len(edges) <= 80
    assert all(left < right for left, right in pairwise(edges))
    slack = 1e-6 * max(1.0, abs(numbers[0]), abs(numbers[-1]))
    assert edges[0] <= numbers[0] + slack
    assert numbers[-1] <= edges[-1] + slack
