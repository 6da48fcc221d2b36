"""Which of the slices found to show: those that each say something of their own, and under each those that say the
same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from slicer.discovery.counting import Counter
from slicer.discovery.redundancy import SAME_ERRORS, SAME_ROWS, Tally, diverse, echoes, jaccard, nested
from slicer.discovery.search import Found
from slicer.discovery.tallies import Tallies, Whole
from slicer.engine.codes import Coded
from slicer.workbench.search_space import Space, part_of

Items = tuple[int, ...]
Because = tuple[Items, str]
"""The slice that says the same, and why it does."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ToldApart:
    """A slice that says something of its own."""

    found: Found
    folded: tuple[tuple[Found, str], ...] = ()
    """Slices that say the same, each with the reason; the best first."""


def chosen(space: Space, counter: Counter, whole: Whole, coded: Coded, found: Sequence[Found]) -> tuple[ToldApart, ...]:
    """The slices to show: by potential those that each say something of their own, else the best as they are."""
    if space.wanted.objective != "potential" or not (space.judged or space.changed):
        return tuple(ToldApart(found=one) for one in found[: space.wanted.top])
    different: list[Found] = []
    said_by: dict[Items, Because] = {}
    for one in found:
        because = _said_by_kin(space, counter, whole, one, found) or next(
            (same for other in different if (same := _says_the_same(space, counter, one, other, whole))), None
        )
        if because is None:
            different.append(one)
        else:
            said_by[one.items] = because
    if not different:
        return ()
    errors = part_of(coded, coded.losses > 0)
    worth = space.potential(whole).value(Tallies.joined([one.tally for one in different]))
    masks = [space.rows(errors, one.items) for one in different]
    places = diverse(masks, worth.tolist(), most=space.wanted.top)
    shown = [different[at] for at in places]
    folded: dict[Items, list[tuple[Found, str]]] = {one.items: [] for one in shown}
    for one in found:
        if one.items in folded:
            continue
        into = _leads_to(one.items, said_by, folded)
        if into is not None:
            folded[into].append((one, said_by[one.items][1]))
            continue
        mine = space.rows(errors, one.items)
        alike = [jaccard(mine, masks[at]) for at in places]
        nearest = int(np.argmax(alike))
        if alike[nearest] > SAME_ERRORS:
            folded[shown[nearest].items].append((one, "mostly the same errors"))
    return tuple(ToldApart(found=one, folded=tuple(folded[one.items])) for one in shown)


def _leads_to(items: Items, said_by: Mapping[Items, Because], shown: Mapping[Items, object]) -> Items | None:
    """The slice shown that says the same: that by which it is said, or by which that is said, and so on."""
    passed: set[Items] = set()
    while items in said_by and items not in passed:
        passed.add(items)
        items = said_by[items][0]
    return items if items in shown else None


def _said_by_kin(space: Space, counter: Counter, whole: Whole, one: Found, found: Sequence[Found]) -> Because | None:
    """The slice it lies in where it is no worse than that, or a part of it that says it all."""
    everything, mine = everything_of(whole), tally_of(one.tally)
    for items in wider(one.items):
        around = tally_of(counter.tally(np.array([items])))
        if nested(mine, around, everything).verdict == "whole":
            return items, f"no worse than the rest of {space.slice_of(items).words}"
    for other in found:
        inside = set(one.items) < set(other.items)
        if inside and nested(tally_of(other.tally), mine, everything).verdict == "part":
            return other.items, f"its part {space.slice_of(other.items).words} explains it"
    return None


def wider(items: Items) -> list[Items]:
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


def _says_the_same(space: Space, counter: Counter, one: Found, better: Found, whole: Whole) -> Because | None:
    """The better slice where this one holds its rows, or is worse than the rest only for the rows they share."""
    both = tally_of(counter.tally(np.array([sorted({*one.items, *better.items})])))
    mine, other = tally_of(one.tally), tally_of(better.tally)
    if both.rows >= SAME_ROWS * (mine.rows + other.rows - both.rows):
        return better.items, "the same rows"
    if echoes(mine, both, other, everything_of(whole)):
        return better.items, f"worse only where it meets {space.slice_of(better.items).words}"
    return None
