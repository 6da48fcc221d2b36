"""From a key to the next example on screen: somebody tags with auto-advance, in a real browser.

The clock starts with the keydown event's own time stamp and stops at the second animation frame after it: the first
frame is asked for before the card has heard of the key, so it is the one that paints the next example, and the second
begins when that one has been handed over. The Event Timing API tells the same to the frame on screen, but in steps of
8 ms and nothing below 16; element timing does not look into a component's shadow tree. An image is asked to be loaded
at that moment too; having been decoded ahead, it is painted in the same frame as the words around it.
"""

import csv
import io
import statistics
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from slicer.project.store import Project
from slicer.sources import load_files
from tests.browser_kit import launched, serving

KINDS = ("text", "image")
KEYS = 200
GAP = 150
"""Milliseconds between two keys: faster than anybody reads."""

WORDS = 150
"""Of a text: as much as a long e-mail, some 800 characters."""

IMAGE = 200_000
"""Bytes of an image, to within a few per cent: a JPEG of 1280 by 960 pixels."""

CLOCK = """
card => {
  const here = () => card.querySelector(".heading .id").textContent;
  const ready = (image) => !image || (image.complete && image.naturalWidth > 0);
  window.turned = [];
  document.addEventListener("keydown", ({ timeStamp }) => {
    const before = here();
    requestAnimationFrame(() => requestAnimationFrame(() => {
      const there = here() !== before && ready(card.querySelector(".media img"));
      window.turned.push(there ? performance.now() - timeStamp : null);
    }));
  }, { capture: true });
}
"""


def key_to_example() -> dict[str, dict[str, float]]:
    """By kind of example: median and 95th percentile in milliseconds, and keys after which it was not there in time."""
    found = {}
    with launched() as browser:
        for kind in KINDS:
            with tempfile.TemporaryDirectory() as place:
                project = _project(Path(place), kind)
                with serving(project, Path(place) / "server.log") as server:
                    page = browser.new_page(viewport={"width": 1280, "height": 900})
                    page.goto(f"{server.url}/failures?queue=all+errors")
                    found[kind] = _measured(page)
                    page.close()
    return found


def _measured(page: Any) -> dict[str, float]:
    """Tag example after example, once the page has come to rest."""
    page.locator("#card .heading").wait_for()
    for key in ("t", *"blurred", "Enter", "ArrowRight", "a"):
        page.keyboard.press(key)
    page.locator("#card .saved", has_text="all saved").wait_for()
    page.wait_for_timeout(3000)
    page.locator("#card").evaluate(CLOCK)
    for _ in range(KEYS):
        page.keyboard.press("1")
        page.wait_for_timeout(GAP)
    page.wait_for_function(f"window.turned.length === {KEYS}")
    turned = page.evaluate("window.turned")
    times = sorted(one for one in turned if one is not None)
    return {
        "median": statistics.median(times),
        "p95": times[round(0.95 * (len(times) - 1))],
        "late": len(turned) - len(times),
    }


def _project(place: Path, kind: str) -> Path:
    """A project of examples that are all wrong."""
    random = np.random.default_rng(1)
    column, make = {"text": ("text", _text), "image": ("file", _image)}[kind]
    with (place / "examples.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["id", column, "label", "prediction", "prob_a", "place"])
        for at in range(KEYS + 50):
            shown = make(random, place, at)
            writer.writerow([at, shown, "b", "a", round(random.uniform(0.5, 1), 3), "street" if at % 3 else "home"])
    with Project(place / "project.duckdb") as project:
        load_files(project, [place / "examples.csv"])
    return place / "project.duckdb"


def _text(random: np.random.Generator, place: Path, at: int) -> str:
    return " ".join(random.choice(["the", "model", "hears", "another", "word", "in", "street", "noise"], WORDS))


def _image(random: np.random.Generator, place: Path, at: int) -> str:
    """Soft colours with grain, so that it weighs as much as a photograph."""
    colours = Image.fromarray(random.integers(0, 255, (12, 16, 3), dtype=np.uint8)).resize((1280, 960))
    grain = random.integers(-14, 15, (960, 1280, 1))
    picture = Image.fromarray((np.asarray(colours).astype(int) + grain).clip(0, 255).astype(np.uint8))
    encoded = io.BytesIO()
    picture.save(encoded, "JPEG", quality=72)
    assert abs(encoded.tell() / IMAGE - 1) < 0.1, encoded.tell()
    (place / f"{at}.jpg").write_bytes(encoded.getvalue())
    return f"{at}.jpg"
