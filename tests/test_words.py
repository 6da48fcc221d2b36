"""Words of texts: the language, the codes and the words a search tries mean the same, in any script."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlglot import exp
from test_slices import engine_on, rows_of
from words_kit import has_word, tokens

from slicer.engine import texts as engine_texts
from slicer.engine.code_files import CodeFolder
from slicer.engine.texts import count_rows, frequent_words, length_edges
from slicer.slices import Slice, condition, parse
from slicer.workbench.word_candidates import STOP_WORDS, word_levels

TEXTS = (
    "Don't stop, it's FREE!",
    "don’t 'stop'",
    "''free'' rock'n'roll",
    "not, NOT; not-so knot",
    "c++ & c# (a.b)* [x]{2} \\d $1 ^a|b?",
    'say "free" -- drop table; %_',
    "ÉTÉ été Straße ДОМ дом",
    "שלום, עולם‏ و العربية",
    "हिन्दी में नहीं",
    "не работает",
    "无法使用 这个",
    "great😀😀 ❤️free 👍🏽 ok",
    " two  spaces\tand\u00a0no\u2003break\nline ",
    "naïve cafe\u0301 e\u0301te",
    "_a a_b 9x x9 9",
    "'",
    " ",
    "",
)
WORDS = (
    *("don't", "don’t", "DON'T", "don", "t", "stop", "free", "n", "rock'n'roll", "not", "knot", "so", "not-so"),
    *("c++", "c", "a.b", "(a.b)*", "\\d", "$1", "^a|b?", "[x]{2}", "%", "_", '"free"', "free' or true --", "'"),
    *("été", "straße", "Дом", "שלום", "عربية", "العربية", "नहीं", "नही", "не", "无法", "无法使用", "😀", "👍", "❤️"),
    *("break", "cafe", "cafe\u0301", "a", "_a", "9", "x", "two spaces", "two  spaces", "", " "),
)
letters = st.text(st.sampled_from("aAbß9_'’ .,!é\u0301Жنहि😀-\n\t\u00a0"), max_size=12)


def coded(texts: list[str | None], words: list[str]) -> list[list[int]]:
    """The rows of each word by its codes."""
    engine = engine_on({"t": "text"}, [(one,) for one in texts])
    folder = CodeFolder(root=None, dataset="1", state="", answers="", rows=len(texts))
    found = folder.codes(engine, [word_levels("t", word) for word in words])
    return [[int(row) + 1 for row in np.flatnonzero(codes == 0)] for codes in found]


@pytest.mark.parametrize("word", WORDS)
def test_a_word_is_found_where_it_stands_by_itself_in_any_script(word: str) -> None:
    expected = [place for place, text in enumerate(TEXTS, 1) if has_word(text, word)]
    engine = engine_on({"t": "text"}, [(one,) for one in (*TEXTS, None)])
    slice_ = parse(str(condition("t", "has word", word)))
    assert rows_of(engine, slice_) == expected
    assert rows_of(engine, slice_.complement) == [one for one in range(1, len(TEXTS) + 2) if one not in expected]
    assert coded([*TEXTS, None], [word]) == [expected]


@settings(max_examples=20)
@given(st.lists(letters, min_size=1, max_size=4), letters)
@example(["ab'ab", "'ab'"], "ab")
@example(["a''b"], "a")
def test_every_word_of_a_text_is_a_word_it_has(texts: list[str], other: str) -> None:
    """The words that are counted, the slices that are saved and the codes that are searched are one thing."""
    found = sorted({token for text in texts for token in tokens(text)})
    engine = engine_on({"t": "text"}, [(one,) for one in texts])
    for word in [*found, other]:
        rows = rows_of(engine, condition("t", "has word", word))
        assert rows == [place for place, text in enumerate(texts, 1) if has_word(text, word)]
        if word in found:
            assert rows == [place for place, text in enumerate(texts, 1) if word in tokens(text)]
    assert coded(texts, found[:5]) == [
        [place for place, text in enumerate(texts, 1) if word in tokens(text)] for word in found[:5]
    ]


@settings(max_examples=25)
@given(st.lists(letters, min_size=1, max_size=6))
@example([*TEXTS])
def test_lengths_are_those_of_python(texts: list[str]) -> None:
    engine = engine_on({"t": "text"}, [(one,) for one in texts])
    for measure, length in (("words", lambda text: len(text.split())), ("characters", len)):
        for limit in {length(text) for text in texts}:
            slice_ = parse(f"{measure}(t) <= {limit}")
            assert rows_of(engine, slice_) == [place for place, text in enumerate(texts, 1) if length(text) <= limit]


def test_the_most_frequent_words_are_those_that_most_texts_hold() -> None:
    draw = random.Random(3)
    pool = [word for word in WORDS if tokens(word) == [word] and "'" not in word]
    texts = [" ".join(draw.choices(pool, weights=range(1, len(pool) + 1), k=6)) for _ in range(300)]
    engine = engine_on({"t": "text"}, [(one,) for one in texts])
    held = Counter(word for text in texts for word in set(tokens(text)))
    expected = sorted((word for word, rows in held.items() if 15 <= rows <= 150), key=lambda word: (-held[word], word))
    every = frequent_words(engine, "t", Slice(), exp.true(), 0.05, 1000)
    assert every == expected
    assert frequent_words(engine, "t", Slice(), exp.true(), 0.05, 4) == expected[:4]
    some = parse(f"t has word '{expected[0]}'")
    assert expected[0] not in frequent_words(engine, "t", some, exp.true(), 0.05, 1000), "all of its texts hold it"


def test_rows_without_a_loss_do_not_count() -> None:
    engine = engine_on({"t": "text", "n": "integer"}, [("a b", 1), ("b c", None), ("c d", 1), ("e", 0)])
    loss = exp.column("n")
    assert count_rows(engine, Slice(), loss) == 3
    assert frequent_words(engine, "t", Slice(), loss, 0, 10) == ["a", "b", "c", "d", "e"]


def test_of_many_rows_an_even_part_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_texts, "SAMPLE", 400)
    rows = [("often rare" if place % 40 == 0 else "often seldom" if place % 2 else "often",) for place in range(4000)]
    engine = engine_on({"t": "text"}, rows)
    found = frequent_words(engine, "t", Slice(), exp.true(), 0.01, 10)
    assert found == frequent_words(engine, "t", Slice(), exp.true(), 0.01, 10)
    assert set(found) <= {"rare", "seldom"}
    assert "rare" in found


def test_lengths_part_where_quantiles_are_and_in_characters_where_there_are_no_spaces() -> None:
    engine = engine_on({"t": "text"}, [("a " * place,) for place in range(1, 101)])
    lengths = pd.Series(range(1, 101))
    expected = [int(lengths.quantile(share, interpolation="lower")) for share in (0.2, 0.4, 0.6, 0.8)]
    assert length_edges(engine, "t", Slice(), exp.true(), 5) == ("words", expected)
    dense = engine_on({"t": "text"}, [("字" * place,) for place in range(1, 101)])
    assert length_edges(dense, "t", Slice(), exp.true(), 5) == ("characters", expected)
    assert length_edges(engine_on({"t": "text"}, [("a",)] * 9), "t", Slice(), exp.true(), 5)[1] == []
    assert length_edges(engine_on({"t": "text"}, [(None,)] * 9), "t", Slice(), exp.true(), 5)[1] == []


def test_no_word_that_denies_is_taken_for_empty() -> None:
    kept = "not no never none nor without don't can't isn't but however only all too very if why how what you my"
    assert not STOP_WORDS & {*kept.split(" ")}


def test_codes_of_words_are_kept_and_lengths_computed_once(tmp_path: Path) -> None:
    engine = engine_on({"t": "text"}, [(one,) for one in TEXTS])
    folder = CodeFolder(root=tmp_path / "c", dataset="1", state="a", answers="", rows=len(TEXTS))
    levels = [word_levels("t", word) for word in ("not", "free")]
    first = [one.tolist() for one in folder.codes(engine, levels)]
    files = sorted((tmp_path / "c").rglob("*.npy"))
    assert len(files) == 2
    assert [one.tolist() for one in folder.codes(engine, levels)] == first
    assert sorted((tmp_path / "c").rglob("*.npy")) == files
