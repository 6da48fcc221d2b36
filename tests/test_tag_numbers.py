"""What tags on a part of the rows say of all of them: worked examples, other libraries, properties, coverage."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import oracles_of_tags as oracles
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint, samplesize_confint_proportion

from slicer.human.hlp import Hlp
from slicer.human.undefined import Undefined
from slicer.metrics.allocation import neyman_shares
from slicer.metrics.estimate import Estimate
from slicer.metrics.intervals import wilson
from slicer.tagging.numbers import Paired, Sides, paired_level, tag_numbers
from slicer.tagging.planning import more_to_halve, rows_to_read
from slicer.tagging.review import (
    Review,
    Stratum,
    effective_rows,
    hypergeometric_counts,
    most_unseen,
    share_interval,
    standard_error,
    stratified_rows,
)
from slicer.tagging.risk_ratio import error_rate_of, risk_ratio_log, risk_ratio_score
from slicer.tagging.rules import tag_rule
from slicer.tagging.splits import Split
from slicer.tagging.together import Saturation, Together

ORACLE = Path(__file__).parents[2] / "shared" / "oracles" / "05_tags.json"
NOBODY = Review(design="none", strata=(Stratum(size=2760, read=0, tagged=0),))
TWO = Sides(errors=Review.simple(12, 100, 240), correct=Review.simple(6, 150, 2760))


def close(value: object) -> object:
    return pytest.approx(value, rel=1e-9, abs=1e-12)


def test_the_numbers_copied_here_are_those_of_the_oracle() -> None:
    if not ORACLE.exists():
        pytest.skip("NO ../shared/oracles: the copies in oracles_of_tags.py were not held against the file")
    assert json.loads(ORACLE.read_text(encoding="utf-8")) == oracles.ALL


# --- the worked examples ---------------------------------------------------------------------------


def test_the_share_of_the_course() -> None:
    want = oracles.COURSE
    assert want["tagged"] / want["reviewed_errors"] == close(want["share_of_errors"])
    assert share_interval(want["tagged"], want["reviewed_errors"]) == close(want["ci_wilson"])
    read = Sides(errors=Review.simple(18, 18, 18), correct=Review.simple(82, 82, 82))
    assert tag_numbers(read).error_rate.value == close(want["misclassified_within_tag"])


def test_a_sample_of_few_failures_knows_more_than_one_of_endlessly_many() -> None:
    want, only = oracles.FPC, Sides(errors=TWO.errors, correct=NOBODY)
    found = tag_numbers(only)
    assert effective_rows(want["m"], want["E"]) == close(want["n_eff"])
    assert found.error_share.value == close(want["t"] / want["m"])
    assert found.error_share.ci == close(want["wilson_fpc"])
    counts = hypergeometric_counts(want["t"], want["m"], want["E"])
    assert list(counts) == want["hypergeom_exact_counts"]
    assert [count / want["E"] for count in counts] == close(want["hypergeom_exact_share"])
    assert found.error_share.ci == pytest.approx(want["hypergeom_exact_share"], abs=0.002), "close to the exact one"
    assert 100 * found.ceiling.value == close(want["error_mass_ceiling_pp"])
    assert [100 * end for end in found.ceiling.ci] == close(want["ceiling_ci_pp"])
    assert only.rows == want["N"]


def test_two_phases_say_what_failures_alone_cannot() -> None:
    want, found = oracles.TWO_PHASE, tag_numbers(TWO, Hlp(value=0.90, source="given", n=None, ci=None))
    assert (TWO.errors.read, TWO.errors.tagged) == (want["m_err"], want["t_err"])
    assert (TWO.correct.read, TWO.correct.tagged) == (want["m_ok"], want["t_ok"])
    assert found.data_share.value == close(want["tag_share"])
    assert standard_error((*TWO.errors.strata, *TWO.correct.strata)) == close(want["tag_share_se"])
    assert found.data_share.value * TWO.rows == close(want["tag_count_in_data"])
    assert TWO.errors.share / TWO.correct.share == close(want["risk_ratio"])
    assert risk_ratio_score(12, 100, 6, 150) == pytest.approx(want["rr_ci_score"], rel=1e-8)
    assert risk_ratio_log(12, 100, 6, 150) == close(want["rr_ci_log"])
    assert found.error_rate.value == close(want["err_rate_within_tag"])
    assert 1 - found.error_rate.value == close(want["acc_within_tag"])
    assert found.error_rate.ci == pytest.approx(want["err_rate_ci_score"], rel=1e-8)
    by_log = [error_rate_of(end, 240, 2760) for end in risk_ratio_log(12, 100, 6, 150)]
    assert by_log == close(want["err_rate_ci_log"])
    assert found.lift.value == close(want["lift_vs_overall"])
    assert found.room.value == close(want["potential_hlp_0_90"])


def test_strata_count_by_their_size() -> None:
    want = oracles.STRATIFIED
    columns = zip(want["E_h"], want["m_h"], want["t_h"], strict=True)
    strata = tuple(Stratum(size=size, read=read, tagged=tagged) for size, read, tagged in columns)
    review = Review(design="stratified", strata=strata)
    assert review.share == close(want["estimate"])
    assert review.tagged / review.read == close(want["naive_pooled_wrong"])
    assert standard_error(strata) == close(want["se"])
    rows = stratified_rows(strata)
    assert rows == close(want["n_eff"])
    assert wilson(review.share * rows, rows) == close(want["wilson_neff"])
    assert review.interval() == close(want["wilson_neff"])
    shares = [one.share for one in strata]
    deviations = [math.sqrt(share * (1 - share)) for share in shares]
    assert neyman_shares(want["E_h"], deviations, 100) == close(want["neyman_alloc_100"])


def test_a_tag_nobody_saw_may_still_be_there() -> None:
    want = oracles.RULE_OF_THREE
    assert most_unseen(want["m"]) == close(want["upper_one_sided_95"])
    assert 3 / want["m"] == close(want["three_over_m"])
    assert most_unseen(want["m"]) == pytest.approx(want["three_over_m"], abs=0.001)
    assert wilson(want["t"], want["m"]) == close(want["wilson_two_sided"])
    assert share_interval(want["t"], want["m"]) == close((0.0, 1 - 0.025 ** (1 / 100)))


def test_rows_for_an_interval_of_a_given_width() -> None:
    assert rows_to_read(0.10) == oracles.SAMPLE_SIZE["half_width_10pp_at_p_0_5"]
    assert rows_to_read(0.05) == oracles.SAMPLE_SIZE["half_width_5pp"]


# --- other libraries -------------------------------------------------------------------------------

tables = st.tuples(st.integers(1, 300), st.integers(1, 300)).flatmap(
    lambda sizes: st.tuples(st.integers(0, sizes[0]), st.just(sizes[0]), st.integers(0, sizes[1]), st.just(sizes[1]))
)


@given(tables)
def test_the_risk_ratio_is_that_of_statsmodels(table: tuple[int, int, int, int]) -> None:
    tagged, read, other, of = table
    ours = risk_ratio_score(*table)
    if not tagged + other:
        assert ours is None
        return
    if 0 < tagged < read and 0 < other < of:  # at the edges theirs divides by 0
        theirs = confint_proportions_2indep(*table, compare="ratio", method="score")
        assert ours == pytest.approx(tuple(map(float, theirs)), rel=1e-6)
    low, high = ours
    ratio = math.inf if not other else tagged / read / (other / of)
    assert low <= ratio * (1 + 1e-9) or math.isinf(ratio)
    assert ratio <= high * (1 + 1e-9)


@given(st.integers(1, 400), st.integers(0, 400))
def test_an_endless_population_has_the_interval_of_a_proportion(read: int, tagged: int) -> None:
    tagged = min(tagged, read)
    method = "wilson" if 0 < tagged < read else "beta"
    assert share_interval(tagged, read) == pytest.approx(proportion_confint(tagged, read, method=method), abs=1e-9)


@given(st.integers(2, 500), st.data())
def test_an_unseen_tag_is_as_frequent_as_the_hypergeometric_allows(size: int, data: st.DataObject) -> None:
    read = data.draw(st.integers(1, size - 1))
    there = round(most_unseen(read, size) * size)
    assert stats.hypergeom.pmf(0, size, there, read) >= 0.05
    assert there == size - read or stats.hypergeom.pmf(0, size, there + 1, read) < 0.05


def test_rows_to_read_are_those_of_statsmodels() -> None:
    for share, half in ((0.5, 0.1), (0.12, 0.05), (0.3, 0.02)):
        assert rows_to_read(half, share) == math.ceil(samplesize_confint_proportion(share, half))


# --- properties ------------------------------------------------------------------------------------

reviews = st.integers(1, 400).flatmap(
    lambda size: st.integers(1, size).flatmap(
        lambda read: st.builds(Review.simple, st.integers(0, read), st.just(read), st.just(size))
    )
)


@given(reviews)
def test_a_share_lies_in_its_interval_and_a_smaller_population_is_known_better(review: Review) -> None:
    low, high = review.interval()
    assert 0 <= low <= review.share <= high <= 1
    if review.design == "random" and 0 < review.tagged < review.read:
        wide = share_interval(review.tagged, review.read)
        assert high - low <= wide[1] - wide[0] + 1e-12


@given(reviews)
def test_what_is_read_when_it_was_asked_for_halves_the_interval(review: Review) -> None:
    more = more_to_halve(review)
    if review.design == "all":
        assert more is None
        return
    now, read = review.interval(), review.read + more
    assert 0 < more <= review.size - review.read
    if read < review.size:
        then = share_interval(review.share * read, read, review.size)
        assert then[1] - then[0] <= (now[1] - now[0]) / 2 + 1e-12


@given(reviews, reviews)
def test_the_numbers_of_a_tag_belong_together(errors: Review, correct: Review) -> None:
    sides = Sides(errors=errors, correct=correct)
    found = tag_numbers(sides, Hlp(value=0.9, source="given", n=None, ci=(0.85, 0.94)))
    assert isinstance(found.data_share, Estimate)
    if isinstance(found.error_rate, Undefined):
        assert not errors.tagged + correct.tagged
        return
    share, rate = found.data_share.value, found.error_rate.value
    assert found.room.value == pytest.approx(share * (0.9 - (1 - rate)), abs=1e-12)
    assert found.ceiling.value == pytest.approx(share * rate, abs=1e-12), "the errors with the tag, counted twice over"
    for one in (found.error_share, found.data_share, found.error_rate, found.ceiling, found.room):
        assert one.ci[0] - 1e-9 <= one.value <= one.ci[1] + 1e-9
    certain = tag_numbers(sides, Hlp(value=1.0, source="given", n=None, ci=None))
    assert certain.room.value == pytest.approx(found.ceiling.value), "where people make no mistake, all can be gained"


def test_people_on_the_same_rows_need_no_level() -> None:
    """Of 12 failures with the tag people had 9 right, of 6 correct rows 1 wrong."""
    paired = Paired(gained=Review.simple(9, 100, 240), lost=Review.simple(1, 150, 2760))
    found = tag_numbers(TWO, None, paired)
    assert found.room.value == pytest.approx(0.08 * 0.09 - 0.92 / 150)
    hlp = paired_level(TWO, paired)
    assert found.room.value == pytest.approx(found.data_share.value * (hlp.value - 1 + found.error_rate.value))
    assert found.room.ci[0] < found.room.value < found.room.ci[1]


def test_rows_somebody_chose_give_counts_alone() -> None:
    chosen = Review(design="convenience", strata=(Stratum(size=240, read=40, tagged=12),))
    found = tag_numbers(Sides(errors=chosen, correct=Review.simple(6, 150, 2760)))
    assert (chosen.tagged, chosen.read) == (12, 40)
    for one in (found.error_share, found.ceiling, found.data_share, found.error_rate, found.lift, found.room):
        assert isinstance(one, Undefined)
        assert "not drawn at random" in one.reason


def test_failures_alone_say_nothing_of_other_rows() -> None:
    found = tag_numbers(Sides(errors=TWO.errors, correct=NOBODY))
    assert isinstance(found.error_share, Estimate)
    for one in (found.data_share, found.error_rate, found.lift, found.room):
        assert isinstance(one, Undefined)
        assert "rows the model got right" in one.reason


def test_where_all_failures_are_read_the_interval_says_which_it_is() -> None:
    review = Review.simple(29, 240, 240)
    assert review.design == "all"
    assert review.interval() == close(wilson(29, 240))
    assert "all_read" in review.estimate().flags
    assert more_to_halve(review) is None


# --- tags together ---------------------------------------------------------------------------------

rows_of_tags = st.lists(st.frozensets(st.sampled_from("abcd")), max_size=40)


@given(rows_of_tags)
def test_what_tags_cover_is_counted_once(rows: list[frozenset[str]]) -> None:
    together = Together(rows={tags: rows.count(tags) for tags in rows})
    assert together.read == len(rows)
    assert sum(together.split.values()) == pytest.approx(len(rows) - together.untagged)
    for one in "abcd":
        assert together.tagged.get(one, 0) == sum(one in tags for tags in rows)
        for other in "abcd":
            assert together.together(one, other) == sum({one, other} <= tags for tags in rows)


@given(rows_of_tags)
def test_new_tags_are_counted_as_they_come(rows: list[frozenset[str]]) -> None:
    found = Saturation.of(rows)
    for read in range(len(rows) + 1):
        assert found.known_after(read) == len(frozenset().union(*rows[:read]))
    assert found.new_in_last(10) == len(frozenset().union(*rows)) - len(frozenset().union(*rows[:-10]))
    assert found.steps[0] == (0, 0)
    assert found.steps[-1] == (len(rows), len(found.first))


# --- coverage --------------------------------------------------------------------------------------

SOAK = os.environ.get("SLICER_SOAK") == "1"
REPEATS = 20_000 if SOAK else 2_000


def covered(shares: tuple[float, float], sizes: tuple[int, int], read: tuple[int, int]) -> dict[str, float]:
    """How often the intervals of two samples hold what is true of the population."""
    random = np.random.default_rng(7)
    there = [round(share * size) for share, size in zip(shares, sizes, strict=True)]
    rate, share = there[0] / sum(there), sum(there) / sum(sizes)
    room, hlp = (there[0] - 0.1 * sum(there)) / sum(sizes), Hlp(value=0.9, source="given", n=None, ci=None)
    held = dict.fromkeys(("share", "rate", "room"), 0)
    for _ in range(REPEATS):
        seen = [int(random.hypergeometric(k, n - k, m)) for k, n, m in zip(there, sizes, read, strict=True)]
        samples = [Review.simple(k, m, n) for k, m, n in zip(seen, read, sizes, strict=True)]
        found = tag_numbers(Sides(errors=samples[0], correct=samples[1]), hlp)
        for name, one, true in (
            ("share", found.data_share, share),
            ("rate", found.error_rate, rate),
            ("room", found.room, room),
        ):
            held[name] += isinstance(one, Undefined) or one.ci[0] <= true <= one.ci[1]
    return {name: count / REPEATS for name, count in held.items()}


@pytest.mark.soak
@pytest.mark.parametrize(
    ("shares", "sizes", "read"),
    [
        ((0.12, 0.04), (240, 2760), (100, 150)),
        ((0.46, 0.28), (974, 9026), (100, 150)),
        ((0.06, 0.005), (974, 9026), (100, 100)),
        ((0.30, 0.001), (500, 9500), (50, 100)),
    ],
    ids=str,
)
def test_intervals_of_two_samples_hold_what_is_true(
    shares: tuple[float, float], sizes: tuple[int, int], read: tuple[int, int]
) -> None:
    held = covered(shares, sizes, read)
    """The error rate is hardest where a tag is rare among correct rows: of 10 in 9,500, a sample of 100 sees none in
    nine of ten reviews, and the score interval holds the truth in 90 % (89.9 % of 20,000)."""
    assert min(held.values()) >= (0.88 if shares[1] < 0.002 else 0.93), held


# --- rules -----------------------------------------------------------------------------------------

COLUMNS = {"noise": "text", "words": "integer", "loud": "real"}


def examples(count: int = 120) -> list[dict[str, object]]:
    """Rows of three columns, one with values that are missing."""
    random = np.random.default_rng(3)
    return [
        {
            "noise": str(random.choice(["car", "people", "clean"])),
            "words": int(random.integers(1, 12)),
            "loud": None if random.random() < 0.2 else round(float(random.random()), 2),
            "said": str(random.choice(["Turn it OFF please", "it's raining", "call anna"])),
        }
        for _ in range(count)
    ]


@pytest.mark.parametrize(
    ("rule", "slice_"),
    [
        (lambda row: row["noise"] == "car", "noise = 'car'"),
        (lambda row: row["words"] > 6, "words > 6"),
        (lambda row: row["loud"] is None, "loud is missing"),
        (lambda row: "raining" in row["said"], "said contains 'raining'"),
        (lambda row: row["noise"] != "car" and row["words"] > 6, "noise != 'car' and words > 6"),
        (lambda row: row["noise"] == "car" or "raining" in row["said"], "noise = 'car' or said contains 'raining'"),
    ],
    ids=["value", "cut", "missing", "word", "both", "either"],
)
def test_a_tag_that_is_a_slice_is_found_as_that_slice(rule: Callable[..., bool], slice_: str) -> None:
    rows = examples()
    found = tag_rule("odd", rows, [rule(row) for row in rows], COLUMNS, ["said"])
    assert str(found.slice) == slice_
    assert found.tells
    assert found.precision.value > 0.9
    assert found.recall.value > 0.9
    assert found.read == 120


def test_a_tag_that_no_column_knows_has_no_rule_that_tells() -> None:
    """Judged on the rows it was made from, the best of many rules always looks good."""
    rows, random = examples(), np.random.default_rng(5)
    found = [tag_rule("odd", rows, random.random(len(rows)) < 0.3, COLUMNS, ["said"]) for _ in range(20)]
    assert sum(one is not None and one.tells for one in found) <= 2


def test_too_few_examples_make_no_rule() -> None:
    rows = examples()
    assert tag_rule("odd", rows, [place < 4 for place in range(len(rows))], COLUMNS) is None
    assert tag_rule("odd", rows, [place > 3 for place in range(len(rows))], COLUMNS) is None


def test_splits_say_of_missing_values_what_the_engine_says() -> None:
    rows = [{"loud": None}, {"loud": 0.2}, {"loud": 0.8}]
    for one, held in (
        (Split("loud", ">", 0.5), [False, False, True]),
        (Split("loud", "<=", 0.5), [False, True, False]),
        (Split("loud", "is missing"), [True, False, False]),
        (Split("loud", "=", 0.2), [False, True, False]),
        (Split("loud", "contains", "0.8"), [False, False, True]),
    ):
        assert [one.holds(row) for row in rows] == held
    assert str(Split("loud", ">", 0.5).otherwise) == "not (loud > 0.5)"
    assert str(Split("loud", ">", 0.5, complete=True).otherwise) == "loud <= 0.5"
