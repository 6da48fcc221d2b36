"""Slicer: error analysis of machine-learning predictions, in a dashboard, a command line and a package.

>>> import slicer
>>> result = slicer.sample("speech").rank(by=["noise"])
>>> [(row.candidate.slice, round(row.candidate.potential, 4)) for row in result.table][:1]
[("noise = 'people noise'", 0.006)]
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from slicer.version import __version__

if TYPE_CHECKING:
    from slicer.metrics.registry import class_metric, register, table_metric
    from slicer.workbench import Workbench

__all__ = ["__version__", "class_metric", "open", "register", "sample", "table_metric"]


def open(path: str | Path, *, dataset: str | None = None, run: str | None = None, **roles: Any) -> Workbench:
    """A workbench on a project file or a predictions file.

    Args:
        path: A project (`*.duckdb`) or a data file: CSV, TSV, Parquet, JSON lines, plain or gzip.
        dataset, run: Which ones of a project; the newest if None.
        roles: `label="y"`, `prediction={"v1": "p1"}`, `human=["h"]`, `features=[..]`, ..; the rest is guessed.

    Raises:
        SlicerError: in words.
    """
    from slicer.given import given_roles
    from slicer.sources import open_source

    return open_source(path, given_roles(**roles), dataset=dataset, run=run)


def sample(name: str) -> Workbench:
    """A workbench on one of the samples that come with Slicer, such as "speech"."""
    from slicer.sources import sample_workbench

    return sample_workbench(name)


def __getattr__(name: str) -> Any:
    """What makes a metric of one's own: `register`, with `class_metric` or `table_metric`."""
    if name in ("register", "class_metric", "table_metric"):
        from slicer.metrics import registry

        return getattr(registry, name)
    raise AttributeError(f"module 'slicer' has no attribute {name!r}")
