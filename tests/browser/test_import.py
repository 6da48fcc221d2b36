"""Files on their way in: dropped, opened by path, joined by id, or refused in a sentence."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browser_kit import (
    Server,
    all_saved,
    choose,
    drop_files,
    eventually,
    heading,
    idle,
    open_row,
    rows,
    see,
    shown_example,
    visit,
)

import slicer
from slicer.display import number
from slicer.human.hlp import GivenHlp
from slicer.slices import Slice

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.browser

RANKING = "Slices by improvement potential"
WAYS_IN = "Open a path on this machine"


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).first.click()


def open_path(page: Page, server: Server, path: Path) -> None:
    """Type a path on the Data page and import what lies there, as it is guessed."""
    visit(page, f"{server.url}/data", WAYS_IN)
    page.get_by_placeholder("~/runs/predictions.csv").fill(str(path))
    press(page, "Open")
    press(page, "Import")


def test_spam_is_dropped_looked_at_tagged_and_ranked(server: Server, page: Page, shared_data: Path) -> None:
    visit(page, f"{server.url}/data", WAYS_IN)
    drop_files(page, [shared_data / "sms_spam.csv"])
    see(page, "sms_spam.csv: is each column what it should be?")
    page.reload()  # the file that waits is found again
    see(page, "sms_spam.csv: is each column what it should be?")
    press(page, "Import")
    see(page, "Spam is taken for ham: 34 of 41 errors")
    see(page, "F1 is lowest for spam: 97.2 %")
    assert [row[0] for row in rows(page, "Classes")] == ["spam", "ham"]
    open_row(page, "Classes", "spam")
    page.locator("#card .heading").wait_for()
    assert page.get_by_placeholder("Filter rows").input_value() == "label = 'spam'"
    assert page.locator("#card .of").count() == 0
    for name in ("in disguise", "very short"):
        page.keyboard.press("t")
        page.keyboard.type(name)
        page.keyboard.press("Enter")
    read = [shown_example(page)]
    page.keyboard.press("ArrowRight")
    for key in "122121122":
        read.append(shown_example(page))
        page.keyboard.press(key)
        page.keyboard.press("ArrowRight")
    assert len(set(read)) == 10
    all_saved(page)
    see(page, "Very short explains 60 % of the failures read so far")
    page.get_by_role("link", name="Priorities").click()
    see(page, "Take the table along")
    page.get_by_role("button", name="Show all columns").first.click()
    tags = {row[1]: row for row in rows(page, RANKING) if row[1].endswith("tag")}
    assert len(tags) == 2
    assert "60.0" in tags["very shorttag"], tags
    assert "50.0" in tags["in disguisetag"], tags


def test_adult_is_opened_by_path_and_ranked_against_one_number(server: Server, page: Page, shared_data: Path) -> None:
    open_path(page, server, shared_data / "adult_test.csv")
    see(page, "16,281 rows")
    page.get_by_role("link", name="Priorities").click()
    see(page, "Take the table along")
    columns = page.get_by_test_id("stMultiSelect").get_by_role("combobox")
    columns.press("Backspace")
    for name in ("education", "occupation"):
        columns.fill(name)
        page.get_by_role("option", name=name, exact=True).click()
    page.keyboard.press("Escape")
    choose(page, "Human level from", "one number")
    page.get_by_label("Human level %").fill("90")
    page.get_by_label("Human level %").press("Enter")
    see(page, "Together these slices are worth")
    bench = slicer.open(shared_data / "adult_test.csv")
    expected = bench.rank(by=["education", "occupation"], hlp={Slice(): GivenHlp(value=0.9)}).table
    potentials = [number(row.candidate.potential, 2) for row in expected if row.candidate.ranked]
    eventually(page, lambda: [row[7] for row in rows(page, RANKING)][: len(potentials)], potentials)
    assert rows(page, RANKING)[0][4] == "90.0"


def test_two_files_dropped_together_join_by_id_and_the_counts_are_said(
    server: Server, page: Page, tmp_path: Path
) -> None:
    labels = ["key,truth,age", *(f"k{i:03},{('cat', 'dog')[i % 2]},{i}" for i in range(100))]
    said = ["key,prediction", *(f"k{i:03},{('cat', 'dog')[i % 3 % 2]}" for i in range(3, 102))]
    for name, lines in (("labels.csv", labels), ("answers.csv", said)):
        (tmp_path / name).write_text("\n".join(lines), encoding="utf-8")
    visit(page, f"{server.url}/data", WAYS_IN)
    drop_files(page, [tmp_path / "labels.csv", tmp_path / "answers.csv"])
    see(page, "answers.csv")
    press(page, "Import")
    see(page, "97 rows matched by id, 3 without a match; 2 ids of the file are not in the data set")
    see(page, "3 rows have no prediction")


@pytest.fixture
def mail(tmp_path: Path) -> Path:
    """120 messages, and a column that tells the label of each."""
    path = tmp_path / "mail.csv"
    rows = [f"m{i},{('ham', 'spam')[i % 2]},{('ham', 'spam')[i % 3 % 2]},{i % 2},{i % 4},{i % 5}" for i in range(120)]
    path.write_text("\n".join(["id,label,said,is_spam,day,place", *rows]), encoding="utf-8")
    return path


def role_line(page: Page, column: str) -> Locator:
    """The line of a column in the list of roles."""
    exact = page.locator(".column").get_by_text(column, exact=True)
    return page.locator("#roles tbody tr").filter(has=exact)


def role_of(page: Page, column: str) -> str:
    return role_line(page, column).locator("select").input_value()


def test_a_role_is_corrected_with_two_clicks_and_stays_corrected(server: Server, page: Page, mail: Path) -> None:
    visit(page, f"{server.url}/data", WAYS_IN)
    drop_files(page, [mail])
    see(page, "mail.csv: is each column what it should be?")
    role_line(page, "day").wait_for()
    assert page.get_by_role("button", name="Import", exact=True).bounding_box()["y"] < 200
    assert page.get_by_text("Try a sample").count() == 0
    # the first click opens the choices, the second takes one
    role_line(page, "day").locator("select").select_option("split")
    role_line(page, "day").get_by_text("chosen by you").wait_for()
    page.get_by_role("button", name="Leave out is_spam").click()
    role_line(page, "is_spam").get_by_text("chosen by you").wait_for()
    assert role_of(page, "is_spam") == "ignore"
    assert not role_line(page, "is_spam").locator(".warning").is_visible()
    # from the keyboard: a letter chooses, and a second choice follows before the first has come back
    role_line(page, "place").locator("select").focus()
    page.keyboard.type("cl")
    page.keyboard.press("Tab")
    idle(page)
    assert [role_of(page, name) for name in ("day", "is_spam", "place")] == ["split", "ignore", "cluster"]
    page.get_by_role("link", name="Overview").click()
    page.locator("h1").first.wait_for()
    page.get_by_role("link", name="Data", exact=True).click()
    role_line(page, "day").wait_for()
    assert [role_of(page, name) for name in ("day", "is_spam", "place")] == ["split", "ignore", "cluster"]
    # a run named and imported at once
    role_line(page, "said").get_by_label("Run of said").fill("first try")
    press(page, "Import")
    see(page, "120 rows")
    eventually(page, lambda: page.get_by_test_id("stSelectbox").nth(1).locator("input").input_value(), "first try")


def test_the_roles_of_an_imported_set_are_corrected_in_the_same_way(server: Server, page: Page, mail: Path) -> None:
    later = mail.rename(mail.with_name("later.csv"))
    open_path(page, server, later)
    see(page, "120 rows")
    visit(page, f"{server.url}/data", WAYS_IN)
    page.locator("summary", has_text="later").click()
    warning = "'is_spam' tells the label of every row: it would make slices that only restate it. Leave it out?"
    details = page.locator("details", has=page.locator("summary", has_text="later"))
    details.get_by_text(warning).wait_for()
    details.get_by_role("button", name="Change roles").click()
    page.get_by_role("button", name="Leave out is_spam").click()
    role_line(page, "is_spam").get_by_text("chosen by you").wait_for()
    role_line(page, "day").locator("select").select_option("split")
    role_line(page, "day").get_by_text("chosen by you").wait_for()
    press(page, "Save")
    page.get_by_role("dialog").wait_for(state="detached")
    details.get_by_text(warning).wait_for(state="detached")
    details.get_by_role("button", name="Change roles").click()
    eventually(page, lambda: page.locator("#roles table").count(), 1)
    role_line(page, "day").wait_for()
    assert [role_of(page, name) for name in ("day", "is_spam", "place")] == ["split", "ignore", "feature"]


def test_three_hundred_columns_are_still_two_clicks(server: Server, page: Page, tmp_path: Path) -> None:
    names = [f"feature_{i}" for i in range(300)]
    rows = [",".join([("a", "b")[i % 2], "a", *(str(i % 7) for _ in names)]) for i in range(50)]
    (tmp_path / "wide.csv").write_text("\n".join([",".join(["label", "prediction", *names]), *rows]))
    visit(page, f"{server.url}/data", WAYS_IN)
    drop_files(page, [tmp_path / "wide.csv"])
    role_line(page, "feature_299").locator("select").select_option("ignore")
    role_line(page, "feature_299").get_by_text("chosen by you").wait_for()
    assert page.locator("#roles tbody tr").count() == 302
    press(page, "Leave out")
    see(page, WAYS_IN)


def test_refused_files_are_told_in_a_sentence_and_lose_nothing(server: Server, page: Page, tmp_path: Path) -> None:
    refused = {
        "empty.csv": (b"", "empty.csv holds nothing: there are no rows to analyse."),
        "header.csv": (b"id,label,prediction\n", "header.csv holds only a header (id, label, prediction)"),
        "picture.csv": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40, "picture.csv cannot be read as a table"),
        "unlabelled.csv": (b"id,prediction\na,cat\nb,dog\n", "No column of unlabelled.csv could be a label"),
    }
    visit(page, f"{server.url}/data", WAYS_IN)
    before = heading(page)
    for name, (content, sentence) in refused.items():
        (tmp_path / name).write_bytes(content)
        drop_files(page, [tmp_path / name])
        press_import = page.get_by_role("button", name="Import", exact=True)
        page.get_by_text(sentence).or_(press_import).first.wait_for()
        if press_import.count():
            press_import.click()
        see(page, sentence)
        assert page.get_by_test_id("stException").count() == 0
        assert page.get_by_test_id("stAlert").count() == 1
        page.get_by_role("button", name=re.compile("^Leave")).click()
        page.get_by_text(sentence).wait_for(state="detached")
        idle(page)
        assert heading(page) == before
    (tmp_path / "good.csv").write_text("id,label,prediction\na,cat,cat\nb,dog,cat\n", encoding="utf-8")
    drop_files(page, [tmp_path / "good.csv"])
    press(page, "Import")
    see(page, "Dog is taken for cat: 1 of 1 errors")


def test_a_path_that_leads_nowhere_is_told_and_can_be_corrected(server: Server, page: Page, tmp_path: Path) -> None:
    (tmp_path / "here.csv").write_text("id,label,prediction\na,cat,cat\nb,dog,cat\n", encoding="utf-8")
    visit(page, f"{server.url}/data", WAYS_IN)
    page.get_by_placeholder("~/runs/predictions.csv").fill(str(tmp_path / "hear.csv"))
    press(page, "Open")
    see(page, f"No file at {tmp_path / 'hear.csv'}.")
    press(page, "Leave these files out")
    page.get_by_placeholder("~/runs/predictions.csv").fill(str(tmp_path / "here.csv"))
    press(page, "Open")
    press(page, "Import")
    see(page, "Dog is taken for cat: 1 of 1 errors")


def test_images_are_shown(server: Server, page: Page, shared_data: Path) -> None:
    open_path(page, server, shared_data / "digits.csv")
    see(page, "1,797 rows")
    page.get_by_role("link", name="Failures").click()
    image = page.locator("#card img")
    image.wait_for()
    eventually(page, lambda: image.evaluate("image => image.complete && image.naturalWidth > 0"), True)


def test_recordings_are_loaded(server: Server, page: Page, shared_data: Path) -> None:
    open_path(page, server, shared_data / "fsdd_sample.csv")
    see(page, "120 rows")
    page.get_by_role("link", name="Failures").click()
    audio = page.locator("#card audio")
    audio.wait_for()
    eventually(page, lambda: audio.evaluate("audio => audio.readyState >= 1 && audio.duration > 0.1"), True)


def test_a_data_set_is_deleted_and_comes_back(server: Server, page: Page, tmp_path: Path) -> None:
    (tmp_path / "fleeting.csv").write_text("id,label,prediction\na,cat,cat\nb,dog,cat\n", encoding="utf-8")
    open_path(page, server, tmp_path / "fleeting.csv")
    see(page, "Dog is taken for cat: 1 of 1 errors")
    visit(page, f"{server.url}/data", WAYS_IN)
    page.locator("summary", has_text="fleeting").click()
    page.get_by_role("button", name="Delete", exact=True).first.click()
    see(page, "fleeting was deleted; its rows and tags are kept.")
    press(page, "Undo")
    page.locator("summary", has_text="fleeting").wait_for()
    idle(page)
    page.reload()
    page.locator("summary", has_text="fleeting").wait_for()
