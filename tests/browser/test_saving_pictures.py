"""A picture in a real browser: another is chosen, a mark opens its rows, and it is saved as the browser drew it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest
from browser_kit import Server, eventually, see, visit

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

SAMPLES = ("speech",)


def test_a_picture_is_chosen_saved_and_clicked(server: Server, page: Page) -> None:
    visit(page, f"{server.url}/priorities?dataset=speech", "hold 88 % of what there is to gain")
    page.get_by_role("radio", name="Gap and share").or_(page.get_by_role("button", name="Gap and share")).first.click()
    see(page, "Car noise has the widest gap")
    assert "picture=Gap+and+share" in page.url
    page.locator(".st-key-chart-picture-gap-and-share-1 svg.marks").wait_for()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as SVG").click()
    assert download.value.suggested_filename == "priorities-gap-and-share.svg"
    drawn = ElementTree.parse(download.value.path()).getroot()
    words = {"".join(node.itertext()) for node in drawn.iter("{http://www.w3.org/2000/svg}text")}
    assert {"car noise", "share of the data"} <= words
    page.goto(f"{server.url}/priorities?dataset=speech")
    block = page.locator(".st-key-chart-picture-areas-1 svg.marks .mark-rect path").first
    block.click()
    eventually(page, lambda: "/failures" in page.url, True)
