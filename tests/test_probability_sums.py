"""Probabilities as the engine sums them, against scikit-learn on the same rows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import average_precision_score, brier_score_loss, log_loss, roc_auc_score, top_k_accuracy_score

import slicer
from slicer.engine import probabilities
from slicer.engine.levels import Levels
from slicer.engine.probabilities import probability_sums, probability_terms, too_many
from slicer.metrics.curves import auc_bound, average_precision, average_precision_bounds, roc_auc
from slicer.metrics.histograms import ProbabilitySums
from slicer.slices import Slice, parse
from slicer.workbench import ALL, Workbench

ROWS = 3_000


def sums_of(bench: Workbench, levels: list[Levels], where: Slice = ALL) -> dict[Slice, ProbabilitySums]:
    """The sums, as the workbench asks for them; nothing without probabilities."""
    terms = probability_terms(bench.relation)
    if terms is None:
        return {}
    return probability_sums(bench.engine, levels, where, terms.placed(too_many(bench.engine, terms)))


@pytest.fixture(scope="module")
def binary(tmp_path_factory: pytest.TempPathFactory) -> tuple[pd.DataFrame, Workbench]:
    """Scores with ties and both ends; some rows lack the label or the score."""
    random = np.random.default_rng(3)
    p = random.beta(0.4, 1.2, ROWS).round(2)
    frame = pd.DataFrame(
        {
            "id": range(ROWS),
            "city": random.choice(["Ulm", "Bern", "Graz"], ROWS),
            "label": np.where(random.random(ROWS) < p, "yes", "no"),
            "prob_yes": p,
        }
    )
    frame.loc[:19, "label"] = None
    frame.loc[10:39, "prob_yes"] = np.nan
    path = tmp_path_factory.mktemp("binary") / "binary.parquet"
    frame.to_parquet(path)
    return frame, slicer.open(path)


def test_binary_losses_and_scores_by_slice(binary: tuple[pd.DataFrame, Workbench]) -> None:
    frame, bench = binary
    whole = sums_of(bench, [])
    by = sums_of(bench, list(bench.engine.levels(["city"]).values()))
    assert {str(slice_) for slice_ in by} == {f"city = '{name}'" for name in ("Ulm", "Bern", "Graz")}
    for slice_, found in (whole | by).items():
        city = slice_.conditions[0].value if slice_.conditions else None
        rows = frame[(frame["city"] == city) | (city is None)].dropna(subset=["label", "prob_yes"])
        y, p = (rows["label"] == "yes").astype(int), rows["prob_yes"]
        assert found.log_loss.n == found.brier.n == len(rows)
        assert found.log_loss.mean == pytest.approx(log_loss(y, p.clip(1e-15, 1 - 1e-15)), rel=1e-6)
        assert found.brier.mean == pytest.approx(brier_score_loss(y, p), abs=1e-12)
        assert found.clipped == ((p == 0) & (y == 1) | (p == 1) & (y == 0)).sum()
        assert roc_auc(found.curves[0]) == pytest.approx(roc_auc_score(y, p), abs=1e-12)
        assert average_precision(found.curves[0]) == pytest.approx(average_precision_score(y, p), abs=1e-12)
        assert not found.binned
        bins = np.minimum((p * 10).astype(int), 9)
        assert found.calibration.n.tolist() == np.bincount(bins, minlength=10).tolist()
        assert found.calibration.y == pytest.approx(np.bincount(bins, y, minlength=10))
        assert found.calibration.p == pytest.approx(np.bincount(bins, p, minlength=10))
        assert found.calibration.spread == pytest.approx(np.bincount(bins, p * (1 - p), minlength=10))
        assert found.calibration.gaps == pytest.approx(np.bincount(bins, (y - p) ** 2, minlength=10))


def test_scores_too_many_to_hold_are_binned_in_their_order(
    binary: tuple[pd.DataFrame, Workbench], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Steps of 0.01 share no bin but the two ends, and where they do the value is known up to a bound."""
    _, bench = binary
    (exact,) = sums_of(bench, [])[ALL].curves
    monkeypatch.setattr(probabilities, "HELD", 10)
    found = sums_of(bench, [])[ALL]
    (bins,) = found.curves
    assert found.binned
    assert (bins.positives.sum(), bins.negatives.sum()) == (exact.positives.sum(), exact.negatives.sum())
    assert roc_auc(bins) == pytest.approx(roc_auc(exact), abs=1e-6)
    monkeypatch.setattr(probabilities, "FINE", 64)
    (bins,) = sums_of(bench, [])[ALL].curves
    assert len(bins.scores) < len(exact.scores)
    assert 0 < abs(roc_auc(bins) - roc_auc(exact)) <= auc_bound(bins)
    worst, best = average_precision_bounds(bins)
    assert worst <= average_precision(exact) <= best


def test_scores_of_very_many_rows_are_binned_if_they_are_more_than_bins(
    binary: tuple[pd.DataFrame, Workbench], monkeypatch: pytest.MonkeyPatch
) -> None:
    frame, bench = binary
    monkeypatch.setattr(probabilities, "MOST_ROWS", len(frame))
    monkeypatch.setattr(probabilities, "FINE", 64)
    assert not sums_of(bench, [])[ALL].binned
    monkeypatch.setattr(probabilities, "MOST_ROWS", len(frame) - 1)
    assert sums_of(bench, [])[ALL].binned
    monkeypatch.setattr(probabilities, "FINE", 4096)
    assert not sums_of(bench, [])[ALL].binned


def test_the_score_of_the_other_class_is_turned_round(binary: tuple[pd.DataFrame, Workbench], tmp_path: Path) -> None:
    frame, bench = binary
    path = tmp_path / "turned.parquet"
    turned = frame.assign(prob_no=1 - frame["prob_yes"]).drop(columns="prob_yes")
    turned.to_parquet(path)
    other = slicer.open(path, probabilities="prob_{class}")
    ours, theirs = (sums_of(one, [])[ALL] for one in (bench, other))
    assert theirs.brier.mean == pytest.approx(ours.brier.mean, abs=1e-12)
    assert roc_auc(theirs.curves[0]) == pytest.approx(roc_auc(ours.curves[0]), abs=1e-12)


def test_several_classes(tmp_path: Path) -> None:
    bench = slicer.sample("sentiment")
    examples = bench.examples(ALL, limit=10_000)
    names = ("negative", "neutral", "positive")
    p = np.array([[one.values[f"prob_{name}_tfidf"] for name in names] for one in examples])
    y = np.array([names.index(str(one.truth)) for one in examples])
    found = sums_of(bench, [])[ALL]
    assert found.log_loss.mean == pytest.approx(-np.log(p[range(len(y)), y]).mean(), abs=1e-12)
    assert found.brier.mean == pytest.approx(((p - np.eye(3)[y]) ** 2).sum(axis=1).mean(), abs=1e-12)
    for place, curve in zip(range(3), found.curves, strict=True):
        assert roc_auc(curve) == pytest.approx(roc_auc_score(y == place, p[:, place]), abs=1e-12)
    assert found.top_two.mean == pytest.approx(top_k_accuracy_score(y, p, k=2), abs=1e-12)
    top = p.max(axis=1)
    bins = np.minimum((top * 10).astype(int), 9)
    assert found.calibration.n.tolist() == np.bincount(bins, minlength=10).tolist()
    assert found.calibration.y.sum() == (p.argmax(axis=1) == y).sum()


def test_without_probabilities_there_is_nothing_to_sum() -> None:
    bench = slicer.sample("speech")
    assert sums_of(bench, []) == {}
    assert sums_of(bench, [], parse("noise = 'car noise'")) == {}
