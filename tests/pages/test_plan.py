"""The plan on Priorities, without a browser: rows chosen, put in, decided on, and told of."""

from __future__ import annotations

import pytest
from pages_kit import Open, component, table, text
from streamlit.testing.v1 import AppTest

from slicer.priorities.plan import PlanItem
from slicer.project.plans import list_plan, set_fields
from slicer.ui.projects import projects

FIRST, SECOND = "noise = 'people noise'", "noise = 'clean speech'"


def plan(dataset: int = 1) -> tuple[PlanItem, ...]:
    return list_plan(projects.get(None), dataset)


def choose(app: AppTest, *slices: str) -> AppTest:
    """Tick rows of the table."""
    data = component(app, "priorities")
    app.session_state["priorities"] = {"chosen": {"round": data["round"], "ids": list(slices)}}
    return app.run()


def add(app: AppTest, *slices: str) -> AppTest:
    choose(app, *slices).button(key="plan-add").click().run()
    assert not app.exception
    return app


@pytest.mark.usefixtures("speech")
def test_without_a_plan_there_is_only_the_button(open_page: Open) -> None:
    app = open_page("priorities")
    button = app.button(key="plan-add")
    assert (button.label, button.disabled) == ("Add to the plan", True)
    assert "planned" not in text(app)


@pytest.mark.usefixtures("speech")
def test_rows_that_are_chosen_go_into_the_plan(open_page: Open) -> None:
    app = open_page("priorities")
    choose(app, FIRST, SECOND)
    assert app.button(key="plan-add").label == "Add 2 rows to the plan"
    app.button(key="plan-add").click().run()
    assert "First of 2 planned rows: people noise" in text(app)
    assert "Closing half of every gap adds 0.60 pp to overall accuracy; all of it 1.20 pp." in text(app)
    rows = table(app, "plan", "rank", "name", "status", "potential", "half", "factors", "roi")
    assert rows == [
        ("1", "people noise", "open", "0.60", "0.30", "1 × 1 / 1", "0.6"),
        ("2", "clean speech", "open", "0.60", "0.30", "1 × 1 / 1", "0.6"),
    ]
    assert app.button(key="plan-add").disabled, "nothing is chosen any more"
    add(app, FIRST)
    assert len(plan()) == 2, "what is planned is not planned twice"
    assert [one.prediction.run for one in plan()] == ["asr", "asr"]


@pytest.mark.usefixtures("speech")
def test_what_was_decided_is_there_on_the_next_visit(open_page: Open) -> None:
    """Another tab, or another person."""
    app = add(open_page("priorities"), FIRST, SECOND)
    first = plan()[0]
    set_fields(projects.get(None), 1, first.id, {"cost": "4", "owner": "*Bob*", "status": "doing"}, author="ana")
    app = open_page("priorities")
    rows = table(app, "plan", "name", "status", "owner", "factors", "roi")
    assert rows == [
        ("clean speech", "open", "–", "1 × 1 / 1", "0.6"),
        ("people noise", "doing", "*Bob*", "1 × 1 / 4", "0.15"),
    ]
    set_fields(projects.get(None), 1, first.id, {"status": "done"}, author="ana")
    app = open_page("priorities")
    assert "1 row done." in text(app)
    assert table(app, "plan", "rank", "name")[1] == ("–", "people noise")


@pytest.mark.usefixtures("speech")
def test_the_filter_belongs_to_what_was_predicted(open_page: Open) -> None:
    where = "device = 'phone'"
    add(open_page("priorities", where=where), FIRST)
    assert plan()[0].prediction.where == where
    add(open_page("priorities"), FIRST)
    assert len(plan()) == 2, "the same slice of other rows is other work"


@pytest.mark.usefixtures("defects")
def test_a_class_is_planned_too(open_page: Open) -> None:
    app = open_page("priorities", kind="classes")
    (first, *_) = component(app, "priorities")["rows"]
    add(app, first["id"])
    (item,) = plan()
    assert (item.prediction.kind, item.prediction.metric) == ("class", "f1")
    assert table(app, "plan", "name")[0][0]


@pytest.mark.usefixtures("both")
def test_each_data_set_has_its_own_plan(open_page: Open) -> None:
    app = open_page("priorities", dataset="speech")
    add(app, FIRST)
    assert "One row is planned: people noise" in text(app)
    assert "planned" not in text(open_page("priorities", dataset="defects"))


@pytest.mark.usefixtures("odd")
def test_hostile_names_are_only_names(open_page: Open) -> None:
    app = open_page("priorities", hlp="one number", **{"hlp-value": "95"})
    ids = [row["id"] for row in component(app, "priorities")["rows"]]
    add(app, *ids)
    assert len(plan()) == len(ids)
    assert len(table(app, "plan", "name")) == len(ids)


@pytest.mark.usefixtures("speech")
def test_the_rows_to_collect_stand_beside_what_a_gap_is_worth(open_page: Open) -> None:
    app = open_page("priorities")
    assert "295 rows of people noise that the model fails and people get right" in text(app)
    assert "On 95 more failures people are wrong too, or did not answer." in text(app)
    app.selectbox(key="what-if").select("noise = 'car noise'").run()
    assert "37 rows of car noise that the model fails and people get right" in text(app)
