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
from slicer.project.tag_files import export_tags, import_tags
from slicer.project.tags import create_tag, describe_tag, merge_tags, rename_tag, retire_tag, tag_history
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


def retired_tags(project: Project) -> list[str]:
    return [one.name for one in known_tags(project, 1, retired=True)]


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
    assert (names(project), retired_tags(project)) == ([("dark", 1)], ["blurry"])
    retire_tag(project, 1, "blurry", author="ben", retired=False)
    assert names(project) == [("blurry", 1), ("dark", 1)]
    retire_tag(project, 1, "blurry", author="ben")
    say(project, ("a", "blurry", "no"), start=3)
    assert retired_tags(project) == ["blurry"]
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


def everything(project: Project) -> list[object]:
    """All that is known of the tags."""
    return [
        known_tags(project, 1), known_tags(project, 1, retired=True), carried(project), tag_history(project, 1),
        export_tags(project, 1),
    ]  # fmt: skip


def work(project: Project) -> None:
    """Everything that can be done to tags, between things that are said."""
    say(project, ("a", "one", "yes"), ("b", "two", "yes"), ("c", "three", "no"), ("d", "four", "yes"))
    rename_tag(project, 1, "one", "first", author="ben")
    say(project, ("b", "one", "yes"), start=10)
    create_tag(project, 1, "one more", author="cy")
    describe_tag(project, 1, "two", author="cy", description="a pair", colour="red", key="q")
    merge_tags(project, 1, "two", "first", author="ben")
    say(project, ("c", "two", "yes"), ("c", "one", "no"), start=20)
    retire_tag(project, 1, "four", author="ana")
    say(project, ("d", "five", "yes"), ("a", "four", "yes"), start=30)
    retire_tag(project, 1, "three", author="ana")
    append(project, 1, [Event(example="d", kind="undo", seq=40, undoes=30)], author="ana", session="s")
    rename_tag(project, 1, "first", "one", author="ben")


FORGET = "delete from events; delete from tags; delete from tag_names; delete from tag_changes;"


def test_a_project_that_lost_its_tags_is_rebuilt_from_the_journal(tmp_path: Path) -> None:
    """Names, colours, keys, who did what: nothing of it is in the events alone."""
    path = tmp_path / "work.duckdb"
    with Project(path) as project:
        work(project)
        before = everything(project)
        project.cursor().execute(f"{FORGET} update meta set value = '0' where key = 'journal_size'")
    with Project(path) as project:
        assert "put back from the journal" in project.notes[0]
        assert everything(project) == before
    with Project(path) as project:
        assert (project.notes, everything(project)) == ((), before)


def test_a_journal_that_was_lost_is_written_anew_whole(tmp_path: Path) -> None:
    path = tmp_path / "work.duckdb"
    with Project(path) as project:
        work(project)
        before = everything(project)
    Journal(path).path.unlink()
    with Project(path) as project:
        assert Journal(path).size
        project.cursor().execute(f"{FORGET} update meta set value = '0' where key = 'journal_size'")
    with Project(path) as project:
        assert everything(project) == before


def test_a_journal_from_before_changes_were_in_it_is_written_anew(tmp_path: Path) -> None:
    path = tmp_path / "work.duckdb"
    with Project(path) as project:
        work(project)
        before = everything(project)
    file = Journal(path).path
    lines = [line for line in file.read_text(encoding="utf-8").splitlines() if '"change"' not in line]
    file.write_text("".join(f"{line}\n" for line in lines).replace("journal/3", "journal/1"), encoding="utf-8")
    with Project(path) as project:
        project.cursor().execute("update meta set value = ? where key = 'journal_size'", [str(file.stat().st_size)])
    with Project(path) as project:
        assert project.notes == ()
        project.cursor().execute(f"{FORGET} update meta set value = '0' where key = 'journal_size'")
    with Project(path) as project:
        assert everything(project) == before


def test_a_journal_brings_the_changes_to_another_project_too(tmp_path: Path) -> None:
    path = tmp_path / "work.duckdb"
    with Project(path) as project:
        work(project)
        before = everything(project)
    content = Journal(path).path.read_text(encoding="utf-8")
    with Project(MEMORY) as project:
        for _ in range(2):
            import_tags(project, 1, list("abcd"), content, author="dan")
            assert everything(project) == before


def test_a_tag_is_made_before_any_example_carries_it(project: Project) -> None:
    assert create_tag(project, 1, "  out of   focus ", author="ana") == "out of focus"
    assert names(project) == [("out of focus", 0)]
    rename_tag(project, 1, "out of focus", "blurry", author="ana")
    for name in ("blurry", "out of focus"):
        with pytest.raises(UsageError, match=f"There is a tag {name!r} already"):
            create_tag(project, 1, name, author="ana")


def test_a_key_that_was_chosen_is_taken_from_the_tag_that_had_it(project: Project) -> None:
    say(project, ("a", "one", "yes"), ("a", "two", "yes"), ("a", "three", "yes"))

    def keys() -> dict[str, str]:
        return {one.name: one.key for one in known_tags(project, 1)}

    assert keys() == {"one": "1", "two": "2", "three": "3"}
    describe_tag(project, 1, "three", author="ana", key="1")
    assert keys() == {"one": "2", "two": "3", "three": "1"}
    describe_tag(project, 1, "one", author="ana", key=" W ")
    assert keys() == {"one": "w", "two": "2", "three": "1"}
    describe_tag(project, 1, "two", author="ana", key="w")
    assert keys() == {"one": "2", "two": "w", "three": "1"}
    describe_tag(project, 1, "two", author="ana", key="")
    assert keys() == {"one": "2", "two": "3", "three": "1"}
    with pytest.raises(UsageError, match="'c' is no key for a tag"):
        describe_tag(project, 1, "two", author="ana", key="c")


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
