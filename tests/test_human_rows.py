"""Human level: rows to ask people about, levels kept in the project, and the sentences over its numbers."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from statsmodels.stats.proportion import proportion_confint

import slicer
from slicer.errors import DataError, UsageError
from slicer.findings.agreement import agreement_finding, confused_finding, disputed_finding, figures_of, paradox_of
from slicer.findings.human_level import (
    above_finding,
    level_finding,
    levels_finding,
    source_words,
    step_reason,
    step_words,
)
from slicer.human.hlp import GivenHlp
from slicer.human.sampling import rows_to_measure
from slicer.levelled import Levelled, of_classes, of_slices, whole
from slicer.project.hlp_entries import HlpEntry, drop_level, given_levels, keep_levels, list_levels, read_levels
from slicer.project.store import MEMORY, Project
from slicer.slices import Slice, parse
from slicer.workbench import ALL, Workbench

CAR = parse("noise = 'car noise'")


def plain(words: str) -> str:
    return words.replace("\u202f", " ")


# --- how many rows ---------------------------------------------------------------------------------


@pytest.mark.parametrize("expected", [0.0, 0.03, 0.3, 0.5, 0.7, 0.84, 0.93, 0.99, 1.0])
@pytest.mark.parametrize("half", [0.1, 0.05, 0.02])
def test_rows_to_measure_are_the_fewest_that_are_enough(expected: float, half: float) -> None:
    """Against the intervals of statsmodels, row by row."""
    n = np.arange(1, 3_000)
    low, high = proportion_confint(n * expected, n, method="wilson")
    fewest = int(n[np.argmax((high - low) / 2 <= half)])
    assert rows_to_measure(expected, half) == max(30, fewest)


def test_an_unknown_level_takes_the_most_rows() -> None:
    assert rows_to_measure(None) == max(rows_to_measure(share / 100) for share in range(101)) == 93


def test_a_higher_level_of_confidence_takes_more_rows() -> None:
    assert rows_to_measure(0.8, level=0.99) > rows_to_measure(0.8) > rows_to_measure(0.8, level=0.9)


# --- levels kept in the project --------------------------------------------------------------------


@pytest.fixture
def project() -> Iterator[Project]:
    with Project(MEMORY) as project:
        yield project


def test_a_level_is_kept_replaced_forgotten_and_brought_back(project: Project) -> None:
    first = HlpEntry(slice=CAR, given=GivenHlp(value=0.93, n=100), note="  a   study ", author="ann")
    keep_levels(project, 1, [first, HlpEntry(slice=Slice(), given=GivenHlp(value=0.9, ci=(0.88, 0.92)))])
    kept = list_levels(project, 1)
    assert [(str(one.slice), one.given.value, one.given.n, one.given.ci, one.note) for one in kept] == [
        ("", 0.9, None, (0.88, 0.92), ""),
        ("noise = 'car noise'", 0.93, 100, None, "a study"),
    ]
    keep_levels(project, 1, [HlpEntry(slice=CAR, given=GivenHlp(value=0.95))])
    assert [one.given.value for one in list_levels(project, 1)] == [0.9, 0.95]
    dropped = drop_level(project, 1, CAR)
    assert dropped is not None
    assert len(list_levels(project, 1)) == 1
    keep_levels(project, 1, [dropped])
    assert [one.given.value for one in list_levels(project, 1)] == [0.9, 0.95]
    assert list_levels(project, 2) == []
    assert drop_level(project, 2, CAR) is None


def test_levels_are_kept_all_or_none(project: Project) -> None:
    good, bad = GivenHlp(value=0.9), GivenHlp(value=0.9, ci=(0.95, 0.99))
    with pytest.raises(UsageError, match="all rows, 90 %, lies outside its interval 95 % to 99 %"):
        keep_levels(project, 1, [HlpEntry(slice=CAR, given=good), HlpEntry(slice=Slice(), given=bad)])
    with pytest.raises(UsageError, match=r"car noise' is 1\.2, no rate"):
        keep_levels(project, 1, [HlpEntry(slice=CAR, given=GivenHlp(value=1.2))])
    assert list_levels(project, 1) == []
    keep_levels(project, 1, [HlpEntry(slice=CAR, given=GivenHlp(value=12.5), metric="mae")])
    assert [one.given.value for one in list_levels(project, 1)] == [12.5]


def test_a_table_is_read_by_metric() -> None:
    table = "slice,value,metric,n\n,0.9,,200\nlabel = 'a',0.8,recall,\nlabel = 'a',0.7,f1,"
    entries = read_levels(table, author="ann")
    assert {(str(one.slice), one.metric, one.given.value) for one in entries} == {
        ("", "accuracy", 0.9),
        ("label = 'a'", "recall", 0.8),
        ("label = 'a'", "f1", 0.7),
    }
    assert given_levels(entries, "f1") == {parse("label = 'a'"): GivenHlp(value=0.7)}
    assert given_levels(entries, "recall")[Slice()].n == 200
    with pytest.raises(DataError, match="Line 2"):
        read_levels("slice,value\n,95")
    assert read_levels("slice,value\n,95", "mae")[0].given.value == 95


def test_a_confusion_matrix_of_people_gives_every_rate() -> None:
    entries = read_levels("label,human,rows\ncat,cat,40\ncat,dog,10\ndog,dog,50")
    assert {one.metric: round(one.given.value, 4) for one in entries if one.slice in (ALL, parse("label = 'dog'"))} == {
        "accuracy": 0.9,
        "f1": 0.9091,
        "recall": 1.0,
        "precision": 0.8333,
    }


# --- the rows, and what is said of them ------------------------------------------------------------


@pytest.fixture(scope="module")
def sentiment() -> Workbench:
    return slicer.sample("sentiment")


@pytest.fixture(scope="module")
def speech() -> Workbench:
    return slicer.sample("speech")


def levelled(bench: Workbench, by: str, **given: GivenHlp) -> tuple[Levelled, ...]:
    hlp = {Slice() if name == "all" else parse(name): one for name, one in given.items()} if given else None
    return of_slices(bench.rank(by=[by], slices=[ALL], hlp=hlp))


def test_speech_by_its_gap(speech: Workbench) -> None:
    """Ng's table, by gap instead of by potential."""
    rows = levelled(speech, "noise")
    assert [(one.candidate.name, round(one.gap or 0.0, 4)) for one in rows] == [
        ("noise car noise", 0.04),
        ("noise people noise", 0.02),
        ("all rows", 0.0136),
        ("noise clean speech", 0.01),
        ("noise low bandwidth", 0.0),
    ]
    assert levels_finding(rows) == "Car noise has the widest gap to people: 4.0 points"
    assert plain(level_finding(whole(rows), "asr")) == "People are 1.4 points ahead of asr: 91.6 % against 90.3 %"
    assert above_finding(rows) == "In no slice is the model ahead of people."
    assert [source_words(one) for one in rows] == ["same rows"] * 5
    assert [step_words(one) for one in rows] == ["more data"] * 4 + ["no gain seen"]


def test_an_inherited_level_says_how_many_rows_would_measure_it(speech: Workbench) -> None:
    """Of all rows 95 % is given; a slice of 400 takes it over."""
    rows = levelled(speech, "noise", all=GivenHlp(value=0.95, n=500))
    car = next(one for one in rows if one.candidate.slice == str(CAR))
    assert (car.known, car.measured, source_words(car)) == (True, False, "all rows")
    assert car.rows_wanted == rows_to_measure(0.95) == 30
    assert step_words(car) == "ask people about 30 rows"
    assert plain(step_reason(car)) == "Measure people here: about 30 rows give ±10 points if they reach 95.0 %."
    assert above_finding(rows).endswith("4 of 4 slices take the level of a larger group.")


def test_a_level_nobody_knows_is_no_gap(speech: Workbench) -> None:
    rows = of_slices(speech.rank(by=["noise"], slices=[ALL], hlp={}))
    assert {(one.known, one.gap, step_words(one)) for one in rows} == {(False, None, "ask people about 93 rows")}
    assert level_finding(whole(rows), "asr") == "Nobody knows yet how well people do here"
    assert levels_finding(rows) == "No slice has a gap that can be measured"
    assert "whatever they reach" in step_reason(rows[0])


def test_a_slice_smaller_than_what_is_wanted_is_asked_about_whole(speech: Workbench) -> None:
    few = parse("noise = 'car noise' and duration_s > 6")
    support = speech.count(few).support
    assert 0 < support < 93
    (row,) = of_slices(speech.rank(slices=[few], hlp={}))
    assert row.rows_wanted == support
    assert f"it has {support} row" in step_reason(row)


def test_a_model_ahead_of_people_calls_for_a_look_at_the_conventions(speech: Workbench) -> None:
    rows = levelled(speech, "noise", all=GivenHlp(value=0.8, n=5000))
    all_rows = whole(rows)
    assert all_rows is not None
    assert all_rows.ahead
    assert all_rows.action == "none"
    assert plain(level_finding(all_rows, "asr")) == "The model is 10.3 points ahead of people: 90.3 % against 80.0 %"
    assert step_words(all_rows) == "nothing to gain"
    assert above_finding(rows) == "The model is ahead of people in clean speech, car noise and people noise."


def test_sentiment_is_held_against_people_one_left_out(sentiment: Workbench) -> None:
    """The numbers of sample_data/sentiment.md, in percent and points."""
    agreed = sentiment.agree(by=["domain"])
    rows = of_slices(sentiment.rank(by=["domain"], slices=[ALL]), agreed)
    assert {one.candidate.name: (step_words(one), one.agreement is not None) for one in rows} == {
        "domain editorials": ("fix labels", True),
        "domain product reviews": ("more data", True),
        "all rows": ("fix labels", True),
        "domain film reviews": ("more data", True),
        "domain tweets": ("fix labels", True),
    }
    assert {source_words(one) for one in rows} == {"the others’ answers"}
    assert plain(step_reason(rows[0])).endswith("People agree on 59 % only: settle what the labels mean first.")
    classes = of_classes(sentiment.rank(classes=True, metric="recall"))
    assert [one.candidate.name for one in classes] == ["neutral", "negative", "positive"]
    assert levels_finding(classes, "class") == "Neutral has the widest gap to people: 33.8 points"


def test_agreement_in_sentences(sentiment: Workbench) -> None:
    found = sentiment.agree()
    assert plain(agreement_finding(found)) == (
        "Two people say the same on 76.5 % of rows, less than reliable labels need (alpha 0.63)"
    )
    assert plain(confused_finding(found.confused)) == "Neutral and positive: 42 % of all disagreement"
    assert disputed_finding(found, 100) == "The 100 rows people disagree on most"
    assert disputed_finding(found, 101) == "People disagree on 100 rows"
    figures = {one.name: tuple(map(plain, one.words)) for one in figures_of(found)}
    assert figures["Pairwise agreement"] == ("76.5 %", "75.9 to 77.2")
    assert figures["Gap against the others"] == ("15.0 pp", "13.9 to 16.1")
    assert figures["People against the label"][0] == "84.4 %"
    assert figures["Cohen’s kappa"] == ("–", "Counts do not say who said what: Cohen's kappa is of two people.")
    assert "Alpha of numbers" not in figures
    assert paradox_of(found) == ""


def test_one_rater_agrees_with_nobody() -> None:
    found = slicer.sample("defects").agree()
    assert agreement_finding(found) == "One person answered each row: agreement needs two"
    assert disputed_finding(found, 100) == "People disagree on no row"
    assert confused_finding(found.confused) == "People mix up no two labels"
    assert all(words[1] for words in (one.words for one in figures_of(found)))
