"""Every metric of all rows and of each slice of 20 columns. As a program: once, and the memory it took."""

import sys
import time
from pathlib import Path

from benchmarks.made import FEATURES
from benchmarks.timing import own_peak
from slicer.project.datasets import get_dataset
from slicer.project.store import Project
from slicer.workbench import Workbench


def measure_all(path: Path) -> int:
    """How many slices were measured in the project at that place."""
    with Project(path) as project:
        return len(Workbench(project, get_dataset(project)).metrics(by=FEATURES).slices)


if __name__ == "__main__":
    wall, cpu = time.perf_counter(), time.process_time()
    measure_all(Path(sys.argv[1]))
    print(time.perf_counter() - wall, time.process_time() - cpu, own_peak())
