"""One tag on many rows at once. The rows are tagged, not read: nothing is said of their other tags, and no estimate
takes them for rows that were drawn and looked at."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from slicer.errors import UsageError
from slicer.project.events import Event, append
from slicer.project.store import Project


@dataclass(frozen=True, slots=True, kw_only=True)
class Bulk:
    """What was said at once, so that it can be taken back at once."""

    tag: str
    session: str
    rows: int
    """Rows that carry the tag by it."""
    already: int
    """Rows that carried it before."""


def tag_rows(project: Project, dataset: int, examples: Sequence[str], tag: str, *, author: str) -> Bulk:
    """Put a tag on rows; those that carry it already are left as they are.

    Raises:
        UsageError: no name, or no row.
    """
    tag = " ".join(tag.split())
    if not tag:
        raise UsageError("A tag needs a name.")
    if not examples:
        raise UsageError("There is no row to tag.", hint="Select some rows, or widen the filter.")
    carrying = rows_with(project, dataset, tag)
    fresh = [example for example in dict.fromkeys(examples) if example not in carrying]
    session = f"bulk-{uuid.uuid4()}"
    said = [
        Event(example=example, kind="tag", name=tag, value="yes", seq=seq) for seq, example in enumerate(fresh, start=1)
    ]
    append(project, dataset, said, author=author, session=session)
    return Bulk(tag=tag, session=session, rows=len(fresh), already=len({*examples}) - len(fresh))


def take_back(project: Project, dataset: int, bulk: Bulk, *, author: str) -> None:
    """Say that it was not meant; what was said before it, or after it by others, stands."""
    rows = project.cursor().execute(
        """
        select example, seq from events
        where dataset = ? and session = ? and kind = 'tag'
        order by number
        """,
        [dataset, bulk.session],
    )
    said = rows.fetchall()
    events = [
        Event(example=example, kind="undo", seq=len(said) + seq, undoes=seq) for example, seq in said
    ]  # fmt: skip
    append(project, dataset, events, author=author, session=bulk.session)


def rows_with(project: Project, dataset: int, tag: str) -> set[str]:
    """The ids of the rows that carry a tag, by the name it has now or had before."""
    rows = project.cursor().execute(
        """
        select example
        from tag_states
        where dataset = $dataset and state = 'yes' and tag = coalesce(
            (
                select tags.name
                from tag_names
                join tags on tags.id = tag_names.tag
                where tag_names.dataset = $dataset and tag_names.name = $tag
            ),
            $tag
        )
        """,
        {"dataset": dataset, "tag": tag},
    )
    return {row[0] for row in rows.fetchall()}
