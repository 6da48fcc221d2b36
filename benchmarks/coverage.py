"""How often the intervals hold the value: samples drawn from a known truth, measured by Slicer's own functions.

`make coverage` draws 10,000 samples of each setting and writes docs/coverage.md; `make soak` draws as many and fails
where a metric misses its goal, `make test` draws 150.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy import stats

from slicer.metrics import classification
from slicer.metrics.counts import ConfusionCounts
from slicer.metrics.curves import auc_estimate
from slicer.metrics.delta import Formula, delta_error, delta_interval
from slicer.metrics.histograms import ScoreGroups
from slicer.metrics.intervals import Interval, z_value
from slicer.metrics.means import ANY, FRACTION, mean_estimate, ratio_estimate
from slicer.metrics.moments import Moments, RatioSums
from slicer.metrics.proportions import class_average, class_estimate, proportion, right_cells

LEVEL = 0.95
ROWS = (20, 100, 1000)
RATES = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
GOAL = (0.93, 0.97)
"""Between which the mean of a metric's coverage over all settings must be."""

POSITIVES = 0.3
"""Share of the positive class."""

SHARES = (0.4, 0.3, 0.2, 0.1)
"""Of four classes."""

OUT = Path(__file__).parents[1] / "docs" / "coverage.md"

Array = np.ndarray

Found = tuple[float | None, Interval | None]
"""A value and its interval; None where there is none."""

Simulate = Callable[[np.random.Generator, int, float, int], tuple[float, list[Found]]]
"""From rows, rate and runs to the true value, and what was found in each run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One setting."""

    rows: int
    rate: float
    coverage: float
    """Of the samples that have an interval."""
    undefined: float
    """Share of samples without a value: nothing to divide by."""
    unknown: float
    """Share of samples with a value and no interval."""
    flat: int
    """Samples whose interval has no width."""


def covered(simulate: Simulate, rows: int, rate: float, runs: int, seed: int) -> Cell:
    """How often the interval holds the true value in one setting."""
    random = np.random.default_rng([seed, rows, round(100 * rate)])
    truth, found = simulate(random, rows, rate, runs)
    ends = np.array([ci for value, ci in found if value is not None and ci is not None]).reshape(-1, 2)
    inside = (ends[:, 0] <= truth + 1e-9) & (truth - 1e-9 <= ends[:, 1])
    undefined = sum(value is None for value, _ in found)
    return Cell(
        rows=rows,
        rate=rate,
        coverage=float(inside.mean()),
        undefined=undefined / runs,
        unknown=(runs - undefined - len(ends)) / runs,
        flat=int((ends[:, 1] - ends[:, 0] < 1e-9).sum()),
    )


# --- tables ----------------------------------------------------------------------------------------


def of_tables(drawn: Array, measure: Callable[[ConfusionCounts], Found]) -> list[Found]:
    """What is found in each of many tables, shape (runs, classes, classes); each distinct one is measured once."""
    classes = drawn.shape[-1]
    labels = tuple(map(str, range(classes)))
    distinct, place = np.unique(drawn.reshape(len(drawn), -1), axis=0, return_inverse=True)
    padded = np.concatenate([distinct.reshape(-1, classes, classes), np.zeros((len(distinct), classes, 1))], axis=-1)
    found = [measure(ConfusionCounts(labels, one.astype(float))) for one in padded]
    return [found[at] for at in place.ravel()]


def two_classes(tp: float, fp: float, fn: float) -> Array:
    """Chances of the cells, truth by prediction, the positive class second."""
    return np.array([[1 - tp - fp - fn, fp], [fn, tp]])


def even_errors(shares: Sequence[float], right: float) -> Array:
    """Rows of every class are right with the same chance, and else any other class is said."""
    others = (1 - right) / (len(shares) - 1)
    return np.array(shares)[:, None] * (others + (right - others) * np.eye(len(shares)))


def simulated(
    chances_of: Callable[[float], Array],
    truth_of: Callable[[Array], float],
    measure: Callable[[ConfusionCounts], Found],
) -> Simulate:
    """Samples of a table whose cells have these chances."""

    def simulate(random: np.random.Generator, rows: int, rate: float, runs: int) -> tuple[float, list[Found]]:
        chances = chances_of(rate)
        drawn = random.multinomial(rows, chances.ravel(), size=runs).reshape(runs, *chances.shape)
        return truth_of(np.c_[chances, np.zeros(len(chances))]), of_tables(drawn, measure)

    return simulate


def by_formula(formula: Formula, span: Interval) -> Callable[[ConfusionCounts], Found]:
    def measure(table: ConfusionCounts) -> Found:
        value = float(formula(table.table))
        return (None, None) if np.isnan(value) else (value, delta_interval(formula, table, span, LEVEL)[0])

    return measure


def plain(formula: Formula) -> Callable[[ConfusionCounts], Found]:
    """The delta method of textbooks: the value plus and minus its error."""

    def measure(table: ConfusionCounts) -> Found:
        value = float(formula(table.table))
        half = z_value(LEVEL) * delta_error(formula, table)
        return (None, None) if np.isnan(value) else (value, (value - half, value + half))

    return measure


def of_class(name: str) -> Callable[[ConfusionCounts], Found]:
    def measure(table: ConfusionCounts) -> Found:
        found = class_estimate(table, name, 1, LEVEL)
        return found.value, found.ci

    return measure


def of_accuracy(table: ConfusionCounts) -> Found:
    found = proportion(table, right_cells(table), LEVEL)
    return found.value, found.ci


def of_macro_f1(table: ConfusionCounts) -> Found:
    found = class_average(table, "f1", LEVEL)
    return found.value, found.ci


# --- numbers ---------------------------------------------------------------------------------------


def means(draw: Callable[[np.random.Generator, float, tuple[int, int]], Array], span: Interval) -> Simulate:
    """Samples of a score whose mean is the rate."""

    def simulate(random: np.random.Generator, rows: int, rate: float, runs: int) -> tuple[float, list[Found]]:
        found = (mean_estimate(Moments.of(one), LEVEL, span=span) for one in draw(random, rate, (runs, rows)).tolist())
        return rate, [(one.value, one.ci) for one in found]

    return simulate


def normal(random: np.random.Generator, rate: float, size: tuple[int, int]) -> Array:
    return random.normal(rate, 0.1, size)


def skewed(random: np.random.Generator, rate: float, size: tuple[int, int]) -> Array:
    """A beta distribution that leans on 1 the more, the higher its mean."""
    return random.beta(5 * rate, 5 * (1 - rate), size)


def error_rates(random: np.random.Generator, rows: int, rate: float, runs: int) -> tuple[float, list[Found]]:
    """Wrong words over words, 2 to 19 words a row; some rows are harder than others."""
    words = random.integers(2, 20, (runs, rows))
    hard = random.beta(3 * (1 - rate), 3 * rate, (runs, rows))
    found = []
    for e, d in zip(random.binomial(words, hard).astype(float), words.astype(float), strict=True):
        sums = RatioSums(n=rows, e=e.sum(), d=d.sum(), ee=float(e @ e), ed=float(e @ d), dd=float(d @ d))
        one = ratio_estimate(sums, LEVEL)
        found.append((one.value, one.ci))
    return 1 - rate, found


def curves(random: np.random.Generator, rows: int, rate: float, runs: int) -> tuple[float, list[Found]]:
    """Normal scores of two classes, as far apart as the AUC wants them."""
    apart, found = np.sqrt(2) * stats.norm.ppf(rate), []
    for _ in range(runs):
        y = random.random(rows) < POSITIVES
        groups = ScoreGroups.of(y, random.normal(apart * y, 1.0))
        one = auc_estimate([groups], n=rows, binned=False, level=LEVEL)
        found.append((one.value, one.ci))
    return rate, found


# --- all of them -----------------------------------------------------------------------------------


def _four(rate: float) -> Array:
    return even_errors(SHARES, rate)


def _halves(rate: float) -> Array:
    return even_errors((0.5, 0.5), rate)


SIMULATED: dict[str, Simulate] = {
    "accuracy": simulated(_halves, lambda table: float(classification.accuracy(table)), of_accuracy),
    "recall": simulated(
        lambda rate: two_classes(POSITIVES * rate, 0.1, POSITIVES * (1 - rate)),
        lambda table: float(classification.class_recall(table)[1]),
        of_class("recall"),
    ),
    "precision": simulated(
        lambda rate: two_classes(POSITIVES * rate, POSITIVES * (1 - rate), 0.1),
        lambda table: float(classification.class_precision(table)[1]),
        of_class("precision"),
    ),
    "F1": simulated(
        lambda rate: two_classes(POSITIVES * rate, POSITIVES * (1 - rate), POSITIVES * (1 - rate)),
        lambda table: float(classification.class_f1(table)[1]),
        of_class("f1"),
    ),
    "macro F1": simulated(_four, lambda table: float(classification.macro_f1(table)), of_macro_f1),
    "MCC": simulated(
        _halves, lambda table: float(classification.mcc(table)), by_formula(classification.mcc, (-1.0, 1.0))
    ),
    "mean, normal": means(normal, ANY),
    "mean, skewed": means(skewed, FRACTION),
    "ratio": error_rates,
    "ROC-AUC": curves,
}
"""What must keep its coverage."""

PLAIN: dict[str, Simulate] = {
    "macro F1, plain delta": simulated(
        _four, lambda table: float(classification.macro_f1(table)), plain(classification.macro_f1)
    ),
    "MCC, plain delta": simulated(_halves, lambda table: float(classification.mcc(table)), plain(classification.mcc)),
}
"""What is not used, for comparison."""


def coverage_of(name: str, runs: int, seed: int = 0) -> list[Cell]:
    """Every setting of one metric."""
    simulate = {**SIMULATED, **PLAIN}[name]
    return [covered(simulate, rows, rate, runs, seed) for rows in ROWS for rate in RATES]


def mean_coverage(cells: Sequence[Cell]) -> float:
    """Over the settings, each counting once."""
    return float(np.mean([cell.coverage for cell in cells]))


def _percent(share: float) -> str:
    return f"{100 * share:.1f}"


def in_words(found: dict[str, list[Cell]], runs: int) -> str:
    """The whole as Markdown."""
    lines = [
        "# Coverage of the intervals\n",
        f"How often an interval at 95 % holds the true value, in percent of {runs:,} samples of each setting: "
        f"{', '.join(map(str, ROWS))} rows, a true rate of {', '.join(f'{rate:g}' for rate in RATES)}. "
        "Written by `python -m benchmarks.coverage`, which says how samples are drawn.\n",
        f"The positive class has a share of {POSITIVES}. Macro F1 is of four classes with shares "
        f"{', '.join(map(str, SHARES))}; its rate, and that of MCC, is the share of right rows. The ratio is of wrong "
        "words and its rate the share of right ones; ROC-AUC is of normal scores. The last two lines are the delta "
        "method of textbooks, which is not used.\n",
        "| metric | mean | minimum | at rows, rate | undefined at most | no interval at most | zero width |",
        "| --- | ---: | ---: | --- | ---: | ---: | ---: |",
    ]
    for name, cells in found.items():
        least = min(cells, key=lambda cell: cell.coverage)
        undefined, unknown = (max(getattr(cell, what) for cell in cells) for what in ("undefined", "unknown"))
        numbers = map(_percent, (mean_coverage(cells), least.coverage, undefined, unknown))
        mean, minimum, no_value, no_interval = numbers
        flat = sum(cell.flat for cell in cells)
        lines.append(
            f"| {name} | {mean} | {minimum} | {least.rows}, {least.rate:g} | {no_value} | {no_interval} | {flat:,} |"
        )
    lines += [
        "",
        "Samples without an interval do not count: a value that has nothing to be divided by, or an AUC with a single "
        "row on one side. In each setting:\n",
        "| metric | rows | " + " | ".join(f"{rate:g}" for rate in RATES) + " |",
        "| --- | ---: |" + " ---: |" * len(RATES),
    ]
    for name, cells in found.items():
        for rows in ROWS:
            mine = " | ".join(_percent(cell.coverage) for cell in cells if cell.rows == rows)
            lines.append(f"| {name} | {rows} | {mine} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=10_000, help="samples of each setting")
    parser.add_argument("--out", type=Path, default=OUT, help="where the table goes")
    options = parser.parse_args()
    found = {name: coverage_of(name, options.runs) for name in (*SIMULATED, *PLAIN)}
    options.out.write_text(in_words(found, options.runs), encoding="utf-8")


if __name__ == "__main__":
    main()
