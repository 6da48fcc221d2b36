"""What people keep with a data set, as files: tags and verdicts, saved slices."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from slicer import sources
from slicer.cli import retagging
from slicer.cli.opening import existing
from slicer.cli.options import OUTPUT, WHICH
from slicer.cli.output import facts_of, write
from slicer.project import tag_files
from slicer.project.datasets import get_dataset
from slicer.project.decoding import text_of
from slicer.project.saved import from_yaml, list_saved, save_slices, to_yaml
from slicer.sources import author
from slicer.workbench import Workbench


@click.group()
def tags() -> None:
    """Tags and verdicts as files."""


@tags.command("export")
@click.argument("project", type=click.Path(dir_okay=False))
@WHICH
@OUTPUT
def export_tags(project: str, **options: Any) -> None:
    """Every tag in force, keyed by example id."""
    with existing(project) as opened:
        dataset = get_dataset(opened, options["dataset"])
        rows = tag_files.export_tags(opened, dataset.id)
        if options["format_"] == "table" and options["out"] is not None:
            options["format_"] = "csv"
        write(
            options, {"schema": "slicer.tags/1", "dataset": dataset.name, "tags": rows}, rows, columns=tag_files.COLUMNS
        )


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
        }
        write(options, document, facts_of(document))


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
