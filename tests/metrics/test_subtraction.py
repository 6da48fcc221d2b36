"""The rest is the whole minus a part: what is subtracted is what counting the other rows counts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from metric_kit import bench_of

from slicer.metrics.estimate import Estimate
from slicer.metrics.registry import METRICS, measured
from slicer.slices import parse
from slicer.workbench import ALL, Workbench

ROWS = 400


def frame() -> pd.DataFrame:
    random = np.random.default_rng(9)
    y = random.choice(["no", "yes"], ROWS, p=[0.6, 0.4])
    p = np.clip(0.5 * (y == "yes") + random.normal(0.25, 0.2, ROWS), 0.01, 0.99).round(3)
    found = pd.DataFrame(
        {
            "id": range(ROWS),
            "noise": random.choice(["quiet", "loud", None], ROWS, p=[0.5, 0.3, 0.2]),
            "device": random.choice(["phone", "car"], ROWS),
            "speaker": random.choice([f"s{one}" for one in range(30)], ROWS),
            "w": random.gamma(2, 1, ROWS),
            "y": y,
            "prob_yes": p,
            "wer": random.gamma(1, 0.2, ROWS),
            "words": random.integers(1, 20, ROWS),
            "label": random.normal(50, 10, ROWS),
        }
    )
    found["errors"] = random.binomial(found["words"], 0.2)
    found["pred"] = found["label"] + random.normal(0, 4, ROWS)
    found.loc[:9, ["y", "wer", "words", "pred"]] = None
    return found


TASKS: dict[str, tuple[list[str], dict[str, Any]]] = {
    "classes": (["y", "prob_yes"], {"label": "y", "positive": "yes"}),
    "score": (["wer"], {"score": "wer"}),
    "ratio": (["errors", "words"], {"errors": "errors", "total": "words"}),
    "regression": (["label", "pred"], {"label": "label", "prediction": "pred", "task": "regression"}),
}
BESIDE = {"plain": {}, "weights": {"weight": "w"}, "clusters": {"cluster": "speaker"},
          "both": {"weight": "w", "cluster": "speaker"}}  # fmt: skip


@pytest.fixture(scope="module", params=[(task, beside) for task in TASKS for beside in BESIDE], ids="-".join)
def bench(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Workbench:
    task, beside = request.param
    columns, roles = TASKS[task]
    kept = frame()[["id", "noise", "device", *columns, *BESIDE[beside].values()]]
    return bench_of(tmp_path_factory.mktemp(task), kept, **roles, **BESIDE[beside])


def same(one: Estimate, other: Estimate) -> None:
    assert (one.n, one.method, one.flags) == (other.n, other.method, other.flags)
    assert one.denominator == pytest.approx(other.denominator)
    assert one.value == (None if other.value is None else pytest.approx(other.value, abs=1e-9))
    assert (one.ci is None) == (other.ci is None)
    if one.ci is not None:
        assert one.ci == pytest.approx(other.ci, abs=1e-6)


def test_the_rest_of_a_slice_is_its_complement(bench: Workbench) -> None:
    """For every metric; by column the rest is a subtraction, the clusters of both sides and all."""
    needs = {METRICS[name].needs for name in bench.measurable}
    overall = bench.count(ALL, needs=needs)
    setting = bench.setting(overall)
    counted = bench.count_by(["noise", ("noise", "device")], ALL, needs=needs)
    assert len(counted) == 3 + 6
    for slice_, counts in counted[1:6:2]:
        rest = bench.rest(ALL, slice_, overall, counts)
        outside = bench.count(slice_.complement, needs=needs)
        assert (rest.support, rest.n, rest.right) == (outside.support, outside.n, outside.right)
        for metric in bench.measurable:
            subtracted, counted_anew = measured(metric, rest, setting), measured(metric, outside, setting)
            assert subtracted.value is not None, metric
            same(subtracted, counted_anew)


def test_where_the_rows_are_filtered_the_rest_is_filtered_too(bench: Workbench) -> None:
    where = parse("device = 'car'")
    (row, *_) = bench.slice_table(by=["noise"], where=where).table
    (other,) = bench.slice_table(slices=[row.slice.complement], where=where).table
    same(row.rest, other.estimate)
    same(row.estimate, other.rest)


def test_the_parts_of_a_column_add_up(bench: Workbench) -> None:
    whole = bench.metrics(by=["noise"], metrics=[bench.headline])
    assert sum(one.counts.support for one in whole.slices) == whole.overall.counts.support == ROWS
    assert sum(one.counts.n for one in whole.slices) == whole.overall.counts.n
