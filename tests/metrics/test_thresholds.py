"""Precision, recall and F1 over all thresholds, beside scikit-learn's on the same rows."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as sk

import slicer
from slicer.engine import probabilities
from slicer.metrics.histograms import ScoreGroups
from slicer.metrics.thresholds import at_threshold, threshold_counts
from slicer.slices import Slice, parse
from slicer.workbench.skew import thresholds

rows = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 20)), min_size=2, max_size=60)


@given(rows)
def test_the_curve_is_that_of_scikit_learn(drawn: list[tuple[int, int]]) -> None:
    labels, scores = np.array(drawn).T
    scores = scores / 20
    counts = threshold_counts(ScoreGroups.of(labels, scores))
    if not labels.any():
        assert counts.best_f1 is None
        assert np.isnan(counts.recall).all()
        return
    precision, recall, known = sk.precision_recall_curve(labels, scores)
    np.testing.assert_allclose(counts.thresholds, known[::-1])
    np.testing.assert_allclose(counts.precision, precision[-2::-1])
    np.testing.assert_allclose(counts.recall, recall[-2::-1])
    assert counts.prevalence == pytest.approx(labels.mean())


@given(rows, st.integers(0, 20))
def test_a_threshold_says_what_scikit_learn_says_of_the_rows_it_makes(drawn: list[tuple[int, int]], at: int) -> None:
    labels, scores = np.array(drawn).T
    said = (scores >= at).astype(int)
    here = at_threshold(threshold_counts(ScoreGroups.of(labels, scores / 20)), at / 20)
    table = sk.confusion_matrix(labels, said, labels=[0, 1])
    assert (here.alarms, here.missed, here.found) == (table[0, 1], table[1, 0], table[1, 1])
    for found, known in (
        (here.precision, sk.precision_score(labels, said, zero_division=np.nan)),
        (here.recall, sk.recall_score(labels, said, zero_division=np.nan)),
        (here.f1, sk.f1_score(labels, said, zero_division=np.nan)),
    ):
        if np.isnan(known):
            assert found.value is None
        else:
            assert found.value == pytest.approx(known, abs=1e-12)
            assert found.ci is not None
            assert found.ci[0] <= found.value <= found.ci[1]


def test_weights_count_as_they_weigh() -> None:
    labels, scores, weights = [0, 1, 1, 0, 1], [0.1, 0.4, 0.35, 0.8, 0.9], [2.0, 1.0, 3.0, 0.5, 2.0]
    here = at_threshold(threshold_counts(ScoreGroups.of(labels, scores, weights)), 0.4)
    said = np.array(scores) >= 0.4
    assert here.precision.value == pytest.approx(sk.precision_score(labels, said, sample_weight=weights))
    assert here.recall.value == pytest.approx(sk.recall_score(labels, said, sample_weight=weights))


def test_the_present_threshold_gives_the_present_predictions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of all rows and of a slice; of fine bins too, whose ends hold one half."""
    bench = slicer.sample("adult")
    for where in (Slice(), parse("sex = 'Female'")):
        counts = thresholds(bench, where)
        assert counts is not None
        table = bench.count(where).confusion
        here, place = at_threshold(counts, 0.5), table.labels.index(">50K")
        assert here.found == table.table[place, place]
        assert here.missed == table.table[place].sum() - here.found
        assert here.alarms == table.table[:, place].sum() - here.found
    monkeypatch.setattr(probabilities, "HELD", 10)
    binned = at_threshold(thresholds(slicer.sample("adult"), Slice()), 0.5)
    assert (binned.found, binned.alarms) == pytest.approx((2498, 757), abs=3)


def test_without_two_classes_or_probabilities_there_are_no_thresholds() -> None:
    assert thresholds(slicer.sample("defects"), Slice()) is None
    assert thresholds(slicer.sample("adult"), parse("sex = 'nobody'")) is None
