"""Slices ranked by a metric that is no mean over rows, such as F1: what each gains is taken anew from the counts."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial

import numpy as np

from slicer.engine.coded_cells import cells_by
from slicer.engine.levels import crossed
from slicer.human.hlp import CEILING, GivenHlp, Hlp, HlpBook
from slicer.metrics.cells import Cell
from slicer.metrics.counts import SliceCounts
from slicer.metrics.delta import Formula, delta_error
from slicer.metrics.estimate import RANKED_FROM, Estimate
from slicer.metrics.registry import METRICS, measured
from slicer.priorities.gain import Gain, Whole, gain
from slicer.priorities.joint_cells import JointCells
from slicer.priorities.people_known import OneLevel, People, RecallAndPrecision, SameRows
from slicer.priorities.potential import Gap
from slicer.priorities.ranking import Candidate, RankedRow, Worth
from slicer.priorities.together import together
from slicer.slices import Slice
from slicer.workbench.human_levels import Humans
from slicer.workbench.rank_task import RankTask
from slicer.workbench.references import BaselineBook

LevelsByMetric = Mapping[str, Mapping[Slice, GivenHlp]]
"""Human levels a person gave in other metrics than that of the ranking."""

OVERLAP = (
    "These slices share rows, and how many of each kind they share is not counted: what they are worth together is "
    "known of the slices of one column only."
)


@dataclass(frozen=True)
class ExactBeside:
    """What stands beside the counts of every slice.

    Args:
        task: The ranking.
        humans: People beside the run.
        given: Levels given in the metric of the ranking; None where the data says what people do.
        others: Levels given in other metrics.
        baselines: References that are not people.
        asked: Slices by themselves, and the rows of each.
        counted: The counts of every slice, all rows under `Slice()`.
        people_rows: Whether the human level is that of rows that are people's own.
    """

    task: RankTask
    humans: Humans
    given: Mapping[Slice, GivenHlp] | None
    others: LevelsByMetric
    baselines: tuple[BaselineBook, ...]
    asked: Mapping[Slice, Slice]
    counted: Mapping[Slice, SliceCounts]
    people_rows: bool = False

    @cached_property
    def formula(self) -> Formula:
        of = METRICS[self.task.metric].formula
        assert of is not None
        return of(self.task.setting)

    @cached_property
    def whole(self) -> Whole:
        table = self.task.overall.confusion
        assert table is not None
        return Whole(
            formula=self.formula,
            overall=table.table,
            squared=table.squared,
            higher_is_better=bool(self.task.bench.higher_is_better(self.task.metric)),
            level=self.task.bench.options.level,
        )

    @cached_property
    def cells(self) -> dict[Slice, list[Cell]]:
        """Every slice's rows by truth, model and person."""
        bench, where = self.task.bench, self.task.where
        found = dict(bench.engine.cells_by([], where, classes=True))
        for cells in cells_by(bench.coded, self.task.levels, where, classes=True):
            found |= dict(cells)
        alone = {slice_: bench.engine.cells(rows, classes=True) for slice_, rows in self.asked.items()}
        return found | {slice_: cells for slice_, cells in alone.items() if cells}

    @cached_property
    def books(self) -> dict[str, HlpBook]:
        """What is known of people by metric: of the ranking's own, and of others that tell how they err."""
        level = self.task.bench.options.level
        own = METRICS[self.task.metric]
        measured_levels = {
            slice_: known for slice_, one in self.humans.levels.items() if (known := one.as_hlp()) is not None
        }
        nothing_given = self.given is None and not self.others
        counts = self.counted if nothing_given else {}
        book = partial(HlpBook, level=level)
        found = {
            name: book(levels, {}) for name, levels in self.others.items() if name in ("recall", "precision", "f1")
        }
        found["accuracy"] = book(
            self.others.get("accuracy", {}),
            counts,
            measured=measured_levels if nothing_given and not self.people_rows else {},
        )
        found[self.task.metric] = book(
            self.given or {},
            {},
            measured=measured_levels if self.people_rows else {},
            rate=own.unit == "rate",
        )
        return found

    def own(self, slice_: Slice, counts: SliceCounts) -> tuple[Estimate, float | None]:
        """The model on a slice, and its share of the rows."""
        return self.task.estimate(counts), self.task.share(counts)

    def candidate(self, slice_: Slice, counts: SliceCounts) -> Candidate:
        task = self.task
        own, _ = self.own(slice_, counts)
        labels = task.bench.labels or ()
        cells = JointCells.of(self.cells.get(slice_, []), labels, people=self._one_person)
        people, source, n = self._people(slice_, counts)
        found = None
        if own.value is not None:
            found = gain(self.whole, cells, people, str(slice_), task.bench.options.seed, self._worth(counts))
        hlp, gap = self._beside(found, source, n, counts)
        paired = None
        if isinstance(people, SameRows) and counts.paired_confusion is not None:
            paired = measured(task.metric, replace(counts, confusion=counts.paired_confusion), task.setting)
        mine = Candidate(
            slice=str(slice_),
            name=slice_.words,
            kind="tag" if slice_.columns == ("tag",) else "slice",
            support=counts.support,
            share=counts.support / task.overall.support,
            weight=None,
            errors=counts.errors,
            error_share=counts.errors / task.overall.errors if task.overall.errors else None,
            estimate=own,
            estimate_paired=paired,
            hlp=hlp,
            gap=gap,
            ceiling=None if found is None else found.ceiling,
            agreement=self.humans.agreement.get(slice_),
            baselines=tuple(one.beside(slice_, counts, own) for one in self.baselines),
            exact=found,
            share_source=task.share_source,
            truth_source=self.humans.truth_source,
        )
        if self.humans.truth_source == "human" and hlp is not None and hlp is not CEILING and gap is not None:
            flags = tuple(dict.fromkeys((*gap.flags, "truth_is_human")))
            mine = replace(mine, hlp=replace(hlp, truth_is_human=True), gap=replace(gap, flags=flags))
        return mine

    @property
    def _one_person(self) -> bool:
        """Whether the rows themselves say what one person answered, class by class."""
        roles = self.task.bench.dataset.roles
        return len(roles.humans) == 1 and roles.human_correct is None

    def _people(self, slice_: Slice, counts: SliceCounts) -> tuple[People, str, int | None]:
        """What is known of people on a slice, where it comes from, and on how many rows."""
        metric, level, seed = self.task.metric, self.task.bench.options.level, self.task.bench.options.seed

        def known(name: str) -> Hlp | None:
            found = self.books[name].resolve(slice_) if name in self.books else None
            return None if found is None or found.source == "ceiling" else found

        def alone(name: str, hlp: Hlp, beside: Gap | None = None) -> tuple[People, str, int | None]:
            of = METRICS[name].formula
            formula = {} if of is None else {"formula": of(self.task.setting)}
            people = OneLevel(
                hlp=hlp, words=METRICS[name].words, beside=beside, seed=(str(slice_), seed), confidence=level, **formula
            )
            return people, hlp.source, hlp.n

        if (own := known(metric)) is not None:
            return alone(metric, own)
        paired = counts.paired
        if self.given is None and not self.others and self._one_person and paired and paired.n >= RANKED_FROM:
            return SameRows(), "paired", paired.n
        recall, precision, f1 = (known(name) for name in ("recall", "precision", "f1"))
        labels, positive = self.task.bench.labels or (), self.task.setting.positive
        if recall is not None and precision is not None and len(labels) == 2 and positive is not None:
            people = RecallAndPrecision(recall=recall, precision=precision, positive=positive)
            return people, recall.source, recall.n
        if f1 is not None and positive is not None:
            return alone("f1", f1)
        accuracy = known("accuracy") or CEILING
        beside = self.humans.levels.get(slice_)
        ahead = None
        if beside is not None and accuracy == beside.as_hlp():
            ahead = Gap.of(beside.gap, beside.model)
        return alone("accuracy", accuracy, ahead)

    def _worth(self, counts: SliceCounts) -> float:
        """Independent rows that a row of the slice is worth, where rows come in clusters."""
        table = counts.confusion
        if table is None or table.clusters is None:
            return 1.0
        between, apart = delta_error(self.formula, table), delta_error(self.formula, replace(table, clusters=None))
        if not math.isfinite(between) or between <= apart or apart <= 0:
            return 1.0
        return (apart / between) ** 2

    def _beside(
        self, found: Gain | None, source: str, n: int | None, counts: SliceCounts
    ) -> tuple[Hlp | None, Gap | None]:
        """People's level and the gap, in the metric of the ranking."""
        if found is None or found.human is None or found.ahead is None or found.model is None:
            return None, None
        gap = Gap(value=found.ahead, ci=found.ahead_ci, method="bootstrap", model_value=found.model, n=counts.n)
        if source == "ceiling":
            return CEILING, gap
        return Hlp(value=found.human, source=source, n=n, ci=found.human_ci), gap


def in_one_column(task: RankTask, rows: Sequence[RankedRow]) -> bool:
    """Whether all rows are slices of the same column, or of the same columns crossed: then none shares an example."""
    columns = [{str(slice_) for slice_ in crossed(levels).values()} for levels in task.levels]
    return not rows or any({row.candidate.slice for row in rows} <= one for one in columns)


def exact_together(task: RankTask, rows: Sequence[RankedRow]) -> tuple[tuple[RankedRow, ...], float | None, str | None]:
    """The rows with their worth beside the others, what all are worth together, and why that is not known."""
    ranked = [row for row in rows if row.candidate.ranked]
    gaining = [row for row in ranked if row.candidate.potential]
    if not in_one_column(task, gaining):
        return tuple(rows), None, OVERLAP
    exact = [row.candidate.exact for row in gaining if row.candidate.exact is not None]
    if not exact:
        nothing = Worth(shared=0.0, next_best=0.0, cumulative=0.0)
        return tuple(replace(row, worth=nothing) if row in ranked else row for row in rows), 0.0, None
    changes = np.stack([one.change for one in exact])
    whole = exact[0].whole
    found = together(lambda sets: whole.together(sets, changes), len(exact), task.bench.options.seed)
    worth = {
        row.candidate.slice: Worth(
            shared=float(found.shared[at]),
            next_best=float(found.next_best[at]),
            cumulative=float(found.cumulative[at]),
        )
        for at, row in enumerate(gaining)
    }
    idle = {row.candidate.slice: Worth(shared=0.0, next_best=0.0, cumulative=found.joint) for row in ranked}
    known = idle | worth
    return tuple(replace(row, worth=known.get(row.candidate.slice)) for row in rows), found.joint, None
