"""How fast and how lean: `make bench` measures, keeps the numbers in benchmarks/results/ and puts a few in the README.

What is compared runs in turn with its peers, on the same machine in the same minutes; a peer that is not installed is
left out, and said to be (`pip install .[bench]` brings them).
"""

import argparse
import json
import os
import platform
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import duckdb

from benchmarks import card, pair_tables, screen, searching, tables
from benchmarks.agreeing import PEOPLE, SLICES, make_answers
from benchmarks.counting import counters
from benchmarks.importing import importers, slicer_overview
from benchmarks.made import make_file
from benchmarks.ranking import rank_all
from benchmarks.reporting import report_at
from benchmarks.timing import Timing, once, peak_of, race
from slicer.project.store import Project
from slicer.sources import load_files

ROOT = Path(__file__).parent.parent
RESULTS = ROOT / "benchmarks" / "results"
ROWS = (10_000, 100_000, 1_000_000)
LARGE = 10_000_000
ITEMS = 1_000_000
"""Items that twenty people answered."""

ON_SCREEN = 1_000_000
"""Rows of the project that the browser opens."""

RANKED = 1_000_000
"""Rows whose slices are ranked."""

ROUNDS = 3
PEERS = ("polars", "fairlearn", *searching.PEERS)
"""Of the extra `bench`."""


def measure(path: Path, rows: int, rounds: int) -> dict[str, Any]:
    """Import, memory, metrics and slices of a file of so many rows."""
    make_file(path, rows)
    imports = race({name: partial(work, path) for name, work in importers().items()}, rounds)
    overview = race({"slicer": lambda: slicer_overview(path)}, rounds)
    peaks = {name: peak_of("benchmarks.importing", name, path) for name in importers()}
    with Project(project_of(path)) as project, duckdb.connect() as bare:
        load_files(project, [path])
        bare.execute(f"attach '{path.with_suffix('.bare')}' as bare; use bare").fetchall()
        bare.execute(f"create table rows as from read_csv('{path}')").fetchall()
        works = counters(path, rows, project, bare)
        overall = race({name: work for name, (work, _) in works.items()}, rounds)
        slices = race({name: work for name, (_, work) in works.items()}, rounds)
    timing, peak = once("benchmarks.measuring", project_of(path))
    return {
        "measured": {"slicer": asdict(timing)},
        "measured_peak": peak,
        "report": {"slicer": report_of(project_of(path))},
        "import": _plain(imports),
        "overall": _plain(overall),
        "slices": _plain(slices),
        "overview": _plain(overview),
        "peak": peaks,
    }


def report_of(project: Path) -> dict[str, float]:
    """What the report of a project takes, and its bytes."""
    timing, _ = once("benchmarks.reporting", project)
    return {**asdict(timing), "size": report_at(project).stat().st_size}


def project_of(path: Path) -> Path:
    """The project a file is measured in."""
    return path.with_suffix(".duckdb")


def _plain(timings: dict[str, Timing]) -> dict[str, dict[str, float]]:
    return {name: asdict(timing) for name, timing in timings.items()}


def machine() -> dict[str, Any]:
    """What it was measured on."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return {
        "cpu": models[0] if models else platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "memory": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        "system": f"{platform.system()} {platform.machine()}",
        "load": os.getloadavg()[0],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--large",
        action="store_true",
        help=f"{LARGE:,} rows, agreement on {ITEMS:,} items, tables and searches of up to 100,000,000 rows as well; "
        "takes some minutes and 6 GB",
    )
    parser.add_argument(
        "--only", choices=sorted([*ONLY, "pair_tables"]), help="measure this alone, and keep all other numbers"
    )
    parser.add_argument("--no-browser", action="store_true", help="measure nothing on screen")
    chosen = parser.parse_args()
    if chosen.only is not None:
        kept = json.loads((RESULTS / "results.json").read_text(encoding="utf-8"))
        only = ONLY | {"pair_tables": partial(pair_tables.measure, large=chosen.large)}
        return write(kept | {chosen.only: only[chosen.only]()})
    left_out = [f"{name} is not installed: left out." for name in PEERS if not find_spec(name)]
    results: dict[str, Any] = {
        "machine": machine(),
        "versions": {name: version(name) for name in ("duckdb", "pandas", "streamlit", *PEERS) if find_spec(name)}
        | {"python": platform.python_version()},
        "left_out": left_out,
        "rows": {},
        "screen": {},
        "screen_rows": ON_SCREEN,
        "card": {},
    }
    with tempfile.TemporaryDirectory() as place:
        for rows in (*ROWS, *((LARGE,) if chosen.large else ())):
            print(f"{rows:,} rows", flush=True)
            path = Path(place) / f"rows_{rows}.csv"
            results["rows"][str(rows)] = measure(path, rows, ROUNDS if rows < LARGE else 1)
        if chosen.large:
            print(f"{ITEMS:,} items", flush=True)
            timing, peak = once("benchmarks.agreeing", make_answers(Path(place), ITEMS))
            results["agree"] = {"items": ITEMS, "people": PEOPLE, "slices": SLICES, **asdict(timing), "peak": peak}
            results["search"] = measure_searching()
        print("tables of pairs of columns", flush=True)
        results["pair_tables"] = pair_tables.measure(large=chosen.large)
        results["rank"] = measure_ranking(Path(place) / f"rows_{RANKED}.csv", RANKED)
        if chosen.no_browser or not screen.browser_here():
            left_out.append("No Chromium was used: nothing was measured on screen.")
        else:
            results["screen"] = screen.first_charts(
                project_of(Path(place) / f"rows_{ON_SCREEN}.csv"), f"rows_{ON_SCREEN}", ROUNDS
            )
            results["card"] = measure_card()
    return write(results)


@contextmanager
def made_project(rows: int) -> Iterator[Path]:
    """A file of so many rows that lies beside its project."""
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / f"rows_{rows}.csv"
        make_file(path, rows)
        with Project(project_of(path)) as project:
            load_files(project, [path])
        yield path


def ranking_alone() -> dict[str, Any]:
    """The prioritization table of a project of its own."""
    with made_project(RANKED) as path:
        return measure_ranking(path, RANKED)


def screen_alone() -> dict[str, Any]:
    """The first charts of a project of its own."""
    with made_project(ON_SCREEN) as path:
        return screen.first_charts(project_of(path), path.stem, ROUNDS)


def measure_ranking(path: Path, rows: int) -> dict[str, Any]:
    """The prioritization table of the project of a file, and how busy the machine was."""
    return {"rows": rows, "load": os.getloadavg()[0], "by": rank_all(project_of(path))}


def measure_searching() -> dict[str, Any]:
    """The worst slices, found beside peers and as rows grow."""
    return {"compared": searching.compared(), "grown": searching.grown()}


def measure_card() -> dict[str, Any]:
    """From a key to the next example on screen, with the load of the machine meanwhile."""
    found = card.key_to_example()
    return {"keys": card.KEYS, "gap": card.GAP, "load": os.getloadavg()[0], "kinds": found}


ONLY: dict[str, Callable[[], dict[str, Any]]] = {
    "rank": ranking_alone,
    "screen": screen_alone,
    "card": measure_card,
    "search": measure_searching,
}
"""What can be measured alone, by its place among the results."""


def write(results: dict[str, Any]) -> None:
    """Keep the numbers, as data, as tables, and a few in the README."""
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "results.json").write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    (RESULTS / "results.md").write_text(tables.in_full(results), encoding="utf-8")
    readme = ROOT / "README.md"
    readme.write_text(tables.with_brief(readme.read_text(encoding="utf-8"), results), encoding="utf-8")
    print(tables.in_full(results))


if __name__ == "__main__":
    main()
