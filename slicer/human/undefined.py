"""A number that has no answer, with the reason said in a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from slicer.metrics.estimate import Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class Undefined:
    """No answer, and why: what stands where an estimate would."""

    reason: str
    """A sentence for the person: what was found and what it would take."""

    @property
    def value(self) -> None:
        return None

    def to_dict(self) -> dict[str, Any]:
        """The JSON contract: null, never 0, and the reason.

        >>> Undefined(reason="One person answered.").to_dict()
        {'value': None, 'reason': 'One person answered.'}
        """
        return {"value": None, "reason": self.reason}


Answer = Estimate | Undefined
