"""Slices without a server: every slice in numbers, and the slice at hand that is written, named, kept and lost."""

from __future__ import annotations

import pytest
from pages_kit import Open, component, heading, table, text


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
    assert "No slice is saved yet." in text(app)
    app.button(key="restore").click().run()
    assert "1 saved slice:" in text(app)
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
    assert not app.error, "the field itself says why, once"
    assert component(app, "slice")["text"] == slice_
    assert app.button(key="save-slice").disabled


@pytest.mark.usefixtures("speech")
@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"- name: crowd\n  slice: noise = 'people noise'\n", "1 saved slice:"),
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


@pytest.mark.usefixtures("speech")
def test_without_a_slice_at_hand_nothing_covers_the_table(open_page: Open) -> None:
    app = open_page("slices")
    assert not [one for one in app.button if one.key in ("save-slice", "filter-slice", "open-slice")]


@pytest.mark.usefixtures("speech")
def test_an_empty_table_is_not_spoken_of(open_page: Open) -> None:
    for link in ({"where": "noise = 'silence'"}, {"columns": ""}):
        said = text(open_page("slices", **link))
        assert "above" not in said
        assert "A header sorts" not in said


@pytest.mark.usefixtures("both")
def test_the_crossing_is_of_features_and_begins_with_the_headline(open_page: Open) -> None:
    """Crossed with the label, accuracy would be the recall of its classes."""
    app = open_page("slices", dataset="defects")
    assert heading(app) == "Cedar is 3.5 points below the rest"
    down, across = app.selectbox(key="slices/down-2"), app.selectbox(key="slices/across-2")
    assert (down.value, across.value) == ("supplier", "line")
    assert "label" not in (*down.options, *across.options)
    app = open_page("slices", dataset="defects", down="shift")
    assert app.selectbox(key="slices/down-2").value == "shift", "a link says otherwise"
