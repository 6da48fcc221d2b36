"""Item patterns: the sufficient statistics of what several people said.

Items on which the same number of people said each label, and which share the model's class and the
truth, are one pattern with a number of items. Every figure of nominal agreement, the leave-one-out
human level, its gap and their intervals between items are functions of these lines. An engine groups
by them once, whatever it was given: a column for each person, a row for each answer, or counts. A
million items that 20 people sorted into 2 classes are at most 21 x 3 x 3 lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from slicer.human.between import between, few_clusters
from slicer.metrics.estimate import RANKED_FROM
from slicer.metrics.means import effective_rows

Array = np.ndarray

NOTHING = -1
"""The class index of a prediction or a truth that is missing."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ItemPatterns:
    """Items by what people, the model and the truth say of them; patterns add up over slices without a common item."""

    labels: tuple[str, ...]
    """Every label that people, the model or the truth use, in order."""
    counts: Array = field(repr=False)
    """People who said each label on an item, whole numbers, shape (patterns, labels)."""
    items: Array = field(repr=False)
    """Items of each pattern, whole numbers, shape (patterns,)."""
    model: Array | None = field(default=None, repr=False)
    """The label index of the prediction, or NOTHING: wrong, as everywhere. None: there is no run."""
    truth: Array | None = field(default=None, repr=False)
    """The label index of the truth, or NOTHING: outside what is measured by it. None: there is no truth."""
    clusters: Array | None = field(default=None, repr=False)
    """The number of the cluster its items are of, the same in all slices. None: every item is alone."""

    def __add__(self, other: ItemPatterns) -> ItemPatterns:
        """The items of both; labels, and whether there are a run and a truth, are those of the data set."""
        assert self.labels == other.labels

        def both(mine: Array | None, theirs: Array | None) -> Array | None:
            return None if mine is None or theirs is None else np.concatenate([mine, theirs])

        return ItemPatterns(
            labels=self.labels,
            counts=np.concatenate([self.counts, other.counts]),
            items=np.concatenate([self.items, other.items]),
            model=both(self.model, other.model),
            truth=both(self.truth, other.truth),
            clusters=both(self.clusters, other.clusters),
        )

    @property
    def n(self) -> int:
        """Items, answered or not."""
        return int(self.items.sum())

    @property
    def independent(self) -> float:
        """Items that are independent: clusters as if of equal size (Kish's number) where items come in them."""
        return self.n if self.clusters is None else effective_rows(between(self.items, self.items, self.clusters))

    @property
    def few_clusters(self) -> tuple[str, ...]:
        """A flag where there are few clusters to tell a spread from."""
        return () if self.clusters is None else few_clusters(between(self.items, self.items, self.clusters))

    @property
    def answers(self) -> Array:
        """How many people answered an item, shape (patterns,)."""
        return np.asarray(self.counts.sum(axis=1))

    @property
    def said(self) -> Array:
        """Answers of each label over all items, shape (labels,)."""
        return np.asarray(self.items @ self.counts)

    @property
    def agreement(self) -> Array:
        """The share of the pairs of people on an item that agree, nan below two answers, shape (patterns,)."""
        counts, m = self.counts.astype(float), self.answers.astype(float)
        same = np.einsum("ij,ij->i", counts, counts) - m
        return np.asarray(np.divide(same, m * (m - 1), out=np.full(len(m), np.nan), where=m > 1))

    @property
    def disagreement(self) -> Array:
        """1 - agreement: the order of items to look at; it means the same whatever the number of answers."""
        return 1 - self.agreement

    def with_answers(self, least: int) -> ItemPatterns:
        """The items that at least so many people answered."""
        return self.where(self.answers >= least)

    def where(self, mask: Array) -> ItemPatterns:
        """The patterns of a mask."""
        return ItemPatterns(
            labels=self.labels,
            counts=self.counts[mask],
            items=self.items[mask],
            model=None if self.model is None else self.model[mask],
            truth=None if self.truth is None else self.truth[mask],
            clusters=None if self.clusters is None else self.clusters[mask],
        )

    @classmethod
    def of(
        cls,
        ratings: Sequence[Sequence[str | None]],
        model: Sequence[str | None] | None = None,
        truth: Sequence[str | None] | None = None,
        clusters: Sequence[str] | None = None,
    ) -> ItemPatterns:
        """From a short table with a line for each item: for a notebook or a test; an engine groups in its own place.

        >>> patterns = ItemPatterns.of([["a", "a", "b"], ["b", None, "a"], ["a", "b", "a"]])
        >>> patterns.counts.tolist(), patterns.items.tolist()
        ([[1, 1], [2, 1]], [1, 2])
        """
        used = {key for line in (*ratings, model or (), truth or ()) for key in line if key is not None}
        labels = tuple(sorted(used))
        place: dict[str | None, int] = {key: index for index, key in enumerate(labels)} | {None: NOTHING}
        lines = np.zeros((len(ratings), len(labels) + 3), dtype=np.int64)
        for line, said in zip(lines, ratings, strict=True):
            for key in said:
                if key is not None:
                    line[place[key]] += 1
        for column, keys in ((-3, model), (-2, truth)):
            if keys is not None:
                lines[:, column] = [place[key] for key in keys]
        if clusters is not None:
            lines[:, -1] = np.unique(np.array(clusters), return_inverse=True)[1]
        grouped, items = np.unique(lines, axis=0, return_counts=True) if len(lines) else (lines, np.zeros(0, int))
        return cls(
            labels=labels,
            counts=grouped[:, :-3],
            items=items,
            model=None if model is None else grouped[:, -3],
            truth=None if truth is None else grouped[:, -2],
            clusters=None if clusters is None else grouped[:, -1],
        )


def agreement_on(patterns: ItemPatterns, label: str | None = None) -> float | None:
    """How often two people say the same, on the items whose truth is a label, or on all; None below 30 of them.

    >>> agreement_on(ItemPatterns.of([["a", "b"], ["a", "a"]] * 20))
    0.5
    """
    used = patterns.with_answers(2)
    if label is not None and used.truth is not None:
        used = used.where(used.truth == used.labels.index(label))
    return float(used.items @ used.agreement) / used.n if used.n >= RANKED_FROM else None


def disagreement(counts: Sequence[int]) -> float | None:
    """1 - Σn(n - 1) / (m(m - 1)) of one item; None below two answers.

    Entropy is not used: it grows with the number of answers, so it would rank items by who was asked.

    >>> disagreement([2, 1]), disagreement([1, 0])
    (0.6666666666666667, None)
    """
    m = sum(counts)
    return 1 - sum(n * (n - 1) for n in counts) / (m * (m - 1)) if m > 1 else None
