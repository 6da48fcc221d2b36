"""Counts of what was read, tag by tag, and the reviews they make."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from slicer.tagging.numbers import Paired, Sides
from slicer.tagging.review import Design, Review, Stratum
from slicer.tagging.together import Saturation, Together


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadCell:
    """Rows that are alike in everything a tag is counted by."""

    tag: str | None
    """None counts rows read, whatever they carry."""
    wrong: bool
    """Whether the model got them wrong; true of all rows where none is right or wrong."""
    stratum: int | None
    """The part of the population they were drawn from at random; None where somebody chose them."""
    yes: bool
    brought: bool
    """Whether these rows brought the tag in: without a yes nobody would have asked, so they are no part of a sample."""
    human: bool | None
    """Whether people had them right; None where nobody knows."""
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """Rows that are read of: those the model got wrong, or those it got right."""

    size: int
    strata: tuple[tuple[str, int], ...] = ()
    """Names and rows of the parts that random samples were drawn from: one part for all rows; none where nothing was
    drawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """Everything that is counted of the rows read."""

    wrong: Population
    right: Population
    cells: tuple[ReadCell, ...]
    together: Together
    """Of the wrong rows read."""
    saturation: Saturation
    first: Mapping[str, int] = field(default_factory=dict)
    """The place of the first wrong row with each tag, in the order of reading."""

    def population(self, wrong: bool) -> Population:
        return self.wrong if wrong else self.right

    def review(self, tag: str | None, wrong: bool) -> Review:
        """What was read for a tag; without a tag, what was read at all."""
        mine = self._cells(tag, wrong)
        return _review(self.population(wrong), mine, [one for one in mine if one.yes])

    def sides(self, tag: str) -> Sides:
        return Sides(errors=self.review(tag, True), correct=self.review(tag, False))

    def paired(self, tag: str) -> Paired | None:
        """What people did on the rows read; None where that is not known of each that carries the tag."""
        wrong, right = self._cells(tag, True), self._cells(tag, False)
        tagged = [one for one in (*wrong, *right) if one.yes]
        if not tagged or any(one.human is None for one in tagged):
            return None
        return Paired(
            gained=_review(self.wrong, wrong, [one for one in wrong if one.yes and one.human]),
            lost=_review(self.right, right, [one for one in right if one.yes and not one.human]),
        )

    def _cells(self, tag: str | None, wrong: bool) -> list[ReadCell]:
        return [one for one in self.cells if one.tag == tag and one.wrong is wrong]


def _review(population: Population, read: Sequence[ReadCell], tagged: Sequence[ReadCell]) -> Review:
    """The rows read as a sample: all, drawn at random, or neither. Beside a random sample, chosen rows do not count."""
    size, many = population.size, _rows(read)
    if many >= size:
        return Review.simple(_rows(tagged), many, size)
    drawn, hits = ([one for one in cells if not one.brought] for cells in (read, tagged))
    strata = tuple(
        Stratum(
            name=name,
            size=part,
            read=_rows(one for one in drawn if one.stratum == place),
            tagged=_rows(one for one in hits if one.stratum == place),
        )
        for place, (name, part) in enumerate(population.strata)
    )
    if any(one.read for one in strata):
        return Review(design="random" if len(strata) == 1 else "stratified", strata=strata)
    design: Design = "convenience" if many else "none"
    return Review(design=design, strata=(Stratum(size=size, read=many, tagged=_rows(tagged)),))


def _rows(cells: Iterable[ReadCell]) -> int:
    return sum(one.rows for one in cells)
