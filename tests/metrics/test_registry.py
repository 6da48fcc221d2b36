"""A metric of one's own is one entry: registered, then measured and compared like the others."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from metric_kit import bench_of, of_numbers, of_table, table, wide
from sklearn import metrics as sk

from slicer.errors import UsageError
from slicer.metrics.moments import Moments
from slicer.metrics.registry import METRICS, NEEDED, Setting, class_metric, forget, measured, register, table_metric


@pytest.fixture
def own() -> Iterator[None]:
    """Three metrics of one's own, for one test."""
    register(class_metric("f_half", "F0.5", lambda tp, fp, fn, tn: 1.25 * tp / (1.25 * tp + 0.25 * fn + fp)))
    register(
        table_metric(
            "error_rate",
            "share of errors",
            lambda cells: 1 - np.trace(cells, axis1=-2, axis2=-1) / cells.sum(axis=(-1, -2)),
            higher_is_better=False,
        )
    )
    register(class_metric("odds", "diagnostic odds ratio", lambda tp, fp, fn, tn: tp * tn / (fp * fn),
                          span=(0.0, np.inf), unit="number", on_request=True))  # fmt: skip
    yield
    for name in ("f_half", "error_rate", "odds"):
        forget(name)


def rows() -> pd.DataFrame:
    random = np.random.default_rng(2)
    y = random.choice(["no", "yes"], 400)
    p = np.where(random.random(400) < 0.75, y, random.choice(["no", "yes"], 400))
    return pd.DataFrame({"id": range(400), "g": random.choice(["u", "v"], 400), "y": y, "p": p})


def test_a_metric_of_ones_own_is_measured_and_compared(own: None, tmp_path: Path) -> None:
    data = rows()
    bench = bench_of(tmp_path, data, label="y", prediction="p", positive="yes")
    found = bench.metrics(by=["g"])
    for one, part in zip((found.overall, *found.slices), (data, *(part for _, part in data.groupby("g"))), strict=True):
        expected = sk.fbeta_score(part["y"], part["p"], beta=0.5, pos_label="yes")
        assert one.metrics["f_half"].value == pytest.approx(expected, abs=1e-12)
        assert one.metrics["error_rate"].value == pytest.approx((part["y"] != part["p"]).mean(), abs=1e-12)
        assert all(wide(one.metrics[name].ci) for name in ("f_half", "error_rate"))
    assert {"f_half", "error_rate"} <= set(bench.compared)
    worst = bench.slice_table(by=["g"], metric="error_rate").table[0]
    assert worst.estimate.value == max(one.metrics["error_rate"].value for one in found.slices), "lower is better"


def test_a_metric_on_request_is_measured_when_named(own: None, tmp_path: Path) -> None:
    bench = bench_of(tmp_path, rows(), label="y", prediction="p", positive="yes")
    assert "odds" in bench.measurable
    assert "odds" not in bench.metrics().overall.metrics
    assert "odds" not in bench.compared
    found = bench.metrics(metrics=["odds"]).overall.metrics["odds"]
    (tn, fp), (fn, tp) = sk.confusion_matrix(rows()["y"], rows()["p"])
    assert found.value == pytest.approx(tp * tn / (fp * fn))
    log_error = np.sqrt(1 / tp + 1 / fp + 1 / fn + 1 / tn)
    half = 1.96 * found.value * log_error
    assert found.ci == pytest.approx((found.value - half, found.value + half), rel=0.05), "Woolf's error"


def test_where_it_divides_by_0_it_is_undefined(own: None) -> None:
    found = measured("odds", of_table(table([[5, 0], [2, 3]])), Setting(positive=1))
    assert (found.value, found.ci) == (None, None)


@pytest.mark.parametrize("name", ["Bad Name", "2nd", "", "f-2"])
def test_a_name_is_small_letters_digits_and_underscores(name: str) -> None:
    with pytest.raises(UsageError, match="is no name for a metric"):
        register(class_metric(name, "bad", lambda tp, fp, fn, tn: tp))
    assert name not in METRICS


def test_a_name_is_taken_once() -> None:
    before = METRICS["accuracy"]
    with pytest.raises(UsageError, match="There is a metric named accuracy already"):
        register(class_metric("accuracy", "mine", lambda tp, fp, fn, tn: tp))
    assert METRICS["accuracy"] is before


def test_a_slice_holds_the_metrics_of_what_was_counted() -> None:
    score = of_numbers(3, score=Moments.of([1.0, 2.0, 4.0]))
    held = {name for name in METRICS if measured(name, score, Setting()) is not None}
    assert held == {"mean"}
    classes = of_table(table([[5, 1], [2, 3]]))
    held = {METRICS[name].needs for name in METRICS if measured(name, classes, Setting()) is not None}
    assert held == {"outcomes", "classes"}
    assert {one.needs for one in METRICS.values()} == set(NEEDED)
