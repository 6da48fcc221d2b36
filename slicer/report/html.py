"""The stand-alone report: one HTML file that asks nobody for anything, on a screen, on a phone and on paper."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from slicer.cells import axis_of, potential_axis, ranked_row
from slicer.display import count, gain, interval, percent, points, spread, value_of
from slicer.findings.agreement import agreement_finding, figures_of
from slicer.findings.data import no_rows_finding
from slicer.findings.plan import plan_finding
from slicer.findings.ranking import (
    area_finding,
    overall_name,
    overlap_finding,
    paired_remark,
    priorities_finding,
    rank_labels,
)
from slicer.findings.tags import tags_finding
from slicer.metrics.registry import METRICS
from slicer.report.html_drawings import HEIGHT, Areas, Axis, Bars, areas_of, bars_of, places
from slicer.report.html_media import Embedder
from slicer.report.html_page import rendered
from slicer.report.html_words import (
    PLAN_COLUMNS,
    TAG_COLUMNS,
    Fact,
    examples_words,
    facts_of,
    plan_cells,
    tag_cells,
)  # fmt: skip
from slicer.report.workbook import meanings
from slicer.reported import Report
from slicer.results import RankResult

EXPLAINED = (
    "potential", "potential_lo", "gap", "tied_with", "shared", "next_best", "grouped_with", "ceiling", "hlp_source",
)  # fmt: skip
"""Columns whose meaning the file tells."""

MOST_ROWS = 300
"""Rows of the ranking that the file holds, the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of the table: its header, how its cells are drawn, and on what axis."""

    key: str
    label: str
    kind: str
    help: str = ""
    axis: Axis | None = None
    most: float = 1.0
    """The largest value of a bar."""


def to_html(report: Report) -> str:
    """The report as the text of one file; the same report gives the same text.

    Every word that came with the data is escaped, and a policy in the file's head lets nothing run or load but what the
    file holds itself.
    """
    return rendered("report.html", "report.css", "report.js", _content(report))


def _content(report: Report) -> dict[str, Any]:
    """Everything the template lays out."""
    result = report.ranking
    sentence, aside = priorities_finding(result.table, result.metric)
    if result.no_people:
        sentence, aside = "Nothing can be ranked yet", result.no_people
    if not result.head.rows:
        sentence, aside = no_rows_finding(report.where)
    media = Embedder()
    return {
        "report": report,
        "result": result,
        "finding": sentence,
        "aside": aside,
        "made_at": f"{report.made_at:%Y-%m-%d %H:%M} UTC",
        "metric": METRICS[result.metric].words,
        "headline": _headline(result),
        "potential_words": potential_words(result),
        "picture": _picture(result),
        "height": HEIGHT,
        "columns": _columns(result),
        "rows": _rows(result),
        "left_out": max(0, len(result.table) - MOST_ROWS),
        "sections": _sections(report),
        "embed": media.embed,
        "warnings": (*result.head.warnings, *paired_remark(result)),
        "notes": meanings(result, EXPLAINED),
        "plan": _plan(report),
        "tags": _tags(report),
        "people": _people(report),
        "origin": _origin(report),
        "places": places,
        "picture_words": picture_words,
        "sort_key": sort_key,
    }


def _headline(result: RankResult) -> list[Fact]:
    """The few numbers on top."""
    unit, overall = METRICS[result.metric].unit, result.overall
    name, said = overall_name(result.metric), interval(overall.ci, result.head.level, unit)
    value = f"{value_of(overall.value, unit)} {spread(overall.value, overall.ci, unit=unit)}"
    facts = [
        Fact(name="Rows", value=count(result.head.rows), behind=_of_all(result)),
        Fact(name=f"Model, {name}", value=value, behind=said),
    ]
    if result.joint:
        worth = points(result.joint, 2) if unit == "rate" else gain(result.joint, unit)
        behind = "if every gap below were closed; an error in several slices counts once"
        facts.append(Fact(name="To gain in all", value=worth, behind=behind))
    return facts


def _of_all(result: RankResult) -> str:
    every = result.head.rows == result.head.rows_total
    return "all of the data set" if every else f"of {count(result.head.rows_total)}"


def _picture(result: RankResult) -> Areas | Bars | None:
    """Areas where slices do not overlap, else bars; none where nothing is to be gained."""
    if not any(row.candidate.ranked and row.candidate.potential for row in result.with_gap):
        return None
    if result.exclusive:
        return areas_of(result)
    return bars_of(result, Axis.of(potential_axis(result.table, METRICS[result.metric].unit)))


def _level_known(result: RankResult) -> bool:
    """Whether anything says how well people do."""
    return any(row.candidate.hlp and row.candidate.hlp.source != "ceiling" for row in result.with_gap)


def potential_words(result: RankResult) -> str:
    """What potential is here."""
    if _level_known(result):
        return "Potential = share × gap to people."
    if result.with_gap:
        return "No human level is known: potential = share × errors, as if every one could be fixed."
    return "Potential = share × gap to people; no human level is known."


def picture_words(result: RankResult) -> tuple[str, str]:
    """What the picture shows, and how to read it."""
    grey = "" if all(row.candidate.clear for row in result.with_gap) else " Grey: the gap may be chance."
    if result.exclusive:
        sign = ", in points" if METRICS[result.metric].unit == "rate" else ""
        height = f"gap to people{sign}" if _level_known(result) else "share of errors, in %"
        how = f"Width: share of the data. Height: {height}. Area: what closing it is worth.{grey}"
        return area_finding(result), how
    level = f"{100 * result.head.level:g} % interval"
    if result.joint is None:
        return overlap_finding(result), f"Each alone, with its {level}.{grey}"
    how = f"Filled: its part of what all bring together. Outline: alone, with its {level}.{grey}"
    return overlap_finding(result), how


def _columns(result: RankResult) -> list[Column]:
    candidates, unit = [row.candidate for row in result.table], METRICS[result.metric].unit
    drawn = [one for mine in candidates for one in (mine.estimate, mine.estimate_paired) if one and one.ci]
    ends = [end for one in drawn for end in one.ci or ()]
    ends += [one.hlp.value for one in candidates if one.hlp is not None and one.hlp.source != "ceiling"]
    pp, sign = (" pp", " %") if unit == "rate" else ("", "")
    largest = max([one.share or 0.0 for one in candidates] + [0.01])
    columns = [
        Column(key="rank", label="#", kind="rank"),
        Column(key="name", label="Slice", kind="name"),
        Column(key="share", label="Share %", kind="bar", most=largest),
        Column(key="model", label=f"Model{sign}", kind="est"),
        Column(key="people", label=f"People{sign}", kind="est"),
        Column(key="picture", label="Model ● to people ◆", kind="dumbbell", axis=Axis.of(axis_of(ends, unit))),
        Column(key="gap", label=f"Gap{pp}", kind="est", help="people minus model"),
        Column(key="potential", label=f"Potential{pp}", kind="est", help="share of the data × gap"),
    ]
    if any(one.ranked for one in candidates):
        axis = Axis.of(potential_axis(result.table, unit))
        columns.append(
            Column(key="worth", label=f"{100 * result.head.level:g} % interval", kind="potential", axis=axis)
        )
    if not result.exclusive and result.joint is not None:
        shared = "its fair part of what all slices are worth together"
        columns.append(Column(key="shared", label=f"Shared out{pp}", kind="est", help=shared))
        adds = "what it still adds once the slices that add more are done"
        columns.append(Column(key="adds", label=f"Adds{pp}", kind="est", help=adds))
    if any(one.error_share is not None for one in candidates):
        columns.append(Column(key="errors", label="Of errors %", kind="est"))
    return [*columns, Column(key="next", label="Next step", kind="text")]


def _rows(result: RankResult) -> list[dict[str, Any]]:
    unit, labels = METRICS[result.metric].unit, rank_labels(result.table)
    pairs = list(zip(result.table, labels, strict=True))[:MOST_ROWS]
    return [ranked_row(row, rank, tie, unit, result.head.level) for row, (rank, tie) in pairs]


def sort_key(row: Mapping[str, Any], column: Column) -> str:
    """What a cell is sorted by, in full; empty where there is no answer."""
    value = row["sort"].get(column.key)
    return "" if value is None else repr(value) if isinstance(value, float) else str(value)


def _sections(report: Report) -> list[dict[str, Any]]:
    """The first rows one by one, with their examples."""
    result, exclusive = report.ranking, report.ranking.exclusive
    return [
        {
            "place": place,
            "row": cells,
            "facts": facts_of(row, result, exclusive=exclusive),
            "examples": report.examples[row.candidate.slice],
            "chosen": examples_words(report.examples[row.candidate.slice]),
        }
        for place, (row, cells) in enumerate(zip(result.table, _rows(result), strict=False), start=1)
        if row.candidate.slice in report.examples
    ]


def _plan(report: Report) -> dict[str, Any] | None:
    if report.plan is None:
        return None
    plan = report.plan.plan
    sentence, aside = plan_finding(plan)
    rows = [plan_cells(item, plan.realised.get(item.id)) for item in plan.items]
    return {"finding": sentence, "aside": aside, "columns": PLAN_COLUMNS, "rows": rows}


def _tags(report: Report) -> dict[str, Any] | None:
    found = report.tags
    if found is None or not any(row.carried for row in found.tags):
        return None
    sentence, aside = tags_finding(found)
    rows = [tag_cells(row) for row in found.tags if row.carried]
    return {"finding": sentence, "aside": aside, "columns": TAG_COLUMNS, "rows": rows}


def _people(report: Report) -> dict[str, Any] | None:
    if report.people is None:
        return None
    known = [one for one in figures_of(report.people) if one.found.value is not None]
    return {"finding": agreement_finding(report.people), "figures": known}


def _origin(report: Report) -> list[tuple[str, str]]:
    """Where the numbers come from."""
    result, head = report.ranking, report.ranking.head
    guessed = set(head.roles.get("guessed", ()))
    roles = [
        f"{role} = {', '.join(map(str, used)) if isinstance(used, list | tuple) else used}"
        + (" (guessed)" if role in guessed else "")
        for role, used in head.roles.items()
        if used and role not in ("guessed", "feature", "features", "ignore")
    ]
    facts = [
        ("Data set", head.source["dataset"]),
        ("Run", head.source["run"]),
        ("Metric", METRICS[result.metric].words),
        ("Filter", report.where or "none: all rows"),
        ("Rows", f"{count(head.rows)} of {count(head.rows_total)}"),
        *(
            ("File", f"{one.name}, {count(one.rows)} rows, read {one.read_at:%Y-%m-%d %H:%M}, sha256 {one.sha256}")
            for one in report.sources
        ),
        ("Columns read as", "; ".join(roles)),
        ("Positive class", head.positive or ""),
        ("Intervals", f"{percent(head.level, 0)}"),
        ("Examples chosen with seed", str(report.seed)),
        ("Made", f"{report.made_at:%Y-%m-%d %H:%M} UTC with Slicer {report.version}"),
    ]
    return [(name, text) for name, text in facts if text]
