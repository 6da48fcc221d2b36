"""Tables that leave the house: a spreadsheet opens them, nothing in them runs, and they say how to be read."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

import slicer
from slicer.display import DASH
from slicer.findings.ranking import next_step, priorities_finding
from slicer.quoting import bare_cell, guard_cell
from slicer.report.sheets import plain_workbook
from slicer.report.tables import records, safe, to_csv, to_markdown
from slicer.report.workbook import HEADINGS, ORDER, PERCENT, POINTS, ranking_workbook
from slicer.results import RankResult
from slicer.slices import parse
from slicer.version import __version__
from slicer.vocabulary import ACTIONS, FLAGS, HLP_SOURCES
from slicer.workbench import Options, Workbench

TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=20)


# --- CSV -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "'=1", "''-1"])
def test_text_that_could_run_gets_an_apostrophe(text: str) -> None:
    assert safe(text) == f"'{text}"


@pytest.mark.parametrize("value", ["cat", "", " =1", "1-1", "'tis", -0.5, -1, None, True])
def test_everything_else_is_left_alone(value: Any) -> None:
    assert safe(value) is value


@given(TEXT)
def test_guarding_a_cell_can_be_taken_back(text: str) -> None:
    guarded = guard_cell(text)
    assert bare_cell(guarded) == text
    assert not guarded.startswith(("=", "+", "-", "@", "\t", "\r"))


@given(st.lists(st.fixed_dictionaries({"a": TEXT, "b": TEXT | st.none()}), min_size=1, max_size=5))
def test_every_csv_reader_gets_the_same_cells(rows: list[dict[str, str | None]]) -> None:
    """Whichever line ends it believes in: a bare carriage return would start a new row, and could start a formula."""
    text = to_csv(rows, ["a", "b"])
    expected = [["a", "b"], *([safe(row["a"]), safe(row["b"]) or ""] for row in rows)]
    assert list(csv.reader(io.StringIO(text, newline=""))) == expected
    assert [line.startswith(("=", "+", "-", "@")) for line in text.splitlines()].count(True) == sum(
        part.startswith(("=", "+", "-", "@"))
        for row in rows
        for value in row.values()
        for part in (value or "").splitlines()[1:]
    )


def test_csv_has_a_header_even_without_rows() -> None:
    assert to_csv([], ["id", "=tag"]) == "id,'=tag\n"
    assert to_csv([{"a": None, "b": -0.25}, {"c": "x"}]) == "a,b,c\n,-0.25,\n,,x\n"


# --- Markdown --------------------------------------------------------------------------------------


@given(st.lists(st.fixed_dictionaries({"a|": TEXT, "b": TEXT | st.none() | st.floats(0, 1)}), min_size=1, max_size=5))
def test_a_markdown_table_stays_a_table_whatever_it_holds(rows: list[dict[str, Any]]) -> None:
    lines = to_markdown(rows).split("\n")
    assert lines.pop() == ""
    assert len(lines) == 2 + len(rows)
    for line in lines:
        bare = line.replace("\\\\", "")
        assert bare.count("|") - bare.count("\\|") == 3
        assert "<" not in line
        assert len(line.splitlines()) == 1


def test_markdown_shows_a_dash_where_there_is_no_answer_and_four_decimals() -> None:
    assert to_markdown([{"a|b": None, "c": 1 / 3}]) == f"| a\\|b | c |\n| --- | --- |\n| {DASH} | 0.3333 |\n"


# --- the workbook ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def bench() -> Workbench:
    return slicer.sample("speech")


@pytest.fixture(scope="module")
def result(bench: Workbench) -> RankResult:
    return bench.rank(by=["noise", "age_group"], tags=True)


def opened(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


@pytest.fixture(scope="module")
def book(result: RankResult) -> openpyxl.Workbook:
    return opened(ranking_workbook(result, priorities_finding(result.table, result.metric)[0]))


@pytest.fixture(scope="module")
def sheet(book: openpyxl.Workbook) -> Worksheet:
    found = book["Priorities"]
    assert isinstance(found, Worksheet)
    return found


def column(sheet: Worksheet, name: str) -> list[Any]:
    place = ORDER.index(name) + 1
    return [sheet.cell(row, place).value for row in range(5, sheet.max_row + 1)]


def test_the_finding_stands_on_top(result: RankResult, sheet: Worksheet) -> None:
    assert sheet["A1"].value == priorities_finding(result.table, result.metric)[0]
    assert sheet["A2"].value == (
        "speech, run asr: 10,000 rows, accuracy 90.26%. Potential is in points of it."
    )  # fmt: skip
    assert sheet["A1"].font.bold


def test_every_column_has_its_heading_and_stays_in_sight(sheet: Worksheet) -> None:
    assert [cell.value for cell in sheet[4]] == [HEADINGS[name] for name in ORDER]
    assert set(ORDER) == set(HEADINGS)
    assert sheet.freeze_panes == "B5"
    assert sheet.auto_filter.ref == f"A4:{get_column_letter(len(ORDER))}{sheet.max_row}"


def test_the_workbook_holds_the_table_in_its_order(result: RankResult, sheet: Worksheet) -> None:
    rows = records(result.to_frame())
    assert sheet.max_row == 4 + len(rows)
    assert column(sheet, "slice") == [row["slice"] for row in rows]
    for name, scale in (
        ("potential", 100),
        ("ceiling", 100),
        ("share", 1),
        ("metric", 1),
        ("support", 1),
        ("p_top1", 1),
    ):
        expected = [DASH if row[name] is None else pytest.approx(scale * row[name]) for row in rows]
        assert column(sheet, name) == expected, name
    assert column(sheet, "potential")[:2] == [pytest.approx(0.6), pytest.approx(0.6)]


def test_keys_are_said_in_words(result: RankResult, sheet: Worksheet) -> None:
    assert column(sheet, "action") == [next_step(row) for row in result.table]
    assert not set(column(sheet, "action")) & set(ACTIONS)
    assert set(column(sheet, "hlp_source")) <= {*HLP_SOURCES.values(), DASH}
    notes = {part for text in column(sheet, "flags") if text for part in text.split("; ") if part}
    assert notes <= set(FLAGS.values())
    assert notes


def test_numbers_are_numbers_with_the_format_of_their_kind(sheet: Worksheet) -> None:
    for place, name in enumerate(ORDER, start=1):
        cells = [sheet.cell(row, place) for row in range(5, sheet.max_row + 1)]
        numbers = [cell for cell in cells if cell.data_type == "n"]
        wanted = "0.00" if name in POINTS else "0.0%" if name in PERCENT else None
        if wanted:
            assert numbers
            assert {cell.number_format for cell in numbers} == {wanted}, name
        elif name in ("support", "errors"):
            assert len(numbers) == len(cells)
            assert {cell.number_format for cell in numbers} == {"#,##0"}
        else:
            assert numbers == [], name


def test_the_last_sheet_says_how_to_read_it_and_where_it_comes_from(
    result: RankResult, book: openpyxl.Workbook
) -> None:
    assert book.sheetnames == ["Start here", "Priorities", "How to read it"]
    notes = {row[0].value: row[1].value for row in book["How to read it"].iter_rows() if row[0].value}
    assert notes["Potential, points"].startswith("share of the data x gap")
    assert (notes["Data set"], notes["Run"], notes["Rows used"]) == ("speech", "asr", "10,000 of 10,000")
    assert notes["Slicer"] == __version__
    assert len(notes["sha256"]) == 64
    warnings = [row[1].value for row in book["How to read it"].iter_rows() if row[0].value == "Note"]
    assert warnings == list(result.head.warnings)


def test_every_column_is_explained(book: openpyxl.Workbook, sheet: Worksheet) -> None:
    notes = {row[0].value: row[1].value for row in book["How to read it"].iter_rows() if row[0].value}
    assert all(notes[cell.value] for cell in sheet[4])
    assert notes["Filter"] == "none: all rows"
    assert notes["Human level"]


def test_the_first_sheet_says_what_to_do_and_why(result: RankResult, book: openpyxl.Workbook) -> None:
    """For a person who gets this file alone."""
    lines = [str(row[0].value) for row in book["Start here"].iter_rows()]
    assert lines[0] == priorities_finding(result.table, result.metric)[0]
    steps = lines[lines.index("What to do on Monday") + 2 :]
    assert steps[0].startswith("1. people noise: more data. Collect or augment such rows")
    assert "The model has 87.0" in steps[0]
    assert "closing the gap adds 0.60" in steps[0]
    assert any(line.startswith("• Rows that tie") for line in lines)
    assert book.active is not None
    assert book.active.title == "Start here"


def test_a_filter_and_a_level_are_told(bench: Workbench) -> None:
    narrow = Workbench(bench.project, bench.dataset, options=Options(level=0.8))
    result = narrow.rank(by=["noise"], where=parse("device = 'phone'"))
    sheet = opened(ranking_workbook(result, "x"))["How to read it"]
    notes = {row[0].value: row[1].value for row in sheet.iter_rows()}
    assert notes["Rows used"] == f"{result.head.rows:,} of 10,000"
    assert notes["Model, low"] == "the lower end of its 80 % interval."


def test_an_empty_ranking_still_makes_a_workbook(bench: Workbench) -> None:
    result = bench.rank(by=["noise"], where=parse("noise = 'nowhere'"))
    sheet = opened(ranking_workbook(result, "Nothing can be ranked yet"))["Priorities"]
    assert (sheet["A1"].value, sheet.max_row) == ("Nothing can be ranked yet", 4)
    assert DASH in sheet["A2"].value


HOSTILE = [
    "=cmd|' /C calc'!A0",
    "+1",
    "-1",
    "@x",
    "{=1}",
    "http://example.com",
    "\x00\x1b[31m",
    "a\nb",
    "🎉",
    "x" * 40_000,
]


@pytest.mark.parametrize("place", range(len(HOSTILE)))
def test_text_in_a_workbook_is_only_text(place: int) -> None:
    """No formula and no link; what is longer than a cell holds is cut and not dropped."""
    text = HOSTILE[place]
    sheet = opened(plain_workbook([{"name": text, text[:50]: 1, "none": None, "share": 0.25}])).worksheets[0]
    cell = sheet["A2"]
    assert cell.data_type == "s"
    assert cell.hyperlink is None
    if len(text) > 32_767:
        assert cell.value == text[:32_767]
    elif "\x00" not in text:
        assert cell.value == text
    assert (sheet["B2"].value, sheet["C2"].value, sheet["D2"].value) == (1, DASH, 0.25)


def test_a_plain_workbook_has_a_column_for_every_name() -> None:
    rows = [{"a": 1, "b": "x"}, {"b": "y", "c": True}]
    sheet = opened(plain_workbook(rows)).worksheets[0]
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["a", "b", "c"], [1, "x", DASH], [DASH, "y", 1],
    ]  # fmt: skip


def test_a_hostile_file_makes_a_harmless_workbook(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "label", "prediction", "=HYPERLINK(1)"])
        writer.writerows([n, "a", "ab"[n % 2], HOSTILE[n % 4]] for n in range(200))
    result = slicer.open(path).rank(by=["=HYPERLINK(1)"])
    book = opened(ranking_workbook(result, "=finding"))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert not any(cell.hyperlink for cell in cells)
