"""What people said: one column each, a count for each class, or a row for each answer."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner

import slicer
from slicer.cli import main
from slicer.errors import UsageError
from slicer.given import given_roles
from slicer.guessing import guess_roles
from slicer.people import answer_columns, class_counted, counting_columns
from slicer.project import migrations, store
from slicer.project.annotations import answers_of, count_annotations
from slicer.project.datasets import get_dataset, set_roles
from slicer.project.reading import look
from slicer.project.store import MEMORY, Project
from slicer.samples import get_sample
from slicer.schema import Assignment, Column
from slicer.sources import add_file, load_files, load_sample
from slicer.ui.examples import card_items


def column(name: str, values: Sequence[object]) -> Column:
    texts = [str(value) for value in values]
    kind = "integer" if all(isinstance(value, int) for value in values) else "text"
    return Column(name=name, kind=kind, rows=len(texts), distinct=len(set(texts)), values=tuple(sorted(set(texts))))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("columns", "classes", "found"),
    [
        ({"human_cat": [3, 0], "human_dog": [0, 3]}, ["cat", "dog"], {"human_cat": "cat", "human_dog": "dog"}),
        ({"n_votes_Cat": [3, 0], "n_votes_Dog": [0, 3]}, ["cat", "dog"], {"n_votes_Cat": "cat", "n_votes_Dog": "dog"}),
        ({"raters_no_defect": [1, 0], "raters_dent": [0, 2]}, ["no_defect", "dent"],
         {"raters_no_defect": "no_defect", "raters_dent": "dent"}),
        ({"human_0": [5, 0], "human_1": [0, 5]}, ["0", "1"], {"human_0": "0", "human_1": "1"}),
        ({"human_0": [1, 0], "human_1": [0, 1]}, ["0", "1"], {}),
        ({"human_cat": [3, 0]}, ["cat", "dog"], {}),
        ({"human_ann": [3, 0], "human_bob": [0, 3]}, ["cat", "dog"], {}),
        ({"human_cat": ["cat", "dog"], "human_dog": ["dog", "dog"]}, ["cat", "dog"], {}),
        ({"human_cat": [-3, 0], "human_dog": [0, 3]}, ["cat", "dog"], {}),
        ({"n_cat": [3, 0], "n_dog": [0, 3]}, ["cat", "dog"], {}),
    ],
)  # fmt: skip
def test_whole_numbers_named_as_people_and_a_class_are_counts(
    columns: dict[str, list[object]], classes: list[str], found: dict[str, str]
) -> None:
    """`human_1` may be the first person's label; a count of words is no count of people."""
    assert counting_columns([column(name, values) for name, values in columns.items()], classes) == found


def test_the_class_that_is_counted_is_the_longest_that_fits() -> None:
    assert class_counted("raters.no_defect", ["defect", "no_defect"]) == "no_defect"
    assert class_counted("undefect", ["defect"]) == ""


def test_the_sentiment_sample_keeps_its_raters_and_says_that_its_truth_is_human() -> None:
    with Project(MEMORY) as project:
        dataset = load_sample(project, get_sample("sentiment"))
        bench = slicer.sources.Workbench(project, dataset)
        (item,) = card_items(bench, ["tweet-5"] if "tweet-5" in bench.ids() else bench.ids()[:1])
    assert dataset.roles.human_counts == (
        ("negative", "human_negative"), ("neutral", "human_neutral"), ("positive", "human_positive"),
    )  # fmt: skip
    assert dataset.roles.to_dict()["human"] == ["human_negative", "human_neutral", "human_positive"]
    assert dataset.truth_is_human
    assert any(one.startswith("The truth is itself human: ") for one in dataset.warnings)
    with (get_sample("sentiment").files[0]).open(encoding="utf-8") as file:
        row = next(one for one in csv.DictReader(file) if one["id"] == item["id"])
    assert dict(item["human"]) == {
        key: int(row[f"human_{key}"]) for key in ("negative", "neutral", "positive") if row[f"human_{key}"] != "0"
    }
    assert not load_sample_flag("speech")


def load_sample_flag(name: str) -> bool:
    with Project(MEMORY) as project:
        return load_sample(project, get_sample(name)).truth_is_human


@pytest.fixture
def animals(tmp_path: Path) -> Path:
    path = tmp_path / "animals.csv"
    rows = [f"k{i},{('cat', 'dog')[i % 2]},{('cat', 'dog')[i % 3 % 2]},{i % 4},{3 - i % 4}" for i in range(40)]
    path.write_text("\n".join(["id,label,pred,said_cat,said_dog", *rows]))
    return path


def test_counts_are_set_by_hand_checked_and_kept(animals: Path) -> None:
    with Project(MEMORY) as project:
        dataset, _ = load_files(project, [animals])
        assert dataset.roles.human_counts == ()
        chosen = {
            key: Assignment(column=f"said_{key}", role="human_count", class_key=key, guessed=False)
            for key in ("cat", "dog")
        }
        others = [one for one in dataset.assignments if not one.column.startswith("said_")]
        set_roles(project, dataset, [*others, *chosen.values()])
        assert get_dataset(project).roles.human_counts == (("cat", "said_cat"), ("dog", "said_dog"))
        twice = [Assignment(column=f"said_{key}", role="human_count", class_key="cat") for key in ("cat", "dog")]
        with pytest.raises(UsageError, match="Of which class do these columns count the people: said_cat, said_dog"):
            set_roles(project, dataset, [*others, *twice])


def test_counts_that_are_given_find_their_class_by_their_name(animals: Path) -> None:
    with Project(MEMORY) as project:
        dataset, _ = load_files(project, [animals], given_roles(human_count=["said_cat", "said_dog"]))
        assert dataset.roles.human_counts == (("cat", "said_cat"), ("dog", "said_dog"))
        animals.write_text(animals.read_text().replace(",0,3", ",-1,3"))
        with pytest.raises(UsageError, match="Column 'said_cat' counts no people: it holds -1, 1, 2, 3"):
            load_files(project, [animals], given_roles(human_count=["said_cat", "said_dog"]))


# --- a row for each answer -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("columns", "found"),
    [
        ({"id": ["a", "a", "b"], "annotator": ["x", "y", "x"], "label": ["c", "d", "c"]}, ("id", "annotator", "label")),
        ({"item": [1, 1, 2], "worker_id": [7, 8, 7], "rating": [0, 1, 0]}, ("item", "worker_id", "rating")),
        ({"id": ["a", "b", "c"], "annotator": ["x", "y", "x"], "label": ["c", "d", "c"]}, None),
        ({"id": ["a", "a", "b"], "system": ["x", "y", "x"], "label": ["c", "d", "c"]}, None),
        ({"id": ["a", "a", "b"], "annotator": ["x", "y", "x"], "label": ["c", "d", "c"], "pred": ["c", "d", "c"]},
         None),
    ],
)  # fmt: skip
def test_a_file_of_answers_is_known_by_its_annotator_and_its_repeated_ids(
    columns: dict[str, list[object]], found: tuple[str, str, str] | None
) -> None:
    roles = {one.role: one.column for one in guess_roles([column(name, values) for name, values in columns.items()])}
    seen = (roles["id"], roles["annotator"], roles["human"]) if "annotator" in roles else None
    assert seen == found


def test_a_person_may_say_who_answered() -> None:
    columns = [column("id", ["a", "a", "b"]), column("who", ["x", "y", "x"]), column("label", ["c", "d", "c"])]
    assert answer_columns(columns) is None
    found = answer_columns(columns, "who")
    assert found is not None
    assert (found.item, found.annotator, found.answer) == ("id", "who", "label")


@pytest.fixture
def answers(tmp_path: Path) -> Path:
    path = tmp_path / "answers.csv"
    rows = ["k1,ann,cat", "k1,bob,dog", "k1,cy,dog", "k2,ann,dog", "k2,bob,", "k9999,ann,cat", "k9998,bob,cat"]
    path.write_text("\n".join(["id,annotator,label", *rows]))
    return path


def test_answers_join_by_id_with_counts_and_are_shown_beside_the_row(animals: Path, answers: Path) -> None:
    with Project(MEMORY) as project:
        dataset, (joined,) = load_files(project, [answers, animals])
        assert (joined.matched, joined.missing, joined.unmatched) == (2, 38, 2)
        assert str(count_annotations(project, dataset)) == "4 answers of 3 people on 2 rows"
        assert "answers.csv: 4 answers of 3 people on 2 rows; 3 were left out." in dataset.warnings
        assert answers_of(project, dataset.id, ["k1", "k2", "k3"]) == {
            "k1": Counter(dog=2, cat=1),
            "k2": Counter(dog=1),
        }
        (item,) = card_items(slicer.sources.Workbench(project, dataset), ["k1"])
        assert item["human"] == [("dog", 2), ("cat", 1)]
        assert (dataset.rows, dataset.sources[-1].matched, dataset.sources[-1].unmatched) == (40, 2, 2)


def test_the_command_line_says_how_many_answers_it_kept(animals: Path, answers: Path, tmp_path: Path) -> None:
    project = tmp_path / "animals.duckdb"
    found = CliRunner().invoke(main, ["load", str(project), str(animals), str(answers), "--format", "json"])
    assert found.exit_code == 0, found.output
    document = json.loads(found.stdout)
    assert document["annotations"] == {"answers": 4, "annotators": 3, "examples": 2}
    assert "answers.csv: 4 answers of 3 people on 2 rows; 3 were left out." in document["warnings"]


def test_answers_are_refused_alone_twice_or_for_other_examples(animals: Path, answers: Path, tmp_path: Path) -> None:
    (tmp_path / "other.csv").write_text("id,annotator,label\nz1,ann,cat\nz1,bob,cat\nz2,bob,cat\n")
    with Project(MEMORY) as project:
        with pytest.raises(UsageError, match=r"answers.csv has a row for each answer of a person"):
            load_files(project, [answers])
        dataset, _ = load_files(project, [animals, answers])
        with pytest.raises(UsageError, match=r"The answers of answers.csv are in animals already"):
            add_file(project, dataset, answers)
        with pytest.raises(UsageError, match=r"No id of other.csv is among the 40 ids of animals"):
            add_file(project, dataset, tmp_path / "other.csv")
        assert str(count_annotations(project, dataset)) == "4 answers of 3 people on 2 rows"


def test_answers_outlive_the_process(animals: Path, answers: Path, tmp_path: Path) -> None:
    with Project(tmp_path / "kept.duckdb") as project:
        load_files(project, [animals, answers])
    with Project(tmp_path / "kept.duckdb") as project:
        assert str(count_annotations(project, get_dataset(project))) == "4 answers of 3 people on 2 rows"


def test_a_project_of_the_first_shape_takes_answers_too(
    animals: Path, answers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "old.duckdb"
    with monkeypatch.context() as first:
        first.setattr(migrations, "STEPS", migrations.STEPS[:1])
        first.setattr(migrations, "VERSION", 1)
        first.setattr(store, "VERSION", 1)
        first.setattr(store, "catch_up", lambda *_: ())  # a first version had no journal
        with Project(path) as project:
            load_files(project, [animals])
    with Project(path) as project:
        joined = add_file(project, get_dataset(project), answers)
        assert joined.matched == 2
        assert str(count_annotations(project, joined.dataset)) == "4 answers of 3 people on 2 rows"


def test_twenty_answers_for_each_item_of_a_real_crowd(shared_data: Path, tmp_path: Path) -> None:
    with (shared_data / "crowd_SP_amt.csv").open() as file:
        crowd = list(csv.DictReader(file))
    gold = {row["item"]: row["gold"] for row in crowd}
    lines = [f"{item},{label},{label}" for item, label in gold.items()]
    (tmp_path / "items.csv").write_text("\n".join(["id,label,prediction", *lines]))
    with Project(MEMORY) as project:
        dataset, (joined,) = load_files(project, [tmp_path / "items.csv", shared_data / "crowd_SP_amt.csv"])
        said = answers_of(project, dataset.id, list(gold))
        counted = count_annotations(project, dataset)
    assert (joined.matched, joined.missing, joined.unmatched) == (500, 0, 0)
    assert counted is not None
    assert (counted.answers, counted.annotators) == (10_000, len({row["worker"] for row in crowd}))
    assert {sum(one.values()) for one in said.values()} == {20}
    assert said["23"] == Counter(row["label"] for row in crowd if row["item"] == "23")


def test_scores_of_several_systems_are_no_answers_of_people(shared_data: Path) -> None:
    from slicer.guessing import guess_roles

    with Project(MEMORY) as project:
        found = guess_roles(look(project.cursor(), shared_data / "wmt20_ende_mqm_long.csv").columns)
    assert "annotator" not in {one.role for one in found}
