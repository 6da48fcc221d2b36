"""What a search combines beside plain columns: words, lengths, tags, classes and bins; and what it leaves out."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from tagging_kit import loud_rooms, loud_rows
from words_kit import has_word

import slicer
from slicer.cli import main
from slicer.discovery.cuts import tree_cuts
from slicer.discovery.split import second_half
from slicer.errors import UsageError
from slicer.project.tag_files import import_tags
from slicer.slices import parse
from slicer.workbench import Wanted, Workbench
from slicer.workbench.candidates import Candidates, candidates
from slicer.workbench.counting import ALL
from slicer.workbench.intervals import bins_of_cuts, bins_of_edges
from slicer.workbench.losses import loss_of_row

FEW, ROWS = 99, 2000


def made_rows() -> pd.DataFrame:
    """Rows in which short messages with the word "free", and people around 40, are often judged wrongly."""
    random = np.random.default_rng(4)
    fill = np.array(["the", "and", "not", *(f"w{place}" for place in range(40))])
    texts = [" ".join(random.choice(fill, size)) for size in random.integers(3, 30, ROWS)]
    free = random.random(ROWS) < 0.25
    texts = [f"{text}, FREE!" if has else text for text, has in zip(texts, free, strict=True)]
    table = pd.DataFrame({"id": [f"m{place}" for place in range(ROWS)], "text": texts})
    table["code"] = [f"c{place % 1500}" for place in range(ROWS)]
    table["number"] = np.arange(ROWS)
    table["nearly"] = np.where(np.arange(ROWS) < 9, "odd", "usual")
    table["subject"] = [
        f"re {place % 300} {word}" for place, word in enumerate(random.choice(["a", "bee", "cow"], ROWS))
    ]
    table["age"] = random.integers(18, 80, ROWS)
    table["label"] = random.choice(["ham", "spam"], ROWS)
    short = np.array([len(text.split()) <= 8 for text in texts])
    bad = (free & short) | ((table["age"] >= 37) & (table["age"] < 44)).to_numpy()
    wrong = random.random(ROWS) < np.where(bad, 0.5, 0.06)
    table["prediction"] = np.where(wrong, table["label"].map({"ham": "spam", "spam": "ham"}), table["label"])
    return table


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("made") / "messages.csv"
    made_rows().to_csv(path, index=False)
    return path


def opened(made: Path, **more: object) -> Workbench:
    return slicer.open(made, text="text", features=["code", "number", "nearly", "subject", "age"], **more)


def searched(bench: Workbench, **wanted: object) -> Candidates:
    asked = Wanted(permutations=FEW, **{"words": True, **wanted})
    return candidates(bench, asked, ALL, loss_of_row(bench, asked.outcome))


def levels_of(found: Candidates, column: str) -> list[str]:
    (levels,) = [one for one in found.levels if one.column == column]
    return [str(level.slice_) for level in levels.levels]


# --- words and lengths -----------------------------------------------------------------------------


def test_a_slice_of_words_is_found_measured_and_said_in_words(made: Path) -> None:
    table = made_rows()
    bench = opened(made)
    result = bench.find(Wanted(permutations=FEW, words=True))
    best = next(one for one in result.slices[:3] if "with the word 'free'" in one.name)
    texts = [one for one in best.slice.conditions if one.column == "text"]
    assert {one.operator for one in best.slice.conditions} == {"has word", "<="}
    assert best.name == f"text with the word 'free' and {best.slice.conditions[1].value} words or fewer"
    held = table["text"].map(lambda text: has_word(text, "free"))
    for one in texts:
        if one.measure:
            low, high = one.value if isinstance(one.value, tuple) else (0, one.value)
            held &= table["text"].str.split().str.len().between(low, high)
    assert (best.support, best.errors) == (held.sum(), (held & (table["label"] != table["prediction"])).sum())
    assert bench.count(parse(str(best.slice))).support == best.support


def test_words_are_chosen_by_how_many_texts_hold_them_and_not_by_errors(made: Path, tmp_path: Path) -> None:
    table = made_rows()
    table["prediction"] = table["label"]
    table.loc[:99, "prediction"] = "other"
    table.to_csv(tmp_path / "others.csv", index=False)
    words = [one.column for one in searched(opened(made)).levels if "has word" in one.column]
    assert words == [one.column for one in searched(opened(tmp_path / "others.csv")).levels if "has word" in one.column]
    assert "text has word 'free'" in words
    assert "text has word 'not'" in words
    assert not {"text has word 'the'", "text has word 'and'"} & {*words}


def test_a_feature_of_many_texts_is_read_by_its_words(made: Path) -> None:
    found = searched(opened(made))
    assert {"subject has word 'bee'", "words(text)", "text has word 'free'"} <= {one.column for one in found.levels}
    assert "subject" not in {one.column for one in found.levels}
    assert ("words(subject)", "the same on every row") in {(one.column, one.reason) for one in found.left_out}
    without = searched(opened(made), words=False)
    assert not [one for one in without.levels if "(" in one.column or "has" in one.column]
    assert {one.column for one in without.left_out if "its words" in one.reason} == {"text", "subject"}
    named = searched(opened(made), features=["age"])
    assert [one.column for one in named.levels] == ["age"], "the text is searched only if it is named, too"
    assert "words(text)" in {one.column for one in searched(opened(made), features=["text"]).levels}


def test_texts_alone_can_be_searched(made: Path) -> None:
    bench = slicer.open(made, text="text", features=[], ignore=["code", "number", "nearly", "subject", "age"])
    assert bench.dataset.roles.features == ()
    assert "free" in bench.find(Wanted(permutations=FEW, words=True)).slices[0].name
    with pytest.raises(UsageError, match="No column is a feature") as caught:
        bench.find(Wanted())
    assert "--words" in caught.value.hint


# --- what is left out ------------------------------------------------------------------------------


def test_ids_and_what_hardly_changes_are_left_out_with_the_reason(made: Path) -> None:
    result = opened(made).find(Wanted(permutations=FEW))
    said = dict(result.left_out)
    assert said["code"] == "another value on more than half of the rows"
    assert "number" not in said, "a number is no id"
    assert said["nearly"] == "nearly the same on every row"
    named = searched(opened(made), features=["code", "number"])
    assert [one.column for one in named.levels] == ["code", "number"], "whoever names a column wants it"


# --- bins --------------------------------------------------------------------------------------------


def test_given_bins_hold_their_lower_edge_and_the_last_both(made: Path) -> None:
    table, bench = made_rows(), opened(made)
    found = searched(bench, bins={"age": (20, 30, 65)})
    assert levels_of(found, "age") == ["age < 30 and age >= 20", "age between 30 and 65", "age is missing"]
    supports = [bench.count(parse(text)).support for text in levels_of(found, "age")]
    expected = pd.cut(table["age"], [20, 30, 65], right=False).value_counts(sort=False).tolist()
    expected[1] += int((table["age"] == 65).sum())
    assert supports == [*expected, 0]
    open_ends = searched(bench, bins={"age": (float("-inf"), 30, 65.5, float("inf"))})
    assert levels_of(open_ends, "age")[:3] == ["age < 30", "age < 65.5 and age >= 30", "age >= 65.5"]
    result = bench.find(Wanted(permutations=FEW, bins={"age": (37, 44)}, words=False))
    assert str(result.slices[0].slice) == "age between 37 and 44"


@pytest.mark.parametrize("edges", [(), (30,), (30, 20), (20, 20), (20, float("nan")), (1, float("inf"), 3)])
def test_edges_that_make_no_bins_are_refused(made: Path, edges: tuple[float, ...]) -> None:
    with pytest.raises(UsageError, match="two or more rising numbers"):
        searched(opened(made), bins={"age": edges})


def test_bins_of_what_holds_no_numbers_or_is_not_searched_are_refused(made: Path) -> None:
    with pytest.raises(UsageError, match="'nearly', which does not hold numbers"):
        searched(opened(made), bins={"nearly": (1, 2)})
    with pytest.raises(UsageError, match="'agee', which is not searched"):
        searched(opened(made), bins={"agee": (1, 2)})
    with pytest.raises(UsageError, match="at most 50"):
        bins_of_edges("age", range(60))


numbers = st.one_of(st.integers(-5, 5), st.sampled_from([0.5, -1.5]))
cuts = st.lists(st.tuples(numbers, st.booleans()), max_size=5)


@given(cuts, st.lists(numbers, max_size=20))
def test_bins_of_any_cuts_part_all_numbers(cuts: list[tuple[float, bool]], values: list[float]) -> None:
    def inside(text: str, value: float) -> bool:
        if " is " in text:
            return text == "n is present"
        for part in text.replace("n between ", "n >= ").replace("n >= ", ">= ").split(" and "):
            words = part.replace("n ", "").split(" ")
            sign, number = (words[0], float(words[1])) if len(words) == 2 else ("<=", float(words[0]))
            fits = {"<": value < number, "<=": value <= number, ">": value > number, ">=": value >= number}
            if not fits.get(sign, value == number):
                return False
        return True

    slices = [str(level.slice_) for level in bins_of_cuts("n", cuts).levels[:-1]]
    for value in values:
        assert sum(inside(text, value) for text in slices) == 1, (value, slices)


# --- cuts by a tree ----------------------------------------------------------------------------------


def test_a_tree_cuts_where_errors_begin_and_sees_one_half_only(made: Path, tmp_path: Path) -> None:
    found = searched(opened(made), cuts="tree", split_half=True)
    starts = [parse(text).conditions[0].value for text in levels_of(found, "age")[:-1]]
    assert 2 <= len(starts) <= 5
    assert 44 in starts or 43 in starts
    table = made_rows()
    wrong = (table["label"] != table["prediction"]).to_numpy()
    half = second_half(table["id"].tolist(), wrong, seed=0)
    random = np.random.default_rng(0)
    changed = table.copy()
    changed.loc[half, "age"] = random.permutation(changed.loc[half, "age"].to_numpy())
    changed.to_csv(tmp_path / "changed.csv", index=False)
    again = searched(opened(tmp_path / "changed.csv"), cuts="tree", split_half=True)
    assert levels_of(again, "age") == levels_of(found, "age")
    result = opened(made).find(Wanted(permutations=FEW, cuts="tree", split_half=True, words=False))
    assert result.slices[0].confirmation is not None
    assert result.slices[0].confirmation.confirmed


def test_a_tree_without_the_split_is_refused_in_a_sentence(made: Path) -> None:
    with pytest.raises(UsageError, match="rows that chose the cuts cannot judge them"):
        searched(opened(made), cuts="tree")


def test_tree_cuts_are_exact_on_large_numbers_and_leave_missing_values_aside() -> None:
    values = np.array([2.0**53 + 2 * place for place in range(100)] + [np.nan] * 20)
    losses = (np.arange(120) >= 60).astype(float)
    assert tree_cuts(values, losses, 10) == [2.0**53 + 120]
    assert tree_cuts(values, np.zeros(120), 10) == []
    assert tree_cuts(np.full(50, 3.0), np.arange(50.0), 10) == []
    assert len(tree_cuts(np.arange(1000.0), np.random.default_rng(0).random(1000), 10)) <= 4


# --- tags and classes --------------------------------------------------------------------------------


def test_a_tag_is_searched_only_where_nearly_all_rows_were_read(tmp_path: Path) -> None:
    with loud_rooms(tmp_path) as bench:
        assert reasons(bench) == [("tags", "nothing was tagged yet")]
        wrong, right = (bench.ids(parse(f"correct = {said}")) for said in ("false", "true"))
        read(bench, wrong)
        assert reasons(bench) == [("tag loud", "tagged on failures only")]
        read(bench, right[:100])
        assert reasons(bench) == [("tag loud", "too few rows were read for it")]
        read(bench, right[100:300])
        assert reasons(bench) == []
        levels = searched(bench, tags=True).levels[-1]
        assert levels.column == "tag loud"
        loud = {*loud_rows(bench)} & {*wrong, *right[:300]}
        result = bench.find(Wanted(permutations=FEW, tags=True, depth=1, features=["place"]))
        (found,) = [one for one in result.slices if one.slice == parse("tag = 'loud'")]
        assert (found.support, found.errors) == (len(loud), len(loud & {*wrong}))
        assert result.examined == 3
        assert not [one for one in searched(bench).levels if one.column.startswith("tag")]


def read(bench: Workbench, examples: list[str]) -> None:
    """Read rows, and say of each whether it is loud."""
    loud = {*loud_rows(bench)}
    lines = [f"{one},{'x' if one in loud else ''}" for one in examples]
    import_tags(bench.project, bench.dataset.id, examples, "\n".join(["id,loud", *lines]), author="ana")


def reasons(bench: Workbench) -> list[tuple[str, str]]:
    return [(one.column, one.reason) for one in searched(bench, tags=True).left_out if "tag" in one.column]


def test_the_true_class_is_a_column_only_if_it_is_asked_for(made: Path) -> None:
    bench = opened(made)
    assert "label" not in {one.column for one in searched(bench).levels}
    result = bench.find(Wanted(permutations=FEW, classes="true", words=False, features=["nearly"], depth=1, top=50))
    assert {one.name for one in result.slices} <= {"true class ham", "true class spam"}
    assert result.examined == 2
    said = bench.find(Wanted(permutations=FEW, classes="predicted", words=False, features=["nearly"], depth=1))
    assert said.examined == 2
    both = bench.find(Wanted(permutations=FEW, classes="predicted", outcome="fnr", words=False))
    assert ("predicted class", "tells the answer") in both.left_out
    with pytest.raises(UsageError, match="There are no classes"):
        slicer.sample("speech").find(Wanted(classes="true"))


# --- the command -------------------------------------------------------------------------------------


def run(*arguments: object) -> tuple[int, str, str]:
    said = CliRunner().invoke(main, [str(one) for one in arguments])
    return said.exit_code, said.stdout, said.stderr


def test_the_command_takes_them_all_and_says_what_it_left_out(made: Path) -> None:
    features = "code,nearly,age"
    code, out, err = run(
        "find", made, "--text", "text", "--features", features, "--permutations", FEW, "--format", "json", "--bins",
        "age=18,37,44,80", "--words", "--classes", "true", "--tags",
    )  # fmt: skip
    assert code == 0, err
    document = json.loads(out)
    assert {"column": "code", "reason": "another value on more than half of the rows"} in document["left_out"]
    assert "Not searched: code (another value on more than half of the rows); " in err
    tested = {(one["column"], one["op"]) for slice_ in document["slices"] for one in slice_["conditions"]}
    assert ("text", "has word") in tested
    assert ("words(text)", "<=") in tested or ("words(text)", "between") in tested
    code, out, _ = run("find", made, "--text", "text", "--permutations", FEW)
    assert code == 0
    assert "has word" not in out
    code, _, err = run("find", made, "--cuts", "tree")
    assert code == 2
    assert "Add --split-half" in err
    for wrong in ("age", "age=", "age=a,b", "=1,2"):
        code, _, err = run("find", made, "--bins", wrong)
        assert code == 2
        assert "age=18,30,65" in err


def test_wanted_can_be_kept_and_compared() -> None:
    one = Wanted(bins={"age": (1, 2)})
    assert hash(one) == hash(replace(one))
    assert one != Wanted()
