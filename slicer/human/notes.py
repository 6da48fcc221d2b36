"""What in the answers of people could mislead, said in sentences."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping, Sequence

from slicer.errors import listed
from slicer.human.patterns import ItemPatterns
from slicer.metrics.estimate import Estimate

OFTEN = 0.8
"""Agreement from which people seem to agree."""
HARDLY = 0.4
"""Alpha up to which they hardly agree beyond chance."""

SAY_SO = "Data, Change roles, “The truth comes from”, or --truth-source"

MAJORITY_NOTE = (
    "The truth is what most people say on every row they dispute, so it is taken for their own. "
    f"If it was measured without them, say so ({SAY_SO} external)."
)

PERHAPS_NOTE = (
    "The truth is what most people say on every row they dispute. People who are so often right would agree with a "
    "truth that was measured without them, too, so it is taken for such a one. If it was made from their answers, say "
    f"so ({SAY_SO} human)."
)

WEIGHTS_OF_ONE_NOTE = (
    "Every row counts once in these figures, whatever its weight; slices and their human level use the weights."
)

NO_TRUTH_NOTE = (
    "People answered, but no column is the label, and {correct} only says whether the model is right: nothing says "
    "whether people are. Give the label, a column that says whether a person was right, or the human level as a number."
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
    )
    return tuple(note for number, note in notes if number)


def never_true_notes(unknown: Mapping[str, int], truths: Collection[str]) -> tuple[str, ...]:
    """What people say that is never the truth, with what was probably meant, a sentence each.

    Args:
        unknown: Answers by label, of labels that no truth has; `never_true` gives them.
        truths: The labels that are a truth.

    >>> for note in never_true_notes({"Cat": 7, "?": 2}, ["cat", "dog"]):
    ...     print(note)
    People say 'Cat' (7 answers) where the truth is written 'cat': as they stand, they count as wrong.
    2 answers are a label that is never the truth ('?'): wrong wherever there is a truth.
    """
    alike = {_folded(truth): truth for truth in truths}
    meant = {label: alike[_folded(label)] for label in unknown if _folded(label) in alike}
    others = {label: many for label, many in unknown.items() if label not in meant}
    said = []
    if meant:
        pairs = list(meant.items())
        named = [
            f"{_quoted(label, truth)} ({_many(unknown[label], 'answer', 'answers')}) where the truth is written "
            f"{_quoted(truth, label)}"
            for label, truth in pairs[:3]
        ]
        more = f", and {len(pairs) - 3} more like these" if len(pairs) > 3 else ""
        said.append(f"People say {', '.join(named)}{more}: as they stand, they count as wrong.")
    if others:
        wrong = sum(others.values())
        said.append(
            f"{_many(wrong, 'answer is', 'answers are')} a label that is never the truth "
            f"({listed(list(map(repr, others)), 5)}): wrong wherever there is a truth."
        )
    return tuple(said)


def same_as_truth_note(who: Sequence[str], rows: int) -> str:
    """That what some people say is the truth on every row: perhaps since it was taken from them; empty for nobody.

    >>> same_as_truth_note(["human"], 400)
    'human is the same as the truth on all 400 rows. If the truth was taken from it, its 100 % is no human level.'
    """
    if not who:
        return ""
    if len(who) == 1:
        are, them, their = f"{who[0]} is", "it", "its"
    else:
        are, them, their = f"{listed(who, 3)} are", "them", "their"
    return (
        f"{are} the same as the truth on all {rows:,} rows. If the truth was taken from {them}, {their} 100 % is no "
        "human level."
    )


def _folded(label: str) -> str:
    """A label without case, space and Unicode form."""
    return " ".join(unicodedata.normalize("NFKC", label).casefold().split())


def _quoted(label: str, beside: str) -> str:
    """A label in quotes, told from one that would look the same."""
    same = unicodedata.normalize("NFKC", label) == unicodedata.normalize("NFKC", beside)
    return ascii(label) if same else repr(label)


def _many(number: int, one: str, several: str) -> str:
    return f"{number:,} {one if number == 1 else several}"
