"""What texts are made of, asked of a sample of the rows: their words by how many texts hold them, and their lengths."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlglot import exp

from slicer.engine.duckdb import ALL, DuckDBEngine
from slicer.engine.parameters import Parameters
from slicer.engine.sql import column
from slicer.engine.text_sql import length_of, tokens
from slicer.slices import Slice

SAMPLE = 200_000
"""Rows that are asked; of more every so-manieth, the same ones each time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """What the values of a column look like."""

    rows: int
    """Rows with a value."""
    distinct: int
    """About how many there are."""
    spaced: float
    """Of the values, the share with a space; 0 of no text."""


def look_at_values(engine: DuckDBEngine, names: Sequence[str]) -> dict[str, Values]:
    """What the values of columns look like, on all rows in one scan."""
    if not names:
        return {}
    columns: list[exp.Expression] = []
    for name in names:
        this, kind = engine.relation.subject(name)
        spaced = exp.Avg(this=exp.cast(exp.Contains(this=this.copy(), expression=exp.Literal.string(" ")), "INT"))
        columns += [
            exp.Count(this=this.copy()),
            exp.ApproxDistinct(this=this.copy()),
            spaced if kind == "text" else exp.null(),
        ]
    found = iter(engine.totals(columns))
    return {
        name: Values(rows=rows, distinct=min(distinct, rows), spaced=float(spaced or 0))
        for name, (rows, distinct, spaced) in zip(names, zip(found, found, found, strict=True), strict=True)
    }


def frequent_words(
    engine: DuckDBEngine, name: str, where: Slice, loss: exp.Expression, least: float, most: int
) -> list[str]:
    """The words that many texts hold, and not more than half of them: most first, then by the alphabet.

    Args:
        loss: Null on the rows that do not count.
        least: The share of the texts that hold a word, at least; 0 for any.
        most: Words wanted.
    """
    parameters = Parameters()
    texts = _sampled(engine, where, parameters, loss).select(exp.alias_(tokens(column(name)), "words"))
    query = f"""
        with texts as materialized ({texts.sql(dialect="duckdb")}),
        held as (select unnest(list_distinct(words)) as word from texts),
        looked_at as (select count(*) as rows from texts)
        select word
        from held, looked_at
        group by word
        having count(*) >= $least * any_value(looked_at.rows) and 2 * count(*) <= any_value(looked_at.rows)
        order by count(*) desc, word
        limit $most
    """
    found = engine.cursor().execute(query, {**parameters.values, "least": least, "most": most}).fetchall()
    return [word for (word,) in found]


def length_edges(
    engine: DuckDBEngine, name: str, where: Slice, loss: exp.Expression, bins: int
) -> tuple[str, list[int]]:
    """What texts are to be measured in, and the lengths that part them: each the last of its bin.

    Words, or characters where most texts have no space in them.
    """
    parameters = Parameters()
    shares = ", ".join(str(place / bins) for place in range(1, bins))
    lengths = _sampled(engine, where, parameters, loss).select(
        exp.alias_(length_of(column(name), "words"), "words"),
        exp.alias_(length_of(column(name), "characters"), "characters"),
    )
    query = f"""
        select avg((words <= 1)::integer), quantile_disc(words, [{shares}]), max(words),
            quantile_disc(characters, [{shares}]), max(characters)
        from ({lengths.sql(dialect="duckdb")})
    """
    single, words, most_words, characters, most = engine.cursor().execute(query, parameters.values).fetchall()[0]
    measure, edges, last = ("words", words, most_words) if (single or 0) <= 0.5 else ("characters", characters, most)
    return measure, sorted({int(edge) for edge in edges or () if edge is not None and edge < last})


def count_rows(engine: DuckDBEngine, where: Slice, loss: exp.Expression) -> int:
    """Rows that count."""
    parameters = Parameters()
    return int(engine.fetch(_counting(engine, where, parameters, loss).select("count(*)"), parameters)[0][0])


def _counting(engine: DuckDBEngine, where: Slice, parameters: Parameters, loss: exp.Expression) -> exp.Select:
    missing = exp.Is(this=exp.paren(loss.copy()), expression=exp.null())
    return engine.rows(where, parameters).where(exp.Not(this=missing))


def _sampled(engine: DuckDBEngine, where: Slice, parameters: Parameters, loss: exp.Expression) -> exp.Select:
    """Rows that count, of many an even part."""
    rows = _counting(engine, where, parameters, loss)
    total = engine.count(ALL)
    if total <= SAMPLE:
        return rows
    # multiplied by an odd number so that rows are taken from everywhere, whatever order they come in
    spread = f"(rowid * 2654435761) % 4294967296 < {int(SAMPLE / total * 4294967296)}"
    return rows.where(exp.condition(spread, dialect="duckdb"))
