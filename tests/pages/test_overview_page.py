"""Overview says what fits the task: classes, a score, errors over a total, a regression; so does Failures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pages_kit import Open, component, heading, table, text, words, write_csv
from streamlit.testing.v1 import AppTest

from slicer.project.datasets import list_datasets
from slicer.project.store import Project
from slicer.samples import get_sample
from slicer.sources import load_files, load_sample
from slicer.ui.projects import projects


@pytest.fixture
def adult(project: Path) -> None:
    with Project(project) as opened:
        load_sample(opened, get_sample("adult"))


@pytest.fixture
def score(project: Path, tmp_path: Path) -> None:
    """99 utterances, one in two with noise b, from 0 to 98 hundredths; lower is better by the name of the column."""
    file = write_csv(tmp_path / "s.csv", ["id", "noise", "wer"], [[f"u{i}", "ab"[i % 2], i / 100] for i in range(99)])
    with Project(project) as opened:
        load_files(opened, [file])


@pytest.fixture
def ratio(project: Path, tmp_path: Path) -> None:
    """120 utterances, of 2 words with noise a and of 18 words with noise b; one in two has 2 errors."""
    rows = [[f"u{i}", "ab"[i % 2], i // 2 % 2 * 2, (2, 18)[i % 2]] for i in range(120)]
    with Project(project) as opened:
        load_files(opened, [write_csv(tmp_path / "r.csv", ["id", "noise", "errors", "words"], rows)])


@pytest.fixture
def regression(project: Path, tmp_path: Path) -> None:
    """200 houses, those in the east said 7 or 9 too high, the others 0 or 2 too low."""
    off = (-2, 7, 0, 9)
    rows = [[f"h{i}", "we"[i % 2], i + 0.5, i + 0.5 + off[i % 4]] for i in range(200)]
    with Project(project) as opened:
        load_files(opened, [write_csv(tmp_path / "h.csv", ["id", "side", "label", "prediction"], rows)])


def metric_of(app: AppTest) -> tuple[str, str]:
    """The headline number and its name."""
    (metric,) = app.metric
    return metric.label, words(metric.value)


def cells(app: AppTest, key: str) -> dict[str, dict[str, Any]]:
    """The rows of a table by id."""
    return {row["id"]: row for row in component(app, key)["rows"]}


def titles(app: AppTest) -> list[str]:
    return [words(one.value) for one in app.subheader]


# --- the metric ------------------------------------------------------------------------------------


@pytest.mark.usefixtures("adult")
def test_the_metric_of_the_link_drives_the_page(open_page: Open) -> None:
    app = open_page("overview", metric="recall")
    assert heading(app) == "Recall of “>50K” is 65.0 %"
    assert metric_of(app) == ("Recall", "65.0 %")
    assert component(app, "classes")["sort"] == ["recall", 1]
    assert component(app, "worst")["columns"][1]["label"] == "Recall %"
    assert component(app, "metrics")["selected"] == "recall"
    assert "Recall is lowest for “>50K”: 65.0 %" in titles(app)


@pytest.mark.usefixtures("adult")
def test_a_number_stands_without_percent(open_page: Open) -> None:
    app = open_page("overview", metric="log loss")
    assert metric_of(app) == ("Log loss", "0.277")
    labels = [column["label"] for column in component(app, "worst")["columns"]]
    assert labels[1:4] == ["Log loss", "The rest", "Difference"]


@pytest.mark.usefixtures("speech")
@pytest.mark.parametrize("metric", ["no such metric", "mean score", ""])
def test_an_unknown_metric_falls_back_to_the_first(open_page: Open, metric: str) -> None:
    app = open_page("overview", metric=metric)
    assert heading(app) == "90.3 % of 10,000 rows are right"
    assert next(one for one in app.selectbox if one.label == "Metric").value == "accuracy"


@pytest.mark.usefixtures("both")
def test_a_link_to_a_data_set_that_is_not_there_says_which_one_this_is(open_page: Open) -> None:
    app = open_page("overview", dataset="nope")
    assert [words(one.value) for one in app.warning] == ["No data set nope in this project. This is defects."]
    assert not open_page("overview", dataset="speech").warning


@pytest.mark.usefixtures("both")
def test_the_metric_of_another_data_set_is_forgotten(open_page: Open) -> None:
    """Speech is right or wrong: it has no macro F1."""
    app = open_page("overview", dataset="defects", metric="macro F1")
    assert heading(app) == "Macro F1 is 91.8 %"
    next(one for one in app.selectbox if one.label == "Data set").set_value("speech").run()
    assert not app.exception
    assert heading(app) == "90.3 % of 10,000 rows are right"


# --- classes ---------------------------------------------------------------------------------------


@pytest.mark.usefixtures("adult")
def test_every_metric_stands_beside_what_needs_no_model(open_page: Open) -> None:
    """The share of >50K in the test set is 3,846 of 16,281: printing 0 is right on the others."""
    rows = table(open_page("overview"), "metrics", "name", "value", "baseline", "rows")
    found = {name: rest for name, *rest in rows}
    assert found["accuracy"] == ["87.1 %", "76.4 %", "16,281"]
    assert found["recall"] == ["65.0 %", "0.0 %", "3,846"]
    assert found["precision"] == ["76.7 %", "–", "3,255"]
    assert found["ROC-AUC"][1] == "50.0 %"
    assert found["average precision"][1] == "23.6 %"
    assert found["log loss"][1] == "0.547"
    assert found["Matthews correlation"][0] == "0.625"


@pytest.mark.usefixtures("adult")
def test_a_dash_says_why(open_page: Open) -> None:
    cell = cells(open_page("overview"), "metrics")["precision"]["baseline"]
    assert cell["title"] == "always “<=50K”: no row is predicted as the class"
    assert "Always “<=50K” would be right on 76.4 %, and find none of “>50K”" in titles(open_page("overview"))


@pytest.mark.usefixtures("adult")
def test_probabilities_are_drawn_where_there_are_any(open_page: Open) -> None:
    said = " ".join(titles(open_page("overview")))
    assert "Probabilities come true, within noise: off by 0.8 pp, 0.6 pp by chance alone" in said
    assert "65 % of “>50K” lie at 50 % or above, and 6 % of “<=50K”" in said


@pytest.mark.usefixtures("defects")
def test_without_probabilities_nothing_is_said_of_them(open_page: Open) -> None:
    app = open_page("overview")
    assert not [one for one in titles(app) if "robabilit" in one]
    assert "log_loss" not in cells(app, "metrics")


@pytest.mark.usefixtures("speech")
def test_where_only_right_and_wrong_is_known_there_is_no_class(open_page: Open) -> None:
    app = open_page("overview")
    assert not [one for one in app.get("bidi_component") if one.proto.id.endswith(("-classes", "-metrics"))]
    assert component(app, "crowd")["rows"]


@pytest.mark.usefixtures("one_row")
def test_few_rows_are_counts_in_the_headline_too(open_page: Open) -> None:
    app = open_page("overview")
    assert metric_of(app) == ("Accuracy", "1/1")


@pytest.mark.usefixtures("adult")
def test_the_flags_of_a_number_are_in_its_tooltip(open_page: Open) -> None:
    app = open_page("overview", where="occupation = 'Armed-Forces'")
    title = cells(app, "metrics")["accuracy"]["value"]["title"]
    assert "fewer than 30 rows behind the number" in title
    assert "Wilson score interval" in title


@pytest.fixture
def weighted(project: Path, tmp_path: Path) -> None:
    """80 rows of weight 1 that are right, 20 of weight 4 that are wrong: cats taken for dogs."""
    rows = [[f"r{i}", "cat", "cat" if i < 80 else "dog", 1 if i < 80 else 4] for i in range(100)]
    rows += [[f"d{i}", "dog", "dog", 1] for i in range(40)]
    with Project(project) as opened:
        load_files(opened, [write_csv(tmp_path / "w.csv", ["id", "label", "prediction", "weight"], rows)])


@pytest.mark.usefixtures("weighted")
def test_weights_count_in_metrics_and_rows_are_counted_as_rows(open_page: Open) -> None:
    app = open_page("overview")
    assert heading(app) == "Cat is taken for dog: 20 of 20 errors"
    assert metric_of(app) == ("Accuracy", "60.0 %")
    found = {name: rest for name, *rest in table(app, "metrics", "name", "value", "baseline")}
    assert found["accuracy"] == ["60.0 %", "80.0 %"], "160 of 200 by weight are cats"
    assert "rows carry weights" in cells(app, "metrics")["accuracy"]["value"]["title"]


# --- a score ---------------------------------------------------------------------------------------


@pytest.mark.usefixtures("score")
@pytest.mark.parametrize(
    ("page", "finding"),
    [
        ("overview", "The mean wer is 0.490"),
        ("failures", "99 to read, 0 read so far"),
        ("priorities", "Nothing can be ranked yet"),
    ],
)
def test_a_score_is_not_called_right_or_wrong(open_page: Open, page: str, finding: str) -> None:
    app = open_page(page)
    assert heading(app) == finding
    assert " are right" not in text(app)
    assert " errors" not in text(app)


@pytest.mark.usefixtures("score")
def test_the_worst_scores_are_listed_and_open_their_row(open_page: Open) -> None:
    app = open_page("overview")
    assert "Lower is better." in text(app)
    assert table(app, "worst-rows", "name", "number-0", "feature-noise")[:2] == [
        ("u98", "0.980", "a"),
        ("u97", "0.970", "b"),
    ]
    items = component(open_page("failures", where="id = 'u97'", queue="worst rows"), "card")["items"]
    assert [item["id"] for item in items] == ["u97"]


@pytest.mark.usefixtures("score")
def test_the_worst_rows_are_read_first(open_page: Open) -> None:
    app = open_page("failures", size="10")
    card = component(app, "card")
    assert [item["id"] for item in card["items"]] == [f"u{98 - place}" for place in range(10)]
    first = card["items"][0]
    assert (first["measured"], first["right"]) == ([["wer", "0.980"]], None)
    assert "Worst first: the highest wer." in text(app)


@pytest.mark.usefixtures("score")
def test_a_queue_of_errors_is_no_queue_of_a_score(open_page: Open) -> None:
    """The link of a page that knows only errors."""
    app = open_page("failures", queue="all errors", where="noise = 'a'")
    assert heading(app) == "50 to read, 0 read so far"
    assert component(app, "card")["items"][0]["id"] == "u98"


@pytest.mark.usefixtures("score")
@pytest.mark.parametrize(("queue", "first"), [("all rows", "u0"), ("random rows", None)])
def test_rows_of_a_score_can_be_read_in_order_or_at_random(open_page: Open, queue: str, first: str | None) -> None:
    items = component(open_page("failures", queue=queue, size="20"), "card")["items"]
    assert len({item["id"] for item in items}) == (20 if first is None else 99)
    assert first in (None, items[0]["id"])


# --- errors over a total ---------------------------------------------------------------------------


@pytest.mark.usefixtures("ratio")
def test_a_ratio_is_that_of_the_sums(open_page: Open) -> None:
    """120 of 1,200 words: 10.0 % of all words, 27.8 % by the mean of the rows."""
    app = open_page("overview")
    assert heading(app) == "Error rate is 10.0 %: 120 errors in 1,200 words"
    assert "The mean of the rows' own rates would be 27.8 %." in text(app)
    assert "a row of one word counts as much as one of forty" in text(app)
    assert metric_of(app) == ("Error rate", "10.0 %")
    assert "“a”: error rate 50.0 %, 44.4 points above the rest" in titles(app)
    assert table(app, "worst-rows", "number-0", "number-1", "number-2")[0] == ("2", "2", "100.0 %")


# --- a regression ----------------------------------------------------------------------------------


@pytest.mark.usefixtures("regression")
def test_a_regression_is_off_by_so_much(open_page: Open) -> None:
    app = open_page("overview")
    assert heading(app) == "Predictions are off by 4.50 on average"
    assert "Always the mean would be off by 50.0. On average predictions are 3.50 too high." in text(app)
    assert metric_of(app) == ("Mean absolute error", "4.50")
    found = {name: rest for name, *rest in table(app, "metrics", "name", "value", "baseline")}
    assert found["root mean squared error"] == [f"{np.sqrt(134 / 4):.2f}", f"{np.arange(200).std():.1f}"]
    assert found["bias"] == ["3.50", "0"]
    assert found["R²"][1] == "0"
    assert "“e”: mean absolute error 8.00, 7.00 above the rest" in titles(app)


@pytest.mark.usefixtures("regression")
def test_rows_that_miss_by_a_little_are_not_wrong(open_page: Open) -> None:
    item = component(open_page("failures"), "card")["items"][0]
    assert item["measured"] == [["label", "3.50"], ["prediction", "12.5"], ["off by", "9"]]
    assert item["right"] is None


@pytest.mark.usefixtures("regression")
@pytest.mark.parametrize("page", ["overview", "failures"])
def test_a_filter_without_rows_is_said(open_page: Open, page: str) -> None:
    app = open_page(page, where="side = 'n'")
    assert heading(app) in ("No row fits this filter", "Nothing to read here")
    assert not app.metric


# --- the choices on Data ---------------------------------------------------------------------------


def save(app: AppTest) -> None:
    """Press Save in the dialog; without a browser it is open in the run after its button alone."""
    app.button(key="roles-1").click()
    app.button(key="save-roles").click().run()
    assert not app.exception


@pytest.mark.usefixtures("score")
def test_the_direction_of_a_score_is_set_on_data(open_page: Open) -> None:
    app = open_page("data")
    app.button(key="roles-1").click().run()
    app.selectbox(key="set-score").set_value("higher is better")
    save(app)
    page = open_page("overview")
    assert "Higher is better." in text(page)
    assert table(page, "worst-rows", "name")[0] == ("u0",)


@pytest.mark.usefixtures("regression")
def test_the_task_is_set_on_data(open_page: Open) -> None:
    app = open_page("data")
    app.button(key="roles-1").click().run()
    assert not [one for one in app.selectbox if one.key == "set-score"], "there is no score to ask about"
    app.selectbox(key="set-task").set_value("classification")
    save(app)
    assert heading(open_page("overview")) == "25.0 % of 200 rows are right"


def test_task_and_direction_are_set_before_the_import_too(open_page: Open, project: Path, tmp_path: Path) -> None:
    rows = [[f"u{i}", "ab"[i % 2], i / 100] for i in range(60)]
    path = write_csv(tmp_path / "mqm.csv", ["id", "noise", "score"], rows)
    app = open_page("data")
    app.session_state["files"] = [(str(path), "")]
    app.run()
    app.selectbox(key="new-score").set_value("lower is better").run()
    app.selectbox(key="new-task").set_value("score").run()
    app.button(key="import").click().run()
    assert not app.exception
    (dataset,) = list_datasets(projects.open(project))
    assert (dataset.roles.choices.task, dataset.roles.choices.lower_is_better) == ("score", True)
