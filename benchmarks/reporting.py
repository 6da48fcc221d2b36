"""The report of every slice of 20 columns, ranked, with its examples. As a program: once, and the memory it took."""

import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.made import FEATURES
from benchmarks.timing import own_peak
from slicer.project.datasets import get_dataset
from slicer.project.store import Project
from slicer.report.html import to_html
from slicer.workbench import Workbench
from slicer.workbench.reporting import report_of


def report_at(path: Path) -> Path:
    """Where the report of a project lies."""
    return path.with_suffix(".html")


def write_report(path: Path) -> None:
    """Write the report of the project at that place beside it."""
    with Project(path) as project:
        bench = Workbench(project, get_dataset(project))
        ranking = bench.rank(by=FEATURES)
        report = report_of(bench, ranking, made_at=datetime.now(UTC))
        report_at(path).write_text(to_html(report), encoding="utf-8")


if __name__ == "__main__":
    wall, cpu = time.perf_counter(), time.process_time()
    write_report(Path(sys.argv[1]))
    print(time.perf_counter() - wall, time.process_time() - cpu, own_peak())
