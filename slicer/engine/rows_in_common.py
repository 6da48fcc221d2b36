"""How many rows two slices have in common, by the bits of the levels they are made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from slicer.discovery.masks import in_common, packed
from slicer.engine.coded_columns import CodedColumns
from slicer.engine.levels import Levels
from slicer.engine.signatures import rows_in_both
from slicer.slices import Slice

BATCH = 1 << 18
"""Rows whose bits are held at a time."""

Pair = tuple[Slice, Slice]
Items = tuple[tuple[str, str], ...]
"""The columns, and the keys of their levels, that are and-ed in a slice."""


def rows_in_common(
    coded: CodedColumns, levels: Sequence[Levels], made_of: Mapping[Slice, Items], pairs: Sequence[Pair], where: Slice
) -> list[int]:
    """How many rows the two slices of each pair have in common.

    Args:
        levels: Of each column, each column once.
        made_of: The slices that are made of levels; of others the engine asks every row.
        where: The rows that are counted.
    """
    coded_ones = [pair for pair in pairs if all(one in made_of for one in pair)]
    others = [pair for pair in pairs if not all(one in made_of for one in pair)]
    found = dict(zip(others, rows_in_both(coded.engine, others, where), strict=True))
    if coded_ones:
        sets = [list(dict.fromkeys(made_of[one] + made_of[other])) for one, other in coded_ones]
        found |= dict(zip(coded_ones, _counted(coded, levels, sets, where), strict=True))
    return [found[pair] for pair in pairs]


def _counted(
    coded: CodedColumns, levels: Sequence[Levels], sets: Sequence[Sequence[tuple[str, str]]], where: Slice
) -> list[int]:
    used = {column for one in sets for column, _ in one}
    levels = [one for one in levels if one.column in used]
    columns, inside = coded.columns(levels), coded.inside(where)
    sizes = [max(one.size, *(place + 1 for place in one.places)) for one in columns]
    first = np.cumsum(sizes) - sizes
    item = {
        (one.column, level.key): int(start) + place
        for one, column, start in zip(levels, columns, first, strict=True)
        for level, place in zip(one.levels, column.places, strict=True)
    }
    longest = max(map(len, sets))
    # an item and-ed with itself is the item: so all lines are as long as the longest
    lines = np.array([([item[one] for one in mine] * longest)[:longest] for mine in sets], dtype=np.int64)
    found = np.zeros(len(sets), dtype=np.int64)
    for start in range(0, coded.folder.rows, BATCH):
        rows = slice(start, start + BATCH)
        taken = slice(None) if inside is None else inside[rows]
        codes = np.stack([one.codes[rows][taken] for one in columns])
        found += in_common(packed(codes, sizes), lines)
    return [int(one) for one in found]
