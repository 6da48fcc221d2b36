"""Metrics of right and wrong rows and of classes: one entry each."""

from __future__ import annotations

import math

from slicer.metrics import classification
from slicer.metrics.counts import SliceCounts
from slicer.metrics.delta import Formula
from slicer.metrics.estimate import Estimate
from slicer.metrics.means import POSITIVE
from slicer.metrics.proportions import class_average, class_estimate, class_formula
from slicer.metrics.rates import accuracy
from slicer.metrics.registry import Metric, Setting, class_metric, table_metric

COEFFICIENT, UP_TO_ONE = (-1.0, 1.0), (-math.inf, 1.0)

NOTHING_PREDICTED, NO_POSITIVE, NO_NEGATIVE, ONE_CLASS = (
    "no row is predicted as the class",
    "no row is of the class",
    "every row is of the class",
    "only one class on these rows",
)
"""Why a metric may have no value."""


def _rate(
    name: str, words: str, means: str, undefined: str, *, higher_is_better: bool = True, on_request: bool = False
) -> Metric:
    def measure(counts: SliceCounts, setting: Setting) -> Estimate:
        assert counts.confusion is not None
        assert setting.positive is not None
        return class_estimate(counts.confusion, name, setting.positive, setting.level)

    def formula(setting: Setting) -> Formula:
        return class_formula(name, setting.positive or 0)

    return Metric(
        name=name,
        words=words,
        needs="positive",
        measure=measure,
        higher_is_better=higher_is_better,
        on_request=on_request,
        means=means,
        undefined=undefined,
        formula=formula,
    )


def _average(name: str, words: str, of: str, means: str) -> Metric:
    def measure(counts: SliceCounts, setting: Setting) -> Estimate:
        table = counts.confusion
        assert table is not None
        found = class_average(table, of, setting.level)
        differs = setting.occurring is not None and tuple(table.defined) != setting.occurring
        return found.flagged("class_set_differs") if differs else found

    formulas: dict[str, Formula] = {
        "precision": classification.macro_precision,
        "recall": classification.macro_recall,
        "f1": classification.macro_f1,
    }
    return Metric(
        name=name, words=words, needs="classes", measure=measure, means=means, formula=lambda setting: formulas[of]
    )


OF_CLASSES = (
    Metric(
        name="accuracy",
        words="accuracy",
        needs="outcomes",
        measure=lambda counts, at: accuracy(counts, at.level),
        means="of all rows, how many are right",
        undefined="no row has a label",
    ),
    _rate("precision", "precision", "of the rows predicted as the class, how many are of it", NOTHING_PREDICTED),
    _rate("recall", "recall", "of the rows of the class, how many are found", NO_POSITIVE),
    _rate("f1", "F1", "precision and recall in one: low where either is low", NO_POSITIVE),
    _rate("specificity", "specificity", "of the rows of the other class, how many are left alone", NO_NEGATIVE),
    _rate(
        "fpr",
        "false positive rate",
        "of the rows of the other class, how many are taken for the class; lower is better",
        NO_NEGATIVE,
        higher_is_better=False,
    ),
    _rate(
        "fnr",
        "false negative rate",
        "of the rows of the class, how many are missed; lower is better",
        NO_POSITIVE,
        higher_is_better=False,
    ),
    _average("balanced_accuracy", "balanced accuracy", "recall", "the mean recall of the classes, each counting alike"),
    table_metric(
        "mcc",
        "Matthews correlation",
        classification.mcc,
        span=COEFFICIENT,
        unit="number",
        means="how far predictions follow the truth: 1 always, 0 no more than by chance",
        undefined=ONE_CLASS,
    ),
    table_metric(
        "kappa",
        "Cohen's kappa",
        classification.kappa,
        span=COEFFICIENT,
        unit="number",
        means="agreement beyond what chance alone would give: 1 full, 0 none",
        undefined=ONE_CLASS,
    ),
    _average("macro_precision", "macro precision", "precision", "the mean precision of the classes, each alike"),
    _average("macro_recall", "macro recall", "recall", "the mean recall of the classes, each counting alike"),
    _average("macro_f1", "macro F1", "f1", "the mean F1 of the classes, each counting alike"),
    table_metric(
        "weighted_f1",
        "weighted F1",
        classification.weighted_f1,
        means="the mean F1 of the classes, each counting by its rows",
    ),
    Metric(
        name="micro_f1",
        words="micro F1",
        needs="classes",
        measure=lambda counts, at: accuracy(counts, at.level),
        on_request=True,
        means="F1 of all classes' rows together: the accuracy",
        undefined="no row has a label",
    ),
    _rate(
        "npv",
        "negative predictive value",
        "of the rows not predicted as the class, how many are not of it",
        "every row is predicted as the class",
        on_request=True,
    ),
    _rate(
        "jaccard",
        "Jaccard index",
        "of the rows of the class or predicted as it, how many are both",
        NO_POSITIVE,
        on_request=True,
    ),
    class_metric(
        "f2",
        "F2",
        lambda tp, fp, fn, tn: classification.f_beta(tp, fp, fn, 2.0),
        on_request=True,
        means="F1, but recall counts for more than precision",
        undefined=NO_POSITIVE,
    ),
    class_metric(
        "lift",
        "lift",
        classification.lift,
        span=POSITIVE,
        unit="number",
        on_request=True,
        means="how many times more often a row is of the class where it is predicted",
        undefined=NOTHING_PREDICTED,
    ),
    table_metric(
        "skill",
        "skill over the majority class",
        classification.skill,
        span=UP_TO_ONE,
        unit="number",
        on_request=True,
        means="the part of the majority class's errors that is avoided",
        undefined=ONE_CLASS,
    ),
    table_metric(
        "quadratic_kappa",
        "quadratic kappa",
        classification.quadratic_kappa,
        span=COEFFICIENT,
        unit="number",
        on_request=True,
        means="kappa of ordered classes: a miss by two costs four times a miss by one",
        undefined=ONE_CLASS,
    ),
)
"""In the order they are shown."""
