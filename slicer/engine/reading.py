"""What was read, counted: rows by tag, outcome, draw and human label; tags that stand together; the first of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
from sqlglot import exp

from slicer.engine.duckdb import DuckDBEngine
from slicer.engine.sql import Parameters, column
from slicer.slices import Slice
from slicer.tagging.counts import ReadCell

SEEN = "slicer_seen"
"""A temporary table of the rows read, beside the data."""

DRAWN = "slicer_drawn"
"""A temporary table of the queues that were drawn from each part."""

_OF_PART = "drawn.queue = draws.queue and (drawn.name is null or drawn.name = draws.stratum)"


@dataclass(frozen=True, slots=True)
class ReadViews:
    """Views over what people said; see `project.reviews`."""

    marks: str
    """(example, tag, state)."""
    reads: str
    """(example, place)."""
    draws: str
    """(queue, example, stratum)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """The random samples that make up one part of a population."""

    wrong: bool
    stratum: int
    queues: tuple[int, ...]
    name: str | None = None
    """Of their rows only those of this stratum; all if None."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadRows:
    """The rows read, counted."""

    cells: tuple[ReadCell, ...]
    signatures: tuple[tuple[frozenset[str], int], ...]
    """Of the wrong rows, the tags they carry and how many carry just those."""
    first: tuple[tuple[str, int, str], ...]
    """Of the wrong rows in the order of reading, the place and the id of the first with each tag, in order."""
    examples: tuple[tuple[str, frozenset[str], frozenset[str]], ...]
    """Each row's id, the tags it carries and those it does not."""


def read_rows(
    engine: DuckDBEngine, views: ReadViews, where: Slice, drawn: Sequence[Drawn], *, judged: bool, ids: bool = False
) -> ReadRows:
    """Count the rows read.

    Args:
        drawn: Which queues were drawn from which part of which population.
        judged: Whether rows are right or wrong; else all count as wrong, and rows without a truth too.
        ids: Whether the examples themselves are asked for.
    """
    cursor = engine.cursor()
    try:
        parameters = Parameters()
        relation = engine.relation
        wrong = exp.Not(this=exp.paren(relation.right)) if judged else exp.true()
        rows = engine.rows(where, parameters).select(
            exp.alias_(exp.cast(column(str(relation.roles.id)), "VARCHAR"), "example"),
            exp.alias_(wrong, "wrong"),
            exp.alias_(relation.human_right, "human"),
        )
        _note_drawn(cursor, drawn)
        cursor.execute(
            f"""
            create temp table {SEEN} as
            with chosen as (
                select draws.example, drawn.wrong, min(drawn.stratum) as stratum
                from {views.draws} as draws
                join {DRAWN} as drawn on {_OF_PART}
                group by draws.example, drawn.wrong
            )
            select rows.example, rows.wrong, rows.human::boolean as human, chosen.stratum, reads.place
            from ({rows.sql(dialect="duckdb")}) as rows
            join {views.reads} as reads on reads.example = rows.example
            left join chosen on chosen.example = rows.example and chosen.wrong = rows.wrong
            where rows.wrong is not null
            """,
            parameters.values,
        )
        cells = cursor.execute(
            f"""
            select null as tag, wrong, stratum, 'no' as state, human, count(*) from {SEEN} group by all
            union all
            select marks.tag, seen.wrong, seen.stratum, marks.state, seen.human, count(*)
            from {SEEN} as seen
            join {views.marks} as marks on marks.example = seen.example
            group by all
            """
        ).fetchall()
        carried = f"""
            with ordered as (
                select example, row_number() over (order by place) as place from {SEEN} where wrong
            ),
            carried as (
                select ordered.example, ordered.place, tags.tag
                from ordered
                left join {relation.tags} as tags on tags.example = ordered.example
            )
        """
        signatures = cursor.execute(
            f"""
            {carried}
            select tags, count(*)
            from (select list(tag order by tag) filter (where tag is not null) as tags from carried group by example)
            group by tags
            """
        ).fetchall()
        first = cursor.execute(
            f"""
            {carried}
            select tag, min(place), arg_min(example, place)
            from carried where tag is not null group by tag order by 2, 1
            """
        ).fetchall()
        examples = cursor.execute(_EXAMPLES.format(seen=SEEN, marks=views.marks)).fetchall() if ids else []
    finally:
        cursor.close()
    return ReadRows(
        cells=tuple(
            ReadCell(
                tag=tag,
                wrong=wrong,
                stratum=stratum,
                yes=state != "no",
                brought=state == "brought",
                human=human,
                rows=rows,
            )
            for tag, wrong, stratum, state, human, rows in cells
        ),
        signatures=tuple((frozenset(tags or ()), rows) for tags, rows in signatures),
        first=tuple(first),
        examples=tuple((example, frozenset(yes or ()), frozenset(no or ())) for example, yes, no in examples),
    )


def count_drawn(engine: DuckDBEngine, views: ReadViews, where: Slice, drawn: Sequence[Drawn]) -> dict[int, int]:
    """Rows read of each stratum, among the rows of a slice; a stratum without any is not in the answer."""
    cursor = engine.cursor()
    try:
        parameters = Parameters()
        rows = engine.rows(where, parameters).select(
            exp.alias_(exp.cast(column(str(engine.relation.roles.id)), "VARCHAR"), "example")
        )
        _note_drawn(cursor, drawn)
        found = cursor.execute(
            f"""
            select drawn.stratum, count(distinct draws.example)
            from ({rows.sql(dialect="duckdb")}) as rows
            join {views.reads} as reads on reads.example = rows.example
            join {views.draws} as draws on draws.example = rows.example
            join {DRAWN} as drawn on {_OF_PART}
            group by drawn.stratum
            """,
            parameters.values,
        ).fetchall()
    finally:
        cursor.close()
    return dict(found)


def _note_drawn(cursor: duckdb.DuckDBPyConnection, drawn: Sequence[Drawn]) -> None:
    """Write down which queue was drawn from which part."""
    cursor.execute(f"create temp table {DRAWN} (wrong boolean, stratum integer, queue integer, name varchar)")
    for one in drawn:
        for queue in one.queues:
            cursor.execute(f"insert into {DRAWN} values (?, ?, ?, ?)", [one.wrong, one.stratum, queue, one.name])


_EXAMPLES = """
    select
        seen.example,
        list(marks.tag) filter (where marks.state in ('yes', 'brought')),
        list(marks.tag) filter (where marks.state = 'no')
    from {seen} as seen
    left join {marks} as marks on marks.example = seen.example
    group by seen.example, seen.place
    order by seen.place
"""
