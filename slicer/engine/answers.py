"""What people said of each row, made ready to be grouped: a column each, counts of each class, or a row each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

import duckdb
from sqlglot import exp

from slicer.engine.duckdb import DuckDBEngine
from slicer.engine.sql import Relation, class_key, column
from slicer.errors import UsageError
from slicer.schema import MAX_CLASSES, class_order

ITEM, WHO, OWN, TRUTH, MODEL = (f"people {name}" for name in ("item", "who", "own", "truth", "model"))
"""Columns that stand beside those of the data: a row's number, and codes of who answered and of labels."""

SAID, ANSWERED, SPOKEN = "slicer_said", "slicer_answered", "slicer_spoken"
"""An answer for each row; the data with counts of each label; each answer with the row it is about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Where the answers of people stand: one of the three."""

    columns: tuple[str, ...] = ()
    """A column for each person."""
    counts: tuple[tuple[str, str], ...] = ()
    """(class key, column): how many people said the class; nobody knows who."""
    dataset: int | None = None
    """The data set whose annotations, a row for each answer, are read."""

    @property
    def named(self) -> bool:
        """Whether it is known who said what."""
        return not self.counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """The data with what people said, for as long as the context is open."""

    engine: DuckDBEngine
    """Its rows carry how many people said each label, under the names of `said`."""
    spoken: DuckDBEngine | None
    """Its rows are single answers with the columns of their row; None where nobody knows who said what."""
    labels: tuple[str, ...]
    """Every label that people, the model or the truth use, in order."""
    annotators: tuple[str, ...]
    """Who answered, by code; empty where nobody knows."""
    truth: bool
    """Whether there is a truth to hold answers against."""
    model: bool
    """Whether there is a prediction to hold against them."""
    repeated: int = 0
    contradictory: int = 0
    """As `human.answers.Answers` has them, over all rows."""

    @property
    def clustered(self) -> bool:
        """Whether rows come in clusters."""
        return self.engine.relation.roles.cluster is not None

    @property
    def said(self) -> tuple[str, ...]:
        """The columns of counts, in the order of the labels."""
        return tuple(said(place) for place in range(len(self.labels)))


def said(place: int) -> str:
    """The column that counts who said the label of this place."""
    return f"people said {place}"


@contextmanager
def answered(engine: DuckDBEngine, people: People, *, compared: bool = True) -> Iterator[Answered]:
    """The rows of a data set with what people said of them, in temporary tables beside the data.

    An answer that one person repeats counts once; of answers that contradict each other none counts.

    Args:
        compared: Whether label and prediction are classes that answers can be held against.

    Raises:
        UsageError: more labels than classes are counted.
    """
    cursor = engine.cursor()
    try:
        yield _Preparing(cursor, engine, people, compared).done()
    finally:
        cursor.close()


@dataclass(frozen=True, slots=True)
class _Preparing:
    """The tables on their way."""

    cursor: duckdb.DuckDBPyConnection
    engine: DuckDBEngine
    people: People
    compared: bool

    @property
    def relation(self) -> Relation:
        return self.engine.relation

    @property
    def truth(self) -> exp.Expression | None:
        return self.relation.label if self.compared else None

    @property
    def model(self) -> exp.Expression | None:
        return self.relation.prediction if self.compared else None

    @property
    def numbers(self) -> bool:
        """Whether every person's column holds numbers with a fraction."""
        kinds = {self.relation.kind(name) for name in self.people.columns}
        return kinds == {"real"}

    def done(self) -> Answered:
        labels = self.labels()
        annotators, repeated, contradictory = self.keep_answers(labels) if self.people.named else ((), 0, 0)
        self.beside_the_data(labels)
        if self.people.named:
            self.cursor.execute(
                f"""
                create temp view {SPOKEN} as
                select rows.*, said.who as "{WHO}", said.label as "{OWN}"
                from {SAID} as said
                join {ANSWERED} as rows on rows."{ITEM}" = said.item
                """
            )
        return Answered(
            engine=self.reading(ANSWERED),
            spoken=self.reading(SPOKEN) if self.people.named else None,
            labels=labels,
            annotators=annotators,
            truth=self.truth is not None,
            model=self.model is not None,
            repeated=repeated,
            contradictory=contradictory,
        )

    def reading(self, table: str) -> DuckDBEngine:
        return DuckDBEngine(lambda: self.cursor, replace(self.relation, table=table))

    def labels(self) -> tuple[str, ...]:
        """Every label in use.

        Raises:
            UsageError: they are too many.
        """
        if self.people.named:
            distinct = f"select distinct label from ({self.answers()}) where label is not null limit {MAX_CLASSES + 1}"
            found = {str(label) for (label,) in self.cursor.execute(distinct).fetchall()}
        else:
            found = {key for key, _ in self.people.counts}
        for fact, support in ((self.truth, self.engine.label_support), (self.model, self.engine.prediction_support)):
            there = support() if fact is not None else {}
            if there is None:
                raise _too_many(self.numbers)
            found |= {*there}
        if len(found) > MAX_CLASSES:
            raise _too_many(self.numbers)
        return class_order(found)

    def answers(self) -> str:
        """(item, who, label), as often as it was given; a label of null is no answer."""
        relation = self.relation
        if self.people.dataset is None:
            parts = [
                exp.select(
                    exp.alias_(column("rowid"), "item"),
                    exp.alias_(exp.Literal.string(name), "who"),
                    exp.alias_(class_key(column(name), relation.kind(name)), "label"),
                ).from_(exp.to_identifier(relation.table, quoted=True))
                for name in self.people.columns
            ]
            return " union all ".join(_sql(part) for part in parts)
        own = str(relation.roles.id)
        kind = relation.kind(own)
        this = exp.column(exp.to_identifier(own, quoted=True), table="rows")
        key = class_key(this, "real") if kind == "real" else exp.cast(this, "VARCHAR")
        label = class_key(exp.column("label", table="annotations"), "text")
        return f"""
            select rows.rowid as item, annotations.annotator as who, {_sql(label)} as label
            from annotations
            join {_sql(exp.to_identifier(relation.table, quoted=True))} as rows on annotations.example = {_sql(key)}
            where annotations.dataset = {self.people.dataset:d}
        """

    def keep_answers(self, labels: Sequence[str]) -> tuple[tuple[str, ...], int, int]:
        """One answer of each person on each row, all in codes: who answered, how many answers were repeated, and how
        often a person contradicts itself."""
        answers = f"select * from ({self.answers()}) where label is not null"
        self.cursor.execute(
            f"""
            create temp table slicer_people as
            select who, (row_number() over (order by who) - 1)::uinteger as code
            from (select distinct who from ({answers}))
            """
        )
        people = [who for (who,) in self.cursor.execute("select who from slicer_people order by code").fetchall()]
        self.cursor.execute(
            f"""
            create temp table {SAID} as
            select answers.item, people.code as who, (list_position(?, answers.label) - 1)::utinyint as label
            from ({answers}) as answers
            join slicer_people as people on people.who = answers.who
            """,
            [list(labels)],
        )
        repeated, contradictory = self.once_each() if self.repeats(len(people)) else (0, 0)
        return tuple(people), repeated, contradictory

    def repeats(self, people: int) -> bool:
        """Whether somebody answered a row twice, told by sorted numbers, eight bytes an answer."""
        keys = self.cursor.execute(f"select item * {people:d} + who as key from {SAID}").fetchnumpy()["key"]
        keys.sort()
        return bool((keys[1:] == keys[:-1]).any())

    def once_each(self) -> tuple[int, int]:
        """Of the answers of one person to one row one stays, or none where they differ: how often either is so."""
        self.cursor.execute(
            f"""
            create temp table slicer_once as
            select item, who, min(label) as label, max(label) as other, count(*) as times
            from {SAID}
            group by item, who
            """
        )
        repeated, contradictory = self.cursor.execute(
            """
            select
                coalesce(sum(times - 1) filter (where label = other), 0),
                count(*) filter (where label != other)
            from slicer_once
            """
        ).fetchall()[0]
        self.cursor.execute(
            f"create or replace temp table {SAID} as select item, who, label from slicer_once where label = other"
        )
        return int(repeated), int(contradictory)

    def beside_the_data(self, labels: Sequence[str]) -> None:
        """The view of the data with the counts of each label, and the truth and the prediction as codes."""
        facts = {ITEM: column("rowid"), TRUTH: _code(self.truth, labels), MODEL: _code(self.model, labels)}
        if not self.people.named:
            names = dict(self.people.counts)
            facts |= {said(place): _people(names.get(label)) for place, label in enumerate(labels)}
        rows = exp.select("*", *(exp.alias_(one, name, quoted=True) for name, one in facts.items()))
        rows = rows.from_(exp.to_identifier(self.relation.table, quoted=True))
        if not self.people.named:
            self.cursor.execute(f"create temp view {ANSWERED} as {_sql(rows)}")
            return
        self.cursor.execute(_counted(len(labels)))
        counts = (f'coalesce(counted."{said(place)}", 0) as "{said(place)}"' for place in range(len(labels)))
        self.cursor.execute(
            f"""
            create temp view {ANSWERED} as
            select {", ".join(("rows.*", *counts))}
            from ({_sql(rows)}) as rows
            left join slicer_counted as counted on counted.item = rows."{ITEM}"
            """
        )


def _counted(labels: int) -> str:
    """How many people said each label of each row that somebody answered."""
    counts = ", ".join(f'count(*) filter (where label = {place}) as "{said(place)}"' for place in range(labels))
    return f"create temp table slicer_counted as select item, {counts} from {SAID} group by item"


def _people(name: str | None) -> exp.Expression:
    """A column that counts people, as a whole number from 0; 0 for a label that has no column."""
    if name is None:
        return exp.Literal.number(0)
    counted = exp.Coalesce(
        this=exp.TryCast(this=column(name), to=exp.DataType.build("BIGINT")), expressions=[exp.Literal.number(0)]
    )
    return exp.Greatest(this=counted, expressions=[exp.Literal.number(0)])


def _code(key: exp.Expression | None, labels: Sequence[str]) -> exp.Expression:
    """The place of a class key among the labels, null where there is none."""
    if key is None:
        return exp.cast(exp.null(), "INT")
    known = exp.Array(expressions=[exp.Literal.string(label) for label in labels])
    place = exp.Anonymous(this="list_position", expressions=[known, key.copy()])
    return exp.paren(exp.Sub(this=place, expression=exp.Literal.number(1)))


def _sql(query: exp.Expression) -> str:
    return query.sql(dialect="duckdb")


def _too_many(numbers: bool = False) -> UsageError:
    """The refusal of more labels than classes are counted.

    Args:
        numbers: Whether what people said are numbers.
    """
    hint = "Free text rarely agrees to the letter: group it into classes first."
    if numbers:
        hint = (
            "Numbers rarely agree to the digit. As scores they are people's level beside a model's: rank by its score "
            "(--score COL), with people's numbers as the human columns (--human a,b)."
        )
    return UsageError(
        f"People, labels and predictions hold more than {MAX_CLASSES} distinct values: agreement is of classes.",
        hint=hint,
    )
