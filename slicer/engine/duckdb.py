"""The DuckDB engine: it groups, counts and fetches rows, and computes nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby, product
from typing import Any

import duckdb
import pyarrow as pa
from sqlglot import exp

from slicer.engine.levels import (
    BINS,
    MAX_LEVELS,
    PLAIN_NUMBERS,
    Levels,
    crossed,
    levels_of_edges,
    levels_of_values,
    value_key,
)
from slicer.engine.sql import Grouped, Parameters, Relation, column, predicate
from slicer.engine.sums import Row, Statistic, Summed, number, times
from slicer.errors import SliceError
from slicer.metrics.cells import Cell
from slicer.schema import MAX_CLASSES
from slicer.slices import Slice

ALL = Slice()

KINDS = ("BIGINT", "DOUBLE", "DOUBLE")
"""Of rows, their weights and the squares of those."""

FIRST, SECOND = (exp.Literal.number(place) for place in (1, 2))
"""Columns are grouped by their place: a name could be that of a column in the data."""

Cursor = Callable[[], duckdb.DuckDBPyConnection]


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One row with its outcome."""

    right: bool | None
    truth: str | None
    """Class key of the label."""
    predicted: str | None
    values: dict[str, Any]
    """The columns asked for."""


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
        return self._support(self.relation.label_fact, where)

    def prediction_support(self, where: Slice = ALL) -> dict[str, int] | None:
        """Rows by predicted class key; None without a prediction or beyond `MAX_CLASSES` classes."""
        return self._support(self.relation.prediction_fact, where)

    def human_support(self, where: Slice = ALL) -> dict[str, int] | None:
        """Rows by what one person said; None without exactly one such column or beyond `MAX_CLASSES` classes."""
        return self._support(self.relation.human_fact, where)

    def _support(self, fact: Grouped | None, where: Slice) -> dict[str, int] | None:
        if fact is None:
            return None
        rows = self._grouped([fact], where, most=MAX_CLASSES + 2)
        found = {str(name): count for name, count in rows if name is not None}
        return None if len(found) > MAX_CLASSES else found

    def cells(self, where: Slice, *, classes: bool) -> list[Cell]:
        """The cells of one slice."""
        return [cell for _, cell in self._cells([], where, classes)]

    def cells_by(self, levels: Sequence[Levels], where: Slice, *, classes: bool) -> list[tuple[Slice, list[Cell]]]:
        """The cells of every slice of a column, or of several columns crossed; empty slices are left out."""
        keys = [one.key(*self.relation.subject(one.column)) for one in levels]
        rows = sorted(self._cells(keys, where, classes), key=lambda row: row[0])
        cells = {place: [cell for _, cell in group] for place, group in groupby(rows, key=lambda row: row[0])}
        return [(slice_, cells[place]) for place, slice_ in crossed(levels).items() if place in cells]

    def sums_by(self, levels: Sequence[Levels], where: Slice, summed: Summed) -> list[tuple[Slice, int, Statistic]]:
        """Rows and a statistic of every slice of a column, or of several crossed; of all rows without a column."""
        rows = self.grouped_sums(levels, where, summed.row, [], summed.aggregates)
        return [(slice_, count, summed.read(values)) for slice_, _, count, values in rows]

    def grouped_sums(
        self,
        levels: Sequence[Levels],
        where: Slice,
        row: Row,
        also_by: Sequence[exp.Expression],
        aggregates: Sequence[exp.Expression],
    ) -> list[tuple[Slice, tuple[Any, ...], int, tuple[Any, ...]]]:
        """Sums by slice, and by more if asked: (slice, what else, rows, values), in the order of the levels."""
        query, parameters = self.summing(levels, where, row, also_by, aggregates)
        width, last = len(levels), len(levels) + len(also_by)
        order = {place: at for at, place in enumerate(product(*(one.slices for one in levels)))}
        found = self.fetch(query, parameters)
        slices = crossed(levels)
        return [
            (slices[tuple(row[:width])], tuple(row[width:last]), int(row[last] or 0), tuple(row[last + 1 :]))
            for row in sorted(found, key=lambda row: order[tuple(row[:width])])
        ]

    def summing(
        self,
        levels: Sequence[Levels],
        where: Slice,
        row: Row,
        also_by: Sequence[exp.Expression],
        aggregates: Sequence[exp.Expression],
    ) -> tuple[exp.Select, Parameters]:
        """The query of sums by slice: level keys, what else, rows, values.

        Numbers of a row are named once, sums are written over the names, and levels are grouped as they are
        stored: only the few groups are said in their keys.

        Args:
            row: Numbers by name, from the columns.
            also_by: What else to group by, over the names.
            aggregates: Sums over the names.
        """
        parameters = Parameters()
        keys = [one.key(*self.relation.subject(one.column)) for one in levels]
        stored = [f"key_{place}" for place in range(len(keys))]
        also = [f"also_{place}" for place in range(len(also_by))]
        sums = [f"sum_{place}" for place in range(len(aggregates))]
        places = [exp.Literal.number(place + 1) for place in range(len(keys) + len(also))]
        named = self.rows(where, parameters).select(
            *(exp.alias_(key.raw.copy(), name) for key, name in zip(keys, stored, strict=True)),
            *(exp.alias_(one.copy(), name) for name, one in row.items()),
        )
        grouped = exp.select(
            *(column(name) for name in stored),
            *(exp.alias_(one.copy(), name) for one, name in zip(also_by, also, strict=True)),
            exp.alias_(exp.Count(this=exp.Star()), "rows"),
            *(exp.alias_(one.copy(), name) for one, name in zip(aggregates, sums, strict=True)),
        ).from_(named.subquery("named"))
        said = exp.select(
            *(key.said(column(name)) for key, name in zip(keys, stored, strict=True)),
            *(column(name) for name in also),
            *(exp.Sum(this=column(name)) for name in ("rows", *sums)),
        )
        if not places:
            return said.from_(grouped.subquery("grouped")), parameters
        return said.from_(grouped.group_by(*places).subquery("grouped")).group_by(*places), parameters

    def span(self, name: str) -> tuple[float, float, float] | None:
        """Mean, least and largest of a column of numbers; None where it holds none."""
        this = number(column(name))
        mean, least, largest = self.totals([one(this=this.copy()) for one in (exp.Avg, exp.Min, exp.Max)])
        return None if mean is None else (float(mean), float(least), float(largest))

    def levels(self, names: Sequence[str], where: Slice = ALL) -> dict[str, Levels]:
        """The slices of columns: a value each, bins of a number, the rest, and what is missing."""
        features = [name for name in names if name not in self.relation.answers]
        numbers = [name for name in features if self.relation.subject(name)[1] in ("integer", "real")]
        many = {name for name, about in self._about(numbers, where).items() if about > 3 * PLAIN_NUMBERS}
        found = {}
        for name in names:
            values = [] if name in many else self._values(name, where)
            binned = name in many or (name in numbers and len(values) > PLAIN_NUMBERS)
            found[name] = levels_of_edges(name, self._edges(name, where)) if binned else levels_of_values(name, values)
        return found

    def examples(self, where: Slice, columns: Sequence[str], *, limit: int, offset: int = 0) -> list[Example]:
        """Rows of a slice in the data set's own order."""
        parameters = Parameters()
        query = self.rows(where, parameters).order_by("rowid").limit(limit).offset(offset)
        return self._examples(query, columns, parameters)

    def examples_with_ids(self, ids: Sequence[str], columns: Sequence[str]) -> list[Example]:
        """Rows by id, in no order of their own."""
        parameters = Parameters()
        text = exp.cast(column(str(self.relation.roles.id)), "VARCHAR")
        wanted = exp.In(this=text, expressions=[parameters.bind(one) for one in ids])
        return self._examples(self.rows(ALL, parameters).where(wanted), columns, parameters) if ids else []

    def _examples(self, query: exp.Select, columns: Sequence[str], parameters: Parameters) -> list[Example]:
        facts = (self.relation.right, self.relation.label, self.relation.prediction)
        shown = (fact if fact is not None else exp.null() for fact in facts)
        query = query.select(*shown, *(column(name) for name in columns))
        return [
            Example(right=right, truth=truth, predicted=predicted, values=dict(zip(columns, values, strict=True)))
            for right, truth, predicted, *values in self.fetch(query, parameters)
        ]

    def ids(self, where: Slice) -> list[str]:
        """The ids of a slice's rows, in the data set's own order."""
        parameters = Parameters()
        query = self.rows(where, parameters).select(exp.cast(column(str(self.relation.roles.id)), "VARCHAR"))
        return [row[0] for row in self.fetch(query.order_by("rowid"), parameters)]

    def check(self, where: Slice) -> None:
        """Whether a slice can be asked of this data.

        Raises:
            UnknownColumnError, SliceError: it cannot, in words.
        """
        predicate(where, self.relation, Parameters())

    def totals(self, aggregates: Sequence[exp.Expression]) -> tuple[Any, ...]:
        """Aggregates over all rows."""
        query = self.rows(ALL, Parameters()).select(*(one.copy() for one in aggregates))
        return self.fetch(query, Parameters())[0]

    def count(self, where: Slice) -> int:
        """Rows in a slice."""
        parameters = Parameters()
        return int(self.fetch(self.rows(where, parameters).select("count(*)"), parameters)[0][0])

    # --- one query ---------------------------------------------------------------------------------

    def cell_facts(self, *, classes: bool) -> tuple[list[Grouped], Callable[..., Cell]]:
        """What rows are grouped by into cells, and what makes a cell of it, of the rows, and of their weights."""
        relation = self.relation
        facts = (
            [relation.label_fact, relation.prediction_fact, relation.human_fact, relation.human_flag]
            if classes
            else [Grouped(relation.right), _present(relation.prediction), Grouped(relation.human_right)]
        )
        return [fact or Grouped(exp.null()) for fact in facts], _class_cell if classes else _flag_cell

    def _cells(self, keys: Sequence[Grouped], where: Slice, classes: bool) -> list[tuple[tuple[str, ...], Cell]]:
        """The one aggregate the product needs: rows grouped by level keys, truth, prediction and human label."""
        facts, make = self.cell_facts(classes=classes)
        width = len(keys)
        rows = self._grouped([*keys, *facts], where, weights=True)
        return [(tuple(row[:width]), make(*row[width:])) for row in rows]

    def _grouped(
        self, facts: Sequence[Grouped], where: Slice, *, most: int | None = None, weights: bool = False
    ) -> list[tuple[Any, ...]]:
        """Rows counted by facts: the many rows by what is stored, the few groups by what it means.

        With `weights`, where rows carry them, the sums of the weights and of their squares stand beside the counts.
        """
        parameters = Parameters()
        names = [f"fact_{place}" for place in range(len(facts))]
        places = [exp.Literal.number(place + 1) for place in range(len(facts))]
        counted: dict[str, exp.Expression] = {"rows": exp.Count(this=exp.Star())}
        if weights and self.relation.roles.weight is not None:
            w = number(column(self.relation.roles.weight))
            counted |= {"weight": exp.Sum(this=w), "squared_weight": exp.Sum(this=times(w, w))}
        stored = (
            self.rows(where, parameters)
            .select(*(exp.alias_(fact.raw.copy(), name) for fact, name in zip(facts, names, strict=True)))
            .select(*(exp.alias_(one, name) for name, one in counted.items()))
            .group_by(*places)
        )
        query = (
            exp.select(*(fact.said(column(name)) for fact, name in zip(facts, names, strict=True)))
            .select(*(exp.cast(exp.Sum(this=column(name)), kind) for name, kind in zip(counted, KINDS, strict=False)))
            .from_(stored.subquery("stored"))
            .group_by(*places)
        )
        return self.fetch(query if most is None else query.limit(most), parameters)

    def _about(self, names: Sequence[str], where: Slice) -> dict[str, int]:
        """About how many values each column has, in one scan."""
        if not names:
            return {}
        parameters = Parameters()
        query = self.rows(where, parameters).select(
            *(exp.ApproxDistinct(this=self.relation.subject(name)[0]) for name in names)
        )
        return dict(zip(names, self.fetch(query, parameters)[0], strict=True))

    def _values(self, name: str, where: Slice) -> list[tuple[Any, str]]:
        """The most frequent values and their text, at most one more than are shown."""
        parameters = Parameters()
        this, kind = self.relation.subject(name)
        query = (
            self.rows(where, parameters)
            .select(exp.alias_(this.copy(), "value"), exp.alias_(exp.Count(this=exp.Star()), "rows"))
            .where(exp.Not(this=exp.Is(this=exp.paren(this.copy()), expression=exp.null())))
            .group_by(FIRST)
        )
        counted = (
            exp.select(exp.func("min", column("value")), exp.alias_(value_key(column("value"), kind), "key"))
            .from_(query.subquery("counted"))
            .group_by(SECOND)
            .order_by(exp.Sum(this=column("rows")).desc(), SECOND)
            .limit(MAX_LEVELS + 1)
        )
        read = {"integer": int, "real": float, "boolean": bool}.get(kind)
        return [(read(value) if read else key, key) for value, key in self.fetch(counted, parameters)]

    def _edges(self, name: str, where: Slice) -> list[float]:
        """Where the bins of a number part: its quantiles; where most rows share its lowest value, the next one."""
        parameters = Parameters()
        shares = ", ".join(str(index / BINS) for index in range(1, BINS))
        query = self._sql(self.rows(where, parameters).select(exp.alias_(self.relation.subject(name)[0], "value")))

        def numbers(sql: str) -> tuple[Any, ...]:
            return self.cursor().execute(sql, parameters.values).fetchall()[0]

        lowest, quantiles = numbers(f"select min(value), quantile_disc(value, [{shares}]) from ({query})")
        edges = sorted({edge for edge in quantiles or () if edge is not None and edge > lowest})
        if edges or lowest is None:
            return edges
        second = numbers(f"select min(value) from ({query}) where value > (select min(value) from ({query}))")[0]
        return [] if second is None else [second]

    def rows(self, where: Slice, parameters: Parameters) -> exp.Select:
        """The rows of a slice, to select from."""
        query = exp.Select().from_(exp.to_identifier(self.relation.table, quoted=True))
        test = predicate(where, self.relation, parameters)
        return query if test is None else query.where(test)

    def _sql(self, query: exp.Expression) -> str:
        return query.sql(dialect="duckdb")

    def fetch(self, query: exp.Expression, parameters: Parameters) -> list[tuple[Any, ...]]:
        """What a query answers.

        Raises:
            SliceError: a regular expression of the filter cannot be run.
        """
        with _said_plainly():
            return self.cursor().execute(self._sql(query), parameters.values).fetchall()

    def table(self, query: exp.Expression, parameters: Parameters) -> pa.Table:
        """What a query answers in many rows, by column.

        Raises:
            SliceError: a regular expression of the filter cannot be run.
        """
        with _said_plainly():
            return self.cursor().sql(self._sql(query), params=parameters.values).to_arrow_table()

    def batches(self, query: exp.Expression, parameters: Parameters, rows: int) -> Iterator[pa.RecordBatch]:
        """What a query answers, so many rows at a time.

        Raises:
            SliceError: a regular expression of the filter cannot be run.
        """
        with _said_plainly():
            asked = self.cursor().sql(self._sql(query), params=parameters.values)
            yield from asked.to_arrow_reader(rows)


@contextmanager
def _said_plainly() -> Iterator[None]:
    try:
        yield
    except duckdb.InvalidInputException as error:
        raise SliceError(f"The filter cannot be run: {str(error).splitlines()[0]}") from error


def _present(expression: exp.Expression | None) -> Grouped | None:
    if expression is None:
        return None
    return Grouped(exp.Not(this=exp.Is(this=exp.paren(expression), expression=exp.null())))


def _class_cell(
    label: str | None,
    prediction: str | None,
    human: str | None,
    human_right: bool | None,
    rows: int,
    *weights: float | None,
) -> Cell:
    compared = None if human is None else label == human
    return Cell(
        label=label,
        prediction=prediction,
        human=human,
        right=None if label is None else label == prediction,
        human_right=None if label is None else compared if human_right is None else human_right,
        rows=rows,
        **_weighed(weights),
    )


def _flag_cell(
    right: bool | None, predicted: bool | None, human_right: bool | None, rows: int, *weights: float | None
) -> Cell:
    missing = predicted is False
    return Cell(
        label=None,
        prediction=None if missing else "",
        human=None,
        right=right,
        human_right=human_right,
        rows=rows,
        **_weighed(weights),
    )


def _weighed(weights: tuple[float | None, ...]) -> dict[str, float]:
    """Σw and Σw² of a cell, where rows carry weights; a row without one weighs nothing."""
    names = ("weight", "squared_weight")
    return {name: value or 0.0 for name, value in zip(names, weights, strict=False)}
