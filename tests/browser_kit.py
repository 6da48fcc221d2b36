"""A real server and a real browser: what the tests that use them share."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request

ROOT = Path(__file__).parents[1]
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
IDLE = '[data-testid="stApp"][data-test-script-state="notRunning"]'
FORBIDDEN_IN_LOG = ("traceback", "deprecated")


class Server:
    """`streamlit run app.py` in a process of its own, on a free port.

    Args:
        project: What SLICER_PROJECT names.
        log: Where its output goes; it outlives a restart.
        port: Another server's, to take its place.
    """

    def __init__(self, project: Path, log: Path, *, port: int | None = None) -> None:
        self.project, self.log, self.port = project, log, port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "streamlit", "run", "app.py"]
        command += ["--server.port", str(self.port), "--server.headless", "true", "--server.fileWatcherType", "none"]
        with self.log.open("ab") as output:
            process = subprocess.Popen(
                command,
                cwd=ROOT,
                env={**os.environ, "SLICER_PROJECT": str(self.project)},
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        patience = time.monotonic() + 60
        while time.monotonic() < patience and process.poll() is None:
            with contextlib.suppress(OSError), urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=1) as reply:
                if reply.read() == b"ok":
                    return process
            time.sleep(0.05)
        process.kill()
        raise RuntimeError(f"The server did not start:\n{self.log.read_text(encoding='utf-8')}")

    def stop(self) -> int:
        """End it politely, as Ctrl-C or a service manager does; gives its exit code."""
        self.process.terminate()
        return self.process.wait(timeout=60)

    def kill(self) -> None:
        """End it as a crash does."""
        self.process.kill()
        self.process.wait(timeout=60)

    def restart(self) -> None:
        """Start it again on the same port, after `stop` or `kill`."""
        self.process = self._start()

    @property
    def running(self) -> bool:
        return self.process.poll() is None

    @property
    def memory(self) -> int:
        """Resident bytes, as Linux tells them."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return 1024 * next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:"))

    def complaints(self) -> list[str]:
        """Lines of the log that nobody should ever see."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return [line for line in lines if any(word in line.lower() for word in FORBIDDEN_IN_LOG)]


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def serving(project: Path, log: Path) -> Iterator[Server]:
    """A server for as long as the block; its log must be free of tracebacks and deprecations."""
    server = Server(project, log)
    try:
        yield server
    finally:
        if server.running:
            server.stop()
    assert not server.complaints(), "the server's log ends:\n" + "".join(server.log.open().readlines()[-30:])


# --- the browser -----------------------------------------------------------------------------------


@contextlib.contextmanager
def launched() -> Iterator[Browser]:
    """The system's Chromium. Without one the test is skipped, loudly; in CI that is a failure."""
    found = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if found is None:
        reason = f"NO BROWSER: none of {', '.join(CHROMIUM)} is installed, so nothing was tested on screen"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        yield browser
        browser.close()


@dataclass
class Witness:
    """Notes what a page should never do: complain on the console, throw, or ask another host."""

    forgiven: list[str] = field(default_factory=list)
    """Parts of notes that a test expects."""
    notes: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> Page:
        page.set_default_timeout(30_000)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.notes.append(f"threw {error}"))
        page.on("request", self._request)
        return page

    def _console(self, message: ConsoleMessage) -> None:
        where = message.location.get("url", "")
        # on a deep link Streamlit first asks for its health below the page's path, then at the root
        deep_link = "404" in message.text and "/_stcore/" in where and not where.split("/", 3)[3].startswith("_stcore")
        if message.type == "error" and not deep_link:
            self.notes.append(f"console: {message.text} ({where})")

    def _request(self, request: Request) -> None:
        if not request.url.startswith(("http://127.0.0.1:", "data:", "blob:")):
            self.notes.append(f"asked {request.url}")

    @property
    def complaints(self) -> list[str]:
        return [note for note in self.notes if not any(part in note for part in self.forgiven)]


def idle(page: Page) -> None:
    """Wait until the script has stopped. It has also stopped before it starts: wait for something to see first."""
    page.locator(IDLE).wait_for(state="attached")


def see(page: Page, text: str) -> Locator:
    """Wait for text and for the script to come to rest."""
    found = page.get_by_text(text).first
    found.wait_for()
    idle(page)
    return found


def visit(page: Page, url: str, text: str) -> None:
    """Go to an address and wait until its page says this."""
    page.goto(url)
    see(page, text)


def drop_files(page: Page, paths: Sequence[Path]) -> None:
    """Hand files to the upload place, as a drop does."""
    page.get_by_test_id("slicer-upload-input").set_input_files(list(paths))


def eventually(page: Page, look: Callable[[], object], expected: object) -> None:
    """Wait until a look gives what is expected; parts of a page arrive late, each when its script is loaded."""
    patience = time.monotonic() + 10
    while (seen := look()) != expected and time.monotonic() < patience:
        page.wait_for_timeout(100)
    assert seen == expected


def words(text: str) -> str:
    """What the eye reads: every space a space, and nothing that has no width."""
    return " ".join(text.replace("\u2060", "").split())


def heading(page: Page) -> str:
    """The finding on top."""
    return words(page.locator("h1").first.inner_text())


def menu(page: Page) -> list[str]:
    """The pages in the sidebar; an icon's name is the text of its own line."""
    return [text.splitlines()[-1] for text in page.get_by_test_id("stSidebarNavLink").all_inner_texts()]


def rows(page: Page, label: str) -> list[list[str]]:
    """The rows of one of our tables, by its name for those who cannot see it: the words of each visible cell.

    The boxes that choose a row are no words. None while the table is on its way in or out: it has its cells before it
    has a size.
    """
    table = page.locator(f'table[aria-label="{label}"]')
    table.locator("tbody tr td:visible").first.wait_for()
    seen = "td => td.offsetParent && !td.classList.contains('choose')"
    cells = f"trs => trs.map(tr => [...tr.cells].filter({seen}).map(td => td.textContent))"
    return [[words(text) for text in row] for row in table.locator("tbody tr").evaluate_all(cells) if row]


def open_row(page: Page, label: str, name: str) -> None:
    """Click the row of a table that has this name."""
    page.locator(f'table[aria-label="{label}"] tbody tr', has_text=name).first.click()


def choose(page: Page, label: str, option: str) -> None:
    """Choose from a list, by its label."""
    page.get_by_test_id("stSelectbox").filter(has=page.locator(f'[aria-label*="{label}"]')).first.click()
    page.get_by_role("option", name=option, exact=True).click()
    idle(page)


def chosen(page: Page, label: str) -> str:
    """What a list shows as its choice, by its label."""
    box = page.get_by_test_id("stSelectbox").filter(has=page.locator(f'[aria-label*="{label}"]')).first
    return words(box.locator("input").input_value())


def chosen_several(page: Page, label: str) -> list[str]:
    """The choices of a list that takes several, by its label."""
    box = page.get_by_test_id("stMultiSelect").filter(has_text=label).first
    return [words(text) for text in box.locator('[aria-label="Selected values"] [data-tag]:visible').all_inner_texts()]


def shown_example(page: Page) -> str:
    """The id of the example on the card."""
    return page.locator("#card .heading .id").inner_text()


def all_saved(page: Page) -> None:
    """Wait until the server has every word."""
    page.locator("#card .saved", has_text="all saved").wait_for()
