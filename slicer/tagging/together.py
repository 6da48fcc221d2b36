"""Tags seen together: which go with which, what they cover, and how many new ones reading still brings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

LATELY = 10
"""Examples whose new tags tell whether reading on still teaches something."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """Rows read, by the tags they carry."""

    rows: Mapping[frozenset[str], int]

    @property
    def read(self) -> int:
        return sum(self.rows.values())

    @property
    def untagged(self) -> int:
        """Rows read that carry no tag."""
        return self.rows.get(frozenset(), 0)

    @property
    def several(self) -> int:
        """Rows read that carry more than one tag: shares of tags may add up to more than the whole."""
        return sum(count for tags, count in self.rows.items() if len(tags) > 1)

    @property
    def tagged(self) -> dict[str, int]:
        """Rows with each tag, the most frequent first."""
        found: Counter[str] = Counter()
        for tags, count in self.rows.items():
            found.update(dict.fromkeys(tags, count))
        return dict(sorted(found.items(), key=lambda one: (-one[1], one[0])))

    @property
    def pairs(self) -> dict[tuple[str, str], int]:
        """Rows with both tags of a pair, its names in order, the most frequent first.

        >>> Together(rows={frozenset("ab"): 3, frozenset("abc"): 1, frozenset("c"): 2}).pairs
        {('a', 'b'): 4, ('a', 'c'): 1, ('b', 'c'): 1}
        """
        found: Counter[tuple[str, str]] = Counter()
        for tags, count in self.rows.items():
            found.update(dict.fromkeys(combinations(sorted(tags), 2), count))
        return dict(sorted(found.items(), key=lambda one: (-one[1], one[0])))

    def together(self, one: str, other: str) -> int:
        """Rows with both tags; of a tag with itself, its rows."""
        first, second = sorted((one, other))
        return self.tagged.get(one, 0) if one == other else self.pairs.get((first, second), 0)

    @property
    def split(self) -> dict[str, float]:
        """Rows with each tag, a row of several tags counted in equal parts: they add up to the rows with any tag.

        Source:
            The Shapley value of "a row is fixed once one of its tags is".

        >>> Together(rows={frozenset("ab"): 3, frozenset("a"): 2, frozenset(): 5}).split
        {'a': 3.5, 'b': 1.5}
        """
        found: Counter[str] = Counter()
        for tags, count in self.rows.items():
            for tag in tags:
                found[tag] += count / len(tags)  # type: ignore[assignment]
        return dict(sorted(found.items(), key=lambda one: (-one[1], one[0])))


@dataclass(frozen=True, slots=True, kw_only=True)
class Saturation:
    """How many tags were known after how many rows read."""

    read: int
    first: tuple[int, ...]
    """The place, from 1, of the first row with each tag, in order."""
    rows: tuple[str, ...] = ()
    """The ids of those rows; none where nobody asked."""

    @classmethod
    def of(cls, rows: Sequence[frozenset[str]]) -> Saturation:
        """From the tags of each row, in the order they were read.

        >>> Saturation.of([frozenset("a"), frozenset(), frozenset("ab")]).first
        (1, 3)
        """
        first: dict[str, int] = {}
        for place, tags in enumerate(rows, start=1):
            first.update({tag: place for tag in tags if tag not in first})
        return cls(read=len(rows), first=tuple(sorted(first.values())))

    def known_after(self, read: int) -> int:
        """Tags known after so many rows."""
        return sum(place <= read for place in self.first)

    @property
    def steps(self) -> tuple[tuple[int, int], ...]:
        """(rows read, tags known) where that changes, from the beginning to the end."""
        places = sorted({0, *self.first, self.read})
        return tuple((place, self.known_after(place)) for place in places)

    def new_in_last(self, rows: int = LATELY) -> int:
        """Tags that the last rows brought."""
        return len(self.first) - self.known_after(self.read - rows)

    @property
    def since_new(self) -> int:
        """Rows read since the last new tag."""
        return self.read - max(self.first, default=0)
