"""Words looked for in the examples of a queue."""

from __future__ import annotations

from slicer.engine.searching import places_in_queue
from slicer.engine.sql import LABEL, PREDICTION, RESERVED
from slicer.slices import Slice, any_of, condition
from slicer.workbench.counting import Counting

MOST_PLACES = 10_000
"""Positions that are told; examples beyond them are counted."""


def fields_of(bench: Counting) -> list[str]:
    """Columns that are read beside an example: features, then those that are kept but not used."""
    kept = [one.column for one in bench.dataset.assignments if one.role == "ignore"]
    return [*bench.dataset.roles.features, *kept]


def holding(bench: Counting, words: str) -> Slice | None:
    """The rows in which somebody who reads them meets these words, in upper or lower case: in the text, in other
    columns of text, objects or lists, in prose the model was to write; None where there is none to read.
    """
    roles, kinds = bench.dataset.roles, bench.dataset.kinds
    beside = [name for name in fields_of(bench) if kinds.get(name) in ("text", "other") and name not in RESERVED]
    said = [] if bench.by_class else [name for name, role in _roles(bench).items() if kinds.get(role or "") == "text"]
    read = [*([roles.text] if roles.text else []), *said, *beside]
    return any_of(*(condition(name, "contains", words) for name in read)) if read else None


def _roles(bench: Counting) -> dict[str, str | None]:
    return {LABEL: bench.dataset.roles.label, PREDICTION: bench.run.prediction}


def search(bench: Counting, queue: int, words: str) -> tuple[int, list[int]]:
    """How many examples of a queue hold these words, and the positions of the first `MOST_PLACES`."""
    where = holding(bench, words)
    return (0, []) if where is None else places_in_queue(bench.engine, queue, where, most=MOST_PLACES)
