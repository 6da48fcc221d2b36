"""What Overview says: the headline, where it goes wrong, by class, by slice, and whether probabilities come true."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from slicer.display import count, counted, figure, interval, percent, points, value_of
from slicer.findings.names import names_of_slices
from slicer.findings.wording import capital, cut, many, plain_quote
from slicer.metrics.calibration import FEWEST, ece, noise_floor, within_noise
from slicer.metrics.counts import ConfusionCounts, SliceCounts
from slicer.metrics.histograms import Histogram
from slicer.metrics.rates import ClassMetrics
from slicer.metrics.registry import METRICS
from slicer.results import MetricsResult, SliceMetrics, SliceTable

OfClass = Literal["precision", "recall", "f1"]


def overview_finding(
    result: MetricsResult, metric: str = "accuracy", baselines: Sequence[tuple[str, float]] = ()
) -> tuple[str, str]:
    """The sentence on top of Overview, and the one that qualifies it.

    Args:
        result: With the metric.
        metric: What is looked at.
        baselines: (name, value) of what needs no model.
    """
    counts = result.overall.counts
    if not counts.support:
        return "No row fits this filter", "Widen it, or clear it to see all rows."
    judged = result.overall.metrics.get("accuracy")
    if not counts.n and judged is not None and judged.value is not None:
        rows = many(judged.n, "row")
        return (
            f"Accuracy is {percent(judged.value)} by what people say",
            f"No column is the label: the model is held against people, on {rows} that two or more answered.",
        )
    if not counts.n:
        return "No row here has a label", "Widen the filter, or check the role of the label on the Data page."
    if metric != "accuracy":
        return metric_finding(result, metric, baselines)
    if not counts.errors:
        said = "The only row is right" if counts.n == 1 else f"All {count(counts.n)} rows are right"
        return said, "Check that the label did not leak into the predictions."
    if counts.errors == counts.n > 1:
        aside = "If they were chosen because they are wrong, they tell where errors are, not how often there is one."
        return f"None of {count(counts.n)} rows is right", aside
    paired = counts.paired
    rows = f"{many(counts.n, 'row')}, {many(counts.errors, 'error')}."
    accuracy = result.overall.metrics["accuracy"]
    right = f"{percent(counts.right / counts.n)} of {many(counts.n, 'row')} are right"
    if accuracy is not None and "weighted" in accuracy.flags:
        right = f"Accuracy is {percent(accuracy.value)} by the weights of the rows"
    sentence = _confused(counts) or right
    if paired is not None and paired.n:
        gap = paired.gap
        more = (
            f"Closing the whole gap to people would bring {points(gap)}."
            if gap > 0
            else "People are no better on these rows."
        )
        rows = f"{rows} {more}"
    return sentence, rows


def metric_finding(result: MetricsResult, metric: str, baselines: Sequence[tuple[str, float]] = ()) -> tuple[str, str]:
    """A metric as a sentence, and its interval beside what needs no model."""
    entry, estimate = METRICS[metric], result.overall.metrics[metric]
    words = f"{entry.words[:1].upper()}{entry.words[1:]}"
    if entry.needs == "positive" and result.head.positive is not None:
        words = f"{words} of {plain_quote(result.head.positive)}"
    if estimate is None or estimate.value is None:
        return f"{words} has no value here", f"{capital(entry.undefined)}."
    behind = many(estimate.n, "row")
    if counted(estimate):
        behind = f"{count(estimate.numerator)} of {many(round(estimate.denominator), 'row')}"
    sure = f"{capital(interval(estimate.ci, estimate.level, entry.unit))}, {behind}."
    beside = [f" {capital(name)} would reach {value_of(value, entry.unit)}." for name, value in baselines]
    return f"{words} is {value_of(estimate.value, entry.unit)}", "".join([sure, *beside])


def _confused(counts: SliceCounts) -> str:
    """The confusion that holds the most errors, both ways round; empty where no class is taken for another."""
    confusion = counts.confusion
    if confusion is None:
        return ""
    labels, table = confusion.labels, confusion.counted
    pairs = [
        (int(table[i, j] + table[j, i]), labels[i], labels[j], int(table[i, j]), int(table[j, i]))
        for i in range(len(labels))
        for j in range(i)
    ]
    both, one, other, there, back = max(pairs, key=lambda pair: pair[0], default=(0, "", "", 0, 0))
    if not both:
        return ""
    if len(labels) == 2 or min(there, back) * 4 < max(there, back):  # of two classes, both ways are all errors
        true, said, rows = (one, other, there) if there > back else (other, one, back)
        taken = f"{capital(plain_quote(true))} is taken for {plain_quote(said)}"
        return f"{taken}: {count(rows)} of {count(counts.errors)} errors"
    pair = f"{capital(plain_quote(one))} and {plain_quote(other)} are taken for each other"
    return f"{pair}: {count(both)} of {count(counts.errors)} errors"


def matrix_finding(confusion: ConfusionCounts) -> str:
    """The error made most often, and how much of its class it is."""
    cells = [
        (int(confusion.counted[i, j]), i, j)
        for i in range(len(confusion.labels))
        for j in range(len(confusion.labels))
        if i != j
    ]
    rows, i, j = max(cells, key=lambda cell: cell[0], default=(0, 0, 0))
    if not rows:
        return "No class is taken for another"
    true, said = (plain_quote(confusion.labels[place]) for place in (i, j))
    return f"{percent(rows / confusion.counted[i].sum())} of {true} is taken for {said}: {count(rows)} rows"


def classes_finding(classes: Mapping[str, ClassMetrics], of: OfClass = "f1") -> str:
    """The class that goes worst, by precision, recall or F1."""
    found = {label: getattr(one, of) for label, one in classes.items()}
    known = {label: one for label, one in found.items() if one.value is not None and not one.low_support}
    if not known:
        return "Every class rests on fewer than 30 rows"
    worst = min(known, key=lambda label: (known[label].value or 0.0, label))
    words = METRICS[of].words
    return f"{words[:1].upper()}{words[1:]} is lowest for {plain_quote(worst)}: {percent(known[worst].value)}"


def concentration_finding(slices: Sequence[SliceMetrics], overall: SliceMetrics) -> str:
    """Where errors crowd most."""
    if not slices:
        return "No slice holds more of the errors than of the rows"
    top = slices[0]
    part = top.counts.errors / overall.counts.errors
    return f"{capital(cut(top.name))}: {percent(part, 0)} of the errors in {percent(top.share, 0)} of the rows"


def worst_slices_finding(result: SliceTable) -> str:
    """The slice where a metric is furthest on the wrong side of the rest."""
    worse, entry = result.with_verdict("worse"), METRICS[result.metric]
    change = worse[0].difference if worse else None
    if change is None:
        return "No slice is clearly worse than the rest"
    apart = figure(abs(change.value), entry.unit) + (" points" if entry.unit == "rate" else "")
    side = "below" if change.value < 0 else "above"
    value = value_of(worse[0].estimate.value, entry.unit)
    return f"{capital(plain_quote(names_of_slices(worse)[0]))}: {entry.words} {value}, {apart} {side} the rest"


def calibration_finding(bins: Histogram, *, several: bool) -> str:
    """Whether probabilities come true, beside what chance alone would make of it.

    Args:
        several: Whether the probability is that of the most probable of several classes.
    """
    rows, off, floor = float(bins.n.sum()), ece(bins), noise_floor(bins)
    if rows < FEWEST or off is None or floor is None:
        return f"{many(round(rows), 'row')}: too few to tell whether probabilities come true"
    beside = f"off by {points(off)}, {points(floor)} by chance alone"
    if within_noise(bins):
        return f"Probabilities come true, within noise: {beside}"
    too_high = float((bins.p - bins.y).sum()) / rows
    if abs(too_high) < off / 2:
        return f"Probabilities are too high here and too low there: {beside}"
    high, low = ("too sure", "not sure enough") if several else ("too high", "too low")
    return f"Probabilities are {high if too_high > 0 else low}: {beside}"


def spread_finding(bins: Histogram, positive: str, negative: str) -> str:
    """How well probabilities part two classes."""
    half = len(bins.n) // 2
    sides = (bins.y, bins.n - bins.y)
    above = [float(rows[half:].sum()) / float(rows.sum()) if rows.sum() > 0 else None for rows in sides]
    if None in above:
        return f"Every row here is {plain_quote(positive if sides[0].sum() > 0 else negative)}"
    own, other = (percent(one, 0) for one in above)
    return f"{own} of {plain_quote(positive)} lie at {percent(0.5, 0)} or above, and {other} of {plain_quote(negative)}"


def sure_finding(bins: Histogram) -> str:
    """How often the model is sure, and how often it is then right."""
    rows, sure, right = float(bins.n.sum()), float(bins.n[-1]), float(bins.y[-1])
    if not sure:
        return "The model is never 90 % sure"
    return f"At least 90 % sure on {percent(sure / rows, 0)} of the rows, and right on {percent(right / sure)} of them"


def metrics_finding(
    skewed: str | None, accuracy: float | None, positive: str | None, *, many: int, beside: bool
) -> str:
    """What the table of all metrics shows: on skewed classes, that accuracy alone says little.

    Args:
        skewed: The negative class, where it is the more frequent of two; else None.
        accuracy: Of always saying it.
        many: Metrics in the table.
        beside: Whether there are baselines.
    """
    if skewed is not None and accuracy is not None and positive is not None:
        said = f"Always {plain_quote(skewed)} would be right on {percent(accuracy)}"
        return f"{said}, and find none of {plain_quote(positive)}"
    every = "The metric" if many == 1 else f"{many} metrics"
    return f"{every} beside what needs no model" if beside else f"{every} of this run"
