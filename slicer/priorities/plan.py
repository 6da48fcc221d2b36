"""The plan: rows of the prioritization table somebody means to work on, in the order of what the work returns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Final, Literal

from slicer.errors import UsageError, listed
from slicer.priorities.prediction import Prediction, Realised
from slicer.priorities.ranking import SAME

Status = Literal["open", "doing", "done", "dropped"]
STATUSES: Final[tuple[Status, ...]] = ("open", "doing", "done", "dropped")

HALF = 0.5
"""The part of a gap that is asked about: closing all of it is rare."""

LONGEST = 2000
"""Characters of a note or an owner."""


def roi(potential: float, *, importance: float = 1.0, ease: float = 1.0, cost: float = 1.0) -> float:
    """What work on a slice returns: what it gains, as far as it matters and can be had, over what it takes.

    Args:
        potential: What closing the gap adds to the overall metric; below 0 counts as 0.
        importance: How much it matters beside the others, 0 or more; 1 is as much as any.
        ease: The part of the gap one believes can be closed, in [0, 1].
        cost: What it takes, above 0, in any unit that is the same for all rows, such as days.

    Returns:
        The return in the unit of the overall metric over that of the cost. With the defaults it is the potential.

    Raises:
        UsageError: a factor out of its range.

    Source:
        A. Ng, "Prioritizing what to work on", Introduction to Machine Learning in Production: how much room there is,
        how often it comes up, how easy it is, how important.

    >>> round(roi(0.006, ease=0.6, cost=3), 6)
    0.0012
    """
    if not 0 <= importance < float("inf"):
        raise UsageError(f"An importance of {importance:g} is below 0.", hint="1 is as important as any other row.")
    if not 0 <= ease <= 1:
        raise UsageError(f"{ease:g} is no part of a gap.", hint="Ease goes from 0, hopeless, to 1: all of it.")
    if not 0 < cost < float("inf"):
        raise UsageError(f"A cost of {cost:g} is not above 0.", hint="Any unit, such as days, the same for all rows.")
    return max(0.0, potential) * importance * ease / cost


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanItem:
    """A row of the plan: the prediction it rests on, and what people decided."""

    id: str
    prediction: Prediction
    added_at: datetime
    """In UTC."""
    added_by: str
    importance: float = 1.0
    ease: float = 1.0
    cost: float = 1.0
    owner: str = ""
    status: Status = "open"
    due: date | None = None
    note: str = ""

    @property
    def roi(self) -> float | None:
        """None where the potential is not known."""
        potential = self.prediction.potential
        if potential is None:
            return None
        return roi(potential, importance=self.importance, ease=self.ease, cost=self.cost)

    def gain(self, part: float) -> float | None:
        """What closing this part of the gap, in [0, 1], adds to the overall metric."""
        potential = self.prediction.potential
        return None if potential is None else part * potential

    @property
    def active(self) -> bool:
        """Whether it is still to be done."""
        return self.status in ("open", "doing")


def in_order(items: Sequence[PlanItem]) -> tuple[PlanItem, ...]:
    """What is to be done first, best return first, then what is done, then what was dropped.

    With the factors as they are at first this is the order of the potential; equal ones by the larger gap, then name.
    """
    groups = {"open": 0, "doing": 0, "done": 1, "dropped": 2}

    def place(one: PlanItem) -> tuple[int, bool, float, float, float, str, datetime]:
        worth, potential = one.roi, one.prediction.potential
        return (
            groups[one.status],
            worth is None,
            -round(worth or 0.0, SAME),
            -round(potential or 0.0, SAME),
            -round(one.prediction.gap or 0.0, SAME),
            one.prediction.name,
            one.added_at,
        )

    return tuple(sorted(items, key=place))


# --- what people decide ----------------------------------------------------------------------------

FIELDS: Final = ("importance", "ease", "cost", "owner", "status", "due", "note")
"""What can be set of a row, each by itself: two people who set different ones do not undo each other."""


def with_field(item: PlanItem, name: str, text: str) -> PlanItem:
    """The row with one field set, from the text it is kept as.

    Raises:
        UsageError: no such field, or a value it cannot have.

    >>> day = datetime(2026, 3, 3)
    >>> then = Prediction(slice="", name="", kind="slice", metric="accuracy", higher_is_better=True, run="", where="",
    ...     value=None, ci=None, level=0.95, n=0, denominator=0, method=None, weight=None, overall=None, hlp=None,
    ...     hlp_source=None, gap=None, potential=0.006, potential_ci=None, action="data")
    >>> with_field(PlanItem(id="1", prediction=then, added_at=day, added_by="ana"), "cost", "4").roi
    0.0015
    """
    text = " ".join(text.split()) if name != "note" else text.strip()
    if name in ("importance", "ease", "cost"):
        try:
            number = float(text)
        except ValueError:
            raise UsageError(f"{text!r} is no number.", hint=f"Give the {name} as a number.") from None
        factors: dict[str, Any] = {name: number}
        roi(0.0, **factors)
        return replace(item, **factors)
    if name == "status":
        if text not in STATUSES:
            raise UsageError(f"No status {text!r}.", hint=f"Statuses: {listed(STATUSES)}.")
        return replace(item, status=text)
    if name == "due":
        try:
            return replace(item, due=date.fromisoformat(text) if text else None)
        except ValueError:
            raise UsageError(f"{text!r} is no day.", hint="Write it as 2026-03-31.") from None
    if name not in ("owner", "note"):
        raise UsageError(f"A row of the plan has no {name!r}.", hint=f"It has {listed(FIELDS)}.")
    if len(text) > LONGEST:
        raise UsageError(f"A {name} of {len(text):,} characters is too long.", hint=f"At most {LONGEST:,}.")
    return replace(item, owner=text) if name == "owner" else replace(item, note=text)


def as_text(value: object) -> str:
    """A field's value as it is kept.

    >>> as_text(0.5), as_text(3.0), as_text(None), as_text(date(2026, 3, 31))
    ('0.5', '3', '', '2026-03-31')
    """
    if value is None:
        return ""
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def changed(before: PlanItem, entered: Mapping[str, object]) -> dict[str, str]:
    """The fields that were changed, as the texts they are kept as.

    Args:
        before: The row as it was when it was opened: what others set since then stays theirs.
        entered: Values by `FIELDS`.
    """
    texts = {name: as_text(value).strip() for name, value in entered.items()}
    return {name: text for name, text in texts.items() if text != as_text(getattr(before, name))}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The plan in its order, with what came of it."""

    items: tuple[PlanItem, ...]
    realised: dict[str, Realised] = field(default_factory=dict)
    """By the row's id; only of rows a later run or data set can say something of."""
    together: float | None = None
    """What closing the gaps of all rows still to be done adds to the overall metric: an error in several slices counts
    once. None where rows have several metrics, or errors cannot be told apart."""

    @property
    def active(self) -> tuple[PlanItem, ...]:
        return tuple(one for one in self.items if one.active)

    @property
    def metrics(self) -> tuple[str, ...]:
        """The metrics of the rows still to be done."""
        return tuple(dict.fromkeys(one.prediction.metric for one in self.active))

    @property
    def at_most(self) -> float | None:
        """The sum of the potentials still to be had; None where they are of several metrics."""
        known = [one.prediction.potential for one in self.active if one.prediction.potential is not None]
        return sum(known) if known and len(self.metrics) == 1 else None

    def gain(self, part: float) -> float | None:
        """What closing this part of every gap still to be closed adds; at most, where errors are not told apart."""
        whole = self.together if self.together is not None else self.at_most
        return None if whole is None else part * whole
