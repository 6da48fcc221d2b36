"""Human level, gap, potential and rank: the course's table, the fallback order, ties and chances."""

import math
import os
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import oracles
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from sklearn import metrics as sk

import slicer
from slicer.errors import DataError, SliceError
from slicer.human.hlp import CEILING, GivenHlp, Hlp, HlpBook, shrink
from slicer.human.level_table import read_hlp_table
from slicer.metrics.cells import Cell, count_slice
from slicer.metrics.counts import PairedCounts, SliceCounts
from slicer.metrics.estimate import Estimate
from slicer.metrics.intervals import beta_interval, mover_difference, wilson, z_value
from slicer.metrics.rates import fraction
from slicer.metrics.score_intervals import tango
from slicer.priorities import ranking
from slicer.priorities.classes import class_candidates, overall_class_metric
from slicer.priorities.potential import (
    DRAWS,
    Gap,
    accuracy_gap,
    accuracy_gap_draws,
    hlp_draws,
    improvement_potential,
)
from slicer.priorities.ranking import Candidate, choose_action, rank
from slicer.priorities.ties import TIED, chance_among
from slicer.slices import Slice, condition, parse
from slicer.vocabulary import ACTIONS, FLAGS, HLP_SOURCES

ALL = Slice()


def counts(right: float, n: int, paired: PairedCounts | None = None) -> SliceCounts:
    return SliceCounts(support=n, unlabelled=0, unpredicted=0, right=right, confusion=None, paired=paired)


def constant(value: float, source: str = "given") -> Hlp:
    return Hlp(value=value, source=source, n=None, ci=None)


def measured(right: int, n: int, source: str = "given") -> Hlp:
    return Hlp(value=right / n, source=source, n=n, ci=wilson(right, n))


def candidate(name: str, mine: SliceCounts, total: int, hlp: Hlp, seed: int = 0) -> Candidate:
    """A slice as the workbench ranks it."""
    gap = accuracy_gap(mine, hlp)
    return Candidate(
        slice=name,
        name=name,
        kind="slice",
        support=mine.support,
        share=mine.support / total,
        weight=mine.n / total,
        errors=mine.errors,
        error_share=None,
        estimate=fraction(mine.right, mine.n),
        estimate_paired=None,
        hlp=hlp,
        gap=gap,
        ceiling=mine.errors / total,
        draws=None if gap is None else accuracy_gap_draws(mine, gap, hlp, name, seed),
    )


def speech(total: int = 10_000, seed: int = 0) -> list[Candidate]:
    """The four tags of the course; the human level is a bare number."""
    return [
        candidate(
            row["tag"],
            counts(row["acc"] * round(row["share"] * total), round(row["share"] * total)),
            total,
            constant(row["hlp"]),
            seed,
        )
        for row in oracles.SPEECH
    ]


def ranked(gap: float, weight: float, **more: Any) -> Candidate:
    """A candidate that is only a gap and a weight."""
    given_values = {
        "slice": "s",
        "name": "s",
        "kind": "slice",
        "support": 100,
        "share": weight,
        "weight": weight,
        "errors": 10,
        "error_share": None,
        "estimate": fraction(90, 100),
        "estimate_paired": None,
        "hlp": constant(0.9 + gap),
        "gap": Gap(value=gap, ci=(gap - 0.1, gap + 0.1), method="mover", model_value=0.9, n=100),
        "ceiling": 0.01,
        "draws": np.full(DRAWS, gap),
    }
    return Candidate(**{**given_values, **more})


# --- potential -------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", oracles.SPEECH, ids=lambda row: row["tag"])
def test_the_potential_of_each_tag_is_the_courses(row: dict[str, Any]) -> None:
    support = round(10_000 * row["share"])
    found = improvement_potential(row["acc"], row["hlp"], support, 10_000)
    assert 100 * found == pytest.approx(row["potential_pp"], abs=1e-9)
    mine = candidate(row["tag"], counts(row["acc"] * support, support), 10_000, constant(row["hlp"]))
    assert mine.potential == pytest.approx(found, abs=1e-15)
    assert 100 * mine.gap.value == pytest.approx(row["gap_pp"], abs=1e-9)


def test_the_potentials_of_the_course_add_up_to_the_gap_of_all_rows() -> None:
    expected = oracles.SPEECH_OVERALL
    assert 100 * sum(one.potential for one in speech()) == pytest.approx(expected["total_potential_pp"], abs=1e-9)
    assert expected["overall_hlp"] - expected["overall_acc"] == pytest.approx(expected["total_potential_pp"] / 100)


@given(st.floats(0, 1), st.floats(0, 1), st.integers(0, 1000))
def test_a_potential_is_never_negative_and_never_above_the_errors_there(acc: float, hlp: float, support: int) -> None:
    found = improvement_potential(acc, hlp, support, 1000)
    assert 0 <= found <= (1 - acc) * support / 1000 + 1e-12
    assert (found == 0) == (hlp <= acc or support == 0)


@pytest.mark.parametrize(
    ("name", "hlp", "model", "total"),
    [
        ("n=400,c=348(.87),h=.89 const,N=1000", constant(0.89), (348, 400), 1000),
        ("same, h=178/200 measured", measured(178, 200), (348, 400), 1000),
        ("n=20,c=20,h=.95,N=1000", constant(0.95), (20, 20), 1000),
    ],
)
def test_a_potential_keeps_the_sign_of_its_interval(name: str, hlp: Hlp, model: tuple[int, int], total: int) -> None:
    """The value is never negative; its interval is share times the gap's signed interval, unclipped."""
    expected = oracles.POTENTIAL_CI[name]
    mine = candidate("s", counts(*model), total, hlp)
    assert mine.gap.value == pytest.approx(expected["gap"], abs=1e-12)
    assert mine.gap.ci == pytest.approx(expected["gap_ci_mover"], abs=1e-12)
    assert mine.potential == pytest.approx(max(0.0, expected["potential"]), abs=1e-12)
    assert mine.potential_ci == pytest.approx(expected["potential_ci_share_fixed"], abs=1e-12)
    assert mine.potential_ci[0] < 0
    assert mine.ceiling == pytest.approx(expected["ceiling_all_errors"])


# --- the gap's interval ----------------------------------------------------------------------------


def mover_by_hand(hlp: float, hlp_ci: tuple[float, float], acc: float, acc_ci: tuple[float, float]) -> list[float]:
    gap = hlp - acc
    low = gap - math.sqrt((hlp - hlp_ci[0]) ** 2 + (acc_ci[1] - acc) ** 2)
    high = gap + math.sqrt((hlp_ci[1] - hlp) ** 2 + (acc - acc_ci[0]) ** 2)
    return [low, high]


def test_a_bare_number_adds_no_uncertainty_of_its_own() -> None:
    own = wilson(348, 400)
    gap = accuracy_gap(counts(348, 400), constant(0.89))
    assert gap.ci == pytest.approx((0.89 - own[1], 0.89 - own[0]), abs=1e-12)
    assert (gap.method, gap.model_value, gap.n) == ("mover", 0.87, 400)


def test_a_number_with_its_sample_size_adds_wilsons_interval() -> None:
    hlp = HlpBook({parse("a = 1"): GivenHlp(value=0.93, n=100)}, {}).resolve(parse("a = 1"))
    gap = accuracy_gap(counts(178, 200), hlp)
    assert gap.ci == pytest.approx(oracles.UNPAIRED_GAP["ci"], abs=1e-12)
    assert gap.ci == pytest.approx(mover_by_hand(0.93, wilson(93, 100), 0.89, wilson(178, 200)), abs=1e-12)


def test_a_number_with_its_interval_keeps_it() -> None:
    hlp = HlpBook({parse("a = 1"): GivenHlp(value=0.93, n=100, ci=(0.9, 0.95))}, {}).resolve(parse("a = 1"))
    gap = accuracy_gap(counts(178, 200), hlp)
    assert gap.ci == pytest.approx(mover_by_hand(0.93, (0.9, 0.95), 0.89, wilson(178, 200)), abs=1e-12)


def test_people_and_model_on_the_same_rows_are_paired() -> None:
    """The rows with a human label alone, and Tango's interval: much shorter than that of two samples."""
    paired = PairedCounts(both=75, human_only=14, model_only=6, neither=5)
    mine = counts(810, 1000, paired)
    gap = accuracy_gap(mine, measured(89, 100, "paired"))
    assert gap.value == oracles.PAIRED_GAP["gap"]
    assert gap.ci == tango(14, 6, 100)
    assert (gap.method, gap.model_value, gap.n) == ("tango", 0.81, 100)
    apart = accuracy_gap(counts(81, 100), measured(89, 100))
    assert gap.ci[1] - gap.ci[0] < apart.ci[1] - apart.ci[0]


def test_a_shrunk_level_adds_its_beta_interval() -> None:
    example = oracles.HLP_SHRINK
    hlp = shrink(example["k"], example["n"], example["parent"])
    assert hlp.value == pytest.approx(example["value"], abs=1e-12)
    assert hlp.ci == pytest.approx(example["beta_ci"], abs=1e-12)
    assert (hlp.source, hlp.n, hlp.flags) == ("shrunk", 8, ("hlp_shrunk",))
    gap = accuracy_gap(counts(170, 200, PairedCounts(both=7, neither=1)), hlp)
    assert gap.method == "mover"
    assert gap.ci == pytest.approx(mover_by_hand(hlp.value, example["beta_ci"], 0.85, wilson(170, 200)), abs=1e-12)


def test_an_inherited_level_brings_the_interval_of_where_it_was_measured() -> None:
    book = HlpBook({}, {ALL: counts(80, 100, PairedCounts(both=70, human_only=20, model_only=10))})
    hlp = book.resolve(parse("a = 1"))
    assert (hlp.source, hlp.ci, hlp.n) == ("overall", wilson(90, 100), 100)
    gap = accuracy_gap(counts(40, 50), hlp)
    assert gap.ci == pytest.approx(mover_by_hand(0.9, wilson(90, 100), 0.8, wilson(40, 50)), abs=1e-12)


def test_without_labelled_rows_there_is_no_gap() -> None:
    empty = SliceCounts(support=9, unlabelled=9, unpredicted=0, right=0, confusion=None, paired=None)
    assert accuracy_gap(empty, constant(0.9)) is None
    mine = candidate("s", empty, 100, constant(0.9))
    assert (mine.potential, mine.potential_ci, mine.ranked) == (None, None, False)


def coverage(n: int, acc: float, hlp: float, hlp_n: int | None) -> float:
    """How often the gap's interval holds the true gap, exactly: summed over all samples."""
    models = np.arange(n + 1)
    humans = np.arange((hlp_n or 0) + 1)
    chance = stats.binom.pmf(models, n, acc)
    human_chance = stats.binom.pmf(humans, hlp_n, hlp) if hlp_n else np.ones(1)
    levels = [measured(int(right), hlp_n) for right in humans] if hlp_n else [constant(hlp)]
    found = 0.0
    for right, p in zip(models, chance, strict=True):
        for level, q in zip(levels, human_chance, strict=True):
            if p * q > 1e-9:
                low, high = accuracy_gap(counts(int(right), n), level).ci
                found += p * q * (low <= hlp - acc <= high)
    return found


SMALL = [row for row in oracles.GAP_COVERAGE
         if row["n"] < 200 or row["hlp_n"] is None or os.environ.get("SLICER_SOAK")]  # fmt: skip


@pytest.mark.parametrize("row", SMALL, ids=lambda row: f"n={row['n']}")
def test_the_interval_of_a_gap_covers_as_often_as_was_simulated(row: dict[str, Any]) -> None:
    """About 95 %; a little less on 20 rows near 1, where there are few values to take."""
    found = coverage(row["n"], row["acc"], row["hlp"], row["hlp_n"])
    assert found == pytest.approx(row["mover"], abs=3 * math.sqrt(0.05 * 0.95 / 20_000) + 0.002)


# --- where a human level comes from ------------------------------------------------------------------

A, AB, B, ABC = (parse(text) for text in ("a = 1", "a = 1 and b = 2", "b = 2", "a = 1 and b = 2 and c = 3"))


def with_humans(right: int, n: int) -> SliceCounts:
    """100 rows, `n` of them with a human label, `right` of these right."""
    return counts(80, 100, PairedCounts(both=right, neither=n - right) if n else None)


def resolved(slice_: Slice, given_levels: dict[Slice, GivenHlp], counted: dict[Slice, SliceCounts]) -> Hlp:
    found = HlpBook(given_levels, counted).resolve(slice_)
    assert found.source in HLP_SOURCES
    assert set(found.flags) <= set(FLAGS)
    return found


def test_a_number_given_for_this_slice_comes_first() -> None:
    found = resolved(A, {A: GivenHlp(value=0.97), ALL: GivenHlp(value=0.5)}, {A: with_humans(90, 100)})
    assert (found.value, found.source, found.n, found.ci) == (0.97, "given", None, None)
    assert found.flags == ("hlp_no_uncertainty",)


def test_thirty_human_labels_on_this_slice_come_next() -> None:
    counted = {A: with_humans(27, 30), ALL: with_humans(50, 100)}
    found = resolved(A, {}, counted)
    assert (found.value, found.source, found.n, found.ci) == (0.9, "paired", 30, wilson(27, 30))
    assert found.flags == ()
    assert not found.inherited


def test_fewer_are_pulled_towards_the_larger_group() -> None:
    counted = {A: with_humans(27, 29), ALL: with_humans(50, 100)}
    found = resolved(A, {}, counted)
    assert found.source == "shrunk"
    assert found.value == pytest.approx((27 + 20 * 0.5) / 49)
    assert found.ci == pytest.approx(beta_interval(27 + 10, 2 + 10))
    assert found.flags == ("hlp_shrunk",)
    alone = resolved(A, {}, {A: with_humans(1, 1), ALL: with_humans(50, 100)})
    assert alone.value == pytest.approx((1 + 10) / 21), "one label moves it a little"


@settings(max_examples=50)
@given(st.integers(1, 29), st.data())
def test_a_shrunk_level_lies_between_its_own_rate_and_the_larger_groups(n: int, data: st.DataObject) -> None:
    right, parent = data.draw(st.integers(0, n)), data.draw(st.floats(0.01, 0.99))
    found = shrink(right, n, parent)
    low, high = sorted((right / n, parent))
    assert low - 1e-12 <= found.value <= high + 1e-12
    assert found.ci[0] < found.value < found.ci[1]


def test_the_nearest_larger_slice_comes_before_all_rows() -> None:
    counted = {
        ALL: with_humans(50, 100),
        A: with_humans(60, 100),
        AB: with_humans(28, 40),
        B: with_humans(10, 100),
        ABC: with_humans(0, 0),
    }
    found = resolved(ABC, {}, counted)
    assert (found.value, found.source) == (0.7, "parent")
    assert found.flags == ("hlp_inherited",)
    del counted[AB]
    counted[A] = with_humans(31, 50)
    assert resolved(ABC, {}, counted).value == 0.1, "of two as near, the one with more labels"


def test_a_larger_slice_with_fewer_than_thirty_human_labels_is_passed_over() -> None:
    counted = {ALL: with_humans(50, 100), A: with_humans(29, 29), AB: with_humans(0, 0)}
    found = resolved(AB, {}, counted)
    assert (found.value, found.source) == (0.5, "overall")
    assert found.inherited


def test_a_number_given_for_a_larger_slice_outranks_any_sample() -> None:
    counted = {ALL: with_humans(50, 100), A: with_humans(99, 100), AB: with_humans(0, 0)}
    found = resolved(AB, {B: GivenHlp(value=0.88, n=40)}, counted)
    assert (found.value, found.source, found.n, found.ci) == (0.88, "parent", 40, wilson(0.88 * 40, 40))


def test_a_number_given_for_all_rows_serves_every_slice() -> None:
    found = resolved(AB, {ALL: GivenHlp(value=0.9)}, {AB: with_humans(0, 0), ALL: with_humans(0, 0)})
    assert (found.value, found.source) == (0.9, "overall")
    assert found.flags == ("hlp_inherited", "hlp_no_uncertainty")
    assert resolved(ALL, {ALL: GivenHlp(value=0.9)}, {}).source == "given"


def test_where_nobody_knows_every_error_could_be_fixed() -> None:
    found = resolved(A, {}, {A: with_humans(0, 0), ALL: with_humans(0, 0)})
    assert found is CEILING
    assert (found.value, found.source, found.inherited, found.flags) == (1.0, "ceiling", True, ("hlp_inherited",))


def test_a_slice_is_no_larger_group_of_itself_and_a_disjoint_one_none_either() -> None:
    other = parse("a = 2")
    assert resolved(A, {}, {A: with_humans(0, 0), other: with_humans(90, 100)}) is CEILING
    assert resolved(A, {other: GivenHlp(value=0.3)}, {}) is CEILING


def test_few_human_labels_and_nothing_larger_stand_as_they_are() -> None:
    found = resolved(ALL, {}, {ALL: with_humans(4, 6)})
    assert (found.source, found.n) == ("paired", 6)
    assert found.ci == pytest.approx((0.29999331513839184, 0.9032285888942195), abs=1e-12)


def test_a_level_as_a_document_says_whether_it_is_inherited() -> None:
    assert constant(0.9, "parent").to_dict() == {
        "value": 0.9,
        "source": "parent",
        "n": None,
        "ci": None,
        "inherited": True,
    }
    assert measured(9, 10, "paired").to_dict()["inherited"] is False


# --- a table of human levels -------------------------------------------------------------------------


def test_a_table_of_human_levels_is_read_line_by_line() -> None:
    content = (
        "\ufeffslice,value,n,lo,hi,metric\n"
        ",0.9,200,,,\n"
        "noise = 'car noise',0.93,,0.9,0.95,accuracy\n"
        "\"a = 1 and b in ('x', 'y')\",0.5,,,,f1\n"
        "tag:it's loud,0.7,,,,\n"
    )
    assert read_hlp_table(content, ["accuracy"]) == {
        ALL: GivenHlp(value=0.9, n=200),
        condition("noise", "=", "car noise"): GivenHlp(value=0.93, ci=(0.9, 0.95)),
        condition("tag", "=", "it's loud"): GivenHlp(value=0.7),
    }


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("slice,hlp\n,0.9\n", "has the columns slice and value"),
        ("", "has the columns slice and value"),
        ("slice,value\n,95\n", "Line 2 of the table of human levels: '95' is no rate"),
        ("slice,value\n,0.9\na = 1,nan\n", "Line 3 of the table of human levels: 'nan' is no rate"),
        ("slice,value\n,\n", "Line 2 of the table of human levels: '' is no rate"),
        ("slice,value,lo,hi\n,0.9,0.8,1.2\n", "'1.2' is no rate"),
        ("slice,value,n\n,0.9,many\n", "Line 2 of the table of human levels: n is 'many'"),
        ("slice,value,n\n,0.9,0\n", "Line 2 of the table of human levels: n is '0'"),
    ],
)
def test_a_table_of_human_levels_that_cannot_be_read_says_why(content: str, sentence: str) -> None:
    with pytest.raises(DataError, match=sentence):
        read_hlp_table(content, ["accuracy"])


def test_a_slice_in_that_table_is_read_like_any_other() -> None:
    with pytest.raises(SliceError, match="a value expected"):
        read_hlp_table("slice,value\nnoise =,0.9\n", ["accuracy"])


# --- the order -------------------------------------------------------------------------------------


def order(candidates: Sequence[Candidate]) -> list[str]:
    """The names in rank order, which must not depend on the order they came in."""
    found = [row.candidate.name for row in rank(candidates)]
    assert [row.candidate.name for row in rank(list(candidates)[::-1])] == found
    return found


def test_the_course_is_ranked_by_potential_and_equal_ones_by_gap() -> None:
    assert order(speech()) == ["people noise", "clean", "car noise", "low bandwidth"]


def test_noise_below_a_billionth_does_not_decide_the_order() -> None:
    """0.1 x 0.03 and 0.3 x 0.01 differ in the last digit of a float; the larger gap decides."""
    small_gap = ranked(0.01 * (1 + 1e-12), 0.6, name="small gap")
    large_gap = ranked(0.02, 0.3, name="large gap")
    assert small_gap.potential > large_gap.potential
    assert order([small_gap, large_gap]) == ["large gap", "small gap"]
    really_more = ranked(0.01 + 1e-8, 0.6, name="really more")
    assert order([really_more, large_gap]) == ["really more", "large gap"]


def test_equal_potentials_are_ordered_by_measured_level_gap_errors_and_name() -> None:
    inherited = ranked(0.04, 0.1, name="inherited", hlp=constant(0.94, "overall"))
    gap = ranked(0.02, 0.2, name="larger gap", errors=1)
    errors = ranked(0.01, 0.4, name="more errors", errors=50)
    first, second = ranked(0.01, 0.4, name="a"), ranked(0.01, 0.4, name="b")
    assert order([second, inherited, first, errors, gap]) == ["larger gap", "more errors", "a", "b", "inherited"]


def test_a_model_above_people_has_nothing_to_gain_and_keeps_its_signed_gap() -> None:
    above, level, below = (ranked(gap, 0.5, name=str(gap)) for gap in (-0.05, 0.0, 0.01))
    assert order([above, level, below]) == ["0.01", "0.0", "-0.05"]
    assert above.potential == 0.0
    assert above.potential_ci == pytest.approx((-0.075, 0.025))


def test_rows_on_few_examples_stand_after_all_others_and_have_no_chance_to_be_first() -> None:
    few = candidate("few", counts(5, 29), 1000, constant(0.99))
    enough = candidate("enough", counts(29, 30), 1000, constant(0.97))
    none = candidate("none at all", counts(400, 400), 1000, constant(0.5))
    assert few.potential > enough.potential > none.potential == 0
    rows = rank([few, none, enough])
    assert [row.candidate.name for row in rows] == ["enough", "none at all", "few"]
    last = rows[-1]
    assert (last.p_top1, last.p_top3, last.tied_with) == (None, None, ())
    assert last.flags.count("low_support") == 1
    assert last.candidate.potential > 0, "the number itself stands"
    assert all(row.p_top1 is not None for row in rows[:-1])
    assert "low_support" not in rows[0].flags


def test_rows_without_a_potential_stand_last_by_what_fixing_their_errors_would_bring() -> None:
    none = Estimate(value=None, n=9, denominator=0, ci=None, method=None)
    known = ranked(0, 0.1)
    small, large = (
        replace(known, name=name, ceiling=ceiling, gap=None, draws=None, hlp=None, estimate=none)
        for name, ceiling in (("s", 0.01), ("l", 0.02))
    )
    few = candidate("few", counts(5, 29), 1000, constant(0.99))
    rows = rank([small, large, few, ranked(0.01, 0.4, name="ranked")])
    assert [row.candidate.name for row in rows] == ["ranked", "few", "l", "s"]
    empty = {"value": None, "ci": None, "p_top1": None, "p_top3": None, "tied_with": []}
    assert rows[-1].to_dict()["potential"] == empty


def test_nothing_to_rank_is_an_empty_table() -> None:
    assert rank([]) == ()


# --- ties and chances --------------------------------------------------------------------------------


def apart(errors: float) -> list[Candidate]:
    """Two rows whose difference is this many standard errors of it."""
    noise = stats.norm.ppf((np.arange(DRAWS) + 0.5) / DRAWS)
    return [
        ranked(0.1 + errors / 100, 0.5, slice="upper", draws=0.1 + errors / 100 + noise / 100),
        ranked(0.1, 0.5, slice="lower", draws=np.full(DRAWS, 0.1)),
    ]


@pytest.mark.parametrize(("errors", "tied"), [(0.0, True), (0.9, True), (1.05, False), (3.0, False)])
def test_two_rows_tie_when_they_differ_by_less_than_a_standard_error(errors: float, tied: bool) -> None:
    """Then their order is reversed in at least 16 % of the draws."""
    upper, lower = rank(apart(errors))
    assert pytest.approx(stats.norm.cdf(-1), abs=0.002) == TIED
    assert (upper.tied_with, lower.tied_with) == ((("lower",), ("upper",)) if tied else ((), ()))
    assert upper.p_top1 == pytest.approx(stats.norm.cdf(errors), abs=0.001)
    assert lower.p_top1 == pytest.approx(stats.norm.cdf(-errors), abs=0.001)


def test_rows_that_are_equal_in_every_draw_tie_and_share_the_first_place() -> None:
    twins = [ranked(0.02, 0.3, slice=name, name=name) for name in "abcd"]
    for row in rank(twins):
        assert row.p_top1 == 0.25
        assert row.p_top3 == 0.75
        assert len(row.tied_with) == 3


@given(st.lists(st.tuples(st.integers(30, 300), st.floats(0, 1), st.floats(0.5, 1)), min_size=1, max_size=6))
@settings(max_examples=30)
def test_the_chances_of_all_rows_add_up_and_ties_are_mutual(found: list[tuple[int, float, float]]) -> None:
    rows = rank(
        [
            candidate(f"s{place}", counts(round(rate * n), n), 1000, constant(hlp))
            for place, (n, rate, hlp) in enumerate(found)
        ]
    )
    assert sum(row.p_top1 for row in rows) == pytest.approx(1)
    assert sum(row.p_top3 for row in rows) == pytest.approx(min(3, len(rows)))
    tied = {row.candidate.slice: row.tied_with for row in rows}
    for name, others in tied.items():
        assert name not in others
        assert all(name in tied[other] for other in others)
    assert [round(row.candidate.potential, 9) for row in rows] == sorted(
        (round(row.candidate.potential, 9) for row in rows), reverse=True
    )


@pytest.mark.parametrize("seed", [0, 1, 20_210_511])
@pytest.mark.parametrize("total", [500, 5000, 50_000])
def test_the_chances_of_the_course_are_those_of_an_independent_simulation(
    monkeypatch: pytest.MonkeyPatch, total: int, seed: int
) -> None:
    """The floor of 30 rows is lifted: at 500 rows in all, car noise has 20."""
    monkeypatch.setattr(ranking, "RANKED_FROM", 1)
    expected = oracles.RANK_UNCERTAINTY[str(total)]
    rows = rank(speech(total, seed))
    drawn = [row.candidate.potential_draws for row in rows]
    among_two = chance_among(np.stack([one for one in drawn if one is not None]), 2)
    for row, top2 in zip(rows, among_two, strict=True):
        p, q = (expected[key][row.candidate.name] for key in ("P_rank1", "P_top2"))
        assert row.p_top1 == pytest.approx(p, abs=3 * math.sqrt(p * (1 - p) / DRAWS) + 1 / DRAWS)
        assert top2 == pytest.approx(q, abs=3 * math.sqrt(q * (1 - q) / DRAWS) + 1 / DRAWS)
        spread = 100 * np.std(row.candidate.draws * row.candidate.weight)
        assert spread == pytest.approx(expected["sd_pp"][row.candidate.name], rel=0.1)


def test_the_two_winners_of_the_course_tie_on_ten_thousand_rows_and_nobody_else_does() -> None:
    rows = {row.candidate.name: row.tied_with for row in rank(speech())}
    assert rows["clean"] == ("people noise",)
    assert rows["people noise"] == ("clean",)
    assert rows["car noise"] == ()


# --- draws -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mine", "hlp"),
    [
        (counts(340, 400), constant(0.9)),
        (counts(340, 400), measured(180, 200)),
        (counts(340, 400), Hlp(value=0.9, source="given", n=None, ci=(0.85, 0.95))),
        (counts(340, 400), shrink(24, 28, 0.9)),
        (
            counts(340, 400, PairedCounts(both=300, human_only=60, model_only=40)),
            measured(360, 400, "paired"),
        ),
    ],
    ids=["bare number", "sample", "interval", "shrunk", "paired"],
)
def test_the_draws_of_a_gap_spread_as_its_interval_says(mine: SliceCounts, hlp: Hlp) -> None:
    gap = accuracy_gap(mine, hlp)
    draws = accuracy_gap_draws(mine, gap, hlp, "s", 0)
    assert draws.shape == (DRAWS,)
    se = (gap.ci[1] - gap.ci[0]) / (2 * z_value(0.95))
    assert np.std(draws) == pytest.approx(se, rel=0.08)
    assert np.mean(draws) == pytest.approx(gap.value, abs=4 * se / math.sqrt(DRAWS) + 0.002)


def test_the_same_seed_gives_the_same_draws_and_another_seed_others() -> None:
    mine, hlp = counts(340, 400), measured(180, 200)
    gap = accuracy_gap(mine, hlp)
    one = accuracy_gap_draws(mine, gap, hlp, "a = 1", 7)
    assert (one == accuracy_gap_draws(mine, gap, hlp, "a = 1", 7)).all()
    assert (one != accuracy_gap_draws(mine, gap, hlp, "a = 1", 8)).any()
    assert (one != accuracy_gap_draws(mine, gap, hlp, "a = 2", 7)).any()


def test_the_draws_of_a_slice_do_not_depend_on_which_others_are_ranked() -> None:
    bench = slicer.sample("speech")
    alone = bench.rank(slices=[parse("noise = 'car noise'")])
    among = bench.rank(by=["noise", "accent"])
    mine = next(row for row in among.table if row.candidate.slice == "noise = 'car noise'")
    assert (mine.candidate.draws == alone.table[0].candidate.draws).all()
    again = bench.rank(by=["noise", "accent"])
    assert again.to_dict() == among.to_dict()


def test_a_level_that_cannot_vary_is_drawn_as_a_constant() -> None:
    random = np.random.default_rng(0)
    assert set(hlp_draws(CEILING, random)) == {1.0}
    assert set(hlp_draws(constant(0.7), random)) == {0.7}
    wide = hlp_draws(Hlp(value=0.95, source="given", n=None, ci=(0.5, 1.0)), random)
    assert wide.min() >= 0
    assert wide.max() == 1.0


# --- what to do ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "action"),
    [
        (ranked(0.02, 0.3), "data"),
        (ranked(0.02, 0.3, hlp=measured(27, 30, "paired")), "data"),
        (ranked(0.02, 0.3, hlp=measured(27, 29)), "measure-hlp"),
        (ranked(0.02, 0.3, hlp=shrink(7, 8, 0.9)), "measure-hlp"),
        (ranked(0.02, 0.3, hlp=constant(0.9, "parent")), "measure-hlp"),
        (ranked(0.02, 0.3, hlp=constant(0.9, "overall")), "measure-hlp"),
        (ranked(0.02, 0.3, hlp=CEILING), "measure-hlp"),
        (ranked(0.02, 0.3, hlp=None), "measure-hlp"),
        (ranked(-0.2, 0.3), "none"),
        (ranked(-0.05, 0.3), "data"),
    ],
)
def test_the_action_follows_from_level_and_interval(one: Candidate, action: str) -> None:
    """`none` only where the whole interval is at or below 0; -0.05 may still be a gain of 0.05."""
    assert choose_action(one) == action
    assert action in ACTIONS


# --- tags on failures ------------------------------------------------------------------------------


def test_where_only_failures_were_read_a_tag_has_a_share_of_them_and_no_potential() -> None:
    """Nobody knows how many rows that are right carry the tag: accuracy, gap and potential are unknown."""
    result = slicer.sample("speech").rank(tags=True)
    rows = {row.candidate.name: row for row in result.table}
    expected = {
        "homophone": 52,
        "people noise": 46,
        "low bandwidth": 27,
        "short word dropped": 25,
        "name or place": 20,
        "car noise": 6,
    }
    assert list(rows) == list(expected), "by what fixing all of them would bring"
    for name, tagged in expected.items():
        document = rows[name].to_dict()
        assert document["kind"] == "tag"
        assert document["errors"] == document["support"] == tagged
        assert document["error_share"] == tagged / 100
        assert document["ceiling"] == pytest.approx(tagged / 100 * 974 / 10_000)
        assert document["share"] is document["hlp"] is document["gap"] is None
        assert document["estimate"]["value"] is document["potential"]["value"] is None
        assert document["potential"]["p_top1"] is None
        effective = 100 * 973 / 874
        assert rows[name].candidate.error_share_ci == pytest.approx(
            wilson(tagged / 100 * effective, effective), abs=1e-12
        )


def test_the_share_of_errors_with_a_tag_narrows_as_more_of_them_are_read() -> None:
    """100 of 240 errors read, 12 with the tag: the worked example of a finite population."""
    example = oracles.TAGS_FPC
    effective = example["m"] * (example["E"] - 1) / (example["E"] - example["m"])
    assert effective == pytest.approx(example["n_eff"])
    share = example["t"] / example["m"]
    assert wilson(share * effective, effective) == pytest.approx(example["wilson_fpc"], abs=1e-12)
    ceiling = share * example["E"] / example["N"]
    assert 100 * ceiling == pytest.approx(example["error_mass_ceiling_pp"])


# --- classes ---------------------------------------------------------------------------------------


def joint_rows(seed: int = 4, n: int = 2500) -> list[tuple[str, str, str]]:
    """Rows of truth, model and person: the person is right more often, and on other rows."""
    random = np.random.default_rng(seed)
    truth = random.choice(list("abc"), n, p=[0.6, 0.3, 0.1])
    said = np.where(random.random(n) < 0.8, truth, random.choice(list("abc"), n))
    wrong = np.where(random.random(n) < 0.5, said, random.choice(list("abc"), n))
    human = np.where(random.random(n) < 0.9, truth, wrong)
    return list(zip(truth.tolist(), said.tolist(), human.tolist(), strict=True))


def cells_of(rows: Sequence[tuple[str, str | None, str | None]]) -> list[Cell]:
    return [
        Cell(
            label=truth,
            prediction=said,
            human=human,
            right=truth == said,
            human_right=None if human is None else truth == human,
            rows=1,
        )
        for truth, said, human in rows
    ]


def classes_ranked(
    rows: Sequence[tuple[str, str | None, str | None]], metric: str, **given_levels: float
) -> dict[str, Candidate]:
    cells = cells_of(rows)
    found = class_candidates(
        cells,
        count_slice(cells, ["a", "b", "c"]),
        metric=metric,
        given={condition("label", "=", label): GivenHlp(value=value) for label, value in given_levels.items()} or None,
        level=0.95,
        seed=0,
    )
    return {one.name: one for one in found}


SCORES = {"f1": sk.f1_score, "recall": sk.recall_score, "precision": sk.precision_score}


def by_class(metric: str, truth: Sequence[str], said: Sequence[str]) -> np.ndarray:
    return SCORES[metric](truth, said, labels=["a", "b", "c"], average=None, zero_division=np.nan)


@pytest.mark.parametrize("metric", SCORES)
def test_closing_the_gap_of_a_class_adds_exactly_its_potential_to_the_weighted_metric(metric: str) -> None:
    rows = joint_rows()
    truth, said, human = zip(*rows, strict=True)
    model, people = by_class(metric, truth, said), by_class(metric, truth, human)
    support = np.array([truth.count(label) for label in "abc"])
    overall = overall_class_metric(count_slice(cells_of(rows), ["a", "b", "c"]), metric, 0.95)
    assert overall.value == pytest.approx(
        SCORES[metric](truth, said, average="weighted", zero_division=np.nan), abs=1e-12
    )
    for place, (label, one) in enumerate(classes_ranked(rows, metric).items()):
        assert (one.slice, one.kind, one.support) == (f"label = '{label}'", "class", support[place])
        assert one.estimate.value == pytest.approx(model[place], abs=1e-12)
        assert one.hlp.value == pytest.approx(people[place], abs=1e-12)
        assert one.hlp.source == "paired"
        assert one.gap.value == pytest.approx(people[place] - model[place], abs=1e-12)
        assert one.errors == sum(y == label != p for y, p in zip(truth, said, strict=True))
        closed = model.copy()
        closed[place] = max(people[place], model[place])
        assert overall.value + one.potential == pytest.approx(np.average(closed, weights=support), abs=1e-12)
        closed[place] = 1.0
        assert overall.value + one.ceiling == pytest.approx(np.average(closed, weights=support), abs=1e-12)


def test_recall_weighted_by_class_is_accuracy() -> None:
    rows = joint_rows()
    overall = overall_class_metric(count_slice(cells_of(rows), ["a", "b", "c"]), "recall", 0.95)
    assert overall.value == pytest.approx(sum(y == p for y, p, _ in rows) / len(rows), abs=1e-12)
    gained = classes_ranked(rows, "recall")["a"]
    right = sum(y == p for y, p, _ in rows) + sum((h == "a") - (p == "a") for y, p, h in rows if y == "a")
    assert overall.value + gained.gap.value * gained.weight == pytest.approx(right / len(rows), abs=1e-12)


def test_a_class_that_is_never_predicted_has_no_part_in_the_mean_of_precision() -> None:
    """Then the other classes weigh more: their potentials are still what closing their gaps adds."""
    rows = [("a", "a", "a")] * 60 + [("a", "b", "a")] * 20 + [("b", "b", "b")] * 40 + [("c", "a", "c")] * 40
    overall = overall_class_metric(count_slice(cells_of(rows), ["a", "b", "c"]), "precision", 0.95)
    found = classes_ranked(rows, "precision")
    assert overall.value == pytest.approx((80 * 0.6 + 40 * 40 / 60) / 120)
    assert found["c"].estimate.value is found["c"].potential is found["c"].ceiling is None
    assert found["a"].potential == pytest.approx((1 - 0.6) * 80 / 120)
    assert overall.value + found["a"].potential + found["b"].potential == pytest.approx(1.0)


@pytest.mark.parametrize("metric", SCORES)
def test_the_interval_of_a_class_gap_is_that_of_a_multinomial_bootstrap(metric: str) -> None:
    """People and model on the same rows: resample the joint cells, not the two margins."""
    rows = joint_rows()
    labels = list("abc")
    table = np.zeros((3, 3, 3))
    for truth, said, human in rows:
        table[labels.index(truth), labels.index(said), labels.index(human)] += 1
    random = np.random.default_rng(12)
    drawn = random.multinomial(len(rows), table.ravel() / len(rows), size=10_000).reshape(-1, 3, 3, 3)

    def rate(confusion: np.ndarray) -> np.ndarray:
        right = np.diagonal(confusion, axis1=1, axis2=2)
        truth, said = confusion.sum(axis=2), confusion.sum(axis=1)
        return right / {"f1": (truth + said) / 2, "recall": truth, "precision": said}[metric]

    gaps = rate(drawn.sum(axis=2)) - rate(drawn.sum(axis=3))
    for place, one in enumerate(classes_ranked(rows, metric).values()):
        se = (one.gap.ci[1] - one.gap.ci[0]) / (2 * z_value(0.95))
        assert one.gap.method == "delta"
        assert se == pytest.approx(np.std(gaps[:, place]), rel=0.05)
        assert np.std(one.draws) == pytest.approx(np.std(gaps[:, place]), rel=0.08)
        assert one.gap.ci[0] < one.gap.value < one.gap.ci[1]


def test_a_class_gap_is_taken_on_the_rows_people_labelled() -> None:
    rows: list[tuple[str, str, str | None]] = list(joint_rows())
    half = [(y, p, h if place % 2 else None) for place, (y, p, h) in enumerate(rows)]
    for label, one in classes_ranked(half, "f1").items():
        expected = classes_ranked(half[1::2], "f1")[label]
        assert one.gap.value == expected.gap.value
        assert one.gap.ci == pytest.approx(expected.gap.ci)
        assert one.gap.n == len(rows) // 2
        assert one.estimate_paired.value == expected.estimate.value != one.estimate.value
        assert one.weight == classes_ranked(rows, "f1")[label].weight, "worth by all its rows"


@pytest.mark.parametrize("metric", SCORES)
def test_a_level_given_for_a_class_is_held_against_all_its_rows(metric: str) -> None:
    rows = [(y, p, None) for y, p, _ in joint_rows()]
    found = classes_ranked(rows, metric, b=0.95)
    one = found["b"]
    assert one.hlp.source == "given"
    assert one.gap.value == pytest.approx(0.95 - one.estimate.value)
    assert one.gap.ci == pytest.approx(
        mover_difference(0.95, (0.95, 0.95), one.estimate.value, one.estimate.ci), abs=1e-12
    )
    se = (one.gap.ci[1] - one.gap.ci[0]) / (2 * z_value(0.95))
    assert np.std(one.draws) == pytest.approx(se, rel=0.08)
    assert found["a"].hlp is CEILING
    assert found["a"].potential == pytest.approx(found["a"].ceiling)


def test_a_person_who_repeats_the_model_has_a_gap_of_0_with_a_width() -> None:
    rows = [(y, p, p) for y, p, _ in joint_rows()]
    for one in classes_ranked(rows, "f1").values():
        assert one.gap.value == 0
        assert one.gap.ci[0] < 0 < one.gap.ci[1]
        assert one.potential == 0


def test_a_class_that_never_occurs_is_no_candidate() -> None:
    rows = [("a", "a", "a")] * 40 + [("a", "c", "a")] * 3
    assert list(classes_ranked(rows, "f1")) == ["a"]


# --- rows of the document ----------------------------------------------------------------------------


def test_the_flags_of_a_row_are_those_of_estimate_level_and_row_each_once() -> None:
    one = candidate("s", counts(5, 9), 100, constant(0.9, "overall"))
    row = rank([replace(one, flags=("exploratory",))])[0]
    assert row.flags == ("exploratory", "low_support", "wide_ci", "hlp_inherited", "hlp_no_uncertainty")
    assert set(row.flags) <= set(FLAGS)


def test_a_ranked_table_is_in_the_order_of_its_potentials() -> None:
    rows = slicer.sample("speech").rank(by=["noise", "device", "accent", "age_group"]).table
    potentials = [row.candidate.potential for row in rows if row.candidate.ranked]
    assert len(potentials) == len(rows) > 15
    assert all(above >= below - 1e-9 for above, below in pairwise(potentials))


def test_a_ceiling_stands_below_every_level_that_is_known_and_ties_with_none() -> None:
    """That every error could be fixed is no estimate: not at the same value, and not at a higher one."""
    ceiling = replace(constant(1.0), source="ceiling")
    rows = [
        ranked(0.1, 0.5, slice="a", name="a", hlp=ceiling),
        ranked(0.1, 0.5, slice="b", name="b", hlp=replace(constant(1.0), source="overall")),
        ranked(0.1, 0.5, slice="c", name="c"),
        ranked(0.2, 0.5, slice="d", name="d", hlp=ceiling),
        ranked(0.01, 0.5, slice="e", name="e"),
    ]
    found = rank(rows)
    assert [row.candidate.name for row in found] == ["c", "b", "e", "d", "a"]
    assert {row.candidate.name: row.tied_with for row in found} == {"c": ("b",), "b": ("c",), "e": (), "d": (), "a": ()}
    assert [row.p_top1 for row in found] == [0.5, 0.5, 0.0, None, None]
    assert [row.p_top1 is not None for row in rank([one for one in rows if one.assumed])] == [True, True]
