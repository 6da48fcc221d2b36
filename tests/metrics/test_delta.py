"""The delta method on confusion tables: worked examples, statsmodels, closed forms, resampling."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import oracles
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from metric_kit import of_table, one_metric, table, wide
from statsmodels.stats.inter_rater import cohens_kappa

from slicer.metrics import classification
from slicer.metrics.counts import ConfusionCounts
from slicer.metrics.delta import delta_error, delta_interval, gradient
from slicer.metrics.intervals import z_value

FORMULAS: dict[str, tuple[Callable[[np.ndarray], np.ndarray], tuple[float, float]]] = {
    "macro_f1": (classification.macro_f1, (0.0, 1.0)),
    "macro_recall": (classification.macro_recall, (0.0, 1.0)),
    "macro_precision": (classification.macro_precision, (0.0, 1.0)),
    "weighted_f1": (classification.weighted_f1, (0.0, 1.0)),
    "mcc": (classification.mcc, (-1.0, 1.0)),
    "kappa": (classification.kappa, (-1.0, 1.0)),
    "quadratic_kappa": (classification.quadratic_kappa, (-1.0, 1.0)),
    "skill": (classification.skill, (-math.inf, 1.0)),
}

by_formula = pytest.mark.parametrize("name", FORMULAS)


@st.composite
def tables(draw: st.DrawFn, most: int = 60) -> np.ndarray:
    """Count tables with a column of rows that have no prediction; many cells are empty."""
    classes = draw(st.integers(2, 4))
    cells = st.one_of(st.just(0), st.integers(0, most))
    return draw(arrays(float, (classes, classes + 1), elements=cells.map(float)))


def counts(cells: np.ndarray) -> ConfusionCounts:
    return ConfusionCounts(tuple(f"c{place}" for place in range(len(cells))), cells)


# --- worked examples -------------------------------------------------------------------------------


def test_cohens_standard_error() -> None:
    cells = table(oracles.COHEN_2X2["C"])
    assert one_metric("kappa", of_table(cells)).value == pytest.approx(oracles.COHEN_2X2["kappa"], abs=1e-12)
    error = delta_error(classification.kappa, cells)
    assert error == pytest.approx(oracles.COHEN_2X2["std"], rel=1e-6)
    half = z_value(0.95) * error
    plain = oracles.COHEN_2X2["kappa"] - half, oracles.COHEN_2X2["kappa"] + half
    assert plain == pytest.approx(oracles.COHEN_2X2["ci"], abs=1e-6)
    assert one_metric("kappa", of_table(cells)).ci == pytest.approx(plain, abs=0.02), "two rows more, spread evenly"


# --- properties ------------------------------------------------------------------------------------


@given(arrays(float, (3, 3), elements=st.integers(1, 80).map(float)))
def test_the_standard_error_of_kappa_is_that_of_statsmodels(cells: np.ndarray) -> None:
    assert delta_error(classification.kappa, table(cells)) == pytest.approx(cohens_kappa(cells).std_kappa, rel=1e-5)


@given(arrays(float, (3, 3), elements=st.integers(1, 80).map(float)))
def test_quadratic_kappa_and_its_standard_error_are_those_of_statsmodels(cells: np.ndarray) -> None:
    theirs = cohens_kappa(cells, wt="quadratic")
    assert classification.quadratic_kappa(table(cells).table) == pytest.approx(theirs.kappa, abs=1e-9)
    assert delta_error(classification.quadratic_kappa, table(cells)) == pytest.approx(theirs.std_kappa, rel=1e-5)


@given(st.integers(1, 300), st.integers(0, 300), st.integers(0, 300), st.integers(0, 10_000))
def test_the_closed_form_of_f1(tp: int, fp: int, fn: int, tn: int) -> None:
    expected = 4 * tp * (fp + fn) * (tp + fp + fn) / (2 * tp + fp + fn) ** 4
    error = delta_error(lambda cells: classification.class_f1(cells)[..., 1], table([[tn, fp], [fn, tp]]))
    assert error**2 == pytest.approx(expected, rel=1e-6, abs=1e-18)


@pytest.mark.parametrize("name", ["weighted_f1", "mcc", "kappa", "skill"])
@settings(max_examples=40)
@given(cells=tables())
def test_the_slopes_from_margins_are_those_of_single_cells(name: str, cells: np.ndarray) -> None:
    """Three slopes for each class are as good as one for each cell; where two classes tie `skill` has a corner."""
    formula, _ = FORMULAS[name]
    support = np.sort(cells.sum(axis=1))
    assume(cells.sum() > 0 and not math.isnan(float(formula(cells))) and support[-1] > 1.01 * support[-2])
    assume(np.all(cells[cells > 0] > 1))
    by_cell = gradient(lambda cells: formula(cells), cells)
    assert gradient(formula, cells) == pytest.approx(by_cell, rel=1e-4, abs=1e-6)


@pytest.mark.parametrize("name", ["macro_f1", "macro_precision", "macro_recall"])
def test_rows_of_a_common_class_do_not_make_a_rare_class_surer(name: str) -> None:
    """Three rows of a class are three rows, whether a thousand or ten million others stand beside them."""
    formula, _ = FORMULAS[name]

    def error(common: float) -> float:
        return delta_error(formula, table([[common, 5, 2], [3, 4, 1], [2, 0, 1]]))

    assert error(1e5) == pytest.approx(error(1e7), rel=0.01)
    drawn = np.random.default_rng(1).multinomial(
        10**7, np.array([1e7 - 18, 5, 2, 0, 3, 4, 1, 0, 2, 0, 1, 0]) / 1e7, 4000
    )
    values = formula(drawn.reshape(-1, 3, 4).astype(float))
    assert error(1e7) == pytest.approx(np.nanstd(values), rel=0.35)


@by_formula
@settings(max_examples=50)
@given(cells=tables())
def test_an_interval_stays_inside_contains_its_value_and_is_never_zero_wide(name: str, cells: np.ndarray) -> None:
    formula, bounds = FORMULAS[name]
    value = float(formula(cells)) if cells.sum() else math.nan
    assume(not math.isnan(value))
    ci, at_edge = delta_interval(formula, counts(cells), bounds)
    if ci is None:
        assert at_edge
        return
    low, high = wide(ci)
    assert bounds[0] <= low <= value + 1e-12
    assert value - 1e-12 <= high <= bounds[1]
    assert high - low > 1e-6


@by_formula
@settings(max_examples=40)
@given(cells=tables(), times=st.integers(2, 9))
def test_the_variance_shrinks_with_the_rows(name: str, cells: np.ndarray, times: int) -> None:
    formula, _ = FORMULAS[name]
    assume(cells.sum() > 0)
    assume(not math.isnan(float(formula(cells))))
    one, many = delta_error(formula, counts(cells)), delta_error(formula, counts(times * cells))
    assert many**2 == pytest.approx(one**2 / times, rel=1e-4, abs=1e-12)


@pytest.mark.parametrize("name", [name for name in FORMULAS if name != "quadratic_kappa"])
@settings(max_examples=40)
@given(cells=tables(), random=st.randoms(use_true_random=False))
def test_the_names_of_the_classes_change_no_interval(name: str, cells: np.ndarray, random: object) -> None:
    formula, bounds = FORMULAS[name]
    assume(cells.sum() > 0)
    assume(not math.isnan(float(formula(cells))))
    order = list(range(len(cells)))
    random.shuffle(order)  # type: ignore[attr-defined]
    shuffled = cells[order][:, [*order, len(cells)]]
    ci, edge = delta_interval(formula, counts(cells), bounds)
    again, edge_again = delta_interval(formula, counts(shuffled), bounds)
    assert edge == edge_again
    assert (ci is None) == (again is None)
    if ci is not None:
        assert again == pytest.approx(ci, abs=1e-6)


# --- the edge --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["macro_f1", "macro_recall", "macro_precision", "weighted_f1", "mcc", "kappa"])
def test_a_flawless_table_has_a_value_of_1_and_still_an_interval(name: str) -> None:
    found = one_metric(name, of_table(table([[10, 0], [0, 10]])))
    low, high = wide(found.ci)
    assert (found.value, high) == (1.0, 1.0)
    assert 0.4 < low < 0.97


@pytest.mark.parametrize("name", ["weighted_f1", "mcc", "kappa"])
def test_where_the_plain_variance_vanishes_the_number_says_so(name: str) -> None:
    assert "boundary" in one_metric(name, of_table(table([[10, 0], [0, 10]]))).flags
    assert "boundary" not in one_metric(name, of_table(table([[9, 1], [1, 9]]))).flags


def test_one_class_alone_all_right_is_sure_to_a_limit() -> None:
    """Ten rows of one class, all right: the pseudo rows stand in the cells of the classes the data set has."""
    for name in ("macro_f1", "macro_recall", "weighted_f1"):
        found = one_metric(name, of_table(table([[10, 0], [0, 0]])))
        low, high = wide(found.ci)
        assert (found.value, high) == (1.0, 1.0)
        assert low < 0.9
    assert one_metric("mcc", of_table(table([[10, 0], [0, 0]]))).value is None


def test_the_edge_rule_covers_where_the_plain_delta_method_would_be_zero_wide() -> None:
    """MCC on 20 rows, right with probability .93: a fifth of the tables is flawless."""
    random = np.random.default_rng(11)
    chances = np.array([0.465, 0.035, 0.035, 0.465])
    truth = float(classification.mcc(np.c_[chances.reshape(2, 2), [0, 0]]))
    inside, flawless = [], 0
    for cells in random.multinomial(20, chances, size=1000).reshape(-1, 2, 2):
        ci, at_edge = delta_interval(classification.mcc, table(cells), (-1.0, 1.0))
        low, high = wide(ci)
        inside.append(low <= truth <= high)
        flawless += at_edge
    assert flawless / 1000 == pytest.approx(0.93**20, abs=0.05)
    assert np.mean(inside) > 0.93


# --- weights ---------------------------------------------------------------------------------------


@by_formula
@pytest.mark.parametrize("unit", [0.1, 10.0])
def test_the_unit_of_the_weights_changes_nothing(name: str, unit: float) -> None:
    random = np.random.default_rng(4)
    rows = np.c_[random.integers(1, 30, (3, 3)), np.zeros(3)].astype(float)
    each = random.uniform(0.5, 2, (3, 4))
    once = ConfusionCounts(("a", "b", "c"), rows * each, rows * each**2, rows)
    other = replace(once, table=once.table * unit, squares=once.squares * unit**2)
    found, scaled = (one_metric(name, of_table(one)) for one in (once, other))
    assert scaled.value == pytest.approx(found.value, abs=1e-12)
    assert scaled.ci == pytest.approx(found.ci, abs=1e-7)


@by_formula
def test_equal_weights_are_no_weights(name: str) -> None:
    cells = table([[20, 3, 1], [4, 11, 2], [0, 2, 7]])
    weighted = ConfusionCounts(cells.labels, 3 * cells.table, 9 * cells.table, cells.table)
    plain, found = one_metric(name, of_table(cells)), one_metric(name, of_table(weighted))
    assert found.value == pytest.approx(plain.value, abs=1e-12)
    assert found.ci == pytest.approx(plain.ci, abs=1e-7)
    assert (found.n, found.denominator) == (plain.n, plain.denominator)
    assert set(found.flags) == {*plain.flags, "weighted"}
