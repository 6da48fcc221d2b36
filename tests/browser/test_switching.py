"""From one data set to another: everything on screen is of the one that is named, and so is the link."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import pytest
from browser_kit import Server, choose, chosen, chosen_several, eventually, idle, rows, see, visit

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

SETS = {
    "digits": ("svm", "Rotated is 39.1 points below the rest", ["ink", "stroke_width", "altered"]),
    "sentiment": ("tfidf", "Editorials is 25.1 points below the rest", ["domain", "words", "has_negation"]),
    "speech": ("asr", "Low bandwidth is 21.6 points below the rest", ["noise", "device", "accent"]),
}
"""By data set: its run, what Slices finds in it, and its first columns. The last one loaded is in no link."""

SAMPLES = tuple(SETS)

CROSSED = {"digits": ["altered", "ink"], "sentiment": ["domain", "words"], "speech": ["noise", "device"]}
"""The columns it crosses at first: the one the finding is about, and another."""

SET_IN_DIGITS = "&metric=macro+F1&columns=altered&down=altered&" + urlencode(
    {"where": "ink > 0.3", "slice": "altered = 'noised'"}
)


def is_about(page: Page, name: str) -> None:
    """Slices, as it stands when it is opened on this data set."""
    run, finding, columns = SETS[name]
    see(page, finding)
    eventually(page, lambda: chosen(page, "Run"), run)
    eventually(page, lambda: chosen_several(page, "Columns")[:3], columns)
    eventually(page, lambda: [chosen(page, label) for label in ("Down", "Across")], CROSSED[name])
    assert chosen(page, "Metric") == "accuracy"
    assert page.get_by_role("combobox", name="Filter", exact=True).input_value() == ""
    assert page.get_by_role("combobox", name="Slice", exact=True).input_value() == ""
    assert parse_qs(urlsplit(page.url).query) == ({} if name == "speech" else {"dataset": [name]})
    assert len(rows(page, "Slices")) > 5


@pytest.mark.parametrize(
    ("other", "set_before"), [("speech", ""), ("sentiment", SET_IN_DIGITS)], ids=["as it opens", "everything set"]
)
def test_slices_is_all_of_one_data_set(server: Server, page: Page, other: str, set_before: str) -> None:
    visit(page, f"{server.url}/slices?dataset=digits{set_before}", "below the rest")
    for name in (other, "digits", other):
        choose(page, "Data set", name)
        is_about(page, name)
    choose(page, "Down", SETS[other][2][2])
    eventually(page, lambda: chosen(page, "Down"), SETS[other][2][2])
    assert chosen(page, "Run") == SETS[other][0]
    assert chosen_several(page, "Columns")[:3] == SETS[other][2]


def test_back_leads_to_the_data_set_before(server: Server, page: Page) -> None:
    visit(page, f"{server.url}/slices?dataset=digits&columns=altered&metric=macro+F1", "below the rest")
    choose(page, "Data set", "sentiment")
    is_about(page, "sentiment")
    page.go_back()
    see(page, "Rotated is 38.2 points below the rest")
    eventually(page, lambda: chosen(page, "Run"), "svm")
    eventually(page, lambda: chosen_several(page, "Columns"), ["altered"])
    assert chosen(page, "Metric") == "macro F1"


def test_what_is_set_stays_from_page_to_page(server: Server, page: Page) -> None:
    visit(page, f"{server.url}/slices?dataset=digits&columns=altered", "below the rest")
    for name, text in (("Priorities", "Take the table along"), ("Slices", "Every slice in numbers")):
        page.get_by_role("link", name=name).click()
        see(page, text)
        eventually(page, lambda: chosen(page, "Run"), "svm")
    eventually(page, lambda: chosen_several(page, "Columns"), ["altered"])


def test_a_draft_of_another_data_set_is_gone(server: Server, page: Page) -> None:
    visit(page, f"{server.url}/slices?dataset=digits", "below the rest")
    page.get_by_role("combobox", name="Slice", exact=True).click()
    page.keyboard.type("altered = ")
    choose(page, "Data set", "sentiment")
    is_about(page, "sentiment")


def test_priorities_is_all_of_one_data_set(server: Server, page: Page) -> None:
    link = "/priorities?dataset=digits&by=altered&hlp=one+number&hlp-value=95&where=" + quote("ink > 0.3")
    visit(page, server.url + link, "Take the table along")
    people = "human labels in the data"
    for name in ("sentiment", "speech"):
        choose(page, "Data set", name)
        eventually(page, lambda name=name: chosen(page, "Run"), SETS[name][0])
        eventually(page, lambda name=name: chosen_several(page, "Columns"), SETS[name][2][:1])
        eventually(page, lambda: chosen(page, "Human level from"), people)
        assert parse_qs(urlsplit(page.url).query) == ({} if name == "speech" else {"dataset": [name]})


def test_failures_is_all_of_one_data_set(server: Server, page: Page) -> None:
    visit(page, f"{server.url}/failures?dataset=digits&queue=all+errors", "98 to read")
    choose(page, "Data set", "sentiment")
    see(page, "100 to read")
    idle(page)
    assert chosen(page, "Run") == "tfidf"
    eventually(page, lambda: chosen(page, "Read"), "random errors")
    assert parse_qs(urlsplit(page.url).query) == {"dataset": ["sentiment"]}


def test_overview_is_all_of_one_data_set(server: Server, page: Page) -> None:
    visit(page, f"{server.url}/?dataset=digits&where=" + quote("ink > 0.3"), "errors")
    choose(page, "Data set", "sentiment")
    see(page, "6,000 rows, 1,865 errors")
    eventually(page, lambda: chosen(page, "Run"), "tfidf")
    assert parse_qs(urlsplit(page.url).query) == {"dataset": ["sentiment"]}
