"""The plan beside the data, the rows to collect more of, and both from the command line."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result
from sklearn.metrics import accuracy_score

import slicer
from slicer.cli import main
from slicer.errors import UsageError
from slicer.findings.plan import collect_finding, plan_finding, realised_words
from slicer.given import GivenRoles
from slicer.metrics.intervals import mover_difference, wilson
from slicer.project.datasets import get_dataset
from slicer.project.plans import add_to_plan, list_plan, set_fields
from slicer.project.store import Project
from slicer.report.plan_workbook import PLAN_MEANINGS, plan_workbook
from slicer.report.workbook import ranking_workbook
from slicer.results import RankResult
from slicer.slices import Slice, parse
from slicer.sources import add_file, load_files
from slicer.workbench import Workbench

ROWS = 400
GROUP_A = parse("\"group\" = 'a'")
EVIL = "=cmd|' /C calc'!A0"


def text(at: int, *, shift: int = 0) -> list[Any]:
    """A row: group a is wrong in 1 of 4, b in 1 of 10; people are wrong in 1 of 20; the second run fixes half of a."""
    group = "ab"[at % 2]
    step = at // 2
    wrong = step % 4 == 0 if group == "a" else step % 10 == 0
    fixed = wrong and group == "a" and step % 8 == 0
    label = "yn"[(step // 3) % 2]
    other = "ny"[(step // 3) % 2]
    human = other if step % 20 == 0 else label
    split = "train" if at % 5 < 2 else "dev"
    return [f"r{at}", label, other if wrong else label, other if wrong and not fixed else label, human, group, split]


HEADER = ["id", "label", "v1", "v2", "human", "group", "split"]
DATA = [text(at) for at in range(ROWS)]


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def written(name: str, header: list[str], rows: list[list[Any]]) -> Path:
        path = tmp_path / name
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([header, *rows])
        return path

    return written


def columns(*names: str) -> tuple[list[str], list[list[Any]]]:
    places = [HEADER.index(name) for name in names]
    return list(names), [[row[place] for place in places] for row in DATA]


def given(**roles: Any) -> GivenRoles:
    return GivenRoles(columns={"id": ("id",), "label": ("label",), **roles}, predictions=("v1=v1",))


@pytest.fixture
def project(tmp_path: Path, write: Callable[..., Path]) -> Path:
    """One run, its two groups planned; people's labels; a split column."""
    path = tmp_path / "work.duckdb"
    source = write("one.csv", *columns("id", "label", "v1", "human", "group", "split"))
    with Project(path) as opened:
        load_files(opened, [source], given(human=("human",), split=("split",)), name="one")
        bench, result = ranked(opened)
        found = bench.predictions(result, Slice(), [row.candidate.slice for row in result.table])
        add_to_plan(opened, bench.dataset.id, found, author="ana")
    return path


def ranked(project: Project) -> tuple[Workbench, RankResult]:
    bench = Workbench(project, get_dataset(project, "one"))
    return bench, bench.rank(by=["group"])


def right(column: int, group: str) -> tuple[int, int]:
    mine = [row for row in DATA if row[5] == group]
    share = accuracy_score([row[1] for row in mine], [row[column] for row in mine])
    return round(share * len(mine)), len(mine)


# --- what came of it -------------------------------------------------------------------------------


def test_nothing_later_nothing_is_said(project: Path) -> None:
    with Project(project) as opened:
        plan = ranked(opened)[0].plan().plan
        assert plan.realised == {}
        assert plan.at_most == pytest.approx(plan.together)
        assert plan.gain(0.5) == pytest.approx(sum((one.prediction.potential or 0) / 2 for one in plan.items))


def test_a_newer_run_is_held_against_what_was_predicted(project: Path, write: Callable[..., Path]) -> None:
    """From a file with the second run alone, joined by id; numbers by scikit-learn on the same rows."""
    with Project(project) as opened:
        bench, _ = ranked(opened)
        frozen = list_plan(opened, bench.dataset.id)
        add_file(opened, bench.dataset, write("two.csv", *columns("id", "v2")), GivenRoles(predictions=("v2=v2",)))
        bench, _ = ranked(opened)
        assert bench.run.name == "v2"
        plan = bench.plan().plan
        assert [one.prediction for one in plan.items] == [one.prediction for one in frozen], "what was said stays"
        for item in plan.items:
            group = item.prediction.slice.split("'")[1]
            came = plan.realised[item.id]
            (k, n), (later, _) = right(2, group), right(3, group)
            ends = mover_difference(later / n, wilson(later, n), k / n, wilson(k, n))
            assert came.change == pytest.approx((later - k) / n)
            assert came.change_ci == pytest.approx(ends)
            assert came.gain == pytest.approx((later - k) / ROWS)
            assert came.run == "v2"
        first = plan.items[0]
        said = realised_words(plan.realised[first.id], first.prediction)
        assert said.startswith("On one, run v2 the slice went from 75.0")
        earlier = Workbench(opened, bench.dataset, "v1").plan().plan
        assert {one.run for one in earlier.realised.values()} == {"v2"}, "whichever run the page shows"


def test_a_later_data_set_of_the_same_slice_is_held_against_it_too(project: Path, write: Callable[..., Path]) -> None:
    _, rows = columns("id", "label", "v2", "group")
    source = write("next.csv", ["id", "label", "v1", "group"], rows)
    with Project(project) as opened:
        load_files(opened, [source], given(), name="next month")
        bench, _ = ranked(opened)
        plan = bench.plan().plan
        (k, n), (later, _) = right(2, "a"), right(3, "a")
        mine = next(one for one in plan.items if one.prediction.slice == str(GROUP_A))
        came = plan.realised[mine.id]
        assert (came.dataset, came.change) == ("next month", pytest.approx((later - k) / n))


def test_a_slice_without_rows_there_says_so(project: Path, write: Callable[..., Path]) -> None:
    rows = [[row[0], row[1], row[3], "c"] for row in DATA]
    with Project(project) as opened:
        load_files(opened, [write("c.csv", ["id", "label", "v1", "group"], rows)], given(), name="other")
        plan = ranked(opened)[0].plan().plan
        assert {one.reason for one in plan.realised.values()} == {"no such rows there"}
        assert all(one.change is None for one in plan.realised.values())


def test_errors_in_two_planned_slices_count_once() -> None:
    """The worth of the plan lies between its best row and the sum; here by the ranking of the same slices."""
    bench = slicer.sample("speech")
    slices = [parse(one) for one in ("noise = 'people noise'", "device = 'phone'", "noise = 'car noise'")]
    result = bench.rank(slices=slices)
    found = bench.predictions(result, Slice(), [str(one) for one in slices])
    add_to_plan(bench.project, bench.dataset.id, found, author="ana")
    plan = bench.plan().plan
    potentials = [one.prediction.potential or 0.0 for one in plan.items]
    assert result.joint is not None
    assert plan.together == pytest.approx(result.joint)
    assert max(potentials) < plan.together < sum(potentials)
    assert plan.at_most == pytest.approx(sum(potentials))
    set_fields(bench.project, bench.dataset.id, plan.items[0].id, {"status": "done"}, author="ana")
    left = bench.plan().plan
    assert left.together is not None
    assert left.together < plan.together
    assert plan_finding(left)[1].endswith("1 row done.")


def test_a_class_and_a_tag_are_planned_too() -> None:
    bench = slicer.sample("digits")
    classes = bench.rank(classes=True, metric="f1")
    found = bench.predictions(classes, Slice(), [classes.table[0].candidate.slice])
    add_to_plan(bench.project, bench.dataset.id, found, author="ana")
    earlier = Workbench(bench.project, bench.dataset, "logistic")
    old = earlier.rank(classes=True, metric="f1")
    found = earlier.predictions(old, Slice(), [old.table[0].candidate.slice])
    assert found[0].run == "logistic"
    add_to_plan(bench.project, bench.dataset.id, found, author="ana")
    plan = bench.plan().plan
    assert plan.metrics == ("f1",)
    came = [plan.realised[one.id] for one in plan.items if one.id in plan.realised]
    now = {row.candidate.slice: row.candidate.estimate.value for row in classes.table}
    for one in came:
        assert one.estimate is not None
        assert one.estimate.value in now.values()


# --- the rows to collect ---------------------------------------------------------------------------


def test_rows_the_model_fails_and_people_get_right(project: Path) -> None:
    with Project(project) as opened:
        bench, _ = ranked(opened)
        found = bench.collect(GROUP_A)
        failing = [row for row in DATA if row[5] == "a" and row[2] != row[1]]
        wanted = [row[0] for row in failing if row[4] == row[1]]
        assert [row["id"] for row in found.rows] == wanted
        assert 0 < len(wanted) < len(failing) == found.failures
        assert {row["reason"] for row in found.rows} == {"the model is wrong, people are right"}
        assert (found.people, found.size) == (True, len(wanted))
        assert bench.collect(GROUP_A, rows=False).rows == ()
        train = found.in_training
        assert train is not None
        trained = [row for row in DATA if row[6] == "train"]
        assert (train.rows, train.support) == (len(trained), sum(row[5] == "a" for row in trained))
        others = [row for row in DATA if row[6] != "train"]
        assert train.share_elsewhere == pytest.approx(sum(row[5] == "a" for row in others) / len(others))
        assert (
            f"of what was trained on ({train.support} of {train.rows} rows with split train)"
            in (collect_finding(found)[1])
        )


def test_without_people_all_failures_are_given_and_it_is_said(write: Callable[..., Path]) -> None:
    bench = slicer.open(write("bare.csv", *columns("id", "label", "v1", "group")), label="label", prediction="v1")
    found = bench.collect(parse("\"group\" = 'b'"))
    assert (found.people, found.size, found.in_training) == (False, found.failures, None)
    assert "no column says which of them people get right" in collect_finding(found)[1]


def test_several_people_are_right_where_most_of_them_are(write: Callable[..., Path]) -> None:
    rows = [["1", "x", "y", "x", "x", "y"], ["2", "x", "y", "x", "y", ""], ["3", "x", "y", "x", "", ""],
            ["4", "x", "y", "", "", ""], ["5", "x", "x", "x", "x", "x"], ["6", "x", "y", "y", "y", "x"]]  # fmt: skip
    path = write("three.csv", ["id", "label", "pred", "ann", "bob", "cat"], rows)
    bench = slicer.open(path, label="label", prediction="pred", human=["ann", "bob", "cat"])
    assert [row["id"] for row in bench.collect(Slice()).rows] == ["1", "3"]


def test_where_people_disagree_more_data_can_hurt(write: Callable[..., Path]) -> None:
    """method.md 3.4: labels come first."""
    rows = [[f"r{at}", "xy"[at % 2], "xy"[at % 3 == 0], "xy"[at % 2], "xy"[(at // 2) % 2]] for at in range(200)]
    path = write("disputed.csv", ["id", "label", "pred", "ann", "bob"], rows)
    found = slicer.open(path, label="label", prediction="pred", human=["ann", "bob"]).collect(Slice())
    assert found.agreement == pytest.approx(0.5)
    assert "adding data can hurt" in found.warning
    assert found.warning in collect_finding(found)[1]


def test_of_numbers_the_worst_rows_are_given(write: Callable[..., Path]) -> None:
    rows = [[f"r{at}", at % 7, at % 7 + (at % 5) / 10] for at in range(300)]
    path = write("numbers.csv", ["id", "label", "pred"], rows)
    found = slicer.open(path, label="label", prediction="pred", task="regression").collect(Slice())
    assert found.people is None
    assert found.size == 200
    assert collect_finding(found)[0].startswith("The 200 worst rows")


def test_rows_keep_a_column_that_is_called_reason(write: Callable[..., Path]) -> None:
    rows = [[f"r{at}", "x", "xy"[at % 2], f"because {at % 3}"] for at in range(40)]
    path = write("named.csv", ["id", "label", "pred", "reason"], rows)
    found = slicer.open(path, label="label", prediction="pred").collect(Slice())
    assert found.rows[0]["reason"] == "because 1"
    assert str(found.rows[0]["reason of this file"]).startswith("the model is wrong")


# --- files, in which nothing runs ------------------------------------------------------------------


@pytest.fixture
def hostile(project: Path) -> Path:
    with Project(project) as opened:
        bench, _ = ranked(opened)
        (first, second) = list_plan(opened, bench.dataset.id)
        set_fields(opened, bench.dataset.id, first.id, {"owner": EVIL, "note": "@SUM(A1)", "cost": "2"}, author="+x")
        set_fields(opened, bench.dataset.id, second.id, {"note": "-2+3+cmd|' /C calc'!A0"}, author="ana")
    return project


def run(*arguments: object) -> Result:
    result = CliRunner().invoke(main, [str(one) for one in arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result


RISKY = ("=", "+", "-", "@", "\t", "\r")


def test_the_plan_leaves_by_the_command_line(hostile: Path) -> None:
    document = json.loads(run("plan", hostile, "--format", "json").stdout)
    assert document["schema"] == "slicer.plan/1"
    assert [one["name"] for one in document["items"]] == ["group a", "group b"]
    first = document["items"][0]
    assert (first["owner"], first["cost"], first["status"]) == (EVIL, 2.0, "open")
    assert first["roi"] == pytest.approx(first["potential"] / 2)
    assert first["prediction"]["run"] == "v1"
    assert first["realised"] is None
    assert document["gain_of_half"] == pytest.approx(document["potential_together"] / 2)
    table = run("plan", hostile).stdout
    assert "First of 2 planned rows: group a" in table
    lines = list(csv.DictReader(io.StringIO(run("plan", hostile, "--format", "csv").stdout, newline="")))
    assert lines[0]["owner"] == f"'{EVIL}"
    assert not [cell for line in lines for cell in line.values() if cell.startswith(("=", "+", "@", "\t", "\r"))]
    markdown = run("plan", hostile, "--format", "markdown").stdout
    cells = [cell.strip() for line in markdown.splitlines()[2:] for cell in line.split(" | ")]
    assert f"'{EVIL}".replace("|", "\\|") in markdown
    assert [cell for cell in cells if cell.startswith(RISKY) and not cell.strip("-+0123456789. topx")] == [
        cell for cell in cells if cell.startswith(RISKY)
    ]


def test_the_plan_as_a_workbook_says_what_was_predicted(hostile: Path, tmp_path: Path) -> None:
    out = tmp_path / "plan.xlsx"
    run("plan", hostile, "--out", out)
    book = openpyxl.load_workbook(out)
    assert book.sheetnames == ["Plan", "How to read it"]
    sheet = book["Plan"]
    assert [cell.value for cell in sheet[4]] == [name for name, _ in PLAN_MEANINGS]
    assert sheet.freeze_panes == "B5"
    assert sheet["C5"].value == EVIL
    assert {cell.data_type for one in book for row in one.iter_rows() for cell in row} <= {"s", "n"}
    said = {row[0].value: row[1].value for row in book["How to read it"].iter_rows()}
    assert "run v1: accuracy, model 75.0" in said["group a"]


def test_the_table_s_workbook_takes_the_plan_along(hostile: Path) -> None:
    with Project(hostile) as opened:
        bench, result = ranked(opened)
        book = openpyxl.load_workbook(io.BytesIO(ranking_workbook(result, "finding", bench.plan(), "split = 'dev'")))
        again = openpyxl.load_workbook(io.BytesIO(plan_workbook(bench.plan())))
    assert book.sheetnames == ["Start here", "Priorities", "Plan", "How to read it"]
    start = [str(row[0].value) for row in book["Start here"].iter_rows()]
    assert any(line.startswith(f"1. {EVIL}: group a (open)") for line in start)
    notes = {row[0].value: row[1].value for row in book["How to read it"].iter_rows()}
    assert notes["Filter"] == "split = 'dev'"
    for one in (*book, *again):
        widths = [one.column_dimensions[letter].width for letter in one.column_dimensions]
        assert widths
        assert all(9 <= width <= 120 for width in widths), one.title


def test_rows_to_collect_leave_by_the_command_line(project: Path, tmp_path: Path) -> None:
    asked = ("collect", project, "--slice", "\"group\" = 'a'")
    document = json.loads(run(*asked, "--format", "json", "--quiet").stdout)
    assert document["schema"] == "slicer.collect/1"
    assert document["people_right"] is True
    assert document["in_training"]["column"] == "split"
    rows = list(csv.DictReader(io.StringIO(run(*asked, "--format", "csv", "--quiet").stdout, newline="")))
    assert [row["id"] for row in rows] == [row["id"] for row in document["collected"]]
    out = tmp_path / "rows.xlsx"
    run(*asked, "--out", out)
    book = openpyxl.load_workbook(out)
    assert book.sheetnames == ["Rows", "Notes"]
    assert book["Rows"].max_row == 1 + len(rows)
    refused = CliRunner().invoke(main, ["collect", str(project), "--slice", "grup = 'a'"])
    assert (refused.exit_code, "No column named 'grup'" in refused.output) == (2, True)


def test_nothing_is_collected_where_nothing_is_right(write: Callable[..., Path]) -> None:
    rows = [[f"r{at}", "x", "y", "x", "xy"[at % 2]] for at in range(60)]
    path = write("people.csv", ["id", "pred", "ann", "bob", "cat"], rows)
    bench = slicer.open(path, prediction="pred", human=["ann", "bob", "cat"])
    with pytest.raises(UsageError, match="No column says what is right"):
        bench.collect(Slice())
