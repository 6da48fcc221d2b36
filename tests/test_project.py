"""The project file: what was acknowledged is kept, what failed left nothing behind, no other file is touched."""

from __future__ import annotations

import hashlib
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from slicer.errors import (
    DataError,
    EmptyDataError,
    LockedProjectError,
    MissingFileError,
    NewerProjectError,
    NoLabelError,
    NotAProjectError,
    ProjectError,
    RepeatedIdsError,
    UnknownColumnError,
    UsageError,
)
from slicer.given import given_roles
from slicer.project import migrations, store
from slicer.project.datasets import (
    Dataset,
    delete_dataset,
    get_dataset,
    list_datasets,
    list_rejects,
    restore_dataset,
    set_note,
    set_roles,
    set_run_meta,
)
from slicer.project.events import (
    ALL_ERRORS,
    KEYS,
    Event,
    append,
    event_count,
    known_tags,
    states,
)
from slicer.project.landing import land
from slicer.project.queues import QueueDesign, draw, first_unread, get_queue, open_queue, queue_examples
from slicer.project.reading import look
from slicer.project.store import MEMORY, Project
from slicer.project.tag_files import export_tags, import_tags
from slicer.report.tables import to_csv
from slicer.schema import Assignment, Choices
from slicer.slices import Slice
from slicer.sources import add_file, load_files, load_tags, open_source
from slicer.workbench import Workbench

ROWS = "id,label,prediction,color\n1,cat,cat,red\n2,cat,dog,blue\n3,dog,dog,red\n4,dog,cat,blue\n5,cat,cat,red\n"


@pytest.fixture
def project() -> Iterator[Project]:
    with Project(MEMORY) as project:
        yield project


@pytest.fixture
def made(tmp_path: Path) -> Callable[..., Path]:
    def make(text: str, name: str = "data.csv") -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return make


@pytest.fixture
def dataset(project: Project, made: Callable[..., Path]) -> Dataset:
    """Five rows that can be checked by eye."""
    return load_files(project, [made(ROWS)])[0]


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def tag(example: str, name: str, value: str = "yes", *, seq: int) -> Event:
    return Event(example=example, kind="tag", name=name, value=value, seq=seq)


def say(project: Project, dataset: Dataset, *events: Event, session: str = "s", author: str = "ana") -> int:
    return append(project, dataset.id, events, author=author, session=session)


def tags_of(project: Project, dataset: Dataset, example: str) -> tuple[str, ...]:
    found = states(project, dataset.id, [example])
    return found[example].tags if example in found else ()


def rows_of(project: Project, dataset: Dataset, columns: str = "*") -> list[tuple[Any, ...]]:
    return project.cursor().execute(f"select {columns} from {dataset.table}").fetchall()


# --- opening ---------------------------------------------------------------------------------------


def test_a_fresh_project_is_empty_and_opens_again(tmp_path: Path) -> None:
    path = tmp_path / "work.duckdb"
    with Project(path) as project:
        assert (project.name, list_datasets(project)) == ("work.duckdb", [])
    with Project(path) as project, pytest.raises(UsageError, match=r"work\.duckdb holds no data set yet"):
        get_dataset(project)


def test_what_was_loaded_is_there_after_a_restart(tmp_path: Path, made: Callable[..., Path]) -> None:
    path = tmp_path / "work.duckdb"
    with Project(path) as project:
        before = load_files(project, [made(ROWS)], name="animals")[0]
        say(project, before, tag("2", "blurry", seq=1))
    with Project(path) as project:
        after = get_dataset(project)
        assert after == before
        assert rows_of(project, after)[1] == (2, "cat", "dog", "blue")
        assert tags_of(project, after, "2") == ("blurry",)


def test_a_migration_runs_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "work.duckdb"
    Project(path).close()
    steps = (*migrations.STEPS, ("add a table", lambda connection: connection.execute("create table added (x int)")))
    monkeypatch.setattr(migrations, "STEPS", steps)
    monkeypatch.setattr(migrations, "VERSION", len(steps))
    monkeypatch.setattr(store, "VERSION", len(steps))
    for _ in range(2):
        with Project(path) as project:
            assert project.cursor().execute("select count(*) from added").fetchall() == [(0,)]
            assert project.cursor().execute("select value from meta where key = 'schema'").fetchall() == [
                (str(len(steps)),)
            ]


def test_a_migration_that_fails_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "work.duckdb"
    Project(path).close()
    before = sha256(path)

    def fail(connection: duckdb.DuckDBPyConnection) -> None:
        raise ZeroDivisionError

    half = ("add a table", lambda connection: connection.execute("create table added (x int)"))
    steps = (*migrations.STEPS, half, ("fail", fail))
    with monkeypatch.context() as patch:
        patch.setattr(migrations, "STEPS", steps)
        patch.setattr(migrations, "VERSION", len(steps))
        patch.setattr(store, "VERSION", len(steps))
        with pytest.raises(ZeroDivisionError):
            Project(path)
    assert sha256(path) == before
    with Project(path) as project:
        tables = project.cursor().execute("select table_name from duckdb_tables()").fetchall()
        assert ("added",) not in tables


def test_a_project_of_a_later_version_is_refused_and_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "work.duckdb"
    with Project(path) as project:
        project.cursor().execute("update meta set value = '99'")
    before = sha256(path)
    with pytest.raises(NewerProjectError, match=r"written by a newer Slicer \(schema 99; this one knows up to \d+\)"):
        Project(path)
    assert sha256(path) == before


FOREIGN = {
    "a table": ["create table x as select 1"],
    "a view": ["create view v as select 1"],
    "a sequence": ["create sequence s"],
    "a function": ["create macro f(a) as a + 1"],
    "a type": ["create type t as enum ('a')"],
    "a schema": ["create schema s", "create table s.x (a int)"],
    "another meta table": ["create table meta (a int)"],
    "a meta table without a schema": ["create table meta (key varchar, value varchar)"],
    "a schema in words": ["create table meta (key varchar, value varchar)", "insert into meta values ('schema', 'x')"],
    "schema 0": ["create table meta (key varchar, value varchar)", "insert into meta values ('schema', '0')"],
}


@pytest.mark.parametrize("what", FOREIGN)
def test_a_duckdb_file_of_someone_else_is_refused_and_not_touched(tmp_path: Path, what: str) -> None:
    path = tmp_path / "other.duckdb"
    with duckdb.connect(str(path)) as connection:
        for statement in FOREIGN[what]:
            connection.execute(statement)
    before = sha256(path)
    with pytest.raises(NotAProjectError, match=r"is not a Slicer project: it"):
        Project(path)
    assert sha256(path) == before
    assert os.listdir(tmp_path) == ["other.duckdb"]


@pytest.mark.parametrize("name", ["notes.duckdb", "data.csv", "data.parquet", "data.json"])
def test_a_file_that_is_no_database_is_refused_and_not_touched(tmp_path: Path, name: str) -> None:
    """DuckDB opens a CSV file as a database in memory: what is loaded into it would be gone."""
    path = tmp_path / name
    path.write_text("a,b\n1,2\n")
    with pytest.raises(NotAProjectError):
        Project(path)
    assert path.read_text() == "a,b\n1,2\n"


def test_a_project_is_not_made_where_there_is_no_folder(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="There is no folder"):
        Project(tmp_path / "none" / "work.duckdb")


def run(script: str, *arguments: object, **environment: str) -> subprocess.Popen[str]:
    """A script in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, **environment},
    )


def test_a_project_open_elsewhere_says_who_has_it(tmp_path: Path) -> None:
    path = tmp_path / "work.duckdb"
    other = run(
        "import sys; from slicer.project.store import Project; p = Project(sys.argv[1]); print(1, flush=True); input()",
        path,
    )
    with other:
        assert other.stdout is not None
        assert other.stdout.readline() == "1\n"
        with pytest.raises(LockedProjectError) as caught:
            Project(path)
        other.communicate("\n")
    program = re.escape(Path(sys.executable).resolve().name)
    assert re.search(rf"is in use by another process \({program}, PID {other.pid}\)\.$", str(caught.value))
    Project(path).close()


def test_times_are_kept_in_utc_wherever_the_machine_stands(tmp_path: Path) -> None:
    script = """
import sys
from slicer.project.events import Event, append
from slicer.project.store import Project
from slicer.project.tag_files import export_tags
with Project(sys.argv[1]) as project:
    append(project, 1, [Event(example="a", kind="tag", name="t", value="yes", seq=1)], author="ana", session="s")
    print(export_tags(project, 1)[0]["at"])
"""
    with run(script, tmp_path / "work.duckdb", TZ="Asia/Tokyo") as process:
        shown = process.communicate()[0].strip()
    moment = datetime.fromisoformat(shown)
    assert moment.tzinfo is not None
    assert abs(datetime.now(UTC) - moment) < timedelta(minutes=10)


# --- data sets -------------------------------------------------------------------------------------


def test_provenance_says_where_the_rows_came_from(project: Project, made: Callable[..., Path]) -> None:
    path = made(ROWS + "6,cat\n")
    dataset = load_files(project, [path])[0]
    (source,) = dataset.sources
    assert (source.path, source.sha256, source.size) == (str(path), sha256(path), path.stat().st_size)
    assert (source.rows, source.rejected, source.matched, source.unmatched) == (5, 1, None, None)
    assert source.reader["delimiter"] == ","
    (reject,) = list_rejects(project, dataset)
    assert (reject.line, reject.content) == (7, "6,cat")
    assert reject.reason.startswith("too few values")


def test_a_name_that_is_taken_gets_a_number(project: Project, made: Callable[..., Path]) -> None:
    names = [load_files(project, [made(ROWS, "preds.v2.csv")])[0].name for _ in range(3)]
    assert names == ["preds.v2", "preds.v2 (2)", "preds.v2 (3)"]
    assert [one.name for one in list_datasets(project)] == names[::-1]
    assert get_dataset(project, "preds.v2 (2)").id == 2
    with pytest.raises(UsageError, match="No data set named 'nope'"):
        get_dataset(project, "nope")


def test_a_deleted_data_set_comes_back_with_everything(project: Project, dataset: Dataset) -> None:
    set_note(project, dataset, "labels by ana")
    say(project, dataset, tag("2", "blurry", seq=1))
    delete_dataset(project, dataset)
    assert list_datasets(project) == []
    (gone,) = list_datasets(project, deleted=True)
    assert gone.note == "labels by ana"
    restore_dataset(project, gone)
    assert len(rows_of(project, get_dataset(project))) == 5
    assert tags_of(project, dataset, "2") == ("blurry",)


def test_changed_roles_make_a_new_version_and_keep_the_facts_of_the_runs(project: Project, dataset: Dataset) -> None:
    set_run_meta(project, dataset, "model", {"git": "abc"})
    changed = tuple(
        Assignment(column="color", role="ignore") if one.column == "color" else one for one in dataset.assignments
    )
    after = set_roles(project, dataset, changed, Choices(positive="dog"))
    assert (after.version, after.roles.features, after.roles.choices.positive) == (dataset.version + 1, (), "dog")
    assert project.cursor().execute("select meta from runs").fetchall() == [('{"git": "abc"}',)]


def test_roles_that_do_not_fit_change_nothing(project: Project, dataset: Dataset) -> None:
    with pytest.raises(NoLabelError):
        set_roles(project, dataset, [Assignment(column="label", role="feature")])
    assert get_dataset(project) == dataset


def test_roles_given_for_one_look_are_not_kept(tmp_path: Path, made: Callable[..., Path]) -> None:
    path = tmp_path / "work.duckdb"
    with Project(path) as project:
        before = load_files(project, [made(ROWS.replace("color", "pred_v2"))])[0]
    bench = open_source(path, given_roles(prediction={"v2": "pred_v2"}, positive="dog", features=[]))
    assert (bench.run.name, bench.positive, bench.dataset.roles.features) == ("v2", "dog", ())
    bench.project.close()
    with Project(path) as project:
        assert get_dataset(project) == before


def test_nobody_waits_while_a_file_lands_and_what_is_given_up_leaves_nothing(
    tmp_path: Path, made: Callable[..., Path]
) -> None:
    path = tmp_path / "project.duckdb"
    with Project(path) as project:
        dataset = load_files(project, [made(ROWS)])[0]
        cursor = project.cursor()
        landed = land(cursor, look(cursor, made(ROWS, "other.csv")), table="data_77", roles=dataset.assignments)
        set_note(project, dataset, "said meanwhile")
        project.checkpoint()
        assert (landed.rows, landed.made, landed.repeated) == (5, None, 0)
        cursor.close()
    with Project(path) as project:
        assert get_dataset(project).note == "said meanwhile"
        tables = project.cursor().execute("select table_name from duckdb_tables()").fetchall()
        assert [name for (name,) in tables if name.startswith("data_")] == [dataset.table]


def test_a_failed_import_leaves_nothing_in_the_project(project: Project, made: Callable[..., Path]) -> None:
    for text, error in (("id,x\n1,2\n", NoLabelError), ("id,label,prediction\n", EmptyDataError)):
        with pytest.raises(error):
            load_files(project, [made(text)])
    tables = {row[0] for row in project.cursor().execute("select table_name from duckdb_tables()").fetchall()}
    assert list_datasets(project) == []
    assert not [name for name in tables if name.startswith(("data_", "slicer_"))]


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        ({"correct": "x"}, "Column 'x' does not say right or wrong: it holds 0.1, 0.7."),
        ({"human_correct": "color"}, "Column 'color' does not say right or wrong: it holds blue, red."),
        ({"probabilities": "color"}, "Column 'color' is no probability: it holds blue, red."),
        ({"probabilities": "id"}, "Column 'id' is no probability"),
        ({"probabilities": "x", "ignore": ["prediction"]}, "'x' is one probability, but 'label' has 3 classes"),
    ],
)
def test_a_column_that_cannot_play_its_role_is_refused(
    project: Project, made: Callable[..., Path], columns: dict[str, Any], sentence: str
) -> None:
    """Cast without a question, a score of 0.7 would be a right answer and 0 a wrong one."""
    text = "id,label,prediction,color,x\n1,a,a,red,0.1\n2,b,b,blue,0.7\n3,c,c,red,0.7\n"
    with pytest.raises(UsageError, match=re.escape(sentence)):
        load_files(project, [made(text)], given_roles(**columns))
    assert list_datasets(project) == []


def test_a_label_that_was_read_as_a_date_equals_the_same_text(project: Project, made: Callable[..., Path]) -> None:
    text = "id,label,prediction\n1,2024-01-02,2024-01-02\n2,2024-01-03,n/a\n3,2024-01-04,2024-01-04\n"
    bench = Workbench(project, load_files(project, [made(text)])[0])
    assert bench.overall().numerator == 2


def test_one_letter_booleans_and_words_stay_the_classes_they_are(project: Project, made: Callable[..., Path]) -> None:
    """Read as a boolean, a label T would never equal a prediction T from a column that also says U."""
    text = "id,label,prediction\n1,T,T\n2,F,U\n3,F,F\n"
    bench = Workbench(project, load_files(project, [made(text)])[0])
    assert (bench.overall().numerator, bench.labels) == (2, ("F", "T", "U"))


# --- ids -------------------------------------------------------------------------------------------


def test_repeated_ids_keep_every_row_and_get_row_ids(project: Project, made: Callable[..., Path]) -> None:
    dataset = load_files(project, [made(ROWS.replace("\n2,", "\n1,"))])[0]
    assert dataset.roles.id == "row_id"
    assert dataset.kinds["row_id"] == "text"
    assert len({row[0] for row in rows_of(project, dataset, "row_id")}) == 5
    assert "Id column 'id' does not name each row once (1 rows repeat" in dataset.warnings[0]


def test_a_row_id_of_the_data_is_not_overwritten(project: Project, made: Callable[..., Path]) -> None:
    text = ROWS.replace("id,label", "row_id,label").replace("\n2,", "\n1,").replace("color", "digest")
    dataset = load_files(project, [made(text)])[0]
    assert dataset.roles.id == "row_id_"
    assert rows_of(project, dataset, "row_id, digest") == [(1, "red"), (1, "blue"), (3, "red"), (4, "blue"), (5, "red")]
    slices = [str(slice_) for slice_, _ in Workbench(project, dataset).count_by(["row_id", "digest"], Slice())]
    assert slices[-1] == "digest = 'blue'"


def shuffled(text: str, seed: int) -> str:
    header, *lines = text.splitlines()
    random.Random(seed).shuffle(lines)
    return "\n".join([header, *lines, ""])


def test_made_ids_survive_a_re_export_with_other_predictions_and_shuffled_rows(
    project: Project, made: Callable[..., Path]
) -> None:
    """So that tags find their examples again in the next version's file."""
    text = "".join(
        f"{line}\n"
        for line in ["label,prediction,age,color,prob_cat", *(f"cat,dog,{20 + n},c{n % 3},0.5" for n in range(30))]
    )
    again = shuffled(text.replace("cat,dog", "cat,cat").replace(",0.5", ",0.9"), 1).replace("25,c2", "25.0,c2")
    first = load_files(project, [made(text, "v1.csv")])[0]
    second = load_files(project, [made(again, "v2.csv")])[0]
    ids = [dict(rows_of(project, one, "age, row_id")) for one in (first, second)]
    assert ids[0] == ids[1]
    assert len(set(ids[0].values())) == 30


def test_made_ids_tell_equal_rows_apart_and_follow_the_order_of_the_file(
    project: Project, made: Callable[..., Path]
) -> None:
    dataset = load_files(project, [made("label,prediction,x\na,a,1\nb,b,2\na,b,1\na,a,1\n")])[0]
    rows = rows_of(project, dataset, "label, prediction, row_id")
    assert [row[:2] for row in rows] == [("a", "a"), ("b", "b"), ("a", "b"), ("a", "a")]
    assert [row[2].split("-")[1] for row in rows] == ["1", "1", "2", "3"]
    assert rows[0][2].split("-")[0] == rows[2][2].split("-")[0]


# --- joining ---------------------------------------------------------------------------------------

LABELS = "id,label,color\n" + "".join(f"{n},{'cat' if n % 3 else 'dog'},red\n" for n in range(10))


def predictions(ids: Sequence[object], column: str = "prediction") -> str:
    return f"id,{column}\n" + "".join(f"{one},cat\n" for one in ids)


def test_labels_and_predictions_join_by_id_and_every_miss_is_counted(
    project: Project, made: Callable[..., Path]
) -> None:
    dataset, (joined,) = load_files(
        project, [made(LABELS, "labels.csv"), made(predictions(range(3, 12)), "preds.csv")], run="v1"
    )
    assert (joined.matched, joined.missing, joined.unmatched) == (7, 3, 2)
    assert [run.name for run in dataset.roles.runs] == ["v1"]
    assert rows_of(project, dataset, "id, prediction")[2:4] == [(2, None), (3, "cat")]
    assert [(one.matched, one.unmatched) for one in dataset.sources] == [(None, None), (7, 2)]
    assert Workbench(project, dataset).count(Slice()).unpredicted == 3


def test_the_file_with_the_labels_is_the_base_whichever_comes_first(
    project: Project, made: Callable[..., Path]
) -> None:
    """Else the rows nobody predicted would be left out, and accuracy would look better."""
    paths = [made(predictions(range(3, 12)), "preds.csv"), made(LABELS, "labels.csv")]
    dataset, (joined,) = load_files(project, paths)
    assert (dataset.name, dataset.rows, joined.missing) == ("labels", 10, 3)


def test_ids_join_although_one_file_writes_them_as_floats(project: Project, made: Callable[..., Path]) -> None:
    """A data frame that once held a missing id writes 3.0."""
    paths = [made(LABELS, "labels.csv"), made(predictions([f"{n}.0" for n in range(10)]), "preds.csv")]
    assert load_files(project, paths)[1][0].matched == 10


def test_a_second_run_is_joined_later(project: Project, made: Callable[..., Path]) -> None:
    dataset = load_files(project, [made(ROWS)], run="v1")[0]
    say(project, dataset, tag("2", "blurry", seq=1))
    text = "id,prediction,color\n" + "".join(f"{n},dog,green\n" for n in range(1, 6))
    joined = add_file(project, dataset, made(text, "v2.csv"), run="v2")
    assert joined.skipped == ("color",)
    assert [run.name for run in joined.dataset.roles.runs] == ["v1", "v2"]
    assert joined.dataset.version == dataset.version + 1
    assert rows_of(project, joined.dataset, "id, color, prediction, prediction_v2")[0] == (1, "red", "cat", "dog")
    assert tags_of(project, joined.dataset, "2") == ("blurry",)
    with pytest.raises(UsageError, match="Run 'v2' is in data already"):
        add_file(project, joined.dataset, made(text, "v2.csv"), run="v2")


@pytest.mark.parametrize(
    ("text", "error", "sentence"),
    [
        (predictions([1, 1, 2, 2, 3]), RepeatedIdsError, r"2 ids stand more than once in column 'id' of preds\.csv"),
        (predictions(["x", "y"]), UsageError, r"No id of preds\.csv is among the 10 ids of labels"),
        ("name,prediction\na,cat\na,cat\n", UsageError, r"preds\.csv has no id column: rows cannot be joined"),
        ("id,colour\n1,red\n2,blue\n", NoLabelError, "could be a prediction"),
        ("id,prediction\n", EmptyDataError, "only a header"),
    ],
)
def test_files_that_do_not_join_are_refused_and_leave_no_data_set(
    project: Project, made: Callable[..., Path], text: str, error: type[Exception], sentence: str
) -> None:
    with pytest.raises(error, match=sentence) as caught:
        load_files(project, [made(LABELS, "labels.csv"), made(text, "preds.csv")])
    if isinstance(caught.value, RepeatedIdsError):
        assert caught.value.hint.startswith("Repeated: 1, 2.")
    assert list_datasets(project) == list_datasets(project, deleted=True) == []
    for table in ("sources", "rejects", "runs"):
        assert project.cursor().execute(f"select count(*) from {table}").fetchall() == [(0,)]


def test_a_join_that_fails_leaves_the_data_set_as_it_was(
    project: Project, dataset: Dataset, made: Callable[..., Path]
) -> None:
    for text in (predictions([1, 1]), predictions(["x"]), "id,note\n1,a\n"):
        with pytest.raises((DataError, UsageError)):
            add_file(project, dataset, made(text, "preds.csv"), given_roles(prediction="prediction"), run="v2")
    assert get_dataset(project) == dataset
    assert len(rows_of(project, dataset)) == 5


def test_a_column_given_for_two_files_stands_in_one_of_them(project: Project, made: Callable[..., Path]) -> None:
    paths = [made(LABELS, "labels.csv"), made(predictions(range(10), "p_dog"), "preds.csv")]
    with pytest.raises(UnknownColumnError, match="No column named 'lable'; did you mean 'label'"):
        load_files(project, paths, given_roles(label="lable"))
    with pytest.raises(UsageError, match=r"No column fits 'prob_\{class\}'"):
        load_files(project, paths, given_roles(probabilities="prob_{class}"))
    assert list_datasets(project) == []


def test_probabilities_of_the_second_file_are_given_by_pattern(project: Project, made: Callable[..., Path]) -> None:
    text = "id,prob_cat_v1,prob_dog_v1\n" + "".join(f"{n},0.{n},0.{9 - n}\n" for n in range(10))
    paths = [made(LABELS, "labels.csv"), made(text, "preds.csv")]
    dataset = load_files(project, paths, given_roles(probabilities="prob_{class}_{run}"))[0]
    assert dataset.roles.run("v1").probabilities == (("cat", "prob_cat_v1"), ("dog", "prob_dog_v1"))


def test_no_file_at_a_path_is_told_before_anything_is_written(project: Project, made: Callable[..., Path]) -> None:
    with pytest.raises(MissingFileError):
        load_files(project, [made(LABELS), Path("none.csv")])
    assert list_datasets(project) == []


# --- events ----------------------------------------------------------------------------------------


def test_an_event_sent_twice_is_written_once(project: Project, dataset: Dataset) -> None:
    events = (tag("1", "blurry", seq=1), tag("2", "blurry", seq=2))
    assert say(project, dataset, *events) == 2
    assert say(project, dataset, *events, tag("3", "dark", seq=3)) == 3
    assert say(project, dataset, tag("4", "dark", seq=1), session="another") == 1
    assert event_count(project, dataset.id) == 4


def test_events_are_only_ever_added(project: Project, dataset: Dataset) -> None:
    say(project, dataset, tag("1", "blurry", seq=1))
    say(project, dataset, tag("1", "blurry", "no", seq=2), tag("1", "blurry", seq=3), tag("1", "blurry", "no", seq=4))
    assert tags_of(project, dataset, "1") == ()
    assert event_count(project, dataset.id) == 4


def test_a_batch_is_written_whole_or_not_at_all(project: Project, dataset: Dataset) -> None:
    bad = Event(example="2", kind="shout", seq=2)  # type: ignore[arg-type]
    with pytest.raises(duckdb.ConstraintException):
        say(project, dataset, tag("1", "blurry", seq=1), bad)
    assert (event_count(project, dataset.id), known_tags(project, dataset.id)) == (0, [])


def test_undo_and_redo_take_turns(project: Project, dataset: Dataset) -> None:
    def undo(seq: int, of: int) -> Event:
        return Event(example="1", kind="undo", seq=seq, undoes=of)

    def redo(seq: int, of: int) -> Event:
        return Event(example="1", kind="redo", seq=seq, undoes=of)

    say(project, dataset, tag("1", "blurry", seq=1), tag("1", "dark", seq=2))
    for event, tags in (
        (undo(3, 2), ("blurry",)),
        (undo(4, 1), ()),
        (redo(5, 2), ("dark",)),
        (redo(6, 1), ("blurry", "dark")),
        (undo(7, 2), ("blurry",)),
    ):
        say(project, dataset, event)
        assert tags_of(project, dataset, "1") == tags
    say(project, dataset, undo(1, 1), session="another person")
    assert tags_of(project, dataset, "1") == ("blurry",)


def test_undoing_a_change_brings_back_what_was_before(project: Project, dataset: Dataset) -> None:
    note = [Event(example="1", kind="note", value=text, seq=seq) for seq, text in ((1, "first"), (2, "second"))]
    reviewed = Event(example="1", kind="reviewed", seq=3)
    say(project, dataset, *note, reviewed)
    state = states(project, dataset.id, ["1", "2"])
    assert (state["1"].note, state["1"].reviewed, list(state)) == ("second", True, ["1"])
    for seq, of in ((4, 2), (5, 3)):
        say(project, dataset, Event(example="1", kind="undo", seq=seq, undoes=of))
    state = states(project, dataset.id, ["1"])
    assert (state["1"].note, state["1"].reviewed) == ("first", False)


def test_tags_keep_their_order_and_their_keys(project: Project, dataset: Dataset) -> None:
    names = [f"tag {number}" for number in range(len(KEYS) + 2)]
    for seq, name in enumerate(names, start=1):
        say(project, dataset, tag("1", name, seq=seq))
    say(project, dataset, tag("1", "tag 0", "no", seq=900), tag("2", "tag 3", seq=901))
    found = known_tags(project, dataset.id)
    assert [one.name for one in found] == names
    assert [one.key for one in found] == [*KEYS, "", ""]
    assert [found[place].yes for place in (0, 1, 3)] == [0, 1, 2]
    assert tags_of(project, dataset, "1") == tuple(names[1:])


def test_tags_of_one_data_set_are_not_those_of_another(project: Project, made: Callable[..., Path]) -> None:
    first, second = (load_files(project, [made(ROWS)])[0] for _ in range(2))
    say(project, first, tag("1", "blurry", seq=1))
    assert known_tags(project, second.id) == []
    assert tags_of(project, second, "1") == ()


def test_hostile_names_are_only_names(project: Project, dataset: Dataset) -> None:
    names = ["'; drop table events; --", '"', "a\nb", "=1+1", "ünï 🎉", " "]
    say(project, dataset, *(tag("1", name, seq=seq) for seq, name in enumerate(names)))
    assert tags_of(project, dataset, "1") == tuple(names)


def test_two_threads_that_write_at_once_lose_nothing(tmp_path: Path) -> None:
    failures: list[BaseException] = []

    def write(project: Project, session: str) -> None:
        try:
            for seq in range(1, 151):
                append(project, 1, [tag(f"{session}-{seq}", f"t{seq % 7}", seq=seq)], author="ana", session=session)
        except BaseException as error:  # noqa: BLE001 - a thread's error must reach the test
            failures.append(error)

    with Project(tmp_path / "work.duckdb") as project:
        threads = [threading.Thread(target=write, args=(project, name)) for name in ("left", "right")]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            project.cursor().execute("select count(*) from tag_states").fetchall()
            time.sleep(0.02)
        assert failures == []
        found = project.cursor().execute(
            "select session, count(*), count(distinct seq) from events group by 1 order by 1"
        )
        assert found.fetchall() == [("left", 150, 150), ("right", 150, 150)]
        counts = {one.name: one.yes for one in known_tags(project, 1)}
        assert counts == {f"t{place}": 2 * len(range(place or 7, 151, 7)) for place in range(7)}


WRITER = """
import sys
from slicer.project.events import Event, append
from slicer.project.store import Project
project = Project(sys.argv[1])
for seq in range(1, 100_000):
    event = Event(example=f"e{seq}", kind="tag", name="t", value="yes", seq=seq)
    print(append(project, 1, [event], author="ana", session=sys.argv[2]), flush=True)
"""


def test_a_killed_process_loses_no_acknowledged_event(tmp_path: Path) -> None:
    """Four times in the middle of writing, each time a little later."""
    path = tmp_path / "work.duckdb"
    for turn in range(0, 10, 3):
        with run(WRITER, path, f"turn {turn}") as process:
            assert process.stdout is not None
            acknowledged = [int(process.stdout.readline()) for _ in range(5 + 13 * turn)]
            process.send_signal(signal.SIGKILL)
            acknowledged += [int(line) for line in process.stdout.read().splitlines() if line.strip()]
        with Project(path) as project:
            rows = project.cursor().execute("select seq from events where session = ? order by seq", [f"turn {turn}"])
            kept = [row[0] for row in rows.fetchall()]
        assert kept[: len(acknowledged)] == acknowledged == list(range(1, len(acknowledged) + 1))
        assert len(kept) <= len(acknowledged) + 1


# --- queues ----------------------------------------------------------------------------------------


def queue(project: Project, design: QueueDesign, ids: Sequence[str]) -> Any:
    return open_queue(project, 1, "model", design, lambda: ids, author="ana")


def test_a_queue_is_drawn_once_and_goes_on_with_the_same_examples(project: Project) -> None:
    design = QueueDesign(kind="random", where=ALL_ERRORS, wanted=20, seed=7)
    ids = [f"e{number}" for number in range(100)]
    first = queue(project, design, ids)
    members = queue_examples(project, first, start=0, count=100)
    assert (first.population, first.size, first.reviewed, len(set(members))) == (100, 20, 0, 20)
    events = [Event(example=one, kind="reviewed", seq=seq) for seq, one in enumerate(members[:3])]
    append(project, 1, events, author="ana", session="s", queue=first.id)
    again = queue(project, design, ids[50:])
    assert (again.id, again.reviewed, again.population) == (first.id, 3, 100)
    assert queue_examples(project, again, start=0, count=100) == members
    assert first_unread(project, again) == 3
    assert queue_examples(project, again, start=3, count=2) == members[3:5]


def test_another_design_is_another_queue(project: Project) -> None:
    ids = [f"e{number}" for number in range(9)]
    designs = [
        QueueDesign(kind="random", where="", wanted=5, seed=1),
        QueueDesign(kind="random", where="", wanted=5, seed=2),
        QueueDesign(kind="random", where="", wanted=6, seed=1),
        QueueDesign(kind="all", where=""),
        QueueDesign(kind="all", where="color = 'red'"),
    ]
    queues = [queue(project, design, ids) for design in designs]
    assert len({one.id for one in queues}) == 5
    assert queue_examples(project, queues[3], start=0, count=9) == ids


def test_the_beginning_of_a_random_queue_is_a_random_sample_of_its_own() -> None:
    """Reading may stop anywhere: each example is equally likely at each place."""
    ids = [str(number) for number in range(10)]
    firsts = [draw(ids, 10, seed)[:3] for seed in range(3_000)]
    counts = [sum(one in first for first in firsts) for one in ids]
    assert all(abs(count - 900) < 5 * (3_000 * 0.3 * 0.7) ** 0.5 for count in counts)
    assert draw(ids, 99, 0) != ids
    assert sorted(draw(ids, 99, 0)) == ids


def test_a_queue_of_nothing_is_refused(project: Project) -> None:
    with pytest.raises(UsageError, match="No row fits this queue"):
        queue(project, QueueDesign(kind="all", where=""), [])
    with pytest.raises(UsageError, match="No queue 12"):
        get_queue(project, 12)


# --- tag files -------------------------------------------------------------------------------------


def test_exported_tags_come_back_the_same(project: Project, made: Callable[..., Path]) -> None:
    """Every state, author, time and note, with names a spreadsheet would run."""
    text = ROWS.replace("\n1,", "\n-1,").replace("\n2,", "\n@ana,").replace("\n3,", "\n'=x,")
    first, second = (load_files(project, [made(text)])[0] for _ in range(2))
    moment = datetime(2026, 3, 3, 9, 2, 11)
    events = [
        Event(example="-1", kind="tag", name="=cmd|calc", value="yes", seq=1, made_at=moment),
        Event(example="@ana", kind="tag", name="'tis", value="no", seq=2, made_at=moment),
        Event(example="@ana", kind="note", value='-5 °C,\n"cold"', seq=3, made_at=moment),
        Event(example="'=x", kind="reviewed", seq=4, made_at=moment),
        Event(example="5", kind="tag", name="undone", value="yes", seq=5),
        Event(example="5", kind="undo", undoes=5, seq=6),
    ]
    append(project, first.id, events, author="ana", session="s")
    rows = export_tags(project, first.id)
    assert [(row["id"], row["tag"], row["state"]) for row in rows if row["tag"]] == [
        ("-1", "=cmd|calc", "yes"),
        ("@ana", "'tis", "no"),
    ]
    content = to_csv(rows)
    assert "\n=" not in content and ",=" not in content  # noqa: PT018
    ids = Workbench(project, second).ids()
    found = import_tags(project, second.id, ids, content, author="ben")
    assert (found.examples, found.tags, found.notes, found.unknown) == (3, 2, 1, ())
    assert export_tags(project, second.id) == rows


def test_a_spreadsheet_with_a_column_for_each_tag_is_read(project: Project, dataset: Dataset) -> None:
    content = "id,blurry,too dark,note\n1,x,,\n2,1,yes,both\n3,0,no,\n9,1,1,who\n"
    found = import_tags(project, dataset.id, Workbench(project, dataset).ids(), content, author="ana")
    assert (found.examples, found.tags, found.notes, found.unknown) == (3, 6, 1, ("9",))
    state = states(project, dataset.id, ["1", "2", "3", "9"])
    assert {one: state[one].tags for one in state} == {"1": ("blurry",), "2": ("blurry", "too dark"), "3": ()}
    assert all(one.reviewed for one in state.values())
    assert state["2"].note == "both"


def test_the_last_line_about_an_example_wins_whoever_wrote_it(project: Project, dataset: Dataset) -> None:
    content = "id,tag,state,author\n1,dark,yes,ana\n1,dark,no,ben\n1,dark,yes,ana\n2,dark,yes,ana\n2,dark,no,ben\n"
    import_tags(project, dataset.id, ["1", "2"], content, author="cy")
    assert (tags_of(project, dataset, "1"), tags_of(project, dataset, "2")) == (("dark",), ())
    assert {(row["id"], row["author"]) for row in export_tags(project, dataset.id) if row["tag"]} == {
        ("1", "ana"),
        ("2", "ben"),
    }


@pytest.mark.parametrize(
    "content",
    [
        '{"id": 1, "tag": "dark", "state": "yes"}\n{"id": "2", "tag": "dark", "note": "hm"}\n',
        '{"schema": "slicer.tags/1", "tags": [{"id": "1", "tag": "dark"}, {"id": "2", "tag": "dark", "note": "hm"}]}',
        "\ufeffid,tag,state,note\n1,dark,YES,\n2, dark ,,hm\n",
        "id,tag,note\n1,dark\n2,dark,hm\n",
    ],
)
def test_tags_are_read_from_json_lines_and_from_loose_csv(project: Project, dataset: Dataset, content: str) -> None:
    found = import_tags(project, dataset.id, ["1", "2"], content, author="ana")
    assert (found.tags, found.notes) == (2, 1)
    assert known_tags(project, dataset.id)[0].yes == 2


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "A tag file has a column 'id' and tags beside it"),
        ("name,tag\n1,x\n", "A tag file has a column 'id'"),
        ("id\n1\n", "A tag file has a column 'id'"),
        ("id,tag,state\n1,dark,maybe\n", "State 'maybe' of tag 'dark' on '1' is neither yes nor no"),
        ("id,tag,at\n1,dark,yesterday\n", "'yesterday' is no time"),
        ('{"id": ', "The tag file cannot be read"),
        ('{"tags": [1, 2]}', "The tag file cannot be read: a line is no object"),
        (f"id,tag\n1,{'x' * 200_000}\n", "The tag file cannot be read: field larger"),
    ],
)
def test_a_tag_file_that_says_nothing_is_refused_and_writes_nothing(
    project: Project, dataset: Dataset, content: str, sentence: str
) -> None:
    with pytest.raises((DataError, UsageError), match=re.escape(sentence)):
        import_tags(project, dataset.id, ["1"], content, author="ana")
    assert event_count(project, dataset.id) == 0


def test_a_tag_file_in_another_encoding_is_read_and_a_binary_one_refused(
    project: Project, dataset: Dataset, tmp_path: Path
) -> None:
    path = tmp_path / "tags.csv"
    path.write_bytes("id,tag,note\n1,größe,“hm”\n".encode("cp1252"))
    load_tags(project, dataset, path)
    assert tags_of(project, dataset, "1") == ("größe",)
    path.write_bytes(bytes(range(256)))
    with pytest.raises(DataError, match="it is a binary file"):
        load_tags(project, dataset, path)


def test_twenty_thousand_tags_are_imported_in_seconds(project: Project, dataset: Dataset) -> None:
    """One statement for each event took a minute."""
    ids = [str(number) for number in range(20_000)]
    content = "id,tag,state\n" + "".join(f"{one},t{number % 5},yes\n" for number, one in enumerate(ids))
    found = import_tags(project, dataset.id, ids, content, author="ana")
    assert found.tags == 20_000
    assert [(one.name, one.yes) for one in known_tags(project, dataset.id)] == [
        (f"t{number}", 4_000) for number in range(5)
    ]
    numbers = project.cursor().execute("select example from events where kind = 'tag' order by number").fetchall()
    assert [row[0] for row in numbers] == ids
