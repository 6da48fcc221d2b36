"""The DuckDB engine: it groups, counts and fetches rows, and computes nothing else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise, product
from typing import Any

import duckdb
from sqlglot import exp

from slicer.engine.sql import Parameters, Relation, column, predicate
from slicer.errors import SliceError
from slicer.metrics.counts import Cell
from slicer.schema import MAX_CLASSES, Kind
from slicer.slices import Slice, all_of, condition

MAX_LEVELS = 50
"""Beyond this many values of a column, the rest is one slice."""

PLAIN_NUMBERS = 12
"""Numbers with at most this many distinct values have one slice each; others are binned."""

BINS = 5
"""Quantile bins of a number."""

ALL = Slice()

FIRST, SECOND = (exp.Literal.number(place) for place in (1, 2))
"""Columns are grouped by their place: a name could be that of a column in the data."""

Cursor = Callable[[], duckdb.DuckDBPyConnection]


@dataclass(frozen=True, slots=True)
class Level:
    """One slice of a column, and the key the engine groups it under."""

    slice_: Slice
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One row with its outcome."""

    right: bool | None
    truth: str | None
    """Class key of the label."""
    predicted: str | None
    values: dict[str, Any]
    """The columns asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """Rows people reviewed."""

    errors: int = 0
    correct: int = 0
    drawn: bool = False
    """Whether every reviewed error was drawn at random among all errors."""


class DuckDBEngine:
    """Counts over one relation.

    Args:
        cursor: Gives a cursor of its own for each call; a connection is never shared between threads.
        relation: What is read.
    """

    def __init__(self, cursor: Cursor, relation: Relation) -> None:
        self.cursor, self.relation = cursor, relation

    def label_support(self, where: Slice = ALL) -> dict[str, int] | None:
        """Rows by class key of the truth; None without a label or beyond `MAX_CLASSES` classes."""
        return self._support(self.relation.label, where)

    def prediction_support(self, where: Slice = ALL) -> dict[str, int] | None:
        """Rows by predicted class key; None without a prediction or beyond `MAX_CLASSES` classes."""
        return self._support(self.relation.prediction, where)

    def _support(self, key: exp.Expression | None, where: Slice) -> dict[str, int] | None:
        if key is None:
            return None
        parameters = Parameters()
        query = self._from(where, parameters).select(exp.alias_(key, "key"), "count(*)")
        query = query.group_by(FIRST).limit(MAX_CLASSES + 2)
        found = {str(name): int(rows) for name, rows in self._fetch(query, parameters) if name is not None}
        return None if len(found) > MAX_CLASSES else found

    def cells(self, where: Slice, *, classes: bool) -> list[Cell]:
        """The cells of one slice."""
        return [cell for _, cell in self._cells(where, (), classes)]

    def cells_by(self, columns: Sequence[str], where: Slice, *, classes: bool) -> list[tuple[Slice, list[Cell]]]:
        """The cells of every slice of a column, or of several columns crossed; empty slices are left out."""
        levels = [self.levels(name, where) for name in columns]
        keys = [self._level_key(name, found) for name, found in zip(columns, levels, strict=True)]
        rows = self._cells(where, keys, classes)
        slices = [{level.key: level.slice_ for level in found} for found in levels]
        result = []
        for place, group in groupby(sorted(rows, key=lambda row: row[0]), key=lambda row: row[0]):
            parts = [mine[key] for mine, key in zip(slices, place, strict=True)]
            result.append((all_of(*parts), [cell for _, cell in group]))
        crossed = product(*([level.slice_ for level in found] for found in levels))
        order = {all_of(*parts): place for place, parts in enumerate(crossed)}
        return sorted(result, key=lambda pair: order[pair[0]])

    def levels(self, name: str, where: Slice = ALL) -> tuple[Level, ...]:
        """The slices of a column: a value each, bins of a number, the rest, and what is missing."""
        _, kind = self.relation.subject(name)
        values = self._values(name, where)
        found: list[Level] = []
        if kind in ("integer", "real") and len(values) > PLAIN_NUMBERS:
            found = _bins(name, self._edges(name, where))
        else:
            for value, key in values[:MAX_LEVELS]:
                found.append(Level(condition(name, "=", value), f"={key}"))
            if len(values) > MAX_LEVELS:
                kept = condition(name, "in", tuple(value for value, _ in values[:MAX_LEVELS]))
                rest = all_of(kept.complement, condition(name, "is missing").complement)
                found.append(Level(rest, "other"))
        return (*found, Level(condition(name, "is missing"), "missing"))

    def examples(self, where: Slice, columns: Sequence[str], *, limit: int, offset: int = 0) -> list[Example]:
        """Rows of a slice in the data set's own order."""
        parameters = Parameters()
        query = self._from(where, parameters).order_by("rowid").limit(limit).offset(offset)
        return self._examples(query, columns, parameters)

    def examples_with_ids(self, ids: Sequence[str], columns: Sequence[str]) -> list[Example]:
        """Rows by id, in no order of their own."""
        parameters = Parameters()
        text = exp.cast(column(str(self.relation.roles.id)), "VARCHAR")
        wanted = exp.In(this=text, expressions=[parameters.bind(one) for one in ids])
        return self._examples(self._from(ALL, parameters).where(wanted), columns, parameters) if ids else []

    def _examples(self, query: exp.Select, columns: Sequence[str], parameters: Parameters) -> list[Example]:
        facts = (self.relation.right, self.relation.label, self.relation.prediction)
        shown = (fact if fact is not None else exp.null() for fact in facts)
        query = query.select(*shown, *(column(name) for name in columns))
        return [
            Example(right=right, truth=truth, predicted=predicted, values=dict(zip(columns, values, strict=True)))
            for right, truth, predicted, *values in self._fetch(query, parameters)
        ]

    def ids(self, where: Slice) -> list[str]:
        """The ids of a slice's rows, in the data set's own order."""
        parameters = Parameters()
        query = self._from(where, parameters).select(exp.cast(column(str(self.relation.roles.id)), "VARCHAR"))
        return [row[0] for row in self._fetch(query.order_by("rowid"), parameters)]

    def check(self, where: Slice) -> None:
        """Whether a slice can be asked of this data.

        Raises:
            UnknownColumnError, SliceError: it cannot, in words.
        """
        predicate(where, self.relation, Parameters())

    def count(self, where: Slice) -> int:
        """Rows in a slice."""
        parameters = Parameters()
        return int(self._fetch(self._from(where, parameters).select("count(*)"), parameters)[0][0])

    def reviewed(self, where: Slice = ALL) -> Reviewed:
        """How many rows of a slice people reviewed, by outcome."""
        relation = self.relation
        if relation.reviews is None or relation.roles.id is None:
            return Reviewed()
        parameters = Parameters()
        rows = self._from(where, parameters).select(exp.alias_(relation.right, "outcome"))
        rows = rows.select(exp.alias_(exp.cast(column(relation.roles.id), "VARCHAR"), "example"))
        sql = f"""
            select
                count(*) filter (where outcome is false),
                count(*) filter (where outcome is true),
                coalesce(bool_and(drawn) filter (where outcome is false), false)
            from ({self._sql(rows)}) as rows_of_slice
            join {relation.reviews} as reviews on reviews.example = rows_of_slice.example
        """
        errors, correct, drawn = self.cursor().execute(sql, parameters.values).fetchall()[0]
        return Reviewed(errors=errors, correct=correct, drawn=drawn)

    # --- one query ---------------------------------------------------------------------------------

    def _cells(self, where: Slice, keys: Sequence[exp.Expression], classes: bool) -> list[tuple[tuple[str, ...], Cell]]:
        """The one aggregate the product needs: rows grouped by level keys, truth, prediction and human label."""
        relation, parameters = self.relation, Parameters()
        facts = (
            [relation.label, relation.prediction, relation.human]
            if classes
            else [relation.right, _present(relation.prediction), relation.human_right]
        )
        grouped = [*keys, *(fact if fact is not None else exp.null() for fact in facts)]
        query = (
            self._from(where, parameters)
            .select(*(key.copy() for key in grouped))
            .select("count(*)")
            .group_by(*(exp.Literal.number(place + 1) for place in range(len(grouped))))
        )
        make = _class_cell if classes else _flag_cell
        width = len(keys)
        return [(tuple(row[:width]), make(*row[width:])) for row in self._fetch(query, parameters)]

    def _level_key(self, name: str, levels: Sequence[Level]) -> exp.Expression:
        """An expression that gives each row the key of its level."""
        this, kind = self.relation.subject(name)
        missing = exp.Is(this=exp.paren(this.copy()), expression=exp.null())
        case = exp.case().when(missing, exp.Literal.string("missing"))
        if any(level.key.startswith("bin") for level in levels):
            for level in levels[:-2]:
                upper = max(one.value for one in level.slice_.conditions if isinstance(one.value, int | float))
                below = exp.LT(this=this.copy(), expression=exp.Literal.number(repr(upper)))
                case = case.when(below, exp.Literal.string(level.key))
            return case.else_(exp.Literal.string(levels[-2].key))
        text = exp.DPipe(this=exp.Literal.string("="), expression=_key(this, kind))
        if any(level.key == "other" for level in levels):
            known = [exp.Literal.string(level.key[1:]) for level in levels if level.key.startswith("=")]
            inside = exp.In(this=_key(this, kind), expressions=known)
            return case.when(inside, text).else_(exp.Literal.string("other"))
        return case.else_(text)

    def _values(self, name: str, where: Slice) -> list[tuple[Any, str]]:
        """The most frequent values and their text, at most one more than are shown."""
        parameters = Parameters()
        this, kind = self.relation.subject(name)
        query = (
            self._from(where, parameters)
            .select(exp.alias_(exp.func("min", this.copy()), "value"), exp.alias_(_key(this, kind), "key"))
            .where(exp.Not(this=exp.Is(this=exp.paren(this.copy()), expression=exp.null())))
            .group_by(SECOND)
            .order_by("count(*) desc", SECOND)
            .limit(MAX_LEVELS + 1)
        )
        number = {"integer": int, "real": float, "boolean": bool}.get(kind)
        return [(number(value) if number else key, key) for value, key in self._fetch(query, parameters)]

    def _edges(self, name: str, where: Slice) -> list[float]:
        """Where the bins of a number part: its quantiles; where most rows share its lowest value, the next one."""
        parameters = Parameters()
        shares = ", ".join(str(index / BINS) for index in range(1, BINS))
        query = self._sql(self._from(where, parameters).select(exp.alias_(self.relation.subject(name)[0], "value")))
        quantiles = f"select unnest(quantile_disc(value, [{shares}])) from ({query})"
        lowest = f"select min(value) from ({query})"
        second = f"select min(value) from ({query}) where value > ({lowest})"

        def numbers(sql: str) -> list[Any]:
            return [row[0] for row in self.cursor().execute(sql, parameters.values).fetchall()]

        first = numbers(lowest)[0]
        edges = {edge for edge in numbers(quantiles) if edge is not None and edge > first}
        return sorted(edges) or numbers(second)

    def _from(self, where: Slice, parameters: Parameters) -> exp.Select:
        query = exp.Select().from_(exp.to_identifier(self.relation.table, quoted=True))
        test = predicate(where, self.relation, parameters)
        return query if test is None else query.where(test)

    def _sql(self, query: exp.Expression) -> str:
        return query.sql(dialect="duckdb")

    def _fetch(self, query: exp.Expression, parameters: Parameters) -> list[tuple[Any, ...]]:
        try:
            return self.cursor().execute(self._sql(query), parameters.values).fetchall()
        except duckdb.InvalidInputException as error:
            raise SliceError(f"The filter cannot be run: {str(error).splitlines()[0]}") from error


def _key(this: exp.Expression, kind: Kind) -> exp.Expression:
    """A value as text, equal where the values are: 0 has two signs."""
    text = exp.cast(this.copy(), "VARCHAR")
    if kind != "real":
        return text
    zero = exp.EQ(this=this.copy(), expression=exp.Literal.number(0))
    return exp.paren(exp.case().when(zero, exp.Literal.string("0.0")).else_(text))


def _present(expression: exp.Expression | None) -> exp.Expression | None:
    return None if expression is None else exp.Not(this=exp.Is(this=exp.paren(expression), expression=exp.null()))


def _class_cell(label: str | None, prediction: str | None, human: str | None, rows: int) -> Cell:
    return Cell(
        label=label,
        prediction=prediction,
        human=human,
        right=None if label is None else label == prediction,
        human_right=None if label is None or human is None else label == human,
        rows=rows,
    )


def _flag_cell(right: bool | None, predicted: bool | None, human_right: bool | None, rows: int) -> Cell:
    missing = predicted is False
    return Cell(
        label=None, prediction=None if missing else "", human=None, right=right, human_right=human_right, rows=rows
    )


def _bins(name: str, edges: Sequence[float]) -> list[Level]:
    """Half-open bins [a, b) between the edges; the outer ones are open to their side."""
    if not edges:
        return [Level(condition(name, "is missing").complement, "bin0")]
    slices = [condition(name, "<", edges[0])]
    for low, high in pairwise(edges):
        slices.append(all_of(condition(name, ">=", low), condition(name, "<", high)))
    slices.append(condition(name, ">=", edges[-1]))
    return [Level(slice_, f"bin{index}") for index, slice_ in enumerate(slices)]
