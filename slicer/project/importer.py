"""Files into the project: rows, rejects and provenance land in one transaction, or nothing does."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb

from slicer.errors import NoLabelError, RepeatedIdsError, UsageError
from slicer.leaks import without_leaks
from slicer.project.checking import compared_as_text, refuse_lone_probability, refuse_misfits
from slicer.project.datasets import Dataset, get_dataset, stored_roles
from slicer.project.ids import MADE, assigned, key_text
from slicer.project.landing import Landed, land
from slicer.project.leaking import leak_warnings
from slicer.project.reading import Preview
from slicer.project.sniffing import ENDINGS
from slicer.project.store import Project
from slicer.quoting import quote_identifier
from slicer.schema import DEFAULT_RUN, PER_RUN, Assignment, Choices, Kind, Roles, build_roles
from slicer.version import __version__


def import_file(
    project: Project,
    preview: Preview,
    assignments: Sequence[Assignment],
    *,
    name: str | None = None,
    choices: Choices | None = None,
    complete: bool = True,
) -> Dataset:
    """Make a data set of a file.

    Args:
        project: Where it lands.
        preview: The file as it was looked at.
        assignments: A role for each column.
        name: The data set's name; the file's if None. A name that is taken gets a number.
        complete: Whether labels and predictions must be in this file; False if others are joined.

    Returns:
        The data set, with `warnings` in words.

    Raises:
        SlicerError: in words; the project is then as it was.
    """
    if any(one.role == "annotator" for one in assignments):
        raise UsageError(
            f"{preview.name} has a row for each answer of a person, not one for each example.",
            hint="Import the examples first; then join it to them by id. How far people agree: slicer agree FILE.",
        )
    try:
        build_roles(assignments, name=preview.name, choices=choices, complete=complete)
    except NoLabelError as error:
        error.hint = " ".join((*preview.notes, error.hint))
        raise
    refuse_misfits(preview, assignments)
    number = next_number(project.cursor(), "dataset_ids")
    table = f"data_{number}"
    cursor, landed = _landed(project, preview, assignments, table=table, roles=assignments)
    assignments, warnings = assigned(assignments, landed.made, landed.repeated)
    with project.transaction(cursor, begun=True):
        roles = build_roles(assignments, name=preview.name, choices=choices, complete=complete)
        refuse_lone_probability(cursor, table, roles)
        leaks = leak_warnings(cursor, table, assignments)
        kinds: dict[str, Kind] = {source.name: source.kind for source in landed.sources}
        new_dataset(
            cursor,
            project,
            number,
            preview,
            name=name,
            rows=landed.rows,
            roles=roles,
            assignments=assignments,
            kinds=kinds | {one.column: "text" for one in assignments if one.reason == MADE},
            warnings=[*preview.notes, *landed.notes, *warnings, *leaks],
        )
        record_source(cursor, number, preview, landed, matched=None, unmatched=None)
    return get_dataset(project, number)


def new_dataset(
    cursor: duckdb.DuckDBPyConnection,
    project: Project,
    number: int,
    preview: Preview,
    *,
    rows: int,
    roles: Roles,
    assignments: Sequence[Assignment],
    kinds: Mapping[str, Kind],
    name: str | None = None,
    warnings: Sequence[str] = (),
) -> None:
    """The line of a data set whose rows lie in the table `data_{number}`, and those of its runs."""
    cursor.execute(
        """
        insert into datasets (id, name, table_name, rows, roles, columns, warnings, folder)
        values (?, ?, ?, ?, ?, ?, ?, ?)
        """,
        [
            number,
            _free_name(project, name or _stem(preview.name)),
            f"data_{number}",
            rows,
            stored_roles(assignments, roles.choices),
            json.dumps([{"name": column, "kind": kind} for column, kind in kinds.items()]),
            json.dumps(list(warnings)),
            None if _uploaded(preview) else str(preview.path.resolve().parent),
        ],
    )
    _add_runs(cursor, number, [run.name for run in roles.runs])


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """What a join by id found."""

    dataset: Dataset
    matched: int
    """Rows of the data set that the file knows."""
    missing: int
    """Rows of the data set that it does not."""
    unmatched: int
    """Rows of the file whose id the data set does not have."""
    skipped: tuple[str, ...]
    """Columns that were there already."""


def join_file(
    project: Project,
    dataset: Dataset,
    preview: Preview,
    assignments: Sequence[Assignment],
    *,
    run: str | None = None,
    complete: bool = True,
) -> Joined:
    """Add the columns of another file to a data set, by id: predictions of one more run, or human labels.

    Args:
        run: The name of the file's run, if it has one; the file's name if None.
        complete: Whether labels and predictions must be there after this file.

    Raises:
        RepeatedIdsError: an id stands more than once in the file.
        UsageError: one of the two has no id column.
    """
    own_id, file_id = join_columns(dataset, preview, assignments)
    refuse_misfits(preview, assignments)
    cursor, landed = _landed(project, preview, assignments)
    cursor.execute("commit")
    _refuse_repeated(cursor, landed.table, file_id, preview.name)
    new, skipped = _new_columns(dataset, preview, assignments, run)
    landed_kinds = {source.name: source.kind for source in landed.sources}
    base = key_text(own_id, dataset.kinds[own_id], "base")
    extra = key_text(file_id, landed_kinds[file_id], "extra")
    with project.transaction(cursor):
        matched, unmatched = cursor.execute(
            f"""
            select
                (select count(*) from {dataset.table} base where {base} in (select {extra} from {landed.table} extra)),
                (select count(*) from {landed.table} extra
                 where coalesce({extra} not in (select {base} from {dataset.table} base), true))
            """
        ).fetchone() or (0, 0)
        if matched == 0:
            raise UsageError(
                f"No id of {preview.name} is among the {dataset.rows:,} ids of {dataset.name}.",
                hint=f"Compared {own_id!r} with {file_id!r}; check that they name the same examples.",
            )
        table = f"data_{dataset.id}_{dataset.version + 1}"
        added = ", ".join(f"extra.{quote_identifier(old)} as {quote_identifier(one.column)}" for old, one in new)
        cursor.execute(
            f"""
            create table {table} as
            select base.*{", " + added if added else ""}
            from {dataset.table} base
            left join {landed.table} extra on {base} = {extra}
            order by base.rowid
            """
        )
        cursor.execute(f"drop table {dataset.table}")
        merged = (*dataset.assignments, *(one for _, one in new))
        roles = build_roles(merged, name=dataset.name, choices=dataset.roles.choices, complete=complete)
        refuse_lone_probability(cursor, table, roles)
        leaks = leak_warnings(cursor, table, merged)
        kinds = dict(dataset.kinds) | {one.column: landed_kinds[old] for old, one in new}
        cursor.execute(
            """
            update datasets
            set table_name = ?, roles = ?, columns = ?, warnings = ?, version = version + 1
            where id = ?
            """,
            [
                table,
                stored_roles(merged, roles.choices),
                json.dumps([{"name": name, "kind": kind} for name, kind in kinds.items()]),
                json.dumps([*without_leaks(dataset.warnings), *preview.notes, *landed.notes, *leaks]),
                dataset.id,
            ],
        )
        known = [one.name for one in dataset.roles.runs]
        _add_runs(cursor, dataset.id, [one.name for one in roles.runs if one.name not in known])
        record_source(cursor, dataset.id, preview, landed, matched=matched, unmatched=unmatched)
    return Joined(
        dataset=get_dataset(project, dataset.id),
        matched=matched,
        missing=dataset.rows - matched,
        unmatched=unmatched,
        skipped=skipped,
    )


def join_columns(dataset: Dataset, preview: Preview, assignments: Sequence[Assignment]) -> tuple[str, str]:
    """The id columns of the data set and of the file.

    Raises:
        UsageError: one of the two has none.
    """
    own_id, file_id = dataset.roles.id, next((one.column for one in assignments if one.role == "id"), None)
    made = any(one.role == "id" and one.reason == MADE for one in dataset.assignments)
    if own_id is None or made or file_id is None:
        what = preview.name if file_id is None else dataset.name
        raise UsageError(f"{what} has no id column: rows cannot be joined.", hint="Name it with --id, in both files.")
    return own_id, file_id


def discard(project: Project, dataset: Dataset) -> None:
    """Take out a data set whose import did not come to its end."""
    with project.transaction() as cursor:
        cursor.execute(f"drop table {dataset.table}")
        for statement in (
            "delete from rejects where source in (select id from sources where dataset = ?)",
            "delete from sources where dataset = ?",
            "delete from annotations where dataset = ?",
            "delete from runs where dataset = ?",
            "delete from datasets where id = ?",
        ):
            cursor.execute(statement, [dataset.id])


def _landed(
    project: Project, preview: Preview, assignments: Sequence[Assignment], **kept: Any
) -> tuple[duckdb.DuckDBPyConnection, Landed]:
    """The file in its table, and the cursor in whose transaction it lies; closed, so undone, where that fails."""
    cursor = project.cursor()
    try:
        return cursor, land(cursor, preview, compared_as_text(preview, assignments), **kept)
    except BaseException:
        cursor.close()
        raise


# --- joining ---------------------------------------------------------------------------------------


def _new_columns(
    dataset: Dataset, preview: Preview, assignments: Sequence[Assignment], run: str | None
) -> tuple[list[tuple[str, Assignment]], tuple[str, ...]]:
    """Which columns of the file are new, under which name; what the data set has already is skipped."""
    own_run = run or _stem(preview.name)
    known = {name.lower() for name in dataset.kinds}
    runs = {one.name for one in dataset.roles.runs}
    has = {one.role for one in dataset.assignments}
    new, skipped = [], []
    for one in assignments:
        if one.role == "id":
            continue
        mine = one
        if one.role in PER_RUN:
            name = own_run if one.run in ("", DEFAULT_RUN) or run else one.run
            if name in runs:
                raise UsageError(
                    f"Run {name!r} is in {dataset.name} already.", hint="Give the new one a name with --run."
                )
            mine = replace(one, run=name)
        elif one.column.lower() in known or (one.role == "label" and "label" in has):
            skipped.append(one.column)
            continue
        elif (
            one.role not in ("human", "human_correct", "label", "ignore") and one.role in has and one.role != "feature"
        ):
            mine = replace(one, role="ignore", reason=f"{dataset.name} has a column for {one.role} already")
        column = one.column
        if column.lower() in known:
            column = f"{one.column}_{mine.run}"
        while column.lower() in known:
            column += "_2"
        known.add(column.lower())
        new.append((one.column, replace(mine, column=column)))
    return new, tuple(skipped)


def _refuse_repeated(cursor: duckdb.DuckDBPyConnection, table: str, column: str, name: str) -> None:
    this = quote_identifier(column)
    repeated = cursor.execute(
        f"select {this}::varchar from {table} where {this} is not null group by {this} having count(*) > 1 order by 1"
    ).fetchall()
    if repeated:
        raise RepeatedIdsError(column, name, [row[0] for row in repeated[:30]], len(repeated))


# --- keeping ---------------------------------------------------------------------------------------


def record_source(
    cursor: duckdb.DuckDBPyConnection,
    dataset: int,
    preview: Preview,
    landed: Landed,
    *,
    matched: int | None,
    unmatched: int | None,
) -> int:
    """Provenance and rejected lines; gives the number of the source."""
    number = next_number(cursor, "source_ids")
    cursor.execute(
        """
        insert into sources
            (id, dataset, path, sha256, size, rows, rejected, matched, unmatched, reader, tool_version)
        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        [
            number,
            dataset,
            preview.name if _uploaded(preview) else str(preview.path.resolve()),
            landed.sha256,
            landed.size,
            landed.rows,
            len(landed.rejects),
            matched,
            unmatched,
            json.dumps(landed.reader.to_dict()),
            __version__,
        ],
    )
    if landed.rejects:
        lines, reasons, contents = (list(column) for column in zip(*landed.rejects, strict=True))
        cursor.execute(
            "insert into rejects select ?, unnest(?), unnest(?), unnest(?)", [number, lines, reasons, contents]
        )
    return number


def _uploaded(preview: Preview) -> bool:
    """Whether the file came through the browser: then its place on this machine says nothing."""
    return preview.name != preview.path.name


def _add_runs(cursor: duckdb.DuckDBPyConnection, dataset: int, names: Sequence[str]) -> None:
    for name in names:
        cursor.execute("insert into runs (dataset, name) values (?, ?)", [dataset, name])


def next_number(cursor: duckdb.DuckDBPyConnection, sequence: str) -> int:
    """The next number of a sequence."""
    return int((cursor.execute(f"select nextval('{sequence}')").fetchone() or (0,))[0])


def _stem(name: str) -> str:
    """A file's name without its endings.

    >>> _stem("preds.v2.csv.gz")
    'preds.v2'
    """
    path = Path(name)
    while path.suffix.lower() in (".gz", *ENDINGS):
        path = path.with_suffix("")
    return path.name


def _free_name(project: Project, name: str) -> str:
    """A name nobody has by now, whatever was there when the import began."""
    taken = {row[0] for row in project.cursor().execute("select name from datasets").fetchall()}
    wanted, count = name, 1
    while wanted in taken:
        count += 1
        wanted = f"{name} ({count})"
    return wanted
