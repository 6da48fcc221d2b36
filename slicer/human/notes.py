"""What in the answers of people could mislead, said in sentences."""

from __future__ import annotations

from slicer.errors import listed
from slicer.human.patterns import ItemPatterns
from slicer.human.reference import never_true
from slicer.metrics.estimate import Estimate

OFTEN = 0.8
"""Agreement from which people seem to agree."""
HARDLY = 0.4
"""Alpha up to which they hardly agree beyond chance."""

MAJORITY_NOTE = (
    "The truth is what most people say on every row they dispute, so it is taken for their own. "
    "If it was measured without them, say so: truth source external."
)

WEIGHTS_NOTE = "Weights of rows are not used for what several people answered: every row counts once."


def paradox_note(agreement: Estimate, alpha: Estimate) -> str:
    """A caution where people agree often, yet hardly more than chance; empty where there is none.

    >>> from slicer.metrics.estimate import estimate
    >>> often = estimate(0.944, None, n=125, denominator=125, method="wilson", level=0.95)
    >>> paradox_note(often, estimate(-0.02, None, n=125, denominator=125, method="bootstrap", level=0.95))
    'People agree on 94 % of pairs, but most answers are one label, so chance does nearly as well: alpha is -0.02.'
    """
    if agreement.value is None or alpha.value is None or agreement.value < OFTEN or alpha.value > HARDLY:
        return ""
    return (
        f"People agree on {100 * agreement.value:.0f} % of pairs, but most answers are one label, "
        f"so chance does nearly as well: alpha is {alpha.value:.2f}."
    )


def answer_notes(patterns: ItemPatterns, repeated: int = 0, contradictory: int = 0) -> tuple[str, ...]:
    """What was left out of the figures and why, a sentence each.

    Args:
        patterns: All items, answered or not.
        repeated: Answers that one person gave again on the same item, the same label.
        contradictory: Times one person gave several labels to the same item.

    >>> for note in answer_notes(ItemPatterns.of([["a"], [None], ["a", "b"]]), contradictory=1):
    ...     print(note)
    1 item has no answer and is left out.
    1 item has a single answer, which says nothing about agreement.
    1 time a person gave different labels to the same item: none of them counts.
    """
    answers = patterns.answers
    none, single = int(patterns.items[answers == 0].sum()), int(patterns.items[answers == 1].sum())
    unknown = never_true(patterns)
    wrong = sum(unknown.values())
    notes = (
        (none, f"{_many(none, 'item has', 'items have')} no answer and {'is' if none == 1 else 'are'} left out."),
        (single, f"{_many(single, 'item has', 'items have')} a single answer, which says nothing about agreement."),
        (
            repeated,
            f"{_many(repeated, 'answer repeats', 'answers repeat')} what the same person said: counted once.",
        ),
        (
            contradictory,
            f"{_many(contradictory, 'time', 'times')} a person gave different labels to the same item: "
            "none of them counts.",
        ),
        (
            wrong,
            f"{_many(wrong, 'answer is', 'answers are')} a label that is never the truth ({listed(unknown, 5)}): "
            "wrong wherever there is a truth.",
        ),
    )
    return tuple(note for number, note in notes if number)


def _many(number: int, one: str, several: str) -> str:
    return f"{number:,} {one if number == 1 else several}"
