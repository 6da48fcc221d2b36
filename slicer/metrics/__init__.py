"""Metrics as pure functions of counts, each with its uncertainty."""
