"""Metrics of all rows and of every slice of single columns, beside tools that only count them.

Slicer's come with intervals, from a workbench that was just opened; the peers give counts of label and prediction
(fairlearn: accuracy), from tables that are open or frames that are in memory.
"""

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import duckdb

from benchmarks.made import FEATURES
from slicer.project.datasets import get_dataset
from slicer.project.store import Project
from slicer.workbench import Workbench

Work = Callable[[], object]

MOST_IN_MEMORY = 1_000_000
"""Rows up to which frames take part."""

MOST_FOR_FAIRLEARN = 100_000
"""Rows up to which fairlearn takes part: above it takes minutes."""

OUTCOME = ("label", "prediction")

COUNTED = ("accuracy", "precision", "recall", "f1", "balanced_accuracy", "macro_f1", "mcc", "kappa")
"""Metrics that need no more than what the peers count."""


def slicer_counting(project: Project) -> tuple[Work, Work]:
    """(overall, slices)."""
    dataset = get_dataset(project)
    return (
        lambda: Workbench(project, dataset).metrics(metrics=COUNTED),
        lambda: Workbench(project, dataset).metrics(by=FEATURES, metrics=COUNTED),
    )


def duckdb_counting(connection: duckdb.DuckDBPyConnection) -> tuple[Work, Work]:
    """One query each."""
    names, outcome = ", ".join(FEATURES), ", ".join(OUTCOME)
    sets = ", ".join(f"({name}, {outcome})" for name in FEATURES)
    overall = f"select {outcome}, count(*) from rows group by all"
    slices = f"select {names}, {outcome}, count(*) from rows group by grouping sets ({sets})"
    return (lambda: connection.execute(overall).fetchall()), (lambda: connection.execute(slices).fetchall())


def pandas_counting(path: Path) -> tuple[Work, Work]:
    """One group-by for each feature."""
    import pandas as pd

    frame = pd.read_csv(path)
    return (
        lambda: frame.groupby([*OUTCOME]).size(),
        lambda: [frame.groupby([name, *OUTCOME]).size() for name in FEATURES],
    )


def polars_counting(path: Path) -> tuple[Work, Work]:
    """One lazy group-by for each feature, collected together."""
    import polars as pl

    frame = pl.read_csv(path).lazy()
    return (
        lambda: frame.group_by(OUTCOME).len().collect(),
        lambda: pl.collect_all([frame.group_by([name, *OUTCOME]).len() for name in FEATURES]),
    )


def fairlearn_counting(path: Path) -> tuple[Work, Work]:
    """One MetricFrame for each feature."""
    import pandas as pd
    from fairlearn.metrics import MetricFrame
    from sklearn.metrics import accuracy_score

    frame = pd.read_csv(path)
    truth, said = frame["label"], frame["prediction"]

    def measured(name: str) -> object:
        return MetricFrame(metrics=accuracy_score, y_true=truth, y_pred=said, sensitive_features=frame[name]).by_group

    return (lambda: accuracy_score(truth, said)), (lambda: [measured(name) for name in FEATURES])


def counters(
    path: Path, rows: int, project: Project, connection: duckdb.DuckDBPyConnection
) -> dict[str, tuple[Work, Work]]:
    """(overall, slices) of each that is installed and can bear so many rows."""
    found = {"slicer": slicer_counting(project), "duckdb": duckdb_counting(connection)}
    if rows <= MOST_IN_MEMORY:
        found["pandas"] = pandas_counting(path)
        if find_spec("polars"):
            found["polars"] = polars_counting(path)
    if rows <= MOST_FOR_FAIRLEARN and find_spec("fairlearn"):
        found["fairlearn"] = fairlearn_counting(path)
    return found
