"""What a page works on: project, data set, run and filter; and the results it has asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

import streamlit as st

from slicer.agreed import AgreeResult
from slicer.errors import UsageError
from slicer.human.hlp import GivenHlp
from slicer.human.undefined import Undefined
from slicer.metrics.counts import SliceCounts
from slicer.metrics.thresholds import ThresholdCounts
from slicer.planned import Collected, PlanResult
from slicer.priorities.ranking import Order
from slicer.project import events
from slicer.project.datasets import Dataset, list_datasets
from slicer.project.hlp_entries import given_levels, list_levels
from slicer.project.plans import plan_changes_count
from slicer.project.store import Project
from slicer.results import CrossTable, MetricsResult, RankResult, SliceTable
from slicer.side_by_side import SideBySide
from slicer.slices import Slice, all_of, parse
from slicer.tagged import RuleRow, TagsResult
from slicer.ui import link
from slicer.ui.benches import benches
from slicer.ui.projects import projects
from slicer.workbench import Baseline, By, Numbers, Reference, Workbench
from slicer.workbench.skew import thresholds


def current_project() -> Project:
    """The project of this session: the one the link names, else the one the process was started on."""
    return projects.get(st.query_params.get(link.PROJECT) or link.kept(link.PROJECT))


def use_project(project: Project) -> None:
    """Work on another open project from here on."""
    link.forget(project=projects.name_of(project), dataset="")


def datasets() -> list[Dataset]:
    """The data sets of the project, newest first."""
    return list_datasets(current_project())


def use_dataset(name: str) -> None:
    """Work on another data set from here on."""
    link.forget(dataset=name)


def use_metric(words: str) -> NoReturn:
    """Go on with another metric, by what it is called."""
    link.put(link.METRIC, words)
    st.rerun()


def sidebar_line() -> str:
    """The project at hand, in a few words."""
    project = current_project()
    count = len(datasets())
    return f"{project.name}: {count} data set{'s' if count != 1 else ''}"


def put_right() -> tuple[str, ...]:
    """What had to be put right when the project was opened, in sentences."""
    return current_project().notes


@dataclass(frozen=True, slots=True)
class View:
    """What the page shows: a run of a data set, which rows of it, and the metric it looks at."""

    bench: Workbench
    where: Slice
    metric: str

    @property
    def dataset(self) -> Dataset:
        return self.bench.dataset

    @property
    def sliceable(self) -> list[str]:
        """Columns worth slicing by; the true class too, where there are classes."""
        return [*self.dataset.roles.features, *(["label"] if self.bench.by_class else [])]

    @property
    def key(self) -> tuple[Any, ...]:
        """Everything a result depends on; changes with every tag."""
        return (*self.data_key, events.event_count(self.bench.project, self.dataset.id))

    @property
    def data_key(self) -> tuple[Any, ...]:
        """Everything a result without tags depends on."""
        return (self.bench.project.path, self.dataset.id, self.dataset.version, self.bench.run.name, str(self.where))

    @property
    def saved_key(self) -> tuple[Any, ...]:
        """The saved slices a result names."""
        return tuple(sorted((str(slice_), name) for slice_, name in self.bench.saved().items()))

    @property
    def result_key(self) -> tuple[Any, ...]:
        """The key of a result that depends on tags only if the filter asks for one."""
        return self.key if "tag" in self.where.columns else self.data_key

    def metrics(
        self, by: Sequence[str] = (), slices: Sequence[Slice] = (), metrics: Sequence[str] = ()
    ) -> MetricsResult:
        """These metrics, all of them if none is named; computed once for each view."""
        return _metrics(self.result_key, tuple(by), tuple(map(str, slices)), tuple(metrics), self)

    def reference(self, counts: SliceCounts) -> Reference:
        """What the metric is held against, computed once for each view."""
        return _reference(self.result_key, self.metric, counts, self)

    def baselines(self, counts: SliceCounts, metrics: Sequence[str]) -> dict[str, Baseline]:
        """What metrics would be without a model, computed once for each view."""
        return _baselines(self.result_key, tuple(metrics), counts, self)

    def numbers(self) -> Numbers:
        """How the numbers of the rows are spread, computed once for each view."""
        return _numbers(self.result_key, self)

    def slice_table(self, by: Sequence[By], slices: Sequence[Slice], metric: str) -> SliceTable:
        """Slices against the rest, computed once for each view."""
        tagged = any("tag" in one.columns for one in slices)
        key = (*(self.key if tagged else self.result_key), *self.saved_key)
        return _slice_table(key, tuple(by), tuple(map(str, slices)), metric, self)

    def side_by_side(self, one: Slice, other: Slice) -> SideBySide:
        """Two slices compared, computed once for each view."""
        tagged = "tag" in (*one.columns, *other.columns)
        return _side_by_side((*(self.key if tagged else self.result_key), *self.saved_key), str(one), str(other), self)

    def cross(self, down: str, across: str, metric: str) -> CrossTable:
        """Two columns crossed, computed once for each view."""
        return _cross((*self.result_key, *self.saved_key), down, across, metric, self)

    def agree(self, by: Sequence[str] = (), slices: Sequence[Slice] = ()) -> AgreeResult | Undefined:
        """How far people agree, or why nobody can say; computed once for each view."""
        tagged = any("tag" in one.columns for one in slices)
        key = (*(self.key if tagged else self.result_key), *self.saved_key)
        return _agree(key, tuple(by), tuple(map(str, slices)), self)

    def tags(self) -> TagsResult:
        """The numbers of every tag, with the human levels that were entered; computed once for each view."""
        given = given_levels(list_levels(self.bench.project, self.dataset.id), self.bench.headline)
        return _tags(self.key, tuple((str(slice_), one) for slice_, one in given.items()), self)

    def plan(self) -> PlanResult:
        """The plan and what came of it, computed once for each change of it or of the data."""
        project, mine = self.bench.project, self.dataset
        sets = tuple((one.id, one.version) for one in list_datasets(project))
        changes = plan_changes_count(project, mine.id)
        return _plan((project.path, mine.id, self.bench.run.name, sets, changes), self)

    def collect(self, slice_: Slice, name: str) -> Collected:
        """The rows of a slice that show what data to collect, counted; computed once for each view."""
        key = self.key if "tag" in slice_.columns else self.result_key
        return _collect(key, str(slice_), name, self)

    def tag_rules(self) -> tuple[RuleRow, ...]:
        """A rule for each tag that the columns can tell, computed once for each view."""
        return _tag_rules(self.key, self)

    def thresholds(self, slice_: Slice) -> ThresholdCounts | None:
        """What every threshold on the positive class's probability would make of a slice; see `skew.thresholds`."""
        return _thresholds(self.key if "tag" in slice_.columns else self.result_key, str(slice_), self)

    def rank(
        self,
        *,
        by: Sequence[str] = (),
        slices: Sequence[Slice] = (),
        tags: bool = False,
        classes: bool = False,
        metric: str | None = None,
        hlp: dict[Slice, GivenHlp] | None = None,
        people: Slice | None = None,
        other_levels: dict[str, dict[Slice, GivenHlp]] | None = None,
        order: Order = "potential",
    ) -> RankResult:
        """The ranking, computed once for each view."""
        given = None if hlp is None else _levels(hlp)
        others = tuple((name, _levels(one)) for name, one in (other_levels or {}).items())
        tagged = tags or any("tag" in one.columns for one in slices)
        key = (*(self.key if tagged else self.result_key), *self.saved_key)
        rows = None if people is None else str(people)
        return _rank(key, tuple(by), tuple(map(str, slices)), tags, classes, metric, given, rows, others, order, self)


Levels = tuple[tuple[str, GivenHlp], ...]
"""Human levels by slice, as a key."""


def _levels(given: dict[Slice, GivenHlp]) -> Levels:
    return tuple((str(slice_), one) for slice_, one in given.items())


def _parsed(given: Levels) -> dict[Slice, GivenHlp]:
    return {parse(text): one for text, one in given}


@st.cache_resource(max_entries=64, show_spinner="Counting")
def _thresholds(key: tuple[Any, ...], slice_: str, _view: View) -> ThresholdCounts | None:
    return thresholds(_view.bench, all_of(_view.where, parse(slice_)))


@st.cache_resource(max_entries=64, show_spinner="Counting")
def _metrics(
    key: tuple[Any, ...], by: tuple[str, ...], slices: tuple[str, ...], metrics: tuple[str, ...], _view: View
) -> MetricsResult:
    parsed = [parse(text) for text in slices]
    return _view.bench.metrics(by=by, slices=parsed, where=_view.where, metrics=metrics or None)


@st.cache_resource(max_entries=64, show_spinner=False)
def _reference(key: tuple[Any, ...], metric: str, _counts: SliceCounts, _view: View) -> Reference:
    return _view.bench.reference(_counts, metric, _view.where)


@st.cache_resource(max_entries=64, show_spinner=False)
def _baselines(
    key: tuple[Any, ...], metrics: tuple[str, ...], _counts: SliceCounts, _view: View
) -> dict[str, Baseline]:
    return _view.bench.baselines(_counts, metrics, _view.where)


@st.cache_resource(max_entries=64, show_spinner="Counting")
def _numbers(key: tuple[Any, ...], _view: View) -> Numbers:
    return _view.bench.numbers(_view.where)


@st.cache_resource(max_entries=64, show_spinner="Counting")
def _slice_table(
    key: tuple[Any, ...], by: tuple[By, ...], slices: tuple[str, ...], metric: str, _view: View
) -> SliceTable:
    return _view.bench.slice_table(by=by, slices=[parse(text) for text in slices], where=_view.where, metric=metric)


@st.cache_resource(max_entries=64, show_spinner="Comparing")
def _side_by_side(key: tuple[Any, ...], one: str, other: str, _view: View) -> SideBySide:
    return _view.bench.side_by_side(parse(one), parse(other), where=_view.where)


@st.cache_resource(max_entries=64, show_spinner="Counting")
def _cross(key: tuple[Any, ...], down: str, across: str, metric: str, _view: View) -> CrossTable:
    return _view.bench.cross(down, across, where=_view.where, metric=metric)


@st.cache_resource(max_entries=64, show_spinner="Comparing what people said")
def _agree(key: tuple[Any, ...], by: tuple[str, ...], slices: tuple[str, ...], _view: View) -> AgreeResult | Undefined:
    try:
        return _view.bench.agree(by=by, slices=[parse(text) for text in slices], where=_view.where)
    except UsageError as error:
        return Undefined(reason=f"{error} {error.hint}".strip())


@st.cache_resource(max_entries=64, show_spinner="Counting tags")
def _tags(key: tuple[Any, ...], given: tuple[tuple[str, GivenHlp], ...], _view: View) -> TagsResult:
    return _view.bench.tags(where=_view.where, hlp=_parsed(given))


@st.cache_resource(max_entries=64, show_spinner="Measuring the plan")
def _plan(key: tuple[Any, ...], _view: View) -> PlanResult:
    return _view.bench.plan()


@st.cache_resource(max_entries=64, show_spinner=False)
def _collect(key: tuple[Any, ...], slice_: str, name: str, _view: View) -> Collected:
    return _view.bench.collect(parse(slice_), where=_view.where, name=name, rows=False)


@st.cache_resource(max_entries=64, show_spinner="Looking for rules")
def _tag_rules(key: tuple[Any, ...], _view: View) -> tuple[RuleRow, ...]:
    return _view.bench.tag_rules(where=_view.where)


@st.cache_resource(max_entries=64, show_spinner="Ranking")
def _rank(
    key: tuple[Any, ...],
    by: tuple[str, ...],
    slices: tuple[str, ...],
    tags: bool,
    classes: bool,
    metric: str | None,
    hlp: Levels | None,
    people: str | None,
    others: tuple[tuple[str, Levels], ...],
    order: Order,
    _view: View,
) -> RankResult:
    return _view.bench.rank(
        by=by,
        slices=[parse(text) for text in slices],
        tags=tags,
        classes=classes,
        metric=metric,
        hlp=None if hlp is None else _parsed(hlp),
        people=None if people is None else parse(people),
        where=_view.where,
        other_levels={name: _parsed(one) for name, one in others},
        order=order,
    )


def bench_of(dataset: Dataset, run: str) -> Workbench:
    """The workbench of a run, made once."""
    project = current_project()
    return benches.get(project, dataset, run)


def view_of(bench: Workbench, where: str, metric: str | None = None) -> View:
    """The view of a run and a filter, looked at by a metric; the run's own first one if None.

    Raises:
        SliceError: the filter cannot be read, or names a column that is not there.
    """
    slice_ = parse(where)
    bench.engine.check(slice_)
    return View(bench, slice_, metric or bench.headline)
