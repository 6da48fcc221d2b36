"""Agreement of people on the rows of a data set, and the human level behind it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from slicer.agreed import AgreeClass, AgreeFigures, AgreeResult, AgreeSlice, DisputedItem
from slicer.engine.agreement import (
    annotator_sums,
    disputed_items,
    item_patterns,
    judged_items,
    pair_table,
)
from slicer.engine.answers import Answered, People, answered
from slicer.errors import UsageError, listed
from slicer.human.agreement import agreement
from slicer.human.annotators import AnnotatorSums, ReferenceLevel, annotators, reference_level
from slicer.human.cohen import cohen_kappa
from slicer.human.confused import confused_labels
from slicer.human.interval_alpha import interval_alpha, number_patterns
from slicer.human.leave_one_out import HumanLevel, leave_one_out
from slicer.human.notes import (
    MAJORITY_NOTE,
    PERHAPS_NOTE,
    WEIGHTS_NOTE,
    WEIGHTS_OF_ONE_NOTE,
    answer_notes,
    never_true_notes,
    paradox_note,
    same_as_truth_note,
)
from slicer.human.ordinal_alpha import ordinal_alpha
from slicer.human.patterns import ItemPatterns
from slicer.human.reference import against_truth, is_majority, never_true
from slicer.human.truth import MEANINGS
from slicer.human.undefined import Answer, Undefined
from slicer.metrics.counts import SliceCounts
from slicer.metrics.estimate import RANKED_FROM, Estimate
from slicer.project.annotations import count_annotations
from slicer.project.datasets import TRUTH_IS_HUMAN
from slicer.results import Head
from slicer.slices import Slice, all_of
from slicer.vocabulary import TruthSource
from slicer.workbench.counting import ALL, By, Counting

MOST_DISPUTED = 100
"""Rows people disagree on that are listed."""

KIND = {"annotations": "a row for each answer", "columns": "a column for each person", "counts": "counts of each class"}
"""Where answers can stand, the first that is there."""


def people_of(bench: Counting) -> tuple[str, People] | None:
    """Where the answers of people stand; None where there are none."""
    roles, chosen = bench.dataset.roles, bench.options.people
    known = {
        "annotations": People(dataset=bench.dataset.id),
        "columns": People(columns=roles.humans),
        "counts": People(counts=roles.human_counts),
    }
    return next(((kind, known[kind]) for kind in kinds_of(bench) if chosen in (None, kind)), None)


def kinds_of(bench: Counting) -> tuple[str, ...]:
    """The ways in which answers stand in the data, the one that is read first."""
    roles = bench.dataset.roles
    there = (count_annotations(bench.project, bench.dataset) is not None, bool(roles.humans), bool(roles.human_counts))
    return tuple(kind for kind, here in zip(KIND, there, strict=True) if here)


def agree(bench: Counting, *, by: Sequence[By] = (), slices: Sequence[Slice] = (), where: Slice = ALL) -> AgreeResult:
    """How far people agree, the human level, and the model held against the same people.

    Args:
        by, slices, where: As in `metrics`.

    Raises:
        UsageError: nobody answered, or there are too many labels.
        SliceError, UnknownColumnError: in words.
    """
    kind, people = _people(bench)
    with answered(bench.engine, people, compared=bench.task == "classification") as said:
        asked = _Asked(bench, said, where)
        disputed = disputed_items(said, where, MOST_DISPUTED)
        parts = [(slice_, patterns) for slice_, patterns in asked.parts(by, slices) if patterns.n]
        overall = asked.figures(asked.whole, where)
        saved = bench.saved()
        found = tuple(
            AgreeSlice(
                slice=slice_,
                name=saved.get(slice_, slice_.words),
                figures=asked.figures(patterns, all_of(where, slice_)),
            )
            for slice_, patterns in parts
        )
        mean = asked.mean_annotator()
    source, guessed = asked.source
    counts = bench.count(where) if bench.run.name else _without_run(asked.whole)
    return AgreeResult(
        head=with_circularity(bench.head(counts, where), source),
        people=kind,
        labels=said.labels,
        overall=overall,
        mean_annotator=mean,
        annotators=annotators(asked.sums, bench.options.level),
        classes=_classes(asked.whole, overall, source, bench.options.level),
        slices=found,
        confused=confused_labels(asked.whole),
        disputed=tuple(DisputedItem(id=example, said=answers) for example, answers in disputed),
        notes=_notes(bench, asked, overall),
        truth_source=source,
        truth_guessed=guessed,
    )


def several_people(bench: Counting) -> bool:
    """Whether a row can hold answers of several people."""
    return kinds_of(bench) not in ((), ("columns",)) or len(bench.dataset.roles.humans) > 1


def disputed_rows(bench: Counting, where: Slice = ALL, *, limit: int) -> list[str]:
    """The ids of the rows people disagree on, most first.

    Raises:
        UsageError: nobody answered, or there are too many labels.
    """
    _, people = _people(bench)
    with answered(bench.engine, people, compared=bench.task == "classification") as said:
        return [example for example, _ in disputed_items(said, where, limit)]


def _without_run(patterns: ItemPatterns) -> SliceCounts:
    """The rows that have answers to compare, where no run was there to count."""
    unlabelled = patterns.n if patterns.truth is None else int(patterns.items[patterns.truth < 0].sum())
    return SliceCounts(support=patterns.n, unlabelled=unlabelled, unpredicted=0, right=0, confusion=None, paired=None)


def _people(bench: Counting) -> tuple[str, People]:
    found = people_of(bench)
    if found is None:
        raise UsageError(
            f"{bench.dataset.name} holds no answers of people.",
            hint="Give a column for each person (--human a,b), counts of each class (--human counts:PREFIX), "
            "or join a file with a row for each answer (--annotations FILE). Scores of people are ranked against a "
            "model's: --score COL.",
        )
    return found


class _Asked:
    """What one question needs of the answers."""

    def __init__(self, bench: Counting, said: Answered, where: Slice) -> None:
        self.bench, self.said, self.where = bench, said, where
        self.level = bench.options.level
        self.whole = item_patterns(said, [], where).get(ALL) or nothing_said(said)
        self.sums: tuple[AnnotatorSums, ...] = annotator_sums(said, [], where).get(ALL, ())
        self.truth = Truth.of(bench, said)
        self.source = self.truth.source, self.truth.guessed

    def parts(self, by: Sequence[By], slices: Sequence[Slice]) -> Iterator[tuple[Slice, ItemPatterns]]:
        """The patterns of every slice, in order."""
        for levels in self.bench.levels_of(by, self.where):
            yield from item_patterns(self.said, levels, self.where).items()
        for slice_ in slices:
            yield slice_, item_patterns(self.said, [], all_of(self.where, slice_)).get(ALL) or nothing_said(self.said)

    def figures(self, patterns: ItemPatterns, where: Slice) -> AgreeFigures:
        """Every figure of the patterns of these rows."""
        source, _ = self.source
        seed, numbers = self.bench.options.seed, number_patterns(patterns)
        return AgreeFigures(
            items=patterns.with_answers(1).n,
            answers=int(patterns.items @ patterns.answers),
            agreement=agreement(patterns, self.level, seed),
            cohen_kappa=self.cohen(where),
            interval_alpha=Undefined(reason="Not every label is a number.")
            if numbers is None
            else interval_alpha(numbers, self.level, seed),
            ordinal_alpha=ordinal_alpha(patterns, self.level, seed),
            versus_label=against_truth(patterns, source, self.level),
            leave_one_out=flagged(leave_one_out(patterns, level=self.level), source),
        )

    def cohen(self, where: Slice) -> Answer:
        if self.said.spoken is None:
            return Undefined(reason="Counts do not say who said what: Cohen's kappa is of two people.")
        pair = [one.annotator for one in self.sums]
        found = pair_table(self.said, (pair[0], pair[1]), where) if len(pair) == 2 else None
        table, clusters = found or (None, None)
        return cohen_kappa(table, len(pair), self.level, clusters)

    def mean_annotator(self) -> ReferenceLevel:
        """Each annotator against the truth, averaged over annotators."""
        if self.said.spoken is None:
            return ReferenceLevel.without("Counts do not say who said what: there is no mean over annotators.")
        return reference_level(self.sums, judged_items(self.said, [], self.where).get(ALL), self.level)


def nothing_said(said: Answered) -> ItemPatterns:
    """The patterns of no row."""
    none = np.zeros(0, dtype=np.int64)
    return ItemPatterns(
        labels=said.labels,
        counts=np.zeros((0, len(said.labels)), dtype=np.int64),
        items=none,
        model=none if said.model else None,
        truth=none if said.truth else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """Where the truth comes from, told from all rows, whatever is filtered."""

    source: TruthSource
    guessed: bool
    """Whether nobody said so; without a label it is what people say."""
    notes: tuple[str, ...]
    """What a reader should know of people and truth, a sentence each."""

    @classmethod
    def of(cls, bench: Counting, said: Answered) -> Truth:
        """The truth beside what people said."""
        chosen = bench.dataset.roles.choices.truth_source
        patterns = item_patterns(said, [], ALL).get(ALL) or nothing_said(said)
        if bench.by_people or patterns.truth is None:
            return cls(source=chosen or "human", guessed=not bench.by_people and chosen is None, notes=())
        known = chosen or ("human" if bench.dataset.truth_is_human else None)
        voted = is_majority(patterns) if known is None else False
        used = {patterns.labels[place] for place in set(patterns.truth.tolist()) if place >= 0}
        notes = [{True: MAJORITY_NOTE, None: PERHAPS_NOTE, False: ""}[voted]]
        notes += never_true_notes(never_true(patterns), used)
        if known != "human":
            notes.append(_same(said, int(patterns.items[patterns.truth >= 0].sum())))
        return cls(
            source=known or ("human" if voted else "external"),
            guessed=chosen is None,
            notes=tuple(note for note in notes if note),
        )


def _same(said: Answered, rows: int) -> str:
    """A sentence on people who say the truth on every row that has one; empty where nobody does, or rows are few."""
    people = annotator_sums(said, [], ALL).get(ALL, ()) if rows >= RANKED_FROM else ()
    return same_as_truth_note([one.annotator for one in people if one.judged == one.right == rows], rows)


def with_circularity(head: Head, source: TruthSource) -> Head:
    """The head with the sentence on a truth that is itself human, if it is and it does not stand there."""
    others = tuple(one for one in head.warnings if one not in (TRUTH_IS_HUMAN, MEANINGS["human"]))
    if source != "human":
        return replace(head, warnings=others)
    return head if len(others) < len(head.warnings) else replace(head, warnings=(*others, MEANINGS["human"]))


def flagged(found: HumanLevel, source: TruthSource) -> HumanLevel:
    """The figures, flagged where what they are held against is itself human."""
    if source != "human":
        return found

    def known(one: Answer) -> Answer:
        return one.flagged("truth_is_human") if isinstance(one, Estimate) else one

    return replace(found, hlp=known(found.hlp), model=known(found.model), gap=known(found.gap))


def _classes(whole: ItemPatterns, overall: AgreeFigures, source: TruthSource, level: float) -> tuple[AgreeClass, ...]:
    found = []
    for label, agreed in overall.agreement.labels.items():
        level_there = against_truth(whole, source, level).hlp
        if whole.truth is not None:
            level_there = against_truth(whole.where(whole.truth == whole.labels.index(label)), source, level).hlp
        found.append(AgreeClass(label=label, agreement=agreed, versus_label=level_there))
    return tuple(found)


def _notes(bench: Counting, asked: _Asked, overall: AgreeFigures) -> tuple[str, ...]:
    """What in the answers could mislead, and what was guessed or left out."""
    pairwise, alpha = overall.agreement.pairwise, overall.agreement.krippendorff_alpha
    known = isinstance(pairwise, Estimate) and isinstance(alpha, Estimate)
    notes = [*answer_notes(asked.whole, asked.said.repeated, asked.said.contradictory), *asked.truth.notes]
    notes += [paradox_note(pairwise, alpha)] if known else []  # type: ignore[arg-type]
    if bench.dataset.roles.weight is not None:
        one = asked.bench.dataset.roles.humans if kinds_of(bench) == ("columns",) else ()
        notes.append(WEIGHTS_OF_ONE_NOTE if len(one) == 1 else WEIGHTS_NOTE)
    others = [KIND[kind] for kind in kinds_of(bench)][1:] if bench.options.people is None else []
    if others:
        notes.append(f"Read from {KIND[kinds_of(bench)[0]]}; {listed(others)} is not read.")
    return tuple(note for note in notes if note)
