"""The report as a friend opens it: from disk, on a phone, in the dark, on paper; and how Priorities hands it out."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browser_kit import Server, heading, see, visit

from slicer.project.store import MEMORY, Project
from slicer.report.html import to_html
from slicer.sources import load_files
from slicer.workbench import Workbench
from slicer.workbench.reporting import report_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

SAMPLES = ("speech",)
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
LONG = "a-word-that-never-ends-" * 12
HOSTILE = '<img src="https://evil.example/x.png" onerror="hacked=1"><script>hacked=1</script>'


class Visit:
    """A page opened from disk, and what it asked for or complained of."""

    def __init__(self, page: Page, file: Path) -> None:
        self.page, self.asked, self.said = page, [], []
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("console", lambda message: self.said.append(message.text))
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.goto(file.as_uri())

    @property
    def outside(self) -> list[str]:
        return [url for url in self.asked if not url.startswith("data:")][1:]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report on rows with long, right-to-left and hostile words, in slices that overlap."""
    folder = tmp_path_factory.mktemp("report")
    lines = ["id,label,prediction,human,text,colour,size"]
    texts = (LONG, "שלום עולם", HOSTILE.replace('"', '""'), "plain")
    for n in range(400):
        said, people = ("b" if n % (5 + n % 3) == 0 else "a"), ("b" if n % 11 == 0 else "a")
        colour = ("red", LONG, HOSTILE.replace('"', '""'))[n % 3]
        lines.append(f'r{n},a,{said},{people},"{texts[n % 4]}","{colour}",{("big", "small")[n % 2]}')
    (folder / "rows.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    with Project(MEMORY) as project:
        dataset, _ = load_files(project, [folder / "rows.csv"])
        bench = Workbench(project, dataset)
        ranking = bench.rank(by=["colour", "size"])
        page = to_html(report_of(bench, ranking, made_at=datetime(2026, 3, 3, tzinfo=UTC)))
    (folder / "report.html").write_text(page, encoding="utf-8")
    return folder / "report.html"


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport=PHONE, color_scheme="dark")
    yield page
    page.close()


@pytest.fixture
def desk(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport=DESK, color_scheme="light")
    yield page
    page.close()


def test_from_disk_it_asks_for_nothing_and_nothing_of_the_data_runs(desk: Page, file: Path) -> None:
    seen = Visit(desk, file)
    desk.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
    desk.wait_for_load_state("networkidle")
    assert (seen.outside, seen.said) == ([], [])
    assert desk.evaluate("typeof hacked") == "undefined"
    assert desk.get_by_text(HOSTILE).first.is_visible()
    assert desk.evaluate("[...document.fonts].some(one => one.status === 'loaded')"), "its letters came along"


def test_what_the_policy_does_not_know_does_not_run(desk: Page, file: Path) -> None:
    seen = Visit(desk, file)
    desk.evaluate("""() => {
        document.body.insertAdjacentHTML("beforeend", "<img src='https://evil.example/x.png' onerror='hacked=1'>");
        const script = document.createElement("script");
        script.textContent = "hacked=1";
        document.body.append(script);
        return fetch("https://evil.example/").catch(() => null);
    }""")
    desk.wait_for_timeout(200)
    assert desk.evaluate("typeof hacked") == "undefined"
    assert len([text for text in seen.said if "Content Security Policy" in text]) >= 3


@pytest.mark.parametrize("width", [390, 768, 1024, 1440])
def test_no_width_makes_the_page_scroll_sideways(phone: Page, file: Path, width: int) -> None:
    phone.set_viewport_size({"width": width, "height": 844})
    Visit(phone, file)
    assert phone.evaluate("document.documentElement.scrollWidth") == width
    wide = """width => [...document.querySelectorAll("h1, h2, p, td, dd, li, article")]
        .filter(one => one.offsetParent && one.getBoundingClientRect().right > width + 1).map(one => one.textContent)"""
    assert phone.evaluate(wide, width) == []


def test_day_and_night_have_their_colours(desk: Page, file: Path) -> None:
    Visit(desk, file)
    colour = "getComputedStyle(document.documentElement).backgroundColor"
    assert desk.evaluate(colour) == "rgb(255, 255, 255)"
    desk.emulate_media(color_scheme="dark")
    assert desk.evaluate(colour) == "rgb(20, 22, 24)"
    desk.emulate_media(color_scheme="dark", media="print")
    assert desk.evaluate(colour) == "rgb(255, 255, 255)"


def test_a_heading_sorts_and_a_name_leads_to_its_examples(desk: Page, file: Path) -> None:
    Visit(desk, file)
    shares = "all => all.map(one => Number(one.dataset.sort))"
    cells = desk.locator('.ranking td[data-label="Share %"]')
    before = cells.evaluate_all(shares)
    desk.get_by_role("button", name="Share %").click()
    assert cells.evaluate_all(shares) == sorted(before, reverse=True)
    desk.get_by_role("button", name="Share %").press("Enter")
    assert cells.evaluate_all(shares) == sorted(before)
    assert desk.locator('th[aria-sort="ascending"]').inner_text().startswith("Share %")
    last = desk.locator("details").last
    assert not last.evaluate("one => one.open")
    desk.locator(f'.ranking a[href="#{last.get_attribute("id")}"]').click()
    desk.wait_for_function("document.querySelector('details:last-of-type').open")


def test_on_paper_every_slice_is_open(desk: Page, file: Path) -> None:
    Visit(desk, file)
    paper = desk.pdf(prefer_css_page_size=True)
    assert paper.startswith(b"%PDF")
    assert desk.locator("details:not([open])").count() == 0


def test_priorities_hands_it_out_with_the_numbers_on_screen(
    server: Server, page: Page, desk: Page, tmp_path: Path
) -> None:
    visit(page, f"{server.url}/priorities?dataset=speech", "tie: closing either gap is worth about 0.60 points")
    finding, files = heading(page), {}
    for name in ("HTML report", "JSON"):
        with page.expect_download() as download:
            page.get_by_role("button", name=name).click()
        files[name] = tmp_path / download.value.suggested_filename
        download.value.save_as(files[name])
    see(page, "Take the table along")
    assert files["HTML report"].name == "priorities-speech-asr.html"
    Visit(desk, files["HTML report"])
    assert heading(desk) == finding
    told = [row["slice"] for row in json.loads(files["JSON"].read_text(encoding="utf-8"))["table"]]
    assert desk.locator(".ranking tbody tr").evaluate_all("all => all.map(one => one.dataset.slice)") == told
