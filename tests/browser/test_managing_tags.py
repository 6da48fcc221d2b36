"""Tags as things people manage: seen, renamed, made one, put on many rows at once, turned into a slice, taken along."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browser_kit import Server, all_saved, choose, eventually, heading, idle, open_row, rows, see, shown_example, visit

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.browser

SAMPLES = ("speech",)

KEPT = "The tags and what they mean"


def kept(page: Page) -> dict[str, str]:
    """The tags as they are managed: examples by name."""
    return {row[1]: row[-1] for row in rows(page, KEPT)}


def dialog(page: Page, name: str) -> Locator:
    """Open a tag to change it."""
    open_row(page, KEPT, name)
    found = page.get_by_role("dialog")
    found.get_by_label("Name", exact=True).wait_for()
    idle(page)
    return found


def boxes(page: Page) -> Locator:
    return page.locator('table[aria-label="Rows"] tbody .choose input')


def write_tag(page: Page, name: str) -> None:
    """Write a new tag into the field of the list."""
    field = page.get_by_placeholder("Choose a tag, or write a new one")
    field.click()
    field.fill(name)
    page.get_by_role("option", name=name).first.click()
    idle(page)


def downloaded(page: Page, button: str) -> str:
    with page.expect_download() as waiting:
        page.get_by_role("button", name=button, exact=True).click()
    return Path(waiting.value.path()).read_text(encoding="utf-8")


def test_a_tag_is_seen_renamed_and_made_one_with_another(server: Server, page: Page) -> None:
    """Said with a key on Failures; what each change does is told before it is done."""
    page.goto(f"{server.url}/failures?queue=all+errors")
    page.locator("#card .heading").wait_for()
    for i in range(3):
        if i == 0:
            page.keyboard.press("t")
            page.keyboard.type("swallowd word")
            page.keyboard.press("Enter")
        else:
            page.locator("#card .tags button", has_text="swallowd word").click()
        page.keyboard.press("Enter")
    all_saved(page)
    visit(page, f"{server.url}/tags", "tags cover")
    assert kept(page)["swallowd word"] == "3"

    change = dialog(page, "swallowd word")
    change.get_by_label("Name", exact=True).fill("swallowed word")
    change.get_by_label("What it means").fill("a whole word is missing")
    change.get_by_label("What it means").press("Tab")
    change.get_by_text("The 3 examples with it carry the new name").wait_for()
    choose(page, "Colour", "orange")
    change.get_by_role("button", name="Save").click()
    change.wait_for(state="detached")
    see(page, "swallowd word is called swallowed word now")
    assert kept(page)["swallowed word"] == "3"
    assert page.locator(f'table[aria-label="{KEPT}"] .swatch').count() == 1

    before = int(kept(page)["short word dropped"])
    change = dialog(page, "swallowed word")
    choose(page, "Make it one with", "short word dropped")
    told = change.get_by_text("“swallowed word” is on 3 examples, “short word dropped” on 25").inner_text()
    both = int(told.split("both on ")[1].split(":")[0]) if "both on" in told else 0
    change.get_by_role("button", name="Merge into short word dropped").click()
    change.wait_for(state="detached")
    eventually(page, lambda: kept(page).get("short word dropped"), str(before + 3 - both))
    assert "swallowed word" not in kept(page)
    change = dialog(page, "short word dropped")
    change.get_by_text("“swallowed word” became one with “short word dropped”").wait_for()
    change.get_by_text("“swallowd word” is called “swallowed word”").wait_for()


def test_a_tag_is_made_ahead_and_retired(server: Server, page: Page) -> None:
    visit(page, f"{server.url}/tags", KEPT)
    page.get_by_placeholder("Name of a new tag").fill("echo")
    page.get_by_role("button", name="Make it").click()
    eventually(page, lambda: kept(page).get("echo"), "0")
    page.get_by_placeholder("Name of a new tag").fill("echo")
    page.get_by_role("button", name="Make it").click()
    see(page, "There is a tag 'echo' already")
    for button, flag in (("Retire", 1), ("Bring back", 0)):
        change = dialog(page, "echo")
        change.get_by_role("button", name=button).click()
        change.wait_for(state="detached")
        eventually(page, page.locator(f'table[aria-label="{KEPT}"] .flag', has_text="retired").count, flag)


def test_several_rows_are_selected_and_tagged_and_one_is_opened(server: Server, page: Page) -> None:
    page.goto(f"{server.url}/failures?view=list&queue=all+errors")
    boxes(page).first.wait_for()
    boxes(page).nth(1).click()
    boxes(page).nth(4).click(modifiers=["Shift"])
    page.get_by_role("button", name="Tag 4 selected").wait_for()
    page.locator('table[aria-label="Rows"] tbody tr button').nth(5).focus()
    page.keyboard.press("Space")
    page.keyboard.press("Shift+ArrowDown")
    page.get_by_role("button", name="Tag 6 selected").wait_for()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Tag 5 selected").wait_for()
    write_tag(page, "clipped")
    page.get_by_role("button", name="Tag 5 selected").click()
    see(page, "“clipped” on 5 rows")
    eventually(page, lambda: sum("clipped" in row[-2] for row in rows(page, "Rows")), 5)
    assert page.locator('table[aria-label="Rows"] tbody input:checked').count() == 0
    page.get_by_role("button", name="Undo").click()
    eventually(page, lambda: sum("clipped" in row[-2] for row in rows(page, "Rows")), 0)

    boxes(page).nth(2).click()
    page.get_by_role("button", name="History").click()
    see(page, "taken back")
    page.keyboard.press("Escape")
    example = rows(page, "Rows")[2][0]
    open_row(page, "Rows", example)
    eventually(page, lambda: page.locator("#card .heading .id").count() and shown_example(page), example)
    page.keyboard.press("Enter")
    all_saved(page)
    page.get_by_role("radio", name="List").click()
    eventually(page, lambda: rows(page, "Rows")[2][-1], "read")
    open_row(page, "Rows", example)
    eventually(page, lambda: page.locator("#card .heading .id").count() and shown_example(page), example)


def test_all_rows_of_a_filter_are_tagged_and_go_out_as_a_file(server: Server, page: Page) -> None:
    page.goto(f"{server.url}/failures?view=list&queue=all+rows&where=noise+%3D+'car+noise'")
    boxes(page).first.wait_for()
    write_tag(page, "engine, or =road")
    page.get_by_role("button", name="Tag all 400 rows").click()
    see(page, "They are tagged, not read")
    page.get_by_role("button", name="Tag 400 rows").click()
    see(page, "on 400 rows")
    sheet = list(csv.DictReader(io.StringIO(downloaded(page, "CSV"))))
    assert len(sheet) == 400
    assert {row["engine, or =road"] for row in sheet} == {"yes"}
    assert {row["noise"] for row in sheet} == {"car noise"}
    assert {"", "yes"} <= {row["homophone"] for row in sheet}, "yes, no and not reviewed stand apart"
    visit(page, f"{server.url}/tags", "tags cover")
    assert kept(page)["engine, or =road"] == "400"
    share = next(row for row in rows(page, "Tags") if row[0] == "engine, or =road")
    assert share[2] == "–", "nobody read a row for it"
    page.get_by_role("button", name="tags.csv").wait_for()
    assert downloaded(page, "tags.csv").count(",unread,") >= 300


def test_a_rule_becomes_a_slice_in_one_click(server: Server, page: Page) -> None:
    visit(page, f"{server.url}/tags", "can be told from the columns")
    open_row(page, "Rules for tags", "people noise")
    see(page, "Every slice in numbers")
    assert "slice=noise" in page.url


def test_a_spreadsheet_is_dropped_on_tags(server: Server, page: Page, tmp_path: Path) -> None:
    file = tmp_path / "sheet.csv"
    file.write_text("id,noise,blown mic\nutt-01325,x,x\nutt-05794,x,\nnobody,,x\n", encoding="utf-8")
    visit(page, f"{server.url}/tags", KEPT)
    page.get_by_role("button", name="Load a tag file").click()
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(file)
    page.get_by_role("button", name="Read these tags").click()
    see(page, "1 id is not in the data: nobody.")
    see(page, "'noise' is a column of the data")
    assert kept(page)["blown mic"] == "1"


def test_what_failures_alone_cannot_tell_is_one_button_away(server: Server, page: Page) -> None:
    visit(page, f"{server.url}/tags", "Three of the four numbers need rows the model got right")
    page.get_by_role("button", name="correct rows").click()
    page.locator("#card .heading").wait_for()
    assert "queue=correct" in page.url
    assert heading(page)
