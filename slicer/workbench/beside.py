"""What stands beside the counts of every slice where the metric is a mean over rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from slicer.human.hlp import HlpBook
from slicer.human.paired import paired_model
from slicer.metrics.counts import SliceCounts
from slicer.metrics.estimate import Estimate
from slicer.priorities.ranking import Candidate
from slicer.slices import Slice
from slicer.workbench.human_levels import Humans
from slicer.workbench.rank_task import RankTask
from slicer.workbench.references import BaselineBook


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside the counts of every slice."""

    task: RankTask
    book: HlpBook
    humans: Humans
    baselines: tuple[BaselineBook, ...]
    population: Mapping[Slice, float]

    def own(self, slice_: Slice, counts: SliceCounts) -> tuple[Estimate, float | None]:
        """The model on a slice, and the slice's part of the overall metric."""
        if self.task.bench.by_people:
            return self.humans.model(slice_, self.task.bench.options.level), self.humans.share(slice_)
        return self.task.estimate(counts), self.population.get(slice_, self.task.share(counts))

    def candidate(self, slice_: Slice, counts: SliceCounts) -> Candidate:
        task, level = self.task, self.task.bench.options.level
        hlp, (own, weight) = self.book.resolve(slice_), self.own(slice_, counts)
        judged = counts.judged and not task.bench.by_people
        measured_here = self.humans.levels.get(slice_)
        if hlp is None or measured_here is None or hlp != measured_here.as_hlp():
            measured_here = None
        paired = counts.paired if hlp is not None and measured_here is None and hlp.source == "paired" else None
        gap = task.gap(counts, own, hlp, measured_here)
        beside = None if paired is None else paired_model(paired, level)
        if measured_here is not None and measured_here.beside:
            beside = measured_here.model if isinstance(measured_here.model, Estimate) else None
        found = Candidate(
            slice=str(slice_),
            name=slice_.words,
            kind="tag" if slice_.columns == ("tag",) else "slice",
            support=counts.support,
            share=counts.support / task.overall.support,
            weight=weight,
            errors=counts.errors if judged else None,
            error_share=counts.errors / task.overall.errors if judged and task.overall.errors else None,
            estimate=own,
            estimate_paired=beside,
            hlp=hlp,
            gap=gap,
            ceiling=task.ceiling(own, weight),
            draws=None if gap is None or hlp is None else task.draws(counts, gap, hlp, measured_here, str(slice_)),
            agreement=self.humans.agreement.get(slice_),
            baselines=tuple(one.beside(slice_, counts, own) for one in self.baselines),
            share_source="population" if slice_ in self.population else task.share_source,
        )
        return self.with_truth(found)

    def with_truth(self, one: Candidate) -> Candidate:
        """A candidate that says where what people are held against is people's word, too."""
        hlp, gap, source = one.hlp, one.gap, self.humans.truth_source
        if source == "human" and hlp is not None and hlp.source != "ceiling" and gap is not None:
            hlp = replace(hlp, truth_is_human=True)
            gap = replace(gap, flags=tuple(dict.fromkeys((*gap.flags, "truth_is_human"))))
        return replace(one, hlp=hlp, gap=gap, truth_source=source)
