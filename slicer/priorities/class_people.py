"""One class where several people answered: people and model held against the same references, item by item.

A reference is the truth of an item; or, where the truth is itself human, what the others say: each person is held
against the most frequent labels of the others, and the model against the same. Then an item can be of a class in part.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from slicer.human.between import between, few_clusters, totals
from slicer.human.items import effective_items
from slicer.human.leave_one_out import met, references
from slicer.human.patterns import ItemPatterns
from slicer.human.undefined import Answer, Undefined
from slicer.metrics.delta import gradient
from slicer.metrics.estimate import estimate
from slicer.metrics.intervals import NO_SPREAD, f1_of_jaccard, t_value, wilson
from slicer.priorities.class_gap import gap_formula
from slicer.priorities.potential import Gap

Array = np.ndarray


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassLevel:
    """People and model on one class."""

    hlp: Answer
    model: Answer
    gap: Gap | None
    """People minus model; None where either has no value."""
    rows: float
    """Items of the class, by their references."""
    items: int
    """Items that were held against anything."""
    left_out: bool
    """Whether what the others say is the reference."""

    @property
    def source(self) -> str:
        """A word of `vocabulary.HLP_SOURCES`."""
        return "leave_one_out" if self.left_out else "paired"


def class_level(patterns: ItemPatterns, label: str, metric: str, level: float, *, left_out: bool) -> ClassLevel:
    """People and model on a class by recall, precision or F1. People of an item share its weight.

    Args:
        patterns: With the prediction.
        left_out: Whether what the others say is the reference; else the truth.

    >>> patterns = ItemPatterns.of([["a", "a", "b"], ["b", "b", "b"]], model=["a", "b"])
    >>> found = class_level(patterns, "b", "recall", 0.95, left_out=True)
    >>> round(found.hlp.value, 3), round(found.model.value, 3), round(found.rows, 3)
    (0.75, 0.75, 1.333)
    """
    used = held(patterns, left_out)
    place = used.labels.index(label)
    true, hit = (one[:, place] for one in sides(used, left_out))
    cells = _cells(used, place, true, hit)
    hlp, model = (_rate(used, cells, side, metric, level, label) for side in ("people", "model"))
    return ClassLevel(
        hlp=hlp,
        model=model,
        gap=None if hlp.value is None or model.value is None else _gap(used, cells, metric, hlp, model, level),
        rows=float(used.items @ true),
        items=used.n,
        left_out=left_out,
    )


def held(patterns: ItemPatterns, left_out: bool) -> ItemPatterns:
    """The items that have a reference and an answer to hold against it."""
    if left_out:
        return patterns.with_answers(2)
    truth = patterns.truth
    return patterns.where((patterns.answers > 0) & (truth >= 0 if truth is not None else False))


def sides(used: ItemPatterns, left_out: bool) -> tuple[Array, Array]:
    """How often each label is the reference, and how often people then say it, shape (patterns, labels)."""
    if left_out:
        return references(used), met(used)
    true = np.zeros(used.counts.shape)
    if used.truth is not None:
        true[np.arange(len(true)), used.truth] = 1.0
    return true, true * used.counts / used.answers[:, None]


def _cells(used: ItemPatterns, place: int, true: Array, hit: Array) -> Array:
    """The parts of an item by (reference, model, people) as in `class_gap.joint_counts`, shape (patterns, 2, 4)."""
    share = used.counts[:, place] / used.answers
    model = np.zeros(len(share), dtype=int) if used.model is None else (used.model == place).astype(int)
    cells, lines = np.zeros((len(share), 2, 4)), np.arange(len(share))
    cells[lines, 1, 2 * model + 1], cells[lines, 1, 2 * model] = hit, true - hit
    cells[lines, 0, 2 * model + 1], cells[lines, 0, 2 * model] = share - hit, 1 - true - share + hit
    return cells


def _rate(used: ItemPatterns, cells: Array, side: str, metric: str, level: float, label: str) -> Answer:
    """One side's metric with Wilson's interval on its effective items; F1 through q = TP / (TP + FP + FN)."""
    said = np.array([0, 1, 0, 1]) if side == "people" else np.array([0, 0, 1, 1])
    true, hit, named = cells[:, 1].sum(axis=1), cells[:, 1] @ said, cells.sum(axis=1) @ said
    below = {"recall": true, "precision": named, "f1": true + named - hit}[metric]
    total = float(used.items @ below)
    if side == "model" and used.model is None:
        return Undefined(reason="There is no prediction beside these answers: choose a run to see the gap.")
    if total < NO_SPREAD:
        what = f"no row here is {label!r}"
        if metric == "precision":
            what = f"{'nobody' if side == 'people' else 'the model never'} says {label!r} here"
        return Undefined(reason=f"{what[0].upper()}{what[1:]}: there is no {metric} of it.")
    value = min(max(float(used.items @ hit) / total, 0.0), 1.0)
    clusters = used.clusters
    if clusters is None:
        spread = float(used.items @ (hit - value * below) ** 2)
        effective: float | None = value * (1 - value) * total**2 / spread if spread > NO_SPREAD else total
        effective = min(effective or 0.0, float(used.items @ (below * used.answers)))
        flags: tuple[str, ...] = ()
    else:
        sums = between(used.items * hit, used.items * below, clusters)
        effective, flags = effective_items(value, sums, float(used.items @ (below * used.answers))), few_clusters(sums)
    ci = None if effective is None else wilson(value * effective, effective, level)
    method = "wilson" if clusters is None else "cluster"
    if metric == "f1":
        value, ci, method = 2 * value / (1 + value), f1_of_jaccard(ci), "wilson-jaccard" if clusters is None else method
    return estimate(value, ci, n=used.n, denominator=total, method=method, level=level, flags=flags)


def _gap(used: ItemPatterns, cells: Array, metric: str, hlp: Answer, model: Answer, level: float) -> Gap:
    """People minus model by the delta method and Student's t between the items the class is about, or clusters of them,
    never between answers.

    Where fewer than two of them speak for one side, half an item is added to each cell in which people and model
    differ, for the interval only, and `boundary` says so.
    """
    formula, joint = gap_formula(metric), np.tensordot(used.items.astype(float), cells, 1)
    value = float(hlp.value or 0.0) - float(model.value or 0.0)
    about = {"recall": cells[:, 1].sum(axis=1), "precision": 1 - cells[:, :, 0].sum(axis=1), "f1": 1 - cells[:, 0, 0]}
    concerned = used.items * (about[metric] > NO_SPREAD)
    ahead, extra, flags = used.items * (cells * gradient(formula, joint)).sum(axis=(1, 2)), 0.0, used.few_clusters
    right, alarm = cells[:, 1, 1] - cells[:, 1, 2], cells[:, 0, 1] - cells[:, 0, 2]
    better = {"recall": right, "precision": -alarm, "f1": right - alarm}[metric]
    if min(used.items[better > NO_SPREAD].sum(), used.items[better < -NO_SPREAD].sum()) < 2:
        added = np.zeros_like(joint)
        added[:, 1:3] = 0.5
        slope = gradient(formula, joint + added)
        ahead, extra = used.items * (cells * slope).sum(axis=(1, 2)), float((added * slope**2).sum())
        flags = ("boundary", *flags)
    if used.clusters is None:
        units, variance = float(concerned.sum()), float((ahead**2 / np.maximum(used.items, 1)).sum())
    else:
        each = totals(np.stack([ahead, concerned], axis=1).astype(float), used.clusters)
        units, variance = float((each[:, 1] > 0).sum()), float(each[:, 0] @ each[:, 0])
    degrees = max(units - 1, 1.0)
    half = t_value(level, degrees) * float(np.sqrt((variance + extra) * units / degrees))
    return Gap(
        value=value,
        ci=(max(-1.0, value - half), min(1.0, value + half)),
        method="delta" if used.clusters is None else "cluster",
        model_value=float(model.value or 0.0),
        n=used.n,
        flags=flags,
    )
