"""Every number of the worked examples of human level, reproduced by a public function or named as an input."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import oracles
import pytest
from scipy import optimize, stats

from slicer.human.agreement import agreement
from slicer.human.cohen import cohen_kappa
from slicer.human.hlp import shrink
from slicer.human.interval_alpha import interval_alpha, number_patterns
from slicer.human.leave_one_out import HumanLevel, human_credit, leave_one_out, model_credit
from slicer.human.metric_gap import paired_metric_gap
from slicer.human.noise import accuracy_behind
from slicer.human.ordinal_alpha import ordinal_alpha
from slicer.human.patterns import ItemPatterns
from slicer.human.reference import against_truth, independent_gap, other_sample
from slicer.human.undefined import Answer
from slicer.metrics import classification
from slicer.metrics.counts import PairedCounts
from slicer.metrics.estimate import Estimate
from slicer.metrics.intervals import t_value, z_value
from slicer.metrics.rates import fraction

EXAMPLES: dict[str, Any] = {
    "course_6_scratches": oracles.SCRATCHES,
    "course_um": oracles.UM,
    "loo": oracles.LEAVE_ONE_OUT,
    "loo_k5": oracles.LEAVE_ONE_OUT_5,
    "krippendorff_canonical": oracles.KRIPPENDORFF,
    "fleiss_wikipedia": oracles.FLEISS,
    "cohen_2x2": oracles.COHEN_2X2,
    "kappa_paradox": oracles.KAPPA_PARADOX,
    "paired_gap": oracles.PAIRED_GAP,
    "unpaired_gap": oracles.UNPAIRED_GAP,
    "hlp_shrink": oracles.HLP_SHRINK,
}

INPUTS = {
    "course_6_scratches.gt", "course_6_scratches.inspector", "course_um.p_convention1", "loo.ratings", "loo.model",
    "loo_k5.ratings", "loo_k5.model", "krippendorff_canonical.data", "fleiss_wikipedia.table", "cohen_2x2.C",
    "kappa_paradox.C", "paired_gap.n", "paired_gap.human_right_model_wrong", "paired_gap.model_right_human_wrong",
    "unpaired_gap.human", "unpaired_gap.model", "hlp_shrink.k", "hlp_shrink.n", "hlp_shrink.parent", "hlp_shrink.kappa",
}  # fmt: skip
"""What is put in."""

DRAWN = {"loo.alpha_item_bootstrap_ci"}
"""Numbers of 2,000 random draws: held to the exact distribution of the draws below, not to their digits."""

ELSEWHERE = {"ece_noise_floor", "balanced_accuracy_mover", "audit_three_state_90pct_two_sided", "redundancy",
             "slice_vs_rest_not_overall"}  # fmt: skip
"""Examples of the miscellany that are not about people."""

SHARED = Path(__file__).parents[2] / "shared" / "oracles"


def value(answer: Answer) -> float:
    assert answer.value is not None
    return answer.value


def ends(answer: Answer) -> tuple[float, float]:
    assert isinstance(answer, Estimate)
    assert answer.ci is not None
    return answer.ci


def half(answer: Answer) -> float:
    low, high = ends(answer)
    return (high - low) / 2


def table_of(rows: list[list[int]]) -> ItemPatterns:
    """Two people's table as items."""
    said = [["01"[i], "01"[j]] for i in range(2) for j in range(2) for _ in range(rows[i][j])]
    return ItemPatterns.of(said)


def scratches() -> dict[str, Any]:
    example = oracles.SCRATCHES
    truth, said = [str(x) for x in example["gt"]], [str(x) for x in example["inspector"]]
    table = np.zeros((2, 2))
    np.add.at(table, (np.array(example["gt"]), np.array(example["inspector"])), 1)
    hlp = against_truth(ItemPatterns.of([[one] for one in said], truth=truth)).hlp
    return {"hlp": value(hlp), "ci_wilson": ends(hlp), "kappa": value(cohen_kappa(table))}


def conventions() -> dict[str, Any]:
    """Two people who use a convention 70 times in 100, and a model that always does."""
    counts = np.array([[2, 0], [1, 1], [0, 2]])
    p = oracles.UM["p_convention1"]
    items = np.array([round(1000 * x) for x in (p * p, 2 * p * (1 - p), (1 - p) ** 2)])
    patterns = ItemPatterns(labels=("1", "2"), counts=counts, items=items, model=np.zeros(3, dtype=int))
    found, agreed = leave_one_out(patterns), value(agreement(patterns).pairwise)
    return {
        "pairwise_agreement": agreed,
        "always_first_vs_random_label": value(found.model),
        "fake_advantage": -value(found.gap),
        "deattenuated_p": accuracy_behind(agreed, 2),
    }


def against_majority(example: Mapping[str, Any]) -> HumanLevel:
    """People and model against the full majority: of several most frequent labels each is the truth as often."""
    rows, model, truth = [], [], []
    for said, predicted in zip(example["ratings"], example["model"], strict=True):
        votes = Counter(key for key in said if key is not None)
        modes = [key for key, times in votes.items() if times == max(votes.values())]
        for mode in modes * (6 // len(modes)):
            rows.append(said)
            model.append(predicted)
            truth.append(mode)
    return against_truth(ItemPatterns.of(rows, model=model, truth=truth))


def left_out(example: Mapping[str, Any]) -> dict[str, Any]:
    patterns = ItemPatterns.of(example["ratings"], model=example["model"])
    single = [ItemPatterns.of([row], model=[said])
              for row, said in zip(example["ratings"], example["model"], strict=True)]  # fmt: skip
    found, few, agreed = leave_one_out(patterns), leave_one_out(patterns, min_others=2), agreement(patterns)
    error = half(found.gap) / t_value(0.95, found.items - 1)
    majority = against_majority(example)
    return {
        "human_loo": value(found.hlp), "human": value(found.hlp),
        "model_loo": value(found.model), "gap": value(found.gap),
        "gap_se": error, "se": error, "gap_ci_t": ends(found.gap), "ci_t": ends(found.gap),
        "per_item_human": [human_credit(one)[0] for one in single],
        "per_item_model": [model_credit(one)[0] for one in single],  # type: ignore[index]
        "model_vs_full_majority": value(majority.model),
        "human_vs_full_majority_inflated": value(majority.hlp),
        "min_others_2": {"human": value(few.hlp), "model": value(few.model), "items": few.items},
        "pairwise_agreement": value(agreed.pairwise), "pairwise": value(agreed.pairwise),
        "krippendorff_alpha_nominal": value(agreed.krippendorff_alpha), "alpha": value(agreed.krippendorff_alpha),
        "alpha_from_counts_formula": value(agreed.krippendorff_alpha),
        "alpha_item_bootstrap_ci": ends(agreed.krippendorff_alpha),
        "fleiss": agreed.fleiss_kappa.value,
    }  # fmt: skip


def canonical() -> dict[str, Any]:
    data: list[list[int | None]] = oracles.KRIPPENDORFF["data"]
    patterns = ItemPatterns.of([[None if x is None else str(x) for x in item] for item in zip(*data, strict=True)])
    numbers = number_patterns(patterns)
    assert numbers is not None
    nominal = value(agreement(patterns).krippendorff_alpha)
    return {
        "nominal": nominal,
        "nominal_counts_formula": nominal,
        "ordinal": value(ordinal_alpha(patterns)),
        "interval": value(interval_alpha(numbers)),
    }


def fleiss() -> dict[str, Any]:
    counts = np.array(oracles.FLEISS["table"])
    patterns = ItemPatterns(labels=tuple("12345"), counts=counts, items=np.ones(len(counts), dtype=int))
    kappa = value(agreement(patterns).fleiss_kappa)
    return {"kappa": kappa, "published": round(kappa, 2)}


def cohen() -> dict[str, Any]:
    found = cohen_kappa(np.array(oracles.COHEN_2X2["C"]))
    return {"kappa": value(found), "std": half(found) / z_value(0.95), "ci": ends(found)}


def paradox() -> dict[str, Any]:
    table = oracles.KAPPA_PARADOX["C"]
    return {
        "agreement": value(agreement(table_of(table)).pairwise),  # type: ignore[arg-type]
        "kappa": value(cohen_kappa(np.array(table))),
    }


def paired() -> dict[str, Any]:
    """The error of the example is the plain one, which the delta method on the joint cells has too."""
    n, people, model = (oracles.PAIRED_GAP[key] for key in ("n", "human_right_model_wrong", "model_right_human_wrong"))
    joint = np.zeros((2, 3, 3))
    joint[0, 0, 0], joint[0, 1, 0], joint[0, 0, 1] = n - people - model, people, model
    found = paired_metric_gap(classification.accuracy, joint)
    counts = PairedCounts(both=int(n - people - model), human_only=int(people), model_only=int(model))
    return {
        "gap": value(found),
        "se": half(found) / z_value(0.95),
        "ceiling_if_keep_model_wins": counts.human_only / counts.n,
    }


def unpaired() -> dict[str, Any]:
    (k, n), (right, rows) = (map(int, str(oracles.UNPAIRED_GAP[key]).split("/")) for key in ("human", "model"))
    level = other_sample(k, n)
    assert level is not None
    gap = independent_gap(level, fraction(right, rows))
    return {"gap": value(gap), "ci": ends(gap)}


def shrunk() -> dict[str, Any]:
    found = shrink(*(oracles.HLP_SHRINK[key] for key in ("k", "n", "parent")))  # type: ignore[arg-type]
    return {"value": found.value, "beta_ci": found.ci}


@cache
def reproduced() -> dict[str, Any]:
    return dict(leaves({
        "course_6_scratches": scratches(), "course_um": conventions(), "loo": left_out(oracles.LEAVE_ONE_OUT),
        "loo_k5": left_out(oracles.LEAVE_ONE_OUT_5), "krippendorff_canonical": canonical(),
        "fleiss_wikipedia": fleiss(), "cohen_2x2": cohen(), "kappa_paradox": paradox(), "paired_gap": paired(),
        "unpaired_gap": unpaired(), "hlp_shrink": shrunk(),
    }))  # fmt: skip


def leaves(tree: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every leaf with its path; the places of a list are leaves of their own."""
    if isinstance(tree, Mapping):
        for key, one in tree.items():
            yield from leaves(one, f"{path}.{key}" if path else str(key))
    elif isinstance(tree, list | tuple):
        for place, one in enumerate(tree):
            yield from leaves(one, f"{path}[{place}]")
    else:
        yield path, tree


def is_of(path: str, names: set[str]) -> bool:
    return path.split("[")[0] in names


EXPECTED = {path: one for path, one in leaves(EXAMPLES) if not is_of(path, INPUTS)}


@pytest.mark.parametrize("path", [path for path in EXPECTED if not is_of(path, DRAWN)])
def test_a_number_of_the_worked_examples_is_reproduced(path: str) -> None:
    assert path in reproduced(), "nothing reproduces it"
    by_table = path.startswith("cohen_2x2") and not path.endswith("kappa")
    assert reproduced()[path] == pytest.approx(EXPECTED[path], abs=1e-8 if by_table else 1e-9)


def test_the_examples_are_those_of_the_files_and_none_is_forgotten() -> None:
    """The copies in tests/oracles.py against the files they were copied from."""
    if not SHARED.is_dir():
        pytest.skip("NO ../shared/oracles: that no worked example of human level is forgotten was not looked at")
    examples = json.loads((SHARED / "03_hlp.json").read_text(encoding="utf-8"))
    other = json.loads((SHARED / "11_misc.json").read_text(encoding="utf-8"))
    assert {*other} == {"hlp_shrink", *ELSEWHERE}
    examples["hlp_shrink"] = other["hlp_shrink"]
    del examples["course_6_scratches"]["note"]
    assert dict(leaves(examples)) == dict(leaves(EXAMPLES))


# --- what digits cannot say --------------------------------------------------------------------------


def test_the_interval_of_alpha_is_that_of_all_the_samples_there_are() -> None:
    """Ten items can be drawn in 92,378 ways: each with its chance, the exact distribution of alpha. Both intervals, of
    2,000 draws each, lie where so many draws put them."""
    rows = oracles.LEAVE_ONE_OUT["ratings"]
    counts = np.array([[row.count(key) for key in "abc"] for row in rows], dtype=float)  # type: ignore[attr-defined]
    m = counts.sum(axis=1)
    apart = (counts * (m[:, None] - counts)).sum(axis=1) / (m - 1)
    draws = np.array(list(weak_compositions(len(rows), len(rows))))
    chance = stats.multinomial.pmf(draws, len(rows), [1 / len(rows)] * len(rows))
    said = draws @ counts
    total = said.sum(axis=1)
    expected = (said * (total[:, None] - said)).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        alpha = 1 - (total - 1) * (draws @ apart) / expected
    known = expected > 0
    chance = chance[known] / chance[known].sum()
    drawn = 4 * math.sqrt(0.025 * 0.975 / 2000)
    ours = left_out(oracles.LEAVE_ONE_OUT)["alpha_item_bootstrap_ci"]
    for low, high in (oracles.LEAVE_ONE_OUT["alpha_item_bootstrap_ci"], ours):
        assert chance[alpha[known] < low - 1e-9].sum() < 0.025 + drawn
        assert chance[alpha[known] <= low + 1e-9].sum() > 0.025 - drawn
        assert chance[alpha[known] > high + 1e-9].sum() < 0.025 + drawn
        assert chance[alpha[known] >= high - 1e-9].sum() > 0.025 - drawn


def weak_compositions(total: int, parts: int) -> Iterator[tuple[int, ...]]:
    """All ways to draw so many items, by how often each is drawn."""
    if parts == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for rest in weak_compositions(total - first, parts - 1):
            yield (first, *rest)


def test_the_paired_gap_ends_where_the_score_statistic_says() -> None:
    """Tango's interval of the example by another way: the restricted likelihood is maximised by a numeric search."""
    n, b, c = (oracles.PAIRED_GAP[key] for key in ("n", "human_right_model_wrong", "model_right_human_wrong"))
    rows = [["a"]] * int(n - c) + [["b"]] * int(c)
    model = ["b"] * int(b) + ["a"] * int(n - b)
    gap = against_truth(ItemPatterns.of(rows, model=model, truth=["a"] * int(n))).gap
    assert isinstance(gap, Estimate)
    assert gap.method == "tango"

    def score(delta: float) -> float:
        """(b - c - nδ) over its standard error at the most likely chance of a row that only the model has right."""

        def unlikely(q: float) -> float:
            both = 1 - 2 * q - delta
            return -(b * math.log(q + delta) + c * math.log(q) + (n - b - c) * math.log(both))

        low, high = max(0.0, -delta) + 1e-12, (1 - delta) / 2 - 1e-12
        q = optimize.minimize_scalar(unlikely, bounds=(low, high), method="bounded", options={"xatol": 1e-12}).x
        return float((b - c - n * delta) / math.sqrt(n * (2 * q + delta - delta * delta)))

    assert [score(end) for end in ends(gap)] == pytest.approx([z_value(0.95), -z_value(0.95)], abs=1e-5)
    counts = PairedCounts(both=int(n - b - c), human_only=int(b), model_only=int(c))
    assert (counts.gap, counts.n) == (pytest.approx(oracles.PAIRED_GAP["gap"]), n)
