"""Slices and classes with their human level, the model beside it, and how far people agree there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from slicer.agreed import AgreeResult
from slicer.human.sampling import rows_to_measure
from slicer.human.undefined import Answer
from slicer.metrics.estimate import RANKED_FROM, Estimate
from slicer.metrics.registry import METRICS, Unit
from slicer.priorities.ranking import Candidate, RankedRow
from slicer.results import RankResult
from slicer.vocabulary import TruthSource


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Levelled:
    """A slice or a class in the table of human levels."""

    candidate: Candidate
    action: str
    """A word of `vocabulary.ACTIONS`."""
    unit: Unit
    """Of the metric."""
    agreement: Answer | None = None
    """The chance that two people say the same here; None where nobody asked."""
    alpha: Answer | None = None
    """Krippendorff's alpha here; None where nobody asked."""

    @property
    def model(self) -> Estimate:
        """The model on the rows and answers the gap was taken from, where it is paired; else on all rows."""
        return self.candidate.estimate_paired or self.candidate.estimate

    @property
    def gap(self) -> float | None:
        return None if self.candidate.gap is None else self.candidate.gap.value

    @property
    def truth(self) -> TruthSource:
        return self.candidate.truth_source

    @property
    def known(self) -> bool:
        """Whether any level is known, measured or inherited: a ceiling is none."""
        return self.candidate.hlp is not None and self.candidate.hlp.source != "ceiling"

    @property
    def measured(self) -> bool:
        """Whether people answered here, or somebody gave a number for this very slice."""
        return self.candidate.hlp is not None and not self.candidate.hlp.inherited

    @property
    def ahead(self) -> bool:
        """Whether the model is above people beyond doubt."""
        gap = self.candidate.gap
        return gap is not None and gap.ci is not None and gap.ci[1] < 0

    @property
    def rows_wanted(self) -> int | None:
        """Rows to ask people about, besides those they answered, for a level to within 10 points; never more than the
        slice has. None where the level is no rate."""
        hlp = self.candidate.hlp
        if self.unit != "rate":
            return None
        wanted = rows_to_measure(hlp.value if hlp is not None and self.known else None)
        answered = hlp.n if hlp is not None and hlp.n is not None and not hlp.inherited else 0
        return max(0, min(wanted, self.candidate.support) - answered)


def of_slices(ranked: RankResult, agreed: AgreeResult | None = None) -> tuple[Levelled, ...]:
    """The slices of a ranking, the widest gap first.

    Args:
        ranked: With the whole data among its slices, if it should be among the rows.
        agreed: The agreement of people on the same slices; None where nobody answered.
    """
    found: Mapping[str, tuple[Answer, Answer]] = {}
    if agreed is not None:
        figures = {"": agreed.overall, **{str(one.slice): one.figures for one in agreed.slices}}
        found = {slice_: (one.agreement.pairwise, one.agreement.krippendorff_alpha) for slice_, one in figures.items()}
    return _ordered(_levelled(row, ranked.metric, *found.get(row.candidate.slice, ())) for row in ranked.table)


def of_classes(ranked: RankResult) -> tuple[Levelled, ...]:
    """The classes of a ranking, the widest gap first."""
    return _ordered(_levelled(row, ranked.metric) for row in ranked.table)


def whole(rows: Iterable[Levelled]) -> Levelled | None:
    """The row that holds all rows."""
    return next((one for one in rows if not one.candidate.slice), None)


def _levelled(row: RankedRow, metric: str, agreement: Answer | None = None, alpha: Answer | None = None) -> Levelled:
    mine = row.candidate
    if mine.hlp is None or mine.hlp.source == "ceiling":
        mine = replace(mine, gap=None)  # the distance to a ceiling is no gap to people
    unit = METRICS[metric].unit
    return Levelled(candidate=mine, action=row.action, unit=unit, agreement=agreement, alpha=alpha)


def _ordered(rows: Iterable[Levelled]) -> tuple[Levelled, ...]:
    """The widest gap first, then rows without one, those with fewer than 30 rows last."""

    def place(one: Levelled) -> tuple[bool, bool, float, str]:
        few = one.model.denominator < RANKED_FROM
        return few, one.gap is None, -(one.gap or 0.0), one.candidate.name

    return tuple(sorted(rows, key=place))
