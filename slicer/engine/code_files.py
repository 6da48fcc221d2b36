"""What is kept beside the project of the columns of a data set: codes, what came of every row, and levels.

Made once for each state of the data and read as it lies on disk. Nothing in it is new: the folder may be deleted at any
time, and no backup needs it. Where there is no project file, or its folder cannot be written, it stays in memory.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlglot import exp

from slicer.engine.duckdb import ALL, DuckDBEngine
from slicer.engine.encoding import encoded_levels
from slicer.engine.levels import Levels
from slicer.engine.outcomes import Outcomes, outcomes_of
from slicer.engine.parameters import Parameters
from slicer.engine.sql import DERIVED, RESERVED, TAG

Codes = NDArray[np.uint8]

FORMAT = 2
"""Grows whenever something is made in another way."""

SPARE = 100_000_000
"""Bytes of the disk that are left free."""

TOGETHER = 8
"""Columns that are encoded in one scan."""

BATCH = 1 << 20
"""Rows that are encoded at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeFolder:
    """Where the codes of a data set are kept.

    Args:
        root: The folder of a project; None keeps everything in memory.
        dataset: Names the data set.
        state: What the values of the columns depend on; what was made of another state is deleted.
        answers: What labels and predictions depend on besides: roles and run.
        rows: Rows of the data set.
    """

    root: Path | None
    dataset: str
    state: str
    answers: str
    rows: int
    _held: dict[str, Any] = field(init=False, default_factory=dict, compare=False, repr=False)
    """What was made or read before, by its key."""

    def codes(
        self, engine: DuckDBEngine, levels: Sequence[Levels], told: Callable[[float], object] = lambda done: None
    ) -> list[Codes]:
        """The place of the level of every row of the data set, a byte each, one past the last where it is in none.

        Args:
            levels: Of each column, fewer than 255.
            told: Called with the part of the work that is done, in [0, 1].
        """
        keys = {one.column: self._key_of_codes(one) for one in levels if _lasts(one)}
        found = {name: codes for name, key in keys.items() if (codes := self._read(key)) is not None}
        wanted = [one for one in levels if one.column not in found]
        lasting, passing = [one for one in wanted if _lasts(one)], [one for one in wanted if not _lasts(one)]
        if lasting:
            found |= self._made(engine, lasting, {one.column: keys[one.column] for one in lasting}, told)
        if passing:
            found |= self._written(engine, passing, self._in_memory(passing), told)
        return [found[one.column] for one in levels]

    def has(self, levels: Sequence[Levels]) -> bool:
        """Whether the codes of all of these need not be made."""
        return all(_lasts(one) and self._read(self._key_of_codes(one)) is not None for one in levels)

    def outcomes(self, engine: DuckDBEngine, *, classes: bool) -> Outcomes | None:
        """What came of every row; None where there is too much to tell apart."""
        key = _hash("outcomes", classes, self.answers)
        codes, said = self._read(key), self._read_words(key)
        if codes is None or said is None:
            made = outcomes_of(engine, classes=classes)
            if made is None:
                return None
            self._keep(key, made.codes)
            self._keep_words(key, [list(one) for one in made.said])
            return made
        return Outcomes(codes, tuple(tuple(one) for one in said))

    def levels(self, engine: DuckDBEngine, names: Sequence[str]) -> dict[str, Levels]:
        """The levels of columns over all rows."""
        relation = engine.relation
        keys = {
            name: _hash("levels", name, relation.subject(name)[1], name in relation.answers, self._of_roles({name}))
            for name in names
        }
        words = {name: self._read_words(key) for name, key in keys.items()}
        wanted = [name for name, said in words.items() if said is None]
        made = engine.levels(wanted) if wanted else {}
        for name, levels in made.items():
            self._keep_words(keys[name], levels.words())
        return {name: made[name] if name in made else Levels.of_words(name, words[name]) for name in names}

    def _key_of_codes(self, levels: Levels) -> str:
        slices = [str(level.slice_) for level in levels.levels]
        return _hash("codes", levels.column, slices, self._of_roles(_columns(levels)))

    def _of_roles(self, columns: set[str]) -> str:
        return self.answers if columns & {*RESERVED, *DERIVED} else ""

    def _made(
        self,
        engine: DuckDBEngine,
        levels: Sequence[Levels],
        keys: Mapping[str, str],
        told: Callable[[float], object],
    ) -> dict[str, Codes]:
        into = self._on_disk(keys) or self._in_memory(levels)
        places = {name: place for name, key in keys.items() if (place := self._place(key)) is not None}
        try:
            self._written(engine, levels, into, told)
        except BaseException:
            for place in places.values():
                _partial(place).unlink(missing_ok=True)
            raise
        for name, key in keys.items():
            if isinstance(into[name], np.memmap):
                _partial(places[name]).replace(places[name])
            self._held[key] = into[name]
        return into

    def _written(
        self,
        engine: DuckDBEngine,
        levels: Sequence[Levels],
        into: dict[str, Codes],
        told: Callable[[float], object],
    ) -> dict[str, Codes]:
        for start in range(0, len(levels), TOGETHER):
            _write(engine, levels[start : start + TOGETHER], into)
            told(min(1.0, (start + TOGETHER) / len(levels)))
        return into

    def _in_memory(self, levels: Sequence[Levels]) -> dict[str, Codes]:
        return {one.column: np.empty(self.rows, dtype=np.uint8) for one in levels}

    def _on_disk(self, keys: Mapping[str, str]) -> dict[str, Codes]:
        """Files to write codes to; none where there can be none."""
        places = {name: place for name, key in keys.items() if (place := self._place(key)) is not None}
        try:
            if not places or not self._can_hold(self.rows * len(places)):
                return {}
            made = np.lib.format.open_memmap
            return {
                name: made(_partial(place), mode="w+", dtype=np.uint8, shape=(self.rows,))
                for name, place in places.items()
            }
        except OSError:  # a folder that cannot be written, or is full
            return {}

    def _can_hold(self, size: int) -> bool:
        """Whether the folder is there and has room; what is left of an earlier state is deleted.

        Raises:
            OSError: it cannot be written.
        """
        if self.root is None or not self.rows:
            return False
        folder = self._folder(self.root)
        folder.mkdir(parents=True, exist_ok=True)
        for old in self.root.glob(f"{self.dataset}-*"):
            if old != folder:
                shutil.rmtree(old, ignore_errors=True)
        return shutil.disk_usage(folder).free >= SPARE + size

    def _keep(self, key: str, codes: NDArray[Any]) -> None:
        self._held[key] = codes
        self._to_disk(key, codes.nbytes, lambda place: np.save(place, codes), ".npy")

    def _keep_words(self, key: str, words: Any) -> None:
        self._held[f"{key} in words"] = words
        text = json.dumps(words)
        self._to_disk(key, len(text), lambda place: place.write_text(text, encoding="utf-8"), ".json")

    def _to_disk(self, key: str, size: int, write: Callable[[Path], object], suffix: str) -> None:
        place = self._place(key, suffix)
        if place is None:
            return
        partial = place.with_name(f"{place.stem}.{threading.get_ident()}.part{suffix}")
        try:
            if self._can_hold(size):
                write(partial)
                partial.replace(place)
        except OSError:  # a folder that cannot be written: it stays in memory
            partial.unlink(missing_ok=True)

    def _read(self, key: str) -> NDArray[Any] | None:
        """Codes that were made before; None where they are not there or not whole."""
        if key not in self._held and (place := self._place(key)) is not None:
            try:
                codes = np.load(place, mmap_mode="r")
            except (OSError, ValueError, EOFError):
                return None
            if codes.shape != (self.rows,) or codes.dtype not in (np.uint8, np.uint16):
                return None
            self._held[key] = codes
        found: NDArray[Any] | None = self._held.get(key)
        return found

    def _read_words(self, key: str) -> Any:
        """What was written down before; None where it is not there or not whole."""
        name = f"{key} in words"
        if name not in self._held and (place := self._place(key, ".json")) is not None:
            try:
                self._held[name] = json.loads(place.read_text(encoding="utf-8"))
            except (OSError, ValueError):
                return None
        return self._held.get(name)

    def _folder(self, root: Path) -> Path:
        return root / f"{self.dataset}-{_hash(self.state)}"

    def _place(self, key: str, suffix: str = ".npy") -> Path | None:
        """Where something is kept; None without a folder."""
        return None if self.root is None else self._folder(self.root) / f"{_hash(key, self.rows)}{suffix}"


def _write(engine: DuckDBEngine, levels: Sequence[Levels], into: Mapping[str, Codes]) -> None:
    """Fill in the codes of some columns, a batch of rows after the other."""
    parameters = Parameters(shared={})
    columns = [encoded_levels(engine, one, parameters) for one in levels]
    shared = parameters.shared or {}
    rows = engine.rows(ALL, parameters)
    if shared:
        named = (exp.alias_(one, name, quoted=True) for name, one in shared.items())
        rows = exp.Select().from_(rows.select(exp.Star(), *named).subquery("below"))
    query = rows.select(
        *(exp.alias_(one.selected, f"place_{at}", copy=False) for at, one in enumerate(columns)), copy=False
    )
    done = 0
    for batch in engine.batches(query, parameters, BATCH):  # a scan gives rows in their own order
        for one, coded, found in zip(levels, columns, batch.columns, strict=True):
            into[one.column][done : done + batch.num_rows] = coded.places(found)
        done += batch.num_rows


def _columns(levels: Levels) -> set[str]:
    """The columns that levels are told by."""
    return {name for level in levels.levels for name in level.slice_.columns}


def _lasts(levels: Levels) -> bool:
    """Whether codes hold as long as the data: tags change while it stays as it is."""
    return TAG not in _columns(levels)


def _hash(*said: object) -> str:
    return hashlib.sha256(json.dumps([FORMAT, *said]).encode()).hexdigest()[:24]


def _partial(place: Path) -> Path:
    """Where a file lies until it is whole; threads do not write into each other's."""
    return place.with_suffix(f".{threading.get_ident()}.part")
