"""Means, ratios and regression: worked examples, scipy, scikit-learn, resampled rows."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import oracles_of_metrics as oracles
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from metric_kit import bench_of, wide
from scipy import stats
from sklearn import metrics as sk

from slicer.errors import UsageError
from slicer.metrics.estimate import Estimate
from slicer.metrics.means import FRACTION, POSITIVE, mean_estimate, ratio_error, ratio_estimate
from slicer.metrics.moments import Moments, RatioSums
from slicer.metrics.regression import median_ranks
from slicer.workbench import Workbench

numbers = st.lists(st.floats(-1000, 1000).map(lambda x: round(x, 3)), min_size=2, max_size=60)


def ratio_of(errors: Any, words: Any) -> RatioSums:
    e, d = np.asarray(errors, dtype=float), np.asarray(words, dtype=float)
    return RatioSums(n=len(e), e=e.sum(), d=d.sum(), ee=float(e @ e), ed=float(e @ d), dd=float(d @ d))


# --- means -----------------------------------------------------------------------------------------


def test_the_mean_of_the_worked_example() -> None:
    gold = oracles.MEAN_T
    found = mean_estimate(Moments.of(gold["x"]), 0.95)
    assert found.value == pytest.approx(gold["mean"], abs=1e-12)
    assert found.ci == pytest.approx(gold["ci"], abs=1e-9)
    assert found.method == "t"


@given(numbers, st.sampled_from([0.8, 0.95, 0.99]))
def test_the_interval_of_a_mean_is_students(x: list[float], level: float) -> None:
    error = stats.sem(x)
    assume(error > 1e-3)
    found = mean_estimate(Moments.of(x), level)
    assert found.value == pytest.approx(np.mean(x), abs=1e-9)
    assert found.ci == pytest.approx(stats.t.interval(level, len(x) - 1, np.mean(x), error), rel=1e-6, abs=1e-6)


@given(numbers, st.floats(0.1, 10), st.randoms(use_true_random=False))
def test_the_unit_of_the_weights_changes_nothing(x: list[float], unit: float, random: Any) -> None:
    w = [random.uniform(0.2, 4) for _ in x]
    assume(np.std(x) > 1e-2)
    once, other = (mean_estimate(Moments.of(x, [k * one for one in w]), 0.95) for k in (1.0, unit))
    assert other.value == pytest.approx(once.value, abs=1e-9)
    assert other.ci == pytest.approx(once.ci, rel=1e-9, abs=1e-9)
    assert once.value == pytest.approx(np.average(x, weights=w), abs=1e-9)


@given(numbers)
def test_equal_weights_are_no_weights(x: list[float]) -> None:
    assume(np.std(x) > 1e-2)
    plain, weighted = mean_estimate(Moments.of(x), 0.95), mean_estimate(Moments.of(x, [3.0] * len(x)), 0.95)
    assert weighted.ci == pytest.approx(plain.ci, rel=1e-9, abs=1e-9)


def test_a_weighted_mean_spreads_as_resampled_rows_do() -> None:
    random = np.random.default_rng(0)
    x, w = random.gamma(2, 3, 500), random.gamma(1.5, 1, 500)
    found = mean_estimate(Moments.of(x.tolist(), w.tolist()), 0.95)
    at = random.integers(0, 500, (4000, 500))
    drawn = (w[at] * x[at]).sum(axis=1) / w[at].sum(axis=1)
    assert (found.ci[1] - found.ci[0]) / 2 == pytest.approx(1.96 * drawn.std(), rel=0.06)
    assert found.ci == pytest.approx(np.quantile(drawn, [0.025, 0.975]), abs=0.15)


def test_a_mean_near_its_bound_stays_inside() -> None:
    x = [0.0] * 45 + [0.3] * 5
    for span in (FRACTION, POSITIVE):
        low, high = wide(mean_estimate(Moments.of(x), 0.95, span=span).ci)
        assert 0 < low < 0.03 < high < 0.1
    assert mean_estimate(Moments.of([-1.0] * 3 + [4.0]), 0.95).ci[0] < -1


@pytest.mark.parametrize(("value", "span", "there"), [(1.0, FRACTION, True), (0.0, FRACTION, True),
                                                      (0.5, FRACTION, False), (7.0, POSITIVE, False)])  # fmt: skip
def test_a_score_that_is_the_same_everywhere(value: float, span: tuple[float, float], there: bool) -> None:
    """A fraction that is 0 or 1 on every row has Wilson's interval; of other numbers the spread is unknown."""
    found = mean_estimate(Moments.of([value] * 12), 0.95, span=span)
    assert found.value == value
    assert "boundary" in found.flags
    assert (found.ci is not None) == there
    if there:
        assert wide(found.ci)[1 if value else 0] == value


def test_one_row_has_a_mean_and_no_interval() -> None:
    found = mean_estimate(Moments.of([3.0]), 0.95)
    assert (found.value, found.ci, found.method) == (3.0, None, None)
    assert mean_estimate(Moments.of([]), 0.95).value is None


# --- ratios ----------------------------------------------------------------------------------------


def test_the_ratio_of_the_worked_example() -> None:
    gold = oracles.RATIO_OF_SUMS
    sums = ratio_of(gold["errors"], gold["words"])
    found = ratio_estimate(sums, 0.95)
    assert found.value == pytest.approx(gold["ratio"], abs=1e-12)
    assert ratio_error(sums) == pytest.approx(gold["se_linearised"], abs=1e-12)
    assert ratio_error(sums) == pytest.approx(gold["se_from_mergeable_sums"], abs=1e-12)
    assert found.ci == pytest.approx(gold["ci_t"], abs=1e-9)
    assert found.method == "ratio"
    e, d = np.array(gold["errors"]), np.array(gold["words"])
    left_out = (e.sum() - e) / (d.sum() - d)
    jackknife = math.sqrt(7 / 8 * ((left_out - left_out.mean()) ** 2).sum())
    assert jackknife == pytest.approx(gold["se_jackknife"], abs=1e-9)
    assert ratio_error(sums) == pytest.approx(jackknife, rel=0.05)


def test_a_word_error_rate_is_a_ratio_of_sums() -> None:
    gold = oracles.WORD_ERRORS
    found = ratio_estimate(ratio_of(gold["errors"], gold["words"]), 0.95)
    assert found.value == pytest.approx(gold["corpus_wer"], abs=1e-12)
    mean = np.mean(np.array(gold["errors"]) / np.array(gold["words"]))
    assert mean == pytest.approx(gold["mean_of_ratios_wrong"])
    assert abs(found.value - mean) > 0.06


def test_the_error_of_a_ratio_is_that_of_resampled_rows() -> None:
    random = np.random.default_rng(3)
    d = random.integers(1, 30, 400)
    e = random.binomial(d, random.beta(1, 5, 400))
    at = random.integers(0, 400, (4000, 400))
    drawn = e[at].sum(axis=1) / d[at].sum(axis=1)
    assert ratio_error(ratio_of(e, d)) == pytest.approx(drawn.std(), rel=0.06)


def test_no_errors_at_all_is_no_certainty() -> None:
    """Wilson on rows: it is not known whether a row that errs errs in one word or in all."""
    found = ratio_estimate(ratio_of([0] * 12, range(1, 13)), 0.95)
    low, high = wide(found.ci)
    assert (found.value, low) == (0.0, 0.0)
    assert 0.2 < high < 0.35
    assert "boundary" in found.flags
    assert ratio_estimate(ratio_of([0, 0], [0, 0]), 0.95).value is None


# --- regression ------------------------------------------------------------------------------------


def regression(folder: Path, frame: pd.DataFrame, **roles: Any) -> dict[str, Estimate | None]:
    frame = frame.assign(id=range(len(frame)))
    bench = bench_of(folder, frame, label="y", prediction="pred", task="regression", **roles)
    return dict(bench.metrics(metrics=["mae", "rmse", "bias", "r2", "pinball_90"]).overall.metrics)


def test_the_regression_of_the_worked_example(tmp_path: Path) -> None:
    gold = oracles.REGRESSION
    found = regression(tmp_path, pd.DataFrame({"y": gold["y"], "pred": gold["pred"]}))
    for name, key in (
        ("mae", "mae"), ("rmse", "rmse"), ("bias", "bias_pred_minus_true"), ("r2", "r2"), ("r2", "r2_from_sums"),
        ("pinball_90", "pinball_0_9"),
    ):  # fmt: skip
        assert found[name].value == pytest.approx(gold[key], abs=1e-9), name


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("regression")


@settings(max_examples=8)
@given(seed=st.integers(0, 10**6), n=st.integers(2, 200), weighted=st.booleans(), far=st.sampled_from([0.0, 1e6]))
def test_regression_is_scikit_learns(folder: Path, seed: int, n: int, weighted: bool, far: float) -> None:
    random = np.random.default_rng(seed)
    frame = pd.DataFrame({"y": random.normal(far, 10, n), "w": random.uniform(0.2, 4, n)})
    frame["pred"] = frame["y"] + random.normal(1, 5, n)
    roles = {"weight": "w"} if weighted else {"ignore": ["w"]}
    found = regression(folder, frame, **roles)
    y, pred, w = frame["y"], frame["pred"], {"sample_weight": frame["w"] if weighted else None}
    assert found["mae"].value == pytest.approx(sk.mean_absolute_error(y, pred, **w), rel=1e-7)
    assert found["rmse"].value == pytest.approx(sk.root_mean_squared_error(y, pred, **w), rel=1e-7)
    assert found["r2"].value == pytest.approx(sk.r2_score(y, pred, **w), abs=1e-6)
    assert found["pinball_90"].value == pytest.approx(sk.mean_pinball_loss(y, pred, alpha=0.9, **w), rel=1e-7)
    assert found["bias"].value == pytest.approx(np.average(pred - y, weights=w["sample_weight"]), abs=1e-6)


@pytest.mark.parametrize("weighted", [False, True])
def test_regression_spreads_as_resampled_rows_do(folder: Path, weighted: bool) -> None:
    random = np.random.default_rng(12)
    n = 600
    frame = pd.DataFrame({"y": random.gamma(2, 5, n), "w": random.gamma(2, 1, n)})
    frame["pred"] = 0.8 * frame["y"] + random.normal(2, 3, n)
    found = regression(folder, frame, **({"weight": "w"} if weighted else {"ignore": ["w"]}))
    y, pred, w = frame["y"].to_numpy(), frame["pred"].to_numpy(), frame["w"].to_numpy() if weighted else np.ones(n)
    drawn: dict[str, list[float]] = {"r2": [], "rmse": [], "mae": [], "pinball_90": []}
    for at in random.integers(0, n, (1500, n)):
        r, weight = pred[at] - y[at], w[at]
        mean = np.average(y[at], weights=weight)
        drawn["r2"].append(1 - (weight * r**2).sum() / (weight * (y[at] - mean) ** 2).sum())
        drawn["rmse"].append(math.sqrt(np.average(r**2, weights=weight)))
        drawn["mae"].append(np.average(np.abs(r), weights=weight))
        drawn["pinball_90"].append(np.average(np.maximum(-0.9 * r, 0.1 * r), weights=weight))
    for name, values in drawn.items():
        low, high = wide(found[name].ci)
        assert (high - low) / (2 * 1.96) == pytest.approx(np.std(values), rel=0.08), name
        assert (low, high) == pytest.approx(np.quantile(values, [0.025, 0.975]), abs=0.5 * np.std(values)), name


# --- distances in order ----------------------------------------------------------------------------


@settings(max_examples=15)
@given(pairs=st.lists(st.tuples(st.floats(-50, 50), st.floats(-50, 50)), min_size=1, max_size=60))
def test_the_median_and_the_largest_error_are_scikit_learns(folder: Path, pairs: list[tuple[float, float]]) -> None:
    frame = pd.DataFrame(pairs, columns=["y", "pred"]).round(3)
    found = in_order(folder, frame).metrics(metrics=["median_error", "max_error"]).overall.metrics
    theirs = sk.median_absolute_error(frame["y"], frame["pred"]), sk.max_error(frame["y"], frame["pred"])
    assert (found["median_error"].value, found["max_error"].value) == pytest.approx(theirs, abs=1e-9)
    assert found["max_error"].ci is None
    ci = found["median_error"].ci
    assert ci is None or ci[0] <= found["median_error"].value <= ci[1]


def in_order(folder: Path, frame: pd.DataFrame, **roles: Any) -> Workbench:
    frame = frame.assign(id=range(len(frame)))
    return bench_of(folder, frame, label="y", prediction="pred", task="regression", **roles)


def test_the_interval_of_the_median_is_that_of_scipys_percentile_bootstrap(folder: Path) -> None:
    random = np.random.default_rng(20)
    frame = pd.DataFrame({"y": random.normal(0, 1, 201), "pred": random.normal(0, 1, 201)})
    off = (frame["pred"] - frame["y"]).abs().to_numpy()
    theirs = stats.bootstrap((off,), np.median, method="percentile", n_resamples=20_000, rng=random)
    found = in_order(folder, frame).metrics(metrics=["median_error"]).overall.metrics["median_error"]
    order = np.sort(off)
    for ours, end in zip(wide(found.ci), theirs.confidence_interval, strict=True):
        assert abs(np.searchsorted(order, ours) - np.searchsorted(order, end)) <= 1, "at most one row further"
    assert found.method == "bootstrap"


@pytest.mark.parametrize("n", [20, 101, 1000])
def test_the_interval_of_the_median_covers_what_it_says(n: int) -> None:
    x = np.sort(np.random.default_rng(n).exponential(1, (4000, n)), axis=1)
    low, high = (x[:, math.ceil(share * n) - 1] for share in median_ranks(n))
    assert np.mean((low <= math.log(2)) & (math.log(2) <= high)) == pytest.approx(0.95, abs=0.02)


def test_the_median_of_a_slice_is_held_against_that_of_the_rest(folder: Path) -> None:
    """Sums do not tell the rest, so that its rows are asked anew."""
    random = np.random.default_rng(21)
    frame = pd.DataFrame({"y": random.normal(0, 1, 400), "g": random.choice(["a", "b", "c"], 400)})
    frame["pred"] = frame["y"] + random.normal(0, np.where(frame["g"] == "a", 2.0, 0.5))
    row = in_order(folder, frame).slice_table(by=["g"], metric="median_error").table[0]
    mine, rest = frame[frame["g"] == "a"], frame[frame["g"] != "a"]
    assert row.name == "g a"
    assert row.estimate.value == pytest.approx(sk.median_absolute_error(mine["y"], mine["pred"]), abs=1e-9)
    assert row.rest.value == pytest.approx(sk.median_absolute_error(rest["y"], rest["pred"]), abs=1e-9)
    assert row.verdict == "worse"


def test_with_weights_there_is_no_order_and_with_clusters_no_interval(folder: Path) -> None:
    frame = pd.DataFrame({"y": range(60), "pred": np.random.default_rng(0).normal(range(60)), "w": 2.0, "who": 1})
    weighted = in_order(folder, frame, weight="w", ignore=["who"])
    with pytest.raises(UsageError, match="on rows without weights"):
        weighted.metrics(metrics=["median_error"])
    clustered = in_order(folder, frame, cluster="who", ignore=["w"])
    found = clustered.metrics(metrics=["median_error"]).overall.metrics["median_error"]
    assert found.value is not None
    assert found.ci is None


def test_a_constant_label_has_no_r_squared(folder: Path) -> None:
    """scikit-learn's 0 or 1 are a policy."""
    gold = oracles.REGRESSION["r2_constant_y"]
    assert (gold["sklearn_imperfect"], gold["sklearn_perfect"], gold["project"]) == (0.0, 1.0, "null")
    for pred in ([1.0, 2.0, 3.0], [0.1, 0.1, 0.1]):
        found = regression(folder, pd.DataFrame({"y": [0.1] * 3, "pred": pred}))
        assert found["r2"].value is None
        assert found["mae"].value is not None


def test_small_numbers_have_an_r_squared_like_large_ones(folder: Path) -> None:
    random = np.random.default_rng(5)
    frame = pd.DataFrame({"y": random.normal(0, 1, 50)}).assign(pred=lambda one: one["y"] + random.normal(0, 0.5, 50))
    plain, tiny = regression(folder, frame), regression(folder, frame * 1e-7)
    assert tiny["r2"].value == pytest.approx(plain["r2"].value, abs=1e-9)
    assert tiny["r2"].ci == pytest.approx(plain["r2"].ci, abs=1e-9)
    assert tiny["mae"].ci == pytest.approx(tuple(1e-7 * end for end in plain["mae"].ci), rel=1e-6)


def test_predictions_that_are_all_right_have_values_and_no_intervals(folder: Path) -> None:
    found = regression(folder, pd.DataFrame({"y": [1.0, 2.5, 4.0], "pred": [1.0, 2.5, 4.0]}))
    assert [found[name].value for name in ("mae", "rmse", "bias", "r2")] == [0.0, 0.0, 0.0, 1.0]
    assert all(found[name].ci is None and "boundary" in found[name].flags for name in ("mae", "rmse", "bias", "r2"))
