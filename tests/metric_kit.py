"""What the tests of metrics share: counting rows, and scikit-learn on the same rows as the oracle.

A row without a prediction is for scikit-learn a row of one more predicted class that no truth ever has.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import oracles_of_metrics
import pandas as pd
import pytest
from hypothesis import strategies as st
from sklearn import metrics as sk

import slicer
from slicer.metrics.cells import Cell, count_slice
from slicer.metrics.counts import ConfusionCounts, SliceCounts
from slicer.metrics.estimate import Estimate
from slicer.metrics.histograms import ProbabilitySums
from slicer.metrics.intervals import Interval
from slicer.metrics.moments import Moments, RatioSums, ResidualSums
from slicer.metrics.rates import ClassMetrics
from slicer.metrics.registry import METRICS, Setting, measured
from slicer.workbench import Workbench

NOTHING = "«no prediction»"
"""What scikit-learn is told where there is no prediction."""

Pairs = Sequence[tuple[str | None, str | None]]


def wide(ci: Interval | None) -> Interval:
    """The interval, which must be there and not have zero width."""
    assert ci is not None
    assert ci[0] < ci[1]
    return ci


# --- counts ----------------------------------------------------------------------------------------


def cell(truth: str | None, said: str | None, rows: int = 1, weight: float | None = None) -> Cell:
    """A line of the engine's answer, without a human label; `weight` is that of each row."""
    return Cell(
        label=truth,
        prediction=said,
        human=None,
        right=None if truth is None else truth == said,
        human_right=None,
        rows=rows,
        weight=None if weight is None else weight * rows,
        squared_weight=None if weight is None else weight**2 * rows,
    )


def counted(pairs: Pairs, labels: Sequence[str] | None = None, weights: Sequence[float] | None = None) -> SliceCounts:
    """The counts of (truth, prediction) rows; the labels are those that occur if None."""
    known = sorted({key for pair in pairs for key in pair if key is not None}) if labels is None else labels
    w: Sequence[float | None] = [None] * len(pairs) if weights is None else weights
    return count_slice([cell(*pair, weight=one) for pair, one in zip(pairs, w, strict=True)], known)


def table(cells: Sequence[Sequence[float]], unpredicted: Sequence[float] | None = None) -> ConfusionCounts:
    """Confusion counts of classes "0", "1", …, truth by prediction."""
    square = np.array(cells, dtype=float)
    last = np.zeros(len(square)) if unpredicted is None else np.array(unpredicted, dtype=float)
    return ConfusionCounts(tuple(map(str, range(len(square)))), np.c_[square, last])


def course() -> ConfusionCounts:
    """The skewed data set of the course."""
    given = oracles_of_metrics.COURSE_BINARY["counts"]
    tn, fp, fn, tp = (float(given[name]) for name in ("TN", "FP", "FN", "TP"))
    return table([[tn, fp], [fn, tp]])


def of_table(confusion: ConfusionCounts) -> SliceCounts:
    """A slice whose rows all have a label."""
    return SliceCounts(
        support=confusion.n, unlabelled=0, unpredicted=0, right=confusion.right, confusion=confusion, paired=None
    )


def of_numbers(
    n: int,
    *,
    score: Moments | None = None,
    ratio: RatioSums | None = None,
    residuals: ResidualSums | None = None,
    probabilities: ProbabilitySums | None = None,
) -> SliceCounts:
    """A slice of n rows that carry numbers."""
    return SliceCounts(
        support=n,
        unlabelled=0,
        unpredicted=0,
        right=0,
        confusion=None,
        paired=None,
        score=score,
        ratio=ratio,
        residuals=residuals,
        probabilities=probabilities,
    )


def all_metrics(
    counts: SliceCounts,
    positive: int | None = None,
    level: float = 0.95,
    occurring: Sequence[bool] | None = None,
) -> dict[str, Estimate | None]:
    """Every metric there is, on one slice."""
    setting = Setting(level=level, positive=positive, occurring=None if occurring is None else tuple(occurring))
    return {name: measured(name, counts, setting) for name in METRICS}


def one_metric(name: str, counts: SliceCounts, **setting: Any) -> Estimate:
    """A metric that this slice can hold."""
    found = measured(name, counts, Setting(**setting))
    assert found is not None
    return found


# --- rows drawn by hypothesis ----------------------------------------------------------------------


def keys(names: str) -> st.SearchStrategy[str | None]:
    """A class, or none."""
    return st.one_of(st.none(), st.sampled_from(names))


@st.composite
def frames(draw: st.DrawFn, smallest: int = 0) -> list[tuple[str | None, str | None]]:
    """Rows of truth and prediction: missing ones, one class only, classes that are only predicted."""
    true_classes = draw(st.sampled_from(["a", "ab", "abc", "abcd"]))
    said_classes = draw(st.sampled_from(["a", "b", "ab", "abc", "abcde", "xy"]))
    return draw(st.lists(st.tuples(keys(true_classes), keys(said_classes)), min_size=smallest, max_size=40))


# --- scikit-learn on the same rows -----------------------------------------------------------------


def close(ours: float | None, theirs: float) -> None:
    """Equal to 1e-9; no answer here is nan there."""
    if ours is None:
        assert math.isnan(theirs)
    else:
        assert ours == pytest.approx(theirs, abs=1e-9)


def compare_with_sklearn(
    found: Mapping[str, Estimate | None],
    rows: Pairs,
    positive: str | None = None,
    weights: Sequence[float] | None = None,
) -> None:
    """Every number of a slice against scikit-learn on its labelled rows."""
    w = np.ones(len(rows)) if weights is None else np.asarray(weights, dtype=float)
    has_truth = np.array([one is not None for one, _ in rows], dtype=bool)
    labelled = [(truth, said) for truth, said in rows if truth is not None]
    truth = np.array([one for one, _ in labelled], dtype=object)
    said = np.array([NOTHING if one is None else one for _, one in labelled], dtype=object)
    ours = {name: one.value for name, one in found.items() if one is not None}
    if not labelled:
        assert set(ours.values()) == {None}
        return
    classes = sorted({*truth, *said} - {NOTHING})
    weight: dict[str, Any] = {"sample_weight": w[has_truth]}
    options: dict[str, Any] = {"labels": classes, "zero_division": np.nan, **weight}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # scikit-learn tells of every class it did not meet
        close(ours["accuracy"], sk.accuracy_score(truth, said, **weight))
        close(ours["micro_f1"], sk.accuracy_score(truth, said, **weight))
        for name, score in (("precision", sk.precision_score), ("recall", sk.recall_score), ("f1", sk.f1_score)):
            close(ours[f"macro_{name}"], score(truth, said, average="macro", **options))
        close(ours["weighted_f1"], sk.f1_score(truth, said, average="weighted", **options))
        close(ours["balanced_accuracy"], sk.balanced_accuracy_score(truth, said, **weight))
        close(ours["kappa"], sk.cohen_kappa_score(truth, said, **weight))
        # theirs is 0 by policy where one side is constant; ours is no answer
        constant = len(set(truth)) == 1 or len(set(said)) == 1
        assert (ours["mcc"] is None) == constant
        close(0.0 if constant else ours["mcc"], sk.matthews_corrcoef(truth, said, **weight))
        if positive is None:
            return
        is_true, is_said = truth == positive, said == positive
        once = {"zero_division": np.nan, **weight}
        close(ours["precision"], sk.precision_score(is_true, is_said, **once))
        close(ours["recall"], sk.recall_score(is_true, is_said, **once))
        close(ours["f1"], sk.f1_score(is_true, is_said, **once))
        close(ours["f2"], sk.fbeta_score(is_true, is_said, beta=2, **once))
        close(ours["jaccard"], sk.jaccard_score(is_true, is_said, **weight) if (is_true | is_said).any() else math.nan)
        close(ours["specificity"], sk.recall_score(~is_true, ~is_said, **once))
        close(ours["npv"], sk.precision_score(~is_true, ~is_said, **once))
        close(ours["fpr"], 1 - sk.recall_score(~is_true, ~is_said, **once))
        close(ours["fnr"], 1 - sk.recall_score(is_true, is_said, **once))


def compare_classes(classes: Mapping[str, ClassMetrics], rows: Pairs) -> None:
    """Precision, recall and F1 of each class against scikit-learn."""
    labelled = [(truth, said) for truth, said in rows if truth is not None]
    if not labelled:
        assert all(one.f1.value is None for one in classes.values())
        return
    truth = [one for one, _ in labelled]
    said = [NOTHING if one is None else one for _, one in labelled]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = sk.precision_recall_fscore_support(
            truth, said, labels=list(classes), average=None, zero_division=np.nan
        )
    for place, (label, ours) in enumerate(classes.items()):
        for values, estimate in zip(theirs[:3], (ours.precision, ours.recall, ours.f1), strict=True):
            close(estimate.value, values[place])
        assert ours.support == theirs[3][place] == truth.count(label)
        assert ours.predicted == said.count(label)


# --- files -----------------------------------------------------------------------------------------


def bench_of(folder: Path, frame: pd.DataFrame, **roles: Any) -> Workbench:
    """A workbench on a frame, by way of a file."""
    path = folder / "frame.parquet"
    frame.to_parquet(path, index=False)
    return slicer.open(path, **roles)
