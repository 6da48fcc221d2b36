"""Results and notes on their way out: the screen, a file, stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from slicer.display import DASH, counts, counts_alone, figure
from slicer.errors import UsageError
from slicer.metrics.estimate import Estimate
from slicer.metrics.registry import Unit
from slicer.project import events
from slicer.project.annotations import count_annotations
from slicer.project.datasets import Dataset, list_rejects
from slicer.project.store import Project
from slicer.report.sheets import plain_workbook
from slicer.report.tables import to_csv, to_markdown

CELL = 200
"""Characters of a table's cell on the screen; the other formats cut nothing."""


def say(text: str) -> None:
    """A line on stderr; nothing in it can steer the terminal."""
    click.echo(visible(text), err=True)


@contextmanager
def progress(options: Mapping[str, Any]) -> Iterator[Callable[[float], bool]]:
    """A bar on stderr for long work, where somebody watches: called with the part that is done, in [0, 1]."""
    if options["quiet"] or not sys.stderr.isatty():
        yield lambda done: True
        return
    with click.progressbar(length=100, file=sys.stderr) as bar:

        def told(done: float) -> bool:
            bar.update(max(0, round(100 * done) - bar.pos))
            return True

        yield told


def visible(text: str) -> str:
    """Control characters as they are written in Python, except line ends.

    >>> visible("\x1b[31mred")
    '\\\\x1b[31mred'
    """
    return "".join(
        letter if letter.isprintable() or letter in "\n\u202f\xa0" else repr(letter)[1:-1] for letter in text
    )


def write(
    options: Mapping[str, Any],
    document: Mapping[str, Any],
    rows: Sequence[Mapping[str, Any]],
    *,
    title: str = "",
    workbook: Callable[[], bytes] | None = None,
    shown: Sequence[Mapping[str, Any]] | None = None,
    columns: Sequence[str] = (),
    more: Sequence[tuple[str, Sequence[Mapping[str, Any]]]] = (),
) -> None:
    """A result in the format asked for; `columns` head a CSV file even if there are no rows.

    Args:
        more: Titles and rows of tables below the first, on the screen alone.
    """
    format_, out = options["format_"], options["out"]
    read = [document.get("source", {}).get("path"), *(one["path"] for one in document.get("sources", ()))]
    if out is not None and str(out.resolve()) in read:
        raise UsageError(f"{out} is the file that was read; it is not overwritten.", hint="Choose another file.")
    renderings: dict[str, Callable[[], str | bytes]] = {
        "json": lambda: json.dumps(document, ensure_ascii=False, allow_nan=False, indent=2) + "\n",
        "csv": lambda: to_csv(rows, columns),
        "markdown": lambda: to_markdown(shown or rows),
        "table": lambda: "\n".join(
            _text_table(lines, name) for name, lines in ((title, shown or rows), *(one for one in more if one[1]))
        ),
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
            say(f"note: {warning}")


def _text_table(rows: Sequence[Mapping[str, Any]], title: str) -> str:
    """A table for a terminal, as wide as it needs to be."""
    if not rows:
        return f"{title}\nNo rows.\n"
    table = Table(title=Text(visible(title)) if title else None, title_justify="left", box=None, pad_edge=False)
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
    text = visible(text).replace("\n", "\\n")
    return text if len(text) <= CELL else f"{text[: CELL - 1]}…"


def rate(value: float | None, ci: Sequence[float] | None = None) -> str | None:
    if value is None:
        return None
    return f"{100 * value:.1f}" if ci is None else f"{100 * value:.1f} [{100 * ci[0]:.1f}, {100 * ci[1]:.1f}]"


def measure(found: Estimate, unit: Unit) -> str | None:
    """An estimate with the ends of its interval; counts alone where they are few."""
    if found.value is None or counts_alone(found):
        return counts(found) if found.value is not None else None
    if unit == "rate":
        return rate(found.value, found.ci)
    ends = "" if found.ci is None else f" [{figure(found.ci[0], unit)}, {figure(found.ci[1], unit)}]"
    return f"{figure(found.value, unit)}{ends}"


def say_roles(dataset: Dataset) -> None:
    """Which roles were guessed, and why."""
    for one in dataset.assignments:
        if one.guessed and one.role not in ("feature", "ignore"):
            run = f" of run {one.run}" if one.run else ""
            say(f"{one.column}: {one.role}{run} ({one.reason})")


def described(project: Project, dataset: Dataset) -> dict[str, Any]:
    """A data set in counts and lists."""
    said = count_annotations(project, dataset)
    return {
        "dataset": dataset.name,
        "rows": dataset.rows,
        "columns": len(dataset.kinds),
        "runs": [run.name for run in dataset.roles.runs],
        "roles": dataset.roles.to_dict(),
        "tags": [{"name": tag.name, "yes": tag.yes} for tag in events.known_tags(project, dataset.id)],
        "events": events.event_count(project, dataset.id),
        "annotations": None if said is None else asdict(said),
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


def facts_of(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A document's plain facts, one line each."""
    return [
        {"fact": name, "value": ", ".join(map(str, value)) if isinstance(value, list) else value}
        for name, value in document.items()
        if not isinstance(value, dict)
        and name not in ("schema", "warnings")
        and not (isinstance(value, list) and (not value or isinstance(value[0], dict)))
    ]
