"""Slices against the rest: differences, tests and adjusted p-values, against statsmodels, scipy and counting."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import oracles_of_metrics
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from metric_kit import bench_of
from scipy import stats
from sklearn.metrics import f1_score
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep

import slicer
from slicer.errors import UsageError
from slicer.metrics.difference import difference, holm, q_values, verdict
from slicer.metrics.rates import fraction
from slicer.metrics.registry import METRICS
from slicer.project.saved import SavedSlice, save_slice
from slicer.slices import all_of, condition, parse
from slicer.workbench import Workbench


@pytest.fixture(scope="module")
def speech() -> Workbench:
    return slicer.sample("speech")


@pytest.fixture(scope="module")
def adult() -> Workbench:
    return slicer.sample("adult")


sides = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(sides, sides)
def test_the_interval_is_newcombes(mine: tuple[int, int], rest: tuple[int, int]) -> None:
    found = difference(fraction(*mine), fraction(*rest))
    assert found is not None
    assert found.ci == pytest.approx(confint_proportions_2indep(*mine, *rest, method="newcomb"), abs=1e-9)
    assert found.value == pytest.approx(mine[0] / mine[1] - rest[0] / rest[1])


def test_the_worked_example() -> None:
    gold = oracles_of_metrics.NEWCOMBE
    found = difference(fraction(24, 40), fraction(870, 960))
    assert found is not None
    assert found.value == pytest.approx(gold["diff"], abs=1e-12)
    assert found.ci == pytest.approx(gold["ci"], abs=1e-9)
    assert found.p_value == pytest.approx(gold["fisher_two_sided"], rel=1e-9), "40 x 10.6 % expects fewer than 5 errors"


large = st.integers(100, 4000).flatmap(lambda n: st.tuples(st.integers(n // 3, 2 * n // 3), st.just(n)))


@settings(max_examples=40)
@given(large, large)
def test_the_p_value_is_near_the_exact_one_of_the_permutation(mine: tuple[int, int], rest: tuple[int, int]) -> None:
    found = difference(fraction(*mine), fraction(*rest))
    law = stats.hypergeom(mine[1] + rest[1], mine[0] + rest[0], mine[1])
    z = (mine[0] - law.mean()) / law.std()
    assert found is not None
    assert found.p_value == pytest.approx(2 * stats.norm.sf(abs(z)), rel=1e-6, abs=1e-14)


def test_few_rows_are_not_tested() -> None:
    assert difference(fraction(1, 29), fraction(900, 960)).p_value is None
    assert difference(fraction(0, 0), fraction(900, 960)) is None


@settings(max_examples=40)  # statsmodels collects garbage each time
@pytest.mark.parametrize(
    ("adjusted", "theirs"), [(q_values, "fdr_bh"), (lambda p: q_values(p, "by"), "fdr_by"), (holm, "holm")]
)
@given(p_values=st.lists(st.none() | st.floats(0, 1), max_size=30))
def test_adjusted_p_values_are_those_of_statsmodels(
    adjusted: Callable[[list[float | None]], list[float | None]], theirs: str, p_values: list[float | None]
) -> None:
    found = adjusted(p_values)
    tested = [p for p in p_values if p is not None]
    assert [q is None for q in found] == [p is None for p in p_values]
    if tested:
        gold = multipletests(tested, method=theirs)[1]
        assert [q for q in found if q is not None] == pytest.approx(list(gold), abs=1e-12)


def test_a_slice_of_most_rows_is_held_against_the_rest_and_not_against_all(tmp_path: Path) -> None:
    """Nine of ten rows, 80 % right against 95 %: 15 points, of which a comparison with all rows would show 1.5."""
    gold = oracles_of_metrics.SLICE_OF_MOST_ROWS
    right = [True] * 720 + [False] * 180 + [True] * 95 + [False] * 5
    frame = pd.DataFrame({"id": range(1000), "g": ["most"] * 900 + ["few"] * 100, "correct": right})
    found = bench_of(tmp_path, frame, correct="correct").slice_table(by=["g"])
    row = next(row for row in found.table if row.name == "g most")
    assert (row.share, row.estimate.value, row.rest.value) == (
        gold["slice_share"],
        gold["acc_slice"],
        gold["acc_rest"],
    )
    assert row.difference.value == pytest.approx(gold["gap_vs_rest"], abs=1e-12)
    assert row.estimate.value - found.overall.value == pytest.approx(gold["gap_vs_overall"], abs=1e-12)


def test_a_difference_must_be_clear_large_and_of_more_than_a_handful_of_rows() -> None:
    clear, rate = difference(fraction(600, 1000), fraction(9000, 10_000)), METRICS["accuracy"]
    assert verdict(clear, 0.01, 1000, rate, up=True) == "worse"
    assert verdict(clear, 0.01, 1000, rate, up=False) == "better", "of a rate of errors"
    assert verdict(clear, 0.06, 1000, rate, up=True) == "no evidence"
    assert verdict(clear, None, 1000, rate, up=True) == "no evidence"
    assert verdict(clear, 0.01, 16, rate, up=True) == "no evidence", "0.3 x 16 is fewer than 5 rows"
    small = difference(fraction(8_900, 10_000), fraction(90_500, 100_000))
    assert verdict(small, 0.001, 10_000, rate, up=True) == "no evidence"
    number = METRICS["mean"]
    assert verdict(small, 0.001, 10_000, number, up=True) == "worse", "how much matters is known of rates alone"
    better = difference(fraction(990, 1000), fraction(9000, 10_000))
    assert verdict(better, 0.01, 1000, rate, up=True) == "better"
    assert verdict(None, None, 0, rate, up=True) == "no evidence"


# --- the table -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "metric", [name for name, one in METRICS.items() if one.needs in ("outcomes", "classes", "positive")]
)
def test_the_rest_is_the_complement(adult: Workbench, metric: str) -> None:
    """What is subtracted from the whole is what a query for all other rows counts."""
    where = parse("hours_per_week >= 40")
    for slice_ in (
        parse("sex = 'Female'"),
        parse("occupation is missing"),
        parse("age >= 60 and workclass = 'Private'"),
    ):
        (row,) = adult.slice_table(slices=[slice_], where=where, metric=metric).table
        (other,) = adult.slice_table(slices=[slice_.complement], where=where, metric=metric).table
        assert row.estimate == other.rest
        assert row.rest == other.estimate
        assert row.difference.value == pytest.approx(-other.difference.value)
        assert row.share + other.share == pytest.approx(1)


def test_f1_of_slice_and_rest_is_that_of_scikit_learn(adult: Workbench) -> None:
    slice_ = parse("education = 'HS-grad'")
    (row,) = adult.slice_table(slices=[slice_], metric="f1").table
    for part, found in ((slice_, row.estimate), (slice_.complement, row.rest)):
        examples = adult.examples(part, limit=100_000)
        gold = f1_score([one.truth for one in examples], [one.predicted for one in examples], pos_label=">50K")
        assert found.value == pytest.approx(gold, abs=1e-12)


def test_worst_first_and_few_rows_last(speech: Workbench) -> None:
    table = speech.slice_table(by=["noise", ("noise", "device")]).table
    values = [row.difference.value for row in table if not row.low_support]
    assert values == sorted(values)
    assert [row.low_support for row in table] == sorted(row.low_support for row in table)
    assert str(table[0].slice) == "device = 'headset' and noise = 'low bandwidth'"
    assert sum(row.error_share for row in table) == pytest.approx(2), "each partition holds every error once"


def test_all_rows_are_no_slice(speech: Workbench) -> None:
    assert speech.slice_table(slices=[parse("noise is present"), parse("noise is missing")]).table == ()
    one = speech.slice_table(by=["noise"], where=parse("noise = 'car noise'"))
    assert one.table == ()


def test_a_metric_without_direction_is_refused(speech: Workbench) -> None:
    for metric in ("bias", "f1"):
        with pytest.raises(UsageError, match=f"not compared by '{metric}' here") as caught:
            speech.slice_table(by=["noise"], metric=metric)
        assert caught.value.hint == "Metrics: accuracy."
    assert speech.compared == ("accuracy",)


def test_crossed_columns_part_the_rows(speech: Workbench) -> None:
    cross = speech.cross("noise", "device")
    assert cross.levels == (4, 4)
    assert sum(row.support for row in cross.cells.values()) == 10_000
    for (i, j), row in cross.cells.items():
        assert row.slice == all_of(cross.levels_down[i], cross.levels_across[j])
        counts = speech.count(row.slice)
        assert (row.support, row.errors) == (counts.support, counts.errors)


def test_crossing_shows_the_most_frequent_values_that_have_room(adult: Workbench) -> None:
    cross = adult.cross("native_country", "education")
    assert (len(cross.levels_down), len(cross.levels_across)) == (12, 6)
    assert cross.levels == (len(adult.count_by(["native_country"], slicer.workbench.ALL)), 16)
    assert str(cross.levels_down[0]) == "native_country = 'United-States'"


def test_a_saved_slice_goes_by_its_name_everywhere() -> None:
    bench = slicer.sample("speech")
    slice_ = condition("noise", "=", "car noise")
    save_slice(bench.project, bench.dataset.id, SavedSlice(slice=slice_, name="on the road"), author="ada")
    assert {row.name for row in bench.slice_table(by=["noise"]).table if row.saved} == {"on the road"}
    assert "on the road" in [row.candidate.name for row in bench.rank(by=["noise"]).table]
    assert "on the road" in [one.name for one in bench.metrics(slices=[slice_]).slices]


def test_values_are_written_as_the_language_reads_them(adult: Workbench) -> None:
    assert adult.values("sex") == [("'Male'", 10_860), ("'Female'", 5_421)]
    assert adult.values("label")[0] == ("'<=50K'", 12_435)
    edges = [text for text, _ in adult.values("age")]
    assert [adult.count(parse(f"age < {edge}")).support for edge in edges] == sorted(
        int(np.sum([row.rows for row in adult.cells(parse(f"age < {edge}"))])) for edge in edges
    )
    assert adult.reserved_names == ("prediction", "correct", "tag", "probability")
