"""Metrics as pure functions of counts, each with its uncertainty; the registry holds them all."""

from slicer.metrics import entries as entries
