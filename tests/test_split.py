"""The half that had no part in finding slices: kept fairly, and measured as scipy and statsmodels measure."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from noise_kit import clusters_of
from scipy import special, stats

from slicer.discovery.split import clustered_p, confirm, second_half
from slicer.metrics.intervals import wilson


@given(st.integers(0, 2**32 - 1), st.integers(1, 300), st.integers(1, 80), st.floats(0, 1))
@settings(max_examples=60, deadline=None)
def test_halves_hold_half_of_the_bad_keys_and_no_key_twice(seed: int, rows: int, keys: int, rate: float) -> None:
    random = np.random.default_rng(seed)
    names = [f"speaker {number}" for number in random.integers(0, keys, rows)]
    errors = random.random(rows) < rate
    kept = second_half(names, errors)
    halves = [{key for key, on in zip(names, kept, strict=True) if on == side} for side in (True, False)]
    assert not halves[0] & halves[1]
    wrong = {key for key, error in zip(names, errors, strict=True) if error}
    for some in (wrong, {*names} - wrong):
        assert abs(len(halves[0] & some) - len(halves[1] & some)) <= 1
    shuffled = random.permutation(rows)
    assert np.array_equal(second_half([names[place] for place in shuffled], errors[shuffled]), kept[shuffled])


def test_rows_that_are_there_twice_stay_on_one_side() -> None:
    keys = [f"row {place % 500}" for place in range(1000)]
    kept = second_half(keys, np.arange(1000) % 7 == 0)
    assert np.array_equal(kept[:500], kept[500:])
    assert kept.sum() == pytest.approx(500, abs=2)


def test_another_seed_is_another_half() -> None:
    keys, errors = [str(place) for place in range(400)], np.arange(400) % 5 == 0
    assert 100 < np.count_nonzero(second_half(keys, errors) & second_half(keys, errors, 1)) < 300 / 2


def test_confirmed_slices_are_measured_where_nobody_looked() -> None:
    random = np.random.default_rng(2)
    rows = random.random(1000) < 0.2
    errors = random.random(1000) < np.where(rows, 0.3, 0.1)
    found, nothing = confirm([rows, random.random(1000) < 0.2], errors)
    assert found.confirmed
    assert not nothing.confirmed
    assert found.errors is not None
    assert found.ci == wilson(found.errors, found.rows)
    table = [[found.errors, found.rows - found.errors]]
    table.append([int(errors.sum()) - found.errors, 1000 - found.rows - int(errors.sum()) + found.errors])
    assert found.p_value == pytest.approx(stats.fisher_exact(table, alternative="greater").pvalue)
    adjusted = stats.false_discovery_control([found.p_value, nothing.p_value])
    assert [found.q_value, nothing.q_value] == pytest.approx(list(adjusted))


def test_of_clusters_the_variance_is_taken_between_them() -> None:
    random = np.random.default_rng(3)
    clusters = np.unique(clusters_of(random, 900), return_inverse=True)[1]
    inside = random.random(900) < 0.3
    losses = (random.random(900) < special.expit(random.normal(-2, 1, clusters.max() + 1)[clusters])).astype(float)
    model = sm.OLS(losses[inside], np.ones(inside.sum()))
    groups = np.unique(clusters[inside], return_inverse=True)[1]
    known = model.fit(cov_type="cluster", cov_kwds={"groups": groups, "use_correction": False})
    count = len(np.unique(groups))
    error = known.bse[0] * np.sqrt(count / (count - 1))
    [found] = confirm([inside], losses, clusters=clusters)
    rate = losses[inside].mean()
    rows = min(inside.sum(), rate * (1 - rate) / error**2)
    assert found.ci == pytest.approx(wilson(rate * rows, rows))
    assert found.rate == pytest.approx(rate)


def test_numbers_have_a_mean_and_its_interval() -> None:
    random = np.random.default_rng(4)
    inside = np.arange(400) < 120
    losses = random.exponential(size=400) + 0.8 * inside
    found, empty = confirm([inside, np.zeros(400, dtype=bool)], losses)
    known = stats.t.interval(0.95, 119, losses[:120].mean(), stats.sem(losses[:120]))
    assert found.ci == pytest.approx(known)
    assert found.confirmed
    assert found.errors is None
    assert (empty.rate, empty.ci, empty.p_value) == (None, None, 1.0)
    welch = stats.ttest_ind(losses[inside], losses[~inside], equal_var=False, alternative="greater").pvalue
    assert np.log(found.p_value) == pytest.approx(np.log(welch), rel=0.35)


@pytest.mark.parametrize("clustered", [False, True])
@pytest.mark.parametrize("loss", [0.0, 1.0, 0.3])
def test_where_all_losses_are_the_same_nothing_is_confirmed(loss: float, clustered: bool) -> None:
    rows = np.arange(30) < 10
    clusters = np.arange(30) // 3 if clustered else None
    found = confirm([rows, ~rows, rows | ~rows], np.full(30, loss), clusters=clusters)
    assert [one.confirmed for one in found] == [False] * 3
    assert [one.rate for one in found] == pytest.approx([loss] * 3)
    assert confirm([], np.full(30, loss), clusters=clusters) == ()


def test_in_noise_of_clusters_one_test_in_twenty_says_more() -> None:
    random = np.random.default_rng(5)
    low, runs = 0, 1500
    for _ in range(runs):
        clusters = np.unique(clusters_of(random, 600), return_inverse=True)[1]
        of = random.normal(-2, 1.2, clusters.max() + 1)
        losses = (random.random(600) < special.expit(of[clusters])).astype(float)
        inside = (random.random(clusters.max() + 1) < 0.3)[clusters]
        low += clustered_p(inside, losses, clusters) <= 0.05
    ends = wilson(low, runs)
    assert ends is not None
    assert ends[1] <= 0.075  # rows taken for independent ones: one in five
    assert ends[0] > 0.02
