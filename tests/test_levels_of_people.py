"""Human levels in every form in which somebody may know them, and what is said where one cannot be used."""

from __future__ import annotations

from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from pages_kit import words
from people_kit import answer, by_slice, refusal
from sklearn.metrics import accuracy_score, f1_score, precision_score, recall_score

import slicer
from slicer.cli import main
from slicer.errors import UsageError
from slicer.human.notes import never_true_notes

LABELS = np.array(["cat", "dog", "fox"])

ranked, refused = partial(answer, "rank"), partial(refusal, "rank")


@pytest.fixture
def crowd() -> pd.DataFrame:
    """400 rows that three people answered, some of them; the truth is nobody's."""
    random = np.random.default_rng(4)
    truth = random.choice(LABELS, 400)

    def says(accuracy: float) -> np.ndarray:
        return np.where(random.random(400) < accuracy, truth, random.choice(LABELS, 400))

    data = pd.DataFrame(
        {"id": range(400), "label": truth, "prediction": says(0.8), "site": random.choice([*"AB"], 400)}
    )
    for name, accuracy, answered in (("human_1", 0.9, 1.0), ("human_2", 0.75, 0.5), ("human_3", 0.95, 0.8)):
        data[name] = np.where(random.random(400) < answered, says(accuracy), "")
    return data


def kept(data: pd.DataFrame, folder: Path) -> Path:
    data.to_csv(folder / "data.csv", index=False)
    return folder / "data.csv"


# --- levels of classes -----------------------------------------------------------------------------


def test_a_number_for_classes_is_the_level_of_each_and_inherited(crowd: pd.DataFrame, tmp_path: Path) -> None:
    found, _ = ranked(kept(crowd, tmp_path), "--classes", "--hlp", 0.97)
    assert {row["hlp"]["value"] for row in found["table"]} == {0.97}
    assert {row["hlp"]["source"] for row in found["table"]} == {"overall"}
    assert all("hlp_inherited" in row["flags"] for row in found["table"])
    for row in found["table"]:
        assert row["gap"]["value"] == pytest.approx(0.97 - row["estimate"]["value"])


def test_a_table_gives_classes_their_levels_and_what_is_of_no_class_is_named(
    crowd: pd.DataFrame, tmp_path: Path
) -> None:
    levels = tmp_path / "levels.csv"
    levels.write_text("slice,value,n\nlabel = 'cat',0.95,200\nsite = 'A',0.5,\n,0.9,\n")
    found, _ = ranked(kept(crowd, tmp_path), "--classes", "--metric", "recall", "--hlp", levels)
    people = {row["name"]: (row["hlp"]["value"], row["hlp"]["source"]) for row in found["table"]}
    assert people == {"cat": (0.95, "given"), "dog": (0.9, "overall"), "fox": (0.9, "overall")}
    assert "Human levels that are of no class here change no number: site = 'A'." in found["warnings"]


def test_a_confusion_matrix_of_people_gives_each_class_its_own_level(crowd: pd.DataFrame, tmp_path: Path) -> None:
    table = tmp_path / "people.csv"
    table.write_text("label,human,rows\ncat,cat,90\ncat,dog,10\ndog,dog,80\ndog,cat,20\nfox,fox,95\nfox,dog,5\n")
    found, _ = ranked(kept(crowd, tmp_path), "--classes", "--metric", "recall", "--hlp", table)
    assert {row["name"]: row["hlp"]["value"] for row in found["table"]} == {"cat": 0.9, "dog": 0.8, "fox": 0.95}


# --- whether people were right ---------------------------------------------------------------------


def test_whether_people_were_right_is_their_level_on_the_same_rows(crowd: pd.DataFrame, tmp_path: Path) -> None:
    """As the same answers give it, where only right or wrong was kept of them, some rows unasked."""
    told = crowd.drop(columns=["human_2", "human_3"]).rename(columns={"human_1": "human"})
    told.loc[::7, "human"] = ""
    flags = told.assign(
        human_correct=np.where(told.human == "", "", (told.human == told.label).astype(int).astype(str))
    )
    (tmp_path / "flags").mkdir()
    expected, _ = ranked(kept(told, tmp_path), "--by", "site")
    found, _ = ranked(kept(flags.drop(columns="human"), tmp_path / "flags"), "--by", "site")
    asked = told[told.human != ""]
    for row, twin in zip(found["table"], expected["table"], strict=True):
        mine = asked[asked.site == row["name"][-1]]
        assert row["hlp"]["value"] == pytest.approx(accuracy_score(mine.label, mine.human))
        assert row["n_paired"] == len(mine) < row["support"]
        assert (row["hlp"], row["gap"], row["potential"]) == (twin["hlp"], twin["gap"], twin["potential"])


def test_classes_have_peoples_recall_where_it_is_known_whether_they_were_right(
    crowd: pd.DataFrame, tmp_path: Path
) -> None:
    flags = crowd.assign(human_correct=(crowd.human_1 == crowd.label).astype(int))
    path = kept(flags.drop(columns=["human_1", "human_2", "human_3"]), tmp_path)
    found, _ = ranked(path, "--classes", "--metric", "recall")
    expected = recall_score(crowd.label, crowd.human_1, labels=LABELS, average=None)
    assert [{row["name"]: row["hlp"]["value"] for row in found["table"]}[label] for label in LABELS] == pytest.approx(
        [*expected]
    )
    by_f1, _ = ranked(path, "--classes")
    assert {row["hlp"]["source"] for row in by_f1["table"]} == {"ceiling"}
    assert any("human_correct says whether people were right and f1 needs what" in one for one in by_f1["warnings"])


# --- which level, and what the truth is ------------------------------------------------------------


def test_which_of_several_figures_is_the_human_level_is_said_with_why_the_others_differ(
    crowd: pd.DataFrame, tmp_path: Path
) -> None:
    path = kept(crowd, tmp_path)
    found, _ = answer("agree", path)
    shown = CliRunner().invoke(main, ["agree", str(path)]).stderr
    people = [crowd[crowd[name] != ""] for name in ("human_1", "human_2", "human_3")]
    mean = np.mean([(one.label == one[f"human_{at + 1}"]).mean() for at, one in enumerate(people)])
    assert found["human_level"] == "mean_annotator"
    level, rows = found["mean_annotator"]["hlp"]["value"], found["hlp_vs_label"]["value"]
    alone = found["hlp_leave_one_out"]["value"]
    assert level == pytest.approx(mean)
    ranking, _ = ranked(path, "--slice", "site in ('A', 'B')")
    assert ranking["table"][0]["hlp"]["value"] == pytest.approx(level)
    assert (
        f"The human level is {100 * level:.1f} %, the mean of annotators: a person drawn at random, against the label; "
        f"averaged over rows, each counted once, it is {100 * rows:.1f} %; "
        f"{100 * alone:.1f} % is how far people agree with each other, not with the label."
    ) in words(shown)
    own, _ = answer("agree", path, "--truth-source", "human")
    assert own["human_level"] == "leave_one_out"


def excellent(truth: np.ndarray, random: np.random.Generator) -> pd.DataFrame:
    """Three people who are right on 99 % of rows, each by themselves."""
    data = pd.DataFrame({"id": range(len(truth)), "label": truth, "prediction": truth})
    for who in ("ann", "bob", "cy"):
        wrong = random.random(len(truth)) < 0.01
        data[f"human_{who}"] = np.where(wrong, random.choice(LABELS, len(truth)), truth)
    return data


def test_people_who_are_nearly_always_right_do_not_make_a_measured_truth_theirs(tmp_path: Path) -> None:
    """On some 40 disputed rows two of three are right on each, and on nearly any other 40 they would be, too."""
    random = np.random.default_rng(1)
    path = kept(excellent(random.choice(LABELS, 2000), random), tmp_path)
    found, _ = answer("agree", path)
    assert len(found["disputed"]) >= 30
    assert (found["truth_source"], found["truth_guessed"]) == ("external", True)
    (doubt,) = [note for note in found["notes"] if "it is taken for such a one" in note]
    assert "“The truth comes from”, or --truth-source human" in doubt
    ranking, _ = ranked(path, "--slice", "label = 'cat'")
    assert doubt in ranking["warnings"]
    told, _ = ranked(path, "--slice", "label = 'cat'", "--truth-source", "external")
    assert doubt not in told["warnings"]


def test_a_vote_of_people_is_taken_for_theirs_and_the_ranking_says_so(tmp_path: Path) -> None:
    """Whatever rows are asked about: a filter does not change what the truth is."""
    random = np.random.default_rng(2)
    truth = random.choice(LABELS, 400)
    people = [np.where(random.random(400) < 0.75, truth, random.choice(LABELS, 400)) for _ in range(3)]
    vote = [max(said, key=said.count) for said in map(list, zip(*people, strict=True))]
    data = pd.DataFrame({"id": range(400), "label": vote, "prediction": truth, "site": random.choice([*"AB"], 400)})
    path = kept(data.assign(**{f"human_{at}": one for at, one in enumerate(people)}), tmp_path)
    for where in ("", "id < 20"):
        found, _ = ranked(path, "--by", "site", "--where", where)
        assert found["truth_source"] == "human"
        assert any("so it is taken for their own" in one for one in found["warnings"])


# --- labels that do not meet -----------------------------------------------------------------------


@pytest.mark.parametrize("columns", [["human_1"], ["human_1", "human_3"]])
def test_labels_of_people_that_only_look_like_the_truth_are_told_by_the_ranking(
    crowd: pd.DataFrame, tmp_path: Path, columns: list[str]
) -> None:
    written = {"cat": "Cat", "dog": "dog ", "fox": "fox"}
    data = crowd[["id", "label", "prediction", "site", *columns]].assign(human_1=crowd.human_1.map(written))
    found, _ = ranked(kept(data, tmp_path), "--by", "site")
    cats, dogs = ((crowd.human_1 == label).sum() for label in ("cat", "dog"))
    assert (
        f"People say 'Cat' ({cats} answers) where the truth is written 'cat', 'dog ' ({dogs} answers) where the truth "
        "is written 'dog': as they stand, they count as wrong."
    ) in found["warnings"]


def test_a_label_in_another_unicode_form_is_written_so_that_it_can_be_told_apart() -> None:
    assert never_true_notes({"cafe\u0301": 3}, ["caf\u00e9"]) == (
        "People say 'cafe\\u0301' (3 answers) where the truth is written 'caf\\xe9': "
        "as they stand, they count as wrong.",
    )


def test_a_filter_does_not_make_a_label_one_that_is_never_the_truth(crowd: pd.DataFrame, tmp_path: Path) -> None:
    path = kept(crowd, tmp_path)
    for command in ("agree", "rank"):
        found, said = answer(command, path, "--where", "label = 'cat'", "--by", "site")
        assert "never the truth" not in f"{found}{said}"


@pytest.mark.parametrize("other", ["", "human_2"])
def test_a_person_who_always_says_the_truth_is_named(crowd: pd.DataFrame, tmp_path: Path, other: str) -> None:
    columns = ["id", "label", "prediction", "site", *filter(None, [other])]
    path = kept(crowd[columns].assign(human_1=crowd.label), tmp_path)
    expected = "human_1 is the same as the truth on all 400 rows. If the truth was taken from it, its 100 % is no human"
    for command in ("agree", "rank"):
        found, said = answer(command, path, "--by", "site")
        assert expected in f"{found.get('notes')}{found['warnings']}{said}"
    honest, _ = ranked(kept(crowd, tmp_path), "--by", "site")
    assert not any("the same as the truth" in one for one in honest["warnings"])


# --- the table on screen ---------------------------------------------------------------------------


def test_the_table_shows_the_model_on_the_rows_people_answered(crowd: pd.DataFrame, tmp_path: Path) -> None:
    """There the model is another number than on all rows, and people minus it is the gap."""
    data = crowd[["id", "label", "prediction", "site"]].assign(human=crowd.human_2)
    shown = CliRunner().invoke(main, ["rank", str(kept(data, tmp_path)), "--by", "site", "--quiet"]).stdout
    head, *rows = shown.splitlines()[1:]
    assert "beside people %" in head
    assert "on rows" in head
    for row in rows:
        asked = data[(data.human != "") & (data.site == row.split("'")[1])]
        assert f" {100 * (asked.label == asked.prediction).mean():.1f} [" in row
        assert f" {len(asked)} " in row
    whole = CliRunner().invoke(main, ["rank", str(kept(data.assign(human=crowd.human_1), tmp_path)), "--by", "site"])
    assert "beside people" not in whole.stdout


def test_rows_of_people_are_the_level_of_a_column_that_says_who_made_a_row(tmp_path: Path) -> None:
    """People's rows are no system's, so all of them are what each system is held against, measured; a column in which
    they have the same values as systems is held against those rows; one that says nothing of them, inherits."""
    random = np.random.default_rng(3)
    people = np.arange(300) < 100
    data = pd.DataFrame(
        {
            "id": range(300),
            "system": np.where(people, "Human", random.choice(["A", "B"], 300)),
            "topic": random.choice(["x", "y"], 300),
            "version": np.where(people, "", "v1"),
            "is_human": people,
            "score": random.normal(0, 1, 300).round(3) + people,
        }
    )
    found, _ = ranked(kept(data, tmp_path), "--by", "system,topic,version", "--hlp", "rows:is_human = true")
    levels = {row["slice"]: row["hlp"] for row in found["table"]}
    mean = data[people].score.mean()
    for system in ("A", "B"):
        assert levels[f"system = '{system}'"]["value"] == pytest.approx(mean)
        assert (levels[f"system = '{system}'"]["source"], levels[f"system = '{system}'"]["inherited"]) == (
            "other_sample",
            False,
        )
    assert levels["topic = 'x'"]["value"] == pytest.approx(data[people & (data.topic == "x")].score.mean())
    assert levels["version = 'v1'"]["source"] == "overall"
    assert {row["action"] for row in found["table"] if row["slice"].startswith("system")} <= {"data", "none"}


# --- what cannot be --------------------------------------------------------------------------------


def test_the_label_or_the_prediction_is_no_column_of_people(crowd: pd.DataFrame, tmp_path: Path) -> None:
    path = kept(crowd, tmp_path)
    stored = tmp_path / "kept.duckdb"
    answer("load", stored, path)
    for source, role in product((path, stored), ("label", "prediction")):
        assert refused(source, "--by", "site", "--hlp", role, "--quiet").startswith(
            f"slicer: '{role}' was given as what people said, and it is the {role}: it cannot be both."
        )


def test_people_beside_a_ready_correct_flag_need_a_truth(crowd: pd.DataFrame, tmp_path: Path) -> None:
    """Whether the model is right says nothing of people; with a label beside it, both have an accuracy and a gap."""
    data = crowd.assign(correct=(crowd.label == crowd.prediction).astype(int)).drop(columns="prediction")
    found, _ = ranked(kept(data.drop(columns="label"), tmp_path), "--by", "site")
    assert {row["hlp"]["source"] for row in found["table"]} == {"ceiling"}
    assert any(one.startswith("People answered, but no column is the label, and correct") for one in found["warnings"])
    known, _ = ranked(kept(data, tmp_path), "--by", "site")
    for row in known["table"]:
        assert row["gap"]["value"] == pytest.approx(row["hlp"]["value"] - row["estimate"]["value"])
        assert row["potential"]["ci"] is not None


def test_what_of_a_table_of_levels_changes_no_number_is_said(crowd: pd.DataFrame, tmp_path: Path) -> None:
    path, levels = kept(crowd, tmp_path), tmp_path / "levels.csv"
    levels.write_text("slice,value,metric\n,0.9,Accuracy\nsite = 'A',0.5,\nsite = 'A',0.95,accuracy\n,0.7,F2\n")
    found, _ = ranked(path, "--by", "site", "--hlp", levels)
    assert {row["name"]: row["hlp"]["value"] for row in found["table"]} == {"site A": 0.95, "site B": 0.9}
    assert "Line 5 of the table of human levels is of another metric: F2." in found["warnings"]
    assert "Line 4 gives site = 'A' again: the last level counts." in found["warnings"]
    levels.write_text("slice,value\n")
    empty, _ = ranked(path, "--by", "site", "--hlp", levels)
    assert "The table of human levels holds no level: below its header there is no line." in empty["warnings"]


def test_levels_of_accuracy_are_the_recall_of_classes(crowd: pd.DataFrame, tmp_path: Path) -> None:
    levels = tmp_path / "levels.csv"
    levels.write_text("slice,value,metric\nlabel = 'cat',0.9,accuracy\nlabel = 'dog',0.8,recall\n")
    found, _ = ranked(kept(crowd, tmp_path), "--classes", "--metric", "recall", "--hlp", levels)
    known = {row["name"]: row["hlp"]["value"] for row in found["table"] if row["hlp"]["source"] == "given"}
    assert known == {"cat": 0.9, "dog": 0.8}


def test_numbers_too_large_for_a_mean_are_refused(tmp_path: Path) -> None:
    data = pd.DataFrame({"id": range(60), "score": 0.5, "human_score": [0.5, 1e308] * 30, "site": ["A", "B"] * 30})
    said = refused(kept(data, tmp_path), "--score", "score", "--human", "human_score", "--by", "site", "--quiet")
    assert said.startswith("slicer: 'human_score' holds the number 1e+308: so large a number is a slip")


def test_counts_of_very_many_people_are_counted(tmp_path: Path) -> None:
    """Half of the pairs of five billion and five billion disagree, and the square is no whole number of eight bytes."""
    data = pd.DataFrame({"id": range(40), "label": "a", "prediction": ["a", "b"] * 20})
    path = kept(data.assign(votes_a=5_000_000_000, votes_b=5_000_000_000), tmp_path)
    found, _ = answer("agree", path, "--human", "counts:votes_")
    assert found["pairwise_agreement"]["value"] == pytest.approx(0.5)
    assert found["disputed"][0]["disagreement"] == pytest.approx(0.5)


def test_python_takes_a_level_as_a_number_and_a_slice_as_a_text(crowd: pd.DataFrame, tmp_path: Path) -> None:
    bench = slicer.open(kept(crowd, tmp_path))
    found = by_slice(bench.rank(by="site", hlp={"": 0.9, "site = 'A'": 0.95}, baselines={"old": 0.8}))
    assert {one.name: (one.hlp.value, one.hlp.source) for one in found.values() if one.hlp} == {
        "site A": (0.95, "given"),
        "site B": (0.9, "overall"),
    }
    assert [one.baselines[0].level.value for one in found.values() if one.baselines[0].level] == [0.8, 0.8]
    assert {one.hlp.value for one in by_slice(bench.rank(by=["site"], hlp=0.9)).values() if one.hlp} == {0.9}
    wrong: list[tuple[Any, str]] = [
        ("high", "is a number, or numbers by slice, not 'high'"),
        (True, "is a number, or numbers by slice, not True"),
        (float("nan"), "is a number, or numbers by slice, not nan"),
        ({"site = 'A'": None}, "is a number, or numbers by slice, not None"),
        ({1: 0.9}, "is of a slice; 1 is none"),
        (95, "is a rate from 0 to 1, not 95"),
    ]
    for level, message in wrong:
        with pytest.raises(UsageError, match=message):
            bench.rank(by=["site"], hlp=level)


@pytest.mark.parametrize("metric", ["recall", "precision", "f1"])
def test_weights_count_in_both_sides_of_a_classs_gap_and_not_in_its_rows(
    crowd: pd.DataFrame, tmp_path: Path, metric: str
) -> None:
    """Half of the rows weigh a third, the others two; people answered some. The interval does not change with the unit
    of the weights."""
    random = np.random.default_rng(5)
    crowd["weight"] = random.choice([1 / 3, 2.0], 400)
    data = crowd[["id", "label", "prediction", "weight"]].assign(human=np.where(crowd.human_2 == "", "", crowd.human_1))
    found, _ = ranked(kept(data, tmp_path), "--classes", "--metric", metric)
    asked = data[data.human != ""]
    score = {"recall": recall_score, "precision": precision_score, "f1": f1_score}[metric]
    people, model = (
        score(asked.label, asked[side], labels=LABELS, average=None, sample_weight=asked.weight)
        for side in ("human", "prediction")
    )
    rows = {row["name"]: row for row in found["table"]}
    for place, label in enumerate(LABELS):
        assert rows[label]["gap"]["value"] == pytest.approx(people[place] - model[place])
        assert (rows[label]["support"], rows[label]["share"]) == (
            sum(data.label == label),
            np.mean(data.label == label),
        )
        assert rows[label]["weight"] == pytest.approx(data.weight[data.label == label].sum() / data.weight.sum())
    heavy, _ = ranked(kept(data.assign(weight=100 * data.weight), tmp_path), "--classes", "--metric", metric)
    for one, other in zip(found["table"], heavy["table"], strict=True):
        assert one["gap"]["ci"] == pytest.approx(other["gap"]["ci"], abs=1e-9)
