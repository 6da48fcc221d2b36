"""The `slicer` command. A contract: other programs rely on its options, exit codes and JSON."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from slicer import sources
from slicer.display import DASH
from slicer.errors import MissingFileError, SlicerError, UsageError, listed
from slicer.findings import priorities_finding
from slicer.human.hlp import GivenHlp, read_hlp_table
from slicer.project import events
from slicer.project.datasets import Dataset, get_dataset, list_datasets, list_rejects, set_run_meta
from slicer.project.decoding import text_of
from slicer.project.importer import Joined
from slicer.project.store import Project
from slicer.report.tables import records, to_csv, to_markdown
from slicer.report.workbook import plain_workbook, ranking_workbook
from slicer.results import MetricsResult, RankResult
from slicer.samples import get_sample, list_samples
from slicer.slices import Slice, parse
from slicer.version import __version__
from slicer.workbench import Options, Workbench

FORMATS = ("table", "json", "csv", "markdown", "xlsx")

ENDINGS = {".json": "json", ".csv": "csv", ".md": "markdown", ".xlsx": "xlsx"}
"""The format of a file by its ending, where none is asked for."""

CELL = 200
"""Characters of a table's cell on the screen; the other formats cut nothing."""

Command = Callable[..., Any]


class _Sentences(click.Group):
    """Says what went wrong in one sentence and a hint, and ends with 2: never a traceback."""

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except SlicerError as error:
            _say(f"slicer: {error}")
            if error.hint:
                _say(error.hint)
            sys.exit(2)


def _say(text: str) -> None:
    """A line on stderr; nothing in it can steer the terminal."""
    click.echo(_visible(text), err=True)


def _visible(text: str) -> str:
    """Control characters as they are written in Python, except line ends.

    >>> _visible("\x1b[31mred")
    '\\\\x1b[31mred'
    """
    return "".join(
        letter if letter.isprintable() or letter in "\n\u202f\xa0" else repr(letter)[1:-1] for letter in text
    )


@click.group(cls=_Sentences, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120})
@click.version_option(__version__, message="%(version)s")
def main() -> None:
    """Error analysis of machine-learning predictions: what to work on next, and what it would gain.

    SOURCE is a project (*.duckdb) or a data file: CSV, TSV, Parquet, JSON lines, plain or gzip.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    clash = name_clash()
    if clash:
        _say(clash)


def name_clash() -> str:
    """A sentence if PyPI's unrelated package `slicer` shares this environment, else nothing."""
    try:
        other = files("slicer")
    except PackageNotFoundError:
        return ""
    return (
        "Another package named slicer (a dependency of shap) is installed in this environment and may overwrite "
        "this one. Use an environment of its own for slicer-dashboard."
        if other
        else ""
    )


# --- options ---------------------------------------------------------------------------------------


def _several(context: click.Context, option: click.Parameter, value: str | None) -> tuple[str, ...]:
    """`a,b` as a tuple."""
    return tuple(part.strip() for part in value.split(",") if part.strip()) if value else ()


def _checked_out(context: click.Context, option: click.Parameter, out: Path | None) -> Path | None:
    """A place that can be written, told before any work is done; and the format, where none was asked for."""
    params = context.params
    if params.get("format_") is None:
        params["format_"] = ENDINGS.get(out.suffix.lower(), "table") if out is not None else "table"
    if out is None:
        if params["format_"] == "xlsx":
            raise UsageError("A workbook needs a file to go to.", hint="Add --out FILE.xlsx")
        return None
    if out.suffix.lower() == ".duckdb":
        raise UsageError(f"{out} names a project; a result would take its place.", hint="Choose another file.")
    if not out.parent.is_dir():
        raise UsageError(f"There is no folder {out.parent} to write to.", hint="Make it first, or choose another.")
    return out


def _options(*options: Callable[[Command], Command]) -> Callable[[Command], Command]:
    def add(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return add


ROLE_OPTIONS = _options(
    *(
        click.option(f"--{role}", metavar="COL", help=text)
        for role, text in (
            ("id", "names the example"),
            ("label", "the truth"),
            ("weight", "rows it stands for"),
            ("cluster", "rows that belong together"),
            ("split", "train, dev or test"),
            ("text", "text to read"),
            ("image", "path of an image"),
            ("audio", "path of a sound file"),
            ("correct", "a ready right-or-wrong column"),
            ("human-correct", "a ready right-or-wrong column of people"),
        )
    ),
    click.option("--prediction", multiple=True, metavar="COL | NAME=COL", help="what a model said; repeatable"),
    click.option("--probabilities", metavar="CLASS=COL,.. | PATTERN", help="such as prob_{class}_{run}"),
    click.option("--human", callback=_several, metavar="COL,..", help="what people said"),
    click.option("--features", callback=_several, metavar="COL,..", help="columns to slice by; all others are not"),
    click.option("--ignore", callback=_several, metavar="COL,..", help="columns to leave out"),
    click.option("--positive", metavar="CLASS", help="the class a binary task is about"),
)
WHICH = _options(
    click.option("--dataset", metavar="NAME", help="a data set of the project; the newest if left out"),
    click.option("--run", metavar="NAME", help="a run; the newest if left out"),
)
OUTPUT = _options(
    click.option(
        "--format", "format_", type=click.Choice(FORMATS), is_eager=True, help="table, or what the ending of --out says"
    ),
    click.option(
        "--out",
        type=click.Path(dir_okay=False, path_type=Path),
        callback=_checked_out,
        help="write there instead of the screen",
    ),
    click.option("--level", type=click.FloatRange(0, 1, min_open=True, max_open=True), default=0.95, show_default=True),
    click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True),
    click.option("--quiet", is_flag=True, help="no notes on stderr"),
)
SLICING = _options(
    click.option("--where", default="", metavar="EXPR", help="only these rows"),
    click.option("--by", callback=_several, metavar="COLS", help="each column alone; a*b crosses two"),
    click.option("--slice", "slices", multiple=True, metavar="EXPR", help="a slice of its own; repeatable"),
)
ROLE_NAMES = ("id", "label", "weight", "cluster", "split", "text", "image", "audio", "human_correct")


def _given(options: Mapping[str, Any]) -> sources.GivenRoles:
    """The role options as given roles."""
    columns: dict[str, tuple[str, ...]] = {role: (options[role],) for role in ROLE_NAMES if options[role]}
    for option, role in (("human", "human"), ("features", "feature"), ("ignore", "ignore")):
        if options[option]:
            columns[role] = options[option]
    return sources.GivenRoles(
        columns=columns,
        predictions=options["prediction"],
        probabilities=options["probabilities"],
        correct=options["correct"],
        positive=options["positive"],
    )


def _open(source: str, options: Mapping[str, Any]) -> Workbench:
    bench = sources.open_source(
        source,
        _given(options),
        dataset=options["dataset"],
        run=options["run"],
        options=Options(level=options["level"], seed=options["seed"]),
    )
    if not options["quiet"] and not source.endswith(".duckdb"):
        _say_roles(bench.dataset)
    return bench


def _say_roles(dataset: Dataset) -> None:
    """Which roles were guessed, and why."""
    for one in dataset.assignments:
        if one.guessed and one.role not in ("feature", "ignore"):
            run = f" of run {one.run}" if one.run else ""
            _say(f"{one.column}: {one.role}{run} ({one.reason})")


# --- output ----------------------------------------------------------------------------------------


def _write(
    options: Mapping[str, Any],
    document: Mapping[str, Any],
    rows: Sequence[Mapping[str, Any]],
    *,
    title: str = "",
    workbook: Callable[[], bytes] | None = None,
    shown: Sequence[Mapping[str, Any]] | None = None,
) -> None:
    """A result in the format asked for."""
    format_, out = options["format_"], options["out"]
    read = [document.get("source", {}).get("path"), *(one["path"] for one in document.get("sources", ()))]
    if out is not None and str(out.resolve()) in read:
        raise UsageError(f"{out} is the file that was read; it is not overwritten.", hint="Choose another file.")
    renderings: dict[str, Callable[[], str | bytes]] = {
        "json": lambda: json.dumps(document, ensure_ascii=False, allow_nan=False, indent=2) + "\n",
        "csv": lambda: to_csv(rows),
        "markdown": lambda: to_markdown(shown or rows),
        "table": lambda: _text_table(shown or rows, title),
        "xlsx": lambda: workbook() if workbook else plain_workbook(rows),
    }
    rendered = renderings[format_]()
    if out is None:
        click.echo(rendered, nl=False)
    else:
        try:
            out.write_bytes(rendered if isinstance(rendered, bytes) else rendered.encode(errors="replace"))
        except OSError as error:
            raise UsageError(f"{out} cannot be written ({error.strerror}).", hint="Choose another file.") from None
    if not options["quiet"]:
        for warning in document.get("warnings", ()):
            _say(f"note: {warning}")


def _text_table(rows: Sequence[Mapping[str, Any]], title: str) -> str:
    """A table for a terminal, as wide as it needs to be."""
    if not rows:
        return f"{title}\nNo rows.\n"
    table = Table(title=Text(_visible(title)) if title else None, title_justify="left", box=None, pad_edge=False)
    for name, value in rows[0].items():
        table.add_column(name, justify="left" if isinstance(value, str) and not value[:1].isdigit() else "right")
    for row in rows:
        table.add_row(*(Text(DASH if value is None else _short(str(value))) for value in row.values()))
    console = Console(width=20 * CELL, file=None, highlight=False, markup=False, emoji=False, color_system=None)
    with console.capture() as captured:
        console.print(table)
    return "".join(f"{line.rstrip()}\n" for line in captured.get().splitlines())


def _short(text: str) -> str:
    """A cell in one line."""
    text = _visible(text).replace("\n", "\\n")
    return text if len(text) <= CELL else f"{text[: CELL - 1]}…"


def _rate(value: float | None, ci: Sequence[float] | None = None) -> str | None:
    if value is None:
        return None
    return f"{100 * value:.1f}" if ci is None else f"{100 * value:.1f} [{100 * ci[0]:.1f}, {100 * ci[1]:.1f}]"


# --- commands --------------------------------------------------------------------------------------


@main.command()
@click.argument("name", required=False)
@click.option("--into", type=click.Path(dir_okay=False), metavar="PROJECT", help="the project to load it into")
@OUTPUT
def demo(name: str | None, into: str | None, **options: Any) -> None:
    """List the sample data, or load one of them into a project."""
    if name is None:
        rows = [{"name": one.name, "rows": one.rows, "what": one.title} for one in list_samples()]
        return _write(options, {"schema": "slicer.demo/1", "samples": rows}, rows)
    sample = get_sample(name)
    with _made(into or f"{name}.duckdb") as project:
        dataset = sources.load_sample(project, sample)
        document = {"schema": "slicer.load/1", "project": project.path, **_described(project, dataset)}
        _write(options, document, _facts(document))
        if not options["quiet"]:
            _say(f"Next: slicer serve {project.path}")
    return None


@main.command()
@click.argument("project", type=click.Path(dir_okay=False))
@click.argument("paths", nargs=-1, required=True, metavar="FILE...")
@click.option("--meta", callback=_several, metavar="K=V,..", help="facts about the run: code version, parameters")
@ROLE_OPTIONS
@WHICH
@OUTPUT
def load(project: str, paths: tuple[str, ...], meta: tuple[str, ...], **options: Any) -> None:
    """Import files. Several join by id: labels in one, predictions of a run in the next."""
    facts = dict(_pair(text) for text in meta)
    with _made(project) as opened:
        known = {one.name: one for one in list_datasets(opened)}
        dataset = known.get(options["dataset"] or "")
        joins: tuple[Joined, ...] = ()
        if dataset is None:
            dataset, joins = sources.load_files(
                opened, paths, _given(options), name=options["dataset"], run=options["run"]
            )
        else:
            for path in paths:
                joined = sources.add_file(opened, dataset, path, _given(options), run=options["run"])
                dataset, joins = joined.dataset, (*joins, joined)
        if facts:
            set_run_meta(opened, dataset, dataset.roles.runs[-1].name, facts)
        document = {
            "schema": "slicer.load/1",
            "project": opened.path,
            **_described(opened, dataset),
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
            _say_roles(dataset)
        files = [Path(one.path).name for one in dataset.sources[len(dataset.sources) - len(joins) :]]
        found = [
            {
                "fact": f"joined {file}",
                "value": f"{one.matched:,} rows matched, {one.missing:,} without, {one.unmatched:,} ids unknown",
            }
            for file, one in zip(files, joins, strict=True)
        ]
        _write(options, document, [*_facts(document), *found])


def _pair(text: str) -> tuple[str, str]:
    key, separator, value = text.partition("=")
    if not separator:
        raise UsageError(f"--meta takes K=V; {text!r} has no '='.")
    return key, value


@main.command()
@click.argument("project", type=click.Path(dir_okay=False))
@OUTPUT
def info(project: str, **options: Any) -> None:
    """What is inside a project."""
    with _existing(project) as opened:
        sets = [_described(opened, dataset) for dataset in list_datasets(opened)]
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
        _write(options, {"schema": "slicer.info/1", "project": opened.path, "datasets": sets}, rows)


@main.command()
@click.argument("source")
@click.option("--metric", "metric", callback=_several, metavar="M,..", help="metrics to show; all in JSON")
@SLICING
@ROLE_OPTIONS
@WHICH
@OUTPUT
def metrics(source: str, metric: tuple[str, ...], **options: Any) -> None:
    """Metrics overall and per slice, each with its interval."""
    bench = _open(source, options)
    result = bench.metrics(
        by=options["by"], slices=_slices(options), where=parse(options["where"]), metrics=metric or None
    )
    shown = _metric_rows(result, metric)
    _write(options, result.to_dict(), records(result.to_frame()), shown=shown)


def _metric_rows(result: MetricsResult, chosen: Sequence[str]) -> list[dict[str, Any]]:
    names = chosen or ("accuracy", "precision", "recall", "f1", "macro_f1")
    rows = []
    for one in (result.overall, *result.slices):
        row: dict[str, Any] = {"slice": str(one.slice) or "(all)", "rows": f"{one.counts.support:,}"}
        for name in names:
            found = one.metrics.get(name)
            if found is not None:
                row[f"{name} %"] = _rate(found.value, found.ci)
        rows.append(row)
    return rows


@main.command()
@click.argument("source")
@click.option("--metric", metavar="M", help="accuracy; with --classes f1 (default), recall or precision")
@click.option("--tags", is_flag=True, help="rank the tags too")
@click.option("--classes", is_flag=True, help="rank the classes by their own metric")
@click.option("--hlp", metavar="NUMBER | FILE | COL,..", help="human level, instead of the human labels found")
@SLICING
@ROLE_OPTIONS
@WHICH
@OUTPUT
def rank(source: str, metric: str | None, tags: bool, classes: bool, hlp: str | None, **options: Any) -> None:
    """The prioritization table: share x gap to human level, best first."""
    chosen = metric or ("f1" if classes else "accuracy")
    given, columns = _hlp(hlp, chosen)
    if columns:
        options["human"] = columns
    bench = _open(source, options)
    if not (options["by"] or options["slices"] or tags or classes):
        sliceable = listed(bench.dataset.roles.features)
        hint = f"Add --by COLS, --slice EXPR, --tags or --classes. Columns: {sliceable}."
        raise UsageError("Nothing to rank.", hint=hint)
    result = bench.rank(
        by=options["by"],
        slices=_slices(options),
        tags=tags,
        classes=classes,
        metric=metric,
        hlp=given,
        where=parse(options["where"]),
    )
    finding, _ = priorities_finding(result.table, result.metric)
    _write(
        options,
        result.to_dict(),
        records(result.to_frame()),
        title=finding,
        workbook=lambda: ranking_workbook(result, finding),
        shown=_rank_rows(result),
    )


def _hlp(text: str | None, metric: str) -> tuple[dict[Slice, GivenHlp] | None, tuple[str, ...]]:
    """Human level as given: a number for all rows, a table, or columns of the data."""
    if text is None:
        return None, ()
    try:
        value = float(text)
    except ValueError:
        value = None
    if value is not None:
        if not 0 <= value <= 1:
            raise UsageError(f"A human level is a rate from 0 to 1, not {text}.", hint="Write 95 % as 0.95.")
        return {Slice(): GivenHlp(value=value)}, ()
    if Path(text).expanduser().is_file():
        return read_hlp_table(text_of(Path(text).expanduser()), [metric]), ()
    if text.endswith(".csv"):
        raise MissingFileError(text)
    if text.startswith("counts:"):
        raise UsageError(
            "Human labels as counts are not read by this version.", hint="Give a number, a table or a column."
        )
    return None, tuple(text.split(","))


def _rank_rows(result: RankResult) -> list[dict[str, Any]]:
    rows = []
    for place, row in enumerate(result.table, start=1):
        mine = row.candidate
        rows.append(
            {
                "#": f"{place}" if mine.ranked else None,
                "slice": mine.slice,
                "rows": f"{mine.support:,}",
                "share %": _rate(mine.share),
                f"{result.metric} %": _rate(mine.estimate.value, mine.estimate.ci),
                "people %": _rate(mine.hlp.value if mine.hlp else None),
                "gap pp": _rate(mine.gap.value if mine.gap else None),
                "potential pp": None if mine.potential is None else f"{100 * mine.potential:.2f}",
                "95 %": None
                if mine.potential_ci is None
                else f"{100 * mine.potential_ci[0]:.2f} to {100 * mine.potential_ci[1]:.2f}",
                "of errors %": _rate(mine.error_share),
                "ties": len(row.tied_with) or None,
                "next": row.action,
            }
        )
    return rows


@main.group()
def tags() -> None:
    """Tags and verdicts as files."""


@tags.command("export")
@click.argument("project", type=click.Path(dir_okay=False))
@WHICH
@OUTPUT
def export_tags(project: str, **options: Any) -> None:
    """Every tag in force, keyed by example id."""
    with _existing(project) as opened:
        dataset = get_dataset(opened, options["dataset"])
        rows = events.export_tags(opened, dataset.id)
        if options["format_"] == "table" and options["out"] is not None:
            options["format_"] = "csv"
        _write(options, {"schema": "slicer.tags/1", "dataset": dataset.name, "tags": rows}, rows)


@tags.command("import")
@click.argument("project", type=click.Path(dir_okay=False))
@click.argument("path", metavar="FILE")
@click.option("--drawn-with", type=int, metavar="SEED", help="the file holds a random sample of all errors")
@WHICH
@OUTPUT
def import_tags(project: str, path: str, drawn_with: int | None, **options: Any) -> None:
    """Read tags from CSV: a line for each example and tag, or a column for each tag."""
    with _existing(project) as opened:
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
        _write(options, document, _facts(document))


@main.command()
@click.argument("project", required=False, type=click.Path(dir_okay=False))
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8501, show_default=True)
def serve(project: str | None, host: str, port: int) -> None:
    """Start the dashboard, from any folder."""
    from slicer.ui.serve import serve as start

    start(project, host, port)


@contextmanager
def _made(path: str) -> Iterator[Project]:
    """A project, made if it is not there; if what follows fails, a new one is not left behind."""
    if not path.endswith(".duckdb"):
        raise UsageError(f"{path} is no name for a project.", hint="Projects end in .duckdb, such as work.duckdb.")
    new = not Path(path).exists()
    try:
        with Project(path) as project:
            yield project
    except BaseException:
        for left in (path, f"{path}.wal") if new else ():
            Path(left).unlink(missing_ok=True)
        raise


def _existing(path: str) -> Project:
    if not Path(path).is_file():
        raise MissingFileError(path)
    return Project(path)


def _slices(options: Mapping[str, Any]) -> list[Slice]:
    return [parse(text) for text in options["slices"]]


def _described(project: Project, dataset: Dataset) -> dict[str, Any]:
    """A data set in counts and lists."""
    return {
        "dataset": dataset.name,
        "rows": dataset.rows,
        "columns": len(dataset.kinds),
        "runs": [run.name for run in dataset.roles.runs],
        "roles": dataset.roles.to_dict(),
        "tags": [{"name": tag.name, "yes": tag.yes} for tag in events.known_tags(project, dataset.id)],
        "events": events.event_count(project, dataset.id),
        "sources": [
            {
                "path": one.path,
                "sha256": one.sha256,
                "size": one.size,
                "rows": one.rows,
                "rejected": one.rejected,
                "matched": one.matched,
                "unmatched": one.unmatched,
                "read_at": one.read_at.isoformat(timespec="seconds"),
            }
            for one in dataset.sources
        ],
        "rejects": [{"line": one.line, "reason": one.reason} for one in list_rejects(project, dataset)],
        "warnings": list(dataset.warnings),
    }


def _facts(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A document's plain facts, one line each."""
    return [
        {"fact": name, "value": ", ".join(map(str, value)) if isinstance(value, list) else value}
        for name, value in document.items()
        if not isinstance(value, dict)
        and name not in ("schema", "warnings")
        and not (isinstance(value, list) and (not value or isinstance(value[0], dict)))
    ]
