"""What a search leaves out, and why."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A column, a tag or a text that is not searched."""

    column: str
    reason: str
