"""A predicate as a value: conditions, their combinations, and how they print."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import total_ordering

from slicer.errors import SliceError

Value = str | int | float | bool
Operator = str

OPERATORS: dict[Operator, str] = {
    "=": "{column} {value}",
    "!=": "{column} not {value}",
    "<": "{column} below {value}",
    "<=": "{column} at most {value}",
    ">": "{column} above {value}",
    ">=": "{column} at least {value}",
    "in": "{column} {value}",
    "between": "{column} from {value}",
    "contains": "{column} contains {value}",
    "starts with": "{column} starts with {value}",
    "matches": "{column} matches {value}",
    "is missing": "{column} missing",
}
"""Each operator and how it is said; `not in` and `is present` are the negation of `in` and `is missing`."""

MEASURES: dict[str, str] = {"words": "word", "characters": "character"}
"""What a text is measured in, as in `words(text) <= 20`, and what one of it is called."""

MEASURED: dict[Operator, str] = {
    "=": "{value} {unit}",
    "!=": "other than {value} {unit}",
    "<": "fewer than {value} {unit}",
    "<=": "{value} {unit} or fewer",
    ">": "more than {value} {unit}",
    ">=": "{value} {unit} or more",
    "in": "{value} {unit}",
    "between": "{value} {unit}",
}
"""How a measure of a text is said, behind "with"."""

KEYWORDS = frozenset(
    {"and", "or", "not", "in", "between", "contains", "starts", "with", "matches", "is", "missing", "present"}
    | {"true", "false"}
)
"""Words that must be quoted where they are column names."""


@dataclass(frozen=True, slots=True, eq=False)
class Condition:
    """One test on one column. `value` is a tuple for `in` (sorted) and `between`, None for `is missing`.

    Two are equal when they are written the same: `a = 5` and `a = 5.0` are, `a = 1` and `a = true` are not.
    """

    column: str
    operator: Operator
    value: Value | tuple[Value, ...] | None = None
    measure: str = ""
    """One of `MEASURES` where the length of a text is tested; empty where the text itself is, or a value."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Condition) and str(self) == str(other)

    def __hash__(self) -> int:
        return hash(str(self))

    def __str__(self) -> str:
        match self.value:
            case None:
                return f"{self.subject} {self.operator}"
            case tuple() if self.operator == "between":
                return f"{self.subject} between {literal(self.value[0])} and {literal(self.value[1])}"
            case tuple():
                return f"{self.subject} in ({', '.join(literal(value) for value in self.value)})"
            case value:
                return f"{self.subject} {self.operator} {literal(value)}"

    @property
    def subject(self) -> str:
        """What is tested, as it is written.

        >>> Condition("text", "<", 5, "words").subject, Condition("odd column", "=", 5).subject
        ('words(text)', '"odd column"')
        """
        return f"{self.measure}({_name(self.column)})" if self.measure else _name(self.column)

    @property
    def tested(self) -> str:
        """The same without quotes around the column: its name, or a length of its text."""
        return f"{self.measure}({self.column})" if self.measure else self.column

    @property
    def words(self) -> str:
        if self.trait:
            return f"{self.column} with {self.trait}"
        return OPERATORS[self.operator].format(column=self.column, value=self._spoken)

    @property
    def trait(self) -> str:
        """What a text has, to be said behind "with"; empty for any other test.

        >>> Condition("text", "<=", 20, "words").trait, Condition("text", "has word", "free").trait
        ('20 words or fewer', "the word 'free'")
        """
        if self.operator == "has word":
            return f"the word '{self._spoken}'"
        if not self.measure:
            return ""
        unit = MEASURES[self.measure] + ("" if self.value == 1 else "s")
        return MEASURED[self.operator].format(value=self._spoken, unit=unit)

    @property
    def _spoken(self) -> str:
        if isinstance(self.value, tuple):
            joint = " to " if self.operator == "between" else " or "
            return joint.join(_spoken(part) for part in self.value)
        return "" if self.value is None else _spoken(self.value)


@dataclass(frozen=True, slots=True)
class Not:
    """Every row its term does not hold."""

    term: Node

    def __str__(self) -> str:
        match self.term:
            case Condition(operator="is missing") as term:
                return f"{term.subject} is present"
            case Condition(operator="in", value=tuple() as values) as term:
                return f"{term.subject} not in ({', '.join(literal(value) for value in values)})"
            case term:
                return f"not ({term})"

    @property
    def words(self) -> str:
        match self.term:
            case Condition(column, "is missing"):
                return f"{column} present"
            case Condition(column, "has word") as term:
                return f"{column} without {term.trait}"
            case Condition(column, "in", tuple() as values, ""):
                return f"{column} none of {', '.join(_spoken(value) for value in values)}"
            case term:
                return f"not ({term.words})"


@dataclass(frozen=True, slots=True)
class And:
    """Rows every term holds; at least two terms, sorted by their text, none twice."""

    terms: tuple[Node, ...]

    def __str__(self) -> str:
        return " and ".join(f"({term})" if isinstance(term, Or) else str(term) for term in self.terms)

    @property
    def words(self) -> str:
        return " and ".join(_together(self.terms))


@dataclass(frozen=True, slots=True)
class Or:
    """Rows at least one term holds; at least two terms, sorted by their text, none twice."""

    terms: tuple[Node, ...]

    def __str__(self) -> str:
        return " or ".join(str(term) for term in self.terms)

    @property
    def words(self) -> str:
        return " or ".join(term.words for term in self.terms)


Node = Condition | Not | And | Or


@total_ordering
@dataclass(frozen=True, slots=True)
class Slice:
    """Rows that satisfy a predicate; `Slice()` is all rows.

    Immutable and hashable. Its tree is normalised when it is made by `parse`, `all_of`, `any_of` or
    `complement`: nested and/or flattened and sorted, repeated terms and double negations dropped.
    """

    where: Node | None = None

    def __str__(self) -> str:
        return "" if self.where is None else str(self.where)

    def __lt__(self, other: Slice) -> bool:
        return str(self) < str(other)

    @property
    def words(self) -> str:
        """The predicate as a person would say it."""
        return "all rows" if self.where is None else self.where.words

    def renamed(self, names: Mapping[str, str]) -> Slice:
        """The same with other names for some columns, to be said in words.

        >>> from slicer.slices import parse
        >>> parse("label = 'spam' and not (age < 5)").renamed({"label": "true class"}).words
        'true class spam and not (age below 5)'
        """
        return self if self.where is None else Slice(_renamed(self.where, names))

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """Every condition, wherever it stands in the tree."""
        return tuple(_conditions(self.where)) if self.where is not None else ()

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns it looks at, each once, in order."""
        return tuple(dict.fromkeys(condition.column for condition in self.conditions))

    @property
    def terms(self) -> frozenset[Node]:
        """What is and-ed at the top: a slice contains another if its terms are among the other's."""
        match self.where:
            case None:
                return frozenset()
            case And(terms):
                return frozenset(terms)
            case node:
                return frozenset([node])

    def contains(self, other: Slice) -> bool:
        """Whether every row of `other` is surely in this slice, judged by the text alone.

        >>> from slicer.slices import parse
        >>> parse("a = 1").contains(parse("a = 1 and b = 2"))
        True
        """
        return self.terms <= other.terms

    def __and__(self, other: Slice) -> Slice:
        return all_of(self, other)

    @property
    def complement(self) -> Slice:
        """Every other row.

        >>> from slicer.slices import parse
        >>> str(parse("age >= 65").complement)
        'not (age >= 65)'
        """
        if self.where is None:
            raise SliceError("All rows have no complement.")
        return Slice(negated(self.where))


def condition(
    column: str, operator: Operator, value: Value | tuple[Value, ...] | None = None, measure: str = ""
) -> Slice:
    """A slice of one condition.

    >>> str(condition("noise", "=", "people noise"))
    "noise = 'people noise'"
    >>> str(condition("text", "<=", 20, "words"))
    'words(text) <= 20'
    """
    return Slice(make_condition(column, operator, value, measure))


def within(column: str, low: float | None, high: float | None) -> Slice:
    """Rows whose number is at least `low` and below `high`; None leaves a side open.

    >>> str(within("score", 0.2, 0.5)), str(within("score", None, 0.5))
    ('score < 0.5 and score >= 0.2', 'score < 0.5')
    """
    above = Slice() if low is None else condition(column, ">=", low)
    return all_of(above, Slice() if high is None else condition(column, "<", high))


def all_of(*slices: Slice) -> Slice:
    """Rows in every slice."""
    nodes = [slice_.where for slice_ in slices if slice_.where is not None]
    return Slice(joined(And, nodes)) if nodes else Slice()


def any_of(*slices: Slice) -> Slice:
    """Rows in at least one slice."""
    nodes = [slice_.where for slice_ in slices]
    return Slice() if not nodes or None in nodes else Slice(joined(Or, [node for node in nodes if node is not None]))


def make_condition(column: str, operator: Operator, value: Value | tuple[Value, ...] | None, measure: str = "") -> Node:
    if operator == "is missing":
        return Condition(column, operator)  # a text that is missing has no length, and no other has none
    if operator == "in" and isinstance(value, tuple):
        values = tuple(sorted({literal(one): one for one in value}.values(), key=_order))
        found = (values[0], "=") if len(values) == 1 else (values, "in")
        return Condition(column, found[1], found[0], measure)
    return Condition(column, operator, value, measure)


def negated(node: Node) -> Node:
    return node.term if isinstance(node, Not) else Not(node)


def joined(kind: type[And] | type[Or], nodes: list[Node]) -> Node:
    flat = [term for node in nodes for term in (node.terms if isinstance(node, kind) else (node,))]
    terms = tuple(sorted(dict.fromkeys(flat), key=str))
    return terms[0] if len(terms) == 1 else kind(terms)


def _renamed(node: Node, names: Mapping[str, str]) -> Node:
    match node:
        case Condition():
            return replace(node, column=names.get(node.column, node.column))
        case Not(term):
            return Not(_renamed(term, names))
        case And(terms) | Or(terms):
            return type(node)(tuple(_renamed(term, names) for term in terms))


def _conditions(node: Node) -> Iterator[Condition]:
    match node:
        case Condition():
            yield node
        case Not(term):
            yield from _conditions(term)
        case And(terms) | Or(terms):
            for term in terms:
                yield from _conditions(term)


def _together(terms: tuple[Node, ...]) -> Iterator[str]:
    """Terms in words; the two ends of a range are one of them, and so is all that is said of one text."""
    below = {one.column: one for one in terms if isinstance(one, Condition) and one.operator == "<" and not one.measure}
    ranges = {
        one: below[one.column]
        for one in terms
        if isinstance(one, Condition) and one.operator == ">=" and not one.measure and one.column in below
    }
    traits: dict[str, list[str]] = {}
    for one in terms:
        if isinstance(one, Condition) and one.trait:
            traits.setdefault(one.column, []).append(one.trait)
    for one in terms:
        match one:
            case Condition() if one in ranges:
                low, high = one.value, ranges[one].value
                yield f"{one.column} {literal(low)} to below {literal(high)}"  # type: ignore[arg-type]
            case Condition() if one in ranges.values():
                continue
            case Condition() if one.trait:
                if one.column in traits:
                    yield f"{one.column} with {' and '.join(traits.pop(one.column))}"
            case Or():
                yield f"({one.words})"
            case _:
                yield one.words


def _name(column: str) -> str:
    """A column as it is written: plain where it can be, else in double quotes."""
    plain = re.fullmatch(r"[^\W\d]\w*", column) and column.lower() not in KEYWORDS
    return column if plain else '"' + column.replace('"', '""') + '"'


def literal(value: Value) -> str:
    """A value as it is written in a predicate.

    >>> literal("it's"), literal(True), literal(2.0)
    ("'it''s'", 'true', '2')
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    return _number(value) if isinstance(value, int | float) else "'" + value.replace("'", "''") + "'"


def _number(value: float) -> str:
    whole = isinstance(value, int) or (value.is_integer() and abs(value) < 1e15)
    return str(int(value)) if whole else repr(float(value))


def _order(value: Value) -> tuple[int, float, str]:
    """True and false first, then numbers by size, then text."""
    match value:
        case bool():
            return 0, float(value), ""
        case str():
            return 2, 0.0, value
    return 1, value, ""


def _spoken(value: Value) -> str:
    if isinstance(value, str):
        return value if value else "empty text"
    return literal(value)
