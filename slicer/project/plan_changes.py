"""Lines of the plan: what was put into it and what was decided of it, in the order it was said."""

from __future__ import annotations

import dataclasses
import uuid
from datetime import UTC, datetime

import duckdb

ADDED = "added"
"""The field whose value is the prediction a row of the plan rests on."""


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


def _ident() -> str:
    return str(uuid.uuid4())


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class PlanChange:
    """One thing somebody decided of a row of the plan. `ident` names it: said twice, it is written once."""

    dataset: int
    item: str
    """The row of the plan."""
    field: str
    """`ADDED`, or one of `plan.FIELDS`."""
    value: str
    author: str
    made_at: datetime = dataclasses.field(default_factory=_now)
    ident: str = dataclasses.field(default_factory=_ident)


def make_plan_change(cursor: duckdb.DuckDBPyConnection, change: PlanChange) -> bool:
    """Write a change down.

    Returns:
        Whether it is new here.
    """
    return bool(
        cursor.execute(
            """
            insert or ignore into plan_changes (dataset, item, field, value, author, made_at, ident)
            values (?, ?, ?, ?, ?, ?, ?)
            returning number
            """,
            [change.dataset, change.item, change.field, change.value, change.author, change.made_at, change.ident],
        ).fetchone()
    )


def list_plan_changes(cursor: duckdb.DuckDBPyConnection, dataset: int | None = None) -> list[PlanChange]:
    """The changes, oldest first; of all data sets if None."""
    rows = cursor.execute(
        """
        select dataset, item, field, value, author, made_at, ident
        from plan_changes
        where dataset = ? or ?
        order by number
        """,
        [dataset or 0, dataset is None],
    ).fetchall()
    return [
        PlanChange(dataset=of, item=item, field=name, value=value, author=author, made_at=made_at, ident=ident)
        for of, item, name, value, author, made_at, ident in rows
    ]
