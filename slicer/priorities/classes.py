"""Classes of a label as candidates: ranked by their own precision, recall or F1.

Each class counts by its true rows: the overall metric is the mean over classes weighted by support,
so weight x gap is exactly what closing a class's gap adds to it. For recall that mean is accuracy; a
class that is never predicted has no precision and no part in the mean of precision.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from slicer.human.hlp import CEILING, GivenHlp, Hlp, HlpBook
from slicer.human.patterns import ItemPatterns, agreement_on
from slicer.metrics import classification
from slicer.metrics.cells import Cell
from slicer.metrics.counts import ConfusionCounts, SliceCounts
from slicer.metrics.delta import Formula
from slicer.metrics.estimate import Estimate
from slicer.metrics.intervals import mover_difference
from slicer.metrics.proportions import class_estimate
from slicer.metrics.registry import formula_estimate
from slicer.priorities.class_gap import gap_formula, joint_counts, paired_interval
from slicer.priorities.class_people import ClassLevel, class_level
from slicer.priorities.potential import Gap, generator, hlp_draws, multinomial_draws
from slicer.priorities.ranking import Candidate
from slicer.slices import Slice, condition
from slicer.vocabulary import TruthSource

Array = np.ndarray

CLASS_METRICS = ("f1", "recall", "precision")


def class_candidates(
    cells: Sequence[Cell],
    counts: SliceCounts,
    *,
    metric: str,
    given: Mapping[Slice, GivenHlp] | None,
    level: float,
    seed: int,
    patterns: ItemPatterns | None = None,
    truth_source: TruthSource = "external",
) -> list[Candidate]:
    """One candidate for each class that occurs in the truth.

    Args:
        cells: All rows, by class.
        counts: The same rows, added up.
        metric: f1, recall or precision.
        given: Human levels of this metric by slice, instead of what people said: a class takes its own
            (`label = 'x'`), else that of a larger group, as slices do. None to measure them.
        patterns: Where several people answered, what they said of the same rows.
        truth_source: If human, people are held against each other, and the model against the same.
    """
    table = counts.confusion
    assert table is not None
    left_out = truth_source == "human" and patterns is not None and patterns.with_answers(2).n > 0
    found = []
    estimates = [class_estimate(table, metric, index, level) for index in range(len(table.labels))]
    averaged = sum(float(rows) for rows, own in zip(table.support, estimates, strict=True) if own.value is not None)
    for index, (label, own) in enumerate(zip(table.labels, estimates, strict=True)):
        support = int(table.counted[index].sum())
        if not support:
            continue
        slice_ = condition("label", "=", label)
        weight = None if own.value is None or not averaged else float(table.support[index]) / averaged
        several = None if patterns is None else class_level(patterns, label, metric, level, left_out=left_out)
        hlp = given_class(given, slice_, level) if given is not None else several_people(several)
        hlp = hlp or (_class_hlp(counts.human_confusion, index, metric, level) if given is None else CEILING)
        beside = _on_paired_rows(counts, index, metric, level) if hlp.source == "paired" else None
        if several is not None and hlp.source == several.source:
            gap, beside = several.gap, several.model if isinstance(several.model, Estimate) else None
            draws = None if gap is None else gap.draws(str(slice_), seed, level)
        else:
            joint = _Joint.of(cells, label)
            gap, draws = class_gap(own, joint, hlp, metric, level, str(slice_), seed)
        if truth_source == "human" and hlp is not CEILING:
            hlp = replace(hlp, truth_is_human=True)
        missed = support - int(table.counted[index, index])
        found.append(
            Candidate(
                slice=str(slice_),
                name=label,
                kind="class",
                support=support,
                share=support / counts.support,
                weight=weight,
                errors=missed,
                error_share=missed / counts.errors if counts.errors else None,
                estimate=own,
                estimate_paired=beside,
                hlp=hlp,
                gap=gap,
                ceiling=None if own.value is None or weight is None else (1 - own.value) * weight,
                draws=draws,
                agreement=None if patterns is None else agreement_on(patterns, label),
                truth_source=truth_source,
            )
        )
    return found


def overall_class_metric(counts: SliceCounts, metric: str, level: float) -> Estimate:
    """The mean of the classes' metric weighted by support: what the potentials of classes are points of."""
    table = counts.confusion
    assert table is not None
    formulas: dict[str, Formula] = {
        "f1": classification.weighted_f1,
        "recall": classification.accuracy,
        "precision": classification.weighted_precision,
    }
    return formula_estimate(formulas[metric], table, (0.0, 1.0), level)


def given_class(given: Mapping[Slice, GivenHlp], class_: Slice, level: float) -> Hlp | None:
    """The level a person gave of a class, of several classes with it, or of all rows; None where there is none.

    >>> given_class({Slice(): GivenHlp(value=0.9)}, condition("label", "=", "cat"), 0.95).source
    'overall'
    """
    found = HlpBook(given, {}, level).resolve(class_)
    return None if found is CEILING else found


def several_people(found: ClassLevel | None) -> Hlp | None:
    """The level of a class that several people were measured on."""
    if found is None or not isinstance(found.hlp, Estimate) or found.hlp.value is None:
        return None
    return Hlp(value=found.hlp.value, source=found.source, n=round(found.rows), ci=found.hlp.ci)


def _class_hlp(human: ConfusionCounts | None, index: int, metric: str, level: float) -> Hlp:
    if human is not None and human.support[index]:
        measured = class_estimate(human, metric, index, level)
        if measured.value is not None:
            rows = int(human.counted[index].sum())
            return Hlp(value=measured.value, source="paired", n=rows, ci=measured.ci)
    return CEILING


@dataclass(frozen=True, slots=True)
class _Joint:
    """Rows with a human label by (truth, model, human) of one class, as `joint_counts` has them."""

    counts: Array
    """Rows, or their weights."""
    squares: Array | None
    """Σw² where rows carry weights."""
    n: int

    @classmethod
    def of(cls, cells: Sequence[Cell], label: str) -> _Joint:
        rows = joint_counts(cells, label)
        if all(cell.weight is None for cell in cells):
            return cls(rows, None, int(rows.sum()))
        weights = joint_counts(cells, label, lambda cell: cell.weight or 0.0)
        squares = joint_counts(cells, label, lambda cell: cell.squared_weight or 0.0)
        return cls(weights, squares, int(rows.sum()))


NO_PAIRS = _Joint(np.zeros((2, 4)), None, 0)
"""Where the level is measured elsewhere."""


def class_gap(
    own: Estimate, joint: _Joint, hlp: Hlp, metric: str, level: float, key: str, seed: int
) -> tuple[Gap | None, Array | None]:
    """The gap of a class to one person's level, or to a level that was measured elsewhere, and its draws.

    Args:
        own: The model on the class.
        joint: For a level that is paired.
    """
    random = generator(key, seed)
    if hlp.source == "paired":
        formula = gap_formula(metric)
        value = float(formula(joint.counts))
        if np.isnan(value):
            return None, None
        gap = Gap(
            value=value,
            ci=paired_interval(formula, joint.counts, value, level, joint.squares),
            method="delta",
            model_value=hlp.value - value,
            n=joint.n,
        )
        if joint.squares is not None:
            return gap, gap.draws(key, seed, level)
        drawn = multinomial_draws(random, joint.counts.ravel()).reshape(-1, 2, 4)
        return gap, np.nan_to_num(formula(drawn.astype(float)), nan=value)
    if own.value is None or own.ci is None:
        return None, None
    ci = mover_difference(hlp.value, hlp.ci or (hlp.value, hlp.value), own.value, own.ci)
    share = own.value / (2 - own.value) if metric == "f1" else own.value
    cells = np.array([share, 1 - share]) * own.denominator
    model = multinomial_draws(random, cells)[:, 0] / max(round(own.denominator), 1)
    model = 2 * model / (1 + model) if metric == "f1" else model
    gap = Gap(value=hlp.value - own.value, ci=ci, method="mover", model_value=own.value, n=own.n)
    return gap, hlp_draws(hlp, random) - model


def _on_paired_rows(counts: SliceCounts, index: int, metric: str, level: float) -> Estimate | None:
    paired = counts.paired_confusion
    return None if paired is None else class_estimate(paired, metric, index, level)
