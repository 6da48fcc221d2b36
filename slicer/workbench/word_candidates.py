"""Words and lengths of texts that a search may combine."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from unicodedata import category

from sqlglot import exp

from slicer.engine.levels import BINS, MISSING, Level, Levels
from slicer.engine.texts import count_rows, frequent_words, length_edges
from slicer.slices import Slice, condition
from slicer.workbench.counting import Counting
from slicer.workbench.left_out import LeftOut
from slicer.workbench.wanted import Wanted

MOST_WORDS = 50
"""Words of a column of texts that are searched: those that most texts hold, whether the model is wrong there or not."""

MOST_BYTES = 250_000_000
"""What the codes of words take, a byte for each row and word: of very many rows fewer words are searched."""

STOP_WORDS = frozenset(
    word
    for line in """
    a an the and or of to in on at by for from with as into than
    is are was were be been being am has have had do does did
    it its it's this that that's these those there there's
    i he she we they him her them his their our us
    """.splitlines()
    for word in line.split()
)
"""English words that say nothing of what a text is about. Words that deny, limit, ask, address or oppose are none of
them: not, never, only, what, you, my, but."""


def text_candidates(
    bench: Counting, wanted: Wanted, where: Slice, loss: exp.Expression, names: Sequence[str]
) -> list[Levels | LeftOut]:
    """The lengths of each column of texts, in bins, then its words, each a column of one level."""
    rows = count_rows(bench.engine, where, loss) if names else 0
    if not rows:
        return []
    searched = rows // 2 if wanted.split_half else rows
    least = wanted.least(searched) / max(1, searched)
    most = min(MOST_WORDS, MOST_BYTES // (bench.dataset.rows * len(names)))
    found: list[Levels | LeftOut] = []
    for name in names:
        counted = frequent_words(bench.engine, name, where, loss, least, most + 2 * len(STOP_WORDS))
        words = [word for word in counted if word not in STOP_WORDS and _is_word(word)][:most]
        found += [_length(bench, name, where, loss), *(word_levels(name, word) for word in words)]
        if not words:
            found.append(LeftOut(name, f"no word is in {wanted.least(searched):,} of its texts"))
    return found


def word_levels(name: str, word: str) -> Levels:
    """A word as a column: a row holds it, or is in no level."""
    slice_ = condition(name, "has word", word)
    return Levels(str(slice_), (Level(slice_, "held"),))


def is_word(levels: Levels) -> bool:
    """Whether levels are those of a word."""
    return levels.levels[0].slice_.conditions[0].operator == "has word"


def _is_word(token: str) -> bool:
    """Whether it begins with a letter, a digit or a sign: a mark alone is what is left of one."""
    return category(token[0])[0] in "LN" or category(token[0]) == "So"


def _length(bench: Counting, name: str, where: Slice, loss: exp.Expression) -> Levels | LeftOut:
    measure, edges = length_edges(bench.engine, name, where, loss, BINS)
    said = f"{measure}({name})"
    if not edges:
        return LeftOut(said, "the same on every row")
    slices = [condition(name, "<=", edges[0], measure)]
    for low, high in pairwise(edges):
        same = low + 1 == high
        slices.append(condition(name, "=" if same else "between", high if same else (low + 1, high), measure))
    slices.append(condition(name, ">=", edges[-1] + 1, measure))
    bins = [Level(slice_, f"bin{place}") for place, slice_ in enumerate(slices)]
    return Levels(said, (*bins, Level(condition(name, "is missing"), MISSING)))
