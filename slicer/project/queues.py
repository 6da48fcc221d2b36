"""Queues: a list of examples to read, drawn once, with the design it was drawn by."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from slicer.errors import UsageError
from slicer.project.store import Project

Design = Literal["all", "random", "worst", "disputed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueDesign:
    """How the examples of a queue are drawn; estimates need to know it. The same design is the same queue."""

    kind: Design
    """All rows of a filter in their own order, a simple random sample of them, the worst of them, worst first, or those
    that people disagree on most, first."""
    where: str
    """The filter, in the slice language."""
    wanted: int | None = None
    """Rows asked for; None for all."""
    seed: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """A queue and how far it is read."""

    id: int
    dataset: int
    run: str
    design: QueueDesign
    population: int
    """Rows the filter held when the queue was drawn."""
    size: int
    reviewed: int


def draw(ids: Sequence[str], size: int, seed: int) -> list[str]:
    """A simple random sample in random order: any beginning of it is a random sample too.

    >>> draw(["a", "b", "c", "d"], 2, seed=0) == draw(["a", "b", "c", "d"], 2, seed=0)
    True
    """
    return random.Random(seed).sample(list(ids), min(size, len(ids)))


def open_queue(
    project: Project, dataset: int, run: str, design: QueueDesign, ids: Callable[[], Sequence[str]], *, author: str
) -> Queue:
    """The queue of this design, drawn if it is not there: reading goes on where it stopped.

    Args:
        ids: Gives the rows of the filter, asked for only when the queue is drawn.

    Raises:
        UsageError: nothing to read.
    """
    text = json.dumps(asdict(design), sort_keys=True)
    known = [dataset, run, text]
    found = (
        project.cursor()
        .execute("select min(id) from queues where dataset = ? and run = ? and design::varchar = ?", known)
        .fetchone()
    )
    if found and found[0] is not None:
        return get_queue(project, int(found[0]))
    population = ids()
    if not population:
        raise UsageError("No row fits this queue.", hint="Widen the filter, or choose another queue.")
    chosen = population
    if design.kind == "random":
        chosen = draw(population, design.wanted or len(population), design.seed or 0)
    return record_queue(project, dataset, run, design, chosen, population=len(population), author=author)


def record_queue(
    project: Project,
    dataset: int,
    run: str,
    design: QueueDesign,
    chosen: Sequence[str],
    *,
    population: int,
    author: str,
) -> Queue:
    """Write down a queue whose examples are chosen already."""
    text = json.dumps(asdict(design), sort_keys=True)
    with project.transaction() as cursor:
        row = cursor.execute(
            "insert into queues (dataset, run, design, population, author) values (?, ?, ?, ?, ?) returning id",
            [dataset, run, text, population, author],
        ).fetchone()
        number = int(row[0]) if row else 0
        cursor.execute(
            """
            insert into queue_items
            select ?, place - 1, example
            from (select unnest(?) as example, generate_subscripts(?, 1) as place)
            """,
            [number, chosen, chosen],
        )
    return get_queue(project, number)


def get_queue(project: Project, number: int) -> Queue:
    """One queue with its progress.

    Raises:
        UsageError: no such queue.
    """
    row = (
        project.cursor()
        .execute(
            """
        select queues.dataset, queues.run, queues.design, queues.population, count(*), count(reviews.example)
        from queues
        join queue_items on queue_items.queue = queues.id
        left join reviews on reviews.dataset = queues.dataset and reviews.example = queue_items.example
        where queues.id = ?
        group by queues.dataset, queues.run, queues.design, queues.population
        """,
            [number],
        )
        .fetchone()
    )
    if row is None:
        raise UsageError(f"No queue {number}.")
    dataset, run, design, population, size, reviewed = row
    return Queue(
        id=number,
        dataset=dataset,
        run=run,
        design=QueueDesign(**json.loads(design)),
        population=population,
        size=size,
        reviewed=reviewed,
    )


def queue_examples(project: Project, queue: Queue, *, start: int, count: int) -> list[str]:
    """The ids at these positions."""
    rows = project.cursor().execute(
        "select example from queue_items where queue = ? and position >= ? and position < ? order by position",
        [queue.id, start, start + count],
    )
    return [row[0] for row in rows.fetchall()]


def first_unread(project: Project, queue: Queue) -> int:
    """The position of the first example nobody reviewed; 0 if all are."""
    row = (
        project.cursor()
        .execute(
            """
        select min(position)
        from queue_items
        where queue = ? and example not in (select example from reviews where dataset = ?)
        """,
            [queue.id, queue.dataset],
        )
        .fetchone()
    )
    return int(row[0]) if row and row[0] is not None else 0
