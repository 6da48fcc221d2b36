"""What cannot be read is refused in one sentence with exit 2 and nothing lost; what is odd is accepted and said."""

import json
import subprocess
import sys

import duckdb
import pytest
from click.testing import CliRunner

import slicer
from slicer.cli import main
from slicer.errors import UsageError
from slicer.project.migrations import VERSION
from slicer.project.store import Project
from slicer.slices import parse


def run(*arguments: object):
    return CliRunner().invoke(main, [str(one) for one in arguments], catch_exceptions=False)


def refused(*arguments: object, saying: str) -> str:
    """The sentence; it must be one, with exit 2, nothing on stdout and no traceback."""
    answer = run(*arguments)
    assert answer.exit_code == 2, answer.output
    assert answer.stdout == ""
    assert answer.stderr.startswith("slicer: ")
    assert "Traceback" not in answer.stderr
    assert saying in answer.stderr
    return answer.stderr


def metrics_of(path: object, *arguments: object) -> dict:
    answer = run("metrics", path, "--format", "json", "--quiet", *arguments)
    assert answer.exit_code == 0, answer.stderr
    return json.loads(answer.stdout)


WRONG_KINDS = {
    "probabilities": [{"a": "p_a"}, ["p_a", "p_b"], 0.5],
    "prediction": [3, [1, 2], {"v1": 3}, b"p"],
    "correct": [True, ["p"]],
    "score": [5],
    "errors": [7],
    "label": [3, b"y", {"a": "y"}],
    "features": [3, True, [1]],
    "human": [5, [None]],
    "weight": [2.0],
    "id": [0],
    "positive": [["a"], {"a": 1}],
    "task": ["guess", 3],
    "truth_source": ["them", 1],
    "lower_is_better": ["yes", 1],
    "threshold": ["half", 2, True],
}


@pytest.mark.parametrize(("role", "value"), [(role, one) for role, values in WRONG_KINDS.items() for one in values])
def test_what_is_given_of_another_kind_is_refused_from_python(tmp_path, role, value):
    """What the role takes, what was found, and an example that would do."""
    path = tmp_path / "rows.csv"
    path.write_text("id,y,p\n1,a,b\n2,b,b\n", encoding="utf-8")
    with pytest.raises(UsageError, match=f"^{role} takes .*, not ") as refusal:
        slicer.open(path, **{role: value})
    assert repr(value)[:4] in str(refusal.value)
    assert refusal.value.hint.startswith("For example ")


def test_what_is_left_open_is_guessed_from_python(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text("id,y,prediction\n1,a,b\n2,b,b\n", encoding="utf-8")
    bench = slicer.open(path, label="y", **dict.fromkeys(WRONG_KINDS.keys() - {"label"}))
    assert bench.overall().value == 0.5


@pytest.mark.parametrize("path", [3, None, ["rows.csv"], b"rows.csv"])
def test_a_path_that_is_no_text_is_refused(path):
    with pytest.raises(UsageError, match="A path is a text, not"):
        slicer.open(path)


BAD_FILES = {
    "empty": (b"", "holds nothing"),
    "blank": (b"\n\n  \n", "holds nothing"),
    "header only": (b"id,label,prediction\n", "only a header"),
    "binary": (bytes(range(256)) * 64, "binary file"),
    "no label": (b"a,b\n1,x\n2,y\n", "could be a"),
}


@pytest.mark.parametrize(("content", "saying"), BAD_FILES.values(), ids=BAD_FILES)
def test_a_file_that_holds_no_predictions_is_refused(tmp_path, content, saying):
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    refused("rank", path, "--by", "a", saying=saying)
    project = tmp_path / "project.duckdb"
    assert run("demo", "defects", "--into", project, "--quiet").exit_code == 0
    refused("load", project, path, saying=saying)
    with Project(project) as kept:
        assert kept.cursor().execute("select name, rows from datasets").fetchall() == [("defects", 12_000)]


def test_a_missing_path_is_refused(tmp_path):
    refused("metrics", tmp_path / "nowhere.csv", saying="No file at")
    refused("info", tmp_path / "nowhere.duckdb", saying="No file at")


def test_a_newer_project_is_refused_and_left_as_it_was(tmp_path):
    path = tmp_path / "newer.duckdb"
    Project(path).close()
    with duckdb.connect(str(path)) as connection:
        connection.execute("update meta set value = ? where key = 'schema'", [str(VERSION + 1)])
    before = path.read_bytes()
    refused("info", path, saying="newer Slicer")
    assert path.read_bytes() == before


def test_a_project_in_use_names_the_process_that_holds_it(tmp_path):
    path = tmp_path / "held.duckdb"
    hold = (
        f"from slicer.project.store import Project; held = Project({str(path)!r}); print('held', flush=True); input()"
    )
    with subprocess.Popen([sys.executable, "-c", hold], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout.readline() == b"held\n"
        refused("info", path, saying=f"PID {holder.pid}")
        holder.communicate(b"\n")


HOSTILE = '"; drop table x; --'


def odd_file(path, header: list[str], *rows: list[str]):
    def cell(value: str) -> str:
        return '"' + value.replace('"', '""') + '"'

    path.write_text("\n".join(",".join(map(cell, line)) if line else "" for line in [header, *rows]), encoding="utf-8")
    return path


def test_a_prediction_never_seen_among_the_labels_counts_as_an_error_and_is_said(tmp_path):
    path = odd_file(tmp_path / "a.csv", ["id", "label", "prediction"], ["1", "a", "a"], ["2", "b", "zebra"])
    found = metrics_of(path)
    assert found["overall"]["errors"] == 1
    assert any("zebra" in warning for warning in found["warnings"])


def test_a_hostile_column_name_slices_like_any_other(tmp_path):
    rows = [["1", "a", "a", "x"], ["2", "b", "a", "y"], ["3", "b", "b", "y"]]
    path = odd_file(tmp_path / "a.csv", ["id", "label", "prediction", HOSTILE], *rows)
    found = metrics_of(path, "--by", HOSTILE)
    assert [(one["support"], one["errors"]) for one in found["slices"]] == [(2, 1), (1, 0)]
    quoted = '"' + HOSTILE.replace('"', '""') + '"'
    assert metrics_of(path, "--slice", f"{quoted} = 'y'")["slices"][0]["support"] == 2


def test_quotes_in_labels_are_only_quotes(tmp_path):
    rows = [["1", "it's", "it's"], ["2", 'say "no"', "it's"]]
    path = odd_file(tmp_path / "a.csv", ["id", "label", "prediction"], *rows)
    found = metrics_of(path, "--slice", "label = 'it''s'")
    assert set(found["overall"]["classes"]) == {"it's", 'say "no"'}
    assert found["slices"][0]["support"] == 1


def test_a_repeated_header_gets_a_number_and_is_said(tmp_path):
    rows = [["1", "a", "a", "x", "p"], ["2", "b", "a", "y", "q"]]
    path = odd_file(tmp_path / "a.csv", ["id", "label", "prediction", "name", "name"], *rows)
    found = metrics_of(path, "--by", "name_2")
    assert [one["slice"] for one in found["slices"]] == ["name_2 = 'p'", "name_2 = 'q'"]
    assert any("name_2" in warning for warning in found["warnings"])


def test_missing_labels_stand_outside_every_metric_and_missing_predictions_are_errors(tmp_path):
    rows = [["1", "a", "a"], ["2", "", "a"], ["3", "b", ""], ["4", "b", "b"]]
    path = odd_file(tmp_path / "a.csv", ["id", "label", "prediction"], *rows)
    found = metrics_of(path)
    assert (found["rows"], found["unlabelled"], found["unpredicted"]) == (4, 1, 1)
    assert found["overall"]["metrics"]["accuracy"]["value"] == pytest.approx(2 / 3)
    assert found["overall"]["classes"]["b"]["recall"]["value"] == 0.5
    assert found["overall"]["classes"]["b"]["predicted"] == 1


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("noise = 'car nois'", ["No row has noise = 'car nois'; did you mean 'car noise'?"]),
        ("noise in ('car noise', 'zzz') and noise = 'Car noise'", [
            "No row has noise = 'Car noise'; did you mean 'car noise'?", "No row has noise = 'zzz'."]),
        ("noise != 'car nois'", []),
        ("noise = 'car noise' and correct = true and correct = false", []),
        ("tag = 'car nois'", ["No row has tag = 'car nois'; did you mean 'car noise'?"]),
    ],
)  # fmt: skip
def test_a_value_that_no_row_has_is_told_and_the_one_that_was_meant(asked, said):
    bench = slicer.sample("speech")
    for result in (bench.metrics(where=parse(asked)), bench.metrics(slices=[parse(asked)])):
        assert sorted(one for one in result.head.warnings if one.startswith("No row")) == said


@pytest.mark.parametrize(
    "given",
    ["--score s", "--weight s", "--errors s --total n", "--errors n --total s"],
    ids=lambda one: one.replace(" ", ""),
)
@pytest.mark.parametrize("values", [["good", "bad", "fair"], ["1.5", "inf", "2"]], ids=["words", "infinite"])
def test_a_column_that_is_added_up_holds_numbers(tmp_path, given, values):
    path = tmp_path / "rows.csv"
    path.write_text("id,s,n,label,prediction\n" + "".join(f"{i},{v},1,a,a\n" for i, v in enumerate(values)))
    refused("metrics", path, *given.split(), saying="Column 's' is no number on every row")
