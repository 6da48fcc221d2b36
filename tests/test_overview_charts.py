"""The charts of Overview hold the numbers they are made from, and are valid Vega-Lite in both themes."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import altair as alt
import numpy as np
import pytest
from sklearn.calibration import calibration_curve

from slicer.charts.headline import ruler
from slicer.charts.numbers import agreement_chart, distribution_chart
from slicer.charts.probabilities import reliability, score_histogram
from slicer.metrics.calibration import bin_rates
from slicer.metrics.distribution import Distribution, Joint, Spread
from slicer.metrics.estimate import Estimate
from slicer.metrics.histograms import Histogram
from slicer.palette import DARK, LIGHT, Palette
from slicer.ui.theme import chart_config

both = pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
EDGES = [place / 10 for place in range(1, 10)]


def spec(chart: alt.TopLevelMixin, palette: Palette = LIGHT) -> dict[str, Any]:
    """As `show` hands it over; altair holds it against the schema of Vega-Lite here."""
    return chart.configure(**chart_config(palette)).to_dict()


def rows_with(chart: dict[str, Any], field: str) -> list[dict[str, Any]]:
    """The rows of all tables of a chart that have this field."""
    return [row for table in chart["datasets"].values() for row in table if field in row]


def texts(chart: dict[str, Any]) -> set[str]:
    return {row["text"] for row in rows_with(chart, "text")}


def walk(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from walk(child)


@pytest.fixture
def probabilities() -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(8)
    p = random.beta(0.7, 1.2, 900)
    return (random.random(900) < p**1.4).astype(int), p


# --- calibration -----------------------------------------------------------------------------------


def test_the_bins_are_those_of_a_calibration_curve(probabilities: tuple[np.ndarray, np.ndarray]) -> None:
    y, p = probabilities
    rates, means = calibration_curve(y, p, n_bins=10, strategy="uniform")
    found = bin_rates(Histogram.of(y, p, EDGES))
    assert [one.rate for one in found] == pytest.approx(rates)
    assert [one.p for one in found] == pytest.approx(means)
    assert sum(one.rows for one in found) == 900


def test_an_empty_bin_is_no_point() -> None:
    found = bin_rates(Histogram.of([0, 1, 1], [0.05, 0.95, 1.0], EDGES))
    assert [(one.low, one.high, one.rows) for one in found] == [(0.0, 0.1, 1.0), (0.9, 1.0, 2.0)]


def test_with_weights_a_bin_has_the_interval_of_its_own_spread() -> None:
    """Of equal weights 1 it is the normal interval; the sums of weights are no number of rows, so Wilson is wrong."""
    y, p = [0, 1] * 50, [0.5] * 100
    (one,) = bin_rates(Histogram.of(y, p, EDGES), weighted=True)
    assert one.ci == pytest.approx((0.5 - 1.95996 * 0.05, 0.5 + 1.95996 * 0.05), abs=1e-4)


@both
def test_the_reliability_chart_holds_rates_and_intervals(
    palette: Palette, probabilities: tuple[np.ndarray, np.ndarray]
) -> None:
    bins = bin_rates(Histogram.of(*probabilities, EDGES))
    found = rows_with(spec(reliability(bins, palette), palette), "low")
    assert [row["rate"] for row in found] == pytest.approx([one.rate for one in bins])
    assert all(row["low"] <= row["rate"] <= row["high"] for row in found)


@both
def test_the_score_histogram_counts_both_classes(
    palette: Palette, probabilities: tuple[np.ndarray, np.ndarray]
) -> None:
    y, p = probabilities
    chart = spec(score_histogram(Histogram.of(y, p, EDGES), ("spam", "ham"), palette), palette)
    found = rows_with(chart, "bin")
    counted = [np.histogram(p[y == side], [0, *EDGES, 1])[0].tolist() for side in (1, 0)]
    assert sorted(row["rows"] for row in found) == sorted(counted[0] + counted[1])
    titles = [panel["title"]["text"] for panel in chart["vconcat"]]
    assert titles == [f"spam: {sum(counted[0])} rows", f"ham: {sum(counted[1])} rows"]


# --- numbers ---------------------------------------------------------------------------------------


@pytest.fixture
def distribution() -> Distribution:
    spread = Spread(rows=60, least=-9.0, low=-3.0, median=-1.0, high=0.0, largest=0.0, whole=False)
    return Distribution(spread=spread, edges=(-3.0, -2.0, -1.0, 0.0), rows=(10, 20, 30))


@both
def test_a_distribution_names_its_lines_and_what_lies_beyond(palette: Palette, distribution: Distribution) -> None:
    marks = (("mean", -1.25), ("median", -1.0), ("beyond", -8.0), ("unknown", None))
    chart = spec(distribution_chart(distribution, palette, "score", marks=marks), palette)
    assert [row["rows"] for row in rows_with(chart, "bin")] == [10, 20, 30]
    assert [row["bin"] for row in rows_with(chart, "bin")] == ["below −2.00", "−2.00 to −1.00", "−1.00 to 0"]
    assert texts(chart) == {"mean −1.25", "median −1.00"}


def test_bars_reach_from_zero_up(distribution: Distribution) -> None:
    """Without its foot a bar between two places is only a line at its height."""
    (bar,) = [one for one in walk(spec(distribution_chart(distribution, LIGHT, "score"))) if one.get("type") == "bar"]
    assert bar
    layers = [one for one in walk(spec(distribution_chart(distribution, LIGHT, "score"))) if "x2" in one]
    assert all("y2" in one for one in layers)


@both
def test_the_agreement_chart_holds_every_cell(palette: Palette) -> None:
    found = Joint(edges=(0.0, 10.0, 20.0), rows={(0, 0): 5, (0, 1): 1, (1, 1): 7})
    cells = rows_with(spec(agreement_chart(found, palette), palette), "prediction")
    assert [(row["left"], row["low"], row["rows"]) for row in cells] == [(0, 0, 5), (0, 10, 1), (10, 10, 7)]


# --- the ruler of a number -------------------------------------------------------------------------


def number(value: float, ci: tuple[float, float]) -> Estimate:
    return Estimate(value=value, n=400, denominator=400, ci=ci, method="t")


@pytest.mark.parametrize(
    ("value", "ci", "span", "baseline", "ends"),
    [
        (21.5, (21.0, 22.1), (0.0, math.inf), 91.7, [0.0, 100.0]),
        (-1.99, (-2.03, -1.95), (-math.inf, 0.0), None, [-3.0, 0.0]),
        (0.62, (0.6, 0.64), (-1.0, 1.0), 0.0, [0.0, 1.0]),
        (-0.12, (-0.2, -0.05), (-1.0, 1.0), 0.0, [-0.3, 0.0]),
        (4.0, (3.0, 5.0), (-math.inf, math.inf), None, [0.0, 6.0]),
    ],
)
def test_the_ruler_of_a_number_holds_all_it_shows(
    value: float, ci: tuple[float, float], span: tuple[float, float], baseline: float | None, ends: list[float]
) -> None:
    known = () if baseline is None else (("always the mean", baseline),)
    chart = spec(ruler(number(value, ci), None, known, LIGHT, "number", span))
    (low, high), *_ = [one["x"]["scale"]["domain"] for one in walk(chart) if "scale" in (one.get("x") or {})]
    assert low == pytest.approx(ends[0])
    assert ends[1] <= high <= ends[1] + 0.07 * (ends[1] - ends[0])
    assert not any(one.get("format") == ".0%" for one in walk(chart))


def test_the_ruler_of_an_error_rate_may_go_beyond_all() -> None:
    """More errors than words: an error rate above 1 is possible."""
    chart = spec(ruler(number(1.3, (1.1, 1.5)), None, (), LIGHT, "rate", (0.0, math.inf)))
    assert texts(chart) == {"model 130.0"}
    assert max(one["x"]["scale"]["domain"][1] for one in walk(chart) if "scale" in (one.get("x") or {})) > 1.5
