"""Intervals of proportions and differences against worked examples and statsmodels, and what they must hold to."""

from __future__ import annotations

import math

import numpy as np
import oracles
import oracles_of_metrics
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from metric_kit import course, of_table, one_metric, wide
from scipy import optimize, special, stats
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from slicer.metrics.intervals import (
    beta_interval,
    bounded,
    clopper_pearson,
    mover_difference,
    mover_sum,
    newcombe,
    wilson,
    wilson_jaccard,
    z_value,
)
from slicer.metrics.score_intervals import miettinen_nurminen, tango

levels = st.sampled_from([0.8, 0.9, 0.95, 0.99])


@st.composite
def proportions(draw: st.DrawFn) -> tuple[int, int]:
    """Successes and trials."""
    n = draw(st.integers(1, 5000))
    return draw(st.integers(0, n)), n


@st.composite
def pairs(draw: st.DrawFn) -> tuple[int, int, int]:
    """Rows only the first has right, only the second, and all rows."""
    b, c, rest = draw(st.integers(0, 300)), draw(st.integers(0, 300)), draw(st.integers(0, 2000))
    assume(b + c + rest > 0)
    return b, c, b + c + rest


# --- Wilson ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("counts", "expected"), oracles_of_metrics.WILSON.items())
def test_wilson_gives_the_worked_examples(counts: str, expected: list[float]) -> None:
    successes, n = map(int, counts.split("/"))
    assert wilson(successes, n) == pytest.approx(expected, abs=1e-12)


@given(proportions(), levels)
def test_wilson_equals_statsmodels(proportion: tuple[int, int], level: float) -> None:
    theirs = proportion_confint(*proportion, alpha=1 - level, method="wilson")
    assert wilson(*proportion, level) == pytest.approx(theirs, abs=1e-12)


@given(proportions(), levels)
def test_the_exact_interval_equals_statsmodels_and_holds_wilsons_rate(
    proportion: tuple[int, int], level: float
) -> None:
    theirs = proportion_confint(*proportion, alpha=1 - level, method="beta")
    low, high = wide(clopper_pearson(*proportion, level))
    assert (low, high) == pytest.approx(theirs, abs=1e-9)
    assert low <= proportion[0] / proportion[1] <= high


@given(proportions(), levels)
def test_wilson_stays_inside_the_scale_and_contains_the_rate(proportion: tuple[int, int], level: float) -> None:
    """Exactly: at 0 and at 1 the end is the bound, not a rounding error beside it."""
    successes, n = proportion
    low, high = wide(wilson(successes, n, level))
    assert 0 <= low <= successes / n <= high <= 1


@given(proportions(), levels)
def test_wilson_is_mirrored_when_success_and_failure_change_places(proportion: tuple[int, int], level: float) -> None:
    successes, n = proportion
    low, high = wide(wilson(successes, n, level))
    assert wilson(n - successes, n, level) == pytest.approx((1 - high, 1 - low), abs=1e-12)


@given(proportions(), levels)
def test_wilson_moves_up_with_every_success(proportion: tuple[int, int], level: float) -> None:
    successes, n = proportion
    assume(successes < n)
    less, more = wide(wilson(successes, n, level)), wide(wilson(successes + 1, n, level))
    assert less[0] < more[0]
    assert less[1] <= more[1]


@given(proportions())
def test_wilson_widens_with_the_level_and_narrows_with_the_rows(proportion: tuple[int, int]) -> None:
    successes, n = proportion

    def width(*arguments: float) -> float:
        low, high = wide(wilson(*arguments))
        return high - low

    assert width(successes, n, 0.8) < width(successes, n, 0.95) < width(successes, n, 0.99)
    assert width(4 * successes, 4 * n) < width(successes, n)


def test_wilson_takes_effective_rows_that_are_no_whole_number() -> None:
    """Rows with weights, and tags read on a part of the errors (here 170.7 effective ones)."""
    example = oracles.TAGS_FPC
    share = example["t"] / example["m"]
    assert wilson(share * example["n_eff"], example["n_eff"]) == pytest.approx(example["wilson_fpc"], abs=1e-12)


@pytest.mark.parametrize("level", [0.5, 0.9, 0.95, 0.999])
def test_the_normal_quantile_is_two_sided(level: float) -> None:
    assert stats.norm.cdf(z_value(level)) - stats.norm.cdf(-z_value(level)) == pytest.approx(level)


def test_without_trials_there_is_no_interval() -> None:
    assert wilson(0, 0) is None
    assert wilson_jaccard(0, 0, 0) is None
    assert newcombe(0, 0, 3, 4) is None
    assert newcombe(3, 4, 0, 0) is None
    assert tango(0, 0, 0) is None
    assert clopper_pearson(0, 0) is None
    assert miettinen_nurminen(0, 0, 3, 4) is None
    assert miettinen_nurminen(3, 4, 0, 0) is None


# --- F1 --------------------------------------------------------------------------------------------


def test_the_interval_of_f1_gives_the_worked_example() -> None:
    counts = oracles_of_metrics.F1["counts"]
    ours = wilson_jaccard(counts["TP"], counts["FP"], counts["FN"])
    assert ours == pytest.approx(oracles_of_metrics.F1["wilson_jaccard_ci"], abs=1e-12)


@given(st.integers(0, 400), st.integers(0, 400), st.integers(0, 400), levels)
def test_the_interval_of_f1_contains_f1_and_does_not_tell_misses_from_false_alarms(
    tp: int, fp: int, fn: int, level: float
) -> None:
    assume(tp + fp + fn > 0)
    low, high = wide(wilson_jaccard(tp, fp, fn, level))
    f1 = 2 * tp / (2 * tp + fp + fn)
    assert 0 <= low <= f1 + 1e-15
    assert f1 - 1e-15 <= high <= 1
    assert wilson_jaccard(tp, fn, fp, level) == (low, high)


@given(st.integers(0, 200), st.integers(0, 200), st.integers(1, 200))
def test_the_interval_of_f1_moves_up_when_an_error_becomes_right(tp: int, fp: int, fn: int) -> None:
    worse, better = wide(wilson_jaccard(tp, fp, fn)), wide(wilson_jaccard(tp + 1, fp, fn - 1))
    assert worse[0] < better[0]
    assert worse[1] <= better[1]


@pytest.mark.parametrize(
    "example", oracles_of_metrics.F1_COVERAGE, ids=lambda one: f"{one['n']} rows, F1 {one['f1']:.2f}"
)
def test_the_interval_of_f1_covers_as_often_as_it_says(example: dict[str, float]) -> None:
    """Where the delta method covers 31 to 94 %, this one keeps its 95 % on a single expected positive."""
    tp, fp, fn = oracles_of_metrics.F1_CHANCES[example["f1"]]
    assert 2 * tp / (2 * tp + fp + fn) == pytest.approx(example["f1"])
    assert example["n"] * (tp + fn) == pytest.approx(example["exp_support"])
    drawn = np.random.default_rng(5).multinomial(example["n"], [tp, fp, fn, 1 - tp - fp - fn], size=20_000)
    tables, times = np.unique(np.c_[drawn[:, 0], drawn[:, 1] + drawn[:, 2]], axis=0, return_counts=True)
    found = [wilson_jaccard(hits, errors, 0) for hits, errors in tables]
    defined = np.array([ci is not None for ci in found])
    inside = np.array([ci is not None and ci[0] <= example["f1"] <= ci[1] for ci in found])
    assert times[defined].sum() / 20_000 == pytest.approx(example["frac_defined"], abs=0.01)
    coverage = times[inside].sum() / times[defined].sum()
    assert coverage == pytest.approx(example["wilson_jaccard_coverage"], abs=0.01)
    assert coverage > 0.935


# --- differences -----------------------------------------------------------------------------------


def test_newcombe_gives_the_worked_example() -> None:
    assert newcombe(24, 40, 870, 960) == pytest.approx(oracles_of_metrics.NEWCOMBE["ci"], abs=1e-12)


@given(proportions(), proportions(), levels)
def test_newcombe_equals_statsmodels(first: tuple[int, int], second: tuple[int, int], level: float) -> None:
    theirs = confint_proportions_2indep(*first, *second, method="newcomb", compare="diff", alpha=1 - level)
    assert newcombe(*first, *second, level) == pytest.approx(theirs, abs=1e-10)


@given(proportions(), proportions())
def test_newcombe_contains_the_difference_and_changes_sign_with_the_order(
    first: tuple[int, int], second: tuple[int, int]
) -> None:
    low, high = wide(newcombe(*first, *second))
    difference = first[0] / first[1] - second[0] / second[1]
    assert -1 <= low <= difference <= high <= 1
    assert newcombe(*second, *first) == pytest.approx((-high, -low), abs=1e-12)


@given(proportions(), proportions())
def test_newcombe_changes_sign_when_success_and_failure_change_places(
    first: tuple[int, int], second: tuple[int, int]
) -> None:
    low, high = wide(newcombe(*first, *second))
    (k1, n1), (k2, n2) = first, second
    assert newcombe(n1 - k1, n1, n2 - k2, n2) == pytest.approx((-high, -low), abs=1e-12)


@settings(max_examples=40)
@given(proportions(), proportions(), levels)
def test_each_end_of_miettinen_and_nurminen_is_a_difference_that_is_just_rejected(
    first: tuple[int, int], second: tuple[int, int], level: float
) -> None:
    """The score statistic at each end, with the second proportion found by maximising the likelihood."""
    (k1, n1), (k2, n2) = first, second
    value = k1 / n1 - k2 / n2
    low, high = wide(miettinen_nurminen(*first, *second, level))
    assert -1 <= low <= value <= high <= 1
    assert miettinen_nurminen(*second, *first, level) == pytest.approx((-high, -low), abs=1e-8)
    for end, sign in ((low, 1), (high, -1)):
        if abs(end) > 1 - 1e-6:
            continue

        def surprise(p: float, end: float = end) -> float:
            sides = ((k1, n1, p + end), (k2, n2, p))
            return -sum(float(special.xlogy(k, q) + special.xlog1py(n - k, -q)) for k, n, q in sides)

        edges = max(0.0, -end), min(1.0, 1 - end)
        p = optimize.minimize_scalar(surprise, bounds=edges, method="bounded", options={"xatol": 1e-12}).x
        spread = (p + end) * (1 - p - end) / n1 + p * (1 - p) / n2
        error = math.sqrt(spread * (n1 + n2) / (n1 + n2 - 1))
        assert value - end == pytest.approx(sign * z_value(level) * error, rel=5e-3, abs=1e-6)


def test_miettinen_and_nurminen_gives_the_published_example() -> None:
    """M. W. Fagerland, S. Lydersen and P. Laake (2015): 7 of 34 against 1 of 34, .028 to .34 without the
    factor N / (N - 1) of the variance, which widens it a little."""
    low, high = wide(miettinen_nurminen(7, 34, 1, 34))
    assert (low, high) == pytest.approx((0.028, 0.34), abs=6e-3)


def test_mover_gives_balanced_accuracy_of_the_worked_example() -> None:
    """Recalls of different classes rest on different rows: they are independent."""
    ours = one_metric("balanced_accuracy", of_table(course()))
    expected = oracles_of_metrics.BALANCED_ACCURACY_MOVER
    assert ours.value == pytest.approx(expected["value"], abs=1e-12)
    assert ours.ci == pytest.approx(expected["ci"], abs=1e-12)
    assert ours.method == "mover"


def test_mover_gives_the_gap_of_two_samples() -> None:
    human, model = (93, 100), (178, 200)
    ours = mover_difference(0.93, wide(wilson(*human)), 0.89, wide(wilson(*model)))
    assert ours == pytest.approx(oracles.UNPAIRED_GAP["ci"], abs=1e-12)
    assert ours == newcombe(*human, *model)


@pytest.mark.parametrize(
    ("name", "hlp", "human", "model"),
    [
        ("n=400,c=348(.87),h=.89 const,N=1000", 0.89, None, (348, 400)),
        ("same, h=178/200 measured", 0.89, (178, 200), (348, 400)),
        ("n=20,c=20,h=.95,N=1000", 0.95, None, (20, 20)),
    ],
)
def test_mover_gives_the_gaps_of_the_worked_examples(
    name: str, hlp: float, human: tuple[int, int] | None, model: tuple[int, int]
) -> None:
    expected = oracles.POTENTIAL_CI[name]
    ours = mover_difference(
        hlp, (hlp, hlp) if human is None else wide(wilson(*human)), model[0] / model[1], wide(wilson(*model))
    )
    assert ours == pytest.approx(expected["gap_ci_mover"], abs=1e-12)


@given(proportions(), st.floats(0.01, 5), st.floats(-3, 3))
def test_mover_scales_and_shifts_an_interval_as_arithmetic_does(
    proportion: tuple[int, int], weight: float, constant: float
) -> None:
    low, high = wide(wilson(*proportion))
    value = proportion[0] / proportion[1]
    parts = [(weight, value, (low, high)), (1.0, constant, (constant, constant))]
    assert mover_sum(parts) == pytest.approx((weight * low + constant, weight * high + constant), abs=1e-9)
    mirrored = mover_sum([(-weight, value, (low, high))])
    assert mirrored == pytest.approx((-weight * high, -weight * low), abs=1e-9)


@given(st.lists(proportions(), min_size=1, max_size=6))
def test_a_mean_of_rates_is_surer_than_its_parts_and_lies_between_their_ends(found: list[tuple[int, int]]) -> None:
    ends = [wide(wilson(*one)) for one in found]
    share = 1 / len(found)
    low, high = wide(mover_sum([(share, k / n, end) for (k, n), end in zip(found, ends, strict=True)]))
    mean = sum(k / n for k, n in found) * share
    assert low <= mean <= high
    assert low >= share * sum(end[0] for end in ends) - 1e-12
    assert high <= share * sum(end[1] for end in ends) + 1e-12


# --- paired differences ----------------------------------------------------------------------------


def test_tango_gives_the_worked_example() -> None:
    """Two models on the same 1,000 rows: 14 fixed, 30 broken."""
    expected = oracles.TANGO
    ours = wide(tango(expected["fixed"], expected["broken"], 1000))
    assert ours == pytest.approx(expected["tango_ci"], abs=1e-9)
    assert ours[0] < expected["acc_diff_new_minus_old"] < ours[1]


@given(pairs(), levels)
def test_tango_contains_the_difference_inside_the_scale(rows: tuple[int, int, int], level: float) -> None:
    b, c, n = rows
    low, high = wide(tango(b, c, n, level))
    assert -1 <= low <= (b - c) / n <= high <= 1


@given(pairs(), levels)
def test_tango_changes_sign_with_the_order(rows: tuple[int, int, int], level: float) -> None:
    b, c, n = rows
    low, high = wide(tango(b, c, n, level))
    assert tango(c, b, n, level) == pytest.approx((-high, -low), abs=1e-9)


@given(pairs(), levels)
def test_tango_leaves_out_zero_exactly_when_mcnemar_does(rows: tuple[int, int, int], level: float) -> None:
    """At a difference of 0 the score statistic is McNemar's: an oracle that shares no code with the interval."""
    b, c, n = rows
    assume(b + c > 0)
    statistic, critical = (b - c) ** 2 / (b + c), stats.chi2.ppf(level, df=1)
    assume(not math.isclose(statistic, critical, rel_tol=1e-6))
    low, high = wide(tango(b, c, n, level))
    assert (low > 0 or high < 0) == (statistic > critical)


@settings(max_examples=40)
@given(pairs())
def test_each_end_of_tango_is_a_difference_that_is_just_rejected(rows: tuple[int, int, int]) -> None:
    """The score statistic at each end, with the nuisance probability found by maximising the likelihood."""
    b, c, n = rows
    for end, sign in zip(wide(tango(b, c, n)), (1, -1), strict=True):
        if abs(end) > 1 - 1e-6:
            continue
        lower, upper = max(0.0, -end), (1 - end) / 2  # p01, with p10 = p01 + end
        grid = np.linspace(lower, upper, 200_002)[1:-1]
        rest = np.clip(1 - 2 * grid - end, 1e-300, None)
        likelihood = b * np.log(grid + end) + c * np.log(grid) + (n - b - c) * np.log(rest)
        nuisance = grid[np.argmax(likelihood)]
        spread = math.sqrt((2 * nuisance + end - end**2) / n)
        assert ((b - c) / n - end) / spread == pytest.approx(sign * z_value(0.95), rel=2e-3)


@given(st.integers(1, 3000), levels)
def test_where_the_two_never_differ_tango_still_has_a_width(n: int, level: float) -> None:
    z = z_value(level)
    half = z * z / (n + z * z)
    assert tango(0, 0, n, level) == pytest.approx((-half, half), abs=1e-9)


def test_the_paired_gap_of_the_worked_example_is_inside() -> None:
    example = oracles.PAIRED_GAP
    b, c, n = example["human_right_model_wrong"], example["model_right_human_wrong"], example["n"]
    low, high = wide(tango(b, c, n))
    wald = 1.96 * example["se"]
    assert (low, high) == pytest.approx((example["gap"] - wald, example["gap"] + wald), abs=0.01)


# --- scales ------------------------------------------------------------------------------------------


@given(st.floats(0.001, 0.999), st.floats(0.001, 0.4), st.floats(1, 4))
def test_near_a_bound_an_interval_is_built_on_a_scale_that_stays_inside(value: float, error: float, z: float) -> None:
    low, high = wide(bounded(value, error, (0.0, 1.0), z))
    if min(value, 1 - value) > 2 * error:
        assert (low, high) == pytest.approx((value - z * error, value + z * error))
    else:
        assert 0 <= low < value < high <= 1
        if low > 1e-9 and high < 1 - 1e-9:
            assert special.logit([low, high]).mean() == pytest.approx(special.logit(value), abs=1e-6)


@given(st.floats(0.001, 0.999), st.floats(0.001, 0.4))
def test_a_scale_is_moved_and_turned_with_its_interval(value: float, error: float) -> None:
    assume(abs(min(value, 1 - value) - 2 * error) > 1e-6)
    low, high = bounded(value, error, (0.0, 1.0), 1.96)
    assert bounded(2 * value - 1, 2 * error, (-1.0, 1.0), 1.96) == pytest.approx((2 * low - 1, 2 * high - 1), abs=1e-9)
    assert bounded(1 - value, error, (0.0, 1.0), 1.96) == pytest.approx((1 - high, 1 - low), abs=1e-9)
    low, high = bounded(value, error, (0.0, math.inf), 1.96)
    assert bounded(1 - value, error, (-math.inf, 1.0), 1.96) == pytest.approx((1 - high, 1 - low), rel=1e-9, abs=1e-9)


# --- beta ------------------------------------------------------------------------------------------


def test_the_beta_interval_gives_the_shrunk_level_of_the_worked_example() -> None:
    example = oracles.HLP_SHRINK
    right = example["k"] + example["kappa"] * example["parent"]
    wrong = example["n"] - example["k"] + example["kappa"] * (1 - example["parent"])
    assert beta_interval(right, wrong) == pytest.approx(example["beta_ci"], abs=1e-12)


def test_the_beta_interval_gives_jeffreys_worked_example() -> None:
    assert beta_interval(68.5, 18.5) == pytest.approx(oracles_of_metrics.JEFFREYS, abs=1e-12)


@given(proportions(), levels)
def test_the_beta_interval_equals_jeffreys_of_statsmodels(proportion: tuple[int, int], level: float) -> None:
    successes, n = proportion
    theirs = proportion_confint(successes, n, alpha=1 - level, method="jeffreys")
    low, high = wide(beta_interval(successes + 0.5, n - successes + 0.5, level))
    assert (low, high) == pytest.approx(theirs, abs=1e-9)
    mirrored = beta_interval(n - successes + 0.5, successes + 0.5, level)
    assert mirrored == pytest.approx((1 - high, 1 - low), abs=1e-9)
