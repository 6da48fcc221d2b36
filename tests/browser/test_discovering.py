"""From nothing but a file to the worst slice, its errors and its place among what there is to do, in a real browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from browser_kit import Server, eventually, heading, idle, rows, see, visit

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.browser

SAMPLES = ("digits", "sentiment")

FOUND = "Slices found"


def row(page: Page, name: str) -> Locator:
    return page.locator(f'table[aria-label="{FOUND}"] tbody tr', has_text=name).first


def test_the_worst_digits_are_found_saved_ranked_and_read(server: Server, page: Page) -> None:
    visit(page, f"{server.url}/discover?dataset=digits", "stand out from chance")
    page.locator("[data-testid=stProgress]").wait_for(state="detached")
    assert heading(page).startswith("Rotated: 44 % wrong, 53 of 120 rows")
    assert [cells[1] for cells in rows(page, FOUND)[:2]] == ["rotatedaltered", "noisedaltered"]
    row(page, "rotated").locator("summary").click()
    see(page, "no worse than the rest of this slice")
    row(page, "noised").get_by_role("button", name="Save as slice").focus()
    page.keyboard.press("Enter")
    see(page, "Saved: altered noised")
    page.get_by_role("button", name="Undo").click()
    eventually(page, lambda: row(page, "noised").get_by_role("button", name="Save as slice").count(), 1)
    idle(page)
    row(page, "noised").get_by_role("button", name="Rank on Priorities").click()
    see(page, "Take the table along")
    marked = page.locator('table[aria-label="Slices by improvement potential"] tr[aria-current]')
    eventually(page, lambda: marked.get_attribute("data-id"), "altered = 'noised'")
    page.get_by_role("link", name="Discover").click()
    see(page, "stand out from chance")
    row(page, "noised").locator(".name .text").click()
    see(page, "33 to read, 0 read so far")


def test_a_search_is_stopped_and_another_one_begun(server: Server, page: Page) -> None:
    """Three conditions of many words take a while: what there is stays, and another choice is not kept waiting."""
    page.goto(f"{server.url}/discover?dataset=sentiment&words=yes&conditions=3&smallest=0.5+%25")
    page.get_by_role("button", name="Stop").click()
    page.get_by_role("button", name="Go on").wait_for()
    page.goto(f"{server.url}/discover?dataset=sentiment&conditions=1")
    see(page, "Editorials: 51 % wrong, 682 of 1,349 rows")
