"""What a person does with a data set: measure, slice, rank. Dashboard, command line and notebook call this."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, product

from slicer.display import rows_have
from slicer.engine.duckdb import DuckDBEngine, Example
from slicer.engine.sql import CORRECT, LABEL, PREDICTION, TAG, Relation
from slicer.errors import SlicerError, UsageError, listed
from slicer.human.hlp import GivenHlp, HlpBook
from slicer.metrics.counts import Cell, SliceCounts, count_slice
from slicer.metrics.difference import difference, q_values, rest_of, verdict
from slicer.metrics.estimate import Estimate, estimate
from slicer.metrics.intervals import wilson
from slicer.metrics.registry import ALL_METRICS, METRICS, PENDING, accuracy, class_metrics, slice_metrics
from slicer.priorities.classes import CLASS_METRICS, class_candidates, overall_class_metric
from slicer.priorities.potential import accuracy_gap, accuracy_gap_draws
from slicer.priorities.ranking import Candidate, rank
from slicer.project import events
from slicer.project.datasets import Dataset
from slicer.project.saved import list_saved
from slicer.project.store import Project
from slicer.results import SHOWN_LEVELS, CrossTable, Head, MetricsResult, RankResult, SliceMetrics, SliceRow, SliceTable
from slicer.schema import MAX_CLASSES, RunColumns, choose_positive, class_order
from slicer.slices import Slice, all_of, condition, literal

ALL = Slice()
ERRORS = condition("correct", "=", False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a person may set for every result."""

    level: float = 0.95
    seed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """Levels beside a headline metric."""

    hlp: float | None
    baselines: tuple[tuple[str, float], ...]
    """(name, value), of what is not people."""


By = str | tuple[str, ...]
"""A column to slice by; several, as `a*b` or as a tuple, are crossed."""

COMPARED = ("accuracy", "balanced_accuracy", "macro_f1", "mcc", "kappa", "precision", "recall", "f1", "specificity")
"""Metrics by which slices are held against the rest; higher is better for each."""


class Workbench:
    """One run of one data set, ready to be asked.

    Args:
        project: The open project.
        dataset: The data set.
        run: A run's name; the newest if None.

    >>> import slicer
    >>> bench = slicer.sample("speech")
    >>> result = bench.rank(by=["noise"])
    >>> [(row.candidate.name, round(row.candidate.potential, 4)) for row in result.table][:2]
    [('noise people noise', 0.006), ('noise clean speech', 0.006)]
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
        self.positive, self.positive_reason = choose_positive(labels or {}, dataset.roles.positive)
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
        if self.positive is not None and len(labels) == 2 and self.dataset.roles.positive is None:
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
        return [self._column(name.strip()) for name in names]

    def _column(self, name: str) -> str:
        """A column to slice by; the label's and the prediction's go by their role, so that their values are classes."""
        if name == self.dataset.roles.label:
            name = LABEL
        if name is not None and name == self.run.prediction:
            name = PREDICTION
        self.relation.subject(name)
        return name

    @property
    def compared(self) -> tuple[str, ...]:
        """The metrics slices can be held against the rest by, on this data."""
        if self.labels is None:
            return COMPARED[:1]
        binary = self.positive is not None
        return tuple(name for name in COMPARED if name == "accuracy" or binary or not METRICS[name].per_class)

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
        levels = self.engine.levels([self._column(name)])[self._column(name)]
        if levels.edges is not None:
            return [(literal(edge), None) for edge in levels.edges]
        cells = self.engine.cells_by([levels], ALL, classes=False)
        values = [(slice_.conditions[0].value, sum(cell.rows for cell in found)) for slice_, found in cells]
        return [(literal(value), rows) for value, rows in values if isinstance(value, str | int | float)]

    # --- measuring ---------------------------------------------------------------------------------

    def metrics(
        self,
        *,
        by: Sequence[By] = (),
        slices: Sequence[Slice] = (),
        where: Slice = ALL,
        metrics: Sequence[str] | None = None,
    ) -> MetricsResult:
        """Metrics overall, by column and per slice.

        Args:
            by: Columns, each alone; `a*b` crosses two.
            slices: Predicates of their own.
            where: Only these rows.
            metrics: Names of the contract; all of them if None.

        Raises:
            UsageError, SliceError, UnknownColumnError: in words.
        """
        names = self._metric_names(metrics)
        overall, saved = self.count(where), self.saved()
        counted = [*self.count_by(by, where), *((one, self.count(all_of(where, one))) for one in slices)]
        return MetricsResult(
            head=self.head(overall, where),
            overall=self._measured(ALL, overall, overall, names, {}),
            slices=tuple(self._measured(slice_, counts, overall, names, saved) for slice_, counts in counted),
        )

    def _metric_names(self, metrics: Sequence[str] | None) -> tuple[str, ...]:
        for name in metrics or ():
            if name not in ALL_METRICS:
                raise UsageError(f"No metric named {name!r}.", hint=f"Metrics: {', '.join(ALL_METRICS)}.")
            if name in PENDING:
                raise UsageError(f"{name} needs scores or probabilities; this data set is measured by its classes.")
        return tuple(metrics) if metrics else ALL_METRICS

    def _measured(
        self,
        slice_: Slice,
        counts: SliceCounts,
        overall: SliceCounts,
        names: tuple[str, ...],
        saved: Mapping[Slice, str],
    ) -> SliceMetrics:
        level = self.options.level
        defined = overall.confusion.defined if overall.confusion is not None else None
        return SliceMetrics(
            slice=slice_,
            name=saved.get(slice_, slice_.words),
            counts=counts,
            share=counts.support / overall.support if overall.support else None,
            metrics=slice_metrics(counts, positive=self.positive, level=level, names=names, all_defined=defined),
            classes=class_metrics(counts.confusion, level) if counts.confusion is not None else {},
            people=class_metrics(counts.human_confusion, level) if counts.human_confusion is not None else {},
        )

    # --- slices against the rest -------------------------------------------------------------------

    def slice_table(
        self,
        *,
        by: Sequence[By] = (),
        slices: Sequence[Slice] = (),
        where: Slice = ALL,
        metric: str = "accuracy",
    ) -> SliceTable:
        """Every slice of the columns against the rest of the rows, worst first.

        Args:
            by, slices, where: As in `metrics`.
            metric: One of `COMPARED`; those of one class need a positive class.

        Raises:
            UsageError, SliceError, UnknownColumnError: in words.
        """
        if metric not in COMPARED:
            raise UsageError(f"Slices are not compared by {metric!r}.", hint=f"Metrics: {', '.join(COMPARED)}.")
        overall = self.count(where)
        counted = {one: self.count(all_of(where, one)) for one in slices}
        counted |= {slice_: counts for slice_, counts in self.count_by(by, where) if slice_ not in counted}
        rows = self._against_rest(counted, overall, metric)
        return SliceTable(
            head=self.head(overall, where),
            metric=metric,
            overall=self._one(overall, metric),
            table=tuple(sorted(rows, key=_worst_first)),
        )

    def cross(self, down: str, across: str, *, where: Slice = ALL, metric: str = "accuracy") -> CrossTable:
        """Two columns crossed: every pair of their values against the rest of the rows."""
        names = [self._column(down), self._column(across)]
        found = self.engine.levels(names, where)
        levels = [found[name] for name in names]
        cells = self.engine.cells_by(levels, where, classes=self.by_class)
        counted = {slice_: count_slice(found, self.labels) for slice_, found in cells}
        rows = {row.slice: row for row in self._against_rest(counted, self.count(where), metric)}
        present = [
            [one for one in each.slices.values() if any(one.contains(slice_) for slice_ in counted)] for each in levels
        ]
        shown = [tuple(one[:SHOWN_LEVELS]) for one in present]
        places = product(enumerate(shown[0]), enumerate(shown[1]))
        return CrossTable(
            down=down,
            across=across,
            levels_down=shown[0],
            levels_across=shown[1],
            levels=(len(present[0]), len(present[1])),
            cells={(i, j): rows[both] for (i, one), (j, other) in places if (both := all_of(one, other)) in rows},
        )

    def _against_rest(self, counted: Mapping[Slice, SliceCounts], overall: SliceCounts, metric: str) -> list[SliceRow]:
        """Slices beside the rest; one that is empty, or all rows, has nothing to be held against."""
        if metric not in COMPARED:
            raise UsageError(f"Slices are not compared by {metric!r}.", hint=f"Metrics: {', '.join(COMPARED)}.")
        saved, found = self.saved(), []
        for slice_, counts in counted.items():
            if 0 < counts.support < overall.support:
                mine, rest = self._one(counts, metric), self._one(rest_of(overall, counts), metric)
                found.append((slice_, counts, mine, rest, difference(mine, rest)))
        q = q_values([one.p_value if one is not None else None for *_, one in found])
        return [
            SliceRow(
                slice=slice_,
                name=saved.get(slice_, slice_.words),
                saved=slice_ in saved,
                support=counts.support,
                share=counts.support / overall.support,
                errors=counts.errors,
                error_share=counts.errors / overall.errors if overall.errors else None,
                estimate=mine,
                rest=rest,
                difference=change,
                q_value=q_value,
                verdict=verdict(change, q_value, mine.denominator),
            )
            for (slice_, counts, mine, rest, change), q_value in zip(found, q, strict=True)
        ]

    def _one(self, counts: SliceCounts, metric: str) -> Estimate:
        found = slice_metrics(counts, positive=self.positive, level=self.options.level, names=(metric,))[metric]
        if found is None:
            raise UsageError(f"{metric} cannot be computed here.", hint="It needs classes, and one of them positive.")
        return found

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

    # --- ranking -----------------------------------------------------------------------------------

    def rank(
        self,
        *,
        by: Sequence[By] = (),
        slices: Sequence[Slice] = (),
        tags: bool = False,
        classes: bool = False,
        metric: str | None = None,
        hlp: Mapping[Slice, GivenHlp] | None = None,
        where: Slice = ALL,
    ) -> RankResult:
        """The prioritization table.

        Args:
            by, slices, where: As in `metrics`.
            tags: Rank the tags people gave as well.
            classes: Rank the classes, by their own precision, recall or F1.
            metric: accuracy (the default); with `classes` f1 (the default), recall or precision.
            hlp: Human levels by slice, instead of the human labels in the data.

        Raises:
            UsageError, SliceError, UnknownColumnError: in words.
        """
        level, seed = self.options.level, self.options.seed
        if classes:
            if by or slices or tags:
                raise UsageError(
                    "Classes are ranked by a metric of their own, apart from slices and tags.", hint="Run it twice."
                )
            return self._rank_classes(metric or "f1", hlp, where)
        if metric not in (None, "accuracy"):
            raise UsageError(
                f"Slices are ranked by accuracy; {metric!r} cannot be.",
                hint="For precision, recall or F1 rank the classes.",
            )
        overall = self.count(where)
        listed_slices = [*self.count_by(by, where), *((one, self.count(all_of(where, one))) for one in slices)]
        counted = {slice_: counts for slice_, counts in listed_slices if counts.support}
        known = {ALL: overall, **counted}
        book = HlpBook(hlp or {}, {one: self._own_humans(counts, hlp) for one, counts in known.items()}, level)
        candidates = [self._candidate(slice_, counts, overall, book, seed) for slice_, counts in counted.items()]
        saved = {str(slice_): name for slice_, name in self.saved().items()}
        candidates = [replace(one, name=saved.get(one.slice, one.name)) for one in candidates]
        if tags:
            candidates += self._tag_candidates(overall, book, where)
        return RankResult(
            head=self.head(overall, where),
            metric="accuracy",
            overall=accuracy(overall.right, overall.n, level),
            table=rank(candidates),
        )

    def _own_humans(self, counts: SliceCounts, hlp: Mapping[Slice, GivenHlp] | None) -> SliceCounts:
        """Levels given by a person stand alone: the human labels in the data do not mix with them."""
        return counts if hlp is None else replace(counts, paired=None)

    def _candidate(
        self, slice_: Slice, counts: SliceCounts, overall: SliceCounts, book: HlpBook, seed: int
    ) -> Candidate:
        level = self.options.level
        hlp = book.resolve(slice_)
        gap = accuracy_gap(counts, hlp, level)
        paired = counts.paired if hlp.source == "paired" else None
        return Candidate(
            slice=str(slice_),
            name=slice_.words,
            kind="tag" if slice_.columns == ("tag",) else "slice",
            support=counts.support,
            share=counts.support / overall.support,
            weight=counts.n / overall.n if overall.n else None,
            errors=counts.errors,
            error_share=counts.errors / overall.errors if overall.errors else None,
            estimate=accuracy(counts.right, counts.n, level),
            estimate_paired=None if paired is None else accuracy(paired.model_right, paired.n, level),
            hlp=hlp,
            gap=gap,
            ceiling=counts.errors / overall.n if overall.n else None,
            draws=None if gap is None else accuracy_gap_draws(counts, hlp, str(slice_), seed),
        )

    def _tag_candidates(self, overall: SliceCounts, book: HlpBook, where: Slice) -> list[Candidate]:
        """Tags as candidates. Where only some rows were read, the accuracy within a tag cannot be known:
        then only its share of the errors read stands, and what fixing them all would bring."""
        reviewed = self.engine.reviewed(where)
        found = []
        for tag in events.known_tags(self.project, self.dataset.id):
            slice_ = condition("tag", "=", tag.name)
            counts = self.count(all_of(where, slice_))
            if not counts.support:
                continue
            if reviewed.errors + reviewed.correct >= overall.n:
                tagged = replace(book, counts={**book.counts, slice_: counts})
                found.append(self._candidate(slice_, counts, overall, tagged, self.options.seed))
            else:
                found.append(self._read_tag(slice_, tag.name, counts, overall, reviewed.errors, reviewed.drawn))
        return found

    def _read_tag(
        self, slice_: Slice, name: str, counts: SliceCounts, overall: SliceCounts, read: int, drawn: bool
    ) -> Candidate:
        level = self.options.level
        share = counts.errors / read if read else None
        effective = read * (overall.errors - 1) / (overall.errors - read) if read < overall.errors else overall.errors
        ci = wilson(share * effective, effective, level) if share is not None and drawn else None
        return Candidate(
            slice=str(slice_),
            name=name,
            kind="tag",
            support=counts.support,
            share=None,
            weight=None,
            errors=counts.errors,
            error_share=share,
            error_share_ci=ci,
            estimate=estimate(None, None, n=counts.n, denominator=0, method="wilson", level=level),
            estimate_paired=None,
            hlp=None,
            gap=None,
            ceiling=None if share is None or not overall.n else share * overall.errors / overall.n,
            flags=() if drawn else ("convenience_sample",),
        )

    def _rank_classes(self, metric: str, hlp: Mapping[Slice, GivenHlp] | None, where: Slice) -> RankResult:
        if self.labels is None:
            raise UsageError("There are no classes to rank: rows are only known to be right or wrong.")
        if metric not in CLASS_METRICS:
            raise UsageError(f"Classes are ranked by {', '.join(CLASS_METRICS)}, not by {metric!r}.")
        cells = self.cells(where)
        counts = count_slice(cells, self.labels)
        level = self.options.level
        kept = counts if hlp is None else replace(counts, human_confusion=None)
        return RankResult(
            head=self.head(counts, where),
            metric=metric,
            overall=overall_class_metric(counts, metric, level),
            table=rank(
                class_candidates(cells, kept, metric=metric, given=hlp or {}, level=level, seed=self.options.seed)
            ),
        )

    def reference(self, counts: SliceCounts) -> Reference:
        """What a headline accuracy is held against: people on the same rows, and always saying the largest class."""
        paired = counts.paired
        majority: tuple[tuple[str, float], ...] = ()
        if counts.confusion is not None and counts.n:
            place = int(counts.confusion.support.argmax())
            majority = (
                (f"always {counts.confusion.labels[place]}", float(counts.confusion.support[place]) / counts.n),
            )
        return Reference(hlp=paired.human_right / paired.n if paired is not None else None, baselines=majority)

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

    def overall(self, where: Slice = ALL) -> Estimate:
        """Accuracy on a slice."""
        counts = self.count(where)
        return accuracy(counts.right, counts.n, self.options.level)


def _worst_first(row: SliceRow) -> tuple[bool, bool, float, str]:
    change = row.difference
    return change is None, row.low_support, change.value if change else 0.0, str(row.slice)
