"""Rows with weights: values are scikit-learn's with `sample_weight`, intervals those of resampled rows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from metric_kit import all_metrics, bench_of, compare_with_sklearn, counted, frames, keys, of_table, one_metric, wide
from sklearn import metrics as sk

from slicer.metrics.counts import ConfusionCounts
from slicer.metrics.intervals import wilson

weights = st.floats(0.1, 10).map(lambda w: round(w, 3))


@settings(max_examples=80)
@given(frames(), st.data())
def test_every_metric_equals_scikit_learn(rows: list[tuple[str | None, str | None]], data: st.DataObject) -> None:
    w = data.draw(st.lists(weights, min_size=len(rows), max_size=len(rows)))
    compare_with_sklearn(all_metrics(counted(rows, weights=w)), rows, weights=w)


@settings(max_examples=50)
@given(st.lists(st.tuples(keys("ny"), keys("nyx"), weights), min_size=1, max_size=40))
def test_every_rate_of_the_positive_class_equals_scikit_learn(
    rows: list[tuple[str | None, str | None, float]],
) -> None:
    pairs, w = [(truth, said) for truth, said, _ in rows], [one for *_, one in rows]
    assume(any(truth is not None for truth, _ in pairs))
    found = all_metrics(counted(pairs, ["n", "y", "x"], w), positive=1)
    compare_with_sklearn(found, pairs, "y", w)


def test_effective_rows_are_kishs_of_each_denominator() -> None:
    """Recall rests on the positives' weights alone, however equal those of the others are."""
    rows = np.array([[100.0, 20, 0], [5, 15, 0]])
    squares = np.array([[100.0, 20, 0], [20, 60, 0]])  # each positive row weighs 1 or 3, as many of either
    table = ConfusionCounts(("0", "1"), np.array([[100.0, 20, 0], [8, 24, 0]]), squares, rows)
    recall = one_metric("recall", of_table(table), positive=1)
    effective = 32**2 / 80
    assert recall.value == 0.75
    assert recall.denominator == 20
    assert recall.ci == pytest.approx(wilson(0.75 * effective, effective), abs=1e-12)
    specificity = one_metric("specificity", of_table(table), positive=1)
    assert specificity.ci == pytest.approx(wilson(100, 120), abs=1e-12)


def rows(n: int = 1000) -> pd.DataFrame:
    random = np.random.default_rng(6)
    y = random.choice(["a", "b", "c"], n, p=[0.5, 0.3, 0.2])
    p = np.where(random.random(n) < 0.75, y, random.choice(["a", "b", "c"], n))
    return pd.DataFrame({"id": range(n), "y": y, "p": p, "w": random.uniform(0.3, 3, n)})


SCORES = {
    "accuracy": lambda y, p, w: sk.accuracy_score(y, p, sample_weight=w),
    "precision": lambda y, p, w: sk.precision_score(y, p, labels=["b"], average="macro", sample_weight=w),
    "recall": lambda y, p, w: sk.recall_score(y, p, labels=["b"], average="macro", sample_weight=w),
    "f1": lambda y, p, w: sk.f1_score(y, p, labels=["b"], average="macro", sample_weight=w),
    "balanced_accuracy": lambda y, p, w: sk.recall_score(y, p, average="macro", sample_weight=w),
    "macro_precision": lambda y, p, w: sk.precision_score(y, p, average="macro", sample_weight=w),
    "macro_f1": lambda y, p, w: sk.f1_score(y, p, average="macro", sample_weight=w),
    "weighted_f1": lambda y, p, w: sk.f1_score(y, p, average="weighted", sample_weight=w),
    "mcc": lambda y, p, w: sk.matthews_corrcoef(y, p, sample_weight=w),
    "kappa": lambda y, p, w: sk.cohen_kappa_score(y, p, sample_weight=w),
}


def test_the_intervals_are_those_of_resampled_rows(tmp_path: Path) -> None:
    """200 bootstrap samples know their own spread to 5 %; Kish takes errors to be as heavy as right rows."""
    frame = rows()
    bench = bench_of(tmp_path, frame, label="y", prediction="p", weight="w", positive="b")
    found = bench.metrics(metrics=list(SCORES)).overall.metrics
    y, p, w = (frame[name].to_numpy() for name in "ypw")
    random = np.random.default_rng(1)
    drawn: dict[str, list[float]] = {name: [] for name in SCORES}
    for _ in range(200):
        at = random.integers(0, len(y), len(y))
        for name, score in SCORES.items():
            drawn[name].append(score(y[at], p[at], w[at]))
    for name, values in drawn.items():
        low, high = wide(found[name].ci)
        assert high - low == pytest.approx(2 * 1.96 * np.std(values), rel=0.15), name
        assert (low, high) == pytest.approx(np.quantile(values, [0.025, 0.975]), abs=0.02), name
        assert "weighted" in found[name].flags


@pytest.mark.parametrize("unit", [0.1, 10.0])
def test_the_unit_of_the_weights_changes_nothing(tmp_path: Path, unit: float) -> None:
    frame = rows(200).assign(score=np.linspace(0, 1, 200))
    roles = {"label": "y", "prediction": "p", "weight": "w", "positive": "b"}
    for columns, more in ((["y", "p"], roles), (["score"], {"score": "score", "weight": "w"})):
        kept = frame[["id", "w", *columns]]
        once = bench_of(tmp_path, kept, **more).metrics().overall.metrics
        other = bench_of(tmp_path, kept.assign(w=kept["w"] * unit), **more).metrics().overall.metrics
        for name, one in once.items():
            if one is not None:
                assert other[name].value == pytest.approx(one.value, abs=1e-9), name
                assert other[name].ci == pytest.approx(one.ci, abs=1e-6), name
                assert (other[name].n, other[name].flags) == (one.n, one.flags)


def test_equal_weights_are_no_weights(tmp_path: Path) -> None:
    frame = rows(200).assign(w=3.0)
    roles = {"label": "y", "prediction": "p", "positive": "b"}
    plain = bench_of(tmp_path, frame.drop(columns="w"), **roles).metrics().overall.metrics
    weighted = bench_of(tmp_path, frame, weight="w", **roles).metrics().overall.metrics
    for name, one in plain.items():
        if one is not None:
            assert weighted[name].value == pytest.approx(one.value, abs=1e-12), name
            assert weighted[name].ci == pytest.approx(one.ci, abs=1e-6), name
            assert weighted[name].denominator == one.denominator


def test_a_row_of_weight_0_counts_as_a_row_and_changes_no_value(tmp_path: Path) -> None:
    frame = rows(120)
    extra = pd.DataFrame({"id": range(900, 930), "y": "a", "p": "b", "w": 0.0})
    roles = {"label": "y", "prediction": "p", "weight": "w"}
    once = bench_of(tmp_path, frame, **roles).overall()
    more = bench_of(tmp_path, pd.concat([frame, extra]), **roles).overall()
    assert more.value == pytest.approx(once.value, abs=1e-12)
    assert more.ci == pytest.approx(once.ci, abs=1e-9)
