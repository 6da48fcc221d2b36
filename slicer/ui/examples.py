"""Examples as the card shows them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, Literal
from urllib.parse import quote, urlencode

from slicer.engine.duckdb import Example
from slicer.errors import UsageError
from slicer.project.annotations import answers_of
from slicer.project.events import ExampleState, states
from slicer.project.verdicts import verdicts_of
from slicer.ui.card import Item, Media, Whole
from slicer.ui.projects import projects
from slicer.workbench import Workbench
from slicer.workbench.media import host_of, media_file, remote_media
from slicer.workbench.searching import fields_of
from slicer.workbench.shown import (
    as_it_stands,
    cut,
    measured,
    people_said,
    probabilities,
    text_of,
    truth_and_prediction,
)

LONGEST_TEXT = 20_000
"""Characters of a text, an object or a list that travel with a batch; the rest of a text is fetched when asked for."""

LONGEST_FIELD = 2_000
"""Characters of another field."""

PROSE = 24
"""Characters from which truth and prediction are compared word by word."""


def card_items(bench: Workbench, ids: Sequence[str], defining: Sequence[str] = ()) -> list[Item]:
    """The examples of a queue in its order; one whose row is gone is left out.

    Args:
        defining: Columns that say which rows are read; they stand first among the fields.
    """
    found = bench.examples_by_id(ids)
    known = states(bench.project, bench.dataset.id, ids)
    said = answers_of(bench.project, bench.dataset.id, ids)
    verdicts = verdicts_of(bench.project, bench.dataset.id, ids)
    return [
        {
            **_item(bench, one, found[one], known.get(one, ExampleState()), said.get(one, Counter()), defining),
            "verdict": verdicts.get(one, ""),
        }
        for one in ids
        if one in found
    ]


def _item(
    bench: Workbench,
    example_id: str,
    example: Example,
    state: ExampleState,
    said: Counter[str],
    defining: Sequence[str],
) -> Item:
    roles, values = bench.dataset.roles, example.values
    truth, predicted = truth_and_prediction(bench, example)
    prose = not bench.by_class and truth is not None and predicted is not None and len(truth) >= PROSE
    text = None if roles.text is None else text_of(values[roles.text])
    first = [name for name in defining if name in values and name not in _shown_elsewhere(bench)]
    return Item(
        id=example_id,
        text=cut(text, LONGEST_TEXT),
        whole=_whole(bench, example_id, text),
        media=_media(bench, example_id, values),
        measured=measured(bench, values),
        truth=cut(truth, LONGEST_TEXT),
        predicted=cut(predicted, LONGEST_TEXT),
        right=example.right if bench.task == "classification" else None,
        free_text=prose,
        probabilities=probabilities(bench, values),
        human=people_said(bench, values, said),
        fields=_fields(bench, values, first),
        defining=len(first),
        tags=list(state.tags),
        reviewed=state.reviewed,
        note=state.note,
        verdict="",
    )


def _whole(bench: Workbench, example_id: str, text: str | None) -> Whole | None:
    """Where the whole text is, if it is too long to be sent with the others."""
    if text is None or len(text) <= LONGEST_TEXT:
        return None
    return Whole(src=_address(bench, "texts", example_id), length=len(text))


def _media(bench: Workbench, example_id: str, values: dict[str, Any]) -> Media | None:
    roles = bench.dataset.roles
    if roles.image is not None and values[roles.image] is not None:
        return _file(bench, example_id, "image", str(values[roles.image]))
    if roles.audio is not None and values[roles.audio] is not None:
        return _file(bench, example_id, "audio", str(values[roles.audio]))
    return None


def _file(bench: Workbench, example_id: str, kind: Literal["image", "audio"], name: str) -> Media:
    if host_of(name) is not None and remote_media():
        return Media(kind=kind, src=name, alt=name, problem="", remote=True)
    try:
        media_file(bench.dataset, kind, name)
    except UsageError as error:
        return Media(kind=kind, src="", alt=name, problem=f"{error} {error.hint}".strip(), remote=False)
    return Media(kind=kind, src=_address(bench, "media", example_id, kind), alt=name, problem="", remote=False)


def _address(bench: Workbench, what: str, example_id: str, *more: str) -> str:
    """Where something of an example is asked for."""
    where = "/".join(["/api", what, quote(projects.name_of(bench.project)), str(bench.dataset.id), *more])
    return f"{where}?{urlencode({'id': example_id, 'token': projects.token})}"


def _shown_elsewhere(bench: Workbench) -> set[str | None]:
    """Columns that have a place of their own on the card."""
    roles = bench.dataset.roles
    return {roles.id, roles.text, roles.image, roles.audio, roles.label, bench.run.prediction, bench.run.correct}


def _fields(bench: Workbench, values: dict[str, Any], first: Sequence[str]) -> list[tuple[str, str]]:
    """Some columns first, missing values too; then features, then columns that are kept but not used."""
    others = [name for name in fields_of(bench) if values.get(name) is not None and name not in first]
    kinds = bench.dataset.kinds
    return [
        (name, cut(as_it_stands(values[name]), LONGEST_TEXT if kinds[name] == "other" else LONGEST_FIELD) or "")
        for name in (*first, *others)
    ]
