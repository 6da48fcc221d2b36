"""Human level on what a project holds: people several, one or none, levels entered, and the queue it leads to."""

from __future__ import annotations

from pathlib import Path

import pytest
from pages_kit import Open, component, heading, table, text, words, write_csv
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Selectbox

from slicer.given import given_roles
from slicer.human.notes import PERHAPS_NOTE
from slicer.project.store import Project
from slicer.samples import get_sample
from slicer.sources import add_file, load_files, load_sample
from slicer.ui.clicks import in_the_browser
from slicer.ui.roles_editor import TRUTHS

LEVELS = ("name", "model", "people", "gap", "source", "next")


def chooser(app: AppTest) -> Selectbox:
    """Where human level comes from."""
    return next(one for one in app.selectbox if one.label == "Human level from")


@pytest.fixture
def sentiment(project: Path) -> None:
    with Project(project) as made:
        load_sample(made, get_sample("sentiment"))


@pytest.fixture
def three(project: Path, tmp_path: Path) -> None:
    """Three annotators of 90 rows: ann and bob agree, cat says the other thing on every third row; the model with
    ann on the first half only."""
    rows = []
    for i in range(90):
        label = "xy"[i % 2]
        other = "yx"[i % 2]
        predicted = label if i < 45 else other
        shop = "north" if i < 45 else "south"
        rows.append([f"r{i:02}", label, predicted, label, label, other if i % 3 == 0 else label, shop])
    names = ["id", "label", "prediction", "annotator_ann", "annotator_bob", "annotator_cat", "shop"]
    with Project(project) as made:
        load_files(made, [write_csv(tmp_path / "three.csv", names, rows)])


@pytest.fixture
def unlabelled(project: Path, tmp_path: Path) -> None:
    """The same three without a label: ann and bob say x and y in turn, cat another on every third row."""
    rows = []
    for i in range(90):
        said, other = "xy"[i % 2], "yx"[i % 2]
        shop = "north" if i < 45 else "south"
        rows.append([f"r{i:02}", said if i < 45 else other, said, said, other if i % 3 == 0 else said, shop])
    names = ["id", "prediction", "annotator_ann", "annotator_bob", "annotator_cat", "shop"]
    with Project(project) as made:
        load_files(made, [write_csv(tmp_path / "unlabelled.csv", names, rows)])


@pytest.mark.usefixtures("unlabelled")
def test_without_a_label_people_are_held_against_each_other(open_page: Open) -> None:
    """By hand: of a row x, x, y people score 1/2, 1/2 and 0 against the others; a model that says x (the north) scores
    1/2, 1/2 and 1 against the same, one that says y (the south) 1/2, 1/2 and 0."""
    app = open_page("human_level")
    assert heading(app) == "People are 27.8 points ahead of model: 77.8 % against 50.0 %"
    assert table(app, "levels", *LEVELS) == [
        ("south", "11.1", "77.8", "66.7", "◆ the others’ answers", "fix labels"),
        ("all rows", "50.0", "77.8", "27.8", "◆ the others’ answers", "fix labels"),
        ("north", "88.9", "77.8", "−11.1", "◆ the others’ answers", "check label conventions"),
    ]
    assert {row[0] for row in table(app, "level-classes", *LEVELS)} == {"x", "y"}
    assert "No column is the label: what is right is what people answered." in text(app)
    assert "The truth is itself a person's label" in text(app)


@pytest.mark.usefixtures("unlabelled")
@pytest.mark.parametrize(
    ("page", "link", "expected"),
    [
        ("overview", {}, "Accuracy is 50.0 % by what people say"),
        ("priorities", {}, "closing the gap of south is worth the most: 33.33 points of accuracy"),
        ("priorities", {"kind": "classes"}, "closing"),
        ("slices", {}, "This choice does not fit"),
        ("failures", {}, "Nothing to read here"),
    ],
)
def test_the_other_pages_without_a_label(open_page: Open, page: str, link: dict[str, str], expected: str) -> None:
    assert expected in heading(open_page(page, **link))


@pytest.mark.usefixtures("sentiment")
def test_sentiment_by_domain(open_page: Open) -> None:
    """People, model, gap and agreement of every domain in one table; numbers as sample_data/sentiment.md has them."""
    app = open_page("human_level")
    assert heading(app) == "People are 15.0 points ahead of tfidf: 84.0 % against 69.0 %"
    assert table(app, "levels", *LEVELS, "agreement", "alpha") == [
        ("editorials", "49.6", "70.3", "20.8", "◆ the others’ answers", "fix labels", "59.1", "0.36"),
        ("product reviews", "67.6", "87.7", "20.2", "◆ the others’ answers", "more data", "81.4", "0.70"),
        ("all rows", "69.0", "84.0", "15.0", "◆ the others’ answers", "fix labels", "76.5", "0.63"),
        ("film reviews", "77.4", "90.2", "12.8", "◆ the others’ answers", "more data", "84.5", "0.72"),
        ("tweets", "73.3", "82.4", "9.1", "◆ the others’ answers", "fix labels", "74.2", "0.61"),
    ]
    assert [row[0] for row in table(app, "level-classes", *LEVELS)] == ["neutral", "negative", "positive"]
    assert "The truth is itself human" in text(app)
    assert "not the least error there can be" in text(app)
    assert table(app, "confused", "name", "share")[0] == ("neutral or positive", "42.4")
    assert len(component(app, "disputed")["rows"]) == 12


@pytest.mark.usefixtures("sentiment")
def test_a_model_ahead_of_people_is_told(open_page: Open) -> None:
    app = open_page("human_level", run="vader")
    tweets = next(row for row in table(app, "levels", *LEVELS) if row[0] == "tweets")
    assert (tweets[1], tweets[2]) == ("83.4", "82.4")
    assert "The model looks ahead of people in tweets, which may be chance." in text(app)
    assert heading(app) == "People are 22.9 points ahead of vader: 84.0 % against 61.1 %"


@pytest.mark.usefixtures("speech")
def test_transcripts_have_levels_but_no_agreement(open_page: Open) -> None:
    app = open_page("human_level")
    assert table(app, "levels", *LEVELS)[0] == ("car noise", "89.0", "93.0", "4.0", "◆ same rows", "more data")
    assert "agreement" not in {one["key"] for one in component(app, "levels")["columns"]}
    assert "How far people agree cannot be said here" in text(app)
    assert "group it into classes first" in text(app)


@pytest.mark.usefixtures("defects")
def test_one_rater_is_a_level_without_agreement(open_page: Open) -> None:
    app = open_page("human_level")
    assert "One person answered each row: agreement needs two" in text(app)
    figures = dict(table(app, "figures", "name", "value"))
    assert (figures["Pairwise agreement"], figures["◆ People against the label"]) == ("–", "99.3 %")
    assert not [one for one in app.get("bidi_component") if one.proto.id.endswith(("-disputed", "-labels"))]


@pytest.mark.usefixtures("three")
def test_three_annotators(open_page: Open) -> None:
    """Two of three pairs of people differ on every third row: agreement 1 - 2/9."""
    app = open_page("human_level", by="shop")
    assert "Two people say the same on 77.8 % of rows" in text(app)
    people = table(app, "annotators", "name", "n", "agreement", "accuracy")
    assert people == [
        ("annotator_cat", "90", "66.7", "66.7"),
        ("annotator_ann", "90", "83.3", "100.0"),
        ("annotator_bob", "90", "83.3", "100.0"),
    ]
    assert table(app, "confused", "name", "pairs", "items") == [("x or y", "60", "30")]
    said = table(app, "disputed", "said", "disagreement")
    assert {row[1] for row in said} == {"67"}
    assert {row[0] for row in said} == {"2 × “x”, 1 × “y”", "2 × “y”, 1 × “x”"}
    south = next(row for row in table(app, "levels", *LEVELS) if row[0] == "south")
    north = next(row for row in table(app, "levels", *LEVELS) if row[0] == "north")
    assert (north[1], south[1]) != (north[2], south[2])
    assert south[3] > north[3] or north[3].startswith("−")


@pytest.mark.usefixtures("three")
def test_the_queue_of_disputed_rows_holds_them_all(open_page: Open) -> None:
    app = open_page("failures", queue="people disagree")
    card = component(app, "card")
    assert card["total"] == 30
    assert {int(one["id"][1:]) % 3 for one in card["items"]} == {0}
    assert heading(app) == "30 to read, 0 read so far"
    assert "The rows people disagree on most" in text(app)


@pytest.mark.usefixtures("one_class")
def test_without_people_the_page_says_what_to_bring(open_page: Open) -> None:
    app = open_page("human_level")
    assert heading(app) == "How well would people do here?"
    assert "a file with a row for each answer" in text(app)
    app.button(key="no-people-sample").click().run()
    assert not app.exception
    assert heading(app) == "People are 15.0 points ahead of tfidf: 84.0 % against 69.0 %"


@pytest.mark.usefixtures("one_class")
def test_a_level_is_entered_used_forgotten_and_put_back(open_page: Open) -> None:
    app = open_page("human_level")
    app.number_input(key="level-value-0").set_value(97.0)
    app.number_input(key="level-n-0").set_value(200)
    app.text_input(key="level-note-0").set_value("an earlier study")
    app.run()
    app.button(key="keep-level").click().run()
    assert not app.exception
    assert heading(app) == "People are 8.1 points ahead of model: 97.0 % against 88.9 %"
    assert {row[4:] for row in table(app, "levels", *LEVELS) if row[0] != "all rows"} == {
        ("◇ all rows", "ask people about 22 rows"),
        ("◇ all rows", "ask people about 23 rows"),
    }
    assert "an earlier study" in text(app)
    app.button(key="forget-level-accuracy-").click().run()
    assert heading(app) == "How well would people do here?"
    app.button(key="restore-level").click().run()
    assert heading(app) == "People are 8.1 points ahead of model: 97.0 % against 88.9 %"


@pytest.mark.usefixtures("one_class")
def test_priorities_uses_what_was_entered(open_page: Open) -> None:
    app = open_page("human_level")
    app.number_input(key="level-value-0").set_value(97.0).run()
    app.button(key="keep-level").click().run()
    app = open_page("priorities")
    assert chooser(app).options == ["levels entered", "one number", "a table", "rows that are people's"]
    assert {row[0] for row in table(app, "priorities", "people")} == {"97.0"}


@pytest.mark.usefixtures("one_class")
def test_a_table_of_levels_is_kept_and_a_wrong_one_is_refused(open_page: Open) -> None:
    app = open_page("human_level")
    app.file_uploader(key="levels-0").upload("levels.csv", b"slice,value\n,95\n").run()
    app.button(key="keep-levels").click().run()
    assert "Write 95 % as 0.95" in words(app.error[0].value)
    app.file_uploader(key="levels-0").upload("levels.csv", b"slice,value,n\n,0.95,400\nsize >= 2,0.9,\n").run()
    app.button(key="keep-levels").click().run()
    assert not app.error
    assert heading(app) == "People are 6.1 points ahead of model: 95.0 % against 88.9 %"


@pytest.mark.usefixtures("defects")
def test_measured_and_entered_levels_are_not_mixed(open_page: Open) -> None:
    app = open_page("human_level")
    app.number_input(key="level-value-0").set_value(90.0).run()
    app.button(key="keep-level").click().run()
    assert {row[4] for row in table(app, "levels", *LEVELS)} == {"◆ same rows"}
    chooser(app).set_value("levels entered").run()
    assert heading(app) == "The model is 8.5 points ahead of people: 98.5 % against 90.0 %"
    assert {row[4] for row in table(app, "levels", *LEVELS)} == {"◇ all rows", "◆ given"}


def test_levels_stay_with_their_data_set(project: Path, open_page: Open) -> None:
    with Project(project) as made:
        load_sample(made, get_sample("defects"))
        load_sample(made, get_sample("speech"))
    app = open_page("human_level", dataset="speech")
    app.number_input(key="level-value-0").set_value(90.0).run()
    app.button(key="keep-level").click().run()
    app = open_page("human_level", dataset="defects")
    assert "1 level entered" not in text(app)


def test_a_filter_without_rows_is_told(project: Path, open_page: Open) -> None:
    with Project(project) as made:
        load_sample(made, get_sample("defects"))
    app = open_page("human_level", where="line = 'L9'")
    assert heading(app) == "No row fits this filter"


def test_people_who_say_numbers_stand_beside_the_error_of_the_model(
    project: Path, tmp_path: Path, open_page: Open
) -> None:
    """The model is 4 off on every row, a person 1: no percent, no points, no agreement of classes."""
    rows = [[f"r{i}", 50.5 + i, 54.5 + i, 49.5 + i if i % 2 else 51.5 + i, "ab"[i % 2]] for i in range(120)]
    names = ["id", "label", "prediction", "human", "shop"]
    with Project(project) as made:
        load_files(made, [write_csv(tmp_path / "numbers.csv", names, rows)], given_roles(human=["human"]))
    app = open_page("human_level")
    shown = table(app, "levels", "name", "model", "people", "gap")
    assert {row[1:] for row in shown} == {("4.00", "1.00", "3.00")}
    assert "%" not in "".join(one["label"] for one in component(app, "levels")["columns"] if one["key"] != "share")
    assert "How far people agree cannot be said here" in text(app)
    app.number_input(key="level-value-0").set_value(7.5).run()
    app.button(key="keep-level").click().run()
    chooser(app).set_value("levels entered").run()
    assert {row[2] for row in table(app, "levels", "name", "model", "people")} == {"7.50"}


@pytest.fixture
def translations(project: Path, tmp_path: Path) -> None:
    """40 rows of each of two systems, which lose 1 and 3 points, and 40 of a translator, who loses half a point."""
    rows = [
        [f"{who} {i}", who, who == "Ann", lost + (i % 2) / 10]
        for who, lost in (("A", -1.0), ("B", -3.0), ("Ann", -0.5))
        for i in range(40)
    ]
    with Project(project) as made:
        load_files(made, [write_csv(tmp_path / "translations.csv", ["id", "system", "is_human", "score"], rows)])


@pytest.mark.usefixtures("translations")
def test_rows_that_are_peoples_are_the_human_level_and_leave_the_ranking(open_page: Open) -> None:
    app = open_page("priorities", hlp="rows that are people's")
    assert heading(app) == "Nothing can be ranked yet"
    app = open_page("priorities", hlp="rows that are people's", people="is_human = true")
    assert table(app, "priorities", "name", "people", "gap") == [("B", "−0.450", "2.50"), ("A", "−0.450", "0.500")]
    app = open_page("priorities", hlp="rows that are people's", people="no_such = 1")
    assert "No column named 'no_such'" in text(app)


@pytest.mark.usefixtures("translations")
def test_rows_that_are_peoples_are_named_on_human_level_too(open_page: Open) -> None:
    """All of people's rows are the level of each system, which has none of its own: nothing is left to measure."""
    app = open_page("human_level")
    assert heading(app) == "How well would people do here?"
    assert chooser(app).options == ["rows that are people's"]
    app = open_page("human_level", people="is_human = true")
    assert heading(app) == "People are 1.50 ahead of model: −0.450 against −1.95"
    assert table(app, "levels", *LEVELS) == [
        ("B", "−2.95", "−0.450", "2.50", "◆ another sample", "more data"),
        ("all rows", "−1.95", "−0.450", "1.50", "◆ another sample", "more data"),
        ("A", "−0.950", "−0.450", "0.500", "◆ another sample", "more data"),
    ]
    app = open_page("human_level", people="no_such = 1")
    assert "No column named 'no_such'" in text(app)


def test_which_figure_is_the_human_level_and_what_else_there_is_to_mind(
    project: Path, tmp_path: Path, open_page: Open
) -> None:
    """ann answers all 120 rows and is right on 90 %, bob the first 40 and is right on 60 %: their mean is 75 %, that of
    the rows 85 %; ann writes one class in another case."""
    rows = []
    for i in range(120):
        label, other = ("cat", "dog") if i % 2 else ("dog", "cat")
        ann = other if i % 10 == 9 else label
        bob = "" if i >= 40 else other if i % 5 < 2 else label
        rows.append([f"r{i:03}", label, label if i % 4 else other, ann.replace("cat", "Cat"), bob, "ab"[i % 2]])
    names = ["id", "label", "prediction", "annotator_ann", "annotator_bob", "shop"]
    with Project(project) as made:
        load_files(made, [write_csv(tmp_path / "two.csv", names, rows)])
    app = open_page("human_level")
    said = text(app)
    assert "◆ The human level is " in said
    assert "the mean of annotators: a person drawn at random, against the label; averaged over rows" in said
    assert "People of a class are averaged over its rows, not over annotators" in said
    figures = dict(table(app, "figures", "name", "value"))
    level = {row[0]: row[2] for row in table(app, "levels", *LEVELS)}["all rows"]
    assert figures["◆ Mean of annotators"] == f"{level} %"
    assert said.count("where the truth is written 'cat': as they stand, they count as wrong.") == 1


def test_a_gap_that_may_be_chance_is_grey_and_asks_for_no_data(project: Path, tmp_path: Path, open_page: Open) -> None:
    """People lead by 2 rows of 60 in the north, by 20 in the south."""
    rows = []
    for i in range(120):
        label, other = ("x", "y") if i % 2 else ("y", "x")
        lost = i % 60 < (2 if i < 60 else 20)
        rows.append([f"r{i:03}", label, other if lost else label, label, "north" if i < 60 else "south"])
    with Project(project) as made:
        load_files(made, [write_csv(tmp_path / "one.csv", ["id", "label", "prediction", "human", "shop"], rows)])
    for page, key in (("human_level", "levels"), ("priorities", "priorities")):
        shown = {row["name"]["text"]: row for row in component(open_page(page), key)["rows"]}
        gaps = {name: (row["gap"]["class"], row["picture"]["clear"]) for name, row in shown.items()}
        assert (gaps["north"], gaps["south"]) == (("muted", False), ("gap", True))
        steps = {
            name: row["next"] if isinstance(row["next"], str) else row["next"]["text"] for name, row in shown.items()
        }
        assert (steps["north"], steps["south"]) == ("not enough evidence", "more data")


def test_where_the_truth_comes_from_is_asked_on_data(three: None, open_page: Open) -> None:
    app = open_page("data")
    next(one for one in app.button if one.label == "Change roles").click().run()
    asked = next(one for one in app.selectbox if one.label == "The truth comes from")
    assert asked.options == list(TRUTHS)


@pytest.fixture
def crowd(project: Path, tmp_path: Path) -> Path:
    """A file of answers alone: 40 items of three people, cat dissents on every fourth, and the truth of each."""
    rows = [
        [who, f"i{i:02}", "yx"[i % 2] if who == "cat" and i % 4 == 0 else "xy"[i % 2], "xy"[i % 2]]
        for i in range(40)
        for who in ("ann", "bob", "cat")
    ]
    return write_csv(tmp_path / "crowd.csv", ["worker", "item", "label", "gold"], rows)


def test_answers_alone_are_imported_as_their_items_and_predictions_join_later(
    project: Path, crowd: Path, tmp_path: Path, open_page: Open
) -> None:
    with Project(project) as made:
        dataset, _ = load_files(made, [crowd], answers_alone=True)
        assert (dataset.rows, dataset.roles.runs) == (40, ())
    app = open_page("human_level")
    assert heading(app) == "3 people answered 40 rows"
    assert "Two people say the same on 83.3 % of rows" in text(app)
    assert not any(name.startswith(("Model", "Gap")) for name, *_ in table(app, "figures", "name"))
    assert ("cat", "40", "75.0", "75.0") in table(app, "annotators", "name", "n", "agreement", "accuracy")
    for page in ("overview", "failures", "slices", "tags", "priorities"):
        assert heading(open_page(page)) == "No predictions in crowd yet"
    assert "no predictions" in " ".join(one.label for one in open_page("data").expander)
    said = write_csv(tmp_path / "said.csv", ["id", "prediction"], [[f"i{i:02}", "x"] for i in range(40)])
    with Project(project) as made:
        add_file(made, dataset, said)
    assert "ahead of" in heading(open_page("human_level"))


def test_a_browser_is_told_what_to_click() -> None:
    said = in_the_browser(
        "Name it with --label (or on the Data page); the answers of several people (--human a,b) can."
    )
    assert said == "Give it on Data the role label; the answers of several people (the role human) can."
    assert in_the_browser(PERHAPS_NOTE).endswith("say so (Data, Change roles, “The truth comes from”).")
