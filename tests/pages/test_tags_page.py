"""Tags without a server: the four numbers, what failures alone cannot tell and the button that brings it, and rules."""

from __future__ import annotations

from pathlib import Path

import pytest
from pages_kit import MARKUP, Open, component, heading, table, text

from slicer.project.datasets import get_dataset
from slicer.project.events import Event, append
from slicer.project.queues import QueueDesign, open_queue, queue_examples
from slicer.project.store import Project
from slicer.workbench import ERRORS, Workbench
from slicer.workbench.tagging import CORRECT


def read(project: Path, name: str, where: str, tagged: dict[str, str], *, kind: str = "random", most: int = 60) -> None:
    """Somebody reads a queue and tags each row by the value of a column."""
    with Project(project) as opened:
        dataset = get_dataset(opened, name)
        bench = Workbench(opened, dataset)
        rows = CORRECT if where == "correct = true" else ERRORS
        design = QueueDesign(kind=kind, where=where, wanted=most, seed=1)
        queue = open_queue(opened, dataset.id, bench.run.name, design, lambda: bench.ids(rows), author="ana")
        examples = queue_examples(opened, queue, start=0, count=most)
        values = bench.examples_by_id(examples)
        events = []
        for example in examples:
            for column, tag in tagged.items():
                value = values[example].values[column]
                if value:
                    said = tag.format(value)
                    events.append(Event(example=example, kind="tag", name=said, value="yes", seq=len(events) + 1))
            events.append(Event(example=example, kind="reviewed", seq=len(events) + 1))
        append(opened, dataset.id, events, author="ana", session=where, queue=queue.id)


@pytest.mark.usefixtures("speech")
def test_failures_alone_tell_the_first_number(open_page: Open) -> None:
    app = open_page("tags")
    assert table(app, "tags", "name", "read", "share", "most")[0] == ("homophone", "52/100", "52", "5.06")
    assert table(app, "tags", "data", "wrong", "room") == [("–", "–", "–")] * 6
    (row, *_) = component(app, "tags")["rows"]
    assert "Nobody read rows the model got right" in row["room"]["title"]
    said = text(app)
    assert "95 % interval 43 to 61; fixing all of it would bring at most 5.06 pp. 100 of 974 failures read" in said
    assert "Three of the four numbers need rows the model got right" in said
    assert "6 tags cover 94 of the 100 failures read" in said
    assert "63 failures carry several tags, so shares add up to more than 100 %." in said


@pytest.mark.usefixtures("speech")
def test_the_missing_numbers_are_one_click_away(open_page: Open) -> None:
    app = open_page("tags")
    app.button(key="read-correct").click().run()
    assert not app.exception
    assert app.query_params["queue"] == "correct rows"
    assert heading(app) == "Homophone explains 52 % of the failures read so far"
    card = component(app, "card")
    assert card["total"] == 150
    assert all(item["right"] for item in card["items"])


@pytest.mark.usefixtures("speech")
def test_correct_rows_bring_the_other_numbers(open_page: Open, project: Path) -> None:
    read(project, "speech", "correct = true", {"noise": "{}"}, most=150)
    app = open_page("tags")
    (row,) = [row for row in component(app, "tags")["rows"] if row["name"]["text"] == "people noise"]
    for key in ("share", "data", "wrong", "room"):
        assert row[key]["text"] not in ("", "–")
        assert row[key]["pm"].startswith("±")
    assert row["people"]["title"] == "human labels on the same rows"
    assert heading(app).startswith("Closing the gap of ")
    assert "Three of the four numbers" not in text(app)


@pytest.mark.usefixtures("speech")
def test_more_failures_are_one_click_away(open_page: Open) -> None:
    app = open_page("tags")
    assert app.button(key="read-more").label == "Read 212 more failures"
    app.button(key="read-more").click().run()
    assert not app.exception
    assert component(app, "card")["total"] == 237, "about 25 of them were read before"


@pytest.mark.usefixtures("speech")
def test_saturation_and_pairs_are_summed_up(open_page: Open) -> None:
    said = text(open_page("tags"))
    assert "The last 92 failures brought no new tag" in said
    assert "Homophone and people noise stand together most: on 23 of 100 failures" in said


@pytest.mark.usefixtures("speech")
def test_rules_stand_with_their_counts(open_page: Open) -> None:
    app = open_page("tags")
    assert table(app, "rules", "name", "rule", "counts", "rows") == [
        ("car noise", "noise = 'car noise'", "6 of 6", "400"),
        ("people noise", "noise = 'people noise'", "43 of 46", "3,000"),
        ("low bandwidth", "noise = 'low bandwidth'", "21 of 27", "600"),
    ]
    assert "3 of 6 tags can be told from the columns" in text(app)


@pytest.mark.usefixtures("defects")
def test_without_tags_the_page_says_how_to_begin(open_page: Open) -> None:
    app = open_page("tags")
    assert "Read 100 failures one at a time" in text(app)
    app.button(key="no-tags-action").click().run()
    assert not app.exception
    assert heading(app) == "100 to read, 0 read so far"


@pytest.mark.usefixtures("defects")
def test_without_tags_a_sample_shows_what_there_could_be(open_page: Open) -> None:
    app = open_page("tags")
    app.button(key="no-tags-sample").click().run()
    assert not app.exception
    assert heading(app) == "Homophone explains 52 % of the failures"


@pytest.mark.usefixtures("defects")
def test_rows_somebody_chose_are_counted_and_no_more(open_page: Open, project: Path) -> None:
    read(project, "defects", "correct = false", {"line": "line {}"}, kind="all", most=100)
    app = open_page("tags")
    assert " of 1" in heading(app) or "failures read" in heading(app)
    assert "not drawn at random" in text(app)
    assert {row[0] for row in table(app, "tags", "share")} == {"–"}
    assert not [one for one in app.button if one.key == "read-more"]


@pytest.mark.usefixtures("odd")
def test_odd_tags_are_only_names(open_page: Open, project: Path) -> None:
    read(project, "odd", "correct = false", {"noise": MARKUP, "noise_2": "tag {}"}, most=20)
    app = open_page("tags")
    assert not app.error
    assert (MARKUP,) in table(app, "tags", "name")


@pytest.mark.usefixtures("speech")
@pytest.mark.parametrize("where", ["correct = true", "correct = false", "noise = 'car noise'", "noise = 'silence'"])
def test_any_filter_can_stand(open_page: Open, where: str) -> None:
    app = open_page("tags", where=where)
    if where.startswith("correct"):
        assert heading(app) == "Homophone explains 52 % of the failures"
    if where == "noise = 'silence'":
        assert heading(app) == "No failure here was read"


@pytest.mark.usefixtures("defects")
def test_a_tag_can_be_made_before_any_row_carries_it(open_page: Open) -> None:
    app = open_page("tags")
    for _ in range(2):
        app.text_input(key="new tag-1").set_value("  scratch ")
        app.button(key="make-tag").click().run()
    assert not app.exception
    assert table(app, "tags-kept", "name", "rows") == [("scratch", "0")]
    assert "There is a tag 'scratch' already" in text(app)
    assert heading(app) == "No row is tagged yet"
