"""The prioritization table on screen."""

from __future__ import annotations

from slicer.cells import axis_of, potential_axis, ranked_row
from slicer.display import gain
from slicer.findings.ranking import rank_labels
from slicer.metrics.estimate import Estimate
from slicer.metrics.intervals import Interval
from slicer.metrics.registry import METRICS
from slicer.results import RankResult
from slicer.ui.table import Column, room_for, table


def ends_of(drawn: Estimate | None) -> Interval | tuple[()]:
    """The ends of an interval that is drawn."""
    return () if drawn is None or drawn.ci is None else drawn.ci


KEY = "priorities"


def ranking_table(result: RankResult, round_: int, selected: str = "") -> str | None:
    """The table, best first, its rows to be chosen; gives the slice that was opened.

    Args:
        selected: The slice to mark.
    """
    candidates = [row.candidate for row in result.table]
    ends = [end for one in candidates for drawn in (one.estimate, one.estimate_paired) for end in ends_of(drawn)]
    ends += [one.hlp.value for one in candidates if one.hlp is not None and one.hlp.source != "ceiling"]
    unit, exact = METRICS[result.metric].unit, not result.additive
    pp = " pp" if unit == "rate" else ""
    largest = max([(one.weight if one.weight is not None else one.share) or 0.0 for one in candidates] + [0.01])
    labels = rank_labels(result.table)
    rows = [
        ranked_row(row, rank, tie, unit, result.head.level, result.order)
        for row, (rank, tie) in zip(result.table, labels, strict=True)
    ]
    columns = [
        Column("rank", "#", "rank", width="44px"),
        Column("name", "Slice", "name", width="230px"),
        Column("share", "Share %", "bar", num=True, width="80px", max=largest),
        Column("model", "Model %" if pp else "Model", "est", num=True, width=room_for(rows, "model", 98)),
        Column("people", "People %" if pp else "People", "est", num=True, width="74px", priority=2),
        Column("picture", "Model ● to people ◆", "dumbbell", **axis_of(ends, unit)),
        Column("gap", f"Gap{pp}", "est", num=True, width="62px", help="people minus model"),
        Column(
            "potential", f"Potential{pp}", "est", num=True, width="90px",
            help="what the overall metric gains if people's level is reached here" if exact
            else "share of data × gap: what closing the gap adds to the overall metric",
        ),
    ]  # fmt: skip
    if any(one.exact is not None and one.exact.accuracy is not None for one in candidates):
        help_ = "what accuracy gains by the same change: a metric that counts classes alike makes rare ones heavy"
        columns.append(Column("accuracy", "Accuracy pp", "est", num=True, width="88px", priority=2, help=help_))
    if any(one.ranked for one in candidates):
        axis = potential_axis(result.table, unit)
        columns.append(Column("worth", "95 % interval", "potential", width="106px", priority=2, **axis))
    if not result.exclusive and result.joint is not None:
        together = gain(result.joint, unit)
        columns.append(
            Column(
                "shared", f"Shared out{pp}", "est", num=True, width="92px", priority=2,
                help="these slices have errors in common: its fair part of what all of them are worth together, "
                f"{together}. This column adds up to that",
            )
        )  # fmt: skip
        columns.append(
            Column(
                "adds", f"Adds{pp}", "est", num=True, width="70px", priority=4,
                help="what it still adds once the slices that add more are done",
            )
        )  # fmt: skip
    if not exact and any(one.error_share is not None for one in candidates):
        help_ = "how much of all errors"
        width = "124px" if any(one.error_share_ci is not None for one in candidates) else "96px"
        columns.append(Column("errors", "Of errors %", "est", num=True, width=width, priority=3, help=help_))
    columns.append(Column("next", "Next step", "text", width=room_for(rows, "next", 96, 146), priority=3))
    return table(
        KEY,
        columns,
        rows,
        label="Slices by improvement potential",
        sort=("rank", -1),
        tie_key="rank",
        round=round_,
        selected=selected,
    )
