"""Bins of a number that somebody chose: by edges, or by a tree."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise

from slicer.engine.levels import MAX_LEVELS, MISSING, Level, Levels
from slicer.errors import UsageError
from slicer.slices import Slice, all_of, condition

Cut = tuple[float, bool]
"""A value, and whether it belongs to the bin below the cut."""


def bins_of_edges(column: str, edges: Sequence[float]) -> Levels:
    """Bins from the first edge to the last: each holds its lower edge, the last its upper edge too. Rows outside are in
    no bin; an edge may be infinite.

    Raises:
        UsageError: fewer than two edges, not rising, or too many.

    >>> [str(level.slice_) for level in bins_of_edges("age", [18, 30, 65]).levels]
    ['age < 30 and age >= 18', 'age between 30 and 65', 'age is missing']
    """
    rising = all(low < high for low, high in pairwise(edges))  # false where one is not a number
    if len(edges) < 2 or not rising or not math.isfinite(sum(abs(edge) for edge in edges[1:-1])):
        raise UsageError(
            f"The edges of the bins of {column!r} are {', '.join(map(_written, edges)) or 'missing'}: "
            "two or more rising numbers are needed.",
            hint=f"For example {column}=18,30,65, or {column}=-inf,30,65,inf.",
        )
    if len(edges) > MAX_LEVELS:
        raise UsageError(f"{len(edges)} edges of the bins of {column!r} are too many: at most {MAX_LEVELS}.")
    cuts = [(edge, False) for edge in edges[:-1]] + [(edges[-1], True)]
    return _levels(column, [_between(column, low, high) for low, high in pairwise(cuts)])


def bins_of_cuts(column: str, cuts: Iterable[Cut]) -> Levels:
    """Bins that part at cuts; the outer ones are open to their side.

    >>> [str(level.slice_) for level in bins_of_cuts("age", [(65, True), (30, False)]).levels]
    ['age < 30', 'age between 30 and 65', 'age > 65', 'age is missing']
    """
    found = [(-math.inf, False), *sorted(set(cuts)), (math.inf, True)]
    return _levels(column, [_between(column, low, high) for low, high in pairwise(found)])


def _between(column: str, low: Cut, high: Cut) -> Slice:
    """The rows between two cuts."""
    (least, above), (most, with_it) = low, high
    if math.isinf(least) and math.isinf(most):
        return condition(column, "is missing").complement
    if math.isinf(least):
        return condition(column, "<=" if with_it else "<", _plain(most))
    if math.isinf(most):
        return condition(column, ">" if above else ">=", _plain(least))
    if least == most:
        return condition(column, "=", _plain(least))
    if with_it and not above:
        return condition(column, "between", (_plain(least), _plain(most)))
    ends = (
        condition(column, ">" if above else ">=", _plain(least)),
        condition(column, "<=" if with_it else "<", _plain(most)),
    )
    return all_of(*ends)


def _levels(column: str, slices: Sequence[Slice]) -> Levels:
    bins = [Level(slice_, f"bin{place}") for place, slice_ in enumerate(slices)]
    return Levels(column, (*bins, Level(condition(column, "is missing"), MISSING)))


def _plain(number: float) -> float:
    """A whole number without a point, which is written the same and compares exactly with whole numbers."""
    return int(number) if float(number).is_integer() else number


def _written(number: float) -> str:
    return f"{_plain(number) if math.isfinite(number) else number}"
