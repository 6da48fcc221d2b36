"""How often the interval of a gap holds the true gap: `python -m benchmarks.coverage_gap --keep` simulates and keeps.

Nominal 95 %. People and model have accuracies from .5 to .95 each; every cell of the grid is many runs of one design.
"""

import argparse
import itertools
import json
import math
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np

from slicer.human.items import item_difference, item_rate
from slicer.human.leave_one_out import human_credit, model_credit
from slicer.human.metric_gap import human_table, model_table, paired_metric_gap
from slicer.human.patterns import ItemPatterns
from slicer.metrics.classification import class_f1
from slicer.metrics.intervals import Interval, newcombe
from slicer.metrics.score_intervals import tango
from slicer.priorities.class_people import class_level

RESULTS = Path(__file__).parent / "results"
ROWS = (20, 100, 1000)
ACCURACIES = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
RUNS = 10_000
PREVALENCE = 0.3
"""Share of the positive class where F1 and recall are measured."""
CLUSTER = 5
"""Items of a cluster. Half of the clusters are hard: there people and model are half as far from a coin."""

PAIRED = ("paired", "paired, hard rows in common")
DESIGNS = tuple(f"{people} people, {labels} labels" for people in (2, 3, 5) for labels in (2, 3))


def covered(low_high: Interval | None, truth: float) -> bool:
    return low_high is not None and low_high[0] - 1e-9 <= truth <= low_high[1] + 1e-9


def cells(rows: int, runs: int, seed: int = 0) -> Iterator[tuple[str, str, float]]:
    """Method, setting and coverage of every cell of the grid."""
    for number, (human, model) in enumerate(itertools.product(ACCURACIES, ACCURACIES)):
        random = np.random.default_rng([seed, rows, number])
        setting = f"people {human}, model {model}"
        for kind in PAIRED:
            yield f"{kind}: Tango", setting, paired(random, rows, runs, human, model, kind == PAIRED[1])
        yield "other sample: MOVER", setting, independent(random, rows, runs, human, model)
        for design in DESIGNS:
            people, _, labels, _ = design.split()
            gap, level = left_out(random, rows, runs, human, model, int(people), int(labels))
            yield "leave-one-out: item differences", f"{setting}, {design}", gap
            yield "leave-one-out human level: Wilson by items", f"{setting}, {design}", level
    for number, (human, model) in enumerate(itertools.product(ACCURACIES[2:], ACCURACIES[2:])):
        random = np.random.default_rng([seed, rows, number, 1])
        setting, fewer = f"people {human}, model {model}", max(runs // 10, 50)
        yield "paired F1: delta", setting, f1(random, rows, fewer, human, model)
        for several in (3, 5):
            design = f"{setting}, {several} people"
            yield "leave-one-out recall: delta by items", design, recall(random, rows, fewer, human, model, several)
            yield "leave-one-out in clusters", design, clustered(random, rows, fewer, human, model, several)


@cache
def _tango(b: int, c: int, n: int) -> Interval | None:
    return tango(b, c, n)


@cache
def _newcombe(k: int, other: int, n: int) -> Interval | None:
    return newcombe(k, n, other, n)


def joint_right(human: float, model: float, common: bool) -> np.ndarray:
    """Chances that both are right, people alone, the model alone, neither."""
    both = human * model
    both += 0.5 * (min(human, model) - both) if common else 0.0
    return np.array([both, human - both, model - both, 1 - human - model + both])


def paired(random: np.random.Generator, rows: int, runs: int, human: float, model: float, common: bool) -> float:
    """One human label on every row of the model."""
    drawn = random.multinomial(rows, joint_right(human, model, common), size=runs)
    return float(np.mean([covered(_tango(int(b), int(c), rows), human - model) for _, b, c, _ in drawn]))


def independent(random: np.random.Generator, rows: int, runs: int, human: float, model: float) -> float:
    """As many human labels on other rows."""
    people, models = random.binomial(rows, human, runs), random.binomial(rows, model, runs)
    found = (_newcombe(int(k), int(other), rows) for k, other in zip(people, models, strict=True))
    return float(np.mean([covered(one, human - model) for one in found]))


def left_out(
    random: np.random.Generator, rows: int, runs: int, human: float, model: float, people: int, labels: int
) -> tuple[float, float]:
    """Several people on every item, no truth: coverage of the gap and of the human level."""
    patterns, chances = every_item(human, model, people, labels)
    own, predicted = human_credit(patterns), model_credit(patterns)
    assert predicted is not None
    differences = own - predicted
    gap, level = float(chances @ differences), float(chances @ own)
    held = []
    for items in random.multinomial(rows, chances, size=runs):
        seen = items > 0
        found = item_difference(differences[seen], items[seen])
        own_level = item_rate(own[seen], items[seen], rows * people)
        held.append((covered(found.ci, gap), covered(own_level.ci, level)))
    of_gap, of_level = np.mean(held, axis=0)
    return float(of_gap), float(of_level)


@cache
def every_item(human: float, model: float, people: int, labels: int) -> tuple[ItemPatterns, np.ndarray]:
    """All that people and model can say of an item whose hidden truth is the first label, and how likely it is."""
    of_people, of_model = (np.array([right] + [(1 - right) / (labels - 1)] * (labels - 1)) for right in (human, model))
    lines = [counts for counts in itertools.product(range(people + 1), repeat=labels) if sum(counts) == people]
    ways = [math.factorial(people) / math.prod(map(math.factorial, counts)) for counts in lines]
    counts = np.repeat(np.array(lines), labels, axis=0)
    chances = np.repeat(ways * np.prod(of_people ** np.array(lines), axis=1), labels) * np.tile(of_model, len(lines))
    patterns = ItemPatterns(
        labels=tuple("abc"[:labels]),
        counts=counts,
        items=np.ones(len(counts), dtype=int),
        model=np.tile(np.arange(labels), len(lines)),
    )
    return patterns, chances / chances.sum()


def recall(random: np.random.Generator, rows: int, runs: int, human: float, model: float, people: int) -> float:
    """Recall of the positive class by what the others say; its share is `PREVALENCE`."""
    patterns, negative = every_item(human, model, people, 2)
    of_pattern = {(tuple(counts), said): place for place, (counts, said) in enumerate(_lines(patterns))}
    mirrored = [of_pattern[tuple(counts[::-1]), 1 - said] for counts, said in _lines(patterns)]
    chances = (1 - PREVALENCE) * negative + PREVALENCE * negative[mirrored]

    def gap(items: np.ndarray) -> tuple[float, Interval | None] | None:
        seen = items > 0
        found = class_level(replace(patterns.where(seen), items=items[seen]), "b", "recall", 0.95, left_out=True).gap
        return None if found is None else (found.value, found.ci)

    everything = gap(np.rint(chances * 1e12).astype(int))
    assert everything is not None
    drawn = (gap(items) for items in random.multinomial(rows, chances, size=runs))
    return float(np.mean([covered(one[1], everything[0]) for one in drawn if one is not None]))


def clustered(random: np.random.Generator, rows: int, runs: int, human: float, model: float, people: int) -> float:
    """Items of a cluster are hard together."""
    patterns, easy = every_item(human, model, people, 2)
    _, hard = every_item((human + 0.5) / 2, (model + 0.5) / 2, people, 2)
    own, predicted = human_credit(patterns), model_credit(patterns)
    assert predicted is not None
    differences, clusters = own - predicted, rows // CLUSTER
    gap = float((easy + hard) / 2 @ differences)
    values, numbers = np.tile(differences, clusters), np.repeat(np.arange(clusters), len(differences))
    held = []
    for _ in range(runs):
        hard_ones = random.binomial(clusters, 0.5)
        items = np.concatenate(
            [random.multinomial(CLUSTER, hard, hard_ones), random.multinomial(CLUSTER, easy, clusters - hard_ones)]
        ).ravel()
        seen = items > 0
        found = item_difference(values[seen], items[seen], clusters=numbers[seen])
        held.append(covered(found.ci, gap))
    return float(np.mean(held))


def _lines(patterns: ItemPatterns) -> list[tuple[list[int], int]]:
    assert patterns.model is not None
    return list(zip(patterns.counts.tolist(), patterns.model.tolist(), strict=True))


def f1(random: np.random.Generator, rows: int, runs: int, human: float, model: float) -> float:
    """F1 of the positive class, people and model on the same rows with hard ones in common."""
    right = joint_right(human, model, common=True)
    joint = np.zeros((2, 3, 3))
    for truth, share in ((0, 1 - PREVALENCE), (1, PREVALENCE)):
        other = 1 - truth
        said = ((truth, truth), (other, truth), (truth, other), (other, other))  # (model, human)
        for chance, (predicted, person) in zip(right, said, strict=True):
            joint[truth, predicted, person] += share * chance

    def metric(table: np.ndarray) -> np.ndarray:
        return np.asarray(class_f1(table)[..., 1])

    gap = float(metric(human_table(joint)) - metric(model_table(joint)))
    held = []
    for table in random.multinomial(rows, joint.ravel() / joint.sum(), size=runs):
        found = paired_metric_gap(metric, table.reshape(joint.shape).astype(float))
        if found.value is not None:
            held.append(covered(found.ci, gap))
    return float(np.mean(held))


def simulate(runs: int) -> dict[str, dict[str, dict[str, float | str | int]]]:
    """By method and number of rows: the mean and the least coverage over the grid, and where the least is."""
    found: dict[str, dict[str, list[tuple[float, str]]]] = {}
    for rows in ROWS:
        for method, setting, coverage in cells(rows, runs):
            found.setdefault(method, {}).setdefault(str(rows), []).append((coverage, setting))
    return {
        method: {
            rows: {
                "mean": float(np.mean([coverage for coverage, _ in grid])),
                "least": min(grid)[0],
                "most": max(grid)[0],
                "where": min(grid)[1],
                "cells": len(grid),
            }
            for rows, grid in by_rows.items()
        }
        for method, by_rows in found.items()
    }


def table(results: dict[str, dict[str, dict[str, float | str | int]]], runs: int) -> str:
    """The results as Markdown."""
    lines = [
        "# Coverage of the gap's interval",
        "",
        f"Nominal 95 %; {runs:,} runs in each cell of the grid (a tenth of them for F1, recall and clusters of "
        f"{CLUSTER} items); people and model right on {ACCURACIES[0]} to {ACCURACIES[-1]} of the rows.",
        "",
        "| interval | rows or items | cells | mean | least | most | where least |",
        "| --- | ---: | ---: | ---: | ---: | ---: | --- |",
    ]
    for method, by_rows in results.items():
        for rows, one in by_rows.items():
            shown = " | ".join(f"{100 * float(one[key]):.1f} %" for key in ("mean", "least", "most"))
            lines.append(f"| {method} | {rows} | {one['cells']} | {shown} | {one['where']} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=RUNS, help=f"runs in each cell (default {RUNS:,}: some minutes)")
    parser.add_argument("--keep", action="store_true", help="keep the table in benchmarks/results/")
    chosen = parser.parse_args()
    results = simulate(chosen.runs)
    shown = table(results, chosen.runs)
    if chosen.keep:
        RESULTS.mkdir(exist_ok=True)
        kept = {"runs": chosen.runs, "coverage": results}
        (RESULTS / "coverage_gap.json").write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
        (RESULTS / "coverage_gap.md").write_text(shown, encoding="utf-8")
    print(shown)


if __name__ == "__main__":
    main()
