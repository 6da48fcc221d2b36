"""What people said, from the data to the result: the queries against plain Python, the numbers against other tools."""

from __future__ import annotations

import csv
import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import astuple
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from people_kit import answer, refusal

import slicer
from slicer.cli import main
from slicer.engine.agreement import annotator_sums, item_patterns, judged_items
from slicer.engine.answers import People, answered
from slicer.errors import UsageError
from slicer.given import given_roles
from slicer.human.answers import Answers
from slicer.human.patterns import NOTHING, ItemPatterns
from slicer.metrics.estimate import Estimate
from slicer.project.store import MEMORY, Project
from slicer.slices import Slice, parse
from slicer.sources import add_file, load_files
from slicer.workbench import Options, Workbench

LABELS = ("a", "b", "c'x", "10")

ANSWER = st.tuples(st.integers(0, 7), st.sampled_from(["ann", "bob", "o'x", "d"]), st.sampled_from(LABELS))
ITEMS = st.lists(
    st.tuples(st.sampled_from([None, *LABELS]), st.sampled_from([None, *LABELS]), st.sampled_from([None, "x", "y"])),
    min_size=8,
    max_size=8,
)


def as_lines(patterns: ItemPatterns) -> Counter[tuple[object, ...]]:
    """Items by what was said of them, whatever the order of labels and lines."""

    def key(index: int) -> str | None:
        return None if index == NOTHING else patterns.labels[index]

    found: Counter[tuple[object, ...]] = Counter()
    for place, items in enumerate(patterns.items):
        counts = {label: int(n) for label, n in zip(patterns.labels, patterns.counts[place], strict=True) if n}
        model = None if patterns.model is None else key(patterns.model[place])
        truth = None if patterns.truth is None else key(patterns.truth[place])
        found[tuple(sorted(counts.items())), model, truth] += int(items)
    return found


def write(path: Path, rows: Sequence[Sequence[object]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return path


def loaded(folder: Path, items: Sequence[tuple[str | None, str | None, str | None]],
           answers: Sequence[tuple[int, str, str]]) -> Workbench:  # fmt: skip
    """Items 0 to 7 with truth, prediction and a group, and the answers in a file of their own."""
    rows = [("id", "label", "prediction", "group"), *((f"i{i}", *one) for i, one in enumerate(items)),
            ("i99", "a", "a", "x")]  # fmt: skip
    project = Project(MEMORY)
    given = given_roles(id="id", label="label", prediction="prediction", features=["group"])
    dataset, _ = load_files(project, [write(folder / "items.csv", rows)], given)
    if answers:
        long = write(folder / "answers.csv", [("id", "who", "said"), *((f"i{i}", w, s) for i, w, s in answers)])
        dataset = add_file(project, dataset, long, given_roles(id="id", annotator="who", human="said")).dataset
    return Workbench(project, dataset)


@settings(max_examples=12)
@given(items=ITEMS, answers=st.lists(ANSWER, min_size=1, max_size=60))
def test_answers_in_a_table_are_grouped_as_plain_python_groups_them(
    tmp_path_factory: pytest.TempPathFactory, items: list[tuple[str | None, ...]], answers: list[tuple[int, str, str]]
) -> None:
    bench = loaded(tmp_path_factory.mktemp("data"), items, answers)  # type: ignore[arg-type]
    truth = {f"i{i}": one[0] for i, one in enumerate(items)} | {"i99": "a"}
    model = {f"i{i}": one[1] for i, one in enumerate(items)} | {"i99": "a"}
    groups: defaultdict[Slice, list[str]] = defaultdict(list)
    for i, one in enumerate(items):
        groups[parse("group is missing" if one[2] is None else f"group = '{one[2]}'")].append(f"i{i}")
    groups[parse("group = 'x'")].append("i99")
    known = [(f"i{i}", who, said) for i, who, said in answers]
    whole = Answers.of(known, items=truth)
    with answered(bench.engine, People(dataset=bench.dataset.id)) as said:
        assert (said.repeated, said.contradictory) == (whole.repeated, whole.contradictory)
        levels = bench.levels_of(["group"], Slice())[0]
        by_slice = item_patterns(said, levels, Slice())
        sums, spreads = annotator_sums(said, levels, Slice()), judged_items(said, levels, Slice())
        for slice_, ids in [(Slice(), list(truth)), *groups.items()]:
            mine = Answers.of([one for one in known if one[0] in ids], items=ids)
            got = item_patterns(said, [], slice_)[Slice()]
            assert as_lines(got) == as_lines(mine.patterns(model, truth))
            if slice_ != Slice():
                assert as_lines(by_slice[slice_]) == as_lines(got)
                assert sums.get(slice_, ()) == annotator_sums(said, [], slice_).get(Slice(), ())
            for one, other in zip(
                annotator_sums(said, [], slice_).get(Slice(), ()), mine.annotator_sums(model, truth), strict=True
            ):
                assert one == type(one)(**{name: pytest.approx(getattr(other, name)) if name.startswith("agreed")
                                           else getattr(other, name) for name in one.__slots__})  # fmt: skip
            by_hand = mine.judged_items(truth, model)
            found = spreads.get(slice_) if slice_ != Slice() else judged_items(said, [], Slice()).get(Slice())
            assert (0 if found is None else found.items) == by_hand.items
            if found is not None:
                assert astuple(found)[:-1] == pytest.approx(astuple(by_hand)[:-1])
        together = sum_of(by_slice)
        assert as_lines(together) == as_lines(item_patterns(said, [], Slice())[Slice()])


def sum_of(parts: dict[Slice, ItemPatterns]) -> ItemPatterns:
    first, *others = parts.values()
    for one in others:
        first = first + one
    return first


@pytest.fixture
def crowd() -> pd.DataFrame:
    """120 rows that three people labelled and a model predicted; people miss some."""
    random = np.random.default_rng(5)
    labels = np.array(["cat", "dog", "fox"])
    truth = random.integers(0, 3, 120)

    def noisy(right: float) -> np.ndarray:
        return labels[np.where(random.random(120) < right, truth, random.integers(0, 3, 120))]

    frame = pd.DataFrame({"id": [f"r{i}" for i in range(120)], "label": labels[truth], "pred": noisy(0.7),
                          "ann": noisy(0.9), "bob": noisy(0.8), "cy": noisy(0.6),
                          "light": random.choice(["day", "night"], 120)})  # fmt: skip
    for name in ("ann", "bob", "cy"):
        frame.loc[random.random(120) < 0.1, name] = None
    return frame


ROLES = {"id": "id", "label": "label", "prediction": "pred", "features": ["light"]}


def test_the_same_answers_as_columns_as_counts_and_as_rows_give_the_same_figures(
    crowd: pd.DataFrame, tmp_path: Path
) -> None:
    """Only who said what is unknown to counts."""
    people = ["ann", "bob", "cy"]
    wide, counted, items, long = (tmp_path / f"{name}.csv" for name in ("wide", "counted", "items", "long"))
    crowd.to_csv(wide, index=False)
    plain = crowd.drop(columns=people)
    plain.to_csv(items, index=False)
    votes = pd.DataFrame({f"votes_{key}": (crowd[people] == key).sum(axis=1) for key in ("cat", "dog", "fox")})
    pd.concat([plain, votes], axis=1).to_csv(counted, index=False)
    crowd.melt(["id"], people, "who", "said").dropna().to_csv(long, index=False)

    as_columns = slicer.open(wide, human=people, **ROLES)
    as_counts = slicer.open(counted, **ROLES)
    project = Project(MEMORY)
    dataset, _ = load_files(project, [items], given_roles(**ROLES))
    joined = add_file(project, dataset, long, given_roles(id="id", annotator="who", human="said"))
    results = [one.agree(by=["light"]) for one in (as_columns, as_counts, Workbench(project, joined.dataset))]
    assert [one.people for one in results] == ["columns", "counts", "annotations"]
    first, counts, rows = (one.to_frame().drop(columns="slice") for one in results)
    pd.testing.assert_frame_equal(first, rows, rtol=1e-12)
    pd.testing.assert_frame_equal(first, counts, rtol=1e-12)
    assert results[0].annotators == results[2].annotators
    assert not results[1].annotators
    assert results[1].to_dict()["annotators"] is None
    assert results[0].mean_annotator == results[2].mean_annotator


def test_the_figures_of_the_result_are_those_of_pandas(crowd: pd.DataFrame, tmp_path: Path) -> None:
    crowd.to_csv(tmp_path / "wide.csv", index=False)
    people = ["ann", "bob", "cy"]
    result = slicer.open(tmp_path / "wide.csv", human=people, **ROLES).agree(by=["light"])
    for slice_, rows in [("", crowd), *((f"light = '{key}'", rows) for key, rows in crowd.groupby("light"))]:
        figures = result.overall if not slice_ else next(
            one.figures for one in result.slices if str(one.slice) == slice_)  # fmt: skip
        there = rows[people].notna()
        right = rows[people].eq(rows["label"], axis=0)
        mine = (right.sum(axis=1) / there.sum(axis=1))[there.any(axis=1)]
        model = (rows["pred"] == rows["label"])[there.any(axis=1)].astype(float)
        assert figures.versus_label.hlp.value == pytest.approx(mine.mean())
        assert figures.versus_label.gap.value == pytest.approx((mine - model).mean())
        assert figures.items == int(there.any(axis=1).sum())
        assert figures.answers == int(there.sum().sum())
    accuracies = {name: (crowd[name] == crowd["label"])[crowd[name].notna()].mean() for name in people}
    assert {one.annotator: one.accuracy.value for one in result.annotators} == pytest.approx(accuracies)
    assert result.mean_annotator.hlp.value == pytest.approx(np.mean(list(accuracies.values())))
    gaps = [(crowd[name].eq(crowd["label"]) * 1.0 - crowd["pred"].eq(crowd["label"]))[crowd[name].notna()].mean()
            for name in people]  # fmt: skip
    assert result.mean_annotator.gap.value == pytest.approx(np.mean(gaps))
    assert result.truth_source == "external"


def test_two_people_have_a_kappa_overall_and_in_a_slice(crowd: pd.DataFrame, tmp_path: Path) -> None:
    from sklearn.metrics import cohen_kappa_score

    crowd.to_csv(tmp_path / "wide.csv", index=False)
    result = slicer.open(tmp_path / "wide.csv", human=["ann", "bob"], **ROLES).agree(by=["light"])
    both = crowd.dropna(subset=["ann", "bob"])
    assert result.overall.cohen_kappa.value == pytest.approx(cohen_kappa_score(both["ann"], both["bob"]))
    night = both[both["light"] == "night"]
    found = next(one.figures for one in result.slices if "night" in str(one.slice))
    assert found.cohen_kappa.value == pytest.approx(cohen_kappa_score(night["ann"], night["bob"]))


@pytest.mark.parametrize("roles", [{"label": "label"}, {"label": "label", "people": "columns"}])
def test_without_answers_the_sentence_says_how_to_give_them(
    crowd: pd.DataFrame, tmp_path: Path, roles: dict[str, str]
) -> None:
    crowd.drop(columns=["ann", "bob", "cy"]).to_csv(tmp_path / "plain.csv", index=False)
    bench = slicer.open(tmp_path / "plain.csv", **ROLES)
    bench.options = Options(people=roles.get("people"))  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="plain holds no answers of people") as caught:
        bench.agree()
    assert "--human a,b" in caught.value.hint


def test_rows_people_disagree_on_come_in_the_order_of_disagreement(tmp_path: Path) -> None:
    rows = [("id", "label", "pred", "h1", "h2", "h3", "h4"),
            ("q1", "a", "a", "a", "a", "a", "a"), ("q2", "a", "b", "a", "b", None, None),
            ("q3", "b", "b", "a", "b", "a", "b"), ("q4", "a", "a", "a", "a", "a", "b"),
            ("q5", "a", "b", "a", "b", None, None), ("q6", "a", "a", "b", None, None, None)]  # fmt: skip
    result = slicer.open(write(tmp_path / "few.csv", rows), human=["h1", "h2", "h3", "h4"], id="id",
                         label="label", prediction="pred").agree()  # fmt: skip
    assert [(one.id, dict(one.said)) for one in result.disputed] == [
        ("q2", {"a": 1, "b": 1}), ("q5", {"a": 1, "b": 1}), ("q3", {"a": 2, "b": 2}), ("q4", {"a": 3, "b": 1}),
    ]  # fmt: skip
    assert [one.disagreement for one in result.disputed] == pytest.approx([1, 1, 4 / 6, 0.5])
    assert "1 item has a single answer, which says nothing about agreement." in result.notes


def test_the_sentiment_sample_is_as_its_description_says() -> None:
    """Figures of sample_data/sentiment.md, made by other code."""
    result = slicer.sample("sentiment").agree(by=["domain"])
    assert result.overall.agreement.pairwise.value == pytest.approx(0.7654, abs=5e-5)
    assert result.overall.agreement.krippendorff_alpha.value == pytest.approx(0.631, abs=5e-4)
    expected = {
        "film reviews": (0.9020, 0.7745, 0.1275, 0.8452),
        "editorials": (0.7033, 0.4958, 0.2075, 0.5906),
        "product reviews": (0.8773, 0.6756, 0.2018, 0.8144),
        "tweets": (0.8245, 0.7332, 0.0913, 0.7424),
    }
    for one in result.slices:
        loo = one.figures.leave_one_out
        got = (loo.hlp.value, loo.model.value, loo.gap.value, one.figures.agreement.pairwise.value)
        assert got == pytest.approx(expected[str(one.slice)[10:-1]], abs=6e-5)
    assert (result.truth_source, result.truth_guessed, result.title) == ("human", True, "Human–human agreement")
    assert "truth_is_human" in known(result.overall.leave_one_out.gap).flags
    assert json.loads(result.to_json()) == result.to_dict()


def known(answer: object) -> Estimate:
    assert isinstance(answer, Estimate)
    return answer


# --- the command -----------------------------------------------------------------------------------


run, refused = partial(answer, "agree"), partial(refusal, "agree")


def test_a_real_crowd_as_a_file_of_answers(shared_data: Path) -> None:
    """500 items that 20 of 143 people rated: kappa and alpha as statsmodels and krippendorff gave them, the rest as
    pandas does."""
    path = shared_data / "crowd_SP_amt.csv"
    document, notes = run(path, "--id", "item", "--annotator", "worker", "--human", "label", "--label", "gold")
    long = pd.read_csv(path)
    fleiss, alpha = document["fleiss_kappa"]["value"], document["krippendorff_alpha"]["value"]
    assert (round(fleiss, 7), round(alpha, 7)) == (0.7376619, 0.7376881)
    right = long["label"] == long["gold"]
    assert document["hlp_vs_label"]["value"] == pytest.approx(right.mean())
    accuracies = right.groupby(long["worker"]).mean()
    assert document["mean_annotator"]["hlp"]["value"] == pytest.approx(accuracies.mean())
    joined = long.merge(long, on="item")
    others = joined[joined["worker_x"] != joined["worker_y"]]
    same = (others["label_x"] == others["label_y"]).groupby(others["worker_x"]).mean()
    got = {one["annotator"]: one for one in document["by_annotator"]}
    assert {name: one["agreement"]["value"] for name, one in got.items()} == pytest.approx(same.to_dict())
    assert {name: one["accuracy"]["value"] for name, one in got.items()} == pytest.approx(accuracies.to_dict())
    worst = document["by_annotator"][0]
    assert (worst["annotator"], round(worst["agreement"]["value"], 3)) == ("A87D3K9YVKTQ7", 0.450)
    assert (document["rows"], document["unlabelled"], document["annotators"]) == (500, 0, 143)
    assert document["source"]["path"].endswith("crowd_SP_amt.csv")
    assert "Left out, since they differ between the rows of an item: seconds." in notes
    assert document["model_leave_one_out"] == {
        "value": None, "reason": "There is no prediction beside these answers: choose a run to see the gap.",
    }  # fmt: skip


LONG = [("item", "annotator", "label", "gold", "city"), ("1", "ann", "a", "a", "x"), ("1", "bob", "b", "a", "x"),
        ("2", "ann", "b", "b", "y"), ("2", "bob", "b", "b", "y"), ("3", "ann", "a", "b", "x")]  # fmt: skip


def test_a_file_of_answers_is_sliced_by_what_is_the_items_own(tmp_path: Path) -> None:
    document, _ = run(write(tmp_path / "long.csv", LONG), "--by", "city", "--slice", "gold = 'b'")
    assert document["roles"]["label"] == "gold"
    found = {one["slice"]: (one["items"], one["pairwise_agreement"]["value"]) for one in document["by_slice"]}
    assert found == {"city = 'x'": (2, 0.0), "city = 'y'": (1, 1.0), "gold = 'b'": (2, 1.0)}
    assert document["hlp_vs_label"]["value"] == pytest.approx((0.5 + 1 + 0) / 3)


def test_answers_stand_beside_the_rows_in_every_form(crowd: pd.DataFrame, tmp_path: Path) -> None:
    people = ["ann", "bob", "cy"]
    crowd.to_csv(tmp_path / "wide.csv", index=False)
    crowd.drop(columns=people).to_csv(tmp_path / "items.csv", index=False)
    long = crowd.melt(["id"], people, "who", "said").dropna().rename(columns={"said": "label"})
    long.to_csv(tmp_path / "long.csv", index=False)
    votes = pd.DataFrame({f"said by {key}": (crowd[people] == key).sum(axis=1) for key in ("cat", "dog", "fox")})
    pd.concat([crowd, votes], axis=1).to_csv(tmp_path / "both.csv", index=False)
    wide, _ = run(tmp_path / "wide.csv", "--human", "ann,bob,cy")
    counted, _ = run(tmp_path / "both.csv", "--human", "counts:said by ")
    beside, _ = run(tmp_path / "items.csv", "--annotations", tmp_path / "long.csv", "--annotator", "who",
                    "--human", "label", "--label", "label", "--prediction", "pred")  # fmt: skip
    for one in (counted, beside):
        assert one["gap"] == wide["gap"]
        assert one["hlp_vs_label"] == wide["hlp_vs_label"]
    assert (wide["people"], counted["people"], beside["people"]) == ("columns", "counts", "annotations")
    assert beside["cohen_kappa"]["reason"].startswith("Cohen's kappa is of two people; here are 3.")


def test_people_alone_need_no_label_and_no_prediction(tmp_path: Path) -> None:
    rows = [("id", "h1", "h2"), *((f"q{i}", "ab"[i % 2], "ab"[i % 3 % 2]) for i in range(40))]
    document, _ = run(write(tmp_path / "people.csv", rows), "--human", "h1,h2", "--id", "id")
    assert document["pairwise_agreement"]["n"] == 40
    assert document["hlp_vs_label"]["reason"].startswith("There is no truth beside these answers")
    assert (document["truth_source"], document["title"]) == ("human", "Human–human agreement")


def test_what_does_not_fit_is_a_sentence(tmp_path: Path) -> None:
    differing = write(tmp_path / "gold.csv", [*LONG, ("1", "cy", "a", "b", "x")])
    assert "Column 'gold' of gold.csv is the label, but differs between the rows of an item." in refused(differing)
    nobody = write(tmp_path / "nobody.csv", [("item", "who", "label"), ("1", "ann", "a"), ("1", "bob", "b")])
    assert "nobody holds no answers of people." in refused(nobody)
    plain = write(tmp_path / "plain.csv", [("id", "label", "pred"), ("1", "a", "a"), ("2", "b", "a")])
    assert "plain holds no answers of people." in refused(plain)
    assert "Fewer than two columns begin with 'votes_'" in refused(plain, "--human", "counts:votes_")
    assert "Which column of nobody.csv says who answered?" in refused(plain, "--annotations", nobody)
    assert "No column named 'ann'" in refused(plain, "--human", "ann")
    free = [("id", "label", "pred", "h"), *((i, i % 2, i % 2, f"t{i}") for i in range(150))]
    many = write(tmp_path / "many.csv", free)
    assert "hold more than 100 distinct values" in refused(many, "--human", "h")


def test_the_truth_is_what_a_person_says_it_is(tmp_path: Path) -> None:
    path = write(tmp_path / "long.csv", LONG)
    for source, title in (("human", "Human–human agreement"), ("external", "Human-level performance")):
        document, notes = run(path, "--truth-source", source)
        assert (document["truth_source"], document["truth_guessed"], document["title"]) == (source, False, title)
        circular = "The truth is itself a person's label" in notes
        assert circular is (source == "human")
        assert ("truth_is_human" in document["hlp_vs_label"]["flags"]) is circular


@pytest.mark.parametrize(
    ("answers", "notes"),
    [
        ([("1", "ann", "a"), ("1", "bob", "a"), ("2", "ann", "a"), ("2", "bob", "a")],
         ["Everybody said 'a' every time: chance alone would agree as well, so kappa and alpha have no value."]),
        ([("1", "ann", "a"), ("2", "ann", "b"), ("2", "ann", "b")],
         ["1 answer repeats what the same person said: counted once.",
          "Every item here has one answer: agreement needs two people on the same item."]),
        ([("1", "ann", "a"), ("1", "ann", "b"), ("1", "bob", "b"), ("2", "cy", "b")],
         ["1 time a person gave different labels to the same item: none of them counts.",
          "2 items have a single answer, which says nothing about agreement."]),
        ([("1", "ann", "a"), ("1", "bob", "b"), ("2", "ann", ""), ("2", "bob", "")],
         ["1 item has no answer and is left out."]),
    ],
)  # fmt: skip
def test_odd_answers_are_said_and_never_a_wrong_number(
    tmp_path: Path, answers: list[tuple[str, str, str]], notes: list[str]
) -> None:
    path = write(tmp_path / "long.csv", [("item", "annotator", "label"), *answers])
    found = CliRunner().invoke(main, ["agree", str(path)])
    assert found.exit_code == 0, found.output
    for note in notes:
        assert f"note: {note}" in found.stderr


def test_a_label_that_is_never_the_truth_is_named(tmp_path: Path) -> None:
    rows = [*LONG, ("3", "bob", "?", "b", "x")]
    found = CliRunner().invoke(main, ["agree", str(write(tmp_path / "long.csv", rows))])
    assert "1 answer is a label that is never the truth ('?'): wrong wherever there is a truth." in found.stderr
