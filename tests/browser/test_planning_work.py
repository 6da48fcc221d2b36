"""From the table to work that somebody does, in a real browser."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest
from browser_kit import Server, eventually, idle, open_row, rows, see, visit

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

SAMPLES = ("speech",)

PLAN, RANKING = "The plan", "Slices by improvement potential"


def planned(page: Page) -> list[list[str]]:
    """Name, status, owner, potential and return of each row."""
    return [[row[at] for at in (1, 2, 3, 5, 8)] for row in rows(page, PLAN)]


def test_rows_are_planned_given_to_somebody_and_taken_along(server: Server, page: Page, tmp_path: Path) -> None:
    visit(page, f"{server.url}/priorities", "Take the table along")
    for name in ("people noise", "car noise"):
        page.locator(f'table[aria-label="{RANKING}"] tbody tr', has_text=name).first.locator(".choose").click()
    page.get_by_role("button", name="Add 2 rows to the plan").click()
    see(page, "First of 2 planned rows: people noise")
    eventually(page, lambda: planned(page), [["people noisenoise", "open", "", "0.60", "0.6"],
                                             ["car noisenoise", "open", "", "0.16", "0.16"]])  # fmt: skip
    open_row(page, PLAN, "people noise")
    see(page, "295 rows of people noise that the model fails and people get right")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Owner").fill("Ana")
    dialog.get_by_role("spinbutton", name="Cost").fill("5")
    dialog.get_by_role("spinbutton", name="Cost").press("Tab")
    idle(page)
    dialog.get_by_role("button", name="Save").click()
    see(page, "First of 2 planned rows: car noise")
    after = [["car noisenoise", "open", "", "0.16", "0.16"], ["people noisenoise", "open", "Ana", "0.60", "0.12"]]
    eventually(page, lambda: planned(page), after)
    page.reload()
    see(page, "First of 2 planned rows: car noise")
    eventually(page, lambda: planned(page), after)
    open_row(page, PLAN, "people noise")
    page.get_by_text("History: 3 steps").click()
    see(page, "owner: Ana")
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="detached")
    files = {}
    for at, name in ((1, "XLSX"), (1, "JSON")):
        with page.expect_download() as download:
            page.get_by_role("button", name=name).nth(at).click()
        files[name] = tmp_path / download.value.suggested_filename
        download.value.save_as(files[name])
    document = json.loads(files["JSON"].read_text(encoding="utf-8"))
    assert [(one["owner"], one["cost"]) for one in document["items"]] == [("", 1.0), ("Ana", 5.0)]
    assert openpyxl.load_workbook(files["XLSX"])["Plan"]["C6"].value == "Ana"
