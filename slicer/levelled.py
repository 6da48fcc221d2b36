"""Slices and classes with their human level, the model beside it, and how far people agree there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from slicer.agreed import AgreeResult
from slicer.human.leave_one_out import HumanLevel
from slicer.human.sampling import rows_to_measure
from slicer.human.undefined import Answer
from slicer.metrics.estimate import RANKED_FROM, Estimate
from slicer.priorities.potential import Gap
from slicer.priorities.ranking import Candidate, RankedRow, choose_action
from slicer.results import RankResult


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Levelled:
    """A slice or a class in the table of human levels."""

    candidate: Candidate
    action: str
    """A word of `vocabulary.ACTIONS`."""
    model: Estimate
    """Of the model on the rows the gap was taken from: those people labelled, where it is paired."""
    agreement: Answer | None = None
    """The chance that two people say the same here; of a class, that another says it where one does."""
    alpha: Answer | None = None
    """Krippendorff's alpha; of a class, against all other labels."""

    @property
    def gap(self) -> float | None:
        return None if self.candidate.gap is None else self.candidate.gap.value

    @property
    def measured(self) -> bool:
        """Whether people answered here, or somebody gave a number for this very slice."""
        return self.candidate.hlp is not None and not self.candidate.hlp.inherited

    @property
    def known(self) -> bool:
        """Whether any level is known, measured or inherited: a ceiling is none."""
        return self.candidate.hlp is not None and self.candidate.hlp.source != "ceiling"

    @property
    def ahead(self) -> bool:
        """Whether the model is above people beyond doubt."""
        gap = self.candidate.gap
        return self.known and gap is not None and gap.ci is not None and gap.ci[1] < 0

    @property
    def rows_wanted(self) -> int:
        """Rows to ask people about for a level to within 10 points, those they answered already left out; never more
        than the slice has."""
        hlp = self.candidate.hlp
        wanted = rows_to_measure(hlp.value if hlp is not None and self.known else None)
        answered = hlp.n if hlp is not None and hlp.n is not None and not hlp.inherited else 0
        return max(0, min(wanted, self.candidate.support) - answered)


def of_slices(ranked: RankResult, agreed: AgreeResult | None, *, measure: bool = True) -> tuple[Levelled, ...]:
    """The slices of a ranking, the widest gap first.

    Where the ranking knows no human level and people answered the same rows, the level is theirs: against the
    truth; where that is itself human, each held against the others, and the model against the same others.

    Args:
        agreed: The agreement of people on the same slices; None where nobody answered.
        measure: Whether people's answers may stand in; not where the person gives the levels.
    """
    figures = {} if agreed is None else {"": agreed.overall, **{str(one.slice): one.figures for one in agreed.slices}}

    human = agreed is not None and agreed.truth_source == "human"

    def levelled(row: RankedRow) -> Levelled:
        mine = figures.get(row.candidate.slice)
        if mine is None:
            return _levelled(row)
        own = mine.leave_one_out if human else mine.versus_label
        people = mine.agreement
        return _levelled(row, own if measure else None, people.pairwise, people.krippendorff_alpha)

    return _ordered(map(levelled, ranked.table))


def of_classes(ranked: RankResult, agreed: AgreeResult | None, *, measure: bool = True) -> tuple[Levelled, ...]:
    """The classes of a ranking by recall, the widest gap first; without a level of its own a class takes how often
    people say it where it is the truth."""
    known = {} if agreed is None else {one.label: one for one in agreed.classes}

    def levelled(row: RankedRow) -> Levelled:
        mine = known.get(row.candidate.name)
        if mine is None:
            return _levelled(row)
        return _levelled(row, mine.versus_label if measure else None, mine.agreement.agreement, mine.agreement.alpha)

    return _ordered(map(levelled, ranked.table))


def _levelled(
    row: RankedRow, own: HumanLevel | None = None, agreement: Answer | None = None, alpha: Answer | None = None
) -> Levelled:
    mine, action = row.candidate, row.action
    model = mine.estimate_paired or mine.estimate
    unknown = mine.hlp is None or mine.hlp.source == "ceiling"
    if unknown and own is not None and (measured := own.as_hlp()) is not None:
        mine = replace(mine, hlp=measured, gap=_gap(own))
        model = own.model if isinstance(own.model, Estimate) else mine.estimate
        action = choose_action(mine)
    elif unknown:
        mine = replace(mine, gap=None)  # a distance to a ceiling is no gap to people
    return Levelled(candidate=mine, action=action, model=model, agreement=agreement, alpha=alpha)


def _gap(own: HumanLevel) -> Gap | None:
    gap, model = own.gap, own.model
    if not isinstance(gap, Estimate) or gap.value is None or gap.method is None or model.value is None:
        return None
    return Gap(value=gap.value, ci=gap.ci, method=gap.method, model_value=model.value, n=gap.n)


def _ordered(rows: Iterable[Levelled]) -> tuple[Levelled, ...]:
    """The widest gap first, then rows without one, those with fewer than 30 rows last."""

    def place(one: Levelled) -> tuple[bool, bool, float, str]:
        few = one.model.denominator < RANKED_FROM
        return few, one.gap is None, -(one.gap or 0.0), one.candidate.name

    return tuple(sorted(rows, key=place))


def whole(rows: Iterable[Levelled]) -> Levelled | None:
    """The row that holds all rows."""
    return next((one for one in rows if not one.candidate.slice), None)
