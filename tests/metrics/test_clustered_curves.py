"""ROC-AUC and average precision of rows that come in clusters."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import average_precision_score, roc_auc_score

import slicer
from slicer.metrics.estimate import Estimate
from slicer.slices import parse
from slicer.workbench import Workbench

ROWS = 900
CURVES = ("roc_auc", "average_precision")


def rows(seed: int = 0, clusters: int = 60) -> pd.DataFrame:
    """Documents whose rows score alike: the label and the score share the document's luck."""
    random = np.random.default_rng(seed)
    document = random.integers(0, clusters, ROWS)
    luck = random.normal(0, 0.8, clusters)[document]
    label = np.where(random.random(ROWS) < 0.35, "yes", "no")
    score = random.normal(np.where(label == "yes", 0.7, 0.0) + luck, 1.0)
    return pd.DataFrame(
        {
            "id": range(ROWS),
            "side": random.choice(["left", "right"], ROWS),
            "document": [f"d{one}" for one in document],
            "label": label,
            "prob_yes": (1 / (1 + np.exp(-score))).round(3),
        }
    )


def opened(frame: pd.DataFrame, place: Path, **roles: str) -> Workbench:
    path = place / f"rows{len(roles)}_{len(frame)}.parquet"
    frame.to_parquet(path)
    return slicer.open(path, **roles)


def measured(bench: Workbench) -> dict[str, Estimate]:
    found = bench.metrics(metrics=CURVES).overall.metrics
    return {name: one for name, one in found.items() if one is not None}


def half(estimate: Estimate) -> float:
    assert estimate.ci is not None
    return (estimate.ci[1] - estimate.ci[0]) / 2


@pytest.mark.parametrize("name", CURVES)
def test_clusters_of_one_row_are_independent_rows(name: str, tmp_path: Path) -> None:
    frame = rows().assign(document=lambda data: data["id"].map("row {}".format))
    alone = measured(opened(frame, tmp_path, cluster="document"))[name]
    plain = measured(opened(frame.drop(columns="document"), tmp_path))[name]
    assert alone.method == "cluster"
    assert alone.value == plain.value
    assert alone.ci == pytest.approx(plain.ci, abs=5e-4)


@pytest.mark.parametrize("name", CURVES)
def test_the_same_rows_twice_say_no_more(name: str, tmp_path: Path) -> None:
    frame = rows()
    once = measured(opened(frame, tmp_path, cluster="document"))[name]
    twice = pd.concat([frame, frame.assign(id=frame["id"] + ROWS)])
    again = measured(opened(twice, tmp_path, cluster="document"))[name]
    assert again.value == pytest.approx(once.value, abs=1e-12)
    assert again.ci == pytest.approx(once.ci, abs=1e-9)


def test_the_interval_is_as_wide_as_drawing_documents_makes_it(tmp_path: Path) -> None:
    """Documents are drawn with replacement, all rows of each: the bootstrap knows no formula."""
    frame = rows()
    found = measured(opened(frame, tmp_path, cluster="document"))
    random, names = np.random.default_rng(1), frame["document"].unique()
    by_name = {name: np.flatnonzero(frame["document"] == name) for name in names}
    y, p = (frame["label"] == "yes").to_numpy(), frame["prob_yes"].to_numpy()
    drawn = []
    for _ in range(600):
        at = np.concatenate([by_name[name] for name in random.choice(names, len(names))])
        drawn.append((roc_auc_score(y[at], p[at]), average_precision_score(y[at], p[at])))
    for name, error in zip(CURVES, np.std(drawn, axis=0, ddof=1), strict=True):
        assert half(found[name]) == pytest.approx(2.0 * error, rel=0.12)
    plain = measured(opened(frame.drop(columns="document"), tmp_path))
    assert half(found["roc_auc"]) < 0.9 * half(plain["roc_auc"]), "both classes share a document's luck: it cancels out"


def test_a_slice_and_the_rest_each_have_their_clusters(tmp_path: Path) -> None:
    frame = rows()
    bench = opened(frame, tmp_path, cluster="document")
    for row in bench.slice_table(by=["side"], metric="roc_auc").table:
        outside = opened(frame[frame["side"] != row.slice.conditions[0].value], tmp_path, cluster="document")
        assert row.rest.value == pytest.approx(measured(outside)["roc_auc"].value, abs=1e-12)
        assert row.rest.ci == pytest.approx(measured(outside)["roc_auc"].ci, abs=1e-9)


def test_a_single_cluster_has_no_interval(tmp_path: Path) -> None:
    for found in measured(opened(rows().assign(document="all"), tmp_path, cluster="document")).values():
        assert found.ci is None
        assert "few_clusters" in found.flags


def test_slices_of_many_columns_are_those_of_each_alone(tmp_path: Path) -> None:
    """From three columns on, the numbers of rows are computed once, in a table beside the data."""
    random = np.random.default_rng(2)
    frame = rows().drop(columns="document").assign(**{
        name: random.choice(["a", "b", None], ROWS) for name in ("one", "two", "three")
    })  # fmt: skip
    bench = opened(frame, tmp_path, weight="id")
    names = ("log_loss", "brier", "ece", *CURVES)
    together = bench.metrics(by=["one", "two", "three"], metrics=names, where=parse("side = 'left'")).slices
    alone = [
        one
        for column in ("one", "two", "three")
        for one in bench.metrics(by=[column], metrics=names, where=parse("side = 'left'")).slices
    ]
    assert [one.slice for one in together] == [one.slice for one in alone]
    for mine, other in zip(together, alone, strict=True):
        for name in names:
            ours, theirs = mine.metrics[name], other.metrics[name]
            assert ours is not None
            assert theirs is not None
            assert ours.value == pytest.approx(theirs.value, abs=1e-12)
            assert ours.ci == pytest.approx(theirs.ci, abs=1e-9)
            assert (ours.n, ours.flags) == (theirs.n, theirs.flags)
            assert ours.n == mine.counts.support, "rows, whatever they weigh"
