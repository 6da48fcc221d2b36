"""Columns that tell the answer are named; honest predictors never are."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pytest

from slicer.guessing import guess_roles
from slicer.leaks import find_leaks
from slicer.project.datasets import set_roles
from slicer.project.reading import look
from slicer.project.store import MEMORY, Project
from slicer.samples import list_samples
from slicer.schema import Assignment
from slicer.sources import load_files, load_sample

ROWS = 400
RANDOM = Random(1)
LABEL = [RANDOM.choice(["spam", "ham", "ham"]) for _ in range(ROWS)]
PREDICTION = [label if RANDOM.random() < 0.8 else {"spam": "ham", "ham": "spam"}[label] for label in LABEL]
WRONG = [label != said for label, said in zip(LABEL, PREDICTION, strict=True)]


def sentences(values: Sequence[Any], *, label: Sequence[Any] = LABEL, role: str = "feature") -> list[str]:
    """What is said of a column beside a label and a run that is right on four rows of five."""
    columns = {"label": label, "pred": PREDICTION, "x": values}
    sample = pa.table({name: pa.array([None if v is None else str(v) for v in mine]) for name, mine in columns.items()})
    roles = [("label", "label", ""), ("pred", "prediction", "v1"), ("x", role, "")]
    found = find_leaks(sample, [Assignment(column=column, role=role, run=run) for column, role, run in roles])
    return [leak.sentence for leak in found]


LABEL_TOLD = ["'x' tells the label of every row: it would make slices that only restate it. Leave it out?"]
NEARLY = ["'x' tells the label of nearly every row: it would make slices that only restate it. Leave it out?"]
RUN_TOLD = [
    "'x' tells whether run 'v1' is right on every row: it would make slices that only restate it. Leave it out?"
]


SCORE = [RANDOM.gauss(0, 1) for _ in range(ROWS)]


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ([-score for score in SCORE], True),
        ([round(100 * score + 3, 4) for score in SCORE], True),
        ([score + RANDOM.gauss(0, 0.01) for score in SCORE], False),
        ([score if i < ROWS / 2 else None for i, score in enumerate(SCORE)], False),
        ([f"about {score:.0f}" for score in SCORE], False),
    ],
    ids=["turned round", "another unit", "a good predictor", "half of it", "words"],
)
def test_a_copy_of_the_score_in_another_unit_is_told(values: Sequence[Any], told: bool) -> None:
    columns = {"quality": SCORE, "x": values}
    sample = pa.table({name: pa.array([None if v is None else str(v) for v in mine]) for name, mine in columns.items()})
    roles = [Assignment(column="quality", role="score", run="v1"), Assignment(column="x", role="feature")]
    said = [leak.sentence for leak in find_leaks(sample, roles)]
    told_so = "'x' tells 'quality' of every row: it would make slices that only restate it. Leave it out?"
    assert said == [told_so] * told


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (LABEL, LABEL_TOLD),
        ([label == "spam" for label in LABEL], LABEL_TOLD),
        ([{"spam": 1.0, "ham": 0.0}[label] for label in LABEL], LABEL_TOLD),
        ([None if label == "ham" else "x" for label in LABEL], LABEL_TOLD),
        ([label if i % 100 else "ham" for i, label in enumerate(LABEL)], NEARLY),
        (WRONG, RUN_TOLD),
        (["error" if wrong else None for wrong in WRONG], RUN_TOLD),
        ([f"{label} {wrong}" for label, wrong in zip(LABEL, WRONG, strict=True)], LABEL_TOLD),
    ],
    ids=["a copy", "a flag", "another coding", "there for one class", "nearly", "errors", "errors named", "both"],
)  # fmt: skip
def test_a_column_that_restates_the_answer_is_told(values: Sequence[Any], said: list[str]) -> None:
    assert sentences(values) == said


@pytest.mark.parametrize(
    "values",
    [
        ["same"] * ROWS,
        list(range(ROWS)),
        [f"{label} {i}" for i, label in enumerate(LABEL)],
        [label if RANDOM.random() < 0.9 else "ham" for label in LABEL],
        [RANDOM.choice("abc") for _ in LABEL],
        [f"{label} by {i % 5}" for i, label in enumerate(LABEL)],
    ],
    ids=["a constant", "a counter", "all different", "a good predictor", "noise", "finer than the label"],
)
def test_an_honest_column_is_not_accused(values: Sequence[Any]) -> None:
    assert sentences(values) == []


def test_few_rows_and_rare_classes_say_nothing() -> None:
    rare = ["spam" if i < 19 else "ham" for i in range(ROWS)]
    assert sentences(rare, label=rare) == []
    short = [label if i < 99 else None for i, label in enumerate(LABEL)]
    assert [one for one in sentences(short, label=short) if "label" in one] == []


def test_only_features_are_looked_at() -> None:
    assert [sentences(LABEL, role=role) for role in ("ignore", "human", "id")] == [[], [], []]


def test_a_leak_is_a_warning_of_the_data_set_until_it_is_left_out(tmp_path: Path) -> None:
    rows = zip(LABEL, PREDICTION, WRONG, strict=True)
    lines = [f"{i},{label},{said},{int(wrong)},{i % 3}" for i, (label, said, wrong) in enumerate(rows)]
    (tmp_path / "mail.csv").write_text("\n".join(["id,label,pred,is_error,day", *lines]))
    with Project(MEMORY) as project:
        dataset, _ = load_files(project, [tmp_path / "mail.csv"])
        told = [one for one in dataset.warnings if "restate" in one]
        assert len(told) == 1
        assert told[0].startswith("'is_error' tells whether run 'model' is right on every row")
        left_out = [
            Assignment(column=one.column, role="ignore") if one.column == "is_error" else one
            for one in dataset.assignments
        ]
        assert not [one for one in set_roles(project, dataset, left_out).warnings if "restate" in one]


def test_a_leak_that_joins_later_is_told_too(tmp_path: Path) -> None:
    base = [f"{i},{label},{said}" for i, (label, said) in enumerate(zip(LABEL, PREDICTION, strict=True))]
    more = [f"{i},{label == 'spam'}" for i, label in enumerate(LABEL)]
    (tmp_path / "mail.csv").write_text("\n".join(["id,label,pred", *base]))
    (tmp_path / "more.csv").write_text("\n".join(["id,is_spam", *more]))
    with Project(MEMORY) as project:
        dataset, _ = load_files(project, [tmp_path / "mail.csv", tmp_path / "more.csv"])
    assert [one for one in dataset.warnings if "restate" in one] == [LABEL_TOLD[0].replace("'x'", "'is_spam'")]


@pytest.mark.parametrize("sample", list_samples(), ids=lambda sample: sample.name)
def test_no_column_of_a_sample_is_accused(sample: Any) -> None:
    with Project(MEMORY) as project:
        assert not [one for one in load_sample(project, sample).warnings if "restate" in one]


@pytest.mark.parametrize("name", ["adult_test.csv", "sms_spam.csv", "digits.csv", "gsm8k_4models.csv"])
def test_no_column_of_a_real_file_is_accused(shared_data: Path, name: str) -> None:
    with Project(MEMORY) as project:
        preview = look(project.cursor(), shared_data / name)
    assert find_leaks(preview.sample, guess_roles(preview.columns)) == ()
