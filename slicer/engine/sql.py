"""Predicates and class keys as SQL. The one place where a slice becomes SQL; it never sees a connection.

Everything is built as a sqlglot tree, every name quoted and every value bound, so that the same
shapes serve any engine.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from sqlglot import exp

from slicer.engine.parameters import Parameters as Parameters
from slicer.engine.text_sql import has_word, length_of
from slicer.errors import SliceError, UnknownColumnError
from slicer.schema import Kind, Roles, RunColumns
from slicer.slices import And, Condition, Node, Not, Or, Slice

TAG, LABEL, PREDICTION, CORRECT = "tag", "label", "prediction", "correct"
RESERVED = (TAG, LABEL, PREDICTION, CORRECT)
"""Names of the slice language that stand for a tag or a role, whatever the column is called."""

PROBABILITY, OFF_BY, OWN_RATE = "probability", "off by", "error rate"
DERIVED = (PROBABILITY, OFF_BY, OWN_RATE)
"""Names of the slice language that stand for a number of the row, where no column is called so."""

TRUTHS = ("True", "TRUE", "False", "FALSE")
WHOLE = r"^([+-]?[0-9]+)\.0+$"
"""How a class key may be written otherwise: a truth value, a whole number with a point."""


HOLDS = {"text": "text", "integer": "whole numbers", "real": "numbers", "boolean": "true or false"}
"""What a column of a kind holds, in words; times otherwise."""


def column(name: str) -> exp.Column:
    """A quoted column."""
    return exp.column(exp.to_identifier(name, quoted=True))


def _as_it_is(expression: exp.Expression) -> exp.Expression:
    return expression


@dataclass(frozen=True, slots=True)
class Grouped:
    """What rows are grouped by: first as it is stored, then, on the few groups, as it is said."""

    raw: exp.Expression
    said: Callable[[exp.Expression], exp.Expression] = _as_it_is


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """The rows a query reads: a table, its columns and the roles of one run."""

    table: str
    kinds: Mapping[str, Kind]
    """Every column and its kind."""
    roles: Roles
    run: RunColumns
    positive: str | None
    """The positive class, where the task is binary."""
    negative: str | None
    tags: str | None = None
    """A table of (example, tag) for the tags in force, or None."""
    derived: Mapping[str, exp.Expression] = field(default_factory=dict)
    """Numbers of a row that the slice language has a name for and no column holds."""

    def kind(self, name: str) -> Kind:
        if name not in self.kinds:
            raise UnknownColumnError(name, [*self.kinds, TAG])
        return self.kinds[name]

    def subject(self, name: str) -> tuple[exp.Expression, Kind]:
        """What a name of the slice language stands for, a role, a derived number or else a column, and its kind.

        Raises:
            UnknownColumnError: neither.
        """
        if name == CORRECT:
            return self.right, "boolean"
        if name in self.derived:
            return self.derived[name].copy(), "real"
        role = self.label if name == LABEL else self.prediction if name == PREDICTION else None
        if role is not None:
            return role, "text"
        kind = self.kind(name)
        return (_text(column(name)), "text") if kind == "other" else (column(name), kind)

    @property
    def answers(self) -> set[str | None]:
        """Columns that hold classes: their numbers are names and are never binned."""
        roles = self.roles
        return {roles.label, *roles.humans, *(run.prediction for run in roles.runs)}

    @property
    def label(self) -> exp.Expression | None:
        return _said(self.label_fact)

    @property
    def prediction(self) -> exp.Expression | None:
        """The predicted class key: as given, else from the probabilities."""
        return _said(self.prediction_fact)

    @property
    def human(self) -> exp.Expression | None:
        return _said(self.human_fact)

    @property
    def label_fact(self) -> Grouped | None:
        return None if self.roles.label is None else self._classes_of(self.roles.label)

    @property
    def prediction_fact(self) -> Grouped | None:
        if self.run.prediction is not None:
            return self._classes_of(self.run.prediction)
        pairs = self.run.probabilities
        if len(pairs) == 1 or (len(pairs) == 2 and self.positive is not None):
            return Grouped(self._by_threshold(pairs))
        return Grouped(self.by_largest(pairs)) if pairs else None

    @property
    def human_fact(self) -> Grouped | None:
        """The label of one person; what several said is grouped elsewhere (`engine.answers`)."""
        return self._classes_of(self.roles.humans[0]) if len(self.roles.humans) == 1 else None

    @property
    def human_flag(self) -> Grouped | None:
        """Whether a person was right, where a column says so."""
        return None if self.roles.human_correct is None else Grouped(self.flag(self.roles.human_correct))

    def _classes_of(self, name: str) -> Grouped:
        return Grouped(column(name), partial(class_key, kind=self.kind(name)))

    @property
    def right(self) -> exp.Expression:
        """Whether the prediction is the truth; null without a truth; a missing prediction is wrong."""
        if self.run.correct is not None:
            return self.flag(self.run.correct)
        return _matches(self.prediction, self.label, missing=exp.false())

    @property
    def human_right(self) -> exp.Expression:
        """Whether the human label is the truth; null where either is missing."""
        if self.roles.human_correct is not None:
            return self.flag(self.roles.human_correct)
        if self.human is None or self.label is None:
            return exp.null()
        return _matches(self.human, self.label, missing=exp.null())

    def flag(self, name: str) -> exp.Expression:
        """A right-or-wrong column as a boolean."""
        this = column(name)
        match self.kind(name):
            case "boolean":
                return this
            case "integer" | "real":
                return exp.cast(this, "BOOLEAN")
            case _:
                return exp.TryCast(this=this, to=exp.DataType.build("BOOLEAN"))

    def _by_threshold(self, pairs: tuple[tuple[str, str], ...]) -> exp.Expression:
        chosen = next((name for key, name in pairs if key == self.positive), None)
        name = chosen or pairs[0][1]
        above = exp.GTE(this=column(name), expression=exp.Literal.number(self.run.threshold))
        sides = [exp.Literal.string(self.positive or ""), exp.Literal.string(self.negative or "")]
        if chosen is None and pairs[0][0] and pairs[0][0] == self.negative:
            sides.reverse()
        missing = exp.Is(this=column(name), expression=exp.null())
        return exp.case().when(missing, exp.null()).when(above, sides[0]).else_(sides[1])

    def by_largest(self, pairs: tuple[tuple[str, str], ...]) -> exp.Expression:
        largest = exp.Greatest(this=column(pairs[0][1]), expressions=[column(name) for _, name in pairs[1:]])
        case = exp.case()
        for key, name in pairs:
            case = case.when(exp.EQ(this=column(name), expression=largest.copy()), exp.Literal.string(key))
        return case


def class_key(this: exp.Expression, kind: Kind) -> exp.Expression:
    """A label or prediction as text, types reconciled: 1, 1.0 and '1' are one class, so are True and 'true'."""
    match kind:
        case "real":
            small = exp.LT(this=exp.Abs(this=this), expression=exp.Literal.number("1e15"))
            whole = exp.and_(exp.EQ(this=this, expression=exp.Floor(this=this)), small)
            return exp.case().when(whole, _text(exp.cast(this, "BIGINT"))).else_(_text(this))
        case "text":
            words = [exp.Literal.string(word) for word in TRUTHS]
            pattern = exp.Literal.string(WHOLE)
            whole = exp.RegexpReplace(this=this, expression=pattern, replacement=exp.Literal.string(r"\1"))
            return (
                exp.case()
                .when(exp.In(this=this, expressions=words), exp.Lower(this=this))
                .when(exp.Like(this=this, expression=exp.Literal.string("%.%0")), whole)
                .else_(this)
            )
        case _:
            return _text(this)


def _said(fact: Grouped | None) -> exp.Expression | None:
    return None if fact is None else fact.said(fact.raw)


def _matches(one: exp.Expression | None, truth: exp.Expression | None, missing: exp.Expression) -> exp.Expression:
    if one is None or truth is None:
        return exp.null()
    unknown = exp.Is(this=truth.copy(), expression=exp.null())
    same = exp.Coalesce(this=exp.EQ(this=one, expression=truth), expressions=[missing])
    return exp.case().when(unknown, exp.null()).else_(same)


def _text(expression: exp.Expression) -> exp.Expression:
    return exp.cast(expression, "VARCHAR")


# --- slices ----------------------------------------------------------------------------------------


def predicate(slice_: Slice, relation: Relation, parameters: Parameters) -> exp.Expression | None:
    """A slice as a condition that is true or false on every row, never null; None for all rows.

    Raises:
        UnknownColumnError: a column the relation does not have.
        SliceError: a value that does not fit its column.
    """
    return None if slice_.where is None else _node(slice_.where, relation, parameters)


def _node(node: Node, relation: Relation, parameters: Parameters) -> Any:
    match node:
        case Not(term):
            return exp.Not(this=exp.paren(_node(term, relation, parameters)))
        case And(terms):
            return exp.and_(*(exp.paren(_node(term, relation, parameters)) for term in terms))
        case Or(terms):
            return exp.or_(*(exp.paren(_node(term, relation, parameters)) for term in terms))
        case Condition():
            return _Test(node, relation, parameters).sql()


@dataclass(frozen=True, slots=True)
class _Test:
    """One condition on its way to SQL."""

    condition: Condition
    relation: Relation
    parameters: Parameters

    def sql(self) -> exp.Expression:
        if self.condition.column == TAG:
            return self._tag()
        this, kind = self._subject()
        operator, value = self.condition.operator, self.condition.value
        match operator:
            case "is missing":
                return exp.Is(this=this, expression=exp.null())
            case "!=":
                return exp.NullSafeNEQ(this=this, expression=self._bind(value, kind))
            case "in" if isinstance(value, tuple):
                return _sure(exp.In(this=this, expressions=[self._bind(one, kind) for one in value]))
            case "between" if isinstance(value, tuple):
                low, high = (self._bind(one, kind) for one in value)
                return _sure(exp.Between(this=this, low=low, high=high))
            case "contains" | "starts with":
                shape: Any = exp.Contains if operator == "contains" else exp.StartsWith
                lowered = exp.Lower(this=_as_text(this, kind))
                return _sure(shape(this=lowered, expression=exp.Lower(this=self.parameters.bind(str(value)))))
            case "has word":
                return _sure(has_word(_as_text(this, kind), str(value), self.parameters))
            case "matches":
                return _sure(exp.RegexpLike(this=_as_text(this, kind), expression=self.parameters.bind(str(value))))
        compare: Any = {"=": exp.EQ, "<": exp.LT, "<=": exp.LTE, ">": exp.GT, ">=": exp.GTE}[operator]
        return _sure(compare(this=this, expression=self._bind(value, kind)))

    def _subject(self) -> tuple[exp.Expression, Kind]:
        """What is tested, and its kind: the column or the length of its text."""
        this, kind = self.relation.subject(self.condition.column)
        if not self.condition.measure:
            return this, kind
        if kind != "text":
            raise SliceError(
                f"Column {self.condition.column!r} holds {HOLDS.get(kind, 'times')}; only a text has a length.",
                hint=f"The values themselves: {self.condition.column} {self.condition.operator} ...",
            )
        return self.parameters.share(length_of(this, self.condition.measure)), "integer"

    def _bind(self, value: object, kind: Kind) -> exp.Expression:
        """The value as a parameter of the column's kind.

        Raises:
            SliceError: it is of another kind.
        """
        match kind, value:
            case "boolean", bool():
                return self.parameters.bind(value)
            case "boolean", 0 | 1:
                return self.parameters.bind(bool(value))
            case "boolean", str() if value.lower() in ("true", "false"):
                return self.parameters.bind(value.lower() == "true")
            case "integer" | "real", int() | float() if not isinstance(value, bool):
                return self.parameters.bind(value)
            case "integer" | "real", str() if _is_number(value):
                return self.parameters.bind(float(value))
            case "time", str() if _is_time(value):
                return exp.TryCast(this=self.parameters.bind(value), to=exp.DataType.build("TIMESTAMP"))
            case "text", bool():
                return self.parameters.bind("true" if value else "false")
            case "text", int() | float() if self.condition.operator in ("=", "!=", "in"):
                return self.parameters.bind(_plain(value))
            case "text", str() if self.condition.column in (LABEL, PREDICTION):
                return self.parameters.bind(_class_key(value))
            case "text", str():
                return self.parameters.bind(value)
        holds = f"Column {self.condition.column!r} holds {HOLDS.get(kind, 'times')}"
        raise SliceError(
            f"{self.condition.subject + ' is a whole number' if self.condition.measure else holds}; "
            f"{value!r} does not compare with it.",
            hint="Text stands in single quotes, numbers stand bare; a time is written '2026-03-31 09:30:00'.",
        )

    def _tag(self) -> exp.Expression:
        """Examples that carry the tag, or any tag of a list; `tag is missing` is no tag at all."""
        operator, value, relation = self.condition.operator, self.condition.value, self.relation
        if operator not in ("=", "!=", "in", "is missing") or self.condition.measure:
            asked = self.condition.measure or operator
            raise SliceError(f"A tag is either there or not: {asked!r} does not fit.", hint="tag = 'car noise'")
        if relation.tags is None or relation.roles.id is None:
            return exp.false() if operator in ("=", "in") else exp.true()
        carried = exp.select(column("example")).from_(exp.to_identifier(relation.tags))
        if value is not None:
            names = value if isinstance(value, tuple) else (value,)
            carried = carried.where(
                exp.In(this=column("tag"), expressions=[self.parameters.bind(str(one)) for one in names])
            )
        has = exp.In(this=_text(column(relation.roles.id)), query=exp.Subquery(this=carried))
        return exp.Not(this=exp.paren(has)) if operator in ("!=", "is missing") else has


def _sure(expression: exp.Expression) -> exp.Expression:
    """Unknown counts as false."""
    return exp.Coalesce(this=expression, expressions=[exp.false()])


def _as_text(expression: exp.Expression, kind: Kind) -> exp.Expression:
    return expression if kind == "text" else _text(expression)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _is_time(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _class_key(text: str) -> str:
    """A class as a person writes it, as `Relation.class_key` has it."""
    return text.lower() if text in TRUTHS else re.sub(WHOLE, r"\1", text)


def _plain(number: float) -> str:
    return str(int(number)) if float(number).is_integer() else repr(number)
