"""Labels that look like numbers are classes: compared whatever their spelling, and never binned."""

from __future__ import annotations

from pathlib import Path

import pytest

import slicer


def bench(tmp_path: Path, header: str, rows: list[str], **roles: object) -> slicer.Workbench:
    path = tmp_path / "data.csv"
    path.write_text("\n".join([header, *rows]))
    return slicer.open(path, **roles)


@pytest.mark.parametrize("name", ["digit", "label", "target"])
def test_twenty_integer_classes_are_sliced_one_by_one_whatever_their_column_is_called(
    tmp_path: Path, name: str
) -> None:
    rows = [f"{i % 20},{(i + (i % 7 == 0)) % 20},{(i + (i % 9 == 0)) % 20},{i % 20},{i}" for i in range(400)]
    found = bench(tmp_path, f"{name},pred_v1,pred_v2,human,age", rows, label=name)
    for by in (name, "label", "prediction", "pred_v1", "pred_v2", "human"):
        slices = found.metrics(by=[by]).slices
        assert len(slices) == 20, by
        assert all(" = " in str(one.slice) and " and " not in str(one.slice) for one in slices), by
    assert len(found.metrics(by=["age"]).slices) == 5, "a feature of many numbers is binned"


@pytest.mark.parametrize(
    ("labels", "predictions"),
    [
        (["0", "1"], ["0.0", "1.0"]),
        (["1.0", "0.0"], ['"1"', '"0"']),
        (["true", "false"], ["True", "False"]),
        (["1", "2", "n/a"], ["1.0", "2.0", "n/a"]),
    ],
)
def test_one_class_however_it_is_written(tmp_path: Path, labels: list[str], predictions: list[str]) -> None:
    pairs = list(zip(labels, predictions, strict=True)) * 10
    found = bench(tmp_path, "label,prediction", [f"{label},{said}" for label, said in pairs])
    overall = found.metrics().overall
    assert (overall.counts.right, overall.counts.n) == (len(pairs), len(pairs))


def test_a_code_with_a_leading_zero_is_not_the_number(tmp_path: Path) -> None:
    """01 may be a postcode or a diagnosis: it is told that 1 is never a label, and nothing is guessed."""
    found = bench(tmp_path, "label,prediction", ["01,1", "02,02"] * 10)
    result = found.metrics()
    assert (result.overall.counts.right, result.overall.counts.n) == (10, 20)
    assert "Predicted but never a label: 1 (10 rows, all counted as errors)." in result.head.warnings
