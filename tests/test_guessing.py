"""What a column is, by its name and its values: each guess with a reason, and nothing a person said is guessed over."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from slicer.errors import NoLabelError, UnknownColumnError, UsageError
from slicer.given import given_roles
from slicer.guessing import guess_roles, names_a_role, reads_as_flag, reads_as_share, run_of
from slicer.project.reading import look
from slicer.project.store import MEMORY, Project
from slicer.schema import MAX_CLASSES, Assignment, Column, Roles, build_roles
from slicer.sources import plan_roles

CLASSES = ["cat", "dog"] * 20
NUMBERS = list(range(40))
SHARES = [0.1, 0.9] * 20
WORDS = [f"a message of more than forty characters, number {number}" for number in range(40)]


def column(name: str, values: Sequence[Any]) -> Column:
    """A column as a look at these values shows it."""
    kinds = {bool: "boolean", int: "integer", float: "real", str: "text", tuple: "other"}
    present = [value for value in values if value is not None]
    texts = [str(value).lower() if isinstance(value, bool) else str(value) for value in present]
    distinct = sorted(set(texts))
    return Column(
        name=name,
        kind=kinds[type(present[0])],  # type: ignore[arg-type]
        rows=len(values),
        missing=len(values) - len(present),
        distinct=len(distinct),
        values=tuple(distinct[: MAX_CLASSES + 1]),
        mean_length=sum(map(len, texts)) / len(texts),
    )


def guessed(columns: dict[str, Sequence[Any]], given: Sequence[Assignment] = ()) -> dict[str, str]:
    """The role of each column; with its run behind @ and its class behind #."""
    found = guess_roles([column(name, values) for name, values in columns.items()], given)
    assert [one.column for one in found] == list(columns)
    assert all(one.reason for one in found)
    return {
        one.column: one.role + (f"@{one.run}" if one.run else "") + (f"#{one.class_key}" if one.class_key else "")
        for one in found
    }


# --- by name ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "values", "role"),
    [
        ("id", NUMBERS, "id"),
        ("UUID", WORDS, "id"),
        ("customer_id", NUMBERS, "id"),
        ("customer_id", CLASSES, "feature"),
        ("id", [1, 1, *NUMBERS[2:]], "id"),
        ("identity", CLASSES, "feature"),
        ("human", CLASSES, "human"),
        ("annotator_2", CLASSES, "human"),
        ("human_score", SHARES, "feature"),
        ("human_correct", [True, False] * 20, "human_correct"),
        ("split", CLASSES, "split"),
        ("sample_weight", SHARES, "weight"),
        ("weight", CLASSES, "feature"),
        ("cluster_id", CLASSES, "cluster"),
        ("photo", ["a.png", "b.JPG"] * 20, "image"),
        ("photo", ["a.png", "none"] * 20, "feature"),
        ("clip", ["x/a.wav", "b.flac"] * 20, "audio"),
        ("message", [f"hi {number}" for number in range(40)], "text"),
        ("title", CLASSES, "feature"),
        ("remark", WORDS, "text"),
        ("code", [f"k{number}" for number in range(40)], "ignore"),
        ("embedding", [(1.0, 2.0)] * 40, "ignore"),
        ("Unnamed: 0", NUMBERS, "ignore"),
        ("column1", NUMBERS, "ignore"),
        ("age", NUMBERS, "feature"),
        ("rank", [1, 2] * 20, "feature"),
    ],
)
def test_a_name_and_its_values_say_the_role(name: str, values: Sequence[Any], role: str) -> None:
    found = guessed({name: values, "label": CLASSES, "prediction": CLASSES})
    assert found == {name: role, "label": "label", "prediction": "prediction@model"}


@pytest.mark.parametrize(
    "name",
    [
        "label",
        "Label",
        "y",
        "y_true",
        "truth",
        "target",
        "gold",
        "gold_label",
        "ground_truth",
        "GT",
        "actual",
        "expected",
    ],
)
def test_a_label_has_many_names(name: str) -> None:
    assert guessed({"x": NUMBERS, name: CLASSES, "pred": CLASSES})[name] == "label"


@pytest.mark.parametrize(
    ("name", "run"),
    [
        ("prediction", "model"),
        ("y_pred", "model"),
        ("yhat", "model"),
        ("Output", "model"),
        ("pred_v2", "v2"),
        ("pred_V2_Big", "V2_Big"),
        ("prediction-baseline", "baseline"),
        ("predicted.bert base", "bert base"),
        ("resnet_pred", "resnet"),
        ("large_prediction", "large"),
    ],
)
def test_a_prediction_says_its_run(name: str, run: str) -> None:
    assert guessed({"label": CLASSES, name: CLASSES})[name] == f"prediction@{run}"


def test_only_the_first_of_several_names_is_the_label() -> None:
    found = guessed({"label": CLASSES, "category": CLASSES, "truth": CLASSES, "pred": CLASSES})
    assert found == {"label": "label", "category": "feature", "truth": "feature", "pred": "prediction@model"}


# --- runs and probabilities ------------------------------------------------------------------------


def test_each_suffix_is_a_run_with_its_own_probabilities() -> None:
    found = guessed(
        {
            "label": CLASSES,
            "pred_v1": CLASSES,
            "prob_cat_v1": SHARES,
            "prob_dog_v1": SHARES,
            "pred_v2_large": CLASSES,
            "prob_cat_v2_large": SHARES,
            "p_dog_v2_large": SHARES,
        }
    )
    assert found == {
        "label": "label",
        "pred_v1": "prediction@v1",
        "prob_cat_v1": "probability@v1#cat",
        "prob_dog_v1": "probability@v1#dog",
        "pred_v2_large": "prediction@v2_large",
        "prob_cat_v2_large": "probability@v2_large#cat",
        "p_dog_v2_large": "probability@v2_large#dog",
    }


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("prob_<=50K", "probability@model#<=50K"),
        ("prob_no defect", "probability@model#no defect"),
        ("proba.no_defect", "feature"),
        ("confidence", "probability@model"),
        ("score", "probability@model"),
        ("p", "probability@model"),
        ("price", "feature"),
        ("prob_elsewhere", "feature"),
    ],
)
def test_a_probability_is_known_by_name_range_and_class(name: str, role: str) -> None:
    classes = ["<=50K", "no defect"] * 20
    assert guessed({"label": classes, "prediction": classes, name: SHARES})[name] == role


@pytest.mark.parametrize("values", [[0.5, 1.5] * 20, [-0.1, 0.5] * 20, ["high", "low"] * 20, [3, 4] * 20])
def test_a_score_beyond_0_to_1_is_no_probability(values: Sequence[Any]) -> None:
    assert guessed({"label": CLASSES, "prediction": CLASSES, "score": values})["score"] == "feature"


@pytest.mark.parametrize(
    ("columns", "roles"),
    [
        (  # runs that end alike
            {"pred_v1_nb": "ab", "pred_nb": "ab", "prob_a_v1_nb": 0, "prob_a_nb": 0, "prob_b_nb": 0},
            {"prob_a_v1_nb": "probability@v1_nb#a", "prob_a_nb": "probability@nb#a", "prob_b_nb": "probability@nb#b"},
        ),
        (  # classes that begin alike and hold the parting character
            {"pred_v1": ["no", "no_defect"], "prob_no_v1": 0, "prob_no_defect_v1": 0},
            {"prob_no_v1": "probability@v1#no", "prob_no_defect_v1": "probability@v1#no_defect"},
        ),
        (  # numbers for classes and for runs
            {"pred_1": "01", "pred_2": "01", "prob_0_1": 0, "prob_1_2": 0, "prob_1.0_1": 0},
            {"prob_0_1": "probability@1#0", "prob_1_2": "probability@2#1", "prob_1.0_1": "probability@1#1"},
        ),
        (  # the run before the class
            {"pred_v1": "ab", "pred_v2": "ab", "prob_v1_a": 0, "prob_v2_a": 0},
            {"prob_v1_a": "probability@v1#a", "prob_v2_a": "probability@v2#a"},
        ),
        (  # a run that has probabilities only
            {"pred_v1": "ab", "prob_a_v2_b": 0, "prob_b_v2_b": 0},
            {"prob_a_v2_b": "probability@v2_b#a", "prob_b_v2_b": "probability@v2_b#b"},
        ),
        (  # a class that no row looked at has; a share that is no probability of a class
            {"pred_v1": "ab", "prob_a_v1": 0, "prob_rare_v1": 0, "share_of_v1": 0, "prob_drift": 0},
            {"prob_a_v1": "probability@v1#a", "prob_rare_v1": "probability@v1#rare", "share_of_v1": "feature",
             "prob_drift": "feature"},
        ),
        (  # whose probability it is, is not said
            {"pred_v1": "ab", "pred_v2": "ab", "prob_a": 0, "confidence": 0, "prob_b_v2": 0},
            {"prob_a": "ignore", "confidence": "ignore", "prob_b_v2": "probability@v2#b"},
        ),
        (  # two ways to read a name
            {"pred_nb": ["a", "a_v1"], "pred_v1_nb": ["a", "a_v1"], "prob_a_v1_nb": 0, "prob_a_nb": 0},
            {"prob_a_v1_nb": "ignore", "prob_a_nb": "probability@nb#a"},
        ),
        ({"pred": "ab", "prob_a": 0, "p_b": 0}, {"prob_a": "probability@model#a", "p_b": "probability@model#b"}),
    ],
)  # fmt: skip
def test_a_probability_never_goes_to_another_run(columns: dict[str, Any], roles: dict[str, str]) -> None:
    classes = next(list(values) for name, values in columns.items() if values)
    found = guessed({"label": classes * 20} | {name: list(v) * 20 if v else SHARES for name, v in columns.items()})
    assert {name: found[name] for name in roles} == roles


def test_right_or_wrong_columns_are_runs_too() -> None:
    flags = [True, False] * 20
    found = guessed({"answer": WORDS, "correct_small": flags, "is_correct_big": [0, 1] * 20, "tiny_correct": flags})
    assert found == {
        "answer": "label",
        "correct_small": "correct@small",
        "is_correct_big": "correct@big",
        "tiny_correct": "correct@tiny",
    }


def test_a_column_called_correct_that_says_something_else_is_no_flag() -> None:
    assert guessed({"correct": ["Paris", "Rome"] * 20, "pred": CLASSES})["correct"] == "feature"


# --- by values -------------------------------------------------------------------------------------


def test_predictions_without_a_telling_name_are_known_by_the_labels_values() -> None:
    found = guessed({"label": CLASSES, "model_a": CLASSES, "model_b": CLASSES, "noise": ["high", "low"] * 20})
    assert found["model_a"] == "prediction@model_a"
    assert found["model_b"] == "prediction@model_b"
    assert found["noise"] == "feature"
    reasons = {one.column: one.reason for one in guess_roles([column("label", CLASSES), column("model_a", CLASSES)])}
    assert reasons["model_a"] == "it holds the same values as 'label'"


def test_a_label_without_a_telling_name_is_known_by_the_predictions_values() -> None:
    assert guessed({"animal": CLASSES, "pred": CLASSES})["animal"] == "label"


def test_two_columns_that_could_both_be_the_label_are_left_to_the_person() -> None:
    found = guessed({"animal": CLASSES, "pet": CLASSES, "pred": CLASSES})
    assert found == {"animal": "feature", "pet": "feature", "pred": "prediction@model"}


def test_a_human_label_is_not_taken_for_a_prediction() -> None:
    found = guessed({"label": CLASSES, "human": CLASSES, "noise": NUMBERS})
    assert found == {"label": "label", "human": "human", "noise": "feature"}


def test_columns_of_other_values_are_no_partners() -> None:
    assert guessed({"label": CLASSES, "colour": ["red", "dog"] * 20})["colour"] == "feature"


# --- what a person said ----------------------------------------------------------------------------


def test_what_a_person_said_stands_and_is_not_guessed_over() -> None:
    given = [
        Assignment(column="prediction", role="label", guessed=False),
        Assignment(column="label", role="prediction", run="v9", guessed=False),
        Assignment(column="id", role="feature", guessed=False),
    ]
    found = guess_roles([column("id", NUMBERS), column("label", CLASSES), column("prediction", CLASSES)], given)
    assert [(one.column, one.role, one.run, one.reason, one.guessed) for one in found] == [
        ("id", "feature", "", "given", False),
        ("label", "prediction", "v9", "given", False),
        ("prediction", "label", "", "given", False),
    ]


def test_a_given_column_must_be_there() -> None:
    given = [Assignment(column="lable", role="label", guessed=False)]
    with pytest.raises(UnknownColumnError, match="No column named 'lable'; did you mean 'label'"):
        guess_roles([column("label", CLASSES)], given)


def test_guessing_leaves_what_it_was_given_as_it_was() -> None:
    columns = [column("label", CLASSES), column("pred", CLASSES)]
    given = [Assignment(column="pred", role="prediction", run="v1", guessed=False)]
    before = (list(columns), list(given))
    assert guess_roles(columns, given) == guess_roles(columns, given)
    assert (columns, given) == before
    assert guess_roles([column("x", NUMBERS)])[0].role == "feature"


def planned(tmp_path: Path, header: str, row: str, **roles: Any) -> dict[str, str]:
    """The plan for a small file, as `guessed` shows it."""
    path = tmp_path / "data.csv"
    path.write_text(f"{header}\n" + "".join(f"{row.format(n=number, c='ab'[number % 2])}\n" for number in range(40)))
    with Project(MEMORY) as project:
        found = plan_roles(look(project.cursor(), path), given_roles(**roles))
    return {
        one.column: one.role + (f"@{one.run}" if one.run else "") + (f"#{one.class_key}" if one.class_key else "")
        for one in found
    }


def test_a_chosen_run_leaves_the_others_out_and_lets_none_of_them_become_a_feature(tmp_path: Path) -> None:
    """As features they would be sliced by, and the made row ids would change with every model."""
    found = planned(
        tmp_path, "label,pred_v1,prob_a_v1,correct_v3,pred_v2,prob_a_v2", "{c},{c},0.5,1,{c},0.5",
        prediction={"v2": "pred_v2"},
    )  # fmt: skip
    assert found == {
        "label": "label",
        "pred_v1": "ignore",
        "prob_a_v1": "ignore",
        "correct_v3": "ignore",
        "pred_v2": "prediction@v2",
        "prob_a_v2": "probability@v2#a",
    }


def test_a_chosen_person_leaves_the_others_out(tmp_path: Path) -> None:
    found = planned(tmp_path, "label,pred,human,expert", "{c},{c},{c},{c}", human=["expert"])
    assert (found["human"], found["expert"]) == ("ignore", "human")


def test_listed_features_are_all_there_are(tmp_path: Path) -> None:
    found = planned(tmp_path, "label,pred,x,y,z", "{c},{c},1,2,3", features=["z", "x"])
    assert [found[name] for name in "xyz"] == ["feature", "ignore", "feature"]


@pytest.mark.parametrize(
    ("header", "pattern", "found"),
    [
        ("p_a,p_b", "p_{class}", {"p_a": "probability@v1#a", "p_b": "probability@v1#b"}),
        ("pa_v1,pb_v1", "p{class}_{run}", {"pa_v1": "probability@v1#a", "pb_v1": "probability@v1#b"}),
        (
            "prob_no_defect_v1,prob_scratch_v1",
            "prob_{class}_{run}",
            {"prob_no_defect_v1": "probability@v1#no_defect", "prob_scratch_v1": "probability@v1#scratch"},
        ),
        ("v9:a,v9:b", "{run}:{class}", {"v9:a": "probability@v9#a", "v9:b": "probability@v9#b"}),
        ("x=1,x=2", "a=x=1,b=x=2", {"x=1": "probability@v1#a", "x=2": "probability@v1#b"}),
        ("s,t", "<=50K=s,>50K=t", {"s": "probability@v1#<=50K", "t": "probability@v1#>50K"}),
        ("s,t", "s", {"s": "probability@v1", "t": "ignore"}),
    ],
)
def test_probabilities_are_given_by_pattern_or_by_class(
    tmp_path: Path, header: str, pattern: str, found: dict[str, str]
) -> None:
    """A class may hold the character that parts the class from the run."""
    plan = planned(
        tmp_path, f"label,pred_v1,{header}", "{c},{c},0.5,0.5", prediction={"v1": "pred_v1"}, probabilities=pattern,
        ignore=["t"] if pattern == "s" else [],
    )  # fmt: skip
    assert {name: role for name, role in plan.items() if name not in ("label", "pred_v1")} == found


def test_a_pattern_leaves_the_probabilities_of_other_runs_where_they_are(tmp_path: Path) -> None:
    header = "label,pred_nb,pred_v1_nb,prob_a_nb,prob_a_v1_nb"
    found = planned(
        tmp_path, header, "{c},{c},{c},0.5,0.5", prediction={"new": "pred_nb"}, probabilities="prob_{class}_{run}"
    )
    assert found == {
        "label": "label", "pred_nb": "prediction@new", "pred_v1_nb": "ignore", "prob_a_nb": "probability@new#a",
        "prob_a_v1_nb": "ignore",
    }  # fmt: skip


def test_a_pattern_that_can_be_read_in_two_ways_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    rows = "".join(f"{('a', 'a_v1')[i % 2]},a,a,0.5\n" for i in range(40))
    path.write_text(f"label,pred_nb,pred_v1_nb,prob_a_v1_nb\n{rows}")
    with Project(MEMORY) as project, pytest.raises(UsageError, match="'prob_a_v1_nb' can be read in two ways"):
        plan_roles(look(project.cursor(), path), given_roles(probabilities="prob_{class}_{run}"))


@pytest.mark.parametrize(
    ("roles", "sentence"),
    [
        ({"label": "y"}, "No column named 'y'"),
        ({"prediction": ["v1=nope"]}, "No column named 'nope'"),
        ({"probabilities": "prob_{class}"}, "No column fits 'prob_{class}'"),
        ({"label": "label", "human": ["label"]}, "Column 'label' cannot be both label and human"),
        ({"prediction": ["v1=pred", "v2=pred"]}, "Column 'pred' was given as prediction twice"),
    ],
)
def test_roles_that_do_not_fit_are_refused(tmp_path: Path, roles: dict[str, Any], sentence: str) -> None:
    with pytest.raises((UnknownColumnError, UsageError), match=sentence):
        planned(tmp_path, "label,pred", "{c},{c}", **roles)


def test_a_role_nobody_knows_is_refused_and_not_ignored() -> None:
    """`slicer.open(path, lable="y")` would guess the label without a word."""
    with pytest.raises(UsageError, match="No role named 'lable'; did you mean 'label'"):
        given_roles(lable="y")
    assert given_roles(label="y", positive=1).choices.positive == "1"


# --- what comes of it ------------------------------------------------------------------------------


def roles_of(columns: dict[str, Sequence[Any]]) -> Roles:
    return build_roles(guess_roles([column(name, values) for name, values in columns.items()]), name="data.csv")


def test_without_a_label_a_sentence_says_what_to_do() -> None:
    with pytest.raises(NoLabelError) as caught:
        roles_of({"animal": CLASSES, "pet": CLASSES, "pred": CLASSES})
    assert str(caught.value) == "No column of data.csv could be a label, and none says whether a row is correct."
    assert caught.value.hint == (
        "Name it with --label (or on the Data page); the answers of several people (--human a,b) can stand in for it. "
        "Columns: animal, pet, pred."
    )


def test_without_a_prediction_a_sentence_says_what_to_do() -> None:
    with pytest.raises(NoLabelError, match="could be a prediction, a probability, a score or a correct flag"):
        roles_of({"label": CLASSES, "x": NUMBERS})


def test_a_correct_flag_stands_in_for_label_and_prediction() -> None:
    roles = roles_of({"question": WORDS, "correct": [0, 1] * 20})
    assert (roles.label, roles.run().correct, roles.text) == (None, "correct", "question")


def test_guessed_roles_are_told_apart_from_given_ones() -> None:
    given = [Assignment(column="y", role="label", guessed=False)]
    found = guess_roles([column("y", CLASSES), column("pred", CLASSES), column("x", NUMBERS)], given)
    assert build_roles(found, name="data.csv").guessed == ("prediction", "feature")


def test_small_helpers_read_names_and_values() -> None:
    assert [names_a_role(name) for name in ("y_true", "ID", "text", "spam", "person", "0.5")] == [True] * 3 + [
        False
    ] * 3
    assert [run_of(name) for name in ("pred_V2", "resnet_pred", "pred", "label")] == ["V2", "resnet", None, None]
    flags = [["yes", "No"], [0, 1], [True, False], ["t", "F"], ["right", "wrong"], [0, 2], [0.5, 1.0]]
    assert [reads_as_flag(column("x", values)) for values in flags] == [True] * 4 + [False] * 3
    shares = [[0.0, 1.0], [0, 1], [0.2, 1.2], ["0.5", "0.6"]]
    assert [reads_as_share(column("x", values)) for values in shares] == [True, True, False, False]


# --- real files ------------------------------------------------------------------------------------

REAL = {
    "adult_test.csv": {
        "id": "id", "label": "label", "split": "split", "age": "feature", "sex": "feature",
        "pred_v1_logreg": "prediction@v1_logreg", "pred_v2_hgb": "prediction@v2_hgb",
        "prob_>50K_v1_logreg": "probability@v1_logreg#>50K", "prob_>50K_v2_hgb": "probability@v2_hgb#>50K",
    },
    "sms_spam.csv": {
        "id": "id", "label": "label", "text": "text", "n_chars": "feature", "has_digit": "feature",
        "pred_v1_nb": "prediction@v1_nb", "prob_spam_v1_nb": "probability@v1_nb#spam",
        "prob_ham_v2_lr_chargram": "probability@v2_lr_chargram#ham",
    },
    "digits.csv": {
        "id": "id", "file": "image", "label": "label", "ink": "feature", "pred_v1_logreg": "prediction@v1_logreg",
        "prob_7_v1_logreg": "probability@v1_logreg#7", "pred_v2_svm": "prediction@v2_svm",
    },
    "fsdd_sample.csv": {
        "id": "id", "file": "audio", "label": "label", "speaker": "feature", "split": "split",
        "pred_v1_lr_meanspec": "prediction@v1_lr_meanspec", "prob_0_v1_lr_meanspec": "probability@v1_lr_meanspec#0",
    },
    "gsm8k_4models.csv": {
        "id": "id", "question": "text", "answer": "label", "pred_6b_finetuning": "prediction@6b_finetuning",
        "correct_6b_finetuning": "correct@6b_finetuning", "correct_175b_verification": "correct@175b_verification",
    },
}  # fmt: skip


@pytest.mark.parametrize("name", ["adult_test.csv", "sms_spam.csv", "digits.csv"])
def test_a_pattern_and_a_guess_agree_on_real_files(shared_data: Path, name: str) -> None:
    with Project(MEMORY) as project:
        preview = look(project.cursor(), shared_data / name)
    places = [
        {(one.column, one.run, one.class_key) for one in plan_roles(preview, given) if one.role == "probability"}
        for given in (given_roles(), given_roles(probabilities="prob_{class}_{run}"))
    ]
    assert places[0] == places[1]
    said = {column.name for column in preview.columns if column.name.startswith("prob_")}
    assert {column for column, *_ in places[0]} == said
    assert all(column == f"prob_{key}_{run}" for column, run, key in places[0])


@pytest.mark.parametrize("name", REAL)
def test_the_roles_of_real_files_are_guessed(shared_data: Path, name: str) -> None:
    with Project(MEMORY) as project:
        found = guess_roles(look(project.cursor(), shared_data / name).columns)
    shown = {
        one.column: one.role + (f"@{one.run}" if one.run else "") + (f"#{one.class_key}" if one.class_key else "")
        for one in found
    }
    assert {column: shown[column] for column in REAL[name]} == REAL[name]
    build_roles(found, name=name)
