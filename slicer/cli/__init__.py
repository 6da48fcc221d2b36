"""The `slicer` command. A contract: other programs rely on its options, exit codes and JSON."""

from __future__ import annotations

import io
import sys
from importlib.metadata import PackageNotFoundError, files
from typing import Any

import click

from slicer.cli import commands
from slicer.cli.output import say
from slicer.cli.report import report
from slicer.errors import SlicerError
from slicer.version import __version__


class _Sentences(click.Group):
    """Says what went wrong in one sentence and a hint, and ends with 2: never a traceback."""

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except SlicerError as error:
            say(f"slicer: {error}")
            if error.hint:
                say(error.hint)
            sys.exit(2)


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
        say(clash)


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


for command in (*commands.ALL, report):
    main.add_command(command)
