"""Tags as rows of the ranking: the numbers of `tags`, held against the human level of the ranking."""

from __future__ import annotations

from slicer.human.hlp import Hlp
from slicer.human.undefined import Answer
from slicer.metrics.counts import SliceCounts
from slicer.metrics.estimate import Estimate, estimate
from slicer.priorities.potential import Gap
from slicer.priorities.ranking import Candidate
from slicer.tagged import TagRow
from slicer.workbench.counting import Counting


def read_of_all(row: TagRow) -> bool:
    """Whether every row was read for a tag, so that it is a slice like any other."""
    errors, correct = row.sides.errors, row.sides.correct
    return all(one.design == "all" or not one.size for one in (errors, correct))


def tag_candidate(
    bench: Counting, row: TagRow, counts: SliceCounts, hlp: Hlp | None, room: Answer, *, accuracy: bool
) -> Candidate:
    """A tag that only some rows were read for: what is known of it, as far as that goes.

    Args:
        counts: The rows that carry it.
        hlp: The human level on rows with the tag.
        room: What reaching it is worth.
        accuracy: Whether the ranking is by accuracy; else a tag has its share of the errors alone.
    """
    found, design, level = row.numbers, row.sides.errors.design, bench.options.level
    share = found.error_share
    known = share if isinstance(share, Estimate) else None
    seen = row.tagged / row.read if design == "convenience" and row.read else None
    own, weight, gap = estimate(None, None, n=counts.n, denominator=0, method="wilson", level=level), None, None
    if accuracy and isinstance(found.error_rate, Estimate) and isinstance(found.data_share, Estimate):
        own, weight = _accuracy(found.error_rate), found.data_share.value
        gap = _gap(room, own, weight)
    hlp = hlp if gap is not None else None
    return Candidate(
        slice=str(row.slice),
        name=row.name,
        kind="tag",
        support=counts.support,
        share=weight,
        weight=weight,
        errors=counts.errors,
        error_share=seen if known is None else known.value,
        error_share_ci=None if known is None else known.ci,
        estimate=own,
        estimate_paired=None,
        hlp=hlp,
        gap=gap,
        ceiling=found.ceiling.value,
        draws=None if gap is None else gap.draws(str(row.slice), bench.options.seed, level),
        flags=("convenience_sample",) if design == "convenience" else (),
    )


def _accuracy(error_rate: Estimate) -> Estimate:
    """Of the rows with a tag, the share the model has right."""
    ci = error_rate.ci
    return estimate(
        None if error_rate.value is None else 1 - error_rate.value,
        None if ci is None else (1 - ci[1], 1 - ci[0]),
        n=error_rate.n,
        denominator=error_rate.denominator,
        method=error_rate.method or "",
        level=error_rate.level,
        flags=error_rate.flags,
    )


def _gap(room: Answer, own: Estimate, share: float | None) -> Gap | None:
    """The gap whose share is the room: its interval holds what is not known of the share, too."""
    if not isinstance(room, Estimate) or room.value is None or own.value is None or not share:
        return None
    ci = None if room.ci is None else (room.ci[0] / share, room.ci[1] / share)
    return Gap(value=room.value / share, ci=ci, method=room.method or "", model_value=own.value, n=int(own.denominator))
