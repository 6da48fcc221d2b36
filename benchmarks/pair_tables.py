"""Rows by truth and prediction for the levels of every column and of every pair of columns: 210 tables of 20 columns.

Everybody starts from the same codes of one byte, each in a process of its own, and must count the same. As a program:
one of them once, its seconds and the memory it took.
"""

import hashlib
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.timing import own_peak

LEVELS = tuple(2 + place % 9 for place in range(20))
"""Levels of each column, as in the data of the other measurements."""

COLUMNS = tuple(f"f{place}" for place in range(len(LEVELS)))
WANTED = [*((one,) for one in range(len(LEVELS))), *combinations(range(len(LEVELS)), 2)]
SMALL, LARGE = 500_000, 10_000_000
GROWTH = (1_000_000, 10_000_000, 100_000_000)
"""Rows that Slicer alone counts, too."""

AT_ONCE = 1 << 20
"""Rows that are made at a time."""

Codes = NDArray[np.uint8]
Tables = list[NDArray[np.int64]]
Step = Callable[[], Any]


def make_codes(folder: Path, rows: int) -> None:
    """Codes of the columns, of truth and of prediction, made from a seed, a file each."""
    sizes = {**dict(zip(COLUMNS, LEVELS, strict=True)), "truth": 2, "prediction": 2}
    for place, (name, levels) in enumerate(sizes.items()):
        file = np.lib.format.open_memmap(folder / f"{name}.npy", mode="w+", dtype=np.uint8, shape=(rows,))
        random = np.random.default_rng([place, rows])
        for start in range(0, rows, AT_ONCE):
            file[start : start + AT_ONCE] = random.integers(0, levels, min(AT_ONCE, rows - start), dtype=np.uint8)
        file.flush()


def codes_in(folder: Path, *names: str) -> list[Codes]:
    """Codes as they lie on disk."""
    return [np.load(folder / f"{name}.npy", mmap_mode="r") for name in names]


# --- who counts: what is done before, what is timed, and how its answer is read --------------------


def slicer(folder: Path) -> Iterator[Any]:
    from slicer.contingency.tables import LOADER, contingency_tables

    LOADER.load()
    yield
    *columns, truth, prediction = codes_in(folder, *COLUMNS, "truth", "prediction")
    found = contingency_tables(columns, LEVELS, truth * np.uint8(2) + prediction, 4, WANTED)
    yield
    yield [table.rows for table in found]


def slicer_without_numba(folder: Path) -> Iterator[Any]:
    sys.modules["numba"] = None  # type: ignore[assignment]
    from slicer.contingency.tables import contingency_tables

    yield
    *columns, truth, prediction = codes_in(folder, *COLUMNS, "truth", "prediction")
    found = contingency_tables(columns, LEVELS, truth * np.uint8(2) + prediction, 4, WANTED)
    yield
    yield [table.rows for table in found]


def bincount(folder: Path) -> Iterator[Any]:
    """numpy, one table after the other."""
    held = {name: np.array(one) for name, one in zip(COLUMNS, codes_in(folder, *COLUMNS), strict=True)}
    truth, prediction = map(np.array, codes_in(folder, "truth", "prediction"))
    yield
    outcome = truth * np.int64(2) + prediction
    found = []
    for columns in WANTED:
        cell = held[COLUMNS[columns[-1]]] * np.int64(4) + outcome
        if len(columns) == 2:
            cell += held[COLUMNS[columns[0]]] * np.int64(4 * LEVELS[columns[1]])
        found.append(np.bincount(cell, minlength=4 * int(np.prod([LEVELS[one] for one in columns]))))
    yield
    yield found


def polars(folder: Path) -> Iterator[Any]:
    """A lazy group-by for each table, collected together."""
    import polars as pl

    names = (*COLUMNS, "truth", "prediction")
    frame = pl.DataFrame(dict(zip(names, map(np.array, codes_in(folder, *names)), strict=True))).lazy()
    yield
    asked = [frame.group_by([*(COLUMNS[one] for one in columns), "truth", "prediction"]).len() for columns in WANTED]
    found = pl.collect_all(asked)
    yield
    yield [_filled(columns, one.to_numpy()) for columns, one in zip(WANTED, found, strict=True)]


def duckdb_queries(folder: Path) -> Iterator[Any]:
    """A query for each table."""
    with _in_duckdb(folder) as connection:
        yield
        found = []
        for columns in WANTED:
            keys = ", ".join([*(COLUMNS[one] for one in columns), "truth", "prediction"])
            found.append(connection.execute(f"select {keys}, count(*) from rows group by {keys}").fetchnumpy())
        yield
        yield [
            _filled(columns, np.stack(list(one.values()), axis=1)) for columns, one in zip(WANTED, found, strict=True)
        ]


def duckdb_grouping_sets(folder: Path) -> Iterator[Any]:
    """One query for all tables."""
    with _in_duckdb(folder) as connection:
        yield
        sets = ", ".join(f"({', '.join(COLUMNS[one] for one in columns)}, truth, prediction)" for columns in WANTED)
        every = ", ".join(COLUMNS)
        lines = connection.execute(
            f"select {every}, truth, prediction, count(*), grouping({every}) from rows group by grouping sets ({sets})"
        ).fetchall()
        yield
        grouped: dict[int, list[tuple[int, ...]]] = {}
        for line in lines:
            grouped.setdefault(line[-1], []).append(line)
        found = []
        for columns in WANTED:
            kept = [*columns, *range(len(COLUMNS), len(COLUMNS) + 3)]
            bits = sum(1 << (len(COLUMNS) - 1 - at) for at in range(len(COLUMNS)) if at not in columns)
            found.append(_filled(columns, np.array([[line[at] for at in kept] for line in grouped[bits]])))
        yield found


ENTRANTS = {one.__name__: one for one in (
    slicer, slicer_without_numba, bincount, polars, duckdb_queries, duckdb_grouping_sets,
)}  # fmt: skip
PEERS = ("polars", "duckdb_queries", "duckdb_grouping_sets")


@contextmanager
def _in_duckdb(folder: Path) -> Iterator[Any]:
    import duckdb
    import pyarrow as pa

    names = (*COLUMNS, "truth", "prediction")
    codes = pa.table(dict(zip(names, map(np.array, codes_in(folder, *names)), strict=True)))
    with duckdb.connect() as connection:
        connection.register("codes", codes)
        connection.execute("create table rows as from codes")
        connection.unregister("codes")
        del codes
        yield connection


def _filled(columns: Sequence[int], lines: NDArray[Any]) -> NDArray[np.int64]:
    """A table from its lines: levels, truth, prediction, rows."""
    table = np.zeros((*(LEVELS[one] for one in columns), 2, 2), dtype=np.int64)
    table[tuple(lines[:, :-1].astype(np.int64).T)] = lines[:, -1]
    return table


# --- measuring -------------------------------------------------------------------------------------


def count_once(name: str, folder: Path, rounds: int) -> dict[str, Any]:
    """The fastest of some rounds, what went before it, a digest of the answer, and the most memory."""
    wall = time.perf_counter()
    seen = []
    for _ in range(rounds):
        steps = ENTRANTS[name](folder)
        next(steps)
        before, start, cpu = time.perf_counter() - wall, time.perf_counter(), time.process_time()
        next(steps)
        seen.append((time.perf_counter() - start, time.process_time() - cpu, before))
        peak = own_peak()
        answer = next(steps)
    said = hashlib.sha256(b"".join(np.ascontiguousarray(one, dtype=np.int64).tobytes() for one in answer)).hexdigest()
    best = min(seen)
    return {"wall": best[0], "cpu": best[1], "prepared": seen[0][2], "peak": peak, "answer": said}


def measure(*, large: bool) -> dict[str, Any]:
    """Every entrant on the same rows; with `large` on ten million, and Slicer's growth up to a hundred million.

    Raises:
        ValueError: two of them count differently.
    """
    rows, rounds = (LARGE, 1) if large else (SMALL, 3)
    with tempfile.TemporaryDirectory() as place:
        make_codes(Path(place), rows)
        names = [name for name in ENTRANTS if name != "polars" or find_spec("polars")]
        found = {name: _in_own_process(name, Path(place), rounds if name != "slicer" else 3) for name in names}
    if len({one.pop("answer") for one in found.values()}) > 1:
        raise ValueError("The tables differ.")
    fastest = min(found[name]["wall"] for name in PEERS if name in found)
    return {
        "rows": rows,
        "tables": len(WANTED),
        "by": found,
        "times_faster": fastest / found["slicer"]["wall"],
        "growth": {str(rows): _grown(rows) for rows in GROWTH} if large else {},
    }


def _grown(rows: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as place:
        make_codes(Path(place), rows)
        found = _in_own_process("slicer", Path(place), 1)
        del found["answer"]  # there is no other to hold it against
        return found


def _in_own_process(name: str, folder: Path, rounds: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.pair_tables", name, str(folder), str(rounds)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


if __name__ == "__main__":
    print(json.dumps(count_once(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))))
