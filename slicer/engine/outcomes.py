"""What came of every row as a code: its truth, its prediction and what a person said, or whether they were right."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import NDArray
from sqlglot import exp

from slicer.engine.duckdb import ALL, FIRST, DuckDBEngine
from slicer.engine.encoding import MOST_VALUES, Encoded, encoded_values
from slicer.engine.parameters import Parameters
from slicer.engine.sql import Grouped, column

Said = tuple[str | bool | None, ...]
"""The facts of a cell, in the order of `DuckDBEngine.cell_facts`."""

MOST_OUTCOMES = 1 << 16
"""Combinations of what can be said that are told apart."""

BATCH = 1 << 20
"""Rows that are read at a time."""


@dataclass(frozen=True, slots=True, eq=False)
class Outcomes:
    """What came of every row of a data set."""

    codes: NDArray[np.uint8] | NDArray[np.uint16]
    said: tuple[Said, ...]
    """What each code stands for, each once."""


def outcomes_of(engine: DuckDBEngine, *, classes: bool) -> Outcomes | None:
    """What came of every row; None where there is too much to tell apart.

    Args:
        classes: As in `DuckDBEngine.cells_by`.
    """
    facts, _ = engine.cell_facts(classes=classes)
    parameters = Parameters()
    read: list[tuple[Encoded | None, list[str | bool | None]]] = []
    for fact in facts:
        found = _values(engine, fact)
        if found is None:
            return None
        there = {raw: said for raw, said in found if raw is not None}
        missing = next((said for raw, said in found if raw is None), None)
        encoded = encoded_values(fact.raw, list(there), parameters) if there else None
        read.append((encoded, [*there.values(), missing]))
    every = [list(dict.fromkeys(said)) for _, said in read]
    size = prod(map(len, every))
    if size > MOST_OUTCOMES:
        return None
    codes, rows = _combined(engine, read, every, parameters)
    seen = np.flatnonzero(rows)
    order = np.zeros(max(size, 1), dtype=np.uint8 if len(seen) <= 256 else np.uint16)
    order[seen] = np.arange(len(seen))
    places = np.unravel_index(seen, [len(one) for one in every])
    said = [tuple(one[at] for one, at in zip(every, place, strict=True)) for place in zip(*places, strict=True)]
    return Outcomes(np.take(order, codes), tuple(said))


def _values(engine: DuckDBEngine, fact: Grouped) -> list[tuple[str | bool | None, str | bool | None]] | None:
    """The values of a fact as they are stored and as they are said; None where there are too many."""
    if isinstance(fact.raw, exp.Null):
        return []
    parameters = Parameters()
    stored = engine.rows(ALL, parameters).select(exp.alias_(fact.raw.copy(), "value")).group_by(FIRST)
    query = exp.select(column("value"), fact.said(column("value"))).from_(stored.subquery("stored"))
    found = engine.fetch(query.limit(MOST_VALUES + 2), parameters)
    return None if len(found) > MOST_VALUES else [(raw, said) for raw, said in found]


def _combined(
    engine: DuckDBEngine,
    read: list[tuple[Encoded | None, list[str | bool | None]]],
    every: list[list[str | bool | None]],
    parameters: Parameters,
) -> tuple[NDArray[np.uint16], NDArray[np.int64]]:
    """A number for all facts of each row, and the rows of each number."""
    size = max(1, prod(map(len, every)))
    places = [
        np.array([mine.index(one) for one in said], dtype=np.uint16)
        for (_, said), mine in zip(read, every, strict=True)
    ]
    selected = [encoded.selected for encoded, _ in read if encoded is not None]
    query = engine.rows(ALL, parameters).select(
        *(exp.alias_(one, f"fact_{at}") for at, one in enumerate(selected)), "1 as one"
    )
    parts, rows = [], np.zeros(size, dtype=np.int64)
    for batch in engine.batches(query, parameters, BATCH):  # a scan gives rows in their own order
        found = iter(batch.columns)
        number = np.zeros(batch.num_rows, dtype=np.uint16)
        for (encoded, _), mine, place in zip(read, every, places, strict=True):
            number *= np.uint16(len(mine))
            number += place[-1] if encoded is None else np.take(place, encoded.places(next(found)))
        rows += np.bincount(number, minlength=size)
        parts.append(number)
    return np.concatenate([np.zeros(0, dtype=np.uint16), *parts]), rows
