"""Slices nobody asked for: the command `find`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, get_args

import click

from slicer.cli.opening import opened
from slicer.cli.options import OUTPUT, ROLE_OPTIONS, WHICH
from slicer.cli.output import progress, rate, say, write
from slicer.display import amount, gain
from slicer.errors import UsageError
from slicer.findings.data import no_rows_finding
from slicer.findings.found import found_finding
from slicer.found import FindResult, FoundSlice, Objectives, Outcome
from slicer.report.tables import records
from slicer.slices import parse
from slicer.workbench.wanted import Classes, Cuts, Wanted


def _bins(context: click.Context, option: click.Parameter, given: tuple[str, ...]) -> dict[str, tuple[float, ...]]:
    """`age=18,30,65` as edges by column."""
    found = {}
    for one in given:
        name, _, edges = one.rpartition("=")
        try:
            found[name.strip()] = tuple(float(edge) for edge in edges.split(","))
        except ValueError:
            name = ""
        if not name.strip():
            raise UsageError(f"--bins {one!r} is no column with its edges.", hint="For example --bins age=18,30,65")
    return found


@click.command()
@click.argument("source")
@click.option("--where", default="", metavar="EXPR", help="only these rows")
@click.option("--depth", type=click.IntRange(1, 4), default=2, show_default=True, help="conditions of a slice, at most")
@click.option("--top", type=click.IntRange(1, 200), default=10, show_default=True, help="slices to show")
@click.option(
    "--min-support", type=click.FloatRange(0, min_open=True), default=0.01, show_default=True,
    help="rows a slice must have: below 1 a share of the rows, but 30 at least",
)  # fmt: skip
@click.option(
    "--objective", type=click.Choice(get_args(Objectives)), default="potential", show_default=True,
    help="what is best: most to gain, SliceLine's score, or the rate furthest above that of all rows",
)  # fmt: skip
@click.option(
    "--alpha", type=click.FloatRange(0, 1, min_open=True), default=0.95, show_default=True, help="of SliceLine's score"
)
@click.option("--outcome", type=click.Choice(get_args(Outcome)), default="error", show_default=True)
@click.option(
    "--against",
    metavar="RUN",
    help="another run: search where this one got worse, by what is newly wrong and newly right",
)
@click.option(
    "--permutations", type=click.IntRange(0, 99_999), default=999, show_default=True,
    help="searches through noise: 19 or more, or 0 for exact chances times the slices examined",
)  # fmt: skip
@click.option("--all-rows", is_flag=True, help="permute the errors of all rows, however long it takes")
@click.option("--split-half", is_flag=True, help="search on one half of the rows and measure on the other")
@click.option("--words", is_flag=True, help="the words and the lengths of texts too")
@click.option("--tags", is_flag=True, help="tags too, those for which nearly all rows were read")
@click.option(
    "--classes", type=click.Choice(get_args(Classes)), default="none", show_default=True,
    help="the true class too, or the predicted one",
)  # fmt: skip
@click.option(
    "--bins", multiple=True, metavar="COL=EDGE,EDGE,..", callback=_bins,
    help="bins of a number, such as age=18,30,65: each holds its lower edge, the last both; rows outside are in none. "
    "Ends may be -inf and inf; repeatable",
)  # fmt: skip
@click.option(
    "--cuts", type=click.Choice(get_args(Cuts)), default="quantiles", show_default=True,
    help="where other numbers are cut: by a tree that looks at the errors, with --split-half alone",
)  # fmt: skip
@ROLE_OPTIONS
@WHICH
@OUTPUT
def find(
    source: str,
    where: str,
    depth: int,
    top: int,
    min_support: float,
    objective: Objectives,
    alpha: float,
    outcome: Outcome,
    against: str | None,
    permutations: int,
    all_rows: bool,
    split_half: bool,
    words: bool,
    tags: bool,
    classes: Classes,
    bins: Mapping[str, Sequence[float]],
    cuts: Cuts,
    **options: Any,
) -> None:
    """Search all combinations of levels for the worst slices, and say which are worse than chance explains."""
    bench = opened(source, options)
    wanted = Wanted(
        depth=depth,
        top=top,
        min_support=min_support,
        objective=objective,
        alpha=alpha,
        outcome=outcome,
        against=against,
        permutations=permutations,
        all_rows=all_rows,
        split_half=split_half,
        words=words,
        tags=tags,
        classes=classes,
        bins=bins,
        cuts=cuts,
        features=options["features"] if source.endswith(".duckdb") else (),
    )
    with progress(options) as told:
        result = bench.find(wanted, where=parse(where), told=told)
    if result.left_out and not options["quiet"]:
        say(f"Not searched: {'; '.join(f'{name} ({why})' for name, why in result.left_out)}.")
    write(
        options, result.to_dict(), records(result.to_frame()), title=_title(result, where),
        shown=_rows(result),
    )  # fmt: skip


def _title(result: FindResult, where: str) -> str:
    sentence, aside = no_rows_finding(where) if where and not result.head.rows else found_finding(result)
    return f"{sentence.rstrip('.')}. {aside}".strip()


def _rows(result: FindResult) -> list[dict[str, Any]]:
    rows = []
    for place, one in enumerate(result.slices, start=1):
        judged, rates = one.errors is not None, one.errors is not None or one.broken is not None
        row: dict[str, Any] = {
            "#": f"{place}",
            "slice": str(one.slice),
            "rows": f"{one.support:,}",
            "share %": rate(one.share),
            **({"errors": f"{one.errors:,}"} if judged else {}),
            **_measured(result, one),
            "z": f"{one.z:.1f}",
            "p, of the whole search": None if one.p_adjusted is None else f"{one.p_adjusted:.3f}",
            "potential": f"{100 * one.potential:.2f} pp" if rates else amount(one.potential),
            "at least": gain(one.potential_lower, "rate" if rates else "number"),
        }
        if one.confirmation is not None:
            row |= {"other half %": rate(one.confirmation.rate), "confirmed": one.confirmation.confirmed}
        rows.append(row | {"why": one.why or None})
    return rows


def _measured(result: FindResult, one: FoundSlice) -> dict[str, Any]:
    """What the loss of a slice is called, and it."""
    if one.broken is not None:
        counts = {"newly wrong": f"{one.broken:,}", "newly right": f"{one.fixed:,}"}
        return counts | {"more wrong, pp": f"{100 * one.error_rate:+.2f}"}
    if one.errors is not None:
        return {f"{result.outcome} %": rate(one.error_rate)}
    return {"mean loss" if result.against is None else "mean loss more": amount(one.error_rate)}
