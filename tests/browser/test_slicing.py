"""Slices in a real browser: three ways of a newcomer from a question to the rows, and the field that takes a slice."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browser_kit import ROOT, Server, choose, eventually, heading, idle, open_row, rows, see, visit, words

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.browser

OLD_BACHELORS = "age >= 60 and education = 'Bachelors'"


SAMPLES = ("adult", "digits", "sentiment")


def field(page: Page, label: str = "Slice") -> Locator:
    return page.get_by_role("combobox", name=label, exact=True)


def offers(page: Page) -> list[str]:
    """What the field suggests."""
    return page.locator("#suggestions:not([hidden]) .what").all_inner_texts()


def said(page: Page, label: str = "Slice") -> str:
    """What stands beside the draft."""
    return words(field(page, label).locator("xpath=../output").inner_text())


# --- three ways of a newcomer ----------------------------------------------------------------------


def test_the_worst_domain_of_sentiment(server: Server, page: Page) -> None:
    visit(page, f"{server.url}/?dataset=sentiment", "6,000 rows, 1,865 errors")
    page.get_by_role("link", name="Slices").click()
    see(page, "Editorials is 25.1 points below the rest, and 3 more slices are clearly worse")
    name, support, accuracy, *_ = rows(page, "Slices")[0]
    assert (name, support, accuracy.split(" ")[0]) == ("editorialsdomain", "1,349", "49.4")
    open_row(page, "Slices", "editorials")
    eventually(page, lambda: field(page).input_value(), "domain = 'editorials'")
    eventually(page, lambda: said(page), "1,349 rows, 22.5 % of all · accuracy 49.4 %, 25.1 points below the rest")
    page.get_by_role("button", name="Read its errors").click()
    see(page, "682 to read, 0 read so far")
    assert page.get_by_placeholder("Filter rows").input_value() == "domain = 'editorials'"


def test_words_and_lengths_of_a_text_are_completed(server: Server, page: Page) -> None:
    visit(page, f"{server.url}/slices?dataset=sentiment", "Editorials is 25.1 points below the rest")
    line = field(page)
    line.click()
    line.press_sequentially("wor")
    eventually(page, lambda: offers(page), ["words", "words(text)"])
    for written, offered in (
        ("ds(", "text"),
        ("text ", ")"),
        (") ", "<="),
        ("<= 10 ", "and"),
        ("and text has ", "word"),
    ):
        line.press_sequentially(written)
        eventually(page, lambda offered=offered: offered in offers(page), True)
    line.press_sequentially("word 'not'")
    line.press("Enter")
    eventually(page, lambda: said(page)[:8], "46 rows,")


def test_the_noised_digits(server: Server, page: Page) -> None:
    visit(page, f"{server.url}/slices?dataset=digits", "Rotated is 39.1 points below the rest, and 2 more")
    assert [row[0] for row in rows(page, "Slices")[:2]] == ["rotatedaltered", "noisedaltered"]
    page.locator('path[aria-label*="noised"]').first.click()
    eventually(page, lambda: field(page).input_value(), "altered = 'noised'")
    page.get_by_role("button", name="Read its errors").click()
    see(page, "33 to read, 0 read so far")
    image = page.locator("#card img").first
    image.wait_for()
    eventually(page, lambda: image.evaluate("one => one.naturalWidth > 0"), True)


def test_a_slice_of_adult_is_written_saved_and_ranked(server: Server, page: Page, tmp_path: Path) -> None:
    visit(page, f"{server.url}/slices?dataset=adult", "points below the rest")
    field(page).click()
    page.keyboard.type("age >= 60 and educ")
    eventually(page, lambda: offers(page), ["education", "education_num"])
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    eventually(page, lambda: offers(page)[:3], ["'HS-grad'", "'Some-college'", "'Bachelors'"])
    page.keyboard.type("'Bach")
    eventually(page, lambda: offers(page), ["'Bachelors'"])
    page.keyboard.press("Tab")
    eventually(page, lambda: said(page).startswith("174 rows, 1.1 % of all · accuracy 75.9 %"), True)
    assert field(page).input_value().strip() == OLD_BACHELORS
    page.keyboard.press("Enter")
    name = page.locator('input[aria-label="Name"]:enabled')
    eventually(page, lambda: name.count(), 1)
    name.fill("old bachelors")
    name.press("Enter")
    idle(page)
    page.get_by_role("button", name="Save", exact=True).click()
    see(page, "Saved: old bachelors")
    assert ["old bachelorssaved", "174"] in [row[:2] for row in rows(page, "Slices")]
    page.get_by_role("link", name="Priorities").click()
    see(page, "Take the table along")
    ranked = [row[1] for row in rows(page, "Slices by improvement potential")]
    assert any(name.startswith("old bachelors") for name in ranked)
    page.goto("about:blank")
    server.stop()
    command = [sys.executable, "-m", "slicer", "rank", str(server.project), "--dataset", "adult", "--quiet"]
    command += ["--slice", "education = 'Bachelors' and age >= 60", "--hlp", "0.95", "--format", "json"]
    answer = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    (row,) = json.loads(answer.stdout)["table"]
    assert (row["name"], row["slice"], row["support"]) == ("old bachelors", OLD_BACHELORS, 174)
    server.restart()


# --- the field -------------------------------------------------------------------------------------


@pytest.fixture
def adult(server: Server, page: Page) -> Page:
    visit(page, f"{server.url}/slices?dataset=adult", "points below the rest")
    return page


def test_a_slice_can_be_built_without_typing(adult: Page) -> None:
    field(adult, "Filter").click()
    for choice in ("sex", "=", "'Female'", "and", "occupation", "is missing"):
        adult.locator("#suggestions:not([hidden]) li", has=adult.get_by_text(choice, exact=True)).first.click()
    eventually(adult, lambda: field(adult, "Filter").input_value().strip(), "sex = 'Female' and occupation is missing")
    eventually(adult, lambda: said(adult, "Filter").split(",")[0], "432 rows")
    adult.keyboard.press("Escape")
    adult.keyboard.press("Enter")
    eventually(adult, lambda: "where=" in adult.url, True)
    see(adult, "432 rows, 2.7 %")


def test_what_is_wrong_is_said_and_nothing_is_sent(adult: Page) -> None:
    before = heading(adult)
    field(adult).click()
    adult.keyboard.type("educatoin = 'Bachelors'")
    eventually(adult, lambda: said(adult), "No column named 'educatoin'; did you mean 'education'?")
    adult.keyboard.press("Enter")
    adult.wait_for_timeout(400)
    assert "slice=" not in adult.url
    assert field(adult).input_value() == "educatoin = 'Bachelors'", "what was written stays"
    assert heading(adult) == before


def test_a_list_of_values_is_completed(adult: Page) -> None:
    field(adult).click()
    adult.keyboard.type("workclass in (")
    eventually(adult, lambda: "'Private'" in offers(adult), True)
    adult.keyboard.type("'Priv")
    adult.keyboard.press("Tab")
    eventually(adult, lambda: offers(adult), [",", ")"])
    adult.keyboard.press("ArrowDown")
    adult.keyboard.press("ArrowDown")
    adult.keyboard.press("Enter")
    eventually(adult, lambda: field(adult).input_value().strip(), "workclass in ('Private')")


def test_a_column_of_an_odd_name_is_quoted(adult: Page) -> None:
    """The words of the language are no column names as they stand."""
    field(adult).fill("not (native")
    eventually(adult, lambda: offers(adult), ["native_country"])


def test_the_forest_and_the_crossing_take_a_slice_in_hand(adult: Page) -> None:
    choose(adult, "Down", "sex")
    see(adult, "sex × ")
    choose(adult, "Across", "race")
    see(adult, "sex × race")
    adult.locator('path[aria-label*="Female"][aria-label*="White"]').first.click(position={"x": 4, "y": 4})
    eventually(adult, lambda: field(adult).input_value(), "race = 'White' and sex = 'Female'")
    adult.keyboard.press("Escape")
    field(adult).locator("xpath=../button").click()
    eventually(adult, lambda: field(adult).input_value(), "")
    eventually(adult, lambda: "slice=" in adult.url, False)


def test_back_takes_the_slice_before_in_hand(adult: Page) -> None:
    worst = len(rows(adult, "Slices"))
    adult.get_by_role("button", name=re.compile(r"Show all \d+ rows")).click()
    assert len(rows(adult, "Slices")) > worst >= 10, "of many, the worst and the saved"
    for name in ("Exec-managerial", "Prof-specialty"):
        open_row(adult, "Slices", name)
        eventually(adult, lambda name=name: field(adult).input_value(), f"occupation = '{name}'")
    adult.go_back()
    eventually(adult, lambda: field(adult).input_value(), "occupation = 'Exec-managerial'")


def test_back_from_another_page_finds_the_slice_still_in_hand(adult: Page) -> None:
    open_row(adult, "Slices", "Protective-serv")
    eventually(adult, lambda: field(adult).input_value(), "occupation = 'Protective-serv'")
    idle(adult)  # the slice is in the link once the page stands still
    adult.get_by_role("link", name="Overview").click()
    see(adult, "Truth in rows, prediction in columns.")
    idle(adult)
    adult.go_back()
    see(adult, "Every slice in numbers")
    eventually(adult, lambda: field(adult).input_value(), "occupation = 'Protective-serv'")


@pytest.mark.parametrize("link", ["", "&slice=age+%3E+30+and"], ids=["written", "in a link"])
def test_half_a_slice_says_what_is_wrong_once_and_save_stays_in_sight(server: Server, page: Page, link: str) -> None:
    page.set_viewport_size({"width": 1024, "height": 768})
    visit(page, f"{server.url}/slices?dataset=adult{link or '&slice=age+%3E+30'}", "below the rest")
    if not link:
        field(page).click()
        page.keyboard.press("End")
        page.keyboard.type(" and ")
        page.keyboard.press("Escape")
        page.keyboard.press("Enter")
    sentence = "Character 13: a column name expected, found the end."
    eventually(page, lambda: said(page), sentence)
    idle(page)
    assert page.get_by_text(sentence).count() == 1
    save = page.get_by_role("button", name="Save", exact=True)
    eventually(page, lambda: save.bounding_box()["y"] + save.bounding_box()["height"] < 768, True)


def test_passing_words_cover_nothing(server: Server, page: Page) -> None:
    visit(page, f"{server.url}/slices?dataset=adult&slice=hours_per_week+%3E+90", "below the rest")
    name = page.locator('input[aria-label="Name"]:enabled')
    name.fill("long hours")
    name.press("Enter")
    idle(page)
    page.get_by_role("button", name="Save", exact=True).click()
    see(page, "Saved: long hours")
    toast, sidebar = (page.get_by_test_id(one).first.bounding_box() for one in ("stToast", "stSidebar"))
    assert toast["x"] + toast["width"] <= sidebar["width"]


def test_a_name_of_the_language_says_what_it_means(adult: Page) -> None:
    """In quotes too, it means the role."""
    field(adult).fill("corr")
    adult.locator("#suggestions:not([hidden]) li", has_text="right or wrong").first.wait_for()
    field(adult).fill("in = 3")
    eventually(adult, lambda: 'A column of this name is written "in".' in said(adult), True)


def test_the_table_is_not_covered(server: Server, page: Page) -> None:
    """At a laptop's size, rows of the table stand above the foot of the page before anything is scrolled."""
    page.set_viewport_size({"width": 1440, "height": 900})
    visit(page, f"{server.url}/slices?dataset=sentiment", "below the rest")
    rows(page, "Slices")
    foot = page.get_by_test_id("stBottom").bounding_box()
    assert foot["height"] < 70
