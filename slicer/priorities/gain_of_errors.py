"""The root mean squared error of all rows if one slice's squared errors were people's."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from slicer.metrics.intervals import Interval
from slicer.priorities.gain import Gain, ends_of
from slicer.priorities.potential import Gap

Array = np.ndarray


def rmse_potential(sse: float, rows: float, slice_rows: float, gap: float) -> float:
    """How much the root mean squared error falls if a slice's mean squared error falls by its gap to people.

    √(SSE / N) - √((SSE - n (MSE - MSE of people)) / N); below 0 where people are worse.

    Args:
        sse: Squared errors of all rows.
        rows: How many they are, or their weight, above 0.
        slice_rows: Those of the slice.
        gap: The slice's mean squared error minus people's.

    >>> round(rmse_potential(sse=2100, rows=400, slice_rows=100, gap=9 - 4), 6)
    0.291288
    """
    return float(SquaredErrors(sse=sse, rows=rows).together(np.ones((1, 1)), np.array([-slice_rows * gap]))[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class SquaredErrors:
    """All rows of a regression."""

    sse: float
    """Σw r²."""
    rows: float
    """Σw."""

    @property
    def error(self) -> float:
        """The root mean squared error."""
        return float(np.sqrt(self.sse / self.rows))

    def together(self, sets: Array, changes: Array) -> Array:
        """As in `gain.Total`; changes of Σw r² have the shape (slices,)."""
        after = np.maximum(self.sse + sets.astype(float) @ changes, 0.0)
        return np.asarray(self.error - np.sqrt(after / self.rows))


def error_gain(
    whole: SquaredErrors, *, sse: float, rows: float, gap: Gap, human: float, human_ci: Interval | None,
    key: str, seed: int, level: float, assumption: str,
) -> Gain:  # fmt: skip
    """What the root mean squared error of all rows gains if a slice reached human level.

    The interval is that of the gap in squared errors, carried over; the squared errors of the other rows stay what they
    are.

    Args:
        whole: All rows.
        sse, rows: Of the slice.
        gap: The model's mean squared error on the slice minus people's, with its interval.
        human, human_ci: People's root mean squared error on the slice.
        key: The slice's text: its draws do not depend on which other slices are ranked.
    """
    change, drawn = np.array(-rows * gap.value), -rows * gap.draws(key, seed, level)
    value = float(whole.together(np.ones((1, 1)), change[None])[0])
    draws = whole.together(drawn[:, None], np.ones(1))
    model = float(np.sqrt(gap.model_value))
    ends = None if gap.ci is None else tuple(model - np.sqrt(max(0.0, gap.model_value - end)) for end in gap.ci)
    return Gain(
        value=value,
        ci=ends_of(draws, value, level),
        draws=draws,
        accuracy=None,
        accuracy_ci=None,
        ceiling=float(whole.together(np.ones((1, 1)), np.array([-sse]))[0]),
        human=human,
        human_ci=human_ci,
        model=model,
        ahead=model - human,
        ahead_ci=None if ends is None else (float(ends[0]), float(ends[1])),
        assumption=assumption,
        change=change,
        whole=whole,
    )
