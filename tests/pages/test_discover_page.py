"""Discover without a server: a search that begins by itself, what it says of any data, and what can be done with it."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pages_kit import Open, component, heading, table, text, write_csv
from streamlit.testing.v1 import AppTest

from slicer.given import GivenRoles
from slicer.project.saved import list_saved
from slicer.project.store import Project
from slicer.slices import parse
from slicer.sources import load_files
from slicer.ui.projects import projects

ROLES = ["id", "label", "prediction"]


def until(app: AppTest, looks: Callable[[AppTest], bool]) -> AppTest:
    """The page once it looks like this."""
    patience = time.monotonic() + 60
    while not looks(app):
        assert time.monotonic() < patience, f"The search does not get there: {heading(app)}"
        time.sleep(0.1)
        app.run()
        assert not app.exception
    return app


def checked(app: AppTest) -> AppTest:
    """The page once its search is done."""
    return until(app, lambda app: not any(one.key == "search-stop" for one in app.button))


def under(app: AppTest, place: int) -> dict[str, Any]:
    """What stands under a row of the table."""
    return component(app, "discover")["rows"][place]["under"]


def saved(app: AppTest) -> list[tuple[str, str]]:
    """The saved slices, and the note of each."""
    return [(str(one.slice), one.note) for one in list_saved(projects.first(), 1)]


def choose(app: AppTest, *slices: str) -> AppTest:
    """Choose rows of the table, as their boxes do."""
    app.session_state["discover"] = {"chosen": {"round": app.session_state["round of found slices"], "ids": slices}}
    return app.run()


@pytest.fixture
def load(project: Path, tmp_path: Path) -> Callable[..., None]:
    """Puts a file of rows into the project."""

    def loaded(header: list[str], rows: list[list[object]], given: GivenRoles | None = None) -> None:
        with Project(project) as opened:
            load_files(opened, [write_csv(tmp_path / "rows.csv", header, rows)], given)

    return loaded


# --- what it finds ---------------------------------------------------------------------------------


@pytest.mark.usefixtures("speech")
def test_the_search_begins_by_itself_and_says_what_it_found_and_what_it_searched(open_page: Open) -> None:
    app = checked(open_page("discover"))
    assert heading(app) == "People noise: 13 % wrong, 390 of 3,000 rows. 9 more beyond chance."
    assert "300 slices of up to 2 conditions and at least 100 rows examined, seed 0." in text(app)
    rows = table(app, "discover", "name", "share", "errors", "rate", "verdict")
    assert ("people noise", "3,000", "390", "13.0", "beyond chance") in rows[:3]
    assert "of these right: read what fails" in under(app, 0)["note"]
    assert "All 10 slices stand out from chance" in text(app)


@pytest.mark.usefixtures("speech")
def test_what_says_the_same_is_folded_with_the_reason(open_page: Open) -> None:
    more = under(checked(open_page("discover")), 0)
    assert more["more_label"] == f"{len(more['more'])} more say the same"
    reasons = {rest.split(": ")[1] for _, rest in more["more"]}
    assert "no worse than the rest of this slice" in reasons


@pytest.mark.usefixtures("defects")
def test_choices_stand_in_the_link(open_page: Open) -> None:
    app = checked(
        open_page("discover", conditions="1", smallest="5 %", features="supplier", **{"look-for": "nonsense"})
    )
    assert "slices of 1 condition and at least 600 rows examined" in text(app)
    assert table(app, "discover", "name") == [("Cedar",)]
    app.segmented_control(key="discover/conditions-1").set_value("2").run()
    assert "conditions" not in app.query_params
    assert "up to 2 conditions" in text(checked(app))


@pytest.mark.usefixtures("speech")
def test_the_other_half_is_shown_where_half_was_kept_for_measuring(open_page: Open) -> None:
    app = open_page("discover", half="yes")
    assert app.toggle(key="discover/half-1").value
    rows = table(checked(app), "discover", "name", "other", "verdict")
    assert all(other != "–" for _, other, _ in rows)


@pytest.mark.usefixtures("speech")
def test_a_search_can_be_stopped_and_goes_on(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    from slicer.workbench import finding

    slow, quick = [True], finding.noise_of

    def noise_of(space: Any, coded: Any, told: Callable[[float], bool]) -> Any:
        while slow[0] and told(0.1):
            time.sleep(0.02)
        return quick(space, coded, told)

    monkeypatch.setattr(finding, "noise_of", noise_of)
    app = until(open_page("discover"), lambda app: heading(app).startswith("First found: People noise"))
    assert {verdict for (verdict,) in table(app, "discover", "verdict")} == {"checking"}
    assert {gain for (gain,) in table(app, "discover", "gain")} == {"–"}
    app.button(key="search-stop").click().run()
    app = until(app, lambda app: any(one.key == "search-again" for one in app.button))
    assert "The search was stopped." in text(app)
    assert component(app, "discover")["rows"], "what was found stays"
    slow[0] = False
    app.button(key="search-again").click().run()
    assert "beyond chance" in heading(checked(app))


# --- what can be done with it ----------------------------------------------------------------------


@pytest.mark.usefixtures("defects")
def test_slices_are_saved_with_where_they_come_from_and_the_way_back(open_page: Open) -> None:
    app = checked(open_page("discover"))
    first, second = [row["id"] for row in component(app, "discover")["rows"]][:2]
    choose(app, first, second).button(key="found-save").click().run()
    assert not app.exception
    assert {slice_ for slice_, _ in saved(app)} == {first, second}
    assert all(note.startswith("Found by searching ") and "beyond chance" in note for _, note in saved(app))
    assert component(app, "discover")["rows"][0]["name"]["flag"] == "saved"
    assert "Saved: 2 slices" in text(app)
    app.button(key="found-undo").click().run()
    assert saved(app) == []


@pytest.mark.usefixtures("defects")
def test_a_slice_is_sent_to_priorities_and_marked_there(open_page: Open) -> None:
    app = checked(open_page("discover", where="shift = 'night'"))
    first = component(app, "discover")["rows"][0]["id"]
    choose(app, first).button(key="found-rank").click().run()
    within = str(parse(first) & parse("shift = 'night'"))
    assert [slice_ for slice_, _ in saved(app)] == [within]
    assert component(app, "priorities")["selected"] == within
    assert within in [row["id"] for row in component(app, "priorities")["rows"]]


@pytest.mark.usefixtures("defects")
@pytest.mark.parametrize(("action", "shown"), [("read", None), ("tag", "list")])
def test_the_errors_of_slices_are_opened(open_page: Open, action: str, shown: str | None) -> None:
    app = checked(open_page("discover"))
    ids = [row["id"] for row in component(app, "discover")["rows"]][:2]
    choose(app, *ids).button(key=f"found-{action}").click().run()
    assert not app.exception
    assert app.query_params["where"] == " or ".join(sorted(ids))
    assert app.query_params["queue"] == "all errors"
    assert app.query_params.get("view") == shown


# --- where there is little to find -----------------------------------------------------------------


def test_rows_without_an_error(load: Callable[..., None], open_page: Open) -> None:
    load([*ROLES, "kind"], [[f"r{i}", "cat", "cat", "ab"[i % 2]] for i in range(200)])
    app = open_page("discover")
    assert heading(app) == "200 rows searched, and no error among them"
    app.button(key="discover-none-wrong-action").click().run()
    assert heading(app) == "All 200 rows are right"


def test_errors_alone(load: Callable[..., None], open_page: Open) -> None:
    load([*ROLES, "kind"], [[f"r{i}", "cat", "dog", "ab"[i % 2]] for i in range(200)])
    app = open_page("discover")
    assert heading(app) == "Every row here is an error"
    app.button(key="discover-all-wrong-action").click().run()
    assert heading(app) == "200 to read, 0 read so far"


def test_no_column_to_slice_by(load: Callable[..., None], open_page: Open) -> None:
    load(ROLES, [[f"r{i}", "cat", "cat" if i % 3 else "dog"] for i in range(200)])
    app = open_page("discover")
    assert heading(app) == "No column is a feature to slice by"
    app.button(key="discover-nothing-action").click().run()
    assert not app.exception


def test_words_and_a_class_are_searched_where_they_are_asked_for(load: Callable[..., None], open_page: Open) -> None:
    """Every message with the word "free" is taken for spam, whatever it is."""
    lines = [[f"r{i}", "ham" if i % 3 else "spam", "spam" if i % 4 == 0 else "ham", i % 7, "x"] for i in range(600)]
    for i, line in enumerate(lines):
        line[4] = f"{'free' if i % 4 == 0 else 'see'} you {i} at {'home' if i % 5 else 'work'}"
    load([*ROLES, "size", "text"], lines)
    app = checked(open_page("discover"))
    assert "text (a text: its words are searched where they are asked for)" in text(app)
    app.toggle(key="discover/words-1").set_value(True).run()
    app.selectbox(key="discover/classes-1").set_value("the true class").run()
    assert (app.query_params["words"], app.query_params["classes"]) == ("yes", "the true class")
    checked(app)
    names = [name for (name,) in table(app, "discover", "name")]
    assert names[0] == "true class spam"
    assert any("with the word 'free'" in name and "true class ham" in name for name in names), names


def test_texts_alone_are_searched_by_their_words(load: Callable[..., None], open_page: Open) -> None:
    lines = [
        [f"r{i}", "a", "b" if i % 4 == 0 else "a", f"{'no' if i % 4 == 0 else 'so'} way {i} out"] for i in range(400)
    ]
    load([*ROLES, "text"], lines)
    app = checked(open_page("discover"))
    assert heading(app).startswith("Text with the word 'no'"), heading(app)
    assert app.toggle(key="discover/words-1").disabled


@pytest.mark.usefixtures("one_row")
def test_a_single_row(open_page: Open) -> None:
    app = open_page("discover")
    assert heading(app) in ("No column is a feature to slice by", "Nothing to search")
    assert not app.error


def test_too_few_rows(load: Callable[..., None], open_page: Open) -> None:
    load([*ROLES, "kind"], [[f"r{i}", "cat", "cat" if i % 3 else "dog", "abc"[i % 3]] for i in range(40)])
    app = open_page("discover")
    assert heading(app) == "Nothing to search"
    assert "No value of a feature is on at least 30 rows, and not on all of them." in text(app)


@pytest.mark.usefixtures("odd")
def test_odd_names(open_page: Open) -> None:
    app = checked(open_page("discover"))
    assert heading(app) == "Nothing is worse than searching through chance would find"
    assert not app.error
    assert all(verdict == "may be chance" for (verdict,) in table(app, "discover", "verdict"))


def test_a_run_of_numbers(load: Callable[..., None], open_page: Open) -> None:
    random = np.random.default_rng(3)
    kinds = random.choice(list("abc"), 600)
    rows = [[f"r{i}", one, round(random.normal(0.8, 0.05) - 0.1 * (one == "b"), 3)] for i, one in enumerate(kinds)]
    load(["id", "kind", "quality_score"], rows, GivenRoles(columns={"feature": ["kind"]}, score="quality_score"))
    app = checked(open_page("discover"))
    assert heading(app).startswith("B: ")
    assert table(app, "discover", "name", "verdict")[0] == ("b", "beyond chance")
    assert "Read its worst rows" in under(app, 0)["note"]
    choose(app, "kind = 'b'").button(key="found-read").click().run()
    assert app.query_params["queue"] == "worst rows"


@pytest.mark.usefixtures("defects")
def test_a_link_that_says_nonsense_is_taken_as_far_as_it_makes_sense(open_page: Open) -> None:
    link = {"smallest": "7", "conditions": "x", "half": "maybe", "features": "nobody", "shown": "1e9", "alpha": "x"}
    assert "Cedar" in heading(checked(open_page("discover", **link)))
