"""Human levels as Python gives them: a number for all rows, or levels by slice, the slice as a text."""

from __future__ import annotations

import math
import reprlib
from collections.abc import Mapping
from typing import Any

from slicer.errors import UsageError
from slicer.human.hlp import GivenHlp
from slicer.slices import Slice, parse

Level = float | GivenHlp
AskedLevels = Level | Mapping[Slice, Level] | Mapping[str, Level] | Mapping[Slice, GivenHlp]
"""One level of all rows, or levels by slice."""


def levels_asked(asked: AskedLevels | None, *, rate: bool, what: str = "A human level") -> dict[Slice, GivenHlp] | None:
    """Levels by slice; None where none are asked for.

    Args:
        asked: A number is the level of all rows; a text is a slice of the slice language, the empty one all rows.
        rate: Whether levels are rates from 0 to 1; else any number.
        what: What it is, to begin a sentence with.

    Raises:
        UsageError: what was given is no level.
        SliceError: a text is no slice.

    >>> {str(slice_): one.value for slice_, one in levels_asked({"noise = 'car'": 0.93}, rate=True).items()}
    {"noise = 'car'": 0.93}
    >>> levels_asked(95, rate=True)
    Traceback (most recent call last):
    slicer.errors.UsageError: A human level is a rate from 0 to 1, not 95.
    """
    if asked is None:
        return None
    by_slice: Mapping[Any, Any] = asked if isinstance(asked, Mapping) else {Slice(): asked}
    return {_slice(slice_, what): _level(level, rate, what) for slice_, level in by_slice.items()}


def _slice(given: object, what: str) -> Slice:
    if isinstance(given, str):
        return parse(given)
    if not isinstance(given, Slice):
        raise UsageError(f"{what} is of a slice; {reprlib.repr(given)} is none.", hint='{"age >= 65": 0.93}')
    return given


def _level(given: object, rate: bool, what: str) -> GivenHlp:
    level = given if isinstance(given, GivenHlp) else None
    if isinstance(given, int | float) and not isinstance(given, bool):
        level = GivenHlp(value=float(given))
    if level is None or not math.isfinite(level.value):
        raise UsageError(
            f"{what} is a number, or numbers by slice, not {reprlib.repr(given)}.",
            hint='0.93 for all rows, or {"age >= 65": 0.93}',
        )
    if rate and not 0 <= level.value <= 1:
        raise UsageError(f"{what} is a rate from 0 to 1, not {level.value:g}.", hint="Write 95 % as 0.95.")
    return level
