"""People's answers on rows that come in clusters: intervals are between clusters, by other tools and by repetition."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from people_kit import by_slice
from scipy import stats

import slicer
from slicer.human.agreement import agreement
from slicer.human.interval_alpha import interval_alpha, number_patterns
from slicer.human.items import item_difference, item_rate
from slicer.human.leave_one_out import human_credit, leave_one_out, model_credit
from slicer.human.ordinal_alpha import ordinal_alpha
from slicer.human.patterns import ItemPatterns
from slicer.human.undefined import Answer
from slicer.metrics.estimate import Estimate
from slicer.metrics.intervals import wilson
from slicer.workbench import Workbench

LABELS = np.array(["cat", "dog", "fox"])
PEOPLE = ["ann", "bob", "cy"]
ROLES = {"id": "id", "label": "label", "prediction": "pred", "features": ["light"]}


def crowd_of(documents: int, seed: int, each: int = 5) -> pd.DataFrame:
    """Rows of documents that are hard or easy as a whole, for people and model alike."""
    random = np.random.default_rng(seed)
    document = np.repeat(np.arange(documents), random.integers(1, 2 * each, documents))
    rows = len(document)
    hard = random.choice([0.35, 1.0], documents)[document]
    truth = random.integers(0, 3, rows)

    def noisy(right: float) -> np.ndarray:
        return LABELS[np.where(random.random(rows) < right * hard, truth, random.integers(0, 3, rows))]

    frame = pd.DataFrame({"id": [f"r{i}" for i in range(rows)], "label": LABELS[truth], "pred": noisy(0.7),
                          **{name: noisy(0.9) for name in PEOPLE}, "doc": [f"d{one}" for one in document],
                          "light": random.choice(["day", "night"], rows)})  # fmt: skip
    for name in PEOPLE:
        frame.loc[random.random(rows) < 0.2, name] = None
    return frame


@pytest.fixture(scope="module")
def crowd() -> pd.DataFrame:
    return crowd_of(60, seed=2)


def patterns_of(rows: pd.DataFrame, clustered: bool = True) -> ItemPatterns:
    return ItemPatterns.of(
        [[one if isinstance(one, str) else None for one in row] for row in rows[PEOPLE].to_numpy()],
        model=list(rows["pred"]),
        truth=list(rows["label"]),
        clusters=list(rows["doc"]) if clustered else None,
    )


def opened(rows: pd.DataFrame, folder: Path, **roles: Any) -> Workbench:
    rows.to_csv(folder / "rows.csv", index=False)
    return slicer.open(folder / "rows.csv", **{**ROLES, "cluster": "doc", "human": PEOPLE, **roles})


def known(answer: Answer | None) -> Estimate:
    assert isinstance(answer, Estimate)
    assert answer.value is not None
    return answer


def robust_error(values: np.ndarray, clusters: np.ndarray) -> float:
    """statsmodels' cluster-robust error of a mean, with G / (G - 1) for few clusters."""
    groups = pd.factorize(clusters)[0]
    fitted = sm.OLS(values, np.ones(len(values))).fit(
        cov_type="cluster", cov_kwds={"groups": groups, "use_correction": False}
    )
    count = groups.max() + 1
    return float(fitted.bse[0] * math.sqrt(count / (count - 1)))


# --- items, by other tools ---------------------------------------------------------------------------


def test_a_share_and_a_difference_have_the_cluster_robust_error_of_statsmodels(crowd: pd.DataFrame) -> None:
    pairs = crowd[crowd[PEOPLE].notna().sum(axis=1) > 1]
    single = [patterns_of(pairs.iloc[[place]]) for place in range(len(pairs))]
    people = np.array([human_credit(one)[0] for one in single])
    model = np.array([model_credit(one)[0] for one in single])  # type: ignore[index]
    found, documents = leave_one_out(patterns_of(crowd)), pairs["doc"].to_numpy()
    for answer, values in ((found.hlp, people), (found.model, model)):
        p, error = values.mean(), robust_error(values, documents)
        assert known(answer).value == pytest.approx(p)
        assert known(answer).ci == pytest.approx(wilson(p * p * (1 - p) / error**2, p * (1 - p) / error**2))
        assert known(answer).method == "cluster"
    gap, clusters = known(found.gap), len(set(documents))
    half = stats.t.ppf(0.975, clusters - 1) * robust_error(people - model, documents)
    assert (gap.value, *gap.ci) == pytest.approx(  # type: ignore[misc]
        ((people - model).mean(), (people - model).mean() - half, (people - model).mean() + half)
    )
    loose = leave_one_out(patterns_of(crowd, clustered=False)).gap
    assert known(loose).ci[1] - known(loose).ci[0] < gap.ci[1] - gap.ci[0]  # type: ignore[index]


def jackknife(rows: pd.DataFrame, value: Callable[[pd.DataFrame], float]) -> float:
    """The standard error of leaving out one document in turn."""
    documents = rows["doc"].unique()
    left = np.array([value(rows[rows["doc"] != one]) for one in documents])
    return math.sqrt((len(left) - 1) / len(left) * ((left - left.mean()) ** 2).sum())


def numbered(rows: pd.DataFrame) -> ItemPatterns:
    return patterns_of(rows.replace(dict(zip(LABELS, ["1", "2", "4"], strict=True))))


@pytest.mark.parametrize("which", ["alpha", "of a label", "interval", "ordinal"])
def test_alpha_draws_documents(crowd: pd.DataFrame, which: str) -> None:
    def found(rows: pd.DataFrame) -> Estimate:
        if which in ("alpha", "of a label"):
            agreed = agreement(patterns_of(rows))
            return known(agreed.krippendorff_alpha if which == "alpha" else agreed.labels["dog"].agreement)
        patterns = numbered(rows)
        numbers = number_patterns(patterns)
        assert numbers is not None
        return known(ordinal_alpha(patterns) if which == "ordinal" else interval_alpha(numbers))

    error = jackknife(crowd, lambda rows: found(rows).value or 0.0)
    ci = found(crowd).ci
    assert ci is not None
    assert (ci[1] - ci[0]) / 2 / stats.norm.ppf(0.975) == pytest.approx(error, rel=0.15)


def test_kappa_of_two_people_is_between_documents(crowd: pd.DataFrame, tmp_path: Path) -> None:
    from sklearn.metrics import cohen_kappa_score

    def kappa(rows: pd.DataFrame) -> float:
        both = rows.dropna(subset=["ann", "bob"])
        return float(cohen_kappa_score(both["ann"], both["bob"]))

    found = known(opened(crowd, tmp_path, human=["ann", "bob"]).agree().overall.cohen_kappa)
    assert (found.value, found.method) == (pytest.approx(kappa(crowd)), "cluster")
    assert found.ci is not None
    documents = crowd.dropna(subset=["ann", "bob"])["doc"].nunique()
    half = (found.ci[1] - found.ci[0]) / 2
    assert half / stats.t.ppf(0.975, documents - 1) == pytest.approx(jackknife(crowd, kappa), rel=0.1)


def test_annotators_and_their_mean_are_between_documents(crowd: pd.DataFrame, tmp_path: Path) -> None:
    result = opened(crowd, tmp_path).agree()
    right = crowd[PEOPLE].eq(crowd["label"], axis=0).astype(float)
    for one in result.annotators:
        there = crowd[one.annotator].notna()
        values, documents = right.loc[there, one.annotator].to_numpy(), crowd.loc[there, "doc"].to_numpy()
        p, error = values.mean(), robust_error(values, documents)
        assert known(one.accuracy).ci == pytest.approx(wilson(p * p * (1 - p) / error**2, p * (1 - p) / error**2))
        assert known(one.accuracy).method == known(one.agreement).method == "cluster"
    mean = known(result.mean_annotator.gap)

    def ahead(rows: pd.DataFrame) -> float:
        right = rows[[*PEOPLE, "pred"]].eq(rows["label"], axis=0).astype(float)
        return float(np.mean([(right[name] - right["pred"])[rows[name].notna()].mean() for name in PEOPLE]))

    assert mean.value == pytest.approx(ahead(crowd))
    assert mean.ci is not None
    half = (mean.ci[1] - mean.ci[0]) / 2
    documents = crowd[crowd[PEOPLE].notna().any(axis=1)]["doc"].nunique()
    assert half / stats.t.ppf(0.975, documents - 1) == pytest.approx(jackknife(crowd, ahead), rel=0.05)


# --- by repetition -----------------------------------------------------------------------------------


def figures(bench: Workbench) -> dict[str, tuple[float, ...]]:
    """Every number with its interval, of people and model, overall, by slice and by class."""
    agreed, found = bench.agree(by=["light"]), {}
    for name, figure in (("", agreed.overall), *((str(one.slice), one.figures) for one in agreed.slices)):
        for key, one in figure.to_dict().items():
            if isinstance(one, dict) and one["value"] is not None:
                found[f"{name} {key}"] = (one["value"], *one["ci"])
    for one in agreed.annotators:
        for answer in (one.agreement, one.accuracy):
            if isinstance(answer, Estimate):
                found[f"{one.annotator} {len(found)}"] = (answer.value, *answer.ci)  # type: ignore[misc]
    by_class = (bench.rank(classes=True, metric=key) for key in ("recall", "precision", "f1"))
    for result in (bench.rank(by=["light"]), *by_class):
        for slice_, one in by_slice(result).items():
            for key, ci in (("gap", one.gap), ("hlp", one.hlp), ("model", one.estimate_paired)):
                assert ci is not None
                assert ci.ci is not None
                found[f"{result.metric} {slice_} {key}"] = (ci.value, *ci.ci)  # type: ignore[assignment]
    return found  # type: ignore[return-value]


@pytest.mark.parametrize(("people", "source"), [(PEOPLE, "external"), (PEOPLE, "human"), (["ann"], "external")])
def test_saying_everything_three_times_makes_nothing_surer(
    crowd: pd.DataFrame, tmp_path: Path, people: list[str], source: str
) -> None:
    """The copies of a row are of its document: with clusters hardly an interval changes (by chance a slice can be surer
    than its rows if they were independent, which is not believed: there copies make a difference)."""
    copies = pd.concat([crowd.assign(id=crowd["id"] + f"-{copy}") for copy in range(3)])
    asked = {"human": people, "truth_source": source}
    once, thrice = (figures(opened(rows, tmp_path, **asked)) for rows in (crowd, copies))
    assert once.keys() == thrice.keys()
    width = {name: np.ptp(thrice[name][1:]) / np.ptp(numbers[1:]) for name, numbers in once.items()}
    for name, numbers in once.items():
        assert thrice[name][0] == pytest.approx(numbers[0], abs=2e-3), name
        assert width[name] == pytest.approx(1, abs=0.25), name
    assert np.mean([*width.values()]) == pytest.approx(1, abs=0.02)
    loose = figures(opened(copies, tmp_path, **asked, cluster=None))
    assert np.mean([np.ptp(loose[name][1:]) / np.ptp(numbers[1:]) for name, numbers in once.items()]) < 0.75, (
        "as if rows were independent, nearly all are too sure"
    )


def test_rows_that_are_clusters_of_their_own_are_rows(crowd: pd.DataFrame) -> None:
    alone = crowd.assign(doc=crowd["id"])
    clustered, plain = leave_one_out(patterns_of(alone)), leave_one_out(patterns_of(alone, clustered=False))
    for name in ("hlp", "model", "gap"):
        assert known(getattr(clustered, name)).ci == pytest.approx(known(getattr(plain, name)).ci, abs=1e-3)


# --- one person --------------------------------------------------------------------------------------


def test_documents_without_a_human_label_are_no_clusters_of_the_gap(crowd: pd.DataFrame, tmp_path: Path) -> None:
    """A thousand rows more that nobody labelled change neither the gap nor the level, nor what is beside them."""
    some = crowd.copy()
    some.loc[some["doc"].isin([f"d{i}" for i in range(30)]), "ann"] = None
    asked = some[some["ann"].notna()]
    right, model = ((asked[name] == asked["label"]).to_numpy(float) for name in ("ann", "pred"))
    documents = asked["doc"].to_numpy()
    more = crowd_of(400, seed=9).assign(ann=None)
    more = more.assign(id="more " + more["id"], doc="more " + more["doc"])
    for rows in (some, pd.concat([some, more])):
        one = next(iter(by_slice(opened(rows, tmp_path, human=["ann"]).rank(slices=[slicer.workbench.ALL])).values()))
        half = stats.t.ppf(0.975, len(set(documents)) - 1) * robust_error(right - model, documents)
        value = (right - model).mean()
        assert (one.gap.value, *one.gap.ci) == pytest.approx((value, value - half, value + half))
        assert (one.gap.method, one.gap.n) == ("cluster", len(asked))
        for level, values in ((one.hlp, right), (one.estimate_paired, model)):
            p, error = values.mean(), robust_error(values, documents)
            assert level.ci == pytest.approx(wilson(p * p * (1 - p) / error**2, p * (1 - p) / error**2))


def test_few_clusters_are_said_and_one_tells_no_spread() -> None:
    rows, documents = [["a", "a"], ["a", "b"], ["b", "b"], ["a", "a"]] * 10, ["x", "y", "z", "x"] * 10
    few = leave_one_out(ItemPatterns.of(rows, model=["a", "b", "b", "b"] * 10, clusters=documents))
    alpha = agreement(ItemPatterns.of(rows, clusters=documents)).krippendorff_alpha
    for answer in (few.hlp, few.model, few.gap, alpha):
        assert "few_clusters" in known(answer).flags
    lone = ItemPatterns.of(rows, model=["a", "b", "b", "b"] * 10, clusters=["x"] * 40)
    for answer in (*(getattr(leave_one_out(lone), name) for name in ("hlp", "model", "gap")),
                   agreement(lone).krippendorff_alpha):  # fmt: skip
        assert known(answer).ci is None
        assert "few_clusters" in known(answer).flags


def test_people_who_never_differ_from_the_model_are_not_certain_to() -> None:
    gap = item_difference(np.zeros(12), np.ones(12, dtype=int), clusters=np.repeat(np.arange(4), 3))
    assert gap.ci is not None
    assert gap.ci[0] < 0 == gap.value < gap.ci[1]
    assert "boundary" in gap.flags
    sure = item_rate(np.ones(12), np.ones(12, dtype=int), 24, clusters=np.repeat(np.arange(4), 3))
    assert sure.ci == pytest.approx(wilson(4, 4))


def test_the_intervals_between_documents_cover() -> None:
    """200 crowds of 40 documents against what very many say."""
    true = leave_one_out(patterns_of(crowd_of(6000, seed=1)))
    inside, loose = dict.fromkeys(("hlp", "model", "gap"), 0), 0
    for seed in range(200):
        rows = crowd_of(40, seed=100 + seed)
        found = leave_one_out(patterns_of(rows))
        for name in inside:
            ci = known(getattr(found, name)).ci
            assert ci is not None
            inside[name] += ci[0] <= getattr(true, name).value <= ci[1]
        plain = known(leave_one_out(patterns_of(rows, clustered=False)).hlp).ci
        assert plain is not None
        loose += plain[0] <= known(true.hlp).value <= plain[1]
    assert all(0.91 <= times / 200 <= 0.985 for times in inside.values()), inside
    assert loose / 200 < 0.85
