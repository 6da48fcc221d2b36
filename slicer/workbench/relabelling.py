"""What the verdicts of people do to a run's accuracy."""

from __future__ import annotations

from collections.abc import Sequence

from slicer.engine.duckdb import Example
from slicer.metrics.relabel import LabelsRead, Relabelled
from slicer.project.verdicts import LABEL, Verdict, read_with_verdicts
from slicer.slices import condition
from slicer.workbench.counting import ALL, ERRORS, Counting

RIGHT = condition("correct", "=", True)


def relabelled(bench: Counting) -> Relabelled | None:
    """Accuracy as labelled and after label fixes; None without classes, or where no label was found wrong."""
    if not bench.by_class:
        return None
    read = read_with_verdicts(bench.project, bench.dataset.id)
    if not any(one.verdict == LABEL and one.label for one in read):
        return None
    rows = bench.examples_by_id([one.example for one in read])
    pairs = [(one, rows[one.example]) for one in read if one.example in rows]
    counts = bench.count(ALL)
    return Relabelled(
        errors=_side(pairs, False, counts.errors, str(ERRORS)),
        rights=_side(pairs, True, counts.right, str(RIGHT)),
    )


def _side(pairs: Sequence[tuple[Verdict, Example]], right: bool, rows: int, where: str) -> LabelsRead:
    """What was found on one side: a label that was wrong changes whether the model is right."""
    mine = [(one, example) for one, example in pairs if example.right is right]
    turned = [
        one
        for one, example in mine
        if one.verdict == LABEL and one.label and (one.label == example.predicted) is not right
    ]
    drawn = all(one.kind == "random" and one.where == where for one, _ in mine)
    return LabelsRead(rows=rows, read=len(mine), turned=len(turned), random=bool(mine) and (drawn or len(mine) == rows))
