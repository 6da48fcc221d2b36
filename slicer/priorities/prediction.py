"""What a row of the prioritization table said when it was put into the plan, and what came of it later."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from slicer.metrics.difference import difference
from slicer.metrics.estimate import Estimate
from slicer.metrics.intervals import Interval
from slicer.priorities.ranking import Candidate, Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """What a row of the table said when it was put into the plan. It never changes."""

    slice: str
    """The predicate's text."""
    name: str
    kind: Kind
    metric: str
    higher_is_better: bool
    run: str
    where: str
    """The filter of the table; empty for all rows."""
    value: float | None
    """The model's metric on the slice."""
    ci: Interval | None
    level: float
    n: int
    denominator: float
    method: str | None
    weight: float | None
    """What a change on the slice is multiplied by to give that of the overall metric."""
    overall: float | None
    hlp: float | None
    hlp_source: str | None
    gap: float | None
    potential: float | None
    potential_ci: Interval | None
    action: str
    """A word of `vocabulary.ACTIONS`."""
    sha256: str | None = None
    """Of the file the rows came from."""
    version: str = ""
    """Of the software."""

    @classmethod
    def of(
        cls,
        one: Candidate,
        *,
        metric: str,
        higher_is_better: bool,
        run: str,
        where: str,
        overall: float | None,
        action: str,
        sha256: str | None,
        version: str,
    ) -> Prediction:
        """What a candidate says now."""
        return cls(
            slice=one.slice,
            name=one.name,
            kind=one.kind,
            metric=metric,
            higher_is_better=higher_is_better,
            run=run,
            where=where,
            value=one.estimate.value,
            ci=one.estimate.ci,
            level=one.estimate.level,
            n=one.estimate.n,
            denominator=one.estimate.denominator,
            method=one.estimate.method,
            weight=one.weight,
            overall=overall,
            hlp=one.hlp.value if one.hlp else None,
            hlp_source=one.hlp.source if one.hlp else None,
            gap=one.gap.value if one.gap else None,
            potential=one.potential,
            potential_ci=one.potential_ci,
            action=action,
            sha256=sha256,
            version=version,
        )

    @property
    def estimate(self) -> Estimate:
        """The metric as it was."""
        return Estimate(
            value=self.value,
            n=self.n,
            denominator=self.denominator,
            ci=self.ci,
            level=self.level,
            method=self.method,
        )

    @property
    def identity(self) -> tuple[str, str, str]:
        """What makes two predictions one piece of work."""
        return self.slice, self.metric, self.where

    def to_dict(self) -> dict[str, Any]:
        found = asdict(self)
        return {**found, **{name: list(found[name]) for name in ("ci", "potential_ci") if found[name] is not None}}

    def to_json(self) -> str:
        return json.dumps(self.to_dict(), ensure_ascii=False, allow_nan=False)

    @classmethod
    def from_json(cls, text: str) -> Prediction:
        """What `to_json` wrote; fields of a later version are left out.

        Raises:
            ValueError, TypeError: it is something else.
        """
        said = json.loads(text)
        known = {name: value for name, value in said.items() if name in cls.__dataclass_fields__}
        for name in ("ci", "potential_ci"):
            known[name] = None if known.get(name) is None else tuple(known[name])
        return cls(**known)


@dataclass(frozen=True, slots=True, kw_only=True)
class Realised:
    """What came of a row of the plan, on a later run or data set; or why nobody can say."""

    run: str
    dataset: str
    estimate: Estimate | None
    change: float | None
    """The metric now minus then, turned so that better is above 0."""
    change_ci: Interval | None
    gain: float | None
    """The same in the overall metric: the change times the slice's weight when it was planned."""
    gain_ci: Interval | None
    reason: str = ""
    """Why there is no change, if there is none."""

    def to_dict(self) -> dict[str, Any]:
        return {
            "run": self.run,
            "dataset": self.dataset,
            "estimate": None if self.estimate is None else self.estimate.to_dict(),
            "change": self.change,
            "change_ci": None if self.change_ci is None else list(self.change_ci),
            "gain": self.gain,
            "gain_ci": None if self.gain_ci is None else list(self.gain_ci),
            "reason": self.reason,
        }


def realised(prediction: Prediction, now: Estimate | None, *, run: str, dataset: str, reason: str = "") -> Realised:
    """What was realised of a prediction.

    Both estimates are taken as independent (MOVER): on the same rows the interval is wider than it need be.

    Args:
        now: The metric on the same slice, later.
        reason: Why it cannot be had, where it cannot.

    >>> from slicer.metrics.estimate import estimate
    >>> then = Prediction(slice="a = 1", name="a", kind="slice", metric="accuracy", higher_is_better=True, run="v1",
    ...     where="", value=0.80, ci=(0.75, 0.84), level=0.95, n=300, denominator=300, method="wilson", weight=0.5,
    ...     overall=0.9, hlp=0.95, hlp_source="given", gap=0.15, potential=0.075, potential_ci=None, action="data")
    >>> now = estimate(0.90, (0.86, 0.93), n=300, denominator=300, method="wilson", level=0.95)
    >>> found = realised(then, now, run="v2", dataset="d")
    >>> round(found.change, 4), round(found.gain, 4), [round(end, 3) for end in found.gain_ci]
    (0.1, 0.05, [0.022, 0.079])
    """
    found = None if now is None else difference(now, prediction.estimate)
    if found is None:
        return Realised(
            run=run,
            dataset=dataset,
            estimate=now,
            change=None,
            change_ci=None,
            gain=None,
            gain_ci=None,
            reason=reason or "the metric has no value there",
        )
    change, ci = found.value, found.ci
    if not prediction.higher_is_better:
        change, ci = -change, None if ci is None else (-ci[1], -ci[0])
    weight = prediction.weight
    return Realised(
        run=run,
        dataset=dataset,
        estimate=now,
        change=change,
        change_ci=ci,
        gain=None if weight is None else change * weight,
        gain_ci=None if ci is None or weight is None else (ci[0] * weight, ci[1] * weight),
    )
