"""What numba compiled counts what plain numpy counts."""

import sys

import numpy as np
import pytest

from slicer.discovery import counting
from slicer.discovery.counting import COMPILED, in_common, packed

compiled = pytest.importorskip(COMPILED, exc_type=ImportError)


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counting without what is compiled."""
    monkeypatch.setattr(counting, "compiled_for", lambda words: None)


@pytest.mark.usefixtures("plain")
@pytest.mark.parametrize("rows", [0, 1, 63, 64, 65, 1000])
def test_bits_and_counts_are_those_of_numpy(rows: int) -> None:
    levels = [3, 1, 4]
    random = np.random.default_rng(rows)
    codes = np.stack([random.integers(0, count + 1, rows) for count in levels]).astype(np.uint8)
    codes.setflags(write=rows % 2 == 0)
    masks = packed(codes, levels)
    assert compiled.packed(codes, levels).tolist() == masks.tolist()
    assert compiled.packed(np.asfortranarray(codes), levels).tolist() == masks.tolist()
    for length in range(1, 6):
        slices = random.integers(0, 8, (20, length))
        assert compiled.in_common(masks, slices).tolist() == in_common(masks, slices).tolist()


@pytest.mark.usefixtures("plain")
def test_many_words_in_threads_are_counted_as_those_in_one() -> None:
    masks = np.random.default_rng(0).integers(0, 2**63, (6, 20_000)).astype(np.uint64)
    slices = np.random.default_rng(1).integers(0, 6, (100, 3))
    assert compiled.in_common(masks, slices).tolist() == in_common(masks, slices).tolist()
    codes = np.random.default_rng(2).integers(0, 40, (1, 3_000_001)).astype(np.uint8)
    assert np.array_equal(compiled.packed(codes, [39]), packed(codes, [39]))


def test_without_numba_numpy_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, COMPILED, None)  # what importing finds where it is missing
    assert counting.compiled_for(counting.COMPILE_FROM) is None
    assert in_common(packed(np.zeros((1, 70), dtype=np.uint8), [1]), np.array([[0]])).tolist() == [70]
