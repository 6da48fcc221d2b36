"""The pictures of Priorities hold their numbers, and can be read with 3, 30 and 300 slices of long names."""

from __future__ import annotations

import os
from collections.abc import Callable
from itertools import combinations, pairwise
from typing import Any

import altair as alt
import pytest
from oracles import RUBBER_SHEET
from picture_kit import drawn, ranking, sheet_of, texts_of

from slicer.charts.next_best import in_turn, next_best
from slicer.charts.potential import MOST_BARS, marimekko, potential_bars
from slicer.charts.rubber_sheet import rubber_sheet_chart
from slicer.charts.tables import table_of
from slicer.charts.trade_off import CURVES, trade_off
from slicer.findings.pictures import next_best_finding, sheet_finding, trade_off_finding
from slicer.palette import DARK, LIGHT, Palette
from slicer.priorities.rubber_sheet import RubberSheet, SheetSlice, rubber_sheet

PICTURES: dict[str, Callable[[Any, Any, float, Palette], alt.TopLevelMixin]] = {
    "areas": lambda rows, names, joint, p: marimekko(rows, names, p),
    "bars": lambda rows, names, joint, p: potential_bars(rows, names, p),
    "gap and share": lambda rows, names, joint, p: trade_off(rows, names, p),
    "next best": lambda rows, names, joint, p: next_best(rows, names, joint, p),
    "rubber sheet": lambda rows, names, joint, p: rubber_sheet_chart(sheet_of(rows), names, p),
}
LONG_FORM = bool(os.environ.get("SLICER_SOAK"))

sizes = pytest.mark.parametrize("many", [3, 30, 300])


def tables(chart: alt.TopLevelMixin) -> list[list[dict[str, Any]]]:
    return sorted(chart.to_dict()["datasets"].values(), key=len)


@sizes
def test_areas_are_potentials(many: int) -> None:
    rows, names, _ = ranking(many)
    found = {row["slice"]: row for row in tables(marimekko(rows, names, LIGHT))[-1]}
    assert len(found) == many
    for row in rows:
        block = found[row.candidate.slice]
        area = (block["right"] - block["left"]) * (block["gap"] - block["zero"])
        assert area == pytest.approx(row.candidate.potential, abs=1e-9)
    assert max(block["right"] for block in found.values()) == pytest.approx(1)


@sizes
def test_a_curve_joins_what_is_worth_the_same(many: int) -> None:
    rows, names, _ = ranking(many)
    best = rows[0].candidate.potential or 0.0
    points = [row for table in tables(trade_off(rows, names, LIGHT)) for row in table if "curve" in row]
    assert {row["curve"] for row in points} <= set(CURVES)
    for row in points:
        assert row["share"] * row["gap"] == pytest.approx(row["curve"] * best, rel=1e-9)


def test_a_step_begins_where_the_one_before_it_ends() -> None:
    rows, names, joint = ranking(10)
    steps = tables(next_best(rows, names, joint, LIGHT))[-1]
    assert steps[0]["start"] == pytest.approx(0)
    assert all(one["end"] == pytest.approx(two["start"]) for one, two in pairwise(steps))
    assert steps[-1]["end"] == pytest.approx(100 * joint)
    assert len(steps) == sum((row.candidate.potential or 0) > 0 for row in rows), "who adds nothing is no step"


def test_pictures_of_rows_hold_the_first_of_many() -> None:
    rows, names, joint = ranking(300)
    for chart in (potential_bars(rows, names, LIGHT), next_best(rows, names, joint, LIGHT)):
        assert len(table_of(chart)) == MOST_BARS


@pytest.mark.parametrize("picture", list(PICTURES))
def test_every_picture_is_a_table_too_and_every_mark_can_be_opened(picture: str) -> None:
    rows, names, joint = ranking(10)
    chart = PICTURES[picture](rows, names, joint, DARK)
    table = table_of(chart)
    assert set(table["slice"]) <= set(names)
    assert len(table) >= 5
    assert len(table) == len({*table["slice"]})
    assert all("slice" in row for row in max(chart.to_dict()["datasets"].values(), key=lambda rows: "name" in rows[0]))
    assert [one["name"] for one in chart.to_dict()["params"]] == ["slice"]


@pytest.mark.parametrize("picture", list(PICTURES))
@pytest.mark.soak
def test_no_word_covers_another_or_leaves_the_picture(picture: str) -> None:
    sizes = [(30, 400)] if not LONG_FORM else [(many, width) for many in (3, 30, 300) for width in (400, 700)]
    for many, width in sizes:
        rows, names, joint = ranking(many)
        svg, wide, high = drawn(PICTURES[picture](rows, names, joint, LIGHT), LIGHT, width)
        texts = texts_of(svg)
        assert texts
        for one in texts:
            assert one.left >= -8, one
            assert one.right <= wide + 8, one
            assert one.top >= -1, one
            assert one.bottom <= high + 2, one
        covered = [(one.text, two.text) for one, two in combinations(texts, 2) if one.covers(two)]
        assert not covered


# --- the rubber sheet ------------------------------------------------------------------------------


def course() -> RubberSheet:
    slices = [
        SheetSlice(slice=name, weight=n / 530, before=before, model=after, people=people)
        for name, n, before, after, people in RUBBER_SHEET["rows"]
    ]
    return rubber_sheet(slices, RUBBER_SHEET["treated"])


def test_the_rubber_sheet_of_the_course() -> None:
    found, names = course(), [row[0] for row in RUBBER_SHEET["rows"]]
    assert found.area_before == pytest.approx(RUBBER_SHEET["area_before"], abs=1e-12)
    assert found.area == pytest.approx(RUBBER_SHEET["area"], abs=1e-12)
    assert found.spill_over == pytest.approx(RUBBER_SHEET["spill_over"], abs=1e-12)
    assert found.closed == pytest.approx(RUBBER_SHEET["closed"], abs=1e-12)
    assert found.closed[names.index("library noise")] == pytest.approx(0.5)
    assert found.ranks == RUBBER_SHEET["ranks"]
    assert found.fallen == ()


def test_the_area_of_the_picture_is_the_area_of_the_sheet() -> None:
    found, names = course(), [row[0] for row in RUBBER_SHEET["rows"]]
    blocks = tables(rubber_sheet_chart(found, names, LIGHT))[-1]
    area = sum((one["right"] - one["left"]) * (one["people"] - one["model"]) for one in blocks)
    assert area == pytest.approx(found.area, abs=1e-9)


def test_where_less_is_better_the_sheet_hangs_the_other_way_round() -> None:
    rates = [SheetSlice(slice="s", weight=1.0, before=0.3, model=0.2, people=0.1)]
    found = rubber_sheet(rates, up=False)
    assert (found.area_before, found.area) == (pytest.approx(0.2), pytest.approx(0.1))
    assert found.spill_over == pytest.approx(0.1)
    assert found.closed == (pytest.approx(0.5),)


def test_without_an_earlier_version_or_with_all_treated_nothing_spills_over() -> None:
    assert rubber_sheet([SheetSlice(slice="s", weight=1.0, model=0.9, people=0.8)]).spill_over is None
    lone = [SheetSlice(slice="s", weight=1.0, before=0.8, model=0.7, people=0.8)]
    found = rubber_sheet(lone, ["s"])
    assert (found.spill_over, found.closed, found.fallen) == (None, (None,), ("s",))


# --- titles ----------------------------------------------------------------------------------------


def test_titles_say_what_is_seen() -> None:
    found, names = course(), [row[0] for row in RUBBER_SHEET["rows"]]
    said = "What nobody worked on rose by 4.39 points; what there is to gain fell from 16.42 to 9.62 points"
    assert sheet_finding(found, names, ["cafe noise"], "rate") == said
    assert sheet_finding(found, names, [], "rate") == "What there is to gain fell from 16.42 to 9.62 points"
    bare = rubber_sheet([SheetSlice(slice="s", weight=0.5, model=0.8, people=0.9)])
    assert sheet_finding(bare, ["at night"], [], "rate") == (
        "People are ahead by 5.00 points in all, most of it in at night"
    )
    rows, long, joint = ranking(3)
    assert next_best_finding(in_turn(rows, long), joint, "rate").endswith("% of what all are worth: 3.32 points")
    assert "…" in trade_off_finding(rows, long), "a long name is cut"
