"""The Failures page: every queue is offered in words, written down as it was drawn, and says what it can tell."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pages_kit import Open, component, heading, table, text, write_csv

from slicer.project.events import Event, append
from slicer.project.saved import SavedSlice, save_slice
from slicer.project.store import Project
from slicer.slices import parse
from slicer.sources import load_files
from slicer.ui.projects import projects


@pytest.fixture
def animals(project: Path, tmp_path: Path) -> None:
    """Two runs on 120 rows of three classes, with probabilities, and a saved slice."""
    classes = ("cat", "dog", "fox")
    rows = []
    for i in range(120):
        label = classes[i % 3]
        v1 = label if i % 4 else classes[(i + 1) % 3]
        v2 = label if i % 5 else classes[(i + 2) % 3]
        p = 0.5 + (i % 10) / 25
        rows.append([f"r{i:03}", label, v1, v2, *(p if one == v1 else (1 - p) / 2 for one in classes), "ab"[i % 2]])
    header = ["id", "label", "prediction_v1", "prediction_v2", *(f"prob_{one}_v1" for one in classes), "size"]
    path = write_csv(tmp_path / "animals.csv", header, rows)
    with Project(project) as opened:
        dataset = load_files(opened, [path])[0]
        save_slice(opened, dataset.id, SavedSlice(slice=parse("size = 'a'"), name="small ones"), author="ana")


def design() -> dict[str, Any]:
    """How the queue that was written last is drawn."""
    row = projects.first().cursor().execute("select design from queues order by id desc limit 1").fetchone()
    return {name: one for name, one in json.loads(row[0]).items() if one is not None}


ERRORS = "correct = false"


@pytest.mark.usefixtures("animals")
@pytest.mark.parametrize(
    ("link", "rows", "expected"),
    [
        ({}, 30, {"kind": "random", "where": ERRORS, "wanted": 100, "seed": 1}),
        ({"queue": "all errors"}, 30, {"kind": "all", "where": ERRORS}),
        ({"queue": "all rows"}, 120, {"kind": "all", "where": ""}),
        (
            {"queue": "some errors of each kind", "size": "10"},
            10,
            {"kind": "stratified", "where": ERRORS, "wanted": 10, "seed": 1, "by": "label"},
        ),
        (
            {"queue": "some errors of each kind", "strata": "confidence", "size": "20"},
            20,
            {"kind": "stratified", "where": ERRORS, "wanted": 20, "seed": 1, "by": "confidence"},
        ),
        ({"queue": "most confident errors", "size": "12"}, 12, {"kind": "confident", "where": ERRORS, "wanted": 12}),
        ({"queue": "runs disagree"}, 42, {"kind": "runs", "where": "", "wanted": 100, "seed": 1, "other": "v2"}),
        (
            {"queue": "one confusion", "of": "dog taken for fox"},
            10,
            {"kind": "all", "where": "label = 'dog' and prediction = 'fox'"},
        ),
        ({"queue": "errors of one slice"}, 30, {"kind": "all", "where": "correct = false and size = 'a'"}),
        ({"queue": "all errors", "where": "size = 'b'"}, 0, None),
        (
            {"queue": "correct rows", "size": "50", "draw": "7"},
            50,
            {"kind": "random", "where": "correct = true", "wanted": 50, "seed": 7},
        ),
    ],
)
def test_a_queue_is_written_as_it_was_chosen(
    open_page: Open, link: dict[str, str], rows: int, expected: dict[str, Any] | None
) -> None:
    app = open_page("failures", run="v1", **link)
    if expected is None:
        assert heading(app) == "Nothing to read here"
        return
    assert design() == expected
    assert component(app, "card")["total"] == rows
    again = open_page("failures", run="v1", **link)
    assert component(again, "card")["queue"] == component(app, "card")["queue"]


@pytest.mark.usefixtures("animals")
def test_strata_are_said_with_what_was_drawn_of_each(open_page: Open) -> None:
    app = open_page("failures", run="v1", queue="some errors of each kind", size="12")
    assert "Drawn: label cat 4 of 10, label dog 4 of 10, label fox 4 of 10." in text(app)


@pytest.mark.usefixtures("animals")
def test_only_queues_that_make_sense_are_offered(open_page: Open) -> None:
    offered = open_page("failures", run="v2").selectbox(key="failures/queue-1").options
    assert "most confident errors" not in offered
    assert {"runs disagree", "one confusion", "errors of one slice", "correct rows"} <= set(offered)


@pytest.mark.usefixtures("animals")
def test_strata_are_those_of_the_rows_the_filter_holds(open_page: Open) -> None:
    app = open_page(
        "failures", run="v1", queue="some errors of each kind", size="10", where="size = 'a'", strata="confidence"
    )
    assert heading(app) != "Nothing to read here"
    assert component(app, "card")["total"] == 10


@pytest.mark.usefixtures("animals")
def test_of_an_unfinished_stratified_queue_the_page_says_what_it_lacks(open_page: Open) -> None:
    """Of one class nothing was read yet: counts alone, no share; then each class counts by its size."""
    app = open_page("failures", run="v1", queue="some errors of each kind", size="24")
    card, project = component(app, "card"), projects.first()
    labels = {one["id"]: one["truth"] for one in card["items"]}
    read = [one for one, label in labels.items() if label != "fox"]
    tag_and_read(project, card, read, tagged=read[:7])
    app = open_page("failures", run="v1", queue="some errors of each kind", size="24")
    assert heading(app) == "Odd is on 7 of the 16 failures read for it so far"
    assert "Of some parts no row was read for this tag yet (label fox)" in text(app)
    assert table(app, "tags", "read", "share", "worth") == [("7/16", "–", "–")]
    tag_and_read(project, card, [one for one, label in labels.items() if label == "fox"][:2], tagged=[])
    app = open_page("failures", run="v1", queue="some errors of each kind", size="24")
    assert heading(app) == "Odd explains 29 % of the failures read so far"


def tag_and_read(project: Project, card: dict[str, Any], read: list[str], *, tagged: list[str]) -> None:
    """Somebody reads these examples of the card's queue and tags some; the tag was there before."""
    said = [("r001", "tag"), *((one, "tag") for one in tagged), *((one, "reviewed") for one in read)]
    events = [
        Event(example=one, kind=kind, name="odd" if kind == "tag" else "", value="yes" if kind == "tag" else "", seq=n)
        for n, (one, kind) in enumerate(said)
    ]
    append(project, card["dataset"], events, author="ana", session=read[0], queue=card["queue"])
