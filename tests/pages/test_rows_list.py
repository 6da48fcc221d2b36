"""The list of a queue without a browser: tagging several rows, all rows, the way back, and one row's history."""

from __future__ import annotations

import pytest
from pages_kit import Open, component, heading, table, text
from streamlit.testing.v1 import AppTest

from slicer.project.events import known_tags
from slicer.ui.projects import projects


def tags() -> dict[str, int]:
    """The tags, and how many rows carry each."""
    return {one.name: one.yes for one in known_tags(projects.get(None), 1)}


def write_tag(app: AppTest, tag: str) -> AppTest:
    app.session_state["bulk-tag-1"] = tag
    return app.run()


@pytest.mark.usefixtures("speech")
def test_the_list_shows_what_the_card_reads(open_page: Open) -> None:
    app = open_page("failures", view="list")
    assert heading(app) == "100 rows in this queue, 15 of them read"
    rows = table(app, "rows", "name", "truth", "predicted", "tags", "said")
    assert len(rows) == 100
    assert rows[0] == ("utt-01325", "call yusuf", "fall joseph", "people noise, homophone, name or place", "read")
    assert app.button(key="bulk").label == "Tag all 100 rows"
    assert app.button(key="bulk").disabled, "no tag is chosen yet"


@pytest.mark.usefixtures("speech")
def test_all_rows_are_tagged_after_a_second_word_and_untagged_in_one(open_page: Open) -> None:
    app = open_page("failures", view="list", queue="all errors", where="noise = 'car noise'")
    rows = component(app, "rows")["rows"]
    before = tags()
    had = sum("homophone" in row["tags"]["text"] for row in rows)
    assert 0 < had < len(rows) < 200
    write_tag(app, "homophone").button(key="bulk").click().run()
    assert f"“homophone” goes on {len(rows)} rows. They are tagged, not read" in text(app)
    assert tags() == before, "asked, not done"
    app.button(key="bulk-all").click().run()
    assert not app.exception
    assert tags() == {**before, "homophone": before["homophone"] + len(rows) - had}
    assert f"“homophone” on {len(rows) - had} rows, {had} had it" in text(app)
    assert all("homophone" in row["tags"]["text"] for row in component(app, "rows")["rows"])
    app.button(key="bulk-undo").click().run()
    assert tags() == before
    assert "had it" not in text(app)


@pytest.mark.usefixtures("speech")
def test_a_question_is_taken_back_without_a_word(open_page: Open) -> None:
    app = open_page("failures", view="list")
    before = tags()
    write_tag(app, "homophone").button(key="bulk").click().run()
    assert "goes on" in text(app)
    app.button(key="bulk-cancel").click().run()
    assert tags() == before
    assert "goes on" not in text(app)


@pytest.mark.usefixtures("speech")
def test_a_link_opens_the_card_at_an_example(open_page: Open) -> None:
    app = open_page("failures", example="utt-07972")
    assert component(app, "card")["start"] == 4
    assert component(open_page("failures", example="nobody"), "card")["start"] == 1, "the first one nobody read"


@pytest.mark.usefixtures("defects")
def test_rows_that_nobody_touched_are_listed_in_pages(open_page: Open) -> None:
    app = open_page("failures", view="list", queue="all rows")
    assert heading(app) == "12,000 rows in this queue, 0 of them read"
    assert len(component(app, "rows")["rows"]) == 200


@pytest.mark.usefixtures("odd")
def test_odd_words_are_listed_as_they_are(open_page: Open) -> None:
    app = open_page("failures", view="list", queue="all rows")
    assert len(component(app, "rows")["rows"]) == 200
    assert not app.exception
