"""The whole prioritization table: gaps, intervals, potential, overlap, chances and ties, from a workbench just opened.

As a program: of all 20 columns and of all 190 pairs of them, with slices, wall and CPU seconds of each.
"""

import json
import sys
import time
from itertools import combinations
from pathlib import Path

from benchmarks.made import FEATURES
from slicer.project.datasets import get_dataset
from slicer.project.store import Project
from slicer.workbench import Workbench

PAIRS = tuple(f"{one}*{other}" for one, other in combinations(FEATURES, 2))
BY = {"columns": FEATURES, "pairs": PAIRS}


def rank_all(path: Path, rounds: int = 3) -> dict[str, dict[str, float]]:
    """The fastest of several rounds for each: what else runs on the machine only ever adds."""
    found = {}
    with Project(path) as project:
        dataset = get_dataset(project)
        for name, by in BY.items():
            times = []
            for _ in range(rounds):
                wall, cpu = time.perf_counter(), time.process_time()
                table = Workbench(project, dataset).rank(by=by).table
                times.append((time.perf_counter() - wall, time.process_time() - cpu))
            found[name] = {"slices": len(table), "wall": min(times)[0], "cpu": min(times)[1]}
    return found


if __name__ == "__main__":
    print(json.dumps(rank_all(Path(sys.argv[1]))))
