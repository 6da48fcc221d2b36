"""Annotations: what each person said of an example, from a file with a row for each answer."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb

from slicer.errors import UsageError, listed
from slicer.project.datasets import Dataset, get_dataset
from slicer.project.ids import key_text
from slicer.project.importer import Joined, join_columns, new_dataset, next_number, record_source
from slicer.project.landing import Landed, land
from slicer.project.reading import Preview
from slicer.project.store import Project
from slicer.quoting import quote_identifier
from slicer.schema import PER_RUN, Assignment, Choices, Kind, build_roles


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnotationCount:
    """How much people said of a data set."""

    answers: int
    annotators: int
    examples: int

    def __str__(self) -> str:
        return f"{self.answers:,} answers of {self.annotators:,} people on {self.examples:,} rows"


ANSWERS = "slicer_answers"
"""The staging table, temporary."""

_COUNTS = "select count(*), count(distinct annotator), count(distinct example)"
_KNOWN = """
    select 1
    from annotations
    join sources on sources.id = annotations.source
    where annotations.dataset = ? and sources.sha256 = ?
"""


def holds_answers(assignments: Sequence[Assignment]) -> bool:
    """Whether a file has a row for each answer instead of one for each example."""
    return any(one.role == "annotator" for one in assignments)


def join_annotations(project: Project, dataset: Dataset, preview: Preview, assignments: Sequence[Assignment]) -> Joined:
    """Keep who said what of the examples of a data set, by id; rows of other examples are counted and left out.

    Raises:
        UsageError: no id, annotator or answer column, no id that fits, or a file that was joined before.
    """
    own_id, _ = join_columns(dataset, preview, assignments)
    columns = _columns(preview, assignments)
    cursor = project.cursor()
    landed = land(cursor, preview, ())
    base = key_text(own_id, dataset.kinds[own_id])
    kinds = _stage(cursor, landed, columns)
    cursor.execute("commit")
    with project.transaction(cursor):
        if cursor.execute(_KNOWN, [dataset.id, landed.sha256]).fetchone():
            raise UsageError(f"The answers of {preview.name} are in {dataset.name} already.")
        foreign = f"example not in (select {base} from {dataset.table})"
        (unmatched,) = cursor.execute(f"select count(distinct example) from {ANSWERS} where {foreign}").fetchall()[0]
        cursor.execute(f"delete from {ANSWERS} where {foreign}")
        counted = _count(cursor.execute(f"{_COUNTS} from {ANSWERS}").fetchall()[0])
        if counted is None:
            raise UsageError(
                f"No id of {preview.name} is among the {dataset.rows:,} ids of {dataset.name}.",
                hint=f"Compared {own_id!r} with {columns['example']!r}; check that they name the same examples.",
            )
        number = record_source(cursor, dataset.id, preview, landed, matched=counted.examples, unmatched=unmatched)
        notes = [*landed.notes, _keep(cursor, dataset.id, number, preview, landed, counted)]
        cursor.execute(
            "update datasets set warnings = ?, version = version + 1 where id = ?",
            [json.dumps([*dataset.warnings, *preview.notes, *notes]), dataset.id],
        )
    return Joined(
        dataset=get_dataset(project, dataset.id),
        matched=counted.examples,
        missing=dataset.rows - counted.examples,
        unmatched=unmatched,
        skipped=tuple(name for name in kinds if name not in columns.values()),
    )


def import_answers(
    project: Project,
    preview: Preview,
    assignments: Sequence[Assignment],
    *,
    name: str | None = None,
    choices: Choices | None = None,
) -> Dataset:
    """A data set of the items of a file with a row for each answer, and the answers beside it.

    A column that says the same in all rows of an item is the item's own, such as a truth; others are left out.

    Raises:
        UsageError: no id, annotator or answer column, nobody answered, or the truth of an item differs.
    """
    columns = _columns(preview, assignments)
    cursor = project.cursor()
    landed = land(cursor, preview, ())
    kinds = _stage(cursor, landed, columns)
    counted = _count(cursor.execute(f"{_COUNTS} from {ANSWERS}").fetchall()[0])
    if counted is None:
        cursor.close()
        raise UsageError(f"No row of {preview.name} has an item, an annotator and an answer.")
    kept = [one for one in assignments if one.column not in (columns["annotator"], columns["label"])]
    own = {one.column: one for one in kept if one.role != "ignore"}
    differing = _differing(cursor, landed.table, columns["example"], list(own))
    try:
        _refuse_differing(preview, own, differing)
        roles_of = [one for name, one in own.items() if name not in differing]
        number = next_number(cursor, "dataset_ids")
        table = f"data_{number}"
        item = quote_identifier(columns["example"])
        values = ", ".join(
            f"min({quote_identifier(one.column)}) as {quote_identifier(one.column)}"
            for one in roles_of
            if one.column != columns["example"]
        )
        cursor.execute(
            f"""
            create table {table} as
            select {item}{", " + values if values else ""}
            from {landed.table}
            where {item} is not null
            group by {item}
            order by min(rowid)
            """
        )
        roles = build_roles(roles_of, name=preview.name, choices=choices, complete=False)
    except BaseException:
        cursor.close()
        raise
    with project.transaction(cursor, begun=True):
        rows = int(cursor.execute(f"select count(*) from {table}").fetchall()[0][0])
        new_dataset(
            cursor, project, number, preview, rows=rows, roles=roles, assignments=roles_of, name=name,
            kinds={one.column: kinds[one.column] for one in roles_of},
        )  # fmt: skip
        source = record_source(cursor, number, preview, landed, matched=None, unmatched=None)
        notes = [*preview.notes, *landed.notes, _keep(cursor, number, source, preview, landed, counted)]
        if differing:
            notes.append(f"Left out, since they differ between the rows of an item: {listed(differing)}.")
        cursor.execute("update datasets set warnings = ? where id = ?", [json.dumps(notes), number])
    return get_dataset(project, number)


def _columns(preview: Preview, assignments: Sequence[Assignment]) -> dict[str, str]:
    """The columns of a file of answers, by what they say.

    Raises:
        UsageError: one of them is missing.
    """
    by_role = {one.role: one.column for one in assignments}
    if "human" not in by_role:
        raise UsageError(f"What did the people of {preview.name} answer?", hint="Give that column the role human.")
    if "id" not in by_role:
        raise UsageError(f"Which item did the people of {preview.name} answer?", hint="Name its column with --id.")
    return {"example": by_role["id"], "annotator": by_role["annotator"], "label": by_role["human"]}


def _stage(cursor: duckdb.DuckDBPyConnection, landed: Landed, columns: Mapping[str, str]) -> dict[str, Kind]:
    """The answers of a landed file as text, in a table of their own; the kinds of the file's columns."""
    kinds = {source.name: source.kind for source in landed.sources}
    texts = ", ".join(f"{key_text(name, kinds[name])} as {what}" for what, name in columns.items())
    cursor.execute(f"create or replace temp table {ANSWERS} as select {texts} from {landed.table}")
    cursor.execute(f"delete from {ANSWERS} where example is null or annotator is null or label is null")
    return kinds


def _keep(
    cursor: duckdb.DuckDBPyConnection,
    dataset: int,
    source: int,
    preview: Preview,
    landed: Landed,
    counted: AnnotationCount,
) -> str:
    """The staged answers kept, and how many they are, in a sentence."""
    cursor.execute(f"insert into annotations select ?, ?, example, annotator, label from {ANSWERS}", [dataset, source])
    left = landed.rows - counted.answers
    return f"{preview.name}: {counted}" + (f"; {left:,} were left out." if left else ".")


def _differing(cursor: duckdb.DuckDBPyConnection, table: str, item: str, names: Sequence[str]) -> dict[str, int]:
    """Columns that say different things of one item, and of how many items."""
    others = [name for name in names if name != item]
    if not others:
        return {}
    sides = (f"count(*) filter (where low_{at} != high_{at})" for at in range(len(others)))
    ends = (
        f"min({quote_identifier(name)}) as low_{at}, max({quote_identifier(name)}) as high_{at}"
        for at, name in enumerate(others)
    )
    found = cursor.execute(
        f"select {', '.join(sides)} from (select {', '.join(ends)} from {table} group by {quote_identifier(item)})"
    ).fetchall()[0]
    return {name: items for name, items in zip(others, found, strict=True) if items}


def _refuse_differing(preview: Preview, own: Mapping[str, Assignment], differing: Mapping[str, int]) -> None:
    """A truth and a prediction are an item's own.

    Raises:
        UsageError: they differ between its rows.
    """
    for name, items in differing.items():
        if own[name].role in ("label", *PER_RUN):
            raise UsageError(
                f"Column {name!r} of {preview.name} is the {own[name].role}, but differs between the rows of "
                f"{'an item' if items == 1 else f'{items:,} items'}.",
                hint="An item has one truth and one prediction. If it is what people answered, name it with --human.",
            )


def count_annotations(project: Project, dataset: Dataset) -> AnnotationCount | None:
    """How much people said; None if nothing."""
    return _count(project.cursor().execute(f"{_COUNTS} from annotations where dataset = ?", [dataset.id]).fetchall()[0])


def answers_of(project: Project, dataset: int, examples: Sequence[str]) -> dict[str, Counter[str]]:
    """What people said of these examples: how many said each label."""
    rows = project.cursor().execute(
        """
        select example, label, count(*)
        from annotations
        where dataset = ? and example in ?
        group by example, label
        """,
        [dataset, list(examples)],
    )
    found: dict[str, Counter[str]] = {}
    for example, label, count in rows.fetchall():
        found.setdefault(example, Counter())[label] = count
    return found


def _count(row: tuple[int, int, int]) -> AnnotationCount | None:
    answers, annotators, examples = row
    return AnnotationCount(answers=answers, annotators=annotators, examples=examples) if answers else None
