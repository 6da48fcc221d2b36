"""The plan, and the rows to collect more of."""

from __future__ import annotations

from typing import Any

import click

from slicer.cli.opening import existing, opened
from slicer.cli.options import OUTPUT, ROLE_OPTIONS, WHICH
from slicer.cli.output import say, write
from slicer.display import gain
from slicer.findings.plan import between, collect_finding, name_of, plan_finding, unit_of
from slicer.planned import FLAT, PlanResult
from slicer.project.datasets import get_dataset
from slicer.report.collected import collected_workbook
from slicer.report.plan_workbook import plan_workbook
from slicer.report.tables import records
from slicer.slices import parse
from slicer.workbench import Options, Workbench


@click.command()
@click.argument("project", type=click.Path(dir_okay=False))
@WHICH
@OUTPUT
def plan(project: str, **options: Any) -> None:
    """The plan: rows of the table somebody works on, best return first, what was predicted and what came of it."""
    with existing(project) as stored:
        dataset = get_dataset(stored, options["dataset"])
        bench = Workbench(stored, dataset, options["run"], Options(level=options["level"], seed=options["seed"]))
        result = bench.plan()
        write(
            options,
            result.to_dict(),
            records(result.to_frame()),
            title=". ".join(part.rstrip(".") for part in plan_finding(result.plan) if part),
            shown=_rows(result),
            columns=FLAT,
            workbook=lambda: plan_workbook(result),
        )


def _rows(result: PlanResult) -> list[dict[str, Any]]:
    """The plan as a person reads it."""
    rows = []
    for place, one in enumerate(result.plan.items, start=1):
        said, came = one.prediction, result.plan.realised.get(one.id)
        unit = unit_of(said.metric)
        pp = " pp" if unit == "rate" else ""
        rows.append(
            {
                "#": f"{place}" if one.active else None,
                "slice": name_of(said),
                "status": one.status,
                "owner": one.owner or None,
                "due": one.due.isoformat() if one.due else None,
                "potential": None if said.potential is None else gain(said.potential, unit) + pp,
                "95 %": between(said.potential_ci, said.metric) or None,
                "half": None if said.potential is None else gain(one.gain(0.5), unit) + pp,
                "importance": f"{one.importance:g}",
                "ease": f"{one.ease:g}",
                "cost": f"{one.cost:g}",
                "return": None if one.roi is None else f"{one.roi * (100 if unit == 'rate' else 1):.4g}",
                "realised": None if came is None or came.gain is None else gain(came.gain, unit) + pp,
                "on": None if came is None else f"{came.dataset}, {came.run}",
                "note": one.note or None,
            }
        )
    return rows


@click.command()
@click.argument("source")
@click.option("--slice", "slice_", metavar="EXPR", required=True, help="the slice, as the ranking writes it")
@click.option("--where", default="", metavar="EXPR", help="only these rows")
@ROLE_OPTIONS
@WHICH
@OUTPUT
def collect(source: str, slice_: str, where: str, **options: Any) -> None:
    """Rows that show what data to collect: those of a slice the model fails and people get right, as a file."""
    bench = opened(source, options)
    found = bench.collect(parse(slice_), where=parse(where))
    sentence, aside = collect_finding(found)
    write(
        options,
        found.to_dict(),
        found.rows,
        title=f"{sentence}. {aside}".strip(),
        columns=("id", "label", "prediction", "reason"),
        workbook=lambda: collected_workbook(found),
    )
    if not options["quiet"] and options["format_"] != "table":
        say(f"{sentence}. {aside}".strip())
