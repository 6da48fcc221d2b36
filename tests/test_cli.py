"""The command line is a contract: options, exit codes, formats and JSON that other programs rely on."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result

from slicer.cli import main
from slicer.human.hlp import GivenHlp
from slicer.metrics.registry import METRICS
from slicer.project.datasets import get_dataset, list_datasets
from slicer.project.hlp_entries import HlpEntry, keep_levels
from slicer.project.plans import add_to_plan
from slicer.project.store import Project
from slicer.samples import get_sample
from slicer.slices import Slice
from slicer.sources import load_sample
from slicer.version import __version__
from slicer.vocabulary import ACTIONS, FLAGS, HLP_SOURCES, METHODS
from slicer.workbench import Workbench

ROWS = 120
TEXT = "id,label,prediction,human,color,age\n" + "".join(
    f"{n},{'cat' if n % 3 else 'dog'},{'cat' if n % 4 else 'dog'},{'cat' if n % 5 else 'dog'},"
    f"{('red', 'blue', 'green')[n % 3]},{20 + n % 50}\n"
    for n in range(ROWS)
)

Run = Callable[..., Result]
Made = Callable[..., Path]


def slicer(*arguments: object) -> Result:
    """A command in this process; an exception that is no exit fails the test with its traceback."""
    return CliRunner().invoke(main, [str(one) for one in arguments], catch_exceptions=False)


def accepted(*arguments: object) -> Result:
    result = slicer(*arguments)
    assert result.exit_code == 0, result.stderr
    return result


def refused(*arguments: object) -> str:
    """What stderr says of a refusal: one sentence, maybe a hint; exit 2, and nothing on stdout."""
    result = slicer(*arguments)
    assert (result.exit_code, result.stdout) == (2, ""), result.output
    first, *_ = result.stderr.splitlines()
    assert first.startswith("slicer: ")
    assert first.endswith((".", "?"))
    assert "Traceback" not in result.stderr
    return result.stderr.removeprefix("slicer: ")


def document(*arguments: object) -> dict[str, Any]:
    """A command's JSON; stdout must hold nothing else."""
    found: dict[str, Any] = json.loads(accepted(*arguments, "--format", "json").stdout)
    return found


@pytest.fixture
def made(tmp_path: Path) -> Made:
    def make(content: str | bytes = TEXT, name: str = "data.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return make


@pytest.fixture
def project(tmp_path: Path, made: Made) -> Path:
    """A project with the small file and three tags."""
    path = tmp_path / "work.duckdb"
    accepted("load", path, made(), "--quiet", "--dataset", "animals", "--run", "v1")
    accepted("tags", "import", path, made("id,tag,state\n0,blurry,yes\n4,blurry,yes\n4,dark,no\n", "t.csv"), "--quiet")
    return path


# --- documents -------------------------------------------------------------------------------------

HEAD = {
    "schema", "source", "task", "roles", "positive", "rows", "rows_total", "unlabelled", "unpredicted", "warnings",
}  # fmt: skip
ESTIMATE = {"value", "n", "denominator", "ci", "level", "method", "flags"}
ROLES = {
    "id", "label", "prediction", "probabilities", "score", "errors", "total", "correct", "human", "human_correct",
    "features", "text", "image", "audio", "split", "weight", "cluster", "guessed",
}  # fmt: skip


def check_estimate(one: dict[str, Any]) -> None:
    assert set(one) == ESTIMATE
    assert one["method"] is None or one["method"] in METHODS
    assert set(one["flags"]) <= set(FLAGS)
    if one["value"] is None:
        assert one["ci"] is None
    elif one["ci"] is not None:
        assert -1 <= one["ci"][0] <= one["value"] + 1e-9 <= one["ci"][1] + 2e-9 <= 1 + 1e-8


def check_head(found: dict[str, Any], name: str) -> None:
    assert set(found) >= HEAD
    assert found["schema"] == f"slicer.{name}/1"
    assert set(found["source"]) == {"path", "sha256", "dataset", "run"}
    assert set(found["roles"]) == ROLES
    assert found["task"] == "classification"


def test_metrics_prints_every_key_of_the_contract(made: Made) -> None:
    found = document("metrics", made(), "--by", "color", "--by", "age", "--slice", "age >= 40 and color != 'red'")
    check_head(found, "metrics")
    assert (found["rows"], found["rows_total"], found["unlabelled"], found["unpredicted"]) == (120, 120, 0, 0)
    assert found["positive"] == "dog"
    assert [one["slice"] for one in (found["overall"], *found["slices"][:3])] == [
        "", "color = 'blue'", "color = 'green'", "color = 'red'",
    ]  # fmt: skip
    assert found["slices"][-1]["slice"] == "age >= 40 and color != 'red'"
    for one in (found["overall"], *found["slices"]):
        assert set(one) == {
            "slice", "support", "share", "errors", "metrics", "classes", "confusion", "classes_truncated",
        }  # fmt: skip
        assert set(one["metrics"]) == {name for name, metric in METRICS.items() if not metric.on_request}
        for estimate in one["metrics"].values():
            if estimate is not None:
                check_estimate(estimate)
        for class_ in one["classes"].values():
            assert set(class_) == {"support", "predicted", "precision", "recall", "f1"}
        labels, counts = one["confusion"]["labels"], one["confusion"]["counts"]
        assert labels == ["cat", "dog"]
        assert sum(map(sum, counts)) == one["support"]
        assert one["errors"] == counts[0][1] + counts[1][0]
    assert sum(one["support"] for one in found["slices"][:3]) == 120


def test_rank_prints_every_key_of_the_contract(made: Made) -> None:
    found = document("rank", made(), "--by", "color,color*label", "--slice", "age > 68")
    check_head(found, "rank")
    check_estimate(found["overall"])
    assert found["metric"] == "accuracy"
    for row in found["table"]:
        assert set(row) == {
            "slice", "name", "kind", "support", "share", "errors", "error_share", "estimate", "estimate_paired",
            "n_paired", "hlp", "gap", "potential", "ceiling", "shared", "next_best", "cumulative", "action", "flags",
            "weight", "gap_words", "agreement", "baselines", "where_people_are_right", "grouped_with",
            "cautious", "potential_accuracy", "assumption", "share_source",
        }  # fmt: skip
        check_estimate(row["estimate"])
        assert set(row["hlp"]) == {"value", "source", "n", "ci", "inherited"}
        assert row["hlp"]["source"] in HLP_SOURCES
        assert set(row["gap"]) >= {"value", "ci"}
        assert set(row["potential"]) == {"value", "ci", "p_top1", "p_top3", "tied_with"}
        assert row["action"] in ACTIONS
        assert set(row["flags"]) <= set(FLAGS)
        assert row["potential"]["value"] == pytest.approx(max(0, row["gap"]["value"]) * row["share"])
    few = [row["estimate"]["denominator"] < 30 for row in found["table"]]
    assert few == sorted(few)
    assert any(few)
    assert found["roles"]["human"] == ["human"]


def test_load_info_and_tags_say_what_was_read_and_written(made: Made, tmp_path: Path) -> None:
    path = tmp_path / "work.duckdb"
    found = document("load", path, made(TEXT + "broken\n"), "--meta", "git=abc,lr=0.1")
    assert (found["schema"], found["project"], found["dataset"]) == ("slicer.load/1", str(path), "data")
    assert (found["rows"], found["columns"], found["runs"], found["joins"]) == (120, 6, ["model"], [])
    assert set(found["roles"]) == ROLES
    assert found["rejects"] == [{"line": 122, "reason": found["rejects"][0]["reason"]}]
    assert found["sources"][0]["rejected"] == 1
    assert "Left out, since they are no rows: line 122." in found["warnings"]
    tags = document("tags", "import", path, made("id,tag\n0,blurry\n777,dark\n", "t.csv"))
    assert tags == {
        "schema": "slicer.tags/1", "dataset": "data", "examples": 1, "tags": 1, "notes": 0, "unknown": ["777"],
        "left_out": [],
    }  # fmt: skip
    info = document("info", path)
    assert info["schema"] == "slicer.info/1"
    assert [(one["dataset"], one["events"], one["tags"]) for one in info["datasets"]] == [
        ("data", 2, [{"name": "blurry", "yes": 1}])
    ]
    with Project(path) as opened:
        meta = opened.cursor().execute("select meta from runs").fetchall()
    assert json.loads(meta[0][0]) == {"git": "abc", "lr": "0.1"}


def test_the_samples_are_listed_and_loaded(tmp_path: Path) -> None:
    listed = document("demo")
    assert {one["name"] for one in listed["samples"]} >= {"speech", "defects"}
    found = document("demo", "defects", "--into", tmp_path / "d.duckdb")
    assert (found["schema"], found["rows"], found["runs"]) == ("slicer.load/1", 12_000, ["inspector-net"])
    assert "No sample named 'speeech'." in refused("demo", "speeech", "--into", tmp_path / "x.duckdb")
    assert not (tmp_path / "x.duckdb").exists()


def test_notes_go_to_stderr_and_quiet_silences_them(made: Made) -> None:
    text = TEXT.replace("\n5,cat", "\n5,").replace("color", "tag")
    loud = accepted("metrics", made(text), "--format", "json")
    json.loads(loud.stdout)
    assert "label: label (its name is 'label')" in loud.stderr
    assert "note: 1 row has no label: outside every metric." in loud.stderr
    quiet = accepted("metrics", made(text), "--format", "json", "--quiet")
    assert quiet.stderr == ""
    assert json.loads(quiet.stdout) == json.loads(loud.stdout)
    assert "note: Column 'tag' was named 'tag_column'" in loud.stderr


# --- formats ---------------------------------------------------------------------------------------

COMMANDS = {
    "demo": ["demo"],
    "info": ["info", "PROJECT"],
    "load": ["load", "NEW", "DATA"],
    "metrics": ["metrics", "DATA", "--by", "color"],
    "rank": ["rank", "DATA", "--by", "color"],
    "rank of a project": ["rank", "PROJECT", "--by", "color", "--tags"],
    "rank classes": ["rank", "DATA", "--classes"],
    "plan": ["plan", "PROJECT"],
    "collect": ["collect", "PROJECT", "--slice", "color = 'blue'"],
    "tags export": ["tags", "export", "PROJECT"],
    "tags import": ["tags", "import", "PROJECT", "TAGS"],
}


@pytest.fixture
def filled(project: Path, made: Made, tmp_path: Path) -> Callable[[str], list[object]]:
    """A command of the table with real paths."""
    with Project(project) as opened:
        bench = Workbench(opened, get_dataset(opened))
        result = bench.rank(by=["color"])
        rows = bench.predictions(result, Slice(), [result.table[0].candidate.slice])
        add_to_plan(opened, bench.dataset.id, rows, author="ana")
    places = {
        "PROJECT": project, "DATA": made(), "NEW": tmp_path / "new.duckdb", "TAGS": made("id,tag\n1,dark\n", "u.csv"),
    }  # fmt: skip
    return lambda command: [places.get(word, word) for word in COMMANDS[command]]


Filled = Callable[[str], list[object]]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_prints_every_format(filled: Filled, command: str, tmp_path: Path) -> None:
    for format_ in ("table", "csv", "markdown", "json"):
        (tmp_path / "new.duckdb").unlink(missing_ok=True)
        result = accepted(*filled(command), "--format", format_, "--quiet")
        assert result.stderr == ""
        text = result.stdout
        assert text.endswith("\n")
        if format_ == "json":
            json.loads(text)
        elif format_ == "csv":
            header, *rows = list(csv.reader(io.StringIO(text)))
            assert rows
            assert all(len(row) == len(header) for row in rows)
        elif format_ == "markdown":
            lines = text.splitlines()
            assert set(lines[1]) == set("| -")
            assert len({line.replace("\\|", "").count("|") for line in lines}) == 1
        else:
            assert len(text.splitlines()) >= 2
            assert "None" not in text
            assert "nan" not in text


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_writes_a_workbook(filled: Filled, command: str, tmp_path: Path) -> None:
    out = tmp_path / "out.xlsx"
    result = accepted(*filled(command), "--format", "xlsx", "--out", out, "--quiet")
    assert result.output == ""
    sheet = openpyxl.load_workbook(out).worksheets[0]
    assert sheet.max_row >= 2
    (tmp_path / "new.duckdb").unlink(missing_ok=True)
    assert "A workbook needs a file to go to." in refused(*filled(command), "--format", "xlsx")
    assert not (tmp_path / "new.duckdb").exists()


@pytest.mark.parametrize(
    ("ending", "start"), [(".json", "{"), (".csv", "slice,"), (".md", "| slice"), (".txt", "slice ")]
)
def test_a_file_gets_the_format_of_its_ending(made: Made, tmp_path: Path, ending: str, start: str) -> None:
    out = tmp_path / f"out{ending}"
    result = accepted("metrics", made(), "--out", out, "--quiet")
    assert result.output == ""
    assert out.read_text(encoding="utf-8").startswith(start)


def test_the_file_holds_what_the_screen_would_show(made: Made, tmp_path: Path) -> None:
    out = tmp_path / "out.txt"
    for format_ in ("json", "csv", "markdown", "table"):
        accepted("rank", made(), "--by", "color", "--format", format_, "--out", out, "--quiet")
        shown = accepted("rank", made(), "--by", "color", "--format", format_, "--quiet").stdout
        assert out.read_text(encoding="utf-8") == shown


def test_csv_holds_fractions_and_nothing_where_there_is_no_answer(made: Made) -> None:
    text = accepted("metrics", made(), "--by", "color", "--where", "label = 'cat'", "--format", "csv", "--quiet").stdout
    rows = list(csv.DictReader(io.StringIO(text)))
    assert rows[0]["slice"] == ""
    assert float(rows[0]["accuracy"]) == pytest.approx(60 / 80)
    assert rows[0]["recall"] == ""


def test_tags_without_any_still_have_a_header(made: Made, tmp_path: Path) -> None:
    accepted("load", tmp_path / "p.duckdb", made(), "--quiet")
    shown = accepted("tags", "export", tmp_path / "p.duckdb", "--format", "csv").stdout
    assert shown == "id,tag,state,author,at,note\n"


# --- options ---------------------------------------------------------------------------------------


def test_the_level_changes_the_intervals_and_nothing_else(made: Made) -> None:
    narrow, wide = (document("metrics", made(), "--level", level, "--quiet")["overall"] for level in (0.5, 0.99))
    for name in ("accuracy", "f1", "mcc"):
        assert narrow["metrics"][name]["value"] == wide["metrics"][name]["value"]
        assert wide["metrics"][name]["ci"][0] < narrow["metrics"][name]["ci"][0]
        assert (narrow["metrics"][name]["level"], wide["metrics"][name]["level"]) == (0.5, 0.99)


def test_the_same_seed_gives_the_same_document(made: Made) -> None:
    first, again, other = (document("rank", made(), "--by", "color", "--seed", seed, "--quiet") for seed in (1, 1, 2))
    assert first == again
    assert [row["slice"] for row in first["table"]] == [row["slice"] for row in other["table"]]


def test_where_narrows_everything(made: Made) -> None:
    found = document("metrics", made(), "--where", "color = 'red'", "--by", "label", "--quiet")
    assert (found["rows"], found["rows_total"], found["overall"]["support"]) == (40, 120, 40)
    assert [one["slice"] for one in found["slices"]] == ["label = 'dog'"]
    nothing = document("metrics", made(), "--where", "color = 'pink'", "--quiet")
    assert (nothing["rows"], nothing["overall"]["metrics"]["accuracy"]["value"]) == (0, None)
    assert document("rank", made(), "--where", "color = 'pink'", "--by", "color", "--quiet")["table"] == []


def test_by_takes_each_column_alone_and_a_star_crosses_two(made: Made) -> None:
    alone = document("metrics", made(), "--by", "color,label", "--quiet")["slices"]
    assert [one["slice"].split(" ")[0] for one in alone] == ["color"] * 3 + ["label"] * 2
    crossed = document("metrics", made(), "--by", "color*label", "--quiet")["slices"]
    assert crossed[0]["slice"] == "color = 'blue' and label = 'cat'"
    assert sum(one["support"] for one in crossed) == 120
    starred = made(TEXT.replace("color", "a*b"), "star.csv")
    assert document("metrics", starred, "--by", "a*b", "--quiet")["slices"][0]["slice"] == "\"a*b\" = 'blue'"


def test_metrics_are_chosen_by_name(made: Made) -> None:
    found = document("metrics", made(), "--metric", "recall,mcc", "--positive", "cat", "--quiet")
    assert set(found["overall"]["metrics"]) == {"recall", "mcc"}
    assert found["positive"] == "cat"
    assert found["overall"]["metrics"]["recall"]["value"] == pytest.approx(60 / 80)
    shown = accepted("metrics", made(), "--metric", "recall,mcc", "--quiet").stdout
    assert shown.splitlines()[0].split() == ["slice", "rows", "recall", "%", "mcc"]


def test_human_level_comes_from_a_number_a_file_or_a_column(made: Made) -> None:
    def levels(*options: object) -> dict[str, tuple[float, str]]:
        table = document("rank", made(), "--by", "color", "--quiet", *options)["table"]
        return {row["slice"]: (round(row["hlp"]["value"], 4), row["hlp"]["source"]) for row in table}

    assert set(levels("--hlp", "0.9").values()) == {(0.9, "overall")}
    table = made("slice,value,n,metric\n,0.8,100,accuracy\ncolor = 'red',0.95,,\ncolor = 'red',0.1,,f1\n", "hlp.csv")
    given = levels("--hlp", table)
    assert given["color = 'red'"] == (0.95, "given")
    assert given["color = 'blue'"] == (0.8, "overall")
    measured = levels("--hlp", "human")
    assert measured == levels()
    assert {source for _, source in measured.values()} == {"paired"}
    ceiling = levels("--ignore", "human")
    assert set(ceiling.values()) == {(1.0, "ceiling")}


def test_classes_are_ranked_by_their_own_metric(made: Made) -> None:
    found = document("rank", made(), "--classes", "--metric", "recall", "--quiet")
    assert found["metric"] == "recall"
    assert {row["slice"]: row["kind"] for row in found["table"]} == {"label = 'cat'": "class", "label = 'dog'": "class"}
    assert document("rank", made(), "--classes", "--quiet")["metric"] == "f1"


def test_tags_are_ranked_beside_slices(project: Path) -> None:
    table = document("rank", project, "--by", "color", "--tags", "--slice", "tag = 'blurry'", "--quiet")["table"]
    tags = [row for row in table if row["kind"] == "tag"]
    assert {row["slice"] for row in tags} == {"tag = 'blurry'"}
    assert {row["kind"] for row in table} == {"slice", "tag"}


def test_the_newest_data_set_and_run_are_taken_unless_others_are_named(project: Path, made: Made) -> None:
    text = "id,prediction\n" + "".join(f"{n},{'cat' if n % 3 else 'dog'}\n" for n in range(ROWS))
    found = document("load", project, made(text, "v2.csv"), "--dataset", "animals", "--run", "v2", "--quiet")
    assert (found["runs"], found["joins"]) == (
        ["v1", "v2"],
        [{"matched": 120, "missing": 0, "unmatched": 0, "skipped": []}],
    )
    accepted("load", project, made(TEXT, "other.csv"), "--quiet")

    def right(*options: str) -> tuple[str, str, float]:
        found = document("metrics", project, "--quiet", *options)
        return found["source"]["dataset"], found["source"]["run"], found["overall"]["metrics"]["accuracy"]["value"]

    assert right() == ("other", "model", pytest.approx(70 / 120))
    assert right("--dataset", "animals") == ("animals", "v2", 1.0)
    assert right("--dataset", "animals", "--run", "v1") == ("animals", "v1", pytest.approx(70 / 120))
    assert "No data set named 'x'." in refused("metrics", project, "--dataset", "x")
    assert "No run named 'v9'." in refused("metrics", project, "--run", "v9")


def test_labels_and_predictions_are_loaded_from_two_files(made: Made, tmp_path: Path) -> None:
    labels = made("id,label\n1,a\n2,b\n3,a\n", "labels.csv")
    predictions = made("id,pred\n2,b\n3,b\n9,a\n", "preds.csv")
    result = accepted("load", tmp_path / "p.duckdb", labels, predictions, "--run", "v1")
    assert "joined preds.csv  2 rows matched, 1 without, 1 ids unknown" in result.stdout
    found = document("metrics", tmp_path / "p.duckdb")
    assert (found["unpredicted"], found["overall"]["metrics"]["accuracy"]["value"]) == (1, pytest.approx(1 / 3))


# --- roles -----------------------------------------------------------------------------------------

THREE = "id,label,p_a,p_b,p_c\n1,a,0.6,0.3,0.1\n2,b,0.4,0.4,0.2\n3,c,0.2,0.2,0.6\n4,c,0.5,0.1,0.4\n"
TWO = "id,label,score_v1,score_v2\n1,spam,0.9,0.5\n2,ham,0.5,0.4\n3,ham,0.1,0.6\n4,spam,,0.4\n"


def test_several_probabilities_predict_the_largest_and_the_first_of_equals(made: Made) -> None:
    """The first in the order of the classes, not of the columns."""
    for given in ("p_{class}", "a=p_a,b=p_b,c=p_c"):
        found = document("metrics", made(THREE), "--probabilities", given, "--quiet")
        assert found["overall"]["confusion"]["counts"] == [[1, 0, 0], [1, 0, 0], [1, 0, 1]]
    swapped = made(THREE.replace("p_a,p_b", "p_b,p_a"), "swapped.csv")
    found = document("metrics", swapped, "--probabilities", "p_{class}", "--quiet")
    assert found["overall"]["confusion"]["counts"][1] == [1, 0, 0]


def test_one_probability_predicts_the_positive_class_from_one_half(made: Made) -> None:
    found = document("metrics", made(TWO), "--probabilities", "spam=score_v1", "--ignore", "score_v2", "--quiet")
    assert found["positive"] == "spam"
    assert found["overall"]["confusion"] == {"labels": ["ham", "spam"], "counts": [[1, 1], [0, 1]]}
    assert found["unpredicted"] == 1
    assert found["overall"]["metrics"]["accuracy"]["value"] == pytest.approx(2 / 4)
    other = document(
        "metrics", made(TWO), "--probabilities", "score_v1", "--ignore", "score_v2", "--positive", "ham", "--quiet"
    )
    assert other["overall"]["confusion"]["counts"] == [[1, 1], [1, 0]]


def test_a_pattern_makes_a_run_of_each_suffix(made: Made) -> None:
    text = "id,label,spam:v1,ham:v1,spam:v2,ham:v2\n1,spam,0.9,0.1,0.1,0.9\n2,ham,0.2,0.8,0.3,0.7\n"
    path = made(text)
    for run, right in (("v1", 1.0), ("v2", 0.5)):
        found = document("metrics", path, "--probabilities", "{class}:{run}", "--run", run, "--quiet")
        assert found["overall"]["metrics"]["accuracy"]["value"] == right


def test_several_predictions_are_several_runs(made: Made) -> None:
    text = "id,y,first,second\n" + "".join(f"{n},{'ab'[n % 2]},a,{'ab'[n % 2]}\n" for n in range(40))
    options = ["--label", "y", "--prediction", "old=first", "--prediction", "second", "--quiet"]
    assert document("metrics", made(text), *options)["source"]["run"] == "second"
    assert document("metrics", made(text), *options, "--run", "old")["overall"]["errors"] == 20


def test_a_ready_flag_stands_in_for_label_and_prediction(made: Made) -> None:
    text = "question,verdict,judge\n" + "".join(f"q{n},{['yes', 'no', ''][n % 3]},yes\n" for n in range(60))
    found = document("metrics", made(text), "--correct", "verdict", "--human-correct", "judge", "--quiet")
    assert (found["overall"]["errors"], found["unlabelled"]) == (20, 20)
    assert found["overall"]["confusion"] is None


def test_what_is_given_is_not_told_as_guessed(made: Made) -> None:
    result = accepted("metrics", made(), "--label", "label", "--prediction", "prediction", "--format", "json")
    assert "label: label" not in result.stderr
    assert "human: human" in result.stderr
    assert set(json.loads(result.stdout)["roles"]["guessed"]) == {"id", "human", "feature"}


# --- refusals --------------------------------------------------------------------------------------

BAD = {
    "empty": (b"", "holds nothing"),
    "header": (b"id,label,prediction\n", "holds only a header (id, label, prediction)"),
    "binary": (bytes(range(256)) * 9, "it is a binary file"),
    "no label": (b"a,b\n1,2\n3,4\n", "could be a prediction"),
    "one label": (b"label,x\na,1\nb,2\n", "could be a prediction"),
}


@pytest.mark.parametrize("what", BAD)
@pytest.mark.parametrize("command", ["metrics", "rank", "load"])
def test_a_file_that_holds_no_predictions_is_refused(what: str, command: str, made: Made, tmp_path: Path) -> None:
    content, sentence = BAD[what]
    path, new = made(content, "bad.csv"), tmp_path / "new.duckdb"
    told = refused(
        *{"metrics": ["metrics", path], "rank": ["rank", path, "--by", "x"], "load": ["load", new, path]}[command]
    )
    assert sentence in told
    assert "bad.csv" in told
    assert sorted(os.listdir(tmp_path)) == ["bad.csv"]


@pytest.mark.parametrize("what", BAD)
def test_a_project_is_as_before_after_a_refused_load(what: str, project: Path, made: Made) -> None:
    before = document("info", project)
    refused("load", project, made(BAD[what][0], "bad.csv"))
    refused("load", project, made(BAD[what][0], "bad.csv"), "--dataset", "animals", "--run", "v2")
    assert document("info", project) == before


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["metrics", "none.csv"], "No file at none.csv."),
        (["metrics", "none.duckdb"], "No file at none.duckdb."),
        (["info", "none.duckdb"], "No file at none.duckdb."),
        (["tags", "export", "none.duckdb"], "No file at none.duckdb."),
        (["tags", "import", "PROJECT", "none.csv"], "No file at none.csv."),
        (["load", "PROJECT", "none.csv"], "No file at none.csv."),
        (["load", "DATA", "DATA"], "is no name for a project."),
        (["load", "none/new.duckdb", "DATA"], "There is no folder none to keep the project in."),
        (["load", "NEW", "DATA", "--meta", "abc"], "--meta takes K=V; 'abc' has no '='."),
        (["metrics", "sc://host"], "sc://host names a Spark engine; this version reads files and projects."),
        (["metrics", "DATA", "--label", "lable"], "No column named 'lable'; did you mean 'label'?"),
        (["metrics", "DATA", "--prediction", "v1=nope"], "No column named 'nope'."),
        (["metrics", "DATA", "--positive", "bird"], "No class 'bird' to count as positive."),
        (["metrics", "DATA", "--probabilities", "p_{class}"], "No column fits 'p_{class}'."),
        (["metrics", "DATA", "--correct", "age"], "Column 'age' does not say right or wrong"),
        (["metrics", "DATA", "--by", "agee"], "No column named 'agee'; did you mean 'age'?"),
        (["metrics", "DATA", "--by", "color*"], "No column named ''."),
        (["metrics", "DATA", "--where", "age >"], "Character 6: a value expected, found the end."),
        (["metrics", "DATA", "--slice", "age > 'old'"], "'old' does not compare with it."),
        (["metrics", "DATA", "--metric", "accurracy"], "No metric named 'accurracy'."),
        (["metrics", "DATA", "--run", "v9"], "No run named 'v9'."),
        (["rank", "DATA"], "Nothing to rank."),
        (["rank", "DATA", "--by", "color", "--metric", "mae"], "'mae' cannot be."),
        (["rank", "DATA", "--classes", "--by", "color"], "Classes are ranked by a metric of their own"),
        (["rank", "DATA", "--by", "color", "--hlp", "95"], "A human level is a rate from 0 to 1, not 95."),
        (["rank", "DATA", "--by", "color", "--hlp", "nan"], "A human level is a rate from 0 to 1, not nan."),
        (["rank", "DATA", "--by", "color", "--hlp", "none.csv"], "No file at none.csv."),
        (["rank", "DATA", "--by", "color", "--hlp", "nobody"], "No column named 'nobody'."),
        (["rank", "DATA", "--by", "color", "--hlp", "BINARY"], "it is a binary file."),
        (["rank", "DATA", "--by", "color", "--hlp", "DATA"], "A table of human levels has the columns slice and value"),
        (["metrics", "DATA", "--out", "none/out.csv"], "There is no folder none to write to."),
        (["metrics", "DATA", "--out", "PROJECT"], "names a project; a result would take its place."),
        (["metrics", "DATA", "--out", "DATA"], "is the file that was read; it is not overwritten."),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_in_one_sentence(
    arguments: list[str], sentence: str, project: Path, made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    places = {
        "PROJECT": project, "DATA": made(), "NEW": tmp_path / "new.duckdb", "BINARY": made(bytes(range(256)), "b.csv"),
    }  # fmt: skip
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert sentence in refused(*(places.get(word, word) for word in arguments), "--quiet")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize(
    "arguments",
    [[], ["nope"], ["metrics"], ["metrics", "DATA", "--level", "0"], ["metrics", "DATA", "--level", "95"],
     ["metrics", "DATA", "--format", "yaml"], ["rank", "DATA", "--by", "color", "--seed", "-1"],
     ["metrics", "DATA", "--nope"], ["load", "x.duckdb"], ["metrics", "DATA", "--out", "."]],
)  # fmt: skip
def test_a_wrong_option_is_told_with_exit_2(arguments: list[str], made: Made, tmp_path: Path) -> None:
    result = slicer(*(made() if word == "DATA" else tmp_path if word == "." else word for word in arguments))
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "Usage:" in result.stderr


def test_a_project_of_a_later_version_is_refused(project: Path) -> None:
    with Project(project) as opened:
        opened.cursor().execute("update meta set value = '99'")
    before = project.read_bytes()
    assert "was written by a newer Slicer (schema 99" in refused("info", project)
    assert project.read_bytes() == before


def test_a_project_that_another_process_has_is_refused_with_its_name(project: Path, made: Made) -> None:
    script = (
        "import sys; from slicer.project.store import Project; p = Project(sys.argv[1]); print(1, flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(project)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "1\n"
        for arguments in (["info", project], ["metrics", project], ["load", project, made()]):
            told = refused(*arguments)
            assert f"PID {other.pid}" in told
            assert "is in use by another process (python" in told
        other.communicate("\n")


# --- odd, but accepted -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "note"),
    [
        (lambda text: text.replace("\n5,cat,cat", "\n5,cat,bird"), "Predicted but never a label: bird (1 rows"),
        (lambda text: text.replace("\n5,cat", "\n5,bird"), "Never predicted: bird"),
        (lambda text: text.replace("\n5,cat", "\n5,"), "1 row has no label: outside every metric."),
        (lambda text: text.replace("\n5,cat,cat", "\n5,cat,"), "1 row has no prediction: counted as errors."),
        (
            lambda text: text.replace(",color,", ",label,"),
            "Names that stood in the header already got a number: label_2.",
        ),
        (lambda text: text.replace("\n5,", "\n6,"), "Id column 'id' does not name each row once"),
        (lambda text: text.replace("id,", "nr,", 1), "No id column: ids were made from the label and the features"),
        (lambda text: text + "5,cat\n", "Left out, since they are no rows: line 122."),
        (lambda text: text, "Positive class: dog (it is the rarer class)."),
    ],
)
def test_what_is_odd_is_accepted_with_a_note(change: Callable[[str], str], note: str, made: Made) -> None:
    result = accepted("metrics", made(change(TEXT)), "--format", "json")
    assert note in result.stderr
    assert any(note in warning for warning in json.loads(result.stdout)["warnings"])


@pytest.mark.parametrize(
    "name", ['"; drop table x; --', "a'b", "select", "a.b", "[bold]", "ünï 🎉", "x" * 200, "-", "a b"]
)
def test_a_column_of_any_name_is_sliced_and_printed(name: str, made: Made) -> None:
    """What a slice prints can be given back as a filter."""
    quoted = name.replace('"', '""')
    path = made(TEXT.replace("color", f'"{quoted}"'))
    found = document("metrics", path, "--by", name, "--quiet")
    assert [one["support"] for one in found["slices"]] == [40, 40, 40]
    again = document("metrics", path, "--where", found["slices"][0]["slice"], "--quiet")
    assert again["rows"] == 40
    accepted("rank", path, "--by", name, "--quiet")


def test_a_quote_in_a_label_is_only_a_letter(made: Made) -> None:
    path = made(TEXT.replace("cat", "ca't").replace("dog", "d\\og%_"))
    found = document("metrics", path, "--by", "label", "--quiet")
    assert [one["slice"] for one in found["slices"]] == ["label = 'ca''t'", "label = 'd\\og%_'"]
    assert [one["support"] for one in found["slices"]] == [80, 40]
    again = document("metrics", path, "--where", found["slices"][0]["slice"], "--quiet")
    assert again["rows"] == 80


# --- what a program on the other side would make of it ---------------------------------------------

RUNS = ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(1)", "\t=1", "\r=2"]


def test_no_cell_runs_in_a_spreadsheet(made: Made, tmp_path: Path) -> None:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["id", "label", "prediction", "color"])
    writer.writerows([n, "a", "ab"[n % 2], RUNS[n % 6]] for n in range(240))
    project = tmp_path / "work.duckdb"
    accepted("load", project, made(out.getvalue()), "--quiet")
    tags = "id,tag,state,author,note\n" + "".join(
        f'{n},"{text}",yes,"{text}","{text}"\n' for n, text in enumerate(RUNS)
    )
    accepted("tags", "import", project, made(tags, "t.csv"), "--quiet")
    for command in (
        ["rank", project, "--by", "color", "--tags"],
        ["metrics", project, "--by", "color"],
        ["tags", "export", project],
    ):
        text = accepted(*command, "--format", "csv", "--quiet").stdout
        cells = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
        risky = [cell for cell in cells if cell.startswith(("=", "+", "@", "\t", "\r"))]
        assert risky == []
        assert all(
            cell.lstrip("-").replace(".", "").replace("e-", "").isdigit() for cell in cells if cell.startswith("-")
        )
        accepted(*command, "--format", "xlsx", "--out", tmp_path / "out.xlsx", "--quiet")
        book = openpyxl.load_workbook(tmp_path / "out.xlsx")
        assert {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
    exported = accepted("tags", "export", project, "--format", "csv", "--quiet").stdout
    assert accepted("tags", "import", project, made(exported, "back.csv"), "--format", "json").exit_code == 0
    with Project(project) as opened:
        states = opened.cursor().execute("select count(distinct tag) from tag_states").fetchall()
    assert states == [(6,)]


def test_nothing_in_the_data_steers_the_terminal(made: Made) -> None:
    colors = ["\x1b[31mred\x1b[0m", ":dog: [bold]x[/bold]", "two\nlines", "y" * 500]
    text = "id,label,prediction,color\n" + "".join(
        f'{n},a,{"ab"[n % 2]},"{colors[n % 4]}"\n' for n in range(80)
    )  # fmt: skip
    result = accepted("metrics", made(text.replace("id,", '"\x1b[2Jid",', 1)), "--by", "color", "--metric", "accuracy")
    assert "\x1b" not in result.stdout + result.stderr
    assert "\\x1b[31mred" in result.stdout
    assert ":dog: [bold]x[/bold]" in result.stdout
    assert "'two\\nlines'" in result.stdout
    assert len(result.stdout.splitlines()) == 6
    assert max(map(len, result.stdout.splitlines())) < 260


def test_markdown_stays_one_table(made: Made) -> None:
    colors = ["a|b", "<b>x</b>", "two\nlines", "back\\slash|", "`code"]
    text = "id,label,prediction,color\n" + "".join(f'{n},a,a,"{colors[n % 5]}"\n' for n in range(50))
    lines = accepted("metrics", made(text), "--by", "color", "--format", "markdown", "--quiet").stdout.splitlines()
    assert len(lines) == 8
    assert all(line.startswith("| ") and line.endswith(" |") for line in lines)
    assert len({line.replace("\\\\", "").replace("\\|", "").count("|") for line in lines}) == 1
    assert not any("<b>" in line for line in lines)


# --- in a process of its own -----------------------------------------------------------------------


def process(*arguments: object, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "slicer", *map(str, arguments)],
        capture_output=True,
        check=False,
        env={**os.environ, **environment},
    )


def test_the_version_is_printed() -> None:
    done = process("--version")
    assert (done.returncode, done.stdout.decode().strip(), done.stderr) == (0, __version__, b"")


def test_json_on_stdout_is_pure_in_a_process_of_its_own(made: Made) -> None:
    done = process("rank", made(), "--by", "color", "--format", "json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["schema"] == "slicer.rank/1"
    assert b"human: human" in done.stderr


def test_a_terminal_without_the_letters_gets_the_table_all_the_same(made: Made) -> None:
    done = process("rank", made(TEXT.replace("red", "Ж")), "--by", "color", "--quiet", PYTHONIOENCODING="cp1252")
    assert done.returncode == 0, done.stderr.decode()
    assert b"color = '\\u0416'" in done.stdout


def test_two_loads_at_once_leave_a_whole_project(made: Made, tmp_path: Path) -> None:
    """One of them waits or is refused; neither leaves half a data set."""
    path = tmp_path / "work.duckdb"
    accepted("load", path, made(), "--quiet")
    command = [sys.executable, "-m", "slicer", "load", str(path), str(made()), "--quiet"]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(2)]
    codes = []
    for one in both:
        one.communicate()
        codes.append(one.returncode)
    assert set(codes) <= {0, 2}
    with Project(path) as opened:
        assert len(list_datasets(opened)) == 1 + codes.count(0)
        assert get_dataset(opened).rows == ROWS


# --- saved slices ----------------------------------------------------------------------------------


def test_a_slice_file_goes_in_and_comes_out_the_same(project: Path, made: Made, tmp_path: Path) -> None:
    text = "- name: elders\n  slice: age >= 60\n- name: 'no'\n  slice: color = 'red'\n  note: for the audit\n"
    assert document("slices", "import", project, made(text, "slices.yaml"))["slices"] == ["elders", "no"]
    accepted("slices", "export", project, "--out", tmp_path / "out.yaml")
    assert (tmp_path / "out.yaml").read_text(encoding="utf-8") == text
    assert document("slices", "export", project)["slices"][1] == {
        "name": "no", "slice": "color = 'red'", "note": "for the audit"
    }  # fmt: skip
    (row,) = document("rank", project, "--slice", "age >= 60", "--hlp", "0.99")["table"]
    assert (row["name"], row["slice"]) == ("elders", "age >= 60")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "- name: good\n  slice: age >= 60\n- name: x\n  slice: colour = 'red'\n",
            "No column named 'colour'; did you mean 'color'?",
        ),
        ("- name: x\n  slice: color = \n", "Entry 1 of the slice file, x: Character"),
        ("name: x", "The slice file holds no list."),
    ],
)
def test_a_slice_file_that_does_not_fit_changes_nothing(project: Path, made: Made, text: str, sentence: str) -> None:
    assert sentence in refused("slices", "import", project, made(text, "slices.yaml"))
    assert document("slices", "export", project)["slices"] == []


def test_levels_entered_in_the_project_are_those_of_the_command_too(tmp_path: Path) -> None:
    path = tmp_path / "work.duckdb"
    with Project(path) as project:
        dataset = load_sample(project, get_sample("adult"))
        keep_levels(project, dataset.id, [HlpEntry(slice=Slice(), given=GivenHlp(value=0.95))])
    said = json.loads(accepted("rank", path, "--by", "sex", "--format", "json").stdout)
    assert [row["hlp"]["value"] for row in said["table"]] == [0.95, 0.95]
    given = json.loads(accepted("rank", path, "--by", "sex", "--hlp", "0.99", "--format", "json").stdout)
    assert {row["hlp"]["value"] for row in given["table"]} == {0.99}
