"""What Priorities shows, in sentences computed from its numbers."""

from __future__ import annotations

from collections.abc import Sequence

from slicer.display import DASH, amount, count, gain, listing, percent, points
from slicer.findings.names import telling_names, title_of
from slicer.findings.wording import capital, cut, plain_quote
from slicer.metrics.registry import METRICS, Unit
from slicer.priorities.ranking import Candidate, RankedRow
from slicer.results import RankResult
from slicer.slices import parse
from slicer.vocabulary import ACTIONS

UNCLEAR = "not enough evidence"
"""Where a gap may be chance."""


def rank_labels(rows: Sequence[RankedRow]) -> list[tuple[str, str | None]]:
    """The rank of each row and the row that leads its tie; those that tie with a leader share its rank."""
    labels: list[tuple[str, str | None]] = []
    leader: RankedRow | None = None
    place = 0
    for index, row in enumerate(rows):
        if not row.candidate.ranked or not row.candidate.potential:
            labels.append(("–", None))
            continue
        if leader is None or row.candidate.slice not in leader.tied_with:
            leader, place = row, index + 1
        labels.append((str(place), leader.candidate.slice))
    sizes = {slice_: sum(one == slice_ for _, one in labels) for _, slice_ in labels}
    return [(f"{text}=", slice_) if slice_ and sizes[slice_] > 1 else (text, None) for text, slice_ in labels]


def overall_name(metric: str, rows: Sequence[RankedRow] = ()) -> str:
    """What potential is points of, by the metric of the ranking: for classes, their mean weighted by support."""
    classes = any(row.candidate.kind == "class" for row in rows)
    averaged = {"f1": "weighted F1", "precision": "weighted precision", "recall": "accuracy"} if classes else {}
    return averaged.get(metric, METRICS[metric].words)


def next_step(row: RankedRow) -> str:
    """What to do about a row, in words; the same on the page and in the workbook."""
    if row.candidate.gap is None:
        return "read correct rows" if row.candidate.kind == "tag" else DASH
    return action_words(row.action, row.candidate)


def action_words(action: str, mine: Candidate) -> str:
    """What to do about a row that has a gap; data is asked for only where people are ahead beyond doubt."""
    if action != "none" and not mine.potential:
        return "no gain seen"
    return UNCLEAR if action == "data" and not mine.clear else ACTIONS[action]


def priorities_finding(rows: Sequence[RankedRow], metric: str) -> tuple[str, str]:
    """The sentence on top of Priorities, and the one that qualifies it."""
    ranked = [row for row in rows if row.candidate.ranked]
    gaining = [row for row in ranked if (row.candidate.potential or 0.0) > 0]
    if not ranked:
        return "Nothing can be ranked yet", _unranked(rows)
    if not gaining:
        return "The model is at human level or above in every slice that can be ranked", _unranked(rows)
    best, unit = gaining[0], METRICS[metric].unit
    metric = overall_name(metric, rows)
    tied = [row for row in gaining[1:] if row.candidate.slice in best.tied_with]
    worth = _worth([best], unit)
    among = _among([row.candidate for row in rows])
    first = plain_quote(title_of(best.candidate)[0])
    names = telling_names([row.candidate for row in (best, *tied)])
    unknown = best.candidate.hlp is not None and best.candidate.hlp.source == "ceiling"
    aside = _hardest(ranked) if unit == "rate" else "The overall metric would change by so much, all else unchanged."
    if unknown:
        aside = "No human level is known, so every error counts as one that could be fixed."
    if not tied and unknown:
        return capital(f"{among}{first} holds the most errors: fixing all of them is worth {worth} of {metric}"), aside
    if not tied:
        return capital(f"{among}closing the gap of {first} is worth the most: {worth} of {metric}"), aside
    worth = _worth([best, *tied], unit)
    done = "fixing all errors of one" if unknown else "closing either gap" if len(names) == 2 else "closing one gap"
    if len(names) <= 3:
        return f"{capital(listing(names))} tie: {done} is worth about {worth}", aside
    return f"{len(names)} slices tie at the top, {names[0]} among them: {done} is worth about {worth}", aside


APART = 0.0005
"""Half of the last digit that is shown of a rate."""


def paired_remark(result: RankResult) -> list[str]:
    """That gaps are measured on other rows or answers than the model's column, where the columns need not subtract."""
    paired = [(one.estimate_paired, one.estimate) for one in (row.candidate for row in result.table)]
    if any(mine is not None and mine.denominator < own.denominator for mine, own in paired):
        return [
            "Gaps are measured on the rows people answered, the model's column on all of them: people minus model in "
            "this table need not give the gap."
        ]
    if METRICS[result.metric].unit != "rate":
        return []
    moved = [
        (abs(one.gap.model_value - one.estimate.value), one)
        for one in (row.candidate for row in result.table)
        if one.gap is not None and one.estimate_paired is not None and one.estimate.value is not None
    ]
    most, one = max(moved, key=lambda pair: pair[0], default=(0.0, None))
    if one is None or one.gap is None or most < APART:
        return []
    return [
        f"Gaps hold people and model against the same answers: there the model has {percent(one.gap.model_value)} on "
        f"{telling_names([one])[0]}, and {percent(one.estimate.value)} by the label. So people minus model in this "
        "table need not give the gap."
    ]


def _worth(rows: Sequence[RankedRow], unit: Unit) -> str:
    """The potential of a row, or from the least to the largest of several."""
    potentials = [row.candidate.potential or 0.0 for row in rows]
    ends = dict.fromkeys(gain(end, unit) for end in (min(potentials), max(potentials)))
    return " to ".join(ends) + (" points" if unit == "rate" else "")


def what_then(result: RankResult, candidate: Candidate, part: float) -> tuple[str, str, str]:
    """The overall metric before and after this part of a gap is closed, and the change."""
    unit, overall = METRICS[result.metric].unit, result.overall.value or 0.0
    change = candidate.gain(part)
    after = overall + change if result.higher_is_better else overall - change
    if unit == "rate":
        return percent(overall, 2), percent(after, 2), points(change, 2)
    return amount(overall), amount(after), amount(change)


def area_finding(result: RankResult) -> str:
    """Which slices hold most of what there is to gain."""
    gaining = [row.candidate for row in result.with_gap if row.candidate.ranked and row.candidate.potential]
    total = sum(one.potential or 0.0 for one in gaining)
    top = gaining[:2]
    share = sum(one.potential or 0.0 for one in top) / total
    names = listing([cut(name, 40) for name in telling_names(top)])
    return f"{capital(names)} {'hold' if len(top) > 1 else 'holds'} {percent(share, 0)} of what there is to gain"


def overlap_finding(result: RankResult) -> str:
    """What slices that overlap are worth together, beside the sum that would count errors twice."""
    if result.joint is None:
        return "These slices overlap: their potentials do not add up"
    unit, why = METRICS[result.metric].unit, "they overlap"
    if result.exclusive:
        why = f"{METRICS[result.metric].words} is no mean over rows"
    alone = sum(row.candidate.potential or 0.0 for row in result.table if row.worth is not None)
    pp = " points" if unit == "rate" else ""
    return f"Together these slices are worth {gain(result.joint, unit)}{pp}, not {gain(alone, unit)}: {why}"


def how_potential(result: RankResult) -> str:
    """What potential is in this table, a sentence."""
    if result.additive:
        return "Potential = share × gap, cut at 0."
    words = METRICS[result.metric].words
    return (
        f"Potential: {words} of all rows with this slice as people would leave it, minus {words} as it is, cut at 0; "
        "the tooltip says what was assumed of people."
    )


def _hardest(ranked: Sequence[RankedRow]) -> str:
    """A slice that looks bad but where people do no better."""
    known = [row for row in ranked if row.candidate.estimate.value is not None]
    worst = min(known, key=lambda row: row.candidate.estimate.value or 0.0)
    gap = worst.candidate.gap
    looks = f"{capital(telling_names([worst.candidate])[0])} looks worst ({percent(worst.candidate.estimate.value)})"
    if gap is not None and gap.value <= 0 and worst.candidate.hlp is not None and not worst.candidate.hlp.inherited:
        return f"{looks}, but people do no better there: nothing to gain."
    return f"{looks}; closing its gap is worth {points(worst.candidate.potential, 2)}."


def _unranked(rows: Sequence[RankedRow]) -> str:
    few = sum(row.candidate.low_support for row in rows)
    return f"{count(few)} of {count(len(rows))} rows of the table rest on fewer than 30 examples." if rows else ""


def _among(candidates: Sequence[Candidate]) -> str:
    """Among what the first one is the first: classes are all there is, the slices by one column are not."""
    if all(one.kind == "class" for one in candidates):
        return ""
    columns = {parse(one.slice).columns if one.kind == "slice" else () for one in candidates}
    only = columns.pop() if len(columns) == 1 else ()
    return f"of the slices by {only[0]}, " if len(only) == 1 else "of these slices, "
