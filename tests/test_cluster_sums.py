"""Totals by cluster, against pandas; and the interval they lead to."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sqlglot import exp

import slicer
from slicer.engine.clusters import cluster_sums
from slicer.engine.sql import column
from slicer.engine.sums import number
from slicer.workbench import ALL, Workbench

ROWS = 500


@pytest.fixture
def speakers(tmp_path: Path) -> tuple[pd.DataFrame, Workbench]:
    random = np.random.default_rng(2)
    frame = pd.DataFrame(
        {
            "id": range(ROWS),
            "speaker": random.choice([*"abcdefghijklm", None], ROWS),
            "noise": random.choice(["quiet", "loud"], ROWS),
            "score": random.gamma(1, 0.2, ROWS),
            "errors": random.poisson(2, ROWS),
            "words": random.integers(1, 20, ROWS),
        }
    )
    frame.loc[:9, "score"] = None
    path = tmp_path / "speakers.parquet"
    frame.to_parquet(path)
    return frame, slicer.open(path, score="score", cluster="speaker", ignore=["errors", "words"])


def test_cluster_totals_by_slice(speakers: tuple[pd.DataFrame, Workbench]) -> None:
    frame, bench = speakers
    score = number(column("score"))
    there = exp.cast(exp.Not(this=exp.Is(this=exp.paren(score.copy()), expression=exp.null())), "INT")
    terms = {"mean": (score, there), "ratio": (number(column("errors")), number(column("words")))}
    found = cluster_sums(bench.engine, [], ALL, terms)
    found |= cluster_sums(bench.engine, list(bench.engine.levels(["noise"]).values()), ALL, terms)
    assert len(found) == 3
    for slice_, sums in found.items():
        value = slice_.conditions[0].value if slice_.conditions else None
        rows = frame[(frame["noise"] == value) | (value is None)]
        named = rows["speaker"].where(rows["speaker"].notna(), rows["id"].astype(str))
        for name, top, bottom in (
            ("mean", rows["score"], rows["score"].notna()),
            ("ratio", rows["errors"], rows["words"]),
        ):
            k, m = top.groupby(named).sum(), bottom.astype(float).groupby(named).sum()
            k, m = k[m > 0], m[m > 0]
            mine = sums[name]
            assert mine.clusters == len(m)
            assert (mine.m, mine.k, mine.mm, mine.mk, mine.kk) == pytest.approx(
                (m.sum(), k.sum(), (m * m).sum(), (m * k).sum(), (k * k).sum())
            )


def test_without_a_cluster_column_there_are_no_totals() -> None:
    bench = slicer.sample("speech")
    assert cluster_sums(bench.engine, [], ALL, {"mean": (exp.Literal.number(1), exp.Literal.number(1))}) == {}
