"""What a reader is shown of a row: truth and prediction, numbers, probabilities, and what people said of it."""

from __future__ import annotations

from collections import Counter
from typing import Any

from slicer.display import as_it_is, percent
from slicer.engine.duckdb import Example
from slicer.engine.sql import OWN_RATE
from slicer.workbench.counting import Counting
from slicer.workbench.numbers import measures

MOST_CLASSES = 8
"""Classes whose probabilities are shown, the largest."""


def truth_and_prediction(bench: Counting, example: Example) -> tuple[str | None, str | None]:
    """Truth and prediction as they stand in the data."""
    if bench.run.correct is not None and bench.dataset.roles.label is None:
        return None, None if bench.run.prediction is None else text_of(example.values[bench.run.prediction])
    return example.truth, example.predicted


def measured(bench: Counting, values: dict[str, Any]) -> list[tuple[str, str]]:
    """What the row is measured by, where it is not right or wrong."""
    found = measures(bench, values)
    return [(name, percent(value) if name == OWN_RATE else as_it_is(value)) for name, value in found]


def probabilities(bench: Counting, values: dict[str, Any]) -> list[tuple[str, float]]:
    """Classes and probabilities, largest first."""
    pairs = [
        (key or bench.positive or "positive", float(values[column]))
        for key, column in bench.run.probabilities
        if values[column] is not None
    ]
    if len(pairs) == 1 and bench.relation.negative is not None:
        key, value = pairs[0]
        other = bench.relation.negative if key == bench.positive else bench.positive
        pairs.append((str(other), 1 - value))
    return sorted(pairs, key=lambda pair: -pair[1])[:MOST_CLASSES]


def people_said(bench: Counting, values: dict[str, Any], said: Counter[str]) -> list[tuple[str, int]]:
    """What people said of a row and how many: in columns, as counts, and in files with a row for each answer.

    Args:
        said: The answers of the files.
    """
    roles = bench.dataset.roles
    counts = {key: int(values[column] or 0) for key, column in roles.human_counts}
    one_each = Counter(str(values[column]) for column in roles.humans if values[column] is not None)
    return [(label, count) for label, count in (one_each + Counter(counts) + said).most_common() if count]


def text_of(value: Any) -> str | None:
    return None if value is None else str(value)


def as_it_stands(value: Any) -> str:
    """A value of another column, in a few characters if it is a number; "missing" where there is none."""
    if value is None:
        return "missing"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def cut(text: str | None, longest: int) -> str | None:
    """A text, or its beginning with an ellipsis.

    >>> cut("abcdef", 3), cut("abc", 3)
    ('abc…', 'abc')
    """
    return text if text is None or len(text) <= longest else f"{text[:longest]}…"
