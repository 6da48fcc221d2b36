"""What is measured, in one command: `make bench`. Prints a table and keeps it in benchmarks/results/.

The data is made from a seed. Times are wall seconds of one run on an otherwise idle machine.
"""

import json
import platform
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import duckdb

from slicer.project.datasets import get_dataset
from slicer.project.store import Project
from slicer.sources import load_files
from slicer.workbench import Workbench

ROWS = (10_000, 100_000, 1_000_000)
FEATURES = 20


def make_file(path: Path, rows: int) -> None:
    """A CSV of predictions with 20 features, three of them telling where the model fails."""
    features = ", ".join(
        f"'v' || (hash(i, {column}) % {2 + column % 9}) as feature_{column:02d}" for column in range(FEATURES)
    )
    sql = f"""
        copy (
            select 'ex-' || i as id, {features},
                if(hash(i, 'label') % 100 < 20, 'yes', 'no') as label,
                if(hash(i, 'error') % 100 < 8 + 6 * (hash(i, 3) % 5 = 0)::int, if(label = 'yes', 'no', 'yes'), label)
                    as prediction
            from range({rows}) t(i)
        ) to '{path}' (header)
    """
    duckdb.connect().execute(sql).fetchall()


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def measure(rows: int) -> dict[str, float]:
    """Import, overall metrics, all single-feature slices, and the ranking of all of them."""
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "predictions.csv"
        make_file(path, rows)
        with Project(Path(place) / "bench.duckdb") as project:
            seconds = {"import": timed(lambda: load_files(project, [path]))}
            bench = Workbench(project, get_dataset(project))
            by = list(bench.dataset.roles.features)
            seconds["metrics, all rows"] = timed(bench.metrics)
            seconds[f"metrics, slices of {len(by)} features"] = timed(lambda: bench.metrics(by=by))
            seconds[f"rank, slices of {len(by)} features"] = timed(lambda: bench.rank(by=by))
    return seconds


def main() -> None:
    results = {rows: measure(rows) for rows in ROWS}
    names = list(next(iter(results.values())))
    print("| seconds |", " | ".join(f"{rows:,} rows" for rows in ROWS), "|")
    print("| --- |", " | ".join("---:" for _ in ROWS), "|")
    for name in names:
        print(f"| {name} |", " | ".join(f"{results[rows][name]:.2f}" for rows in ROWS), "|")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    machine = {
        "machine": f"{platform.machine()}, {platform.system()}",
        "python": platform.python_version(),
        "duckdb": version("duckdb"),
        "peak memory MiB": round(peak),
    }
    print(json.dumps(machine))
    kept = Path(__file__).parent / "results" / "core.json"
    kept.parent.mkdir(exist_ok=True)
    kept.write_text(json.dumps({"seconds": results, **machine}, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
