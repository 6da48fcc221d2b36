"""A hundred failures, up to three tags each, without touching the mouse."""

from __future__ import annotations

import os
import random
from typing import TYPE_CHECKING

import pytest
from browser_kit import Server, all_saved, eventually, rows, shown_example, words

from slicer.project.store import Project

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

SAMPLES = ("defects",)
SOAK = os.environ.get("SLICER_SOAK") == "1"
READ = 100 if SOAK else 15
BETWEEN_KEYS, LOOKING = ((80, 400), (600, 2500)) if SOAK else ((20, 60), (40, 120))
"""Milliseconds, least and most: a person's hand, and a person's eye on a new example."""

TAGS = {"noisy": "1", "far away": "2", "clipped": "3", "two at once": "4"}


@pytest.mark.soak
def test_a_hundred_failures_are_read_and_tagged_by_keyboard(server: Server, page: Page) -> None:
    """With new tags on the way, slips undone and steps back; the project holds what was meant, and nothing else."""
    draws = random.Random(5)
    page.goto(f"{server.url}/failures?size={READ}&draw=3")
    page.locator("#card .heading").wait_for()
    eventually(page, lambda: words(page.locator("#card .strip span").first.inner_text()), f"0 of {READ} reviewed")

    def press(key: str) -> None:
        page.keyboard.press(key)
        page.wait_for_timeout(draws.uniform(*BETWEEN_KEYS))

    meant: dict[str, set[str]] = {}
    for at in range(READ):
        page.wait_for_timeout(draws.uniform(*LOOKING))
        here = shown_example(page)
        assert here not in meant
        mine = meant[here] = set()
        if at < len(TAGS):
            name = list(TAGS)[at]
            press("t")
            page.keyboard.type(name)
            press("Enter")
            mine.add(name)
        known = list(TAGS)[: at + 1]
        for name in draws.sample(known, draws.randint(0, min(3 - len(mine), len(known)))):
            if name not in mine:
                press(TAGS[name])
                mine.add(name)
        if at % 7 == 3:  # a slip
            press(TAGS[known[0]])
            press("u")
        press("Enter")
        if at % 9 == 4:  # a second look
            press("ArrowLeft")
            assert shown_example(page) == here
            press("Enter")
    eventually(page, lambda: page.locator("#card .message h3").inner_text(), f"Queue finished: {READ} reviewed")
    all_saved(page)
    after = [list(meant.values())[at + 1 :] for at in range(len(TAGS))]  # the row that brought a tag in does not count
    shown = {
        name: f"{sum(name in names for names in rest)}/{len(rest)}" for name, rest in zip(TAGS, after, strict=True)
    }
    eventually(page, lambda: {row[0]: row[1] for row in rows(page, "Tags so far")}, shown)
    page.goto("about:blank")
    server.stop()
    with Project(server.project) as project:
        query = "select example, tag from tag_states where state = 'yes'"
        assert {*project.cursor().execute(query).fetchall()} == {
            (example, name) for example, names in meant.items() for name in names
        }
        assert project.cursor().execute("select count(*) from reviews").fetchone() == (READ,)
