"""References that are not people: an old system, the literature, a quick model. In columns of their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from slicer.errors import UsageError
from slicer.human.hlp import GivenHlp, HlpBook
from slicer.human.leave_one_out import HumanLevel
from slicer.metrics.counts import SliceCounts
from slicer.metrics.estimate import Estimate
from slicer.metrics.registry import METRICS
from slicer.priorities.ranking import BaselineGap
from slicer.slices import Slice
from slicer.workbench.counting import Counting, over_slices
from slicer.workbench.human_scores import score_levels
from slicer.workbench.rank_task import RankTask

GivenBaseline = Mapping[Slice, GivenHlp] | str
"""Levels by slice, or a column of the data: what another system said, or its score."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineBook:
    """One reference and what is known of it."""

    name: str
    task: RankTask
    given: Mapping[Slice, GivenHlp] = field(default_factory=dict)
    counts: Mapping[Slice, SliceCounts] = field(default_factory=dict)
    """Of a column, its answers in the place of the human ones."""
    levels: Mapping[Slice, HumanLevel] = field(default_factory=dict)
    """Of a column of numbers."""

    def beside(self, slice_: Slice, counts: SliceCounts, own: Estimate) -> BaselineGap:
        """The reference on a slice, and its gap."""
        measured = self.levels.get(slice_)
        if self.counts:
            counts = self.counts.get(slice_, replace(counts, paired=None))
            if counts.paired is None:
                return BaselineGap(name=self.name, level=None, gap=None)
        known = {} if measured is None or (hlp := measured.as_hlp()) is None else {slice_: hlp}
        book = HlpBook(self.given, {slice_: replace(counts, paired=counts.paired if self.counts else None)},
                       self.task.bench.options.level, measured=known, rate=self.task.rate)  # fmt: skip
        level = book.resolve(slice_)
        if level is None or level.source == "ceiling":
            return BaselineGap(name=self.name, level=None, gap=None)
        return BaselineGap(name=self.name, level=level, gap=self.task.gap(counts, own, level, measured))


def baseline_books(
    task: RankTask, references: Mapping[str, GivenBaseline], asked: Mapping[Slice, Slice]
) -> tuple[BaselineBook, ...]:
    """The references of a ranking.

    Args:
        asked: Slices by themselves, and the rows of each.

    Raises:
        UsageError: a column cannot be measured by the ranking's metric.
    """
    return tuple(_book(task, name, reference, asked) for name, reference in references.items())


def _book(task: RankTask, name: str, reference: GivenBaseline, asked: Mapping[Slice, Slice]) -> BaselineBook:
    bench = task.bench
    if not isinstance(reference, str):
        for slice_ in reference:
            bench.engine.check(slice_)
        return BaselineBook(name=name, task=task, given=reference)
    bench.relation.subject(reference)
    if "probabilities" in task.needs or METRICS[task.metric].formula is not None or task.metric == "rmse":
        raise UsageError(
            f"The baseline {name!r} is a column; by {task.metric} it is given as a number or a table.",
            hint=f"--baseline {name}=0.95",
        )
    if task.rate:
        roles = replace(bench.dataset.roles, humans=(reference,), human_correct=None)
        other = Counting(bench.project, replace(bench.dataset, roles=roles), bench.run.name, bench.options)
        counts = RankTask(other, task.metric, task.where, task.levels).counted(asked)
        return BaselineBook(name=name, task=task, counts=counts)
    levels = over_slices(partial(score_levels, bench, (reference,)), task.levels, asked, task.where)
    return BaselineBook(name=name, task=task, levels=levels)
