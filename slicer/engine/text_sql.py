"""Words and lengths of texts as SQL trees.

A word is a run of letters, marks, digits and `_`, in any script; an apostrophe between two of them belongs
to it, so that "don't" is one word, however the apostrophe is written. Upper and lower case are one.
"""

from __future__ import annotations

import re
from unicodedata import category

from sqlglot import exp

from slicer.engine.parameters import Parameters

INNER = r"\p{L}\p{M}\p{N}_"
"""What words are made of, inside a class of a regular expression (RE2)."""

TOKEN = rf"[{INNER}]+(?:'[{INNER}]+)*|\p{{So}}"
"""A word, or a sign that stands for itself, such as an emoji."""

BEFORE = rf"(?:^|[^{INNER}']|(?:^|[^{INNER}])')"
AFTER = rf"(?:$|[^{INNER}']|'(?:$|[^{INNER}]))"
"""Where a word begins and ends."""

RUN = r"[^\t-\r\x1c-\x1f\x{85}\p{Z}]+"
"""What stands between white space."""

UNEVEN = r"[\t-\r\x1c-\x1f\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}]|  |^ | $|^$"
"""White space that is not one plain space between two words."""


def folded(this: exp.Expression) -> exp.Expression:
    """A text in lower case with straight apostrophes."""
    pair = [exp.Literal.string("’"), exp.Literal.string("'")]
    return exp.Anonymous(this="replace", expressions=[exp.Lower(this=this), *pair])


def tokens(this: exp.Expression) -> exp.Expression:
    """The words of a text in order, as a list."""
    return exp.RegexpExtractAll(this=folded(this), expression=exp.Literal.string(TOKEN))


def has_word(this: exp.Expression, word: str, parameters: Parameters) -> exp.Expression:
    """Whether a word stands in a text by itself; false or null where the text is missing.

    Where it begins or ends with a sign, as "c++" or an emoji does, it may touch another word there.
    """
    before = BEFORE if word and _inner(word[0]) else ""
    after = AFTER if word and _inner(word[-1]) else ""
    text = parameters.share(folded(this))
    held = exp.Contains(this=text.copy(), expression=folded(parameters.bind(word)))
    pattern = exp.DPipe(
        this=exp.DPipe(this=exp.Literal.string(before), expression=folded(parameters.bind(re.escape(word)))),
        expression=exp.Literal.string(after),
    )
    apart = exp.RegexpLike(this=text.copy(), expression=pattern)
    return exp.case().when(held, apart).else_(exp.false())  # most texts are settled without the pattern


def length_of(this: exp.Expression, measure: str) -> exp.Expression:
    """How long a text is.

    Args:
        measure: "words", by white space, or "characters", by code points.
    """
    if measure == "characters":
        return exp.Length(this=this)
    uneven = exp.RegexpLike(this=this.copy(), expression=exp.Literal.string(UNEVEN))
    found = exp.ArraySize(this=exp.RegexpExtractAll(this=this.copy(), expression=exp.Literal.string(RUN)))
    without = exp.Anonymous(this="replace", expressions=[this.copy(), _SPACE.copy(), exp.Literal.string("")])
    spaces = exp.Sub(this=exp.Length(this=this.copy()), expression=exp.Length(this=without))
    return exp.case().when(uneven, found).else_(exp.Add(this=spaces, expression=exp.Literal.number(1)))


_SPACE = exp.Literal.string(" ")


def _inner(character: str) -> bool:
    return category(character)[0] in "LMN" or character == "_"
