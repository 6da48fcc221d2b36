"""From a file to numbers: the samples keep their promises, real data give theirs, documents keep the contract."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import slicer
from slicer.errors import MissingFileError, UnknownColumnError, UsageError
from slicer.human.hlp import GivenHlp
from slicer.samples import list_samples
from slicer.schema import ROLES
from slicer.slices import Slice, condition, parse
from slicer.vocabulary import ACTIONS, FLAGS, HLP_SOURCES, METHODS
from slicer.workbench import Options, Workbench

ALL = Slice()


@pytest.fixture(scope="module")
def speech() -> Workbench:
    return slicer.sample("speech")


@pytest.fixture(scope="module")
def defects() -> Workbench:
    return slicer.sample("defects")


# --- speech ----------------------------------------------------------------------------------------

NOISE = {
    "clean speech": (6000, 0.94, 0.95, 0.006),
    "car noise": (400, 0.89, 0.93, 0.0016),
    "people noise": (3000, 0.87, 0.89, 0.006),
    "low bandwidth": (600, 0.70, 0.70, 0.0),
}


def test_speech_gives_the_table_of_the_course(speech: Workbench) -> None:
    result = speech.rank(by=["noise"])
    assert result.overall.value == 0.9026
    assert [row.candidate.slice for row in result.table] == [
        "noise = 'people noise'",
        "noise = 'clean speech'",
        "noise = 'car noise'",
        "noise = 'low bandwidth'",
    ]
    for row in result.table:
        mine = row.candidate
        support, accuracy, hlp, potential = NOISE[mine.slice.split("'")[1]]
        assert (mine.support, mine.share, mine.weight) == (support, support / 10_000, support / 10_000)
        assert mine.estimate.value == pytest.approx(accuracy, abs=1e-12)
        assert mine.hlp.value == pytest.approx(hlp, abs=1e-12)
        assert (mine.hlp.source, mine.hlp.n) == ("paired", support)
        assert mine.potential == pytest.approx(potential, abs=1e-12)
        assert mine.gap.method == "tango"
        assert mine.estimate_paired.value == mine.estimate.value


def test_in_speech_the_two_winners_tie_and_nobody_else_ties_with_them(speech: Workbench) -> None:
    tied = {row.candidate.slice: row.tied_with for row in speech.rank(by=["noise"]).table}
    assert tied["noise = 'clean speech'"] == ("noise = 'people noise'",)
    assert tied["noise = 'people noise'"] == ("noise = 'clean speech'",)
    for name in ("noise = 'car noise'", "noise = 'low bandwidth'"):
        assert not {"noise = 'clean speech'", "noise = 'people noise'"} & set(tied[name])


def test_in_speech_the_gaps_of_a_partition_add_up_to_the_gap_of_all_rows(speech: Workbench) -> None:
    paired = speech.count(ALL).paired
    assert (paired.both, paired.model_only, paired.human_only, paired.neither) == (8431, 595, 731, 243)
    whole = (paired.human_right - paired.model_right) / paired.n
    assert whole == pytest.approx(0.0136)
    for by in ("noise", "accent", "device"):
        rows = speech.rank(by=[by]).table
        assert sum(row.candidate.weight for row in rows) == pytest.approx(1)
        assert sum(row.candidate.weight * row.candidate.gap.value for row in rows) == pytest.approx(whole, abs=1e-12)


PLANTED = [
    ("device = 'far-field mic'", 1704, 85.04, 89.91, 0.83),
    ("accent = 'scottish'", 889, 81.44, 90.55, 0.81),
    ("age_group = 'child'", 468, 76.92, 87.39, 0.49),
    ("age_group = 'over 80'", 213, 80.75, 88.73, 0.17),
    ("words <= 2", 1337, 82.80, 87.14, 0.58),
    ("device = 'far-field mic' and noise = 'people noise'", 638, 74.14, 85.89, 0.75),
    ("accent = 'british'", 1822, 91.49, 90.34, 0.0),
]


@pytest.mark.parametrize(("text", "support", "accuracy", "hlp", "potential"), PLANTED, ids=[row[0] for row in PLANTED])
def test_in_speech_the_planted_slices_hold_what_is_promised(
    speech: Workbench, text: str, support: int, accuracy: float, hlp: float, potential: float
) -> None:
    (row,) = speech.rank(slices=[parse(text)]).table
    mine = row.candidate
    assert mine.support == support
    assert round(100 * mine.estimate.value, 2) == accuracy
    assert round(100 * mine.hlp.value, 2) == hlp
    assert round(100 * mine.potential, 2) == potential


# --- defects ---------------------------------------------------------------------------------------

DEFECTS = {
    "scratch": ((82.1, 99.2, 89.8), (93.3, 98.8, 96.0)),
    "dent": ((92.1, 99.5, 95.7), (92.5, 99.0, 95.7)),
    "pit mark": ((85.3, 98.7, 91.5), (88.2, 98.0, 92.9)),
    "discoloration": ((72.1, 97.0, 82.7), (91.1, 97.5, 94.2)),
    "no defect": ((99.9, 98.5, 99.2), (99.9, 99.4, 99.6)),
}


def test_defects_gives_the_twelve_numbers_of_the_course(defects: Workbench) -> None:
    overall = defects.metrics().overall
    assert list(overall.classes) == ["dent", "discoloration", "no defect", "pit mark", "scratch"]
    for label, (model, _) in DEFECTS.items():
        mine = overall.classes[label]
        assert tuple(round(100 * one.value, 1) for one in (mine.precision, mine.recall, mine.f1)) == model


def test_in_defects_accuracy_hides_how_the_classes_fare(defects: Workbench) -> None:
    found = defects.metrics().overall.metrics
    assert round(100 * found["accuracy"].value, 2) == 98.53
    assert round(found["macro_f1"].value, 4) == 0.9179
    assert found["precision"] is None, "five classes, none of them positive"


def test_in_defects_the_classes_are_held_against_the_inspector(defects: Workbench) -> None:
    for place, metric in enumerate(("precision", "recall", "f1")):
        for row in defects.rank(classes=True, metric=metric).table:
            model, people = DEFECTS[row.candidate.name]
            assert round(100 * row.candidate.estimate.value, 1) == model[place]
            assert round(100 * row.candidate.hlp.value, 1) == people[place]
            assert row.candidate.hlp.source == "paired"
    gaps = {row.candidate.name: round(100 * row.candidate.gap.value, 2) for row in defects.rank(classes=True).table}
    assert gaps == {"scratch": 6.14, "dent": -0.02, "pit mark": 1.36, "discoloration": 11.47, "no defect": 0.41}


def test_a_slice_by_label_has_the_recall_of_its_class_as_accuracy(defects: Workbench) -> None:
    result = defects.metrics(by=["label"])
    for one in result.slices:
        label = one.slice.conditions[0].value
        assert one.metrics["accuracy"].value == result.overall.classes[label].recall.value
        assert one.counts.support == result.overall.classes[label].support


@pytest.mark.parametrize(
    ("text", "support", "errors", "accuracy", "hlp"),
    [
        ("supplier = 'Cedar' and shift = 'night'", 452, 54, 88.05, 98.23),
        ("supplier = 'Cedar'", 1795, 80, 95.54, 99.39),
        ("shift = 'night'", 2946, 87, 97.05, 98.95),
        ("material = 'brass'", 1690, 46, 97.28, 99.64),
        ("", 12_000, 176, 98.53, 99.32),
    ],
)
def test_in_defects_the_errors_sit_where_is_promised(
    defects: Workbench, text: str, support: int, errors: int, accuracy: float, hlp: float
) -> None:
    counts = defects.count(parse(text))
    assert (counts.support, counts.errors) == (support, errors)
    assert round(100 * counts.right / counts.n, 2) == accuracy
    assert round(100 * counts.paired.human_right / counts.paired.n, 2) == hlp


# --- real data -------------------------------------------------------------------------------------

REAL = [
    ("adult_test.csv", "v1_logreg", 16_281, "accuracy", 0.852282),
    ("adult_test.csv", "v2_hgb", 16_281, "accuracy", 0.872858),
    ("sms_spam.csv", "v1_nb", 5574, "f1", 0.882748),
    ("sms_spam.csv", "v2_lr_chargram", 5574, "f1", 0.972052),
    ("digits.csv", "v1_logreg", 1797, "accuracy", 0.954925),
    ("digits.csv", "v2_svm", 1797, "accuracy", 0.990540),
    ("gsm8k_4models.csv", "6b_finetuning", 1319, "accuracy", 0.216831),
    ("gsm8k_4models.csv", "6b_verification", 1319, "accuracy", 0.390447),
    ("gsm8k_4models.csv", "175b_finetuning", 1319, "accuracy", 0.347233),
    ("gsm8k_4models.csv", "175b_verification", 1319, "accuracy", 0.562547),
]


@pytest.mark.parametrize(
    ("name", "run", "rows", "metric", "expected"), REAL, ids=[f"{row[0]}-{row[1]}" for row in REAL]
)
def test_real_data_give_their_numbers_with_every_role_guessed(
    shared_data: Path, name: str, run: str, rows: int, metric: str, expected: float
) -> None:
    bench = slicer.open(shared_data / name, run=run)
    result = bench.metrics(metrics=[metric])
    assert round(result.overall.metrics[metric].value, 6) == expected
    document = result.to_dict()
    assert (document["rows"], document["rows_total"], document["unlabelled"]) == (rows, rows, 0)
    assert document["source"]["run"] == run
    assert {"id", "label", "prediction"} <= set(document["roles"]["guessed"])
    assert document["roles"]["id"] == "id"


def test_the_newest_run_is_the_last_one_of_the_file(shared_data: Path) -> None:
    assert slicer.open(shared_data / "digits.csv").run.name == "v2_svm"
    with pytest.raises(UsageError, match="No run named 'v3'") as caught:
        slicer.open(shared_data / "digits.csv", run="v3")
    assert "v1_logreg, v2_svm" in caught.value.hint


def test_real_slices_equal_pandas_on_the_same_rows(shared_data: Path) -> None:
    path = shared_data / "adult_test.csv"
    frame = pd.read_csv(path, keep_default_na=False, na_values=[""])
    frame["right"] = frame["label"] == frame["pred_v2_hgb"]
    result = slicer.open(path).metrics(by=["education", "sex*race"], metrics=["accuracy"])
    one_column = frame.groupby("education")["right"].agg(["size", "sum"])
    crossed = frame.groupby(["sex", "race"])["right"].agg(["size", "sum"])
    assert len(result.slices) == len(one_column) + len(crossed)
    for one in result.slices:
        values = {condition.column: condition.value for condition in one.slice.conditions}
        place: Any = values["education"] if len(values) == 1 else (values["sex"], values["race"])
        size, right = (one_column if len(values) == 1 else crossed).loc[place]
        assert (one.counts.support, one.counts.right) == (size, right)


@pytest.mark.parametrize(
    "name", ["adult_test.csv", "sms_spam.csv", "digits.csv", "gsm8k_4models.csv", "fsdd_sample.csv"]
)
def test_every_feature_of_real_data_parts_the_rows(shared_data: Path, name: str) -> None:
    bench = slicer.open(shared_data / name)
    whole = bench.count(ALL)
    for feature in bench.dataset.roles.features:
        counted = bench.count_by([feature], ALL)
        assert sum(counts.support for _, counts in counted) == whole.support
        assert sum(counts.errors for _, counts in counted) == whole.errors
        for slice_, counts in counted:
            assert bench.engine.count(parse(str(slice_))) == counts.support, str(slice_)


# --- asking ----------------------------------------------------------------------------------------


def test_each_column_is_sliced_alone_and_a_star_crosses(speech: Workbench) -> None:
    alone = speech.metrics(by=["noise", "device"], metrics=["accuracy"])
    crossed = speech.metrics(by=["noise*device"], metrics=["accuracy"])
    assert len(alone.slices) == 4 + 4
    assert len(crossed.slices) == 16
    assert sum(one.counts.support for one in alone.slices) == 2 * 10_000
    assert sum(one.counts.support for one in crossed.slices) == 10_000
    assert (
        speech.metrics(by=["noise * device"]).to_dict()["slices"]
        == speech.metrics(by=["noise*device"]).to_dict()["slices"]
    )


def test_a_filter_makes_its_rows_the_whole(speech: Workbench) -> None:
    where = parse("noise != 'clean speech'")
    result = speech.rank(by=["noise"], where=where)
    assert (result.head.rows, result.head.rows_total) == (4000, 10_000)
    assert result.overall.value == pytest.approx((356 + 2610 + 420) / 4000)
    shares = {row.candidate.slice: row.candidate.share for row in result.table}
    assert shares == {"noise = 'people noise'": 0.75, "noise = 'low bandwidth'": 0.15, "noise = 'car noise'": 0.1}
    people = next(row for row in result.table if "people" in row.candidate.slice)
    assert people.candidate.potential == pytest.approx(0.75 * 0.02)


def test_a_slice_and_its_complement_add_up_to_all_rows(speech: Workbench) -> None:
    whole = speech.count(ALL)
    for text in (
        "words <= 2",
        "noise in ('car noise', 'low bandwidth') or not (accent = 'british')",
        "tag = 'homophone'",
    ):
        slice_ = parse(text)
        one, other = speech.count(slice_), speech.count(slice_.complement)
        for name in ("support", "right", "n", "errors", "unlabelled", "unpredicted"):
            assert getattr(one, name) + getattr(other, name) == getattr(whole, name)
        assert one.paired.n + other.paired.n == whole.paired.n


def test_a_given_level_replaces_the_human_labels_in_the_data(speech: Workbench) -> None:
    levels = {condition("noise", "=", "car noise"): GivenHlp(value=0.99, n=200), ALL: GivenHlp(value=0.95)}
    rows = {row.candidate.slice: row for row in speech.rank(by=["noise"], hlp=levels).table}
    car, clean = rows["noise = 'car noise'"], rows["noise = 'clean speech'"]
    assert (car.candidate.hlp.source, car.candidate.hlp.n, car.candidate.hlp.value) == ("given", 200, 0.99)
    assert car.candidate.potential == pytest.approx(0.04 * 0.10)
    assert car.candidate.estimate_paired is None
    assert (clean.candidate.hlp.source, clean.action) == ("overall", "measure-hlp")
    assert {"hlp_inherited", "hlp_no_uncertainty"} <= set(clean.flags)
    unknown = speech.rank(by=["noise"], hlp={}).table
    assert {row.candidate.hlp.source for row in unknown} == {"ceiling"}


def test_a_level_given_for_a_tag_is_no_level_of_a_slice(speech: Workbench) -> None:
    rows = speech.rank(by=["noise"], tags=True, hlp={condition("tag", "=", "car noise"): GivenHlp(value=0.5)}).table
    assert {row.candidate.hlp.source for row in rows if row.candidate.kind == "slice"} == {"ceiling"}
    assert [row.candidate.kind for row in rows][:4] == ["slice"] * 4, "tags without a potential stand last"


@pytest.mark.parametrize(
    ("ask", "sentence"),
    [
        (lambda bench: bench.rank(classes=True, by=["noise"]), "Classes are ranked by a metric of their own"),
        (lambda bench: bench.rank(classes=True, metric="accuracy"), "Classes are ranked by f1, recall, precision"),
        (lambda bench: bench.rank(by=["line"], metric="f1"), "'f1' cannot be"),
    ],
    ids=["classes and slices", "classes by accuracy", "slices by f1"],
)
def test_what_cannot_be_ranked_is_refused_in_words(
    defects: Workbench, ask: Callable[[Workbench], object], sentence: str
) -> None:
    with pytest.raises(UsageError, match=sentence):
        ask(defects)


def test_free_text_has_no_classes_to_rank(speech: Workbench) -> None:
    with pytest.raises(UsageError, match="There are no classes to rank"):
        speech.rank(classes=True)


def test_names_that_are_not_there_are_told_with_those_that_are(speech: Workbench, tmp_path: Path) -> None:
    with pytest.raises(UnknownColumnError, match="No column named 'nose'; did you mean 'noise'"):
        speech.metrics(by=["nose"])
    with pytest.raises(UnknownColumnError, match="No column named 'nose'"):
        speech.metrics(by=["device*nose"])
    with pytest.raises(UsageError, match="No sample named 'spech'") as caught:
        slicer.sample("spech")
    assert "speech, defects" in caught.value.hint
    with pytest.raises(MissingFileError, match="No file at"):
        slicer.open(tmp_path / "nothing.csv")


# --- documents -------------------------------------------------------------------------------------

ESTIMATE = {"value", "n", "denominator", "ci", "level", "method", "flags"}
HEAD = {
    "schema", "source", "task", "roles", "positive", "rows", "rows_total", "unlabelled", "unpredicted", "warnings",
}  # fmt: skip
ROW = {
    "slice", "name", "kind", "support", "share", "errors", "error_share", "estimate", "estimate_paired", "n_paired",
    "hlp", "gap", "potential", "ceiling", "shared", "next_best", "cumulative", "action", "flags",
    "weight", "gap_words", "agreement", "baselines", "where_people_are_right", "grouped_with",
    "cautious", "potential_accuracy", "assumption", "share_source",
}  # fmt: skip
METRICS = (
    "accuracy", "precision", "recall", "f1", "specificity", "fpr", "fnr", "balanced_accuracy", "mcc", "kappa",
    "macro_precision", "macro_recall", "macro_f1", "weighted_f1", "log_loss", "brier", "roc_auc", "average_precision",
    "ece", "mae", "rmse", "bias", "r2", "mean", "ratio",
)  # fmt: skip


def check_estimate(found: dict[str, Any] | None) -> None:
    if found is None:
        return
    assert set(found) == ESTIMATE
    assert found["method"] is None or found["method"] in METHODS
    assert set(found["flags"]) <= set(FLAGS)
    assert found["ci"] is None or (len(found["ci"]) == 2 and found["ci"][0] < found["ci"][1])
    assert (found["value"] is None) == ("undefined" in found["flags"])


def check_head(document: dict[str, Any], schema: str) -> None:
    assert document["schema"] == schema
    assert set(document) >= HEAD
    assert set(document["source"]) == {"path", "sha256", "dataset", "run"}
    assert document["task"] == "classification"
    roles = set(document["roles"])
    assert {"id", "label", "prediction", "probabilities", "score", "errors", "total", "correct", "human"} < roles
    assert {"features", "text", "image", "audio", "split", "weight", "cluster", "guessed"} < roles
    assert set(document["roles"]["guessed"]) <= set(ROLES)
    assert document["rows"] <= document["rows_total"]


def check_metrics(document: dict[str, Any]) -> None:
    check_head(document, "slicer.metrics/1")
    assert document["overall"]["slice"] == ""
    for one in (document["overall"], *document["slices"]):
        assert {"slice", "support", "share", "errors", "metrics", "classes", "confusion", "classes_truncated"} <= set(
            one
        )
        assert tuple(one["metrics"]) == METRICS
        for estimate in one["metrics"].values():
            check_estimate(estimate)
        for mine in one["classes"].values():
            assert set(mine) == {"support", "predicted", "precision", "recall", "f1"}
            for name in ("precision", "recall", "f1"):
                check_estimate(mine[name])
        if one["confusion"] is not None:
            assert set(one["confusion"]) == {"labels", "counts"}
            assert list(one["classes"]) == one["confusion"]["labels"]
            assert {len(row) for row in one["confusion"]["counts"]} == {len(one["confusion"]["labels"])}
        parse(one["slice"])


def check_rank(document: dict[str, Any]) -> None:
    check_head(document, "slicer.rank/1")
    assert {"metric", "overall", "joint", "table"} <= set(document)
    check_estimate(document["overall"])
    slices = {row["slice"] for row in document["table"]}
    for row in document["table"]:
        assert set(row) == ROW
        parse(row["slice"])
        assert row["kind"] in ("slice", "tag", "class")
        assert row["action"] in ACTIONS
        assert set(row["flags"]) <= set(FLAGS)
        beside = [row[name] for name in ("shared", "next_best", "cumulative")]
        assert beside == [None] * 3 or min(beside) >= 0
        check_estimate(row["estimate"])
        check_estimate(row["estimate_paired"])
        assert (row["estimate_paired"] is None) == (row["n_paired"] is None)
        if row["hlp"] is not None:
            assert set(row["hlp"]) == {"value", "source", "n", "ci", "inherited"}
            assert row["hlp"]["source"] in HLP_SOURCES
        if row["gap"] is not None:
            assert set(row["gap"]) == {"value", "ci"}
        assert set(row["potential"]) == {"value", "ci", "p_top1", "p_top3", "tied_with"}
        assert set(row["potential"]["tied_with"]) <= slices


def no_constant(name: str) -> None:
    raise AssertionError(f"{name} is not JSON")


def check_document(result: Any) -> dict[str, Any]:
    """The JSON of a result says what its dictionary says, and holds no NaN."""
    document = result.to_dict()
    assert json.loads(result.to_json(), parse_constant=no_constant) == document
    (check_rank if document["schema"].startswith("slicer.rank") else check_metrics)(document)
    frame = result.to_frame()
    assert len(frame) == len(document["table"] if "table" in document else [0, *document["slices"]])
    return document


@pytest.mark.parametrize(
    "ask",
    [
        lambda speech, defects: speech.metrics(by=["noise", "words*device"]),
        lambda speech, defects: defects.metrics(by=["label", "area_mm2"], slices=[parse("line = 'L1'")]),
        lambda speech, defects: speech.rank(by=["noise", "accent"], tags=True),
        lambda speech, defects: speech.rank(slices=[parse("words <= 2")], where=parse("not (noise = 'car noise')")),
        lambda speech, defects: defects.rank(classes=True),
        lambda speech, defects: defects.rank(classes=True, metric="precision", hlp={}),
        lambda speech, defects: defects.rank(by=["label"], hlp={ALL: GivenHlp(value=0.99)}),
    ],
    ids=["metrics", "metrics by class", "tags", "filter", "classes", "precision", "given"],
)
def test_every_document_keeps_the_contract(
    speech: Workbench, defects: Workbench, ask: Callable[[Workbench, Workbench], Any]
) -> None:
    check_document(ask(speech, defects))


AWKWARD = {
    "one row": {"y": ["a"], "p": ["a"], "g": ["u"]},
    "no label at all but one": {"y": [None, None, "a"], "p": ["a", "b", None], "g": ["u", "v", "w"]},
    "all wrong": {"y": ["a", "b"] * 20, "p": ["b", "a"] * 20, "g": ["u", "v"] * 20},
    "all right, one class": {"y": ["a"] * 40, "p": ["a"] * 40, "g": ["u", "v"] * 20},
    "no prediction but one": {"y": ["a", "b"] * 20, "p": ["a"] + [None] * 39, "g": ["u", "v"] * 20},
    "other classes predicted": {"y": ["a", "b"] * 20, "p": ["x", "y"] * 20, "g": ["u", None] * 20},
    "few human labels": {
        "y": ["a", "b"] * 20,
        "p": ["a"] * 40,
        "g": ["u", "v"] * 20,
        "human": ["a", "c"] + [None] * 38,
    },
}


@pytest.mark.parametrize("case", AWKWARD)
def test_awkward_data_keep_the_contract_too(tmp_path: Path, case: str) -> None:
    path = tmp_path / "awkward.parquet"
    pd.DataFrame(AWKWARD[case], dtype=object).to_parquet(path, index=False)
    bench = slicer.open(path, label="y", prediction="p", features=["g"])
    whole = len(AWKWARD[case]["y"])
    document = check_document(bench.metrics(by=["g"]))
    assert document["rows"] == whole
    check_document(bench.metrics(by=["g"], where=parse("g is missing and g = 'u'")))
    check_document(bench.rank(by=["g"]))
    check_document(bench.rank(by=["g"], where=parse("y is missing")))
    check_document(bench.rank(classes=True))
    for metric in ("recall", "precision"):
        check_document(bench.rank(classes=True, metric=metric))


def test_the_document_names_its_source_by_its_fingerprint(tmp_path: Path) -> None:
    path = tmp_path / "predictions.csv"
    content = "y,p\na,a\nb,a\n"
    path.write_text(content)
    document = slicer.open(path, label="y", prediction={"v7": "p"}).metrics().to_dict()
    assert document["source"] == {
        "path": str(path),
        "sha256": hashlib.sha256(content.encode()).hexdigest(),
        "dataset": "predictions",
        "run": "v7",
    }
    assert document["roles"]["prediction"] == "p"
    assert "label" not in document["roles"]["guessed"]


def test_a_frame_has_a_line_for_each_slice_with_fractions(speech: Workbench) -> None:
    ranked = speech.rank(by=["noise"])
    frame = ranked.to_frame()
    assert frame["potential"].round(4).tolist() == [0.006, 0.006, 0.0016, 0.0]
    assert frame["tied_with"].tolist()[:2] == ["noise = 'clean speech'", "noise = 'people noise'"]
    measured = speech.metrics(by=["noise"], metrics=["accuracy"]).to_frame()
    assert measured["slice"].tolist()[0] == ""
    assert measured["accuracy"].tolist()[0] == 0.9026
    assert measured["accuracy_lo"].tolist()[0] < 0.9026 < measured["accuracy_hi"].tolist()[0]


def test_the_same_question_gets_the_same_answer_to_the_last_digit(defects: Workbench) -> None:
    first, second = (slicer.sample("defects").rank(by=["supplier", "area_mm2"]).to_json() for _ in range(2))
    assert first == second == defects.rank(by=["supplier", "area_mm2"]).to_json()


def test_the_level_of_the_options_reaches_every_interval(speech: Workbench) -> None:
    narrow = Workbench(speech.project, speech.dataset, options=Options(level=0.8)).rank(by=["noise"]).to_dict()
    wide = Workbench(speech.project, speech.dataset, options=Options(level=0.99)).rank(by=["noise"]).to_dict()
    assert narrow["overall"]["level"] == 0.8
    for less, more in zip(narrow["table"], wide["table"], strict=True):
        for name in ("estimate", "gap", "potential", "hlp"):
            (low, high), (lower, higher) = less[name]["ci"], more[name]["ci"]
            assert lower < low < high < higher


def test_a_slice_nobody_is_in_has_no_row_of_its_own_in_a_ranking(speech: Workbench) -> None:
    nobody = parse("noise = 'silence'")
    assert speech.rank(slices=[nobody]).table == ()
    (found,) = speech.metrics(slices=[nobody]).slices
    assert (found.counts.support, found.share) == (0, 0.0)
    assert found.metrics["accuracy"].value is None


def test_the_sample_files_hold_the_rows_the_index_says() -> None:
    for sample in list_samples():
        assert sample.about.is_file()
        assert slicer.sample(sample.name).dataset.rows == sample.rows


def test_the_reference_is_people_however_their_level_is_known() -> None:
    """Of several people by leaving each out, of one on the same rows, of nobody for another metric."""
    crowd, one = slicer.sample("sentiment"), slicer.sample("speech")
    assert crowd.reference(crowd.count(Slice())).hlp == pytest.approx(0.8401, abs=5e-5)
    assert one.reference(one.count(Slice())).hlp == pytest.approx(0.9162)
    assert crowd.reference(crowd.count(Slice()), "mcc").hlp is None
