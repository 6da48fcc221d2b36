"""Whether what stands in a file's columns fits the roles they were given, before a row of it is kept."""

from __future__ import annotations

import math
from collections.abc import Sequence

import duckdb

from slicer.errors import UsageError, listed
from slicer.guessing import reads_as_flag, reads_as_share
from slicer.people import counts_people
from slicer.project.reading import Preview
from slicer.quoting import quote_identifier
from slicer.schema import Assignment, Roles

MEASURED = ("score", "errors", "total", "weight")
"""Roles of columns that are averaged or added up."""


def refuse_misfits(preview: Preview, assignments: Sequence[Assignment]) -> None:
    """A flag says right or wrong, a probability is a number from 0 to 1, what is added up is a number.

    Raises:
        UsageError: a column holds something else.
    """
    columns = {column.name: column for column in preview.columns}
    for one in assignments:
        column = columns.get(one.column)
        if column is None or not column.values:
            continue
        holds = f"it holds {listed(column.values, 4)}."
        if one.role in ("correct", "human_correct") and not reads_as_flag(column):
            raise UsageError(
                f"Column {one.column!r} does not say right or wrong: {holds}",
                hint="1 and 0, true and false, yes and no.",
            )
        if one.role in MEASURED and column.kind not in ("integer", "real", "boolean"):
            others = [value for value in column.values if not _is_number(value)]
            raise UsageError(
                f"Column {one.column!r} is no number on every row"
                + (f": it holds {listed(others, 4)}." if others else ", though on most."),
                hint=f"Every value of the {one.role} is a number, or empty.",
            )
        if one.role == "human_count" and not counts_people(column):
            raise UsageError(f"Column {one.column!r} counts no people: {holds}", hint="Whole numbers from 0.")
        if one.role == "probability" and not reads_as_share(column):
            raise UsageError(
                f"Column {one.column!r} is no probability: {holds}", hint="Numbers from 0 to 1; write 95 % as 0.95."
            )


def _is_number(value: str) -> bool:
    try:
        return math.isfinite(float(value))
    except ValueError:
        return False


def refuse_lone_probability(cursor: duckdb.DuckDBPyConnection, table: str, roles: Roles) -> None:
    """One probability says which of two classes it is, not which of three.

    Raises:
        UsageError: it is all a run has, and the label has not two classes.
    """
    lone = [run for run in roles.runs if run.prediction is None and run.correct is None and len(run.probabilities) == 1]
    if not lone or roles.label is None:
        return
    label = quote_identifier(roles.label)
    classes = cursor.execute(
        f"select distinct {label}::varchar from {table} where {label} is not null order by 1"
    ).fetchall()
    if len(classes) != 2:
        raise UsageError(
            f"{lone[0].probabilities[0][1]!r} is one probability, but {roles.label!r} has {len(classes):,} classes "
            f"({listed((name for (name,) in classes), 5)}).",
            hint="Name the prediction, or give a probability for each class: --probabilities CLASS=COL,..",
        )


def compared_as_text(preview: Preview, assignments: Sequence[Assignment]) -> tuple[str, ...]:
    """Columns that are compared with each other but were read as different things: their own text decides.

    A label read as a date would never equal a prediction that is text because it once says n/a.
    """
    compared = {one.column for one in assignments if one.role in ("label", "prediction", "human")}
    kinds = {source.name: source.kind for source in preview.sources if source.name in compared}
    if set(kinds.values()) <= {"integer", "real"} or set(kinds.values()) in ({"boolean"}, {"text"}):
        return ()
    return tuple(kinds)
