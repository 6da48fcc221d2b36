"""A link to a page of a server that nobody has asked for anything yet."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest
from browser_kit import Server, heading, menu, serving, visit

from slicer.project.store import Project
from slicer.samples import get_sample
from slicer.sources import load_sample

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

FINDINGS = {
    "data": "10,000 rows in 1 data set, 1 run",
    "overview": "90.3 % of 10,000 rows are right",
    "failures": "Homophone explains 52 % of the failures read so far",
    "slices": "Low bandwidth is 21.6 points below the rest, and 7 more slices are clearly worse",
    "priorities": "People noise and clean speech tie: closing either gap is worth about 0.60 points",
}


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Server]]:
    """A server for each page, all started at the same time."""
    folder = tmp_path_factory.mktemp("fresh")
    with Project(folder / "speech.duckdb") as project:
        load_sample(project, get_sample("speech"))

    def start(page: str) -> Server:
        file = folder / f"{page}.duckdb"
        shutil.copy(folder / "speech.duckdb", file)
        return stack.enter_context(serving(file, folder / f"{page}.log"))

    with ExitStack() as stack, ThreadPoolExecutor() as pool:
        yield dict(zip(FINDINGS, pool.map(start, FINDINGS), strict=True))


@pytest.mark.parametrize("name", FINDINGS)
def test_a_deep_link_as_the_first_request_shows_its_page(fresh: dict[str, Server], page: Page, name: str) -> None:
    """Streamlit falls into its old menu of file names here when `pages/` stands beside the main script."""
    path = "" if name == "overview" else name  # the page that comes first has no path of its own
    visit(page, f"{fresh[name].url}/{path}", FINDINGS[name])
    assert heading(page) == FINDINGS[name]
    assert menu(page) == ["Data", "Overview", "Failures", "Tags", "Slices", "Discover", "Human level", "Priorities"]
    assert page.title() == f"{name.capitalize()} · Slicer"


def test_overview_can_be_typed_as_an_address(fresh: dict[str, Server], page: Page) -> None:
    """The page that comes first has no path of its own: Streamlit would say it is not found."""
    visit(page, f"{fresh['overview'].url}/overview?dataset=speech&where=device+%3D+'phone'", "are right")
    assert "/overview" not in page.url
    assert "where=" in page.url
    assert page.get_by_role("dialog").count() == 0
