"""Agreement of people against statsmodels, the krippendorff package, worked examples and counting by hand."""

import itertools
import math
from collections import Counter
from typing import Any

import krippendorff
import numpy as np
import oracles
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.inter_rater import cohens_kappa, fleiss_kappa

from slicer.human import items as item_intervals
from slicer.human.agreement import Agreement, agreement
from slicer.human.annotators import annotators, reference_level
from slicer.human.answers import Answers
from slicer.human.cohen import cohen_kappa
from slicer.human.confused import confused_labels
from slicer.human.guideline import agreement_change, level_change
from slicer.human.interval_alpha import NumberPatterns, interval_alpha, number_patterns
from slicer.human.items import item_difference, item_rate, resample
from slicer.human.notes import answer_notes, never_true_notes, paradox_note
from slicer.human.ordinal_alpha import ordinal_alpha
from slicer.human.patterns import ItemPatterns, disagreement
from slicer.human.reference import never_true
from slicer.human.undefined import Answer, Undefined
from slicer.metrics.estimate import Estimate
from slicer.metrics.intervals import wilson
from slicer.metrics.score_intervals import tango
from slicer.vocabulary import FLAGS, METHODS

LABELS = "abcd"
Ratings = list[list[str | None]]


def ratings(least: int = 0) -> st.SearchStrategy[Ratings]:
    """Tables with a line for each item and a column for each person; with missing answers."""

    def table(columns: int) -> st.SearchStrategy[Ratings]:
        return st.lists(
            st.lists(st.sampled_from([*LABELS, None]), min_size=columns, max_size=columns), min_size=1, max_size=12
        )

    full = st.integers(2, 5).flatmap(table)
    return full.filter(lambda rows: max(sum(label is not None for label in row) for row in rows) >= least)


def known(answer: Answer) -> Estimate:
    """The answer, which must be one, in the closed vocabularies and with its value inside its interval's scale."""
    assert isinstance(answer, Estimate)
    assert answer.value is not None
    assert answer.method is None or answer.method in METHODS
    assert set(answer.flags) <= set(FLAGS)
    return answer


def codes(rows: Ratings) -> np.ndarray:
    """The krippendorff package's shape: a line for each person, nan where missing."""
    return np.array([[math.nan if key is None else LABELS.index(key) for key in row] for row in rows], dtype=float).T


def people_of(row: list[str | None]) -> list[str]:
    return [key for key in row if key is not None]


# --- values ------------------------------------------------------------------------------------------


@given(ratings(least=2))
def test_nominal_alpha_is_that_of_the_krippendorff_package(rows: Ratings) -> None:
    """With missing answers; items of one answer or none are left out by both."""
    paired = [key for row in rows if len(people_of(row)) > 1 for key in people_of(row)]
    found = agreement(ItemPatterns.of(rows)).krippendorff_alpha
    if len(set(paired)) == 1:
        assert isinstance(found, Undefined)
        assert "Everybody said" in found.reason
        return
    expected = krippendorff.alpha(
        reliability_data=codes(rows), level_of_measurement="nominal", value_domain=list(range(len(LABELS)))
    )
    assert known(found).value == pytest.approx(expected, abs=1e-9)


@given(ratings(least=2))
def test_interval_alpha_is_that_of_the_krippendorff_package(rows: Ratings) -> None:
    numbers = [[None if key is None else str(LABELS.index(key) ** 2 + 0.5) for key in row] for row in rows]
    patterns = number_patterns(ItemPatterns.of(numbers))
    assert patterns is not None
    found = interval_alpha(patterns)
    paired = {key for row in rows if len(people_of(row)) > 1 for key in people_of(row)}
    if len(paired) == 1:
        assert isinstance(found, Undefined)
        return
    data = np.array([[math.nan if one is None else float(one) for one in row] for row in numbers]).T
    expected = krippendorff.alpha(
        reliability_data=data, level_of_measurement="interval", value_domain=[k * k + 0.5 for k in range(4)]
    )
    assert known(found).value == pytest.approx(expected, abs=1e-9)


@given(ratings(least=2))
def test_ordinal_alpha_is_that_of_the_krippendorff_package(rows: Ratings) -> None:
    """Numbers whose order as text is another: 2, 10, 30, 100."""
    scale = ["2", "10", "30", "100"]
    numbers = [[None if key is None else scale[LABELS.index(key)] for key in row] for row in rows]
    found = ordinal_alpha(ItemPatterns.of(numbers))
    if len({key for row in rows if len(people_of(row)) > 1 for key in people_of(row)}) == 1:
        assert isinstance(found, Undefined)
        return
    expected = krippendorff.alpha(
        reliability_data=codes(rows), level_of_measurement="ordinal", value_domain=list(range(len(LABELS)))
    )
    assert known(found).value == pytest.approx(expected, abs=1e-9)


def test_ordinal_alpha_is_of_an_order_of_few_steps() -> None:
    assert ordinal_alpha(ItemPatterns.of([["low", "high"]])).to_dict()["reason"].startswith("Not every label is")
    assert ordinal_alpha(ItemPatterns.of([["1", None]])).to_dict()["reason"].startswith("No item here has two answers")
    fine = ItemPatterns.of([[str(step), str(step + 1)] for step in range(0, 60, 2)])
    assert ordinal_alpha(fine).to_dict()["reason"] == "A scale of 60 steps is a measure: interval alpha is of it."


@given(st.integers(2, 6), st.integers(2, 4), st.data())
def test_fleiss_kappa_is_that_of_statsmodels(people: int, labels: int, data: st.DataObject) -> None:
    line = st.lists(st.sampled_from(LABELS[:labels]), min_size=people, max_size=people)
    rows: list[list[str]] = data.draw(st.lists(line, min_size=2, max_size=12))
    assume(len({key for row in rows for key in row}) > 1)
    table = np.array([[row.count(key) for key in LABELS[:labels]] for row in rows])
    assert known(agreement(ItemPatterns.of(rows)).fleiss_kappa).value == pytest.approx(fleiss_kappa(table), abs=1e-9)


@given(st.lists(st.integers(0, 30), min_size=9, max_size=9))
def test_cohen_kappa_and_its_error_are_those_of_statsmodels(cells: list[int]) -> None:
    table = np.array(cells).reshape(3, 3)
    assume(min((table.sum(axis=0) > 0).sum(), (table.sum(axis=1) > 0).sum()) > 1)  # else statsmodels divides by 0
    found, expected = known(cohen_kappa(table)), cohens_kappa(table)
    assert found.value == pytest.approx(expected.kappa, abs=1e-9)
    inside = min(found.value + 1, 1 - found.value) > 2 * expected.std_kappa
    if inside and expected.std_kappa > 1e-6:
        assert found.ci == pytest.approx([expected.kappa_low, expected.kappa_upp], abs=1e-5)


@given(ratings())
def test_pairwise_agreement_is_the_share_of_pairs_that_agree(rows: Ratings) -> None:
    shares = []
    for row in rows:
        pairs = list(itertools.combinations(people_of(row), 2))
        if pairs:
            shares.append(sum(one == other for one, other in pairs) / len(pairs))
    found = agreement(ItemPatterns.of(rows))
    assert found.items == len(shares)
    if shares:
        assert known(found.pairwise).value == pytest.approx(sum(shares) / len(shares), abs=1e-12)
    else:
        assert isinstance(found.pairwise, Undefined)


@given(ratings(least=2))
def test_agreement_on_a_label_is_the_chance_that_another_person_says_it_too(rows: Ratings) -> None:
    expected: dict[str, list[float]] = {}
    for row in rows:
        said = people_of(row)
        for place, key in enumerate(said):
            others = said[:place] + said[place + 1 :]
            if others:
                expected.setdefault(key, []).append(others.count(key) / len(others))
    found = agreement(ItemPatterns.of(rows)).labels
    assert {key: one.answers for key, one in found.items()} == {key: len(own) for key, own in expected.items()}
    for key, own in expected.items():
        assert known(found[key].agreement).value == pytest.approx(sum(own) / len(own), abs=1e-12)
    assert sum(one.share for one in found.values()) == pytest.approx(1)


@given(ratings(least=2))
def test_alpha_of_a_label_is_alpha_of_that_label_against_all_others(rows: Ratings) -> None:
    found = agreement(ItemPatterns.of(rows)).labels
    assume(len(found) > 1)
    for key, one in found.items():
        data = np.array([[math.nan if said is None else float(said == key) for said in row] for row in rows]).T
        expected = krippendorff.alpha(reliability_data=data, level_of_measurement="nominal", value_domain=[0, 1])
        assert known(one.alpha).value == pytest.approx(expected, abs=1e-9)


@given(ratings())
def test_confused_labels_are_counted_over_pairs_of_people(rows: Ratings) -> None:
    pairs: Counter[tuple[str, ...]] = Counter()
    items: Counter[tuple[str, ...]] = Counter()
    for row in rows:
        own = Counter(tuple(sorted(pair)) for pair in itertools.combinations(people_of(row), 2) if len(set(pair)) > 1)
        pairs.update(own)
        items.update(own.keys())
    found = confused_labels(ItemPatterns.of(rows))
    assert {(one.first, one.second): one.pairs for one in found} == dict(pairs)
    assert {(one.first, one.second): one.items for one in found} == dict(items)
    assert [one.pairs for one in found] == sorted(pairs.values(), reverse=True)
    assert sum(one.share for one in found) == pytest.approx(1 if pairs else 0)


def test_the_published_examples_of_fleiss_and_krippendorff() -> None:
    counts = np.array(oracles.FLEISS["table"])
    patterns = ItemPatterns(labels=tuple("12345"), counts=counts, items=np.ones(len(counts), dtype=int))
    assert known(agreement(patterns).fleiss_kappa).value == pytest.approx(oracles.FLEISS["kappa"], abs=1e-12)
    data: list[list[int | None]] = oracles.KRIPPENDORFF["data"]
    rows: Ratings = [[None if x is None else str(x) for x in item] for item in zip(*data, strict=True)]
    found = agreement(ItemPatterns.of(rows))
    assert known(found.krippendorff_alpha).value == pytest.approx(oracles.KRIPPENDORFF["nominal"], abs=1e-12)
    numbers = number_patterns(ItemPatterns.of(rows))
    assert numbers is not None
    assert known(interval_alpha(numbers)).value == pytest.approx(oracles.KRIPPENDORFF["interval"], abs=1e-12)
    assert isinstance(found.fleiss_kappa, Undefined)
    assert found.fleiss_kappa.reason.startswith("Fleiss' kappa needs the same number of answers on every item; here it")


@pytest.mark.parametrize("name", ["LEAVE_ONE_OUT", "LEAVE_ONE_OUT_5"])
def test_agreement_of_the_worked_examples(name: str) -> None:
    example: dict[str, Any] = getattr(oracles, name)
    found = agreement(ItemPatterns.of(example["ratings"]))
    pairwise = example.get("pairwise_agreement", example.get("pairwise"))
    alpha = example.get("krippendorff_alpha_nominal", example.get("alpha"))
    assert known(found.pairwise).value == pytest.approx(pairwise, abs=1e-12)
    assert known(found.krippendorff_alpha).value == pytest.approx(alpha, abs=1e-12)
    if "fleiss" in example:
        assert known(found.fleiss_kappa).value == pytest.approx(example["fleiss"], abs=1e-12)


def test_six_scratches_agree_on_four() -> None:
    """Wilson's interval is printed: four of six is 30 to 90 %."""
    pairs = zip(oracles.SCRATCHES["gt"], oracles.SCRATCHES["inspector"], strict=True)
    rows = [[str(one), str(other)] for one, other in pairs]
    found = known(agreement(ItemPatterns.of(rows)).pairwise)
    assert found.value == pytest.approx(oracles.SCRATCHES["hlp"], abs=1e-12)
    assert found.ci == pytest.approx(oracles.SCRATCHES["ci_wilson"], abs=1e-12)
    table = np.zeros((2, 2))
    np.add.at(table, (np.array(oracles.SCRATCHES["gt"]), np.array(oracles.SCRATCHES["inspector"])), 1)
    assert known(cohen_kappa(table)).value == pytest.approx(oracles.SCRATCHES["kappa"], abs=1e-12)


def test_cohen_kappa_of_the_worked_example_with_its_interval() -> None:
    found = known(cohen_kappa(np.array(oracles.COHEN_2X2["C"])))
    assert found.value == pytest.approx(oracles.COHEN_2X2["kappa"], abs=1e-12)
    assert found.ci == pytest.approx(oracles.COHEN_2X2["ci"], abs=1e-8)


def test_agreement_of_94_percent_with_a_kappa_below_0_is_said() -> None:
    table = np.array(oracles.KAPPA_PARADOX["C"])
    assert known(cohen_kappa(table)).value == pytest.approx(oracles.KAPPA_PARADOX["kappa"], abs=1e-12)
    rows = [["ab"[i], "ab"[j]] for i in range(2) for j in range(2) for _ in range(table[i, j])]
    found = agreement(ItemPatterns.of(rows))
    pairwise, alpha = known(found.pairwise), known(found.krippendorff_alpha)
    assert pairwise.value == pytest.approx(oracles.KAPPA_PARADOX["agreement"], abs=1e-12)
    assert paradox_note(pairwise, alpha) == (
        "People agree on 94 % of pairs, but most answers are one label, so chance does nearly as well: alpha is -0.02."
    )
    assert found.labels["a"].share == pytest.approx((118 * 2 + 7) / 250)
    assert paradox_note(pairwise, known(agreement(ItemPatterns.of([["a", "a"], ["b", "b"]])).krippendorff_alpha)) == ""


# --- intervals ---------------------------------------------------------------------------------------


def test_the_interval_of_alpha_is_that_of_drawing_items() -> None:
    """The worked example drew 2,000 samples with another generator: the ends agree within the draws' own spread."""
    found = known(agreement(ItemPatterns.of(oracles.LEAVE_ONE_OUT["ratings"])).krippendorff_alpha)
    assert found.method == "bootstrap"
    assert found.ci == pytest.approx(oracles.LEAVE_ONE_OUT["alpha_item_bootstrap_ci"], abs=0.04)


def spread_patterns(times: int) -> ItemPatterns:
    counts = np.array([[3, 0, 0], [2, 1, 0], [0, 3, 0], [1, 1, 1], [0, 0, 2], [0, 1, 1], [4, 1, 0]])
    return ItemPatterns(labels=("a", "b", "c"), counts=counts, items=times * np.array([30, 12, 25, 3, 9, 4, 17]))


def jackknife_se(patterns: ItemPatterns, value: Any) -> float:
    """By leaving out one item of each pattern in turn: shares no code with the delta method."""
    left_out = []
    for place in range(len(patterns.items)):
        fewer = patterns.items.copy()
        fewer[place] -= 1
        rest = ItemPatterns(labels=patterns.labels, counts=patterns.counts, items=fewer)
        left_out.append(value(agreement(rest)))
    n, values = patterns.n, np.array(left_out)
    mean = patterns.items @ values / n
    return math.sqrt((n - 1) / n * float(patterns.items @ (values - mean) ** 2))


@pytest.mark.parametrize("label", [None, "a", "c"])
def test_from_50000_items_the_delta_method_equals_the_jackknife(
    monkeypatch: pytest.MonkeyPatch, label: str | None
) -> None:
    monkeypatch.setattr(item_intervals, "DELTA_FROM", 100)
    patterns = spread_patterns(40)

    def value(found: Agreement) -> float:
        answer = found.krippendorff_alpha if label is None else found.labels[label].agreement
        return known(answer).value or 0.0

    found = agreement(patterns)
    answer = known(found.krippendorff_alpha if label is None else found.labels[label].agreement)
    assert answer.method == "delta"
    assert answer.ci is not None
    assert answer.ci[1] - answer.ci[0] == pytest.approx(2 * 1.959964 * jackknife_se(patterns, value), rel=5e-3)


def test_bootstrap_and_delta_say_the_same_of_many_items(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = agreement(spread_patterns(20))
    monkeypatch.setattr(item_intervals, "DELTA_FROM", 0)
    by_delta = agreement(spread_patterns(20))
    for mine, other in (
        (drawn.krippendorff_alpha, by_delta.krippendorff_alpha),
        (drawn.labels["c"].alpha, by_delta.labels["c"].alpha),
    ):
        assert known(mine).method == "bootstrap"
        assert known(mine).ci == pytest.approx(known(other).ci, abs=0.006)


def test_items_are_drawn_alike_whichever_way_is_quicker(monkeypatch: pytest.MonkeyPatch) -> None:
    """A binomial for each pattern or a draw for each item: the same distribution, so nearly the same percentiles."""
    patterns = spread_patterns(1)
    single = ItemPatterns(
        labels=patterns.labels,
        counts=np.repeat(patterns.counts, patterns.items, axis=0),
        items=np.ones(patterns.n, dtype=int),
    )
    grouped, listed = agreement(patterns).krippendorff_alpha, agreement(single).krippendorff_alpha
    assert known(grouped).value == pytest.approx(known(listed).value, abs=1e-12)
    assert known(grouped).ci == pytest.approx(known(listed).ci, abs=0.03)


def test_what_was_drawn_depends_on_the_seed_alone() -> None:
    patterns = spread_patterns(1)
    one, same, other = (known(agreement(patterns, seed=seed).krippendorff_alpha).ci for seed in (1, 1, 2))
    assert one == same != other


def test_a_statistic_that_never_varies_has_no_interval() -> None:
    found = resample(np.array([[1.0, 2.0]]), np.array([40]), lambda sums: sums[..., :1] / sums[..., 1:])
    assert found.values[0] == 0.5
    assert found.intervals == (None,)


@given(st.integers(0, 40), st.integers(1, 40))
def test_a_rate_of_items_that_are_right_or_wrong_has_wilsons_interval(right: int, wrong: int) -> None:
    found = item_rate(np.array([1.0, 0.0]), np.array([right, wrong]), answers=2 * (right + wrong))
    assert found.ci == pytest.approx(wilson(right, right + wrong), abs=1e-9)


def test_a_rate_that_is_a_mean_of_people_is_surer_but_never_surer_than_their_answers() -> None:
    halves = item_rate(np.array([0.4, 0.6]), np.array([50, 50]), answers=500)
    assert halves.ci == pytest.approx(wilson(250, 500), abs=1e-9)
    mixed = item_rate(np.array([1.0, 0.5, 0.0]), np.array([40, 40, 20]), answers=200)
    low, high = wilson(60, 100) or (0, 0)
    assert mixed.ci is not None
    assert low < mixed.ci[0] < mixed.value < mixed.ci[1] < high


@given(st.lists(st.integers(0, 9), min_size=3, max_size=3).filter(sum))
def test_a_difference_of_right_and_wrong_has_tangos_interval(items: list[int]) -> None:
    found = item_difference(np.array([1.0, 0.0, -1.0]), np.array(items))
    assert found.method == "tango"
    assert found.ci == tango(items[0], items[2], sum(items))


# --- sums of slices, people, guidelines --------------------------------------------------------------


@given(ratings(least=2), ratings(least=2))
def test_patterns_of_two_slices_add_up_to_the_whole(first: Ratings, second: Ratings) -> None:
    every = [[*LABELS]]  # the labels are the data set's: one item that uses all of them in either slice
    whole = agreement(ItemPatterns.of(every + first + every + second))
    parts = agreement(ItemPatterns.of(every + first) + ItemPatterns.of(every + second))
    assert parts.items == whole.items
    assert known(parts.krippendorff_alpha).value == pytest.approx(known(whole.krippendorff_alpha).value, abs=1e-12)
    assert known(parts.pairwise).value == pytest.approx(known(whole.pairwise).value, abs=1e-12)


def test_the_order_of_items_to_look_at_does_not_depend_on_how_many_people_were_asked() -> None:
    assert disagreement([1, 1]) == disagreement([1, 1, 1]) == 1.0
    assert disagreement([0, 5]) == 0.0
    assert disagreement([1, 0]) is disagreement([0, 0]) is None
    patterns = ItemPatterns.of([["a", "b"], ["a", "a", "b"], ["a"]])
    assert {
        tuple(counts): float(one) for counts, one in zip(patterns.counts.tolist(), patterns.disagreement, strict=True)
    } == pytest.approx({(1, 0): math.nan, (1, 1): 1.0, (2, 1): 2 / 3}, nan_ok=True)


@given(ratings(least=2), st.data())
def test_each_annotator_is_held_against_the_others_and_the_truth(rows: Ratings, data: st.DataObject) -> None:
    truth = data.draw(st.lists(st.sampled_from([*LABELS, None]), min_size=len(rows), max_size=len(rows)))
    answers = Answers.of((str(i), f"p{j}", key) for i, row in enumerate(rows) for j, key in enumerate(row))
    found = {
        one.annotator: one
        for one in annotators(answers.annotator_sums(truth=dict(zip(map(str, range(len(rows))), truth, strict=True))))
    }
    for j in range(len(rows[0])):
        mine = [
            (row[j], people_of(row[:j] + row[j + 1 :]), true) for row, true in zip(rows, truth, strict=True) if row[j]
        ]
        if not mine:
            assert f"p{j}" not in found
            continue
        shares = [others.count(key) / len(others) for key, others, _ in mine if key and others]
        right = [key == true for key, _, true in mine if true]
        one = found[f"p{j}"]
        assert one.n == len(mine)
        assert (one.agreement.value is None) == (not shares)
        if shares:
            assert one.agreement.value == pytest.approx(np.mean(shares))
        assert one.accuracy.value == (pytest.approx(np.mean(right)) if right else None)


def crowd(
    random: np.random.Generator, items: int, skills: list[float]
) -> tuple[Answers, dict[str, str], dict[str, str]]:
    """Everybody answers everything; the truth is a."""
    said = [
        (str(i), f"p{j}", "a" if random.random() < skill else "b")
        for i in range(items)
        for j, skill in enumerate(skills)
    ]
    truth = {str(i): "a" for i in range(items)}
    return Answers.of(said), truth, {str(i): "a" if random.random() < 0.8 else "b" for i in range(items)}


def test_the_mean_of_annotators_who_answered_everything_has_the_interval_of_item_means() -> None:
    """The cluster formula then is Student's t on the items' shares; so it is for the gap to the model."""
    answers, truth, model = crowd(np.random.default_rng(5), 60, [0.95, 0.8, 0.6])
    sums = answers.annotator_sums(model, truth)
    found = reference_level(sums, answers.judged_items(truth, model))
    shares = np.array([np.mean([key == "a" for key in said.values()]) for said in answers.by_item.values()])
    right = np.array([float(model[item] == "a") for item in answers.by_item])
    for answer, values in ((found.hlp, shares), (found.model, right), (found.gap, shares - right)):
        expected = stats.ttest_1samp(values, 0).confidence_interval()
        assert known(answer).value == pytest.approx(values.mean(), abs=1e-12)
        assert known(answer).ci == pytest.approx([expected.low, expected.high], abs=1e-12)
        assert known(answer).method == "cluster"
    assert found.lowest is not None
    assert found.highest is not None
    assert (found.lowest.annotator, found.highest.annotator) == ("p2", "p0")
    assert "exploratory" in known(found.highest.accuracy).flags


def test_an_annotator_of_few_items_counts_in_the_mean_but_is_neither_best_nor_worst() -> None:
    answers, truth, _ = crowd(np.random.default_rng(1), 40, [0.9, 0.7])
    said = [(item, who, key) for item, own in answers.by_item.items() for who, key in own.items()]
    more = Answers.of([*said, ("0", "guest", "b")])
    found = reference_level(more.annotator_sums(truth=truth), more.judged_items(truth))
    assert found.lowest is not None
    assert found.lowest.annotator == "p1"
    accuracies = [one.right / one.judged for one in more.annotator_sums(truth=truth)]
    assert found.hlp.value == pytest.approx(np.mean(accuracies))
    assert isinstance(found.gap, Undefined)


def test_a_rule_of_the_guideline_is_measured_on_the_items_labelled_again() -> None:
    """The course: 4 of 6 before, 6 of 6 after. Paired, so that hard items do not hide the change."""
    before = ItemPatterns(
        labels=("0", "1"), counts=np.array([[2, 0], [1, 1]]), items=np.array([4, 2]), truth=np.array([0, 0])
    )
    after = ItemPatterns(
        labels=("0", "1"), counts=np.array([[2, 0], [2, 0]]), items=np.array([4, 2]), truth=np.array([0, 0])
    )
    found = agreement_change(before, after)
    assert (known(found.before).value, known(found.after).value) == (pytest.approx(4 / 6), 1.0)
    assert known(found.before).ci == pytest.approx(oracles.SCRATCHES["ci_wilson"], abs=1e-12)
    assert known(found.change).ci == pytest.approx(tango(2, 0, 6), abs=1e-12)
    level = level_change(before, after)
    assert (level.before.value, level.after.value, level.change.value) == pytest.approx((5 / 6, 1.0, 1 / 6))
    single = ItemPatterns(labels=("0", "1"), counts=np.array([[1, 0], [0, 1]]), items=before.items)
    assert isinstance(agreement_change(before, single).change, Undefined)
    assert isinstance(level_change(before, single).change, Undefined)


# --- what cannot be answered -------------------------------------------------------------------------


def test_people_who_all_say_one_label_have_agreement_but_no_kappa() -> None:
    found = agreement(ItemPatterns.of([["a", "a"], ["a", "a"], ["a", "a"]]))
    assert known(found.pairwise).value == 1.0
    assert known(found.pairwise).ci == pytest.approx(wilson(3, 3), abs=1e-12)
    reason = "Everybody said 'a' every time: chance alone would agree as well, so kappa and alpha have no value."
    for answer in (found.fleiss_kappa, found.krippendorff_alpha, found.labels["a"].alpha):
        assert answer.to_dict() == {"value": None, "reason": reason}
    assert cohen_kappa(np.array([[9, 0], [0, 0]])).to_dict()["reason"].startswith("Both people said the same single")


def test_people_who_always_agree_on_several_labels_are_not_certain_to() -> None:
    found = agreement(ItemPatterns.of([["a", "a"]] * 10 + [["b", "b"]] * 10))
    for answer in (found.krippendorff_alpha, found.fleiss_kappa, found.labels["a"].agreement, found.labels["a"].alpha):
        assert known(answer).value == 1.0
        assert known(answer).flags[-1] == "boundary"
        assert known(answer).ci is not None
        assert 0.4 < known(answer).ci[0] < 0.9  # type: ignore[index]
    diagonal = known(cohen_kappa(np.array([[10, 0], [0, 10]])))
    assert (diagonal.value, diagonal.ci) == (
        1.0,
        pytest.approx((1 - (1 - 20 / (20 + 1.959964**2)) / 0.5, 1.0), abs=1e-6),
    )


def test_a_rare_label_on_which_people_agree_is_no_surer_than_its_items() -> None:
    found = agreement(ItemPatterns.of([["a", "a"], ["a", "b"], ["b", "b"]] * 50 + [["c", "c"]] * 2)).labels["c"]
    assert known(found.agreement).ci == pytest.approx(wilson(2, 2), abs=1e-12)
    assert (known(found.agreement).n, found.answers) == (2, 4)
    assert known(found.alpha).value == 1.0
    assert known(found.alpha).ci[0] < wilson(2, 2)[0]  # type: ignore[index]


def test_one_person_or_none_has_nobody_to_agree_with() -> None:
    one = agreement(ItemPatterns.of([["a", None], [None, "b"]]))
    assert (
        one.pairwise.to_dict()["reason"]
        == "Every item here has one answer: agreement needs two people on the same item."
    )
    none = agreement(ItemPatterns.of([[None], [None]]))
    assert none.krippendorff_alpha.to_dict()["reason"] == "No item here has an answer of a person."
    assert agreement(ItemPatterns.of([])).items == 0
    assert (
        cohen_kappa(None, annotators=1).to_dict()["reason"].startswith("Cohen's kappa is of two people; here is one.")
    )
    assert cohen_kappa(None, annotators=5).to_dict()["reason"].startswith("Cohen's kappa is of two people; here are 5.")
    assert cohen_kappa(np.zeros((2, 2))).to_dict()["reason"] == "The two people answered no item in common."
    assert annotators(Answers.of([("1", "ann", "a")]).annotator_sums())[0].agreement.to_dict()["reason"] == (
        "Nobody else answered the items of ann."
    )


def test_numbers_that_are_all_alike_or_alone_have_no_alpha() -> None:
    alike = number_patterns(ItemPatterns.of([["2", "2"], ["2", "2", "2"]]))
    alone = number_patterns(ItemPatterns.of([["1"], ["2"]]))
    assert alike is not None
    assert alone is not None
    assert interval_alpha(alike).to_dict()["reason"] == "Everybody gave the same number every time: alpha has no value."
    assert interval_alpha(alone).to_dict()["reason"].startswith("No item here has two numbers")
    assert number_patterns(ItemPatterns.of([["1", "many"]])) is None


@settings(max_examples=30)
@given(
    st.lists(st.lists(st.floats(-5, 5), min_size=2, max_size=4), min_size=2, max_size=8), st.sampled_from([0.0, 1e6])
)
def test_interval_alpha_of_any_numbers_does_not_depend_on_the_origin(rows: list[list[float]], shift: float) -> None:
    values = [x for row in rows for x in row]
    assume(max(values) - min(values) > 0.01)
    mean = float(np.mean(values)) if shift else 0.0
    patterns = NumberPatterns(
        items=np.ones(len(rows), dtype=int),
        answers=np.array([len(row) for row in rows]),
        total=np.array([sum(x - mean for x in row) for row in rows]),
        squares=np.array([sum((x - mean) ** 2 for x in row) for row in rows]),
    )
    longest = max(map(len, rows))
    data = np.array([row + [math.nan] * (longest - len(row)) for row in rows]).T
    expected = krippendorff.alpha(reliability_data=data, level_of_measurement="interval")
    assert known(interval_alpha(patterns)).value == pytest.approx(expected, abs=1e-6)
    assert known(interval_alpha(patterns + patterns)).n == 2 * len(rows)


def test_a_person_twice_on_one_item_counts_once_or_not_at_all() -> None:
    said = {"1": ["ann a", "ann a", "bob b"], "2": ["ann a", "ann b", "bob b", "cy b"]}
    lines = [(item, *one.split()) for item, own in said.items() for one in own]
    answers = Answers.of([(item, who, label) for item, who, label in lines], items=["3"])
    assert answers.by_item == {"3": {}, "1": {"ann": "a", "bob": "b"}, "2": {"bob": "b", "cy": "b"}}
    assert answer_notes(answers.patterns(), answers.repeated, answers.contradictory) == (
        "1 item has no answer and is left out.",
        "1 answer repeats what the same person said: counted once.",
        "1 time a person gave different labels to the same item: none of them counts.",
    )


def test_a_label_that_is_never_the_truth_is_named() -> None:
    patterns = ItemPatterns.of([["a", "?"], ["b", "?"], ["c"]], truth=["a", "b", None])
    assert never_true(patterns) == {"?": 2}
    assert never_true_notes(never_true(patterns), ["a", "b"]) == (
        "2 answers are a label that is never the truth ('?'): wrong wherever there is a truth.",
    )
    assert never_true(ItemPatterns.of([["a"]])) == never_true(ItemPatterns.of([["a"]], truth=[None])) == {}
