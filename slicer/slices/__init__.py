"""The slice language: a predicate as a value, read from text and printed as text or as words.

    condition   column operator value
    operators   =  !=  <  <=  >  >=  in (..)  not in (..)  between .. and ..
                contains  has word  starts with  matches  is missing  is present
    length      words(text) <= 20   characters(text) > 100
    combined    and, or, not, parentheses
    quoting     'text'   "odd column"

Every row is on exactly one side of a slice and its complement: a comparison with a missing value
is false, so its `not` is true. `contains`, `has word` and `starts with` ignore case; `has word` finds
whole words only (`engine.text_sql` says what a word is); `matches` is a regular expression (RE2) that
may match anywhere. Words of a length are what stands between white space.

>>> parse("sex in ('X', 'F') and age >= 65") == parse("age >= 65 and sex in ('F','X')")
True
>>> str(parse("sex in ('X', 'F') and age >= 65"))
"age >= 65 and sex in ('F', 'X')"
>>> parse("sex in ('X', 'F') and age >= 65").words
'age at least 65 and sex F or X'
"""

from slicer.slices.parse import parse
from slicer.slices.predicate import (
    MEASURES,
    And,
    Condition,
    Node,
    Not,
    Or,
    Slice,
    Value,
    all_of,
    any_of,
    condition,
    literal,
    within,
)

__all__ = [
    "MEASURES",
    "And",
    "Condition",
    "Node",
    "Not",
    "Or",
    "Slice",
    "Value",
    "all_of",
    "any_of",
    "condition",
    "literal",
    "parse",
    "within",
]
