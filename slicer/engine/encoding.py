"""Values as their place in a list, as the engine finds it for every row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from sqlglot import exp

from slicer.engine.duckdb import DuckDBEngine
from slicer.engine.levels import Levels, levels_of_values
from slicer.engine.parameters import Parameters
from slicer.engine.signatures import place_in

MOST_VALUES = 254
"""Values whose places fit into a byte, beside a missing one."""

BY_VALUE = ("text", "integer", "real", "boolean")
"""Kinds whose values are bound as they are stored."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """The place of each row's value, as it is selected: from 1, null where the value is missing or not in the list."""

    selected: exp.Expression
    values: int
    """How many there are; none where places are counted from 0 and never null."""

    def places(self, found: pa.Array) -> NDArray[np.uint8]:
        """Places from 0 of what was selected, one past the last where there is none."""
        if not self.values:
            return np.asarray(found.to_numpy(zero_copy_only=False), dtype=np.uint8)
        return np.asarray(found.fill_null(self.values + 1).to_numpy(zero_copy_only=False) - np.uint8(1))


def encoded_values(this: exp.Expression, values: Sequence[Any], parameters: Parameters) -> Encoded:
    """The place of a value among others, at most `MOST_VALUES`.

    A search in a list that is bound once is done once for each value of a column that is stored as a dictionary.
    """
    place = exp.Anonymous(this="list_position", expressions=[parameters.bind(list(values)), this.copy()])
    return Encoded(exp.cast(place, exp.DType.UTINYINT), len(values))


def encoded_levels(engine: DuckDBEngine, levels: Levels, parameters: Parameters) -> Encoded:
    """The place of the level of each row."""
    values = levels.values
    if values and len(values) <= MOST_VALUES and levels == levels_of_values(levels.column, values):
        this, kind = engine.relation.subject(levels.column)
        if kind in BY_VALUE:
            return encoded_values(this, [one for one, _ in values], parameters)
    slices = [level.slice_ for level in levels.levels]
    return Encoded(place_in(engine, slices, parameters, exp.DType.UTINYINT), 0)
