"""Where no column is the label: people are the truth, each held against the others, and the model against the same."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from people_kit import answer, by_slice, left_out, refusal
from scipy import stats

import slicer
from slicer.cli import main
from slicer.errors import UsageError
from slicer.given import given_roles
from slicer.human.hlp import GivenHlp
from slicer.human.patterns import ItemPatterns
from slicer.priorities.class_people import class_level
from slicer.project.store import MEMORY, Project
from slicer.slices import Slice, parse
from slicer.sources import load_files
from slicer.workbench import ALL, Workbench

LABELS = np.array(["cat", "dog", "fox"])
PEOPLE = ["ann", "bob", "cy", "dee"]
ROLES = {"id": "id", "prediction": "pred", "features": ["light"]}
METRICS = ("recall", "precision", "f1")


def crowd_of(rows: int, seed: int) -> pd.DataFrame:
    """Four people who each answer most rows, and a model; nothing says what is right."""
    random = np.random.default_rng(seed)
    truth = random.choice(3, rows, p=[0.5, 0.3, 0.2])

    def noisy(right: float) -> np.ndarray:
        return LABELS[np.where(random.random(rows) < right, truth, random.integers(0, 3, rows))]

    columns = {name: noisy(right) for name, right in zip(PEOPLE, (0.9, 0.8, 0.8, 0.6), strict=True)}
    frame = pd.DataFrame({"id": [f"r{i}" for i in range(rows)], "pred": noisy(0.6), **columns,
                          "light": random.choice(["day", "night"], rows)})  # fmt: skip
    for name in PEOPLE:
        frame.loc[random.random(rows) < 0.3, name] = None
    return frame


@pytest.fixture(scope="module")
def crowd() -> pd.DataFrame:
    return crowd_of(300, seed=4)


@pytest.fixture(scope="module")
def bench(crowd: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Workbench:
    path = tmp_path_factory.mktemp("crowd") / "crowd.csv"
    crowd.to_csv(path, index=False)
    return slicer.open(path, human=PEOPLE, **ROLES)


def credits(rows: pd.DataFrame) -> np.ndarray:
    """People's and the model's mean credit of each row that two people answered, person by person."""
    found = []
    for _, row in rows.iterrows():
        said = [row[name] for name in PEOPLE if isinstance(row[name], str)]
        if len(said) > 1:
            pairs = list(left_out(said))
            people = np.mean([held.get(own, 0.0) for own, held in pairs])
            model = np.mean([held.get(row["pred"], 0.0) for _, held in pairs])
            found.append((people, model))
    return np.array(found)


def test_a_ranking_holds_people_and_model_against_the_same_others(crowd: pd.DataFrame, bench: Workbench) -> None:
    result = bench.rank(by=["light"])
    whole = credits(crowd)
    assert result.truth_source == "human"
    assert result.overall.value == pytest.approx(whole[:, 1].mean())
    for key, rows in crowd.groupby("light"):
        one, mine = by_slice(result)[f"light = '{key}'"], credits(rows)
        gaps = mine[:, 0] - mine[:, 1]
        expected = stats.ttest_1samp(gaps, 0).confidence_interval()
        assert (one.hlp.source, one.hlp.n, one.gap.n) == ("leave_one_out", len(mine), len(mine))
        assert (one.hlp.value, one.estimate.value) == pytest.approx(mine.mean(axis=0))
        assert (one.gap.value, *one.gap.ci) == pytest.approx((gaps.mean(), expected.low, expected.high))
        assert one.estimate == one.estimate_paired.flagged()
        assert one.estimate.ci[0] < one.estimate.value < one.estimate.ci[1]
        assert one.weight == pytest.approx(len(mine) / len(whole)), "its part of the rows that two people answered"
        assert one.potential == pytest.approx(gaps.mean() * len(mine) / len(whole))
        assert one.ceiling == pytest.approx((1 - mine[:, 1].mean()) * len(mine) / len(whole))
        assert (one.errors, one.error_share) == (None, None), "a row can be wrong in part"
        assert "truth_is_human" in one.hlp.flags
        assert np.std(one.draws) == pytest.approx((one.gap.ci[1] - one.gap.ci[0]) / 2 / stats.norm.ppf(0.975), rel=0.06)
    closed = sum(one.gap.value * one.weight for one in by_slice(result).values())
    assert result.overall.value + closed == pytest.approx(whole[:, 0].mean())


def test_it_is_said_that_people_are_the_truth(bench: Workbench) -> None:
    warnings = bench.rank(by=["light"]).head.warnings
    assert (
        sum(one.startswith("No column is the label: what is right is what people answered.") for one in warnings) == 1
    )
    assert sum(one.startswith("The truth is itself a person's label") for one in warnings) == 1
    assert not any("outside every metric" in one or "distinct labels" in one for one in warnings)


def test_agreement_metrics_and_ranking_say_the_same(bench: Workbench) -> None:
    agreed, measured = bench.agree(by=["light"]), bench.metrics(by=["light"])
    ranked = bench.rank(by=["light"], slices=[ALL])
    assert (agreed.truth_source, agreed.truth_guessed) == ("human", False)
    figures = {"": agreed.overall, **{str(one.slice): one.figures for one in agreed.slices}}
    accuracies = {str(one.slice): one.metrics["accuracy"] for one in (measured.overall, *measured.slices)}
    for slice_, one in by_slice(ranked).items():
        loo = figures[slice_].leave_one_out
        assert one.estimate == loo.model == accuracies[slice_]
        assert (one.gap.value, one.gap.ci, one.hlp.value) == (loo.gap.value, loo.gap.ci, loo.hlp.value)
    assert list(measured.overall.metrics) == ["accuracy"]


def test_the_same_answers_as_counts_and_as_rows_rank_alike(
    crowd: pd.DataFrame, bench: Workbench, tmp_path: Path
) -> None:
    plain = crowd.drop(columns=PEOPLE)
    plain.to_csv(tmp_path / "items.csv", index=False)
    crowd.melt(["id"], PEOPLE, "who", "said").dropna().to_csv(tmp_path / "long.csv", index=False)
    votes = pd.DataFrame({f"votes_{key}": (crowd[PEOPLE] == key).sum(axis=1) for key in LABELS})
    pd.concat([plain, votes], axis=1).to_csv(tmp_path / "counts.csv", index=False)
    project = Project(MEMORY)
    given = given_roles(**ROLES, annotator="who", human="said")
    dataset, _ = load_files(project, [tmp_path / "items.csv", tmp_path / "long.csv"], given)
    counts = slicer.open(tmp_path / "counts.csv", human="counts:votes_", **ROLES)
    for other in (Workbench(project, dataset), counts):
        expected = by_slice(bench.rank(by=["light"]))
        for slice_, one in by_slice(other.rank(by=["light"])).items():
            assert (one.estimate, one.gap, one.hlp) == (
                expected[slice_].estimate, expected[slice_].gap, expected[slice_].hlp
            )  # fmt: skip
        assert [row.candidate.gap for row in other.rank(classes=True).table] == [
            row.candidate.gap for row in bench.rank(classes=True).table
        ]


def test_few_answers_are_pulled_towards_all_rows_and_none_is_no_level(crowd: pd.DataFrame, tmp_path: Path) -> None:
    few = crowd.copy()
    few["light"] = ["dusk"] * 12 + ["dark"] * 20 + ["day"] * 268
    few.loc[12:31, PEOPLE[1:]] = None
    few.to_csv(tmp_path / "few.csv", index=False)
    found = by_slice(slicer.open(tmp_path / "few.csv", human=PEOPLE, **ROLES).rank(by=["light"]))
    dusk, whole = credits(few[:12]), credits(few)
    one = found["light = 'dusk'"]
    assert (one.hlp.source, one.hlp.n) == ("shrunk", len(dusk))
    assert one.hlp.value == pytest.approx((dusk[:, 0].sum() + 20 * whole[:, 0].mean()) / (len(dusk) + 20))
    assert one.gap.value == pytest.approx(one.hlp.value - dusk[:, 1].mean())
    assert one.gap.ci is not None
    dark = found["light = 'dark'"]
    assert (dark.estimate.value, dark.gap, dark.potential) == (None, None, None)


def test_a_level_that_is_given_is_held_against_the_model_beside_the_others(
    crowd: pd.DataFrame, bench: Workbench
) -> None:
    result = bench.rank(by=["light"], hlp={Slice(): GivenHlp(value=0.95)})
    for key, rows in crowd.groupby("light"):
        one = by_slice(result)[f"light = '{key}'"]
        assert one.gap.value == pytest.approx(0.95 - credits(rows)[:, 1].mean())
        assert one.gap.ci == pytest.approx((0.95 - one.estimate.ci[1], 0.95 - one.estimate.ci[0]))


# --- classes -----------------------------------------------------------------------------------------


def by_hand(rows: pd.DataFrame) -> dict[str, dict[str, np.ndarray]]:
    """Of each class: rows of it, said by people, met by people, said by the model, met by the model."""
    sums: dict[str, Counter[str]] = {label: Counter() for label in LABELS}
    for _, row in rows.iterrows():
        said = [row[name] for name in PEOPLE if isinstance(row[name], str)]
        for own, held in left_out(said) if len(said) > 1 else ():
            part = 1 / len(said)
            sums[own]["people"] += part
            sums[row["pred"]]["model"] += part
            for label, chance in held.items():
                sums[label]["rows"] += part * chance
                sums[label]["people met"] += part * chance * (label == own)
                sums[label]["model met"] += part * chance * (label == row["pred"])
    return {label: {metric: rates(one, metric) for metric in METRICS} for label, one in sums.items()}


def rates(one: Counter[str], metric: str) -> np.ndarray:
    below = {"recall": (one["rows"],) * 2, "precision": (one["people"], one["model"]),
             "f1": ((one["rows"] + one["people"]) / 2, (one["rows"] + one["model"]) / 2)}[metric]  # fmt: skip
    return np.array([one["people met"], one["model met"]]) / below


@pytest.mark.parametrize("metric", METRICS)
def test_a_class_is_what_the_others_say_person_by_person(crowd: pd.DataFrame, bench: Workbench, metric: str) -> None:
    """The intervals are as wide as drawing rows says."""
    result = bench.rank(classes=True, metric=metric)
    expected, random = by_hand(crowd), np.random.default_rng(1)
    drawn = [by_hand(crowd.sample(300, replace=True, random_state=random)) for _ in range(60)]
    assert {row.candidate.name for row in result.table} == {*LABELS}
    for one in by_slice(result).values():
        people, model = expected[one.name][metric]
        assert (one.hlp.value, one.estimate.value, one.gap.value) == pytest.approx((people, model, people - model))
        assert one.hlp.source == "leave_one_out"
        spread = np.std([found[one.name][metric] @ [1, -1] for found in drawn])
        assert (one.gap.ci[1] - one.gap.ci[0]) / 2 / stats.norm.ppf(0.975) == pytest.approx(spread, rel=0.3)
        own = [np.std([found[one.name][metric][side] for found in drawn]) for side in (0, 1)]
        for level, wide in zip((one.hlp.ci, one.estimate.ci), own, strict=True):
            assert (level[1] - level[0]) / 2 / stats.norm.ppf(0.975) == pytest.approx(wide, rel=0.3)
    weights = {one.name: one.weight for one in by_slice(result).values()}
    assert sum(weights.values()) == pytest.approx(1)
    assert result.overall.value == pytest.approx(sum(weights[label] * expected[label][metric][1] for label in LABELS))
    assert result.overall.ci is not None


def test_recall_by_class_adds_up_to_the_accuracy_and_its_gap(crowd: pd.DataFrame, bench: Workbench) -> None:
    result, whole = bench.rank(classes=True, metric="recall"), credits(crowd).mean(axis=0)
    assert result.overall.value == pytest.approx(whole[1])
    gained = sum(one.gap.value * one.weight for one in by_slice(result).values())
    assert gained == pytest.approx(whole[0] - whole[1])


def test_of_a_label_classes_are_left_out_too_where_the_truth_is_human() -> None:
    """Held against a majority that they are part of, people would look better: neutral by 34.9 points."""
    sample = slicer.sample("sentiment")
    classes = by_slice(sample.rank(classes=True, metric="recall"))
    with_references = sample.agree().overall.leave_one_out
    assert {one.hlp.source for one in classes.values()} == {"leave_one_out"}
    rows = {slice_: one.hlp.n for slice_, one in classes.items()}
    assert sum(rows.values()) == pytest.approx(6000, abs=2)
    mean = sum(one.gap.value * rows[slice_] for slice_, one in classes.items()) / 6000
    assert mean == pytest.approx(with_references.gap.value, abs=1e-4)
    people = sum(one.hlp.value * rows[slice_] for slice_, one in classes.items()) / 6000
    assert people == pytest.approx(with_references.hlp.value, abs=1e-4)


def test_a_label_that_is_never_what_the_others_say_is_no_class(crowd: pd.DataFrame, tmp_path: Path) -> None:
    odd = crowd.copy()
    odd.loc[0, [*PEOPLE]] = ["owl", "cat", "cat", "cat"]
    odd.loc[1:40, "pred"] = "bat"
    odd.to_csv(tmp_path / "odd.csv", index=False)
    result = slicer.open(tmp_path / "odd.csv", human=PEOPLE, **ROLES).rank(classes=True, metric="precision")
    assert {row.candidate.name for row in result.table} == {*LABELS}
    for label in ("owl", "bat"):
        sentence = f"'{label}' is no class here: it is never what most others say, so nobody can be held against it."
        assert sentence in result.head.warnings


def test_a_class_nobody_says_has_no_precision_and_a_sentence() -> None:
    """With the model alone saying it, there is nothing to divide by for people: null, never 0."""
    patterns = ItemPatterns.of([["a", "a"], ["b", "b"]], model=["c", "b"])
    found = class_level(patterns, "c", "precision", 0.95, left_out=True)
    assert found.hlp.to_dict() == {"value": None, "reason": "Nobody says 'c' here: there is no precision of it."}
    assert found.gap is None
    never = class_level(patterns, "a", "precision", 0.95, left_out=True)
    assert never.model.to_dict()["reason"] == "The model never says 'a' here: there is no precision of it."
    assert never.hlp.value == 1.0
    alone = class_level(patterns, "c", "recall", 0.95, left_out=True)
    assert alone.hlp.to_dict()["reason"] == "No row here is 'c': there is no recall of it."


def test_people_who_always_say_what_the_model_says_have_a_gap_of_0_with_a_width() -> None:
    patterns = ItemPatterns.of([["a", "a"], ["b", "b"]] * 20, model=["a", "b"] * 20)
    for metric in METRICS:
        gap = class_level(patterns, "a", metric, 0.95, left_out=True).gap
        assert gap is not None
        assert gap.value == 0
        assert gap.ci is not None
        assert gap.ci[0] < 0 < gap.ci[1]
        assert "boundary" in gap.flags


@pytest.mark.parametrize("metric", METRICS)
def test_the_intervals_of_a_class_cover(metric: str) -> None:
    """What 400 samples of 120 rows say of a class, against what very many rows say."""
    random = np.random.default_rng(6)

    def patterns(rows: int) -> ItemPatterns:
        truth, hard = random.choice(3, rows, p=[0.5, 0.3, 0.2]), random.random(rows)
        right = np.where(hard < 0.3, 0.5, 0.9)

        def said(skill: float) -> list[str]:
            found = np.where(random.random(rows) < right * skill, truth, random.integers(0, 3, rows))
            return [str(one) for one in found]

        people = [said(skill) for skill in (1.0, 0.95, 0.9, 0.8)]
        return ItemPatterns.of(list(zip(*people, strict=True)), model=said(0.85))

    true = {key: class_level(patterns(60_000), key, metric, 0.95, left_out=True) for key in "012"}
    inside = Counter[str]()
    for _ in range(400):
        sample = patterns(120)
        for key, level in true.items():
            found = class_level(sample, key, metric, 0.95, left_out=True)
            for name in ("hlp", "model", "gap"):
                ci = getattr(found, name).ci
                inside[name] += ci[0] <= getattr(level, name).value <= ci[1]
    for name, times in inside.items():
        assert 0.915 <= times / 1200 <= 0.975, (name, times / 1200)


# --- what does not fit -------------------------------------------------------------------------------


def test_one_person_is_no_truth(crowd: pd.DataFrame, tmp_path: Path) -> None:
    crowd.to_csv(tmp_path / "crowd.csv", index=False)
    said = refusal("rank", tmp_path / "crowd.csv", "--human", "ann", "--prediction", "pred")
    assert "No column of crowd.csv could be a label" in said
    assert "the answers of several people (--human a,b) can stand in for it" in said


def test_the_commands_rank_agree_and_measure(crowd: pd.DataFrame, tmp_path: Path) -> None:
    path = tmp_path / "crowd.csv"
    crowd.to_csv(path, index=False)
    asked = (path, "--human", ",".join(PEOPLE), "--prediction", "pred", "--by", "light")
    ranked, notes = answer("rank", *asked)
    assert ranked["truth_source"] == "human"
    assert "The truth is itself a person's label" in notes
    agreed, _ = answer("agree", *asked)
    measured, _ = answer("metrics", *asked)
    assert ranked["overall"] == agreed["model_leave_one_out"] == measured["overall"]["metrics"]["accuracy"]
    shown = CliRunner().invoke(main, ["rank", *map(str, asked)])
    assert shown.exit_code == 0, shown.output
    classes, _ = answer("rank", path, "--human", ",".join(PEOPLE), "--prediction", "pred", "--classes")
    assert {row["hlp"]["source"] for row in classes["table"]} == {"leave_one_out"}


def test_slices_need_a_label_and_say_so(bench: Workbench) -> None:
    with pytest.raises(UsageError, match="what is right is what people answered"):
        bench.slice_table(by=["light"])
    with pytest.raises(UsageError, match="cannot be"):
        bench.rank(by=["light"], metric="log_loss")


def test_answers_that_no_two_people_gave_are_no_level(crowd: pd.DataFrame, tmp_path: Path) -> None:
    single = crowd.copy()
    single.loc[:, PEOPLE[1:]] = None
    single.loc[single.index % 2 == 0, "bob"] = single["ann"]
    single.loc[single.index % 2 == 0, "ann"] = None
    single.to_csv(tmp_path / "single.csv", index=False)
    result = slicer.open(tmp_path / "single.csv", human=["ann", "bob"], **ROLES).rank(by=["light"])
    assert result.overall.value is None
    assert all(row.candidate.gap is None and row.candidate.estimate.value is None for row in result.table)


def test_weights_are_not_used_and_it_is_said(crowd: pd.DataFrame, tmp_path: Path) -> None:
    crowd.assign(weight=range(1, 301)).to_csv(tmp_path / "weighted.csv", index=False)
    result = slicer.open(tmp_path / "weighted.csv", human=PEOPLE, **ROLES).rank(slices=[parse("light = 'day'")])
    note = "Weights of rows are not used for what several people answered: every row counts once."
    assert note in result.head.warnings
    assert result.overall.value == pytest.approx(credits(crowd)[:, 1].mean())
