"""Queues: what there is to read, how much of each stratum, and what is kept of how it was drawn."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from slicer.errors import UsageError
from slicer.metrics.allocation import deviation_of_shares, neyman
from slicer.project import migrations
from slicer.project.events import Event, append
from slicer.project.queues import CONFIDENCE, QueueDesign, Stratum, draw_strata, get_queue, open_queue, queue_examples
from slicer.project.store import MEMORY, Project
from slicer.project.turns import next_unread
from slicer.slices import parse
from slicer.sources import load_files, open_source
from slicer.ui.places import FRESH, Places
from slicer.workbench import ERRORS, Workbench
from slicer.workbench.drawing import (
    confident_rows,
    confusion,
    confusions,
    has_confidence,
    parted_rows,
    strata,
)

ROWS = """id,label,prediction_v1,prediction_v2,prob_cat_v1,prob_dog_v1,prob_fox_v1,size
a,cat,cat,dog,0.6,0.3,0.1,1
b,cat,dog,cat,0.2,0.7,0.1,2
c,dog,cat,cat,0.9,0.05,0.05,3
d,dog,dog,dog,0.1,0.8,0.1,4
e,fox,dog,fox,0.1,0.55,0.35,5
f,fox,dog,dog,,,,6
"""


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    path = tmp_path / "animals.csv"
    path.write_text(ROWS)
    bench = open_source(path, run="v1")
    yield bench
    bench.project.close()


# --- how many of each ------------------------------------------------------------------------------


@given(
    strata=st.lists(st.tuples(st.integers(1, 500), st.sampled_from([0.0, 0.1, 0.3, 0.5])), min_size=1, max_size=8),
    total=st.integers(16, 900),
)
def test_neyman_draws_what_was_asked_and_no_more_than_there_is(strata: list[tuple[int, float]], total: int) -> None:
    sizes, deviations = zip(*strata, strict=True)
    drawn = neyman(sizes, deviations, total)
    assert sum(drawn) == min(total, sum(sizes))
    assert all(min(2, size) <= one <= size for one, size in zip(drawn, sizes, strict=True))


def test_neyman_has_the_least_variance_of_all_allocations() -> None:
    """Tried one by one: every other way to draw 12 of three strata knows the share less well."""
    sizes, deviations = [20, 30, 50], [0.5, 0.2, 0.1]

    def variance(drawn: tuple[int, ...]) -> float:
        return sum(
            size**2 * (1 - one / size) * deviation**2 / one
            for size, deviation, one in zip(sizes, deviations, drawn, strict=True)
        )

    every = [(i, j, 12 - i - j) for i in range(2, 9) for j in range(2, 11 - i)]
    assert tuple(neyman(sizes, deviations, 12)) == min(every, key=variance)


def test_too_few_rows_for_the_strata_are_refused() -> None:
    with pytest.raises(ValueError, match="3 strata need 5 rows"):
        neyman([10, 1, 10], [0.5, 0.5, 0.5], 4)


def test_what_nobody_read_varies_as_much_as_it_can() -> None:
    assert deviation_of_shares([3], 0) == deviation_of_shares([], 30) == 0.5
    assert deviation_of_shares([0], 1) == math.sqrt(0.25 * 0.75)


# --- which rows ------------------------------------------------------------------------------------


def test_the_most_confident_errors_come_first(bench: Workbench) -> None:
    assert has_confidence(bench)
    assert confident_rows(bench, limit=10) == ["c", "b", "e"]
    assert confident_rows(bench, limit=2) == ["c", "b"]


def test_a_single_probability_says_how_sure_either_answer_was(tmp_path: Path) -> None:
    path = tmp_path / "spam.csv"
    path.write_text("id,label,prediction,prob_spam\n1,spam,ham,0.1\n2,ham,spam,0.7\n3,ham,ham,0.4\n4,spam,ham,0.45\n")
    bench = open_source(path)
    assert confident_rows(bench, limit=9) == ["1", "2", "4"]
    assert confident_rows(bench, parse(""), limit=9) == ["1", "2", "3", "4"]


def test_a_run_without_probabilities_says_why_not(bench: Workbench) -> None:
    other = Workbench(bench.project, bench.dataset, "v2")
    assert not has_confidence(other)
    with pytest.raises(UsageError, match="Run v2 has no probabilities"):
        confident_rows(other, limit=9)


def test_rows_that_two_runs_disagree_on(bench: Workbench) -> None:
    """One is right and the other wrong; which of the two asks does not matter."""
    assert parted_rows(bench, "v2") == ["a", "b", "e"]
    assert parted_rows(Workbench(bench.project, bench.dataset, "v2"), "v1") == ["a", "b", "e"]
    assert parted_rows(bench, "v2", parse("size > 1")) == ["b", "e"]


def test_confusions_are_counted_and_lead_to_their_rows(bench: Workbench) -> None:
    assert confusions(bench) == [("fox", "dog", 2), ("cat", "dog", 1), ("dog", "cat", 1)]
    assert bench.ids(confusion("fox", "dog")) == ["e", "f"]


def test_strata_hold_every_error_once(bench: Workbench) -> None:
    assert strata(bench, "label") == {"label fox": ["e", "f"], "label cat": ["b"], "label dog": ["c"]}
    found = strata(bench, CONFIDENCE)
    assert found["confidence not known"] == ["f"]
    assert list(found) == ["confidence 0.55", "confidence 0.70", "confidence 0.90", "confidence not known"]
    for by in ("label", "size", CONFIDENCE):
        assert sorted(one for ids in strata(bench, by).values() for one in ids) == bench.ids(ERRORS)


# --- what is kept ----------------------------------------------------------------------------------

PARTS = {"small": [f"s{n}" for n in range(10)], "large": [f"l{n}" for n in range(90)]}


def opened(project: Project, **said: object) -> object:
    design = QueueDesign(kind="stratified", where="correct = false", wanted=20, seed=3, by="size", **said)
    return open_queue(project, 1, "model", design, lambda: PARTS, author="ana")


def test_a_stratified_queue_keeps_its_strata() -> None:
    with Project(MEMORY) as project:
        queue = opened(project)
        assert queue.strata == (
            Stratum(name="small", population=10, drawn=2),
            Stratum(name="large", population=90, drawn=18),
        )
        assert (queue.population, queue.size) == (100, 20)
        assert get_queue(project, queue.id) == queue == opened(project)
        rows = project.cursor().execute("select example, stratum from queue_items where queue = ?", [queue.id])
        assert all(example.startswith(stratum[0]) for example, stratum in rows.fetchall())


def test_strata_that_vary_more_get_more_once_it_is_known() -> None:
    """Ten read of each: a tag on half of the small ones, on none of the large."""
    with Project(MEMORY) as project:
        read = [*PARTS["small"], *PARTS["large"][:10]]
        said = [Event(example=one, kind="reviewed", seq=place) for place, one in enumerate(read)]
        said += [Event(example=f"s{n}", kind="tag", name="t", value="yes", seq=100 + n) for n in range(5)]
        append(project, 1, said, author="ana", session="s")
        (small, _) = opened(project).strata
        assert small.drawn == 4


def test_any_beginning_of_a_stratified_queue_is_random_within_each_stratum() -> None:
    firsts = [next(iter(draw_strata(PARTS, [5, 5], seed))) for seed in range(2_000)]
    counts = [firsts.count(f"s{n}") for n in range(10)]
    assert all(abs(one - 100) < 5 * math.sqrt(95) for one in counts)


def test_more_strata_than_rows_are_refused_in_words() -> None:
    parts = {f"s{n}": [f"{n}-{m}" for m in range(5)] for n in range(20)}
    design = QueueDesign(kind="stratified", where="", wanted=10, seed=1, by="size")
    with Project(MEMORY) as project, pytest.raises(UsageError, match="10 rows are too few: 20 strata need 40 rows"):
        open_queue(project, 1, "model", design, lambda: parts, author="ana")


def test_a_queue_written_by_an_older_version_is_found_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, design = tmp_path / "work.duckdb", QueueDesign(kind="all", where="correct = false")
    monkeypatch.setattr(migrations, "STEPS", migrations.STEPS[:2])
    monkeypatch.setattr(migrations, "VERSION", 2)
    with duckdb.connect(path) as older:
        migrations.migrate(older, 0)
        text = '{"kind": "all", "seed": null, "wanted": null, "where": "correct = false"}'
        older.execute(
            "insert into queues (dataset, run, design, population, author) values (1, 'model', ?, 2, 'ana')", [text]
        )
        older.execute("insert into queue_items values (1, 0, 'a'), (1, 1, 'b')")
    monkeypatch.undo()
    with Project(path) as project:
        queue = open_queue(project, 1, "model", design, lambda: ["c"], author="ana")
        assert (queue.id, queue.strata) == (1, ())
        assert queue_examples(project, queue, start=0, count=9) == ["a", "b"]


def test_designs_that_differ_in_their_strata_are_different_queues(tmp_path: Path) -> None:
    path = tmp_path / "animals.csv"
    path.write_text(ROWS)
    with Project(MEMORY) as project:
        dataset = load_files(project, [path])[0]
        bench = Workbench(project, dataset, "v1")
        ids = set()
        for by in ("label", CONFIDENCE):
            design = QueueDesign(kind="stratified", where=str(ERRORS), wanted=10, seed=1, by=by)
            parts = strata(bench, by)
            ids.add(open_queue(project, dataset.id, "v1", design, lambda parts=parts: parts, author="ana").id)
        assert len(ids) == 2


# --- two people in one queue -----------------------------------------------------------------------


def test_two_people_never_have_the_same_example_before_them() -> None:
    """They read in turns, at their own pace; together they read everything once."""
    ids = [f"e{n}" for n in range(40)]
    with Project(MEMORY) as project:
        queue = open_queue(project, 1, "model", QueueDesign(kind="all", where=""), lambda: ids, author="ana")
        places, here = Places(), {"ana": 0, "ben": 0}

        def turn(who: str, position: int) -> None:
            unread = partial(next_unread, project, queue.id)
            here[who], _ = places.take(queue.id, who, position, onward=True, next_unread=unread)

        draws, read = random.Random(5), []
        for who in here:
            turn(who, 0)
        assert here == {"ana": 0, "ben": 1}
        while min(here.values()) < len(ids):
            who = draws.choice([one for one, place in here.items() if place < len(ids)])
            example = ids[here[who]]
            read.append(example)
            append(project, 1, [Event(example=example, kind="reviewed", seq=len(read))], author=who, session=who)
            turn(who, here[who] + 1)
            assert here["ana"] != here["ben"] or here["ana"] == len(ids)
    assert sorted(read) == sorted(ids)


def test_one_alone_goes_where_they_like_and_a_closed_screen_holds_nothing() -> None:
    now = [0.0]
    places = Places(clock=lambda: now[0])

    def refuse(start: int, taken: set[int]) -> int:
        raise AssertionError("nobody else is there")

    def first_free(start: int, taken: set[int]) -> int:
        return next(place for place in range(start, 99) if place not in taken)

    assert places.take("q", "ana", 7, onward=True, next_unread=refuse) == (7, 0)
    assert places.take("q", "ben", 7, onward=False, next_unread=refuse) == (7, 1)
    assert places.take("q", "ben", 7, onward=True, next_unread=first_free) == (8, 1)
    places.leave("q", "ben")
    assert places.take("q", "ana", 8, onward=True, next_unread=refuse) == (8, 0)
    assert places.take("q", "cy", 8, onward=True, next_unread=first_free) == (9, 1)
    now[0] = FRESH + 1
    assert places.take("q", "dee", 8, onward=True, next_unread=refuse) == (8, 0)
    assert places.take("another queue", "ana", 8, onward=True, next_unread=refuse) == (8, 0)
