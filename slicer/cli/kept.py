"""What people keep with a data set, as files: tags and verdicts, saved slices."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from slicer import sources
from slicer.cli import retagging
from slicer.cli.opening import existing
from slicer.cli.options import OUTPUT, WHICH
from slicer.cli.output import facts_of, rate, write
from slicer.findings.tags import tags_finding
from slicer.human.undefined import Answer
from slicer.metrics.estimate import Estimate
from slicer.project import tag_files
from slicer.project.datasets import get_dataset
from slicer.project.decoding import text_of
from slicer.project.hlp_entries import given_levels, list_levels
from slicer.project.saved import from_yaml, list_saved, save_slices, to_yaml
from slicer.project.tag_sheets import SHEET_COLUMNS
from slicer.report.tables import records
from slicer.slices import parse
from slicer.sources import author
from slicer.tagged import TagRow
from slicer.workbench import Options, Workbench


@click.group()
def tags() -> None:
    """Tags and verdicts as files."""


@tags.command("export")
@click.argument("project", type=click.Path(dir_okay=False))
@click.option("--wide", is_flag=True, help="a line for each example with its columns, a column for each tag")
@click.option("--where", default="", metavar="EXPR", help="only these rows")
@WHICH
@OUTPUT
def export_tags(project: str, wide: bool, where: str, **options: Any) -> None:
    """Every tag in force, keyed by example id."""
    with existing(project) as opened:
        dataset = get_dataset(opened, options["dataset"])
        bench = Workbench(opened, dataset, options["run"]) if wide or where else None
        ids = bench.ids(parse(where)) if bench is not None else []
        columns: Sequence[str] = tag_files.COLUMNS
        if wide and bench is not None:
            rows, columns = bench.tag_sheet(ids), SHEET_COLUMNS
        else:
            asked = {*ids}
            rows = tag_files.export_tags(opened, dataset.id)
            rows = [row for row in rows if row["id"] in asked] if where else rows
        if options["format_"] == "table" and options["out"] is not None:
            options["format_"] = "csv"
        document = {"schema": "slicer.tags/1", "dataset": dataset.name, "rows" if wide else "tags": rows}
        write(options, document, rows, columns=() if rows else columns)


@tags.command("import")
@click.argument("project", type=click.Path(dir_okay=False))
@click.argument("path", metavar="FILE")
@click.option(
    "--drawn-with", type=click.IntRange(min=0), metavar="SEED", help="the file holds a random sample of all errors"
)
@WHICH
@OUTPUT
def import_tags(project: str, path: str, drawn_with: int | None, **options: Any) -> None:
    """Read tags from CSV (a line for each example and tag, or a column for each tag), or from a journal."""
    with existing(project) as opened:
        dataset = get_dataset(opened, options["dataset"])
        found = sources.load_tags(opened, dataset, path, drawn_with=drawn_with)
        document = {
            "schema": "slicer.tags/1",
            "dataset": dataset.name,
            "examples": found.examples,
            "tags": found.tags,
            "notes": found.notes,
            "unknown": list(found.unknown),
            "left_out": list(found.left_out),
        }
        write(options, document, facts_of(document))


@tags.command("numbers")
@click.argument("project", type=click.Path(dir_okay=False))
@click.option("--where", default="", metavar="EXPR", help="only these rows")
@WHICH
@OUTPUT
def tag_numbers(project: str, where: str, **options: Any) -> None:
    """The numbers of every tag: shares, the error rate within, what closing its gap is worth."""
    with existing(project) as opened:
        dataset = get_dataset(opened, options["dataset"])
        bench = Workbench(opened, dataset, options["run"], Options(level=options["level"], seed=options["seed"]))
        hlp = given_levels(list_levels(opened, dataset.id), bench.headline)
        result = bench.tags(where=parse(where), hlp=hlp)
        title = ". ".join(tags_finding(result)) if any(row.carried for row in result.tags) else ""
        write(
            options, result.to_dict(), records(result.to_frame()), title=title, shown=list(map(_numbers, result.tags))
        )


def _numbers(row: TagRow) -> dict[str, Any]:
    """A tag as a person reads it: rates in percent, gains in points, the ends of intervals beside them."""
    found = row.numbers

    def percent(answer: Answer) -> str | None:
        return rate(answer.value, answer.ci) if isinstance(answer, Estimate) else None

    return {
        "tag": row.name,
        "with it": f"{row.tagged} of {row.read}",
        "of failures %": percent(found.error_share),
        "at most pp": percent(found.ceiling),
        "of all rows %": percent(found.data_share),
        "wrong there %": percent(found.error_rate),
        "people %": rate(found.hlp.value) if found.hlp else None,
        "gap is worth pp": percent(found.room),
        "more to halve": row.more,
    }


for command in retagging.ALL:
    tags.add_command(command)


@click.group()
def slices() -> None:
    """Saved slices as a file: a YAML list of name, slice and note."""


@slices.command("export")
@click.argument("project", type=click.Path(dir_okay=False))
@WHICH
@OUTPUT
def export_slices(project: str, **options: Any) -> None:
    """Every saved slice; YAML unless --format says otherwise."""
    with existing(project) as opened:
        dataset = get_dataset(opened, options["dataset"])
        saved = list_saved(opened, dataset.id)
        if options["format_"] == "table" and options["out"] is not None:
            options["out"].write_text(to_yaml(saved), encoding="utf-8")
            return
        rows = [{"name": one.name, "slice": str(one.slice), "note": one.note} for one in saved]
        write(options, {"schema": "slicer.slices/1", "dataset": dataset.name, "slices": rows}, rows)


@slices.command("import")
@click.argument("project", type=click.Path(dir_okay=False))
@click.argument("path", metavar="FILE")
@WHICH
@OUTPUT
def import_slices(project: str, path: str, **options: Any) -> None:
    """Save the slices of a YAML file, all or none; each must fit the data."""
    with existing(project) as opened:
        dataset = get_dataset(opened, options["dataset"])
        found = from_yaml(text_of(Path(path)))
        bench = Workbench(opened, dataset)
        for one in found:
            bench.engine.check(one.slice)
        kept = save_slices(opened, dataset.id, found, author=author())
        document = {"schema": "slicer.slices/1", "dataset": dataset.name, "slices": [one.name for one in kept]}
        write(options, document, facts_of(document))
