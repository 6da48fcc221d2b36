"""The samples are what their script makes and give the answers their pages promise."""

import subprocess
import sys
from pathlib import Path

import pytest

import slicer
from slicer.metrics.rates import class_metrics
from slicer.samples import list_samples

ROOT = Path(__file__).resolve().parent.parent

COURSE_DEFECTS = {
    "scratch": (82.1, 99.2, 89.8),
    "dent": (92.1, 99.5, 95.7),
    "pit mark": (85.3, 98.7, 91.5),
    "discoloration": (72.1, 97.0, 82.7),
}
"""Precision, recall and F1 in percent, as published with the course."""


@pytest.mark.slow
def test_the_script_makes_every_made_file_byte_for_byte(tmp_path):
    script = ROOT / "sample_data" / "make.py"
    subprocess.run(
        [sys.executable, str(script), "speech", "defects", "--into", str(tmp_path)], check=True, capture_output=True
    )
    made = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.suffix == ".csv"}
    assert {"speech.csv", "speech_tags.csv", "defects.csv"} <= set(made)
    for name, content in made.items():
        assert content == (ROOT / "sample_data" / name).read_bytes(), name


def test_every_sample_says_where_it_comes_from_and_what_to_expect():
    for sample in list_samples():
        page = sample.about.read_text(encoding="utf-8").lower()
        for word in ("origin", "licence", "answers to expect"):
            assert word in page, f"{sample.about.name} says nothing of {word!r}"


def test_speech_by_noise_is_the_table_of_the_course():
    result = slicer.sample("speech").rank(by=["noise"])
    potentials = {row.candidate.slice: row.candidate.potential for row in result.table}
    assert potentials == pytest.approx(
        {
            "noise = 'clean speech'": 0.006,
            "noise = 'car noise'": 0.0016,
            "noise = 'people noise'": 0.006,
            "noise = 'low bandwidth'": 0.0,
        },
        abs=1e-12,
    )
    assert result.overall.value == pytest.approx(0.9026, abs=1e-12)
    ties = {row.candidate.slice: row.tied_with for row in result.table}
    assert ties["noise = 'clean speech'"] == ("noise = 'people noise'",)
    assert ties["noise = 'people noise'"] == ("noise = 'clean speech'",)
    assert ties["noise = 'car noise'"] == ties["noise = 'low bandwidth'"] == ()


def test_defects_have_the_twelve_numbers_of_the_course_and_an_accuracy_that_hides_them():
    overall = slicer.sample("defects").metrics().overall
    found = class_metrics(overall.counts.confusion)
    for name, published in COURSE_DEFECTS.items():
        rates = (found[name].precision.value, found[name].recall.value, found[name].f1.value)
        assert tuple(round(100 * rate, 1) for rate in rates) == published
    assert overall.metrics["accuracy"].value > 0.98
