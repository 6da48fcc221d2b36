"""Slices nobody asked for: every combination of levels with rows enough, the worst first, and whether it is chance."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from slicer.discovery.search import Found, search
from slicer.discovery.split import SPLIT_FROM, Confirmation, confirm
from slicer.discovery.tallies import whole_of
from slicer.engine.code_files import CodeFolder
from slicer.engine.codes import Coded, coded_rows
from slicer.engine.levels import MISSING, Levels
from slicer.errors import UsageError
from slicer.found import FindResult
from slicer.leaks import leaking
from slicer.project.store import MEMORY
from slicer.slices import Slice
from slicer.workbench.counting import ALL, Counting
from slicer.workbench.found_slices import shown as shown_of
from slicer.workbench.losses import loss_of_row
from slicer.workbench.noise import clusters_of, noise_of
from slicer.workbench.search_space import Space, measured_half, part_of
from slicer.workbench.told_apart import chosen as chosen_of
from slicer.workbench.wanted import Wanted

CANDIDATES = 200
"""Slices kept for a second look: those that say the same as a better one are folded."""

LEAST_ROWS = 30
"""Rows a slice has at least, however small a share is asked for."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A column that is not searched."""

    column: str
    reason: str


def find(
    bench: Counting, wanted: Wanted, *, where: Slice = ALL, told: Callable[[float], bool] = lambda done: True
) -> FindResult:
    """Search for the worst slices.

    Args:
        where: Only these rows.
        told: Called with the part of the work that is done, in [0, 1]; False stops it with what there is.

    Raises:
        UsageError, SliceError, UnknownColumnError: in words.
    """
    roles, seed = bench.dataset.roles, bench.options.seed
    levels, left_out = _candidates(bench, wanted, where)
    key = roles.cluster or (roles.id if wanted.split_half else None)
    coded = coded_rows(
        bench.engine, levels, where, loss_of_row(bench, wanted.outcome, wanted.against), _folder(bench), key
    )
    kept, idle = _worth_searching(coded, levels, _least(wanted, coded))
    coded = replace(coded, codes=coded.codes[kept])
    half = measured_half(coded, seed) if wanted.split_half else None
    looked_at = coded if half is None else part_of(coded, ~half)
    space = Space(bench=bench, wanted=wanted, levels=[levels[at] for at in kept], least=_least(wanted, looked_at))
    whole = whole_of(looked_at.losses)
    counter = space.counter(looked_at)
    found = search(
        counter, space.objective(whole), least=space.least, depth=wanted.depth, most=CANDIDATES,
        told=lambda done: told(done / 2),
    )  # fmt: skip
    noise = noise_of(space, looked_at, lambda done: told((1 + done) / 2))
    chosen = chosen_of(space, counter, whole, looked_at, found)
    confirmed = _confirmed(space, part_of(coded, half), chosen) if half is not None else (None,) * len(chosen)
    shown = [shown_of(space, one, counter, whole, noise, said) for one, said in zip(chosen, confirmed, strict=True)]
    if wanted.objective == "potential":
        shown.sort(key=lambda one: not one.beyond_noise)  # stays in the order of what each adds
    return FindResult(
        head=bench.head(bench.count(where), where),
        objective=wanted.objective,
        outcome=wanted.outcome,
        against=wanted.against,
        error_rate=whole.mean if whole.rows else None,
        rows_searched=whole.rows,
        examined=space.examined(looked_at, counter),
        depth=wanted.depth,
        min_support=space.least,
        seed=seed,
        threshold=None if noise is None else noise.threshold(),
        permutations=0 if noise is None else len(noise.maxima),
        split_recommended=half is None and space.judged and whole.losses >= SPLIT_FROM,
        left_out=tuple((one.column, one.reason) for one in (*left_out, *idle)),
        slices=tuple(shown),
    )


def _folder(bench: Counting) -> CodeFolder:
    """Where the codes of the data set's columns are kept: beside the project file."""
    dataset, path = bench.dataset, bench.project.path
    state = (dataset.version, dataset.created_at.isoformat(), [one.sha256 for one in dataset.sources])
    return CodeFolder(
        root=None if path == MEMORY else Path(path).with_suffix(".cache"),
        dataset=str(dataset.id),
        state=repr(state),
        answers=repr((dataset.roles, bench.run, bench.positive)),
        rows=dataset.rows,
    )


def _candidates(bench: Counting, wanted: Wanted, where: Slice) -> tuple[list[Levels], tuple[LeftOut, ...]]:
    """The levels of the columns to search, and the columns that are left out."""
    asked = list(wanted.features or bench.dataset.roles.features)
    if not asked:
        raise UsageError("No column is a feature to slice by.", hint="Name some: --features.")
    told = () if wanted.features else leaking(bench.dataset.warnings, asked)
    levels = [one for [one] in bench.levels_of([name for name in asked if name not in told], where)]
    return levels, tuple(LeftOut(name, "tells the answer") for name in told)


def _least(wanted: Wanted, coded: Coded) -> int:
    """Rows a slice must have."""
    if wanted.min_support >= 1:
        return int(wanted.min_support)
    return max(LEAST_ROWS, int(np.ceil(wanted.min_support * len(coded.losses))))


def _worth_searching(coded: Coded, levels: Sequence[Levels], least: int) -> tuple[list[int], tuple[LeftOut, ...]]:
    """The columns with a value that has rows enough and is not on all of them, and the others."""
    kept, idle = [], []
    for at, one in enumerate(levels):
        sizes = np.bincount(coded.codes[at], minlength=len(one.levels) + 1)[: len(one.levels)]
        valued = sizes[[level.key != MISSING for level in one.levels]]
        if not len(coded.losses) or ((sizes < len(coded.losses)).all() and (valued >= least).any()):
            kept.append(at)
        else:
            same = (sizes == len(coded.losses)).any()
            idle.append(LeftOut(one.column, "the same on every row" if same else f"no value with {least:,} rows"))
    return kept, tuple(idle)


def _confirmed(space: Space, coded: Coded, found: Sequence[Found]) -> tuple[Confirmation, ...]:
    """The slices on the rows that had no part in finding them."""
    inside = [space.rows(coded, one.items) for one in found]
    return confirm(inside, coded.losses, space.bench.options.level, clusters=clusters_of(space, coded))
