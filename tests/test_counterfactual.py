"""Potential in metrics that are no mean over rows: the table replaced, the metric taken anew, by an outside hand."""

import itertools
import math
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import oracles
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from people_kit import answer, by_slice, refusal
from sklearn import metrics as sk

import slicer
from slicer.human.hlp import GivenHlp, Hlp
from slicer.metrics import classification
from slicer.metrics.cells import Cell
from slicer.metrics.proportions import class_formula
from slicer.metrics.registry import METRICS, Setting
from slicer.priorities.counterfactual import (
    as_people_answered,
    by_recall_and_precision,
    change_of,
    error_factor,
    with_errors_scaled,
)
from slicer.priorities.gain import Gain, Whole, gain
from slicer.priorities.gain_of_errors import rmse_potential
from slicer.priorities.joint_cells import JointCells
from slicer.priorities.people_known import OneLevel, RecallAndPrecision, SameRows
from slicer.priorities.potential import DRAWS, improvement_potential
from slicer.priorities.together import FEW, together
from slicer.results import RankResult
from slicer.slices import Slice, parse
from slicer.workbench import Workbench

Array = np.ndarray

ALL = Slice()
KNOWN = oracles.F1_COUNTERFACTUAL
F1 = class_formula("f1", 1)

BY_SKLEARN: dict[str, Callable[[Any, Any, Any], float]] = {
    "f1": lambda y, p, w: sk.f1_score(y, p, pos_label="1", sample_weight=w),
    "recall": lambda y, p, w: sk.recall_score(y, p, pos_label="1", sample_weight=w),
    "precision": lambda y, p, w: sk.precision_score(y, p, pos_label="1", sample_weight=w),
    "specificity": lambda y, p, w: sk.recall_score(y, p, pos_label="0", sample_weight=w),
    "macro_f1": lambda y, p, w: sk.f1_score(y, p, average="macro", sample_weight=w),
    "weighted_f1": lambda y, p, w: sk.f1_score(y, p, average="weighted", sample_weight=w),
    "balanced_accuracy": lambda y, p, w: sk.balanced_accuracy_score(y, p, sample_weight=w),
    "mcc": lambda y, p, w: sk.matthews_corrcoef(y, p, sample_weight=w),
    "kappa": lambda y, p, w: sk.cohen_kappa_score(y, p, sample_weight=w),
}


def formula_of(metric: str) -> Any:
    of = METRICS[metric].formula
    assert of is not None
    return of(Setting(positive=1))


def table(cells: Any) -> Array:
    """With no row without a prediction."""
    return np.hstack([np.array(cells, dtype=float), np.zeros((len(cells), 1))])


def sklearn_of(metric: str, one: Array) -> float:
    """scikit-learn on the cells of a table as weighted rows."""
    classes = [str(place) for place in range(len(one))]
    truth, said = (list(names) for names in zip(*itertools.product(classes, classes), strict=True))
    return float(BY_SKLEARN[metric](truth, said, one[:, :-1].ravel()))


OVERALL, SLICE = table(KNOWN["C_all"]), table(KNOWN["C_slice"])


# --- the worked example -----------------------------------------------------------------------------


def test_the_f1_of_all_rows_and_of_the_slice_are_the_oracles() -> None:
    assert F1(OVERALL) == pytest.approx(KNOWN["overall_f1"], abs=1e-12)
    assert F1(SLICE) == pytest.approx(KNOWN["slice_f1"], abs=1e-12)


def test_peoples_precision_and_recall_give_their_table() -> None:
    expected = KNOWN["human_PR_0_90_0_85"]
    replaced = by_recall_and_precision(SLICE, 1, np.array(0.85), np.array(0.9))
    assert replaced[:, :2] == pytest.approx(np.array(expected["C_star"]), abs=1e-12)
    assert F1(OVERALL - SLICE + replaced) == pytest.approx(expected["sk"], abs=1e-12)
    assert change_of(F1, OVERALL, SLICE, replaced) == pytest.approx(expected["potential"], abs=1e-12)


@pytest.mark.parametrize(
    ("key", "formula", "level", "potential"),
    [
        ("human_F1_0_90", F1, 0.9, "potential"),
        ("human_acc_0_96", classification.accuracy, 0.96, "potential_f1"),
    ],
)
def test_one_level_of_people_shrinks_every_error_alike(key: str, formula: Any, level: float, potential: str) -> None:
    expected = KNOWN[key]
    factor = error_factor(formula, SLICE, np.array(level))
    replaced = with_errors_scaled(SLICE, factor)
    assert factor == pytest.approx(expected["lam"], abs=1e-12)
    assert replaced[:, :2] == pytest.approx(np.array(expected["C_star"]), abs=1e-10)
    assert formula(replaced) == pytest.approx(level, abs=1e-12)
    assert change_of(F1, OVERALL, SLICE, replaced) == pytest.approx(expected[potential], abs=1e-12)
    assert sklearn_of("f1", OVERALL - SLICE + replaced) == pytest.approx(expected["new_overall_f1"], abs=1e-12)


def test_accuracy_gains_share_times_gap_of_it_as_the_course_has_it() -> None:
    expected = KNOWN["human_acc_0_96"]
    found = gained(classification.accuracy, OneLevel(hlp=bare(0.96), words="accuracy"))
    assert found.value == pytest.approx(found.accuracy, abs=1e-15)
    assert found.value == pytest.approx(expected["course_formula"], abs=1e-12)
    own = float(classification.accuracy(SLICE))
    assert found.value == pytest.approx(improvement_potential(own, 0.96, 220, 1000), abs=1e-12)
    f1 = gained(F1, OneLevel(hlp=bare(0.96), words="accuracy"))
    assert f1.accuracy == pytest.approx(expected["potential_acc"], abs=1e-12), "told beside the F1"


def test_recall_is_additive() -> None:
    expected = oracles.RECALL_ADDITIVE
    recall = class_formula("recall", 1)
    found = gained(recall, OneLevel(hlp=bare(expected["r_h"]), words="recall", formula=recall))
    assert found.value == pytest.approx(expected["potential"], abs=1e-12)
    assert found.ahead == pytest.approx(expected["r_h"] - expected["r_slice"], abs=1e-12)


def test_the_root_mean_squared_error_is_taken_anew() -> None:
    known = oracles.RMSE_OF_TWO_SLICES
    (n, m), (one, other) = known["n"], known["sse"]
    found = rmse_potential(one + other, n + m, n, one / n - known["human_mse_slice0"])
    assert found == pytest.approx(known["potential"], abs=1e-12)


def test_the_share_of_a_word_error_rate_is_of_words_not_of_utterances(tmp_path: Path) -> None:
    """Ten utterances each; two in ten of the words."""
    known = oracles.WORD_ERRORS
    rows = [
        {"id": f"{side}{place}", "side": side, "wrong": errors / 10, "words": words / 10}
        for side, errors, words in zip("ab", known["errors"], known["words"], strict=True)
        for place in range(10)
    ]
    frame = pd.DataFrame(rows * 4).assign(id=[f"r{place}" for place in range(80)])
    bench = opened(tmp_path, frame, errors="wrong", total="words")
    found = by_slice(bench.rank(by=["side"], hlp={parse("side = 'a'"): GivenHlp(value=known["human_wer_slice0"])}))
    mine = found["side = 'a'"]
    assert mine.potential == pytest.approx(known["potential"], abs=1e-12)
    assert (mine.share, mine.weight, mine.share_source) == (0.5, pytest.approx(0.2), "units")


# --- laws -------------------------------------------------------------------------------------------


def bare(value: float) -> Hlp:
    return Hlp(value=value, source="given", n=None, ci=None)


def cells_of(one: Array) -> JointCells:
    """A table as cells nobody answered."""
    labels = [str(place) for place in range(len(one))]
    found = [
        Cell(label=true, prediction=said, human=None, right=true == said, human_right=None, rows=int(rows))
        for true, line in zip(labels, one, strict=True)
        for said, rows in zip(labels, line, strict=False)
        if rows
    ]
    return JointCells.of(found, labels)


def gained(formula: Any, people: Any, seed: int = 0) -> Gain:
    whole = Whole(formula=formula, overall=OVERALL, squared=OVERALL)
    found = gain(whole, cells_of(SLICE), people, "s", seed)
    assert found is not None
    return found


TABLES = arrays(np.int64, (2, 3, 3), elements=st.integers(0, 30)).map(
    lambda one: np.stack([table(part) for part in one])
)
LEVELS = st.floats(0.05, 1.0)


@settings(max_examples=60)
@given(TABLES, LEVELS)
def test_accuracy_by_its_own_level_is_share_times_gap(parts: Array, level: float) -> None:
    part, rest = parts
    overall = part + rest
    own = classification.accuracy(part)
    if np.isnan(own) or own == 1 or level < own:
        return
    replaced = with_errors_scaled(part, error_factor(classification.accuracy, part, np.array(level)))
    expected = part.sum() / overall.sum() * (level - own)
    assert change_of(classification.accuracy, overall, part, replaced) == pytest.approx(expected, abs=1e-12)
    assert replaced.sum(axis=1) == pytest.approx(part.sum(axis=1)), "true rows stay"


@settings(max_examples=60)
@given(TABLES, st.sampled_from(["macro_f1", "weighted_f1", "balanced_accuracy", "mcc", "kappa"]), LEVELS)
def test_the_factor_brings_the_slice_to_peoples_level(parts: Array, metric: str, level: float) -> None:
    """Where people are better than the model and worse than faultless; else nothing changes, or nothing is left."""
    part, formula = parts[0], formula_of(metric)
    own = formula(part)
    perfect = formula(with_errors_scaled(part, np.array(0.0)))
    if np.isnan(own) or np.isnan(perfect):
        return
    factor = float(error_factor(formula, part, np.array(level)))
    if own < level < perfect:
        assert 0 < factor < 1
        assert formula(with_errors_scaled(part, np.array(factor))) == pytest.approx(level, abs=1e-9)
    if level >= perfect > own:
        assert factor == 0
    if level < own and (part.sum(axis=1) > np.diagonal(part)).any():
        assert factor >= 1


@given(TABLES)
def test_people_who_leave_more_errors_than_the_model_gain_nothing(parts: Array) -> None:
    part = parts[0] + table(5 * np.eye(3))
    own = float(classification.macro_f1(part))
    for level in (own, own / 2):
        factor = error_factor(classification.macro_f1, part, np.array(level))
        assert factor >= 1 - 1e-9
        assert change_of(classification.macro_f1, part, part, with_errors_scaled(part, factor)) <= 1e-9


@settings(max_examples=25)
@given(st.integers(0, 2**31), st.sampled_from(["macro_f1", "weighted_f1", "balanced_accuracy", "mcc", "kappa"]))
def test_peoples_own_answers_are_what_scikit_learn_says_of_replaced_rows(seed: int, metric: str) -> None:
    random = np.random.default_rng(seed)
    truth = random.integers(0, 3, 200)
    model, human = (np.where(random.random(200) < 0.3, random.integers(0, 3, 200), truth) for _ in range(2))
    inside = random.random(200) < 0.3
    replaced = np.where(inside, human, model)
    expected = BY_SKLEARN[metric](truth, replaced, None) - BY_SKLEARN[metric](truth, model, None)
    tables = [
        table(sk.confusion_matrix(truth[where], said[where], labels=[0, 1, 2]))
        for where, said in ((slice(None), model), (inside, model), (inside, human))
    ]
    star = as_people_answered(tables[1], tables[2], tables[1])
    assert change_of(formula_of(metric), tables[0], tables[1], star) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("metric", BY_SKLEARN)
def test_formulas_are_scikit_learns(metric: str) -> None:
    assert formula_of(metric)(OVERALL) == pytest.approx(sklearn_of(metric, OVERALL), abs=1e-12)


def test_what_people_changed_is_carried_over_to_rows_they_did_not_answer() -> None:
    model, beside, human = table([[80, 20], [10, 90]]), table([[8, 2], [1, 9]]), table([[9, 1], [2, 8]])
    assert as_people_answered(model, human, beside)[:, :2].tolist() == [[90, 10], [20, 80]]
    alone = as_people_answered(model, table([[9, 1], [0, 0]]), table([[8, 2], [0, 0]]))
    assert alone[1].tolist() == model[1].tolist(), "a class nobody answered"


# --- intervals --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "people",
    [
        OneLevel(hlp=bare(0.96), words="accuracy"),
        RecallAndPrecision(recall=bare(0.85), precision=bare(0.9), positive=1),
    ],
)
def test_the_interval_holds_the_value_and_the_draws_are_their_own(people: Any) -> None:
    found, again, other = gained(F1, people), gained(F1, people), gained(F1, people, seed=1)
    assert found.ci is not None
    assert found.ci[0] < found.value < found.ci[1]
    assert found.draws.shape == (DRAWS,)
    assert (found.draws == again.draws).all()
    assert (found.draws != other.draws).any()
    assert found.part(1.0) == pytest.approx(found.value, abs=1e-12)
    assert 0 < found.part(0.5) < found.value


def drawn_cells(random: np.random.Generator, chances: Array, rows: int) -> JointCells:
    """A sample of (truth, model, human) cells."""
    counts, labels = random.multinomial(rows, chances.ravel()).reshape(chances.shape), ["0", "1"]
    return JointCells.of(
        [
            Cell(
                label=labels[i], prediction=labels[j], human=labels[k], right=i == j, human_right=i == k,
                rows=int(counts[i, j, k]),
            )
            for i, j, k in itertools.product(range(2), repeat=3)
            if counts[i, j, k]
        ],
        labels,
    )  # fmt: skip


@pytest.mark.parametrize("same_rows", [True, False])
def test_the_interval_covers_about_as_often_as_it_says(same_rows: bool) -> None:
    """A slice of 200 rows among 1,000: the F1 gained at people's answers, or at their accuracy."""
    times = 1500 if os.environ.get("SLICER_SOAK") else 120
    random = np.random.default_rng(3)
    chance = np.array([[[0.6, 0.05], [0.06, 0.02]], [[0.03, 0.07], [0.02, 0.15]]])
    model = np.array([[0.72, 0.03], [0.05, 0.20]])
    mine, human = chance.sum(axis=2), chance.sum(axis=1)
    whole_chance = table(0.2 * mine + 0.8 * model)
    people: Any = SameRows() if same_rows else OneLevel(hlp=bare(0.95), words="accuracy")
    star = table(human) if same_rows else with_errors_scaled(
        table(mine), error_factor(classification.accuracy, table(mine), np.array(0.95)))  # fmt: skip
    true = float(change_of(F1, whole_chance, 0.2 * table(mine), 0.2 * star))
    held = 0
    for seed in range(times):
        cells = drawn_cells(random, chance, 200)
        overall = cells.tables() + table(random.multinomial(800, model.ravel()).reshape(2, 2))
        found = gain(Whole(formula=F1, overall=overall, squared=overall), cells, people, "s", seed)
        assert found is not None
        assert found.ci is not None
        held += found.ci[0] <= true <= found.ci[1]
    assert held / times == pytest.approx(0.95, abs=3 * math.sqrt(0.05 * 0.95 / times) + 0.015)


# --- together ---------------------------------------------------------------------------------------


def by_orders(worth: Callable[[Array], Array], slices: int) -> Array:
    """Shapley's value over all orders."""
    total, orders = np.zeros(slices), list(itertools.permutations(range(slices)))
    for order in orders:
        done = np.zeros(slices, dtype=bool)
        for one in order:
            before = worth(done[None])[0]
            done[one] = True
            total[one] += worth(done[None])[0] - before
    return total / len(orders)


@settings(max_examples=25)
@given(st.lists(st.floats(0, 5), min_size=1, max_size=5), st.floats(0.3, 2))
def test_shared_out_is_shapleys_value(sizes: list[float], power: float) -> None:
    def worth(sets: Array) -> Array:
        return np.asarray((sets @ np.array(sizes)) ** power)

    found = together(worth, len(sizes))
    assert found.shared == pytest.approx(by_orders(worth, len(sizes)), abs=1e-9)
    assert found.shared.sum() == pytest.approx(found.joint)
    assert found.next_best.sum() == pytest.approx(found.joint)
    assert found.cumulative.max() == pytest.approx(found.joint)


def test_many_slices_are_shared_out_by_orders_that_are_drawn() -> None:
    """Twelve slices: near the exact value of a game that has a simple one, and the same for the same seed."""
    sizes = np.linspace(1, 2, FEW + 4)

    def worth(sets: Array) -> Array:
        return np.asarray((sets @ sizes) ** 2)

    found = together(worth, len(sizes))
    assert found.shared == pytest.approx(sizes * sizes.sum(), rel=0.02)
    assert found.shared.sum() == pytest.approx(found.joint)
    assert (together(worth, len(sizes)).shared == found.shared).all()


# --- in the table -----------------------------------------------------------------------------------


def opened(place: Path, frame: pd.DataFrame, **roles: Any) -> Workbench:
    path = place / "rows.csv"
    frame.to_csv(path, index=False)
    return slicer.open(path, id="id", **roles)


def made(rows: int = 1500, seed: int = 4) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    kind = random.choice(["small", "middle", "large"], rows, p=[0.2, 0.3, 0.5])
    truth = np.where(random.random(rows) < 0.3, "1", "0")
    flip = {"0": "1", "1": "0"}
    wrong = random.random(rows) < np.where(kind == "small", 0.25, 0.1)
    human = random.random(rows) < 0.04
    return pd.DataFrame({
        "id": [f"r{place}" for place in range(rows)], "kind": kind, "old": random.choice(["yes", "no"], rows),
        "label": truth,
        "prediction": [flip[one] if bad else one for one, bad in zip(truth, wrong, strict=True)],
        "human": [flip[one] if bad else one for one, bad in zip(truth, human, strict=True)],
        "weight": random.choice([1.0, 2.0, 5.0], rows),
    })  # fmt: skip


ROLES = {"label": "label", "prediction": "prediction", "positive": "1"}


def replaced_rows(frame: pd.DataFrame, kinds: list[str], metric: str, weights: Any = None) -> float:
    """What scikit-learn says of the predictions with these kinds' people in their place, minus as they are."""
    said = frame.prediction.where(~frame.kind.isin(kinds), frame.human)
    return BY_SKLEARN[metric](frame.label, said, weights) - BY_SKLEARN[metric](frame.label, frame.prediction, weights)


@pytest.mark.parametrize("metric", BY_SKLEARN)
def test_a_ranking_by_any_metric_is_what_replaced_rows_give(tmp_path: Path, metric: str) -> None:
    frame = made()
    result = opened(tmp_path, frame.drop(columns=["weight"]), human="human", **ROLES).rank(by=["kind"], metric=metric)
    found = by_slice(result)
    assert len(found) == 3
    for text, mine in found.items():
        kind = parse(text).conditions[0].value
        rows = frame[frame.kind == kind]
        expected = replaced_rows(frame, [kind], metric)
        assert mine.potential == pytest.approx(max(0.0, expected), abs=1e-12)
        assert mine.estimate.value == pytest.approx(BY_SKLEARN[metric](rows.label, rows.prediction, None), abs=1e-12)
        assert mine.hlp.value == pytest.approx(BY_SKLEARN[metric](rows.label, rows.human, None), abs=1e-12)
        assert (mine.hlp.source, mine.hlp.n) == ("paired", len(rows))
        assert mine.exact.accuracy == pytest.approx(
            ((rows.human == rows.label).sum() - (rows.prediction == rows.label).sum()) / len(frame), abs=1e-12
        )
    everything = replaced_rows(frame, ["small", "middle", "large"], metric)
    gaining = [row for row in result.table if row.candidate.potential]
    assert result.joint == pytest.approx(replaced_rows(frame, [parse(row.candidate.slice).conditions[0].value
                                                               for row in gaining], metric), abs=1e-12)  # fmt: skip
    assert sum(row.worth.shared for row in gaining) == pytest.approx(result.joint, abs=1e-12)
    if len(gaining) == 3:
        assert result.joint == pytest.approx(everything, abs=1e-12)


def test_weights_weigh_in_any_metric(tmp_path: Path) -> None:
    frame = made()
    bench = opened(tmp_path, frame, human="human", weight="weight", **ROLES)
    for text, mine in by_slice(bench.rank(by=["kind"], metric="macro_f1")).items():
        expected = replaced_rows(frame, [parse(text).conditions[0].value], "macro_f1", frame.weight)
        assert mine.potential == pytest.approx(max(0.0, expected), abs=1e-12)
        assert mine.potential_ci[0] < mine.potential < mine.potential_ci[1]


def test_accuracy_of_people_alone_is_a_level_too(tmp_path: Path) -> None:
    frame = made().drop(columns=["weight", "human"])
    bench = opened(tmp_path, frame, **ROLES)
    levels = {"accuracy": {ALL: GivenHlp(value=0.97)}}
    by_f1 = by_slice(bench.rank(by=["kind"], metric="f1", hlp={}, other_levels=levels))
    by_accuracy = by_slice(bench.rank(by=["kind"], hlp=levels["accuracy"]))
    for text, mine in by_f1.items():
        assert mine.exact.accuracy == pytest.approx(by_accuracy[text].potential, abs=1e-12)
        assert "Only people's accuracy is known" in mine.exact.assumption
        assert mine.hlp.source == "overall"


def test_a_slice_that_shares_rows_says_why_nothing_is_shared_out(tmp_path: Path) -> None:
    bench = opened(tmp_path, made().drop(columns=["weight"]), human="human", **ROLES)
    result = bench.rank(by=["kind", "old"], metric="f1")
    assert result.joint is None
    assert "share rows" in result.joint_reason
    assert result.to_dict()["joint_reason"] == result.joint_reason
    assert all(row.worth is None for row in result.table)
    assert bench.rank(by=["kind"], metric="f1").joint_reason is None


def test_clusters_make_a_potential_less_sure(tmp_path: Path) -> None:
    """Every row ten times, as one cluster: as sure as the rows once, not as ten times as many."""
    frame = made(400).drop(columns=["weight", "human"])
    again = pd.concat([frame] * 10).assign(id=[f"r{place}" for place in range(4000)])
    again["doc"] = [place % 400 for place in range(4000)]
    levels = {ALL: GivenHlp(value=0.95)}

    def widths(bench: Workbench) -> Array:
        found = by_slice(bench.rank(by=["kind"], metric="macro_f1", hlp=levels))
        return np.array([found[text].potential_ci[1] - found[text].potential_ci[0] for text in sorted(found)])

    once = widths(opened(tmp_path, frame, features="kind", **ROLES))
    several = widths(opened(tmp_path, again, features="kind", cluster="doc", **ROLES))
    assert several == pytest.approx(once, rel=0.25)


def test_squared_errors_are_peoples_on_the_same_rows(tmp_path: Path) -> None:
    random = np.random.default_rng(7)
    frame = pd.DataFrame({"id": [f"r{place}" for place in range(600)], "kind": random.choice(["a", "b"], 600)})
    frame["label"] = random.normal(20, 5, 600)
    frame["prediction"] = frame.label + random.normal(0, np.where(frame.kind == "a", 3, 1))
    frame["human"] = frame.label + random.normal(0, 1, 600)
    bench = opened(tmp_path, frame, label="label", prediction="prediction", human="human")
    result = bench.rank(by=["kind"], metric="rmse")
    before = sk.root_mean_squared_error(frame.label, frame.prediction)
    for text, mine in by_slice(result).items():
        there = frame.kind == parse(text).conditions[0].value
        after = sk.root_mean_squared_error(frame.label, frame.prediction.where(~there, frame.human))
        assert mine.potential == pytest.approx(max(0.0, before - after), abs=1e-9)
        assert mine.hlp.value == pytest.approx(sk.root_mean_squared_error(frame.label[there], frame.human[there]))
        assert mine.potential_ci[0] < before - after < mine.potential_ci[1]
    given_level = by_slice(bench.rank(by=["kind"], metric="rmse", hlp={ALL: GivenHlp(value=1.0)}))["kind = 'a'"]
    squares = (frame.prediction - frame.label) ** 2
    there = frame.kind == "a"
    assert given_level.potential == pytest.approx(
        before - math.sqrt((squares.sum() - squares[there].sum() + there.sum()) / 600), abs=1e-9
    )


# --- the order --------------------------------------------------------------------------------------


def test_the_cautious_order_is_by_the_lower_end_of_the_80_percent_interval(tmp_path: Path) -> None:
    bench = opened(tmp_path, made().drop(columns=["weight"]), human="human", **ROLES)
    result = bench.rank(by=["kind", "kind*old"], order="cautious")
    ranked = [row.candidate for row in result.table if row.candidate.ranked]
    ends = [one.cautious for one in ranked]
    assert ends == sorted(ends, reverse=True)
    assert ends == [pytest.approx(np.quantile(one.draws * one.weight, 0.1)) for one in ranked]
    usual = bench.rank(by=["kind", "kind*old"])
    assert {row.candidate.slice for row in usual.table} == {row.candidate.slice for row in result.table}
    assert [row.candidate.potential for row in usual.table if row.candidate.ranked] == sorted(
        (one.potential for one in ranked), reverse=True
    )


# --- the command ------------------------------------------------------------------------------------


def test_the_command_takes_levels_of_other_metrics(tmp_path: Path) -> None:
    frame = made().drop(columns=["weight", "human"])
    path, levels = tmp_path / "rows.csv", tmp_path / "levels.csv"
    frame.to_csv(path, index=False)
    levels.write_text("slice,value,metric\n,0.9,recall\n,0.95,precision\nkind = 'large',0.99,accuracy\n")
    document, _ = answer("rank", path, "--by", "kind", "--metric", "f1", "--hlp", levels, "--positive", "1",
                         "--order", "cautious", "--features", "kind")  # fmt: skip
    assert (document["metric"], document["order"]) == ("f1", "cautious")
    for row in document["table"]:
        assert row["hlp"]["value"] == pytest.approx(2 * 0.9 * 0.95 / (0.9 + 0.95))
        assert "recall and precision" in row["assumption"]
        assert row["potential_accuracy"]["value"] is not None
    document, _ = answer("rank", path, "--by", "kind", "--metric", "mcc", "--hlp", 0.9, "--features", "kind")
    assert [row["hlp"]["value"] for row in document["table"]] == pytest.approx([0.9] * 3)
    assert "'nothing' cannot be" in refusal("rank", path, "--by", "kind", "--metric", "nothing")


def test_every_sample_can_be_ranked_by_every_metric_it_offers() -> None:
    for name in ("adult", "defects", "sentiment"):
        bench = slicer.sample(name)
        feature = bench.dataset.roles.features[0]
        for metric in ("macro_f1", "mcc", "f1"):
            if metric in bench.ranked_by:
                found: RankResult = bench.rank(by=[feature], metric=metric)
                assert found.to_json()
                assert any(row.candidate.potential for row in found.table)
