"""Every page runs on whatever a project holds, and says in its heading what it found.

The main script runs here without a server (AppTest). Components draw in the browser
only, so tables and the card are looked at as the data they are handed.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pages_kit import HOSTILE, MARKUP, QUOTED, Open, component, heading, table, text, words, write_csv
from streamlit.testing.v1 import AppTest

from slicer.project.datasets import list_datasets
from slicer.project.events import Event, append
from slicer.project.store import Project
from slicer.ui.projects import projects

# --- what each page finds --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("page", "finding"),
    [
        ("data", "Bring in the predictions of a model"),
        ("overview", "Nothing loaded yet"),
        ("failures", "Nothing loaded yet"),
        ("tags", "Nothing loaded yet"),
        ("slices", "Nothing loaded yet"),
        ("discover", "Nothing loaded yet"),
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
        ("tags", "Homophone explains 52 % of the failures"),
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
        ("tags", "No row is tagged yet"),
        ("slices", "Cedar is 3.5 points below the rest"),
        ("human_level", "People are 0.8 points ahead of inspector-net: 99.3 % against 98.5 %"),
        ("priorities", "Of the slices by line, closing the gap of “L2” is worth the most: 0.34 points of accuracy"),
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
        ("tags", "No row is tagged yet"),
        ("slices", "No slice is clearly worse than the rest"),
        ("human_level", "How well would people do here?"),
        (
            "priorities",
            f"“{HOSTILE} a”, b'; drop table y; -- and “{HOSTILE} missing” tie: "
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
        ("discover", "No row fits this filter"),
        ("priorities", "No row fits this filter"),
    ],
)
def test_a_filter_that_fits_no_row_is_said_and_nothing_is_made_up(open_page: Open, page: str, finding: str) -> None:
    app = open_page(page, where="noise = 'silence'")
    assert heading(app) == finding
    assert not app.metric
    assert not app.error


@pytest.mark.usefixtures("speech")
@pytest.mark.parametrize("page", ["overview", "failures", "slices", "discover", "priorities"])
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
    path = "" if page == "overview" else page
    assert app.selectbox(key=f"{path}/dataset").value == "defects"
    assert app.selectbox(key=f"{path}/run-2").value == "inspector-net"
    assert heading(app)


@pytest.mark.usefixtures("both")
def test_a_link_opens_the_view_it_was_copied_from(open_page: Open) -> None:
    link = {"dataset": "speech", "where": "device = 'laptop'", "by": "accent"}
    app = open_page("priorities", **link)
    assert app.selectbox(key="priorities/dataset").value == "speech"
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
    app.file_uploader(key="hlp-table-1").upload("levels.csv", table_file, "text/csv").run()
    assert not app.exception, [one.value for one in app.exception]
    assert heading(app)
    assert sentence in text(app)


# --- the Data page ---------------------------------------------------------------------------------


@pytest.mark.usefixtures("one_class")
def test_a_note_is_kept(open_page: Open) -> None:
    app = open_page("data")
    app.text_input(key="note-1").input("exported *twice*").run()
    assert open_page("data").text_input(key="note-1").value == "exported *twice*"


@pytest.mark.usefixtures("speech")
def test_what_was_put_right_when_the_project_was_opened_is_said(open_page: Open, project: Path) -> None:
    older = project.read_bytes()
    with Project(project) as opened:
        event = Event(example="utt-00001", kind="note", value="x", seq=1)
        append(opened, 1, [event], author="ana", session="s")
    project.write_bytes(older)
    assert "1 event that the project had not kept was put back from the journal" in text(open_page("overview"))


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
