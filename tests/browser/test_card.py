"""The card: words are found in the whole queue, pictures enlarged, what is nested is a tree, hostile text is text."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browser_kit import Server, eventually, shown_example, words

from slicer.project.store import Project
from slicer.sources import load_files

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

HOSTILE = (
    "<script>document.title = 'taken'</script><img src=x onerror=\"document.title = 'taken'\"> [link](javascript:1)"
)
SAMPLES = ()


@pytest.fixture(scope="module")
def project_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty reviews that the model has wrong; every tenth speaks of a battery."""
    folder = tmp_path_factory.mktemp("reviews")
    rows = [
        [
            at,
            f"the battery of number {at} is a BATTERY" if at % 10 == 0 else f"number {at} is fine",
            "bad",
            "good",
            "{}",
        ]
        for at in range(40)
    ]
    rows[1][1] = HOSTILE
    rows[2][4] = json.dumps({"shop": {"name": "corner", "open": [9, 17]}, "battery": None})
    rows[3][1] = "long " * 200_000
    with (folder / "reviews.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["id", "text", "label", "prediction", "meta"], *rows])
    with Project(folder / "project.duckdb") as project:
        load_files(project, [folder / "reviews.csv"])
    return folder / "project.duckdb"


def begin(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/failures?queue=all+errors")
    page.locator("#card .heading").wait_for()


def test_words_are_found_in_the_whole_queue_and_marked(server: Server, page: Page) -> None:
    begin(page, server)
    page.keyboard.press("/")
    page.keyboard.type("battery")
    page.locator("#card .search .count", has_text="examples").wait_for()
    eventually(
        page, lambda: words(page.locator("#card .search .count").inner_text()).split(", ")[1], "5 of 40 examples"
    )
    for example, hits in (("2", 1), ("10", 2), ("20", 2), ("30", 2), ("0", 2)):
        page.keyboard.press("Enter")
        eventually(page, lambda: (shown_example(page), page.locator("#card mark").count()), (example, hits))
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    eventually(page, lambda: shown_example(page), "1")


def test_hostile_text_is_text_and_a_megabyte_is_shown(server: Server, page: Page) -> None:
    begin(page, server)
    title = page.title()
    for _ in range(4):
        here = shown_example(page)
        text = page.locator("#card .example").inner_text()
        if here == "1":
            assert HOSTILE in words(text)
        assert here != "3" or len(text) > 1000
        page.keyboard.press("Enter")
        eventually(page, lambda here=here: shown_example(page) != here, expected=True)
    assert page.title() == title
    assert page.locator("#card .example script, #card .example a, #card .example img").count() == 0
