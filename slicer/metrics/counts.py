"""The sufficient statistics: what every metric is made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from slicer.metrics.additive import Additive, rest
from slicer.metrics.clusters import ClusterProducts
from slicer.metrics.histograms import ProbabilitySums
from slicer.metrics.moments import Distances, Moments, RatioSums, ResidualSums

OUTCOME = ("right",)
"""The one class of a table that holds right and wrong rows alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedClusters:
    """Rates on the rows with a human label, as ratios whose rows are the clusters that have any."""

    human: RatioSums
    model: RatioSums
    gap: RatioSums
    """How much more often people are right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedCounts:
    """Model and human on the same rows: who was right."""

    both: int = 0
    human_only: int = 0
    model_only: int = 0
    neither: int = 0
    weights: tuple[float, ...] | None = None
    """Σw of the four, in that order, where rows carry weights."""
    squares: float | None = None
    """Σw² of all of them."""
    between: PairedClusters | None = None
    """Where rows come in clusters, the same between those that have a human label."""

    @property
    def n(self) -> int:
        """Rows that have a human label."""
        return self.both + self.human_only + self.model_only + self.neither

    @property
    def cells(self) -> np.ndarray:
        """Both right, people only, the model only, neither, in effective rows (Kish's), shape (4,)."""
        if self.weights is None or not self.squares:
            return np.array([self.both, self.human_only, self.model_only, self.neither], dtype=float)
        return np.array(self.weights) * sum(self.weights) / self.squares

    @property
    def size(self) -> float:
        """Effective rows."""
        return float(self.cells.sum())

    @property
    def human_right(self) -> float:
        """Effective rows people are right on."""
        return float(self.cells[:2].sum())

    @property
    def model_right(self) -> float:
        """Effective rows the model is right on."""
        return float(self.cells[0] + self.cells[2])

    @property
    def gap(self) -> float:
        """How much more often people are right."""
        return float(self.cells[1] - self.cells[2]) / self.size


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
    clusters: ClusterProducts | None = field(default=None, repr=False)
    """Where rows come in clusters, the products of their totals by cell. They do not add up: a sum has none."""

    def _combined(self, other: ConfusionCounts, sign: int) -> ConfusionCounts:
        return Additive._combined(replace(self, clusters=None), replace(other, clusters=None), sign)

    def __sub__(self, other: ConfusionCounts) -> ConfusionCounts:
        """The rest; a cell that has no row left is 0 exactly, whatever rounding leaves of its weights."""
        rest = self._combined(other, -1)
        if rest.rows is None or rest.squares is None:
            return rest
        left = rest.rows > 0
        return ConfusionCounts(rest.labels, rest.table * left, rest.squares * left, rest.rows)

    @property
    def squared(self) -> np.ndarray:
        """Σw² of each cell: the variance of its total, where rows are independent."""
        return self.table if self.squares is None else self.squares

    @property
    def counted(self) -> np.ndarray:
        """Rows of each cell, whatever they weigh."""
        return self.table if self.rows is None else self.rows

    def covariance(self, gradients: np.ndarray) -> np.ndarray:
        """Covariances of metrics by the delta method, from their gradients over the cells.

        A metric that does not change when all counts are scaled has Σ N ∂m/∂N = 0, so the multinomial
        variance is Σ N (∂m/∂N)²; with weights Σw² stands for N, with clusters the products of their totals.

        Args:
            gradients: Shape (metrics, classes, classes + 1).

        Returns:
            Shape (metrics, metrics); nan where rows come in a single cluster.
        """
        flat = gradients.reshape(len(gradients), -1)
        if self.clusters is not None:
            return self.clusters.covariance(flat)
        return np.asarray((flat * self.squared.ravel()) @ flat.T)

    @property
    def weighted(self) -> bool:
        return self.squares is not None

    @property
    def n(self) -> int:
        """Rows, whatever they weigh."""
        return int(self.counted.sum())

    @property
    def right(self) -> int:
        """Right rows, whatever they weigh."""
        return int(np.trace(self.counted))

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
    outcomes: ConfusionCounts | None = None
    """Right and wrong rows, as the one class and its misses, where classes are not counted."""
    probabilities: ProbabilitySums | None = None
    residuals: ResidualSums | None = None
    """Of a regression."""
    distances: Distances | None = None
    """Of a regression, where they were asked for; sums do not tell those of the rest."""
    score: Moments | None = None
    """Of a ready score per row."""
    ratio: RatioSums | None = None
    """Of two columns, errors over their total."""
    number_clusters: ClusterProducts | None = None
    """Where rows come in clusters, the products of the named sums of numbers above."""
    outside: OutsideClusters | None = None
    """Where rows come in clusters, the products of the rows outside: a cluster may have rows on both sides."""

    @property
    def n(self) -> int:
        """Rows with a truth: the denominator of accuracy."""
        return self.support - self.unlabelled

    @property
    def errors(self) -> int:
        return self.n - self.right

    @property
    def weight(self) -> float:
        """What the rows with a truth weigh; their number where they carry no weights."""
        return float(self.tabled.table.sum())

    @property
    def tabled(self) -> ConfusionCounts:
        """Right and wrong rows as a table: of all classes, or of right and wrong alone."""
        table = self.confusion if self.confusion is not None else self.outcomes
        if table is not None:
            return table
        return ConfusionCounts(OUTCOME, np.array([[self.right, self.errors]], dtype=float))

    @property
    def judged(self) -> bool:
        """Whether rows are right or wrong; else they carry numbers and there are no errors to count."""
        return self.score is None and self.ratio is None and self.residuals is None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OutsideClusters:
    """Products of the clusters' totals on the rows outside a slice."""

    table: ClusterProducts | None = None
    numbers: ClusterProducts | None = None


def rest_of(whole: SliceCounts, part: SliceCounts) -> SliceCounts:
    """The counts of the rows outside a slice; human labels are left out.

    Args:
        whole: All rows.
        part: The slice, some of those rows.
    """
    outside = part.outside or OutsideClusters()
    confusion, outcomes = rest(whole.confusion, part.confusion), rest(whole.outcomes, part.outcomes)
    return SliceCounts(
        support=whole.support - part.support,
        unlabelled=whole.unlabelled - part.unlabelled,
        unpredicted=whole.unpredicted - part.unpredicted,
        right=whole.right - part.right,
        confusion=None if confusion is None else replace(confusion, clusters=outside.table),
        paired=None,
        outcomes=None if outcomes is None else replace(outcomes, clusters=outside.table),
        probabilities=rest(whole.probabilities, part.probabilities),
        residuals=rest(whole.residuals, part.residuals),
        score=rest(whole.score, part.score),
        ratio=rest(whole.ratio, part.ratio),
        number_clusters=outside.numbers,
    )
