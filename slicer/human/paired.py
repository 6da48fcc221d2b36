"""One person and the model on the same rows: how often each is right, between clusters where rows come in them."""

from __future__ import annotations

from dataclasses import replace

from slicer.human.items import clustered_rate
from slicer.metrics.counts import PairedCounts
from slicer.metrics.estimate import Estimate
from slicer.metrics.rates import fraction, paired_accuracy


def paired_people(paired: PairedCounts, level: float = 0.95) -> Estimate:
    """How often people are right on the rows that have a human label.

    >>> paired_people(PairedCounts(both=80, human_only=14, model_only=6)).value
    0.94
    """
    if paired.between is None:
        return replace(fraction(paired.human_right, paired.size, level), n=paired.n)
    value = paired.human_right / paired.size
    return clustered_rate(value, paired.between.human, paired.n, paired.size, level)


def paired_model(paired: PairedCounts, level: float = 0.95) -> Estimate:
    """How often the model is right on those same rows.

    >>> paired_model(PairedCounts(both=80, human_only=14, model_only=6)).value
    0.86
    """
    if paired.between is None:
        return paired_accuracy(paired, level)
    value = paired.model_right / paired.size
    return clustered_rate(value, paired.between.model, paired.n, paired.size, level)
