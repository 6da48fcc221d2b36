"""Every number of the worked examples, from public functions: each example is answered by a tree of the same shape.

A leaf that is missing on either side fails, so that none is forgotten. What an example starts from is `Given`; what
was drawn at random is drawn again by our own functions and held to three standard errors of both draws; what another
library gets wrong comes from that library's formula, written in `wrong_formulas.py`, and never from Slicer.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import oracles_of_metrics as oracles
import pandas as pd
import pytest
import wrong_formulas
from metric_kit import all_metrics, bench_of, counted, course, of_table, one_metric, table
from sklearn import metrics as sk

from slicer.engine.sql import column
from slicer.engine.sums import number, residual_sums
from slicer.metrics import classification
from slicer.metrics.audit import LEVEL, audit
from slicer.metrics.calibration import ece, noise_floor
from slicer.metrics.curves import auc_bound, auc_estimate, delong_error, roc_auc
from slicer.metrics.delta import Formula, delta_error
from slicer.metrics.difference import difference, holm, q_values
from slicer.metrics.histograms import Histogram, ScoreGroups
from slicer.metrics.intervals import (
    beta_interval,
    clopper_pearson,
    f1_of_jaccard,
    newcombe,
    wilson,
    wilson_jaccard,
    z_value,
)
from slicer.metrics.means import bca_interval, mean_estimate, mean_interval, ratio_error, ratio_estimate
from slicer.metrics.moments import Moments, RatioSums
from slicer.metrics.proportions import effective_rows, right_cells
from slicer.metrics.rates import class_metrics, fraction
from slicer.metrics.regression import between_clusters
from slicer.workbench import ALL

Tree = Any
Path_ = tuple[str, ...]

DIGITS = 1e-9

SPLIT = ("01_metrics", "02_intervals", "11_misc")
"""Files of several examples; each of the others is one."""


@dataclass(frozen=True, slots=True)
class Given:
    """What an example starts from, or says in words."""

    value: Tree


@dataclass(frozen=True, slots=True)
class Drawn:
    """A number that was drawn at random, here and there."""

    value: float
    error: float
    """The standard error of the difference of the two draws."""


REPRODUCED: dict[tuple[str, str], Callable[[Path], Tree]] = {}
"""By file and example; an empty name is the whole file."""


def reproduces(file: str, example: str = "") -> Callable[[Callable[[Path], Tree]], Callable[[Path], Tree]]:
    def kept(answer: Callable[[Path], Tree]) -> Callable[[Path], Tree]:
        REPRODUCED[file, example] = answer
        return answer

    return kept


def leaves(tree: Tree, path: Path_ = ()) -> Iterator[tuple[Path_, Any]]:
    """Everything that is no branch, with the way to it; what is `Given` is given as a whole."""
    if isinstance(tree, Given):
        yield from ((way, Given(leaf)) for way, leaf in leaves(tree.value, path))
    elif isinstance(tree, dict):
        for name, branch in tree.items():
            yield from leaves(branch, (*path, str(name)))
    elif isinstance(tree, list | tuple):
        for place, branch in enumerate(tree):
            yield from leaves(branch, (*path, str(place)))
    else:
        yield path, tree


def check(ours: Any, theirs: Any) -> None:
    if isinstance(ours, Given):
        assert ours.value == theirs
    elif isinstance(ours, Drawn):
        assert abs(ours.value - theirs) <= 3 * ours.error
    elif ours is None or isinstance(ours, str):
        assert ours == theirs
    else:
        assert ours == pytest.approx(theirs, abs=DIGITS)


EXAMPLES = [(file, example) for file, tree in oracles.FILES.items() for example in (tree if file in SPLIT else ("",))]


@pytest.mark.parametrize(("file", "example"), EXAMPLES)
def test_every_number_of_an_example_is_reproduced(file: str, example: str, tmp_path: Path) -> None:
    expected = dict(leaves(oracles.FILES[file][example] if example else oracles.FILES[file]))
    found = dict(leaves(REPRODUCED[file, example](tmp_path)))
    assert expected
    assert found.keys() == expected.keys()
    for path, theirs in expected.items():
        try:
            check(found[path], theirs)
        except AssertionError as error:
            raise AssertionError(f"{file}: {' / '.join((example, *path))}: {found[path]} is not {theirs}") from error


def test_the_copies_are_the_files() -> None:
    """Where the folder they come from stands beside the project."""
    folders = [folder / "shared" / "oracles" for folder in Path(__file__).resolve().parents]
    folder = next((one for one in folders if one.is_dir()), None)
    if folder is None:
        pytest.skip("no folder shared/oracles beside the project: the copies are not held against the files")
    for name, copy in oracles.FILES.items():
        file = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
        mine = {key: value for key, value in file.items() if key not in oracles.OF_OTHERS.get(name, ())}
        assert mine == copy, name


# --- 01: metrics -------------------------------------------------------------------------------------


@reproduces("01_metrics", "course_binary")
def course_binary(folder: Path) -> Tree:
    names = {name: name for name in oracles.COURSE_BINARY if name not in ("counts", "lib")}
    names["lift_precision_over_prevalence"] = "lift"
    return {
        "counts": Given(oracles.COURSE_BINARY["counts"]),
        "lib": Given("sklearn"),
        **{key: one_metric(name, of_table(course()), positive=1).value for key, name in names.items()},
    }


@reproduces("01_metrics", "print0")
def always_negative(folder: Path) -> Tree:
    """Precision is undefined here, and so is MCC; their 0 is scikit-learn's policy."""
    gold = oracles.ALWAYS_NEGATIVE
    y, said = ["1"] * gold["y_pos"] + ["0"] * gold["y_neg"], ["0"] * 1000
    found = all_metrics(counted(list(zip(y, said, strict=True))), positive=1)
    assert found["mcc"].value is None
    return {
        "y_pos": Given(86),
        "y_neg": Given(914),
        **{name: found[name].value for name in ("accuracy", "recall", "f1", "kappa")},
        "precision_nan": found["precision"].value,
        "precision_zero_division": sk.precision_score(y, said, pos_label="1", zero_division=0),
        "mcc": sk.matthews_corrcoef(y, said),
        "note": Given(gold["note"]),
    }


def published(example: dict[str, dict[str, float]]) -> Tree:
    """F1 from precision and recall, as counts of a class that is true 1,000 times."""

    def f1(precision: float, recall: float) -> float:
        tp = 1000 * recall
        return one_metric(
            "f1", of_table(table([[0, tp * (1 - precision) / precision], [1000 - tp, tp]])), positive=1
        ).value

    return {
        name: {
            "P": Given(one["P"]),
            "R": Given(one["R"]),
            "F1": f1(one["P"], one["R"]),
            "published": round(f1(one["P"], one["R"]), 3),
        }
        for name, one in example.items()
    }


@reproduces("01_metrics", "course_two_models")
def two_models(folder: Path) -> Tree:
    return published(oracles.TWO_MODELS)


@reproduces("01_metrics", "course_defects")
def defects(folder: Path) -> Tree:
    return published(oracles.DEFECTS)


@reproduces("01_metrics", "multiclass")
def multiclass(folder: Path) -> Tree:
    gold = oracles.MULTICLASS
    pairs = list(zip(gold["y_true"], gold["y_pred"], strict=True))
    counts = counted(pairs)
    found = {name: one.value for name, one in all_metrics(counts).items() if one is not None}
    return {
        "y_true": Given(gold["y_true"]),
        "y_pred": Given(gold["y_pred"]),
        "labels": list(counts.confusion.labels),
        "cm": counts.confusion.table[:, :-1].tolist(),
        **{
            name: found[name]
            for name in ("accuracy", "micro_f1", "weighted_f1", "balanced_accuracy", "mcc", "kappa")
        },
        "quadratic_kappa_on_codes": found["quadratic_kappa"],
        "macro_f1_union_labels": found["macro_f1"],
        "macro_f1_true_labels_abc": one_metric("macro_f1", counted(pairs, labels=list("abc"))).value,
        "per_class": {
            label: {
                "precision": one.precision.value,
                "recall": one.recall.value,
                "f1": one.f1.value,
                "support": one.support,
                "predicted": one.predicted,
            }
            for label, one in class_metrics(counts.confusion).items()
        },
    }  # fmt: skip


@reproduces("01_metrics", "prob")
def probabilities(folder: Path) -> Tree:
    """Of the file in DuckDB; scikit-learn's log loss is ours with its own clip on the rows that were clipped."""
    gold = oracles.PROBABILITIES
    y, s = np.array(gold["y"]), np.array(gold["s"])

    def measured(y: np.ndarray, s: np.ndarray) -> Tree:
        frame = pd.DataFrame({"id": range(len(y)), "y": np.where(y, "yes", "no"), "prob_yes": s})
        bench = bench_of(folder, frame, label="y", positive="yes")
        return bench.metrics(metrics=["log_loss", "brier", "roc_auc", "average_precision", "mce"]).overall

    found, missed = measured(y, s), measured(np.array([1, 0]), np.array([0.0, 0.0]))
    value = {name: one.value for name, one in found.metrics.items()}
    bins = found.counts.probabilities.calibration
    more = math.log(1e-15) - math.log(np.finfo(float).eps)
    clipped = missed.counts.probabilities.clipped / 2

    def binned(bins: int) -> Tree:
        groups = ScoreGroups.of(y, [min(int(one * bins), bins - 1) for one in s])
        return {"auc": roc_auc(groups), "half_width": auc_bound(groups)}

    return {
        "y": Given(gold["y"]),
        "s": Given(gold["s"]),
        **{name: value[name] for name in ("roc_auc", "log_loss", "brier")},
        "avg_precision": value["average_precision"],
        "duckdb_sql_auc": value["roc_auc"],
        "duckdb_sql_ap": value["average_precision"],
        "ece10_equal_width_left_closed": ece(bins),
        "netcal_ece10": ece(bins),
        "mce10": value["mce"],
        "hist_auc": {str(one): binned(one) for one in (5, 10, 100)},
        "log_loss_clipped_eps1e15_for_p_zero": missed.metrics["log_loss"].value + clipped * more,
        "note": Given(gold["note"]),
    }


@reproduces("01_metrics", "hist_auc_bound")
def histogram_bound(folder: Path) -> Tree:
    """200 sets of 500 rows, each in 8, 64 and 256 bins; the bound is never passed."""
    random = np.random.default_rng(0)

    def largest_ratio() -> float:
        ratios = []
        for _ in range(200):
            y = random.random(500) < 0.3
            s = 1 / (1 + np.exp(-random.normal(y, 1.0)))
            exact = roc_auc(ScoreGroups.of(y, s))
            for bins in (8, 64, 256):
                groups = ScoreGroups.of(y, np.floor(s * bins))
                ratios.append(abs(roc_auc(groups) - exact) / auc_bound(groups))
        return max(ratios)

    ratios = [largest_ratio() for _ in range(4)]
    assert max(ratios) <= 1
    return {
        "checked": Given(oracles.HISTOGRAM_BOUND["checked"]),
        "max_ratio_seen": Drawn(float(np.mean(ratios)), error=0.025),
    }


@reproduces("01_metrics", "multiclass_prob")
def several_classes(folder: Path) -> Tree:
    gold = oracles.SEVERAL_CLASSES
    p = np.array(gold["P"])
    frame = pd.DataFrame({"id": range(len(p)), "y": [f"c{one}" for one in gold["y"]]})
    frame = frame.assign(**{f"prob_c{place}": p[:, place] for place in range(3)})
    names = {"log_loss": "log_loss", "brier": "brier_sum", "roc_auc": "ovr_macro_auc",
             "accuracy": "top1_conf_accuracy", "top_2": "top2"}  # fmt: skip
    bench = bench_of(folder, frame, label="y", probabilities="prob_{class}")
    found = bench.metrics(metrics=list(names)).overall.metrics
    return {"y": Given(gold["y"]), "P": Given(gold["P"]), **{key: found[name].value for name, key in names.items()}}


@reproduces("01_metrics", "regression")
def regression(folder: Path) -> Tree:
    gold = oracles.REGRESSION
    frame = pd.DataFrame({"id": range(5), "y": gold["y"], "pred": gold["pred"]})
    bench = bench_of(folder, frame, label="y", prediction="pred", task="regression")
    names = ["mae", "rmse", "bias", "r2", "pinball_90", "median_error", "max_error"]
    found = {name: one.value for name, one in bench.metrics(metrics=names).overall.metrics.items()}
    columns = (number(column(name)) for name in ("y", "pred"))
    sums = bench.engine.sums_by([], ALL, residual_sums(*columns, None, 0.0))[0][2]
    constant = pd.DataFrame({"id": range(3), "y": 2.0, "pred": [1.0, 2.0, 4.0]})
    undefined = bench_of(folder, constant, label="y", prediction="pred", task="regression")
    return {
        "y": Given(gold["y"]),
        "pred": Given(gold["pred"]),
        "mergeable": {
            "n": sums.r.n,
            "sum_abs": sums.absolute.wx,
            "sum_r": sums.r.wx,
            "sum_r2": sums.squared.wx,
            "sum_y": sums.y.wx,
            "sum_y2": sums.y.wxx,
        },
        "mae": found["mae"],
        "rmse": found["rmse"],
        "bias_pred_minus_true": found["bias"],
        "r2": found["r2"],
        "r2_from_sums": 1 - sums.squared.wx / (sums.y.wxx - sums.y.wx**2 / sums.y.n),
        "pinball_0_9": found["pinball_90"],
        "median_ae": found["median_error"],
        "max_error": found["max_error"],
        "r2_constant_y": {
            "sklearn_imperfect": sk.r2_score([2.0, 2.0, 2.0], [1.0, 2.0, 4.0]),
            "sklearn_perfect": sk.r2_score([2.0, 2.0, 2.0], [2.0, 2.0, 2.0]),
            "project": {None: "null"}.get(undefined.metrics(metrics=["r2"]).overall.metrics["r2"].value, "a value"),
        },
    }


def word_errors(said: list[str], heard: list[str]) -> int:
    """The fewest words to change, drop or add (Levenshtein)."""
    row = list(range(len(heard) + 1))
    for place, word in enumerate(said, start=1):
        above, row = row, [place]
        for at, other in enumerate(heard, start=1):
            row.append(min(above[at] + 1, row[-1] + 1, above[at - 1] + (word != other)))
    return row[-1]


def ratio_sums(e: np.ndarray, d: np.ndarray) -> RatioSums:
    e, d = e.astype(float), d.astype(float)
    return RatioSums(n=len(e), e=e.sum(), d=d.sum(), ee=float(e @ e), ed=float(e @ d), dd=float(d @ d))


@reproduces("01_metrics", "wer")
def wer(folder: Path) -> Tree:
    gold = oracles.WORD_ERRORS
    texts = [(one.split(), other.split()) for one, other in zip(gold["ref"], gold["hyp"], strict=True)]
    errors, words = np.array([word_errors(*one) for one in texts]), np.array([len(one) for one, _ in texts])
    frame = pd.DataFrame({"id": range(4), "wrong": errors, "words": words})
    overall = bench_of(folder, frame, errors="wrong", total="words").metrics().overall
    return {
        "ref": Given(gold["ref"]),
        "hyp": Given(gold["hyp"]),
        "errors": errors.tolist(),
        "words": words.tolist(),
        "corpus_wer": overall.metrics["ratio"].value,
        "ratio_of_sums": ratio_estimate(ratio_sums(errors, words), 0.95).value,
        "mean_of_ratios_wrong": mean_estimate(Moments.of((errors / words).tolist()), 0.95).value,
    }


# --- 02: intervals -----------------------------------------------------------------------------------


@reproduces("02_intervals", "wilson")
def wilson_ends(folder: Path) -> Tree:
    return {name: wilson(*map(int, name.split("/"))) for name in oracles.WILSON}


@reproduces("02_intervals", "clopper_pearson_68/86")
def exact_ends(folder: Path) -> Tree:
    return clopper_pearson(68, 86)


@reproduces("02_intervals", "jeffreys_68/86")
def jeffreys_ends(folder: Path) -> Tree:
    return beta_interval(68.5, 18.5)


@reproduces("02_intervals", "newcombe_slice_vs_rest")
def slice_against_rest(folder: Path) -> Tree:
    gold, counts = oracles.NEWCOMBE, (24, 40, 870, 960)
    found = difference(fraction(24, 40), fraction(870, 960))
    assert found is not None
    assert found.ci == newcombe(*counts)
    return {
        **{name: Given(gold[name]) for name in ("slice", "rest", "note")},
        "diff": found.value,
        "ci": found.ci,
        "score_ci_miettinen": wrong_formulas.miettinen_nurminen(*counts),
        "fisher_two_sided": found.p_value,
    }


def f1_of(cells: np.ndarray) -> np.ndarray:
    return classification.class_f1(cells)[..., 1]


@reproduces("02_intervals", "f1")
def f1(folder: Path) -> Tree:
    value, error = one_metric("f1", of_table(course()), positive=1).value, delta_error(f1_of, course())
    half = z_value(0.95) * error
    return {
        "counts": Given(oracles.F1["counts"]),
        "f1": value,
        "delta_se": error,
        "delta_ci": [value - half, value + half],
        "wilson_jaccard_ci": wilson_jaccard(68, 9, 18),
        "clopper_jaccard_ci": f1_of_jaccard(clopper_pearson(68, 68 + 9 + 18)),
    }


DELTA_FORMULAS: dict[str, Formula] = {
    "f1": f1_of,
    "macro_f1": classification.macro_f1,
    "macro_recall": classification.macro_recall,
    "macro_precision": classification.macro_precision,
    "mcc": classification.mcc,
    "kappa": classification.kappa,
}


@reproduces("02_intervals", "generic_delta")
def generic_delta(folder: Path) -> Tree:
    """The errors by the delta method, and again from 20,000 tables drawn."""
    gold, random, runs = oracles.DELTA, np.random.default_rng(0), 20_000

    def answer(formula: Formula, cells: list[list[int]]) -> Tree:
        counts = table(cells)
        chances = np.array(cells, dtype=float)
        drawn = random.multinomial(round(chances.sum()), (chances / chances.sum()).ravel(), runs)
        tables = np.concatenate([drawn.reshape(runs, *chances.shape), np.zeros((runs, len(cells), 1))], axis=-1)
        values = formula(tables.astype(float))
        spread = float(np.nanstd(values))
        # the error of a quantile is √(q (1 − q) / runs) over the normal density there
        of_end = math.sqrt(2 * 0.025 * 0.975 / runs) / 0.0584 * spread
        low, high = np.nanquantile(values, [0.025, 0.975])
        return {
            "value": float(formula(counts.table)),
            "delta_se": delta_error(formula, counts),
            "multinomial_bootstrap_20000": {
                "se": Drawn(spread, spread / math.sqrt(runs)),
                "ci": [Drawn(float(low), of_end), Drawn(float(high), of_end)],
            },
        }

    found = {name: Given(gold[name]) for name in ("C_binary", "C_3x3")}
    for name in set(gold) - set(found):
        formula, kind = name.rsplit("_", 1)
        found[name] = answer(DELTA_FORMULAS[formula], gold["C_3x3" if kind == "3" else "C_binary"])
    found["kappa_3"]["statsmodels_std_kappa"] = found["kappa_3"]["delta_se"]
    return found


@reproduces("02_intervals", "confidenceinterval_1.0.5")
def confidenceinterval(folder: Path) -> Tree:
    """The library's numbers by its own formulas; ours, right as the bootstrap shows, differ."""
    gold = oracles.CONFIDENCEINTERVAL
    two, three = (np.array(oracles.DELTA[name], dtype=float) for name in ("C_binary", "C_3x3"))

    def implied(found: wrong_formulas.Found) -> float:
        return (found[1][1] - found[1][0]) / (2 * z_value(0.95))

    def of_three(found: wrong_formulas.Found) -> Tree:
        return {"value": found[0], "ci": found[1], "implied_se": implied(found)}

    right = delta_error(classification.macro_f1, table(oracles.DELTA["C_3x3"]))
    drawn = oracles.DELTA["macro_f1_3"]["multinomial_bootstrap_20000"]["se"]
    assert abs(right - drawn) < 0.04 * drawn < 0.2 * abs(implied(wrong_formulas.macro_f1(three)) - drawn)
    return {
        "binary_example": {
            "binary_f1": wrong_formulas.binary_f1(two),
            "f1_macro": wrong_formulas.macro_f1(two),
            "f1_micro": wrong_formulas.micro_f1(two),
            "recall_macro": wrong_formulas.macro_recall(two),
        },
        "three_class": {
            "f1_macro": of_three(wrong_formulas.macro_f1(three)),
            "recall_macro": of_three(wrong_formulas.macro_recall(three)),
            "precision_macro": of_three(wrong_formulas.macro_recall(three.T)),
        },
        "warning": Given(gold["warning"]),
        "binary_f1_implied_se": implied(wrong_formulas.binary_f1(two)),
    }


@reproduces("02_intervals", "f1_coverage")
def f1_coverage(folder: Path) -> Tree:
    """20,000 samples of each setting, as there; the plain delta method leaves the scale where Wilson's does not."""
    random, runs = np.random.default_rng(1), 20_000

    def share(hits: np.ndarray, of: np.ndarray) -> Drawn:
        held = float(hits[of].mean())
        return Drawn(held, math.sqrt(2 * max(held * (1 - held), 1 / runs) / of.sum()))

    def answer(n: int, truth: float) -> Tree:
        tp, fp, fn = oracles.F1_CHANCES[truth]
        drawn = random.multinomial(n, [tp, fp, fn, 1 - tp - fp - fn], size=runs)
        distinct, place = np.unique(drawn[:, :3], axis=0, return_inverse=True)
        found = []
        for hits, false, missed in distinct.tolist():
            ends = wilson_jaccard(hits, false, missed)
            counts = table([[n - hits - false - missed, false], [missed, hits]])
            half = z_value(0.95) * delta_error(f1_of, counts) if ends else math.nan
            middle = float(f1_of(counts.table))
            found.append([*(ends or (math.nan, math.nan)), middle - half, middle + half])
        low, high, wald_low, wald_high = np.array(found)[place.ravel()].T
        defined = ~np.isnan(low)
        return {
            "f1": 2 * tp / (2 * tp + fp + fn),
            "n": Given(n),
            "exp_support": n * (tp + fn),
            "frac_defined": share(defined, np.ones(runs, dtype=bool)),
            "wald_coverage": share((wald_low <= truth) & (truth <= wald_high), defined),
            "wilson_jaccard_coverage": share((low <= truth) & (truth <= high), defined),
            "wald_out_of_range": share((wald_low < 0) | (wald_high > 1), defined),
        }

    return [answer(one["n"], one["f1"]) for one in oracles.F1_COVERAGE]


@reproduces("02_intervals", "mean_t")
def mean_t(folder: Path) -> Tree:
    x = oracles.MEAN_T["x"]
    found = mean_estimate(Moments.of(x), 0.95)
    of_end = math.sqrt(2 * 0.025 * 0.975 / 9999) / 0.0584 * float(np.std(x)) / math.sqrt(len(x))
    return {
        "x": Given(x),
        "mean": found.value,
        "ci": found.ci,
        "bootstrap_bca": [Drawn(end, of_end) for end in bca_interval(x)],
    }


@reproduces("02_intervals", "ratio_of_sums")
def ratio_of_sums(folder: Path) -> Tree:
    gold = oracles.RATIO_OF_SUMS
    e, d = np.array(gold["errors"]), np.array(gold["words"])
    sums, rows = ratio_sums(e, d), np.arange(len(e))
    found, error = ratio_estimate(sums, 0.95), ratio_error(sums)
    by_row = math.sqrt(8 / 7 * ((e - found.value * d) ** 2).sum()) / d.sum()
    left_out = np.array([ratio_estimate(sums - ratio_sums(e[rows == at], d[rows == at]), 0.95).value for at in rows])
    return {
        "errors": Given(gold["errors"]),
        "words": Given(gold["words"]),
        "ratio": found.value,
        "se_linearised": by_row,
        "se_from_mergeable_sums": error,
        "se_jackknife": math.sqrt(7 / 8 * ((left_out - left_out.mean()) ** 2).sum()),
        "ci_t": found.ci,
    }


@reproduces("02_intervals", "cluster")
def cluster(folder: Path) -> Tree:
    """Six speakers: once as right and wrong rows, once as a score, whose interval may pass 1."""
    gold = oracles.CLUSTERS["clusters_n_correct"]
    lines = [(f"c{at}", float(row < right)) for at, (n, right) in enumerate(gold) for row in range(n)]
    frame = pd.DataFrame(lines, columns=["speaker", "good"]).reset_index(names="id")
    said = frame.assign(y="yes", p=np.where(frame["good"] == 1, "yes", "no")).drop(columns="good")
    bench = bench_of(folder, said, label="y", prediction="p", cluster="speaker")
    overall = bench.metrics(metrics=["accuracy"]).overall
    counts = overall.counts.tabled
    plain = table(counts.table[:, :-1], counts.table[:, -1])
    naive, between = (delta_error(classification.accuracy, one) for one in (plain, counts))
    scored = bench_of(folder, frame, score="good", cluster="speaker").count(ALL)
    sums = between_clusters(scored.number_clusters, "x", scored.score)
    return {
        "clusters_n_correct": Given(gold),
        "acc": overall.metrics["accuracy"].value,
        "se_naive": naive,
        "se_cluster": between,
        "statsmodels_cluster_se_nocorr": between * math.sqrt(5 / 6),
        "check": ratio_error(sums),
        "design_effect": (between / naive) ** 2,
        "n_eff": effective_rows(counts, right_cells(counts)),
        "wilson_with_neff": overall.metrics["accuracy"].ci,
        "ci_t_K_1": mean_interval(scored.score, 0.95, clusters=sums)[0],
    }


@reproduces("02_intervals", "multiplicity")
def multiplicity(folder: Path) -> Tree:
    p = oracles.MULTIPLICITY["p"]
    return {"p": Given(p), "bh": q_values(p), "by": q_values(p, "by"), "holm": holm(p)}


# --- 02b: the same in SQL ----------------------------------------------------------------------------


@reproduces("02b_sql")
def in_sql(folder: Path) -> Tree:
    """The rows behind the counts, by their SQL and by our engine; 400 Poisson bootstraps know an error to 1 / √800."""
    gold = oracles.SQL
    lines = []
    for one in gold["rows"]:
        outcomes = {(1, 1): one["tp"], (0, 1): one["fp"], (1, 0): one["fn"]}
        outcomes[0, 0] = one["n"] - sum(outcomes.values())
        lines += [(one["g"], *pair) for pair, rows in outcomes.items() for _ in range(round(rows))]
    frame = pd.DataFrame(lines, columns=["g", "y", "p"]).reset_index(names="id")
    with duckdb.connect() as connection:
        connection.register("t", frame)
        said = connection.execute(gold["sql_wilson"]).fetchall()
        drawn = connection.execute(gold["sql_poisson_boot"]).df().groupby("g")[["acc", "f1"]].std()
    bench = bench_of(folder, frame, label="y", prediction="p", positive="1", task="classification")
    rows, boot, apart = [], {}, 0.0
    slices = sorted(bench.metrics(by=["g"], metrics=["accuracy", "f1"]).slices, key=lambda one: one.name)
    for one, (g, *theirs) in zip(slices, said, strict=True):
        counts, (right, f1) = one.counts.confusion, one.metrics.values()
        tp, fp, fn, _ = counts.one_against_rest(1)
        ours = [counts.n, counts.right, right.value, *right.ci, tp, fp, fn]
        apart = max(apart, float(np.abs(np.subtract(ours, theirs)).max()))
        rows.append({"g": g, **dict(zip(("n", "c", "acc", "lo", "hi", "tp", "fp", "fn"), ours, strict=True))})
        spread = drawn.loc[g]
        boot[g] = {
            "n": counts.n,
            "acc": right.value,
            "acc_se_binom": delta_error(classification.accuracy, counts),
            "acc_se_poisson_boot": Drawn(spread["acc"], spread["acc"] / 20),
            "f1": f1.value,
            "f1_se_delta": delta_error(f1_of, counts),
            "f1_se_poisson_boot": Drawn(spread["f1"], spread["f1"] / 20),
        }
    assert apart < 1e-15
    return {
        "wilson_sql_max_abs_diff": apart,
        "poisson_boot": boot,
        "rows": rows,
        **{name: Given(gold[name]) for name in ("sql_wilson", "sql_poisson_boot")},
    }


# --- 13: DeLong --------------------------------------------------------------------------------------


@reproduces("13_delong")
def delong(folder: Path) -> Tree:
    gold = oracles.DELONG
    y, s = np.array(gold["y"]), np.array(gold["s"])
    frame = pd.DataFrame({"id": range(len(y)), "y": np.where(y, "yes", "no"), "prob_yes": s})
    bench = bench_of(folder, frame, label="y", positive="yes")
    (groups,) = bench.count(ALL, needs={"probabilities"}).probabilities.curves
    value, error = roc_auc(groups), delong_error(groups)
    with duckdb.connect() as connection:
        connection.register("t", pd.DataFrame({"y": y, "s": s}))
        said = connection.execute(gold["sql"]).fetchone()
    assert (value, error**2) == pytest.approx(said, abs=1e-12)
    theirs, random = wrong_formulas.auc_in_single_precision(y, s), np.random.default_rng(0)
    drawn = [roc_auc(ScoreGroups.of(y[at], s[at])) for at in random.integers(0, len(y), (2000, len(y)))]
    half, spread = z_value(0.95) * error, float(np.std(drawn))
    return {
        "y": Given(gold["y"]),
        "s": Given(gold["s"]),
        "auc_sql": value,
        "auc_sklearn": value,
        "delong_se_sql": error,
        "lib_ci_confidenceinterval": theirs,
        "lib_implied_se": (theirs[1][1] - theirs[1][0]) / (2 * z_value(0.95)),
        "bootstrap_se": Drawn(spread, spread / math.sqrt(2000)),
        "ci_wald": [value - half, value + half],
        "ci_logit": auc_estimate([groups], n=len(y), binned=False, level=0.95).ci,
        "sql": Given(gold["sql"]),
    }


# --- 11: what else belongs to these sections ---------------------------------------------------------


@reproduces("11_misc", "ece_noise_floor")
def ece_noise_floor(folder: Path) -> Tree:
    """A calibrated model whose probabilities have a beta distribution; theirs are means of hundreds of samples."""
    random, edges = np.random.default_rng(0), np.arange(1, 10) / 10

    def answer(n: int) -> Tree:
        found = []
        for _ in range(400):
            p = random.beta(2, 2, n)
            bins = Histogram.of(random.random(n) < p, p, edges)
            found.append((ece(bins), noise_floor(bins)))
        (error, floor), (of_error, of_floor) = np.mean(found, axis=0), np.std(found, axis=0) / 20
        return {
            "n": Given(n),
            "mean_ECE_when_calibrated": Drawn(error, 2 * of_error),
            "noise_floor_formula": Drawn(floor, 2 * of_floor),
        }

    return [answer(one["n"]) for one in oracles.NOISE_FLOOR]


@reproduces("11_misc", "balanced_accuracy_mover")
def balanced_accuracy(folder: Path) -> Tree:
    found = one_metric("balanced_accuracy", of_table(course()))
    assert found.method == "mover"
    return {"value": found.value, "ci": found.ci}


@reproduces("11_misc", "audit_three_state_90pct_two_sided")
def audits(folder: Path) -> Tree:
    def answer(counts: str, threshold: str) -> Tree:
        found = fraction(*map(int, counts.split("/")), LEVEL)
        return {"state": audit(found, float(threshold)).state, "ci": found.ci}

    return {name: answer(*name.split(" vs ")) for name in oracles.AUDIT}


@reproduces("11_misc", "slice_vs_rest_not_overall")
def slice_of_most_rows(folder: Path) -> Tree:
    """Nine of ten rows: against all rows, which are mostly the slice itself, hardly a gap is left."""
    right = [True] * 720 + [False] * 180 + [True] * 95 + [False] * 5
    frame = pd.DataFrame({"id": range(1000), "g": ["most"] * 900 + ["few"] * 100, "correct": right})
    found = bench_of(folder, frame, correct="correct").slice_table(by=["g"])
    row = next(row for row in found.table if row.name == "g most")
    return {
        "slice_share": row.share,
        "acc_slice": row.estimate.value,
        "acc_rest": row.rest.value,
        "gap_vs_rest": row.difference.value,
        "gap_vs_overall": row.estimate.value - found.overall.value,
    }
