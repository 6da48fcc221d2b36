"""Slices with a name: kept in the project, written to a file and read back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

import slicer
from slicer.errors import DataError, UsageError
from slicer.project.migrations import STEPS
from slicer.project.saved import (
    MOST_SAVED,
    SavedSlice,
    drop_slice,
    from_yaml,
    list_saved,
    save_slice,
    save_slices,
    to_yaml,
    versions_of,
)
from slicer.project.store import MEMORY, Project
from slicer.slices import condition, parse

SENIORS = SavedSlice(slice=parse("age >= 65"), name="seniors", note="asked for by the audit")
LOUD = SavedSlice(slice=parse("noise = 'loud'"), name="loud")


@pytest.fixture
def project() -> Iterator[Project]:
    with Project(MEMORY) as project:
        yield project


def test_what_was_saved_is_listed_by_name(project: Project) -> None:
    save_slices(project, 1, [SENIORS, LOUD], author="ada")
    assert list_saved(project, 1) == [LOUD, SENIORS]
    assert list_saved(project, 2) == []


def test_the_same_slice_saved_again_is_renamed(project: Project) -> None:
    save_slice(project, 1, LOUD, author="ada")
    save_slice(project, 1, SavedSlice(slice=LOUD.slice, name="  very   loud "), author="bob")
    assert [one.name for one in list_saved(project, 1)] == ["very loud"]


def test_names_may_be_swapped(project: Project) -> None:
    save_slices(project, 1, [SENIORS, LOUD], author="ada")
    swapped = [SavedSlice(slice=SENIORS.slice, name="elders"), SavedSlice(slice=LOUD.slice, name="seniors")]
    save_slices(project, 1, swapped, author="ada")
    assert [one.name for one in list_saved(project, 1)] == ["elders", "seniors"]
    both_ways = [SavedSlice(slice=LOUD.slice, name="elders"), SavedSlice(slice=SENIORS.slice, name="Seniors")]
    save_slices(project, 1, both_ways, author="ada")
    assert [(one.slice, one.name) for one in list_saved(project, 1)] == [
        (SENIORS.slice, "Seniors"), (LOUD.slice, "elders")
    ]  # fmt: skip


def test_two_of_a_file_cannot_share_a_name(project: Project) -> None:
    twice = [SENIORS, SavedSlice(slice=LOUD.slice, name="SENIORS")]
    with pytest.raises(UsageError, match="Another slice is already called 'SENIORS': age >= 65"):
        save_slices(project, 1, twice, author="ada")


def test_saved_slices_have_a_limit(project: Project) -> None:
    """Each of them is counted on every page that shows them."""
    many = [SavedSlice(slice=parse(f"age = {i}"), name=f"of {i}") for i in range(MOST_SAVED)]
    save_slices(project, 1, many, author="ada")
    save_slices(project, 1, many[:5], author="bob")
    with pytest.raises(UsageError, match="501 saved slices are too many: a data set keeps 500"):
        save_slice(project, 1, SENIORS, author="ada")
    assert len(list_saved(project, 1)) == MOST_SAVED
    with pytest.raises(UsageError, match="15,000 saved slices are too many"):
        from_yaml("- name: half\n  slice: age >\n" * 15_000)


@pytest.mark.parametrize(
    ("saved", "sentence"),
    [
        (SavedSlice(slice=parse("age < 5"), name="Seniors"), "already called 'Seniors'"),
        (SavedSlice(slice=parse("age < 5"), name="  "), "has no name"),
        (SavedSlice(slice=parse(""), name="all"), "All rows need no name"),
    ],
)
def test_what_cannot_be_saved_is_refused_and_nothing_changes(
    project: Project, saved: SavedSlice, sentence: str
) -> None:
    save_slice(project, 1, SENIORS, author="ada")
    with pytest.raises(UsageError, match=sentence):
        save_slices(project, 1, [LOUD, saved], author="ada")
    assert list_saved(project, 1) == [SENIORS]


def test_a_slice_can_be_forgotten(project: Project) -> None:
    save_slices(project, 1, [SENIORS, LOUD], author="ada")
    drop_slice(project, 1, SENIORS.slice, author="ada")
    assert list_saved(project, 1) == [LOUD]


# --- folders and versions --------------------------------------------------------------------------


def test_a_name_with_a_slash_is_in_a_folder(project: Project) -> None:
    kept = save_slice(project, 1, SavedSlice(slice=LOUD.slice, name=" audio / very  noisy/"), author="ada")
    assert (kept.name, kept.folder) == ("audio/very noisy", "audio")
    assert SENIORS.folder == ""
    assert from_yaml(to_yaml(list_saved(project, 1))) == [kept]
    with pytest.raises(UsageError, match="has no name"):
        save_slice(project, 1, SavedSlice(slice=SENIORS.slice, name=" / "), author="ada")


def test_a_slice_that_takes_a_name_leaves_the_other_in_its_history(project: Project) -> None:
    older = SavedSlice(slice=parse("age >= 60"), name="Seniors")
    save_slice(project, 1, older, author="ada")
    save_slice(project, 1, SENIORS, author="bob", replace=True)
    assert list_saved(project, 1) == [SENIORS]
    history = [(one.saved, one.author, one.forgotten) for one in versions_of(project, 1, SENIORS)]
    assert history == [(SENIORS, "bob", False), (older, "bob", True), (older, "ada", False)]


def test_what_did_not_change_is_no_version_and_what_was_forgotten_is_one(project: Project) -> None:
    for _ in range(3):
        save_slices(project, 1, [SENIORS, LOUD], author="ada")
    assert len(versions_of(project, 1, SENIORS)) == 1
    drop_slice(project, 1, SENIORS.slice, author="bob")
    drop_slice(project, 1, SENIORS.slice, author="bob")
    assert [one.forgotten for one in versions_of(project, 1, SENIORS)] == [True, False]
    assert versions_of(project, 2, SENIORS) == []


def test_a_refused_save_is_no_version(project: Project) -> None:
    save_slice(project, 1, SENIORS, author="ada")
    with pytest.raises(UsageError):
        save_slices(project, 1, [LOUD, SavedSlice(slice=parse("age < 5"), name="Seniors")], author="ada")
    assert versions_of(project, 1, LOUD) == []


def test_slices_saved_before_there_were_versions_are_their_first(tmp_path: Path) -> None:
    path = tmp_path / "old.duckdb"
    step = [name for name, _ in STEPS].index("keep versions")
    with duckdb.connect(str(path)) as connection:
        for _, apply in STEPS[:step]:
            apply(connection)
        connection.execute("insert or replace into meta values ('schema', ?)", [str(step)])
        connection.execute(
            "insert into slices (dataset, slice, name, note, author) values (1, 'age >= 65', 'seniors', '', 'ada')"
        )
    with Project(path) as opened:
        (first,) = versions_of(opened, 1, list_saved(opened, 1)[0])
        assert (first.saved.name, first.author, first.forgotten) == ("seniors", "ada", False)


# --- the file --------------------------------------------------------------------------------------

BOMB = "- b0: &b0 [x, x]\n" + "".join(f"  b{n}: &b{n} [*b{n - 1}, *b{n - 1}]\n" for n in range(1, 60))
"""Aliases of aliases: written out, 2 to the 60th words."""

words = st.text(min_size=1, max_size=30).filter(lambda text: text == " ".join(text.split()))
slices = st.builds(
    SavedSlice,
    slice=st.builds(condition, st.text("ab c'\"", min_size=1), st.just("="), st.text(max_size=12)),
    name=words | st.sampled_from(["no", "null", "1.0", "- x", "# y", "yes: no"]),
    note=words | st.just(""),
)


@given(st.lists(slices, max_size=6))
@example([SavedSlice(slice=condition("a", "=", "\x85 \u2028\u2029"), name="line ends")])
def test_a_slice_file_reads_back_as_it_was_written(saved: list[SavedSlice]) -> None:
    assert from_yaml(to_yaml(saved)) == saved


def test_the_file_is_plain_yaml() -> None:
    assert yaml.safe_load(to_yaml([SENIORS])) == [
        {"name": "seniors", "slice": "age >= 65", "note": "asked for by the audit"}
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("name: x\nslice: a = 1", "holds no list"),
        ("- name: x", "Entry 1 of the slice file lacks a name or a slice"),
        ("- just words", "Entry 1 of the slice file lacks"),
        ("- name: x\n  slice: a = 1\n- name: y\n  slice: a ==== 1", "Entry 2 of the slice file, y: Character 5"),
        ("- name: x\n  slice: a = 1\n  color: red", "unknown field 'color'"),
        ("- [", "not YAML"),
        ("- name: [x, y]\n  slice: a = 1", "Entry 1 of the slice file lacks"),
        (BOMB, "Entry 1 of the slice file lacks"),
        ("!!python/object/apply:os.system ['true']", "Entry 1"),
    ],
)
def test_a_file_that_is_none_is_refused_in_words(text: str, sentence: str) -> None:
    with pytest.raises(DataError, match=sentence):
        from_yaml(text)


@pytest.mark.parametrize("text", ["", "[]", "# nothing yet\n"])
def test_an_empty_file_has_no_slices(text: str) -> None:
    assert from_yaml(text) == []


def test_a_saved_slice_of_a_column_that_went_does_not_stand_in_the_way() -> None:
    bench = slicer.sample("speech")
    save_slices(bench.project, bench.dataset.id, [SENIORS, LOUD], author="ada")
    assert bench.saved() == {LOUD.slice: "loud"}
    assert list_saved(bench.project, bench.dataset.id) == [LOUD, SENIORS], "it is kept all the same"
