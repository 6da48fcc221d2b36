"""Examples as the card shows them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote, urlencode

from slicer.display import as_it_is, percent
from slicer.engine.duckdb import Example
from slicer.project.annotations import answers_of
from slicer.project.events import ExampleState, states
from slicer.project.verdicts import verdicts_of
from slicer.ui.card import Item, Media
from slicer.ui.projects import projects
from slicer.workbench import Workbench
from slicer.workbench.numbers import OWN_RATE, measures

LONGEST_FIELD = 200
"""Characters of a field that the card shows beside the text."""

PROSE = 24
"""Characters from which truth and prediction are compared word by word."""


def card_items(bench: Workbench, ids: Sequence[str]) -> list[Item]:
    """The examples of a queue in its order; one whose row is gone is left out."""
    found = bench.examples_by_id(ids)
    known = states(bench.project, bench.dataset.id, ids)
    said = answers_of(bench.project, bench.dataset.id, ids)
    verdicts = verdicts_of(bench.project, bench.dataset.id, ids)
    return [
        {
            **_item(bench, one, found[one], known.get(one, ExampleState()), said.get(one, Counter())),
            "verdict": verdicts.get(one, ""),
        }
        for one in ids
        if one in found
    ]


def _item(bench: Workbench, example_id: str, example: Example, state: ExampleState, said: Counter[str]) -> Item:
    roles, values = bench.dataset.roles, example.values
    truth, predicted = _shown(bench, example)
    prose = not bench.by_class and truth is not None and predicted is not None and len(truth) >= PROSE
    text = None if roles.text is None else _text(values[roles.text])
    return Item(
        id=example_id,
        text=text,
        media=_media(bench, example_id, values),
        measured=_measured(bench, values),
        truth=truth,
        predicted=predicted,
        right=example.right if bench.task == "classification" else None,
        free_text=prose,
        probabilities=_probabilities(bench, values),
        human=_humans(bench, values, said),
        fields=_fields(bench, values),
        tags=list(state.tags),
        reviewed=state.reviewed,
        note=state.note,
        verdict="",
    )


def _shown(bench: Workbench, example: Example) -> tuple[str | None, str | None]:
    """Truth and prediction as they stand in the data."""
    if bench.run.correct is not None and bench.dataset.roles.label is None:
        return None, None if bench.run.prediction is None else _text(example.values[bench.run.prediction])
    return example.truth, example.predicted


def _measured(bench: Workbench, values: dict[str, Any]) -> list[tuple[str, str]]:
    """What the row is measured by, where it is not right or wrong."""
    found = measures(bench, values)
    return [(name, percent(value) if name == OWN_RATE else as_it_is(value)) for name, value in found]


def _media(bench: Workbench, example_id: str, values: dict[str, Any]) -> Media | None:
    roles = bench.dataset.roles
    for kind, column in (("image", roles.image), ("audio", roles.audio)):
        if column is not None and values[column] is not None:
            where = f"/api/media/{quote(projects.name_of(bench.project))}/{bench.dataset.id}/{kind}"
            query = urlencode({"id": example_id, "token": projects.token})
            return Media(kind=kind, src=f"{where}?{query}", alt=str(values[column]))  # type: ignore[typeddict-item]
    return None


def _probabilities(bench: Workbench, values: dict[str, Any]) -> list[tuple[str, float]]:
    """Classes and probabilities, largest first."""
    pairs = [
        (key or bench.positive or "positive", float(values[column]))
        for key, column in bench.run.probabilities
        if values[column] is not None
    ]
    if len(pairs) == 1 and bench.relation.negative is not None:
        key, value = pairs[0]
        other = bench.relation.negative if key == bench.positive else bench.positive
        pairs.append((str(other), 1 - value))
    return sorted(pairs, key=lambda pair: -pair[1])[:8]


def _humans(bench: Workbench, values: dict[str, Any], said: Counter[str]) -> list[tuple[str, int]]:
    """What people said of a row and how many: in columns, as counts, and in files with a row for each answer."""
    roles = bench.dataset.roles
    counts = {key: int(values[column] or 0) for key, column in roles.human_counts}
    one_each = Counter(str(values[column]) for column in roles.humans if values[column] is not None)
    return [(label, count) for label, count in (one_each + Counter(counts) + said).most_common() if count]


def _fields(bench: Workbench, values: dict[str, Any]) -> list[tuple[str, str]]:
    """Features, then columns that are kept but not used; what is shown elsewhere is left out."""
    features = bench.dataset.roles.features
    kept = [one.column for one in bench.dataset.assignments if one.role == "ignore"]
    shown = [(name, values[name]) for name in (*features, *kept) if values.get(name) is not None]
    return [(name, _short(value)) for name, value in shown]


def _short(value: Any) -> str:
    text = f"{value:.4g}" if isinstance(value, float) else str(value)
    return text if len(text) <= LONGEST_FIELD else f"{text[:LONGEST_FIELD]}…"


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
