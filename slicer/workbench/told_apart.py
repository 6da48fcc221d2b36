"""Which of the slices found to show: those that each say something of their own."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from slicer.discovery.counting import Counter
from slicer.discovery.redundancy import SAME_ROWS, Tally, diverse, echoes, nested
from slicer.discovery.search import Found
from slicer.discovery.tallies import Tallies, Whole
from slicer.engine.codes import Coded
from slicer.workbench.search_space import Space, part_of


def chosen(space: Space, counter: Counter, whole: Whole, coded: Coded, found: Sequence[Found]) -> Sequence[Found]:
    """The slices to show: by potential those that each say something of their own, else the best as they are."""
    if space.wanted.objective != "potential" or not (space.judged or space.changed):
        return found[: space.wanted.top]
    different: list[Found] = []
    for one in found:
        if _says_more(counter, whole, one, found) and not any(
            _says_the_same(counter, one, other, whole) for other in different
        ):
            different.append(one)
    if not different:
        return ()
    errors = part_of(coded, coded.losses > 0)
    worth = space.potential(whole).value(Tallies.joined([one.tally for one in different]))
    masks = [space.rows(errors, one.items) for one in different]
    return [different[at] for at in diverse(masks, worth.tolist(), most=space.wanted.top)]


def _says_more(counter: Counter, whole: Whole, one: Found, found: Sequence[Found]) -> bool:
    """Whether a slice is worse than every slice it lies in, and no part of it says it all."""
    everything, mine = everything_of(whole), tally_of(one.tally)
    wholes = [tally_of(counter.tally(np.array([items]))) for items in wider(one.items)]
    if any(nested(mine, wider, everything).verdict == "whole" for wider in wholes):
        return False
    parts = [tally_of(other.tally) for other in found if set(one.items) < set(other.items)]
    return all(nested(part, mine, everything).verdict != "part" for part in parts)


def wider(items: tuple[int, ...]) -> list[tuple[int, ...]]:
    """The slices with one condition less."""
    return [tuple(item for item in items if item != left_out) for left_out in items] if len(items) > 1 else []


def tally_of(mine: Tallies) -> Tally:
    positive = round(float(mine.positive[0]))
    return Tally(int(mine.rows[0]), positive, positive - round(float(mine.losses[0])))


def everything_of(whole: Whole) -> Tally:
    """The same of all rows, from the sum of losses of 1, 0 and -1 and that of their squares."""
    return Tally(
        whole.rows, round((whole.squares + whole.losses) / 2), round((whole.squares - whole.losses) / 2)
    )  # fmt: skip


def _says_the_same(counter: Counter, one: Found, better: Found, whole: Whole) -> bool:
    """Whether a slice holds the rows of a better one, or is worse than the rest only for the rows they share."""
    both = tally_of(counter.tally(np.array([sorted({*one.items, *better.items})])))
    mine, other = tally_of(one.tally), tally_of(better.tally)
    same = both.rows >= SAME_ROWS * (mine.rows + other.rows - both.rows)
    return same or echoes(mine, both, other, everything_of(whole))
