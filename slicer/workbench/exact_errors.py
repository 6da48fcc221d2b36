"""Slices of a regression ranked by the root mean squared error: what each gains is taken anew from squared errors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from slicer.human.hlp import GivenHlp, Hlp, HlpBook
from slicer.human.reference import independent_gap
from slicer.metrics.counts import SliceCounts
from slicer.metrics.estimate import Estimate
from slicer.metrics.intervals import Interval
from slicer.priorities.gain import Gain
from slicer.priorities.gain_of_errors import SquaredErrors, error_gain
from slicer.priorities.potential import Gap
from slicer.priorities.ranking import Candidate
from slicer.slices import Slice
from slicer.workbench.human_levels import Humans
from slicer.workbench.rank_task import RankTask
from slicer.workbench.references import BaselineBook

RMSE = "rmse"

SAME_ROWS = "People's own squared errors take the place of the model's on the same rows; nothing is assumed."
OTHER_ROWS = "People's root mean squared error takes the place of the model's; which rows it comes from is not known."


@dataclass(frozen=True)
class ErrorsBeside:
    """What stands beside the squared errors of every slice.

    Args:
        task: The ranking, by rmse.
        humans: People beside the run: mean squared errors where they are in the data, root mean squared errors where
            rows are people's own.
        given: Levels given; None where the data says what people do.
        baselines: References that are not people.
        people_rows: Whether the human level is that of rows that are people's own.
    """

    task: RankTask
    humans: Humans
    given: Mapping[Slice, GivenHlp] | None
    baselines: tuple[BaselineBook, ...]
    people_rows: bool = False

    @cached_property
    def whole(self) -> SquaredErrors:
        sse, rows = _squares(self.task.overall)
        return SquaredErrors(sse=sse, rows=rows)

    @cached_property
    def book(self) -> HlpBook:
        known = {} if self.given is not None else self.humans.levels
        measured = {
            slice_: found if self.people_rows else _root(found)
            for slice_, one in known.items()
            if (found := one.as_hlp()) is not None
        }
        return HlpBook(self.given or {}, {}, self.task.bench.options.level, measured=measured, rate=False)

    def own(self, slice_: Slice, counts: SliceCounts) -> tuple[Estimate, float | None]:
        """The model on a slice, and its share of the rows."""
        return self.task.estimate(counts), self.task.share(counts)

    def candidate(self, slice_: Slice, counts: SliceCounts) -> Candidate:
        own, _ = self.own(slice_, counts)
        hlp = self.book.resolve(slice_)
        found = None if hlp is None or own.value is None else self._gain(slice_, counts, own, hlp)
        gap, paired = None, None
        if found is not None and found.ahead is not None and found.model is not None:
            gap = Gap(value=found.ahead, ci=found.ahead_ci, method="delta", model_value=found.model, n=own.n)
            if self._measured(slice_, hlp):
                paired = replace(own, value=found.model, ci=None)
        return Candidate(
            slice=str(slice_),
            name=slice_.words,
            kind="tag" if slice_.columns == ("tag",) else "slice",
            support=counts.support,
            share=counts.support / self.task.overall.support,
            weight=None,
            errors=None,
            error_share=None,
            estimate=own,
            estimate_paired=paired,
            hlp=hlp,
            gap=gap,
            ceiling=self._ceiling(counts),
            baselines=tuple(one.beside(slice_, counts, own) for one in self.baselines),
            exact=found,
            share_source=self.task.share_source,
            truth_source=self.humans.truth_source,
        )

    def _measured(self, slice_: Slice, hlp: Hlp | None) -> bool:
        """Whether a level is that of people's own numbers on these very rows."""
        level = self.humans.levels.get(slice_)
        own = None if level is None or self.people_rows else level.as_hlp()
        return own is not None and hlp is not None and hlp == _root(own)

    def _ceiling(self, counts: SliceCounts) -> float | None:
        sse, rows = _squares(counts)
        whole = self.whole
        return None if not rows else whole.error - SquaredErrors(sse=max(0.0, whole.sse - sse), rows=whole.rows).error

    def _gain(self, slice_: Slice, counts: SliceCounts, own: Estimate, hlp: Hlp) -> Gain | None:
        sse, rows = _squares(counts)
        level = self.humans.levels.get(slice_)
        if level is not None and self._measured(slice_, hlp):
            gap = Gap.of(level.gap, level.model)
        else:
            squared = replace(own, value=(own.value or 0.0) ** 2, ci=_squared(own.ci))
            people = replace(hlp, value=hlp.value**2, ci=_squared(hlp.ci))
            gap = Gap.of(independent_gap(people, squared, higher_is_better=False), squared)
        if gap is None:
            return None
        return error_gain(
            self.whole,
            sse=sse,
            rows=rows,
            gap=gap,
            human=hlp.value,
            human_ci=hlp.ci,
            key=str(slice_),
            seed=self.task.bench.options.seed,
            level=self.task.bench.options.level,
            assumption=SAME_ROWS if self._measured(slice_, hlp) else OTHER_ROWS,
        )


def _squares(counts: SliceCounts) -> tuple[float, float]:
    """Σw r² and Σw."""
    squared = None if counts.residuals is None else counts.residuals.squared
    return (0.0, 0.0) if squared is None else ((squared.mean or 0.0) * squared.w, squared.w)


def _root(level: Hlp) -> Hlp:
    """A mean squared error as a root mean squared error."""
    ci = None if level.ci is None else (max(0.0, level.ci[0]) ** 0.5, level.ci[1] ** 0.5)
    return replace(level, value=max(0.0, level.value) ** 0.5, ci=ci)


def _squared(ci: Interval | None) -> Interval | None:
    return None if ci is None else (ci[0] ** 2, ci[1] ** 2)
