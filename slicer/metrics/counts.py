"""The sufficient statistics: what an engine counts, and what every metric is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from slicer.metrics.additive import Additive
from slicer.metrics.histograms import ProbabilitySums
from slicer.metrics.moments import ClusterSums, Moments, RatioSums, ResidualSums

UNPREDICTED = ""
"""The key of a prediction that is missing; a class key is never empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """Rows that share a truth, a prediction and a human label: one line of the engine's answer."""

    label: str | None
    """Class key of the truth; None where the label is missing."""
    prediction: str | None
    human: str | None
    right: bool | None
    """Whether the prediction is the truth; None without a label. A missing prediction is wrong."""
    human_right: bool | None
    rows: int
    weight: float | None = None
    """Σw of those rows; None where rows carry no weights."""
    squared_weight: float | None = None
    """Σw² of those rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedCounts(Additive):
    """Model and human on the same rows: who was right."""

    both: int = 0
    human_only: int = 0
    model_only: int = 0
    neither: int = 0

    @property
    def n(self) -> int:
        return self.both + self.human_only + self.model_only + self.neither

    @property
    def human_right(self) -> int:
        return self.both + self.human_only

    @property
    def model_right(self) -> int:
        return self.both + self.model_only


@dataclass(frozen=True, slots=True, eq=False)
class ConfusionCounts(Additive):
    """Rows by true and predicted class.

    `table[i, j]` counts rows of true class i predicted as class j; the last column counts rows
    without a prediction: a miss for recall and an error for accuracy, never a predicted class.
    Where rows carry weights, `table` holds their sums and `squares` and `rows` stand beside it.
    """

    labels: tuple[str, ...]
    table: np.ndarray = field(repr=False)
    """Shape (classes, classes + 1), whole numbers as floats; with weights Σw of each cell."""
    squares: np.ndarray | None = field(default=None, repr=False)
    """Σw² of each cell; None without weights."""
    rows: np.ndarray | None = field(default=None, repr=False)
    """Rows of each cell; None without weights, where `table` says it."""

    def __sub__(self, other: ConfusionCounts) -> ConfusionCounts:
        """The rest; a cell that has no row left is 0 exactly, whatever rounding leaves of its weights."""
        rest = self._combined(other, -1)
        if rest.rows is None or rest.squares is None:
            return rest
        left = rest.rows > 0
        return ConfusionCounts(rest.labels, rest.table * left, rest.squares * left, rest.rows)

    @property
    def weighted(self) -> bool:
        return self.squares is not None

    @property
    def n(self) -> int:
        """Rows, whatever they weigh."""
        return int((self.table if self.rows is None else self.rows).sum())

    @property
    def right(self) -> int:
        """Right rows, whatever they weigh."""
        return int(np.trace(self.table if self.rows is None else self.rows))

    @property
    def support(self) -> np.ndarray:
        """True rows of each class; with weights their sum."""
        return np.asarray(self.table.sum(axis=1))

    @property
    def predicted(self) -> np.ndarray:
        """Predicted rows of each class; with weights their sum."""
        return np.asarray(self.table[:, :-1].sum(axis=0))

    @property
    def defined(self) -> np.ndarray:
        """Which classes occur here, in the truth or among the predictions."""
        return (self.support > 0) | (self.predicted > 0)

    def one_against_rest(self, index: int) -> tuple[float, float, float, float]:
        """tp, fp, fn, tn of a class."""
        tp = float(self.table[index, index])
        fp, fn = float(self.predicted[index]) - tp, float(self.support[index]) - tp
        return tp, fp, fn, float(self.table.sum()) - tp - fp - fn

    @classmethod
    def from_pairs(cls, pairs: Iterable[tuple[str, str | None, float]], labels: Sequence[str]) -> ConfusionCounts:
        """From (truth, prediction, rows) triples; every class must be among `labels`.

        >>> counts = ConfusionCounts.from_pairs([("a", "a", 3), ("a", None, 1)], ["a", "b"])
        >>> counts.table.tolist()
        [[3.0, 0.0, 1.0], [0.0, 0.0, 0.0]]
        """
        place = {label: index for index, label in enumerate(labels)}
        table = np.zeros((len(labels), len(labels) + 1))
        for label, prediction, rows in pairs:
            table[place[label], len(labels) if prediction is None else place[prediction]] += rows
        return cls(tuple(labels), table)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SliceCounts:
    """Everything counted about one slice."""

    support: int
    """All rows of the slice, labelled or not."""
    unlabelled: int
    unpredicted: int
    """Labelled rows without a prediction."""
    right: int
    confusion: ConfusionCounts | None
    """None where only right or wrong is known: free text, or a ready `correct` column."""
    paired: PairedCounts | None
    """None where no row of the slice has a human label."""
    human_confusion: ConfusionCounts | None = None
    """The human labels against the truth, on the rows that have one."""
    paired_confusion: ConfusionCounts | None = None
    """The model against the truth, on those same rows."""
    outcome: Moments | None = None
    """Of right (1) and wrong (0) on the rows with a truth, where rows carry weights; else `right` says it."""
    probabilities: ProbabilitySums | None = None
    residuals: ResidualSums | None = None
    """Of a regression."""
    score: Moments | None = None
    """Of a ready score per row."""
    ratio: RatioSums | None = None
    """Of two columns, errors over their total."""
    clusters: Mapping[str, ClusterSums] | None = None
    """Where rows come in clusters: by name of the metric, the cluster totals of its numerator and denominator
    (F1: TP over TP + FP + FN; RMSE: Σr² over rows). A metric without an entry then has no interval.
    None where rows are taken as independent."""

    @property
    def n(self) -> int:
        """Rows with a truth: the denominator of accuracy."""
        return self.support - self.unlabelled

    @property
    def errors(self) -> int:
        return self.n - self.right


def count_slice(cells: Sequence[Cell], labels: Sequence[str] | None) -> SliceCounts:
    """Add up the cells of one slice.

    Args:
        cells: The engine's lines of this slice.
        labels: The data set's class keys in order, or None where classes are not counted.

    >>> cell = Cell(label="a", prediction="b", human="a", right=False, human_right=True, rows=2)
    >>> counts = count_slice([cell], ["a", "b"])
    >>> counts.support, counts.errors, counts.paired.human_only
    (2, 2, 2)
    """
    known = frozenset(labels or ())  # a person may say what neither truth nor model ever says: a miss, no class
    truth = [cell for cell in cells if cell.right is not None]
    seen = [cell for cell in truth if cell.human_right is not None]

    def rows(chosen: Iterable[Cell]) -> int:
        return sum(cell.rows for cell in chosen)

    def who(model: bool, human: bool) -> int:
        return rows(cell for cell in seen if cell.right is model and cell.human_right is human)

    def confusion(chosen: Sequence[Cell], by: str) -> ConfusionCounts | None:
        if labels is None:
            return None

        def table(of: Callable[[Cell], float]) -> np.ndarray:
            said = ((cell, getattr(cell, by)) for cell in chosen)
            pairs = ((str(cell.label), key if key in known else None, of(cell)) for cell, key in said)
            return ConfusionCounts.from_pairs(pairs, labels).table

        rows = table(lambda cell: cell.rows)
        if not weighted:
            return ConfusionCounts(tuple(labels), rows)
        squares = table(lambda cell: cell.squared_weight or 0.0)
        return ConfusionCounts(tuple(labels), table(lambda cell: cell.weight or 0.0), squares, rows)

    def outcome() -> Moments:
        """Of 1 on right rows and 0 on wrong ones."""
        w, ww = (sum(getattr(cell, of) or 0.0 for cell in truth) for of in ("weight", "squared_weight"))
        wx, wwx = (sum(getattr(cell, of) or 0.0 for cell in truth if cell.right) for of in ("weight", "squared_weight"))
        return Moments(n=labelled, w=w, ww=ww, wx=wx, wxx=wx, wwx=wwx, wwxx=wwx, weighted=True)

    support, labelled = rows(cells), rows(truth)
    weighted = any(cell.weight is not None for cell in cells)
    return SliceCounts(
        support=support,
        unlabelled=support - labelled,
        unpredicted=rows(cell for cell in truth if cell.prediction is None),
        right=rows(cell for cell in truth if cell.right),
        confusion=confusion(truth, "prediction"),
        paired=PairedCounts(
            both=who(True, True), human_only=who(False, True), model_only=who(True, False), neither=who(False, False)
        )
        if seen
        else None,
        human_confusion=confusion(seen, "human") if seen else None,
        paired_confusion=confusion(seen, "prediction") if seen else None,
        outcome=outcome() if weighted else None,
    )
