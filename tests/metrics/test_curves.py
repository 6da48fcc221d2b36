"""ROC-AUC and average precision: worked examples, scikit-learn, DeLong by its definition, resampled rows."""

from __future__ import annotations

import math

import numpy as np
import oracles_of_metrics as oracles
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from metric_kit import wide
from scipy import special
from sklearn.metrics import average_precision_score, roc_auc_score

from slicer.metrics.curves import (
    auc_bound,
    auc_estimate,
    average_precision,
    average_precision_bounds,
    average_precision_error,
    average_precision_estimate,
    delong_error,
    roc_auc,
    score_interval_of_auc,
)
from slicer.metrics.histograms import ScoreGroups
from slicer.metrics.intervals import z_value


def worked() -> ScoreGroups:
    return ScoreGroups.of(oracles.PROBABILITIES["y"], oracles.PROBABILITIES["s"])


def delong_rows() -> tuple[np.ndarray, np.ndarray]:
    return np.array(oracles.DELONG["y"]), np.array(oracles.DELONG["s"])


def rows_of(groups: ScoreGroups) -> int:
    return round(float(groups.positives.sum() + groups.negatives.sum()))


def auc_of(groups: ScoreGroups) -> object:
    return auc_estimate([groups], n=rows_of(groups), binned=False, level=0.95)


@st.composite
def scored(draw: st.DrawFn, least: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Labels, scores with ties, and weights."""
    n = draw(st.integers(2 * least, 60))
    y = np.array(draw(st.lists(st.integers(0, 1), min_size=n, max_size=n)))
    s = np.array(draw(st.lists(st.integers(0, 12), min_size=n, max_size=n))) / 12
    w = np.array(draw(st.lists(st.floats(0.1, 5), min_size=n, max_size=n)))
    assume(y.sum() >= least and (1 - y).sum() >= least)
    return y, s, w


# --- worked examples -------------------------------------------------------------------------------


def test_the_worked_example() -> None:
    gold = oracles.PROBABILITIES
    assert roc_auc(worked()) == pytest.approx(gold["roc_auc"], abs=1e-12)
    assert roc_auc(worked()) == pytest.approx(gold["duckdb_sql_auc"], abs=1e-12)
    assert average_precision(worked()) == pytest.approx(gold["avg_precision"], abs=1e-12)
    assert average_precision(worked()) == pytest.approx(gold["duckdb_sql_ap"], abs=1e-12)


@pytest.mark.parametrize("bins", oracles.PROBABILITIES["hist_auc"])
def test_the_auc_of_bins_and_its_bound(bins: str) -> None:
    gold = oracles.PROBABILITIES["hist_auc"][bins]
    place = [min(int(s * int(bins)), int(bins) - 1) for s in oracles.PROBABILITIES["s"]]
    groups = ScoreGroups.of(oracles.PROBABILITIES["y"], place)
    assert roc_auc(groups) == pytest.approx(gold["auc"], abs=1e-12)
    assert auc_bound(groups) == pytest.approx(gold["half_width"], abs=1e-12)


def test_several_classes_take_the_mean_of_each_against_the_others() -> None:
    gold = oracles.SEVERAL_CLASSES
    y, p = np.array(gold["y"]), np.array(gold["P"])
    found = auc_estimate(
        [ScoreGroups.of(y == place, p[:, place]) for place in range(3)], n=len(y), binned=False, level=0.95
    )
    assert found.value == pytest.approx(gold["ovr_macro_auc"], abs=1e-12)


def test_delong_of_the_worked_example() -> None:
    gold = oracles.DELONG
    groups = ScoreGroups.of(*delong_rows())
    assert roc_auc(groups) == pytest.approx(gold["auc_sql"], abs=1e-12)
    error = delong_error(groups)
    assert error == pytest.approx(gold["delong_se_sql"], abs=1e-12)
    assert error == pytest.approx(gold["lib_implied_se"], abs=1e-8)
    assert error == pytest.approx(gold["bootstrap_se"], rel=0.03)
    half = z_value(0.95) * error
    assert (gold["auc_sql"] - half, gold["auc_sql"] + half) == pytest.approx(gold["ci_wald"], abs=1e-9)
    found = auc_of(groups)
    assert found.ci == pytest.approx(gold["ci_logit"], abs=1e-9)
    assert (found.method, found.flags) == ("delong", ())
    assert found.denominator == sum(int(one) for one in gold["y"]), "the smaller class"


# --- scikit-learn and definitions ------------------------------------------------------------------


@given(scored(), st.booleans())
def test_the_values_are_scikit_learns(rows: tuple[np.ndarray, np.ndarray, np.ndarray], weighted: bool) -> None:
    y, s, w = rows
    groups = ScoreGroups.of(y, s, w if weighted else None)
    theirs = {"sample_weight": w if weighted else None}
    assert roc_auc(groups) == pytest.approx(roc_auc_score(y, s, **theirs), abs=1e-9)
    assert average_precision(groups) == pytest.approx(average_precision_score(y, s, **theirs), abs=1e-9)


def test_several_classes_are_scikit_learns() -> None:
    random = np.random.default_rng(2)
    y, p = random.integers(0, 4, 300), random.dirichlet(np.ones(4), 300)
    curves = [ScoreGroups.of(y == place, p[:, place]) for place in range(4)]
    for estimate, theirs in (
        (auc_estimate, roc_auc_score(y, p, multi_class="ovr")),
        (average_precision_estimate, average_precision_score(y, p)),
    ):
        found = estimate(curves, n=rows_of(curves[0]), binned=False, level=0.95)
        assert found.value == pytest.approx(theirs, abs=1e-9)
        low, high = wide(found.ci)
        assert low < found.value < high


@given(scored(least=2))
def test_delong_is_the_spread_of_its_placements(rows: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
    """By definition: how each positive stands against all negatives, and each negative against all positives."""
    y, s, _ = rows
    wins = (s[y == 1][:, None] > s[y == 0]) + 0.5 * (s[y == 1][:, None] == s[y == 0])
    expected = wins.mean(axis=1).var(ddof=1) / len(wins) + wins.mean(axis=0).var(ddof=1) / wins.shape[1]
    assert delong_error(ScoreGroups.of(y, s)) == pytest.approx(math.sqrt(expected), abs=1e-9)


@given(scored(least=2), st.floats(0.1, 10))
def test_the_unit_of_the_weights_changes_nothing(rows: tuple[np.ndarray, np.ndarray, np.ndarray], unit: float) -> None:
    y, s, w = rows
    once, other = ScoreGroups.of(y, s, w), ScoreGroups.of(y, s, unit * w)
    assert average_precision_error(other) == pytest.approx(average_precision_error(once), abs=1e-9)
    if delong_error(once) is not None:
        assert delong_error(other) == pytest.approx(delong_error(once), abs=1e-9)


@given(scored(least=2))
def test_equal_weights_are_no_weights(rows: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
    y, s, _ = rows
    plain, weighted = ScoreGroups.of(y, s), ScoreGroups.of(y, s, np.full(len(y), 3.0))
    assert delong_error(weighted) == pytest.approx(delong_error(plain), abs=1e-9)
    assert average_precision_error(weighted) == pytest.approx(average_precision_error(plain), abs=1e-9)
    assert auc_of(weighted).ci == pytest.approx(auc_of(plain).ci, abs=1e-9)


# --- resampled rows --------------------------------------------------------------------------------


def resampled(y: np.ndarray, s: np.ndarray, w: np.ndarray | None = None) -> dict[str, float]:
    """Standard errors over 600 bootstrap samples of rows."""
    random, found = np.random.default_rng(0), []
    for _ in range(600):
        at = random.integers(0, len(y), len(y))
        theirs = {"sample_weight": None if w is None else w[at]}
        found.append((roc_auc_score(y[at], s[at], **theirs), average_precision_score(y[at], s[at], **theirs)))
    auc, precision = np.std(found, axis=0)
    return {"auc": auc, "precision": precision}


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize(("n", "share", "apart"), [(400, 0.5, 1.0), (600, 0.15, 1.5), (800, 0.3, 0.3)])
def test_the_errors_are_near_those_of_resampled_rows(n: int, share: float, apart: float, weighted: bool) -> None:
    random = np.random.default_rng(n)
    y = (random.random(n) < share).astype(int)
    s = special.expit(random.normal(apart * y, 1)).round(2)
    w = random.gamma(2, 1, n) if weighted else None
    groups, theirs = ScoreGroups.of(y, s, w), resampled(y, s, w)
    assert delong_error(groups) == pytest.approx(theirs["auc"], rel=0.12)
    assert average_precision_error(groups) == pytest.approx(theirs["precision"], rel=0.12)


# --- few rows and the edge -------------------------------------------------------------------------


@given(st.floats(0, 1), st.integers(2, 500), st.integers(2, 500), st.sampled_from([0.8, 0.95]))
def test_each_end_of_the_score_interval_is_an_auc_that_is_just_rejected(
    value: float, positives: int, negatives: int, level: float
) -> None:
    """Hanley and McNeil's error at the end, as they wrote it: Q1 = θ / (2 − θ), Q2 = 2θ² / (1 + θ)."""
    low, high = wide(score_interval_of_auc(value, positives, negatives, level))
    assert 0 <= low <= value <= high <= 1
    middle = (positives + negatives) / 2
    for end in (low, high):
        if end in (0.0, 1.0):
            continue
        q1, q2 = end / (2 - end), 2 * end**2 / (1 + end)
        variance = end * (1 - end) + (middle - 1) * (q1 - end**2 + q2 - end**2)
        error = math.sqrt(variance / (positives * negatives))
        assert abs(value - end) == pytest.approx(z_value(level) * error, abs=1e-6)


def test_few_rows_and_a_perfect_score_take_newcombes_interval() -> None:
    few = auc_of(ScoreGroups.of([0] * 20 + [1] * 10, np.r_[np.arange(20), np.arange(10) + 8]))
    assert (few.method, "boundary" in few.flags) == ("newcombe", False)
    perfect = auc_of(ScoreGroups.of([0] * 50 + [1] * 50, np.arange(100)))
    low, high = wide(perfect.ci)
    assert (perfect.value, high, perfect.method) == (1.0, 1.0, "newcombe")
    assert 0.9 < low < 1
    assert "boundary" in perfect.flags


def test_average_precision_without_spread_has_no_interval() -> None:
    found = average_precision_estimate(
        [ScoreGroups.of([0] * 50 + [1] * 50, np.arange(100))], n=100, binned=False, level=0.95
    )
    assert (found.value, found.ci, found.flags) == (1.0, None, ("boundary",))


def test_one_class_alone_has_no_curve() -> None:
    positives, negatives = ScoreGroups.of([1, 1, 1], [0.1, 0.5, 0.9]), ScoreGroups.of([0, 0], [0.2, 0.3])
    assert roc_auc(positives) is None
    assert roc_auc(negatives) is None
    assert average_precision(positives) == 1.0
    assert average_precision(negatives) is None
    assert auc_of(positives).value is None
    assert auc_of(ScoreGroups.of([0, 0, 1], [0.2, 0.3, 0.9])).ci is None, "one row says nothing of a spread"


# --- bins ------------------------------------------------------------------------------------------


@settings(max_examples=100)
@given(scored(least=2), st.integers(2, 6))
def test_bins_are_never_further_off_than_they_say(rows: tuple[np.ndarray, np.ndarray, np.ndarray], bins: int) -> None:
    y, s, w = rows
    for weights in (None, w):
        exact, coarse = ScoreGroups.of(y, s, weights), ScoreGroups.of(y, np.floor(s * bins), weights)
        assert abs(roc_auc(coarse) - roc_auc(exact)) <= auc_bound(coarse) + 1e-9
        worst, best = average_precision_bounds(coarse)
        assert worst - 1e-9 <= average_precision(exact) <= best + 1e-9


def test_the_interval_of_bins_is_wider_by_the_bound() -> None:
    y, s = delong_rows()
    coarse = ScoreGroups.of(y, np.floor(s * 20))
    sharp, blurred = (auc_estimate([coarse], n=rows_of(coarse), binned=binned, level=0.95) for binned in (False, True))
    bound = auc_bound(coarse)
    assert blurred.ci == pytest.approx((sharp.ci[0] - bound, sharp.ci[1] + bound), abs=1e-12)
