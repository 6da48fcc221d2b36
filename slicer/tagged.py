"""What tags say: the numbers of each, what was read to know them, and the rules proposed for them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pandas as pd

from slicer.human.undefined import Answer
from slicer.metrics.estimate import Estimate
from slicer.results import Head
from slicer.slices import Slice
from slicer.tagging.counts import Counted
from slicer.tagging.numbers import Sides, TagNumbers
from slicer.tagging.review import Review
from slicer.tagging.rules import TagRule


@dataclass(frozen=True, slots=True, kw_only=True)
class TagRow:
    """One tag."""

    name: str
    slice: Slice
    """The rows that carry it."""
    carried: int
    """Rows of the data set that carry it, reviewed for it or not."""
    sides: Sides
    numbers: TagNumbers
    more: int | None
    """More failures to read for an interval half as wide."""
    split: float | None
    """Its part of the failures read, where one with several tags counts in equal parts."""

    @property
    def tagged(self) -> int:
        """Failures read that carry it."""
        return self.sides.errors.tagged

    @property
    def read(self) -> int:
        """Failures read for it."""
        return self.sides.errors.read

    def to_dict(self) -> dict[str, Any]:
        found = self.numbers
        return {
            "tag": self.name,
            "slice": str(self.slice),
            "design": self.sides.errors.design,
            "read": self.read,
            "tagged": self.tagged,
            "correct_read": self.sides.correct.read,
            "correct_tagged": self.sides.correct.tagged,
            "error_share": found.error_share.to_dict(),
            "ceiling": found.ceiling.to_dict(),
            "data_share": found.data_share.to_dict(),
            "error_rate": found.error_rate.to_dict(),
            "lift": found.lift.to_dict(),
            "hlp": None if found.hlp is None else found.hlp.to_dict(),
            "room": found.room.to_dict(),
            "more_to_halve": self.more,
        }


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TagsResult:
    """Every tag of a data set, the most frequent among the failures first."""

    head: Head
    judged: bool
    """Whether rows are right or wrong; else what is said of failures is said of all rows."""
    counted: Counted
    tags: tuple[TagRow, ...]

    @property
    def errors(self) -> Review:
        """What was read of the failures, whatever the tag."""
        return self.counted.review(None, True)

    @property
    def correct(self) -> Review:
        """What was read of the rows the model got right."""
        return self.counted.review(None, False)

    @property
    def complete(self) -> bool:
        """Whether the numbers that need correct rows are known."""
        return any(isinstance(row.numbers.data_share, Estimate) for row in self.tags)

    def to_dict(self) -> dict[str, Any]:
        return {
            **self.head.document("tag_numbers"),
            "errors": self.counted.wrong.size,
            "errors_read": self.errors.read,
            "correct": self.counted.right.size,
            "correct_read": self.correct.read,
            "tags": [row.to_dict() for row in self.tags],
            "together": [{"tags": list(pair), "read": rows} for pair, rows in self.counted.together.pairs.items()],
        }

    def to_json(self) -> str:
        return json.dumps(self.to_dict(), ensure_ascii=False, allow_nan=False, indent=2)

    def to_frame(self) -> pd.DataFrame:
        """A row for each tag, rates and gains as fractions."""
        return pd.DataFrame([_flat(row) for row in self.tags])


def _flat(row: TagRow) -> dict[str, Any]:
    found = row.numbers
    numbers: dict[str, Answer] = {
        "error_share": found.error_share,
        "ceiling": found.ceiling,
        "data_share": found.data_share,
        "error_rate": found.error_rate,
        "lift": found.lift,
        "room": found.room,
    }
    flat: dict[str, Any] = {"tag": row.name, "read": row.read, "tagged": row.tagged}
    for name, one in numbers.items():
        ends = one.ci if isinstance(one, Estimate) and one.ci else (None, None)
        flat |= {name: one.value, f"{name}_lo": ends[0], f"{name}_hi": ends[1]}
    return {**flat, "hlp": found.hlp.value if found.hlp else None, "more_to_halve": row.more}


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleRow:
    """A rule proposed for a tag, on all rows."""

    rule: TagRule
    support: int
    """Rows of the data the rule holds."""
