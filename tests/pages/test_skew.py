"""Priorities of classes: each kind of error with its worth, and what another threshold would change."""

from __future__ import annotations

from pathlib import Path

from pages_kit import Open, table, text

from slicer.project.store import Project
from slicer.samples import get_sample
from slicer.sources import load_sample


def load(path: Path, name: str) -> None:
    with Project(path) as project:
        load_sample(project, get_sample(name))


def test_another_threshold_is_tried_and_said_in_rows(project: Path, open_page: Open) -> None:
    load(project, "adult")
    app = open_page("priorities", kind="classes")
    assert "At 0.50 the model finds 65.0 % of “>50K”; 76.7 % of what it calls so is right" in text(app)
    kinds = table(app, "kinds", "name", "missed", "missed_f1", "missed_acc", "alarms", "alarms_f1", "alarms_acc")
    assert kinds == [
        (">50K", "1,348", "+12.91", "+8.28", "757", "+5.76", "+4.65"),
        ("<=50K", "757", "+5.76", "+4.65", "1,348", "+12.91", "+8.28"),
    ]
    app = open_page("priorities", kind="classes", threshold="0.3")
    assert "At 0.30: 636 rows of “>50K” more are found, 974 false alarms more" in text(app)
    missed = dict(table(app, "threshold", "name", "then"))["Missed"]
    assert missed == str(1348 - 636)


def test_classes_without_probabilities_have_their_errors_alone(project: Path, open_page: Open) -> None:
    load(project, "defects")
    app = open_page("priorities", kind="classes")
    assert "Fixing the 165 rows of no defect taken for another class would bring 7.4 pp of macro F1" in text(app)
    assert "the model finds" not in text(app)
