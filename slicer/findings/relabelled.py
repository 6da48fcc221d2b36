"""What verdicts do to accuracy, in sentences."""

from __future__ import annotations

from slicer.display import count, number, percent, plus_minus
from slicer.metrics.estimate import Estimate
from slicer.metrics.relabel import Relabelled


def relabelled_finding(found: Relabelled) -> tuple[str, str]:
    """Accuracy as labelled beside after label fixes, and what to mind about the second."""
    before, after = found.as_labelled(), found.after()
    read = f"{count(found.errors.read)} of {count(found.errors.rows)} errors"
    read += f" and {count(found.rights.read)} of {count(found.rights.rows)} correct rows were read"
    turned = "1 wrong label changes" if found.found == 1 else f"{count(found.found)} wrong labels change"
    aside = f"{turned} whether the model is right; {read}."
    if found.one_sided:
        aside += (
            " Too high: only errors were looked at, and where the model is right by a wrong label nobody looked. "
            "Read correct rows too."
        )
    elif after.ci is None:
        aside += " Some were chosen, not drawn: no interval, and of those rows only what was found is counted."
    return f"{_said(before)} as labelled, {_said(after)} after label fixes", aside


def _said(estimate: Estimate) -> str:
    if estimate.value is None or estimate.ci is None:
        return percent(estimate.value)
    return f"{number(estimate.value)} % {plus_minus(estimate.ci)}"
