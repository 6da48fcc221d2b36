"""What several test files share."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

pytest.register_assert_rewrite("browser_kit")
import browser_kit  # noqa: E402 - its assertions say what they saw only if they are rewritten first

from slicer.project.store import Project  # noqa: E402 - after the line above
from slicer.samples import get_sample  # noqa: E402
from slicer.sources import load_sample  # noqa: E402

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

EXAMPLES = 100 if os.environ.get("SLICER_SOAK") else 50
settings.register_profile("slicer", deadline=None, derandomize=True, database=None, max_examples=EXAMPLES)
settings.load_profile("slicer")

SCREEN = {"width": 1280, "height": 900}
SHARED_DATA = Path(__file__).parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data beside the checkout; it is not part of the project."""
    if not SHARED_DATA.is_dir():
        pytest.skip("no ../shared/data: the tests on real data did not run")
    return SHARED_DATA


def pytest_collection_finish() -> None:
    """What is imported is no garbage: pages and statsmodels look for garbage in all there is, again and again."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure() -> None:
    gc.unfreeze()


# --- a real server and a real browser --------------------------------------------------------------


@pytest.fixture(scope="module")
def project_file(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the server's project lies. A test file names the samples in it (SAMPLES), or has a fixture of its own."""
    path = tmp_path_factory.mktemp("project") / "project.duckdb"
    if samples := getattr(request.module, "SAMPLES", ()):
        with Project(path) as project:
            for name in samples:
                load_sample(project, get_sample(name))
    return path


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
def witness() -> Iterator[browser_kit.Witness]:
    """Sees what pages do that they should not, and fails the test for it; a test may forgive what it provokes."""
    witness = browser_kit.Witness()
    yield witness
    assert not witness.complaints


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """One person's browser for all tests of a file: its cache makes every visit but the first quick."""
    context = browser.new_context(viewport=SCREEN)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext, witness: browser_kit.Witness) -> Iterator[Page]:
    """A tab of its own for each test."""
    page = witness.watch(context.new_page())
    yield page
    page.close()


@pytest.fixture
def stranger(browser: Browser, witness: browser_kit.Witness) -> Iterator[Page]:
    """A tab in another person's browser."""
    page = witness.watch(browser.new_page(viewport=SCREEN))
    yield page
    page.close()
