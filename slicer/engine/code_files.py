"""Codes of columns kept beside the project: made once for each state of the data, read as they lie on disk.

Nothing in them is new: the folder may be deleted at any time, and no backup needs it.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sqlglot import exp

from slicer.engine.duckdb import ALL, DuckDBEngine
from slicer.engine.levels import Levels
from slicer.engine.signatures import place_in
from slicer.engine.sql import DERIVED, RESERVED, TAG, Parameters, column

Codes = NDArray[np.uint8]

FORMAT = 1
"""Grows whenever codes are made in another way."""

SPARE = 100_000_000
"""Bytes of the disk that are left free."""

TOGETHER = 8
"""Columns that are encoded in one scan."""

ORDER = "slicer_order"
"""The place of a row in the data set, in a query."""

BATCH = 1 << 20
"""Rows that are encoded at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeFolder:
    """Where the codes of a data set are kept.

    Args:
        root: The folder of a project; None keeps nothing.
        dataset: Names the data set.
        state: What the values of the columns depend on; codes of another state are deleted.
        answers: What labels and predictions depend on besides: roles and run.
        rows: Rows of the data set.
    """

    root: Path | None
    dataset: str
    state: str
    answers: str
    rows: int

    def codes(
        self, engine: DuckDBEngine, levels: Sequence[Levels], told: Callable[[float], object] = lambda done: None
    ) -> list[Codes]:
        """The place of the level of every row of the data set, a byte each, one past the last where it is in none.

        Args:
            levels: Of each column, fewer than 255.
            told: Called with the part of the work that is done, in [0, 1].
        """
        lasting = [one for one in levels if TAG not in _columns(one)]  # tags change while the data stays as it is
        places = {} if self.root is None else {one.column: self._place(one) for one in lasting}
        kept = {name: codes for name, place in places.items() if (codes := self._kept(place)) is not None}
        wanted = [one for one in levels if one.column not in kept]
        if wanted:
            some = [one for one in wanted if one in lasting]
            kept |= self._made(engine, some, {one.column: places[one.column] for one in some} if places else {}, told)
            kept |= self._made(engine, [one for one in wanted if one not in lasting], {}, told)
        return [kept[one.column] for one in levels]

    def _made(
        self,
        engine: DuckDBEngine,
        levels: Sequence[Levels],
        places: Mapping[str, Path],
        told: Callable[[float], object],
    ) -> dict[str, Codes]:
        try:
            into = self._rooms(places)
        except OSError:  # a folder that cannot be written, or is full: this time without
            into = {}
        if not into:
            into, places = {one.column: np.empty(self.rows, dtype=np.uint8) for one in levels}, {}
        try:
            for start in range(0, len(levels), TOGETHER):
                _write(engine, levels[start : start + TOGETHER], into)
                told(min(1.0, (start + TOGETHER) / len(levels)))
        except BaseException:
            for place in places.values():
                _partial(place).unlink(missing_ok=True)
            raise
        for place in places.values():
            _partial(place).replace(place)
        return into

    def _rooms(self, places: Mapping[str, Path]) -> dict[str, Codes]:
        """Files to write to; those of an earlier state are deleted."""
        if not places or self.root is None or not self.rows:
            return {}
        folder = next(iter(places.values())).parent
        folder.mkdir(parents=True, exist_ok=True)
        for old in self.root.glob(f"{self.dataset}-*"):
            if old != folder:
                shutil.rmtree(old, ignore_errors=True)
        if shutil.disk_usage(folder).free < SPARE + self.rows * len(places):
            return {}
        made = np.lib.format.open_memmap
        return {
            name: made(_partial(place), mode="w+", dtype=np.uint8, shape=(self.rows,)) for name, place in places.items()
        }

    def _kept(self, place: Path) -> Codes | None:
        """What lies in the folder; None where it is not there or not whole."""
        try:
            codes = np.load(place, mmap_mode="r")
        except (OSError, ValueError):
            return None
        return codes if codes.shape == (self.rows,) and codes.dtype == np.uint8 else None

    def _place(self, levels: Levels) -> Path:
        said = [FORMAT, self.rows, levels.column, *(str(level.slice_) for level in levels.levels)]
        said += [self.answers] if _columns(levels) & {*RESERVED, *DERIVED} else []
        assert self.root is not None
        return self.root / f"{self.dataset}-{_hash(self.state)}" / f"{_hash(json.dumps(said))}.npy"


def _write(engine: DuckDBEngine, levels: Sequence[Levels], into: Mapping[str, Codes]) -> None:
    """Fill in the codes of some columns, a batch of rows after the other."""
    parameters = Parameters(shared={})
    codes = [place_in(engine, [level.slice_ for level in one.levels], parameters, exp.DType.UTINYINT) for one in levels]
    names = [f"place_{at}" for at in range(len(codes))]
    below = engine.rows(ALL, parameters).select(exp.Star(), exp.alias_(column("rowid"), ORDER))
    below = below.select(*(exp.alias_(one, name, quoted=True) for name, one in (parameters.shared or {}).items()))
    query = exp.select(*(exp.alias_(one, name, copy=False) for one, name in zip(codes, names, strict=True)), copy=False)
    query = query.from_(below.subquery("below")).order_by(ORDER)
    done = 0
    for batch in engine.batches(query, parameters, BATCH):
        for one, found in zip(levels, batch.columns, strict=True):
            into[one.column][done : done + batch.num_rows] = found.to_numpy(zero_copy_only=False)
        done += batch.num_rows


def _columns(levels: Levels) -> set[str]:
    """The columns that levels are told by."""
    return {name for level in levels.levels for name in level.slice_.columns}


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def _partial(place: Path) -> Path:
    """Where a file lies until it is whole; threads do not write into each other's."""
    return place.with_suffix(f".{threading.get_ident()}.part")
