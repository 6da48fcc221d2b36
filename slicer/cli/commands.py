"""The commands, each a thin call of the workbench."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from slicer import sources
from slicer.cli.finding import find
from slicer.cli.kept import slices, tags
from slicer.cli.opening import existing, made, opened
from slicer.cli.options import OUTPUT, ROLE_OPTIONS, SLICING, WHICH, given_of, several, slices_of
from slicer.cli.output import described, facts_of, measure, say, say_roles, write
from slicer.cli.people import agree
from slicer.cli.plans import collect, plan
from slicer.cli.ranking import rank
from slicer.errors import UsageError
from slicer.metrics.registry import METRICS
from slicer.project.datasets import list_datasets, set_run_meta
from slicer.project.importer import Joined
from slicer.report.tables import records
from slicer.results import MetricsResult
from slicer.samples import get_sample, list_samples
from slicer.slices import parse
from slicer.vocabulary import Task

SHOWN: dict[Task, tuple[str, ...]] = {
    "classification": ("accuracy", "precision", "recall", "f1", "macro_f1"),
    "score": ("mean",),
    "ratio": ("ratio",),
    "regression": ("mae", "rmse", "bias", "r2"),
}
"""The metrics of a table on screen where none is asked for, by task; JSON holds all."""


@click.command()
@click.argument("name", required=False)
@click.option("--into", type=click.Path(dir_okay=False), metavar="PROJECT", help="the project to load it into")
@OUTPUT
def demo(name: str | None, into: str | None, **options: Any) -> None:
    """List the sample data, or load one of them into a project."""
    if name is None:
        rows = [{"name": one.name, "rows": one.rows, "what": one.title} for one in list_samples()]
        return write(options, {"schema": "slicer.demo/1", "samples": rows}, rows)
    sample = get_sample(name)
    with made(into or f"{name}.duckdb") as project:
        dataset = sources.load_sample(project, sample)
        document = {"schema": "slicer.load/1", "project": project.path, **described(project, dataset)}
        write(options, document, facts_of(document))
        if not options["quiet"]:
            say(f"Next: slicer serve {project.path}")
    return None


@click.command()
@click.argument("project", type=click.Path(dir_okay=False))
@click.argument("paths", nargs=-1, required=True, metavar="FILE...")
@click.option("--meta", callback=several, metavar="K=V,..", help="facts about the run: code version, parameters")
@ROLE_OPTIONS
@WHICH
@OUTPUT
def load(project: str, paths: tuple[str, ...], meta: tuple[str, ...], **options: Any) -> None:
    """Import files. Several join by id: labels in one, predictions of a run in the next."""
    facts = dict(_pair(text) for text in meta)
    with made(project) as opened:
        known = {one.name: one for one in list_datasets(opened)}
        dataset = known.get(options["dataset"] or "")
        joins: tuple[Joined, ...] = ()
        if dataset is None:
            dataset, joins = sources.load_files(
                opened, paths, given_of(options), name=options["dataset"], run=options["run"], answers_alone=True
            )
        else:
            for path in paths:
                joined = sources.add_file(opened, dataset, path, given_of(options), run=options["run"])
                dataset, joins = joined.dataset, (*joins, joined)
        if facts:
            set_run_meta(opened, dataset, dataset.roles.runs[-1].name, facts)
        document = {
            "schema": "slicer.load/1",
            "project": opened.path,
            **described(opened, dataset),
            "joins": [
                {
                    "matched": one.matched,
                    "missing": one.missing,
                    "unmatched": one.unmatched,
                    "skipped": list(one.skipped),
                }
                for one in joins
            ],
        }
        if not options["quiet"]:
            say_roles(dataset)
        files = [Path(one.path).name for one in dataset.sources[len(dataset.sources) - len(joins) :]]
        found = [
            {
                "fact": f"joined {file}",
                "value": f"{one.matched:,} rows matched, {one.missing:,} without, {one.unmatched:,} ids unknown",
            }
            for file, one in zip(files, joins, strict=True)
        ]
        write(options, document, [*facts_of(document), *found])


def _pair(text: str) -> tuple[str, str]:
    key, separator, value = text.partition("=")
    if not separator:
        raise UsageError(f"--meta takes K=V; {text!r} has no '='.")
    return key, value


@click.command()
@click.argument("project", type=click.Path(dir_okay=False))
@OUTPUT
def info(project: str, **options: Any) -> None:
    """What is inside a project."""
    with existing(project) as opened:
        sets = [described(opened, dataset) for dataset in list_datasets(opened)]
        rows = [
            {
                "dataset": one["dataset"],
                "rows": one["rows"],
                "runs": ", ".join(one["runs"]),
                "tags": len(one["tags"]),
                "events": one["events"],
                "file": one["sources"][0]["path"] if one["sources"] else None,
            }
            for one in sets
        ]
        write(options, {"schema": "slicer.info/1", "project": opened.path, "datasets": sets}, rows)


@click.command()
@click.argument("source")
@click.option("--metric", "metric", callback=several, metavar="M,..", help="metrics to show; all in JSON")
@SLICING
@ROLE_OPTIONS
@WHICH
@OUTPUT
def metrics(source: str, metric: tuple[str, ...], **options: Any) -> None:
    """Metrics overall and per slice, each with its interval."""
    bench = opened(source, options)
    result = bench.metrics(
        by=options["by"], slices=slices_of(options), where=parse(options["where"]), metrics=metric or None
    )
    shown = _metric_rows(result, metric or SHOWN[bench.task])
    write(options, result.to_dict(), records(result.to_frame()), shown=shown)


def _metric_rows(result: MetricsResult, names: Sequence[str]) -> list[dict[str, Any]]:
    known = [name for name in names if result.overall.metrics.get(name) is not None]
    rows = []
    for one in (result.overall, *result.slices):
        row: dict[str, Any] = {"slice": str(one.slice) or "(all)", "rows": f"{one.counts.support:,}"}
        for name in known:
            found, unit = one.metrics[name], METRICS[name].unit
            row[f"{name} %" if unit == "rate" else name] = None if found is None else measure(found, unit)
        rows.append(row)
    return rows


@click.command()
@click.argument("project", required=False, type=click.Path(dir_okay=False))
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8501, show_default=True)
@click.option("--remote-media", is_flag=True, help="Let the browser fetch images and recordings from other hosts.")
def serve(project: str | None, host: str, port: int, remote_media: bool) -> None:
    """Start the dashboard, from any folder."""
    from slicer.ui.serve import serve as start

    start(project, host, port, remote_media=remote_media)


ALL = (demo, load, info, metrics, rank, plan, collect, find, agree, slices, tags, serve)
