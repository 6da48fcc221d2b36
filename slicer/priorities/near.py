"""Slices that are about the same rows, so that work on one is work on the other: why, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from slicer.priorities.overlap import Signatures

SAME_ROWS = 0.95
"""Rows two slices have in common, over those in either, from which they are called the same."""

SCREENED, SUSPECT = 4_000, 0.85
"""Signatures looked at to tell which pairs are worth counting, and the errors they must have in common."""

Relation = Literal["same rows", "part of", "holds"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """A slice further up in the table that is about the same rows."""

    slice: str
    name: str
    relation: Relation
    in_common: float
    """Rows in both over rows in either (Jaccard)."""

    @property
    def words(self) -> str:
        """Why the two belong together.

        >>> Near(slice="a = 1", name="a 1", relation="same rows", in_common=0.98).words
        'same rows as a 1 (98 % in common)'
        """
        how = f" ({100 * self.in_common:.0f} % in common)" if self.relation == "same rows" else ""
        return f"{self.said} {self.name}{how}"

    @property
    def said(self) -> str:
        """How it stands to the other, before the other's name."""
        return "same rows as" if self.relation == "same rows" else self.relation

    def to_dict(self) -> dict[str, Any]:
        return {"slice": self.slice, "relation": self.relation, "in_common": self.in_common, "words": self.words}


def relation(rows: int, other: int, both: int) -> tuple[Relation, float] | None:
    """How one slice stands to another, and their Jaccard index; None where they are about different rows.

    Args:
        rows: Of the one.
        other: Rows of the other.
        both: Rows in both.

    >>> relation(100, 98, 97), relation(40, 98, 40), relation(40, 98, 39)
    (('same rows', 0.9603960396039604), ('part of', 0.40816326530612246), None)
    """
    in_common = both / (rows + other - both) if both else 0.0
    if in_common >= SAME_ROWS:
        return "same rows", in_common
    if both and both == rows:
        return "part of", in_common
    return ("holds", in_common) if both and both == other else None


def suspects(signatures: Signatures, slices: int) -> list[tuple[int, int]]:
    """Pairs of slices whose errors say that one may hold the other, the earlier one first.

    A screen on some of the errors: the rows themselves are counted for these pairs alone.
    """
    step = max(1, len(signatures.loss) // SCREENED)
    members = signatures.members[::step]
    inside = np.zeros((len(members), slices + 1), dtype=np.float32)
    inside[np.arange(len(members))[:, None], members] = 1.0  # the last is `NOWHERE`
    inside = inside[:, :slices] * np.sqrt(signatures.loss[::step, None]).astype(np.float32)
    both = inside.T @ inside
    own = np.diag(both)
    close = both >= SUSPECT * np.minimum(own[:, None], own[None, :])
    earlier, later = np.nonzero(np.triu(close & (both > 0), 1))
    return list(zip(earlier.tolist(), later.tolist(), strict=True))


def nearest(pairs: Sequence[tuple[int, int, Near]]) -> dict[int, Near]:
    """For each slice that has one, the slice further up that is most like it: the same rows first.

    Args:
        pairs: (earlier, later, how the later stands to the earlier).
    """
    found: dict[int, Near] = {}
    for _, later, near in sorted(pairs, key=lambda one: (one[2].relation != "same rows", one[0])):
        found.setdefault(later, near)
    return found
