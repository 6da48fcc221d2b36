"""Classification metrics of counts: worked examples, and scikit-learn on the same rows as the oracle."""

from __future__ import annotations

import oracles
import oracles_of_metrics
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from metric_kit import (
    all_metrics,
    cell,
    compare_classes,
    compare_with_sklearn,
    counted,
    course,
    frames,
    keys,
    of_table,
    one_metric,
    table,
)

from slicer.metrics.cells import Cell, count_slice
from slicer.metrics.counts import PairedCounts
from slicer.metrics.rates import class_metrics
from slicer.metrics.registry import METRICS

# --- worked examples -------------------------------------------------------------------------------


def test_each_rate_tells_what_it_was_divided_by() -> None:
    """1,000 rows, but recall rests on 86 of them and precision on 77."""
    found = all_metrics(of_table(course()), positive=1)
    found = {name: one.denominator for name, one in found.items() if one is not None}
    assert found["precision"] == 77
    assert found["recall"] == found["fnr"] == 86
    assert found["specificity"] == found["fpr"] == 914
    assert found["f1"] == 68 + 9 + 18
    assert found["mcc"] == found["balanced_accuracy"] == 1000


def test_a_model_that_prints_0_has_no_precision_and_a_recall_of_0() -> None:
    example = oracles_of_metrics.ALWAYS_NEGATIVE
    rows = [("1", "0")] * example["y_pos"] + [("0", "0")] * example["y_neg"]
    found = all_metrics(counted(rows), positive=1)
    assert found["accuracy"].value == example["accuracy"]
    assert found["precision"].value is example["precision_nan"] is None
    assert found["precision"].flags == ("undefined",)
    assert found["recall"].value == example["recall"] == 0
    assert found["f1"].value == example["f1"] == 0
    assert found["kappa"].value == example["kappa"] == 0
    assert found["mcc"].value is None, "their 0 is a policy: one side is constant"


def test_high_agreement_with_no_skill_keeps_a_kappa_below_0() -> None:
    example = oracles.KAPPA_PARADOX
    counts = of_table(table(example["C"]))
    assert counts.right / counts.n == pytest.approx(example["agreement"])
    assert one_metric("kappa", counts).value == pytest.approx(example["kappa"], abs=1e-12)


# --- the counts against scikit-learn -----------------------------------------------------------------


@settings(max_examples=80)
@given(frames())
def test_every_metric_of_the_counts_equals_scikit_learn(rows: list[tuple[str | None, str | None]]) -> None:
    counts = counted(rows)
    compare_with_sklearn(all_metrics(counts), rows)
    compare_classes(class_metrics(counts.confusion), rows)


@settings(max_examples=50)
@given(st.lists(st.tuples(keys("ny"), keys("nyx")), max_size=40))
def test_every_rate_of_the_positive_class_equals_scikit_learn(rows: list[tuple[str | None, str | None]]) -> None:
    compare_with_sklearn(all_metrics(counted(rows, ["n", "y", "x"]), positive=1), rows, positive="y")


@settings(max_examples=40)
@given(frames(), st.integers(2, 7))
def test_counting_every_row_several_times_changes_no_rate(
    rows: list[tuple[str | None, str | None]], times: int
) -> None:
    once, often = all_metrics(counted(rows)), all_metrics(counted(rows * times))
    for name, one in once.items():
        if one is not None:
            assert often[name].value == pytest.approx(one.value, abs=1e-12)
            assert often[name].denominator == times * one.denominator


@settings(max_examples=40)
@given(frames(), st.integers(0, 40))
def test_the_counts_of_two_parts_add_up_to_the_counts_of_the_whole(
    rows: list[tuple[str | None, str | None]], cut: int
) -> None:
    labels = sorted({key for pair in rows for key in pair if key is not None})
    first, second, whole = (counted(part, labels) for part in (rows[:cut], rows[cut:], rows))
    for name in ("support", "unlabelled", "unpredicted", "right", "n", "errors"):
        assert getattr(first, name) + getattr(second, name) == getattr(whole, name)
    assert (first.confusion.table + second.confusion.table == whole.confusion.table).all()


def test_one_class_against_the_rest_splits_all_rows() -> None:
    counts = counted([("a", "a"), ("a", "b"), ("b", "a"), ("b", "b"), ("c", "b"), ("a", None)]).confusion
    assert counts.one_against_rest(0) == (1, 1, 2, 2)
    assert sum(counts.one_against_rest(1)) == counts.n == 6


# --- rows without an answer ------------------------------------------------------------------------


def test_a_row_without_a_label_is_outside_every_metric() -> None:
    counts = counted([("a", "a"), (None, "a"), (None, None)])
    assert (counts.support, counts.n, counts.unlabelled, counts.unpredicted, counts.errors) == (3, 1, 2, 0, 0)
    assert class_metrics(counts.confusion)["a"].predicted == 1


def test_a_row_without_a_prediction_is_an_error_and_a_miss_and_no_predicted_class() -> None:
    counts = counted([("a", "a"), ("a", None), ("b", "b"), ("b", None)])
    found = all_metrics(counts)
    assert (counts.unpredicted, counts.errors) == (2, 2)
    assert found["accuracy"].value == 0.5
    assert found["macro_recall"].value == 0.5
    assert found["macro_precision"].value == 1.0


def test_a_human_label_nobody_else_uses_is_a_miss_and_no_class() -> None:
    """A person may say what neither the truth nor any model ever says."""
    cell = Cell(label="a", prediction="a", human="c", right=True, human_right=False, rows=2)
    counts = count_slice([cell], ["a", "b"])
    assert counts.paired == PairedCounts(model_only=2)
    assert counts.human_confusion.table.tolist() == [[0, 0, 2], [0, 0, 0]]
    assert counts.paired_confusion.table.tolist() == [[2, 0, 0], [0, 0, 0]]


def test_human_and_model_are_compared_on_the_rows_that_have_both_truth_and_human_label() -> None:
    def cell(label: str | None, said: str | None, human: str | None, rows: int) -> Cell:
        return Cell(
            label=label,
            prediction=said,
            human=human,
            right=None if label is None else label == said,
            human_right=None if label is None or human is None else label == human,
            rows=rows,
        )

    cells = [
        cell("a", "a", "a", 5),
        cell("a", "b", "a", 4),
        cell("a", "a", "b", 3),
        cell("a", None, "b", 2),
        cell("a", "a", None, 100),
        cell(None, "a", "a", 100),
    ]
    paired = count_slice(cells, ["a", "b"]).paired
    assert paired == PairedCounts(both=5, human_only=4, model_only=3, neither=2)
    assert (paired.n, paired.human_right, paired.model_right) == (14, 9, 8)
    assert count_slice(cells[4:], ["a", "b"]).paired is None


def test_a_mean_over_fewer_classes_than_the_data_set_has_is_flagged() -> None:
    whole = counted([("a", "a"), ("b", "b"), ("c", "a")])
    part = count_slice([cell("a", "a", rows=40)], whole.confusion.labels)
    found = all_metrics(part, occurring=whole.confusion.defined)
    assert "class_set_differs" in found["macro_f1"].flags
    assert "class_set_differs" in found["balanced_accuracy"].flags
    assert "class_set_differs" not in found["weighted_f1"].flags
    same = all_metrics(whole, occurring=whole.confusion.defined)
    assert "class_set_differs" not in same["macro_f1"].flags


def test_metrics_that_the_data_cannot_hold_are_present_and_empty() -> None:
    found = all_metrics(counted([("a", "a")]))
    assert tuple(found) == tuple(METRICS)
    lacking = {name for name, one in METRICS.items() if one.needs not in ("outcomes", "classes")}
    assert {name for name, one in found.items() if one is None} == lacking
    assert found["precision"] is None, "no positive class, so no precision of it"
