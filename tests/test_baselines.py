"""Baselines are what a dummy of scikit-learn reaches on the same rows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn import metrics as sk
from sklearn.dummy import DummyClassifier, DummyRegressor

import slicer
from slicer.metrics.counts import ConfusionCounts, SliceCounts
from slicer.metrics.registry import METRICS, PROBABILITIES, Setting
from slicer.slices import parse
from slicer.workbench import ALL, Workbench
from slicer.workbench.baselines import SHARES, always, baseline, skewed

Made = Callable[[pd.DataFrame], Workbench]


@pytest.fixture
def made(tmp_path: Path) -> Made:
    def opened(frame: pd.DataFrame) -> Workbench:
        frame.to_csv(tmp_path / "data.csv", index=False)
        return slicer.open(tmp_path / "data.csv")

    return opened


def counted(bench: Workbench) -> SliceCounts:
    return bench.count(ALL, needs=PROBABILITIES)


def binary_rows(rows: int = 400, share: float = 0.2) -> pd.DataFrame:
    random = np.random.default_rng(3)
    label = np.where(random.random(rows) < share, "spam", "ham")
    p = np.clip(random.normal(np.where(label == "spam", 0.6, 0.3), 0.2), 0.01, 0.99)
    prediction = np.where(p >= 0.5, "spam", "ham")
    return pd.DataFrame({"id": range(rows), "label": label, "prediction": prediction, "prob_spam": p})


def test_always_the_largest_class_is_the_most_frequent_dummy(made: Made) -> None:
    frame = binary_rows()
    bench = made(frame)
    y, x = frame["label"], np.zeros((len(frame), 1))
    said = DummyClassifier(strategy="most_frequent").fit(x, y).predict(x)
    of_spam = {"pos_label": "spam", "zero_division": np.nan}
    expected = {
        "accuracy": sk.accuracy_score(y, said),
        "recall": sk.recall_score(y, said, **of_spam),
        "f1": sk.f1_score(y, said, **of_spam),
        "specificity": sk.recall_score(y, said, pos_label="ham"),
        "balanced_accuracy": sk.balanced_accuracy_score(y, said),
        "macro_f1": sk.f1_score(y, said, average="macro"),
        "weighted_f1": sk.f1_score(y, said, average="weighted"),
        "kappa": sk.cohen_kappa_score(y, said),
    }
    found = bench.baselines(counted(bench), list(expected))
    assert {one.name for one in found.values()} == {"always ham"}
    assert {name: one.value for name, one in found.items()} == pytest.approx(expected)


def test_print_0_is_accurate_finds_nothing_and_has_no_precision(made: Made) -> None:
    """An undefined precision is no 0: scikit-learn's 0 is a policy."""
    bench = made(binary_rows())
    found = bench.baselines(counted(bench), ["accuracy", "recall", "precision", "mcc"])
    assert found["accuracy"].value > 0.7
    assert found["recall"].value == 0.0
    assert (found["precision"].value, found["mcc"].value) == (None, None)
    assert skewed(counted(bench), bench.setting(counted(bench))) == "ham"


def test_where_the_positive_class_is_the_larger_nobody_prints_0(made: Made) -> None:
    bench = made(binary_rows(share=0.8))
    found = bench.baselines(counted(bench), ["recall", "precision"])
    assert (found["recall"].name, found["recall"].value) == ("always spam", 1.0)
    assert skewed(counted(bench), bench.setting(counted(bench))) is None


def test_the_class_shares_are_the_prior_dummy(made: Made) -> None:
    frame = binary_rows()
    bench = made(frame)
    y, x = frame["label"], np.zeros((len(frame), 1))
    prior = DummyClassifier(strategy="prior").fit(x, y).predict_proba(x)
    expected = {
        "log_loss": sk.log_loss(y, prior),
        "brier": sk.brier_score_loss(y == "spam", prior[:, 1]),
        "roc_auc": sk.roc_auc_score(y == "spam", prior[:, 1]),
        "average_precision": sk.average_precision_score(y == "spam", prior[:, 1]),
    }
    found = bench.baselines(counted(bench), [*expected, "ece"])
    assert {name: one.value for name, one in found.items()} == pytest.approx(expected)
    assert {one.name for one in found.values()} == {SHARES}


def test_the_shares_of_several_classes_are_the_prior_dummy(made: Made) -> None:
    random = np.random.default_rng(5)
    y = random.choice(["a", "b", "c"], 500, p=[0.6, 0.3, 0.1])
    p = random.dirichlet([2, 2, 2], 500).round(6)
    p[:, 2] = 1 - p[:, 0] - p[:, 1]
    said = np.array(["a", "b", "c"])[p.argmax(axis=1)]
    columns = {f"prob_{name}": p[:, place] for place, name in enumerate("abc")}
    bench = made(pd.DataFrame({"id": range(500), "label": y, "prediction": said, **columns}))
    prior = DummyClassifier(strategy="prior").fit(p, y).predict_proba(p)
    truth = np.array([[one == name for name in "abc"] for one in y], dtype=float)
    expected = {
        "log_loss": sk.log_loss(y, prior),
        "brier": float(((prior - truth) ** 2).sum(axis=1).mean()),
        "roc_auc": sk.roc_auc_score(y, prior, multi_class="ovr"),
        "average_precision": sk.average_precision_score(truth, prior),
    }
    found = bench.baselines(counted(bench), list(expected))
    assert {name: one.value for name, one in found.items()} == pytest.approx(expected)


def test_always_the_mean_is_the_dummy_regressor(made: Made) -> None:
    random = np.random.default_rng(7)
    y = 1e6 + random.gamma(2.0, 30.0, 600)
    frame = pd.DataFrame({"id": range(600), "label": y, "prediction": y + random.normal(0, 9, 600)})
    frame.loc[:9, "prediction"] = np.nan  # rows that no metric holds
    bench = made(frame)
    kept = frame["label"][10:].to_numpy()
    x = np.zeros((len(kept), 1))
    said = DummyRegressor().fit(x, kept).predict(x)
    expected = {
        "mae": sk.mean_absolute_error(kept, said),
        "rmse": sk.root_mean_squared_error(kept, said),
        "bias": 0.0,
        "r2": sk.r2_score(kept, said),
    }
    found = bench.baselines(counted(bench), list(expected))
    assert {name: one.value for name, one in found.items()} == pytest.approx(expected, rel=1e-7, abs=1e-9)
    assert expected["rmse"] == pytest.approx(kept.std())


def test_a_filter_moves_the_mean_that_is_always_said(made: Made) -> None:
    y = np.array([place + 0.5 for place in range(40)] + [101.5, 105.5] * 10)
    bench = made(pd.DataFrame({"id": range(60), "label": y, "prediction": y + 0.25, "half": ["a"] * 40 + ["b"] * 20}))
    where = parse("half = 'b'")
    assert bench.baselines(bench.count(where), ["mae"], where)["mae"].value == pytest.approx(2.0)


def test_weights_count_in_a_baseline() -> None:
    table = ConfusionCounts(
        ("a", "b"),
        np.array([[9.0, 0.0, 0.0], [2.0, 4.0, 0.0]]),
        np.array([[81.0, 0.0, 0.0], [4.0, 8.0, 0.0]]),
        np.array([[1.0, 0.0, 0.0], [1.0, 2.0, 0.0]]),
    )
    counts = SliceCounts(support=4, unlabelled=0, unpredicted=0, right=3, confusion=table, paired=None)
    found = baseline("accuracy", counts, Setting())
    assert found is not None
    assert (found.name, found.value) == ("always “a”", pytest.approx(9 / 15))
    assert always(table, 0).rows.tolist() == [[1, 0, 0], [3, 0, 0]]


@pytest.mark.parametrize("name", [name for name, one in METRICS.items() if one.needs in ("score", "ratio")])
def test_a_score_and_a_ratio_have_nothing_naive(name: str) -> None:
    counts = SliceCounts(support=4, unlabelled=0, unpredicted=0, right=0, confusion=None, paired=None)
    assert baseline(name, counts, Setting()) is None


def test_people_stand_beside_accuracy_alone() -> None:
    bench = slicer.sample("defects")
    counts = counted(bench)
    assert bench.reference(counts).hlp is not None
    assert bench.reference(counts, "macro_f1").hlp is None
