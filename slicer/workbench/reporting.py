"""What goes into a report beside its ranking: examples of the first slices, tags, people, where the rows came from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import PurePath
from typing import Any, Literal

from slicer.agreed import AgreeResult
from slicer.engine.duckdb import Example
from slicer.errors import UsageError
from slicer.human.hlp import GivenHlp
from slicer.project import events
from slicer.project.annotations import answers_of
from slicer.project.events import ExampleState, states
from slicer.project.queues import draw
from slicer.project.verdicts import verdicts_of
from slicer.reported import Chosen, Examples, MediaFile, Report, ReportedExample, SourceFile
from slicer.results import RankResult
from slicer.slices import Slice, all_of, condition, parse
from slicer.version import __version__
from slicer.workbench import Workbench
from slicer.workbench.counting import ALL, ERRORS
from slicer.workbench.media import MEDIA_TYPES, media_file
from slicer.workbench.searching import fields_of
from slicer.workbench.shown import as_it_stands, cut, measured, people_said, text_of, truth_and_prediction

WITH_EXAMPLES = 12
"""Rows of the ranking that show examples, the first."""

EACH = 4
"""Examples of each."""

LONGEST_TEXT, LONGEST_ANSWER, LONGEST_FIELD = 600, 240, 80
"""Characters of a text, of a truth or a prediction, and of another field."""

MOST_FIELDS = 8
"""Other columns of an example."""

RIGHT = condition("correct", "=", True)


def report_of(
    bench: Workbench,
    ranking: RankResult,
    *,
    made_at: datetime,
    where: Slice = ALL,
    people: Slice | None = None,
    hlp: Mapping[Slice, GivenHlp] | None = None,
) -> Report:
    """A report on a ranking.

    Args:
        bench: What the ranking was made of; its seed chooses the examples.
        ranking: The ranking.
        made_at: When, for the reader.
        where: The filter of the ranking.
        people: Rows that are people's own: no example is one of them.
        hlp: Human levels that were given, for the numbers of tags.
    """
    rows = where if people is None else all_of(where, people.complement)
    tagged = any(one.yes for one in events.known_tags(bench.project, bench.dataset.id))
    plan = bench.plan()
    return Report(
        ranking=ranking,
        plan=plan if plan.plan.items else None,
        examples=_examples(bench, ranking, rows),
        tags=bench.tags(where=rows, hlp=hlp) if tagged and not bench.by_people else None,
        people=_people(bench, rows),
        where=str(where),
        sources=tuple(
            SourceFile(name=PurePath(one.path).name, sha256=one.sha256, rows=one.rows, read_at=one.read_at)
            for one in bench.dataset.sources
        ),
        seed=bench.options.seed,
        made_at=made_at,
        version=__version__,
    )


def _people(bench: Workbench, rows: Slice) -> AgreeResult | None:
    if not bench.several_people:
        return None
    try:
        return bench.agree(where=rows)
    except UsageError:  # nobody answered a row of the filter
        return None


def _examples(bench: Workbench, ranking: RankResult, rows: Slice) -> dict[str, Examples]:
    found: dict[str, tuple[Chosen, list[str], int | None]] = {}
    for row in ranking.table:
        slice_ = parse(row.candidate.slice)
        if len(found) == WITH_EXAMPLES:
            break
        if bench.fits(slice_):  # a class of people's own words is no slice of rows
            found[row.candidate.slice] = _chosen(bench, all_of(rows, slice_))
    ids = list(dict.fromkeys(one for _, chosen, _ in found.values() for one in chosen))
    shown = _shown(bench, ids)
    return {
        text: Examples(chosen=how, shown=tuple(shown[one] for one in chosen if one in shown), failures=failures)
        for text, (how, chosen, failures) in found.items()
        if chosen
    }


def _chosen(bench: Workbench, rows: Slice) -> tuple[Chosen, list[str], int | None]:
    """The ids of the examples of some rows, how they were chosen, and how many rows are wrong."""
    seed = bench.options.seed
    if bench.by_people:
        return "random", draw(bench.ids(rows), EACH, seed), None
    if bench.task != "classification":
        return "worst", bench.worst_rows(rows, limit=EACH), None
    wrong = bench.ids(all_of(rows, ERRORS))
    chosen = draw(wrong, EACH, seed)
    if len(chosen) < EACH:
        chosen += draw(bench.ids(all_of(rows, RIGHT)), EACH - len(chosen), seed)
    return "failures", chosen, len(wrong)


def _shown(bench: Workbench, ids: Sequence[str]) -> dict[str, ReportedExample]:
    found, dataset = bench.examples_by_id(ids), bench.dataset.id
    known, said = states(bench.project, dataset, ids), answers_of(bench.project, dataset, ids)
    verdicts = verdicts_of(bench.project, dataset, ids)
    return {
        one: _example(
            bench, one, example, known.get(one, ExampleState()), said.get(one, Counter()), verdicts.get(one, "")
        )
        for one, example in found.items()
    }


def _example(
    bench: Workbench, example_id: str, example: Example, state: ExampleState, said: Counter[str], verdict: str
) -> ReportedExample:
    text, values = bench.dataset.roles.text, example.values
    truth, predicted = truth_and_prediction(bench, example)
    return ReportedExample(
        id=example_id,
        text=None if text is None else cut(text_of(values[text]), LONGEST_TEXT),
        media=_media(bench, example),
        truth=cut(truth, LONGEST_ANSWER),
        predicted=cut(predicted, LONGEST_ANSWER),
        right=example.right if bench.task == "classification" and not bench.by_people else None,
        measured=tuple(measured(bench, values)),
        human=tuple((str(cut(label, LONGEST_ANSWER)), people) for label, people in people_said(bench, values, said)),
        fields=_fields(bench, values),
        tags=tuple(state.tags),
        note=cut(state.note, LONGEST_TEXT) or "",
        verdict=verdict,
    )


def _fields(bench: Workbench, values: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    held = [name for name in fields_of(bench) if values.get(name) is not None][:MOST_FIELDS]
    return tuple((name, str(cut(as_it_stands(values[name]), LONGEST_FIELD))) for name in held)


def _media(bench: Workbench, example: Example) -> MediaFile | None:
    roles = bench.dataset.roles
    kinds: tuple[tuple[Literal["image", "audio"], str | None], ...] = (("image", roles.image), ("audio", roles.audio))
    for kind, column in kinds:
        if column is None or example.values[column] is None:
            continue
        name = str(example.values[column])
        try:
            path = media_file(bench.dataset, kind, name)
            return MediaFile(kind=kind, name=name, path=path, type=MEDIA_TYPES[path.suffix.lower()])
        except UsageError as error:
            return MediaFile(kind=kind, name=name, path=None, problem=str(error))
    return None
