"""From navigating to a page to its first chart, in a real browser on a server that is warm."""

import shutil
import statistics
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from slicer.project.store import Project
from slicer.samples import get_sample
from slicer.sources import load_sample
from tests.browser_kit import CHROMIUM, Server, launched

if TYPE_CHECKING:
    from playwright.sync_api import Page

PAGES = ("overview", "slices", "priorities")
"""The pages that are measured."""

SMALL = "speech"
"""The sample on which the server warms up."""

VISITS = 5
"""Visits after the first one, in each round."""

CLOCK = """
new MutationObserver((_, observer) => {
  if (!document.querySelector("svg.marks, .stVegaLiteChart canvas")) return;
  observer.disconnect();
  requestAnimationFrame(() => { window.firstChart = performance.now() });
}).observe(document, { childList: true, subtree: true });
"""
"""The page's own clock, from navigation to the first chart; asking from outside comes up to half a second late."""


def browser_here() -> bool:
    """Whether there is a Chromium to measure in."""
    return any(map(shutil.which, CHROMIUM))


def first_charts(project: Path, dataset: str, rounds: int) -> dict[str, dict[str, float]]:
    """Seconds to the first chart by page, medians: of the first visit to the data set, and of the next."""
    with Project(project) as opened:
        load_sample(opened, get_sample(SMALL))
    seen: dict[str, dict[str, list[float]]] = {page: {"first": [], "again": []} for page in PAGES}
    with launched() as browser:
        for page_name in PAGES:
            for _ in range(rounds):
                with tempfile.TemporaryDirectory() as log:
                    server = Server(project, Path(log) / "server.log")
                    try:
                        page = browser.new_page(viewport={"width": 1280, "height": 900})
                        page.add_init_script(CLOCK)
                        _seconds(page, f"{server.url}/{page_name}?dataset={SMALL}")
                        for visit in ("first", *["again"] * VISITS):
                            seconds = _seconds(page, f"{server.url}/{page_name}?dataset={dataset}")
                            seen[page_name][visit].append(seconds)
                        page.close()
                    finally:
                        server.stop()
    return {page: {visit: statistics.median(times) for visit, times in visits.items()} for page, visits in seen.items()}


def _seconds(page: "Page", url: str) -> float:
    """From navigation to the first chart that is drawn."""
    page.goto("about:blank")
    page.goto(url, wait_until="commit")
    page.wait_for_function("window.firstChart > 0", timeout=60_000)
    page.wait_for_load_state("networkidle")
    return float(page.evaluate("window.firstChart")) / 1000
