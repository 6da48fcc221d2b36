"""How good is the model, against people and against doing nothing; and where it goes wrong."""

import streamlit as st

from slicer.findings.numbers import numbers_finding
from slicer.findings.overview import overview_finding
from slicer.ui.context import context
from slicer.ui.frame import finding, footnote, plain, warnings
from slicer.ui.headline import headline
from slicer.ui.overview import of_classes, of_numbers

ALSO = {"regression": ("mae", "bias", "r2"), "score": ("mean",), "ratio": ("ratio",)}
"""Metrics that the page of a task needs beside the chosen one."""

METHODS = {
    "classification": "Accuracy, precision and recall: Wilson intervals. F1: Wilson on TP / (TP + FP + FN), mapped. "
    "Averages over classes: MOVER. AUC: DeLong. Losses: Student's t. A number's tooltip says its own. "
    "Fewer than 10 rows: counts alone; fewer than 30: quiet.",
    "regression": "Means: Student's t; the root mean squared error by the root of its ends; R²: delta method.",
    "score": "Mean: Student's t. The worst rows are no random sample: what is true of them is not true of the others.",
    "ratio": "All errors over the whole total, its interval linearised. The mean of the rows' own rates is not it: "
    "there a row of one word counts as much as one of forty, and a short row that fails counts as 100 %.",
}
"""How the numbers are made, by task."""

head = st.container()
view = context(head, metric=lambda bench: bench.compared)
task = view.bench.task
result = view.metrics(metrics=tuple(dict.fromkeys((view.metric, *ALSO.get(task, ())))))
counts, estimate = result.overall.counts, result.overall.metrics[view.metric]
reference = view.reference(counts)
own = view.numbers().mean_of_ratios if task == "ratio" and counts.n else None
if task == "classification":
    sentence, aside = overview_finding(result, view.metric, reference.baselines)
else:
    sentence, aside = numbers_finding(
        result,
        view.metric,
        higher_is_better=bool(view.bench.higher_is_better(view.metric)),
        mean_of_ratios=own,
        baselines=reference.baselines,
    )
with head:
    finding(plain(sentence), plain(aside))
if estimate is not None and (counts.n or estimate.value is not None):
    headline(view.metric, estimate, reference)
warnings(result.head.warnings)
if task == "classification":
    of_classes(view, result)
elif counts.n:
    of_numbers(view, result, view.numbers())
clusters = view.dataset.roles.cluster
independent = (
    "Assumes independent rows." if clusters is None else f"Intervals are between clusters of {plain(clusters)}."
)
footnote(f"{METHODS[task]} 95 % intervals. {independent}")
