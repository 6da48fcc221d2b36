"""The one sentence on top of a page, computed from its numbers, and the one that qualifies it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from slicer.display import NARROW, count, listing, percent, points
from slicer.metrics.counts import SliceCounts
from slicer.metrics.registry import ClassMetrics
from slicer.priorities.ranking import Candidate, RankedRow
from slicer.results import MetricsResult, RankResult, SliceMetrics
from slicer.slices import Condition, parse


def title_of(candidate: Candidate) -> tuple[str, str]:
    """A short name and what it is a value of: `noise = 'car noise'` is "car noise", of noise."""
    where = parse(candidate.slice).where
    if candidate.kind == "slice" and isinstance(where, Condition) and where.operator == "=":
        if isinstance(where.value, str):
            return where.value or "empty text", where.column
        return candidate.name, ""
    return candidate.name, {"tag": "tag", "class": "class"}.get(candidate.kind, "")


def overall_name(metric: str) -> str:
    """What potential is points of, by the metric of the ranking: for classes, their mean weighted by support."""
    return {"f1": "weighted F1", "precision": "weighted precision", "recall": "accuracy"}.get(metric, metric)


def data_finding(sets: int, rows: int, runs: int) -> tuple[str, str]:
    """What the project holds."""
    if not sets:
        what = "One row for each example: what is right, what the model said, and anything to slice by."
        return "Bring in the predictions of a model", what
    many = "1 data set" if sets == 1 else f"{sets} data sets"
    return f"{count(rows)} rows in {many}, {runs} {'run' if runs == 1 else 'runs'}", "Add a file, or open one of them."


def overview_finding(result: MetricsResult) -> tuple[str, str]:
    """The sentence on top of Overview, and the one that qualifies it."""
    counts = result.overall.counts
    if not counts.n:
        return "No row with a label here", "Widen the filter, or check the role of the label on the Data page."
    if not counts.errors:
        return f"All {count(counts.n)} rows are right", "Check that the label did not leak into the predictions."
    paired = counts.paired
    rows = f"{count(counts.n)} rows, {count(counts.errors)} errors."
    if counts.confusion is not None and len(counts.confusion.labels) > 1:
        sentence = _confused(counts)
    else:
        sentence = f"{percent(counts.right / counts.n)} of {count(counts.n)} rows are right"
    if paired is not None and paired.n:
        gap = (paired.human_only - paired.model_only) / paired.n
        more = (
            f"Closing the whole gap to people would bring {points(gap)}."
            if gap > 0
            else "People are no better on these rows."
        )
        rows = f"{rows} {more}"
    return sentence, rows


def _confused(counts: SliceCounts) -> str:
    """The confusion that holds the most errors, both ways round."""
    confusion = counts.confusion
    assert confusion is not None
    labels, table = confusion.labels, confusion.table
    pairs = [
        (int(table[i, j] + table[j, i]), labels[i], labels[j], int(table[i, j]), int(table[j, i]))
        for i in range(len(labels))
        for j in range(i)
    ]
    both, one, other, there, back = max(pairs, key=lambda pair: pair[0])
    if min(there, back) * 4 < max(there, back):
        true, said, rows = (one, other, there) if there > back else (other, one, back)
        taken = f"{_capital(plain_quote(true))} is taken for {plain_quote(said)}"
        return f"{taken}: {count(rows)} of {count(counts.errors)} errors"
    pair = f"{_capital(plain_quote(one))} and {plain_quote(other)} are taken for each other"
    return f"{pair}: {count(both)} of {count(counts.errors)} errors"


def plain_quote(name: str) -> str:
    """A class name inside a sentence; short keys in quotes, so that they read as names.

    >>> plain_quote("7"), plain_quote("pit mark")
    ('“7”', 'pit mark')
    """
    return f"“{name}”" if len(name) <= 2 or not name[0].isalpha() else name


def classes_finding(classes: Mapping[str, ClassMetrics]) -> str:
    """The class that goes worst."""
    known = {label: one for label, one in classes.items() if one.f1.value is not None and not one.f1.low_support}
    if not known:
        return "Every class rests on fewer than 30 rows"
    worst = min(known, key=lambda label: (known[label].f1.value or 0.0, label))
    return f"F1 is lowest for {plain_quote(worst)}: {percent(known[worst].f1.value)}"


def concentration_finding(slices: Sequence[SliceMetrics], overall: SliceMetrics) -> str:
    """Where errors crowd most."""
    if not slices:
        return "Errors are spread evenly over the columns looked at"
    top = slices[0]
    part = top.counts.errors / overall.counts.errors
    return f"{_capital(top.name)}: {percent(part, 0)} of the errors in {percent(top.share, 0)} of the rows"


def priorities_finding(rows: Sequence[RankedRow], metric: str) -> tuple[str, str]:
    """The sentence on top of Priorities, and the one that qualifies it."""
    ranked = [row for row in rows if row.candidate.ranked]
    gaining = [row for row in ranked if (row.candidate.potential or 0.0) > 0]
    if not ranked:
        return "Nothing can be ranked yet", _unranked(rows)
    if not gaining:
        return "The model is at human level or above in every slice that can be ranked", _unranked(rows)
    best = gaining[0]
    metric = overall_name(metric)
    tied = [row for row in gaining[1:] if row.candidate.slice in best.tied_with]
    worth = points(best.candidate.potential, 2).replace(f"{NARROW}pp", " points")
    source = best.candidate.hlp.source if best.candidate.hlp else ""
    if source == "ceiling":
        most = f"{_capital(title_of(best.candidate)[0])} holds the most errors"
        return (
            f"{most}: fixing all of them is worth {worth} of {metric}",
            "No human level is known, so every error counts as one that could be fixed.",
        )
    if not tied:
        return f"Closing the gap of {title_of(best.candidate)[0]} is worth the most: {worth} of {metric}", _hardest(
            ranked
        )
    names = [title_of(best.candidate)[0], *(title_of(row.candidate)[0] for row in tied)]
    if len(names) <= 3:
        return f"{_capital(listing(names))} tie: closing either gap is worth about {worth}", _hardest(ranked)
    return (
        f"{len(names)} slices tie at the top, {title_of(best.candidate)[0]} among them: {worth} of {metric}",
        _hardest(ranked),
    )


def area_finding(result: RankResult) -> str:
    """Which slices hold most of what there is to gain."""
    gaining = [row.candidate for row in result.with_gap if row.candidate.potential]
    total = sum(one.potential or 0.0 for one in gaining)
    top = gaining[:2]
    share = sum(one.potential or 0.0 for one in top) / total
    names = listing([title_of(one)[0] for one in top])
    return f"{_capital(names)} {'hold' if len(top) > 1 else 'holds'} {percent(share, 0)} of what there is to gain"


def _hardest(ranked: Sequence[RankedRow]) -> str:
    """A slice that looks bad but where people do no better."""
    known = [row for row in ranked if row.candidate.estimate.value is not None]
    worst = min(known, key=lambda row: row.candidate.estimate.value or 0.0)
    gap = worst.candidate.gap
    looks = f"{_capital(title_of(worst.candidate)[0])} looks worst ({percent(worst.candidate.estimate.value)})"
    if gap is not None and gap.value <= 0 and worst.candidate.hlp is not None and not worst.candidate.hlp.inherited:
        return f"{looks}, but people do no better there: nothing to gain."
    return f"{looks}; closing its gap is worth {points(worst.candidate.potential, 2)}."


def _unranked(rows: Sequence[RankedRow]) -> str:
    few = sum(row.candidate.low_support for row in rows)
    return f"{count(few)} of {count(len(rows))} rows of the table rest on fewer than 30 examples." if rows else ""


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def failures_finding(tags: Sequence[RankedRow], read: int, size: int) -> tuple[str, str]:
    """What the tags say so far, over all failures read in this data set."""
    known = [row.candidate for row in tags if row.candidate.error_share is not None]
    if not known:
        few = "Say what you see: a tag for each cause. A handful of causes usually explains most failures."
        return f"{count(size)} to read, {count(read)} read so far", few
    top = max(known, key=lambda candidate: (candidate.error_share or 0.0, candidate.name))
    ci = top.error_share_ci
    share = f"{_capital(top.name)} explains {percent(top.error_share, 0)} of the failures read so far"
    if ci is None:
        return share, "The failures read were not drawn at random, so this says nothing about the others."
    ends = f"{100 * ci[0]:.0f} to {100 * ci[1]:.0f}"
    return share, f"95 % interval {ends}; fixing all of it would bring at most {points(top.ceiling, 2)}."
