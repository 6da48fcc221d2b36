"""The honest split: slices are found on one half of the rows and measured on the other, where nobody looked."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from slicer.discovery.significance import hypergeometric_p
from slicer.metrics.difference import q_values
from slicer.metrics.intervals import Interval, wilson


def second_half(keys: list[str], errors: NDArray[np.bool_], seed: int = 0) -> NDArray[np.bool_]:
    """Which rows are kept for measuring: half of the errors and half of the others, by the hash of a key.

    Rows of one key stay on one side; the same keys and seed give the same halves whatever the order of the rows.

    Args:
        keys: The cluster of each row, or its id.
        errors: Which rows are wrong. A key counts as wrong if one of its rows is.
        seed: Another number splits otherwise.

    >>> kept = second_half(["a", "b", "c", "d"], np.array([True, False, False, True]))
    >>> int(kept.sum()), bool(kept[0]) != bool(kept[3])
    (2, True)
    """
    wrong = {key for key, error in zip(keys, errors, strict=True) if error}
    ordered = sorted(dict.fromkeys(keys), key=lambda key: (key in wrong, _hash(key, seed)))
    of_right = len(ordered) - len(wrong)
    kept = {*ordered[: of_right // 2], *ordered[of_right : of_right + len(wrong) // 2]}
    return np.array([key in kept for key in keys])


def _hash(key: str, seed: int) -> bytes:
    return blake2b(key.encode(), digest_size=8, salt=seed.to_bytes(8, "little")).digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """A slice found on one half as the other half measures it."""

    rows: int
    errors: int
    ci: Interval | None
    """Wilson's, of the error rate."""
    p_value: float
    """Hypergeometric: the chance of as many errors if the slice were rows drawn at random."""
    q_value: float
    """Benjamini and Hochberg's, over the slices that were found."""

    @property
    def rate(self) -> float | None:
        return self.errors / self.rows if self.rows else None

    @property
    def confirmed(self) -> bool:
        return self.q_value <= 0.05


def confirm(
    slices: list[NDArray[np.bool_]], errors: NDArray[np.bool_], level: float = 0.95
) -> tuple[Confirmation, ...]:
    """Measure slices on rows that had no part in finding them.

    Args:
        slices: Which of these rows each slice holds.
        errors: Which of these rows are wrong.

    >>> rows = np.arange(40) < 10
    >>> [one.confirmed for one in confirm([rows, ~rows], rows)]
    [True, False]
    """
    sizes = np.array([np.count_nonzero(one) for one in slices], dtype=np.int64)
    wrong = np.array([np.count_nonzero(one & errors) for one in slices], dtype=np.int64)
    p = hypergeometric_p(wrong, sizes, int(np.count_nonzero(errors)), len(errors)) if slices else np.zeros(0)
    q = q_values([float(one) for one in p])
    return tuple(
        Confirmation(
            rows=int(size), errors=int(count), ci=wilson(int(count), int(size), level), p_value=float(one),
            q_value=float(adjusted if adjusted is not None else 1.0),
        )
        for size, count, one, adjusted in zip(sizes, wrong, p, q, strict=True)
    )  # fmt: skip
