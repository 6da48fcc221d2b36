"""Commands that change the tags themselves: their names, what they mean, which are in use."""

from __future__ import annotations

from typing import Any

import click

from slicer.cli.opening import existing
from slicer.cli.options import OUTPUT, WHICH
from slicer.cli.output import facts_of, write
from slicer.project import tags
from slicer.project.datasets import get_dataset
from slicer.sources import author

PROJECT = click.argument("project", type=click.Path(dir_okay=False))


@click.command()
@PROJECT
@click.argument("old")
@click.argument("new")
@WHICH
@OUTPUT
def rename(project: str, old: str, new: str, **options: Any) -> None:
    """Call a tag something else, wherever it stands."""
    with existing(project) as opened:
        dataset = get_dataset(opened, options["dataset"])
        tags.rename_tag(opened, dataset.id, old, new, author=author())
        _said(options, dataset.name, renamed=old, to=new)


@click.command()
@PROJECT
@click.argument("old")
@click.argument("into")
@WHICH
@OUTPUT
def merge(project: str, old: str, into: str, **options: Any) -> None:
    """Make one tag of two: examples that carry either carry INTO."""
    with existing(project) as opened:
        dataset = get_dataset(opened, options["dataset"])
        examples = tags.merge_tags(opened, dataset.id, old, into, author=author())
        _said(options, dataset.name, merged=old, into=into, examples=examples)


@click.command()
@PROJECT
@click.argument("name")
@click.option("--restore", is_flag=True, help="offer it again")
@WHICH
@OUTPUT
def retire(project: str, name: str, restore: bool, **options: Any) -> None:
    """Offer a tag no more; what it says of examples is kept."""
    with existing(project) as opened:
        dataset = get_dataset(opened, options["dataset"])
        tags.retire_tag(opened, dataset.id, name, author=author(), retired=not restore)
        _said(options, dataset.name, **{"restored" if restore else "retired": name})


@click.command()
@PROJECT
@click.argument("name")
@click.option("--meaning", metavar="TEXT", help="what it means")
@click.option("--colour", metavar="COLOUR", help=f"one of {', '.join(tags.COLOURS[1:])}, or nothing")
@WHICH
@OUTPUT
def describe(project: str, name: str, meaning: str | None, colour: str | None, **options: Any) -> None:
    """Say what a tag means, and paint it."""
    with existing(project) as opened:
        dataset = get_dataset(opened, options["dataset"])
        tags.describe_tag(opened, dataset.id, name, author=author(), description=meaning, colour=colour)
        _said(options, dataset.name, tag=name)


@click.command()
@PROJECT
@WHICH
@OUTPUT
def history(project: str, **options: Any) -> None:
    """Everything that was done to the tags."""
    with existing(project) as opened:
        dataset = get_dataset(opened, options["dataset"])
        rows = [
            {
                "at": f"{one.made_at:%Y-%m-%dT%H:%M:%S}+00:00",
                "author": one.author,
                "tag": one.tag,
                "change": one.change,
                "value": one.value,
            }
            for one in tags.tag_history(opened, dataset.id)
        ]
        columns = ("at", "author", "tag", "change", "value")
        write(
            options, {"schema": "slicer.tag_history/1", "dataset": dataset.name, "changes": rows}, rows, columns=columns
        )


def _said(options: dict[str, Any], dataset: str, **facts: Any) -> None:
    document = {"schema": "slicer.tags/1", "dataset": dataset, **facts}
    write(options, document, facts_of(document))


ALL = (rename, merge, retire, describe, history)
