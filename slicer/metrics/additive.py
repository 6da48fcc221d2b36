"""Sufficient statistics add up: two parts make a whole, and a whole minus a part is the rest."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, ClassVar, Protocol, Self, TypeVar

import numpy as np


class Additive:
    """A frozen dataclass whose fields add and subtract one by one.

    What is missing on either side (None) is missing in the result; a name, a tuple, a mark and what is
    named in `shared` is the same on both sides and stays.
    """

    __slots__ = ()

    shared: ClassVar[tuple[str, ...]] = ()

    def __add__(self, other: Self) -> Self:
        return self._combined(other, 1)

    def __sub__(self, other: Self) -> Self:
        """The rest: the statistics of the rows of this one that are not among those of `other`."""
        return self._combined(other, -1)

    def _combined(self, other: Self, sign: int) -> Self:
        names = [field.name for field in fields(self)]  # type: ignore[arg-type]
        return type(self)(
            **{
                name: getattr(self, name)
                if name in self.shared
                else _combine(getattr(self, name), getattr(other, name), sign)
                for name in names
            }
        )


def _combine(mine: Any, other: Any, sign: int) -> Any:
    if mine is None or other is None:
        return None
    if isinstance(mine, bool | str | tuple):
        return mine
    return mine + other if sign > 0 else mine - other


class Subtracts(Protocol):
    """What a part can be taken from."""

    def __sub__(self, other: Self) -> Self: ...


Sums = TypeVar("Sums", bound=Subtracts)


def rest(whole: Sums | None, part: Sums | None) -> Sums | None:
    """The whole minus a part; None where either is missing."""
    return None if whole is None or part is None else whole - part


def no_negatives(values: np.ndarray) -> np.ndarray:
    """Sums that cannot be negative, without the rounding that subtracting leaves below 0."""
    return np.asarray(np.maximum(values, 0.0))
