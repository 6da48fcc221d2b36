"""From how well people do to the rows they disagree on, in a real browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from browser_kit import Server, all_saved, choose, eventually, heading, rows, see, shown_example, visit

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


SAMPLES = ("sentiment",)


def test_from_the_human_level_of_a_domain_to_a_row_people_disagree_on(server: Server, page: Page) -> None:
    """HLP by domain, the model below or above it, and agreement by domain, all in view at once; then the rows."""
    visit(page, server.url, "6,000 rows, 1,865 errors")
    page.get_by_role("link", name="Human level").click()
    see(page, "Two people say the same on 76.5")
    assert heading(page) == "People are 15.0 points ahead of tfidf: 84.0 % against 69.0 %"
    found = {row[0]: row for row in rows(page, "Human level by slice")}
    seen = {name: [cell.split(" ")[0] for cell in row[2:4] + row[5:7]] for name, row in found.items()}
    assert seen == {
        "editorialsdomain": ["49.6", "70.3", "20.8", "59.1"],
        "product reviewsdomain": ["67.6", "87.7", "20.2", "81.4"],
        "all rows": ["69.0", "84.0", "15.0", "76.5"],
        "film reviewsdomain": ["77.4", "90.2", "12.8", "84.5"],
        "tweetsdomain": ["73.3", "82.4", "9.1", "74.2"],
    }
    last = page.locator('table[aria-label="Human level by slice"] tbody tr').last.bounding_box()
    assert last is not None
    assert last["y"] + last["height"] < 900, "the table does not fit the screen"
    assert page.locator('table[aria-label="Human level by slice"] svg .people-ci').count() == len(seen)
    page.get_by_role("button", name="Read the rows people disagree on").click()
    see(page, "100 to read, 0 read so far")
    see(page, "The rows people disagree on most, first")
    page.locator("#card .heading").wait_for()
    page.keyboard.press("t")
    page.keyboard.type("two readings")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowRight")
    all_saved(page)
    eventually(page, lambda: heading(page), "100 to read, 1 read so far")


def test_a_row_of_the_list_opens_alone(server: Server, page: Page) -> None:
    visit(page, f"{server.url}/human_level?dataset=sentiment", "Two people say the same on 76.5")
    listed = page.locator('table[aria-label="Rows people disagree on"]')
    first = listed.locator("tbody tr").first
    first.scroll_into_view_if_needed()
    name = rows(page, "Rows people disagree on")[0][0]
    first.click()
    page.locator("#card .heading").wait_for()
    assert shown_example(page) == name
    assert page.get_by_placeholder("Filter rows").input_value() == f"id = '{name}'"


def test_a_level_is_entered_by_hand(server: Server, page: Page) -> None:
    """It stands beside what was measured, and Priorities offers it."""
    visit(page, f"{server.url}/human_level?dataset=sentiment", "Enter a level you know")
    page.get_by_label("Level %").fill("90")
    page.get_by_label("Level %").press("Enter")
    page.get_by_role("button", name="Keep this level").click()
    see(page, "1 level entered")
    page.locator("h1").first.scroll_into_view_if_needed()
    page.wait_for_timeout(300)
    choose(page, "Human level from", "levels entered")
    see(page, "People are 21.1 points ahead of tfidf: 90.0")
    page.get_by_role("link", name="Priorities").click()
    see(page, "Take the table along")
    choose(page, "Human level from", "levels entered")

    def people() -> set[str]:
        return {row[4] for row in rows(page, "Slices by improvement potential")} - {"–"}  # a tag has none

    eventually(page, people, {"90.0"})
