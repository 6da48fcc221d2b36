"""Classification metrics: worked examples, and scikit-learn on the same rows as the oracle.

Everything is checked twice: on the counts themselves, and end to end, from a file through DuckDB.
A row without a prediction is for scikit-learn a row of one more predicted class that no truth ever has.
"""

import math
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import oracles
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as sk

import slicer
from slicer.errors import UsageError
from slicer.metrics.counts import Cell, ConfusionCounts, PairedCounts, SliceCounts, count_slice
from slicer.metrics.registry import ALL_METRICS, METRICS, PENDING, class_metrics, slice_metrics
from slicer.results import SliceMetrics
from slicer.slices import parse

NOTHING = "«no prediction»"
"""What scikit-learn is told where there is no prediction."""

Pairs = Sequence[tuple[str | None, str | None]]


def counted(pairs: Pairs) -> SliceCounts:
    """The counts of (truth, prediction) rows."""
    labels = sorted({key for pair in pairs for key in pair if key is not None})
    cells = [
        Cell(
            label=truth,
            prediction=said,
            human=None,
            right=None if truth is None else truth == said,
            human_right=None,
            rows=1,
        )
        for truth, said in pairs
    ]
    return count_slice(cells, labels)


def course() -> ConfusionCounts:
    given_counts = oracles.COURSE_BINARY["counts"]
    tn, fp, fn, tp = (float(given_counts[name]) for name in ("TN", "FP", "FN", "TP"))
    return ConfusionCounts(("0", "1"), np.array([[tn, fp, 0.0], [fn, tp, 0.0]]))


def close(ours: float | None, theirs: float) -> None:
    """Equal to 1e-12; no answer here is nan there."""
    if ours is None:
        assert math.isnan(theirs)
    else:
        assert ours == pytest.approx(theirs, abs=1e-12)


def compare_with_sklearn(found: SliceMetrics | dict[str, Any], rows: Pairs, positive: str | None = None) -> None:
    """Every number of a slice against scikit-learn on its labelled rows."""
    values = found.metrics if isinstance(found, SliceMetrics) else found
    labelled = [(truth, said) for truth, said in rows if truth is not None]
    truth = np.array([one for one, _ in labelled], dtype=object)
    said = np.array([NOTHING if one is None else one for _, one in labelled], dtype=object)
    ours = {name: one.value for name, one in values.items() if one is not None}
    if not labelled:
        assert set(ours.values()) == {None}
        return
    classes = sorted({*truth, *said} - {NOTHING})
    options: dict[str, Any] = {"labels": classes, "zero_division": np.nan}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # scikit-learn tells of every class it did not meet
        close(ours["accuracy"], sk.accuracy_score(truth, said))
        for name, score in (("precision", sk.precision_score), ("recall", sk.recall_score), ("f1", sk.f1_score)):
            close(ours[f"macro_{name}"], score(truth, said, average="macro", **options))
        close(ours["weighted_f1"], sk.f1_score(truth, said, average="weighted", **options))
        close(ours["balanced_accuracy"], sk.balanced_accuracy_score(truth, said))
        close(ours["kappa"], sk.cohen_kappa_score(truth, said))
        # theirs is 0 by policy where one side is constant; ours is no answer
        constant = len(set(truth)) == 1 or len(set(said)) == 1
        assert (ours["mcc"] is None) == constant
        close(0.0 if constant else ours["mcc"], sk.matthews_corrcoef(truth, said))
        if positive is None:
            return
        is_positive, said_positive = truth == positive, said == positive
        close(ours["precision"], sk.precision_score(is_positive, said_positive, zero_division=np.nan))
        close(ours["recall"], sk.recall_score(is_positive, said_positive, zero_division=np.nan))
        close(ours["f1"], sk.f1_score(is_positive, said_positive, zero_division=np.nan))
        specificity = sk.recall_score(~is_positive, ~said_positive, zero_division=np.nan)
        close(ours["specificity"], specificity)
        close(ours["fpr"], 1 - specificity)
        close(ours["fnr"], 1 - sk.recall_score(is_positive, said_positive, zero_division=np.nan))


def compare_classes(found: SliceMetrics | dict[str, Any], rows: Pairs) -> None:
    """Precision, recall and F1 of each class against scikit-learn."""
    classes = found.classes if isinstance(found, SliceMetrics) else found
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


def keys(names: str) -> st.SearchStrategy[str | None]:
    return st.one_of(st.none(), st.sampled_from(names))


@st.composite
def frames(draw: st.DrawFn, smallest: int = 0) -> list[tuple[str | None, str | None]]:
    """Rows of truth and prediction: missing ones, one class only, classes that are only predicted."""
    true_classes = draw(st.sampled_from(["a", "ab", "abc", "abcd"]))
    said_classes = draw(st.sampled_from(["a", "b", "ab", "abc", "abcde", "xy"]))
    return draw(st.lists(st.tuples(keys(true_classes), keys(said_classes)), min_size=smallest, max_size=40))


# --- worked examples -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["precision", "recall", "f1", "specificity", "fpr", "fnr", "balanced_accuracy", "mcc", "kappa"]
)
def test_the_skewed_data_of_the_course_gives_its_numbers(name: str) -> None:
    found = METRICS[name].estimate(course(), 1, 0.95)
    assert found.value == pytest.approx(oracles.COURSE_BINARY[name], abs=1e-12)
    assert found.n == 1000


def test_each_rate_tells_what_it_was_divided_by() -> None:
    """1,000 rows, but recall rests on 86 of them and precision on 77."""
    found = {name: METRICS[name].estimate(course(), 1, 0.95).denominator for name in METRICS}
    assert found["precision"] == 77
    assert found["recall"] == found["fnr"] == 86
    assert found["specificity"] == found["fpr"] == 914
    assert found["f1"] == 68 + 9 + 18
    assert found["mcc"] == found["balanced_accuracy"] == 1000


def test_a_model_that_prints_0_has_no_precision_and_a_recall_of_0() -> None:
    example = oracles.ALWAYS_NEGATIVE
    rows = [("1", "0")] * example["y_pos"] + [("0", "0")] * example["y_neg"]
    found = slice_metrics(counted(rows), positive="1")
    assert found["accuracy"].value == example["accuracy"]
    assert found["precision"].value is example["precision_nan"] is None
    assert found["precision"].flags == ("undefined",)
    assert found["recall"].value == example["recall"] == 0
    assert found["f1"].value == example["f1"] == 0
    assert found["kappa"].value == example["kappa"] == 0
    assert found["mcc"].value is None, "their 0 is a policy: one side is constant"


@pytest.mark.parametrize(("defect", "example"), oracles.DEFECTS.items())
def test_the_published_precision_and_recall_of_a_defect_give_its_f1(defect: str, example: dict[str, float]) -> None:
    """F1 from precision and recall, as counts of a class that is true 1,000 times."""
    tp = 1000 * example["R"]
    fp, fn = tp * (1 - example["P"]) / example["P"], 1000 - tp
    found = METRICS["f1"].estimate(ConfusionCounts(("rest", defect), np.array([[0, fp, 0], [fn, tp, 0]])), 1, 0.95)
    assert found.value == pytest.approx(example["F1"], abs=1e-12)
    assert round(found.value, 3) == example["published"]


def test_a_class_that_is_only_predicted_counts_in_the_mean_over_classes() -> None:
    example = oracles.MULTICLASS
    counts = counted(list(zip(example["y_true"], example["y_pred"], strict=True)))
    assert counts.confusion.labels == tuple(example["labels"])
    assert counts.confusion.table[:, :-1].tolist() == example["cm"]
    found = slice_metrics(counts, positive=None)
    assert found["accuracy"].value == example["accuracy"]
    assert found["macro_f1"].value == pytest.approx(example["macro_f1_union_labels"], abs=1e-12)
    for name in ("weighted_f1", "balanced_accuracy", "mcc", "kappa"):
        assert found[name].value == pytest.approx(example[name], abs=1e-12)
    for label, one in class_metrics(counts.confusion).items():
        expected = example["per_class"][label]
        assert (one.support, one.predicted) == (expected["support"], expected["predicted"])
        assert one.precision.value == pytest.approx(expected["precision"])
        assert one.recall.value == pytest.approx(expected["recall"])
        assert one.f1.value == pytest.approx(expected["f1"])


def test_high_agreement_with_no_skill_keeps_a_kappa_below_0() -> None:
    example = oracles.KAPPA_PARADOX
    counts = ConfusionCounts(("0", "1"), np.c_[np.array(example["C"], dtype=float), [0, 0]])
    assert counts.right / counts.n == pytest.approx(example["agreement"])
    assert METRICS["kappa"].estimate(counts, 1, 0.95).value == pytest.approx(example["kappa"], abs=1e-12)


# --- the counts against scikit-learn -----------------------------------------------------------------


@settings(max_examples=80)
@given(frames())
def test_every_metric_of_the_counts_equals_scikit_learn(rows: list[tuple[str | None, str | None]]) -> None:
    counts = counted(rows)
    compare_with_sklearn(slice_metrics(counts, positive=None), rows)
    compare_classes(class_metrics(counts.confusion), rows)


@settings(max_examples=50)
@given(st.lists(st.tuples(keys("ny"), keys("nyx")), max_size=40))
def test_every_rate_of_the_positive_class_equals_scikit_learn(rows: list[tuple[str | None, str | None]]) -> None:
    cells = [
        Cell(label=t, prediction=p, human=None, right=None if t is None else t == p, human_right=None, rows=1)
        for t, p in rows
    ]
    compare_with_sklearn(slice_metrics(count_slice(cells, ["n", "y", "x"]), positive="y"), rows, positive="y")


@settings(max_examples=40)
@given(frames(), st.integers(2, 7))
def test_counting_every_row_several_times_changes_no_rate(
    rows: list[tuple[str | None, str | None]], times: int
) -> None:
    once, often = slice_metrics(counted(rows), positive=None), slice_metrics(counted(rows * times), positive=None)
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

    def count(part: Pairs) -> SliceCounts:
        pairs = [
            Cell(label=t, prediction=p, human=None, right=None if t is None else t == p, human_right=None, rows=1)
            for t, p in part
        ]
        return count_slice(pairs, labels)

    first, second, whole = count(rows[:cut]), count(rows[cut:]), count(rows)
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
    found = slice_metrics(counts, positive=None)
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
    whole, part = counted([("a", "a"), ("b", "b"), ("c", "a")]), counted([("a", "a"), ("b", "a")])
    labels = whole.confusion.labels
    part = count_slice(
        [Cell(label="a", prediction="a", human=None, right=True, human_right=None, rows=40)], list(labels)
    )
    found = slice_metrics(part, positive=None, all_defined=whole.confusion.defined)
    assert "class_set_differs" in found["macro_f1"].flags
    assert "class_set_differs" in found["balanced_accuracy"].flags
    assert "class_set_differs" not in found["weighted_f1"].flags
    same = slice_metrics(whole, positive=None, all_defined=whole.confusion.defined)
    assert "class_set_differs" not in same["macro_f1"].flags


def test_metrics_that_need_scores_are_present_and_empty() -> None:
    found = slice_metrics(counted([("a", "a")]), positive=None)
    assert tuple(found) == ALL_METRICS
    assert all(found[name] is None for name in PENDING)
    assert found["precision"] is None, "no positive class, so no precision of it"


# --- end to end ------------------------------------------------------------------------------------

Opener = Callable[..., Any]


@pytest.fixture(scope="session")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Opener:
    """A workbench on a frame, by way of a file."""
    folder = tmp_path_factory.mktemp("frames")

    def open_frame(frame: pd.DataFrame, ending: str = "parquet", **roles: Any) -> Any:
        path = folder / f"frame.{ending}"
        if ending == "parquet":
            frame.to_parquet(path, index=False)
        else:
            frame.to_csv(path, index=False)
        return slicer.open(path, **{"label": "y", "prediction": "p", **roles})

    return open_frame


def masked(frame: pd.DataFrame, slice_: str) -> Pairs:
    """The rows of a slice `g = 'x'` or `g is missing`, chosen by pandas."""
    group = slice_.removeprefix("g = '").removesuffix("'")
    chosen = frame if not slice_ else frame[frame["g"].isna()] if "missing" in slice_ else frame[frame["g"] == group]
    as_text = chosen[["y", "p"]].astype(object).where(chosen[["y", "p"]].notna(), None)
    return [tuple(row) for row in as_text.itertuples(index=False)]


def compare_result(bench: Any, frame: pd.DataFrame, positive: str | None = None) -> None:
    """All rows and every slice of column g against scikit-learn on the masked rows."""
    result = bench.metrics(by=["g"])
    assert sum(one.counts.support for one in result.slices) == len(frame)
    assert [str(one.slice) for one in result.slices] != []
    for one in (result.overall, *result.slices):
        rows = masked(frame, str(one.slice))
        assert one.counts.support == len(rows)
        assert one.counts.unlabelled == sum(truth is None for truth, _ in rows)
        compare_with_sklearn(one, rows, positive)
        compare_classes(one, rows)


@st.composite
def sliced_frames(draw: st.DrawFn) -> pd.DataFrame:
    pairs = draw(frames(smallest=2))
    groups = draw(st.lists(keys("uvw"), min_size=len(pairs), max_size=len(pairs)))
    return pd.DataFrame(
        {
            "y": [truth for truth, _ in pairs] + ["a"],
            "p": [said for _, said in pairs] + ["a"],
            "g": [*groups, "u"],
        },
        dtype=object,
    )


@settings(max_examples=12)
@given(frame=sliced_frames(), ending=st.sampled_from(["parquet", "csv"]))
def test_every_slice_of_a_file_equals_scikit_learn_on_its_rows(
    opened: Opener, frame: pd.DataFrame, ending: str
) -> None:
    bench = opened(frame, ending, features=["g"])
    compare_result(bench, frame, bench.positive)


@settings(max_examples=6)
@given(st.lists(st.tuples(keys("01"), keys("01"), keys("uv")), min_size=5, max_size=60))
def test_the_positive_class_of_a_file_equals_scikit_learn_on_the_rows_of_each_slice(
    opened: Opener, rows: list[tuple[str | None, str | None, str | None]]
) -> None:
    frame = pd.DataFrame([*rows, ("0", "1", "u"), ("1", "1", "v")], columns=["y", "p", "g"], dtype=object)
    bench = opened(frame, features=["g"])
    assert bench.positive == "1"
    compare_result(bench, frame, "1")


WRITTEN = {
    "integers": [0, 1, 1, 0, 2, 1, 0, 2],
    "reals": [0.0, 1.0, 1.0, 0.0, 2.0, 1.0, 0.0, 2.0],
    "text": ["0", "1", "1", "0", "2", "1", "0", "2"],
    "text with a point": ["0.0", "1.0", "1.0", "0.0", "2.0", "1.0", "0.0", "2.0"],
}
TRUTHS = {
    "booleans": [True, False, True, False, False, True, True, False],
    "lower case": ["true", "false", "true", "false", "false", "true", "true", "false"],
    "capital": ["True", "False", "True", "False", "False", "True", "True", "False"],
    "shouted": ["TRUE", "FALSE", "TRUE", "FALSE", "FALSE", "TRUE", "TRUE", "FALSE"],
}


def both_ways(ending: str, *kinds: dict[str, list[Any]]) -> list[Any]:
    """Every way to write a label with every way to write a prediction."""
    return [
        pytest.param(one, other, ending, id=f"{a} and {b}, {ending}")
        for written in kinds
        for a, one in written.items()
        for b, other in written.items()
    ]


IN_CSV = (
    {name: WRITTEN[name] for name in ("integers", "text with a point")},
    {name: TRUTHS[name] for name in ("lower case", "capital")},
)
"""What still differs in a CSV file."""


@pytest.mark.parametrize(
    ("labels", "predictions", "ending"), [*both_ways("parquet", WRITTEN, TRUTHS), *both_ways("csv", *IN_CSV)]
)
def test_labels_and_predictions_meet_however_they_are_written(
    opened: Opener, labels: list[Any], predictions: list[Any], ending: str
) -> None:
    """1, 1.0 and "1" are one class, and so are True and "true"; half of the rows are wrong by a shift of one."""
    shifted = predictions[:4] + predictions[5:] + predictions[4:5]
    frame = pd.DataFrame({"y": labels, "p": shifted, "g": list("uuuuvvvv")})
    bench = opened(frame, ending, features=["g"])
    plain = WRITTEN["text"] if labels in WRITTEN.values() else TRUTHS["lower case"]
    expected = pd.DataFrame({"y": plain, "p": plain[:4] + plain[5:] + plain[4:5], "g": list("uuuuvvvv")})
    assert bench.labels == tuple(sorted(set(plain)))
    compare_result(bench, expected, bench.positive)
    first, second = bench.metrics(by=["g"]).slices
    assert first.metrics["accuracy"].value == 1.0
    assert second.metrics["accuracy"].value < 1.0


def test_classes_that_only_look_alike_stay_apart(opened: Opener) -> None:
    """Reconciling types must not merge "1.5" with 1, "01" with 1, or "a" with "A"."""
    frame = pd.DataFrame({"y": ["1", "01", "1.5", "a", "A", "1.05"], "p": ["01", "1", "1", "A", "a", "1.5"], "g": "u"})
    bench = opened(frame, features=["g"])
    assert bench.labels is not None
    assert len(bench.labels) == 6
    assert bench.overall().value == 0.0


def test_a_missing_label_or_prediction_of_any_type_is_missing(opened: Opener) -> None:
    frame = pd.DataFrame({"y": [1.0, np.nan, 0.0, 1.0], "p": pd.array([1, 0, None, 1], dtype="Int64"), "g": "u"})
    for ending in ("parquet", "csv"):
        counts = opened(frame, ending, features=["g"]).metrics().overall.counts
        assert (counts.support, counts.unlabelled, counts.unpredicted, counts.right) == (4, 1, 1, 2)


def test_rows_without_a_prediction_can_be_left_out_with_a_filter(opened: Opener) -> None:
    frame = pd.DataFrame({"y": ["a", "a", "b", "b"], "p": ["a", None, "b", None], "g": "u"})
    bench = opened(frame, features=["g"])
    assert bench.metrics().overall.metrics["accuracy"].value == 0.5
    left = bench.metrics(where=parse("prediction is present"))
    assert left.overall.metrics["accuracy"].value == 1.0
    assert (left.head.rows, left.head.rows_total, left.head.unpredicted) == (2, 4, 0)
    assert any("2 rows have no prediction" in warning for warning in bench.metrics().head.warnings)


def test_the_confusion_matrix_is_scikit_learns(opened: Opener) -> None:
    random = np.random.default_rng(3)
    frame = pd.DataFrame(
        {
            "y": random.choice(list("abc"), 300),
            "p": random.choice(list("abcd"), 300),
            "g": random.choice(["u", "v"], 300),
        }
    )
    for one in opened(frame, features=["g"]).metrics(by=["g"]).slices:
        rows = masked(frame, str(one.slice))
        matrix = one.to_dict()["confusion"]
        theirs = sk.confusion_matrix([y for y, _ in rows], [p for _, p in rows], labels=matrix["labels"])
        assert matrix["counts"] == theirs.tolist()


def test_beyond_a_hundred_classes_only_accuracy_is_computed(opened: Opener) -> None:
    names = [f"class {place}" for place in range(101)]
    bench = opened(pd.DataFrame({"y": names * 2, "p": names + names[::-1], "g": "u"}), features=["g"])
    found = bench.metrics()
    assert found.overall.metrics["accuracy"].value == pytest.approx(102 / 202)
    assert {name for name, one in found.overall.metrics.items() if one is not None} == {"accuracy"}
    document = found.to_dict()
    assert document["overall"]["confusion"] is None
    assert any("only accuracy" in warning for warning in document["warnings"])


def test_the_class_table_holds_the_fifty_most_frequent_and_says_so(opened: Opener) -> None:
    names = [f"k{place:02}" for place in range(60) for _ in range(1 + place)]
    document = opened(pd.DataFrame({"y": names, "p": names, "g": "u"}), features=["g"]).metrics().to_dict()["overall"]
    assert document["classes_truncated"] is True
    assert list(document["classes"]) == document["confusion"]["labels"] == [f"k{place:02}" for place in range(10, 60)]
    assert document["metrics"]["macro_f1"]["value"] == 1.0


def test_a_ready_correct_column_stands_in_for_label_and_prediction(opened: Opener) -> None:
    frame = pd.DataFrame({"correct": [True, False, None, True], "g": ["u", "u", "v", "v"]})
    bench = opened(frame, label=None, prediction=(), correct="correct", features=["g"])
    found = bench.metrics(by=["g"])
    assert [one.metrics["accuracy"].value for one in (found.overall, *found.slices)] == [pytest.approx(2 / 3), 0.5, 1.0]
    assert found.overall.counts.unlabelled == 1
    assert found.overall.metrics["macro_f1"] is None


def test_a_metric_that_does_not_exist_is_refused_with_the_list(opened: Opener) -> None:
    bench = opened(pd.DataFrame({"y": ["a", "b"], "p": ["a", "b"], "g": "u"}))
    with pytest.raises(UsageError, match="No metric named 'acuracy'") as caught:
        bench.metrics(metrics=["acuracy"])
    assert "macro_f1" in caught.value.hint
    with pytest.raises(UsageError, match="roc_auc needs scores or probabilities"):
        bench.metrics(metrics=["roc_auc"])
    assert list(bench.metrics(metrics=["kappa", "accuracy"]).overall.metrics) == ["kappa", "accuracy"]
