"""The prioritization table: candidates in the order of their improvement potential, with ties."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Literal

import numpy as np

from slicer.human.hlp import Hlp
from slicer.human.truth import gap_words
from slicer.metrics.estimate import RANKED_FROM, Estimate
from slicer.metrics.intervals import Interval
from slicer.priorities.gain import Gain
from slicer.priorities.near import Near
from slicer.priorities.potential import Gap
from slicer.priorities.ties import chance_among, ties_of
from slicer.vocabulary import TruthSource

Kind = Literal["slice", "tag", "class"]

Order = Literal["potential", "cautious"]
"""Best first by the potential, or by the lower end of its 80 % interval."""

ShareSource = Literal["rows", "weights", "units", "population"]
"""What shares are of: rows, what they weigh, what a ratio is out of such as words, or a population whose shares were
given."""

CAUTIOUS = 0.1
"""The quantile of the draws of a potential that is the lower end of its 80 % interval."""

NO_DRAWS = np.zeros((0, 1))
"""The draws of no rows."""

AGREED = 0.8
"""Agreement of people below which labels come before data."""

SAME = 9
"""Decimals of the potential that count: below lies floating point noise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineGap:
    """A reference that is not people: an old system, the literature, a quick model."""

    name: str
    level: Hlp | None
    """Its level on the slice, on the metric of the table; None where nobody said."""
    gap: Gap | None
    """It minus the model, signed so that the model can still win where it is positive."""

    def to_dict(self) -> dict[str, Any]:
        level = None if self.level is None else self.level.to_dict()
        return {"name": self.name, "level": level, "gap": None if self.gap is None else self.gap.to_dict()}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Candidate:
    """A slice, tag or class with everything its rank depends on."""

    slice: str
    """The predicate's text."""
    name: str
    """Its saved name, or the predicate in words."""
    kind: Kind
    support: int
    share: float | None
    """Support over all rows; None where only failures were read and nobody knows."""
    weight: float | None
    """What the gap is multiplied by: the slice's part of the overall metric's denominator."""
    errors: int | None
    """None where rows carry numbers and none is wrong."""
    error_share: float | None
    """Errors here over all errors; of the errors read, where a tag was put on some of them only."""
    error_share_ci: Interval | None = None
    estimate: Estimate
    estimate_paired: Estimate | None
    hlp: Hlp | None
    gap: Gap | None
    ceiling: float | None
    """Gain in the overall metric if every error here were fixed."""
    draws: np.ndarray | None = field(default=None, repr=False)
    """Draws of the gap."""
    flags: tuple[str, ...] = ()
    agreement: float | None = None
    """How often two people say the same here; None below 30 rows that two people answered."""
    truth_source: TruthSource = "external"
    baselines: tuple[BaselineGap, ...] = ()
    """Other references, never ranked with the human level."""
    exact: Gain | None = None
    """Where the metric is no mean over rows, what it gains, taken anew; then there is no weight."""
    share_source: ShareSource = "rows"
    """What `weight` is a share of."""

    @property
    def potential(self) -> float | None:
        """max(0, gap) x weight, in the unit of the overall metric; what it gains, where it is no mean over rows."""
        if self.exact is not None:
            return max(0.0, self.exact.value)
        return None if self.gap is None or self.weight is None else max(0.0, self.gap.value) * self.weight

    def gain(self, part: float) -> float:
        """What closing this part of the gap, in [0, 1], adds to the overall metric."""
        if self.exact is not None:
            return self.exact.part(part) if self.potential else 0.0
        return part * (self.potential or 0.0)

    @property
    def potential_ci(self) -> Interval | None:
        """weight x the gap's signed interval."""
        if self.exact is not None:
            return self.exact.ci
        if self.gap is None or self.gap.ci is None or self.weight is None:
            return None
        return self.gap.ci[0] * self.weight, self.gap.ci[1] * self.weight

    @property
    def potential_draws(self) -> np.ndarray | None:
        """Draws of the potential, below 0 where the model is better, shape (draws,)."""
        if self.exact is not None:
            return self.exact.draws
        return None if self.draws is None or self.weight is None else self.draws * self.weight

    @property
    def cautious(self) -> float | None:
        """The lower end of the potential's 80 % interval: it is worth at least that in 9 of 10 draws."""
        drawn = self.potential_draws
        return None if drawn is None or self.potential is None else float(np.quantile(drawn, CAUTIOUS))

    @property
    def gap_words(self) -> str:
        """What the gap says, and what to do where the model is above; empty where there is none."""
        return "" if self.gap is None else gap_words(self.gap, self.truth_source)

    @property
    def low_support(self) -> bool:
        return self.estimate.denominator < RANKED_FROM

    @property
    def clear(self) -> bool:
        """Whether people are ahead beyond doubt: the gap's whole interval is above 0."""
        return self.gap is not None and self.gap.ci is not None and self.gap.ci[0] > 0

    @property
    def assumed(self) -> bool:
        """Whether nobody knows how well people do, so that a ceiling stands in the place of their level."""
        return self.hlp is not None and self.hlp.source == "ceiling"

    @property
    def ranked(self) -> bool:
        return self.potential is not None and not self.low_support


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """What a row is worth beside the others, in the unit of the overall metric; `overlap.Overlap` says how."""

    shared: float
    """Its fair part of what all rows are worth together."""
    next_best: float
    """What it adds once the rows that add more are done."""
    cumulative: float
    """What it and those rows are worth together."""

    def to_dict(self) -> dict[str, Any]:
        return {"shared": self.shared, "next_best": self.next_best, "cumulative": self.cumulative}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RankedRow:
    """A candidate in its place."""

    candidate: Candidate
    p_top1: float | None
    p_top3: float | None
    tied_with: tuple[str, ...]
    """Slice texts of the rows it ties with."""
    action: str
    """A word of `vocabulary.ACTIONS`."""
    worth: Worth | None = None
    """None where the row takes no part: it has no rank, or its errors cannot be told from those of others."""
    worth_where_people_are_right: Worth | None = None
    """The same where only errors on rows that people get right are fixed, all of them, and nothing gets lost."""
    near: Near | None = None
    """The row further up that is about the same rows."""

    def to_dict(self) -> dict[str, Any]:
        """A row of the JSON contract's table."""
        mine = self.candidate
        return {
            "slice": mine.slice,
            "name": mine.name,
            "kind": mine.kind,
            "support": mine.support,
            "share": mine.share,
            "weight": mine.weight,
            "errors": mine.errors,
            "error_share": mine.error_share,
            "estimate": mine.estimate.to_dict(),
            "estimate_paired": None if mine.estimate_paired is None else mine.estimate_paired.to_dict(),
            "n_paired": None if mine.estimate_paired is None else mine.estimate_paired.n,
            "hlp": None if mine.hlp is None else mine.hlp.to_dict(),
            "gap": None if mine.gap is None else mine.gap.to_dict(),
            "gap_words": mine.gap_words,
            "agreement": mine.agreement,
            "baselines": [one.to_dict() for one in mine.baselines],
            "potential": {
                "value": mine.potential,
                "ci": None if mine.potential_ci is None else list(mine.potential_ci),
                "p_top1": self.p_top1,
                "p_top3": self.p_top3,
                "tied_with": list(self.tied_with),
            },
            "cautious": mine.cautious,
            "potential_accuracy": (
                None
                if mine.exact is None or mine.exact.accuracy is None
                else {
                    "value": mine.exact.accuracy,
                    "ci": None if mine.exact.accuracy_ci is None else list(mine.exact.accuracy_ci),
                }
            ),
            "assumption": None if mine.exact is None else mine.exact.assumption,
            "share_source": mine.share_source,
            "ceiling": mine.ceiling,
            **(self.worth.to_dict() if self.worth else {"shared": None, "next_best": None, "cumulative": None}),
            "where_people_are_right": (
                None if self.worth_where_people_are_right is None else self.worth_where_people_are_right.to_dict()
            ),
            "grouped_with": None if self.near is None else self.near.to_dict(),
            "action": self.action,
            "flags": list(self.flags),
        }

    @property
    def flags(self) -> tuple[str, ...]:
        """The flags of the estimate, the human level and the row, each once."""
        mine = self.candidate
        others = (*(mine.hlp.flags if mine.hlp else ()), *(mine.gap.flags if mine.gap else ()))
        return tuple(dict.fromkeys((*mine.flags, *mine.estimate.flags, *others)))


def rank(candidates: Sequence[Candidate], order: Order = "potential") -> tuple[RankedRow, ...]:
    """Candidates best first: by potential (or by the lower end of its 80 % interval), then measured before inherited,
    larger gap, more errors, name.

    Where people's level is known of some rows, those of which nobody knows it stand below them whatever they hold: that
    every error could be fixed is a ceiling, no estimate. They tie with none of the others and have no chance of being
    on top.

    Rows on fewer than 30 rows stand after all others and have no chance of being on top; rows without a
    potential stand last, by what fixing all their errors would bring.
    """
    ordered = sorted(candidates, key=partial(_place, order=order))
    ranked = [one for one in ordered if one.ranked]
    known = [one for one in ranked if not one.assumed] or ranked
    worth = np.stack([drawn for one in known if (drawn := one.potential_draws) is not None]) if known else NO_DRAWS
    top1, top3, ties = chance_among(worth, 1), chance_among(worth, 3), ties_of(worth)
    places = {id(one): place for place, one in enumerate(known)}
    rows = []
    for one in ordered:
        place = places.get(id(one))
        rows.append(
            RankedRow(
                candidate=_flag_low_support(one) if one.potential is not None and not one.ranked else one,
                p_top1=None if place is None else top1[place],
                p_top3=None if place is None else top3[place],
                tied_with=() if place is None else tuple(known[other].slice for other in ties[place]),
                action=choose_action(one),
            )
        )
    return tuple(rows)


def choose_action(candidate: Candidate) -> str:
    """What to do about a row, a word of `vocabulary.ACTIONS`."""
    hlp, ci = candidate.hlp, candidate.potential_ci
    if hlp is None or hlp.inherited or (hlp.n is not None and hlp.n < RANKED_FROM):
        return "measure-hlp"
    if ci is not None and ci[1] <= 0:
        return "none"
    return "labels" if candidate.agreement is not None and candidate.agreement < AGREED else "data"


def _place(one: Candidate, order: Order) -> tuple[int, float, bool, float, int, str]:
    potential = one.potential if order == "potential" else one.cautious
    group = 0 if one.ranked and not one.assumed else 1 if one.ranked else 2 if potential is not None else 3
    worth = potential if potential is not None else (one.ceiling or 0.0)
    gap = one.gap.value if one.gap else 0.0
    inherited = one.hlp is None or one.hlp.inherited
    return group, -round(worth, SAME), inherited, -round(gap, SAME), -(one.errors or 0), one.name


def _flag_low_support(one: Candidate) -> Candidate:
    return replace(one, flags=tuple(dict.fromkeys((*one.flags, "low_support"))))
