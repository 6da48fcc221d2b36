"""Which random samples tell of a population: all its rows, strata of it, or parts that make up the whole."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from slicer.engine.reading import Drawn, ReadViews, count_drawn
from slicer.project.reviews import RandomQueue
from slicer.slices import Slice, all_of, any_of
from slicer.workbench.counting import Counting
from slicer.workbench.drawing import sizes_of_strata

MOST_PARTS = 20
"""Parts of a population that samples of their own may be drawn from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a population, and the queues that hold a random sample of it."""

    name: str
    size: int
    queues: tuple[int, ...]
    stratum: str | None = None
    """Its name in those queues, if it is a stratum of them; else all of their rows count."""


def parts_of(
    bench: Counting, rows: Slice, size: int, queues: Sequence[RandomQueue], views: ReadViews
) -> tuple[Part, ...]:
    """The parts of a population that random samples were drawn from; none where nothing was.

    A sample of more rows than these is one of these, too. Where they were drawn in several ways, those count of which
    each part was read, and of these the one that most was read of.

    Args:
        rows: The population.
        size: Its rows.
    """
    simple = [one for one in queues if not one.strata]
    whole = tuple(one.id for one in simple if one.where.contains(rows))
    ways: list[tuple[Part, ...]] = [(Part(name="", size=size, queues=whole),)] if whole else []
    ways += _stratified(bench, rows, size, [one for one in queues if one.strata and one.where.contains(rows)])
    if not ways:
        return _made_up(bench, rows, size, [one for one in simple if bench.fits(one.where)])
    if len(ways) == 1:
        return ways[0]

    def read(way: tuple[Part, ...]) -> tuple[bool, int]:
        counts = count_drawn(bench.engine, views, rows, drawn_of(way, wrong=True))
        return len(counts) == len(way), sum(counts.values())

    return max(ways, key=read)


def drawn_of(parts: Iterable[Part], *, wrong: bool) -> list[Drawn]:
    """The parts as they are counted, in their order."""
    return [Drawn(wrong=wrong, stratum=place, queues=one.queues, name=one.stratum) for place, one in enumerate(parts)]


def _stratified(bench: Counting, rows: Slice, size: int, queues: Sequence[RandomQueue]) -> list[tuple[Part, ...]]:
    """Stratified samples, those with the same strata together. Strata that are no longer what they were, since the data
    changed, are left out."""
    alike: dict[tuple[Slice, str, tuple[tuple[str, int], ...]], list[int]] = {}
    for one in queues:
        strata = tuple((stratum.name, stratum.population) for stratum in one.strata)
        alike.setdefault((one.where, one.by, strata), []).append(one.id)
    ways = []
    for (where, by, strata), ids in alike.items():
        sizes = dict(strata)
        if sum(sizes.values()) != size:
            if sizes_of_strata(bench, by, where) != sizes:
                continue
            sizes = sizes_of_strata(bench, by, where, rows)
        parts = tuple(
            Part(name=name, size=many, queues=tuple(ids), stratum=name) for name, many in sizes.items() if many
        )
        ways += [parts] if sum(one.size for one in parts) == size else []
    return ways


def _made_up(bench: Counting, rows: Slice, size: int, queues: Sequence[RandomQueue]) -> tuple[Part, ...]:
    """Simple samples of parts that are apart and together hold every row."""
    parts: dict[Slice, list[int]] = {}
    for one in queues:
        parts.setdefault(one.where, []).append(one.id)
    there = {part: bench.engine.count(all_of(rows, part)) for part in list(parts)[:MOST_PARTS]}
    there = {part: many for part, many in there.items() if many}
    if sum(there.values()) != size or bench.engine.count(all_of(rows, any_of(*there))) != size:
        return ()
    return tuple(Part(name=part.words, size=many, queues=tuple(parts[part])) for part, many in there.items())
