"""Tags of a run: three states of a row for a tag, how rows were drawn, and what follows for the numbers."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from tagging_kit import Reader, loud_rooms, loud_rows, row_of

import slicer
from slicer.engine.reading import Drawn, ReadViews, read_rows
from slicer.human.hlp import GivenHlp
from slicer.human.undefined import Undefined
from slicer.project.events import Event, append
from slicer.project.queues import draw
from slicer.project.reviews import create_review_views
from slicer.project.store import MEMORY, Project
from slicer.slices import condition, parse
from slicer.sources import load_files
from slicer.tagging.review import share_interval
from slicer.workbench import ALL, ERRORS, Workbench
from slicer.workbench.tagging import CORRECT

SOAK = os.environ.get("SLICER_SOAK") == "1"


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    with loud_rooms(tmp_path) as bench:
        yield bench


# --- three states ----------------------------------------------------------------------------------


def test_a_tag_that_comes_midway_asks_nothing_of_rows_read_before(bench: Workbench) -> None:
    reader = Reader(bench)
    examples = reader.opened("correct = false", 40)
    reader.tag(examples[0], "dark")
    reader.read(examples[:10])
    reader.tag(examples[10], "loud")
    reader.read(examples[10:30], examples[20:22])
    assert (row_of(bench, "dark").tagged, row_of(bench, "dark").read) == (0, 29), "without the row that brought it in"
    assert (row_of(bench, "loud").tagged, row_of(bench, "loud").read) == (2, 19)
    # tagged afterwards, from memory: the row carries the tag, but only remembered yeses would come back
    reader.tag(examples[3], "loud")
    assert (row_of(bench).tagged, row_of(bench).read, row_of(bench).carried) == (2, 19, 4)
    # read once more, the earlier rows answer for it
    reader.read(examples[:11])
    assert (row_of(bench).tagged, row_of(bench).read) == (4, 30)


@pytest.mark.soak
@pytest.mark.parametrize("share", [0.02, 0.06, 0.3])
def test_a_tag_is_not_made_more_frequent_by_the_row_that_brought_it_in(share: float) -> None:
    """A tag is made when a row has it: counted from that row on, every sample begins with a yes."""
    random, size, held = np.random.default_rng(0), 974, {True: 0, False: 0}
    there = np.arange(size) < round(share * size)
    seeds = 5_000 if SOAK else 1_000
    for _ in range(seeds):
        read = random.permutation(there)[:100]
        first = int(read.argmax()) if read.any() else 98
        for without in held:
            rows = read[first + 1 :] if without else read[first:]
            ends = share_interval(int(rows.sum()), len(rows), size) or (0.0, 1.0)
            held[without] += ends[0] <= there.mean() <= ends[1]
    assert held[True] / seeds >= 0.93
    assert share > 0.05 or held[False] / seeds < 0.90


def test_what_is_taken_back_was_never_said(bench: Workbench) -> None:
    reader = Reader(bench)
    examples = reader.opened("correct = false", 40)
    reader.read(examples[:20], loud_rows(bench))
    before = row_of(bench)
    reader.say(examples[20], "reviewed")
    assert row_of(bench).read == before.read + 1
    event = Event(example=examples[20], kind="undo", undoes=reader.seq, seq=reader.seq + 1)
    append(bench.project, bench.dataset.id, [event], author="ana", session="card")
    assert row_of(bench) == before


def test_a_row_that_is_tagged_and_not_reviewed_is_not_read(bench: Workbench) -> None:
    reader = Reader(bench)
    examples = reader.opened("correct = false", 40)
    reader.tag(examples[0], "loud")
    assert (row_of(bench).carried, row_of(bench).read) == (1, 0)
    assert isinstance(row_of(bench).numbers.error_share, Undefined)


def test_a_file_of_tags_was_all_known_when_it_was_made() -> None:
    """The sample's first row is reviewed when its first line was written, a second before its last tag."""
    result = slicer.sample("speech").tags()
    assert {row.name: row.read for row in result.tags} == dict.fromkeys((row.name for row in result.tags), 100)
    assert [(row.name, row.tagged) for row in result.tags] == [
        ("homophone", 52),
        ("people noise", 46),
        ("low bandwidth", 27),
        ("short word dropped", 25),
        ("name or place", 20),
        ("car noise", 6),
    ]
    assert result.counted.together.untagged == 6
    assert result.counted.saturation.first == (1, 1, 1, 1, 5, 8)


# --- designs ---------------------------------------------------------------------------------------


def test_any_beginning_of_a_random_sample_is_one(bench: Workbench) -> None:
    reader, loud = Reader(bench), loud_rows(bench)
    examples = reader.opened("correct = false", 40)
    reader.read(examples[:25], loud)
    row = row_of(bench)
    tagged = sum(example in loud for example in examples[:25])
    since = next(place for place, example in enumerate(examples) if example in loud)
    assert row.sides.errors.design == "random"
    assert (row.tagged, row.read) == (tagged - 1, 24 - since)
    assert row.numbers.error_share.ci == pytest.approx(share_interval(row.tagged, row.read, 80))
    assert row.numbers.ceiling.value == pytest.approx(row.tagged / row.read * 80 / 400)


def test_rows_somebody_chose_count_for_nothing_beside_a_random_sample(bench: Workbench) -> None:
    reader, loud = Reader(bench), loud_rows(bench)
    examples = reader.opened("correct = false", 20)
    reader.read(examples, loud)
    before = row_of(bench)
    reader.opened("correct = false and level = 'loud'", kind="all")
    reader.read([one for one in bench.ids(ERRORS) if one in loud and one not in examples], loud)
    after = row_of(bench)
    assert after.sides.errors == before.sides.errors
    assert after.carried > before.carried


def test_two_random_samples_are_one(bench: Workbench) -> None:
    reader = Reader(bench)
    examples = {*reader.opened("correct = false", 20, seed=1)}
    reader.read(sorted(examples), loud_rows(bench))
    more = reader.opened("correct = false", 20, seed=2)
    reader.read([one for one in more if one not in examples], loud_rows(bench))
    assert bench.tags().errors.read == len(examples | {*more})
    assert row_of(bench).sides.errors.design == "random"


def test_the_interesting_ones_give_counts_alone(bench: Workbench) -> None:
    reader = Reader(bench)
    reader.opened("correct = false", kind="all")
    reader.read(bench.ids(ERRORS)[:30], loud_rows(bench))
    row = row_of(bench)
    assert row.sides.errors.design == "convenience"
    assert (row.tagged, row.read) == (15, 30)
    assert isinstance(row.numbers.error_share, Undefined)
    assert "not drawn at random" in row.numbers.error_share.reason


def test_all_failures_read_are_all_there_is_to_know(bench: Workbench) -> None:
    reader = Reader(bench)
    reader.opened("correct = false", kind="all")
    reader.read(bench.ids(ERRORS), loud_rows(bench))
    row = row_of(bench)
    assert row.sides.errors.design == "all"
    assert row.numbers.error_share.value == 0.5
    assert "all_read" in row.numbers.error_share.flags
    assert row.more is None


def test_samples_of_parts_that_make_up_the_whole_are_strata(bench: Workbench) -> None:
    reader, loud = Reader(bench), loud_rows(bench)
    home, street = (f"correct = false and place = '{place}'" for place in ("home", "street"))
    reader.read(reader.opened(home, 20), loud)
    assert row_of(bench).sides.errors.design == "convenience", "half of the rows had no chance"
    reader.read(reader.opened(street, 10), loud)
    errors = row_of(bench).sides.errors
    assert errors.design == "stratified"
    assert {(one.size, one.read) for one in bench.tags().errors.strata} == {
        (bench.engine.count(parse(home)), 20),
        (bench.engine.count(parse(street)), 10),
    }
    assert errors.share == pytest.approx(sum(one.size * one.share for one in errors.strata) / 80)


def test_a_random_sample_of_all_failures_is_one_of_each_part(bench: Workbench) -> None:
    reader = Reader(bench)
    examples = reader.opened("correct = false", 40)
    reader.read(examples, loud_rows(bench))
    home = parse("place = 'home'")
    inside = {*bench.ids(home)}
    errors = row_of(bench, where=home).sides.errors
    assert errors.design == "random"
    assert bench.tags(where=home).errors.read == sum(example in inside for example in examples)
    assert errors.size == bench.engine.count(ERRORS & home)


def test_a_random_sample_of_all_rows_is_one_of_the_failures_and_one_of_the_others(bench: Workbench) -> None:
    reader = Reader(bench)
    reader.read(reader.opened("", 100), loud_rows(bench))
    sides = row_of(bench).sides
    assert (sides.errors.design, sides.correct.design) == ("random", "random")
    result = bench.tags()
    assert result.errors.read + result.correct.read == 100


def test_what_was_drawn_for_another_run_is_no_sample_of_this_ones_failures(tmp_path: Path) -> None:
    path = tmp_path / "runs.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "label", "pred_v1", "pred_v2"])
        writer.writerows([f"r{i}", "a", "ab"[i % 2], "ab"[i % 3 == 0]] for i in range(90))
    with Project(MEMORY) as project:
        dataset, _ = load_files(project, [path])
        first, second = (Workbench(project, dataset, run) for run in ("v1", "v2"))
        reader = Reader(first)
        examples = reader.opened("correct = false", 20)
        reader.read(examples, examples[:5])
        assert row_of(first).sides.errors.design == "random"
        assert row_of(second).sides.errors.design == "convenience"


# --- failures and correct rows ---------------------------------------------------------------------


def both_read(bench: Workbench) -> None:
    """All of them, and those read before the tag was there once more."""
    reader, loud = Reader(bench), loud_rows(bench)
    wrong = reader.opened("correct = false", 80)
    reader.read(wrong, loud)
    reader.read(wrong[:5])
    reader.read(reader.opened("correct = true", 320), loud)


def test_correct_rows_unlock_the_other_numbers(bench: Workbench) -> None:
    """All rows are read here, so that the numbers are those of the slice `level = 'loud'`."""
    both_read(bench)
    found = row_of(bench).numbers
    (loud,) = bench.metrics(slices=[parse("level = 'loud'")]).slices
    assert found.data_share.value == pytest.approx(loud.share)
    assert found.error_rate.value == pytest.approx(1 - loud.metrics["accuracy"].value)
    assert found.lift.value == pytest.approx(found.error_rate.value / 0.2)
    (ranked,) = [one.candidate for one in bench.rank(slices=[parse("level = 'loud'")]).table]
    assert found.hlp.value == pytest.approx(ranked.hlp.value)
    assert found.room.value == pytest.approx(ranked.gap.value * loud.share)


def test_a_level_that_is_given_replaces_people_on_the_rows(bench: Workbench) -> None:
    both_read(bench)
    found = row_of(bench, hlp={condition("tag", "=", "loud"): GivenHlp(value=0.9)}).numbers
    assert (found.hlp.source, found.hlp.value) == ("given", 0.9)
    assert found.room.value == pytest.approx(found.data_share.value * (0.9 - 1 + found.error_rate.value))
    assert row_of(bench, hlp={ALL: GivenHlp(value=0.9)}).numbers.hlp.source == "paired"


def test_a_filter_by_outcome_is_left_aside(bench: Workbench) -> None:
    both_read(bench)
    for where in (ERRORS, CORRECT):
        assert row_of(bench, where=where) == row_of(bench)
    assert row_of(bench, where=ERRORS & parse("place = 'home'")) == row_of(bench, where=parse("place = 'home'"))


def test_the_order_of_reading_is_kept_for_those_who_ask(bench: Workbench) -> None:
    reader = Reader(bench)
    examples = reader.opened("correct = false", 12)
    reader.read(examples, examples[3:5])
    views = ReadViews(*create_review_views(bench.project, bench.dataset.id))
    drawn = [Drawn(wrong=True, stratum=0, queues=(reader.queue,))]
    read = read_rows(bench.engine, views, ALL, drawn, judged=True, ids=True)
    assert [example for example, _, _ in read.examples] == examples
    assert read.first == (("loud", 4, examples[3]),)
    assert dict(read.signatures) == {frozenset(): 10, frozenset({"loud"}): 2}


def test_numbers_without_right_and_wrong_have_a_share_of_the_rows(tmp_path: Path) -> None:
    path = tmp_path / "scores.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "score", "domain"])
        writer.writerows([f"r{i}", i / 100, "news"] for i in range(100))
    with Project(MEMORY) as project:
        bench = Workbench(project, load_files(project, [path])[0])
        reader = Reader(bench)
        examples = reader.opened("", 40)
        reader.read(examples, examples[:10])
        row = row_of(bench)
        assert (row.tagged, row.read) == (9, 39)
        assert row.numbers.data_share.value == pytest.approx(9 / 39)
        assert "numbers" in row.numbers.error_rate.reason


# --- rules -----------------------------------------------------------------------------------------


def test_a_rule_is_a_slice_of_the_data(bench: Workbench) -> None:
    both_read(bench)
    (row,) = bench.tag_rules()
    assert str(row.rule.slice) == "level = 'loud'"
    assert row.support == bench.engine.count(row.rule.slice) == row.rule.tagged
    assert (row.rule.precision.value, row.rule.recall.value) == (1.0, 1.0)


def test_rules_of_the_sample_are_what_was_heard() -> None:
    rules = {row.rule.tag: (str(row.rule.slice), row.support) for row in slicer.sample("speech").tag_rules()}
    assert rules == {
        "car noise": ("noise = 'car noise'", 400),
        "people noise": ("noise = 'people noise'", 3000),
        "low bandwidth": ("noise = 'low bandwidth'", 600),
    }


# --- coverage --------------------------------------------------------------------------------------


@pytest.mark.soak
@pytest.mark.parametrize("noise", ["people noise", "clean speech", "low bandwidth", "car noise"])
def test_a_random_review_of_100_failures_holds_the_true_share(noise: str) -> None:
    """What the tag would be if all 974 failures were read is known here: the noise each was recorded in."""
    bench = slicer.sample("speech")
    failures = bench.ids(ERRORS)
    tagged = {*bench.ids(ERRORS & condition("noise", "=", noise))}
    true, seeds, held = len(tagged) / len(failures), 2_000 if SOAK else 400, 0
    for seed in range(seeds):
        read = draw(failures, 100, seed)
        low, high = share_interval(sum(one in tagged for one in read), 100, len(failures))
        held += low <= true <= high
    assert 0.92 <= held / seeds <= 0.98, f"{held / seeds:.3f} of {seeds}"
