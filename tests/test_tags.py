"""Tags are renamed, merged, retired and described; what was said stays as it was said, and who did what is kept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from slicer.cli import main
from slicer.errors import UsageError
from slicer.project.events import Event, append, event_count, known_tags, states
from slicer.project.journal import Journal
from slicer.project.store import MEMORY, Project
from slicer.project.tag_files import export_tags
from slicer.project.tags import describe_tag, merge_tags, rename_tag, retire_tag, retired_tags, tag_history
from slicer.samples import get_sample
from slicer.sources import load_sample


@pytest.fixture
def project() -> Iterator[Project]:
    with Project(MEMORY) as project:
        yield project


def say(project: Project, *said: tuple[str, str, str], start: int = 1, session: str = "s") -> None:
    """(example, tag, yes or no) of data set 1."""
    events = [
        Event(example=example, kind="tag", name=name, value=value, seq=seq)
        for seq, (example, name, value) in enumerate(said, start=start)
    ]
    append(project, 1, events, author="ana", session=session)


def carried(project: Project) -> dict[str, tuple[str, ...]]:
    """The tags in force, by example."""
    found = states(project, 1, ["a", "b", "c", "d"])
    return {example: state.tags for example, state in sorted(found.items()) if state.tags}


def names(project: Project) -> list[tuple[str, int]]:
    return [(one.name, one.yes) for one in known_tags(project, 1)]


def test_a_renamed_tag_stands_everywhere_under_its_new_name(project: Project) -> None:
    say(project, ("a", "blurry", "yes"), ("b", "blurry", "no"), ("c", "dark", "yes"))
    rename_tag(project, 1, "blurry", "out of focus", author="ben")
    assert names(project) == [("out of focus", 1), ("dark", 1)]
    assert carried(project) == {"a": ("out of focus",), "c": ("dark",)}
    assert {(one["id"], one["tag"], one["state"]) for one in export_tags(project, 1)} >= {
        ("a", "out of focus", "yes"),
        ("b", "out of focus", "no"),
    }
    assert event_count(project, 1) == 3, "nothing was said anew"


def test_a_tab_that_still_says_the_old_name_means_the_same_tag(project: Project) -> None:
    say(project, ("a", "blurry", "yes"))
    rename_tag(project, 1, "blurry", "out of focus", author="ben")
    say(project, ("b", "blurry", "yes"), ("a", "blurry", "no"), start=2)
    assert names(project) == [("out of focus", 1)]
    assert carried(project) == {"b": ("out of focus",)}


def test_a_tag_is_renamed_again_and_back(project: Project) -> None:
    say(project, ("a", "one", "yes"))
    for old, new in (("one", "two"), ("two", "three"), ("three", "one")):
        rename_tag(project, 1, old, new, author="ben")
        assert carried(project) == {"a": (new,)}
    say(project, ("b", "two", "yes"), start=2)
    assert names(project) == [("one", 2)]


def test_a_merged_tag_stands_where_either_stood(project: Project) -> None:
    """Also where a spreadsheet said yes to one and no to the other, in either order."""
    say(
        project,
        ("a", "blurry", "yes"), ("b", "out of focus", "yes"), ("c", "blurry", "yes"), ("c", "out of focus", "no"),
        ("d", "out of focus", "yes"), ("d", "blurry", "no"), ("e", "blurry", "no"),
    )  # fmt: skip
    assert merge_tags(project, 1, "blurry", "out of focus", author="ben") == 2
    assert names(project) == [("out of focus", 4)]
    assert carried(project) == dict.fromkeys("abcd", ("out of focus",))
    say(project, ("a", "out of focus", "no"), start=50)
    say(project, ("b", "blurry", "no"), start=51)
    assert names(project) == [("out of focus", 2)]


def test_names_of_a_tag_that_was_merged_follow_it(project: Project) -> None:
    say(project, ("a", "one", "yes"), ("b", "three", "yes"))
    rename_tag(project, 1, "one", "two", author="ben")
    merge_tags(project, 1, "two", "three", author="ben")
    say(project, ("c", "one", "yes"), ("d", "two", "yes"), start=5)
    assert names(project) == [("three", 4)]


def test_a_retired_tag_is_offered_no_more_and_comes_back(project: Project) -> None:
    say(project, ("a", "blurry", "yes"), ("a", "dark", "yes"))
    retire_tag(project, 1, "blurry", author="ben")
    assert (names(project), retired_tags(project, 1)) == ([("dark", 1)], ["blurry"])
    retire_tag(project, 1, "blurry", author="ben", retired=False)
    assert names(project) == [("blurry", 1), ("dark", 1)]
    retire_tag(project, 1, "blurry", author="ben")
    say(project, ("a", "blurry", "no"), start=3)
    assert retired_tags(project, 1) == ["blurry"]
    say(project, ("b", "blurry", "yes"), start=4)
    assert names(project) == [("blurry", 1), ("dark", 1)]


def test_who_did_what_is_kept(project: Project) -> None:
    say(project, ("a", "one", "yes"), ("a", "two", "yes"))
    describe_tag(project, 1, "one", author="ana", description=" no part is sharp ", colour="orange")
    rename_tag(project, 1, "one", "blurry", author="ben")
    merge_tags(project, 1, "two", "blurry", author="cy")
    retire_tag(project, 1, "blurry", author="ana")
    assert [(one.tag, one.change, one.value, one.author) for one in tag_history(project, 1)] == [
        ("one", "described", "no part is sharp", "ana"),
        ("one", "coloured", "orange", "ana"),
        ("one", "renamed", "blurry", "ben"),
        ("two", "merged", "blurry", "cy"),
        ("blurry", "retired", "", "ana"),
    ]
    retire_tag(project, 1, "blurry", author="ana", retired=False)
    (tag,) = known_tags(project, 1)
    assert (tag.colour, tag.description) == ("orange", "no part is sharp")


def test_what_does_not_fit_is_refused_in_words_and_changes_nothing(project: Project) -> None:
    say(project, ("a", "blurry", "yes"), ("a", "dark", "yes"))
    rename_tag(project, 1, "dark", "night", author="ben")
    for refused, sentence in (
        (lambda: rename_tag(project, 1, "blury", "x", author="ben"), "No tag named 'blury'; did you mean 'blurry'?"),
        (lambda: rename_tag(project, 1, "blurry", "night", author="ben"), "There is a tag 'night' already"),
        (lambda: rename_tag(project, 1, "blurry", "dark", author="ben"), "There is a tag 'dark' already"),
        (lambda: rename_tag(project, 1, "blurry", "  ", author="ben"), "A tag needs a name"),
        (lambda: merge_tags(project, 1, "blurry", "blurry", author="ben"), "are one tag already"),
        (
            lambda: describe_tag(project, 1, "blurry", author="ben", colour="blu"),
            "No colour 'blu'; did you mean 'blue'",
        ),
    ):
        with pytest.raises(UsageError, match=sentence.replace("?", r"\?")):
            refused()
    assert names(project) == [("blurry", 1), ("night", 1)]
    assert len(tag_history(project, 1)) == 1


def test_a_merge_is_in_the_journal_and_changes_survive_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "work.duckdb"
    with Project(path) as project:
        say(project, ("a", "one", "yes"), ("b", "two", "yes"))
        merge_tags(project, 1, "one", "two", author="ben")
    with Project(path) as project:
        assert project.notes == ()
        assert names(project) == [("two", 2)]
    assert '"session":"merge-' in Journal(path).path.read_text(encoding="utf-8")


def test_tags_are_changed_from_the_command_line(tmp_path: Path) -> None:
    path = str(tmp_path / "work.duckdb")
    with Project(path) as project:
        load_sample(project, get_sample("defects"))
        say(project, ("part-00001", "blurry", "yes"), ("part-00002", "dark", "yes"))

    def run(*command: str) -> str:
        result = CliRunner().invoke(main, ["tags", command[0], path, *command[1:]])
        return f"{result.exit_code} {result.output}"

    assert run("rename", "blurry", "out of focus").startswith("0")
    assert run("describe", "dark", "--meaning", "no light", "--colour", "blue").startswith("0")
    assert run("merge", "dark", "out of focus").startswith("0")
    assert run("retire", "out of focus").startswith("0")
    assert run("retire", "out of focus", "--restore").startswith("0")
    assert "No tag named 'dark'" in run("retire", "dark")
    changes = json.loads(run("history", "--format", "json")[2:])["changes"]
    assert [one["change"] for one in changes] == ["renamed", "described", "coloured", "merged", "retired", "restored"]
