"""Sentences on the plan: what it is worth, what to do first and why, what came of it, what data to collect."""

from __future__ import annotations

from collections.abc import Sequence

from slicer.display import amount, count, gain, percent, points, value_of
from slicer.findings.names import names_of, short_name, telling
from slicer.findings.ranking import next_step, overall_name, overlap_finding, priorities_finding
from slicer.findings.wording import many, plain_quote
from slicer.metrics.intervals import Interval
from slicer.metrics.registry import METRICS, Unit
from slicer.planned import Collected
from slicer.priorities.plan import HALF, Plan, PlanItem
from slicer.priorities.prediction import Prediction, Realised
from slicer.priorities.ranking import RankedRow
from slicer.results import RankResult
from slicer.slices import parse
from slicer.vocabulary import ACTIONS

FIRST = 3
"""Rows that are told of one by one."""

TO_DO = {
    "data": "Collect or augment such rows; begin with those the model fails and people get right.",
    "labels": "Settle how these rows are labelled first: people disagree on them, and adding data can hurt.",
    "measure-hlp": "First let people answer about 97 of these rows: the human level here was measured on others.",
    "none": "Nothing to gain here.",
}
"""What each action means on Monday."""


def unit_of(metric: str) -> Unit:
    """The unit of a metric, also of one that is not known any more."""
    return METRICS[metric].unit if metric in METRICS else "number"


def name_of(prediction: Prediction) -> str:
    """A row of the plan in a sentence: its short name where that speaks for itself."""
    if prediction.kind == "slice":
        return telling(short_name(parse(prediction.slice), prediction.name)[0], prediction.name)
    return plain_quote(prediction.name) if prediction.kind == "class" else prediction.name


def worth(value: float | None, metric: str) -> str:
    """A gain in the overall metric, with its unit.

    >>> worth(0.281, "mae")
    '0.281'
    """
    return points(value, 2) if unit_of(metric) == "rate" else amount(value)


def between(ci: Interval | None, metric: str) -> str:
    """The ends of a gain's interval, without a unit; empty without one."""
    unit = unit_of(metric)
    return "" if ci is None else f"{gain(ci[0], unit)} to {gain(ci[1], unit)}"


def plan_finding(plan: Plan) -> tuple[str, str]:
    """What the plan holds, and what it would bring."""
    active = plan.active
    done = sum(one.status == "done" for one in plan.items)
    behind = f"{many(done, 'row')} done" if done else ""
    if not plan.items:
        return "Nothing is planned yet", "Choose rows of the table, then add them: what is predicted now is kept."
    if not active:
        return "Everything in the plan is done or dropped", behind
    first = active[0]
    name = name_of(first.prediction)
    sentence = f"First of {len(active)} planned rows: {name}" if len(active) > 1 else f"One row is planned: {name}"
    half = plan.gain(HALF)
    if half is None:
        return sentence, "The rows have several metrics, so their gains do not add up."
    metric = plan.metrics[0]
    most = "" if plan.together is not None or len(active) == 1 else "at most "
    whole = worth(plan.gain(1.0), metric)
    adds = f"{most}{worth(half, metric)} to overall {overall_name(metric)}"
    aside = f"Closing half of every gap adds {adds}; all of it {whole}."
    return sentence, " ".join(part for part in (aside, f"{behind}." if behind else "") if part)


def realised_words(one: Realised, prediction: Prediction) -> str:
    """What came of a row, in a sentence."""
    where = f"{one.dataset}, run {one.run}"
    if one.change is None:
        return f"On {where} nothing can be said: {one.reason}."
    said = _signed(one.gain, prediction.metric)
    ends = between(one.gain_ci, prediction.metric)
    unit = unit_of(prediction.metric)
    now = None if one.estimate is None else one.estimate.value
    sure = f" ({ends})" if ends else ""
    sense = ""
    if one.gain_ci is not None and one.gain_ci[0] <= 0 <= one.gain_ci[1]:
        sense = " It may be chance."
    return (
        f"On {where} the slice went from {value_of(prediction.value, unit)} to {value_of(now, unit)}: {said}{sure} of "
        f"the overall metric, predicted were {worth(prediction.potential, prediction.metric)}.{sense}"
    )


def _signed(value: float | None, metric: str) -> str:
    text = worth(value, metric)
    return f"+{text}" if value is not None and value > 0 else text


def predicted_words(prediction: Prediction, when: str, by: str) -> str:
    """What was frozen with a row, in a sentence."""
    unit, metric = unit_of(prediction.metric), prediction.metric
    people = "no human level" if prediction.hlp is None else f"people {value_of(prediction.hlp, unit)}"
    if prediction.hlp_source == "ceiling":
        people = "no human level known: all errors"
    where = f", rows {prediction.where}" if prediction.where else ""
    ends = between(prediction.potential_ci, metric)
    sure = f" ({ends})" if ends else ""
    return (
        f"Planned {when} by {by}, run {prediction.run}{where}: {overall_name(metric)}, model "
        f"{value_of(prediction.value, unit)}, {people}, worth {worth(prediction.potential, metric)}{sure}."
    )


# --- what to do on Monday --------------------------------------------------------------------------


def monday(result: RankResult, plan: Plan | None) -> list[str]:
    """What to do first, and why: the plan's first rows where there is one, else the table's."""
    if plan is not None and plan.active:
        return [_planned(one) for one in plan.active[:FIRST]]
    gaining = [row for row in result.table if row.candidate.ranked and row.candidate.potential]
    names = names_of([row.candidate for row in gaining])
    return [_ranked(row, name, result.metric) for row, name in zip(gaining[:FIRST], names, strict=False)]


def _planned(one: PlanItem) -> str:
    said = one.prediction
    who = f"{one.owner}: " if one.owner else ""
    due = f", by {one.due:%d %b %Y}" if one.due else ""
    note = f" Note: {one.note}" if one.note else ""
    unit = unit_of(said.metric)
    people = "" if said.hlp is None or said.hlp_source == "ceiling" else f", people have {value_of(said.hlp, unit)}"
    return (
        f"{who}{name_of(said)}{due} ({one.status}). {TO_DO.get(said.action, ACTIONS['data'])} The model has "
        f"{value_of(said.value, unit)}{people}; closing the gap adds {worth(said.potential, said.metric)}.{note}"
    )


def _ranked(row: RankedRow, name: str, metric: str) -> str:
    mine = row.candidate
    unit = METRICS[metric].unit
    people = ""
    if mine.hlp is not None and mine.hlp.source != "ceiling":
        people = f", people have {value_of(mine.hlp.value, unit)}"
    ends = between(mine.potential_ci, metric)
    sure = f" (95 % interval {ends})" if ends else ""
    share = "" if mine.share is None else f", on {percent(mine.share)} of the data"
    return (
        f"{name}: {next_step(row)}. {TO_DO[row.action]} The model has {value_of(mine.estimate.value, unit)}{people}"
        f"{share}; closing the gap adds {worth(mine.potential, metric)}{sure}."
    )


def why(result: RankResult, plan: Plan | None) -> list[str]:
    """What else to know before deciding: what looks bad but is not, ties, what overlaps, what the plan brings."""
    aside = priorities_finding(result.table, result.metric)[1]
    said = [aside] if aside and not result.no_people else []
    tied = [row for row in result.table if row.tied_with]
    if tied:
        said.append("Rows that tie differ by less than chance: let cost and ease decide between them.")
    if not result.exclusive and result.joint:
        said.append(f"{overlap_finding(result)}.")
    if plan is not None and plan.items:
        said.append(". ".join(part.rstrip(".") for part in plan_finding(plan) if part) + ".")
        said += [realised_words(came, one.prediction) for one in plan.items if (came := plan.realised.get(one.id))]
    return said


# --- what data to collect --------------------------------------------------------------------------


def collect_finding(found: Collected) -> tuple[str, str]:
    """Which rows a file of rows to collect holds, and how well the slice was trained on."""
    rows = found.size
    shown = short_name(found.slice, found.name)[0]
    match found.people:
        case True:
            sentence = f"{many(rows, 'row')} of {shown} that the model fails and people get right"
            more = found.failures - rows
            aside = f"On {count(more)} more failures people are wrong too, or did not answer." if more else ""
        case False:
            sentence = f"{many(rows, 'row')} of {shown} that the model fails"
            aside = "All of them: no column says which of them people get right."
        case _:
            sentence = f"The {many(rows, 'worst row').lower()} of {shown}"
            aside = "Rows carry numbers here, so none is simply wrong."
    shows = "" if found.warning or not found.size else "They show what to collect or augment."
    return sentence, " ".join(part for part in (shows, aside, training_words(found), found.warning) if part)


def training_words(found: Collected) -> str:
    """How much of the slice the model was trained on; empty where no column says it."""
    trained = found.in_training
    if trained is None:
        return ""
    elsewhere = "" if trained.share_elsewhere is None else f", {percent(trained.share_elsewhere)} of the other rows"
    return (
        f"It is {percent(trained.share)} of what was trained on ({count(trained.support)} of {count(trained.rows)} "
        f"rows with {trained.column} {trained.value}){elsewhere}."
    )


def roi_words(item: PlanItem) -> str:
    """How the return comes about, as a formula in words.

    Returns nothing where the potential is not known.
    """
    if item.roi is None:
        return ""
    said = item.prediction
    return (
        f"{worth(said.potential, said.metric)} × importance {item.importance:g} × ease {item.ease:g} / cost "
        f"{item.cost:g}"
    )


def added_words(added: Sequence[str], there: Sequence[str]) -> str:
    """What putting rows into the plan did."""
    said = f"{many(len(added), 'row')} added to the plan" if added else "Nothing new"
    already = f"; {many(len(there), 'row')} already in it" if there else ""
    return f"{said}{already}"
