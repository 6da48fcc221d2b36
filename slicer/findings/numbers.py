"""What Overview says of runs measured by numbers: a score, errors over a total, a regression."""

from __future__ import annotations

from collections.abc import Sequence

from slicer.display import amount, as_it_is, count, interval, percent
from slicer.findings.overview import metric_finding
from slicer.findings.wording import capital, many
from slicer.metrics.distribution import Distribution
from slicer.results import MetricsResult
from slicer.vocabulary import Task


def numbers_finding(
    result: MetricsResult,
    metric: str,
    *,
    higher_is_better: bool,
    mean_of_ratios: float | None = None,
    baselines: Sequence[tuple[str, float]] = (),
) -> tuple[str, str]:
    """The sentence on top of Overview, and the one that qualifies it.

    Args:
        result: With the metric, and the bias of a regression.
        metric: What is looked at.
        higher_is_better: Of the metric.
        mean_of_ratios: Of the rows' own error rates, where errors stand over a total.
        baselines: (name, value) of what needs no model.
    """
    counts, task, roles = result.overall.counts, result.head.task, result.head.roles
    if not counts.support:
        return "No row fits this filter", "Widen it, or clear it to see all rows."
    if not counts.n:
        return "No row here has a number to measure", "Widen the filter, or check the roles on the Data page."
    sentence, aside = metric_finding(result, metric, baselines)
    estimate = result.overall.metrics[metric]
    if estimate is None or estimate.value is None:
        return sentence, aside
    if task == "score":
        better = "Higher is better." if higher_is_better else "Lower is better."
        return f"The mean {roles['score']} is {amount(estimate.value)}", f"{aside} {better}"
    if task == "ratio" and counts.ratio is not None:
        out_of = f"{count(counts.ratio.e)} {roles['errors']} in {count(counts.ratio.d)} {roles['total']}"
        if counts.ratio.weighted:
            out_of = f"{roles['errors']} over {roles['total']}, weighted"
        own = f"The mean of the rows' own rates would be {percent(mean_of_ratios)}."
        return f"{sentence}: {out_of}", f"{capital(interval(estimate.ci, estimate.level))}. {own}"
    if metric == "mae":
        sentence = f"Predictions are off by {amount(estimate.value)} on average"
        aside = "".join([f"{capital(interval(estimate.ci, estimate.level, 'number'))}, {many(estimate.n, 'row')}."])
        aside += "".join(f" {capital(name)} would be off by {amount(value)}." for name, value in baselines)
    return sentence, f"{aside}{_leaning(result)}"


def _leaning(result: MetricsResult) -> str:
    """Which way a regression leans, where that is beyond doubt."""
    bias = result.overall.metrics.get("bias")
    if bias is None or bias.value is None or bias.ci is None or bias.ci[0] <= 0 <= bias.ci[1]:
        return ""
    return f" On average predictions are {amount(abs(bias.value))} too {'high' if bias.value > 0 else 'low'}."


def distribution_finding(found: Distribution, task: Task, name: str) -> str:
    """How the numbers of the rows are spread."""
    spread = found.spread
    if task == "ratio":
        return f"Half of the rows have an error rate of {percent(spread.median)} or less"
    if task == "regression":
        return f"99 of 100 predictions are off by {amount(spread.low)} to {amount(spread.high)}"
    return (
        f"The median {name} is {amount(spread.median)}; rows go from {amount(spread.least)} to {amount(spread.largest)}"
    )


def agreement_finding(result: MetricsResult) -> str:
    """How much of the label the predictions follow."""
    r2 = result.overall.metrics.get("r2")
    if r2 is None or r2.value is None:
        return "Predictions against labels"
    if r2.value <= 0:
        return f"Predictions follow the label no better than its mean: R² {amount(r2.value)}"
    return f"Predictions explain {percent(r2.value, 0)} of the label's spread"


def worst_rows_finding(measures: Sequence[Sequence[tuple[str, float | None]]], task: Task) -> str:
    """The span of the worst rows.

    Args:
        measures: Of each row, worst first; see `workbench.numbers.measures`.
    """
    ends = [measures[place] for place in (0, -1)] if measures else []
    what = 0 if task == "ratio" else -1
    values = [row[what][1] for row in ends]
    if len(ends) < 2 or None in values:
        return "The worst rows"
    first, last = (as_it_is(abs(value) if task == "regression" and value is not None else value) for value in values)
    name = ends[0][what][0]
    span = f"{first} to {last}" if first != last else first
    return f"The {count(len(measures))} worst rows: {name} {span}"
