"""Human levels in every form in which somebody may know them, and what is said where one cannot be used."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from people_kit import answer, refusal
from sklearn.metrics import accuracy_score, recall_score

LABELS = np.array(["cat", "dog", "fox"])

ranked, refused = partial(answer, "rank"), partial(refusal, "rank")


@pytest.fixture
def crowd() -> pd.DataFrame:
    """400 rows that three people answered, some of them; the truth is nobody's."""
    random = np.random.default_rng(4)
    truth = random.choice(LABELS, 400)

    def says(accuracy: float) -> np.ndarray:
        return np.where(random.random(400) < accuracy, truth, random.choice(LABELS, 400))

    data = pd.DataFrame({"id": range(400), "label": truth, "prediction": says(0.8), "site": random.choice([*"AB"], 400)})
    for name, accuracy, answered in (("human_1", 0.9, 1.0), ("human_2", 0.75, 0.5), ("human_3", 0.95, 0.8)):
        data[name] = np.where(random.random(400) < answered, says(accuracy), "")
    return data


def kept(data: pd.DataFrame, folder: Path) -> Path:
    data.to_csv(folder / "data.csv", index=False)
    return folder / "data.csv"


# --- levels of classes -----------------------------------------------------------------------------


def test_a_number_for_classes_is_the_level_of_each_and_said_to_be_inherited(crowd: pd.DataFrame, tmp_path: Path) -> None:
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
    flags = told.assign(human_correct=np.where(told.human == "", "", (told.human == told.label).astype(int).astype(str)))
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
