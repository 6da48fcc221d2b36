"""The spreadsheet of tags, out and in: yes, no and not reviewed stay apart, and nothing in it runs."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from slicer.cli import main
from slicer.errors import DataError
from slicer.project.bulk import tag_rows
from slicer.project.datasets import get_dataset
from slicer.project.events import Event, append, states
from slicer.project.marks import known_of
from slicer.project.store import MEMORY, Project
from slicer.project.tag_files import export_tags, import_tags
from slicer.report.tables import to_csv
from slicer.sources import load_files, load_tags
from slicer.workbench import Workbench

ROWS = """id,label,prediction,noise,note,text
a,cat,cat,quiet,front,"=HYPERLINK(""http://x"")"
b,cat,dog,loud,back,+1
c,dog,cat,loud,back,plain
d,dog,dog,quiet,front,"@sum, of"
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "rows.csv").write_text(ROWS, encoding="utf-8")
    return tmp_path / "rows.csv"


@pytest.fixture
def bench(path: Path) -> Iterator[Workbench]:
    with Project(MEMORY) as project:
        yield Workbench(project, load_files(project, [path])[0])


def say(bench: Workbench) -> None:
    """Read a and b; c is tagged and not read; d is left alone."""
    events = [
        Event(example="a", kind="tag", name="noise", value="yes", seq=1),
        Event(example="a", kind="reviewed", seq=2),
        Event(example="b", kind="tag", name="=odd", value="yes", seq=3),
        Event(example="b", kind="note", value="-5 °C", seq=4),
        Event(example="b", kind="verdict", value="label wrong", name="dog", seq=5),
        Event(example="b", kind="reviewed", seq=6),
    ]
    append(bench.project, bench.dataset.id, events, author="ana", session="s")
    tag_rows(bench.project, bench.dataset.id, ["c"], "noise", author="ana")


def test_a_row_stands_with_all_that_was_said_of_it(bench: Workbench) -> None:
    """The tag `=odd` came after a was read: a was not reviewed for it, and neither was c, which nobody read."""
    say(bench)
    a, b, c, d = bench.tag_sheet(["a", "b", "c", "d", "gone"])
    assert (a["label"], a["prediction"], a["correct"], b["correct"]) == ("cat", "cat", "yes", "no")
    assert (a["noise"], a["note (column)"], a["text"]) == ("quiet", "front", '=HYPERLINK("http://x")')
    assert [(row["tag: noise"], row["=odd"], bool(row["reviewed"])) for row in (a, b, c, d)] == [
        ("yes", None, True), ("no", "yes", True), ("yes", None, False), (None, None, False),
    ]  # fmt: skip
    assert (b["note"], b["verdict"]) == ("-5 °C", "label wrong: dog")


def test_no_cell_of_it_runs(bench: Workbench) -> None:
    say(bench)
    content = to_csv(bench.tag_sheet(bench.ids()))
    cells = [cell for line in csv.reader(io.StringIO(content)) for cell in line]
    assert {'\'=HYPERLINK("http://x")', "'+1", "'@sum, of", "'=odd", "'-5 °C"} <= {*cells}
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_what_went_out_comes_in_again_as_it_was(bench: Workbench, path: Path) -> None:
    """Not one no more, and not one row read more, than there was."""
    say(bench)
    content = to_csv(bench.tag_sheet(bench.ids()))
    with Project(MEMORY) as project:
        dataset = load_files(project, [path])[0]
        found = import_tags(project, dataset.id, list("abcd"), content, author="ben", columns=dataset.kinds.keys())
        assert found.left_out == ("'text' is a column of the data", "'noise' is a column of the data")
        ids = list("abcd")
        known = known_of(bench.project, bench.dataset.id, ids)
        assert known_of(project, dataset.id, ids) == known
    import_tags(bench.project, bench.dataset.id, ids, content, author="ben", columns=dataset.kinds.keys())
    assert known_of(bench.project, bench.dataset.id, ids) == known


def test_a_tag_file_of_rows_that_were_not_read_leaves_them_unread(bench: Workbench, path: Path) -> None:
    say(bench)
    content = to_csv(export_tags(bench.project, bench.dataset.id))
    with Project(MEMORY) as project:
        dataset = load_files(project, [path])[0]
        import_tags(project, dataset.id, list("abcd"), content, author="ben")
        assert {one: state.reviewed for one, state in states(project, dataset.id, list("abcd")).items()} == {
            "a": True, "b": True, "c": False,
        }  # fmt: skip


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_spreadsheet_as_people_keep_it_is_read(bench: Workbench, delimiter: str) -> None:
    """Beside the tags it has a copy of the data and words of its own."""
    lines = [
        ["id", "label", "text", "too dark", "  blurry ", "size", "note"],
        ["a", "cat", "x", "X", "", "big", ""],
        ["b", "cat", "x", "0", "Yes", "small", "both, or?"],
        ["c", "dog", "1", "no", "1", "", ""],
        ["gone", "dog", "1", "1", "1", "", ""],
    ]
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(lines)
    dataset = bench.dataset
    found = import_tags(
        bench.project, dataset.id, bench.ids(), out.getvalue(), author="ana", columns=dataset.kinds.keys()
    )
    assert (found.examples, found.tags, found.notes, found.unknown) == (3, 6, 1, ("gone",))
    assert found.left_out == ("'text' is a column of the data", "'size' says 'big' of 'a', neither yes nor no")
    known = known_of(bench.project, dataset.id, list("abcd"))
    assert {one: known[one].tags for one in known} == {
        "a": {"too dark": True, "blurry": False},
        "b": {"too dark": False, "blurry": True},
        "c": {"too dark": False, "blurry": True},
    }
    assert all(one.reviewed for one in known.values())


def test_a_spreadsheet_without_any_tag_is_refused(bench: Workbench) -> None:
    with pytest.raises(DataError, match="No column of this file holds a tag") as caught:
        import_tags(bench.project, 1, ["a"], "id,text\na,hello\n", author="ana", columns=["text"])
    assert "'text' is a column of the data" in caught.value.hint


@pytest.fixture
def kept(path: Path, tmp_path: Path) -> str:
    """The project as a file."""
    file = str(tmp_path / "work.duckdb")
    with Project(file) as project:
        say(Workbench(project, load_files(project, [path])[0]))
    return file


def run(*command: str) -> str:
    result = CliRunner().invoke(main, ["tags", *command, "--quiet"])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_command_line_writes_the_rows_on_show(kept: str, tmp_path: Path) -> None:
    lines = list(
        csv.DictReader(io.StringIO(run("export", kept, "--wide", "--format", "csv", "--where", "noise = 'loud'")))
    )
    assert [line["id"] for line in lines] == ["b", "c"]
    assert lines[0]["verdict"] == "label wrong: dog"
    document = json.loads(run("export", kept, "--wide", "--format", "json"))
    assert [row["tag: noise"] for row in document["rows"]] == ["yes", "no", "yes", None]
    run("export", kept, "--wide", "--out", str(tmp_path / "rows.xlsx"))
    assert (tmp_path / "rows.xlsx").read_bytes()[:2] == b"PK"
    out = tmp_path / "sheet.csv"
    run("export", kept, "--wide", "--out", str(out))
    told = json.loads(run("import", kept, str(out), "--format", "json"))
    assert (told["unknown"], told["left_out"]) == (
        [],
        ["'text' is a column of the data", "'noise' is a column of the data"],
    )
    long = list(csv.DictReader(io.StringIO(run("export", kept, "--format", "csv", "--where", "noise = 'loud'"))))
    assert {line["id"] for line in long} == {"b", "c"}


def test_the_command_line_gives_the_numbers_of_the_tags(tmp_path: Path) -> None:
    file = str(tmp_path / "speech.duckdb")
    CliRunner().invoke(main, ["demo", "speech", "--into", file, "--quiet"])
    document = json.loads(run("numbers", file, "--format", "json"))
    with Project(file) as project:
        bench = Workbench(project, get_dataset(project, "speech"))
        assert document == json.loads(bench.tags().to_json())
    assert (document["schema"], document["errors"], document["errors_read"]) == ("slicer.tag_numbers/1", 974, 100)
    top = document["tags"][0]
    assert (top["tag"], top["tagged"], top["error_share"]["value"]) == ("homophone", 52, 0.52)
    shown = run("numbers", file)
    assert "Homophone explains 52\u202f% of the failures" in shown
    assert "52 of 100" in shown


def test_load_tags_knows_the_columns_of_the_data(bench: Workbench, tmp_path: Path) -> None:
    (tmp_path / "sheet.csv").write_text("id,noise,odd\na,1,x\n", encoding="utf-8")
    assert load_tags(bench.project, bench.dataset, tmp_path / "sheet.csv").left_out == (
        "'noise' is a column of the data",
    )
