"""Rows in clusters: totals and intervals against statsmodels' cluster-robust errors and a bootstrap of clusters."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import oracles_of_metrics as oracles
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from metric_kit import bench_of, wide
from scipy import sparse, stats
from sklearn import metrics as sk

from slicer.metrics import classification
from slicer.metrics.clusters import ClusterProducts
from slicer.metrics.delta import delta_error
from slicer.metrics.intervals import wilson
from slicer.metrics.means import mean_interval, ratio_error
from slicer.metrics.moments import Moments, ResidualSums
from slicer.metrics.proportions import class_cells, effective_rows, right_cells
from slicer.metrics.regression import between_clusters, r_squared
from slicer.slices import parse
from slicer.workbench import ALL, Workbench


def robust_error(values: pd.Series, cluster: pd.Series, weights: pd.Series | None = None) -> float:
    """statsmodels' error of a (weighted) mean with clusters: without its own correction, times √(K / (K − 1))."""
    w = np.ones(len(values)) if weights is None else weights
    fit = sm.WLS(values.astype(float), np.ones(len(values)), weights=w).fit(
        cov_type="cluster", cov_kwds={"groups": pd.factorize(cluster)[0], "use_correction": False}
    )
    clusters = cluster.nunique()
    return float(fit.bse.iloc[0]) * math.sqrt(clusters / (clusters - 1))


def rows(seed: int, n: int = 300, clusters: int = 25) -> pd.DataFrame:
    """Rows of speakers who err together; every speaker may be heard loud and quiet."""
    random = np.random.default_rng(seed)
    speaker = random.integers(0, clusters, n)
    skill = random.beta(4, 1.5, clusters)[speaker]
    y = random.choice(list("abc"), n, p=[0.5, 0.3, 0.2])
    wrong = random.choice(list("abc"), n)
    frame = pd.DataFrame({"id": range(n), "speaker": [f"s{one}" for one in speaker], "y": y})
    frame["p"] = np.where(random.random(n) < skill, y, wrong)
    frame["noise"] = random.choice(["loud", "quiet"], n)
    frame["words"] = random.integers(1, 12, n)
    frame["errors"] = random.binomial(frame["words"], 1 - skill)
    frame["score"] = skill + random.normal(0, 0.2, n)
    frame.loc[:1, "score"] = [-3.0, 3.0]  # a score that can be anything
    frame["w"] = random.uniform(0.5, 3, n)
    return frame


# --- the worked example ----------------------------------------------------------------------------


def six_clusters() -> pd.DataFrame:
    lines = [
        (f"c{place}", float(row < right))
        for place, (n, right) in enumerate(oracles.CLUSTERS["clusters_n_correct"])
        for row in range(n)
    ]
    frame = pd.DataFrame(lines, columns=["speaker", "good"])
    return frame.assign(id=range(len(frame)), y="yes", p=np.where(frame["good"] == 1, "yes", "no"))


def test_the_accuracy_of_six_clusters(tmp_path: Path) -> None:
    gold = oracles.CLUSTERS
    frame = six_clusters().drop(columns="good")
    bench = bench_of(tmp_path, frame, label="y", prediction="p", cluster="speaker")
    found = bench.metrics(metrics=["accuracy"]).overall
    table = found.counts.tabled
    assert delta_error(classification.accuracy, table) == pytest.approx(gold["se_cluster"], rel=1e-6)
    assert gold["statsmodels_cluster_se_nocorr"] * math.sqrt(6 / 5) == pytest.approx(gold["se_cluster"], rel=1e-9)
    assert effective_rows(table, right_cells(table)) == pytest.approx(gold["n_eff"], abs=1e-9)
    assert table.n / effective_rows(table, right_cells(table)) == pytest.approx(gold["design_effect"], abs=1e-9)
    accuracy = found.metrics["accuracy"]
    assert accuracy.value == gold["acc"]
    assert accuracy.ci == pytest.approx(gold["wilson_with_neff"], abs=1e-9)
    assert (accuracy.method, accuracy.flags) == ("cluster", ("wide_ci", "few_clusters"))


def test_the_mean_of_six_clusters(tmp_path: Path) -> None:
    gold = oracles.CLUSTERS
    bench = bench_of(tmp_path, six_clusters()[["id", "speaker", "good"]], score="good", cluster="speaker")
    counts = bench.count(ALL)
    between = between_clusters(counts.number_clusters, "x", counts.score)
    assert ratio_error(between) == pytest.approx(gold["se_cluster"], abs=1e-9)
    ci, _ = mean_interval(counts.score, 0.95, clusters=between)
    assert ci == pytest.approx(gold["ci_t_K_1"], abs=1e-9)
    found = bench.metrics().overall.metrics["mean"]
    assert found.ci == pytest.approx((gold["ci_t_K_1"][0], 1.0), abs=1e-9), "a fraction ends at 1"
    assert found.method == "cluster"


# --- statsmodels -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("clusters")


LABELS = {"label": "y", "prediction": "p", "cluster": "speaker"}


@pytest.mark.parametrize("weight", [None, "w"])
@settings(max_examples=6)
@given(seed=st.integers(0, 10**6), clusters=st.integers(2, 40))
def test_the_spread_of_rates_is_that_of_statsmodels(folder: Path, weight: str | None, seed: int, clusters: int) -> None:
    frame = rows(seed, clusters=clusters)
    bench = bench_of(folder, frame, **LABELS, weight=weight, ignore=["words", "errors", "score"])
    for slice_, chosen in ((ALL, frame), (parse("noise = 'loud'"), frame[frame["noise"] == "loud"])):
        table = bench.count(slice_).tabled
        for name, of in (("accuracy", chosen), ("recall", chosen[chosen["y"] == "b"])):
            right = of["y"] == of["p"]
            if of["speaker"].nunique() < 2 or not 0 < right.mean() < 1:
                continue
            cells = right_cells(table) if name == "accuracy" else class_cells("recall", 1, table.table.shape)
            w = None if weight is None else of["w"]
            value = np.average(right, weights=w)
            error = robust_error(right, of["speaker"], w)
            # K counts the speakers of the slice; of a class, those who have rows of it are fewer
            scale = of["speaker"].nunique() / chosen["speaker"].nunique()
            k, all_k = of["speaker"].nunique(), chosen["speaker"].nunique()
            error *= math.sqrt((all_k / (all_k - 1)) / (k / (k - 1))) if scale < 1 else 1.0
            kish = len(of) if w is None else w.sum() ** 2 / (w**2).sum()
            assert effective_rows(table, cells) == pytest.approx(min(kish, value * (1 - value) / error**2), rel=1e-6)


@pytest.mark.parametrize("weight", [None, "w"])
@settings(max_examples=6)
@given(seed=st.integers(0, 10**6), clusters=st.integers(2, 40))
def test_the_intervals_of_means_and_ratios_are_those_of_statsmodels(
    folder: Path, weight: str | None, seed: int, clusters: int
) -> None:
    frame = rows(seed, clusters=clusters)
    t = stats.t.ppf(0.975, frame["speaker"].nunique() - 1)
    w = pd.Series(1.0, frame.index) if weight is None else frame["w"]
    unused = ["y", "p", "w"] if weight is None else ["y", "p"]
    roles = {"cluster": "speaker", "weight": weight}
    mean = bench_of(folder, frame.drop(columns=["words", "errors", *unused]), score="score", **roles)
    error = robust_error(frame["score"], frame["speaker"], w)
    found = mean.metrics().overall.metrics["mean"]
    value = np.average(frame["score"], weights=w)
    assert found.value == pytest.approx(value, abs=1e-9)
    assert found.ci == pytest.approx((value - t * error, value + t * error), abs=1e-9)
    ratio = bench_of(folder, frame.drop(columns=["score", *unused]), errors="errors", total="words", **roles)
    each = frame["errors"] / frame["words"]
    error = robust_error(each, frame["speaker"], w * frame["words"])
    counts = ratio.count(ALL)
    between = counts.number_clusters.ratio({"errors": 1.0}, "total", (counts.ratio.e, counts.ratio.d))
    assert ratio_error(between) == pytest.approx(error, abs=1e-9)


def test_the_regression_means_are_those_of_statsmodels(folder: Path) -> None:
    frame = rows(3)[["id", "speaker", "score", "noise"]].assign(pred=lambda frame: frame["score"].round(1))
    bench = bench_of(folder, frame, label="score", prediction="pred", task="regression", cluster="speaker")
    found = bench.metrics(metrics=["bias", "mae", "rmse", "r2", "pinball_90"]).overall.metrics
    r, t = frame["pred"] - frame["score"], stats.t.ppf(0.975, frame["speaker"].nunique() - 1)
    for name, values in (("bias", r), ("mae", r.abs()), ("pinball_90", np.maximum(-0.9 * r, 0.1 * r))):
        error = robust_error(values, frame["speaker"])
        assert found[name].ci == pytest.approx((values.mean() - t * error, values.mean() + t * error), abs=1e-9)
    error, square = robust_error(r**2, frame["speaker"]), (r**2).mean()
    assert found["rmse"].ci == pytest.approx((math.sqrt(square - t * error), math.sqrt(square + t * error)), abs=1e-9)
    y = frame["score"]
    spread = ((y - y.mean()) ** 2).sum()
    slope = -(r**2 - (r**2).sum() / spread * (y - y.mean()) ** 2) / spread
    totals = slope.groupby(frame["speaker"]).sum()
    error = math.sqrt((totals**2).sum() * len(totals) / (len(totals) - 1))
    value = 1 - (r**2).sum() / spread
    assert found["r2"].value == pytest.approx(value, abs=1e-9)
    assert found["r2"].ci == pytest.approx((value - t * error, min(1.0, value + t * error)), abs=1e-9)
    assert found["r2"].method == "cluster"


@pytest.mark.parametrize("weight", [None, "w"])
def test_r_squared_spreads_as_a_bootstrap_of_clusters_does(folder: Path, weight: str | None) -> None:
    random = np.random.default_rng(12)
    speaker = random.integers(0, 80, 1600)
    y = random.normal(0, 1, 80)[speaker] + random.normal(0, 1, 1600)
    pred = 0.7 * y + random.normal(0, 0.6, 80)[speaker] + random.normal(0, 0.4, 1600)
    frame = pd.DataFrame({"id": range(1600), "speaker": speaker, "y": y, "pred": pred, "w": random.gamma(2, 1, 1600)})
    roles = {"label": "y", "prediction": "pred", "task": "regression"}
    bench = bench_of(folder, frame, **roles, cluster="speaker", weight=weight, ignore=[] if weight else ["w"])
    ci = wide(bench.metrics(metrics=["r2"]).overall.metrics["r2"].ci)
    by_speaker, w = [np.flatnonzero(speaker == one) for one in range(80)], frame["w"] if weight else np.ones(1600)
    drawn = []
    for _ in range(1000):
        at = np.concatenate([by_speaker[one] for one in random.integers(0, 80, 80)])
        drawn.append(sk.r2_score(y[at], pred[at], sample_weight=np.asarray(w)[at]))
    assert (ci[1] - ci[0]) / (2 * stats.t.ppf(0.975, 79)) == pytest.approx(np.std(drawn), rel=0.1)
    assert ci == pytest.approx(np.quantile(drawn, [0.025, 0.975]), abs=0.6 * np.std(drawn))


def test_r_squared_of_clusters_covers_what_it_says() -> None:
    """400 samples of 40 clusters of 10 rows; the truth is that of four million rows."""
    random = np.random.default_rng(13)

    def drawn(clusters: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        speaker = np.repeat(np.arange(clusters), 10)
        y = random.normal(0, 1, clusters)[speaker] + random.normal(0, 1, len(speaker))
        return speaker, y, y + random.normal(0, 0.5, clusters)[speaker] + random.normal(0, 0.5, len(speaker))

    _, y, pred = drawn(400_000)
    truth = 1 - ((pred - y) ** 2).mean() / y.var()
    inside = []
    for _ in range(400):
        speaker, y, pred = drawn(40)
        r = pred - y
        named = {"squared": r**2, "y": y, "yy": y**2, "weight": np.ones(400)}
        totals = np.array([np.bincount(speaker, one) for one in named.values()])
        clusters = ClusterProducts(clusters=40, products=sparse.csr_array(totals @ totals.T), names=tuple(named))
        moments = {name: Moments.of(list(one)) for name, one in (("r", r), ("absolute", abs(r)), ("squared", r**2))}
        sums = ResidualSums(**moments, y=Moments.of(list(y)), signed=0, rry=0, rryy=0, yyy=0, yyyy=0)
        low, high = wide(r_squared(sums, clusters, 0.95).ci)
        inside.append(low <= truth <= high)
    assert 0.915 <= np.mean(inside) <= 0.98


def test_averages_over_classes_spread_as_a_bootstrap_of_clusters_does(folder: Path) -> None:
    frame = rows(8, n=900, clusters=60)
    bench = bench_of(folder, frame, **LABELS, ignore=["words", "errors", "score", "w"])
    table = bench.count(ALL).confusion
    random, by_speaker = np.random.default_rng(0), [one for _, one in frame.groupby("speaker")]
    drawn: dict[str, list[float]] = {"macro_f1": [], "mcc": [], "kappa": []}
    for _ in range(400):
        again = pd.concat([by_speaker[at] for at in random.integers(0, len(by_speaker), len(by_speaker))])
        drawn["macro_f1"].append(sk.f1_score(again["y"], again["p"], average="macro"))
        drawn["mcc"].append(sk.matthews_corrcoef(again["y"], again["p"]))
        drawn["kappa"].append(sk.cohen_kappa_score(again["y"], again["p"]))
    for name, values in drawn.items():
        assert delta_error(getattr(classification, name), table) == pytest.approx(np.std(values), rel=0.1)
        found = bench.metrics(metrics=[name]).overall.metrics[name]
        assert found.ci == pytest.approx(np.quantile(values, [0.025, 0.975]), abs=0.02)


def test_the_losses_of_probabilities_are_those_of_statsmodels(folder: Path) -> None:
    frame = rows(4)[["id", "speaker", "y"]]
    p = np.random.default_rng(4).dirichlet([2, 2, 2], len(frame))
    frame = frame.assign(**{f"prob_{name}": p[:, place] for place, name in enumerate("abc")})
    bench = bench_of(folder, frame, label="y", probabilities="prob_{class}", cluster="speaker")
    found = bench.metrics(metrics=["log_loss", "brier", "top_2", "roc_auc", "average_precision", "ece"]).overall.metrics
    truth = pd.factorize(frame["y"], sort=True)[0]
    of_truth, t = p[np.arange(len(p)), truth], stats.t.ppf(0.975, frame["speaker"].nunique() - 1)
    among_two = (p > of_truth[:, None]).sum(axis=1) < 2
    brier = ((p - np.eye(3)[truth]) ** 2).sum(axis=1)
    for name, values in (("log_loss", -np.log(of_truth)), ("brier", brier), ("top_2", among_two)):
        each = pd.Series(values, dtype=float)
        error = robust_error(each, frame["speaker"])
        assert found[name].ci == pytest.approx((each.mean() - t * error, each.mean() + t * error), abs=1e-9), name
        assert found[name].method == "cluster"
    low, high = wide(found["ece"].ci)
    assert low <= found["ece"].value <= high
    assert found["ece"].method == "cluster"


# --- edges -----------------------------------------------------------------------------------------


def alone(folder: Path, frame: pd.DataFrame, **roles: object) -> Workbench:
    return bench_of(folder, frame, **{"label": "y", "prediction": "p", **roles})


def test_a_row_without_a_cluster_is_one_of_its_own(folder: Path) -> None:
    frame = rows(5)[["id", "speaker", "y", "p"]]
    frame.loc[:49, "speaker"] = None
    named = frame.assign(speaker=frame["speaker"].fillna(frame["id"].astype(str) + " alone"))
    first, second = (alone(folder, one, cluster="speaker").overall() for one in (frame, named))
    assert first == second


def test_rows_that_are_all_clusters_of_their_own_are_independent(folder: Path) -> None:
    """But for the factor K / (K − 1) of a spread between clusters."""
    frame = rows(6)[["id", "y", "p"]].assign(speaker=lambda frame: frame["id"].astype(str))
    found, plain = (alone(folder, frame, **more).overall() for more in ({"cluster": "speaker"}, {"ignore": "speaker"}))
    n = len(frame)
    assert found.ci == pytest.approx(wilson(plain.value * (n - 1), n - 1), abs=1e-9)


def test_one_cluster_alone_tells_nothing_of_the_spread(folder: Path) -> None:
    frame = rows(7)[["id", "y", "p", "score", "errors", "words"]].assign(speaker="s")
    found = alone(folder, frame[["id", "y", "p", "speaker"]], cluster="speaker").metrics().overall.metrics
    there = {name: one for name, one in found.items() if one is not None}
    assert {name for name, one in there.items() if one.value is not None} >= {"accuracy", "macro_f1", "mcc", "kappa"}
    assert all(one.ci is None and one.method is None for one in there.values())
    assert all("few_clusters" in one.flags for one in there.values() if one.value is not None)
    mean = bench_of(folder, frame[["id", "score", "speaker"]], score="score", cluster="speaker")
    ratio = bench_of(folder, frame[["id", "errors", "words", "speaker"]], cluster="speaker")
    for bench, name in ((mean, "mean"), (ratio, "ratio")):
        one = bench.metrics().overall.metrics[name]
        assert one.value is not None
        assert (one.ci, "few_clusters" in one.flags) == (None, True)


def test_where_all_are_right_the_clusters_are_the_trials(folder: Path) -> None:
    """As many as of equal size would be as telling: 25 speakers, some heard more than others."""
    frame = rows(9)[["id", "speaker", "y"]].assign(p=lambda frame: frame["y"])
    found = alone(folder, frame, cluster="speaker").overall()
    sizes = frame["speaker"].value_counts()
    effective = sizes.sum() ** 2 / (sizes**2).sum()
    assert 20 < effective < 25
    assert found.ci == pytest.approx(wilson(effective, effective), abs=1e-12)
    assert wide(found.ci)[1] == 1.0


def test_a_class_that_one_cluster_alone_holds_has_a_recall_and_no_interval(folder: Path) -> None:
    """Fifteen of twenty rows right, all of one speaker: the next speaker may be quite another."""
    frame = rows(10)[["id", "speaker", "y", "p"]]
    rare = pd.DataFrame({"id": range(1000, 1020), "speaker": "s1", "y": "rare", "p": ["rare"] * 15 + ["a"] * 5})
    found = alone(folder, pd.concat([frame, rare]), cluster="speaker").metrics().overall.classes["rare"].recall
    assert (found.value, found.ci) == (0.75, None)
    assert "few_clusters" in found.flags
