"""The samples as a newcomer meets them: what is worth most, the rows behind a number, a view that survives."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest
from browser_kit import Server, choose, eventually, heading, idle, open_row, rows, see, shown_example, visit, words

from slicer.palette import DARK, LIGHT
from slicer.project.store import Project
from slicer.samples import get_sample
from slicer.sources import load_files, load_sample

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

TIE = "People noise and clean speech tie: closing either gap is worth about 0.60 points"
RANKING = "Slices by improvement potential"


@pytest.fixture(scope="module")
def project_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The two samples, and between them one data set with two runs."""
    folder = tmp_path_factory.mktemp("samples")
    lines = ["id,label,pred_v1,pred_v2,city,size"]
    for i in range(600):
        label, wrong = ("yes", "no") if i % 3 else ("no", "yes")
        first, second = (wrong if i % step == 0 else label for step in (4, 9))
        lines.append(f"row{i:03},{label},{first},{second},{('Ulm', 'Bern', 'Graz')[i % 7 % 3]},{i % 50}")
    (folder / "cities.csv").write_text("\n".join(lines), encoding="utf-8")
    with Project(folder / "samples.duckdb") as project:
        load_sample(project, get_sample("defects"))
        load_files(project, [folder / "cities.csv"])
        load_sample(project, get_sample("speech"))
    return folder / "samples.duckdb"


# --- from the sample to the table that is taken along ----------------------------------------------


def test_a_newcomer_finds_what_is_worth_most_and_takes_the_table_along(
    server: Server, page: Page, tmp_path: Path
) -> None:
    visit(page, f"{server.url}/data", "rows in 3 data sets")
    page.get_by_role("button", name="speech", exact=True).click()
    see(page, "90.3 % of 10,000 rows are right")
    page.get_by_role("link", name="Priorities").click()
    see(page, TIE)
    table = rows(page, RANKING)
    assert [[row[0], row[1], row[7]] for row in table[:4]] == [
        ["1=", "people noisenoise", "0.60"],
        ["1=", "clean speechnoise", "0.60"],
        ["3", "car noisenoise", "0.16"],
        ["–", "low bandwidthnoise", "0.00"],
    ]
    files = {}
    for name in ("CSV", "XLSX", "Markdown", "JSON"):
        with page.expect_download() as download:
            page.get_by_role("button", name=name, exact=False).first.click()
        files[name] = tmp_path / download.value.suggested_filename
        download.value.save_as(files[name])
    assert {path.name for path in files.values()} == {
        f"priorities-speech-asr.{end}" for end in ("csv", "xlsx", "md", "json")
    }
    potentials = [0.006, 0.006, 0.0016, 0.0]
    document = json.loads(files["JSON"].read_text(encoding="utf-8"))
    assert document["schema"] == "slicer.rank/1"
    assert [row["potential"]["value"] for row in document["table"][:4]] == pytest.approx(potentials)
    with files["CSV"].open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    assert [float(line["potential"]) for line in lines[:4]] == pytest.approx(potentials)
    assert lines[0]["slice"] == "noise = 'people noise'"
    sheet = openpyxl.load_workbook(files["XLSX"])["Priorities"]
    cells = [cell for row in sheet.iter_rows(values_only=True) for cell in row]
    assert "people noise" in " ".join(str(cell) for cell in cells if cell is not None)
    assert any(isinstance(cell, float) and cell == pytest.approx(0.6) for cell in cells)
    markdown = files["Markdown"].read_text(encoding="utf-8").splitlines()
    assert markdown[0].startswith("| slice ")
    assert len(markdown) == 2 + len(document["table"])


# --- every number leads to its rows ----------------------------------------------------------------


def assert_reading(page: Page, where: str, total: int) -> None:
    """Failures shows the rows of this filter, all of them."""
    page.locator("#card .heading").wait_for()
    idle(page)
    assert page.get_by_placeholder("Filter rows").input_value() == where
    assert f"of {total} reviewed" in words(page.locator("#card .strip").inner_text())


def test_a_confusion_cell_opens_its_rows(server: Server, page: Page) -> None:
    visit(page, f"{server.url}/?dataset=defects", "No defect is taken for discoloration: 74 of 176 errors")
    cell = page.locator('.mark-rect path[aria-label*="truth: no defect"][aria-label*="prediction: discoloration"]')
    cell.click(position={"x": 6, "y": 6})
    assert_reading(page, "label = 'no defect' and prediction = 'discoloration'", 74)
    assert words(page.locator("#card .verdict").inner_text()) == "truth no defect predicted wrong: discoloration"
    page.get_by_role("link", name="Overview").click()
    see(page, "Truth in rows, prediction in columns.")
    page.wait_for_timeout(500)
    assert page.locator("#card").count() == 0, "a selection that is over leads nowhere"


def test_the_number_in_a_confusion_cell_can_be_clicked_too(server: Server, page: Page) -> None:
    """It lies on top of the coloured cell."""
    visit(page, f"{server.url}/?dataset=defects", "No defect is taken for discoloration: 74 of 176 errors")
    page.locator(".mark-text text", has_text=re.compile("^49$")).click()
    assert_reading(page, "label = 'no defect' and prediction = 'scratch'", 49)


def test_a_class_opens_its_misses(server: Server, page: Page) -> None:
    visit(page, f"{server.url}/?dataset=defects", "No defect is taken for discoloration: 74 of 176 errors")
    open_row(page, "Classes", "discoloration")
    assert_reading(page, "label = 'discoloration'", 6)


def test_a_slice_where_errors_crowd_opens_its_errors(server: Server, page: Page) -> None:
    visit(page, f"{server.url}/?dataset=defects", "No defect is taken for discoloration: 74 of 176 errors")
    name, part = rows(page, "Where errors crowd")[0][:2]
    assert (name, part) == ("supplier Cedar", "45.5")
    open_row(page, "Where errors crowd", "supplier Cedar")
    assert_reading(page, "supplier = 'Cedar'", 80)


def test_a_ranked_slice_and_its_area_open_its_errors(server: Server, page: Page) -> None:
    visit(page, f"{server.url}/priorities?dataset=speech", TIE)
    page.locator('path[aria-label*="car noise"]').first.click()
    assert_reading(page, "noise = 'car noise'", 44)
    page.get_by_role("link", name="Priorities").click()
    page.wait_for_timeout(300)
    idle(page)


# --- a view survives -------------------------------------------------------------------------------


def view(page: Page) -> dict[str, object]:
    """What a page shows, in so far as a person chose it."""
    drawn = [label for label in ("Classes", RANKING) if page.locator(f'table[aria-label="{label}"]').count()]
    return {
        "heading": heading(page),
        "choices": page.get_by_test_id("stSelectbox").locator("input").evaluate_all("all => all.map(one => one.value)"),
        "filter": page.get_by_placeholder("Filter rows").input_value(),
        "columns": [words(text) for text in page.get_by_test_id("stMultiSelect").all_inner_texts()],
        "pressed": page.locator('[data-testid^="stBaseButton-segmented_controlActive"]').all_inner_texts(),
        "tables": [rows(page, label) for label in drawn],
    }


def test_a_view_survives_f5_the_menu_and_a_copied_link(server: Server, page: Page, stranger: Page) -> None:
    visit(page, server.url, "90.3 % of 10,000 rows are right")
    choose(page, "Data set", "cities")
    see(page, "rows, 67 errors")
    choose(page, "Run", "v1")
    see(page, "rows, 150 errors")
    page.get_by_placeholder("Filter rows").fill("size < 25")
    page.get_by_placeholder("Filter rows").press("Enter")
    see(page, "300 rows, 78 errors")
    page.get_by_role("link", name="Priorities").click()
    see(page, "Take the table along")
    page.get_by_test_id("stMultiSelect").get_by_role("combobox").fill("size")
    page.get_by_role("option", name="size").click()
    page.keyboard.press("Escape")
    see(page, "Together these slices are worth")
    idle(page)
    seen = view(page)
    assert seen["columns"] == ["Columns city size"]
    assert seen["filter"] == "size < 25"
    page.reload()
    see(page, "Together these slices are worth")
    eventually(page, lambda: view(page), seen)
    visit(stranger, page.url, "Together these slices are worth")
    eventually(stranger, lambda: view(stranger), seen)
    page.get_by_role("link", name="Overview").click()
    see(page, "300 rows, 78 errors")
    page.get_by_role("link", name="Priorities").click()
    see(page, "Together these slices are worth")
    eventually(page, lambda: view(page), seen)
    page.get_by_role("link", name="Overview").click()
    see(page, "300 rows, 78 errors")
    before = view(page)
    page.reload()
    see(page, "300 rows, 78 errors")
    eventually(page, lambda: view(page), before)


def test_the_place_in_the_queue_survives_f5(server: Server, page: Page) -> None:
    visit(page, f"{server.url}/failures?dataset=cities&run=v1&where=city+%3D+%27Ulm%27&queue=all+errors", "reviewed")
    page.locator("#card .heading").wait_for()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    here = shown_example(page)
    page.locator("#card .saved", has_text="all saved").wait_for()
    before = view(page)
    page.reload()
    page.locator("#card .heading").wait_for()
    idle(page)
    assert shown_example(page) == here
    eventually(page, lambda: view(page) | {"heading": ""}, before | {"heading": ""})
    page.get_by_role("link", name="Overview").click()
    see(page, "Truth in rows, prediction in columns.")
    page.get_by_role("link", name="Failures").click()
    page.locator("#card .heading").wait_for()
    assert shown_example(page) == here


def test_the_data_page_survives_f5(server: Server, page: Page) -> None:
    visit(page, f"{server.url}/data", "22,600 rows in 3 data sets, 4 runs")
    page.reload()
    see(page, "22,600 rows in 3 data sets, 4 runs")


def test_another_data_set_forgets_the_filter_of_the_one_before(server: Server, page: Page) -> None:
    visit(page, f"{server.url}/?dataset=speech&where=noise+%3D+%27car+noise%27", "89.0 % of 400 rows are right")
    choose(page, "Data set", "defects")
    see(page, "No defect is taken for discoloration: 74 of 176 errors")
    assert page.get_by_placeholder("Filter rows").input_value() == ""
    page.reload()
    see(page, "No defect is taken for discoloration: 74 of 176 errors")


def test_back_leads_back_to_the_whole_view(server: Server, page: Page) -> None:
    visit(page, f"{server.url}/?dataset=defects", "No defect is taken for discoloration: 74 of 176 errors")
    open_row(page, "Classes", "discoloration")
    page.locator("#card .heading").wait_for()
    idle(page)
    page.go_back()
    see(page, "No defect is taken for discoloration: 74 of 176 errors")
    assert page.url == f"{server.url}/?dataset=defects"
    assert page.get_by_placeholder("Filter rows").input_value() == ""


# --- pictures --------------------------------------------------------------------------------------

SPOILT_WORDS = """charts => charts.flatMap(chart => {
    const frame = chart.getBoundingClientRect();
    const words = [...chart.querySelectorAll("text")].filter(word => word.textContent.trim());
    const boxes = words.map(word => ({ text: word.textContent, box: word.getBoundingClientRect() }));
    const inside = ({ box }) => box.left >= frame.left - 2 && box.right <= frame.right + 2
        && box.top >= frame.top - 2 && box.bottom <= frame.bottom + 2;
    const meet = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2
        && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 4;
    const upright = boxes.filter((_, i) => !/rotate/.test(words[i].getAttribute("transform")));
    const over = upright.filter((one, i) => upright.some((other, j) => i < j && meet(one.box, other.box)));
    return [...boxes.filter(one => !inside(one)), ...over].map(({ text }) => text);
})"""


@pytest.mark.parametrize(
    "link",
    ["?dataset=defects", "?dataset=speech", "priorities?dataset=speech", "priorities?dataset=defects&kind=classes"],
)
def test_no_word_of_a_picture_is_cut_off_or_written_over(server: Server, page: Page, link: str) -> None:
    page.goto(f"{server.url}/{link}")
    page.locator("svg.marks text").first.wait_for()
    too_wide = "all => all.filter(one => one.scrollWidth > one.closest('.scroll').clientWidth + 1).length"
    for width in (1440, 1024):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(300)
        eventually(page, lambda: page.locator("svg.marks").evaluate_all(SPOILT_WORDS), [])
        eventually(page, lambda: page.locator("table[aria-label] tbody").evaluate_all(too_wide), 0)


# --- light and dark --------------------------------------------------------------------------------


def test_charts_follow_a_switch_between_light_and_dark(server: Server, page: Page) -> None:
    """Streamlit recolours everything but charts by itself."""
    visit(page, f"{server.url}/priorities?dataset=speech", TIE)
    for scheme, palette in (("light", LIGHT), ("dark", DARK), ("light", LIGHT)):
        page.emulate_media(color_scheme=scheme)
        page.locator(f'.mark-rect path[fill="{palette.gap_fill}" i]').first.wait_for()
        drawn = page.locator("svg.marks .mark-rect path").evaluate_all(
            "paths => paths.map(path => path.getAttribute('fill'))"
        )
        assert {colour.upper() for colour in drawn} == {palette.gap_fill.upper(), palette.faint.upper()}
