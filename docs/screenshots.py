"""Take the pictures of the README and of docs/: `python docs/screenshots.py [FOLDER]`.

Starts the dashboard on the samples in a project of its own and drives the system's Chromium.
"""

import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
SIZES = {1440: 900, 1024: 768}
PICTURES = {
    "priorities": "priorities?dataset=speech",
    "overview": "?dataset=defects",
    "failures": "failures?dataset=speech",
    "tags": "tags?dataset=speech",
    "slices": "slices?dataset=speech",
    "discover": "discover?dataset=speech",
    "human_level": "human_level?dataset=speech",
    "data": "data",
}

CHARTS = {
    "areas": ("priorities?dataset=speech", "picture-areas"),
    "gap-and-share": ("priorities?dataset=speech&picture=Gap+and+share", "picture-gap-and-share"),
    "rubber-sheet": ("priorities?dataset=speech&picture=Rubber+sheet", "picture-sheet"),
    "bars": ("priorities?dataset=speech&by=noise&by=device", "picture-bars"),
    "next-best": ("priorities?dataset=speech&by=noise&by=device&picture=Next+best", "picture-next-best"),
    "confusion": ("?dataset=defects", "matrix"),
    "reliability": ("?dataset=digits&run=logistic", "reliability"),
    "probabilities": ("?dataset=adult", "probabilities"),
    "thresholds": ("priorities?dataset=adult&kind=classes&threshold=0.3", "precision-recall"),
    "distribution": ("?dataset=rents", "distribution"),
    "predictions": ("?dataset=rents", "agreement"),
    "forest": ("slices?dataset=speech", "forest"),
    "crossed": ("slices?dataset=speech", "cross"),
    "two-slices": ("slices?dataset=speech", "composition"),
    "found": ("discover?dataset=speech", "found"),
    "tags-read": ("tags?dataset=speech", "saturation"),
    "tags-together": ("tags?dataset=speech", "together"),
}
"""Pictures of a part of a page: where it is, and how the key of its chart begins."""


def main(folder: Path) -> None:
    """Every page in both themes and both widths."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        project = Path(place) / "samples.duckdb"
        for name in ("digits", "adult", "defects", "speech"):
            slicer("demo", name, "--into", str(project), "--quiet")
        slicer("load", str(project), str(rents(Path(place))), "--quiet")
        port = free_port()
        server = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless=true", f"--server.port={port}"],
            cwd=ROOT,
            env={**os.environ, "SLICER_PROJECT": str(project)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            base = f"http://127.0.0.1:{port}"
            wait_for(f"{base}/_stcore/health")
            take(base, folder)
        finally:
            server.terminate()
            server.wait()


def slicer(*arguments: str) -> None:
    """Run a command."""
    run = [sys.executable, "-m", "slicer", *arguments]
    subprocess.run(run, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def rents(folder: Path) -> Path:
    """A small regression, for the pictures of numbers: rents of flats, predicted too low where they are high."""
    drawn = random.Random(1)
    lines = ["id,label,prediction,city"]
    for flat in range(2000):
        rent = round(drawn.lognormvariate(6.8, 0.35))
        said = round(700 + 0.8 * (rent - 700) + drawn.gauss(0, 60))
        lines.append(f"f{flat:04},{rent},{said},{drawn.choice(('Bern', 'Ghent', 'Lodz'))}")
    file = folder / "rents.csv"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def take(base: str, folder: Path) -> None:
    """Open each page and keep what it shows."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for theme in ("light", "dark"):
            for width, height in SIZES.items():
                context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=theme)
                page = context.new_page()
                for name, link in PICTURES.items():
                    page.goto(f"{base}/{link}")
                    settle(page)
                    page.screenshot(path=folder / f"{name}-{width}-{theme}.png")
                for name, (link, key) in CHARTS.items():
                    page.goto(f"{base}/{link}")
                    settle(page)
                    chart = page.locator(f'[class*="st-key-chart-{key}"]')
                    column = page.get_by_test_id("stColumn").filter(has=chart)
                    around = column.last if column.count() else chart
                    around.screenshot(path=folder / f"picture-{name}-{width}-{theme}.png")
                context.close()
        browser.close()


def settle(page: Page) -> None:
    """Wait until the page stands still."""
    page.wait_for_selector("h1")
    page.wait_for_timeout(2500)
    page.get_by_test_id("stProgress").wait_for(state="detached")
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]', state="attached")
    page.wait_for_timeout(500)


def wait_for(url: str) -> None:
    for _ in range(100):
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("The dashboard did not start.")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "images")
