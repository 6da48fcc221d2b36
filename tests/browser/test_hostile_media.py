"""What is broken, huge, empty or out of bounds says so on the card, and is tagged like anything else."""

from __future__ import annotations

import csv
import zlib
from pathlib import Path
from struct import pack
from typing import TYPE_CHECKING

import pytest
from browser_kit import Server, Witness, all_saved, eventually, shown_example, words

from slicer.given import given_roles
from slicer.project.store import Project
from slicer.sources import load_files

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

SAMPLES = ()
TAKEN = "document.title = 'taken'"
LONG = 1_000_000

MEDIA = {
    "huge": ("huge.png", ""),
    "broken": ("broken.png", "The image broken.png cannot be shown: the file is damaged."),
    "outside": ("../outside.png", "The image ../outside.png lies outside the data set's folder, and is not shown."),
    "missing": ("missing.png", "There is no image missing.png in the data set's folder."),
    "script": ("script.svg", "script.svg is no image that can be shown."),
    "silent": ("silent.wav", "The recording silent.wav is empty: 0 bytes."),
    "noise": ("noise.wav", "The recording noise.wav cannot be played: the file is damaged."),
}
"""By example: its file, and what stands in its place."""

TEXTS = {
    "huge": f"<script>{TAKEN}</script>",
    "broken": f'<img src=x onerror="{TAKEN}">',
    "outside": "[read me](javascript:alert(1)) ![see](https://example.org/x.png) **bold** $x^2$ :rocket:",
    "missing": "a\x07bell, \x1b[31mred\x1b[0m, \u202eturned around\u202c",
    "script": "word " * (LONG // 5),
    "silent": f"<svg onload=\"{TAKEN}\"></svg><iframe src=\"javascript:parent.{TAKEN}\"></iframe>",
    "noise": "{{7*7}} ${7*7} %s %n \\u0000 ' \" ; -- ` &lt;b&gt;",
}  # fmt: skip


def png(side: int) -> bytes:
    """A picture that is not compressed: three bytes a pixel."""
    rows = b"".join(b"\0" + bytes((x * y) & 255 for x in range(3)) * side for y in range(side))
    chunks = ((b"IHDR", pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)), (b"IDAT", zlib.compress(rows, 0)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        pack(">I", len(data)) + name + data + pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )


@pytest.fixture(scope="module")
def project_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("hostile")
    folder = place / "files"
    folder.mkdir()
    (folder / "huge.png").write_bytes(png(2600))
    assert (folder / "huge.png").stat().st_size > 20_000_000
    (folder / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n and no more")
    (place / "outside.png").write_bytes(png(2))
    (folder / "script.svg").write_text(f"<svg xmlns='http://www.w3.org/2000/svg'><script>{TAKEN}</script></svg>")
    (folder / "silent.wav").touch()
    (folder / "noise.wav").write_bytes(b"RIFF and no more")
    with (folder / "files.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "image", "audio", "text", "label", "prediction"])
        for name, (path, _) in MEDIA.items():
            sound = path.endswith(".wav")
            writer.writerow([name, "" if sound else path, path if sound else "", TEXTS[name], "cat", "dog"])
    with Project(place / "project.duckdb") as project:
        load_files(project, [folder / "files.csv"], given_roles(image="image", audio="audio", text="text"))
    return place / "project.duckdb"


def test_whatever_is_wrong_with_an_example_it_is_said_and_can_be_tagged(
    server: Server, page: Page, witness: Witness
) -> None:
    """Nothing in it runs or reaches out, and the next key is answered."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{server.url}/failures?queue=all+errors")
    page.locator("#card .heading").wait_for()
    title = page.title()
    page.keyboard.press("t")
    page.keyboard.type("odd")
    page.keyboard.press("Enter")
    page.keyboard.press("1")
    for name, (_, sentence) in MEDIA.items():
        eventually(page, lambda: shown_example(page), name)
        if sentence:
            eventually(page, lambda s=sentence: s in words(page.locator("#card .media .broken").inner_text()), True)
        else:
            eventually(page, lambda: page.locator("#card .media img").evaluate("image => image.naturalWidth"), 2600)
        if name == "script":
            page.locator("#card .whole").click()
            eventually(page, lambda: len(page.locator("#card .text").inner_text()) >= LONG - 1, True)
        if name == "missing":
            unseen = page.locator("#card .text .unseen").all_inner_texts()
            assert unseen == ["0007", "001B", "001B", "202E", "202C"]
        elif name != "script":
            assert page.locator("#card .text").inner_text() == TEXTS[name]
        page.keyboard.press("1")
        assert page.locator("#card .tags button").get_attribute("aria-pressed") == "true"
        page.keyboard.press("Enter")
    eventually(page, lambda: page.locator("#card .message h3").inner_text(), "Queue finished: 7 reviewed")
    all_saved(page)
    assert page.title() == title
    assert not [url for url in asked if "outside" in url or "example.org" in url]
