"""The prioritization table as a command, and what other commands need to make it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import click

from slicer.cli.levels import LevelOption, baselines_of
from slicer.cli.opening import opened
from slicer.cli.options import OUTPUT, RANKING, ROLE_OPTIONS, WHICH, slices_of
from slicer.cli.output import measure, rate, write
from slicer.display import figure
from slicer.errors import UsageError, listed
from slicer.findings.ranking import APART, next_step, priorities_finding
from slicer.human.hlp import GivenHlp
from slicer.metrics.registry import METRICS
from slicer.priorities.population import read_population
from slicer.priorities.ranking import RankedRow
from slicer.project.decoding import text_of
from slicer.project.hlp_entries import given_levels, levels_by_metric, list_levels
from slicer.report.tables import records
from slicer.report.workbook import ranking_workbook
from slicer.results import RankResult
from slicer.slices import Slice, parse
from slicer.workbench import Workbench

Levels = dict[Slice, GivenHlp]
ByMetric = dict[str, Levels]


@click.command()
@click.argument("source")
@RANKING
@ROLE_OPTIONS
@WHICH
@OUTPUT
def rank(source: str, **options: Any) -> None:
    """The prioritization table: share x gap to human level, best first."""
    level = level_asked(options)
    bench = opened(source, options)
    if not something_to_rank(options):
        sliceable = listed(bench.dataset.roles.features)
        hint = f"Add --by COLS, --slice EXPR, --tags or --classes. Columns: {sliceable}."
        raise UsageError("Nothing to rank.", hint=hint)
    result = ranking_of(bench, level, options)
    finding = result.no_people or priorities_finding(result.table, result.metric)[0]
    write(
        options,
        result.to_dict(),
        records(result.to_frame()),
        title=finding,
        workbook=lambda: ranking_workbook(result, finding, bench.plan(), options["where"]),
        shown=_rank_rows(result),
    )


def level_asked(options: dict[str, Any]) -> LevelOption | None:
    """The human level that was asked for; columns of people take their role."""
    level = None if options["hlp"] is None else LevelOption(text=options["hlp"])
    if level is not None and level.columns:
        options["human"] = level.columns
    return level


def something_to_rank(options: Mapping[str, Any]) -> bool:
    return bool(options["by"] or options["slices"] or options["tags"] or options["classes"])


def ranking_of(bench: Workbench, level: LevelOption | None, options: Mapping[str, Any]) -> RankResult:
    """The ranking that the options ask for."""
    metric, confidence = options["metric"], options["level"]
    chosen = metric or ("f1" if options["classes"] else bench.headline)
    exact = not options["classes"] and chosen in METRICS and METRICS[chosen].formula is not None
    others = None
    if level is None:
        by_metric, levels = _entered(bench, chosen)
    else:
        by_metric, levels = level.by_metric(chosen) if exact else None, level.given(chosen, confidence)
    if exact and by_metric is not None:
        others, levels = by_metric, by_metric.pop(chosen, {})
    population = options["population"]
    result = bench.rank(
        by=options["by"],
        slices=slices_of(options),
        tags=options["tags"],
        classes=options["classes"],
        metric=metric,
        hlp=levels,
        other_levels=others,
        order=options["order"],
        people=None if level is None else level.people,
        baselines=baselines_of(options["baselines"], chosen, confidence),
        where=parse(options["where"]),
        population=None if population is None else read_population(text_of(population)),
        rows_in_all=options["rows_in_all"],
    )
    unused = () if level is None else level.unused(chosen)
    return replace(result, head=replace(result.head, warnings=(*result.head.warnings, *unused)))


def _entered(bench: Workbench, metric: str) -> tuple[ByMetric | None, Levels | None]:
    """The levels somebody entered in the project, by metric and of this one, where the data says nothing of people."""
    entries = [] if bench.has_people else list_levels(bench.project, bench.dataset.id)
    return (levels_by_metric(entries), given_levels(entries, metric)) if entries else (None, None)


def _rank_rows(result: RankResult) -> list[dict[str, Any]]:
    unit = METRICS[result.metric].unit
    percent, points = (" %", " pp") if unit == "rate" else ("", "")

    def plain(value: float | None) -> str | None:
        return rate(value) if unit == "rate" else None if value is None else figure(value, unit)

    def worth(value: float) -> str:
        return f"{100 * value:.2f}" if unit == "rate" else f"{value:.4g}"

    def gained(value: float | None) -> str | None:
        return None if value is None else f"{100 * value:.2f}"

    rows, beside = [], any(map(_measured_elsewhere, result.table))
    for place, row in enumerate(result.table, start=1):
        mine = row.candidate
        paired = mine.estimate_paired
        shown: dict[str, Any] = {
            "#": f"{place}" if mine.ranked else None,
            "slice": mine.slice,
            "rows": f"{mine.support:,}",
            "share %": rate(mine.share if mine.weight is None else mine.weight),
            f"{result.metric}{percent}": measure(mine.estimate, unit),
            **(
                {
                    f"beside people{percent}": None if paired is None else measure(paired, unit),
                    "on rows": None if paired is None else f"{paired.n:,}",
                }
                if beside
                else {}
            ),
            f"people{percent}": plain(mine.hlp.value if mine.hlp and mine.hlp.source != "ceiling" else None),
            f"gap{points}": plain(mine.gap.value if mine.gap else None),
            f"potential{points}": None if mine.potential is None else worth(mine.potential),
            "95 %": None
            if mine.potential_ci is None
            else f"{worth(mine.potential_ci[0])} to {worth(mine.potential_ci[1])}",
            **(
                {}
                if result.adds_up
                else {
                    f"shared{points}": None if row.worth is None else worth(row.worth.shared),
                    f"adds{points}": None if row.worth is None else worth(row.worth.next_best),
                }
            ),
            **({} if result.additive else {"accuracy pp": None if mine.exact is None else gained(mine.exact.accuracy)}),
            "of errors %": rate(mine.error_share),
            "ties": len(row.tied_with) or None,
            "next": next_step(row),
        }
        for one in mine.baselines:
            shown[f"{one.name}{percent}"] = plain(one.level.value if one.level else None)
            shown[f"{one.name} gap{points}"] = plain(one.gap.value if one.gap else None)
        rows.append(shown)
    return rows


def _measured_elsewhere(row: RankedRow) -> bool:
    """Whether the gap takes the model's value from other rows or answers than its column."""
    own, paired = row.candidate.estimate, row.candidate.estimate_paired
    if paired is None or paired.value is None or own.value is None:
        return False
    return paired.n != own.n or abs(paired.value - own.value) > APART
