"""One tag on many rows at once: taken back at once, and no estimate takes them for rows that were read."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from slicer.errors import UsageError
from slicer.metrics.estimate import Estimate
from slicer.project.bulk import tag_rows, take_back
from slicer.project.datasets import get_dataset
from slicer.project.events import Event, append, known_tags, states
from slicer.project.history import history_of
from slicer.project.store import MEMORY, Project
from slicer.project.tags import create_tag, rename_tag
from slicer.samples import get_sample
from slicer.slices import parse
from slicer.sources import load_sample
from slicer.workbench import ERRORS, Workbench


@pytest.fixture
def bench() -> Iterator[Workbench]:
    """The speech sample, 100 of its failures read at random and tagged."""
    with Project(MEMORY) as project:
        load_sample(project, get_sample("speech"))
        yield Workbench(project, get_dataset(project, "speech"))


def shares(bench: Workbench) -> dict[str, tuple[int, int, float | None]]:
    """(read, with it, share of the failures) of each tag."""
    return {
        row.name: (row.read, row.tagged, row.numbers.error_share.value)
        for row in bench.tags().tags
        if isinstance(row.numbers.error_share, Estimate)
    }


def unread_errors(bench: Workbench) -> list[str]:
    errors = bench.ids(ERRORS)
    known = states(bench.project, 1, errors)
    return [one for one in errors if one not in known]


def test_rows_tagged_at_once_carry_the_tag_and_are_not_read(bench: Workbench) -> None:
    before, rows = shares(bench), unread_errors(bench)[:133]
    ranked = [row.candidate.error_share for row in bench.rank(tags=True).table]
    (carried,) = [tag.yes for tag in known_tags(bench.project, 1) if tag.name == "homophone"]
    done = tag_rows(bench.project, 1, rows, "homophone", author="ana")
    assert (done.rows, done.already) == (133, 0)
    assert [tag.yes for tag in known_tags(bench.project, 1) if tag.name == "homophone"] == [carried + 133]
    found = states(bench.project, 1, rows)
    assert all(found[one].tags == ("homophone",) and not found[one].reviewed for one in rows)
    assert shares(bench) == before, "what was not read says nothing of how frequent a tag is"
    assert [row.candidate.error_share for row in bench.rank(tags=True).table] == ranked
    assert bench.engine.count(parse("tag = 'homophone'")) == carried + 133


def test_a_tag_made_so_has_no_share_until_rows_are_read(bench: Workbench) -> None:
    tag_rows(bench.project, 1, bench.ids(ERRORS), "all of them", author="ana")
    (row,) = [row for row in bench.tags().tags if row.name == "all of them"]
    assert (row.carried, row.read) == (974, 0)
    assert row.numbers.error_share.value is None


def test_it_is_taken_back_at_once_and_leaves_what_stood_before(bench: Workbench) -> None:
    rows = unread_errors(bench)[:3]
    append(
        bench.project, 1, [Event(example=rows[0], kind="tag", name="odd", value="yes", seq=1)],
        author="ben", session="other",
    )  # fmt: skip
    done = tag_rows(bench.project, 1, [*rows, rows[1]], "odd", author="ana")
    assert (done.rows, done.already) == (2, 1)
    take_back(bench.project, 1, done, author="ana")
    assert {one: state.tags for one, state in states(bench.project, 1, rows).items()} == {rows[0]: ("odd",)}
    assert [(one.author, one.words, one.live) for one in history_of(bench.project, 1, rows[1])] == [
        ("ana", "“odd”", False)
    ]


def test_a_name_a_tag_had_before_means_that_tag(bench: Workbench) -> None:
    rows = unread_errors(bench)[:2]
    tag_rows(bench.project, 1, rows[:1], "dull", author="ana")
    rename_tag(bench.project, 1, "dull", "muffled", author="ana")
    done = tag_rows(bench.project, 1, rows, "dull", author="ana")
    assert (done.rows, done.already) == (1, 1)
    assert {state.tags for state in states(bench.project, 1, rows).values()} == {("muffled",)}


def test_nothing_to_tag_is_said(bench: Workbench) -> None:
    with pytest.raises(UsageError, match="no row to tag"):
        tag_rows(bench.project, 1, [], "odd", author="ana")
    with pytest.raises(UsageError, match="needs a name"):
        tag_rows(bench.project, 1, ["1"], "  ", author="ana")


def test_the_history_of_an_example_says_who_said_what(bench: Workbench) -> None:
    (example,) = unread_errors(bench)[:1]
    said = [
        Event(example=example, kind="tag", name="dark", value="yes", seq=1),
        Event(example=example, kind="tag", name="dark", value="no", seq=2),
        Event(example=example, kind="undo", seq=3, undoes=2),
        Event(example=example, kind="note", value="look again", seq=4),
        Event(example=example, kind="verdict", value="label wrong", name="cat", seq=5),
        Event(example=example, kind="reviewed", seq=6),
    ]
    append(bench.project, 1, said, author="ana", session="h")
    assert [(one.words, one.live) for one in history_of(bench.project, 1, example)] == [
        ("“dark”", True),
        ("not “dark”", False),
        ("note: look again", True),
        ("verdict: label wrong: cat", True),
        ("read", True),
    ]


def test_a_tag_that_was_made_ahead_is_in_force_from_then_on(bench: Workbench) -> None:
    """Rows read before its first yes say no to it, and the row that carries it first did not bring it in."""
    rows = unread_errors(bench)[:6]

    def read(some: list[str], first: int) -> None:
        events = [Event(example=one, kind="reviewed", seq=first + place) for place, one in enumerate(some)]
        append(bench.project, 1, events, author="ana", session="made ahead")

    read(rows[:2], 1)
    create_tag(bench.project, 1, "ahead", author="ana")
    read(rows[2:4], 10)
    append(
        bench.project, 1, [Event(example=rows[4], kind="tag", name="ahead", value="yes", seq=20)],
        author="ana", session="made ahead",
    )  # fmt: skip
    read(rows[4:], 21)
    rename_tag(bench.project, 1, "ahead", "foreseen", author="ana")
    (row,) = [row for row in bench.tags().tags if row.name == "foreseen"]
    assert (row.tagged, row.read) == (1, 4)
