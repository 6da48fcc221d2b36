"""Whose turn an example is, where several people read one queue."""

from __future__ import annotations

from slicer.project.store import Project


def next_unread(project: Project, queue: int, start: int, taken: set[int]) -> int:
    """The first position from `start` on whose example nobody reviewed and that is not taken; else the first one before
    it; else the end of the queue."""
    row = (
        project.cursor()
        .execute(
            """
        select
            coalesce(
                min(position) filter (where position >= ? and unread),
                min(position) filter (where unread),
                max(position) + 1
            )
        from (
            select
                position,
                position not in (select unnest(?::bigint[]))
                and example not in (
                    select reviews.example from reviews join queues on queues.dataset = reviews.dataset
                    where queues.id = ?
                ) as unread
            from queue_items
            where queue = ?
        )
        """,
            [start, sorted(taken), queue, queue],
        )
        .fetchone()
    )
    return int(row[0]) if row and row[0] is not None else start
