"""Human level and gap: leave-one-out by brute force, worked examples, other samples, scores, words."""

import itertools
import math
from collections import Counter
from typing import Any

import numpy as np
import oracles
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from sklearn import metrics as sk

from slicer.human.hlp import CEILING, GivenHlp, Hlp, HlpBook, shrink
from slicer.human.items import item_difference
from slicer.human.leave_one_out import human_credit, leave_one_out, model_credit
from slicer.human.metric_gap import human_table, model_table, paired_metric_gap
from slicer.human.noise import accuracy_behind, accuracy_without_noise, deattenuated, gap_without_noise
from slicer.human.patterns import ItemPatterns
from slicer.human.reference import against_truth, independent_gap, other_sample
from slicer.human.scores import human_score, paired_score_gap
from slicer.human.truth import MEANINGS, TITLES, TruthSource, gap_words
from slicer.human.undefined import Answer, Undefined
from slicer.metrics import classification
from slicer.metrics.counts import PairedCounts, SliceCounts
from slicer.metrics.estimate import Estimate, estimate
from slicer.metrics.intervals import mover_difference, newcombe, wilson
from slicer.metrics.moments import Moments, RatioSums
from slicer.metrics.score_intervals import tango
from slicer.slices import Slice, parse
from slicer.vocabulary import FLAGS, HLP_SOURCES, METHODS

LABELS = "abcd"
Ratings = list[list[str | None]]


def rate(right: int, n: int) -> Estimate:
    """Right rows over rows."""
    return estimate(right / n, wilson(right, n), n=n, denominator=n, method="wilson", level=0.95)


@st.composite
def judged(draw: st.DrawFn, missing: bool = True) -> tuple[Ratings, list[str | None], list[str | None]]:
    """Ratings with missing answers, a model's predictions and a truth, both with gaps."""
    items, people = draw(st.integers(1, 10)), draw(st.integers(2, 6))
    label = st.sampled_from([*LABELS, None] if missing else LABELS)
    rows = draw(st.lists(st.lists(label, min_size=people, max_size=people), min_size=items, max_size=items))
    column = st.lists(st.sampled_from([*LABELS, None]), min_size=items, max_size=items)
    return rows, draw(column), draw(column)


def known(answer: Answer) -> Estimate:
    assert isinstance(answer, Estimate)
    assert answer.value is not None
    assert answer.method is None or answer.method in METHODS
    assert set(answer.flags) <= set(FLAGS)
    if answer.ci is not None:
        assert answer.ci[0] <= answer.value <= answer.ci[1]
        assert answer.ci[0] < answer.ci[1]
    return answer


def credits_by_hand(row: list[str | None], prediction: str | None, min_others: int) -> tuple[float, float] | None:
    """Person by person, as the method is written down."""
    said = [key for key in row if key is not None]
    if len(said) - 1 < min_others:
        return None
    human, model = [], []
    for place, key in enumerate(said):
        others = Counter(said[:place] + said[place + 1 :])
        modes = [other for other, times in others.items() if times == max(others.values())]
        human.append((key in modes) / len(modes))
        model.append((prediction in modes) / len(modes))
    return float(np.mean(human)), float(np.mean(model))


# --- leave-one-out -----------------------------------------------------------------------------------


@given(judged(), st.integers(1, 3))
def test_leave_one_out_is_each_person_against_the_others_ties_by_expectation(
    data: tuple[Ratings, list[str | None], list[str | None]], min_others: int
) -> None:
    rows, model, _ = data
    by_hand = [credits_by_hand(row, prediction, min_others) for row, prediction in zip(rows, model, strict=True)]
    credits = np.array([one for one in by_hand if one is not None])
    found = leave_one_out(ItemPatterns.of(rows, model=model), min_others)
    assert found.items == len(credits)
    if not len(credits):
        assert isinstance(found.gap, Undefined)
        return
    human, predicted = credits.mean(axis=0)
    assert known(found.hlp).value == pytest.approx(human, abs=1e-12)
    assert known(found.model).value == pytest.approx(predicted, abs=1e-12)
    assert known(found.gap).value == pytest.approx(human - predicted, abs=1e-12)


@pytest.mark.parametrize("name", ["LEAVE_ONE_OUT", "LEAVE_ONE_OUT_5"])
def test_the_worked_examples_of_leave_one_out(name: str) -> None:
    example: dict[str, Any] = getattr(oracles, name)
    found = leave_one_out(ItemPatterns.of(example["ratings"], model=example["model"]))
    gap = known(found.gap)
    assert known(found.hlp).value == pytest.approx(example.get("human_loo", example.get("human")), abs=1e-12)
    assert known(found.model).value == pytest.approx(example["model_loo"], abs=1e-12)
    assert gap.value == pytest.approx(example["gap"], abs=1e-12)
    assert gap.ci == pytest.approx(example.get("gap_ci_t", example.get("ci_t")), abs=1e-9)
    assert gap.method == "t"
    assert "boundary" not in gap.flags


def test_each_item_of_the_worked_example() -> None:
    example: dict[str, Any] = oracles.LEAVE_ONE_OUT
    for row, prediction, human, model in zip(
        example["ratings"], example["model"], example["per_item_human"], example["per_item_model"], strict=True
    ):
        item = ItemPatterns.of([row], model=[prediction])
        predicted = model_credit(item)
        assert predicted is not None
        assert (human_credit(item)[0], predicted[0]) == pytest.approx((human, model), abs=1e-12)
    two_others = leave_one_out(ItemPatterns.of(example["ratings"], model=example["model"]), min_others=2)
    expected = example["min_others_2"]
    assert two_others.items == expected["items"]
    assert two_others.hlp.value == pytest.approx(expected["human"], abs=1e-12)
    assert two_others.model.value == pytest.approx(expected["model"], abs=1e-12)


@pytest.mark.parametrize("name", ["LEAVE_ONE_OUT", "LEAVE_ONE_OUT_5"])
def test_a_majority_that_holds_the_persons_own_vote_would_flatter_people(name: str) -> None:
    """Why one is left out. Ties by expectation, people meet the full majority as often as its share of the answers."""
    example: dict[str, Any] = getattr(oracles, name)
    said = [[key for key in row if key is not None] for row in example["ratings"]]
    flattering = np.mean([max(Counter(row).values()) / len(row) for row in said])
    assert flattering == pytest.approx(example["human_vs_full_majority_inflated"], abs=1e-12)
    assert (leave_one_out(ItemPatterns.of(example["ratings"])).hlp.value or 1) < flattering


@given(judged(missing=False))
def test_a_model_that_copies_one_person_never_looks_worse_than_people_by_more_than_the_person(
    data: tuple[Ratings, list[str | None], list[str | None]],
) -> None:
    """Symmetry: over everybody whom the model could copy, it is at least as good, since it also meets its own copy."""
    rows, _, _ = data
    gaps = [
        leave_one_out(ItemPatterns.of(rows, model=[row[person] for row in rows])).gap.value
        for person in range(len(rows[0]))
    ]
    assert np.mean([gap for gap in gaps if gap is not None]) <= 1e-12


def test_without_a_run_there_is_a_human_level_but_no_gap() -> None:
    found = leave_one_out(ItemPatterns.of([["a", "a"], ["a", "b"]]))
    assert found.hlp.value == 0.5
    reason = "There is no prediction beside these answers: choose a run to see the gap."
    assert found.gap.to_dict() == found.model.to_dict() == {"value": None, "reason": reason}
    assert found.to_dict()["items"] == 2


def test_one_person_cannot_be_left_out() -> None:
    alone = leave_one_out(ItemPatterns.of([["a", None], [None, "b"]], model=["a", "b"]))
    assert alone.hlp.to_dict()["reason"] == (
        "Leaving one person out needs 2 answers on an item; no item here has more than 1."
    )
    assert leave_one_out(ItemPatterns.of([[None]])).hlp.to_dict()["reason"] == "No item here has an answer of a person."
    assert alone.as_hlp() is None


def test_a_missing_prediction_is_wrong_and_not_left_out() -> None:
    found = leave_one_out(ItemPatterns.of([["a", "a"], ["a", "a"]], model=["a", None]))
    assert (found.hlp.value, found.model.value, found.gap.value, found.items) == (1.0, 0.5, 0.5, 2)


def test_few_items_on_one_side_widen_the_interval_and_say_so() -> None:
    """Nineteen items without a difference and one with: Student's t alone would hardly reach 0.2."""
    values, items = np.array([0.0, 0.5]), np.array([19, 1])
    found = item_difference(values, items)
    assert "boundary" in known(found).flags
    plain = stats.ttest_1samp([0.0] * 19 + [0.5], 0).confidence_interval()
    assert found.ci is not None
    assert found.ci[0] < plain.low < plain.high < found.ci[1]
    even = item_difference(np.array([-0.5, 0.0, 0.5]), np.array([10, 20, 10]))
    plain = stats.ttest_1samp([-0.5] * 10 + [0.0] * 20 + [0.5] * 10, 0).confidence_interval()
    assert even.ci == pytest.approx([plain.low, plain.high], abs=1e-12)
    assert "boundary" not in even.flags


@given(st.lists(st.tuples(st.sampled_from([-1.0, -2 / 3, -0.5, 0.0, 0.25, 0.5, 1.0]), st.integers(1, 9)), min_size=1))
def test_the_interval_of_a_paired_difference_is_inside_the_scale_and_never_zero_wide(
    drawn: list[tuple[float, int]],
) -> None:
    found = item_difference(np.array([value for value, _ in drawn]), np.array([items for _, items in drawn]))
    assert known(found).value == pytest.approx(sum(v * n for v, n in drawn) / sum(n for _, n in drawn))
    assert found.ci is not None
    assert -1 <= found.ci[0] < found.ci[1] <= 1


# --- against a truth, on the same rows or on others --------------------------------------------------


@given(judged())
def test_people_and_model_are_held_against_the_truth_on_the_same_items(
    data: tuple[Ratings, list[str | None], list[str | None]],
) -> None:
    rows, model, truth = data
    shares, right = [], []
    for row, prediction, true in zip(rows, model, truth, strict=True):
        said = [key for key in row if key is not None]
        if true is not None and said:
            shares.append(said.count(true) / len(said))
            right.append(prediction == true)
    found = against_truth(ItemPatterns.of(rows, model=model, truth=truth), "human")
    assert found.items == len(shares)
    if shares:
        assert known(found.hlp).value == pytest.approx(np.mean(shares))
        assert known(found.model).value == pytest.approx(np.mean(right))
        assert known(found.gap).value == pytest.approx(np.mean(shares) - np.mean(right), abs=1e-12)
        assert all("truth_is_human" in known(one).flags for one in (found.hlp, found.model, found.gap))
    else:
        assert found.hlp.to_dict()["reason"] == "No item here has both a truth and an answer of a person."


def test_one_person_against_the_truth_is_tango() -> None:
    """14 rows only people get right and 6 only the model, of 100: the worked example."""
    example = oracles.PAIRED_GAP
    rows = [["a"]] * 94 + [["b"]] * 6
    model = ["b"] * 14 + ["a"] * 80 + ["a"] * 6
    gap = known(against_truth(ItemPatterns.of(rows, model=model, truth=["a"] * 100)).gap)
    assert gap.value == pytest.approx(example["gap"], abs=1e-12)
    assert (gap.ci, gap.method) == (tango(14, 6, 100), "tango")


def test_six_scratches_against_the_truth() -> None:
    example: dict[str, Any] = oracles.SCRATCHES
    rows, truth = [[str(x)] for x in example["inspector"]], [str(x) for x in example["gt"]]
    found = against_truth(ItemPatterns.of(rows, truth=truth))
    assert known(found.hlp).value == pytest.approx(example["hlp"], abs=1e-12)
    assert known(found.hlp).ci == pytest.approx(example["ci_wilson"], abs=1e-12)
    level = found.as_hlp()
    assert level is not None
    assert (level.source, level.n) == ("paired", 6)
    assert level.source in HLP_SOURCES
    assert isinstance(against_truth(ItemPatterns.of(rows)).hlp, Undefined)


def test_another_sample_gives_newcombes_interval() -> None:
    level = other_sample(93, 100)
    assert level is not None
    gap = known(independent_gap(level, rate(178, 200)))
    assert gap.value == pytest.approx(oracles.UNPAIRED_GAP["gap"], abs=1e-12)
    assert gap.ci == pytest.approx(oracles.UNPAIRED_GAP["ci"], abs=1e-12)
    assert gap.ci == newcombe(93, 100, 178, 200)
    assert gap.method == "newcombe"
    assert other_sample(0, 0) is None


def test_a_bare_human_number_has_no_spread_of_its_own_and_says_so() -> None:
    bare = Hlp(value=0.89, source="given", n=None, ci=None)
    gap = known(independent_gap(bare, rate(348, 400)))
    assert gap.ci == pytest.approx(
        oracles.POTENTIAL_CI["n=400,c=348(.87),h=.89 const,N=1000"]["gap_ci_mover"], abs=1e-12
    )
    assert gap.flags == ("hlp_no_uncertainty",)
    assert gap.method == "mover"
    nothing = estimate(None, None, n=0, denominator=0, method="wilson", level=0.95)
    assert independent_gap(bare, nothing).value is None


# --- scores, ratios, other metrics -------------------------------------------------------------------


def sums_of(e: list[float], d: list[float]) -> RatioSums:
    a, b = np.array(e), np.array(d)
    return RatioSums(n=len(e), e=a.sum(), d=b.sum(), ee=a @ a, ed=a @ b, dd=b @ b)


def test_a_human_score_beside_the_models_is_a_paired_t_test() -> None:
    random = np.random.default_rng(2)
    hard = random.normal(0, 5, 40)
    human, model = -1 - hard + random.normal(0, 1, 40), -3 - hard + random.normal(0, 1, 40)
    expected = stats.ttest_rel(human, model).confidence_interval()
    difference = Moments.of([float(x) for x in human - model]).ratio
    gap = known(paired_score_gap(difference))
    assert gap.ci == pytest.approx([expected.low, expected.high], abs=1e-9)
    assert gap.method == "t"
    turned = known(paired_score_gap(difference, higher_is_better=False))
    assert turned.value == -(gap.value or 0)
    assert turned.ci == pytest.approx([-expected.high, -expected.low], abs=1e-9)
    mean = known(human_score(Moments.of([float(x) for x in human]).ratio))
    own = stats.ttest_1samp(human, 0).confidence_interval()
    assert mean.ci == pytest.approx([own.low, own.high], abs=1e-9)


def test_a_human_score_on_other_rows_is_mover_on_the_two_intervals() -> None:
    human = known(human_score(Moments.of([1.0, 2.0, 2.0, 4.0]).ratio))
    model = known(human_score(Moments.of([3.0, 4.0, 6.0, 4.0, 5.0]).ratio))
    gap = known(independent_gap(human, model, higher_is_better=False))
    assert human.ci is not None
    assert model.ci is not None
    assert gap.value == pytest.approx(4.4 - 2.25)
    assert gap.ci == pytest.approx(mover_difference(4.4, model.ci, 2.25, human.ci), abs=1e-12)


def test_word_errors_of_people_and_model_are_paired_by_utterance() -> None:
    """The ratio of sums, and its spread is that of 20,000 drawn samples of utterances."""
    random = np.random.default_rng(4)
    words = random.integers(3, 30, 300)
    human, model = random.binomial(words, 0.05), random.binomial(words, 0.09)
    gap = known(paired_score_gap(sums_of(human - model, words), higher_is_better=False))
    assert gap.value == pytest.approx((model.sum() - human.sum()) / words.sum())
    assert gap.method == "ratio"
    drawn = random.integers(0, 300, (20_000, 300))
    gaps = (model[drawn].sum(axis=1) - human[drawn].sum(axis=1)) / words[drawn].sum(axis=1)
    assert gap.ci is not None
    assert gap.ci[1] - gap.ci[0] == pytest.approx(2 * 1.968 * gaps.std(), rel=0.03)


def test_scores_without_rows_or_without_spread() -> None:
    empty = RatioSums(n=0, e=0.0, d=0.0, ee=0.0, ed=0.0, dd=0.0)
    assert human_score(empty).to_dict()["reason"] == "No row here has a human score."
    assert paired_score_gap(empty).to_dict()["reason"] == "No row here has both a human score and the model's."
    assert known(human_score(Moments.of([2.0, 2.0, 2.0]).ratio)).ci is None
    assert known(human_score(Moments.of([2.0]).ratio)).ci is None


def made_joint(n: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Truth, model and human of some rows of three classes that both find hard together."""
    random = np.random.default_rng(seed)
    truth, hard = random.choice(3, n, p=[0.6, 0.3, 0.1]), random.random(n) < 0.2
    model = np.where(random.random(n) < np.where(hard, 0.4, 0.92), truth, random.integers(0, 3, n))
    human = np.where(random.random(n) < np.where(hard, 0.5, 0.97), truth, random.integers(0, 3, n))
    joint = np.zeros((3, 4, 4))
    np.add.at(joint, (truth, model, human), 1)
    return joint, truth, model, human


@pytest.mark.parametrize("name", ["macro_f1", "mcc", "kappa", "weighted_f1"])
def test_the_gap_of_any_metric_is_paired_and_has_the_spread_of_drawn_rows(name: str) -> None:
    joint, truth, model, human = made_joint(400, 3)
    metric = getattr(classification, name)
    oracle = {
        "macro_f1": lambda y, p: sk.f1_score(y, p, average="macro"),
        "mcc": sk.matthews_corrcoef,
        "kappa": sk.cohen_kappa_score,
        "weighted_f1": lambda y, p: sk.f1_score(y, p, average="weighted"),
    }[name]
    gap = known(paired_metric_gap(metric, joint, widest=2.0))
    assert gap.value == pytest.approx(oracle(truth, human) - oracle(truth, model), abs=1e-9)
    random = np.random.default_rng(0)
    drawn = random.multinomial(400, joint.ravel() / 400, size=4000).reshape(-1, 3, 4, 4)
    gaps = metric(drawn.sum(axis=2)) - metric(drawn.sum(axis=3))
    assert gap.ci is not None
    assert gap.ci[1] - gap.ci[0] == pytest.approx(2 * 1.96 * gaps.std(), rel=0.05)
    assert human_table(joint).sum() == model_table(joint).sum() == 400


def test_a_metric_on_which_people_and_model_never_differ_is_not_certain() -> None:
    joint = np.zeros((2, 3, 3))
    joint[0, 0, 0], joint[1, 1, 1] = 12, 8
    gap = known(paired_metric_gap(classification.macro_f1, joint))
    assert gap.value == 0
    assert gap.flags[-1] == "boundary"
    assert gap.ci is not None
    assert gap.ci[0] < -0.05 < 0.05 < gap.ci[1]
    single = np.zeros((1, 2, 2))
    single[0, 0, 0] = 20
    assert known(paired_metric_gap(classification.accuracy, single)).ci is not None
    assert paired_metric_gap(classification.accuracy, np.zeros((2, 3, 3))).to_dict()["reason"].startswith("No row here")
    assert paired_metric_gap(classification.mcc, single).to_dict()["reason"] == (
        "There is nothing to divide by for people here."
    )


# --- noisy labels ------------------------------------------------------------------------------------


def test_two_conventions_are_a_fake_win_of_twelve_points() -> None:
    """Always saying the more frequent convention scores .70 where two people agree on .58."""
    example = oracles.UM
    p = example["p_convention1"]
    assert p**2 + (1 - p) ** 2 == pytest.approx(example["pairwise_agreement"])
    assert accuracy_behind(example["pairwise_agreement"], 2) == pytest.approx(example["deattenuated_p"], abs=1e-12)
    gap = estimate(-example["fake_advantage"], (-0.2, -0.04), n=100, denominator=100, method="tango", level=0.95)
    assert "check the label conventions first" in gap_words(gap, "human")


@given(st.floats(0.0, 1.0), st.integers(2, 20))
def test_the_accuracy_behind_an_agreement_leads_back_to_it(p: float, classes: int) -> None:
    p = max(p, 1 / classes)
    agreement = p**2 + (1 - p) ** 2 / (classes - 1)
    assert accuracy_behind(agreement, classes) == pytest.approx(p, abs=1e-6)


def test_what_is_model_based_says_so_and_maps_the_interval() -> None:
    seen = estimate(0.58, (0.45, 0.68), n=100, denominator=100, method="wilson", level=0.95)
    found = deattenuated(seen, 2)
    assert not isinstance(found, Undefined)
    assert found.to_dict()["model_based"] is True
    assert found.assumption.startswith("Model-based: ")
    assert found.ci == pytest.approx((0.5, 0.8))
    low = estimate(0.3, None, n=9, denominator=9, method="wilson", level=0.95)
    assert deattenuated(low, 2).to_dict()["reason"].startswith("People agree less than if they guessed among 2 classes")
    assert isinstance(deattenuated(seen, 1), Undefined)


def test_label_noise_hides_part_of_a_gap() -> None:
    """Simulated: what is seen on noisy labels leads back to the accuracies on clean ones."""
    random, n, classes, noise = np.random.default_rng(0), 400_000, 4, 0.15
    truth = random.integers(0, classes, n)

    def blurred(right: float) -> np.ndarray:
        return np.where(random.random(n) < right, truth, (truth + random.integers(1, classes, n)) % classes)

    label, human, model = blurred(1 - noise), blurred(0.95), blurred(0.85)
    difference = float((human == label).mean() - (model == label).mean())
    seen = estimate(difference, None, n=n, denominator=n, method="tango", level=0.95)
    clean = gap_without_noise(seen, noise, classes)
    assert clean.value == pytest.approx(0.10, abs=0.005)
    accurate = accuracy_without_noise(rate(int((model == label).sum()), n), noise, classes)
    assert accurate.value == pytest.approx(0.85, abs=0.005)
    assert isinstance(gap_without_noise(seen, 0.8, classes), Undefined)
    assert isinstance(accuracy_without_noise(rate(1, 2), 0.5, 2), Undefined)


# --- words and the fallback order --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "ci", "truth", "expected"),
    [
        (0.1, (0.02, 0.2), "external", "People do better here."),
        (0.1, (-0.02, 0.2), "external",
         "People look better than the model here, but the sample is too small to be sure."),
        (-0.1, (-0.2, -0.02), "external",
         "The model is above human level here: nothing is left to learn from people, use the ceiling instead."),
        (-0.1, (-0.2, -0.02), "adjudicated",
         "The model is above human level here: check whether people follow the convention of the reference, else use "
         "the ceiling."),
        (-0.1, (-0.2, 0.02), "human",
         "The model looks better than people here, but the sample is too small to be sure. If it holds: the truth is "
         "itself human, so check the label conventions first."),
        (-0.1, None, "external",
         "The model looks better than people here, but how sure that is cannot be said. If it holds: nothing is left "
         "to learn from people, use the ceiling instead."),
        (0.0, (-0.1, 0.1), "external",
         "People look as good as the model here, but the sample is too small to be sure."),
        (None, None, "external", "There is no gap: nothing was measured."),
    ],
)  # fmt: skip
def test_a_gap_in_words(value: float | None, ci: tuple[float, float] | None, truth: TruthSource, expected: str) -> None:
    gap = estimate(value, ci, n=50, denominator=50, method="tango", level=0.95)
    assert gap_words(gap, truth) == expected


def test_a_human_truth_is_never_called_human_level() -> None:
    assert TITLES["human"] == "Human–human agreement"
    assert "not the least error" in MEANINGS["human"]
    assert "irreducible" not in " ".join([*TITLES.values(), *MEANINGS.values()])


ALL = Slice()
A, AB = parse("a = 1"), parse("a = 1 and b = 2")


def counted(right: int, n: int) -> SliceCounts:
    paired = PairedCounts(both=right, neither=n - right) if n else None
    return SliceCounts(support=100, unlabelled=0, unpredicted=0, right=80, confusion=None, paired=paired)


def level(right: int, n: int, source: str = "leave_one_out") -> Hlp:
    return Hlp(value=right / n, source=source, n=n, ci=wilson(right, n))


def test_leave_one_out_and_other_samples_take_the_place_of_paired_labels() -> None:
    book = HlpBook({}, {ALL: counted(0, 0), A: counted(0, 0)}, measured={ALL: level(80, 100), A: level(45, 50)})
    assert book.resolve(A) == level(45, 50)
    assert book.resolve(ALL).source == "leave_one_out"
    inherited = book.resolve(AB)
    assert (inherited.source, inherited.value, inherited.inherited) == ("parent", 0.9, True)
    few = HlpBook({}, {}, measured={ALL: level(80, 100), A: level(9, 10, "other_sample")}).resolve(A)
    assert few == shrink(9, 10, 0.8)
    assert few.source == "shrunk"
    assert HlpBook({}, {}, measured={A: level(9, 10, "other_sample")}).resolve(A).source == "other_sample"
    assert HlpBook({}, {}, measured={A: level(45, 50)}).resolve(parse("b = 2")) == CEILING


def test_paired_labels_come_before_other_levels_unless_they_are_few() -> None:
    measured = {A: level(45, 50)}
    assert HlpBook({}, {A: counted(40, 40)}, measured=measured).resolve(A).source == "paired"
    assert HlpBook({}, {A: counted(9, 10)}, measured=measured).resolve(A).source == "leave_one_out"
    assert HlpBook({A: GivenHlp(value=0.7)}, {}, measured=measured).resolve(A).source == "given"
    both_few = HlpBook({}, {A: counted(9, 10)}, measured={A: level(3, 5)}).resolve(A)
    assert (both_few.source, both_few.n) == ("paired", 10)


def test_shrinking_gives_the_worked_example() -> None:
    example: dict[str, Any] = oracles.HLP_SHRINK
    found = HlpBook(
        {ALL: GivenHlp(value=example["parent"])}, {}, measured={A: level(example["k"], example["n"])}
    ).resolve(A)
    assert found.value == pytest.approx(example["value"], abs=1e-12)
    assert found.ci == pytest.approx(example["beta_ci"], abs=1e-9)


def test_labels_of_every_number_of_people_have_their_credits() -> None:
    """All countings of up to six people and three labels, whatever the model says."""
    for counts in itertools.product(range(5), repeat=3):
        row: list[str | None] = [key for key, times in zip("abc", counts, strict=True) for _ in range(times)]
        if 2 <= len(row) <= 8:
            for prediction in ("a", "b", "c", "d", None):
                item = ItemPatterns.of([row], model=[prediction])
                by_hand = credits_by_hand(row, prediction, 1)
                predicted = model_credit(item)
                assert predicted is not None
                assert (human_credit(item)[0], predicted[0]) == pytest.approx(by_hand, abs=1e-12)
    assert math.isclose(human_credit(ItemPatterns.of([["a", "a", "b"]]))[0], 1 / 3)
