"""Numbers that cannot be, or say little: a sentence each, never a wrong number, never a traceback."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from metric_kit import bench_of, wide

from slicer.cli import main
from slicer.errors import UsageError
from slicer.slices import parse

N = 40


def frame(rows: int = N, **columns: Any) -> pd.DataFrame:
    return pd.DataFrame({"id": range(rows), "g": ["u", "v"] * (rows // 2) or ["u"], **columns})


def labelled(rows: int = N) -> pd.DataFrame:
    random = np.random.default_rng(0)
    y = random.choice(["no", "yes"], rows)
    return frame(rows, y=y, p=np.where(random.random(rows) < 0.8, y, "no"))


LABELS = {"label": "y", "prediction": "p"}


def on_the_command_line(tmp_path: Path, *arguments: str) -> tuple[int, str]:
    """Exit code and what was printed of `slicer metrics` on the frame written last."""
    found = CliRunner().invoke(main, ["metrics", str(tmp_path / "frame.parquet"), *arguments])
    assert found.exception is None or isinstance(found.exception, SystemExit), found.exception
    return found.exit_code, found.output


# --- scores ----------------------------------------------------------------------------------------


def test_a_score_that_is_no_number_is_outside_and_told(tmp_path: Path) -> None:
    score = [np.nan, np.inf, -np.inf, *np.linspace(0, 1, N - 3)]
    bench = bench_of(tmp_path, frame(score=score), score="score")
    found = bench.metrics(by=["g"])
    assert found.overall.metrics["mean"].value == pytest.approx(0.5)
    assert found.overall.metrics["mean"].n == N - 3
    assert "3 rows have no score: outside every metric." in found.head.warnings
    assert all(row.estimate.ci is not None for row in bench.slice_table(by=["g"]).table)
    code, said = on_the_command_line(tmp_path, "--score", "score")
    assert code == 0
    assert "3 rows have no score" in said


def test_no_score_at_all_is_no_mean(tmp_path: Path) -> None:
    bench = bench_of(tmp_path, frame(score=np.nan), score="score")
    found = bench.metrics(by=["g"]).overall.metrics["mean"]
    assert (found.value, found.ci) == (None, None)
    assert [row.difference for row in bench.slice_table(by=["g"]).table] == [None, None]
    assert on_the_command_line(tmp_path, "--score", "score")[0] == 0


def test_a_constant_score_has_a_mean_and_no_interval(tmp_path: Path) -> None:
    bench = bench_of(tmp_path, frame(score=0.1), score="score")
    found = bench.metrics(by=["g"])
    for one in (found.overall, *found.slices):
        mean = one.metrics["mean"]
        assert mean.value == pytest.approx(0.1, abs=1e-15)
        assert (mean.ci, "boundary" in mean.flags) == (None, True)
    for row in bench.slice_table(by=["g"]).table:
        assert (row.difference.ci, row.difference.p_value, row.verdict) == (None, None, "no evidence")


# --- weights ---------------------------------------------------------------------------------------


def test_a_negative_weight_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"1 row has a negative weight in 'w' \(the smallest is -2\)"):
        bench_of(tmp_path, labelled().assign(w=[-2.0] + [1.0] * (N - 1)), **LABELS, weight="w")
    code, said = on_the_command_line(tmp_path, "--label", "y", "--prediction", "p", "--weight", "w")
    assert code == 2
    assert "1 row has a negative weight in 'w'" in said


@pytest.mark.parametrize("nothing", [np.nan, 0.0])
def test_weights_that_add_up_to_nothing_are_refused(tmp_path: Path, nothing: float) -> None:
    with pytest.raises(UsageError, match="The weights in 'w' add up to nothing"):
        bench_of(tmp_path, labelled().assign(w=[nothing] * N), **LABELS, weight="w")


def test_a_row_without_a_weight_counts_for_nothing_and_is_told(tmp_path: Path) -> None:
    data = labelled()
    bench = bench_of(tmp_path, data.assign(w=[np.nan, np.inf] + [1.0] * (N - 2)), **LABELS, weight="w")
    found = bench.metrics(metrics=["accuracy"])
    rest = data.iloc[2:]
    assert found.overall.metrics["accuracy"].value == pytest.approx((rest["y"] == rest["p"]).mean())
    assert "2 rows have no weight: they count for nothing." in found.head.warnings


def test_a_slice_whose_rows_weigh_nothing_has_no_metric(tmp_path: Path) -> None:
    bench = bench_of(tmp_path, labelled().assign(w=[0.0, 1.0] * (N // 2)), **LABELS, weight="w")
    found = bench.metrics(by=["g"])
    assert all(one is None or one.value is None for one in found.slices[0].metrics.values())
    assert [row.difference for row in bench.slice_table(by=["g"]).table] == [None, None]


# --- probabilities ---------------------------------------------------------------------------------


def two_classes(first: list[float], second: list[float] | None = None) -> pd.DataFrame:
    random = np.random.default_rng(1)
    p = np.r_[first, random.random(N - len(first))]
    more = {} if second is None else {"prob_no": np.r_[second, 1 - p[len(second) :]]}
    return frame(y=labelled()["y"], p=labelled()["p"], prob_yes=p, **more)


BOTH = {**LABELS, "positive": "yes", "probabilities": "yes=prob_yes,no=prob_no"}


def test_a_column_of_numbers_outside_0_to_1_is_refused_as_a_probability(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="Column 'prob_yes' is no probability"):
        bench_of(tmp_path, two_classes([1.2, -0.1]), **LABELS, positive="yes", probabilities="yes=prob_yes")


def test_numbers_outside_0_to_1_that_come_late_leave_the_order_alone(tmp_path: Path) -> None:
    """What was not seen at import is seen before anything is measured: the order of scores is all that is used."""
    data = pd.concat([two_classes([0.5])] * 300, ignore_index=True).assign(id=range(300 * N))
    data.loc[len(data) - 1, "prob_yes"] = 1.5
    bench = bench_of(tmp_path, data, **LABELS, positive="yes", probabilities="yes=prob_yes")
    found = bench.metrics()
    assert any("prob_yes holds numbers outside 0 to 1" in warning for warning in found.head.warnings)
    values = {name: found.overall.metrics[name].value for name in ("log_loss", "brier", "ece", "roc_auc")}
    assert values["log_loss"] is values["brier"] is values["ece"] is None
    assert 0.4 < values["roc_auc"] < 0.6
    assert bench.slice_table(by=["g"], metric="roc_auc").table[0].rest.value is not None


def test_probabilities_that_do_not_add_up_to_1_are_told(tmp_path: Path) -> None:
    bench = bench_of(tmp_path, two_classes([0.5, 0.5], [0.9, 0.2]), **BOTH)
    found = bench.metrics()
    (told,) = (warning for warning in found.head.warnings if "do not add up to 1" in warning)
    assert "of 2 rows" in told
    assert found.overall.metrics["log_loss"].value is None
    assert found.overall.metrics["roc_auc"].value is not None
    fine = bench_of(tmp_path, two_classes([0.5, 0.5], [0.495, 0.504]), **BOTH).metrics()
    assert fine.overall.metrics["log_loss"].value is not None, "rounded"


def test_a_positive_class_that_does_not_exist_is_refused_with_those_that_do(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="No class 'maybe' to count as positive") as caught:
        bench_of(tmp_path, labelled(), **LABELS, positive="maybe")
    assert caught.value.hint == "Classes: yes, no."
    code, said = on_the_command_line(tmp_path, "--label", "y", "--prediction", "p", "--positive", "maybe")
    assert code == 2
    assert "Classes: yes, no." in said


# --- ratios ----------------------------------------------------------------------------------------


def test_a_total_of_0_without_errors_adds_nothing(tmp_path: Path) -> None:
    data = frame(errors=[0, 1] * (N // 2), words=[0, 5] * (N // 2))
    bench = bench_of(tmp_path, data, errors="errors", total="words")
    found = bench.metrics(by=["g"])
    assert found.overall.metrics["ratio"].value == 0.2
    assert found.slices[0].metrics["ratio"].value is None
    assert not any("total of 0" in warning for warning in found.head.warnings)
    assert on_the_command_line(tmp_path, "--errors", "errors", "--total", "words")[0] == 0


def test_errors_out_of_0_are_told(tmp_path: Path) -> None:
    bench = bench_of(tmp_path, frame(errors=2, words=[0, 0, 0] + [5] * (N - 3)), errors="errors", total="words")
    found = bench.metrics()
    assert found.overall.metrics["ratio"].value == pytest.approx(2 * N / (5 * (N - 3)))
    (told,) = (warning for warning in found.head.warnings if "total of 0" in warning)
    assert told.startswith("3 rows have errors in 'errors' and a total of 0 in 'words': their 6 errors count")


@pytest.mark.parametrize("name", ["errors", "words"])
def test_a_negative_count_is_refused(tmp_path: Path, name: str) -> None:
    data = frame(errors=1, words=5).astype({name: float})
    data.loc[3, name] = -1.0
    with pytest.raises(UsageError, match=f"1 row has a negative number in '{name}'"):
        bench_of(tmp_path, data, errors="errors", total="words")


def test_totals_of_nothing_but_0_have_no_ratio(tmp_path: Path) -> None:
    bench = bench_of(tmp_path, frame(errors=0, words=0), errors="errors", total="words")
    assert bench.metrics().overall.metrics["ratio"].value is None
    assert [row.difference for row in bench.slice_table(by=["g"]).table] == [None, None]


# --- few rows --------------------------------------------------------------------------------------

ONE_ROW: list[tuple[pd.DataFrame, dict[str, Any], str, float, bool]] = [
    (frame(1, y="a", p="a"), LABELS, "accuracy", 1.0, True),
    (frame(1, score=0.3), {"score": "score"}, "mean", 0.3, False),
    (frame(1, errors=1, words=4), {"errors": "errors", "total": "words"}, "ratio", 0.25, False),
    (frame(1, y=1.5, p=2.0), {**LABELS, "task": "regression"}, "mae", 0.5, False),
    (frame(1, y="a", p="a", c="x"), {**LABELS, "cluster": "c"}, "accuracy", 1.0, False),
]


@pytest.mark.parametrize(("data", "roles", "metric", "value", "known"), ONE_ROW)
def test_one_row_alone(
    tmp_path: Path, data: pd.DataFrame, roles: dict[str, Any], metric: str, value: float, known: bool
) -> None:
    bench = bench_of(tmp_path, data, **roles)
    found = bench.metrics(by=["g"])
    for one in (found.overall, *found.slices):
        assert one.metrics[metric].value == pytest.approx(value)
        assert (one.metrics[metric].ci is not None) == known
        assert all(other is None or other.ci is None or wide(other.ci) for other in one.metrics.values())
    assert bench.slice_table(by=["g"]).table == (), "all rows are no slice"


def test_a_slice_without_labels_has_no_metric_and_is_held_against_nothing(tmp_path: Path) -> None:
    data = labelled()
    bench = bench_of(tmp_path, data.assign(y=data["y"].where(data["g"] == "v")), **LABELS)
    found = bench.metrics(by=["g"])
    assert all(one is None or one.value is None for one in found.slices[0].metrics.values())
    assert found.overall.metrics["accuracy"].value == found.slices[1].metrics["accuracy"].value
    assert [row.difference for row in bench.slice_table(by=["g"]).table] == [None, None]
    assert [row.verdict for row in bench.slice_table(by=["g"]).table] == ["no evidence"] * 2


def test_a_slice_without_rows_has_no_metric(tmp_path: Path) -> None:
    for data, roles in ((labelled(), LABELS), (frame(score=np.arange(N)), {"score": "score"})):
        bench = bench_of(tmp_path, data, **roles)
        nobody = parse("g = 'w'")
        (found,) = bench.metrics(slices=[nobody]).slices
        assert found.counts.support == 0
        assert all(one is None or one.value is None for one in found.metrics.values())
        assert bench.slice_table(slices=[nobody]).table == ()


def test_no_labels_at_all(tmp_path: Path) -> None:
    bench = bench_of(tmp_path, labelled().assign(y=pd.Series([None] * N, dtype=object)), **LABELS)
    found = bench.metrics()
    assert all(one is None or one.value is None for one in found.overall.metrics.values())
    assert "40 rows have no label: outside every metric." in found.head.warnings


def test_one_cluster_alone_has_values_and_no_intervals(tmp_path: Path) -> None:
    bench = bench_of(tmp_path, labelled().assign(c="x"), **LABELS, cluster="c", positive="yes")
    for one in bench.metrics(by=["g"]).overall.metrics.values():
        assert one is None or (one.ci is None and "few_clusters" in one.flags and "boundary" not in one.flags)
    for row in bench.slice_table(by=["g"]).table:
        assert (row.difference.ci, row.difference.p_value, row.verdict) == (None, None, "no evidence")
    arguments = ("--label", "y", "--prediction", "p", "--cluster", "c", "--by", "g")
    assert on_the_command_line(tmp_path, *arguments)[0] == 0
