"""What the samples need: a weighted draw of exactly k rows, and a plain CSV writer."""

import csv
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from random import Random
from typing import Any, TypeVar

T = TypeVar("T")


def draw(rng: Random, odds: Mapping[str, float]) -> str:
    """One key, each as likely as its number says."""
    return rng.choices(list(odds), list(odds.values()))[0]


def gumbel(rng: Random) -> float:
    """A standard Gumbel number: added to log weights, the largest k are a weighted sample."""
    return -math.log(-math.log(1 - rng.random()))


def weighted_sample(rng: Random, rows: Iterable[T], log_weight: Callable[[T], float], size: int) -> list[T]:
    """Exactly `size` rows without replacement, heavy ones first.

    The weights only shift which rows are drawn; the number of them is fixed. That is how a feature
    gets a higher error rate while the totals of the sample stay exact.

    Source:
        P. Efraimidis and P. Spirakis, "Weighted random sampling with a reservoir", 2006.
    """
    keyed = [(log_weight(row) + gumbel(rng), index, row) for index, row in enumerate(rows)]
    keyed.sort(key=lambda entry: (-entry[0], entry[1]))
    return [row for _, _, row in keyed[:size]]


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """A UTF-8 CSV file with line feeds on every system."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def column_names(row_class: type, leave_out: Iterable[str] = ()) -> list[str]:
    """The fields of a dataclass, in order, that become columns."""
    return [field.name for field in fields(row_class) if field.name not in leave_out]
