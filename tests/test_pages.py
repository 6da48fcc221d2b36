"""Every page runs on whatever a project holds, and says in its heading what it found.

The main script runs here without a server (AppTest). Components draw in the browser
only, so tables and the card are looked at as the data they are handed.
"""

from __future__ import annotations

import csv
import json
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from slicer.display import NARROW
from slicer.project.datasets import list_datasets
from slicer.project.store import Project
from slicer.samples import get_sample
from slicer.sources import load_files, load_sample
from slicer.ui import menu
from slicer.ui.projects import PROJECT_VARIABLE, projects
from slicer.ui.server import main_script

PAGES = ("data", "overview", "failures", "slices", "human_level", "priorities")
MARKUP = "**bold** $x$ <script> :red[x]"
QUOTED = """it's "so", they say"""
HOSTILE = '"; drop table x; --'

Open = Callable[..., AppTest]


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    """Streamlit's caches and our open projects outlive a test."""
    st.cache_data.clear()
    st.cache_resource.clear()
    yield
    projects.close()


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The project the pages work on, empty at first."""
    path = tmp_path / "project.duckdb"
    monkeypatch.setenv(PROJECT_VARIABLE, str(path))
    return path


@pytest.fixture
def open_page(project: Path) -> Open:
    """Opens a page as a link to it does."""

    def opened(name: str, **link: str) -> AppTest:
        app = AppTest.from_file(main_script, default_timeout=30)
        for key, value in link.items():
            app.query_params[key] = value
        app.switch_page(str(menu.PAGES / f"{name}.py"))
        app.run()
        assert not app.exception, [one.value for one in app.exception]
        return app

    return opened


def words(markdown: str) -> str:
    """Markdown that `plain` made, as it looks on screen."""
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", markdown).replace("\u2060", "").replace(NARROW, " ")


def heading(app: AppTest) -> str:
    """The finding on top: exactly one."""
    (title,) = [words(one.value) for one in app.title]
    return title


def text(app: AppTest) -> str:
    """Everything a page says outside its components."""
    parts = [*app.title, *app.subheader, *app.markdown, *app.error, *app.code]
    return "\n".join(words(one.value) for one in parts)


def component(app: AppTest, key: str) -> dict[str, Any]:
    """What the component under this key is handed."""
    (found,) = [one.proto for one in app.get("bidi_component") if one.proto.id.endswith(f"-{key}")]
    return json.loads(found.json)


def table(app: AppTest, key: str, *columns: str) -> list[tuple[str, ...]]:
    """The texts of a table's columns, row by row, in the order they are handed over."""
    return [tuple(cell(row[column]) for column in columns) for row in component(app, key)["rows"]]


def cell(content: Any) -> str:
    return words((content or {}).get("text") or "–") if not isinstance(content, str) else content


def write_csv(path: Path, header: Sequence[str], rows: Sequence[Sequence[object]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])
    return path


@pytest.fixture(scope="session")
def ready(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Projects with something in them, made once and copied for each test."""
    folder = tmp_path_factory.mktemp("ready")
    labels, wrong = (MARKUP, QUOTED, "cat", ""), ("never a label", MARKUP, "cat", "")
    odd = []
    for i in range(240):
        label = "cat" if i % 8 == 7 else labels[i % 4]
        prediction = label if i % 5 else wrong[(i // 5) % 4]
        values = [("a", "b'; drop table y; --", "")[i % 3], ("quiet", "loud")[i % 2], ("1", "2", "")[i % 3]]
        odd.append([f"row {i}", label, prediction, *values, f"text with :red[colour] and <b>{i}</b>"])
    one_class = [[f"r{i}", "cat", "cat" if i % 9 else "dog", i % 4] for i in range(90)]
    many = [[f"r{i}", "yn"[i % 2], "y", f"a worker with a long name {i % 80}"] for i in range(4000)]
    roles = ["id", "label", "prediction"]
    files = {
        "odd": write_csv(folder / "odd.csv", [*roles, HOSTILE, "noise", "noise", "comment"], odd),
        "one class": write_csv(folder / "one class.csv", [*roles, "size"], one_class),
        "many": write_csv(folder / "many.csv", [*roles, "worker"], many),
        "one row": write_csv(folder / "one row.csv", roles, [["a", "cat", "cat"]]),
    }
    holds = {"speech": ["speech"], "defects": ["defects"], "both": ["speech", "defects"]}
    for name in (*holds, *files):
        with Project(folder / f"{name}.duckdb") as project:
            for sample in holds.get(name, ()):
                load_sample(project, get_sample(sample))
            if name in files:
                load_files(project, [files[name]])
    return {name: folder / f"{name}.duckdb" for name in (*holds, *files)}


@pytest.fixture
def speech(project: Path, ready: dict[str, Path]) -> None:
    shutil.copy(ready["speech"], project)


@pytest.fixture
def defects(project: Path, ready: dict[str, Path]) -> None:
    shutil.copy(ready["defects"], project)


@pytest.fixture
def both(project: Path, ready: dict[str, Path]) -> None:
    """Speech, and defects loaded after it."""
    shutil.copy(ready["both"], project)


@pytest.fixture
def odd(project: Path, ready: dict[str, Path]) -> None:
    """240 rows with everything a file can have against us."""
    shutil.copy(ready["odd"], project)


@pytest.fixture
def one_class(project: Path, ready: dict[str, Path]) -> None:
    """90 cats, 10 of them taken for dogs."""
    shutil.copy(ready["one class"], project)


@pytest.fixture
def many(project: Path, ready: dict[str, Path]) -> None:
    """A column of 80 values: 50 slices, and one that holds the rest."""
    shutil.copy(ready["many"], project)


@pytest.fixture
def one_row(project: Path, ready: dict[str, Path]) -> None:
    shutil.copy(ready["one row"], project)


# --- what each page finds --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("page", "finding"),
    [
        ("data", "Bring in the predictions of a model"),
        ("overview", "Nothing loaded yet"),
        ("failures", "Nothing loaded yet"),
        ("slices", "Nothing loaded yet"),
        ("human_level", "Nothing loaded yet"),
        ("priorities", "Nothing loaded yet"),
    ],
)
def test_an_empty_project_says_what_belongs_here(open_page: Open, page: str, finding: str) -> None:
    app = open_page(page)
    assert heading(app) == finding
    assert "one row for each example" in text(app).lower()
    assert not app.error


def test_an_empty_page_leads_to_a_sample(open_page: Open) -> None:
    app = open_page("priorities")
    app.button(key="nothing-sample").click().run()
    assert not app.exception
    assert heading(app) == "90.3 % of 10,000 rows are right"


@pytest.mark.usefixtures("speech")
@pytest.mark.parametrize(
    ("page", "finding"),
    [
        ("data", "10,000 rows in 1 data set, 1 run"),
        ("overview", "90.3 % of 10,000 rows are right"),
        ("failures", "Homophone explains 52 % of the failures read so far"),
        ("slices", "Low bandwidth is 21.6 points below the rest, and 7 more slices are clearly worse"),
        ("human_level", "People are 1.4 points ahead of asr: 91.6 % against 90.3 %"),
        ("priorities", "People noise and clean speech tie: closing either gap is worth about 0.60 points"),
    ],
)
def test_speech_is_summed_up_on_every_page(open_page: Open, page: str, finding: str) -> None:
    app = open_page(page)
    assert heading(app) == finding
    assert not app.error


@pytest.mark.usefixtures("defects")
@pytest.mark.parametrize(
    ("page", "finding"),
    [
        ("data", "12,000 rows in 1 data set, 1 run"),
        ("overview", "No defect is taken for discoloration: 74 of 176 errors"),
        ("failures", "100 to read, 0 read so far"),
        ("slices", "Cedar is 3.5 points below the rest"),
        ("human_level", "People are 0.8 points ahead of inspector-net: 99.3 % against 98.5 %"),
        ("priorities", "Closing the gap of “L2” is worth the most: 0.34 points of accuracy"),
    ],
)
def test_defects_are_summed_up_on_every_page(open_page: Open, page: str, finding: str) -> None:
    app = open_page(page)
    assert heading(app) == finding
    assert not app.error


@pytest.mark.usefixtures("odd")
@pytest.mark.parametrize(
    ("page", "finding"),
    [
        ("data", "240 rows in 1 data set, 1 run"),
        ("overview", f'It\'s "so", they say is taken for “{MARKUP}”: 12 of 30 errors'),
        ("failures", "30 to read, 0 read so far"),
        ("slices", "No slice is clearly worse than the rest"),
        ("human_level", "How well would people do here?"),
        (
            "priorities",
            f"“a”, b'; drop table y; -- and “{HOSTILE} missing” tie: "
            "fixing all errors of one is worth about 4.76 points",
        ),
    ],
)
def test_odd_names_are_only_names(open_page: Open, page: str, finding: str) -> None:
    app = open_page(page)
    assert heading(app) == finding
    assert not app.error


@pytest.mark.usefixtures("odd")
def test_what_is_odd_is_said(open_page: Open) -> None:
    said = text(open_page("overview"))
    assert "Names that stood in the header already got a number: noise_2." in said
    assert "Predicted but never a label: never a label (12 rows, all counted as errors)." in said
    assert "30 rows have no label: outside every metric." in said
    assert "6 rows have no prediction: counted as errors." in said


@pytest.mark.usefixtures("odd")
def test_a_class_that_is_never_a_label_has_no_recall(open_page: Open) -> None:
    """ "No answer" is a dash, never 0."""
    rows = {name: rest for name, *rest in table(open_page("overview"), "classes", "name", "recall", "f1", "predicted")}
    assert rows["never a label"] == ["–", "0.0", "12"]
    assert rows[MARKUP] == ["80.0", "80.0", "60"]


@pytest.mark.usefixtures("odd")
def test_the_card_shows_words_as_they_stand_in_the_file(open_page: Open) -> None:
    items = {item["id"]: item for item in component(open_page("failures", queue="all errors"), "card")["items"]}
    assert len(items) == 30
    assert items["row 25"]["text"] == "text with :red[colour] and <b>25</b>"
    assert (items["row 25"]["truth"], items["row 25"]["predicted"]) == (QUOTED, MARKUP)
    assert dict(items["row 25"]["fields"]) == {HOSTILE: "b'; drop table y; --", "noise": "loud", "noise_2": "2"}
    assert items["row 15"]["predicted"] is None


@pytest.mark.usefixtures("odd")
def test_a_hostile_column_can_be_sliced_and_filtered(open_page: Open) -> None:
    quoted = '"' + HOSTILE.replace('"', '""') + '"'
    app = open_page("priorities", where=f"{quoted} = 'b''; drop table y; --'", by=HOSTILE)
    assert table(app, "priorities", "name", "share") == [("b'; drop table y; --", "100.0")]


@pytest.mark.usefixtures("one_class")
@pytest.mark.parametrize(
    ("page", "finding"),
    [
        ("data", "90 rows in 1 data set, 1 run"),
        ("overview", "Cat is taken for dog: 10 of 10 errors"),
        ("failures", "10 to read, 0 read so far"),
        ("slices", "No slice is clearly worse than the rest"),
        ("human_level", "How well would people do here?"),
        ("priorities", "Nothing can be ranked yet"),
    ],
)
def test_a_single_class_is_no_trouble(open_page: Open, page: str, finding: str) -> None:
    app = open_page(page)
    assert heading(app) == finding
    assert not app.error


@pytest.mark.usefixtures("one_class")
def test_slices_that_are_too_small_to_rank_are_not_pictured_either(open_page: Open) -> None:
    assert "what there is to gain" not in text(open_page("priorities"))


@pytest.mark.usefixtures("one_row")
@pytest.mark.parametrize(
    ("page", "finding"),
    [
        ("data", "1 row in 1 data set, 1 run"),
        ("overview", "The only row is right"),
        ("failures", "Nothing to read here"),
        ("slices", "No slice to hold against the rest"),
        ("priorities", "Nothing can be ranked yet"),
    ],
)
def test_a_single_row_is_no_trouble(open_page: Open, page: str, finding: str) -> None:
    app = open_page(page)
    assert heading(app) == finding
    assert not app.error


@pytest.mark.usefixtures("many")
def test_a_sentence_does_not_list_the_fifty_values_that_a_slice_leaves_out(open_page: Open) -> None:
    for page in ("overview", "slices", "priorities"):
        app = open_page(page)
        assert all(len(words(one.value)) < 200 for one in (*app.title, *app.subheader))
    assert len(component(app, "priorities")["rows"]) == 51


@pytest.mark.usefixtures("many")
def test_of_two_classes_the_direction_is_said(open_page: Open) -> None:
    """That the two are taken for each other would be true of any binary model."""
    assert heading(open_page("overview")) == "“n” is taken for “y”: 2,000 of 2,000 errors"


# --- what a link may ask for -----------------------------------------------------------------------


@pytest.mark.usefixtures("speech")
@pytest.mark.parametrize(
    ("page", "finding"),
    [
        ("overview", "No row fits this filter"),
        ("failures", "Nothing to read here"),
        ("slices", "No row fits this filter"),
        ("priorities", "No row fits this filter"),
    ],
)
def test_a_filter_that_fits_no_row_is_said_and_nothing_is_made_up(open_page: Open, page: str, finding: str) -> None:
    app = open_page(page, where="noise = 'silence'")
    assert heading(app) == finding
    assert not app.metric
    assert not app.error


@pytest.mark.usefixtures("speech")
@pytest.mark.parametrize("page", ["overview", "failures", "slices", "priorities"])
@pytest.mark.parametrize(
    ("where", "finding", "sentence"),
    [
        ("noise === 'car noise'", "This filter cannot be read", "Character 9: a value expected, found =."),
        ("noise = 'car", "This filter cannot be read", "Character 9"),
        ("nois = 'car noise'", "No such column", "No column named 'nois'; did you mean 'noise'?"),
        ("words > 'many'", "This filter cannot be read", ""),
    ],
)
def test_a_filter_that_cannot_be_read_is_explained(
    open_page: Open, page: str, where: str, finding: str, sentence: str
) -> None:
    app = open_page(page, where=where)
    assert heading(app) == finding
    assert sentence in text(app)
    assert component(app, "filter")["text"] == where, "what she wrote stays, to be corrected"


@pytest.mark.usefixtures("both")
@pytest.mark.parametrize("page", ["overview", "failures", "slices", "priorities"])
def test_a_link_to_something_that_is_gone_shows_what_is_there(open_page: Open, page: str) -> None:
    app = open_page(page, dataset="no such set", run="no such run")
    assert app.selectbox(key="dataset").value == "defects"
    assert app.selectbox(key="run").value == "inspector-net"
    assert heading(app)


@pytest.mark.usefixtures("both")
def test_a_link_opens_the_view_it_was_copied_from(open_page: Open) -> None:
    link = {"dataset": "speech", "where": "device = 'laptop'", "by": "accent"}
    app = open_page("priorities", **link)
    assert app.selectbox(key="dataset").value == "speech"
    assert component(app, "filter")["text"] == "device = 'laptop'"
    assert {name for (name,) in table(app, "priorities", "name")} >= {"scottish", "british"}


# --- the numbers of the course ---------------------------------------------------------------------


@pytest.mark.usefixtures("speech")
def test_priorities_shows_the_numbers_of_the_course(open_page: Open) -> None:
    rows = table(open_page("priorities"), "priorities", "rank", "name", "share", "model", "people", "gap", "potential")
    assert rows[:4] == [
        ("1=", "people noise", "30.0", "87.0", "89.0", "2.0", "0.60"),
        ("1=", "clean speech", "60.0", "94.0", "95.0", "1.0", "0.60"),
        ("3", "car noise", "4.0", "89.0", "93.0", "4.0", "0.16"),
        ("–", "low bandwidth", "6.0", "70.0", "70.0", "0.0", "0.00"),
    ]


@pytest.mark.usefixtures("speech")
def test_what_if_adds_the_part_that_is_closed(open_page: Open) -> None:
    app = open_page("priorities")
    assert (app.metric[0].label, words(app.metric[0].value)) == ("Overall accuracy", "90.56 %")
    app.slider(key="what-if-part").set_value(100).run()
    assert words(app.metric[0].value) == "90.86 %"


@pytest.mark.usefixtures("defects")
def test_classes_are_ranked_by_their_own_metric(open_page: Open) -> None:
    app = open_page("priorities", kind="classes")
    assert heading(app) == "Closing the gap of no defect is worth the most: 0.39 points of weighted F1"
    assert table(app, "priorities", "rank", "name", "model")[1] == ("2", "discoloration", "82.7")


@pytest.mark.usefixtures("odd")
@pytest.mark.parametrize(
    ("table_file", "sentence"),
    [
        (b"slice,value\n\"noise = 'loud'\",0.9\n", ""),
        (b"not a table at all", "slice"),
        (b"slice,value\n\"noise = 'loud'\",ninety\n", "ninety"),
        (b"slice,value\n\"noise = = 'loud'\",0.9\n", "noise"),
        ("slice,value\nnoise = 'läut',0.9\n".encode("latin-1"), ""),
        (b"", ""),
    ],
    ids=["good", "no table", "no number", "no slice", "latin-1", "empty"],
)
def test_a_table_of_human_levels_is_read_or_refused_in_words(open_page: Open, table_file: bytes, sentence: str) -> None:
    app = open_page("priorities", hlp="a table", by="noise")
    app.file_uploader(key="hlp-table").upload("levels.csv", table_file, "text/csv").run()
    assert not app.exception, [one.value for one in app.exception]
    assert heading(app)
    assert sentence in text(app)


# --- slices ----------------------------------------------------------------------------------------


@pytest.mark.usefixtures("speech")
def test_every_slice_stands_in_numbers_beside_the_rest(open_page: Open) -> None:
    rows = table(open_page("slices"), "slices", "name", "share", "metric", "rest", "difference", "q", "errors")
    assert rows[0] == ("low bandwidth", "600", "70.0", "91.6", "−21.6", "< 0.001", "18.5")
    assert len(rows) == 29


@pytest.mark.usefixtures("speech")
def test_a_slice_is_written_named_and_seen_on_priorities(open_page: Open) -> None:
    noisy = "device = 'phone' and noise = 'people noise'"
    app = open_page("slices", slice=noisy)
    assert component(app, "slice")["text"] == noisy
    assert component(app, "slice")["where"] == ""
    app.text_input(key=f"name-{noisy}").input("phones in a crowd").run()
    app.text_input(key=f"note-{noisy}").input("ask the *audit*").run()
    app.button(key="save-slice").click().run()
    assert not app.exception
    assert ("phones in a crowd",) in table(app, "slices", "name")
    assert app.button(key="save-slice").disabled, "nothing is left to save"
    assert ["phones in a crowd", noisy] in component(app, "filter")["saved"]
    assert ("phones in a crowd", "13.4") in table(open_page("priorities"), "priorities", "name", "share")


@pytest.mark.usefixtures("speech")
def test_a_forgotten_slice_can_be_put_back(open_page: Open) -> None:
    app = open_page("slices", slice="words < 4")
    app.text_input(key="name-words < 4").input("short").run()
    app.button(key="save-slice").click().run()
    app.button(key="forget-slice").click().run()
    assert "0 saved slices" in text(app)
    app.button(key="restore").click().run()
    assert "1 saved slice." in text(app)
    assert app.text_input(key="name-words < 4").value == "short"


@pytest.mark.usefixtures("speech")
def test_a_name_that_is_taken_is_refused(open_page: Open) -> None:
    for slice_ in ("words < 4", "words < 5"):
        app = open_page("slices", slice=slice_)
        app.text_input(key=f"name-{slice_}").input("short").run()
        app.button(key="save-slice").click().run()
        assert not app.exception
    assert "Another slice is already called 'short': words < 4" in text(app)


@pytest.mark.usefixtures("speech")
def test_a_slice_becomes_the_filter_and_a_filter_a_slice(open_page: Open) -> None:
    app = open_page("slices", slice="words < 4", where="device = 'phone'")
    app.button(key="filter-slice").click().run()
    both = "device = 'phone' and words < 4"
    assert component(app, "filter")["text"] == both
    assert component(app, "slice")["text"] == ""
    app.button(key="bookmark").click().run()
    assert not app.exception
    assert app.button(key="bookmark").disabled
    assert ("device phone and words below 4",) in table(open_page("slices"), "slices", "name")


@pytest.mark.usefixtures("speech")
@pytest.mark.parametrize("slice_", ["words <", "wrods < 4"])
def test_a_slice_that_cannot_be_read_is_explained_beside_its_field(open_page: Open, slice_: str) -> None:
    app = open_page("slices", slice=slice_)
    assert heading(app).startswith("Low bandwidth"), "the rest of the page stands"
    assert len(app.error) == 1
    assert component(app, "slice")["text"] == slice_


@pytest.mark.usefixtures("speech")
@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"- name: crowd\n  slice: noise = 'people noise'\n", "1 saved slice."),
        (b"- name: crowd\n  slice: noize = 'people noise'\n", "No column named 'noize'; did you mean 'noise'?"),
        (b"- name: crowd\n", "Entry 1 of the slice file lacks a name or a slice."),
        ("- name: läut\n".encode("latin-1"), "not UTF-8"),
    ],
    ids=["good", "no column", "no slice", "latin-1"],
)
def test_a_slice_file_is_loaded_or_refused_in_words(open_page: Open, content: bytes, sentence: str) -> None:
    app = open_page("slices")
    app.button(key="slices-ask").click().run()
    app.file_uploader(key="slices-in").upload("slices.yaml", content, "application/yaml").run()
    app.button(key="slices-load").click().run()
    assert not app.exception
    assert sentence in text(app)


@pytest.mark.usefixtures("both")
def test_the_metric_drives_the_table(open_page: Open) -> None:
    app = open_page("slices", dataset="defects", metric="macro F1")
    (metric,) = [one for one in component(app, "slices")["columns"] if one["key"] == "metric"]
    assert metric["label"] == "Macro F1 %"
    assert component(app, "slice")["metric"] == "macro_f1"


# --- the Data page ---------------------------------------------------------------------------------


@pytest.mark.usefixtures("one_class")
def test_a_note_is_kept(open_page: Open) -> None:
    app = open_page("data")
    app.text_input(key="note-1").input("exported *twice*").run()
    assert open_page("data").text_input(key="note-1").value == "exported *twice*"


@pytest.mark.usefixtures("both")
def test_a_deleted_data_set_can_be_brought_back(open_page: Open) -> None:
    app = open_page("data")
    app.button(key="delete-2").click().run()
    assert heading(app) == "10,000 rows in 1 data set, 1 run"
    assert "defects was deleted; its rows and tags are kept." in text(app)
    app.button(key="restore-2").click().run()
    assert heading(app) == "22,000 rows in 2 data sets, 2 runs"


@pytest.mark.usefixtures("speech")
@pytest.mark.parametrize(
    "path", ["{folder}/another.duckdb", "{folder}/no/such/folder/x.duckdb", "{folder}/text.duckdb"]
)
def test_another_project_is_opened_or_refused_in_words(open_page: Open, tmp_path: Path, path: str) -> None:
    (tmp_path / "text.duckdb").write_text("not a database at all, but long enough to be looked at " * 100)
    app = open_page("data")
    form = next(one for one in app.text_input if one.label == "Open or create")
    form.input(str(tmp_path / path))
    next(one for one in app.button if one.label == "Open" and one.form_id == "project-path").click().run()
    assert not app.exception
    if path == "another.duckdb":
        assert heading(app) == "Bring in the predictions of a model"
    else:
        assert heading(app) in ("This choice does not fit", "This project cannot be opened")


@pytest.fixture
def mail(tmp_path: Path) -> Path:
    """120 messages: two runs, one of them with probabilities, and a column that tells the label."""
    rows = []
    for i in range(120):
        label = ("ham", "spam", "ham")[i % 3]
        checked = label if i % 10 else "ham"
        rows.append([f"m{i}", label, "ham" if i % 7 else label, label, i / 120, int(label == "spam"), i % 4, checked])
    header = ["id", "label", "pred_v1", "pred_v2", "prob_spam_v1", "is_spam", "day", "checked"]
    return write_csv(tmp_path / "mail.csv", header, rows)


def preview(open_page: Open, path: Path, chosen: dict[str, str] | None = None) -> AppTest:
    """The Data page with a file that waits, and the roles chosen for some of its columns."""
    app = open_page("data")
    app.session_state["files"] = [(str(path), "")]
    if chosen:
        choices = {column: {"role": role, "run": "", "class": ""} for column, role in chosen.items()}
        app.session_state[f"roles-{path}-0-kept"] = choices
    app.run()
    assert not app.exception, [one.value for one in app.exception]
    return app


def lines(app: AppTest, key: str) -> dict[str, dict[str, Any]]:
    return {line["column"]: line for line in component(app, key)["lines"]}


def test_a_file_that_waits_is_what_the_page_is_about(open_page: Open, mail: Path) -> None:
    app = preview(open_page, mail)
    assert heading(app) == "mail.csv: is each column what it should be?"
    assert "Try a sample" not in text(app)
    assert [one.label for one in app.button][:2] == ["Import", "Leave out"]
    shown = lines(app, f"roles-{mail}-0")
    assert [line["role"] for line in shown.values()] == [
        "id", "label", "prediction", "prediction", "probability", "feature", "feature", "feature"
    ]  # fmt: skip
    assert (shown["prob_spam_v1"]["run"], shown["prob_spam_v1"]["class"]) == ("v1", "spam")
    assert (shown["day"]["why"], shown["label"]["why"]) == ("", "its name is 'label'")
    warned = {name: line["warning"] for name, line in shown.items() if line["warning"]}
    assert warned == {"is_spam": "Tells the label of every row: it would make slices that only restate it."}


def test_numbers_are_shown_in_the_order_of_numbers(open_page: Open, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "ages.csv", ["label", "pred", "age"], [["a", "a", 120 - i] for i in range(120)])
    assert lines(preview(open_page, path), f"roles-{path}-0")["age"]["values"] == "1, 2, 3, 4, …"


def test_chosen_roles_stand_and_the_rest_is_guessed_around_them(open_page: Open, project: Path, mail: Path) -> None:
    chosen = {"is_spam": "ignore", "day": "split", "checked": "human", "pred_v2": "label"}
    app = preview(open_page, mail, chosen)
    shown = lines(app, f"roles-{mail}-0")
    assert {name: shown[name]["role"] for name in (*chosen, "label")} == {**chosen, "label": "feature"}
    assert {shown[name]["why"] for name in chosen} == {"chosen by you"}
    assert shown["is_spam"]["warning"] == ""
    assert shown["label"]["warning"].startswith("Tells the label of every row")
    app.button(key="import").click().run()
    assert not app.exception
    (dataset,) = list_datasets(projects.open(project))
    roles = dataset.roles
    assert (roles.label, roles.split, roles.humans, roles.features) == ("pred_v2", "day", ("checked",), ("label",))
    assert "files" not in app.session_state or not app.session_state["files"]


def test_what_cannot_be_imported_is_said_and_stays_to_be_corrected(open_page: Open, mail: Path) -> None:
    app = preview(open_page, mail, {"day": "label", "checked": "label"})
    app.button(key="import").click().run()
    assert "2 columns have the role label: day, checked." in text(app)
    assert lines(app, f"roles-{mail}-0")["day"]["role"] == "label"


@pytest.mark.usefixtures("speech")
def test_roles_of_an_imported_data_set_are_corrected_in_the_same_list(open_page: Open) -> None:
    app = open_page("data")
    app.button(key="roles-1").click().run()
    shown = lines(app, "set-roles-1-1")
    assert (shown["label"]["role"], shown["noise"]["role"]) == ("label", "feature")
    assert shown["noise"]["values"] == "car noise, clean speech, low bandwidth, people noise"
    assert not [line["column"] for line in shown.values() if line["warning"]]


def test_answers_of_people_can_only_join(open_page: Open, mail: Path, tmp_path: Path) -> None:
    said = write_csv(
        tmp_path / "said.csv", ["id", "annotator", "label"], [[f"m{i}", who, "ham"] for i in range(9) for who in "ab"]
    )
    preview(open_page, mail).button(key="import").click().run()
    app = preview(open_page, said)
    assert app.selectbox(key="target").options == ["more columns of mail, by id"]
    assert {line["role"] for line in lines(app, f"roles-{said}-0").values()} == {"id", "annotator", "human"}
    app.button(key="import").click().run()
    assert not app.exception
    assert "People: 18 answers of 2 people on 9 rows" in text(open_page("data"))
