"""Splits by one column that a rule for a tag can be made of: a value, a cut of a number, a word, a missing value.

Each is a slice of the slice language, and holds the same examples here as it does on the engine.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from slicer.slices import Slice, Value, condition

Example = Mapping[str, Any]
"""The values of an example, by column; None where one is missing."""

MOST_VALUES = 20
"""Values of a column that are tried, the most frequent ones."""

MOST_CUTS = 8
"""Cuts of a number that are tried, at its quantiles."""

MOST_WORDS = 20
"""Words of a text that are tried, those that tell most."""

RARE = 3
"""A value or word in fewer examples is none a rule can rest on."""

WORD = re.compile(r"[^\W\d_]{3,}")


@dataclass(frozen=True, slots=True)
class Split:
    """One yes-or-no question about an example."""

    column: str
    operator: str
    value: Value | None = None
    complete: bool = False
    """Whether no value is missing: then what is not above a cut is at most there."""

    @property
    def slice(self) -> Slice:
        """Examples of which it is true."""
        return condition(self.column, self.operator, self.value)

    @property
    def otherwise(self) -> Slice:
        """Every other example."""
        opposite = {"=": "!=", ">": "<=" if self.complete else None}.get(self.operator)
        return self.slice.complement if opposite is None else condition(self.column, opposite, self.value)

    def holds(self, example: Example) -> bool:
        """Whether it is true of an example. What is missing fits no value, as on the engine."""
        there = example.get(self.column)
        if self.operator == "is missing":
            return there is None
        if there is None:
            return False
        match self.operator:
            case "=":
                return bool(there == self.value)
            case "<=":
                return bool(there <= self.value)
            case ">":
                return bool(there > self.value)
        return str(self.value) in str(there).lower()


def splits_of(
    examples: Sequence[Example], truth: Sequence[bool] | np.ndarray, columns: Mapping[str, str], texts: Sequence[str]
) -> list[Split]:
    """The splits worth trying on these examples.

    Args:
        truth: Whether each example carries the tag: it chooses the words of texts.
        columns: Columns and their kinds, words of `schema.Kind`.
        texts: Columns of text.
    """
    found: list[Split] = []
    for name, kind in columns.items():
        values = [one.get(name) for one in examples]
        there = [value for value in values if value is not None]
        if RARE <= len(values) - len(there) <= len(values) - RARE:
            found.append(Split(name, "is missing"))
        if kind in ("integer", "real"):
            found += _cuts(name, there, complete=len(there) == len(values))
        elif kind in ("text", "boolean"):
            found += _values(name, there)
    for name in texts:
        found += _words(name, [str(one.get(name) or "").lower() for one in examples], np.asarray(truth, dtype=bool))
    return found


def _values(name: str, there: Sequence[Any]) -> Iterable[Split]:
    frequent = Counter(there).most_common(MOST_VALUES)
    return (Split(name, "=", value) for value, rows in frequent if RARE <= rows <= len(there) - RARE)


def _cuts(name: str, there: Sequence[Any], complete: bool) -> Iterable[Split]:
    """Cuts at values that occur; where some are missing, either side of a cut is a split of its own, so that neither
    takes them in."""
    numbers = np.sort(np.array([value for value in there if value == value], dtype=float))
    if len(numbers) < 2 * RARE:
        return
    places = np.linspace(0, len(numbers) - 1, MOST_CUTS + 2)[1:-1].astype(int)
    whole = all(isinstance(value, int) for value in there)
    for value in dict.fromkeys(numbers[places].tolist()):
        if value < numbers[-1]:
            cut = int(value) if whole else float(value)
            yield Split(name, ">", cut, complete)
            if not complete:
                yield Split(name, "<=", cut)


def _words(name: str, texts: Sequence[str], truth: np.ndarray) -> Iterable[Split]:
    """The words that tell most, by how much more of the one side's texts hold them."""
    known = Counter(word for text in texts for word in dict.fromkeys(WORD.findall(text)))
    often = [word for word, rows in known.items() if RARE <= rows <= len(texts) - RARE]
    if not often or truth.all() or not truth.any():
        return []
    holds = np.array([[word in text for text in texts] for word in often])
    apart = np.abs(holds[:, truth].mean(axis=1) - holds[:, ~truth].mean(axis=1))
    best = sorted(range(len(often)), key=lambda at: (-apart[at], often[at]))[:MOST_WORDS]
    return [Split(name, "contains", often[at]) for at in best]
