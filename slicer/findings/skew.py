"""What the kinds of error of a class cost, and what another threshold would change, in sentences."""

from __future__ import annotations

from collections.abc import Sequence

from slicer.display import percent, points
from slicer.findings.wording import capital, many, plain_quote
from slicer.metrics.thresholds import AtThreshold
from slicer.priorities.class_errors import ClassErrors

RARE = 0.1
"""A class on a smaller share of the rows can be missed whole and accuracy hardly falls."""


def errors_finding(classes: Sequence[ClassErrors]) -> tuple[str, str]:
    """Which kind of error of which class is worth most, and what accuracy hides of it."""
    how = "Macro F1 counts every class alike, accuracy every row: what each would gain if one kind of error were right."
    worst = next(iter(classes), None)
    if worst is None or worst.worth <= 0:
        return "No error is worth fixing here", how
    missed = worst.missed.macro_f1 >= worst.alarms.macro_f1
    part = worst.missed if missed else worst.alarms
    name, rows = plain_quote(worst.label), many(round(part.rows), "row")
    what = f"the {rows} of {name} taken for another class" if missed else f"the {rows} wrongly called {name}"
    gains = f"{points(part.macro_f1)} of macro F1, {points(part.accuracy)} of accuracy"
    return f"Fixing {what} would bring {gains}", how


def rare_finding(classes: Sequence[ClassErrors], naive: float | None) -> str:
    """What never predicting the rare classes would score; empty where no class is rare."""
    rare = [one for one in classes if 0 < one.share < RARE]
    if not rare or naive is None:
        return ""
    least = min(rare, key=lambda one: one.share)
    return (
        f"{capital(plain_quote(least.label))} is {percent(least.share)} of the rows: a model that never says it can "
        f"still be right on {percent(naive)} of them, with a recall of 0."
    )


def threshold_finding(now: AtThreshold, then: AtThreshold, positive: str) -> str:
    """What another threshold changes, in rows; what the present one does where none other is tried."""
    name = plain_quote(positive)
    if then.threshold == now.threshold:
        told = f"At {now.threshold:.2f} the model finds {percent(now.recall.value)} of {name}"
        if now.precision.value is None:
            return f"{told} and calls nothing so"
        return f"{told}; {percent(now.precision.value)} of what it calls so is right"
    found, alarms = then.found - now.found, then.alarms - now.alarms
    if not found and not alarms:
        return f"At {then.threshold:.2f} the same rows are called {name}"
    more = f"{many(round(abs(found)), 'row')} of {name} {'more are found' if found >= 0 else 'fewer are found'}"
    false = f"{many(round(abs(alarms)), 'false alarm')} {'more' if alarms >= 0 else 'fewer'}"
    return f"At {then.threshold:.2f}: {more}, {false}"
