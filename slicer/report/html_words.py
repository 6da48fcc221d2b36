"""What the HTML report says in words: what is known of a slice, of tags and people, and where it all comes from."""

from __future__ import annotations

from dataclasses import dataclass

from slicer.display import (
    DASH,
    NARROW,
    amount,
    change_of,
    count,
    counts,
    counts_alone,
    explain,
    gain,
    interval,
    listing,
    percent,
    points,
    spread,
    value_of,
)
from slicer.findings.names import names_of
from slicer.findings.plan import between, name_of, realised_words, roi_words, worth
from slicer.findings.ranking import next_step, overall_name
from slicer.human.undefined import Answer
from slicer.metrics.estimate import Estimate
from slicer.metrics.registry import METRICS, Unit
from slicer.priorities.plan import HALF, PlanItem
from slicer.priorities.prediction import Realised
from slicer.priorities.ranking import RankedRow
from slicer.reported import Examples
from slicer.results import RankResult
from slicer.tagged import TagRow
from slicer.vocabulary import ACTIONS, FLAGS, HLP_SOURCES

MOST_TIES = 5
"""Ties that are named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something that is known: its name, the short answer, and what is behind it."""

    name: str
    value: str
    behind: str = ""


def facts_of(row: RankedRow, result: RankResult, *, exclusive: bool) -> list[Fact]:
    """Everything the ranking knows of a row.

    Args:
        exclusive: Whether no example is in two rows, so that nothing is shared.
    """
    mine, metric = row.candidate, METRICS[result.metric]
    unit = metric.unit
    rows = f"{count(mine.support)} rows"
    known = mine.estimate.value is not None
    level_known = mine.hlp is not None and mine.hlp.source != "ceiling"
    facts = [
        Fact(name="Rows", value=rows, behind="" if mine.share is None else f"{percent(mine.share)} of the data"),
        Fact(
            name=f"Model, {metric.words}",
            value=_measured(mine.estimate, unit),
            behind=explain(mine.estimate, unit) if known else "not known: correct rows must be read too",
        ),
        _level(row, unit, result.head.level),
    ]
    if mine.errors is not None and mine.error_share is not None:
        of = "of the errors read" if mine.share is None else "of all errors"
        facts.insert(1, Fact(name="Errors", value=count(mine.errors), behind=f"{percent(mine.error_share)} {of}"))
    if mine.gap is not None:
        said = [mine.gap_words] if level_known and mine.gap_words else []
        behind = ". ".join([interval(mine.gap.ci, result.head.level, unit), *said])
        facts.append(Fact(name="Gap", value=change_of(mine.gap.value, unit), behind=behind))
    facts += [_worth(row, result), *_beside(row, result, exclusive)]
    for one in mine.baselines:
        level, apart = one.level.value if one.level else None, one.gap.value if one.gap else None
        facts.append(Fact(name=one.name, value=value_of(level, unit), behind=f"{change_of(apart, unit)} to the model"))
    facts.append(Fact(name="Next step", value=next_step(row)))
    told = {"undefined", *mine.estimate.flags}
    flags = [flag for flag in row.flags if flag not in told and (level_known or not flag.startswith("hlp_"))]
    if flags:
        facts.append(Fact(name="Mind", value="", behind="; ".join(FLAGS[flag] for flag in flags)))
    return facts


def _measured(estimate: Estimate, unit: Unit) -> str:
    """A value with what is uncertain of it; counts alone where they are few."""
    if estimate.value is not None and counts_alone(estimate):
        return counts(estimate)
    return f"{value_of(estimate.value, unit)} {spread(estimate.value, estimate.ci, unit=unit)}"


def _level(row: RankedRow, unit: Unit, level: float) -> Fact:
    hlp = row.candidate.hlp
    if hlp is None or hlp.source == "ceiling":
        return Fact(name="People", value=DASH, behind="no human level known")
    behind = [HLP_SOURCES[hlp.source], *([f"{count(hlp.n)} human labels"] if hlp.n else [])]
    if hlp.ci is not None:
        behind.append(interval(hlp.ci, level, unit))
    if row.candidate.agreement is not None:
        behind.append(f"two people say the same on {percent(row.candidate.agreement)}")
    return Fact(name="People", value=value_of(hlp.value, unit), behind="; ".join(behind))


def _worth(row: RankedRow, result: RankResult) -> Fact:
    mine, unit = row.candidate, METRICS[result.metric].unit
    if mine.potential is None and mine.kind != "tag":
        return Fact(name="Potential", value=DASH, behind="no human level known")
    if mine.potential is None:
        most = DASH if mine.ceiling is None else f"at most {points(mine.ceiling, 2)}"
        return Fact(name="Potential", value=most, behind="not known from failures alone")
    of = f"of {overall_name(result.metric)}"
    if not mine.ranked:
        return Fact(name="Potential", value=DASH, behind="fewer than 30 rows: shown, not ranked")
    value = points(mine.potential, 2) if unit == "rate" else gain(mine.potential, unit)
    behind = [of, interval(mine.potential_ci, result.head.level, unit, 2)]
    if row.p_top1 is not None and row.p_top3 is not None:
        behind.append(
            f"first in {percent(row.p_top1, 0)} of 2,000 draws, among the first three in {percent(row.p_top3, 0)}"
        )
    return Fact(name="Potential", value=value, behind="; ".join(behind))


def _beside(row: RankedRow, result: RankResult, exclusive: bool) -> list[Fact]:
    """The row beside the others: ties, what is shared, the most that work there could bring."""
    mine, unit, found = row.candidate, METRICS[result.metric].unit, []
    if row.worth is not None and not exclusive:
        behind = f"still adds {gain(row.worth.next_best, unit)} once the slices that add more are done"
        found.append(Fact(name="Shared out", value=gain(row.worth.shared, unit), behind=behind))
    if mine.ceiling is not None and mine.ranked:
        value = points(mine.ceiling, 2) if unit == "rate" else gain(mine.ceiling, unit)
        found.append(Fact(name="If every error were fixed", value=value))
    tied = [other.candidate for other in result.table if other.candidate.slice in row.tied_with]
    if tied:
        names = names_of(tied)
        more = [f"{len(names) - MOST_TIES} more"] if len(names) > MOST_TIES else []
        found.append(Fact(name="Ties with", value=listing([*names[:MOST_TIES], *more])))
    return found


def examples_words(examples: Examples) -> str:
    """How the examples of a slice were chosen."""
    shown = count(len(examples.shown))
    if examples.chosen == "worst":
        return f"The {shown} worst rows" if len(examples.shown) != 1 else "The worst row"
    if examples.chosen == "random":
        return f"{shown} rows, drawn at random"
    wrong = sum(one.right is False for one in examples.shown)
    right = len(examples.shown) - wrong
    if not right:
        drawn = "" if wrong == examples.failures else ", drawn at random"
        return f"{count(wrong)} of {count(examples.failures)} failures{drawn}"
    failures = "No failure" if not wrong else "The only failure" if wrong == 1 else f"All {count(wrong)} failures"
    return f"{failures}, and {count(right)} other row{'s' if right > 1 else ''} drawn at random"


TAG_COLUMNS = (
    "Tag",
    "With it, of those read",
    "Of failures %",
    "Of all rows %",
    "Wrong there %",
    "People %",
    "Gap is worth pp",
)


def tag_cells(row: TagRow) -> list[tuple[str, str, str]]:
    """A tag as cells: the number, what stands beside it, and why there is none."""
    found, read = row.numbers, f"{count(row.tagged)} of {count(row.read)}" if row.read else DASH

    def cell(answer: Answer, digits: int = 1) -> tuple[str, str, str]:
        if not isinstance(answer, Estimate):
            return DASH, "", answer.reason
        value = DASH if answer.value is None else f"{100 * answer.value:.{digits}f}".replace("-", "−")
        return value, spread(answer.value, answer.ci, digits), explain(answer)

    people = (
        (DASH, "", "no human level known")
        if found.hlp is None
        else (percent(found.hlp.value).split(NARROW)[0], "", HLP_SOURCES[found.hlp.source])
    )
    return [
        (row.name, "", ""), (read, "", ""), cell(found.error_share), cell(found.data_share), cell(found.error_rate),
        people, cell(found.room, 2),
    ]  # fmt: skip


PLAN_COLUMNS = ("Planned", "Worth", "Half of it", "Return", "Cost", "Owner", "Status", "Due", "Came of it")


def plan_cells(item: PlanItem, came: Realised | None) -> list[tuple[str, str, str]]:
    """A row of the plan as cells: what is said, what stands beside it, and what explains it."""
    said, gained = item.prediction, None if came is None else came.gain
    metric = said.metric
    explained = "" if came is None else realised_words(came, said)
    return [
        (name_of(said), ACTIONS.get(said.action, said.action), item.note),
        (worth(said.potential, metric), between(said.potential_ci, metric), f"run {said.run}"),
        (worth(item.gain(HALF), metric), "", "if half of the gap is closed"),
        (amount(item.roi), "", roi_words(item)),
        (amount(item.cost), "", ""),
        (item.owner or DASH, "", ""),
        (item.status, "", ""),
        (DASH if item.due is None else item.due.isoformat(), "", ""),
        (DASH if gained is None else worth(gained, metric), between(came.gain_ci, metric) if came else "", explained),
    ]
