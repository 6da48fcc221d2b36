"""Reading and tagging at the speed of the keyboard: nothing said is ever lost."""

from __future__ import annotations

import contextlib
import itertools
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browser_kit import Server, Witness, all_saved, eventually, heading, rows, see, serving, shown_example, visit

from slicer.project.store import Project
from slicer.samples import get_sample
from slicer.sources import load_sample

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

AWAY = (
    "ERR_CONNECTION_REFUSED",
    "ERR_SOCKET_NOT_CONNECTED",
    "ERR_CONNECTION_RESET",
    "WebSocket",
    "disconnected",
    "Streamlit server is not responding",
    "403 (Forbidden)",
    "/_stcore/health",
)
"""What the console says while the server is gone, and of the token it had before."""


SAMPLES = ("defects",)


def begin(page: Page, server: Server, link: str = "queue=all+errors") -> None:
    """Open the queue and wait until the card is there."""
    page.goto(f"{server.url}/failures?{link}")
    page.locator("#card .heading").wait_for()


def make_tag(page: Page, name: str) -> None:
    """T, its name, Enter."""
    page.keyboard.press("t")
    page.keyboard.type(name)
    page.keyboard.press("Enter")


@contextlib.contextmanager
def looking_inside(server: Server) -> Iterator[Project]:
    """The project file itself, while the server is stopped."""
    server.stop()
    try:
        with Project(server.project) as project:
            yield project
    finally:
        server.restart()


def tag_events(project: Project) -> list[tuple[str, str]]:
    """(example, tag) of every tag that was put on, in the order it was said."""
    query = "select example, name from events where kind = 'tag' and value = 'yes' order by number"
    return project.cursor().execute(query).fetchall()


WITNESS_KEYS = """card => {
    window.pressed = [];
    const note = ({ key }) => window.pressed.push([card.querySelector(".heading .id")?.textContent ?? null, key]);
    document.addEventListener("keydown", note, { capture: true });
}"""


def test_a_hundred_tags_at_thirty_milliseconds_are_a_hundred_tags(server: Server, page: Page) -> None:
    """Each on the example that was on screen when its key went down."""
    begin(page, server)
    make_tag(page, "blurred")
    make_tag(page, "glare")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("a")
    page.locator("#card").evaluate(WITNESS_KEYS)
    for i in range(100):
        page.keyboard.press("12"[i % 2])
        page.wait_for_timeout(30)
    pressed = page.evaluate("window.pressed")
    assert len({example for example, _ in pressed if example}) == 100, "the next examples are there in time"
    all_saved(page)
    see(page, "explains 50 % of the failures read so far")  # 51 of 101
    eventually(page, page.locator("#card .strip b").inner_text, "101")
    counted = {row[0]: row[1] for row in rows(page, "Tags so far")}
    assert counted == {"blurred": "51/101", "glare": "51/101"}
    page.goto("about:blank")
    with looking_inside(server) as project:
        names = {"1": "blurred", "2": "glare"}
        assert tag_events(project)[2:] == [(example, names[key]) for example, key in pressed]


def test_what_was_said_can_be_taken_back_and_stays_said_after_f5(server: Server, page: Page) -> None:
    begin(page, server, "queue=all+rows")
    first = shown_example(page)
    make_tag(page, "dust & <b>scratches</b>")
    page.keyboard.press("n")
    page.keyboard.type("what a *note*: 1 < 2")
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    second = shown_example(page)
    assert second != first
    page.keyboard.press("u")
    assert shown_example(page) == first
    page.keyboard.press("y")
    assert shown_example(page) == second
    page.keyboard.press("ArrowLeft")
    tag = page.locator("#card .tags button", has_text="dust & <b>scratches</b>")
    assert tag.get_attribute("aria-pressed") == "true"
    tag.click()
    page.keyboard.press("u")
    all_saved(page)
    page.reload()
    page.locator("#card .heading").wait_for()
    assert shown_example(page) == first
    assert page.locator("#card .note p").inner_text() == "what a *note*: 1 < 2"
    assert page.locator("#card .heading .done").count() == 1
    assert tag.get_attribute("aria-pressed") == "true"


def test_a_verdict_is_two_keys_and_says_the_right_label(server: Server, page: Page) -> None:
    begin(page, server, "queue=all+errors")
    given = page.locator("#card .judged p")
    page.keyboard.press("v")
    page.locator("#card .judge button", has_text="ambiguous").wait_for()
    page.keyboard.press("3")
    assert given.inner_text() == "ambiguous"
    page.keyboard.press("v")
    page.keyboard.press("2")
    page.locator("#card .judge", has_text="the right label is").wait_for()
    page.keyboard.press("1")
    assert given.inner_text().startswith("label wrong: ")
    page.keyboard.press("u")
    assert given.inner_text() == "ambiguous"
    page.keyboard.press("y")
    all_saved(page)
    see(page, "after label fixes")
    page.reload()
    page.locator("#card .heading").wait_for()
    assert given.inner_text().startswith("label wrong: ")
    page.keyboard.press("v")
    page.keyboard.press("0")
    assert given.count() == 0 or given.is_hidden()
    page.keyboard.press("v")
    page.keyboard.press("Escape")
    assert page.locator("#card .judge").is_hidden()
    all_saved(page)


def test_keys_mean_nothing_while_a_person_writes(server: Server, page: Page) -> None:
    begin(page, server, "queue=all+rows")
    before = page.locator("#card .strip b").inner_text()
    page.get_by_placeholder("Filter rows").fill("")
    page.get_by_placeholder("Filter rows").press_sequentially("line = 'L1' and 12")
    page.keyboard.press("t")
    assert page.locator("#card .strip b").inner_text() == before
    assert page.locator("#card form.new-tag").is_hidden()


def test_what_was_said_while_the_server_was_away_arrives(server: Server, page: Page, witness: Witness) -> None:
    """A crash and a restart under an open tab."""
    witness.forgiven += AWAY
    begin(page, server, "queue=random+errors&size=60&draw=7")
    make_tag(page, "under oath")
    key = page.locator("#card .tags button", has_text="under oath").locator("kbd").inner_text().lower()
    said = [shown_example(page)]

    def tag(times: int) -> None:
        for _ in range(times):
            page.keyboard.press("ArrowRight")
            said.append(shown_example(page))
            page.keyboard.press(key)

    tag(3)
    all_saved(page)
    server.kill()
    tag(5)
    page.locator("#card .saved", has_text="10 unsaved").wait_for()
    page.get_by_text("The server does not answer. What is unsaved waits in this tab").wait_for()
    server.restart()
    all_saved(page)
    page.locator("#card .problem").wait_for(state="hidden")
    with looking_inside(server) as project:
        assert [example for example, name in tag_events(project) if name == "under oath"] == said


def test_two_people_in_one_queue_do_not_step_on_each_other(server: Server, page: Page, stranger: Page) -> None:
    """Each is on an unread example that the other has not before them; together they read it all, each row once."""
    link = "queue=random+errors&size=30&draw=11"
    begin(page, server, link)
    unread = 30 - int(page.locator("#card .strip b").inner_text())
    make_tag(page, "read by both")
    key = page.locator("#card .tags button", has_text="read by both").locator("kbd").inner_text().lower()
    begin(stranger, server, link)
    eventually(stranger, lambda: shown_example(stranger) != shown_example(page), True)
    stranger.locator("#card .author", has_text="beside one other").wait_for()
    stranger.keyboard.press(key)
    said = [shown_example(page), shown_example(stranger)]
    for tab in itertools.islice(itertools.cycle((page, stranger, stranger)), unread - 2):
        with tab.expect_response(lambda answer: "places" in answer.url) as answer:
            tab.keyboard.press("Enter")
        answer.value.finished()
        tab.wait_for_timeout(150)  # a person looks, and the card has given way where the server said so
        eventually(tab, lambda: shown_example(page) != shown_example(stranger), True)
        tab.keyboard.press(key)
        said.append(shown_example(tab))
    for tab in (page, stranger):
        tab.keyboard.press("Enter")
        all_saved(tab)
    assert len(set(said)) == len(said)
    for tab in (page, stranger):
        tab.goto("about:blank")
    with looking_inside(server) as project:
        assert sorted(example for example, name in tag_events(project) if name == "read by both") == sorted(said)
        reviews = "select example from events where kind = 'reviewed' and queue = (select max(id) from queues)"
        assert sorted(row[0] for row in project.cursor().execute(reviews).fetchall()) == sorted(said)


def test_a_project_in_use_says_who_holds_it(page: Page, tmp_path: Path) -> None:
    """And opens once it is free."""
    file = tmp_path / "held.duckdb"
    with Project(file) as project:
        load_sample(project, get_sample("defects"))
    hold = f"import duckdb; held = duckdb.connect({str(file)!r}); print('held', flush=True); input()"
    holder = subprocess.Popen([sys.executable, "-c", hold], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert holder.stdout is not None
        holder.stdout.readline()
        with serving(file, tmp_path / "server.log") as server:
            for name in ("", "data", "failures", "priorities"):
                visit(page, f"{server.url}/{name}", "is in use by another process")
                assert heading(page) == "This project cannot be opened"
                assert f"PID {holder.pid}" in page.get_by_test_id("stMain").inner_text()
            holder.kill()
            holder.wait()
            page.reload()
            see(page, "closing the gap of “L2” is worth the most")
            page.goto("about:blank")
    finally:
        holder.kill()
        holder.wait()
        for pipe in (holder.stdin, holder.stdout):
            if pipe is not None:
                pipe.close()
