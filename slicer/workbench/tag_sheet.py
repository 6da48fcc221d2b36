"""Rows with everything people said of them, a line for each, as a spreadsheet holds them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from typing import Any

from slicer.project.events import known_tags
from slicer.project.marks import Known, known_of
from slicer.project.tag_sheets import FEATURE, SHEET_COLUMNS, TAG_PREFIX
from slicer.workbench.counting import Counting

AT_ONCE = 5_000
"""Rows fetched by one statement."""


def tag_sheet(bench: Counting, ids: Sequence[str]) -> list[dict[str, Any]]:
    """These rows in their order: id, truth, prediction, whether it is right, the columns of the data, a column for each
    tag, note, verdict, and when it was read. Rows that are gone are left out.

    A tag is yes, no, or empty where nobody reviewed the row for it. The headers are such that the same file can be
    read back by `import_tags`: nothing of it is taken for more than it says.
    """
    project, dataset = bench.project, bench.dataset.id
    names = [one.name for retired in (False, True) for one in known_tags(project, dataset, retired=retired)]
    taken = set(SHEET_COLUMNS)
    features = {name: _free(name, taken, "{} " + FEATURE) for name in _columns(bench)}
    tags = {name: _free(name, taken, TAG_PREFIX + "{}") for name in names}
    sheet = []
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        found, known = bench.examples_by_id(some), known_of(project, dataset, some)
        for example in some:
            if example not in found:
                continue
            one, mine = found[example], known.get(example, Known())
            sheet.append(
                {
                    "id": example,
                    "label": one.truth,
                    "prediction": one.predicted,
                    "correct": None if one.right is None else _word(one.right),
                    **{header: one.values.get(name) for name, header in features.items()},
                    **{header: _word(mine.tags.get(name)) for name, header in tags.items()},
                    "note": mine.note or None,
                    "verdict": mine.verdict or None,
                    "reviewed": mine.reviewed and mine.reviewed.replace(tzinfo=UTC).isoformat(),
                }
            )
    return sheet


def _columns(bench: Counting) -> list[str]:
    """What a reader wants to see of a row, beside truth and prediction."""
    roles = bench.dataset.roles
    media = [name for name in (roles.text, roles.image, roles.audio) if name is not None]
    measured = [name for name in (bench.run.score, bench.run.errors, roles.total) if name is not None]
    return list(dict.fromkeys([*media, *measured, *roles.features]))


def _word(yes: bool | None) -> str | None:
    return None if yes is None else "yes" if yes else "no"


def _free(name: str, taken: set[str], otherwise: str) -> str:
    """A header that no other column has."""
    while name in taken:
        name = otherwise.format(name)
    taken.add(name)
    return name
