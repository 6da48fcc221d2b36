"""Annotations: what each person said of an example, from a file with a row for each answer."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from slicer.errors import UsageError
from slicer.project.datasets import Dataset, get_dataset
from slicer.project.ids import key_text
from slicer.project.importer import Joined, join_columns, record_source
from slicer.project.landing import land
from slicer.project.reading import Preview
from slicer.project.store import Project
from slicer.schema import Assignment


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
    own_id, item = join_columns(dataset, preview, assignments)
    by_role = {one.role: one.column for one in assignments}
    if "human" not in by_role:
        raise UsageError(f"What did the people of {preview.name} answer?", hint="Give that column the role human.")
    annotator, answer = by_role["annotator"], by_role["human"]
    cursor = project.cursor()
    landed = land(cursor, preview, ())
    kinds = {source.name: source.kind for source in landed.sources}
    columns = {item: "example", annotator: "annotator", answer: "label"}
    texts = ", ".join(f"{key_text(name, kinds[name])} as {column}" for name, column in columns.items())
    base = key_text(own_id, dataset.kinds[own_id])
    cursor.execute(f"create or replace temp table {ANSWERS} as select {texts} from {landed.table}")
    cursor.execute("commit")
    with project.transaction(cursor):
        if cursor.execute(_KNOWN, [dataset.id, landed.sha256]).fetchone():
            raise UsageError(f"The answers of {preview.name} are in {dataset.name} already.")
        cursor.execute(f"delete from {ANSWERS} where example is null or annotator is null or label is null")
        foreign = f"example not in (select {base} from {dataset.table})"
        (unmatched,) = cursor.execute(f"select count(distinct example) from {ANSWERS} where {foreign}").fetchall()[0]
        cursor.execute(f"delete from {ANSWERS} where {foreign}")
        counted = _count(cursor.execute(f"{_COUNTS} from {ANSWERS}").fetchall()[0])
        if counted is None:
            raise UsageError(
                f"No id of {preview.name} is among the {dataset.rows:,} ids of {dataset.name}.",
                hint=f"Compared {own_id!r} with {item!r}; check that they name the same examples.",
            )
        number = record_source(cursor, dataset.id, preview, landed, matched=counted.examples, unmatched=unmatched)
        cursor.execute(f"insert into annotations select ?, ?, example, annotator, label from {ANSWERS}",
                       [dataset.id, number])  # fmt: skip
        left = landed.rows - counted.answers
        notes = [*landed.notes, f"{preview.name}: {counted}" + (f"; {left:,} were left out." if left else ".")]
        cursor.execute(
            "update datasets set warnings = ?, version = version + 1 where id = ?",
            [json.dumps([*dataset.warnings, *preview.notes, *notes]), dataset.id],
        )
    project.checkpoint()
    return Joined(
        dataset=get_dataset(project, dataset.id),
        matched=counted.examples,
        missing=dataset.rows - counted.examples,
        unmatched=unmatched,
        skipped=tuple(name for name in kinds if name not in (item, annotator, answer)),
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
