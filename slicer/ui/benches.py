"""Workbenches made once and shared by pages and routes: one for each run of each version of a data set."""

from __future__ import annotations

import threading
from collections import OrderedDict

from slicer.project.datasets import Dataset
from slicer.project.store import Project
from slicer.workbench import Workbench

MOST = 16
"""Workbenches kept; the one not used for longest goes first."""


class Benches:
    """Workbenches by project, data set, its version and run."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[str, int, int, str], Workbench] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, project: Project, dataset: Dataset, run: str) -> Workbench:
        """The workbench of a run; where the data set has none, of what people answered alone.

        Raises:
            UsageError: no such run.
        """
        key = (project.path, dataset.id, dataset.version, run)
        with self._lock:
            bench = self._known.get(key)
            if bench is None or bench.project is not project:
                bench = Workbench(project, dataset, run, complete=False)
            self._known[key] = bench
            self._known.move_to_end(key)
            while len(self._known) > MOST:
                self._known.popitem(last=False)
        return bench


benches = Benches()
