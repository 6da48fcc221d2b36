"""Answers one by one, (item, annotator, label): patterns and annotator sums from a short list of them.

What an engine does with a long table in one query each, in plain words: for a notebook, a test, and as the
definition that the queries are held to.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from slicer.human.annotators import AnnotatorSums, JudgedItems
from slicer.human.patterns import ItemPatterns


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """One label of each person on each item."""

    by_item: Mapping[str, Mapping[str, str]]
    """Of each item: annotator and label."""
    repeated: int
    """Answers left out because the same person had said the same of the item already."""
    contradictory: int
    """Times a person gave different labels to one item: all of them are left out."""

    @classmethod
    def of(cls, answers: Iterable[tuple[str, str, str | None]], items: Iterable[str] = ()) -> Answers:
        """From (item, annotator, label), in any order; a label of None is no answer.

        Args:
            items: Items that may have no answer.

        >>> found = Answers.of([("1", "ann", "a"), ("1", "ann", "a"), ("1", "bob", "a"), ("1", "bob", "b")])
        >>> found.by_item, found.repeated, found.contradictory
        ({'1': {'ann': 'a'}}, 1, 1)
        """
        said: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        by_item: dict[str, dict[str, str]] = {item: {} for item in items}
        for item, annotator, label in answers:
            by_item.setdefault(item, {})
            if label is not None:
                said[item, annotator].append(label)
        repeated = contradictory = 0
        for (item, annotator), labels in said.items():
            if len(set(labels)) > 1:
                contradictory += 1
                continue
            repeated += len(labels) - 1
            by_item[item][annotator] = labels[0]
        return cls(by_item=by_item, repeated=repeated, contradictory=contradictory)

    def patterns(
        self, model: Mapping[str, str | None] | None = None, truth: Mapping[str, str | None] | None = None
    ) -> ItemPatterns:
        """The item patterns."""
        return ItemPatterns.of(
            [list(said.values()) for said in self.by_item.values()],
            None if model is None else [model.get(item) for item in self.by_item],
            None if truth is None else [truth.get(item) for item in self.by_item],
        )

    def annotator_sums(
        self, model: Mapping[str, str | None] | None = None, truth: Mapping[str, str | None] | None = None
    ) -> tuple[AnnotatorSums, ...]:
        """The sums of each annotator, by name."""
        sums: defaultdict[str, Counter[str]] = defaultdict(Counter)
        shares: defaultdict[str, list[float]] = defaultdict(list)
        for item, said in self.by_item.items():
            counts, true, predicted = Counter(said.values()), (truth or {}).get(item), (model or {}).get(item)
            for annotator, label in said.items():
                sums[annotator]["answers"] += 1
                if len(said) > 1:
                    shares[annotator].append((counts[label] - 1) / (len(said) - 1))
                if true is not None:
                    sums[annotator].update(judged=1, right=label == true, model_right=predicted == true)
        return tuple(
            AnnotatorSums(
                annotator=annotator,
                answers=found["answers"],
                compared=len(shares[annotator]),
                agreed=sum(shares[annotator]),
                agreed_squares=sum(share * share for share in shares[annotator]),
                judged=found["judged"],
                right=found["right"],
                model_right=found["model_right"],
            )
            for annotator, found in sorted(sums.items())
        )

    def judged_items(
        self, truth: Mapping[str, str | None], model: Mapping[str, str | None] | None = None
    ) -> JudgedItems:
        """The spread between items, as `annotators.reference_level` takes it."""
        sums = {one.annotator: one for one in self.annotator_sums(model, truth) if one.judged}
        items, spreads = 0, [0.0, 0.0, 0.0]
        for item, said in self.by_item.items():
            true = truth.get(item)
            if true is None or not said:
                continue
            items += 1
            own = other = 0.0
            for annotator, label in said.items():
                one = sums[annotator]
                own += (float(label == true) - one.right / one.judged) / one.judged
                other += (float((model or {}).get(item) == true) - one.model_right / one.judged) / one.judged
            spreads = [sum_ + part * part for sum_, part in zip(spreads, (own, other, own - other), strict=True)]
        own, other, ahead = spreads
        if model is None:
            return JudgedItems(items=items, spread=own)
        return JudgedItems(items=items, spread=own, model_spread=other, gap_spread=ahead)
