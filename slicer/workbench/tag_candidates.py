"""Tags a search may combine: those for which nearly every row was read, wrong or right."""

from __future__ import annotations

from slicer.engine.levels import Level, Levels
from slicer.slices import Slice
from slicer.tagging.review import Review
from slicer.workbench import tagging
from slicer.workbench.counting import Counting
from slicer.workbench.left_out import LeftOut

READ = 0.9
"""The share of the wrong rows, and of the others, that must have been read: a tag is worse than the rest for no other
reason than that failures were read first."""


def tag_candidates(bench: Counting, where: Slice) -> list[Levels | LeftOut]:
    """Each tag as a column of one level, or the reason why it is not searched."""
    found: list[Levels | LeftOut] = []
    for row in tagging.tags(bench, where=where).tags:
        reason = _reason(row.sides.errors, row.sides.correct)
        name = f"tag {row.name}"
        found.append(LeftOut(name, reason) if reason else Levels(name, (Level(row.slice, "yes"),)))
    return found or [LeftOut("tags", "nothing was tagged yet")]


def _reason(errors: Review, correct: Review) -> str:
    """Why a tag says more of who read than of the model; empty where it does not.

    >>> _reason(Review.simple(12, 100, 100), Review.simple(0, 0, 900))
    'tagged on failures only'
    >>> _reason(Review.simple(12, 100, 100), Review.simple(30, 890, 900))
    ''
    """
    if errors.read and correct.size and not correct.read:
        return "tagged on failures only"
    enough = all(one.read >= READ * one.size for one in (errors, correct))
    return "" if enough else "too few rows were read for it"
