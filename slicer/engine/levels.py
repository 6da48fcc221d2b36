"""The slices of a column: one for each value, bins of a number, the rest, and what is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from typing import Any, cast

from sqlglot import exp

from slicer.engine.sql import Grouped
from slicer.schema import Kind
from slicer.slices import Slice, Value, all_of, condition

MAX_LEVELS = 50
"""Beyond this many values of a column, the rest is one slice."""

PLAIN_NUMBERS = 12
"""Numbers with at most this many distinct values have one slice each; others are binned."""

BINS = 5
"""Quantile bins of a number."""

MISSING, OTHER = "missing", "other"


@dataclass(frozen=True, slots=True)
class Level:
    """One slice of a column, and the key the engine groups it under."""

    slice_: Slice
    key: str


@dataclass(frozen=True, slots=True)
class Levels:
    """The slices of one column, in order; together they hold every row, each once."""

    column: str
    levels: tuple[Level, ...]
    edges: tuple[float, ...] | None = None
    """Where bins part, each the lower end of the next bin; None where values stand alone."""

    @property
    def slices(self) -> dict[str, Slice]:
        """Each level's slice by its key."""
        return {level.key: level.slice_ for level in self.levels}

    @property
    def values(self) -> list[tuple[Value, str]]:
        """The values that stand alone and their text, as `levels_of_values` takes them."""
        alone = [level for level in self.levels if self.edges is None and level.key.startswith("=")]
        return [(cast(Value, level.slice_.conditions[0].value), level.key[1:]) for level in alone]

    def among(self, rows: Sequence[int]) -> Levels:
        """The levels of some rows, where all values stand alone: those that are there, the most frequent first.

        Args:
            rows: Of each level.
        """
        there = [(-count, key, value) for (value, key), count in zip(self.values, rows, strict=False) if count]
        return levels_of_values(self.column, [(value, key) for _, key, value in sorted(there, key=lambda one: one[:2])])

    def words(self) -> dict[str, Any]:
        """What `of_words` reads them from; it can be written as JSON."""
        rest = any(level.key == OTHER for level in self.levels)
        return {"edges": self.edges, "values": self.values, "rest": rest}

    @classmethod
    def of_words(cls, column: str, words: Mapping[str, Any]) -> Levels:
        if words["edges"] is not None:
            return levels_of_edges(column, words["edges"])
        values = [(value, key) for value, key in words["values"]]
        return levels_of_values(column, values + [("", "")] * bool(words["rest"]))

    def key(self, this: exp.Expression, kind: Kind) -> Grouped:
        """What gives each row the key of its level, from the column's value."""
        if self.edges is not None:
            return Grouped(_bin_key(this, self.edges))
        if any(level.key == OTHER for level in self.levels):
            known = [exp.Literal.string(level.key[1:]) for level in self.levels if level.key.startswith("=")]
            text = value_key(this, kind)
            case = exp.case().when(_is_null(this), exp.Literal.string(MISSING))
            inside = exp.In(this=text.copy(), expressions=known)
            return Grouped(case.when(inside, _equal(text)).else_(exp.Literal.string(OTHER)))
        return Grouped(
            this,
            lambda value: (
                exp.case().when(_is_null(value), exp.Literal.string(MISSING)).else_(_equal(value_key(value, kind)))
            ),
        )


def crossed(levels: Sequence[Levels]) -> dict[tuple[str, ...], Slice]:
    """The slices of columns crossed, by the keys of their levels, in order; of no column all rows."""
    slices = [one.slices for one in levels]
    return {place: all_of(*(mine[key] for mine, key in zip(slices, place, strict=True))) for place in product(*slices)}


def levels_of_values(column: str, values: Sequence[tuple[Value, str]]) -> Levels:
    """A slice for each value and its key, the most frequent first; beyond `MAX_LEVELS` the rest is one."""
    found = [Level(condition(column, "=", value), f"={key}") for value, key in values[:MAX_LEVELS]]
    if len(values) > MAX_LEVELS:
        kept = condition(column, "in", tuple(value for value, _ in values[:MAX_LEVELS]))
        found.append(Level(all_of(kept.complement, condition(column, "is missing").complement), OTHER))
    return Levels(column, (*found, _missing(column)))


def levels_of_edges(column: str, edges: Sequence[float]) -> Levels:
    """Half-open bins [a, b) between the edges; the outer ones are open to their side."""
    slices = [condition(column, "is missing").complement]
    if edges:
        slices = [condition(column, "<", edges[0])]
        for low, high in pairwise(edges):
            slices.append(all_of(condition(column, ">=", low), condition(column, "<", high)))
        slices.append(condition(column, ">=", edges[-1]))
    bins = [Level(slice_, f"bin{index}") for index, slice_ in enumerate(slices)]
    return Levels(column, (*bins, _missing(column)), tuple(edges))


def value_key(this: exp.Expression, kind: Kind) -> exp.Expression:
    """A value as text, equal where the values are: 0 has two signs."""
    text = exp.cast(this.copy(), "VARCHAR")
    if kind != "real":
        return text
    zero = exp.EQ(this=this.copy(), expression=exp.Literal.number(0))
    return exp.paren(exp.case().when(zero, exp.Literal.string("0.0")).else_(text))


def _missing(column: str) -> Level:
    return Level(condition(column, "is missing"), MISSING)


def _bin_key(this: exp.Expression, edges: Sequence[float]) -> exp.Expression:
    case = exp.case().when(_is_null(this), exp.Literal.string(MISSING))
    for place, edge in enumerate(edges):
        below = exp.LT(this=this.copy(), expression=exp.Literal.number(repr(edge)))
        case = case.when(below, exp.Literal.string(f"bin{place}"))
    return case.else_(exp.Literal.string(f"bin{len(edges)}"))


def _equal(text: exp.Expression) -> exp.Expression:
    return exp.DPipe(this=exp.Literal.string("="), expression=text)


def _is_null(this: exp.Expression) -> exp.Expression:
    return exp.Is(this=exp.paren(this.copy()), expression=exp.null())
