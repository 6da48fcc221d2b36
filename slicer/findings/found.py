"""What a search found, in a sentence, and what qualifies it."""

from __future__ import annotations

from slicer.display import count, percent
from slicer.findings.against import against_finding
from slicer.found import FindResult, FoundSlice


def found_finding(result: FindResult) -> tuple[str, str]:
    """The worst slice that chance does not explain, and what was searched.

    The rate of a slice that was chosen because it is high is too high: it is said to be so.
    """
    if result.against is not None:
        return against_finding(result)
    searched = (
        f"{count(result.examined)} slices of up to {result.depth} conditions and at least "
        f"{count(result.min_support)} rows were examined."
    )
    real = [one for one in result.slices if one.beyond_noise]
    if not result.examined:
        return "Nothing to search", "No value of a feature is on enough rows, and not on all of them."
    if not real:
        return "Nothing is worse than searching through chance would find", searched
    first, more = real[0], len(real) - 1
    beyond = f" {_many(more)} more beyond chance." if more else ""
    return f"{_worst(first)}", f"{searched}{beyond} Rates of slices that were searched for are too high."


def _worst(one: FoundSlice) -> str:
    name = f"{one.name[:1].upper()}{one.name[1:]}"
    if one.errors is None:
        return f"{name}: clearly worse than the rest"
    return f"{name}: {percent(one.error_rate)} wrong, {count(one.errors)} of {count(one.support)} rows"


def _many(slices: int) -> str:
    return "One slice" if slices == 1 else f"{count(slices)} slices"
