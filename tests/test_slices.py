"""The slice language: text, canonical text, words and rows kept in step, and hostile input kept out."""

import re
from collections.abc import Sequence
from itertools import count, permutations
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from words_kit import has_word

import slicer
from slicer.engine.duckdb import DuckDBEngine
from slicer.engine.levels import MAX_LEVELS
from slicer.engine.sql import Relation
from slicer.errors import SliceError, UnknownColumnError
from slicer.quoting import quote_identifier
from slicer.schema import Kind, Roles, RunColumns
from slicer.slices import MEASURES, And, Condition, Node, Not, Or, Slice, all_of, any_of, condition, parse

ALL = Slice()
TABLES = count()
TYPES: dict[str, str] = {
    "text": "varchar",
    "integer": "bigint",
    "real": "double",
    "boolean": "boolean",
    "time": "timestamp",
}


CONNECTION = duckdb.connect(config={"threads": 1})


def engine_on(kinds: dict[str, Kind], rows: Sequence[Sequence[Any]], **more: Any) -> DuckDBEngine:
    """An engine on these rows; a column `id` counts them from 1, `y` and `p` are label and prediction if there."""
    table = f"examples_{next(TABLES)}"
    names = ", ".join(f"{quote_identifier(name)} {TYPES[kind]}" for name, kind in kinds.items())
    CONNECTION.execute(f"create table {table}(id bigint, {names})")
    if rows:
        marks = f"({', '.join('?' for _ in range(len(kinds) + 1))})"
        bound = [value for place, row in enumerate(rows, 1) for value in (place, *row)]
        CONNECTION.execute(f"insert into {table} values {', '.join([marks] * len(rows))}", bound)
    run = RunColumns(name="model", prediction="p" if "p" in kinds else None)
    roles = Roles(id="id", label="y" if "y" in kinds else None, runs=(run,))
    relation = Relation(
        table=table, kinds={"id": "integer", **kinds}, roles=roles, run=run, positive=None, negative=None, **more
    )
    return DuckDBEngine(CONNECTION.cursor, relation)


def rows_of(engine: DuckDBEngine, slice_: Slice) -> list[int]:
    found = [int(one) for one in engine.ids(slice_)]
    assert engine.count(slice_) == len(found)
    return found


# --- one table: text, canonical text, words, rows ----------------------------------------------------

KINDS: dict[str, Kind] = {
    "age": "integer",
    "sex": "text",
    "income": "real",
    "vip": "boolean",
    "note": "text",
    "odd column": "text",
    "at": "time",
}
EXAMPLES = (
    (70, "F", 15.5, True, "refund please", "x", "2026-01-31 12:00:00"),
    (30, "M", None, False, "Refund, NOW", "it's", "2026-02-01 00:00:00"),
    (65, "X", 10.0, None, None, 'say "x"', None),
    (None, None, 20.0, True, "100% off_", None, "2026-02-01 18:30:00"),
    (12, "F", -3.5, False, "line\nbreak", "x", "2025-12-31 23:59:59"),
)

TABLE = [
    ("", "", "all rows", [1, 2, 3, 4, 5]),
    ("age >= 65", "age >= 65", "age at least 65", [1, 3]),
    ("age>65", "age > 65", "age above 65", [1]),
    ("age < +3e1", "age < 30", "age below 30", [5]),
    ("age <= 30.0", "age <= 30", "age at most 30", [2, 5]),
    ("age == 12", "age = 12", "age 12", [5]),
    ("age = '12'", "age = '12'", "age 12", [5]),
    ("age <> 12", "age != 12", "age not 12", [1, 2, 3, 4]),
    ("not age = 12", "not (age = 12)", "not (age 12)", [1, 2, 3, 4]),
    ("not age >= 65", "not (age >= 65)", "not (age at least 65)", [2, 4, 5]),
    ("not (not age >= 65)", "age >= 65", "age at least 65", [1, 3]),
    ("age between 12 and 65", "age between 12 and 65", "age from 12 to 65", [2, 3, 5]),
    ("income > -3.5", "income > -3.5", "income above -3.5", [1, 3, 4]),
    ("income between -.5e1 and 1E1", "income between -5 and 10", "income from -5 to 10", [3, 5]),
    ("sex = 'F'", "sex = 'F'", "sex F", [1, 5]),
    ("sex != 'F'", "sex != 'F'", "sex not F", [2, 3, 4]),
    ("sex in ('X', 'F')", "sex in ('F', 'X')", "sex F or X", [1, 3, 5]),
    ("sex in ('F', 'F')", "sex = 'F'", "sex F", [1, 5]),
    ("sex not in ('X', 'F')", "sex not in ('F', 'X')", "sex none of F, X", [2, 4]),
    ("not (sex in ('X', 'F'))", "sex not in ('F', 'X')", "sex none of F, X", [2, 4]),
    ("SEX IN ('f')", "SEX = 'f'", "SEX f", None),
    ("sex is missing", "sex is missing", "sex missing", [4]),
    ("sex is not missing", "sex is present", "sex present", [1, 2, 3, 5]),
    ("not sex is present", "sex is missing", "sex missing", [4]),
    ("vip = true", "vip = true", "vip true", [1, 4]),
    ("vip = FALSE", "vip = false", "vip false", [2, 5]),
    ("vip = 1", "vip = 1", "vip 1", [1, 4]),
    ("vip = 'true'", "vip = 'true'", "vip true", [1, 4]),
    ("vip != true", "vip != true", "vip not true", [2, 3, 5]),
    ("note contains 'REFUND'", "note contains 'REFUND'", "note contains REFUND", [1, 2]),
    ("note has word 'refund'", "note has word 'refund'", "note with the word 'refund'", [1, 2]),
    ("note has word 'REF'", "note has word 'REF'", "note with the word 'REF'", []),
    ("note has word 'refund please'", "note has word 'refund please'", "note with the word 'refund please'", [1]),
    ("note has word '%'", "note has word '%'", "note with the word '%'", [4]),
    ("note has word '.'", "note has word '.'", "note with the word '.'", []),
    ("\"odd column\" has word 'it’s'", "\"odd column\" has word 'it’s'", "odd column with the word 'it’s'", [2]),
    ("\"odd column\" has word 's'", "\"odd column\" has word 's'", "odd column with the word 's'", []),
    ("not note has word 'refund'", "not (note has word 'refund')", "note without the word 'refund'", [3, 4, 5]),
    ("words(note) = 2", "words(note) = 2", "note with 2 words", [1, 2, 4, 5]),
    ("WORDS ( note ) <= 1", "words(note) <= 1", "note with 1 word or fewer", []),
    ("words(note) < 3", "words(note) < 3", "note with fewer than 3 words", [1, 2, 4, 5]),
    ("words(note) != 2", "words(note) != 2", "note with other than 2 words", [3]),
    ("characters(note) > 10", "characters(note) > 10", "note with more than 10 characters", [1, 2]),
    ("characters(note) between 9 and 10", "characters(note) between 9 and 10", "note with 9 to 10 characters", [4, 5]),
    ("characters(note) in (10, 9)", "characters(note) in (9, 10)", "note with 9 or 10 characters", [4, 5]),
    ("characters(note) not in (10)", "not (characters(note) = 10)", "not (note with 10 characters)", [1, 2, 3, 4]),
    ("words(note) is missing", "note is missing", "note missing", [3]),
    ('characters("odd column") >= 4', 'characters("odd column") >= 4', "odd column with 4 characters or more", [2, 3]),
    (
        "words(note) >= 2 and note has word 'refund' and age < 40",
        "age < 40 and note has word 'refund' and words(note) >= 2",
        "age below 40 and note with the word 'refund' and 2 words or more",
        [2],
    ),
    (
        "age < 70 and age >= 30 and sex = 'X'",
        "age < 70 and age >= 30 and sex = 'X'",
        "age 30 to below 70 and sex X",
        [3],
    ),
    ("note starts with 'refund'", "note starts with 'refund'", "note starts with refund", [1, 2]),
    ("note matches '^refund'", "note matches '^refund'", "note matches ^refund", [1]),
    ("note matches '[0-9]+%'", "note matches '[0-9]+%'", "note matches [0-9]+%", [4]),
    ("note contains '%'", "note contains '%'", "note contains %", [4]),
    ("note contains '_'", "note contains '_'", "note contains _", [4]),
    ("note contains 'e\nb'", "note contains 'e\nb'", "note contains e\nb", [5]),
    ("not note contains 'refund'", "not (note contains 'refund')", "not (note contains refund)", [3, 4, 5]),
    ("age contains '5'", "age contains '5'", "age contains 5", [3]),
    ("\"odd column\" = 'it''s'", "\"odd column\" = 'it''s'", "odd column it's", [2]),
    ('"odd column" = \'say "x"\'', '"odd column" = \'say "x"\'', 'odd column say "x"', [3]),
    ('"age" >= 65', "age >= 65", "age at least 65", [1, 3]),
    ("note = ''", "note = ''", "note empty text", []),
    ("at >= '2026-02-01'", "at >= '2026-02-01'", "at at least 2026-02-01", [2, 4]),
    ("at = '2026-02-01 18:30:00'", "at = '2026-02-01 18:30:00'", "at 2026-02-01 18:30:00", [4]),
    ("sex = 'F' and age >= 65", "age >= 65 and sex = 'F'", "age at least 65 and sex F", [1]),
    ("sex = 'F' or age >= 65", "age >= 65 or sex = 'F'", "age at least 65 or sex F", [1, 3, 5]),
    (
        "sex = 'F' or sex = 'M' and age < 20",
        "age < 20 and sex = 'M' or sex = 'F'",
        "age below 20 and sex M or sex F",
        [1, 5],
    ),
    (
        "(sex = 'F' or sex = 'M') and age < 20",
        "age < 20 and (sex = 'F' or sex = 'M')",
        "age below 20 and (sex F or sex M)",
        [5],
    ),
    ("not (sex = 'F' or age < 40)", "not (age < 40 or sex = 'F')", "not (age below 40 or sex F)", [3, 4]),
    ("not sex = 'F' and age > 20", "age > 20 and not (sex = 'F')", "age above 20 and not (sex F)", [2, 3]),
    ("((age >= 65))", "age >= 65", "age at least 65", [1, 3]),
    ("age >= 65 and (age >= 65 and age >= 65)", "age >= 65", "age at least 65", [1, 3]),
    ("age in (70, 12.0, 30.5)", "age in (12, 30.5, 70)", "age 12 or 30.5 or 70", [1, 5]),
]


@pytest.fixture(scope="module")
def people() -> DuckDBEngine:
    """Five rows you can check by eye."""
    return engine_on(KINDS, EXAMPLES)


@pytest.mark.parametrize(("text", "canonical", "words", "rows"), TABLE, ids=[row[0] or "empty" for row in TABLE])
def test_a_slice_is_one_thing_as_text_as_words_and_as_rows(
    people: DuckDBEngine, text: str, canonical: str, words: str, rows: list[int] | None
) -> None:
    slice_ = parse(text)
    assert str(slice_) == canonical
    assert slice_.words == words
    assert parse(canonical) == slice_
    if rows is None:
        with pytest.raises(UnknownColumnError):
            people.ids(slice_)
        return
    assert rows_of(people, slice_) == rows
    if slice_ != ALL:
        assert rows_of(people, slice_.complement) == [one for one in (1, 2, 3, 4, 5) if one not in rows]


ERRORS = [
    ("age >", 5, "a value expected, found the end"),
    ("age", 3, "an operator"),
    (">= 65", 0, "a column name expected, found >="),
    ("age >= 65 and", 13, "a column name expected, found the end"),
    ("age >= 65 sex = 'F'", 10, "and, or, or the end expected, found sex"),
    ("age >= sixty", 7, "a value expected, found sixty"),
    ('sex = "F"', 6, 'a value expected, found "F"'),
    ("sex = 'F", 6, "the closing quote is missing"),
    ('"sex = 1', 0, "the closing quote is missing"),
    ("age ; drop", 4, "';' has no meaning here"),
    ("age = 1 -- and more", 8, "'-' has no meaning here"),
    ("age = 3and sex = 1", 6, "'3' has no meaning here"),
    ("age = 1.2.3", 6, "'1' has no meaning here"),
    ("sex in 'F'", 7, "( expected, found 'F'"),
    ("sex in ()", 8, "a value expected, found )"),
    ("sex in ('F' 'M')", 12, ") expected, found 'M'"),
    ("(age = 1", 8, ") expected, found the end"),
    ("age = 1)", 7, "and, or, or the end expected, found )"),
    ("age between 1", 13, "and expected, found the end"),
    ("age between 1 or 2", 14, "and expected, found or"),
    ("note contains 5", 14, "text in single quotes expected, found 5"),
    ("note starts 'a'", 5, "an operator"),
    ("note starts with true", 17, "text in single quotes expected"),
    ("sex is 'F'", 4, "an operator"),
    ("note has 'a'", 5, "an operator"),
    ("note has word 5", 14, "text in single quotes expected, found 5"),
    ("words(note) contains 'a'", 12, "an operator"),
    ("words(note < 5", 11, ") expected, found <"),
    ("length(note) < 5", 6, "an operator"),
    ("age = 1e999", 6, "a finite number expected, found 1e999"),
    ("and = 1", 0, "a column name expected, found and"),
    ("not", 3, "a column name expected, found the end"),
    ("age = 1 and not", 15, "a column name expected, found the end"),
]


@pytest.mark.parametrize(("text", "position", "sentence"), ERRORS, ids=[row[0] for row in ERRORS])
def test_an_unreadable_slice_says_where_and_what_was_expected(text: str, position: int, sentence: str) -> None:
    with pytest.raises(SliceError, match=f"Character {position + 1}: .*{re.escape(sentence)}") as caught:
        parse(text)
    assert caught.value.position == position
    assert caught.value.hint.splitlines()[:2] == [text, " " * position + "^"]


def test_a_bare_word_is_told_how_text_is_written() -> None:
    with pytest.raises(SliceError) as caught:
        parse("country = US")
    assert "Text stands in single quotes: 'US'." in caught.value.hint


@pytest.mark.parametrize("nested", ["({})", "not ({})", "a = 2 and ({})"])
def test_nesting_without_end_is_refused_in_words(nested: str) -> None:
    text = "a = 1"
    for _ in range(3000):
        text = nested.format(text)
    with pytest.raises(SliceError, match="at most 50 levels"):
        parse(text)


def test_the_deepest_slice_that_is_read_can_also_be_run(people: DuckDBEngine) -> None:
    text = "age = 0"
    for age in range(25):
        text = f"not (age = {age + 1} and {text})"
    slice_ = parse(text)
    assert parse(str(slice_)) == slice_
    assert people.count(slice_) + people.count(slice_.complement) == 5


def test_a_slice_of_thousands_of_terms_can_be_run(people: DuckDBEngine) -> None:
    assert rows_of(people, parse(" or ".join(f"age = {age}" for age in range(500)))) == [1, 2, 3, 5]
    assert rows_of(people, parse(f"age in ({', '.join(map(str, range(40, 5000)))})")) == [1, 3]


# --- what does not fit the data ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("age = 'old'", "Column 'age' holds whole numbers; 'old' does not compare with it."),
        ("income > true", "Column 'income' holds numbers; True does not compare with it."),
        ("income between 1 and 'b'", "Column 'income' holds numbers; 'b' does not compare with it."),
        ("vip = 2", "Column 'vip' holds true or false; 2 does not compare with it."),
        ("vip = 'maybe'", "Column 'vip' holds true or false; 'maybe' does not compare with it."),
        ("sex > 5", "Column 'sex' holds text; 5 does not compare with it."),
        ("at > 'garbage'", "Column 'at' holds times; 'garbage' does not compare with it."),
        ("at != '2026-02-31'", "Column 'at' holds times; '2026-02-31' does not compare with it."),
        ("at = 2026", "Column 'at' holds times; 2026 does not compare with it."),
        ("note matches '('", "The filter cannot be run"),
        ("words(age) < 3", "Column 'age' holds whole numbers; only a text has a length."),
        ("words(at) < 3", "Column 'at' holds times; only a text has a length."),
        ("words(note) < 'b'", "words(note) is a whole number; 'b' does not compare with it."),
        ("words(tag) = 1", "A tag is either there or not: 'words' does not fit."),
        ("tag < 'x'", "A tag is either there or not: '<' does not fit."),
    ],
)
def test_a_value_that_does_not_fit_its_column_is_refused_in_words(
    people: DuckDBEngine, text: str, sentence: str
) -> None:
    with pytest.raises(SliceError, match=re.escape(sentence)):
        people.count(parse(text))


def test_an_unknown_column_is_named_with_the_one_that_was_meant(people: DuckDBEngine) -> None:
    with pytest.raises(UnknownColumnError, match=r"No column named 'agee'; did you mean 'age'\?") as caught:
        people.count(parse("agee > 3"))
    assert "odd column" in caught.value.hint


def test_a_number_compares_with_text_as_it_is_written() -> None:
    engine = engine_on({"code": "text"}, [("1",), ("1.5",), ("true",), ("01",), (None,)])
    assert rows_of(engine, parse("code = 1")) == [1]
    assert rows_of(engine, parse("code in (1, 1.5)")) == [1, 2]
    assert rows_of(engine, parse("code = true")) == [3]
    assert rows_of(engine, parse("code in (1, true)")) == [1, 3]
    assert rows_of(engine, parse("code = 1 or code = true")) == [1, 3]


def test_whole_numbers_keep_every_digit() -> None:
    """9007199254740993 is no float: an id of that size must not become its neighbour."""
    numbers = (9007199254740992, 9007199254740993, 9007199254740994)
    engine = engine_on({"n": "integer"}, [(number,) for number in numbers])
    for place, number in enumerate(numbers, 1):
        slice_ = parse(f"n = {number}")
        assert str(slice_) == f"n = {number}"
        assert rows_of(engine, slice_) == [place]
        assert rows_of(engine, parse(str(slice_))) == [place]


# --- slices as values ------------------------------------------------------------------------------

names = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), min_size=1, max_size=12)
numbers = st.one_of(st.integers(), st.floats(allow_nan=False, allow_infinity=False))
values = st.one_of(names, st.just(""), numbers, st.booleans())


def operators(column: st.SearchStrategy[str], value: st.SearchStrategy[Any]) -> st.SearchStrategy[Slice]:
    """Slices of one condition of any operator."""
    texts = st.sampled_from(["contains", "has word", "starts with", "matches"])
    measure = st.sampled_from(["", *MEASURES])
    return st.one_of(
        st.builds(condition, column, st.sampled_from(["=", "!=", "<", "<=", ">", ">="]), value, measure),
        st.builds(condition, column, st.just("in"), st.lists(value, min_size=1, max_size=4).map(tuple), measure),
        st.builds(condition, column, st.just("between"), st.tuples(value, value), measure),
        st.builds(condition, column, st.just("is missing"), st.none(), measure),
        st.builds(condition, column, texts, names),
    )


def nested(simple: st.SearchStrategy[Slice]) -> st.SearchStrategy[Slice]:
    """Slices of several conditions, and / or / not."""
    return st.recursive(
        simple,
        lambda inner: st.one_of(
            st.lists(inner, min_size=1, max_size=3).map(lambda terms: all_of(*terms)),
            st.lists(inner, min_size=1, max_size=3).map(lambda terms: any_of(*terms)),
            inner.map(lambda term: term.complement),
        ),
        max_leaves=6,
    )


anything = nested(operators(names, values))


@settings(max_examples=250)
@given(anything)
@example(condition("a", "in", (2.0, 2.5, 3.0)))
@example(condition("a", "in", (3.0, 1)))
@example(condition("a", "in", (1, True, 1.0)))
@example(condition("a", "=", 10**15))
@example(condition("a", "=", 1e15))
@example(condition("a", "=", -0.0))
@example(condition("a", "<", 5e-324))
@example(condition("is", "=", "is"))
@example(condition("words", "has word", "word"))
@example(condition("words", "<", 5, "words"))
@example(condition("characters (", "in", (5, 3), "characters"))
def test_a_slice_is_read_back_from_its_own_text(slice_: Slice) -> None:
    again = parse(str(slice_))
    assert again == slice_
    assert hash(again) == hash(slice_)
    assert str(again) == str(slice_)
    assert again.words == slice_.words
    assert again.columns == slice_.columns


@given(st.lists(anything, min_size=2, max_size=4))
def test_the_order_of_terms_and_repetitions_change_nothing(terms: list[Slice]) -> None:
    first, *rest = terms
    for joined in (all_of, any_of):
        whole = joined(*terms)
        assert joined(*reversed(terms)) == whole
        assert joined(first, joined(*rest)) == whole == joined(joined(*rest), first)
        assert joined(*terms, *terms) == whole
        assert len({whole, joined(*reversed(terms))}) == 1


@given(anything)
def test_a_complement_of_a_complement_is_the_slice(slice_: Slice) -> None:
    assert slice_.complement.complement == slice_
    assert slice_.complement != slice_


@given(anything, anything)
def test_different_text_is_a_different_slice(one: Slice, other: Slice) -> None:
    assert (one == other) == (str(one) == str(other))
    assert (one < other) == (str(one) < str(other))


def test_one_and_true_are_two_values() -> None:
    """Python says 1 == True; on a text column `= 1` and `= true` are different rows."""
    assert parse("a = 1") != parse("a = true")
    assert parse("a = 5") == parse("a = 5.0")
    assert str(parse("a in (true, 1)")) == "a in (true, 1)"


def test_all_rows_is_the_neutral_term() -> None:
    a = parse("a = 1")
    assert all_of() == all_of(ALL) == any_of() == parse("  ") == ALL
    assert all_of(ALL, a) == (ALL & a) == a
    assert any_of(ALL, a) == ALL
    assert ALL.conditions == ALL.columns == ()
    with pytest.raises(SliceError, match="All rows have no complement"):
        _ = ALL.complement


def test_a_slice_contains_another_when_its_terms_are_among_the_others() -> None:
    a, ab, abc = parse("a = 1"), parse("b = 2 and a = 1"), parse("a = 1 and (b = 2 and c = 3)")
    assert ALL.contains(a)
    assert a.contains(ab)
    assert ab.contains(abc)
    assert ab.contains(ab)
    assert not ab.contains(a)
    assert not a.contains(parse("a = 1 or b = 2"))
    assert not parse("a = 1 or b = 2").contains(a), "judged by the text alone"


# --- rows against plain Python -----------------------------------------------------------------------

HOSTILE_NAMES = ('"; drop table examples; --', "it's", "100%_", "line\nbreak", "select", "a b", "ü", '"', "1st")
HOSTILE_VALUES = (
    "x' or true --",
    "'; drop table examples; --",
    '"',
    "%",
    "_",
    "100%",
    "a_c",
    "abc",
    "line\nbreak",
    "line",
    "null",
    "NULL",
    "",
    " ",
    "\\",
    "?",
    "$1",
    "$p0",
    "(.*)",
    "é",
)

Row = tuple[str | None, int | None, float | None, bool | None, str | None]
COLUMNS: dict[str, Kind] = {"t": "text", "i": "integer", "r": "real", "b": "boolean", HOSTILE_NAMES[0]: "text"}


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.none(), strategy)


texts = st.one_of(st.sampled_from(HOSTILE_VALUES), st.text("abAB%_'\"\n", max_size=3))
integers = st.one_of(st.integers(-3, 3), st.sampled_from([2**53 + 1, -(2**62)]))
reals = st.one_of(st.sampled_from([-1.5, -0.0, 0.0, 0.1, 0.30000000000000004, 2.0, 1e300, 5e-324]), st.integers(-3, 3))
random_rows = st.lists(
    st.tuples(maybe(texts), maybe(integers), maybe(reals.map(float)), maybe(st.booleans()), maybe(texts)), max_size=25
)


ordered = ["=", "!=", "<", "<=", ">", ">="]


def comparisons(name: str, value: st.SearchStrategy[Any], signs: Sequence[str]) -> st.SearchStrategy[Slice]:
    return st.one_of(
        st.builds(condition, st.just(name), st.sampled_from(signs), value),
        st.builds(condition, st.just(name), st.just("in"), st.lists(value, min_size=1, max_size=3).map(tuple)),
        st.builds(condition, st.just(name), st.just("is missing")),
    )


def searches(name: str) -> st.SearchStrategy[Slice]:
    patterns = st.one_of(texts.map(re.escape), st.sampled_from(["^a", "[ab]", "a|b", "^$", "B+"]))
    return st.one_of(
        st.builds(condition, st.just(name), st.sampled_from(["contains", "has word", "starts with"]), texts),
        st.builds(condition, st.just(name), st.just("matches"), patterns),
        st.builds(condition, st.just(name), st.sampled_from(ordered), st.integers(0, 4), st.sampled_from([*MEASURES])),
    )


def ranges(name: str, value: st.SearchStrategy[Any]) -> st.SearchStrategy[Slice]:
    return st.builds(condition, st.just(name), st.just("between"), st.tuples(value, value))


fitting = nested(
    st.one_of(
        *(
            strategy
            for name in ("t", HOSTILE_NAMES[0])
            for strategy in (comparisons(name, texts, ordered), searches(name))
        ),
        comparisons("i", integers, ordered),
        comparisons("r", reals, ordered),
        comparisons("b", st.booleans(), ["=", "!="]),
        ranges("t", texts),
        ranges("i", integers),
        ranges("r", reals),
    )
)


def holds(node: Node | None, row: dict[str, Any]) -> bool:
    """Whether a row satisfies a predicate: the language once more, in plain Python."""
    match node:
        case None:
            return True
        case Not(term):
            return not holds(term, row)
        case And(terms):
            return all(holds(term, row) for term in terms)
        case Or(terms):
            return any(holds(term, row) for term in terms)
        case Condition(column, operator, value, measure):
            return passes(measured(row[column], measure), operator, value)


def measured(this: Any, measure: str) -> Any:
    """A value, or how long it is."""
    if this is None or not measure:
        return this
    return len(this.split()) if measure == "words" else len(this)


def passes(this: Any, operator: str, value: Any) -> bool:
    if operator == "is missing":
        return this is None
    if this is None:
        return operator == "!="
    match operator:
        case "=":
            return this == value
        case "!=":
            return this != value
        case "<":
            return this < value
        case "<=":
            return this <= value
        case ">":
            return this > value
        case ">=":
            return this >= value
        case "in":
            return this in value
        case "between":
            return value[0] <= this <= value[1]
        case "contains":
            return value.lower() in this.lower()
        case "starts with":
            return this.lower().startswith(value.lower())
        case "has word":
            return has_word(this, value)
    assert operator == "matches"
    return re.search(value, this) is not None


def brute_force(slice_: Slice, rows: Sequence[Row]) -> list[int]:
    named = [dict(zip(COLUMNS, row, strict=True)) for row in rows]
    return [place for place, row in enumerate(named, 1) if holds(slice_.where, row)]


@settings(max_examples=60)
@given(random_rows, st.lists(fitting, min_size=1, max_size=4))
def test_the_engine_finds_the_rows_plain_python_finds(rows: list[Row], slices: list[Slice]) -> None:
    """And the complement finds the others: every row is on exactly one side, missing values included."""
    engine = engine_on(COLUMNS, rows)
    for slice_ in slices:
        expected = brute_force(slice_, rows)
        assert rows_of(engine, slice_) == expected
        assert rows_of(engine, slice_.complement) == [
            place for place in range(1, len(rows) + 1) if place not in set(expected)
        ]
        assert engine.count(slice_) + engine.count(slice_.complement) == len(rows)
        assert engine.count(slice_ & slice_.complement) == 0
        assert engine.count(any_of(slice_, slice_.complement)) == len(rows)


@settings(max_examples=25)
@given(random_rows, st.lists(fitting, min_size=2, max_size=3))
def test_the_order_of_terms_changes_no_row(rows: list[Row], slices: list[Slice]) -> None:
    engine = engine_on(COLUMNS, rows)
    found = {tuple(rows_of(engine, all_of(*order))) for order in permutations(slices)}
    assert len(found) == 1
    assert found == {tuple(one for one in range(1, len(rows) + 1) if all(one in brute_force(s, rows) for s in slices))}


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_hostile_name_is_only_a_name(tmp_path: Path, name: str) -> None:
    """Through the whole house: a file with such a column, its slices as text, and back."""
    frame = pd.DataFrame(
        {
            "y": ["a"] * len(HOSTILE_VALUES),
            "p": ["a"] * len(HOSTILE_VALUES),
            name: HOSTILE_VALUES,
        }
    )
    path = tmp_path / "hostile.parquet"
    frame.to_parquet(path, index=False)
    bench = slicer.open(path, label="y", prediction="p", features=[name])
    present = [value for value in HOSTILE_VALUES if value]
    for value in present:
        slice_ = parse(str(condition(name, "=", value)))
        examples = bench.examples(slice_, limit=100)
        assert [one.values[name] for one in examples] == [value]
        assert bench.count(slice_.complement).support == len(HOSTILE_VALUES) - 1
    assert bench.count(condition(name, "is missing")).support == 1
    found = bench.metrics(by=[name])
    assert sorted(str(one.slice) for one in found.slices) == sorted(
        [*(str(condition(name, "=", value)) for value in present), str(condition(name, "is missing"))]
    )


@pytest.mark.parametrize("value", [value for value in HOSTILE_VALUES if value])
def test_a_hostile_value_is_only_text(value: str) -> None:
    engine = engine_on(COLUMNS, [(one, None, None, None, None) for one in HOSTILE_VALUES])
    for operator, expected in (
        ("=", [one == value for one in HOSTILE_VALUES]),
        ("contains", [value.lower() in one.lower() for one in HOSTILE_VALUES]),
        ("starts with", [one.lower().startswith(value.lower()) for one in HOSTILE_VALUES]),
    ):
        slice_ = parse(str(condition("t", operator, value)))
        assert rows_of(engine, slice_) == [place for place, one in enumerate(expected, 1) if one]
    assert engine.count(ALL) == len(HOSTILE_VALUES)


# --- roles and tags in the language ------------------------------------------------------------------


def test_label_prediction_and_correct_stand_for_roles_whatever_the_columns_are_called() -> None:
    rows = [(1.0, "1"), (0.0, "1"), (None, "0"), (1.0, None), (0.0, "0")]
    engine = engine_on({"y": "real", "p": "text"}, rows)
    assert rows_of(engine, parse("label = 1")) == rows_of(engine, parse("label = '1'")) == [1, 4]
    assert rows_of(engine, parse("label = '1.0'")) == [1, 4]
    assert rows_of(engine, parse("label is missing")) == [3]
    assert rows_of(engine, parse("prediction in ('0', '1')")) == [1, 2, 3, 5]
    assert rows_of(engine, parse("prediction is missing")) == [4]
    assert rows_of(engine, parse("correct = false")) == [2, 4]
    assert rows_of(engine, parse("correct = true")) == [1, 5]
    assert rows_of(engine, parse("correct is missing")) == [3]


@pytest.mark.parametrize("written", ["True", "TRUE", "true"])
def test_a_class_may_be_asked_for_as_it_stands_in_the_file(written: str) -> None:
    engine = engine_on({"y": "text", "p": "text"}, [(written, written), ("False", written)])
    for asked in (f"'{written}'", "'true'", "true"):
        assert rows_of(engine, parse(f"label = {asked}")) == [1]
        assert rows_of(engine, parse(f"prediction = {asked}")) == [1, 2]


def test_a_tag_is_a_condition_on_what_people_said() -> None:
    CONNECTION.execute("create table tags(example varchar, tag varchar)")
    CONNECTION.execute("insert into tags values ('1', 'car noise'), ('1', 'it''s'), ('2', 'car noise')")
    engine = engine_on(
        {"t": "text"},
        [("a",), ("b",), ("c",)],
        tags="tags",
    )
    assert rows_of(engine, parse("tag = 'car noise'")) == [1, 2]
    assert rows_of(engine, parse("tag != 'car noise'")) == [3]
    assert rows_of(engine, parse("tag in ('it''s', 'nothing')")) == [1]
    assert rows_of(engine, parse("tag is missing")) == [3]
    assert rows_of(engine, parse("tag is present and t = 'b'")) == [2]
    assert rows_of(engine, parse("tag = 'car noise' and tag = 'it''s'")) == [1]


def test_where_nobody_tagged_no_row_has_a_tag() -> None:
    engine = engine_on({"t": "text"}, [("a",), ("b",)])
    assert rows_of(engine, parse("tag = 'x'")) == []
    assert rows_of(engine, parse("tag is missing")) == rows_of(engine, parse("tag != 'x'")) == [1, 2]


# --- slices of a column ----------------------------------------------------------------------------


def partition(engine: DuckDBEngine, columns: list[str], where: Slice = ALL) -> list[tuple[str, int]]:
    """The slices of the columns and their support, after checking that they part the rows."""
    found = engine.cells_by(list(engine.levels(columns, where).values()), where, classes=False)
    supports = [(slice_, sum(cell.rows for cell in cells)) for slice_, cells in found]
    seen: list[int] = []
    for slice_, support in supports:
        rows = rows_of(engine, all_of(where, slice_))
        assert len(rows) == support > 0, str(slice_)
        assert rows_of(engine, all_of(where, parse(str(slice_)))) == rows, "its text stands for it"
        seen += rows
    assert sorted(seen) == rows_of(engine, where)
    return [(str(slice_), support) for slice_, support in supports]


def test_a_column_has_a_slice_for_each_value_most_frequent_first_and_missing_last() -> None:
    engine = engine_on({"t": "text"}, [(one,) for one in ("b", "a", None, "b", "a", "c", "b")])
    assert partition(engine, ["t"]) == [("t = 'b'", 3), ("t = 'a'", 2), ("t = 'c'", 1), ("t is missing", 1)]


def test_few_numbers_stand_alone_and_many_are_binned() -> None:
    few = engine_on({"n": "integer"}, [(place % 12,) for place in range(60)])
    assert [support for _, support in partition(few, ["n"])] == [5] * 12
    many = engine_on({"n": "integer"}, [(place,) for place in range(100)] + [(None,)] * 3)
    assert partition(many, ["n"]) == [
        ("n < 19", 19),
        ("n < 39 and n >= 19", 20),
        ("n < 59 and n >= 39", 20),
        ("n < 79 and n >= 59", 20),
        ("n >= 79", 21),
        ("n is missing", 3),
    ]


@settings(max_examples=30)
@given(st.lists(maybe(st.one_of(reals.map(float), st.floats(-1e9, 1e9))), max_size=60))
@example([-0.0, 0.0, 1.0])
def test_the_bins_of_any_numbers_part_the_rows(found: list[float | None]) -> None:
    engine = engine_on({"r": "real"}, [(number,) for number in found])
    slices = partition(engine, ["r"])
    if len({number for number in found if number is not None}) > 12:
        assert len(slices) <= 6


def test_numbers_with_one_value_most_of_the_time_are_still_parted() -> None:
    """The quantiles of such a column coincide: what is mostly 0 has a slice for 0 and one for the rest."""
    lowest = engine_on({"n": "integer"}, [(0,)] * 900 + [(place,) for place in range(1, 101)])
    assert partition(lowest, ["n"]) == [("n < 1", 900), ("n >= 1", 100)]
    highest = engine_on({"n": "integer"}, [(200,)] * 900 + [(place,) for place in range(1, 101)])
    assert partition(highest, ["n"]) == [("n < 200", 100), ("n >= 200", 900)]


def test_numbers_too_large_for_a_float_are_binned_exactly() -> None:
    engine = engine_on({"n": "integer"}, [(2**60 + place,) for place in range(40)])
    assert [support for _, support in partition(engine, ["n"])] == [7, 8, 8, 8, 9]


def test_beyond_fifty_values_the_rest_is_one_slice() -> None:
    rows = [(f"v{place:03}",) for place in range(70) for _ in range(2 if place < 50 else 1)] + [(None,)] * 4
    slices = partition(engine_on({"t": "text"}, rows), ["t"])
    assert len(slices) == MAX_LEVELS + 2
    assert slices[0] == ("t = 'v000'", 2)
    rest, support = slices[-2]
    assert rest.startswith("t is present and t not in ('v000', ")
    assert support == 20
    assert slices[-1] == ("t is missing", 4)


@settings(max_examples=30)
@given(random_rows, st.sampled_from(list(COLUMNS)))
def test_the_slices_of_any_column_part_the_rows(rows: list[Row], name: str) -> None:
    partition(engine_on(COLUMNS, rows), [name])


@settings(max_examples=20)
@given(random_rows, st.lists(st.sampled_from(list(COLUMNS)), min_size=2, max_size=2, unique=True), fitting)
def test_crossed_columns_part_the_rows_of_a_filter(rows: list[Row], names: list[str], where: Slice) -> None:
    partition(engine_on(COLUMNS, rows), names, where)


def test_crossed_columns_come_in_the_order_of_their_values_and_leave_out_empty_slices() -> None:
    rows = [("b", True), ("b", True), ("a", None), ("b", False), ("a", True)]
    slices = partition(engine_on({"t": "text", "b": "boolean"}, rows), ["t", "b"])
    assert slices == [
        ("b = true and t = 'b'", 2),
        ("b = false and t = 'b'", 1),
        ("b = true and t = 'a'", 1),
        ("b is missing and t = 'a'", 1),
    ]


def test_a_filter_decides_the_bins_of_its_own_rows() -> None:
    engine = engine_on({"n": "integer"}, [(place,) for place in range(200)])
    slices = partition(engine, ["n"], parse("n >= 100"))
    assert [support for _, support in slices] == [19, 20, 20, 20, 21]


def test_a_column_of_nothing_is_one_slice() -> None:
    engine = engine_on({"t": "text", "n": "integer"}, [(None, None)] * 3)
    assert partition(engine, ["t"]) == [("t is missing", 3)]
    assert partition(engine, ["n"]) == [("n is missing", 3)]
    assert partition(engine_on({"t": "text"}, []), ["t"]) == []


def test_times_are_sliced_by_value() -> None:
    rows = [("2026-01-31 12:00:00",), ("2026-01-31 12:00:00.5",), (None,), ("2026-01-31 12:00:00",)]
    assert [support for _, support in partition(engine_on({"at": "time"}, rows), ["at"])] == [2, 1, 1]


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ([str(place % 20) for place in range(60)], "text"),
        ([place % 20 for place in range(60)], "integer"),
        (["True", "true", "False", "1", "1.0", None] * 10, "text"),
        ([True, False, None] * 20, "boolean"),
        ([place % 3 + 0.5 for place in range(60)], "real"),
    ],
    ids=["text", "more than twelve numbers", "written in several ways", "booleans", "fractions"],
)
def test_a_column_named_label_is_sliced_by_class(tmp_path: Path, written: list[Any], kind: str) -> None:
    """`label = ..` means the class, types reconciled: the slices of the column must mean the same."""
    path = tmp_path / "labels.parquet"
    pd.DataFrame({"label": written, "prediction": written}).to_parquet(path, index=False)
    bench = slicer.open(path, label="label", prediction="prediction")
    assert bench.dataset.kinds["label"] == kind
    for name in ("label", "prediction"):
        found = bench.count_by([name], ALL)
        assert sum(counts.support for _, counts in found) == len(written)
        for slice_, counts in found:
            assert bench.count(parse(str(slice_))).support == counts.support > 0
            assert counts.right == counts.n
        classes = {one.value for slice_, _ in found for one in slice_.conditions if one.operator == "="}
        assert classes == set(bench.labels)


def test_a_feature_called_like_a_role_does_not_shadow_the_role(tmp_path: Path) -> None:
    path = tmp_path / "shadow.parquet"
    frame = pd.DataFrame({"y": ["a", "a", "b"], "p": ["a", "b", "b"], "label": ["u", "v", "w"], "correct": [7, 8, 9]})
    frame.to_parquet(path, index=False)
    bench = slicer.open(path, label="y", prediction="p", features=["label", "correct"])
    for name in ("label", "correct"):
        for slice_, counts in bench.count_by([name], ALL):
            assert bench.count(slice_).support == counts.support
    assert bench.count(parse("label = 'a'")).support == 2


def test_an_empty_text_in_a_file_is_missing(tmp_path: Path) -> None:
    path = tmp_path / "empty.parquet"
    pd.DataFrame({"y": ["a", "a"], "p": ["a", "a"], "t": ["", "x"]}).to_parquet(path, index=False)
    bench = slicer.open(path, label="y", prediction="p", features=["t"])
    assert [str(slice_) for slice_, _ in bench.count_by(["t"], ALL)] == ["t = 'x'", "t is missing"]
