"""The plan of a data set, as the project keeps it: append-only, a line for each thing somebody decided."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from slicer.errors import SlicerError, UsageError
from slicer.priorities.plan import FIELDS, PlanItem, in_order, with_field
from slicer.priorities.prediction import Prediction
from slicer.project.journal import record
from slicer.project.plan_changes import ADDED, PlanChange, list_plan_changes, make_plan_change
from slicer.project.store import Project

MOST_ITEMS = 200
"""Rows a plan holds: nobody works through more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """What putting rows into the plan did."""

    items: tuple[str, ...]
    """Ids of the new rows."""
    there: tuple[str, ...]
    """Names of those that were in it already."""


def list_plan(project: Project, dataset: int) -> tuple[PlanItem, ...]:
    """The plan in its order: what is still to be done, best return first, then what is done, then what was dropped."""
    items: dict[str, PlanItem] = {}
    for one in list_plan_changes(project.cursor(), dataset):
        try:
            if one.field == ADDED:
                prediction = Prediction.from_json(one.value)
                items.setdefault(
                    one.item,
                    PlanItem(id=one.item, prediction=prediction, added_at=one.made_at, added_by=one.author),
                )
            elif one.item in items:
                items[one.item] = with_field(items[one.item], one.field, one.value)
        except (SlicerError, ValueError, TypeError):
            continue  # of a later version, or damaged: what it said stays in the history
    return in_order(list(items.values()))


def add_to_plan(project: Project, dataset: int, predictions: Sequence[Prediction], *, author: str) -> Added:
    """Put rows into the plan, each with what is predicted now. One that is still to be done is not put in twice.

    Raises:
        UsageError: the plan would hold more than `MOST_ITEMS`.
    """
    added, there = [], []
    with project.transaction() as cursor:
        items = list_plan(project, dataset)
        waiting = {one.prediction.identity for one in items if one.active}
        for one in predictions:
            if one.identity in waiting:
                there.append(one.name)
                continue
            waiting.add(one.identity)
            added.append(
                PlanChange(dataset=dataset, item=str(uuid.uuid4()), field=ADDED, value=one.to_json(), author=author)
            )
        if len(items) + len(added) > MOST_ITEMS:
            raise UsageError(
                f"A plan of {len(items) + len(added)} rows is no plan; it holds {MOST_ITEMS}.",
                hint="Put in what somebody will work on.",
            )
        record(cursor, project.journal, [one for one in added if make_plan_change(cursor, one)])
    return Added(items=tuple(one.item for one in added), there=tuple(there))


def set_fields(project: Project, dataset: int, item: str, values: Mapping[str, str], *, author: str) -> None:
    """Set fields of a row of the plan, all or none; those that stand as they are are left alone.

    Args:
        values: By `plan.FIELDS`, each as the text it is kept as.

    Raises:
        UsageError: no such row, no such field, or a value it cannot have.
    """
    with project.transaction() as cursor:
        before = next((one for one in list_plan(project, dataset) if one.id == item), None)
        if before is None:
            raise UsageError("This row of the plan is gone.", hint="Load the page again.")
        changes = []
        for name, text in values.items():
            after = with_field(before, name, text)
            if after != before:
                changes.append(PlanChange(dataset=dataset, item=item, field=name, value=text.strip(), author=author))
            before = after
        record(cursor, project.journal, [one for one in changes if make_plan_change(cursor, one)])


def history_of_item(project: Project, dataset: int, item: str) -> list[PlanChange]:
    """What was decided of a row, oldest first."""
    return [one for one in list_plan_changes(project.cursor(), dataset) if one.item == item]


def plan_changes_count(project: Project, dataset: int) -> int:
    """How many changes there are: the key of every cache that knows the plan."""
    row = project.cursor().execute("select count(*) from plan_changes where dataset = ?", [dataset]).fetchone()
    return int(row[0]) if row else 0


def words_of(change: PlanChange) -> str:
    """What a change was, in words.

    >>> words_of(PlanChange(dataset=1, item="x", field="owner", value="ana", author="bob"))
    'owner: ana'
    """
    if change.field == ADDED:
        return "put into the plan"
    if change.field not in FIELDS:
        return f"{change.field}, of a later version"
    return f"{change.field}: {change.value}" if change.value else f"no {change.field} any more"
