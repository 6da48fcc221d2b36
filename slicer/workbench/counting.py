"""One run of one data set and what is counted of it: everything the workbench computes starts here."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Literal, TypeVar

from slicer.display import rows_have
from slicer.engine.code_files import CodeFolder
from slicer.engine.coded_cells import Cells, cells_by
from slicer.engine.coded_columns import CodedColumns
from slicer.engine.distribution import distances
from slicer.engine.duckdb import DuckDBEngine, Example
from slicer.engine.levels import Levels
from slicer.engine.probabilities import ProbabilityTerms, prepared, probability_sums, probability_terms, too_many
from slicer.engine.sql import CORRECT, LABEL, PREDICTION, PROBABILITY, TAG, Relation, column
from slicer.engine.sums import Statistic, Summed, number, ratio_sums, residual_sums, score_sums
from slicer.errors import SlicerError, listed
from slicer.guessing import lower_is_better
from slicer.metrics.cells import Cell, count_slice
from slicer.metrics.counts import SliceCounts, rest_of
from slicer.metrics.intervals import Interval
from slicer.metrics.means import ANY, FRACTION, POSITIVE
from slicer.metrics.moments import Moments, RatioSums, ResidualSums
from slicer.metrics.registry import METRICS, PROBABILITIES, Needs, Setting
from slicer.project import events
from slicer.project.datasets import Dataset
from slicer.project.saved import list_saved
from slicer.project.store import MEMORY, Project
from slicer.results import Head
from slicer.schema import MAX_CLASSES, RunColumns, choose_positive, class_order
from slicer.slices import Slice, all_of, condition, literal
from slicer.vocabulary import Task
from slicer.workbench.attaching import (
    with_calibration_clusters,
    with_curve_clusters,
    with_number_clusters,
    with_paired_clusters,
    with_table_clusters,
)
from slicer.workbench.checks import check_numbers
from slicer.workbench.derived import derived_numbers
from slicer.workbench.tasks import choose_task
from slicer.workbench.unheld import unheld

ALL = Slice()
ERRORS = condition("correct", "=", False)

BY_PEOPLE = (
    "No column is the label: what is right is what people answered. Each person is held against the others who "
    "answered the row, and the model against the same others."
)

PREPARED_FROM = 3
"""Columns from which it pays to compute the numbers of every row once."""

Answered = TypeVar("Answered")

By = str | tuple[str, ...]
"""A column to slice by; several, as `a*b` or as a tuple, are crossed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a person may set for every result."""

    level: float = 0.95
    seed: int = 0
    people: Literal["annotations", "columns", "counts"] | None = None
    """Which answers of people are read; the first of these that the data has if None."""


class Counting:
    """One run of one data set, ready to be counted.

    Args:
        project: The open project.
        dataset: The data set.
        run: A run's name; the newest if None.
        options: What a person may set for every result.
        complete: Whether there must be a run; False where people are only held against each other.
    """

    def __init__(
        self,
        project: Project,
        dataset: Dataset,
        run: str | None = None,
        options: Options | None = None,
        *,
        complete: bool = True,
    ) -> None:
        self.project, self.dataset, self.options = project, dataset, options or Options()
        alone = not (complete or dataset.roles.runs)
        self.run: RunColumns = RunColumns(name="") if alone else dataset.roles.run(run)
        relation = Relation(
            table=dataset.table,
            kinds=dataset.kinds,
            roles=dataset.roles,
            run=self.run,
            positive=None,
            negative=None,
            tags=events.create_tag_view(project, dataset.id),
        )
        labels = DuckDBEngine(project.cursor, relation).label_support()
        self.positive, self.positive_reason = choose_positive(labels or {}, dataset.roles.choices.positive)
        others = [key for key in labels or {} if key != self.positive]
        self.relation = replace(
            relation, positive=self.positive, negative=others[0] if self.positive and len(others) == 1 else None
        )
        self.engine = DuckDBEngine(project.cursor, self.relation)
        self.task: Task = choose_task(dataset, self.run, labels)
        self.labels, self.class_warnings = self._classes(labels) if self.task == "classification" else (None, ())
        self.checked = check_numbers(self.engine)
        self.score_span: Interval | None = None
        self.summed = self._summed()
        self.terms = probability_terms(self.relation) if self.task == "classification" else None
        derived = derived_numbers(self.relation, self.task, self.terms)
        self.relation = replace(self.relation, derived=derived)
        self.engine = DuckDBEngine(project.cursor, self.relation)

    @property
    def measurable(self) -> tuple[str, ...]:
        """The metrics this data can hold, those it is measured by first."""
        return tuple(name for name, metric in METRICS.items() if metric.needs in self.held)

    @property
    def held(self) -> frozenset[Needs]:
        """What metrics need and this data has."""
        held: dict[Needs, bool] = {
            "outcomes": self.task == "classification",
            "classes": self.by_class,
            "positive": self.by_class and self.positive is not None,
            "probabilities": self.terms is not None,
            "several": self.terms is not None and "top_two" in self.terms.losses,
            "residuals": self.task == "regression",
            "distances": self.task == "regression" and self.dataset.roles.weight is None,
            "score": self.task == "score",
            "ratio": self.task == "ratio",
        }
        return frozenset(need for need, there in held.items() if there)

    @property
    def headline(self) -> str:
        """The metric that is looked at first."""
        return {"score": "mean", "ratio": "ratio", "regression": "mae"}.get(self.task, "accuracy")

    def higher_is_better(self, name: str) -> bool | None:
        """The direction of a metric: its own, or that of the score as chosen, else by its name. None if neither."""
        if METRICS[name].needs != "score":
            return METRICS[name].higher_is_better
        chosen = self.dataset.roles.choices.lower_is_better
        return not (lower_is_better(self.run.score or "") if chosen is None else chosen)

    def _summed(self) -> Summed | None:
        """What is summed for this task; None where rows are counted."""
        roles, run = self.dataset.roles, self.run
        weight = None if roles.weight is None else number(column(roles.weight))
        match self.task:
            case "score":
                mean, least, largest = self.engine.span(str(run.score)) or (0.0, 0.0, 0.0)
                self.score_span = possible(least, largest)
                return score_sums(number(column(str(run.score))), weight, mean)
            case "ratio":
                return ratio_sums(number(column(str(run.errors))), number(column(str(roles.total))), weight)
            case "regression":
                label, prediction = number(column(str(roles.label))), number(column(str(run.prediction)))
                mean, *_ = self.engine.span(str(roles.label)) or (0.0,)
                return residual_sums(label, prediction, weight, mean)
        return None

    def _classes(self, labels: dict[str, int] | None) -> tuple[tuple[str, ...] | None, tuple[str, ...]]:
        """The class keys in order, or None where only right or wrong is counted; and what is odd about them."""
        if self.run.correct is not None or not self.run.name:
            return None, ()
        if self.by_people:
            return None, (BY_PEOPLE,)
        predictions = self.engine.prediction_support() if labels is not None else None
        if labels is None or predictions is None or len({*labels, *predictions}) > MAX_CLASSES:
            return None, (
                f"More than {MAX_CLASSES} distinct labels: rows are compared as text, and only accuracy is computed.",
            )
        warnings = []
        unseen, unpredicted = sorted({*predictions} - {*labels}), sorted({*labels} - {*predictions})
        if unseen:
            rows = sum(predictions[key] for key in unseen)
            warnings.append(f"Predicted but never a label: {listed(unseen, 5)} ({rows:,} rows, all counted as errors).")
        if unpredicted:
            warnings.append(f"Never predicted: {listed(unpredicted, 5)}. Precision is undefined there.")
        if self.positive is not None and len(labels) == 2 and self.dataset.roles.choices.positive is None:
            warnings.append(f"Positive class: {self.positive} ({self.positive_reason}).")
        return class_order({*labels, *predictions}), tuple(warnings)

    # --- counting ----------------------------------------------------------------------------------

    @property
    def by_class(self) -> bool:
        """Whether classes are counted, or only right and wrong."""
        return self.labels is not None

    @property
    def ranks_classes(self) -> bool:
        """Whether there are classes to rank: of the label, or of what people say."""
        return self.by_class or self.by_people

    @property
    def by_people(self) -> bool:
        """Whether nothing but what people answered could say what is right."""
        named = bool(self.run.name) and self.run.correct is None
        return named and self.dataset.roles.label is None and self.task == "classification"

    @property
    def clustered(self) -> bool:
        """Whether rows come in clusters."""
        return self.dataset.roles.cluster is not None

    def cells(self, where: Slice) -> list[Cell]:
        return self.engine.cells(where, classes=self.by_class)

    def count(self, where: Slice, *, needs: Collection[Needs] = ()) -> SliceCounts:
        """The sufficient statistics of one slice.

        Args:
            needs: What metrics need of it: probabilities and distances are counted only where they are asked for.
        """
        return next(iter(self.counted([], where, needs).values()), self._nothing())

    def count_by(
        self, by: Sequence[By], where: Slice, *, needs: Collection[Needs] = ()
    ) -> list[tuple[Slice, SliceCounts]]:
        """Every slice of the columns, in order: `a` alone, `a*b` crossed."""
        return [
            pair for counted in self._counted_each(self.levels_of(by, where), where, needs) for pair in counted.items()
        ]

    def counted_each(
        self, by: Sequence[Sequence[Levels]], where: Slice, needs: Collection[Needs] = ()
    ) -> dict[Slice, SliceCounts]:
        """The counts of every slice of every column, or of several crossed."""
        return {one: counts for counted in self._counted_each(by, where, needs) for one, counts in counted.items()}

    def _counted_each(
        self, by: Sequence[Sequence[Levels]], where: Slice, needs: Collection[Needs]
    ) -> Iterator[dict[Slice, SliceCounts]]:
        """As `counted`, of each entry in turn, with what all of them need found once."""
        several_times = bool(PROBABILITIES.intersection(needs)) and len(by) >= PREPARED_FROM
        terms = self._placed if several_times else None
        each = [None] * len(by) if self.summed is not None else cells_by(self.coded, by, where, classes=self.by_class)
        with nullcontext() if terms is None else prepared(self.engine, terms) as ready:
            for levels, cells in zip(by, each, strict=True):
                yield self.counted(levels, where, needs, ready, cells)

    @cached_property
    def folder(self) -> CodeFolder:
        """Where the codes of the data set's columns are kept: beside the project file."""
        dataset, path = self.dataset, self.project.path
        state = (dataset.version, dataset.created_at.isoformat(), [one.sha256 for one in dataset.sources])
        return CodeFolder(
            root=None if path == MEMORY else Path(path).with_suffix(".cache"),
            dataset=str(dataset.id),
            state=repr(state),
            answers=repr((dataset.roles, self.run, self.positive)),
            rows=dataset.rows,
        )

    @cached_property
    def coded(self) -> CodedColumns:
        """The columns as codes."""
        return CodedColumns(self.engine, self.folder)

    def levels_of(self, by: Sequence[By], where: Slice) -> list[list[Levels]]:
        """The levels of each entry of `by`: one column's, or those of several that are crossed."""
        specs = [self._columns(spec) for spec in ([by] if isinstance(by, str) else by)]
        levels = self.coded.levels(list(dict.fromkeys(chain.from_iterable(specs))), where)
        return [[levels[name] for name in columns] for columns in specs]

    def counted(
        self,
        levels: Sequence[Levels],
        where: Slice,
        needs: Collection[Needs] = (),
        ready: tuple[DuckDBEngine, ProbabilityTerms] | None = None,
        cells: Cells | None = None,
    ) -> dict[Slice, SliceCounts]:
        """The counts of every slice of a column, or of several crossed; of all rows without a column.

        Args:
            ready: The numbers of every row, where they are computed already.
            cells: The cells of every slice, where they are counted already.
        """
        if self.summed is not None:
            sums = self.engine.sums_by(levels, where, self.summed)
            counted = {slice_: self._of_numbers(rows, statistic) for slice_, rows, statistic in sums}
            if "distances" in needs and "distances" in self.held:
                counted = {one: self._with_distances(one, where, counts) for one, counts in counted.items()}
            if not self.clustered:
                return counted
            return with_number_clusters(self.engine, levels, where, counted, self.summed.row, self.summed.by_cluster)
        if cells is None:
            cells = self.engine.cells_by(levels, where, classes=self.by_class)
        counted = {slice_: count_slice(mine, self.labels) for slice_, mine in cells}
        if self.clustered:
            counted = with_table_clusters(self.engine, levels, where, counted, self.labels)
        terms = self._placed if PROBABILITIES.intersection(needs) else None
        if terms is not None:
            engine, mine = ready or (self.engine, terms)
            found = probability_sums(engine, levels, where, mine, sound=self.checked.probabilities)
            counted = {slice_: replace(counts, probabilities=found.get(slice_)) for slice_, counts in counted.items()}
        if not self.clustered:
            return counted
        if terms is not None:
            counted = with_curve_clusters(self.engine, levels, where, counted, terms)
            counted = with_calibration_clusters(self.engine, levels, where, counted, terms)
            counted = with_number_clusters(self.engine, levels, where, counted, terms.row, terms.by_cluster)
        return with_paired_clusters(self.engine, levels, where, counted)

    def _with_distances(self, slice_: Slice, where: Slice, counts: SliceCounts) -> SliceCounts:
        """The counts of a regression's slice with how far its predictions are off, in order."""
        assert self.summed is not None
        rows = all_of(where, slice_)
        return replace(counts, distances=distances(self.engine, self.summed.row["r"], rows, self.options.level))

    @cached_property
    def _placed(self) -> ProbabilityTerms | None:
        """The terms with their places: fine bins if the data set has too many scores to hold.

        That is asked of all rows, so that a slice and the rest are held alike.
        """
        return None if self.terms is None else self.terms.placed(too_many(self.engine, self.terms))

    def _nothing(self) -> SliceCounts:
        """The counts of no rows."""
        return count_slice([], self.labels)

    def rest(self, where: Slice, slice_: Slice, whole: SliceCounts, part: SliceCounts) -> SliceCounts:
        """The counts of the rows outside a slice; where sums do not tell them, as where a cluster may stand on both
        sides, they are counted anew."""
        needs = frozenset[Needs](("probabilities",) if part.probabilities is not None else ())
        needs |= {"distances"} if part.distances is not None else set()
        if part.distances is not None or (self.clustered and (part.outside is None or needs)):
            return self.count(all_of(where, slice_.complement), needs=needs)
        return rest_of(whole, part)

    def setting(self, overall: SliceCounts) -> Setting:
        """What metrics are measured under, beside a slice's own counts."""
        known = self.labels is not None and self.positive in self.labels
        table = overall.confusion
        return Setting(
            level=self.options.level,
            positive=self.labels.index(str(self.positive)) if self.labels is not None and known else None,
            occurring=None if table is None else tuple(bool(one) for one in table.defined),
            score_span=self.score_span,
        )

    def _of_numbers(self, rows: int, found: Statistic) -> SliceCounts:
        """The counts of a slice whose rows carry numbers: rows without one are outside every metric."""
        n = found.r.n if isinstance(found, ResidualSums) else found.n
        return SliceCounts(
            support=rows,
            unlabelled=rows - n,
            unpredicted=0,
            right=0,
            confusion=None,
            paired=None,
            score=found if isinstance(found, Moments) else None,
            ratio=found if isinstance(found, RatioSums) else None,
            residuals=found if isinstance(found, ResidualSums) else None,
        )

    def _columns(self, spec: By) -> list[str]:
        """The columns of `a`, or of `a*b` where no column has that name."""
        names = spec if isinstance(spec, tuple) else [spec] if spec in self.dataset.kinds else spec.split("*")
        return [self.column(name.strip()) for name in names]

    def column(self, name: str) -> str:
        """A column to slice by; the label's and the prediction's go by their role, so that their values are classes."""
        if name == self.dataset.roles.label:
            name = LABEL
        if name is not None and name == self.run.prediction:
            name = PREDICTION
        self.relation.subject(name)
        return name

    @property
    def reserved_names(self) -> tuple[str, ...]:
        """Names of the slice language that stand for a tag or a role here, beside the columns."""
        label, prediction = self.relation.label_fact, self.relation.prediction_fact
        roles = {LABEL: label, PREDICTION: prediction, CORRECT: True, TAG: self.dataset.roles.id}
        there: dict[str, object] = {**roles, **self.relation.derived}
        return tuple(name for name, what in there.items() if what is not None and name not in self.dataset.kinds)

    @property
    def probability_name(self) -> str | None:
        """What the slice language calls the probability of the positive class, or the largest of several; None where
        it has no name, since a column of other numbers is called so."""
        if PROBABILITY in self.relation.derived:
            return PROBABILITY
        columns = {name: key or self.positive for key, name in self.run.probabilities}
        return PROBABILITY if self.positive is not None and columns.get(PROBABILITY) == self.positive else None

    def values(self, name: str) -> list[tuple[str, int | None]]:
        """A column's values as the slice language writes them, most frequent first, each with its rows; where a number
        is binned, the ends of its bins, without rows."""
        if name == TAG:
            return [(literal(tag.name), tag.yes) for tag in events.known_tags(self.project, self.dataset.id)]
        levels = self.coded.levels([self.column(name)])[self.column(name)]
        if levels.edges is not None:
            return [(literal(edge), None) for edge in levels.edges]
        return [(literal(value), rows) for value, rows in self._rows_of(levels) if isinstance(value, str | int | float)]

    def texts(self, name: str) -> list[str]:
        """The texts of a column, the most frequent first; none of numbers."""
        if name == TAG:
            return [tag.name for tag in events.known_tags(self.project, self.dataset.id)]
        levels = self.coded.levels([self.column(name)])[self.column(name)]
        rows = self._rows_of(levels) if levels.edges is None else ()
        return [value for value, _ in rows if isinstance(value, str)]

    def _rows_of(self, levels: Levels) -> Iterator[tuple[object, int]]:
        for slice_, cells in self.engine.cells_by([levels], ALL, classes=False):
            yield slice_.conditions[0].value, sum(cell.rows for cell in cells)

    def saved(self) -> dict[Slice, str]:
        """The slices people saved on this data set, and their names; those its columns no longer fit are left out."""
        return {one.slice: one.name for one in list_saved(self.project, self.dataset.id) if self.fits(one.slice)}

    def fits(self, slice_: Slice) -> bool:
        """Whether a slice can be asked of this data."""
        try:
            self.engine.check(slice_)
        except SlicerError:
            return False
        return True

    # --- words and rows ----------------------------------------------------------------------------

    def head(self, counts: SliceCounts, where: Slice) -> Head:
        """What every result says first."""
        source = self.dataset.sources[0] if self.dataset.sources else None
        return Head(
            source={
                "path": source.path if source else None,
                "sha256": source.sha256 if source else None,
                "dataset": self.dataset.name,
                "run": self.run.name,
            },
            roles=self.dataset.roles.to_dict(self.run),
            positive=self.positive,
            rows=counts.support,
            rows_total=self.dataset.rows,
            unlabelled=counts.unlabelled,
            unpredicted=counts.unpredicted,
            warnings=(
                *self.dataset.warnings,
                *self.class_warnings,
                *self.checked.warnings,
                *self._row_warnings(counts),
                *(() if counts.support else unheld(where, self.texts)),
            ),
            level=self.options.level,
            task=self.task,
        )

    def _row_warnings(self, counts: SliceCounts) -> tuple[str, ...]:
        found = []
        if self.by_people:
            return ()
        if counts.unlabelled and self.run.name:
            what = {"score": "score", "ratio": "errors or no total", "regression": "label or no prediction"}
            found.append(f"{rows_have(counts.unlabelled)} no {what.get(self.task, 'label')}: outside every metric.")
        if counts.unpredicted:
            found.append(
                f"{rows_have(counts.unpredicted)} no prediction: counted as errors. "
                "To leave them out, filter: prediction is present."
            )
        return tuple(found)

    def examples(self, where: Slice, *, limit: int, offset: int = 0) -> list[Example]:
        """Rows of a slice with all their columns."""
        return self.engine.examples(where, list(self.dataset.kinds), limit=limit, offset=offset)

    def examples_by_id(self, ids: Sequence[str]) -> dict[str, Example]:
        """Examples by id."""
        column = str(self.dataset.roles.id)
        found = self.engine.examples_with_ids(ids, list(self.dataset.kinds))
        return {str(example.values[column]): example for example in found}

    def ids(self, where: Slice = ALL) -> list[str]:
        """The ids of a slice's rows, in the data set's own order."""
        return self.engine.ids(where)


def over_slices(
    of: Callable[[Sequence[Levels], Slice], Mapping[Slice, Answered]],
    by: Sequence[Sequence[Levels]],
    asked: Mapping[Slice, Slice],
    where: Slice,
) -> dict[Slice, Answered]:
    """What a question answers of all rows, of every slice of columns, and of slices by themselves.

    Args:
        of: The question, of the levels of a column (none: all rows) and of rows.
        by: The levels of each column.
        asked: Slices by themselves, and the rows of each.
        where: All rows.
    """
    found = {**of([], where)}
    for levels in by:
        found |= of(levels, where)
    for slice_, rows in asked.items():
        alone = of([], rows)
        found |= {slice_: alone[ALL]} if ALL in alone else {}
    return found


def possible(least: float, largest: float) -> Interval:
    """What a score can be, from what it is: a fraction, no less than 0, no more than 0, or anything.

    >>> possible(0.0, 0.8), possible(-25.0, 0.0)
    ((0.0, 1.0), (-inf, 0.0))
    """
    if least >= 0:
        return FRACTION if largest <= 1 else POSITIVE
    return (-math.inf, 0.0) if largest <= 0 else ANY
