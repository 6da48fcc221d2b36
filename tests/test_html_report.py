"""The report as a reader finds it, read with an outside parser: its numbers are the ranking's, its words are only
words, and it asks nobody for anything."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from PIL import Image
from tagging_kit import Reader, loud_rooms

import slicer
from slicer.cli import main
from slicer.display import NARROW, number
from slicer.metrics.registry import METRICS
from slicer.project.plans import add_to_plan, set_fields
from slicer.project.store import MEMORY, Project
from slicer.report.html import MOST_ROWS, to_html
from slicer.report.html_media import BUDGET, LONGEST_RECORDING, SIDE, Embedder
from slicer.reported import MediaFile
from slicer.slices import Slice, parse
from slicer.sources import load_files
from slicer.workbench import Options, Workbench
from slicer.workbench.reporting import EACH, WITH_EXAMPLES, report_of

NOW = datetime(2026, 3, 3, 9, 30, tzinfo=UTC)
EMPTY = {"meta", "img", "br", "hr", "link", "input", "source"}


@dataclass
class Element:
    """What stands between a start and an end."""

    tag: str
    attributes: dict[str, str]
    children: list[Element | str] = field(default_factory=list)

    def walk(self) -> Iterator[Element]:
        yield self
        for one in self.children:
            if isinstance(one, Element):
                yield from one.walk()

    def all(self, tag: str, **attributes: str) -> list[Element]:
        wanted = {name.rstrip("_"): value for name, value in attributes.items()}
        return [
            one
            for one in self.walk()
            if one.tag == tag and all(value in one.attributes.get(name, "").split() for name, value in wanted.items())
        ]

    @property
    def text(self) -> str:
        if self.tag in ("style", "script"):
            return ""
        parts = (one if isinstance(one, str) else one.text for one in self.children)
        return " ".join("".join(parts).replace(NARROW, " ").split())


class Reading(HTMLParser):
    """Python's own parser, which knows nothing of how the report was made."""

    def __init__(self) -> None:
        super().__init__()
        self.root = Element("", {})
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in EMPTY:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].children.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1].tag == tag, f"</{tag}> ends <{self.open[-1].tag}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def read(page: str) -> Element:
    """The page as a tree; everything that was opened was closed in its place."""
    reading = Reading()
    reading.feed(page)
    reading.close()
    assert reading.open == [reading.root]
    return reading.root


def rows(page: Element) -> dict[str, dict[str, Element]]:
    """The cells of the ranking by slice, then by heading."""
    (table,) = page.all("table", class_="ranking")
    found = {}
    for row in table.all("tr"):
        if "data-slice" in row.attributes:
            found[row.attributes["data-slice"]] = {one.attributes["data-label"]: one for one in row.all("td")}
    return found


def value(cell: Element) -> float | None:
    """The number a cell is sorted by, in full."""
    text = cell.attributes["data-sort"]
    return float(text) if text else None


def page_of(bench: Workbench, *, where: str = "", **asked: Any) -> Element:
    rows_ = parse(where)
    return read(to_html(report_of(bench, bench.rank(where=rows_, **asked), made_at=NOW, where=rows_)))


def bench_of(tmp_path: Path, header: list[str], lines: list[list[object]], **options: Any) -> Workbench:
    path = tmp_path / "rows.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *lines])
    project = Project(MEMORY)
    dataset, _ = load_files(project, [path])
    return Workbench(project, dataset, options=Options(**options))


def run(*arguments: object) -> Any:
    return CliRunner().invoke(main, [str(one) for one in arguments], catch_exceptions=False)


# --- numbers ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def speech(tmp_path_factory: pytest.TempPathFactory) -> tuple[Element, dict[str, Any]]:
    """The report of the speech sample, and the JSON of the same ranking."""
    folder = tmp_path_factory.mktemp("speech")
    project, out = folder / "speech.duckdb", folder / "report.html"
    asked = ["--by", "noise,device", "--tags", "--hlp", "0.95", "--where", "words >= 2", "--level", "0.9"]
    assert run("demo", "speech", "--into", project, "--quiet").exit_code == 0
    assert run("report", project, "--out", out, *asked).exit_code == 0
    told = run("rank", project, *asked, "--format", "json")
    return read(out.read_text(encoding="utf-8")), json.loads(told.stdout)


def test_its_numbers_are_those_of_the_ranking_as_json(speech: tuple[Element, dict[str, Any]]) -> None:
    page, told = speech
    found = rows(page)
    assert list(found) == [row["slice"] for row in told["table"]], "all rows, in the same order"
    for row in told["table"]:
        cells = found[row["slice"]]
        hlp, gap = row["hlp"], row["gap"]
        assert value(cells["Share %"]) == row["share"]
        assert value(cells["Model %"]) == row["estimate"]["value"]
        assert value(cells["People %"]) == (hlp and hlp["value"])
        assert value(cells["Gap pp"]) == (gap and gap["value"])
        assert value(cells["Shared out pp"]) == row["shared"]
        assert value(cells["Adds pp"]) == row["next_best"]
        assert value(cells["Of errors %"]) == row["error_share"]
        if row["potential"]["p_top1"] is not None:
            assert value(cells["Potential pp"]) == row["potential"]["value"]
            assert cells["Potential pp"].text == number(row["potential"]["value"], 2)
            low, high = row["potential"]["ci"]
            assert f"{number(low, 2)} to {number(high, 2)}" in cells["90 % interval"].attributes["title"].replace(
                NARROW, " "
            )
        if row["share"] is not None:
            assert cells["Share %"].text == number(row["share"])
    assert number(told["joint"], 2) in page.text


def test_it_says_what_was_asked_and_where_the_rows_come_from(speech: tuple[Element, dict[str, Any]]) -> None:
    page, told = speech
    (origin,) = page.all("section", id="origin")
    for fact in (told["source"]["sha256"], "speech", "asr", "words >= 2", f"{told['rows']:,} of 10,000", "90 %"):
        assert fact in origin.text
    assert "speech.csv" in origin.text
    assert "/" not in re.sub(r"sha256 \w+", "", origin.text), "folders of the machine stay at home"
    assert "95 %" not in page.text, "every interval has the level that was asked for"
    for warning in told["warnings"]:
        assert warning in page.text


def test_each_slice_shows_examples_failures_first(speech: tuple[Element, dict[str, Any]]) -> None:
    page, told = speech
    sections = page.all("details", class_="slice")
    assert len(sections) == min(WITH_EXAMPLES, len(told["table"]))
    table = {
        row["id"]: row for row in csv.DictReader(io.StringIO(slicer.samples.get_sample("speech").files[0].read_text()))
    }
    first = sections[0]
    shown = first.all("article", class_="example")
    assert len(shown) == EACH
    column, text = re.match(r"(\w+) = '(.+)'", told["table"][0]["slice"]).groups()
    for one in shown:
        row = table[one.all("code")[0].text]
        assert row[column] == text
        assert row["label"] != row["prediction"], "a failure"
        assert row["label"] in one.text
        assert row["prediction"] in one.text


# --- choosing --------------------------------------------------------------------------------------


def test_a_gap_that_may_be_chance_is_grey_as_on_screen() -> None:
    bench = slicer.sample("speech")
    for by, kind in ((["device"], "area"), (["device", "accent"], "outline")):
        clear = [row.candidate.clear for row in bench.rank(by=by).with_gap if row.candidate.ranked]
        page = page_of(bench, by=by)
        assert not all(clear)
        assert ["unclear" not in one.attributes["class"] for one in page.all("rect", class_=kind)] == clear
        assert "Grey: the gap may be chance." in page.text


def test_the_plan_goes_along() -> None:
    bench = slicer.sample("speech")
    result = bench.rank(by=["noise"])
    assert not page_of(bench, by=["noise"]).all("section", id="plan")
    [prediction] = bench.predictions(result, Slice(), [result.table[2].candidate.slice])
    add_to_plan(bench.project, bench.dataset.id, [prediction], author="ana")
    [item] = bench.plan().plan.items
    set_fields(bench.project, bench.dataset.id, item.id, {"owner": "<b>Bo</b>", "cost": "2"}, author="ana")
    [section] = page_of(bench, by=["noise"]).all("section", id="plan")
    assert "car noise" in section.text
    assert "<b>Bo</b>" in section.text
    assert "0.16" in section.text.replace("\u202f", " ")


def ids(page: Element) -> list[str]:
    return [one.all("code")[0].text for one in page.all("article")]


def test_the_same_seed_chooses_the_same_examples_and_another_one_others() -> None:
    bench = slicer.sample("defects")
    ranking = bench.rank(by=["label"])
    first, again = (to_html(report_of(bench, ranking, made_at=NOW)) for _ in range(2))
    assert first == again, "byte for byte"
    bench.options = replace(bench.options, seed=7)
    assert ids(read(to_html(report_of(bench, ranking, made_at=NOW)))) != ids(read(first))


def test_where_failures_are_few_all_are_shown_and_then_other_rows(tmp_path: Path) -> None:
    lines = [[f"r{n}", "a", "b" if n in (4, 9) else "a", "red" if n < 40 else "blue"] for n in range(80)]
    page = page_of(bench_of(tmp_path, ["id", "label", "prediction", "colour"], lines), by=["colour"])
    red, blue = (next(one for one in page.all("details") if name in one.text) for name in ("red", "blue"))
    assert {*ids(red)[:2]} == {"r4", "r9"}
    assert "All 2 failures, and 2 other rows drawn at random" in red.text
    assert [one.attributes["class"] for one in red.all("article")] == ["example wrong"] * 2 + ["example"] * 2
    assert "No failure, and 4 other rows drawn at random" in blue.text


def test_what_people_said_of_an_example_stands_beside_it(tmp_path: Path) -> None:
    with loud_rooms(tmp_path) as bench:
        reader = Reader(bench)
        for example in reader.opened("correct = false"):
            reader.say(example, "tag", "too loud", "yes")
            reader.say(example, "note", value="a lorry goes by")
            reader.say(example, "verdict", value="label wrong: b")
            reader.say(example, "reviewed")
        page = page_of(bench, by=["place"], tags=True)
    shown = page.all("article", class_="wrong")[0]
    for said in ("too loud", "a lorry goes by", "label wrong: b", "Truth a", "Model b", "place street"):
        assert said in shown.text
    (tags,) = page.all("section", id="tags")
    assert "80 of 80" in tags.text


# --- what it is measured by ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sample", "asked"),
    [("adult", {"by": ["education", "sex"]}), ("digits", {"classes": True}), ("sentiment", {"by": ["domain"]}),
     ("defects", {"by": ["label"], "metric": "accuracy"})],
)  # fmt: skip
def test_every_sample_has_a_report(sample: str, asked: dict[str, Any]) -> None:
    bench = slicer.sample(sample)
    page = page_of(bench, **asked)
    assert len(page.all("h1")) == 1
    assert page.all("svg", class_="plot") or page.all("div", class_="bars")
    assert page.all("section", id="people") == [] if sample != "sentiment" else page.all("section", id="people")


@pytest.mark.parametrize(
    ("header", "values"),
    [
        (["score"], lambda n: [n % 10 / 10]),
        (["errors", "words"], lambda n: [n % 3, 10]),
        (["label", "prediction"], lambda n: [n + 0.25, n + n % 7 / 3 + 0.5]),
        (
            ["prediction", "human_1", "human_2", "human_3"],
            lambda n: ["ab"[n % 2], "ab"[n % 3 > 0], "a", "ab"[n % 5 > 2]],
        ),
    ],
    ids=["score", "ratio", "regression", "people alone"],
)
def test_rows_that_are_not_right_or_wrong_have_a_report_too(tmp_path: Path, header: list[str], values: Any) -> None:
    lines = [[f"r{n}", *values(n), ("red", "blue")[n % 2]] for n in range(200)]
    bench = bench_of(tmp_path, ["id", *header, "colour"], lines)
    page = page_of(bench, by=["colour"])
    assert len(rows(page)) == 2
    assert METRICS[bench.headline].words in page.text
    assert len(ids(page)) == 2 * EACH
    assert "✕" not in page.text, "nobody says which rows are wrong"
    if not any("people" in name or "human" in name for name in header):
        assert "no human level is known" in page.text
        assert "from failures alone" not in page.text


def test_where_no_row_is_left_it_says_so(tmp_path: Path) -> None:
    lines = [[f"r{n}", "a", "a", "red"] for n in range(40)]
    page = page_of(
        bench_of(tmp_path, ["id", "label", "prediction", "colour"], lines), by=["colour"], where="colour = 'green'"
    )
    assert page.all("h1")[0].text.startswith("No row fits")
    assert not page.all("article")


def test_a_long_ranking_is_cut_and_says_so() -> None:
    bench = slicer.sample("defects")
    ranking = bench.rank(by=["label"])
    row = ranking.table[0]
    copies = [
        replace(row, candidate=replace(row.candidate, slice=f"label = 'kind {place}'"))
        for place in range(MOST_ROWS + 5)
    ]
    long = replace(ranking, table=tuple(copies))
    page = read(to_html(report_of(bench, long, made_at=NOW)))
    (table,) = page.all("table", class_="ranking")
    assert len(table.all("tr")) == MOST_ROWS + 1
    assert "5 more rows are left out" in page.text


# --- words are only words --------------------------------------------------------------------------

HOSTILE = (
    "<script>window.hacked = 1</script>",
    '"><img src="https://evil.example/x.png" onerror="window.hacked = 1">',
    "</style><style>*{display:none}</style>",
    "</title></script><!-- ",
    "{{ 7 * 7 }}{% raw %}",
    "javascript:window.hacked=1",
    "&lt;b&gt; & 'quoted'",
)


def with_words(folder: Path, words: tuple[str, ...]) -> str:
    """A report with these words in every place where words of the data can stand."""
    folder.mkdir()
    header = ["id", "label", "prediction", "human", "text", f"column {words[0]}", "image"]
    lines = [
        [f"{words[n % 7]} {n}", words[n % 2], words[(n + (n % 5 == 0)) % 2], words[n % 2],
         f"{words[n % 7]} long text " * 3, words[n % 3], words[n % 7]]
        for n in range(210)
    ]  # fmt: skip
    bench = bench_of(folder, header, lines)
    reader = Reader(bench)
    for example in reader.opened("correct = false")[:20]:
        reader.say(example, "tag", words[1], "yes")
        reader.say(example, "note", value=words[2])
        reader.say(example, "reviewed")
    ranking = bench.rank(by=[f"column {words[0]}"], tags=True)
    return to_html(report_of(bench, ranking, made_at=NOW))


def shape(page: Element) -> Counter[tuple[str, tuple[str, ...]]]:
    """How often every element stands in the page, with the names of its attributes."""
    return Counter((one.tag, tuple(one.attributes)) for one in page.walk())


def test_no_word_of_the_data_becomes_a_part_of_the_page(tmp_path: Path) -> None:
    """The same rows with harmless words of the same length make the same elements with the same attributes."""
    harmless = tuple(re.sub(r"[^\w ]", "x", words) for words in HOSTILE)
    bad, good = with_words(tmp_path / "bad", HOSTILE), with_words(tmp_path / "good", harmless)
    assert shape(read(bad)) == shape(read(good))
    text = read(bad).text
    for words in HOSTILE:
        assert words.strip() in text, "a reader sees it as it stands in the data"


def test_characters_that_steer_are_left_out(tmp_path: Path) -> None:
    lines = [[f"r{n}", "a", "b" if n % 4 == 0 else "a", "red\x1b[31m\u202edab\x07"] for n in range(80)]
    page = page_of(bench_of(tmp_path, ["id", "label", "prediction", "colour"], lines), by=["colour"])
    assert "red[31mdab" in page.text
    assert not set("\x1b\u202e\x07") & set(page.text)


# --- it stands alone -------------------------------------------------------------------------------


def test_it_names_nothing_outside_itself(tmp_path: Path) -> None:
    text = with_words(tmp_path / "bad", HOSTILE)
    page = read(text)
    for one in page.walk():
        assert one.tag not in ("link", "iframe", "object", "embed", "base", "form")
        assert not [name for name in one.attributes if name.startswith("on") or name == "style"]
        for name in ("src", "href", "srcset", "action", "data", "poster", "background"):
            assert one.attributes.get(name, "data:").startswith(("data:", "#"))
    inside = "".join(re.findall(r"<style>(.*?)</style>", text, re.DOTALL))
    assert "@import" not in inside
    assert all(address.startswith("data:") for address in re.findall(r"url\(([^)]*)\)", inside))


def test_its_policy_lets_in_its_own_style_and_script_alone() -> None:
    bench = slicer.sample("defects")
    text = to_html(report_of(bench, bench.rank(by=["label"]), made_at=NOW))
    (policy,) = [one for one in read(text).all("meta") if "http-equiv" in one.attributes]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.attributes["content"].split(";"))
    assert rules["default-src"] == "'none'"
    assert {rules[name] for name in ("img-src", "media-src", "font-src")} == {"data:"}
    assert "connect-src" not in rules, "so nothing at all"
    for kind in ("style", "script"):
        (own,) = re.findall(rf"<{kind}>(.*?)</{kind}>", text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(own.encode()).digest()).decode()
        assert rules[f"{kind}-src"] == f"'sha256-{digest}'"


# --- images and recordings -------------------------------------------------------------------------


def embedded(address: str) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(address.partition("base64,")[2])))


def image(path: Path, size: tuple[int, int], mode: str = "RGB", **more: Any) -> MediaFile:
    Image.effect_noise(size, 90).convert(mode).save(path, **more)
    return MediaFile(kind="image", name=path.name, path=path)


def test_a_photograph_goes_along_small_and_without_where_it_was_taken(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    exif[0x0112] = 6  # lies on its side
    found = Embedder().embed(image(tmp_path / "photo.jpg", (1600, 1200), exif=exif))
    with embedded(found.address) as seen:
        assert max(seen.size) == SIDE
        assert seen.height > seen.width, "it stands upright"
        assert not seen.getexif()
    assert b"taken at home" not in base64.b64decode(found.address.partition("base64,")[2])
    assert len(found.address) < 60_000


def test_a_tiny_image_keeps_every_pixel(tmp_path: Path) -> None:
    media = image(tmp_path / "digit.png", (8, 8), "L")
    found = Embedder().embed(media)
    with embedded(found.address) as seen, Image.open(tmp_path / "digit.png") as own:
        assert found.tiny
        assert seen.convert("L").tobytes() == own.tobytes()


def test_what_cannot_be_shown_is_said(tmp_path: Path) -> None:
    (tmp_path / "torn.png").write_bytes(b"\x89PNG\r\n\x1a\n torn")
    torn = Embedder().embed(MediaFile(kind="image", name="torn.png", path=tmp_path / "torn.png"))
    assert (torn.address, torn.problem) == ("", "The file is no image that can be read.")
    (tmp_path / "long.wav").write_bytes(b"0" * (LONGEST_RECORDING + 1))
    long = Embedder().embed(MediaFile(kind="audio", name="long.wav", path=tmp_path / "long.wav", type="audio/wav"))
    assert "too long" in long.problem
    nowhere = Embedder().embed(MediaFile(kind="image", name="x", path=None, problem="There is no image x."))
    assert nowhere.problem == "There is no image x."


def test_images_and_recordings_never_take_more_than_their_room(tmp_path: Path) -> None:
    embedder, taken = Embedder(), []
    for place in range(20):
        path = tmp_path / f"{place}.wav"
        path.write_bytes(bytes([place]) * LONGEST_RECORDING)
        media = MediaFile(kind="audio", name=path.name, path=path, type="audio/wav")
        taken.append(embedder.embed(media))
        assert embedder.embed(media) == taken[-1], "and takes room once"
    kept = [one for one in taken if one.address]
    assert len(kept) == BUDGET // LONGEST_RECORDING
    assert all("as many images and recordings as it can" in one.problem for one in taken if not one.address)


# --- the command -----------------------------------------------------------------------------------


def test_the_options_are_those_of_rank() -> None:
    of = {
        name: {one for parameter in main.commands[name].params for one in parameter.opts} for name in ("rank", "report")
    }
    assert of["rank"] - of["report"] == {"--format"}
    assert of["report"] - of["rank"] == set()


def test_a_file_of_predictions_becomes_a_report_and_says_what_it_holds(tmp_path: Path) -> None:
    source, out = tmp_path / "rows.csv", tmp_path / "out.html"
    source.write_text("id,label,prediction,colour\n" + "".join(f"{n},a,{'ab'[n % 9 == 0]},red\n" for n in range(90)))
    told = run("report", source, "--out", out)
    assert (told.exit_code, told.stdout) == (0, "")
    assert "Ranked: colour and tags" in told.stderr
    assert "out.html" in told.stderr
    assert rows(read(out.read_text(encoding="utf-8"))).keys() == {"colour = 'red'"}
    assert run("report", source, "--out", out, "--quiet").stderr == ""


@pytest.mark.parametrize(
    ("out", "said"), [("report.txt", "is no name for a web page"), ("nowhere/report.html", "There is no folder")]
)
def test_a_place_that_cannot_be_is_refused_before_any_work(tmp_path: Path, out: str, said: str) -> None:
    told = run("report", tmp_path / "not there.csv", "--out", tmp_path / out)
    assert told.exit_code == 2
    assert said in told.stderr
