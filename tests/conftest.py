"""What several test files share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import browser_kit
import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

settings.register_profile("slicer", deadline=None, derandomize=True, database=None)
settings.load_profile("slicer")

SHARED_DATA = Path(__file__).parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data beside the checkout; it is not part of the project."""
    if not SHARED_DATA.is_dir():
        pytest.skip("no ../shared/data: the tests on real data did not run")
    return SHARED_DATA


# --- a real server and a real browser --------------------------------------------------------------


@pytest.fixture(scope="module")
def project_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the server's project lies; a test file that needs something in it says so with a fixture of its own."""
    return tmp_path_factory.mktemp("project") / "project.duckdb"


@pytest.fixture(scope="module")
def server(project_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[browser_kit.Server]:
    """The dashboard, one for each test file; a traceback or a deprecation in its log fails the file's last test."""
    with browser_kit.serving(project_file, tmp_path_factory.mktemp("log") / "server.log") as server:
        yield server


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium."""
    with browser_kit.launched() as browser:
        yield browser


@pytest.fixture
def witness() -> browser_kit.Witness:
    """What pages do that they should not; a test may forgive what it provokes."""
    return browser_kit.Witness()


@pytest.fixture
def new_page(browser: Browser, witness: browser_kit.Witness) -> Iterator[Callable[..., Page]]:
    """Opens a page in a fresh context, as another person's browser; options are those of `new_context`."""
    contexts = []

    def opened(**options: object) -> Page:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        context.set_default_timeout(20_000)
        contexts.append(context)
        witness.watch(context)
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()
    assert not witness.complaints


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    """A page that complains of nothing and asks no other host, or the test fails."""
    return new_page()
