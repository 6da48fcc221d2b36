"""Columns that tell the answer: a copy of the label, the label in another coding, a flag made from right and wrong.

Slices of such a column only restate what is already known. The rule is strict, so that an honest
predictor is never accused: a column of few values, from whose value the answer of a row follows by
what the other rows with that value say; or numbers that are the measured ones times a factor, plus a constant.
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

STRAIGHT = 1e-9
"""What may be missing from a squared correlation of 1 where numbers were rounded."""

RESTATES = "it would make slices that only restate it"
"""Words of every such warning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leak:
    """A feature that tells the answer."""

    column: str
    told: str
    """What it tells of a row, and the word that leads to the rows: "the label of"."""
    share: float
    """Rows on which it tells it, of those looked at."""

    @property
    def warning(self) -> str:
        """What it tells, beside the column's name."""
        rows = "every row" if self.share == 1 else "nearly every row"
        return f"Tells {self.told} {rows}: {RESTATES}."

    @property
    def sentence(self) -> str:
        """The same where the column has to be named."""
        return f"{self.column!r} t{self.warning[1:]} Leave it out?"


def find_leaks(sample: pa.Table, assignments: Sequence[Assignment]) -> tuple[Leak, ...]:
    """The features that tell the label, the errors or the numbers of a run, on the rows of a sample; one leak a column.

    Args:
        sample: The columns as text.
    """
    features = [one.column for one in assignments if one.role == "feature" and one.column in sample.column_names]
    codes = {name: _codes(sample.column(name)) for name in features}
    answers = list(_answers(sample, assignments))
    found: dict[str, Leak] = {}
    for name, (values, count) in codes.items():
        for told, answer, classes in answers:
            if name in found or count < 2 or count > VALUES_PER_ANSWER * classes + 1:
                continue
            share = _told(values, answer)
            if share is not None:
                found[name] = Leak(column=name, told=told, share=share)
    measured = list(_measured(sample, assignments))
    for name in [*codes] if measured else ():
        numbers = _numbers(sample.column(name)) if name not in found else None
        straight = [what for what, answer in measured if numbers is not None and _straight(numbers, answer)]
        if straight:
            found[name] = Leak(column=name, told=straight[0], share=1)
    return tuple(found.values())


def leaking(warnings: Collection[str], columns: Collection[str]) -> list[str]:
    """The columns that warnings say tell the answer.

    >>> leaking([Leak(column="flag", told="the label of", share=1).sentence], ["age", "flag"])
    ['flag']
    """
    told = [one for one in warnings if RESTATES in one]
    return [name for name in columns if any(one.startswith(f"{name!r} t") for one in told)]


def without_leaks(warnings: Collection[str]) -> list[str]:
    """Warnings without those of leaks, to be said anew."""
    return [one for one in warnings if RESTATES not in one]


def _answers(sample: pa.Table, assignments: Sequence[Assignment]) -> Iterator[tuple[str, NDArray[np.int64], int]]:
    """What a column might tell: the label, then right or wrong of each run; -1 where there is no answer."""
    columns = {(one.role, one.run if one.role in PER_RUN else ""): one.column for one in assignments}
    label = columns.get(("label", ""))
    truth = None if label not in sample.column_names else _key(sample.column(label))
    if truth is not None:
        codes, count = _codes(truth, missing=-1)
        if 2 <= count <= MAX_CLASSES:
            yield "the label of", codes, count
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
            yield f"whether run {run!r} is right on", codes, count


def _measured(sample: pa.Table, assignments: Sequence[Assignment]) -> Iterator[tuple[str, NDArray[np.float64]]]:
    """Numbers that say how good an answer is, or what it should be."""
    for one in assignments:
        if one.role in ("label", "score", "errors") and one.column in sample.column_names:
            numbers = _numbers(sample.column(one.column))
            if numbers is not None and len(np.unique(numbers)) > MAX_CLASSES:
                yield f"{one.column!r} of", numbers


def _numbers(column: pa.ChunkedArray) -> NDArray[np.float64] | None:
    """The values as numbers, nan where missing; None where one is something else."""
    try:
        return np.asarray(pc.cast(column, pa.float64()).to_numpy(), dtype=np.float64)
    except pa.ArrowInvalid:
        return None


def _straight(numbers: NDArray[np.float64], answers: NDArray[np.float64]) -> bool:
    """Whether one follows from the other along a straight line, on all rows that have both and on nearly all rows.

    >>> answers = np.arange(200.0)
    >>> _straight(3 - 2 * answers, answers), _straight(answers**2, answers)
    (True, False)
    """
    both = np.isfinite(numbers) & np.isfinite(answers)
    rows = int(both.sum())
    if rows < max(LEAST_ROWS, TOLD * np.isfinite(answers).sum()):
        return False
    x, y = numbers[both] - numbers[both].mean(), answers[both] - answers[both].mean()
    spread = float(x @ x) * float(y @ y)
    return spread > 0 and float(x @ y) ** 2 >= (1 - STRAIGHT) * spread


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
