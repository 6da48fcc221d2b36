"""Row ids: a column of the file that names each row once, or one that is made."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import duckdb

from slicer.project.reading import SourceColumn
from slicer.quoting import quote_identifier
from slicer.schema import Assignment

ROW_ID = "row_id"
"""The column made where no id column names each row once."""

MADE = "made from the label and the features"
"""The reason such a column has."""

IDENTIFYING = ("label", "feature", "text", "image", "audio", "id")
"""Roles of the columns an id is made of: not the prediction, so that the same rows of another run have the same ids."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeId:
    """A column of ids: a digest of what stands in the row, and a number among the rows where the same stands."""

    name: str
    key: frozenset[str]
    """The columns it is made of."""

    def sql(self, sources: Collection[SourceColumn]) -> str:
        """The id of a row as if nothing repeated: each is the first of its digest."""
        parts = [f"coalesce({key_text(one.name, one.kind)}, '')" for one in sources if one.name in self.key]
        digest = f"md5(concat_ws(chr(31), {', '.join(parts)}))" if parts else "md5('')"
        return f"left({digest}, {DIGEST}) || '-1'"


DIGEST = 16
"""Characters of the digest in an id."""


def made_id(sources: Collection[SourceColumn], assignments: Sequence[Assignment]) -> MadeId:
    """The id column these columns would get."""
    name, taken = ROW_ID, {source.name.lower() for source in sources}
    while name in taken:
        name += "_"
    return MadeId(name=name, key=frozenset(one.column for one in assignments if one.role in IDENTIFYING))


def number_repeats(cursor: duckdb.DuckDBPyConnection, table: str, name: str) -> None:
    """Rows of the same digest are numbered, in the order of the file."""
    this = quote_identifier(name)
    if _surely_distinct(cursor, table, this):
        return
    cursor.execute(
        f"""
        update {table} as rows
        set {this} = left(rows.{this}, {DIGEST}) || '-' || repeats.nth
        from (
            select rowid as place, row_number() over (partition by {this} order by rowid) as nth
            from {table}
            where hash({this}) in (select hash({this}) from {table} group by all having count(*) > 1)
            qualify nth > 1
        ) as repeats
        where rows.rowid = repeats.place
        """
    ).fetchall()


def repeats(cursor: duckdb.DuckDBPyConnection, table: str, column: str) -> int:
    """How many rows repeat an id or have none."""
    this = quote_identifier(column)
    rows, present = cursor.execute(f"select count(*), count({this}) from {table}").fetchall()[0]
    if rows == present and _surely_distinct(cursor, table, this):
        return 0
    return int(rows - cursor.execute(f"select count(distinct {this}) from {table}").fetchall()[0][0])


def _surely_distinct(cursor: duckdb.DuckDBPyConnection, table: str, this: str) -> bool:
    """Whether no value repeats, told by sorted hashes, eight bytes a row: where none repeats, no value does."""
    hashes = cursor.execute(f"select hash({this}) as hash from {table}").fetchnumpy()["hash"]
    hashes.sort()
    return not (hashes[1:] == hashes[:-1]).any()


def assigned(
    assignments: Sequence[Assignment], made: str | None, repeated: int
) -> tuple[tuple[Assignment, ...], list[str]]:
    """The roles with that of the id column that was made, if it was, and why it was."""
    if made is None:
        return tuple(assignments), []
    own = Assignment(column=made, role="id", reason=MADE, guessed=True)
    wanted = next((one.column for one in assignments if one.role == "id"), None)
    if wanted is None:
        return (*assignments, own), ["No id column: ids were made from the label and the features of each row."]
    demoted = (
        replace(one, role="ignore", reason="an id that repeats") if one.role == "id" else one for one in assignments
    )
    return (*demoted, own), [
        f"Id column {wanted!r} does not name each row once ({repeated:,} rows repeat an id or have none): "
        f"row ids were made. Files cannot be joined by {wanted!r}."
    ]


def key_text(name: str, kind: str, table: str = "") -> str:
    """A value as text that stays the same when a missing value elsewhere turns a whole column from 1 to 1.0."""
    this = f"{table}.{quote_identifier(name)}" if table else quote_identifier(name)
    if kind != "real":
        return f"{this}::varchar"
    whole = f"{this} = floor({this}) and abs({this}) < 1e15"
    return f"case when {whole} then {this}::bigint::varchar else {this}::varchar end"
