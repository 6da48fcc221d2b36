"""Which rows there are to read: in strata, by how sure the run was, by where two runs part, by confusion."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from slicer.engine.confidence import confidence, confidences, parted_ids
from slicer.engine.distribution import worst_ids
from slicer.errors import UsageError
from slicer.project.queues import CONFIDENCE
from slicer.slices import Slice, all_of, condition
from slicer.workbench.counting import ALL, ERRORS, Counting

BANDS = 4
"""Strata of confidence, of equally many rows."""


def has_confidence(bench: Counting) -> bool:
    """Whether it is known how sure the run was of what it said."""
    return bench.task == "classification" and confidence(bench.relation) is not None


def confident_rows(bench: Counting, where: Slice = ERRORS, *, limit: int) -> list[str]:
    """The ids of the rows the run was most sure of, first.

    Raises:
        UsageError: it is not known how sure it was.
    """
    sure = confidence(bench.relation)
    if sure is None:
        raise UsageError(
            f"Run {bench.run.name} has no probabilities: nobody knows how sure it was.",
            hint="Name them with --probabilities, or on the Data page.",
        )
    return worst_ids(bench.engine, [exp.Ordered(this=sure, desc=True)], where, limit)


def parted_rows(bench: Counting, other: str, where: Slice = ALL) -> list[str]:
    """The ids of the rows that this run has right and another wrong, or the other way round."""
    return parted_ids(bench.engine, bench.dataset.roles.run(other), where)


def strata(bench: Counting, by: str, where: Slice = ERRORS) -> dict[str, list[str]]:
    """The ids of rows in strata, each row in one, by what a stratum is called.

    Args:
        by: A column, `label`, or `CONFIDENCE`.

    Raises:
        UnknownColumnError: no such column.
    """
    if by == CONFIDENCE:
        return _bands(confidences(bench.engine, where))
    levels = bench.levels_of([by], where)[0][0]
    found = {slice_.words: bench.ids(all_of(where, slice_)) for slice_ in levels.slices.values()}
    return {name: ids for name, ids in found.items() if ids}


def sizes_of_strata(bench: Counting, by: str, where: Slice, within: Slice | None = None) -> dict[str, int]:
    """How many rows each stratum of `where` has; of those `within`, where that is said."""
    if by == CONFIDENCE:
        inside = None if within is None else set(bench.ids(within))
        bands = _bands(confidences(bench.engine, where))
        return {name: len(ids) if inside is None else len(inside.intersection(ids)) for name, ids in bands.items()}
    levels = bench.levels_of([by], where)[0][0]
    counts = {one.words: bench.engine.count(all_of(within or where, one)) for one in levels.slices.values()}
    return {name: rows for name, rows in counts.items() if rows or within is not None}


def _bands(rows: Sequence[tuple[str, float | None]]) -> dict[str, list[str]]:
    """Rows in bands of equally many, the least sure first; those of which it is not known by themselves.

    >>> _bands([("a", 0.5), ("b", 0.9), ("c", 0.6), ("d", 0.99), ("e", None)])
    {'confidence 0.50': ['a'], 'confidence 0.60': ['c'], 'confidence 0.90': ['b'], 'confidence 0.99': ['d'], \
'confidence not known': ['e']}
    """
    known = sorted(((sure, example) for example, sure in rows if sure is not None), key=lambda pair: pair[0])
    found: dict[str, list[str]] = {}
    for band in range(BANDS):
        part = known[len(known) * band // BANDS : len(known) * (band + 1) // BANDS]
        if part:
            low, high = f"{part[0][0]:.2f}", f"{part[-1][0]:.2f}"
            found.setdefault(f"confidence {low}" + (f" to {high}" if high != low else ""), []).extend(
                example for _, example in part
            )
    unknown = [example for example, sure in rows if sure is None]
    return found | ({"confidence not known": unknown} if unknown else {})


def confusions(bench: Counting, where: Slice = ALL) -> list[tuple[str, str, int]]:
    """Truth, prediction and rows of every confusion there is, most frequent first."""
    found = bench.count(where).confusion
    if found is None:
        return []
    rows = found.table if found.rows is None else found.rows
    pairs = [
        (truth, said, int(rows[i, j]))
        for i, truth in enumerate(found.labels)
        for j, said in enumerate(found.labels)
        if i != j and rows[i, j]
    ]
    return sorted(pairs, key=lambda one: (-one[2], one[:2]))


def confusion(truth: str, said: str) -> Slice:
    """The rows of one class that were taken for another."""
    return all_of(condition("label", "=", truth), condition("prediction", "=", said))
