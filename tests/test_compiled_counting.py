"""What numba compiled counts what plain numpy counts; it is loaded where it pays and never waited for."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from slicer.discovery import masks as plain
from slicer.discovery.fast import COMPILED, WORTH, Loader
from slicer.discovery.masks import added_up, in_common, packed

compiled = pytest.importorskip(COMPILED, exc_type=ImportError)


class Never(Loader):
    """Nothing is compiled."""

    def ready(self, words: int) -> None:
        return None


@pytest.fixture
def by_numpy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counting without what is compiled."""
    monkeypatch.setattr(plain, "LOADER", Never())


@pytest.mark.usefixtures("by_numpy")
@pytest.mark.parametrize("rows", [0, 1, 63, 64, 65, 1000])
def test_bits_and_counts_are_those_of_numpy(rows: int) -> None:
    levels = [3, 1, 4]
    random = np.random.default_rng(rows)
    codes = np.stack([random.integers(0, count + 1, rows) for count in levels]).astype(np.uint8)
    codes.setflags(write=rows % 2 == 0)
    masks = packed(codes, levels)
    assert compiled.packed(codes, levels).tolist() == masks.tolist()
    assert compiled.packed(np.asfortranarray(codes), levels).tolist() == masks.tolist()
    some = np.flatnonzero(random.random(rows) < 0.3)
    assert compiled.packed(codes, levels, some).tolist() == packed(codes[:, some], levels).tolist()
    assert packed(codes, levels, some).tolist() == packed(codes[:, some], levels).tolist()
    for length in range(1, 6):
        slices = random.integers(0, 8, (20, length))
        slices = slices[np.lexsort(slices.T[::-1])] if rows % 2 else slices  # in order: they begin alike
        assert compiled.in_common(masks, slices).tolist() == in_common(masks, slices).tolist()


@pytest.mark.usefixtures("by_numpy")
def test_many_words_in_threads_are_counted_as_those_in_one() -> None:
    masks = np.random.default_rng(0).integers(0, 2**63, (6, 20_000)).astype(np.uint64)
    slices = np.random.default_rng(1).integers(0, 6, (100, 3))
    assert compiled.in_common(masks, slices).tolist() == in_common(masks, slices).tolist()
    codes = np.random.default_rng(2).integers(0, 99, (1, 3_000_001)).astype(np.uint8)
    assert np.array_equal(compiled.packed(codes, [98]), packed(codes, [98]))


@pytest.mark.usefixtures("by_numpy")
def test_losses_are_added_up_to_the_last_bit_as_by_numpy() -> None:
    random = np.random.default_rng(5)
    cells, losses = random.integers(0, 30, 5000).astype(np.uint32), random.normal(size=5000)
    assert compiled.added_up(cells, losses, 31).tolist() == added_up(cells, losses, 31).tolist()


def test_it_is_loaded_once_numpy_has_done_as_much_work() -> None:
    loader = Loader()
    assert loader.ready(WORTH // 2) is None
    assert loader.ready(WORTH // 2 + 1) is compiled
    assert loader.ready(1) is compiled


def test_numpy_counts_until_it_has_been_compiled_aside() -> None:
    loader = Loader()
    thread = loader.load_aside()
    early = loader.ready(10 * WORTH)  # asks for far more than loading costs, and is not kept waiting
    assert early in (None, compiled)
    thread.join()
    assert loader.ready(1) is compiled


def test_what_set_up_compiled_is_not_compiled_again() -> None:
    compiled.warm()
    assert Loader((COMPILED,)).kept
    assert not Loader((COMPILED, "slicer.discovery.nothing")).kept


def test_without_numba_numpy_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, COMPILED, None)  # what importing finds where it is missing
    loader = Loader()
    monkeypatch.setattr(plain, "LOADER", loader)
    assert loader.ready(WORTH) is None
    assert in_common(packed(np.zeros((1, 70), dtype=np.uint8), [1]), np.array([[0]])).tolist() == [70]


def test_where_nothing_can_be_kept_on_disk_numpy_counts(tmp_path: Path) -> None:
    """An installation that cannot be written to, for somebody without a home."""
    code = (
        "import numba.core.caching as caching\n"
        "for one in caching.CacheImpl._locator_classes: one.from_function = classmethod(lambda *a, **k: None)\n"
        "from slicer.discovery.fast import LOADER, WORTH\n"
        "assert LOADER.ready(WORTH) is None\n"
        "import numpy as np\n"
        "from slicer.discovery.masks import packed\n"
        "print(packed(np.zeros((1, 3), dtype=np.uint8), [1]).tolist())"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[[7]]"
