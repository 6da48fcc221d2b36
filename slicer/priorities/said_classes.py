"""Classes as candidates where no column is the label: a class is what the others say, person by person.

The rows of a class are the parts of rows whose references are it, so they add up to all rows, and the overall metric is
the mean over classes weighted by them, as where there is a label.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from slicer.human.hlp import GivenHlp
from slicer.human.items import resample
from slicer.human.leave_one_out import references
from slicer.human.patterns import ItemPatterns, agreement_on
from slicer.human.undefined import Undefined
from slicer.metrics.estimate import Estimate, estimate
from slicer.priorities.class_people import ClassLevel, class_level, held
from slicer.priorities.classes import NO_PAIRS, class_gap, given_class, several_people
from slicer.priorities.ranking import Candidate
from slicer.slices import Slice, condition

Array = np.ndarray


def said_candidates(
    patterns: ItemPatterns, *, metric: str, given: Mapping[Slice, GivenHlp] | None, level: float, seed: int
) -> tuple[list[Candidate], list[str]]:
    """A candidate for each class that somebody's others say, and a sentence on each label that none do.

    Args:
        patterns: What people said of all rows, and the model.
        metric: f1, recall or precision.
        given: Human levels of this metric by slice (`label = 'x'`), instead of what people said; None to measure them.
    """
    found = {label: class_level(patterns, label, metric, level, left_out=True) for label in patterns.labels}
    known = {label: one for label, one in found.items() if one.rows > 1e-9}
    whole = sum(one.rows for one in known.values() if one.model.value is not None)
    candidates = [_candidate(label, one, patterns, whole, metric, given, level, seed) for label, one in known.items()]
    return candidates, _without(patterns, found)


def _without(patterns: ItemPatterns, found: Mapping[str, ClassLevel]) -> list[str]:
    """Why a label is no class, or has no level."""
    sentences = [
        f"{label!r} is no class here: it is never what most others say, so nobody can be held against it."
        for label, one in found.items()
        if one.rows <= 1e-9
    ]
    levels = [one.hlp for one in found.values() if one.rows > 1e-9]
    return sentences + [one.reason for one in levels if isinstance(one, Undefined)]


def _candidate(
    label: str,
    one: ClassLevel,
    patterns: ItemPatterns,
    whole: float,
    metric: str,
    given: Mapping[Slice, GivenHlp] | None,
    level: float,
    seed: int,
) -> Candidate:
    slice_ = condition("label", "=", label)
    nothing = estimate(None, None, n=one.items, denominator=0, method="wilson", level=level)
    own = one.model if isinstance(one.model, Estimate) else nothing
    hlp = several_people(one) if given is None else given_class(given, slice_, level)
    gap, draws = one.gap if hlp is not None else None, None
    if hlp is not None and hlp.source != one.source:
        gap, draws = class_gap(own, NO_PAIRS, hlp, metric, level, str(slice_), seed)
    elif gap is not None:
        draws = gap.draws(str(slice_), seed, level)
    weight = one.rows / whole if own.value is not None and whole else None
    return Candidate(
        slice=str(slice_),
        name=label,
        kind="class",
        support=round(one.rows),
        share=one.rows / one.items,
        weight=weight,
        errors=None,
        error_share=None,
        estimate=own,
        estimate_paired=own if own.value is not None else None,
        hlp=None if hlp is None else replace(hlp, truth_is_human=True),
        gap=gap,
        ceiling=None if own.value is None or weight is None else (1 - own.value) * weight,
        draws=draws,
        agreement=agreement_on(patterns, label),
        truth_source="human",
    )


def overall_said_metric(patterns: ItemPatterns, metric: str, level: float, seed: int) -> Estimate:
    """The mean of the classes' metric weighted by their rows; the interval draws items."""
    used = held(patterns, left_out=True)
    labels = len(used.labels)
    if not used.n or used.model is None:
        return estimate(None, None, n=used.n, denominator=0, method="bootstrap", level=level)
    true = references(used)
    said = (used.model[:, None] == np.arange(labels)).astype(float)

    def mean(sums: Array) -> Array:
        rows, hits, named = (sums[..., at * labels : (at + 1) * labels] for at in range(3))
        below = {"recall": rows, "precision": named, "f1": (rows + named) / 2}[metric]
        own = np.divide(hits, below, out=np.zeros_like(hits), where=below > 0)
        weight = np.where(below > 0, rows, 0.0)
        return np.asarray((own * weight).sum(axis=-1) / weight.sum(axis=-1))[..., None]

    parts = np.concatenate([true, true * said, said], axis=1)
    found = resample(parts, used.items, mean, level, seed, used.clusters)
    n = used.n
    return estimate(float(found.values[0]), found.intervals[0], n=n, denominator=n, method=found.method, level=level)
