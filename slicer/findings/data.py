"""What a project or a filter holds, in a sentence."""

from __future__ import annotations

from slicer.findings.wording import many


def no_rows_finding(where: str) -> tuple[str, str]:
    """What a filter that holds no row means."""
    return "No row fits this filter", f"{where}: check the spelling of its values, or clear it."


def data_finding(sets: int, rows: int, runs: int) -> tuple[str, str]:
    """What the project holds."""
    if not sets:
        what = "One row for each example: what is right, what the model said, and anything to slice by."
        return "Bring in the predictions of a model", what
    held = f"{many(rows, 'row')} in {many(sets, 'data set')}, {many(runs, 'run')}"
    return held, "Add a file, or open one of them."
