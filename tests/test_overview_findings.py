"""The sentences of Overview are computed from the numbers, in the unit of the metric."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import slicer
from slicer.display import NARROW
from slicer.findings.numbers import agreement_finding, distribution_finding, numbers_finding, worst_rows_finding
from slicer.findings.overview import (
    calibration_finding,
    classes_finding,
    metrics_finding,
    overview_finding,
    spread_finding,
    sure_finding,
    worst_slices_finding,
)
from slicer.metrics.distribution import Distribution, Spread
from slicer.metrics.histograms import Histogram
from slicer.slices import parse

EDGES = [place / 10 for place in range(1, 10)]


def plainly(*sentences: str) -> tuple[str, ...]:
    return tuple(one.replace(NARROW, " ") for one in sentences)


def test_the_headline_is_the_metric_that_was_chosen() -> None:
    bench = slicer.sample("defects")
    result = bench.metrics(metrics=["macro_f1", "mcc"])
    assert plainly(*overview_finding(result, "macro_f1", [("always no defect", 0.193)])) == (
        "Macro F1 is 91.8 %",
        "95 % interval 90.4 to 92.9, 12,000 rows. Always no defect would reach 19.3 %.",
    )
    sentence, aside = plainly(*overview_finding(result, "mcc"))
    assert sentence == "Matthews correlation is 0.898"
    assert aside.startswith("95 % interval 0.88")


def test_failures_alone_are_told() -> None:
    bench = slicer.sample("defects")
    sentence, aside = overview_finding(bench.metrics(where=parse("correct = false")))
    assert sentence == f"None of {bench.count(parse('correct = false')).n} rows is right"
    assert aside.startswith("If they were chosen because they are wrong")


def test_a_metric_of_the_positive_class_names_it() -> None:
    bench = slicer.sample("adult")
    sentence, aside = plainly(*overview_finding(bench.metrics(metrics=["recall"]), "recall"))
    assert sentence == "Recall of “>50K” is 65.0 %"
    assert aside == "95 % interval 63.4 to 66.4, 2,498 of 3,846 rows."


def test_a_metric_without_a_value_says_why() -> None:
    bench = slicer.sample("adult")
    result = bench.metrics(metrics=["precision"], where=parse("prediction = '<=50K'"))
    assert overview_finding(result, "precision") == (
        "Precision of “>50K” has no value here",
        "No row is predicted as the class.",
    )


def test_the_class_that_goes_worst_depends_on_the_metric() -> None:
    classes = slicer.sample("defects").metrics().overall.classes
    said = [classes_finding(classes, of) for of in ("f1", "recall", "precision")]
    assert plainly(*said) == (
        "F1 is lowest for discoloration: 82.7 %",
        "Recall is lowest for discoloration: 97.0 %",
        "Precision is lowest for discoloration: 72.1 %",
    )  # fmt: skip


def test_printing_0_is_said_where_classes_are_skewed() -> None:
    said = metrics_finding("ham", 0.866, "spam", many=19, beside=True)
    assert plainly(said) == ("Always ham would be right on 86.6 %, and find none of spam",)
    assert metrics_finding(None, 0.4, None, many=13, beside=True) == "13 metrics beside what needs no model"


# --- probabilities ---------------------------------------------------------------------------------


def drawn(rows: int, bend: float) -> Histogram:
    """Probabilities p whose rate is p to the power of `bend`."""
    random = np.random.default_rng(11)
    p = random.random(rows)
    return Histogram.of(random.random(rows) < p**bend, p, EDGES)


def test_a_calibrated_model_is_within_noise_and_a_bent_one_is_not() -> None:
    assert calibration_finding(drawn(2000, 1.0), several=False).startswith(
        "Probabilities come true, within noise: off by"
    )
    assert calibration_finding(drawn(2000, 2.0), several=False).startswith("Probabilities are too high: off by 1")
    assert calibration_finding(drawn(2000, 0.5), several=False).startswith("Probabilities are too low: off by 1")
    assert calibration_finding(drawn(2000, 2.0), several=True).startswith("Probabilities are too sure: off by 1")


def test_probabilities_drawn_to_the_middle_lean_both_ways() -> None:
    random = np.random.default_rng(12)
    p = random.random(4000)
    bins = Histogram.of(random.random(4000) < np.where(p > 0.5, 0.95, 0.05), p, EDGES)
    assert calibration_finding(bins, several=False).startswith("Probabilities are too high here and too low there")


def test_few_rows_say_nothing_of_calibration() -> None:
    assert calibration_finding(drawn(99, 3.0), several=False) == (
        "99 rows: too few to tell whether probabilities come true"
    )


def test_how_classes_part_and_how_sure_the_model_is() -> None:
    bins = Histogram.of([1, 1, 1, 0, 0], [0.95, 0.97, 0.2, 0.6, 0.1], EDGES)
    assert plainly(spread_finding(bins, "spam", "ham")) == ("67 % of spam lie at 50 % or above, and 50 % of ham",)
    assert spread_finding(Histogram.of([1], [0.4], EDGES), "spam", "ham") == "Every row here is spam"
    assert plainly(sure_finding(bins)) == ("At least 90 % sure on 40 % of the rows, and right on 100.0 % of them",)
    assert sure_finding(Histogram.of([1], [0.4], EDGES)) == "The model is never 90 % sure"


# --- numbers ---------------------------------------------------------------------------------------


@pytest.fixture
def tmp_csv(tmp_path: Path):
    def written(frame: pd.DataFrame, **roles: str):
        frame.to_csv(tmp_path / "data.csv", index=False)
        return slicer.open(tmp_path / "data.csv", **roles)

    return written


def test_a_score_says_which_way_is_better(tmp_csv) -> None:
    frame = pd.DataFrame({"id": range(100), "mqm": [-1.0, -3.0] * 50})
    result = tmp_csv(frame, score="mqm").metrics()
    found = numbers_finding(result, "mean", higher_is_better=True)
    assert plainly(*found) == ("The mean mqm is −2.00", "95 % interval −2.20 to −1.80, 100 rows. Higher is better.")
    assert numbers_finding(result, "mean", higher_is_better=False)[1].endswith("Lower is better.")


def test_a_ratio_stands_beside_the_mean_of_the_rows_own_rates(tmp_csv) -> None:
    frame = pd.DataFrame({"id": range(80), "errors": [1, 2, 2, 2] * 20, "words": [2, 3, 4, 8] * 20})
    result = tmp_csv(frame).metrics()
    sentence, aside = plainly(*numbers_finding(result, "ratio", higher_is_better=False, mean_of_ratios=0.47917))
    assert sentence == "Error rate is 41.2 %: 140 errors in 340 words"
    assert aside.endswith("The mean of the rows' own rates would be 47.9 %.")


def test_a_regression_says_how_far_off_it_is_and_which_way(tmp_csv) -> None:
    frame = pd.DataFrame({"id": range(200), "label": [place + 0.5 for place in range(200)]})
    frame["prediction"] = frame["label"] + [3.0, 1.0] * 100
    result = tmp_csv(frame).metrics()
    sentence, aside = plainly(
        *numbers_finding(result, "mae", higher_is_better=False, baselines=[("always the mean", 50.0)])
    )
    assert sentence == "Predictions are off by 2.00 on average"
    assert "Always the mean would be off by 50.0." in aside
    assert aside.endswith("On average predictions are 2.00 too high.")
    assert plainly(agreement_finding(result)) == ("Predictions explain 100 % of the label's spread",)


def test_no_row_and_no_number_are_said(tmp_csv) -> None:
    frame = pd.DataFrame({"id": range(60), "mqm": [-1.5, None] * 30, "half": ["a", "b"] * 30})
    bench = tmp_csv(frame, score="mqm")
    for where, said in (
        ("half = 'c'", "No row fits this filter"),
        ("half = 'b'", "No row here has a number to measure"),
    ):
        found = numbers_finding(bench.metrics(where=parse(where)), "mean", higher_is_better=True)
        assert found[0] == said


def test_the_worst_slice_of_a_number_has_no_percent(tmp_csv) -> None:
    random = np.random.default_rng(3)
    half = np.array(["a", "b"] * 200)
    frame = pd.DataFrame({"id": range(400), "bleu": random.normal(np.where(half == "a", 20.0, 30.0), 2.0).round(3)})
    frame["half"] = half
    for lower, name, side in ((False, "“a”", "below"), (True, "“b”", "above")):
        bench = tmp_csv(frame, score="bleu", lower_is_better=lower)
        said = worst_slices_finding(bench.slice_table(by=["half"]))
        assert said.startswith(f"{name}: mean score ")
        assert said.endswith(f"{side} the rest")
        assert "%" not in said
        assert "points" not in said


def test_a_spread_is_said_by_task() -> None:
    spread = Spread(rows=9, least=-25.0, low=-13.0, median=-1.2333, high=0.0, largest=0.0, whole=False)
    found = Distribution(spread=spread, edges=(-13.5, 0.0), rows=(9,))
    assert distribution_finding(found, "score", "mqm") == "The median mqm is −1.23; rows go from −25.0 to 0"
    assert distribution_finding(found, "regression", "off by") == "99 of 100 predictions are off by −13.0 to 0"


def test_the_worst_rows_are_said_by_their_ends() -> None:
    scores = [[("mqm", value)] for value in (-25.0, -22.333, -17.0)]
    assert worst_rows_finding(scores, "score") == "The 3 worst rows: mqm −25 to −17"
    off = [[("label", 1.0), ("prediction", 1.0 + by), ("off by", by)] for by in (-9.25, 4.5)]
    assert worst_rows_finding(off, "regression") == "The 2 worst rows: off by 9.25 to 4.50"
    errors = [[("errors", 8.0), ("words", 9.0), ("error rate", 0.9)], [("errors", 5.0), ("words", 9.0), ("r", 0.5)]]
    assert worst_rows_finding(errors, "ratio") == "The 2 worst rows: errors 8 to 5"
