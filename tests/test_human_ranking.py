"""Ranking against people in every form the data can have them: several, scored, on other rows, as a table."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from people_kit import answer, by_slice, refusal
from scipy import stats
from sklearn.metrics import f1_score, precision_score, recall_score

import slicer
from slicer.cli import main
from slicer.errors import UsageError
from slicer.findings.ranking import paired_remark
from slicer.given import given_roles
from slicer.human.hlp import GivenHlp
from slicer.project.store import MEMORY, Project
from slicer.slices import parse
from slicer.sources import add_file, load_files
from slicer.workbench import ALL, Workbench

LABELS = np.array(["cat", "dog", "fox"])


ranked, refused = partial(answer, "rank"), partial(refusal, "rank")


# --- several people --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("run", "expected"),
    [
        ("tfidf", {"film reviews": (90.20, 12.75, 5.76), "editorials": (70.33, 20.75, 4.67),
                   "product reviews": (87.73, 20.18, 3.01), "tweets": (82.45, 9.13, 1.59)}),
        ("vader", {"film reviews": (90.20, 35.07, 15.83), "editorials": (70.33, 14.50, 3.26),
                   "product reviews": (87.73, 26.73, 3.99), "tweets": (82.45, -0.91, 0.0)}),
    ],
)  # fmt: skip
def test_counts_of_people_rank_the_sentiment_sample(run: str, expected: dict[str, tuple[float, ...]]) -> None:
    """Human level, gap and potential as sample_data/sentiment.md has them, which other code computed."""
    sample = slicer.sample("sentiment")
    result = Workbench(sample.project, sample.dataset, run).rank(by=["domain"])
    assert [one.slice[10:-1] for one in by_slice(result).values()] == sorted(
        expected, key=lambda key: -expected[key][2]
    )
    for slice_, one in by_slice(result).items():
        assert one.hlp is not None
        assert one.gap is not None
        assert one.estimate_paired is not None
        level, gap, potential = expected[slice_[10:-1]]
        assert 100 * one.hlp.value == pytest.approx(level, abs=0.006)
        assert 100 * one.gap.value == pytest.approx(gap, abs=0.006)
        assert 100 * (one.potential or 0) == pytest.approx(potential, abs=0.006)
        assert (one.hlp.source, one.hlp.n) == ("leave_one_out", one.support)
        assert one.hlp.value - one.estimate_paired.value == pytest.approx(one.gap.value)
        assert "truth_is_human" in one.hlp.flags
        assert "truth_is_human" in one.gap.flags
        assert np.std(one.draws) == pytest.approx((one.gap.ci[1] - one.gap.ci[0]) / 2 / stats.norm.ppf(0.975), rel=0.06)
    assert result.truth_source == "human"
    assert sum(warning.startswith("The truth is itself human") for warning in result.head.warnings) == 1
    actions = {row.candidate.slice[10:-1]: row.action for row in result.table}
    assert (actions["film reviews"], actions["editorials"]) == ("data", "labels")
    if run == "vader":
        tweets = by_slice(result)["domain = 'tweets'"]
        assert tweets.potential == 0
        assert tweets.gap_words.endswith("the truth is itself human, so check the label conventions first.")


@pytest.fixture
def crowd() -> pd.DataFrame:
    """300 rows that three people labelled, each some of them."""
    random = np.random.default_rng(11)
    truth = random.integers(0, 3, 300)

    def noisy(right: float) -> np.ndarray:
        return LABELS[np.where(random.random(300) < right, truth, random.integers(0, 3, 300))]

    frame = pd.DataFrame({"id": [f"r{i}" for i in range(300)], "label": LABELS[truth], "pred": noisy(0.6),
                          "ann": noisy(0.9), "bob": noisy(0.8), "cy": noisy(0.7), "quick": noisy(0.4),
                          "light": random.choice(["day", "night"], 300)})  # fmt: skip
    for name in ("ann", "bob", "cy"):
        frame.loc[random.random(300) < 0.25, name] = None
    return frame


PEOPLE = ["ann", "bob", "cy"]
ROLES = {"id": "id", "label": "label", "prediction": "pred", "features": ["light"]}


def mean_of_people(rows: pd.DataFrame, ahead: bool) -> tuple[float, float, float]:
    """The mean over people of right (less the model's right), and its interval between rows, written out."""
    model = (rows["pred"] == rows["label"]).to_numpy(float) * ahead
    parts = np.zeros(len(rows))
    means = []
    for name in PEOPLE:
        there = rows[name].notna().to_numpy()
        value = (rows[name] == rows["label"]).to_numpy(float) - model
        means.append(value[there].mean())
        parts += np.where(there, (value - means[-1]) / there.sum(), 0)
    n = int(rows[PEOPLE].notna().any(axis=1).sum())
    error = np.sqrt((parts**2).sum() * n / (n - 1)) / len(PEOPLE)
    half = stats.t.ppf(0.975, n - 1) * error
    return float(np.mean(means)), float(np.mean(means) - half), float(np.mean(means) + half)


def test_several_columns_are_all_held_against_a_truth_of_its_own(crowd: pd.DataFrame, tmp_path: Path) -> None:
    """Each person against the truth, averaged over people; the first column alone is not enough."""
    crowd.to_csv(tmp_path / "crowd.csv", index=False)
    result = slicer.open(tmp_path / "crowd.csv", human=PEOPLE, **ROLES).rank(by=["light"])
    assert result.truth_source == "external"
    for key, rows in crowd.groupby("light"):
        one = by_slice(result)[f"light = '{key}'"]
        assert (one.hlp.source, one.hlp.n) == ("paired", int(rows[PEOPLE].notna().any(axis=1).sum()))
        assert (one.hlp.value, *one.hlp.ci) == pytest.approx(mean_of_people(rows, ahead=False))
        assert (one.gap.value, *one.gap.ci) == pytest.approx(mean_of_people(rows, ahead=True))
        assert one.hlp.value - one.estimate_paired.value == pytest.approx(one.gap.value)
        assert one.potential == pytest.approx(one.gap.value * len(rows) / 300)
        same = [(rows[a] == rows[b])[rows[a].notna() & rows[b].notna()] for a, b in
                (("ann", "bob"), ("ann", "cy"), ("bob", "cy"))]  # fmt: skip
        assert one.agreement == pytest.approx(np.mean(np.concatenate(same)), abs=0.05)
        assert one.gap.flags == ()


def test_answers_in_a_table_rank_as_columns_do(crowd: pd.DataFrame, tmp_path: Path) -> None:
    crowd.to_csv(tmp_path / "wide.csv", index=False)
    crowd.drop(columns=PEOPLE).to_csv(tmp_path / "items.csv", index=False)
    crowd.melt(["id"], PEOPLE, "who", "said").dropna().to_csv(tmp_path / "long.csv", index=False)
    project = Project(MEMORY)
    dataset, _ = load_files(project, [tmp_path / "items.csv"], given_roles(**ROLES))
    given = given_roles(id="id", annotator="who", human="said")
    long = Workbench(project, add_file(project, dataset, tmp_path / "long.csv", given).dataset)
    wide = slicer.open(tmp_path / "wide.csv", human=PEOPLE, **ROLES)
    asked: dict[str, Any] = {"by": ["light"], "slices": [parse("light = 'day' and pred = 'cat'")]}
    first, second = wide.rank(**asked).to_frame(), long.rank(**asked).to_frame()
    assert set(first["hlp_source"]) == {"paired"}
    pd.testing.assert_frame_equal(first, second)
    pd.testing.assert_frame_equal(wide.rank(classes=True).to_frame(), long.rank(classes=True).to_frame())


def test_one_column_of_people_is_as_it_always_was(crowd: pd.DataFrame, tmp_path: Path) -> None:
    crowd.to_csv(tmp_path / "crowd.csv", index=False)
    result = slicer.open(tmp_path / "crowd.csv", human="ann", **ROLES).rank(by=["light"])
    rows = crowd[(crowd["light"] == "day") & crowd["ann"].notna()]
    one = by_slice(result)["light = 'day'"]
    assert (one.gap.method, one.hlp.n) == ("tango", len(rows))
    assert one.gap.value == pytest.approx(
        (rows["ann"] == rows["label"]).mean() - (rows["pred"] == rows["label"]).mean()
    )


def test_counts_are_held_against_a_truth_item_by_item(crowd: pd.DataFrame, tmp_path: Path) -> None:
    votes = pd.DataFrame({f"votes_{key}": (crowd[PEOPLE] == key).sum(axis=1) for key in LABELS})
    counted = pd.concat([crowd.drop(columns=PEOPLE), votes], axis=1)
    counted.to_csv(tmp_path / "counted.csv", index=False)
    document, _ = ranked(tmp_path / "counted.csv", "--hlp", "counts:votes_", "--by", "light", "--label", "label",
                         "--prediction", "pred")  # fmt: skip
    right = crowd[PEOPLE].eq(crowd["label"], axis=0).sum(axis=1) / crowd[PEOPLE].notna().sum(axis=1)
    for row in document["table"]:
        rows = crowd["light"] == row["slice"].split("'")[1]
        model = (crowd["pred"] == crowd["label"])[rows & right.notna()]
        assert row["hlp"]["value"] == pytest.approx(right[rows].mean())
        assert row["gap"]["value"] == pytest.approx(right[rows].mean() - model.mean())
        assert row["hlp"]["source"] == "paired"


def test_the_truth_source_that_is_said_decides(crowd: pd.DataFrame, tmp_path: Path) -> None:
    crowd.to_csv(tmp_path / "crowd.csv", index=False)
    arguments = (tmp_path / "crowd.csv", "--by", "light", "--hlp", "ann,bob,cy", "--label", "label", "--prediction",
                 "pred")  # fmt: skip
    human, notes = ranked(*arguments, "--truth-source", "human")
    external, _ = ranked(*arguments, "--truth-source", "external")
    assert {row["hlp"]["source"] for row in human["table"]} == {"leave_one_out"}
    assert {row["hlp"]["source"] for row in external["table"]} == {"paired"}
    assert all("truth_is_human" in row["flags"] for row in human["table"])
    assert not any("truth_is_human" in row["flags"] for row in external["table"])
    assert "The truth is itself a person's label" in notes
    assert (human["truth_source"], external["truth_source"]) == ("human", "external")


def test_classes_are_ranked_against_all_people_not_the_first(crowd: pd.DataFrame, tmp_path: Path) -> None:
    """Where everybody answers every row, people's F1 is that of all their answers; the interval draws rows."""
    random = np.random.default_rng(3)
    full = crowd.fillna(dict.fromkeys(PEOPLE, crowd["label"]))
    full.to_csv(tmp_path / "full.csv", index=False)
    bench = slicer.open(tmp_path / "full.csv", human=PEOPLE, **ROLES)
    scores = {"f1": f1_score, "recall": recall_score, "precision": precision_score}

    def gaps(rows: pd.DataFrame, metric: str) -> np.ndarray:
        truth = np.concatenate([rows["label"]] * 3)
        people = np.concatenate([rows[name] for name in PEOPLE])
        sides = ((truth, people), (rows["label"], rows["pred"]))
        first, second = (scores[metric](y, said, labels=LABELS, average=None) for y, said in sides)
        return np.asarray(first - second)

    for metric in scores:
        expected = gaps(full, metric)
        found = by_slice(bench.rank(classes=True, metric=metric))
        drawn = np.array([gaps(full.sample(300, replace=True, random_state=random), metric) for _ in range(300)])
        for place, label in enumerate(LABELS):
            one = found[f"label = '{label}'"]
            assert one.gap.value == pytest.approx(expected[place])
            assert one.hlp.value - one.gap.value == pytest.approx(one.estimate.value)
            width = (one.gap.ci[1] - one.gap.ci[0]) / 2 / stats.norm.ppf(0.975)
            assert width == pytest.approx(drawn[:, place].std(), rel=0.15)


# --- a human confusion matrix, levels that do not fit ----------------------------------------------


MATRIX = "label,human,rows\ncat,cat,80\ncat,dog,20\ndog,dog,90\ndog,cat,5\ndog,fox,5\nfox,fox,40\n"


@pytest.mark.parametrize(("metric", "score"), [("f1", f1_score), ("recall", recall_score),
                                               ("precision", precision_score)])  # fmt: skip
def test_a_confusion_matrix_of_people_is_the_level_of_each_class(
    crowd: pd.DataFrame, tmp_path: Path, metric: str, score: Any
) -> None:
    crowd.drop(columns=PEOPLE).to_csv(tmp_path / "rows.csv", index=False)
    (tmp_path / "people.csv").write_text(MATRIX)
    cells = pd.read_csv(tmp_path / "people.csv")
    truth, said = (np.repeat(cells[name], cells["rows"]) for name in ("label", "human"))
    document, _ = ranked(tmp_path / "rows.csv", "--classes", "--metric", metric, "--hlp", tmp_path / "people.csv",
                         "--label", "label", "--prediction", "pred")  # fmt: skip
    expected = dict(zip(LABELS, score(truth, said, labels=LABELS, average=None), strict=True))
    for row in document["table"]:
        assert row["hlp"]["value"] == pytest.approx(expected[row["name"]])
        assert row["hlp"]["ci"] is not None
    accuracy, _ = ranked(tmp_path / "rows.csv", "--by", "light", "--hlp", tmp_path / "people.csv",
                         "--label", "label", "--prediction", "pred")  # fmt: skip
    assert {row["hlp"]["value"] for row in accuracy["table"]} == {210 / 240}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("slice,value\nsize = 'a',0.9\n", "No column named 'size'"),
        ("slice,value\nlight = 3,0.9\nlight = ,0.9\n", "light ="),
        ("slice,value\n,1.2\n", "Line 2 of the table of human levels: '1.2' is no rate from 0 to 1."),
        ("label,human,rows\ncat,cat,x\n", "Line 2 of the human confusion matrix: 'x' is no number of rows."),
        ("label,human,rows\ncat,,3\n", "Line 2 of the human confusion matrix has no answer."),
        ("a,b\n1,2\n", "has the columns slice and value"),
    ],
)
def test_a_table_of_levels_that_does_not_fit_is_a_sentence(
    crowd: pd.DataFrame, tmp_path: Path, content: str, sentence: str
) -> None:
    crowd.to_csv(tmp_path / "rows.csv", index=False)
    (tmp_path / "levels.csv").write_text(content)
    assert sentence in refused(tmp_path / "rows.csv", "--by", "light", "--hlp", tmp_path / "levels.csv")


def test_a_level_of_a_slice_that_is_not_ranked_is_said_to_change_nothing(crowd: pd.DataFrame, tmp_path: Path) -> None:
    crowd.to_csv(tmp_path / "rows.csv", index=False)
    (tmp_path / "levels.csv").write_text("slice,value\n,0.9\nlight = 'dusk',0.7\n")
    document, notes = ranked(tmp_path / "rows.csv", "--by", "light", "--hlp", tmp_path / "levels.csv")
    assert {row["hlp"]["value"] for row in document["table"]} == {0.9}
    assert "Human levels of slices that are not ranked here change no number: light = 'dusk'." in notes


# --- scores, ratios and numbers --------------------------------------------------------------------


@pytest.fixture
def scored() -> pd.DataFrame:
    random = np.random.default_rng(7)
    frame = pd.DataFrame({"id": [f"r{i}" for i in range(400)], "kind": random.choice(["short", "long"], 400),
                          "quality": random.normal(60, 10, 400)})  # fmt: skip
    frame["person"] = frame["quality"] + random.normal(4, 8, 400)
    frame["other person"] = frame["quality"] + random.normal(6, 8, 400)
    frame["old"] = frame["quality"] - 3 + random.normal(0, 2, 400)
    frame.loc[random.random(400) < 0.2, "person"] = None
    frame.loc[random.random(400) < 0.2, "other person"] = None
    frame["y"] = random.normal(50, 10, 400)
    for name, spread in (("guess", 6.0), ("hand", 3.0)):
        frame[name] = frame["y"] + random.normal(0, spread, 400)
    frame["words"] = random.integers(1, 30, 400)
    frame["wrong"] = random.binomial(frame["words"], 0.2)
    frame["human wrong"] = random.binomial(frame["words"], 0.05)
    return frame


def opened(frame: pd.DataFrame, folder: Path, **roles: Any) -> Workbench:
    frame.to_parquet(folder / "rows.parquet")
    return slicer.open(folder / "rows.parquet", id="id", features=["kind"], **roles)


def paired_t(difference: pd.Series) -> tuple[float, float, float]:
    found = stats.ttest_1samp(difference.dropna(), 0).confidence_interval(0.95)
    return difference.mean(), found.low, found.high


@pytest.mark.parametrize(("people", "sign"), [(["person"], 1), (["person", "other person"], 1), (["person"], -1)])
def test_a_human_score_on_the_same_rows_has_a_paired_gap(
    scored: pd.DataFrame, tmp_path: Path, people: list[str], sign: int
) -> None:
    result = opened(scored, tmp_path, score="quality", human=people, lower_is_better=sign < 0).rank(by=["kind"])
    assert (result.metric, result.higher_is_better) == ("mean", sign > 0)
    for key, rows in scored.groupby("kind"):
        one = by_slice(result)[f"kind = '{key}'"]
        human = rows[people].mean(axis=1)
        assert (one.gap.value, *one.gap.ci) == pytest.approx(paired_t(sign * (human - rows["quality"])), rel=1e-9)
        assert (one.hlp.value, one.hlp.n, one.hlp.source) == (
            pytest.approx(human.mean()),
            human.notna().sum(),
            "paired",
        )
        assert one.estimate_paired.value == pytest.approx(rows["quality"][human.notna()].mean())
        assert one.estimate.value == pytest.approx(rows["quality"].mean())
        assert one.potential == pytest.approx(max(0, sign * (human - rows["quality"]).mean()) * len(rows) / 400)
        assert np.std(one.draws) == pytest.approx((one.gap.ci[1] - one.gap.ci[0]) / 2 / stats.norm.ppf(0.975), rel=0.06)
        assert (one.errors, one.error_share) == (None, None)
    assert json.loads(result.to_json()) == result.to_dict()


def test_human_scores_far_from_0_lose_no_digits(scored: pd.DataFrame, tmp_path: Path) -> None:
    far = scored.assign(quality=1e9 + scored["quality"] / 1e3, person=1e9 + scored["person"] / 1e3)
    for one in by_slice(opened(far, tmp_path, score="quality", human="person").rank(by=["kind"])).values():
        rows = far[(far["kind"] == one.slice.split("'")[1]) & far["person"].notna()]
        half = paired_t(rows["person"] - 1e9)
        assert (one.hlp.ci[1] - one.hlp.ci[0]) == pytest.approx(half[2] - half[1], rel=1e-3)
        assert one.hlp.value == pytest.approx(rows["person"].mean(), abs=1e-5)


def test_rows_of_one_cluster_each_are_rows(scored: pd.DataFrame, tmp_path: Path) -> None:
    """The interval between clusters of one row is that of the rows, and rows that stand twice bring nothing new."""
    alone = opened(scored, tmp_path, score="quality", human="person").rank(by=["kind"])
    spoken = scored.assign(speaker=scored["id"])
    clustered = opened(spoken, tmp_path, score="quality", human="person", cluster="speaker").rank(by=["kind"])
    twice = pd.concat([spoken, spoken.assign(id="x" + spoken["id"])]).reset_index(drop=True)
    doubled = opened(twice, tmp_path, score="quality", human="person", cluster="speaker").rank(by=["kind"])
    for slice_, one in by_slice(clustered).items():
        plain = by_slice(alone)[slice_].gap
        assert (one.gap.value, *one.gap.ci) == pytest.approx((plain.value, *plain.ci))
        assert one.hlp.n == by_slice(alone)[slice_].hlp.n
    for slice_, one in by_slice(doubled).items():
        plain = by_slice(alone)[slice_].gap
        assert (one.gap.value, *one.gap.ci) == pytest.approx((plain.value, *plain.ci))
        assert one.hlp.n == 2 * by_slice(alone)[slice_].hlp.n


def test_weights_weigh_the_gap_and_the_share(scored: pd.DataFrame, tmp_path: Path) -> None:
    weighted = scored.assign(w=np.where(scored["kind"] == "long", 3.0, 1.0) + np.arange(400) % 2)
    result = opened(weighted, tmp_path, score="quality", human="person", weight="w").rank(by=["kind"])
    for key, rows in weighted.groupby("kind"):
        one = by_slice(result)[f"kind = '{key}'"]
        there = rows.dropna(subset=["person"])
        gap = np.average(there["person"] - there["quality"], weights=there["w"])
        assert one.gap.value == pytest.approx(gap)
        assert one.potential == pytest.approx(max(0, gap) * rows["w"].sum() / weighted["w"].sum())


def test_a_ratio_counts_units_not_rows(tmp_path: Path) -> None:
    """The worked example: 30 of 200 words and 50 of 800, people at 8 % on the first: 1.4 points, not 3.5."""
    frame = pd.DataFrame({"id": [f"r{i}" for i in range(80)], "kind": ["short"] * 40 + ["long"] * 40,
                          "wrong": [0, 1, 1, 1] * 10 + [1, 1, 1, 2] * 10, "words": [5] * 40 + [20] * 40})  # fmt: skip
    assert frame.groupby("kind")[["wrong", "words"]].sum().loc["short"].tolist() == [30, 200]
    bench = opened(frame, tmp_path, errors="wrong", total="words")
    result = bench.rank(by=["kind"], hlp={parse("kind = 'short'"): GivenHlp(value=0.08)})
    short, long = (by_slice(result)[f"kind = '{key}'"] for key in ("short", "long"))
    assert short.potential == pytest.approx(0.014)
    assert (short.share, short.weight) == (0.5, 0.2)
    assert short.gap.value == pytest.approx(30 / 200 - 0.08)
    assert short.ceiling == pytest.approx(30 / 1000)
    assert (short.gap.ci[0], short.gap.ci[1]) == pytest.approx(
        (short.estimate.ci[0] - 0.08, short.estimate.ci[1] - 0.08)
    )
    assert "hlp_no_uncertainty" in short.hlp.flags
    assert (long.hlp, long.gap, long.potential) == (None, None, None)


def test_human_errors_out_of_the_same_words_are_paired(scored: pd.DataFrame, tmp_path: Path) -> None:
    result = opened(scored, tmp_path, errors="wrong", total="words", human="human wrong").rank(by=["kind"])
    for key, rows in scored.groupby("kind"):
        one, n, words = by_slice(result)[f"kind = '{key}'"], len(rows), rows["words"].sum()
        ahead = rows["wrong"] - rows["human wrong"]
        gap = ahead.sum() / words
        error = np.sqrt(((ahead - gap * rows["words"]) ** 2).sum() * n / (n - 1)) / words
        half = stats.t.ppf(0.975, n - 1) * error
        assert (one.gap.value, *one.gap.ci) == pytest.approx((gap, gap - half, gap + half))
        assert one.hlp.value == pytest.approx(rows["human wrong"].sum() / words)
        assert one.potential == pytest.approx(gap * words / scored["words"].sum())


def test_a_regression_is_held_against_what_people_estimate(scored: pd.DataFrame, tmp_path: Path) -> None:
    bench = opened(scored, tmp_path, label="y", prediction="guess", human="hand")
    result = bench.rank(by=["kind"])
    assert (result.metric, result.higher_is_better) == ("mae", False)
    for key, rows in scored.groupby("kind"):
        one = by_slice(result)[f"kind = '{key}'"]
        ahead = (rows["guess"] - rows["y"]).abs() - (rows["hand"] - rows["y"]).abs()
        assert (one.gap.value, *one.gap.ci) == pytest.approx(paired_t(ahead))
        assert one.hlp.value == pytest.approx((rows["hand"] - rows["y"]).abs().mean())


@pytest.mark.parametrize("metric", ["log_loss", "brier"])
def test_means_of_probabilities_are_ranked_against_a_number(tmp_path: Path, metric: str) -> None:
    random = np.random.default_rng(1)
    frame = pd.DataFrame({"id": [f"r{i}" for i in range(200)], "kind": ["a", "b"] * 100,
                          "label": random.integers(0, 2, 200), "p": random.uniform(0.05, 0.95, 200)})  # fmt: skip
    bench = opened(frame, tmp_path, label="label", probabilities="1=p")
    result = bench.rank(by=["kind"], metric=metric, hlp={ALL: GivenHlp(value=0.1)})
    said = np.where(frame["label"] == 1, frame["p"], 1 - frame["p"])
    loss = pd.Series(-np.log(said) if metric == "log_loss" else (1 - said) ** 2)
    for key, rows in loss.groupby(frame["kind"]):
        one = by_slice(result)[f"kind = '{key}'"]
        assert one.gap.value == pytest.approx(rows.mean() - 0.1)
        assert one.potential == pytest.approx((rows.mean() - 0.1) / 2)
        assert one.hlp.inherited


def test_rows_of_people_are_the_level_and_are_not_ranked(tmp_path: Path) -> None:
    """Independent samples: MOVER from the two t intervals, written out."""
    random = np.random.default_rng(4)
    frame = pd.DataFrame({"id": [f"r{i}" for i in range(600)], "kind": random.choice(["short", "long"], 600),
                          "is_human": np.arange(600) % 3 == 0, "mqm": -random.gamma(2, 1, 600)})  # fmt: skip
    frame.loc[frame["is_human"], "mqm"] /= 2
    frame.to_csv(tmp_path / "long.csv", index=False)
    document, _ = ranked(tmp_path / "long.csv", "--score", "mqm", "--by", "kind", "--hlp", "rows:is_human = true")
    assert (document["rows"], document["rows_total"], document["metric"]) == (400, 600, "mean")

    def interval(values: pd.Series) -> tuple[float, float, float]:
        return paired_t(values)

    for row in document["table"]:
        mine = frame[frame["kind"] == row["slice"].split("'")[1]]
        h, h_low, h_high = interval(mine.loc[mine["is_human"], "mqm"])
        m, m_low, m_high = interval(mine.loc[~mine["is_human"], "mqm"])
        assert row["support"] == (~mine["is_human"]).sum()
        assert (row["hlp"]["source"], row["hlp"]["n"]) == ("other_sample", mine["is_human"].sum())
        assert row["hlp"]["value"] == pytest.approx(h)
        low = h - m - np.hypot(h - h_low, m_high - m)
        high = h - m + np.hypot(h_high - h, m - m_low)
        assert (row["gap"]["value"], *row["gap"]["ci"]) == pytest.approx((h - m, low, high), rel=1e-6)
        assert row["potential"]["value"] == pytest.approx((h - m) * row["support"] / 400)
    assert "Which rows are people's own?" in refused(tmp_path / "long.csv", "--score", "mqm", "--by", "kind", "--hlp",
                                                     "rows:")  # fmt: skip
    assert "Every row is one of people" in refused(tmp_path / "long.csv", "--score", "mqm", "--by", "kind", "--hlp",
                                                   "rows:mqm <= 0")  # fmt: skip
    assert "No row of people has a mean score" in refused(tmp_path / "long.csv", "--score", "mqm", "--by", "kind",
                                                          "--hlp", "rows:mqm > 5")  # fmt: skip


def test_rows_of_people_are_a_sample_of_their_own_for_accuracy_too(crowd: pd.DataFrame, tmp_path: Path) -> None:
    crowd.assign(who=np.where(np.arange(300) < 120, "person", "model")).to_csv(tmp_path / "rows.csv", index=False)
    found = slicer.open(tmp_path / "rows.csv", **{**ROLES, "features": ["light", "who"]})
    result = found.rank(by=["light"], people=parse("who = 'person'"))
    right = crowd["pred"] == crowd["label"]
    for key in ("day", "night"):
        one = by_slice(result)[f"light = '{key}'"]
        mine = crowd["light"] == key
        people, model = right[:120][mine[:120]], right[120:][mine[120:]]
        assert one.gap.value == pytest.approx(people.mean() - model.mean())
        low, high = __import__("statsmodels.stats.proportion", fromlist=["x"]).confint_proportions_2indep(
            people.sum(), len(people), model.sum(), len(model), method="newcomb"
        )
        assert one.gap.ci == pytest.approx((low, high), abs=1e-6)
        assert one.hlp.source == "other_sample"


def test_real_translations_are_held_against_those_of_people(shared_data: Path) -> None:
    long = pd.read_csv(shared_data / "wmt20_ende_mqm_long.csv")
    document, _ = ranked(shared_data / "wmt20_ende_mqm_long.csv", "--score", "mqm", "--by", "system", "--slice",
                         "seg_id <= 700", "--hlp", "rows:is_human = true")  # fmt: skip
    people, systems = long[long["is_human"]], long[~long["is_human"]]
    assert (document["rows"], len(document["table"])) == (9926, 8)
    rows = {row["slice"]: row for row in document["table"]}
    first = rows.pop("seg_id <= 700")
    early = people[people["seg_id"] <= 700]["mqm"], systems[systems["seg_id"] <= 700]["mqm"]
    assert (first["hlp"]["source"], first["hlp"]["n"]) == ("other_sample", len(early[0]))
    assert first["gap"]["value"] == pytest.approx(early[0].mean() - early[1].mean())
    for slice_, row in rows.items():
        own = systems.loc[systems["system"] == slice_.split("'")[1], "mqm"]
        assert (row["hlp"]["source"], row["hlp"]["value"]) == ("other_sample", pytest.approx(people["mqm"].mean()))
        assert row["potential"]["value"] == pytest.approx((people["mqm"].mean() - own.mean()) / 7)
    wide, _ = ranked(shared_data / "wmt20_ende_mqm_wide.csv", "--score", "OPPO.1535", "--slice", "seg_id <= 700",
                     "--hlp", "Human-A.0,Human-B.0,Human-P.0", "--baseline", "old=Online-A.1574")  # fmt: skip
    table = pd.read_csv(shared_data / "wmt20_ende_mqm_wide.csv").query("seg_id <= 700")
    mine, row = table[["Human-A.0", "Human-B.0", "Human-P.0"]].mean(axis=1) - table["OPPO.1535"], wide["table"][0]
    assert (row["gap"]["value"], *row["gap"]["ci"]) == pytest.approx(paired_t(mine))
    beside = row["baselines"][0]
    assert (beside["gap"]["value"], *beside["gap"]["ci"]) == pytest.approx(
        paired_t(table["Online-A.1574"] - table["OPPO.1535"])
    )


def test_without_people_nothing_is_gained_and_the_sentence_says_what_to_give(
    scored: pd.DataFrame, tmp_path: Path
) -> None:
    plain = scored.drop(columns=["person", "other person", "human wrong"])
    result = opened(plain, tmp_path, score="quality").rank(by=["kind"])
    for one in by_slice(result).values():
        assert (one.hlp, one.gap, one.potential, one.draws) == (None, None, None, None)
        assert one.estimate.value is not None
    assert "Give one: a number, a table, or the rows that are people's" in result.no_people
    found = CliRunner().invoke(main, ["rank", str(tmp_path / "rows.parquet"), "--score", "quality", "--by", "kind"])
    assert "No human level is known" in found.stdout


def test_a_human_column_of_words_is_refused_beside_a_score(scored: pd.DataFrame, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="the human column 'said' holds none"):
        opened(scored.assign(said="good"), tmp_path, score="quality", human="said").rank(by=["kind"])


# --- what is not people ----------------------------------------------------------------------------


def test_baselines_stand_beside_people_and_change_no_rank(crowd: pd.DataFrame, tmp_path: Path) -> None:
    crowd.to_csv(tmp_path / "rows.csv", index=False)
    arguments = (tmp_path / "rows.csv", "--by", "light", "--hlp", "0.9", "--label", "label", "--prediction", "pred")
    plain, _ = ranked(*arguments)
    (tmp_path / "old.csv").write_text("slice,value\nlight = 'day',0.5\n")
    beside, _ = ranked(*arguments, "--baseline", "quick=quick", "--baseline", "paper=0.95", "--baseline",
                       f"old={tmp_path / 'old.csv'}")  # fmt: skip
    for row, before in zip(beside["table"], plain["table"], strict=True):
        assert {**row, "baselines": []} == before
        rows = crowd[crowd["light"] == row["slice"].split("'")[1]]
        quick, paper, old = row["baselines"]
        right, model = rows["quick"] == rows["label"], rows["pred"] == rows["label"]
        assert (quick["name"], quick["level"]["source"]) == ("quick", "paired")
        assert quick["level"]["value"] == pytest.approx(right.mean())
        assert quick["gap"]["value"] == pytest.approx(right.mean() - model.mean())
        assert (paper["level"]["value"], paper["level"]["inherited"]) == (0.95, True)
        assert paper["gap"]["value"] == pytest.approx(0.95 - model.mean())
        assert (old["level"] is None) == (row["slice"] == "light = 'night'")
    for wrong, sentence in (("x", "--baseline takes NAME=NUMBER"), ("x=nothing", "No column named 'nothing'"),
                            ("x=1.5", "The baseline 'x' is a rate from 0 to 1, not 1.5.")):  # fmt: skip
        assert sentence in refused(*arguments, "--baseline", wrong)


def test_a_measured_level_ranks_above_an_inherited_one_of_equal_worth(tmp_path: Path) -> None:
    """Two slices alike in everything but that people answered in one of them."""
    rows = pd.DataFrame({"id": [f"r{i}" for i in range(400)], "half": ["a", "b"] * 200, "label": "x",
                         "pred": np.where(np.arange(400) // 2 % 4 == 0, "y", "x"), "h1": "x", "h2": "x"})  # fmt: skip
    rows.loc[rows["half"] == "a", ["h1", "h2"]] = None
    rows.to_csv(tmp_path / "rows.csv", index=False)
    result = slicer.open(tmp_path / "rows.csv", id="id", label="label", prediction="pred", human=["h1", "h2"],
                         features=["half"]).rank(by=["half"])  # fmt: skip
    first, second = result.table
    assert first.candidate.potential == second.candidate.potential
    assert (first.candidate.slice, first.candidate.hlp.source) == ("half = 'b'", "paired")
    assert (second.candidate.hlp.source, second.action) == ("overall", "measure-hlp")


def test_where_people_minus_model_is_not_the_gap_the_page_says_why() -> None:
    """On sentiment people and model are held against the same other people, the model's column against the majority."""
    result = slicer.sample("sentiment").rank(by=["domain"])
    (said,) = paired_remark(result)
    one = next(row.candidate for row in result.table if "editorials" in row.candidate.slice)
    assert one.hlp is not None
    assert one.gap is not None
    assert one.gap.value == pytest.approx(one.hlp.value - one.gap.model_value)
    assert "there the model has 49.6\u202f% on editorials, and 49.4\u202f% by the label" in said
    assert paired_remark(slicer.sample("speech").rank(by=["noise"])) == []


@pytest.mark.parametrize(
    ("person", "level"), [(lambda label: label, 1.0), (lambda label: "ba"["ab".index(label)], 0.0)]
)
def test_people_who_are_always_right_or_never_are_no_certainty_in_a_small_slice(
    tmp_path: Path, person: Any, level: float
) -> None:
    rows = [("ab"[i % 2], "ab"[i % 3 % 2], "rare" if i < 10 else "usual") for i in range(60)]
    lines = [f"i{i},{label},{said},{person(label)},{x}" for i, (label, said, x) in enumerate(rows)]
    path = tmp_path / "people.csv"
    path.write_text("\n".join(["id,label,prediction,human,x", *lines]), encoding="utf-8")
    document, _ = ranked(path, "--by", "x")
    (found,) = [row["hlp"] for row in document["table"] if row["slice"] == "x = 'rare'"]
    assert (found["source"], found["value"]) == ("shrunk", level)
    low, high = found["ci"]
    assert 0 < high - low < 0.2
    assert low <= level <= high


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (",0.9,,0.95,0.8", "its interval has 0.95 to 0.8, which does not hold 0.9"),
        (",0.9,,0.95,0.99", "its interval has 0.95 to 0.99, which does not hold 0.9"),
        (",0.9,,0.8,", "its interval has only one end"),
        (",0.9,1" + "0" * 23 + ",,", "no number of rows"),
    ],
)
def test_an_impossible_interval_of_a_level_is_refused(tmp_path: Path, line: str, said: str) -> None:
    table = tmp_path / "levels.csv"
    table.write_text(f"slice,value,n,lo,hi\n{line}\n", encoding="utf-8")
    data = tmp_path / "data.csv"
    rows = [f"i{i},{'ab'[i % 2]},{'ab'[i % 3 % 2]},{'uv'[i % 5 % 2]}" for i in range(60)]
    data.write_text("\n".join(["id,label,prediction,x", *rows]), encoding="utf-8")
    assert said in refused(data, "--by", "x", "--hlp", table)
