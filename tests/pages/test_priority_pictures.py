"""The pictures without a server: which stands first, what a link chooses, and the picture as a table."""

from __future__ import annotations

from typing import Any

import pytest
from pages_kit import Open, text
from streamlit.testing.v1 import AppTest


def chooser(app: AppTest) -> Any:
    """What says which picture is shown; found by its choices, since its key holds the data set."""
    (found,) = [one for one in app.segmented_control if "Gap and share" in one.options]
    return found


@pytest.mark.usefixtures("speech")
def test_slices_that_exclude_each_other_are_areas_and_others_bars(open_page: Open) -> None:
    app = open_page("priorities")
    assert list(chooser(app).options) == ["Areas", "Gap and share", "Rubber sheet"]
    assert chooser(app).value == "Areas"
    app.multiselect(key="priorities/by-1").set_value(["noise", "device"]).run()
    assert not app.exception
    assert list(chooser(app).options) == ["Bars", "Gap and share", "Next best"]
    assert chooser(app).value == "Bars"


@pytest.mark.usefixtures("speech")
@pytest.mark.parametrize(
    ("picture", "by", "said"),
    [
        ("Gap and share", "noise", "Car noise has the widest gap, but people noise holds more of the data"),
        ("Rubber sheet", "noise", "People are ahead by 1.36 points in all"),
        ("Areas", "noise", "hold 88 % of what there is to gain"),
    ],
)
def test_a_link_chooses_a_picture_and_its_title_says_what_is_seen(
    open_page: Open, picture: str, by: str, said: str
) -> None:
    app = open_page("priorities", picture=picture, by=by)
    assert chooser(app).value == picture
    assert said in text(app)


@pytest.mark.usefixtures("speech")
def test_a_picture_is_a_table_at_a_click(open_page: Open) -> None:
    app = open_page("priorities")
    app.toggle(key="table-picture-areas-1").set_value(True).run()
    assert not app.exception
    (table,) = app.dataframe
    assert list(table.value.columns) == ["slice", "share", "gap", "potential"]
    assert set(table.value["slice"]) == {"people noise", "clean speech", "car noise", "low bandwidth"}


@pytest.mark.usefixtures("both")
def test_the_matrix_shows_rows_or_shares(open_page: Open) -> None:
    app = open_page("overview", dataset="defects")
    assert "0.7 % of no defect is taken for discoloration: 74 rows" in text(app)
    app.segmented_control(key="cells").set_value("Share of the true class, %").run()
    assert not app.exception


@pytest.mark.usefixtures("speech")
def test_two_slices_stand_side_by_side(open_page: Open) -> None:
    app = open_page("slices", **{"one": "noise = 'car noise'", "other-slice": "noise = 'people noise'"})
    assert "Car noise and people noise: accuracy 89.0 % and 87.0 %, not clearly apart" in text(app)
    assert "They differ most in device phone: 72 % against 45 %" in text(app)
    held = open_page("slices", slice="words < 5")
    assert held.selectbox(key="slices/one-1").value == "words < 5"
    assert held.selectbox(key="slices/other-slice-1").value == "all other rows"


@pytest.mark.usefixtures("speech")
def test_saved_slices_stand_in_folders_and_remember_what_they_were(open_page: Open) -> None:
    app = open_page("slices", slice="words < 4")
    app.text_input(key="name-words < 4").input("length / short").run()
    app.button(key="save-slice").click().run()
    assert "1 saved slice in 1 folder" in text(app)
    app = open_page("slices", slice="words < 5")
    app.text_input(key="name-words < 5").input("length/short").run()
    app.button(key="replace-slice").click().run()
    assert not app.exception
    assert "1 saved slice in 1 folder" in text(app)
    assert "length/short: words < 4" in text(app), "the older version is in its history"
    assert [one for one in app.button if one.key.startswith("version-")]
