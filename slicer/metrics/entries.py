"""The metrics that come with Slicer, in the order they are shown: those on request last."""

from __future__ import annotations

from slicer.metrics.entries_of_classes import OF_CLASSES
from slicer.metrics.entries_of_numbers import OF_NUMBERS
from slicer.metrics.entries_of_probabilities import OF_PROBABILITIES
from slicer.metrics.registry import register

for _metric in sorted((*OF_CLASSES, *OF_PROBABILITIES, *OF_NUMBERS), key=lambda one: one.on_request):
    register(_metric)
