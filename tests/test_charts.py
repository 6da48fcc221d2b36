"""Charts hold the numbers they are made from, and are valid Vega-Lite in both themes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import altair as alt
import pytest
from picture_kit import LONG, drawn, texts_of

import slicer
from slicer.charts.confusion import MAX_MATRIX, confusion_matrix, shown_classes
from slicer.charts.headline import ruler
from slicer.charts.potential import marimekko, potential_bars
from slicer.charts.slices import MOST_IN_A_FOREST, forest, heat_map, in_the_forest
from slicer.findings.names import names_of, title_of
from slicer.metrics.counts import ConfusionCounts
from slicer.metrics.estimate import Estimate
from slicer.metrics.rates import fraction
from slicer.palette import DARK, LIGHT, Palette
from slicer.slices import parse
from slicer.ui.theme import chart_config
from slicer.workbench import Workbench

both = pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])


def spec(chart: alt.TopLevelMixin, palette: Palette = LIGHT) -> dict[str, Any]:
    """As `show` hands it over; altair holds it against the schema of Vega-Lite here."""
    return chart.configure(**chart_config(palette)).to_dict()


def rows(chart: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of the largest table a chart is drawn from."""
    return max(chart["datasets"].values(), key=len)


def walk(node: Any) -> Iterator[dict[str, Any]]:
    """Every object of a chart."""
    if isinstance(node, dict):
        yield node
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from walk(child)


def texts(chart: dict[str, Any]) -> set[str]:
    return {row["text"] for table in chart["datasets"].values() for row in table if row.get("text")}


@pytest.fixture(scope="module")
def speech() -> Workbench:
    return slicer.sample("speech")


@pytest.fixture(scope="module")
def defects() -> Workbench:
    return slicer.sample("defects")


# --- the ruler -------------------------------------------------------------------------------------


def scale_of(chart: dict[str, Any]) -> list[float]:
    return next(node["x"]["scale"]["domain"] for node in walk(chart) if "scale" in (node.get("x") or {}))


@both
@pytest.mark.parametrize("hlp", [None, 0.5, 0.9, 0.99])
@pytest.mark.parametrize("baselines", [(), (("always ham", 0.866),), (("always ham", 1.0), ("print 0", 0.0))])
def test_the_ruler_names_every_level(palette: Palette, hlp: float | None, baselines: Any) -> None:
    chart = spec(ruler(fraction(90, 100, 0.95), hlp, baselines, palette), palette)
    people = set() if hlp is None else {f"people {100 * hlp:.1f}"}
    assert texts(chart) == {"model 90.0", *people, *(f"{name} {100 * value:.1f}" for name, value in baselines)}


@pytest.mark.parametrize(("right", "n"), [(1, 1), (0, 1), (5, 5), (9, 10), (9026, 10_000)])
def test_the_ruler_holds_its_interval(right: int, n: int) -> None:
    """On a cut axis the interval of few rows would look narrow."""
    estimate = fraction(right, n, 0.95)
    low, high = scale_of(spec(ruler(estimate, None, (), LIGHT)))
    assert estimate.ci is not None
    assert low <= estimate.ci[0] <= estimate.ci[1] <= high


def test_the_ruler_draws_a_gap_only_where_people_are_better() -> None:
    def gaps(hlp: float) -> int:
        chart = spec(ruler(fraction(90, 100, 0.95), hlp, (), LIGHT))
        return sum(node.get("color") == LIGHT.gap_fill for node in walk(chart))

    assert (gaps(0.95), gaps(0.85)) == (1, 0)


def test_the_ruler_lives_without_an_interval() -> None:
    bare = Estimate(value=0.7, n=10, denominator=10, ci=None, method=None)
    assert texts(spec(ruler(bare, None, (), LIGHT))) == {"model 70.0"}


# --- the confusion matrix --------------------------------------------------------------------------


def confusion(*cells: tuple[str, str | None, int]) -> ConfusionCounts:
    labels = sorted({name for truth, said, _ in cells for name in (truth, said) if name is not None})
    return ConfusionCounts.from_pairs(cells, labels)


@both
def test_the_matrix_holds_the_counts(palette: Palette, defects: Workbench) -> None:
    counts = defects.metrics().overall.counts.confusion
    assert counts is not None
    found = {(row["truth"], row["prediction"]): row for row in rows(spec(confusion_matrix(counts, palette), palette))}
    assert len(found) == len(counts.labels) ** 2
    assert found["no defect", "discoloration"]["rows"] == 74
    assert found["no defect", "discoloration"]["share"] == pytest.approx(74 / 11_207)
    assert found["no defect", "no defect"]["text"] == "11,042"
    assert sum(row["rows"] for row in found.values()) == 12_000


def test_an_empty_cell_is_not_drawn_and_cannot_be_opened() -> None:
    chart = spec(confusion_matrix(confusion(("a", "a", 3), ("a", "b", 1)), LIGHT))
    for layer in chart["layer"]:
        if layer["mark"]["type"] == "rect":
            assert {"filter": "datum.rows > 0"} in layer["transform"]
    assert [row["text"] for row in rows(chart)] == ["3", "1", "", ""]


def test_a_missing_prediction_is_no_class_of_the_matrix() -> None:
    chart = spec(confusion_matrix(confusion(("a", "a", 3), ("a", None, 2), ("b", "a", 1)), LIGHT))
    assert {row["prediction"] for row in rows(chart)} == {"a", "b"}
    shares = {(row["truth"], row["prediction"]): row["share"] for row in rows(chart)}
    assert shares["a", "a"] == pytest.approx(0.6), "a row without a prediction still counts among its class"


def test_a_matrix_without_an_error_is_drawn() -> None:
    spec(confusion_matrix(confusion(("a", "a", 3), ("b", "b", 1)), LIGHT))


def test_of_many_classes_those_with_the_most_errors_are_shown() -> None:
    many = confusion(*((f"c{i:02}", f"c{(i + 1) % 40:02}", 1 + i) for i in range(40)))
    shown = shown_classes(many)
    assert len(shown) == MAX_MATRIX
    assert shown == sorted(shown)
    assert shown[-2:] == ["c38", "c39"]


def test_odd_class_names_are_only_names() -> None:
    names = ['"; drop table x; --', "**bold** $x$ <script>", "it's", "a\nb", "datum.right", "x" * 400]
    chart = spec(confusion_matrix(confusion(*((name, names[0], 2) for name in names)), LIGHT))
    assert {row["truth"] for row in rows(chart)} == set(names)


# --- potential -------------------------------------------------------------------------------------


@both
def test_area_is_potential(palette: Palette, speech: Workbench) -> None:
    drawn = speech.rank(by=["noise"]).with_gap
    names = [title_of(row.candidate)[0] for row in drawn]
    found = {row["name"]: row for row in rows(spec(marimekko(drawn, names, palette), palette))}
    assert [round(100 * (row["right"] - row["left"]) * row["gap"], 2) for row in found.values()] == [0.6, 0.6, 0.16, 0]
    assert list(found) == ["people noise", "clean speech", "car noise", "low bandwidth"]
    assert found["low bandwidth"]["right"] == pytest.approx(1)
    assert found["people noise"]["worth"].startswith("0.60")
    assert [row["rank"] for row in found.values()] == ["1=", "1=", "3", "–"]


def test_a_slice_that_people_do_worse_on_has_no_area(defects: Workbench) -> None:
    drawn = defects.rank(by=["line", "shift"]).with_gap
    found = rows(spec(marimekko(drawn, [row.candidate.name for row in drawn], LIGHT)))
    assert all(row["gap"] >= 0 for row in found)


@both
def test_bars_hold_potential_and_interval(palette: Palette, speech: Workbench) -> None:
    drawn = speech.rank(by=["noise", "device"]).with_gap
    chart = spec(potential_bars(drawn, [row.candidate.name for row in drawn], palette), palette)
    found = {row["name"]: row for row in rows(chart)}
    assert found["noise people noise"]["potential"] == pytest.approx(0.6)
    together = sum(row["shared"] for row in found.values())
    assert together == pytest.approx(100 * speech.rank(by=["noise", "device"]).joint)
    assert found["noise people noise"]["shared"] < 0.6
    assert found["noise people noise"]["low"] < 0.6 < found["noise people noise"]["high"]
    assert all(row["low"] <= row["potential"] + 1e-9 for row in found.values() if row["potential"] > 0)


def test_at_most_fifteen_bars(speech: Workbench) -> None:
    drawn = speech.rank(by=["noise", "device", "accent", "age_group", "words"]).with_gap
    assert len(drawn) > 15
    assert len(rows(spec(potential_bars(drawn, [row.candidate.name for row in drawn], LIGHT)))) == 15


def test_slices_of_the_same_value_are_told_apart(speech: Workbench) -> None:
    """A bar, and a line in a list, is found by its name."""
    drawn = [row.candidate for row in speech.rank(by=["noise", "device"], tags=True).table]
    names = names_of(drawn)
    assert len(set(names)) == len(names)
    assert {"noise people noise", "people noise", "clean speech", "laptop"} <= set(names)


@pytest.mark.parametrize("draw", [marimekko, potential_bars])
def test_nothing_to_draw_is_no_error(draw: Any) -> None:
    spec(draw([], [], LIGHT))


# --- slices against the rest -----------------------------------------------------------------------


@both
def test_the_forest_holds_each_difference_with_its_interval(palette: Palette, speech: Workbench) -> None:
    table = speech.slice_table(by=["noise", "device"]).table
    chart = spec(forest(table, [row.name for row in table], palette), palette)
    found = {row["slice"]: row for row in rows(chart)}
    assert len(found) == len(table) == 8
    for row in table:
        drawn = found[str(row.slice)]
        assert drawn["difference"] == pytest.approx(100 * row.difference.value)
        assert (drawn["low"], drawn["high"]) == pytest.approx([100 * end for end in row.difference.ci])
        assert drawn["verdict"] == row.verdict


def test_a_forest_is_no_wood(speech: Workbench) -> None:
    """The surest stand in it, worst on top and best at the foot, and what has few rows is left out."""
    table = speech.slice_table(by=["noise", "device", "accent", "age_group", ("noise", "device")]).table
    shown = in_the_forest(table)
    assert len(table) > len(shown) == MOST_IN_A_FOREST
    assert not any(row.low_support for row in shown)
    assert shown[:5] == list(table[:5])
    assert [row.verdict for row in shown[-4:]] == ["better"] * 4
    assert shown == [row for row in table if row in shown], "in their order"
    left_out = [row for row in table if row.verdict == "worse" and row not in shown]
    nearest = max(row.difference.ci[1] for row in shown[1:] if row.verdict == "worse")
    assert all(row.difference.ci[1] >= nearest for row in left_out)


def test_what_is_large_and_unsure_makes_room_for_what_is_sure(speech: Workbench) -> None:
    rows = speech.slice_table(by=["noise", "device", "accent", "age_group", ("noise", "device")]).table
    sure = next(row for row in rows if row.verdict == "worse" and not row.low_support)
    wide = [
        replace(
            sure,
            slice=parse(f"x = {i}"),
            verdict="no evidence",
            difference=replace(sure.difference, value=-0.4, ci=(-0.9, 0.1)),
        )
        for i in range(20)
    ]
    assert sure in in_the_forest([*wide, sure])


@both
def test_the_heat_map_holds_each_cell_and_hides_rates_of_few_rows(palette: Palette, speech: Workbench) -> None:
    cross = speech.cross("noise", "device")
    chart = spec(heat_map(cross, palette), palette)
    found = {(row["down"], row["across"]): row for row in rows(chart)}
    assert len(found) == 16
    assert (found["low bandwidth", "headset"]["text"], found["low bandwidth", "headset"]["rows"]) == ("64.4", 101)
    assert found["low bandwidth", "headset"]["about"] == "101"
    assert (found["car noise", "laptop"]["text"], found["car noise", "laptop"]["below"]) == ("–", 0.0)


def test_long_names_that_begin_alike_are_rows_of_their_own(tmp_path: Path) -> None:
    """An axis knows its rows by their names; those it shows are cut in the middle."""
    lines = ["id,label,prediction,place,device"]
    lines += [f'{n},a,{"ab"[n % 7 == 0]},"{LONG} {n % 5}",{"xy"[n % 2]}' for n in range(400)]
    (tmp_path / "long.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    cross = slicer.open(tmp_path / "long.csv").cross("place", "device")
    chart = heat_map(cross, LIGHT)
    assert {row["down"] for row in rows(spec(chart))} == {f"{LONG} {place}" for place in range(5)}
    shown = {one.text for one in texts_of(drawn(chart, LIGHT, 400)[0]) if "…" in one.text}
    assert len(shown) == 5


def test_a_crossing_without_rows_is_no_error(speech: Workbench) -> None:
    cross = speech.cross("noise", "device", where=parse("noise = 'silence'"))
    assert cross.cells == {}
    spec(heat_map(cross, LIGHT))
