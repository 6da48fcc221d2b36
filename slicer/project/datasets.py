"""Data sets as the project file keeps them: rows, roles, provenance, note; deleted ones can come back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from slicer.errors import UsageError, listed
from slicer.leaks import without_leaks
from slicer.project.leaking import leak_warnings
from slicer.project.store import Project
from slicer.schema import Assignment, Choices, Kind, Roles, build_roles

TRUTH_IS_HUMAN = (
    "The truth is itself human: what most of the people who rated a row said. "
    "A model above the human level agrees with the majority more often than one person does."
)
"""The warning of a data set whose label was voted on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where rows came from."""

    id: int
    path: str
    sha256: str
    size: int
    """Bytes."""
    rows: int
    rejected: int
    matched: int | None
    unmatched: int | None
    reader: dict[str, Any]
    tool_version: str
    read_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """An imported table of examples with its roles and provenance."""

    id: int
    name: str
    table: str
    rows: int
    version: int
    """Grows whenever rows or roles change."""
    assignments: tuple[Assignment, ...]
    roles: Roles
    kinds: dict[str, Kind]
    """Every column and its kind, in the order of the file."""
    warnings: tuple[str, ...]
    folder: str | None
    """Where images and sound files lie; nothing outside it is ever served."""
    note: str
    created_at: datetime
    sources: tuple[Source, ...]

    @property
    def truth_is_human(self) -> bool:
        """Whether the label is what most people said."""
        return TRUTH_IS_HUMAN in self.warnings


@dataclass(frozen=True, slots=True, kw_only=True)
class Reject:
    """A line of a file that did not become a row."""

    line: int
    reason: str
    content: str


_SELECT = """
    select id, name, table_name, rows, version, roles, columns, warnings, folder, note, created_at
    from datasets
"""


def list_datasets(project: Project, *, deleted: bool = False) -> list[Dataset]:
    """The data sets of a project, newest first."""
    state = "not null" if deleted else "null"
    rows = project.cursor().execute(f"{_SELECT} where deleted_at is {state} order by id desc").fetchall()
    return [_dataset(project, row) for row in rows]


def get_dataset(project: Project, wanted: str | int | None = None) -> Dataset:
    """One data set by name or number, or the newest.

    Raises:
        UsageError: none of this name; it lists what is there.
    """
    known = list_datasets(project)
    if not known:
        raise UsageError(
            f"The project {project.name} holds no data set yet.", hint="Load one: slicer load PROJECT FILE"
        )
    if wanted is None:
        return known[0]
    for dataset in known:
        if wanted in (dataset.name, dataset.id):
            return dataset
    raise UsageError(f"No data set named {wanted!r}.", hint=f"Data sets: {listed(one.name for one in known)}.")


def stored_roles(assignments: Sequence[Assignment], choices: Choices) -> str:
    """The roles as they are kept."""
    return json.dumps({"assignments": [asdict(one) for one in assignments], **asdict(choices)})


def set_roles(
    project: Project,
    dataset: Dataset,
    assignments: Sequence[Assignment],
    choices: Choices | None = None,
) -> Dataset:
    """Change what the columns are.

    Raises:
        UsageError, NoLabelError: the roles do not fit together; nothing is changed.
    """
    roles = build_roles(assignments, name=dataset.name, choices=choices or dataset.roles.choices)
    with project.transaction() as cursor:
        cursor.execute(
            "update datasets set roles = ?, warnings = ?, version = version + 1 where id = ?",
            [
                stored_roles(assignments, roles.choices),
                json.dumps([*without_leaks(dataset.warnings), *leak_warnings(cursor, dataset.table, assignments)]),
                dataset.id,
            ],
        )
        names = [run.name for run in roles.runs]
        cursor.execute("delete from runs where dataset = ? and name not in ?", [dataset.id, names])
        cursor.executemany(
            "insert or ignore into runs (dataset, name) values (?, ?)", [[dataset.id, one] for one in names]
        )
    return get_dataset(project, dataset.id)


def set_note(project: Project, dataset: Dataset, note: str) -> None:
    """Write down what a person should know about a data set."""
    with project.transaction() as cursor:
        cursor.execute("update datasets set note = ? where id = ?", [note, dataset.id])


def add_warning(project: Project, dataset: Dataset, sentence: str) -> Dataset:
    """One more sentence that a person should read with every number of the data set."""
    with project.transaction() as cursor:
        cursor.execute(
            "update datasets set warnings = ?, version = version + 1 where id = ?",
            [json.dumps([*dataset.warnings, sentence]), dataset.id],
        )
    return get_dataset(project, dataset.id)


def set_run_meta(project: Project, dataset: Dataset, run: str, meta: Mapping[str, str]) -> None:
    """Facts about a run: code version, hyper-parameters."""
    with project.transaction() as cursor:
        cursor.execute(
            "update runs set meta = ? where dataset = ? and name = ?", [json.dumps(dict(meta)), dataset.id, run]
        )


def set_folder(project: Project, dataset: Dataset, folder: str) -> None:
    """Say where the images and sound files of a data set lie.

    Raises:
        UsageError: it is no folder.
    """
    place = Path(folder).expanduser()
    if not place.is_dir():
        raise UsageError(f"{folder} is no folder.", hint="Give the folder that the file names in the data start from.")
    with project.transaction() as cursor:
        cursor.execute(
            "update datasets set folder = ?, version = version + 1 where id = ?", [str(place.resolve()), dataset.id]
        )


def delete_dataset(project: Project, dataset: Dataset) -> None:
    """Take a data set out of sight; rows, tags and notes stay in the file until it is restored."""
    with project.transaction() as cursor:
        cursor.execute("update datasets set deleted_at = now()::timestamp where id = ?", [dataset.id])


def restore_dataset(project: Project, dataset: Dataset) -> None:
    """Bring a deleted data set back."""
    with project.transaction() as cursor:
        cursor.execute("update datasets set deleted_at = null where id = ?", [dataset.id])


def list_rejects(project: Project, dataset: Dataset, most: int = 1000) -> list[Reject]:
    """Lines that did not become rows, in the order of the file."""
    rows = project.cursor().execute(
        """
        select line, reason, content
        from rejects
        join sources on sources.id = rejects.source
        where dataset = ?
        order by sources.id, line
        limit ?
        """,
        [dataset.id, most],
    )
    return [Reject(line=line, reason=reason, content=content) for line, reason, content in rows.fetchall()]


def _dataset(project: Project, row: tuple[Any, ...]) -> Dataset:
    number, name, table, rows, version, roles, columns, warnings, folder, note, created_at = row
    kept = json.loads(roles)
    assignments = tuple(Assignment(**one) for one in kept.pop("assignments"))
    return Dataset(
        id=number,
        name=name,
        table=table,
        rows=rows,
        version=version,
        assignments=assignments,
        roles=build_roles(assignments, name=name, choices=Choices(**kept), complete=False),
        kinds={column["name"]: column["kind"] for column in json.loads(columns)},
        warnings=tuple(json.loads(warnings)),
        folder=folder,
        note=note,
        created_at=created_at,
        sources=_sources(project, number),
    )


def _sources(project: Project, dataset: int) -> tuple[Source, ...]:
    rows = project.cursor().execute(
        """
        select id, path, sha256, size, rows, rejected, matched, unmatched, reader, tool_version, read_at
        from sources
        where dataset = ?
        order by id
        """,
        [dataset],
    )
    names = [column[0] for column in rows.description or []]
    found = [dict(zip(names, row, strict=True)) for row in rows.fetchall()]
    return tuple(Source(**{**one, "reader": json.loads(one["reader"])}) for one in found)
