"""Classification metrics from a file, through DuckDB, against scikit-learn on the rows of each slice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from metric_kit import Pairs, compare_classes, compare_with_sklearn, frames, keys
from sklearn import metrics as sk

import slicer
from slicer.errors import UsageError
from slicer.slices import parse

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
    result = bench.metrics(by=["g"], metrics=bench.measurable)
    assert sum(one.counts.support for one in result.slices) == len(frame)
    assert [str(one.slice) for one in result.slices] != []
    for one in (result.overall, *result.slices):
        rows = masked(frame, str(one.slice))
        assert one.counts.support == len(rows)
        assert one.counts.unlabelled == sum(truth is None for truth, _ in rows)
        compare_with_sklearn(one.metrics, rows, positive)
        compare_classes(one.classes, rows)


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
    with pytest.raises(UsageError, match="roc_auc needs probabilities, which this run does not have"):
        bench.metrics(metrics=["roc_auc"])
    assert list(bench.metrics(metrics=["kappa", "accuracy"]).overall.metrics) == ["kappa", "accuracy"]
