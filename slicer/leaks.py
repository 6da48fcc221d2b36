"""Columns that tell the answer: a copy of the label, the label in another coding, a flag made from right and wrong.

Slices of such a column only restate what is already known. The rule is strict, so that an honest
predictor is never accused: a column of few values, from whose value the answer of a row follows by
what the other rows with that value say.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from slicer.schema import MAX_CLASSES, PER_RUN, Assignment

LEAST_ROWS = 100
"""Rows with an answer below which nothing is said."""

LEAST_OTHERS = 20
"""Rows that are not of the most frequent answer: of fewer, a column may tell all by chance."""

TOLD = 0.95
"""The part of the errors of always saying the most frequent answer that a leaking column takes away."""

VALUES_PER_ANSWER = 2
"""A leaking column has at most twice as many values as there are answers, and one for what is missing."""

RESTATES = "it would make slices that only restate it"
"""Words of every such warning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leak:
    """A feature that tells the answer."""

    column: str
    told: str
    """The label, or the run whose errors it tells."""
    of_run: bool
    share: float
    """Rows on which it tells it, of those looked at."""

    @property
    def warning(self) -> str:
        """What it tells, beside the column's name."""
        rows = "every row" if self.share == 1 else "nearly every row"
        what = f"whether run {self.told!r} is right on {rows}" if self.of_run else f"the label of {rows}"
        return f"Tells {what}: {RESTATES}."

    @property
    def sentence(self) -> str:
        """The same where the column has to be named."""
        return f"{self.column!r} t{self.warning[1:]} Leave it out?"


def find_leaks(sample: pa.Table, assignments: Sequence[Assignment]) -> tuple[Leak, ...]:
    """The features that tell the label or the errors of a run, on the rows of a sample; one leak a column.

    Args:
        sample: The columns as text.
    """
    features = [one.column for one in assignments if one.role == "feature" and one.column in sample.column_names]
    codes = {name: _codes(sample.column(name)) for name in features}
    answers = list(_answers(sample, assignments))
    found: dict[str, Leak] = {}
    for name, (values, count) in codes.items():
        for told, of_run, answer, classes in answers:
            if name in found or count < 2 or count > VALUES_PER_ANSWER * classes + 1:
                continue
            share = _told(values, answer)
            if share is not None:
                found[name] = Leak(column=name, told=told, of_run=of_run, share=share)
    return tuple(found.values())


def without_leaks(warnings: Collection[str]) -> list[str]:
    """Warnings without those of leaks, to be said anew."""
    return [one for one in warnings if RESTATES not in one]


def _answers(sample: pa.Table, assignments: Sequence[Assignment]) -> Iterator[tuple[str, bool, NDArray[np.int64], int]]:
    """What a column might tell: the label, then right or wrong of each run; -1 where there is no answer."""
    columns = {(one.role, one.run if one.role in PER_RUN else ""): one.column for one in assignments}
    label = columns.get(("label", ""))
    truth = None if label not in sample.column_names else _key(sample.column(label))
    if truth is not None:
        codes, count = _codes(truth, missing=-1)
        if 2 <= count <= MAX_CLASSES:
            yield str(label), False, codes, count
    for (role, run), name in columns.items():
        if role == "prediction" and truth is not None and name in sample.column_names:
            right = pc.fill_null(pc.equal(_key(sample.column(name)), truth), False)
            right = pc.if_else(pc.is_valid(truth), right, pa.scalar(None, pa.bool_()))
        elif role == "correct" and name in sample.column_names:
            right = _key(sample.column(name))
        else:
            continue
        codes, count = _codes(right, missing=-1)
        if count == 2:
            yield run, True, codes, count


def _key(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Values as class keys: 1.0 is 1, True is true."""
    text = pc.replace_substring_regex(column, r"^([+-]?[0-9]+)\.0+$", r"\1")
    truths = pc.is_in(text, pa.array(["True", "TRUE", "False", "FALSE"]))
    return pc.if_else(truths, pc.utf8_lower(text), text)


def _codes(column: pa.ChunkedArray, missing: int | None = None) -> tuple[NDArray[np.int64], int]:
    """A number for each value and how many there are; missing is a value of its own unless it has a number."""
    encoded = pc.dictionary_encode(column).combine_chunks()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = pa.concat_arrays(encoded.chunks)
    count = len(encoded.dictionary)
    absent = count if missing is None else missing
    codes = pc.fill_null(encoded.indices.cast(pa.int64()), absent).to_numpy(zero_copy_only=False)
    return codes, count + (missing is None and encoded.null_count > 0)


def _told(values: NDArray[np.int64], answers: NDArray[np.int64]) -> float | None:
    """The share of rows whose answer the other rows of the same value tell; None where it is not nearly all.

    >>> label = np.array([0, 1] * 100)
    >>> _told(label, label), _told(np.array([0, 0, 1, 1] * 50), label), _told(np.arange(200), label)
    (1.0, None, None)
    """
    known = answers >= 0
    values, answers = values[known], answers[known]
    rows = len(answers)
    if rows < LEAST_ROWS:
        return None
    table = np.zeros((int(values.max()) + 1, int(answers.max()) + 1), dtype=np.int64)
    np.add.at(table, (values, answers), 1)
    most = int(table.sum(axis=0).max())
    if rows - most < LEAST_OTHERS:
        return None
    two = np.sort(table, axis=1)[:, -2:]
    largest, second = two[:, -1], two[:, 0]
    right = int(largest[largest - 1 > second].sum())
    return right / rows if (right - most) >= TOLD * (rows - most) else None
