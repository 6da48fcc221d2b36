"""What people say: the command `agree`."""

from __future__ import annotations

from typing import Any

import click

from slicer import sources
from slicer.agreed import AgreeFigures, AgreeResult
from slicer.cli.opening import tell
from slicer.cli.options import OUTPUT, ROLE_OPTIONS, SLICING, WHICH, given_of, slices_of
from slicer.cli.output import rate, say_roles, write
from slicer.findings.agreement import level_words
from slicer.human.undefined import Answer, Undefined
from slicer.report.tables import records
from slicer.slices import parse
from slicer.workbench import Options

SHOWN = 10
"""Annotators, pairs of labels and items of a table on screen; JSON holds all."""


@click.command()
@click.argument("source")
@click.option("--annotations", metavar="FILE", help="a file with a row for each answer, joined by id")
@SLICING
@ROLE_OPTIONS
@WHICH
@OUTPUT
def agree(source: str, annotations: str | None, **options: Any) -> None:
    """How far people agree, and the human level behind it.

    The answers are columns (--human a,b), counts of each class (--human counts:PREFIX), a file beside the rows
    (--annotations), or SOURCE itself with a row for each answer: --id, --annotator and --human name its columns.
    """
    bench = sources.open_people(
        source,
        given_of(options),
        annotations=annotations,
        dataset=options["dataset"],
        run=options["run"],
        options=Options(level=options["level"], seed=options["seed"]),
    )
    tell(bench.project)
    if not options["quiet"] and not source.endswith(".duckdb"):
        say_roles(bench.dataset)
    result = bench.agree(by=options["by"], slices=slices_of(options), where=parse(options["where"]))
    document = result.to_dict()
    said = {
        **document,
        "warnings": [*document["warnings"], *filter(None, [level_words(result)]), *result.notes, *_reasons(result)],
    }
    write(
        options,
        document if options["format_"] == "json" else said,
        records(result.to_frame()),
        title=f"{result.title}. {result.meaning}",
        shown=_rows(result),
        more=_more(result),
    )


def _reasons(result: AgreeResult) -> list[str]:
    """Why numbers of all rows have no value, each reason once."""
    overall = result.overall
    answers = (
        overall.agreement.pairwise,
        overall.agreement.fleiss_kappa,
        overall.agreement.krippendorff_alpha,
        overall.versus_label.hlp,
        overall.leave_one_out.hlp,
        overall.leave_one_out.gap,
    )
    return list(dict.fromkeys(one.reason for one in answers if isinstance(one, Undefined)))


def _rows(result: AgreeResult) -> list[dict[str, Any]]:
    parts = [("(all)", result.overall), *((str(one.slice), one.figures) for one in result.slices)]
    return [_row(name, figures, result) for name, figures in parts]


def _row(name: str, figures: AgreeFigures, result: AgreeResult) -> dict[str, Any]:
    agreement, alone = figures.agreement, figures.leave_one_out
    row: dict[str, Any] = {
        "slice": name,
        "items": f"{figures.items:,}",
        "answers": f"{figures.answers:,}",
        "agreement %": _rate(agreement.pairwise),
        "alpha": _plain(agreement.krippendorff_alpha),
        "Fleiss": _plain(agreement.fleiss_kappa),
    }
    if len(result.annotators) == 2:
        row["Cohen"] = _plain(figures.cohen_kappa)
    if result.overall.versus_label.items:
        row |= {
            "people against label %": _rate(figures.versus_label.hlp),
            "gap against label pp": _rate(figures.versus_label.gap),
        }
    return row | {
        "a person against the others %": _rate(alone.hlp),
        "model %": _rate(alone.model),
        "gap pp": _rate(alone.gap),
    }


def _more(result: AgreeResult) -> list[tuple[str, list[dict[str, Any]]]]:
    """The tables below: annotators, labels people confuse, and rows they disagree on."""
    people = [
        {"annotator": one.annotator, "items": f"{one.n:,}", "others agree %": _rate(one.agreement)}
        | ({"right %": _rate(one.accuracy)} if result.overall.versus_label.items else {})
        for one in result.annotators[:SHOWN]
    ]
    pairs = [
        {"labels": f"{one.first} / {one.second}", "pairs of answers": f"{one.pairs:,}",
         "of disagreements %": rate(one.share), "items": f"{one.items:,}"}
        for one in result.confused[:SHOWN]
    ]  # fmt: skip
    disputed = [
        {"id": one.id, "said": ", ".join(f"{label} {n}" for label, n in one.said.items()),
         "disagreement %": rate(one.disagreement)}
        for one in result.disputed[:SHOWN]
    ]  # fmt: skip
    named = f"Annotators, least agreed with first ({len(result.annotators):,} in all)"
    return [(named, people), ("Labels taken for each other", pairs), ("Items disagreed on most", disputed)]


def _rate(answer: Answer) -> str | None:
    return None if isinstance(answer, Undefined) else rate(answer.value, answer.ci)


def _plain(answer: Answer) -> str | None:
    if isinstance(answer, Undefined) or answer.value is None:
        return None
    ends = "" if answer.ci is None else f" [{answer.ci[0]:.3f}, {answer.ci[1]:.3f}]"
    return f"{answer.value:.3f}{ends}"
