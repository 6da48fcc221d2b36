"""The plan as a result, and the rows to collect more of: frozen, each with its JSON document and its table."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from slicer.priorities.plan import HALF, Plan, PlanItem
from slicer.results import Head
from slicer.slices import Slice


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlanResult:
    """The plan of a data set."""

    dataset: str
    plan: Plan

    def to_dict(self) -> dict[str, Any]:
        """The document `slicer.plan/1`."""
        plan = self.plan
        return {
            "schema": "slicer.plan/1",
            "dataset": self.dataset,
            "metrics": list(plan.metrics),
            "potential_at_most": plan.at_most,
            "potential_together": plan.together,
            "gain_of_half": plan.gain(HALF),
            "items": [self._item(one) for one in plan.items],
        }

    def _item(self, one: PlanItem) -> dict[str, Any]:
        came = self.plan.realised.get(one.id)
        return {
            "id": one.id,
            "slice": one.prediction.slice,
            "name": one.prediction.name,
            "status": one.status,
            "owner": one.owner,
            "due": None if one.due is None else one.due.isoformat(),
            "importance": one.importance,
            "ease": one.ease,
            "cost": one.cost,
            "potential": one.prediction.potential,
            "roi": one.roi,
            "gain_of_half": one.gain(HALF),
            "note": one.note,
            "added_at": one.added_at.isoformat(timespec="seconds"),
            "added_by": one.added_by,
            "prediction": one.prediction.to_dict(),
            "realised": None if came is None else came.to_dict(),
        }

    def to_json(self) -> str:
        return json.dumps(self.to_dict(), ensure_ascii=False, allow_nan=False, indent=2)

    def to_frame(self) -> pd.DataFrame:
        """A row for each row of the plan, in its order; rates and potentials as fractions."""
        return pd.DataFrame([self._flat(one) for one in self.plan.items], columns=list(FLAT))

    def _flat(self, one: PlanItem) -> dict[str, Any]:
        said, came = one.prediction, self.plan.realised.get(one.id)
        gain_ci = None if came is None else came.gain_ci
        return {
            "name": said.name,
            "status": one.status,
            "owner": one.owner or None,
            "due": None if one.due is None else one.due.isoformat(),
            "potential": said.potential,
            "potential_lo": said.potential_ci[0] if said.potential_ci else None,
            "potential_hi": said.potential_ci[1] if said.potential_ci else None,
            "importance": one.importance,
            "ease": one.ease,
            "cost": one.cost,
            "roi": one.roi,
            "gain_of_half": one.gain(HALF),
            "realised": None if came is None else came.gain,
            "realised_lo": gain_ci[0] if gain_ci else None,
            "realised_hi": gain_ci[1] if gain_ci else None,
            "realised_on": None if came is None else f"{came.dataset}, run {came.run}",
            "metric": said.metric,
            "predicted_value": said.value,
            "hlp": said.hlp,
            "gap": said.gap,
            "action": said.action,
            "note": one.note or None,
            "run": said.run,
            "where": said.where or None,
            "slice": said.slice,
            "added_at": one.added_at.isoformat(timespec="seconds"),
            "added_by": one.added_by,
        }


FLAT = (
    "name", "status", "owner", "due", "potential", "potential_lo", "potential_hi", "importance", "ease", "cost", "roi",
    "gain_of_half", "realised", "realised_lo", "realised_hi", "realised_on", "metric", "predicted_value", "hlp", "gap",
    "action", "note", "run", "where", "slice", "added_at", "added_by",
)  # fmt: skip
"""Columns of the plan as a table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InTraining:
    """How much of a slice the model was trained on."""

    column: str
    value: str
    """The value of the split column that names the training rows."""
    rows: int
    """Training rows."""
    support: int
    """Of them in the slice."""
    share: float
    share_elsewhere: float | None
    """The slice's share of all other rows; None without any."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Collected:
    """Rows that show what data to collect, augment or make more of."""

    head: Head
    slice: Slice
    name: str
    size: int
    """Rows that are given."""
    rows: Sequence[dict[str, Any]]
    """Each with its id, truth, prediction, columns, tags and the reason; empty where they were only counted."""
    failures: int
    """Rows of the slice the model fails; of numbers, rows of the slice."""
    people: bool | None
    """Whether they are rows people get right; False where nobody knows what people say, None where rows carry numbers
    and the worst of them are given."""
    in_training: InTraining | None
    """None where no column says what was trained on."""
    agreement: float | None
    """How often two people say the same here, where that is known."""
    warning: str
    """Where more data could do harm; else empty."""

    def to_dict(self) -> dict[str, Any]:
        """The document `slicer.collect/1`."""
        training = self.in_training
        return {
            **self.head.document("collect"),
            "slice": str(self.slice),
            "name": self.name,
            "failures": self.failures,
            "people_right": self.people,
            "in_training": None
            if training is None
            else {
                "column": training.column,
                "value": training.value,
                "rows": training.rows,
                "support": training.support,
                "share": training.share,
                "share_elsewhere": training.share_elsewhere,
            },
            "agreement": self.agreement,
            "warning": self.warning,
            "collected": list(self.rows),
        }
