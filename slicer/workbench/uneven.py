"""Rankings of rows that were not drawn evenly: failures alone, or shares of a population given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from slicer.metrics.estimate import Estimate
from slicer.priorities.population import OVERLAP, exclusive_worth
from slicer.priorities.ranking import Candidate, RankedRow
from slicer.workbench.exact import in_one_column
from slicer.workbench.rank_task import RankTask


def of_failures(one: Candidate, rows_in_all: int | None) -> Candidate:
    """A candidate of which failures alone are known: its share of them, and what fixing all of them would bring."""
    return replace(
        one,
        share=None,
        weight=None,
        estimate=unknown(one.estimate),
        estimate_paired=None,
        hlp=None,
        gap=None,
        exact=None,
        draws=None,
        ceiling=one.errors / rows_in_all if rows_in_all and one.errors is not None else None,
        baselines=tuple(replace(each, gap=None) for each in one.baselines),
    )


def unknown(own: Estimate) -> Estimate:
    """An estimate without its value."""
    return replace(own, value=None, ci=None).flagged("undefined")


def of_population(task: RankTask, rows: Sequence[RankedRow]) -> tuple[tuple[RankedRow, ...], float | None, str | None]:
    """The rows with their worth beside the others where shares were given."""
    if in_one_column(task, [row for row in rows if row.candidate.ranked]):
        return *exclusive_worth(rows), None
    return tuple(rows), None, OVERLAP
