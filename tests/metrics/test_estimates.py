"""What holds for every estimate of every metric."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from metric_kit import all_metrics, of_table, wide

from slicer.metrics.counts import ConfusionCounts
from slicer.metrics.estimate import Estimate, estimate
from slicer.metrics.registry import METRICS
from slicer.vocabulary import FLAGS, METHODS


@st.composite
def counts(draw: st.DrawFn) -> ConfusionCounts:
    """Tables of 2 to 4 classes, half of them of weighted rows; many cells are empty."""
    classes = draw(st.integers(2, 4))
    cells = st.one_of(st.just(0), st.integers(0, 60)).map(float)
    rows = draw(arrays(float, (classes, classes + 1), elements=cells))
    labels = tuple(f"c{place}" for place in range(classes))
    if draw(st.booleans()):
        return ConfusionCounts(labels, rows)
    each = draw(arrays(float, rows.shape, elements=st.floats(0.2, 5)))
    return ConfusionCounts(labels, rows * each, rows * each**2, rows)


@given(counts(), st.sampled_from([0.8, 0.9, 0.95, 0.99]))
def test_every_estimate_of_a_table_keeps_the_rules(found: ConfusionCounts, level: float) -> None:
    for name, one in all_metrics(of_table(found), positive=1, level=level).items():
        if one is not None:
            check(name, one, level)
            assert ("weighted" in one.flags) == found.weighted


def check(name: str, found: Estimate, level: float) -> None:
    assert set(found.flags) <= set(FLAGS)
    assert len(set(found.flags)) == len(found.flags)
    assert found.method is None or found.method in METHODS
    assert (found.value is None) == ("undefined" in found.flags)
    assert found.level == level
    if found.value is None:
        assert found.ci is None
        return
    assert found.denominator > 0
    assert ("low_support" in found.flags) == (found.denominator < 30)
    low, high = METRICS[name].span
    assert low - 1e-12 <= found.value <= high + 1e-12
    assert (found.ci is None) == (found.method is None)
    if found.ci is not None:
        ends = wide(found.ci)
        assert low <= ends[0] <= found.value + 1e-12
        assert found.value - 1e-12 <= ends[1] <= high
        assert ("wide_ci" in found.flags) == (METRICS[name].unit == "rate" and ends[1] - ends[0] > 0.2)


def test_an_estimate_without_a_value_carries_nothing_but_its_reason() -> None:
    found = estimate(None, (0.1, 0.9), n=4, denominator=0, method="wilson", level=0.9)
    assert found.to_dict() == {
        "value": None,
        "n": 4,
        "denominator": 0,
        "ci": None,
        "method": None,
        "level": 0.9,
        "flags": ["undefined"],
    }
    assert found.numerator is None
    assert not found.low_support


def test_an_estimate_takes_a_flag_once() -> None:
    found = estimate(0.5, (0.4, 0.6), n=40, denominator=40, method="wilson", level=0.95)
    assert found.flagged("weighted").flagged("weighted", "boundary").flags == ("weighted", "boundary")
    assert found.numerator == 20


@pytest.mark.parametrize("n", [0, 1])
def test_no_metric_of_one_row_or_none_fails(n: int) -> None:
    cells = np.array([[0.0, 0, 0], [0, n, 0]])
    found = all_metrics(of_table(ConfusionCounts(("a", "b"), cells)), positive=1)
    for name, one in found.items():
        if one is not None:
            check(name, one, 0.95)
    assert (found["accuracy"].value is None) == (n == 0)
