"""What a threshold on the positive class's probability would change, on rows whose classes are skewed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from slicer.engine.probabilities import lowest_of_bin
from slicer.metrics.registry import PROBABILITIES
from slicer.metrics.thresholds import ThresholdCounts, threshold_counts
from slicer.slices import Slice

if TYPE_CHECKING:
    from slicer.workbench.counting import Counting


def thresholds(bench: Counting, where: Slice) -> ThresholdCounts | None:
    """What every threshold would make of the rows that have a label and a probability; None where there are no two
    classes, no probabilities or no such row. Of very many distinct scores, the thresholds are the ends of fine bins.
    """
    if bench.positive is None or not bench.checked.probabilities:
        return None
    sums = bench.count(where, needs=PROBABILITIES).probabilities
    if sums is None or not sums.curves or not sums.n:
        return None
    groups = sums.curves[0]
    return threshold_counts(replace(groups, scores=lowest_of_bin(groups.scores)) if sums.binned else groups)
