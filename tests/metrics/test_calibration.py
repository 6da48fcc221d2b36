"""Calibration error, its noise floor and its interval; log loss and Brier score of worked examples."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import oracles_of_metrics as oracles
import pandas as pd
import pytest
from metric_kit import bench_of, wide
from sklearn.metrics import brier_score_loss, log_loss

from slicer.metrics.calibration import bin_gaps, ece, ece_estimate, gaps_between, mce, noise_floor, within_noise
from slicer.metrics.histograms import GapsBetween, Histogram

EDGES = np.arange(1, 10) / 10


def rows_of(bins: Histogram) -> int:
    return round(float(bins.n.sum()))


def worked() -> pd.DataFrame:
    gold = oracles.PROBABILITIES
    return pd.DataFrame({"id": range(len(gold["y"])), "y": np.where(gold["y"], "yes", "no"), "prob_yes": gold["s"]})


def test_the_worked_example() -> None:
    gold = oracles.PROBABILITIES
    bins = Histogram.of(gold["y"], gold["s"], EDGES)
    assert ece(bins) == pytest.approx(gold["ece10_equal_width_left_closed"], abs=1e-12)
    assert ece(bins) == pytest.approx(gold["netcal_ece10"], abs=1e-12)
    assert mce(bins) == pytest.approx(gold["mce10"], abs=1e-12)
    assert np.nanmax(np.abs(bin_gaps(bins))) == mce(bins)


def test_the_worked_example_from_a_file(tmp_path: Path) -> None:
    gold = oracles.PROBABILITIES
    bench = bench_of(tmp_path, worked(), label="y", positive="yes")
    found = bench.metrics(metrics=["log_loss", "brier", "roc_auc", "average_precision", "mce", "ece"]).overall.metrics
    for name, key in (
        ("log_loss", "log_loss"), ("brier", "brier"), ("roc_auc", "roc_auc"), ("average_precision", "avg_precision"),
        ("mce", "mce10"),
    ):  # fmt: skip
        assert found[name].value == pytest.approx(gold[key], abs=1e-9), name
    assert found["ece"].value is None, "of twelve rows it would be noise"


def test_a_certain_miss_costs_what_its_clipped_probability_says(tmp_path: Path) -> None:
    """ln 1e-15 here; scikit-learn clips at 2.2e-16, and says 18.02 where half of the rows are such."""
    frame = pd.DataFrame({"id": range(4), "y": ["no", "yes"] * 2, "prob_yes": [1.0, 1.0, 0.0, 0.0]})
    found = bench_of(tmp_path, frame, label="y", positive="yes").metrics().overall
    assert found.metrics["log_loss"].value == pytest.approx(-math.log(1e-15) / 2, abs=1e-9)
    assert found.counts.probabilities.clipped == 2
    theirs = oracles.PROBABILITIES["log_loss_clipped_eps1e15_for_p_zero"]
    assert -math.log(np.finfo(float).eps) / 2 == pytest.approx(theirs, abs=1e-9)


def test_several_classes_of_the_worked_example(tmp_path: Path) -> None:
    gold = oracles.SEVERAL_CLASSES
    p = np.array(gold["P"])
    frame = pd.DataFrame({"id": range(len(p)), "y": [f"c{one}" for one in gold["y"]]})
    frame = frame.assign(**{f"prob_c{place}": p[:, place] for place in range(3)})
    bench = bench_of(tmp_path, frame, label="y", probabilities="prob_{class}")
    names = ["log_loss", "brier", "roc_auc", "accuracy", "top_2"]
    found = bench.metrics(metrics=names).overall.metrics
    for name, key in zip(names, ("log_loss", "brier_sum", "ovr_macro_auc", "top1_conf_accuracy", "top2"), strict=True):
        assert found[name].value == pytest.approx(gold[key], abs=1e-9), name


@pytest.mark.parametrize("weight", [None, "w"])
def test_the_losses_of_a_file_are_scikit_learns(tmp_path: Path, weight: str | None) -> None:
    random = np.random.default_rng(4)
    p = random.uniform(0.01, 0.99, 400)
    frame = pd.DataFrame({"id": range(400), "y": np.where(random.random(400) < p, "yes", "no"), "prob_yes": p})
    frame["w"] = random.gamma(2, 1, 400)
    found = (
        bench_of(tmp_path, frame, label="y", positive="yes", weight=weight, ignore=[] if weight else ["w"])
        .metrics()
        .overall.metrics
    )
    w = frame["w"] if weight else None
    assert found["log_loss"].value == pytest.approx(log_loss(frame["y"] == "yes", p, sample_weight=w), abs=1e-9)
    assert found["brier"].value == pytest.approx(brier_score_loss(frame["y"] == "yes", p, sample_weight=w), abs=1e-9)


# --- noise -----------------------------------------------------------------------------------------


def drawn(random: np.random.Generator, n: int) -> Histogram:
    """A calibrated model: labels follow its probabilities."""
    p = random.beta(2, 2, n)
    return Histogram.of(random.random(n) < p, p, EDGES)


@pytest.mark.parametrize("example", oracles.NOISE_FLOOR, ids=lambda one: one["n"])
def test_a_calibrated_model_has_the_error_of_the_noise_floor(example: dict[str, float]) -> None:
    random = np.random.default_rng(0)
    samples = [drawn(random, int(example["n"])) for _ in range(400)]
    floor = np.mean([noise_floor(one) for one in samples])
    assert floor == pytest.approx(example["noise_floor_formula"], rel=0.03)
    simulated = np.mean([ece(one) for one in samples])
    assert simulated == pytest.approx(example["mean_ECE_when_calibrated"], rel=0.05)
    assert floor == pytest.approx(simulated, rel=0.05)


def test_the_noise_floor_is_its_formula() -> None:
    """√(2/π) Σ √(Σ p(1−p)) / n, by row."""
    gold = oracles.PROBABILITIES
    p, place = np.array(gold["s"]), np.floor(np.array(gold["s"]) * 10 + 1e-9)
    spread = [math.sqrt((p[place == at] * (1 - p[place == at])).sum()) for at in range(10)]
    expected = math.sqrt(2 / math.pi) * sum(spread) / len(p)
    assert noise_floor(Histogram.of(gold["y"], p, EDGES)) == pytest.approx(expected, abs=1e-12)


def test_most_samples_of_a_calibrated_model_are_within_noise_and_reach_to_0() -> None:
    random = np.random.default_rng(1)
    samples = [drawn(random, 500) for _ in range(100)]
    assert np.mean([within_noise(one) for one in samples]) > 0.9
    lows = [wide(ece_estimate(one, rows_of(one), 0.95).ci)[0] for one in samples]
    assert np.mean([low == 0 for low in lows]) > 0.93


def test_a_model_far_off_is_beyond_noise_and_its_interval_says_so() -> None:
    random = np.random.default_rng(2)
    p = random.random(2000)
    bins = Histogram.of(random.random(2000) < p**3, p, EDGES)
    found = ece_estimate(bins, rows_of(bins), 0.95)
    assert not within_noise(bins)
    low, high = wide(found.ci)
    truth = np.abs(p - p**3).mean()
    assert 0.15 < low < truth < high < 0.35


def test_below_a_hundred_rows_it_is_not_reported() -> None:
    random = np.random.default_rng(3)
    assert ece_estimate(drawn(random, 99), 99, 0.95).value is None
    found = ece_estimate(drawn(random, 100), 100, 0.95)
    assert found.value is not None
    assert found.method == "bootstrap"


# --- clusters --------------------------------------------------------------------------------------


def clustered(random: np.random.Generator, clusters: int, each: int, off: float) -> tuple[Histogram, GapsBetween]:
    """Documents whose rows come true together: each has luck of its own beside its probabilities."""
    document = np.repeat(np.arange(clusters), each)
    p = random.beta(2, 2, len(document))
    luck = np.clip(p + off * (1 - p) + random.normal(0, 0.15, clusters)[document], 0, 1)
    y = (random.random(len(p)) < luck).astype(float)
    bins, place = Histogram.of(y, p, EDGES), np.searchsorted(EDGES, p, side="right")
    return bins, gaps_between(bins, document, place, y - p, np.ones(len(p)))


def test_rows_that_are_clusters_of_their_own_spread_as_independent_ones_do() -> None:
    random = np.random.default_rng(6)
    p = random.beta(2, 2, 2000)
    y = (random.random(2000) < p**2).astype(float)
    bins, place = Histogram.of(y, p, EDGES), np.searchsorted(EDGES, p, side="right")
    between = gaps_between(bins, np.arange(2000), place, y - p, np.ones(2000))
    plain, alone = ece_estimate(bins, 2000, 0.95), ece_estimate(bins, 2000, 0.95, between=between)
    assert (alone.value, alone.method) == (plain.value, "cluster")
    assert alone.ci == pytest.approx(plain.ci, abs=0.004)


def test_the_gaps_spread_as_a_bootstrap_of_clusters_does() -> None:
    random = np.random.default_rng(7)
    document = np.repeat(np.arange(80), 10)
    p = random.beta(2, 2, 800)
    y = (random.random(800) < np.clip(p + random.normal(0, 0.25, 80)[document], 0, 1)).astype(float)
    bins, place = Histogram.of(y, p, EDGES), np.searchsorted(EDGES, p, side="right")
    between = gaps_between(bins, document, place, y - p, np.ones(800))
    table = np.zeros((80, 2, 10))
    np.add.at(table, (document, 0, place), y - p)
    np.add.at(table, (document, 1, place), 1.0)
    drawn = np.array([table[random.integers(0, 80, 80)].sum(axis=0) for _ in range(4000)])
    # the mean gap of a bin, times its rows: what is drawn is how far it may be off
    off = drawn[:, 0] / drawn[:, 1] * bins.n
    middle = slice(2, 8)
    theirs, ours = np.cov(off[:, middle].T), between.covariance[middle, middle]
    assert np.sqrt(np.diagonal(ours)) == pytest.approx(np.sqrt(np.diagonal(theirs)), rel=0.1)
    assert np.corrcoef(ours.ravel(), theirs.ravel())[0, 1] > 0.95


@pytest.mark.parametrize("off", [0.0, 0.3])
def test_of_clusters_the_interval_holds_the_value_and_that_of_independent_rows_does_not(off: float) -> None:
    """40 documents of 25 rows; the true error is that of a million."""
    random = np.random.default_rng(8)
    truth, inside, plain = ece(clustered(random, 40_000, 25, off)[0]), [], []
    for _ in range(200):
        bins, between = clustered(random, 40, 25, off)
        for found, ci in ((inside, ece_estimate(bins, 1000, 0.95, between=between).ci),
                          (plain, ece_estimate(bins, 1000, 0.95).ci)):  # fmt: skip
            low, high = wide(ci)
            found.append(low <= truth <= high)
    assert np.mean(inside) >= 0.92
    assert np.mean(plain) < np.mean(inside)


def test_a_single_cluster_says_nothing_of_the_spread() -> None:
    random = np.random.default_rng(9)
    bins, between = clustered(random, 1, 200, 0.0)
    found = ece_estimate(bins, 200, 0.95, between=between)
    assert found.value is not None
    assert found.ci is None
    assert "few_clusters" in found.flags
