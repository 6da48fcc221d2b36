"""What reading has settled: which rows say yes or no to which tag, in which order, and which came out of a random draw.

A row has three states for a tag: yes, no, and not reviewed. Reviewed means: no to every tag that was in use by then and
that the row does not carry; one that was made ahead is in use from then on. A tag that comes later asks nothing of the
rows read before; those of them that are given it afterwards, from memory, carry it, but say nothing of how frequent it
is. A row read once more answers for it. The row that brought the tag in is the reason why anybody asks: it is marked,
since a sample that always begins with a yes has too many of them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from slicer.errors import SlicerError
from slicer.project.queues import Stratum
from slicer.project.store import Project
from slicer.slices import Slice, parse


@dataclass(frozen=True, slots=True, kw_only=True)
class RandomQueue:
    """A random sample of the rows of a filter: a simple one, or one of each stratum."""

    id: int
    where: Slice
    by: str = ""
    """What the strata are; empty in a simple sample."""
    strata: tuple[Stratum, ...] = ()


def create_review_views(project: Project, dataset: int) -> tuple[str, str, str]:
    """Views over what was said of a data set.

    - (example, tag, state) with yes, no, or brought: a yes that brought the tag in; a pair that is not there was not
      reviewed;
    - (example, place) of the rows read, by the order of their first reading;
    - (queue, example, stratum) of the rows of random samples, down to the last one that was read in its queue.

    Events are in order of their time, then of their number; what a file brings was all known when it was made.

    Returns:
        Their names.
    """
    marks, reads, draws = f"marks_of_{dataset:d}", f"reads_of_{dataset:d}", f"draws_of_{dataset:d}"
    with project.transaction(logged=True) as cursor:
        cursor.execute(
            f"""
            create or replace view {reads} as
            select example, row_number() over (order by min(made_at), min(number)) as place
            from live_events
            where dataset = {dataset:d} and kind = 'reviewed'
            group by example
            """
        )
        cursor.execute(
            f"""
            create or replace view {marks} as
            with said as (
                select
                    example, kind, name, value, number, made_at, starts_with(session, 'import-') as from_file,
                    row(made_at, case when starts_with(session, 'import-') then {2**62} else number end) as moment
                from live_events
                where dataset = {dataset:d} and kind in ('tag', 'reviewed')
            ),
            named as (
                select name as tag, example, from_file, row(made_at, number) as moment
                from said
                where kind = 'tag'
                union all
                select coalesce(tags.name, made.tag), null, false, row(made.made_at, made.after)
                from tag_changes as made
                left join tag_names on tag_names.dataset = made.dataset and tag_names.name = made.tag
                left join tags on tags.id = tag_names.tag
                where made.dataset = {dataset:d} and made.change = 'created'
            ),
            used as (
                select
                    tag,
                    min(moment) as since,
                    arg_min(coalesce(example, ''), moment) as brought_by,
                    arg_min(from_file, moment) as from_file
                from named
                group by tag
            ),
            read as (
                select example, max(moment) as moment, list(moment) as moments
                from said
                where kind = 'reviewed'
                group by example
            ),
            explicit as (
                select example, name as tag, arg_max(value, number) as state, arg_max(from_file, number) as from_file
                from said
                where kind = 'tag'
                group by example, name
            )
            select
                read.example,
                used.tag,
                case
                    when explicit.state = 'yes' and read.example = used.brought_by and not used.from_file
                    and len(list_filter(read.moments, lambda one: one >= used.since)) < 2 then 'brought'
                    else coalesce(explicit.state, 'no')
                end as state
            from read
            cross join used
            left join explicit on explicit.example = read.example and explicit.tag = used.tag
            where read.moment >= used.since or explicit.from_file
            """
        )
        cursor.execute(
            f"""
            create or replace view {draws} as
            with reached as (
                select events.queue, max(items.position) as position
                from live_events as events
                join queue_items as items on items.queue = events.queue and items.example = events.example
                where events.dataset = {dataset:d} and events.kind = 'reviewed'
                group by events.queue
            )
            select items.queue, items.example, items.stratum
            from queue_items as items
            join reached on reached.queue = items.queue and items.position <= reached.position
            join queues on queues.id = items.queue
            where queues.dataset = {dataset:d} and queues.design->>'kind' in ('random', 'stratified')
            """
        )
    return marks, reads, draws


def random_queues(project: Project, dataset: int, run: str) -> list[RandomQueue]:
    """The random samples that were drawn of a run's rows; those by a filter that can no longer be read are left out,
    and those by a tag, whose rows change as one reads."""
    rows = project.cursor().execute(
        """
        select id, design->>'where', coalesce(design->>'by', ''), strata
        from queues
        where dataset = ? and run = ? and design->>'kind' in ('random', 'stratified')
        order by id
        """,
        [dataset, run],
    )
    found = []
    for number, text, by, strata in rows.fetchall():
        try:
            where = parse(text)
        except SlicerError:
            continue
        if "tag" not in where.columns:
            parts = tuple(Stratum(**one) for one in json.loads(strata or "[]"))
            found.append(RandomQueue(id=number, where=where, by=by, strata=parts))
    return found
