"""What is known of each example, tag by tag: yes, no, or not reviewed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from slicer.project.reviews import create_review_views
from slicer.project.store import Project
from slicer.project.verdicts import verdicts_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """One example."""

    tags: dict[str, bool] = field(default_factory=dict)
    """Yes or no; a tag it was not reviewed for is not there."""
    reviewed: datetime | None = None
    """When it was read last, in UTC; None if nobody did."""
    note: str = ""
    verdict: str = ""
    """As one text, with the right label behind a colon."""


def known_of(project: Project, dataset: int, examples: Sequence[str]) -> dict[str, Known]:
    """What is known of these examples; one of which nothing was said is not in the answer.

    A row that was tagged without being read has that tag alone.
    """
    marks, _, _ = create_review_views(project, dataset)
    cursor, wanted = project.cursor(), list(examples)
    tags: dict[str, dict[str, bool]] = {}
    said = cursor.execute(
        f"""
        select example, tag, state != 'no' from {marks} where example in $examples
        union all
        select example, tag, true from tag_states
        where dataset = $dataset and state = 'yes' and example in $examples
        """,
        {"dataset": dataset, "examples": wanted},
    )
    for example, tag, yes in said.fetchall():
        tags.setdefault(example, {})[tag] = yes or tags.get(example, {}).get(tag, False)
    reads = cursor.execute(
        """
        select example, max(made_at) from live_events
        where dataset = ? and kind = 'reviewed' and example in ?
        group by example
        """,
        [dataset, wanted],
    )
    read = dict(reads.fetchall())
    notes = cursor.execute("select example, note from notes where dataset = ? and example in ?", [dataset, wanted])
    noted, verdicts = dict(notes.fetchall()), verdicts_of(project, dataset, wanted)
    return {
        example: Known(
            tags=tags.get(example, {}),
            reviewed=read.get(example),
            note=noted.get(example, ""),
            verdict=verdicts.get(example, ""),
        )
        for example in {*tags, *read, *noted, *verdicts}
    }
