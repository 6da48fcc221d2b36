"""What the truth is, in words, and what a gap to people says under it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from slicer.metrics.intervals import Interval
from slicer.vocabulary import TruthSource


class Measured(Protocol):
    """A gap: an estimate, or a row's."""

    @property
    def value(self) -> float | None: ...

    @property
    def ci(self) -> Interval | None: ...


TITLES: Mapping[TruthSource, str] = {
    "external": "Human-level performance",
    "human": "Human–human agreement",
    "adjudicated": "Human-level performance, against an adjudicated reference",
}
"""What the number is called."""

MEANINGS: Mapping[TruthSource, str] = {
    "external": "The truth was measured without people: what they miss is a miss, and a model can do better.",
    "human": "The truth is itself a person's label: this is how often two people agree, not the least error there can "
    "be. A model that follows one convention can beat it without being any better.",
    "adjudicated": "The truth was settled by experts: people's misses are as real as the experts are right; where they "
    "settled one convention among several, a miss may be another convention.",
}
"""What the number means."""

_ADVICE: Mapping[TruthSource, str] = {
    "external": "nothing is left to learn from people, use the ceiling instead.",
    "human": "the truth is itself human, so check the label conventions first.",
    "adjudicated": "check whether people follow the convention of the reference, else use the ceiling.",
}


def gap_words(gap: Measured, truth: TruthSource) -> str:
    """What a gap (HLP minus the model) says, and what to do where the model is above.

    >>> from slicer.metrics.estimate import estimate
    >>> better = estimate(-0.12, (-0.2, -0.04), n=90, denominator=90, method="tango", level=0.95)
    >>> gap_words(better, "human")
    'The model is above human level here: the truth is itself human, so check the label conventions first.'
    """
    if gap.value is None:
        return "There is no gap: nothing was measured."
    if gap.ci is not None and gap.ci[0] > 0:
        return "People do better here."
    if gap.ci is not None and gap.ci[1] < 0:
        return f"The model is above human level here: {_ADVICE[truth]}"
    doubt = "how sure that is cannot be said" if gap.ci is None else "the sample is too small to be sure"
    if gap.value < 0:
        return f"The model looks better than people here, but {doubt}. If it holds: {_ADVICE[truth]}"
    side = "better than" if gap.value > 0 else "as good as"
    return f"People look {side} the model here, but {doubt}."
