"""Agreement of twenty people on each of many items, overall and in ten slices. As a program: once, and its memory."""

import sys
import time
from pathlib import Path

import duckdb

from benchmarks.timing import own_peak
from slicer.given import given_roles
from slicer.project.datasets import get_dataset
from slicer.project.store import Project
from slicer.sources import add_file, load_files
from slicer.workbench import Workbench

PEOPLE = 20
ANNOTATORS = 500
SLICES = 10
CLASSES = ("cat", "dog", "fox")


def make_answers(folder: Path, items: int) -> Path:
    """A project of so many items with a truth, a prediction and a site, and twenty answers on each in long form."""
    rows, long, path = folder / "items.parquet", folder / "answers.parquet", folder / "answers.duckdb"
    labels = ", ".join(f"'{one}'" for one in CLASSES)

    def noisy(right: float, seed: str) -> str:
        """The truth in this share of the rows, else any class."""
        chance, other = (f"hash({seed}, {turn}) % 1000" for turn in (1, 2))
        return f"([{labels}])[1 + (case when {chance} < {1000 * right:.0f} then truth else {other} % 3 end)::int]"

    with duckdb.connect() as connection:
        connection.execute(f"create table items as select i, hash(i) % 3 as truth from range({items}) as t(i)")
        connection.execute(
            f"""
            copy (
                select 'item' || i as id, ([{labels}])[1 + truth::int] as label,
                    {noisy(0.7, "i, 'model'")} as prediction, 'site ' || i % {SLICES} as site
                from items
            ) to '{rows}'
            """
        )
        connection.execute(
            f"""
            copy (
                select 'item' || i as id, 'person' || (hash(i) + j) % {ANNOTATORS} as annotator,
                    {noisy(0.8, "i, j")} as label
                from items, range({PEOPLE}) as t(j)
            ) to '{long}'
            """
        )
    with Project(path) as project:
        given = given_roles(id="id", label="label", prediction="prediction", features=["site"])
        dataset, _ = load_files(project, [rows], given)
        add_file(project, dataset, long, given_roles(id="id", annotator="annotator", human="label"))
    return path


def agree(path: Path) -> int:
    """How many slices were measured in the project at that place."""
    with Project(path) as project:
        return len(Workbench(project, get_dataset(project)).agree(by=["site"]).slices)


if __name__ == "__main__":
    wall, cpu = time.perf_counter(), time.process_time()
    agree(Path(sys.argv[1]))
    print(time.perf_counter() - wall, time.process_time() - cpu, own_peak())
