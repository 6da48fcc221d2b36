"""What data to collect or augment next: the rows of a slice that the model fails and people get right."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from slicer.engine.people_right import ids_people_get_right
from slicer.errors import UsageError
from slicer.planned import Collected, InTraining
from slicer.priorities.ranking import AGREED
from slicer.slices import Slice, all_of, condition, parse
from slicer.workbench import numbers
from slicer.workbench.counting import ALL, ERRORS, Counting
from slicer.workbench.human_levels import humans_of
from slicer.workbench.tag_sheet import tag_sheet

TRAINING = re.compile(r"tr|trn|train|training", re.IGNORECASE)
"""Values of a split column that name the training rows."""

MOST_ROWS = 20_000
"""Rows that are given: nobody reads more to learn what to collect."""

WORST_ROWS = 200
"""Rows that are given where they carry numbers and none is simply wrong."""

UNTOLD = "the model is wrong; no column says whether people are right"

REASON = "why the row is here (slicer)"
"""A header that no data has; the first of three that is free is taken."""

HURTS = (
    "People agree on {percent} of the rows here: labels are uncertain, and adding data can hurt. Settle how these rows "
    "are labelled first."
)


def collect(bench: Counting, slice_: Slice, *, where: Slice = ALL, name: str = "", rows: bool = True) -> Collected:
    """The rows of a slice that show what to collect more of.

    Where people's answers are known they are the rows the model fails and people get right; else all the model fails;
    where rows carry numbers, the worst of them.

    Args:
        slice_: The slice.
        where: Only these rows.
        name: What it is called; its saved name or its words if empty.
        rows: Whether the rows themselves are given, or only counted.

    Raises:
        UsageError: no column says what is right.
        SliceError, UnknownColumnError: in words.
    """
    if bench.by_people or not bench.run.name:
        raise UsageError("No column says what is right, so no row is an error.", hint="Give a label on Data.")
    asked = all_of(where, slice_)
    bench.engine.check(asked)
    overall = bench.count(asked)
    if bench.task == "classification":
        wrong = all_of(asked, ERRORS)
        found = ids_people_get_right(bench.engine, wrong)
        ids = bench.engine.ids(wrong) if found is None else found
        people: bool | None = found is not None
        failures = bench.engine.count(wrong)
        reason = "the model is wrong, people are right" if people else UNTOLD
    else:
        people, failures = None, overall.support
        ids = numbers.worst_rows(bench, asked, WORST_ROWS)
        reason = "among the worst rows of the slice"
    agreement = humans_of(bench, bench.headline, {slice_: asked}, [], where).agreement.get(slice_)
    low = agreement is not None and agreement < AGREED
    saved = bench.saved()
    return Collected(
        head=replace(bench.head(overall, asked), warnings=()),
        slice=slice_,
        name=name or saved.get(slice_, slice_.words),
        size=min(len(ids), MOST_ROWS),
        rows=[_row(one, reason) for one in tag_sheet(bench, ids[:MOST_ROWS])] if rows else (),
        failures=failures,
        people=people,
        in_training=_in_training(bench, slice_),
        agreement=agreement,
        warning=HURTS.format(percent=f"{100 * agreement:.0f} %") if low and agreement is not None else "",
    )


def rows_behind(slice_: Slice, metric: str) -> Slice:
    """The rows whose errors make the metric of a class what it is: with its label, predicted as it, or both.

    >>> print(rows_behind(condition("label", "=", "cat"), "f1"))
    label = 'cat' or prediction = 'cat'
    """
    (one,) = slice_.conditions
    predicted = condition("prediction", "=", one.value)
    return {"precision": predicted, "f1": parse(f"{slice_} or {predicted}")}.get(metric, slice_)


def _row(line: dict[str, Any], reason: str) -> dict[str, Any]:
    """A row of the file: why it is in it stands behind truth and prediction."""
    first = ("id", "label", "prediction")
    rest = {name: value for name, value in line.items() if name not in (*first, "correct", "reviewed")}
    header = next(name for name in ("reason", "reason of this file", REASON) if name not in rest)
    return {**{name: line[name] for name in first}, header: reason, **rest}


def _in_training(bench: Counting, slice_: Slice) -> InTraining | None:
    """The slice's part of the rows that were trained on, where a column names them."""
    column = bench.dataset.roles.split
    if column is None:
        return None
    value = next((one for one in bench.texts(column) if TRAINING.fullmatch(one.strip())), None)
    if value is None:
        return None
    trained = condition(column, "=", value)
    count = bench.engine.count
    rows, support = count(trained), count(all_of(trained, slice_))
    others = bench.dataset.rows - rows
    elsewhere = (count(slice_) - support) / others if others else None
    return InTraining(
        column=column, value=value, rows=rows, support=support, share=support / rows, share_elsewhere=elsewhere
    )
