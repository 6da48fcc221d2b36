"""The README's code runs, its numbers are those of the samples, and what it links to is there."""

import doctest
import json
import re
from pathlib import Path

import slicer
from benchmarks.tables import in_full, with_brief
from slicer.cli import main
from slicer.display import number
from slicer.metrics.registry import METRICS, forget

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_python_of_the_readme_runs():
    try:
        failed, tried = doctest.testfile(str(ROOT / "README.md"), module_relative=False)
    finally:
        forget("f_half")
    assert (failed, tried) == (0, 8)


def test_the_table_of_the_readme_is_the_ranking_of_the_sample():
    for row in slicer.sample("speech").rank(by=["noise"]).table:
        line = next(
            line for line in README.splitlines() if line.startswith(f"| {row.candidate.name.removeprefix('noise ')} |")
        )
        assert f"{number(row.candidate.estimate.value)} %" in line
        assert f"{number(row.candidate.hlp.value)} %" in line
        if row.candidate.potential:
            assert number(row.candidate.potential, 2) in line


def test_everything_the_readme_points_at_is_there():
    for link in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / link).exists(), link


def test_every_command_of_the_readme_exists_with_its_options():
    for line in re.findall(r"^slicer (.+?)(?:\s+#.*)?$", README, re.MULTILINE):
        words = line.split()
        if words[0] not in main.commands:
            continue
        known = {name for parameter in main.commands[words[0]].params for name in parameter.opts}
        assert {word for word in words if word.startswith("--")} <= known, line
    assert set(re.findall(r"^slicer ([a-z]+)", README, re.MULTILINE)) >= {"demo", "rank", "metrics", "load", "serve"}


def test_every_metric_is_explained_in_the_method():
    method = (ROOT / "docs" / "method.md").read_text(encoding="utf-8").lower()
    rows = " ".join(line.split("|")[1] for line in method.splitlines() if line.startswith("|"))
    for metric in METRICS.values():
        if metric.name.startswith("macro_"):
            continue  # one line for the three
        short = {"fpr": "fpr", "fnr": "fnr", "mcc": "mcc", "ratio": "ratio"}
        assert short.get(metric.name, metric.words.lower()) in rows, metric.name
    assert "macro precision, recall, f1" in rows


def test_the_speed_the_readme_quotes_is_the_speed_that_was_measured():
    """`make bench` writes all three; nobody edits a number by hand."""
    folder = ROOT / "benchmarks" / "results"
    results = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    assert with_brief(README, results) == README
    assert in_full(results) == (folder / "results.md").read_text(encoding="utf-8")
