"""Two slices side by side, held against scipy and against counting by hand."""

from __future__ import annotations

import pandas as pd
import pytest
from scipy import stats

import slicer
from slicer.charts.side_by_side import MOST_LEVELS, composition
from slicer.charts.tables import table_of
from slicer.errors import SlicerError
from slicer.findings.side_by_side import columns_beyond, columns_finding, pair_finding
from slicer.palette import LIGHT
from slicer.samples import get_sample
from slicer.side_by_side import SideBySide
from slicer.slices import parse
from slicer.workbench import Workbench

CAR, CROWD = parse("noise = 'car noise'"), parse("noise = 'people noise'")
NAMES = ("car noise", "people noise")


@pytest.fixture(scope="module")
def speech() -> Workbench:
    return slicer.sample("speech")


@pytest.fixture(scope="module")
def found(speech: Workbench) -> SideBySide:
    return speech.side_by_side(CAR, CROWD)


def test_metrics_stand_beside_each_other(found: SideBySide) -> None:
    (pair,) = [pair for pair in found.metrics if pair.metric == "accuracy"]
    assert (pair.one.value, pair.other.value) == (pytest.approx(0.89), pytest.approx(0.87))
    assert pair.difference is not None
    assert pair.difference.value == pytest.approx(0.02)
    assert pair_finding(found, "accuracy", NAMES).replace("\u202f", " ") == (
        "Car noise and people noise: accuracy 89.0 % and 87.0 %, not clearly apart"
    )


def test_columns_are_those_of_the_rows(found: SideBySide) -> None:
    rows = pd.read_csv(get_sample("speech").files[0])
    one, other = rows[rows["noise"] == "car noise"], rows[rows["noise"] == "people noise"]
    device = next(column for column in found.columns if column.column == "device")
    by_hand = pd.concat([one["device"].value_counts(), other["device"].value_counts()], axis=1).fillna(0)
    assert sorted(zip(device.one, device.other, strict=True)) == sorted(
        [*by_hand.astype(int).itertuples(index=False, name=None), *[(0, 0)] * (len(device.levels) - len(by_hand))]
    )
    assert device.p_value == pytest.approx(stats.chi2_contingency(by_hand.T, correction=False).pvalue)
    apart = (by_hand / by_hand.sum()).diff(axis=1).iloc[:, 1].abs().sum() / 2
    assert device.distance == pytest.approx(apart)


def test_the_columns_that_define_them_are_not_the_finding(found: SideBySide) -> None:
    assert found.columns[0].column == "noise"
    columns = columns_beyond(found, {"noise"})
    assert columns[0].column == "device"
    assert columns_finding(columns).replace("\u202f", " ") == "They differ most in device phone: 72 % against 45 %"
    assert columns_finding(columns[-1:]) == "Beyond what defines them, no column sets them clearly apart"
    chart = composition(columns, NAMES, LIGHT)
    assert len(table_of(chart)) == MOST_LEVELS
    assert list(table_of(chart)) == ["value", *NAMES]


def test_rows_in_both_leave_nothing_to_test(speech: Workbench) -> None:
    found = speech.side_by_side(parse("words < 5"), parse("words < 4"))
    assert found.in_both == found.other.counts.support
    assert all(pair.difference is None for pair in found.metrics)
    assert all(column.p_value is None for column in found.columns)
    assert "100.0" in pair_finding(found, "accuracy", ("short", "shorter"))


def test_a_slice_and_the_rest_are_everything(speech: Workbench) -> None:
    found = speech.side_by_side(CAR, CAR.complement)
    assert found.in_both == 0
    for column in found.columns:
        assert sum(column.one) + sum(column.other) == 10_000


def test_a_slice_without_rows_is_no_error(speech: Workbench) -> None:
    found = speech.side_by_side(parse("noise = 'silence'"), CAR)
    assert found.one.counts.support == 0
    assert pair_finding(found, "accuracy", ("silence", "car noise")) == "Silence and car noise: no accuracy on both"
    with pytest.raises(SlicerError, match="No column named"):
        speech.side_by_side(parse("noize = 'a'"), CAR)
