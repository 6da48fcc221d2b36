"""One run of one data set and what is counted of it: everything the workbench computes starts here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain

from slicer.display import rows_have
from slicer.engine.duckdb import DuckDBEngine, Example
from slicer.engine.sql import CORRECT, LABEL, PREDICTION, TAG, Relation
from slicer.errors import SlicerError, listed
from slicer.metrics.counts import Cell, SliceCounts, count_slice
from slicer.project import events
from slicer.project.datasets import Dataset
from slicer.project.saved import list_saved
from slicer.project.store import Project
from slicer.results import Head
from slicer.schema import MAX_CLASSES, RunColumns, choose_positive, class_order
from slicer.slices import Slice, condition, literal

ALL = Slice()
ERRORS = condition("correct", "=", False)

By = str | tuple[str, ...]
"""A column to slice by; several, as `a*b` or as a tuple, are crossed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a person may set for every result."""

    level: float = 0.95
    seed: int = 0


class Counting:
    """One run of one data set, ready to be counted.

    Args:
        project: The open project.
        dataset: The data set.
        run: A run's name; the newest if None.
        options: What a person may set for every result.
    """

    def __init__(
        self, project: Project, dataset: Dataset, run: str | None = None, options: Options | None = None
    ) -> None:
        self.project, self.dataset, self.options = project, dataset, options or Options()
        self.run: RunColumns = dataset.roles.run(run)
        tags, reviews = events.create_views(project, dataset.id)
        relation = Relation(
            table=dataset.table,
            kinds=dataset.kinds,
            roles=dataset.roles,
            run=self.run,
            positive=None,
            negative=None,
            tags=tags,
            reviews=reviews,
        )
        labels = DuckDBEngine(project.cursor, relation).label_support()
        self.positive, self.positive_reason = choose_positive(labels or {}, dataset.roles.choices.positive)
        others = [key for key in labels or {} if key != self.positive]
        self.relation = replace(
            relation, positive=self.positive, negative=others[0] if self.positive and len(others) == 1 else None
        )
        self.engine = DuckDBEngine(project.cursor, self.relation)
        self.labels, self.class_warnings = self._classes(labels)

    def _classes(self, labels: dict[str, int] | None) -> tuple[tuple[str, ...] | None, tuple[str, ...]]:
        """The class keys in order, or None where only right or wrong is counted; and what is odd about them."""
        if self.run.correct is not None:
            return None, ()
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

    def cells(self, where: Slice) -> list[Cell]:
        return self.engine.cells(where, classes=self.by_class)

    def count(self, where: Slice) -> SliceCounts:
        """The sufficient statistics of one slice."""
        return count_slice(self.cells(where), self.labels)

    def count_by(self, by: Sequence[By], where: Slice) -> list[tuple[Slice, SliceCounts]]:
        """Every slice of the columns, in order: `a` alone, `a*b` crossed."""
        specs = [self._columns(spec) for spec in by]
        levels = self.engine.levels(list(dict.fromkeys(chain.from_iterable(specs))), where)
        return [
            (slice_, count_slice(cells, self.labels))
            for columns in specs
            for slice_, cells in self.engine.cells_by([levels[name] for name in columns], where, classes=self.by_class)
        ]

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
        there = {LABEL: label, PREDICTION: prediction, CORRECT: True, TAG: self.dataset.roles.id}
        return tuple(name for name, what in there.items() if what is not None and name not in self.dataset.kinds)

    def values(self, name: str) -> list[tuple[str, int | None]]:
        """A column's values as the slice language writes them, most frequent first, each with its rows; where a number
        is binned, the ends of its bins, without rows."""
        if name == TAG:
            return [(literal(tag.name), tag.yes) for tag in events.known_tags(self.project, self.dataset.id)]
        levels = self.engine.levels([self.column(name)])[self.column(name)]
        if levels.edges is not None:
            return [(literal(edge), None) for edge in levels.edges]
        cells = self.engine.cells_by([levels], ALL, classes=False)
        values = [(slice_.conditions[0].value, sum(cell.rows for cell in found)) for slice_, found in cells]
        return [(literal(value), rows) for value, rows in values if isinstance(value, str | int | float)]

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
            warnings=(*self.dataset.warnings, *self.class_warnings, *self._row_warnings(counts)),
            level=self.options.level,
        )

    def _row_warnings(self, counts: SliceCounts) -> tuple[str, ...]:
        found = []
        if counts.unlabelled:
            found.append(f"{rows_have(counts.unlabelled)} no label: outside every metric.")
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
