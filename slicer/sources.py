"""From a path to a workbench: a project file is opened, a data file is imported, roles are given or guessed."""

from __future__ import annotations

import getpass
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from slicer.errors import MissingFileError, SlicerError, UnknownColumnError, UsageError
from slicer.guessing import guess_roles
from slicer.project.datasets import Dataset, get_dataset, list_datasets, set_roles
from slicer.project.events import ALL_ERRORS, ImportedTags, import_tags
from slicer.project.importer import Joined, discard, import_file, join_file
from slicer.project.queues import open_queue
from slicer.project.reading import Preview, look
from slicer.project.store import MEMORY, Project
from slicer.samples import Sample, get_sample
from slicer.schema import DEFAULT_RUN, PER_RUN, Assignment
from slicer.workbench import Options, Workbench

ENGINE_URLS = ("spark://", "sc://", "spark+local://")


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenRoles:
    """Roles as a person gives them on the command line or from Python; what is left open is guessed."""

    columns: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Columns by role, for roles without a run."""
    predictions: Sequence[str] = ()
    """COL, or NAME=COL for a run's name."""
    probabilities: str | None = None
    """CLASS=COL,.. or a pattern such as `prob_{class}_{run}`."""
    correct: str | None = None
    positive: str | None = None

    @property
    def some(self) -> bool:
        """Whether anything was given."""
        return bool(self.columns or self.predictions or self.probabilities or self.correct)

    def only(self, preview: Preview) -> GivenRoles:
        """The part of what was given that this file has."""
        names = {column.name for column in preview.columns}
        columns = {role: [name for name in given if name in names] for role, given in self.columns.items()}
        return replace(
            self,
            columns={role: given for role, given in columns.items() if given},
            predictions=[text for text in self.predictions if text in names or text.rpartition("=")[2] in names],
            correct=self.correct if self.correct in names else None,
        )

    def assignments(self, names: Sequence[str]) -> tuple[Assignment, ...]:
        """What was given, as assignments of the file's columns.

        Raises:
            UnknownColumnError: a column the file does not have.
        """
        found = [
            Assignment(column=column, role=role, guessed=False)
            for role, columns in self.columns.items()
            for column in columns
        ]
        runs = []
        for text in self.predictions:
            name, _, column = text.rpartition("=") if text not in names else ("", "", text)
            runs.append(name or (DEFAULT_RUN if len(self.predictions) == 1 else column))
            found.append(Assignment(column=column, role="prediction", run=runs[-1], guessed=False))
        if self.correct is not None:
            run = runs[0] if len(runs) == 1 else DEFAULT_RUN
            found.append(Assignment(column=self.correct, role="correct", run=run, guessed=False))
        found += self._probabilities(names, runs)
        for one in found:
            if one.column not in names:
                raise UnknownColumnError(one.column, names)
        return tuple(found)

    def _probabilities(self, names: Sequence[str], runs: Sequence[str]) -> list[Assignment]:
        text = self.probabilities
        if text is None:
            return []
        run = runs[0] if len(runs) == 1 else DEFAULT_RUN
        if "{class}" in text:
            pattern = re.escape(text).replace(r"\{class\}", "(?P<key>.+?)").replace(r"\{run\}", "(?P<run>.+)")
            matches = [match for match in (re.fullmatch(pattern, name) for name in names) if match]
            if not matches:
                raise UsageError(f"No column fits the pattern {text!r}.", hint=f"Columns: {', '.join(names)}.")
            return [
                Assignment(column=match.string, role="probability", run=match.groupdict().get("run") or run,
                           class_key=match["key"], guessed=False)
                for match in matches
            ]  # fmt: skip
        found = []
        for part in text.split(","):
            key, _, column = part.partition("=") if part not in names else ("", "", part)
            found.append(Assignment(column=column, role="probability", run=run, class_key=key, guessed=False))
        return found


def plan_roles(preview: Preview, given: GivenRoles) -> tuple[Assignment, ...]:
    """A role for every column of a file: the given ones, and guesses for the rest.

    Where features are listed, no other column is one; a guess never replaces what was given.
    """
    own = given.assignments([column.name for column in preview.columns])
    planned = guess_roles(preview.columns, own)
    if "feature" in given.columns:
        planned = tuple(
            Assignment(column=one.column, role="ignore", reason="not among the features given", guessed=False)
            if one.role == "feature" and one.guessed
            else one
            for one in planned
        )
    if given.predictions or given.correct:
        keep = {one.run for one in own}
        planned = tuple(
            Assignment(column=one.column, role="ignore", reason="belongs to another run")
            if one.guessed and one.role in PER_RUN and one.run not in keep
            else one
            for one in planned
        )
    return planned


def load_files(
    project: Project,
    paths: Sequence[str | Path],
    given: GivenRoles | None = None,
    *,
    name: str | None = None,
    run: str | None = None,
) -> tuple[Dataset, tuple[Joined, ...]]:
    """Import a file, and join others to it by id: all of them, or nothing.

    Args:
        given: Roles of the columns; each file takes those it has.
        name: The data set's name; the first file's if None.
        run: The name of the run, where the columns do not say one.
    """
    given = given or GivenRoles()
    previews = [look(project.cursor(), path) for path in paths]
    parts = [given if len(previews) == 1 else given.only(preview) for preview in previews]
    planned = [(preview, plan_roles(preview, part)) for preview, part in zip(previews, parts, strict=True)]
    return import_previews(project, planned, name=name, run=run, positive=given.positive)


def import_previews(
    project: Project,
    planned: Sequence[tuple[Preview, Sequence[Assignment]]],
    *,
    name: str | None = None,
    run: str | None = None,
    positive: str | None = None,
) -> tuple[Dataset, tuple[Joined, ...]]:
    """Import files that were looked at, with a role for each column; the first is the base, others join by id."""
    (first, roles), *others = planned
    dataset = import_file(project, first, _named_run(roles, run), name=name, positive=positive, complete=not others)
    joins: list[Joined] = []
    try:
        for place, (preview, assignments) in enumerate(others, start=1):
            last = place == len(others)
            joins.append(join_file(project, dataset, preview, assignments, run=run, complete=last))
            dataset = joins[-1].dataset
    except SlicerError:
        discard(project, dataset)
        raise
    return dataset, tuple(joins)


def _named_run(assignments: Sequence[Assignment], run: str | None) -> tuple[Assignment, ...]:
    """The run that has no name of its own gets this one."""
    return tuple(replace(one, run=run) if run and one.run == DEFAULT_RUN else one for one in assignments)


def add_file(
    project: Project, dataset: Dataset, path: str | Path, given: GivenRoles | None = None, *, run: str | None = None
) -> Joined:
    """Join another file to a data set by id."""
    preview = look(project.cursor(), path)
    return join_file(project, dataset, preview, plan_roles(preview, given or GivenRoles()), run=run)


def load_sample(project: Project, sample: Sample) -> Dataset:
    """A sample in a project, with its tags; the one that is there already, if it is."""
    known = {dataset.name: dataset for dataset in list_datasets(project)}
    if sample.name in known:
        return known[sample.name]
    given = given_roles(**sample.roles)
    dataset, _ = load_files(project, sample.files, given, name=sample.name)
    if sample.tags is not None:
        load_tags(project, dataset, sample.tags, drawn_with=sample.tags_seed)
    return dataset


def load_tags(project: Project, dataset: Dataset, path: str | Path, *, drawn_with: int | None = None) -> ImportedTags:
    """Import a tag file.

    Args:
        drawn_with: The seed of the random sample of all errors that was read, where it was one.
    """
    path = Path(path).expanduser()
    if not path.is_file():
        raise MissingFileError(path)
    content = path.read_text(encoding="utf-8-sig")
    bench = Workbench(project, dataset)
    ids = set(bench.ids())
    queue = None
    if drawn_with is not None:
        read = list(dict.fromkeys(line.split(",", 1)[0] for line in content.splitlines()[1:]))
        queue = open_queue(
            project, dataset.id, bench.run.name, read, kind="random", where=ALL_ERRORS, size=len(read),
            seed=drawn_with, author=author(),
        ).id  # fmt: skip
    return import_tags(project, dataset.id, ids, content, author=author(), queue=queue)


def open_source(
    source: str | Path,
    given: GivenRoles | None = None,
    *,
    dataset: str | None = None,
    run: str | None = None,
    options: Options | None = None,
) -> Workbench:
    """A workbench on a project file or on a data file.

    Args:
        source: `*.duckdb`, or a data file, which is read into memory.
        given: Roles; on a project they replace what is stored, for this workbench's data set.
        dataset, run: Which ones; the newest if None.

    Raises:
        SlicerError: in words.
    """
    text = str(source)
    if text.startswith(ENGINE_URLS):
        raise UsageError(
            f"{text} names a Spark engine; this version reads files and projects.",
            hint="Export to Parquet and name that file.",
        )
    given = given or GivenRoles()
    if text.endswith(".duckdb"):
        if not Path(text).expanduser().is_file():
            raise MissingFileError(text)
        project = Project(Path(text).expanduser())
        chosen = get_dataset(project, dataset)
        if given.some or given.positive:
            chosen = _with_roles(project, chosen, given)
        return Workbench(project, chosen, run, options)
    project = Project(MEMORY)
    chosen, _ = load_files(project, [text], given)
    return Workbench(project, chosen, run, options)


def _with_roles(project: Project, dataset: Dataset, given: GivenRoles) -> Dataset:
    own = {one.column: one for one in given.assignments(list(dataset.kinds))}
    single = {one.role for one in own.values()} - {"feature", "human", *PER_RUN}
    merged = tuple(
        own.get(one.column) or (Assignment(column=one.column, role="ignore") if one.role in single else one)
        for one in dataset.assignments
    )
    return set_roles(project, dataset, merged, positive=given.positive or dataset.roles.positive)


def given_roles(**roles: Any) -> GivenRoles:
    """Roles from keywords, as `slicer.open` takes them.

    Args:
        roles: `id`, `label`, `human`, `features`, .. a column or a list; `prediction` a column, a list or
            {run: column}; `probabilities`, `correct`, `positive` as on the command line.

    >>> given_roles(label="y", prediction={"v1": "p1"}).predictions
    ('v1=p1',)
    """
    prediction = roles.pop("prediction", ())
    if isinstance(prediction, str):
        prediction = (prediction,)
    elif isinstance(prediction, Mapping):
        prediction = tuple(f"{name}={column}" for name, column in prediction.items())
    names = {"features": "feature"}
    singles = {name: roles.pop(name, None) for name in ("probabilities", "correct", "positive")}
    columns = {
        names.get(role, role): (value,) if isinstance(value, str) else tuple(value)
        for role, value in roles.items()
        if value is not None
    }
    return GivenRoles(columns=columns, predictions=tuple(prediction), **singles)


def author() -> str:
    """Who is working: the name of the account."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "someone"


def sample_workbench(name: str) -> Workbench:
    """A workbench on one of the samples, in memory."""
    project = Project(MEMORY)
    return Workbench(project, load_sample(project, get_sample(name)))
