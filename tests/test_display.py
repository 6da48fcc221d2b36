"""What a number looks like: by its unit, and by how many rows are behind it."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slicer.cells import estimate_cell, metric_header
from slicer.display import (
    DASH,
    MINUS,
    NARROW,
    amount,
    as_it_is,
    change_of,
    explain,
    figure,
    interval,
    plus_minus,
    value_of,
)
from slicer.metrics.estimate import Estimate, estimate
from slicer.metrics.means import mean_estimate
from slicer.metrics.moments import Moments
from slicer.metrics.rates import fraction
from slicer.metrics.registry import METRICS
from slicer.vocabulary import FLAGS, METHODS


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.8212, "0.821"),
        (0.99999, "1.00"),
        (-2.605, "−2.60"),
        (12.34, "12.3"),
        (123.4, "123"),
        (12345.6, "12,346"),
        (0.00123, "0.00123"),
        (-0.0, "0"),
        (1e-9, "1.00e−9"),
        (2.5e12, "2.50e12"),
        (math.nan, DASH),
        (None, DASH),
    ],
)
def test_a_number_keeps_three_digits_and_a_real_minus(value: float | None, text: str) -> None:
    assert amount(value) == text


@given(st.floats(-1e9, 1e9, allow_subnormal=False).filter(lambda value: abs(value) > 1e-12))
def test_a_number_reads_back_as_itself(value: float) -> None:
    """To within half a unit of its third digit: nothing is lost that a reader would look for."""
    read = float(amount(value).replace(MINUS, "-").replace(",", ""))
    assert read == pytest.approx(value, rel=0.0051)


def test_the_unit_decides() -> None:
    assert (figure(0.5), figure(0.5, "number")) == ("50.0", "0.500")
    assert (value_of(0.5), value_of(0.5, "number")) == (f"50.0{NARROW}%", "0.500")
    assert (change_of(0.02), change_of(0.02, "number")) == (f"+2.0{NARROW}pp", "+0.0200")
    assert (change_of(-0.02), change_of(0.0)) == (f"−2.0{NARROW}pp", f"0.0{NARROW}pp")
    assert (plus_minus((0.4, 0.6)), plus_minus((0.4, 0.6), unit="number")) == (f"±{NARROW}10.0", f"±{NARROW}0.10")
    assert interval((-3.2, -2.5), 0.9, "number") == f"90{NARROW}% interval −3.20 to −2.50"


def test_matthews_and_kappa_are_numbers_and_never_percent() -> None:
    assert [METRICS[name].unit for name in ("mcc", "kappa", "log_loss", "mae", "mean")] == ["number"] * 5
    assert [metric_header(name) for name in ("mcc", "recall")] == ["Matthews correlation", "Recall %"]


@pytest.mark.parametrize(
    ("right", "n", "text", "margin", "style"),
    [
        (7, 9, "7/9", "", "muted"),
        (0, 1, "0/1", "", "muted"),
        (7, 10, "70.0", f"±{NARROW}24.8", "muted"),
        (20, 29, "69.0", f"±{NARROW}16.0", "muted"),
        (21, 30, "70.0", f"±{NARROW}15.6", "model"),
    ],
)
def test_a_rate_on_few_rows_is_counts_then_quiet_then_a_rate(
    right: int, n: int, text: str, margin: str, style: str
) -> None:
    """Below ten rows a rate says more than is known; the interval of ten to thirty says how little."""
    cell = estimate_cell(fraction(right, n), "model")
    assert (cell["text"], cell.get("pm", ""), cell["class"]) == (text, margin, style)


def test_the_intervals_of_few_rows_are_those_of_statsmodels() -> None:
    """statsmodels 0.15, proportion_confint(method="wilson")."""
    assert fraction(7, 10).ci == pytest.approx((0.39677, 0.89221), abs=1e-4)
    assert fraction(21, 30).ci == pytest.approx((0.52123, 0.83334), abs=1e-4)


def test_a_number_on_few_rows_is_quiet_with_its_rows() -> None:
    few = mean_estimate(Moments.of([1.0, 2.0, 6.0]), 0.95)
    some = mean_estimate(Moments.of([1.0, 2.0, 6.0] * 4), 0.95)
    cells = [estimate_cell(one, "model", "number") for one in (few, some)]
    assert [(one["text"], one["class"]) for one in cells] == [("3.00", "muted"), ("3.00", "muted")]
    assert cells[0]["pm"] == f"n{NARROW}3"
    assert cells[1]["pm"].startswith("±")


def test_a_rate_that_counts_no_rows_is_never_said_as_counts() -> None:
    """F1 is no share of rows: 7 of 9 would be made up. So is a weighted share."""
    f1 = estimate(0.7, (0.4, 0.9), n=9, denominator=9, method="wilson-jaccard", level=0.95)
    weighted = estimate(0.7, (0.4, 0.9), n=9, denominator=9, method="wilson", level=0.95, flags=("weighted",))
    assert [estimate_cell(one)["text"] for one in (f1, weighted)] == ["70.0", "70.0"]


@pytest.mark.parametrize("flag", sorted(FLAGS))
def test_every_flag_is_said_in_words_where_the_number_stands(flag: str) -> None:
    one = Estimate(value=0.5, n=40, denominator=40, ci=(0.35, 0.65), method="wilson", flags=(flag,))
    assert FLAGS[flag] in explain(one)


def test_the_tooltip_holds_interval_denominator_and_method() -> None:
    said = explain(fraction(2610, 3000)).replace(NARROW, " ")
    assert said == f"95 % interval 85.7 to 88.2, 2,610 of 3,000; {METHODS['wilson']}"
    none = estimate(None, None, n=12, denominator=0, method="wilson", level=0.95)
    assert explain(none, undefined=METRICS["precision"].undefined) == "no row is predicted as the class: 0 rows"


def test_a_rows_own_number_stands_as_it_is() -> None:
    assert [as_it_is(one) for one in (13.0, -25.0, 0.333333, None, math.inf)] == ["13", "−25", "0.333", DASH, "∞"]


def test_every_metric_says_what_it_means_and_why_it_may_have_no_value() -> None:
    for metric in METRICS.values():
        assert metric.means, metric.name
        assert metric.undefined, metric.name
        assert metric.means[0].islower() or metric.means.startswith("F1"), metric.name
