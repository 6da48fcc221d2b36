"""Reading a predicate from text: a recursive-descent reader, one method for each rule."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from slicer.errors import SliceError
from slicer.slices.predicate import (
    KEYWORDS,
    MEASURES,
    And,
    Condition,
    Node,
    Not,
    Or,
    Slice,
    Value,
    joined,
    make_condition,
    negated,
)

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<text>'(?:[^']|'')*')
    | (?P<quoted>"(?:[^"]|"")*")
    | (?P<number>[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?(?![\w.]))
    | (?P<word>[^\W\d]\w*)
    | (?P<symbol><=|>=|!=|<>|==|=|<|>|\(|\)|,)
    )""",
    re.VERBOSE,
)

OF_TEXT = ("starts with", "has word", "contains", "matches")
"""Operators that take a text in single quotes."""

DEEPEST = 50
"""How deep parentheses and `not` may stand inside each other."""


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    start: int


def parse(text: str) -> Slice:
    """Read a predicate; empty text is all rows.

    Raises:
        SliceError: with the place of the first character that does not fit.

    >>> parse("not (country = 'US') and score between 0.1 and 2").columns
    ('country', 'score')
    """
    if not text.strip():
        return Slice()
    reader = _Reader(text)
    node = reader.any_term()
    reader.expect_end()
    return Slice(node)


class _Reader:
    """A recursive-descent reader: one method for each rule of the grammar."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = list(self._tokens())
        self.place = 0
        self.depth = 0

    def _tokens(self) -> Iterator[_Token]:
        place = 0
        while place < len(self.text.rstrip()):
            found = _TOKEN.match(self.text, place)
            if found is None:
                start = place + len(self.text[place:]) - len(self.text[place:].lstrip())
                character = self.text[start]
                quote = "the closing quote is missing" if character in "'\"" else f"{character!r} has no meaning here"
                raise SliceError(f"Character {start + 1}: {quote}.", text=self.text, position=start)
            kind = str(found.lastgroup)
            yield _Token(kind, found.group(kind), found.start(kind))
            place = found.end()

    # reading one token

    def peek(self) -> _Token | None:
        return self.tokens[self.place] if self.place < len(self.tokens) else None

    def take(self) -> _Token | None:
        token = self.peek()
        self.place += token is not None
        return token

    def accept(self, *words: str) -> bool:
        """Take these words if they stand here in a row."""
        ahead = self.tokens[self.place : self.place + len(words)]
        if len(ahead) == len(words) and all(
            token.kind in ("word", "symbol") and token.text.lower() == word
            for token, word in zip(ahead, words, strict=True)
        ):
            self.place += len(words)
            return True
        return False

    def fail(self, wanted: str, token: _Token | None, aside: str = "") -> SliceError:
        at = len(self.text) if token is None else token.start
        found = "the end" if token is None else token.text
        return SliceError(
            f"Character {at + 1}: {wanted} expected, found {found}.{aside}",
            text=self.text,
            position=at,
            hint="For example: age >= 65 and sex in ('F', 'X')",
        )

    def expect(self, symbol: str) -> None:
        token = self.peek()
        if not self.accept(symbol):
            raise self.fail(symbol, token)

    def expect_end(self) -> None:
        token = self.peek()
        if token is not None:
            raise self.fail("and, or, or the end", token)

    # the grammar

    def any_term(self) -> Node:
        nodes = [self.all_term()]
        while self.accept("or"):
            nodes.append(self.all_term())
        return joined(Or, nodes)

    def all_term(self) -> Node:
        nodes = [self.one_term()]
        while self.accept("and"):
            nodes.append(self.one_term())
        return joined(And, nodes)

    def one_term(self) -> Node:
        token = self.peek()
        if self.accept("not"):
            with self.deeper(token):
                return negated(self.one_term())
        if self.accept("("):
            with self.deeper(token):
                node = self.any_term()
            self.expect(")")
            return node
        measure = self.measure()
        column = self.column()
        if measure:
            self.expect(")")
        return self.test(column, measure)

    @contextmanager
    def deeper(self, token: _Token | None) -> Iterator[None]:
        """One level down, as far as it may go."""
        if self.depth == DEEPEST:
            raise self.fail(f"at most {DEEPEST} levels of parentheses and not", token)
        self.depth += 1
        yield
        self.depth -= 1

    def measure(self) -> str:
        """What a text is measured in, if that stands here with its parenthesis; a column may have the same name."""
        return next((one for one in MEASURES if self.accept(one, "(")), "")

    def column(self) -> str:
        token = self.take()
        if token is not None and token.kind == "quoted":
            return token.text[1:-1].replace('""', '"')
        if token is not None and token.kind == "word" and token.text.lower() not in KEYWORDS:
            return token.text
        keyword = token is not None and token.kind == "word"
        aside = f' A column of this name is written "{token.text}".' if token is not None and keyword else ""
        raise self.fail("a column name", token, aside)

    def test(self, column: str, measure: str) -> Node:
        if self.accept("is", "not", "missing") or self.accept("is", "present"):
            return Not(Condition(column, "is missing"))
        if self.accept("is", "missing"):
            return Condition(column, "is missing")
        if self.accept("not", "in"):
            return negated(self.members(column, measure))
        if self.accept("in"):
            return self.members(column, measure)
        if self.accept("between"):
            low = self.value()
            self.expect("and")
            return Condition(column, "between", (low, self.value()), measure)
        for operator in OF_TEXT if not measure else ():
            if self.accept(*operator.split()):
                return Condition(column, operator, self.text_value())
        token = self.peek()
        for symbol, operator in (
            ("==", "="),
            ("<>", "!="),
            *((same, same) for same in ("=", "!=", "<", "<=", ">", ">=")),
        ):
            if self.accept(symbol):
                return Condition(column, operator, self.value(), measure)
        raise self.fail("an operator (=, !=, <, in, contains, is missing ..)", token)

    def members(self, column: str, measure: str) -> Node:
        self.expect("(")
        values = [self.value()]
        while self.accept(","):
            values.append(self.value())
        self.expect(")")
        return make_condition(column, "in", tuple(values), measure)

    def text_value(self) -> str:
        token = self.peek()
        value = self.value()
        if not isinstance(value, str):
            raise self.fail("text in single quotes", token)
        return value

    def value(self) -> Value:
        token = self.take()
        match token:
            case _Token("text", text):
                return text[1:-1].replace("''", "'")
            case _Token("number", text):
                return int(text) if re.fullmatch(r"[-+]?\d+", text) else _finite(float(text), self, token)
            case _Token("word", text) if text.lower() in ("true", "false"):
                return text.lower() == "true"
            case _Token("word" | "quoted", text):
                bare = text.strip('"')
                raise SliceError(
                    f"Character {token.start + 1}: a value expected, found {text}.",
                    text=self.text,
                    position=token.start,
                    hint=f"Text stands in single quotes: '{bare}'.",
                )
        raise self.fail("a value", token)


def _finite(number: float, reader: _Reader, token: _Token) -> float:
    if not math.isfinite(number):
        raise reader.fail("a finite number", token)
    return number
