"""A metric against a threshold: pass, fail, or how many more rows would say."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st
from metric_kit import of_table, one_metric, table

from slicer.metrics.audit import LEVEL, audit
from slicer.metrics.estimate import Estimate, estimate
from slicer.metrics.means import mean_estimate
from slicer.metrics.moments import Moments
from slicer.metrics.rates import fraction

thresholds = st.sampled_from([0.5, 0.8, 0.9, 0.95])


@given(st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), thresholds)
def test_the_rows_needed_are_the_fewest_that_settle_it_at_the_same_rate(
    counts: tuple[int, int], threshold: float
) -> None:
    right, n = counts
    found = audit(fraction(right, n, LEVEL), threshold)
    if found.rows_needed is None:
        assert right / n == threshold
        return
    assert (found.rows_needed == 0) == (found.state != "inconclusive")
    rate, wanted = right / n, n + found.rows_needed
    settled = "pass" if rate > threshold else "fail"
    assert audit(fraction(rate * (wanted + 1), wanted + 1, LEVEL), threshold).state == settled
    if found.rows_needed > 1:
        assert audit(fraction(rate * (wanted - 1), wanted - 1, LEVEL), threshold).state == "inconclusive"


@given(st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), thresholds)
def test_where_lower_is_better_it_is_mirrored(counts: tuple[int, int], threshold: float) -> None:
    right, n = counts
    up = audit(fraction(right, n, LEVEL), threshold)
    down = audit(fraction(n - right, n, LEVEL), 1 - threshold, higher_is_better=False)
    if not math.isclose(right / n, threshold):
        assert down == up


def test_other_intervals_are_taken_to_shrink_with_the_root_of_the_rows() -> None:
    x = [1.0, 2.0, 3.0, 4.0] * 20
    found = audit(mean_estimate(Moments.of(x), LEVEL), 2.6)
    assert found.state == "inconclusive"
    times = math.ceil((len(x) + found.rows_needed) / len(x))
    assert audit(mean_estimate(Moments.of(x * times), LEVEL), 2.6).state == "fail"
    assert audit(one_metric("mcc", of_table(table([[40, 10], [12, 38]])), level=LEVEL), 0.55).state == "inconclusive"


def test_what_has_no_value_or_no_interval_or_stands_on_the_threshold_is_inconclusive() -> None:
    unknown: list[Estimate] = [
        fraction(0, 0, LEVEL),
        estimate(0.5, None, n=5, denominator=5, method="t", level=LEVEL),
        fraction(27, 30, LEVEL),
    ]
    for found in unknown:
        assert audit(found, 0.9).state == "inconclusive"
        assert audit(found, 0.9).rows_needed is None
