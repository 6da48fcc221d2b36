"""The stand-alone report as a command."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from slicer.cli.opening import opened
from slicer.cli.options import COMMON, RANKING, ROLE_OPTIONS, WHICH, free_place
from slicer.cli.output import say
from slicer.cli.ranking import level_asked, ranking_of, something_to_rank
from slicer.display import listing
from slicer.errors import UsageError
from slicer.report.html import to_html
from slicer.slices import parse
from slicer.workbench import Workbench
from slicer.workbench.reporting import report_of


@click.command()
@click.argument("source")
@click.option(
    "--out", required=True, type=click.Path(dir_okay=False, path_type=Path), metavar="FILE.html", help="where to write"
)
@RANKING
@ROLE_OPTIONS
@WHICH
@COMMON
def report(source: str, out: Path, **options: Any) -> None:
    """The ranking as one HTML file for people who have nothing else: picture, table, examples, method, origin.

    The options are those of rank; without --by, --slice, --tags or --classes it holds what Priorities shows at first.
    """
    if out.suffix.lower() not in (".html", ".htm"):
        raise UsageError(f"{out} is no name for a web page.", hint="Reports end in .html, such as report.html.")
    free_place(out)
    level = level_asked(options)
    bench = opened(source, options)
    if not something_to_rank(options):
        _as_on_priorities(bench, options)
    result = ranking_of(bench, level, options)
    given = None if level is None else level.given(result.metric, options["level"])
    people = None if level is None else level.people
    where = parse(options["where"])
    page = to_html(report_of(bench, result, made_at=datetime.now(UTC), where=where, people=people, hlp=given))
    try:
        out.write_text(page, encoding="utf-8", errors="replace")
    except OSError as error:
        raise UsageError(f"{out} cannot be written ({error.strerror}).", hint="Choose another file.") from None
    if not options["quiet"]:
        for warning in result.head.warnings:
            say(f"note: {warning}")
        say(f"{out}: {len(page.encode(errors='replace')) / 1000:,.0f} kB. It opens in any browser, without a network.")


def _as_on_priorities(bench: Workbench, options: dict[str, Any]) -> None:
    """Rank what Priorities shows at first: the first column, saved slices and tags."""
    columns = [*bench.dataset.roles.features, *(["label"] if bench.by_class else [])][:1]
    saved = bench.saved()
    options |= {"by": tuple(columns), "slices": tuple(map(str, saved)), "tags": True}
    if not options["quiet"]:
        what = [*columns, *([f"{len(saved)} saved slices"] if saved else []), "tags"]
        say(f"Ranked: {listing(what)}. Others: --by COLS, --slice EXPR, --classes.")
