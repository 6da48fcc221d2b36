"""Tags in the ranking: the very numbers that `tags` gives, held against the human level of the ranking."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tagging_kit import Reader, loud_rooms, loud_rows, row_of

from slicer.human.hlp import GivenHlp
from slicer.priorities.ranking import Candidate
from slicer.slices import condition, parse
from slicer.workbench import ALL, Workbench

LOUD = condition("tag", "=", "loud")


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    with loud_rooms(tmp_path) as bench:
        yield bench


def ranked(bench: Workbench, **options: object) -> Candidate:
    """The tag's row of the ranking."""
    (found,) = [row.candidate for row in bench.rank(tags=True, **options).table if row.candidate.name == "loud"]
    return found


def some_of_both(bench: Workbench, by: str | None = None) -> None:
    """60 of the 80 failures, and 200 of the 320 correct rows."""
    reader, loud = Reader(bench), loud_rows(bench)
    reader.tag("r399", "loud", "yes")
    reader.tag("r399", "loud", "no")
    reader.read(reader.opened("correct = false", 60, by=by), loud)
    reader.read(reader.opened("correct = true", 200, by=by), loud)


@pytest.mark.parametrize("by", [None, "place"], ids=["simple", "stratified"])
def test_share_error_and_potential_of_a_tag_are_those_of_the_tags(bench: Workbench, by: str | None) -> None:
    some_of_both(bench, by)
    row, found = row_of(bench), ranked(bench)
    numbers = row.numbers
    assert row.sides.errors.design == row.sides.correct.design == ("stratified" if by else "random")
    assert (found.error_share, found.error_share_ci) == (numbers.error_share.value, numbers.error_share.ci)
    assert (found.share, found.ceiling) == (numbers.data_share.value, numbers.ceiling.value)
    assert found.estimate.value == pytest.approx(1 - numbers.error_rate.value)
    assert found.estimate.ci == pytest.approx([1 - end for end in reversed(numbers.error_rate.ci)])
    assert found.hlp.source == "paired"
    assert found.potential == pytest.approx(max(0.0, numbers.room.value))
    assert found.potential_ci == pytest.approx(numbers.room.ci)
    assert found.ranked
    assert "hlp_no_uncertainty" not in found.hlp.flags
    assert found.draws is not None
    assert found.draws.mean() == pytest.approx(found.gap.value, abs=0.02)


def test_a_level_of_the_ranking_replaces_people_on_the_rows(bench: Workbench) -> None:
    some_of_both(bench)
    found = ranked(bench, hlp={LOUD: GivenHlp(value=0.9)})
    assert (found.hlp.source, found.hlp.value) == ("given", 0.9)
    assert found.potential_ci == pytest.approx(row_of(bench, hlp={LOUD: GivenHlp(value=0.9)}).numbers.room.ci)
    assert ranked(bench, hlp={ALL: GivenHlp(value=0.8)}).hlp.source == "overall"
    unknown = ranked(bench, hlp={})
    assert unknown.hlp.source == "ceiling"
    assert unknown.potential == pytest.approx(unknown.ceiling), "as if every error could be fixed"


def test_a_tag_every_row_was_read_for_is_a_slice_like_any_other(bench: Workbench) -> None:
    reader, loud = Reader(bench), loud_rows(bench)
    for where in ("correct = false", "correct = true"):
        reader.read(reader.opened(where, 400), loud)
    assert ranked(bench).error_share_ci is not None, "the first rows do not count yet: failures are a sample"
    for where in ("correct = false", "correct = true"):
        reader.read(bench.ids(parse(where)))
    found = ranked(bench)
    (slice_,) = [one.candidate for one in bench.rank(slices=[parse("level = 'loud'")]).table]
    for name in ("share", "errors", "error_share", "ceiling", "potential", "potential_ci"):
        assert getattr(found, name) == pytest.approx(getattr(slice_, name)), name
    assert found.estimate == slice_.estimate


def test_a_tag_that_came_midway_is_no_slice_though_every_row_was_read(bench: Workbench) -> None:
    """Rows read before it was there said nothing of it: they are not a no."""
    reader, loud = Reader(bench), loud_rows(bench)
    wrong = reader.opened("correct = false", 80)
    reader.read(wrong[:40])
    reader.read(wrong[40:], loud)
    reader.read(reader.opened("correct = true", 320), loud)
    found, numbers = ranked(bench), row_of(bench).numbers
    assert found.error_share == numbers.error_share.value
    assert numbers.error_share.denominator < 40
    assert found.share == numbers.data_share.value


def test_rows_somebody_chose_are_counted_and_a_tag_is_not_ranked_by_them(bench: Workbench) -> None:
    reader = Reader(bench)
    reader.opened("correct = false", kind="all")
    reader.read(bench.ids(parse("correct = false"))[:30], loud_rows(bench))
    found = ranked(bench)
    assert (found.error_share, found.error_share_ci, found.ceiling) == (0.5, None, None)
    assert found.flags == ("convenience_sample",)
    assert (found.share, found.gap, found.potential) == (None, None, None)
