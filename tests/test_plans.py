"""The plan: what is worked on first, what was predicted and what came of it; nothing that was decided is lost."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from slicer.errors import UsageError
from slicer.metrics.estimate import Estimate, estimate
from slicer.metrics.intervals import mover_difference, wilson
from slicer.priorities.plan import STATUSES, Plan, PlanItem, as_text, changed, in_order, roi, with_field
from slicer.priorities.prediction import Prediction, realised
from slicer.priorities.ranking import SAME
from slicer.project import migrations, store
from slicer.project.events import Event, append
from slicer.project.journal import Journal
from slicer.project.plans import add_to_plan, history_of_item, list_plan, set_fields, words_of
from slicer.project.store import Project
from slicer.project.tag_files import import_tags

DAY = datetime(2026, 3, 3)
ORACLE = [
    # method.md 4.5, oracle roi: potential, ease, importance, cost, score
    ("clean", 0.006, 0.3, 1, 5, 0.00036),
    ("car noise", 0.0016, 0.8, 2, 1, 0.00256),
    ("people noise", 0.006, 0.6, 1, 3, 0.0012),
    ("low bandwidth", 0.0, 0.1, 1, 2, 0.0),
]


def prediction(name: str = "car noise", potential: float | None = 0.0016, **others: Any) -> Prediction:
    known: dict[str, Any] = {
        "slice": f"noise = '{name}'", "name": name, "kind": "slice", "metric": "accuracy", "higher_is_better": True,
        "run": "v1", "where": "", "value": 0.87, "ci": (0.80, 0.92), "level": 0.95, "n": 120, "denominator": 120,
        "method": "wilson", "weight": 0.04, "overall": 0.9, "hlp": 0.93, "hlp_source": "given", "gap": 0.06,
        "potential": potential, "potential_ci": None, "action": "data",
    }  # fmt: skip
    return Prediction(**{**known, **others})


def item(name: str = "car noise", potential: float | None = 0.0016, **decided: Any) -> PlanItem:
    return PlanItem(id=name, prediction=prediction(name, potential), added_at=DAY, added_by="ana", **decided)


# --- what comes first ------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "potential", "ease", "importance", "cost", "score"), ORACLE)
def test_the_return_is_the_oracle_s(
    name: str, potential: float, ease: float, importance: float, cost: float, score: float
) -> None:
    assert roi(potential, ease=ease, importance=importance, cost=cost) == pytest.approx(score, abs=1e-15)
    assert item(name, potential, ease=ease, importance=importance, cost=cost).roi == pytest.approx(score, abs=1e-15)


def test_the_oracle_s_rows_stand_in_the_order_of_their_return() -> None:
    rows = [item(name, worth, ease=ease, importance=much, cost=cost) for name, worth, ease, much, cost, _ in ORACLE]
    order = [one.prediction.name for one in in_order(rows)]
    assert order == ["car noise", "people noise", "clean", "low bandwidth"]


@given(st.lists(st.floats(0, 1) | st.none(), max_size=12), st.randoms())
def test_nothing_decided_the_order_is_that_of_the_potential(worths: list[float | None], draws: Any) -> None:
    rows = [item(f"s{at}", worth) for at, worth in enumerate(worths)]
    draws.shuffle(rows)
    ordered = [one.prediction.potential for one in in_order(rows)]
    known = [worth for worth in ordered if worth is not None]
    rounded = [round(worth, SAME) for worth in known]
    assert ordered == known + [None] * (len(ordered) - len(known))
    assert rounded == sorted(rounded, reverse=True)


@given(st.floats(-1, 1), st.floats(0, 100), st.floats(0, 1), st.floats(0.01, 100))
def test_the_return_grows_with_what_speaks_for_the_work(
    potential: float, importance: float, ease: float, cost: float
) -> None:
    found = roi(potential, importance=importance, ease=ease, cost=cost)
    assert 0 <= found <= roi(potential, importance=importance + 1, ease=ease, cost=cost)
    assert roi(potential, importance=importance, ease=ease, cost=2 * cost) == pytest.approx(found / 2)
    assert found <= roi(potential, importance=importance, cost=cost)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("cost", "0", "not above 0"),
        ("cost", "inf", "not above 0"),
        ("cost", "nan", "not above 0"),
        ("ease", "1.5", "no part of a gap"),
        ("importance", "-1", "below 0"),
        ("importance", "much", "no number"),
        ("status", "later", "No status"),
        ("due", "tomorrow", "no day"),
        ("colour", "red", "has no 'colour'"),
        ("note", "x" * 3000, "too long"),
    ],
)
def test_what_a_field_cannot_be_is_refused_in_words(name: str, text: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        with_field(item(), name, text)


def test_what_is_done_stands_behind_what_is_to_be_done() -> None:
    rows = [item("a", 0.3, status="dropped"), item("b", 0.2, status="done"), item("c", 0.1), item("d", 0.05)]
    found = in_order(rows)
    assert [one.prediction.name for one in found] == ["c", "d", "b", "a"]
    plan = Plan(items=found)
    assert plan.at_most == pytest.approx(0.15)
    assert plan.gain(0.5) == pytest.approx(0.075)
    assert replace(plan, together=0.12).gain(0.5) == pytest.approx(0.06)


def test_gains_of_several_metrics_are_not_added_up() -> None:
    other = replace(item("b"), prediction=prediction("b", metric="brier"))
    plan = Plan(items=(item("a"), other))
    assert plan.at_most is None
    assert plan.gain(0.5) is None


# --- what came of it -------------------------------------------------------------------------------


def now(right: int, n: int) -> Estimate:
    return estimate(right / n, wilson(right, n), n=n, denominator=n, method="wilson", level=0.95)


def test_what_was_realised_is_the_difference_of_two_estimates() -> None:
    found = realised(prediction(), now(114, 120), run="v2", dataset="speech")
    ends = mover_difference(0.95, wilson(114, 120), 0.87, (0.80, 0.92))
    assert found.change == pytest.approx(0.08)
    assert found.change_ci == pytest.approx(ends)
    assert found.gain == pytest.approx(0.04 * 0.08)
    assert found.gain_ci == pytest.approx([0.04 * end for end in ends])


def test_where_lower_is_better_a_fall_is_a_gain() -> None:
    then = prediction(metric="mae", higher_is_better=False, value=3.0, ci=(2.5, 3.5), method="t")
    later = Estimate(value=2.0, n=100, denominator=100, ci=(1.6, 2.4), method="t")
    found = realised(then, later, run="v2", dataset="d")
    assert found.change == pytest.approx(1.0)
    assert found.change_ci is not None
    assert 0 < found.change_ci[0] < 1 < found.change_ci[1]


def test_what_has_no_value_says_why() -> None:
    assert realised(prediction(), None, run="v2", dataset="d", reason="no such rows").reason == "no such rows"
    assert realised(prediction(value=None), now(1, 2), run="v2", dataset="d").reason


def test_a_prediction_comes_back_as_it_was() -> None:
    one = prediction(name="=cmd|' /C calc'!A0", potential_ci=(-0.001, 0.004), gap=None, ci=None)
    assert Prediction.from_json(one.to_json()) == one
    later = json.dumps({**one.to_dict(), "a field of tomorrow": 1})
    assert Prediction.from_json(later) == one


# --- kept in the project ---------------------------------------------------------------------------


def test_a_plan_outlives_a_restart_with_its_history(tmp_path: Path) -> None:
    path = tmp_path / "work.duckdb"
    with Project(path) as project:
        (one, _) = add_to_plan(project, 1, [prediction("a", 0.1), prediction("b", 0.2)], author="ana").items
        set_fields(project, 1, one, {"owner": "bob", "cost": "4", "due": "2026-03-31"}, author="ana")
        set_fields(project, 1, one, {"owner": "bob", "cost": "4.0", "note": " call\nthem "}, author="cat")
    with Project(path) as project:
        assert project.notes == ()
        found = {row.prediction.name: row for row in list_plan(project, 1)}
        assert found["b"].roi == 0.2
        mine = found["a"]
        assert (mine.owner, mine.cost, mine.due, mine.note) == ("bob", 4.0, date(2026, 3, 31), "call\nthem")
        assert mine.prediction == prediction("a", 0.1)
        said = [(change.author, words_of(change)) for change in history_of_item(project, 1, one)]
        assert said == [
            ("ana", "put into the plan"), ("ana", "owner: bob"), ("ana", "cost: 4"), ("ana", "due: 2026-03-31"),
            ("cat", "note: call\nthem"),
        ]  # fmt: skip
        assert list_plan(project, 2) == ()


def test_a_row_is_put_in_once_until_it_is_done(tmp_path: Path) -> None:
    with Project(tmp_path / "work.duckdb") as project:
        first = add_to_plan(project, 1, [prediction("a"), prediction("a")], author="ana")
        assert (len(first.items), first.there) == (1, ("a",))
        assert add_to_plan(project, 1, [prediction("a", 0.5)], author="bob").items == ()
        assert add_to_plan(project, 1, [prediction("a", where="x = 1")], author="bob").items
        set_fields(project, 1, first.items[0], {"status": "done"}, author="ana")
        assert add_to_plan(project, 1, [prediction("a", 0.5)], author="bob").items


def test_a_field_that_cannot_be_leaves_all_as_it_was(tmp_path: Path) -> None:
    with Project(tmp_path / "work.duckdb") as project:
        (one,) = add_to_plan(project, 1, [prediction()], author="ana").items
        with pytest.raises(UsageError):
            set_fields(project, 1, one, {"owner": "bob", "cost": "0"}, author="ana")
        assert list_plan(project, 1)[0].owner == ""
        with pytest.raises(UsageError, match="gone"):
            set_fields(project, 1, "another", {"owner": "bob"}, author="ana")


def test_two_people_who_set_different_fields_do_not_undo_each_other(tmp_path: Path) -> None:
    """Each tab sends what it changed, however old the rest of it is."""
    with Project(tmp_path / "work.duckdb") as project:
        (one,) = add_to_plan(project, 1, [prediction()], author="ana").items
        set_fields(project, 1, one, {"owner": "bob"}, author="ana")
        set_fields(project, 1, one, {"status": "doing"}, author="cat")
        (row,) = list_plan(project, 1)
        assert (row.owner, row.status) == ("bob", "doing")


def test_a_plan_comes_back_from_the_journal(tmp_path: Path) -> None:
    path = tmp_path / "work.duckdb"
    with Project(path) as project:
        append(project, 1, [Event(example="e", kind="note", value="x", seq=1)], author="ana", session="s")
        (one,) = add_to_plan(project, 1, [prediction()], author="ana").items
        set_fields(project, 1, one, {"owner": "bob"}, author="ana")
        before = list_plan(project, 1)
        project.cursor().execute("delete from plan_changes; update meta set value = '0' where key = 'journal_size'")
    with Project(path) as project:
        assert list_plan(project, 1) == before
        assert "2 events that the project had not kept were put back" in project.notes[0]
    Journal(path).path.unlink()
    with Project(path) as project:
        assert list_plan(project, 1) == before
        project.cursor().execute("delete from plan_changes; update meta set value = '0' where key = 'journal_size'")
    with Project(path) as project:
        assert list_plan(project, 1) == before, "a journal that was lost is written anew with the plan"


def test_a_journal_brings_the_plan_to_another_project(tmp_path: Path) -> None:
    """Its data set is the one whose examples it speaks of."""
    path = tmp_path / "work.duckdb"
    with Project(path) as project:
        append(project, 1, [Event(example="e", kind="tag", name="t", value="yes", seq=1)], author="ana", session="s")
        add_to_plan(project, 1, [prediction()], author="ana")
    content = Journal(path).path.read_text(encoding="utf-8")
    with Project(tmp_path / "other.duckdb") as other:
        for _ in range(2):
            import_tags(other, 7, {"e"}, content, author="bob")
        assert [one.prediction for one in list_plan(other, 7)] == [prediction()]


def test_a_project_from_before_there_were_plans_gets_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "work.duckdb"
    steps = migrations.STEPS[: [name for name, _ in migrations.STEPS].index("keep plans")]
    with monkeypatch.context() as patch:
        patch.setattr(migrations, "STEPS", steps)
        for module in (migrations, store):
            patch.setattr(module, "VERSION", len(steps))
        with duckdb.connect(str(path)) as connection:
            migrations.migrate(connection, 0)
            connection.execute("insert into datasets (name, table_name, rows, roles, columns) values "
                               "('old', 'data_1', 0, '{}', '[]')")  # fmt: skip
    with Project(path) as project:
        assert project.cursor().execute("select name from datasets").fetchall() == [("old",)]
        assert add_to_plan(project, 1, [prediction()], author="ana").items
    with Project(path) as project:
        assert len(list_plan(project, 1)) == 1


def test_a_line_of_a_later_version_does_not_break_the_plan(tmp_path: Path) -> None:
    with Project(tmp_path / "work.duckdb") as project:
        (one,) = add_to_plan(project, 1, [prediction()], author="ana").items
        project.cursor().execute(
            "insert into plan_changes (dataset, item, field, value, author, made_at, ident) values "
            "(1, ?, 'mood', 'good', 'x', now()::timestamp, 'i1'), (1, 'q', 'added', '{broken', 'x', now()::timestamp, "
            "'i2'), (1, ?, 'cost', '-3', 'x', now()::timestamp, 'i3')",
            [one, one],
        )
        (row,) = list_plan(project, 1)
        assert row.cost == 1.0
        assert words_of(history_of_item(project, 1, one)[1]) == "mood, of a later version"


def test_only_what_was_changed_is_sent() -> None:
    before = item(owner="ana", due=date(2026, 3, 31), ease=0.3)
    same = {"owner": " ana ", "due": date(2026, 3, 31), "ease": 0.3, "cost": 1.0, "note": "", "status": "open"}
    assert changed(before, same) == {}
    assert changed(before, {**same, "due": None, "cost": 2.5}) == {"due": "", "cost": "2.5"}


@pytest.mark.parametrize("status", STATUSES)
def test_fields_are_kept_as_they_are_read(status: str) -> None:
    before = item(importance=0.1, ease=0.3, cost=1e-3, status=status, due=date(2026, 1, 2) + timedelta(days=3))
    after = item()
    for name in ("importance", "ease", "cost", "status", "due", "owner", "note"):
        after = with_field(after, name, as_text(getattr(before, name)))
    assert after == before
