"""A rule for a tag: the slice of the examples read that comes closest to the rows people put the tag on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from slicer.metrics.estimate import Estimate, estimate
from slicer.metrics.intervals import wilson
from slicer.slices import Slice, all_of, any_of
from slicer.tagging.splits import Example, Split, splits_of

FEWEST = 5
"""Examples with the tag, and without it, from which a rule is looked for."""

DEPTH = 2
"""Splits in a row that a rule asks at most."""

SMALLEST_LEAF = 3
"""Examples a part of a rule rests on."""

WORTH = 0.02
"""How much a part of a rule must add to its F1."""

USEFUL = 0.5
"""The F1 from which a rule is proposed."""

FOLDS = 5

Array = np.ndarray


@dataclass(frozen=True, slots=True, kw_only=True)
class TagRule:
    """A slice proposed for a tag, and how well such a rule finds the tag on examples it was not made from."""

    tag: str
    slice: Slice
    read: int
    """Examples it was made from."""
    tagged: int
    hits: int
    """With the tag and in the rule, each example judged by a rule made without it."""
    false_alarms: int
    precision: Estimate
    recall: Estimate

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        return 2 * self.hits / (self.hits + self.false_alarms + self.tagged)

    @property
    def tells(self) -> bool:
        """Whether it finds the tag clearly more often than taking any example would, and well enough to be of use."""
        low = self.precision.ci[0] if self.precision.ci else 0.0
        return low > self.tagged / self.read and self.f1 >= USEFUL


Conjunction = tuple[tuple[int, bool], ...]
"""Splits by place, each with the answer that is asked for."""


def tag_rule(
    tag: str,
    examples: Sequence[Example],
    tagged: Sequence[bool],
    columns: Mapping[str, str],
    texts: Sequence[str] = (),
    level: float = 0.95,
) -> TagRule | None:
    """A rule for a tag; None where too few examples carry it, or too few do not.

    A shallow decision tree over splits of the columns; its leaves are taken in, purest first, as long as the rule's F1
    rises. Precision and recall are those of rules made without the fifth of the examples they are judged on, the choice
    of words and of cuts included.

    Args:
        examples: The values of each example read, by column.
        tagged: Whether each carries the tag.
        columns: Columns to split by and their kinds.
        texts: Columns of text, whose words are tried.
    """
    truth = np.asarray(tagged, dtype=bool)
    if min(int(truth.sum()), int((~truth).sum())) < FEWEST:
        return None
    splits, leaves = _fit(examples, truth, columns, texts)
    if not leaves:
        return None
    said = _judged(examples, truth, columns, texts)
    hits, alarms = int((said & truth).sum()), int((said & ~truth).sum())
    return TagRule(
        tag=tag,
        slice=any_of(*(_slice(splits, leaf) for leaf in leaves)),
        read=len(truth),
        tagged=int(truth.sum()),
        hits=hits,
        false_alarms=alarms,
        precision=_part(hits, hits + alarms, level),
        recall=_part(hits, int(truth.sum()), level),
    )


def _part(hits: int, of: int, level: float) -> Estimate:
    value = hits / of if of else None
    return estimate(value, wilson(hits, of, level), n=of, denominator=of, method="wilson", level=level)


def _judged(examples: Sequence[Example], truth: Array, columns: Mapping[str, str], texts: Sequence[str]) -> Array:
    """What rules say of examples they were not made from. Folds take turns, within those with the tag and without."""
    fold = np.empty(len(truth), dtype=int)
    order = np.random.default_rng(0).permutation(len(truth))  # neighbours in the file may be alike
    for side in (True, False):
        mine = order[truth[order] == side]
        fold[mine] = np.arange(len(mine)) % FOLDS
    said = np.zeros(len(truth), dtype=bool)
    for one in range(FOLDS):
        inside, outside = (np.flatnonzero(there).tolist() for there in (fold != one, fold == one))
        splits, leaves = _fit([examples[at] for at in inside], truth[inside], columns, texts)
        said[outside] = _holds(_matrix(splits, [examples[at] for at in outside]), leaves)
    return said


def _fit(
    examples: Sequence[Example], truth: Array, columns: Mapping[str, str], texts: Sequence[str]
) -> tuple[list[Split], list[Conjunction]]:
    """The splits that could matter, and the conjunctions of them that make up the rule."""
    from sklearn.tree import DecisionTreeClassifier  # takes a second to load, and is needed here alone

    splits = splits_of(examples, truth, columns, texts)
    if not splits:
        return [], []
    matrix = _matrix(splits, examples)
    tree = DecisionTreeClassifier(
        max_depth=DEPTH, min_samples_leaf=SMALLEST_LEAF, class_weight="balanced", random_state=0
    )
    tree.fit(matrix, truth)
    found: list[Conjunction] = []
    best = 0.0
    for leaf in sorted(_leaves(tree.tree_), key=lambda one: -_purity(matrix, truth, one)):
        score = _f1(_holds(matrix, [*found, leaf]), truth)
        if leaf and score > best + WORTH:
            found, best = [*found, leaf], score
    return splits, _shortened(matrix, truth, _merged(found))


def _leaves(tree: object, node: int = 0, path: Conjunction = ()) -> list[Conjunction]:
    """The ways through a tree."""
    left, right = int(tree.children_left[node]), int(tree.children_right[node])  # type: ignore[attr-defined]
    if left == right:
        return [path]
    split = int(tree.feature[node])  # type: ignore[attr-defined]
    return [*_leaves(tree, left, (*path, (split, False))), *_leaves(tree, right, (*path, (split, True)))]


def _merged(leaves: list[Conjunction]) -> list[Conjunction]:
    """Two leaves that differ in the answer to their last split are the branch they grew on."""
    for one in leaves:
        twin = (*one[:-1], (one[-1][0], not one[-1][1]))
        if twin in leaves and one[:-1]:
            return _merged([*(leaf for leaf in leaves if leaf not in (one, twin)), one[:-1]])
    return leaves


def _shortened(matrix: Array, truth: Array, leaves: list[Conjunction]) -> list[Conjunction]:
    """The same without splits that the F1 does not need."""
    best = _f1(_holds(matrix, leaves), truth)
    for place, leaf in enumerate(leaves):
        for split in leaf:
            shorter = tuple(one for one in leaf if one != split)
            tried = [*leaves[:place], shorter, *leaves[place + 1 :]]
            if shorter and _f1(_holds(matrix, tried), truth) > best - WORTH / 2:
                return _shortened(matrix, truth, tried)
    if _holds(matrix, leaves).all():
        return []
    return list(dict.fromkeys(tuple(_said_plainly(matrix, *one) for one in leaf) for leaf in leaves))


def _said_plainly(matrix: Array, split: int, answer: bool) -> tuple[int, bool]:
    """Of two values "is the one" is said rather than "is not the other"."""
    if answer:
        return split, True
    same = np.flatnonzero((matrix == ~matrix[:, [split]]).all(axis=0))
    return (int(same[0]), True) if len(same) else (split, False)


def _purity(matrix: Array, truth: Array, leaf: Conjunction) -> float:
    inside = _holds(matrix, [leaf])
    return float(truth[inside].mean()) if inside.any() else 0.0


def _f1(said: Array, truth: Array) -> float:
    both = int((said & truth).sum())
    return 2 * both / (int(said.sum()) + int(truth.sum()))


def _holds(matrix: Array, leaves: Sequence[Conjunction]) -> Array:
    """Which examples are in at least one leaf."""
    held = np.zeros(len(matrix), dtype=bool)
    for leaf in leaves:
        inside = np.ones(len(matrix), dtype=bool)
        for split, answer in leaf:
            inside &= matrix[:, split] == answer
        held |= inside
    return held


def _matrix(splits: Sequence[Split], examples: Sequence[Example]) -> Array:
    columns = [[split.holds(example) for example in examples] for split in splits]
    return np.array(columns, dtype=bool).T.reshape(len(examples), len(splits))


def _slice(splits: Sequence[Split], leaf: Conjunction) -> Slice:
    return all_of(*(splits[split].slice if answer else splits[split].otherwise for split, answer in leaf))
