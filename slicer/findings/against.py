"""Where one run is worse than another, in a sentence, and what qualifies it."""

from __future__ import annotations

from slicer.display import count
from slicer.found import FindResult, FoundSlice


def against_finding(result: FindResult) -> tuple[str, str]:
    """The slice in which a run got worse than another more than elsewhere, and what was searched."""
    searched = (
        f"{count(result.examined)} slices of up to {result.depth} conditions and at least "
        f"{count(result.min_support)} rows were examined against {result.against}, seed {result.seed}."
    )
    other = str(result.against)
    if not result.rows_searched:
        return "Nothing to search", f"No row that was asked for is predicted by both this run and {other}."
    if not result.examined:
        return "Nothing to search", "No value of a feature is on enough rows, and not on all of them."
    if not result.permutations and result.slices:
        return f"First found: {_worst(result.slices[0], other)}", searched
    real = [one for one in result.slices if one.beyond_noise]
    if not real:
        return f"Nowhere worse than {other} beyond what searching through chance would find", searched
    more = len(real) - 1
    beyond = f" {'One slice' if more == 1 else f'{count(more)} slices'} more beyond chance." if more else ""
    return _worst(real[0], other), (f"{searched}{beyond} Slices that were searched for look worse than they are.")


def _worst(one: FoundSlice, other: str) -> str:
    name = f"{one.name[:1].upper()}{one.name[1:]}"
    if one.broken is None or one.fixed is None:
        return f"{name}: worse against {other} than elsewhere"
    return f"{name}: {count(one.broken)} newly wrong and {count(one.fixed)} newly right of {count(one.support)} rows"
