"""Results of the workbench: frozen, each with its JSON document and its table."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from slicer.human.truth import TITLES
from slicer.metrics.counts import ConfusionCounts, SliceCounts
from slicer.metrics.difference import Difference
from slicer.metrics.estimate import RANKED_FROM, Estimate
from slicer.metrics.rates import ClassMetrics
from slicer.priorities.ranking import Order, RankedRow
from slicer.slices import Slice, parse
from slicer.vocabulary import Task, TruthSource

SHOWN_CLASSES = 50
"""Class tables and the confusion matrix hold this many classes, the most frequent."""


SHOWN_DOWN, SHOWN_ACROSS = 12, 6
"""Values of the two columns a crossing shows, so that its numbers have room at 1024 pixels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What every document says first."""

    source: dict[str, Any]
    """path, sha256, dataset, run."""
    roles: dict[str, Any]
    positive: str | None
    rows: int
    """Rows after the filter."""
    rows_total: int
    unlabelled: int
    unpredicted: int
    warnings: tuple[str, ...]
    level: float
    task: Task = "classification"

    def document(self, name: str) -> dict[str, Any]:
        return {
            "schema": f"slicer.{name}/1",
            "source": self.source,
            "task": self.task,
            "roles": self.roles,
            "positive": self.positive,
            "rows": self.rows,
            "rows_total": self.rows_total,
            "unlabelled": self.unlabelled,
            "unpredicted": self.unpredicted,
            "warnings": list(self.warnings),
        }


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SliceMetrics:
    """One slice with its metrics."""

    slice: Slice
    name: str
    counts: SliceCounts
    share: float | None
    metrics: Mapping[str, Estimate | None]
    classes: Mapping[str, ClassMetrics]
    people: Mapping[str, ClassMetrics]
    """The same of the human labels, on the rows that have one."""

    def to_dict(self) -> dict[str, Any]:
        shown = _most_frequent(self.counts.confusion)
        return {
            "slice": str(self.slice),
            "support": self.counts.support,
            "share": self.share,
            "errors": self.counts.errors if self.counts.judged else None,
            "metrics": {name: None if one is None else one.to_dict() for name, one in self.metrics.items()},
            "classes": {
                label: {
                    "support": one.support,
                    "predicted": one.predicted,
                    "precision": one.precision.to_dict(),
                    "recall": one.recall.to_dict(),
                    "f1": one.f1.to_dict(),
                }
                for label, one in self.classes.items()
                if label in shown
            },
            "confusion": None if self.counts.confusion is None else _matrix(self.counts.confusion, shown),
            "classes_truncated": self.counts.confusion is not None and len(shown) < len(self.counts.confusion.labels),
        }


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MetricsResult:
    """Metrics overall and per slice."""

    head: Head
    overall: SliceMetrics
    slices: tuple[SliceMetrics, ...]

    def crowded(self, most: int) -> tuple[SliceMetrics, ...]:
        """The slices with at least 30 rows that hold more of the errors than of the rows, the largest surplus first."""
        overall = self.overall.counts
        if not overall.errors:
            return ()

        def surplus(one: SliceMetrics) -> float:
            return one.counts.errors / overall.errors - one.counts.support / overall.support

        found = [one for one in self.slices if one.counts.n >= RANKED_FROM and surplus(one) > 0]
        return tuple(sorted(found, key=lambda one: (-surplus(one), str(one.slice)))[:most])

    def to_dict(self) -> dict[str, Any]:
        return {
            **self.head.document("metrics"),
            "overall": self.overall.to_dict(),
            "slices": [one.to_dict() for one in self.slices],
        }

    def to_json(self) -> str:
        return json.dumps(self.to_dict(), ensure_ascii=False, allow_nan=False, indent=2)

    def to_frame(self) -> pd.DataFrame:
        """A row for each slice, all rows first: support, share, errors, and each metric with its interval."""
        rows = []
        for one in (self.overall, *self.slices):
            row: dict[str, Any] = {
                "slice": str(one.slice),
                "support": one.counts.support,
                "share": one.share,
                "errors": one.counts.errors if one.counts.judged else None,
            }
            for name, found in one.metrics.items():
                if found is not None:
                    row[name] = found.value
                    row[f"{name}_lo"], row[f"{name}_hi"] = found.ci or (None, None)
            rows.append(row)
        return pd.DataFrame(rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class SliceRow:
    """One slice beside the rest of the rows."""

    slice: Slice
    name: str
    """The name it was saved under, else its words."""
    saved: bool
    support: int
    share: float
    """Support over all rows."""
    errors: int | None
    """None where rows carry numbers and none is wrong."""
    error_share: float | None
    estimate: Estimate
    rest: Estimate
    """The same metric on the rows outside."""
    difference: Difference | None
    q_value: float | None
    """Of the difference, adjusted for the number of slices in the table; None where it was not tested."""
    verdict: str
    """worse, better or no evidence."""

    @property
    def low_support(self) -> bool:
        return self.estimate.value is not None and self.estimate.low_support


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SliceTable:
    """Slices against the rest, worst first; those with few rows after all others."""

    head: Head
    metric: str
    higher_is_better: bool
    overall: Estimate
    table: tuple[SliceRow, ...]

    def with_verdict(self, verdict: str) -> tuple[SliceRow, ...]:
        """The rows of one verdict, in order."""
        return tuple(row for row in self.table if row.verdict == verdict)

    def to_frame(self) -> pd.DataFrame:
        """A row for each slice, rates and differences as fractions."""
        return pd.DataFrame(
            [
                {
                    "slice": str(row.slice),
                    "name": row.name,
                    "support": row.support,
                    "share": row.share,
                    "errors": row.errors,
                    "error_share": row.error_share,
                    "estimate": row.estimate.value,
                    "estimate_lo": row.estimate.ci[0] if row.estimate.ci else None,
                    "estimate_hi": row.estimate.ci[1] if row.estimate.ci else None,
                    "rest": row.rest.value,
                    "difference": row.difference.value if row.difference else None,
                    "difference_lo": row.difference.ci[0] if row.difference and row.difference.ci else None,
                    "difference_hi": row.difference.ci[1] if row.difference and row.difference.ci else None,
                    "q_value": row.q_value,
                    "verdict": row.verdict,
                }
                for row in self.table
            ]
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CrossTable:
    """Two columns crossed: a slice for each pair of their values that has rows."""

    down: str
    across: str
    """The columns."""
    metric: str
    higher_is_better: bool
    levels_down: tuple[Slice, ...]
    levels_across: tuple[Slice, ...]
    """Their slices, the most frequent value first, at most `SHOWN_DOWN` and `SHOWN_ACROSS`."""
    levels: tuple[int, int]
    """How many there are."""
    cells: Mapping[tuple[int, int], SliceRow]
    """By place in the levels."""


FAILURES_ONLY = (
    "No row here is right. Rows that were chosen because they are wrong tell where errors are, not how often a slice "
    "leads to one: its accuracy, gap and potential are not known. Add the rows the model got right, or some of them "
    "drawn at random and weighted; the number of all rows alone gives what fixing every error would bring."
)
"""What a ranking says where it has failures alone."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RankResult:
    """The prioritization table."""

    head: Head
    metric: str
    overall: Estimate
    table: tuple[RankedRow, ...]
    higher_is_better: bool = True
    truth_source: TruthSource = "external"
    joint: float | None = None
    """What closing every gap of the table is worth together: an error in several slices counts once."""
    joint_reason: str | None = None
    """Why that is not known, a sentence."""
    order: Order = "potential"
    """What the table is sorted by."""
    failures_only: bool = False
    """Whether no row is right, so that no accuracy, gap or potential is known."""

    @property
    def title(self) -> str:
        """What the human level is called under this truth."""
        return TITLES[self.truth_source]

    @property
    def no_people(self) -> str:
        """What to give where nothing can be ranked: rows the model got right, or a human level; empty where it can."""
        if self.failures_only:
            return FAILURES_ONLY
        held = [row.candidate for row in self.table if row.candidate.kind != "tag"]
        if not held or any(one.hlp is not None for one in held):
            return ""
        return (
            "No human level is known, so nothing says how much could be gained. Give one: a number, a table, or the "
            "rows that are people's; a column of people's own numbers is given its role on Data."
        )

    @property
    def with_gap(self) -> tuple[RankedRow, ...]:
        """The rows that have a gap: what a picture can draw."""
        return tuple(row for row in self.table if row.candidate.gap is not None)

    @property
    def exclusive(self) -> bool:
        """Whether the rows with a gap are slices of the same columns, so that no example is in two of them."""
        columns = {parse(row.candidate.slice).columns for row in self.with_gap}
        covered = sum(row.candidate.share or 0.0 for row in self.with_gap)
        return len(columns) <= 1 and ("tag",) not in columns and covered <= 1 + 1e-9

    @property
    def adds_up(self) -> bool:
        """Whether potentials add up: no example is in two rows, and the metric is a mean over examples."""
        return self.exclusive and self.additive

    @property
    def additive(self) -> bool:
        """Whether potential is share times gap: the metric is a mean over examples."""
        return all(row.candidate.exact is None for row in self.table)

    def to_dict(self) -> dict[str, Any]:
        return {
            **self.head.document("rank"),
            "metric": self.metric,
            "higher_is_better": self.higher_is_better,
            "truth_source": self.truth_source,
            "overall": self.overall.to_dict(),
            "joint": self.joint,
            "joint_reason": self.joint_reason,
            "order": self.order,
            "table": [row.to_dict() for row in self.table],
        }

    def to_json(self) -> str:
        return json.dumps(self.to_dict(), ensure_ascii=False, allow_nan=False, indent=2)

    def to_frame(self) -> pd.DataFrame:
        """A row for each slice, best first, rates and potentials as fractions."""
        return pd.DataFrame([flat(row) for row in self.table])


def flat(row: RankedRow) -> dict[str, Any]:
    """A ranked row without nesting, as a spreadsheet wants it."""
    mine = row.candidate
    return {
        "slice": mine.slice,
        "name": mine.name,
        "kind": mine.kind,
        "support": mine.support,
        "share": mine.share,
        "errors": mine.errors,
        "error_share": mine.error_share,
        "metric": mine.estimate.value,
        "metric_lo": mine.estimate.ci[0] if mine.estimate.ci else None,
        "metric_hi": mine.estimate.ci[1] if mine.estimate.ci else None,
        "hlp": mine.hlp.value if mine.hlp else None,
        "hlp_source": mine.hlp.source if mine.hlp else None,
        "gap": mine.gap.value if mine.gap else None,
        "gap_lo": mine.gap.ci[0] if mine.gap and mine.gap.ci else None,
        "gap_hi": mine.gap.ci[1] if mine.gap and mine.gap.ci else None,
        "potential": mine.potential,
        "potential_lo": mine.potential_ci[0] if mine.potential_ci else None,
        "potential_hi": mine.potential_ci[1] if mine.potential_ci else None,
        "shared": row.worth.shared if row.worth else None,
        "next_best": row.worth.next_best if row.worth else None,
        "cumulative": row.worth.cumulative if row.worth else None,
        "grouped_with": row.near.words if row.near else None,
        "p_top1": row.p_top1,
        "p_top3": row.p_top3,
        "tied_with": "; ".join(row.tied_with),
        "cautious": mine.cautious,
        "potential_accuracy": mine.exact and mine.exact.accuracy,
        "assumption": mine.exact and mine.exact.assumption,
        "share_source": mine.share_source,
        "ceiling": mine.ceiling,
        "agreement": mine.agreement,
        "action": row.action,
        "flags": ", ".join(row.flags),
    } | {
        f"{one.name} {what}": value
        for one in mine.baselines
        for what, value in (("level", one.level and one.level.value), ("gap", one.gap and one.gap.value))
    }


def _most_frequent(confusion: ConfusionCounts | None) -> tuple[str, ...]:
    """The classes that are shown, in the order of the labels."""
    if confusion is None:
        return ()
    weight = confusion.support + confusion.predicted
    places = sorted(range(len(confusion.labels)), key=lambda place: -weight[place])[:SHOWN_CLASSES]
    return tuple(confusion.labels[place] for place in sorted(places))


def _matrix(confusion: ConfusionCounts, shown: tuple[str, ...]) -> dict[str, Any]:
    places = [confusion.labels.index(label) for label in shown]
    counts = confusion.table[:, :-1].astype(int)
    return {"labels": list(shown), "counts": [[int(counts[i, j]) for j in places] for i in places]}
