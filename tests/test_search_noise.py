"""What a search through noise finds: against scipy, the worked examples and counting row by row."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from noise_kit import clusters_of, features, held, searched, with_errors, z_of
from oracles_of_search_noise import MAXSTAT, REDUNDANCY
from scipy import stats

from slicer.discovery import dealing, dealt_sums
from slicer.discovery.dealing import Dealer, of_about_one_size, rows_at_random
from slicer.discovery.dealt_sums import ErrorSums, LossSums
from slicer.discovery.permuting import search_noise
from slicer.discovery.redundancy import Tally, diverse, nested
from slicer.discovery.significance import (
    ErrorZ,
    SearchNoise,
    exact_z,
    hypergeometric_p,
    mean_p,
    moments_z,
    permutation_z,
)


@given(st.integers(4, 60), st.data())
@settings(max_examples=60, deadline=None)
def test_z_is_that_of_the_hypergeometric_distribution(rows: int, data: st.DataObject) -> None:
    errors, size = data.draw(st.integers(1, rows - 1)), data.draw(st.integers(1, rows - 1))
    inside = data.draw(st.integers(max(0, size + errors - rows), min(size, errors)))
    losses = np.repeat([1.0, 0.0], [errors, rows - errors])
    known = stats.hypergeom(rows, errors, size)
    z = permutation_z(np.array([inside]), np.array([size]), losses)[0]
    assert z == pytest.approx((inside - known.mean()) / known.std(), abs=1e-9)
    p = hypergeometric_p(np.array([inside]), np.array([size]), errors, rows)[0]
    table = [[inside, size - inside], [errors - inside, rows - size - errors + inside]]
    assert p == pytest.approx(stats.fisher_exact(table, alternative="greater").pvalue, abs=1e-9)


@given(st.integers(2, 3000), st.data())
@settings(max_examples=80, deadline=None)
def test_of_small_slices_the_exact_chance_is_taken(rows: int, data: st.DataObject) -> None:
    errors, size = data.draw(st.integers(0, rows)), data.draw(st.integers(1, rows))
    inside = data.draw(st.integers(max(0, size + errors - rows), min(size, errors)))
    z = ErrorZ(np.array([size, rows]), errors, rows)(np.array([inside, errors]))
    plain = moments_z(np.array([inside]), np.array([size]), rows, errors, errors / rows * (1 - errors / rows))[0]
    few = min(size * errors / rows, size * (1 - errors / rows)) < 5
    if few and plain > 0 and size < rows:
        p = stats.hypergeom.sf(inside - 1, rows, errors, size)
        assert z[0] == pytest.approx(max(0.0, min(stats.norm.isf(p), 37.52)), abs=1e-6)
    else:
        assert z[0] == pytest.approx(plain, abs=1e-9)
    assert z[1] == 0  # all rows differ from none
    assert np.isfinite(z).all()


def test_the_z_of_the_worked_example() -> None:
    sizes, errors = (np.array([one[name] for one in MAXSTAT]) for name in ("n", "k"))
    losses = np.repeat([1.0, 0.0], [71, 329])
    assert permutation_z(errors, sizes, losses) == pytest.approx([one["z"] for one in MAXSTAT], abs=1e-12)
    chances = [one["p_hypergeom"] for one in MAXSTAT]
    assert hypergeometric_p(errors, sizes, 71, 400) == pytest.approx(chances, rel=1e-9)
    assert exact_z(errors, sizes, 71, 400) == pytest.approx(list(stats.norm.isf(chances)), abs=1e-6)


@given(st.integers(20, 200), st.integers(0, 2**32 - 1), st.sampled_from(["errors", "skewed", "difference"]))
@settings(max_examples=25, deadline=None)
def test_a_mean_as_large_is_never_likelier_than_its_bound(rows: int, seed: int, kind: str) -> None:
    random = np.random.default_rng(seed)
    losses = {
        "errors": lambda: (random.random(rows) < 0.2).astype(float),
        "skewed": lambda: random.exponential(size=rows) ** 2,
        "difference": lambda: random.choice([-1.0, 0.0, 1.0], rows),
    }[kind]()
    size = int(random.integers(1, rows))
    sums = np.array([random.permutation(losses)[:size].sum() for _ in range(300)])
    bound = mean_p(sums, np.full(300, size), rows, losses.sum(), losses.var(), losses.max())
    for level in (0.5, 0.2, 0.05):
        assert np.mean(bound <= level) <= level + 4 * np.sqrt(level / 300)


def test_a_part_that_explains_the_whole() -> None:
    known = REDUNDANCY
    everything = Tally(400, 28 + 43)
    found = nested(Tally(24, 18), Tally(84, 28), everything)
    assert found.z_inside == pytest.approx(known["z_child_in_parent"], abs=1e-12)
    assert found.z_remaining == pytest.approx(known["z_sibling_vs_rest"], abs=1e-12)
    assert Tally(84, 28).without(Tally(24, 18)).errors / 60 == pytest.approx(known["sibling_rate"])
    assert pytest.approx(known["rest_rate"]) == (71 - 28) / (400 - 84)
    assert found.verdict == "part"
    assert nested(Tally(40, 14), Tally(84, 28), everything).verdict == "whole"
    assert nested(Tally(24, 20), Tally(84, 46), everything).verdict == "both"


def test_slices_about_the_same_errors_are_shown_once() -> None:
    rows = np.zeros((4, 100), dtype=bool)
    rows[0, :40], rows[1, 5:45], rows[2, 60:90], rows[3, 30:62] = True, True, True, True
    assert diverse(list(rows), [4.0, 3.9, 2.0, 3.0]) == [0, 3, 2]
    assert diverse(list(rows), [4.0, 3.9, 2.0, 3.0], most=1) == [0]
    assert diverse([], []) == []


def test_the_largest_z_of_dealt_errors_is_that_of_scipys_permutations() -> None:
    codes = features(np.random.default_rng(3), 300)
    one = searched(codes, (np.random.default_rng(4).random(300) < 0.2).astype(float), 20)

    inside = held(one)

    def largest(dealt: np.ndarray) -> float:
        return float(z_of(replace(one, losses=dealt), inside).max())

    noise = search_noise(one, permutations=300)
    known = stats.permutation_test(
        (one.losses,), largest, permutation_type="pairings", n_resamples=150, alternative="greater", rng=5
    )
    assert stats.ks_2samp(noise.maxima, known.null_distribution).pvalue > 0.001


@pytest.mark.parametrize("errors", [1, 40, 400, 560, 599])
def test_right_rows_are_dealt_where_they_are_fewer(errors: int) -> None:
    one = searched(features(np.random.default_rng(5), 600), np.repeat([1.0, 0.0], [errors, 600 - errors]), 20)
    noise = search_noise(one, permutations=200, seed=1)
    random, inside = np.random.default_rng(6), held(one)
    known = [z_of(replace(one, losses=random.permutation(one.losses)), inside).max() for _ in range(200)]
    assert stats.ks_2samp(noise.maxima.round(6), np.round(np.maximum(known, 0), 6)).pvalue > 0.001


@given(st.integers(1, 400), st.integers(0, 2**32 - 1), st.data())
@settings(max_examples=60, deadline=None)
def test_rows_at_random_are_different_rows(rows: int, seed: int, data: st.DataObject) -> None:
    some = data.draw(st.integers(0, rows))
    taken = rows_at_random(rows, some, np.random.default_rng(seed))
    assert len(taken) == len(np.unique(taken)) == some
    assert not some or (taken.min() >= 0 and taken.max() < rows)


def test_each_row_is_taken_as_often_as_any_other() -> None:
    random = np.random.default_rng(7)
    times = np.bincount(np.concatenate([rows_at_random(50, 20, random) for _ in range(3000)]), minlength=50)
    assert stats.chisquare(times).pvalue * 20 / 30 > 1e-4  # rows exclude one another: less spread than chi-square's
    pairs = sum({3, 41} <= set(rows_at_random(50, 20, random).tolist()) for _ in range(3000))
    assert stats.binomtest(pairs, 3000, 20 * 19 / (50 * 49)).pvalue > 1e-4


def test_losses_of_a_cluster_stay_together() -> None:
    clusters = np.repeat(np.arange(50), 4)
    losses = np.repeat(np.random.default_rng(6).random(50), 4)
    shuffled = np.random.default_rng(7).permutation(200)
    deal = Dealer(losses[shuffled], clusters[shuffled])
    seen = [deal(np.random.default_rng(seed)) for seed in range(20)]
    for dealt in seen:
        assert np.ptp(dealt[np.argsort(clusters[shuffled], kind="stable")].reshape(50, 4), axis=1).max() == 0
        assert sorted(dealt) == sorted(losses)
    assert len({dealt.tobytes() for dealt in seen}) == 20


@given(st.integers(1, 300), st.integers(0, 2**32 - 1))
@settings(max_examples=40, deadline=None)
def test_a_cluster_gets_the_losses_of_another_of_about_its_size(rows: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    clusters = np.unique(random.permutation(clusters_of(random, rows)), return_inverse=True)[1]
    sizes = np.bincount(clusters)
    groups = of_about_one_size(sizes)
    assert sorted(np.concatenate(groups).tolist()) == list(range(len(sizes)))
    assert all(len(group) >= min(10, len(sizes)) for group in groups)
    losses = np.arange(rows, dtype=float)  # tell where each comes from
    dealt = Dealer(losses, clusters)(random)
    group_of = {one: place for place, group in enumerate(groups) for one in group.tolist()}
    for cluster in range(len(sizes)):
        given_ = dealt[clusters == cluster].astype(int)
        [donor] = set(clusters[given_].tolist())
        assert group_of[donor] == group_of[cluster]
        assert len(set(given_.tolist())) == min(len(given_), sizes[donor])


def test_clusters_of_one_row_are_rows() -> None:
    random = np.random.default_rng(8)
    one = searched(features(random, 500), (random.random(500) < 0.2).astype(float), 40)
    alone = search_noise(one, permutations=300, seed=1)
    clustered = search_noise(replace(one, clusters=np.arange(500)), permutations=300, seed=2)
    assert stats.ks_2samp(alone.maxima, clustered.maxima).pvalue > 0.001
    assert clustered.together == 1


def test_what_is_compiled_adds_up_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled = pytest.importorskip("slicer.discovery.compiled_deals")
    random = np.random.default_rng(9)
    codes = random.integers(0, 5, (4, 1301)).astype(np.uint8)
    levels = [5, 4, 5, 3]  # some rows lie in no level
    losses = random.exponential(size=(1301, 5))
    slices = [np.array([[0], [16]]), np.array([[0, 5], [4, 15]]), np.array([[1, 6, 10]]), np.array([[0, 5, 9, 14]])]
    clusters = np.unique(clusters_of(random, 1301), return_inverse=True)[1]
    wrong = np.flatnonzero(losses[:, 0] > 1)
    answers = []
    for fast in (compiled, None):
        monkeypatch.setattr(dealt_sums, "compiled_deals", lambda words, fast=fast: fast)
        monkeypatch.setattr(dealing, "compiled_deals", lambda words, fast=fast: fast)
        dealt = Dealer(losses[:, 0], clusters)(np.random.default_rng(1))
        answers.append((ErrorSums(codes, levels, slices)(wrong), LossSums(codes, levels, slices)(losses), dealt))
    assert np.array_equal(answers[0][0], answers[1][0])
    assert answers[0][1] == pytest.approx(answers[1][1], rel=1e-12)
    assert np.array_equal(answers[0][2], answers[1][2])


@pytest.mark.parametrize("kind", ["errors", "skewed", "difference"])
def test_sums_are_those_of_the_rows(kind: str) -> None:
    random = np.random.default_rng(10)
    losses = {
        "errors": (random.random(400) < 0.3).astype(float),
        "skewed": random.exponential(size=400) ** 2,
        "difference": random.choice([-1.0, 0.0, 1.0], 400),
    }[kind]
    one = searched(features(random, 400), losses, 10)
    assert LossSums(one.codes, one.levels, one.slices)(losses[:, None])[:, 0] == pytest.approx(held(one) @ losses)
    if kind == "errors":
        counted = ErrorSums(one.codes, one.levels, one.slices)(np.flatnonzero(losses))
        assert np.array_equal(counted, held(one) @ losses)


def test_stopping_keeps_what_is_done() -> None:
    random = np.random.default_rng(11)
    one = searched(features(random, 300), with_errors(random, features(random, 300)), 30)
    seen: list[float] = []

    def told(done: float) -> bool:
        seen.append(done)
        return done < 0.4

    noise = search_noise(one, permutations=100, told=told)
    assert (len(noise.maxima), seen[-1]) == (40, 0.4)
    assert np.array_equal(noise.maxima, search_noise(one, permutations=99).maxima[:40])
    few = search_noise(one, permutations=99, told=lambda done: False)
    assert not few.permuted
    assert few.threshold() == search_noise(one, permutations=0).threshold()


def test_without_permutations_the_exact_chance_times_the_slices() -> None:
    noise = SearchNoise(maxima=np.zeros(0), examined=40)
    z = exact_z(np.array([18, 36]), np.array([24, 136]), 71, 400)
    assert noise.p_adjusted(z) == pytest.approx([40 * 2.4550346380320186e-10, 40 * 0.0010326395236564176], rel=1e-6)
    assert noise.threshold() == pytest.approx(stats.norm.isf(0.05 / 40))
    of_clusters = SearchNoise(maxima=np.zeros(0), examined=40, together=9)
    assert of_clusters.threshold() == pytest.approx(3 * noise.threshold())
    assert of_clusters.p_adjusted(z) == pytest.approx(np.minimum(1, 40 * stats.norm.sf(z / 3)))


@pytest.mark.parametrize("rows", [0, 1, 2, 50])
@pytest.mark.parametrize("loss", [0.0, 1.0, 0.3, -1.0])
@pytest.mark.parametrize("clustered", [False, True])
def test_where_losses_are_all_the_same_nothing_is_found(rows: int, loss: float, clustered: bool) -> None:
    codes = (np.arange(3 * rows).reshape(3, rows) % 2).astype(np.uint8)
    clusters = np.arange(rows) if clustered else None
    one = searched(codes, np.full(rows, loss), 1, clusters)
    noise = search_noise(one, permutations=19)
    assert (noise.maxima == 0).all()
    if len(one.sizes):
        assert (z_of(one) == 0).all()
        assert (noise.p_adjusted(z_of(one)) == 1).all()
