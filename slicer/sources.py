"""From a path to a workbench: a project file is opened, a data file is imported, roles are given or guessed."""

from __future__ import annotations

import getpass
import reprlib
from collections.abc import Collection, Sequence
from dataclasses import asdict, replace
from os import PathLike
from pathlib import Path

from slicer.errors import MissingFileError, UsageError, listed
from slicer.given import GivenRoles, given_roles
from slicer.guessing import guess_roles
from slicer.project.annotations import holds_answers, import_answers, join_annotations
from slicer.project.datasets import TRUTH_IS_HUMAN, Dataset, add_warning, get_dataset, list_datasets
from slicer.project.decoding import text_of
from slicer.project.events import ALL_ERRORS
from slicer.project.importer import Joined, discard, import_file, join_file
from slicer.project.queues import QueueDesign, record_queue
from slicer.project.reading import Preview, look
from slicer.project.store import MEMORY, Project
from slicer.project.tag_files import ImportedTags, ids_in, import_tags
from slicer.samples import Sample, get_sample
from slicer.schema import DEFAULT_RUN, PER_RUN, Assignment, Choices, build_roles
from slicer.workbench import ERRORS, Options, Workbench

ENGINE_URLS = ("spark://", "sc://", "spark+local://")


def plan_roles(preview: Preview, given: GivenRoles) -> tuple[Assignment, ...]:
    """A role for every column of a file: the given ones, and guesses for the rest.

    Where features are listed, no other column is one; a guess never replaces what was given.
    """
    own = given.assignments([column.name for column in preview.columns], _classes(preview, given))
    planned = guess_roles(preview.columns, own)
    if "feature" in given.columns:
        planned = tuple(
            Assignment(column=one.column, role="ignore", reason="not among the features given", guessed=False)
            if one.role == "feature" and one.guessed
            else one
            for one in planned
        )
    _refuse_taken(preview, given, planned)
    runs, taken = {one.run for one in own if one.run}, {(one.role, one.run) for one in own}
    only = bool(given.predictions or given.correct)
    return tuple(
        Assignment(column=one.column, role="ignore", reason="belongs to another run")
        if one.guessed and one.role in PER_RUN and ((one.role, one.run) in taken or (only and one.run not in runs))
        else one
        for one in planned
    )


def _refuse_taken(preview: Preview, given: GivenRoles, planned: Sequence[Assignment]) -> None:
    """Refuse what was given as people's where it is the label or the prediction, and nothing else is.

    Raises:
        UsageError: a column cannot be both.
    """
    people = {one for role in ("human", "human_correct") for one in given.columns.get(role, ())}
    there = {one.role for one in planned}
    if not people or {"label", "prediction"} <= there or "annotator" in there:
        return
    others = {role: names for role, names in given.columns.items() if not {*names} & people}
    guessed = guess_roles(
        preview.columns, replace(given, columns=others).assignments([c.name for c in preview.columns])
    )
    _refuse_both(people, [one for one in guessed if one.role not in there])


def _refuse_both(people: Collection[str], others: Sequence[Assignment]) -> None:
    for one in others:
        if one.column in people and one.role in ("label", "prediction"):
            raise UsageError(
                f"{one.column!r} was given as what people said, and it is the {one.role}: it cannot be both.",
                hint=f"Name the column of people, or another {one.role} with --{one.role}.",
            )


def _classes(preview: Preview, given: GivenRoles) -> tuple[str, ...]:
    """The classes a file holds, for a pattern to be read with."""
    if given.probabilities is None or "{class}" not in given.probabilities:
        return ()
    names = [column.name for column in preview.columns]
    sure = guess_roles(preview.columns, replace(given, probabilities=None).assignments(names))
    said = {one.column for one in sure if one.role in ("label", "prediction")}
    return tuple(dict.fromkeys(value for column in preview.columns if column.name in said for value in column.values))


def load_files(
    project: Project,
    paths: Sequence[str | Path],
    given: GivenRoles | None = None,
    *,
    name: str | None = None,
    run: str | None = None,
    complete: bool = True,
    answers_alone: bool = False,
) -> tuple[Dataset, tuple[Joined, ...]]:
    """Import a file, and join others to it by id: all of them, or nothing.

    Args:
        given: Roles of the columns; each file takes those it has.
        complete: Whether labels and predictions must be there in the end.
        answers_alone: As in `import_previews`.
        name: The data set's name; the first file's if None.
        run: The name of the run, where the columns do not say one.
    """
    given = given or GivenRoles()
    previews = [look(project.cursor(), path) for path in paths]
    if len(previews) > 1:
        _refuse_unknown(given, previews)
    parts = [given if len(previews) == 1 else given.only(preview) for preview in previews]
    planned = [(preview, plan_roles(preview, part)) for preview, part in zip(previews, parts, strict=True)]
    return import_previews(
        project, planned, name=name, run=run, choices=given.choices, complete=complete, answers_alone=answers_alone
    )


def _refuse_unknown(given: GivenRoles, previews: Sequence[Preview]) -> None:
    """A column that was given stands in at least one of the files."""
    names = list(dict.fromkeys(column.name for preview in previews for column in preview.columns))
    given.assignments(names)


def import_previews(
    project: Project,
    planned: Sequence[tuple[Preview, Sequence[Assignment]]],
    *,
    name: str | None = None,
    run: str | None = None,
    choices: Choices | None = None,
    complete: bool = True,
    answers_alone: bool = False,
) -> tuple[Dataset, tuple[Joined, ...]]:
    """Import files that were looked at, with a role for each column. The first that has a label is the base,
    so that a row nobody predicted still counts; the others join by id.

    Args:
        answers_alone: Whether what people answered may be all there is: then its items are the rows, and predictions
            can join them later.
    """
    (first, roles), *others = sorted(planned, key=lambda one: _place_in_line(one[1]))
    if answers_alone and holds_answers(roles):
        dataset = import_answers(project, first, roles, name=name, choices=choices)
    else:
        dataset = import_file(
            project, first, _named_run(roles, run), name=name, choices=choices, complete=complete and not others
        )
    joins: list[Joined] = []
    try:
        for place, (preview, assignments) in enumerate(others, start=1):
            last = place == len(others)
            joins.append(join(project, dataset, preview, assignments, run=run, complete=complete and last))
            dataset = joins[-1].dataset
    except BaseException:
        discard(project, dataset)
        raise
    return dataset, tuple(joins)


def _place_in_line(assignments: Sequence[Assignment]) -> int:
    """Files with a label first, answers of people last."""
    roles = {one.role for one in assignments}
    return 2 if holds_answers(assignments) else int("label" not in roles)


def join(
    project: Project,
    dataset: Dataset,
    preview: Preview,
    assignments: Sequence[Assignment],
    *,
    run: str | None = None,
    complete: bool = True,
) -> Joined:
    """Add a file to a data set by id: columns with a row for each example, or a row for each answer of a person."""
    if holds_answers(assignments):
        return join_annotations(project, dataset, preview, assignments)
    return join_file(project, dataset, preview, assignments, run=run, complete=complete)


def _named_run(assignments: Sequence[Assignment], run: str | None) -> tuple[Assignment, ...]:
    """The run that has no name of its own gets this one."""
    return tuple(replace(one, run=run) if run and one.run == DEFAULT_RUN else one for one in assignments)


def add_file(
    project: Project, dataset: Dataset, path: str | Path, given: GivenRoles | None = None, *, run: str | None = None
) -> Joined:
    """Join another file to a data set by id."""
    preview = look(project.cursor(), path)
    return join(project, dataset, preview, plan_roles(preview, given or GivenRoles()), run=run)


def load_sample(project: Project, sample: Sample) -> Dataset:
    """A sample in a project, with its tags; the one that is there already, if it is."""
    known = {dataset.name: dataset for dataset in list_datasets(project)}
    if sample.name in known:
        return known[sample.name]
    given = given_roles(**sample.roles)
    dataset, _ = load_files(project, sample.files, given, name=sample.name)
    if sample.truth_is_human:
        dataset = add_warning(project, dataset, TRUTH_IS_HUMAN)
    if sample.tags is not None:
        load_tags(project, dataset, sample.tags, drawn_with=sample.tags_seed)
    return dataset


def load_tags(project: Project, dataset: Dataset, path: str | Path, *, drawn_with: int | None = None) -> ImportedTags:
    """Import a tag file.

    Args:
        drawn_with: The seed of the random sample of all errors that was read, where it was one.
    """
    return take_tags(project, dataset, text_of(Path(path).expanduser()), drawn_with=drawn_with)


def take_tags(project: Project, dataset: Dataset, content: str, *, drawn_with: int | None = None) -> ImportedTags:
    """Import what a tag file says; see `load_tags`."""
    bench = Workbench(project, dataset)
    ids = set(bench.ids())
    queue = None
    if drawn_with is not None:
        read = [example for example in ids_in(content) if example in ids]
        design = QueueDesign(kind="random", where=ALL_ERRORS, wanted=len(read), seed=drawn_with)
        errors = bench.count(ERRORS).support
        run = bench.run.name
        queue = record_queue(project, dataset.id, run, design, read, population=errors, author=author()).id
    columns = dataset.kinds.keys()
    return import_tags(project, dataset.id, ids, content, author=author(), queue=queue, columns=columns)


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
        given: Roles; on a project they take the place of the stored ones for this workbench alone.
        dataset, run: Which ones; the newest if None.

    Raises:
        SlicerError: in words.
    """
    if not isinstance(source, str | PathLike):
        raise UsageError(f"A path is a text, not {reprlib.repr(source)}.", hint='For example slicer.open("rows.csv").')
    given = given or GivenRoles()
    options = _reading(options or Options(), given)
    if _is_project(source):
        project, chosen = _stored(source, dataset, given)
        return Workbench(project, chosen, run, options)
    project = Project(MEMORY)
    chosen, _ = load_files(project, [source], given)
    return Workbench(project, chosen, run, options)


def open_people(
    source: str | Path,
    given: GivenRoles | None = None,
    *,
    annotations: str | Path | None = None,
    dataset: str | None = None,
    run: str | None = None,
    options: Options | None = None,
) -> Workbench:
    """A workbench for `agree`, which needs no predictions: the answers may be all there is.

    Args:
        source: As for `open_source`; or a file with a row for each answer (item, annotator, label).
        annotations: A file with a row for each answer, joined by id; then `annotator` and `human` name its columns.

    Raises:
        SlicerError: in words.
    """
    if not isinstance(source, str | PathLike):
        raise UsageError(f"A path is a text, not {reprlib.repr(source)}.", hint='For example slicer.open("rows.csv").')
    given = given or GivenRoles()
    options = _reading(options or Options(), given)
    if _is_project(source):
        if annotations is not None:
            raise UsageError(
                f"{annotations} would have to be kept in {source}.",
                hint=f"Load it first: slicer load {source} {annotations}",
            )
        project, chosen = _stored(source, dataset, given, complete=False)
        return Workbench(project, chosen, run, options, complete=False)
    project = Project(MEMORY)
    if annotations is not None:
        own = replace(given, columns={role: one for role, one in given.columns.items() if role not in ANSWER_ROLES[1:]})
        chosen, _ = load_files(project, [source], own, complete=False)
        preview = look(project.cursor(), annotations)
        said = GivenRoles(columns={role: one for role, one in given.columns.items() if role in ANSWER_ROLES})
        chosen = join_annotations(project, chosen, preview, _answers_planned(preview, said.only(preview))).dataset
        return Workbench(project, chosen, run, replace(options, people="annotations"), complete=False)
    preview = look(project.cursor(), source)
    planned = plan_roles(preview, given)
    if holds_answers(planned):
        chosen = import_answers(project, preview, planned, choices=given.choices)
        return Workbench(project, chosen, run, replace(options, people="annotations"), complete=False)
    chosen, _ = import_previews(project, [(preview, planned)], choices=given.choices, complete=False)
    return Workbench(project, chosen, run, options, complete=False)


ANSWER_ROLES = ("id", "annotator", "human")
"""The roles of a file with a row for each answer."""


def _answers_planned(preview: Preview, given: GivenRoles) -> tuple[Assignment, ...]:
    """The roles of a file with a row for each answer.

    Raises:
        UsageError: nothing says who answered.
    """
    planned = plan_roles(preview, given)
    if not holds_answers(planned):
        raise UsageError(
            f"Which column of {preview.name} says who answered? "
            f"Columns: {listed(column.name for column in preview.columns)}.",
            hint="A row for each answer: name its columns with --id, --annotator and --human.",
        )
    return planned


def _is_project(source: str | Path) -> bool:
    """Whether a path names a project.

    Raises:
        UsageError: it names another engine.
    """
    text = str(source)
    if text.startswith(ENGINE_URLS):
        raise UsageError(
            f"{text} names a Spark engine; this version reads files and projects.",
            hint="Export to Parquet and name that file.",
        )
    return text.endswith(".duckdb")


def _stored(
    source: str | Path, dataset: str | None, given: GivenRoles, *, complete: bool = True
) -> tuple[Project, Dataset]:
    """A project that is there, and a data set of it with the roles that were given."""
    path = Path(source).expanduser()
    if not path.is_file():
        raise MissingFileError(str(source))
    project = Project(path)
    chosen = get_dataset(project, dataset)
    return project, _with_roles(chosen, given, complete) if given.some else chosen


def _reading(options: Options, given: GivenRoles) -> Options:
    """The options with the answers to read: those that were given as columns."""
    return replace(options, people=given.people) if options.people is None and given.people else options


def _with_roles(dataset: Dataset, given: GivenRoles, complete: bool = True) -> Dataset:
    """The data set with other roles, for this once: what the project keeps stays as it is."""
    classes = tuple(dict.fromkeys(one.class_key for one in dataset.assignments if one.class_key))
    own = {one.column: one for one in given.assignments(list(dataset.kinds), classes)}
    replaced = {(one.role, one.run) for one in own.values()}
    people = [one.column for one in own.values() if one.role in ("human", "human_correct")]
    _refuse_both(people, [one for one in dataset.assignments if (one.role, one.run) not in replaced])
    roles = {one.role for one in own.values()}
    runs = {one.run for one in own.values()} - {""}

    def kept(one: Assignment) -> bool:
        if one.role in PER_RUN:
            return not runs or (one.run in runs and (one.role, one.run) not in replaced)
        return one.role not in roles or one.role == "ignore"

    merged = tuple(
        own.get(one.column) or (one if kept(one) else replace(one, role="ignore", run="", class_key=""))
        for one in dataset.assignments
    )
    asked, known = asdict(given.choices), asdict(Choices())
    choices = replace(dataset.roles.choices, **{name: one for name, one in asked.items() if one != known[name]})
    roles_now = build_roles(merged, name=dataset.name, choices=choices, complete=complete)
    return replace(dataset, assignments=merged, roles=roles_now)


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
