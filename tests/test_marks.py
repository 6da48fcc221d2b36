"""What a mark of a picture opens is what it counts: the slice it carries holds as many rows as it stands for."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
import pytest

import slicer
from slicer.charts.numbers import agreement_chart, distribution_chart
from slicer.charts.probabilities import reliability, score_histogram
from slicer.charts.tags import saturation_chart
from slicer.charts.thresholds import precision_recall
from slicer.metrics.calibration import bin_rates
from slicer.palette import LIGHT
from slicer.slices import condition, parse, within
from slicer.workbench import ALL, Workbench
from slicer.workbench.skew import thresholds


def opened(folder: Path, frame: pd.DataFrame, **roles: str) -> Workbench:
    frame.to_csv(folder / "data.csv", index=False)
    return slicer.open(folder / "data.csv", **roles)


def of_run(bench: Workbench, run: str) -> Workbench:
    return Workbench(bench.project, bench.dataset, run)


def marks(chart: alt.TopLevelMixin) -> list[dict[str, Any]]:
    """What can be clicked: rows that carry a slice."""
    return [row for table in chart.to_dict()["datasets"].values() for row in table if row.get("slice")]


def selections(chart: alt.TopLevelMixin) -> set[str]:
    return {one["name"] for one in chart.to_dict()["params"]}


def counts(bench: Workbench, found: Iterable[dict[str, Any]]) -> list[int]:
    return [len(bench.ids(parse(str(one["slice"])))) for one in found]


def probabilities(bench: Workbench) -> Any:
    held = bench.metrics().overall.counts.probabilities
    assert held is not None
    return held.calibration


# --- probabilities ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("sample", "run"), [("adult", "boosting"), ("digits", "logistic")])
def test_a_point_of_reliability_opens_the_rows_of_its_bin(sample: str, run: str) -> None:
    """Of two classes by the probability of the positive one, of several by the largest."""
    bench = of_run(slicer.sample(sample), run)
    bins = probabilities(bench)
    found = marks(reliability(bin_rates(bins), LIGHT))
    assert counts(bench, found) == [int(one) for one in bins.n if one]
    assert sum(bins.n) == bench.dataset.rows


@pytest.mark.parametrize(
    ("sample", "run", "name", "came", "other"),
    [("adult", "boosting", "label", ">50K", "<=50K"), ("digits", "logistic", "correct", True, False)],
)
def test_a_bar_of_probabilities_opens_its_class_in_its_bin(
    sample: str, run: str, name: str, came: Any, other: Any
) -> None:
    bench = of_run(slicer.sample(sample), run)
    bins = probabilities(bench)
    sides = condition(name, "=", came), condition(name, "=", other)
    chart = score_histogram(bins, ("these", "those"), LIGHT, parts=sides)
    assert selections(chart) == {"slice"}
    found = marks(chart)
    assert counts(bench, found) == [round(one["rows"]) for one in found]


def test_a_column_called_probability_goes_before(tmp_path: Path) -> None:
    """Then the name means that column; a picture can be clicked only if that is the probability it shows."""
    rows = {"id": range(8), "label": list("ynynynyn"), "prediction": list("yynnyynn"), "p": np.arange(8) / 10}
    own = opened(tmp_path, (pd.DataFrame(rows)), probabilities="y=p", positive="y")
    assert own.probability_name == "probability"
    assert own.ids(parse("probability >= 0.5")) == ["5", "6", "7"]
    named = opened(tmp_path, (pd.DataFrame(rows).rename(columns={"p": "probability"})), probabilities="y=probability")
    assert named.probability_name == ("probability" if named.positive == "y" else None)
    other = opened(tmp_path, (pd.DataFrame({**rows, "probability": "often"})), probabilities="y=p", positive="y")
    assert other.probability_name is None
    assert len(other.ids(parse("probability = 'often'"))) == 8


# --- thresholds ------------------------------------------------------------------------------------


def test_a_threshold_opens_the_rows_it_would_call_otherwise(tmp_path: Path) -> None:
    random = np.random.default_rng(2)
    p = random.uniform(0, 1, 200).round(6)
    rows = pd.DataFrame({"id": range(200), "label": np.where(random.uniform(size=200) < p, "y", "n"), "p": p})
    bench = opened(tmp_path, rows, probabilities="y=p", positive="y")
    found = thresholds(bench, ALL)
    assert found is not None
    chart = precision_recall(found, [], LIGHT, lambda one: within("probability", *sorted((one, 0.5))))
    assert counts(bench, marks(chart)) == [abs(int(sum(p >= one)) - int(sum(p >= 0.5))) for one in found.thresholds]


# --- numbers ---------------------------------------------------------------------------------------


@pytest.fixture
def regression(tmp_path: Path) -> Workbench:
    """Numbers with one decimal, whose differences lie on the edges of bins but for a hair."""
    random = np.random.default_rng(3)
    truth = np.round(random.normal(20, 5, 600), 1)
    said = np.round(truth + random.normal(0, 2, 600), 1)
    return opened(tmp_path, (pd.DataFrame({"id": range(600), "label": truth, "prediction": said})))


def test_a_bar_of_residuals_and_a_cell_open_their_rows(regression: Workbench) -> None:
    found = regression.numbers()
    assert found.distribution is not None
    assert found.joint is not None
    assert not found.distribution.sharp
    bars = marks(distribution_chart(found.distribution, LIGHT, found.name))
    assert counts(regression, bars) == list(found.distribution.rows)
    cells = marks(agreement_chart(found.joint, LIGHT))
    assert counts(regression, cells) == [one["rows"] for one in cells]
    assert sum(one["rows"] for one in cells) == 600


def test_a_bar_of_scores_and_of_error_rates_opens_its_rows(tmp_path: Path) -> None:
    random = np.random.default_rng(4)
    rows = pd.DataFrame({"id": range(500), "bleu": np.round(random.beta(5, 2, 500), 2), "kind": list("abcde") * 100})
    scores = opened(tmp_path, rows, score="bleu")
    total = random.integers(1, 40, 500)
    rows = pd.DataFrame({"id": range(500), "edits": random.binomial(total, 0.2), "words": total})
    rates = opened(tmp_path, rows, errors="edits", total="words")
    for bench in (scores, rates):
        found = bench.numbers()
        assert found.distribution is not None
        bars = marks(distribution_chart(found.distribution, LIGHT, found.name))
        assert counts(bench, bars) == list(found.distribution.rows)
    assert "error rate" in rates.reserved_names


# --- tags ------------------------------------------------------------------------------------------


def test_a_step_of_the_tags_opens_the_row_that_brought_one() -> None:
    bench = slicer.sample("speech")
    found = bench.tags().counted
    (table,) = [
        rows for rows in saturation_chart(found.saturation, LIGHT).to_dict()["datasets"].values() if "row" in rows[0]
    ]
    assert {row["read"] for row in table} == set(found.first.values())
    for row in table:
        brought = [tag for tag, place in found.first.items() if place == row["read"]]
        for tag in brought:
            assert row["row"] in bench.ids(condition("tag", "=", tag))
