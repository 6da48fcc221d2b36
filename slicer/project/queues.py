"""Queues: a list of examples to read, drawn once, with the design it was drawn by."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from slicer.errors import UsageError
from slicer.metrics.allocation import deviation_of_shares, neyman
from slicer.project.store import Project

Design = Literal["all", "random", "stratified", "worst", "confident", "runs", "disputed"]

Parts = Mapping[str, Sequence[str]]
"""Rows in strata, each in one, by the stratum's name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueDesign:
    """How the examples of a queue are drawn; estimates need to know it. The same design is the same queue."""

    kind: Design
    """All rows of a filter in their own order; a simple random sample of them, or one from each stratum; the worst of
    them, worst first; those the run was most sure of, first; a sample of those that one run has right and another
    wrong; or those that people disagree on most, first."""
    where: str
    """The filter, in the slice language."""
    wanted: int | None = None
    """Rows asked for; None for all."""
    seed: int | None = None
    by: str | None = None
    """What the strata are: a column, `label`, or `CONFIDENCE`."""
    other: str | None = None
    """The other run."""

    @property
    def text(self) -> str:
        """How it is kept, and found again."""
        said = asdict(self)
        return json.dumps({name: said[name] for name in said if name not in _ADDED or said[name]}, sort_keys=True)


_ADDED = ("by", "other")
"""Left out where they say nothing, so that queues written before they were there are found."""

CONFIDENCE = "confidence"
"""Strata by how sure the run was of what it said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stratum:
    """A part of the rows a queue was drawn from, sampled by itself."""

    name: str
    population: int
    drawn: int


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
    strata: tuple[Stratum, ...] = ()
    """In a stratified queue; else none."""


def draw(ids: Sequence[str], size: int, seed: int) -> list[str]:
    """A simple random sample in random order: any beginning of it is a random sample too.

    >>> draw(["a", "b", "c", "d"], 2, seed=0) == draw(["a", "b", "c", "d"], 2, seed=0)
    True
    """
    return random.Random(seed).sample(list(ids), min(size, len(ids)))


def draw_strata(parts: Parts, sizes: Sequence[int], seed: int) -> dict[str, str]:
    """So many rows of each stratum at random, all in one random order: example -> stratum. What is read of a stratum is
    a random sample of it, wherever reading stops.

    >>> draw_strata({"few": ["a", "b"], "many": ["c", "d", "e"]}, [1, 2], seed=0)
    {'b': 'few', 'c': 'many', 'e': 'many'}
    """
    chosen = [
        (example, name)
        for (name, ids), size in zip(parts.items(), sizes, strict=True)
        for example in random.Random(f"{seed} {name}").sample(list(ids), size)
    ]
    random.Random(seed).shuffle(chosen)
    return dict(chosen)


def open_queue(
    project: Project,
    dataset: int,
    run: str,
    design: QueueDesign,
    ids: Callable[[], Sequence[str] | Parts],
    *,
    author: str,
) -> Queue:
    """The queue of this design, drawn if it is not there: reading goes on where it stopped.

    Args:
        ids: Gives the rows of the filter, in strata where the design has them; asked for only when the queue is drawn.

    Raises:
        UsageError: nothing to read, or more strata than rows.
    """
    known = [dataset, run, design.text]
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
    if isinstance(population, Mapping):
        return _open_stratified(project, dataset, run, design, population, author)
    chosen = population
    if design.kind in ("random", "runs"):
        chosen = draw(population, design.wanted or len(population), design.seed or 0)
    return record_queue(project, dataset, run, design, chosen, population=len(population), author=author)


def _open_stratified(project: Project, dataset: int, run: str, design: QueueDesign, parts: Parts, author: str) -> Queue:
    """Draw from each stratum by Neyman's allocation; how much one varies is told by what was read of it before."""
    wanted = design.wanted or sum(map(len, parts.values()))
    try:
        sizes = neyman([len(ids) for ids in parts.values()], _deviations(project, dataset, parts), wanted)
    except ValueError as error:
        raise UsageError(
            f"{wanted} rows are too few: {error}.", hint="Ask for more rows, or another column with fewer values."
        ) from None
    strata = tuple(
        Stratum(name=name, population=len(ids), drawn=size)
        for (name, ids), size in zip(parts.items(), sizes, strict=True)
    )
    chosen, whole = draw_strata(parts, sizes, design.seed or 0), sum(map(len, parts.values()))
    return record_queue(
        project, dataset, run, design, list(chosen), population=whole, author=author, strata=strata, stratum_of=chosen
    )


def _deviations(project: Project, dataset: int, parts: Parts) -> list[float]:
    """How much each stratum varies in its tags, as far as it was read."""
    cursor = project.cursor()
    read = {row[0] for row in cursor.execute("select example from reviews where dataset = ?", [dataset]).fetchall()}
    said = cursor.execute(
        "select tag, example from tag_states where dataset = ? and state = 'yes' order by tag", [dataset]
    ).fetchall()
    tagged: dict[str, set[str]] = {}
    for tag, example in said:
        tagged.setdefault(tag, set()).add(example)
    found = []
    for ids in parts.values():
        mine = read.intersection(ids)
        found.append(deviation_of_shares([len(mine & examples) for examples in tagged.values()], len(mine)))
    return found


def record_queue(
    project: Project,
    dataset: int,
    run: str,
    design: QueueDesign,
    chosen: Sequence[str],
    *,
    population: int,
    author: str,
    strata: Sequence[Stratum] = (),
    stratum_of: Mapping[str, str] | None = None,
) -> Queue:
    """Write down a queue whose examples are chosen already."""
    parts = json.dumps([asdict(one) for one in strata])
    mine = [None if stratum_of is None else stratum_of[example] for example in chosen]
    with project.transaction() as cursor:
        row = cursor.execute(
            """
            insert into queues (dataset, run, design, population, author, strata)
            values (?, ?, ?, ?, ?, ?)
            returning id
            """,
            [dataset, run, design.text, population, author, parts],
        ).fetchone()
        number = int(row[0]) if row else 0
        cursor.execute(
            """
            insert into queue_items (queue, position, example, stratum)
            select ?, place - 1, example, stratum
            from (
                select unnest(?) as example, unnest(?::varchar[]) as stratum, generate_subscripts(?, 1) as place
            )
            """,
            [number, chosen, mine, chosen],
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
        select
            queues.dataset, queues.run, queues.design, queues.population, any_value(queues.strata),
            count(*), count(reviews.example)
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
    dataset, run, design, population, strata, size, reviewed = row
    return Queue(
        id=number,
        dataset=dataset,
        run=run,
        design=QueueDesign(**json.loads(design)),
        population=population,
        size=size,
        reviewed=reviewed,
        strata=tuple(Stratum(**one) for one in json.loads(strata or "[]")),
    )


def queue_examples(project: Project, queue: Queue, *, start: int, count: int) -> list[str]:
    """The ids at these positions."""
    rows = project.cursor().execute(
        "select example from queue_items where queue = ? and position >= ? and position < ? order by position",
        [queue.id, start, start + count],
    )
    return [row[0] for row in rows.fetchall()]


def position_of(project: Project, queue: Queue, example: str) -> int | None:
    """Where an example stands in a queue; None if it does not."""
    found = project.cursor().execute(
        "select position from queue_items where queue = ? and example = ?", [queue.id, example]
    )
    row = found.fetchone()
    return None if row is None else int(row[0])


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
