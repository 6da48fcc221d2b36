"""Every metric is one entry: its name, what it needs, how it is measured, its direction and its words.

A metric of one's own is one entry too:

>>> from slicer.metrics.registry import class_metric, register, METRICS
>>> f2 = class_metric("f2_score", "F2", lambda tp, fp, fn, tn: 5 * tp / (5 * tp + 4 * fn + fp))
>>> register(f2)
>>> "f2_score" in METRICS
True
>>> forget("f2_score")
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypedDict, Unpack

import numpy as np

from slicer.errors import UsageError
from slicer.metrics.counts import ConfusionCounts, SliceCounts
from slicer.metrics.delta import Formula, delta_interval
from slicer.metrics.estimate import Estimate, estimate
from slicer.metrics.intervals import Interval
from slicer.metrics.proportions import flags_of

Needs = Literal[
    "outcomes", "classes", "positive", "probabilities", "several", "residuals", "distances", "score", "ratio"
]
"""What a metric is measured from: right and wrong rows, a table of classes, the same with a positive class,
probabilities, those of three classes or more, residuals of a regression, their distances from 0 in order, a score per
row, or errors over a total. Probabilities and distances are counted only where a metric needs them."""

PROBABILITIES: frozenset[Needs] = frozenset({"probabilities", "several"})
"""What takes the sums of probabilities."""

NEEDED: dict[Needs, str] = {
    "outcomes": "right and wrong rows",
    "classes": "classes",
    "positive": "classes, one of them positive",
    "probabilities": "probabilities",
    "several": "probabilities of three classes or more",
    "residuals": "a label and a prediction that are numbers",
    "distances": "a label and a prediction that are numbers, on rows without weights",
    "score": "a score per row",
    "ratio": "errors and their total",
}
"""The same in words."""

Unit = Literal["rate", "number"]
"""Rates are fractions, shown in percent; numbers have the unit of the data, or none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a metric is measured under, beside the counts."""

    level: float = 0.95
    positive: int | None = None
    """Place of the positive class among the labels."""
    occurring: tuple[bool, ...] | None = None
    """Which classes occur in the whole data set: an average over others is flagged."""
    score_span: Interval | None = None
    """What a score per row can be; None if anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One metric."""

    name: str
    """As in the contract and on the command line."""
    words: str
    """What it is called on screen."""
    needs: Needs
    measure: Callable[[SliceCounts, Setting], Estimate]
    """Its value and interval on one slice."""
    unit: Unit = "rate"
    higher_is_better: bool | None = True
    """None where neither end is better, or where the data says."""
    span: Interval = (0.0, 1.0)
    """What it can be."""
    on_request: bool = False
    """Whether it is measured only where it is asked for by name."""
    means: str = ""
    """What it says, in one plain line."""
    undefined: str = "nothing to divide by"
    """Why a slice may have no value."""
    formula: Callable[[Setting], Formula] | None = None
    """From stacks of confusion tables to its values; None where no table of classes tells it."""

    @property
    def is_rate(self) -> bool:
        """Whether it is a rate from 0 to 1; else it may be any number, or above 1."""
        return self.unit == "rate" and self.span == (0.0, 1.0)


OfOutcomes = Callable[[np.ndarray, np.ndarray, np.ndarray, np.ndarray], np.ndarray]
"""From arrays of tp, fp, fn and tn to values."""

METRICS: dict[str, Metric] = {}
"""Metrics by name, in the order they are shown."""


def register(metric: Metric) -> None:
    """Add a metric: it is measured, compared and shown like those that are there.

    Raises:
        UsageError: the name is taken, or no name.
    """
    if not re.fullmatch(r"[a-z][a-z0-9_]*", metric.name):
        raise UsageError(f"{metric.name!r} is no name for a metric.", hint="Small letters, digits and _, such as f2.")
    if metric.name in METRICS:
        raise UsageError(f"There is a metric named {metric.name} already.", hint="Choose another name.")
    METRICS[metric.name] = metric


def forget(name: str) -> None:
    """Take a metric out again."""
    METRICS.pop(name, None)


class Said(TypedDict, total=False):
    """What may be said of a metric of a confusion table; all of it as in `Metric`."""

    span: Interval
    unit: Unit
    higher_is_better: bool | None
    on_request: bool
    means: str
    undefined: str


def table_metric(name: str, words: str, formula: Formula, **said: Unpack[Said]) -> Metric:
    """A metric of the whole confusion table, with the delta method's interval.

    Args:
        formula: From stacks of tables, shape (..., classes, classes + 1), the last column rows without a
            prediction, to values of shape (...); nan where undefined. It must not change when all counts
            are scaled.
        said: `span`, `unit`, `higher_is_better`, `on_request`, `means` and `undefined` as in `Metric`.
    """
    return _formula_metric(name, words, "classes", lambda setting: formula, said)


def class_metric(name: str, words: str, formula: OfOutcomes, **said: Unpack[Said]) -> Metric:
    """A metric of the positive class, with the delta method's interval.

    Args:
        formula: From arrays of tp, fp, fn and tn to values; where it divides by 0 the metric is undefined.
        said: `span`, `unit`, `higher_is_better`, `on_request`, `means` and `undefined` as in `Metric`.
    """

    def of_positive(setting: Setting) -> Formula:
        place = setting.positive or 0

        def of_tables(tables: np.ndarray) -> np.ndarray:
            tp = tables[..., place, place]
            fp, fn = tables[..., :, place].sum(axis=-1) - tp, tables[..., place, :].sum(axis=-1) - tp
            with np.errstate(divide="ignore", invalid="ignore"):
                found = formula(tp, fp, fn, tables.sum(axis=(-1, -2)) - tp - fp - fn)
            return np.where(np.isfinite(found), found, np.nan)

        return of_tables

    return _formula_metric(name, words, "positive", of_positive, said)


def _formula_metric(
    name: str, words: str, needs: Needs, formula_for: Callable[[Setting], Formula], said: Said
) -> Metric:
    def measure(counts: SliceCounts, setting: Setting) -> Estimate:
        rate = metric.unit == "rate"
        return formula_estimate(formula_for(setting), _table(counts), metric.span, setting.level, rate=rate)

    metric = Metric(name=name, words=words, needs=needs, measure=measure, formula=formula_for, **said)
    return metric


def formula_estimate(
    formula: Formula, table: ConfusionCounts, span: Interval, level: float, *, rate: bool = True
) -> Estimate:
    """A confusion ratio with the delta method's interval, flagged where its plain variance vanishes."""
    value = float(formula(table.table)) if table.n else float("nan")
    ci, at_edge = (None, False) if np.isnan(value) else delta_interval(formula, table, span, level)
    return estimate(
        None if np.isnan(value) else value,
        ci,
        n=table.n,
        denominator=table.n,
        method="delta" if table.clusters is None else "cluster",
        level=level,
        flags=(*flags_of(table), "boundary") if at_edge else flags_of(table),
        rate=rate,
    )


def _table(counts: SliceCounts) -> ConfusionCounts:
    assert counts.confusion is not None
    return counts.confusion


def measured(name: str, counts: SliceCounts, setting: Setting) -> Estimate | None:
    """One metric on one slice; None where the data cannot hold it."""
    metric = METRICS[name]
    lacking = {
        "outcomes": not counts.judged,
        "classes": counts.confusion is None,
        "positive": counts.confusion is None or setting.positive is None,
        "probabilities": counts.probabilities is None,
        "several": counts.probabilities is None or counts.probabilities.top_two is None,
        "residuals": counts.residuals is None,
        "distances": counts.distances is None,
        "score": counts.score is None,
        "ratio": counts.ratio is None,
    }
    return None if lacking[metric.needs] else metric.measure(counts, setting)
